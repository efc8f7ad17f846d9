// Gzip-compressed file.
#include "source/container.h"

static const struct an_container container = {
    .name = "gzip", .access = AN_CONTAINER_STREAM, .wrapper = true, .gunzip = true,
    .support = {archive_read_support_format_raw, archive_read_support_format_empty},
};

static int sniff(const struct an_sniff *s) { return an_container_sniff(s, "\x1f\x8b\x08", 3); }

static enum an_code read_input(struct an_reading *reading, struct an_input *input, const struct an_sniff *s, struct an_err *err) {
    return an_container_read(&container, reading, input, s, err);
}

const struct an_source an_source_gzip = {
    .name = "gzip",
    .title = {"Gzip-compressed file", "gzip 压缩文件"},
    .spec = "RFC 1952",
    .sniff = sniff,
    .read = read_input,
};
