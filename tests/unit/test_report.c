#include "unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>
#include "base/alloc.h"
#include "base/utf8.h"
#include "model_sample.h"
#include "report/figure.h"
#include "report/out.h"
#include "report/report.h"
#include "report/scale.h"

struct written {                // one sample, one language, one writer; NUL-ended so that it can be searched
    struct an_arena arena;
    struct an_model model;
    struct an_buf out;
};

static void written_release(struct written *w) {
    an_buf_release(&w->out);
    an_arena_release(&w->arena);
}
#define WRITTEN(w) AN_CLEANUP(written_release) struct written w = {0}

static const char *write_as(struct written *w, const char *name, enum sample which, enum an_lang lang,
                            const struct an_report_options *options) {
    struct an_err err = {0};
    const struct an_report *report = an_report_find(an_str_from_c(name));
    assert_non_null(report);
    sample_fill(which, &w->model, &w->arena);
    assert_int_equal(report->write(&w->model, lang, options, &w->out, &err), AN_OK);
    struct an_str text = an_buf_str(&w->out);
    assert_int_equal(an_utf8_valid(text), text.len);
    assert_int_equal(an_buf_add(&w->out, (struct an_str) {"", 1}, &err), AN_OK);
    w->out.len--;
    return w->out.ptr;
}

static const char *write_plain(struct written *w, const char *name, enum sample which, enum an_lang lang) {
    return write_as(w, name, which, lang, &(struct an_report_options) {0});
}

static size_t count_of(const char *text, const char *what) {
    size_t count = 0;
    for (; (text = strstr(text, what)); text += strlen(what))
        count++;
    return count;
}

static void assert_text(struct an_str got, const char *want) {
    assert_int_equal(got.len, strlen(want));
    assert_memory_equal(got.ptr, want, got.len);
}

static void writers_are_found_by_name(void **state) {
    (void) state;
    assert_int_equal(an_report_count, 3);
    for (size_t i = 0; i < an_report_count; i++) {
        assert_ptr_equal(an_report_find(an_str_from_c(an_reports[i]->name)), an_reports[i]);
        assert_true(i == 0 || strcmp(an_reports[i - 1]->name, an_reports[i]->name) < 0);
    }
    assert_null(an_report_find(AN_STR("htm")));
}

static void figures_are_grouped_and_never_rounded_over_a_line(void **state) {
    (void) state;
    assert_text(AN_FIGURE(an_figure, 0, AN_EN), "0");
    assert_text(AN_FIGURE(an_figure, 999, AN_EN), "999");
    assert_text(AN_FIGURE(an_figure, 1000, AN_EN), "1,000");
    assert_text(AN_FIGURE(an_figure, UINT64_MAX - 1, AN_EN), "18,446,744,073,709,551,614");
    assert_text(AN_FIGURE(an_figure, AN_INFINITE, AN_EN), "no bound");
    assert_text(AN_FIGURE(an_figure_long, 1300000, AN_EN), "1,300,000");
    assert_text(AN_FIGURE(an_figure_long, 9999, AN_ZH), "9,999");
    assert_text(AN_FIGURE(an_figure_long, 1300000, AN_ZH), "1,300,000（130万）");
    assert_text(AN_FIGURE(an_figure_long, 999999, AN_ZH), "999,999（99.9万余）");
    assert_text(AN_FIGURE(an_figure_long, 1000001, AN_ZH), "1,000,001（100万余）");
    assert_text(AN_FIGURE(an_figure_long, 1500, AN_ZH), "1,500");
    assert_text(AN_FIGURE(an_figure_long, 120000000, AN_ZH), "120,000,000（1.2亿）");
    assert_text(AN_FIGURE(an_figure_tick, 250000, AN_ZH), "25万");
    assert_text(AN_FIGURE(an_figure_tick, 10001, AN_ZH), "10,001");
    assert_text(AN_FIGURE(an_figure_small, 0, AN_EN), "0");
    assert_text(AN_FIGURE(an_figure_small, 1, AN_EN), "<10");
    assert_text(AN_FIGURE(an_figure_small, 9, AN_EN), "<10");
    assert_text(AN_FIGURE(an_figure_small, 10, AN_EN), "10");
    assert_text(AN_FIGURE(an_figure_bytes, 999, AN_EN), "999 B");
    assert_text(AN_FIGURE(an_figure_bytes, 1234, AN_EN), "1.23 kB");
    assert_text(AN_FIGURE(an_figure_bytes, 99999, AN_EN), "99.9 kB");
    assert_text(AN_FIGURE(an_figure_bytes, 1099511627776, AN_EN), "1.09 TB");
    char out[AN_FIGURE_MAX];
    assert_text(an_figure_share(0, out), "0%");
    assert_text(an_figure_share(0.0001, out), "<0.1%");
    assert_text(an_figure_share(0.98, out), "98%");
    assert_text(an_figure_share(0.99987, out), "99.9%");
    assert_text(an_figure_share(1, out), "100%");
    assert_text(an_figure_span(9, 9, AN_EN, out), "<10");
    assert_text(an_figure_span(1200, AN_INFINITE, AN_EN, out), "1,200–no bound");
}

