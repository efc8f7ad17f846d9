// Lists of objects as servers give them, and the files that say who we are to them.
#include "unit.h"

#include <stdlib.h>
#include <stdio.h>
#include "base/buf.h"
#include "remote/aws.h"
#include "remote/folders.h"
#include "remote/listing.h"

#define HEAD "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<ListBucketResult xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">"
#define ONE "<Contents><Key>a%2Fb+c%25</Key><LastModified>x</LastModified><Size>12</Size></Contents>"
#define TAIL "</ListBucketResult>"

static void a_page_tells_its_objects_and_what_comes_next(void **state) {
    (void) state;
    AN_AUTO(an_arena) arena = {0};
    struct an_listing list;
    struct an_err err;
    assert_int_equal(an_listing_s3(AN_STR(HEAD "<EncodingType>url</EncodingType><IsTruncated>true</IsTruncated>"
                                          "<NextContinuationToken>a+b/&amp;%3D</NextContinuationToken>" ONE
                                          "<Contents><Size>0</Size><Key>f/</Key><StorageClass>GLACIER</StorageClass>"
                                          "<Owner><ID>Key</ID><Key>no</Key></Owner></Contents>" TAIL),
                                   &arena, &list, &err), AN_OK);
    assert_int_equal(list.count, 2);
    assert_true(an_str_eq(list.items[0].name, AN_STR("a/b c%")));
    assert_int_equal(list.items[0].bytes, 12);
    assert_false(list.items[0].cold);
    assert_true(an_str_eq(list.items[1].name, AN_STR("f/")));
    assert_true(list.items[1].cold);
    assert_true(list.truncated);
    assert_true(an_str_eq(list.next, AN_STR("a+b/&%3D")));
}

static void without_an_encoding_keys_are_as_they_stand(void **state) {
    (void) state;
    AN_AUTO(an_arena) arena = {0};
    struct an_listing list;
    struct an_err err;
    assert_int_equal(an_listing_s3(AN_STR(HEAD ONE "<IsTruncated>false</IsTruncated>" TAIL), &arena, &list, &err), AN_OK);
    assert_int_equal(list.count, 1);
    assert_true(an_str_eq(list.items[0].name, AN_STR("a%2Fb+c%25")));
    assert_false(list.truncated);
}

static void a_page_that_is_none_is_refused(void **state) {
    (void) state;
    static const struct { const char *xml, *why; } bad[] = {
        {"", "no XML"},
        {"<html><body>login</body></html>", "no listing of a bucket"},
        {"<Error><Code>NoSuchBucket</Code></Error>", "no listing of a bucket"},
        {HEAD ONE, "breaks off"},
        {HEAD "<Contents><Size>1</Size></Contents>" TAIL, "without a key"},
        {HEAD "<Contents><Key>a</Key></Contents>" TAIL, "without a key or a size"},
        {HEAD "<Contents><Key>a</Key><Size>-1</Size></Contents>" TAIL, "without a key or a size"},
        {HEAD "<Contents><Key>a</Key><Size>99999999999999999999</Size></Contents>" TAIL, "without a key or a size"},
        {HEAD "<IsTruncated>maybe</IsTruncated>" TAIL, "last page"},
        {HEAD "<IsTruncated>true</IsTruncated>" TAIL, "which token"},
        {"<!DOCTYPE a [<!ENTITY x \"y\">]>" HEAD TAIL, "document type"},
        {HEAD "<Contents><Key>&x;</Key><Size>1</Size></Contents>" TAIL, "malformed"},
        {HEAD "\xFF" TAIL, "UTF-8"},
    };
    for (size_t i = 0; i < AN_COUNT(bad); i++) {
        AN_AUTO(an_arena) arena = {0};
        struct an_listing list;
        struct an_err err = {0};
        assert_int_equal(an_listing_s3(an_str_from_c(bad[i].xml), &arena, &list, &err), AN_INPUT);
        if (!strstr(err.text, bad[i].why))
            fail_msg("%zu: %s", i, err.text);
    }
}

