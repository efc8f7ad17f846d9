#include "app/format.h"

#include <stdio.h>
#include <stdlib.h>
#include "app/oscal.h"

static enum an_code xlsx(const struct an_paper_source *source, enum an_lang lang, struct an_buf *out, struct an_err *err) {
    AN_AUTO(an_arena) arena = {0};
    struct an_book book;
    enum an_code code = an_paper_book(source, lang, &arena, &book, err);
    return code ? code : an_book_xlsx(&book, lang, getenv("TMPDIR"), out, err);
}

// The moment of a document is that of the last entry, or the day of the verdicts: the same source gives the same bytes.
static enum an_code oscal(const struct an_paper_source *source, enum an_lang lang, enum an_oscal_document which,
                          struct an_buf *out, struct an_err *err) {
    char day[AN_DAY_TEXT_MAX], moment[64];
    const struct an_entry *last = source->file ? an_case_entry(source->file, an_case_count(source->file)) : NULL;
    (void) snprintf(moment, sizeof moment, "%sT00:00:00Z", an_day_text(source->model->as_of, day));
    if (last)
        (void) snprintf(moment, sizeof moment, "%.*s", AN_STR_ARG(last->at));
    struct an_oscal_source s = {.model = source->model, .kase = source->file, .law = source->law, .as_of = source->model->as_of,
                                .moment = moment, .data = getenv("ANSHEN_DATA"), .role = source->role, .lang = lang};
    return an_oscal_make(&s, which, out, err);
}

static enum an_code oscal_ar(const struct an_paper_source *source, enum an_lang lang, struct an_buf *out, struct an_err *err) {
    return oscal(source, lang, AN_OSCAL_AR, out, err);
}

static enum an_code oscal_catalog(const struct an_paper_source *source, enum an_lang lang, struct an_buf *out,
                                  struct an_err *err) {
    return oscal(source, lang, AN_OSCAL_CATALOG, out, err);
}

static enum an_code oscal_poam(const struct an_paper_source *source, enum an_lang lang, struct an_buf *out, struct an_err *err) {
    return oscal(source, lang, AN_OSCAL_POAM, out, err);
}

const struct an_format an_formats[] = {
    {"oscal-ar", {"OSCAL assessment results (JSON)", "OSCAL 评估结果（JSON）"}, oscal_ar, false, false},
    {"oscal-catalog", {"The rules as an OSCAL catalog (JSON)", "以 OSCAL 控制目录表示的规则（JSON）"},
     oscal_catalog, false, true},
    {"oscal-poam", {"OSCAL plan of action and milestones (JSON)", "OSCAL 行动计划与里程碑（JSON）"}, oscal_poam, false, false},
    {"xlsx", {"Workbook: data map, people, rules, findings, plan, timeline, log",
              "工作簿：数据地图、人数、规则、检查结果、计划、时间线、日志"},
     xlsx, true, false},
};
const size_t an_format_count = AN_COUNT(an_formats);
