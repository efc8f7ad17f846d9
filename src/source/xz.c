// XZ-compressed file.
#include "source/container.h"

static const struct an_container container = {
    .name = "xz", .access = AN_CONTAINER_STREAM, .wrapper = true,
    .support = {archive_read_support_filter_xz, archive_read_support_format_raw, archive_read_support_format_empty},
};

static int sniff(const struct an_sniff *s) { return an_container_sniff(s, "\xFD" "7zXZ\0", 6); }

static enum an_code read_input(struct an_reading *reading, struct an_input *input, const struct an_sniff *s, struct an_err *err) {
    return an_container_read(&container, reading, input, s, err);
}

const struct an_source an_source_xz = {
    .name = "xz",
    .title = {"XZ-compressed file", "XZ 压缩文件"},
    .spec = "tukaani.org/xz/xz-file-format.txt",
    .sniff = sniff,
    .read = read_input,
};
