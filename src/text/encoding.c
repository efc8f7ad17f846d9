// Encodings of text: detection, and decoding line by line.
#define _GNU_SOURCE     // memrchr
#include "text/encoding.h"

#include <errno.h>
#include <iconv.h>
#include <string.h>
#include <strings.h>
#include <uchardet/uchardet.h>
#include "base/alloc.h"
#include "base/utf8.h"
#include "text/bytes.h"

// Encodings we decode: our name, iconv's, uchardet's. GB18030 holds GBK and GB 2312; CP949 holds EUC-KR,
// CP932 Shift_JIS.
static const struct encoding {
    const char *name, *iconv, *uchardet;
    unsigned unit;
    const char *mark;               // byte-order mark
    size_t mark_len;
} encodings[] = {
    {"utf-8",         "UTF-8",       "UTF-8",        1, "\xEF\xBB\xBF", 3},
    // before utf-16le, whose mark it begins with
    {"utf-32le",      "UTF-32LE",    "UTF-32LE",     4, "\xFF\xFE\0\0", 4},
    {"utf-32be",      "UTF-32BE",    "UTF-32BE",     4, "\0\0\xFE\xFF", 4},
    {"utf-16le",      "UTF-16LE",    "UTF-16LE",     2, "\xFF\xFE", 2},
    {"utf-16be",      "UTF-16BE",    "UTF-16BE",     2, "\xFE\xFF", 2},
    {"gb18030",       "GB18030",     "GB18030",      1, "\x84\x31\x95\x33", 4},
    {"big5",          "BIG5-HKSCS",  "BIG5",         1, "", 0},
    {"euc-kr",        "CP949",       "EUC-KR",       1, "", 0},
    {"uhc",           "CP949",       "UHC",          1, "", 0},
    {"shift_jis",     "CP932",       "SHIFT_JIS",    1, "", 0},
    {"euc-jp",        "EUC-JP",      "EUC-JP",       1, "", 0},
    {"euc-tw",        "EUC-TW",      "EUC-TW",       1, "", 0},
    {"iso-8859-1",    "ISO-8859-1",  "ISO-8859-1",   1, "", 0},
    {"iso-8859-2",    "ISO-8859-2",  "ISO-8859-2",   1, "", 0},
    {"iso-8859-3",    "ISO-8859-3",  "ISO-8859-3",   1, "", 0},
    {"iso-8859-4",    "ISO-8859-4",  "ISO-8859-4",   1, "", 0},
    {"iso-8859-5",    "ISO-8859-5",  "ISO-8859-5",   1, "", 0},
    {"iso-8859-6",    "ISO-8859-6",  "ISO-8859-6",   1, "", 0},
    {"iso-8859-7",    "ISO-8859-7",  "ISO-8859-7",   1, "", 0},
    {"iso-8859-8",    "ISO-8859-8",  "ISO-8859-8",   1, "", 0},
    {"iso-8859-9",    "ISO-8859-9",  "ISO-8859-9",   1, "", 0},
    {"iso-8859-10",   "ISO-8859-10", "ISO-8859-10",  1, "", 0},
    {"iso-8859-11",   "ISO-8859-11", "ISO-8859-11",  1, "", 0},
    {"iso-8859-13",   "ISO-8859-13", "ISO-8859-13",  1, "", 0},
    {"iso-8859-15",   "ISO-8859-15", "ISO-8859-15",  1, "", 0},
    {"iso-8859-16",   "ISO-8859-16", "ISO-8859-16",  1, "", 0},
    {"windows-1250",  "CP1250",      "WINDOWS-1250", 1, "", 0},
    {"windows-1251",  "CP1251",      "WINDOWS-1251", 1, "", 0},
    {"windows-1252",  "CP1252",      "WINDOWS-1252", 1, "", 0},
    {"windows-1253",  "CP1253",      "WINDOWS-1253", 1, "", 0},
    {"windows-1254",  "CP1254",      "-",            1, "", 0},
    {"windows-1255",  "CP1255",      "WINDOWS-1255", 1, "", 0},
    {"windows-1256",  "CP1256",      "WINDOWS-1256", 1, "", 0},
    {"windows-1257",  "CP1257",      "WINDOWS-1257", 1, "", 0},
    {"windows-1258",  "CP1258",      "WINDOWS-1258", 1, "", 0},
    {"koi8-r",        "KOI8-R",      "KOI8-R",       1, "", 0},
    {"tis-620",       "TIS-620",     "TIS-620",      1, "", 0},
    // of DOS: never guessed, only where a file says so
    {"cp437",         "CP437",       "-",            1, "", 0},
    {"cp850",         "CP850",       "-",            1, "", 0},
    {"cp852",         "CP852",       "-",            1, "", 0},
    {"cp866",         "CP866",       "-",            1, "", 0},
};

