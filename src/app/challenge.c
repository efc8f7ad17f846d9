// Draws, and what the answers to them prove.
#include "app/challenge.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include "app/canonical.h"
#include "app/measurement.h"
#include "census/sample.h"
#include "rules/fact.h"

// The measurement that is asked about.
struct subject {
    uint64_t entry;
    const json_t *body, *header;
    struct an_commitment commitment;
};

static uint64_t count_at(const json_t *j, const char *key) {
    json_int_t n = json_integer_value(json_object_get(j, key));
    return n > 0 ? (uint64_t) n : 0;
}

static struct an_str text_at(const json_t *j, const char *key) {
    const json_t *value = json_object_get(j, key);
    return json_is_string(value) ? (struct an_str) {json_string_value(value), json_string_length(value)} : AN_STR("");
}

static enum an_code find_subject(const struct an_dossier *d, uint64_t entry, struct subject *ret, struct an_err *err) {
    if (d->level == AN_DOSSIER_WRONG)
        return an_fail(err, AN_INPUT, "the dossier does not verify: nothing can be asked about it");
    *ret = (struct subject) {0};
    for (uint64_t seq = an_extract_next(&d->log, "measurement", 0); seq; seq = an_extract_next(&d->log, "measurement", seq))
        if (json_object_get(d->log.entries[seq - 1].body, "commitment") && (!entry || entry == seq))
            ret->entry = seq;
    if (!ret->entry)
        return an_fail(err, AN_USAGE, entry ? "entry %llu is no measurement with a commitment that this dossier shows"
                                            : "the dossier shows no measurement with a commitment", (unsigned long long) entry);
    ret->body = d->log.entries[ret->entry - 1].body;
    return an_commitment_read(json_object_get(ret->body, "commitment"), &ret->commitment, err);
}

static const struct an_commit_kind *floor_kind(const struct an_commitment *c) {
    const struct an_commit_kind *best = NULL;
    uint64_t most = 0;
    for (size_t i = 0; i < c->kind_count; i++) {
        uint64_t people = (c->kinds[i].count - 1) / c->kinds[i].m + 1;
        if (people > most) {
            most = people;
            best = &c->kinds[i];
        }
    }
    return best;
}

static int by_number(const void *a, const void *b) {
    uint64_t x = *(const uint64_t *) a, y = *(const uint64_t *) b;
    return (x > y) - (x < y);
}

// The numbers drawn, in ascending order, each with `first` added, as a JSON list.
static enum an_code draw(const unsigned char about[AN_COMMIT_HASH], uint64_t N, uint64_t n, struct an_str seed, uint64_t first,
                         json_t **ret, struct an_err *err) {
    AN_AUTO(an_arena) arena = {0};
    if (n > AN_SAMPLE_MAX)
        return an_fail(err, AN_USAGE, "at most %d can be drawn at once", AN_SAMPLE_MAX);
    uint64_t *drawn = AN_NEW_N(&arena, (size_t) n + 1, uint64_t);
    json_t *list = json_array();
    if (!drawn || !list) {
        json_decref(list);
        return an_fail(err, AN_NOMEM, "no memory to draw");
    }
    *ret = list;
    if (n)
        AN_TRY(an_sample_draw(about, N, (size_t) n, seed, drawn, err));
    qsort(drawn, (size_t) n, sizeof *drawn, by_number);
    for (size_t i = 0; i < n; i++)
        if (json_array_append_new(list, json_integer((json_int_t) (drawn[i] + first))))
            return an_fail(err, AN_NOMEM, "no memory to draw");
    return AN_OK;
}

// What draws of a store's records are tied to.
static void about_store(const struct an_commitment *c, struct an_str store, unsigned char ret[AN_COMMIT_HASH]) {
    static const char label[] = "anshen.rows/1";            // with its final zero
    crypto_generichash_state state;
    (void) crypto_generichash_init(&state, NULL, 0, AN_COMMIT_HASH);
    (void) crypto_generichash_update(&state, (const unsigned char *) label, sizeof label);
    (void) crypto_generichash_update(&state, c->root, AN_COMMIT_HASH);
    (void) crypto_generichash_update(&state, (const unsigned char *) store.ptr, store.len);
    (void) crypto_generichash_final(&state, ret, AN_COMMIT_HASH);
}

