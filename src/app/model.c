#include "app/model.h"

#include <stdlib.h>
#include <string.h>
#include "app/answer.h"
#include "app/categories.h"
#include "app/column_category.h"
#include "app/datamap.h"
#include "app/due.h"
#include "app/say.h"
#include "base/buf.h"
#include "rules/vocabulary.h"
#include "rules/words.h"

struct maker {
    const struct an_findings *f;
    struct an_arena *arena;
    struct an_model *m;
    bool failed;                        // no memory, somewhere
};

static void *many(struct maker *k, size_t n, size_t size) {
    void *p = an_arena_alloc(k->arena, n + 1, size);
    k->failed |= !p;
    return p;
}

static struct an_model_people people(struct an_people p) {
    return (struct an_model_people) {
        .floor = p.floor, .linked = p.linked, .ceiling_read = p.ceiling_read,
        .ceiling = p.ceiling == AN_UNKNOWN_COUNT ? AN_INFINITE : p.ceiling,
    };
}

static size_t kinds(struct maker *k, const struct an_kind_tally *tally, const struct an_count *count,
                    struct an_model_kind **ret) {
    *ret = many(k, an_kind_count(), sizeof **ret);
    size_t n = 0;
    for (size_t i = 0; *ret && i < an_kind_count(); i++) {
        const struct an_kind_tally *t = &tally[i];
        const struct an_ident *kind = an_kind_at(i);
        if (an_kind_tally_is_empty(t))
            continue;
        (*ret)[n++] = (struct an_model_kind) {
            .name = kind->name, .title = kind->title, .occurrences = t->found, .distinct = count->kinds[i].distinct,
            .floor_grade = count->kinds[i].floor_grade, .blocked = t->blocked, .masked = t->masked,
            .damaged = t->damaged, .invalid = t->invalid, .recognised = t->recognised,
            .sensitive = kind->sensitive,
        };
    }
    return n;
}

static void columns(struct maker *k, const struct an_store *s, struct an_model_store *out) {
    out->columns = many(k, s->column_count, sizeof *out->columns);
    for (size_t i = 0; out->columns && i < s->column_count; i++) {
        const struct an_column *c = &s->columns[i];
        size_t best = 0;
        for (size_t j = 1; j < AN_COLUMN_KINDS; j++)
            if (c->kinds[j].count > c->kinds[best].count)
                best = j;
        const struct an_ident *kind = c->kinds[best].count ? an_kind_by_code(c->kinds[best].code) : NULL;
        struct an_column_category category = an_column_category(c);
        const struct an_ident *declared = c->header.weak ? NULL : c->header.kind;
        out->columns[out->column_count++] = (struct an_model_column) {
            .name = c->name, .kind = kind ? kind->name : declared ? declared->name : NULL,
            .share = kind && c->values ? (double) c->kinds[best].count / (double) c->values : 0,
            .role = c->header.role ? an_role_name(c->header.role) : NULL,
            .declared_only = !kind && declared,
            .category = category.category ? category.category->name : NULL,
            .category_title = category.category ? category.category->title : (struct an_words) {"", ""},
            .evidence = category.category ? an_evidence_name(category.evidence) : NULL,
            .looked = c->looked, .like = category.cells,
            .like_as = category.as ? category.as->title : (struct an_words) {"", ""},
        };
    }
}

// Each record describes one person a role: declared, or every personal column stands for itself and none holds free
// text.
static bool is_single(const struct an_store *s) {
    size_t named = 0;
    for (size_t i = 0; i < s->column_count; i++)
        named += s->columns[i].header.kind && s->columns[i].header.kind->use == AN_USE_PERSON;
    return s->declared_single || (named > 0 && s->counts.mixed == 0);
}