static const struct encoding *find(const char *name) {
    for (size_t i = 0; i < AN_COUNT(encodings); i++)
        if (strcmp(encodings[i].name, name) == 0)
            return &encodings[i];
    return NULL;
}

static bool is_called(struct an_str a, const char *b) { return a.len == strlen(b) && strncasecmp(a.ptr, b, a.len) == 0; }

const char *an_encoding_called(struct an_str name) {
    static const char *const gb[] = {"gb2312", "gbk", "x-gbk", "gb_2312-80", "cp936", "windows-936"};
    for (size_t i = 0; i < AN_COUNT(gb); i++)
        if (name.len && is_called(name, gb[i]))
            return "gb18030";
    // who writes this name writes Windows' characters, too
    if (name.len && (is_called(name, "iso-8859-1") || is_called(name, "latin1")))
        return "windows-1252";
    for (size_t i = 0; name.len && i < AN_COUNT(encodings); i++)
        if (is_called(name, encodings[i].name) || is_called(name, encodings[i].iconv))
            return encodings[i].name;
    return NULL;
}

void an_encoding_load(void) {
    for (size_t i = 0; i < AN_COUNT(encodings); i++)        // an encoding stays loaded while a converter of it is open
        (void) iconv_open("UTF-8", encodings[i].iconv);
}

size_t an_encoding_mark(const char *encoding, struct an_str s) {
    const struct encoding *e = find(encoding);
    bool marked = e && e->mark_len && s.len >= e->mark_len && memcmp(s.ptr, e->mark, e->mark_len) == 0;
    return marked ? e->mark_len : 0;
}

size_t an_encoding_unit(const char *encoding) {
    const struct encoding *e = find(encoding);
    return e ? e->unit : 1;
}

// Where in a unit its last significant byte lies: what tells a line feed from the rest.
static size_t low_byte(const struct encoding *e) {
    return e->unit > 1 && e->name[strlen(e->name) - 2] == 'b' ? e->unit - 1 : 0;
}

// Whether the unit is the ASCII character c.
static bool is_unit(const struct encoding *e, const char *unit, char c) {
    size_t low = low_byte(e);
    for (size_t i = 0; i < e->unit; i++)
        if (unit[i] != (i == low ? c : 0))
            return false;
    return true;
}

// Bytes of the line s begins with, its end included; s.len when it has none.
static size_t line_len(const struct encoding *e, char line_end, struct an_str s) {
    if (e->unit == 1) {
        const char *end = s.len ? memchr(s.ptr, line_end, s.len) : NULL;
        return end ? (size_t) (end - s.ptr) + 1 : s.len;
    }
    for (size_t i = 0; i + e->unit <= s.len; i += e->unit)
        if (is_unit(e, s.ptr + i, line_end))
            return i + e->unit;
    return s.len;
}

static size_t behind_last(char line_end, struct an_str s) {
    const char *end = s.len ? memrchr(s.ptr, line_end, s.len) : NULL;
    return end ? (size_t) (end - s.ptr) + 1 : 0;
}

size_t an_encoding_last_line(const char *encoding, char line_end, struct an_str s) {
    const struct encoding *e = find(encoding);
    if (!e || e->unit == 1)
        return behind_last(line_end, s);
    for (size_t i = s.len / e->unit * e->unit; i >= e->unit; i -= e->unit)
        if (is_unit(e, s.ptr + i - e->unit, line_end))
            return i;
    return 0;
}

