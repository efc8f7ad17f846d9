#include "unit.h"

#include <stdio.h>
#include <stdlib.h>
#include "base/alloc.h"
#include "base/buf.h"
#include "base/uuid.h"
#include "schema/reference.h"

static void assert_text(struct an_str got, const char *want) {
    if (got.len != strlen(want) || memcmp(got.ptr, want, got.len) != 0)
        fail_msg("'%.*s' is not '%s'", AN_STR_ARG(got), want);
}

struct loaded { struct an_buf bytes; };
static void loaded_release(struct loaded *l) { an_buf_release(&l->bytes); }

// A file of the repository.
static struct an_str load(struct loaded *l, const char *name) {
    char path[1024], part[4096];
    struct an_err err;
    const char *root = getenv("ANSHEN_SOURCE_ROOT");
    snprintf(path, sizeof path, "%s/%s", root ? root : ".", name);
    FILE *f = fopen(path, "rb");
    if (!f)
        fail_msg("%s is not there", path);
    for (size_t n; (n = fread(part, 1, sizeof part, f)) > 0;)
        assert_int_equal(an_buf_add(&l->bytes, (struct an_str) {part, n}, &err), AN_OK);
    fclose(f);
    return an_buf_str(&l->bytes);
}
#define LOADED(l) struct loaded l AN_CLEANUP(loaded_release) = {0}

// "pointer: text" of the first fault; "" when there is none.
static const char *first(const struct an_schema_faults *faults, char *out, size_t room) {
    *out = '\0';
    if (faults->total)
        snprintf(out, room, "%.*s: %.*s", AN_STR_ARG(faults->items[0].pointer), AN_STR_ARG(faults->items[0].text));
    return out;
}

