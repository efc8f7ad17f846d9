// Telephone numbers of any country, as ITU-T E.164 has them.
#include "ident/blocked.h"
#include "ident/canon.h"
#include "ident/digits.h"
#include "ident/kinds.h"

// The shape counts "00" among the digits, so a candidate may have two more than a number.
enum { MIN = 7, MAX = 15, CODE_MAX = 3, NAKED_MIN = 10, NANP = 1, NANP_LEN = 11, CHINA = 86 };

// For a country code and a number of digits after it: a bit for each digit they may begin with. Sorted by
// code, then length.
static const struct plan { uint16_t code; uint8_t len; uint16_t first; } plans[] = {
#include "ident/phone_table.h"
};

struct number { char digit[MAX + 4]; size_t count; bool plus, exit, grouped; };

// Reads digits with what people put between them: blanks, hyphens, full stops, slashes, brackets. "(0)", the
// trunk prefix that is not dialled from abroad, is dropped.
static bool read_number(struct an_str text, struct number *ret) {
    *ret = (struct number) {0};
    char last = 0;
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        if (an_canon_is_digit(c)) {
            if (ret->count == sizeof ret->digit)
                return false;
            ret->digit[ret->count++] = c;
        } else if (c == '+') {
            if (ret->count || ret->plus)
                return false;
            ret->plus = true;
        } else if (c == '(' && text.len - i >= 3 && memcmp(text.ptr + i, "(0)", 3) == 0) {
            i += 2;
        } else if (c && strchr(" -./()", c)) {
            if (last == c && c != ' ')
                return false;
            ret->grouped |= ret->count > 0;
        } else {
            return false;
        }
        last = c;
    }
    if (!ret->plus && ret->count > MIN + 2 && memcmp(ret->digit, "00", 2) == 0) {
        ret->count -= 2;
        memmove(ret->digit, ret->digit + 2, ret->count);
        ret->exit = true;
    }
    return true;
}

static bool has_plan(unsigned code, size_t len, char first) {
    size_t low = 0, high = AN_COUNT(plans);
    while (low < high) {
        size_t middle = (low + high) / 2;
        const struct plan *p = &plans[middle];
        if (p->code == code && p->len == len)
            return p->first >> (first - '0') & 1;
        if (p->code < code || (p->code == code && p->len < len))
            low = middle + 1;
        else
            high = middle;
    }
    return false;
}

// Digits of the country code the number begins with, when what follows is as long as that country's numbers
// are and begins as they do; else 0. No code is the beginning of another.
static size_t code_len(const char *digits, size_t n, unsigned *ret_code) {
    unsigned code = 0;
    for (size_t i = 0; i < CODE_MAX && i < n; i++) {
        code = code * 10 + (unsigned) (digits[i] - '0');
        if (i + 1 < n && has_plan(code, n - i - 1, digits[i + 1])) {
            *ret_code = code;
            return i + 1;
        }
    }
    return 0;
}

// +44 0 20 7946 0958: the trunk prefix left in. Takes it out and returns what code_len does then.
static size_t drop_trunk(struct number *number, size_t *n, unsigned *ret_code) {
    for (size_t i = 1; i <= CODE_MAX; i++) {
        if (number->digit[i] != '0')
            continue;
        char without[sizeof number->digit];
        memcpy(without, number->digit, i);
        memcpy(without + i, number->digit + i + 1, *n - i - 1);
        if (code_len(without, *n - 1, ret_code) != i)
            continue;
        memcpy(number->digit, without, --*n);
        return i;
    }
    return 0;
}

// What North American films and manuals use: 555-0100 to 555-0199 in any area.
static bool is_fictional(unsigned code, const char *national, size_t n) {
    return code == NANP && n == 10 && memcmp(national + 3, "55501", 5) == 0;
}

