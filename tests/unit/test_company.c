// The company file: what is accepted and what it comes to; and what is refused, with its line.
#include "unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "app/company.h"
#include "app/judge.h"
#include "base/buf.h"
#include "ident/kinds.h"

struct parsed { struct an_arena arena; struct an_company company; struct an_err err; enum an_code code; };

static void parse(struct parsed *p, struct an_str yaml, const char *folder) {
    *p = (struct parsed) {0};
    p->code = an_company_parse(yaml, "c.yaml", an_str_from_c(folder), &p->arena, &p->company, &p->err);
}

static void release(struct parsed *p) { an_arena_release(&p->arena); }

static void is(struct an_str got, const char *want) {
    char text[256];
    assert_true(snprintf(text, sizeof text, "%.*s", AN_STR_ARG(got)) < (int) sizeof text);
    assert_string_equal(text, want);
}

static void a_full_file_says_what_it_says(void **state) {
    (void) state;
    struct parsed p;
    parse(&p, AN_STR("company: {name: 示例出行有限公司, role: network_platform_operator, cii: no,\n"
                     "          group: [a, {b: c}]}\n"
                     "listing: {country: US, exchange: NYSE, planned: 2027-03-01}\n"
                     "stores:\n"
                     "  - {uri: postgresql://reader@db1/app, location: CN, subjects: users, controller: self}\n"
                     "  - {uri: ./exports/crm.csv, location: SG, subjects: staff, single_subject: yes}\n"
                     "  - uri: /abs/members.jsonl\n"
                     "    account: profile.id\n"
                     "    processor: 某云\n"
                     "    grade: important\n"
                     "    kinds: [cn-mobile, email]\n"
                     "assumptions:\n"
                     "  cn-mobile: {m: 3, c: 1}\n"
                     "  account: {m: 1}\n"), "data");
    if (p.code)
        fail_msg("%s", p.err.text);
    const struct an_company *c = &p.company;
    is(c->name, "示例出行有限公司");
    is(c->role, "network_platform_operator");
    is(c->cii, "no");
    is(c->country, "US");
    is(c->exchange, "NYSE");
    char day[AN_DAY_TEXT_MAX];
    assert_string_equal(an_day_text(c->planned, day), "2027-03-01");
    assert_int_equal(c->store_count, 3);
    is(c->stores[0].uri, "postgresql://reader@db1/app");
    is(c->stores[0].location, "CN");
    assert_int_equal(c->stores[0].subjects, AN_SUBJECTS_USERS);
    assert_false(c->stores[0].single_subject);
    is(c->stores[1].uri, "data/exports/crm.csv");
    assert_int_equal(c->stores[1].subjects, AN_SUBJECTS_STAFF);
    assert_true(c->stores[1].single_subject);
    is(c->stores[1].account, "");
    is(c->stores[2].uri, "/abs/members.jsonl");
    is(c->stores[2].location, "");
    is(c->stores[2].account, "profile.id");
    assert_int_equal(c->stores[2].subjects, AN_SUBJECTS_UNDECLARED);
    is(c->inventory[0].controller, "self");
    assert_false(c->inventory[0].lists_kinds);
    is(c->inventory[2].processor, "某云");
    is(c->inventory[2].grade, "important");
    assert_int_equal(c->inventory[2].kind_count, 2);
    assert_ptr_equal(c->inventory[2].kinds[0], &an_ident_cn_mobile);
    assert_int_equal(c->caps.m[an_ident_cn_mobile.code], 3);
    assert_int_equal(c->caps.c[an_ident_cn_mobile.code], 1);
    assert_int_equal(c->caps.m[AN_ACCOUNT_CODE], 1);
    assert_int_equal(c->cap_word_count, 2);
    is(c->cap_words[0], "cn-mobile m=3 c=1");
    is(c->cap_words[1], "account m=1");
    release(&p);
}

