// What a paper says under a name.
#include "report/paper.h"

const struct an_words an_paper_blank = {"(to be completed)", "（待填写）"};

const struct an_paper_value *an_paper_value(const struct an_paper *paper, struct an_str name) {
    for (size_t i = 0; i < paper->field_count; i++)
        if (an_str_eq(an_str_from_c(paper->fields[i].name), name))
            return &paper->fields[i].value;
    return NULL;
}

const struct an_paper_set *an_paper_set(const struct an_paper *paper, struct an_str name) {
    for (size_t i = 0; i < paper->set_count; i++)
        if (an_str_eq(an_str_from_c(paper->sets[i].name), name))
            return &paper->sets[i];
    return NULL;
}
