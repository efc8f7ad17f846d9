// Stores reached by a URL, as far as no server is needed: URLs, which stores are wanted, the rate, rows on their way.
#include "unit.h"
#include "sink.h"

#include <time.h>

#include "remote/copy.h"
#include "remote/remote.h"

static void is(struct an_str s, const char *expected) {
    if (!an_str_eq(s, an_str_from_c(expected)))
        fail_msg("'%.*s' instead of '%s'", AN_STR_ARG(s), expected);
}

static void url_is_split_and_decoded(void **state) {
    (void) state;
    struct an_url u;
    struct an_err err = {0};
    struct an_str text = AN_STR("PostgreSQL://re%40der:p%2Fw%3a@DB1.example:5433/%E7%94%A8%E6%88%B7?"
                                "sslmode=require&&x=a%26b&y");
    assert_int_equal(an_url_parse(text, &u, &err), AN_OK);
    is(u.scheme, "postgresql");
    is(u.user, "re@der");
    is(u.password, "p/w:");
    is(u.host, "DB1.example");
    assert_int_equal(u.port, 5433);
    is(u.path, "/用户");
    is(u.raw_path, "/%E7%94%A8%E6%88%B7");
    assert_int_equal(u.pair_count, 3);
    is(an_url_value(&u, "sslmode"), "require");
    is(an_url_value(&u, "x"), "a&b");
    is(an_url_value(&u, "y"), "");
    assert_null(an_url_value(&u, "z").ptr);
    AN_AUTO(an_buf) shown = {0};
    assert_int_equal(an_url_show(&u, "pg", &shown, &err), AN_OK);
    is(an_buf_str(&shown), "pg://db1.example:5433/%E7%94%A8%E6%88%B7");
    an_url_release(&u);
    assert_null(u.text);
}

static void url_parts_may_be_missing(void **state) {
    (void) state;
    static const struct { const char *text, *host, *path, *shown; uint16_t port; } good[] = {
        {"mysql://", "", "", "mysql://", 0},
        {"postgresql:///app", "", "/app", "postgresql:///app", 0},
        {"postgresql://[::1]:5432/a", "::1", "/a", "postgresql://[::1]:5432/a", 5432},
        {"postgresql://%2Ftmp%2Fpg/a", "/tmp/pg", "/a", "postgresql://%2Ftmp%2Fpg/a", 0},
        {"redis://:secret@h", "h", "", "redis://h", 0},
        {"https://h?q=1", "h", "", "https://h", 0},
        {"mongodb://u:p@h1:27017,H2:27018/a", "h1:27017,H2:27018", "/a", "mongodb://h1:27017,h2:27018/a", 0},
        {"mongodb://[::1]:1,[::2]/a", "[::1]:1,[::2]", "/a", "mongodb://[::1]:1,[::2]/a", 0},
        {"mongodb://h1,h2:7/a", "h1,h2", "/a", "mongodb://h1,h2:7/a", 7},
        {"postgresql://h1,h2/a", "h1,h2", "/a", "postgresql://h1,h2/a", 0},
        {"s3://Bucket/a//b", "Bucket", "/a//b", "s3://bucket/a//b", 0},
    };
    for (size_t i = 0; i < AN_COUNT(good); i++) {
        struct an_url u;
        struct an_err err = {0};
        AN_AUTO(an_buf) shown = {0};
        assert_int_equal(an_url_parse(an_str_from_c(good[i].text), &u, &err), AN_OK);
        is(u.host, good[i].host);
        is(u.path, good[i].path);
        assert_int_equal(u.port, good[i].port);
        assert_int_equal(an_url_show(&u, u.scheme.ptr, &shown, &err), AN_OK);
        is(an_buf_str(&shown), good[i].shown);
        an_url_release(&u);
    }
}