static void a_scale_never_shows_the_line_as_reached_when_it_is_not(void **state) {
    (void) state;
    static const uint64_t numbers[] = {0,          1,       9,       500,     999999,     1000000,
                                       1000001,    1300000, 7999999, 8000001, 5000000000, UINT64_MAX - 1,
                                       AN_INFINITE};
    for (size_t i = 0; i < AN_COUNT(numbers); i++)
        for (size_t k = i; k < AN_COUNT(numbers); k++) {
            uint64_t read = numbers[k] == AN_INFINITE ? numbers[i] : numbers[k];
            if (read == AN_INFINITE)
                continue;
            struct an_model_people people = {numbers[i], numbers[i], numbers[k], read};
            struct an_scale scale = an_scale_for(&people, 1000000);
            double line = an_scale_at(&scale, 1000000, 900, 3);
            double floor = an_scale_at(&scale, numbers[i], 900, 3),
                   ceiling = an_scale_at(&scale, numbers[k], 900, 3);
            assert_true(line > 0 && line < 900);
            assert_true(floor >= 0 && floor <= ceiling && ceiling <= 900);
            assert_true(numbers[i] == 1000000 ||
                        (numbers[i] > 1000000 ? floor >= line + 3 : floor <= line - 3));
            assert_true(numbers[k] == 1000000 ||
                        (numbers[k] > 1000000 ? ceiling >= line + 3 : ceiling <= line - 3));
            uint64_t ticks[AN_SCALE_TICKS];
            size_t count = an_scale_ticks(&scale, ticks);
            assert_true(count >= 3 && ticks[0] == 0);
            for (size_t t = 1; t < count; t++)
                assert_true(ticks[t] > ticks[t - 1]);
        }
    assert_true(an_scale_for(&(struct an_model_people) {9, 9, 10, 10}, 1000000).is_log);
    assert_false(an_scale_for(&(struct an_model_people) {1300000, 1300000, 1400000, 1400000}, 1000000)
                     .is_log);
    assert_false(an_scale_for(&(struct an_model_people) {0}, 0).is_log);
}

static void text_from_outside_is_made_visible_and_cut_to_columns(void **state) {
    (void) state;
    static const struct { const char *text; size_t columns, takes; const char *shown; } cases[] = {
        {"plain", 10, 5, "plain"},
        {"a\033[2Jb", 30, 13, "a<U+001B>[2Jb"},
        {"x\xE2\x80\xAEy", 30, 10, "x<U+202E>y"},
        {"\xFF!", 10, 2, "\xEF\xBF\xBD!"},
        {"会员资料", 8, 8, "会员资料"},
        {"会员资料会员资料", 10, 9, "会...资料"},
        {"0123456789abcdef", 12, 12, "012...abcdef"},
    };
    for (size_t i = 0; i < AN_COUNT(cases); i++) {
        AN_AUTO(an_buf) buf = {0};
        struct an_out out = {.buf = &buf};
        size_t took = an_out_clip(&out, an_str_from_c(cases[i].text), cases[i].columns);
        assert_text(an_buf_str(&buf), cases[i].shown);
        assert_int_equal(took, cases[i].takes);
        assert_true(took <= cases[i].columns);
    }
    assert_int_equal(an_columns(AN_STR("e\xCC\x81")), 1);
}

