// Workbooks of Office Open XML: each worksheet is a store, each row a record.
#include <stdio.h>
#include <string.h>
#include "base/alloc.h"
#include "source/number.h"
#include "source/package.h"
#include "source/uri.h"

enum {
    FORMATS_MAX = 65536,            // of cells; those beyond are plain
    COLUMN_NONE = UINT32_MAX - 1,   // of a reference that names none
    ASIDE = 16 << 20,               // bytes of it that may wait
};

// The strings that cells share, one after another in `text`.
struct strings {
    struct an_buf text;
    size_t *ends;
    size_t count, cap;
    uint64_t *used;                 // a bit each
    enum an_code what;              // why some are missing
    char why[160];
};

struct book {
    struct an_reading *reading;
    struct an_str uri;
    struct strings strings;
    struct an_arena arena;
    struct an_names sheets;         // relation ids; the name of a sheet stands under its id
    struct an_names targets;        // names of parts; the relation id stands under it
    struct an_number_format *formats;       // of cells
    size_t format_count, format_cap;
    struct custom { unsigned id; struct an_number_format format; } *customs;
    size_t custom_count, custom_cap;
    bool is_1904;
    struct an_buf aside;            // what stands in sheets beside their rows: lines of the book's own store
};

static void release(struct book *b) {
    an_buf_release(&b->strings.text);
    an_free(b->strings.ends);
    an_free(b->strings.used);
    an_names_release(&b->sheets);
    an_names_release(&b->targets);
    an_arena_release(&b->arena);
    an_free(b->formats);
    an_free(b->customs);
    an_buf_release(&b->aside);
}

static enum an_code no_memory(struct an_err *err) { return an_fail(err, AN_NOMEM, "no memory for a workbook"); }
static bool is(struct an_str name, const char *other) { return an_str_eq(name, an_str_from_c(other)); }

static size_t number_of(struct an_str text, size_t most) {
    size_t n = 0;
    if (!text.len)
        return SIZE_MAX;
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] < '0' || text.ptr[i] > '9')
            return SIZE_MAX;
        n = n * 10 + (size_t) (text.ptr[i] - '0');
        if (n > most)
            return SIZE_MAX;
    }
    return n;
}

// Shared strings.

struct strings_reader { struct book *book; bool in_item, in_text; size_t phonetic; };

static enum an_code strings_start(void *arg, struct an_str name, const struct an_xml_attributes *a, struct an_err *err) {
    (void) a, (void) err;
    struct strings_reader *r = arg;
    if (is(name, "si"))
        r->in_item = true;
    else if (is(name, "rPh"))
        r->phonetic++;
    else if (is(name, "t"))
        r->in_text = r->in_item && !r->phonetic;
    return AN_OK;
}

static enum an_code strings_text(void *arg, struct an_str text, struct an_err *err) {
    struct strings_reader *r = arg;
    struct strings *s = &r->book->strings;
    if (!r->in_text || s->what)
        return AN_OK;
    if (s->text.len + s->count * sizeof *s->ends + text.len > r->book->reading->limits.memory_bytes) {
        s->what = AN_LIMIT;
        (void) snprintf(s->why, sizeof s->why, "more shared strings than are held in memory: cells beyond are not read");
        return AN_OK;
    }
    return an_buf_add(&s->text, text, err);
}

static enum an_code strings_end(void *arg, struct an_str name, struct an_err *err) {
    struct strings_reader *r = arg;
    struct strings *s = &r->book->strings;
    if (is(name, "rPh"))
        r->phonetic -= r->phonetic > 0;
    r->in_text = false;
    if (!is(name, "si") || s->what)
        return AN_OK;
    r->in_item = false;
    if (!an_alloc_room(&s->ends, s->count, &s->cap, sizeof *s->ends))
        return no_memory(err);
    s->ends[s->count++] = s->text.len;
    return AN_OK;
}

