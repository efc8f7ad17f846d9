#include "app/oscal.h"

#include <sodium.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/stat.h>
#include "app/oscal_fill.h"
#include "base/file.h"

#ifndef AN_DATA_DIR
// Set by the build: PREFIX/share/anshen, and the source tree, so that a build runs where it stands.
#define AN_DATA_DIR ""
#define AN_SOURCE_DIR ""
#endif

enum { SCHEMA_MAX = 4 * 1024 * 1024, PATH_LEN_MAX = 4096 };

struct an_str an_fill_say(struct an_fill *f, const char *fmt, ...) {
    va_list ap;
    va_start(ap, fmt);
    int n = vsnprintf(NULL, 0, fmt, ap);
    va_end(ap);
    char *p = n >= 0 ? an_arena_alloc(f->arena, (size_t) n + 1, 1) : NULL;
    if (!p) {
        f->failed = true;
        return AN_STR("");
    }
    va_start(ap, fmt);
    (void) vsnprintf(p, (size_t) n + 1, fmt, ap);
    va_end(ap);
    return (struct an_str) {p, (size_t) n};
}

struct an_str an_fill_word(const struct an_fill *f, const char *en, const char *zh) {
    return an_str_from_c(f->s->lang == AN_ZH ? zh : en);
}

void an_fill_prop(struct an_fill *f, struct an_fill_props *props, const char *name, struct an_str value, const char *class) {
    struct an_oscal_prop *p = value.len ? AN_PUSH(f->arena, props->items, props->count) : NULL;
    if (p)
        *p = (struct an_oscal_prop) {name, value, class};
    f->failed |= value.len && !p;
}

void an_fill_count(struct an_fill *f, struct an_fill_props *props, const char *name, uint64_t n, const char *class) {
    an_fill_prop(f, props, name, n == AN_INFINITE ? AN_STR("unknown") : an_fill_say(f, "%llu", (unsigned long long) n), class);
}

// What a case file was given as counts is anybody's: numbers that contradict each other are none.
static bool are_counts(const struct an_model_people *p) {
    return p->floor <= p->linked && p->linked <= p->ceiling && p->linked != AN_INFINITE;
}

void an_fill_people(struct an_fill *f, struct an_fill_props *props, const struct an_model_people *people) {
    if (!are_counts(people))
        return;
    an_fill_count(f, props, "count-floor", people->floor, "people");
    an_fill_count(f, props, "count-linked", people->linked, "people");
    an_fill_count(f, props, "count-ceiling", people->ceiling, "people");
    if (people->ceiling_read != AN_INFINITE)
        an_fill_count(f, props, "count-ceiling-read", people->ceiling_read, "people");
}

struct an_str an_fill_say_people(struct an_fill *f, const struct an_model_people *people) {
    if (!are_counts(people))
        return an_fill_word(f, "Counts that cannot be right are left out.", "计数自相矛盾，不予列出。");
    struct an_str ceiling = people->ceiling == AN_INFINITE ? an_fill_word(f, "no bound", "无上限")
                                                           : an_fill_say(f, "%llu", (unsigned long long) people->ceiling);
    return an_fill_say(f, f->s->lang == AN_ZH ? "去重人数：下限 %llu，估计 %llu，上限 %.*s"
                                              : "Distinct people: floor %llu, linked %llu, ceiling %.*s",
                       (unsigned long long) people->floor, (unsigned long long) people->linked, AN_STR_ARG(ceiling));
}

struct an_oscal_keys an_fill_keys(struct an_fill *f, struct an_str a, struct an_str b) {
    struct an_str *keys = AN_NEW_N(f->arena, 2, struct an_str);
    size_t n = 0;
    if (!keys) {
        f->failed = true;
        return (struct an_oscal_keys) {0};
    }
    if (a.len)
        keys[n++] = a;
    if (b.len)
        keys[n++] = b;
    return (struct an_oscal_keys) {keys, n};
}

