// Checking a dossier: its rules beside the law at hand, and the certificates, which must prove their verdicts from them.
#include "app/verify.h"

#include <stdio.h>
#include <string.h>
#include "app/canonical.h"

static bool is_shipped(const struct an_law *law, struct an_str text) {
    for (size_t i = 0; i < law->packs.rule_count; i++)
        if (an_str_eq(law->packs.rules[i]->canonical, text))
            return true;
    return false;
}

static bool is_shipped_name(const struct an_law *law, struct an_str text) {
    for (size_t i = 0; i < law->packs.name_count; i++)
        if (an_str_eq(law->packs.names[i].canonical, text))
            return true;
    return false;
}

static enum an_code take_rule(struct an_verify *v, const struct an_zip_member *m) {
    struct an_err why = {0};
    struct an_hash hash = an_hash_of(m->bytes);
    char name[AN_DOSSIER_NAME_MAX];
    (void) snprintf(name, sizeof name, "rules/%s.json", hash.text);
    v->used[m - v->d->zip.members] = true;
    if (!an_str_eq(m->name, an_str_from_c(name)))
        return an_verify_note(v, AN_DOSSIER_WRONG, "rules", "%.*s: its bytes do not fit its hash", "%.*s：内容与哈希不符",
                              AN_STR_ARG(m->name));
    enum an_code code = an_recheck_add(&v->law, m->bytes, &why);
    if (code)
        return an_verify_fault(v, "rules", name, code, &why);
    v->rules++;
    v->unshipped += v->trust->law && !is_shipped(v->trust->law, m->bytes);
    return AN_OK;
}

static enum an_code take_rules(struct an_verify *v) {
    size_t from = v->d->note_count, other_names = 0;
    for (size_t i = 0; i < v->d->zip.count; i++) {
        const struct an_zip_member *m = &v->d->zip.members[i];
        if (an_verify_begins(m->name, "rules/") && !an_str_eq(m->name, AN_STR(AN_DOSSIER_NAMES)))
            AN_TRY(take_rule(v, m));
    }
    const struct an_zip_member *names = an_verify_take(v, AN_DOSSIER_NAMES);
    struct an_str rest = names ? names->bytes : AN_STR(""), line;
    while (an_str_next(&rest, '\n', &line)) {
        struct an_err why = {0};
        enum an_code code = an_recheck_add(&v->law, line, &why);
        if (code)
            return an_verify_fault(v, "rules", AN_DOSSIER_NAMES, code, &why);
        other_names += v->trust->law && !is_shipped_name(v->trust->law, line);
    }
    if (!an_verify_is_fine_since(v, from) || !v->rules)
        return AN_OK;
    if (!v->trust->law)
        return an_verify_note(v, AN_DOSSIER_PARTLY, "rules",
                              "rules: %zu, of their hashes; there is no law at hand to compare them with",
                              "规则：%zu 条，哈希相符；此处没有可供比较的法规", v->rules);
    if (v->unshipped || other_names)
        return an_verify_note(v, AN_DOSSIER_PARTLY, "rules",
                              "rules: %zu, of which %zu (and %zu names) are not those of the law at hand: read them",
                              "规则：%zu 条，其中 %zu 条（及 %zu 个名称）与此处的法规不同，请阅读", v->rules,
                              v->unshipped, other_names);
    return an_verify_note(v, AN_DOSSIER_FINE, "rules", "rules: %zu, all of them those of the law at hand",
                          "规则：%zu 条，均与此处的法规一致", v->rules);
}

// All of the law at hand: a certificate may rest on there being no other version.
static enum an_code take_shipped(struct an_verify *v) {
    const struct an_law *law = v->trust->law;
    struct an_err why = {0};
    if (!law || v->unshipped)
        return AN_OK;
    for (size_t i = 0; i < law->packs.rule_count; i++)
        if (an_recheck_add(&v->shipped, law->packs.rules[i]->canonical, &why))
            return an_fail(v->err, why.code, "%s", why.text);
    for (size_t i = 0; i < law->packs.name_count; i++)
        if (an_recheck_add(&v->shipped, law->packs.names[i].canonical, &why))
            return an_fail(v->err, why.code, "%s", why.text);
    return AN_OK;
}

enum an_code an_verify_rules(struct an_verify *v) {
    AN_TRY(take_rules(v));
    return take_shipped(v);
}

static bool has_rule(const struct an_verify *v, const json_t *ref) {
    const char *hash = json_string_value(json_object_get(ref, "hash"));
    for (size_t i = 0; i < v->law.rule_count && hash; i++)
        if (strcmp(an_recheck_hash(&v->law, i), hash) == 0)
            return true;
    return false;
}

static bool has_rules(const struct an_verify *v, const json_t *certificate) {
    const json_t *uses = json_object_get(certificate, "uses");
    for (size_t i = 0; i < json_array_size(uses); i++)
        if (!has_rule(v, json_array_get(uses, i)))
            return false;
    return has_rule(v, json_object_get(certificate, "of"));
}

