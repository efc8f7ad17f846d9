// OSCAL assessment results, with the assessment plan and the system security plan that their imports lead to.
#include "report/oscal_tree.h"

static struct an_str token(struct an_oscal_maker *m, struct an_str id) {
    struct an_str t = an_oscal_token(&m->arena, id);
    m->failed |= !t.ptr;
    return t.ptr ? t : AN_STR("_");
}

static json_t *reviewed(struct an_oscal_maker *m) {
    json_t *controls = json_object(), *selection = json_object(), *list = json_array();
    for (size_t i = 0; i < m->o->control_count; i++) {
        json_t *control = json_object();
        an_oscal_add_line(m, control, "control-id", token(m, m->o->controls[i]));
        an_oscal_push(m, list, control);
    }
    if (m->o->control_count)
        an_oscal_add(m, selection, "include-controls", list);
    else {
        json_decref(list);
        an_oscal_add(m, selection, "include-all", json_object());
    }
    an_oscal_add(m, controls, "control-selections", an_oscal_one(m, selection));
    return controls;
}

static json_t *import(struct an_oscal_maker *m, const char *name) {
    json_t *it = json_object();
    struct an_str uuid = an_oscal_uuid(m, "resource", an_str_from_c(name));
    char href[AN_UUID_TEXT_MAX + 1] = "#";
    if (uuid.len < sizeof href - 1)
        memcpy(href + 1, uuid.ptr, uuid.len + 1);
    an_oscal_add_word(m, it, "href", href);
    return it;
}

// A resource that holds the whole of another document.
static json_t *held(struct an_oscal_maker *m, const char *name, const char *title, const struct an_tree *document) {
    struct an_oscal_evidence e = {.key = an_str_from_c(name), .name = an_str_from_c(name), .title = an_str_from_c(title),
                                  .media = AN_STR("application/oscal+json")};
    e.bytes = an_tree_canonical(document->root, &m->arena);
    m->failed |= !e.bytes.len;
    return an_oscal_resource(m, &e);
}

static json_t *status(struct an_oscal_maker *m, const char *state) {
    json_t *it = json_object();
    an_oscal_add_word(m, it, "state", state);
    return it;
}

static json_t *characteristics(struct an_oscal_maker *m) {
    json_t *it = json_object(), *id = json_object(), *information = json_object(), *type = json_object();
    json_t *boundary = json_object();
    an_oscal_add_word(m, id, "identifier-type", "http://ietf.org/rfc/rfc4122");
    an_oscal_add_uuid(m, id, "id", "system", AN_STR(""));
    an_oscal_add(m, it, "system-ids", an_oscal_one(m, id));
    an_oscal_add_line(m, it, "system-name", m->o->system.len ? m->o->system : AN_STR("data stores"));
    an_oscal_add_word(m, it, "description", "The data stores that were measured, and whose holder has the duties judged. "
                      "This plan is thin: it is there so that references end.");
    an_oscal_add_word(m, type, "title", "Personal information");
    an_oscal_add_word(m, type, "description", "Identifiers of natural persons, counted and not kept.");
    an_oscal_add(m, information, "information-types", an_oscal_one(m, type));
    an_oscal_add(m, it, "system-information", information);
    an_oscal_add(m, it, "status", status(m, "operational"));
    an_oscal_add_word(m, boundary, "description", "The data stores named in the assessment results.");
    an_oscal_add(m, it, "authorization-boundary", boundary);
    return it;
}

static json_t *implementation(struct an_oscal_maker *m) {
    json_t *it = json_object(), *user = json_object(), *component = json_object();
    an_oscal_add_uuid(m, user, "uuid", "user", AN_STR("filer"));
    an_oscal_add(m, user, "role-ids", an_oscal_one(m, json_string("filer")));
    an_oscal_add(m, it, "users", an_oscal_one(m, user));
    an_oscal_add_uuid(m, component, "uuid", "component", AN_STR("this-system"));
    an_oscal_add_word(m, component, "type", "this-system");
    an_oscal_add_needed(m, component, "title", m->o->system);
    an_oscal_add_word(m, component, "description", "The system whose data stores were measured.");
    an_oscal_add(m, component, "status", status(m, "operational"));
    an_oscal_add(m, it, "components", an_oscal_one(m, component));
    return it;
}

