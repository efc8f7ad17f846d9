// The third section, the data map: which kinds of identifier are in which store, and what each store is.
#include <string.h>
#include "report/page.h"
#include "report/terms.h"

static const struct an_model_kind *kind_of(const struct an_model_store *store, const char *name) {
    for (size_t i = 0; i < store->kind_count; i++)
        if (strcmp(store->kinds[i].name, name) == 0)
            return &store->kinds[i];
    return NULL;
}

// Darker is more, by powers of a hundred: a help for the eye beside the number.
static int shade(uint64_t n) { return n == 0 ? 0 : n < 10 ? 1 : n < 1000 ? 2 : n < 100000 ? 3 : 4; }

static void map_row(struct an_page *p, const struct an_model_store *store, const size_t *kinds,
                    size_t kind_count) {
    an_out_raw(&p->out, "<tr>");
    an_page_name(p, "th", store->uri);
    if (!an_store_is_read(store)) {
        an_out_rawf(&p->out, "<td class=\"absent\" colspan=\"%zu\">", kind_count + 1);
        an_out_words(&p->out, an_term(store->status));
        an_out_raw(&p->out, "</td></tr>\n");
        return;
    }
    for (size_t i = 0; i < kind_count; i++) {
        const struct an_model_kind *kind = kind_of(store, p->model->kinds[kinds[i]].name);
        uint64_t n = kind ? kind->distinct : 0;
        an_out_rawf(&p->out, "<td class=\"n s%d\">", shade(n));
        an_out_text(&p->out, AN_PAGE_SMALL(p, n));
        an_out_raw(&p->out, "</td>");
    }
    an_page_number(p, AN_PAGE_SMALL(p, store->people.linked));
    an_out_raw(&p->out, "</tr>\n");
}

static void map(struct an_page *p) {
    const struct an_model *model = p->model;
    size_t kinds[AN_PAGE_KINDS], kind_count = an_choice_kinds(model, AN_PAGE_KINDS, kinds), rows = 0,
                                 shown = 0;
    an_page_heading(p, AN_WORDS("Stores and kinds", "数据存储与标识类型"));
    an_out_raw(&p->out, "<div class=\"scroll\"><table class=\"map\">\n<caption>");
    an_out_words(&p->out, AN_WORDS("Distinct identifiers of each kind in each store",
                                   "各数据存储中各类标识的去重数量"));
    an_out_raw(&p->out, "</caption>\n<thead><tr><th scope=\"col\">");
    an_out_words(&p->out, AN_WORDS("Store", "数据存储"));
    an_out_raw(&p->out, "</th>");
    for (size_t i = 0; i < kind_count; i++) {
        an_out_raw(&p->out, "<th scope=\"col\" class=\"tall\"><span>");
        an_out_words(&p->out, model->kinds[kinds[i]].title);
        an_out_raw(&p->out, "</span></th>");
    }
    an_out_raw(&p->out, "<th scope=\"col\" class=\"tall\"><span>");
    an_out_words(&p->out, AN_WORDS("People, linked", "人数（关联估计）"));
    an_out_raw(&p->out, "</span></th></tr></thead>\n<tbody>\n");
    for (size_t i = 0; i < model->store_count; i++) {
        if (an_store_is_skipped(p->stores[i]))
            continue;
        rows++;
        if (shown < AN_PAGE_ROWS) {
            map_row(p, p->stores[i], kinds, kind_count);
            shown++;
        }
    }
    an_page_table_end(p);
    an_page_left_out(p, shown, rows);
    an_page_note(
        p,
        AN_WORDS(
            "Stores with most people first. Darker cells hold more. A count of 1 to 9 is shown as <10, "
            "because so small a number can point at somebody; the JSON result has it exactly. One person "
            "may stand in many stores: the columns do not add up to the totals.",
            "按人数由多到少排列，颜色越深数量越大。1 至 9 的数量以“<10”表示，"
            "因为过小的数字可能指向特定个人；确切数字见 JSON 结果。同一人可能出现在多个数据存储中，"
            "因此各行相加不等于总数。"));
}

