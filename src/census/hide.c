#include "census/hide.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "ident/header.h"
#include "ident/person_name.h"

enum { KEYS_MIN = 3, DEPTH_MAX = 64 };

// One key of one column's path: name[from, to); before it stands its parent.
struct key { struct an_column *column; size_t from, to; unsigned depth; };

static struct an_str parent_of(const struct key *k) { return an_str_slice(k->column->name, 0, k->from); }
static struct an_str text_of(const struct key *k) { return an_str_slice(k->column->name, k->from, k->to); }

static int compare_texts(struct an_str a, struct an_str b) {
    if (a.len != b.len)
        return a.len < b.len ? -1 : 1;
    return a.len ? memcmp(a.ptr, b.ptr, a.len) : 0;
}

static int compare(const void *x, const void *y) {
    const struct key *a = x, *b = y;
    int order = compare_texts(parent_of(a), parent_of(b));
    return order ? order : compare_texts(text_of(a), text_of(b));
}

static bool is_name(const struct key *k) {
    struct an_header h = an_header_read(text_of(k));
    bool leads_on = k->to < k->column->name.len || k->column->kinds[0].count;
    return leads_on && !h.kind && !h.role && !h.personal && !h.text && an_person_name_looks_han(text_of(k));
}

// The keys below one parent, sorted.
static bool are_names(const struct key *keys, size_t count) {
    size_t all = 0, names = 0;
    for (size_t i = 0; i < count; i++) {
        if (i && compare_texts(text_of(&keys[i]), text_of(&keys[i - 1])) == 0)
            continue;
        all++;
        names += is_name(&keys[i]);
    }
    return names >= KEYS_MIN && 2 * names > all;
}

static size_t split(struct an_column *column, struct key *ret_keys) {
    struct an_str name = column->name;
    size_t count = 0, from = 0;
    for (size_t i = 0; i <= name.len && count < DEPTH_MAX; i++)
        if (i == name.len || name.ptr[i] == '.') {
            ret_keys[count] = (struct key) {column, from, i, (unsigned) count};
            count++;
            from = i + 1;
        }
    return count;
}

static enum an_code rename_column(struct an_store *s, struct an_column *column, uint64_t hidden, struct an_err *err) {
    struct key keys[DEPTH_MAX];
    AN_AUTO(an_buf) name = {0};
    enum an_code code = AN_OK;
    size_t count = split(column, keys);
    for (size_t i = 0; i < count && !code; i++) {
        code = i ? an_buf_add(&name, AN_STR("."), err) : AN_OK;
        if (!code)
            code = an_buf_add(&name, hidden >> i & 1 ? AN_STR("*") : text_of(&keys[i]), err);
    }
    if (code)
        return code;
    column->name = an_arena_copy(&s->arena, an_buf_str(&name));
    return column->name.ptr ? AN_OK : an_fail(err, AN_NOMEM, "no memory for a store");
}

enum an_code an_store_hide_keys(struct an_store *s, struct an_err *err) {
    AN_AUTO(an_arena) scratch = {0};
    size_t total = 0, count = 0;
    struct key some[DEPTH_MAX];
    for (size_t i = 0; i < s->column_count; i++)
        total += split(&s->columns[i], some);
    struct key *keys = AN_NEW_N(&scratch, total + 1, struct key);
    uint64_t *hidden = AN_NEW_N(&scratch, s->column_count + 1, uint64_t);
    if (!keys || !hidden)
        return an_fail(err, AN_NOMEM, "no memory for a store");
    for (size_t i = 0; i < s->column_count; i++)
        count += split(&s->columns[i], keys + count);
    qsort(keys, count, sizeof *keys, compare);
    for (size_t from = 0, to; from < count; from = to) {
        for (to = from + 1; to < count && compare_texts(parent_of(&keys[to]), parent_of(&keys[from])) == 0; to++)
            continue;
        if (are_names(keys + from, to - from))
            for (size_t i = from; i < to; i++)
                hidden[keys[i].column - s->columns] |= 1ull << keys[i].depth;
    }
    enum an_code code = AN_OK;
    for (size_t i = 0; i < s->column_count && !code; i++)
        if (hidden[i])
            code = rename_column(s, &s->columns[i], hidden[i], err);
    return code;
}
