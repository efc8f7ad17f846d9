// What is neither text nor a format we read: scanned as bytes, for identifiers that stand in it as text.
#define _GNU_SOURCE     // memmem
#include "source/source.h"

#include <stdio.h>
#include <string.h>
#include "base/alloc.h"
#include "base/utf8.h"
#include "text/encoding.h"

// A format known by its first bytes.
struct magic {
    size_t at;
    struct an_str bytes;
    const char *name;           // "a PDF document"
    const char *advice;         // what to do to have it read; NULL: it holds no records by its nature
    bool weak;                  // text may begin like this
};

static const char EXPORT[] = "export its tables as CSV or its text as UTF-8";
static const char DUMP[] = "export it as CSV or as an SQL dump";
static const char CONVERT[] = "convert it to CSV or JSON Lines";
static const char DECRYPT[] = "decrypt it first";
static const char RESTORE[] = "restore it from where it came";

static const char OUTLOOK[] = "save them as files with Outlook, or unpack it with ytnef";

static const struct magic magics[] = {
    {0, AN_STR_INIT("\x7F" "ELF"), "a program", NULL, false},
    {0, AN_STR_INIT("MZ"), "a program", NULL, true},
    {0, AN_STR_INIT("\xCE\xFA\xED\xFE"), "a program", NULL, false},
    {0, AN_STR_INIT("\xCF\xFA\xED\xFE"), "a program", NULL, false},
    {0, AN_STR_INIT("\xCA\xFE\xBA\xBE"), "compiled code", NULL, false},
    {0, AN_STR_INIT("\0asm"), "compiled code", NULL, false},
    {0, AN_STR_INIT("BC\xC0\xDE"), "compiled code", NULL, false},
    {0, AN_STR_INIT("!<arch>\n"), "a library of compiled code", NULL, false},
    {2, AN_STR_INIT("\r\n"), "compiled Python", NULL, true},
    {0, AN_STR_INIT("OTTO"), "a font", NULL, true},
    {0, AN_STR_INIT("wOFF"), "a font", NULL, true},
    {0, AN_STR_INIT("wOF2"), "a font", NULL, true},
    {0, AN_STR_INIT("ttcf"), "a font", NULL, true},
    {0, AN_STR_INIT("\0\1\0\0\0"), "a font", NULL, false},
    {0, AN_STR_INIT("\x89PNG\r\n\x1A\n"), "an image", NULL, false},
    {0, AN_STR_INIT("\xFF\xD8\xFF"), "an image", NULL, false},
    {0, AN_STR_INIT("GIF87a"), "an image", NULL, true},
    {0, AN_STR_INIT("GIF89a"), "an image", NULL, true},
    {0, AN_STR_INIT("BM"), "an image", NULL, true},
    {0, AN_STR_INIT("II*\0"), "an image", NULL, false},
    {0, AN_STR_INIT("MM\0*"), "an image", NULL, false},
    {0, AN_STR_INIT("\0\0\1\0\1\0"), "an image", NULL, false},
    {0, AN_STR_INIT("8BPS"), "an image", NULL, true},
    {8, AN_STR_INIT("WEBP"), "an image", NULL, true},
    {8, AN_STR_INIT("WAVE"), "a sound", NULL, true},
    {0, AN_STR_INIT("ID3"), "a sound", NULL, true},
    {0, AN_STR_INIT("\xFF\xFB"), "a sound", NULL, true},
    {0, AN_STR_INIT("\xFF\xF3"), "a sound", NULL, true},
    {0, AN_STR_INIT("fLaC"), "a sound", NULL, true},
    {0, AN_STR_INIT("OggS"), "a sound or video", NULL, true},
    {8, AN_STR_INIT("AVI "), "a video", NULL, true},
    {4, AN_STR_INIT("ftyp"), "a video", NULL, true},
    {0, AN_STR_INIT("\x1A\x45\xDF\xA3"), "a video", NULL, false},
    {0, AN_STR_INIT("FLV\1"), "a video", NULL, false},
    {0, AN_STR_INIT("TZif"), "time zone rules", NULL, true},
    {0, AN_STR_INIT("\xDE\x12\x04\x95"), "translations of a program", NULL, false},

    {0, AN_STR_INIT("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"),
     "a compound file that is damaged, or holds a document that is not known",
     EXPORT, false},
    {0, AN_STR_INIT("ARROW1"), "an Arrow table", CONVERT, true},
    {0, AN_STR_INIT("\x89HDF\r\n\x1A\n"), "an HDF5 file", CONVERT, false},
    {0, AN_STR_INIT("SEQ\6"), "a Hadoop sequence file", CONVERT, false},
    {0, AN_STR_INIT("\x93NUMPY"), "a NumPy array", CONVERT, false},
    {0, AN_STR_INIT("$FL2"), "an SPSS table", CONVERT, true},
    {0, AN_STR_INIT("<stata_dta>"), "a Stata table", CONVERT, true},
    {0, AN_STR_INIT("PGDMP"), "a PostgreSQL dump in custom format", "make it plain with pg_restore -f", true},
    {0, AN_STR_INIT("REDIS0"), "a Redis snapshot", CONVERT, true},
    {4, AN_STR_INIT("Standard Jet DB"), "an Access database", DUMP, false},
    {4, AN_STR_INIT("Standard ACE DB"), "an Access database", DUMP, false},
    {0, AN_STR_INIT("\xFE\xFE\x07"), "a MyISAM index", DUMP, false},
    {0, AN_STR_INIT("\xFE" "bin"), "a MySQL binary log", "make it plain with mysqlbinlog", false},
    {0, AN_STR_INIT("ElfFile\0"), "a Windows event log", CONVERT, false},
    {0, AN_STR_INIT("\xD4\xC3\xB2\xA1"), "a network capture", "make it text with tcpdump or tshark", false},
    {0, AN_STR_INIT("\xA1\xB2\xC3\xD4"), "a network capture", "make it text with tcpdump or tshark", false},
    {0, AN_STR_INIT("\x0A\x0D\x0D\x0A"), "a network capture", "make it text with tcpdump or tshark", true},
    {0, AN_STR_INIT("LUKS\xBA\xBE"), "an encrypted disk", DECRYPT, false},
    // Whole ones are taken by their own sources before; what is left of a damaged head may look like text in GBK.
    {0, AN_STR_INIT("\x1F\x8B"), "a damaged gzip file", RESTORE, false},
    {0, AN_STR_INIT("\xFD" "7z"), "a damaged xz file", RESTORE, false},
    {0, AN_STR_INIT("7z\xBC"), "a damaged 7z archive", RESTORE, false},
    {0, AN_STR_INIT("\x28\xB5\x2F"), "a damaged zstd file", RESTORE, false},
    {0, AN_STR_INIT("\x78\x9F\x3E\x22"), "attachments in Outlook's own format (winmail.dat, TNEF)", OUTLOOK, false},
    {0, AN_STR_INIT("-----BEGIN PGP MESSAGE-----"), "an encrypted file (PGP)", DECRYPT, false},
    {0, AN_STR_INIT("!BDN"), "an Outlook store (PST or OST)", "make it mbox with readpst -r, or export it from Outlook", true},
    {0, AN_STR_INIT("Salted__"), "an encrypted file", DECRYPT, true},
    {0, AN_STR_INIT("age-encryption.org/"), "an encrypted file", DECRYPT, false},
};