static void totals(struct an_page *p) {
    const struct an_model *model = p->model;
    an_page_heading(p, AN_WORDS("Identifiers found, in total", "发现的标识（总计）"));
    an_page_table(p, "kinds", AN_WORDS("Each kind over all stores", "各类标识在全部数据存储中的数量"),
                  (struct an_words[]) {{"Kind", "类型"},
                                      {"#Occurrences", "#出现次数"},
                                      {"#Distinct", "#去重数量"},
                                      {"#Floor grade", "#下限级"},
                                      {"#Placeholders", "#占位值"},
                                      {"#Masked", "#已掩码"},
                                      {"#Damaged", "#已损坏"},
                                      {"#In pictures", "#图片中"},
                                      {"#Invalid", "#无效"},
                                      {"Sensitive", "敏感"}},
                  10);
    for (size_t i = 0; i < model->kind_count; i++) {
        const struct an_model_kind *kind = &model->kinds[i];
        an_out_raw(&p->out, "<tr><th scope=\"row\">");
        an_out_words(&p->out, kind->title);
        an_out_raw(&p->out, " <code>");
        an_out_cstr(&p->out, kind->name);
        an_out_raw(&p->out, "</code></th>");
        const uint64_t numbers[] = {kind->occurrences, kind->distinct, kind->floor_grade, kind->blocked,
                                    kind->masked,      kind->damaged,  kind->recognised,  kind->invalid};
        for (size_t k = 0; k < AN_COUNT(numbers); k++)
            an_page_number(p, AN_PAGE_FIGURE(p, numbers[k]));
        an_page_cell_words(p, kind->sensitive ? AN_WORDS("yes", "是") : AN_WORDS("no", "否"));
        an_out_raw(&p->out, "</tr>\n");
    }
    an_page_table_end(p);
    an_page_note(p, AN_WORDS("Placeholders, masked and damaged values identify nobody; a mention that has "
                             "nothing else adds one to the ceiling. In pictures: recognised by machine, so "
                             "counted for nobody. Invalid: cells under a heading that names the kind, holding none.",
                             "占位值、已掩码与已损坏的值无法识别任何人；仅含此类值的提及在上限中各计一人。"
                             "图片中：由机器识别，不计入人数。无效：表头所指类型的字段中，不含有效标识的单元格。"));
}

static void places(struct an_page *p) {
    const struct an_model *model = p->model;
    if (!model->place_count)
        return;
    an_page_heading(p, AN_WORDS("By location", "按所在地"));
    an_page_table(p, "places",
                  AN_WORDS("People by the declared location of the stores", "按申报的存储所在地统计的人数"),
                  (struct an_words[]) {{"Location", "所在地"},
                                      {"#Stores", "#数据存储"},
                                      {"#Floor", "#下限"},
                                      {"#Linked", "#关联估计"},
                                      {"#Ceiling", "#上限"}},
                  5);
    for (size_t i = 0; i < model->place_count && i < AN_PAGE_ROWS; i++) {
        const struct an_model_place *place = &model->places[i];
        an_out_raw(&p->out, "<tr><th scope=\"row\">");
        if (place->location.len)
            an_out_text(&p->out, place->location);
        else
            an_out_words(&p->out, AN_WORDS("not declared", "未申报"));
        an_out_raw(&p->out, "</th>");
        an_page_number(p, AN_PAGE_FIGURE(p, place->stores));
        an_page_number(p, AN_PAGE_SMALL(p, place->people.floor));
        an_page_number(p, AN_PAGE_SMALL(p, place->people.linked));
        an_page_number(p, AN_PAGE_SMALL(p, place->people.ceiling));
        an_out_raw(&p->out, "</tr>\n");
    }
    an_page_table_end(p);
    an_page_left_out(p, model->place_count < AN_PAGE_ROWS ? model->place_count : AN_PAGE_ROWS,
                     model->place_count);
}

