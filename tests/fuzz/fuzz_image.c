// Any bytes as a picture: the calls keep to the contract, however many bytes a read gives.
#include "listen.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static const struct an_str magics[] = {
        AN_STR_INIT(""), AN_STR_INIT("\xFF\xD8\xFF"), AN_STR_INIT("\x89PNG\r\n\x1A\n"), AN_STR_INIT("II*\0"),
        AN_STR_INIT("MM\0*"),
    };
    if (size < 16 || size > 1 << 16)
        return 0;
    struct an_str magic = magics[data[0] % AN_COUNT(magics)];
    char *copy = malloc(size);
    MUST(copy);
    memcpy(copy, data + 1, size - 1);
    if (magic.len)
        memcpy(copy, magic.ptr, magic.len);
    struct an_str bytes = {copy, size - 1};
    MUST(listen(bytes, AN_STR("a"), 0) == listen(bytes, AN_STR("a"), 100));
    free(copy);
    return 0;
}
