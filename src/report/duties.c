// The duties at a glance: of rules that apply, of rules that cannot be told, and what is not law yet.
#include <string.h>
#include "report/page.h"
#include "report/terms.h"

enum { QUOTE_COLUMNS = 240 };

static void words_cell(struct an_page *p, const struct an_model_rule *rule) {
    struct an_str quote = rule->quote_zh.len && p->out.lang == AN_ZH ? rule->quote_zh
                          : rule->quote_en.len ? rule->quote_en : rule->quote_zh;
    an_out_raw(&p->out, "<td>");
    if (quote.len) {
        an_out_raw(&p->out, "“");
        an_out_clip(&p->out, quote, QUOTE_COLUMNS);
        an_out_raw(&p->out, "”");
    } else if (rule->digest.en && *rule->digest.en) {
        an_out_raw(&p->out, "<strong>");
        an_out_words(&p->out, AN_WORDS("Restated, not quoted:", "转述，非引文："));
        an_out_raw(&p->out, "</strong> ");
        an_out_clip(&p->out, an_str_from_c(an_say(rule->digest, p->out.lang)), QUOTE_COLUMNS);
    }
    an_out_raw(&p->out, "</td>");
}

// The counts that the rule turns on, each with what is known of it.
static void counts_cell(struct an_page *p, const struct an_model_rule *rule) {
    bool any = false;
    an_out_raw(&p->out, "<td>");
    for (size_t i = 0; i < rule->step_count; i++) {
        const struct an_model_step *step = &rule->steps[i];
        if (!step->fact.len || !an_str_eq(an_str_slice(step->text, 0, 6), AN_STR("count(")))
            continue;
        an_out_raw(&p->out, any ? "<br><code>" : "<code>");
        an_out_text(&p->out, step->text);
        an_out_raw(&p->out, "</code> ");
        an_out_text(&p->out, step->fact);
        any = true;
    }
    an_out_raw(&p->out, any ? "</td>" : "–</td>");
}

static void list_cell(struct an_page *p, const struct an_str *texts, size_t count) {
    an_out_raw(&p->out, "<td>");
    if (count)
        an_page_list(p, texts, count);
    else
        an_out_raw(&p->out, "–");
    an_out_raw(&p->out, "</td>");
}

// The rule's title, leading to its proof further down.
static void link_to(struct an_page *p, const struct an_model_rule *rule) {
    an_out_raw(&p->out, "<a href=\"#");
    an_out_cstr(&p->out, rule->id);
    an_out_raw(&p->out, "@");
    an_out_cstr(&p->out, rule->version);
    an_out_raw(&p->out, "\">");
    an_out_words(&p->out, rule->title);
    an_out_raw(&p->out, "</a>");
}

static void duty_row(struct an_page *p, const struct an_model_rule *rule) {
    an_out_raw(&p->out, "<tr><th scope=\"row\">");
    link_to(p, rule);
    an_out_raw(&p->out, "<br>");
    an_out_text(&p->out, rule->citation);
    an_out_raw(&p->out, "</th>");
    words_cell(p, rule);
    counts_cell(p, rule);
    list_cell(p, rule->duties, rule->duty_count);
    an_out_raw(&p->out, "<td>");
    if (rule->clock_count)
        an_page_clocks(p, rule);
    else
        an_out_raw(&p->out, "–");
    an_out_raw(&p->out, "</td>");
    list_cell(p, rule->penalties, rule->penalty_count);
    an_out_raw(&p->out, "</tr>\n");
}

// The duties of rules in force with that verdict, of those that stand by or of the others; whether there are any.
static bool duties(struct an_page *p, const char *verdict, bool stands_by) {
    const struct an_model *model = p->model;
    size_t count = 0, shown = 0;
    for (size_t i = 0; i < model->rule_count; i++) {
        const struct an_model_rule *rule = &model->rules[i];
        if (strcmp(rule->status, "in_force") != 0 || !rule->verdict || strcmp(rule->verdict, verdict) != 0 ||
            rule->stands_by != stands_by)
            continue;
        if (!count++) {
            bool on = strcmp(verdict, "applies") == 0;
            an_page_heading(p, on ? AN_WORDS("Duties owed under the law in force", "现行规定下应履行的义务")
                            : stands_by ? AN_WORDS("Duties that would arise from an incident, a transfer, a product or another "
                                                   "party; none was described", "具体事项（安全事件、数据提供、产品服务、"
                                                   "相对方）发生时的义务；目前未予描述")
                            : AN_WORDS("Duties that cannot be told yet: owed if the rule applies",
                                       "尚不能判断的义务：若规则适用则应履行"));
            an_page_table(p, "duties", on ? AN_WORDS("Rules that apply; each leads to its proof", "适用的规则（链接至其证明）")
                                          : AN_WORDS("Undetermined rules; each leads to what would settle it",
                                                     "未能确定的规则（链接至待查明事实）"),
                          (struct an_words[]) {{"Rule", "规则"}, {"Words", "条文"}, {"Count", "人数"}, {"Duty", "义务"},
                                              {"Deadline", "期限"}, {"Penalty", "法律责任"}}, 6);
        }
        if (shown < AN_PAGE_ROWS) {
            duty_row(p, rule);
            shown++;
        }
    }
    if (!count)
        return false;
    an_page_table_end(p);
    an_page_left_out(p, shown, count);
    return true;
}

// Drafts, guidance and rules to come, each with its status and what they would say.
static void not_law(struct an_page *p) {
    const struct an_model *model = p->model;
    size_t count = 0;
    for (size_t i = 0; i < model->rule_count; i++) {
        const struct an_model_rule *rule = &model->rules[i];
        if (strcmp(rule->status, "in_force") == 0)
            continue;
        if (!count++) {
            an_page_heading(p, AN_WORDS("Not law on that day", "该日并非有效法律"));
            an_page_note(p, AN_WORDS("Drafts, guidance and rules to come bind nobody. They are judged for comparison.",
                                     "征求意见稿、指引和待施行规定不具约束力，仅供对照。"));
            an_out_raw(&p->out, "<ul>\n");
        }
        an_out_raw(&p->out, "<li>");
        an_page_badge(p, rule->verdict);
        an_out_raw(&p->out, " <strong>");
        an_out_words(&p->out, an_term(rule->status));
        an_out_raw(&p->out, "</strong> ");
        link_to(p, rule);
        an_out_raw(&p->out, "</li>\n");
    }
    if (count)
        an_out_raw(&p->out, "</ul>\n");
}

// Facts that nobody gave and that were taken to be so: what follows rests on them.
static void assumed(struct an_page *p) {
    for (size_t i = 0; i < p->model->fact_count; i++) {
        const struct an_model_fact *f = &p->model->facts[i];
        if (!an_model_is_assumed(f))
            continue;
        an_out_raw(&p->out, "<p class=\"note\">");
        an_out_fill(&p->out, AN_WORDS("Assumed, as nothing says otherwise: {0} = {1}.", "未有说明，推定：{0} = {1}。"),
                    (struct an_str[]) {an_str_from_c(f->name), f->value});
        an_out_raw(&p->out, "</p>\n");
    }
}

void an_page_duties(struct an_page *p) {
    assumed(p);
    bool owed = duties(p, "applies", false), open = duties(p, "undetermined", false);
    bool waiting = duties(p, "undetermined", true);
    if (!owed && !open && !waiting)
        an_page_note(p, AN_WORDS("No rule in force that was judged here puts a duty on these facts.",
                                 "就上述事实，所判断的现行规则均未设定义务。"));
    not_law(p);
}
