// Workbooks of Excel 5 to 2003: each sheet is a store, each row a record. What stands beside the rows (comments, text boxes,
// headers, texts that no cell shows) is in the book's own store.
#include <stdio.h>
#include "base/alloc.h"
#include "source/apart.h"
#include "source/biff.h"
#include "source/little.h"
#include "source/number.h"
#include "source/office.h"
#include "source/uri.h"

enum {
    ITEMS_MAX = 65536,                  // formats and sheets; those beyond are plain, or reported
    ASIDE = 16 << 20,                   // bytes of what stands beside rows that may wait
    OLD = 0x0500, NEW = 0x0600,         // versions of records
    VISUAL_BASIC = 6,                   // a kind of sheet
};

struct sheet_place { uint32_t at; unsigned kind; struct an_str name; };

struct book {
    struct an_office *o;
    struct an_str stream;
    struct an_arena arena;
    struct an_codepage codepage;
    struct an_biff_text how;
    bool is_1904, encrypted, cut;
    struct an_buf strings, aside, text;
    size_t *ends, string_count, string_cap;
    uint64_t *used;                     // a bit a string
    bool strings_cut;
    const char *lost_strings;           // why some are missing
    struct custom { unsigned id; struct an_number_format format; } *customs;
    unsigned *formats;                  // of cells: numbers of number formats
    struct sheet_place *sheets;
    size_t custom_count, custom_cap, format_count, format_cap, sheet_count, sheet_cap;
    uint64_t left;                      // bytes of sheets that may still be read: places may lie inside one another
};

static void release(struct book *b) {
    an_arena_release(&b->arena);
    an_codepage_release(&b->codepage);
    an_buf_release(&b->strings);
    an_buf_release(&b->aside);
    an_buf_release(&b->text);
    an_free(b->ends);
    an_free(b->used);
    an_free(b->customs);
    an_free(b->formats);
    an_free(b->sheets);
}

static enum an_code no_memory(struct an_err *err) { return an_fail(err, AN_NOMEM, "no memory for a workbook"); }

// Reads a text into b->text: its length stands at the front of what is left of the record, in one byte or two.
static enum an_code take_text(struct book *b, struct an_biff *r, size_t at, size_t length_bytes, struct an_err *err) {
    bool whole;
    b->text.len = 0;
    r->rest = an_str_slice(r->data, at, r->data.len);
    size_t count = length_bytes == 1 ? an_little8(r->rest, 0) : an_little16(r->rest, 0);
    r->rest = an_str_slice(r->rest, length_bytes, r->rest.len);
    return an_biff_text(r, &b->how, count, &b->text, &whole, err);
}

// Texts that cells share.

static enum an_code take_strings(struct book *b, struct an_biff *r, struct an_err *err) {
    uint32_t count = an_little32(r->data, 4);
    r->rest = an_str_slice(r->data, 8, r->data.len);
    for (uint32_t i = 0; i < count; i++) {
        bool whole;
        if (r->rest.len < 2 && !an_biff_continue(r)) {
            b->lost_strings = "the list of texts that cells share ends too early: cells beyond are not read";
            break;
        }
        if (b->strings.len + b->string_count * sizeof *b->ends > b->o->reading->limits.memory_bytes) {
            b->lost_strings = "more shared texts than are held in memory: cells beyond are not read";
            break;
        }
        size_t length = an_little16(r->rest, 0);
        r->rest = an_str_slice(r->rest, 2, r->rest.len);
        AN_TRY(an_biff_text(r, &b->how, length, &b->strings, &whole, err));
        if (!an_alloc_room(&b->ends, b->string_count, &b->string_cap, sizeof *b->ends))
            return no_memory(err);
        b->ends[b->string_count++] = b->strings.len;
    }
    if (b->used)
        return AN_OK;
    b->used = an_alloc((b->string_count / 64 + 1) * sizeof *b->used);
    if (!b->used)
        return no_memory(err);
    memset(b->used, 0, (b->string_count / 64 + 1) * sizeof *b->used);
    return AN_OK;
}

static struct an_str string_at(const struct book *b, size_t i) {
    return an_str_slice(an_buf_str(&b->strings), i ? b->ends[i - 1] : 0, b->ends[i]);
}

// What stands beside rows waits for the book's own store; where there is too much of it, it goes to the sheet's.
static enum an_code put_aside(struct book *b, struct an_content *content, struct an_str text, struct an_err *err) {
    if (b->aside.len + text.len > ASIDE && content)
        return an_content_line(content, text, err);
    AN_TRY(an_buf_add(&b->aside, text, err));
    return an_buf_add(&b->aside, AN_STR("\n"), err);
}

