// The fourth section: every verdict with its proof, and the draft beside the law in force.
#include <string.h>
#include "report/page.h"
#include "report/terms.h"

enum { DEPTH_MAX = 24, DRAFTS_MAX = 2 };

static void step(struct an_page *p, const struct an_model_step *step) {
    an_page_badge(p, step->verdict);
    an_out_raw(&p->out, " <code>");
    an_out_text(&p->out, step->text);
    an_out_raw(&p->out, "</code>");
    if (!step->fact.len)
        return;
    an_out_raw(&p->out, " <span class=\"fact\">");
    an_out_fill(&p->out, AN_WORDS("known: {0}", "已知：{0}"), &step->fact);
    an_out_raw(&p->out, "</span>");
}

// The tree of conditions as nested lists. A depth that jumps is drawn one deeper than the line before it.
static void trace(struct an_page *p, const struct an_model_rule *rule) {
    int open = 0;               // lists open around the next line
    an_out_raw(&p->out, "<div class=\"trace\">\n");
    for (size_t i = 0; i < rule->step_count; i++) {
        int depth = rule->steps[i].depth < 0 ? 0 : rule->steps[i].depth;
        if (depth > open)
            depth = open;
        if (depth > DEPTH_MAX)
            depth = DEPTH_MAX;
        if (depth == open) {
            an_out_raw(&p->out, "<ul>\n<li>");
            open++;
        } else {
            for (; open > depth + 1; open--)
                an_out_raw(&p->out, "</li></ul>\n");
            an_out_raw(&p->out, "</li>\n<li>");
        }
        step(p, &rule->steps[i]);
    }
    for (; open > 0; open--)
        an_out_raw(&p->out, "</li></ul>\n");
    an_out_raw(&p->out, "</div>\n");
}

static void quote(struct an_page *p, const char *lang, struct an_words mark, struct an_str text) {
    if (!text.len)
        return;
    an_out_rawf(&p->out, "<blockquote lang=\"%s\"><p>", lang);
    an_out_text(&p->out, text);
    an_out_rawf(&p->out, "</p><footer lang=\"%s\">", p->out.lang == AN_ZH ? "zh-CN" : "en");
    an_out_words(&p->out, mark);
    an_out_raw(&p->out, "</footer></blockquote>\n");
}

static void quotes(struct an_page *p, const struct an_model_rule *rule) {
    quote(p, "zh-CN", AN_WORDS("The words of the instrument, in Chinese", "法规原文（中文）"),
          rule->quote_zh);
    quote(p, "en", AN_WORDS("The words in English", "英文文本"), rule->quote_en);
    if (rule->quote_zh.len || rule->quote_en.len)
        return;
    an_out_raw(&p->out, "<p class=\"digest\">");
    if (rule->digest.en && *rule->digest.en) {
        an_out_raw(&p->out, "<strong>");
        an_out_words(&p->out, AN_WORDS("Restated, not quoted:", "转述，非引文："));
        an_out_raw(&p->out, "</strong> ");
        an_out_words(&p->out, rule->digest);
    } else {
        an_out_words(&p->out, AN_WORDS("The rule pack quotes no text for this rule.", "规则包未收录本条原文。"));
    }
    an_out_raw(&p->out, "</p>\n");
}

static void citation(struct an_page *p, const struct an_model_rule *rule) {
    an_out_text(&p->out, rule->citation);
}

static void status(struct an_page *p, const struct an_model_rule *rule) {
    an_out_words(&p->out, an_term(rule->status));
    if (rule->from != AN_DAY_NONE) {
        struct an_str day = an_str_from_c(an_day_text(rule->from, (char[AN_DAY_TEXT_MAX]) {0}));
        bool is_draft = rule->status && strcmp(rule->status, "draft") == 0;
        an_out_fill(&p->out,
                    is_draft ? AN_WORDS(", published {0}", "（{0} 公布）")
                             : AN_WORDS(", from {0}", "（自 {0} 起）"),
                    &day);
    }
    if (rule->to != AN_DAY_NONE) {
        struct an_str day = an_str_from_c(an_day_text(rule->to, (char[AN_DAY_TEXT_MAX]) {0}));
        an_out_fill(&p->out, AN_WORDS(", to {0}", "（至 {0} 止）"), &day);
    }
}

static void row(struct an_page *p, struct an_words name) {
    an_page_element(p, "dt", name);
    an_out_raw(&p->out, "<dd>");
}

static void row_end(struct an_page *p) { an_out_raw(&p->out, "</dd>\n"); }

