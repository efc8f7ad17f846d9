// The number of a Chinese citizen: on the identity card, the driving licence, the social security card.
#include <string.h>

#include "ident/blocked.h"
#include "ident/cn_place.h"
#include "ident/digits.h"
#include "ident/id18.h"
#include "ident/keys.h"
#include "ident/kinds.h"
#include "ident/list.h"
#include "match/lanes.h"

// GB 11643-1999: six digits of place, eight of birth date, three of sequence, a check character. Its
// forerunner of 1989 had two digits of year and no check character: 15 in all.
enum { OLD_LEN = 15, PLACE_LEN = 6, GENERATED_LEN = 14 };

// Numbers that are printed in the standard, in forms and in manuals as an example.
#define SAMPLES(X) X("11010519491231002X") X("440524188001010014") X("110101199001011234") X("123456199001011234")
AN_LIST(samples, SAMPLES)

// Beginnings of the numbers that generators of test data give: whoever has a real one of them is not counted,
// which keeps the floor proven.
static const char generated[][GENERATED_LEN + 1] = {"11010119900307", "11010119900101"};

static bool is_sample(const char id[static AN_ID18_LEN]) {
    return an_list_has(&samples, (struct an_str) {id, AN_ID18_LEN});
}

static bool is_placeholder(const char id[static AN_ID18_LEN]) {
    for (size_t i = 0; i < AN_COUNT(generated); i++)
        if (id[PLACE_LEN - 1] == generated[i][PLACE_LEN - 1] && !memcmp(id, generated[i], GENERATED_LEN))
            return true;
    return is_sample(id) || an_blocked_digits((struct an_str) {id, AN_ID18_LEN - 1});
}

static enum an_grade answer(const char *id, size_t len, enum an_grade grade, struct an_ident_key *ret_key) {
    memcpy(ret_key->text, id, len);
    ret_key->len = len;
    return grade;
}

static enum an_grade check18(const char id[static AN_ID18_LEN], const struct an_context *context,
                             struct an_ident_key *ret_key) {
    // 0 is no province; 8 and 9 begin the numbers of people who are not citizens registered on the mainland.
    bool is_number = id[0] >= '1' && id[0] <= '7' && an_id18_is_birth(id + PLACE_LEN, context->today) &&
                     an_id18_check(id) == id[AN_ID18_LEN - 1];
    if (!is_number) {
        bool is_filler = is_sample(id) || (an_blocked_digits((struct an_str) {id, AN_ID18_LEN}) &&
                                           an_context_names(context, &an_ident_cn_resident_id));
        return is_filler ? answer(id, AN_ID18_LEN, AN_GRADE_BLOCKED, ret_key) : AN_GRADE_NONE;
    }
    if (is_placeholder(id))
        return answer(id, AN_ID18_LEN, AN_GRADE_BLOCKED, ret_key);
    if (an_cn_division_is_known(id))
        return answer(id, AN_ID18_LEN, AN_GRADE_FLOOR, ret_key);
    // One order number in eleven has the check character by chance: without a known place, context must say
    // what it is.
    if (an_context_names(context, &an_ident_cn_resident_id))
        return answer(id, AN_ID18_LEN, AN_GRADE_CEILING, ret_key);
    return AN_GRADE_NONE;
}

// Written as its successor, so that both spellings meet. Never more than ceiling-grade: there is no check
// character, and with the sequence numbers 996 to 999, kept for people over a hundred, the century is in
// doubt as well.
static enum an_grade check15(const char old[static OLD_LEN], const struct an_context *context,
                             struct an_ident_key *ret_key) {
    char id[AN_ID18_LEN];
    memcpy(id, old, PLACE_LEN);
    memcpy(id + PLACE_LEN, "19", 2);
    memcpy(id + PLACE_LEN + 2, old + PLACE_LEN, OLD_LEN - PLACE_LEN);
    bool is_named = an_context_names(context, &an_ident_cn_resident_id);
    if (!context->cell && !is_named)
        return AN_GRADE_NONE;
    if (is_named && an_blocked_digits((struct an_str) {old, OLD_LEN}))
        return answer(old, OLD_LEN, AN_GRADE_BLOCKED, ret_key);
    if (old[0] > '7' || !an_id18_is_birth(id + PLACE_LEN, context->today) || !an_cn_division_is_known(id))
        return AN_GRADE_NONE;
    id[AN_ID18_LEN - 1] = an_id18_check(id);
    return answer(id, AN_ID18_LEN, is_placeholder(id) ? AN_GRADE_BLOCKED : AN_GRADE_CEILING, ret_key);
}

