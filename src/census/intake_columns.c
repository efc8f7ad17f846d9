// What a store's columns are: whether their names are names, who they speak of, and which way their cells go.
#include "census/intake_parts.h"

#include <stdio.h>
#include <string.h>
#include "base/alloc.h"

static struct an_way way_of(const struct an_intake *in, size_t column) {
    const struct an_header *h = &in->store->columns[column].header;
    const struct an_intake_options *o = in->options;
    struct an_way way = {.context = {.expected = h->kind, .cell = true, .today = o->today}};
    bool doubtful = h->weak && !in->personal;         // cell by cell, then
    if (column == in->account || doubtful || o->plain)
        return way;
    if (h->text) {
        way.how = h->personal ? AN_WAY_LONG : AN_WAY_TEXT;
        return way;
    }
    if (h->kind) {
        way.index = in->index[h->kind->code];
        way.of = an_pending_kind_of(o->key, &o->caps, h->kind);
        way.how = h->kind->use == AN_USE_PERSON ? AN_WAY_KIND : h->kind->use == AN_USE_NAME ? AN_WAY_NAME :
                  h->kind->use == AN_USE_TRACE ? AN_WAY_TRACE : AN_WAY_LONG;
    } else {
        way.how = AN_WAY_OTHER;
    }
    return way;
}

enum an_code an_intake_find_ways(struct an_intake *in, struct an_err *err) {
    size_t count = in->store->column_count;
    if (count > in->way_cap) {
        struct an_way *ways = an_realloc(in->ways, 2 * count * sizeof *ways);
        if (!ways)
            return an_fail(err, AN_NOMEM, "no memory for %zu columns", count);
        in->ways = ways;
        struct an_value *values = an_realloc(in->values, 2 * count * sizeof *values);
        if (!values)
            return an_fail(err, AN_NOMEM, "no memory for %zu columns", count);
        in->values = values;
        in->way_cap = 2 * count;
    }
    for (size_t i = 0; i < count; i++)
        in->ways[i] = way_of(in, i);
    in->way_count = count;
    return an_batch_plan(in->batch, in->ways, in->store, in->labelled, in->guessed, err);
}

// Columns without a header are named by their number.
static bool is_word(struct an_str name) {
    for (size_t i = 0; i < name.len; i++)
        if (name.ptr[i] < '0' || name.ptr[i] > '9')
            return true;
    return false;
}

static enum an_code see_hit(void *arg, const struct an_hit *hit, struct an_err *err) {
    (void) hit;
    (void) err;
    *(bool *) arg = true;
    return AN_OK;
}

// Whether the names may be somebody's data: the first row of a table without a header. They are when no word among them is
// known, or when one holds an identifier; then they are not kept.
static enum an_code are_data(struct an_intake *in, const struct an_str *names, size_t count, bool *ret, struct an_err *err) {
    bool known = false, identifier = false;
    for (size_t i = 0; in->guessed && i < count; i++) {
        struct an_header h = an_header_read(names[i]);
        known |= (h.kind && !h.weak) || h.personal || h.text;
        enum an_code code = an_scan_text(in->scanner, names[i], see_hit, &identifier, err);
        if (code)
            return code;
    }
    *ret = in->guessed && (!known || identifier);
    return AN_OK;
}

// The number that a heading ends in: name2, 手机3. 0 when none. *ret_word: the heading without it.
static unsigned number_of(struct an_str name, struct an_str *ret_word) {
    size_t from = name.len;
    while (from > 0 && name.ptr[from - 1] >= '0' && name.ptr[from - 1] <= '9')
        from--;
    unsigned n = 0;
    for (size_t i = from; i < name.len && n < 1000; i++)
        n = n * 10 + (unsigned) (name.ptr[i] - '0');
    *ret_word = an_str_slice(name, 0, from);
    return from > 0 && name.len - from <= 2 ? n : 0;
}

// name1, phone1, name2, phone2: where names (or identifiers of which a person has one) are numbered, each number is
// another person. mobile, mobile2 beside one name are one person's.
static void group_columns(struct an_store *s) {
    enum { NUMBERED = 512, NUMBERS = 100 };     // above every role
    bool people[NUMBERS] = {false};
    struct an_str word;
    for (size_t i = 0; i < s->column_count; i++) {
        const struct an_ident *kind = s->columns[i].header.kind;
        people[number_of(s->columns[i].name, &word)] |= kind && (kind->use == AN_USE_NAME || kind->c == 1);
    }
    for (size_t i = 0; i < s->column_count; i++) {
        struct an_column *c = &s->columns[i];
        unsigned n = number_of(c->name, &word);
        c->group = (uint16_t) (n && people[n] ? NUMBERED * n + c->header.role : c->header.role);
    }
}

static enum an_code add_column(struct an_intake *in, struct an_str name, bool data, struct an_err *err) {
    struct an_store *s = in->store;
    struct an_column *c = &s->columns[s->column_count];
    char number[24], padded[AN_COLUMN_NAME + AN_SOURCE_PADDING] = "";
    struct an_str seen = name;          // a source's own words (from, subject) have nothing behind them that may be looked at
    if (name.len && name.len <= AN_COLUMN_NAME) {
        memcpy(padded, name.ptr, name.len);
        seen.ptr = padded;
    }
    enum an_code code = data ? AN_OK : an_scan_text(in->scanner, seen, see_hit, &data, err);
    if (code)
        return code;
    if (data)                                       // somebody's identifier is no name
        name = (struct an_str) {number, (size_t) snprintf(number, sizeof number, "%zu", s->column_count + 1)};
    code = an_intake_copy(s, an_intake_shorten(name), &c->name, err);
    if (code)
        return code;
    c->header = data ? (struct an_header) {0} : an_header_read(name);
    struct an_str word;
    if (!data && !c->header.kind && !c->header.personal && number_of(name, &word))
        c->header = an_header_read(word);
    s->column_count++;
    return AN_OK;
}

static enum an_code room_for_columns(struct an_store *s, size_t count, struct an_err *err) {
    if (count <= s->column_cap)
        return AN_OK;
    struct an_column *columns = AN_NEW_N(&s->arena, 2 * count, struct an_column);
    if (!columns)
        return an_fail(err, AN_NOMEM, "no memory for %zu columns", count);
    if (s->column_count)
        memcpy(columns, s->columns, s->column_count * sizeof *columns);
    s->columns = columns;
    s->column_cap = 2 * count;
    return AN_OK;
}

enum an_code an_intake_add_columns(struct an_intake *in, const struct an_str *names, size_t count, struct an_err *err) {
    struct an_store *s = in->store;
    const struct an_declared *d = in->declared;
    bool data = false;
    enum an_code code = room_for_columns(s, count, err);
    if (!code && count > s->column_count)
        code = are_data(in, names + s->column_count, count - s->column_count, &data, err);
    while (!code && s->column_count < count)
        code = add_column(in, names[s->column_count], data, err);
    if (code)
        return code;
    group_columns(s);
    for (size_t i = 0; i < s->column_count; i++) {
        const struct an_header *h = &s->columns[i].header;
        in->personal |= h->personal && !h->weak;
        in->labelled |= is_word(s->columns[i].name);
        if (d && d->account.len && an_str_eq(d->account, s->columns[i].name))
            in->account = i;
    }
    return an_intake_find_ways(in, err);
}
