#include "schema/reference.h"

#include <sodium.h>
#include <stdlib.h>
#include "base/alloc.h"
#include "base/buf.h"
#include "base/uuid.h"

struct object {                         // what has a UUID
    struct an_uuid uuid;
    struct an_str sort;                 // the key of the list (or object) that holds it: "risks"
    size_t document;
    struct an_str pointer;              // only of the first document
};

struct walker {
    struct object *objects; size_t count, cap;
    struct an_str *roles; size_t role_count, role_cap;
    struct an_tree embedded[AN_REFERENCE_IMPORTS_MAX]; size_t embedded_count;
    struct an_buf path;
    size_t document;
    struct an_arena *arena;
    struct an_schema_faults *faults;
    struct an_err *err;
};

static void walker_release(struct walker *w) {
    an_free(w->objects);
    an_free(w->roles);
    for (size_t i = 0; i < w->embedded_count; i++)
        an_tree_release(&w->embedded[i]);
    an_buf_release(&w->path);
}

static enum an_code no_memory(struct an_err *err) { return an_fail(err, AN_NOMEM, "no memory for the references of a document"); }

static enum an_code fault(struct walker *w, const char *key, struct an_str text) {
    if (w->faults->total++ >= AN_SCHEMA_FAULTS_MAX)
        return AN_OK;
    AN_AUTO(an_buf) at = {0};
    enum an_code code = an_buf_add(&at, an_buf_str(&w->path), w->err);
    if (!code && key)
        code = an_buf_addf(&at, w->err, "/%s", key);
    if (code)
        return code;
    struct an_schema_fault f = {an_arena_copy(w->arena, an_buf_str(&at)), an_arena_copy(w->arena, text)};
    if (!f.pointer.ptr || !f.text.ptr)
        return no_memory(w->err);
    w->faults->items[w->faults->count++] = f;
    return AN_OK;
}

typedef enum an_code on_object(struct walker *w, const json_t *object, struct an_str sort);

// Every object of a document, with the key it stands under; w->path says where it is.
static enum an_code walk(struct walker *w, const json_t *value, struct an_str sort, on_object *each) {
    const char *key;
    json_t *kid;
    size_t i, len = w->path.len;
    enum an_code code = json_is_object(value) ? each(w, value, sort) : AN_OK;
    json_object_foreach((json_t *) (uintptr_t) value, key, kid) {
        if (!code && json_is_string(kid) == false)
            code = an_buf_addf(&w->path, w->err, "/%s", an_tree_may_show(an_str_from_c(key)) ? key : "?");
        if (!code && json_is_string(kid) == false)
            code = walk(w, kid, an_str_from_c(key), each);
        w->path.len = len;
    }
    json_array_foreach(value, i, kid) {
        if (!code)
            code = an_buf_addf(&w->path, w->err, "/%zu", i);
        if (!code)
            code = walk(w, kid, sort, each);
        w->path.len = len;
    }
    return code;
}

static enum an_code gather(struct walker *w, const json_t *object, struct an_str sort) {
    struct object o = {.sort = sort, .document = w->document, .pointer = AN_STR("")};
    struct an_str id = an_tree_text(object, "id");
    if (an_str_eq(sort, AN_STR("roles")) && id.len) {
        if (!an_alloc_room(&w->roles, w->role_count, &w->role_cap, sizeof *w->roles))
            return no_memory(w->err);
        w->roles[w->role_count++] = id;
    }
    if (!an_uuid_parse(an_tree_text(object, "uuid"), &o.uuid))
        return AN_OK;
    // An inventory item names the components it is made of by the same key, but has a UUID of its own.
    if (w->count >= AN_REFERENCE_UUIDS_MAX)
        return an_fail(w->err, AN_LIMIT, "more than %d objects with a UUID", AN_REFERENCE_UUIDS_MAX);
    if (w->document == 0 && !(o.pointer = an_arena_copy(w->arena, an_buf_str(&w->path))).ptr)
        return no_memory(w->err);
    if (!an_alloc_room(&w->objects, w->count, &w->cap, sizeof *w->objects))
        return no_memory(w->err);
    w->objects[w->count++] = o;
    return AN_OK;
}

