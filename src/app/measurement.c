#include "app/measurement.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include "app/canonical.h"
#include "app/judge.h"
#include "base/alloc.h"
#include "base/json.h"
#include "case/kind.h"

static const char *const subjects[] = {
    [AN_SUBJECTS_UNDECLARED] = NULL, [AN_SUBJECTS_USERS] = "users", [AN_SUBJECTS_STAFF] = "staff",
    [AN_SUBJECTS_CONTACTS] = "contacts", [AN_SUBJECTS_OTHER] = "other",
};

// What is not known, or infinite, is null.
static void put_cap(struct an_json *j, const char *key, uint32_t n) {
    an_json_put_u64(j, key, n == AN_MANY ? AN_UNKNOWN_COUNT : n);
}

// Names come from files: JSON text ends at no NUL.
static void put_text(struct an_json *j, const char *key, struct an_str s) {
    char room[AN_COLUMN_NAME];
    an_json_key(j, key);
    if (!s.len) {
        an_json_null(j);
    } else if (!memchr(s.ptr, '\0', s.len)) {
        an_json_str(j, s);
    } else {
        size_t n = s.len < sizeof room ? s.len : sizeof room;
        for (size_t i = 0; i < n; i++)
            room[i] = (char) (s.ptr[i] ? s.ptr[i] : '?');
        an_json_str(j, (struct an_str) {room, n});
    }
}

static void put_people(struct an_json *j, const struct an_people *p, bool read) {
    an_json_key(j, "people");
    an_json_open(j, '{');
    an_json_put_u64(j, "floor", p->floor);
    an_json_put_u64(j, "linked", p->linked);
    an_json_put_u64(j, "ceiling", p->ceiling);
    if (read)
        an_json_put_u64(j, "ceiling_read", p->ceiling_read);
    an_json_close(j, '}');
}

static void put_kinds(struct an_json *j, const struct an_count *count, const struct an_kind_tally *tally) {
    an_json_key(j, "identifiers");
    an_json_open(j, '{');
    for (size_t k = 0; k < an_kind_count(); k++) {
        const struct an_kind_tally *t = &tally[k];
        if (an_kind_tally_is_empty(t) && !count->kinds[k].distinct)
            continue;
        an_json_key(j, an_kind_at(k)->name);
        an_json_open(j, '{');
        an_json_put_u64(j, "distinct", count->kinds[k].distinct);
        an_json_put_u64(j, "floor_grade", count->kinds[k].floor_grade);
        an_json_put_u64(j, "found", t->found);
        an_json_put_u64(j, "blocked", t->blocked);
        an_json_put_u64(j, "masked", t->masked);
        an_json_put_u64(j, "damaged", t->damaged);
        an_json_put_u64(j, "invalid", t->invalid);
        if (t->recognised)                      // later than the others: what never had any is as it was
            an_json_put_u64(j, "recognised", t->recognised);
        an_json_close(j, '}');
    }
    an_json_close(j, '}');
}

static void put_columns(struct an_json *j, const struct an_store *s) {
    an_json_key(j, "columns");
    an_json_open(j, '[');
    for (size_t i = 0; i < s->column_count; i++) {
        const struct an_column *c = &s->columns[i];
        an_json_open(j, '{');
        put_text(j, "name", c->name);
        an_json_put_u64(j, "values", c->values);
        an_json_key(j, "kinds");
        an_json_open(j, '{');
        for (size_t k = 0; k < AN_COLUMN_KINDS; k++)
            if (c->kinds[k].code && an_kind_by_code(c->kinds[k].code))
                an_json_put_u64(j, an_kind_by_code(c->kinds[k].code)->name, c->kinds[k].count);
        an_json_close(j, '}');
        an_json_close(j, '}');
    }
    an_json_close(j, ']');
}

