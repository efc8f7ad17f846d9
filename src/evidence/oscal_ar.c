// OSCAL assessment results (NIST, 1.0.4 to 1.2): findings, and observations that carry a result of their own.
#include "evidence/take.h"

struct part {                           // one of the document's results
    const json_t *result;
    an_day day;
};

static bool is(const struct an_evidence_in *in) { return json_is_object(an_tree_at(in->root, "assessment-results")); }

// What an observation looked at: its subject's title, or that of the thing the subject refers to.
static struct an_str subject_of(const struct an_evidence_in *in, const json_t *result, const json_t *observation) {
    static const char *const lists[] = {"local-definitions/inventory-items", "local-definitions/components"};
    const json_t *subject = json_array_get(json_object_get(observation, "subjects"), 0);
    struct an_str title = an_tree_text(subject, "title"), uuid = an_tree_text(subject, "subject-uuid");
    for (size_t i = 0; i < AN_COUNT(lists) && !title.len; i++) {
        const json_t *thing = an_evidence_by_uuid(an_tree_at(result, lists[i]), uuid);
        title = an_evidence_prop(thing, "target");
        if (!title.len)
            title = an_tree_text(thing, "title");
        if (!title.len)
            title = an_tree_text(thing, "description");
    }
    return an_evidence_take(in, title.len ? title : uuid);
}

// Two states, and a reason: what neither passed nor failed is not known, whatever its state; it may not turn into a pass.
static enum an_evidence_result result_of(const json_t *finding) {
    struct an_str state = an_tree_text(finding, "target/status/state"), reason = an_tree_text(finding, "target/status/reason");
    struct an_str verdict = an_evidence_prop(finding, "verdict");
    if (an_str_eq(verdict, AN_STR("undetermined")))
        return AN_EVIDENCE_UNKNOWN;
    if (an_str_eq(state, AN_STR("satisfied")))
        return an_str_eq(verdict, AN_STR("no")) ? AN_EVIDENCE_NOT_APPLICABLE : AN_EVIDENCE_PASS;
    bool failed = an_str_eq(state, AN_STR("not-satisfied")) && !an_str_eq(reason, AN_STR("other"));
    return failed ? AN_EVIDENCE_FAIL : AN_EVIDENCE_UNKNOWN;
}

static enum an_code read_finding(const struct an_evidence_in *in, const struct part *part, const json_t *finding,
                                 struct an_evidence_report *ret, struct an_err *err) {
    struct an_evidence_finding *f = an_evidence_add(in, ret, err);
    if (!f)
        return err->code;
    const json_t *observations = json_object_get(part->result, "observations");
    const json_t *related = json_array_get(json_object_get(finding, "related-observations"), 0);
    const json_t *observation = an_evidence_by_uuid(observations, an_tree_text(related, "observation-uuid"));
    an_day day = an_evidence_day(an_tree_text(observation, "collected"));
    f->id = an_evidence_take(in, an_tree_text(finding, "uuid"));
    f->title = an_evidence_take(in, an_tree_text(finding, "title"));
    f->control = an_evidence_take(in, an_tree_text(finding, "target/target-id"));
    f->remarks = an_evidence_take(in, an_tree_text(finding, "description"));
    f->subject = subject_of(in, part->result, observation);
    f->severity = an_evidence_risk_severity(json_object_get(part->result, "risks"), json_object_get(finding, "related-risks"));
    f->day = day == AN_DAY_NONE ? part->day : day;
    f->result = result_of(finding);
    if (!f->title.len)
        f->title = f->control.len ? f->control : AN_STR("finding without a title");
    return AN_OK;
}

// Translators from scanners write observations only, with the scanner's word as a property.
static enum an_code read_observation(const struct an_evidence_in *in, const struct part *part, const json_t *observation,
                                     struct an_evidence_report *ret, struct an_err *err) {
    struct an_str word = an_evidence_prop(observation, "result"), id = an_evidence_prop(observation, "idref");
    enum an_evidence_result result;
    if (!word.len)
        return AN_OK;
    if (!an_evidence_xccdf(word, &result)) {
        ret->passed_over++;
        return AN_OK;
    }
    struct an_evidence_finding *f = an_evidence_add(in, ret, err);
    if (!f)
        return err->code;
    struct an_str title = an_tree_text(observation, "title");
    f->id = an_evidence_take(in, id.len ? id : an_tree_text(observation, "uuid"));
    f->title = an_evidence_take(in, title.len ? title : an_tree_text(observation, "description"));
    f->subject = subject_of(in, part->result, observation);
    f->result = result;
    f->day = an_evidence_day(an_tree_text(observation, "collected"));
    if (!f->title.len)
        f->title = AN_STR("observation without a title");
    return AN_OK;
}

// The observations that findings rest on, as keys: what they say, the finding says.
static json_t *spoken_for(const json_t *findings) {
    json_t *set = json_object(), *finding, *related;
    size_t i, k;
    json_array_foreach(findings, i, finding)
        json_array_foreach(json_object_get(finding, "related-observations"), k, related) {
            struct an_str uuid = an_tree_text(related, "observation-uuid");
            (void) json_object_setn_new_nocheck(set, uuid.ptr, uuid.len, json_true());
        }
    return set;
}

static enum an_code read_observations(const struct an_evidence_in *in, const struct part *part, struct an_evidence_report *ret,
                                      struct an_err *err) {
    json_t *spoken = spoken_for(json_object_get(part->result, "findings")), *each;
    size_t i;
    enum an_code code = AN_OK;
    json_array_foreach(json_object_get(part->result, "observations"), i, each) {
        struct an_str uuid = an_tree_text(each, "uuid");
        if (!code && !json_object_getn(spoken, uuid.ptr, uuid.len) && (code = read_observation(in, part, each, ret, err)))
            code = an_err_context(err, "/observations/%zu", i);
    }
    json_decref(spoken);
    return code;
}

static enum an_code read(const struct an_evidence_in *in, struct an_evidence_report *ret, struct an_err *err) {
    const json_t *document = an_tree_at(in->root, "assessment-results"), *results = json_object_get(document, "results");
    size_t i, k;
    json_t *result, *each;
    enum an_code code = AN_OK;
    if (!json_is_array(results))
        return an_fail(err, AN_INPUT, "/assessment-results/results: should be a list");
    json_array_foreach(results, i, result) {
        const json_t *tools = an_tree_at(result, "local-definitions/assessment-assets/components");
        struct part part = {result, an_evidence_day(an_tree_text(result, "end"))};
        if (part.day == AN_DAY_NONE)
            part.day = an_evidence_day(an_tree_text(result, "start"));
        if (!ret->tool.len) {
            ret->tool = an_evidence_take(in, an_tree_text(json_array_get(tools, 0), "title"));
            ret->tool_version = an_evidence_take(in, an_evidence_prop(json_array_get(tools, 0), "version"));
        }
        json_array_foreach(json_object_get(result, "findings"), k, each)
            if (!code && (code = read_finding(in, &part, each, ret, err)))
                return an_err_context(err, "/assessment-results/results/%zu/findings/%zu", i, k);
        if ((code = read_observations(in, &part, ret, err)))
            return an_err_context(err, "/assessment-results/results/%zu", i);
    }
    return code;
}

const struct an_evidence_format an_evidence_format_oscal_ar = {
    .name = "oscal_ar", .title = {"OSCAL assessment results", "OSCAL 评估结果"}, .media = "application/oscal+json", .is = is,
    .read = read,
};
