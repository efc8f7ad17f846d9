// The words that rules and procedures share.
#include "rules/read.h"

#include <stdio.h>
#include <string.h>
#include "rules/list.h"

#define TRY(call) do { enum an_code code_ = (call); if (code_) return code_; } while (0)

enum an_code an_read_no_memory(struct an_reader *p) { return an_fail(p->err, AN_NOMEM, "no memory for a rule"); }

enum an_code an_read_next(struct an_reader *p) { return an_lex_next(&p->lex, p->err); }

bool an_read_is(const struct an_reader *p, const char *word) { return an_lex_is(&p->lex, word); }

enum an_code an_read_fail_expected(struct an_reader *p, const char *what) {
    struct an_str seen = an_lex_seen(&p->lex);
    return an_lex_fail(&p->lex, &p->lex.now, p->err, "expected %s, found '%.*s'", what, AN_STR_ARG(seen));
}

enum an_code an_read_mark(struct an_reader *p, const char *word) {
    if (an_read_is(p, word))
        return an_read_next(p);
    char what[32];
    (void) snprintf(what, sizeof what, "'%s'", word);
    return an_read_fail_expected(p, what);
}

// Takes `word` if it is next; *ret says whether it was.
enum an_code an_read_maybe(struct an_reader *p, const char *word, bool *ret) {
    *ret = an_read_is(p, word);
    return *ret ? an_read_next(p) : AN_OK;
}

enum an_code an_read_name(struct an_reader *p, const char *what, struct an_str *ret) {
    if (p->lex.now.kind != AN_LEX_NAME)
        return an_read_fail_expected(p, what);
    *ret = p->lex.now.raw;
    return an_read_next(p);
}

enum an_code an_read_number(struct an_reader *p, const char *what, uint64_t *ret) {
    if (p->lex.now.kind != AN_LEX_NUMBER)
        return an_read_fail_expected(p, what);
    *ret = p->lex.now.number;
    return an_read_next(p);
}

enum an_code an_read_day(struct an_reader *p, an_day *ret) {
    if (p->lex.now.kind != AN_LEX_DATE)
        return an_read_fail_expected(p, "a date (YYYY-MM-DD)");
    *ret = p->lex.now.day;
    return an_read_next(p);
}

// Strings that follow one another are one string: how a long quote wraps.
enum an_code an_read_string(struct an_reader *p, const char *what, struct an_str *ret) {
    if (p->lex.now.kind != AN_LEX_STRING)
        return an_read_fail_expected(p, what);
    struct an_str said = p->lex.now.raw;
    TRY(an_read_next(p));
    while (p->lex.now.kind == AN_LEX_STRING) {
        struct an_str more = p->lex.now.raw;
        char *both = an_arena_alloc(p->arena, said.len + more.len + 1, 1);
        if (!both)
            return an_read_no_memory(p);
        memcpy(both, said.ptr, said.len);
        memcpy(both + said.len, more.ptr, more.len);
        said = (struct an_str) {both, said.len + more.len};
        TRY(an_read_next(p));
    }
    if (!said.len)
        return an_lex_fail(&p->lex, &p->lex.now, p->err, "empty string where %s should be", what);
    *ret = said;
    return AN_OK;
}

enum an_code an_read_version(struct an_reader *p, struct an_str *ret) {
    enum an_lexeme_kind kind = p->lex.now.kind;
    if (kind != AN_LEX_NAME && kind != AN_LEX_NUMBER && kind != AN_LEX_DATE)
        return an_read_fail_expected(p, "a version");
    *ret = p->lex.now.raw;
    return an_read_next(p);
}

enum an_code an_read_event(struct an_reader *p, struct an_str *ret) {
    TRY(an_read_mark(p, "event"));
    TRY(an_read_mark(p, "("));
    TRY(an_read_name(p, "the name of an event", ret));
    return an_read_mark(p, ")");
}

