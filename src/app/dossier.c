// Building a dossier.
#include "app/dossier_form.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "app/canonical.h"
#include "base/alloc.h"
#include "base/file.h"
#include "case/secrecy.h"
#include "rules/canon.h"

enum { PATH_MAX_HERE = 4096, LAW_FILE_MAX = 16 << 20 };

struct building {
    const struct an_dossier_request *r;
    struct an_str role;
    struct an_arena arena;
    struct an_extract log;
    struct an_zip_member *members; size_t count, cap;
    struct an_hash *withheld; size_t withheld_count, withheld_cap;
    bool *rule_in;                          // by index in the law's packs
    uint64_t hidden;
    size_t missing;
    struct an_str last;
    struct an_err *err;
};

static void building_release(struct building *b) {
    an_extract_release(&b->log);
    an_free(b->members);
    an_free(b->withheld);
    an_arena_release(&b->arena);
}

static enum an_code no_memory(struct building *b) { return an_fail(b->err, AN_NOMEM, "no memory for a dossier"); }

static bool has(const struct building *b, const char *name) {
    for (size_t i = 0; i < b->count; i++)
        if (an_str_eq(b->members[i].name, an_str_from_c(name)))
            return true;
    return false;
}

static enum an_code add(struct building *b, const char *name, struct an_str bytes) {
    if (!an_alloc_room(&b->members, b->count, &b->cap, sizeof *b->members))
        return no_memory(b);
    struct an_zip_member *m = &b->members[b->count];
    *m = (struct an_zip_member) {.name = an_arena_copy(&b->arena, an_str_from_c(name)), .bytes = an_arena_copy(&b->arena, bytes),
                                 .stored = true};
    if (!m->name.ptr || !m->bytes.ptr)
        return no_memory(b);
    b->count++;
    return AN_OK;
}

// Entries: shown ones as they are, of others the hash.
static enum an_code take_log(struct building *b) {
    struct an_case *c = b->r->from;
    size_t n = an_case_count(c);
    b->log.entries = AN_NEW_N(&b->arena, n + 1, struct an_extract_entry);
    if (!b->log.entries)
        return no_memory(b);
    for (uint64_t seq = 1; seq <= n; seq++) {
        const struct an_entry *e = an_case_entry(c, seq);
        if (!e)
            return an_fail(b->err, AN_INPUT, "entry %llu is missing: the case file was altered", (unsigned long long) seq);
        struct an_extract_entry *x = &b->log.entries[b->log.count++];
        x->hash = e->hash;
        if (!an_extract_shows(c, e, b->role)) {
            b->hidden++;
            continue;
        }
        char name[AN_DOSSIER_NAME_MAX];
        bool stamped = false;
        AN_AUTO(an_buf) stamp = {0};
        x->text = e->text;
        x->signature = e->signature;
        b->last = e->at;
        (void) snprintf(name, sizeof name, "log/%07llu.json", (unsigned long long) seq);
        AN_TRY(add(b, name, e->text));
        (void) snprintf(name, sizeof name, "log/%07llu.minisig", (unsigned long long) seq);
        if (e->signature.len)
            AN_TRY(add(b, name, e->signature));
        AN_TRY(an_case_stamp_get(c, seq, &stamp, &stamped, b->err));
        (void) snprintf(name, sizeof name, "log/%07llu.tsr", (unsigned long long) seq);
        if (stamped)
            AN_TRY(add(b, name, an_buf_str(&stamp)));
    }
    return AN_OK;
}

static enum an_code log_fault(void *arg, uint64_t seq, const char *what, struct an_err *err) {
    (void) arg;
    return an_fail(err, AN_INPUT, "entry %llu: %s", (unsigned long long) seq, what);
}

static enum an_code take_object(void *arg, struct an_str hash, struct an_err *err) {
    struct building *b = arg;
    char name[AN_DOSSIER_NAME_MAX];
    (void) snprintf(name, sizeof name, "objects/%.*s", AN_STR_ARG(hash));
    if (has(b, name))
        return AN_OK;
    if (!an_extract_shows_object(b->r->from, hash, b->role)) {
        for (size_t i = 0; i < b->withheld_count; i++)
            if (an_str_eq(an_hash_str(&b->withheld[i]), hash))
                return AN_OK;
        if (!an_alloc_room(&b->withheld, b->withheld_count, &b->withheld_cap, sizeof *b->withheld))
            return no_memory(b);
        struct an_hash *w = &b->withheld[b->withheld_count++];
        *w = (struct an_hash) {0};
        memcpy(w->text, hash.ptr, hash.len < AN_HASH_TEXT ? hash.len : AN_HASH_TEXT);
        return AN_OK;
    }
    AN_AUTO(an_buf) bytes = {0};
    AN_TRY(an_case_object_get(b->r->from, hash, &bytes, err));
    return add(b, name, an_buf_str(&bytes));
}

