// The bitmaps of classes: the engines agree bit for bit, and both with what each class is said to hold.
#include "unit.h"
#include "draw.h"

#include <stdbool.h>
#include <stdlib.h>

#include "match/bitmap.h"
#include "match/mail.h"
#include "match/place.h"
#include "match/quiet.h"
#include "match/trigger.h"

enum { LENGTHS = 300, ROUNDS = 12, ALL_BYTES = 256 };

// What bitmap.h says of one byte, written down a second time.
static bool is_in(enum an_class class, unsigned char b) {
    switch (class) {
    case AN_CLASS_DIGIT:  return b >= '0' && b <= '9';
    case AN_CLASS_AT:     return b == '@';
    case AN_CLASS_COLON:  return b == ':';
    case AN_CLASS_JOIN:   return b == ' ' || b == '-';
    case AN_CLASS_DOT:    return b == '.';
    case AN_CLASS_STAR:   return b == '*' || b == '+';
    case AN_CLASS_ESCAPE: return b == '%' || b == '&';
    case AN_CLASS_LINE:   return b == '\n';
    case AN_CLASS_UPPER:  return b >= 'A' && b <= 'Z';
    case AN_CLASS_HIGH:   return b >= 0x80;
    case AN_CLASS_WIDE:   return b == 0xEF;
    case AN_CLASS_COUNT:  break;
    }
    fail_msg("no class %d", (int) class);
    return false;
}

// Random bytes; text of identifiers; one class after another; one byte all over; and only bytes at a class's edge.
static void fill(char *text, size_t len, unsigned how) {
    static const char words[] = "138-1234-5678 li.lei@example.com\nd0:50:99:84:a2:a0 +86%40&#64; 4.4E+17 ****XY\xEF\xBC\x91";
    static const char edges[] = "/09:;@A[Z`\n\v\t !$%&'(*+,-.\x7F\x80\xEE\xEF\xF0\xFF";
    for (size_t i = 0; i < len; i++)
        switch (how % 5) {
        case 0: text[i] = (char) draw(); break;
        case 1: text[i] = words[(i + how) % (sizeof words - 1)]; break;
        case 2: text[i] = (char) ((i + how) % ALL_BYTES); break;
        case 3: text[i] = edges[how / 5 % (sizeof edges - 1)]; break;
        default: text[i] = edges[draw() % (sizeof edges - 1)]; break;
        }
}

// A copy that ends, as far as the sanitizer can see, with the last block of 64 bytes that may be read; what
// stands behind the text is noise.
static char *place(const char *text, size_t len) {
    size_t room = (len + 63) / 64 * 64;
    char *p = malloc(room ? room : 1);
    assert_non_null(p);
    for (size_t i = len; i < room; i++)
        p[i] = (char) draw();
    if (len)
        memcpy(p, text, len);
    return p;
}

static void compare(const struct an_bitmaps *a, const struct an_bitmaps *b, size_t len, const char *what) {
    size_t words = (len + 63) / 64;
    for (size_t k = 0; k < AN_CLASS_COUNT; k++)
        for (size_t w = 0; w < words + 2; w++)
            if (a->of[k][w] != b->of[k][w])
                fail_msg("%s: %zu bytes, class %zu, word %zu: %016llx, but %016llx", what, len, k, w,
                         (unsigned long long) a->of[k][w], (unsigned long long) b->of[k][w]);
}

static void check(const char *text, size_t len) {
    static struct an_bitmaps portable, fast, any;
    memset(&portable, 0xAA, sizeof portable);       // what is not written shows
    memset(&fast, 0x55, sizeof fast);
    memset(&any, 0x33, sizeof any);
    char *p = place(text, len);
    an_bitmaps_make_portable(p, len, &portable);
    an_bitmaps_make(p, len, &any);
    compare(&portable, &any, len, "the engine taken against the portable one");
    if (an_bitmap_has_avx2()) {
        an_bitmaps_make_avx2(p, len, &fast);
        compare(&portable, &fast, len, "AVX2 against portable");
    }
    free(p);
}

