#include "app/paper_maker.h"

#include <stdlib.h>
#include "report/figure.h"

static struct an_paper_value value(struct an_str text, unsigned evidence, bool is_blank) {
    return (struct an_paper_value) {text, evidence, is_blank};
}

static void put(struct an_maker *m, const char *name, struct an_paper_value v) {
    if (m->paper->field_count == AN_PAPER_FIELDS)
        m->failed = true;
    else
        m->paper->fields[m->paper->field_count++] = (struct an_paper_field) {name, v};
}

void an_maker_put(struct an_maker *m, const char *name, struct an_str text, unsigned evidence) {
    put(m, name, value(text, evidence, !text.len));
}

void an_maker_note(struct an_maker *m, const char *name, struct an_str text) { put(m, name, value(text, 0, false)); }

unsigned an_maker_cite(struct an_maker *m, struct an_str text) {
    for (unsigned i = 0; i < m->evidence_count; i++)
        if (an_str_eq(m->evidence[i], text))
            return i + 1;
    if (m->evidence_count == AN_PAPER_EVIDENCE)
        return AN_PAPER_EVIDENCE;
    m->evidence[m->evidence_count++] = text;
    return m->evidence_count;
}

struct an_paper_set *an_maker_set(struct an_maker *m, const char *name, const char *const *columns, size_t column_count,
                                  size_t most) {
    static const struct an_paper_set none;
    struct an_paper *p = m->paper;
    size_t rows = most < AN_PAPER_ROWS ? most : AN_PAPER_ROWS;
    struct an_paper_value *values = AN_NEW_N(m->arena, (rows + 1) * column_count, struct an_paper_value);
    m->failed |= !values || p->set_count == AN_PAPER_SETS;
    struct an_paper_set *set = &p->sets[p->set_count < AN_PAPER_SETS ? p->set_count++ : AN_PAPER_SETS - 1];
    *set = none;
    *set = (struct an_paper_set) {.name = name, .columns = columns, .column_count = values ? column_count : 0,
                                  .values = values};
    return set;
}

struct an_paper_value *an_maker_row(struct an_maker *m, struct an_paper_set *set) {
    static const struct an_paper_value none;
    if (!set->column_count) {
        struct an_paper_value *scratch = AN_NEW_N(m->arena, 16, struct an_paper_value);
        m->failed = true;
        return scratch ? scratch : AN_NEW_N(m->arena, 16, struct an_paper_value);
    }
    struct an_paper_value *row = set->values + set->row_count * set->column_count;
    if (set->row_count < AN_PAPER_ROWS)
        set->row_count++;
    for (size_t i = 0; i < set->column_count; i++)
        row[i] = none;
    return row;
}

struct an_paper_value an_maker_text(struct an_str text) { return value(text, 0, false); }
struct an_paper_value an_maker_asked(struct an_str text) { return value(text, 0, !text.len); }

struct an_paper_value an_maker_figure(struct an_maker *m, uint64_t n, unsigned evidence) {
    char text[AN_FIGURE_MAX];
    struct an_str kept = an_arena_copy(m->arena, an_figure(n, m->lang, text));
    m->failed |= !kept.ptr;
    return value(kept, evidence, false);
}

struct an_str an_maker_number(struct an_maker *m, uint64_t n) {
    char text[AN_FIGURE_MAX];
    struct an_str kept = an_arena_copy(m->arena, an_figure_long(n, m->lang, text));
    m->failed |= !kept.ptr;
    return kept;
}

struct an_str an_maker_span(struct an_maker *m, uint64_t lo, uint64_t hi) {
    struct an_str a = an_maker_number(m, lo), b = an_maker_number(m, hi);
    if (lo == hi)
        return m->lang == AN_ZH ? AN_SAY(m, "%.*s人", AN_STR_ARG(a)) : AN_SAY(m, "exactly %.*s", AN_STR_ARG(a));
    if (hi == AN_INFINITE)
        return m->lang == AN_ZH ? AN_SAY(m, "不少于%.*s人，上限不明", AN_STR_ARG(a))
                                : AN_SAY(m, "at least %.*s, no upper bound known", AN_STR_ARG(a));
    return m->lang == AN_ZH ? AN_SAY(m, "不少于%.*s人，不多于%.*s人", AN_STR_ARG(a), AN_STR_ARG(b))
                            : AN_SAY(m, "at least %.*s and at most %.*s", AN_STR_ARG(a), AN_STR_ARG(b));
}