static void store(struct maker *k, const struct an_store *s, struct an_model_store *out) {
    *out = (struct an_model_store) {
        .uri = s->uri, .location = s->location, .format = s->format.ptr, .encoding = s->encoding.len ? s->encoding.ptr
                : NULL,
        .status = an_store_status_name(s->status), .why = s->why, .records = s->records, .bytes = s->bytes,
        .accounts = s->count.kinds[0].distinct, .records_unread = s->records_lost, .bytes_unread = s->bytes_lost,
        .people = people(an_people_of(&s->count, &s->counts, s->records_lost, s->most_mentions)),
        .error_total = s->trouble_total, .single_subject = is_single(s),
    };
    out->kind_count = kinds(k, s->tally, &s->count, &out->kinds);
    columns(k, s, out);
    out->errors = many(k, s->trouble_count, sizeof *out->errors);
    for (size_t i = 0; out->errors && i < s->trouble_count; i++)
        out->errors[out->error_count++] = (struct an_model_error) {
            .store = s->uri, .text = s->troubles[i].text, .offset = s->troubles[i].offset,
            .record = s->troubles[i].record,
        };
    for (size_t i = 0; i < s->trouble_count && !out->why.len; i++)
        if (s->status == AN_STORE_UNREAD)
            out->why = s->troubles[i].text;
}

static bool is_at(void *arg, const struct an_store *s) {
    return an_str_eq(*(const struct an_str *) arg, s->location);
}

// One row a declared location; what is declared nowhere is a row too, once any is.
static enum an_code places(struct maker *k, struct an_err *err) {
    const struct an_census *c = k->f->census;
    k->m->places = many(k, c->count, sizeof *k->m->places);
    bool any = false;
    for (size_t i = 0; i < c->count; i++)
        any |= c->stores[i]->location.len > 0;
    for (size_t i = 0; any && k->m->places && i < c->count; i++) {
        struct an_str location = c->stores[i]->location;
        bool known = false;
        for (size_t j = 0; j < k->m->place_count; j++)
            known |= an_str_eq(k->m->places[j].location, location);
        if (known)
            continue;
        struct an_total t;
        enum an_code code = an_census_total(c, is_at, &location, &t, err);
        if (code)
            return code;
        k->m->places[k->m->place_count++] = (struct an_model_place) {location, t.stores, people(t.people)};
    }
    return AN_OK;
}

static void part(struct maker *k, const char *id, struct an_words text, uint64_t n) {
    if (n)
        k->m->parts[k->m->part_count++] = (struct an_model_part) {id, text, n};
}

static void parts(struct maker *k, const struct an_total *t) {
    k->m->parts = many(k, an_kind_count() + 8, sizeof *k->m->parts);
    if (!k->m->parts)
        return;
    part(k, "exclusive",
         (struct an_words) {"people told apart by an identifier of their own (resident ID, passport, permit, "
                            "account)",
                                            "凭本人专属证件或账号（身份证、护照、通行证、账号）区分的人"},
                                                    t->count.classes);
    for (size_t i = 0; i < an_kind_count(); i++)
        if (t->count.kinds[i].charged) {
            const struct an_ident *kind = an_kind_at(i);
            part(k, kind->name, (struct an_words) {
                an_sayf(k->arena, &k->failed, "people known only by: %s", kind->title.en),
                an_sayf(k->arena, &k->failed, "仅凭“%s”所知的人", kind->title.zh)}, t->count.kinds[i].charged);
        }
    part(k, "nameless", (struct an_words) {"mentions with a name or a placeholder, but no usable identifier",
                                           "只有姓名或占位值、没有可用标识的提及"}, t->mentions.nameless);
    part(k, "beside", (struct an_words) {"mentions without a usable identifier, beside identifiers that may be "
                                         "somebody else's", "没有可用标识、且同处标识可能属于他人的提及"},
                                                 t->mentions.beside);
    part(k, "obscured", (struct an_words) {"mentions with a masked or damaged identifier only",
                                           "只有脱敏或损坏标识的提及"}, t->mentions.obscured);
    part(k, "trace", (struct an_words) {"mentions with a device, network address or vehicle only",
                                        "只有设备、网络地址或车辆标识的提及"}, t->mentions.traces);
    part(k, "described", (struct an_words) {"mentions with nothing but sex, birth, address and the like",
                                            "只有性别、出生、住址等属性的提及"}, t->mentions.described);
    part(k, "unlabelled", (struct an_words) {"records whose columns nobody labelled, and which hold no identifier",
                                             "列无标题且未发现标识的记录"}, t->mentions.unlabelled);
    part(k, "test", (struct an_words) {"records that call themselves tests", "自称测试的记录"}, t->mentions.tests);
}

