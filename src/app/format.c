#include "app/format.h"

#include <stdlib.h>

static enum an_code xlsx(const struct an_paper_source *source, enum an_lang lang, struct an_buf *out, struct an_err *err) {
    AN_AUTO(an_arena) arena = {0};
    struct an_book book;
    enum an_code code = an_paper_book(source, lang, &arena, &book, err);
    return code ? code : an_book_xlsx(&book, lang, getenv("TMPDIR"), out, err);
}

const struct an_format an_formats[] = {
    {"xlsx", {"Workbook: data map, people, rules, findings, plan, timeline, log",
              "工作簿：数据地图、人数、规则、检查结果、计划、时间线、日志"},
     xlsx, true},
};
const size_t an_format_count = AN_COUNT(an_formats);
