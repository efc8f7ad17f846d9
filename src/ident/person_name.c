// Names of people. They say that somebody is described, and identify nobody.
#include "ident/person_name.h"

#include "base/utf8.h"
#include "ident/canon.h"
#include "ident/keys.h"
#include "ident/kinds.h"
#include "ident/list.h"
#include "match/lanes.h"

enum { CHARS_MAX = 40, HAN_MIN = 2, HAN_MAX = 4, DOTTED_MAX = 15, LATIN_WORDS = 6 };

// The first character of a surname above, the second (or 0) in the 16 bits below. Sorted.
static const uint32_t surnames[] = {
#include "ident/surname_table.h"
};

// A cell's characters: ASCII letters in lower case, the various middle dots as one, outer and Han characters'
// blanks left out.
struct chars { uint32_t of[CHARS_MAX]; size_t count; };

enum { DOT = 0xB7 };

static bool is_han(uint32_t c) {
    return (c >= 0x3400 && c <= 0x9FFF) || c == 0x3007 || (c >= 0x20000 && c <= 0x323AF);
}

static bool is_dot(uint32_t c) {
    return c == DOT || c == 0x2022 || c == 0x2027 || c == 0x2219 || c == 0x30FB || c == 0xFF0E;
}

static bool is_latin(uint32_t c) {
    if (c >= 0xC0 && c <= 0x24F)
        return c != 0xD7 && c != 0xF7;
    // Greek and Cyrillic are written alike
    return (c >= 'a' && c <= 'z') || (c >= 0x1E00 && c <= 0x1EFF) || (c >= 0x370 && c <= 0x52F);
}

// Two to four characters of three bytes each: nearly every Chinese name.
static bool read_plain_han(struct an_str cell, struct chars *ret) {
    if (cell.len % 3 || cell.len < 3 * HAN_MIN || cell.len > 3 * HAN_MAX)
        return false;
    ret->count = cell.len / 3;
    for (size_t i = 0; i < ret->count; i++) {
        const unsigned char *p = (const unsigned char *) cell.ptr + 3 * i;
        ret->of[i] = (p[0] & 0x0Fu) << 12 | (p[1] & 0x3Fu) << 6 | (p[2] & 0x3Fu);
        if (p[0] < 0xE4 || p[0] > 0xE9 || (p[1] & 0xC0) != 0x80 || (p[2] & 0xC0) != 0x80)
            return false;
    }
    return true;
}

static bool read_chars(struct an_str cell, struct chars *ret) {
    if (read_plain_han(cell, ret))
        return true;
    ret->count = 0;
    while (cell.len) {
        size_t n;
        uint32_t c = an_utf8_get(cell, &n);
        cell = an_str_slice(cell, n, cell.len);
        if (c == 0xFFFD || ret->count == CHARS_MAX)
            return false;
        if (c < 0x80)
            c = (uint32_t) (unsigned char) an_canon_lower((char) c);
        if (c == 0x3000 || c == 0xA0)
            c = ' ';
        bool after_han = ret->count && is_han(ret->of[ret->count - 1]);
        if (c == ' ' && (ret->count == 0 || after_han || ret->of[ret->count - 1] == ' '))
            continue;
        ret->of[ret->count++] = is_dot(c) ? DOT : c;
    }
    if (ret->count && ret->of[ret->count - 1] == ' ')
        ret->count--;
    return ret->count > 0;
}

static bool is_surname(uint32_t key) {
    size_t low = 0, high = AN_COUNT(surnames);
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (surnames[middle] < key)
            low = middle + 1;
        else
            high = middle;
    }
    return low < AN_COUNT(surnames) && surnames[low] == key;
}

// How many characters of the beginning are a surname: 0, 1 or 2.
static size_t surname_len(const struct chars *c) {
    if (c->count < 2 || c->of[0] > 0xFFFF || c->of[1] > 0xFFFF)
        return c->count && c->of[0] <= 0xFFFF && is_surname(c->of[0] << 16);
    if (c->count > 2 && is_surname(c->of[0] << 16 | c->of[1]))
        return 2;
    return is_surname(c->of[0] << 16);
}