enum an_code an_read_id_version(struct an_reader *p, struct an_str *ret_id, struct an_str *ret_version) {
    TRY(an_read_name(p, "the id of a rule", ret_id));
    if (!an_read_is(p, "@"))
        return AN_OK;
    TRY(an_read_next(p));
    return an_read_version(p, ret_version);
}

enum an_code an_read_period(struct an_reader *p, uint64_t *ret_length, enum an_unit *ret_unit,
                            struct an_str *ret_calendar) {
    struct an_lexeme at = p->lex.now;
    enum an_unit unit = AN_UNIT_HOURS;
    TRY(an_read_number(p, "its length", ret_length));
    if (*ret_length == 0 || *ret_length > 10000)
        return an_lex_fail(&p->lex, &at, p->err, "a clock runs for 1 to 10000 units");
    while (unit <= AN_UNIT_YEARS && !an_read_is(p, an_unit_name(unit)))
        unit++;
    if (unit > AN_UNIT_YEARS)
        return an_read_fail_expected(p, "workdays(CALENDAR), hours, days, months or years");
    *ret_unit = unit;
    TRY(an_read_next(p));
    if (unit != AN_UNIT_WORKDAYS)
        return AN_OK;
    TRY(an_read_mark(p, "("));
    TRY(an_read_name(p, "a calendar, as in workdays(cn)", ret_calendar));
    return an_read_mark(p, ")");
}

// `en "..."` and `zh "..."`, each at most once, in any order; at least one unless `optional`.
enum an_code an_read_pair(struct an_reader *p, bool optional, struct an_pair *pair) {
    bool any = false;
    for (;;) {
        struct an_str *side = an_read_is(p, "en") ? &pair->en : an_read_is(p, "zh") ? &pair->zh : NULL;
        if (!side)
            break;
        if (side->len)
            return an_lex_fail(&p->lex, &p->lex.now, p->err, "said twice in the same language");
        TRY(an_read_next(p));
        TRY(an_read_string(p, "a string", side));
        any = true;
    }
    return any || optional ? AN_OK : an_read_fail_expected(p, "en \"...\" or zh \"...\"");
}

enum an_code an_read_twice(struct an_reader *p, const struct an_lexeme *at) {
    return an_lex_fail(&p->lex, at, p->err, "'%.*s' said twice", AN_STR_ARG(at->raw));
}

// Names to the end of the line, at least one.
enum an_code an_read_names(struct an_reader *p, const char *what, struct an_str **names, size_t *count) {
    bool more = true;
    while (more) {
        struct an_str *name = AN_PUSH(p->arena, *names, *count);
        if (!name)
            return an_read_no_memory(p);
        TRY(an_read_name(p, what, name));
        more = p->lex.now.kind == AN_LEX_NAME && !p->lex.now.first;
    }
    return AN_OK;
}

enum an_code an_read_given(struct an_reader *p, struct an_facts *facts) {
    while (!an_read_is(p, "expect")) {
        struct an_fact fact = {0};
        struct an_lexeme at = p->lex.now;
        TRY(an_fact_name_read(&p->lex, &fact.name, p->err));
        TRY(an_read_mark(p, "="));
        TRY(an_fact_value_read(&p->lex, &fact, p->err));
        if (an_facts_find(facts, fact.name))
            return an_read_twice(p, &at);
        TRY(an_facts_set(facts, fact, p->arena, p->err));
    }
    return an_read_next(p);
}

enum an_code an_read_answer(struct an_reader *p, enum an_tri *ret) {
    for (enum an_tri t = AN_NO; t <= AN_YES; t++)
        if (an_read_is(p, an_tri_name(t))) {
            *ret = t;
            return an_read_next(p);
        }
    return an_read_fail_expected(p, "yes, no or undetermined");
}

enum an_code an_read_title(struct an_reader *p, struct an_rule *norm) { return an_read_pair(p, false, &norm->title); }

