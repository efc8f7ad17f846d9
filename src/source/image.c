// Pictures: what they say of themselves (where and by whom they were taken, comments). The picture itself is not read; where that
// is asked for, text in it is recognised, and goes to a store of its own, as a guess.
#define _GNU_SOURCE     // memmem
#include <libexif/exif-data.h>
#include <libexif/exif-utils.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "source/apart.h"
#include "source/ocr.h"
#include "source/uri.h"
#include "text/mime.h"

enum { EXIF_MAX = 65000, TEXT_MOST = 1 << 20, TEXTS_MAX = 10000 };

struct work {
    const struct an_sink *sink;
    struct an_whole whole;
    struct an_buf lines;                // comments and the like, each ended by a line feed
    struct an_arena arena;
    struct an_value values[16];
    size_t value_count, texts;
    struct an_buf text;                 // recognised
    const char *unrecognised;           // why nothing could be, where it should
    bool damaged, more;                 // its parts do not follow each other as they should; some texts were left out
};

static void work_release(struct work *w) {
    an_whole_release(&w->whole);
    an_buf_release(&w->lines);
    an_buf_release(&w->text);
    an_arena_release(&w->arena);
}

// Adds running text in whatever encoding it is.
static enum an_code add_text(struct work *w, struct an_str text, struct an_err *err) {
    while (text.len && (text.ptr[text.len - 1] == 0 || text.ptr[text.len - 1] == ' '))
        text.len--;
    w->more |= text.len && (text.len > TEXT_MOST || w->texts >= TEXTS_MAX);
    if (!text.len || text.len > TEXT_MOST || w->texts++ >= TEXTS_MAX)
        return AN_OK;
    size_t from = w->lines.len;
    AN_TRY(an_mime_text((struct an_str) {0}, text, &w->lines, err));
    for (size_t i = from; i < w->lines.len; i++)
        if ((unsigned char) w->lines.ptr[i] < 0x20 && w->lines.ptr[i] != '\n')
            w->lines.ptr[i] = ' ';
    return an_buf_add(&w->lines, AN_STR("\n"), err);
}

// --- Exif

static const struct an_str columns[] = {
    AN_STR_INIT("gps.location"), AN_STR_INIT("artist.full_name"), AN_STR_INIT("owner.full_name"),
    AN_STR_INIT("author.full_name"), AN_STR_INIT("copyright"), AN_STR_INIT("description"),
    AN_STR_INIT("user_comment"), AN_STR_INIT("title"), AN_STR_INIT("keywords"),
};
enum column { LOCATION, ARTIST, OWNER, AUTHOR, COPYRIGHT, DESCRIPTION, COMMENT, TITLE, KEYWORDS };

static enum an_code add_value(struct work *w, enum column column, struct an_str text, struct an_err *err) {
    AN_AUTO(an_buf) as_text = {0};
    while (text.len && (text.ptr[text.len - 1] == 0 || text.ptr[text.len - 1] == ' '))
        text.len--;
    if (!text.len || w->value_count == AN_COUNT(w->values))
        return AN_OK;
    AN_TRY(an_mime_text((struct an_str) {0}, text, &as_text, err));
    struct an_str kept = an_source_padded(&w->arena, an_buf_str(&as_text));
    AN_TRY(kept.ptr ? AN_OK : an_fail(err, AN_NOMEM, "no memory for a text"));
    w->values[w->value_count++] = (struct an_value) {.text = kept, .column = column};
    return AN_OK;
}

static struct an_str data_of(const ExifEntry *e) {
    const void *p = e ? e->data : NULL;
    return (struct an_str) {p ? p : "", p ? e->size : 0};
}

// Degrees, minutes and seconds, as a number; false where there are none.
static bool degrees(ExifData *exif, ExifTag tag, ExifTag side_tag, char negative, double *ret) {
    ExifContent *gps = exif->ifd[EXIF_IFD_GPS];
    const ExifEntry *e = exif_content_get_entry(gps, tag);
    struct an_str side = data_of(exif_content_get_entry(gps, side_tag));
    static const double parts[] = {1, 60, 3600};
    *ret = 0;
    if (!e || e->format != EXIF_FORMAT_RATIONAL || e->components < 1 || e->size < 8 * e->components)
        return false;
    for (unsigned i = 0; i < e->components && i < AN_COUNT(parts); i++) {
        ExifRational r = exif_get_rational(e->data + (size_t) 8 * i, exif_data_get_byte_order(exif));
        if (r.denominator)
            *ret += (double) r.numerator / (double) r.denominator / parts[i];
    }
    if (side.len && side.ptr[0] == negative)
        *ret = -*ret;
    return true;
}

