// Facts by name, and how people write them.
#include "rules/fact.h"

#include <stdio.h>
#include <string.h>
#include "rules/lex.h"
#include "rules/list.h"

const struct an_fact *an_facts_find(const struct an_facts *facts, struct an_str name) {
    for (size_t i = 0; i < facts->count; i++)
        if (an_str_eq(facts->items[i].name, name))
            return &facts->items[i];
    return NULL;
}

enum an_code an_facts_set(struct an_facts *facts, struct an_fact fact, struct an_arena *arena,
                          struct an_err *err) {
    for (size_t i = 0; i < facts->count; i++)
        if (an_str_eq(facts->items[i].name, fact.name)) {
            facts->items[i] = fact;
            return AN_OK;
        }
    struct an_fact *place = AN_PUSH(arena, facts->items, facts->count);
    if (!place)
        return an_fail(err, AN_NOMEM, "no memory for a fact");
    *place = fact;
    return AN_OK;
}

struct an_fact an_fact_word(const char *name, struct an_str word, const char *from) {
    return (struct an_fact) {.name = an_str_from_c(name), .known = AN_KNOWN_WORD, .word = word, .from = from};
}

struct an_fact an_fact_range(const char *name, uint64_t lo, uint64_t hi, const char *from) {
    return (struct an_fact) {.name = an_str_from_c(name), .known = AN_KNOWN_RANGE, .lo = lo, .hi = hi,
                             .from = from};
}

static enum an_code mark(struct an_lex *lex, const char *want, const char *where, struct an_err *err) {
    if (!an_lex_is(lex, want)) {
        struct an_str seen = an_lex_seen(lex);
        return an_lex_fail(lex, &lex->now, err, "expected '%s' %s, found %.*s", want, where,
                           AN_STR_ARG(seen));
    }
    return an_lex_next(lex, err);
}

static enum an_code name_in(struct an_lex *lex, struct an_str *ret, const char *what, struct an_err *err) {
    if (lex->now.kind != AN_LEX_NAME) {
        struct an_str seen = an_lex_seen(lex);
        return an_lex_fail(lex, &lex->now, err, "expected %s, found %.*s", what, AN_STR_ARG(seen));
    }
    *ret = lex->now.raw;
    return an_lex_next(lex, err);
}

static enum an_code call(struct an_str head, struct an_str of, struct an_arena *arena, struct an_str *ret_name,
                         struct an_err *err) {
    size_t room = head.len + of.len + sizeof "()";
    char *text = an_arena_alloc(arena, room, 1);
    if (!text)
        return an_fail(err, AN_NOMEM, "no memory for the name of a fact");
    memcpy(text, head.ptr, head.len);
    text[head.len] = '(';
    memcpy(text + head.len + 1, of.ptr, of.len);
    memcpy(text + room - 2, ")", 2);
    *ret_name = (struct an_str) {text, room - 1};
    return AN_OK;
}

// Names are kept in one spelling whatever the blanks: count(m).
enum an_code an_fact_name_read(struct an_lex *lex, struct an_str *ret_name, struct an_err *err) {
    static const struct { struct an_str head; const char *what; } calls[] = {
        {AN_STR_INIT("count"), "the name of a metric"}, {AN_STR_INIT("outcome"), "the id of a procedure"},
        {AN_STR_INIT("phase"), "the id of a procedure"}, {AN_STR_INIT("begun"), "the id of a procedure"},
        {AN_STR_INIT("verdict"), "the id of a rule"}};
    struct an_str head = {0}, of = {0};
    enum an_code code = name_in(lex, &head, "the name of a fact", err);
    if (code)
        return code;
    for (size_t i = 0; i < AN_COUNT(calls); i++) {
        if (!an_str_eq(head, calls[i].head) || (i && !an_lex_is(lex, "(")))
            continue;
        if ((code = mark(lex, "(", "after count", err)) || (code = name_in(lex, &of, calls[i].what, err)) ||
            (code = mark(lex, ")", i ? "after the id" : "after the metric", err)))
            return code;
        return call(head, of, lex->arena, ret_name, err);
    }
    *ret_name = head;
    return AN_OK;
}

enum an_code an_metric_name(struct an_str metric, struct an_arena *arena, struct an_str *ret_name, struct an_err *err) {
    return call(AN_STR("count"), metric, arena, ret_name, err);
}

