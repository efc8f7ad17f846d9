// Writing rules down: the canonical JSON, its hash, and formulas for people.
#include "rules/canon.h"

#include <sodium.h>
#include <string.h>

static void key_str(struct an_json *j, const char *key, struct an_str s) {
    if (!s.len)
        return;
    an_json_key(j, key);
    an_json_str(j, s);
}

static void key_day(struct an_json *j, const char *key, an_day day) {
    char text[AN_DAY_TEXT_MAX];
    if (day == AN_DAY_NONE)
        return;
    an_json_key(j, key);
    an_json_cstr(j, an_day_text(day, text));
}

static void key_u64(struct an_json *j, const char *key, uint64_t n) {
    if (!n)
        return;
    an_json_key(j, key);
    an_json_u64(j, n);
}

static void pair(struct an_json *j, struct an_pair p) {
    an_json_open(j, '{');
    key_str(j, "en", p.en);
    key_str(j, "zh", p.zh);
    an_json_close(j, '}');
}

static void constant(struct an_json *j, const struct an_const *c) {
    switch (c->kind) {
    case AN_CONST_NUMBER:
        an_json_u64(j, c->number);
        return;
    case AN_CONST_WORD:
        an_json_str(j, c->word);
        return;
    case AN_CONST_DAY:
        an_json_open(j, '{');
        key_day(j, "day", c->day);
        an_json_close(j, '}');
        return;
    }
}

static void expr(struct an_json *j, const struct an_expr *e) {
    an_json_open(j, '{');
    switch (e->kind) {
    case AN_EXPR_AND:
    case AN_EXPR_OR:
        an_json_key(j, e->kind == AN_EXPR_AND ? "and" : "or");
        an_json_open(j, '[');
        for (size_t i = 0; i < e->kid_count; i++)
            expr(j, e->kids[i]);
        an_json_close(j, ']');
        break;
    case AN_EXPR_NOT:
        an_json_key(j, "not");
        expr(j, e->kids[0]);
        break;
    case AN_EXPR_APPLIES:
        key_str(j, "applies", e->id);
        key_str(j, "version", e->version);
        break;
    case AN_EXPR_COMPARE:
        key_str(j, "fact", e->fact);
        key_str(j, "op", an_str_from_c(an_compare_name(e->compare)));
        an_json_key(j, "value");
        constant(j, &e->consts[0]);
        break;
    case AN_EXPR_IN:
        key_str(j, "fact", e->fact);
        key_str(j, "op", AN_STR("in"));
        an_json_key(j, "values");
        an_json_open(j, '[');
        for (size_t i = 0; i < e->const_count; i++)
            constant(j, &e->consts[i]);
        an_json_close(j, ']');
        break;
    }
    an_json_close(j, '}');
}

void an_fact_json_key(struct an_json *j, struct an_str name) {
    char text[192];
    size_t n = name.len < sizeof text ? name.len : sizeof text - 1;
    memcpy(text, name.ptr, n);
    text[n] = '\0';
    an_json_key(j, text);
}

void an_fact_json(struct an_json *j, const struct an_fact *f) {
    if (!f || f->known == AN_KNOWN_NOT) {
        an_json_null(j);
    } else if (f->known == AN_KNOWN_WORD) {
        an_json_str(j, f->word);
    } else if (f->known == AN_KNOWN_RANGE) {
        an_json_open(j, '[');
        an_json_u64(j, f->lo);
        if (f->hi == AN_FACT_INFINITE)
            an_json_null(j);
        else
            an_json_u64(j, f->hi);
        an_json_close(j, ']');
    } else {
        an_json_open(j, '{');
        key_day(j, "from", f->first);
        key_day(j, "to", f->last);
        an_json_close(j, '}');
    }
}

