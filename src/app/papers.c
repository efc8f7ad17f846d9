#include "app/papers.h"

#include <stdio.h>
#include <unistd.h>
#include "app/answer.h"
#include "app/paper_maker.h"
#include "base/near.h"

#ifndef AN_DATA_DIR
// Set by the build: PREFIX/share/anshen.
#define AN_DATA_DIR ""
#endif
#ifndef AN_BUILD_DIR
// Set by the build: the build tree, so that a build finds the templates it made.
#define AN_BUILD_DIR ""
#endif

static const struct an_model_rule *main_rule(const struct an_paper_source *source) {
    const struct an_model *m = source->model;
    for (size_t i = 0; i < m->rule_count; i++)
        if (strcmp(m->rules[i].id, AN_MAIN_RULE) == 0 && strcmp(m->rules[i].status, "in_force") == 0)
            return &m->rules[i];
    return NULL;
}

// A paper that says no review is required may be made only where that is proven.
static enum an_code is_not_required(const struct an_paper_source *source, enum an_lang lang, struct an_err *err) {
    const struct an_model_rule *r = main_rule(source);
    const char *verdict = r ? r->verdict : "not judged";
    for (size_t i = source->entry_count; i-- && strcmp(verdict, "does-not-apply") == 0;) {
        const struct an_paper_entry *e = &source->entries[i];
        const char *rule = json_string_value(json_object_get(e->body, "rule"));
        if (e->withdrawn || !an_str_eq(e->kind, AN_STR("verdict")) || !rule || strcmp(rule, AN_MAIN_RULE) != 0)
            continue;
        verdict = json_string_value(json_object_get(e->body, "verdict"));       // what the case holds must say it, too
        if (!verdict)
            verdict = "unknown";
        break;
    }
    if (strcmp(verdict, "does-not-apply") == 0)
        return AN_OK;
    if (lang == AN_ZH)
        return an_fail(err, AN_USAGE, "不能出具“无需审查”的说明：规则 " AN_MAIN_RULE " 的结论不是“不适用”，而是 %s；"
                       "请补足事实后重新判断", verdict);
    return an_fail(err, AN_USAGE, "no statement that a review is not required can be made: the verdict of " AN_MAIN_RULE
                   " is not does-not-apply but %s; give the facts that decide it and judge again", verdict);
}

const struct an_paper_kind an_paper_kinds[] = {
    {"csrc-answers", {"Answers on the scale and protection of user information (CSRC)", "证监会反馈：用户信息规模与保护答复"},
     NULL},
    {"export-counts", {"Counts of people for the data-export filing (CAC)", "数据出境申报：自然人数量表"}, NULL},
    {"face-filing", {"Filing of the use of face recognition", "人脸识别技术应用备案"}, NULL},
    {"incident-report", {"Report of a cybersecurity incident", "网络安全事件报告"}, NULL},
    {"no-review-statement", {"Statement why no cybersecurity review is required", "无需进行网络安全审查的说明"},
     is_not_required},
    {"officer-report", {"Report of the personal information protection officer", "个人信息保护负责人信息报送"}, NULL},
    {"review-analysis", {"Analysis of the effect on national security", "影响国家安全的分析报告"}, NULL},
    {"review-filing", {"Filing form for cybersecurity review", "网络安全审查申报书"}, NULL},
};
const size_t an_paper_kind_count = AN_COUNT(an_paper_kinds);

const struct an_paper_kind *an_paper_kind_find(struct an_str name) {
    for (size_t i = 0; i < an_paper_kind_count; i++)
        if (an_str_eq(an_str_from_c(an_paper_kinds[i].name), name))
            return &an_paper_kinds[i];
    return NULL;
}

const struct an_paper_blank_field an_paper_inputs[] = {
    {"company.uscc", {"unified social credit code", "统一社会信用代码"}},
    {"company.address", {"registered address", "住所"}},
    {"company.representative", {"legal representative", "法定代表人"}},
    {"company.contact", {"person in charge of this matter, and how to reach them", "经办人及联系方式"}},
    {"listing.exchange", {"exchange", "拟上市交易所"}},
    {"listing.structure", {"structure of the listing", "上市架构"}},
    {"answer.services", {"websites, apps, mini-programs and accounts that the company and its subsidiaries develop or run",
                         "公司及下属公司开发、运营的网站、APP、小程序、公众号等"}},
    {"answer.third_parties", {"content given to third parties, and its protection", "向第三方提供信息内容的情况及安全保护措施"}},
    {"answer.use", {"how data are collected and used, with legal bases", "收集、使用数据的方式及合法性基础"}},
    {"answer.sharing", {"sharing and export", "对外提供、出境情况"}},
    {"answer.before", {"protection before the listing", "上市前的安全保护安排"}},
    {"answer.after", {"protection after the listing", "上市后的安全保护安排"}},
    {"export.scenario", {"scenario of the export", "出境场景"}},
    {"export.recipient", {"recipient abroad", "境外接收方"}},
    {"export.next_three", {"natural persons (de-duplicated), next three years", "未来三年出境自然人（去重）数量"}},
    {"export.relation", {"relation of this year's number and that of the next three years", "本年度数量与未来三年数量的关系"}},
    {"officer.name", {"name of the officer", "负责人姓名"}},
    {"officer.contact", {"how to reach the officer", "负责人联系方式"}},
    {"officer.position", {"position of the officer", "负责人职务"}},
    {"face.purpose", {"purpose and manner of the use of face data", "人脸信息处理目的和处理方式"}},
    {"face.protection", {"protection of face data", "人脸信息安全保护措施"}},
    {"face.rules", {"rules and operating procedures", "人脸信息处理规则和操作规程"}},
    {"face.assessment", {"impact assessment: date and conclusion", "个人信息保护影响评估：日期与结论"}},
    {"incident.systems", {"the systems and facilities concerned", "涉事系统、设施基本情况"}},
    {"incident.place", {"where it was discovered or happened", "发现或者发生的地点"}},
    {"incident.type", {"type of the incident", "事件类型"}},
    {"incident.impact", {"effect and harm so far", "已造成的影响和危害"}},
    {"incident.measures", {"measures taken and their effect", "已采取的措施及效果"}},
    {"incident.ransom", {"ransom demanded: amount, manner, date", "勒索金额、方式、日期"}},
    {"incident.trend", {"how it may develop", "事态发展趋势"}},
    {"incident.cause", {"cause, as far as known", "初步分析的原因"}},
    {"incident.clues", {"clues for the investigation", "调查所需的线索"}},
    {"incident.next", {"measures planned, and help asked for", "拟采取的措施及请求支援事项"}},
    {"incident.scene", {"protection of the scene and of evidence", "现场及证据保护情况"}},
    {"incident.more", {"anything else to report", "其他应当报告的情况"}},
    {NULL, {NULL, NULL}},
};