// Last characters of what is a place, and of what is an organisation.
static const uint32_t places[] = {U'区', U'县', U'市', U'省', U'旗', U'州', U'镇', U'乡', U'村', U'路', U'街'};
#define BODIES(X) X(U'司') X(U'店') X(U'部') X(U'厂') X(U'局') X(U'校') X(U'院')
#define BODY(c) c,
static const uint32_t bodies[] = {BODIES(BODY)};
// a bit for the lower six bits of each
#define BODY_LOW(c) | (uint64_t) 1 << ((c) & 63)
static const uint64_t bodies_low = 0 BODIES(BODY_LOW);

static bool ends_in(const struct chars *c, const uint32_t *set, size_t count) {
    for (size_t i = 0; i < count; i++)
        if (set[i] == c->of[c->count - 1])
            return true;
    return false;
}

static bool is_all_han(const struct chars *c) {
    for (size_t i = 0; i < c->count; i++)
        if (!is_han(c->of[i]))
            return false;
    return true;
}

static bool is_han_length(const struct chars *c) { return c->count >= HAN_MIN && c->count <= HAN_MAX; }

bool an_person_name_looks_han(struct an_str cell) {
    struct chars c;
    if (!read_chars(cell, &c) || !is_han_length(&c) || !is_all_han(&c) || !surname_len(&c))
        return false;
    return !ends_in(&c, places, AN_COUNT(places)) && !ends_in(&c, bodies, AN_COUNT(bodies));
}

// 张**, 李某, 王先生: somebody is described, and the name is kept back.
static bool is_half_hidden(const struct chars *c) {
    size_t n = surname_len(c);
    if (n == 0 || n == c->count || c->count - n > 3)
        return false;
    for (size_t i = n; i < c->count; i++)
        if (c->of[i] != '*' && c->of[i] != 0xD7 && !(is_han(c->of[i]) && i + 1 == c->count))
            return false;
    return true;
}

// 阿卜杜拉·买买提: Han characters in two or more parts.
static bool is_dotted_han(const struct chars *c) {
    bool dot = false;
    for (size_t i = 0; i < c->count; i++) {
        bool inner = i > 0 && i + 1 < c->count && is_han(c->of[i - 1]) && is_han(c->of[i + 1]);
        if (!is_han(c->of[i]) && !(c->of[i] == DOT && inner))
            return false;
        dot |= c->of[i] == DOT;
    }
    return dot && c->count <= DOTTED_MAX;
}

// One to six words of letters, with full stops, apostrophes and hyphens in them.
static bool is_latin_words(const struct chars *c) {
    size_t words = 1, letters = 0;
    for (size_t i = 0; i < c->count; i++) {
        uint32_t x = c->of[i];
        if (is_latin(x))
            letters++;
        else if (x == ' ')
            words++;
        else if ((x != '.' && x != '\'' && x != 0x2019 && x != '-' && x != ',') || i == 0)
            return false;
    }
    return letters >= 2 && words <= LATIN_WORDS;
}

static void put(const struct chars *c, struct an_ident_key *ret_key) {
    ret_key->len = 0;
    for (size_t i = 0; i < c->count; i++)
        ret_key->len += an_utf8_put(c->of[i], ret_key->text + ret_key->len);
}

static bool begins(struct an_str text, const char *with) {
    size_t n = strlen(with);
    return text.len >= n && memcmp(text.ptr, with, n) == 0;
}

// What is written where there is no name.
#define NOBODY(X) \
    X("无") X("无名") X("无名氏") X("没有") X("空") X("未知") X("未填") X("未填写") X("不详") X("不明") \
    X("匿名") X("匿名用户") X("待定") X("保密") X("暂无") X("其他") X("其它") X("未命名") X("n/a") X("na") \
    X("null") X("none") X("nil") X("undefined") X("unknown") X("anonymous") X("name") X("姓名")