static void a_page_has_its_limits(void **state) {
    (void) state;
    struct an_err err;
    AN_AUTO(an_buf) many = {0}, deep = {0}, wide = {0};
    assert_int_equal(an_buf_add(&many, AN_STR(HEAD), &err), AN_OK);
    for (int i = 0; i <= AN_LISTED_MAX; i++)
        assert_int_equal(an_buf_add(&many, AN_STR("<Contents><Key>a</Key><Size>1</Size></Contents>"), &err), AN_OK);
    assert_int_equal(an_buf_add(&many, AN_STR(TAIL), &err), AN_OK);
    assert_int_equal(an_buf_add(&deep, AN_STR(HEAD), &err), AN_OK);
    for (int i = 0; i < 100; i++)
        assert_int_equal(an_buf_add(&deep, AN_STR("<a>"), &err), AN_OK);
    assert_int_equal(an_buf_add(&wide, AN_STR(HEAD "<Contents><Key>"), &err), AN_OK);
    for (int i = 0; i < 20000; i++)
        assert_int_equal(an_buf_add(&wide, AN_STR("a"), &err), AN_OK);
    assert_int_equal(an_buf_add(&wide, AN_STR("</Key><Size>1</Size></Contents>" TAIL), &err), AN_OK);
    const struct an_buf *const all[] = {&many, &deep, &wide};
    static const enum an_code codes[] = {AN_LIMIT, AN_INPUT, AN_LIMIT};
    for (size_t i = 0; i < AN_COUNT(all); i++) {
        AN_AUTO(an_arena) arena = {0};
        struct an_listing list;
        assert_int_equal(an_listing_s3(an_buf_str(all[i]), &arena, &list, &err), codes[i]);
    }
}

// Keys.

static const struct an_str credentials = AN_STR_INIT(
    "# comment\n[default]\naws_access_key_id = AKDEFAULT\naws_secret_access_key=s1\n\n"
    "[ other ]\r\naws_access_key_id=AKOTHER\r\naws_secret_access_key = s2\r\naws_session_token=t2\r\n[broken\nregion=nowhere\n");
static const struct an_str config = AN_STR_INIT(
    "[default]\nregion = eu-west-1\ns3 =\n  addressing_style = path\n[profile other]\nregion=cn-north-1\nendpoint_url=https://e\n"
    "[other]\nregion=wrong\n");

static void a_profile_gives_what_its_section_says(void **state) {
    (void) state;
    AN_AUTO(an_aws) aws = {0};
    struct an_err err;
    bool found = false;
    assert_int_equal(an_aws_profile(credentials, AN_STR("other"), false, &aws, &found, &err), AN_OK);
    assert_true(found);
    assert_string_equal(aws.user, "AKOTHER");
    assert_string_equal(aws.password, "s2");
    assert_string_equal(aws.token, "t2");
    assert_string_equal(aws.region, "");
    assert_int_equal(an_aws_profile(config, AN_STR("other"), true, &aws, &found, &err), AN_OK);
    assert_true(found);
    assert_string_equal(aws.region, "cn-north-1");
    assert_string_equal(aws.endpoint, "https://e");
    assert_false(aws.path_style);
    assert_int_equal(an_aws_profile(config, AN_STR("none"), true, &aws, &found, &err), AN_OK);
    assert_false(found);
}

static void a_key_does_not_go_with_the_token_of_another(void **state) {
    (void) state;
    AN_AUTO(an_aws) aws = {.user = "AKMINE", .password = "p"};
    struct an_err err;
    bool found;
    assert_int_equal(an_aws_profile(credentials, AN_STR("other"), false, &aws, &found, &err), AN_OK);
    assert_string_equal(aws.user, "AKMINE");
    assert_string_equal(aws.token, "");
}

static const char *const *variables;

static const char *from_test(const char *name) {
    for (size_t i = 0; variables[i]; i += 2)
        if (strcmp(variables[i], name) == 0)
            return variables[i + 1];
    return NULL;
}

