#include "census/pending.h"

#include <sodium.h>
#include <string.h>
#include "base/copy.h"

struct an_pending *an_pending_new(const struct an_key *key, struct an_err *err) {
    struct an_pending *p = sodium_malloc(sizeof *p);
    if (!p) {
        AN_IGNORE(an_fail(err, AN_NOMEM, "no memory for identifiers"));
        return NULL;
    }
    memset(p, 0, sizeof *p);
    p->key = key;
    return p;
}

void an_pending_free(struct an_pending *p) { sodium_free(p); }

enum an_code an_pending_flush(struct an_pending *p, struct an_set *rows, struct an_err *err) {
    unsigned char tokens[AN_PENDING_ITEMS][AN_SIPHASH_OUT];
    an_siphash_many(p->messages, p->count, tokens);
    sodium_memzero(p->messages, p->count * sizeof *p->messages);
    for (size_t i = 0; i < p->count; i++)
        memcpy(p->items[i].token.byte, tokens[i], sizeof tokens[i]);
    enum an_code code = AN_OK;
    for (size_t i = 0; i < p->count && !code; i += p->of_mention[i])
        code = an_mention_add_sure(p->items + i, p->of_mention[i], rows, err);
    p->count = 0;
    return code;
}

_Static_assert((int) AN_TOKEN_BYTES == (int) AN_SIPHASH_OUT, "a token is such a hash");

enum an_code an_pending_add(struct an_pending *p, const struct an_caps *caps, const struct an_sighting *found, size_t count,
                            struct an_set *rows, struct an_err *err) {
    if (p->count + count > AN_PENDING_ITEMS) {
        enum an_code code = an_pending_flush(p, rows, err);
        if (code)
            return code;
    }
    const struct an_sighting *order[AN_PENDING_MENTION];
    for (size_t i = 0; i < count; i++) {
        size_t at = i;
        for (; at > 0 && an_charge_order(order[at - 1]->kind) > an_charge_order(found[i].kind); at--)
            order[at] = order[at - 1];
        order[at] = &found[i];
    }
    for (size_t i = 0; i < count; i++) {
        const struct an_ident *kind = order[i]->kind;
        struct an_sip_message *m = &p->messages[p->count];
        m->key = an_key_part(p->key, kind->code);
        m->len = (uint8_t) order[i]->key.len;
        an_copy_short(m->text, order[i]->key.ptr, order[i]->key.len);
        p->items[p->count].kind = kind;
        p->items[p->count].grade = order[i]->grade;
        p->items[p->count].exclusive = caps->c[kind->code] == 1;
        p->of_mention[p->count++] = i ? 0 : (uint8_t) count;
    }
    return AN_OK;
}
