// Zip archive.
#include "source/container.h"

static const struct an_container container = {
    .name = "zip", .access = AN_CONTAINER_SEEK_SMALL,
    .support = {archive_read_support_format_zip},
};

// A member, the end of an archive without any, or a first part.
static int sniff(const struct an_sniff *s) {
    return an_container_sniff(s, "PK\3\4", 4) | an_container_sniff(s, "PK\5\6", 4) | an_container_sniff(s, "PK\7\10", 4);
}

static enum an_code read_input(struct an_reading *reading, struct an_input *input, const struct an_sniff *s, struct an_err *err) {
    return an_container_read(&container, reading, input, s, err);
}

const struct an_source an_source_zip = {
    .name = "zip",
    .title = {"Zip archive", "zip 归档"},
    .spec = "PKWARE APPNOTE 6.3.10",
    .sniff = sniff,
    .read = read_input,
};