static const struct magic *find_magic(const struct an_sniff *s) {
    for (size_t i = 0; i < AN_COUNT(magics); i++) {
        const struct magic *m = &magics[i];
        struct an_str there = an_str_slice(s->head, m->at, m->at + m->bytes.len);
        if ((!m->weak || !s->encoding) && an_str_eq(there, m->bytes))
            return m;
    }
    return NULL;
}

static int sniff(const struct an_sniff *s) { return find_magic(s) ? 90 : s->encoding ? 0 : 1; }

enum { BUFFER = 256 * 1024, RUN_MIN = 6, BLOCK = 64 * 1024 };

struct scan {
    const struct an_sink *sink;
    char *buf;                  // bytes of the store, and how many
    size_t len;
    uint64_t at;                // where in the store they begin
    char *out;                  // runs, each ended by a line feed
    size_t out_len;
    uint64_t out_at;            // where the first of them stands in the store
    uint64_t number, in_block;
    bool in_word;               // the run goes on from a piece that was cut inside a word
};

static enum an_code flush(struct scan *s, struct an_err *err) {
    if (!s->out_len)
        return AN_OK;
    struct an_str block = {s->out, s->out_len};
    enum an_code code = s->sink->lines(s->sink->arg, block, s->number + 1, s->out_at, err);
    s->number += s->in_block;
    s->in_block = s->out_len = 0;
    return code;
}

static enum an_code give_run(struct scan *s, size_t from, size_t to, struct an_err *err) {
    if (to - from < RUN_MIN)
        return AN_OK;
    if (!s->out_len)
        s->out_at = s->at + from;
    memcpy(s->out + s->out_len, s->buf + from, to - from);
    s->out_len += to - from;
    s->out[s->out_len++] = '\n';
    s->in_block++;
    return s->out_len < BLOCK ? AN_OK : flush(s, err);
}

