// Papers: what may be made, what they say of a case, and that every template goes with every model.
#include "unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "app/format.h"
#include "app/paper_entries.h"
#include "base/file.h"
#include "model_sample.h"
#include "zip/zip.h"

#define HASH "00000000000000000000000000000000000000000000000000000000000000aa"

// A case, as its entries would be.
static const struct { const char *kind, *body; bool withdrawn; } sample_entries[] = {
    {"open", "{\"id\":\"c1\",\"title\":\"t\",\"object\":\"listing\",\"procedure\":\"cn.review\",\"side\":\"filer\","
             "\"company\":{\"id\":\"x\",\"name\":\"示例公司\",\"name_en\":\"Example Ltd\",\"uscc\":\"91000000000000000A\"},"
             "\"products\":[{\"id\":\"p\",\"name\":\"交换机\",\"supplier\":\"供应商甲\"}]}", false},
    {"person", "{\"id\":\"p1\",\"name\":\"张示例\",\"role\":\"filer\",\"side\":\"filer\","
               "\"title\":\"个人信息保护负责人\"}", false},
    {"fact", "{\"name\":\"listing.venue\",\"value\":\"HK\",\"source\":\"董事会决议\",\"day\":\"2026-11-01\"}", false},
    {"fact", "{\"name\":\"listing.venue\",\"value\":\"FOREIGN\",\"source\":\"错误\",\"day\":\"2026-11-02\"}", true},
    {"measurement", "{\"label\":\"m\",\"day\":\"2026-11-03\",\"stores\":3,\"records\":50,\"people\":{\"floor\":10,\"linked\":12,"
                    "\"ceiling\":null},\"users\":{\"floor\":9,\"ceiling\":11},\"census\":\"" HASH "\",\"unread\":1}", false},
    {"snapshot", "{\"metric\":\"export_any\",\"day\":\"2026-06-30\",\"lo\":5,\"hi\":7}", false},
    {"verdict", "{\"rule\":\"cn.crm.art7\",\"version\":\"2022\",\"verdict\":\"does-not-apply\",\"as_of\":\"2026-11-04\"}", false},
    {"factor", "{\"factor\":5,\"finding\":\"low\",\"text\":\"已加密\",\"evidence\":[],\"day\":\"2026-11-05\"}", false},
    {"factor", "{\"factor\":6,\"finding\":\"unknown\",\"text\":\"待查\",\"evidence\":[],\"day\":\"2026-11-05\"}", false},
    {"commitment", "{\"id\":\"k\",\"text\":\"境内存储\",\"status\":\"open\",\"day\":\"2026-11-06\"}", false},
    {"commitment", "{\"id\":\"k\",\"text\":\"境内存储\",\"status\":\"kept\",\"day\":\"2026-11-07\"}", false},
    {"event", "{\"name\":\"incident.known\",\"day\":\"2026-11-08\",\"note\":\"<w:b/>{{people.floor}}\"}", false},
    {"finding", "{\"id\":\"f\",\"source\":\"s\",\"title\":\"漏洞\",\"result\":\"fail\",\"day\":\"2026-11-08\"}", false},
    {"plan", "{\"id\":\"a\",\"text\":\"整改\",\"status\":\"open\",\"due\":\"2027-01-01\"}", false},
    {"document", "{\"id\":\"d\",\"kind\":\"prospectus\",\"title\":\"招股书\",\"object\":\"" HASH "\",\"size\":1,"
                 "\"media\":\"application/pdf\",\"spoken_of\":\"2026-11-01\",\"received\":\"2026-11-02\","
                 "\"secrecy\":\"filer\"}", false},
};

struct sample_case { struct an_paper_entry entries[AN_COUNT(sample_entries)]; };

static void case_begin(struct sample_case *c) {
    for (size_t i = 0; i < AN_COUNT(sample_entries); i++) {
        json_t *body = json_loads(sample_entries[i].body, JSON_REJECT_DUPLICATES, NULL);
        assert_non_null(body);
        c->entries[i] = (struct an_paper_entry) {i + 1, AN_STR("2026-11-09T08:00:00Z"), AN_STR("p1"),
                                                 an_str_from_c(sample_entries[i].kind), body, AN_STR(HASH),
                                                 sample_entries[i].withdrawn};
    }
}

static void case_end(struct sample_case *c) {
    for (size_t i = 0; i < AN_COUNT(sample_entries); i++)
        json_decref((json_t *) (uintptr_t) c->entries[i].body);
}