static enum an_code load_strings(struct book *b, const struct an_part *part, struct an_err *err) {
    struct strings_reader reader = {.book = b};
    const struct an_xml_events events = {&reader, strings_start, strings_text, strings_end, NULL};
    struct strings *s = &b->strings;
    struct an_err fault = {0};
    enum an_code what;
    uint64_t bytes;
    if (s->used)                        // a second list: no writer makes one
        return AN_OK;
    AN_TRY(an_xmlin_read(part->input, part->head, &events, &what, &fault, &bytes, err));
    if (what && !s->what) {
        s->what = what;
        (void) snprintf(s->why, sizeof s->why, "the strings that cells share: %.100s: cells beyond are not read", fault.text);
    }
    s->used = an_alloc((s->count / 64 + 1) * sizeof *s->used);
    if (!s->used)
        return no_memory(err);
    memset(s->used, 0, (s->count / 64 + 1) * sizeof *s->used);
    return AN_OK;
}

static struct an_str string_at(const struct strings *s, size_t i) {
    size_t from = i ? s->ends[i - 1] : 0;
    return an_str_slice(an_buf_str(&s->text), from, s->ends[i]);
}

// Styles: how the numbers of cells are shown.

struct styles_reader { struct book *book; bool in_formats; };

static enum an_code note_custom(struct book *b, const struct an_xml_attributes *a, struct an_err *err) {
    size_t id = number_of(an_xml_attribute(a, "numFmtId"), UINT32_MAX);
    if (id == SIZE_MAX || b->custom_count >= FORMATS_MAX)
        return AN_OK;
    if (!an_alloc_room(&b->customs, b->custom_count, &b->custom_cap, sizeof *b->customs))
        return no_memory(err);
    b->customs[b->custom_count++] = (struct custom) {(unsigned) id, an_number_format_of(an_xml_attribute(a, "formatCode"))};
    return AN_OK;
}

static struct an_number_format format_of(const struct book *b, size_t id) {
    for (size_t i = 0; i < b->custom_count; i++)
        if (b->customs[i].id == id)
            return b->customs[i].format;
    return id > UINT32_MAX ? (struct an_number_format) {0} : an_number_format_builtin((unsigned) id);
}

static enum an_code styles_start(void *arg, struct an_str name, const struct an_xml_attributes *a, struct an_err *err) {
    struct styles_reader *r = arg;
    struct book *b = r->book;
    if (is(name, "numFmt"))
        return note_custom(b, a, err);
    r->in_formats |= is(name, "cellXfs");
    if (!r->in_formats || !is(name, "xf") || b->format_count >= FORMATS_MAX)
        return AN_OK;
    if (!an_alloc_room(&b->formats, b->format_count, &b->format_cap, sizeof *b->formats))
        return no_memory(err);
    b->formats[b->format_count++] = format_of(b, number_of(an_xml_attribute(a, "numFmtId"), UINT32_MAX));
    return AN_OK;
}

static enum an_code styles_end(void *arg, struct an_str name, struct an_err *err) {
    (void) err;
    struct styles_reader *r = arg;
    if (is(name, "cellXfs"))
        r->in_formats = false;
    return AN_OK;
}

// The workbook: names of its sheets, and where they are.

static enum an_code workbook_start(void *arg, struct an_str name, const struct an_xml_attributes *a, struct an_err *err) {
    struct book *b = arg;
    uint32_t id, ignored;
    if (is(name, "workbookPr")) {
        struct an_str value = an_xml_attribute(a, "date1904");
        b->is_1904 = is(value, "1") || is(value, "true");
    }
    // "r:id" and "sheetId" are two attributes
    struct an_str relation = an_xml_attribute(a, "id"), title = an_xml_attribute(a, "name");
    if (!is(name, "sheet") || !relation.len || !title.len || an_names_find(&b->sheets, AN_NO_NAME, relation) != AN_NO_NAME)
        return AN_OK;
    AN_TRY(an_names_add(&b->sheets, AN_NO_NAME, relation, &id, err));
    return an_names_add(&b->sheets, id, title, &ignored, err);
}

// The last part of a part's name: sheets lie in one folder, which writers spell in several ways ("/xl/worksheets/sheet1.xml",
// "worksheets/sheet1.xml").
static struct an_str base_name(struct an_str name) {
    size_t from = name.len;
    while (from && name.ptr[from - 1] != '/' && name.ptr[from - 1] != '\\')
        from--;
    return an_str_slice(name, from, name.len);
}

