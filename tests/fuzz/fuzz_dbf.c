// Any bytes as a table of dBASE or FoxPro: the calls keep to the contract, however many bytes a read gives.
#include "listen.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static const unsigned char versions[] = {0x03, 0x04, 0x30, 0x32, 0x83, 0x8B, 0xF5};
    if (size < 64 || size > 1 << 16)
        return 0;
    char *copy = malloc(size);
    MUST(copy);
    memcpy(copy, data, size);
    copy[0] = (char) versions[data[0] % sizeof versions];
    copy[2] = (char) (data[2] % 13);
    copy[3] = (char) (data[3] % 32);
    struct an_str bytes = {copy, size};
    MUST(listen(bytes, AN_STR("a"), 0) == listen(bytes, AN_STR("a"), 100));
    free(copy);
    return 0;
}