static void assume(struct maker *k, const char *id, uint64_t contradictions, const char *en, const char *zh) {
    k->m->assumptions[k->m->assumption_count++] = (struct an_model_assumption) {id, {en, zh}, contradictions};
}

static void caps(struct maker *k, const struct an_total *t) {
    const struct an_company *c = k->f->company;
    for (size_t i = 0; i < c->cap_word_count; i++)
        assume(k, "declared-cap", 0, an_sayf(k->arena, &k->failed, "declared by the company: %.*s",
                                             AN_STR_ARG(c->cap_words[i])),
               an_sayf(k->arena, &k->failed, "公司声明：%.*s", AN_STR_ARG(c->cap_words[i])));
    for (size_t i = 0; i < an_kind_count(); i++) {
        const struct an_kind_count *n = &t->count.kinds[i];
        const struct an_ident *kind = an_kind_at(i);
        if (n->charged && t->count.caps.c[an_kind_at(i)->code] != AN_MANY)
            assume(k, "cap-c", n->over_cap,
                   an_sayf(k->arena, &k->failed, "%s: one belongs to at most %u people%s", kind->title.en,
                           t->count.caps.c[an_kind_at(i)->code],
                           n->over_cap ? " (raised to what the data show)" : ""),
                   an_sayf(k->arena, &k->failed, "%s：一个最多属于 %u 人%s", kind->title.zh,
                           t->count.caps.c[an_kind_at(i)->code],
                           n->over_cap ? "（已提高到数据所示）" : ""));
    }
    size_t by = t->count.floor_kind;
    if (t->count.floor && t->count.caps.m[an_kind_at(by)->code] > 1)
        assume(k, "cap-m", t->count.kinds[by].over_m,
               an_sayf(k->arena, &k->failed, "the floor rests on this: a person holds at most %u of: %s",
                       t->count.caps.m[an_kind_at(by)->code], an_kind_at(by)->title.en),
               an_sayf(k->arena, &k->failed, "下限的依据：一人最多持有 %u 个%s",
                       t->count.caps.m[an_kind_at(by)->code], an_kind_at(by)->title.zh));
}

