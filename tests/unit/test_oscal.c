#define _GNU_SOURCE
// OSCAL documents from results and cases, and evidence of other tools into a case and out again.
#include "unit.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include "app/evidence.h"
#include "app/oscal.h"
#include "base/alloc.h"
#include "base/file.h"
#include "base/uuid.h"
#include "folder.h"
#include "model_sample.h"
#include "schema/reference.h"

static void remove_case(void) {
    static const char *const names[] = {"x.anshen", "x.anshen-wal", "x.anshen-shm", "x.anshen.tmp"};
    for (size_t i = 0; i < AN_COUNT(names); i++)
        (void) unlink(names[i]);
}

static const char *root(void) { return getenv("ANSHEN_SOURCE_ROOT") ? getenv("ANSHEN_SOURCE_ROOT") : "."; }

struct made {                           // one document, as bytes and as a tree
    struct an_arena arena;
    struct an_buf out, file;
    struct an_tree tree;
};

static void made_release(struct made *m) {
    an_buf_release(&m->out);
    an_buf_release(&m->file);
    an_tree_release(&m->tree);
    an_arena_release(&m->arena);
}
#define MADE(m) struct made m AN_CLEANUP(made_release) = {0}

static struct an_oscal_source source(const struct an_model *model, struct an_case *c) {
    an_day day = 0;
    assert_true(an_day_parse(AN_STR("2026-11-23"), &day));
    return (struct an_oscal_source) {.model = model, .kase = c, .as_of = day, .moment = "2026-11-23T09:00:00Z"};
}

static const json_t *make(struct made *m, struct an_oscal_source s, enum an_oscal_document which, const char *path) {
    struct an_err err = {0};
    if (an_oscal_make(&s, which, &m->out, &err))
        fail_msg("%s", err.text);
    assert_int_equal(an_tree_read(an_buf_str(&m->out), &m->tree, &err), AN_OK);
    const json_t *at = an_tree_at(m->tree.root, path);
    assert_non_null(at);
    return at;
}

static const json_t *results_of(struct made *m, struct an_oscal_source s) {
    return json_array_get(make(m, s, AN_OSCAL_AR, "assessment-results/results"), 0);
}

static struct an_str load(struct made *m, const char *name) {
    char path[1024];
    struct an_err err;
    snprintf(path, sizeof path, "%s/%s", root(), name);
    if (an_file_read(path, 1 << 24, 0, &m->file, &err))
        fail_msg("%s", err.text);
    return an_buf_str(&m->file);
}

static struct an_str prop(const json_t *object, const char *name) {
    size_t i;
    json_t *p;
    json_array_foreach(json_object_get(object, "props"), i, p)
        if (an_str_eq(an_tree_text(p, "name"), an_str_from_c(name)))
            return an_tree_text(p, "value");
    return AN_STR("");
}

static bool is(struct an_str s, const char *what) { return an_str_eq(s, an_str_from_c(what)); }

static const json_t *with(const json_t *list, const char *path, const char *value) {
    size_t i;
    json_t *each;
    json_array_foreach(list, i, each)
        if (is(an_tree_text(each, path), value))
            return each;
    return NULL;
}

static const json_t *with_prop(const json_t *list, const char *name, const char *value) {
    size_t i;
    json_t *each;
    json_array_foreach(list, i, each)
        if (is(prop(each, name), value))
            return each;
    return NULL;
}

// ---- from results

static void every_result_is_a_valid_document_and_the_same_twice(void **state) {
    (void) state;
    for (enum sample which = 0; which < SAMPLE_COUNT; which++)
        for (enum an_lang lang = AN_EN; lang <= AN_ZH; lang++) {
            MADE(a);
            MADE(b);
            struct an_model model;
            sample_fill(which, &model, &a.arena);
            struct an_oscal_source s = source(&model, NULL);
            s.lang = lang;
            (void) make(&a, s, AN_OSCAL_AR, "assessment-results/back-matter/resources");
            (void) make(&b, s, AN_OSCAL_AR, "assessment-results/import-ap");
            assert_int_equal(a.out.len, b.out.len);
            assert_memory_equal(a.out.ptr, b.out.ptr, a.out.len);
        }
}

static void undetermined_is_nowhere_satisfied(void **state) {
    (void) state;
    for (enum sample which = 0; which < SAMPLE_COUNT; which++) {
        MADE(m);
        struct an_model model;
        size_t i, undetermined = 0;
        json_t *finding;
        sample_fill(which, &model, &m.arena);
        const json_t *findings = json_object_get(results_of(&m, source(&model, NULL)), "findings");
        json_array_foreach(findings, i, finding) {
            const struct an_model_rule *rule = &model.rules[i];
            struct an_str verdict = prop(finding, "verdict"), state_of = an_tree_text(finding, "target/status/state");
            assert_true(is(verdict, strcmp(rule->verdict, "applies") == 0 ? "yes"
                                    : strcmp(rule->verdict, "undetermined") == 0 ? "undetermined" : "no"));
            assert_true(is(state_of, "satisfied") ? strcmp(rule->verdict, "undetermined") != 0 : true);
            if (is(verdict, "undetermined")) {
                undetermined++;
                assert_true(is(state_of, "not-satisfied") && is(an_tree_text(finding, "target/status/reason"), "other"));
                assert_true(an_tree_text(finding, "target/status/remarks").len > 0);
                assert_true(!rule->decide_by_count || prop(finding, "decided-by").len > 0);
            }
        }
        assert_int_equal(i, model.rule_count);
        if (which == SAMPLE_UNDETERMINED)
            assert_true(undetermined > 0);
    }
}