static struct an_paper_source source_of(const struct an_model *model, const struct sample_case *c) {
    return (struct an_paper_source) {.model = model, .entries = c ? c->entries : NULL,
                                     .entry_count = c ? AN_COUNT(sample_entries) : 0};
}

static const struct an_paper_kind *kind(const char *name) {
    const struct an_paper_kind *k = an_paper_kind_find(an_str_from_c(name));
    assert_non_null(k);
    return k;
}

static const struct an_paper_value *value(const struct an_paper *p, const char *name) {
    const struct an_paper_value *v = an_paper_value(p, an_str_from_c(name));
    static const struct an_paper_value none = {0};
    if (!v)
        fail_msg("no field %s", name);
    return v ? v : &none;
}

static void says(const struct an_paper *p, const char *name, const char *text) {
    struct an_str got = value(p, name)->text;
    if (!an_str_eq(got, an_str_from_c(text)))
        fail_msg("%s is '%.*s', not '%s'", name, AN_STR_ARG(got), text);
}

// A cell of a set, by its column.
static struct an_str cell(const struct an_paper *p, const char *set, size_t row, const char *column) {
    const struct an_paper_set *s = an_paper_set(p, an_str_from_c(set));
    assert_non_null(s);
    assert_true(row < s->row_count);
    for (size_t c = 0; c < s->column_count; c++)
        if (strcmp(s->columns[c], column) == 0)
            return s->values[row * s->column_count + c].text;
    fail_msg("no column %s", column);
    return AN_STR("");
}

static void no_review_is_said_only_where_it_is_proven(void **state) {
    (void) state;
    struct sample_case c;
    case_begin(&c);
    for (int which = 0; which < SAMPLE_COUNT; which++)
        for (int lang = AN_EN; lang <= AN_ZH; lang++)
            for (int with = 0; with < 2; with++) {
                AN_AUTO(an_arena) arena = {0};
                struct an_model model;
                struct an_paper paper;
                struct an_err err = {0};
                sample_fill((enum sample) which, &model, &arena);
                struct an_paper_source source = source_of(&model, with ? &c : NULL);
                enum an_code code = an_paper_make(&source, kind("no-review-statement"), (enum an_lang) lang, &arena,
                                                  &paper, &err);
                assert_int_equal(code, which == SAMPLE_BELOW ? AN_OK : AN_USAGE);
                if (code)
                    assert_non_null(strstr(err.text, "cn.crm.art7"));
            }
    // the case says another thing than the numbers
    AN_AUTO(an_arena) arena = {0};
    struct an_model model;
    struct an_paper paper;
    struct an_err err = {0};
    sample_fill(SAMPLE_BELOW, &model, &arena);
    struct an_paper_source source = source_of(&model, &c);
    json_t *body = (json_t *) (uintptr_t) c.entries[6].body;
    assert_int_equal(json_object_set_new(body, "verdict", json_string("undetermined")), 0);
    assert_int_equal(an_paper_make(&source, kind("no-review-statement"), AN_EN, &arena, &paper, &err), AN_USAGE);
    assert_non_null(strstr(err.text, "undetermined"));
    case_end(&c);
}

static void figures_name_their_evidence(void **state) {
    (void) state;
    AN_AUTO(an_arena) arena = {0};
    struct an_model model;
    struct an_paper paper;
    struct an_err err = {0};
    sample_fill(SAMPLE_APPLIES, &model, &arena);
    struct an_paper_source source = source_of(&model, NULL);
    source.drawn_from = AN_STR("data.census");
    assert_int_equal(an_paper_make(&source, kind("review-filing"), AN_EN, &arena, &paper, &err), AN_OK);
    static const char *const figures[] = {"people.floor", "people.ceiling", "people.range", "users.range", "scope.stores",
                                          "scope.records", "verdict.word"};
    for (size_t i = 0; i < AN_COUNT(figures); i++) {
        const struct an_paper_value *v = value(&paper, figures[i]);
        assert_true(v->evidence >= 1 && v->evidence <= paper.evidence_count);
    }
    assert_non_null(strstr(paper.evidence[value(&paper, "people.floor")->evidence - 1].ptr, "data.census"));
    assert_non_null(strstr(paper.evidence[value(&paper, "verdict.word")->evidence - 1].ptr, "cn.crm.art7@2022"));
    for (size_t i = 0; i < paper.set_count; i++)            // no row names evidence that there is not
        for (size_t k = 0; k < paper.sets[i].row_count * paper.sets[i].column_count; k++)
            assert_true(paper.sets[i].values[k].evidence <= paper.evidence_count);
}

