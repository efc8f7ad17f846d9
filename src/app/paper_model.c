// The half of a paper's fields that comes from what was measured and judged.
#include <sodium.h>
#include "app/answer.h"
#include "app/paper_maker.h"
#include "report/figure.h"

static struct an_str value_text(struct an_maker *m, const struct an_model_fact *f) {
    an_day day;
    if (f->is == AN_FACT_VALUE)
        return an_day_parse(f->value, &day) ? an_maker_day(m, day) : an_maker_word(m, f->value);
    if (f->lo == f->hi)
        return an_maker_number(m, f->lo);
    struct an_str lo = an_maker_number(m, f->lo), hi = an_maker_number(m, f->hi);
    return m->lang == AN_ZH ? AN_SAY(m, "%.*s 至 %.*s", AN_STR_ARG(lo), AN_STR_ARG(hi))
                            : AN_SAY(m, "%.*s to %.*s", AN_STR_ARG(lo), AN_STR_ARG(hi));
}

static void company(struct an_maker *m) {
    const struct an_model *model = m->source->model;
    const struct an_paper_entry *open = an_maker_last(m, "open", NULL, NULL);
    const json_t *who = open ? json_object_get(open->body, "company") : NULL;
    struct an_str name = model->company.len ? model->company : an_entry_text(who, "name");
    an_maker_put(m, "company.name", name, 0);
    an_maker_note(m, "company.name_en", an_entry_text(who, "name_en"));
    static const struct { const char *field, *fact; } facts[] = {
        {"company.role", "company.role"}, {"company.cii", "company.cii"}, {"listing.country", "listing.country"},
        {"listing.venue", "listing.venue"}, {"listing.planned", "listing.planned"},
    };
    for (size_t i = 0; i < AN_COUNT(facts); i++) {
        const struct an_model_fact *f = an_maker_fact(m, facts[i].fact);
        if (f && f->is == AN_FACT_VALUE)
            an_maker_put(m, facts[i].field, value_text(m, f), an_maker_fact_evidence(m, f));
        else
            an_maker_put(m, facts[i].field, AN_STR(""), 0);
    }
}

static void measured(struct an_maker *m) {
    const struct an_model *model = m->source->model;
    const struct an_paper_entry *e = an_maker_last(m, "measurement", NULL, NULL);
    if (!model->measured && !e)
        return;
    char day[AN_DAY_TEXT_MAX];
    const char *as_of = model->as_of == AN_DAY_NONE ? "-" : an_day_text(model->as_of, day);
    if (e)
        m->measured = an_maker_entry_evidence(m, e);
    else
        m->measured = an_maker_cite(
            m, m->lang == AN_ZH
            ? AN_SAY(m, "测量：%.*s%s%llu 个数据存储、%llu 条记录；程序 anshen %s，识别器版本 %s，令牌算法 %s，密钥编号 %.*s；"
                     "法律截至 %s。",
                     AN_STR_ARG(m->source->drawn_from), m->source->drawn_from.len ? "，" : "",
                     (unsigned long long) model->scope.stores, (unsigned long long) model->scope.records, model->version,
                     model->detectors, model->token, AN_STR_ARG(model->key_id), as_of)
            : AN_SAY(m, "Measurement: %.*s%s%llu stores, %llu records; program anshen %s, detectors %s, token %s, key id %.*s; "
                     "law as of %s.", AN_STR_ARG(m->source->drawn_from), m->source->drawn_from.len ? ", " : "",
                     (unsigned long long) model->scope.stores, (unsigned long long) model->scope.records, model->version,
                     model->detectors, model->token, AN_STR_ARG(model->key_id), as_of));
}

static void people(struct an_maker *m) {
    const struct an_model *model = m->source->model;
    const struct { const char *name; uint64_t n; } figures[] = {
        {"people.floor", model->people.floor}, {"people.linked", model->people.linked},
        {"people.ceiling", model->people.ceiling}, {"people.ceiling_read", model->people.ceiling_read},
        {"scope.stores", model->scope.stores}, {"scope.records", model->scope.records},
        {"scope.unread", model->scope.stores_unread + model->scope.stores_partly},
    };
    for (size_t i = 0; i < AN_COUNT(figures); i++)
        an_maker_put(m, figures[i].name, m->measured ? an_maker_number(m, figures[i].n) : AN_STR(""), m->measured);
    an_maker_put(m, "people.range", m->measured ? an_maker_span(m, model->people.floor, model->people.ceiling) : AN_STR(""),
                 m->measured);
    an_maker_note(m, "scope.unread_any", m->measured && model->scope.stores_unread + model->scope.stores_partly
                  ? AN_STR("1") : AN_STR(""));
    an_maker_note(m, "people.line", an_maker_number(m, model->threshold ? model->threshold : AN_MAIN_LINE));
}

