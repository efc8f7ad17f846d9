// A part of the third section: which stores hold the same people.
#include "report/page.h"

enum { MATRIX = 10 };

// The stores of the pairs that share most, at most MATRIX of them, in the order they are met.
static size_t choose(const struct an_model *model, size_t ret[static MATRIX]) {
    size_t n = 0;
    for (size_t i = 0; i < model->copy_count && n < MATRIX; i++) {
        const size_t ends[] = {model->copies[i].a, model->copies[i].b};
        for (size_t e = 0; e < 2 && n < MATRIX; e++) {
            size_t at = 0;
            while (at < n && ret[at] != ends[e])
                at++;
            if (at == n)
                ret[n++] = ends[e];
        }
    }
    return n;
}

static const struct an_model_copy *pair(const struct an_model *model, size_t x, size_t y) {
    for (size_t i = 0; i < model->copy_count; i++)
        if ((model->copies[i].a == x && model->copies[i].b == y) || (model->copies[i].a == y && model->copies[i].b == x))
            return &model->copies[i];
    return NULL;
}

// Darker is more of the row's store: a help for the eye beside the number.
static int shade(double share) { return share <= 0 ? 0 : share < 0.1 ? 1 : share < 0.5 ? 2 : share < 0.9 ? 3 : 4; }

static void matrix_row(struct an_page *p, const size_t *stores, size_t count, size_t row) {
    an_out_raw(&p->out, "<tr>");
    an_page_name(p, "th", p->model->stores[stores[row]].uri);
    an_page_number(p, AN_PAGE_FIGURE(p, row + 1));
    for (size_t i = 0; i < count; i++) {
        const struct an_model_copy *c = i == row ? NULL : pair(p->model, stores[row], stores[i]);
        double share = !c ? 0 : c->a == stores[row] ? c->of_a : c->of_b;
        an_out_rawf(&p->out, "<td class=\"n s%d\">", shade(share));
        if (i == row)
            an_out_raw(&p->out, "–");
        else
            an_out_text(&p->out, an_figure_share(share, (char[AN_FIGURE_MAX]) {0}));
        an_out_raw(&p->out, "</td>");
    }
    an_out_raw(&p->out, "</tr>\n");
}

static void matrix(struct an_page *p) {
    size_t stores[MATRIX], count = choose(p->model, stores);
    an_out_raw(&p->out, "<div class=\"scroll\"><table class=\"map copies\">\n<caption>");
    an_out_words(&p->out, AN_WORDS("Of the distinct identifiers of the store on the left, the share that the numbered store "
                                   "holds too", "左侧存储的去重标识中，同时存在于编号所示存储的比例"));
    an_out_raw(&p->out, "</caption>\n<thead><tr><th scope=\"col\">");
    an_out_words(&p->out, AN_WORDS("Store", "数据存储"));
    an_out_raw(&p->out, "</th><th scope=\"col\" class=\"n\">#</th>");
    for (size_t i = 0; i < count; i++) {
        an_out_raw(&p->out, "<th scope=\"col\" class=\"n\">");
        an_out_text(&p->out, AN_PAGE_FIGURE(p, i + 1));
        an_out_raw(&p->out, "</th>");
    }
    an_out_raw(&p->out, "</tr></thead>\n<tbody>\n");
    for (size_t i = 0; i < count; i++)
        matrix_row(p, stores, count, i);
    an_page_table_end(p);
}

static void pairs(struct an_page *p) {
    size_t shown = p->model->copy_count < AN_PAGE_PAIRS ? p->model->copy_count : AN_PAGE_PAIRS;
    an_page_table(p, "pairs", AN_WORDS("Pairs of stores that hold the same people, most shared first",
                                       "含有相同个人的存储对，按相同标识数由多到少"),
                  (struct an_words[]) {{"Store", "数据存储"},
                                       {"Store", "数据存储"},
                                       {"#Identifiers in both", "#两处均有的标识"},
                                       {"#People in both, at least", "#两处均有的人数（至少）"}},
                  4);
    for (size_t i = 0; i < shown; i++) {
        const struct an_model_copy *c = &p->model->copies[i];
        an_out_raw(&p->out, "<tr>");
        an_page_name(p, "th", p->model->stores[c->a].uri);
        an_page_name(p, "td", p->model->stores[c->b].uri);
        an_page_number(p, AN_PAGE_SMALL(p, c->shared));
        an_page_number(p, AN_PAGE_SMALL(p, c->people));
        an_out_raw(&p->out, "</tr>\n");
    }
    an_page_table_end(p);
    an_page_left_out(p, shown, p->model->copy_count);
}

void an_page_copies(struct an_page *p) {
    const struct an_model *model = p->model;
    if (model->stores_compared < 2)
        return;
    an_page_heading(p, AN_WORDS("Copies of the same people", "同一批个人的多处副本"));
    if (!model->copy_count)
        an_page_note(p, AN_WORDS("No identifier of a person stands in two of the stores compared.",
                                 "所比较的存储之间没有相同的个人标识。"));
    else {
        matrix(p);
        pairs(p);
        an_page_note(p, AN_WORDS("Compared by keyed tokens, no value is kept. People who are known to two stores by different "
                                 "identifiers are not seen here. \"At least\" is proven by identifiers that one person alone "
                                 "can have.",
                                 "以带密钥的令牌比较，不保留任何原值。两处以不同标识记录的同一个人不在此列。"
                                 "“至少”由仅能属于一人的标识证明。"));
    }
    if (model->stores_compared < model->stores_to_compare) {
        struct an_str args[] = {AN_PAGE_FIGURE(p, model->stores_compared), AN_PAGE_FIGURE(p, model->stores_to_compare)};
        an_out_raw(&p->out, "<p class=\"note\">");
        an_out_fill(&p->out, AN_WORDS("Compared were the {0} stores with most identifiers, of {1}.",
                                      "仅比较了标识最多的 {0} 个存储（共 {1} 个）。"), args);
        an_out_raw(&p->out, "</p>\n");
    }
}