// How many records the census header gives the store.
static enum an_code records_of(const struct an_dossier *d, const struct subject *s, struct an_str store, uint64_t *ret,
                               struct an_err *err) {
    AN_CLEANUP(an_json_cleanup) json_t *header = NULL;
    AN_AUTO(an_buf) name = {0};
    AN_TRY(an_buf_addf(&name, err, "objects/%.*s", AN_STR_ARG(an_entry_text(s->body, "census"))));
    const struct an_zip_member *o = an_zip_find(&d->zip, an_buf_str(&name));
    if (!o)
        return an_fail(err, AN_USAGE, "the dossier does not show the census header of entry %llu", (unsigned long long) s->entry);
    AN_TRY(an_canonical_read(o->bytes, &header, err));
    const json_t *stores = json_object_get(header, "stores");
    for (size_t i = 0; i < json_array_size(stores); i++)
        if (an_str_eq(text_at(json_array_get(stores, i), "uri"), store)) {
            *ret = count_at(json_array_get(stores, i), "records");
            return AN_OK;
        }
    return an_fail(err, AN_USAGE, "the count of entry %llu has no store of that name", (unsigned long long) s->entry);
}

static enum an_code finish(json_t *json, struct an_buf *out, struct an_err *err) {
    if (!json)
        return an_fail(err, AN_NOMEM, "no memory for JSON");
    enum an_code code = an_canonical(json, out, err);
    json_decref(json);
    return code;
}

struct drawn { json_t *leaves, *rows; };

static void drawn_release(struct drawn *d) {
    json_decref(d->leaves);
    json_decref(d->rows);
}

enum an_code an_challenge_make(const struct an_challenge_request *r, struct an_buf *out, struct an_err *err) {
    AN_CLEANUP(drawn_release) struct drawn drawn = {0};
    struct subject s;
    uint64_t records = 0;
    unsigned char about[AN_COMMIT_HASH];
    char root[2 * AN_COMMIT_HASH + 1];
    AN_TRY(find_subject(r->of, r->entry, &s, err));
    const struct an_ident *named = r->kind.len ? an_ident_find(r->kind) : NULL;
    const struct an_commit_kind *k = named ? an_commit_find(&s.commitment, named->code) : r->kind.len ? NULL
        : floor_kind(&s.commitment);
    if (!k)
        return an_fail(err, AN_USAGE, "entry %llu commits to no identifiers of that kind", (unsigned long long) s.entry);
    if (!r->n && !r->rows)
        return an_fail(err, AN_USAGE, "say how many to draw");
    if (!r->seed.len || r->seed.len > AN_SAMPLE_SEED_MAX)
        return an_fail(err, AN_USAGE, "the seed must have 1 to %d bytes", AN_SAMPLE_SEED_MAX);
    AN_TRY(draw(k->root, k->count, r->n, r->seed, 0, &drawn.leaves, err));
    if (r->store.len)
        AN_TRY(records_of(r->of, &s, r->store, &records, err));
    if (r->rows && !r->store.len)
        return an_fail(err, AN_USAGE, "name the store whose rows to draw");
    about_store(&s.commitment, r->store, about);
    AN_TRY(draw(about, records, r->rows, r->seed, 1, &drawn.rows, err));
    (void) sodium_bin2hex(root, sizeof root, s.commitment.root, sizeof s.commitment.root);
    json_t *json = json_pack("{s:s, s:s, s:I, s:s, s:o, s:s, s:I, s:O, s:o, s:I, s:O}", "form", AN_CHALLENGE_FORM, "manifest",
                             r->of->manifest_hash.text, "entry", (json_int_t) s.entry, "root", root, "seed",
                             json_stringn(r->seed.ptr, r->seed.len), "kind", an_kind_by_code(k->code)->name, "count",
                             (json_int_t) k->count, "leaves", drawn.leaves, "store",
                             r->store.len ? json_stringn(r->store.ptr, r->store.len) : json_null(), "records",
                             (json_int_t) records, "rows", drawn.rows);
    if (!json)
        return an_fail(err, AN_USAGE, "the seed or the store's name is not UTF-8");
    return finish(json, out, err);
}

