#include "app/exchange.h"

#include <stdio.h>

static const struct an_extract_entry *entry_at(const struct an_dossier *d, uint64_t seq) { return &d->log.entries[seq - 1]; }

static const json_t *first_of(const struct an_dossier *d) {
    uint64_t seq = an_extract_next(&d->log, "open", 0);
    return seq ? entry_at(d, seq)->body : NULL;
}

json_t *an_exchange_open(const struct an_dossier *d) {
    const json_t *first = first_of(d);
    json_t *copy = first ? json_deep_copy(first) : NULL;
    bool filer = copy && an_str_eq(an_entry_text(copy, "side"), AN_STR("filer"));
    if (copy && json_object_set_new(copy, "side", json_string(filer ? "authority" : "filer"))) {
        json_decref(copy);
        return NULL;
    }
    return copy;
}

struct taking {
    const struct an_exchange *x;
    struct an_case *into;
    struct an_arena *arena;
    struct an_exchanged *ret;
    struct an_err *err;
};

static enum an_code skip(struct taking *t, uint64_t seq, const char *why) {
    t->ret->skipped[t->ret->skip_count++] = (struct an_exchange_skip) {
        seq, an_arena_copy(t->arena, an_str_from_c(why))};
    return AN_OK;
}

// One's own entry that repeats the one of this hash, or is it.
static const struct an_entry *known(const struct an_case *c, struct an_str hash) {
    for (uint64_t seq = 1; seq <= an_case_count(c); seq++) {
        const struct an_entry *e = an_case_entry(c, seq);
        if (an_str_eq(an_entry_text(e->body, "from"), hash) || an_str_eq(an_hash_str(&e->hash), hash))
            return e;
    }
    return NULL;
}

static enum an_code put_object(void *arg, struct an_str hash, struct an_err *err) {
    struct taking *t = arg;
    char name[sizeof "objects/" + AN_HASH_TEXT];
    (void) snprintf(name, sizeof name, "objects/%.*s", AN_STR_ARG(hash));
    const struct an_zip_member *m = an_zip_find(&t->x->dossier->zip, an_str_from_c(name));
    struct an_hash stored;
    if (!m)
        return an_fail(err, AN_INPUT, "an object that it names was withheld");
    return an_case_object_put(t->into, m->bytes, &stored, err);
}

static bool is_text(const json_t *body, const char *member, struct an_str value) {
    return an_str_eq(an_entry_text(body, member), value);
}

// Two persons of one id would be one, and sign for each other.
static bool clashes(struct taking *t, const struct an_entry_kind *kind, const json_t *body) {
    return an_str_eq(an_str_from_c(kind->name), AN_STR("person")) &&
           an_case_last(t->into, "person", "id", an_entry_text(body, "id"));
}

static enum an_code copy_entry(struct taking *t, uint64_t seq) {
    const struct an_extract_entry *e = entry_at(t->x->dossier, seq);
    struct an_err why = {0};
    json_t *body = json_deep_copy(e->body);
    struct an_entry_draft draft = {.kind = e->kind->name, .at = t->x->at, .actor = t->x->actor, .body = body, .key = t->x->key};
    if (!body || json_object_set_new(body, "from", json_string(e->hash.text))) {
        json_decref(body);
        return an_fail(t->err, AN_NOMEM, "no memory for an entry");
    }
    enum an_code code = an_entry_check(e->kind, body, put_object, t, &why);
    if (!code && an_str_eq(an_str_from_c(e->kind->name), AN_STR("event")))
        code = an_review_allows(t->into, t->x->law, body, t->x->today, t->arena, &why);
    if (!code && clashes(t, e->kind, body))
        code = an_fail(&why, AN_INPUT, "another person of this id is in the case");
    if (!code)
        code = an_case_append(t->into, &draft, &(uint64_t) {0}, &why);
    json_decref(body);
    if (code == AN_INPUT || code == AN_USAGE)
        return skip(t, seq, why.text);
    if (code)
        return an_fail(t->err, code, "%s", why.text);
    t->ret->taken++;
    return AN_OK;
}

