// Any bytes as a document of MongoDB: always one line, a JSON object that is read again; the same one each time.
#include <stdlib.h>
#include <string.h>
#include "remote/bson.h"
#include "remote/feed.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define MUST(condition) do { if (!(condition)) abort(); } while (0)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    // a copy of its very length, so that a byte past it is noticed
    char *copy = malloc(size ? size : 1);
    MUST(copy);
    memcpy(copy, data, size);
    AN_AUTO(an_blob) blob = {0};
    AN_AUTO(an_buf) one = {0};
    AN_AUTO(an_buf) two = {0};
    struct an_bson_lost lost = {0};
    struct an_err err;
    MUST(!an_bson_line(&blob, (struct an_str) {copy, size}, &lost, &one, &err));
    MUST(!an_bson_line(&blob, (struct an_str) {copy, size}, &lost, &two, &err));
    MUST(an_str_eq(an_buf_str(&one), an_buf_str(&two)));
    MUST(one.len > 2 && memchr(one.ptr, '\n', one.len) == one.ptr + one.len - 1);
    MUST(an_feed_is_json((struct an_str) {one.ptr, one.len - 1}));
    MUST(lost.encrypted <= 2 && lost.packed <= 2 && lost.damaged <= 2 && lost.deep <= 2);
    free(copy);
    return 0;
}
