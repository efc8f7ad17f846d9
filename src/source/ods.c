// OpenDocument spreadsheets: each table is a store, each row a record.
#include <stdio.h>
#include <string.h>
#include "base/alloc.h"
#include "source/number.h"
#include "source/package.h"
#include "source/uri.h"

enum {
    COLUMNS = 16384,                // of a table
    REPEATS = 4 << 20,              // cells of a document that are given again because their cell or row is repeated
    ASIDE = 16 << 20,               // bytes of what stands beside the rows that may wait
};

struct book {
    struct an_reading *reading;
    struct an_str uri;
    struct an_buf aside;            // lines of the book's own store
    uint64_t repeats;
};

struct cell { uint32_t column, span, flags; size_t at, len; };      // of the row's text

struct sheets {
    struct book *book;
    struct an_content *content;     // of the table that is open
    struct an_buf uri;
    bool is_open;
    size_t tables, cells, notes, paragraphs;    // elements of each that are open
    struct cell *row;
    size_t count, cap;
    struct an_buf text;             // of the row's cells
    struct an_buf shown, other;     // of the cell that is open; of what is none
    enum { TYPE_TEXT, TYPE_NUMBER, TYPE_DATE, TYPE_TRUTH } type;
    char value[AN_NUMBER_TEXT];
    size_t value_len;
    uint32_t column, span, repeated;
    uint64_t rows_repeated;
    uint64_t lost;
};

static bool is(struct an_str name, const char *other) { return an_str_eq(name, an_str_from_c(other)); }

static enum an_code no_memory(struct an_err *err) { return an_fail(err, AN_NOMEM, "no memory for a spreadsheet"); }

static uint64_t count_of(struct an_str text) {
    uint64_t n = 0;
    for (size_t i = 0; i < text.len && text.ptr[i] >= '0' && text.ptr[i] <= '9' && n < UINT32_MAX; i++)
        n = n * 10 + (uint64_t) (text.ptr[i] - '0');
    return n ? n : 1;
}

static enum an_code give_aside(struct sheets *s, struct an_buf *text, struct an_err *err) {
    struct an_buf *aside = &s->book->aside;
    enum an_code code = AN_OK;
    if (text->len && aside->len + text->len > ASIDE && s->is_open)
        code = an_content_line(s->content, an_buf_str(text), err);
    else if (text->len)
        code = an_buf_add(aside, an_buf_str(text), err);
    if (!code && text->len)
        code = an_buf_add(aside, AN_STR("\n"), err);
    text->len = 0;
    return code;
}

// Tables.

static enum an_code open_table(struct sheets *s, const struct an_xml_attributes *a, struct an_err *err) {
    if (s->tables++)                // a table in a cell: its rows go with those around it
        return AN_OK;
    struct an_str name = an_xml_attribute(a, "name");
    s->uri.len = 0;
    AN_TRY(an_source_uri_below(&s->uri, s->book->uri, name.len ? name : AN_STR("table"), err));
    an_content_begin(s->content, s->book->reading, an_buf_str(&s->uri), "ods");
    s->is_open = true;
    return an_content_open(s->content, err);
}

static enum an_code close_table(struct sheets *s, struct an_err *err) {
    if (s->tables != 1) {
        s->tables -= s->tables > 0;
        return AN_OK;
    }
    s->tables = 0;
    if (s->lost)
        AN_TRY(an_content_tell(s->content, AN_LIMIT, s->lost,
                               AN_STR("rows or cells that are repeated more often than is read"), err));
    AN_TRY(an_content_close(s->content, s->text.len, (struct an_str) {0}, err));
    s->is_open = false;
    s->lost = 0;
    an_content_release(s->content);
    return AN_OK;
}

static void open_cell(struct sheets *s, const struct an_xml_attributes *a) {
    struct an_str type = an_xml_attribute(a, "value-type"), value = {0};
    uint64_t repeated = count_of(an_xml_attribute(a, "number-columns-repeated"));
    uint64_t span = count_of(an_xml_attribute(a, "number-columns-spanned"));
    s->cells = 1;
    s->paragraphs = 0;
    s->shown.len = 0;
    s->repeated = repeated < COLUMNS ? (uint32_t) repeated : COLUMNS;
    s->span = span < COLUMNS ? (uint32_t) span : COLUMNS;
    s->type = TYPE_TEXT;
    if (is(type, "float") || is(type, "percentage") || is(type, "currency")) {
        s->type = TYPE_NUMBER;
        value = an_xml_attribute(a, "value");
    } else if (is(type, "date")) {
        s->type = TYPE_DATE;
        value = an_xml_attribute(a, "date-value");
    } else if (is(type, "boolean")) {
        s->type = TYPE_TRUTH;
        value = an_xml_attribute(a, "boolean-value");
    }
    s->value_len = value.len < sizeof s->value ? value.len : 0;
    if (s->value_len)
        memcpy(s->value, value.ptr, s->value_len);
    else
        s->type = TYPE_TEXT;
}

