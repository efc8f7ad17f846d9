#include "unit.h"

#include <iconv.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/utf8.h"
#include "text/bytes.h"
#include "text/csv.h"
#include "text/dialect.h"
#include "text/encoding.h"
#include "text/escape.h"

static uint64_t next_random(uint64_t *state) {
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

// Text in another encoding, made by the C library: not by what is tested.
static struct an_str encode(const char *utf8, const char *encoding, char *out, size_t cap) {
    iconv_t cd = iconv_open(encoding, "UTF-8");
    assert_true(cd != (iconv_t) -1);
    union { const char *from; char *in; } in = {.from = utf8};
    size_t left = strlen(utf8), room = cap;
    char *to = out;
    assert_int_equal(iconv(cd, &in.in, &left, &to, &room), 0);
    iconv_close(cd);
    return (struct an_str) {out, cap - room};
}

static void engines_agree_on_random_bytes(void **state) {
    (void) state;
    const struct an_bytes *a = &an_bytes_portable, *b = an_bytes_best();
    static const char alphabet[] = "a,\"'\n\r;0\xE4\xB8\xAD\xC2\xA0\xF0\x9F\x98\x80\xED\xE0\xFF";
    uint64_t seed = 88172645463325252u;
    static uint32_t at_a[4096 + AN_BYTES_FIND_SLACK], at_b[4096 + AN_BYTES_FIND_SLACK];
    for (int round = 0; round < 3000; round++) {
        size_t n = next_random(&seed) % 400;
        char *p = malloc(n + 1);
        assert_non_null(p);
        for (size_t i = 0; i < n; i++)
            p[i] = alphabet[next_random(&seed) % (sizeof alphabet - 1)];
        struct an_str s = {p, n};
        assert_int_equal(a->count(s, ','), b->count(s, ','));
        assert_int_equal(a->utf8(s), b->utf8(s));
        struct an_found found_a = a->find(s, ',', at_a), found_b = b->find(s, ',', at_b);
        size_t found = found_a.count;
        assert_int_equal(found, found_b.count);
        assert_int_equal(found_a.lines, found_b.lines);
        assert_int_equal(found_a.quoted, found_b.quoted);
        assert_int_equal(found_a.marked, found_b.marked);
        assert_int_equal(found_a.lines, an_bytes_portable.count(s, '\n'));
        assert_memory_equal(at_a, at_b, found * sizeof *at_a);
        free(p);
    }
}

// Every pair and the telling triples and quadruples, at every place of a vector.
static void engines_agree_on_every_utf8_edge(void **state) {
    (void) state;
    static const unsigned char edges[] = {0x00, 0x41, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xC1,
                                          0xC2, 0xDF, 0xE0,
                                          0xE1, 0xEC, 0xED, 0xEE, 0xEF, 0xF0, 0xF1, 0xF3, 0xF4, 0xF5, 0xF7,
                                              0xF8, 0xFF};
    enum { N = AN_COUNT(edges), LEN = 160 };
    const struct an_bytes *best = an_bytes_best();
    char p[LEN];
    static const size_t places[] = {0, 29, 30, 31, 32, 61, 62, 63, 64, 126, 127, 156};
    for (size_t k = 0; k < N * N * N * N; k++) {
        memset(p, 'x', LEN);
        size_t at = places[k % AN_COUNT(places)];
        p[at] = (char) edges[k % N];
        p[at + 1] = (char) edges[k / N % N];
        p[at + 2] = (char) edges[k / N / N % N];
        p[at + 3] = (char) edges[k / N / N / N];
        struct an_str s = {p, LEN};
        if (best->utf8(s) != an_utf8_valid(s))
            fail_msg("%02x %02x %02x %02x at %zu", p[at] & 255, p[at + 1] & 255, p[at + 2] & 255,
                     p[at + 3] & 255, at);
    }
}

static void count_counts_more_than_a_lane_holds(void **state) {
    (void) state;
    size_t n = 100000;
    char *p = malloc(n);
    assert_non_null(p);
    memset(p, 'x', n);
    assert_int_equal(an_bytes_best()->count((struct an_str) {p, n}, 'x'), n);
    assert_int_equal(an_bytes_portable.count((struct an_str) {p, n}, 'x'), n);
    free(p);
}

static const char poem[] = "编号,姓名,地址\n1,张三,广东省深圳市南山区科技园\n2,李四,北京市朝阳区建国路\n"
                           "3,王五,四川省成都市武侯区\n";
static const char poem_tw[] = "編號,姓名,地址\n1,陳建國,臺北市信義區松仁路\n2,林淑芬,高雄市苓雅區四維路\n"
                              "3,黃志明,臺中市西屯區文心路\n";

static void utf8_and_ascii_are_utf8(void **state) {
    (void) state;
    assert_string_equal(an_encoding_detect(AN_STR(""), true), "utf-8");
    assert_string_equal(an_encoding_detect(AN_STR("plain\n"), true), "utf-8");
    assert_string_equal(an_encoding_detect(an_str_from_c(poem), true), "utf-8");
    assert_string_equal(an_encoding_detect(AN_STR("\xEF\xBB\xBFx"), true), "utf-8");
    assert_int_equal(an_encoding_mark("utf-8", AN_STR("\xEF\xBB\xBFx")), 3);
    struct an_str cut = an_str_slice(an_str_from_c(poem), 0, 11);       // inside a character
    assert_string_equal(an_encoding_detect(cut, false), "utf-8");
}

static void chinese_encodings_are_told_apart(void **state) {
    (void) state;
    char out[1024];
    assert_string_equal(an_encoding_detect(encode(poem, "GB18030", out, sizeof out), true), "gb18030");
    assert_string_equal(an_encoding_detect(encode(poem, "GBK", out, sizeof out), true), "gb18030");
    assert_string_equal(an_encoding_detect(encode(poem_tw, "BIG5", out, sizeof out), true), "big5");
    assert_string_equal(an_encoding_detect(encode(poem_tw, "GBK", out, sizeof out), true), "gb18030");
    assert_string_equal(an_encoding_detect(encode("张三\n", "GBK", out, sizeof out), true), "gb18030");
    struct an_str cut = encode("张三 1 李四 2 王五", "GBK", out, sizeof out);
    cut.len--;                                  // inside the last character
    assert_string_equal(an_encoding_detect(cut, false), "gb18030");
}

static void utf16_is_found_with_and_without_a_mark(void **state) {
    (void) state;
    char out[1024];
    assert_string_equal(an_encoding_detect(encode(poem, "UTF-16LE", out, sizeof out), true), "utf-16le");
    assert_string_equal(an_encoding_detect(encode(poem, "UTF-16BE", out, sizeof out), true), "utf-16be");
    assert_string_equal(an_encoding_detect(encode("a,b\n", "UTF-16LE", out, sizeof out), true), "utf-16le");
    assert_string_equal(an_encoding_detect(AN_STR("\xFF\xFE" "a\0"), true), "utf-16le");
    assert_string_equal(an_encoding_detect(AN_STR("\xFE\xFF\0a"), true), "utf-16be");
    assert_string_equal(an_encoding_detect(AN_STR("\xFF\xFE\0\0a\0\0\0"), true), "utf-32le");
}

static void zero_bytes_in_ascii_do_not_make_it_utf16(void **state) {
    (void) state;
    static const char text[] = "one line of a log\nanother line of it\na \0 zero in the third line\n"
                               "and a fourth line of text\n"
                               "and a fifth so that the zero is rare enough\n";
    assert_string_equal(an_encoding_detect((struct an_str) {text, sizeof text - 1}, true), "utf-8");
}

static void other_encodings_come_from_statistics(void **state) {
    (void) state;
    char out[4096];
    const char *french = "nom;prénom;ville;société\nDupont;René;Évreux;Café de la forêt\n"
                         "Lefèvre;Hélène;Besançon;Crème brûlée\n"
                         "Müller;François;Nîmes;Théâtre\nGarçon;Zoé;Orléans;Hôtel\n";
    const char *name = an_encoding_detect(encode(french, "ISO-8859-1", out, sizeof out), true);
    assert_non_null(name);
    assert_true(strncmp(name, "iso-8859-", 9) == 0 || strncmp(name, "windows-125", 11) == 0);
}

static void random_bytes_are_no_text(void **state) {
    (void) state;
    uint64_t seed = 7;
    char p[4096];
    for (size_t i = 0; i < sizeof p; i++)
        p[i] = (char) (next_random(&seed) >> 32);
    assert_null(an_encoding_detect((struct an_str) {p, sizeof p}, true));
    assert_null(an_encoding_detect(AN_STR("\x7F" "ELF\2\1\1\0\0\0\0\0\0\0\0\0\3\0>\0\1\0\0\0"), true));
}

struct result { char text[4096]; struct an_damage damage; };

static struct result decode(const char *encoding, struct an_str raw) {
    struct result r = {0};
    struct an_decoder *d;
    struct an_err err;
    assert_int_equal(an_decoder_open(encoding, an_encoding_line_end(encoding, raw), &d, &err), AN_OK);
    size_t n = 0, done = 0;
    while (done < raw.len) {
        struct an_decoded got = an_decoder_run(d, an_str_slice(raw, done, raw.len), done, r.text + n);
        assert_true(got.raw > 0);
        if (got.linear)
            assert_memory_equal(r.text + n, raw.ptr + done, got.raw);
        done += got.raw;
        n += got.text;
        assert_true(AN_DECODED_MAX(raw.len) >= n);
    }
    r.text[n] = 0;
    assert_int_equal(an_utf8_valid((struct an_str) {r.text, n}), n);
    r.damage = *an_decoder_damage(d);
    an_decoder_free(d);
    return r;
}

static void every_encoding_decodes_to_the_same(void **state) {
    (void) state;
    static const struct { const char *ours, *iconv, *text; } cases[] = {
        {"utf-8", "UTF-8", poem}, {"gb18030", "GB18030", poem}, {"utf-16le", "UTF-16LE", poem},
            {"utf-16be", "UTF-16BE", poem},
        {"utf-32le", "UTF-32LE", poem}, {"big5", "BIG5", poem_tw}, {"gb18030", "GB18030", "𠮷野家,😀,𰻞\n"},
        {"utf-16le", "UTF-16LE", "𠮷野家,😀\r\n"},
    };
    for (size_t i = 0; i < AN_COUNT(cases); i++) {
        char out[1024];
        struct result r = decode(cases[i].ours, encode(cases[i].text, cases[i].iconv, out, sizeof out));
        assert_string_equal(r.text, cases[i].text);
        assert_int_equal(r.damage.sequences, 0);
        assert_int_equal(r.damage.mixed, 0);
    }
}

static void every_double_byte_decodes_as_the_c_library_says(void **state) {
    (void) state;
    static const char *const names[][2] = {{"gb18030", "GB18030"}, {"big5", "BIG5-HKSCS"}};
    for (size_t k = 0; k < AN_COUNT(names); k++) {
        struct an_decoder *d;
        struct an_err err;
        assert_int_equal(an_decoder_open(names[k][0], '\n', &d, &err), AN_OK);
        iconv_t cd = iconv_open("UTF-8", names[k][1]);
        assert_true(cd != (iconv_t) -1);
        size_t decoded = 0;
        for (unsigned pair = 0x8000; pair <= 0xFFFF; pair++)
            for (int again = 0; again < 2; again++) {       // asked, and remembered
                char raw[3] = {(char) (pair >> 8), (char) pair, '\n'}, want[64], got[64];
                char *in = raw, *out = want;
                size_t left = sizeof raw, room = sizeof want;
                iconv(cd, NULL, NULL, NULL, NULL);
                bool good = iconv(cd, &in, &left, &out, &room) != (size_t) -1;
                uint64_t before = an_decoder_damage(d)->sequences;
                if ((pair & 255) == '\n' || (pair & 255) < 0x30)
                    continue;
                struct an_decoded r = an_decoder_run(d, (struct an_str) {raw, sizeof raw}, 0, got);
                if (good != (an_decoder_damage(d)->sequences == before))
                    fail_msg("%s %04x is %s", names[k][0], pair, good ? "good" : "bad");
                if (good && (r.text != sizeof want - room || memcmp(got, want, r.text) != 0))
                    fail_msg("%s %04x is another character", names[k][0], pair);
                decoded += good;
            }
        assert_true(decoded > 2 * 13000);
        iconv_close(cd);
        an_decoder_free(d);
    }
}

static void lines_of_gb18030_in_utf8_are_decoded_and_counted(void **state) {
    (void) state;
    struct result r = decode("utf-8", AN_STR("张三,1\n\xD5\xC5\xC8\xFD,2\nok\n\xC0\xEE\xCB\xC4\n"));
    assert_string_equal(r.text, "张三,1\n张三,2\nok\n李四\n");
    assert_int_equal(r.damage.mixed, 2);
    assert_int_equal(r.damage.mixed_first, 9);
    assert_string_equal(r.damage.mixed_encoding, "gb18030");
    assert_int_equal(r.damage.lines, 0);
}

static void lines_of_utf8_in_gb18030_are_decoded_and_counted(void **state) {
    (void) state;
    struct result r = decode("gb18030", AN_STR("\xD5\xC5\xC8\xFD,1\n张三李四,2\nok\n"));
    assert_string_equal(r.text, "张三,1\n张三李四,2\nok\n");
    assert_int_equal(r.damage.mixed, 1);
    assert_int_equal(r.damage.mixed_first, 7);
}

static void undecodable_bytes_are_replaced_counted_and_stepped_over(void **state) {
    (void) state;
    struct result r = decode("gb18030", AN_STR("ok\n\xD5\xC5\xFF\xFF,13900001234\n\xD5\xC5\xC8\n\xD5\xC5\n"));
    assert_string_equal(r.text, "ok\n张\xEF\xBF\xBD,13900001234\n张\xEF\xBF\xBD\n张\n");
    assert_int_equal(r.damage.lines, 2);
    assert_int_equal(r.damage.sequences, 2);
    assert_int_equal(r.damage.first, 5);
    r = decode("utf-8", AN_STR("a\xFFz\xFF\x80\n"));
    assert_string_equal(r.text, "a\xEF\xBF\xBDz\xEF\xBF\xBD\n");
    assert_int_equal(r.damage.lines, 1);
    assert_int_equal(r.damage.sequences, 2);
    assert_int_equal(r.damage.first, 1);
    r = decode("utf-16le", AN_STR("\x00\xD8" "a\0\n\0b"));
    assert_string_equal(r.text, "\xEF\xBF\xBD" "a\n\xEF\xBF\xBD");
    assert_int_equal(r.damage.lines, 2);
}

static void trail_bytes_that_look_like_signs_stay_in_their_character(void **state) {
    (void) state;
    char out[256];
    const char *text = "C0002,王誠,李倈|x\n";      // 誠 ends in 0x5C, 倈 in 0x7C
    struct result r = decode("gb18030", encode(text, "GBK", out, sizeof out));
    assert_string_equal(r.text, text);
}

static void line_ends_are_told_from_the_head(void **state) {
    (void) state;
    static const struct { const char *text; char end; } cases[] = {
        {"", '\n'}, {"one", '\n'}, {"a\nb", '\n'}, {"a\r\nb\r\n", '\n'}, {"a\rb\nc", '\n'}, {"\"a\nb\n", '\n'},
        {"a\rb", '\r'}, {"a,\"x\ny\"\rb,c\r", '\r'}, {"\"a\rb", '\r'},
        {"a,\"x\ry\"\nb,c\n", '\n'}, {"a,\"x\ry\nz\"", '\n'},
    };
    for (size_t i = 0; i < AN_COUNT(cases); i++) {
        char out[64];
        assert_int_equal(an_encoding_line_end("utf-8", an_str_from_c(cases[i].text)), cases[i].end);
        assert_int_equal(an_encoding_line_end("utf-16be", encode(cases[i].text, "UTF-16BE", out, sizeof out)),
                         cases[i].end);
    }
    struct an_str two = AN_STR("one\rtwo\rthree");
    assert_int_equal(an_encoding_last_line("utf-8", '\r', two), 8);
    assert_int_equal(an_encoding_last_line("utf-8", '\n', two), 0);
}

static void ebcdic_is_no_text_we_decode(void **state) {
    (void) state;
    static const char *const pages[] = {"IBM037", "IBM500", "IBM1047", "IBM1140"};
    static const char *const texts[] = {
        "NAME,MOBILE,ID CARD\nZHANG SAN,13812345678,11010119900307123X\nLI SI,13912345678,110101199003071234\n",
        "name;city\nzhang san;beijing\nli si;shanghai\n",
        "ZHANG SAN           13812345678         LI SI               13912345678         ",
    };
    for (size_t i = 0; i < AN_COUNT(pages); i++)
        for (size_t k = 0; k < AN_COUNT(texts); k++) {
            char out[1024];
            struct an_str s = encode(texts[k], pages[i], out, sizeof out);
            assert_true(an_encoding_is_ebcdic(s));
            assert_null(an_encoding_detect(s, true));
            assert_false(an_encoding_is_ebcdic(an_str_from_c(texts[k])));
        }
    char out[1024];
    assert_false(an_encoding_is_ebcdic(encode(poem, "GBK", out, sizeof out)));
    assert_false(an_encoding_is_ebcdic(encode(poem_tw, "BIG5", out, sizeof out)));
    assert_false(an_encoding_is_ebcdic(AN_STR("@@@@@@@@@@@@@@@@@@@@")));
}

static void control_characters_show_a_wrong_guess(void **state) {
    (void) state;
    char out[1024];
    const char *french = "nom;prénom\nLefèvre;Hélène\nGarçon;Zoé\n";
    struct result r = decode("iso-8859-1", encode(french, "IBM850", out, sizeof out));
    assert_int_equal(r.damage.controls, 6);
    assert_int_equal(r.damage.controls_first, 0);
    assert_true(an_damage_is_misread(&r.damage));
    r = decode("iso-8859-1", encode(french, "ISO-8859-1", out, sizeof out));
    assert_int_equal(r.damage.foreign, 6);
    assert_int_equal(r.damage.controls, 0);
    assert_false(an_damage_is_misread(&r.damage));
    r = decode("iso-8859-1", AN_STR("\xE9\x85\n"));         // one is no number
    assert_int_equal(r.damage.controls, 1);
    assert_false(an_damage_is_misread(&r.damage));
    r = decode("gb18030", encode(poem, "GBK", out, sizeof out));
    assert_false(an_damage_is_misread(&r.damage));
}

static void few_bytes_of_rubbish_are_no_chinese(void **state) {
    (void) state;
    static const char *const rubbish[] = {"\x8B\xE5\x9Cq", "q\x8B\xE5@\xF9\xA6", "\xDFn\x95z\n\x84\xC3"};
    static const char *const written[] = {"张三", "李,1\n", "a,b\n欧阳,2\n", "身份证\n", "陈䶮\n", "name\n镕基\n"};
    char out[64];
    for (size_t i = 0; i < AN_COUNT(rubbish); i++)
        assert_null(an_encoding_detect(an_str_from_c(rubbish[i]), true));
    for (size_t i = 0; i < AN_COUNT(written); i++)
        assert_string_equal(an_encoding_detect(encode(written[i], "GB18030", out, sizeof out), true), "gb18030");
}

static void escapes_are_undone(void **state) {
    (void) state;
    static const struct { const char *in, *out; } cases[] = {
        {"plain", "plain"},
        {"a%40b.cn", "a@b.cn"},
        {"%E5%BC%A0%E4%B8%89", "张三"},
        {"%D5%C5%C8%FD", "张三"},                       // GBK
        {"100%", "100%"}, {"%zz", "%zz"}, {"50%4", "50%4"},
        {"%FF%FF", "%FF%FF"},
        {"a&amp;b&#64;c&#x40;d&lt;", "a&b@c@d<"},
        {"&nosuch; &#; &#x110000; &", "&nosuch; &#; &#x110000; &"},
        {"１３８００１３８０００", "13800138000"},
        {"Ａ＠ｂ．ｃｎ", "A@b.cn"},
        {"138\xE2\x80\x8B" "0013", "1380013"},           // zero-width space
        {"138\xC2\xA0" "0013", "138 0013"},              // no-break space
        {"138\xE2\x80\x93" "0013\xE2\x80\x94" "8000", "138-0013-8000"},
        {"138\xE3\x80\x80" "0013", "138 0013"},
        {"\xEF\xBB\xBFx", "x"},
        {"%EF%BC%91", "1"},                              // escaped, then wide
        {"中文、句子。", "中文、句子。"},
    };
    for (size_t i = 0; i < AN_COUNT(cases); i++) {
        AN_AUTO(an_buf) out = {0};
        struct an_err err;
        struct an_str in = an_str_from_c(cases[i].in);
        assert_int_equal(an_escape_plain(in, &out, &err), AN_OK);
        struct an_str got = an_buf_str(&out);
        if (!an_str_eq(got, an_str_from_c(cases[i].out)))
            fail_msg("%s became %.*s", cases[i].in, AN_STR_ARG(got));
        if (!an_escape_needed(in) && !an_str_eq(got, in))
            fail_msg("%s was said to need nothing", cases[i].in);
    }
    assert_false(an_escape_needed(AN_STR("13800138000 张三 abc@example.com")));
}

static void a_gbk_character_may_end_in_plain_ascii(void **state) {
    (void) state;
    char gbk[16], text[64];
    struct an_str code = encode("誠", "GBK", gbk, sizeof gbk);
    assert_int_equal(code.len, 2);
    assert_int_equal(code.ptr[1], '\\');
    (void) snprintf(text, sizeof text, "q=%%%02X%c", (unsigned) (unsigned char) code.ptr[0], code.ptr[1]);
    AN_AUTO(an_buf) out = {0};
    struct an_err err;
    assert_int_equal(an_escape_plain(an_str_from_c(text), &out, &err), AN_OK);
    assert_true(an_str_eq(an_buf_str(&out), AN_STR("q=誠")));
}

static void a_long_run_of_escapes_is_undone_whole(void **state) {
    (void) state;
    AN_AUTO(an_buf) in = {0};
    AN_AUTO(an_buf) out = {0};
    AN_AUTO(an_buf) want = {0};
    struct an_err err;
    for (int i = 0; i < 500; i++) {
        assert_int_equal(an_buf_add(&in, AN_STR("%E5%BC%A0"), &err), AN_OK);
        assert_int_equal(an_buf_add(&want, AN_STR("张"), &err), AN_OK);
    }
    assert_int_equal(an_escape_plain(an_buf_str(&in), &out, &err), AN_OK);
    assert_true(an_str_eq(an_buf_str(&out), an_buf_str(&want)));
}

// Writes down the plain rows that come next; of the others `columns` cells were last seen.
static void tokenise_rows(struct an_csv *csv, struct an_str text, size_t columns, size_t most, struct an_buf *out) {
    enum { ROWS = 3, CELLS = 64 };
    struct an_span cells[ROWS * CELLS];
    struct an_err err;
    size_t n = most && columns && columns <= CELLS ? most : 0;
    while (n) {
        n = an_csv_rows(csv, text, columns, cells, most < ROWS ? most : ROWS);
        for (size_t i = 0; i < n * columns; i++) {
            if (i % columns)
                assert_int_equal(an_buf_add(out, AN_STR("|"), &err), AN_OK);
            assert_int_equal(an_buf_add(out, (struct an_str) {text.ptr + cells[i].at, cells[i].len}, &err), AN_OK);
            assert_int_equal(an_buf_add(out, i % columns + 1 < columns ? AN_STR("") : AN_STR("/"), &err), AN_OK);
        }
    }
}

// Tokenises text that comes in blocks of `step` bytes (0: at once) and writes it down: cells by '|', records
// by "/", '!' before a record with an unbalanced quote. rows: plain rows come so many at once.
static void tokenise(struct an_str text, char delimiter, size_t quoted_max, const struct an_bytes *bytes,
                     size_t step, size_t rows, struct an_buf *out) {
    struct an_csv *csv = calloc(1, sizeof *csv);
    assert_non_null(csv);
    csv->delimiter = delimiter;
    csv->quoted_max = quoted_max;
    csv->bytes = bytes;
    size_t from = 0, to = step ? 0 : text.len, columns = 0;
    for (;;) {
        enum an_csv_step s;
        struct an_err err;
        // a copy that ends where the block ends, so that reading past it shows
        char *block = malloc(to - from + 1);
        assert_non_null(block);
        if (to > from)
            memcpy(block, text.ptr + from, to - from);
        bool more = true;
        while (more) {
            tokenise_rows(csv, (struct an_str) {block, to - from}, columns, rows, out);
            assert_int_equal(an_csv_next(csv, (struct an_str) {block, to - from}, to == text.len, &s, &err),
                             AN_OK);
            more = s == AN_CSV_RECORD;
            columns = more ? csv->count : columns;
            for (size_t i = 0; more && i < csv->count; i++) {
                assert_int_equal(an_buf_add(out, i ? AN_STR("|") : csv->unbalanced ? AN_STR("!") : AN_STR(""),
                                            &err), AN_OK);
                assert_int_equal(an_buf_add(out, csv->cells[i], &err), AN_OK);
            }
            assert_int_equal(an_buf_add(out, more ? AN_STR("/") : AN_STR(""), &err), AN_OK);
        }
        free(block);
        if (s == AN_CSV_END)
            break;
        from += csv->used;
        to = to + step < text.len ? to + step : text.len;
    }
    an_csv_release(csv);
    free(csv);
}

static void check_tokens(struct an_str text, const char *want) {
    for (size_t step = 0; step < 5; step++)
        for (int engine = 0; engine < 2; engine++) {
            AN_AUTO(an_buf) out = {0};
            struct an_err err;
            tokenise(text, ',', 100, engine ? an_bytes_best() : &an_bytes_portable, step, step % 4, &out);
            assert_int_equal(an_buf_addf(&out, &err, "%s", ""), AN_OK);
            if (!an_str_eq(an_buf_str(&out), an_str_from_c(want)))
                fail_msg("step %zu: %.*s\nwanted %s", step, AN_STR_ARG(out), want);
        }
}

static void rows_are_cut_into_cells(void **state) {
    (void) state;
    check_tokens(AN_STR("a,b,c\n1,2,3\n"), "a|b|c/1|2|3/");
    check_tokens(AN_STR("a,b\r\n1,2\r\n"), "a|b/1|2/");
    check_tokens(AN_STR("a,b"), "a|b/");
    check_tokens(AN_STR("a,\n,b\n,"), "a|/|b/|/");
    check_tokens(AN_STR("\n\n a \n\r\nb"), " a /b/");
    check_tokens(AN_STR(""), "");
}

// Rows on both sides of a window's end, a row longer than a window among them.
static void plain_rows_are_those_of_the_long_way(void **state) {
    (void) state;
    AN_AUTO(an_buf) text = {0};
    AN_AUTO(an_buf) one = {0};
    AN_AUTO(an_buf) many = {0};
    struct an_err err;
    for (int i = 0; i < 3000; i++) {
        assert_int_equal(an_buf_addf(&text, &err, i % 97 ? "%d,'x%d,\"y,%d\",%0*d%s\n" : "%d,\"a\n%d\",%d,%0*d%s\n", i, i, i,
                                     i == 1500 ? 2 * AN_CSV_WINDOW : i % 40 + 1, i, i % 7 ? "" : "\r"), AN_OK);
    }
    tokenise(an_buf_str(&text), ',', 100, NULL, 0, 0, &one);
    for (size_t rows = 1; rows <= 3; rows++) {
        many.len = 0;
        tokenise(an_buf_str(&text), ',', 100, NULL, rows == 2 ? 5000 : 0, rows, &many);
        assert_true(an_str_eq(an_buf_str(&one), an_buf_str(&many)));
    }
}

static void quotes_are_undone(void **state) {
    (void) state;
    check_tokens(AN_STR("\"a\",\"b,c\",\"d\"\"e\"\n"), "a|b,c|d\"e/");
    check_tokens(AN_STR("\"two\nlines\",x\r\ny,\"\"\r\n"), "two\nlines|x/y|/");
    check_tokens(AN_STR("\"\"\"\"\n"), "\"/");
    check_tokens(AN_STR("1, \"a,b\" ,2\n"), "1|a,b|2/");
    check_tokens(AN_STR("\"a\""), "a/");
    check_tokens(AN_STR("\"a\"\"b\",\"c\"\"d\",\"e\"\"f\"\n"), "a\"b|c\"d|e\"f/");
}

static void quotes_inside_a_cell_are_characters(void **state) {
    (void) state;
    check_tokens(AN_STR("5\" pipe,x\n"), "5\" pipe|x/");
    check_tokens(AN_STR("\"a\"b,c\n"), "\"a\"b|c/");
}

static void spreadsheet_marks_are_undone(void **state) {
    (void) state;
    check_tokens(AN_STR("=\"44030819\",'13900001234,'quoted'\n\"=\"\"44\"\"\"\n"),
                 "44030819|13900001234|'quoted'/44/");
}

static void a_quote_that_never_closes_costs_one_line(void **state) {
    (void) state;
    check_tokens(AN_STR("a,b\n1,\"open\n2,x\n3,y\n"), "a|b/!1|\"open/2|x/3|y/");
    // closes, but a letter follows and lines lie between: it was not its closing quote
    check_tokens(AN_STR("a,\"open\nb,\"c\"\nd,e\n"), "!a|\"open/b|c/d|e/");
    char long_text[1024];
    size_t n = 0;
    n += (size_t) snprintf(long_text, sizeof long_text, "a,\"");
    for (int i = 0; i < 20; i++)
        n += (size_t) snprintf(long_text + n, sizeof long_text - n, "%06d,x\n", i);
    n += (size_t) snprintf(long_text + n, sizeof long_text - n, "\"\n");
    AN_AUTO(an_buf) out = {0};
    tokenise((struct an_str) {long_text, n}, ',', 100, NULL, 0, 0, &out);
    assert_memory_equal(out.ptr, "!a|\"000000|x/000001|x/", 21);
}

static void blocks_do_not_change_the_tokens(void **state) {
    (void) state;
    static const char *const pieces[] = {"a", ",", "\"", "\n", "\r\n", "\"\"", "bc", " ", ",\"", "\",", "'",
                                         "=\""};
    uint64_t seed = 99;
    for (int round = 0; round < 4000; round++) {
        AN_AUTO(an_buf) text = {0};
        AN_AUTO(an_buf) whole = {0};
        AN_AUTO(an_buf) parts = {0};
        struct an_err err;
        size_t n = 1 + next_random(&seed) % 60;
        for (size_t i = 0; i < n; i++)
            assert_int_equal(an_buf_add(&text, an_str_from_c(pieces[next_random(&seed) % AN_COUNT(pieces)]),
                                        &err), AN_OK);
        tokenise(an_buf_str(&text), ',', 40, &an_bytes_portable, 0, 0, &whole);
        tokenise(an_buf_str(&text), ',', 40, an_bytes_best(), 1 + next_random(&seed) % 9,
                 next_random(&seed) % 4, &parts);
        if (!an_str_eq(an_buf_str(&whole), an_buf_str(&parts)))
            fail_msg("%.*s\nwhole %.*s\nparts %.*s", AN_STR_ARG(text), AN_STR_ARG(whole), AN_STR_ARG(parts));
    }
}

// Many rows alike, as most tables have; now and then one that is not.
static void rows_alike_are_the_rows_they_would_be_one_by_one(void **state) {
    (void) state;
    static const char *const cells[] = {"", "a", "bc", "'", "'a", "'a'", "''", "b'", "\r", "x\r", "440308199901101512", "é"};
    uint64_t seed = 7;
    for (int round = 0; round < 300; round++) {
        AN_AUTO(an_buf) text = {0};
        AN_AUTO(an_buf) whole = {0};
        AN_AUTO(an_buf) parts = {0};
        struct an_err err;
        size_t columns = 1 + next_random(&seed) % 9, rows = next_random(&seed) % 900, odd = next_random(&seed) % 4;
        for (size_t r = 0; r < rows; r++) {
            bool is_odd = odd && next_random(&seed) % (odd * 100) == 0;
            size_t n = columns + (is_odd ? next_random(&seed) % 3 : 0);
            for (size_t i = 0; i < n; i++) {
                if (i)
                    assert_int_equal(an_buf_add(&text, AN_STR(","), &err), AN_OK);
                const char *cell = is_odd && i == 0 ? "\"q,\"" : cells[next_random(&seed) % (round % 2 ? 3 : AN_COUNT(cells))];
                assert_int_equal(an_buf_add(&text, an_str_from_c(cell), &err), AN_OK);
            }
            assert_int_equal(an_buf_add(&text, round % 3 ? AN_STR("\n") : AN_STR("\r\n"), &err), AN_OK);
        }
        size_t step = round % 2 ? 0 : 1 + next_random(&seed) % 20000;
        tokenise(an_buf_str(&text), ',', 40, &an_bytes_portable, 0, 0, &whole);
        tokenise(an_buf_str(&text), ',', 40, round % 5 ? an_bytes_best() : &an_bytes_portable, step,
                 1 + next_random(&seed) % 3, &parts);
        assert_true(an_str_eq(an_buf_str(&whole), an_buf_str(&parts)));
    }
}

static void a_row_with_too_many_cells_comes_in_parts(void **state) {
    (void) state;
    size_t n = AN_CSV_CELLS_MAX + 10;
    char *p = malloc(n);
    assert_non_null(p);
    memset(p, ',', n);
    struct an_csv *csv = calloc(1, sizeof *csv);
    assert_non_null(csv);
    csv->delimiter = ',';
    enum an_csv_step step;
    struct an_err err;
    assert_int_equal(an_csv_next(csv, (struct an_str) {p, n}, true, &step, &err), AN_OK);
    assert_int_equal(csv->count, AN_CSV_CELLS_MAX);
    assert_true(csv->cut);
    assert_int_equal(an_csv_next(csv, (struct an_str) {p, n}, true, &step, &err), AN_OK);
    assert_int_equal(csv->count, 11);
    assert_false(csv->cut);
    an_csv_release(csv);
    free(csv);
    free(p);
}

struct dialect_case {
    const char *text;
    bool named;
    char delimiter;
    bool header;
    size_t columns;
    bool is_csv;
};

static void dialects_are_told_from_the_text(void **state) {
    (void) state;
    static const struct dialect_case cases[] = {
        {"id,name,phone\n1,a,13900001234\n2,b,13900001235\n3,c,13900001236\n", false, ',', true, 3, true},
        {"1,a,13900001234\n2,b,13900001235\n3,c,13900001236\n", false, ',', false, 3, true},
        {"姓名\t手机\n张三\t13900001234\n李四\t13900001235\n", false, '\t', true, 2, true},
        {"a;b;c\n1;2,5;3\n4;5,5;6\n7;8,5;9\n", false, ';', true, 3, true},
        {"name|mail\nx|x@example.com\ny|y@example.com\nz|z@example.com\n", false, '|', true, 2, true},
        {"name,note\nx,\"a, b\nc, d\"\ny,\"e, f\"\nz,9\n", true, ',', true, 2, true},
        {"phone\n13900001234\n13900001235\n", true, ',', true, 1, true},
        {"phone\n13900001234\n13900001235\n", false, ',', true, 1, false},
        {"1\x01" "13900001234\x01x\n2\x01" "13900001235\x01y\n", false, 1, false, 3, true},
        {"a@example.com:pw\nb@example.com:pw2\n", false, ',', false, 1, false},
        {"13877962386----7ne4ja----x\n13999043012----7pzq----y\n", false, ',', false, 1, false},
        {"2026-11-01 00:00:43,376 INFO  [http-nio-8080-exec-7] c.e.user.Login - ok uid=0\n"
         "2026-11-01 00:01:34,954 INFO  [http-nio-8080-exec-1] c.e.user.Login - ok uid=1\n"
         "2026-11-01 00:01:35,536 INFO  [http-nio-8080-exec-8] c.e.user.Login - ok uid=2\n", false, ',',
             false, 1, false},
        {"Dear Bob, how are you?\nI am fine, thanks\n", false, ',', false, 1, false},
        {"{\"a\":1,\"b\":2}\n{\"a\":3,\"b\":4}\n", false, ',', false, 1, false},
        {"", true, ',', false, 1, false},
    };
    for (size_t i = 0; i < AN_COUNT(cases); i++) {
        const struct dialect_case *c = &cases[i];
        struct an_dialect d;
        struct an_err err;
        assert_int_equal(an_dialect_detect(an_str_from_c(c->text), c->named, &d, &err), AN_OK);
        if ((d.sure > 0) != c->is_csv)
            fail_msg("case %zu: sure %d", i, d.sure);
        if (!c->is_csv)
            continue;
        if (d.delimiter != c->delimiter || d.header != c->header || d.columns != c->columns)
            fail_msg("case %zu: delimiter %d, header %d, %zu columns", i, d.delimiter, d.header, d.columns);
    }
}

static void a_first_row_like_the_others_is_an_unsure_header(void **state) {
    (void) state;
    struct an_dialect d;
    struct an_err err;
    assert_int_equal(an_dialect_detect(AN_STR("bob,paris\nalice,rome\ncarol,oslo\n"), true, &d, &err), AN_OK);
    assert_true(d.header && d.header_unsure);
    assert_int_equal(an_dialect_detect(AN_STR("name,age\nalice,30\ncarol,31\n"), true, &d, &err), AN_OK);
    assert_true(d.header && !d.header_unsure);
}

static void every_allocation_may_fail(void **state) {
    (void) state;
    struct an_str text = AN_STR("a,b\n1,\"x\"\"y\"\n");
    for (uint64_t n = 1; n < 20; n++) {
        struct an_dialect d;
        struct an_err err;
        an_alloc_fail_nth(n);
        enum an_code code = an_dialect_detect(text, false, &d, &err);
        an_alloc_fail_nth(0);
        assert_true(code == AN_OK || code == AN_NOMEM);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(engines_agree_on_random_bytes),
        cmocka_unit_test(engines_agree_on_every_utf8_edge),
        cmocka_unit_test(count_counts_more_than_a_lane_holds),
        cmocka_unit_test(utf8_and_ascii_are_utf8),
        cmocka_unit_test(chinese_encodings_are_told_apart),
        cmocka_unit_test(utf16_is_found_with_and_without_a_mark),
        cmocka_unit_test(zero_bytes_in_ascii_do_not_make_it_utf16),
        cmocka_unit_test(other_encodings_come_from_statistics),
        cmocka_unit_test(random_bytes_are_no_text),
        cmocka_unit_test(every_encoding_decodes_to_the_same),
        cmocka_unit_test(every_double_byte_decodes_as_the_c_library_says),
        cmocka_unit_test(lines_of_gb18030_in_utf8_are_decoded_and_counted),
        cmocka_unit_test(lines_of_utf8_in_gb18030_are_decoded_and_counted),
        cmocka_unit_test(undecodable_bytes_are_replaced_counted_and_stepped_over),
        cmocka_unit_test(trail_bytes_that_look_like_signs_stay_in_their_character),
        cmocka_unit_test(line_ends_are_told_from_the_head),
        cmocka_unit_test(ebcdic_is_no_text_we_decode),
        cmocka_unit_test(control_characters_show_a_wrong_guess),
        cmocka_unit_test(few_bytes_of_rubbish_are_no_chinese),
        cmocka_unit_test(escapes_are_undone),
        cmocka_unit_test(a_gbk_character_may_end_in_plain_ascii),
        cmocka_unit_test(a_long_run_of_escapes_is_undone_whole),
        cmocka_unit_test(rows_are_cut_into_cells),
        cmocka_unit_test(plain_rows_are_those_of_the_long_way),
        cmocka_unit_test(quotes_are_undone),
        cmocka_unit_test(quotes_inside_a_cell_are_characters),
        cmocka_unit_test(spreadsheet_marks_are_undone),
        cmocka_unit_test(a_quote_that_never_closes_costs_one_line),
        cmocka_unit_test(blocks_do_not_change_the_tokens),
        cmocka_unit_test(rows_alike_are_the_rows_they_would_be_one_by_one),
        cmocka_unit_test(a_row_with_too_many_cells_comes_in_parts),
        cmocka_unit_test(dialects_are_told_from_the_text),
        cmocka_unit_test(a_first_row_like_the_others_is_an_unsure_header),
        cmocka_unit_test(every_allocation_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
