#define _GNU_SOURCE
#include "text/sql.h"

#include <string.h>

#include "base/utf8.h"
#include "text/find.h"

static bool is_blank(char c) { return c == ' ' || (c >= '\t' && c <= '\r') || c == '\0'; }
static bool is_digit(char c) { return c >= '0' && c <= '9'; }

static bool is_word(char c) {
    unsigned char u = (unsigned char) c;
    return (unsigned) (u | 0x20) - 'a' < 26u || is_digit(c) || u == '_' || u == '$' || u >= 0x80;
}

static int hex_digit(char c) {
    if (is_digit(c))
        return c - '0';
    int low = c | 0x20;
    return low >= 'a' && low <= 'f' ? low - 'a' + 10 : -1;
}

static bool has(struct an_str s, const char *word) { return s.len && memmem(s.ptr, s.len, word, strlen(word)) != NULL; }

struct an_sql_dialect an_sql_detect(struct an_str head) {
    struct an_sql_dialect mysql = {.mysql = true, .backslash = true}, other = {0};
    if (head.len == 0)
        return other;
    // Tools name the server in the first lines; further down the words may be data.
    static const char *const mysql_names[] = {"MySQL", "MariaDB", "phpMyAdmin"};
    static const char *const other_names[] = {"PostgreSQL", "SQLite", "PRAGMA ", "Oracle", "SQL Server", "[dbo]"};
    struct an_str top = an_str_slice(head, 0, 1024);
    for (size_t i = 0; i < sizeof mysql_names / sizeof mysql_names[0]; i++)
        if (has(top, mysql_names[i]))
            return mysql;
    bool named = false;
    for (size_t i = 0; i < sizeof other_names / sizeof other_names[0]; i++)
        named |= has(top, other_names[i]);
    static const char *const mysql_signs[] = {"ENGINE=", "engine=", "AUTO_INCREMENT", "auto_increment", "LOCK TABLES", "/*!",
                                              "INSERT INTO `", "insert into `", "TABLE `", "table `", "SET NAMES"};
    for (size_t i = 0; !named && i < sizeof mysql_signs / sizeof mysql_signs[0]; i++)
        if (has(head, mysql_signs[i]))
            return mysql;
    other.brackets = has(head, "[dbo].") || has(head, "INSERT [") || has(head, "INTO [") || has(head, "TABLE [");
    // A backslash before a quote that a letter follows: it's the only way to read "it\'s", and ends no standard string.
    for (size_t i = 0; !named && i + 2 < head.len; i++)
        if (head.ptr[i] == '\\' && head.ptr[i + 1] == '\'' && is_word(head.ptr[i + 2]))
            other.backslash = true;
    return other;
}

// Pieces are written where the caller wants them: handing 64 bytes from return to return costs more than finding them.
static inline void set(struct an_sql_piece *p, enum an_sql_token token, size_t start, size_t end) {
    p->token = token;
    p->start = start;
    p->end = end;
    p->text = (struct an_str) {"", 0};
    p->quote = '\0';
    p->backslash = p->escaped = false;
}

// What to answer when the window ends within the token at `start`.
static void cut_short(struct an_sql_piece *p, size_t start, size_t end, bool last) {
    set(p, last ? AN_SQL_BAD : AN_SQL_MORE, start, end);
}

// Quoted text whose opening quote is at `open`, of a token that begins at `start`.
static inline void read_quoted(struct an_sql_piece *p, struct an_str w, size_t start, size_t open, char close, bool backslash,
                               bool last, enum an_sql_token token) {
    bool escaped = false;
    for (size_t i = open + 1;;) {
        i = an_find_either(w.ptr, i, w.len, close, backslash ? '\\' : close);
        if (i >= w.len)
            return cut_short(p, start, w.len, last);
        if (w.ptr[i] == '\\' && close != '\\') {
            escaped = true;
            i += 2;
            continue;
        }
        if (i + 1 >= w.len && !last)
            return cut_short(p, start, w.len, last);        // the quote may be doubled
        if (i + 1 < w.len && w.ptr[i + 1] == close) {
            escaped = true;
            i += 2;
            continue;
        }
        set(p, token, start, i + 1);
        p->text = (struct an_str) {w.ptr + open + 1, i - open - 1};
        p->quote = w.ptr[open];
        p->backslash = backslash;
        p->escaped = escaped;
        return;
    }
}