static void url_that_makes_no_sense_is_refused(void **state) {
    (void) state;
    static const char *const bad[] = {
        "postgresql", "//h/a", "1x://h", "x//h", "p://h:0/a", "p://h:65536", "p://h:1x/", "p://h:", "p://u:geheim@x@h/",
        "p://h/%",
        "p://h/%4", "p://h/%zz", "p://h/%00", "p://h/%0a", "p://h/a b", "p://h/\n", "p://[::1/a", "p://[::g;]/a",
        "p://[::%]/a", "p://h%3a1/a", "p://[::1]x/a",
        "p://h/%ff", "p://h/#a", "p://u:geheim/w@h/", "p://h<x>/", "p://h/?%ff=1",
    };
    for (size_t i = 0; i < AN_COUNT(bad); i++) {
        struct an_url u;
        struct an_err err = {0};
        if (an_url_parse(an_str_from_c(bad[i]), &u, &err) != AN_USAGE)
            fail_msg("taken: %s", bad[i]);
        assert_null(u.text);
        assert_non_null(*err.text ? err.text : NULL);
        assert_null(strstr(err.text, "geheim"));
    }
    char many[1024] = "p://h/?";
    for (int i = 0; i < 65; i++)
        memcpy(many + strlen(many), "a&", 3);
    struct an_url u;
    struct an_err err = {0};
    assert_int_equal(an_url_parse(an_str_from_c(many), &u, &err), AN_USAGE);
    many[strlen(many) - 2] = '\0';
    assert_int_equal(an_url_parse(an_str_from_c(many), &u, &err), AN_OK);
    an_url_release(&u);
}

static void remote_is_found_by_its_scheme(void **state) {
    (void) state;
    struct an_url u;
    struct an_err err = {0};
    AN_AUTO(an_buf) uri = {0};
    assert_int_equal(an_remote_parse(AN_STR("POSTGRES://a:b@h/x?sslmode=disable"), &u, &err), AN_OK);
    assert_string_equal(an_remote_find(u.scheme)->name, "postgresql");
    assert_int_equal(an_remote_show(&u, &uri, &err), AN_OK);
    is(an_buf_str(&uri), "postgresql://h/x");
    an_url_release(&u);
    assert_null(an_remote_find(AN_STR("gopher")));
    assert_int_equal(an_remote_parse(AN_STR("postgres://h/x?password=geheim"), &u, &err), AN_USAGE);
    assert_null(strstr(err.text, "geheim"));
    assert_int_equal(an_remote_parse(AN_STR("postgres://h/x/y"), &u, &err), AN_USAGE);
    assert_int_equal(an_remote_parse(AN_STR("postgres://a:1,b:2/x"), &u, &err), AN_USAGE);
    assert_int_equal(an_remote_parse(AN_STR("mongodb://a:1,b:2/x?tls=true"), &u, &err), AN_OK);
    an_url_release(&u);
    for (size_t i = 1; i < an_remote_count; i++)
        assert_true(strcmp(an_remotes[i - 1]->name, an_remotes[i]->name) < 0);
    for (size_t i = 0; i < an_remote_count; i++)
        for (const char *const *s = an_remotes[i]->schemes; *s; s++)
            assert_ptr_equal(an_remote_find(an_str_from_c(*s)), an_remotes[i]);
}

static void glob_stands_for_names(void **state) {
    (void) state;
    static const struct { const char *glob, *text; bool like; } cases[] = {
        {"users", "users", true}, {"users", "users2", false}, {"user?", "user张", true}, {"user?", "user", false},
        {"*", "", true}, {"**", "a", true}, {"a*b*c", "a--b--b-c", true}, {"a*b*c", "a--b--b-", false},
        {"public.*", "public.users", true}, {"public.*", "other.users", false}, {"*用户*", "app.用户表", true}, {"", "a", false},
        {"", "", true}, {"?", "张", true}, {"??", "张", false},
    };
    for (size_t i = 0; i < AN_COUNT(cases); i++)
        if (an_remote_glob(an_str_from_c(cases[i].glob), an_str_from_c(cases[i].text)) != cases[i].like)
            fail_msg("%s and %s", cases[i].glob, cases[i].text);
    char text[4096], glob[4096];            // takes no time that grows with every star
    memset(text, 'a', sizeof text);
    for (size_t i = 0; i < sizeof glob; i++)
        glob[i] = i % 2 ? 'a' : '*';
    glob[sizeof glob - 1] = 'b';
    assert_false(an_remote_glob((struct an_str) {glob, sizeof glob}, (struct an_str) {text, sizeof text}));
}

