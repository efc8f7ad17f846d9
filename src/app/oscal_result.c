// From the model of a result to that of an OSCAL document: stores, counts, facts, verdicts.
#include "app/oscal_fill.h"
#include "report/report.h"

enum { KEPT_DAYS = 90 };        // how long a count is current: the export guide asks for an assessment within three months

static struct an_oscal_observation *observe(struct an_fill *f, struct an_str key, struct an_str title, struct an_str text) {
    struct an_oscal_observation *o = AN_PUSH(f->arena, f->o->observations, f->o->observation_count);
    if (!o) {
        f->failed = true;
        return NULL;
    }
    *o = (struct an_oscal_observation) {.key = key, .title = title, .text = text, .method = "TEST", .type = "control-objective",
                                        .collected = f->s->as_of, .expires = f->s->as_of + KEPT_DAYS, .by_tool = true,
                                        .evidence = an_fill_keys(f, AN_STR("result"), AN_STR(""))};
    return o;
}

static void add_store(struct an_fill *f, const struct an_model_store *from, size_t place) {
    struct an_str key = an_fill_say(f, "store:%.*s", AN_STR_ARG(from->uri));
    struct an_fill_props about = {0}, props = {0};
    bool known = false;                 // from a measurement of the case
    for (size_t i = 0; i < f->o->store_count; i++)
        known |= an_str_eq(f->o->stores[i].key, key);
    struct an_oscal_store *store = known ? NULL : AN_PUSH(f->arena, f->o->stores, f->o->store_count);
    an_fill_prop(f, &about, "format", an_str_from_c(from->format), NULL);
    an_fill_prop(f, &about, "encoding", an_str_from_c(from->encoding), NULL);
    an_fill_prop(f, &about, "location", from->location, NULL);
    if (store)
        *store = (struct an_oscal_store) {.key = key, .title = from->uri, .props = an_fill_done(about)};
    f->failed |= !store && !known;
    an_fill_people(f, &props, &from->people);
    an_fill_prop(f, &props, "read", an_str_from_c(from->status), NULL);
    an_fill_count(f, &props, "records", from->records, NULL);
    an_fill_count(f, &props, "records-unread", from->records_unread, NULL);
    for (size_t i = 0; i < from->kind_count; i++)
        an_fill_count(f, &props, "identifiers-distinct", from->kinds[i].distinct, from->kinds[i].name);
    struct an_oscal_observation *o = observe(f, an_fill_say(f, "read:%zu:%.*s", place, AN_STR_ARG(from->uri)), from->uri,
                                             an_fill_say_people(f, &from->people));
    if (o) {
        o->stores = an_fill_keys(f, key, AN_STR(""));
        o->props = an_fill_done(props);
        o->remarks = from->why;
    }
}

static struct an_str say_fact(struct an_fill *f, const struct an_model_fact *fact) {
    struct an_str value = AN_STR("unknown");
    if (fact->is == AN_FACT_VALUE)
        value = fact->value;
    else if (fact->is == AN_FACT_RANGE && fact->hi == AN_INFINITE)
        value = an_fill_say(f, "%llu..", (unsigned long long) fact->lo);
    else if (fact->is == AN_FACT_RANGE)
        value = an_fill_say(f, "%llu..%llu", (unsigned long long) fact->lo, (unsigned long long) fact->hi);
    return an_fill_say(f, "%s = %.*s (%s)", fact->name, AN_STR_ARG(value), fact->from);
}

static void add_facts(struct an_fill *f, const struct an_model *m) {
    struct an_fill_props props = {0};
    struct an_oscal_observation *o;
    for (size_t i = 0; i < m->fact_count; i++)
        an_fill_prop(f, &props, "fact", say_fact(f, &m->facts[i]), NULL);
    if (!m->fact_count)
        return;
    o = observe(f, AN_STR("facts"), an_fill_word(f, "Facts", "事实"),
                an_fill_word(f, "The facts that the rules were judged on: measured, declared, derived or assumed.",
                             "据以判断规则的事实：测得、申报、推得或假定。"));
    if (o) {
        o->method = "EXAMINE";
        o->props = an_fill_done(props);
    }
}