// A plus sign says what it is; without one the column or the words before it must, and the country code be
// there. "00" alone is how any padded number begins: it counts where the number is also written in groups.
static enum an_grade check(struct an_str text, const struct an_context *context,
                           struct an_ident_key *ret_key) {
    // nearly every candidate is no foreign number: nothing leads it, and nothing around it says so
    bool led = text.len && (text.ptr[0] == '+' || text.ptr[0] == '(' || text.ptr[0] == '0');
    if (!led && !context->expected && !context->before.len)
        return AN_GRADE_NONE;
    if (!led && text.len > NANP_LEN && text.ptr[0] == '1' && an_digits_are(text.ptr, text.len))     // a clock's milliseconds
        return AN_GRADE_NONE;
    struct number number;
    if (!read_number(text, &number) || number.count < MIN || number.count > MAX || number.digit[0] == '0')
        return AN_GRADE_NONE;
    bool naked = !number.plus && !number.exit;
    if (number.digit[0] == '1' && number.count != NANP_LEN)     // all numbers under country code 1 are as long
        return AN_GRADE_NONE;
    if (naked && number.count < NAKED_MIN)      // a local number that happens to begin like a country
        return AN_GRADE_NONE;
    unsigned code = 0;
    size_t n = number.count, code_digits = code_len(number.digit, n, &code);
    if (!code_digits && !naked)
        code_digits = drop_trunk(&number, &n, &code);
    if (!code_digits || (naked && code == CHINA))
        return AN_GRADE_NONE;
    // last, because it looks at most
    if (!number.plus && !(number.exit && number.grouped) && !an_canon_allows(context, &an_ident_phone_e164))
        return AN_GRADE_NONE;
    ret_key->text[0] = '+';
    memcpy(ret_key->text + 1, number.digit, n);
    ret_key->len = n + 1;
    struct an_str national = {number.digit + code_digits, n - code_digits};
    bool nobody = an_blocked_digits(national) || an_blocked_digits((struct an_str) {number.digit, n}) ||
                  is_fictional(code, national.ptr, national.len);
    return nobody ? AN_GRADE_BLOCKED : AN_GRADE_CEILING;
}

// All numbers under country code 1 are as long.
static bool bare(size_t n, unsigned a, unsigned b) {
    (void) b;
    return a != 1 || n <= NANP_LEN;
}

static const char *const headers[] = {
    "国际电话", "国际手机", "国际手机号", "海外电话", "海外手机号", "境外手机号", "境外电话", "e164",
    "internationalphone", "intlphone", "overseasphone", "foreignphone", "telephonenumber", "phone", "phoneno",
    "phonenum", "phonenumber", "tel", "telno", "telephone", "telephoneno", "mobile", "mobileno",
    "mobilephone", "cellphone", "cell", "电话", "电话号码", "手机", "手机号", "手机号码", "联系电话",
    "联系方式", NULL,
};

static const struct an_ident_example examples[] = {
    {AN_STR_INIT("+44 20 7946 0958"), AN_GRADE_CEILING, false, "+442079460958", "London"},
    {AN_STR_INIT("+44 (0)20 7946 0958"), AN_GRADE_CEILING, false, "+442079460958",
     "the same with the trunk prefix in brackets"},
    {AN_STR_INIT("0044-20-7946-0958"), AN_GRADE_CEILING, false, "+442079460958",
     "the same as dialled from abroad"},
    {AN_STR_INIT("+1 (650) 644-3358"), AN_GRADE_CEILING, false, "+16506443358", "North America"},
    {AN_STR_INIT("16506443358"), AN_GRADE_CEILING, true, "+16506443358",
     "without plus sign, in a column of telephones"},
    {AN_STR_INIT("+12025550123"), AN_GRADE_BLOCKED, false, NULL, "a number kept for films"},
    {AN_STR_INIT("16506443358"), AN_GRADE_NONE, false, NULL, "neither plus sign nor context"},
    {AN_STR_INIT("+9916506443358"), AN_GRADE_NONE, false, NULL, "no such country code"},
    {AN_STR_INIT("+1650644335"), AN_GRADE_NONE, false, NULL, "a digit short for its country"},
    {AN_STR_INIT("+10506443358"), AN_GRADE_NONE, false, NULL, "begins with a digit its country does not use"},
};

const struct an_ident an_ident_phone_e164 = {
    .code = 24,
    .name = "phone-e164",
    .title = {"Telephone number (international)", "国际电话号码"},
    .source = "ITU-T E.164 (2010)",
    .shape = AN_SHAPE_DIGITS,
    .min = MIN,
    .max = MAX + 2,
    .rank = 33,
    .use = AN_USE_PERSON,
    .charge = 11,
    .linker = true,
    .m = AN_MANY,
    .c = AN_MANY,
    .headers = headers,
    .check = check,
    .bare = bare,
    .examples = examples,
    .example_count = AN_COUNT(examples),
};
