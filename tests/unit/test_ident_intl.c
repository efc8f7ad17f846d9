#include "unit.h"

#include <stdio.h>

#include "ident/canon.h"
#include "ident/dotted.h"
#include "ident/kinds.h"
#include "ident/obscured.h"
#include "ident/person_name.h"
#include "table_file.h"

static const an_day today = 20780;      // 2026-11-23

static struct an_context bare(void) { return (struct an_context) {.today = today}; }

static struct an_context column_of(const struct an_ident *kind) {
    return (struct an_context) {.expected = kind, .cell = true, .today = today};
}

static enum an_grade grade_of(const struct an_ident *kind, const char *text, struct an_context context) {
    struct an_ident_key key;
    return kind->check(an_str_from_c(text), &context, &key);
}

static void assert_key(const struct an_ident *kind, const char *text, struct an_context context,
                       const char *expected) {
    struct an_ident_key key = {0};
    if (kind->check(an_str_from_c(text), &context, &key) == AN_GRADE_NONE)
        fail_msg("%s: %s is none", kind->name, text);
    if (!an_str_eq((struct an_str) {key.text, key.len}, an_str_from_c(expected)))
        fail_msg("%s: %s became %.*s", kind->name, text, (int) key.len, key.text);
}

// Numbers for tests: the same ones each time (xorshift64).
static uint64_t next_random(uint64_t *state) {
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

static void milliseconds_are_never_a_card(void **state) {
    (void) state;
    char text[16];
    for (uint64_t ms = 1000000000000; ms < 2200000000000; ms += 99999999977) {
        for (uint64_t i = 0; i < 10; i++) {
            assert_int_equal(snprintf(text, sizeof text, "%llu", (unsigned long long) (ms + i)), 13);
            assert_int_equal(grade_of(&an_ident_bank_card, text, bare()), AN_GRADE_NONE);
            struct an_context column = column_of(&an_ident_bank_card);
            assert_int_equal(grade_of(&an_ident_bank_card, text, column), AN_GRADE_NONE);
        }
    }
}

static void every_issuer_is_found_at_both_ends_of_its_range(void **state) {
    (void) state;
    struct table_file t = table_open("../../assets/bank_bin.tsv");
    size_t count = 0;
    for (; table_next(&t, 2); count++)
        for (const char *fill = "09"; *fill; fill++) {
            char text[] = "0000000000471593820", *end;
            size_t len = strtoull(t.field[1], &end, 10), prefix = strlen(t.field[0]);
            memset(text, *fill, 10);
            memcpy(text, t.field[0], prefix);
            text[len] = 0;
            while (!an_canon_luhn(text, len))
                text[len - 1] = (char) (text[len - 1] == '9' ? '0' : text[len - 1] + 1);
            enum an_grade grade = grade_of(&an_ident_bank_card, text, bare());
            if (grade != AN_GRADE_FLOOR && grade != AN_GRADE_BLOCKED)
                fail_msg("%s is no card", text);
        }
    assert_true(count > 1000);
}

static void hardly_any_random_number_is_an_issued_card(void **state) {
    (void) state;
    uint64_t seed = 7812;
    int issued = 0;
    for (int i = 0; i < 1000000; i++) {
        char text[20];
        for (size_t d = 0; d < 19; d++)
            text[d] = (char) ('0' + next_random(&seed) % 10);
        text[19] = 0;
        issued += grade_of(&an_ident_bank_card, text, bare()) == AN_GRADE_FLOOR;
    }
    assert_true(issued < 600);          // 1.7e-4 was measured on the full list
}

static void no_single_wrong_digit_of_a_card_passes(void **state) {
    (void) state;
    static const char right[] = "6217005079099408034";
    for (size_t at = 0; at < 19; at++)
        for (char c = '0'; c <= '9'; c++) {
            char text[sizeof right];
            memcpy(text, right, sizeof right);
            text[at] = c;
            enum an_grade grade = grade_of(&an_ident_bank_card, text, column_of(&an_ident_bank_card));
            assert_int_equal(grade == AN_GRADE_NONE, c != right[at]);
        }
}

static void test_cards_and_fillers_stand_for_nobody(void **state) {
    (void) state;
    static const char *const rows[] = {
        "4111111111111111", "4242424242424242", "5555555555554444", "378282246310005", "3782-822463-10005",
        "6222020000000000000", "4012888888881881", "6222021234567890128",
    };
    for (size_t i = 0; i < AN_COUNT(rows); i++)
        if (grade_of(&an_ident_bank_card, rows[i], bare()) != AN_GRADE_BLOCKED)
            fail_msg("%s", rows[i]);
}

static void a_resident_id_comes_before_a_card(void **state) {
    (void) state;
    assert_true(an_ident_cn_resident_id.rank < an_ident_bank_card.rank);
    assert_true(an_ident_cn_mobile.rank < an_ident_phone_e164.rank);
    assert_true(an_ident_cn_passport.rank < an_ident_passport.rank);
}

static void an_address_is_cut_out_of_what_surrounds_it(void **state) {
    (void) state;
    static const struct { const char *text, *key; } rows[] = {
        {"lilei@qq.com", "lilei@qq.com"}, {"LiLei@QQ.COM.", "lilei@qq.com"},
        {"..lilei@qq.com-", "lilei@qq.com"},
        {"'lilei@qq.com", "lilei@qq.com"}, {"--lilei@qq.com", "lilei@qq.com"},
        {"pw0----lilei@qq.com----x.y", "lilei@qq.com"}, {"邮箱lilei@qq.com", "lilei@qq.com"},
        {"邮箱---lilei@qq.com", "lilei@qq.com"},
        {"lilei@qq.com请回复", "lilei@qq.com"}, {"邮箱：lilei@qq.com", NULL},
        {"李雷@例子.cn", "李雷@例子.cn"},
        {"müller@Bücher.de", "müller@bücher.de"}, {"a.b+c_d%e-f@x-y.co.uk", "a.b+c_d%e-f@x-y.co.uk"},
        {"lilei@qq.com@163.com", NULL}, {"lilei@", NULL}, {"@qq.com", NULL}, {"@", NULL}, {"", NULL},
        {"lilei@.com", NULL},
        {"lilei@qq..com", NULL}, {"lilei@qq-.com", NULL}, {"lilei@qq.c", NULL}, {"lilei.@qq.com", NULL},
        {"li lei@qq.com", NULL},
        {"lilei@qq.com\xff", NULL}, {"\xfflilei@qq.com", NULL}, {"icon@2x.png", NULL}, {"a@b.zzzz", NULL},
    };
    for (size_t i = 0; i < AN_COUNT(rows); i++) {
        if (rows[i].key)
            assert_key(&an_ident_email, rows[i].text, bare(), rows[i].key);
        else if (grade_of(&an_ident_email, rows[i].text, bare()) != AN_GRADE_NONE)
            fail_msg("%s", rows[i].text);
    }
    assert_key(&an_ident_email, "李雷lilei@qq.com", column_of(&an_ident_email), "李雷lilei@qq.com");
}

static void long_addresses_stop_at_the_limits(void **state) {
    (void) state;
    char text[400];
    for (size_t local = 1; local < 70; local++) {
        memset(text, 'a', local);
        memcpy(text + local, "@qq.com", 8);
        assert_int_equal(grade_of(&an_ident_email, text, bare()) != AN_GRADE_NONE, local <= 64);
    }
    for (size_t label = 1; label < 70; label++) {
        memcpy(text, "lilei@", 6);
        memset(text + 6, 'a', label);
        memcpy(text + 6 + label, ".com", 5);
        assert_int_equal(grade_of(&an_ident_email, text, bare()) != AN_GRADE_NONE, label <= 63);
    }
    memcpy(text, "lilei@", 6);
    for (size_t i = 6; i < 390; i += 2)
        memcpy(text + i, "a.", 2);
    for (size_t len = 200; len < 300; len += 2) {
        memcpy(text + len, "com", 4);
        assert_int_equal(grade_of(&an_ident_email, text, bare()) != AN_GRADE_NONE, len + 3 <= 254);
        memcpy(text + len, "a.a.", 4);
    }
}

static void addresses_of_nobody_are_blocked_and_others_at_example_domains_are_not(void **state) {
    (void) state;
    static const struct { const char *text; enum an_grade grade; } rows[] = {
        {"noreply@shop.cn", AN_GRADE_BLOCKED}, {"No-Reply@shop.cn", AN_GRADE_BLOCKED},
        {"donotreply@a.cn", AN_GRADE_BLOCKED},
        {"postmaster@qq.com", AN_GRADE_BLOCKED}, {"mailer-daemon@qq.com", AN_GRADE_BLOCKED},
        {"test@test.com", AN_GRADE_BLOCKED},
        {"test@example.com", AN_GRADE_BLOCKED}, {"test12@example.com", AN_GRADE_BLOCKED},
        {"admin@example.org", AN_GRADE_BLOCKED},
        {"a@b.com", AN_GRADE_BLOCKED}, {"abc@abc.com", AN_GRADE_BLOCKED}, {"123@123.com", AN_GRADE_BLOCKED},
        {"12@test.com", AN_GRADE_BLOCKED}, {"lilei@example.com", AN_GRADE_CEILING},
        {"testa@example.com", AN_GRADE_CEILING},
        {"test@shop.cn", AN_GRADE_CEILING}, {"12@example.com", AN_GRADE_CEILING},
        {"abc@vip.example.net", AN_GRADE_CEILING},
    };
    for (size_t i = 0; i < AN_COUNT(rows); i++)
        if (grade_of(&an_ident_email, rows[i].text, bare()) != rows[i].grade)
            fail_msg("%s", rows[i].text);
}

static void a_version_is_no_internet_address(void **state) {
    (void) state;
    static const struct { const char *before; bool is; } rows[] = {
        {"v", false}, {"Version ", false}, {"version: ", false}, {"Chrome/", false}, {"版本", false},
        {"ver=", false},
        {"", true}, {"ip=", true}, {"http://", true}, {"10/", true}, {"from ", true}, {"server ", true},
        {"driver ", true},
    };
    for (size_t i = 0; i < AN_COUNT(rows); i++) {
        struct an_context context = bare();
        context.before = an_str_from_c(rows[i].before);
        if ((grade_of(&an_ident_ipv4, "114.114.114.114", context) != AN_GRADE_NONE) != rows[i].is)
            fail_msg("%s", rows[i].before);
    }
}

static void dotted_octets_are_written_as_they_are_read(void **state) {
    (void) state;
    uint64_t seed = 4;
    for (int i = 0; i < 10000; i++) {
        uint32_t address = (uint32_t) next_random(&seed), again;
        char text[AN_DOTTED_TEXT_MAX], printed[20];
        size_t len = an_dotted_text(address, text);
        int n = snprintf(printed, sizeof printed, "%u.%u.%u.%u", address >> 24, address >> 16 & 255,
                         address >> 8 & 255, address & 255);
        assert_int_equal(len, n);
        assert_memory_equal(text, printed, len);
        assert_true(an_dotted_read((struct an_str) {text, len}, &again));
        assert_int_equal(address, again);
    }
}

static void one_address_of_version_6_has_one_form(void **state) {
    (void) state;
    static const struct { const char *text, *key; } rows[] = {
        {"2001:0DA8:0000:0000:0001:0000:0000:0001", "2001:da8::1:0:0:1"},
        {"2001:da8:0:0:1::1", "2001:da8::1:0:0:1"},
        {"2001:da8:1:2:3:4:5:0", "2001:da8:1:2:3:4:5:0"}, {"2001:da8::", "2001:da8::"},
        {"2001:da8:0:1:1:1:1:1", "2001:da8:0:1:1:1:1:1"},
        {"::FFFF:7272:7272", "::ffff:114.114.114.114"}, {"2408::1.2.3.4", "2408::102:304"},
    };
    for (size_t i = 0; i < AN_COUNT(rows); i++)
        assert_key(&an_ident_ipv6, rows[i].text, bare(), rows[i].key);
}

static void one_telephone_has_one_form(void **state) {
    (void) state;
    static const char *const rows[] = {
        "+442079460958", "+44 20 7946 0958", "+44 (0)20 7946 0958", "+44 020 7946 0958", "0044 20 7946 0958",
        "(+44) 20-7946-0958",
    };
    for (size_t i = 0; i < AN_COUNT(rows); i++)
        assert_key(&an_ident_phone_e164, rows[i], bare(), "+442079460958");
    assert_key(&an_ident_phone_e164, "442079460958", column_of(&an_ident_cn_mobile), "+442079460958");
    assert_key(&an_ident_phone_e164, "00442079460958", column_of(&an_ident_cn_mobile), "+442079460958");
    assert_int_equal(grade_of(&an_ident_phone_e164, "00442079460958", bare()), AN_GRADE_NONE);
    assert_int_equal(grade_of(&an_ident_phone_e164, "442079460958", bare()), AN_GRADE_NONE);
    struct an_context cards = column_of(&an_ident_bank_card);
    assert_int_equal(grade_of(&an_ident_phone_e164, "442079460958", cards), AN_GRADE_NONE);
    assert_int_equal(grade_of(&an_ident_phone_e164, "++442079460958", bare()), AN_GRADE_NONE);
    assert_int_equal(grade_of(&an_ident_phone_e164, "+1 888 888 8888", bare()), AN_GRADE_BLOCKED);
    struct an_context context = bare();
    context.before = AN_STR("phone: ");
    assert_key(&an_ident_phone_e164, "1 650 644 3358", context, "+16506443358");
}

static void places_and_firms_are_not_taken_for_names(void **state) {
    (void) state;
    static const struct { const char *text; bool is; } rows[] = {
        {"周杰伦", true}, {"欧阳娜娜", true}, {"王 伟", true}, {"司马光", true}, {"王", false},
        {"王府井大街", false}, {"海淀区", false},
        {"江苏省", false}, {"张家镇", false}, {"王记小店", false}, {"周杰伦1", false}, {"zhou", false},
        {"", false}, {"王\xe5", false},
        {"的是了", false},
    };
    for (size_t i = 0; i < AN_COUNT(rows); i++)
        if (an_person_name_looks_han(an_str_from_c(rows[i].text)) != rows[i].is)
            fail_msg("%s", rows[i].text);
}

static void names_in_a_column_of_names(void **state) {
    (void) state;
    static const struct { const char *text; enum an_grade grade; } rows[] = {
        {"周杰伦", AN_GRADE_CEILING}, {"俟梓涵", AN_GRADE_CEILING}, {"衅雨涵", AN_GRADE_CEILING},
        {"Amanda", AN_GRADE_CEILING},
        {"Jean-Luc Ponty", AN_GRADE_CEILING}, {"João", AN_GRADE_CEILING}, {"Иван", AN_GRADE_CEILING},
        {"王**", AN_GRADE_CEILING},
        {"王*", AN_GRADE_CEILING}, {"李某", AN_GRADE_CEILING}, {"王先生", AN_GRADE_CEILING},
        {"买买提·艾力", AN_GRADE_CEILING},
        {"张三", AN_GRADE_BLOCKED}, {"李四", AN_GRADE_BLOCKED}, {"测试", AN_GRADE_BLOCKED},
        {"测试用户1", AN_GRADE_BLOCKED},
        {"Test", AN_GRADE_BLOCKED}, {"admin", AN_GRADE_BLOCKED}, {"demo", AN_GRADE_BLOCKED},
        {"某某", AN_GRADE_BLOCKED},
        {"", AN_GRADE_NONE}, {" ", AN_GRADE_NONE}, {"-", AN_GRADE_NONE}, {"--", AN_GRADE_NONE},
        {"无", AN_GRADE_NONE}, {"NULL", AN_GRADE_NONE},
        {"n/a", AN_GRADE_NONE}, {"匿名用户", AN_GRADE_NONE}, {"12345", AN_GRADE_NONE}, {"***", AN_GRADE_NONE},
        {"A", AN_GRADE_NONE},
        {"周杰伦 13800000000", AN_GRADE_NONE}, {"好再来饭店", AN_GRADE_NONE}, {"·", AN_GRADE_NONE},
        {"周·", AN_GRADE_NONE},
        {"北京某某科技有限公司", AN_GRADE_NONE}, {"one two three four five six seven", AN_GRADE_NONE},
    };
    for (size_t i = 0; i < AN_COUNT(rows); i++)
        if (grade_of(&an_ident_person_name, rows[i].text, column_of(&an_ident_person_name)) != rows[i].grade)
            fail_msg("%s", rows[i].text);
    assert_int_equal(an_ident_person_name.use, AN_USE_NAME);
}

static void masked_and_damaged_identifiers_are_told_by_their_form(void **state) {
    (void) state;
    const struct an_ident *mobile = &an_ident_cn_mobile, *id = &an_ident_cn_resident_id,
        *card = &an_ident_bank_card, *mail = &an_ident_email;
    const struct { const char *text; enum an_obscured what; const struct an_ident *kind; } rows[] = {
        {"138****5678", AN_OBSCURED_MASKED, mobile}, {"138 **** 5678", AN_OBSCURED_MASKED, mobile},
        {"13*******78", AN_OBSCURED_MASKED, mobile}, {"138XXXX5678", AN_OBSCURED_MASKED, mobile},
        {"138••••5678", AN_OBSCURED_MASKED, mobile}, {"138********", AN_OBSCURED_MASKED, mobile},
        {"4403**********1512", AN_OBSCURED_MASKED, id}, {"3****************X", AN_OBSCURED_MASKED, id},
        {"440308********151x", AN_OBSCURED_MASKED, id}, {"440308******512", AN_OBSCURED_MASKED, id},
        {"6222 **** **** 1234", AN_OBSCURED_MASKED, card}, {"622202*********1234", AN_OBSCURED_MASKED, card},
        {"**** **** **** 1234", AN_OBSCURED_MASKED, card}, {"6222********1234", AN_OBSCURED_MASKED, card},
        {"a***@x.com", AN_OBSCURED_MASKED, mail}, {"li****ei@qq.com", AN_OBSCURED_MASKED, mail},
        {"1.38E+10", AN_OBSCURED_DAMAGED, mobile}, {"1.3800138e10", AN_OBSCURED_DAMAGED, mobile},
        {"4.40308E+17", AN_OBSCURED_DAMAGED, id}, {"4.40308E+14", AN_OBSCURED_DAMAGED, id},
        {"6.22202E+15", AN_OBSCURED_DAMAGED, card}, {"6.22202E+18", AN_OBSCURED_DAMAGED, card},
        {"", AN_OBSCURED_NO, NULL}, {"*", AN_OBSCURED_NO, NULL}, {"***********", AN_OBSCURED_NO, NULL},
        {"138****567", AN_OBSCURED_NO, NULL}, {"138****56789", AN_OBSCURED_NO, NULL},
        {"138**345678", AN_OBSCURED_NO, NULL},
        {"128****5678", AN_OBSCURED_NO, NULL}, {"238****5678", AN_OBSCURED_NO, NULL},
        {"13812345678", AN_OBSCURED_NO, NULL},
        {"13**45**678", AN_OBSCURED_NO, NULL}, {"1.2.3", AN_OBSCURED_NO, NULL},
        {"1.28E+10", AN_OBSCURED_NO, NULL},
        {"1E+10", AN_OBSCURED_NO, NULL}, {"1.38E+1", AN_OBSCURED_NO, NULL},
        {"1.38E+100", AN_OBSCURED_NO, NULL},
        {"6.022E+23", AN_OBSCURED_NO, NULL}, {"4.40308E-17", AN_OBSCURED_NO, NULL},
        {"0.40308E+17", AN_OBSCURED_NO, NULL},
        {"a*@x.com", AN_OBSCURED_NO, NULL}, {"a***@x", AN_OBSCURED_NO, NULL}, {"***", AN_OBSCURED_NO, NULL},
        {"12345678 **", AN_OBSCURED_NO, NULL}, {"\xff****", AN_OBSCURED_NO, NULL},
    };
    for (size_t i = 0; i < AN_COUNT(rows); i++) {
        const struct an_ident *kind = NULL;
        enum an_obscured what = an_obscured_check(an_str_from_c(rows[i].text), &kind);
        if (what != rows[i].what || kind != rows[i].kind)
            fail_msg("row %zu: %s is %d, %s", i, rows[i].text, what, kind ? kind->name : "nothing");
    }
}

// A check is handed bytes by a scanner that may be wrong about them: none may read or write past them.
static void no_check_minds_any_bytes(void **state) {
    (void) state;
    static const char alphabet[] = "0123456789abcxXEe.+-*@:/()' _%\"\0\xe5\xbc\xa0\xff\xc2\xb7";
    uint64_t seed = 99;
    for (int i = 0; i < 60000; i++) {
        char text[64];
        size_t len = next_random(&seed) % sizeof text;
        for (size_t b = 0; b < len; b++)
            text[b] = alphabet[next_random(&seed) % (sizeof alphabet - 1)];
        const struct an_ident *kind = an_idents[next_random(&seed) % an_ident_count];
        struct an_context context = next_random(&seed) % 2 ? column_of(kind) : bare();
        context.before = an_str_slice((struct an_str) {text, len}, 0, 5);
        struct an_ident_key key = {0};
        enum an_grade grade = kind->check((struct an_str) {text, len}, &context, &key);
        assert_true(grade == AN_GRADE_NONE || (key.len > 0 && key.len <= AN_IDENT_KEY_MAX));
        const struct an_ident *was = NULL;
        assert_int_equal(an_obscured_check((struct an_str) {text, len}, &was) != AN_OBSCURED_NO, was != NULL);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(milliseconds_are_never_a_card),
        cmocka_unit_test(every_issuer_is_found_at_both_ends_of_its_range),
        cmocka_unit_test(hardly_any_random_number_is_an_issued_card),
        cmocka_unit_test(no_single_wrong_digit_of_a_card_passes),
        cmocka_unit_test(test_cards_and_fillers_stand_for_nobody),
        cmocka_unit_test(a_resident_id_comes_before_a_card),
        cmocka_unit_test(an_address_is_cut_out_of_what_surrounds_it),
        cmocka_unit_test(long_addresses_stop_at_the_limits),
        cmocka_unit_test(addresses_of_nobody_are_blocked_and_others_at_example_domains_are_not),
        cmocka_unit_test(a_version_is_no_internet_address),
        cmocka_unit_test(dotted_octets_are_written_as_they_are_read),
        cmocka_unit_test(one_address_of_version_6_has_one_form),
        cmocka_unit_test(one_telephone_has_one_form),
        cmocka_unit_test(places_and_firms_are_not_taken_for_names),
        cmocka_unit_test(names_in_a_column_of_names),
        cmocka_unit_test(masked_and_damaged_identifiers_are_told_by_their_form),
        cmocka_unit_test(no_check_minds_any_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