static void what_is_not_said_is_unknown(void **state) {
    (void) state;
    static const char *const files[] = {"company: {}\n", "{}", "---\nlisting: {}\n...\n",
        "# nothing\nstores: []\n"};
    struct an_caps caps = an_caps_default();
    for (size_t i = 0; i < AN_COUNT(files); i++) {
        struct parsed p;
        parse(&p, an_str_from_c(files[i]), "");
        if (p.code)
            fail_msg("%s: %s", files[i], p.err.text);
        const struct an_company *c = &p.company;
        is(c->name, "");
        is(c->role, "");
        is(c->cii, "");
        is(c->country, "");
        is(c->exchange, "");
        assert_int_equal(c->planned, AN_DAY_NONE);
        assert_int_equal(c->store_count, 0);
        assert_int_equal(c->cap_word_count, 0);
        assert_memory_equal(&c->caps, &caps, sizeof caps);
        release(&p);
    }
}

static void a_path_starts_from_the_folder_of_the_file(void **state) {
    (void) state;
    static const struct { const char *folder, *uri, *want; } rows[] = {
        {"conf", "a.csv", "conf/a.csv"}, {"conf", "./a.csv", "conf/a.csv"},
        {"conf", "././x/a.csv", "conf/x/a.csv"},
        {"conf", "../a.csv", "conf/../a.csv"}, {"/etc/conf", "a", "/etc/conf/a"},
        {"conf", "/a.csv", "/a.csv"},
        {"conf", "s3://b/a", "s3://b/a"}, {"conf", "-", "-"}, {"", "a.csv", "a.csv"},
        {"", "./a.csv", "./a.csv"},
        {"conf", "with blank.csv", "conf/with blank.csv"}, {"conf", "数据/用户.csv", "conf/数据/用户.csv"},
    };
    for (size_t i = 0; i < AN_COUNT(rows); i++) {
        char yaml[256];
        struct parsed p;
        assert_true(snprintf(yaml, sizeof yaml, "stores: [{uri: \"%s\"}]\n",
                             rows[i].uri) < (int) sizeof yaml);
        parse(&p, an_str_from_c(yaml), rows[i].folder);
        if (p.code)
            fail_msg("%s: %s", yaml, p.err.text);
        is(p.company.stores[0].uri, rows[i].want);
        release(&p);
    }
}

static void words_are_taken_in_all_their_spellings(void **state) {
    (void) state;
    static const struct { const char *said; bool want; } flags[] = {
        {"yes", true}, {"no", false}, {"true", true}, {"false", false},
    };
    for (size_t i = 0; i < AN_COUNT(flags); i++) {
        char yaml[128];
        struct parsed p;
        (void) snprintf(yaml, sizeof yaml, "company: {cii: %s}\nstores: [{uri: a, single_subject: \"%s\"}]\n",
                        flags[i].said, flags[i].said);
        parse(&p, an_str_from_c(yaml), "");
        assert_int_equal(p.code, AN_OK);
        is(p.company.cii, flags[i].want ? "yes" : "no");
        assert_true(p.company.stores[0].single_subject == flags[i].want);
        release(&p);
    }
    static const struct { const char *said; enum an_subjects want; } subjects[] = {
        {"users", AN_SUBJECTS_USERS}, {"staff", AN_SUBJECTS_STAFF}, {"contacts", AN_SUBJECTS_CONTACTS},
        {"other", AN_SUBJECTS_OTHER},
    };
    for (size_t i = 0; i < AN_COUNT(subjects); i++) {
        char yaml[128];
        struct parsed p;
        (void) snprintf(yaml, sizeof yaml, "stores: [{uri: a, subjects: %s}]\n", subjects[i].said);
        parse(&p, an_str_from_c(yaml), "");
        assert_int_equal(p.code, AN_OK);
        assert_int_equal(p.company.stores[0].subjects, subjects[i].want);
        release(&p);
    }
}