// Makes the challenge again: what is drawn follows from the seed, so its text must be the same.
static enum an_code check_challenge(const struct an_dossier *d, struct an_str text, json_t **ret, struct an_err *err) {
    AN_CLEANUP(an_json_cleanup) json_t *j = NULL;
    AN_AUTO(an_buf) again = {0};
    if (an_canonical_read(text, &j, err))
        return an_err_context(err, "challenge");
    if (!an_str_eq(text_at(j, "form"), AN_STR(AN_CHALLENGE_FORM)))
        return an_fail(err, AN_INPUT, "challenge: not one");
    if (!an_str_eq(text_at(j, "manifest"), an_hash_str(&d->manifest_hash)))
        return an_fail(err, AN_INPUT, "challenge: it is about another dossier");
    struct an_challenge_request r = {
        .of = d, .seed = text_at(j, "seed"), .n = json_array_size(json_object_get(j, "leaves")), .kind = text_at(j, "kind"),
        .entry = count_at(j, "entry"), .store = text_at(j, "store"), .rows = json_array_size(json_object_get(j, "rows")),
    };
    if (!r.entry || !r.kind.len)
        return an_fail(err, AN_INPUT, "challenge: not one");
    if (an_challenge_make(&r, &again, err)) {
        err->code = err->code == AN_USAGE ? AN_INPUT : err->code;       // it asks for what there is nothing of
        return an_err_context(err, "challenge");
    }
    if (!an_str_eq(an_buf_str(&again), text))
        return an_fail(err, AN_INPUT, "challenge: what it draws does not follow from its seed: it was altered");
    *ret = AN_TAKE(j);
    return AN_OK;
}

// The proof of one identifier as JSON: {kind, digest, index, leaf, steps}. AN_INPUT: it does not hold.
static enum an_code check_one(const struct an_commitment *c, const json_t *j, enum an_presence *ret, uint64_t *ret_index,
                              struct an_err *err) {
    struct an_commit_step steps[AN_COMMIT_DEPTH];
    struct an_digest digest;
    struct an_str kind = text_at(j, "kind");
    const struct an_ident *named = an_ident_find(kind);
    const struct an_commit_kind *k = named ? an_commit_find(c, named->code) : NULL;
    const json_t *list = json_object_get(j, "steps"), *index = json_object_get(j, "index");
    if (!named || !an_hex_read(text_at(j, "digest"), digest.byte, sizeof digest.byte))
        return an_fail(err, AN_INPUT, "an answer without kind and digest");
    struct an_commit_proof proof = {.kind = named->code, .index = (uint64_t) json_integer_value(index), .steps = steps,
                                    .step_count = json_array_size(list)};
    *ret_index = proof.index;
    if (!k) {                               // nothing of that kind was counted at all
        *ret = AN_ABSENT;
        return AN_OK;
    }
    if (!json_is_integer(index) || json_integer_value(index) < 0 || proof.step_count > AN_COMMIT_DEPTH ||
        !an_hex_read(text_at(j, "leaf"), proof.leaf, sizeof proof.leaf))
        return an_fail(err, AN_INPUT, "an answer without index, leaf and steps");
    for (size_t i = 0; i < proof.step_count; i++) {
        const json_t *s = json_array_get(list, i);
        if (!an_hex_read(text_at(s, "hash"), steps[i].hash, sizeof steps[i].hash) ||
            !an_hex_read(text_at(s, "bound"), steps[i].bound.byte, sizeof steps[i].bound.byte))
            return an_fail(err, AN_INPUT, "an answer with a step that is none");
    }
    return json_object_size(j) == 5 + (size_t) (json_object_get(j, "found") != NULL) ? an_commit_verify(k, &proof, &digest,
            ret, err)
        : an_fail(err, AN_INPUT, "an answer with members that none has");
}

struct checking {
    const struct an_commitment *c;
    struct an_proven *out;
    struct an_err *err;
};

static bool is_found(const json_t *answer) {
    const json_t *found = json_object_get(answer, "found");
    return text_at(found, "store").len && count_at(found, "record");
}