static enum an_code relations_start(void *arg, struct an_str name, const struct an_xml_attributes *a, struct an_err *err) {
    struct book *b = arg;
    uint32_t target, ignored;
    struct an_str base = base_name(an_xml_attribute(a, "Target")), id = an_xml_attribute(a, "Id");
    if (!is(name, "Relationship") || !base.len || !id.len || an_names_find(&b->targets, AN_NO_NAME, base) != AN_NO_NAME)
        return AN_OK;
    AN_TRY(an_names_add(&b->targets, AN_NO_NAME, base, &target, err));
    return an_names_add(&b->targets, target, id, &ignored, err);
}

// The name that stands under number `parent`: the next that was added.
static struct an_str name_under(const struct an_names *names, uint32_t parent) {
    uint32_t i = parent + 1;
    return i < names->count && names->items[i].parent == parent ? names->items[i].text : (struct an_str) {0};
}

// The sheet's name, or the part's where the workbook does not say one.
static struct an_str title_of(const struct book *b, struct an_str part) {
    uint32_t target = an_names_find(&b->targets, AN_NO_NAME, base_name(part));
    struct an_str id = target == AN_NO_NAME ? (struct an_str) {0} : name_under(&b->targets, target);
    uint32_t sheet = id.len ? an_names_find(&b->sheets, AN_NO_NAME, id) : AN_NO_NAME;
    struct an_str title = sheet == AN_NO_NAME ? (struct an_str) {0} : name_under(&b->sheets, sheet);
    return title.len ? title : part;
}

// Worksheets.

struct sheet {
    struct book *book;
    struct an_content *content;
    uint32_t row, column;           // from 1, of the last ones; 0 before
    size_t rows, cells, phonetic;   // elements that are open
    enum { VALUE_NONE, VALUE_CELL, VALUE_OTHER } takes;
    enum { NUMBER, SHARED, STRING, TRUTH, AS_IT_IS } type;
    struct an_number_format format;
    struct an_buf value, other;
    uint64_t bad_strings;
    bool after;                     // the rows are over
};

static uint32_t column_of(struct an_str reference) {
    enum { COLUMNS = 16384 };
    uint32_t column = 0;
    size_t i = 0;
    for (; i < reference.len; i++) {
        char c = (char) (reference.ptr[i] & ~0x20);
        if (c < 'A' || c > 'Z')
            break;
        column = column * 26 + (uint32_t) (c - 'A') + 1;
        if (column > COLUMNS)
            return COLUMN_NONE;
    }
    return i ? column : COLUMN_NONE;
}

static enum an_code open_row(struct sheet *s, const struct an_xml_attributes *a, struct an_err *err) {
    size_t number = number_of(an_xml_attribute(a, "r"), UINT32_MAX - 1);
    bool known = number != SIZE_MAX && number > s->row;
    if (known && number > s->row + 1)
        AN_TRY(an_content_row_end(s->content, err));      // empty rows divide tables
    s->row = known ? (uint32_t) number : s->row + (s->row < UINT32_MAX - 1);
    s->column = 0;
    return AN_OK;
}

static void open_cell(struct sheet *s, const struct an_xml_attributes *a) {
    const struct book *b = s->book;
    struct an_str type = an_xml_attribute(a, "t");
    uint32_t column = column_of(an_xml_attribute(a, "r"));
    size_t style = number_of(an_xml_attribute(a, "s"), FORMATS_MAX);
    s->column = column == COLUMN_NONE ? s->column + (s->column < COLUMN_NONE) : column;
    s->type = !type.len || is(type, "n") ? NUMBER : is(type, "s") ? SHARED : is(type, "b") ? TRUTH :
              is(type, "str") || is(type, "inlineStr") ? STRING : AS_IT_IS;
    s->format = style < b->format_count ? b->formats[style] : (struct an_number_format) {0};
    s->value.len = 0;
}

// Headers and footers, lists of allowed values, tips: no rows of the sheet. They wait for the book's own store.
static enum an_code give_aside(struct sheet *s, struct an_str text, struct an_err *err) {
    struct an_buf *aside = &s->book->aside;
    if (aside->len + text.len > ASIDE)
        return an_content_line(s->content, text, err);
    AN_TRY(an_buf_add(aside, text, err));
    return an_buf_add(aside, AN_STR("\n"), err);
}

static enum an_code look_at_attributes(struct sheet *s, const struct an_xml_attributes *a, struct an_err *err) {
    for (size_t i = 0; i < a->count; i++)
        if (an_content_is_worth(an_xml_attribute_value(a, i)))
            AN_TRY(give_aside(s, an_xml_attribute_value(a, i), err));
    return AN_OK;
}

