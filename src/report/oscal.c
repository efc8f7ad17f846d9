#include "report/oscal.h"

#include <sodium.h>
#include <stdio.h>
#include "base/utf8.h"
#include "report/oscal_tree.h"

static const char VERSION[] = "1.1.2";

void an_oscal_maker_release(struct an_oscal_maker *m) { an_arena_release(&m->arena); }

// The name space of all our UUIDs: version 5 of the name of our properties, in the name space for URLs of RFC 9562.
struct an_uuid an_oscal_space(struct an_str of) {
    static const struct an_uuid urls = {{0x6b, 0xa7, 0xb8, 0x11, 0x9d, 0xad, 0x11, 0xd1,
                                         0x80, 0xb4, 0x00, 0xc0, 0x4f, 0xd4, 0x30, 0xc8}};
    return an_uuid_of(an_uuid_of(urls, AN_STR(AN_OSCAL_NS)), of);
}

void an_oscal_add(struct an_oscal_maker *m, json_t *object, const char *key, json_t *value) {
    if (json_object_set_new(object, key, value))
        m->failed = true;
}

void an_oscal_push(struct an_oscal_maker *m, json_t *array, json_t *value) {
    if (json_array_append_new(array, value))
        m->failed = true;
}

json_t *an_oscal_one(struct an_oscal_maker *m, json_t *value) {
    json_t *list = json_array();
    an_oscal_push(m, list, value);
    return list;
}

void an_oscal_add_list(struct an_oscal_maker *m, json_t *object, const char *key, json_t *array) {
    if (array && !json_array_size(array))
        json_decref(array);
    else
        an_oscal_add(m, object, key, array);
}

void an_oscal_add_word(struct an_oscal_maker *m, json_t *object, const char *key, const char *word) {
    if (word && *word)
        an_oscal_add(m, object, key, json_string(word));
}

// Text that anybody may have written as OSCAL may have it: UTF-8, no control characters, runs of blanks as one, none at the
// ends; lines are kept where `lines` is set, and escaped what Markdown would read as a tag or as code where `markup` is.
static struct an_str clean(struct an_oscal_maker *m, struct an_str text, bool lines, bool markup) {
    char *out = an_arena_alloc(&m->arena, text.len * 3 + 4, 1);
    size_t n = 0;
    char blank = 0;
    if (!out) {
        m->failed = true;
        return AN_STR("");
    }
    for (size_t i = 0; i < text.len;) {
        size_t len;
        uint32_t c = an_utf8_get(an_str_slice(text, i, text.len), &len);
        i += len;
        // Blanks of Unicode may not stand at the ends of a value, either.
        if (c <= ' ' || (c >= 0x7F && c <= 0xA0) || c == 0x1680 || (c >= 0x2000 && c <= 0x200A) || c == 0x2028 || c == 0x2029 ||
            c == 0x202F || c == 0x205F || c == 0x3000 || c == 0xFEFF) {
            blank = lines && (c == '\n' || blank == '\n') ? '\n' : ' ';
            continue;
        }
        if (c == 0x200E || c == 0x200F || (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069))
            continue;                   // turns the direction of writing
        if (blank && n)
            out[n++] = blank;
        blank = 0;
        if (markup && (c == '<' || c == '`'))
            out[n++] = '\\';
        n += an_utf8_put(c, out + n);
    }
    return (struct an_str) {out, n};
}

static void add_text(struct an_oscal_maker *m, json_t *object, const char *key, struct an_str text) {
    an_oscal_add(m, object, key, json_stringn(text.ptr, text.len));
}

void an_oscal_add_line(struct an_oscal_maker *m, json_t *object, const char *key, struct an_str text) {
    text = clean(m, text, false, false);
    if (text.len)
        add_text(m, object, key, text);
}

void an_oscal_add_markup(struct an_oscal_maker *m, json_t *object, const char *key, struct an_str text) {
    text = clean(m, text, true, true);
    if (text.len)
        add_text(m, object, key, text);
}