static void a_verdict_of_the_case_is_evidence_of_what_it_says_only(void **state) {
    (void) state;
    struct sample_case c;
    case_begin(&c);
    for (int which = SAMPLE_APPLIES; which <= SAMPLE_BELOW; which++) {
        AN_AUTO(an_arena) arena = {0};
        struct an_model model;
        struct an_paper paper;
        struct an_err err = {0};
        sample_fill((enum sample) which, &model, &arena);
        struct an_paper_source source = source_of(&model, &c);
        assert_int_equal(an_paper_make(&source, kind("review-filing"), AN_EN, &arena, &paper, &err), AN_OK);
        struct an_str said = paper.evidence[value(&paper, "verdict.word")->evidence - 1];
        assert_int_equal(strstr(said.ptr, "Case entry 7") != NULL, which == SAMPLE_BELOW);     // it says does-not-apply
    }
    case_end(&c);
}

static void what_nobody_said_is_blank(void **state) {
    (void) state;
    AN_AUTO(an_arena) arena = {0};
    struct an_model model;
    struct an_paper paper;
    struct an_err err = {0};
    sample_fill(SAMPLE_EMPTY, &model, &arena);
    struct an_paper_source source = source_of(&model, NULL);
    assert_int_equal(an_paper_make(&source, kind("review-analysis"), AN_ZH, &arena, &paper, &err), AN_OK);
    static const char *const blanks[] = {"company.name", "company.uscc", "people.floor", "users.range", "listing.venue",
                                         "verdict.word", "incident.grade", "officer.name"};
    for (size_t i = 0; i < AN_COUNT(blanks); i++)
        assert_true(value(&paper, blanks[i])->is_blank);
    for (size_t i = 0; i < 7; i++) {
        assert_true(cell(&paper, "factors", i, "gap").len > 0);
        assert_int_equal(cell(&paper, "factors", i, "measured").len, 0);
    }
}

static void a_case_fills_what_it_holds(void **state) {
    (void) state;
    struct sample_case c;
    case_begin(&c);
    AN_AUTO(an_arena) arena = {0};
    struct an_model model;
    struct an_paper paper;
    struct an_err err = {0};
    sample_fill(SAMPLE_EMPTY, &model, &arena);
    struct an_paper_source source = source_of(&model, &c);
    const struct an_paper_input inputs[] = {{AN_STR("officer.contact"), AN_STR("12345")}};
    source.inputs = inputs;
    source.input_count = 1;
    assert_int_equal(an_paper_make(&source, kind("officer-report"), AN_ZH, &arena, &paper, &err), AN_OK);
    says(&paper, "company.name", "示例公司");
    says(&paper, "company.uscc", "91000000000000000A");
    says(&paper, "officer.name", "张示例");
    says(&paper, "officer.contact", "12345");
    says(&paper, "incident.known", "2026年11月8日");
    assert_true(an_str_eq(cell(&paper, "products", 0, "supplier"), AN_STR("供应商甲")));
    assert_int_equal(an_paper_set(&paper, AN_STR("commitments"))->row_count, 1);
    assert_true(an_str_eq(cell(&paper, "commitments", 0, "status"), AN_STR("已履行")));
    assert_true(an_str_eq(cell(&paper, "documents", 0, "title"), AN_STR("招股书")));
    assert_true(an_str_eq(cell(&paper, "factors", 4, "finding"), AN_STR("低")));
    assert_int_equal(cell(&paper, "factors", 4, "gap").len, 0);
    assert_true(cell(&paper, "factors", 5, "gap").len > 0);         // said, and said to be unknown
    case_end(&c);
}

static void an_input_nobody_asks_for_is_refused(void **state) {
    (void) state;
    AN_AUTO(an_arena) arena = {0};
    struct an_model model;
    struct an_paper paper;
    struct an_err err = {0};
    sample_fill(SAMPLE_BELOW, &model, &arena);
    struct an_paper_source source = source_of(&model, NULL);
    const struct an_paper_input inputs[] = {{AN_STR("company.usc"), AN_STR("1")}};
    source.inputs = inputs;
    source.input_count = 1;
    assert_int_equal(an_paper_make(&source, kind("review-filing"), AN_EN, &arena, &paper, &err), AN_USAGE);
    assert_non_null(strstr(err.text, "did you mean company.uscc"));
}