// A count that rules ask for: `.floor`, `.ceiling`, and the two in words.
static void counts(struct an_maker *m) {
    static const struct { const char *fact, *range, *floor, *ceiling; } all[] = {
        {"count(users_pi_held)", "users.range", "users.floor", "users.ceiling"},
        {"count(face_people_stored)", "face.range", "face.floor", "face.ceiling"},
        {"count(leaked_people)", "leaked.range", "leaked.floor", "leaked.ceiling"},
        {"count(cn_sensitive_people)", "sensitive.range", "sensitive.floor", "sensitive.ceiling"},
    };
    for (size_t i = 0; i < AN_COUNT(all); i++) {
        const struct an_model_fact *f = an_maker_fact(m, all[i].fact);
        bool known = f && f->is == AN_FACT_RANGE;
        unsigned evidence = known ? an_maker_fact_evidence(m, f) : 0;
        an_maker_put(m, all[i].range, known ? an_maker_span(m, f->lo, f->hi) : AN_STR(""), evidence);
        an_maker_put(m, all[i].floor, known ? an_maker_number(m, f->lo) : AN_STR(""), evidence);
        an_maker_put(m, all[i].ceiling, known ? an_maker_number(m, f->hi) : AN_STR(""), evidence);
    }
}

static void exports(struct an_maker *m) {
    static const char *const columns[] = {"name", "this_year", "floor", "ceiling"};
    static const struct { const char *fact; struct an_words title; } all[] = {
        {"count(export_any)", {"All personal information sent abroad", "向境外提供的全部个人信息"}},
        {"count(export_people_sensitive)", {"of it, sensitive personal information", "其中：敏感个人信息"}},
        {"count(export_people_nonsensitive)", {"of it, non-sensitive personal information", "其中：非敏感个人信息"}},
        {"count(cn_export_people_2y)", {"Since 1 January of the year before", "自上年1月1日起累计"}},
    };
    struct an_paper_set *set = an_maker_set(m, "exports", columns, AN_COUNT(columns), AN_COUNT(all));
    for (size_t i = 0; i < AN_COUNT(all); i++) {
        const struct an_model_fact *f = an_maker_fact(m, all[i].fact);
        bool known = f && f->is == AN_FACT_RANGE;
        struct an_paper_value *row = an_maker_row(m, set);
        unsigned evidence = known ? an_maker_fact_evidence(m, f) : 0;
        row[0] = an_maker_text(an_str_from_c(an_say(all[i].title, m->lang)));
        row[1] = an_maker_asked(known ? an_maker_span(m, f->lo, f->hi) : AN_STR(""));
        row[1].evidence = evidence;
        row[2] = known ? an_maker_figure(m, f->lo, evidence) : an_maker_asked(AN_STR(""));
        row[3] = known ? an_maker_figure(m, f->hi, evidence) : an_maker_asked(AN_STR(""));
    }
}

static struct an_str digest(struct an_maker *m, struct an_str text) {
    unsigned char hash[32];
    char hex[sizeof hash * 2 + 1];
    (void) crypto_generichash(hash, sizeof hash, (const unsigned char *) text.ptr, text.len, NULL, 0);
    return AN_SAY(m, "%s", sodium_bin2hex(hex, sizeof hex, hash, sizeof hash));
}

// The case's own verdict, where it says what is judged now; else it is no evidence of that.
static const struct an_paper_entry *kept_verdict(struct an_maker *m, const struct an_model_rule *r) {
    const struct an_paper_entry *e = an_maker_last(m, "verdict", "rule", r->id);
    return e && an_str_eq(an_entry_text(e->body, "verdict"), an_str_from_c(r->verdict)) &&
           an_str_eq(an_entry_text(e->body, "version"), an_str_from_c(r->version)) ? e : NULL;
}

static unsigned rule_evidence(struct an_maker *m, const struct an_model_rule *r) {
    const struct an_paper_entry *e = kept_verdict(m, r);
    if (e)
        return an_maker_entry_evidence(m, e);
    struct an_str hash = r->certificate.len ? digest(m, r->certificate) : AN_STR("-");
    return an_maker_cite(m, m->lang == AN_ZH
                         ? AN_SAY(m, "规则 %s@%s（%.*s）；证书 BLAKE2b-256 %.*s。", r->id, r->version, AN_STR_ARG(r->citation),
                                  AN_STR_ARG(hash))
                         : AN_SAY(m, "Rule %s@%s (%.*s); certificate BLAKE2b-256 %.*s.", r->id, r->version,
                                  AN_STR_ARG(r->citation), AN_STR_ARG(hash)));
}

