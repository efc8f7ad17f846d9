#include "census/store.h"

#include "base/alloc.h"
#include "census/looking.h"

struct an_store *an_store_new(struct an_str uri, struct an_budget *budget, struct an_err *err) {
    struct an_store *s = an_alloc(sizeof *s);
    if (s) {
        *s = (struct an_store) {.rows.budget = budget};
        s->uri = an_arena_copy(&s->arena, uri);
        s->troubles = AN_NEW_N(&s->arena, AN_STORE_TROUBLES, struct an_store_trouble);
    }
    if (s && s->uri.ptr && s->troubles)
        return s;
    an_store_free(s);
    AN_IGNORE(an_fail(err, AN_NOMEM, "no memory for a store"));
    return NULL;
}

void an_store_free(struct an_store *s) {
    if (!s)
        return;
    an_looking_free(s->looking);
    an_set_release(&s->rows);
    an_arena_release(&s->arena);
    an_free(s);
}

static struct an_column_seen *new_seen(struct an_arena *arena, struct an_err *err) {
    struct an_column_seen *seen = AN_NEW_N(arena, AN_CODES, struct an_column_seen);
    if (!seen)
        AN_IGNORE(an_fail(err, AN_NOMEM, "no memory for a column"));
    return seen;
}

enum an_code an_store_share(struct an_store *s, struct an_err *err) {
    for (size_t i = 0; i < s->column_count; i++) {
        struct an_column *c = &s->columns[i];
        struct an_column_seen *seen = new_seen(&s->arena, err);
        if (!seen)
            return AN_NOMEM;
        for (size_t k = 0; k < AN_COLUMN_KINDS && c->kinds[k].count; k++)       // met before any record to come: they stay first
            seen[c->kinds[k].code] = (struct an_column_seen) {.count = c->kinds[k].count, .first = k};
        c->seen = seen;
    }
    return AN_OK;
}

void an_store_unshare(struct an_store *s) {
    for (size_t i = 0; i < s->column_count; i++) {
        struct an_column *c = &s->columns[i];
        for (size_t k = 0; c->seen && k < AN_COLUMN_KINDS; k++) {
            size_t best = 0;
            for (size_t code = 1; code < AN_CODES; code++)
                if (c->seen[code].count && (!c->seen[best].count || c->seen[code].first < c->seen[best].first))
                    best = code;
            c->kinds[k].code = (uint8_t) best;
            c->kinds[k].count = c->seen[best].count;
            c->seen[best].count = 0;
        }
        c->seen = NULL;
    }
}

struct an_store *an_store_part(const struct an_store *s, struct an_err *err) {
    struct an_store *part = an_store_new(s->uri, s->rows.budget, err);
    if (!part)
        return NULL;
    part->declared_single = s->declared_single;
    part->columns = AN_NEW_N(&part->arena, s->column_count + 1, struct an_column);
    part->column_count = part->column_cap = part->columns ? s->column_count : 0;
    bool whole = part->columns;
    for (size_t i = 0; i < part->column_count && whole; i++) {
        const struct an_column *c = &s->columns[i];
        part->columns[i] = (struct an_column) {.name = c->name, .header = c->header, .group = c->group,
                                               .seen = new_seen(&part->arena, err)};
        whole = part->columns[i].seen;
    }
    if (whole)
        return part;
    an_store_free(part);
    AN_IGNORE(an_fail(err, AN_NOMEM, "no memory for a part of a store"));
    return NULL;
}

enum an_code an_store_join(struct an_store *s, struct an_store *part, struct an_err *err) {
    s->records += part->records;
    if (part->most_mentions > s->most_mentions)
        s->most_mentions = part->most_mentions;
    an_mention_counts_add(&s->counts, &part->counts);
    for (size_t k = 0; k < AN_KINDS_MAX; k++)
        an_kind_tally_add(&s->tally[k], &part->tally[k]);
    for (size_t i = 0; i < s->column_count; i++) {
        const struct an_column *from = &part->columns[i];
        s->columns[i].values += from->values;
        for (unsigned code = 0; code < AN_CODES; code++)
            an_column_saw(&s->columns[i], (uint8_t) code, from->seen[code].count, from->seen[code].first);
    }
    return an_set_join(&s->rows, &part->rows, err);
}

void an_kind_tally_add(struct an_kind_tally *into, const struct an_kind_tally *from) {
    into->found += from->found;
    into->blocked += from->blocked;
    into->masked += from->masked;
    into->damaged += from->damaged;
    into->invalid += from->invalid;
    into->recognised += from->recognised;
}

uint64_t an_add_unknown(uint64_t a, uint64_t b) {
    return a > AN_UNKNOWN_COUNT - b ? AN_UNKNOWN_COUNT : a + b;
}

void an_mention_counts_add(struct an_mention_counts *into, const struct an_mention_counts *from) {
    into->mentions += from->mentions;
    into->nameless += from->nameless;
    into->beside += from->beside;
    into->tests += from->tests;
    into->obscured += from->obscured;
    into->traces += from->traces;
    into->described += from->described;
    into->unlabelled += from->unlabelled;
    into->mixed += from->mixed;
}

// A kind declared to have one owner, which it has not by its nature, while one mention or another shows two resident IDs for one
// owner: the declaration is false, and no ceiling follows from it.
static bool is_overdeclared(const struct an_count *count) {
    for (size_t k = 0; count->accounts_mixed && k < an_kind_count(); k++)
        if (count->kinds[k].distinct && count->caps.c[an_kind_at(k)->code] == 1 && an_kind_at(k)->c != 1)
            return true;
    return false;
}

struct an_people an_people_of(const struct an_count *count, const struct an_mention_counts *counts,
                              uint64_t records_lost,
                              uint64_t most_mentions) {
    struct an_people p = {
        .floor = count->floor,
        .linked = count->linked + counts->nameless,
        .ceiling_read = count->ceiling + counts->nameless + counts->beside + counts->tests + counts->obscured + counts->traces +
                        counts->described + counts->unlabelled,
    };
    uint64_t per_record = most_mentions ? most_mentions : 1;
    bool endless = is_overdeclared(count) || records_lost == AN_UNKNOWN_COUNT ||
                   (records_lost && records_lost > UINT64_MAX / 2 / per_record);
    p.ceiling = endless ? AN_UNKNOWN_COUNT : an_add_unknown(p.ceiling_read, records_lost * per_record);
    return p;
}
