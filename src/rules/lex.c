// Cutting rule text into lexemes.
#include "rules/lex.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include "base/utf8.h"

enum { SEEN_MAX = 40 };         // bytes of a lexeme that a message shows

static unsigned column_of(const struct an_lex *lex, size_t pos) {
    unsigned column = lex->known_column;
    struct an_str part = an_str_slice(lex->text, lex->known_at, pos < lex->text.len ? pos : lex->text.len);
    for (size_t i = 0; i < part.len; i++)
        column += ((unsigned char) part.ptr[i] & 0xC0) != 0x80;
    return column;
}

enum an_code an_lex_fail(const struct an_lex *lex, const struct an_lexeme *at, struct an_err *err,
                         const char *fmt, ...) {
    char said[sizeof err->text];
    va_list ap;
    va_start(ap, fmt);
    (void) vsnprintf(said, sizeof said, fmt, ap);
    va_end(ap);
    size_t n = strlen(said);
    n = an_utf8_valid((struct an_str) {said, n});       // what was cut may have been cut inside a character
    if (!lex->file)
        return an_fail_at(err, at->pos, "%.*s", (int) n, said);
    return an_fail_at(err, at->pos, "%.80s:%u:%u: %.*s", lex->file, at->line, at->column, (int) n, said);
}

static enum an_code fail_here(const struct an_lex *lex, struct an_err *err, const char *what) {
    struct an_lexeme at = {.pos = lex->at, .line = lex->line, .column = column_of(lex, lex->at)};
    return an_lex_fail(lex, &at, err, "%s", what);
}

static char char_at(const struct an_lex *lex, size_t pos) {
    return pos < lex->text.len ? lex->text.ptr[pos] : '\0';
}

static bool is_digit(char c) { return c >= '0' && c <= '9'; }
static bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
static bool is_name_char(char c) { return is_letter(c) || is_digit(c); }

static bool starts_with(const struct an_lex *lex, size_t pos, struct an_str s) {
    return an_str_eq(an_str_slice(lex->text, pos, pos + s.len), s);
}

// A dot or a hyphen belongs to a name only between two of its letters, so that `a..b` and `a.` stop before
// it.
static size_t name_end(const struct an_lex *lex, size_t pos) {
    while (is_name_char(char_at(lex, pos)) ||
           ((char_at(lex, pos) == '.' || char_at(lex, pos) == '-') && is_name_char(char_at(lex, pos + 1))))
        pos++;
    return pos;
}

// A day of every year: MM-DD. February the 29th is none.
static enum an_code yearly_day(struct an_lex *lex, struct an_lexeme *x, struct an_str raw, struct an_err *err) {
    char whole[] = "2001-00-00";
    an_day day;
    memcpy(whole + 5, raw.ptr, raw.len);
    if (!an_day_parse((struct an_str) {whole, sizeof whole - 1}, &day) || is_name_char(char_at(lex, x->pos + raw.len)))
        return an_lex_fail(lex, x, err, "no such day of every year; write MM-DD");
    x->kind = AN_LEX_YEARLY;
    x->month = (unsigned) (10 * (raw.ptr[0] - '0') + raw.ptr[1] - '0');
    x->month_day = (unsigned) (10 * (raw.ptr[3] - '0') + raw.ptr[4] - '0');
    x->raw = raw;
    lex->at = x->pos + raw.len;
    return AN_OK;
}

