// How many people a category is held of follows from counts that are there anyway, if the headings are true:
//
//   at most   every value is about the people of one record: values times the most mentions of any record, and never more than
//             the store describes;
//   at least  where each record is about one person, somebody without any value stands in a record without one: so of F people
//             at least, F - (records without a value) have one.
#include "app/categories.h"

#include <string.h>
#include "app/column_category.h"

struct held { uint64_t columns, stores, values, borne_out, denied; struct an_people people; };

static uint64_t times(uint64_t a, uint64_t b) { return b && a > UINT64_MAX / b ? UINT64_MAX : a * b; }
static uint64_t less(uint64_t a, uint64_t b) { return a < b ? a : b; }
static uint64_t more(uint64_t a, uint64_t b) { return a > b ? a : b; }

// Of one store: columns of a category, values in them, the most values in any one column.
struct columns { uint64_t count, values, most, borne_out, denied; };

// Those whose headings say it, or (likely) whose content alone does. What is counted as an identifier is left out.
static struct columns columns_of(const struct an_store *s, const struct an_category *category,
                                 const struct an_column_category *of, bool likely) {
    struct columns c = {0};
    for (size_t i = 0; i < s->column_count; i++) {
        if (of[i].category != category || of[i].counted || (of[i].evidence == AN_EVIDENCE_CONTENT) != likely)
            continue;
        c.count++;
        c.borne_out += of[i].evidence == AN_EVIDENCE_BOTH;
        c.denied += of[i].evidence == AN_EVIDENCE_DENIED;
        c.values += s->columns[i].values;
        c.most = more(c.most, s->columns[i].values);
    }
    return c;
}

static void add_store(const struct an_store *s, const struct columns *c, struct held *h) {
    struct an_people p = an_people_of(&s->count, &s->counts, 0, s->most_mentions);
    uint64_t most = more(s->most_mentions, 1), without = s->records > c->most ? s->records - c->most : 0;
    if (!c->count)
        return;
    h->columns += c->count;
    h->borne_out += c->borne_out;
    h->denied += c->denied;
    h->stores++;
    h->values += c->values;
    h->people.ceiling_read += less(p.ceiling_read, times(c->values, most));
    h->people.linked = more(h->people.linked, less(p.linked, times(c->most, most)));
    if (most == 1 && p.floor > without)
        h->people.floor = more(h->people.floor, p.floor - without);
}

static struct an_model_people bounds(const struct an_people *p, const struct an_model *m, bool all_read) {
    uint64_t ceiling = less(p->ceiling_read, m->people.ceiling_read);
    return (struct an_model_people) {p->floor, more(p->floor, less(p->linked, ceiling)), all_read ? ceiling : AN_INFINITE,
                                     ceiling};
}

// held: of each category, under its headings and then likely.
static void show(const struct held (*held)[2], bool all_read, struct an_model *m) {
    for (size_t k = 0; k < an_category_count; k++) {
        const struct held *h = &held[k][false], *likely = &held[k][true];
        if (!h->columns && !likely->columns)
            continue;
        m->categories[m->category_count++] = (struct an_model_category) {
            .name = an_categories[k].name, .title = an_categories[k].title, .sensitive = an_categories[k].sensitive,
            .source = an_categories[k].source, .columns = h->columns, .stores = h->stores, .values = h->values,
            .borne_out = h->borne_out, .denied = h->denied,
            .people = bounds(&h->people, m, all_read && !likely->columns),      // there may be more below other headings
            .likely = {likely->columns, likely->stores, likely->values, bounds(&likely->people, m, all_read)},
        };
    }
}

enum an_code an_categories_fill(const struct an_census *census, struct an_arena *arena, struct an_model *m, struct an_err *err) {
    struct held (*held)[2] = an_arena_alloc(arena, an_category_count + 1, sizeof *held);
    m->categories = AN_NEW_N(arena, an_category_count + 1, struct an_model_category);
    bool all_read = true;
    for (size_t i = 0; held && m->categories && i < census->count; i++) {
        const struct an_store *s = census->stores[i];
        all_read &= s->status == AN_STORE_READ || s->status == AN_STORE_SKIPPED;
        struct an_column_category *of = AN_NEW_N(arena, s->column_count + 1, struct an_column_category);
        if (!of)
            return an_fail(err, AN_NOMEM, "no memory for categories");
        for (size_t k = 0; k < s->column_count; k++)
            of[k] = an_column_category(&s->columns[k]);
        for (size_t k = 0; k < an_category_count; k++)
            for (int likely = false; likely <= true; likely++) {
                struct columns c = columns_of(s, &an_categories[k], of, likely);
                add_store(s, &c, &held[k][likely]);
            }
    }
    if (!held || !m->categories)
        return an_fail(err, AN_NOMEM, "no memory for categories");
    show((const struct held (*)[2]) held, all_read, m);
    return AN_OK;
}