static void categories(struct an_page *p) {
    const struct an_model *model = p->model;
    if (!model->category_count)
        return;
    an_page_heading(p, AN_WORDS("Other categories, by headings and content", "其他类别（依表头与内容）"));
    an_page_table(p, "categories",
                  AN_WORDS("Columns whose headings name a category of personal information, or whose content reads like it",
                           "表头指明或内容显示个人信息类别的字段"),
                  (struct an_words[]) {{"Category", "类别"},
                                       {"Sensitive", "敏感"},
                                       {"#Columns", "#字段"},
                                       {"#Stores", "#数据存储"},
                                       {"#Values", "#值"},
                                       {"#People, floor–ceiling", "#人数（下限–上限）"},
                                       {"#Content agrees", "#内容相符"},
                                       {"#Content does not", "#内容不符"},
                                       {"#Likely: columns", "#很可能：字段"},
                                       {"#Likely: people at most", "#很可能：至多人数"}},
                  10);
    for (size_t i = 0; i < model->category_count; i++) {
        const struct an_model_category *c = &model->categories[i];
        an_out_raw(&p->out, "<tr><th scope=\"row\">");
        an_out_words(&p->out, c->title);
        an_out_raw(&p->out, "</th>");
        an_page_cell_words(p, c->sensitive ? AN_WORDS("yes", "是") : AN_WORDS("no", "否"));
        an_page_number(p, AN_PAGE_FIGURE(p, c->columns));
        an_page_number(p, AN_PAGE_FIGURE(p, c->stores));
        an_page_number(p, AN_PAGE_SMALL(p, c->values));
        an_page_number(p, an_figure_span(c->people.floor, c->people.ceiling, p->out.lang, (char[AN_FIGURE_MAX]) {0}));
        an_page_number(p, AN_PAGE_FIGURE(p, c->borne_out));
        an_page_number(p, AN_PAGE_FIGURE(p, c->denied));
        an_page_number(p, AN_PAGE_FIGURE(p, c->likely.columns));
        an_page_number(p, c->likely.columns ? AN_PAGE_SMALL(p, c->likely.people.ceiling) : AN_STR("–"));
        an_out_raw(&p->out, "</tr>\n");
    }
    an_page_table_end(p);
    an_page_note(p, AN_WORDS("Columns, values and people are of the columns whose headings name the category, if the headings "
                             "are true. A few hundred cells of each column were looked at: the content agrees where at least "
                             "half read like the category, and does not where hardly one does; for the other columns nobody can "
                             "tell by the content. Likely: the heading says nothing, and the content reads like it. No rule is "
                             "judged on these numbers.",
                             "字段、值与人数指表头指明该类别的字段，以表头属实为前提。每个字段查看了数百个单元格："
                             "至少半数相符为内容相符，几乎没有相符为内容不符，其余字段无法依内容判断。"
                             "“很可能”指表头未指明、但内容相符的字段。任何规则均不依据这些数字判断。"));
}

static struct an_words kind_title(const struct an_model *model, const char *name) {
    for (size_t i = 0; i < model->kind_count; i++)
        if (strcmp(model->kinds[i].name, name) == 0)
            return model->kinds[i].title;
    return AN_WORDS(name, name);
}

// What a category rests on: "Address (heading and content agree: 209 of 209 cells looked at)".
static void category(struct an_page *p, const struct an_model_column *column) {
    if (!column->category)
        return;
    an_out_raw(&p->out, column->kind ? "; " : " ");
    an_out_words(&p->out, column->category_title);
    an_out_raw(&p->out, " (");
    an_out_words(&p->out, an_term(column->evidence));
    if (column->looked) {
        struct an_str args[] = {AN_PAGE_FIGURE(p, column->like), AN_PAGE_FIGURE(p, column->looked)};
        an_out_fill(&p->out, AN_WORDS(": {0} of {1} cells looked at", "：所查 {1} 个单元格中 {0} 个"), args);
    }
    if (column->like_as.en && column->like_as.en[0]) {
        struct an_str args[] = {an_str_from_c(an_say(column->like_as, p->out.lang))};
        bool denied = strcmp(column->evidence, "heading-denied") == 0;
        an_out_fill(&p->out, denied ? AN_WORDS("; they read like {0}", "；内容像{0}") : AN_WORDS(" read like {0}", "像{0}"),
                    args);
    }
    an_out_raw(&p->out, ")");
}

static void column(struct an_page *p, const struct an_model_column *column) {
    an_page_name(p, "b", column->name);
    if (!column->kind) {
        category(p, column);
        return;
    }
    an_out_raw(&p->out, " ");
    an_out_words(&p->out, kind_title(p->model, column->kind));
    an_out_raw(&p->out, " ");
    if (column->declared_only)
        an_out_words(&p->out,
                     AN_WORDS("(by its heading only: no value bears it out)", "（仅见于表头，无值可证）"));
    else
        an_out_text(&p->out, an_figure_share(column->share, (char[AN_FIGURE_MAX]) {0}));
    if (column->role && column->role[0]) {
        an_out_raw(&p->out, ", ");
        an_out_cstr(&p->out, column->role);
    }
    category(p, column);
}

