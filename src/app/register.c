#include "app/register.h"

#include <stdlib.h>
#include "base/json.h"
#include "rules/words.h"

static void next_deadline(struct an_register_row *row) {
    row->deadline = AN_DAY_NONE;
    for (size_t i = 0; i < row->review.course_count; i++) {
        const struct an_course *c = row->review.courses[i].course;
        for (size_t k = 0; k < c->counted_count; k++) {
            const struct an_counted *p = &c->counted[k];
            bool waits = p->state == AN_COUNTED_RUNS || p->state == AN_COUNTED_PAUSED;
            if (!waits || p->last == AN_DAY_NONE || (row->deadline != AN_DAY_NONE && p->last >= row->deadline))
                continue;
            row->deadline = p->last;
            row->waits = c->procedure->periods[p->period].name;
            row->late = p->late_by > 0 && !p->untold;
        }
    }
}

static void fill(struct an_register_row *row) {
    const struct an_course *own = row->review.courses[0].course;
    bool begun = own->phase != AN_PROCEDURE_NONE;
    row->phase = begun ? own->procedure->phases[own->phase].title.en : AN_STR("not begun");
    row->phase_zh = begun ? own->procedure->phases[own->phase].title.zh : AN_STR("未开始");
    row->verdict = row->review.verdict ? an_entry_text(row->review.verdict->body, "verdict") : AN_STR("");
    row->has_people = row->review.measurement != NULL;
    if (row->has_people)
        row->people = an_review_people(row->review.measurement);
    next_deadline(row);
}

static void add(struct an_register_sum *sum, const struct an_register_row *row) {
    sum->cases++;
    sum->faults += row->fault.len > 0;
    if (row->fault.len)
        return;
    sum->late += row->late;
    sum->applies += an_str_eq(row->verdict, AN_STR("applies"));
    sum->does_not_apply += an_str_eq(row->verdict, AN_STR("does-not-apply"));
    sum->undetermined += an_str_eq(row->verdict, AN_STR("undetermined"));
    sum->not_judged += row->verdict.len == 0;
    if (!row->has_people)
        return;
    sum->measured++;
    sum->floor = row->people.floor > sum->floor ? row->people.floor : sum->floor;
    sum->floor_sum += row->people.floor;
    sum->ceiling = sum->ceiling == AN_FACT_INFINITE || row->people.ceiling > AN_FACT_INFINITE - 1 - sum->ceiling
                       ? AN_FACT_INFINITE : sum->ceiling + row->people.ceiling;
}

static int in_order(const void *a, const void *b) {
    const struct an_register_row *x = a, *y = b;
    if ((x->deadline == AN_DAY_NONE) != (y->deadline == AN_DAY_NONE))
        return x->deadline == AN_DAY_NONE ? 1 : -1;
    if (x->deadline != y->deadline)
        return x->deadline < y->deadline ? -1 : 1;
    return strcmp(x->path, y->path);
}

// --- shares and benchmarks

// part of part + others, per cent; others infinite: none of it for certain
static unsigned percent(uint64_t part, uint64_t others, bool up) {
    if (!part || others == AN_FACT_INFINITE)
        return 0;
    __extension__ const unsigned __int128 whole = (unsigned __int128) part + others, hundred = (unsigned __int128) part * 100;
    return (unsigned) ((hundred + (up ? whole - 1 : 0)) / whole);
}

static void shares(struct an_register *reg) {
    const struct an_register_sum *s = &reg->sum;
    for (size_t i = 0; i < reg->count; i++) {
        struct an_register_row *row = &reg->rows[i];
        bool bounded = s->ceiling != AN_FACT_INFINITE;
        if (!row->has_people)
            continue;
        row->share_least = percent(row->people.floor, bounded ? s->ceiling - row->people.ceiling : AN_FACT_INFINITE, false);
        row->share_most = row->people.ceiling == AN_FACT_INFINITE ? 100
                          : percent(row->people.ceiling, s->floor_sum - row->people.floor, true);
    }
}

