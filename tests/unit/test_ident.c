#include "unit.h"

#include <stdio.h>
#include <stdlib.h>

#include "ident/blocked.h"
#include "ident/cn_place.h"
#include "ident/digits.h"
#include "ident/header.h"
#include "ident/id18.h"
#include "ident/keys.h"
#include "ident/kinds.h"

static const an_day today = 20780;      // 2026-11-23

static struct an_context bare(void) {
    return (struct an_context) {.today = today};
}

static struct an_context in_column(const struct an_ident *kind) {
    return (struct an_context) {.expected = kind, .cell = true, .today = today};
}

static struct an_str key_text(const struct an_ident_key *key) {
    return (struct an_str) {key->text, key->len};
}

static void table_is_sorted_and_full(void **state) {
    (void) state;
    for (size_t i = 0; i < an_ident_count; i++) {
        const struct an_ident *k = an_idents[i];
        assert_true(k->name && k->title.en && k->title.zh && k->source && k->check && k->headers &&
                    k->examples);
        assert_true(k->code);
        if (i && strcmp(an_idents[i - 1]->name, k->name) >= 0)
            fail_msg("%s is not in order", k->name);
        assert_ptr_equal(an_ident_find(an_str_from_c(k->name)), k);
        assert_ptr_equal(an_ident_by_code(k->code), k);
        assert_true(k->m && k->c);
        if ((k->shape == AN_SHAPE_DIGITS || k->shape == AN_SHAPE_WORD) && !(k->min && k->min <= k->max))
            fail_msg("%s: length %d to %d", k->name, k->min, k->max);
        if ((k->use == AN_USE_PERSON) != (k->charge > 0))
            fail_msg("%s: only what identifies a person is charged, and all of it", k->name);
        if (k->linker && (k->use != AN_USE_PERSON || k->c == 1))
            fail_msg("%s cannot be a linker", k->name);
    }
    assert_null(an_ident_find(AN_STR("no-such-kind")));
    assert_null(an_ident_by_code(0));
}

static void codes_and_ranks_are_unique(void **state) {
    (void) state;
    for (size_t i = 0; i < an_ident_count; i++)
        for (size_t j = 0; j < i; j++)
            if (an_idents[i]->code == an_idents[j]->code || an_idents[i]->rank == an_idents[j]->rank)
                fail_msg("%s and %s share a code or a rank", an_idents[i]->name, an_idents[j]->name);
}

static void headers_are_folded(void **state) {
    (void) state;
    for (size_t i = 0; i < an_ident_count; i++)
        for (const char *const *header = an_idents[i]->headers; *header; header++) {
            char out[AN_HEADER_MAX];
            if (!an_str_eq(an_header_fold(an_str_from_c(*header), out), an_str_from_c(*header)))
                fail_msg("%s: %s is not folded", an_idents[i]->name, *header);
        }
}

static void every_example_holds(void **state) {
    (void) state;
    for (size_t i = 0; i < an_ident_count; i++) {
        const struct an_ident *k = an_idents[i];
        size_t yes = 0, no = 0;
        for (size_t j = 0; j < k->example_count; j++) {
            const struct an_ident_example *e = &k->examples[j];
            struct an_context context = e->in_column ? in_column(k) : bare();
            struct an_ident_key key = {0};
            enum an_grade grade = k->check(e->text, &context, &key);
            if (grade != e->grade)
                fail_msg("%s: example %zu (%s): grade %d, not %d", k->name, j, e->why, grade, e->grade);
            if (grade != AN_GRADE_NONE && e->key && !an_str_eq(key_text(&key), an_str_from_c(e->key)))
                fail_msg("%s: example %zu (%s): another canonical form", k->name, j, e->why);
            yes += grade >= AN_GRADE_CEILING;
            no += grade == AN_GRADE_NONE;
        }
        if (yes < 3 || no < 3)
            fail_msg("%s: %zu examples that are, %zu that are not; at least 3 of each", k->name, yes, no);
    }
}

