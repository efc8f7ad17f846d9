// The scanner: what it finds, where, and that nothing depends on how a text is cut.
#include "unit.h"
#include "draw.h"

#include <stdio.h>
#include <stdlib.h>

#include "ident/kinds.h"
#include "ident/scan.h"

enum {
    TODAY = 20780,              // 2026-11-23
    HITS_MAX = 8192, SAY_MAX = 1024, TEXT_MAX = 64 * 1024,
    RANDOM_TEXTS = 3000, LONG_TEXTS = 60, LINES_MAX = 12, LONG_LINES = 900,
};

// ---- what a scan found, written down ---------------------------------------------------------------------

struct seen {
    const struct an_ident *kind;
    enum an_grade grade;
    int form;
    bool whole;
    size_t offset, key_len;
    char key[AN_IDENT_KEY_MAX];
};

struct seen_list { struct seen *items; size_t count; };

static struct an_scanner *scanner;

static int set_up(void **state) {
    (void) state;
    struct an_err err = {0};
    return (int) an_scanner_new(TODAY, &scanner, &err) != AN_OK;
}

static int tear_down(void **state) {
    (void) state;
    an_scanner_free(scanner);
    scanner = NULL;
    return 0;
}

static enum an_code note(void *arg, const struct an_hit *hit, struct an_err *err) {
    struct seen_list *list = arg;
    (void) err;
    assert_true(list->count < HITS_MAX);
    assert_non_null(hit->kind);
    assert_true(hit->key.len <= AN_IDENT_KEY_MAX);
    struct seen *s = &list->items[list->count++];
    memset(s, 0, sizeof *s);            // compared as bytes
    s->kind = hit->kind;
    s->grade = hit->grade;
    s->form = (int) hit->form;
    s->whole = hit->whole;
    s->offset = hit->offset;
    s->key_len = hit->key.len;
    if (hit->key.len)
        memcpy(s->key, hit->key.ptr, hit->key.len);
    return AN_OK;
}

static int by_offset(const void *a, const void *b) {
    const struct seen *x = a, *y = b;
    if (x->offset != y->offset)
        return x->offset < y->offset ? -1 : 1;
    if (x->kind->code != y->kind->code)
        return x->kind->code < y->kind->code ? -1 : 1;
    return memcmp(x->key, y->key, sizeof x->key);
}

static struct seen_list new_list(void) {
    struct seen_list list = {.items = malloc(HITS_MAX * sizeof(struct seen))};
    assert_non_null(list.items);
    return list;
}

// Scans a copy that ends with the padding, so that the sanitizer sees every byte too far; the padding holds
// digits, which must not be taken for a part of the text.
static struct seen_list scan(struct an_str text, bool cell, const struct an_ident *expected) {
    struct seen_list list = new_list();
    struct an_err err = {0};
    char *copy = malloc(text.len + AN_SCAN_PADDING);
    assert_non_null(copy);
    if (text.len)
        memcpy(copy, text.ptr, text.len);
    memset(copy + text.len, '7', AN_SCAN_PADDING);
    struct an_str given = {copy, text.len};
    enum an_code code = cell ? an_scan_cell(scanner, given, expected, note, &list, &err)
                             : an_scan_text(scanner, given, note, &list, &err);
    free(copy);
    if (code)
        fail_msg("a scan failed: %s", err.text);
    qsort(list.items, list.count, sizeof *list.items, by_offset);
    return list;
}

// "cn-mobile 13523333233; email blocked a@b.com; cn-resident-id masked".
static const char *say(const struct seen_list *list, char out[SAY_MAX]) {
    size_t at = 0;
    out[0] = 0;
    for (size_t i = 0; i < list->count && at < SAY_MAX; i++) {
        const struct seen *s = &list->items[i];
        const char *how = s->form == AN_HIT_MASKED ? " masked" : s->form == AN_HIT_DAMAGED ? " damaged"
                        : s->grade == AN_GRADE_BLOCKED ? " blocked" : "";
        int n = snprintf(out + at, SAY_MAX - at, "%s%s%s%s%.*s", i ? "; " : "", s->kind->name, how,
                         s->key_len ? " " : "", (int) s->key_len, s->key);
        assert_true(n > 0);
        at += (size_t) n;
    }
    return out;
}

struct row { const char *text, *want; };

static bool is_so(const char *text, const char *want, bool cell, const struct an_ident *expected) {
    char got[SAY_MAX];
    struct seen_list list = scan(an_str_from_c(text), cell, expected);
    say(&list, got);
    free(list.items);
    if (strcmp(got, want) == 0)
        return true;
    print_message("# %s\n#   found: %s\n#   want:  %s\n", text, *got ? got : "nothing",
                  *want ? want : "nothing");
    return false;
}

static void check_texts(const struct row *rows, size_t count) {
    size_t bad = 0;
    for (size_t i = 0; i < count; i++)
        bad += !is_so(rows[i].text, rows[i].want, false, NULL);
    assert_int_equal(bad, 0);
}

static void check_cells(const struct row *rows, size_t count, const struct an_ident *expected) {
    size_t bad = 0;
    for (size_t i = 0; i < count; i++)
        bad += !is_so(rows[i].text, rows[i].want, true, expected);
    assert_int_equal(bad, 0);
}

#define MOBILE "cn-mobile 13523333233"
#define RESIDENT "cn-resident-id 440308199901101512"

// ---- running text ----------------------------------------------------------------------------------------