static void counts_stand_with_their_store(void **state) {
    (void) state;
    MADE(m);
    struct an_model model;
    sample_fill(SAMPLE_APPLIES, &model, &m.arena);
    const json_t *result = results_of(&m, source(&model, NULL)), *observations = json_object_get(result, "observations");
    assert_int_equal(an_tree_count(result, "local-definitions/inventory-items"), model.store_count);
    // all people, each store, the facts
    assert_int_equal(json_array_size(observations), 1 + model.store_count + (model.fact_count > 0));
    char floor[32];
    snprintf(floor, sizeof floor, "%llu", (unsigned long long) model.people.floor);
    assert_true(is(prop(json_array_get(observations, 0), "count-floor"), floor));
    assert_int_equal(an_tree_count(json_array_get(observations, 1), "subjects"), 1);
    assert_true(an_tree_text(json_array_get(observations, 1), "collected").len > 0);
    assert_true(is(an_tree_text(json_array_get(observations, 1), "expires"), "2027-02-21T00:00:00Z"));
}

static void a_ceiling_that_nobody_can_state_is_unknown_and_not_a_number(void **state) {
    (void) state;
    MADE(m);
    struct an_model model;
    sample_fill(SAMPLE_UNDETERMINED, &model, &m.arena);
    model.people.ceiling = AN_INFINITE;
    const json_t *observations = json_object_get(results_of(&m, source(&model, NULL)), "observations");
    assert_true(is(prop(json_array_get(observations, 0), "count-ceiling"), "unknown"));
}

static void a_plan_has_the_duties_that_are_open_and_none_else(void **state) {
    (void) state;
    MADE(m);
    MADE(none);
    struct an_model model;
    struct an_err err = {0};
    sample_fill(SAMPLE_APPLIES, &model, &m.arena);
    const json_t *plan = make(&m, source(&model, NULL), AN_OSCAL_POAM, "plan-of-action-and-milestones");
    const json_t *item = json_array_get(json_object_get(plan, "poam-items"), 0);
    assert_true(is(prop(item, "kind"), "duty") && is(prop(item, "status"), "open"));
    assert_int_equal(an_tree_count(plan, "risks"), an_tree_count(plan, "poam-items"));
    sample_fill(SAMPLE_BELOW, &model, &none.arena);
    model.rule_count = 0;
    struct an_oscal_source s = source(&model, NULL);
    assert_int_equal(an_oscal_make(&s, AN_OSCAL_POAM, &none.out, &err), AN_USAGE);
    assert_non_null(strstr(err.text, "nothing to plan"));
    s = source(NULL, NULL);
    assert_int_equal(an_oscal_make(&s, AN_OSCAL_AR, &none.out, &err), AN_USAGE);
    assert_int_equal(an_oscal_make(&s, AN_OSCAL_CATALOG, &none.out, &err), AN_USAGE);
    assert_int_equal(none.out.len, 0);
}

static void the_law_is_a_catalog_whose_controls_findings_name(void **state) {
    (void) state;
    struct an_err err = {0};
    AN_AUTO(an_law) law = {0};
    if (an_law_open(NULL, root(), &law, &err))
        fail_msg("%s", err.text);
    struct an_oscal_source s = source(NULL, NULL);
    s.law = &law;
    for (enum an_lang lang = AN_EN; lang <= AN_ZH; lang++) {
        MADE(c);
        s.lang = lang;
        const json_t *groups = make(&c, s, AN_OSCAL_CATALOG, "catalog/groups");
        size_t i, count = 0, rules = 0;
        json_t *group;
        bool found = false;
        json_array_foreach(groups, i, group) {
            const json_t *control = with(json_object_get(group, "controls"), "id", "cn.crm.art7_2022");
            count += an_tree_count(group, "controls");
            if (control) {
                found = true;
                assert_non_null(with(json_object_get(control, "parts"), "id", "cn.crm.art7_2022_smt"));
                assert_non_null(with(json_object_get(control, "parts"), "name", "assessment-objective"));
                assert_int_equal(prop(control, "rule-hash").len, 64);
            }
        }
        for (i = 0; i < law.packs.rule_count; i++)
            rules += !law.packs.rules[i]->is_define;
        assert_true(found);
        assert_int_equal(count, rules);
    }
}

