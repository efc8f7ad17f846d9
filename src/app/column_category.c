#include "app/column_category.h"

const char *an_evidence_name(enum an_column_evidence evidence) {
    static const char *const names[] = {"heading", "both", "partly", "heading-denied", "content"};
    return names[evidence];
}

static const struct an_category *headed(const struct an_column *c) {
    if (c->header.kind)
        return c->header.kind->use == AN_USE_NAME ? an_category_named("name") : NULL;
    return an_category_of(c->name);
}

struct an_column_category an_column_category(const struct an_column *c) {
    static const enum an_column_evidence of[] = {
        [AN_LOOK_UNKNOWN] = AN_EVIDENCE_HEADING, [AN_LOOK_DENIED] = AN_EVIDENCE_DENIED, [AN_LOOK_MIXED] = AN_EVIDENCE_PARTLY,
        [AN_LOOK_BORNE_OUT] = AN_EVIDENCE_BOTH,
    };
    struct an_column_category r = {.category = c->values ? headed(c) : NULL, .counted = c->header.kind};
    if (r.category) {
        r.evidence = of[an_look_bears_out(c->looks, c->look_count, c->looked, r.category->name, &r.cells, &r.as)];
        return r;
    }
    if (!c->values || c->header.kind || c->header.text)
        return r;
    r.as = an_look_alone(c->looks, c->look_count, c->looked, c->name, &r.cells);
    r.category = r.as ? an_category_named(r.as->category) : NULL;
    r.evidence = AN_EVIDENCE_CONTENT;
    return r;
}

uint64_t an_column_cells(const struct an_column *c, const struct an_look *look) {
    for (size_t i = 0; i < c->look_count; i++)
        if (c->looks[i].look == look)
            return c->looks[i].cells;
    return 0;
}
