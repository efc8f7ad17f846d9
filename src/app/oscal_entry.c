// The entries of a case as an OSCAL document needs them: the last of each id, and only what the reader's role may see.
#include "app/oscal_case.h"

#include <stdlib.h>
#include <string.h>
#include "case/secrecy.h"

an_day an_fill_day(const struct an_entry *e, const char *member) {
    an_day day = AN_DAY_NONE;
    return an_day_parse(an_fill_text(e, member), &day) ? day : AN_DAY_NONE;
}

uint64_t an_fill_number(const json_t *from, const char *key) {
    const json_t *n = json_object_get(from, key);
    return json_is_integer(n) && json_integer_value(n) >= 0 ? (uint64_t) json_integer_value(n) : AN_INFINITE;
}

bool an_fill_may_see(const struct an_fill *f, const struct an_entry *e) {
    return an_secrecy_lets(f->role, an_entry_secrecy(f->s->kase, e));
}

static int by_id(const void *a, const void *b) {
    const struct an_entry *x = *(const struct an_entry *const *) a, *y = *(const struct an_entry *const *) b;
    struct an_str i = an_fill_text(x, "id"), j = an_fill_text(y, "id");
    size_t n = i.len < j.len ? i.len : j.len;
    int c = n ? memcmp(i.ptr, j.ptr, n) : 0;
    if (!c)
        c = (i.len > j.len) - (i.len < j.len);
    return c ? c : (x->seq > y->seq) - (x->seq < y->seq);
}

static int by_seq(const void *a, const void *b) {
    const struct an_entry *x = *(const struct an_entry *const *) a, *y = *(const struct an_entry *const *) b;
    return (x->seq > y->seq) - (x->seq < y->seq);
}

struct an_fill_current an_fill_current(struct an_fill *f, const char *kind) {
    struct an_fill_current c = {0};
    size_t kept = 0;
    for (const struct an_entry *e = NULL; (e = an_case_next(f->s->kase, kind, e));) {
        const struct an_entry **p = AN_PUSH(f->arena, c.items, c.count);
        if (!p) {
            f->failed = true;
            return (struct an_fill_current) {0};
        }
        *p = e;
    }
    if (!c.count)
        return c;
    qsort(c.items, c.count, sizeof *c.items, by_id);
    for (size_t i = 0; i < c.count; i++)
        if ((i + 1 == c.count || !an_str_eq(an_fill_text(c.items[i], "id"), an_fill_text(c.items[i + 1], "id"))) &&
            an_fill_may_see(f, c.items[i]))
            c.items[kept++] = c.items[i];
    c.count = kept;
    if (kept)
        qsort(c.items, kept, sizeof *c.items, by_seq);
    return c;
}

struct an_oscal_observation *an_fill_observe(struct an_fill *f, struct an_str key, const char *method, an_day day) {
    struct an_oscal_observation *o = AN_PUSH(f->arena, f->o->observations, f->o->observation_count);
    if (o)
        *o = (struct an_oscal_observation) {.key = key, .method = method, .type = "control-objective", .collected = day,
                                            .expires = AN_DAY_NONE};
    f->failed |= !o;
    return o;
}

enum an_code an_fill_object(struct an_fill *f, struct an_str hash, struct an_str title, struct an_str name, const char *media,
                            bool is_held, struct an_str *ret_key, struct an_str *ret_bytes, struct an_err *err) {
    AN_AUTO(an_buf) bytes = {0};
    enum an_code code = an_case_object_get(f->s->kase, hash, &bytes, err);
    struct an_str key = an_fill_say(f, "object:%.*s", AN_STR_ARG(hash));
    *ret_key = key;
    if (code)
        return code;
    struct an_str kept = is_held || ret_bytes ? an_arena_copy(f->arena, an_buf_str(&bytes)) : an_buf_str(&bytes);
    f->failed |= !kept.ptr;
    if (ret_bytes)
        *ret_bytes = kept.ptr ? kept : AN_STR("");
    for (size_t i = 0; i < f->o->evidence_count; i++)
        if (an_str_eq(f->o->evidence[i].key, key))
            return AN_OK;
    struct an_oscal_evidence *e = an_fill_evidence(f, key, title, name, media, kept.ptr ? kept : AN_STR(""), is_held);
    struct an_fill_props props = {0};
    an_fill_prop(f, &props, "object", hash, NULL);
    if (e)
        e->props = an_fill_done(props);
    return AN_OK;
}