struct an_oscal_evidence *an_fill_evidence(struct an_fill *f, struct an_str key, struct an_str title, struct an_str name,
                                           const char *media, struct an_str bytes, bool is_held) {
    unsigned char hash[crypto_hash_sha256_BYTES];
    char hex[2 * sizeof hash + 1];
    struct an_oscal_evidence *e = AN_PUSH(f->arena, f->o->evidence, f->o->evidence_count);
    (void) crypto_hash_sha256(hash, (const unsigned char *) (bytes.ptr ? bytes.ptr : ""), bytes.len);
    struct an_str sha256 = an_fill_say(f, "%s", sodium_bin2hex(hex, sizeof hex, hash, sizeof hash));
    if (!e) {
        f->failed = true;
        return NULL;
    }
    *e = (struct an_oscal_evidence) {.key = key, .title = title, .name = name, .media = an_str_from_c(media), .sha256 = sha256,
                                     .bytes = is_held ? bytes : AN_STR("")};
    return e;
}

struct an_str an_fill_control(struct an_fill *f, struct an_str rule, struct an_str version) {
    struct an_str id = an_fill_say(f, version.len ? "%.*s_%.*s" : "%.*s%.*s", AN_STR_ARG(rule), AN_STR_ARG(version));
    struct an_str token = an_oscal_token(f->arena, id);
    f->failed |= !token.ptr;
    return token.ptr ? token : AN_STR("_");
}

// ---- findings on rules

static const char *verdict_value(const char *verdict) {
    return strcmp(verdict, "applies") == 0 ? "yes" : strcmp(verdict, "undetermined") == 0 ? "undetermined" : "no";
}

static void add_risk(struct an_fill *f, const struct an_fill_verdict *v, struct an_str key, bool applies,
                     enum an_fill_duty duty) {
    struct an_oscal_risk *risk = AN_PUSH(f->arena, f->o->risks, f->o->risk_count);
    if (!risk) {
        f->failed = true;
        return;
    }
    struct an_fill_props props = {0};
    an_fill_prop(f, &props, "kind", applies ? AN_STR("duty") : AN_STR("undetermined"), NULL);
    an_fill_prop(f, &props, "rule", v->rule, NULL);
    bool china = v->rule.len > 3 && memcmp(v->rule.ptr, "cn.", 3) == 0;
    *risk = (struct an_oscal_risk) {
        .key = key, .title = v->title, .text = v->citation, .status = "open", .deadline = v->deadline,
        .zone = china ? AN_STR("+08:00") : AN_STR("Z"), .observations = an_fill_keys(f, v->observation, v->other),
        .props = an_fill_done(props),
        .statement = !applies ? an_fill_word(f, "Whether the rule applies cannot be told yet; the duty cannot be excluded.",
                                             "尚不能判断该规则是否适用，不能排除相应义务。")
            : duty == AN_DUTY_UNMET ? an_fill_word(f, "The rule applies and its duty is not met.", "该规则适用，义务尚未履行。")
            : an_fill_word(f, "The rule applies; that its duty is met is not on record.", "该规则适用，尚无已履行义务的记录。"),
    };
    if (applies && v->duties.len) {
        risk->remedy = an_fill_word(f, "What the rule asks for", "规则要求");
        risk->remedy_text = v->duties;
        risk->lifecycle = "recommendation";
    }
}

static void add_item(struct an_fill *f, const struct an_fill_verdict *v, struct an_str key, struct an_str status) {
    struct an_oscal_item *item = AN_PUSH(f->arena, f->o->items, f->o->item_count);
    struct an_fill_props props = {0};
    char day[AN_DAY_TEXT_MAX];
    an_fill_prop(f, &props, "kind", AN_STR("duty"), NULL);
    an_fill_prop(f, &props, "rule", v->rule, NULL);
    an_fill_prop(f, &props, "status", status, NULL);
    an_fill_prop(f, &props, "status-date", an_fill_say(f, "%s", an_day_text(v->as_of, day)), NULL);
    if (v->deadline != AN_DAY_NONE)
        an_fill_prop(f, &props, "scheduled-completion-date", an_fill_say(f, "%s", an_day_text(v->deadline, day)), NULL);
    if (item)
        *item = (struct an_oscal_item) {.key = key, .title = v->title, .text = v->duties.len ? v->duties : v->citation,
                                        .props = an_fill_done(props), .risks = an_fill_keys(f, key, AN_STR("")),
                                        .observations = an_fill_keys(f, v->observation, v->other)};
    f->failed |= !item;
}