static void identity(struct an_page *p, const struct an_model_rule *rule) {
    an_out_raw(&p->out, "<dl class=\"identity\">\n");
    row(p, AN_WORDS("Instrument", "法规"));
    citation(p, rule);
    row_end(p);
    row(p, AN_WORDS("Status", "效力状态"));
    status(p, rule);
    row_end(p);
    if (rule->enforced_by.len) {
        row(p, AN_WORDS("Enforced by", "执法机关"));
        an_out_text(&p->out, rule->enforced_by);
        row_end(p);
    }
    row(p, AN_WORDS("Rule and version", "规则编号与版本"));
    an_out_raw(&p->out, "<code>");
    an_out_cstr(&p->out, rule->id);
    an_out_raw(&p->out, "@");
    an_out_cstr(&p->out, rule->version);
    an_out_raw(&p->out, "</code>");
    row_end(p);
    an_out_raw(&p->out, "</dl>\n");
}

static void certificate(struct an_page *p, const struct an_model_rule *rule) {
    if (!rule->certificate.len)
        return;
    an_out_raw(&p->out, "<details><summary>");
    an_out_words(&p->out,
                 AN_WORDS("Certificate: the small proof an independent checker can re-check (canonical JSON)",
                          "证书：可由独立程序复核的最小证明（规范 JSON）"));
    an_out_raw(&p->out, "</summary><pre><code>");
    an_out_text(&p->out, rule->certificate);
    an_out_raw(&p->out, "</code></pre></details>\n");
}

static void rule(struct an_page *p, const struct an_model_rule *rule) {
    an_out_raw(&p->out,
               rule->main ? "<article class=\"rule main\"" : "<article class=\"rule\"");
    an_out_raw(&p->out, " id=\"");
    an_out_cstr(&p->out, rule->id);
    an_out_raw(&p->out, "@");
    an_out_cstr(&p->out, rule->version);
    an_out_raw(&p->out, "\">\n<h4>");
    an_out_words(&p->out, rule->title);
    an_out_raw(&p->out, "</h4>\n<p>");
    an_page_badge(p, rule->verdict);
    an_out_raw(&p->out, "</p>\n");
    identity(p, rule);
    quotes(p, rule);
    if (rule->step_count) {
        an_page_element(
            p, "h5", AN_WORDS("Why: every condition with what is known of it", "理由：各项条件及其已知事实"));
        trace(p, rule);
    }
    if (rule->decide_by_count) {
        an_page_element(p, "h5", AN_WORDS("To decide, establish", "欲作判断，须查明"));
        an_page_list(p, rule->decide_by, rule->decide_by_count);
    }
    if (rule->read_by_count) {
        an_page_element(p, "h5", AN_WORDS("Not read in full, and could move a count", "未完整读取且可能影响人数的存储"));
        size_t shown = rule->read_by_count < AN_PAGE_KINDS ? rule->read_by_count : AN_PAGE_KINDS;
        an_page_list(p, rule->read_by, shown);
        an_page_left_out(p, shown, rule->read_by_count);
    }
    if (rule->note_count) {
        an_page_element(p, "h5", AN_WORDS("Doubts and limits of this rule", "本规则的疑点与局限"));
        an_out_raw(&p->out, "<ul>\n");
        for (size_t i = 0; i < rule->note_count; i++)
            an_page_element(p, "li", rule->notes[i]);
        an_out_raw(&p->out, "</ul>\n");
    }
    if (rule->duty_count) {
        an_page_element(p, "h5", AN_WORDS("What follows where it applies", "适用时的后果"));
        an_page_list(p, rule->duties, rule->duty_count);
    }
    if (rule->clock_count) {
        an_page_element(p, "h5", AN_WORDS("Time limits", "期限"));
        an_page_clocks(p, rule);
    }
    if (rule->penalty_count) {
        an_page_element(p, "h5", AN_WORDS("Penalty", "法律责任"));
        an_page_list(p, rule->penalties, rule->penalty_count);
    }
    certificate(p, rule);
    an_out_raw(&p->out, "</article>\n");
}

// A rule that does not apply is folded away under its title: of many rules most are such.
static void folded(struct an_page *p, const struct an_model_rule *r) {
    bool fold = r->verdict && strcmp(r->verdict, "does-not-apply") == 0;
    if (fold) {
        an_out_raw(&p->out, "<details><summary>");
        an_page_badge(p, r->verdict);
        an_out_raw(&p->out, " ");
        an_out_words(&p->out, r->title);
        an_out_raw(&p->out, "</summary>\n");
    }
    rule(p, r);
    if (fold)
        an_out_raw(&p->out, "</details>\n");
}

static bool is_draft(const struct an_model_rule *rule) {
    return rule->status && strcmp(rule->status, "draft") == 0;
}

static bool same_verdict(const struct an_model_rule *a, const struct an_model_rule *b) {
    return a->verdict && b->verdict && strcmp(a->verdict, b->verdict) == 0;
}

