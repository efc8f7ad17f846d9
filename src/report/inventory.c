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

static void gaps(struct an_page *p) {
    const struct an_model *model = p->model;
    size_t shown = model->gap_count < AN_PAGE_ROWS ? model->gap_count : AN_PAGE_ROWS;
    an_page_heading(p, AN_WORDS("To be looked at", "需要关注的事项"));
    an_page_table(p, "gaps", AN_WORDS("Where the data and the inventory differ, and what should be protected better",
                                      "数据与清单的差异，以及应加强保护之处"),
                  (struct an_words[]) {{"Store", "数据存储"}, {"What", "事项"}, {"Kind", "标识类型"}, {"#Number", "#数量"}}, 4);
    for (size_t i = 0; i < shown; i++) {
        const struct an_model_gap *g = &model->gaps[i];
        an_out_raw(&p->out, "<tr>");
        an_page_name(p, "th", g->store);
        an_page_cell_words(p, an_term(g->code));
        an_page_cell_words(p, g->title);
        an_page_number(p, g->count ? AN_PAGE_SMALL(p, g->count) : AN_STR("–"));
        an_out_raw(&p->out, "</tr>\n");
    }
    an_page_table_end(p);
    an_page_left_out(p, shown, model->gap_count);
    an_page_note(p, AN_WORDS("The number is of distinct identifiers where a kind is named, and otherwise of people at least.",
                             "列明标识类型时，数量为去重标识数；否则为至少涉及的人数。"));
}

void an_page_inventory(struct an_page *p) {
    if (p->model->entry_count) {
        an_page_heading(p, AN_WORDS("Inventory", "数据清单"));
        entries(p);
    }
    if (p->model->gap_count)
        gaps(p);
}
