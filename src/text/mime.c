#define _GNU_SOURCE     // memmem
#include "text/mime.h"

#include <errno.h>
#include <iconv.h>
#include <stdio.h>
#include <string.h>
#include "base/utf8.h"

enum { CHARSET_MAX = 40, PARAMETER_PARTS = 100 };

static char lower(char c) { return c >= 'A' && c <= 'Z' ? (char) (c | 0x20) : c; }

bool an_mime_is(struct an_str a, const char *b) {
    size_t i = 0;
    while (i < a.len && b[i] && lower(a.ptr[i]) == b[i])
        i++;
    return i == a.len && !b[i];
}

static bool begins(struct an_str a, const char *b) {
    size_t n = strlen(b);
    return a.len >= n && an_mime_is(an_str_slice(a, 0, n), b);
}

static bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

static struct an_str trim(struct an_str s) {
    while (s.len && is_blank(s.ptr[0]))
        s = an_str_slice(s, 1, s.len);
    while (s.len && is_blank(s.ptr[s.len - 1]))
        s.len--;
    return s;
}

// --- characters

bool an_mime_is_stateful(struct an_str charset) {
    return begins(charset, "iso-2022") || begins(charset, "hz") || begins(charset, "utf-7") ||
           begins(charset, "unicode-1-1-utf-7") || begins(charset, "utf-16") || begins(charset, "utf-32");
}

// iconv's name of a charset. Names that mean less than what is sent under them are read as the larger one.
static bool name_of(struct an_str charset, char out[static CHARSET_MAX]) {
    static const struct { const char *mail, *larger; } names[] = {
        {"gb2312", "GB18030"}, {"gbk", "GB18030"}, {"x-gbk", "GB18030"}, {"gb_2312-80", "GB18030"}, {"cp936", "GB18030"},
        {"chinese", "GB18030"}, {"big5", "BIG5-HKSCS"}, {"iso-8859-1", "CP1252"}, {"latin1", "CP1252"},
        {"shift_jis", "CP932"}, {"x-sjis", "CP932"}, {"ks_c_5601-1987", "CP949"}, {"euc-kr", "CP949"}, {"hz-gb-2312", "HZ"},
        {"iso-2022-jp", "ISO-2022-JP-3"}, {"unicode-1-1-utf-7", "UTF-7"}, {"utf8", "UTF-8"}, {"iso-8859-8-i", "ISO-8859-8"},
    };
    for (size_t i = 0; i < AN_COUNT(names); i++)
        if (an_mime_is(charset, names[i].mail))
            return snprintf(out, CHARSET_MAX, "%s", names[i].larger) > 0;
    size_t n = 0;
    for (; n < charset.len && n + 1 < CHARSET_MAX; n++) {
        char c = charset.ptr[n];
        bool fits = (lower(c) >= 'a' && lower(c) <= 'z') || (c >= '0' && c <= '9') || memchr("-_.:", c, 4);
        if (!fits)                          // '/' and ',' mean something to iconv
            return false;
        out[n] = c;
    }
    out[n] = 0;
    return n && n == charset.len;
}

// Appends what converts; false where something does not, or the charset is none. What was appended stays.
static bool convert(const char *charset, struct an_str bytes, bool whole, struct an_buf *out, enum an_code *ret_code,
                    struct an_err *err) {
    iconv_t cd = iconv_open("UTF-8", charset);
    char room[512];
    if (cd == (iconv_t) -1)
        return false;
    size_t left = bytes.len;
    bool ok = true;
    char *in;
    memcpy(&in, &bytes.ptr, sizeof in);
    while (left && ok && !*ret_code) {
        char *to = room;
        size_t to_left = sizeof room, r = iconv(cd, &in, &left, &to, &to_left);
        *ret_code = an_buf_add(out, (struct an_str) {room, sizeof room - to_left}, err);
        if (r != (size_t) -1 || errno == E2BIG)
            continue;
        ok = !whole;
        if (ok && !*ret_code)
            *ret_code = an_buf_add(out, AN_STR("\xEF\xBF\xBD"), err);
        in++;
        left--;
    }
    (void) iconv_close(cd);
    return ok;
}

