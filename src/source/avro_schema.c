// Schemas of Avro.
#define _GNU_SOURCE     // memrchr
#include "source/avro_schema.h"

#include <jansson.h>
#include <string.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "source/names.h"
#include "source/objects.h"

enum {
    LEVELS_MAX = 200, TYPES_MAX = 100 * 1000, NAMED_MAX = 4096,
    NAME_MAX_LEN = 200,             // longer names of fields are cut: they would be written for every value
    FIXED_MAX = 1 << 24,
};

struct work {
    struct an_avro_schema *s;
    struct an_names names;          // of records, enums and fixed types, with their spaces
    uint32_t named[NAMED_MAX];      // their types
    int level;
};

static enum an_code no_memory(struct an_err *err) { return an_fail(err, AN_NOMEM, "no memory for a schema"); }

static struct an_str text_of(const json_t *value) {
    const char *text = json_string_value(value);
    return (struct an_str) {text ? text : "", text ? json_string_length(value) : 0};
}

static enum an_code add_type(struct work *w, struct an_avro_type type, uint32_t *ret, struct an_err *err) {
    struct an_avro_schema *s = w->s;
    if (s->type_count == TYPES_MAX)
        return an_fail(err, AN_LIMIT, "its schema has more types than are followed");
    if (!an_alloc_room(&s->types, s->type_count, &s->type_cap, sizeof *s->types))
        return no_memory(err);
    s->types[s->type_count] = type;
    *ret = (uint32_t) s->type_count++;
    return AN_OK;
}

// Room for the parts of a type, one after another.
static enum an_code add_parts(struct work *w, uint32_t type, size_t count, struct an_err *err) {
    struct an_avro_schema *s = w->s;
    if (count > TYPES_MAX || s->part_count + count > TYPES_MAX)
        return an_fail(err, AN_LIMIT, "its schema has more fields than are followed");
    s->types[type].first = (uint32_t) s->part_count;
    s->types[type].count = (uint32_t) count;
    for (size_t i = 0; i < count; i++) {
        if (!an_alloc_room(&s->parts, s->part_count, &s->part_cap, sizeof *s->parts))
            return no_memory(err);
        s->parts[s->part_count++] = (struct an_avro_part) {0};
    }
    return AN_OK;
}

static enum an_code keep_name(struct work *w, struct an_str name, struct an_str *ret, struct an_err *err) {
    AN_AUTO(an_buf) quoted = {0};
    size_t len = name.len;
    if (len > NAME_MAX_LEN)
        for (len = NAME_MAX_LEN; ((unsigned char) name.ptr[len] & 0xC0) == 0x80;)
            len--;
    AN_TRY(an_objects_quote(&quoted, an_str_slice(name, 0, len), err));
    *ret = an_arena_copy(&w->s->arena, an_buf_str(&quoted));
    return ret->ptr ? AN_OK : no_memory(err);
}

static bool has_dot(struct an_str name) { return name.len && memchr(name.ptr, '.', name.len); }

static enum an_code full_name(struct an_str name, struct an_str space, struct an_buf *out, struct an_err *err) {
    out->len = 0;
    if (!has_dot(name) && space.len)
        AN_TRY(an_buf_addf(out, err, "%.*s.", AN_STR_ARG(space)));
    return an_buf_add(out, name, err);
}

static const struct { struct an_str name; enum an_avro_kind kind; } simple[] = {
    {AN_STR_INIT("null"), AN_AVRO_NULL}, {AN_STR_INIT("boolean"), AN_AVRO_BOOLEAN}, {AN_STR_INIT("int"), AN_AVRO_INT},
    {AN_STR_INIT("long"), AN_AVRO_LONG}, {AN_STR_INIT("float"), AN_AVRO_FLOAT}, {AN_STR_INIT("double"), AN_AVRO_DOUBLE},
    {AN_STR_INIT("bytes"), AN_AVRO_BYTES}, {AN_STR_INIT("string"), AN_AVRO_STRING},
};