static void the_environment_comes_before_the_files(void **state) {
    (void) state;
    char folder[] = "/tmp/anshen-aws-XXXXXX", path[64];
    assert_non_null(mkdtemp(folder));
    (void) snprintf(path, sizeof path, "%s/c", folder);
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    assert_int_equal(fwrite(credentials.ptr, 1, credentials.len, f), credentials.len);
    assert_int_equal(fclose(f), 0);
    struct an_err err;
    AN_AUTO(an_aws) aws = {0};
    const char *const with_files[] = {"AWS_SHARED_CREDENTIALS_FILE", path, "AWS_REGION", "r", "HOME", "/nonexistent", NULL};
    variables = with_files;
    assert_int_equal(an_aws_find(from_test, &aws, &err), AN_OK);
    assert_string_equal(aws.user, "AKDEFAULT");
    assert_string_equal(aws.region, "r");
    const char *const own[] = {"AWS_SHARED_CREDENTIALS_FILE", path, "AWS_ACCESS_KEY_ID", "AKENV", "AWS_SECRET_ACCESS_KEY", "p",
                               "AWS_ENDPOINT_URL", "http://e", "AWS_ENDPOINT_URL_S3", "http://s3", NULL};
    variables = own;
    assert_int_equal(an_aws_find(from_test, &aws, &err), AN_OK);
    assert_string_equal(aws.user, "AKENV");
    assert_string_equal(aws.endpoint, "http://s3");
    const char *const half[] = {"AWS_ACCESS_KEY_ID", "AKENV", NULL};
    variables = half;
    assert_int_equal(an_aws_find(from_test, &aws, &err), AN_USAGE);
    const char *const wrong[] = {"AWS_SHARED_CREDENTIALS_FILE", path, "AWS_PROFILE", "nobody", NULL};
    variables = wrong;
    assert_int_equal(an_aws_find(from_test, &aws, &err), AN_USAGE);
    const char *const missing[] = {"AWS_SHARED_CREDENTIALS_FILE", folder, NULL};
    variables = missing;
    assert_int_not_equal(an_aws_find(from_test, &aws, &err), AN_OK);
    const char *const nothing[] = {"HOME", folder, NULL};
    variables = nothing;
    assert_int_equal(an_aws_find(from_test, &aws, &err), AN_OK);
    assert_string_equal(aws.user, "");
    assert_int_equal(remove(path), 0);
    assert_int_equal(remove(folder), 0);
}

#define DAV(entries) "<?xml version=\"1.0\"?><D:multistatus xmlns:D=\"DAV:\">" entries "</D:multistatus>"
#define ENTRY(href, prop) "<D:response><D:href>" href "</D:href><D:propstat><D:prop>" prop "</D:prop></D:propstat></D:response>"

static void a_collection_tells_its_members(void **state) {
    (void) state;
    AN_AUTO(an_arena) arena = {0};
    struct an_listing list;
    struct an_err err;
    static const char text[] =
        DAV(ENTRY("/a/", "<D:resourcetype> <D:collection/></D:resourcetype><D:getcontentlength/>")
            ENTRY("/a/b%20&amp;", "<D:getcontentlength>12</D:getcontentlength><x:collection xmlns:x=\"y\"/>")
            "<D:response><D:href>/a/c</D:href><D:status>HTTP/1.1 403 No</D:status></D:response>");
    assert_int_equal(an_listing_dav(an_str_from_c(text), &arena, &list, &err), AN_OK);
    assert_int_equal(list.count, 3);
    assert_true(list.items[0].folder && list.items[0].bytes == AN_NO_SIZE);
    assert_true(an_str_eq(list.items[1].name, AN_STR("/a/b%20&")) && list.items[1].bytes == 12 && !list.items[1].folder);
    assert_true(list.items[2].refused && !list.items[1].refused);
}

static void a_list_that_is_no_collection_is_refused(void **state) {
    (void) state;
    static const char *const all[] = {
        "", DAV(ENTRY("", "")), DAV("<D:response/>"), DAV("<D:response><D:href>/a</D:href><D:href>/b</D:href></D:response>"),
        HEAD "<IsTruncated>false</IsTruncated>" TAIL, "<!DOCTYPE a>" DAV(""), "<D:multistatus xmlns:D=\"DAV:\"><D:response>",
    };
    for (size_t i = 0; i < AN_COUNT(all); i++) {
        AN_AUTO(an_arena) arena = {0};
        struct an_listing list;
        struct an_err err;
        assert_int_equal(an_listing_dav(an_str_from_c(all[i]), &arena, &list, &err), AN_INPUT);
    }
}

