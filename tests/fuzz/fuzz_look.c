// Any bytes as a cell, and as text in which secrets may lie. Nothing is read beyond them, and what is seen is within its limits.
#include <assert.h>
#include <string.h>

#include "base/alloc.h"
#include "look/division.h"
#include "look/looks.h"
#include "look/secret.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    char *copy = an_alloc(size + 1);    // of its own size, so that a sanitizer sees its end
    assert(copy);
    if (size)
        memcpy(copy, data, size);
    struct an_str text = {copy, size};
    struct an_look_seen seen[AN_LOOK_SEEN_MAX];
    size_t n = an_look_at(text, 20000, seen);
    assert(n <= AN_LOOK_SEEN_MAX);
    for (size_t i = 0; i < n; i++)
        assert(seen[i].class && an_look_by_code(seen[i].look->code) == seen[i].look);
    assert(an_look_division_len(text) <= size);
    uint64_t found[AN_SECRETS_MAX] = {0}, all = 0;
    bool any = an_secrets_count(text, found);
    for (size_t i = 0; i < AN_SECRETS_MAX; i++)
        all += found[i];
    assert(any == (all > 0) && all <= size);
    an_free(copy);
    return 0;
}