static enum an_code put_runs_aside(struct book *b, struct an_content *content, struct an_str data, struct an_err *err) {
    b->text.len = 0;
    AN_TRY(an_biff_runs(data, &b->text, err));
    return b->text.len ? put_aside(b, content, an_buf_str(&b->text), err) : AN_OK;
}

// The workbook: formats, sheets, texts.

static enum an_code take_format(struct book *b, struct an_biff *r, struct an_err *err) {
    AN_TRY(take_text(b, r, 2, b->how.is_old ? 1 : 2, err));
    if (b->custom_count >= ITEMS_MAX)
        return AN_OK;
    if (!an_alloc_room(&b->customs, b->custom_count, &b->custom_cap, sizeof *b->customs))
        return no_memory(err);
    b->customs[b->custom_count++] = (struct custom) {an_little16(r->data, 0), an_number_format_of(an_buf_str(&b->text))};
    return AN_OK;
}

static enum an_code take_cell_format(struct book *b, const struct an_biff *r, struct an_err *err) {
    if (b->format_count >= ITEMS_MAX)
        return AN_OK;
    if (!an_alloc_room(&b->formats, b->format_count, &b->format_cap, sizeof *b->formats))
        return no_memory(err);
    b->formats[b->format_count++] = an_little16(r->data, 2);
    return AN_OK;
}

static struct an_number_format format_of(const struct book *b, size_t cell_format) {
    unsigned id = cell_format < b->format_count ? b->formats[cell_format] : 0;
    for (size_t i = 0; i < b->custom_count; i++)
        if (b->customs[i].id == id)
            return b->customs[i].format;
    return an_number_format_builtin(id);
}

static enum an_code take_sheet(struct book *b, struct an_biff *r, struct an_err *err) {
    AN_TRY(take_text(b, r, 6, 1, err));
    if (b->sheet_count >= ITEMS_MAX)
        return AN_OK;
    if (!an_alloc_room(&b->sheets, b->sheet_count, &b->sheet_cap, sizeof *b->sheets))
        return no_memory(err);
    struct an_str name = an_arena_copy(&b->arena, an_buf_str(&b->text));
    if (!name.ptr)
        return no_memory(err);
    b->sheets[b->sheet_count++] = (struct sheet_place) {an_little32(r->data, 0), an_little8(r->data, 5), name};
    return AN_OK;
}

static enum an_code take_writer(struct book *b, struct an_biff *r, struct an_err *err) {
    AN_TRY(take_text(b, r, 0, b->how.is_old ? 1 : 2, err));
    while (b->text.len && (b->text.ptr[b->text.len - 1] == ' ' || !b->text.ptr[b->text.len - 1]))
        b->text.len--;
    return b->text.len ? put_aside(b, NULL, an_buf_str(&b->text), err) : AN_OK;        // some programs write their own name
}

static enum an_code take_global(struct book *b, struct an_biff *r, struct an_err *err) {
    switch (r->type) {
    case AN_BIFF_CODEPAGE: b->how.page = an_little16(r->data, 0); return AN_OK;
    case AN_BIFF_DATEMODE: b->is_1904 = an_little16(r->data, 0) == 1; return AN_OK;
    case AN_BIFF_FILEPASS: b->encrypted = true; return AN_OK;
    case AN_BIFF_FORMAT: return take_format(b, r, err);
    case AN_BIFF_XF: return take_cell_format(b, r, err);
    case AN_BIFF_BOUNDSHEET: return take_sheet(b, r, err);
    case AN_BIFF_SST: return b->used ? AN_OK : take_strings(b, r, err);
    case AN_BIFF_WRITEACCESS: return take_writer(b, r, err);
    case AN_BIFF_NAME: case AN_BIFF_EXTERNNAME: return put_runs_aside(b, NULL, r->data, err);
    case AN_BIFF_DRAWINGS: b->text.len = 0; return an_buf_add(&b->text, r->data, err);
    default: return AN_OK;
    }
}

// Drawings are cut anywhere into records that continue the first.
static enum an_code count_pictures(struct book *b, struct an_biff *r, struct an_err *err) {
    AN_AUTO(an_buf) drawings = {0};
    AN_TRY(an_buf_add(&drawings, r->data, err));
    while (an_biff_continue(r))
        AN_TRY(an_buf_add(&drawings, r->rest, err));
    b->o->pictures += an_office_pictures(an_buf_str(&drawings));
    return AN_OK;
}