static void assumptions(struct maker *k, const struct an_total *t) {
    k->m->assumptions = many(k, 3 * AN_KINDS_MAX + 16, sizeof *k->m->assumptions);
    if (!k->m->assumptions)
        return;
    assume(k, "resident-id-unique", t->count.accounts_mixed,
           "a person has one resident ID, and one ID has one person (contradicted where records of one person hold "
           "two)",
           "一人一个身份证号、一号一人（同一人的记录出现两个号码即为矛盾）");
    assume(k, "single-subject", t->mentions.mixed,
           "columns that name an identifier and bear the same role describe one person (contradicted by records "
           "with two resident IDs)",
           "同一角色的标识列描述同一个人（一条记录有两个身份证号即为矛盾）");
    uint64_t shared = 0, over = 0;
    for (size_t i = 0; i < an_kind_count(); i++) {
        shared += t->count.kinds[i].shared;
        over += t->count.kinds[i].over_degree;
    }
    assume(k, "links", shared + over,
           an_sayf(k->arena, &k->failed,
                   "the estimate joins records by an identifier seen with at most one resident ID and %u others of "
                   "a person's own; "
                   "the number is of identifiers that did not qualify", k->f->census->caps.degree),
           an_sayf(k->arena, &k->failed,
                   "估计值仅凭至多对应一个身份证号、至多 %u 个专属标识的标识合并记录；所列数字为不符合条件的标识数",
                           k->f->census->caps.degree));
    if (t->count.chained)
        assume(k, "chains", t->count.chained,
               "records joined by the estimate are one person's (here: joined groups with two or more resident IDs, "
               "each counted as that many people)",
               "估计所合并的记录属于一人（此处为含两个以上身份证号的合并组数，按号码数计人）");
    if (t->count.lone)
        assume(k, "lone-mail", 0, an_sayf(k->arena, &k->failed,
                                          "%llu mail addresses met alone in running text only are of people counted "
                                          "already, as people here are known by stronger identifiers; the ceiling "
                                          "counts them all the same", (unsigned long long) t->count.lone),
               an_sayf(k->arena, &k->failed,
                       "仅在文本中单独出现的 %llu 个邮箱属于已计入的人（此处的人多以更强的标识为人所知）；"
                       "上限仍将其计入", (unsigned long long) t->count.lone));
    if (t->mentions.tests)
        assume(k, "tests", 0, an_sayf(k->arena, &k->failed,
                                      "%llu records that call themselves tests describe nobody; the ceiling counts "
                                      "them all the same", (unsigned long long) t->mentions.tests),
               an_sayf(k->arena, &k->failed, "%llu 条自称测试的记录不描述任何人；上限仍将其计入",
                       (unsigned long long) t->mentions.tests));
    if (t->records_lost && t->records_lost != AN_UNKNOWN_COUNT)
        assume(k, "unread-records", 0, an_sayf(k->arena, &k->failed,
                                               "an unread record describes at most %llu people, as the fullest "
                                               "record read did", (unsigned long long) (t->most_mentions
                                                       ? t->most_mentions : 1)),
               an_sayf(k->arena, &k->failed, "未读记录每条至多描述 %llu 人（同已读记录中最多者）",
                       (unsigned long long) (t->most_mentions ? t->most_mentions : 1)));
    if (t->people.floor > t->people.ceiling_read)
        assume(k, "floor-below-ceiling", 1, "the floor does not exceed the ceiling", "下限不超过上限");
    if (!k->f->users_declared)
        assume(k, "all-are-users", 0, "all data subjects found are users: no store is declared to hold others",
               "发现的数据主体均为用户：没有声明某存储保存其他人");
    caps(k, t);
}

static void facts(struct maker *k) {
    const struct an_facts *all = k->f->facts;
    k->m->facts = many(k, all->count, sizeof *k->m->facts);
    for (size_t i = 0; k->m->facts && i < all->count; i++) {
        const struct an_fact *a = &all->items[i];
        struct an_model_fact *o = &k->m->facts[k->m->fact_count++];
        *o = (struct an_model_fact) {.name = a->name.ptr, .from = a->from ? a->from : "declared"};
        if (a->known == AN_KNOWN_WORD) {
            o->is = AN_FACT_VALUE;
            o->value = a->word;
        } else if (a->known == AN_KNOWN_RANGE) {
            o->is = AN_FACT_RANGE;
            o->lo = a->lo;
            o->hi = a->hi == AN_FACT_INFINITE ? AN_INFINITE : a->hi;
        } else if (a->known == AN_KNOWN_DAYS) {
            char first[AN_DAY_TEXT_MAX];
            o->is = AN_FACT_VALUE;
            o->value = an_str_from_c(an_sayf(k->arena, &k->failed, "%s", an_day_text(a->first, first)));
        }
    }
}

static struct an_str kept(struct maker *k, const struct an_buf *said) {
    struct an_str text = an_arena_copy(k->arena, an_buf_str(said));
    k->failed |= !text.ptr;
    return text;
}

// Whether a clock with a condition may run on these facts.
static enum an_code may_run(struct maker *k, const struct an_rule *r, const struct an_clock *c, bool *ret,
                            struct an_err *err) {
    struct an_question q = {.facts = k->f->facts, .as_of = k->f->as_of};
    enum an_tri value = AN_YES;
    enum an_code code = an_condition_eval(r, c->condition, &k->f->law->packs, &q, k->arena, &value, err);
    *ret = value != AN_NO;
    return code;
}

