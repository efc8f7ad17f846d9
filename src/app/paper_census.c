// A measurement's header, as a case keeps it, back into the model that reports show: stores, kinds, places.
#include "app/paper_entries.h"

#include "app/measurement.h"
#include "ident/ident.h"

struct reader { struct an_arena *arena; struct an_model *model; bool failed; };

static void *many(struct reader *r, size_t n, size_t size) {
    void *p = an_arena_alloc(r->arena, n + 1, size);
    r->failed |= !p;
    return p;
}

static uint64_t count_of(const json_t *object, const char *name) {
    const json_t *v = json_object_get(object, name);
    return json_is_integer(v) && json_integer_value(v) >= 0 ? (uint64_t) json_integer_value(v) : AN_INFINITE;
}

static uint64_t count_or_none(const json_t *object, const char *name) {
    uint64_t n = count_of(object, name);
    return n == AN_INFINITE ? 0 : n;
}

static struct an_str text_of(struct reader *r, const json_t *object, const char *name) {
    const json_t *v = json_object_get(object, name);
    struct an_str s = json_is_string(v) ? (struct an_str) {json_string_value(v), json_string_length(v)} : AN_STR("");
    struct an_str kept = an_arena_copy(r->arena, s);
    r->failed |= !kept.ptr;
    return kept;
}

static struct an_model_people people_of(const json_t *object) {
    const json_t *p = json_object_get(object, "people");
    return (struct an_model_people) {count_or_none(p, "floor"), count_or_none(p, "linked"), count_of(p, "ceiling"),
                                     count_of(p, "ceiling_read")};
}

// Kinds that this version does not know are left out: it has no words for them.
static struct an_model_kind *kinds_of(struct reader *r, json_t *object, size_t *ret_count) {
    json_t *all = json_object_get(object, "identifiers"), *one;
    const char *name;
    struct an_model_kind *kinds = many(r, json_object_size(all), sizeof *kinds);
    *ret_count = 0;
    json_object_foreach(all, name, one) {
        const struct an_ident *kind = an_ident_find(an_str_from_c(name));
        if (!kind || !kinds)
            continue;
        kinds[(*ret_count)++] = (struct an_model_kind) {
            .name = kind->name, .title = kind->title, .occurrences = count_or_none(one, "found"),
            .distinct = count_or_none(one, "distinct"), .floor_grade = count_or_none(one, "floor_grade"),
            .blocked = count_or_none(one, "blocked"), .masked = count_or_none(one, "masked"),
            .damaged = count_or_none(one, "damaged"), .sensitive = kind->sensitive, .invalid = count_or_none(one, "invalid"),
            .recognised = count_or_none(one, "recognised"),
        };
    }
    return kinds;
}

static void store(struct reader *r, json_t *one, struct an_model_store *ret) {
    *ret = (struct an_model_store) {
        .uri = text_of(r, one, "uri"), .location = text_of(r, one, "location"), .format = text_of(r, one, "format").ptr,
        .status = text_of(r, one, "status").ptr, .why = text_of(r, one, "why"), .records = count_or_none(one, "records"),
        .bytes = count_or_none(one, "bytes"), .records_unread = count_of(one, "records_unread"),
        .bytes_unread = count_of(one, "bytes_unread"), .people = people_of(one),
        .single_subject = json_is_true(json_object_get(one, "single_subject")),
    };
    ret->kinds = kinds_of(r, one, &ret->kind_count);
}

static uint64_t sum(uint64_t a, uint64_t b) { return a > AN_INFINITE - b ? AN_INFINITE : a + b; }
static uint64_t most(uint64_t a, uint64_t b) { return a > b ? a : b; }

// Of the stores of a place: one may hold the people of another, so at least as many as the fullest, at most all together.
static void places(struct reader *r) {
    struct an_model *m = r->model;
    m->places = many(r, m->store_count, sizeof *m->places);
    for (size_t i = 0; i < m->store_count && m->places; i++) {
        const struct an_model_store *s = &m->stores[i];
        size_t k = 0;
        while (k < m->place_count && !an_str_eq(m->places[k].location, s->location))
            k++;
        if (!s->location.len)
            continue;
        struct an_model_place *p = &m->places[k];
        if (k == m->place_count) {
            m->place_count++;
            p->location = s->location;
        }
        p->stores++;
        p->people.floor = most(p->people.floor, s->people.floor);
        p->people.linked = most(p->people.linked, s->people.linked);
        p->people.ceiling = sum(p->people.ceiling, s->people.ceiling);
        p->people.ceiling_read = sum(p->people.ceiling_read, s->people.ceiling_read);
    }
}

static void free_json(json_t **json) { json_decref(*json); }

enum an_code an_paper_census(struct an_str header, struct an_arena *arena, struct an_model *model, struct an_err *err) {
    json_error_t where;
    AN_CLEANUP(free_json) json_t *json = json_loadb(header.ptr, header.len, JSON_REJECT_DUPLICATES, &where);
    const char *form = json_string_value(json_object_get(json, "schema"));
    if (!form || strcmp(form, AN_CENSUS_HEADER_FORM) != 0)
        return an_fail(err, AN_INPUT, "the census header of the case's measurement is no " AN_CENSUS_HEADER_FORM);
    struct reader r = {arena, model, false};
    const json_t *stores = json_object_get(json, "stores");
    size_t n = json_array_size(stores);
    model->stores = many(&r, n, sizeof *model->stores);
    model->store_count = model->place_count = 0;
    for (; model->store_count < n && !r.failed; model->store_count++)
        store(&r, json_array_get(stores, model->store_count), &model->stores[model->store_count]);
    model->kinds = kinds_of(&r, json, &model->kind_count);
    places(&r);
    model->people = people_of(json);
    model->scope.bytes = count_or_none(json, "bytes");
    model->scope.records_unread = count_of(json, "records_unread");
    model->scope.bytes_unread = count_of(json, "bytes_unread");
    return r.failed ? an_fail(err, AN_NOMEM, "no memory for the stores of a measurement") : AN_OK;
}
