// From the measurements and verdicts of a case to the model of an OSCAL document: what was counted, in what stores, and judged.
#include "app/oscal_case.h"

// The people of a measurement, or of a store in a census header; "ceiling_read" only where it is said.
static struct an_model_people people_of(const json_t *from) {
    return (struct an_model_people) {an_fill_number(from, "floor"), an_fill_number(from, "linked"),
                                     an_fill_number(from, "ceiling"),
                                     an_fill_number(from, "ceiling_read")};
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
        an_fill_count(f, &props, "records", an_fill_number(store, "records"), NULL);
        an_fill_count(f, &props, "records-unread", an_fill_number(store, "records_unread"), NULL);
        struct an_str name = an_fill_say(f, "measured:%llu:%zu", (unsigned long long) e->seq, i);
        struct an_oscal_observation *o = an_fill_observe(f, name, "TEST", an_fill_day(e, "day"));
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

enum an_code an_fill_measurements(struct an_fill *f, struct an_str *ret_last, struct an_err *err) {
    for (const struct an_entry *e = NULL; (e = an_case_next(f->s->kase, "measurement", e));) {
        struct an_fill_props props = {0};
        struct an_str key, header;
        if (!an_fill_may_see(f, e))
            continue;
        enum an_code code = an_fill_object(f, an_fill_text(e, "census"), an_fill_word(f, "Header of a census", "计数文件头"),
                                           an_fill_say(f, "census-%llu.json", (unsigned long long) e->seq),
                                           "application/json", false, &key, &header, err);
        if (code)
            return code;
        struct an_str name = an_fill_say(f, "measurement:%llu", (unsigned long long) e->seq);
        struct an_oscal_observation *o = an_fill_observe(f, name, "TEST", an_fill_day(e, "day"));
        struct an_model_people people = people_of(json_object_get(e->body, "people"));
        an_fill_people(f, &props, &people);
        an_fill_count(f, &props, "stores", an_fill_number(e->body, "stores"), NULL);
        an_fill_count(f, &props, "records", an_fill_number(e->body, "records"), NULL);
        an_fill_count(f, &props, "records-unread", an_fill_number(e->body, "unread"), NULL);
        an_fill_prop(f, &props, "commitment-root", an_entry_text(json_object_get(e->body, "commitment"), "root"), NULL);
        if (!o)
            return AN_OK;
        o->title = an_fill_text(e, "label");
        o->text = an_fill_say_people(f, &people);
        o->by_tool = true;
        o->evidence = an_fill_keys(f, key, AN_STR(""));
        o->props = an_fill_done(props);
        stores(f, e, header, key);
        *ret_last = name;
    }
    return AN_OK;
}

enum an_code an_fill_verdicts(struct an_fill *f, struct an_str counted, struct an_str stated, struct an_err *err) {
    for (const struct an_entry *e = NULL; (e = an_case_next(f->s->kase, "verdict", e));) {
        // The last word on a rule and its version; a judgement made now is the newer one.
        bool newest = !f->s->model && an_fill_may_see(f, e);
        for (const struct an_entry *n = e; newest && (n = an_case_next(f->s->kase, "verdict", n));)
            newest = !an_str_eq(an_fill_text(n, "rule"), an_fill_text(e, "rule")) ||
                     !an_str_eq(an_fill_text(n, "version"), an_fill_text(e, "version"));
        if (!newest)
            continue;
        struct an_str certificate = AN_STR(""), key;
        if (an_fill_text(e, "certificate").len) {
            enum an_code code = an_fill_object(f, an_fill_text(e, "certificate"),
                                               an_fill_word(f, "Certificate of a verdict", "判断证书"),
                                               AN_STR("certificate.json"), "application/json", false, &key, &certificate, err);
            if (code)
                return code;
            // The finding holds it under the name of its rule.
            f->o->evidence_count -= f->o->evidence_count > 0 && an_str_eq(f->o->evidence[f->o->evidence_count - 1].key, key);
        }
        const struct an_rule *rule = f->s->law
            ? an_packs_find(&f->s->law->packs, an_fill_text(e, "rule"), an_fill_text(e, "version")) : NULL;
        struct an_str title = rule ? f->s->lang == AN_ZH ? rule->title.zh : rule->title.en : an_fill_text(e, "rule");
        struct an_fill_verdict v = {
            .rule = an_fill_text(e, "rule"), .version = an_fill_text(e, "version"),
            .title = title.len ? title : an_fill_text(e, "rule"), .status = "",
            .verdict = json_string_value(json_object_get(e->body, "verdict")), .has_duty = !rule || rule->duty_count > 0,
            .citation = an_fill_say(f, "%.*s %.*s", AN_STR_ARG(an_fill_text(e, "rule")), AN_STR_ARG(an_fill_text(e, "version"))),
            .as_of = an_fill_day(e, "as_of"), .deadline = AN_DAY_NONE, .certificate = certificate, .observation = counted,
            .other = stated, .duties = AN_STR(""),
        };
        an_fill_verdict(f, &v);
    }
    return AN_OK;
}
