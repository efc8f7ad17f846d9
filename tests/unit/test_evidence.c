#include "unit.h"

#include <stdio.h>
#include <stdlib.h>
#include "base/buf.h"
#include "evidence/evidence.h"

struct read {                           // one file, read
    struct an_buf bytes, said;
    struct an_arena arena;
    struct an_evidence_report evidence;
};

static void read_release(struct read *r) {
    an_buf_release(&r->bytes);
    an_buf_release(&r->said);
    an_evidence_report_release(&r->evidence);
    an_arena_release(&r->arena);
}
#define READ(r) struct read r AN_CLEANUP(read_release) = {0}

static void load(struct read *r, const char *name) {
    char path[1024], part[4096];
    struct an_err err;
    const char *root = getenv("ANSHEN_SOURCE_ROOT");
    snprintf(path, sizeof path, "%s/tests/fixtures/%s", root ? root : ".", name);
    FILE *f = fopen(path, "rb");
    if (!f)
        fail_msg("%s is not there", path);
    for (size_t n; (n = fread(part, 1, sizeof part, f)) > 0;)
        assert_int_equal(an_buf_add(&r->bytes, (struct an_str) {part, n}, &err), AN_OK);
    fclose(f);
}

// One finding a line: result severity day id | title | subject | control | remarks
static const char *say(struct read *r) {
    struct an_err err;
    const struct an_evidence_report *e = &r->evidence;
    for (size_t i = 0; i < e->count; i++) {
        const struct an_evidence_finding *f = &e->items[i];
        char day[AN_DAY_TEXT_MAX] = "-";
        if (f->day != AN_DAY_NONE)
            an_day_text(f->day, day);
        assert_int_equal(an_buf_addf(&r->said, &err, "%s %s %s %.*s | %.*s | %.*s | %.*s | %.*s\n",
                                     an_evidence_result_name(f->result), *f->severity ? f->severity : "-", day, AN_STR_ARG(f->id),
                                     AN_STR_ARG(f->title), AN_STR_ARG(f->subject), AN_STR_ARG(f->control),
                                     AN_STR_ARG(f->remarks)), AN_OK);
    }
    assert_int_equal(an_buf_add(&r->said, (struct an_str) {"", 1}, &err), AN_OK);
    return r->said.ptr;
}

static const char *read_file(struct read *r, const char *name) {
    struct an_err err = {0};
    load(r, name);
    if (an_evidence_read(an_buf_str(&r->bytes), name, &r->arena, &r->evidence, &err))
        fail_msg("%s", err.text);
    return say(r);
}

static void assert_tool(const struct read *r, const char *format, const char *tool, const char *version, uint64_t passed_over) {
    assert_string_equal(r->evidence.format->name, format);
    assert_int_equal(r->evidence.tool.len, strlen(tool));
    assert_memory_equal(r->evidence.tool.ptr, tool, strlen(tool));
    assert_int_equal(r->evidence.tool_version.len, strlen(version));
    assert_int_equal(r->evidence.passed_over, passed_over);
}

static void formats_are_sorted_and_have_both_languages(void **state) {
    (void) state;
    assert_int_equal(an_evidence_format_count, 6);
    for (size_t i = 0; i < an_evidence_format_count; i++) {
        assert_true(*an_evidence_formats[i]->title.en && *an_evidence_formats[i]->title.zh);
        assert_true(i == 0 || strcmp(an_evidence_formats[i - 1]->name, an_evidence_formats[i]->name) < 0);
    }
}

#define XCCDF(t) \
    "pass medium 2026-11-20 xccdf_example_rule_pass | " t("pass") " | db1.example | CCE-10000-0 | \n" \
    "fail high 2026-11-20 xccdf_example_rule_fail | " t("fail") " | db1.example | CCE-10001-0 | \n" \
    "unknown medium 2026-11-20 xccdf_example_rule_error | " t("error") " | db1.example | CCE-10002-0 | \n" \
    "unknown medium 2026-11-20 xccdf_example_rule_unknown | " t("unknown") " | db1.example | CCE-10003-0 | \n" \
    "not-applicable medium 2026-11-20 xccdf_example_rule_notapplicable | " t("notapplicable") \
    " | db1.example | CCE-10004-0 | \n" \
    "unknown medium 2026-11-20 xccdf_example_rule_notchecked | " t("notchecked") " | db1.example | CCE-10005-0 | \n" \
    "pass medium 2026-11-20 xccdf_example_rule_fixed | " t("fixed") " | db1.example | CCE-10008-0 | \n"
