#define _GNU_SOURCE
// The case file: what goes in, what is refused, what is found when somebody altered it, and that nothing is lost when a
// program dies, a disk is full or two write at once.
#include "unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/file.h"
#include "case/case.h"
#include "case/secrecy.h"

static char folder[] = "/tmp/anshen-test-case-XXXXXX";

static int enter_folder(void **state) {
    (void) state;
    return mkdtemp(folder) && chdir(folder) == 0 ? 0 : -1;
}

static int leave_folder(void **state) {
    (void) state;
    return chdir("/") || rmdir(folder);
}

static void remove_case(void) {
    static const char *const names[] = {"x.anshen", "x.anshen-wal", "x.anshen-shm", "x.anshen.tmp"};
    for (size_t i = 0; i < AN_COUNT(names); i++)
        (void) unlink(names[i]);
}

static void must(enum an_code code, const struct an_err *err) {
    if (code)
        fail_msg("%s", err->text);
}

static json_t *json_of(const char *text) {
    json_error_t problem;
    json_t *json = json_loads(text, 0, &problem);
    if (!json)
        fail_msg("%s", problem.text);
    return json;
}

static const char open_body[] =
    "{\"id\":\"5f0c\",\"title\":\"示例出行赴美上市\",\"object\":\"listing\",\"procedure\":\"cn.review\",\"side\":\"filer\","
    "\"company\":{\"id\":\"c1\",\"name\":\"示例出行有限公司\",\"uscc\":\"91110000MA0000000X\"}}";

static enum an_code try_append(struct an_case *c, const char *kind, const char *at, const char *actor, const char *body,
                               const struct an_secret *key, struct an_err *err) {
    uint64_t seq = 0;
    json_t *json = json_of(body);
    enum an_code code = an_case_append(c, &(struct an_entry_draft) {kind, at, actor, json, key}, &seq, err);
    if (!code)
        assert_int_equal(seq, an_case_count(c));
    json_decref(json);
    return code;
}

static void append(struct an_case *c, const char *kind, const char *body) {
    struct an_err err = {0};
    must(try_append(c, kind, "2026-11-23T08:00:00Z", NULL, body, NULL, &err), &err);
}

static struct an_case *make_case(void) {
    struct an_case *c = NULL;
    struct an_err err = {0};
    json_t *body = json_of(open_body);
    remove_case();
    must(an_case_create("x.anshen", &(struct an_entry_draft) {.kind = "open", .at = "2026-11-23T08:00:00Z", .body = body}, &c,
                        &err), &err);
    json_decref(body);
    return c;
}

static void a_case_keeps_what_it_was_told(void **state) {
    (void) state;
    struct an_err err = {0};
    struct stat st;
    struct an_case *c = make_case();
    assert_int_equal(stat("x.anshen", &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    append(c, "fact", "{\"name\":\"listing.venue\",\"value\":\"FOREIGN\",\"source\":\"board\",\"day\":\"2026-11-20\"}");
    struct an_hash head = an_case_head(c);
    an_case_free(c);
    assert_int_not_equal(access("x.anshen-wal", F_OK), 0);
    must(an_case_open("x.anshen", false, &c, &err), &err);
    assert_int_equal(an_case_count(c), 2);
    assert_string_equal(an_case_entry(c, 1)->kind->name, "open");
    assert_true(an_str_eq(an_entry_text(an_case_entry(c, 2)->body, "value"), AN_STR("FOREIGN")));
    assert_string_equal(an_case_head(c).text, head.text);
    assert_int_equal(try_append(c, "fact", "2026-11-23T08:00:00Z", NULL, "{}", NULL, &err), AN_USAGE);
    an_case_free(c);
    remove_case();
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_case_keeps_what_it_was_told),
    };
    return cmocka_run_group_tests(tests, enter_folder, leave_folder);
}