static bool is_word(char c) { return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z'); }

// Bytes of the printable character at i; 0 when there is none.
static inline size_t printable(const struct scan *s, size_t i) {
    unsigned char c = (unsigned char) s->buf[i];
    if (c < 0x80)
        return (c >= 0x20 && c != 0x7F) || c == '\t';
    return an_utf8_len((struct an_str) {s->buf + i, s->len - i});
}

// Gives the runs in the buffer; one that reaches its end waits there for what comes next.
static enum an_code scan_buffer(struct scan *s, bool last, struct an_err *err) {
    enum { CHARACTER = 4 };
    size_t i = 0, run = 0;
    while (i < s->len) {
        size_t n = printable(s, i);
        if (n) {
            i += n;
            continue;
        }
        if (!last && (unsigned char) s->buf[i] >= 0xC2 && s->len - i < CHARACTER)
            break;                              // perhaps a character whose rest is still to come
        enum an_code code = s->in_word ? AN_OK : give_run(s, run, i, err);
        if (code)
            return code;
        s->in_word = false;
        run = ++i;
    }
    enum an_code code = AN_OK;
    if (last || s->len - run > BUFFER / 2) {
        size_t cut = last ? s->len : i;         // a run without end is cut where no value is, or left out
        while (!last && cut > run && is_word(s->buf[cut - 1]))
            cut--;
        if (!s->in_word || cut > run)
            code = give_run(s, run, cut, err);
        s->in_word = cut == run;
        run = s->in_word ? i : cut;
    }
    memmove(s->buf, s->buf + run, s->len - run);
    s->len -= run;
    s->at += run;
    return code;
}

static enum an_code scan_all(struct scan *s, struct an_input *input, const struct an_sniff *sniffed,
                             uint64_t *ret_bytes,
                             struct an_err *ret_broken, struct an_err *err) {
    struct an_str head = sniffed->head;
    size_t got = 1;
    while (got) {
        got = 0;
        if (head.len) {
            got = head.len < BUFFER / 4 ? head.len : BUFFER / 4;
            memcpy(s->buf + s->len, head.ptr, got);
            head = an_str_slice(head, got, head.len);
        } else if (!sniffed->whole) {
            enum an_code code = input->read(input->arg, s->buf + s->len, BUFFER - s->len, &got, ret_broken);
            if (code == AN_NOMEM || code == AN_BUG) {
                *err = *ret_broken;
                return code;
            }
            got = code ? 0 : got;
        }
        s->len += got;
        *ret_bytes += got;
        enum an_code code = scan_buffer(s, !got, err);
        if (code)
            return code;
    }
    return flush(s, err);
}

// What is encrypted keeps its name in the list of streams, in UTF-16.
static bool is_encrypted_office(const struct an_sniff *s) {
    static const struct an_str name = AN_STR_INIT("E\0n\0c\0r\0y\0p\0t\0e\0d\0P\0a\0c\0k\0a\0g\0e");
    return memmem(s->head.ptr, s->head.len, name.ptr, name.len) != NULL;
}

static enum an_code finish(const struct an_sink *sink, const struct an_sniff *s, uint64_t bytes,
                           const struct an_err *broken, struct an_err *err) {
    char text[256];
    const struct magic *m = find_magic(s);
    if (!m && an_encoding_is_ebcdic(s->head))
        (void) snprintf(text, sizeof text, "it is text in EBCDIC, the encoding of mainframes, which this version "
                        "cannot read; convert it to UTF-8, as with iconv -f IBM1047 -t UTF-8");
    else if (!m)
        (void) snprintf(text, sizeof text,
                        "it is in no format this version knows (it may be encrypted or damaged); "
                        "%s", EXPORT);
    else if (m->advice == EXPORT && is_encrypted_office(s))
        (void) snprintf(text, sizeof text, "it is an encrypted office document; save it without a password");
    else if (m->advice)
        (void) snprintf(text, sizeof text, "it is %s, which this version cannot read; %s", m->name,
                        m->advice);
    else
        (void) snprintf(text, sizeof text, "it is %s, which holds no records by its nature", m->name);
    struct an_str why = an_str_from_c(text);
    struct an_trouble trouble = {.code = AN_INPUT, .records_lost = AN_UNKNOWN_COUNT,
                                 .bytes_lost = AN_UNKNOWN_COUNT,
                                 .text = why};
    bool skipped = m && !m->advice && !broken->code;
    if (broken->code) {
        trouble.code = broken->code;
        trouble.offset = bytes;
        trouble.text = an_str_from_c(broken->text);
    }
    if (!skipped) {
        enum an_code code = sink->trouble(sink->arg, &trouble, err);
        if (code)
            return code;
    }
    return sink->close(sink->arg, skipped ? AN_STORE_SKIPPED : AN_STORE_UNREAD, bytes, why, err);
}

static enum an_code read_binary(struct an_reading *reading, struct an_input *input, const struct an_sniff *s,
                                struct an_err *err) {
    const struct an_sink *sink = reading->sink;
    struct scan scan = {.sink = sink, .buf = an_alloc(BUFFER),
                        .out = an_alloc(BUFFER + BLOCK + AN_SOURCE_PADDING)};
    uint64_t bytes = 0;
    struct an_err broken = {0};
    struct an_store_info info = {.uri = input->uri, .format = "binary"};
    enum an_code code = scan.buf && scan.out ? AN_OK : an_fail(err, AN_NOMEM, "no memory to scan bytes");
    if (!code)
        code = sink->open(sink->arg, &info, err);
    if (!code)
        code = scan_all(&scan, input, s, &bytes, &broken, err);
    an_free(scan.buf);
    an_free(scan.out);
    return code ? code : finish(sink, s, bytes, &broken, err);
}

const struct an_source an_source_binary = {
    .name = "binary",
    .title = {"Other files, scanned as bytes", "其他文件（按字节扫描）"},
    .spec = "runs of printable characters; formats told by their first bytes",
    .sniff = sniff,
    .read = read_binary,
};
