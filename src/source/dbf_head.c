// Headers of dBASE and FoxPro tables.
#include "source/dbf_head.h"

#include <fcntl.h>
#include <unistd.h>
#include "text/encoding.h"

enum {
    HEAD = 32, DESCRIPTOR = 32, HEAD_7 = 68, DESCRIPTOR_7 = 48,    // dBASE 7 has longer ones
    END = 0x0D,
};

static bool is_version(unsigned char c) {
    static const unsigned char versions[] = {0x03, 0x04, 0x05, 0x30, 0x31, 0x32, 0x43, 0x63, 0x83, 0x87, 0x8B, 0x8C, 0x8E,
                                             0xCB, 0xE5, 0xF5, 0xFB};
    return memchr(versions, c, sizeof versions);
}

static struct an_str until_zero(struct an_str s) {
    const char *zero = s.len ? memchr(s.ptr, 0, s.len) : NULL;
    return zero ? an_str_slice(s, 0, (size_t) (zero - s.ptr)) : s;
}

// The fields of a header whose descriptors are `step` bytes each. False: there are none.
static bool read_fields(struct an_str head, struct an_dbf_head *h) {
    size_t begin = h->is_7 ? HEAD_7 : HEAD, step = h->is_7 ? DESCRIPTOR_7 : DESCRIPTOR, name_len = h->is_7 ? 32 : 11;
    uint32_t at = 1, wide = 1, columns = 0;
    int bits = 0;
    h->field_count = 0;
    for (size_t i = begin; i + step <= head.len && i + step <= h->len && head.ptr[i] != END; i += step) {
        const char *d = head.ptr + i + (h->is_7 ? 21 : 0);      // what follows the name lies as in others
        struct an_dbf_field f = {.name = until_zero(an_str_slice(head, i, i + name_len)), .type = d[11], .at = at,
                                 .short_bit = -1};
        unsigned flags = h->is_visual ? (unsigned char) d[18] : 0;
        f.len = (unsigned char) d[h->is_7 ? 12 : 16];
        if (!strchr("CNFDLIYTBMGPVQW0@+O", f.type) || !f.type || h->field_count == AN_DBF_FIELDS_MAX)
            return false;
        wide += f.len + (f.type == 'C' ? (uint32_t) (unsigned char) d[17] << 8 : 0);
        f.binary = flags & 4;
        f.column = f.type == '0' ? AN_NO_COLUMN : columns++;
        if (f.type == 'V' || f.type == 'Q')
            f.short_bit = bits++;
        bits += (flags & 2) != 0;
        if (f.type == '0') {
            h->flags_at = at;
            h->flags_len = f.len;
        }
        at += f.len;
        h->fields[h->field_count++] = f;
    }
    h->adds_up = at == h->record_len;
    if (h->adds_up || wide != h->record_len || h->is_7)
        return h->field_count > 0 && columns > 0;
    h->adds_up = true;              // Clipper and FoxPro: wider texts, whose length has a second byte where decimals stand
    at = 1;
    for (size_t i = 0; i < h->field_count; i++) {
        struct an_dbf_field *f = &h->fields[i];
        f->at = at;
        if (f->type == 'C')
            f->len += (uint32_t) (unsigned char) head.ptr[HEAD + i * DESCRIPTOR + 17] << 8;
        at += f->len;
    }
    return columns > 0;
}

bool an_dbf_head_read(struct an_str head, struct an_dbf_head *h) {
    if (head.len < HEAD + DESCRIPTOR || !is_version((unsigned char) head.ptr[0]))
        return false;
    *h = (struct an_dbf_head) {
        .version = (unsigned char) head.ptr[0], .language = (unsigned char) head.ptr[29], .count = an_dbf_little(head.ptr + 4, 4),
        .len = an_dbf_little(head.ptr + 8, 2), .record_len = an_dbf_little(head.ptr + 10, 2), .encrypted = head.ptr[15] == 1,
    };
    h->is_visual = h->version >= 0x30 && h->version <= 0x32;
    bool dated = (unsigned char) head.ptr[2] <= 12 && (unsigned char) head.ptr[3] <= 31;
    if (!dated || h->len <= HEAD || h->record_len < 2)
        return false;
    if (read_fields(head, h) && h->adds_up)
        return true;
    h->is_7 = (h->version & 7) == 4;
    if (h->is_7 && read_fields(head, h) && h->adds_up)
        return true;
    h->is_7 = false;
    return read_fields(head, h);
}