// One row of the comparison, a cell for each of the rules.
static void compare_row(struct an_page *p, struct an_words name, const struct an_model_rule *const *rules,
                        size_t count, void (*cell)(struct an_page *, const struct an_model_rule *)) {
    an_out_raw(&p->out, "<tr><th scope=\"row\">");
    an_out_words(&p->out, name);
    an_out_raw(&p->out, "</th>");
    for (size_t i = 0; i < count; i++) {
        an_out_raw(&p->out, "<td>");
        cell(p, rules[i]);
        an_out_raw(&p->out, "</td>");
    }
    an_out_raw(&p->out, "</tr>\n");
}

static void cell_title(struct an_page *p, const struct an_model_rule *rule) {
    an_out_words(&p->out, rule->title);
}
static void cell_badge(struct an_page *p, const struct an_model_rule *rule) {
    an_page_badge(p, rule->verdict);
}

static void cell_decide(struct an_page *p, const struct an_model_rule *rule) {
    for (size_t i = 0; i < rule->decide_by_count; i++) {
        an_out_raw(&p->out, i ? "<br><code>" : "<code>");
        an_out_text(&p->out, rule->decide_by[i]);
        an_out_raw(&p->out, "</code>");
    }
    if (!rule->decide_by_count)
        an_out_raw(&p->out, "–");
}

static void cell_conditions(struct an_page *p, const struct an_model_rule *rule) { trace(p, rule); }

static void compare(struct an_page *p) {
    const struct an_model *model = p->model;
    const struct an_model_rule *rules[1 + DRAFTS_MAX] = {0};
    size_t count = 1;
    bool differs = false;
    for (size_t i = 0; i < model->rule_count; i++) {
        if (model->rules[i].main)
            rules[0] = &model->rules[i];
        else if (is_draft(&model->rules[i]) && count < AN_COUNT(rules))
            rules[count++] = &model->rules[i];
    }
    if (!rules[0] || count == 1)
        return;
    for (size_t i = 1; i < count; i++)
        differs = differs || !same_verdict(rules[0], rules[i]);
    an_page_heading(p, AN_WORDS("The draft beside the law in force", "征求意见稿与现行规定对照"));
    an_page_element(
        p, "p",
        differs
            ? AN_WORDS("On the same facts the two texts give different answers. Only the law in force binds.",
                       "就同一事实，两个文本得出不同结论。仅现行规定具有约束力。")
            : AN_WORDS("On the same facts the two texts give the same answer. Only the law in force binds.",
                       "就同一事实，两个文本得出相同结论。仅现行规定具有约束力。"));
    struct an_words heads[1 + DRAFTS_MAX + 1] = {
        {"", ""}, {"In force", "现行规定"}, {"Draft", "征求意见稿"}, {"Draft", "征求意见稿"}};
    heads[0] = AN_WORDS("Point", "项目");
    an_page_table(p, "compare", AN_WORDS("The same facts under each text", "同一事实在各文本下的结论"), heads,
                  count + 1);
    compare_row(p, AN_WORDS("Verdict", "结论"), rules, count, cell_badge);
    compare_row(p, AN_WORDS("Title", "名称"), rules, count, cell_title);
    compare_row(p, AN_WORDS("Instrument", "法规"), rules, count, citation);
    compare_row(p, AN_WORDS("Status", "效力状态"), rules, count, status);
    compare_row(p, AN_WORDS("Text", "条文"), rules, count, quotes);
    compare_row(p, AN_WORDS("Conditions", "条件"), rules, count, cell_conditions);
    compare_row(p, AN_WORDS("To decide", "待查明"), rules, count, cell_decide);
    an_page_table_end(p);
}

void an_page_proof(struct an_page *p) {
    const struct an_model *model = p->model;
    an_page_section(p, "proof", AN_WORDS("4 The verdict and its proof", "4 判断及其证明"));
    an_page_note(p,
                 AN_WORDS("A condition is yes, no or undetermined. What is not known is never taken for no.",
                          "每项条件为成立、不成立或未能确定。未知绝不视为不成立。"));
    if (model->rule_count == 0)
        an_page_note(p, AN_WORDS("No rule was judged.", "未判断任何规则。"));
    an_page_heading(p, AN_WORDS("The main rule", "主要规则"));
    size_t others = 0;
    for (size_t i = 0; i < model->rule_count; i++) {
        if (model->rules[i].main)
            rule(p, &model->rules[i]);
        else
            others++;
    }
    if (others)
        an_page_heading(p, AN_WORDS("Every other rule of the packs used", "所用规则包中的其他规则"));
    for (size_t i = 0; i < model->rule_count; i++)
        if (!model->rules[i].main)
            folded(p, &model->rules[i]);
    compare(p);
    an_out_raw(&p->out, "</section>\n");
}
