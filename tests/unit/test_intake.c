// The short ways of taking records in give what the long way gives: every count, every column, every row.
#include "unit.h"
#include "draw.h"

#include <stdio.h>

#include "both_ways.h"
#include "base/key.h"

enum { TABLES = 400, COLUMNS = 9, RECORDS = 200, CELL = 160 };

static unsigned below(unsigned n) { return (unsigned) (draw() % n); }

static const char *const headings[] = {
    "id_card", "身份证号", "mobile", "phone1", "phone2", "name1", "name2", "buyer_mobile", "receiver_name", "receiver_phone",
    "email", "bank_card", "姓名", "name", "address", "remark", "created_at", "user_id", "passport", "plate", "ip", "mac",
    "sex", "x",
};

static const char *const cells[] = {
    "440904195505082216", "33010219200403064x", " 440308199901101512", "440308199901101512 ", "'440308199901101512",
    "440308 19990110 1512", "440308199901101513", "11010519491231002X", "110101199001011234", "990426199112010074",
    "202611199112010070", "150102880730303", "４４０３０８１９９９０１１０１５１２", "４４０３０８１９９９０１１０１５１３",
    "３３０１０２１９２００４０３０６４Ｘ", "4403081999011015１２", "440308********1512", "4.40308E+17",
    "13523333233", "+8613523333233", "+86 135 2333 3233", "86-13523333233", "008613523333233", "135-2333-3233", "13800138000",
    "13812345678", "138****5678", "１３５２３３３３２３３", "12523333233", "16102333233", "+1 (650) 253-0000", "010-62345678",
    "lilei@example.com", "Li.Lei+shop@Mail.Example.com", "noreply@example.com", "test1@test.com", "a@b", "x..y@qq.com",
    "--a@qq.com", "a@qq.com.", "l*****i@qq.com", "o'hara_9@qq.com", "李雷@例子.公司", "lilei@qq.com,hanmei@163.com",
    "a.very.long.local.part.of.an.address.indeed.it.is@a.rather.long.domain.example.org",
    "6217005079099408034", "6222 6251 6104 6203 286", "4111111111111111", "9003716480152940", "6222020000000000000",
    "武建华", "令狐秀华", "欧阳 娜娜", "阿卜杜拉·买买提", "张三", "测试账号", "Wang Lei", "匿名",
    "周**", "王院", "A1024", "无名氏",
    "昆明市新华路265号30栋839室", "昆明市新华路265号，李雷收，电话13523333233",
    "No. 7, Garden Road, Building 12, Unit 3, Room 1201, Haidian, Beijing",
    "2026-11-01 00:00:00", "2026-11-01T00:00:00Z", "2026-11-01", "1", "0", "7654321",
    "1793491202327", "-", "NULL", "无", "  ", "",
    "E12345678", "京A12345", "10.1.2.3", "114.114.114.114", "192.0.2.7", "d0:50:99:84:a2:a0", "2001:db8::1", "女", "1.5",
    "%31%33%35%32%33%33%33%33%32%33%33", "x@y", "a:b:c:d:e:f",
    "abc_123456", "qwe-rty12",
};

static struct an_err err;

// What a source promises: text that may be read past its end.
static struct an_str padded(char room[CELL + AN_SOURCE_PADDING], const char *text) {
    memset(room, 'Z', CELL + AN_SOURCE_PADDING);
    memcpy(room, text, strlen(text));
    return (struct an_str) {room, strlen(text)};
}

// A table in one text: its cells lie one after another, a byte between two.
struct drawn {
    struct an_str columns[COLUMNS];
    char names[COLUMNS][CELL + AN_SOURCE_PADDING], text[RECORDS * COLUMNS * (CELL + 1) + AN_SOURCE_PADDING];
    struct an_span cells[RECORDS * COLUMNS];
    bool loose[RECORDS];
    size_t count;
    const char *format;
};