static enum an_code judge(const struct an_register_question *q, const struct an_rule *rule, const struct an_facts *facts,
                          struct an_arena *arena, enum an_tri *ret, struct an_err *err) {
    struct an_question asked = {.facts = facts, .as_of = q->as_of};
    struct an_verdict v;
    AN_TRY(an_rule_eval(rule, &q->law->packs, &asked, arena, &v, err));
    *ret = v.value;
    return AN_OK;
}

static enum an_code mark(const struct an_register_question *q, struct an_register *reg, const struct an_rule *rule,
                         struct an_arena *arena, struct an_err *err) {
    struct an_register_mark *m = &reg->marks[reg->mark_count++];
    *m = (struct an_register_mark) {.rule = rule};
    AN_TRY(judge(q, rule, q->sector, arena, &m->sector, err));
    for (size_t i = 0; i < reg->count; i++) {
        enum an_tri value;
        if (reg->rows[i].fault.len)
            continue;
        AN_TRY(judge(q, rule, &reg->rows[i].review.facts, arena, &value, err));
        *(value == AN_YES ? &m->reached : value == AN_NO ? &m->missed : &m->unknown) += 1;
    }
    return AN_OK;
}

static bool is_target(const struct an_rule *r) {
    static const char plan[] = "cn.plan.";
    return r->status == AN_STATUS_GUIDANCE && r->id.len > sizeof plan - 1 && memcmp(r->id.ptr, plan, sizeof plan - 1) == 0;
}

static enum an_code marks(const struct an_register_question *q, struct an_register *reg, struct an_arena *arena,
                          struct an_err *err) {
    const struct an_packs *packs = &q->law->packs;
    reg->marks = AN_NEW_N(arena, packs->rule_count + 1, struct an_register_mark);
    if (!reg->marks)
        return an_fail(err, AN_NOMEM, "no memory for benchmarks");
    for (size_t i = 0; i < packs->rule_count; i++)
        if (is_target(packs->rules[i]))
            AN_TRY(mark(q, reg, packs->rules[i], arena, err));
    return AN_OK;
}

enum an_code an_register_make(const struct an_register_question *q, struct an_arena *arena, struct an_register *ret,
                              struct an_err *err) {
    *ret = (struct an_register) {.as_of = q->as_of, .rows = AN_NEW_N(arena, q->count + 1, struct an_register_row)};
    if (!ret->rows)
        return an_fail(err, AN_NOMEM, "no memory for %zu cases", q->count);
    for (size_t i = 0; i < q->count; i++) {
        struct an_register_row *row = &ret->rows[ret->count++];
        struct an_err why = {0};
        *row = (struct an_register_row) {.path = q->paths[i], .fault = q->faults[i], .deadline = AN_DAY_NONE};
        enum an_code code = q->files[i] ? an_review_look(q->files[i], q->law, q->as_of, arena, &row->review, &why) : AN_OK;
        if (code == AN_NOMEM)
            return an_fail(err, AN_NOMEM, "%.160s", why.text);
        if (code)                           // one bad case hides no other
            row->fault = an_arena_copy(arena, an_str_from_c(why.text));
        if (!row->fault.len)
            fill(row);
        add(&ret->sum, row);
    }
    shares(ret);
    AN_TRY(marks(q, ret, arena, err));
    qsort(ret->rows, ret->count, sizeof *ret->rows, in_order);
    return AN_OK;
}

// --- for people

static bool zh(enum an_lang lang) { return lang == AN_ZH; }

static const char *verdict_said(struct an_str verdict, enum an_lang lang) {
    static const struct { const char *word; struct an_words said; } words[] = {
        {"applies", {"must file", "须申报"}}, {"does-not-apply", {"need not", "无须"}}, {"undetermined", {"open", "未定"}},
    };
    for (size_t i = 0; i < AN_COUNT(words); i++)
        if (an_str_eq(verdict, an_str_from_c(words[i].word)))
            return an_say(words[i].said, lang);
    return zh(lang) ? "未判断" : "not judged";
}

