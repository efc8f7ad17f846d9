// Any bytes as JSON: the tokens are the same however the text is cut, and as a store the contract holds, whether or not lines are
// taken as they look alike.
#include "listen.h"
#include "text/json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

// A hash of the tokens when `step` bytes more are shown each time.
static uint64_t hash_tokens(struct an_str text, size_t step) {
    struct listener l = {.hash = 0xCBF29CE484222325u};
    char *copy = malloc(text.len + 1);
    MUST(copy);
    if (text.len)
        memcpy(copy, text.ptr, text.len);
    size_t base = 0, shown = step < text.len ? step : text.len;
    struct an_json_reader r = {.window = copy, .len = shown, .last = shown == text.len};
    for (;;) {
        enum an_json_token token = an_json_read(&r);
        MUST(r.pos <= r.len && r.depth <= AN_JSON_LEVELS_MAX);
        if (token == AN_JSON_MORE) {
            MUST(!r.last);
            base += r.pos;
            shown = shown + step < text.len ? shown + step : text.len;
            r.window = copy + base;
            r.len = shown - base;
            r.last = shown == text.len;
            r.pos = 0;
            continue;
        }
        mix(&l, &token, sizeof token);
        if (token == AN_JSON_KEY || token == AN_JSON_STRING || token == AN_JSON_NUMBER) {
            struct an_str s = an_json_unescape(&r, copy + base);
            mix(&l, s.ptr, s.len);
        }
        size_t pos = base + r.pos;
        mix(&l, &pos, sizeof pos);
        if (token == AN_JSON_END || token == AN_JSON_BAD)
            break;
    }
    free(copy);
    return l.hash;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size < 1)
        return 0;
    struct an_str text = {(const char *) data + 1, size - 1};
    MUST(hash_tokens(text, 1u + data[0]) == hash_tokens(text, SIZE_MAX / 2));
    MUST(listen(text, AN_STR("a.json"), 0) == listen(text, AN_STR("a.json"), 1u + data[0]));
    MUST(sum_cells(text, AN_STR("a.json"), 1u + data[0], true) == sum_cells(text, AN_STR("a.json"), 0, false));
    return 0;
}
