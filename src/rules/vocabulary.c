// The vocabulary of rules. Rows sorted by name within each list; a new name is a new row.
#include "rules/vocabulary.h"

#include <stdio.h>
#include <string.h>
#include "rules/near.h"

static const char *const roles[] = {"network_platform_operator", "data_processor", "cii_operator", "other",
                                    NULL};
static const char *const venues[] = {"MAINLAND", "HK", "MO", "TW", "FOREIGN", NULL};

const struct an_term an_terms[] = {
    {"company.cii", AN_TERM_FLAG,
     {"designated operator of critical information infrastructure", "被认定为关键信息基础设施运营者"}, NULL},
    {"company.role", AN_TERM_WORD, {"role of the company", "企业角色"}, roles},
    {"count(daily_life_people)", AN_TERM_NUMBER,
     {"people whose daily life an incident touched", "事件影响其日常生活的人数"}, NULL},
    {"count(export_any)", AN_TERM_NUMBER,
     {"people whose personal information is sent abroad", "向境外提供个人信息的人数"}, NULL},
    {"count(export_important_data)", AN_TERM_NUMBER, {"important data sent abroad", "向境外提供的重要数据"},
     NULL},
    {"count(export_people_nonsensitive)", AN_TERM_NUMBER,
     {"people whose non-sensitive personal information is sent abroad", "向境外提供非敏感个人信息的人数"},
     NULL},
    {"count(export_people_sensitive)", AN_TERM_NUMBER,
     {"people whose sensitive personal information is sent abroad", "向境外提供敏感个人信息的人数"}, NULL},
    {"count(face_people_stored)", AN_TERM_NUMBER, {"people whose face data is stored", "存储人脸信息的人数"},
     NULL},
    {"count(leaked_people)", AN_TERM_NUMBER,
     {"people whose personal information leaked", "个人信息泄露的人数"}, NULL},
    {"count(people_processed)", AN_TERM_NUMBER,
     {"people whose personal information is processed", "处理个人信息的人数"}, NULL},
    {"count(users_pi_held)", AN_TERM_NUMBER,
     {"users whose personal information is held", "掌握个人信息的用户数"}, NULL},
    {"incident.cii_whole_outage_minutes", AN_TERM_NUMBER,
     {"minutes that critical infrastructure was down as a whole", "关键信息基础设施整体中断分钟数"}, NULL},
    {"incident.direct_loss_cny", AN_TERM_NUMBER, {"direct loss in yuan", "直接经济损失（元）"}, NULL},
    {"listing.country", AN_TERM_WORD, {"country or region of the listing", "上市国家或地区"}, NULL},
    {"listing.planned", AN_TERM_DAY, {"planned day of the listing", "计划上市日期"}, NULL},
    {"listing.venue", AN_TERM_WORD, {"place of the listing", "上市地"}, venues},
};
const size_t an_term_count = AN_COUNT(an_terms);

static const struct an_name events[] = {
    {"export.start", {"data are first sent abroad", "首次向境外提供数据"}},
    {"filing.conforming",
     {"the Office receives filing papers that conform to article 8",
      "审查办公室收到符合第八条规定的申报材料"}},
    {"filing.received", {"the Office receives the filing papers", "审查办公室收到申报材料"}},
    {"incident.handled", {"the incident has been dealt with", "事件处置结束"}},
    {"incident.known", {"the incident is discovered or learnt of", "发现或者获知事件"}},
    {"listing.foreign_application",
     {"the listing application goes to the foreign securities regulator", "向国外证券监管机构提出上市申请"}},
    {"notice.review", {"the written notice that a review is needed", "书面通知需要开展网络安全审查"}},
    {"reached_threshold", {"the number is reached", "达到规定数量"}},
    {"recommendation.received",
     {"a consulted body receives the recommended conclusion", "被征求意见单位收到审查结论建议"}},
    {"special.opened", {"the party is told that the special procedure applies",
                        "通知当事人适用特别审查程序"}},
    {"supplement.received", {"the supplementary material is handed in", "提交补充材料"}},
    {"supplement.requested", {"the Office asks for supplementary material", "要求提交补充材料"}},
};

static const struct an_name bodies[] = {
    {"CAC", {"the Cyberspace Administration of China (CAC)", "国家互联网信息办公室"}},
    {"CRO", {"the Cybersecurity Review Office (CRO)", "网络安全审查办公室"}},
};

static const struct an_verb_name verbs[] = {
    {"apply", "to", "申请"},    {"appoint", "to", "指定"},     {"audit", "to", "审计"},
    {"conclude", "to", "订立"},
    {"file", "with", "申报"},   {"implement", "to", "落实"},   {"keep", "to", "保存"},
    {"refuse", "to", "拒绝"},
    {"report", "to", "报告"},
};

static const struct an_name values[] = {
    {"FOREIGN", {"a foreign country", "国外"}},
    {"HK", {"Hong Kong", "香港"}},
    {"MAINLAND", {"mainland China", "中国内地"}},
    {"MO", {"Macau", "澳门"}},
    {"TW", {"Taiwan", "台湾"}},
    {"cii_operator", {"operator of critical information infrastructure", "关键信息基础设施运营者"}},
    {"data_processor", {"data processor", "数据处理者"}},
    {"network_platform_operator", {"network platform operator", "网络平台运营者"}},
    {"no", {"no", "否"}},
    {"other", {"other", "其他"}},
    {"yes", {"yes", "是"}},
};

const struct an_relation an_relations[] = {
    // who holds information of a user processes it
    {"count(users_pi_held)", "count(people_processed)"},
    {"count(face_people_stored)", "count(people_processed)"},
    {"count(export_people_nonsensitive)", "count(export_any)"},
    {"count(export_people_sensitive)", "count(export_any)"},
};
const size_t an_relation_count = AN_COUNT(an_relations);