static void a_case_alone_gives_facts_and_people(void **state) {
    (void) state;
    struct sample_case c;
    case_begin(&c);
    AN_AUTO(an_arena) arena = {0};
    struct an_model model = {0};
    struct an_facts facts = {0};
    struct an_err err = {0};
    struct an_paper_source source = source_of(&model, &c);
    assert_int_equal(an_paper_facts(&source, true, &arena, &facts, &err), AN_OK);
    const struct an_fact *venue = an_facts_find(&facts, AN_STR("listing.venue"));
    assert_true(venue && an_str_eq(venue->word, AN_STR("HK")));    // the other was withdrawn
    const struct an_fact *users = an_facts_find(&facts, AN_STR("count(users_pi_held)"));
    assert_true(users && users->lo == 9 && users->hi == 11);
    const struct an_fact *people = an_facts_find(&facts, AN_STR("count(people_processed)"));
    assert_true(people && people->lo == 10 && people->hi == AN_FACT_INFINITE);
    const struct an_fact *abroad = an_facts_find(&facts, AN_STR("count(export_any)"));
    assert_true(abroad && abroad->lo == 5 && abroad->hi == 7);
    facts = (struct an_facts) {0};
    assert_int_equal(an_paper_facts(&source, false, &arena, &facts, &err), AN_OK);
    assert_null(an_facts_find(&facts, AN_STR("count(users_pi_held)")));
    assert_int_equal(an_paper_measured(&source, &arena, &model, &err), AN_OK);
    assert_true(model.measured && model.people.floor == 10 && model.people.ceiling == AN_INFINITE);
    assert_true(model.scope.stores == 3 && model.scope.stores_unread == 1);
    char day[AN_DAY_TEXT_MAX];
    assert_string_equal(an_day_text(an_paper_verdict_day(&source), day), "2026-11-04");
    case_end(&c);
}

static void a_census_header_gives_stores_kinds_and_places(void **state) {
    (void) state;
    static const char header[] =
        "{\"schema\":\"anshen.census-header/1\",\"bytes\":9,\"records_unread\":0,\"bytes_unread\":0,"
        "\"people\":{\"floor\":3,\"linked\":4,\"ceiling\":9,\"ceiling_read\":9},"
        "\"identifiers\":{\"email\":{\"distinct\":2,\"found\":5},\"no-such-kind\":{\"distinct\":1}},\"stores\":["
        "{\"uri\":\"a\",\"location\":\"CN\",\"status\":\"read\",\"records\":2,\"people\":{\"floor\":3,\"linked\":3,"
        "\"ceiling\":5,\"ceiling_read\":5},\"identifiers\":{}},"
        "{\"uri\":\"b\",\"location\":\"CN\",\"status\":\"partly\",\"records\":2,\"people\":{\"floor\":1,\"linked\":1,"
        "\"ceiling\":null,\"ceiling_read\":4},\"identifiers\":{}}]}";
    AN_AUTO(an_arena) arena = {0};
    struct an_model model = {0};
    struct an_err err = {0};
    assert_int_equal(an_paper_census(an_str_from_c(header), &arena, &model, &err), AN_OK);
    assert_true(model.store_count == 2 && model.kind_count == 1 && model.kinds[0].occurrences == 5);
    assert_true(model.place_count == 1 && model.places[0].stores == 2 && model.places[0].people.floor == 3);
    assert_true(model.places[0].people.ceiling == AN_INFINITE && model.places[0].people.ceiling_read == 9);
    static const char *const wrong[] = {"", "{}", "[]", "{\"schema\":\"anshen.census-header/2\"}", "{\"schema\":1}"};
    for (size_t i = 0; i < AN_COUNT(wrong); i++)
        assert_int_equal(an_paper_census(an_str_from_c(wrong[i]), &arena, &model, &err), AN_INPUT);
}

static bool holds(struct an_str s, const char *words) {
    size_t n = strlen(words);
    for (size_t i = 0; i + n <= s.len; i++)
        if (memcmp(s.ptr + i, words, n) == 0)
            return true;
    return false;
}

