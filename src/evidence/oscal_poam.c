// An OSCAL plan of action and milestones (NIST, 1.0.4 to 1.2): each item is a gap that somebody knows of.
#include "evidence/take.h"

#define ROOT "plan-of-action-and-milestones"

static bool is(const struct an_evidence_in *in) { return json_is_object(an_tree_at(in->root, ROOT)); }

// An item is done when every risk that it is about is closed; one about no risk is open until it says otherwise.
static enum an_evidence_result result_of(const json_t *item, const json_t *risks) {
    size_t i;
    json_t *each;
    const json_t *related = json_object_get(item, "related-risks");
    json_array_foreach(related, i, each) {
        const json_t *risk = an_evidence_by_uuid(risks, an_tree_text(each, "risk-uuid"));
        if (!an_str_eq(an_tree_text(risk, "status"), AN_STR("closed")))
            return AN_EVIDENCE_FAIL;
    }
    return json_array_size(related) ? AN_EVIDENCE_PASS : AN_EVIDENCE_FAIL;
}

static enum an_code read(const struct an_evidence_in *in, struct an_evidence_report *ret, struct an_err *err) {
    const json_t *document = an_tree_at(in->root, ROOT), *items = json_object_get(document, "poam-items");
    const json_t *risks = json_object_get(document, "risks");
    size_t i;
    json_t *item;
    if (!json_is_array(items))
        return an_fail(err, AN_INPUT, "/" ROOT "/poam-items: should be a list");
    ret->tool = an_evidence_take(in, an_tree_text(document, "metadata/title"));
    ret->tool_version = an_evidence_take(in, an_tree_text(document, "metadata/version"));
    json_array_foreach(items, i, item) {
        struct an_evidence_finding *f = an_evidence_add(in, ret, err);
        if (!f)
            return an_err_context(err, "/" ROOT "/poam-items/%zu", i);
        f->id = an_evidence_take(in, an_tree_text(item, "uuid"));
        f->title = an_evidence_take(in, an_tree_text(item, "title"));
        f->remarks = an_evidence_take(in, an_tree_text(item, "description"));
        f->severity = an_evidence_risk_severity(risks, json_object_get(item, "related-risks"));
        f->control = an_evidence_take(in, an_evidence_prop(item, "control-id"));
        f->result = result_of(item, risks);
        f->day = an_evidence_day(an_evidence_prop(item, "status-date"));
        if (f->day == AN_DAY_NONE)
            f->day = an_evidence_day(an_tree_text(document, "metadata/last-modified"));
        if (!f->title.len)
            f->title = AN_STR("item without a title");
    }
    return AN_OK;
}

const struct an_evidence_format an_evidence_format_oscal_poam = {
    .name = "oscal_poam", .title = {"OSCAL POA&M", "OSCAL 行动计划与里程碑"}, .media = "application/oscal+json", .is = is,
    .read = read,
};