static enum an_code take_globals(struct book *b, struct an_err *err) {
    struct an_biff r = {.stream = b->stream};
    while (an_biff_next(&r) && r.type != AN_BIFF_EOF && !b->encrypted)
        AN_TRY(r.type == AN_BIFF_DRAWINGS ? count_pictures(b, &r, err) : take_global(b, &r, err));
    b->cut |= r.cut || (r.type != AN_BIFF_EOF && !b->encrypted);
    return AN_OK;
}

// Sheets.

struct sheet {
    struct book *book;
    struct an_content *content;
    uint32_t next_row;                  // behind the last one met
    bool in_row;
    uint32_t formula_column;            // of the formula whose text comes in a record of its own
    bool formula_waits;
    uint64_t bad_strings;
    size_t charts;                      // open ones: what is in them is no cell
};

static enum an_code go_to_row(struct sheet *s, uint32_t row, struct an_err *err) {
    if (s->in_row && row + 1 == s->next_row)
        return AN_OK;
    if (s->in_row)
        AN_TRY(an_content_row_end(s->content, err));
    if (row > s->next_row)
        AN_TRY(an_content_row_end(s->content, err));    // empty rows divide tables
    s->in_row = true;
    s->next_row = row + 1;
    return AN_OK;
}

static enum an_code give_text(struct sheet *s, uint32_t row, uint32_t column, struct an_str text, struct an_err *err) {
    if (s->charts)
        return an_content_is_worth(text) ? put_aside(s->book, s->content, text, err) : AN_OK;
    AN_TRY(go_to_row(s, row, err));
    return an_content_cell(s->content, column, 1, text, 0, err);
}

static enum an_code give_number(struct sheet *s, uint32_t row, uint32_t column, size_t cell_format, double value,
                                struct an_err *err) {
    char digits[AN_BIFF_NUMBER_TEXT], out[AN_NUMBER_TEXT];
    struct an_number_format format = format_of(s->book, cell_format);
    struct an_str text = an_number_text(an_biff_number(value, digits), format, s->book->is_1904, out);
    if (s->charts)
        return an_content_is_worth(text) ? put_aside(s->book, s->content, text, err) : AN_OK;
    AN_TRY(go_to_row(s, row, err));
    return an_content_cell(s->content, column, 1, text, format.form ? 0 : AN_VALUE_NUMBER, err);
}

static enum an_code give_many(struct sheet *s, const struct an_biff *r, struct an_err *err) {
    enum { ITEM = 6 };
    uint32_t row = an_little16(r->data, 0), column = an_little16(r->data, 2);
    for (size_t at = 4; at + ITEM + 2 <= r->data.len; at += ITEM)
        AN_TRY(give_number(s, row, column++, an_little16(r->data, at), an_biff_rk(an_little32(r->data, at + 2)), err));
    return AN_OK;
}

static enum an_code give_shared(struct sheet *s, const struct an_biff *r, struct an_err *err) {
    struct book *b = s->book;
    size_t i = an_little32(r->data, 6);
    if (i >= b->string_count) {
        s->bad_strings++;
        return AN_OK;
    }
    b->used[i / 64] |= (uint64_t) 1 << i % 64;
    return give_text(s, an_little16(r->data, 0), an_little16(r->data, 2), string_at(b, i), err);
}

static enum an_code give_truth(struct sheet *s, uint32_t row, uint32_t column, bool is_error, unsigned value,
                               struct an_err *err) {
    struct an_str text = is_error ? AN_STR("#ERROR") : value ? AN_STR("TRUE") : AN_STR("FALSE");
    return s->charts ? AN_OK : give_text(s, row, column, text, err);
}

