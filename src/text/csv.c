// Separated values: the tokeniser.
//
// One pass finds the delimiters, quotes and line ends of a window and writes down where they are; the state
// machine then goes from one to the next and never looks at the bytes between them.
#include "text/csv.h"

#include <string.h>
#include "base/alloc.h"

static void rewind_to(struct an_csv *csv, size_t pos) {
    csv->window = pos;
    csv->width = csv->at = csv->found = csv->regular = 0;
}

static bool refill(struct an_csv *csv, struct an_str text, struct an_found *ret) {
    do {
        csv->window += csv->width;
        csv->width = text.len - csv->window < AN_CSV_WINDOW ? text.len - csv->window : AN_CSV_WINDOW;
        *ret = csv->bytes->find((struct an_str) {text.ptr + csv->window, csv->width}, csv->delimiter, csv->index);
    } while (!ret->count && csv->width);
    csv->at = csv->regular = 0;
    csv->found = ret->count;
    return csv->found;
}

// The next structural character; SIZE_MAX when the text holds no more.
static inline size_t event(struct an_csv *csv, struct an_str text) {
    struct an_found found;
    if (csv->at == csv->found && !refill(csv, text, &found))
        return SIZE_MAX;
    return csv->window + csv->index[csv->at++];
}

// Few blanks may stand around quotes; more are text. (So looking for them again and again costs nothing.)
static bool is_blank(const char *p, size_t n) {
    enum { FEW = 16 };
    if (n > FEW)
        return false;
    for (size_t i = 0; i < n; i++)
        if (p[i] != ' ' && p[i] != '\t')
            return false;
    return true;
}

static enum an_code grow_cells(struct an_csv *csv, struct an_err *err) {
    size_t cap = csv->cell_cap ? 2 * csv->cell_cap : 64;
    struct an_str *cells = an_realloc(csv->cells, cap * sizeof *cells);
    if (!cells)
        return an_fail(err, AN_NOMEM, "no memory for %zu cells", cap);
    csv->cells = cells;
    csv->cell_cap = cap;
    return AN_OK;
}

// Room for n more bytes in scratch. What is there may move, and the cells that lie in it with it.
static enum an_code reserve(struct an_csv *csv, size_t n, struct an_err *err) {
    size_t need = csv->scratch_len + n + AN_CSV_PADDING;
    if (need <= csv->scratch_cap)
        return AN_OK;
    size_t cap = csv->scratch_cap ? csv->scratch_cap : 4096;
    while (cap < need)
        cap *= 2;
    char *scratch = an_alloc(cap);
    if (!scratch)
        return an_fail(err, AN_NOMEM, "no memory for a cell");
    if (csv->scratch_len)
        memcpy(scratch, csv->scratch, csv->scratch_len);
    memset(scratch + csv->scratch_len, 0, cap - csv->scratch_len);
    for (size_t i = 0; csv->scratch_len && i < csv->count; i++)
        if (csv->cells[i].ptr >= csv->scratch && csv->cells[i].ptr < csv->scratch + csv->scratch_len)
            csv->cells[i].ptr = scratch + (csv->cells[i].ptr - csv->scratch);
    an_free(csv->scratch);
    csv->scratch = scratch;
    csv->scratch_cap = cap;
    return AN_OK;
}

static enum an_code undouble(struct an_csv *csv, struct an_str in, struct an_str *ret_out,
                             struct an_err *err) {
    enum an_code code = reserve(csv, in.len, err);
    if (code)
        return code;
    char *out = csv->scratch + csv->scratch_len;
    size_t n = 0;
    while (in.len) {
        const char *quote = memchr(in.ptr, '"', in.len);
        size_t take = quote ? (size_t) (quote - in.ptr) + 1 : in.len;
        memcpy(out + n, in.ptr, take);
        n += take;
        in = an_str_slice(in, quote ? take + 1 : take, in.len);
    }
    csv->scratch_len += n;
    *ret_out = (struct an_str) {out, n};
    return AN_OK;
}