static void only_whole_runs_are_candidates(void **state) {
    (void) state;
    static const struct row rows[] = {
        {"13523333233", MOBILE}, {"135233332334", ""}, {"1352333323", ""}, {"013523333233", MOBILE},
        {"913523333233", ""}, {"13523333233123456789", ""}, {"4403081999011015120", ""},
        {"0440308199901101512", ""},
        {"a13812345678f", ""}, {"a13523333233f", ""}, {"13523333233f", ""}, {"x13523333233", ""},
        {"13523333233x", ""},
        {"deadbeef13523333233", ""}, {"13523333233_", MOBILE}, {"_13523333233_", MOBILE},
        {"img_13523333233.jpg", MOBILE},
        {"33010219200403064Xa", ""}, {"33010219200403064x", "cn-resident-id 33010219200403064X"},
        {"91110000600037341LX", ""}, {"X91110000600037341L", ""},
        {"91110000600037341L", "cn-uscc 91110000600037341L"},
        {"62170050790994080341", ""}, {"a6217005079099408034", ""},
    };
    check_texts(rows, AN_COUNT(rows));
}

static void other_numbers_are_no_identifiers(void **state) {
    (void) state;
    static const struct row rows[] = {
        {"0.13523333233", ""}, {"13523333233.5", ""}, {"13523333233.55", ""}, {"3.13523333233e8", ""},
        {"13523333233.0", MOBILE}, {"13523333233.", MOBILE}, {"See 13523333233. Then", MOBILE},
        {"v1.13523333233.2", ""}, {"1.2.13523333233", ""}, {"13,523,333,233", ""},
        {"20261123135233332330", ""}, {"00000000013523333233", ""}, {"2026-11-23 13:52:33.332", ""},
        {"2026-11-23T13:52:33.13523333233Z", ""}, {"1795400400000", ""}, {"1795400400", ""},
        {"1795400400123456", ""},
        {"order 20261123-13523333233", ""}, {"1352-3333-2331-3523", ""}, {"2026-11-23", ""},
        {"20261123135233", ""},
    };
    check_texts(rows, AN_COUNT(rows));
}

static void nothing_is_found_inside_a_uuid(void **state) {
    (void) state;
    static const struct row rows[] = {
        {"550e8400-e29b-41d4-a716-446655440000", ""}, {"13523333-2331-4352-8333-323313523333", ""},
        {"id=3f2504e0-4f89-41d3-9a0c-13523333233f", ""}, {"44030819-9901-4015-9215-44030819990f", ""},
        {"3f2504e0-4f89-41d3-9a0c-013523333233", ""}, {"62170050-7909-4408-8034-6217005079099", ""},
    };
    check_texts(rows, AN_COUNT(rows));
}

static void separators_inside_a_number_are_seen_through(void **state) {
    (void) state;
    static const struct row rows[] = {
        {"135-2333-3233", MOBILE}, {"135 2333 3233", MOBILE}, {"1352333-3233", MOBILE},
        {"135-23333233", MOBILE},
        {"135--2333--3233", ""}, {"135  2333  3233", ""}, {"13-52333-3233", ""}, {"135\n2333\n3233", ""},
        {"135,2333,3233", ""}, {"440308 19990110 1512", RESIDENT}, {"440308-19990110-1512", RESIDENT},
        {"4403-0819990110-1512", ""}, {"6217 0050 7909 9408 034", "bank-card 6217005079099408034"},
        {"6217-0050-7909-9408-034", "bank-card 6217005079099408034"}, {"21700 50790 99408 0346", ""},
        {"536-90-4399", "us-ssn 536904399"}, {"010-88993108", "cn-landline 01088993108"},
        {"021-22033212-123", "cn-landline 02122033212"},
    };
    check_texts(rows, AN_COUNT(rows));
}

static void what_leads_a_number_belongs_to_it(void **state) {
    (void) state;
    static const struct row rows[] = {
        {"+86 13523333233", MOBILE}, {"+8613523333233", MOBILE}, {"+86-135-2333-3233", MOBILE},
        {"0086 13523333233", MOBILE}, {"008613523333233", MOBILE}, {"0086-135-2333-3233", MOBILE},
        {"(86)13523333233", MOBILE}, {"(+86)13523333233", MOBILE}, {"(+86) 135 2333 3233", MOBILE},
        {"86-13523333233", MOBILE}, {"8613523333233", MOBILE}, {"tel:+8613523333233;", MOBILE},
        {"+81 13523333233", ""}, {"+8713523333233", ""},
        {"+1-650-644-3358", "phone-e164 +16506443358"}, {"+16506443358", "phone-e164 +16506443358"},
        {"+1 (650) 644-3358", "phone-e164 +16506443358"},
        {"call +1 (650) 644-3358 now", "phone-e164 +16506443358"},
        {"+1(650)644-3358", "phone-e164 +16506443358"}, {"+1 (650) 6443358", "phone-e164 +16506443358"},
        {"+44 20 7946 0958", "phone-e164 +442079460958"}, {"+44 (0)20 7946 0958", "phone-e164 +442079460958"},
        {"(010)88993108", "cn-landline 01088993108"}, {"(0755)8899 3108", "cn-landline 075588993108"},
        {"tel (010) 8899-3108.", "cn-landline 01088993108"}, {"(1352)3333233", ""},
    };
    check_texts(rows, AN_COUNT(rows));
}

static void several_identifiers_of_a_line_are_all_found(void **state) {
    (void) state;
#define TWO MOBILE "; cn-mobile 13933334567"
    static const struct row rows[] = {
        {"13523333233 13933334567", TWO}, {"13523333233,13933334567", TWO}, {"13523333233/13933334567", TWO},
        {"13523333233、13933334567", TWO}, {"13523333233;13933334567", TWO},
        {"13523333233\t13933334567", TWO},
        {"135 2333 3233 139 3333 4567", TWO}, {"135-2333-3233 139-3333-4567", TWO},
        {"+86 13523333233 +86 13933334567", TWO},
        {"13523333233 6217005079099408034", MOBILE "; bank-card 6217005079099408034"},
        {"6217005079099408034 13523333233", "bank-card 6217005079099408034; " MOBILE},
        {"6217 0050 7909 9408 034 135 2333 3233", "bank-card 6217005079099408034; " MOBILE},
        {"440308 19990110 1512 13523333233", RESIDENT "; " MOBILE},
        {"id:440308199901101512;13523333233", RESIDENT "; " MOBILE},
        {"1 13523333233 2", MOBILE}, {"12 135 2333 3233 34", MOBILE},
        {"li.lei@qq.com,han@163.com;13523333233", "email li.lei@qq.com; email han@163.com; " MOBILE},
        {"13523333233@qq.com", MOBILE "; email 13523333233@qq.com"},
        {"粤B8K30Q 13523333233", "cn-plate 粤B8K30Q; " MOBILE},
        {"x1234567y89 135 2333 3233", MOBILE}, {"1234567y89 135-2333-3233", MOBILE},
        {"91110000600037341L6 135 2333 3233", MOBILE},
    };
    check_texts(rows, AN_COUNT(rows));
}