// Every allocation fails once: an error, nothing left behind (a sanitizer would say), and nothing half written.
static void without_memory_there_is_an_error_and_no_document(void **state) {
    (void) state;
    for (enum an_oscal_document which = AN_OSCAL_AR; which <= AN_OSCAL_POAM; which++) {
        enum an_code code = AN_NOMEM;
        for (uint64_t n = 1; code; n += 1 + n / 8) {
            MADE(m);
            struct an_model model;
            struct an_err err = {0};
            sample_fill(SAMPLE_UNDETERMINED, &model, &m.arena);
            model.rules[0].verdict = "applies";
            struct an_oscal_source s = source(&model, NULL);
            an_alloc_fail_nth(n);
            code = an_oscal_make(&s, which, &m.out, &err);
            an_alloc_fail_nth(0);
            if (code && code != AN_NOMEM)
                fail_msg("allocation %llu: %s", (unsigned long long) n, err.text);
        }
    }
}

// ---- from cases

// The body is JSON with ' for ".
static void append(struct an_case *c, const char *kind, const char *actor, const char *body) {
    struct an_err err = {0};
    uint64_t seq;
    char text[2048];
    size_t n = strlen(body);
    assert_true(n < sizeof text);
    for (size_t i = 0; i <= n; i++)
        text[i] = body[i] == '\'' ? '"' : body[i];
    json_t *json = json_loads(text, 0, NULL);
    assert_non_null(json);
    if (an_case_append(c, &(struct an_entry_draft) {kind, "2026-11-23T08:00:00Z", actor, json, NULL}, &seq, &err))
        fail_msg("%s: %s", kind, err.text);
    json_decref(json);
}

static struct an_case *open_case(void) {
    struct an_case *c = NULL;
    struct an_err err = {0};
    json_t *body = json_loads("{\"id\":\"5f0c\",\"title\":\"示例出行赴美上市\",\"object\":\"listing\","
                              "\"procedure\":\"cn.review\",\"side\":\"filer\","
                              "\"company\":{\"id\":\"c1\",\"name\":\"示例出行有限公司\"}}", 0, NULL);
    remove_case();
    struct an_entry_draft draft = {.kind = "open", .at = "2026-11-23T08:00:00Z", .body = body};
    if (an_case_create("x.anshen", &draft, &c, &err))
        fail_msg("%s", err.text);
    json_decref(body);
    return c;
}

static void close_case(struct an_case *c) {
    an_case_free(c);
    remove_case();
}

// A case with something of everything.
static struct an_case *full_case(void) {
    struct an_case *c = open_case();
    struct an_err err = {0};
    struct an_hash header, file;
    char body[1024];
    static const char census[] = "{\"stores\":[{\"format\":\"csv\",\"location\":\"CN\",\"people\":{\"ceiling\":null,\"floor\":5,"
        "\"linked\":6},\"records\":9,\"records_unread\":0,\"status\":\"read\",\"uri\":\"data/users.csv\"}]}";
    assert_int_equal(an_case_object_put(c, an_str_from_c(census), &header, &err), AN_OK);
    assert_int_equal(an_case_object_put(c, AN_STR("%PDF-1.7 invented"), &file, &err), AN_OK);
    append(c, "person", NULL, "{'id':'p1','name':'张三','role':'filer','side':'filer'}");
    append(c, "person", NULL, "{'id':'p2','name':'李四','role':'authority','side':'authority'}");
    append(c, "fact", "p1", "{'name':'listing.country','value':'US','source':'board minutes','day':'2026-11-01'}");
    snprintf(body, sizeof body, "{'label':'November','day':'2026-11-20','stores':1,'records':9,'people':{'floor':5,"
             "'linked':6,'ceiling':null},'census':'%s','unread':0}", header.text);
    append(c, "measurement", "p1", body);
    append(c, "verdict", "p1", "{'rule':'cn.crm.art7','version':'2022','verdict':'undetermined','as_of':'2026-11-20'}");
    append(c, "verdict", "p1", "{'rule':'cn.pipl.art52','version':'2021','verdict':'applies','as_of':'2026-11-20'}");
    append(c, "verdict", "p1", "{'rule':'cn.pipl.art54','version':'2021','verdict':'applies','as_of':'2026-11-20'}");
    snprintf(body, sizeof body, "{'id':'d1','kind':'prospectus','title':'招股书','object':'%s','media':'application/pdf',"
             "'size':17,'spoken_of':'2026-11-01','received':'2026-11-02','secrecy':'filer'}", file.text);
    append(c, "document", "p1", body);
    append(c, "factor", "p1", "{'factor':5,'finding':'high','text':'keys at home','evidence':['entry 5'],"
           "'day':'2026-11-21'}");
    append(c, "opinion", "p2", "{'body':'CAC','about':'need','agrees':'yes','text':'data may leave',"
           "'day':'2026-11-21'}");
    append(c, "order", "p2", "{'id':'o1','text':'Stop new registrations.\\nFrom today on.','day':'2026-11-21',"
           "'status':'open'}");
    append(c, "commitment", "p1", "{'id':'k1','text':'Store at home','due':'2027-06-30','status':'open',"
           "'day':'2026-11-22'}");
    append(c, "commitment", "p1", "{'id':'k1','text':'Store at home','due':'2027-06-30','status':'kept',"
           "'day':'2026-11-23'}");
    append(c, "finding", "p1", "{'id':'f1','source':'audit','title':'No register','result':'fail','day':'2026-11-22',"
           "'control':'cn.pipl.art52','severity':'high'}");
    append(c, "finding", "p1", "{'id':'f2','source':'audit','title':'Audit done','result':'pass','day':'2026-11-22',"
           "'control':'cn.pipl.art54'}");
    append(c, "finding", "p1", "{'id':'f3','source':'scan','title':'Cannot tell','result':'unknown','day':'2026-11-22'}");
    append(c, "plan", "p1", "{'id':'m1','text':'Keep a register','due':'2027-01-31','status':'open','owner':'DPO',"
           "'finding':'f1'}");
    append(c, "decision", "p2", "{'id':'z1','outcome':'passed','day':'2026-11-23','by':'CRO','text':'May go ahead',"
           "'conditions':[{'id':'c1','text':'Report yearly','due':'2027-11-23'}]}");
    append(c, "fact", "p1", "{'name':'company.cii','value':'no','source':'typed in','day':'2026-11-01'}");
    append(c, "withdraw", "p1", "{'entry':20,'why':'not known'}");
    return c;
}