#define TITLE(word) "Rule that ends in \"" word "\" 检查"
#define ID(word) "xccdf_example_rule_" word

static void xccdf_has_nine_results_and_none_that_is_doubtful_passes(void **state) {
    (void) state;
    READ(r);
    READ(arf);
    assert_string_equal(read_file(&r, "evidence/xccdf.xml"), XCCDF(TITLE));
    assert_tool(&r, "xccdf", "ExampleScan", "1.2.3", 2);
    assert_string_equal(read_file(&arf, "evidence/arf.xml"), XCCDF(ID));
    assert_tool(&arf, "xccdf", "ExampleScan", "1.2.3", 2);
}

static void sarif_is_read_without_its_messages(void **state) {
    (void) state;
    READ(r);
    assert_string_equal(read_file(&r, "evidence/sarif.json"),
        "fail high 2026-11-19 EX001@src/login.c:42 | A password stands in the code | src/login.c:42 | cwe-259 | \n"
        "fail high 2026-11-19 EX002@src/query.c | Input reaches a query | src/query.c |  | \n"
        "fail low 2026-11-19 EX003 | Style |  |  | suppressed by its owner\n"
        "pass high 2026-11-19 EX002 | Input reaches a query |  |  | \n"
        "unknown high 2026-11-19 EX002 | Input reaches a query |  |  | \n"
        "not-applicable high 2026-11-19 EX002 | Input reaches a query |  |  | \n"
        "pass high 2026-11-19 EX002 | Input reaches a query |  |  | \n");
    assert_tool(&r, "sarif", "ExampleLint", "3.1.4", 1);
}

static void trivy_is_read_without_what_secrets_matched(void **state) {
    (void) state;
    READ(r);
    assert_string_equal(read_file(&r, "evidence/trivy.json"),
        "fail critical 2026-11-18 CVE-2026-0001@app (debian 12.7) libexample@1.0 | libexample: out of bounds | "
        "app (debian 12.7) libexample@1.0 | CVE-2026-0001 | fixed in 1.1\n"
        "unknown - 2026-11-18 CVE-2026-0002@app (debian 12.7) libother@2.0 | CVE-2026-0002 | "
        "app (debian 12.7) libother@2.0 | CVE-2026-0002 | \n"
        "pass low 2026-11-18 CVE-2026-0003@app (debian 12.7) libthird@3.0 | third | app (debian 12.7) libthird@3.0 | "
        "CVE-2026-0003 | \n"
        "fail high 2026-11-18 AVD-DS-0002@Dockerfile | Image user should not be root | Dockerfile | AVD-DS-0002 | Add USER\n"
        "pass low 2026-11-18 AVD-DS-0005@Dockerfile | ADD instead of COPY | Dockerfile | AVD-DS-0005 | \n"
        "unknown low 2026-11-18 AVD-DS-0006@Dockerfile | Excepted | Dockerfile | AVD-DS-0006 | \n"
        "fail high 2026-11-18 private-key@app/config.yaml | Asymmetric private key | app/config.yaml | private-key | \n"
        "fail high 2026-11-18 GPL-3.0@Node.js left | licence GPL-3.0 | Node.js left | GPL-3.0 | \n");
    assert_tool(&r, "trivy", "Trivy", "0.55.0", 0);
}

static void assessment_results_keep_undetermined_apart_from_failed(void **state) {
    (void) state;
    READ(r);
    READ(nist);
    // Of the invented document: the verdict stands in a property of a name space that is not ours, too.
    const char *said = read_file(&r, "oscal/ar-three-valued.json");
    assert_non_null(strstr(said, "unknown - 2026-11-23 "));
    assert_non_null(strstr(said, "| Cybersecurity review art. 7 | "));
    assert_non_null(strstr(said, "not-applicable - 2026-11-23 "));
    assert_non_null(strstr(said, "| cn.crm.art7_smt | undetermined: venue unknown"));
    assert_tool(&r, "oscal_ar", "anshen", "", 0);
    said = read_file(&nist, "oscal/ifa_assessment-results-example.json");
    assert_int_equal(nist.evidence.count, 1);
    assert_non_null(strstr(said, "fail "));
    assert_non_null(strstr(said, "2023-06-02"));
}

