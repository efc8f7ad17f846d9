#include "source/names.h"

#include <string.h>

#include "base/alloc.h"
#include "source/uri.h"

void an_names_release(struct an_names *names) {
    an_arena_release(&names->arena);
    an_free(names->items);
    an_free(names->slots);
    *names = (struct an_names) {0};
}

// FNV-1a. Who chooses the names can make them collide; the lists are short where that is possible (see their limits).
static uint32_t hash_name(uint32_t parent, struct an_str text) {
    uint32_t hash = 2166136261u ^ parent * 2654435761u;
    for (size_t i = 0; i < text.len; i++)
        hash = (hash ^ (unsigned char) text.ptr[i]) * 16777619u;
    return hash ^ hash >> 15;
}

static uint32_t find_hashed(const struct an_names *names, uint32_t hash, uint32_t parent, struct an_str text) {
    if (names->slot_count == 0)
        return AN_NO_NAME;
    for (uint32_t i = hash & (names->slot_count - 1); names->slots[i]; i = (i + 1) & (names->slot_count - 1)) {
        const struct an_name *name = &names->items[names->slots[i] - 1];
        if (name->hash == hash && name->parent == parent && an_str_eq(name->text, text))
            return names->slots[i] - 1;
    }
    return AN_NO_NAME;
}

uint32_t an_names_find(const struct an_names *names, uint32_t parent, struct an_str text) {
    return find_hashed(names, hash_name(parent, text), parent, text);
}

static void put_slot(struct an_names *names, uint32_t number) {
    uint32_t i = names->items[number].hash & (names->slot_count - 1);
    while (names->slots[i])
        i = (i + 1) & (names->slot_count - 1);
    names->slots[i] = number + 1;
}

static enum an_code grow(struct an_names *names, struct an_err *err) {
    uint32_t count = names->slot_count ? names->slot_count * 2 : 64;
    if (count == 0)
        return an_fail(err, AN_LIMIT, "more names than can be numbered");
    struct an_name *items = an_realloc(names->items, (size_t) count / 2 * sizeof *items);
    if (!items)
        return an_fail(err, AN_NOMEM, "no memory for names");
    names->items = items;
    uint32_t *slots = an_alloc((size_t) count * sizeof *slots);
    if (!slots)
        return an_fail(err, AN_NOMEM, "no memory for names");
    memset(slots, 0, (size_t) count * sizeof *slots);
    an_free(names->slots);
    names->slots = slots;
    names->slot_count = count;
    for (uint32_t i = 0; i < names->count; i++)
        put_slot(names, i);
    return AN_OK;
}

enum an_code an_names_add(struct an_names *names, uint32_t parent, struct an_str text, uint32_t *ret_number,
                          struct an_err *err) {
    uint32_t hash = hash_name(parent, text), found = find_hashed(names, hash, parent, text);
    if (found != AN_NO_NAME) {
        *ret_number = found;
        return AN_OK;
    }
    if (names->count >= names->slot_count / 2) {
        enum an_code code = grow(names, err);
        if (code)
            return code;
    }
    struct an_str copy = an_source_padded(&names->arena, text);
    if (!copy.ptr)
        return an_fail(err, AN_NOMEM, "no memory for names");
    names->items[names->count] = (struct an_name) {.text = copy, .parent = parent, .hash = hash};
    put_slot(names, names->count);
    *ret_number = names->count++;
    return AN_OK;
}