static void a_case_is_valid_results_with_its_log(void **state) {
    (void) state;
    struct an_case *c = full_case();
    MADE(m);
    const json_t *result = results_of(&m, source(NULL, c)), *findings = json_object_get(result, "findings");
    const json_t *log = an_tree_at(result, "assessment-log/entries"), *observations = json_object_get(result, "observations");
    const json_t *metadata = an_tree_at(m.tree.root, "assessment-results/metadata");
    // A withdrawn entry is no part of the case any more, and what the authority keeps to itself is not for the filer.
    assert_int_equal(json_array_size(log), an_case_count(c) - 2);
    assert_null(with_prop(log, "entry-kind", "opinion"));
    assert_true(is(prop(with(observations, "description", "keys at home"), "level"), "high"));
    const json_t *order = json_object_get(with_prop(log, "entry-kind", "order"), "logged-by");
    const json_t *plan = json_object_get(with_prop(log, "entry-kind", "plan"), "logged-by");
    assert_true(is(an_tree_text(json_array_get(order, 0), "role-id"), "authority"));
    assert_true(is(an_tree_text(json_array_get(plan, 0), "role-id"), "filer"));
    assert_int_equal(an_tree_count(metadata, "parties"), 3);
    // verdicts: undetermined; applies and found not met; applies and found met
    assert_true(is(an_tree_text(with_prop(findings, "rule", "cn.crm.art7"), "target/status/state"), "not-satisfied"));
    assert_true(is(an_tree_text(with_prop(findings, "rule", "cn.crm.art7"), "target/status/reason"), "other"));
    assert_true(is(an_tree_text(with_prop(findings, "rule", "cn.pipl.art52"), "target/status/reason"), "fail"));
    assert_true(is(an_tree_text(with_prop(findings, "rule", "cn.pipl.art54"), "target/status/state"), "satisfied"));
    assert_true(is(an_tree_text(with_prop(findings, "rule", "cn.pipl.art54"), "target/status/reason"), "pass"));
    const json_t *measured = with(observations, "title", "November"), *store = with(observations, "title", "data/users.csv");
    assert_true(is(prop(measured, "count-floor"), "5") && is(prop(measured, "count-ceiling"), "unknown"));
    assert_true(is(prop(store, "count-linked"), "6"));
    assert_int_equal(an_tree_count(store, "subjects"), 1);
    assert_non_null(with(an_tree_at(m.tree.root, "assessment-results/back-matter/resources"), "title", "招股书"));
    assert_null(strstr(m.out.ptr, "typed in"));
    close_case(c);
}

static void what_a_reader_may_not_see_is_not_in_the_document(void **state) {
    (void) state;
    struct an_case *c = full_case();
    MADE(authority);
    MADE(public);
    struct an_oscal_source s = source(NULL, c);
    s.role = "authority";
    (void) results_of(&authority, s);
    assert_non_null(memmem(authority.out.ptr, authority.out.len, "data may leave", 14));
    s.role = "public";
    (void) results_of(&public, s);
    assert_null(memmem(public.out.ptr, public.out.len, "data may leave", 14));
    assert_null(memmem(public.out.ptr, public.out.len, "招股书", 9));
    close_case(c);
}