struct an_str an_maker_day(struct an_maker *m, an_day day) {
    if (day == AN_DAY_NONE)
        return AN_STR("");
    struct an_date d = an_day_to_date(day);
    char text[AN_DAY_TEXT_MAX];
    return m->lang == AN_ZH ? AN_SAY(m, "%d年%d月%d日", d.year, d.month, d.day) : AN_SAY(m, "%s", an_day_text(day, text));
}

const struct an_model_fact *an_maker_fact(const struct an_maker *m, const char *name) {
    const struct an_model *model = m->source->model;
    for (size_t i = 0; i < model->fact_count; i++)
        if (strcmp(model->facts[i].name, name) == 0 && model->facts[i].is != AN_FACT_UNKNOWN)
            return &model->facts[i];
    return NULL;
}

unsigned an_maker_fact_evidence(struct an_maker *m, const struct an_model_fact *fact) {
    if (strcmp(fact->from, "measured") == 0)
        return m->measured;
    const struct an_paper_entry *e = an_maker_last(m, "fact", "name", fact->name);
    if (e)
        return an_maker_entry_evidence(m, e);
    static const struct { const char *from; struct an_words words; } froms[] = {
        {"declared", {"declared by the company", "企业申报"}},
        {"derived", {"derived from other facts", "由其他事实推导"}},
        {"assumed", {"assumed, and declared by nobody: to be confirmed", "假定，无人申报：须确认"}},
        {"what-if", {"given on the command line", "由命令行给定"}},
    };
    struct an_str how = an_str_from_c(fact->from);
    for (size_t i = 0; i < AN_COUNT(froms); i++)
        if (strcmp(fact->from, froms[i].from) == 0)
            how = an_str_from_c(an_say(froms[i].words, m->lang));
    return an_maker_cite(m, m->lang == AN_ZH ? AN_SAY(m, "事实 %s：%.*s。", fact->name, AN_STR_ARG(how))
                                             : AN_SAY(m, "Fact %s: %.*s.", fact->name, AN_STR_ARG(how)));
}

const struct an_model_rule *an_maker_rule(const struct an_maker *m, const char *id) {
    const struct an_model *model = m->source->model;
    for (size_t i = 0; i < model->rule_count; i++)
        if (strcmp(model->rules[i].id, id) == 0 && strcmp(model->rules[i].status, "in_force") == 0)
            return &model->rules[i];
    return NULL;
}

const struct an_paper_entry *an_maker_last(const struct an_maker *m, const char *kind, const char *member,
                                           const char *value_of) {
    for (size_t i = m->source->entry_count; i--;) {
        const struct an_paper_entry *e = &m->source->entries[i];
        if (!e->withdrawn && an_str_eq(e->kind, an_str_from_c(kind)) &&
            (!member || an_str_eq(an_entry_text(e->body, member), an_str_from_c(value_of))))
            return e;
    }
    return NULL;
}

unsigned an_maker_entry_evidence(struct an_maker *m, const struct an_paper_entry *e) {
    struct an_str source = an_entry_text(e->body, "source"), day = an_entry_text(e->body, "day");
    if (!day.len)
        day = an_str_slice(e->at, 0, 10);
    const struct an_entry_kind *kind = an_entry_kind_find(e->kind);
    struct an_str what = kind ? an_str_from_c(an_say(kind->title, m->lang)) : e->kind;
    const char *colon = source.len ? m->lang == AN_ZH ? "；来源：" : "; source: " : "";
    return an_maker_cite(m, m->lang == AN_ZH
                         ? AN_SAY(m, "案卷第 %llu 项（%.*s，%.*s）%s%.*s；哈希 %.*s。", (unsigned long long) e->seq,
                                  AN_STR_ARG(what), AN_STR_ARG(day), colon, AN_STR_ARG(source), AN_STR_ARG(e->hash))
                         : AN_SAY(m, "Case entry %llu (%.*s, %.*s)%s%.*s; hash %.*s.", (unsigned long long) e->seq,
                                  AN_STR_ARG(what), AN_STR_ARG(day), colon, AN_STR_ARG(source), AN_STR_ARG(e->hash)));
}

