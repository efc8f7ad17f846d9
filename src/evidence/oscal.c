// What the OSCAL formats share: objects by their UUID, the severity of risks.
#include "evidence/take.h"

const json_t *an_evidence_by_uuid(const json_t *list, struct an_str uuid) {
    size_t i;
    json_t *each;
    if (uuid.len)
        json_array_foreach(list, i, each)
            if (an_str_eq(an_tree_text(each, "uuid"), uuid))
                return each;
    return NULL;
}

static int rank(const char *severity) {
    static const char *const order[] = {"none", "low", "medium", "high", "critical"};
    for (size_t i = 0; i < AN_COUNT(order); i++)
        if (strcmp(order[i], severity) == 0)
            return (int) i;
    return -1;
}

// OSCAL has no severity, but facets of a characterisation, named by whoever wrote them.
static const char *severity_of(const json_t *risk) {
    static const char *const names[] = {"severity", "risk", "impact"};
    const char *found = an_evidence_severity(an_evidence_prop(risk, "severity"));
    size_t i, k;
    json_t *characterization, *facet;
    json_array_foreach(json_object_get(risk, "characterizations"), i, characterization)
        json_array_foreach(json_object_get(characterization, "facets"), k, facet)
            for (size_t n = 0; n < AN_COUNT(names); n++) {
                const char *word = an_evidence_severity(an_tree_text(facet, "value"));
                if (an_str_eq(an_tree_text(facet, "name"), an_str_from_c(names[n])) && rank(word) > rank(found))
                    found = word;
            }
    return found;
}

const char *an_evidence_risk_severity(const json_t *risks, const json_t *related) {
    const char *worst = "";
    size_t i;
    json_t *each;
    json_array_foreach(related, i, each) {
        const char *word = severity_of(an_evidence_by_uuid(risks, an_tree_text(each, "risk-uuid")));
        if (rank(word) > rank(worst))
            worst = word;
    }
    return worst;
}
