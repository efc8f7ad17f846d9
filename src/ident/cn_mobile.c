// A mobile telephone number of the mainland.
#include <string.h>

#include "ident/blocked.h"
#include "ident/cn_phone.h"
#include "ident/digits.h"
#include "ident/keys.h"
#include "ident/kinds.h"
#include "match/lanes.h"

enum { LEN = 11, TRAIL_MAX = 6, COUNTED = 8 };

// Second and third digit of the ranges that people are given numbers from: telephone numbering plan of the
// Ministry of Industry and Information Technology, as libphonenumber (2026-07) has it. Of 161 and 174 only a
// part is open.
static const bool range[100] = {
    [30 ... 39] = true, [45] = true,        [47] = true,        [50 ... 53] = true, [55 ... 59] = true,
    [61 ... 62] = true, [65 ... 67] = true, [70 ... 78] = true, [80 ... 93] = true, [95 ... 99] = true,
};

static bool is_mobile(const char d[static LEN]) {
    if (d[0] != '1' || !an_digits_are(d, LEN) || !range[(d[1] - '0') * 10 + d[2] - '0'])
        return false;
    if (d[1] == '6' && d[2] == '1')
        return d[3] == '0';
    if (d[1] == '7' && d[2] == '4')
        return d[3] == '0' && d[4] <= '5';
    return true;
}

// 13800000000, 13812345678, 13800138000 and the like.
static bool is_placeholder(const char d[static LEN]) {
    size_t trail = 1;
    while (trail < LEN && d[LEN - 1 - trail] == d[LEN - 1])
        trail++;
    if (trail > TRAIL_MAX)
        return true;
    if (an_blocked_digits((struct an_str) {d, LEN}) ||
        an_blocked_digits((struct an_str) {d + LEN - COUNTED, COUNTED}))
        return true;
    return !memcmp(d + 3, "00", 2) && !memcmp(d + 5, d, 3) && !memcmp(d + 8, "000", 3);
}

// Groups in which people write a mobile number; the last three only where context says that it is one.
static bool is_layout(uint32_t layout, bool is_named) {
    if (!layout || layout == 0x344 || layout == 0x38 || layout == 0x74)
        return true;
    return is_named && (layout == 0x443 || layout == 0x434 || layout == 0x335);
}

static enum an_grade check(struct an_str text, const struct an_context *context,
                           struct an_ident_key *ret_key) {
    bool is_named = an_cn_phone_strip_country(&text);
    if (text.len > LEN && text.ptr[0] == '0')       // the trunk prefix, for a call from another city
        text = an_str_slice(text, 1, text.len);
    if (text.len < LEN || text.ptr[0] != '1')
        return AN_GRADE_NONE;
    struct an_digits grouped;
    bool is_run = text.len == LEN;
    if (!is_run && an_digits_are(text.ptr, text.len))       // a clock reading in milliseconds, an order number
        return AN_GRADE_NONE;
    if (!is_run && (!an_digits_read(text, &grouped) || grouped.count != LEN))
        return AN_GRADE_NONE;
    const char *number = is_run ? text.ptr : grouped.digit;
    if (!is_mobile(number))
        return AN_GRADE_NONE;
    is_named = is_named || an_context_names(context, &an_ident_cn_mobile);
    if (!is_run && !is_layout(grouped.layout, is_named))
        return AN_GRADE_NONE;
    memcpy(ret_key->text, number, LEN);
    ret_key->len = LEN;
    if (is_placeholder(number))
        return AN_GRADE_BLOCKED;
    // There is no check digit: bare digits in running text may be an order's number as well.
    return is_named ? AN_GRADE_FLOOR : AN_GRADE_CEILING;
}

#if AN_LANES