static void escapes_and_wide_characters_are_undone(void **state) {
    (void) state;
    static const struct row rows[] = {
        {"１３５２３３３３２３３", MOBILE}, {"电话：１３５－２３３３－３２３３。", MOBILE},
        {"１３５２３３３３２３３４", ""},
        {"3301021920040３０６４Ｘ", "cn-resident-id 33010219200403064X"},
        {"li.lei%40mail.qq.com", "email li.lei@mail.qq.com"},
        {"email=li.lei%40qq.com&x=1", "email li.lei@qq.com"},
        {"li.lei&#64;qq.com", "email li.lei@qq.com"}, {"li.lei&#x40;qq.com", "email li.lei@qq.com"},
        {"li.lei＠qq.com", "email li.lei@qq.com"},
        {"%E6%89%8B%E6%9C%BA%3A13523333233", MOBILE}, {"a=%E6%9D%8E&b=13523333233", MOBILE},
        {"name=%C0%EE%C0%D7&phone=%31%33%35%32%33%33%33%33%32%33%33", MOBILE},
        {"%D4%C1B8K30Q", "cn-plate 粤B8K30Q"},
        {"%2B8613523333233", MOBILE}, {"5% of 13523333233", MOBILE}, {"a&b 13523333233", MOBILE},
    };
    check_texts(rows, AN_COUNT(rows));
}

static void han_characters_are_no_part_of_an_identifier(void **state) {
    (void) state;
    static const struct row rows[] = {
        {"电话13523333233李雷", MOBILE}, {"李13523333233雷", MOBILE},
        {"身份证440308199901101512号", RESIDENT},
        {"邮箱li.lei@qq.com，", "email li.lei@qq.com"}, {"邮箱：li.lei@qq.com谢谢", "email li.lei@qq.com"},
        {"卡号6217005079099408034。", "bank-card 6217005079099408034"},
        {"地址114.114.114.114处", "ipv4 114.114.114.114"},
        {"网卡d0:50:99:84:a2:a0坏", "mac D0509984A2A0"}, {"护照号：E20394857", "cn-passport E20394857"},
    };
    check_texts(rows, AN_COUNT(rows));
}

static void masked_and_damaged_ones_are_told_and_never_keyed(void **state) {
    (void) state;
    static const struct row rows[] = {
        {"135****3233", "cn-mobile masked"}, {"135*****233", "cn-mobile masked"},
        {"手机135****3233，", "cn-mobile masked"},
        {"a135****3233", ""}, {"440308********1512", "cn-resident-id masked"},
        {"440308********151X", "cn-resident-id masked"},
        {"6217********8034", "bank-card masked"}, {"4.40308E+17", "cn-resident-id damaged"},
        {"4.40308e+17", "cn-resident-id damaged"},
        {"4.40308E+17x", ""}, {"x4.40308E+17", ""}, {"1.35233E+10", "cn-mobile damaged"}, {"1.5E+3", ""},
        {"li**@qq.com", "email masked"}, {"l***i@qq.com", "email masked"}, {"***@qq.com", "email masked"},
        {"135****3233 13523333233", "cn-mobile masked; " MOBILE},
        {"13523333233 135****3233", MOBILE "; cn-mobile masked"},
        {"a *** b", ""}, {"2 ** 3", ""}, {"13523333233**", ""}, {"/* 13523333233 */", MOBILE},
    };
    check_texts(rows, AN_COUNT(rows));
}

static void plates_begin_with_a_province(void **state) {
    (void) state;
    static const struct row rows[] = {
        {"粤B8K30Q", "cn-plate 粤B8K30Q"}, {"车牌粤B8K30Q，", "cn-plate 粤B8K30Q"}, {"粤B8K30QQ", ""},
        {"中B8K30Q", ""},
        {"京L1234学", "cn-plate 京L1234学"}, {"京A19203D停", "cn-plate 京A19203D"},
        {"京A00599京A00598", "cn-plate 京A00599; cn-plate 京A00598"},
        {"B8K30Q", ""}, {"粤", ""}, {"粤B", ""},
    };
    check_texts(rows, AN_COUNT(rows));
}

static void addresses_of_machines_are_found_whole(void **state) {
    (void) state;
    static const struct row rows[] = {
        {"d0:50:99:84:a2:a0", "mac D0509984A2A0"}, {"mac D0-50-99-84-A2-A0,", "mac D0509984A2A0"},
        {"d0:50:99:84:a2:a0:11", ""}, {"xd0:50:99:84:a2:a0", ""}, {"12:30:45", ""},
        {"2026-11-23 12:30:45", ""},
        {"114.114.114.114", "ipv4 114.114.114.114"}, {"114.114.114.114:8080", "ipv4 114.114.114.114"},
        {"ip=114.114.114.114.", "ipv4 114.114.114.114"},
        {"1.114.114.114.114", ""}, {"114.114.114.114.5", ""}, {"v114.114.114.114", ""}, {"114.114.114", ""},
        {"114.114.114.1140", ""},
        {"240e:3b7::12", "ipv6 240e:3b7::12"}, {"[240e:3b7::12]:80", "ipv6 240e:3b7::12"},
        {"a 2408:8456:1:0:0:2:0:3 b", "ipv6 2408:8456:1::2:0:3"},
        {"240e:3b7:0:0:0:0:0:12", "ipv6 240e:3b7::12"}, {"std::vector a::b", ""},
    };
    check_texts(rows, AN_COUNT(rows));
}