// A formula's result, and the texts in its code that may be values.
static enum an_code give_formula(struct sheet *s, const struct an_biff *r, struct an_err *err) {
    enum { RESULT = 6, KIND = 6, CODE = 22, IS_TEXT = 0, IS_TRUTH = 1, IS_ERROR = 2, IS_EMPTY = 3 };
    uint32_t row = an_little16(r->data, 0), column = an_little16(r->data, 2);
    unsigned kind = an_little8(r->data, KIND);
    AN_TRY(put_runs_aside(s->book, s->content, an_str_slice(r->data, CODE, r->data.len), err));
    if (r->data.len < RESULT + 8)
        return AN_OK;
    if (an_little16(r->data, RESULT + 6) != 0xFFFF)
        return give_number(s, row, column, an_little16(r->data, 4), an_biff_double(r->data, RESULT), err);
    if (kind == IS_TRUTH || kind == IS_ERROR)
        return give_truth(s, row, column, kind == IS_ERROR, an_little8(r->data, RESULT + 2), err);
    s->formula_waits = kind == IS_TEXT && !s->charts;
    s->formula_column = column;
    return s->charts || kind == IS_EMPTY ? AN_OK : go_to_row(s, row, err);
}

static enum an_code give_formula_text(struct sheet *s, struct an_biff *r, struct an_err *err) {
    struct book *b = s->book;
    AN_TRY(take_text(b, r, 0, 2, err));
    if (!s->formula_waits)
        return put_aside(b, s->content, an_buf_str(&b->text), err);
    s->formula_waits = false;
    return an_content_cell(s->content, s->formula_column, 1, an_buf_str(&b->text), 0, err);
}

static enum an_code give_label(struct sheet *s, struct an_biff *r, struct an_err *err) {
    struct book *b = s->book;
    AN_TRY(take_text(b, r, 6, 2, err));
    return give_text(s, an_little16(r->data, 0), an_little16(r->data, 2), an_buf_str(&b->text), err);
}

// Of a comment: who wrote it; of an old one: its text.
static enum an_code give_note(struct sheet *s, struct an_biff *r, struct an_err *err) {
    struct book *b = s->book;
    AN_TRY(take_text(b, r, b->how.is_old ? 4 : 8, 2, err));
    if (b->how.is_old)
        return put_aside(b, s->content, an_buf_str(&b->text), err);
    while (b->text.len && (b->text.ptr[b->text.len - 1] == ' ' || !b->text.ptr[b->text.len - 1]))
        b->text.len--;
    // the book's own store may not be open now
    bool room = b->o->people.names.count < 900;
    return room ? an_prose_add_person(&b->o->content, &b->o->people, an_buf_str(&b->text), err)
                : put_aside(b, s->content, an_buf_str(&b->text), err);
}

// Text boxes and comments: the text is in the records that follow.
static enum an_code give_box(struct sheet *s, struct an_biff *r, struct an_err *err) {
    struct book *b = s->book;
    size_t count = an_little16(r->data, 10);
    bool whole;
    b->text.len = 0;
    if (!count || !an_biff_continue(r))
        return AN_OK;
    AN_TRY(an_biff_text(r, &b->how, count, &b->text, &whole, err));
    for (size_t i = 0; i < b->text.len; i++)
        b->text.ptr[i] = b->text.ptr[i] == '\r' ? '\n' : b->text.ptr[i];
    return put_aside(b, s->content, an_buf_str(&b->text), err);
}

static enum an_code take_aside(struct sheet *s, struct an_biff *r, size_t at, size_t length_bytes, struct an_err *err) {
    AN_TRY(take_text(s->book, r, at, length_bytes, err));
    return put_aside(s->book, s->content, an_buf_str(&s->book->text), err);
}

static enum an_code take_cell(struct sheet *s, struct an_biff *r, struct an_err *err) {
    struct an_str d = r->data;
    switch (r->type) {
    case AN_BIFF_LABELSST: return give_shared(s, r, err);
    case AN_BIFF_LABEL: case AN_BIFF_RSTRING: return give_label(s, r, err);
    case AN_BIFF_NUMBER: return give_number(s, an_little16(d, 0), an_little16(d, 2), an_little16(d, 4),
                                            an_biff_double(d, 6), err);
    case AN_BIFF_RK: return give_number(s, an_little16(d, 0), an_little16(d, 2), an_little16(d, 4),
                                        an_biff_rk(an_little32(d, 6)), err);
    case AN_BIFF_MULRK: return give_many(s, r, err);
    case AN_BIFF_BOOLERR: return give_truth(s, an_little16(d, 0), an_little16(d, 2), an_little8(d, 7), an_little8(d, 6), err);
    case AN_BIFF_FORMULA: case AN_BIFF_FORMULA4: return give_formula(s, r, err);
    case AN_BIFF_STRING: return give_formula_text(s, r, err);
    case AN_BIFF_NOTE: return give_note(s, r, err);
    case AN_BIFF_TXO: return give_box(s, r, err);
    case AN_BIFF_HEADER: case AN_BIFF_FOOTER: return d.len ? take_aside(s, r, 0, s->book->how.is_old ? 1 : 2, err) : AN_OK;
    case AN_BIFF_SERIESTEXT: return take_aside(s, r, 2, 1, err);
    case AN_BIFF_HLINK: case AN_BIFF_DV: case AN_BIFF_SCENARIO: return put_runs_aside(s->book, s->content, d, err);
    default: return AN_OK;
    }
}