static void a_case_is_a_plan_of_all_that_is_to_be_done(void **state) {
    (void) state;
    struct an_case *c = full_case();
    MADE(m);
    const json_t *plan = make(&m, source(NULL, c), AN_OSCAL_POAM, "plan-of-action-and-milestones");
    const json_t *items = json_object_get(plan, "poam-items"), *risks = json_object_get(plan, "risks");
    static const struct { const char *title, *kind, *status, *risk; } rows[] = {
        {"cn.pipl.art52", "duty", "unmet", "open"},
        {"Cannot tell", "finding", "open", "open"},
        {"Keep a register", "plan", "open", "remediating"},
        {"Stop new registrations.", "order", "open", "open"},
        {"Store at home", "commitment", "kept", "closed"},
        {"Report yearly", "condition", "open", "open"},
    };
    assert_int_equal(json_array_size(items), AN_COUNT(rows));
    for (size_t i = 0; i < AN_COUNT(rows); i++) {
        const json_t *item = with(items, "title", rows[i].title), *risk = with(risks, "title", rows[i].title);
        if (!item || !risk)
            fail_msg("%s is not there", rows[i].title);
        assert_true(is(prop(item, "kind"), rows[i].kind) && is(prop(item, "status"), rows[i].status));
        assert_true(is(an_tree_text(risk, "status"), rows[i].risk));
    }
    const json_t *planned = with(risks, "title", "Keep a register");
    const json_t *remedy = json_array_get(json_object_get(planned, "remediations"), 0);
    const json_t *task = json_array_get(json_object_get(remedy, "tasks"), 0);
    assert_true(is(an_tree_text(task, "timing/on-date/date"), "2027-01-31T00:00:00Z"));
    assert_true(is(an_tree_text(planned, "deadline"), "2027-01-31T23:59:59+08:00"));
    close_case(c);
}

static void what_a_case_should_not_hold_makes_no_invalid_document(void **state) {
    (void) state;
    struct an_case *c = open_case();
    struct an_err err = {0};
    struct an_hash header;
    char body[1024];
    MADE(ar);
    MADE(plan);
    MADE(none);
    // Counts the wrong way round, a store twice, one without a name, numbers that are words; days before OSCAL's first.
    static const char census[] = "{\"stores\":[{\"uri\":\"a\",\"people\":{\"floor\":9,\"linked\":2,\"ceiling\":1}},"
        "{\"uri\":\"a\",\"people\":{\"floor\":\"many\"}},{\"people\":[]},{\"uri\":\" \\n\",\"records\":-1},7]}";
    assert_int_equal(an_case_object_put(c, an_str_from_c(census), &header, &err), AN_OK);
    snprintf(body, sizeof body, "{'label':'<b>`x`','day':'1850-01-01','stores':1,'records':9,'people':{'floor':5,"
             "'linked':3,'ceiling':1},'census':'%s','unread':0}", header.text);
    append(c, "measurement", NULL, body);
    append(c, "finding", NULL, "{'id':'f1','source':'s','title':'\u3000','result':'fail','day':'0001-01-01',"
           "'control':'a b/c 条'}");
    append(c, "finding", NULL, "{'id':'f2','source':'s','title':'t','result':'pass','day':'1996-02-29'}");
    append(c, "commitment", NULL, "{'id':'k','text':'t','due':'9999-12-31','status':'open','day':'2026-11-23'}");
    append(c, "decision", NULL, "{'id':'z','outcome':'o','day':'2026-11-23','by':'b','text':'t','conditions':["
           "{'id':'c','text':'x'},{'id':'c','text':'x'}]}");
    const json_t *observations = json_object_get(results_of(&ar, source(NULL, c)), "observations");
    assert_true(is(an_tree_text(with(observations, "title", "t"), "collected"), "2026-11-23T00:00:00Z"));
    assert_int_equal(prop(with(observations, "title", "a"), "count-floor").len, 0);
    assert_non_null(with(observations, "title", "\\<b>\\`x\\`"));
    (void) make(&plan, source(NULL, c), AN_OSCAL_POAM, "plan-of-action-and-milestones");
    struct an_oscal_source s = source(NULL, c);
    s.as_of = -100000;
    assert_int_equal(an_oscal_make(&s, AN_OSCAL_AR, &none.out, &err), AN_USAGE);
    assert_non_null(strstr(err.text, "1900 to 2999"));
    close_case(c);
}

// ---- evidence in, and out again

static void import(struct an_case *c, struct made *m, const char *name, struct an_evidence_imported *ret) {
    struct an_err err = {0};
    struct an_evidence_file file = {.bytes = load(m, name), .name = name, .moment = "2026-11-23T08:30:00Z", .day = 20000};
    if (an_evidence_import(c, &file, ret, &err))
        fail_msg("%s", err.text);
}

