// How a text of separated values is written.
#include "text/dialect.h"

#include <string.h>
#include "base/alloc.h"
#include "text/csv.h"

enum { RECORDS = AN_DIALECT_ROWS, COLUMNS = AN_DIALECT_COLUMNS };

// What a cell looks like.
// IDENT_WORD: snake_case; FOREIGN: a word with more than ASCII
enum shape { EMPTY, WORD, IDENT_WORD, FOREIGN, DATA };

static enum shape shape_of(struct an_str cell) {
    enum { LONG = 5 };
    size_t digits = 0, letters = 0, high = 0;
    bool at = false, underscore = false, space = false;
    for (size_t i = 0; i < cell.len; i++) {
        unsigned char c = (unsigned char) cell.ptr[i];
        bool wide_digit = c == 0xEF && i + 2 < cell.len && cell.ptr[i + 1] == (char) 0xBC &&
                          (unsigned char) cell.ptr[i + 2] >= 0x90 && (unsigned char) cell.ptr[i + 2] <= 0x99;
        digits += wide_digit || (c >= '0' && c <= '9');
        i += wide_digit ? 2 : 0;
        letters += (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
        high += c >= 0x80 && !wide_digit;
        at |= c == '@' || (c == ':' && cell.len - i > 2 && cell.ptr[i + 1] == '/' && cell.ptr[i + 2] == '/');
        underscore |= c == '_';
        space |= c == ' ';
    }
    if (cell.len == 0)
        return EMPTY;
    if (at || digits >= LONG || (digits && !letters && !high))
        return DATA;
    if (high)
        return FOREIGN;
    return underscore && letters && !space ? IDENT_WORD : WORD;
}

// The first records of a text, tokenised with one delimiter.
struct sample {
    size_t count, usual, agree;             // records; the cells most of them have; how many of them do
    size_t cells[RECORDS];
    unsigned char shapes[RECORDS][COLUMNS];
    size_t spaces, all_cells;
    // the first record: a cell too long for a name, the same cell twice
    bool long_first, repeats_first;
};

static void note_first(struct sample *s, const struct an_str *cells, size_t count) {
    enum { NAME_MAX_BYTES = 100, WORDS = 6 };
    for (size_t i = 0; i < count; i++) {
        struct an_str cell = cells[i];
        size_t spaces = 0;
        for (size_t k = 0; k < cell.len && k < NAME_MAX_BYTES; k++)
            spaces += cell.ptr[k] == ' ';
        s->long_first |= cell.len > NAME_MAX_BYTES || spaces >= WORDS;
        for (size_t k = 0; k < i && k < COLUMNS; k++)
            s->repeats_first |= an_str_eq(cell, cells[k]);
    }
}

static void note(struct sample *s, const struct an_str *cells, size_t count) {
    if (s->count == 0)
        note_first(s, cells, count);
    for (size_t i = 0; i < count && i < COLUMNS; i++) {
        struct an_str cell = cells[i];
        s->shapes[s->count][i] = (unsigned char) shape_of(cell);
        for (size_t k = 0; k < cell.len; k++)
            s->spaces += cell.ptr[k] == ' ';
    }
    s->all_cells += count;
    s->cells[s->count++] = count;
}

static void agree(struct sample *s) {
    for (size_t i = 0; i < s->count; i++) {
        size_t same = 0;
        for (size_t k = 0; k < s->count; k++)
            same += s->cells[k] == s->cells[i];
        if (same > s->agree) {
            s->agree = same;
            s->usual = s->cells[i];
        }
    }
}

static enum an_code take_sample(struct an_str text, struct an_csv *csv, struct sample *s,
                                struct an_err *err) {
    *s = (struct sample) {0};
    while (s->count < RECORDS) {
        enum an_csv_step step;
        enum an_code code = an_csv_next(csv, text, true, &step, err);
        if (code)
            return code;
        if (step != AN_CSV_RECORD)
            break;
        note(s, csv->cells, csv->count);
    }
    agree(s);
    return AN_OK;
}

// Whether the rows below the first look like data in this column, and the first does not.
static bool contrasts(const struct sample *s, size_t column) {
    size_t filled = 0, data = 0, foreign = 0, ident = 0;
    for (size_t i = 1; i < s->count; i++) {
        enum shape shape = column < s->cells[i] ? (enum shape) s->shapes[i][column] : EMPTY;
        filled += shape != EMPTY;
        data += shape == DATA;
        foreign += shape == FOREIGN;
        ident += shape == IDENT_WORD;
    }
    enum shape first = (enum shape) s->shapes[0][column];
    if (!filled || first == EMPTY)
        return false;
    if (data * 5 >= filled * 4)
        return true;
    return (first != FOREIGN && foreign * 5 >= filled * 4) || (first == IDENT_WORD && ident == 0);
}

static void judge_header(const struct sample *s, struct an_dialect *d) {
    size_t empty = 0, told = 0, columns = s->cells[0] < COLUMNS ? s->cells[0] : COLUMNS;
    for (size_t i = 0; i < columns; i++) {
        if (s->shapes[0][i] == DATA)
            return;
        empty += s->shapes[0][i] == EMPTY;
        told += contrasts(s, i);
    }
    if (s->long_first || empty == columns || (!told && (empty || s->repeats_first)))
        return;
    d->header = true;
    d->header_unsure = !told;
}

static bool begins_like_markup(struct an_str text) {
    size_t i = 0;
    while (i < text.len && (text.ptr[i] == ' ' || text.ptr[i] == '\n' || text.ptr[i] == '\r' ||
                            text.ptr[i] == '\t'))
        i++;
    return i < text.len && (text.ptr[i] == '{' || text.ptr[i] == '[' || text.ptr[i] == '<');
}

static struct an_dialect judge(const struct sample *s, char delimiter, bool named) {
    struct an_dialect d = {.delimiter = delimiter, .columns = s->cells[0]};
    if (s->count == 0)
        return d;
    judge_header(s, &d);
    if (!d.header)
        d.columns = s->usual;
    bool one_column = s->usual < 2;
    if (one_column)
        d.sure = named && delimiter == ',' ? 30 : 0;
    else if (s->agree * 10 >= s->count * 9)
        d.sure = d.header ? 60 : 40;
    else if (d.header && !d.header_unsure && s->cells[0] == s->usual && s->agree * 2 >= s->count)
        d.sure = 35;
    if (named && d.sure)
        d.sure += 20;
    if (named)
        return d;
    // prose and logs may have one comma in every line by chance; cells of few words have not
    bool words = s->spaces * 2 > s->all_cells * 3;
    if (s->count < 2 || (words && !d.header) || (d.header_unsure && (s->count < 4 || words)))
        d.sure = 0;
    return d;
}

enum an_code an_dialect_detect(struct an_str text, bool named, struct an_dialect *ret_dialect,
                               struct an_err *err) {
    static const char delimiters[] = {'\t', ',', ';', '|', 1};
    struct an_dialect best = {.delimiter = ',', .columns = 1};
    size_t best_agree = 0, best_count = 1;
    if (!named && begins_like_markup(text)) {
        *ret_dialect = best;
        return AN_OK;
    }
    struct sample *s = an_alloc(sizeof *s);
    struct an_csv *csv = an_alloc(sizeof *csv);
    enum an_code code = s && csv ? AN_OK : an_fail(err, AN_NOMEM, "no memory for a sample of a table");
    for (size_t i = 0; !code && i < AN_COUNT(delimiters); i++) {
        memset(csv, 0, offsetof(struct an_csv, index));
        csv->delimiter = delimiters[i];
        code = take_sample(text, csv, s, err);
        an_csv_release(csv);
        if (code)
            break;
        struct an_dialect d = judge(s, delimiters[i], named);
        bool wider = d.columns > 1 && best.columns <= 1;
        bool steadier = d.columns > 1 && s->agree * best_count > best_agree * s->count;
        if (d.sure && (!best.sure || wider || steadier)) {
            best = d;
            best_agree = s->agree;
            best_count = s->count;
        }
    }
    an_free(s);
    an_free(csv);
    if (!code)
        *ret_dialect = best;
    return code;
}

enum an_code an_dialect_judge(const struct an_dialect_row *rows, size_t count, bool *ret_header, bool *ret_unsure,
                              struct an_err *err) {
    struct an_dialect d = {0};
    struct sample *s = an_alloc(sizeof *s);
    if (!s)
        return an_fail(err, AN_NOMEM, "no memory for a sample of a table");
    *s = (struct sample) {0};
    for (size_t i = 0; i < count && i < RECORDS; i++)
        note(s, rows[i].cells, rows[i].count);
    if (s->count)
        judge_header(s, &d);
    an_free(s);
    *ret_header = d.header;
    *ret_unsure = d.header_unsure;
    return AN_OK;
}