bool an_dbf_head_is_sound(const struct an_dbf_head *h, struct an_str bytes) {
    for (size_t i = 0; i < h->field_count; i++) {
        struct an_str name = h->fields[i].name;
        for (size_t k = 0; k < name.len; k++)
            if ((unsigned char) name.ptr[k] < 0x20)
                return false;
        if (!name.len)
            return false;
    }
    if (h->adds_up)
        return true;
    return h->len <= bytes.len && (h->is_visual || bytes.ptr[h->len - 1] == END || bytes.ptr[h->len - 2] == END);
}

const char *an_dbf_encoding_of_driver(unsigned char driver) {
    static const struct { unsigned char driver; const char *encoding; } drivers[] = {
        {0x01, "cp437"}, {0x02, "cp850"}, {0x03, "windows-1252"}, {0x09, "cp437"}, {0x0A, "cp850"}, {0x0B, "cp437"},
        {0x0D, "cp437"}, {0x0E, "cp850"}, {0x0F, "cp437"}, {0x10, "cp850"}, {0x11, "cp437"}, {0x12, "cp850"},
        {0x13, "shift_jis"}, {0x14, "cp850"}, {0x15, "cp437"}, {0x16, "cp850"}, {0x18, "cp437"}, {0x19, "cp437"},
        {0x1A, "cp850"}, {0x1B, "cp437"}, {0x1D, "cp850"}, {0x1F, "cp852"}, {0x22, "cp852"}, {0x23, "cp852"},
        {0x25, "cp850"}, {0x26, "cp866"}, {0x37, "cp850"}, {0x40, "cp852"}, {0x4D, "gb18030"}, {0x4E, "uhc"}, {0x4F, "big5"},
        {0x50, "tis-620"}, {0x58, "windows-1252"}, {0x59, "windows-1252"}, {0x64, "cp852"}, {0x65, "cp866"}, {0x78, "big5"},
        {0x79, "uhc"}, {0x7A, "gb18030"}, {0x7B, "shift_jis"}, {0x7C, "tis-620"}, {0x7D, "windows-1255"},
        {0x7E, "windows-1256"}, {0x87, "cp852"}, {0xC8, "windows-1250"}, {0xC9, "windows-1251"}, {0xCA, "windows-1254"},
        {0xCB, "windows-1253"}, {0xCC, "windows-1257"},
    };
    for (size_t i = 0; i < AN_COUNT(drivers); i++)
        if (drivers[i].driver == driver)
            return drivers[i].encoding;
    return NULL;
}

static const char *encoding_of_number(struct an_str digits) {
    static const struct { struct an_str number; const char *encoding; } pages[] = {
        {AN_STR_INIT("936"), "gb18030"}, {AN_STR_INIT("54936"), "gb18030"}, {AN_STR_INIT("950"), "big5"},
        {AN_STR_INIT("932"), "shift_jis"}, {AN_STR_INIT("949"), "uhc"}, {AN_STR_INIT("65001"), "utf-8"},
        {AN_STR_INIT("437"), "cp437"}, {AN_STR_INIT("850"), "cp850"}, {AN_STR_INIT("852"), "cp852"},
        {AN_STR_INIT("866"), "cp866"}, {AN_STR_INIT("874"), "tis-620"}, {AN_STR_INIT("1250"), "windows-1250"},
        {AN_STR_INIT("1251"), "windows-1251"}, {AN_STR_INIT("1252"), "windows-1252"}, {AN_STR_INIT("1253"), "windows-1253"},
        {AN_STR_INIT("1254"), "windows-1254"}, {AN_STR_INIT("1255"), "windows-1255"}, {AN_STR_INIT("1256"), "windows-1256"},
        {AN_STR_INIT("1257"), "windows-1257"}, {AN_STR_INIT("88591"), "windows-1252"},
    };
    for (size_t i = 0; i < AN_COUNT(pages); i++)
        if (an_str_eq(digits, pages[i].number))
            return pages[i].encoding;
    return NULL;
}

const char *an_dbf_encoding_beside(const char *path) {
    char name[4096], text[32];
    size_t n = path ? strlen(path) : 0;
    if (n < 5 || n >= sizeof name)
        return NULL;
    memcpy(name, path, n + 1);
    memcpy(name + n - 3, name[n - 1] == 'F' ? "CPG" : "cpg", 3);
    int fd = open(name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
    ssize_t got = fd >= 0 ? read(fd, text, sizeof text) : 0;
    if (fd >= 0)
        (void) close(fd);
    struct an_str said = {text, got > 0 ? (size_t) got : 0};
    while (said.len && (unsigned char) said.ptr[said.len - 1] <= ' ')
        said.len--;
    const char *encoding = an_encoding_called(said);
    const char *blank = said.len ? memchr(said.ptr, ' ', said.len) : NULL;
    size_t digits = blank ? (size_t) (blank - said.ptr) + 1 : 0;
    return encoding ? encoding : encoding_of_number(an_str_slice(said, digits, said.len));
}
