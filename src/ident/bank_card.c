// Payment card numbers: a Luhn check digit and an issuer that exists.
#include "ident/blocked.h"
#include "ident/canon.h"
#include "ident/digits.h"
#include "ident/keys.h"
#include "ident/kinds.h"
#include "match/lanes.h"

enum { MIN = 13, MAX = 19, PREFIX = 10, ISSUER = 6 };

// Which lengths (bit n: n digits) the issuers of a range of first ten digits use, and which the card schemes
// allow there.
static const struct range { uint64_t first, last; uint32_t issuer, scheme; } ranges[] = {
#include "ident/cards_table.h"
};

// Numbers that payment services publish for tests.
#define SAMPLES(X) \
    X(4222222222222) X(30569309025904) X(36050234196908) X(38520000023237) X(371449635398431) X(378282246310005) \
    X(378734493671000) X(2223003122003222) X(3530111333300000) X(3566002020360505) X(4000056655665556) \
    X(4012888888881881) X(4462030000000000) X(4917610000000000) X(5105105105105100) X(5200828282828210) \
    X(5431111111111111) X(5555555555554444) X(6011000000000004) X(6011000990139424) X(6331101999990016) \
    X(6759649826438453)
#define SAMPLE(n) n,
static const uint64_t samples[] = {SAMPLES(SAMPLE)};

// The first range that does not end before six digits: blocks[first four].first + pages[.page][next two].
static const struct { uint16_t first, page; } blocks[10000] = {
#include "ident/card_block_table.h"
};
static const uint8_t pages[][100] = {
#include "ident/card_page_table.h"
};

// Of the first ten digits. Few ranges end within six digits, so that the loop nearly always ends at once; the last range of the
// table ends behind all.
static const struct range *range_of(uint64_t prefix) {
    size_t six = (size_t) (prefix / 10000);
    const struct range *r = &ranges[blocks[six / 100].first + pages[blocks[six / 100].page][six % 100]];
    while (r->last < prefix)
        r++;
    return r->first <= prefix ? r : NULL;
}

static uint64_t prefix_of(const char *digits) {
    uint64_t prefix = 0;
    for (size_t i = 0; i < PREFIX; i++)
        prefix = prefix * 10 + (uint64_t) (digits[i] - '0');
    return prefix;
}

// Whether the number is written as cards are: in one run or in groups of 4 4 4 4, 4 4 4 4 n, 6 13, 4 6 5 or 4
// 6 4.
static bool is_grouped_well(uint32_t layout) {
    static const uint32_t known[] = {0, 0x4444, 0x44441, 0x44442, 0x44443, 0x6d, 0x465, 0x464};
    for (size_t i = 0; i < AN_COUNT(known); i++)
        if (known[i] == layout)
            return true;
    return false;
}

static bool is_sample(const char *digits, size_t n) {
    uint64_t number = 0;
    for (size_t i = 0; i < n; i++)
        number = number * 10 + (uint64_t) (digits[i] - '0');
    for (size_t i = 0; i < AN_COUNT(samples); i++)
        if (samples[i] == number)
            return true;
    // an issuer's prefix, filled up: 6222 0200 0000 0000 000, 6222 0212 3456 7890 123
    return an_blocked_digits((struct an_str) {digits + ISSUER, n - ISSUER - 1});
}

static enum an_grade check(struct an_str text, const struct an_context *context,
                           struct an_ident_key *ret_key) {
    struct an_digits number;
    if (!an_digits_read(text, &number) || number.has_x || number.count < MIN || number.count > MAX)
        return AN_GRADE_NONE;
    const char *digits = number.digit;
    size_t n = number.count;
    if (digits[0] == '0' || !is_grouped_well(number.layout) || !an_canon_luhn(digits, n))
        return AN_GRADE_NONE;
    // 13 digits that begin so are a clock reading in milliseconds, 2001 to 2065; no card is so numbered
    if (n == 13 && digits[0] <= '2')
        return AN_GRADE_NONE;
    const struct range *range = range_of(prefix_of(digits));
    bool issued = range && range->issuer >> n & 1;
    bool allowed = range && range->scheme >> n & 1;
    bool named = an_context_names(context, &an_ident_bank_card);
    if (!issued && !allowed && !named)
        return AN_GRADE_NONE;
    // one number in ten has the check digit by chance: what is said to be something else is believed
    if (!named && ((context->expected && context->expected->use != AN_USE_NAME) || an_context_is_labelled(context)))
        return AN_GRADE_NONE;
    an_canon_put(ret_key, digits, n);
    if (is_sample(digits, n))
        return AN_GRADE_BLOCKED;
    return issued || (allowed && named) ? AN_GRADE_FLOOR : AN_GRADE_CEILING;
}

