// Any bytes as a page of documents: what is taken from it lies within it, and is lines that read as JSON.
#include <stdlib.h>
#include <string.h>
#include "remote/feed.h"
#include "remote/hits.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define MUST(condition) do { if (!(condition)) abort(); } while (0)

static bool is_inside(struct an_str part, struct an_str whole) {
    return !part.len || (part.ptr >= whole.ptr && part.ptr + part.len <= whole.ptr + whole.len);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    // a copy of its very length, so that a byte past it is noticed
    char *copy = malloc(size ? size : 1);
    MUST(copy);
    memcpy(copy, data, size);
    struct an_str page = {copy, size};
    for (int ordered = 0; ordered < 2; ordered++) {
        AN_AUTO(an_buf) out = {0};
        struct an_err err;
        struct an_hits hits;
        struct an_hits_ask ask = {.ordered = ordered};
        if (an_hits_read(page, &ask, &hits, &out, &err))
            continue;
        MUST(is_inside(hits.cursor, page) && is_inside(hits.first, page) && hits.without <= hits.count);
        uint64_t lines = 0;
        struct an_str rest = an_buf_str(&out);
        for (struct an_str line; rest.len && an_str_next(&rest, '\n', &line); lines++)
            MUST(line.len > 1 && line.ptr[0] == '{' && line.ptr[line.len - 1] == '}');
        MUST(lines == hits.count - hits.without);
    }
    free(copy);
    return 0;
}