static enum an_code add_location(struct work *w, ExifData *exif, struct an_err *err) {
    double latitude, longitude;
    char text[64];
    if (!degrees(exif, (ExifTag) EXIF_TAG_GPS_LATITUDE, (ExifTag) EXIF_TAG_GPS_LATITUDE_REF, 'S', &latitude) ||
        !degrees(exif, (ExifTag) EXIF_TAG_GPS_LONGITUDE, (ExifTag) EXIF_TAG_GPS_LONGITUDE_REF, 'W', &longitude))
        return AN_OK;
    (void) snprintf(text, sizeof text, "%.6f,%.6f", latitude, longitude);
    return add_value(w, LOCATION, an_str_from_c(text), err);
}

// Eight bytes say how a comment is encoded; zeros, that nobody knows.
static enum an_code add_comment(struct work *w, struct an_str comment, bool big, struct an_err *err) {
    enum { CODE = 8 };
    AN_AUTO(an_buf) text = {0};
    bool is_unicode = an_str_eq(an_str_slice(comment, 0, CODE), AN_STR("UNICODE\0"));
    struct an_str rest = an_str_slice(comment, CODE, comment.len);
    if (!is_unicode)
        return add_value(w, COMMENT, rest, err);
    AN_TRY(an_mime_text(big ? AN_STR("utf-16be") : AN_STR("utf-16le"), rest, &text, err));
    return add_value(w, COMMENT, an_buf_str(&text), err);
}

static enum an_code add_exif(struct work *w, struct an_str block, struct an_err *err) {
    enum { OWNER_TAG = 0xA430, XP_TITLE = 0x9C9B, XP_COMMENT, XP_AUTHOR, XP_KEYWORDS, XP_SUBJECT };
    static const struct { int tag; enum column column; bool utf16; } entries[] = {
        {EXIF_TAG_ARTIST, ARTIST, false}, {OWNER_TAG, OWNER, false}, {EXIF_TAG_COPYRIGHT, COPYRIGHT, false},
        {EXIF_TAG_IMAGE_DESCRIPTION, DESCRIPTION, false}, {XP_AUTHOR, AUTHOR, true}, {XP_TITLE, TITLE, true},
        {XP_SUBJECT, DESCRIPTION, true}, {XP_KEYWORDS, KEYWORDS, true}, {XP_COMMENT, COMMENT, true},
    };
    AN_AUTO(an_buf) bytes = {0};
    AN_TRY(an_buf_add(&bytes, AN_STR("Exif\0\0"), err));
    AN_TRY(an_buf_add(&bytes, an_str_slice(block, 0, EXIF_MAX), err));
    ExifData *exif = exif_data_new();
    if (!exif)
        return an_fail(err, AN_NOMEM, "no memory for Exif");
    exif_data_unset_option(exif, EXIF_DATA_OPTION_FOLLOW_SPECIFICATION);
    const unsigned char *p;
    memcpy(&p, &bytes.ptr, sizeof p);
    exif_data_load_data(exif, p, (unsigned) bytes.len);
    bool big = exif_data_get_byte_order(exif) == EXIF_BYTE_ORDER_MOTOROLA;
    enum an_code code = add_location(w, exif, err);
    for (size_t i = 0; i < AN_COUNT(entries) && !code; i++) {
        AN_AUTO(an_buf) text = {0};
        struct an_str data = data_of(exif_data_get_entry(exif, (ExifTag) entries[i].tag));
        if (entries[i].utf16 && data.len)
            code = an_mime_text(AN_STR("utf-16le"), an_str_slice(data, 0, data.len / 2 * 2), &text, err);
        if (!code)
            code = add_value(w, entries[i].column, entries[i].utf16 ? an_buf_str(&text) : data, err);
    }
    struct an_str comment = data_of(exif_data_get_entry(exif, EXIF_TAG_USER_COMMENT));
    if (!code && comment.len > 8)
        code = add_comment(w, comment, big, err);
    exif_data_unref(exif);
    return code;
}

// --- what holds it

