// Procedure files from anybody, and anything happening in them: read, checked, run, told, without a stray access.
#include <assert.h>
#include <string.h>

#include "base/json.h"
#include "calendar/calendar.h"
#include "procedure/course.h"
#include "procedure/describe.h"
#include "procedure/gate.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { EVENTS_MAX = 48 };

static const struct an_calendar *calendar(const void *arg, struct an_str name) {
    return name.len == 2 ? arg : NULL;
}

// Events of the procedure (and one that is none), days and bodies picked by the input's own bytes.
static size_t make(const struct an_procedure *p, const uint8_t *data, size_t size, struct an_happening *h) {
    size_t count = 0;
    for (size_t i = 0; i + 3 <= size && count < EVENTS_MAX; i += 3) {
        size_t event = data[i] % (p->event_count + 1);
        const struct an_procedure_event *e = event < p->event_count ? &p->events[event] : NULL;
        const struct an_party *party = e && e->on.at != AN_PROCEDURE_NONE ? &p->parties[e->on.at] : NULL;
        h[count++] = (struct an_happening) {
            .event = e ? e->name : AN_STR("nothing"), .day = 20000 + data[i + 1] % 64 * 4,
            .body = party && party->body_count ? party->bodies[data[i + 2] % party->body_count] : AN_STR(""),
            .by = data[i + 2] > 250 ? AN_STR("MIIT") : AN_STR("")};
    }
    return count;
}

static void tell(const struct an_course *c) {
    struct an_err err = {0};
    AN_AUTO(an_buf) text = {0};
    AN_AUTO(an_buf) json = {0};
    AN_AUTO(an_buf) ics = {0};
    struct an_json j = {.out = &json};
    const struct an_ics how = {.uid = AN_STR("fuzz"), .stamp = AN_STR("2026-01-05T10:11:12Z"), .alarm_days = 1};
    assert(!an_course_say(c, NULL, AN_EN, &text, &err) && !an_course_say(c, NULL, AN_ZH, &text, &err));
    an_course_json(c, &j);
    assert(!an_json_end(&j, &err));
    assert(!an_course_ics(c, &how, &ics, &err));
    size_t line = 0;
    for (size_t i = 0; i < ics.len; i++) {
        line = ics.ptr[i] == '\n' ? 0 : line + 1;
        assert(line <= 76);                     // 75 and the return
    }
}

static void run(const struct an_procedure *p, const uint8_t *data, size_t size, struct an_arena *arena) {
    static const struct an_calendar none;
    struct an_happening h[EVENTS_MAX];
    size_t count = make(p, data, size, h);
    for (int side = AN_SIDE_AUTHORITY; side <= AN_SIDE_FILER; side++) {
        struct an_course_question q = {.procedure = p, .happenings = h, .count = count, .as_of = 20200,
                                       .side = (enum an_side) side, .calendar = calendar, .calendar_arg = &none};
        struct an_course c = {0};
        struct an_err err = {0};
        assert(!an_course_run(&q, arena, &c, &err));
        assert((c.phase == AN_PROCEDURE_NONE) == !c.history_count);
        assert(c.refusal_count <= count);
        for (size_t i = 0; i < c.counted_count; i++)
            assert(c.counted[i].longest >= c.counted[i].last);
        tell(&c);
    }
}

static void describe(const struct an_procedures *set, struct an_arena *arena) {
    struct an_err err = {0};
    static const struct an_packs none;
    AN_AUTO(an_buf) text = {0};
    for (size_t i = 0; i < set->count; i++)
        assert(!an_procedure_say(set->items[i], i % 2 ? AN_EN : AN_ZH, &text, &err));
    for (size_t i = 0; i < set->gate_count; i++) {
        struct an_gate_question q = {.packs = &none, .as_of = 20200};
        struct an_gate_answer a = {0};
        assert(!an_gate_describe(set->gates[i], i % 2 ? AN_EN : AN_ZH, &text, &err) || !set->gates[i]->condition_count);
        if (set->gates[i]->condition_count && !an_gate_ask(set->gates[i], &q, arena, &a, &err))
            assert(!an_gate_say(&a, AN_EN, &text, &err));
    }
}

// What was read says the same when it is read again from its canonical form.
static void again(const struct an_procedure *p, struct an_arena *arena) {
    struct an_procedures set = {0};
    struct an_err err = {0};
    assert(!an_procedures_parse(&set, "again.procedure", p->head.canonical, arena, &err));
    assert(set.count && !memcmp(set.items[set.count - 1]->head.hash, p->head.hash, AN_RULE_HASH_BYTES));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    AN_AUTO(an_arena) arena = {0};
    static const struct an_packs none;
    static const struct an_calendar calendar_;
    struct an_procedures set = {0};
    struct an_check check = {0};
    struct an_err err = {0};
    if (size > 1 << 15)
        return 0;
    if (an_procedures_parse(&set, "fuzz.procedure", (struct an_str) {(const char *) data, size}, &arena, &err)) {
        assert(!set.count && !set.gate_count);
        return 0;
    }
    AN_IGNORE(an_procedures_check(&set, &none, calendar, &calendar_, &arena, &check, &err));
    for (size_t i = 0; i < set.count; i++) {
        again(set.items[i], &arena);
        run(set.items[i], data, size, &arena);
    }
    describe(&set, &arena);
    return 0;
}
