// Answering: from the census the proofs, from live stores the records behind them.
#include "app/challenge.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include "app/canonical.h"
#include "app/locate.h"
#include "app/measurement.h"
#include "base/alloc.h"

struct proving {
    const struct an_proving *p;
    struct an_arena arena;
    json_t *challenge;                      // NULL: none
    struct an_set digests;
    struct an_commitment commitment;
    struct an_caps caps;                    // as the count used them
    struct an_commit_question *questions; size_t leaf_count, count;     // drawn leaves first
    struct an_wanted *wanted;               // of the drawn leaves
    struct an_record_look *looks; size_t drawn_rows, look_count;
    struct an_located *values; size_t value_count;
    json_t *leaves, *records, *given;       // of the answer
    struct an_err *err;
};

static void proving_release(struct proving *g) {
    json_decref(g->challenge);
    json_decref(g->leaves);
    json_decref(g->records);
    json_decref(g->given);
    an_set_release(&g->digests);
    an_arena_release(&g->arena);
}

static enum an_code no_memory(struct proving *g) { return an_fail(g->err, AN_NOMEM, "no memory for an answer"); }

static const char *text_at(const json_t *j, const char *key) {
    const char *s = json_string_value(json_object_get(j, key));
    return s ? s : "";
}

static enum an_code begin(struct proving *g) {
    const struct an_census *census = g->p->census;
    char root[2 * AN_COMMIT_HASH + 1];
    struct an_total total;
    unsigned char id[AN_KEY_ID_BYTES];
    if (g->p->key) {
        an_key_id(g->p->key, id);
        if (memcmp(id, census->key_id, sizeof id) != 0)
            return an_fail(g->err, AN_USAGE, "the key is not the one that the census was made under");
    }
    g->digests.budget = census->budget;
    AN_TRY(an_census_total(census, NULL, NULL, &total, g->err));
    g->caps = total.count.caps;
    AN_TRY(an_census_commit(census, &g->digests, &g->commitment, g->err));
    if (!g->p->challenge.len)
        return AN_OK;
    if (an_canonical_read(g->p->challenge, &g->challenge, g->err))
        return an_err_context(g->err, "challenge");
    (void) sodium_bin2hex(root, sizeof root, g->commitment.root, sizeof g->commitment.root);
    if (strcmp(text_at(g->challenge, "form"), AN_CHALLENGE_FORM) != 0)
        return an_fail(g->err, AN_INPUT, "challenge: not one");
    return strcmp(text_at(g->challenge, "root"), root) == 0 ? AN_OK
        : an_fail(g->err, AN_USAGE, "this census is not the one that the challenge is about");
}

// The records that were drawn, then those that were picked.
static enum an_code look_at_records(struct proving *g) {
    const json_t *rows = json_object_get(g->challenge, "rows");
    struct an_str store = an_str_from_c(text_at(g->challenge, "store"));
    g->drawn_rows = json_array_size(rows);
    g->look_count = g->drawn_rows + g->p->record_count;
    g->looks = AN_NEW_N(&g->arena, g->look_count + 1, struct an_record_look);
    if (!g->looks)
        return no_memory(g);
    for (size_t i = 0; i < g->look_count; i++) {
        struct an_record_look *l = &g->looks[i];
        if (i < g->drawn_rows)
            *l = (struct an_record_look) {.store = store, .record = (uint64_t) json_integer_value(json_array_get(rows, i))};
        else
            *l = (struct an_record_look) {.store = g->p->records[i - g->drawn_rows].store,
                                          .record = g->p->records[i - g->drawn_rows].record};
    }
    if (!g->look_count)
        return AN_OK;
    if (!g->p->key)
        return an_fail(g->err, AN_USAGE, "records are looked at with the key of the census: name it (--key)");
    return an_look_at_records(g->looks, g->look_count, g->p->key, &g->caps, g->p->today, &g->arena, g->err);
}

static enum an_code look_at_values(struct proving *g) {
    if (!g->p->values.len)
        return AN_OK;
    if (!g->p->key)
        return an_fail(g->err, AN_USAGE, "values are looked up with the key of the census: name it (--key)");
    return an_look_at_text(g->p->values, g->p->key, &g->caps, g->p->today, &g->arena, &g->values, &g->value_count, g->err);
}

