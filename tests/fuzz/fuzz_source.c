// Any bytes as a store, whatever format they are taken for: the calls keep to the contract of source.h, and
// how many bytes a read gives makes no difference.
#include "listen.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static const struct an_str uris[] = {AN_STR_INIT("a"), AN_STR_INIT("a.csv"), AN_STR_INIT("a.json"),
                                         AN_STR_INIT("a.sql")};
    if (size < 2)
        return 0;
    struct an_str bytes = {(const char *) data + 2, size - 2};
    struct an_str uri = uris[data[0] & 3];
    MUST(listen(bytes, uri, 0) == listen(bytes, uri, 1 + data[1]));
    return 0;
}
