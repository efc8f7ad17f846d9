#include "app/paper_entries.h"

#include "app/answer.h"
#include "app/say.h"
#include "case/secrecy.h"

enum an_code an_paper_entries(const struct an_case *c, struct an_str role, struct an_arena *arena,
                              struct an_paper_source *ret, struct an_err *err) {
    size_t n = an_case_count(c), count = 0;
    struct an_paper_entry *all = AN_NEW_N(arena, n + 1, struct an_paper_entry);
    if (!all)
        return an_fail(err, AN_NOMEM, "no memory for %zu entries", n);
    bool known = false;
    for (const char *const *r = an_secrecy_roles; *r && !known; r++)
        known = an_str_eq(role, an_str_from_c(*r));
    if (!known)
        return an_fail(err, AN_USAGE, "'%.*s' is none of: public, filer, adviser, body, authority, examiner",
                       AN_STR_ARG(an_str_slice(role, 0, 40)));
    for (size_t i = 1; i <= n; i++) {
        const struct an_entry *e = an_case_entry(c, i);
        if (e && an_secrecy_lets(role, an_entry_secrecy(c, e)))
            all[count++] = (struct an_paper_entry) {e->seq, e->at, e->actor, an_str_from_c(e->kind->name), e->body,
                                                    an_hash_str(&e->hash), e->withdrawn_by != 0};
    }
    ret->entries = all;
    ret->entry_count = count;
    return AN_OK;
}

static const struct an_paper_entry *last(const struct an_paper_source *s, const char *kind) {
    for (size_t i = s->entry_count; i--;)
        if (!s->entries[i].withdrawn && an_str_eq(s->entries[i].kind, an_str_from_c(kind)))
            return &s->entries[i];
    return NULL;
}

// A count of the case's; null and what is no whole number have no bound.
static uint64_t count_of(const json_t *object, const char *name) {
    const json_t *v = json_object_get(object, name);
    return json_is_integer(v) && json_integer_value(v) >= 0 ? (uint64_t) json_integer_value(v) : AN_INFINITE;
}

static enum an_code set_range(struct an_facts *facts, struct an_str metric, uint64_t lo, uint64_t hi, const char *from,
                              struct an_arena *arena, struct an_err *err) {
    struct an_str name;
    enum an_code code = an_metric_name(metric, arena, &name, err);
    if (code || lo == AN_INFINITE)
        return code;
    struct an_fact fact = an_fact_range(name.ptr, lo, hi == AN_INFINITE ? AN_FACT_INFINITE : hi, from);
    return an_facts_set(facts, fact, arena, err);
}

static enum an_code set_counts(const struct an_paper_source *source, struct an_arena *arena, struct an_facts *ret,
                               struct an_err *err) {
    enum an_code code = AN_OK;
    for (size_t i = 0; i < source->entry_count && !code; i++) {
        const struct an_paper_entry *e = &source->entries[i];
        if (!e->withdrawn && an_str_eq(e->kind, AN_STR("snapshot")))
            code = set_range(ret, an_entry_text(e->body, "metric"), count_of(e->body, "lo"), count_of(e->body, "hi"), "declared",
                             arena, err);
    }
    const struct an_paper_entry *m = last(source, "measurement");
    const json_t *people = m ? json_object_get(m->body, "people") : NULL, *users = m ? json_object_get(m->body, "users") : NULL;
    if (!code && people)
        code = set_range(ret, AN_STR("people_processed"), count_of(people, "floor"), count_of(people, "ceiling"), "measured",
                         arena, err);
    if (!code && users)
        code = set_range(ret, AN_STR("users_pi_held"), count_of(users, "floor"), count_of(users, "ceiling"), "measured", arena,
                         err);
    return code;
}

enum an_code an_paper_facts(const struct an_paper_source *source, bool counts, struct an_arena *arena, struct an_facts *ret,
                            struct an_err *err) {
    enum an_code code = counts ? set_counts(source, arena, ret, err) : AN_OK;
    for (size_t i = 0; i < source->entry_count && !code; i++) {
        const struct an_paper_entry *e = &source->entries[i];
        if (e->withdrawn || !an_str_eq(e->kind, AN_STR("fact")))
            continue;
        AN_AUTO(an_buf) text = {0};
        struct an_fact fact;
        struct an_str name = an_entry_text(e->body, "name"), value = an_entry_text(e->body, "value");
        code = an_buf_addf(&text, err, "%.*s=%.*s", AN_STR_ARG(name), AN_STR_ARG(value));
        if (!code && (code = an_fact_parse(an_buf_str(&text), arena, &fact, err)))
            return an_err_context(err, "entry %llu of the case", (unsigned long long) e->seq);
        if (!code) {
            fact.from = "declared";
            code = an_facts_set(ret, fact, arena, err);
        }
    }
    return code;
}

