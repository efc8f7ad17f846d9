#include "app/verdicts.h"

#include "app/answer.h"
#include "rules/canon.h"

bool an_verdict_is_kept(const struct an_verdict *v, const struct an_case *file) {
    const struct an_entry *last = NULL;
    bool in_force = v->standing == AN_STANDING_IN_FORCE;
    for (const struct an_entry *e = NULL; (e = an_case_next(file, "verdict", e));)
        if (an_str_eq(an_entry_text(e->body, "rule"), v->rule->id) &&
            an_str_eq(an_entry_text(e->body, "version"), v->rule->version))
            last = e;
    if (last) {
        char hash[AN_HASH_TEXT_MAX];
        struct an_str said = an_entry_text(last->body, "verdict"), pack = an_entry_text(last->body, "pack");
        return !an_str_eq(said, an_str_from_c(an_verdict_name(v->value))) ||
               !an_str_eq(pack, an_str_from_c(an_hash_text(v->rule->hash, hash)));
    }
    if (an_str_eq(v->rule->id, AN_STR(AN_MAIN_RULE)))
        return in_force;
    return in_force && v->value == AN_YES;
}

json_t *an_verdict_body(const struct an_verdict *v, an_day as_of) {
    char day[AN_DAY_TEXT_MAX], hash[AN_HASH_TEXT_MAX];
    return json_pack("{s:s%, s:s%, s:s, s:s, s:s}", "rule", v->rule->id.ptr, v->rule->id.len, "version", v->rule->version.ptr,
                     v->rule->version.len, "verdict", an_verdict_name(v->value), "as_of", an_day_text(as_of, day), "pack",
                     an_hash_text(v->rule->hash, hash));
}