static void mail_addresses_end_where_they_end(void **state) {
    (void) state;
    static const struct row rows[] = {
        {"li.lei@qq.com", "email li.lei@qq.com"}, {"\nli.lei@qq.com\n", "email li.lei@qq.com"},
        {"a\nli.lei@qq.com\nb", "email li.lei@qq.com"},
        {"li.lei@qq.com.", "email li.lei@qq.com"}, {"<li.lei@qq.com>", "email li.lei@qq.com"},
        {"mailto:li.lei@qq.com?x", "email li.lei@qq.com"},
        {"(li.lei@qq.com)", "email li.lei@qq.com"}, {"\"li.lei@qq.com\"", "email li.lei@qq.com"},
        {"Li.Lei@QQ.com", "email li.lei@qq.com"},
        {"@li", ""}, {"li@", ""}, {"@", ""}, {"@@", ""}, {"li lei @ qq.com", ""}, {"li@qq", ""},
        {"icon@2x.png", ""}, {"li@\nqq.com", ""},
    };
    check_texts(rows, AN_COUNT(rows));
}

static void words_before_a_number_give_it_its_grade(void **state) {
    (void) state;
    static const struct { const char *text; enum an_grade grade; } rows[] = {
        {"手机号:13523333233", AN_GRADE_FLOOR}, {"mobile=13523333233&x=1", AN_GRADE_FLOOR},
        {"\"phone\":\"13523333233\"", AN_GRADE_FLOOR},
        {"\"orderId\":13523333233", AN_GRADE_CEILING}, {"13523333233", AN_GRADE_CEILING},
        {"13800138000", AN_GRADE_BLOCKED},
        {"手机号\n13523333233", AN_GRADE_CEILING},         // another line says nothing
        {"%E6%89%8B%E6%9C%BA%3A13523333233", AN_GRADE_FLOOR}, {"440308199901101512", AN_GRADE_FLOOR},
    };
    for (size_t i = 0; i < AN_COUNT(rows); i++) {
        struct seen_list list = scan(an_str_from_c(rows[i].text), false, NULL);
        if (list.count != 1 || list.items[0].grade != rows[i].grade)
            fail_msg("%s: %zu hits, the first of grade %d", rows[i].text, list.count,
                     list.count ? (int) list.items[0].grade : -1);
        free(list.items);
    }
}

// ---- cells -----------------------------------------------------------------------------------------------

static void a_cell_without_a_header_is_read_like_text(void **state) {
    (void) state;
    static const struct row rows[] = {
        {"13523333233", MOBILE}, {"  13523333233\t", MOBILE}, {"'13523333233", MOBILE},
        {"张三 13523333233", MOBILE}, {"a13523333233", ""},
        {"13523333233, 13933334567", TWO}, {"4403081999011015120", ""}, {"5284712", ""}, {"", ""}, {" ", ""},
        {"'", ""},
        {"135****3233", "cn-mobile masked"}, {"4.40308E+17", "cn-resident-id damaged"},
        {"１３５２３３３３２３３", MOBILE},
        {"13523333233\nli.lei%40qq.com", MOBILE "; email li.lei@qq.com"}, {"39.908823,116.397470", ""},
        {"l***i@qq.com", "email masked"}, {"+1 (650) 644-3358", "phone-e164 +16506443358"},
    };
    check_cells(rows, AN_COUNT(rows), NULL);
}

static void a_header_lets_its_kind_be_found(void **state) {
    (void) state;
    static const struct row mobiles[] = {
        {"13523333233", MOBILE}, {"16506443358", "cn-mobile 16506443358"},
        {"+1 (650) 644-3358", "phone-e164 +16506443358"},
        {"13523333233/13933334567", TWO}, {"440308199901101512", RESIDENT}, {"1352333323", ""},
        {"li.lei@qq.com", "email li.lei@qq.com"},
    };
    check_cells(mobiles, AN_COUNT(mobiles), &an_ident_cn_mobile);
    static const struct row passports[] = {
        {"E20394857", "cn-passport E20394857"}, {"ZS 0000177", "passport ZS0000177"}, {"PASSPORT", ""},
    };
    check_cells(passports, AN_COUNT(passports), &an_ident_cn_passport);
    static const struct row residents[] = {
        {"150102880730303", "cn-resident-id 150102198807303035"}, {"44030819990110151", ""},
    };
    check_cells(residents, AN_COUNT(residents), &an_ident_cn_resident_id);
}

static void whole_says_that_nothing_else_stands_in_the_cell(void **state) {
    (void) state;
    static const struct { const char *text; bool whole; } rows[] = {
        {"13523333233", true}, {" 13523333233 ", true}, {"'13523333233", true},
        {"１３５２３３３３２３３", true}, {"135 2333 3233", true},
        {"+86 13523333233", true}, {"li.lei%40qq.com", true}, {"135****3233", true},
        {"13523333233 a", false}, {"张三13523333233", false}, {"13523333233,", false},
        {"tel: 13523333233", false},
        {"li.lei%40qq.com\n-", false}, {"-\nli.lei%40qq.com", false}, {"李雷\n１３５２３３３３２３３", false},
    };
    size_t bad = 0;
    for (size_t k = 0; k < 2; k++)
        for (size_t i = 0; i < AN_COUNT(rows); i++) {
            struct seen_list list = scan(an_str_from_c(rows[i].text), true, k ? &an_ident_cn_mobile : NULL);
            if (list.count != 1 || list.items[0].whole != rows[i].whole) {
                print_message("# %s: %zu hits, whole %d\n", rows[i].text, list.count,
                              list.count && list.items[0].whole);
                bad++;
            }
            free(list.items);
        }
    assert_int_equal(bad, 0);
}

