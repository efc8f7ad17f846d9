// 7-Zip archive.
#include "source/container.h"

static uint64_t number_at(struct an_str head, size_t at) {
    uint64_t n = 0;
    for (size_t i = 8; i-- > 0;)
        n = n << 8 | (unsigned char) head.ptr[at + i];
    return n;
}

// The signature header is 32 bytes long and says how far behind it the header proper stands, and how long that is.
// Without entries nothing describes what is between them: a writer that did not come to its end leaves such files.
static uint64_t extent(struct an_str head, bool has_entries) {
    enum { SIGNATURE_HEADER = 32, DISTANCE = 12, LENGTH = 20 };
    if (head.len < SIGNATURE_HEADER)
        return head.len;
    const uint64_t most = (uint64_t) 1 << 60;       // no file is so long: libarchive gives up before
    uint64_t distance = has_entries ? number_at(head, DISTANCE) : 0, len = number_at(head, LENGTH);
    return distance > most || len > most ? most : SIGNATURE_HEADER + distance + len;
}

static const struct an_container container = {
    .name = "7z", .access = AN_CONTAINER_SEEK, .extent = extent,
    .support = {archive_read_support_format_7zip},
};

static int sniff(const struct an_sniff *s) { return an_container_sniff(s, "7z\xBC\xAF\x27\x1C", 6); }

static enum an_code read_input(struct an_reading *reading, struct an_input *input, const struct an_sniff *s, struct an_err *err) {
    return an_container_read(&container, reading, input, s, err);
}

const struct an_source an_source_7z = {
    .name = "7z",
    .title = {"7-Zip archive", "7-Zip 归档"},
    .spec = "7-zip.org, 7zFormat.txt",
    .sniff = sniff,
    .read = read_input,
};
