// RAR archive.
#include "source/container.h"

static const struct an_container container = {
    .name = "rar", .access = AN_CONTAINER_SEEK,
    .support = {archive_read_support_format_rar, archive_read_support_format_rar5},
};

static int sniff(const struct an_sniff *s) { return an_container_sniff(s, "Rar!\x1A\x07", 6); }

static enum an_code read_input(struct an_reading *reading, struct an_input *input, const struct an_sniff *s, struct an_err *err) {
    return an_container_read(&container, reading, input, s, err);
}

const struct an_source an_source_rar = {
    .name = "rar",
    .title = {"RAR archive", "RAR 归档"},
    .spec = "rarlab.com/technote.htm",
    .sniff = sniff,
    .read = read_input,
};