static int by_uuid(const void *a, const void *b) {
    const struct object *x = a, *y = b;
    int c = memcmp(x->uuid.byte, y->uuid.byte, AN_UUID_BYTES);
    if (!c)
        c = (x->document > y->document) - (x->document < y->document);
    if (c || !x->pointer.len)
        return c;
    size_t n = x->pointer.len < y->pointer.len ? x->pointer.len : y->pointer.len;
    c = memcmp(x->pointer.ptr, y->pointer.ptr, n);
    return c ? c : (x->pointer.len > y->pointer.len) - (x->pointer.len < y->pointer.len);
}

// The objects of that UUID: [*ret, ...). How many there are.
static size_t find(const struct walker *w, struct an_uuid uuid, size_t *ret) {
    size_t lo = 0, hi = w->count;
    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;
        if (memcmp(w->objects[mid].uuid.byte, uuid.byte, AN_UUID_BYTES) < 0)
            lo = mid + 1;
        else
            hi = mid;
    }
    *ret = lo;
    while (hi < w->count && memcmp(w->objects[hi].uuid.byte, uuid.byte, AN_UUID_BYTES) == 0)
        hi++;
    return hi - lo;
}

// What a reference may lead to: the keys under which such objects stand. `type`: only where the object says so.
static const struct { const char *key, *type, *sorts[3]; } targets[] = {
    {"risk-uuid", NULL, {"risks"}},
    {"observation-uuid", NULL, {"observations"}},
    {"finding-uuid", NULL, {"findings"}},
    {"party-uuid", NULL, {"parties"}},
    {"party-uuids", NULL, {"parties"}},
    {"location-uuids", NULL, {"locations"}},
    {"component-uuid", NULL, {"components", "defined-components"}},
    {"activity-uuid", NULL, {"activities"}},
    {"task-uuid", NULL, {"tasks"}},
    {"response-uuid", NULL, {"remediations"}},
    {"implementation-statement-uuid", NULL, {"statements", "implemented-requirements"}},
    {"subject-placeholder-uuid", NULL, {"subject-placeholder"}},
    {"provided-uuid", NULL, {"provided"}},
    {"responsibility-uuid", NULL, {"responsibilities"}},
    {"subject-uuid", "component", {"components"}},
    {"subject-uuid", "inventory-item", {"inventory-items"}},
    {"subject-uuid", "location", {"locations"}},
    {"subject-uuid", "party", {"parties"}},
    {"subject-uuid", "user", {"users"}},
    {"subject-uuid", "resource", {"resources"}},
    {"actor-uuid", "tool", {"components"}},
    {"actor-uuid", "assessment-platform", {"assessment-platforms"}},
    {"actor-uuid", "party", {"parties"}},
};

static bool is_sort(const char *const sorts[3], struct an_str sort) {
    for (size_t i = 0; i < 3 && sorts[i]; i++)
        if (an_str_eq(an_str_from_c(sorts[i]), sort))
            return true;
    return false;
}

static enum an_code follow(struct walker *w, const json_t *object, const char *key, struct an_str text) {
    struct an_uuid uuid;
    size_t from = 0;
    if (!an_uuid_parse(text, &uuid))
        return fault(w, key, AN_STR("no UUID"));
    size_t count = find(w, uuid, &from);
    if (!count)
        return fault(w, key, AN_STR("leads to nothing, neither here nor in what is imported"));
    struct an_str type = an_tree_text(object, "type");
    for (size_t i = 0; i < AN_COUNT(targets); i++) {
        if (strcmp(targets[i].key, key) != 0 || (targets[i].type && !an_str_eq(an_str_from_c(targets[i].type), type)))
            continue;
        for (size_t k = from; k < from + count; k++)
            if (is_sort(targets[i].sorts, w->objects[k].sort))
                return AN_OK;
        char said[160];
        int n = snprintf(said, sizeof said, "should lead to one of %s, and leads to one of %.*s", targets[i].sorts[0],
                         (int) (w->objects[from].sort.len > 40 ? 40 : w->objects[from].sort.len), w->objects[from].sort.ptr);
        return fault(w, key, (struct an_str) {said, n > 0 && (size_t) n < sizeof said ? (size_t) n : 0});
    }
    return AN_OK;
}

static bool is_blank(struct an_str s) {
    for (size_t i = 0; i < s.len; i++)
        if ((unsigned char) s.ptr[i] > ' ')
            return false;
    return true;
}

static bool ends(const char *key, const char *with) {
    size_t n = strlen(key), m = strlen(with);
    return n > m && strcmp(key + n - m, with) == 0;
}

static bool is_role(const struct walker *w, struct an_str id) {
    for (size_t i = 0; i < w->role_count; i++)
        if (an_str_eq(w->roles[i], id))
            return true;
    return false;
}

