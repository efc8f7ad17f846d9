// Any bytes as a ZIP archive. What is read, when written again, reads the same, under the strictest terms.
#include <stdlib.h>

#include "zip/zip.h"

#define MUST(condition) do { if (!(condition)) abort(); } while (0)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    AN_AUTO(an_arena) arena = {0};
    AN_AUTO(an_buf) out = {0};
    struct an_zip zip = {0}, again = {0};
    struct an_err err = {0};
    struct an_zip_limits limits = {.members = 64, .member_bytes = 4 << 20, .total_bytes = 8 << 20, .ratio = 2000};
    struct an_str file = {(const char *) data, size};
    enum an_code code = an_zip_read(file, &limits, &arena, &zip, &err);
    if (code) {
        MUST(code == err.code && err.text[0] && (code == AN_INPUT || code == AN_LIMIT));
        return 0;
    }
    for (size_t i = 0; i < zip.count; i++)
        MUST(!an_zip_name_check(zip.members[i].name) && an_zip_find(&zip, zip.members[i].name) == &zip.members[i]);
    limits.plain = true;
    MUST(an_zip_write(zip.members, zip.count, &out, &err) == AN_OK);
    MUST(an_zip_read(an_buf_str(&out), &limits, &arena, &again, &err) == AN_OK && again.count == zip.count);
    for (size_t i = 0; i < zip.count; i++)
        MUST(an_str_eq(zip.members[i].name, again.members[i].name) &&
             an_str_eq(zip.members[i].bytes, again.members[i].bytes));
    return 0;
}