static void duty(struct an_json *j, const struct an_duty *d) {
    an_json_open(j, '{');
    key_str(j, "verb", d->verb);
    key_str(j, "what", d->what);
    key_str(j, "zh", d->what_zh);
    key_str(j, "to", d->to);
    key_str(j, "before", d->before);
    key_u64(j, "every_years", d->every);
    key_u64(j, "for_years", d->for_years);
    an_json_close(j, '}');
}

static void clock_(struct an_json *j, const struct an_clock *c) {
    an_json_open(j, '{');
    key_str(j, "name", c->name);
    key_u64(j, "length", c->length);
    key_str(j, "unit", an_str_from_c(an_unit_name(c->unit)));
    key_str(j, "calendar", c->calendar);
    key_str(j, "from", c->from);
    key_u64(j, "extend", c->extend);
    if (c->extend_open)
        key_str(j, "extend", AN_STR("open"));
    if (c->condition) {
        an_json_key(j, "if");
        expr(j, c->condition);
    }
    key_str(j, "en", c->title.en);
    key_str(j, "zh", c->title.zh);
    an_json_close(j, '}');
}

static void test(struct an_json *j, const struct an_rule_test *t) {
    an_json_open(j, '{');
    key_str(j, "name", t->name);
    an_json_key(j, "given");
    an_json_open(j, '{');
    for (size_t i = 0; i < t->given.count; i++) {
        an_fact_json_key(j, t->given.items[i].name);
        an_fact_json(j, &t->given.items[i]);
    }
    an_json_close(j, '}');
    key_str(j, "expect", an_str_from_c(an_tri_name(t->expect)));
    an_json_close(j, '}');
}

static void head(struct an_json *j, const struct an_rule *r) {
    key_str(j, r->is_define ? "define" : "rule", r->id);
    key_str(j, "version", r->version);
    if (!r->is_define) {
        an_json_key(j, "title");
        pair(j, r->title);
    }
    key_str(j, "instrument", r->instrument);
    key_str(j, "instrument_en", r->instrument_en);
    key_str(j, "article", r->article);
    key_str(j, "cite", r->cite);
    if (r->status) {
        key_str(j, "status", an_str_from_c(an_status_name(r->status)));
        key_day(j, "from", r->from);
        key_day(j, "to", r->to);
        key_day(j, "published", r->published);
        key_str(j, "final_id", r->final_id);
        key_str(j, "final_version", r->final_version);
    }
    key_str(j, "scope", r->scope);
}

#define EACH(j, key, items, count, write) do { \
        if (count) { \
            an_json_key((j), (key)); \
            an_json_open((j), '['); \
            for (size_t i_ = 0; i_ < (count); i_++) \
                write; \
            an_json_close((j), ']'); \
        } \
    } while (0)

static void quote(struct an_json *j, const struct an_quote *q) {
    an_json_open(j, '{');
    key_str(j, "lang", q->lang);
    key_str(j, "text", q->text);
    an_json_close(j, '}');
}

static void except(struct an_json *j, const struct an_except *e) {
    an_json_open(j, '{');
    key_str(j, "text", e->text);
    EACH(j, "metrics", e->metrics, e->metric_count, an_json_str(j, e->metrics[i_]));
    an_json_close(j, '}');
}

static void pause_(struct an_json *j, const struct an_pause *p) {
    an_json_open(j, '{');
    key_str(j, "from", p->from);
    key_str(j, "until", p->until);
    an_json_close(j, '}');
}

static void penalty(struct an_json *j, const struct an_penalty *p) {
    an_json_open(j, '{');
    key_str(j, "citation", p->citation);
    key_day(j, "from", p->from);
    key_str(j, "en", p->amounts.en);
    key_str(j, "zh", p->amounts.zh);
    an_json_close(j, '}');
}