static uint32_t number(struct an_str s, size_t at, size_t bytes) {
    uint32_t n = 0;
    for (size_t i = 0; i < bytes; i++)
        n = n << 8 | (unsigned char) s.ptr[at + i];
    return n;
}

static bool begins(struct an_str s, struct an_str with) { return an_str_eq(an_str_slice(s, 0, with.len), with); }

static enum an_code read_jpeg(struct work *w, struct an_str s, struct an_err *err) {
    enum { SCAN = 0xDA, END = 0xD9, COMMENT_SEGMENT = 0xFE, APP1 = 0xE1, APP13 = 0xED };
    static const struct an_str exif = AN_STR_INIT("Exif\0\0"), xmp = AN_STR_INIT("http://ns.adobe.com/xap/1.0/\0");
    size_t at = 2;
    while (at + 4 <= s.len && (unsigned char) s.ptr[at] == 0xFF) {
        unsigned char what = (unsigned char) s.ptr[at + 1];
        if (what == 0xFF) {
            at++;
            continue;
        }
        if (what == SCAN || what == END)
            return AN_OK;
        size_t len = number(s, at + 2, 2);
        if (len < 2 || at + 2 + len > s.len)
            break;
        struct an_str data = an_str_slice(s, at + 4, at + 2 + len);
        if (what == APP1 && begins(data, exif))
            AN_TRY(add_exif(w, an_str_slice(data, exif.len, data.len), err));
        else if (what == APP1 && begins(data, xmp))
            AN_TRY(add_text(w, an_str_slice(data, xmp.len, data.len), err));
        else if (what == COMMENT_SEGMENT)
            AN_TRY(add_text(w, data, err));
        // IPTC: 1C 02, a kind, a length of two bytes, a text
        for (size_t i = 0; what == APP13 && i + 5 <= data.len; i++) {
            if (data.ptr[i] != 0x1C || data.ptr[i + 1] != 2 || !data.ptr[i + 2] || i + 5 + number(data, i + 3, 2) > data.len)
                continue;
            AN_TRY(add_text(w, an_str_slice(data, i + 5, i + 5 + number(data, i + 3, 2)), err));
            i += 4 + number(data, i + 3, 2);
        }
        at += 2 + len;
    }
    w->damaged = true;
    return AN_OK;
}

// Of an iTXt chunk: behind its key and a zero.
static bool is_packed(struct an_str data) {
    const char *zero = data.len ? memchr(data.ptr, 0, data.len) : NULL;
    return zero && zero + 1 < data.ptr + data.len && zero[1];
}

static enum an_code read_png(struct work *w, struct an_str s, struct an_err *err) {
    size_t at = 8;
    while (at + 12 <= s.len) {
        size_t len = number(s, at, 4);
        struct an_str type = an_str_slice(s, at + 4, at + 8), data = an_str_slice(s, at + 8, at + 8 + len);
        if (data.len != len)
            break;
        if (an_str_eq(type, AN_STR("IEND")))
            return AN_OK;
        if (an_str_eq(type, AN_STR("eXIf")))
            AN_TRY(add_exif(w, data, err));
        else if (an_str_eq(type, AN_STR("zTXt")) || (an_str_eq(type, AN_STR("iTXt")) && is_packed(data)))
            w->more = true;
        else if (an_str_eq(type, AN_STR("tEXt")) || an_str_eq(type, AN_STR("iTXt"))) {
            const char *text = data.len ? memrchr(data.ptr, 0, data.len) : NULL;
            AN_TRY(add_text(w, text ? an_str_slice(data, (size_t) (text - data.ptr) + 1, data.len) : data, err));
        }
        at += 12 + len;
    }
    w->damaged = true;
    return AN_OK;
}