void an_oscal_add_needed(struct an_oscal_maker *m, json_t *object, const char *key, struct an_str text) {
    text = clean(m, text, true, true);
    add_text(m, object, key, text.len ? text : AN_STR("-"));
}

bool an_oscal_has_day(an_day day) {
    struct an_date d = day == AN_DAY_NONE ? (struct an_date) {0} : an_day_to_date(day);
    return d.year >= 1900 && d.year <= 2999 && !(d.year < 2000 && d.month == 2 && d.day == 29);
}

void an_oscal_add_day(struct an_oscal_maker *m, json_t *object, const char *key, an_day day, const char *time) {
    char text[AN_DAY_TEXT_MAX], moment[64];
    if (!an_oscal_has_day(day))
        return;
    (void) snprintf(moment, sizeof moment, "%s%s", an_day_text(day, text), time);
    an_oscal_add_word(m, object, key, moment);
}

void an_oscal_add_props(struct an_oscal_maker *m, json_t *object, struct an_oscal_props props) {
    json_t *list = json_array();
    for (size_t i = 0; i < props.count; i++) {
        json_t *prop = json_object();
        an_oscal_add_word(m, prop, "name", props.items[i].name);
        an_oscal_add_word(m, prop, "ns", AN_OSCAL_NS);
        an_oscal_add_line(m, prop, "value", props.items[i].value);
        an_oscal_add_word(m, prop, "class", props.items[i].class);
        bool known = false;
        for (size_t k = 0; k < json_array_size(list); k++)
            known |= json_equal(json_array_get(list, k), prop);
        if (json_object_get(prop, "value") && !known)
            an_oscal_push(m, list, prop);
        else
            json_decref(prop);
    }
    an_oscal_add_list(m, object, "props", list);
}

struct an_str an_oscal_uuid(struct an_oscal_maker *m, const char *sort, struct an_str key) {
    size_t n = strlen(sort);
    char *name = an_arena_alloc(&m->arena, n + key.len + 2, 1), *text = an_arena_alloc(&m->arena, AN_UUID_TEXT_MAX, 1);
    if (!name || !text) {
        m->failed = true;
        return AN_STR("");
    }
    memcpy(name, sort, n);
    name[n] = '/';
    if (key.len)
        memcpy(name + n + 1, key.ptr, key.len);
    return an_str_from_c(an_uuid_text(an_uuid_of(m->space, (struct an_str) {name, n + 1 + key.len}), text));
}

void an_oscal_add_uuid(struct an_oscal_maker *m, json_t *object, const char *key, const char *sort, struct an_str of) {
    add_text(m, object, key, an_oscal_uuid(m, sort, of));
}

void an_oscal_add_to(struct an_oscal_maker *m, json_t *object, const char *list, const char *key, const char *sort,
                     struct an_oscal_keys keys) {
    json_t *array = json_array();
    for (size_t i = 0; i < keys.count; i++) {
        json_t *one = json_object();
        an_oscal_add_uuid(m, one, key, sort, keys.items[i]);
        an_oscal_push(m, array, one);
    }
    an_oscal_add_list(m, object, list, array);
}

static const char *const roles[] = {[AN_OSCAL_FILER] = "filer", [AN_OSCAL_AUTHORITY] = "authority"};
static const char *const role_titles[] = {[AN_OSCAL_FILER] = "当事人 Filer", [AN_OSCAL_AUTHORITY] = "审查机关 Authority"};