// The exit status of tests/browser/check-json on the result at `path`.
static int check_json(const char *root, const char *path) {
    char checker[1024], schema[1024];
    snprintf(checker, sizeof checker, "%s/tests/browser/check-json", root);
    snprintf(schema, sizeof schema, "%s/docs/result.schema.json", root);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        execlp("python3", "python3", checker, schema, path, (char *) NULL);
        _exit(77);
    }
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void json_is_valid_under_its_schema(void **state) {
    (void) state;
    const char *root = getenv("ANSHEN_SOURCE_ROOT");
    if (!root)
        return;                         // not at hand; cmocka's skip() counts as a failure in TAP
    for (int which = 0; which < SAMPLE_COUNT; which++) {
        WRITTEN(w);
        write_plain(&w, "json", (enum sample) which, AN_EN);
        char path[] = "/tmp/anshen-test-XXXXXX";
        int fd = mkstemp(path);
        assert_true(fd >= 0);
        assert_int_equal(write(fd, w.out.ptr, w.out.len), (ssize_t) w.out.len);
        close(fd);
        int status = check_json(root, path);
        unlink(path);
        if (status == 77)
            return;                     // likewise
        assert_int_equal(status, 0);
    }
}

static void json_says_null_where_nothing_is_known(void **state) {
    (void) state;
    WRITTEN(w);
    const char *json = write_plain(&w, "json", SAMPLE_UNDETERMINED, AN_EN);
    assert_non_null(strstr(json, "\"schema\": \"anshen.result/1\""));
    assert_non_null(strstr(json, "\"ceiling\": null,\n    \"ceiling_read\": 921877"));
    assert_non_null(strstr(json, "\"records_unread\": null"));
    assert_non_null(strstr(json, "\"lo\": 612400,\n      \"hi\": null"));
    assert_non_null(strstr(json, "\"offset\": 50000001,\n          \"record\": null"));
    assert_non_null(strstr(json, "\"certificate\": {\"and\":["));
    assert_non_null(strstr(json, "\"share\": 0.9999"));
    assert_null(strstr(json, "18446744073709551615"));
    assert_null(strstr(json, "3.42"));
}

static void json_has_small_counts_exactly(void **state) {
    (void) state;
    WRITTEN(w);
    const char *json = write_plain(&w, "json", SAMPLE_BELOW, AN_EN);
    assert_null(strstr(json, "<10"));
    assert_non_null(strstr(json, "\"distinct\": 9,"));
}

static void a_report_is_the_same_every_time_and_json_in_every_language(void **state) {
    (void) state;
    for (int which = 0; which < SAMPLE_COUNT; which++)
        for (size_t i = 0; i < an_report_count; i++) {
            WRITTEN(a);
            WRITTEN(b);
            bool is_json = strcmp(an_reports[i]->name, "json") == 0;
            write_plain(&a, an_reports[i]->name, (enum sample) which, AN_ZH);
            write_plain(&b, an_reports[i]->name, (enum sample) which, is_json ? AN_EN : AN_ZH);
            assert_string_equal(a.out.ptr, b.out.ptr);
        }
}

static void html_stands_alone(void **state) {
    (void) state;
    for (int which = 0; which < SAMPLE_COUNT; which++)
        for (int lang = AN_EN; lang <= AN_ZH; lang++) {
            WRITTEN(w);
            const char *html = write_plain(&w, "html", (enum sample) which, (enum an_lang) lang);
            assert_true(strncmp(html, "<!DOCTYPE html>\n", 16) == 0);
            assert_non_null(strstr(html, lang == AN_ZH ? "<html lang=\"zh-CN\">" : "<html lang=\"en\">"));
            static const char *const never[] = {"<script", "<img",    "<link",   "<iframe",
                                                "<object", "@import", "url(http"};
            for (size_t i = 0; i < AN_COUNT(never); i++)
                assert_null(strstr(html, never[i]));
            assert_int_equal(count_of(html, "<h1>"), 1);
            assert_int_equal(count_of(html, "<h2 "), 8);
            assert_int_equal(count_of(html, "href=\"#"), count_of(html, "href=\""));
            assert_non_null(strstr(html, lang == AN_ZH
                                             ? "伪造或借用的证件号码"
                                             : "Fake or borrowed IDs cannot be seen from inside the data"));
        }
}