static void what_a_translator_wrote_of_a_scan_is_what_the_scan_says(void **state) {
    (void) state;
    // As translators of XCCDF to OSCAL write it: observations alone, the scanner's word as a property.
    static const char text[] =
        "{\"assessment-results\":{\"results\":[{\"start\":\"2026-11-20T08:00:00+08:00\",\"local-definitions\":"
        "{\"inventory-items\":[{\"uuid\":\"u1\",\"props\":[{\"name\":\"target\",\"value\":\"db1.example\"}]}]},"
        "\"observations\":[{\"uuid\":\"o1\",\"description\":\"xccdf_example_rule_fail\",\"subjects\":"
        "[{\"subject-uuid\":\"u1\"}],\"collected\":\"2026-11-20T08:01:00+08:00\",\"props\":[{\"name\":\"idref\","
        "\"value\":\"xccdf_example_rule_fail\"},{\"name\":\"result\",\"value\":\"fail\"}]},{\"uuid\":\"o2\",\"props\":"
        "[{\"name\":\"result\",\"value\":\"notselected\"}]},{\"uuid\":\"o3\",\"description\":\"no result\"}]}]}}";
    READ(r);
    struct an_err err = {0};
    assert_int_equal(an_evidence_read(an_str_from_c(text), "t", &r.arena, &r.evidence, &err), AN_OK);
    assert_string_equal(say(&r), "fail - 2026-11-20 xccdf_example_rule_fail | xccdf_example_rule_fail | db1.example |  | \n");
    assert_int_equal(r.evidence.passed_over, 1);
}

// Results of scans beside what another translator makes of them, where that folder is there.
static void scans_of_others_say_what_another_translator_says(void **state) {
    (void) state;
    static const char *const names[] = {"results", "results_arf"};
    for (size_t i = 0; i < AN_COUNT(names); i++) {
        READ(scan);
        READ(expected);
        struct an_err err = {0};
        char path[1024], name[200];
        const char *root = getenv("ANSHEN_SOURCE_ROOT");
        snprintf(path, sizeof path, "%s/../shared/data/oscal/xccdf-to-ar/%s.xml", root ? root : ".", names[i]);
        FILE *f = fopen(path, "rb");
        if (!f)
            skip();
        fclose(f);
        snprintf(name, sizeof name, "../../../shared/data/oscal/xccdf-to-ar/%s.xml", names[i]);
        (void) read_file(&scan, name);
        assert_int_equal(an_buf_add(&expected.bytes, AN_STR("{\"assessment-results\":"), &err), AN_OK);
        snprintf(name, sizeof name, "../../../shared/data/oscal/xccdf-to-ar/%s.oscal.json", names[i]);
        load(&expected, name);
        assert_int_equal(an_buf_add(&expected.bytes, AN_STR("}"), &err), AN_OK);
        struct an_str bytes = an_buf_str(&expected.bytes);
        assert_int_equal(an_evidence_read(bytes, name, &expected.arena, &expected.evidence, &err), AN_OK);
        assert_int_equal(scan.evidence.count, expected.evidence.count);
        assert_int_equal(scan.evidence.passed_over, expected.evidence.passed_over);
        for (size_t k = 0; k < scan.evidence.count; k++) {
            const struct an_evidence_finding *a = &scan.evidence.items[k], *b = &expected.evidence.items[k];
            assert_true(an_str_eq(a->id, b->id) && an_str_eq(a->subject, b->subject));
            assert_int_equal(a->result, b->result);
        }
    }
}

static void a_plan_is_a_list_of_gaps(void **state) {
    (void) state;
    READ(r);
    READ(own);
    const char *said = read_file(&r, "oscal/ifa_plan-of-action-and-milestones.json");
    assert_int_equal(r.evidence.count, 2);
    assert_non_null(strstr(said, "fail "));
    (void) read_file(&own, "oscal/poam-three-year.json");
    assert_int_equal(own.evidence.count, 3);
    for (size_t i = 0; i < own.evidence.count; i++)
        assert_int_equal(own.evidence.items[i].result, AN_EVIDENCE_FAIL);
    static const char closed[] = "{\"plan-of-action-and-milestones\":{\"risks\":[{\"uuid\":\"r\",\"status\":\"closed\","
        "\"characterizations\":[{\"facets\":[{\"name\":\"severity\",\"value\":\"Moderate\"}]}]}],"
        "\"poam-items\":[{\"title\":\"t\","
        "\"related-risks\":[{\"risk-uuid\":\"r\"}]},{\"title\":\"u\"}]}}";
    READ(c);
    struct an_err err = {0};
    assert_int_equal(an_evidence_read(an_str_from_c(closed), "t", &c.arena, &c.evidence, &err), AN_OK);
    assert_string_equal(say(&c), "pass medium -  | t |  |  | \nfail - -  | u |  |  | \n");
}