static void engines_agree_on_every_length(void **state) {
    (void) state;
    char text[LENGTHS];
    for (size_t len = 0; len <= LENGTHS; len++)
        for (unsigned how = 0; how < ROUNDS * 5; how++) {
            fill(text, len, how);
            check(text, len);
        }
}

static void engines_agree_on_long_texts(void **state) {
    (void) state;
    static char text[AN_BITMAP_BYTES];
    for (size_t len = LENGTHS; len <= AN_BITMAP_BYTES; len += len < AN_BITMAP_BYTES - 200 ? 197 : 1)
        for (unsigned how = 0; how < 5; how++) {
            fill(text, len, how);
            check(text, len);
        }
}

static void each_class_holds_the_bytes_it_is_said_to_hold(void **state) {
    (void) state;
    char text[ALL_BYTES];
    static struct an_bitmaps maps;
    for (unsigned first = 0; first < ALL_BYTES; first++) {      // every byte in every place of a word
        for (unsigned i = 0; i < ALL_BYTES; i++)
            text[i] = (char) (first + i);
        an_bitmaps_make(text, sizeof text, &maps);
        for (enum an_class k = 0; k < AN_CLASS_COUNT; k++)
            for (size_t i = 0; i < sizeof text; i++)
                if ((maps.of[k][i / 64] >> i % 64 & 1) != is_in(k, (unsigned char) text[i]))
                    fail_msg("class %d, byte 0x%02x at %zu", (int) k, (unsigned char) text[i], i);
    }
}

static void bits_past_the_end_are_zero(void **state) {
    (void) state;
    static struct an_bitmaps maps;
    char text[128];
    memset(text, '7', sizeof text);
    for (size_t len = 0; len <= 64; len++) {
        memset(&maps, 0xFF, sizeof maps);
        an_bitmaps_make(text, len, &maps);
        uint64_t want = len == 64 ? ~0ull : (1ull << len) - 1;
        size_t words = len ? 1 : 0;
        assert_true(!len || maps.of[AN_CLASS_DIGIT][0] == want);
        for (size_t k = 0; k < AN_CLASS_COUNT; k++)
            assert_true(maps.of[k][words] == 0 && maps.of[k][words + 1] == 0);
    }
}

static void a_word_is_the_first_word_of_the_bitmaps(void **state) {
    (void) state;
    static struct an_bitmaps maps;
    char text[64];
    for (size_t len = 1; len <= sizeof text; len++)
        for (unsigned how = 0; how < ROUNDS * 5; how++) {
            fill(text, len, how);
            char *p = malloc(sizeof text);
            assert_non_null(p);
            for (size_t i = len; i < sizeof text; i++)
                p[i] = (char) draw();
            memcpy(p, text, len);
            struct an_word word;
            memset(&word, 0xAA, sizeof word);
            an_word_make(p, len, &word);
            an_bitmaps_make_portable(p, len, &maps);
            for (size_t k = 0; k < AN_CLASS_COUNT; k++)
                if (word.of[k] != maps.of[k][0])
                    fail_msg("%zu bytes, class %zu: %016llx, but %016llx", len, k, (unsigned long long) word.of[k],
                             (unsigned long long) maps.of[k][0]);
            free(p);
        }
}