// How many bytes +86, 0086 or 86 and what may follow it are, in front of more than eleven others; else 0.
static inline size_t country_len(struct an_str s) {
    uint32_t head;
    memcpy(&head, s.ptr, sizeof head);                  // a cell can be read past its end
    if (s.len <= LEN)                                   // most
        return 0;
    size_t n = head == 0x36383030 ? 4 : (head & 0xFFFFFF) == 0x36382B ? 3 : (head & 0xFFFF) == 0x3638 ? 2 : 0;
    return n + (n && (s.ptr[n] == ' ' || s.ptr[n] == '-'));
}

// The eleven digits of a number in one run or as 3-4-4: as `check` says it of a number that is FLOOR-grade, but that it leaves
// aside what is rare.
AN_AVX2 static inline size_t plain(struct an_str cell, const void *with, unsigned char *text, bool *ret_floor) {
    enum { GROUPED = LEN + 2, RUN = 0x7FF, WIDE = 3 };
    static const int8_t orders[2][16] = {
        {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, -1, -1, -1, -1, -1}, {0, 1, 2, 4, 5, 6, 7, 9, 10, 11, 12, -1, -1, -1, -1, -1},
    };
    size_t country = country_len(cell), len = cell.len - country;
    const char *p = cell.ptr + country;
    unsigned digits, wide = RUN, grouped = len == GROUPED;      // 138 1234 5678: whatever it is that stands between, of one sort
    bool fits = len == LEN || (grouped && p[3] == p[8] && (p[3] == ' ' || p[3] == '-'));
    __m128i v = an_lane_load(p);
    if (cell.len == LEN * WIDE) {
        v = an_lane_narrow(cell.ptr, &wide);
        fits = true;
    }
    v = _mm_shuffle_epi8(v, an_lane_load((const char *) orders[grouped]));
    __m128i d = an_lane_digits(v, &digits);
    // what each digit is more than the one before, modulo ten
    __m128i step = _mm_sub_epi8(_mm_srli_si128(d, 1), d);
    step = _mm_min_epu8(step, _mm_add_epi8(step, _mm_set1_epi8(10)));
    uint32_t steps = (uint32_t) _mm_cvtsi128_si32(_mm_srli_si128(step, 6));                 // the last four
    uint64_t eight = (uint64_t) _mm_cvtsi128_si64(_mm_srli_si128(d, 3));                    // the last eight
    uint32_t head = (uint32_t) _mm_cvtsi128_si32(d);
    unsigned first = head & 0xFF, second = head >> 8 & 0xFF, third = head >> 16 & 0xFF, code = second * 10 + third;
    an_lane_store(text, v);
    (void) with;
    *ret_floor = true;
    // jumps that go the same way nearly always; of 161 and 174 a part only is open
    if (!fits || (digits & wide & RUN) != RUN || first != 1 || !range[code] || code == 61 || code == 74)
        return 0;
    // whatever is_placeholder calls one has equal steps at its end, or a period of two or three, or is 1xy 00 1xy 000
    bool is_typed = steps == (steps << 8 | steps >> 24) || (eight ^ eight << 16) >> 32 == 0 || (eight ^ eight << 24) >> 24 == 0 ||
                    (eight & 0xFFFFFF000000FFFF) == 0;
    return is_typed ? 0 : LEN;
}

AN_AVX2 static void many(const struct an_ident *kind, const struct an_cells *cells, const struct an_context *context,
                         struct an_keys *ret) {
    an_keys_walk(kind, cells, context, ret, plain, NULL);
}

#else
#define many NULL
#endif

// A one begins the number itself, which has eleven digits; what has more is a clock reading or an order's number.
static bool bare(size_t n, unsigned a, unsigned b) {
    (void) b;
    return a != 1 || n == LEN;
}