// What has no meaning for the whole of a cell is found in it as in text.
static void check_cell_against_text(struct an_str value) {
    while (value.len && strchr(" \t\r\n'", value.ptr[0]))
        value = an_str_slice(value, 1, value.len);
    while (value.len && strchr(" \t\r\n", value.ptr[value.len - 1]))
        value.len--;
    struct seen_list cell = scan(value, true, NULL), text = scan(value, false, NULL);
    bool whole = false;
    for (size_t i = 0; i < cell.count; i++)
        whole |= cell.items[i].whole;
    bool same = cell.count == text.count &&
                (!cell.count || memcmp(cell.items, text.items, cell.count * sizeof *cell.items) == 0);
    if (!whole && !same) {
        char a[SAY_MAX], b[SAY_MAX];
        fail_msg("as a cell: %s; as text: %s; in: %.*s", say(&cell, a), say(&text, b), AN_STR_ARG(value));
    }
    free(cell.items);
    free(text.items);
}

// ---- every kind's own examples ---------------------------------------------------------------------------

// A clear hit of a kind; in a column only the whole cell: a piece of what is no such number may be one.
static const struct seen *find(const struct seen_list *list, const struct an_ident *kind, bool in_column) {
    for (size_t i = 0; i < list->count; i++) {
        const struct seen *s = &list->items[i];
        if (s->kind == kind && s->form == AN_HIT_CLEAR && (s->whole || !in_column))
            return s;
    }
    return NULL;
}

static bool is_key(const struct seen *s, const struct an_ident_example *e) {
    return !e->key || (s->key_len == strlen(e->key) && memcmp(s->key, e->key, s->key_len) == 0);
}

// One example: alone, and as "a, EXAMPLE, b". Whether the scanner brings the check what it says it takes.
static bool check_example(const struct an_ident *kind, const struct an_ident_example *e) {
    bool good = true;
    for (int around = 0; around < 2; around++) {
        if (e->in_column && around)
            continue;
        char text[512];
        int n = snprintf(text, sizeof text, around ? "a, %.*s, b\n" : "%.*s", AN_STR_ARG(e->text));
        assert_true(n > 0 && n < (int) sizeof text);
        const struct an_ident *expected = e->in_column ? kind : NULL;
        struct seen_list list = scan((struct an_str) {text, (size_t) n}, e->in_column, expected);
        const struct seen *s = find(&list, kind, e->in_column);
        bool right = e->grade == AN_GRADE_NONE ? !s : s && s->grade == e->grade && is_key(s, e);
        if (!right) {
            char got[SAY_MAX];
            print_message("# %s%s: %s: %s: found: %s\n", kind->name, e->in_column ? " column" : "", text,
                          e->why, say(&list, got));
        }
        good = good && right;
        free(list.items);
    }
    return good;
}

static void the_examples_of_every_kind_are_found(void **state) {
    (void) state;
    size_t bad = 0;
    for (size_t i = 0; i < an_ident_count; i++)
        for (size_t k = 0; k < an_idents[i]->example_count; k++)
            if (an_idents[i]->shape != AN_SHAPE_CELL || an_idents[i]->examples[k].in_column)
                bad += !check_example(an_idents[i], &an_idents[i]->examples[k]);
    assert_int_equal(bad, 0);
}

// ---- where -----------------------------------------------------------------------------------------------

static void an_offset_says_where_an_identifier_begins(void **state) {
    (void) state;
    static const char text[] = "first\n13523333233\n\n  a li.lei@qq.com\n身份证440308199901101512\n"
                               "+86 13933334567 粤B8K30Q\n114.114.114.114";
    static const char *const starts[] = {"13523333233", "li.lei@", "440308", "+86 139", "粤B8", "114.114"};
    struct seen_list list = scan(an_str_from_c(text), false, NULL);
    assert_int_equal(list.count, AN_COUNT(starts));
    for (size_t i = 0; i < AN_COUNT(starts); i++)
        assert_ptr_equal(text + list.items[i].offset, strstr(text, starts[i]));
    free(list.items);
}

static void an_offset_lies_in_its_line_where_escapes_were_undone(void **state) {
    (void) state;
    static const char text[] = "x\n%31%33%35%32%33%33%33%33%32%33%33\n"
                               "%E6%89%8B%E6%9C%BA%E6%89%8B%E6%9C%BA a%40qq.com\n"
                               "１３９３３３３４５６７ b\nli&#64;163.com";
    static const char *const lines[] = {"%31", "%E6%89", "１３９", "li&#64;"};
    struct seen_list list = scan(an_str_from_c(text), false, NULL);
    assert_int_equal(list.count, AN_COUNT(lines));
    for (size_t i = 0; i < AN_COUNT(lines); i++) {
        const char *line = strstr(text, lines[i]);
        size_t from = (size_t) (line - text);
        assert_true(list.items[i].offset >= from && list.items[i].offset <= from + strcspn(line, "\n"));
    }
    free(list.items);
}

struct follower { size_t line, lines; bool seen[40]; };

static enum an_code follow_lines(void *arg, const struct an_hit *hit, struct an_err *err) {
    struct follower *f = arg;
    (void) err;
    size_t line = hit->offset / 30;
    if (f->lines && line == f->line)
        return AN_OK;
    assert_false(f->seen[line]);
    f->seen[line] = true;
    f->line = line;
    f->lines++;
    return AN_OK;
}

static void hits_of_one_line_come_together(void **state) {
    (void) state;
    static char text[40 * 30 + AN_SCAN_PADDING];
    for (size_t i = 0; i < 40; i++)
        memcpy(text + 30 * i, i % 3 ? "tel 13523333233 a@163.com abc\n" : "li.lei%40qq.com 13523333233 a\n", 30);
    struct follower f = {0};
    struct an_err err = {0};
    assert_int_equal(an_scan_text(scanner, (struct an_str) {text, 40 * 30}, follow_lines, &f, &err), AN_OK);
    assert_int_equal(f.lines, 40);
}