// Answers come in the order of the draws.
static enum an_code check_leaves(struct checking *c, const json_t *challenge, const json_t *answers) {
    const json_t *drawn = json_object_get(challenge, "leaves");
    struct an_tally *t = &c->out->leaves;
    t->of = count_at(challenge, "count");
    t->drawn = json_array_size(drawn);
    if (json_array_size(answers) != t->drawn)
        return an_fail(c->err, AN_INPUT, "proof: %zu answers to %llu draws", json_array_size(answers),
                       (unsigned long long) t->drawn);
    for (size_t i = 0; i < t->drawn; i++) {
        const json_t *answer = json_array_get(answers, i);
        enum an_presence presence = AN_ABSENT;
        struct an_err why;
        uint64_t index = 0;
        bool good = !check_one(c->c, answer, &presence, &index, &why) && presence == AN_PRESENT &&
            json_object_size(answer) == 6 &&
                    index == (uint64_t) json_integer_value(json_array_get(drawn, i)) &&
                    an_str_eq(text_at(answer, "kind"), text_at(challenge, "kind"));
        t->bad += !good || (c->out->searched && !is_found(answer));
    }
    return AN_OK;
}

// A list of identifiers: whether every proof holds and each is counted.
static bool are_counted(const struct checking *c, const json_t *list) {
    for (size_t i = 0; i < json_array_size(list); i++) {
        enum an_presence presence = AN_ABSENT;
        struct an_err why;
        uint64_t index;
        if (check_one(c->c, json_array_get(list, i), &presence, &index, &why) || presence != AN_PRESENT)
            return false;
    }
    return true;
}

static enum an_code check_records(struct checking *c, const json_t *challenge, const json_t *answers) {
    const json_t *rows = json_object_get(challenge, "rows");
    size_t drawn = json_array_size(rows), all = json_array_size(answers);
    c->out->rows = (struct an_tally) {.of = count_at(challenge, "records"), .drawn = drawn};
    if (all < drawn)
        return an_fail(c->err, AN_INPUT, "proof: %zu answers to %zu rows drawn", all, drawn);
    for (size_t i = 0; i < all; i++) {
        const json_t *answer = json_array_get(answers, i), *held = json_object_get(answer, "identifiers");
        bool is_drawn = i < drawn;
        struct an_tally *t = is_drawn ? &c->out->rows : &c->out->picked;
        bool mine = !is_drawn || (an_str_eq(text_at(answer, "store"), text_at(challenge, "store")) &&
                                  json_equal(json_object_get(answer, "record"), json_array_get(rows, i)));
        bool seen = json_is_true(json_object_get(answer, "seen"));
        t->drawn += !is_drawn;
        t->bad += !mine || !seen || !are_counted(c, held);
        c->out->without += seen && !json_array_size(held);
    }
    return AN_OK;
}

static bool has_its_members(const json_t *proof) {
    static const char *const lists[] = {"leaves", "records", "values"};
    bool all = json_object_size(proof) == 8 && json_is_boolean(json_object_get(proof, "searched")) &&
               json_object_get(proof, "challenge");
    for (size_t i = 0; i < AN_COUNT(lists); i++)
        all &= json_is_array(json_object_get(proof, lists[i]));
    const json_t *records = json_object_get(proof, "records");
    for (size_t i = 0; i < json_array_size(records); i++)
        all &= json_object_size(json_array_get(records, i)) == 4 &&
               json_is_array(json_object_get(json_array_get(records, i), "identifiers"));
    return all;
}