static json_t *control_implementation(struct an_oscal_maker *m) {
    json_t *it = json_object(), *list = json_array();
    for (size_t i = 0; i < m->o->control_count || i == 0; i++) {
        json_t *requirement = json_object();
        struct an_str id = m->o->control_count ? token(m, m->o->controls[i]) : AN_STR("none");
        an_oscal_add_uuid(m, requirement, "uuid", "requirement", id);
        an_oscal_add_line(m, requirement, "control-id", id);
        an_oscal_push(m, list, requirement);
    }
    an_oscal_add_word(m, it, "description", "Rules of law that were judged. What is done about them stands in the plan of "
                      "action.");
    an_oscal_add(m, it, "implemented-requirements", list);
    return it;
}

static enum an_code system_plan(struct an_oscal_maker *m, struct an_tree *ret, struct an_err *err) {
    json_t *ssp = json_object(), *back = json_object(), *profile = json_object();
    struct an_oscal_evidence rules = {.key = AN_STR("oscal-catalog"), .title = AN_STR("Rules that were judged by"),
                                      .description = AN_STR("What `anshen report --as oscal-catalog` writes of the same rules.")};
    an_oscal_add(m, ssp, "metadata", an_oscal_metadata(m, AN_STR("System security plan (thin)"), m->o->moment, m->o->version));
    json_decref(profile);
    an_oscal_add(m, ssp, "import-profile", import(m, "oscal-catalog"));
    an_oscal_add(m, ssp, "system-characteristics", characteristics(m));
    an_oscal_add(m, ssp, "system-implementation", implementation(m));
    an_oscal_add(m, ssp, "control-implementation", control_implementation(m));
    an_oscal_add(m, back, "resources", an_oscal_one(m, an_oscal_resource(m, &rules)));
    an_oscal_add(m, ssp, "back-matter", back);
    return an_oscal_finish(m, ssp, "system-security-plan", ret, err);
}

static enum an_code assessment_plan(struct an_oscal_maker *m, struct an_tree *ret, struct an_err *err) {
    AN_AUTO(an_tree) ssp = {0};
    enum an_code code = system_plan(m, &ssp, err);
    if (code)
        return code;
    json_t *ap = json_object(), *back = json_object();
    an_oscal_add(m, ap, "metadata", an_oscal_metadata(m, AN_STR("Assessment plan"), m->o->moment, m->o->version));
    an_oscal_add(m, ap, "import-ssp", import(m, "system-security-plan.json"));
    an_oscal_add(m, ap, "reviewed-controls", reviewed(m));
    an_oscal_add(m, ap, "assessment-assets", an_oscal_assets(m));
    json_t *plan = held(m, "system-security-plan.json", "System security plan (thin)", &ssp);
    an_oscal_add(m, back, "resources", an_oscal_one(m, plan));
    an_oscal_add(m, ap, "back-matter", back);
    return an_oscal_finish(m, ap, "assessment-plan", ret, err);
}

static json_t *log_of(struct an_oscal_maker *m) {
    json_t *log = json_object(), *list = json_array();
    for (size_t i = 0; i < m->o->log_count; i++) {
        const struct an_oscal_entry *from = &m->o->log[i];
        json_t *entry = json_object();
        an_oscal_add_uuid(m, entry, "uuid", "entry", from->key);
        an_oscal_add_markup(m, entry, "title", from->title);
        an_oscal_add_markup(m, entry, "description", from->text);
        an_oscal_add_line(m, entry, "start", from->moment);
        an_oscal_add_props(m, entry, from->props);
        if (from->party.len) {
            json_t *by = json_object();
            an_oscal_add_uuid(m, by, "party-uuid", "party", from->party);
            an_oscal_add_word(m, by, "role-id", from->side == AN_OSCAL_AUTHORITY ? "authority" : "filer");
            an_oscal_add(m, entry, "logged-by", an_oscal_one(m, by));
        }
        an_oscal_push(m, list, entry);
    }
    an_oscal_add(m, log, "entries", list);
    return log;
}