// An error is a line of the file and a word of what is wrong; never what stood there.
static void what_is_wrong_is_told_with_its_line(void **state) {
    (void) state;
    static const struct { const char *yaml, *want; } rows[] = {
        {"company: {}\nfirm: {}\n",
         "c.yaml:2: unknown key; known here: company, listing, stores, assumptions"},
        {"company:\n  name: x\n  rol: none\n", "c.yaml:3: unknown key; known here: name, role, cii, group"},
        {"listing:\n\n  country: US\n  market: x\n",
         "c.yaml:4: unknown key; known here: country, exchange, planned"},
        {"stores:\n  - uri: a\n  - uri: b\n    place: CN\n", "c.yaml:4: unknown key"},
        {"assumptions:\n  cn-mobile:\n    n: 3\n", "c.yaml:3: unknown key; known here: m, c"},
        {"Company: {}\n", "c.yaml:1: unknown key"}, {"? [a, b]\n: c\n", "c.yaml:1: unknown key"},

        {"company: {}\ncompany: {}\n", "c.yaml:2: this key was given before"},
        {"company:\n  name: a\n  name: b\n", "c.yaml:3: this key was given before"},
        {"stores:\n  - {uri: a}\n  - uri: a\n    location: CN\n    uri: b\n",
         "c.yaml:5: this key was given before"},
        {"assumptions:\n  cn-mobile: {m: 3}\n  email: {m: 2}\n  cn-mobile: {m: 4}\n",
         "c.yaml:4: this key was given before"},
        {"assumptions: {cn-mobile: {m: 3, m: 3}}\n", "c.yaml:1: this key was given before"},

        {"stores:\n  - {uri: a}\n  - {uri: 'postgresql://reader:geheim@db1/app'}\n", "c.yaml:3: the uri holds a password"},
        {"stores:\n  - {uri: 'oracle://reader:geheim@db1/app'}\n", "c.yaml:2: the uri holds a password"},
        {"stores:\n  - {uri: 'postgresql://db1/app/users'}\n", "c.yaml:2: postgresql://: a '/' in the name"},
        {"stores:\n  - {uri: 'postgresql://db1:port/app'}\n", "c.yaml:2: the URL: its port is no number"},

        {"company:\n  role: [none]\n", "c.yaml:2: a single value"},
        {"facts: 5\n", "c.yaml:1: a mapping"}, {"facts:\n  a: 1,000\n", "c.yaml:2: not NAME: VALUE"},
        {"facts:\n  a: [5]\n", "c.yaml:2: not NAME: VALUE"}, {"facts:\n  a: [5, 4]\n", "c.yaml:2: not NAME"},
        {"facts:\n  a: {b: c}\n", "c.yaml:2: not NAME"}, {"facts:\n  [a]: 1\n", "c.yaml:2: not NAME"},
        {"facts:\n  a: 1\n  a: 2\n", "c.yaml:3: this key was given before"},
        {"facts:\n  count(m): 1\n  count( m ): 2\n", "c.yaml:3: this key was given before"},
        {"snapshots: {}\n", "c.yaml:1: a list"}, {"snapshots:\n  - 5\n", "c.yaml:2: a snapshot is"},
        {"snapshots:\n  - {count(m): 5}\n", "c.yaml:2: a snapshot needs one date"},
        {"snapshots:\n  - {date: 2026-02-30, count(m): 5}\n", "c.yaml:2: a snapshot needs one date"},
        {"snapshots:\n  - {date: 2026-02-01, date: 2026-02-02}\n", "c.yaml:2: a snapshot needs one date"},
        {"company:\n  cii: maybe\n", "c.yaml:2: yes or no"},
        {"company:\n  cii: Yes\n", "c.yaml:2: yes or no"},
        {"company:\n  cii:\n", "c.yaml:2: yes or no"}, {"company: 7\n", "c.yaml:1: a mapping"},
        {"company:\n", "c.yaml:1: a mapping"},
        {"company:\n  name: {}\n", "c.yaml:2: a single value"},
        {"listing:\n  country: us\n", "c.yaml:2: country is"},
        {"listing:\n  country: USA\n", "c.yaml:2: country is"},
        {"listing:\n  country: \"\"\n", "c.yaml:2: country is"},
        {"listing:\n  country: U1\n", "c.yaml:2: country is"},
        {"listing:\n  planned: 2027-02-29\n", "c.yaml:2: planned is"},
        {"listing:\n  planned: 1.3.2027\n", "c.yaml:2: planned is"},
        {"listing:\n  planned: {}\n", "c.yaml:2: planned is"},
        {"stores: {uri: a}\n", "c.yaml:1: a list"}, {"stores: a\n", "c.yaml:1: a list"},
        {"stores:\n  - a\n", "c.yaml:2: a mapping"},
        {"stores:\n  - uri: a\n  - location: CN\n", "c.yaml:3: a store needs its uri"},
        {"stores:\n  - {}\n", "c.yaml:2: a store needs its uri"},
        {"stores:\n  - uri: \"\"\n", "c.yaml:2: uri is empty"},
        {"stores:\n  - uri: [a]\n", "c.yaml:2: a single value"},
        {"stores:\n  - uri: a\n    subjects: user\n", "c.yaml:3: subjects is"},
        {"stores:\n  - uri: a\n    single_subject: 1\n", "c.yaml:3: yes or no"},
        {"assumptions: []\n", "c.yaml:1: assumptions are"},
        {"assumptions:\n  - cn-mobile\n", "c.yaml:2: assumptions are"},
        {"assumptions:\n  mobile: {m: 3}\n", "c.yaml:2: no identifier kind"},
        {"assumptions:\n  mac: {m: 3}\n", "c.yaml:2: no identifier kind"},
        {"assumptions:\n  cn-uscc: {m: 3}\n", "c.yaml:2: no identifier kind"},
        {"assumptions:\n  cn-mobile: 3\n", "c.yaml:2: a mapping"},
        {"assumptions:\n  cn-mobile:\n    m: 0\n", "c.yaml:3: a cap is"},
        {"assumptions:\n  cn-mobile:\n    m: -1\n", "c.yaml:3: a cap is"},
        {"assumptions:\n  cn-mobile:\n    c: 1.5\n", "c.yaml:3: a cap is"},
        {"assumptions:\n  cn-mobile:\n    c: 03\n", "c.yaml:3: a cap is"},
        {"assumptions:\n  cn-mobile:\n    c: 3 \n    m: 4294967295\n", "c.yaml:4: a cap is"},
        {"assumptions:\n  cn-mobile:\n    m: 99999999999999999999\n", "c.yaml:3: a cap is"},
        {"assumptions:\n  cn-mobile:\n    m:\n", "c.yaml:3: a cap is"},
        {"assumptions:\n  cn-mobile:\n    m: [1]\n", "c.yaml:3: a cap is"},

        {"", "c.yaml: is empty"}, {"# nothing\n", "c.yaml: is empty"}, {"- a\n", "c.yaml:1: a mapping"},
        {"text\n", "c.yaml:1: a mapping"},
        {"company: {\n", "c.yaml:2: "}, {"a: b: c\n", "c.yaml:1: "}, {"company:\n\tname: x\n", "c.yaml:2: "},
        {"company: *nobody\n", "c.yaml:1: "},
        {"company: \"open\n", "c.yaml:2: "}, {"\xFF\xFE\xFF", "c.yaml:1: "},
        {"company: {name: \x01}\n", "c.yaml:1: "},
        {"company: {}\n---\ncompany: {}\n", "c.yaml:2: "},
    };
    size_t bad = 0;
    for (size_t i = 0; i < AN_COUNT(rows); i++) {
        struct parsed p;
        parse(&p, an_str_from_c(rows[i].yaml), "");
        bool right = p.code == AN_INPUT && p.err.code == AN_INPUT &&
            strncmp(p.err.text, rows[i].want, strlen(rows[i].want)) == 0;
        if (!right)
            print_message("# %s\n#   told: %s\n#   want: %s\n", rows[i].yaml, p.code ? p.err.text : "nothing",
                          rows[i].want);
        bad += !right;
        release(&p);
    }
    assert_int_equal(bad, 0);
}

