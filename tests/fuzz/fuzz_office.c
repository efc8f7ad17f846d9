// Any bytes as a part of a document (a worksheet, its strings, its styles, the text of a document), and as the archive itself: no
// crash, and as stores the contract holds.
#include "listen.h"

#include "zip/zip.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void read_part(const char *folder, const char *name, struct an_str bytes, const char *strings, size_t step) {
    const struct an_zip_member members[] = {
        {AN_STR("[Content_Types].xml"), AN_STR("<Types/>"), true}, {an_str_from_c(folder), AN_STR("<x/>"), true},
        {an_str_from_c(name), bytes, true}, {AN_STR("xl/s.xml"), an_str_from_c(strings), true},
    };
    struct an_buf zip = {0};
    struct an_err err;
    MUST(an_zip_write(members, AN_COUNT(members), &zip, &err) == AN_OK);
    MUST(listen(an_buf_str(&zip), AN_STR("a"), 0) == listen(an_buf_str(&zip), AN_STR("a"), step));
    an_buf_release(&zip);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size < 2 || size > 1 << 16)
        return 0;
    struct an_str bytes = {(const char *) data + 2, size - 2};
    size_t step = 1 + data[1];
    switch (data[0] & 3) {
    case 0: read_part("xl/a.xml", "xl/b.xml", bytes, "<sst><si><t>a</t></si><si><r><t>b</t></r></si></sst>", step); break;
    case 1: read_part("xl/a.xml", "xl/b.xml", bytes, "<worksheet><row><c t=\"s\" s=\"1\"><v>0</v></c></row></worksheet>",
                      step); break;
    case 2: read_part("word/a.xml", "word/b.xml", bytes, "<x/>", step); break;
    default: MUST(listen(bytes, AN_STR("a"), 0) == listen(bytes, AN_STR("a"), step));
    }
    return 0;
}
