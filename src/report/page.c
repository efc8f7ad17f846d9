#include "report/page.h"

#include <string.h>
#include "report/terms.h"

void an_page_element(struct an_page *p, const char *tag, struct an_words text) {
    an_out_rawf(&p->out, "<%s>", tag);
    an_out_words(&p->out, text);
    an_out_rawf(&p->out, "</%s>\n", tag);
}

void an_page_section(struct an_page *p, const char *id, struct an_words title) {
    an_out_rawf(&p->out, "\n<section id=\"%s\" aria-labelledby=\"%s-h\">\n<h2 id=\"%s-h\">", id, id, id);
    an_out_words(&p->out, title);
    an_out_raw(&p->out, "</h2>\n");
}

void an_page_heading(struct an_page *p, struct an_words title) { an_page_element(p, "h3", title); }

void an_page_note(struct an_page *p, struct an_words text) {
    an_out_raw(&p->out, "<p class=\"note\">");
    an_out_words(&p->out, text);
    an_out_raw(&p->out, "</p>\n");
}

void an_page_badge(struct an_page *p, const char *verdict) {
    static const struct { const char *verdict, *class_name, *shape; } badges[] = {
        {"applies", "is-on", "●"},
        {"does-not-apply", "is-off", "○"},
        {"yes", "is-yes", "●"},
        {"no", "is-off", "○"},
    };
    const char *class_name = "is-open", *shape = "◐";
    for (size_t i = 0; verdict && i < AN_COUNT(badges); i++)
        if (strcmp(verdict, badges[i].verdict) == 0) {
            class_name = badges[i].class_name;
            shape = badges[i].shape;
        }
    an_out_rawf(&p->out, "<span class=\"badge %s\"><span aria-hidden=\"true\">%s</span> ", class_name, shape);
    an_out_words(&p->out, an_term(verdict ? verdict : "undetermined"));
    an_out_raw(&p->out, "</span>");
}

void an_page_table(struct an_page *p, const char *class_name, struct an_words caption,
                   const struct an_words *heads, size_t count) {
    an_out_rawf(&p->out, "<div class=\"scroll\"><table class=\"%s\">\n<caption>", class_name);
    an_out_words(&p->out, caption);
    an_out_raw(&p->out, "</caption>\n<thead><tr>");
    for (size_t i = 0; i < count; i++) {
        const char *head = an_say(heads[i], p->out.lang);
        bool is_number = head[0] == '#';
        an_out_raw(&p->out, is_number ? "<th scope=\"col\" class=\"n\">" : "<th scope=\"col\">");
        an_out_cstr(&p->out, head + is_number);
        an_out_raw(&p->out, "</th>");
    }
    an_out_raw(&p->out, "</tr></thead>\n<tbody>\n");
}

void an_page_table_end(struct an_page *p) { an_out_raw(&p->out, "</tbody></table></div>\n"); }

void an_page_cell(struct an_page *p, struct an_str text) {
    an_out_raw(&p->out, "<td>");
    an_out_text(&p->out, text);
    an_out_raw(&p->out, "</td>");
}

void an_page_number(struct an_page *p, struct an_str figure) {
    an_out_raw(&p->out, "<td class=\"n\">");
    an_out_text(&p->out, figure);
    an_out_raw(&p->out, "</td>");
}

void an_page_cell_words(struct an_page *p, struct an_words text) {
    an_page_cell(p, an_str_from_c(an_say(text, p->out.lang)));
}

void an_page_name(struct an_page *p, const char *tag, struct an_str name) {
    an_out_rawf(&p->out, "<%s class=\"name\"><bdi>", strcmp(tag, "th") == 0 ? "th scope=\"row\"" : tag);
    if (name.len)
        an_out_clip(&p->out, name, AN_PAGE_NAME);
    else
        an_out_words(&p->out, AN_WORDS("(without a name)", "（无名称）"));
    an_out_rawf(&p->out, "</bdi></%s>", tag);
}

void an_page_list(struct an_page *p, const struct an_str *strs, size_t count) {
    an_out_raw(&p->out, "<ul>\n");
    for (size_t i = 0; i < count; i++) {
        an_out_raw(&p->out, "<li>");
        an_out_text(&p->out, strs[i]);
        an_out_raw(&p->out, "</li>\n");
    }
    an_out_raw(&p->out, "</ul>\n");
}

void an_page_left_out(struct an_page *p, size_t shown, size_t all) {
    if (shown >= all)
        return;
    an_out_raw(&p->out, "<p class=\"note\">");
    an_out_fill(
        &p->out,
        AN_WORDS("The first {0} of {1} are shown; the other {2} are in the JSON result (--json).",
                 "此处列出前 {0} 项，共 {1} 项；其余 {2} 项见 JSON 结果（--json）。"),
        (struct an_str[]) {AN_PAGE_FIGURE(p, shown), AN_PAGE_FIGURE(p, all), AN_PAGE_FIGURE(p, all - shown)});
    an_out_raw(&p->out, "</p>\n");
}

static void day(struct an_page *p, struct an_words words, an_day day) {
    char text[AN_DAY_TEXT_MAX];
    if (day == AN_DAY_NONE)
        return;
    an_out_raw(&p->out, " <strong>");
    an_out_fill(&p->out, words, (struct an_str[]) {an_str_from_c(an_day_text(day, text))});
    an_out_raw(&p->out, "</strong>");
}

void an_page_clocks(struct an_page *p, const struct an_model_rule *rule) {
    an_out_raw(&p->out, "<ul>\n");
    for (size_t i = 0; i < rule->clock_count; i++) {
        const struct an_model_clock *c = &rule->clocks[i];
        an_out_raw(&p->out, "<li>");
        an_out_text(&p->out, c->text);
        day(p, c->stopped ? AN_WORDS("stopped; was due {0}", "已中止，原届满日 {0}")
               : c->provisional ? AN_WORDS("due {0}, provisional: the calendar of a year is not there yet",
                                           "届满日 {0}（暂定：尚无该年度日历）")
                                : AN_WORDS("due {0}", "届满日 {0}"), c->due);
        day(p, AN_WORDS("at the latest {0}", "最迟 {0}"), c->latest);
        an_out_raw(&p->out, "</li>\n");
    }
    an_out_raw(&p->out, "</ul>\n");
}
