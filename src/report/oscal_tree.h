// Putting OSCAL documents together: what results, plans and catalogs share.
#ifndef AN_REPORT_OSCAL_TREE_H
#define AN_REPORT_OSCAL_TREE_H

#include "report/oscal.h"

struct an_oscal_maker {                 // failures are kept and asked for once, at the end
    const struct an_oscal *o;           // NULL: of a catalog
    struct an_uuid space;
    struct an_arena arena;              // scratch
    bool failed;
};

// Each adds one member; empty texts and lists are left out. `add` takes over `value`, which may be NULL after a failure.
void an_oscal_add(struct an_oscal_maker *m, json_t *object, const char *key, json_t *value);
void an_oscal_push(struct an_oscal_maker *m, json_t *array, json_t *value);
json_t *an_oscal_one(struct an_oscal_maker *m, json_t *value);                                          // a list of one
void an_oscal_add_list(struct an_oscal_maker *m, json_t *object, const char *key, json_t *array);       // unless it is empty
void an_oscal_add_word(struct an_oscal_maker *m, json_t *object, const char *key, const char *word);    // ours, as it is
void an_oscal_add_line(struct an_oscal_maker *m, json_t *object, const char *key, struct an_str text);  // one line, no markup
void an_oscal_add_markup(struct an_oscal_maker *m, json_t *object, const char *key, struct an_str text);
void an_oscal_add_needed(struct an_oscal_maker *m, json_t *object, const char *key, struct an_str text);    // "-" when empty
void an_oscal_add_day(struct an_oscal_maker *m, json_t *object, const char *key, an_day day, const char *time);  // "T00:00:00Z"
void an_oscal_add_props(struct an_oscal_maker *m, json_t *object, struct an_oscal_props props);

// UUIDs by sort and key; `add_uuid` under "uuid", `add_to` a list of references: related-risks of {risk-uuid}.
struct an_str an_oscal_uuid(struct an_oscal_maker *m, const char *sort, struct an_str key);
void an_oscal_add_uuid(struct an_oscal_maker *m, json_t *object, const char *key, const char *sort, struct an_str of);
void an_oscal_add_to(struct an_oscal_maker *m, json_t *object, const char *list, const char *key, const char *sort,
                     struct an_oscal_keys keys);

json_t *an_oscal_links(struct an_oscal_maker *m, struct an_oscal_keys evidence);     // to resources

// The head of a document, and a resource of its back matter.
json_t *an_oscal_metadata(struct an_oscal_maker *m, struct an_str title, struct an_str moment, struct an_str version);
json_t *an_oscal_resource(struct an_oscal_maker *m, const struct an_oscal_evidence *e);

// Parts that both results and plan have. `only`: what these items rest on, NULL: all. Of what is held inside, a plan has what its
// observations name; documents of others, held inside, it always has.
json_t *an_oscal_tool(struct an_oscal_maker *m);
json_t *an_oscal_assets(struct an_oscal_maker *m);
json_t *an_oscal_inventory(struct an_oscal_maker *m);
json_t *an_oscal_observations(struct an_oscal_maker *m, const struct an_oscal_item *only, size_t count);    // NULL: all
json_t *an_oscal_findings(struct an_oscal_maker *m);
json_t *an_oscal_risks(struct an_oscal_maker *m, const struct an_oscal_item *only, size_t count);
json_t *an_oscal_resources(struct an_oscal_maker *m, const struct an_oscal_item *only, size_t count);

// Carries the items of a foreign list over as they are; one whose UUID is there already is left out.
void an_oscal_carry(struct an_oscal_maker *m, json_t *object, const char *key, const json_t *from);

// Roles, locations, parties and resources of a foreign document, so that what is carried over finds them.
void an_oscal_carry_head(struct an_oscal_maker *m, json_t *document, const json_t *foreign);

// Gives the document its UUID, by its content, and hands it out under `name`.
enum an_code an_oscal_finish(struct an_oscal_maker *m, json_t *document, const char *name, struct an_tree *ret,
                             struct an_err *err) AN_MUST_USE;

void an_oscal_maker_release(struct an_oscal_maker *m);
struct an_uuid an_oscal_space(struct an_str of);

#endif