static void keywords_say_what_would_be_right(void **state) {
    (void) state;
    static const struct { const char *schema, *document, *want; } rows[] = {
        {"true", "1", ""},
        {"false", "1", ": nothing may stand here"},
        {"{\"type\":\"string\"}", "\"x\"", ""},
        {"{\"type\":\"string\"}", "1", ": should be string"},
        {"{\"type\":[\"string\",\"null\"]}", "1", ": should be null or string"},
        {"{\"type\":\"integer\"}", "1.0", ""},
        {"{\"type\":\"integer\"}", "1.5", ": should be integer"},
        {"{\"type\":\"number\"}", "3", ""},
        {"{\"enum\":[\"a\",\"b\"]}", "\"c\"", ": should be one of a, b"},
        {"{\"const\":\"a\"}", "\"b\"", ": should be a"},
        {"{\"required\":[\"a\"]}", "{}", ": 'a' is missing"},
        {"{\"required\":[\"a\"]}", "[]", ""},
        {"{\"properties\":{\"a\":{\"type\":\"null\"}}}", "{\"a\":1}", "/a: should be null"},
        {"{\"properties\":{\"a/b\":{\"type\":\"null\"}}}", "{\"a/b\":1}", "/a~1b: should be null"},
        {"{\"properties\":{\"a\":true},\"additionalProperties\":false}", "{\"b\":1}", "/b: a key that is not known here"},
        {"{\"additionalProperties\":false}", "{\"13800138000\":1}", "/?: a key that is not known here"},
        {"{\"additionalProperties\":{\"type\":\"null\"}}", "{\"b\":1}", "/b: should be null"},
        {"{\"propertyNames\":{\"pattern\":\"^a$\"}}", "{\"b\":1}", "/b: a key of a form that is not allowed here"},
        {"{\"propertyNames\":{\"pattern\":\"^a$\"}}", "{\"a\":1}", ""},
        {"{\"minProperties\":1}", "{}", ": fewer than 1 keys"},
        {"{\"maxProperties\":1}", "{\"a\":1,\"b\":2}", ": more than 1 keys"},
        {"{\"items\":{\"type\":\"null\"}}", "[null,1]", "/1: should be null"},
        {"{\"minItems\":1}", "[]", ": fewer than 1 items"},
        {"{\"maxItems\":1}", "[1,2]", ": more than 1 items"},
        {"{\"minLength\":2}", "\"\\u793a\"", ": shorter than 2 characters"},
        {"{\"maxLength\":1}", "\"\\u793a\"", ""},
        {"{\"minimum\":1}", "0", ": below 1"},
        {"{\"maximum\":1}", "2", ": above 1"},
        {"{\"multipleOf\":2}", "3", ": no multiple of 2"},
        {"{\"pattern\":\"^\\\\p{L}$\"}", "\"\\u793a\"", ""},
        {"{\"pattern\":\"^\\\\p{L}$\"}", "\"1\"", ": does not match ^\\p{L}$"},
        {"{\"pattern\":\"^a$\"}", "\"a\\n\"", ": does not match ^a$"},
        {"{\"pattern\":\"^\\\\d$\"}", "\"\\uff11\"", ": does not match ^\\d$"},
        {"{\"pattern\":\"^\\\\S+$\"}", "\"\\u3000\"", ": does not match ^\\S+$"},
        {"{\"pattern\":\"^a$\",\"description\":\"An a.\"}", "\"b\"", ": not of the form asked for: An a."},
        {"{\"format\":\"date\"}", "\"2026-02-30\"", ": no date"},
        {"{\"format\":\"date-time\"}", "\"2026-02-28T24:00:00Z\"", ": no date-time"},
        {"{\"format\":\"date-time\"}", "\"2026-02-28T23:00:00.5+08:00\"", ""},
        {"{\"format\":\"date-time\"}", "\"2026-02-28T23:00:00\"", ": no date-time"},
        {"{\"format\":\"uri\"}", "\"a/b\"", ": no uri"},
        {"{\"format\":\"uri\"}", "\"urn:a:b\"", ""},
        {"{\"format\":\"uri-reference\"}", "\"#a b\"", ": no uri-reference"},
        {"{\"format\":\"email\"}", "\"a@\"", ": no email"},
        {"{\"allOf\":[{\"minimum\":1},{\"maximum\":2}]}", "3", ": above 2"},
        {"{\"anyOf\":[{\"type\":\"null\"},{\"properties\":{\"a\":{\"type\":\"null\"}},\"type\":\"object\"}]}", "{\"a\":1}",
         "/a: should be null"},
        {"{\"anyOf\":[{\"type\":\"null\"},{\"type\":\"string\"}]}", "\"x\"", ""},
        {"{\"oneOf\":[{\"minimum\":1},{\"maximum\":2}]}", "1", ": fits 2 of the forms that are allowed, and one only may fit"},
        {"{\"oneOf\":[{\"type\":\"null\"},{\"type\":\"string\"}]}", "1", ": should be null"},
        {"{\"not\":{\"type\":\"null\"}}", "null", ": of a form that is ruled out here"},
        {"{\"not\":{\"type\":\"null\"}}", "1", ""},
        {"{\"$ref\":\"#/definitions/a\",\"definitions\":{\"a\":{\"type\":\"null\"}}}", "1", ": should be null"},
        {"{\"items\":{\"$ref\":\"#x\"},\"definitions\":{\"a\":{\"$id\":\"#x\",\"type\":\"null\"}}}", "[1]", "/0: should be null"},
        {"{\"items\":{\"$ref\":\"#\"},\"type\":\"array\"}", "[[[1]]]", "/0/0/0: should be array"},
        {"{\"$schema\":\"2020-12\",\"items\":{\"$ref\":\"#/$defs/a\",\"minimum\":2},\"$defs\":{\"a\":{\"maximum\":5}}}", "[1]",
         "/0: below 2"},
    };
    for (size_t i = 0; i < AN_COUNT(rows); i++) {
        AN_AUTO(an_arena) arena = {0};
        AN_AUTO(an_tree) tree = {0};
        struct an_schema *schema AN_CLEANUP(an_schema_cleanup) = NULL;
        struct an_schema_faults faults;
        struct an_err err = {0};
        char said[512];
        if (an_schema_compile(an_str_from_c(rows[i].schema), "s", &schema, &err) ||
            an_tree_read(an_str_from_c(rows[i].document), &tree, &err) ||
            an_schema_check(schema, tree.root, &arena, &faults, &err))
            fail_msg("%s on %s: %s", rows[i].schema, rows[i].document, err.text);
        if (strcmp(first(&faults, said, sizeof said), rows[i].want) != 0)
            fail_msg("%s on %s: '%s' is not '%s'", rows[i].schema, rows[i].document, said, rows[i].want);
        assert_int_equal(an_schema_fail(&faults, &err), *rows[i].want ? AN_INPUT : AN_OK);
    }
}