// Digits that are shown with zeros before them, as a post code is, are what was typed.
static bool is_padded(struct an_str shown, struct an_str number) {
    size_t zeros = 0;
    while (zeros < shown.len && shown.ptr[zeros] == '0')
        zeros++;
    return zeros && an_str_eq(an_str_slice(shown, zeros, shown.len), number);
}

static enum an_code add_cell(struct sheets *s, struct an_err *err) {
    char out[AN_NUMBER_TEXT];
    struct an_str text = an_buf_str(&s->shown), value = {s->value, s->value_len};
    struct an_str number = an_number_text(value, (struct an_number_format) {0}, false, out);
    if (s->type == TYPE_NUMBER && !is_padded(text, number))
        text = number;
    if (s->type == TYPE_DATE) {
        char *t = memchr(s->value, 'T', s->value_len);
        if (t)
            *t = ' ';
        text = value;
    }
    if (s->type == TYPE_TRUTH)
        text = is(value, "true") ? AN_STR("TRUE") : AN_STR("FALSE");
    uint32_t column = s->column, n = column < COLUMNS ? s->repeated : 0;
    s->column = column + s->repeated < COLUMNS ? column + s->repeated : COLUMNS;
    n = n < COLUMNS - column ? n : COLUMNS - column;
    size_t at = s->text.len;
    if (!text.len)
        return AN_OK;
    AN_TRY(an_buf_add(&s->text, text, err));
    for (uint32_t i = 0; i < n; i++) {
        if (i && s->book->repeats++ >= REPEATS) {
            s->lost++;
            return AN_OK;
        }
        if (!an_alloc_room(&s->row, s->count, &s->cap, sizeof *s->row))
            return no_memory(err);
        s->row[s->count++] = (struct cell) {column + i, s->span, s->type == TYPE_NUMBER ? AN_VALUE_NUMBER : 0, at, text.len};
    }
    return AN_OK;
}

static enum an_code give_row(struct sheets *s, struct an_err *err) {
    for (size_t i = 0; i < s->count; i++) {
        const struct cell *c = &s->row[i];
        AN_TRY(an_content_cell(s->content, c->column, c->span, (struct an_str) {s->text.ptr + c->at, c->len}, c->flags, err));
    }
    return an_content_row_end(s->content, err);
}

static enum an_code close_row(struct sheets *s, struct an_err *err) {
    if (!s->is_open)
        return AN_OK;
    AN_TRY(give_row(s, err));
    for (uint64_t i = 1; i < s->rows_repeated && s->count; i++) {
        if (s->book->repeats + s->count > REPEATS) {
            s->lost += s->rows_repeated - i;
            break;
        }
        s->book->repeats += s->count;
        AN_TRY(give_row(s, err));
    }
    s->count = s->text.len = 0;
    s->rows_repeated = 1;
    return AN_OK;
}

// Events.

static struct an_buf *target(struct sheets *s) { return s->cells && !s->notes ? &s->shown : &s->other; }

static enum an_code add_blanks(struct sheets *s, uint64_t n, const char *blank, struct an_err *err) {
    for (uint64_t i = 0; i < n && i < 64; i++)
        AN_TRY(an_buf_add(target(s), an_str_from_c(blank), err));
    return AN_OK;
}

static enum an_code on_start(void *arg, struct an_str name, const struct an_xml_attributes *a, struct an_err *err) {
    struct sheets *s = arg;
    bool cell = is(name, "table-cell") || is(name, "covered-table-cell");
    for (size_t i = 0; i < a->count && !cell; i++) {
        struct an_str value = an_xml_attribute_value(a, i);
        if (s->tables && an_content_is_worth(value) && !is(an_xml_attribute_name(a, i), "name")) {
            AN_TRY(an_buf_add(&s->other, value, err));
            AN_TRY(an_buf_add(&s->other, AN_STR("\n"), err));
        }
    }
    if (is(name, "annotation"))
        s->notes++;
    else if ((is(name, "p") && s->cells && !s->notes && s->paragraphs++) || is(name, "line-break"))
        return add_blanks(s, 1, "\n", err);
    else if (is(name, "table"))
        return open_table(s, a, err);
    else if (is(name, "table-row")) {
        s->rows_repeated = count_of(an_xml_attribute(a, "number-rows-repeated"));
        s->column = 0;
    } else if (cell && !s->cells && s->is_open)
        open_cell(s, a);
    else if (cell)
        s->cells += s->cells > 0;
    else if (is(name, "s"))
        return add_blanks(s, count_of(an_xml_attribute(a, "c")), " ", err);
    else if (is(name, "tab"))
        return add_blanks(s, 1, "\t", err);
    return AN_OK;
}