static enum an_code judge_member(struct walker *w, const json_t *object, const char *key, const json_t *value) {
    struct an_str text = {json_string_value(value), json_string_length(value)};
    struct an_uuid uuid;
    size_t i, from;
    json_t *item;
    enum an_code code = AN_OK;
    if (json_is_string(value) && ends(key, "-uuid"))
        return follow(w, object, key, text);
    if (json_is_array(value) && ends(key, "-uuids"))
        json_array_foreach(value, i, item)
            if (!code)
                code = follow(w, object, key, (struct an_str) {json_string_value(item), json_string_length(item)});
    if (!json_is_string(value) || code)
        return code;
    if (strcmp(key, "href") == 0 && text.len && *text.ptr == '#' && an_uuid_parse(an_str_slice(text, 1, text.len), &uuid)) {
        size_t count = find(w, uuid, &from);
        for (i = from; i < from + count; i++)
            if (an_str_eq(w->objects[i].sort, AN_STR("resources")))
                return AN_OK;
        return fault(w, key, AN_STR("leads to no resource of the back matter"));
    }
    if (strcmp(key, "role-id") == 0 && !is_role(w, text))
        return fault(w, key, AN_STR("no role of the metadata has that id"));
    static const char *const told[] = {"title", "description", "statement", "remarks"};
    for (i = 0; i < AN_COUNT(told); i++)
        if (strcmp(told[i], key) == 0 && is_blank(text))
            return fault(w, key, AN_STR("says nothing"));
    return AN_OK;
}

// The value of one of our own properties, "" when the object has none of it. Those of a class are counted apart.
static struct an_str own(const json_t *props, const char *name, struct an_str class) {
    size_t i;
    json_t *prop;
    json_array_foreach(props, i, prop)
        if (an_str_eq(an_tree_text(prop, "ns"), AN_STR(AN_OSCAL_NS)) &&
            an_str_eq(an_tree_text(prop, "name"), an_str_from_c(name)) && an_str_eq(an_tree_text(prop, "class"), class))
            return an_tree_text(prop, "value");
    return AN_STR("");
}

// A count as it is written: a whole number, or "unknown" for a ceiling nobody can state.
static bool count_of(struct an_str s, uint64_t *ret) {
    uint64_t n = 0;
    if (an_str_eq(s, AN_STR("unknown"))) {
        *ret = UINT64_MAX;
        return true;
    }
    for (size_t i = 0; i < s.len; i++) {
        if (s.ptr[i] < '0' || s.ptr[i] > '9' || n > (UINT64_MAX - 9) / 10)
            return false;
        n = n * 10 + (uint64_t) (s.ptr[i] - '0');
    }
    *ret = n;
    return s.len > 0;
}

static enum an_code judge_counts(struct walker *w, const json_t *props, struct an_str class) {
    static const char *const names[] = {"count-floor", "count-linked", "count-ceiling"};
    uint64_t below = 0;
    for (size_t i = 0; i < AN_COUNT(names); i++) {
        struct an_str text = own(props, names[i], class);
        uint64_t n;
        if (!text.len)
            continue;
        if (!count_of(text, &n) || (n == UINT64_MAX && i < 2))
            return fault(w, "props", AN_STR("a count that is no whole number"));
        if (n < below)
            return fault(w, "props", AN_STR("floor, linked and ceiling are not in order"));
        below = n;
    }
    return AN_OK;
}

static bool is_verdict(struct an_str s) {
    return an_str_eq(s, AN_STR("yes")) || an_str_eq(s, AN_STR("no")) || an_str_eq(s, AN_STR("undetermined"));
}

static enum an_code judge_props(struct walker *w, const json_t *object, const json_t *props) {
    size_t i, k;
    json_t *prop;
    enum an_code code = AN_OK;
    struct an_str verdict = own(props, "verdict", AN_STR(""));
    if (verdict.len && !is_verdict(verdict))
        code = fault(w, "props", AN_STR("a verdict is yes, no or undetermined"));
    if (an_str_eq(verdict, AN_STR("undetermined")) &&
        an_str_eq(an_tree_text(object, "target/status/state"), AN_STR("satisfied")))
        code = fault(w, "target/status/state", AN_STR("undetermined is never satisfied"));
    json_array_foreach(props, i, prop) {
        struct an_str name = an_tree_text(prop, "name");
        if (!code && an_str_eq(an_tree_text(prop, "ns"), AN_STR(AN_OSCAL_NS)) && an_str_eq(name, AN_STR("count-floor")))
            code = judge_counts(w, props, an_tree_text(prop, "class"));
        if (!code && is_blank(an_tree_text(prop, "value")))
            code = fault(w, "props", AN_STR("a property without a value"));
        // Objects of many properties are compared with what is near: enough for what is written twice in a row.
        for (k = i + 1; k < json_array_size(props) && k < i + 100 && !code; k++)
            if (json_equal(prop, json_array_get(props, k)))
                code = fault(w, "props", AN_STR("the same property twice"));
    }
    return code;
}