static enum an_code give_up(void *arg, const struct an_hit *hit, struct an_err *err) {
    (void) hit;
    ++*(int *) arg;
    return an_fail(err, AN_IO, "enough");
}

static void a_callback_that_fails_ends_the_scan(void **state) {
    (void) state;
    static const char *const texts[] = {
        "13523333233 li.lei@qq.com\n135****3233 粤B8K30Q", "li.lei%40qq.com\nhan%40qq.com 13523333233",
    };
    for (size_t i = 0; i < AN_COUNT(texts); i++)
        for (int cell = 0; cell < 2; cell++) {
            char text[128] = "";
            int calls = 0;
            struct an_err err = {0};
            struct an_str t = {text, strlen(texts[i])};
            assert_true(t.len + AN_SCAN_PADDING <= sizeof text);
            memcpy(text, texts[i], t.len);
            enum an_code code = cell ? an_scan_cell(scanner, t, &an_ident_email, give_up, &calls, &err)
                                     : an_scan_text(scanner, t, give_up, &calls, &err);
            assert_int_equal(code, AN_IO);
            assert_string_equal(err.text, "enough");
            assert_int_equal(calls, 1);
        }
}

// ---- texts longer than the bitmaps -----------------------------------------------------------------------

// Fills text[from..to) with whole copies of `piece`, and blanks where none fits.
static void pave(char *text, size_t from, size_t to, const char *piece) {
    size_t n = strlen(piece);
    for (size_t i = from; i < to;) {
        if (to - i >= n)
            memcpy(text + i, piece, n);
        else
            memset(text + i, ' ', to - i);
        i += to - i >= n ? n : to - i;
    }
}

static void an_identifier_across_the_cut_is_found_once(void **state) {
    (void) state;
    static const char *const pieces[] = {
        "人", " ", "and then no comma. ", "a ", "- ", "x", "log,line;\t", "\n", "12 ",
    };
    static const struct row idents[] = {
        {"13523333233", MOBILE}, {"+86 135-2333-3233", MOBILE},
        {"33010219200403064X", "cn-resident-id 33010219200403064X"},
        {"6217 0050 7909 9408 034", "bank-card 6217005079099408034"},
        {"li.lei@qq.com", "email li.lei@qq.com"},
        {"d0:50:99:84:a2:a0", "mac D0509984A2A0"}, {"114.114.114.114", "ipv4 114.114.114.114"},
        {"240e:3b7::12", "ipv6 240e:3b7::12"},
        {"粤B8K30Q", "cn-plate 粤B8K30Q"}, {"135****3233", "cn-mobile masked"},
        {"4.40308E+17", "cn-resident-id damaged"},
        {"91110000600037341L", "cn-uscc 91110000600037341L"}, {"１３５２３３３３２３３", MOBILE},
        {"li.lei%40qq.com", "email li.lei@qq.com"},
    };
    static char text[AN_BITMAP_BYTES + 2048];
    size_t bad = 0;
    for (size_t p = 0; p < AN_COUNT(pieces); p++)
        for (size_t i = 0; i < AN_COUNT(idents); i++) {
            size_t n = strlen(idents[i].text), missed = 0, first = 0;
            for (size_t at = AN_BITMAP_BYTES - n - 2; at <= AN_BITMAP_BYTES + 2; at++) {
                pave(text, 0, at - 1, pieces[p]);
                text[at - 1] = ' ';                 // no better place to cut than anywhere in the identifier
                memcpy(text + at, idents[i].text, n);
                text[at + n] = ' ';
                pave(text, at + n + 1, sizeof text, pieces[p]);
                struct seen_list list = scan((struct an_str) {text, sizeof text}, false, NULL);
                char got[SAY_MAX];
                bool right = strcmp(say(&list, got), idents[i].want) == 0;
                if (!right && !missed++)
                    first = at;
                free(list.items);
            }
            if (missed)
                print_message("# %s among '%s': wrong at %zu offsets, first at %zu\n", idents[i].text,
                              pieces[p], missed, first);
            bad += missed;
        }
    assert_int_equal(bad, 0);
}

static void a_long_line_is_reported_once_whatever_it_hides(void **state) {
    (void) state;
    static char text[3 * AN_BITMAP_BYTES];
    static const size_t places[] = {
        10, AN_BITMAP_BYTES - 100, AN_BITMAP_BYTES + 100, 2 * AN_BITMAP_BYTES + 100, sizeof text - 40,
    };
    size_t bad = 0;
    for (size_t a = 0; a < AN_COUNT(places); a++)
        for (size_t b = 0; b < AN_COUNT(places); b++) {
            if (a == b)
                continue;
            pave(text, 0, sizeof text, "x, ");
            memcpy(text + places[a], " 13523333233 ", 13);
            memcpy(text + places[b], " li.lei%40qq.com ", 17);
            struct seen_list list = scan((struct an_str) {text, sizeof text}, false, NULL);
            if (list.count != 2)
                print_message("# a number at %zu, an escape at %zu: %zu hits\n", places[a], places[b],
                              list.count);
            bad += list.count != 2;
            free(list.items);
        }
    assert_int_equal(bad, 0);
}

static void any_number_of_lines_may_hide_something(void **state) {
    (void) state;
    for (size_t lines = 1; lines <= 1500; lines += 119) {
        AN_AUTO(an_buf) text = {0};
        struct an_err err = {0};
        for (size_t i = 0; i < lines; i++)
            assert_int_equal(an_buf_addf(&text, &err, i % 3 ? "u%zu%%40qq.com\n" : "u%zu@qq.com\n", i),
                             AN_OK);
        struct seen_list list = scan(an_buf_str(&text), false, NULL);
        assert_int_equal(list.count, lines);
        free(list.items);
    }
}

// ---- any text: the whole is the sum of its lines ---------------------------------------------------------