// Whether a trigger of that shape is at i, as trigger.h says: byte by byte, over all of the text.
static bool is_trigger(enum an_trigger k, const char *t, size_t n, size_t i) {
#define IN(class, at) ((at) < n && is_in(AN_CLASS_##class, (unsigned char) t[at]))
#define LINK(at) (IN(JOIN, at) && (at) > 0 && IN(DIGIT, (at) - 1) && IN(DIGIT, (at) + 1))
    size_t run = 0;
    switch (k) {
    case AN_TRIGGER_NUMBER: {
        while (run < 9 && (IN(DIGIT, i + run) || LINK(i + run)))
            run++;
        bool seven = true;
        for (size_t d = 0; d < 7; d++)
            seven &= IN(DIGIT, i + d);
        bool digit_before = i > 0 && IN(DIGIT, i - 1), link_before = i > 0 && LINK(i - 1);
        return (seven && !digit_before) || (run == 9 && !digit_before && !link_before);
    }
    case AN_TRIGGER_COLON:
        return (IN(COLON, i) && (IN(COLON, i + 1) || IN(COLON, i + 4) || IN(COLON, i + 5) ||
                                 (IN(COLON, i + 3) && IN(COLON, i + 6)))) ||
               (IN(DOT, i) && IN(DOT, i + 5)) ||
               (IN(JOIN, i) && IN(JOIN, i + 3) && IN(JOIN, i + 6) && IN(JOIN, i + 9) && IN(JOIN, i + 12));
    case AN_TRIGGER_DOTTED:
#define STOP(at) (IN(DOT, at) && IN(DIGIT, (at) + 1))
        for (size_t a = 2; a <= 4; a++)
            for (size_t b = 2; b <= 4; b++)
                if (STOP(i) && STOP(i + a) && STOP(i + a + b))
                    return true;
        return false;
    case AN_TRIGGER_STAR:
        return IN(STAR, i) && ((IN(STAR, i + 1) && IN(STAR, i + 2)) || IN(DIGIT, i + 1));
    case AN_TRIGGER_PLATE:
        return IN(UPPER, i) && i > 0 && IN(HIGH, i - 1);
    case AN_TRIGGER_COUNT:
        break;
    }
    return false;
}

// Of a run of number triggers only the first is one: the others begin within the same number.
static void triggers_are_where_they_are_said_to_be(void **state) {
    (void) state;
    static struct an_bitmaps maps;
    static struct an_triggers portable, fast;
    for (unsigned round = 0; round < 6000; round++) {
        char text[640];
        size_t len = draw() % (sizeof text - 64), words = (len + 63) / 64;
        fill(text, sizeof text, round % 2 ? round : 5 * round + 1);
        an_bitmaps_make(text, len, &maps);
        an_triggers_make_portable(&maps, words, false, false, &portable);
        an_triggers_make(&maps, words, false, false, &fast);
        for (size_t w = 0; w < words; w++) {
            assert_true(portable.any[w] == fast.any[w]);
            for (size_t k = 0; k < AN_TRIGGER_COUNT; k++)
                assert_true(portable.of[k][w] == fast.of[k][w]);
        }
        for (size_t i = 0; i < len; i++) {
            uint64_t any = is_in(AN_CLASS_AT, (unsigned char) text[i]);
            for (enum an_trigger k = 0; k < AN_TRIGGER_COUNT; k++) {
                bool got = portable.of[k][i / 64] >> i % 64 & 1, want = is_trigger(k, text, len, i);
                any |= got;
                if (got != want)
                    fail_msg("round %u, trigger %d at %zu of %zu: %d, not %d", round, (int) k, i, len, got, want);
            }
            assert_true((portable.any[i / 64] >> i % 64 & 1) == any);
        }
    }
}

static void a_byte_before_the_text_counts(void **state) {
    (void) state;
    static struct an_bitmaps maps;
    static struct an_triggers a, b;
    char text[64] = " 1-2-3-4-5A";
    for (unsigned k = 0; k < 4; k++) {
        an_bitmaps_make(text, 11, &maps);
        an_triggers_make_portable(&maps, 1, k & 1, k & 2, &a);
        an_triggers_make(&maps, 1, k & 1, k & 2, &b);
        assert_true(a.any[0] == b.any[0]);
        assert_true(a.of[AN_TRIGGER_NUMBER][0] == (k & 1 ? 1 : 2));
    }
}

