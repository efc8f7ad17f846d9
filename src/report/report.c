#include "report/report.h"

#define AN_ROW(writer) extern const struct an_report an_report_##writer;
#include "report_table.h"
#undef AN_ROW

const struct an_report *const an_reports[] = {
#define AN_ROW(writer) &an_report_##writer,
#include "report_table.h"
#undef AN_ROW
    NULL,
};
const size_t an_report_count = AN_COUNT(an_reports) - 1;

const struct an_report *an_report_find(struct an_str name) {
    for (size_t i = 0; i < an_report_count; i++)
        if (an_str_eq(an_str_from_c(an_reports[i]->name), name))
            return an_reports[i];
    return NULL;
}