// Half of the tables hold the kinds their headings name in the main, as tables do; the others anything anywhere.
static const char *draw_cell(const char *heading, bool tidy) {
    static const struct { const char *heading; unsigned from, to; } own[] = {
        {"id_card", 0, 15}, {"身份证号", 0, 12}, {"mobile", 18, 28}, {"phone1", 18, 24}, {"email", 32, 40}, {"bank_card", 45, 50},
        {"姓名", 50, 55}, {"name", 50, 55}, {"address", 62, 65}, {"created_at", 65, 68},
        {"ip", 79, 84}, {"plate", 78, 80}, {"remark", 62, 76}, {"mac", 79, 84},
        {"openid", AN_COUNT(cells) - 2, AN_COUNT(cells)},
    };
    for (size_t i = 0; tidy && i < AN_COUNT(own) && below(15); i++)
        if (strcmp(own[i].heading, heading) == 0)
            return below(6) ? cells[own[i].from + below(own[i].to - own[i].from)] : "";
    return cells[below(AN_COUNT(cells))];
}

static void draw_table(struct drawn *t, uint64_t seed) {
    static const char *const formats[] = {"csv", "json", "sqlite"};
    draw_state = seed;
    static const char *const dull[] = {"address", "remark", "created_at", "user_id", "name", "ip", "openid", "openid", "x"};
    bool tidy = below(2), is_dull = below(6) == 0;      // dull: nothing is named
    size_t n = 0;
    t->count = 1 + below(is_dull ? 3 : COLUMNS);
    for (size_t i = 0; i < t->count; i++)
        t->columns[i] = padded(t->names[i], is_dull ? dull[below(AN_COUNT(dull))] : headings[below(AN_COUNT(headings))]);
    t->format = formats[below(3)];
    for (unsigned r = 0; r < RECORDS; r++) {
        bool again = below(50) == 0;                    // the headings once more
        for (size_t i = 0; i < t->count; i++) {
            char heading[CELL] = "";
            memcpy(heading, t->names[i], t->columns[i].len);
            const char *cell = again && (i == 0 || below(20)) ? heading : draw_cell(heading, tidy);
            t->cells[r * t->count + i] = (struct an_span) {(uint32_t) n, (uint32_t) strlen(cell)};
            memcpy(t->text + n, cell, strlen(cell));
            n += strlen(cell);
            t->text[n++] = ',';
        }
        t->loose[r] = below(tidy ? 40 : 12) == 0;
    }
    memset(t->text + n, 'Z', AN_SOURCE_PADDING);
}

static void give_records(const struct an_sink *sink, const struct drawn *t, size_t from, size_t to) {
    for (size_t r = from; r < to; r++) {
        struct an_value values[COLUMNS];
        for (size_t i = 0; i < t->count; i++) {
            struct an_span c = t->cells[r * t->count + i];
            values[i] = (struct an_value) {.text = {t->text + c.at, c.len}, .column = (uint32_t) i};
        }
        struct an_record record = {.values = values, .count = t->count, .number = r + 1, .loose = t->loose[r]};
        assert_int_equal(sink->record(sink->arg, &record, &err), AN_OK);
    }
}

// Loose records by themselves, the others in as many rows as chance will have it.
static void give_rows(const struct an_sink *sink, const struct drawn *t) {
    for (size_t from = 0, to; from < RECORDS; from = to) {
        size_t most = 1 + below(RECORDS);
        for (to = from; to < RECORDS && to - from < most && !t->loose[to];)
            to++;
        struct an_rows rows = {.text = t->text, .cells = t->cells + from * t->count, .count = to - from, .columns = t->count,
                               .number = from + 1};
        if (rows.count)
            assert_int_equal(sink->rows(sink->arg, &rows, &err), AN_OK);
        else
            give_records(sink, t, from, ++to);
    }
}

static void give_table(struct way_taken *s, const struct drawn *t, bool together) {
    const struct an_sink *sink = an_intake_sink(s->in);
    struct an_store_info info = {.uri = AN_STR("t"), .format = t->format};
    assert_int_equal(sink->open(sink->arg, &info, &err), AN_OK);
    assert_int_equal(sink->columns(sink->arg, t->columns, t->count, &err), AN_OK);
    if (together)
        give_rows(sink, t);
    else
        give_records(sink, t, 0, RECORDS);
    assert_int_equal(sink->close(sink->arg, AN_STORE_READ, 1, (struct an_str) {0}, &err), AN_OK);
    assert_int_equal(an_intake_take(s->in, &s->stores, &s->count, &err), AN_OK);
}

