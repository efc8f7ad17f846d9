// Any bytes as an XML document and as a page of HTML: no crash, and as a store the contract holds.
#include "listen.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size < 2 || size > 1 << 17)
        return 0;
    struct an_str head = data[0] & 1 ? AN_STR("<html>") : AN_STR("<?xml version=\"1.0\"?>");
    char *text = malloc(head.len + size);
    MUST(text);
    memcpy(text, head.ptr, head.len);
    memcpy(text + head.len, data + 2, size - 2);
    struct an_str bytes = {text, head.len + size - 2};
    MUST(listen(bytes, AN_STR("a"), 0) == listen(bytes, AN_STR("a"), 1 + data[1]));
    free(text);
    return 0;
}
