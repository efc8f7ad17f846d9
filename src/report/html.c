// The report as one HTML file: no script, nothing loaded from anywhere, made to be printed.
#include <string.h>
#include "report/page.h"
#include "report/terms.h"

static const struct an_words title = {"How many people are in this data, and what follows in law",
                                      "数据中有多少人，法律上有何后果"};

static void head(struct an_page *p) {
    char day[AN_DAY_TEXT_MAX];
    const char *as_of = p->model->as_of == AN_DAY_NONE ? "" : an_day_text(p->model->as_of, day);
    an_out_rawf(&p->out, "<!DOCTYPE html>\n<html lang=\"%s\">\n<head>\n<meta charset=\"utf-8\">\n",
                p->out.lang == AN_ZH ? "zh-CN" : "en");
    an_out_raw(
        &p->out,
        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
        "<meta name=\"color-scheme\" content=\"light\">\n<meta name=\"generator\" content=\"anshen\">\n"
        "<meta name=\"referrer\" content=\"no-referrer\">\n"
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src "
        "'unsafe-inline'; form-action 'none'; base-uri 'none'\">\n<title>");
    if (p->model->company.len) {
        an_out_clip(&p->out, p->model->company, AN_PAGE_NAME);
        an_out_raw(&p->out, " – ");
    }
    an_out_words(&p->out, title);
    an_out_raw(&p->out, "</title>\n<style>\n");
    an_out_raw(&p->out, an_page_style);
    // the running head of every printed page: nothing of it comes from outside
    an_out_rawf(
        &p->out, "@page { @top-left { content: \"%s\"; } @top-right { content: \"%s %s\"; } }\n",
        an_say(AN_WORDS("anshen · report on persons in data", "安审 · 数据人数与合规判断报告"), p->out.lang),
        an_say(AN_WORDS("law as of", "法律截至"), p->out.lang), as_of);
    an_out_raw(&p->out, "</style>\n</head>\n");
}

static void identity(struct an_page *p, struct an_words name, struct an_str value) {
    an_out_raw(&p->out, "<div><dt>");
    an_out_words(&p->out, name);
    an_out_raw(&p->out, "</dt><dd><bdi>");
    if (value.len)
        an_out_clip(&p->out, value, AN_PAGE_NAME);
    else
        an_out_words(&p->out, AN_WORDS("not declared", "未申报"));
    an_out_raw(&p->out, "</bdi></dd></div>\n");
}

static void letterhead(struct an_page *p) {
    const struct an_model *model = p->model;
    an_out_raw(&p->out, "<header>\n<p class=\"kicker\">");
    an_out_words(&p->out,
                 AN_WORDS("anshen 安审 · Report on persons in data", "安审 anshen · 数据人数与合规判断报告"));
    an_out_raw(&p->out, "</p>\n");
    an_page_element(p, "h1", title);
    an_out_raw(&p->out, "<dl class=\"of\">\n");
    identity(p, AN_WORDS("Company", "企业"), model->company);
    char day[AN_DAY_TEXT_MAX];
    identity(p, AN_WORDS("Law as of", "法律截至"),
             model->as_of == AN_DAY_NONE ? (struct an_str) {0}
                                         : an_str_from_c(an_day_text(model->as_of, day)));
    identity(p, AN_WORDS("Stores", "数据存储"), AN_PAGE_FIGURE(p, model->scope.stores));
    identity(p, AN_WORDS("Records read", "已读记录"), AN_PAGE_FIGURE(p, model->scope.records));
    identity(p, AN_WORDS("Read", "读取量"), AN_FIGURE(an_figure_bytes, model->scope.bytes, p->out.lang));
    an_out_raw(&p->out, "</dl>\n</header>\n");
}

static void contents(struct an_page *p) {
    static const struct { const char *id; struct an_words title; } sections[] = {
        {"answer", {"Answer", "结论"}},           {"next", {"What to do", "下一步"}},
        {"map", {"Data map", "数据地图"}},        {"proof", {"Proof", "证明"}},
        {"assumptions", {"Assumptions", "假设"}}, {"unread", {"Not read", "未读取"}},
        {"method", {"Method", "方法"}},           {"glossary", {"Glossary", "术语"}},
    };
    an_out_raw(&p->out, p->out.lang == AN_ZH ? "<nav aria-label=\"目录\"><ol>\n"
                                             : "<nav aria-label=\"Contents\"><ol>\n");
    for (size_t i = 0; i < AN_COUNT(sections); i++) {
        an_out_rawf(&p->out, "<li><a href=\"#%s\">", sections[i].id);
        an_out_words(&p->out, sections[i].title);
        an_out_raw(&p->out, "</a></li>\n");
    }
    an_out_raw(&p->out, "</ol></nav>\n");
}