static void a_catalog_asks_and_answers_nothing(void **state) {
    (void) state;
    READ(r);
    (void) read_file(&r, "oscal/basic-catalog.json");
    assert_true(r.evidence.count > 2);
    for (size_t i = 0; i < r.evidence.count; i++) {
        assert_int_equal(r.evidence.items[i].result, AN_EVIDENCE_UNKNOWN);
        assert_true(r.evidence.items[i].control.len > 0);
    }
}

static void hostile_files_are_refused_with_their_place(void **state) {
    (void) state;
#define XML_HEAD "<?xml version=\"1.0\"?>\n"
#define OPEN "<TestResult xmlns=\"http://checklists.nist.gov/xccdf/1.2\">\n"
    static const struct { const char *text, *want; enum an_code code; } rows[] = {
        {"", "f: it is empty", AN_INPUT},
        {"   \n", "f: it is empty", AN_INPUT},
        {"PK\3\4", "f: neither JSON nor XML; what can be read: OSCAL assessment results, ", AN_INPUT},
        {"{}", "f: of no format that is known; what can be read: ", AN_INPUT},
        {"[1,2]", "f: of no format that is known", AN_INPUT},
        {"<html/>", "f: of no format that is known", AN_INPUT},
        {"{\"runs\":1", "f: line 1, column 9: it ends too early", AN_INPUT},
        {"{\"runs\":1,\"runs\":2}", "f: line 1, column 16: a key that the object has already", AN_INPUT},
        {"{\"runs\":1,\"version\":\"2.0.0\"}", "f: SARIF 2.1.0: /version: should be 2.1.0", AN_INPUT},
        {"{\"runs\":1,\"version\":\"2.1.0\"}", "f: SARIF 2.1.0: /runs: should be a list", AN_INPUT},
        {"{\"runs\":[{\"results\":[{},1]}],\"version\":\"2.1.0\"}",
         "f: SARIF 2.1.0: /runs/0/results/1: should be an object", AN_INPUT},
        {"{\"SchemaVersion\":1,\"ArtifactName\":\"a\"}", "f: Trivy report: /SchemaVersion: should be 2", AN_INPUT},
        {"{\"SchemaVersion\":2,\"ArtifactName\":\"a\",\"Results\":{}}", "f: Trivy report: /Results: should be a list", AN_INPUT},
        {"{\"SchemaVersion\":2,\"ArtifactName\":\"a\",\"Results\":[{\"Secrets\":[7]}]}",
         "f: Trivy report: /Results/0: /Secrets/0: should be an object", AN_INPUT},
        {"{\"assessment-results\":{}}", "f: OSCAL assessment results: /assessment-results/results: should be a list", AN_INPUT},
        {"{\"plan-of-action-and-milestones\":{\"poam-items\":{}}}",
         "f: OSCAL POA&M: /plan-of-action-and-milestones/poam-items: should be a list", AN_INPUT},
        {"{\"catalog\":{}}", "f: OSCAL catalog: /catalog/metadata: should be an object", AN_INPUT},
        {XML_HEAD "<!DOCTYPE a [<!ENTITY b \"c\">]>" OPEN "</TestResult>",
         "f: XCCDF or ARF results: it declares a document type or entities", AN_INPUT},
        {XML_HEAD OPEN "&lol;</TestResult>", "f: XCCDF or ARF results: line 3, column 6: XML that is not well-formed", AN_INPUT},
        {XML_HEAD OPEN "<target>x</target>", "f: XCCDF or ARF results: line 3, column 19: XML that is not well-formed", AN_INPUT},
        {XML_HEAD OPEN "\n<rule-result><result>pass</result></rule-result></TestResult>",
         "f: XCCDF or ARF results: line 4: a rule-result without an idref", AN_INPUT},
        {XML_HEAD OPEN "<rule-result idref=\"x\"/></TestResult>",
         "f: XCCDF or ARF results: line 3: a rule-result without a result", AN_INPUT},
        {XML_HEAD "<Benchmark xmlns=\"http://checklists.nist.gov/xccdf/1.2\"/>",
         "f: XCCDF or ARF results: a benchmark without a TestResult: nothing was checked yet", AN_INPUT},
        {XML_HEAD OPEN "\xff</TestResult>",
         "f: XCCDF or ARF results: byte 80 is not UTF-8, the one encoding that is read", AN_INPUT},
        {"<?xml version=\"1.0\" encoding=\"UTF-16\"?>" OPEN "<x></TestResult>", "f: XCCDF or ARF results: line 2", AN_INPUT},
    };
    for (size_t i = 0; i < AN_COUNT(rows); i++) {
        READ(r);
        struct an_err err = {0};
        assert_int_equal(an_evidence_read(an_str_from_c(rows[i].text), "f", &r.arena, &r.evidence, &err), rows[i].code);
        if (strncmp(err.text, rows[i].want, strlen(rows[i].want)) != 0)
            fail_msg("%s: '%s' does not begin '%s'", rows[i].text, err.text, rows[i].want);
        assert_null(r.evidence.tree.root);
    }
}