static void put_mentions(struct an_json *j, const struct an_mention_counts *c) {
    an_json_key(j, "mentions");
    an_json_open(j, '{');
    an_json_put_u64(j, "all", c->mentions);
    an_json_put_u64(j, "nameless", c->nameless);
    an_json_put_u64(j, "beside", c->beside);
    an_json_put_u64(j, "tests", c->tests);
    an_json_put_u64(j, "obscured", c->obscured);
    an_json_put_u64(j, "traces", c->traces);
    an_json_put_u64(j, "described", c->described);
    an_json_put_u64(j, "unlabelled", c->unlabelled);
    an_json_put_u64(j, "mixed", c->mixed);
    an_json_close(j, '}');
}

static void put_troubles(struct an_json *j, const struct an_store *s) {
    an_json_key(j, "errors");
    an_json_open(j, '[');
    for (size_t i = 0; i < s->trouble_count; i++) {
        an_json_open(j, '{');
        put_text(j, "text", s->troubles[i].text);
        an_json_put_u64(j, "offset", s->troubles[i].offset);
        an_json_put_u64(j, "record", s->troubles[i].record);
        an_json_close(j, '}');
    }
    an_json_close(j, ']');
    an_json_put_u64(j, "error_total", s->trouble_total);
}

static void put_store(struct an_json *j, const struct an_store *s, uint64_t most_mentions) {
    struct an_people people = an_people_of(&s->count, &s->counts, s->records_lost, most_mentions);
    an_json_open(j, '{');
    put_text(j, "uri", s->uri);
    put_text(j, "format", s->format);
    put_text(j, "encoding", s->encoding);
    put_text(j, "location", s->location);
    put_text(j, "status", an_str_from_c(an_store_status_name(s->status)));
    put_text(j, "why", s->why);
    put_text(j, "subjects", an_str_from_c(subjects[s->subjects]));
    an_json_key(j, "single_subject");
    an_json_bool(j, s->declared_single);
    an_json_put_u64(j, "records", s->records);
    an_json_put_u64(j, "bytes", s->bytes);
    an_json_put_u64(j, "records_unread", s->records_lost);
    an_json_put_u64(j, "bytes_unread", s->bytes_lost);
    put_people(j, &people, true);
    put_mentions(j, &s->counts);
    put_kinds(j, &s->count, s->tally);
    put_columns(j, s);
    put_troubles(j, s);
    an_json_close(j, '}');
}

static void put_caps(struct an_json *j, const struct an_caps *caps) {
    an_json_key(j, "caps");
    an_json_open(j, '{');
    for (size_t k = 0; k < an_kind_count(); k++) {
        const struct an_ident *kind = an_kind_at(k);
        if (kind->use != AN_USE_PERSON)
            continue;
        an_json_key(j, kind->name);
        an_json_open(j, '{');
        put_cap(j, "m", caps->m[kind->code]);
        put_cap(j, "c", caps->c[kind->code]);
        an_json_close(j, '}');
    }
    an_json_close(j, '}');
    an_json_put_u64(j, "degree", caps->degree);
}

static void put_key_id(struct an_json *j, const unsigned char id[AN_KEY_ID_BYTES]) {
    char hex[2 * AN_KEY_ID_BYTES + 1];
    an_json_key(j, "key_id");
    an_json_cstr(j, sodium_bin2hex(hex, sizeof hex, id, AN_KEY_ID_BYTES));
}

static enum an_code make_header(const struct an_census *c, const struct an_total *total, an_day day, struct an_buf *ret,
                                struct an_err *err) {
    char text[AN_DAY_TEXT_MAX];
    AN_AUTO(an_buf) out = {0};
    struct an_json j = {.out = &out, .compact = true};
    an_json_open(&j, '{');
    an_json_key(&j, "schema");
    an_json_cstr(&j, AN_CENSUS_HEADER_FORM);
    an_json_key(&j, "day");
    an_json_cstr(&j, an_day_text(day, text));
    an_json_key(&j, "detectors");
    an_json_cstr(&j, AN_DETECTORS);
    an_json_key(&j, "token");
    an_json_cstr(&j, AN_TOKEN_NAME);
    put_key_id(&j, c->key_id);
    put_caps(&j, &total->count.caps);
    an_json_put_u64(&j, "records", total->records);
    an_json_put_u64(&j, "bytes", total->bytes);
    an_json_put_u64(&j, "records_unread", total->records_lost);
    an_json_put_u64(&j, "bytes_unread", total->bytes_lost);
    put_people(&j, &total->people, true);
    put_mentions(&j, &total->mentions);
    put_kinds(&j, &total->count, total->tally);
    an_json_key(&j, "stores");
    an_json_open(&j, '[');
    for (size_t i = 0; i < c->count; i++)
        put_store(&j, c->stores[i], total->most_mentions);
    an_json_close(&j, ']');
    an_json_close(&j, '}');
    enum an_code code = an_json_end(&j, err);
    return code ? code : an_canonical_again(an_buf_str(&out), ret, err);
}