static void an_error_never_repeats_a_value(void **state) {
    (void) state;
    static const char *const files[] = {
        "facts: {13523333233: x}\n", "facts: {x: 1352333-3233 13523333233}\n", "company: {cii: 13523333233}\n",
        "listing: {country: 13523333233}\n", "13523333233: x\n",
        "listing: {planned: 13523333233}\n", "stores: [{uri: a, subjects: 13523333233}]\n",
        "assumptions: {13523333233: {m: 1}}\n",
        "assumptions: {cn-mobile: {m: 013523333233}}\n", "company: *13523333233\n",
        "stores: [{13523333233: a}]\n", "%13523333233\n---\n{}",
    };
    for (size_t i = 0; i < AN_COUNT(files); i++) {
        struct parsed p;
        parse(&p, an_str_from_c(files[i]), "");
        assert_int_equal(p.code, AN_INPUT);
        assert_null(strstr(p.err.text, "13523333233"));
        release(&p);
    }
}

static const char names[] =
    "fact company.role word {data_processor, other} en \"role\" zh \"角色\" fact company.cii flag en \"c\" zh \"c\"\n"
    "fact listing.country word en \"l\" zh \"l\" fact listing.venue word {HK, FOREIGN} en \"v\" zh \"v\"\n"
    "fact listing.planned day en \"d\" zh \"d\" fact company.revenue_cny number en \"r\" zh \"r\"\n"
    "metric people person window stock census people en \"p\" zh \"p\"\n"
    "metric exported person window since 01-01 en \"x\" zh \"x\"\n";