// The columns in which something was found, on a row of their own under the store's.
static void columns(struct an_page *p, const struct an_model_store *store) {
    size_t named = 0;
    for (size_t i = 0; i < store->column_count; i++)
        named += store->columns[i].kind || store->columns[i].category;
    if (!store->column_count)
        return;
    an_out_raw(&p->out, "<tr class=\"columns\"><td colspan=\"7\"><span class=\"lead\">");
    an_out_words(&p->out, AN_WORDS("Columns:", "字段："));
    an_out_raw(&p->out, "</span> ");
    size_t shown = 0;
    for (size_t i = 0; i < store->column_count && shown < AN_PAGE_COLUMNS; i++) {
        if (!store->columns[i].kind && !store->columns[i].category)
            continue;
        an_out_raw(&p->out, shown++ ? "<span class=\"dot\"> · </span>" : "");
        column(p, &store->columns[i]);
    }
    if (shown < store->column_count) {
        struct an_str args[] = {AN_PAGE_FIGURE(p, store->column_count - named),
                                AN_PAGE_FIGURE(p, named - shown)};
        an_out_raw(&p->out, shown ? "<span class=\"dot\"> · </span>" : "");
        an_out_fill(&p->out,
                    named > shown ? AN_WORDS("{1} more with identifiers or categories; {0} without",
                                             "另有 {1} 个含标识或类别的字段；{0} 个未见")
                                  : AN_WORDS("{0} without identifiers", "{0} 个字段未见标识"),
                    args);
    }
    an_out_raw(&p->out, "</td></tr>\n");
}

static void store_row(struct an_page *p, const struct an_model_store *store) {
    an_out_raw(&p->out, "<tr>");
    an_page_name(p, "th", store->uri);
    an_page_cell_words(p, an_term(store->status));
    an_out_raw(&p->out, "<td>");
    an_out_cstr(&p->out, store->format);
    if (store->encoding) {
        an_out_raw(&p->out, ", ");
        an_out_cstr(&p->out, store->encoding);
    }
    an_out_raw(&p->out, "</td>");
    if (store->location.len)
        an_page_cell(p, store->location);
    else
        an_page_cell_words(p, AN_WORDS("not declared", "未申报"));
    bool is_read = an_store_is_read(store);
    an_page_number(p, is_read ? AN_PAGE_FIGURE(p, store->records) : AN_STR("–"));
    an_page_number(p, AN_FIGURE(an_figure_bytes, store->bytes, p->out.lang));
    an_page_number(p, is_read ? an_figure_span(store->people.floor, store->people.ceiling, p->out.lang,
                                               (char[AN_FIGURE_MAX]) {0})
                              : AN_STR("–"));
    an_out_raw(&p->out, "</tr>\n");
    columns(p, store);
}

static void stores(struct an_page *p) {
    size_t shown = p->model->store_count < AN_PAGE_ROWS ? p->model->store_count : AN_PAGE_ROWS;
    an_page_heading(p, AN_WORDS("The stores", "数据存储清单"));
    an_page_table(p, "stores", AN_WORDS("Each store, and what its columns hold", "各数据存储及其字段内容"),
                  (struct an_words[]) {{"Store", "数据存储"},
                                      {"Status", "状态"},
                                      {"Format", "格式"},
                                      {"Location", "所在地"},
                                      {"#Records", "#记录数"},
                                      {"#Size", "#大小"},
                                      {"#People, floor–ceiling", "#人数（下限–上限）"}},
                  7);
    for (size_t i = 0; i < shown; i++)
        store_row(p, p->stores[i]);
    an_page_table_end(p);
    an_page_left_out(p, shown, p->model->store_count);
    an_page_note(
        p,
        AN_WORDS(
            "The percentage beside a column is the share of its non-empty values that are of that kind. The "
            "word behind it names another person of the record (a receiver, a guardian) where the heading "
            "tells one.",
            "字段旁的百分比为该字段非空值中属于该类标识的比例；"
            "其后的词表示表头所指的记录中另一人（如收件人、监护人）。"));
}

void an_page_map(struct an_page *p) {
    an_page_section(p, "map", AN_WORDS("3 Data map", "3 数据地图"));
    if (p->model->store_count == 0)
        an_page_note(p, AN_WORDS("No store was found.", "未发现任何数据存储。"));
    else {
        map(p);
        totals(p);
        categories(p);
        places(p);
        an_page_copies(p);
        an_page_inventory(p);
        stores(p);
    }
    an_out_raw(&p->out, "</section>\n");
}