enum an_code an_paper_measured(const struct an_paper_source *source, struct an_arena *arena, struct an_model *model,
                               struct an_err *err) {
    AN_AUTO(an_buf) header = {0};
    const struct an_paper_entry *m = last(source, "measurement");
    if (!m)
        return AN_OK;
    enum an_code code = AN_OK;
    if (source->file)
        code = an_case_object_get(source->file, an_entry_text(m->body, "census"), &header, err);
    if (!code && header.len)
        code = an_paper_census(an_buf_str(&header), arena, model, err);
    if (code)
        return code;
    const json_t *people = json_object_get(m->body, "people");
    if (!header.len)
        model->people.ceiling_read = count_of(people, "ceiling");
    model->people.floor = count_of(people, "floor");
    model->people.linked = count_of(people, "linked");
    model->people.ceiling = count_of(people, "ceiling");
    model->scope.stores = count_of(m->body, "stores");
    model->scope.records = count_of(m->body, "records");
    model->scope.stores_unread = count_of(m->body, "unread");
    model->measured = true;
    return AN_OK;
}

static struct an_str said(struct an_pair p, enum an_lang lang) { return lang == AN_ZH && p.zh.len ? p.zh : p.en; }

static struct an_str state_of(const struct an_counted *c, enum an_lang lang, struct an_arena *arena, bool *failed) {
    static const struct an_words words[] = {
        [AN_COUNTED_RUNS] = {"running", "进行中"}, [AN_COUNTED_PAUSED] = {"paused", "中止计算"},
        [AN_COUNTED_DONE] = {"done", "已完成"}, [AN_COUNTED_OVER] = {"over", "已过期"},
        [AN_COUNTED_AHEAD] = {"not open yet", "尚未开始"},
    };
    if (!c->late_by)
        return an_str_from_c(an_say(words[c->state], lang));
    return an_str_from_c(lang == AN_ZH ? an_sayf(arena, failed, "逾期 %u 天", c->late_by)
                                       : an_sayf(arena, failed, "late by %u days", c->late_by));
}

enum an_code an_paper_status(const struct an_review *review, enum an_lang lang, struct an_arena *arena,
                             struct an_paper_source *ret, struct an_err *err) {
    size_t most = 0;
    for (size_t i = 0; i < review->course_count; i++)
        most += review->courses[i].course->counted_count;
    struct an_paper_step *steps = AN_NEW_N(arena, most + 1, struct an_paper_step);
    bool failed = !steps;
    for (size_t i = 0; i < review->course_count && !failed; i++) {
        const struct an_course *course = review->courses[i].course;
        const struct an_procedure *p = course->procedure;
        for (size_t k = 0; k < course->counted_count; k++) {
            const struct an_counted *c = &course->counted[k];
            const struct an_period *period = &p->periods[c->period];
            bool acts = period->party.at != AN_PROCEDURE_NONE && period->party.at < p->party_count;
            steps[ret->step_count++] = (struct an_paper_step) {
                .text = said(period->title, lang), .article = period->article,
                .by = c->body.len ? c->body : acts ? said(p->parties[period->party.at].title, lang) : AN_STR(""),
                .due = c->last, .latest = c->longest == c->last ? AN_DAY_NONE : c->longest,
                .state = state_of(c, lang, arena, &failed), .provisional = c->provisional,
            };
        }
        if (i || course->phase == AN_PROCEDURE_NONE)
            continue;
        ret->state = said(p->phases[course->phase].title, lang);
        if (course->waiting_count)
            ret->actor = said(p->parties[course->waiting[0].party].title, lang);
    }
    ret->steps = steps;
    return failed ? an_fail(err, AN_NOMEM, "no memory for periods") : AN_OK;
}

an_day an_paper_verdict_day(const struct an_paper_source *source) {
    an_day day = AN_DAY_NONE;
    for (size_t i = 0; i < source->entry_count; i++) {
        const struct an_paper_entry *e = &source->entries[i];
        if (!e->withdrawn && an_str_eq(e->kind, AN_STR("verdict")) &&
            an_str_eq(an_entry_text(e->body, "rule"), AN_STR(AN_MAIN_RULE)))
            (void) an_day_parse(an_entry_text(e->body, "as_of"), &day);
    }
    return day;
}