static void add_parties(struct an_oscal_maker *m, json_t *metadata) {
    json_t *parties = json_array(), *responsible = json_array();
    json_t *ids[AN_COUNT(roles)];
    for (size_t i = 0; i < AN_COUNT(roles); i++)
        ids[i] = json_array();
    for (size_t i = 0; m->o && i < m->o->party_count; i++) {
        const struct an_oscal_party *p = &m->o->parties[i];
        json_t *party = json_object();
        an_oscal_add_uuid(m, party, "uuid", "party", p->key);
        an_oscal_add_word(m, party, "type", p->is_person ? "person" : "organization");
        an_oscal_add_line(m, party, "name", p->name);
        an_oscal_add_markup(m, party, "remarks", p->remarks);
        an_oscal_push(m, parties, party);
        struct an_str uuid = an_oscal_uuid(m, "party", p->key);
        an_oscal_push(m, ids[p->side], json_stringn(uuid.ptr, uuid.len));
    }
    an_oscal_add_list(m, metadata, "parties", parties);
    for (size_t i = 0; i < AN_COUNT(roles); i++) {
        if (!json_array_size(ids[i])) {
            json_decref(ids[i]);
            continue;
        }
        json_t *one = json_object();
        an_oscal_add_word(m, one, "role-id", roles[i]);
        an_oscal_add(m, one, "party-uuids", ids[i]);
        an_oscal_push(m, responsible, one);
    }
    an_oscal_add_list(m, metadata, "responsible-parties", responsible);
}

json_t *an_oscal_metadata(struct an_oscal_maker *m, struct an_str title, struct an_str moment, struct an_str version) {
    json_t *metadata = json_object(), *list = json_array();
    an_oscal_add_needed(m, metadata, "title", title);
    an_oscal_add_line(m, metadata, "last-modified", moment);
    an_oscal_add_line(m, metadata, "version", version.len ? version : AN_STR("1"));
    an_oscal_add_word(m, metadata, "oscal-version", VERSION);
    for (size_t i = 0; m->o && i < AN_COUNT(roles); i++) {
        json_t *role = json_object();
        an_oscal_add_word(m, role, "id", roles[i]);
        an_oscal_add_word(m, role, "title", role_titles[i]);
        an_oscal_push(m, list, role);
    }
    an_oscal_add_list(m, metadata, "roles", list);
    add_parties(m, metadata);
    return metadata;
}

static json_t *base64(struct an_oscal_maker *m, struct an_str bytes) {
    size_t room = sodium_base64_ENCODED_LEN(bytes.len, sodium_base64_VARIANT_ORIGINAL);
    char *text = an_arena_alloc(&m->arena, room, 1);
    if (!text) {
        m->failed = true;
        return NULL;
    }
    (void) sodium_bin2base64(text, room, (const unsigned char *) bytes.ptr, bytes.len, sodium_base64_VARIANT_ORIGINAL);
    return json_string(text);
}

// A file's name as a relative reference: what may not stand in one is left out.
static struct an_str href_of(struct an_oscal_maker *m, struct an_str name) {
    char *out = an_arena_alloc(&m->arena, name.len + 2, 1);
    size_t n = 0;
    if (!out) {
        m->failed = true;
        return AN_STR("-");
    }
    for (size_t i = 0; i < name.len; i++) {
        unsigned char c = (unsigned char) name.ptr[i];
        out[n++] = c <= ' ' || c >= 0x7F || strchr("\"<>\\^`{|}#?%/:", c) ? '-' : (char) c;
    }
    if (!n)
        out[n++] = '-';
    return (struct an_str) {out, n};
}

json_t *an_oscal_resource(struct an_oscal_maker *m, const struct an_oscal_evidence *e) {
    json_t *resource = json_object();
    an_oscal_add_uuid(m, resource, "uuid", "resource", e->key);
    an_oscal_add_markup(m, resource, "title", e->title);
    an_oscal_add_markup(m, resource, "description", e->description);
    an_oscal_add_props(m, resource, e->props);
    if (e->sha256.len) {
        json_t *rlinks = json_array(), *rlink = json_object(), *hashes = json_array(), *hash = json_object();
        an_oscal_add_line(m, rlink, "href", href_of(m, e->name));
        an_oscal_add_line(m, rlink, "media-type", e->media);
        an_oscal_add_word(m, hash, "algorithm", "SHA-256");
        an_oscal_add_line(m, hash, "value", e->sha256);
        an_oscal_push(m, hashes, hash);
        an_oscal_add(m, rlink, "hashes", hashes);
        an_oscal_push(m, rlinks, rlink);
        an_oscal_add(m, resource, "rlinks", rlinks);
    }
    if (e->bytes.len) {
        json_t *data = json_object();
        struct an_str name = href_of(m, e->name);
        // A filename is a token: it begins with a letter.
        an_oscal_add_line(m, data, "filename", an_oscal_token(&m->arena, name));
        an_oscal_add_line(m, data, "media-type", e->media);
        an_oscal_add(m, data, "value", base64(m, e->bytes));
        an_oscal_add(m, resource, "base64", data);
    }
    return resource;
}