enum an_code an_rule_canonise(struct an_rule *r, struct an_arena *arena, struct an_err *err) {
    AN_AUTO(an_buf) out = {0};
    struct an_json j = {.out = &out, .compact = true};
    an_json_open(&j, '{');
    head(&j, r);
    EACH(&j, "quotes", r->quotes, r->quote_count, quote(&j, &r->quotes[i_]));
    if (r->digest.en.len || r->digest.zh.len) {
        an_json_key(&j, "digest");
        pair(&j, r->digest);
    }
    EACH(&j, "drafted_by", r->drafted_by, r->drafted_by_count, an_json_str(&j, r->drafted_by[i_]));
    EACH(&j, "enforced_by", r->enforced_by, r->enforced_by_count, an_json_str(&j, r->enforced_by[i_]));
    if (r->when) {
        an_json_key(&j, "when");
        expr(&j, r->when);
    }
    EACH(&j, "excepts", r->excepts, r->except_count, except(&j, &r->excepts[i_]));
    EACH(&j, "duties", r->duties, r->duty_count, duty(&j, &r->duties[i_]));
    EACH(&j, "clocks", r->clocks, r->clock_count, clock_(&j, &r->clocks[i_]));
    EACH(&j, "pauses", r->pauses, r->pause_count, pause_(&j, &r->pauses[i_]));
    EACH(&j, "penalties", r->penalties, r->penalty_count, penalty(&j, &r->penalties[i_]));
    EACH(&j, "notes", r->notes, r->note_count, pair(&j, r->notes[i_]));
    EACH(&j, "sources", r->sources, r->source_count, an_json_str(&j, r->sources[i_]));
    EACH(&j, "tests", r->tests, r->test_count, test(&j, &r->tests[i_]));
    an_json_close(&j, '}');
    enum an_code code = an_json_end(&j, err);
    if (code)
        return code;
    r->canonical = an_arena_copy(arena, an_buf_str(&out));
    if (!r->canonical.ptr)
        return an_fail(err, AN_NOMEM, "no memory for a rule");
    if (crypto_generichash(r->hash, sizeof r->hash, (const unsigned char *) r->canonical.ptr,
                           r->canonical.len, NULL, 0))
        return an_fail(err, AN_BUG, "hashing refused its sizes");
    return AN_OK;
}

static void window(struct an_json *j, const struct an_window *w) {
    an_json_open(j, '{');
    key_str(j, "is", an_str_from_c(an_window_name(w->kind)));
    key_u64(j, "months", w->months);
    key_u64(j, "month", w->month);
    key_u64(j, "day", w->day);
    an_json_close(j, '}');
}

enum an_code an_name_canonise(struct an_name *n, struct an_arena *arena, struct an_err *err) {
    static const char *const kinds[] = {[AN_NAME_FACT] = "fact", [AN_NAME_METRIC] = "metric",
                                        [AN_NAME_EVENT] = "event", [AN_NAME_BODY] = "body",
                                        [AN_NAME_VERB] = "verb", [AN_NAME_WORD] = "word"};
    static const char *const types[] = {[AN_TERM_FLAG] = "flag", [AN_TERM_WORD] = "word",
                                        [AN_TERM_NUMBER] = "number", [AN_TERM_DAY] = "day"};
    static const char *const parts[] = {[AN_CENSUS_NONE] = "", [AN_CENSUS_USERS] = "users",
                                        [AN_CENSUS_PEOPLE] = "people"};
    AN_AUTO(an_buf) out = {0};
    struct an_json j = {.out = &out, .compact = true};
    an_json_open(&j, '{');
    key_str(&j, kinds[n->kind], n->name);
    if (n->kind == AN_NAME_FACT)
        key_str(&j, "type", an_str_from_c(types[n->type]));
    EACH(&j, "values", n->values, n->value_count, an_json_str(&j, n->values[i_]));
    if (n->kind == AN_NAME_METRIC) {
        key_str(&j, "unit", n->unit);
        an_json_key(&j, "window");
        window(&j, &n->window);
        key_str(&j, "census", an_str_from_c(parts[n->census]));
    }
    EACH(&j, "within", n->within, n->within_count, an_json_str(&j, n->within[i_]));
    key_str(&j, "with", n->with);
    key_str(&j, "en", n->title.en);
    key_str(&j, "zh", n->title.zh);
    an_json_close(&j, '}');
    enum an_code code = an_json_end(&j, err);
    if (code)
        return code;
    n->canonical = an_arena_copy(arena, an_buf_str(&out));
    return n->canonical.ptr ? AN_OK : an_fail(err, AN_NOMEM, "no memory for a name");
}