// ="4403..." and '4403...: how spreadsheets keep a number from being one.
static struct an_str unmark(struct an_str cell) {
    if (cell.len >= 3 && cell.ptr[0] == '=' && cell.ptr[1] == '"' && cell.ptr[cell.len - 1] == '"')
        return an_str_slice(cell, 2, cell.len - 1);
    if (cell.len >= 2 && cell.ptr[0] == '\'' && cell.ptr[cell.len - 1] != '\'')
        return an_str_slice(cell, 1, cell.len);
    return cell;
}

static inline enum an_code push(struct an_csv *csv, const char *p, size_t n, struct an_err *err) {
    if (csv->count == csv->cell_cap) {
        enum an_code code = grow_cells(csv, err);
        if (code)
            return code;
    }
    struct an_str cell = {p, n};
    if (n && (*p == '=' || *p == '\''))
        cell = unmark(cell);
    csv->cells[csv->count++] = cell;
    return AN_OK;
}

enum quoted { CLOSED, UNCLOSED, OVERLONG, JUNK };

// From an opening quote to the structural character behind the closing one (SIZE_MAX: the end of the text).
static enum quoted close_quote(struct an_csv *csv, struct an_str text, size_t open, size_t *ret_close,
                               size_t *ret_next,
                               bool *ret_doubled) {
    size_t close;
    *ret_doubled = false;
    for (;;) {
        close = event(csv, text);
        if (close == SIZE_MAX)
            return text.len - open > csv->quoted_max ? OVERLONG : UNCLOSED;
        if (close - open > csv->quoted_max)
            return OVERLONG;
        if (text.ptr[close] != '"')
            continue;
        if (close + 1 == text.len || text.ptr[close + 1] != '"')
            break;
        *ret_doubled = true;
        (void) event(csv, text);
    }
    *ret_close = close;
    *ret_next = event(csv, text);
    size_t end = *ret_next == SIZE_MAX ? text.len : *ret_next;
    bool at_end = *ret_next == SIZE_MAX || text.ptr[end] == '\n';
    if (at_end && end > close + 1 && text.ptr[end - 1] == '\r')
        end--;
    bool quote_follows = *ret_next != SIZE_MAX && text.ptr[*ret_next] == '"';
    return quote_follows || !is_blank(text.ptr + close + 1, end - close - 1) ? JUNK : CLOSED;
}

static enum an_code more(struct an_csv *csv, bool last, enum an_csv_step *ret_step) {
    csv->used = csv->pos;
    csv->pos = 0;
    csv->literal_from = SIZE_MAX;
    csv->unbalanced = false;
    rewind_to(csv, 0);
    *ret_step = last ? AN_CSV_END : AN_CSV_MORE;
    return AN_OK;
}

static enum an_code finish(struct an_csv *csv, size_t next, enum an_csv_step *ret_step) {
    csv->pos = next;
    csv->literal_from = SIZE_MAX;
    *ret_step = AN_CSV_RECORD;
    return AN_OK;
}

static void begin(struct an_csv *csv) {
    if (!csv->bytes)
        csv->bytes = an_bytes_best();
    if (!csv->quoted_max)
        csv->quoted_max = AN_CSV_QUOTED_MAX;
    if (!csv->pos && !csv->literal_from)
        csv->literal_from = SIZE_MAX;
}