static void canonical_form_is_its_own(void **state) {
    (void) state;
    for (size_t i = 0; i < an_ident_count; i++) {
        const struct an_ident *k = an_idents[i];
        struct an_context column = in_column(k);
        for (size_t j = 0; j < k->example_count; j++) {
            const struct an_ident_example *e = &k->examples[j];
            struct an_context context = e->in_column ? column : bare();
            struct an_ident_key key = {0}, again = {0};
            if (k->check(e->text, &context, &key) == AN_GRADE_NONE)
                continue;
            assert_true(key.len > 0 && key.len <= AN_IDENT_KEY_MAX);
            if (k->check(key_text(&key), &column, &again) == AN_GRADE_NONE ||
                !an_str_eq(key_text(&key), key_text(&again)))
                fail_msg("%s: example %zu (%s): the canonical form has another", k->name, j, e->why);
        }
    }
}

// Numbers for tests: the same ones each time (xorshift64).
static uint64_t next_random(uint64_t *state) {
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

static void random_digits(uint64_t *state, char *out, size_t count) {
    for (size_t i = 0; i < count; i++)
        out[i] = (char) ('0' + next_random(state) % 10);
}

static enum an_grade grade_of(const struct an_ident *kind, const char *text, size_t len,
                              const struct an_context *context,
                              struct an_ident_key *ret_key) {
    return kind->check((struct an_str) {text, len}, context, ret_key);
}

static void random_resident_id(uint64_t *state, char id[AN_ID18_LEN]) {
    do {
        random_digits(state, id, 6);
    } while (id[0] > '7' || !an_cn_division_is_known(id));
    struct an_date born = an_day_to_date((an_day) (next_random(state) % 27000) - 7000);
    char date[16];
    assert_int_equal(snprintf(date, sizeof date, "%04d%02d%02d", born.year, born.month, born.day), 8);
    memcpy(id + 6, date, 8);
    random_digits(state, id + 14, 3);
    id[17] = an_id18_check(id);
}

// An example, or a number with a right check digit; often with a byte changed, put in or left out.
static size_t random_cell(uint64_t *state, const struct an_ident *k, char *out, size_t room) {
    const struct an_ident_example *e = &k->examples[next_random(state) % k->example_count];
    size_t n = e->text.len < room ? e->text.len : room;
    memcpy(out, e->text.ptr, n);
    if (k->code == 1 && next_random(state) % 2) {
        random_resident_id(state, out);
        n = AN_ID18_LEN;
    }
    if ((k->code == 9 || k->code == 12) && next_random(state) % 2)
        for (size_t i = 3; i < n; i++)
            if (out[i] >= '0' && out[i] <= '9')
                out[i] = (char) ('0' + next_random(state) % (next_random(state) % 8 ? 10 : 2));
    for (uint64_t changes = next_random(state) % 3; changes && n > 1; changes--) {
        static const char some[] = "0123456789Xx -+@.'_%\xE5\xEF";
        size_t at = next_random(state) % n;
        char c = some[next_random(state) % (sizeof some - 1)];
        switch (next_random(state) % 4) {
        case 0: out[at] = c; break;
        case 1: memmove(out + at, out + at + 1, --n - at); break;
        case 2: if (n + 1 < room) { memmove(out + at + 1, out + at, n++ - at); out[at] = c; } break;
        default: break;
        }
    }
    return n;
}

static void a_column_is_read_as_its_cells_are(void **state) {
    (void) state;
    enum { ROOM = 120, ROUNDS = 60 };
    static char text[AN_CELLS_MAX * ROOM + 64];
    static struct an_span cells[AN_CELLS_MAX];
    uint64_t seed = 5;
    size_t taken = 0, all = 0;
    for (size_t i = 0; i < an_ident_count; i++)
        for (unsigned round = 0; an_idents[i]->many && round < ROUNDS; round++) {
            static struct an_keys keys, want;
            memset(&keys, 0, sizeof keys);
            memset(&want, 0, sizeof want);
            struct an_context context = in_column(an_idents[i]);
            context.today = round % 5 ? context.today : round % 2 ? AN_DAY_NONE : 0;
            size_t n = 0, count = round % 3 ? AN_CELLS_MAX : next_random(&seed) % AN_CELLS_MAX;
            for (size_t c = 0; c < count; c++) {
                size_t len = next_random(&seed) % 8 ? random_cell(&seed, an_idents[i], text + n, ROOM) : 0;
                cells[c] = (struct an_span) {(uint32_t) n, (uint32_t) len};
                n += len + 1;
            }
            struct an_cells column = {.text = text, .first = cells, .stride = 1, .count = count};
            an_keys_read(an_idents[i], &column, &context, &keys);
            an_keys_read_each(an_idents[i], &column, &context, &want);
            assert_memory_equal(&keys.filled, &want.filled, sizeof keys.filled);
            assert_memory_equal(&keys.odd, &want.odd, sizeof keys.odd);
            assert_int_equal(keys.count, want.count);
            assert_memory_equal(keys.len, want.len, want.count);
            assert_memory_equal(keys.floor, want.floor, want.count);
            assert_memory_equal(keys.text, want.text, sizeof keys.text);
            taken += want.count;
            all += count;
        }
    assert_true(taken > all / 20 && taken < all);
}

// What an_ident says of `bare` and `hopeless`.
static void a_first_look_refuses_nothing(void **state) {
    (void) state;
    uint64_t seed = 11;
    size_t refused = 0, asked = 0;
    for (size_t i = 0; i < an_ident_count; i++) {
        const struct an_ident *k = an_idents[i];
        for (unsigned round = 0; (k->bare || k->hopeless) && round < 30000; round++) {
            char text[120] = "";
            struct an_context contexts[] = {in_column(k), bare(), bare()};
            contexts[2].before = an_str_from_c(k->headers[0]);
            size_t n = random_cell(&seed, k, text, sizeof text);
            bool digits = k->bare && k->shape == AN_SHAPE_DIGITS && round % 3;
            if (digits) {
                static const char *const heads[] = {"", "86", "0086", "0", "1", "10648", "014", "86014"};
                const char *head = heads[next_random(&seed) % AN_COUNT(heads)];
                n = k->min + next_random(&seed) % (k->max - k->min + 1u);
                random_digits(&seed, text, n);
                memcpy(text, head, strlen(head) < n ? strlen(head) : n);
            }
            bool is_refused = digits ? !k->bare(n, (unsigned) (text[0] - '0'), (unsigned) (text[1] - '0'))
                                     : k->hopeless && k->hopeless((struct an_str) {text, n});
            asked++;
            refused += is_refused;
            for (size_t c = 0; c < AN_COUNT(contexts) && is_refused; c++) {
                struct an_ident_key key;
                if (k->check((struct an_str) {text, n}, &contexts[c], &key) != AN_GRADE_NONE)
                    fail_msg("%s: %.*s is one", k->name, (int) n, text);
            }
        }
    }
    assert_true(refused > asked / 20);
}

static void no_single_wrong_digit_of_a_resident_id_passes(void **state) {
    (void) state;
    uint64_t seed = 20260721;
    struct an_context context = in_column(&an_ident_cn_resident_id);
    for (int i = 0; i < 200000; i++) {
        char id[AN_ID18_LEN];
        random_resident_id(&seed, id);
        struct an_ident_key key;
        assert_true(grade_of(&an_ident_cn_resident_id, id, sizeof id, &context, &key) != AN_GRADE_NONE);
        size_t at = next_random(&seed) % AN_ID18_LEN;
        char right = id[at];
        while (id[at] == right)
            id[at] = "0123456789X"[next_random(&seed) % (at == AN_ID18_LEN - 1 ? 11 : 10)];
        assert_true(grade_of(&an_ident_cn_resident_id, id, sizeof id, &context, &key) < AN_GRADE_CEILING);
    }
}

static void hardly_any_random_number_is_a_resident_id(void **state) {
    (void) state;
    uint64_t seed = 4096;
    const int draws = 3000000;
    int passed = 0;
    struct an_context context = bare();
    for (int i = 0; i < draws; i++) {
        char id[AN_ID18_LEN];
        random_digits(&seed, id, sizeof id);
        struct an_ident_key key;
        passed += grade_of(&an_ident_cn_resident_id, id, sizeof id, &context, &key) != AN_GRADE_NONE;
    }
    assert_true(passed < draws / 100000);
}

static void order_numbers_with_a_right_check_digit_are_no_resident_ids(void **state) {
    (void) state;
    uint64_t seed = 11;
    struct an_context context = bare();
    for (int i = 0; i < 100000; i++) {
        char id[AN_ID18_LEN];
        memcpy(id, "202607", 6);
        random_digits(&seed, id + 6, 11);
        memcpy(id + 6, i % 2 ? "19910405" : "20010405", 8);
        id[17] = an_id18_check(id);
        struct an_ident_key key;
        assert_int_equal(grade_of(&an_ident_cn_resident_id, id, sizeof id, &context, &key), AN_GRADE_NONE);
    }
}

static void old_and_new_form_of_a_resident_id_meet(void **state) {
    (void) state;
    uint64_t seed = 15;
    struct an_context context = in_column(&an_ident_cn_resident_id);
    for (int i = 0; i < 10000; i++) {
        char id[AN_ID18_LEN], old[15];
        random_resident_id(&seed, id);
        if (memcmp(id + 6, "19", 2) != 0)
            continue;
        memcpy(old, id, 6);
        memcpy(old + 6, id + 8, 9);
        struct an_ident_key one, other;
        assert_true(grade_of(&an_ident_cn_resident_id, old, sizeof old, &context, &one) < AN_GRADE_FLOOR);
        assert_true(grade_of(&an_ident_cn_resident_id, id, sizeof id, &context, &other) != AN_GRADE_NONE);
        assert_true(an_str_eq(key_text(&one), key_text(&other)));
    }
}

static void milliseconds_are_no_machine_numbers(void **state) {
    (void) state;
    struct an_context context = bare();
    context.cell = true;
    for (uint64_t ms = 1064600000000; ms < 1500000000000; ms += 777777777) {
        char text[16];
        struct an_ident_key key;
        assert_int_equal(snprintf(text, sizeof text, "%llu", (unsigned long long) ms), 13);
        for (size_t i = 0; i < an_ident_count; i++)
            if (!strncmp(an_idents[i]->name, "cn-", 3))
                assert_int_equal(grade_of(an_idents[i], text, 13, &context, &key), AN_GRADE_NONE);
    }
}

static void mobile_ranges_are_the_open_ones(void **state) {
    (void) state;
    static const char open[] =
        "130 131 132 133 134 135 136 137 138 139 145 147 150 151 152 153 155 156 157 158 "
        "159 162 165 166 167 170 171 172 173 175 176 177 178 180 181 182 183 184 185 186 "
        "187 188 189 190 191 192 193 195 196 197 198 199";
    struct an_context context = in_column(&an_ident_cn_mobile);
    for (int range = 0; range < 1000; range++) {
        char head[4], text[12];
        struct an_ident_key key;
        assert_int_equal(snprintf(head, sizeof head, "%03d", range), 3);
        assert_int_equal(snprintf(text, sizeof text, "%s92837465", head), 11);
        bool is_open = grade_of(&an_ident_cn_mobile, text, 11, &context, &key) == AN_GRADE_FLOOR;
        bool is_machine = grade_of(&an_ident_cn_iot_number, text, 11, &context, &key) != AN_GRADE_NONE;
        if (is_open != (strstr(open, head) != NULL))
            fail_msg("range %s", head);
        assert_false(is_open && is_machine);
    }
}

static void blocked_digits_are_typed_in_a_pattern(void **state) {
    (void) state;
    static const char *const typed[] = {"000000", "123456789012", "987654321098", "121212", "123123123",
                                        "1234512345123451"};
    static const char *const others[] = {"00000", "123457", "12121", "123123", "13523333233", "123456x", ""};
    for (size_t i = 0; i < AN_COUNT(typed); i++)
        if (!an_blocked_digits(an_str_from_c(typed[i])))
            fail_msg("%s", typed[i]);
    for (size_t i = 0; i < AN_COUNT(others); i++)
        if (an_blocked_digits(an_str_from_c(others[i])))
            fail_msg("%s", others[i]);
}

static void digits_are_read_with_their_groups(void **state) {
    (void) state;
    static const struct { const char *text; bool is; uint8_t count; uint32_t layout; } rows[] = {
        {"13523333233", true, 11, 0}, {"135-2333-3233", true, 11, 0x344}, {"44030819990110151x", true, 18, 0},
        {"440308 19990110 1512", true, 18, 0x684}, {"6222021234567890 123", false, 0, 0},
        {"135 2333-3233", false, 0, 0},
        {"135  23333233", false, 0, 0}, {"-13523333233", false, 0, 0}, {"13523333233 ", false, 0, 0},
        {"x1", false, 0, 0},
        {"1234567890123456789012345", false, 0, 0}, {"1 2 3 4 5 6 7", true, 7, 0x1111111},
        {"1 2 3 4 5 6 7 8", false, 0, 0},
        {"", false, 0, 0},
    };
    for (size_t i = 0; i < AN_COUNT(rows); i++) {
        struct an_digits d;
        bool is = an_digits_read(an_str_from_c(rows[i].text), &d);
        if (is != rows[i].is || (is && (d.count != rows[i].count || d.layout != rows[i].layout)))
            fail_msg("row %zu", i);
    }
}

static void words_before_a_value_name_its_kind(void **state) {
    (void) state;
    const struct an_ident *passport = &an_ident_cn_passport, *mobile = &an_ident_cn_mobile,
        *id = &an_ident_cn_resident_id;
    const struct { const char *before; const struct an_ident *kind; bool is; } rows[] = {
        {"护照：", passport, true}, {"护照号码为 ", passport, true}, {"passport no. ", passport, true},
        {"Passport: ", passport, true},
        {"{\"passportNo\":\"", passport, true}, {"<passport>", passport, true},
        {"user_passport='", passport, true},
        {"护照（", passport, true}, {"name=x&passport=", passport, true}, {"持护照", passport, true},
        {"ｐａｓｓｐｏｒｔ：", passport, true},
        {"护照，", passport, false}, {"护照: E1, 编号 ", passport, false}, {"passports ", passport, false},
        {"护", passport, false},
        {"{\"passport\":null,\"no\":\"", passport, false}, {"护照有没有？有。", passport, false},
        {"", passport, false},
        {"mobile=", mobile, true}, {"userMobile=", mobile, true}, {"automobile ", mobile, false},
        {"mobile,", mobile, false},
        {"联系电话:", mobile, true}, {"sj:", mobile, false}, {"idno=", id, true},
        {"张三 身份证号:", id, true},
        {"idNo: 1 name: ", id, false}, {"\xbc\xbd\xe6\x8a\xa4\xe7\x85\xa7:", passport, true},
        {"\xff\xff\xff\xff", passport, false},
    };
    for (size_t i = 0; i < AN_COUNT(rows); i++) {
        struct an_context context = bare();
        context.before = an_str_from_c(rows[i].before);
        if (an_context_names(&context, rows[i].kind) != rows[i].is)
            fail_msg("row %zu: %s", i, rows[i].before);
    }
    // Of what stands before, only the end is looked at: a word cut there is not a word.
    struct an_context cut = bare();
    cut.before = AN_STR("xxxxxxxxxxxxxxxxxxxxautomobile 0123456789 01234567890 1");
    for (; cut.before.len > 9; cut.before = an_str_slice(cut.before, 0, cut.before.len - 1))
        assert_false(an_context_names(&cut, mobile));
    struct an_context column = in_column(mobile);
    assert_true(an_context_names(&column, mobile));
    assert_false(an_context_names(&column, passport));
}

static void other_documents_stand_in_a_column_of_identity_numbers(void **state) {
    (void) state;
    static const struct { const char *text; const struct an_ident *kind; } rows[] = {
        {"E20394857", &an_ident_cn_passport}, {"H32031177", &an_ident_cn_hm_permit},
        {"C20394857", &an_ident_cn_travel_permit},
        {"810000199408230021", &an_ident_cn_residence_permit},
        {"932682198501010017", &an_ident_cn_foreigner_pr},
        {"USA310120394857", &an_ident_cn_foreigner_pr_old},
    };
    struct an_context context = in_column(&an_ident_cn_resident_id);
    for (size_t i = 0; i < AN_COUNT(rows); i++) {
        struct an_ident_key key;
        struct an_str text = an_str_from_c(rows[i].text);
        assert_int_equal(an_ident_cn_resident_id.check(text, &context, &key), AN_GRADE_NONE);
        if (rows[i].kind->check(text, &context, &key) < AN_GRADE_CEILING)
            fail_msg("%s", rows[i].kind->name);
    }
}

static void a_plate_takes_its_last_character_from_behind(void **state) {
    (void) state;
    struct an_context context = bare();
    context.after = AN_STR("学，驾校");
    struct an_ident_key key;
    assert_int_equal(an_ident_cn_plate.check(AN_STR("京L1234"), &context, &key), AN_GRADE_CEILING);
    assert_true(an_str_eq(key_text(&key), AN_STR("京L1234学")));
    context.after = AN_STR("，");
    assert_int_equal(an_ident_cn_plate.check(AN_STR("京L1234"), &context, &key), AN_GRADE_NONE);
}

static void landlines_in_text_need_a_sign(void **state) {
    (void) state;
    struct an_context context = bare();
    struct an_ident_key key;
    assert_int_equal(an_ident_cn_landline.check(AN_STR("01088993108"), &context, &key), AN_GRADE_NONE);
    context.before = AN_STR("联系电话：");
    assert_int_equal(an_ident_cn_landline.check(AN_STR("01088993108"), &context, &key), AN_GRADE_CEILING);
    assert_int_equal(an_ident_cn_landline.check(AN_STR("010-88993108转8001"), &context, &key),
                     AN_GRADE_CEILING);
    assert_true(an_str_eq(key_text(&key), AN_STR("01088993108")));
}

// Vectors. Fields are borrowed from `line`, which is changed: escapes are undone in place.

enum { LINE_MAX = 1024, EXCEPTIONS_MAX = 200, FIELDS = 4 };

static void undo_escapes(char *s) {
    char *out = s;
    while (*s) {
        if (*s != '\\') {
            *out++ = *s++;
            continue;
        }
        s++;
        if (*s == 'u') {
            char hex[5] = {0};
            memcpy(hex, s + 1, 4);
            unsigned long c = strtoul(hex, NULL, 16);
            assert_true(c < 0x80);      // none else occurs
            *out++ = (char) c;
            s += 5;
            continue;
        }
        *out++ = (char) (*s == 't' ? '\t' : *s == 'n' ? '\n' : *s == 'r' ? '\r' : *s);
        s++;
    }
    *out = 0;
}

// Cuts a line at its tabs. Missing fields are empty.
static void cut(char *line, char *field[FIELDS]) {
    line[strcspn(line, "\n")] = 0;
    for (size_t i = 0; i < FIELDS; i++) {
        field[i] = line;
        line += strcspn(line, "\t");
        if (*line)
            *line++ = 0;
    }
    for (size_t i = 0; i < FIELDS; i++)
        undo_escapes(field[i]);
}

static FILE *open_vectors(const char *name) {
    const char *root = getenv("ANSHEN_SOURCE_ROOT");
    assert_non_null(root);
    char path[LINE_MAX];
    assert_true(snprintf(path, sizeof path, "%s/tests/vectors/%s", root, name) < (int) sizeof path);
    FILE *f = fopen(path, "r");
    if (!f)
        fail_msg("%s cannot be opened", name);
    return f;
}

struct exception {
    char file[64], value[96], answer[16];
    bool is_needed;
};

static size_t read_exceptions(struct exception *out) {
    FILE *f = open_vectors("exceptions.tsv");
    char line[LINE_MAX], *field[FIELDS];
    assert_non_null(fgets(line, sizeof line, f));
    size_t n = 0;
    while (fgets(line, sizeof line, f)) {
        assert_true(n < EXCEPTIONS_MAX);
        cut(line, field);
        if (!*field[3])
            fail_msg("exception %zu: no reason", n);
        assert_true(snprintf(out[n].file, sizeof out[n].file, "%s", field[0]) < (int) sizeof out[n].file);
        assert_true(snprintf(out[n].value, sizeof out[n].value, "%s", field[1]) < (int) sizeof out[n].value);
        assert_true(snprintf(out[n].answer, sizeof out[n].answer, "%s",
                             field[2]) < (int) sizeof out[n].answer);
        out[n++].is_needed = false;
    }
    (void) fclose(f);
    return n;
}

static const char *const grade_name[] = {"none", "blocked", "ceiling", "floor"};

// Whether our answer to a vector is the expected one, or an exception says so.
static bool judge(const char *file, char *value, bool is_valid, const struct an_ident *kind,
                  struct exception *exceptions,
                  size_t count) {
    char *expected_key = strstr(value, " => ");
    size_t len = expected_key ? (size_t) (expected_key - value) : strlen(value);
    struct an_context context = in_column(kind);
    struct an_ident_key key;
    enum an_grade grade = grade_of(kind, value, len, &context, &key);
    bool is_right = (grade != AN_GRADE_NONE) == is_valid;
    if (is_right && expected_key)
        is_right = an_str_eq(key_text(&key), an_str_from_c(expected_key + 4));
    if (is_right)
        return true;
    for (size_t i = 0; i < count; i++)
        if (!strcmp(exceptions[i].file, file) && !strcmp(exceptions[i].value, value)) {
            exceptions[i].is_needed = true;
            return !strcmp(exceptions[i].answer, grade_name[grade]);
        }
    return false;
}

static size_t run_vectors(const char *file, const struct an_ident *kind, struct exception *exceptions,
                          size_t count) {
    char name[80], line[LINE_MAX], *field[FIELDS];
    assert_true(snprintf(name, sizeof name, "%s.tsv", file) < (int) sizeof name);
    FILE *f = open_vectors(name);
    assert_non_null(fgets(line, sizeof line, f));
    size_t bad = 0;
    for (int n = 2; fgets(line, sizeof line, f); n++) {
        cut(line, field);
        bool is_valid = !strcmp(field[1], "valid");
        assert_true(is_valid || !strcmp(field[1], "invalid"));
        if (!judge(file, field[0], is_valid, kind, exceptions, count)) {
            print_message("# %s:%d: %s, should be %s\n", name, n, field[0], field[1]);
            bad++;
        }
    }
    (void) fclose(f);
    return bad;
}

static void vectors_agree_but_for_the_exceptions(void **state) {
    (void) state;
    static struct exception exceptions[EXCEPTIONS_MAX];
    size_t count = read_exceptions(exceptions), bad = 0;
    FILE *table = open_vectors("TABLE");
    char line[LINE_MAX];
    while (fgets(line, sizeof line, table)) {
        if (*line == '#')
            continue;
        char *name = line + strcspn(line, " ");
        *name++ = 0;
        name[strcspn(name, "\n")] = 0;
        const struct an_ident *kind = an_ident_find(an_str_from_c(name));
        if (!kind)
            fail_msg("%s: no kind %s", line, name);
        bad += run_vectors(line, kind, exceptions, count);
    }
    (void) fclose(table);
    for (size_t i = 0; i < count; i++)
        if (!exceptions[i].is_needed) {
            print_message("# exception not needed: %s %s\n", exceptions[i].file, exceptions[i].value);
            bad++;
        }
    assert_int_equal(bad, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(table_is_sorted_and_full),
        cmocka_unit_test(codes_and_ranks_are_unique),
        cmocka_unit_test(headers_are_folded),
        cmocka_unit_test(every_example_holds),
        cmocka_unit_test(canonical_form_is_its_own),
        cmocka_unit_test(a_column_is_read_as_its_cells_are),
        cmocka_unit_test(a_first_look_refuses_nothing),
        cmocka_unit_test(no_single_wrong_digit_of_a_resident_id_passes),
        cmocka_unit_test(hardly_any_random_number_is_a_resident_id),
        cmocka_unit_test(order_numbers_with_a_right_check_digit_are_no_resident_ids),
        cmocka_unit_test(old_and_new_form_of_a_resident_id_meet),
        cmocka_unit_test(milliseconds_are_no_machine_numbers),
        cmocka_unit_test(mobile_ranges_are_the_open_ones),
        cmocka_unit_test(blocked_digits_are_typed_in_a_pattern),
        cmocka_unit_test(digits_are_read_with_their_groups),
        cmocka_unit_test(words_before_a_value_name_its_kind),
        cmocka_unit_test(other_documents_stand_in_a_column_of_identity_numbers),
        cmocka_unit_test(a_plate_takes_its_last_character_from_behind),
        cmocka_unit_test(landlines_in_text_need_a_sign),
        cmocka_unit_test(vectors_agree_but_for_the_exceptions),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