static void a_file_of_evidence_becomes_findings_or_nothing(void **state) {
    (void) state;
    struct an_case *c = open_case();
    MADE(m);
    MADE(next);
    struct an_evidence_imported got;
    struct an_err err = {0};
    import(c, &m, "tests/fixtures/evidence/sarif.json", &got);
    assert_string_equal(got.format->name, "sarif");
    assert_int_equal(got.fail, 3);
    assert_int_equal(got.pass, 2);
    assert_int_equal(got.unknown, 1);
    assert_int_equal(got.not_applicable, 1);
    assert_int_equal(got.passed_over, 1);
    assert_int_equal(got.first, 2);
    assert_int_equal(got.last, an_case_count(c));
    const struct an_entry *e = an_case_entry(c, 2);
    assert_true(is(an_entry_text(e->body, "title"), "A password stands in the code"));
    assert_true(is(an_entry_text(e->body, "source"), "ExampleLint 3.1.4"));
    assert_true(is(an_entry_text(e->body, "day"), "2026-11-19"));
    assert_true(is(an_entry_text(e->body, "remarks"), "[src/login.c:42]"));
    assert_true(an_str_eq(an_entry_text(e->body, "object"), an_hash_str(&got.object)));
    // The bytes are kept as they were.
    assert_int_equal(an_case_object_get(c, an_hash_str(&got.object), &next.out, &err), AN_OK);
    assert_int_equal(next.out.len, m.file.len);
    assert_memory_equal(next.out.ptr, m.file.ptr, m.file.len);
    // The very file is refused; a later report replaces what the first one said under the same ids.
    struct an_evidence_file file = {.bytes = an_buf_str(&m.file), .name = "s.json", .moment = "2026-11-23T08:30:00Z"};
    assert_int_equal(an_evidence_import(c, &file, &got, &err), AN_USAGE);
    assert_non_null(strstr(err.text, "s.json: entry 8 came from this very file"));
    size_t before = an_case_count(c);
    assert_int_equal(an_buf_add(&m.file, AN_STR("\n"), &err), AN_OK);
    file.bytes = an_buf_str(&m.file);
    assert_int_equal(an_evidence_import(c, &file, &got, &err), AN_OK);
    assert_int_equal(an_case_count(c), 2 * before - 1);
    for (uint64_t i = 2; i <= before; i++)
        assert_true(an_str_eq(an_entry_text(an_case_entry(c, i)->body, "id"),
                              an_entry_text(an_case_entry(c, i + before - 1)->body, "id")));
    // What is malformed leaves the case as it was.
    file.bytes = AN_STR("{\"runs\":[{\"results\":[{},1]}],\"version\":\"2.1.0\"}");
    assert_int_equal(an_evidence_import(c, &file, &got, &err), AN_INPUT);
    assert_int_equal(an_case_count(c), 2 * before - 1);
    close_case(c);
}

static void evidence_of_every_format_goes_out_in_valid_documents(void **state) {
    (void) state;
    static const char *const files[] = {
        "tests/fixtures/evidence/xccdf.xml", "tests/fixtures/evidence/sarif.json", "tests/fixtures/evidence/trivy.json",
        "tests/fixtures/oscal/basic-catalog.json", "tests/fixtures/oscal/ar-three-valued.json",
        "tests/fixtures/oscal/ifa_assessment-results-example.json",
        "tests/fixtures/oscal/ifa_plan-of-action-and-milestones.json", "tests/fixtures/oscal/poam-three-year.json",
    };
    struct an_case *c = full_case();
    for (size_t i = 0; i < AN_COUNT(files); i++) {
        MADE(m);
        MADE(ar);
        MADE(plan);
        struct an_evidence_imported got;
        import(c, &m, files[i], &got);
        (void) results_of(&ar, source(NULL, c));
        (void) make(&plan, source(NULL, c), AN_OSCAL_POAM, "plan-of-action-and-milestones");
        // What a scanner quoted is in none of them.
        assert_null(memmem(ar.out.ptr, ar.out.len, "13800138000", 11));
        assert_null(memmem(plan.out.ptr, plan.out.len, "13800138000", 11));
    }
    close_case(c);
}

// Whether a value equal to `wanted` stands in the list that the path leads to, of any of the results where the path begins there.
static bool stands_in(const json_t *list, const json_t *wanted) {
    size_t i;
    json_t *each;
    json_array_foreach(list, i, each)
        if (json_equal(each, wanted))
            return true;
    return false;
}

// The document that a resource holds, decoded.
static json_t *held(const json_t *resources, struct an_str original) {
    size_t i, len;
    json_t *resource;
    json_array_foreach(resources, i, resource) {
        struct an_str data = an_tree_text(resource, "base64/value");
        unsigned char *bytes = malloc(data.len + 1);
        json_t *document = NULL;
        if (data.len && sodium_base642bin(bytes, data.len, data.ptr, data.len, NULL, &len, NULL,
                                          sodium_base64_VARIANT_ORIGINAL) == 0 &&
            len == original.len && memcmp(bytes, original.ptr, len) == 0)
            document = json_loadb((char *) bytes, len, 0, NULL);
        free(bytes);
        if (document)
            return document;
    }
    return NULL;
}