static void read_line_comment(struct an_sql_piece *p, struct an_str w, size_t start, bool last) {
    const char *lf = memchr(w.ptr + start, '\n', w.len - start);
    if (!lf && !last)
        return cut_short(p, start, w.len, last);
    set(p, AN_SQL_COMMENT, start, lf ? (size_t) (lf - w.ptr) : w.len);
    p->text = an_str_slice(w, p->start, p->end);
}

static void read_block_comment(struct an_sql_piece *p, struct an_str w, size_t start, bool last) {
    const char *end = memmem(w.ptr + start + 2, w.len - start - 2, "*/", 2);
    if (!end)
        return cut_short(p, start, w.len, last);
    set(p, AN_SQL_COMMENT, start, (size_t) (end - w.ptr) + 2);
    p->text = an_str_slice(w, p->start, p->end);
}

// $tag$ ... $tag$ of PostgreSQL; a bare $ is an ordinary character.
static void read_dollar(struct an_sql_piece *p, struct an_str w, size_t start, bool last) {
    size_t i = start + 1;
    while (i < w.len && i - start < 64 && w.ptr[i] != '$' && is_word(w.ptr[i]))
        i++;
    if (i >= w.len && !last)
        return cut_short(p, start, w.len, last);
    if (i >= w.len || w.ptr[i] != '$' || is_digit(w.ptr[start + 1]))
        return set(p, AN_SQL_MARK, start, start + 1);
    size_t tag = i + 1 - start;
    const char *end = memmem(w.ptr + i + 1, w.len - i - 1, w.ptr + start, tag);
    if (!end)
        return cut_short(p, start, w.len, last);
    set(p, AN_SQL_STRING, start, (size_t) (end - w.ptr) + tag);
    p->text = an_str_slice(w, i + 1, (size_t) (end - w.ptr));
    p->quote = '$';
}

static void read_number(struct an_sql_piece *p, struct an_str w, size_t start, bool last) {
    size_t i = start;
    if (w.ptr[i] == '0' && i + 1 < w.len && (w.ptr[i + 1] == 'x' || w.ptr[i + 1] == 'X')) {
        for (i += 2; i < w.len && hex_digit(w.ptr[i]) >= 0;)
            i++;
        if (i >= w.len && !last)
            return cut_short(p, start, w.len, last);
        set(p, AN_SQL_HEX, start, i);
        p->text = an_str_slice(w, start + 2, i);
        return;
    }
    for (; i < w.len; i++) {
        bool sign = (w.ptr[i] == '+' || w.ptr[i] == '-') && i > start && (w.ptr[i - 1] | 0x20) == 'e';
        if (!is_digit(w.ptr[i]) && w.ptr[i] != '.' && (w.ptr[i] | 0x20) != 'e' && !sign)
            break;
    }
    if (i >= w.len && !last)
        return cut_short(p, start, w.len, last);
    set(p, AN_SQL_NUMBER, start, i);
    p->text = an_str_slice(w, start, i);
}

static void read_word(struct an_sql_piece *p, struct an_str w, size_t start, bool last, struct an_sql_dialect dialect) {
    size_t i = start + 1;
    while (i < w.len && is_word(w.ptr[i]))
        i++;
    if (i >= w.len && !last)
        return cut_short(p, start, w.len, last);
    if (i - start == 1 && i < w.len && w.ptr[i] == '\'') {      // E'..', N'..', X'..', B'..'
        switch (w.ptr[start] | 0x20) {
        case 'e': return read_quoted(p, w, start, i, '\'', true, last, AN_SQL_STRING);
        case 'n': return read_quoted(p, w, start, i, '\'', dialect.backslash, last, AN_SQL_STRING);
        case 'x': return read_quoted(p, w, start, i, '\'', false, last, AN_SQL_HEX);
        default:  break;
        }
    }
    set(p, AN_SQL_WORD, start, i);
    p->text = an_str_slice(w, start, i);
}