static enum an_code number(struct an_lex *lex, struct an_lexeme *x, struct an_err *err) {
    size_t at = x->pos;
    struct an_str day = an_str_slice(lex->text, at, at + 10);
    if (day.len == 10 && day.ptr[4] == '-' && day.ptr[7] == '-' && is_digit(day.ptr[9])) {
        if (!an_day_parse(day, &x->day) || is_name_char(char_at(lex, at + 10)))
            return an_lex_fail(lex, x, err, "no such day; write YYYY-MM-DD");
        x->kind = AN_LEX_DATE;
        x->raw = day;
        lex->at = at + 10;
        return AN_OK;
    }
    struct an_str yearly = an_str_slice(day, 0, 5);
    if (yearly.len == 5 && is_digit(day.ptr[1]) && day.ptr[2] == '-' && is_digit(day.ptr[3]) && is_digit(day.ptr[4]))
        return yearly_day(lex, x, yearly, err);
    uint64_t n = 0;
    bool over = false;
    for (; is_digit(char_at(lex, at)) || (char_at(lex, at) == '_' && is_digit(char_at(lex, at + 1))); at++)
        if (char_at(lex, at) != '_') {
            uint64_t digit = (uint64_t) (char_at(lex, at) - '0');
            over = over || n > (AN_NUMBER_MAX - digit) / 10;
            n = over ? 0 : n * 10 + digit;
        }
    static const struct { struct an_str unit; uint64_t times; } units[] = {
        {AN_STR_INIT("万"), 10000}, {AN_STR_INIT("亿"), 100000000}};
    for (size_t i = 0; i < AN_COUNT(units); i++)
        if (starts_with(lex, at, units[i].unit)) {
            over = over || n > AN_NUMBER_MAX / units[i].times;
            n = over ? 0 : n * units[i].times;
            at += units[i].unit.len;
            break;
        }
    if (over)
        return an_lex_fail(lex, x, err, "number too large; at most %llu", (unsigned long long) AN_NUMBER_MAX);
    if (is_name_char(char_at(lex, at)) || starts_with(lex, at, AN_STR("万")) ||
        starts_with(lex, at, AN_STR("亿")))
        return an_lex_fail(lex, x, err, "malformed number; write digits, '_' between them, then 万 or 亿");
    if (char_at(lex, at) == '.' && is_digit(char_at(lex, at + 1)))
        return an_lex_fail(lex, x, err, "numbers are whole; write 15000万 for 1.5亿");
    x->kind = AN_LEX_NUMBER;
    x->number = n;
    x->raw = an_str_slice(lex->text, x->pos, at);
    lex->at = at;
    return AN_OK;
}

static enum an_code string(struct an_lex *lex, struct an_lexeme *x, struct an_err *err) {
    size_t at = x->pos + 1, from = at;
    bool escapes = false;
    for (;;) {
        while (at < lex->text.len && lex->text.ptr[at] != '"' && lex->text.ptr[at] != '\n' && lex->text.ptr[at] != '\\')
            at++;
        if (char_at(lex, at) == '"')
            break;
        if (at >= lex->text.len || char_at(lex, at) == '\n')
            return an_lex_fail(lex, x, err, "string has no closing quote on its line");
        if (char_at(lex, at) == '\\') {
            char next = char_at(lex, at + 1);
            if (next != '"' && next != '\\') {
                lex->at = at;
                return fail_here(lex, err, "only \\\" and \\\\ may follow a backslash");
            }
            at++;
        }
        escapes = true;
        at++;
    }
    char *to = an_arena_alloc(lex->arena, at - from + 1, 1);
    if (!to)
        return an_fail(err, AN_NOMEM, "no memory for a string of a rule");
    size_t n = escapes ? 0 : at - from;
    memcpy(to, lex->text.ptr + from, n);
    for (size_t i = from; escapes && i < at; i++) {
        if (lex->text.ptr[i] == '\\')
            i++;
        to[n++] = lex->text.ptr[i];
    }
    x->kind = AN_LEX_STRING;
    x->raw = (struct an_str) {to, n};
    lex->at = at + 1;
    return AN_OK;
}

// A person who types Chinese easily types its marks too.
static const char *odd_character(const struct an_lex *lex) {
    static const char *const wide[] = {"（", "）", "，", "：", "“", "”", "＞", "＜", "＝", "≥", "≤", "　",
                                       "０", "１"};
    for (size_t i = 0; i < AN_COUNT(wide); i++)
        if (starts_with(lex, lex->at, an_str_from_c(wide[i])))
            return "full-width or typographic character outside a string; use the ASCII one";
    return "unexpected character";
}

