// From the entries of a case to the model of an OSCAL document: who, what was stated, and the log of it all; the rest in
// oscal_measured.c, oscal_found.c and oscal_todo.c. Only what the reader's role may see.
#include "app/oscal_case.h"

static void add_party(struct an_fill *f, struct an_str key, struct an_str name, bool is_person, struct an_str side,
                      struct an_str remarks) {
    struct an_oscal_party *p = AN_PUSH(f->arena, f->o->parties, f->o->party_count);
    if (p)
        *p = (struct an_oscal_party) {.key = key, .name = name, .is_person = is_person, .remarks = remarks,
                                      .side = an_fill_is(side, "authority") ? AN_OSCAL_AUTHORITY : AN_OSCAL_FILER};
    f->failed |= !p;
}

static void parties(struct an_fill *f) {
    const struct an_entry *open = an_case_entry(f->s->kase, 1);
    const json_t *company = json_object_get(open->body, "company");
    struct an_fill_current people = an_fill_current(f, "person");
    f->o->system = an_fill_say(f, "%.*s", AN_STR_ARG(an_entry_text(company, "name")));
    add_party(f, AN_STR("company"), f->o->system, false, AN_STR("filer"), an_entry_text(company, "name_en"));
    for (size_t i = 0; i < people.count; i++)
        add_party(f, an_fill_say(f, "person:%.*s", AN_STR_ARG(an_fill_text(people.items[i], "id"))),
                  an_fill_text(people.items[i], "name"), true, an_fill_text(people.items[i], "side"),
                  an_fill_text(people.items[i], "title"));
}

static const struct an_entry *person(const struct an_fill *f, struct an_str id) {
    const struct an_entry *p = id.len ? an_case_last(f->s->kase, "person", "id", id) : NULL;
    return p && an_fill_may_see(f, p) ? p : NULL;
}

// What an entry is about, in a few words: the members that are made for people.
static struct an_str about(const struct an_entry *e) {
    static const char *const members[] = {"title", "name", "text", "outcome", "rule", "label", "state", "metric",
                                          "direction", "id", "why"};
    for (size_t i = 0; i < AN_COUNT(members); i++)
        if (an_fill_text(e, members[i]).len)
            return an_str_slice(an_fill_text(e, members[i]), 0, 400);
    return AN_STR("");
}

static void log_of(struct an_fill *f) {
    for (const struct an_entry *e = NULL; (e = an_case_next(f->s->kase, NULL, e));) {
        if (!an_fill_may_see(f, e))
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
                .side = by && an_fill_is(an_fill_text(by, "side"), "authority") ? AN_OSCAL_AUTHORITY : AN_OSCAL_FILER,
            };
        f->failed |= !to;
    }
}

static void facts(struct an_fill *f, struct an_str *ret) {
    struct an_fill_props props = {0};
    an_day last = AN_DAY_NONE;
    for (const struct an_entry *e = NULL; (e = an_case_next(f->s->kase, "fact", e));) {
        if (!an_fill_may_see(f, e) || an_case_last(f->s->kase, "fact", "name", an_fill_text(e, "name")) != e)
            continue;
        an_fill_prop(f, &props, "fact", an_fill_say(f, "%.*s = %.*s (%.*s)", AN_STR_ARG(an_fill_text(e, "name")),
                                                    AN_STR_ARG(an_fill_text(e, "value")),
                                                    AN_STR_ARG(an_fill_text(e, "source"))), NULL);
        last = an_fill_day(e, "day") > last ? an_fill_day(e, "day") : last;
    }
    struct an_oscal_observation *o = props.count ? an_fill_observe(f, AN_STR("case-facts"), "EXAMINE", last) : NULL;
    if (!o)
        return;
    o->title = an_fill_word(f, "Facts of the case", "案件事实");
    o->text = an_fill_word(f, "What the company states of itself, with the source of each.",
                           "公司就自身情况所作的说明及其来源。");
    o->props = an_fill_done(props);
    *ret = o->key;
}

static void factors(struct an_fill *f) {
    for (const struct an_entry *e = NULL; (e = an_case_next(f->s->kase, "factor", e));) {
        size_t i;
        json_t *piece;
        struct an_fill_props props = {0};
        struct an_oscal_observation *o = an_fill_may_see(f, e)
            ? an_fill_observe(f, an_fill_say(f, "factor:%llu", (unsigned long long) e->seq), "EXAMINE",
                              an_fill_day(e, "day")) : NULL;
        if (!o)
            continue;
        an_fill_count(f, &props, "factor", an_fill_number(e->body, "factor"), NULL);
        an_fill_prop(f, &props, "level", an_fill_text(e, "finding"), NULL);
        json_array_foreach(json_object_get(e->body, "evidence"), i, piece)
            an_fill_prop(f, &props, "evidence", (struct an_str) {json_string_value(piece), json_string_length(piece)}, NULL);
        o->title = an_fill_say(f, f->s->lang == AN_ZH ? "第十条风险因素第（%llu）项" : "Risk factor %llu of article 10",
                               (unsigned long long) an_fill_number(e->body, "factor"));
        o->text = an_fill_text(e, "text");
        o->props = an_fill_done(props);
    }
}

static enum an_code documents(struct an_fill *f, struct an_err *err) {
    struct an_fill_current all = an_fill_current(f, "document");
    for (size_t i = 0; i < all.count; i++) {
        const struct an_entry *e = all.items[i];
        struct an_str key;
        size_t before = f->o->evidence_count;
        enum an_code code = an_fill_object(f, an_fill_text(e, "object"), an_fill_text(e, "title"), an_fill_text(e, "id"),
                                           json_string_value(json_object_get(e->body, "media")), false, &key, NULL, err);
        if (code)
            return code;
        if (f->o->evidence_count == before)
            continue;                   // the same bytes as something else
        struct an_oscal_evidence *r = &f->o->evidence[before];
        struct an_fill_props props = {0};
        an_fill_prop(f, &props, "object", an_fill_text(e, "object"), NULL);
        an_fill_prop(f, &props, "document", an_fill_text(e, "id"), NULL);
        an_fill_prop(f, &props, "document-kind", an_fill_text(e, "kind"), NULL);
        an_fill_prop(f, &props, "spoken-of", an_fill_text(e, "spoken_of"), NULL);
        an_fill_prop(f, &props, "received", an_fill_text(e, "received"), NULL);
        an_fill_prop(f, &props, "expires", an_fill_text(e, "expires"), NULL);
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
    bool examines = an_fill_is(an_fill_text(open, "side"), "authority");
    f->role = f->s->role ? an_str_from_c(f->s->role) : examines ? AN_STR("examiner") : AN_STR("filer");
    f->o->space = an_fill_say(f, "case:%.*s", AN_STR_ARG(an_fill_text(open, "id")));
    parties(f);
    log_of(f);
    struct an_fill_current plans = an_fill_current(f, "plan");
    enum an_code code = an_fill_measurements(f, &counted, err);
    facts(f, &stated);
    if (!code)
        code = an_fill_verdicts(f, counted, stated, err);
    if (!code)
        code = an_fill_findings(f, &plans, err);
    factors(f);
    an_fill_todos(f, &plans);
    return code ? code : documents(f, err);
}
