// Days that people of today may be born on. A column of birth dates is spread over the decades.
#include "look/looks.h"

static unsigned see(const struct an_look_cell *cell) {
    enum { FIRST = 1900, DECADE = 10 };
    an_day day;
    if (!an_look_day(cell->text, &day) || day > cell->today)
        return 0;
    int year = an_day_to_date(day).year;
    return year < FIRST ? 0 : (unsigned) (year - FIRST) / DECADE + 1;
}

// Days of something else that may lie as far apart.
static const char *const not_below[] = {
    "hiredate", "entrydate", "startdate", "enddate", "releasedate", "publishdate", "publicationdate", "createdate", "createtime",
    "createdat", "updatetime", "updatedat", "orderdate", "founded", "deathdate", "dateofdeath", "admissiondate", "issuedate",
    "expirydate", "visitdate", "joindate", "regdate", "入职日期", "入职时间", "参加工作时间", "出版日期", "发布日期", "成立日期",
    "注册日期", "创建时间", "更新时间", "死亡日期", "建账日期", "发证日期", "有效期", "入学日期", "毕业日期", "开业日期",
    "结婚日期",
    "建档日期", "上映日期", NULL,
};

static const struct an_look_example examples[] = {
    {AN_STR_INIT("1990-02-28"), true},
    {AN_STR_INIT("19000101"), true},
    {AN_STR_INIT("1975年3月1日"), true},
    {AN_STR_INIT("31/12/2001"), true},
    {AN_STR_INIT("1899-12-31"), false},
    {AN_STR_INIT("1990-02-30"), false},
    {AN_STR_INIT("2290-01-01"), false},
    {AN_STR_INIT("1990-02-28 14:05:11"), false},
};

const struct an_look an_look_date_of_birth = {
    .code = 41,
    .name = "date-of-birth",
    .title = {"a day somebody of today may be born on", "可能的出生日期"},
    .category = "birth-date",
    .source = "GB/T 35273-2020 A",
    .made_of = AN_LOOK_DIGIT,
    .min = 8,
    .max = 28,
    .alone = 90,
    .classes = 5,
    .most = 50,
    .not_below = not_below,
    .covers = true,
    .see = see,
    .examples = examples,
    .example_count = AN_COUNT(examples),
};
