// Rule files and facts from anybody: parsing, checking and judging end, in order, without a stray access.
#include <assert.h>

#include "rules/check.h"
#include "rules/eval.h"
#include "rules/fact.h"
#include "rules/words.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

// A verdict comes with its trace and its proof; only an open one has facts that would decide it.
static void judge(const struct an_packs *packs, struct an_arena *arena) {
    struct an_fact known = an_fact_range("count(users_pi_held)", 980000, 1040000, "fuzz");
    struct an_facts facts = {&known, 1};
    struct an_question q = {.facts = &facts, .as_of = 20000};
    for (size_t i = 0; i < packs->rule_count; i++) {
        struct an_verdict v = {0};
        struct an_err err = {0};
        if (an_rule_eval(packs->rules[i], packs, &q, arena, &v, &err))
            continue;
        assert(v.step_count && v.certificate.len);
        assert(v.value == AN_UNKNOWN || !v.decide_by_count);
    }
}

static void say(const struct an_packs *packs) {
    struct an_err err = {0};
    for (size_t i = 0; i < packs->rule_count; i++) {
        const struct an_rule *r = packs->rules[i];
        AN_AUTO(an_buf) out = {0};
        AN_IGNORE(an_status_say(r, AN_EN, &out, &err));
        for (size_t k = 0; k < r->duty_count; k++)
            AN_IGNORE(an_duty_say(packs, &r->duties[k], k % 2 ? AN_ZH : AN_EN, &out, &err));
        for (size_t k = 0; k < r->clock_count; k++)
            AN_IGNORE(an_clock_say(packs, &r->clocks[k], k % 2 ? AN_ZH : AN_EN, &out, &err));
        for (size_t k = 0; k < r->penalty_count; k++)
            AN_IGNORE(an_penalty_say(&r->penalties[k], k % 2 ? AN_ZH : AN_EN, &out, &err));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    AN_AUTO(an_arena) arena = {0};
    struct an_str text = {(const char *) data, size};
    struct an_packs packs = {0};
    struct an_check check = {0};
    struct an_fact fact = {0};
    struct an_err err = {0};
    if (size > 1 << 16)
        return 0;
    if (!an_fact_parse(text, &arena, &fact, &err)) {
        assert(fact.name.len);
        assert(fact.known != AN_KNOWN_RANGE || fact.lo <= fact.hi);
    }
    if (an_pack_parse(&packs, "fuzz.rule", text, &arena, &err)) {
        assert(!packs.rule_count);
        return 0;
    }
    AN_IGNORE(an_packs_check(&packs, &arena, &check, &err));
    judge(&packs, &arena);
    say(&packs);
    return 0;
}