enum an_code an_csv_next(struct an_csv *csv, struct an_str text, bool last, enum an_csv_step *ret_step,
                         struct an_err *err) {
    begin(csv);
    csv->regular = 0;
    csv->unbalanced = csv->cut = false;
    if (text.len == 0)
        return more(csv, last, ret_step);
again:
    csv->count = csv->scratch_len = 0;
    csv->start = csv->pos;
    size_t field = csv->pos;
    enum an_code code = AN_OK;
    while (!code) {
        size_t at = event(csv, text);
        if (at == SIZE_MAX)
            break;
        char c = text.ptr[at];
        if (c == csv->delimiter) {
            code = push(csv, text.ptr + field, at - field, err);
            field = at + 1;
            if (csv->count < AN_CSV_CELLS_MAX)
                continue;
            csv->cut = true;
            return code ? code : finish(csv, field, ret_step);
        }
        if (c == '\n') {
            size_t end = at > field && text.ptr[at - 1] == '\r' ? at - 1 : at;
            if (csv->count == 0 && end == field && field == csv->start) {
                csv->pos = csv->start = field = at + 1;         // an empty line
                continue;
            }
            code = push(csv, text.ptr + field, end - field, err);
            return code ? code : finish(csv, at + 1, ret_step);
        }
        if (at >= csv->literal_from || !is_blank(text.ptr + field, at - field))
            // a quote inside a cell is a character like others
            continue;
        size_t close = 0, next = 0;
        bool doubled;
        enum quoted how = close_quote(csv, text, at, &close, &next, &doubled);
        if (!last && (how == UNCLOSED || (how != OVERLONG && next == SIZE_MAX)))
            return more(csv, false, ret_step);
        if (how == JUNK && !memchr(text.ptr + at, '\n', close - at)) {
            csv->at -= next != SIZE_MAX;                        // "a"b: as it stands, to the next delimiter
            continue;
        }
        if (how != CLOSED) {
            csv->literal_from = at;
            csv->unbalanced = true;
            rewind_to(csv, csv->pos);
            goto again;
        }
        struct an_str cell = {text.ptr + at + 1, close - at - 1};
        if (doubled)
            code = undouble(csv, cell, &cell, err);
        if (!code)
            code = push(csv, cell.ptr, cell.len, err);
        if (code)
            return code;
        if (next == SIZE_MAX)
            return finish(csv, text.len, ret_step);
        field = next + 1;
        if (text.ptr[next] == '\n')
            return finish(csv, field, ret_step);
    }
    if (code)
        return code;
    if (!last || (csv->count == 0 && field == text.len))
        return more(csv, last, ret_step);
    size_t end = text.len > field && text.ptr[text.len - 1] == '\r' ? text.len - 1 : text.len;
    code = push(csv, text.ptr + field, end - field, err);
    return code ? code : finish(csv, text.len, ret_step);
}

// What lies between the structural characters from `at` on: a plain row, something else, or the characters at hand end.
enum row { PLAIN, OTHER, CUT };

// From an opening quote at p[*from - 1] to a closing one that the cell's end follows: nothing around them, and no other quote
// within. *stop: the cell's end, after.
static inline enum row plain_quoted(const struct an_csv *csv, const char *p, bool is_last, const uint32_t **next,
                                    const uint32_t *end, size_t from, size_t *ret_to, size_t *ret_stop) {
    if (end - *next < 2)
        return CUT;
    size_t to = *(*next)++, stop = *(*next)++, behind = to + 1 + (is_last && p[to + 1] == '\r');
    *ret_to = to;
    *ret_stop = stop;
    return p[to] != '"' || stop != behind || p[stop] == '"' || to - from > csv->quoted_max ? OTHER : PLAIN;
}

// The next row of a text of which p is the window, `field` its place there. *at: behind its last structural character, after.
static inline enum row plain_row(const struct an_csv *csv, const char *p, size_t field, size_t columns, struct an_span *cells,
                                 const uint32_t **at) {
    const uint32_t *next = *at, *end = csv->index + csv->found;
    const char delimiter = csv->delimiter;
    const size_t window = csv->window;
    for (size_t i = 0; i < columns; i++) {
        if (next == end)
            return CUT;
        bool is_last = i + 1 == columns;
        char closing = is_last ? '\n' : delimiter;
        size_t from = field, stop = *next++, to = stop;
        if (p[stop] != closing) {                   // seldom
            if (p[stop] != '"' || stop != field)
                return OTHER;
            enum row how = plain_quoted(csv, p, is_last, &next, end, ++from, &to, &stop);
            if (how != PLAIN)
                return how;
            if (p[stop] != closing)
                return OTHER;
        } else if (is_last && to > from && p[to - 1] == '\r') {
            to--;
        }
        if (p[from] == '\'' && to - from >= 2 && p[to - 1] != '\'')      // as in unmark; ="..." has quotes inside
            from++;
        cells[i] = (struct an_span) {(uint32_t) (window + from), (uint32_t) (to - from)};
        field = stop + 1;
    }
    *at = next;
    return columns == 1 && !cells[0].len ? OTHER : PLAIN;           // an empty line is no row
}

