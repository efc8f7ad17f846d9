// OpenDocument texts: paragraphs are lines, rows of tables and filled-in forms are records.
#include "source/package.h"

static const struct an_package_format format = {.name = "odt"};

static int sniff(const struct an_sniff *s) {
    return an_package_sniff_odf(s, AN_STR("application/vnd.oasis.opendocument.text"));
}

static enum an_code read_document(struct an_reading *reading, struct an_input *input, const struct an_sniff *s,
                                  struct an_err *err) {
    return an_package_read(&format, NULL, reading, input, s, err);
}

const struct an_source an_source_odt = {
    .name = "odt",
    .title = {"OpenDocument text (ODT)", "OpenDocument 文本（ODT）"},
    .spec = "OpenDocument 1.3 (ISO/IEC 26300)",
    .sniff = sniff,
    .read = read_document,
};
