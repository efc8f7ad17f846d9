// The first two sections: the answer with its numbers, and what to do next.
#include <inttypes.h>
#include <string.h>
#include "report/page.h"

static void figure(struct an_page *p, const char *class_name, struct an_words name, uint64_t n,
                   struct an_words meaning) {
    an_out_rawf(&p->out, "<div class=\"figure %s\"><dt>", class_name);
    an_out_words(&p->out, name);
    an_out_raw(&p->out, "</dt><dd><span class=\"big\">");
    an_out_text(&p->out, AN_PAGE_FIGURE(p, n));
    an_out_raw(&p->out, "</span>");
    struct an_str longer = AN_FIGURE(an_figure_long, n, p->out.lang);
    size_t plain = AN_PAGE_FIGURE(p, n).len;
    if (longer.len > plain) {
        an_out_raw(&p->out, "<span class=\"unit\">");
        an_out_text(&p->out, an_str_slice(longer, plain, longer.len));
        an_out_raw(&p->out, "</span>");
    }
    an_page_element(p, "small", meaning);
    an_out_raw(&p->out, "</dd></div>\n");
}

static void figures(struct an_page *p) {
    const struct an_model_people *people = &p->model->people;
    an_out_raw(&p->out, "<dl class=\"figures\">\n");
    figure(p, "f-proven", AN_WORDS("Floor", "下限"), people->floor,
           AN_WORDS("proven: no fewer people than this", "已证明：不少于此数"));
    figure(p, "f-estimated", AN_WORDS("Linked", "关联估计"), people->linked,
           AN_WORDS("best estimate, never a proof", "最佳估计，并非证明"));
    figure(
        p, "f-possible", AN_WORDS("Ceiling", "上限"), people->ceiling,
        people->ceiling == AN_INFINITE
            ? AN_WORDS("something was not read whose size nobody can state", "有未读取部分，其规模无从得知")
            : AN_WORDS("proven: no more people than this", "已证明：不多于此数"));
    if (p->model->threshold)
        figure(p, "f-line", AN_WORDS("The line", "门槛线"), p->model->threshold,
               AN_WORDS("set by the rule", "由规则设定"));
    an_out_raw(&p->out, "</dl>\n");
}

// "300,000 above the line": where one bound stands.
static void distance(struct an_page *p, struct an_words name, uint64_t n) {
    uint64_t line = p->model->threshold;
    struct an_str gap = AN_PAGE_FIGURE(p, n > line ? n - line : line - n);
    struct an_str args[] = {an_str_from_c(an_say(name, p->out.lang)), gap};
    an_out_fill(&p->out, n == AN_INFINITE ? AN_WORDS("{0}: no bound", "{0}：无上限")
                         : n > line       ? AN_WORDS("{0}: {1} above the line", "{0}：高于门槛线 {1}")
                         : n < line       ? AN_WORDS("{0}: {1} below the line", "{0}：低于门槛线 {1}")
                                          : AN_WORDS("{0}: exactly on the line", "{0}：恰在门槛线上"), args);
}

static void distances(struct an_page *p) {
    const struct an_model_people *people = &p->model->people;
    const char *stop = an_say(AN_WORDS(". ", "。"), p->out.lang);
    if (!p->model->threshold)
        return;
    an_page_element(p, "dt", AN_WORDS("How far from the line", "距门槛线"));
    an_out_raw(&p->out, "<dd>");
    distance(p, AN_WORDS("Floor", "下限"), people->floor);
    an_out_raw(&p->out, stop);
    distance(p, AN_WORDS("Linked estimate", "关联估计"), people->linked);
    an_out_raw(&p->out, stop);
    distance(p, AN_WORDS("Ceiling", "上限"), people->ceiling);
    an_out_raw(&p->out, stop);
    if (people->ceiling != people->ceiling_read) {
        distance(p, AN_WORDS("Ceiling of what was read", "已读部分上限"), people->ceiling_read);
        an_out_raw(&p->out, stop);
    }
    an_out_raw(&p->out, "</dd>\n");
}

static void reasons(struct an_page *p, const struct an_model_rule *rule) {
    an_out_raw(&p->out, "<dl class=\"reasons\">\n");
    if (rule) {
        an_page_element(p, "dt", AN_WORDS("The rule", "规则"));
        an_out_raw(&p->out, "<dd>");
        an_out_words(&p->out, rule->title);
        an_out_fill(&p->out, AN_WORDS(" ({0})", "（{0}）"), (struct an_str[]) {rule->citation});
        an_out_raw(&p->out, "</dd>\n");
    }
    distances(p);
    if (p->model->advice_count) {
        an_page_element(p, "dt", AN_WORDS("The reason", "理由"));
        an_page_element(p, "dd", p->model->advice[0]);
    }
    if (p->model->advice_count > 1) {
        an_page_element(p, "dt", AN_WORDS("What next", "下一步"));
        an_page_element(p, "dd", p->model->advice[1]);
    }
    if (rule && rule->verdict && strcmp(rule->verdict, "applies") == 0 && rule->duty_count) {
        an_page_element(p, "dt", AN_WORDS("Owed, by when", "义务与期限"));
        an_out_raw(&p->out, "<dd>");
        an_out_text(&p->out, rule->duties[0]);
        an_out_raw(&p->out, "</dd>\n");
    }
    if (p->model->scope.stores_unread + p->model->scope.stores_partly) {
        an_page_element(p, "dt", AN_WORDS("Mind", "注意"));
        an_out_raw(&p->out, "<dd>");
        an_out_fill(
            &p->out,
            AN_WORDS(
                "{0} of {1} stores could not be read in full. This never lowers the floor; it widens the "
                "ceiling. Section 6 lists them.",
                "{1} 个数据存储中有 {0} 个未能完整读取。这不会降低下限，只会放宽上限。清单见第 6 节。"),
            (struct an_str[]) {
                AN_PAGE_FIGURE(p, p->model->scope.stores_unread + p->model->scope.stores_partly),
                AN_PAGE_FIGURE(p, p->model->scope.stores)});
        an_out_raw(&p->out, "</dd>\n");
    }
    if (p->model->scope.pictures) {
        an_page_element(p, "dt", AN_WORDS("In pictures", "图片"));
        an_out_raw(&p->out, "<dd>");
        an_out_fill(&p->out,
                    AN_WORDS("{0} pictures hold what looks like ID numbers, by text recognition. A digit may be misread, so "
                             "nobody is counted for it, and the ceiling stays open: look at them.",
                             "经文字识别，{0} 张图片中有疑似证件等号码。识别可能有误，因此未计入人数，"
                             "上限亦不封顶；请人工查看。"),
                    (struct an_str[]) {AN_PAGE_FIGURE(p, p->model->scope.pictures)});
        an_out_raw(&p->out, "</dd>\n");
    }
    an_out_raw(&p->out, "</dl>\n");
}

