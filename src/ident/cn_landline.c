// A fixed telephone number of the mainland, with its area code.
#include <string.h>

#include "ident/blocked.h"
#include "ident/cn_phone.h"
#include "ident/cn_place.h"
#include "ident/digits.h"
#include "ident/kinds.h"

enum { AREA_MAX = 3, LOCAL_MIN = 7, LOCAL_MAX = 8, EXTENSION_MAX = 6 };

static bool is_gap(char c) {
    return c == ' ' || c == '-';
}

// The digits at the front of *text, taken off it, and up to one gap with them.
static size_t take_digits(struct an_str *text, char *out, size_t max) {
    size_t n = 0;
    while (n < max && n < text->len && an_digits_are(text->ptr + n, 1)) {
        out[n] = text->ptr[n];
        n++;
    }
    *text = an_str_slice(*text, n, text->len);
    return n;
}

static bool take_gap(struct an_str *text) {
    if (!text->len || !is_gap(text->ptr[0]))
        return false;
    *text = an_str_slice(*text, 1, text->len);
    return true;
}

// Area code without its 0, and whether something sets it apart from what follows.
static size_t take_area(struct an_str *text, bool is_abroad, char area[static AREA_MAX], bool *ret_apart) {
    bool is_bracketed = text->len && text->ptr[0] == '(';
    if (is_bracketed)
        *text = an_str_slice(*text, 1, text->len);
    bool has_trunk = text->len && text->ptr[0] == '0';
    if (has_trunk)
        *text = an_str_slice(*text, 1, text->len);
    if ((!has_trunk && !is_abroad) || text->len < AREA_MAX || !an_digits_are(text->ptr, AREA_MAX - 1) ||
        (text->ptr[0] >= '3' && !an_digits_are(text->ptr, AREA_MAX)))
        return 0;
    size_t len = an_cn_area_len(text->ptr);
    memcpy(area, text->ptr, len);
    *text = an_str_slice(*text, len, text->len);
    if (is_bracketed) {
        if (!text->len || text->ptr[0] != ')')
            return 0;
        *text = an_str_slice(*text, 1, text->len);
    }
    *ret_apart = take_gap(text) || is_bracketed;
    return len;
}

// Local number: in one run, or in two groups of which the second has four digits.
static size_t take_local(struct an_str *text, char local[static LOCAL_MAX + 1]) {
    size_t n = take_digits(text, local, LOCAL_MAX + 1);
    if (n >= LOCAL_MIN || (n != 3 && n != 4))
        return n;
    if (!take_gap(text))
        return 0;
    return n + take_digits(text, local + n, LOCAL_MAX + 1 - n) == n + 4 ? n + 4 : 0;
}

// What may follow the local number: an extension, which many people may share a number by, so that it is
// dropped.
static bool is_extension(struct an_str text) {
    char digits[EXTENSION_MAX];
    bool is_marked = take_gap(&text);
    if (text.len >= 3 && !memcmp(text.ptr, "转", 3)) {
        text = an_str_slice(text, 3, text.len);
        is_marked = true;
    }
    size_t n = take_digits(&text, digits, EXTENSION_MAX);
    return is_marked && n && !text.len;
}

static enum an_grade check(struct an_str text, const struct an_context *context,
                           struct an_ident_key *ret_key) {
    char area[AREA_MAX], local[LOCAL_MAX + 1];
    bool is_abroad = an_cn_phone_strip_country(&text), is_apart = false;
    size_t area_len = take_area(&text, is_abroad, area, &is_apart);
    if (!area_len)
        return AN_GRADE_NONE;
    // Cities whose area code has two digits have local numbers of eight.
    size_t local_len = take_local(&text, local);
    if (local_len > LOCAL_MAX || local_len < (area_len == 2 ? LOCAL_MAX : LOCAL_MIN) ||
        (text.len && !is_extension(text)))
        return AN_GRADE_NONE;
    // 0 is the trunk prefix; 1 and 95 begin the numbers of services.
    bool is_filler = an_blocked_digits((struct an_str) {local, local_len});
    if (!is_filler && (local[0] <= '1' || (local[0] == '9' && local[1] == '5')))
        return AN_GRADE_NONE;
    if (!is_apart && context->expected != &an_ident_cn_mobile &&
        !an_context_names(context, &an_ident_cn_landline) &&
        !an_context_names(context, &an_ident_cn_mobile))
        return AN_GRADE_NONE;
    ret_key->text[0] = '0';
    memcpy(ret_key->text + 1, area, area_len);
    memcpy(ret_key->text + 1 + area_len, local, local_len);
    ret_key->len = 1 + area_len + local_len;
    return is_filler ? AN_GRADE_BLOCKED : AN_GRADE_CEILING;
}

static const char *const headers[] = {
    "固话", "固定电话", "固定电话号码", "座机", "座机号", "座机号码", "办公电话", "家庭电话", "住宅电话",
    "单位电话", "公司电话", "宅电", "传真", "传真号", "传真号码", "電話傳真", "市話", "gddh", "guhua",
    "zuoji", "zjdh", "bgdh", "jtdh", "dwdh", "chuanzhen", "landline", "landlineno", "fixedphone", "fixedline",
    "officephone", "officetel", "homephone", "hometel", "workphone", "worktel", "businessphone", "fax",
    "faxno", "faxnumber", NULL,
};

static const struct an_ident_example examples[] = {
    {AN_STR_INIT("010-88993108"), AN_GRADE_CEILING, false, "01088993108", "Beijing"},
    {AN_STR_INIT("(0755)8899 3108"), AN_GRADE_CEILING, false, "075588993108",
     "area code in brackets, number in groups"},
    {AN_STR_INIT("+86 21 88993108"), AN_GRADE_CEILING, false, "02188993108", "with country code"},
    {AN_STR_INIT("021-22033212-123"), AN_GRADE_CEILING, false, "02122033212", "the extension is dropped"},
    {AN_STR_INIT("03358993108"), AN_GRADE_CEILING, true, "03358993108",
     "nothing sets the area code apart, but the column says so"},
    {AN_STR_INIT("010-12345678"), AN_GRADE_BLOCKED, true, "01012345678", "digits counted up"},
    {AN_STR_INIT("03358993108"), AN_GRADE_NONE, false, NULL, "nothing sets the area code apart"},
    {AN_STR_INIT("0260-88993108"), AN_GRADE_NONE, true, NULL, "no such area code"},
    {AN_STR_INIT("010-8899310"), AN_GRADE_NONE, true, NULL, "a digit too few for Beijing"},
    {AN_STR_INIT("010-18993108"), AN_GRADE_NONE, true, NULL, "no local number begins with 1"},
    {AN_STR_INIT("(010-88993108"), AN_GRADE_NONE, true, NULL, "a bracket that is not closed"},
};

const struct an_ident an_ident_cn_landline = {
    .code = 10,
    .name = "cn-landline",
    .title = {"Fixed telephone number (China)", "固定电话号码"},
    .source = "MIIT telephone numbering plan; ITU-T E.164 (+86); area codes as in libphonenumber 2026-07",
    .shape = AN_SHAPE_DIGITS,
    .min = 9,
    .max = 21,
    .first = AN_FIRST_RANGE(0, 0) | AN_FIRST_RANGE(8, 8),
    .rank = 50,
    .use = AN_USE_PERSON,
    .charge = 16,
    .linker = true,
    .m = AN_MANY,
    .c = AN_MANY,
    .headers = headers,
    .check = check,
    .examples = examples,
    .example_count = AN_COUNT(examples),
};