static void what_is_listed_stands_in_the_folder_that_was_asked_for(void **state) {
    (void) state;
    static const struct { const char *path, *href; enum an_dav_place place; const char *name; } all[] = {
        {"/a", "/a/", AN_DAV_SELF, ""}, {"/a", "/a", AN_DAV_SELF, ""}, {"/", "/", AN_DAV_SELF, ""},
        {"/a", "http://H:80/a/b", AN_DAV_CHILD, "b"}, {"/", "/b%20c/", AN_DAV_CHILD, "b c"},
        {"/a", "/%61/b%25", AN_DAV_CHILD, "b%"}, {"/a", "http://h:81/a/b", AN_DAV_STRANGE, ""},
        {"/a", "http://h:80.evil/a/b", AN_DAV_STRANGE, ""}, {"/a", "//a/b", AN_DAV_STRANGE, ""}, {"/a", "b", AN_DAV_STRANGE, ""},
        {"/a", "/ab", AN_DAV_STRANGE, ""}, {"/a", "/a/b/c", AN_DAV_STRANGE, ""}, {"/a", "/a/%2e%2E", AN_DAV_STRANGE, ""},
        {"/a", "/a/..", AN_DAV_STRANGE, ""}, {"/a", "/a/b%2Fc", AN_DAV_STRANGE, ""}, {"/a", "/a//b", AN_DAV_STRANGE, ""},
        {"/a", "/a/b?c", AN_DAV_STRANGE, ""}, {"/a", "/a/b%00", AN_DAV_STRANGE, ""}, {"/a", "", AN_DAV_STRANGE, ""},
    };
    for (size_t i = 0; i < AN_COUNT(all); i++) {
        AN_AUTO(an_arena) arena = {0};
        struct an_str name;
        struct an_str path = an_str_from_c(all[i].path), href = an_str_from_c(all[i].href);
        assert_int_equal(an_dav_place(AN_STR("http://h:80"), path, href, &arena, &name), all[i].place);
        assert_true(all[i].place != AN_DAV_CHILD || an_str_eq(name, an_str_from_c(all[i].name)));
    }
}

static void a_page_of_hdfs_tells_its_entries_and_whether_there_are_more(void **state) {
    (void) state;
    AN_AUTO(an_arena) arena = {0};
    struct an_listing list;
    struct an_err err;
    assert_int_equal(an_listing_hdfs(AN_STR("{\"DirectoryListing\":{\"remainingEntries\":1,\"partialListing\":{\"FileStatuses\":"
                                            "{\"FileStatus\":[{\"pathSuffix\":\"a\",\"type\":\"FILE\",\"length\":12},"
                                            "{\"pathSuffix\":\"b\",\"type\":\"DIRECTORY\",\"length\":-1},"
                                            "{\"pathSuffix\":\"c\",\"type\":\"SYMLINK\"}]}}}}"), &arena, &list, &err), AN_OK);
    assert_int_equal(list.count, 3);
    assert_true(list.truncated && an_str_eq(list.next, AN_STR("c")));
    assert_true(list.items[0].bytes == 12 && list.items[1].folder && list.items[1].bytes == AN_NO_SIZE && list.items[2].link);
    static const char *const bad[] = {
        "", "[]", "{}", "{\"FileStatuses\":{}}", "{\"FileStatuses\":{\"FileStatus\":[{}]}}",
        "{\"FileStatuses\":{\"FileStatus\":[{\"pathSuffix\":\"a\",\"type\":\"DOOR\"}]}}",
        "{\"FileStatuses\":{\"FileStatus\":[]}",
        "{\"DirectoryListing\":{\"partialListing\":{\"FileStatuses\":{\"FileStatus\":[]}}}}",
        "{\"DirectoryListing\":{\"remainingEntries\":3,\"partialListing\":{\"FileStatuses\":{\"FileStatus\":[]}}}}",
    };
    for (size_t i = 0; i < AN_COUNT(bad); i++)
        assert_int_equal(an_listing_hdfs(an_str_from_c(bad[i]), &arena, &list, &err), AN_INPUT);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_page_tells_its_objects_and_what_comes_next),
        cmocka_unit_test(without_an_encoding_keys_are_as_they_stand),
        cmocka_unit_test(a_page_that_is_none_is_refused),
        cmocka_unit_test(a_page_has_its_limits),
        cmocka_unit_test(a_collection_tells_its_members),
        cmocka_unit_test(a_list_that_is_no_collection_is_refused),
        cmocka_unit_test(what_is_listed_stands_in_the_folder_that_was_asked_for),
        cmocka_unit_test(a_page_of_hdfs_tells_its_entries_and_whether_there_are_more),
        cmocka_unit_test(a_profile_gives_what_its_section_says),
        cmocka_unit_test(a_key_does_not_go_with_the_token_of_another),
        cmocka_unit_test(the_environment_comes_before_the_files),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