// A share of the sum in tenths of a unit of 200; no drawing where the sum is unbounded.
static void part_bar(struct an_page *p, uint64_t people, uint64_t sum) {
    an_out_raw(&p->out, "<td class=\"strip\">");
    if (sum && sum != AN_INFINITE)
        an_out_rawf(
            &p->out,
            "<svg viewBox=\"0 0 200 10\" preserveAspectRatio=\"none\" aria-hidden=\"true\"><rect "
            "class=\"track\" width=\"200\" height=\"10\"/>"
            "<rect class=\"estimated\" width=\"%.1f\" height=\"10\"/></svg>",
            200 * ((double) people / (double) sum));
    an_out_raw(&p->out, "</td>");
}

static void parts(struct an_page *p) {
    const struct an_model *model = p->model;
    if (!model->part_count)
        return;
    uint64_t sum = 0;
    for (size_t i = 0; i < model->part_count; i++)
        sum = model->parts[i].people >= AN_INFINITE - sum ? AN_INFINITE : sum + model->parts[i].people;
    an_page_heading(p, AN_WORDS("What the ceiling is made of", "上限由何构成"));
    an_page_note(
        p,
        AN_WORDS(
            "Every mention of a person is paid for exactly once. A part that is large against the floor is "
            "where declaring an assumption, or reading more, would bring the ceiling down.",
            "对任何人的每一次提及只计一次。相对下限较大的部分，"
            "正是通过申报假设或补充读取可以降低上限之处。"));
    an_page_table(p, "parts", AN_WORDS("Parts of the ceiling", "上限的构成"),
                  (struct an_words[]) {{"Part", "构成部分"},
                                      {"#People, at most", "#人数（至多）"},
                                      {"#Share", "#占比"},
                                      {"Share, drawn", "占比图示"}},
                  4);
    for (size_t i = 0; i < model->part_count; i++) {
        uint64_t people = model->parts[i].people;
        an_out_raw(&p->out, "<tr><th scope=\"row\">");
        an_out_words(&p->out, model->parts[i].text);
        an_out_raw(&p->out, "</th>");
        an_page_number(p, AN_PAGE_FIGURE(p, people));
        bool has_share = sum && sum != AN_INFINITE;
        an_page_number(p, has_share
                              ? an_figure_share((double) people / (double) sum, (char[AN_FIGURE_MAX]) {0})
                              : AN_STR("–"));
        part_bar(p, people, sum);
        an_out_raw(&p->out, "</tr>\n");
    }
    an_out_raw(&p->out, "<tr class=\"sum\"><th scope=\"row\">");
    an_out_words(&p->out, AN_WORDS("Together", "合计"));
    an_out_raw(&p->out, "</th>");
    an_page_number(p, AN_PAGE_FIGURE(p, sum));
    an_out_raw(&p->out, "<td></td><td></td></tr>\n");
    an_page_table_end(p);
}

void an_page_answer(struct an_page *p) {
    const struct an_model_rule *rule = an_choice_main_rule(p->model);
    an_page_section(p, "answer", AN_WORDS("1 The answer", "1 结论"));
    an_out_raw(&p->out, "<div class=\"answer\">\n<p class=\"headline\">");
    if (rule)
        an_page_badge(p, rule->verdict);
    an_out_raw(&p->out, " <span>");
    an_out_words(&p->out, p->model->headline);
    an_out_raw(&p->out, "</span></p>\n");
    figures(p);
    an_page_bar(p);
    reasons(p, rule);
    an_out_raw(&p->out, "</div>\n");
    parts(p);
    an_out_raw(&p->out, "</section>\n");
}

void an_page_next(struct an_page *p) {
    const struct an_model *model = p->model;
    an_page_section(p, "next", AN_WORDS("2 What to do next", "2 下一步"));
    if (model->advice_count) {
        an_out_raw(&p->out, "<ol class=\"advice\">\n");
        for (size_t i = 0; i < model->advice_count; i++)
            an_page_element(p, "li", model->advice[i]);
        an_out_raw(&p->out, "</ol>\n");
    } else
        an_page_note(p, AN_WORDS("No advice was derived from these data.", "未从这些数据得出建议。"));
    an_page_duties(p);
    an_out_raw(&p->out, "</section>\n");
}