// Where the parts of a format are not followed: Exif behind its mark, a TIFF as what it is, and a packet of XMP.
static enum an_code read_other(struct work *w, struct an_str s, struct an_err *err) {
    static const struct an_str marks[] = {AN_STR_INIT("Exif\0\0II*\0"), AN_STR_INIT("Exif\0\0MM\0*")};
    bool is_tiff = begins(s, AN_STR("II*\0")) || begins(s, AN_STR("MM\0*"));
    const char *exif = NULL, *xmp = s.len ? memmem(s.ptr, s.len, "<x:xmpmeta", 10) : NULL;
    for (size_t i = 0; i < AN_COUNT(marks) && !exif; i++)
        exif = memmem(s.ptr, s.len, marks[i].ptr, marks[i].len);
    const char *chunk = begins(an_str_slice(s, 8, s.len), AN_STR("WEBP")) ? memmem(s.ptr, s.len, "EXIF", 4) : NULL;
    if (is_tiff)
        AN_TRY(add_exif(w, s, err));
    else if (chunk && !exif)            // its length, and then the block without its mark
        AN_TRY(add_exif(w, an_str_slice(s, (size_t) (chunk - s.ptr) + 8, s.len), err));
    else if (exif)
        AN_TRY(add_exif(w, an_str_slice(s, (size_t) (exif - s.ptr) + 6, s.len), err));
    struct an_str packet = xmp ? an_str_slice(s, (size_t) (xmp - s.ptr), s.len) : (struct an_str) {0};
    const char *end = packet.len ? memmem(packet.ptr, packet.len, "</x:xmpmeta>", 12) : NULL;
    return end ? add_text(w, an_str_slice(packet, 0, (size_t) (end - packet.ptr)), err) : AN_OK;
}

// --- the picture

typedef enum an_code reader(struct work *w, struct an_str bytes, struct an_err *err);

static const struct { size_t at; struct an_str magic; bool weak; reader *read; } formats[] = {
    {0, AN_STR_INIT("\xFF\xD8\xFF"), false, read_jpeg}, {0, AN_STR_INIT("\x89PNG\r\n\x1A\n"), false, read_png},
    {0, AN_STR_INIT("II*\0"), false, read_other}, {0, AN_STR_INIT("MM\0*"), false, read_other},
    {8, AN_STR_INIT("WEBP"), true, read_other}, {4, AN_STR_INIT("ftypheic"), true, read_other},
    {4, AN_STR_INIT("ftypheix"), true, read_other}, {4, AN_STR_INIT("ftypmif1"), true, read_other},
    {4, AN_STR_INIT("ftypavif"), true, read_other}, {0, AN_STR_INIT("GIF87a"), true, read_other},
    {0, AN_STR_INIT("GIF89a"), true, read_other}, {0, AN_STR_INIT("BM"), true, read_other},
};

// Two letters are few: four zeros and the length of what follows stand behind them.
static bool is_bitmap(struct an_str head) {
    return head.len > 18 && !number(head, 6, 4) && (head.ptr[14] == 12 || head.ptr[14] >= 40) && !number(head, 15, 3);
}

static size_t format_of(const struct an_sniff *s) {
    for (size_t i = 0; i < AN_COUNT(formats); i++) {
        struct an_str there = an_str_slice(s->head, formats[i].at, formats[i].at + formats[i].magic.len);
        if ((!formats[i].weak || !s->encoding) && an_str_eq(there, formats[i].magic) && (there.len != 2 || is_bitmap(s->head)))
            return i;
    }
    return AN_COUNT(formats);
}

static int sniff(const struct an_sniff *s) { return format_of(s) < AN_COUNT(formats) ? 95 : 0; }

static enum an_code give(struct work *w, struct an_err *err) {
    static const char padding[AN_SOURCE_PADDING];
    uint64_t next = 1;
    if (w->value_count) {
        struct an_record record = {.values = w->values, .count = w->value_count, .number = next++};
        AN_TRY(w->sink->columns(w->sink->arg, columns, AN_COUNT(columns), err));
        AN_TRY(w->sink->record(w->sink->arg, &record, err));
    }
    size_t len = w->lines.len;
    AN_TRY(an_buf_add(&w->lines, (struct an_str) {padding, sizeof padding}, err));
    return len ? w->sink->lines(w->sink->arg, (struct an_str) {w->lines.ptr, len}, next, 0, err) : AN_OK;
}

// Whether somebody may have written it: enough letters and digits, of any script.
static bool is_text(struct an_str s) {
    enum { FEW = 4 };
    size_t count = 0;
    for (size_t i = 0; i < s.len; i++) {
        unsigned char c = (unsigned char) s.ptr[i], low = c | 0x20;
        count += (c >= '0' && c <= '9') || (low >= 'a' && low <= 'z' && c < 0x80) || c >= 0xC0;
    }
    return count >= FEW;
}