static enum an_code clocks(struct maker *k, const struct an_rule *r, struct an_model_rule *o, struct an_err *err) {
    enum an_code code = AN_OK;
    o->clocks = many(k, r->clock_count, sizeof *o->clocks);
    for (size_t i = 0; o->clocks && i < r->clock_count && !code; i++) {
        AN_AUTO(an_buf) said = {0};
        bool runs = false;
        struct an_due due = an_clock_due(k->f->law, r, &r->clocks[i], k->f->company);
        if ((code = may_run(k, r, &r->clocks[i], &runs, err)) || !runs)
            continue;
        code = an_clock_say(&k->f->law->packs, &r->clocks[i], k->f->lang, &said, err);
        o->clocks[o->clock_count++] = (struct an_model_clock) {
            .text = kept(k, &said), .due = due.started ? due.day : AN_DAY_NONE,
            .latest = due.started ? due.latest : AN_DAY_NONE, .provisional = due.provisional, .stopped = due.stopped};
    }
    return code;
}

static enum an_code duties(struct maker *k, const struct an_rule *r, struct an_model_rule *o, struct an_err *err) {
    o->duties = many(k, r->duty_count, sizeof *o->duties);
    o->penalties = many(k, r->penalty_count, sizeof *o->penalties);
    enum an_code code = AN_OK;
    for (size_t i = 0; o->duties && i < r->duty_count && !code; i++) {
        AN_AUTO(an_buf) said = {0};
        code = an_duty_say(&k->f->law->packs, &r->duties[i], k->f->lang, &said, err);
        o->duties[o->duty_count++] = kept(k, &said);
    }
    for (size_t i = 0; o->penalties && i < r->penalty_count && !code; i++) {
        AN_AUTO(an_buf) said = {0};
        code = an_penalty_say(&r->penalties[i], k->f->lang, &said, err);
        o->penalties[o->penalty_count++] = kept(k, &said);
    }
    AN_AUTO(an_buf) bodies = {0};
    for (size_t i = 0; i < r->enforced_by_count && !code; i++)
        code = an_buf_addf(&bodies, err, "%s%.*s", !i ? "" : k->f->lang == AN_ZH ? "、" : ", ",
                           AN_STR_ARG(an_name_say(&k->f->law->packs, AN_NAME_BODY, r->enforced_by[i], k->f->lang)));
    o->enforced_by = kept(k, &bodies);
    return code ? code : clocks(k, r, o, err);
}

static struct an_words both(struct maker *k, struct an_pair p) {
    return (struct an_words) {an_sayf(k->arena, &k->failed, "%.*s", AN_STR_ARG(an_pair_say(p, AN_EN))),
                              an_sayf(k->arena, &k->failed, "%.*s", AN_STR_ARG(an_pair_say(p, AN_ZH)))};
}

static struct an_str quote(const struct an_rule *r, const char *lang) {
    for (size_t i = 0; i < r->quote_count; i++)
        if (an_str_eq(r->quotes[i].lang, an_str_from_c(lang)))
            return r->quotes[i].text;
    return AN_STR("");
}

// A text that was superseded later was law on its days; one that comes later is not law yet.
static const char *status_on_the_day(const struct an_verdict *v) {
    switch (v->standing) {
    case AN_STANDING_IN_FORCE: return an_status_name(AN_STATUS_IN_FORCE);
    case AN_STANDING_NOT_YET:  return an_status_name(AN_STATUS_ADOPTED);
    case AN_STANDING_ENDED:    return an_status_name(AN_STATUS_SUPERSEDED);
    case AN_STANDING_DRAFT:    return an_status_name(AN_STATUS_DRAFT);
    case AN_STANDING_GUIDANCE: return an_status_name(AN_STATUS_GUIDANCE);
    }
    return "?";
}