char an_encoding_line_end(const char *encoding, struct an_str head) {
    const struct encoding *e = find(encoding);
    bool quoted = false, feeds = false, returns = false, outside = false;
    for (size_t i = 0; e && i + e->unit <= head.len; i += e->unit) {
        const char *unit = head.ptr + i;
        if (is_unit(e, unit, '\n')) {
            if (!quoted)
                return '\n';
            feeds = true;
        } else if (is_unit(e, unit, '\r')) {
            returns = true;
            outside |= !quoted;
        } else if (is_unit(e, unit, '"')) {
            quoted = !quoted;
        }
    }
    return outside || (returns && !feeds) ? '\r' : '\n';
}

#define HIGHS UINT64_C(0x8080808080808080)

static size_t ascii_len(struct an_str s) {
    size_t i = 0;
    uint64_t word;
    for (; i + sizeof word <= s.len; i += sizeof word) {
        memcpy(&word, s.ptr + i, sizeof word);
        if (word & HIGHS)
            break;
    }
    while (i < s.len && (unsigned char) s.ptr[i] < 0x80)
        i++;
    return i;
}

// What decoding a piece met.
struct trial {
    uint64_t sequences;             // undecodable runs of bytes
    size_t first;                   // where the first of them is
};

static const char REPLACEMENT[] = "\xEF\xBF\xBD";      // U+FFFD

// Decodes all of s into out, which has room for AN_DECODED_MAX(s.len) bytes. Returns the bytes written.
static size_t convert(iconv_t cd, unsigned unit, struct an_str s, char *out, struct trial *ret_trial) {
    union { const char *from; char *in; } in = {.from = s.ptr};     // iconv's prototype forgets a const
    size_t left = s.len, room = AN_DECODED_MAX(s.len);
    char *to = out;
    const char *bad_end = NULL;
    struct trial trial = {0};
    (void) iconv(cd, NULL, NULL, NULL, NULL);
    while (left) {
        if (iconv(cd, &in.in, &left, &to, &room) != (size_t) -1)
            break;
        if (errno == E2BIG)
            break;                  // cannot be: no encoding of ours grows more than threefold
        if (in.from != bad_end) {   // bytes side by side are one sequence and one replacement
            if (!trial.sequences++)
                trial.first = (size_t) (in.from - s.ptr);
            memcpy(to, REPLACEMENT, 3);
            to += 3;
            room -= 3;
        }
        size_t skip = errno == EINVAL || left < unit ? left : unit;
        in.from += skip;
        left -= skip;
        bad_end = in.from;
    }
    (void) iconv(cd, NULL, NULL, &to, &room);       // some decoders hold a letter back for its accent
    *ret_trial = trial;
    return (size_t) (to - out);
}

static size_t repair_utf8(struct an_str s, char *out, struct trial *ret_trial) {
    size_t i = 0, n = 0, bad_end = SIZE_MAX;
    struct trial trial = {0};
    while (i < s.len) {
        size_t good = an_utf8_valid((struct an_str) {s.ptr + i, s.len - i});
        memcpy(out + n, s.ptr + i, good);
        i += good;
        n += good;
        if (i == s.len)
            break;
        if (i != bad_end) {
            if (!trial.sequences++)
                trial.first = i;
            memcpy(out + n, REPLACEMENT, 3);
            n += 3;
        }
        bad_end = ++i;
    }
    *ret_trial = trial;
    return n;
}

// Double-byte characters met so far, as UTF-8: the first byte lowest, and above three bytes how many they
// are.
enum { LEAD_FIRST = 0x81, LEADS = 0xFE - LEAD_FIRST + 1, TRAIL_FIRST = 0x40,
       TRAILS = 0xFE - TRAIL_FIRST + 1 };
enum { NOT_ASKED = 0, NO_PAIR = 0x7F000000 };

struct an_decoder {
    const struct encoding *encoding;
    char line_end;
    // of GB18030 and Big5; NULL otherwise, and before the first line that needs it
    uint32_t *pairs;
    iconv_t own, other;             // other: GB18030 where the own is UTF-8
    bool has_own, has_other, paired;
    struct an_damage damage;
};

static bool has_pairs(const struct encoding *e) {
    bool is_double = strcmp(e->name, "gb18030") == 0 || strcmp(e->name, "big5") == 0;
    return is_double && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__;
}

