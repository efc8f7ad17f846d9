// OpenDocument presentations: paragraphs are lines, rows of tables are records.
#include "source/package.h"

static const struct an_package_format format = {.name = "odp"};

static int sniff(const struct an_sniff *s) {
    return an_package_sniff_odf(s, AN_STR("application/vnd.oasis.opendocument.presentation"));
}

static enum an_code read_document(struct an_reading *reading, struct an_input *input, const struct an_sniff *s,
                                  struct an_err *err) {
    return an_package_read(&format, NULL, reading, input, s, err);
}

const struct an_source an_source_odp = {
    .name = "odp",
    .title = {"OpenDocument presentation (ODP)", "OpenDocument 演示文稿（ODP）"},
    .spec = "OpenDocument 1.3 (ISO/IEC 26300)",
    .sniff = sniff,
    .read = read_document,
};
