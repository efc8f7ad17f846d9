#include "census/pending.h"

#include <sodium.h>
#include <string.h>

struct an_pending *an_pending_new(struct an_err *err) {
    struct an_pending *p = sodium_malloc(sizeof *p);
    if (!p) {
        AN_IGNORE(an_fail(err, AN_NOMEM, "no memory for identifiers"));
        return NULL;
    }
    memset(p, 0, sizeof *p);
    return p;
}

void an_pending_free(struct an_pending *p) { sodium_free(p); }

struct an_pending_kind an_pending_kind_of(const struct an_key *key, const struct an_caps *caps, const struct an_ident *kind) {
    return (struct an_pending_kind) {.kind = kind, .part = an_key_part(key, kind->code), .order = an_charge_order(kind),
                                     .exclusive = caps->c[kind->code] == 1};
}

_Static_assert((int) AN_TOKEN_BYTES == (int) AN_SIPHASH_OUT, "a token is such a hash");

enum an_code an_pending_flush(struct an_pending *p, struct an_set *rows, struct an_err *err) {
    unsigned char tokens[AN_PENDING_ITEMS][AN_SIPHASH_OUT];
    an_siphash_many(p->messages, p->count, tokens);
    sodium_memzero(p->messages, p->count * sizeof *p->messages);
    sodium_memzero(p->drafts, p->drafted * sizeof *p->drafts);
    p->drafted = 0;
    for (size_t i = 0; i < p->count; i++)
        memcpy(p->items[i].token.byte, tokens[i], sizeof tokens[i]);
    enum an_code code = AN_OK;
    for (size_t i = 0; i < p->count && !code; i += p->of_mention[i])
        code = an_mention_add_sure(p->items + i, p->of_mention[i], rows, err);
    p->count = 0;
    return code;
}

enum an_code an_pending_add(struct an_pending *p, const struct an_pending_kind *const *kinds, const enum an_grade *grades,
                            size_t count, struct an_set *rows, struct an_err *err) {
    size_t place[AN_PENDING_MENTION], first = p->count;
    if (p->drafted <= count)
        p->drafted = count + 1;                         // what was tried and came to nothing may lie behind the last
    for (size_t i = 0; i < count; i++) {                // how many are charged before it
        place[i] = 0;
        for (size_t k = 0; k < count; k++)
            place[i] += kinds[k]->order < kinds[i]->order;
    }
    for (size_t i = 0; i < count; i++) {
        size_t at = first + place[i];
        an_sip_fill(&p->messages[at], p->drafts[i].text, p->drafts[i].len, kinds[i]->part);
        p->items[at].code = kinds[i]->kind->code;
        p->items[at].floor = grades[i] == AN_GRADE_FLOOR;
        p->items[at].exclusive = kinds[i]->exclusive;
    }
    p->of_mention[first] = (uint8_t) count;
    p->count += count;
    return p->count + AN_PENDING_MENTION > AN_PENDING_ITEMS ? an_pending_flush(p, rows, err) : AN_OK;
}