enum an_code an_mime_text(struct an_str charset, struct an_str bytes, struct an_buf *out, struct an_err *err) {
    char name[CHARSET_MAX];
    enum an_code code = AN_OK;
    size_t before = out->len;
    const char *tries[] = {"UTF-8", NULL, "GB18030"};
    if (!bytes.len)
        return AN_OK;
    if (an_mime_is_stateful(charset))
        tries[0] = NULL;
    if (name_of(charset, name))
        tries[1] = name;
    for (size_t i = 0; i < AN_COUNT(tries); i++) {
        out->len = before;
        if (tries[i] && convert(tries[i], bytes, true, out, &code, err))
            return code;
        if (code)
            return code;
    }
    out->len = before;
    bool converts = convert(tries[1] ? name : "GB18030", bytes, false, out, &code, err);
    if (!converts && !code)
        (void) convert("UTF-8", bytes, false, out, &code, err);
    return code;
}

// --- transfer encodings

static int base64_value(char c) {
    if (c >= 'A' && c <= 'Z')
        return c - 'A';
    if (c >= 'a' && c <= 'z')
        return c - 'a' + 26;
    if (c >= '0' && c <= '9')
        return c - '0' + 52;
    return c == '+' || c == '-' ? 62 : c == '/' || c == '_' ? 63 : -1;
}

static int hex_value(char c) {
    return c >= '0' && c <= '9' ? c - '0' : lower(c) >= 'a' && lower(c) <= 'f' ? lower(c) - 'a' + 10 : -1;
}

static size_t decode_base64(struct an_mime_decoder *d, struct an_str in, char *out) {
    size_t n = 0;
    for (size_t i = 0; i < in.len; i++) {
        int value = base64_value(in.ptr[i]);
        if (value < 0) {
            d->bad += !is_blank(in.ptr[i]) && in.ptr[i] != '=';
            if (in.ptr[i] == '=')           // the end, or of one of several joined
                d->held = d->bits = 0;
            continue;
        }
        d->bits = d->bits << 6 | (uint32_t) value;
        d->held++;
        if (d->held > 1)
            out[n++] = (char) (d->bits >> (8 - 2 * d->held) & 0xFF);
        if (d->held == 4)
            d->held = d->bits = 0;
    }
    return n;
}

static size_t decode_quoted(struct an_str in, char *out) {
    size_t n = 0, end = in.len;
    bool feed = end && in.ptr[end - 1] == '\n';
    while (end && is_blank(in.ptr[end - 1]))        // blanks at the end of a line were added on the way
        end--;
    for (size_t i = 0; i < end; i++) {
        int high = in.ptr[i] == '=' && i + 2 < end ? hex_value(in.ptr[i + 1]) : -1;
        int low = high >= 0 ? hex_value(in.ptr[i + 2]) : -1;
        if (low >= 0) {
            out[n++] = (char) (high << 4 | low);
            i += 2;
        } else if (in.ptr[i] == '=' && i + 1 == end) {
            return n;                               // a line that goes on
        } else {
            out[n++] = in.ptr[i];
        }
    }
    if (feed)
        out[n++] = '\n';
    return n;
}

enum an_mime_transfer an_mime_transfer_called(struct an_str name) {
    name = trim(an_mime_main(name));
    return an_mime_is(name, "base64") ? AN_MIME_BASE64 : an_mime_is(name, "quoted-printable") ? AN_MIME_QUOTED : AN_MIME_PLAIN;
}

size_t an_mime_decode(struct an_mime_decoder *d, struct an_str in, char *out) {
    if (d->how == AN_MIME_BASE64)
        return decode_base64(d, in, out);
    if (d->how == AN_MIME_QUOTED)
        return decode_quoted(in, out);
    if (in.len)
        memcpy(out, in.ptr, in.len);
    return in.len;
}

// --- words

struct word { struct an_str charset, text; char how; size_t len; };

// The encoded word that s begins with: =?charset*language?B?text?=
static bool encoded_word(struct an_str s, struct word *ret) {
    if (s.len < 8 || s.ptr[0] != '=' || s.ptr[1] != '?')
        return false;
    const char *end = s.ptr + s.len, *a = memchr(s.ptr + 2, '?', s.len - 2);
    if (!a || end - a < 4 || a[2] != '?' || !memchr("bBqQ", a[1], 4))
        return false;
    const char *text = a + 3, *close = memmem(text, (size_t) (end - text), "?=", 2);
    if (!close)
        return false;
    struct an_str charset = {s.ptr + 2, (size_t) (a - s.ptr) - 2};
    const char *star = charset.len ? memchr(charset.ptr, '*', charset.len) : NULL;
    if (star)
        charset.len = (size_t) (star - charset.ptr);
    *ret = (struct word) {charset, {text, (size_t) (close - text)}, lower(a[1]), (size_t) (close + 2 - s.ptr)};
    return true;
}