json_t *an_oscal_tool(struct an_oscal_maker *m) {
    json_t *tool = json_object(), *status = json_object(), *props = json_array(), *version = json_object();
    an_oscal_add_uuid(m, tool, "uuid", "component", AN_STR("anshen"));
    an_oscal_add_word(m, tool, "type", "software");
    an_oscal_add_word(m, tool, "title", "anshen");
    an_oscal_add_word(m, tool, "description", "Counts the distinct people in data stores and judges rules of law on the counts.");
    an_oscal_add_word(m, version, "name", "version");
    an_oscal_add_line(m, version, "value", m->o->tool_version.len ? m->o->tool_version : AN_STR("0"));
    an_oscal_push(m, props, version);
    an_oscal_add(m, tool, "props", props);
    an_oscal_add_word(m, status, "state", "operational");
    an_oscal_add(m, tool, "status", status);
    return tool;
}

json_t *an_oscal_assets(struct an_oscal_maker *m) {
    json_t *assets = json_object(), *components = json_array(), *platforms = json_array(), *platform = json_object();
    json_t *uses = json_array(), *use = json_object();
    an_oscal_push(m, components, an_oscal_tool(m));
    an_oscal_add(m, assets, "components", components);
    an_oscal_add_uuid(m, platform, "uuid", "platform", AN_STR("anshen"));
    an_oscal_add_word(m, platform, "title", "anshen");
    an_oscal_add_uuid(m, use, "component-uuid", "component", AN_STR("anshen"));
    an_oscal_push(m, uses, use);
    an_oscal_add(m, platform, "uses-components", uses);
    an_oscal_push(m, platforms, platform);
    an_oscal_add(m, assets, "assessment-platforms", platforms);
    return assets;
}

json_t *an_oscal_inventory(struct an_oscal_maker *m) {
    json_t *list = json_array();
    for (size_t i = 0; i < m->o->store_count; i++) {
        json_t *item = json_object();
        an_oscal_add_uuid(m, item, "uuid", "store", m->o->stores[i].key);
        an_oscal_add_needed(m, item, "description", m->o->stores[i].title);
        an_oscal_add_props(m, item, m->o->stores[i].props);
        an_oscal_push(m, list, item);
    }
    return list;
}

static bool has(struct an_oscal_keys keys, struct an_str key) {
    for (size_t i = 0; i < keys.count; i++)
        if (an_str_eq(keys.items[i], key))
            return true;
    return false;
}

static bool is_risk_named(const struct an_oscal_item *only, size_t count, struct an_str key) {
    for (size_t i = 0; i < count; i++)
        if (has(only[i].risks, key))
            return true;
    return !only;
}

static bool is_observation_named(struct an_oscal_maker *m, const struct an_oscal_item *only, size_t count, struct an_str key) {
    for (size_t i = 0; i < count; i++)
        if (has(only[i].observations, key))
            return true;
    for (size_t i = 0; only && i < m->o->risk_count; i++)
        if (has(m->o->risks[i].observations, key) && is_risk_named(only, count, m->o->risks[i].key))
            return true;
    return !only;
}

static json_t *by_tool(struct an_oscal_maker *m) {
    json_t *actor = json_object(), *origin = json_object();
    an_oscal_add_word(m, actor, "type", "tool");
    an_oscal_add_uuid(m, actor, "actor-uuid", "component", AN_STR("anshen"));
    an_oscal_add(m, origin, "actors", an_oscal_one(m, actor));
    return an_oscal_one(m, origin);
}

static void add_href(struct an_oscal_maker *m, json_t *object, struct an_str resource) {
    char href[AN_UUID_TEXT_MAX + 1];
    struct an_str uuid = an_oscal_uuid(m, "resource", resource);
    (void) snprintf(href, sizeof href, "#%.*s", AN_STR_ARG(uuid));
    an_oscal_add_word(m, object, "href", href);
}