static void a_schema_that_cannot_be_held_to_is_refused(void **state) {
    (void) state;
    static const struct { const char *schema, *want; } rows[] = {
        {"{\"contains\":true}", "schema s: /contains: a keyword that is not known here"},
        {"{\"properties\":{\"a\":{\"tpye\":\"null\"}}}", "schema s: /properties/a: /tpye: a keyword that is not known here"},
        {"{\"type\":\"text\"}", "schema s: /type: no type that there is"},
        {"{\"pattern\":\"(\"}", "schema s: /pattern: the pattern cannot be read from its character 1 on"},
        {"{\"format\":\"ipv4\"}", "schema s: /format: no format that can be checked here"},
        {"{\"$ref\":\"#/a\"}", "schema s: $ref leads nowhere: #/a"},
        {"{\"$ref\":\"#\",\"minimum\":1}", "schema s: 'minimum' beside a $ref, which draft-07 passes over"},
        {"{\"items\":[true]}", "schema s: /items: no schema: neither an object nor true or false"},
        {"{\"minItems\":-1}", "schema s: /minItems: no number of things"},
        {"{\"multipleOf\":0}", "schema s: /multipleOf: no number above 0"},
        {"{\"required\":[1]}", "schema s: /required: no list of names"},
        {"{\"anyOf\":[]}", "schema s: /anyOf: no list of schemas"},
        {"{", "schema s: line 1, column 1: it ends too early"},
    };
    for (size_t i = 0; i < AN_COUNT(rows); i++) {
        struct an_schema *schema AN_CLEANUP(an_schema_cleanup) = NULL;
        struct an_err err = {0};
        assert_int_equal(an_schema_compile(an_str_from_c(rows[i].schema), "s", &schema, &err), AN_INPUT);
        if (strcmp(err.text, rows[i].want) != 0)
            fail_msg("%s: '%s' is not '%s'", rows[i].schema, err.text, rows[i].want);
    }
}

static void work_has_limits(void **state) {
    (void) state;
    static const struct { const char *schema, *document, *want; } rows[] = {
        {"{\"$ref\":\"#/definitions/a\",\"definitions\":{\"a\":{\"$ref\":\"#/definitions/a\"}}}", "1",
         "its schema turns in circles"},
        {"{\"pattern\":\"^(a|aa)+$\"}", "\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab\"",
         "a string takes too long to be held against its pattern"},
    };
    for (size_t i = 0; i < AN_COUNT(rows); i++) {
        AN_AUTO(an_arena) arena = {0};
        AN_AUTO(an_tree) tree = {0};
        struct an_schema *schema AN_CLEANUP(an_schema_cleanup) = NULL;
        struct an_schema_faults faults;
        struct an_err err = {0};
        assert_int_equal(an_schema_compile(an_str_from_c(rows[i].schema), "s", &schema, &err), AN_OK);
        assert_int_equal(an_tree_read(an_str_from_c(rows[i].document), &tree, &err), AN_OK);
        assert_int_equal(an_schema_check(schema, tree.root, &arena, &faults, &err), AN_LIMIT);
        assert_string_equal(err.text, rows[i].want);
    }
}