static struct an_commit_question ask(const struct an_located *l) {
    return (struct an_commit_question) {.kind = l->kind, .by_digest = true, .digest = l->digest};
}

// All questions in one list: drawn leaves, then each record's identifiers, then the values. Those of a kind that nothing was
// committed to are left out: there is nothing to prove it by.
static enum an_code answer(struct proving *g) {
    const json_t *drawn = json_object_get(g->challenge, "leaves");
    const struct an_ident *kind = an_ident_find(an_str_from_c(text_at(g->challenge, "kind")));
    size_t n = json_array_size(drawn), most = n + g->value_count;
    for (size_t i = 0; i < g->look_count; i++)
        most += g->looks[i].held_count;
    g->questions = AN_NEW_N(&g->arena, most + 1, struct an_commit_question);
    if (!g->questions)
        return no_memory(g);
    if (n && (!kind || !an_commit_find(&g->commitment, kind->code)))
        return an_fail(g->err, AN_INPUT, "challenge: it draws from a kind that is not committed to");
    for (size_t i = 0; i < n; i++)
        g->questions[g->count++] = (struct an_commit_question) {
            .kind = kind ? kind->code : 0, .index = (uint64_t) json_integer_value(json_array_get(drawn, i))};
    g->leaf_count = n;
    for (size_t i = 0; i < g->look_count; i++)
        for (size_t k = 0; k < g->looks[i].held_count; k++)
            if (an_commit_find(&g->commitment, g->looks[i].held[k].kind))
                g->questions[g->count++] = ask(&g->looks[i].held[k]);
    for (size_t i = 0; i < g->value_count; i++)
        if (an_commit_find(&g->commitment, g->values[i].kind))
            g->questions[g->count++] = ask(&g->values[i]);
    return an_commit_prove(&g->digests, g->questions, g->count, &g->arena, g->err);
}

static int by_digest(const void *a, const void *b) {
    return memcmp((*(struct an_commit_question *const *) a)->digest.byte, (*(struct an_commit_question *const *) b)->digest.byte,
                  AN_COMMIT_DIGEST);
}

// The tokens of the drawn leaves, out of the rows of the census.
static enum an_code find_tokens(struct proving *g) {
    const struct an_census *census = g->p->census;
    struct an_commit_question **sorted = AN_NEW_N(&g->arena, g->leaf_count + 1, struct an_commit_question *);
    g->wanted = AN_NEW_N(&g->arena, g->leaf_count + 1, struct an_wanted);
    if (!sorted || !g->wanted)
        return no_memory(g);
    for (size_t i = 0; i < g->leaf_count; i++)
        sorted[i] = &g->questions[i];
    qsort(sorted, g->leaf_count, sizeof *sorted, by_digest);
    enum an_code code = AN_OK;
    for (size_t s = 0; s < census->count && !code; s++) {
        AN_CLEANUP(an_cursor_cleanup) struct an_cursor *c = NULL;
        struct an_set *rows = &census->stores[s]->rows;
        struct an_row last = {0};
        code = an_cursor_open(&rows, 1, &c, g->err);
        for (const struct an_row *row = NULL; !code;) {
            code = an_cursor_next(c, &row, g->err);
            if (code || !row)
                break;
            if (row->tag != g->questions[0].kind || (last.tag == row->tag && memcmp(last.key, row->key, AN_TOKEN_BYTES) == 0))
                continue;
            last = *row;
            struct an_commit_question one = {.digest = an_commit_digest(row->tag, row->key)}, *p = &one;
            struct an_commit_question **found = bsearch(&p, sorted, g->leaf_count, sizeof *sorted, by_digest);
            if (!found)
                continue;
            struct an_wanted *w = &g->wanted[*found - g->questions];
            w->kind = row->tag;
            memcpy(w->token.byte, row->key, AN_TOKEN_BYTES);
        }
    }
    return code;
}

static enum an_code find_records(struct proving *g) {
    if (!g->leaf_count || !g->p->store_count)
        return AN_OK;
    if (!g->p->key)
        return an_fail(g->err, AN_USAGE, "stores are searched with the key of the census: name it (--key)");
    AN_TRY(find_tokens(g));
    const struct an_live live = {g->p->stores, g->p->store_count, &g->p->remote, g->p->today};
    return an_locate(&live, g->p->key, g->wanted, g->leaf_count, &g->arena, g->err);
}