// What the other side has taken back since it was copied.
static enum an_code withdraw(struct taking *t, uint64_t seq) {
    const struct an_extract_entry *e = entry_at(t->x->dossier, seq);
    const struct an_entry *own = known(t->into, an_hash_str(&e->hash));
    if (!own || own->withdrawn_by || !an_entry_text(own->body, "from").len)
        return AN_OK;
    json_t *body = json_pack("{s:I, s:s}", "entry", (json_int_t) own->seq, "why", "withdrawn by the other side");
    struct an_entry_draft draft = {.kind = "withdraw", .at = t->x->at, .actor = t->x->actor, .body = body, .key = t->x->key};
    enum an_code code = body ? an_case_append(t->into, &draft, &(uint64_t) {0}, t->err)
                             : an_fail(t->err, AN_NOMEM, "no memory for an entry");
    json_decref(body);
    t->ret->withdrawn += !code;
    return code;
}

// What each side hears from the other. Everything else stays in the dossier, where it can be read.
static bool is_heard(const char *kind, bool from_filer) {
    static const struct { const char *kind; bool filed, told; } heard[] = {
        {"person", true, true}, {"company", true, false}, {"fact", true, false}, {"measurement", true, false},
        {"snapshot", true, false}, {"verdict", true, false}, {"event", true, true}, {"document", true, true},
        {"commitment", true, true}, {"stance", true, false}, {"decision", false, true}, {"order", false, true},
    };
    for (size_t i = 0; i < AN_COUNT(heard); i++)
        if (an_str_eq(an_str_from_c(heard[i].kind), an_str_from_c(kind)))
            return from_filer ? heard[i].filed : heard[i].told;
    return false;
}

static enum an_code take_log(struct taking *t, bool from_filer) {
    const struct an_dossier *d = t->x->dossier;
    for (uint64_t seq = 1; seq <= d->log.count; seq++) {
        const struct an_extract_entry *e = entry_at(d, seq);
        if (!e->kind || !is_heard(e->kind->name, from_filer))
            continue;
        if (e->withdrawn_by) {
            AN_TRY(withdraw(t, seq));
            continue;
        }
        struct an_str origin = an_entry_text(e->body, "from");
        if (known(t->into, an_hash_str(&e->hash)) || (origin.len && known(t->into, origin))) {
            t->ret->known++;                // copied before, or a copy of one's own
            continue;
        }
        AN_TRY(copy_entry(t, seq));
    }
    return AN_OK;
}

static enum an_code keep_dossier(struct taking *t) {
    struct an_hash file;
    char day[AN_DAY_TEXT_MAX];
    AN_TRY(an_case_object_put(t->into, t->x->file, &file, t->err));
    json_t *body = json_pack("{s:s, s:s, s:s, s:s}", "direction", "received", "manifest", t->x->dossier->manifest_hash.text,
                             "day", an_day_text(t->x->today, day), "file", file.text);
    struct an_entry_draft draft = {.kind = "dossier", .at = t->x->at, .actor = t->x->actor, .body = body, .key = t->x->key};
    enum an_code code = body ? an_case_append(t->into, &draft, &(uint64_t) {0}, t->err)
                             : an_fail(t->err, AN_NOMEM, "no memory for an entry");
    json_decref(body);
    return code;
}

static enum an_code take(struct taking *t) {
    const json_t *theirs = first_of(t->x->dossier), *ours = an_case_entry(t->into, 1)->body;
    if (!theirs)
        return an_fail(t->err, AN_USAGE, "the dossier does not show its first entry, which says what case it is");
    if (!is_text(theirs, "id", an_entry_text(ours, "id")))
        return an_fail(t->err, AN_USAGE, "the dossier is of another case (%.40s) than the file (%.40s)",
                       json_string_value(json_object_get(theirs, "id")), json_string_value(json_object_get(ours, "id")));
    if (is_text(theirs, "side", an_entry_text(ours, "side")))
        return an_fail(t->err, AN_USAGE, "the dossier is of one's own side");
    t->ret->skipped = AN_NEW_N(t->arena, t->x->dossier->log.count + 1, struct an_exchange_skip);
    if (!t->ret->skipped)
        return an_fail(t->err, AN_NOMEM, "no memory for a dossier");
    AN_TRY(keep_dossier(t));
    return take_log(t, is_text(theirs, "side", AN_STR("filer")));
}

enum an_code an_exchange_take(const struct an_exchange *x, struct an_case *into, struct an_arena *arena,
                              struct an_exchanged *ret, struct an_err *err) {
    struct taking t = {.x = x, .into = into, .arena = arena, .ret = ret, .err = err};
    *ret = (struct an_exchanged) {0};
    AN_TRY(an_case_begin(into, err));
    enum an_code code = take(&t);
    if (!code)
        return an_case_commit(into, err);
    an_case_rollback(into);
    return code;
}