// How many rows the window begins with, when it has no other lines and nothing in it is quoted: then each row's last
// character is a line feed, and as many line feeds as there are rows leave none for the inside of one. Else 0.
static size_t regular_rows(const struct an_csv *csv, const char *p, size_t columns, const struct an_found *found) {
    if (columns < 2 || csv->window != csv->pos || found->quoted || found->lines != found->count / columns)
        return 0;
    for (const uint32_t *last = csv->index + columns - 1, *end = csv->index + found->count; last < end; last += columns)
        if (p[*last] != '\n')
            return 0;
    return found->lines;
}

// Takes the apostrophes from the cells that begin with one and do not end so, as unmark does. p[from..] are the n cells' bytes;
// index[i] is where cell i ends.
static void unmark_rows(const char *p, size_t from, const uint32_t *index, struct an_span *cells, size_t n) {
    const char *end = p + index[n - 1];
    for (const char *q = p + from; (q = memchr(q, '\'', (size_t) (end - q))); q++) {
        size_t low = 0, high = n - 1;               // the first cell that ends behind it
        while (low < high) {
            size_t middle = (low + high) / 2;
            low = index[middle] > (size_t) (q - p) ? low : middle + 1;
            high = index[middle] > (size_t) (q - p) ? middle : high;
        }
        struct an_span *cell = &cells[low];
        size_t start = low ? index[low - 1] + 1 : from;
        if ((size_t) (q - p) != start || cell->len < 2 || q[cell->len - 1] == '\'')
            continue;
        cell->at++;
        cell->len--;
    }
}

// The next n of the regular rows: what lies between the structural characters is the cells, whatever they are.
static void lay_out(struct an_csv *csv, const char *p, size_t columns, struct an_span *cells, size_t n) {
    const uint32_t *index = csv->index + csv->at, window = (uint32_t) csv->window;
    const size_t count = n * columns;
    size_t start = csv->pos - csv->window;
    cells[0] = (struct an_span) {window + (uint32_t) start, index[0] - (uint32_t) start};
    for (size_t i = 1; i < count; i++)
        cells[i] = (struct an_span) {window + index[i - 1] + 1, index[i] - index[i - 1] - 1};
    for (size_t i = columns - 1; i < count; i += columns)
        cells[i].len -= cells[i].len && p[index[i] - 1] == '\r';
    if (csv->marked)
        unmark_rows(p, start, index, cells, count);
    csv->at += count;
    csv->regular -= n;
    csv->pos = csv->window + index[count - 1] + 1;
}

size_t an_csv_rows(struct an_csv *csv, struct an_str text, size_t columns, struct an_span *cells, size_t most) {
    begin(csv);
    size_t n = 0;
    bool fresh = false;                             // the window begins with the row
    if (text.len > UINT32_MAX)
        return 0;
    while (n < most && csv->window <= csv->pos) {
        const char *p = text.ptr + csv->window;
        if (csv->regular) {
            size_t some = csv->regular < most - n ? csv->regular : most - n;
            lay_out(csv, p, columns, cells + n * columns, some);
            fresh = false;
            n += some;
            continue;
        }
        const uint32_t *at = csv->index + csv->at;
        enum row how = plain_row(csv, p, csv->pos - csv->window, columns, cells + n * columns, &at);
        if (how == PLAIN) {
            csv->pos = csv->window + at[-1] + 1;
            csv->at = (size_t) (at - csv->index);
            fresh = false;
            n++;
            continue;
        }
        if (how == OTHER || fresh || csv->window + csv->width == text.len)
            break;
        rewind_to(csv, csv->pos);
        fresh = true;
        struct an_found found;
        if (!refill(csv, text, &found))
            break;
        csv->regular = regular_rows(csv, text.ptr + csv->window, columns, &found);
        csv->marked = found.marked;
    }
    return n;
}

void an_csv_release(struct an_csv *csv) {
    an_free(csv->cells);
    an_free(csv->scratch);
    csv->cells = NULL;
    csv->scratch = NULL;
    csv->count = csv->cell_cap = csv->scratch_len = csv->scratch_cap = 0;
}