json_t *an_commitment_json(const struct an_commitment *c) {
    char key_id[2 * AN_KEY_ID_BYTES + 1], root[2 * AN_COMMIT_HASH + 1];
    json_t *kinds = json_array();
    for (size_t i = 0; i < c->kind_count && kinds; i++) {
        const struct an_commit_kind *k = &c->kinds[i];
        (void) sodium_bin2hex(root, sizeof root, k->root, sizeof k->root);
        json_t *one = json_pack("{s:s, s:I, s:I, s:s}", "kind", an_kind_by_code(k->code)->name, "m", (json_int_t) k->m,
                                "count", (json_int_t) k->count, "root", root);
        if (json_array_append_new(kinds, one)) {
            json_decref(kinds);
            kinds = NULL;
        }
    }
    (void) sodium_bin2hex(root, sizeof root, c->root, sizeof c->root);
    (void) sodium_bin2hex(key_id, sizeof key_id, c->key_id, sizeof c->key_id);
    return kinds ? json_pack("{s:s, s:s, s:I, s:I, s:o}", "key_id", key_id, "root", root, "tokens",
                             (json_int_t) an_commit_tokens(c), "floor", (json_int_t) an_commit_floor(c), "kinds",
                             kinds) : NULL;
}

static enum an_code read_kind(json_t *one, struct an_commit_kind *ret, struct an_err *err) {
    const char *name, *root;
    json_int_t m, tokens;
    if (json_unpack(one, "{s:s, s:I, s:I, s:s !}", "kind", &name, "m", &m, "count", &tokens, "root", &root))
        return an_fail(err, AN_INPUT, "commitment: a kind without its members");
    const struct an_ident *kind = an_ident_find(an_str_from_c(name));
    if (!kind)
        return an_fail(err, AN_INPUT, "commitment: of a kind of identifier that this version does not know");
    if (m < 1 || m >= AN_MANY || tokens < 1)
        return an_fail(err, AN_INPUT, "commitment: it holds an impossible number");
    *ret = (struct an_commit_kind) {.code = kind->code, .m = (uint32_t) m, .count = (uint64_t) tokens};
    return an_hex_read(an_str_from_c(root), ret->root, sizeof ret->root) ? AN_OK
        : an_fail(err, AN_INPUT, "commitment: a root is no hash");
}

enum an_code an_commitment_read(const json_t *json, struct an_commitment *ret, struct an_err *err) {
    const char *key_id, *root;
    json_int_t tokens, floor;
    json_t *kinds;
    *ret = (struct an_commitment) {0};
    if (json_unpack((json_t *) (uintptr_t) json, "{s:s, s:s, s:I, s:I, s:o !}", "key_id", &key_id, "root", &root,
                    "tokens", &tokens, "floor", &floor, "kinds", &kinds) || !json_is_array(kinds))
        return an_fail(err, AN_INPUT, "commitment: not the members that one has");
    if (!an_hex_read(an_str_from_c(key_id), ret->key_id, sizeof ret->key_id) ||
        !an_hex_read(an_str_from_c(root), ret->root, sizeof ret->root))
        return an_fail(err, AN_INPUT, "commitment: root or key id are no hashes");
    if (json_array_size(kinds) > AN_KINDS_MAX)
        return an_fail(err, AN_INPUT, "commitment: too many kinds");
    for (size_t i = 0; i < json_array_size(kinds); i++) {
        enum an_code code = read_kind(json_array_get(kinds, i), &ret->kinds[i], err);
        if (code)
            return code;
        ret->kind_count++;
    }
    enum an_code code = an_commit_check(ret, err);
    if (code)
        return code;
    return (uint64_t) tokens == an_commit_tokens(ret) && (uint64_t) floor == an_commit_floor(ret) ? AN_OK
        : an_fail(err, AN_INPUT, "commitment: tokens or floor are not what its kinds come to");
}

