// LZ4-compressed file.
#include "source/container.h"

static const struct an_container container = {
    .name = "lz4", .access = AN_CONTAINER_STREAM, .wrapper = true,
    .support = {archive_read_support_filter_lz4, archive_read_support_format_raw, archive_read_support_format_empty},
};

static int sniff(const struct an_sniff *s) { return an_container_sniff(s, "\x04\x22\x4D\x18", 4); }

static enum an_code read_input(struct an_reading *reading, struct an_input *input, const struct an_sniff *s, struct an_err *err) {
    return an_container_read(&container, reading, input, s, err);
}

const struct an_source an_source_lz4 = {
    .name = "lz4",
    .title = {"LZ4-compressed file", "LZ4 压缩文件"},
    .spec = "LZ4 frame format, version 1.6.1",
    .sniff = sniff,
    .read = read_input,
};
