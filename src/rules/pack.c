// A set of rules: finding one, and what each is on a day.
#include "rules/pack.h"

#include <stdlib.h>
#include <string.h>

static int order(struct an_str a, struct an_str b) {
    size_t n = a.len < b.len ? a.len : b.len;
    int c = n ? memcmp(a.ptr, b.ptr, n) : 0;
    return c ? c : (a.len > b.len) - (a.len < b.len);
}

static int by_id(const void *a, const void *b) {
    const struct an_rule *x = *(struct an_rule *const *) a, *y = *(struct an_rule *const *) b;
    int c = order(x->id, y->id);
    if (!c)
        c = order(x->version, y->version);
    return c ? c : (x->line > y->line) - (x->line < y->line);
}

static int by_name(const void *a, const void *b) {
    const struct an_name *x = a, *y = b;
    int c = x->kind != y->kind ? (int) x->kind - (int) y->kind : order(x->name, y->name);
    if (!c)
        c = strcmp(x->file, y->file);
    return c ? c : (x->line > y->line) - (x->line < y->line);
}

void an_packs_sort(struct an_packs *packs) {
    if (packs->name_count)
        qsort(packs->names, packs->name_count, sizeof packs->names[0], by_name);
    if (packs->rule_count)
        qsort(packs->rules, packs->rule_count, sizeof packs->rules[0], by_id);
}

const struct an_rule *an_packs_find(const struct an_packs *packs, struct an_str id, struct an_str version) {
    for (size_t i = 0; i < packs->rule_count; i++)
        if (an_str_eq(packs->rules[i]->id, id) &&
            (!version.len || an_str_eq(packs->rules[i]->version, version)))
            return packs->rules[i];
    return NULL;
}

enum an_standing an_rule_standing(const struct an_rule *rule, an_day day) {
    if (rule->status == AN_STATUS_DRAFT)
        return AN_STANDING_DRAFT;
    if (rule->status == AN_STATUS_GUIDANCE)
        return AN_STANDING_GUIDANCE;
    if (rule->from == AN_DAY_NONE || day < rule->from)
        return AN_STANDING_NOT_YET;
    return rule->to != AN_DAY_NONE && day > rule->to ? AN_STANDING_ENDED : AN_STANDING_IN_FORCE;
}

// Drafts count from their publication: what newest means when none is in force. Without a day, from ever.
static an_day since(const struct an_rule *r) { return r->from != AN_DAY_NONE ? r->from : r->published; }

const struct an_rule *an_packs_meant(const struct an_packs *packs, const struct an_expr *applies,
                                     const struct an_rule *from, an_day day) {
    if (applies->version.len)
        return an_packs_find(packs, applies->id, applies->version);
    const struct an_rule *newest = NULL;
    for (size_t i = 0; i < packs->rule_count; i++) {
        const struct an_rule *rule = packs->rules[i];
        if (!an_str_eq(rule->id, applies->id))
            continue;
        if (rule->is_define || an_rule_standing(rule, day) == AN_STANDING_IN_FORCE)
            return rule;
        if (!newest || since(rule) > since(newest))
            newest = rule;
    }
    bool hypothetical = from->is_define || an_rule_standing(from, day) != AN_STANDING_IN_FORCE;
    return hypothetical ? newest : NULL;
}

bool an_rule_counts(const struct an_packs *packs, const struct an_rule *r, an_day day) {
    if (r->is_define)
        return false;
    bool known = r->published != AN_DAY_NONE && r->published <= day;
    const struct an_rule *final = r->final_id.len ? an_packs_find(packs, r->final_id, r->final_version) : NULL;
    switch (an_rule_standing(r, day)) {
    case AN_STANDING_IN_FORCE: return true;
    case AN_STANDING_NOT_YET:  return known;
    case AN_STANDING_ENDED:    return false;
    case AN_STANDING_DRAFT:    return known && !(final && final->from != AN_DAY_NONE && final->from <= day);
    case AN_STANDING_GUIDANCE: return since(r) <= day && (r->to == AN_DAY_NONE || day <= r->to);
    }
    return false;
}

bool an_rule_is_of(const struct an_rule *rule, struct an_str pack) {
    struct an_str file = an_str_from_c(rule->file);
    return file.len > pack.len && file.ptr[pack.len] == '/' && an_str_eq(an_str_slice(file, 0, pack.len), pack);
}

const char *an_status_name(enum an_status status) {
    switch (status) {
    case AN_STATUS_NONE:       return "none";
    case AN_STATUS_DRAFT:      return "draft";
    case AN_STATUS_ADOPTED:    return "adopted";
    case AN_STATUS_IN_FORCE:   return "in_force";
    case AN_STATUS_SUPERSEDED: return "superseded";
    case AN_STATUS_GUIDANCE:   return "guidance";
    }
    return "?";
}

struct an_words an_status_words(enum an_status status) {
    switch (status) {
    case AN_STATUS_NONE:       return (struct an_words) {"no status", "无状态"};
    case AN_STATUS_DRAFT:      return (struct an_words) {"draft", "征求意见稿"};
    case AN_STATUS_ADOPTED:    return (struct an_words) {"adopted", "已通过"};
    case AN_STATUS_IN_FORCE:   return (struct an_words) {"in force", "现行有效"};
    case AN_STATUS_SUPERSEDED: return (struct an_words) {"superseded", "已被取代"};
    case AN_STATUS_GUIDANCE:   return (struct an_words) {"guidance", "指导性文件"};
    }
    return (struct an_words) {"?", "?"};
}

struct an_words an_standing_words(enum an_standing standing) {
    switch (standing) {
    case AN_STANDING_IN_FORCE: return (struct an_words) {"in force on that day", "当日有效"};
    case AN_STANDING_NOT_YET:  return (struct an_words) {"not yet in force on that day", "当日尚未施行"};
    case AN_STANDING_ENDED:    return (struct an_words) {"no longer in force on that day", "当日已失效"};
    case AN_STANDING_DRAFT:    return (struct an_words) {"a draft, never in force", "征求意见稿，未施行"};
    case AN_STANDING_GUIDANCE: return (struct an_words) {"guidance, not a duty", "指导性文件，不构成义务"};
    }
    return (struct an_words) {"?", "?"};
}

const char *an_unit_name(enum an_unit unit) {
    switch (unit) {
    case AN_UNIT_HOURS:    return "hours";
    case AN_UNIT_DAYS:     return "days";
    case AN_UNIT_WORKDAYS: return "workdays";
    case AN_UNIT_MONTHS:   return "months";
    case AN_UNIT_YEARS:    return "years";
    }
    return "?";
}

const char *an_window_name(enum an_window_kind kind) {
    switch (kind) {
    case AN_WINDOW_STOCK:          return "stock";
    case AN_WINDOW_SINCE:          return "since";
    case AN_WINDOW_PRECEDING_YEAR: return "preceding_year";
    case AN_WINDOW_PEAK:           return "peak";
    case AN_WINDOW_MEAN_DAILY:     return "mean_daily";
    case AN_WINDOW_MEAN_MONTHLY:   return "mean_monthly";
    case AN_WINDOW_INCIDENT:       return "incident";
    }
    return "?";
}

const char *an_compare_name(enum an_compare compare) {
    switch (compare) {
    case AN_EQ: return "=";
    case AN_NE: return "!=";
    case AN_LT: return "<";
    case AN_LE: return "<=";
    case AN_GT: return ">";
    case AN_GE: return ">=";
    }
    return "?";
}
