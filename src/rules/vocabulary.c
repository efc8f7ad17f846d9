// Names declared by rule files.
#include "rules/vocabulary.h"

#include <stdio.h>
#include <string.h>
#include "base/near.h"

static int order(const struct an_name *n, enum an_name_kind kind, struct an_str name) {
    if (n->kind != kind)
        return n->kind < kind ? -1 : 1;
    size_t least = n->name.len < name.len ? n->name.len : name.len;
    int c = least ? memcmp(n->name.ptr, name.ptr, least) : 0;
    return c ? c : (n->name.len > name.len) - (n->name.len < name.len);
}

const struct an_name *an_name_find(const struct an_packs *packs, enum an_name_kind kind, struct an_str name) {
    size_t from = 0, to = packs->name_count;
    while (from < to) {                 // the first not below it: of several the one that sorts first
        size_t mid = from + (to - from) / 2;
        if (order(&packs->names[mid], kind, name) < 0)
            from = mid + 1;
        else
            to = mid;
    }
    return from < packs->name_count && order(&packs->names[from], kind, name) == 0 ? &packs->names[from] : NULL;
}

const struct an_name *an_term_find(const struct an_packs *packs, struct an_str name) {
    const struct an_name *found = an_name_find(packs, AN_NAME_FACT, name);
    return found ? found : an_name_find(packs, AN_NAME_METRIC, name);
}

struct an_str an_vocabulary_near(const struct an_packs *packs, struct an_str name) {
    size_t best = SIZE_MAX;
    struct an_str near = AN_STR("");
    for (size_t i = 0; i < packs->name_count; i++)
        if (packs->names[i].kind != AN_NAME_WORD && an_near_better(name, packs->names[i].name, &best))
            near = packs->names[i].name;
    return near;
}

struct an_pair an_value_words(const struct an_packs *packs, struct an_str value) {
    const struct an_name *known = an_name_find(packs, AN_NAME_WORD, value);
    return known ? known->title : (struct an_pair) {0};
}

static enum an_code fail_near(struct an_err *err, const char *what, struct an_str word, struct an_str near) {
    return an_fail(err, AN_USAGE, "%s%.*s%s%.*s%s", what, AN_STR_ARG(word), near.len ? " (did you mean " : "",
                   AN_STR_ARG(near), near.len ? "?)" : "");
}

static enum an_code check_value(const struct an_fact *fact, const struct an_name *term, struct an_err *err) {
    size_t best = SIZE_MAX;
    struct an_str near = AN_STR("");
    for (size_t i = 0; i < term->value_count; i++)
        if (an_str_eq(fact->word, term->values[i]))
            return AN_OK;
    for (size_t i = 0; i < term->value_count; i++)
        if (an_near_better(fact->word, term->values[i], &best))
            near = term->values[i];
    if (!term->value_count)
        return AN_OK;
    char what[96];
    (void) snprintf(what, sizeof what, "%.*s cannot be ", AN_STR_ARG(an_str_slice(fact->name, 0, 64)));
    return fail_near(err, what, an_str_slice(fact->word, 0, 64), near);
}

const char *an_term_needs(const struct an_name *term) {
    switch (term->type) {
    case AN_TERM_FLAG:   return "yes or no";
    case AN_TERM_WORD:   return term->value_count ? "one of its words (see: anshen law names)" : "a word";
    case AN_TERM_NUMBER: return "a number";
    case AN_TERM_DAY:    return "a date";
    }
    return "?";
}

enum an_code an_vocabulary_check(const struct an_fact *fact, const struct an_packs *packs,
                                 struct an_err *err) {
    static const enum an_known needs[] = {[AN_TERM_FLAG] = AN_KNOWN_WORD, [AN_TERM_WORD] = AN_KNOWN_WORD,
                                          [AN_TERM_NUMBER] = AN_KNOWN_RANGE, [AN_TERM_DAY] = AN_KNOWN_DAYS};
    const struct an_name *term = an_term_find(packs, fact->name);
    struct an_str shown = an_str_slice(fact->name, 0, 64);
    if (!term)
        return fail_near(err, "no fact is called ", shown, an_vocabulary_near(packs, fact->name));
    if (fact->known == AN_KNOWN_NOT)
        return AN_OK;
    bool flag = an_str_eq(fact->word, AN_STR("yes")) || an_str_eq(fact->word, AN_STR("no"));
    if (fact->known != needs[term->type] || (term->type == AN_TERM_FLAG && !flag))
        return an_fail(err, AN_USAGE, "fact %.*s must be %s", AN_STR_ARG(shown), an_term_needs(term));
    return fact->known == AN_KNOWN_WORD ? check_value(fact, term, err) : AN_OK;
}
