// Word documents of Office Open XML: paragraphs are lines, rows of tables and filled-in forms are records.
#include "source/package.h"

static const struct an_package_format format = {.name = "docx"};

static int sniff(const struct an_sniff *s) { return an_package_sniff_ooxml(s, AN_STR("word/")); }

static enum an_code read_document(struct an_reading *reading, struct an_input *input, const struct an_sniff *s,
                                  struct an_err *err) {
    return an_package_read(&format, NULL, reading, input, s, err);
}

const struct an_source an_source_docx = {
    .name = "docx",
    .title = {"Word document (DOCX)", "Word 文档（DOCX）"},
    .spec = "ECMA-376 part 1 (WordprocessingML), part 2",
    .sniff = sniff,
    .read = read_document,
};