// Every leaf of `original`: in an item that was carried over as it is, or in the document that a resource holds.
static void leaves_are_found(const char *name, enum an_oscal_document which, const char *key, const char *const lists[],
                             size_t count) {
    struct an_case *c = open_case();
    MADE(m);
    MADE(out);
    MADE(original);
    struct an_err err = {0};
    struct an_evidence_imported got;
    import(c, &m, name, &got);
    assert_int_equal(an_tree_read(an_buf_str(&m.file), &original.tree, &err), AN_OK);
    const json_t *from = json_object_get(original.tree.root, key), *to = make(&out, source(NULL, c), which, key);
    size_t carried = 0;
    for (size_t i = 0; i < count; i++) {
        size_t k;
        json_t *item;
        json_array_foreach(an_tree_at(from, lists[i]), k, item) {
            if (!stands_in(an_tree_at(to, lists[i]), item))
                fail_msg("%s: %s/%zu is lost", name, lists[i], k);
            carried++;
        }
    }
    assert_true(carried >= 3);
    json_t *whole = held(an_tree_at(to, "back-matter/resources"), an_buf_str(&m.file));
    assert_non_null(whole);
    assert_true(json_equal(whole, original.tree.root));
    json_decref(whole);
    // What is wrong with the original is as wrong as it was, and nothing more.
    struct an_schema_faults before, after;
    assert_int_equal(an_reference_check((const json_t *const[]) {original.tree.root}, 1, &m.arena, &before, &err), AN_OK);
    assert_int_equal(an_reference_check((const json_t *const[]) {out.tree.root}, 1, &m.arena, &after, &err), AN_OK);
    assert_int_equal(before.total, after.total);
    close_case(c);
}

static void a_document_that_comes_in_and_goes_out_again_loses_nothing(void **state) {
    (void) state;
    static const char *const plan[] = {"poam-items", "risks", "observations", "findings", "metadata/parties",
                                       "metadata/responsible-parties", "metadata/locations", "local-definitions/components",
                                       "local-definitions/inventory-items", "back-matter/resources"};
    static const char *const results[] = {"results", "metadata/parties", "metadata/responsible-parties", "metadata/locations",
                                          "local-definitions/activities", "back-matter/resources"};
    leaves_are_found("tests/fixtures/oscal/ifa_plan-of-action-and-milestones.json", AN_OSCAL_POAM,
                     "plan-of-action-and-milestones", plan, AN_COUNT(plan));
    leaves_are_found("tests/fixtures/oscal/poam-three-year.json", AN_OSCAL_POAM, "plan-of-action-and-milestones", plan,
                     AN_COUNT(plan));
    leaves_are_found("tests/fixtures/oscal/ifa_assessment-results-example.json", AN_OSCAL_AR, "assessment-results", results,
                     AN_COUNT(results));
    leaves_are_found("tests/fixtures/oscal/ar-three-valued.json", AN_OSCAL_AR, "assessment-results", results, AN_COUNT(results));
}

static void of_two_editions_of_a_document_the_newer_goes_out(void **state) {
    (void) state;
    struct an_case *c = open_case();
    MADE(m);
    MADE(out);
    struct an_err err = {0};
    struct an_evidence_imported got;
    import(c, &m, "tests/fixtures/oscal/poam-three-year.json", &got);
    assert_int_equal(an_buf_add(&m.file, (struct an_str) {"", 1}, &err), AN_OK);
    char *title = strstr(m.file.ptr, "De-identification at rest");
    while (title) {                     // wherever it stands: item, risk, remediation
        memcpy(title, "De-identification at REST", 25);
        title = strstr(title, "De-identification at rest");
    }
    struct an_evidence_file file = {.bytes = {m.file.ptr, m.file.len - 1}, .name = "2.json", .moment = "2026-11-23T08:30:00Z"};
    assert_int_equal(an_evidence_import(c, &file, &got, &err), AN_OK);
    const json_t *items = make(&out, source(NULL, c), AN_OSCAL_POAM, "plan-of-action-and-milestones/poam-items");
    assert_int_equal(json_array_size(items), 3);
    assert_non_null(with(items, "title", "去标识化 De-identification at REST"));
    close_case(c);
}