enum an_code an_read_instrument(struct an_reader *p, struct an_rule *norm) {
    bool has;
    TRY(an_read_string(p, "the name of the instrument", &norm->instrument));
    TRY(an_read_maybe(p, "en", &has));
    if (has)
        TRY(an_read_string(p, "its English name", &norm->instrument_en));
    TRY(an_read_mark(p, "article"));
    return an_read_string(p, "the article, as in \"7\"", &norm->article);
}

enum an_code an_read_status(struct an_reader *p, struct an_rule *norm) {
    struct an_lexeme at = p->lex.now;
    for (norm->status = AN_STATUS_DRAFT; norm->status <= AN_STATUS_GUIDANCE; norm->status++)
        if (an_read_is(p, an_status_name(norm->status)))
            break;
    if (norm->status > AN_STATUS_GUIDANCE)
        return an_read_fail_expected(p, "in_force, draft, adopted, superseded or guidance");
    TRY(an_read_next(p));
    for (;;) {
        an_day *day = an_read_is(p, "from") ? &norm->from : an_read_is(p, "to") ? &norm->to : NULL;
        if (an_read_is(p, "published"))
            day = &norm->published;
        if (day) {
            TRY(an_read_next(p));
            TRY(an_read_day(p, day));
        } else if (an_read_is(p, "final")) {
            TRY(an_read_next(p));
            TRY(an_read_id_version(p, &norm->final_id, &norm->final_version));
        } else {
            break;
        }
    }
    bool dated = norm->status == AN_STATUS_IN_FORCE || norm->status == AN_STATUS_SUPERSEDED;
    if (dated && norm->from == AN_DAY_NONE)
        return an_lex_fail(&p->lex, &at, p->err, "%s needs a date: from YYYY-MM-DD",
                           an_status_name(norm->status));
    if (norm->status == AN_STATUS_SUPERSEDED && norm->to == AN_DAY_NONE)
        return an_lex_fail(&p->lex, &at, p->err, "superseded needs its last day: to YYYY-MM-DD");
    if (norm->status == AN_STATUS_DRAFT && norm->published == AN_DAY_NONE)
        return an_lex_fail(&p->lex, &at, p->err, "a draft needs its date: published YYYY-MM-DD");
    if (norm->status == AN_STATUS_DRAFT && (norm->from != AN_DAY_NONE || norm->to != AN_DAY_NONE))
        return an_lex_fail(&p->lex, &at, p->err, "a draft is never in force; it has no from or to");
    if (norm->from != AN_DAY_NONE && norm->to != AN_DAY_NONE && norm->to < norm->from)
        return an_lex_fail(&p->lex, &at, p->err, "the last day is before the first");
    return AN_OK;
}

enum an_code an_read_quote(struct an_reader *p, struct an_rule *norm) {
    struct an_str lang = p->lex.now.raw;
    if (!an_read_is(p, "zh") && !an_read_is(p, "en"))
        return an_read_fail_expected(p, "zh \"...\" or en \"...\"");
    struct an_quote *q = AN_PUSH(p->arena, norm->quotes, norm->quote_count);
    if (!q)
        return an_read_no_memory(p);
    q->lang = lang;
    TRY(an_read_next(p));
    return an_read_string(p, "the words of the instrument", &q->text);
}

enum an_code an_read_digest(struct an_reader *p, struct an_rule *norm) { return an_read_pair(p, false, &norm->digest); }

enum an_code an_read_note(struct an_reader *p, struct an_rule *norm) {
    struct an_pair *note = AN_PUSH(p->arena, norm->notes, norm->note_count);
    return note ? an_read_pair(p, false, note) : an_read_no_memory(p);
}

enum an_code an_read_source(struct an_reader *p, struct an_rule *norm) {
    struct an_str *source = AN_PUSH(p->arena, norm->sources, norm->source_count);
    return source ? an_read_string(p, "where the words were read", source) : an_read_no_memory(p);
}