#if AN_LANES

// The digits of a number written 4 4 4 4 or 4 4 4 4 3, put together at `out`. How many; 0: it is not written so.
AN_AVX2 static inline size_t ungroup(struct an_str s, unsigned char out[static AN_SIPHASH_SHORT + 1]) {
    enum { SIXTEEN = 19, NINETEEN = 23, HEAD = 13 };        // bytes; digits among the first sixteen bytes
    const __m128i first = _mm_setr_epi8(0, 1, 2, 3, 5, 6, 7, 8, 10, 11, 12, 13, 15, -1, -1, -1);
    const __m128i rest = _mm_setr_epi8(0, 1, 2, 4, 5, 6, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1);
    char sign = s.ptr[4];
    if ((s.len != SIXTEEN && s.len != NINETEEN) || (sign != ' ' && sign != '-') || s.ptr[9] != sign || s.ptr[14] != sign ||
        (s.len == NINETEEN && s.ptr[SIXTEEN] != sign))
        return 0;
    an_lane_store(out, _mm_shuffle_epi8(an_lane_load(s.ptr), first));
    an_lane_store(out + HEAD, _mm_shuffle_epi8(an_lane_load(s.ptr + 16), rest));
    return s.len == SIXTEEN ? 16 : 19;
}

// The number that the first sixteen of the digits' values make.
AN_AVX2 static inline uint64_t sixteen(__m128i d) {
    __m128i pairs = _mm_maddubs_epi16(d, _mm_set1_epi16(1 << 8 | 10));
    __m128i fours = _mm_madd_epi16(pairs, _mm_set1_epi32(1 << 16 | 100));
    __m128i eights = _mm_madd_epi16(_mm_packus_epi32(fours, fours), _mm_set1_epi32(1 << 16 | 10000));
    uint64_t both = (uint64_t) _mm_cvtsi128_si64(eights);
    return (both & UINT32_MAX) * 100000000 + (both >> 32);
}

// Bit n: the last six bits of a sample are n.
#define SAMPLE_LOW(n) | (uint64_t) 1 << ((n) & 63)
static const uint64_t samples_low = 0 SAMPLES(SAMPLE_LOW);

static bool is_sample_number(uint64_t number) {
    bool is = false;
    for (size_t i = 0; i < AN_COUNT(samples); i++)
        is |= samples[i] == number;
    return is;
}

// Digits with a right check digit: as `check` says it in a column of cards, but that it leaves aside what is rare.
AN_AVX2 static inline size_t plain(struct an_str cell, const void *with, unsigned char *text, bool *ret_floor) {
    const __m256i twice = _mm256_broadcastsi128_si256(_mm_setr_epi8(0, 2, 4, 6, 8, 1, 3, 5, 7, 9, 0, 0, 0, 0, 0, 0));
    size_t n = ungroup(cell, text);
    if (!n)
        n = cell.len;
    (void) with;
    if (n < MIN || n > MAX)
        return 0;
    __m256i v = an_lane_first(an_lane_load_32(n == cell.len ? cell.ptr : (const char *) text), n);
    an_lane_store_32(text, v);
    __m256i d = an_lane_first(_mm256_sub_epi8(v, _mm256_set1_epi8('0')), n);
    __m256i over = _mm256_subs_epu8(d, _mm256_set1_epi8(9));
    // every second digit from the right is doubled, its own digits added up
    __m256i second = _mm256_set1_epi16((short) (0xFF << 8 * (n & 1)));
    __m256i sums = _mm256_sad_epu8(_mm256_blendv_epi8(d, _mm256_shuffle_epi8(twice, d), second), _mm256_setzero_si256());
    __m128i sum = _mm_add_epi64(_mm256_castsi256_si128(sums), _mm256_extracti128_si256(sums, 1));
    unsigned luhn = (unsigned) _mm_cvtsi128_si32(_mm_add_epi64(sum, _mm_unpackhi_epi64(sum, sum)));
    __m128i low = _mm256_castsi256_si128(d), step = _mm_sub_epi8(_mm_srli_si128(low, 1), low);
    unsigned first = (unsigned) _mm_cvtsi128_si32(low) & 0xFF;
    if (!_mm256_testz_si256(over, over) | (luhn % 10 != 0) | !first | ((n == MIN) & (first <= 2)))
        return 0;
    uint64_t number = sixteen(low);
    const struct range *range = range_of(number / 1000000);
    *ret_floor = range && (range->issuer | range->scheme) >> n & 1;
    // what follows the issuer's digits, as is_sample looks at it: the first of digits counted up or down have equal steps (modulo
    // ten); those of a period have it in the first six digits, 1 and 2 being periods of four; twelve digits have none of five
    step = _mm_min_epu8(step, _mm_add_epi8(step, _mm_set1_epi8(10)));
    uint32_t steps = (uint32_t) _mm_cvtsi128_si32(_mm_srli_si128(step, ISSUER));
    uint64_t behind = (uint64_t) _mm_cvtsi128_si64(_mm_srli_si128(low, ISSUER));
    unsigned typed = (steps == (steps << 8 | steps >> 24)) | ((behind ^ behind >> 24) << 32 == 0) |
                     ((behind ^ behind >> 32) << 48 == 0);
    // the samples have sixteen digits at most
    if (n <= 16) {
        static const uint64_t tens[] = {1, 10, 100, 1000};
        number = n == 16 ? number : number / tens[16 - n];
        if (samples_low >> (number & 63) & 1)
            typed |= is_sample_number(number);
    }
    return typed ? 0 : n;
}