static enum an_code take_objects(struct building *b) {
    for (size_t i = 0; i < b->log.count; i++) {
        const struct an_extract_entry *e = &b->log.entries[i];
        if (e->body)
            AN_TRY(an_entry_check(e->kind, e->body, take_object, b, b->err));
    }
    return AN_OK;
}

static enum an_code take_rule(struct building *b, size_t i);

// Every version of what applies() may mean.
static enum an_code take_meant(struct building *b, const struct an_expr *e) {
    const struct an_packs *packs = &b->r->law->packs;
    if (e->kind == AN_EXPR_APPLIES)
        for (size_t i = 0; i < packs->rule_count; i++)
            if (an_str_eq(packs->rules[i]->id, e->id))
                AN_TRY(take_rule(b, i));
    for (size_t i = 0; i < e->kid_count; i++)
        AN_TRY(take_meant(b, e->kids[i]));
    return AN_OK;
}

static enum an_code take_rule(struct building *b, size_t i) {
    const struct an_rule *rule = b->r->law->packs.rules[i];
    char name[AN_DOSSIER_NAME_MAX], hash[AN_HASH_TEXT_MAX];
    if (b->rule_in[i])
        return AN_OK;
    b->rule_in[i] = true;
    (void) snprintf(name, sizeof name, "rules/%s.json", an_hash_text(rule->hash, hash));
    AN_TRY(add(b, name, rule->canonical));
    return rule->when ? take_meant(b, rule->when) : AN_OK;
}

static enum an_code take_reference(struct building *b, const json_t *ref) {
    const struct an_packs *packs = &b->r->law->packs;
    const char *want = json_string_value(json_object_get(ref, "hash"));
    char hash[AN_HASH_TEXT_MAX];
    for (size_t i = 0; i < packs->rule_count && want; i++)
        if (strcmp(an_hash_text(packs->rules[i]->hash, hash), want) == 0)
            return take_rule(b, i);
    b->missing++;
    return AN_OK;
}

static enum an_code take_certificate(struct building *b, const json_t *c) {
    const json_t *uses = json_object_get(c, "uses");
    AN_TRY(take_reference(b, json_object_get(c, "of")));
    for (size_t i = 0; i < json_array_size(uses); i++)
        AN_TRY(take_reference(b, json_array_get(uses, i)));
    return AN_OK;
}

static enum an_code take_all(struct building *b, const json_t *result) {
    const json_t *rules = json_object_get(result, "rules");
    for (size_t i = 0; i < json_array_size(rules); i++) {
        const json_t *c = json_object_get(json_array_get(rules, i), "certificate");
        if (json_is_object(c) && json_object_size(c))
            AN_TRY(take_certificate(b, c));
    }
    return AN_OK;
}

// What a verdict names for its facts may be a whole result, with the certificates of all rules.
static enum an_code take_told(struct building *b, struct an_str hash) {
    AN_AUTO(an_buf) bytes = {0};
    AN_CLEANUP(an_json_cleanup) json_t *result = NULL;
    struct an_err why = {0};
    if (!hash.len)
        return AN_OK;
    AN_TRY(an_case_object_get(b->r->from, hash, &bytes, b->err));
    enum an_code code = an_canonical_load(an_buf_str(&bytes), &result, &why);
    if (code == AN_NOMEM)
        return no_memory(b);
    return code ? AN_OK : take_all(b, result);
}

