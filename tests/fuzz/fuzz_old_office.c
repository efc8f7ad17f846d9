// Any bytes as a compound file, as a stream of one, and as RTF: no crash, and as stores the contract holds.
#include "listen.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size < 1 || size > 1 << 17)
        return 0;
    struct an_str bytes = {(const char *) data + 1, size - 1};
    MUST(listen(bytes, AN_STR("a"), 0) == listen(bytes, AN_STR("a"), 1 + (size_t) data[0]));
    return 0;
}