// Every template names only fields that there are, for whatever there is to say.
static void every_template_goes_with_every_model(void **state) {
    (void) state;
    struct sample_case c;
    case_begin(&c);
    for (size_t k = 0; k < an_paper_kind_count; k++)
        for (int lang = AN_EN; lang <= AN_ZH; lang++)
            for (int which = 0; which < SAMPLE_COUNT; which++) {
                AN_AUTO(an_arena) arena = {0};
                AN_AUTO(an_buf) template = {0}, out = {0};
                struct an_model model;
                struct an_paper paper;
                struct an_err err = {0};
                const char *path;
                sample_fill((enum sample) which, &model, &arena);
                struct an_paper_source source = source_of(&model, which % 2 ? &c : NULL);
                struct an_paper_kind free_kind = an_paper_kinds[k];
                free_kind.check = NULL;
                assert_int_equal(an_paper_template(&free_kind, (enum an_lang) lang, NULL, &arena, &path, &err), AN_OK);
                assert_int_equal(an_file_read(path, 1 << 20, 0, &template, &err), AN_OK);
                assert_int_equal(an_paper_make(&source, &free_kind, (enum an_lang) lang, &arena, &paper, &err), AN_OK);
                if (an_paper_docx(&paper, an_buf_str(&template), &out, &err))
                    fail_msg("%s %s: %s", free_kind.name, sample_names[which], err.text);
                struct an_zip zip;
                assert_int_equal(an_zip_read(an_buf_str(&out), NULL, &arena, &zip, &err), AN_OK);
                struct an_str xml = an_zip_find(&zip, AN_STR("word/document.xml"))->bytes;
                assert_true(holds(xml, "{{") == holds(xml, "{{people.floor}}</w:t>"));  // a note may say it, no mark is left
                assert_false(holds(xml, "<script"));
                assert_false(holds(xml, "\033"));
                assert_true(which != SAMPLE_EMPTY || holds(xml, lang == AN_ZH ? "（待填写）" : "(to be completed)"));
            }
    case_end(&c);
}

static const struct an_format *format(const char *name) {
    for (size_t i = 0; i < an_format_count; i++)
        if (strcmp(an_formats[i].name, name) == 0)
            return &an_formats[i];
    fail_msg("no format %s", name);
    return &an_formats[0];
}

static void a_workbook_holds_case_and_model(void **state) {
    (void) state;
    struct sample_case c;
    case_begin(&c);
    for (int lang = AN_EN; lang <= AN_ZH; lang++) {
        AN_AUTO(an_arena) arena = {0};
        AN_AUTO(an_buf) one = {0}, two = {0};
        struct an_model model;
        struct an_err err = {0};
        sample_fill(SAMPLE_HOSTILE, &model, &arena);
        struct an_paper_source source = source_of(&model, &c);
        assert_int_equal(format("xlsx")->write(&source, (enum an_lang) lang, &one, &err), AN_OK);
        assert_int_equal(format("xlsx")->write(&source, (enum an_lang) lang, &two, &err), AN_OK);
        assert_true(an_str_eq(an_buf_str(&one), an_buf_str(&two)));
        struct an_zip zip;
        assert_int_equal(an_zip_read(an_buf_str(&one), NULL, &arena, &zip, &err), AN_OK);
        struct an_str texts = an_zip_find(&zip, AN_STR("xl/sharedStrings.xml"))->bytes;
        assert_true(holds(texts, "漏洞") && holds(texts, "整改") && holds(texts, HASH) && holds(texts, "incident.known"));
        assert_true(holds(an_zip_find(&zip, AN_STR("xl/worksheets/sheet5.xml"))->bytes, "<v>1300412</v>"));
        assert_true(holds(an_zip_find(&zip, AN_STR("xl/worksheets/sheet2.xml"))->bytes, "<v>70123</v>"));
        assert_true(holds(an_zip_find(&zip, AN_STR("xl/worksheets/sheet4.xml"))->bytes, "<v>98002</v>"));
        assert_false(holds(texts, "<script"));
    }
    case_end(&c);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_review_is_said_only_where_it_is_proven),
        cmocka_unit_test(figures_name_their_evidence),
        cmocka_unit_test(a_verdict_of_the_case_is_evidence_of_what_it_says_only),
        cmocka_unit_test(what_nobody_said_is_blank),
        cmocka_unit_test(a_case_fills_what_it_holds),
        cmocka_unit_test(an_input_nobody_asks_for_is_refused),
        cmocka_unit_test(a_case_alone_gives_facts_and_people),
        cmocka_unit_test(a_census_header_gives_stores_kinds_and_places),
        cmocka_unit_test(every_template_goes_with_every_model),
        cmocka_unit_test(a_workbook_holds_case_and_model),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
