// Any bytes as an Avro file, and any bytes as a block in each codec: no crash, and the calls keep to the contract.
#include "listen.h"

#include "base/buf.h"
#include "source/avro_codec.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static const char *const codecs[] = {"null", "deflate", "snappy", "zstandard", "bzip2", "xz"};
    if (size < 2 || size > 1 << 16)
        return 0;
    size_t which = data[0] % (AN_COUNT(codecs) + 1);
    char *copy = malloc(size + 3);
    MUST(copy);
    if (which < AN_COUNT(codecs)) {
        struct an_buf out = {.limit = 1 << 20};
        struct an_err err;
        memcpy(copy, data + 1, size - 1);
        AN_IGNORE(an_avro_codec_named(an_str_from_c(codecs[which]))->unpack((struct an_str) {copy, size - 1}, &out, &err));
        MUST(out.len <= out.limit);
        an_buf_release(&out);
    } else {
        memcpy(copy, "Obj\1", 4);
        memcpy(copy + 4, data + 1, size - 1);
        struct an_str bytes = {copy, size + 3};
        MUST(listen(bytes, AN_STR("a"), 0) == listen(bytes, AN_STR("a"), 100));
    }
    free(copy);
    return 0;
}