static enum an_code take_verdicts(struct building *b) {
    for (uint64_t seq = an_extract_next(&b->log, "verdict", 0); seq; seq = an_extract_next(&b->log, "verdict", seq)) {
        struct an_str hash = an_entry_text(b->log.entries[seq - 1].body, "certificate");
        AN_AUTO(an_buf) bytes = {0};
        AN_CLEANUP(an_json_cleanup) json_t *c = NULL;
        if (!hash.len)
            continue;
        AN_TRY(an_case_object_get(b->r->from, hash, &bytes, b->err));
        if (an_canonical_load(an_buf_str(&bytes), &c, b->err))
            return an_err_context(b->err, "entry %llu: its certificate", (unsigned long long) seq);
        AN_TRY(take_certificate(b, c));
        AN_TRY(take_told(b, an_entry_text(b->log.entries[seq - 1].body, "facts")));
    }
    return AN_OK;
}

static enum an_code take_results(struct building *b) {
    for (size_t i = 0; i < b->r->result_count; i++) {
        AN_CLEANUP(an_json_cleanup) json_t *result = NULL;
        char name[AN_DOSSIER_NAME_MAX];
        if (an_canonical_load(b->r->results[i], &result, b->err))
            return an_err_context(b->err, "result %zu", i + 1);
        if (!json_is_array(json_object_get(result, "rules")))
            return an_fail(b->err, AN_INPUT, "result %zu: not a result as --json writes it", i + 1);
        AN_TRY(take_all(b, result));
        (void) snprintf(name, sizeof name, "result/%02zu.json", i + 1);
        AN_TRY(add(b, name, b->r->results[i]));
    }
    return AN_OK;
}

// A file of the law folder, where there is one.
static enum an_code take_law_file(struct building *b, const char *below, const char *name) {
    char path[PATH_MAX_HERE];
    AN_AUTO(an_buf) bytes = {0};
    struct an_err why = {0};
    if (has(b, name) || snprintf(path, sizeof path, "%s/%s", b->r->law->folder, below) >= (int) sizeof path)
        return AN_OK;
    enum an_code code = an_file_read(path, LAW_FILE_MAX, AN_FILE_NOFOLLOW, &bytes, &why);
    if (code == AN_NOMEM)
        return no_memory(b);
    return code ? AN_OK : add(b, name, an_buf_str(&bytes));
}

static enum an_code take_calendar(struct building *b, struct an_str calendar) {
    char below[AN_DOSSIER_NAME_MAX];
    return calendar.len && snprintf(below, sizeof below, "calendar/%.*s.csv", AN_STR_ARG(calendar)) < (int) sizeof below
        ? take_law_file(b, below, below) : AN_OK;
}

// The text of the procedure, the calendars that it and the rules count by, and the names that the rules use.
static enum an_code take_law(struct building *b) {
    const struct an_packs *packs = &b->r->law->packs;
    struct an_str procedure = an_entry_text(b->log.entries[0].body, "procedure");
    const char *dot = memchr(procedure.ptr, '.', procedure.len);
    if (dot && !memchr(procedure.ptr, '/', procedure.len)) {
        char below[AN_DOSSIER_NAME_MAX], name[AN_DOSSIER_NAME_MAX];
        struct an_str pack = {procedure.ptr, (size_t) (dot - procedure.ptr)};
        struct an_str rest = an_str_slice(procedure, pack.len + 1, procedure.len);
        bool fits = snprintf(below, sizeof below, "%.*s/%.*s.procedure", AN_STR_ARG(pack),
                             AN_STR_ARG(rest)) < (int) sizeof below &&
                    snprintf(name, sizeof name, "procedure/%s", below) < (int) sizeof name;
        if (fits)
            AN_TRY(take_law_file(b, below, name));
        AN_TRY(take_calendar(b, pack));
    }
    AN_AUTO(an_buf) names = {0};
    bool any = false;
    for (size_t i = 0; i < packs->rule_count; i++) {
        any |= b->rule_in[i];
        for (size_t k = 0; b->rule_in[i] && k < packs->rules[i]->clock_count; k++)
            AN_TRY(take_calendar(b, packs->rules[i]->clocks[k].calendar));
    }
    for (size_t i = 0; i < packs->name_count && any; i++) {
        AN_TRY(an_buf_add(&names, packs->names[i].canonical, b->err));
        AN_TRY(an_buf_add(&names, AN_STR("\n"), b->err));
    }
    return any ? add(b, AN_DOSSIER_NAMES, an_buf_str(&names)) : AN_OK;
}

