// Sets of procedures.
#include "procedure/procedure.h"

#include <string.h>
#include "procedure/gate.h"
#include "procedure/parse.h"
#include "rules/list.h"

#define TRY(call) do { enum an_code code_ = (call); if (code_) return code_; } while (0)

static enum an_code file(struct an_reader *p, struct an_procedures *found) {
    while (p->lex.now.kind != AN_LEX_END) {
        bool gate = an_read_is(p, "gate");
        if (!gate && !an_read_is(p, "procedure"))
            return an_read_fail_expected(p, "procedure or gate");
        if (gate) {
            struct an_gate **place = AN_PUSH(p->arena, found->gates, found->gate_count);
            if (!place)
                return an_read_no_memory(p);
            TRY(an_gate_read(p, place));
            continue;
        }
        struct an_procedure *one = NULL;
        TRY(an_procedure_read(p, found, &one));
        struct an_procedure **place = AN_PUSH(p->arena, found->items, found->count);
        if (!place)
            return an_read_no_memory(p);
        *place = one;
    }
    return AN_OK;
}

enum an_code an_procedures_parse(struct an_procedures *set, const char *shown, struct an_str text, struct an_arena *arena,
                                 struct an_err *err) {
    if (text.len > AN_PACK_BYTES_MAX)
        return an_fail(err, AN_LIMIT, "%s: larger than %d bytes", shown, AN_PACK_BYTES_MAX);
    struct an_reader p = {.arena = arena, .err = err};
    struct an_procedures found = {0}, before = *set;
    TRY(an_lex_start(&p.lex, shown, text, arena, err));
    TRY(file(&p, &found));
    bool failed = false;
    for (size_t i = 0; i < found.count && !failed; i++) {
        struct an_procedure **place = AN_PUSH(arena, set->items, set->count);
        failed = !place;
        if (place)
            *place = found.items[i];
    }
    for (size_t i = 0; i < found.gate_count && !failed; i++) {
        struct an_gate **place = AN_PUSH(arena, set->gates, set->gate_count);
        failed = !place;
        if (place)
            *place = found.gates[i];
    }
    if (!failed)
        return AN_OK;
    *set = before;
    return an_read_no_memory(&p);
}

// Whether a text found later is to be preferred for that day: one in force, else the newest.
static bool better(const struct an_rule *norm, const struct an_rule *best, an_day day) {
    if (!best)
        return true;
    bool in_force = an_rule_standing(norm, day) == AN_STANDING_IN_FORCE;
    if (in_force != (an_rule_standing(best, day) == AN_STANDING_IN_FORCE))
        return in_force;
    return norm->from > best->from;
}

const struct an_procedure *an_procedures_find(const struct an_procedures *set, struct an_str id, struct an_str version,
                                              an_day day) {
    const struct an_procedure *best = NULL;
    for (size_t i = 0; i < set->count; i++) {
        const struct an_procedure *p = set->items[i];
        bool meant = an_str_eq(p->head.id, id) && (!version.len || an_str_eq(p->head.version, version));
        if (meant && better(&p->head, best ? &best->head : NULL, day))
            best = p;
    }
    return best;
}

const struct an_gate *an_gate_find(const struct an_procedures *set, struct an_str id, an_day day) {
    const struct an_gate *best = NULL;
    for (size_t i = 0; i < set->gate_count; i++)
        if (an_str_eq(set->gates[i]->head.id, id) && better(&set->gates[i]->head, best ? &best->head : NULL, day))
            best = set->gates[i];
    return best;
}

bool an_party_has(const struct an_party *party, struct an_str body) {
    bool has = party->open && body.len;
    for (size_t i = 0; i < party->body_count; i++)
        has = has || an_str_eq(party->bodies[i], body);
    return has;
}