static void a_tree_is_read_under_limits_and_shows_nothing_of_what_it_refuses(void **state) {
    (void) state;
    char deep[2 * AN_TREE_DEPTH_MAX + 8];
    memset(deep, '[', sizeof deep);
    static const struct { const char *text; enum an_code code; const char *want; } rows[] = {
        {"", AN_INPUT, "line 1, column 0: it is empty"},
        {"{\"a\":1", AN_INPUT, "line 1, column 6: it ends too early"},
        {"[1] 2", AN_INPUT, "line 1, column 5: something follows the document"},
        {"{\"13800138000\":1,\n\"13800138000\":2}", AN_INPUT, "line 2, column 13: a key that the object has already"},
        {"[13800138000x]", AN_INPUT, "line 1, column 13: no JSON from here on"},
        {"\"\xff\"", AN_INPUT, "line 1, column 1: bytes that are no UTF-8"},
        {"\"a\\u0000\"", AN_INPUT, "line 1, column 9: a string that holds U+0000"},
        {"99999999999999999999", AN_INPUT, "line 1, column 20: a number that does not fit in 64 bits"},
    };
    struct an_err err = {0};
    AN_AUTO(an_tree) tree = {0};
    for (size_t i = 0; i < AN_COUNT(rows); i++) {
        assert_int_equal(an_tree_read(an_str_from_c(rows[i].text), &tree, &err), rows[i].code);
        if (strcmp(err.text, rows[i].want) != 0)
            fail_msg("%s: '%s' is not '%s'", rows[i].text, err.text, rows[i].want);
    }
    assert_int_equal(an_tree_read((struct an_str) {deep, sizeof deep}, &tree, &err), AN_LIMIT);
    assert_string_equal(err.text, "byte 100: more than 100 arrays and objects inside each other");
    assert_int_equal(an_tree_read(an_str_from_c("\xEF\xBB\xBF{\"a\":{\"b\":\"c\",\"l\":[1,2]}}"), &tree, &err), AN_OK);
    assert_text(an_tree_text(tree.root, "a/b"), "c");
    assert_text(an_tree_text(tree.root, "a/b/c"), "");
    assert_text(an_tree_text(tree.root, "a/l"), "");
    assert_int_equal(an_tree_count(tree.root, "a/l"), 2);
    assert_int_equal(an_tree_count(tree.root, "a"), 0);
    AN_AUTO(an_arena) arena = {0};
    assert_text(an_tree_canonical(tree.root, &arena), "{\"a\":{\"b\":\"c\",\"l\":[1,2]}}");
}

// A document with one text replaced by another, held against the schema of assessment results and the rules of reference.
static void hold(const char *from, const char *to, char *ret_schema, char *ret_reference, size_t room) {
    LOADED(schema_file);
    LOADED(sample);
    AN_AUTO(an_arena) arena = {0};
    AN_AUTO(an_tree) tree = {0};
    AN_AUTO(an_buf) changed = {0};
    struct an_schema *schema AN_CLEANUP(an_schema_cleanup) = NULL;
    struct an_schema_faults faults;
    struct an_err err = {0};
    struct an_str text = load(&sample, "tests/fixtures/oscal/ar-three-valued.json");
    assert_int_equal(an_buf_add(&sample.bytes, (struct an_str) {"", 1}, &err), AN_OK);
    const char *at = strstr(sample.bytes.ptr, from);
    if (!at)
        fail_msg("the sample does not hold %s", from);
    size_t before = (size_t) (at - sample.bytes.ptr);
    assert_int_equal(an_buf_add(&changed, (struct an_str) {sample.bytes.ptr, before}, &err), AN_OK);
    assert_int_equal(an_buf_add(&changed, an_str_from_c(to), &err), AN_OK);
    assert_int_equal(an_buf_add(&changed, an_str_from_c(at + strlen(from)), &err), AN_OK);
    (void) text;
    assert_int_equal(an_schema_compile(load(&schema_file, "assets/oscal/oscal_assessment-results_schema.json"), "ar", &schema,
                                       &err), AN_OK);
    if (an_tree_read(an_buf_str(&changed), &tree, &err))
        fail_msg("%s: %s", to, err.text);
    assert_int_equal(an_schema_check(schema, tree.root, &arena, &faults, &err), AN_OK);
    first(&faults, ret_schema, room);
    assert_int_equal(an_reference_check((const json_t *const[]) {tree.root}, 1, &arena, &faults, &err), AN_OK);
    first(&faults, ret_reference, room);
}

