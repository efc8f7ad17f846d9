// The sixth section: what was not read and why, so that nobody takes silence for absence.
#include <string.h>
#include "report/page.h"
#include "report/terms.h"

enum { ERRORS_SHOWN = 5 };

static void one_error(struct an_page *p, const struct an_model_error *error) {
    an_out_raw(&p->out, "<li>");
    an_out_text(&p->out, error->text);
    if (error->record)
        an_out_fill(&p->out, AN_WORDS(" (record {0})", "（第 {0} 条记录）"),
                    (struct an_str[]) {AN_PAGE_FIGURE(p, error->record)});
    if (error->offset)
        an_out_fill(&p->out, AN_WORDS(" (byte {0})", "（第 {0} 字节）"),
                    (struct an_str[]) {AN_PAGE_FIGURE(p, error->offset)});
    an_out_raw(&p->out, "</li>\n");
}

static void why(struct an_page *p, const struct an_model_store *store) {
    an_out_raw(&p->out, "<td>");
    an_out_text(&p->out, store->why);
    size_t shown = store->error_count < ERRORS_SHOWN ? store->error_count : ERRORS_SHOWN;
    if (shown)
        an_out_raw(&p->out, "<ul>\n");
    for (size_t i = 0; i < shown; i++)
        one_error(p, &store->errors[i]);
    if (shown)
        an_out_raw(&p->out, "</ul>\n");
    if (store->error_total > shown)
        an_out_fill(&p->out, AN_WORDS("and {0} more", "另有 {0} 项"),
                    (struct an_str[]) {AN_PAGE_FIGURE(p, store->error_total - shown)});
    an_out_raw(&p->out, "</td>");
}

static bool is_whole(const struct an_model_store *store) {
    return strcmp(store->status, "read") == 0 && store->error_total == 0;
}

static void lost(struct an_page *p) {
    size_t shown = 0, rows = 0;
    an_page_heading(p, AN_WORDS("Stores not read in full, or read with trouble",
                                "未能完整读取或读取时遇到问题的数据存储"));
    for (size_t i = 0; i < p->model->store_count; i++)
        rows += !an_store_is_skipped(p->stores[i]) && !is_whole(p->stores[i]);
    if (!rows) {
        an_page_element(p, "p", AN_WORDS("None: every store was read from its first record to its last.",
                                         "无：每个数据存储均自首条记录读至末条记录。"));
        return;
    }
    an_page_table(p, "unread", AN_WORDS("What is missing from the count, and why", "计数中缺少的部分及原因"),
                  (struct an_words[]) {{"Store", "数据存储"},
                                      {"Status", "状态"},
                                      {"Why", "原因"},
                                      {"#Records not read", "#未读记录"},
                                      {"#Bytes not read", "#未读字节"}},
                  5);
    for (size_t i = 0; i < p->model->store_count && shown < AN_PAGE_ROWS; i++) {
        const struct an_model_store *store = p->stores[i];
        if (an_store_is_skipped(store) || is_whole(store))
            continue;
        shown++;
        an_out_raw(&p->out, "<tr>");
        an_page_name(p, "th", store->uri);
        an_page_cell_words(p, an_term(store->status));
        why(p, store);
        an_page_number(p, store->records_unread == AN_INFINITE
                              ? an_str_from_c(an_say(AN_WORDS("not known", "不明"), p->out.lang))
                              : AN_PAGE_FIGURE(p, store->records_unread));
        an_page_number(p, AN_FIGURE(an_figure_bytes, store->bytes_unread, p->out.lang));
        an_out_raw(&p->out, "</tr>\n");
    }
    an_page_table_end(p);
    an_page_left_out(p, shown, rows);
    an_page_note(
        p,
        AN_WORDS(
            "Where the number of unread records is known, each is charged to the ceiling; where it is not, "
            "the ceiling has no bound. The floor counts only what was read and stands.",
            "未读记录数已知的，逐条计入上限；不明的，上限无界。下限只计已读部分，不受影响。"));
}