static enum an_code rule(struct maker *k, const struct an_verdict *v, struct an_model_rule *o, struct an_err *err) {
    const struct an_rule *r = v->rule;
    bool zh = k->f->lang == AN_ZH;
    *o = (struct an_model_rule) {
        .id = an_sayf(k->arena, &k->failed, "%.*s", AN_STR_ARG(r->id)), .version = an_sayf(k->arena, &k->failed,
                "%.*s", AN_STR_ARG(r->version)),
        .status = status_on_the_day(v), .from = r->from, .to = r->to,
        .title = both(k, r->title), .digest = both(k, r->digest),
        .instrument = r->instrument, .article = r->article, .quote_zh = quote(r, "zh"), .quote_en = quote(r, "en"),
        .verdict = an_verdict_name(v->value), .certificate = v->certificate, .decide_by = v->decide_by,
                .decide_by_count = v->decide_by_count,
        .main = an_str_eq(r->id, AN_STR(AN_MAIN_RULE)), .stands_by = an_verdict_stands_by(v, &k->f->law->packs, k->f->facts),
        .scope = an_sayf(k->arena, &k->failed, "%.*s", AN_STR_ARG(r->scope)),
    };
    o->steps = many(k, v->step_count, sizeof *o->steps);
    for (size_t i = 0; o->steps && i < v->step_count; i++) {
        const struct an_step *s = &v->steps[i];
        static const char *const names[] = {[AN_NO] = "no", [AN_UNKNOWN] = "undetermined", [AN_YES] = "yes"};
        o->steps[o->step_count++] = (struct an_model_step) {(int) s->depth, names[s->value], zh ? s->text_zh
                                                            : s->text, zh ? s->fact_zh : s->fact};
    }
    o->notes = many(k, r->note_count, sizeof *o->notes);
    for (size_t i = 0; o->notes && i < r->note_count; i++)
        o->notes[o->note_count++] = both(k, r->notes[i]);
    AN_AUTO(an_buf) citation = {0};
    enum an_code code = an_citation_say(r, k->f->lang, &citation, err);
    o->citation = kept(k, &citation);
    return code ? code : duties(k, r, o, err);
}

static int by_rules(const void *a, const void *b) {
    const struct an_model_open *x = a, *y = b;
    return x->rules != y->rules ? (x->rules < y->rules) - (x->rules > y->rules) : strcmp(x->name, y->name);
}

// The facts that undetermined rules wait for, less those that wait for something to happen.
static void open_facts(struct maker *k) {
    const struct an_packs *packs = &k->f->law->packs;
    const struct an_judgement *j = k->f->judgement;
    size_t *rules = many(k, packs->name_count, sizeof *rules);      // that wait for each name
    k->m->open = many(k, packs->name_count, sizeof *k->m->open);
    if (!rules || !k->m->open)
        return;
    for (size_t i = 0; i < j->count; i++)
        for (size_t d = 0; j->verdicts[i].standing == AN_STANDING_IN_FORCE && !k->m->rules[i].stands_by &&
                           d < j->verdicts[i].decide_by_count; d++) {
            const struct an_name *n = an_term_find(packs, j->verdicts[i].decide_by[d]);
            if (n)
                rules[n - packs->names]++;
        }
    for (size_t n = 0; n < packs->name_count; n++)
        if (rules[n])
            k->m->open[k->m->open_count++] = (struct an_model_open) {
                .name = an_sayf(k->arena, &k->failed, "%.*s", AN_STR_ARG(packs->names[n].name)),
                .title = both(k, packs->names[n].title), .rules = rules[n]};
    if (k->m->open_count)
        qsort(k->m->open, k->m->open_count, sizeof *k->m->open, by_rules);
}

// Stores of which something was not read, for rules that wait for a count which a census answers.
static void read_by(struct maker *k) {
    const struct an_packs *packs = &k->f->law->packs;
    struct an_str *stores = many(k, k->m->store_count, sizeof *stores);
    size_t count = 0;
    for (size_t i = 0; stores && i < k->m->store_count; i++)
        if (k->m->stores[i].records_unread)
            stores[count++] = k->m->stores[i].uri;
    for (size_t i = 0; i < k->m->rule_count; i++) {
        struct an_model_rule *r = &k->m->rules[i];
        for (size_t d = 0; d < r->decide_by_count && !r->read_by_count; d++) {
            const struct an_name *n = an_term_find(packs, r->decide_by[d]);
            if (!n || n->census == AN_CENSUS_NONE)
                continue;
            r->read_by = stores;
            r->read_by_count = count;
        }
    }
}

