#include "remote/copy.h"

#include <string.h>
#include "text/sql.h"

static bool is_hex(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); }

// A cell in which bytes may be, as \x and pairs of digits behind one backslash or more: what text is in them takes their place.
static enum an_code take_inside(struct an_table *t, char *line, struct an_str text, struct an_err *err) {
    enum an_code code = AN_OK;
    size_t from = 0;
    t->undone.len = 0;
    for (size_t i = 0; i + 1 < text.len && !code; i++) {
        size_t end = i + 2;
        if (text.ptr[i] != '\\' || text.ptr[i + 1] != 'x')
            continue;
        while (end < text.len && is_hex(text.ptr[end]))
            end++;
        if (end == i + 2 || (end - i) % 2)
            continue;
        code = an_buf_add(&t->undone, an_str_slice(text, from, i), err);
        if (!code)
            code = an_blob_text(&t->blob, an_sql_unhex(line, an_str_slice(text, i + 2, end)), &t->undone, err);
        from = end;
        i = end - 1;
    }
    if (!code)
        code = an_buf_add(&t->undone, an_str_slice(text, from, text.len), err);
    return code ? code : an_table_text(t, an_buf_str(&t->undone), err);
}

enum an_code an_copy_line(struct an_table *t, char *line, size_t len, const enum an_copy_cell *cells, size_t count,
                          bool *ret_fits, struct an_err *err) {
    size_t i = 0, at = 0;
    if (count) {
        enum an_code code = an_table_line(t, (struct an_str) {line, len}, ret_fits, err);
        if (code || *ret_fits)
            return code;
    }
    bool plain = !len || !memchr(line, '\\', len);
    *ret_fits = count == 0 && len == 0;
    for (; i < count; i++) {
        char *tab = len > at ? memchr(line + at, '\t', len - at) : NULL;
        struct an_str text = {line + at, (tab ? (size_t) (tab - line) : len) - at};
        bool null = false;
        at += text.len + 1;
        if (!plain)
            text = an_sql_unescape_copy(line + (text.ptr - line), text.len, &null);
        bool hex = cells[i] == AN_COPY_BYTES && text.len >= 2 && text.ptr[0] == '\\' && text.ptr[1] == 'x';
        struct an_str bytes = hex ? an_sql_unhex(line, an_str_slice(text, 2, text.len)) : (struct an_str) {0};
        enum an_code code;
        if (null || (hex && text.len == 2)) {
            code = an_table_text(t, (struct an_str) {0}, err);
        } else if (bytes.len) {
            code = an_table_bytes(t, bytes, err);
        } else if (cells[i] == AN_COPY_MIXED) {
            code = take_inside(t, line, text, err);
        } else {
            code = an_table_text(t, text, err);
        }
        if (code)
            return code;
        if (!tab) {
            *ret_fits = i + 1 == count;
            break;
        }
    }
    return AN_OK;
}