// Results of another case, with UUIDs in capitals, and references into the plan that they hold.
static void results_of_another_case_come_in_and_go_out(void **state) {
    (void) state;
    struct an_case *c = full_case();
    MADE(theirs);
    MADE(out);
    struct an_err err = {0};
    struct an_evidence_imported got;
    struct an_model model;
    sample_fill(SAMPLE_APPLIES, &model, &theirs.arena);
    const json_t *result = results_of(&theirs, source(&model, NULL));
    const json_t *plan = json_object_get(theirs.tree.root, "assessment-results");
    json_t *held_plan = NULL;
    size_t i, len;
    json_t *resource;
    json_array_foreach(an_tree_at(plan, "back-matter/resources"), i, resource)
        if (is(an_tree_text(resource, "title"), "Assessment plan")) {
            struct an_str data = an_tree_text(resource, "base64/value");
            char *bytes = malloc(data.len);
            assert_int_equal(sodium_base642bin((unsigned char *) bytes, data.len, data.ptr, data.len, NULL, &len, NULL,
                                               sodium_base64_VARIANT_ORIGINAL), 0);
            held_plan = json_loadb(bytes, len, 0, NULL);
            free(bytes);
        }
    assert_non_null(held_plan);
    // An observation of the plan itself, and a finding whose UUID is in capitals.
    struct an_str inside = an_tree_text(an_tree_at(held_plan, "assessment-plan"), "uuid");
    json_t *finding = json_array_get(json_object_get(result, "findings"), 0);
    char capitals[AN_UUID_TEXT_MAX];
    struct an_str uuid = an_tree_text(finding, "uuid");
    for (i = 0; i <= uuid.len; i++)
        capitals[i] = (char) (uuid.ptr[i] >= 'a' && uuid.ptr[i] <= 'f' ? uuid.ptr[i] - 32 : uuid.ptr[i]);
    assert_int_equal(json_object_set_new(finding, "uuid", json_string(capitals)), 0);
    json_t *subject = json_object(), *observation = json_array_get(json_object_get(result, "observations"), 1);
    assert_int_equal(json_object_set_new(subject, "subject-uuid", json_stringn(inside.ptr, inside.len)), 0);
    assert_int_equal(json_object_set_new(subject, "type", json_string("plan")), 0);
    assert_int_equal(json_array_append_new(json_object_get(observation, "subjects"), subject), 0);
    char *bytes = json_dumps(theirs.tree.root, 0);
    struct an_evidence_file file = {.bytes = an_str_from_c(bytes), .name = "theirs.json", .moment = "2026-11-23T08:30:00Z"};
    assert_int_equal(an_evidence_import(c, &file, &got, &err), AN_OK);
    const json_t *results = make(&out, source(NULL, c), AN_OSCAL_AR, "assessment-results/results");
    assert_int_equal(json_array_size(results), 2);
    assert_true(json_equal(json_array_get(results, 1), result));
    free(bytes);
    json_decref(held_plan);
    close_case(c);
}

static void our_own_documents_may_come_in_again(void **state) {
    (void) state;
    struct an_case *c = full_case();
    MADE(ar);
    MADE(plan);
    MADE(again);
    MADE(plan_again);
    struct an_err err = {0};
    struct an_evidence_imported got;
    (void) results_of(&ar, source(NULL, c));
    (void) make(&plan, source(NULL, c), AN_OSCAL_POAM, "plan-of-action-and-milestones");
    struct an_evidence_file file = {.bytes = an_buf_str(&ar.out), .name = "ar.json", .moment = "2026-11-23T08:30:00Z"};
    if (an_evidence_import(c, &file, &got, &err))
        fail_msg("%s", err.text);
    assert_int_equal(got.unknown, 2);
    file = (struct an_evidence_file) {.bytes = an_buf_str(&plan.out), .name = "plan.json", .moment = "2026-11-23T08:30:00Z"};
    assert_int_equal(an_evidence_import(c, &file, &got, &err), AN_OK);
    (void) results_of(&again, source(NULL, c));
    (void) make(&plan_again, source(NULL, c), AN_OSCAL_POAM, "plan-of-action-and-milestones");
    close_case(c);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_result_is_a_valid_document_and_the_same_twice),
        cmocka_unit_test(undetermined_is_nowhere_satisfied),
        cmocka_unit_test(counts_stand_with_their_store),
        cmocka_unit_test(a_ceiling_that_nobody_can_state_is_unknown_and_not_a_number),
        cmocka_unit_test(a_plan_has_the_duties_that_are_open_and_none_else),
        cmocka_unit_test(the_law_is_a_catalog_whose_controls_findings_name),
        cmocka_unit_test(without_memory_there_is_an_error_and_no_document),
        cmocka_unit_test(a_case_is_valid_results_with_its_log),
        cmocka_unit_test(what_a_reader_may_not_see_is_not_in_the_document),
        cmocka_unit_test(a_case_is_a_plan_of_all_that_is_to_be_done),
        cmocka_unit_test(what_a_case_should_not_hold_makes_no_invalid_document),
        cmocka_unit_test(a_file_of_evidence_becomes_findings_or_nothing),
        cmocka_unit_test(evidence_of_every_format_goes_out_in_valid_documents),
        cmocka_unit_test(a_document_that_comes_in_and_goes_out_again_loses_nothing),
        cmocka_unit_test(of_two_editions_of_a_document_the_newer_goes_out),
        cmocka_unit_test(results_of_another_case_come_in_and_go_out),
        cmocka_unit_test(our_own_documents_may_come_in_again),
    };
    return cmocka_run_group_tests(tests, enter_folder, leave_folder);
}