static json_t *hex(const unsigned char *bytes, size_t len) {
    char text[2 * AN_COMMIT_HASH + 1];
    return json_string(sodium_bin2hex(text, sizeof text, bytes, len));
}

static json_t *proof_json(const struct an_commit_question *q) {
    json_t *steps = json_array();
    for (size_t i = 0; i < q->proof.step_count && steps; i++)
        if (json_array_append_new(steps, json_pack("{s:o, s:o}", "hash", hex(q->proof.steps[i].hash, AN_COMMIT_HASH), "bound",
                                                   hex(q->proof.steps[i].bound.byte, AN_COMMIT_DIGEST)))) {
            json_decref(steps);
            steps = NULL;
        }
    return steps ? json_pack("{s:s, s:o, s:I, s:o, s:o}", "kind", an_kind_by_code(q->kind)->name, "digest",
                             hex(q->digest.byte, AN_COMMIT_DIGEST), "index", (json_int_t) q->index, "leaf",
                             hex(q->proof.leaf, AN_COMMIT_HASH), "steps", steps) : NULL;
}

// The next answers, in the order of the questions; an identifier of a kind that nothing was committed to has none.
static json_t *located_json(struct proving *g, const struct an_located *held, size_t count, size_t *next) {
    json_t *list = json_array();
    for (size_t i = 0; i < count && list; i++) {
        bool asked = an_commit_find(&g->commitment, held[i].kind);
        json_t *one = asked ? proof_json(&g->questions[(*next)++])
                            : json_pack("{s:s, s:o}", "kind", an_kind_by_code(held[i].kind)->name, "digest",
                                        hex(held[i].digest.byte, AN_COMMIT_DIGEST));
        if (json_array_append_new(list, one)) {
            json_decref(list);
            list = NULL;
        }
    }
    return list;
}

static json_t *found_json(const struct an_wanted *w) {
    return w->found ? json_pack("{s:o, s:I}", "store", json_stringn(w->store.ptr, w->store.len), "record", (json_int_t) w->record)
                    : json_null();
}

static enum an_code put_answers(struct proving *g) {
    size_t next = g->leaf_count;
    g->leaves = json_array();
    g->records = json_array();
    for (size_t i = 0; i < g->leaf_count; i++) {
        json_t *one = proof_json(&g->questions[i]);
        if (!one || json_object_set_new(one, "found", g->wanted ? found_json(&g->wanted[i]) : json_null()) ||
            json_array_append_new(g->leaves, one))
            return no_memory(g);
    }
    for (size_t i = 0; i < g->look_count; i++) {
        const struct an_record_look *l = &g->looks[i];
        json_t *one = json_pack("{s:o, s:I, s:b, s:o}", "store", json_stringn(l->store.ptr, l->store.len), "record",
                                (json_int_t) l->record, "seen", l->seen, "identifiers",
                                located_json(g, l->held, l->held_count, &next));
        if (json_array_append_new(g->records, one))
            return an_fail(g->err, AN_USAGE, "the name of a store is not UTF-8");
    }
    g->given = located_json(g, g->values, g->value_count, &next);
    return g->given ? AN_OK : no_memory(g);
}

enum an_code an_prove(const struct an_proving *p, struct an_buf *out, struct an_err *err) {
    AN_CLEANUP(proving_release) struct proving g = {.p = p, .err = err};
    struct an_hash asked = an_hash_of(p->challenge);
    AN_TRY(begin(&g));
    AN_TRY(look_at_records(&g));
    AN_TRY(look_at_values(&g));
    AN_TRY(answer(&g));
    AN_TRY(find_records(&g));
    AN_TRY(put_answers(&g));
    json_t *json = json_pack("{s:s, s:s?, s:o, s:o, s:b, s:O, s:O, s:O}", "form", AN_PROOF_FORM, "challenge",
                             g.challenge ? asked.text : NULL, "key_id", hex(g.commitment.key_id, AN_KEY_ID_BYTES), "root",
                             hex(g.commitment.root, AN_COMMIT_HASH), "searched", g.wanted != NULL, "leaves", g.leaves, "records",
                             g.records, "values", g.given);
    if (!json)
        return no_memory(&g);
    enum an_code code = an_canonical(json, out, err);
    json_decref(json);
    return code;
}