static enum an_code sheet_start(void *arg, struct an_str name, const struct an_xml_attributes *a, struct an_err *err) {
    struct sheet *s = arg;
    if (s->cells) {
        s->cells++;
        if (is(name, "rPh"))
            s->phonetic++;
        bool value = is(name, "v") || (is(name, "t") && !s->phonetic);
        s->takes = value ? VALUE_CELL : is(name, "f") ? VALUE_OTHER : VALUE_NONE;
        return AN_OK;
    }
    if (is(name, "c") && s->rows) {
        s->cells = 1;
        open_cell(s, a);
        return AN_OK;
    }
    if (is(name, "row")) {
        s->rows++;
        return open_row(s, a, err);
    }
    s->takes = VALUE_OTHER;
    return look_at_attributes(s, a, err);
}

static enum an_code sheet_text(void *arg, struct an_str text, struct an_err *err) {
    struct sheet *s = arg;
    if (s->takes == VALUE_NONE)
        return AN_OK;
    struct an_buf *to = s->takes == VALUE_CELL ? &s->value : &s->other;
    return to->len + text.len <= s->content->record_bytes ? an_buf_add(to, text, err) : AN_OK;
}

static enum an_code give_shared(struct sheet *s, uint32_t column, struct an_err *err) {
    struct strings *strings = &s->book->strings;
    size_t i = number_of(an_buf_str(&s->value), SIZE_MAX / 16);
    if (i == SIZE_MAX && !s->value.len)
        return AN_OK;
    if (i >= strings->count) {
        s->bad_strings++;
        return AN_OK;
    }
    strings->used[i / 64] |= (uint64_t) 1 << i % 64;
    return an_content_cell(s->content, column, 1, string_at(strings, i), 0, err);
}

static enum an_code give_cell(struct sheet *s, struct an_err *err) {
    char out[AN_NUMBER_TEXT];
    struct an_str value = an_buf_str(&s->value);
    uint32_t column = s->column ? s->column - 1 : 0;
    switch (s->type) {
    case SHARED:
        return give_shared(s, column, err);
    case NUMBER:
        value = an_number_text(value, s->format, s->book->is_1904, out);
        return an_content_cell(s->content, column, 1, value, s->format.form ? 0 : AN_VALUE_NUMBER, err);
    case TRUTH:
        return an_content_cell(s->content, column, 1, is(value, "0") ? AN_STR("FALSE") : is(value, "1") ? AN_STR("TRUE") :
                               value, 0, err);
    case STRING: case AS_IT_IS:
        break;
    }
    return an_content_cell(s->content, column, 1, value, 0, err);
}

static enum an_code sheet_end(void *arg, struct an_str name, struct an_err *err) {
    struct sheet *s = arg;
    s->takes = VALUE_NONE;
    if (is(name, "rPh"))
        s->phonetic -= s->phonetic > 0;
    if (s->cells) {
        if (--s->cells)
            goto other;
        s->phonetic = 0;
        return give_cell(s, err);
    }
    if (is(name, "row") && s->rows) {
        s->rows--;
        return an_content_row_end(s->content, err);
    }
    if (is(name, "sheetData"))
        return an_content_table_end(s->content, err);
other:
    // formulas are many: those that hold no text and no long number say nothing
    if (s->other.len && (!is(name, "f") || an_content_is_worth(an_buf_str(&s->other))))
        AN_TRY(give_aside(s, an_buf_str(&s->other), err));
    s->other.len = 0;
    return AN_OK;
}

static enum an_code tell_sheet(struct sheet *s, enum an_code what, const struct an_err *fault, struct an_err *err) {
    char text[sizeof fault->text + 64];
    if (what) {
        (void) snprintf(text, sizeof text, "%s: the rest of the sheet is not read", fault->text);
        AN_TRY(an_content_tell(s->content, what, AN_UNKNOWN_COUNT, an_str_from_c(text), err));
    }
    if (!s->bad_strings)
        return AN_OK;
    const struct strings *strings = &s->book->strings;
    (void) snprintf(text, sizeof text, "%llu cells name a shared string that is not there", (unsigned long long) s->bad_strings);
    AN_TRY(an_content_tell(s->content, strings->what ? strings->what : AN_INPUT, s->bad_strings, an_str_from_c(text), err));
    return strings->what ? an_content_tell(s->content, strings->what, 0, an_str_from_c(strings->why), err) : AN_OK;
}