static enum an_code say_row(const struct an_register_row *row, enum an_lang lang, struct an_buf *out, struct an_err *err) {
    char a[AN_GROUPED_MAX], b[AN_GROUPED_MAX], day[AN_DAY_TEXT_MAX];
    if (row->fault.len)
        return an_buf_addf(out, err, "! %s: %.*s\n", row->path, AN_STR_ARG(row->fault));
    const struct an_review *r = &row->review;
    struct an_str name = !zh(lang) && r->company_en.len ? r->company_en : r->company;
    AN_TRY(an_buf_addf(out, err, "%c %-10s  %.*s: %.*s; %s", row->late ? '!' : '-',
                       row->deadline == AN_DAY_NONE ? "" : an_day_text(row->deadline, day), AN_STR_ARG(name),
                       AN_STR_ARG(zh(lang) ? row->phase_zh : row->phase), verdict_said(row->verdict, lang)));
    if (row->has_people)
        AN_TRY(an_buf_addf(out, err, zh(lang) ? "；%s 至 %s 人（占 %u%% 至 %u%%）" : "; %s to %s people (%u to %u %%)",
                           an_grouped(row->people.floor, a),
                           row->people.ceiling == AN_FACT_INFINITE ? "?" : an_grouped(row->people.ceiling, b),
                           row->share_least, row->share_most));
    return an_buf_add(out, AN_STR("\n"), err);
}

static enum an_code say_mark(const struct an_register_mark *m, enum an_lang lang, struct an_buf *out, struct an_err *err) {
    struct an_str title = an_pair_say(m->rule->title, lang);
    if (m->sector != AN_UNKNOWN)
        return an_buf_addf(out, err, zh(lang) ? "行业参照（并非义务）%.*s：%s\n" : "Benchmark, no duty: %.*s: %s\n",
                           AN_STR_ARG(title),
                           m->sector == AN_YES ? zh(lang) ? "达到" : "reached" : zh(lang) ? "未达到" : "missed");
    if (!m->reached && !m->missed)
        return AN_OK;
    return an_buf_addf(out, err, zh(lang) ? "行业参照（并非义务）%.*s：达到 %zu 家，未达到或不适用 %zu 家，"
                                           "未知 %zu 家\n"
                       : "Benchmark, no duty: %.*s: reached by %zu, missed by or not meant for %zu, not known of %zu\n",
                       AN_STR_ARG(title), m->reached, m->missed, m->unknown);
}

enum an_code an_register_say(const struct an_register *reg, enum an_lang lang, struct an_buf *out, struct an_err *err) {
    const struct an_register_sum *s = &reg->sum;
    char a[AN_GROUPED_MAX], b[AN_GROUPED_MAX], c[AN_GROUPED_MAX];
    for (size_t i = 0; i < reg->count; i++)
        AN_TRY(say_row(&reg->rows[i], lang, out, err));
    AN_TRY(an_buf_addf(out, err, zh(lang) ? "\n共 %zu 件：须申报 %zu，无须 %zu，未定 %zu，未判断 %zu；逾期 %zu，无法读取 %zu\n"
                       : "\nIn all %zu: %zu must file, %zu need not, %zu open, %zu not judged; %zu late, %zu could not be read\n",
                       s->cases, s->applies, s->does_not_apply, s->undetermined, s->not_judged, s->late, s->faults));
    if (s->measured)
        AN_TRY(an_buf_addf(out, err, zh(lang) ? "已测 %zu 家：合计不少于 %s 人（同一人可能在多家，各家下限之和为 %s），"
                                               "不多于 %s 人\n"
                           : "%zu measured: together at least %s people (somebody may be with several; the floors add up to %s), "
                             "at most %s\n", s->measured, an_grouped(s->floor, a), an_grouped(s->floor_sum, b),
                           s->ceiling == AN_FACT_INFINITE ? "?" : an_grouped(s->ceiling, c)));
    for (size_t i = 0; i < reg->mark_count; i++)
        AN_TRY(say_mark(&reg->marks[i], lang, out, err));
    return AN_OK;
}