static void deep_and_long_files_meet_their_limits(void **state) {
    (void) state;
    READ(deep);
    READ(many);
    READ(xml);
    struct an_err err = {0};
    for (int i = 0; i < 300; i++)
        assert_int_equal(an_buf_add(&deep.bytes, AN_STR("{\"runs\":["), &err), AN_OK);
    assert_int_equal(an_evidence_read(an_buf_str(&deep.bytes), "f", &deep.arena, &deep.evidence, &err), AN_LIMIT);
    assert_string_equal(err.text, "f: byte 450: more than 100 arrays and objects inside each other");
    assert_int_equal(an_buf_add(&many.bytes, AN_STR("{\"version\":\"2.1.0\",\"runs\":[{\"results\":[{}"), &err), AN_OK);
    for (int i = 0; i < AN_EVIDENCE_FINDINGS_MAX; i++)
        assert_int_equal(an_buf_add(&many.bytes, AN_STR(",{}"), &err), AN_OK);
    assert_int_equal(an_buf_add(&many.bytes, AN_STR("]}]}"), &err), AN_OK);
    assert_int_equal(an_evidence_read(an_buf_str(&many.bytes), "f", &many.arena, &many.evidence, &err), AN_LIMIT);
    assert_string_equal(err.text, "f: SARIF 2.1.0: /runs/0/results/100000: more than 100000 findings");
    assert_int_equal(an_buf_add(&xml.bytes, AN_STR("<a xmlns=\"http://checklists.nist.gov/xccdf/1.2\">"), &err), AN_OK);
    for (int i = 0; i < 5000; i++)
        assert_int_equal(an_buf_add(&xml.bytes, AN_STR("<a>"), &err), AN_OK);
    assert_int_equal(an_evidence_read(an_buf_str(&xml.bytes), "f", &xml.arena, &xml.evidence, &err), AN_INPUT);
    assert_non_null(strstr(err.text, "or too deep"));
}

static void long_and_crooked_texts_are_cut_and_cleaned(void **state) {
    (void) state;
    READ(r);
    struct an_err err = {0};
    struct an_str head = AN_STR("{\"catalog\":{\"metadata\":{},\"controls\":[{\"id\":\"a\",\"title\":\" x\\n\\t\\u200e\\u202ey ");
    assert_int_equal(an_buf_add(&r.bytes, head, &err), AN_OK);
    for (int i = 0; i < 2000; i++)
        assert_int_equal(an_buf_add(&r.bytes, AN_STR("示"), &err), AN_OK);
    assert_int_equal(an_buf_add(&r.bytes, AN_STR("\"}]}}"), &err), AN_OK);
    assert_int_equal(an_evidence_read(an_buf_str(&r.bytes), "f", &r.arena, &r.evidence, &err), AN_OK);
    struct an_str title = r.evidence.items[0].title;
    assert_true(title.len > AN_EVIDENCE_TEXT_MAX - 10 && title.len <= AN_EVIDENCE_TEXT_MAX + 3);
    assert_memory_equal(title.ptr, "x y 示", 7);
    assert_memory_equal(title.ptr + title.len - 6, "示...", 6);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(formats_are_sorted_and_have_both_languages),
        cmocka_unit_test(xccdf_has_nine_results_and_none_that_is_doubtful_passes),
        cmocka_unit_test(sarif_is_read_without_its_messages),
        cmocka_unit_test(trivy_is_read_without_what_secrets_matched),
        cmocka_unit_test(assessment_results_keep_undetermined_apart_from_failed),
        cmocka_unit_test(what_a_translator_wrote_of_a_scan_is_what_the_scan_says),
        cmocka_unit_test(scans_of_others_say_what_another_translator_says),
        cmocka_unit_test(a_plan_is_a_list_of_gaps),
        cmocka_unit_test(a_catalog_asks_and_answers_nothing),
        cmocka_unit_test(hostile_files_are_refused_with_their_place),
        cmocka_unit_test(deep_and_long_files_meet_their_limits),
        cmocka_unit_test(long_and_crooked_texts_are_cut_and_cleaned),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
