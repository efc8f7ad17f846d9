#include "census/change.h"

#include <string.h>
#include "base/alloc.h"
#include "census/ids.h"

static enum an_code open_sets(const struct an_census *c, struct an_ids *ids, struct an_err *err) {
    struct an_set **sets = an_alloc((c->count + 1) * sizeof(struct an_set *));
    if (!sets)
        return an_fail(err, AN_NOMEM, "no memory to compare %zu stores", c->count);
    for (size_t i = 0; i < c->count; i++)
        sets[i] = &c->stores[i]->rows;
    enum an_code code = an_ids_open(ids, sets, c->count, err);
    an_free(sets);
    return code;
}

static enum an_code walk(struct an_ids *before, struct an_ids *after, struct an_change *ret, struct an_err *err) {
    uint8_t index[AN_CODES];
    an_kind_indices(index);
    enum an_code code = AN_OK;
    while (!code && (before->live || after->live)) {
        int c = !before->live ? 1 : !after->live ? -1 : an_ids_compare(before, after);
        uint8_t tag = c > 0 ? after->at.tag : before->at.tag;
        if (index[tag] != UINT8_MAX && tag != AN_ACCOUNT_CODE) {
            struct an_change *of = &ret[index[tag]];
            ++*(c < 0 ? &of->gone : c > 0 ? &of->come : &of->kept);
        }
        if (c <= 0)
            code = an_ids_next(before, err);
        if (c >= 0 && !code)
            code = an_ids_next(after, err);
    }
    return code;
}

enum an_code an_change_make(const struct an_census *before, const struct an_census *after, struct an_change *ret,
                            struct an_err *err) {
    memset(ret, 0, AN_KINDS_MAX * sizeof *ret);
    if (memcmp(before->key_id, after->key_id, sizeof before->key_id) != 0)
        return an_fail(err, AN_USAGE, "the two were measured under different keys, so that identifiers cannot be compared; "
                       "measure both with one --key");
    struct an_ids a = {0}, b = {0};
    enum an_code code = open_sets(before, &a, err);
    if (!code)
        code = open_sets(after, &b, err);
    if (!code)
        code = walk(&a, &b, ret, err);
    an_ids_release(&a);
    an_ids_release(&b);
    return code;
}