static void skipped(struct an_page *p) {
    size_t first = 0, rows = 0;
    for (size_t i = 0; i < p->model->store_count; i++)
        if (an_store_is_skipped(p->stores[i]) && rows++ == 0)
            first = i;
    if (!rows)
        return;
    size_t shown = rows < AN_PAGE_ROWS ? rows : AN_PAGE_ROWS;
    an_page_heading(
        p, AN_WORDS("Skipped: files that hold no records by their nature", "已跳过：本身不含记录的文件"));
    an_page_table(
        p, "skipped",
        AN_WORDS("Files listed for completeness, out of the count", "列出以求完整，不计入人数的文件"),
        (struct an_words[]) {{"File", "文件"}, {"Why", "原因"}, {"#Size", "#大小"}}, 3);
    for (size_t i = first; i < first + shown; i++) {
        an_out_raw(&p->out, "<tr>");
        an_page_name(p, "th", p->stores[i]->uri);
        an_page_cell(p, p->stores[i]->why);
        an_page_number(p, AN_FIGURE(an_figure_bytes, p->stores[i]->bytes, p->out.lang));
        an_out_raw(&p->out, "</tr>\n");
    }
    an_page_table_end(p);
    an_page_left_out(p, shown, rows);
}

static void of_the_run(struct an_page *p) {
    const struct an_model *model = p->model;
    if (!model->error_count)
        return;
    size_t shown = model->error_count < AN_PAGE_ROWS ? model->error_count : AN_PAGE_ROWS;
    an_page_heading(p, AN_WORDS("Troubles of the run itself", "运行本身的问题"));
    an_out_raw(&p->out, "<ul>\n");
    for (size_t i = 0; i < shown; i++)
        one_error(p, &model->errors[i]);
    an_out_raw(&p->out, "</ul>\n");
    an_page_left_out(p, shown, model->error_count);
}

static void scope(struct an_page *p) {
    const struct an_model *model = p->model;
    const struct { struct an_words name; uint64_t n; } rows[] = {
        {{"Stores found", "发现的数据存储"}, model->scope.stores},
        {{"of these not read", "其中未读取"}, model->scope.stores_unread},
        {{"of these read in part", "其中部分读取"}, model->scope.stores_partly},
        {{"of these skipped", "其中已跳过"}, model->scope.stores_skipped},
        {{"Records read", "已读记录"}, model->scope.records},
        {{"Records not read", "未读记录"}, model->scope.records_unread},
        {{"Mentions of a person", "对个人的提及"}, model->scope.mentions},
        {{"of these ambiguous (added to nobody)", "其中归属不明（未计入任何人）"}, model->scope.ambiguous},
        {{"Test records", "测试记录"}, model->scope.test_records},
    };
    an_page_heading(p, AN_WORDS("Scope", "范围"));
    an_page_table(p, "scope", AN_WORDS("What this report speaks about", "本报告所涉范围"),
                  (struct an_words[]) {{"Item", "项目"}, {"#Number", "#数量"}}, 2);
    for (size_t i = 0; i < AN_COUNT(rows); i++) {
        an_out_raw(&p->out, "<tr><th scope=\"row\">");
        an_out_words(&p->out, rows[i].name);
        an_out_raw(&p->out, "</th>");
        an_page_number(p, rows[i].n == AN_INFINITE
                              ? an_str_from_c(an_say(AN_WORDS("not known", "不明"), p->out.lang))
                              : AN_PAGE_FIGURE(p, rows[i].n));
        an_out_raw(&p->out, "</tr>\n");
    }
    an_out_raw(&p->out, "<tr><th scope=\"row\">");
    an_out_words(&p->out, AN_WORDS("Bytes read", "已读字节"));
    an_out_raw(&p->out, "</th>");
    an_page_number(p, AN_PAGE_FIGURE(p, model->scope.bytes));
    an_out_raw(&p->out, "</tr>\n");
    an_page_table_end(p);
}

void an_page_unread(struct an_page *p) {
    an_page_section(p, "unread", AN_WORDS("6 What was not read, and why", "6 未读取的内容及原因"));
    lost(p);
    skipped(p);
    of_the_run(p);
    scope(p);
    an_out_raw(&p->out, "</section>\n");
}
