// A part of the third section: the company's own inventory beside what was found.
#include "report/page.h"
#include "report/terms.h"

static void said(struct an_page *p, struct an_str text) {
    if (text.len)
        an_page_cell(p, text);
    else
        an_page_cell_words(p, AN_WORDS("not said", "未说明"));
}

static void entry(struct an_page *p, const struct an_model_entry *e) {
    an_out_raw(&p->out, "<tr>");
    an_page_name(p, "th", e->uri);
    said(p, e->location);
    said(p, e->controller);
    said(p, e->processor);
    said(p, e->purpose);
    said(p, e->basis);
    said(p, e->retention);
    if (e->grade.len)
        an_page_cell_words(p, an_term(e->grade.ptr));
    else
        said(p, e->grade);
    an_page_number(p, AN_PAGE_FIGURE(p, e->stores));
    an_page_number(p, an_figure_span(e->people.floor, e->people.ceiling, p->out.lang, (char[AN_FIGURE_MAX]) {0}));
    an_out_raw(&p->out, "</tr>\n");
}

static void entries(struct an_page *p) {
    const struct an_model *model = p->model;
    size_t shown = model->entry_count < AN_PAGE_ROWS ? model->entry_count : AN_PAGE_ROWS;
    an_page_table(p, "inventory", AN_WORDS("What the company declares of its stores, and the people found there",
                                           "公司对其数据存储的申报，以及实际发现的人数"),
                  (struct an_words[]) {{"Declared store", "申报的存储"},
                                       {"Location", "所在地"},
                                       {"Controller", "个人信息处理者"},
                                       {"Processor", "受托人"},
                                       {"Purpose", "处理目的"},
                                       {"Legal basis", "合法性基础"},
                                       {"Retention", "保存期限"},
                                       {"Grade, as declared", "分级（自行申报）"},
                                       {"#Stores found", "#发现的存储"},
                                       {"#People, floor–ceiling", "#人数（下限–上限）"}},
                  10);
    for (size_t i = 0; i < shown; i++)
        entry(p, &model->inventory[i]);
    an_page_table_end(p);
    an_page_left_out(p, shown, model->entry_count);
}

static void looked_at(struct an_page *p, const struct an_model_gap *g) {
    struct an_str args[] = {AN_PAGE_FIGURE(p, g->looked), AN_PAGE_FIGURE(p, g->of),
                            an_str_from_c(an_say(an_term(g->unit ? g->unit : "cells"), p->out.lang))};
    an_out_raw(&p->out, "<td>");
    if (g->unit)
        an_out_fill(&p->out, AN_WORDS("{0} of {1} {2}", "{1} {2}中的 {0}"), args);
    else
        an_out_words(&p->out, AN_WORDS("all that was read", "已读取的全部"));
    an_out_raw(&p->out, "</td>");
}

static void gaps(struct an_page *p) {
    const struct an_model *model = p->model;
    size_t shown = model->gap_count < AN_PAGE_ROWS ? model->gap_count : AN_PAGE_ROWS;
    an_page_heading(p, AN_WORDS("To be looked at", "需要关注的事项"));
    an_page_table(p, "gaps", AN_WORDS("Where the data and the inventory differ, and what should be protected better",
                                      "数据与清单的差异，以及应加强保护之处"),
                  (struct an_words[]) {{"Store", "数据存储"}, {"Column", "字段"}, {"What", "事项"}, {"Kind", "类型"},
                                       {"#Number", "#数量"}, {"Looked at", "查看范围"}}, 6);
    for (size_t i = 0; i < shown; i++) {
        const struct an_model_gap *g = &model->gaps[i];
        an_out_raw(&p->out, "<tr>");
        an_page_name(p, "th", g->store);
        an_page_name(p, "td", g->column.len ? g->column : AN_STR("–"));
        an_page_cell_words(p, an_term(g->code));
        an_page_cell_words(p, g->title);
        an_page_number(p, g->count ? AN_PAGE_SMALL(p, g->count) : AN_STR("–"));
        looked_at(p, g);
        an_out_raw(&p->out, "</tr>\n");
    }
    an_page_table_end(p);
    an_page_left_out(p, shown, model->gap_count);
    an_page_note(p, AN_WORDS("The number is of distinct identifiers where a kind is named, and otherwise of people at "
                             "least. Where only some cells, records or bytes were looked at, it is what was seen in these, and "
                             "there may be more. Combinations are hints for whoever grades the data, and no conclusion of law.",
                             "列明标识类型时，数量为去重标识数；否则为至少涉及的人数。仅查看部分单元格、记录或字节时，"
                             "数量为其中所见，实际可能更多。组合项为分级提示，不构成法律结论。"));
}

void an_page_inventory(struct an_page *p) {
    if (p->model->entry_count) {
        an_page_heading(p, AN_WORDS("Inventory", "数据清单"));
        entries(p);
    }
    if (p->model->gap_count)
        gaps(p);
}