static enum an_code read_sheet(void *state, const struct an_part *part, struct an_err *err) {
    struct book *b = state;
    AN_AUTO(an_buf) uri = {0};
    AN_TRY(an_source_uri_below(&uri, b->uri, title_of(b, part->name), err));
    struct an_content *content = an_alloc(sizeof *content);
    if (!content)
        return no_memory(err);
    *content = (struct an_content) {0};
    an_content_begin(content, b->reading, an_buf_str(&uri), "xlsx");
    struct sheet s = {.book = b, .content = content};
    const struct an_xml_events events = {&s, sheet_start, sheet_text, sheet_end, NULL};
    enum an_code what = AN_OK;
    struct an_err fault = {0};
    uint64_t bytes = 0;
    enum an_code code = an_content_open(content, err);
    if (!code)
        code = an_xmlin_read(part->input, part->head, &events, &what, &fault, &bytes, err);
    if (!code)
        code = an_content_table_end(content, err);
    content->offset = bytes;
    if (!code)
        code = tell_sheet(&s, what, &fault, err);
    if (!code)
        code = an_content_close(content, bytes, (struct an_str) {0}, err);
    an_buf_release(&s.value);
    an_buf_release(&s.other);
    an_content_release(content);
    an_free(content);
    return code;
}

// The package.

static int sort(void *state, struct an_str name, struct an_str root) {
    (void) state;
    if (is(root, "sst"))
        return AN_PART_LOAD;
    if (is(root, "worksheet"))
        return AN_PART_STORE;
    bool loaded = is(root, "workbook") || is(root, "styleSheet") ||
                  (is(root, "Relationships") && is(base_name(name), "workbook.xml.rels"));
    return loaded ? AN_PART_LOAD | AN_PART_TEXT : AN_PART_TEXT;
}

static enum an_code load(void *state, const struct an_part *part, struct an_err *err) {
    struct book *b = state;
    struct styles_reader styles = {.book = b};
    if (is(part->root, "sst"))
        return load_strings(b, part, err);
    const struct an_xml_events events =
        is(part->root, "workbook") ? (struct an_xml_events) {b, workbook_start, NULL, NULL, NULL} :
        is(part->root, "styleSheet") ? (struct an_xml_events) {&styles, styles_start, NULL, styles_end, NULL}
                                     : (struct an_xml_events) {b, relations_start, NULL, NULL, NULL};
    enum an_code what;                  // told when it is read as text
    struct an_err fault = {0};
    uint64_t bytes;
    return an_xmlin_read(part->input, part->head, &events, &what, &fault, &bytes, err);
}

// Strings that no cell shows stay in the file when rows are deleted by some programs.
static enum an_code give_unused(void *state, struct an_content *content, struct an_err *err) {
    const struct book *b = state;
    const struct strings *s = &b->strings;
    AN_TRY(an_content_line(content, an_buf_str(&b->aside), err));
    for (size_t i = 0; i < s->count; i++)
        if (!(s->used[i / 64] >> i % 64 & 1))
            AN_TRY(an_content_line(content, string_at(s, i), err));
    return s->what ? an_content_tell(content, s->what, AN_UNKNOWN_COUNT, an_str_from_c(s->why), err) : AN_OK;
}

static const struct an_package_format format = {
    .name = "xlsx", .sort = sort, .load = load, .store = read_sheet, .finish = give_unused, .is_book = true,
};

static enum an_code read_book(struct an_reading *reading, struct an_input *input, const struct an_sniff *sniff,
                              struct an_err *err) {
    struct book book = {.reading = reading, .uri = input->uri};
    enum an_code code = an_package_read(&format, &book, reading, input, sniff, err);
    release(&book);
    return code;
}

static int sniff_book(const struct an_sniff *sniff) { return an_package_sniff_ooxml(sniff, AN_STR("xl/")); }

const struct an_source an_source_xlsx = {
    .name = "xlsx",
    .title = {"Excel workbook (XLSX, XLSM)", "Excel 工作簿（XLSX、XLSM）"},
    .spec = "ECMA-376 part 1 (SpreadsheetML), part 2",
    .sniff = sniff_book,
    .read = read_book,
};