// Whether the certificate proves what is said. `place` names it.
static enum an_code check_certificate(struct an_verify *v, const char *place, const json_t *certificate, const json_t *facts,
                                      struct an_str rule, struct an_str version, struct an_str verdict) {
    static const char *const words[] = {[AN_RECHECK_NO] = "does-not-apply", [AN_RECHECK_UNDETERMINED] = "undetermined",
                                        [AN_RECHECK_YES] = "applies"};
    struct an_recheck got;
    struct an_err why = {0};
    if (!has_rules(v, certificate)) {
        v->unproven++;
        return AN_OK;
    }
    v->proven++;
    AN_CLEANUP(an_json_cleanup) json_t *known = facts ? an_dossier_known(facts) : NULL;
    if (facts && !known)
        return an_verify_note(v, AN_DOSSIER_WRONG, "certificates", "%s: its facts are none", "%s：所附事实无效", place);
    enum an_code code = an_recheck(&v->law, certificate, known, &got, &why);
    if (!code && v->shipped.rule_count)
        code = an_recheck(&v->shipped, certificate, known, &got, &why);
    if (code)
        return an_verify_fault(v, "certificates", place, code, &why);
    bool same = an_str_eq(an_str_from_c(got.rule), rule) && an_str_eq(an_str_from_c(got.version), version) &&
                an_str_eq(an_str_from_c(words[got.verdict]), verdict);
    return same ? AN_OK : an_verify_note(v, AN_DOSSIER_WRONG, "certificates",
                                         "%s: its certificate proves another verdict, or of another rule",
                                         "%s：证明的是另一判断或另一规则", place);
}

// All certificates of a result; one that several verdicts name is looked at once.
static enum an_code check_result(struct an_verify *v, const char *place, const json_t *result) {
    const json_t *rules = json_object_get(result, "rules"), *facts = json_object_get(result, "facts");
    const struct an_zip_member *m = an_zip_find(&v->d->zip, an_str_from_c(place));
    if (!m || v->looked[m - v->d->zip.members])
        return AN_OK;
    v->looked[m - v->d->zip.members] = true;
    for (size_t i = 0; i < json_array_size(rules); i++) {
        const json_t *r = json_array_get(rules, i), *c = json_object_get(r, "certificate");
        char one[AN_DOSSIER_NAME_MAX + 32];
        (void) snprintf(one, sizeof one, "%s, rule %zu", place, i + 1);
        if (json_is_object(c) && json_object_size(c))
            AN_TRY(check_certificate(v, one, c, facts, an_entry_text(r, "id"), an_entry_text(r, "version"),
                                     an_entry_text(r, "verdict")));
    }
    return AN_OK;
}

static enum an_code check_result_file(struct an_verify *v, const struct an_zip_member *m) {
    AN_CLEANUP(an_json_cleanup) json_t *result = NULL;
    struct an_err why = {0};
    char place[AN_DOSSIER_NAME_MAX];
    (void) snprintf(place, sizeof place, "%.*s", AN_STR_ARG(m->name));
    v->used[m - v->d->zip.members] = true;
    enum an_code code = an_canonical_load(m->bytes, &result, &why);
    return code ? an_verify_fault(v, "certificates", place, code, &why) : check_result(v, place, result);
}

static enum an_code check_verdict(struct an_verify *v, uint64_t seq, size_t *bare) {
    const json_t *body = v->d->log.entries[seq - 1].body;
    struct an_str certificate = an_entry_text(body, "certificate"), facts = an_entry_text(body, "facts");
    AN_CLEANUP(an_json_cleanup) json_t *c = NULL, *f = NULL;
    char place[64];
    (void) snprintf(place, sizeof place, "entry %llu", (unsigned long long) seq);
    if (!certificate.len) {
        ++*bare;
        return AN_OK;
    }
    AN_TRY(an_verify_object(v, "certificates", place, certificate, &c));
    enum an_code code = facts.len ? an_verify_object(v, "certificates", place, facts, &f) : AN_OK;
    if (code || !c)
        return code;
    if (!an_str_eq(an_entry_text(c, "as_of"), an_entry_text(body, "as_of")))
        return an_verify_note(v, AN_DOSSIER_WRONG, "certificates", "%s: its certificate is of another day",
                              "%s：证明所依日期不同", place);
    const json_t *told = json_object_get(f, "facts");
    AN_TRY(check_certificate(v, place, c, json_is_object(told) ? told : f, an_entry_text(body, "rule"),
                             an_entry_text(body, "version"), an_entry_text(body, "verdict")));
    char name[AN_DOSSIER_NAME_MAX];
    (void) snprintf(name, sizeof name, "objects/%.*s", AN_STR_ARG(facts));
    return json_is_object(told) ? check_result(v, name, f) : AN_OK;
}

enum an_code an_verify_certificates(struct an_verify *v) {
    size_t from = v->d->note_count, bare = 0;
    const struct an_extract *log = &v->d->log;
    for (uint64_t seq = an_extract_next(log, "verdict", 0); seq; seq = an_extract_next(log, "verdict", seq))
        AN_TRY(check_verdict(v, seq, &bare));
    for (size_t i = 0; i < v->d->zip.count; i++)
        if (an_verify_begins(v->d->zip.members[i].name, "result/"))
            AN_TRY(check_result_file(v, &v->d->zip.members[i]));
    if (an_verify_is_fine_since(v, from) && v->proven)
        AN_TRY(an_verify_note(v, AN_DOSSIER_FINE, "certificates",
                              "certificates: %zu, each proves its verdict from its facts and the rules",
                              "证明：%zu 份，均可由事实和规则得出判断", v->proven));
    if (v->unproven)
        AN_TRY(an_verify_note(v, AN_DOSSIER_PARTLY, "certificates", "certificates: %zu rest on rules that are not in the dossier",
                              "证明：%zu 份所依的规则不在卷宗中", v->unproven));
    return bare ? an_verify_note(v, AN_DOSSIER_PARTLY, "certificates", "certificates: %zu verdicts come without one",
                                 "证明：%zu 项判断没有证明", bare) : AN_OK;
}