const char *an_hash_text(const unsigned char hash[AN_RULE_HASH_BYTES], char out[AN_HASH_TEXT_MAX]) {
    return sodium_bin2hex(out, AN_HASH_TEXT_MAX, hash, AN_RULE_HASH_BYTES);
}

void an_packs_hash(const struct an_packs *packs, unsigned char ret_hash[AN_RULE_HASH_BYTES]) {
    crypto_generichash_state state;
    (void) crypto_generichash_init(&state, NULL, 0, AN_RULE_HASH_BYTES);
    for (size_t i = 0; i < packs->rule_count; i++)
        (void) crypto_generichash_update(&state, packs->rules[i]->hash, AN_RULE_HASH_BYTES);
    for (size_t i = 0; i < packs->name_count; i++)
        (void) crypto_generichash_update(&state, (const unsigned char *) packs->names[i].canonical.ptr,
                                         packs->names[i].canonical.len);
    (void) crypto_generichash_final(&state, ret_hash, AN_RULE_HASH_BYTES);
}

static enum an_code say_constant(const struct an_const *c, struct an_buf *out, struct an_err *err) {
    char text[AN_GROUPED_MAX];
    switch (c->kind) {
    case AN_CONST_NUMBER: return an_buf_addf(out, err, "%s", an_grouped(c->number, text));
    case AN_CONST_DAY:    return an_buf_addf(out, err, "%s", an_day_text(c->day, text));
    case AN_CONST_WORD:   return an_buf_add(out, c->word, err);
    }
    return AN_OK;
}

enum an_code an_expr_say(const struct an_expr *e, struct an_buf *out, struct an_err *err) {
    enum an_code code = AN_OK;
    switch (e->kind) {
    case AN_EXPR_AND: return an_buf_add(out, AN_STR("and"), err);
    case AN_EXPR_OR:  return an_buf_add(out, AN_STR("or"), err);
    case AN_EXPR_NOT: return an_buf_add(out, AN_STR("not"), err);
    case AN_EXPR_APPLIES:
        return an_buf_addf(out, err, "applies(%.*s%s%.*s)", AN_STR_ARG(e->id), e->version.len ? "@" : "",
                           AN_STR_ARG(e->version));
    case AN_EXPR_COMPARE:
        code = an_buf_addf(out, err, "%.*s %s ", AN_STR_ARG(e->fact), an_compare_name(e->compare));
        return code ? code : say_constant(&e->consts[0], out, err);
    case AN_EXPR_IN:
        code = an_buf_addf(out, err, "%.*s in {", AN_STR_ARG(e->fact));
        for (size_t i = 0; i < e->const_count && !code; i++) {
            if (i)
                code = an_buf_add(out, AN_STR(", "), err);
            if (!code)
                code = say_constant(&e->consts[i], out, err);
        }
        return code ? code : an_buf_add(out, AN_STR("}"), err);
    }
    return code;
}

enum an_code an_formula_say(const struct an_expr *e, int indent, struct an_buf *out, struct an_err *err) {
    enum an_code code = an_buf_addf(out, err, "%*s", indent, "");
    if (!code)
        code = an_expr_say(e, out, err);
    if (!code)
        code = an_buf_add(out, AN_STR("\n"), err);
    for (size_t i = 0; i < e->kid_count && !code; i++)
        code = an_formula_say(e->kids[i], indent + 2, out, err);
    return code;
}