json_t *an_oscal_links(struct an_oscal_maker *m, struct an_oscal_keys evidence) {
    json_t *list = json_array();
    for (size_t i = 0; i < evidence.count; i++) {
        json_t *link = json_object();
        add_href(m, link, evidence.items[i]);
        an_oscal_add_word(m, link, "rel", "evidence");
        an_oscal_push(m, list, link);
    }
    return list;
}

json_t *an_oscal_observations(struct an_oscal_maker *m, const struct an_oscal_item *only, size_t count) {
    json_t *list = json_array();
    for (size_t i = 0; i < m->o->observation_count; i++) {
        const struct an_oscal_observation *from = &m->o->observations[i];
        if (!is_observation_named(m, only, count, from->key))
            continue;
        json_t *to = json_object(), *subjects = json_array(), *evidence = json_array();
        an_oscal_add_uuid(m, to, "uuid", "observation", from->key);
        an_oscal_add_markup(m, to, "title", from->title);
        an_oscal_add_needed(m, to, "description", from->text);
        an_oscal_add_props(m, to, from->props);
        an_oscal_add(m, to, "methods", an_oscal_one(m, json_string(from->method)));
        if (from->type)
            an_oscal_add(m, to, "types", an_oscal_one(m, json_string(from->type)));
        if (from->by_tool)
            an_oscal_add(m, to, "origins", by_tool(m));
        for (size_t k = 0; k < from->stores.count; k++) {
            json_t *subject = json_object();
            an_oscal_add_uuid(m, subject, "subject-uuid", "store", from->stores.items[k]);
            an_oscal_add_word(m, subject, "type", "inventory-item");
            an_oscal_push(m, subjects, subject);
        }
        an_oscal_add_list(m, to, "subjects", subjects);
        for (size_t k = 0; k < from->evidence.count; k++) {
            json_t *piece = json_object();
            add_href(m, piece, from->evidence.items[k]);
            an_oscal_add_word(m, piece, "description", "See the resource.");
            an_oscal_push(m, evidence, piece);
        }
        an_oscal_add_list(m, to, "relevant-evidence", evidence);
        an_oscal_add_day(m, to, "collected", an_oscal_has_day(from->collected) ? from->collected : m->o->as_of, "T00:00:00Z");
        an_oscal_add_day(m, to, "expires", from->expires, "T00:00:00Z");
        an_oscal_add_markup(m, to, "remarks", from->remarks);
        an_oscal_push(m, list, to);
    }
    return list;
}

static json_t *remedy(struct an_oscal_maker *m, const struct an_oscal_risk *risk) {
    json_t *response = json_object(), *tasks = json_array();
    an_oscal_add_uuid(m, response, "uuid", "response", risk->key);
    an_oscal_add_word(m, response, "lifecycle", risk->lifecycle ? risk->lifecycle : "planned");
    an_oscal_add_needed(m, response, "title", risk->remedy);
    an_oscal_add_needed(m, response, "description", risk->remedy_text.len ? risk->remedy_text : risk->remedy);
    for (size_t i = 0; i < risk->task_count; i++) {
        json_t *task = json_object();
        an_oscal_add_uuid(m, task, "uuid", "task", risk->tasks[i].key);
        an_oscal_add_word(m, task, "type", "milestone");
        an_oscal_add_needed(m, task, "title", risk->tasks[i].title);
        if (an_oscal_has_day(risk->tasks[i].day)) {
            json_t *timing = json_object(), *date = json_object();
            an_oscal_add_day(m, date, "date", risk->tasks[i].day, "T00:00:00Z");
            an_oscal_add(m, timing, "on-date", date);
            an_oscal_add(m, task, "timing", timing);
        }
        an_oscal_push(m, tasks, task);
    }
    an_oscal_add_list(m, response, "tasks", tasks);
    return response;
}