static enum an_code facts_of(struct parsed *p, const char *yaml, const char *as_of, struct an_facts *ret) {
    struct an_packs packs = {0};
    an_day day;
    parse(p, an_str_from_c(yaml), "");
    if (p->code)
        fail_msg("%s", p->err.text);
    assert_int_equal(an_pack_parse(&packs, "n", an_str_from_c(names), &p->arena, &p->err), AN_OK);
    an_packs_sort(&packs);
    assert_true(an_day_parse(an_str_from_c(as_of), &day));
    *ret = (struct an_facts) {0};
    return an_company_facts(&packs, &p->company, day, &p->arena, ret, &p->err);
}

static void facts_and_dated_counts_become_facts(void **state) {
    (void) state;
    static const char yaml[] =
        "listing: {planned: 2027-03-01}\n"
        "facts:\n  listing.country: HK\n  company.cii: true\n  company.revenue_cny: [5亿, null]\n"
        "  count(people): [98万, 1_040_000]\n"
        "snapshots:\n  - {date: 2026-06-30, count(exported): [700, 800]}\n"
        "  - {date: 2026-03-31, count(exported): 500, count(people): 7}\n";
    static const struct { const char *name, *said, *from; } want[] = {
        {"listing.country", "HK", "declared"}, {"listing.venue", "HK", "derived"}, {"company.cii", "yes", "declared"},
        {"company.revenue_cny", "500,000,000 or more", "declared"}, {"count(people)", "980,000..1,040,000", "declared"},
        {"listing.planned", "2027-03-01", "declared"}, {"count(exported)", "500..800", "snapshots"},
    };
    struct parsed p;
    struct an_facts facts;
    assert_int_equal(facts_of(&p, yaml, "2026-05-01", &facts), AN_OK);
    assert_int_equal(facts.count, AN_COUNT(want));
    for (size_t i = 0; i < AN_COUNT(want); i++) {
        AN_AUTO(an_buf) said = {0};
        const struct an_fact *f = an_facts_find(&facts, an_str_from_c(want[i].name));
        assert_non_null(f);
        assert_string_equal(f->from, want[i].from);
        assert_int_equal(an_fact_say(f, AN_EN, &said, &p.err), AN_OK);
        is(an_buf_str(&said), want[i].said);
    }
    release(&p);
    assert_int_equal(facts_of(&p, "snapshots: [{date: 2026-03-31, count(people): 7}]\n", "2026-05-01", &facts), AN_OK);
    assert_int_equal(facts.count, 0);       // a stock of another day says nothing of this one
    release(&p);
}

static void facts_that_nobody_declared_are_refused_with_their_line(void **state) {
    (void) state;
    static const struct { const char *yaml, *want; } rows[] = {
        {"facts:\n  company.ci: yes\n", "c.yaml:2: no fact has this name (did you mean company.cii?)"},
        {"facts:\n  13523333233a: 5\n", "not NAME"},
        {"facts:\n  company.cii: 5\n", "c.yaml:2: company.cii must be yes or no"},
        {"company:\n  role: king\n", "c.yaml:2: company.role must be one of its words"},
        {"facts:\n  count(people): yes\n", "c.yaml:2: count(people) must be a number"},
        {"snapshots:\n- date: 2026-01-01\n  company.revenue_cny: 5\n",
         "c.yaml:3: company.revenue_cny must be a metric's number"},
        {"snapshots: [{date: 2026-03-31, count(exported): 9}, {date: 2026-04-30, count(exported): 8}]\n",
         "c.yaml: the snapshots of count(exported) contradict each other"},
    };
    for (size_t i = 0; i < AN_COUNT(rows); i++) {
        struct parsed p;
        struct an_facts facts;
        if (strstr(rows[i].want, "not NAME")) {
            parse(&p, an_str_from_c(rows[i].yaml), "");
            assert_int_equal(p.code, AN_INPUT);
        } else {
            assert_int_equal(facts_of(&p, rows[i].yaml, "2026-04-30", &facts), AN_USAGE);
        }
        if (!strstr(p.err.text, rows[i].want))
            fail_msg("told: %s; want: %s", p.err.text, rows[i].want);
        release(&p);
    }
}