// --- JSON

static void put_row(struct an_json *j, const struct an_register_row *row) {
    char day[AN_DAY_TEXT_MAX];
    an_json_open(j, '{');
    an_json_key(j, "file");
    an_json_cstr(j, row->path);
    an_json_put_text(j, "fault", row->fault);
    if (!row->fault.len) {
        an_json_put_text(j, "id", row->review.id);
        an_json_put_text(j, "company", row->review.company);
        an_json_put_text(j, "phase", row->phase);
        an_json_put_text(j, "verdict", row->verdict);
        an_json_key(j, "deadline");
        an_json_cstr(j, row->deadline == AN_DAY_NONE ? NULL : an_day_text(row->deadline, day));
        an_json_put_text(j, "waits_for", row->waits);
        an_json_key(j, "late");
        an_json_bool(j, row->late);
        an_json_key(j, "people");
        if (row->has_people) {
            an_json_open(j, '{');
            an_json_put_u64(j, "floor", row->people.floor);
            an_json_put_u64(j, "linked", row->people.linked);
            an_json_put_u64(j, "ceiling", row->people.ceiling);
            an_json_close(j, '}');
        } else {
            an_json_null(j);
        }
        an_json_key(j, "share_percent");
        if (row->has_people) {
            an_json_open(j, '[');
            an_json_u64(j, row->share_least);
            an_json_u64(j, row->share_most);
            an_json_close(j, ']');
        } else {
            an_json_null(j);
        }
    }
    an_json_close(j, '}');
}

static void put_mark(struct an_json *j, const struct an_register_mark *m) {
    static const char *const words[] = {[AN_NO] = "missed", [AN_UNKNOWN] = NULL, [AN_YES] = "reached"};
    an_json_open(j, '{');
    an_json_put_text(j, "rule", m->rule->id);
    an_json_key(j, "sector");
    an_json_cstr(j, words[m->sector]);
    an_json_put_u64(j, "reached", m->reached);
    an_json_put_u64(j, "missed", m->missed);
    an_json_put_u64(j, "unknown", m->unknown);
    an_json_close(j, '}');
}

void an_register_json(const struct an_register *reg, struct an_json *j) {
    const struct an_register_sum *s = &reg->sum;
    char day[AN_DAY_TEXT_MAX];
    an_json_open(j, '{');
    an_json_key(j, "schema");
    an_json_cstr(j, "anshen.register/1");
    an_json_key(j, "as_of");
    an_json_cstr(j, an_day_text(reg->as_of, day));
    an_json_key(j, "cases");
    an_json_open(j, '[');
    for (size_t i = 0; i < reg->count; i++)
        put_row(j, &reg->rows[i]);
    an_json_close(j, ']');
    an_json_key(j, "benchmarks");
    an_json_open(j, '[');
    for (size_t i = 0; i < reg->mark_count; i++)
        put_mark(j, &reg->marks[i]);
    an_json_close(j, ']');
    const struct { const char *key; uint64_t n; } counts[] = {
        {"count", s->cases}, {"faults", s->faults}, {"measured", s->measured}, {"late", s->late}, {"applies", s->applies},
        {"does_not_apply", s->does_not_apply}, {"undetermined", s->undetermined}, {"not_judged", s->not_judged},
        {"people_floor", s->floor}, {"people_floor_sum", s->floor_sum}, {"people_ceiling", s->ceiling},
    };
    an_json_key(j, "sum");
    an_json_open(j, '{');
    for (size_t i = 0; i < AN_COUNT(counts); i++)
        an_json_put_u64(j, counts[i].key, counts[i].n);
    an_json_close(j, '}');
    an_json_close(j, '}');
}