AN_AVX2 static void many(const struct an_ident *kind, const struct an_cells *cells, const struct an_context *context,
                         struct an_keys *ret) {
    an_keys_walk(kind, cells, context, ret, plain, NULL);
}

#else
#define many NULL
#endif

static const char *const headers[] = {
    "银行卡", "银行卡号", "银行卡号码", "卡号", "工资卡", "工资卡号", "工资卡账号", "信用卡", "信用卡号",
    "信用卡号码", "储蓄卡", "储蓄卡号", "借记卡", "借记卡号", "还款卡号", "收款卡号", "付款卡号", "绑定卡号",
    "提现卡号", "银行账号", "银行帐号", "银行账户", "银行帐户", "收款账号", "付款账号", "开户账号",
    "卡片号码", "收款账户", "yhk", "yhkh", "yinhangka", "yinhangkahao", "kahao", "yhzh", "gzkh", "xykh",
    "bankcard", "bankcardno", "bankcardnum", "bankcardnumber", "cardno", "cardnum", "cardnumber",
    "creditcard", "creditcardno", "creditcardnumber", "debitcard", "debitcardno", "ccnumber", "ccnum", "ccno",
    "cc", "paymentcard", "bankaccount", "bankaccountno", "bankaccountnumber", "bankacct", "bankacctno", "pan",
    NULL,
};

static const struct an_ident_example examples[] = {
    {AN_STR_INIT("6217005079099408034"), AN_GRADE_FLOOR, false, NULL,
     "19 digits under a prefix of a Chinese bank"},
    {AN_STR_INIT("6222 6251 6104 6203 286"), AN_GRADE_FLOOR, false, "6222625161046203286",
     "in groups of four"},
    {AN_STR_INIT("4929-7226-5379-7141"), AN_GRADE_CEILING, false, "4929722653797141",
     "a scheme's range, issuer unknown"},
    {AN_STR_INIT("9003716480152940"), AN_GRADE_CEILING, true, NULL, "issuer unknown, in a column of cards"},
    {AN_STR_INIT("4111111111111111"), AN_GRADE_BLOCKED, false, NULL, "a published test number"},
    {AN_STR_INIT("6222020000000000000"), AN_GRADE_BLOCKED, false, NULL,
     "a bank's prefix filled up with zeros"},
    {AN_STR_INIT("6217005079099408035"), AN_GRADE_NONE, false, NULL, "wrong check digit"},
    {AN_STR_INIT("9003716480152940"), AN_GRADE_NONE, false, NULL, "issuer unknown and nothing names it"},
    {AN_STR_INIT("49297-22653-797141"), AN_GRADE_NONE, false, NULL, "in groups no card is written in"},
    {AN_STR_INIT("1700000000002"), AN_GRADE_NONE, true, NULL, "milliseconds since 1970"},
};

const struct an_ident an_ident_bank_card = {
    .code = 12,
    .name = "bank-card",
    .title = {"Bank card number", "银行卡号"},
    .source = "ISO/IEC 7812-1:2017",
    .shape = AN_SHAPE_DIGITS,
    .min = MIN,
    .max = MAX,
    .first = AN_FIRST_RANGE(2, 9),
    .rank = 35,
    .use = AN_USE_PERSON,
    .charge = 8,
    .linker = true,
    .sensitive = true,
    .m = AN_MANY,
    .c = 2,
    .headers = headers,
    .check = check,
    .many = many,
    .examples = examples,
    .example_count = AN_COUNT(examples),
};
