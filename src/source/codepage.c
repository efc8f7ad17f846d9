// Text in code pages.
#include "source/codepage.h"

#include <errno.h>
#include <iconv.h>
#include "base/utf8.h"
#include "source/little.h"

enum { UTF16 = 1200, ROOM = 512 };

static const struct { unsigned number; const char *name; } pages[] = {
    {437, "IBM437"}, {850, "IBM850"}, {852, "IBM852"}, {866, "IBM866"}, {874, "TIS-620"}, {932, "CP932"}, {936, "GB18030"},
    {949, "CP949"}, {950, "BIG5-HKSCS"}, {1250, "CP1250"}, {1251, "CP1251"}, {1252, "CP1252"}, {1253, "CP1253"},
    {1254, "CP1254"}, {1255, "CP1255"}, {1256, "CP1256"}, {1257, "CP1257"}, {1258, "CP1258"}, {1361, "JOHAB"},
    {10000, "MACINTOSH"}, {20866, "KOI8-R"}, {20932, "EUC-JP"}, {20936, "GB18030"}, {28591, "CP1252"}, {28592, "ISO-8859-2"},
    {28595, "ISO-8859-5"}, {28597, "ISO-8859-7"}, {28605, "ISO-8859-15"}, {51932, "EUC-JP"}, {51936, "GB18030"},
    {51949, "CP949"}, {54936, "GB18030"}, {65000, "UTF-7"}, {65001, "UTF-8"}, {20127, "CP1252"},
    // as spreadsheets of before 1997 write them
    {32768, "MACINTOSH"}, {32769, "CP1252"},
};

static const char *name_of(unsigned number) {
    for (size_t i = 0; i < AN_COUNT(pages); i++)
        if (pages[i].number == number)
            return pages[i].name;
    return NULL;
}

void an_codepage_load(void) {
    for (size_t i = 0; i < AN_COUNT(pages); i++)
        (void) iconv_open("UTF-8", pages[i].name);
}

void an_codepage_release(struct an_codepage *c) {
    if (c->converter)
        (void) iconv_close(c->converter);
    *c = (struct an_codepage) {.lost = c->lost};
}

enum an_code an_utf16_add(struct an_str bytes, struct an_buf *out, struct an_err *err) {
    char room[ROOM];
    size_t n = 0;
    for (size_t i = 0; i + 1 < bytes.len; i += 2) {
        uint32_t u = an_little16(bytes, i), low = an_little16(bytes, i + 2);
        bool pair = u >= 0xD800 && u < 0xDC00 && low >= 0xDC00 && low < 0xE000;
        if (pair) {
            u = 0x10000 + ((u - 0xD800) << 10) + (low - 0xDC00);
            i += 2;
        } else if (u >= 0xD800 && u < 0xE000) {
            u = 0xFFFD;
        }
        n += an_utf8_put(u, room + n);
        if (n > sizeof room - 4) {
            AN_TRY(an_buf_add(out, (struct an_str) {room, n}, err));
            n = 0;
        }
    }
    return an_buf_add(out, (struct an_str) {room, n}, err);
}

static enum an_code add_ascii(struct an_codepage *c, struct an_str bytes, struct an_buf *out, struct an_err *err) {
    for (size_t i = 0; i < bytes.len; i++) {
        bool plain = (unsigned char) bytes.ptr[i] < 0x80;
        c->lost += !plain;
        AN_TRY(an_buf_add(out, plain ? an_str_slice(bytes, i, i + 1) : AN_STR("\xEF\xBF\xBD"), err));
    }
    return AN_OK;
}

static bool is_ascii(struct an_str s) {
    for (size_t i = 0; i < s.len; i++)
        if ((unsigned char) s.ptr[i] >= 0x80)
            return false;
    return true;
}

static enum an_code convert(struct an_codepage *c, struct an_str bytes, struct an_buf *out, struct an_err *err) {
    char *in;
    size_t left = bytes.len;
    memcpy(&in, &bytes.ptr, sizeof in);
    (void) iconv(c->converter, NULL, NULL, NULL, NULL);
    while (left) {
        char room[ROOM], *to = room;
        size_t to_left = sizeof room, r = iconv(c->converter, &in, &left, &to, &to_left);
        AN_TRY(an_buf_add(out, (struct an_str) {room, sizeof room - to_left}, err));
        if (r != (size_t) -1 || errno == E2BIG)
            continue;
        AN_TRY(an_buf_add(out, AN_STR("\xEF\xBF\xBD"), err));
        c->lost++;
        in++;
        left--;
    }
    return AN_OK;
}

enum an_code an_codepage_add(struct an_codepage *c, unsigned number, struct an_str bytes, struct an_buf *out,
                             struct an_err *err) {
    if (number == UTF16)
        return an_utf16_add(bytes, out, err);
    if (number != 65000 && is_ascii(bytes))
        return an_buf_add(out, bytes, err);
    number = number ? number : 1252;
    if (c->number != number) {
        an_codepage_release(c);
        const char *name = name_of(number);
        iconv_t converter = name ? iconv_open("UTF-8", name) : (iconv_t) -1;
        c->converter = converter == (iconv_t) -1 ? NULL : converter;
        c->number = number;
    }
    return c->converter ? convert(c, bytes, out, err) : add_ascii(c, bytes, out, err);
}

unsigned an_codepage_of_language(unsigned lid) {
    static const struct { unsigned lid, page; } languages[] = {
        {0x0404, 950}, {0x0C04, 950}, {0x1404, 950}, {0x0804, 936}, {0x1004, 936}, {0x0411, 932}, {0x0412, 949},
    };
    // by the language alone: its low ten bits
    static const struct { unsigned language, page; } families[] = {
        {0x01, 1256}, {0x02, 1251}, {0x05, 1250}, {0x08, 1253}, {0x0D, 1255}, {0x0E, 1250}, {0x15, 1250}, {0x18, 1250},
        {0x19, 1251}, {0x1B, 1250}, {0x1E, 874}, {0x1F, 1254}, {0x22, 1251}, {0x23, 1251}, {0x24, 1250}, {0x25, 1257},
        {0x26, 1257}, {0x27, 1257}, {0x29, 1256}, {0x2A, 1258},
    };
    for (size_t i = 0; i < AN_COUNT(languages); i++)
        if (languages[i].lid == lid)
            return languages[i].page;
    for (size_t i = 0; i < AN_COUNT(families); i++)
        if (families[i].language == (lid & 0x3FF))
            return families[i].page;
    return 1252;
}

unsigned an_codepage_of_charset(unsigned charset) {
    static const struct { unsigned charset, page; } charsets[] = {
        {77, 10000}, {128, 932}, {129, 949}, {130, 1361}, {134, 936}, {136, 950}, {161, 1253}, {162, 1254}, {163, 1258},
        {177, 1255}, {178, 1256}, {186, 1257}, {204, 1251}, {222, 874}, {238, 1250}, {254, 437}, {255, 850},
    };
    for (size_t i = 0; i < AN_COUNT(charsets); i++)
        if (charsets[i].charset == charset)
            return charsets[i].page;
    return 0;
}