static enum an_code rules(struct maker *k, struct an_err *err) {
    const struct an_judgement *j = k->f->judgement;
    k->m->rules = many(k, j->count, sizeof *k->m->rules);
    enum an_code code = AN_OK;
    for (size_t i = 0; k->m->rules && i < j->count && !code; i++)
        code = rule(k, &j->verdicts[i], &k->m->rules[k->m->rule_count++], err);
    return code;
}

// Pictures in whose text something was recognised that would identify a person.
static uint64_t pictures(const struct an_census *c) {
    uint64_t count = 0;
    for (size_t i = 0; i < c->count; i++) {
        bool any = false;
        for (size_t n = 0; n < an_kind_count(); n++)
            any |= c->stores[i]->tally[n].recognised > 0;
        count += any;
    }
    return count;
}

static void scope(struct maker *k, const struct an_total *t) {
    k->m->scope.stores = t->stores;
    k->m->scope.pictures = pictures(k->f->census);
    k->m->scope.stores_unread = t->by_status[AN_STORE_UNREAD];
    k->m->scope.stores_partly = t->by_status[AN_STORE_PARTLY];
    k->m->scope.stores_skipped = t->by_status[AN_STORE_SKIPPED];
    k->m->scope.bytes = t->bytes;
    k->m->scope.records = t->records;
    k->m->scope.records_unread = t->records_lost;
    k->m->scope.bytes_unread = t->bytes_lost;
    k->m->scope.mentions = t->mentions.mentions;
    k->m->scope.ambiguous = t->count.ambiguous;
    k->m->scope.test_records = t->mentions.tests;
}

static const char *hex(struct maker *k, const unsigned char *bytes, size_t n) {
    char *out = many(k, 2 * n, 1);
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; out && i < n; i++) {
        out[2 * i] = digits[bytes[i] >> 4];
        out[2 * i + 1] = digits[bytes[i] & 15];
    }
    return out ? out : "";
}

static enum an_code measured(struct maker *k, struct an_total *total, struct an_err *err) {
    const struct an_census *c = k->f->census;
    enum an_code code = an_census_total(c, NULL, NULL, total, err);
    if (code)
        return code;
    k->m->people = people(total->people);
    scope(k, total);
    k->m->key_id = an_str_from_c(hex(k, c->key_id, sizeof c->key_id));
    k->m->kind_count = kinds(k, total->tally, &total->count, &k->m->kinds);
    k->m->stores = many(k, c->count, sizeof *k->m->stores);
    for (size_t i = 0; k->m->stores && i < c->count; i++)
        store(k, c->stores[i], &k->m->stores[k->m->store_count++]);
    parts(k, total);
    assumptions(k, total);
    code = places(k, err);
    if (!code)
        code = an_categories_fill(c, k->arena, k->m, err);
    return code ? code : an_datamap_fill(k->f, k->arena, k->m, err);
}

enum an_code an_model_make(const struct an_findings *f, struct an_arena *arena, struct an_model *ret,
                           struct an_err *err) {
    *ret = (struct an_model) {
        .version = AN_VERSION, .detectors = AN_DETECTORS, .token = AN_TOKEN_NAME, .as_of = f->as_of,
        .company = f->company->name,
        .measured = f->census != NULL,
        .threshold = AN_MAIN_LINE, .seconds = f->seconds, .key_id = AN_STR(""), .report_path = AN_STR(""),
    };
    struct maker k = {.f = f, .arena = arena, .m = ret};
    struct an_total total;
    enum an_code code = f->census ? measured(&k, &total, err) : AN_OK;
    facts(&k);
    if (!code)
        code = rules(&k, err);
    open_facts(&k);
    read_by(&k);
    if (!code)
        code = an_answer(f, f->census ? &total : NULL, arena, ret, err);
    return !code && k.failed ? an_fail(err, AN_NOMEM, "no memory for the report") : code;
}
