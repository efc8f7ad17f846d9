// How many people a category is held of follows from counts that are there anyway, if the headings are true:
//
//   at most   every value is about the people of one record: values times the most mentions of any record, and never more than
//             the store describes;
//   at least  where each record is about one person, somebody without any value stands in a record without one: so of F people
//             at least, F - (records without a value) have one.
#include "app/categories.h"

#include <string.h>
#include "ident/category.h"

struct held { uint64_t columns, stores, values; struct an_people people; };

static uint64_t times(uint64_t a, uint64_t b) { return b && a > UINT64_MAX / b ? UINT64_MAX : a * b; }
static uint64_t less(uint64_t a, uint64_t b) { return a < b ? a : b; }
static uint64_t more(uint64_t a, uint64_t b) { return a > b ? a : b; }

// Of one store: columns of a category, values in them, the most values in any one column.
struct columns { uint64_t count, values, most; };

static struct columns columns_of(const struct an_store *s, const struct an_category *category,
                                 const struct an_category *const *of) {
    struct columns c = {0};
    for (size_t i = 0; i < s->column_count; i++) {
        if (of[i] != category || !s->columns[i].values)
            continue;
        c.count++;
        c.values += s->columns[i].values;
        c.most = more(c.most, s->columns[i].values);
    }
    return c;
}

static void add_store(const struct an_store *s, const struct columns *c, struct held *h) {
    struct an_people p = an_people_of(&s->count, &s->counts, 0, s->most_mentions);
    uint64_t most = more(s->most_mentions, 1), without = s->records > c->most ? s->records - c->most : 0;
    h->columns += c->count;
    h->stores++;
    h->values += c->values;
    h->people.ceiling_read += less(p.ceiling_read, times(c->values, most));
    h->people.linked = more(h->people.linked, less(p.linked, times(c->most, most)));
    if (most == 1 && p.floor > without)
        h->people.floor = more(h->people.floor, p.floor - without);
}

enum an_code an_categories_fill(const struct an_census *census, struct an_arena *arena, struct an_model *m, struct an_err *err) {
    struct held *held = AN_NEW_N(arena, an_category_count + 1, struct held);
    m->categories = AN_NEW_N(arena, an_category_count + 1, struct an_model_category);
    bool all_read = true;
    for (size_t i = 0; held && m->categories && i < census->count; i++) {
        const struct an_store *s = census->stores[i];
        all_read &= s->status == AN_STORE_READ || s->status == AN_STORE_SKIPPED;
        const struct an_category **of = AN_NEW_N(arena, s->column_count + 1, const struct an_category *);
        if (!of)
            return an_fail(err, AN_NOMEM, "no memory for categories");
        for (size_t k = 0; k < s->column_count; k++)        // an identifier is counted as one
            of[k] = s->columns[k].header.kind ? NULL : an_category_of(s->columns[k].name);
        for (size_t k = 0; k < an_category_count; k++) {
            struct columns c = columns_of(s, &an_categories[k], of);
            if (c.count)
                add_store(s, &c, &held[k]);
        }
    }
    if (!held || !m->categories)
        return an_fail(err, AN_NOMEM, "no memory for categories");
    for (size_t k = 0; k < an_category_count; k++) {
        const struct an_people *p = &held[k].people;
        if (!held[k].columns)
            continue;
        uint64_t ceiling = less(p->ceiling_read, m->people.ceiling_read);
        m->categories[m->category_count++] = (struct an_model_category) {
            .name = an_categories[k].name, .title = an_categories[k].title, .sensitive = an_categories[k].sensitive,
            .source = an_categories[k].source, .columns = held[k].columns, .stores = held[k].stores, .values = held[k].values,
            .people = {p->floor, more(p->floor, less(p->linked, ceiling)), all_read ? ceiling : AN_INFINITE, ceiling},
        };
    }
    return AN_OK;
}