// What the two states of OSCAL make of a verdict. Undetermined is never satisfied, nor is a duty that nobody has shown to be met.
static void set_state(const struct an_fill *f, const struct an_fill_verdict *v, bool in_force, enum an_fill_duty duty,
                      struct an_oscal_finding *to) {
    to->reason = "other";
    if (strcmp(v->verdict, "undetermined") == 0) {
        to->status_remarks = v->stands_by
            ? an_fill_word(f, "Undetermined: nothing of the sort that the rule is about has been described.",
                           "未能确定：尚未描述该规则所涉及的事项。")
            : an_fill_word(f, "Undetermined: facts are missing, see the properties decided-by. This is not a failure, and not "
                           "a pass.",
                           "未能确定：缺少事实，见属性 decided-by。这既不是不符合，也不是符合。");
        return;
    }
    to->is_satisfied = true;
    if (strcmp(v->verdict, "applies") != 0)
        to->status_remarks = an_fill_word(f, "The rule does not apply.", "该规则不适用。");
    else if (!in_force)
        to->status_remarks = an_fill_word(f, "The text would apply, but is not law on the day: no duty follows from it.",
                                          "该文本的条件成立，但当日尚不是（或不再是）有效法律，不产生义务。");
    else if (!v->has_duty)
        to->status_remarks = an_fill_word(f, "The rule applies and asks for nothing by itself.",
                                          "该规则适用，其本身不要求作为。");
    else if (duty == AN_DUTY_MET) {
        to->reason = "pass";
        to->status_remarks = an_fill_word(f, "The rule applies and its duty is met, as findings on it say.",
                                          "该规则适用，检查结果显示义务已履行。");
    } else {
        to->is_satisfied = false;
        to->reason = duty == AN_DUTY_UNMET ? "fail" : "other";
        to->status_remarks = duty == AN_DUTY_UNMET
            ? an_fill_word(f, "The rule applies and its duty is not met.", "该规则适用，义务尚未履行。")
            : an_fill_word(f, "The rule applies; that its duty is met is not on record.", "该规则适用，尚无已履行义务的记录。");
    }
}

void an_fill_verdict(struct an_fill *f, const struct an_fill_verdict *v) {
    static const char *const duties[] = {[AN_DUTY_OPEN] = "open", [AN_DUTY_MET] = "met", [AN_DUTY_UNMET] = "unmet"};
    bool applies = strcmp(v->verdict, "applies") == 0, undetermined = strcmp(v->verdict, "undetermined") == 0;
    bool in_force = !*v->status || strcmp(v->status, "in_force") == 0;
    enum an_fill_duty duty = an_fill_duty(f, v->rule);
    struct an_str control = an_fill_control(f, v->rule, v->version), key = an_fill_say(f, "rule:%.*s", AN_STR_ARG(control));
    struct an_str *id = AN_PUSH(f->arena, f->o->controls, f->o->control_count);
    struct an_oscal_finding *to = AN_PUSH(f->arena, f->o->findings, f->o->finding_count);
    struct an_fill_props props = {0};
    if (!id || !to) {
        f->failed = true;
        return;
    }
    *id = control;
    an_fill_prop(f, &props, "verdict", an_str_from_c(verdict_value(v->verdict)), NULL);
    an_fill_prop(f, &props, "rule", v->rule, NULL);
    an_fill_prop(f, &props, "rule-version", v->version, NULL);
    an_fill_prop(f, &props, "rule-status", an_str_from_c(v->status), NULL);
    if (applies && in_force && v->has_duty)
        an_fill_prop(f, &props, "duty", an_str_from_c(duties[duty]), NULL);
    if (v->stands_by)
        an_fill_prop(f, &props, "stands-by", AN_STR("yes"), NULL);
    for (size_t i = 0; undetermined && i < v->decide_by_count; i++)
        an_fill_prop(f, &props, "decided-by", v->decide_by[i], NULL);
    bool risk = in_force && ((applies && v->has_duty && duty != AN_DUTY_MET) || (undetermined && !v->stands_by));
    *to = (struct an_oscal_finding) {
        .key = key, .title = v->title, .text = v->citation, .target_type = "statement-id",
        .target = an_fill_say(f, "%.*s_smt", AN_STR_ARG(control)), .props = an_fill_done(props),
        .observations = an_fill_keys(f, v->observation, v->other), .risks = an_fill_keys(f, risk ? key : AN_STR(""), AN_STR("")),
    };
    set_state(f, v, in_force, duty, to);
    if (v->certificate.len) {
        struct an_str title = an_fill_say(f, "%s: %.*s", an_fill_word(f, "Certificate of a verdict", "判断证书").ptr,
                                          AN_STR_ARG(control));
        to->evidence = an_fill_keys(f, an_fill_say(f, "certificate:%.*s", AN_STR_ARG(control)), AN_STR(""));
        (void) an_fill_evidence(f, an_fill_say(f, "certificate:%.*s", AN_STR_ARG(control)), title,
                                an_fill_say(f, "certificate-%.*s.json", AN_STR_ARG(control)), "application/json", v->certificate,
                                true);
    }
    if (risk)
        add_risk(f, v, key, applies, duty);
    if (risk && applies)
        add_item(f, v, key, an_str_from_c(duties[duty]));
}