// Where a comment begins at i: its two characters, or a '#'. In MySQL a '--' needs a blank (or more dashes) behind it.
static bool is_line_comment(struct an_str w, size_t i, struct an_sql_dialect dialect) {
    if (w.ptr[i] == '#')
        return dialect.mysql;
    if (w.ptr[i] != '-' || i + 1 >= w.len || w.ptr[i + 1] != '-')
        return false;
    return !dialect.mysql || i + 2 >= w.len || is_blank(w.ptr[i + 2]) || w.ptr[i + 2] == '-';
}

void an_sql_read(struct an_str window, size_t pos, bool last, struct an_sql_dialect dialect, struct an_sql_piece *ret_piece) {
    size_t i = pos;
again:
    while (i < window.len && is_blank(window.ptr[i]))
        i++;
    if (i >= window.len)
        return set(ret_piece, last ? AN_SQL_END : AN_SQL_MORE, window.len, window.len);
    char c = window.ptr[i], next = i + 1 < window.len ? window.ptr[i + 1] : '\0';
    if ((c == '-' || c == '/' || c == '*' || c == '.') && i + 1 >= window.len && !last)
        return cut_short(ret_piece, i, window.len, last);
    if (is_line_comment(window, i, dialect))
        return read_line_comment(ret_piece, window, i, last);
    if (c == '/' && next == '*') {
        if (i + 3 >= window.len && !last)
            return cut_short(ret_piece, i, window.len, last);
        if (!dialect.mysql || i + 2 >= window.len || window.ptr[i + 2] != '!')
            return read_block_comment(ret_piece, window, i, last);
        size_t start = i;
        for (i += 3; i < window.len && is_digit(window.ptr[i]);)          // /*!50705 code */ is code to MySQL
            i++;
        if (i >= window.len && !last)
            return cut_short(ret_piece, start, window.len, last);
        goto again;
    }
    if (dialect.mysql && c == '*' && next == '/') {
        i += 2;
        goto again;
    }
    switch (c) {
    case '\'':
        return read_quoted(ret_piece, window, i, i, '\'', dialect.backslash, last, AN_SQL_STRING);
    case '"':
        return read_quoted(ret_piece, window, i, i, '"', dialect.mysql && dialect.backslash, last, AN_SQL_NAME);
    case '`':
        return read_quoted(ret_piece, window, i, i, '`', false, last, AN_SQL_NAME);
    case '[':
        if (dialect.brackets)
            return read_quoted(ret_piece, window, i, i, ']', false, last, AN_SQL_NAME);
        break;
    case '$':
        if (!dialect.mysql)
            return read_dollar(ret_piece, window, i, last);
        break;
    default:
        if (is_digit(c) || (c == '.' && is_digit(next)))
            return read_number(ret_piece, window, i, last);
        if (is_word(c))
            return read_word(ret_piece, window, i, last, dialect);
    }
    return set(ret_piece, AN_SQL_MARK, i, i + 1);
}

// \ooo or \xhh at p, which points behind the backslash: the byte, and how many characters of p it takes; -1 when it is none.
static int read_byte_escape(const char *p, size_t n, size_t *ret_len) {
    size_t i = 0;
    int value = 0;
    if (p[0] == 'x') {
        for (i = 1; i < n && i < 3 && hex_digit(p[i]) >= 0; i++)
            value = value * 16 + hex_digit(p[i]);
        *ret_len = i;
        return i > 1 ? value : -1;
    }
    for (; i < n && i < 3 && p[i] >= '0' && p[i] <= '7'; i++)
        value = value * 8 + (p[i] - '0');
    *ret_len = i;
    return i > 0 ? value & 0xFF : -1;
}