static void aliases_do_not_multiply_facts_without_end(void **state) {
    (void) state;
    AN_AUTO(an_buf) yaml = {0};
    struct parsed p;
    struct an_err err = {0};
    assert_int_equal(an_buf_addf(&yaml, &err, "snapshots: [&a {date: 2026-01-01"), AN_OK);
    for (int i = 0; i < 400; i++)
        assert_int_equal(an_buf_addf(&yaml, &err, ", m%d: 1", i), AN_OK);
    assert_int_equal(an_buf_addf(&yaml, &err, "}"), AN_OK);
    for (int i = 0; i < 400; i++)
        assert_int_equal(an_buf_addf(&yaml, &err, ", *a"), AN_OK);
    assert_int_equal(an_buf_addf(&yaml, &err, "]\n"), AN_OK);
    parse(&p, an_buf_str(&yaml), "");
    assert_int_equal(p.code, AN_INPUT);
    assert_non_null(strstr(p.err.text, "more than 100000"));
    release(&p);
}

static void aliases_stand_for_what_they_name(void **state) {
    (void) state;
    struct parsed p;
    parse(&p, AN_STR("stores:\n  - &one {uri: a.csv, location: &place CN}\n  - *one\n"
                     "  - {uri: b.csv, location: *place}\n"), "d");
    assert_int_equal(p.code, AN_OK);
    assert_int_equal(p.company.store_count, 3);
    is(p.company.stores[1].uri, "d/a.csv");
    is(p.company.stores[2].location, "CN");
    release(&p);

    // what is in itself, and what doubles with every line, end in order
    parse(&p, AN_STR("company: &a\n  name: *a\n"), "");
    assert_int_equal(p.code, AN_INPUT);
    release(&p);
    parse(&p, AN_STR("company: {group: [&a [x,x,x,x,x,x], &b [*a,*a,*a,*a,*a,*a], &c [*b,*b,*b,*b,*b,*b],\n"
                     "  &d [*c,*c,*c,*c,*c,*c], &e [*d,*d,*d,*d,*d,*d], &f [*e,*e,*e,*e,*e,*e],\n"
                     "  &g [*f,*f,*f,*f,*f,*f], &h [*g,*g,*g,*g,*g,*g], [*h,*h,*h,*h,*h,*h]]}\n"), "");
    assert_int_equal(p.code, AN_OK);
    release(&p);
}

static void a_file_nested_without_end_is_refused(void **state) {
    (void) state;
    static const char *const opens[] = {"[", "{a: ", "- "};
    for (size_t k = 0; k < AN_COUNT(opens); k++) {
        AN_AUTO(an_buf) yaml = {0};
        struct an_err err = {0};
        assert_int_equal(an_buf_add(&yaml, AN_STR("company: {group: "), &err), AN_OK);
        for (size_t i = 0; i < 20000; i++)
            assert_int_equal(an_buf_add(&yaml, an_str_from_c(opens[k]), &err), AN_OK);
        struct parsed p;
        parse(&p, an_buf_str(&yaml), "");
        assert_int_equal(p.code, AN_INPUT);
        release(&p);
    }
}

static void many_stores_are_all_taken(void **state) {
    (void) state;
    AN_AUTO(an_buf) yaml = {0};
    struct an_err err = {0};
    enum { MANY = 20000 };
    assert_int_equal(an_buf_add(&yaml, AN_STR("stores:\n"), &err), AN_OK);
    for (unsigned i = 0; i < MANY; i++)
        assert_int_equal(an_buf_addf(&yaml, &err, "  - {uri: s%u.csv, location: L%u}\n", i, i % 7), AN_OK);
    struct parsed p;
    parse(&p, an_buf_str(&yaml), "");
    assert_int_equal(p.code, AN_OK);
    assert_int_equal(p.company.store_count, MANY);
    is(p.company.stores[MANY - 1].uri, "s19999.csv");
    release(&p);
    assert_int_equal(an_buf_add(&yaml, AN_STR("  - {uri: last, colour: red}\n"), &err), AN_OK);
    parse(&p, an_buf_str(&yaml), "");
    assert_int_equal(p.code, AN_INPUT);
    assert_memory_equal(p.err.text, "c.yaml:20002: ", 14);
    release(&p);
}