static enum an_code add_word_bytes(const struct word *w, struct an_mime_decoder *d, struct an_buf *bytes, struct an_err *err) {
    char out[1024];
    struct an_str rest = w->text;
    while (rest.len) {
        struct an_str piece = an_str_slice(rest, 0, sizeof out - 8);
        rest = an_str_slice(rest, piece.len, rest.len);
        size_t n = 0;
        if (w->how == 'b')
            n = an_mime_decode(d, piece, out);
        for (size_t i = 0; w->how == 'q' && i < piece.len; i++) {
            int high = piece.ptr[i] == '=' && i + 2 < piece.len ? hex_value(piece.ptr[i + 1]) : -1;
            int low = high >= 0 ? hex_value(piece.ptr[i + 2]) : -1;
            out[n++] = low >= 0 ? (char) (high << 4 | low) : piece.ptr[i] == '_' ? ' ' : piece.ptr[i];
            i += low >= 0 ? 2 : 0;
        }
        AN_TRY(an_buf_add(bytes, (struct an_str) {out, n}, err));
    }
    return AN_OK;
}

// Encoded words that follow each other are one text: some programs cut them inside a character.
static enum an_code add_words(struct an_str *rest, struct word first, struct an_buf *out, struct an_err *err) {
    AN_AUTO(an_buf) bytes = {0};
    struct word word = first;
    for (;;) {
        struct an_mime_decoder d = {.how = AN_MIME_BASE64};
        AN_TRY(add_word_bytes(&word, &d, &bytes, err));
        *rest = an_str_slice(*rest, word.len, rest->len);
        struct an_str next = *rest;
        while (next.len && is_blank(next.ptr[0]))
            next = an_str_slice(next, 1, next.len);
        struct word after;
        if (!encoded_word(next, &after))
            return an_mime_text(first.charset, an_buf_str(&bytes), out, err);
        *rest = next;
        if (!an_str_eq(after.charset, first.charset)) {
            AN_TRY(an_mime_text(first.charset, an_buf_str(&bytes), out, err));
            bytes.len = 0;
            first = after;
        }
        word = after;
    }
}

static void drop_controls(struct an_buf *out, size_t from) {
    size_t n = from;
    bool blank = false;
    for (size_t i = from; i < out->len; i++) {
        unsigned char c = (unsigned char) out->ptr[i];
        bool is = c < 0x20 || c == 0x7F;
        if (is && blank)
            continue;
        out->ptr[n++] = is ? ' ' : (char) c;
        blank = is;
    }
    out->len = n;
}

enum an_code an_mime_words(struct an_str value, struct an_buf *out, struct an_err *err) {
    struct an_str rest = trim(value);
    size_t from = out->len;
    while (rest.len) {
        struct word word;
        const char *mark = memmem(rest.ptr, rest.len, "=?", 2);
        size_t plain = mark ? (size_t) (mark - rest.ptr) : rest.len;
        if (mark && !encoded_word(an_str_slice(rest, plain, rest.len), &word)) {
            plain += 2;
            mark = NULL;
        }
        AN_TRY(an_mime_text((struct an_str) {0}, an_str_slice(rest, 0, plain), out, err));
        rest = an_str_slice(rest, plain, rest.len);
        if (mark)
            AN_TRY(add_words(&rest, word, out, err));
    }
    drop_controls(out, from);
    return AN_OK;
}

// --- parameters

struct an_str an_mime_main(struct an_str value) {
    const char *end = value.len ? memchr(value.ptr, ';', value.len) : NULL;
    return trim(end ? an_str_slice(value, 0, (size_t) (end - value.ptr)) : value);
}