enum an_code an_decoder_open(const char *encoding, char line_end, struct an_decoder **ret_decoder,
                             struct an_err *err) {
    const struct encoding *e = find(encoding);
    if (!e)
        return an_fail(err, AN_USAGE, "encoding %s is not one we decode", encoding);
    struct an_decoder *d = an_alloc(sizeof *d);
    if (!d)
        return an_fail(err, AN_NOMEM, "no memory for a decoder");
    *d = (struct an_decoder) {.encoding = e, .line_end = line_end};
    bool utf8 = e == &encodings[0];
    iconv_t cd = iconv_open("UTF-8", utf8 ? "GB18030" : e->iconv);
    if (cd == (iconv_t) -1 && !utf8) {
        enum an_code code = errno == ENOMEM ? AN_NOMEM : AN_USAGE;
        an_decoder_free(d);
        return an_fail(err, code, "this system cannot decode %s; install the full C library locales",
                       encoding);
    }
    if (utf8) {
        d->has_other = cd != (iconv_t) -1;
        d->other = cd;
    } else {
        d->has_own = true;
        d->own = cd;
        d->paired = has_pairs(e);
    }
    *ret_decoder = d;
    return AN_OK;
}

void an_decoder_free(struct an_decoder *d) {
    if (!d)
        return;
    if (d->has_own)
        (void) iconv_close(d->own);
    if (d->has_other)
        (void) iconv_close(d->other);
    an_free(d->pairs);
    an_free(d);
}

const struct an_damage *an_decoder_damage(const struct an_decoder *d) { return &d->damage; }

bool an_damage_is_misread(const struct an_damage *damage) {
    enum { SHARE = 4 };             // a few are a slip, or the quotation marks of a neighbouring encoding
    return damage->controls > 1 && damage->controls * SHARE > damage->foreign;
}

// Characters of three bytes and more in a line that is UTF-8 and has none of two; 0 otherwise. Bytes of
// GB18030 pass for two-byte characters easily, for runs of three-byte ones hardly ever.
static size_t wide_characters(struct an_str line) {
    size_t n = 0;
    if (an_utf8_valid(line) != line.len)
        return 0;
    for (size_t i = 0; i < line.len;) {
        unsigned char c = (unsigned char) line.ptr[i];
        if (c >= 0x80 && c < 0xE0)
            return 0;
        n += c >= 0xE0;
        i += c < 0x80 ? 1 : c < 0xF0 ? 3 : 4;
    }
    return n;
}

static void count_mixed(struct an_decoder *d, uint64_t offset, const char *encoding) {
    if (!d->damage.mixed++) {
        d->damage.mixed_first = offset;
        d->damage.mixed_encoding = encoding;
    }
}

static void count_damage(struct an_decoder *d, uint64_t offset, struct trial trial) {
    if (!trial.sequences)
        return;
    if (!d->damage.lines++)
        d->damage.first = offset + trial.first;
    d->damage.sequences += trial.sequences;
}

// Text has no control characters but these: white space, backspace and escape of terminal logs, and the
// separators 0x01..0x03 (Hive) and 0x1C..0x1F (ASCII). NUL is looked at apart.
static bool is_control(unsigned char c) {
    if (c >= 0x20)
        return c == 0x7F;
    return !(c == 0 || (c >= 1 && c <= 3) || (c >= 8 && c <= 13) || c == 0x1B || (c >= 0x1C && c <= 0x1F));
}

// Characters beyond ASCII in a text, and control characters: ASCII's that is_control knows, and U+0080..9F.
static void count_controls(struct an_decoder *d, uint64_t offset, struct an_str text) {
    uint64_t before = d->damage.controls;
    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char) text.ptr[i];
        d->damage.foreign += c >= 0xC0;
        d->damage.controls += is_control(c) ||
            (c == 0xC2 && i + 1 < text.len && (unsigned char) text.ptr[i + 1] < 0xA0);
    }
    if (!before && d->damage.controls)
        d->damage.controls_first = offset;
}