static const char *const headers[] = {
    "手机", "手机号", "手机号码", "手机号码1", "手机号码2", "手机号1", "手机号2", "移动电话", "移动电话号码",
    "联系电话", "联系电话1", "联系电话2", "联系方式", "电话", "电话号码", "联系手机", "联系手机号",
    "绑定手机", "绑定手机号", "预留手机", "预留手机号", "注册手机", "注册手机号", "客户电话", "会员手机",
    "手機", "手機號", "手機號碼", "行動電話", "聯絡電話", "sj", "sjh", "sjhm", "shouji", "shoujihao",
    "shoujihaoma", "lxdh", "lxfs", "dh", "dhhm", "dianhua", "dianhuahaoma", "yddh", "lianxidianhua",
    "lianxifangshi", "mobile", "mobileno", "mobilenum", "mobilenumber", "mobilephone", "mobilephoneno",
    "mobilephonenumber", "phone", "phoneno", "phonenum", "phonenumber", "cell", "cellphone", "cellphoneno",
    "tel", "telno", "telnumber", "telephone", "telephoneno", "telephonenumber", "msisdn", "contactphone",
    "contactno", "contactnumber", "contacttel", "contactmobile", "usermobile", "userphone", "linktel",
    "linkphone", "linkmobile", NULL,
};

static const struct an_ident_example examples[] = {
    {AN_STR_INIT("13523333233"), AN_GRADE_FLOOR, true, "13523333233", "eleven digits of an open range"},
    {AN_STR_INIT("13523333233"), AN_GRADE_CEILING, false, "13523333233",
     "the same, and nothing says what it is"},
    {AN_STR_INIT("+86 135-2333-3233"), AN_GRADE_FLOOR, false, "13523333233", "with country code and hyphens"},
    {AN_STR_INIT("(86)13523333233"), AN_GRADE_FLOOR, false, "13523333233", "country code in brackets"},
    {AN_STR_INIT("008613523333233"), AN_GRADE_FLOOR, false, "13523333233", "as dialled from abroad"},
    {AN_STR_INIT("013523333233"), AN_GRADE_CEILING, false, "13523333233", "as dialled from another city"},
    {AN_STR_INIT("1352333 3233"), AN_GRADE_CEILING, false, "13523333233", "in two groups"},
    {AN_STR_INIT("16102333233"), AN_GRADE_FLOOR, true, "16102333233", "the open part of 161"},
    {AN_STR_INIT("13800138000"), AN_GRADE_BLOCKED, true, "13800138000", "everybody's example"},
    {AN_STR_INIT("18800000000"), AN_GRADE_BLOCKED, true, "18800000000",
     "seven equal digits or more at the end"},
    {AN_STR_INIT("138 1234 5678"), AN_GRADE_BLOCKED, false, "13812345678", "digits counted up"},
    {AN_STR_INIT("12523333233"), AN_GRADE_NONE, true, NULL, "no mobile range begins with 12"},
    {AN_STR_INIT("14923333233"), AN_GRADE_NONE, true, NULL, "149 is for data only"},
    {AN_STR_INIT("1352333323"), AN_GRADE_NONE, true, NULL, "a digit too few"},
    {AN_STR_INIT("135233332333"), AN_GRADE_NONE, true, NULL, "a digit too many"},
    {AN_STR_INIT("13-52333-3233"), AN_GRADE_NONE, true, NULL, "grouped as nobody writes it"},
    {AN_STR_INIT("+81 13523333233"), AN_GRADE_NONE, true, NULL, "another country's code"},
};

const struct an_ident an_ident_cn_mobile = {
    .code = 9,
    .name = "cn-mobile",
    .title = {"Mobile phone number (China)", "手机号码"},
    .source = "MIIT telephone numbering plan; ITU-T E.164 (+86); ranges as in libphonenumber 2026-07",
    .shape = AN_SHAPE_DIGITS,
    .min = LEN,
    .max = 15,
    .first = AN_FIRST_RANGE(0, 1) | AN_FIRST_RANGE(8, 8),
    .rank = 30,
    .use = AN_USE_PERSON,
    .charge = 10,
    .linker = true,
    .m = 20,
    .c = AN_MANY,
    .headers = headers,
    .check = check,
    .bare = bare,
    .many = many,
    .examples = examples,
    .example_count = AN_COUNT(examples),
};