static void every_kind_of_persons_may_have_a_cap(void **state) {
    (void) state;
    for (size_t i = 0; i < an_ident_count; i++) {
        char yaml[128];
        struct parsed p;
        (void) snprintf(yaml, sizeof yaml, "assumptions: {%s: {m: 7, c: 8}}\n", an_idents[i]->name);
        parse(&p, an_str_from_c(yaml), "");
        assert_int_equal(p.code, an_idents[i]->use == AN_USE_PERSON ? AN_OK : AN_INPUT);
        if (!p.code) {
            assert_int_equal(p.company.caps.m[an_idents[i]->code], 7);
            assert_int_equal(p.company.caps.c[an_idents[i]->code], 8);
        }
        release(&p);
    }
}

static void a_place_of_listing_has_its_venue(void **state) {
    (void) state;
    static const struct { const char *country, *venue; } rows[] = {
        {"CN", "MAINLAND"}, {"HK", "HK"}, {"MO", "MO"}, {"TW", "TW"}, {"US", "FOREIGN"}, {"SG", "FOREIGN"},
        {"GB", "FOREIGN"},
        {"", ""}, {"us", ""}, {"U", ""}, {"USA", ""}, {"1A", ""},
    };
    for (size_t i = 0; i < AN_COUNT(rows); i++)
        assert_string_equal(an_listing_venue(an_str_from_c(rows[i].country)), rows[i].venue);
}

static void a_file_on_disk_is_read_and_a_huge_one_refused(void **state) {
    (void) state;
    char folder[] = "/tmp/test-company-XXXXXX", path[64];
    assert_non_null(mkdtemp(folder));
    (void) snprintf(path, sizeof path, "%s/c.yaml", folder);
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    assert_true(fputs("stores: [{uri: a.csv}]\n", f) >= 0);
    assert_int_equal(fclose(f), 0);
    AN_AUTO(an_arena) arena = {0};
    struct an_company c;
    struct an_err err = {0};
    assert_int_equal(an_company_read(path, &arena, &c, &err), AN_OK);
    char want[64];
    (void) snprintf(want, sizeof want, "%s/a.csv", folder);
    is(c.stores[0].uri, want);

    f = fopen(path, "w");
    assert_non_null(f);
    for (size_t i = 0; i < 5 << 16; i++)
        assert_true(fputs("# sixty-four bytes of nothing that anybody needs to know about.\n", f) >= 0);
    assert_int_equal(fclose(f), 0);
    assert_int_equal(an_company_read(path, &arena, &c, &err), AN_LIMIT);
    assert_non_null(strstr(err.text, path));

    assert_int_equal(unlink(path), 0);
    assert_int_equal(an_company_read(path, &arena, &c, &err), AN_IO);
    assert_non_null(strstr(err.text, path));
    assert_int_equal(an_company_read(folder, &arena, &c, &err), AN_USAGE);
    assert_int_equal(rmdir(folder), 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_full_file_says_what_it_says),
        cmocka_unit_test(what_is_not_said_is_unknown),
        cmocka_unit_test(a_path_starts_from_the_folder_of_the_file),
        cmocka_unit_test(words_are_taken_in_all_their_spellings),
        cmocka_unit_test(what_is_wrong_is_told_with_its_line),
        cmocka_unit_test(an_error_never_repeats_a_value),
        cmocka_unit_test(facts_and_dated_counts_become_facts),
        cmocka_unit_test(facts_that_nobody_declared_are_refused_with_their_line),
        cmocka_unit_test(aliases_do_not_multiply_facts_without_end),
        cmocka_unit_test(aliases_stand_for_what_they_name),
        cmocka_unit_test(a_file_nested_without_end_is_refused),
        cmocka_unit_test(many_stores_are_all_taken),
        cmocka_unit_test(every_kind_of_persons_may_have_a_cap),
        cmocka_unit_test(a_place_of_listing_has_its_venue),
        cmocka_unit_test(a_file_on_disk_is_read_and_a_huge_one_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