static uint32_t ask_pair(struct an_decoder *d, const char *p) {
    char out[AN_DECODED_MAX(2)];
    struct trial trial;
    size_t n = convert(d->own, 1, (struct an_str) {p, 2}, out, &trial);
    size_t first = 0;
    if (trial.sequences || n > 3 || an_utf8_get((struct an_str) {out, n}, &first) < 0x80 || first != n)
        return NO_PAIR;
    uint32_t pair = (uint32_t) n << 24;
    for (size_t i = 0; i < n; i++)
        pair |= (uint32_t) (unsigned char) out[i] << 8 * i;
    return pair;
}

// Decodes a line of ASCII and double bytes without asking the C library for each again. False where anything
// else is in it (or there is no memory): the whole line goes the long way then.
static bool decode_pairs(struct an_decoder *d, struct an_str line, char *out, size_t *ret_len) {
    if (!d->pairs) {
        d->pairs = an_alloc(LEADS * TRAILS * sizeof *d->pairs);
        if (!d->pairs)
            return false;
        memset(d->pairs, NOT_ASKED, LEADS * TRAILS * sizeof *d->pairs);
    }
    size_t n = 0;
    for (size_t i = 0; i < line.len;) {
        unsigned char lead = (unsigned char) line.ptr[i];
        uint64_t word;
        if (i + sizeof word <= line.len) {
            memcpy(&word, line.ptr + i, sizeof word);
            memcpy(out + n, &word, sizeof word);
            size_t plain = word & HIGHS ? (size_t) __builtin_ctzll(word & HIGHS) / 8 : sizeof word;
            if (plain) {
                n += plain;
                i += plain;
                continue;
            }
        }
        if (lead < 0x80) {
            out[n++] = line.ptr[i++];
            continue;
        }
        unsigned char trail = i + 1 < line.len ? (unsigned char) line.ptr[i + 1] : 0;
        if (lead < LEAD_FIRST || lead == 0xFF || trail < TRAIL_FIRST || trail == 0xFF)
            return false;
        uint32_t *pair = &d->pairs[(size_t) (lead - LEAD_FIRST) * TRAILS + (size_t) (trail - TRAIL_FIRST)];
        if (*pair == NOT_ASKED)
            *pair = ask_pair(d, line.ptr + i);
        if (*pair == NO_PAIR)
            return false;
        memcpy(out + n, pair, 3);
        n += *pair >> 24;
        i += 2;
    }
    *ret_len = n;
    return true;
}

static size_t decode_line(struct an_decoder *d, struct an_str line, uint64_t offset, char *out) {
    enum { SURE = 4 };              // wide characters that are no accident
    struct trial trial;
    if (d->has_own) {
        size_t wide = d->encoding->unit == 1 ? wide_characters(line) : 0, n;
        if (wide < SURE && d->paired && decode_pairs(d, line, out, &n))
            return n;
        n = convert(d->own, d->encoding->unit, line, out, &trial);
        if (wide >= SURE || (wide && trial.sequences)) {
            memcpy(out, line.ptr, line.len);
            count_mixed(d, offset, "utf-8");
            return line.len;
        }
        count_damage(d, offset, trial);
        if (d->encoding->unit == 1 && !has_pairs(d->encoding))
            count_controls(d, offset, (struct an_str) {out, n});
        return n;
    }
    if (d->has_other) {
        size_t n = convert(d->other, 1, line, out, &trial);
        if (!trial.sequences) {
            count_mixed(d, offset, "gb18030");
            return n;
        }
    }
    size_t n = repair_utf8(line, out, &trial);
    count_damage(d, offset, trial);
    return n;
}

struct an_decoded an_decoder_run(struct an_decoder *d, struct an_str raw, uint64_t offset, char *out) {
    size_t plain = 0;
    if (d->encoding->unit == 1) {
        plain = d->has_own ? ascii_len(raw) : an_bytes_best()->utf8(raw);
        if (plain < raw.len)
            plain = behind_last(d->line_end, an_str_slice(raw, 0, plain));
    }
    if (plain) {
        memcpy(out, raw.ptr, plain);
        return (struct an_decoded) {plain, plain, true};
    }
    struct an_str line = an_str_slice(raw, 0, line_len(d->encoding, d->line_end, raw));
    return (struct an_decoded) {line.len, decode_line(d, line, offset, out), false};
}

