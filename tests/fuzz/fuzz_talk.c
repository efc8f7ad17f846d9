// Any bytes as what a parser says: whatever is passed on keeps the contract of source.h, however the bytes are cut.
#include "listen.h"

#include "source/apart_talk.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

// Hears `size` bytes, the first `cut` of them alone.
static uint64_t hear_cut(const uint8_t *data, size_t size, size_t cut) {
    struct listener l = {.hash = 0xCBF29CE484222325u};
    const struct an_sink sink = {&l, on_open, on_columns, on_record, on_lines, on_trouble, on_close, NULL};
    struct an_listener listener = {.sink = &sink, .uri = AN_STR("a"), .record_bytes = 4096};
    struct an_err err;
    char *bytes = malloc(size + AN_SOURCE_PADDING);
    MUST(bytes);
    memset(bytes, 0, size + AN_SOURCE_PADDING);
    if (size)
        memcpy(bytes, data, size);
    struct an_str first = {bytes, cut};
    MUST(an_listener_hear(&listener, &first, &err) == AN_OK);
    struct an_str all = {first.ptr, size - (size_t) (first.ptr - bytes)};
    if (!listener.lie)
        MUST(an_listener_hear(&listener, &all, &err) == AN_OK);
    MUST(l.open == listener.open);
    an_listener_release(&listener);
    free(bytes);
    return l.hash;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size < 1)
        return 0;
    MUST(hear_cut(data + 1, size - 1, 0) == hear_cut(data + 1, size - 1, (size - 1) * data[0] / 256));
    return 0;
}