static void add_people(struct an_fill *f, const struct an_model *m) {
    struct an_fill_props props = {0};
    an_fill_people(f, &props, &m->people);
    an_fill_count(f, &props, "stores", m->scope.stores, NULL);
    an_fill_count(f, &props, "stores-unread", m->scope.stores_unread, NULL);
    an_fill_count(f, &props, "records-unread", m->scope.records_unread, NULL);
    for (size_t i = 0; i < m->assumption_count; i++)
        an_fill_prop(f, &props, "assumption", an_str_from_c(an_say(m->assumptions[i].text, f->s->lang)), m->assumptions[i].id);
    struct an_oscal_observation *o = observe(f, AN_STR("people"), an_fill_word(f, "People in all stores", "全部数据存储中的人数"),
                                             an_fill_say_people(f, &m->people));
    if (o)
        o->props = an_fill_done(props);
}

// Duties as one text; clocks are part of it, and the first that ends is the deadline.
static void add_rule(struct an_fill *f, const struct an_model *m, const struct an_model_rule *r) {
    AN_AUTO(an_buf) duties = {0};
    struct an_err err;
    an_day deadline = AN_DAY_NONE;
    bool first = true;
    for (size_t i = 0; i < r->duty_count + r->clock_count; i++) {
        struct an_str text = i < r->duty_count ? r->duties[i] : r->clocks[i - r->duty_count].text;
        if (an_buf_addf(&duties, &err, "%s%.*s", first ? "" : "\n", AN_STR_ARG(text)))
            f->failed = true;
        first = false;
    }
    for (size_t i = 0; i < r->clock_count; i++)
        if (r->clocks[i].due != AN_DAY_NONE && !r->clocks[i].stopped && (deadline == AN_DAY_NONE || r->clocks[i].due < deadline))
            deadline = r->clocks[i].due;
    struct an_fill_verdict v = {
        .rule = an_str_from_c(r->id), .version = an_str_from_c(r->version), .verdict = r->verdict, .status = r->status,
        .title = an_str_from_c(an_say(r->title, f->s->lang)), .citation = r->citation, .stands_by = r->stands_by,
        .has_duty = r->duty_count + r->clock_count > 0, .as_of = f->s->as_of, .deadline = deadline,
        .decide_by = r->decide_by, .decide_by_count = r->decide_by_count, .certificate = r->certificate,
        .duties = an_arena_copy(f->arena, an_buf_str(&duties)), .observation = m->measured ? AN_STR("people") : AN_STR(""),
        .other = m->fact_count ? AN_STR("facts") : AN_STR(""),
    };
    f->failed |= !v.duties.ptr;
    an_fill_verdict(f, &v);
}

enum an_code an_fill_model(struct an_fill *f, struct an_err *err) {
    const struct an_model *m = f->s->model;
    struct an_buf json = {0};
    enum an_code code = an_report_find(AN_STR("json"))->write(m, f->s->lang, &(struct an_report_options) {0}, &json, err);
    // Named by its hash and not held: it is what --json writes, and may be large.
    if (!code)
        (void) an_fill_evidence(f, AN_STR("result"), an_fill_word(f, "The result", "判断结果"), AN_STR("result.json"),
                                "application/json", an_buf_str(&json), false);
    an_buf_release(&json);
    if (code)
        return code;
    if (!f->o->space.len)
        f->o->space = an_fill_say(f, "result:%.*s:%.*s", AN_STR_ARG(m->key_id), AN_STR_ARG(m->company));
    if (!f->o->system.len)
        f->o->system = m->company;
    if (m->company.len && !f->o->party_count) {
        struct an_oscal_party *p = AN_PUSH(f->arena, f->o->parties, f->o->party_count);
        if (p)
            *p = (struct an_oscal_party) {.key = AN_STR("company"), .name = m->company, .side = AN_OSCAL_FILER};
        f->failed |= !p;
    }
    if (m->measured)
        add_people(f, m);
    for (size_t i = 0; i < m->store_count; i++)
        add_store(f, &m->stores[i], i);
    add_facts(f, m);
    for (size_t i = 0; i < m->rule_count; i++)
        add_rule(f, m, &m->rules[i]);
    return AN_OK;
}
