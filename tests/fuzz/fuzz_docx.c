// Any bytes as the body of a Word template: it is filled, and the filled one reads as a document that can be filled again
// unless a mark in it is left over from a text; or there is an error that names the part.
#include <stdlib.h>
#include <string.h>

#include "report/paper.h"
#include "zip/zip.h"

#define MUST(condition) do { if (!(condition)) abort(); } while (0)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static struct an_paper_field fields[] = {
        {"a", {.text = AN_STR_INIT("x\ny<&\x02"), .evidence = 12}}, {"b", {.is_blank = true}}, {"c.d", {{"", 0}, 0, false}},
    };
    static const char *const columns[] = {"a", "n"};
    static struct an_paper_value values[] = {{AN_STR_INIT("1"), 1, false}, {AN_STR_INIT("2"), 0, false},
                                             {AN_STR_INIT("3"), 0, true}, {AN_STR_INIT(""), 0, false}};
    static struct an_paper_set sets[] = {{"s", columns, 2, values, 2}, {"z", columns, 2, NULL, 0}};
    const struct an_paper paper = {.fields = fields, .field_count = 3, .sets = sets, .set_count = 2, .open = "fact."};
    const struct an_zip_member parts[] = {{AN_STR("[Content_Types].xml"), AN_STR("<Types/>"), true},
                                          {AN_STR("word/document.xml"), {(const char *) data, size}, true}};
    AN_AUTO(an_arena) arena = {0};
    AN_AUTO(an_buf) template = {0}, out = {0};
    struct an_err err = {0};
    struct an_zip zip;
    MUST(an_zip_write(parts, 2, &template, &err) == AN_OK);
    enum an_code code = an_paper_docx(&paper, an_buf_str(&template), &out, &err);
    if (code) {
        MUST((code == AN_INPUT || code == AN_LIMIT) && strstr(err.text, "word/document.xml"));
        return 0;
    }
    MUST(an_zip_read(an_buf_str(&out), &(struct an_zip_limits) {.ratio = 1 << 20}, &arena, &zip, &err) == AN_OK);
    struct an_str xml = an_zip_find(&zip, AN_STR("word/document.xml"))->bytes;
    MUST(xml.len && !memchr(xml.ptr, 2, xml.len));
    return 0;
}
