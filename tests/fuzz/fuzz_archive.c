// Any bytes as an archive or a compressed file, the magic put right: no crash, no end without a close, no more than allowed.
#include "listen.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static const struct an_str magics[] = {
        AN_STR_INIT(""), AN_STR_INIT("PK\3\4"), AN_STR_INIT("7z\xBC\xAF\x27\x1C"), AN_STR_INIT("Rar!\x1A\x07"),
        AN_STR_INIT("\x1f\x8b\x08"), AN_STR_INIT("\x28\xb5\x2f\xfd"), AN_STR_INIT("\xFD" "7zXZ\0"),
        AN_STR_INIT("BZh91AY&SY"), AN_STR_INIT("\x04\x22\x4D\x18"),
    };
    if (size < 1 || size > 1 << 20)
        return 0;
    struct an_str magic = magics[data[0] % AN_COUNT(magics)];
    size_t n = size - 1;
    char *copy = malloc(n + 1);
    MUST(copy);
    memcpy(copy, data + 1, n);
    if (n >= magic.len)
        memcpy(copy, magic.ptr, magic.len);
    MUST(listen((struct an_str) {copy, n}, AN_STR("a"), 0) == listen((struct an_str) {copy, n}, AN_STR("a"), 777));
    free(copy);
    return 0;
}