static const char *const fragments[] = {
    "13523333233", "135-2333-3233", "135 2333 3233", "+86 13523333233", "(86)", "0086", "+1 (650) 644-3358",
    "13800138000",
    "440308199901101512", "440308 19990110 1512", "33010219200403064x", "150102880730303",
    "6217005079099408034", "6217 0050 7909 9408 034",
    "li.lei@qq.com", "a%40qq.com", "b&#64;163.com", "***@qq.com", "135****3233", "440308********1512",
    "4.40308E+17", "粤B8K30Q", "京A19203D",
    "d0:50:99:84:a2:a0", "D0-50-99-84-A2-A0", "114.114.114.114", "240e:3b7::12", "240e:3b7:0:0:0:0:0:12",
    "::ffff:114.114.114.114", "12:30:45",
    "2026-11-23", "550e8400-e29b-41d4-a716-446655440000", "DE02120300000000202051", "91110000600037341L",
    "010-88993108", "536-90-4399",
    "１３５２３３３３２３３", "％", "＠", "手机号:", "身份证", "李雷", "mobile=", "\"phone\":\"", "E20394857",
    "护照", "3.14159265", "v1.2.3.4",
    " ", " ", " ", "-", "-", ",", ";", ".", ":", "::", "@", "*", "**", "***", "+", "%", "&", "'", "\"", "_",
    "(", ")", "a", "F", "X", "x", "0", "7", "86", "138",
    "1234567", "\t", "\r", "\xE4", "\xE6\x9D", "\xEF", "\xEF\xBC", "\xFF", "e", "E+17", "http://a.b/c?d=",
    "12345678901234567890",
    // what every line of a log holds, and nothing is found in
    "2026-11-01 00:00:02.327 ", "2026-11-01T00:00:02", "orderNo=20261101000002813708", "ts=1793491202327",
    "traceId=3ce0a7ef5cf6b75dbf30ecd90dc6eac7", "traceId=3c1234567ef5cf6b75dbf30ecd90dc6eac71234567", "upstream=10.26.9.27",
    "110.26.9.27", ".10.26.9.27", "com.example.user.LoginController", "20261101 2026-11-01 00:",
    "{\"id\":1,\"ab\":2,\"c\":\"d\"}",
};

static struct an_str compose(char *text, size_t cap, size_t lines) {
    size_t len = 0;
    for (size_t l = 0; l < lines; l++) {
        for (size_t n = draw() % 9; n > 0; n--) {
            const char *f = fragments[draw() % AN_COUNT(fragments)];
            if (len + strlen(f) + 2 > cap)
                return (struct an_str) {text, len};
            memcpy(text + len, f, strlen(f));
            len += strlen(f);
        }
        if (l + 1 < lines || draw() % 2)
            text[len++] = '\n';
    }
    return (struct an_str) {text, len};
}

static struct seen_list scan_anew(struct an_str text) {
    struct an_scanner *used = scanner;
    struct an_err err = {0};
    assert_int_equal(an_scanner_new(TODAY, &scanner, &err), AN_OK);
    struct seen_list list = scan(text, false, NULL);
    an_scanner_free(scanner);
    scanner = used;
    return list;
}

static struct seen_list scan_lines(struct an_str text) {
    struct seen_list all = new_list();
    for (size_t from = 0; from < text.len;) {
        const char *nl = memchr(text.ptr + from, '\n', text.len - from);
        size_t to = nl ? (size_t) (nl - text.ptr) + 1 : text.len;
        struct seen_list line = scan(an_str_slice(text, from, to - (nl != NULL)), false, NULL);
        for (size_t i = 0; i < line.count; i++) {
            line.items[i].offset += from;
            assert_true(all.count < HITS_MAX);
            all.items[all.count++] = line.items[i];
        }
        free(line.items);
        from = to;
    }
    qsort(all.items, all.count, sizeof *all.items, by_offset);
    return all;
}

static void show_difference(struct an_str text, const struct seen *whole, const struct seen *line) {
    size_t offset = whole && (!line || whole->offset < line->offset) ? whole->offset : line ? line->offset : 0;
    struct an_str near = an_str_slice(text, offset > 60 ? offset - 60 : 0, offset + 80);
    fail_msg("whole: %s at %zu; lines: %s at %zu; near: %.*s", whole ? whole->kind->name : "-",
             whole ? whole->offset : 0, line ? line->kind->name : "-", line ? line->offset : 0, AN_STR_ARG(near));
}

// Long texts are sifted for certain only by a scanner that has read nothing yet.
static void check_sum(struct an_str text, size_t *ret_hits) {
    struct seen_list whole = text.len > 4096 ? scan_anew(text) : scan(text, false, NULL), lines = scan_lines(text);
    *ret_hits += whole.count;
    for (size_t i = 0; i < whole.count || i < lines.count; i++) {
        const struct seen *a = i < whole.count ? &whole.items[i] : NULL;
        const struct seen *b = i < lines.count ? &lines.items[i] : NULL;
        if (!a || !b || memcmp(a, b, sizeof *a) != 0)
            show_difference(text, a, b);
    }
    free(whole.items);
    free(lines.items);
}

static void a_text_holds_what_its_lines_hold(void **state) {
    (void) state;
    static char text[TEXT_MAX];
    size_t hits = 0;
    draw_state = 1;
    for (size_t i = 0; i < RANDOM_TEXTS; i++)
        check_sum(compose(text, sizeof text, 1 + draw() % LINES_MAX), &hits);
    assert_true(hits > RANDOM_TEXTS);       // else nothing was compared
}

static void a_long_text_holds_what_its_lines_hold(void **state) {
    (void) state;
    static char text[TEXT_MAX];
    size_t hits = 0;
    draw_state = 2;
    for (size_t i = 0; i < LONG_TEXTS; i++)
        check_sum(compose(text, sizeof text, LONG_LINES / 2 + draw() % LONG_LINES), &hits);
    assert_true(hits > LONG_TEXTS * LONG_LINES / 4);
}