static enum an_code recognise(struct an_reading *reading, struct work *w, struct an_err *err) {
    static const char *const results[] = {
        [AN_OCR_DONE] = NULL, [AN_OCR_NO_PICTURE] = "its text could not be recognised: it is damaged, or packed in a way that is "
        "not known there", [AN_OCR_TOO_LARGE] = "its text was not recognised: it has too many points",
        [AN_OCR_TOO_LONG] = "its text was not recognised: it took too long",
    };
    enum an_ocr_result result = AN_OCR_DONE;
    if (!reading->ocr)
        return AN_OK;
    if (reading->recogniser)
        AN_TRY(an_ocr_read(reading->recogniser, w->whole.bytes, &w->text, &result, err));
    w->unrecognised = reading->recogniser ? results[result] : "its text was not recognised: Tesseract could not be started apart";
    if (!is_text(an_buf_str(&w->text)))
        w->text.len = 0;
    return AN_OK;
}

// What was recognised, in a store of its own.
static enum an_code give_text(struct work *w, struct an_str uri, struct an_err *err) {
    static const char padding[AN_SOURCE_PADDING];
    AN_AUTO(an_buf) below = {0};
    size_t len = w->text.len;
    if (!len)
        return AN_OK;
    AN_TRY(an_source_uri_below(&below, uri, AN_STR("(recognised text)"), err));
    struct an_store_info info = {.uri = an_buf_str(&below), .format = "image", .recognised = true};
    AN_TRY(an_buf_add(&w->text, (struct an_str) {padding, sizeof padding}, err));
    AN_TRY(w->sink->open(w->sink->arg, &info, err));
    AN_TRY(w->sink->lines(w->sink->arg, (struct an_str) {w->text.ptr, len}, 1, 0, err));
    return w->sink->close(w->sink->arg, AN_STORE_READ, len,
                          AN_STR("recognised in a picture: what identifies somebody is counted apart, and nobody for it"), err);
}

static enum an_code close_store(struct work *w, bool asked, struct an_err *err) {
    static const struct an_str skipped = AN_STR_INIT(
        "it is an image: what it says of itself was read, and the picture, which holds no records by its nature, was not");
    static const struct an_str empty = AN_STR_INIT(
        "it is an image: what it says of itself was read, and no text was recognised in the picture");
    struct an_trouble trouble = {.code = w->whole.broken ? w->whole.broken : AN_INPUT, .records_lost = AN_UNKNOWN_COUNT,
                                 .bytes_lost = AN_UNKNOWN_COUNT};
    trouble.text = w->whole.broken ? an_str_from_c(w->whole.why.text)
                 : w->damaged ? AN_STR("its parts do not follow each other as they should: "
                                       "what it says of itself may be missing")
                 : w->unrecognised ? an_str_from_c(w->unrecognised)
                 : w->text.len ? AN_STR("text was recognised in the picture, and what was missed or misread there nobody knows")
                 : w->more ? AN_STR("some of what it says of itself is packed or too long, and was not read")
                           : (struct an_str) {0};
    if (trouble.text.len)
        AN_TRY(w->sink->trouble(w->sink->arg, &trouble, err));
    return w->sink->close(w->sink->arg, trouble.text.len ? AN_STORE_PARTLY : AN_STORE_SKIPPED, w->whole.bytes.len,
                          trouble.text.len ? trouble.text : asked ? empty : skipped, err);
}

static enum an_code read_image(struct an_reading *reading, struct an_input *input, const struct an_sniff *s, struct an_err *err) {
    AN_CLEANUP(work_release) struct work w = {.sink = reading->sink};
    struct an_store_info info = {.uri = input->uri, .format = "image"};
    size_t format = format_of(s);
    AN_TRY(an_whole_take(&w.whole, input, s, reading->limits.memory_bytes, err));
    AN_TRY(w.sink->open(w.sink->arg, &info, err));
    if (format < AN_COUNT(formats))
        AN_TRY(formats[format].read(&w, w.whole.bytes, err));
    AN_TRY(give(&w, err));
    AN_TRY(recognise(reading, &w, err));
    AN_TRY(close_store(&w, reading->ocr, err));
    return give_text(&w, input->uri, err);
}

static const struct an_apart_needs needs = {.recognises = true};

const struct an_source an_source_image = {
    .name = "image",
    .title = {"Images (metadata; text with --ocr)", "图片（元数据；用 --ocr 识别文字）"},
    .spec = "JPEG (ITU-T T.81), PNG, TIFF, HEIC, WebP, GIF, BMP; Exif 2.32, IPTC, XMP; read with libexif, Tesseract",
    .sniff = sniff,
    .read = read_image,
    .apart = &needs,
};