// The next parameter: *ret_name up to '=', *ret_text without quotes (escapes are still in it).
static bool next_parameter(struct an_str *rest, struct an_str *ret_name, struct an_str *ret_text) {
    while (rest->len && (is_blank(rest->ptr[0]) || rest->ptr[0] == ';'))
        *rest = an_str_slice(*rest, 1, rest->len);
    size_t i = 0;
    while (i < rest->len && rest->ptr[i] != '=' && rest->ptr[i] != ';')
        i++;
    *ret_name = trim(an_str_slice(*rest, 0, i));
    *ret_text = (struct an_str) {"", 0};
    if (i == rest->len || rest->ptr[i] == ';') {
        *rest = an_str_slice(*rest, i, rest->len);
        return ret_name->len;
    }
    *rest = an_str_slice(*rest, i + 1, rest->len);
    while (rest->len && is_blank(rest->ptr[0]))
        *rest = an_str_slice(*rest, 1, rest->len);
    bool quoted = rest->len && rest->ptr[0] == '"';
    for (i = quoted; i < rest->len && rest->ptr[i] != (quoted ? '"' : ';'); i++)
        i += quoted && rest->ptr[i] == '\\' && i + 1 < rest->len;
    *ret_text = quoted ? an_str_slice(*rest, 1, i) : trim(an_str_slice(*rest, 0, i));
    *rest = an_str_slice(*rest, i + quoted, rest->len);
    return true;
}

static enum an_code add_unescaped(struct an_str text, char escape, struct an_buf *out, struct an_err *err) {
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        int high = escape == '%' && c == '%' && i + 2 < text.len ? hex_value(text.ptr[i + 1]) : -1;
        int low = high >= 0 ? hex_value(text.ptr[i + 2]) : -1;
        if (low >= 0) {
            c = (char) (high << 4 | low);
            i += 2;
        } else if (escape == '\\' && c == '\\' && i + 1 < text.len) {
            c = text.ptr[++i];
        }
        AN_TRY(an_buf_add(out, (struct an_str) {&c, 1}, err));
    }
    return AN_OK;
}

// Which piece of the parameter this is: name*3* is the fourth, and encoded. -1: another parameter.
static int piece_of(struct an_str found, const char *name, bool *ret_encoded) {
    size_t n = strlen(name);
    if (!begins(found, name))
        return -1;
    found = an_str_slice(found, n, found.len);
    *ret_encoded = found.len && found.ptr[found.len - 1] == '*';
    found.len -= *ret_encoded;
    if (!found.len)
        return 0;
    int piece = 0;
    for (size_t i = 1; i < found.len && piece < PARAMETER_PARTS; i++) {
        if (found.ptr[i] < '0' || found.ptr[i] > '9')
            return -1;
        piece = piece * 10 + (found.ptr[i] - '0');
    }
    return found.ptr[0] == '*' && found.len > 1 && piece < PARAMETER_PARTS ? piece : -1;
}

enum an_code an_mime_parameter(struct an_str value, const char *name, struct an_buf *out, struct an_err *err) {
    AN_AUTO(an_buf) bytes = {0};
    struct an_str charset = {0}, found, text;
    bool encoded = false, any_encoded = false;
    const char *end = value.len ? memchr(value.ptr, ';', value.len) : NULL;
    if (!end)
        return AN_OK;
    struct an_str all = an_str_slice(value, (size_t) (end - value.ptr), value.len);
    for (int piece = 0; piece < PARAMETER_PARTS; piece++) {
        struct an_str rest = all;
        bool has = false;
        while (!has && next_parameter(&rest, &found, &text))
            has = piece_of(found, name, &encoded) == piece;
        if (!has)
            break;
        const char *first = encoded && piece == 0 && text.len ? memchr(text.ptr, '\'', text.len) : NULL;
        const char *second = first ? memchr(first + 1, '\'', (size_t) (text.ptr + text.len - first - 1)) : NULL;
        if (second) {
            charset = an_str_slice(text, 0, (size_t) (first - text.ptr));
            text = an_str_slice(text, (size_t) (second + 1 - text.ptr), text.len);
        }
        any_encoded |= encoded;
        AN_TRY(add_unescaped(text, encoded ? '%' : '\\', &bytes, err));
    }
    // encoded words do not belong into parameters, and stand in them all the same
    return any_encoded ? an_mime_text(charset, an_buf_str(&bytes), out, err) : an_mime_words(an_buf_str(&bytes), out, err);
}

// --- addresses

