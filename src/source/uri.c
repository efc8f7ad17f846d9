#include "source/uri.h"

#include <string.h>

#include "base/utf8.h"
#include "source/source.h"

enum { NAME_MAX_BYTES = 1024 };

enum an_code an_source_uri_below(struct an_buf *out, struct an_str uri, struct an_str name, struct an_err *err) {
    enum an_code code = an_buf_add(out, uri, err);
    if (!code)
        code = an_buf_add(out, AN_STR("!"), err);
    size_t end = out->len + NAME_MAX_BYTES;
    while (name.len && !code && out->len < end) {
        size_t n = an_utf8_len(name);
        bool plain = n && (unsigned char) name.ptr[0] >= 0x20 && name.ptr[0] != 0x7F;
        code = an_buf_add(out, plain ? an_str_slice(name, 0, n) : AN_STR("\xEF\xBF\xBD"), err);
        name = an_str_slice(name, n ? n : 1, name.len);
    }
    return code;
}

struct an_str an_source_padded(struct an_arena *arena, struct an_str s) {
    char *p = an_arena_alloc(arena, s.len + AN_SOURCE_PADDING, 1);
    if (!p)
        return (struct an_str) {0};
    if (s.len)
        memcpy(p, s.ptr, s.len);
    return (struct an_str) {p, s.len};
}