static void steps(struct an_maker *m, const struct an_model_rule *r) {
    static const char *const columns[] = {"verdict", "text", "fact"};
    struct an_paper_set *set = an_maker_set(m, "reasons", columns, AN_COUNT(columns), r ? r->step_count : 0);
    for (size_t i = 0; r && i < r->step_count; i++) {
        if (!r->steps[i].fact.len)
            continue;                       // a connective
        struct an_paper_value *row = an_maker_row(m, set);
        const char *v = r->steps[i].verdict;
        row[0] = an_maker_text(strcmp(v, "undetermined") == 0 ? AN_IN(m, "undetermined", "未能确定")
                                                              : an_maker_word(m, an_str_from_c(v)));
        row[1] = an_maker_text(r->steps[i].text);
        row[2] = an_maker_text(r->steps[i].fact);
    }
}

static void main_verdict(struct an_maker *m) {
    const struct an_model_rule *r = an_maker_rule(m, AN_MAIN_RULE);
    const char *v = r ? r->verdict : "";
    unsigned evidence = r ? rule_evidence(m, r) : 0;
    an_maker_put(m, "verdict.word", r ? an_maker_verdict(m, v) : AN_STR(""), evidence);
    an_maker_put(m, "verdict.headline", an_str_from_c(an_say(m->source->model->headline, m->lang)), evidence);
    an_maker_note(m, "verdict.applies", strcmp(v, "applies") == 0 ? AN_STR("1") : AN_STR(""));
    an_maker_note(m, "verdict.not", strcmp(v, "does-not-apply") == 0 ? AN_STR("1") : AN_STR(""));
    an_maker_note(m, "verdict.open", strcmp(v, "undetermined") == 0 ? AN_STR("1") : AN_STR(""));
    an_maker_put(m, "verdict.rule", r ? AN_SAY(m, "%s@%s", r->id, r->version) : AN_STR(""), 0);
    an_maker_put(m, "verdict.law", r ? r->citation : AN_STR(""), 0);
    an_maker_put(m, "verdict.quote", r ? r->quote_zh : AN_STR(""), 0);
    const struct an_paper_entry *e = r ? kept_verdict(m, r) : NULL;
    struct an_str certificate = e ? an_entry_text(e->body, "certificate") : AN_STR("");
    if (!certificate.len && r && r->certificate.len)
        certificate = digest(m, r->certificate);
    an_maker_put(m, "verdict.certificate", certificate, 0);
    steps(m, r);
}

static void rules(struct an_maker *m) {
    static const char *const columns[] = {"title", "law", "id", "verdict", "quote"};
    static const char *const duty_columns[] = {"rule", "law", "text", "due"};
    const struct an_model *model = m->source->model;
    size_t duty_count = 0, shown = 0;
    for (size_t i = 0; i < model->rule_count; i++)
        duty_count += model->rules[i].duty_count;
    struct an_paper_set *set = an_maker_set(m, "rules", columns, AN_COUNT(columns), model->rule_count);
    for (size_t i = 0; i < model->rule_count; i++) {
        const struct an_model_rule *r = &model->rules[i];
        if (strcmp(r->status, "in_force") != 0 || strcmp(r->verdict, "does-not-apply") == 0 || r->stands_by ||
            shown == AN_PAPER_ROWS)
            continue;
        shown++;
        struct an_paper_value *row = an_maker_row(m, set);
        row[0] = an_maker_text(an_str_from_c(an_say(r->title, m->lang)));
        row[1] = an_maker_text(r->citation);
        row[2] = an_maker_text(AN_SAY(m, "%s@%s", r->id, r->version));
        row[3] = an_maker_text(an_maker_verdict(m, r->verdict));
        row[4] = an_maker_text(r->quote_zh);
    }
    set = an_maker_set(m, "duties", duty_columns, AN_COUNT(duty_columns), duty_count);
    for (size_t i = 0; i < model->rule_count; i++) {
        const struct an_model_rule *r = &model->rules[i];
        if (strcmp(r->status, "in_force") != 0 || strcmp(r->verdict, "applies") != 0)
            continue;
        an_day due = r->clock_count ? r->clocks[0].due : AN_DAY_NONE;
        for (size_t k = 0; k < r->duty_count && set->row_count < AN_PAPER_ROWS; k++) {
            struct an_paper_value *row = an_maker_row(m, set);
            row[0] = an_maker_text(an_str_from_c(an_say(r->title, m->lang)));
            row[1] = an_maker_text(r->citation);
            row[2] = an_maker_text(r->duties[k]);
            row[3] = an_maker_text(an_maker_day(m, due));
        }
    }
}