// \uXXXX or \UXXXXXXXX behind the backslash. 0 characters when it is none.
static size_t read_code_point(const char *p, size_t n, uint32_t *ret_point) {
    size_t digits = p[0] == 'u' ? 4 : p[0] == 'U' ? 8 : 0;
    if (digits == 0 || n < digits + 1)
        return 0;
    uint32_t c = 0;
    for (size_t i = 1; i <= digits; i++) {
        if (hex_digit(p[i]) < 0)
            return 0;
        c = c << 4 | (uint32_t) hex_digit(p[i]);
    }
    *ret_point = c > 0x10FFFF || (c >= 0xD800 && c < 0xE000) ? 0xFFFD : c;
    return digits + 1;
}

// What stands behind a backslash at p, n >= 1 bytes: written to `out`, its length returned; *ret_used bytes of p are done.
static size_t undo_escape(const char *p, size_t n, bool mysql, size_t *ret_used, char out[static 4]) {
    size_t used;
    uint32_t point;
    *ret_used = 1;
    switch (p[0]) {
    case 'b': out[0] = '\b'; return 1;
    case 'f': out[0] = mysql ? 'f' : '\f'; return 1;
    case 'n': out[0] = '\n'; return 1;
    case 'r': out[0] = '\r'; return 1;
    case 't': out[0] = '\t'; return 1;
    case 'v': out[0] = mysql ? 'v' : '\v'; return 1;
    default:  break;
    }
    if (mysql) {
        out[0] = p[0] == '0' ? '\0' : p[0] == 'Z' ? '\x1A' : p[0];
        return 1;
    }
    int byte = read_byte_escape(p, n, &used);
    if (byte >= 0) {
        *ret_used = used;
        out[0] = (char) byte;
        return 1;
    }
    used = read_code_point(p, n, &point);
    if (used) {
        *ret_used = used;
        return an_utf8_put(point, out);
    }
    out[0] = p[0];
    return 1;
}

static struct an_str undo(char *text, size_t len, bool backslash, bool mysql, char quote) {
    char *out = text, *end = text + len;
    for (char *p = text; p < end;) {
        size_t plain = an_find_either(p, 0, (size_t) (end - p), quote ? quote : '\\', backslash ? '\\' : quote);
        memmove(out, p, plain);
        out += plain;
        p += plain;
        if (p >= end)
            break;
        if (p + 1 >= end) {                     // a lone backslash or quote at the very end stands for itself
            *out++ = *p++;
        } else if (*p == '\\' && backslash) {
            char made[4];
            size_t used, n = undo_escape(p + 1, (size_t) (end - p - 1), mysql, &used, made);
            memcpy(out, made, n);
            out += n;
            p += 1 + used;
        } else {
            *out++ = *p;
            p += p[1] == *p ? 2 : 1;
        }
    }
    memset(out, ' ', (size_t) (end - out));
    return (struct an_str) {text, (size_t) (out - text)};
}

struct an_str an_sql_unescape(char *window, const struct an_sql_piece *piece, struct an_sql_dialect dialect) {
    if (!piece->escaped)
        return piece->text;
    char close = piece->quote == '[' ? ']' : piece->token == AN_SQL_STRING && piece->quote != '"' ? '\'' : piece->quote;
    size_t at = piece->end - 1 - piece->text.len;
    return undo(window + at, piece->text.len, piece->backslash, dialect.mysql, close);
}

struct an_str an_sql_unescape_copy(char *field, size_t len, bool *ret_null) {
    *ret_null = len == 2 && field[0] == '\\' && field[1] == 'N';
    if (!memchr(field, '\\', len))
        return (struct an_str) {field, len};
    return undo(field, len, true, false, '\0');
}

struct an_str an_sql_unhex(char *window, struct an_str text) {
    char *out = window + (text.ptr - window);
    size_t n = text.len / 2;
    if (text.len % 2)
        return (struct an_str) {out, 0};
    for (size_t i = 0; i < text.len; i++)
        if (hex_digit(text.ptr[i]) < 0)
            return (struct an_str) {out, 0};
    for (size_t i = 0; i < n; i++)
        out[i] = (char) ((unsigned) hex_digit(out[2 * i]) << 4 | (unsigned) hex_digit(out[2 * i + 1]));
    memset(out + n, ' ', n);
    return (struct an_str) {out, n};
}
