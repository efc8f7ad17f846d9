// Compound files in general: documents whose first bytes do not show what they are, and those of programs we do not know.
#include "source/office.h"

static int sniff(const struct an_sniff *s) { return an_compound_is(s->head) ? 95 : 0; }

static enum an_code read_file(struct an_reading *reading, struct an_input *input, const struct an_sniff *s, struct an_err *err) {
    return an_office_read("cfb", reading, input, s, err);
}

const struct an_source an_source_cfb = {
    .name = "cfb",
    .title = {"Compound files (what old Office programs and others write)", "复合文档（旧版 Office 等程序的文件）"},
    .spec = "[MS-CFB]; of documents other than DOC, MSG, PPT and XLS the bytes are looked at",
    .sniff = sniff,
    .read = read_file,
};