static struct an_str kinds_of(struct an_maker *m, const struct an_model_kind *kinds, size_t count) {
    AN_AUTO(an_buf) list = {0};
    struct an_err err;
    for (size_t i = 0; i < count; i++) {
        if (!kinds[i].distinct)
            continue;
        if (list.len)
            m->failed |= an_buf_add(&list, m->lang == AN_ZH ? AN_STR("、") : AN_STR(", "), &err) != AN_OK;
        m->failed |= an_buf_add(&list, an_str_from_c(an_say(kinds[i].title, m->lang)), &err) != AN_OK;
    }
    struct an_str kept = an_arena_copy(m->arena, an_buf_str(&list));
    m->failed |= !kept.ptr;
    return kept;
}

static struct an_paper_value small(struct an_maker *m, uint64_t n) {
    char text[AN_FIGURE_MAX];
    struct an_str kept = an_arena_copy(m->arena, an_figure_small(n, m->lang, text));
    m->failed |= !kept.ptr;
    return (struct an_paper_value) {.text = kept, .evidence = m->measured};
}

static void stores(struct an_maker *m) {
    static const char *const columns[] = {"name", "location", "status", "records", "floor", "ceiling", "kinds"};
    static const char *const unread_columns[] = {"name", "why"};
    const struct an_model *model = m->source->model;
    struct an_paper_set *set = an_maker_set(m, "stores", columns, AN_COUNT(columns), model->store_count);
    for (size_t i = 0; i < model->store_count && i < AN_PAPER_ROWS; i++) {
        const struct an_model_store *s = &model->stores[i];
        struct an_paper_value *row = an_maker_row(m, set);
        row[0] = an_maker_text(s->uri);
        row[1] = an_maker_text(s->location.len ? s->location : AN_IN(m, "not declared", "未申报"));
        row[2] = an_maker_text(an_maker_word(m, an_str_from_c(s->status)));
        row[3] = an_maker_figure(m, s->records, m->measured);
        row[4] = small(m, s->people.floor);
        row[5] = small(m, s->people.ceiling);
        row[6] = an_maker_text(kinds_of(m, s->kinds, s->kind_count));
    }
    an_maker_note(m, "stores.left_out", model->store_count > AN_PAPER_ROWS
                  ? an_maker_number(m, model->store_count - AN_PAPER_ROWS) : AN_STR(""));
    set = an_maker_set(m, "unread", unread_columns, AN_COUNT(unread_columns), model->store_count);
    for (size_t i = 0; i < model->store_count && set->row_count < AN_PAPER_ROWS; i++) {
        const struct an_model_store *s = &model->stores[i];
        if (strcmp(s->status, "unread") != 0 && strcmp(s->status, "partly") != 0)
            continue;
        struct an_paper_value *row = an_maker_row(m, set);
        row[0] = an_maker_text(s->uri);
        row[1] = an_maker_text(s->why.len ? s->why : s->error_count ? s->errors[0].text : AN_STR("-"));
    }
}

