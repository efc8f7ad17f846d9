#include "source/chunk.h"

#include <string.h>

enum an_code an_chunk_next(struct an_textin *in, char *chunk, size_t *ret_len, struct an_err *err) {
    size_t n = 0;
    while (n < AN_CHUNK && in->text.len) {
        size_t take = in->text.len < AN_CHUNK - n ? in->text.len : AN_CHUNK - n;
        memcpy(chunk + n, in->text.ptr, take);
        n += take;
        AN_TRY(an_textin_more(in, take, err));
    }
    for (char *nul = memchr(chunk, 0, n); nul; nul = memchr(nul, 0, n - (size_t) (nul - chunk)))
        *nul = ' ';
    *ret_len = n;
    return AN_OK;
}
