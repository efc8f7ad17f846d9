// Any bytes as an SQLite database, header put right: no crash, and as a store the contract holds.
#include "listen.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static const char magic[16] = "SQLite format 3";
    if (size < sizeof magic || size > 1 << 20)
        return 0;
    char *copy = malloc(size);
    MUST(copy);
    memcpy(copy, data, size);
    memcpy(copy, magic, sizeof magic);
    MUST(listen((struct an_str) {copy, size}, AN_STR("a.db"), 0) == listen((struct an_str) {copy, size}, AN_STR("a.db"), 777));
    free(copy);
    return 0;
}