static enum an_code on_text(void *arg, struct an_str text, struct an_err *err) {
    struct sheets *s = arg;
    struct an_buf *to = target(s);
    bool blank = true;
    for (size_t i = 0; i < text.len && blank; i++)
        blank = text.ptr[i] == ' ' || (text.ptr[i] >= '\t' && text.ptr[i] <= '\r');
    if ((s->cells && !s->notes && !s->paragraphs) || (blank && memchr(text.ptr, '\n', text.len)))
        return AN_OK;               // layout of the file
    return to->len + text.len <= s->content->record_bytes || !s->is_open ? an_buf_add(to, text, err) : AN_OK;
}

static enum an_code on_end(void *arg, struct an_str name, struct an_err *err) {
    struct sheets *s = arg;
    if (is(name, "annotation")) {
        s->notes -= s->notes > 0;
        return give_aside(s, &s->other, err);
    }
    if (is(name, "table-cell") || is(name, "covered-table-cell")) {
        if (s->cells == 1)
            AN_TRY(add_cell(s, err));
        s->cells -= s->cells > 0;
        return AN_OK;
    }
    if (is(name, "table-row"))
        return s->tables == 1 ? close_row(s, err) : AN_OK;
    if (is(name, "table"))
        return close_table(s, err);
    return s->cells && !s->notes ? AN_OK : give_aside(s, &s->other, err);
}

static enum an_code finish(struct sheets *s, enum an_code what, const struct an_err *fault, struct an_err *err) {
    char text[sizeof fault->text + 64];
    if (s->is_open && what) {
        AN_TRY(close_row(s, err));
        (void) snprintf(text, sizeof text, "%s: the rest of the spreadsheet is not read", fault->text);
        AN_TRY(an_content_tell(s->content, what, AN_UNKNOWN_COUNT, an_str_from_c(text), err));
    } else if (what) {
        // between tables: those that come are missing as a whole
        an_content_begin(s->content, s->book->reading, s->book->uri, "ods");
        (void) snprintf(text, sizeof text, "%s: tables after it are not read", fault->text);
        AN_TRY(an_content_tell(s->content, what, AN_UNKNOWN_COUNT, an_str_from_c(text), err));
    }
    return an_content_close(s->content, 0, (struct an_str) {0}, err);
}

static enum an_code read_sheets(void *state, const struct an_part *part, struct an_err *err) {
    struct an_content *content = an_alloc(sizeof *content);
    if (!content)
        return no_memory(err);
    *content = (struct an_content) {0};
    struct sheets s = {.book = state, .content = content, .rows_repeated = 1};
    const struct an_xml_events events = {&s, on_start, on_text, on_end, NULL};
    enum an_code what = AN_OK;
    struct an_err fault = {0};
    uint64_t bytes = 0;
    enum an_code code = an_xmlin_read(part->input, part->head, &events, &what, &fault, &bytes, err);
    if (!code)
        code = finish(&s, what, &fault, err);
    an_content_release(content);
    an_free(content);
    an_free(s.row);
    an_buf_release(&s.uri);
    an_buf_release(&s.text);
    an_buf_release(&s.shown);
    an_buf_release(&s.other);
    return code;
}

// The package.

static int sort(void *state, struct an_str name, struct an_str root) {
    (void) state, (void) name;
    return is(root, "document-content") ? AN_PART_STORE : AN_PART_TEXT;
}

static enum an_code give_rest(void *state, struct an_content *content, struct an_err *err) {
    const struct book *b = state;
    return an_content_line(content, an_buf_str(&b->aside), err);
}

static const struct an_package_format format = {
    .name = "ods", .sort = sort, .store = read_sheets, .finish = give_rest, .is_book = true,
};

static enum an_code read_book(struct an_reading *reading, struct an_input *input, const struct an_sniff *sniff,
                              struct an_err *err) {
    struct book book = {.reading = reading, .uri = input->uri};
    enum an_code code = an_package_read(&format, &book, reading, input, sniff, err);
    an_buf_release(&book.aside);
    return code;
}

static int sniff_book(const struct an_sniff *sniff) {
    return an_package_sniff_odf(sniff, AN_STR("application/vnd.oasis.opendocument.spreadsheet"));
}

const struct an_source an_source_ods = {
    .name = "ods",
    .title = {"OpenDocument spreadsheet (ODS)", "OpenDocument 电子表格（ODS）"},
    .spec = "OpenDocument 1.3 (ISO/IEC 26300)",
    .sniff = sniff_book,
    .read = read_book,
};