AN_LIST(nobody, NOBODY)

// Names that manuals and testers use.
#define SAMPLES(X) \
    X("张三") X("李四") X("王五") X("赵六") X("张三三") X("李四四") X("王小明") X("某某") X("某某某") \
    X("张某某") X("李某某") X("王某某") X("某人") X("管理员") X("demo") X("admin") X("administrator") X("user") \
    X("root") X("guest") X("foo") X("bar") X("foobar") X("sample") X("example") X("zhangsan") X("zhang san") \
    X("lisi") X("li si") X("wangwu") X("wang wu") X("john doe") X("jane doe") X("xxx") X("xx") X("aaa") \
    X("abc") X("asdf")
AN_LIST(samples, SAMPLES)

// A name of Han characters without a known surname is believed too: the column says what it is, and a person
// who is not seen would lower the ceiling.
static enum an_grade check(struct an_str text, const struct an_context *context,
                           struct an_ident_key *ret_key) {
    struct chars c;
    if (!context->cell || !an_context_names(context, &an_ident_person_name))
        return AN_GRADE_NONE;
    if (read_plain_han(text, &c))
        an_canon_put(ret_key, text.ptr, text.len);
    else if (read_chars(text, &c))
        put(&c, ret_key);
    else
        return AN_GRADE_NONE;
    struct an_str name = {ret_key->text, ret_key->len};
    if (an_list_has(&nobody, name))
        return AN_GRADE_NONE;
    if (an_list_has(&samples, name) || begins(name, "测试") || begins(name, "test"))
        return AN_GRADE_BLOCKED;
    bool han = is_han_length(&c) && is_all_han(&c) && !ends_in(&c, bodies, AN_COUNT(bodies));
    bool name_like = han || is_dotted_han(&c) || is_latin_words(&c) || is_half_hidden(&c);
    return name_like ? AN_GRADE_CEILING : AN_GRADE_NONE;
}

#if AN_LANES

// A name of two to four Han characters, as `check` calls them one, and nothing odd about it.
AN_AVX2 static inline bool is_plain(struct an_str s) {
    // the first byte of a character is one of E4..E9, the others are of 80..BF
    const __m128i first = _mm_setr_epi8((char) 0xE4, (char) 0x80, (char) 0x80, (char) 0xE4, (char) 0x80, (char) 0x80, (char) 0xE4,
                                        (char) 0x80, (char) 0x80, (char) 0xE4, (char) 0x80, (char) 0x80, 0, 0, 0, 0);
    const __m128i most = _mm_setr_epi8(5, 63, 63, 5, 63, 63, 5, 63, 63, 5, 63, 63, 0, 0, 0, 0);
    enum { LENS = 1 << 6 | 1 << 9 | 1 << 12, LENS_MASK = 15 };
    __m128i v = _mm_sub_epi8(an_lane_load(s.ptr), first);
    unsigned han = (unsigned) _mm_movemask_epi8(_mm_cmpeq_epi8(_mm_min_epu8(v, most), v));
    if (s.len > LENS_MASK || !(LENS >> s.len & 1) || !an_lane_has(han, (1u << s.len) - 1))
        return false;
    const unsigned char *end = (const unsigned char *) s.ptr + s.len - 3;
    uint32_t last = (end[0] & 0x0Fu) << 12 | (end[1] & 0x3Fu) << 6 | (end[2] & 0x3Fu);
    unsigned mark = an_list_mark(s);
    // what may be no name, or nobody's; nearly all others end here
    uint64_t seldom = an_list_may_have(nobody.marks, mark) | an_list_may_have(samples.marks, mark) |
                      (bodies_low >> (last & 63) & 1);
    if (!seldom && memcmp(s.ptr, "测试", 4) != 0)
        return true;
    bool of_body = false;
    for (size_t i = 0; i < AN_COUNT(bodies); i++)
        of_body |= bodies[i] == last;
    return !of_body && !an_list_has(&nobody, s) && !an_list_has(&samples, s) && memcmp(s.ptr, "测试", 6) != 0;
}