// What a logical type makes of a simple or fixed one; one that does not fit is passed over, as the standard asks.
static enum an_avro_meaning meaning_of(const json_t *json, enum an_avro_kind kind) {
    static const struct { struct an_str name; enum an_avro_kind kind; enum an_avro_meaning meaning; } meanings[] = {
        {AN_STR_INIT("date"), AN_AVRO_INT, AN_AVRO_DATE}, {AN_STR_INIT("time-millis"), AN_AVRO_INT, AN_AVRO_TIME_MILLIS},
        {AN_STR_INIT("time-micros"), AN_AVRO_LONG, AN_AVRO_TIME_MICROS},
        {AN_STR_INIT("timestamp-millis"), AN_AVRO_LONG, AN_AVRO_STAMP_MILLIS},
        {AN_STR_INIT("timestamp-micros"), AN_AVRO_LONG, AN_AVRO_STAMP_MICROS},
        {AN_STR_INIT("timestamp-nanos"), AN_AVRO_LONG, AN_AVRO_STAMP_NANOS},
        {AN_STR_INIT("local-timestamp-millis"), AN_AVRO_LONG, AN_AVRO_STAMP_MILLIS},
        {AN_STR_INIT("local-timestamp-micros"), AN_AVRO_LONG, AN_AVRO_STAMP_MICROS},
        {AN_STR_INIT("local-timestamp-nanos"), AN_AVRO_LONG, AN_AVRO_STAMP_NANOS},
        {AN_STR_INIT("decimal"), AN_AVRO_BYTES, AN_AVRO_DECIMAL}, {AN_STR_INIT("decimal"), AN_AVRO_FIXED, AN_AVRO_DECIMAL},
        {AN_STR_INIT("uuid"), AN_AVRO_FIXED, AN_AVRO_UUID},
    };
    struct an_str name = text_of(json_object_get(json, "logicalType"));
    for (size_t i = 0; i < AN_COUNT(meanings); i++)
        if (meanings[i].kind == kind && an_str_eq(meanings[i].name, name))
            return meanings[i].meaning;
    return AN_AVRO_PLAIN;
}

static void add_meaning(struct work *w, uint32_t number, const json_t *json) {
    struct an_avro_type *type = &w->s->types[number];
    json_int_t scale = json_integer_value(json_object_get(json, "scale"));
    type->meaning = meaning_of(json, type->kind);
    type->scale = scale > 0 && scale < 1000 ? (uint32_t) scale : 0;
    if (type->meaning == AN_AVRO_UUID && type->size != 16)
        type->meaning = AN_AVRO_PLAIN;
}

// The type that a word names; `json` may say more of a simple one.
static enum an_code read_word(struct work *w, struct an_str word, const json_t *json, struct an_str space, uint32_t *ret,
                              struct an_err *err) {
    AN_AUTO(an_buf) full = {0};
    for (size_t i = 0; i < AN_COUNT(simple); i++)
        if (an_str_eq(simple[i].name, word)) {
            AN_TRY(add_type(w, (struct an_avro_type) {.kind = simple[i].kind}, ret, err));
            add_meaning(w, *ret, json);
            return AN_OK;
        }
    AN_TRY(full_name(word, space, &full, err));
    uint32_t number = an_names_find(&w->names, AN_NO_NAME, an_buf_str(&full));
    if (number == AN_NO_NAME)
        number = an_names_find(&w->names, AN_NO_NAME, word);
    if (number == AN_NO_NAME)
        return an_fail(err, AN_INPUT, "its schema uses a type that it does not define");
    *ret = w->named[number];
    return AN_OK;
}

static enum an_code read_type(struct work *w, const json_t *json, struct an_str space, uint32_t *ret, struct an_err *err);

static enum an_code read_element(struct work *w, uint32_t number, const json_t *json, struct an_str space, struct an_err *err) {
    uint32_t below;
    AN_TRY(add_parts(w, number, 1, err));
    size_t first = w->s->types[number].first;
    AN_TRY(read_type(w, json, space, &below, err));
    w->s->parts[first].type = below;
    return AN_OK;
}

static enum an_code read_branches(struct work *w, const json_t *json, struct an_str space, uint32_t *ret, struct an_err *err) {
    uint32_t number = 0, below;
    AN_TRY(add_type(w, (struct an_avro_type) {.kind = AN_AVRO_UNION}, &number, err));
    AN_TRY(add_parts(w, number, json_array_size(json), err));
    for (size_t i = 0; i < json_array_size(json); i++) {
        AN_TRY(read_type(w, json_array_get(json, i), space, &below, err));
        w->s->parts[w->s->types[number].first + i].type = below;
    }
    *ret = number;
    return AN_OK;
}

static enum an_code read_fields(struct work *w, uint32_t number, const json_t *json, struct an_str space, struct an_err *err) {
    const json_t *fields = json_object_get(json, "fields");
    if (!json_is_array(fields))
        return an_fail(err, AN_INPUT, "a record in its schema has no list of fields");
    AN_TRY(add_parts(w, number, json_array_size(fields), err));
    size_t first = w->s->types[number].first;
    for (size_t i = 0; i < json_array_size(fields); i++) {
        const json_t *field = json_array_get(fields, i);
        struct an_str name;
        uint32_t below;
        AN_TRY(keep_name(w, text_of(json_object_get(field, "name")), &name, err));
        AN_TRY(read_type(w, json_object_get(field, "type"), space, &below, err));
        w->s->parts[first + i] = (struct an_avro_part) {name, below};
    }
    return AN_OK;
}