// Share, in percent, of the code units that are characters one meets in text.
static unsigned utf16_share(struct an_str s, bool big) {
    size_t good = 0, total = s.len / 2;
    bool high = false;
    for (size_t i = 0; i < total; i++) {
        unsigned a = (unsigned char) s.ptr[2 * i], b = (unsigned char) s.ptr[2 * i + 1],
            c = big ? a << 8 | b : b << 8 | a;
        bool is_low = c >= 0xDC00 && c < 0xE000;
        if (high != is_low) {
            high = c >= 0xD800 && c < 0xDC00;
            continue;               // half a pair
        }
        high = c >= 0xD800 && c < 0xDC00;
        good += is_low || high || (c < 0x80 ? c && !is_control((unsigned char) c)
                                            : (c >= 0xA0 && c < 0x600) || (c >= 0x2000 && c < 0x2700) ||
                                              (c >= 0x3000 && c < 0xA000) || (c >= 0xAC00 && c < 0xD7A4) ||
                                                  c >= 0xFF00);
    }
    return total ? (unsigned) (good * 100 / total) : 0;
}

// Without a mark: UTF-16 shows by its zero bytes, which ASCII leaves in every second place. A few zeros in
// what is good UTF-8 are just that: pairs of ASCII letters, too, look like CJK in UTF-16.
static const char *utf16_without_mark(struct an_str head) {
    enum { PLAUSIBLE = 95, FEW = 50, HALF = 4 };
    size_t zeros[2] = {0};
    for (size_t i = 0; i < head.len; i++)
        zeros[i & 1] += head.ptr[i] == 0;
    size_t all = zeros[0] + zeros[1];
    if (all * FEW < head.len || (all * HALF < head.len && an_utf8_valid(head) == head.len))
        return NULL;
    if (zeros[1] > 8 * zeros[0] && utf16_share(head, false) >= PLAUSIBLE)
        return "utf-16le";
    if (zeros[0] > 8 * zeros[1] && utf16_share(head, true) >= PLAUSIBLE)
        return "utf-16be";
    return NULL;
}

// Whether bytes may be text at all, in an encoding of single bytes.
static bool is_text(struct an_str head) {
    size_t controls = 0, zeros = 0, at_end = 0;
    for (size_t i = 0; i < head.len; i++) {
        controls += is_control((unsigned char) head.ptr[i]);
        zeros += head.ptr[i] == 0;
    }
    while (at_end < head.len && head.ptr[head.len - 1 - at_end] == 0)
        at_end++;
    size_t rest = head.len - at_end;
    // a log that was cut by a crash ends in zeros; elsewhere they are rare
    return rest && controls * 64 <= rest && (zeros - at_end) * 20 <= rest;
}

// EBCDIC: letters and digits, which all its code pages have in the same places; then blank, line ends, and
// signs.
static bool is_ebcdic_alnum(unsigned char c) {
    unsigned row = c >> 4, column = c & 15;
    bool letter = row < 0xE ? column >= 1 : column >= 2;
    return row == 0xF ? column <= 9 : row >= 8 && row != 0xB && (row != 0xA || column >= 2) && column <= 9 && letter;
}

bool an_encoding_is_ebcdic(struct an_str head) {
    enum { LEAST = 16, MOST = 64 * 1024 };
    static const char signs[] = "\x15\x25\x0D\x40\x4B\x4C\x4D\x4E\x50\x5A\x5B\x5C\x5D\x5E\x60\x61\x6B\x6C\x6D\x6E\x6F"
                                "\x7A\x7B\x7C\x7D\x7E\x7F";
    size_t alnum = 0, sign = 0, between = 0;
    head = an_str_slice(head, 0, MOST);
    for (size_t i = 0; i < head.len; i++) {
        unsigned char c = (unsigned char) head.ptr[i];
        alnum += is_ebcdic_alnum(c);
        sign += memchr(signs, c, sizeof signs - 1) != NULL;
        between += c == 0x15 || c == 0x25 || c == 0x40 || c == 0x6B;    // line end, blank, comma
    }
    return head.len >= LEAST && (alnum + sign) * 20 >= head.len * 19 && alnum * 4 >= head.len &&
        between * 64 >= head.len && between < head.len;
}

