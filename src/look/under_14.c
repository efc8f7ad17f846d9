// Birth dates, and resident IDs, of somebody who is not yet 14 on the day the store is read.
#include "ident/id18.h"
#include "look/looks.h"

static unsigned see(const struct an_look_cell *cell) {
    enum { YEARS = 14 };
    an_day born;
    char id[AN_ID18_LEN];
    bool is_id = cell->text.len >= AN_ID18_LEN && an_id18_read(cell->text, id) && an_id18_check(id) == id[AN_ID18_LEN - 1] &&
                 an_id18_is_birth(id + 6, cell->today);
    if (!an_look_day(is_id ? (struct an_str) {id + 6, 8} : cell->text, &born) || born > cell->today)
        return 0;
    struct an_date d = an_day_to_date(born);
    d.year += YEARS;
    if (!an_date_is_real(d))            // the 29th of February
        d = (struct an_date) {d.year, 3, 1};
    return an_date_to_day(d) > cell->today ? is_id ? 2 : 1 : 0;
}

static const struct an_look_example examples[] = {
    {AN_STR_INIT("2020-05-01"), true},
    {AN_STR_INIT("2099-01-01"), false},
    {AN_STR_INIT("1990-01-01"), false},
};

const struct an_look an_look_under_14 = {
    .code = 50,
    .name = "under-14",
    .title = {"the birth date of a child under 14", "未满十四周岁者的出生日期"},
    .category = "minor",
    .source = "PIPL 28, 31",
    .made_of = AN_LOOK_DIGIT,
    .min = 8,
    .max = 28,
    .see = see,
    .examples = examples,
    .example_count = AN_COUNT(examples),
};