static enum an_code read_symbols(struct work *w, uint32_t number, const json_t *json, struct an_err *err) {
    const json_t *symbols = json_object_get(json, "symbols");
    AN_TRY(add_parts(w, number, json_array_size(symbols), err));
    for (size_t i = 0; i < json_array_size(symbols); i++) {
        struct an_str name;
        AN_TRY(keep_name(w, text_of(json_array_get(symbols, i)), &name, err));
        w->s->parts[w->s->types[number].first + i].name = name;
    }
    return AN_OK;
}

// A record, enum or fixed type: known by its name from here on, inside itself too.
static enum an_code read_named(struct work *w, const json_t *json, enum an_avro_kind kind, struct an_str space, uint32_t *ret,
                               struct an_err *err) {
    AN_AUTO(an_buf) full = {0};
    struct an_str name = text_of(json_object_get(json, "name"));
    const json_t *own = json_object_get(json, "namespace");
    uint32_t number = 0, known;
    if (json_is_string(own))
        space = text_of(own);
    AN_TRY(full_name(name, space, &full, err));
    struct an_str all = an_buf_str(&full);
    const char *dot = all.len ? memrchr(all.ptr, '.', all.len) : NULL;
    AN_TRY(add_type(w, (struct an_avro_type) {.kind = kind}, &number, err));
    AN_TRY(an_names_add(&w->names, AN_NO_NAME, all, &known, err));
    if (known >= NAMED_MAX)
        return an_fail(err, AN_LIMIT, "its schema has more names than are followed");
    w->named[known] = number;
    *ret = number;
    if (kind == AN_AVRO_RECORD)
        return read_fields(w, number, json, dot ? an_str_slice(all, 0, (size_t) (dot - all.ptr)) : (struct an_str) {0}, err);
    if (kind == AN_AVRO_ENUM)
        return read_symbols(w, number, json, err);
    json_int_t size = json_integer_value(json_object_get(json, "size"));
    if (size < 0 || size > FIXED_MAX)
        return an_fail(err, AN_INPUT, "its schema has a type of an impossible size");
    w->s->types[number].size = (uint32_t) size;
    add_meaning(w, number, json);
    return AN_OK;
}

static enum an_code read_object(struct work *w, const json_t *json, struct an_str space, uint32_t *ret, struct an_err *err) {
    const json_t *type = json_object_get(json, "type");
    struct an_str word = text_of(type);
    if (!json_is_string(type))
        return type ? read_type(w, type, space, ret, err)
                    : an_fail(err, AN_INPUT, "a type in its schema does not say what it is");
    if (an_str_eq(word, AN_STR("record")) || an_str_eq(word, AN_STR("error")))
        return read_named(w, json, AN_AVRO_RECORD, space, ret, err);
    if (an_str_eq(word, AN_STR("enum")))
        return read_named(w, json, AN_AVRO_ENUM, space, ret, err);
    if (an_str_eq(word, AN_STR("fixed")))
        return read_named(w, json, AN_AVRO_FIXED, space, ret, err);
    bool is_array = an_str_eq(word, AN_STR("array"));
    if (!is_array && !an_str_eq(word, AN_STR("map")))
        return read_word(w, word, json, space, ret, err);
    AN_TRY(add_type(w, (struct an_avro_type) {.kind = is_array ? AN_AVRO_ARRAY : AN_AVRO_MAP}, ret, err));
    return read_element(w, *ret, json_object_get(json, is_array ? "items" : "values"), space, err);
}

static enum an_code read_type(struct work *w, const json_t *json, struct an_str space, uint32_t *ret, struct an_err *err) {
    if (w->level == LEVELS_MAX)
        return an_fail(err, AN_LIMIT, "its schema is nested more deeply than is followed");
    w->level++;
    enum an_code code = json_is_string(json) ? read_word(w, text_of(json), NULL, space, ret, err)
                      : json_is_array(json) ? read_branches(w, json, space, ret, err)
                      : json_is_object(json) ? read_object(w, json, space, ret, err)
                      : an_fail(err, AN_INPUT, "a type is missing in its schema");
    w->level--;
    return code;
}

void an_avro_schema_release(struct an_avro_schema *s) {
    an_free(s->types);
    an_free(s->parts);
    an_arena_release(&s->arena);
    *s = (struct an_avro_schema) {0};
}

enum an_code an_avro_schema_read(struct an_avro_schema *s, struct an_str text, struct an_err *err) {
    struct work *w = an_alloc(sizeof *w);
    if (!w)
        return no_memory(err);
    *w = (struct work) {.s = s};
    json_t *json = json_loadb(text.ptr ? text.ptr : "", text.len, JSON_DECODE_ANY | JSON_ALLOW_NUL, NULL);
    uint32_t top = 0;
    enum an_code code = json ? read_type(w, json, (struct an_str) {0}, &top, err)
                             : an_fail(err, AN_INPUT, "its schema is no JSON that can be read");
    json_decref(json);
    an_names_release(&w->names);
    an_free(w);
    return code;
}