// What is found must not depend on where in a store it stands. The number at the end follows a word and is none; it was looked at
// by itself when a bitmap's word began within the first run of digits.
static void where_a_text_lies_does_not_matter(void **state) {
    (void) state;
    static const char line[] = "cd99411111111111111111111010519491231002X 9fbc383681cc0b5051234567-13523333233 li.lei@qq.com";
    for (size_t shift = 0; shift < 64; shift++) {
        char text[64 + sizeof line];
        memset(text, ',', shift);
        memcpy(text + shift, line, sizeof line);
        struct seen_list found = scan((struct an_str) {text, shift + sizeof line - 1}, false, NULL);
        assert_int_equal(found.count, 1);
        assert_ptr_equal(found.items[0].kind, &an_ident_email);
        free(found.items);
    }
}

static void any_value_is_read_alike_as_cell_and_as_text(void **state) {
    (void) state;
    static char text[TEXT_MAX];
    draw_state = 3;
    for (size_t i = 0; i < RANDOM_TEXTS; i++)
        check_cell_against_text(compose(text, sizeof text, 1));
}

static void a_scanner_has_no_memory_of_what_it_read(void **state) {
    (void) state;
    static char text[TEXT_MAX];
    draw_state = 4;
    for (size_t i = 0; i < 300; i++) {
        struct an_str t = compose(text, sizeof text, 1 + draw() % (i % 2 ? LINES_MAX : LONG_LINES));
        struct seen_list a = scan(t, false, NULL), b = scan_anew(t);
        assert_int_equal(a.count, b.count);
        assert_true(!a.count || memcmp(a.items, b.items, a.count * sizeof *a.items) == 0);
        free(a.items);
        free(b.items);
    }
}

// A run's end may lie further away than a word of the bitmaps is long.
static void long_runs_of_digits_are_passed_over(void **state) {
    (void) state;
    static char text[4096];
    for (size_t digits = 50; digits <= 140; digits++)
        for (const char *c = "x -,"; *c; c++) {
            memset(text, ',', sizeof text);
            memset(text + 1000, '4', digits);
            text[999] = text[1000 + digits] = *c;
            memcpy(text + 2000, "13523333233", 11);
            struct seen_list list = scan((struct an_str) {text, sizeof text}, false, NULL);
            char got[SAY_MAX];
            assert_string_equal(say(&list, got), MOBILE);
            free(list.items);
        }
}

// A number in groups, as long as can be: what stands at its end is found however many groups there are, and whether the text was
// long enough to be sifted or not.
static void a_run_of_many_groups_is_looked_at_to_its_end(void **state) {
    (void) state;
    static const char *const pieces[] = {"7 ", "7-", "12345 ", "1234567 "};
    static const char *const lines[] = {"log\n", "ts=1793491202327 2026-11-01 00:00\n"};
    static char text[64 * 1024];
    for (size_t p = 0; p < AN_COUNT(pieces); p++)
        for (size_t l = 0; l < 2 * AN_COUNT(lines); l++)
            for (size_t groups = 126; groups <= 386; groups += groups % 128 == 2 ? 124 : 1) {
                size_t len = l / 2 ? 20000 : 0, n = strlen(pieces[p]);
                pave(text, 0, len, lines[l % 2]);
                size_t from = len;
                for (size_t g = 0; g < groups; g++, len += n)
                    memcpy(text + len, pieces[p], n);
                text[len - 1] = ' ';
                memcpy(text + len, "13523333233\n", 12);
                struct seen_list list = scan((struct an_str) {text, len + 12}, false, NULL);
                char got[SAY_MAX];
                if (strcmp(say(&list, got), MOBILE) != 0 || list.items[0].offset != len)
                    fail_msg("%zu groups '%s' from %zu: %s", groups, pieces[p], from, got);
                free(list.items);
            }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_whole_runs_are_candidates),
        cmocka_unit_test(other_numbers_are_no_identifiers),
        cmocka_unit_test(nothing_is_found_inside_a_uuid),
        cmocka_unit_test(separators_inside_a_number_are_seen_through),
        cmocka_unit_test(what_leads_a_number_belongs_to_it),
        cmocka_unit_test(several_identifiers_of_a_line_are_all_found),
        cmocka_unit_test(escapes_and_wide_characters_are_undone),
        cmocka_unit_test(han_characters_are_no_part_of_an_identifier),
        cmocka_unit_test(masked_and_damaged_ones_are_told_and_never_keyed),
        cmocka_unit_test(plates_begin_with_a_province),
        cmocka_unit_test(addresses_of_machines_are_found_whole),
        cmocka_unit_test(mail_addresses_end_where_they_end),
        cmocka_unit_test(words_before_a_number_give_it_its_grade),
        cmocka_unit_test(a_cell_without_a_header_is_read_like_text),
        cmocka_unit_test(a_header_lets_its_kind_be_found),
        cmocka_unit_test(whole_says_that_nothing_else_stands_in_the_cell),
        cmocka_unit_test(the_examples_of_every_kind_are_found),
        cmocka_unit_test(an_offset_says_where_an_identifier_begins),
        cmocka_unit_test(an_offset_lies_in_its_line_where_escapes_were_undone),
        cmocka_unit_test(hits_of_one_line_come_together),
        cmocka_unit_test(a_callback_that_fails_ends_the_scan),
        cmocka_unit_test(an_identifier_across_the_cut_is_found_once),
        cmocka_unit_test(a_long_line_is_reported_once_whatever_it_hides),
        cmocka_unit_test(any_number_of_lines_may_hide_something),
        cmocka_unit_test(a_text_holds_what_its_lines_hold),
        cmocka_unit_test(a_long_text_holds_what_its_lines_hold),
        cmocka_unit_test(where_a_text_lies_does_not_matter),
        cmocka_unit_test(any_value_is_read_alike_as_cell_and_as_text),
        cmocka_unit_test(a_scanner_has_no_memory_of_what_it_read),
        cmocka_unit_test(long_runs_of_digits_are_passed_over),
        cmocka_unit_test(a_run_of_many_groups_is_looked_at_to_its_end),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
