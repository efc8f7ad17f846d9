// From the entries of a case to the model of an OSCAL document: who, what was counted, found, ordered, promised and planned,
// and the log of it all. Only what the reader's role may see.
#include <stdlib.h>

#include "app/oscal_fill.h"
#include "case/secrecy.h"
#include "evidence/evidence.h"

enum { CARRIED_MAX = 8 * 1024 * 1024 };     // bytes of one document of another tool that is carried over

static struct an_str text(const struct an_entry *e, const char *member) { return an_entry_text(e->body, member); }

static an_day day_of(const struct an_entry *e, const char *member) {
    an_day day = AN_DAY_NONE;
    return an_day_parse(text(e, member), &day) ? day : AN_DAY_NONE;
}

static bool is(struct an_str word, const char *what) { return an_str_eq(word, an_str_from_c(what)); }

static bool may_see(const struct an_fill *f, const struct an_entry *e) {
    return an_secrecy_lets(f->role, an_entry_secrecy(f->s->kase, e));
}

// ---- the last entry of each id: what holds

struct current { const struct an_entry **items; size_t count; };

static int by_id(const void *a, const void *b) {
    const struct an_entry *x = *(const struct an_entry *const *) a, *y = *(const struct an_entry *const *) b;
    struct an_str i = text(x, "id"), j = text(y, "id");
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

static struct current current(struct an_fill *f, const char *kind) {
    struct current c = {0};
    size_t kept = 0;
    for (const struct an_entry *e = NULL; (e = an_case_next(f->s->kase, kind, e));) {
        const struct an_entry **p = AN_PUSH(f->arena, c.items, c.count);
        if (!p) {
            f->failed = true;
            return (struct current) {0};
        }
        *p = e;
    }
    if (!c.count)
        return c;
    qsort(c.items, c.count, sizeof *c.items, by_id);
    for (size_t i = 0; i < c.count; i++)
        if ((i + 1 == c.count || !an_str_eq(text(c.items[i], "id"), text(c.items[i + 1], "id"))) && may_see(f, c.items[i]))
            c.items[kept++] = c.items[i];
    c.count = kept;
    if (kept)
        qsort(c.items, kept, sizeof *c.items, by_seq);
    return c;
}

enum an_fill_duty an_fill_duty(const struct an_fill *f, struct an_str rule) {
    enum an_fill_duty duty = AN_DUTY_OPEN;
    if (!f->s->kase)
        return duty;
    for (const struct an_entry *e = NULL; (e = an_case_next(f->s->kase, "finding", e));) {
        if (!an_str_eq(text(e, "control"), rule) ||
            an_case_last(f->s->kase, "finding", "id", text(e, "id")) != e)
            continue;
        if (is(text(e, "result"), "fail"))
            return AN_DUTY_UNMET;
        if (is(text(e, "result"), "pass"))
            duty = AN_DUTY_MET;
    }
    return duty;
}

// ---- who

static void add_party(struct an_fill *f, struct an_str key, struct an_str name, bool is_person, struct an_str side,
                      struct an_str remarks) {
    struct an_oscal_party *p = AN_PUSH(f->arena, f->o->parties, f->o->party_count);
    if (p)
        *p = (struct an_oscal_party) {.key = key, .name = name, .is_person = is_person, .remarks = remarks,
                                      .side = is(side, "authority") ? AN_OSCAL_AUTHORITY : AN_OSCAL_FILER};
    f->failed |= !p;
}

static void parties(struct an_fill *f) {
    const struct an_entry *open = an_case_entry(f->s->kase, 1);
    const json_t *company = json_object_get(open->body, "company");
    struct current people = current(f, "person");
    f->o->system = an_fill_say(f, "%.*s", AN_STR_ARG(an_entry_text(company, "name")));
    add_party(f, AN_STR("company"), f->o->system, false, AN_STR("filer"), an_entry_text(company, "name_en"));
    for (size_t i = 0; i < people.count; i++)
        add_party(f, an_fill_say(f, "person:%.*s", AN_STR_ARG(text(people.items[i], "id"))), text(people.items[i], "name"), true,
                  text(people.items[i], "side"), text(people.items[i], "title"));
}

static const struct an_entry *person(const struct an_fill *f, struct an_str id) {
    const struct an_entry *p = id.len ? an_case_last(f->s->kase, "person", "id", id) : NULL;
    return p && may_see(f, p) ? p : NULL;
}

// What an entry is about, in a few words: the members that are made for people.
static struct an_str about(const struct an_entry *e) {
    static const char *const members[] = {"title", "name", "text", "outcome", "rule", "label", "state", "metric",
                                          "direction", "id", "why"};
    for (size_t i = 0; i < AN_COUNT(members); i++)
        if (text(e, members[i]).len)
            return an_str_slice(text(e, members[i]), 0, 400);
    return AN_STR("");
}

static void log_of(struct an_fill *f) {
    for (const struct an_entry *e = NULL; (e = an_case_next(f->s->kase, NULL, e));) {
        if (!may_see(f, e))
            continue;
        const struct an_entry *by = person(f, e->actor);
        struct an_oscal_entry *to = AN_PUSH(f->arena, f->o->log, f->o->log_count);
        struct an_fill_props props = {0};
        an_fill_prop(f, &props, "entry", an_fill_say(f, "%llu", (unsigned long long) e->seq), NULL);
        an_fill_prop(f, &props, "entry-kind", an_str_from_c(e->kind->name), NULL);
        an_fill_prop(f, &props, "entry-hash", an_hash_str(&e->hash), NULL);
        an_fill_prop(f, &props, "signed", e->signature.len ? AN_STR("yes") : AN_STR("no"), NULL);
        an_fill_prop(f, &props, "actor", e->actor, NULL);
        if (to)
            *to = (struct an_oscal_entry) {
                .key = an_fill_say(f, "%llu", (unsigned long long) e->seq), .moment = e->at, .text = about(e),
                .title = an_str_from_c(an_say(e->kind->title, f->s->lang)), .props = an_fill_done(props),
                .party = by ? an_fill_say(f, "person:%.*s", AN_STR_ARG(e->actor)) : AN_STR(""),
                .side = by && is(text(by, "side"), "authority") ? AN_OSCAL_AUTHORITY : AN_OSCAL_FILER,
            };
        f->failed |= !to;
    }
}

// ---- what was counted and judged

static struct an_oscal_observation *observe(struct an_fill *f, struct an_str key, const char *method, an_day day) {
    struct an_oscal_observation *o = AN_PUSH(f->arena, f->o->observations, f->o->observation_count);
    if (o)
        *o = (struct an_oscal_observation) {.key = key, .method = method, .type = "control-objective", .collected = day,
                                            .expires = AN_DAY_NONE};
    f->failed |= !o;
    return o;
}

// An object of the case as evidence: its SHA-256, and its hash in the case as a property. `ret_bytes` where the caller needs
// them.
static enum an_code object(struct an_fill *f, struct an_str hash, struct an_str title, struct an_str name, const char *media,
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

static uint64_t number(const json_t *from, const char *key) {
    const json_t *n = json_object_get(from, key);
    return json_is_integer(n) && json_integer_value(n) >= 0 ? (uint64_t) json_integer_value(n) : AN_INFINITE;
}

// The people of a measurement, or of a store in a census header; "ceiling_read" only where it is said.
static struct an_model_people people_of(const json_t *from) {
    return (struct an_model_people) {number(from, "floor"), number(from, "linked"), number(from, "ceiling"),
                                     number(from, "ceiling_read")};
}

// The stores that the header of a census names. One that a result has listed already keeps what it says.
static void stores(struct an_fill *f, const struct an_entry *e, struct an_str header, struct an_str evidence) {
    AN_AUTO(an_tree) tree = {0};
    struct an_err quiet;
    size_t i;
    json_t *store;
    if (an_tree_read(header, &tree, &quiet))
        return;
    json_array_foreach(json_object_get(tree.root, "stores"), i, store) {
        struct an_str uri = an_arena_copy(f->arena, an_tree_text(store, "uri"));
        struct an_str key = an_fill_say(f, "store:%.*s", AN_STR_ARG(uri)), format = an_tree_text(store, "format");
        struct an_str status = an_tree_text(store, "status");
        bool known = false;
        for (size_t k = 0; k < f->o->store_count; k++)
            known |= an_str_eq(f->o->stores[k].key, key);
        struct an_oscal_store *to = known ? NULL : AN_PUSH(f->arena, f->o->stores, f->o->store_count);
        struct an_fill_props about_it = {0}, props = {0};
        an_fill_prop(f, &about_it, "format", an_arena_copy(f->arena, format), NULL);
        an_fill_prop(f, &about_it, "location", an_arena_copy(f->arena, an_tree_text(store, "location")), NULL);
        if (to)
            *to = (struct an_oscal_store) {.key = key, .title = uri, .props = an_fill_done(about_it)};
        f->failed |= !to && !known;
        struct an_model_people people = people_of(json_object_get(store, "people"));
        an_fill_people(f, &props, &people);
        an_fill_prop(f, &props, "read", an_arena_copy(f->arena, status), NULL);
        an_fill_count(f, &props, "records", number(store, "records"), NULL);
        an_fill_count(f, &props, "records-unread", number(store, "records_unread"), NULL);
        struct an_oscal_observation *o = observe(f, an_fill_say(f, "measured:%llu:%zu", (unsigned long long) e->seq, i), "TEST",
                                                 day_of(e, "day"));
        if (!o)
            return;
        o->title = uri;
        o->text = an_fill_say_people(f, &people);
        o->by_tool = true;
        o->stores = an_fill_keys(f, key, AN_STR(""));
        o->evidence = an_fill_keys(f, evidence, AN_STR(""));
        o->props = an_fill_done(props);
    }
}

static enum an_code measurements(struct an_fill *f, struct an_str *ret_last, struct an_err *err) {
    for (const struct an_entry *e = NULL; (e = an_case_next(f->s->kase, "measurement", e));) {
        struct an_fill_props props = {0};
        struct an_str key, header;
        if (!may_see(f, e))
            continue;
        enum an_code code = object(f, text(e, "census"), an_fill_word(f, "Header of a census", "计数文件头"),
                                   an_fill_say(f, "census-%llu.json", (unsigned long long) e->seq), "application/json", false,
                                   &key, &header, err);
        if (code)
            return code;
        struct an_str name = an_fill_say(f, "measurement:%llu", (unsigned long long) e->seq);
        struct an_oscal_observation *o = observe(f, name, "TEST", day_of(e, "day"));
        struct an_model_people people = people_of(json_object_get(e->body, "people"));
        an_fill_people(f, &props, &people);
        an_fill_count(f, &props, "stores", number(e->body, "stores"), NULL);
        an_fill_count(f, &props, "records", number(e->body, "records"), NULL);
        an_fill_count(f, &props, "records-unread", number(e->body, "unread"), NULL);
        an_fill_prop(f, &props, "commitment-root", an_entry_text(json_object_get(e->body, "commitment"), "root"), NULL);
        if (!o)
            return AN_OK;
        o->title = text(e, "label");
        o->text = an_fill_say_people(f, &people);
        o->by_tool = true;
        o->evidence = an_fill_keys(f, key, AN_STR(""));
        o->props = an_fill_done(props);
        stores(f, e, header, key);
        *ret_last = name;
    }
    return AN_OK;
}

static void facts(struct an_fill *f, struct an_str *ret) {
    struct an_fill_props props = {0};
    an_day last = AN_DAY_NONE;
    for (const struct an_entry *e = NULL; (e = an_case_next(f->s->kase, "fact", e));) {
        if (!may_see(f, e) || an_case_last(f->s->kase, "fact", "name", text(e, "name")) != e)
            continue;
        an_fill_prop(f, &props, "fact", an_fill_say(f, "%.*s = %.*s (%.*s)", AN_STR_ARG(text(e, "name")),
                                                    AN_STR_ARG(text(e, "value")), AN_STR_ARG(text(e, "source"))), NULL);
        last = day_of(e, "day") > last ? day_of(e, "day") : last;
    }
    struct an_oscal_observation *o = props.count ? observe(f, AN_STR("case-facts"), "EXAMINE", last) : NULL;
    if (!o)
        return;
    o->title = an_fill_word(f, "Facts of the case", "案件事实");
    o->text = an_fill_word(f, "What the company states of itself, with the source of each.",
                           "公司就自身情况所作的说明及其来源。");
    o->props = an_fill_done(props);
    *ret = o->key;
}

static enum an_code verdicts(struct an_fill *f, struct an_str counted, struct an_str stated, struct an_err *err) {
    for (const struct an_entry *e = NULL; (e = an_case_next(f->s->kase, "verdict", e));) {
        // The last word on a rule and its version; a judgement made now is the newer one.
        bool newest = !f->s->model && may_see(f, e);
        for (const struct an_entry *n = e; newest && (n = an_case_next(f->s->kase, "verdict", n));)
            newest = !an_str_eq(text(n, "rule"), text(e, "rule")) || !an_str_eq(text(n, "version"), text(e, "version"));
        if (!newest)
            continue;
        struct an_str certificate = AN_STR(""), key;
        if (text(e, "certificate").len) {
            enum an_code code = object(f, text(e, "certificate"), an_fill_word(f, "Certificate of a verdict", "判断证书"),
                                       AN_STR("certificate.json"), "application/json", false, &key, &certificate, err);
            if (code)
                return code;
            // The finding holds it under the name of its rule.
            f->o->evidence_count -= f->o->evidence_count > 0 && an_str_eq(f->o->evidence[f->o->evidence_count - 1].key, key);
        }
        const struct an_rule *rule = f->s->law ? an_packs_find(&f->s->law->packs, text(e, "rule"), text(e, "version")) : NULL;
        struct an_str title = rule ? f->s->lang == AN_ZH ? rule->title.zh : rule->title.en : text(e, "rule");
        struct an_fill_verdict v = {
            .rule = text(e, "rule"), .version = text(e, "version"), .title = title.len ? title : text(e, "rule"), .status = "",
            .verdict = json_string_value(json_object_get(e->body, "verdict")), .has_duty = !rule || rule->duty_count > 0,
            .citation = an_fill_say(f, "%.*s %.*s", AN_STR_ARG(text(e, "rule")), AN_STR_ARG(text(e, "version"))),
            .as_of = day_of(e, "as_of"), .deadline = AN_DAY_NONE, .certificate = certificate, .observation = counted,
            .other = stated, .duties = AN_STR(""),
        };
        an_fill_verdict(f, &v);
    }
    return AN_OK;
}

// ---- what was found by others

// What is to be done about one thing: its risk and its item of the plan, with a milestone where a day is set.
struct todo {
    const char *kind, *status, *risk_status;    // "order", "open"; status of the risk
    struct an_str key, title, text, owner, severity, remedy;
    an_day day, due;
    uint64_t seq;
    struct an_str observation;
};

static void add_todo(struct an_fill *f, const struct todo *t) {
    char day[AN_DAY_TEXT_MAX];
    struct an_oscal_risk *risk = AN_PUSH(f->arena, f->o->risks, f->o->risk_count);
    struct an_oscal_item *item = AN_PUSH(f->arena, f->o->items, f->o->item_count);
    struct an_oscal_task *task = AN_NEW(f->arena, struct an_oscal_task);
    struct an_fill_props props = {0}, about_risk = {0};
    if (!risk || !item || !task) {
        f->failed = true;
        return;
    }
    an_fill_prop(f, &about_risk, "kind", an_str_from_c(t->kind), NULL);
    an_fill_prop(f, &about_risk, "severity", t->severity, NULL);
    an_fill_prop(f, &props, "kind", an_str_from_c(t->kind), NULL);
    an_fill_prop(f, &props, "status", an_str_from_c(t->status), NULL);
    if (t->day != AN_DAY_NONE)
        an_fill_prop(f, &props, "status-date", an_fill_say(f, "%s", an_day_text(t->day, day)), NULL);
    if (t->due != AN_DAY_NONE)
        an_fill_prop(f, &props, "scheduled-completion-date", an_fill_say(f, "%s", an_day_text(t->due, day)), NULL);
    an_fill_prop(f, &props, "owner", t->owner, NULL);
    an_fill_prop(f, &props, "entry", an_fill_say(f, "%llu", (unsigned long long) t->seq), NULL);
    bool done = strcmp(t->risk_status, "closed") == 0;
    *risk = (struct an_oscal_risk) {
        .key = t->key, .title = t->title, .text = t->text, .status = t->risk_status, .deadline = t->due,
        .zone = AN_STR("+08:00"), .observations = an_fill_keys(f, t->observation, AN_STR("")), .props = an_fill_done(about_risk),
        .remedy = t->remedy, .lifecycle = done ? "completed" : "planned",
    };
    if (t->due != AN_DAY_NONE && t->remedy.len) {
        *task = (struct an_oscal_task) {.key = t->key, .title = t->title, .day = t->due};
        risk->tasks = task;
        risk->task_count = 1;
    }
    *item = (struct an_oscal_item) {.key = t->key, .title = t->title, .text = t->text, .props = an_fill_done(props),
                                    .risks = an_fill_keys(f, t->key, AN_STR("")),
                                    .observations = an_fill_keys(f, t->observation, AN_STR(""))};
}

// A title of the first line of a text.
static struct an_str head_of(struct an_str s) {
    struct an_str rest = s, line = s;
    (void) an_str_next(&rest, '\n', &line);
    size_t n = line.len;
    if (n > 200)
        for (n = 200; n > 0 && ((unsigned char) line.ptr[n] & 0xC0) == 0x80; n--) {}
    return an_str_slice(line, 0, n);
}

static bool is_planned(const struct current *plans, struct an_str finding) {
    for (size_t i = 0; i < plans->count; i++)
        if (an_str_eq(text(plans->items[i], "finding"), finding))
            return true;
    return false;
}

// A finding whose document is carried over stands there already.
static bool is_carried(const struct an_fill *f, struct an_str hash) {
    for (size_t i = 0; hash.len && i < f->o->foreign_count; i++)
        if (f->o->foreign[i].root && an_str_eq(f->o->foreign[i].name, hash))
            return true;
    return false;
}

static void finding(struct an_fill *f, const struct an_entry *e, const struct current *plans, struct an_str evidence) {
    struct an_str result = text(e, "result"), id = text(e, "id"), control = text(e, "control");
    struct an_str key = an_fill_say(f, "finding:%.*s", AN_STR_ARG(id));
    bool gap = is(result, "fail") || is(result, "unknown");
    struct an_fill_props props = {0}, said = {0};
    an_fill_prop(f, &props, "result", result, NULL);
    an_fill_prop(f, &props, "source", text(e, "source"), NULL);
    an_fill_prop(f, &props, "severity", text(e, "severity"), NULL);
    an_fill_prop(f, &props, "control", control, NULL);
    an_fill_prop(f, &props, "finding-id", id, NULL);
    struct an_oscal_observation *o = observe(f, key, "TEST", day_of(e, "day"));
    struct an_oscal_finding *to = AN_PUSH(f->arena, f->o->findings, f->o->finding_count);
    if (!o || !to) {
        f->failed = true;
        return;
    }
    o->type = "finding";
    o->title = text(e, "title");
    o->text = text(e, "remarks").len ? text(e, "remarks") : text(e, "title");
    o->props = an_fill_done(props);
    o->evidence = an_fill_keys(f, evidence, AN_STR(""));
    bool undetermined = is(result, "unknown");
    if (undetermined)
        an_fill_prop(f, &said, "verdict", AN_STR("undetermined"), NULL);
    an_fill_prop(f, &said, "result", result, NULL);
    an_fill_prop(f, &said, "source", text(e, "source"), NULL);
    *to = (struct an_oscal_finding) {
        .key = key, .title = text(e, "title"), .text = o->text, .target_type = "objective-id",
        .target = control.len ? control : id, .is_satisfied = !gap, .props = an_fill_done(said),
        .observations = an_fill_keys(f, key, AN_STR("")),
        .reason = is(result, "pass") ? "pass" : is(result, "fail") ? "fail" : "other",
        .risks = an_fill_keys(f, gap ? key : AN_STR(""), AN_STR("")),
        .status_remarks = undetermined ? an_fill_word(f, "The tool could not tell. This is not a failure, and not a pass.",
                                                      "检查工具不能判断。这既不是不符合，也不是符合。") : AN_STR(""),
    };
    struct todo t = {.kind = "finding", .status = "open", .risk_status = "open", .key = key, .title = text(e, "title"),
                     .text = o->text, .severity = text(e, "severity"), .day = day_of(e, "day"), .due = AN_DAY_NONE, .seq = e->seq,
                     .observation = key};
    if (!gap)
        return;
    add_todo(f, &t);
    // With a plan of its own, what is to be done stands there, and the risk remains.
    f->o->item_count -= f->o->item_count > 0 && is_planned(plans, id);
}

// The document that findings came in: carried over when it is an OSCAL document of the sort that is written and passes its
// schema; named by its hash otherwise.
static enum an_code source_of(struct an_fill *f, struct an_str hash, struct an_str *ret_key, struct an_err *err) {
    struct an_evidence_report evidence = {0};
    AN_AUTO(an_arena) scratch = {0};
    struct an_schema_faults faults;
    struct an_err quiet;
    struct an_str bytes;
    struct an_str name = an_fill_say(f, "evidence-%.*s", (int) (hash.len < 12 ? hash.len : 12), hash.ptr);
    enum an_code code = object(f, hash, an_fill_word(f, "Result file of another tool", "其他工具的检查结果文件"), name,
                               "application/octet-stream", false, ret_key, &bytes, err);
    if (code || bytes.len > CARRIED_MAX)
        return code;
    // A file that cannot be read (any more) is evidence all the same.
    if ((code = an_evidence_read(bytes, "", &scratch, &evidence, &quiet)))
        return code == AN_NOMEM ? an_fail(err, AN_NOMEM, "no memory for a document of another tool") : AN_OK;
    bool same = (f->which == AN_OSCAL_AR && strcmp(evidence.format->name, "oscal_ar") == 0) ||
                (f->which == AN_OSCAL_POAM && strcmp(evidence.format->name, "oscal_poam") == 0);
    struct an_oscal_evidence *e = NULL;
    for (size_t i = 0; i < f->o->evidence_count && !e; i++)
        if (an_str_eq(f->o->evidence[i].key, *ret_key))
            e = &f->o->evidence[i];
    if (e)
        e->media = an_str_from_c(evidence.format->media);
    if (!same || !e) {
        an_evidence_report_release(&evidence);
        return AN_OK;
    }
    code = an_oscal_hold(evidence.tree.root, f->which, f->s->data, &scratch, &faults, err);
    struct an_oscal_foreign *foreign = code ? NULL : AN_PUSH(f->arena, f->o->foreign, f->o->foreign_count);
    struct an_tree *tree = code ? NULL : AN_PUSH(f->arena, f->trees, f->tree_count);
    if (!foreign || !tree) {
        an_evidence_report_release(&evidence);
        f->failed |= !code;
        return code;
    }
    *tree = evidence.tree;
    bool carried = !faults.total && !an_oscal_is_of(f->o->space, tree->root);
    for (size_t i = 0; i + 1 < f->o->foreign_count && carried; i++)
        carried = !f->o->foreign[i].root || !an_oscal_overlaps(f->o->foreign[i].root, tree->root);
    *foreign = (struct an_oscal_foreign) {.name = hash, .bytes = bytes, .sha256 = e->sha256, .media = e->media,
                                          .root = carried ? tree->root : NULL};
    return AN_OK;
}

static enum an_code findings(struct an_fill *f, const struct current *plans, struct an_err *err) {
    struct current all = current(f, "finding");
    struct an_str *keys = AN_NEW_N(f->arena, all.count + 1, struct an_str);
    enum an_code code = AN_OK;
    f->failed |= !keys;
    // Documents first: a finding whose document is carried over is not said again. The newest first: of two editions of a
    // document, one is carried over.
    for (size_t i = all.count; keys && i-- > 0 && !code;) {
        struct an_str hash = text(all.items[i], "object");
        if (i + 1 < all.count && hash.len && an_str_eq(text(all.items[i + 1], "object"), hash))
            keys[i] = keys[i + 1];
        for (size_t k = i + 1; hash.len && k < all.count && !keys[i].len; k++)
            if (an_str_eq(text(all.items[k], "object"), hash))
                keys[i] = keys[k];
        if (hash.len && !keys[i].len)
            code = source_of(f, hash, &keys[i], err);
    }
    for (size_t i = 0; keys && i < all.count && !code; i++)
        if (!is_carried(f, text(all.items[i], "object")))
            finding(f, all.items[i], plans, keys[i].ptr ? keys[i] : AN_STR(""));
    return code;
}

static void factors(struct an_fill *f) {
    for (const struct an_entry *e = NULL; (e = an_case_next(f->s->kase, "factor", e));) {
        size_t i;
        json_t *piece;
        struct an_fill_props props = {0};
        struct an_oscal_observation *o = may_see(f, e)
            ? observe(f, an_fill_say(f, "factor:%llu", (unsigned long long) e->seq), "EXAMINE", day_of(e, "day")) : NULL;
        if (!o)
            continue;
        an_fill_count(f, &props, "factor", number(e->body, "factor"), NULL);
        an_fill_prop(f, &props, "level", text(e, "finding"), NULL);
        json_array_foreach(json_object_get(e->body, "evidence"), i, piece)
            an_fill_prop(f, &props, "evidence", (struct an_str) {json_string_value(piece), json_string_length(piece)}, NULL);
        o->title = an_fill_say(f, f->s->lang == AN_ZH ? "第十条风险因素第（%llu）项" : "Risk factor %llu of article 10",
                               (unsigned long long) number(e->body, "factor"));
        o->text = text(e, "text");
        o->props = an_fill_done(props);
    }
}

static void todos(struct an_fill *f, const struct current *plans) {
    struct current orders = current(f, "order"), promises = current(f, "commitment"), decisions = current(f, "decision");
    for (size_t i = 0; i < plans->count; i++) {
        const struct an_entry *e = plans->items[i];
        struct an_str status = text(e, "status"), of = text(e, "finding");
        bool done = is(status, "done") || is(status, "completed") || is(status, "closed");
        const struct an_entry *about_it = of.len ? an_case_last(f->s->kase, "finding", "id", of) : NULL;
        add_todo(f, &(struct todo) {.kind = "plan", .status = json_string_value(json_object_get(e->body, "status")),
                 .risk_status = done ? "closed" : "remediating", .key = an_fill_say(f, "plan:%.*s", AN_STR_ARG(text(e, "id"))),
                 .title = head_of(text(e, "text")), .text = text(e, "text"), .remedy = head_of(text(e, "text")),
                 .owner = text(e, "owner"), .severity = about_it ? text(about_it, "severity") : AN_STR(""), .day = AN_DAY_NONE,
                 .due = day_of(e, "due"), .seq = e->seq, .observation = AN_STR("")});
    }
    for (size_t i = 0; i < orders.count; i++) {
        const struct an_entry *e = orders.items[i];
        bool open = is(text(e, "status"), "open");
        add_todo(f, &(struct todo) {.kind = "order", .status = json_string_value(json_object_get(e->body, "status")),
                 .risk_status = open ? "open" : "closed", .key = an_fill_say(f, "order:%.*s", AN_STR_ARG(text(e, "id"))),
                 .title = head_of(text(e, "text")), .text = text(e, "text"), .day = day_of(e, "day"), .due = AN_DAY_NONE,
                 .seq = e->seq, .observation = AN_STR("")});
    }
    for (size_t i = 0; i < promises.count; i++) {
        const struct an_entry *e = promises.items[i];
        struct an_str status = text(e, "status");
        add_todo(f, &(struct todo) {.kind = "commitment", .status = json_string_value(json_object_get(e->body, "status")),
                 .risk_status = is(status, "kept") ? "closed" : is(status, "broken") ? "open" : "remediating",
                 .key = an_fill_say(f, "commitment:%.*s", AN_STR_ARG(text(e, "id"))), .title = head_of(text(e, "text")),
                 .text = text(e, "text"), .remedy = head_of(text(e, "text")), .day = day_of(e, "day"), .due = day_of(e, "due"),
                 .seq = e->seq, .observation = AN_STR("")});
    }
    for (size_t i = 0; i < decisions.count; i++) {
        size_t k;
        json_t *c;
        json_array_foreach(json_object_get(decisions.items[i]->body, "conditions"), k, c) {
            an_day due = AN_DAY_NONE;
            struct an_str what = an_entry_text(c, "text"), id = text(decisions.items[i], "id");
            if (!an_day_parse(an_entry_text(c, "due"), &due))
                due = AN_DAY_NONE;
            add_todo(f, &(struct todo) {.kind = "condition", .status = "open", .risk_status = "open", .title = head_of(what),
                     .key = an_fill_say(f, "condition:%.*s:%zu", AN_STR_ARG(id), k),
                     .text = what, .remedy = head_of(what), .day = day_of(decisions.items[i], "day"), .due = due,
                     .seq = decisions.items[i]->seq, .observation = AN_STR("")});
        }
    }
}

static enum an_code documents(struct an_fill *f, struct an_err *err) {
    struct current all = current(f, "document");
    for (size_t i = 0; i < all.count; i++) {
        const struct an_entry *e = all.items[i];
        struct an_str key;
        size_t before = f->o->evidence_count;
        enum an_code code = object(f, text(e, "object"), text(e, "title"), text(e, "id"),
                                   json_string_value(json_object_get(e->body, "media")), false, &key, NULL, err);
        if (code)
            return code;
        if (f->o->evidence_count == before)
            continue;                   // the same bytes as something else
        struct an_oscal_evidence *r = &f->o->evidence[before];
        struct an_fill_props props = {0};
        an_fill_prop(f, &props, "object", text(e, "object"), NULL);
        an_fill_prop(f, &props, "document", text(e, "id"), NULL);
        an_fill_prop(f, &props, "document-kind", text(e, "kind"), NULL);
        an_fill_prop(f, &props, "spoken-of", text(e, "spoken_of"), NULL);
        an_fill_prop(f, &props, "received", text(e, "received"), NULL);
        an_fill_prop(f, &props, "expires", text(e, "expires"), NULL);
        r->props = an_fill_done(props);
    }
    return AN_OK;
}

enum an_code an_fill_case(struct an_fill *f, struct an_err *err) {
    const struct an_entry *open = an_case_entry(f->s->kase, 1);
    struct an_str counted = AN_STR(""), stated = AN_STR("");
    if (!open)
        return an_fail(err, AN_USAGE, "the case has no entry");
    // The authority's own file is kept by those who examine.
    f->role = f->s->role ? an_str_from_c(f->s->role) : is(text(open, "side"), "authority") ? AN_STR("examiner") : AN_STR("filer");
    f->o->space = an_fill_say(f, "case:%.*s", AN_STR_ARG(text(open, "id")));
    parties(f);
    log_of(f);
    struct current plans = current(f, "plan");
    enum an_code code = measurements(f, &counted, err);
    facts(f, &stated);
    if (!code)
        code = verdicts(f, counted, stated, err);
    if (!code)
        code = findings(f, &plans, err);
    factors(f);
    todos(f, &plans);
    return code ? code : documents(f, err);
}