static enum an_code take_lists(struct building *b) {
    AN_AUTO(an_buf) log = {0}, facts = {0}, verdicts = {0};
    AN_TRY(an_dossier_log(&b->log, &log, b->err));
    AN_TRY(add(b, "log.json", an_buf_str(&log)));
    AN_TRY(an_dossier_list(&b->log, "fact", &facts, b->err));
    AN_TRY(add(b, "facts.json", an_buf_str(&facts)));
    AN_TRY(an_dossier_list(&b->log, "verdict", &verdicts, b->err));
    return add(b, "verdicts.json", an_buf_str(&verdicts));
}

static int by_name(const void *a, const void *b) {
    struct an_str x = ((const struct an_zip_member *) a)->name, y = ((const struct an_zip_member *) b)->name;
    int order = memcmp(x.ptr, y.ptr, x.len < y.len ? x.len : y.len);
    return order ? order : (x.len > y.len) - (x.len < y.len);
}

static int by_hash(const void *a, const void *b) {
    return strcmp(((const struct an_hash *) a)->text, ((const struct an_hash *) b)->text);
}

// The manifest and its signature come first in the archive.
static enum an_code seal(struct building *b, struct an_buf *out) {
    if (b->withheld_count)
        qsort(b->withheld, b->withheld_count, sizeof *b->withheld, by_hash);
    const struct an_dossier_facts f = {
        .case_id = an_entry_text(b->log.entries[0].body, "id"), .role = b->role, .tool = AN_STR("anshen " AN_VERSION),
        .head = an_case_head(b->r->from), .entries = b->log.count, .hidden = b->hidden, .last = b->last,
        .withheld = b->withheld, .withheld_count = b->withheld_count,
    };
    AN_AUTO(an_buf) steps = {0}, manifest = {0}, signature = {0}, comment = {0};
    AN_TRY(an_dossier_steps(&f, b->r->key, &steps, b->err));
    AN_TRY(add(b, AN_DOSSIER_STEPS, an_buf_str(&steps)));
    qsort(b->members, b->count, sizeof *b->members, by_name);
    AN_TRY(an_dossier_manifest(&f, b->members, b->count, &manifest, b->err));
    size_t before = b->count;
    AN_TRY(add(b, AN_DOSSIER_MANIFEST, an_buf_str(&manifest)));
    if (b->r->key) {
        AN_TRY(an_dossier_comment(&f, &comment, b->err));
        AN_TRY(an_sign(b->r->key, an_buf_str(&manifest), AN_STR(AN_DOSSIER_UNTRUSTED), an_buf_str(&comment), &signature, b->err));
        AN_TRY(add(b, AN_DOSSIER_SIGNATURE, an_buf_str(&signature)));
    }
    struct an_zip_member *all = AN_NEW_N(&b->arena, b->count, struct an_zip_member);
    if (!all)
        return no_memory(b);
    memcpy(all, b->members + before, (b->count - before) * sizeof *all);
    memcpy(all + (b->count - before), b->members, before * sizeof *all);
    return an_zip_write(all, b->count, out, b->err);
}

enum an_code an_dossier_build(const struct an_dossier_request *r, struct an_buf *out, struct an_err *err) {
    AN_CLEANUP(building_release) struct building b = {.r = r, .role = an_str_from_c(r->role), .err = err};
    bool known = false;
    for (size_t i = 0; an_secrecy_roles[i]; i++)
        known |= strcmp(an_secrecy_roles[i], r->role) == 0;
    if (!known)
        return an_fail(err, AN_USAGE, "no role '%.40s' that a dossier could be for", r->role);
    if (r->result_count > AN_DOSSIER_RESULTS_MAX)
        return an_fail(err, AN_USAGE, "at most %d results go with a dossier", AN_DOSSIER_RESULTS_MAX);
    b.rule_in = AN_NEW_N(&b.arena, r->law->packs.rule_count + 1, bool);
    if (!b.rule_in)
        return no_memory(&b);
    AN_TRY(take_log(&b));
    AN_TRY(an_extract_check(&b.log, log_fault, NULL, err));
    AN_TRY(take_objects(&b));
    AN_TRY(take_verdicts(&b));
    AN_TRY(take_results(&b));
    AN_TRY(take_law(&b));
    AN_TRY(take_lists(&b));
    if (r->ret_missing)
        *r->ret_missing = b.missing;
    return seal(&b, out);
}
