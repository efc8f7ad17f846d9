// 7-Zip archive.
#include "source/container.h"

static const struct an_container container = {
    .name = "7z", .access = AN_CONTAINER_SEEK,
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