struct said { struct an_str kind, id; size_t at; };

static int order(struct an_str a, struct an_str b) {
    size_t n = a.len < b.len ? a.len : b.len;
    int o = n ? memcmp(a.ptr, b.ptr, n) : 0;
    return o ? o : (a.len > b.len) - (a.len < b.len);
}

static int compare(const void *a, const void *b) {
    const struct said *x = a, *y = b;
    int o = order(x->kind, y->kind);
    if (!o)
        o = order(x->id, y->id);
    return o ? o : (x->at > y->at) - (x->at < y->at);
}

void an_maker_replaced(struct an_maker *m) {
    size_t n = m->source->entry_count, count = 0;
    struct said *all = AN_NEW_N(m->arena, n + 1, struct said);
    m->replaced = AN_NEW_N(m->arena, n + 1, bool);
    m->failed |= !all || !m->replaced;
    for (size_t i = 0; i < n && !m->failed; i++) {
        const struct an_paper_entry *e = &m->source->entries[i];
        struct an_str id = an_entry_text(e->body, "id");
        if (!e->withdrawn && id.len)
            all[count++] = (struct said) {e->kind, id, i};
    }
    if (m->failed)
        return;
    qsort(all, count, sizeof *all, compare);
    for (size_t i = 0; i + 1 < count; i++)
        m->replaced[all[i].at] = an_str_eq(all[i].kind, all[i + 1].kind) && an_str_eq(all[i].id, all[i + 1].id);
}

static const struct { const char *word; struct an_words words; } dictionary[] = {
    {"network_platform_operator", {"network platform operator", "网络平台运营者"}},
    {"data_processor", {"data processor", "数据处理者"}},
    {"cii_operator", {"operator of critical information infrastructure", "关键信息基础设施运营者"}},
    {"MAINLAND", {"mainland China", "中国内地"}}, {"HK", {"Hong Kong", "香港"}}, {"MO", {"Macau", "澳门"}},
    {"TW", {"Taiwan", "台湾"}}, {"FOREIGN", {"a foreign country", "国外"}},
    {"yes", {"yes", "是"}}, {"no", {"no", "否"}}, {"other", {"other", "其他"}},
    {"none", {"none found", "未发现"}}, {"low", {"low", "低"}}, {"medium", {"medium", "中"}}, {"high", {"high", "高"}},
    {"unknown", {"not known", "不明"}}, {"pass", {"pass", "通过"}}, {"fail", {"fail", "未通过"}},
    {"not-applicable", {"not applicable", "不适用"}},
    {"open", {"open", "未完成"}}, {"kept", {"kept", "已履行"}}, {"broken", {"broken", "未履行"}},
    {"lifted", {"lifted", "已解除"}}, {"met", {"met", "已落实"}}, {"done", {"done", "已完成"}},
    {"read", {"read", "已读"}}, {"partly", {"read in part", "部分读取"}}, {"unread", {"not read", "未读取"}},
    {"skipped", {"left out: holds no records", "跳过：不含记录"}},
    {"filer", {"filer", "申报方"}}, {"authority", {"authority", "审查方"}},
    {"listing", {"listing", "上市"}}, {"product", {"product or service", "产品和服务"}},
    {"platform", {"platform", "平台"}}, {"data_processing", {"data processing", "数据处理活动"}},
};

struct an_str an_maker_word(const struct an_maker *m, struct an_str word) {
    for (size_t i = 0; i < AN_COUNT(dictionary); i++)
        if (an_str_eq(word, an_str_from_c(dictionary[i].word)))
            return an_str_from_c(an_say(dictionary[i].words, m->lang));
    return word;
}

struct an_str an_maker_verdict(const struct an_maker *m, const char *verdict) {
    if (strcmp(verdict, "applies") == 0)
        return AN_IN(m, "applies", "适用");
    return strcmp(verdict, "does-not-apply") == 0 ? AN_IN(m, "does not apply", "不适用")
                                                  : AN_IN(m, "undetermined", "未能确定");
}