json_t *an_oscal_risks(struct an_oscal_maker *m, const struct an_oscal_item *only, size_t count) {
    json_t *list = json_array();
    for (size_t i = 0; i < m->o->risk_count; i++) {
        const struct an_oscal_risk *from = &m->o->risks[i];
        if (!is_risk_named(only, count, from->key))
            continue;
        json_t *to = json_object();
        char time[32];
        (void) snprintf(time, sizeof time, "T23:59:59%.*s", (int) (from->zone.len ? from->zone.len : 1),
                        from->zone.len ? from->zone.ptr : "Z");
        an_oscal_add_uuid(m, to, "uuid", "risk", from->key);
        an_oscal_add_needed(m, to, "title", from->title);
        an_oscal_add_needed(m, to, "description", from->text);
        an_oscal_add_needed(m, to, "statement", from->statement.len ? from->statement : from->text);
        an_oscal_add_props(m, to, from->props);
        an_oscal_add_word(m, to, "status", from->status);
        an_oscal_add_day(m, to, "deadline", from->deadline, time);
        if (from->remedy.len)
            an_oscal_add(m, to, "remediations", an_oscal_one(m, remedy(m, from)));
        an_oscal_add_to(m, to, "related-observations", "observation-uuid", "observation", from->observations);
        an_oscal_push(m, list, to);
    }
    return list;
}

static bool is_evidence_named(struct an_oscal_maker *m, const struct an_oscal_item *only, size_t count, struct an_str key) {
    for (size_t i = 0; only && i < m->o->observation_count; i++)
        if (has(m->o->observations[i].evidence, key) && is_observation_named(m, only, count, m->o->observations[i].key))
            return true;
    return !only;
}

json_t *an_oscal_resources(struct an_oscal_maker *m, const struct an_oscal_item *only, size_t count) {
    json_t *list = json_array();
    for (size_t i = 0; i < m->o->evidence_count; i++)
        if (!m->o->evidence[i].bytes.len || is_evidence_named(m, only, count, m->o->evidence[i].key))
            an_oscal_push(m, list, an_oscal_resource(m, &m->o->evidence[i]));
    for (size_t i = 0; i < m->o->foreign_count; i++) {
        const struct an_oscal_foreign *f = &m->o->foreign[i];
        struct an_oscal_evidence e = {.key = f->sha256, .title = f->name, .name = f->name, .media = f->media, .bytes = f->bytes,
                                      .sha256 = f->sha256,
                                      .description = AN_STR("A document of another tool, as it was received.")};
        an_oscal_push(m, list, an_oscal_resource(m, &e));
    }
    return list;
}

static bool is_there(const json_t *list, const json_t *item) {
    struct an_str uuid = an_tree_text(item, "uuid"), id = an_tree_text(item, "id");
    size_t i;
    json_t *each;
    json_array_foreach(list, i, each)
        if (uuid.len ? an_str_eq(uuid, an_tree_text(each, "uuid")) : id.len ? an_str_eq(id, an_tree_text(each, "id"))
                                                                             : json_equal(each, item))
            return true;
    return false;
}

void an_oscal_carry(struct an_oscal_maker *m, json_t *object, const char *key, const json_t *from) {
    json_t *list = json_object_get(object, key), *item;
    size_t i;
    if (!json_array_size(from))
        return;
    if (!list) {
        an_oscal_add(m, object, key, json_array());
        list = json_object_get(object, key);
    }
    json_array_foreach(from, i, item)
        if (!is_there(list, item))
            an_oscal_push(m, list, json_deep_copy(item));
}

// The UUIDs of a document as keys of `set`. False when out of memory.
static bool gather(json_t *set, const json_t *value) {
    const char *key;
    json_t *kid;
    size_t i;
    struct an_uuid uuid;
    char text[AN_UUID_TEXT_MAX];        // in lower case, however the document writes it
    bool has = an_uuid_parse(an_tree_text(value, "uuid"), &uuid);
    bool fine = set && (!has || json_object_set_new_nocheck(set, an_uuid_text(uuid, text), json_true()) == 0);
    json_object_foreach((json_t *) (uintptr_t) value, key, kid)
        fine = fine && gather(set, kid);
    json_array_foreach(value, i, kid)
        fine = fine && gather(set, kid);
    return fine;
}