enum an_code an_proof_check(const struct an_dossier *of, struct an_str text, struct an_str challenge_text, struct an_proven *ret,
                            struct an_err *err) {
    AN_CLEANUP(an_json_cleanup) json_t *proof = NULL, *challenge = NULL;
    struct subject s;
    char root[2 * AN_COMMIT_HASH + 1], key_id[2 * AN_KEY_ID_BYTES + 1];
    *ret = (struct an_proven) {0};
    if (an_canonical_read(text, &proof, err))
        return an_err_context(err, "proof");
    struct checking c = {.c = &s.commitment, .out = ret, .err = err};
    enum an_code code = an_str_eq(text_at(proof, "form"), AN_STR(AN_PROOF_FORM)) ? AN_OK : an_fail(err, AN_INPUT,
            "proof: not one");
    if (!code && !has_its_members(proof))
        code = an_fail(err, AN_INPUT, "proof: not the members that one has");
    if (!code && challenge_text.len)
        code = check_challenge(of, challenge_text, &challenge, err);
    struct an_hash asked = an_hash_of(challenge_text);
    struct an_str says = text_at(proof, "challenge");
    if (!code && says.len && (!challenge || !an_str_eq(says, an_hash_str(&asked))))
        code = an_fail(err, AN_INPUT, challenge ? "proof: it answers another challenge"
                       : "proof: it answers a challenge: name that, too");
    if (!code && !says.len && challenge)
        code = an_fail(err, AN_INPUT, "proof: it answers no challenge");
    if (!code)
        code = find_subject(of, challenge ? count_at(challenge, "entry") : 0, &s, err);
    if (!code && !challenge)                // of which measurement? the one with this root
        for (uint64_t seq = an_extract_next(&of->log, "measurement", 0); seq && !code;
             seq = an_extract_next(&of->log, "measurement", seq)) {
            const json_t *said = json_object_get(of->log.entries[seq - 1].body, "commitment");
            if (said && an_str_eq(text_at(said, "root"), text_at(proof, "root")))
                code = find_subject(of, seq, &s, err);
        }
    if (!code) {
        (void) sodium_bin2hex(root, sizeof root, s.commitment.root, sizeof s.commitment.root);
        (void) sodium_bin2hex(key_id, sizeof key_id, s.commitment.key_id, sizeof s.commitment.key_id);
        if (!an_str_eq(text_at(proof, "root"), an_str_from_c(root)) ||
            !an_str_eq(text_at(proof, "key_id"), an_str_from_c(key_id)))
            code = an_fail(err, AN_INPUT, "proof: it is of another commitment than the dossier has");
    }
    if (!code) {
        const struct an_ident *kind = an_ident_find(text_at(challenge, "kind"));
        ret->entry = s.entry;
        ret->kind = kind ? kind->name : NULL;
        ret->searched = json_is_true(json_object_get(proof, "searched"));
        code = check_leaves(&c, challenge, json_object_get(proof, "leaves"));
    }
    if (!code)
        code = check_records(&c, challenge, json_object_get(proof, "records"));
    const json_t *values = json_object_get(proof, "values");
    for (size_t i = 0; i < json_array_size(values) && !code; i++) {
        AN_CLEANUP(an_json_cleanup) json_t *one = json_pack("[O]", json_array_get(values, i));
        ret->values.drawn++;
        ret->values.bad += !are_counted(&c, one);
    }
    json_decref(challenge);
    challenge = NULL;
    return code;
}

static const char *percent(uint64_t billionths, char out[32]) {     // rounded up, so that it stays a bound
    uint64_t hundredths = (billionths + 99999) / 100000;
    (void) snprintf(out, 32, "%llu.%02llu", (unsigned long long) (hundredths / 100), (unsigned long long) (hundredths % 100));
    return out;
}

static uint64_t share_of(uint64_t part, uint64_t of) {
    return of ? (uint64_t) (((unsigned __int128) part * 1000000000 + of - 1) / of) : 0;
}

// The values of each sentence come in the same order in both languages.
#define LEAVES_EN "identifiers: %s drawn of %s (%s), %llu bad. With %s %% confidence at most %s (%s %%) of those counted " \
    "are invented, doubles or out of place.\n"
#define LEAVES_ZH "标识：抽取 %s 个，共 %s 个（%s），%llu 个不成立。以 %s%% 的置信度，" \
    "所计标识中虚构、重复或错位的至多 %s 个（%s%%）。\n"
#define UNSEARCHED_EN "  they were not looked for in live stores: this shows that they differ and were committed to, " \
    "not that there is a record behind them.\n"
#define UNSEARCHED_ZH "  未在实际存储中查找：仅证明其互不相同且已承诺，不证明有相应记录。\n"
#define ROWS_EN "records: %s drawn of %s, %llu not counted or not there. With %s %% confidence at most %s (%s %%) of the " \
    "store's records hold somebody who is missing from the count.\n"
#define ROWS_ZH "记录：抽取 %s 条，共 %s 条，%llu 条未计入或不存在。以 %s%% 的置信度，" \
    "该存储中载有漏计人员的记录至多 %s 条（%s%%）。\n"
#define PICKED_EN "records that the examiner picked: %s, %llu not counted or not there. If they were picked by chance: " \
    "with %s %% confidence at most %s %% of such records.\n"