static void fact_value(struct an_page *p, const struct an_model_fact *fact) {
    if (fact->is == AN_FACT_UNKNOWN)
        an_page_cell_words(p, AN_WORDS("not known", "不明"));
    else if (fact->is == AN_FACT_VALUE)
        an_page_cell(p, fact->value);
    else {
        struct an_str args[] = {AN_PAGE_FIGURE(p, fact->lo), AN_PAGE_FIGURE(p, fact->hi)};
        an_out_raw(&p->out, "<td>");
        an_out_fill(&p->out,
                    fact->lo == fact->hi ? AN_WORDS("exactly {0}", "恰为 {0}")
                                         : AN_WORDS("from {0} to {1}", "{0} 至 {1}"),
                    args);
        an_out_raw(&p->out, "</td>");
    }
}

static void facts(struct an_page *p) {
    const struct an_model *model = p->model;
    if (!model->fact_count)
        return;
    size_t shown = model->fact_count < AN_PAGE_ROWS ? model->fact_count : AN_PAGE_ROWS;
    an_page_heading(p, AN_WORDS("Facts the rules were given", "提供给规则的事实"));
    an_page_table(p, "facts", AN_WORDS("Each fact and where it comes from", "各项事实及其来源"),
                  (struct an_words[]) {{"Fact", "事实"}, {"Value", "取值"}, {"From", "来源"}}, 3);
    for (size_t i = 0; i < shown; i++) {
        an_out_raw(&p->out, "<tr><th scope=\"row\"><code>");
        an_out_cstr(&p->out, model->facts[i].name);
        an_out_raw(&p->out, "</code></th>");
        fact_value(p, &model->facts[i]);
        an_page_cell_words(p, an_term(model->facts[i].from));
        an_out_raw(&p->out, "</tr>\n");
    }
    an_page_table_end(p);
    an_page_left_out(p, shown, model->fact_count);
}

static void assumptions(struct an_page *p) {
    const struct an_model *model = p->model;
    an_page_section(
        p, "assumptions",
        AN_WORDS("5 Assumptions, and how often the data contradict them", "5 假设及数据与之相矛盾的次数"));
    if (model->assumption_count) {
        an_page_table(p, "assumed", AN_WORDS("What the numbers rest on", "各项数字所依赖的假设"),
                      (struct an_words[]) {{"Assumption", "假设"}, {"#Contradictions seen", "#发现的矛盾"}},
                      2);
        for (size_t i = 0; i < model->assumption_count; i++) {
            an_out_raw(&p->out, "<tr><th scope=\"row\">");
            an_out_words(&p->out, model->assumptions[i].text);
            an_out_raw(&p->out, " <code>");
            an_out_cstr(&p->out, model->assumptions[i].id);
            an_out_raw(&p->out, "</code></th>");
            an_out_raw(&p->out, model->assumptions[i].contradictions ? "<td class=\"n contradicted\">"
                                                                     : "<td class=\"n\">");
            an_out_text(&p->out, AN_PAGE_FIGURE(p, model->assumptions[i].contradictions));
            an_out_raw(&p->out, "</td></tr>\n");
        }
        an_page_table_end(p);
    } else
        an_page_note(p, AN_WORDS("None was needed.", "无需任何假设。"));
    facts(p);
    an_out_raw(&p->out, "</section>\n");
}

static const struct an_words methods[] = {
    {"The floor counts the distinct identifiers of one kind that are valid in every part and no "
     "placeholder, and divides by how many of them one person may hold. It is proven from what was read; "
     "what was not read cannot lower it.",
     "下限为某一类标识中各部分均有效且非占位值者的去重数量，除以每人至多可持有的个数。下限由已读数据证明，"
     "未读部分不会使其降低。"},
    {"The ceiling charges every mention of a person once, by a fixed order of kinds. It adds one for every "
     "mention without a usable identifier, and for every record not read as many people as such a record "
     "may name.",
     "上限按固定的标识优先顺序，对每次提及只计一次；没有可用标识的提及各计一人，"
     "每条未读记录按其可能涉及的最多人数计入。"},
    {"The linked number joins records that share an identifier belonging to one person. It is an estimate "
     "and is never a proof.",
     "关联估计将共享同一人标识的记录合并计数。它只是估计，并非证明。"},
    {"Fake or borrowed IDs cannot be seen from inside the data.",
     "伪造或借用的证件号码无法仅凭数据本身识别。"},
    {"No personal value is kept: identifiers became keyed tokens while reading. Tokens and counts of this "
     "kind are still to be protected as personal information.",
     "未保留任何个人信息原值：标识在读取时即转换为带密钥的令牌。此类令牌仍应作为个人信息加以保护。"},
};