static enum an_code tell_sheet(struct sheet *s, const char *what, struct an_err *err) {
    const struct book *b = s->book;
    char text[128];
    if (what)
        AN_TRY(an_content_tell(s->content, AN_INPUT, AN_UNKNOWN_COUNT, an_str_from_c(what), err));
    if (!s->bad_strings)
        return AN_OK;
    (void) snprintf(text, sizeof text, "%llu cells name a shared text that is not there", (unsigned long long) s->bad_strings);
    AN_TRY(an_content_tell(s->content, AN_INPUT, s->bad_strings, an_str_from_c(text), err));
    return b->lost_strings ? an_content_tell(s->content, AN_LIMIT, 0, an_str_from_c(b->lost_strings), err) : AN_OK;
}

static enum an_code read_cells(struct sheet *s, uint32_t at, size_t *ret_bytes, struct an_err *err) {
    struct book *b = s->book;
    struct an_biff r = {.stream = b->stream, .at = at};
    size_t depth = 0;
    const char *what = NULL;
    while (an_biff_next(&r)) {
        if (!depth && r.type != AN_BIFF_BOF)
            break;
        if (r.at - at > b->left) {
            what = "its sheets are longer than the file, which is made to do harm: the rest is not read";
            break;
        }
        depth += r.type == AN_BIFF_BOF;
        s->charts = depth > 1 ? depth - 1 : 0;
        if (r.type == AN_BIFF_EOF && !--depth)
            break;
        s->content->offset = r.at;
        AN_TRY(take_cell(s, &r, err));
    }
    *ret_bytes = r.at > at ? r.at - at : 0;
    b->left -= *ret_bytes < b->left ? *ret_bytes : b->left;
    if (!what && (r.type != AN_BIFF_EOF || depth || r.cut))
        what = r.at == at ? "the sheet is not where the workbook says: it is not read" : "the sheet is cut: the rest is not read";
    s->charts = 0;
    AN_TRY(an_content_table_end(s->content, err));
    return tell_sheet(s, what, err);
}

static enum an_code read_sheet(struct book *b, const struct sheet_place *place, struct an_err *err) {
    AN_AUTO(an_buf) uri = {0};
    AN_TRY(an_source_uri_below(&uri, b->o->uri, place->name, err));
    struct sheet s = {.book = b, .content = an_alloc(sizeof *s.content)};
    if (!s.content)
        return no_memory(err);
    *s.content = (struct an_content) {0};
    an_content_begin(s.content, b->o->reading, an_buf_str(&uri), "xls");
    size_t bytes = 0;
    enum an_code code = an_content_open(s.content, err);
    if (!code)
        code = read_cells(&s, place->at, &bytes, err);
    if (!code)
        code = an_content_close(s.content, bytes, (struct an_str) {0}, err);
    an_content_release(s.content);
    an_free(s.content);
    return code;
}

// Copies of the data that pivot tables were made of: they may outlive it.
static enum an_code read_pivot_cache(struct book *b, uint32_t entry, struct an_err *err) {
    struct an_content *content = &b->o->content;
    struct an_biff r = {0};
    bool whole;
    char digits[AN_BIFF_NUMBER_TEXT], out[AN_NUMBER_TEXT];
    AN_TRY(an_compound_read(b->o->compound, entry, &r.stream, &whole, err));
    while (an_biff_next(&r)) {
        if (r.type == AN_BIFF_SXSTRING) {
            AN_TRY(take_text(b, &r, 0, 2, err));
            AN_TRY(an_content_line(content, an_buf_str(&b->text), err));
        } else if (r.type == AN_BIFF_SXNUM) {
            struct an_str text = an_number_text(an_biff_number(an_biff_double(r.data, 0), digits), (struct an_number_format) {0},
                                                false, out);
            if (an_content_is_worth(text))
                AN_TRY(an_content_line(content, text, err));
        }
    }
    static const char lost[] = "a copy of a pivot table's data is not whole";
    return whole && !r.cut ? AN_OK : an_content_tell(content, AN_INPUT, AN_UNKNOWN_COUNT, an_str_from_c(lost), err);
}