static enum an_grade check(struct an_str text, const struct an_context *context,
                           struct an_ident_key *ret_key) {
    char id[AN_ID18_LEN];
    if (an_id18_read(text, id))
        return check18(id, context, ret_key);
    if (text.len == OLD_LEN && an_digits_are(text.ptr, OLD_LEN))
        return check15(text.ptr, context, ret_key);
    return AN_GRADE_NONE;
}

#if AN_LANES

// The year until which a whole year lies before `today` for certain; 0 where there is no day to compare with.
static unsigned year_past(an_day today) {
    enum { EPOCH = 1970, YEAR_MOST = 366 };
    return today < 0 ? 0 : (unsigned) (today / YEAR_MOST + EPOCH - 1);
}

enum { WIDE = 3 };               // bytes of a full-width form

// The character that p spells so; 0 when it is none.
static inline char narrow(const char *p) {
    unsigned char a = (unsigned char) p[0], b = (unsigned char) p[1], c = (unsigned char) p[2];
    return (char) (a == 0xEF && (b & 0xFE) == 0xBC ? c - 0x60 + ((b & 1) << 6) : 0);
}

// Whether the first digits could begin any that are typed in a pattern: of the periods up to five, 1 and 2 are periods of four.
// (The century rules out digits counted up or down.)
static inline bool may_be_typed(uint64_t eight) {
    return (eight ^ eight >> 24) << 24 == 0 || (eight ^ eight >> 32) << 32 == 0 || (eight ^ eight >> 40) << 40 == 0;
}