json_t *an_oscal_findings(struct an_oscal_maker *m) {
    json_t *list = json_array();
    for (size_t i = 0; i < m->o->finding_count; i++) {
        const struct an_oscal_finding *from = &m->o->findings[i];
        json_t *to = json_object(), *target = json_object();
        json_t *state = status(m, from->is_satisfied ? "satisfied" : "not-satisfied");
        an_oscal_add_uuid(m, to, "uuid", "finding", from->key);
        an_oscal_add_needed(m, to, "title", from->title);
        an_oscal_add_needed(m, to, "description", from->text);
        an_oscal_add_props(m, to, from->props);
        an_oscal_add_list(m, to, "links", an_oscal_links(m, from->evidence));
        an_oscal_add_word(m, target, "type", from->target_type);
        an_oscal_add_line(m, target, "target-id", token(m, from->target));
        an_oscal_add_word(m, state, "reason", from->reason);
        an_oscal_add_markup(m, state, "remarks", from->status_remarks);
        an_oscal_add(m, target, "status", state);
        an_oscal_add(m, to, "target", target);
        an_oscal_add_to(m, to, "related-observations", "observation-uuid", "observation", from->observations);
        an_oscal_add_to(m, to, "related-risks", "risk-uuid", "risk", from->risks);
        an_oscal_add_markup(m, to, "remarks", from->remarks);
        an_oscal_push(m, list, to);
    }
    return list;
}

static json_t *result(struct an_oscal_maker *m) {
    json_t *it = json_object(), *local = json_object();
    an_oscal_add_uuid(m, it, "uuid", "result", m->o->version);
    an_oscal_add_needed(m, it, "title", m->o->results_title);
    an_oscal_add_needed(m, it, "description", m->o->results_text);
    an_oscal_add_day(m, it, "start", m->o->as_of, "T00:00:00Z");
    an_oscal_add_props(m, it, m->o->props);
    an_oscal_add_list(m, local, "inventory-items", an_oscal_inventory(m));
    an_oscal_add(m, local, "assessment-assets", an_oscal_assets(m));
    an_oscal_add(m, it, "local-definitions", local);
    an_oscal_add(m, it, "reviewed-controls", reviewed(m));
    if (m->o->log_count)
        an_oscal_add(m, it, "assessment-log", log_of(m));
    an_oscal_add_list(m, it, "observations", an_oscal_observations(m, NULL, 0));
    an_oscal_add_list(m, it, "risks", an_oscal_risks(m, NULL, 0));
    an_oscal_add_list(m, it, "findings", an_oscal_findings(m));
    return it;
}

static void merge(struct an_oscal_maker *m, json_t *document, const json_t *foreign) {
    static const char *const lists[] = {"objectives-and-methods", "activities"};
    if (!an_tree_count(foreign, "results") || an_oscal_overlaps(document, foreign))
        return;
    an_oscal_carry_head(m, document, foreign);
    an_oscal_carry(m, document, "results", an_tree_at(foreign, "results"));
    json_t *local = json_object_get(document, "local-definitions");
    for (size_t i = 0; i < AN_COUNT(lists); i++) {
        const json_t *from = json_object_get(an_tree_at(foreign, "local-definitions"), lists[i]);
        if (json_array_size(from) && !local) {
            an_oscal_add(m, document, "local-definitions", json_object());
            local = json_object_get(document, "local-definitions");
        }
        an_oscal_carry(m, local, lists[i], from);
    }
}

enum an_code an_oscal_results(const struct an_oscal *o, struct an_tree *ret, struct an_err *err) {
    struct an_oscal_maker m AN_CLEANUP(an_oscal_maker_release) = {.o = o, .space = an_oscal_space(o->space)};
    AN_AUTO(an_tree) ap = {0};
    enum an_code code = assessment_plan(&m, &ap, err);
    if (code)
        return code;
    json_t *ar = json_object(), *back = json_object(), *resources = an_oscal_resources(&m, NULL, 0);
    an_oscal_add(&m, ar, "metadata", an_oscal_metadata(&m, o->title, o->moment, o->version));
    an_oscal_add(&m, ar, "import-ap", import(&m, "assessment-plan.json"));
    an_oscal_add(&m, ar, "results", an_oscal_one(&m, result(&m)));
    an_oscal_push(&m, resources, held(&m, "assessment-plan.json", "Assessment plan", &ap));
    an_oscal_add(&m, back, "resources", resources);
    an_oscal_add(&m, ar, "back-matter", back);
    for (size_t i = 0; i < o->foreign_count; i++)
        merge(&m, ar, json_object_get(o->foreign[i].root, "assessment-results"));
    return an_oscal_finish(&m, ar, "assessment-results", ret, err);
}
