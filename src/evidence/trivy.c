// Trivy's JSON report, schema version 2: vulnerabilities, misconfigurations, secrets, licences. What a secret matched and the
// lines of code around it are not taken.
#include "evidence/take.h"

static bool is(const struct an_evidence_in *in) {
    return json_object_get(in->root, "SchemaVersion") && json_object_get(in->root, "ArtifactName");
}

struct target {
    const struct an_evidence_in *in;
    struct an_str name;
    an_day day;
};

// The first of two members that says something.
static struct an_str either(const json_t *from, const char *a, const char *b) {
    struct an_str text = an_tree_text(from, a);
    return text.len ? text : an_tree_text(from, b);
}

static void vulnerability(const struct target *t, const json_t *from, struct an_evidence_finding *f) {
    struct an_str status = an_tree_text(from, "Status"), fixed = an_evidence_take(t->in, an_tree_text(from, "FixedVersion"));
    struct an_str package = an_evidence_take(t->in, an_tree_text(from, "PkgName"));
    package = an_evidence_join(t->in, package, "@", an_evidence_take(t->in, an_tree_text(from, "InstalledVersion")));
    f->control = an_evidence_take(t->in, an_tree_text(from, "VulnerabilityID"));
    f->title = an_evidence_take(t->in, either(from, "Title", "VulnerabilityID"));
    f->subject = an_evidence_join(t->in, t->name, " ", package);
    f->result = an_str_eq(status, AN_STR("not_affected")) ? AN_EVIDENCE_PASS
              : an_str_eq(status, AN_STR("under_investigation")) ? AN_EVIDENCE_UNKNOWN : AN_EVIDENCE_FAIL;
    if (fixed.len)
        f->remarks = an_evidence_join(t->in, AN_STR("fixed in"), " ", fixed);
}

static void misconfiguration(const struct target *t, const json_t *from, struct an_evidence_finding *f) {
    struct an_str status = an_tree_text(from, "Status");
    f->control = an_evidence_take(t->in, either(from, "AVDID", "ID"));
    f->title = an_evidence_take(t->in, either(from, "Title", "ID"));
    f->subject = t->name;
    f->result = an_str_eq(status, AN_STR("PASS")) ? AN_EVIDENCE_PASS
              : an_str_eq(status, AN_STR("FAIL")) ? AN_EVIDENCE_FAIL : AN_EVIDENCE_UNKNOWN;
    f->remarks = an_evidence_take(t->in, an_tree_text(from, "Resolution"));
}

static void secret(const struct target *t, const json_t *from, struct an_evidence_finding *f) {
    f->control = an_evidence_take(t->in, an_tree_text(from, "RuleID"));
    f->title = an_evidence_take(t->in, either(from, "Title", "RuleID"));
    f->subject = t->name;
    f->result = AN_EVIDENCE_FAIL;
}

static void licence(const struct target *t, const json_t *from, struct an_evidence_finding *f) {
    f->control = an_evidence_take(t->in, an_tree_text(from, "Name"));
    f->title = an_evidence_join(t->in, AN_STR("licence"), " ", f->control);
    f->subject = an_evidence_join(t->in, t->name, " ", an_evidence_take(t->in, an_tree_text(from, "PkgName")));
    f->result = AN_EVIDENCE_FAIL;
}

static const struct {
    const char *key;
    void (*take)(const struct target *t, const json_t *from, struct an_evidence_finding *f);
} lists[] = {
    {"Vulnerabilities", vulnerability}, {"Misconfigurations", misconfiguration}, {"Secrets", secret}, {"Licenses", licence},
};

static enum an_code read_target(const struct target *t, const json_t *from, struct an_evidence_report *ret, struct an_err *err) {
    size_t k;
    json_t *each;
    for (size_t i = 0; i < AN_COUNT(lists); i++)
        json_array_foreach(json_object_get(from, lists[i].key), k, each) {
            struct an_evidence_finding *f = json_is_object(each) ? an_evidence_add(t->in, ret, err) : NULL;
            if (!json_is_object(each))
                AN_IGNORE(an_fail(err, AN_INPUT, "should be an object"));
            if (!f)
                return an_err_context(err, "/%s/%zu", lists[i].key, k);
            lists[i].take(t, each, f);
            f->severity = an_evidence_severity(an_tree_text(each, "Severity"));
            f->id = an_evidence_join(t->in, f->control, "@", f->subject);
            f->day = t->day;
            if (!f->title.len)
                f->title = AN_STR("finding without a title");
        }
    return AN_OK;
}

static enum an_code read(const struct an_evidence_in *in, struct an_evidence_report *ret, struct an_err *err) {
    const json_t *version = json_object_get(in->root, "SchemaVersion"), *results = json_object_get(in->root, "Results");
    size_t i;
    json_t *each;
    if (!json_is_integer(version) || json_integer_value(version) != 2)
        return an_fail(err, AN_INPUT, "/SchemaVersion: should be 2");
    if (results && !json_is_null(results) && !json_is_array(results))
        return an_fail(err, AN_INPUT, "/Results: should be a list");
    ret->tool = AN_STR("Trivy");
    ret->tool_version = an_evidence_take(in, an_tree_text(in->root, "Trivy/Version"));
    json_array_foreach(results, i, each) {
        struct target t = {in, an_evidence_take(in, an_tree_text(each, "Target")),
                           an_evidence_day(an_tree_text(in->root, "CreatedAt"))};
        if (!t.name.len)
            t.name = an_evidence_take(in, an_tree_text(in->root, "ArtifactName"));
        enum an_code code = read_target(&t, each, ret, err);
        if (code)
            return an_err_context(err, "/Results/%zu", i);
    }
    return AN_OK;
}

const struct an_evidence_format an_evidence_format_trivy = {
    .name = "trivy", .title = {"Trivy report", "Trivy 扫描报告"}, .media = "application/json", .is = is, .read = read,
};
