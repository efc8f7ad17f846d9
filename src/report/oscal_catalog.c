// Rules of law as an OSCAL catalog: a group for each instrument, a control for each version of a rule.
#include "report/oscal_tree.h"

static json_t *parts(struct an_oscal_maker *m, const struct an_oscal_control *c, struct an_str id) {
    json_t *list = json_array();
    for (size_t i = 0; i < c->part_count; i++) {
        const struct an_oscal_part *from = &c->parts[i];
        json_t *to = json_object();
        AN_AUTO(an_buf) name = {0};
        struct an_err err;
        // A statement has the name that findings refer to it by.
        bool is_statement = strcmp(from->name, "statement") == 0;
        if (an_buf_addf(&name, &err, is_statement ? "%.*s_smt" : "%.*s_%zu", AN_STR_ARG(id), i))
            m->failed = true;
        an_oscal_add_line(m, to, "id", an_buf_str(&name));
        an_oscal_add_word(m, to, "name", from->name);
        an_oscal_add_markup(m, to, "title", from->title);
        an_oscal_add_needed(m, to, "prose", from->prose);
        an_oscal_push(m, list, to);
    }
    return list;
}

static json_t *control(struct an_oscal_maker *m, const struct an_oscal_control *from) {
    json_t *to = json_object(), *links = json_array();
    struct an_str id = an_oscal_token(&m->arena, from->id);
    m->failed |= !id.ptr;
    an_oscal_add_line(m, to, "id", id);
    an_oscal_add_word(m, to, "class", from->class);
    an_oscal_add_needed(m, to, "title", from->title);
    an_oscal_add_props(m, to, from->props);
    for (size_t i = 0; i < from->link_count; i++) {
        json_t *link = json_object();
        an_oscal_add_line(m, link, "href", from->links[i]);
        an_oscal_add_word(m, link, "rel", "reference");
        an_oscal_push(m, links, link);
    }
    an_oscal_add_list(m, to, "links", links);
    an_oscal_add_list(m, to, "parts", parts(m, from, id));
    return to;
}

enum an_code an_oscal_catalog(const struct an_oscal_catalog *c, struct an_tree *ret, struct an_err *err) {
    struct an_oscal_maker m AN_CLEANUP(an_oscal_maker_release) = {.space = an_oscal_space(c->space)};
    if (!c->control_count)
        return an_fail(err, AN_USAGE, "there is no rule to write");
    json_t *catalog = json_object(), *groups = json_array(), *metadata = an_oscal_metadata(&m, c->title, c->moment, c->version);
    an_oscal_add_props(&m, metadata, c->props);
    an_oscal_add(&m, catalog, "metadata", metadata);
    for (size_t i = 0, at = 0; i < c->group_count; i++) {
        json_t *group = json_object(), *controls = json_array();
        struct an_str id = an_oscal_token(&m.arena, c->groups[i]);
        m.failed |= !id.ptr;
        an_oscal_add_line(&m, group, "id", id);
        an_oscal_add_word(&m, group, "class", "instrument");
        an_oscal_add_needed(&m, group, "title", c->groups[i]);
        for (; at < c->control_count && c->controls[at].group == i; at++)
            an_oscal_push(&m, controls, control(&m, &c->controls[at]));
        an_oscal_add_list(&m, group, "controls", controls);
        an_oscal_push(&m, groups, group);
    }
    an_oscal_add(&m, catalog, "groups", groups);
    return an_oscal_finish(&m, catalog, "catalog", ret, err);
}
