// Payment card numbers: a Luhn check digit and an issuer that exists.
#include "ident/blocked.h"
#include "ident/canon.h"
#include "ident/digits.h"
#include "ident/kinds.h"

enum { MIN = 13, MAX = 19, PREFIX = 10, ISSUER = 6 };

// Which lengths (bit n: n digits) the issuers of a range of first ten digits use, and which the card schemes
// allow there.
static const struct range { uint64_t first, last; uint32_t issuer, scheme; } ranges[] = {
#include "ident/cards_table.h"
};

// Numbers that payment services publish for tests.
static const uint64_t samples[] = {
    4222222222222, 30569309025904, 36050234196908, 38520000023237, 371449635398431, 378282246310005,
    378734493671000, 2223003122003222, 3530111333300000, 3566002020360505, 4000056655665556,
    4012888888881881, 4462030000000000, 4917610000000000, 5105105105105100, 5200828282828210,
    5431111111111111, 5555555555554444, 6011000000000004, 6011000990139424, 6331101999990016,
    6759649826438453,
};

static const struct range *range_of(const char *digits) {
    uint64_t prefix = 0;
    for (size_t i = 0; i < PREFIX; i++)
        prefix = prefix * 10 + (uint64_t) (digits[i] - '0');
    size_t low = 0, high = AN_COUNT(ranges);
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (ranges[middle].last < prefix)
            low = middle + 1;
        else
            high = middle;
    }
    return low < AN_COUNT(ranges) && ranges[low].first <= prefix ? &ranges[low] : NULL;
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
    const struct range *range = range_of(digits);
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
    .examples = examples,
    .example_count = AN_COUNT(examples),
};