// Frequent characters of Chinese text, and of what a table of people holds: names, places, headings.
static const char COMMON[] =
    "的一是不了在人有我他这中大来上个国到说们为子和你地出道也时年得就那要下以生会自着去之过家学对可里后小"
    "么心多天而能好都然没日于起还发成事只作当想看文无开手十用主行方又如前所本见经头面公同三已老从动两长知"
    "民样现分将外但身些与高意进把法此实回二理美点月明其种声全工己话儿者向王李张刘陈杨赵黄周吴徐孙胡朱林何"
    "郭马罗梁宋郑谢韩唐冯董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊"
    "省市区县镇乡村路街号室楼栋元男女姓名性别身份证电话机邮箱地址编号职业部门客户订单收件寄发货备注北京上"
    "海广东江苏浙山西河南湖四川安徽福建";

// How well the lines of a head that are not ASCII read in one encoding.
struct reading { size_t lines, bad, sequences, common, hanzi; };

static bool is_common(struct an_str character) {
    for (size_t i = 0; i + 3 < sizeof COMMON; i += 3)
        if (memcmp(COMMON + i, character.ptr, 3) == 0)
            return true;
    return false;
}

static void weigh(struct reading *r, struct an_str text) {
    enum { ENOUGH = 2000 };
    for (size_t i = 0; i < text.len && r->hanzi < ENOUGH;) {
        size_t n;
        uint32_t c = an_utf8_get(an_str_slice(text, i, text.len), &n);
        if (c >= 0x4E00 && c < 0xA000) {
            r->hanzi++;
            r->common += is_common((struct an_str) {text.ptr + i, n});
        }
        i += n;
    }
}

static struct reading read_as(const struct encoding *e, char line_end, struct an_str head) {
    enum { PIECE = 1024 };
    struct reading r = {0};
    bool utf8 = e == &encodings[0];
    iconv_t cd = utf8 ? NULL : iconv_open("UTF-8", e->iconv);
    if (!utf8 && cd == (iconv_t) -1)
        return (struct reading) {.lines = 1, .bad = 1, .sequences = SIZE_MAX};
    while (head.len) {
        struct an_str line = an_str_slice(head, 0, line_len(e, line_end, head));
        head = an_str_slice(head, line.len, head.len);
        if (ascii_len(line) == line.len)
            continue;
        r.lines++;
        size_t before = r.sequences;
        while (line.len) {
            char out[AN_DECODED_MAX(PIECE)];
            size_t take = line.len;
            if (take > PIECE) {     // cut before a byte that no encoding uses inside a character
                take = PIECE;
                while (take > PIECE / 2 && (unsigned char) line.ptr[take] >= 0x30)
                    take--;
            }
            struct trial trial;
            struct an_str piece = an_str_slice(line, 0, take);
            size_t n = utf8 ? repair_utf8(piece, out, &trial) : convert(cd, 1, piece, out, &trial);
            r.sequences += trial.sequences;
            weigh(&r, (struct an_str) {out, n});
            line = an_str_slice(line, take, line.len);
        }
        r.bad += r.sequences != before;
    }
    if (!utf8)
        (void) iconv_close(cd);
    return r;
}

// Double bytes, and how many of them stand where GB 2312 and Big5 keep their frequent characters and
// punctuation.
struct zones { size_t pairs, gb, big5; };

static struct zones zones_of(struct an_str s) {
    struct zones z = {0};
    for (size_t i = 0; i + 1 < s.len; i++) {
        unsigned a = (unsigned char) s.ptr[i], b = (unsigned char) s.ptr[i + 1];
        if (a < 0x81 || b < 0x40)
            continue;
        z.pairs++;
        bool sign = a >= 0xA1 && a <= 0xA3;
        z.gb += b >= 0xA1 && (sign || (a >= 0xB0 && a <= 0xD7));
        z.big5 += (b <= 0x7E || b >= 0xA1) && (sign || (a >= 0xA4 && a <= 0xC6));
        i++;
    }
    return z;
}