static void free_sets(struct an_set ***sets) { an_free(*sets); }

enum an_code an_census_commit(const struct an_census *census, struct an_set *digests, struct an_commitment *ret,
                              struct an_err *err) {
    AN_CLEANUP(free_sets) struct an_set **sets = an_alloc((census->count + 1) * sizeof(struct an_set *));
    if (!sets)
        return an_fail(err, AN_NOMEM, "no memory for %zu stores", census->count);
    for (size_t i = 0; i < census->count; i++)
        sets[i] = &census->stores[i]->rows;
    struct an_total total;
    enum an_code code = an_census_total(census, NULL, NULL, &total, err);
    if (!code)
        code = an_commit_gather(sets, census->count, &total.count.caps, digests, err);
    return code ? code : an_commit_make(digests, &total.count.caps, census->key_id, ret, err);
}

// Described as users: what the one-million line asks for, which need not be all that were found.
static void put_users(struct an_json *j, const struct an_people *users) {
    an_json_key(j, "users");
    an_json_open(j, '{');
    an_json_put_u64(j, "floor", users->floor);
    an_json_put_u64(j, "ceiling", users->ceiling);
    an_json_close(j, '}');
}

static enum an_code make_body(const struct an_census *census, const struct an_total *total, const struct an_people *users,
                              struct an_str label, an_day day, struct an_str header,
                              const struct an_commitment *commitment, struct an_buf *ret,
                              struct an_err *err) {
    unsigned char sum[AN_COMMIT_HASH];
    char hash[2 * AN_COMMIT_HASH + 1], text[AN_DAY_TEXT_MAX];
    AN_AUTO(an_buf) out = {0};
    struct an_json j = {.out = &out, .compact = true};
    (void) crypto_generichash(sum, sizeof sum, (const unsigned char *) header.ptr, header.len, NULL, 0);
    an_json_open(&j, '{');
    put_text(&j, "label", label);
    an_json_key(&j, "day");
    an_json_cstr(&j, an_day_text(day, text));
    an_json_put_u64(&j, "stores", census->count);
    an_json_put_u64(&j, "records", total->records);
    put_people(&j, &total->people, false);
    put_users(&j, users);
    an_json_key(&j, "census");
    an_json_cstr(&j, sodium_bin2hex(hash, sizeof hash, sum, sizeof sum));
    an_json_put_u64(&j, "unread", total->by_status[AN_STORE_PARTLY] + total->by_status[AN_STORE_UNREAD]);
    json_t *json = an_commitment_json(commitment);
    AN_AUTO(an_buf) inner = {0};
    enum an_code code = json ? an_canonical(json, &inner, err) : an_fail(err, AN_NOMEM, "no memory for a commitment");
    json_decref(json);
    if (code)
        return code;
    an_json_key(&j, "commitment");
    an_json_raw(&j, an_buf_str(&inner));
    an_json_close(&j, '}');
    code = an_json_end(&j, err);
    return code ? code : an_canonical_again(an_buf_str(&out), ret, err);
}

enum an_code an_measurement_make(const struct an_census *census, struct an_str label, an_day day, struct an_buf *ret_header,
                                 struct an_buf *ret_body, struct an_err *err) {
    struct an_set digests = {.budget = census->budget};
    struct an_total total;
    struct an_commitment commitment;
    struct an_people users;
    enum an_code code = an_census_total(census, NULL, NULL, &total, err);
    if (!code)
        code = an_users_of(census, &total, &users, err);
    if (!code)
        code = an_census_commit(census, &digests, &commitment, err);
    an_set_release(&digests);
    if (!code)
        code = make_header(census, &total, day, ret_header, err);
    return code ? code : make_body(census, &total, &users, label, day, an_buf_str(ret_header), &commitment, ret_body, err);
}