// An identity number of 18 characters: as check18 says it of a number that is FLOOR-grade, but that it leaves aside what is rare
// (29 February, a birth in these days, the samples' neighbourhood). `with`: the last year in which anybody is born for certain.
AN_AVX2 static inline size_t plain(struct an_str cell, const void *with, unsigned char *text, bool *ret_floor) {
    static const uint8_t month_days[16] = {0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    const __m128i tens = _mm_set1_epi16(1 << 8 | 10);
    const __m128i weights = _mm_setr_epi8(7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4);
    enum { LAST = AN_ID18_LEN - 1 };
    const char *p = cell.ptr;
    unsigned last_year = *(const unsigned *) with, digits, wide = 0xFFFF, d16;
    __m128i v;
    char last;
    if (cell.len == AN_ID18_LEN) {
        v = an_lane_load(p);
        d16 = (unsigned char) p[LAST - 1];
        last = p[LAST];
    } else if (cell.len == AN_ID18_LEN * WIDE) {
        v = an_lane_narrow(p, &wide);
        d16 = (unsigned char) narrow(p + (LAST - 1) * WIDE);
        last = narrow(p + LAST * WIDE);
    } else {
        return 0;
    }
    last = last == 'x' ? 'X' : last;
    __m128i d = an_lane_digits(v, &digits);
    uint64_t behind = d16 | (uint64_t) (unsigned char) last << 8;
    d16 -= '0';
    // two digits each: place, place, place, century, year, month, day, order
    __m128i pairs = _mm_maddubs_epi16(d, tens);
    uint64_t low = (uint64_t) _mm_cvtsi128_si64(pairs), high = (uint64_t) _mm_extract_epi64(pairs, 1);
    unsigned place = (unsigned) ((low & 0xFF) * 10000 + (low >> 16 & 0xFF) * 100 + (low >> 32 & 0xFF));
    unsigned year = (unsigned) ((low >> 48) * 100 + (high & 0xFF));
    unsigned month = (unsigned) (high >> 16 & 0xFF), day = (unsigned) (high >> 32 & 0xFF);
    __m128i sums = _mm_madd_epi16(_mm_maddubs_epi16(d, weights), _mm_set1_epi16(1));
    sums = _mm_add_epi32(sums, _mm_shuffle_epi32(sums, 0x4E));
    sums = _mm_add_epi32(sums, _mm_shuffle_epi32(sums, 0xB1));
    unsigned sum = (unsigned) _mm_cvtsi128_si32(sums) + 2 * d16;
    an_lane_store(text, v);
    memcpy(text + 16, &behind, sizeof behind);
    *ret_floor = true;
    // jumps that go the same way nearly always
    if ((digits & wide) != 0xFFFF || d16 > 9 || place - 100000 >= 700000 || year < 1900 || year > last_year || month > 12 ||
        day - 1 >= month_days[month] || "10X98765432"[sum % 11] != last || !an_cn_division_has(place))
        return 0;
    // as the placeholders and samples begin (123456 is no place)
    bool is_sampled = (place == 110101 && year == 1990) || (place == 110105 && year == 1949);
    return is_sampled || may_be_typed((uint64_t) _mm_cvtsi128_si64(v)) ? 0 : AN_ID18_LEN;
}

AN_AVX2 static void many(const struct an_ident *kind, const struct an_cells *cells, const struct an_context *context,
                         struct an_keys *ret) {
    unsigned last_year = year_past(context->today);
    an_keys_walk(kind, cells, context, ret, plain, &last_year);
}

#else
#define many NULL
#endif

static const char *const headers[] = {
    "身份证", "身份证号", "身份证号码", "身份证件号", "身份证件号码", "公民身份号码", "公民身份证号码",
    "居民身份证", "居民身份证号", "居民身份证号码", "身份号码", "身份证编号", "证件号", "证件号码",
    "证件编号", "证照号码", "客户证件号", "客户证件号码", "二代身份证",
    "身份證", "身份證號", "身份證號碼", "證件號碼", "驾驶证号", "驾照号", "sfz", "sfzh", "sfzhm", "sfzjh",
    "sfzjhm", "shenfenzheng", "shenfenzhenghao", "shenfenzhenghaoma", "zjh", "zjhm", "zjbh", "zhengjianhao",
    "zhengjianhaoma", "gmsfhm", "gmsfzhm", "idcard", "idcardno", "idcardnum", "idcardnumber", "idno", "idnum",
    "idnumber", "identityno", "identitycard", "identitycardno", "identitynumber", "idcertno", "certno",
    "certnum", "certnumber", "certificateno", "citizenid", "citizenidno", "residentid", "residentidno",
    "residentidcard", "nationalid", "nationalidno", "chinaid", "prcid", NULL,
};

static const struct an_ident_example examples[] = {
    {AN_STR_INIT("440308199901101512"), AN_GRADE_FLOOR, false, "440308199901101512",
     "place, date and check character right"},
    {AN_STR_INIT("33010219200403064x"), AN_GRADE_FLOOR, false, "33010219200403064X",
     "check character in lower case"},
    {AN_STR_INIT("440308 19990110 1512"), AN_GRADE_FLOOR, false, "440308199901101512", "written in groups"},
    {AN_STR_INIT("140120197901010008"), AN_GRADE_FLOOR, false, "140120197901010008",
     "a place that has been dissolved"},
    {AN_STR_INIT("150102880730303"), AN_GRADE_CEILING, true, "150102198807303035",
     "the old form, written as the new one"},
    {AN_STR_INIT("990426199112010074"), AN_GRADE_NONE, true, NULL, "no such place, and no province has a 9"},
    {AN_STR_INIT("202611199112010070"), AN_GRADE_CEILING, true, "202611199112010070",
     "no such place, but the column says so"},
    {AN_STR_INIT("11010519491231002X"), AN_GRADE_BLOCKED, false, "11010519491231002X",
     "printed in the standard"},
    {AN_STR_INIT("440524188001010014"), AN_GRADE_BLOCKED, false, "440524188001010014",
     "printed in the standard"},
    {AN_STR_INIT("110101199001011234"), AN_GRADE_BLOCKED, false, "110101199001011234",
     "a sample seen everywhere"},
    {AN_STR_INIT("111111111111111111"), AN_GRADE_BLOCKED, true, "111111111111111111", "fills the field"},
    {AN_STR_INIT("440308199901101513"), AN_GRADE_NONE, true, NULL, "wrong check character"},
    {AN_STR_INIT("440308199902301516"), AN_GRADE_NONE, true, NULL, "30 February, check character right"},
    {AN_STR_INIT("440308209901101519"), AN_GRADE_NONE, true, NULL, "born after today, check character right"},
    {AN_STR_INIT("202611199112010070"), AN_GRADE_NONE, false, NULL,
     "no such place, and nothing says what it is"},
    {AN_STR_INIT("150102880730303"), AN_GRADE_NONE, false, NULL, "the old form, and nothing says what it is"},
    {AN_STR_INIT("150102881330303"), AN_GRADE_NONE, true, NULL, "the old form, month 13"},
    {AN_STR_INIT("44030819990110151"), AN_GRADE_NONE, true, NULL, "too short"},
    {AN_STR_INIT("4403-0819990110-1512"), AN_GRADE_NONE, true, NULL, "grouped as nobody writes it"},
};

const struct an_ident an_ident_cn_resident_id = {
    .code = 1,
    .name = "cn-resident-id",
    .title = {"Resident identity number (China)", "居民身份证号"},
    .source = "GB 11643-1999; 15-digit form: GB 11643-1989; places: GB/T 2260",
    .shape = AN_SHAPE_DIGITS,
    .min = OLD_LEN,
    .max = AN_ID18_LEN,
    .first = AN_FIRST_RANGE(1, 7),
    .rank = 10,
    .use = AN_USE_PERSON,
    .charge = 1,
    .sensitive = true,
    .m = 1,
    .c = 1,
    .headers = headers,
    .check = check,
    .many = many,
    .examples = examples,
    .example_count = AN_COUNT(examples),
};