static bool is(struct an_str a, const char *b) { return an_str_eq(a, an_str_from_c(b)); }

static const struct an_name *find(const struct an_name *names, size_t count, struct an_str name) {
    for (size_t i = 0; i < count; i++)
        if (is(name, names[i].name))
            return &names[i];
    return NULL;
}

// Windows are a matter of when, not of what: a peak is of the same people as the count.
static struct an_str as_count(struct an_str name, char room[static 128]) {
    if (!an_str_eq(an_str_slice(name, 0, 5), AN_STR("peak(")))
        return name;
    size_t end = 5;
    while (end < name.len && name.ptr[end] != ',' && name.ptr[end] != ')')
        end++;
    int n = snprintf(room, 128, "count(%.*s)", (int) (end - 5), name.ptr + 5);
    return n > 0 && n < 128 ? (struct an_str) {room, (size_t) n} : name;
}

const struct an_term *an_term_find(struct an_str name) {
    char room[128];
    struct an_str plain = as_count(name, room);
    for (size_t i = 0; i < an_term_count; i++)
        if (is(plain, an_terms[i].name))
            return &an_terms[i];
    return NULL;
}

const struct an_name *an_event_find(struct an_str name) { return find(events, AN_COUNT(events), name); }
const struct an_name *an_body_find(struct an_str name) { return find(bodies, AN_COUNT(bodies), name); }

const struct an_verb_name *an_duty_verb_find(struct an_str name) {
    for (size_t i = 0; i < AN_COUNT(verbs); i++)
        if (is(name, verbs[i].name))
            return &verbs[i];
    return NULL;
}

const char *an_vocabulary_near(struct an_str name) {
    size_t best = SIZE_MAX;
    const char *near = NULL;
    for (size_t i = 0; i < an_term_count; i++)
        if (an_near_better(name, an_str_from_c(an_terms[i].name), &best))
            near = an_terms[i].name;
    for (size_t i = 0; i < AN_COUNT(events); i++)
        if (an_near_better(name, an_str_from_c(events[i].name), &best))
            near = events[i].name;
    for (size_t i = 0; i < AN_COUNT(bodies); i++)
        if (an_near_better(name, an_str_from_c(bodies[i].name), &best))
            near = bodies[i].name;
    for (size_t i = 0; i < AN_COUNT(verbs); i++)
        if (an_near_better(name, an_str_from_c(verbs[i].name), &best))
            near = verbs[i].name;
    return near;
}

struct an_words an_value_words(struct an_str value) {
    const struct an_name *known = find(values, AN_COUNT(values), value);
    return known ? known->title : (struct an_words) {NULL, NULL};
}

static bool is_metric(const struct an_packs *packs, struct an_str name) {
    char room[128];
    struct an_str plain = as_count(name, room);
    for (size_t i = 0; i < packs->metric_count; i++) {
        struct an_str m = packs->metrics[i].name;
        if (plain.len == m.len + 7 && an_str_eq(an_str_slice(plain, 0, 6), AN_STR("count(")) &&
            an_str_eq(an_str_slice(plain, 6, plain.len - 1), m))
            return true;
    }
    return false;
}

enum an_code an_vocabulary_check(const struct an_fact *fact, const struct an_packs *packs,
                                 struct an_err *err) {
    static const char *const kinds[] = {[AN_TERM_FLAG] = "yes or no", [AN_TERM_WORD] = "a word",
                                        [AN_TERM_NUMBER] = "a number", [AN_TERM_DAY] = "a date"};
    static const enum an_known needs[] = {[AN_TERM_FLAG] = AN_KNOWN_WORD, [AN_TERM_WORD] = AN_KNOWN_WORD,
                                          [AN_TERM_NUMBER] = AN_KNOWN_RANGE, [AN_TERM_DAY] = AN_KNOWN_DAYS};
    const struct an_term *term = an_term_find(fact->name);
    struct an_str shown = an_str_slice(fact->name, 0, 64);
    if (!term && is_metric(packs, fact->name))
        return fact->known == AN_KNOWN_NOT || fact->known == AN_KNOWN_RANGE
                   ? AN_OK : an_fail(err, AN_USAGE, "fact %.*s must be a number", AN_STR_ARG(shown));
    if (!term) {
        const char *near = an_vocabulary_near(fact->name);
        return an_fail(err, AN_USAGE, "no fact is called %.*s%s%s%s", AN_STR_ARG(shown),
                       near ? " (did you mean " : "", near ? near : "", near ? "?)" : "");
    }
    if (fact->known == AN_KNOWN_NOT)
        return AN_OK;
    bool flag = is(fact->word, "yes") || is(fact->word, "no");
    if (fact->known != needs[term->type] || (term->type == AN_TERM_FLAG && !flag))
        return an_fail(err, AN_USAGE, "fact %.*s must be %s", AN_STR_ARG(shown), kinds[term->type]);
    if (!term->values)
        return AN_OK;
    size_t best = SIZE_MAX;
    const char *near = NULL;
    for (size_t i = 0; term->values[i]; i++) {
        if (is(fact->word, term->values[i]))
            return AN_OK;
        if (an_near_better(fact->word, an_str_from_c(term->values[i]), &best))
            near = term->values[i];
    }
    struct an_str word = an_str_slice(fact->word, 0, 64);
    return an_fail(err, AN_USAGE, "%.*s cannot be %.*s%s%s%s", AN_STR_ARG(shown), AN_STR_ARG(word),
                   near ? " (did you mean " : "", near ? near : "", near ? "?)" : "");
}