static void options_say_what_is_wanted(void **state) {
    (void) state;
    static const char *const include[] = {"public.*", "orders"}, *const exclude[] = {"*_old", "public.log"};
    static const char *const where[] = {"users=id < 5", "s.t=a = 'b'"};
    bool used[2] = {false};
    struct an_remote_options o = {.include = include, .include_count = 2, .exclude = exclude, .exclude_count = 2,
                                  .where = where, .where_count = 2, .where_used = used};
    struct an_remote_ask ask = {.options = &o};
    struct an_str why = {0};
    assert_true(an_remote_wants(&ask, AN_STR("public.users"), AN_STR("users"), &why));
    assert_true(an_remote_wants(&ask, AN_STR("shop.orders"), AN_STR("orders"), &why));
    assert_false(an_remote_wants(&ask, AN_STR("shop.users"), AN_STR("users"), &why));
    assert_non_null(strstr(why.ptr, "--include"));
    assert_false(an_remote_wants(&ask, AN_STR("public.users_old"), AN_STR("users_old"), &why));
    assert_non_null(strstr(why.ptr, "--exclude"));
    assert_false(an_remote_wants(&ask, AN_STR("public.log"), AN_STR("log"), &why));
    is(an_remote_where(&ask, AN_STR("public.users"), AN_STR("users")), "id < 5");
    is(an_remote_where(&ask, AN_STR("s.t"), AN_STR("t")), "a = 'b'");
    assert_null(an_remote_where(&ask, AN_STR("x.t"), AN_STR("t")).ptr);
    assert_true(used[0] && used[1]);
}

static void rate_is_kept(void **state) {
    (void) state;
    struct an_rate rate = {.per_second = 1000000, .lock = PTHREAD_MUTEX_INITIALIZER};
    struct timespec a, b;
    (void) clock_gettime(CLOCK_MONOTONIC, &a);
    for (int i = 0; i < 30; i++)
        an_rate_take(&rate, 10000);
    (void) clock_gettime(CLOCK_MONOTONIC, &b);
    double took = (double) (b.tv_sec - a.tv_sec) + (double) (b.tv_nsec - a.tv_nsec) / 1e9;
    assert_true(took >= 0.19);              // 300 kB at 1 MB/s, with 0.1 s to begin with
    an_rate_take(NULL, 1);
    an_rate_take(&(struct an_rate) {.lock = PTHREAD_MUTEX_INITIALIZER}, UINT64_MAX);
}

// Rows.

static void copy_lines_are_cells(void **state) {
    (void) state;
    static const enum an_copy_cell cells[] = {AN_COPY_TEXT, AN_COPY_BYTES, AN_COPY_MIXED};
    static const struct an_str names[] = {AN_STR_INIT("a"), AN_STR_INIT("b"), AN_STR_INIT("c")};
    static const struct { const char *line, *cells; } cases[] = {
        {"x\ty\tz", "x|y|z"}, {"\\N\t\\N\t\\N", ""}, {"\\N\ty\t\\N", "y"}, {"a\\tb\\n\\\\c\t\t", "a\tb\n\\c"}, {"x\ty", NULL},
        {"x\ty\tz\tw", NULL}, {"", NULL}, {"\\Nx\t\t", "Nx"}, {"1\t\\\\x616263\t2", "1|abc|2"}, {"1\t\\\\x6\t2", "1|\\x6|2"},
        {"1\t2\t{\"\\\\\\\\x6162\",\\\\x,\\\\x616}", "1|2|{\"\\ab\",\\x,\\x616}"}, {"\xd5\xc5\t2\t3", "张|2|3"},
    };
    for (size_t i = 0; i < AN_COUNT(cases); i++) {
        struct sink s;
        AN_AUTO(an_table) t = {0};
        struct an_err err = {0};
        char line[64];
        bool fits;
        sink_begin(&s);
        s.open = true;
        s.count = 1;
        assert_int_equal(an_table_begin(&t, &s.sink, names, 3, &err), AN_OK);
        s.log.len = 0;
        memcpy(line, cases[i].line, strlen(cases[i].line) + 1);
        assert_int_equal(an_copy_line(&t, line, strlen(line), cells, 3, &fits, &err), AN_OK);
        if (fits != (cases[i].cells != NULL))
            fail_msg("'%s' fits: %d", cases[i].line, fits);
        if (!fits)
            an_table_drop_row(&t);
        else
            assert_int_equal(an_table_end_row(&t, &err), AN_OK);
        char expected[128] = "";
        if (fits)
            (void) snprintf(expected, sizeof expected, "record 1@0 %s\n", cases[i].cells);
        assert_string_equal(sink_text(&s), expected);
        sink_end(&s);
    }
}

