// The plate of a motor vehicle registered on the mainland.
#include <string.h>

#include "base/utf8.h"
#include "ident/digits.h"
#include "ident/ident.h"

// GA 36-2018: province, letter of the issuing office, then five letters and digits (at most two letters), or
// six on a vehicle of new energy; trailers, learners, police and vehicles to Hong Kong and Macao end in a
// character that says so; consulates have five digits and 领, embassies six and 使.
enum { HAN_LEN = 3, SERIAL_LEN = 5, GREEN_LEN = 6, LETTERS_MAX = 2 };

static const char provinces[] = "京津冀晋蒙辽吉黑沪苏浙皖闽赣鲁豫鄂湘粤桂琼渝川贵云藏陕甘青宁新";
static const char endings[] = "挂学警港澳";

// Whether the text begins with one of the characters of `set`.
static bool begins_with(struct an_str text, const char *set) {
    if (text.len < HAN_LEN)
        return false;
    for (; *set; set += HAN_LEN)
        if (!memcmp(text.ptr, set, HAN_LEN))
            return true;
    return false;
}

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

static bool is_letter(char c) {
    return c >= 'A' && c <= 'Z' && c != 'I' && c != 'O';
}

// Letters of the drive: D, then A B C E for electric; F, then G H J K for others.
static bool is_green(char c) {
    return c >= 'A' && c <= 'K' && c != 'I';
}

static bool is_serial(const char *s, size_t len) {
    size_t letters = 0;
    for (size_t i = 0; i < len; i++) {
        if (!is_digit(s[i]) && !is_letter(s[i]))
            return false;
        letters += is_letter(s[i]);
    }
    return letters <= LETTERS_MAX;
}

static bool is_green_serial(const char s[static GREEN_LEN]) {
    bool is_small = is_green(s[0]) && (is_digit(s[1]) || is_letter(s[1])) &&
        an_digits_are(s + 2, GREEN_LEN - 2);
    return is_small || (an_digits_are(s, GREEN_LEN - 1) && is_green(s[GREEN_LEN - 1]));
}

static bool is_filler(const char *serial) {
    return !memcmp(serial, "12345", SERIAL_LEN) || !memcmp(serial, "00000", SERIAL_LEN);
}

// The parts of a plate, capitals, no separator.
struct plate {
    size_t len;                         // letters and digits
    char serial[GREEN_LEN + 2];
    struct an_str ending;               // a Han character, or empty
};

// Reads the letters and digits after the province, one separator (· • - or a space) after the first, and a
// last character.
static bool read_plate(struct an_str text, struct plate *ret) {
    *ret = (struct plate) {0};
    bool is_parted = false;
    while (text.len) {
        size_t len;
        uint32_t c = an_utf8_get(text, &len);
        if (c >= 'a' && c <= 'z')
            c -= 'a' - 'A';
        if (c < 0x80 && (is_digit((char) c) || (c >= 'A' && c <= 'Z'))) {
            if (ret->len == sizeof ret->serial)
                return false;
            ret->serial[ret->len++] = (char) c;
        } else if (len == HAN_LEN && text.len == HAN_LEN && ret->len > 1) {
            ret->ending = text;
        } else if (ret->len == 1 && !is_parted && (c == ' ' || c == '-' || c == 0xb7 || c == 0x2022)) {
            is_parted = true;
        } else {
            return false;
        }
        text = an_str_slice(text, len, text.len);
    }
    return true;
}

static enum an_grade write_key(struct an_str province, const struct plate *plate, struct an_str ending,
                               struct an_ident_key *ret_key) {
    char *out = ret_key->text;
    memcpy(out, province.ptr, province.len);
    memcpy(out + province.len, plate->serial, plate->len);
    if (ending.len)
        memcpy(out + province.len + plate->len, ending.ptr, ending.len);
    ret_key->len = province.len + plate->len + ending.len;
    return AN_GRADE_CEILING;
}

