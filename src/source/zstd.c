// Zstandard-compressed file.
#include "source/container.h"

static const struct an_container container = {
    .name = "zstd", .access = AN_CONTAINER_STREAM, .wrapper = true,
    .support = {archive_read_support_filter_zstd, archive_read_support_format_raw, archive_read_support_format_empty},
};

static int sniff(const struct an_sniff *s) { return an_container_sniff(s, "\x28\xb5\x2f\xfd", 4); }

static enum an_code read_input(struct an_reading *reading, struct an_input *input, const struct an_sniff *s, struct an_err *err) {
    return an_container_read(&container, reading, input, s, err);
}

const struct an_source an_source_zstd = {
    .name = "zstd",
    .title = {"Zstandard-compressed file", "Zstandard 压缩文件"},
    .spec = "RFC 8878",
    .sniff = sniff,
    .read = read_input,
};