static void hostile_names_do_nothing(void **state) {
    (void) state;
    static const char *const writers[] = {"html", "screen"};
    for (size_t i = 0; i < AN_COUNT(writers); i++) {
        WRITTEN(w);
        const char *text = write_plain(&w, writers[i], SAMPLE_HOSTILE, AN_EN);
        static const char *const never[] = {"\033",         "\007", "\r",          "\t",
                                            "\xE2\x80\xAE", "\xFF", "\xED\xA0\x80"};
        for (size_t k = 0; k < AN_COUNT(never); k++)
            assert_null(strstr(text, never[k]));
        assert_non_null(strstr(text, i ? "<U+202E>" : "&lt;U+202E&gt;"));
    }
    WRITTEN(w);
    const char *html = write_plain(&w, "html", SAMPLE_HOSTILE, AN_EN);
    assert_null(strstr(html, "<a href=\"javascript"));
    assert_null(strstr(html, "\" onmouseover"));
    assert_int_equal(count_of(html, "</style>"), 1);
    assert_int_equal(count_of(html, "<!--"), 0);
    assert_non_null(strstr(html, "&lt;script&gt;alert(document.domain)&lt;/script&gt;.csv"));
    assert_true(w.out.len < 64000);         // the endless name is cut wherever it stands
}

static void the_map_hides_small_counts_and_shows_two_hundred_stores(void **state) {
    (void) state;
    WRITTEN(w);
    const char *html = write_plain(&w, "html", SAMPLE_MANY, AN_EN);
    assert_non_null(strstr(html, ">&lt;10</td>"));
    const char *map = strstr(html, "<table class=\"map\">");
    assert_non_null(map);
    const char *end = strstr(map, "</table>");
    assert_int_equal(count_of(map, "<tr>") - count_of(end, "<tr>"), 1 + 200);
    for (const char *cell = map; cell < end; cell++)
        assert_false(cell[0] == '>' && cell[1] >= '1' && cell[1] <= '9' && cell[2] == '<');
    assert_non_null(strstr(end, "The first 200 of 500 are shown; the other 300 are in the JSON result"));
    assert_null(strstr(html, "data/000/table.csv"));        // the one without people
}

static void the_chinese_words_are_shown_in_both_languages(void **state) {
    (void) state;
    for (int lang = AN_EN; lang <= AN_ZH; lang++) {
        WRITTEN(w);
        const char *html = write_plain(&w, "html", SAMPLE_APPLIES, (enum an_lang) lang);
        assert_non_null(strstr(
            html, "<blockquote lang=\"zh-CN\"><p>掌握超过100万用户个人信息的网络平台运营者赴国外上市"));
    }
}

static void a_screen_keeps_to_its_width(void **state) {
    (void) state;
    static const unsigned widths[] = {0, 72, 80, 97, 120};
    for (size_t k = 0; k < AN_COUNT(widths) * SAMPLE_COUNT * 2; k++) {
        WRITTEN(w);
        unsigned width = widths[k / 2 / SAMPLE_COUNT];
        const char *text = write_as(&w, "screen", (enum sample)(k / 2 % SAMPLE_COUNT), (enum an_lang)(k % 2),
                                    &(struct an_report_options) {.width = width});
        size_t lines = 0;
        struct an_str rest = an_str_from_c(text), one;
        for (; rest.len && an_str_next(&rest, '\n', &one); lines++)
            if (an_columns(one) > (width ? width : 80))
                fail_msg("%zu columns of %u: %.*s", an_columns(one), width, AN_STR_ARG(one));
        assert_true(lines <= 70);
    }
}

static void colours_are_only_beside_the_words(void **state) {
    (void) state;
    WRITTEN(plain);
    WRITTEN(colored);
    write_plain(&plain, "screen", SAMPLE_HOSTILE, AN_EN);
    const char *text =
        write_as(&colored, "screen", SAMPLE_HOSTILE, AN_EN, &(struct an_report_options) {.color = true});
    assert_true(count_of(text, "\033[") > 4);
    AN_AUTO(an_buf) bare = {0};
    struct an_err err = {0};
    while (*text) {
        if (*text == '\033')
            text = strchr(text, 'm') + 1;
        else
            assert_int_equal(an_buf_add(&bare, (struct an_str) {text++, 1}, &err), AN_OK);
    }
    assert_text(an_buf_str(&bare), plain.out.ptr);
}