static enum an_grade check(struct an_str text, const struct an_context *context,
                           struct an_ident_key *ret_key) {
    struct an_str province = an_str_slice(text, 0, HAN_LEN), none = {0};
    struct plate plate;
    if (begins_with(text, provinces))
        text = an_str_slice(text, HAN_LEN, text.len);
    else
        province = none;
    if (!read_plate(text, &plate))
        return AN_GRADE_NONE;
    struct an_str ending = plate.ending;
    const char *serial = plate.serial + 1;      // after the letter of the office

    if (ending.len && an_digits_are(plate.serial, plate.len)) {
        bool is_consulate = province.len && plate.len == SERIAL_LEN && begins_with(ending, "领");
        bool is_embassy = !province.len && plate.len == GREEN_LEN && begins_with(ending, "使");
        return is_consulate || is_embassy ? write_key(province, &plate, ending, ret_key) : AN_GRADE_NONE;
    }
    if (!province.len || !plate.len || !is_letter(plate.serial[0]))
        return AN_GRADE_NONE;
    if (plate.len == SERIAL_LEN) {              // one place is the ending's, which the scanner leaves outside
        if (!ending.len && begins_with(context->after, endings))
            ending = an_str_slice(context->after, 0, HAN_LEN);
        if (!begins_with(ending, endings) || !is_serial(serial, SERIAL_LEN - 1))
            return AN_GRADE_NONE;
        return write_key(province, &plate, ending, ret_key);
    }
    bool is_plate = !ending.len && ((plate.len == SERIAL_LEN + 1 && is_serial(serial, SERIAL_LEN)) ||
                                    (plate.len == GREEN_LEN + 1 && is_green_serial(serial)));
    if (!is_plate)
        return AN_GRADE_NONE;
    enum an_grade grade = write_key(province, &plate, none, ret_key);
    return is_filler(serial) ? AN_GRADE_BLOCKED : grade;
}

static const char *const headers[] = {
    "车牌", "车牌号", "车牌号码", "车辆号牌", "号牌", "号牌号码", "机动车号牌", "车辆牌照", "车牌照", "車牌",
    "車牌號", "車牌號碼", "cp", "cph", "cphm", "hphm", "chepai", "chepaihao", "chepaihaoma", "plateno",
    "platenum", "platenumber", "licenseplate", "licenseplateno", "licenceplate", "carno", "carnumber",
    "carplate", "vehicleno", "vehicleplate", "plate", NULL,
};

static const struct an_ident_example examples[] = {
    {AN_STR_INIT("京A00599"), AN_GRADE_CEILING, false, "京A00599", "five digits"},
    {AN_STR_INIT("粤b·8k30q"), AN_GRADE_CEILING, true, "粤B8K30Q", "two letters, a dot, lower case"},
    {AN_STR_INIT("粤BF12345"), AN_GRADE_CEILING, false, "粤BF12345", "small vehicle of new energy"},
    {AN_STR_INIT("京A19203D"), AN_GRADE_CEILING, false, "京A19203D", "large vehicle of new energy"},
    {AN_STR_INIT("京L1234学"), AN_GRADE_CEILING, true, "京L1234学", "learner"},
    {AN_STR_INIT("闽20401领"), AN_GRADE_CEILING, true, "闽20401领", "consulate"},
    {AN_STR_INIT("京A12345"), AN_GRADE_BLOCKED, false, "京A12345", "everybody's example"},
    {AN_STR_INIT("京AI0599"), AN_GRADE_NONE, true, NULL, "I is not used"},
    {AN_STR_INIT("京A0059"), AN_GRADE_NONE, true, NULL, "a digit too few"},
    {AN_STR_INIT("京AXYZ59"), AN_GRADE_NONE, true, NULL, "three letters"},
    {AN_STR_INIT("中A00599"), AN_GRADE_NONE, true, NULL, "no province"},
    {AN_STR_INIT("京A19203L"), AN_GRADE_NONE, true, NULL, "six places, and no letter of new energy"},
};

const struct an_ident an_ident_cn_plate = {
    .code = 11,
    .name = "cn-plate",
    .title = {"Vehicle number plate (China)", "机动车号牌号码"},
    .source = "GA 36-2018",
    .shape = AN_SHAPE_PLATE,
    .rank = 55,
    .use = AN_USE_TRACE,
    .m = AN_MANY,
    .c = AN_MANY,
    .headers = headers,
    .check = check,
    .examples = examples,
    .example_count = AN_COUNT(examples),
};