static void lists(struct an_maker *m) {
    static const char *const kind_columns[] = {"name", "distinct", "occurrences", "sensitive"};
    static const char *const place_columns[] = {"name", "stores", "floor", "ceiling"};
    static const char *const text_column[] = {"text"};
    static const char *const assumption_columns[] = {"text", "contradictions"};
    const struct an_model *model = m->source->model;
    struct an_paper_set *set = an_maker_set(m, "kinds", kind_columns, AN_COUNT(kind_columns), model->kind_count);
    for (size_t i = 0; i < model->kind_count && i < AN_PAPER_ROWS; i++) {
        struct an_paper_value *row = an_maker_row(m, set);
        row[0] = an_maker_text(an_str_from_c(an_say(model->kinds[i].title, m->lang)));
        row[1] = model->kinds[i].distinct ? an_maker_figure(m, model->kinds[i].distinct, m->measured)
                 : an_maker_text(AN_IN(m, "not counted", "不去重"));     // names: two people may have one
        row[2] = an_maker_figure(m, model->kinds[i].occurrences, m->measured);
        row[3] = an_maker_text(model->kinds[i].sensitive ? AN_IN(m, "yes", "是") : AN_IN(m, "no", "否"));
    }
    set = an_maker_set(m, "places", place_columns, AN_COUNT(place_columns), model->place_count);
    for (size_t i = 0; i < model->place_count && i < AN_PAPER_ROWS; i++) {
        struct an_paper_value *row = an_maker_row(m, set);
        row[0] = an_maker_text(model->places[i].location);
        row[1] = an_maker_figure(m, model->places[i].stores, m->measured);
        row[2] = an_maker_figure(m, model->places[i].people.floor, m->measured);
        row[3] = an_maker_figure(m, model->places[i].people.ceiling, m->measured);
    }
    set = an_maker_set(m, "advice", text_column, 1, model->advice_count);
    for (size_t i = 0; i < model->advice_count && i < AN_PAPER_ROWS; i++)
        an_maker_row(m, set)[0] = an_maker_text(an_str_from_c(an_say(model->advice[i], m->lang)));
    set = an_maker_set(m, "method", text_column, 1, model->method_count);
    for (size_t i = 0; i < model->method_count && i < AN_PAPER_ROWS; i++)
        an_maker_row(m, set)[0] = an_maker_text(an_str_from_c(an_say(model->method[i], m->lang)));
    set = an_maker_set(m, "assumptions", assumption_columns, AN_COUNT(assumption_columns), model->assumption_count);
    for (size_t i = 0; i < model->assumption_count && i < AN_PAPER_ROWS; i++) {
        struct an_paper_value *row = an_maker_row(m, set);
        row[0] = an_maker_text(an_str_from_c(an_say(model->assumptions[i].text, m->lang)));
        row[1] = an_maker_figure(m, model->assumptions[i].contradictions, m->measured);
    }
}

static void facts(struct an_maker *m) {
    static const char *const columns[] = {"name", "value", "from"};
    const struct an_model *model = m->source->model;
    struct an_paper_set *all = an_maker_set(m, "facts", columns, AN_COUNT(columns), model->fact_count);
    struct an_paper_set *incident = an_maker_set(m, "incident_facts", columns, AN_COUNT(columns), model->fact_count);
    for (size_t i = 0; i < model->fact_count; i++) {
        const struct an_model_fact *f = &model->facts[i];
        if (f->is == AN_FACT_UNKNOWN)
            continue;
        bool is_incident = strncmp(f->name, "incident.", 9) == 0;
        for (int k = 0; k <= is_incident; k++) {
            struct an_paper_set *set = k ? incident : all;
            if (set->row_count == AN_PAPER_ROWS)
                continue;
            struct an_paper_value *row = an_maker_row(m, set);
            row[0] = an_maker_text(an_str_from_c(f->name));
            row[1] = an_maker_text(value_text(m, f));
            row[1].evidence = an_maker_fact_evidence(m, f);
            row[2] = an_maker_text(an_str_from_c(f->from));
        }
        if (m->paper->field_count < AN_PAPER_FIELDS - 100)      // {{fact.NAME}}: of the first hundred
            an_maker_put(m, an_sayf(m->arena, &m->failed, "fact.%s", f->name), value_text(m, f),
                         an_maker_fact_evidence(m, f));
    }
}

// The highest grade of an incident that applies; "" where none is known to.
static void grade(struct an_maker *m) {
    static const struct { const char *rule; struct an_words words; } grades[] = {
        {"cn.incident.grade1", {"particularly major (I)", "特别重大（一级）"}},
        {"cn.incident.grade2", {"major (II)", "重大（二级）"}},
        {"cn.incident.grade3", {"relatively major (III)", "较大（三级）"}},
    };
    for (size_t i = 0; i < AN_COUNT(grades); i++) {
        const struct an_model_rule *r = an_maker_rule(m, grades[i].rule);
        if (r && strcmp(r->verdict, "applies") == 0) {
            an_maker_put(m, "incident.grade", an_str_from_c(an_say(grades[i].words, m->lang)), rule_evidence(m, r));
            return;
        }
    }
    an_maker_put(m, "incident.grade", AN_STR(""), 0);
}

void an_paper_of_model(struct an_maker *m) {
    const struct an_model *model = m->source->model;
    measured(m);
    an_maker_put(m, "paper.day", an_maker_day(m, model->as_of), 0);
    an_maker_note(m, "paper.tool", AN_SAY(m, "anshen %s", model->version));
    company(m);
    people(m);
    counts(m);
    exports(m);
    main_verdict(m);
    rules(m);
    stores(m);
    lists(m);
    grade(m);
    facts(m);
}