// ---- the schemas that documents are held against

static const char *const schema_names[] = {
    [AN_OSCAL_AR] = "oscal_assessment-results_schema.json", [AN_OSCAL_POAM] = "oscal_poam_schema.json",
    [AN_OSCAL_CATALOG] = "oscal_catalog_schema.json",
};

static enum an_code load_schema(enum an_oscal_document which, const char *data, struct an_schema **ret, struct an_err *err) {
    const struct { const char *folder, *below; } places[] = {
        {data ? data : "", "oscal"}, {AN_DATA_DIR, "oscal"}, {AN_SOURCE_DIR, "assets/oscal"},
    };
    for (size_t i = 0; i < AN_COUNT(places); i++) {
        char path[PATH_LEN_MAX];
        struct stat st;
        int n = snprintf(path, sizeof path, "%s/%s/%s", places[i].folder, places[i].below, schema_names[which]);
        if (!*places[i].folder || n < 0 || (size_t) n >= sizeof path || stat(path, &st))
            continue;
        AN_AUTO(an_buf) text = {0};
        enum an_code code = an_file_read(path, SCHEMA_MAX, 0, &text, err);
        return code ? code : an_schema_compile(an_buf_str(&text), schema_names[which], ret, err);
    }
    return an_fail(err, AN_IO, "%s is not there: it is installed with the program, in share/anshen/oscal", schema_names[which]);
}

enum an_code an_oscal_hold(const json_t *root, enum an_oscal_document which, const char *data, struct an_arena *arena,
                           struct an_schema_faults *ret, struct an_err *err) {
    struct an_schema *schema AN_CLEANUP(an_schema_cleanup) = NULL;
    enum an_code code = load_schema(which, data, &schema, err);
    return code ? code : an_schema_check(schema, root, arena, ret, err);
}

// Faults of reference that came in with a document of another tool are its own; there may not be others.
static enum an_code check(const struct an_fill *f, const struct an_tree *document, struct an_err *err) {
    AN_AUTO(an_arena) scratch = {0};
    struct an_schema_faults faults, foreign = {0};
    uint64_t known = 0;
    size_t count = 1, most = f->o ? f->o->foreign_count : 0;
    // Documents that were carried over, for what their items find in plans that they hold.
    const json_t **documents = AN_NEW_N(&scratch, most + 1, const json_t *);
    if (!documents)
        return an_fail(err, AN_NOMEM, "no memory to check a document");
    documents[0] = document->root;
    enum an_code code = an_oscal_hold(document->root, f->which, f->s->data, &scratch, &faults, err);
    if (!code && (code = an_schema_fail(&faults, err)))
        code = an_err_context(err, "the document made is not valid");
    for (size_t i = 0; i < most && !code; i++)
        if (f->o->foreign[i].root) {
            documents[count++] = f->o->foreign[i].root;
            code = an_reference_check(&documents[count - 1], 1, &scratch, &foreign, err);
            known += foreign.total;
        }
    if (!code)
        code = an_reference_check(documents, count, &scratch, &faults, err);
    if (!code && faults.total > known && (code = an_schema_fail(&faults, err)))
        code = an_err_context(err, "the document made refers wrongly");
    return code == AN_INPUT ? err->code = AN_BUG : code;
}

