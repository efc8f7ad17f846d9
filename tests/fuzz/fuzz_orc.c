// Any bytes as an ORC file, its magic put right at both ends: no crash, and as a store the contract holds.
#include "listen.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static const char magic[4] = "ORC";
    if (size < 16 || size > 1 << 16)
        return 0;
    char *copy = malloc(size);
    MUST(copy);
    memcpy(copy, data, size);
    memcpy(copy, magic, sizeof magic);              // with a zero behind, as no text has
    memcpy(copy + size - sizeof magic, magic, 3);
    MUST(listen((struct an_str) {copy, size}, AN_STR("a"), 0) == listen((struct an_str) {copy, size}, AN_STR("a"), 777));
    free(copy);
    return 0;
}