static enum an_code read_pivot_caches(struct book *b, struct an_err *err) {
    const struct an_compound *c = b->o->compound;
    uint32_t folder = an_compound_find(c, b->o->folder, "_SX_DB_CUR");
    for (uint32_t i = 1; i < c->count && folder != AN_COMPOUND_NONE; i++)
        if (c->entries[i].type == AN_COMPOUND_STREAM && c->entries[i].folder == folder)
            AN_TRY(read_pivot_cache(b, i, err));
    return AN_OK;
}

// The book's own store.
static enum an_code give_rest(struct book *b, struct an_err *err) {
    struct an_content *content = &b->o->content;
    static const char log[] = "a log of changes to the workbook is not read", end[] = "the workbook is cut: the rest is not read";
    AN_TRY(an_content_line(content, an_buf_str(&b->aside), err));
    for (size_t i = 0; i < b->string_count; i++)
        if (!(b->used[i / 64] >> i % 64 & 1))
            AN_TRY(an_content_line(content, string_at(b, i), err));
    AN_TRY(read_pivot_caches(b, err));
    uint32_t changes = an_compound_find(b->o->compound, b->o->folder, "Revision Log");
    if (changes != AN_COMPOUND_NONE && b->o->compound->entries[changes].size)
        AN_TRY(an_content_tell(content, AN_LIMIT, AN_UNKNOWN_COUNT, an_str_from_c(log), err));
    if (b->cut)
        AN_TRY(an_content_tell(content, AN_INPUT, AN_UNKNOWN_COUNT, an_str_from_c(end), err));
    if (b->lost_strings)
        AN_TRY(an_content_tell(content, AN_LIMIT, AN_UNKNOWN_COUNT, an_str_from_c(b->lost_strings), err));
    if (b->codepage.lost) {
        char text[128];
        (void) snprintf(text, sizeof text, "%llu characters mean nothing in the workbook's code page (%u)",
                        (unsigned long long) b->codepage.lost, b->how.page);
        AN_TRY(an_content_tell(content, AN_INPUT, AN_UNKNOWN_COUNT, an_str_from_c(text), err));
    }
    return an_office_finish(b->o, b->stream.len, err);
}

static enum an_code give_book(struct book *b, struct an_err *err) {
    unsigned version = an_little16(b->stream, 4);
    if (an_little16(b->stream, 0) != AN_BIFF_BOF || (version != OLD && version != NEW))
        return an_office_unread(b->o, AN_INPUT, "is no workbook of Excel 5 to 2003, or damaged at its beginning", err);
    b->how = (struct an_biff_text) {.is_old = version == OLD, .codepage = &b->codepage};
    b->left = 2 * (uint64_t) b->stream.len;
    AN_TRY(take_globals(b, err));
    if (b->encrypted)
        return an_office_unread(b->o, AN_INPUT, "is encrypted: save it without its password and read that", err);
    for (size_t i = 0; i < b->sheet_count; i++)
        if (b->sheets[i].kind != VISUAL_BASIC)
            AN_TRY(read_sheet(b, &b->sheets[i], err));
    return give_rest(b, err);
}

enum an_code an_xls_give(struct an_office *o, struct an_err *err) {
    struct book b = {.o = o};
    uint32_t entry = an_compound_find(o->compound, o->folder, "Workbook");
    bool whole = true;
    if (entry == AN_COMPOUND_NONE)
        entry = an_compound_find(o->compound, o->folder, "Book");
    enum an_code code = an_compound_read(o->compound, entry, &b.stream, &whole, err);
    b.cut = !whole;
    if (!code)
        code = give_book(&b, err);
    release(&b);
    return code;
}

static int sniff(const struct an_sniff *s) { return an_office_sniff(s, "xls"); }

static enum an_code read_book(struct an_reading *reading, struct an_input *input, const struct an_sniff *s, struct an_err *err) {
    return an_office_read("xls", reading, input, s, err);
}

static const struct an_apart_needs needs = {.load = an_codepage_load};

const struct an_source an_source_xls = {
    .name = "xls",
    .title = {"Excel workbook of before 2007 (XLS)", "Excel 97-2003 工作簿（XLS）"},
    .spec = "[MS-XLS] (BIFF5, BIFF8), [MS-CFB]",
    .sniff = sniff,
    .read = read_book,
    .apart = &needs,
};
