// SARIF 2.1.0 (OASIS): what analysers of code found. A result's message is not taken: it may quote what it found.
#include <stdlib.h>

#include "evidence/take.h"

static bool is(const struct an_evidence_in *in) {
    struct an_str schema = an_tree_text(in->root, "$schema");
    bool says = false;
    for (size_t i = 0; i + 5 <= schema.len; i++)
        says |= memcmp(schema.ptr + i, "sarif", 5) == 0;
    return json_object_get(in->root, "runs") && (says || json_object_get(in->root, "version"));
}

// The rule that a result is of: by its place in the list, else by its id.
static const json_t *rule_of(const json_t *run, const json_t *result) {
    const json_t *rules = an_tree_at(run, "tool/driver/rules");
    const json_t *place = json_object_get(result, "ruleIndex");
    struct an_str id = an_tree_text(result, "ruleId");
    size_t i;
    json_t *rule;
    if (!json_is_integer(place))
        place = an_tree_at(result, "rule/index");
    if (json_is_integer(place) && json_integer_value(place) >= 0)
        return json_array_get(rules, (size_t) json_integer_value(place));
    if (!id.len)
        id = an_tree_text(result, "rule/id");
    json_array_foreach(rules, i, rule)
        if (an_str_eq(an_tree_text(rule, "id"), id))
            return rule;
    return NULL;
}

static const char *severity_of(const json_t *rule, const json_t *result) {
    struct an_str score = an_tree_text(rule, "properties/security-severity"), level = an_tree_text(result, "level");
    char text[16] = {0}, *end = text;
    if (score.len && score.len < sizeof text) {
        memcpy(text, score.ptr, score.len);
        double d = strtod(text, &end);
        if (end == text + score.len && d >= 0 && d <= 10)
            return an_evidence_score(d);
    }
    if (!level.len)
        level = an_tree_text(rule, "defaultConfiguration/level");
    return an_evidence_severity(level.len ? level : AN_STR("warning"));
}

static struct an_str cwe_of(const json_t *rule) {
    size_t i;
    json_t *tag;
    json_array_foreach(an_tree_at(rule, "properties/tags"), i, tag) {
        struct an_str text = {json_string_value(tag), json_string_length(tag)};
        const char *at = text.ptr ? strstr(text.ptr, "cwe-") : NULL;
        if (!at && text.ptr)
            at = strstr(text.ptr, "CWE-");
        if (at)
            return an_str_from_c(at);
    }
    return AN_STR("");
}

static struct an_str place_of(const struct an_evidence_in *in, const json_t *result) {
    const json_t *place = json_object_get(json_array_get(json_object_get(result, "locations"), 0), "physicalLocation");
    const json_t *line = an_tree_at(place, "region/startLine");
    struct an_str uri = an_evidence_take(in, an_tree_text(place, "artifactLocation/uri"));
    char text[24];
    if (!uri.len || !json_is_integer(line) || json_integer_value(line) < 1)
        return uri;
    int n = snprintf(text, sizeof text, "%lld", (long long) json_integer_value(line));
    return an_evidence_join(in, uri, ":", (struct an_str) {text, (size_t) n});
}

// Whether the result is a finding, and what it says.
static bool result_of(const json_t *result, enum an_evidence_result *ret) {
    struct an_str kind = an_tree_text(result, "kind");
    *ret = AN_EVIDENCE_UNKNOWN;         // open, review, and what nobody knows
    if (an_str_eq(kind, AN_STR("pass")) || an_str_eq(an_tree_text(result, "baselineState"), AN_STR("absent")))
        *ret = AN_EVIDENCE_PASS;
    else if (!kind.len || an_str_eq(kind, AN_STR("fail")))
        *ret = AN_EVIDENCE_FAIL;
    else if (an_str_eq(kind, AN_STR("notApplicable")))
        *ret = AN_EVIDENCE_NOT_APPLICABLE;
    return !an_str_eq(kind, AN_STR("informational"));
}

static enum an_code read_result(const struct an_evidence_in *in, const json_t *run, const json_t *result, an_day day,
                                struct an_evidence_report *ret, struct an_err *err) {
    enum an_evidence_result is_what;
    if (!json_is_object(result))
        return an_fail(err, AN_INPUT, "should be an object");
    if (!result_of(result, &is_what)) {
        ret->passed_over++;
        return AN_OK;
    }
    struct an_evidence_finding *f = an_evidence_add(in, ret, err);
    if (!f)
        return err->code;
    const json_t *rule = rule_of(run, result);
    struct an_str id = an_tree_text(result, "ruleId"), title = an_tree_text(rule, "shortDescription/text");
    if (!id.len)
        id = an_tree_text(rule, "id");
    if (!title.len)
        title = an_tree_text(rule, "name");
    f->title = an_evidence_take(in, title.len ? title : id.len ? id : AN_STR("result without a rule"));
    f->subject = place_of(in, result);
    f->id = an_evidence_join(in, an_evidence_take(in, id), "@", f->subject);
    f->result = is_what;
    f->severity = severity_of(rule, result);
    f->control = an_evidence_take(in, cwe_of(rule));
    f->day = day;
    if (json_array_size(json_object_get(result, "suppressions")))
        f->remarks = AN_STR("suppressed by its owner");
    return AN_OK;
}

static enum an_code read(const struct an_evidence_in *in, struct an_evidence_report *ret, struct an_err *err) {
    size_t i, k;
    json_t *run, *result;
    enum an_code code = AN_OK;
    if (!an_str_eq(an_tree_text(in->root, "version"), AN_STR("2.1.0")))
        return an_fail(err, AN_INPUT, "/version: should be 2.1.0");
    if (!json_is_array(json_object_get(in->root, "runs")))
        return an_fail(err, AN_INPUT, "/runs: should be a list");
    json_array_foreach(json_object_get(in->root, "runs"), i, run) {
        const json_t *call = json_array_get(json_object_get(run, "invocations"), 0);
        an_day day = an_evidence_day(an_tree_text(call, "endTimeUtc"));
        if (day == AN_DAY_NONE)
            day = an_evidence_day(an_tree_text(call, "startTimeUtc"));
        if (!ret->tool.len) {
            struct an_str version = an_tree_text(run, "tool/driver/semanticVersion");
            ret->tool = an_evidence_take(in, an_tree_text(run, "tool/driver/name"));
            ret->tool_version = an_evidence_take(in, version.len ? version : an_tree_text(run, "tool/driver/version"));
        }
        json_array_foreach(json_object_get(run, "results"), k, result)
            if (!code && (code = read_result(in, run, result, day, ret, err)))
                return an_err_context(err, "/runs/%zu/results/%zu", i, k);
    }
    return AN_OK;
}

const struct an_evidence_format an_evidence_format_sarif = {
    .name = "sarif", .title = {"SARIF 2.1.0", "SARIF 2.1.0 静态分析结果"}, .media = "application/sarif+json", .is = is,
    .read = read,
};
