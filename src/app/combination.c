#include "app/combination.h"

#include "census/kinds.h"

const struct an_combination an_combinations[] = {
#include "app/combination_table.h"
};
const size_t an_combination_count = AN_COUNT(an_combinations);

static bool holds(const struct an_store *s, const struct an_column_category *of, struct an_str name) {
    const struct an_ident *kind = an_ident_find(name);
    if (kind)
        return s->tally[an_kind_index(kind)].found > 0;
    for (size_t i = 0; i < s->column_count; i++)
        if (of[i].category && of[i].evidence != AN_EVIDENCE_DENIED && an_str_eq(an_str_from_c(of[i].category->name), name))
            return true;
    return false;
}

bool an_combination_is_in(const struct an_combination *c, const struct an_store *s, const struct an_column_category *of) {
    for (const char *const *part = c->parts; *part; part++) {
        struct an_str rest = an_str_from_c(*part), name;
        bool any = false;
        while (!any && an_str_next(&rest, '|', &name))
            any = holds(s, of, name);
        if (!any)
            return false;
    }
    return true;
}

bool an_combination_is_known(const struct an_combination *c) {
    for (const char *const *part = c->parts; *part; part++) {
        struct an_str rest = an_str_from_c(*part), name;
        while (an_str_next(&rest, '|', &name)) {
            bool known = an_ident_find(name);
            for (size_t i = 0; i < an_category_count && !known; i++)
                known = an_str_eq(an_str_from_c(an_categories[i].name), name);
            if (!known)
                return false;
        }
    }
    return true;
}