#define R "/assessment-results/results/0"
static const struct { const char *from, *to, *schema, *reference; } changes[] = {
    {"\"as-of\"", "\"as-of\"", "", ""},
    // what the schema refuses
    {"\"value\": \"2026-11-23\"", "\"value\": \"\"", R "/props/0/value: not of the form asked for", NULL},
    {"\"value\": \"2026-11-23\"", "\"value\": \"a\\nb\"", R "/props/0/value: not of the form asked for", NULL},
    {"\"name\": \"as-of\"", "\"name\": \"as of\"", R "/props/0/name: not of the form asked for", NULL},
    {"\"name\": \"as-of\"", "\"name\": \"截至\"", "", ""},
    {"\"start\": \"2026-11-23T08:00:00+08:00\"", "\"start\": \"2026-11-23T08:00:00\"",
     R "/start: not of the form asked for", NULL},
    {"\"start\": \"2026-11-23T08:00:00+08:00\"", "\"start\": \"2026-11-23\"", R "/start: not of the form asked for", NULL},
    {"\"start\": \"2026-11-23T08:00:00+08:00\"", "\"start\": \"2026-11-23T08:00:00+08:30\"",
     R "/start: not of the form asked for", NULL},
    {"\"uuid\": \"9d14d36b-c3b9-5511-aa01-aad81d76cf52\"", "\"uuid\": \"9d14d36b-c3b9-1511-aa01-aad81d76cf52\"",
     R "/uuid: not of the form asked for", NULL},
    {"\"status\": \"open\",", "\"status\": \"open\", \"colour\": \"red\",",
     R "/risks/0/colour: a key that is not known here", NULL},
    {"\"state\": \"not-satisfied\"", "\"state\": \"undetermined\"",
     R "/findings/0/target/status/state: should be one of satisfied, not-satisfied", NULL},
    // what it lets pass
    {"\"observation-uuid\": \"50b0a961", "\"observation-uuid\": \"50b0a962", "",
     R "/risks/0/related-observations/0/observation-uuid: leads to nothing"},
    {"\"risk-uuid\": \"98d5288c-3b86-579c-b3b1-60980f6305b9\"", "\"risk-uuid\": \"50b0a961-ee8f-5055-bf39-42c493ef1925\"", "",
     R "/findings/0/related-risks/0/risk-uuid: should lead to one of risks, and leads to one of observations"},
    {"\"uuid\": \"9d14d36b-c3b9-5511-aa01-aad81d76cf52\"", "\"uuid\": \"5a7a5548-74ea-5f08-a365-502b181111d2\"", "",
     R "/local-definitions/assessment-assets/components/0/uuid: another object has this UUID already"},
    {"\"description\": \"does not apply\"", "\"description\": \" \"", "", R "/findings/1/description: says nothing"},
    {"\"role-id\": \"filer\"", "\"role-id\": \"filler\"", "",
     "/assessment-results/metadata/responsible-parties/0/role-id: no role of the metadata has that id"},
    {"\"href\": \"#f021e91f", "\"href\": \"#f021e91e", "",
     R "/observations/0/relevant-evidence/0/href: leads to no resource of the back matter"},
    {"\"type\": \"tool\"", "\"type\": \"party\"", "",
     R "/observations/0/origins/0/actors/0/actor-uuid: should lead to one of parties, and leads to one of components"},
};

static void what_the_schema_lets_pass_the_reference_checker_finds(void **state) {
    (void) state;
    for (size_t i = 0; i < AN_COUNT(changes); i++) {
        char schema[512], reference[512];
        hold(changes[i].from, changes[i].to, schema, reference, sizeof schema);
        if (strncmp(schema, changes[i].schema, *changes[i].schema ? strlen(changes[i].schema) : 1) != 0)
            fail_msg("%s: schema says '%s', not '%s'", changes[i].to, schema, changes[i].schema);
        const char *want = changes[i].reference;
        if (want && strncmp(reference, want, *want ? strlen(want) : 1) != 0)
            fail_msg("%s: references say '%s', not '%s'", changes[i].to, reference, want);
    }
}

static void our_own_properties_are_held_to_their_meaning(void **state) {
    (void) state;
#define PROP(name, value) "{\"name\":\"" name "\",\"ns\":\"" AN_OSCAL_NS "\",\"value\":\"" value "\",\"class\":\"c\"}"
    static const struct { const char *document, *want; } rows[] = {
        {"{\"a\":{\"props\":[" PROP("count-floor", "1") "," PROP("count-ceiling", "unknown") "]}}", ""},
        {"{\"a\":{\"props\":[" PROP("count-floor", "3") "," PROP("count-ceiling", "2") "]}}",
         "/a/props: floor, linked and ceiling are not in order"},
        {"{\"a\":{\"props\":[" PROP("count-floor", "1,000") "]}}", "/a/props: a count that is no whole number"},
        {"{\"a\":{\"props\":[" PROP("count-floor", "unknown") "]}}", "/a/props: a count that is no whole number"},
        {"{\"a\":{\"props\":[" PROP("x", "1") "," PROP("x", "1") "]}}", "/a/props: the same property twice"},
        {"{\"a\":{\"props\":[{\"name\":\"x\",\"value\":\" \"}]}}", "/a/props: a property without a value"},
        {"{\"a\":{\"target\":{\"status\":{\"state\":\"satisfied\"}},\"props\":[{\"name\":\"verdict\",\"ns\":\"" AN_OSCAL_NS
         "\",\"value\":\"undetermined\"}]}}", "/a/target/status/state: undetermined is never satisfied"},
        {"{\"a\":{\"props\":[{\"name\":\"verdict\",\"ns\":\"" AN_OSCAL_NS "\",\"value\":\"maybe\"}]}}",
         "/a/props: a verdict is yes, no or undetermined"},
    };
    for (size_t i = 0; i < AN_COUNT(rows); i++) {
        AN_AUTO(an_arena) arena = {0};
        AN_AUTO(an_tree) tree = {0};
        struct an_schema_faults faults;
        struct an_err err = {0};
        char said[512];
        assert_int_equal(an_tree_read(an_str_from_c(rows[i].document), &tree, &err), AN_OK);
        assert_int_equal(an_reference_check((const json_t *const[]) {tree.root}, 1, &arena, &faults, &err), AN_OK);
        assert_string_equal(first(&faults, said, sizeof said), rows[i].want);
    }
}