static enum an_code judge(struct walker *w, const json_t *object, struct an_str sort) {
    (void) sort;
    const char *key;
    json_t *value;
    enum an_code code = AN_OK;
    json_object_foreach((json_t *) (uintptr_t) object, key, value)
        if (!code)
            code = judge_member(w, object, key, value);
    const json_t *props = json_object_get(object, "props");
    return code || !json_is_array(props) ? code : judge_props(w, object, props);
}

static enum an_code judge_twice(struct walker *w) {
    enum an_code code = AN_OK;
    for (size_t i = 1; i < w->count && !code; i++) {
        struct object *a = &w->objects[i - 1], *b = &w->objects[i];
        if (a->document || b->document || memcmp(a->uuid.byte, b->uuid.byte, AN_UUID_BYTES) != 0)
            continue;
        w->path.len = 0;
        code = an_buf_add(&w->path, b->pointer, w->err);
        if (!code)
            code = fault(w, "uuid", AN_STR("another object has this UUID already"));
    }
    w->path.len = 0;
    return code;
}

// Documents that a document holds and imports: made trees of, where they can be read; a reference into what cannot is dangling.
static enum an_code embed(struct walker *w, const json_t *root, struct an_err *err) {
    const char *name;
    json_t *document, *resource;
    static const char *const imports[] = {"import-ap/href", "import-ssp/href", "import-profile/href"};
    json_object_foreach((json_t *) (uintptr_t) root, name, document)
        for (size_t i = 0; i < AN_COUNT(imports); i++) {
            size_t k;
            struct an_str href = an_tree_text(document, imports[i]);
            json_array_foreach(an_tree_at(document, "back-matter/resources"), k, resource) {
                struct an_str data = an_tree_text(resource, "base64/value");
                if (href.len < 2 || !data.len || w->embedded_count == AN_REFERENCE_IMPORTS_MAX ||
                    !an_str_eq(an_str_slice(href, 1, href.len), an_tree_text(resource, "uuid")))
                    continue;
                size_t len = 0, room = data.len / 4 * 3 + 3;
                unsigned char *bytes = an_alloc(room);
                if (!bytes)
                    return no_memory(err);
                struct an_err quiet;
                bool is = sodium_base642bin(bytes, room, data.ptr, data.len, NULL, &len, NULL,
                                            sodium_base64_VARIANT_ORIGINAL) == 0;
                enum an_code code = AN_INPUT;
                if (is)
                    code = an_tree_read((struct an_str) {(char *) bytes, len}, &w->embedded[w->embedded_count], &quiet);
                an_free(bytes);
                if (code == AN_NOMEM)
                    return no_memory(err);
                w->embedded_count += code == AN_OK;
            }
        }
    return AN_OK;
}

enum an_code an_reference_check(const json_t *const documents[], size_t count, struct an_arena *arena,
                                struct an_schema_faults *ret, struct an_err *err) {
    struct walker w AN_CLEANUP(walker_release) = {.arena = arena, .faults = ret, .err = err};
    *ret = (struct an_schema_faults) {0};
    enum an_code code = AN_OK;
    for (size_t i = 0; i < count && !code; i++)
        code = embed(&w, documents[i], err);
    for (size_t i = 0; i < w.embedded_count && !code; i++)
        code = embed(&w, w.embedded[i].root, err);      // it grows while it is gone through: what is imported imports
    for (size_t i = 0; i < count + w.embedded_count && !code; i++) {
        w.document = i;
        w.path.len = 0;
        code = walk(&w, i < count ? documents[i] : w.embedded[i - count].root, AN_STR(""), gather);
    }
    if (w.count)
        qsort(w.objects, w.count, sizeof *w.objects, by_uuid);
    if (!code)
        code = judge_twice(&w);
    return code || !count ? code : walk(&w, documents[0], AN_STR(""), judge);
}
