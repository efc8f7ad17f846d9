// The plan of action and milestones (POA&M) of OSCAL: what is done about what was found.
#include "report/oscal_tree.h"

static json_t *items(struct an_oscal_maker *m) {
    json_t *list = json_array();
    for (size_t i = 0; i < m->o->item_count; i++) {
        const struct an_oscal_item *from = &m->o->items[i];
        json_t *to = json_object();
        an_oscal_add_uuid(m, to, "uuid", "item", from->key);
        an_oscal_add_needed(m, to, "title", from->title);
        an_oscal_add_needed(m, to, "description", from->text);
        an_oscal_add_props(m, to, from->props);
        an_oscal_add_to(m, to, "related-observations", "observation-uuid", "observation", from->observations);
        an_oscal_add_to(m, to, "related-risks", "risk-uuid", "risk", from->risks);
        an_oscal_add_markup(m, to, "remarks", from->remarks);
        an_oscal_push(m, list, to);
    }
    return list;
}

static json_t *object_at(struct an_oscal_maker *m, json_t *object, const char *key) {
    if (!json_object_get(object, key))
        an_oscal_add(m, object, key, json_object());
    return json_object_get(object, key);
}

static void merge(struct an_oscal_maker *m, json_t *document, const json_t *foreign) {
    static const char *const lists[] = {"observations", "risks", "findings", "poam-items"};
    if (!an_tree_count(foreign, "poam-items") || an_oscal_overlaps(document, foreign))
        return;
    an_oscal_carry_head(m, document, foreign);
    for (size_t i = 0; i < AN_COUNT(lists); i++)
        an_oscal_carry(m, document, lists[i], json_object_get(foreign, lists[i]));
    const json_t *from = json_object_get(foreign, "local-definitions");
    const json_t *assets = json_object_get(from, "assessment-assets");
    json_t *local = object_at(m, document, "local-definitions");
    an_oscal_carry(m, local, "components", json_object_get(from, "components"));
    an_oscal_carry(m, local, "inventory-items", json_object_get(from, "inventory-items"));
    if (assets) {
        json_t *to = object_at(m, local, "assessment-assets");
        an_oscal_carry(m, to, "components", json_object_get(assets, "components"));
        an_oscal_carry(m, to, "assessment-platforms", json_object_get(assets, "assessment-platforms"));
    }
}

// What is there without any document of others. UUIDs of things are those of the results.
static json_t *own(struct an_oscal_maker *m) {
    const struct an_oscal *o = m->o;
    json_t *poam = json_object(), *back = json_object(), *local = json_object(), *id = json_object(), *components = json_array();
    an_oscal_add(m, poam, "metadata", an_oscal_metadata(m, o->title, o->moment, o->version));
    an_oscal_add_word(m, id, "identifier-type", "http://ietf.org/rfc/rfc4122");
    an_oscal_add_uuid(m, id, "id", "system", AN_STR(""));
    an_oscal_add(m, poam, "system-id", id);
    an_oscal_add_list(m, local, "inventory-items", an_oscal_inventory(m));
    // Not under assessment-assets, which 1.0.4 does not know here.
    an_oscal_push(m, components, an_oscal_tool(m));
    an_oscal_add(m, local, "components", components);
    an_oscal_add(m, poam, "local-definitions", local);
    // An empty list of items names nothing, so the list is never NULL here, which would mean everything.
    static const struct an_oscal_item none;
    const struct an_oscal_item *named = o->item_count ? o->items : &none;
    an_oscal_add_list(m, poam, "observations", an_oscal_observations(m, named, o->item_count));
    an_oscal_add_list(m, poam, "risks", an_oscal_risks(m, named, o->item_count));
    an_oscal_add_list(m, poam, "poam-items", items(m));
    an_oscal_add_list(m, back, "resources", an_oscal_resources(m, named, o->item_count));
    an_oscal_add(m, poam, "back-matter", back);
    return poam;
}

enum an_code an_oscal_plan(const struct an_oscal *o, struct an_tree *ret, struct an_err *err) {
    struct an_oscal_maker m AN_CLEANUP(an_oscal_maker_release) = {.o = o, .space = an_oscal_space(o->space)};
    json_t *poam = own(&m);
    for (size_t i = 0; i < o->foreign_count; i++)
        merge(&m, poam, json_object_get(o->foreign[i].root, "plan-of-action-and-milestones"));
    if (!m.failed && !json_array_size(json_object_get(poam, "poam-items"))) {
        json_decref(poam);
        return an_fail(err, AN_USAGE, "there is nothing to plan: no duty is open, and no finding, plan, order or commitment is "
                       "known");
    }
    return an_oscal_finish(&m, poam, "plan-of-action-and-milestones", ret, err);
}