// NIST's samples are valid by their schemas, and refer to what is described elsewhere.
static void samples_of_nist_are_valid_and_their_known_faults_are_found(void **state) {
    (void) state;
    static const struct { const char *schema, *sample; uint64_t dangling; } rows[] = {
        {"assessment-results", "ifa_assessment-results-example", 3},
        {"assessment-results", "ar-three-valued", 0},
        {"assessment-plan", "ifa_assessment-plan-example", 1},
        {"poam", "ifa_plan-of-action-and-milestones", 5},
        {"poam", "poam-three-year", 0},
        {"catalog", "basic-catalog", 0},
        {"ssp", "ifa_ssp-example", 0},
    };
    for (size_t i = 0; i < AN_COUNT(rows); i++) {
        LOADED(schema_file);
        LOADED(sample);
        AN_AUTO(an_arena) arena = {0};
        AN_AUTO(an_tree) tree = {0};
        struct an_schema *schema AN_CLEANUP(an_schema_cleanup) = NULL;
        struct an_schema_faults faults;
        struct an_err err = {0};
        char path[200];
        snprintf(path, sizeof path, "assets/oscal/oscal_%s_schema.json", rows[i].schema);
        if (an_schema_compile(load(&schema_file, path), rows[i].schema, &schema, &err))
            fail_msg("%s", err.text);
        snprintf(path, sizeof path, "tests/fixtures/oscal/%s.json", rows[i].sample);
        assert_int_equal(an_tree_read(load(&sample, path), &tree, &err), AN_OK);
        assert_int_equal(an_schema_check(schema, tree.root, &arena, &faults, &err), AN_OK);
        assert_int_equal(faults.total, 0);
        assert_int_equal(an_reference_check((const json_t *const[]) {tree.root}, 1, &arena, &faults, &err), AN_OK);
        assert_int_equal(faults.total, rows[i].dangling);
    }
}

static void what_is_imported_answers_for_references(void **state) {
    (void) state;
    AN_AUTO(an_arena) arena = {0};
    AN_AUTO(an_tree) plan = {0};
    AN_AUTO(an_tree) system = {0};
    AN_AUTO(an_tree) held = {0};
    LOADED(ap);
    LOADED(ssp);
    struct an_schema_faults faults;
    struct an_err err = {0};
    assert_int_equal(an_tree_read(load(&ap, "tests/fixtures/oscal/ifa_assessment-results-example.json"), &plan, &err), AN_OK);
    assert_int_equal(an_tree_read(load(&ssp, "tests/fixtures/oscal/ifa_ssp-example.json"), &system, &err), AN_OK);
    assert_int_equal(an_reference_check((const json_t *const[]) {plan.root, system.root}, 2, &arena, &faults, &err), AN_OK);
    assert_int_equal(faults.total, 0);
    // {"x":{"uuid":"8ef0a45e-d771-5b81-91f9-53a239bc6ef5"}}, in base64, under "risks"
    const char *inside = "{\"d\":{\"import-ap\":{\"href\":\"#5a7a5548-74ea-5f08-a365-502b181111d2\"},"
        "\"back-matter\":{\"resources\":[{\"uuid\":\"5a7a5548-74ea-5f08-a365-502b181111d2\",\"base64\":{\"value\":"
        "\"eyJyaXNrcyI6W3sidXVpZCI6IjhlZjBhNDVlLWQ3NzEtNWI4MS05MWY5LTUzYTIzOWJjNmVmNSJ9XX0=\"}}]},"
        "\"related-risks\":[{\"risk-uuid\":\"8EF0A45E-d771-5b81-91f9-53a239bc6ef5\"}]}}";
    assert_int_equal(an_tree_read(an_str_from_c(inside), &held, &err), AN_OK);
    assert_int_equal(an_reference_check((const json_t *const[]) {held.root}, 1, &arena, &faults, &err), AN_OK);
    assert_int_equal(faults.total, 0);
}