enum an_code an_lex_next(struct an_lex *lex, struct an_err *err) {
    for (;;) {
        char c = char_at(lex, lex->at);
        if (lex->at >= lex->text.len)
            break;
        if (c == '\n') {
            lex->line++;
            lex->known_at = lex->at + 1;
            lex->known_column = 1;
            lex->fresh = true;
        } else if (c == '#') {
            const char *end = memchr(lex->text.ptr + lex->at, '\n', lex->text.len - lex->at);
            lex->at = (end ? (size_t) (end - lex->text.ptr) : lex->text.len) - 1;
        } else if (c != ' ' && c != '\t' && c != '\r') {
            break;
        }
        lex->at++;
    }
    struct an_lexeme x = {.pos = lex->at, .line = lex->line, .column = column_of(lex, lex->at),
                          .first = lex->fresh};
    lex->fresh = false;
    lex->known_at = x.pos;
    lex->known_column = x.column;
    enum an_code code = AN_OK;
    char c = char_at(lex, lex->at);
    if (lex->at >= lex->text.len) {
        x.kind = AN_LEX_END;
    } else if (is_letter(c)) {
        size_t end = name_end(lex, lex->at);
        x.kind = AN_LEX_NAME;
        x.raw = an_str_slice(lex->text, lex->at, end);
        lex->at = end;
    } else if (is_digit(c)) {
        code = number(lex, &x, err);
    } else if (c == '"') {
        code = string(lex, &x, err);
    } else if (c && strchr("{}()[]=!<>,@.", c)) {
        static const char *const pairs[] = {"!=", "<=", ">=", ".."};
        size_t n = c == '!' || c == '.' ? 0 : 1;
        for (size_t i = 0; i < AN_COUNT(pairs); i++)
            if (starts_with(lex, lex->at, an_str_from_c(pairs[i])))
                n = 2;
        if (!n)
            return fail_here(lex, err, c == '!' ? "'!' must be followed by '='"
                             : "a single '.' stands for nothing");
        x.kind = AN_LEX_MARK;
        x.raw = an_str_slice(lex->text, lex->at, lex->at + n);
        lex->at += n;
    } else {
        return fail_here(lex, err, odd_character(lex));
    }
    if (!code)
        lex->now = x;
    return code;
}

enum an_code an_lex_start(struct an_lex *lex, const char *file, struct an_str text, struct an_arena *arena,
                          struct an_err *err) {
    *lex = (struct an_lex) {.text = text, .file = file, .arena = arena, .line = 1, .known_column = 1,
                            .fresh = true};
    size_t valid = an_utf8_valid(text);
    if (valid < text.len) {
        for (size_t i = 0; i < valid; i++)
            if (text.ptr[i] == '\n') {
                lex->line++;
                lex->known_at = i + 1;
            }
        lex->at = valid;
        return fail_here(lex, err, "not UTF-8");
    }
    if (starts_with(lex, 0, AN_STR("\xEF\xBB\xBF")))
        lex->at = lex->known_at = 3;
    return an_lex_next(lex, err);
}

bool an_lex_is(const struct an_lex *lex, const char *word) {
    return (lex->now.kind == AN_LEX_NAME || lex->now.kind == AN_LEX_MARK) &&
           an_str_eq(lex->now.raw, an_str_from_c(word));
}

struct an_str an_lex_seen(const struct an_lex *lex) {
    if (lex->now.kind == AN_LEX_END)
        return AN_STR("the end");
    if (lex->now.kind == AN_LEX_STRING)
        return AN_STR("a string");
    struct an_str cut = an_str_slice(lex->now.raw, 0, SEEN_MAX);
    return an_str_slice(cut, 0, an_utf8_valid(cut));
}