// What quiet.h says of a text, written down a second time.
static bool is_quiet(const char *text, size_t len) {
    size_t run = 0, joined = 0;
    for (size_t i = 0; i < len; i++) {
        unsigned char c = (unsigned char) text[i];
        bool digit = is_in(AN_CLASS_DIGIT, c), join = is_in(AN_CLASS_JOIN, c);
        bool links = join && i && is_in(AN_CLASS_DIGIT, (unsigned char) text[i - 1]) && i + 1 < len &&
                     is_in(AN_CLASS_DIGIT, (unsigned char) text[i + 1]);
        run = digit ? run + 1 : 0;
        joined = digit || links ? joined + 1 : 0;
        if (run == 7 || joined == 9 || c == 0xEF || (c && strchr("@:.*+%&", c)))
            return false;
        if (is_in(AN_CLASS_UPPER, c) && i && is_in(AN_CLASS_HIGH, (unsigned char) text[i - 1]))
            return false;
        if (join && i >= 6 && is_in(AN_CLASS_JOIN, (unsigned char) text[i - 3]) &&
            is_in(AN_CLASS_JOIN, (unsigned char) text[i - 6]))
            return false;
    }
    return true;
}

// Digits, letters, Han bytes and blanks in the main, so that about half of the short texts are quiet.
static void fill_quietly(char *text, size_t len) {
    static const char some[] = "0123456789012345678 -abcXYZ\xE5\x8C\xBA@.";
    for (size_t i = 0; i < len; i++)
        text[i] = some[draw() % (draw() % 20 ? 28 : sizeof some - 1)];
}

static void a_text_is_quiet_when_nothing_begins_in_it(void **state) {
    (void) state;
    size_t quiet = 0, all = 0;
    for (unsigned round = 0; round < 40000; round++) {
        char text[AN_QUIET_MAX];
        size_t len = draw() % (AN_QUIET_MAX + 1);
        if (round % 2)
            fill(text, sizeof text, round);
        else
            fill_quietly(text, sizeof text);
        bool want = is_quiet(text, len);
        quiet += want && len > 6;
        all++;
        assert_int_equal(an_text_is_quiet_portable(text, len), want);
        assert_int_equal(an_text_is_quiet(text, len), want);
        if (an_bitmap_has_avx2())
            assert_int_equal(an_text_is_quiet_avx2(text, len), want);
    }
    assert_true(quiet > all / 20);
}

// What quiet.h says of a cell of a column.
static bool is_loud(const char *text, size_t len, size_t short_len) {
    static const char *const forms[] = {"0000-00-00", "0000-00-00 00:00:00", "0000-00-00T00:00:00"};
    for (size_t k = 0; k < 3; k++) {
        size_t i = 0;
        while (i < len && forms[k][i] && (forms[k][i] == '0' ? is_in(AN_CLASS_DIGIT, (unsigned char) text[i])
                                                             : text[i] == forms[k][i]))
            i++;
        if (i == len && !forms[k][i] && (text[0] == '1' || text[0] == '2'))
            return false;
    }
    return len && len >= short_len && (len > AN_QUIET_MAX || !is_quiet(text, len));
}

static void loud_cells_of_a_column_are_found(void **state) {
    (void) state;
    static const char *const moments[] = {"2026-11-01 00:00:00", "1999-12-31T23:59:59", "2026-11-01", "2026-1x-01 00:00:00",
                                          "3026-11-01 00:00:00", "2026-11-01_00:00:00", "2026-11-01 00:00-00", "2026-11-0"};
    enum { ROOM = AN_CELLS_MAX * 80 + AN_QUIET_MAX };
    static char text[ROOM];
    static struct an_span cells[2 * AN_CELLS_MAX];
    for (unsigned round = 0; round < 300; round++) {
        size_t n = 0, short_len = draw() % 8, count = draw() % (AN_CELLS_MAX + 1);
        fill_quietly(text, sizeof text);
        for (size_t i = 0; i < count; i++) {
            const char *moment = moments[draw() % 8];
            size_t len = draw() % 3 ? draw() % 80 : strlen(moment);
            if (draw() % 2 && len >= strlen(moment))
                memcpy(text + n, moment, strlen(moment));
            cells[2 * i] = (struct an_span) {(uint32_t) n, (uint32_t) len};
            n += len;
        }
        struct an_cells column = {.text = text, .first = cells, .stride = 2, .count = count};
        struct an_quiet got[3];
        an_cells_listen(&column, short_len, &got[0]);
        an_cells_listen_portable(&column, short_len, &got[1]);
        got[2] = got[0];
        if (an_bitmap_has_avx2())
            an_cells_listen_avx2(&column, short_len, &got[2]);
        for (size_t k = 0; k < 3; k++)
            for (size_t i = 0; i < AN_CELLS_MAX; i++) {
                struct an_str cell = i < count ? an_cells_at(&column, i) : (struct an_str) {0};
                assert_int_equal(an_cell_bits_has(&got[k].filled, i), cell.len > 0);
                assert_int_equal(an_cell_bits_has(&got[k].loud, i), i < count && is_loud(cell.ptr, cell.len, short_len));
            }
    }
}