static enum an_code check_inputs(const struct an_paper_source *source, struct an_err *err) {
    for (size_t i = 0; i < source->input_count; i++) {
        struct an_str name = source->inputs[i].name;
        const char *near = "";
        bool known = false;
        size_t best = SIZE_MAX;
        for (const struct an_paper_blank_field *f = an_paper_inputs; f->name && !known; f++) {
            known = an_str_eq(name, an_str_from_c(f->name));
            if (an_near_better(name, an_str_from_c(f->name), &best))
                near = f->name;
        }
        if (!known)
            return an_fail(err, AN_USAGE, "no input of the name '%.*s'%s%s (see: anshen report --list)",
                           AN_STR_ARG(an_str_slice(name, 0, 64)), *near ? "; did you mean " : "", near);
    }
    return AN_OK;
}

// The person of the case whose title is that of the officer.
static const json_t *officer(const struct an_maker *m) {
    for (size_t i = m->source->entry_count; i--;) {
        const struct an_paper_entry *e = &m->source->entries[i];
        const char *title = json_string_value(json_object_get(e->body, "title"));
        if (!e->withdrawn && an_str_eq(e->kind, AN_STR("person")) && title &&
            (strstr(title, "个人信息保护负责人") || strstr(title, "protection officer")))
            return e->body;
    }
    return NULL;
}

// What the person added; else what the case says of it; else blank.
static void inputs(struct an_maker *m) {
    const struct an_paper_entry *open = an_maker_last(m, "open", NULL, NULL);
    for (const struct an_paper_blank_field *f = an_paper_inputs; f->name; f++) {
        struct an_str text = AN_STR("");
        if (open && strcmp(f->name, "company.uscc") == 0)
            text = an_entry_text(json_object_get(open->body, "company"), "uscc");
        if (strcmp(f->name, "officer.name") == 0)
            text = an_entry_text(officer(m), "name");
        if (strcmp(f->name, "officer.position") == 0)
            text = an_entry_text(officer(m), "title");
        for (size_t i = 0; i < m->source->input_count; i++)
            if (an_str_eq(m->source->inputs[i].name, an_str_from_c(f->name)))
                text = m->source->inputs[i].text;
        an_maker_put(m, f->name, text, 0);
    }
}

enum an_code an_paper_make(const struct an_paper_source *source, const struct an_paper_kind *kind, enum an_lang lang,
                           struct an_arena *arena, struct an_paper *ret, struct an_err *err) {
    enum an_code code = kind->check ? kind->check(source, lang, err) : AN_OK;
    if (!code)
        code = check_inputs(source, err);
    if (code)
        return code;
    *ret = (struct an_paper) {.lang = lang, .open = "fact.", .fields = AN_NEW_N(arena, AN_PAPER_FIELDS, struct an_paper_field),
                              .sets = AN_NEW_N(arena, AN_PAPER_SETS, struct an_paper_set)};
    struct an_maker *m = AN_NEW(arena, struct an_maker);
    if (!ret->fields || !ret->sets || !m)
        return an_fail(err, AN_NOMEM, "no memory for a paper");
    *m = (struct an_maker) {.source = source, .lang = lang, .arena = arena, .paper = ret};
    an_maker_note(m, "paper.title", an_str_from_c(an_say(kind->title, lang)));
    an_paper_of_model(m);
    if (!m->failed)
        an_paper_of_case(m);
    if (!m->failed) {
        inputs(m);
        ret->evidence = m->evidence;
        ret->evidence_count = m->evidence_count;
    }
    return m->failed ? an_fail(err, AN_NOMEM, "no memory for a paper") : AN_OK;
}

enum an_code an_paper_template(const struct an_paper_kind *kind, enum an_lang lang, const char *data,
                               struct an_arena *arena, const char **ret_path, struct an_err *err) {
    const struct { const char *folder, *below; } places[] = {
        {data ? data : "", "templates"}, {AN_DATA_DIR, "templates"}, {AN_BUILD_DIR, "assets/templates"},
    };
    for (size_t i = 0; i < AN_COUNT(places); i++) {
        bool failed = false;
        const char *path = an_sayf(arena, &failed, "%s/%s/%s.%s.docx", places[i].folder, places[i].below, kind->name,
                                   lang == AN_ZH ? "zh" : "en");
        if (failed)
            return an_fail(err, AN_NOMEM, "no memory for a path");
        if (*places[i].folder && access(path, R_OK) == 0) {
            *ret_path = path;
            return AN_OK;
        }
    }
    return an_fail(err, AN_IO, "the template of %s is not there; name one with --template, or set ANSHEN_DATA", kind->name);
}