#define PICKED_ZH "检查人员选取的记录：%s 条，%llu 条未计入或不存在。若系随机选取，以 %s%% 的置信度，" \
    "此类记录的比例至多 %s%%。\n"
#define VALUES_EN "identifiers that were given: %s, of which %llu are not counted.\n"
#define VALUES_ZH "所给标识：%s 个，未计入 %llu 个。\n"
#define WITHOUT_EN "%s of the records hold no identifier that the floor counts by.\n"
#define WITHOUT_ZH "其中 %s 条记录没有下限所计的标识。\n"

enum an_code an_proven_say(const struct an_proven *p, unsigned sure, enum an_lang lang, struct an_buf *out, struct an_err *err) {
    bool zh = lang == AN_ZH;
    char confidence[32], share[32], n[AN_GROUPED_MAX], of[AN_GROUPED_MAX], most[AN_GROUPED_MAX];
    (void) snprintf(confidence, sizeof confidence, sure % 100 ? "%u.%02u" : "%u", sure / 100, sure % 100);
    if (p->leaves.drawn) {
        uint64_t bad = an_sample_most_bad(p->leaves.of, p->leaves.drawn, p->leaves.bad, sure);
        AN_TRY(an_buf_addf(out, err, zh ? LEAVES_ZH : LEAVES_EN, an_grouped(p->leaves.drawn, n), an_grouped(p->leaves.of, of),
                           p->kind ? p->kind : "?", (unsigned long long) p->leaves.bad, confidence, an_grouped(bad, most),
                           percent(share_of(bad, p->leaves.of), share)));
        if (!p->searched)
            AN_TRY(an_buf_add(out, an_str_from_c(zh ? UNSEARCHED_ZH : UNSEARCHED_EN), err));
    }
    if (p->rows.drawn) {
        uint64_t bad = an_sample_most_bad(p->rows.of, p->rows.drawn, p->rows.bad, sure);
        AN_TRY(an_buf_addf(out, err, zh ? ROWS_ZH : ROWS_EN, an_grouped(p->rows.drawn, n), an_grouped(p->rows.of, of),
                           (unsigned long long) p->rows.bad, confidence, an_grouped(bad, most),
                           percent(share_of(bad, p->rows.of), share)));
    }
    if (p->picked.drawn)
        AN_TRY(an_buf_addf(out, err, zh ? PICKED_ZH : PICKED_EN, an_grouped(p->picked.drawn, n),
                           (unsigned long long) p->picked.bad, confidence,
                           percent(an_sample_most_share(p->picked.drawn, p->picked.bad, sure), share)));
    if (p->values.drawn)
        AN_TRY(an_buf_addf(out, err, zh ? VALUES_ZH : VALUES_EN, an_grouped(p->values.drawn, n),
                           (unsigned long long) p->values.bad));
    return p->without ? an_buf_addf(out, err, zh ? WITHOUT_ZH : WITHOUT_EN, an_grouped(p->without, n)) : AN_OK;
}

static json_t *tally(const struct an_tally *t, unsigned sure) {
    bool known = t->of > 0;
    return json_pack("{s:o, s:I, s:I, s:o, s:I}", "of", known ? json_integer((json_int_t) t->of) : json_null(), "drawn",
                     (json_int_t) t->drawn, "bad", (json_int_t) t->bad, "most_bad",
                     known ? json_integer((json_int_t) an_sample_most_bad(t->of, t->drawn, t->bad, sure)) : json_null(),
                     "most_share_billionths",
                     (json_int_t) (known ? share_of(an_sample_most_bad(t->of, t->drawn, t->bad, sure), t->of)
                                         : an_sample_most_share(t->drawn, t->bad, sure)));
}

enum an_code an_proven_json(const struct an_proven *p, unsigned sure, struct an_buf *out, struct an_err *err) {
    return finish(json_pack("{s:s, s:I, s:s?, s:b, s:I, s:o, s:o, s:o, s:o, s:I}", "schema", "anshen.proof-check/1", "entry",
                            (json_int_t) p->entry, "kind", p->kind, "searched", p->searched, "confidence", (json_int_t) sure,
                            "identifiers", tally(&p->leaves, sure), "records", tally(&p->rows, sure), "picked",
                            tally(&p->picked, sure), "values", tally(&p->values, sure), "without", (json_int_t) p->without),
                  out, err);
}