static void places_and_words_agree(void **state) {
    (void) state;
    static uint64_t a[AN_BITMAP_WORDS], b[AN_BITMAP_WORDS];
    static uint16_t place[2][64 * AN_BITMAP_WORDS + AN_PLACES_SLACK];
    for (unsigned round = 0; round < 400; round++) {
        size_t words = draw() % (AN_BITMAP_WORDS + 1), n = 0;
        for (size_t w = 0; w < words; w++) {
            a[w] = draw() & draw() & (round % 2 ? draw() & draw() & draw() & draw() & draw() : ~0ull);
            b[w] = round % 3 ? 0 : draw() & draw() & draw();
        }
        size_t count = an_places_list(a, b, words, place[0]);
        assert_int_equal(count, an_places_list_portable(a, b, words, place[1]));
        assert_memory_equal(place[0], place[1], count * sizeof place[0][0]);
        for (size_t w = 0; w < words; w++)
            for (size_t i = 0; i < 64; i++)
                if ((a[w] | b[w]) >> i & 1)
                    assert_int_equal(place[0][n++], w * 64 + i);
        assert_int_equal(n, count);
        char text[2 * AN_WORD_REACH];
        fill(text, sizeof text, round);
        for (size_t i = 0; i < AN_WORD_REACH && round % 2; i++)
            text[AN_WORD_REACH - draw() % 40 + i % 80] = "0Z9aAz5fm"[draw() % 9];
        struct an_word_span fast = an_word_around(text + AN_WORD_REACH), slow = an_word_around_portable(text + AN_WORD_REACH);
        assert_int_equal(fast.before, slow.before);
        assert_int_equal(fast.after, slow.after);
    }
}

static void marks_of_a_mail_address_agree(void **state) {
    (void) state;
    for (unsigned round = 0; round < 40000; round++) {
        char text[AN_MAIL_BYTES], lower[2][AN_MAIL_BYTES];
        size_t len = draw() % (AN_MAIL_BYTES + 1);
        fill(text, sizeof text, round);
        struct an_mail_marks a, b;
        an_mail_marks_make_portable(text, len, lower[0], &a);
        an_mail_marks_make(text, len, lower[1], &b);
        assert_memory_equal(&a, &b, sizeof a);
        assert_memory_equal(lower[0], lower[1], sizeof lower[0]);
        uint64_t keep = len == AN_MAIL_BYTES ? ~0ull : (1ull << len) - 1;
        assert_true((a.solid | a.hyphen | a.stop | a.at | a.sign | a.other) == keep);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(engines_agree_on_every_length),
        cmocka_unit_test(engines_agree_on_long_texts),
        cmocka_unit_test(each_class_holds_the_bytes_it_is_said_to_hold),
        cmocka_unit_test(bits_past_the_end_are_zero),
        cmocka_unit_test(triggers_are_where_they_are_said_to_be),
        cmocka_unit_test(a_byte_before_the_text_counts),
        cmocka_unit_test(a_text_is_quiet_when_nothing_begins_in_it),
        cmocka_unit_test(loud_cells_of_a_column_are_found),
        cmocka_unit_test(places_and_words_agree),
        cmocka_unit_test(marks_of_a_mail_address_agree),
        cmocka_unit_test(a_word_is_the_first_word_of_the_bitmaps),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