static const struct encoding *ask_uchardet(struct an_str head) {
    uchardet_t u = uchardet_new();
    if (!u)
        return NULL;
    const struct encoding *found = NULL;
    if (uchardet_handle_data(u, head.ptr, head.len) == 0) {
        uchardet_data_end(u);
        const char *name = uchardet_get_charset(u);
        for (size_t i = 0; i < AN_COUNT(encodings) && !found; i++)
            if (encodings[i].unit == 1 && strcmp(encodings[i].uchardet, name) == 0)
                found = &encodings[i];
    }
    uchardet_delete(u);
    return found;
}

// So few bytes, most of them not ASCII, that no statistics can say what they are.
static bool is_scrap(struct an_str s) {
    enum { FEW = 8 };
    size_t high = 0;
    for (size_t i = 0; i < s.len; i++)
        high += (unsigned char) s.ptr[i] >= 0x80;
    return high < FEW && high * 2 > s.len;
}

// Of bytes that are text but not (only) UTF-8.
static const char *choose(struct an_str head) {
    char line_end = an_encoding_line_end("utf-8", head);
    struct reading utf8 = read_as(&encodings[0], line_end, head);
    if ((utf8.lines - utf8.bad) * 2 >= utf8.lines && utf8.bad < utf8.lines)
        return "utf-8";                         // most lines are: the others are damaged, or mixed in
    const struct encoding *gb = find("gb18030"), *big5 = find("big5"), *guess = ask_uchardet(head);
    struct reading as_gb = read_as(gb, line_end, head), as_big5 = read_as(big5, line_end, head);
    struct zones z = zones_of(head);

    enum { FEW = 4, SOME = 8, MANY = 100 };     // double bytes
    bool leans_big5 = z.big5 * 100 > z.gb * 100 + z.pairs * 15 && z.pairs >= FEW;
    bool allows_big5 = guess == big5 && z.big5 >= z.gb;
    if ((leans_big5 || allows_big5) && as_big5.bad <= as_gb.bad + as_big5.lines / 20)
        return "big5";

    // rubbish is well-formed GB18030 by accident, but one pair in six only is where its usual characters are
    if (is_scrap(head) && z.gb < z.pairs && !as_gb.common)
        return NULL;
    bool foreign = guess && guess != gb && guess != big5 && guess != &encodings[0] && z.pairs >= MANY &&
                   as_gb.common * 10 < as_gb.hanzi;
    bool chinese = as_gb.bad * 10 <= as_gb.lines && (z.pairs < SOME || z.gb * 2 >= z.pairs);
    if (chinese && !foreign)
        return "gb18030";
    if (guess && guess != gb) {
        struct reading as_guess = read_as(guess, line_end, head);
        if (as_guess.bad * 10 <= as_guess.lines)
            return guess->name;
    }
    if (as_gb.sequences * 8 > head.len)
        return NULL;                            // means nothing in any encoding
    return as_gb.bad * 2 <= as_gb.lines ? "gb18030" : "utf-8";
}

// Up to the last line end, else up to the last byte that no encoding uses inside a character.
static size_t whole_characters(struct an_str head) {
    enum { NEAR = 256 };
    size_t line = behind_last('\n', head);
    if (line)
        return line;
    for (size_t i = head.len; i > 0 && head.len - i < NEAR; i--)
        if ((unsigned char) head.ptr[i - 1] < 0x30)
            return i;
    return head.len;
}

const char *an_encoding_detect(struct an_str head, bool whole) {
    for (size_t i = 0; i < AN_COUNT(encodings); i++)
        if (an_encoding_mark(encodings[i].name, head))
            return encodings[i].name;
    if (head.len == 0)
        return "utf-8";
    if (memchr(head.ptr, 0, head.len)) {
        const char *wide = utf16_without_mark(head);
        if (wide)
            return wide;
    }
    if (!is_text(head) || an_encoding_is_ebcdic(head))
        return NULL;
    if (!whole)
        head = an_str_slice(head, 0, whole_characters(head));
    size_t valid = an_bytes_best()->utf8(head);
    // a head may end inside a character
    if (valid == head.len || (!whole && head.len - valid < 4))
        return "utf-8";
    return choose(head);
}