AN_AVX2 static void many(const struct an_ident *kind, const struct an_cells *cells, const struct an_context *context,
                         struct an_keys *ret) {
    an_keys_begin(cells, ret);
    for (size_t w = 0; w < AN_CELLS_WORDS; w++)
        for (uint64_t rest = ret->filled.word[w]; rest; rest &= rest - 1) {
            size_t i = 64 * w + (size_t) __builtin_ctzll(rest);
            if (!is_plain(an_cells_at(cells, i)))
                an_keys_look(kind, cells, i, context, ret);
        }
}

#else
#define many NULL
#endif

static const char *const headers[] = {
    "姓名", "名字", "真实姓名", "真名", "客户姓名", "用户姓名", "会员姓名", "员工姓名", "职工姓名",
    "联系人姓名", "收货人姓名", "收件人姓名", "寄件人姓名", "持卡人", "持卡人姓名", "户主", "户主姓名",
    "户名", "开户名", "患者姓名", "病人姓名", "学生姓名", "家长姓名", "父亲姓名", "母亲姓名", "曾用名",
    "英文名", "中文名", "中文姓名", "英文姓名", "姓氏", "姓", "名", "全名", "本人姓名", "申请人", "当事人",
    "被告", "原告", "xm", "xingming", "khxm", "yhxm", "zsxm", "cym", "fullname", "realname", "truename",
    "firstname", "lastname", "middlename", "surname", "givenname", "familyname", "forename", "customername",
    "custname", "clientname", "membername", "patientname", "studentname", "employeename", "empname",
    "staffname", "personname", "contactname", "contactperson", "cardholdername", "holdername", "cardholder",
    "accountholder", "accountname", "legalname", "chinesename", "englishname", "cnname", "mothersmaiden",
    "maidenname", "mothersmaidenname", "namegiven", "namefamily", NULL,
};

static const struct an_ident_example examples[] = {
    {AN_STR_INIT("欧阳 娜娜"), AN_GRADE_CEILING, true, "欧阳娜娜", "a surname of two characters, a blank"},
    {AN_STR_INIT("阿卜杜拉•买买提"), AN_GRADE_CEILING, true, "阿卜杜拉·买买提",
     "parts with a dot between them"},
    {AN_STR_INIT("O'Hara, Mary-Ann"), AN_GRADE_CEILING, true, "o'hara, mary-ann", "words of letters"},
    {AN_STR_INIT("周**"), AN_GRADE_CEILING, true, "周**", "kept back, yet somebody"},
    {AN_STR_INIT("张三"), AN_GRADE_BLOCKED, true, NULL, "the manuals' sample"},
    {AN_STR_INIT("测试账号"), AN_GRADE_BLOCKED, true, NULL, "a test account"},
    {AN_STR_INIT("N/A"), AN_GRADE_NONE, true, NULL, "no name"},
    {AN_STR_INIT("匿名"), AN_GRADE_NONE, true, NULL, "no name"},
    {AN_STR_INIT("周杰伦"), AN_GRADE_NONE, false, NULL, "nothing names it"},
    {AN_STR_INIT("A1024"), AN_GRADE_NONE, true, NULL, "digits"},
};

const struct an_ident an_ident_person_name = {
    .code = 26,
    .name = "person-name",
    .title = {"Name", "姓名"},
    .source = "PIPL art. 4",
    .shape = AN_SHAPE_CELL,
    .rank = 90,
    .use = AN_USE_NAME,
    .m = AN_MANY,
    .c = AN_MANY,
    .headers = headers,
    .check = check,
    .many = many,
    .examples = examples,
    .example_count = AN_COUNT(examples),
};