static struct an_str version_of(struct an_fill *f) {
    char day[AN_DAY_TEXT_MAX];
    an_day_text(f->s->as_of, day);
    if (!f->s->kase)
        return an_fill_say(f, "%s", day);
    return an_fill_say(f, "%s.%zu", day, an_case_count(f->s->kase));
}

static enum an_code fill(struct an_fill *f, struct an_err *err) {
    struct an_oscal *o = f->o;
    char day[AN_DAY_TEXT_MAX];
    o->moment = an_str_from_c(f->s->moment);
    o->as_of = f->s->as_of;
    o->tool_version = an_str_from_c(AN_VERSION);
    o->version = version_of(f);
    enum an_code code = f->s->kase ? an_fill_case(f, err) : AN_OK;
    if (!code && f->s->model)
        code = an_fill_model(f, err);
    if (code)
        return code;
    if (!o->space.len)
        o->space = AN_STR("result");
    an_day_text(f->s->as_of, day);
    struct an_str what = f->which == AN_OSCAL_POAM ? an_fill_word(f, "Plan of action and milestones", "行动计划与里程碑")
                                                   : an_fill_word(f, "Assessment results", "评估结果");
    o->title = an_fill_say(f, "%.*s%s%.*s", AN_STR_ARG(what), !o->system.len ? "" : f->s->lang == AN_ZH ? "：" : ": ",
                           AN_STR_ARG(o->system));
    o->results_title = an_fill_say(f, f->s->lang == AN_ZH ? "截至%s的判断" : "As of %s", day);
    o->results_text = an_fill_say(f, f->s->lang == AN_ZH ? "对%zu条规则的判断" : "Verdicts on %zu rules", o->control_count);
    struct an_fill_props props = {0};
    an_fill_prop(f, &props, "as-of", an_fill_say(f, "%s", day), NULL);
    if (f->s->kase) {
        struct an_hash head = an_case_head(f->s->kase);
        an_fill_prop(f, &props, "case-entries", an_fill_say(f, "%zu", an_case_count(f->s->kase)), NULL);
        an_fill_prop(f, &props, "case-head", an_fill_say(f, "%s", head.text), NULL);
    }
    o->props = an_fill_done(props);
    return AN_OK;
}

static enum an_code make(struct an_fill *f, struct an_tree *document, struct an_err *err) {
    enum an_code code;
    if (f->which == AN_OSCAL_CATALOG) {
        struct an_oscal_catalog c = {0};
        f->o = NULL;
        code = an_fill_catalog(f, &c, err);
        if (!code && f->failed)
            code = an_fail(err, AN_NOMEM, "no memory for a catalog");
        return code ? code : an_oscal_catalog(&c, document, err);
    }
    code = fill(f, err);
    if (!code && f->failed)
        code = an_fail(err, AN_NOMEM, "no memory for an OSCAL document");
    if (code)
        return code;
    return f->which == AN_OSCAL_AR ? an_oscal_results(f->o, document, err) : an_oscal_plan(f->o, document, err);
}

enum an_code an_oscal_make(const struct an_oscal_source *source, enum an_oscal_document which, struct an_buf *out,
                           struct an_err *err) {
    AN_AUTO(an_arena) arena = {0};
    AN_AUTO(an_tree) document = {0};
    struct an_oscal o = {0};
    struct an_fill f = {.s = source, .which = which, .o = &o, .arena = &arena};
    if (which == AN_OSCAL_CATALOG ? !source->law : !source->model && !source->kase)
        return an_fail(err, AN_USAGE, which == AN_OSCAL_CATALOG ? "a catalog is made of rules, and there are none"
                       : "there is neither a result nor a case to write");
    if (!an_oscal_has_day(source->as_of))
        return an_fail(err, AN_USAGE, "OSCAL cannot write the day: its dates are of the years 1900 to 2999");
    enum an_code code = make(&f, &document, err);
    if (!code)
        code = check(&f, &document, err);
    if (!code)
        code = an_oscal_text(&document, out, err);
    for (size_t i = 0; i < f.tree_count; i++)
        an_tree_release(&f.trees[i]);
    return code;
}