static void tool_row(struct an_page *p, struct an_words name, struct an_str value) {
    an_out_raw(&p->out, "<tr><th scope=\"row\">");
    an_out_words(&p->out, name);
    an_out_raw(&p->out, "</th><td><code>");
    an_out_text(&p->out, value);
    an_out_raw(&p->out, "</code></td></tr>\n");
}

static struct an_str or_empty(const char *s) { return s ? an_str_from_c(s) : (struct an_str) {0}; }

static void method(struct an_page *p) {
    const struct an_model *model = p->model;
    an_page_section(p, "method", AN_WORDS("7 Method", "7 方法"));
    an_page_heading(p, AN_WORDS("How the numbers are made", "数字如何得出"));
    an_out_raw(&p->out, "<ul>\n");
    for (size_t i = 0; i < AN_COUNT(methods); i++)
        an_page_element(p, "li", methods[i]);
    an_out_raw(&p->out, "</ul>\n");
    if (model->method_count) {
        an_page_heading(p, AN_WORDS("In this run", "本次运行"));
        an_out_raw(&p->out, "<ul>\n");
        for (size_t i = 0; i < model->method_count; i++)
            an_page_element(p, "li", model->method[i]);
        an_out_raw(&p->out, "</ul>\n");
    }
    an_page_heading(p, AN_WORDS("Versions", "版本"));
    an_page_table(p, "tool", AN_WORDS("What made this report", "本报告的生成工具"),
                  (struct an_words[]) {{"Part", "组成"}, {"Version", "版本"}}, 2);
    tool_row(p, AN_WORDS("Program", "程序"), or_empty(model->version));
    tool_row(p, AN_WORDS("Detectors", "识别器"), or_empty(model->detectors));
    tool_row(p, AN_WORDS("Token", "令牌算法"), or_empty(model->token));
    tool_row(p,
             AN_WORDS("Key id (two counts compare only under one key)", "密钥编号（仅同一密钥下的计数可比）"),
             model->key_id);
    an_page_table_end(p);
    an_out_raw(&p->out, "</section>\n");
}

static const struct { struct an_words word, meaning; } glossary[] = {
    {{"Person", "个人"}, {"A natural person described in the data.", "数据所描述的自然人。"}},
    {{"Store", "数据存储"}, {"A file, an archive member or a table.", "文件、压缩包成员或数据表。"}},
    {{"Record", "记录"},
     {"A row, an object or a line of a store.", "数据存储中的一行、一个对象或一条日志。"}},
    {{"Kind", "类型"},
     {"A class of identifier, such as a resident ID or a mobile number.",
      "标识的类别，如居民身份证号码、手机号码。"}},
    {{"Mention", "提及"}, {"One record saying that one person is there.", "一条记录表明有一个人存在。"}},
    {{"Floor grade", "下限级"},
     {"Evidence good enough to raise the proven floor.", "足以提高已证下限的证据。"}},
    {{"Placeholder", "占位值"},
     {"A value in the right form that stands for nobody.", "形式正确但不代表任何人的值。"}},
    {{"Undetermined", "未能确定"},
     {"The facts known neither prove nor exclude it.", "已知事实既不能证明也不能排除。"}},
    {{"Certificate", "证书"},
     {"The part of a proof a checker needs to check it again.", "复核人重新验证所需的证明部分。"}},
};

static void glossaries(struct an_page *p) {
    an_page_section(p, "glossary", AN_WORDS("8 Glossary", "8 术语"));
    an_out_raw(&p->out, "<dl class=\"glossary\">\n");
    for (size_t i = 0; i < AN_COUNT(glossary); i++) {
        an_page_element(p, "dt", glossary[i].word);
        an_page_element(p, "dd", glossary[i].meaning);
    }
    an_out_raw(&p->out, "</dl>\n</section>\n");
}

static enum an_code write(const struct an_model *model, enum an_lang lang,
                          const struct an_report_options *options, struct an_buf *out, struct an_err *err) {
    (void) options;
    AN_AUTO(an_arena) arena = {0};
    struct an_page page = {.out = {.buf = out, .lang = lang, .html = true}, .model = model};
    page.stores = an_choice_stores(model, &arena);
    if (!page.stores)
        return an_fail(err, AN_NOMEM, "no memory for the list of stores");
    head(&page);
    an_out_raw(&page.out, "<body>\n");
    letterhead(&page);
    contents(&page);
    an_out_raw(&page.out, "<main>\n");
    an_page_answer(&page);
    an_page_next(&page);
    an_page_map(&page);
    an_page_proof(&page);
    assumptions(&page);
    an_page_unread(&page);
    method(&page);
    glossaries(&page);
    an_out_raw(&page.out, "</main>\n</body>\n</html>\n");
    if (page.out.err.code)
        *err = page.out.err;
    return page.out.err.code;
}

const struct an_report an_report_html = {
    .name = "html", .title = {"Report as one HTML file", "单文件 HTML 报告"}, .write = write,
};
