#include "census/ids.h"

static enum an_code fetch(struct an_ids *ids, struct an_err *err) {
    const struct an_row *row = NULL;
    enum an_code code = an_cursor_next(ids->cursor, &row, err);
    ids->has_next = !code && row;
    if (ids->has_next)
        ids->next = *row;
    return code;
}

enum an_code an_ids_next(struct an_ids *ids, struct an_err *err) {
    ids->live = ids->has_next;
    if (!ids->live)
        return AN_OK;
    ids->at = ids->next;
    enum an_code code = AN_OK;
    while (!code && (code = fetch(ids, err)) == AN_OK && ids->has_next &&
           memcmp(ids->next.key, ids->at.key, AN_TOKEN_BYTES) == 0)
        ids->at.flags |= ids->next.flags;
    return code;
}

enum an_code an_ids_open(struct an_ids *ids, struct an_set *const *sets, size_t count, struct an_err *err) {
    *ids = (struct an_ids) {0};
    enum an_code code = an_cursor_open(sets, count, &ids->cursor, err);
    if (!code)
        code = fetch(ids, err);
    return code ? code : an_ids_next(ids, err);
}

void an_ids_release(struct an_ids *ids) {
    an_cursor_free(ids->cursor);
    *ids = (struct an_ids) {0};
}