static enum an_code range_read(struct an_lex *lex, struct an_fact *fact, bool bracketed, struct an_err *err) {
    struct an_lexeme from = lex->now;
    enum an_code code = an_lex_next(lex, err);
    if (code)
        return code;
    bool days = from.kind == AN_LEX_DATE;
    fact->known = days ? AN_KNOWN_DAYS : AN_KNOWN_RANGE;
    fact->lo = fact->hi = from.number;
    fact->first = fact->last = from.day;
    if (!an_lex_is(lex, ".."))
        return AN_OK;
    if ((code = an_lex_next(lex, err)))
        return code;
    if (!days && (bracketed ? an_lex_is(lex, "]") : lex->now.kind == AN_LEX_END)) {
        fact->hi = AN_FACT_INFINITE;
        return AN_OK;
    }
    if (lex->now.kind != from.kind)
        return an_lex_fail(lex, &lex->now, err, "expected the upper end of the interval");
    fact->hi = lex->now.number;
    fact->last = lex->now.day;
    if (days ? fact->last < fact->first : fact->hi < fact->lo)
        return an_lex_fail(lex, &lex->now, err, "the interval's upper end is below its lower end");
    return an_lex_next(lex, err);
}

enum an_code an_fact_value_read(struct an_lex *lex, struct an_fact *fact, struct an_err *err) {
    enum an_code code;
    bool bracketed = an_lex_is(lex, "[");
    if (bracketed && (code = an_lex_next(lex, err)))
        return code;
    if (lex->now.kind == AN_LEX_NUMBER || lex->now.kind == AN_LEX_DATE) {
        if ((code = range_read(lex, fact, bracketed, err)))
            return code;
        return bracketed ? mark(lex, "]", "after the interval", err) : AN_OK;
    }
    if (bracketed || (lex->now.kind != AN_LEX_NAME && lex->now.kind != AN_LEX_STRING)) {
        struct an_str seen = an_lex_seen(lex);
        return an_lex_fail(lex, &lex->now, err, "expected a number, a date%s, found %.*s",
                           bracketed ? "" : ", a word or an interval", AN_STR_ARG(seen));
    }
    fact->known = an_lex_is(lex, "unknown") ? AN_KNOWN_NOT : AN_KNOWN_WORD;
    fact->word = lex->now.raw;
    return an_lex_next(lex, err);
}

enum an_code an_fact_parse(struct an_str text, struct an_arena *arena, struct an_fact *ret_fact,
                           struct an_err *err) {
    struct an_str kept = an_arena_copy(arena, text);
    if (!kept.ptr)
        return an_fail(err, AN_NOMEM, "no memory for a fact");
    struct an_lex lex;
    struct an_fact fact = {0};
    enum an_code code;
    if ((code = an_lex_start(&lex, NULL, kept, arena, err)) ||
        (code = an_fact_name_read(&lex, &fact.name, err)) ||
        (code = mark(&lex, "=", "after the name of the fact", err)) ||
        (code = an_fact_value_read(&lex, &fact, err)))
        return code;
    if (lex.now.kind != AN_LEX_END)
        return an_lex_fail(&lex, &lex.now, err, an_lex_is(&lex, ",") ? "group digits with '_', not ','"
                                                                     : "expected nothing after the value");
    fact.name = an_arena_copy(arena, fact.name);        // until here a slice of `kept`, not NUL-ended
    if (fact.word.len)
        fact.word = an_arena_copy(arena, fact.word);
    if (!fact.name.ptr || (fact.word.len && !fact.word.ptr))
        return an_fail(err, AN_NOMEM, "no memory for a fact");
    *ret_fact = fact;
    return AN_OK;
}

const char *an_grouped(uint64_t n, char out[AN_GROUPED_MAX]) {
    char digits[24];
    int count = snprintf(digits, sizeof digits, "%llu", (unsigned long long) n);
    size_t to = 0;
    for (int i = 0; i < count; i++) {
        if (i && (count - i) % 3 == 0)
            out[to++] = ',';
        out[to++] = digits[i];
    }
    out[to] = '\0';
    return out;
}

enum an_code an_fact_say(const struct an_fact *fact, enum an_lang lang, struct an_buf *out,
                         struct an_err *err) {
    char a[AN_GROUPED_MAX], b[AN_GROUPED_MAX];
    switch (fact->known) {
    case AN_KNOWN_NOT:
        return an_buf_addf(out, err, "%s", lang == AN_ZH ? "未知" : "not known");
    case AN_KNOWN_WORD:
        return an_buf_add(out, fact->word, err);
    case AN_KNOWN_DAYS:
        an_day_text(fact->first, a);
        an_day_text(fact->last, b);
        return fact->first == fact->last ? an_buf_addf(out, err, "%s", a)
            : an_buf_addf(out, err, "%s..%s", a, b);
    case AN_KNOWN_RANGE:
        an_grouped(fact->lo, a);
        if (fact->hi == AN_FACT_INFINITE)
            return an_buf_addf(out, err, "%s%s", a, lang == AN_ZH ? " 以上（含），上限未知" : " or more");
        return fact->lo == fact->hi ? an_buf_addf(out, err, "%s", a)
                                    : an_buf_addf(out, err, "%s..%s", a, an_grouped(fact->hi, b));
    }
    return an_fail(err, AN_BUG, "a fact of no known form");
}
