// Bzip2-compressed file.
#include <string.h>

#include "source/container.h"

static const struct an_container container = {
    .name = "bzip2", .access = AN_CONTAINER_STREAM, .wrapper = true,
    .support = {archive_read_support_filter_bzip2, archive_read_support_format_raw, archive_read_support_format_empty},
};

// "BZh", a level, and the magic of a block (pi) or of the end (its square root).
static int sniff(const struct an_sniff *s) {
    bool level = s->head.len >= 10 && s->head.ptr[3] >= '1' && s->head.ptr[3] <= '9';
    if (!level || !an_container_sniff(s, "BZh", 3))
        return 0;
    const char *block = s->head.ptr + 4;
    return memcmp(block, "\x31\x41\x59\x26\x53\x59", 6) == 0 || memcmp(block, "\x17\x72\x45\x38\x50\x90", 6) == 0 ? 100 : 0;
}

static enum an_code read_input(struct an_reading *reading, struct an_input *input, const struct an_sniff *s, struct an_err *err) {
    return an_container_read(&container, reading, input, s, err);
}

const struct an_source an_source_bzip2 = {
    .name = "bzip2",
    .title = {"Bzip2-compressed file", "bzip2 压缩文件"},
    .spec = "sourceware.org/bzip2",
    .sniff = sniff,
    .read = read_input,
};