bool an_oscal_overlaps(const json_t *a, const json_t *b) {
    json_t *in_a = json_object(), *in_b = json_object(), *one;
    const char *uuid;
    bool overlap = !gather(in_a, a) || !gather(in_b, b);
    json_object_foreach(in_b, uuid, one)
        overlap = overlap || json_object_get(in_a, uuid);
    json_decref(in_a);
    json_decref(in_b);
    return overlap;
}

bool an_oscal_is_of(struct an_str space, const json_t *root) {
    AN_AUTO(an_oscal_maker) m = {.space = an_oscal_space(space)};
    struct an_str tool = an_oscal_uuid(&m, "component", AN_STR("anshen")), text = an_tree_canonical(root, &m.arena);
    return !tool.len || !text.ptr || strstr(text.ptr, tool.ptr);
}

void an_oscal_carry_head(struct an_oscal_maker *m, json_t *document, const json_t *foreign) {
    static const char *const lists[] = {"roles", "locations", "parties", "responsible-parties"};
    json_t *metadata = json_object_get(document, "metadata"), *back = json_object_get(document, "back-matter");
    for (size_t i = 0; i < AN_COUNT(lists); i++) {
        char path[64];
        (void) snprintf(path, sizeof path, "metadata/%s", lists[i]);
        an_oscal_carry(m, metadata, lists[i], an_tree_at(foreign, path));
    }
    an_oscal_carry(m, back, "resources", an_tree_at(foreign, "back-matter/resources"));
}

enum an_code an_oscal_finish(struct an_oscal_maker *m, json_t *document, const char *name, struct an_tree *ret,
                             struct an_err *err) {
    json_t *root = json_object(), *uuid = json_object();
    struct an_str content = m->failed ? AN_STR("") : an_tree_canonical(document, &m->arena);
    an_oscal_add_uuid(m, uuid, "uuid", name, content);
    // The UUID comes first, where people look for it.
    if (m->failed || !content.len || json_object_update(uuid, document))
        m->failed = true;
    json_decref(document);
    an_oscal_add(m, root, name, uuid);
    if (m->failed) {
        json_decref(root);
        return an_fail(err, AN_NOMEM, "no memory for an OSCAL document");
    }
    ret->root = root;
    return AN_OK;
}

static int add_bytes(const char *bytes, size_t n, void *out) {
    struct an_err err;
    return an_buf_add(out, (struct an_str) {bytes, n}, &err) ? -1 : 0;
}

enum an_code an_oscal_text(const struct an_tree *document, struct an_buf *out, struct an_err *err) {
    if (json_dump_callback(document->root, add_bytes, out, JSON_INDENT(2)))
        return an_fail(err, AN_NOMEM, "no memory for an OSCAL document");
    return an_buf_add(out, AN_STR("\n"), err);
}

static bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }

struct an_str an_oscal_token(struct an_arena *arena, struct an_str text) {
    enum { HASH = 4, LONGEST = 200 };
    unsigned char hash[crypto_hash_sha256_BYTES];
    char *out = an_arena_alloc(arena, text.len + 2 * HASH + 4, 1);
    size_t n = 0;
    bool changed = text.len == 0 || text.len > LONGEST;
    if (!out)
        return (struct an_str) {0};
    if (text.len == 0 || !is_letter(text.ptr[0])) {
        out[n++] = '_';
        changed = true;
    }
    for (size_t i = 0; i < text.len && i < LONGEST; i++) {
        char c = text.ptr[i];
        bool fine = is_letter(c) || (c >= '0' && c <= '9') || c == '.' || c == '-';
        out[n++] = fine ? c : '-';
        changed |= !fine;
    }
    if (changed) {
        (void) crypto_hash_sha256(hash, (const unsigned char *) (text.ptr ? text.ptr : ""), text.len);
        (void) sodium_bin2hex(out + n + 1, 2 * HASH + 1, hash, HASH);
        out[n] = '-';
        n += 1 + 2 * HASH;
    }
    return (struct an_str) {out, n};
}
