// Reading operator words beside numbers, in Chinese and English.
#include "rules/lint.h"

#include <stdio.h>
#include <string.h>
#include "rules/lex.h"

static bool is_digit(char c) { return c >= '0' && c <= '9'; }

static bool ends_with(struct an_str s, const char *word) {
    size_t n = strlen(word);
    return s.len >= n && memcmp(s.ptr + s.len - n, word, n) == 0;
}

static bool starts_with(struct an_str s, const char *word) {
    size_t n = strlen(word);
    return s.len >= n && memcmp(s.ptr, word, n) == 0;
}

// Longer phrases first: 不超过 ends with 超过, "not more than" with "more than".
static const struct { const char *word; enum an_compare compare; } before[] = {
    {"不超过", AN_LE}, {"未超过", AN_LE}, {"超过", AN_GT}, {"未达到", AN_LT}, {"达到", AN_GE},
    {"不满", AN_LT}, {"不足", AN_LT}, {"不少于", AN_GE}, {"不低于", AN_GE}, {"少于", AN_LT}, {"低于", AN_LT},
    {"not more than", AN_LE}, {"no more than", AN_LE}, {"more than", AN_GT}, {"exceeding", AN_GT},
    {"not less than", AN_GE}, {"no fewer than", AN_GE}, {"not fewer than", AN_GE}, {"less than", AN_LT},
    {"fewer than", AN_LT}, {"at least", AN_GE}, {"at most", AN_LE}, {"over", AN_GT},
};
static const struct { const char *word; enum an_compare compare; } after[] = {
    {"以上", AN_GE}, {"以下", AN_LE}, {"or more", AN_GE}, {"or fewer", AN_LE}, {"or less", AN_LE},
};

static uint64_t times(uint64_t n, uint64_t by) { return n > AN_NUMBER_MAX / by ? AN_NUMBER_MAX : n * by; }

// A number as quotes write it: digits with commas, then 万, 亿, million or billion.
static uint64_t number_at(struct an_str text, size_t *at) {
    uint64_t n = 0;
    size_t i = *at;
    for (; i < text.len; i++) {
        char c = text.ptr[i];
        bool comma = c == ',' && i + 1 < text.len && is_digit(text.ptr[i + 1]);
        if (!is_digit(c) && !comma)
            break;
        if (!comma)
            n = times(n, 10) + (uint64_t) (c - '0');
        if (n > AN_NUMBER_MAX)
            n = AN_NUMBER_MAX;
    }
    static const struct { const char *word; uint64_t by; } units[] = {
        {"万", 10000}, {"亿", 100000000}, {" million", 1000000}, {" billion", 1000000000}};
    for (bool more = true; more;) {
        more = false;
        for (size_t u = 0; u < AN_COUNT(units); u++)
            if (starts_with(an_str_slice(text, i, text.len), units[u].word)) {
                n = times(n, units[u].by);
                i += strlen(units[u].word);
                more = true;
            }
    }
    *at = i;
    return n;
}

bool an_quoted_next(struct an_str text, size_t *at, struct an_quoted *ret) {
    while (*at < text.len) {
        if (!is_digit(text.ptr[*at])) {
            (*at)++;
            continue;
        }
        struct an_str lead = an_str_slice(text, 0, *at);
        while (lead.len && lead.ptr[lead.len - 1] == ' ')
            lead.len--;
        ret->number = number_at(text, at);
        for (size_t i = 0; i < AN_COUNT(before); i++)
            if (ends_with(lead, before[i].word)) {
                ret->compare = before[i].compare;
                return true;
            }
        // The counter word comes between: 100万人以上, 10万名用户以上; never across a comma.
        for (size_t gap = 0; gap <= 12; gap++) {
            struct an_str rest = an_str_slice(text, *at + gap, text.len);
            if (!rest.len || is_digit(rest.ptr[0]) || starts_with(rest, "，") || starts_with(rest, "、") ||
                rest.ptr[0] == ',')
                break;
            for (size_t i = 0; i < AN_COUNT(after); i++)
                if (starts_with(rest, after[i].word)) {
                    ret->compare = after[i].compare;
                    return true;
                }
        }
    }
    return false;
}

static enum an_compare negated(enum an_compare c) {
    static const enum an_compare mirror[] = {[AN_EQ] = AN_NE, [AN_NE] = AN_EQ, [AN_LT] = AN_GE,
                                             [AN_LE] = AN_GT, [AN_GT] = AN_LE, [AN_GE] = AN_LT};
    return mirror[c];
}

// Looks at every comparison with `number`: sets *seen, and *bad to one that `allowed` (a bit each) does not
// have.
static void look(const struct an_node *n, bool under_not, uint64_t number, unsigned allowed, bool *seen,
                 const struct an_node **bad) {
    if (n->kind == AN_NODE_LEAF && !n->in && n->expr->consts[0].kind == AN_CONST_NUMBER &&
        n->points[0] == number) {
        enum an_compare c = under_not ? negated(n->compare) : n->compare;
        *seen = true;
        if (!(allowed & 1u << c))
            *bad = n;
    }
    for (size_t i = 0; i < n->kid_count; i++)
        look(n->kids[i], under_not != (n->kind == AN_NODE_NOT), number, allowed, seen, bad);
}

size_t an_quoted_texts(const struct an_rule *rule) { return rule->quote_count ? rule->quote_count : 2; }

struct an_str an_quoted_text(const struct an_rule *rule, size_t i) {
    return rule->quote_count ? rule->quotes[i].text : i ? rule->digest.zh : rule->digest.en;
}

static unsigned allowed_for(const struct an_rule *rule, uint64_t number) {
    unsigned allowed = 0;
    for (size_t q = 0; q < an_quoted_texts(rule); q++) {
        struct an_quoted one;
        for (size_t at = 0; an_quoted_next(an_quoted_text(rule, q), &at, &one);)
            if (one.number == number)
                allowed |= 1u << one.compare;
    }
    return allowed;
}

bool an_lint_operators(const struct an_rule *rule, const struct an_formula *f, char ret_text[static 160]) {
    char shown[AN_GROUPED_MAX];
    const char *what = rule->quote_count ? "quote" : "digest";
    for (size_t q = 0; q < an_quoted_texts(rule); q++) {
        struct an_quoted one;
        for (size_t at = 0; an_quoted_next(an_quoted_text(rule, q), &at, &one);) {
            bool seen = false;
            const struct an_node *bad = NULL;
            look(f->root, false, one.number, allowed_for(rule, one.number), &seen, &bad);
            an_grouped(one.number, shown);
            if (!seen) {
                (void) snprintf(ret_text, 160, "the %s says %s %s, the formula has no such number", what,
                                an_compare_name(one.compare), shown);
                return false;
            }
            if (bad) {
                (void) snprintf(ret_text, 160, "the %s says %s %s, line %u says %s", what,
                                an_compare_name(one.compare), shown, bad->expr->line,
                                an_compare_name(bad->compare));
                return false;
            }
        }
    }
    return true;
}