static void short_ways_give_what_the_long_way_gives(void **unused) {
    (void) unused;
    static const unsigned char bytes[AN_KEY_BYTES] = {7};
    AN_CLEANUP(an_key_cleanup) struct an_key *key = NULL;
    assert_int_equal(an_key_from_bytes(bytes, &key, &err), AN_OK);
    for (uint64_t seed = 1; seed <= TABLES; seed++) {
        static struct drawn table;
        struct way_taken shorter, longer;
        assert_int_equal(way_begin(&shorter, key, false, &err), AN_OK);
        assert_int_equal(way_begin(&longer, key, true, &err), AN_OK);
        static const struct an_declared account = {.uri = {"t", 1}, .account = {"user_id", 7}};
        shorter.options.declared = longer.options.declared = &account;
        shorter.options.declared_count = longer.options.declared_count = seed % 3 == 0;
        shorter.options.hands = seed % 8 == 3 ? 2 : 0;  // and now and then by several threads
        shorter.options.hands_after = 1 + below(15000);
        draw_table(&table, seed);
        give_table(&shorter, &table, seed % 4);         // a quarter record by record
        give_table(&longer, &table, false);
        const char *what = ways_differ(&shorter, &longer);
        if (what)
            fail_msg("table %llu: %s", (unsigned long long) seed, what);
        way_end(&shorter);
        way_end(&longer);
        assert_int_equal(shorter.budget.used | longer.budget.used, 0);
    }
}

// Blocks of lines: addresses in every seventh, some of them again and again.
static void give_lines(struct way_taken *s) {
    enum { BLOCKS = 60, LINES = 40, ROOM = LINES * 120 };
    static char text[ROOM + AN_SOURCE_PADDING];
    const struct an_sink *sink = an_intake_sink(s->in);
    struct an_store_info info = {.uri = AN_STR("t"), .format = "log"};
    assert_int_equal(sink->open(sink->arg, &info, &err), AN_OK);
    for (unsigned b = 0; b < BLOCKS; b++) {
        int n = 0;
        for (unsigned i = 0; i < LINES; i++)
            n += snprintf(text + n, (size_t) (ROOM - n),
                          i % 7 ? "2026-11-01 00:00:%02u INFO job %u took 17 ms\n" : "user u%u@example.org, phone 1352333%04u\n",
                          i % 7 ? i : b * i % 50, b * 7 + i);
        memset(text + n, '5', AN_SOURCE_PADDING);
        assert_int_equal(sink->lines(sink->arg, (struct an_str) {text, (size_t) n}, b * LINES + 1, 0, &err), AN_OK);
    }
    assert_int_equal(sink->close(sink->arg, AN_STORE_READ, 1, (struct an_str) {0}, &err), AN_OK);
    assert_int_equal(an_intake_take(s->in, &s->stores, &s->count, &err), AN_OK);
}

static void several_threads_take_what_one_takes(void **unused) {
    (void) unused;
    static const unsigned char bytes[AN_KEY_BYTES] = {7};
    AN_CLEANUP(an_key_cleanup) struct an_key *key = NULL;
    assert_int_equal(an_key_from_bytes(bytes, &key, &err), AN_OK);
    for (size_t hands = 1; hands <= 3; hands++) {
        struct way_taken several, one;
        assert_int_equal(way_begin(&several, key, false, &err), AN_OK);
        assert_int_equal(way_begin(&one, key, false, &err), AN_OK);
        several.options.hands = hands;
        several.options.hands_after = 5000;
        for (int again = 0; again < 3; again++) {       // one store after another
            give_lines(&several);
            give_lines(&one);
            const char *what = ways_differ(&several, &one);
            if (what)
                fail_msg("%zu hands: %s", hands, what);
            way_forget(&several);
            way_forget(&one);
        }
        way_end(&several);
        way_end(&one);
        assert_int_equal(several.budget.used | one.budget.used, 0);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(short_ways_give_what_the_long_way_gives),
        cmocka_unit_test(several_threads_take_what_one_takes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