// The end of the mailbox that s begins with: at a ',' or ';' that is in no quotes, comment or angle brackets. *ret_open,
// *ret_close and *ret_from: the brackets, and what stands behind the name of a group.
static size_t mailbox_end(struct an_str s, size_t *ret_open, size_t *ret_close, size_t *ret_from) {
    bool quoted = false, angle = false;
    int comment = 0;
    size_t i = 0;
    *ret_open = *ret_close = s.len;
    *ret_from = 0;
    for (; i < s.len; i++) {
        char c = s.ptr[i];
        if (c == '\\' && (quoted || comment))
            i++;
        else if (quoted)
            quoted = c != '"';
        else if (c == '(')
            comment++;
        else if (comment)
            comment -= c == ')';
        else if (c == '"')
            quoted = true;
        else if (c == '<')
            angle = true, *ret_open = i, *ret_close = s.len;
        else if (c == '>' && angle)
            angle = false, *ret_close = i;
        else if (c == ':' && !angle && !*ret_from)
            *ret_from = i + 1;
        else if ((c == ',' || c == ';') && !angle)
            break;
    }
    // quotes, a comment or brackets without an end: the list is cut at the next comma, or one fault would swallow the others
    if (i >= s.len && (quoted || comment || (angle && *ret_close == s.len))) {
        const char *comma = memchr(s.ptr, ',', s.len), *left = memchr(s.ptr, '<', s.len), *right = memchr(s.ptr, '>', s.len);
        *ret_from = 0;
        *ret_open = left ? (size_t) (left - s.ptr) : s.len;
        *ret_close = left && right > left ? (size_t) (right - s.ptr) : s.len;
        return comma ? (size_t) (comma - s.ptr) : s.len;
    }
    return i < s.len ? i : s.len;
}

// Without its quotes and comments; the comments' text goes to `comments`.
static enum an_code add_phrase(struct an_str s, struct an_buf *plain, struct an_buf *comments, struct an_err *err) {
    int depth = 0;
    bool quoted = false;
    for (size_t i = 0; i < s.len; i++) {
        char c = s.ptr[i];
        if (c == '\\' && (quoted || depth) && i + 1 < s.len)
            c = s.ptr[++i];
        else if (c == '"' && !depth) {
            quoted = !quoted;
            continue;
        } else if (!quoted && (c == '(' || c == ')')) {
            depth += c == '(' ? 1 : depth ? -1 : 0;
            continue;
        }
        AN_TRY(an_buf_add(depth ? comments : plain, (struct an_str) {&c, 1}, err));
    }
    return AN_OK;
}

static enum an_code take_mailbox(struct an_str box, size_t open, size_t close, struct an_buf *name, struct an_buf *address,
                                 struct an_err *err) {
    AN_AUTO(an_buf) plain = {0};
    AN_AUTO(an_buf) comments = {0};
    bool angle = open < box.len;
    AN_TRY(add_phrase(angle ? an_str_slice(box, 0, open) : box, &plain, &comments, err));
    if (angle)
        AN_TRY(add_phrase(an_str_slice(box, close + 1, box.len), &comments, &comments, err));
    struct an_str phrase = trim(an_buf_str(&plain));
    bool is_address = !angle && phrase.len && memchr(phrase.ptr, '@', phrase.len);
    if (angle)
        AN_TRY(an_mime_words(an_str_slice(box, open + 1, close), address, err));
    if (is_address)
        AN_TRY(an_mime_words(phrase, address, err));
    else if (phrase.len)
        AN_TRY(an_mime_words(phrase, name, err));
    return name->len ? AN_OK : an_mime_words(trim(an_buf_str(&comments)), name, err);
}

bool an_mime_address(struct an_str *rest, struct an_buf *name, struct an_buf *address, enum an_code *ret_code,
                     struct an_err *err) {
    while (rest->len) {
        size_t open, close, from, end = mailbox_end(*rest, &open, &close, &from);
        struct an_str box = an_str_slice(*rest, 0, end);
        *rest = an_str_slice(*rest, end + 1, rest->len);
        if (open > end)
            open = close = end;
        if (from && from < end && from <= open) {           // a group's name is nobody's
            box = an_str_slice(box, from, end);
            open -= from;
            close -= from;
        } else if (from == end && from) {
            continue;
        }
        name->len = address->len = 0;
        *ret_code = take_mailbox(box, open, close < box.len ? close : box.len, name, address, err);
        if (*ret_code || name->len || address->len)
            return !*ret_code;
    }
    return false;
}