static void the_bar_on_screen_keeps_to_its_side_of_the_line(void **state) {
    (void) state;
    static const struct { struct an_model_people people; bool reaches; } cases[] = {
        {{999999, 999999, 1000000, 1000000}, false},
        {{1000001, 1000001, 1000001, 1000001}, true},
    };
    for (size_t i = 0; i < AN_COUNT(cases); i++) {
        AN_AUTO(an_buf) out = {0};
        struct an_err err = {0};
        struct an_model model = {
            .measured = true, .threshold = 1000000, .people = cases[i].people, .headline = {"", ""}, .as_of = AN_DAY_NONE};
        assert_int_equal(an_report_find(AN_STR("screen"))
                             ->write(&model, AN_EN, &(struct an_report_options) {0}, &out, &err),
                         AN_OK);
        assert_int_equal(an_buf_add(&out, (struct an_str) {"", 1}, &err), AN_OK);
        assert_true((strstr(out.ptr, "|#") != NULL) == cases[i].reaches);
        assert_non_null(strstr(out.ptr, "#|"));
    }
}

static void every_allocation_may_fail(void **state) {
    (void) state;
    AN_AUTO(an_arena) arena = {0};
    struct an_model model;
    sample_fill(SAMPLE_APPLIES, &model, &arena);
    for (size_t i = 0; i < an_report_count; i++) {
        uint64_t before = an_alloc_count();
        AN_AUTO(an_buf) whole = {0};
        struct an_err err = {0};
        assert_int_equal(an_reports[i]->write(&model, AN_EN, &(struct an_report_options) {0}, &whole, &err),
                         AN_OK);
        uint64_t n = an_alloc_count() - before;
        assert_true(n > 2);
        for (uint64_t k = 1; k <= n; k++) {
            AN_AUTO(an_buf) out = {0};
            an_alloc_fail_nth(k);
            assert_int_equal(an_reports[i]->write(&model, AN_EN, &(struct an_report_options) {0}, &out, &err),
                             AN_NOMEM);
        }
        an_alloc_fail_nth(0);
    }
}

static void what_was_not_read_is_named_with_the_rules_it_could_settle(void **state) {
    (void) state;
    WRITTEN(w);
    const char *text = write_plain(&w, "screen", SAMPLE_UNDETERMINED, AN_EN);
    assert_non_null(strstr(text, "or by reading all of data/a.csv, data/b.zip, c ..."));
    assert_non_null(strstr(text, "Wait for something to happen"));
    WRITTEN(h);
    assert_non_null(strstr(write_plain(&h, "html", SAMPLE_UNDETERMINED, AN_EN), "Not read in full, and could move a count"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(writers_are_found_by_name),
        cmocka_unit_test(figures_are_grouped_and_never_rounded_over_a_line),
        cmocka_unit_test(a_scale_never_shows_the_line_as_reached_when_it_is_not),
        cmocka_unit_test(text_from_outside_is_made_visible_and_cut_to_columns),
        cmocka_unit_test(json_is_valid_under_its_schema),
        cmocka_unit_test(json_says_null_where_nothing_is_known),
        cmocka_unit_test(json_has_small_counts_exactly),
        cmocka_unit_test(a_report_is_the_same_every_time_and_json_in_every_language),
        cmocka_unit_test(html_stands_alone),
        cmocka_unit_test(hostile_names_do_nothing),
        cmocka_unit_test(the_map_hides_small_counts_and_shows_two_hundred_stores),
        cmocka_unit_test(the_chinese_words_are_shown_in_both_languages),
        cmocka_unit_test(a_screen_keeps_to_its_width),
        cmocka_unit_test(colours_are_only_beside_the_words),
        cmocka_unit_test(the_bar_on_screen_keeps_to_its_side_of_the_line),
        cmocka_unit_test(what_was_not_read_is_named_with_the_rules_it_could_settle),
        cmocka_unit_test(every_allocation_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