static void messages_of_libraries_are_one_line_without_secrets(void **state) {
    (void) state;
    AN_AUTO(an_buf) out = {0}, uri = {0};
    struct an_err err = {0};
    assert_int_equal(an_remote_plain("  refused\n\tby \"h\"\xff\x01 张\n", AN_STR(""), &out, &err), AN_OK);
    is(an_buf_str(&out), "refused by \"h\" 张");
    out.len = 0;
    assert_int_equal(an_remote_plain("password geheim is wrong", AN_STR("geheim"), &out, &err), AN_OK);
    assert_null(memchr(out.ptr, 'g', out.len));
    assert_int_equal(an_remote_below(AN_STR("p://h/"), AN_STR("a/b 用!%"), &uri, &err), AN_OK);
    is(an_buf_str(&uri), "p://h/a%2Fb%20用%21%25");
}

static enum an_code on_rows(void *arg, const struct an_rows *rows, struct an_err *err) {
    struct sink *s = arg;
    SINK_LOG(s, "rows %llu:", (unsigned long long) rows->number);
    for (size_t i = 0; i < rows->count * rows->columns; i++) {
        struct an_str cell = {rows->text + rows->cells[i].at, rows->cells[i].len};
        sink_touch(cell);
        SINK_LOG(s, "%s%.*s", i % rows->columns ? "|" : " ", AN_STR_ARG(cell));
    }
    SINK_LOG(s, "\n");
    return sink_may_fail(s, err);
}

static void fill(struct an_table *t, const struct an_sink *sink, size_t columns) {
    static const struct an_str names[] = {AN_STR_INIT("a"), AN_STR_INIT("b")};
    struct an_err err = {0};
    assert_int_equal(an_table_begin(t, sink, names, columns, &err), AN_OK);
    for (int i = 0; i < 3 && columns; i++) {
        assert_int_equal(an_table_text(t, AN_STR("\xd5\xc5\xce\xb0\xb5\xc4\xb5\xd8\xd6\xb7"), &err), AN_OK);    // GB18030
        if (i == 1) {
            an_table_drop_row(t);
            continue;
        }
        if (i == 2)
            assert_int_equal(an_table_bytes(t, AN_STR("\0\0\1abcdefgh\xff"), &err), AN_OK);
        assert_int_equal(an_table_end_row(t, &err), AN_OK);
    }
    for (int i = 0; i < 2 && !columns; i++)
        assert_int_equal(an_table_end_row(t, &err), AN_OK);
    assert_int_equal(an_table_flush(t, &err), AN_OK);
}

static void rows_go_together_or_one_by_one(void **state) {
    (void) state;
    for (int with = 0; with < 2; with++) {
        struct sink s;
        AN_AUTO(an_table) t = {0};
        sink_begin(&s);
        s.open = true;
        s.count = 1;
        s.stores[0] = (struct sink_store) {0};
        s.sink.rows = with ? on_rows : NULL;
        fill(&t, &s.sink, 2);
        assert_string_equal(sink_text(&s), with ? "columns a|b\nrows 1: 张伟的地址| 张伟的地址|abcdefgh\n\n"
                            : "columns a|b\nrecord 1@0 张伟的地址\nrecord 2@10 张伟的地址|abcdefgh\n\n");
        assert_int_equal(t.rows, 2);
        sink_end(&s);
    }
    struct sink s;                          // a table without columns has records all the same
    AN_AUTO(an_table) t = {0};
    sink_begin(&s);
    s.open = true;
    s.count = 1;
    s.sink.rows = on_rows;
    fill(&t, &s.sink, 0);
    assert_string_equal(sink_text(&s), "columns\nrecord 1@0 \nrecord 2@0 \n");
    sink_end(&s);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(url_is_split_and_decoded),
        cmocka_unit_test(url_parts_may_be_missing),
        cmocka_unit_test(url_that_makes_no_sense_is_refused),
        cmocka_unit_test(remote_is_found_by_its_scheme),
        cmocka_unit_test(glob_stands_for_names),
        cmocka_unit_test(options_say_what_is_wanted),
        cmocka_unit_test(rate_is_kept),
        cmocka_unit_test(copy_lines_are_cells),
        cmocka_unit_test(messages_of_libraries_are_one_line_without_secrets),
        cmocka_unit_test(rows_go_together_or_one_by_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