static void without_memory_a_schema_is_no_schema(void **state) {
    (void) state;
    LOADED(schema_file);
    LOADED(sample);
    AN_AUTO(an_tree) tree = {0};
    struct an_err err = {0};
    struct an_str text = load(&schema_file, "assets/oscal/oscal_catalog_schema.json");
    assert_int_equal(an_tree_read(load(&sample, "tests/fixtures/oscal/basic-catalog.json"), &tree, &err), AN_OK);
    enum an_code code = AN_NOMEM;
    for (uint64_t n = 1; code; n++) {
        AN_AUTO(an_arena) arena = {0};
        struct an_schema *schema AN_CLEANUP(an_schema_cleanup) = NULL;
        struct an_schema_faults faults;
        an_alloc_fail_nth(n);
        code = an_schema_compile(text, "s", &schema, &err);
        if (!code)
            code = an_schema_check(schema, tree.root, &arena, &faults, &err);
        if (!code)
            code = an_reference_check((const json_t *const[]) {tree.root}, 1, &arena, &faults, &err);
        an_alloc_fail_nth(0);
        assert_true(!code || code == AN_NOMEM);
    }
}

static void uuids_follow_from_names(void **state) {
    (void) state;
    struct an_uuid dns, bad;
    char text[AN_UUID_TEXT_MAX];
    unsigned char hash[AN_SHA1_BYTES];
    static const unsigned char abc[] = {0xa9, 0x99, 0x3e, 0x36, 0x47, 0x06, 0x81, 0x6a, 0xba, 0x3e,
                                        0x25, 0x71, 0x78, 0x50, 0xc2, 0x6c, 0x9c, 0xd0, 0xd8, 0x9d};
    static const unsigned char two[] = {0x84, 0x98, 0x3e, 0x44, 0x1c, 0x3b, 0xd2, 0x6e, 0xba, 0xae,
                                        0x4a, 0xa1, 0xf9, 0x51, 0x29, 0xe5, 0xe5, 0x46, 0x70, 0xf1};
    an_sha1(AN_STR("abc"), hash);           // FIPS 180-4, examples
    assert_memory_equal(hash, abc, sizeof abc);
    an_sha1(AN_STR("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"), hash);
    assert_memory_equal(hash, two, sizeof two);
    assert_true(an_uuid_parse(AN_STR("6ba7b810-9dad-11d1-80b4-00c04fd430c8"), &dns));
    // RFC 9562, appendix A.4
    assert_string_equal(an_uuid_text(an_uuid_of(dns, AN_STR("www.example.com")), text), "2ed6657d-e927-568b-95e1-2665a8aea6a2");
    assert_false(an_uuid_parse(AN_STR("6ba7b810-9dad-11d1-80b4-00c04fd430c"), &bad));
    assert_false(an_uuid_parse(AN_STR("6ba7b810-9dad-11d1-80b4-00c04fd430cg"), &bad));
    assert_false(an_uuid_parse(AN_STR("6ba7b8109-dad-11d1-80b4-00c04fd430c8"), &bad));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keywords_say_what_would_be_right),
        cmocka_unit_test(a_schema_that_cannot_be_held_to_is_refused),
        cmocka_unit_test(work_has_limits),
        cmocka_unit_test(a_tree_is_read_under_limits_and_shows_nothing_of_what_it_refuses),
        cmocka_unit_test(what_the_schema_lets_pass_the_reference_checker_finds),
        cmocka_unit_test(our_own_properties_are_held_to_their_meaning),
        cmocka_unit_test(samples_of_nist_are_valid_and_their_known_faults_are_found),
        cmocka_unit_test(what_is_imported_answers_for_references),
        cmocka_unit_test(without_memory_a_schema_is_no_schema),
        cmocka_unit_test(uuids_follow_from_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
