// Addresses in the order of Chinese: divisions, the largest first, then street and number.
#define _GNU_SOURCE
#include <string.h>
#include "look/division.h"
#include "look/looks.h"

static bool has_any(struct an_str s, const struct an_str *words, size_t count) {
    for (size_t i = 0; i < count; i++)
        if (memmem(s.ptr, s.len, words[i].ptr, words[i].len))
            return true;
    return false;
}

static bool has_number(struct an_str s) {
    for (size_t i = 0; i < s.len; i++)
        if (an_look_is_digit(s.ptr[i]))
            return true;
    return false;
}

static unsigned see(const struct an_look_cell *cell) {
    static const struct an_str details[] = {
        AN_STR_INIT("路"), AN_STR_INIT("街"), AN_STR_INIT("巷"), AN_STR_INIT("弄"), AN_STR_INIT("大道"), AN_STR_INIT("号"),
        AN_STR_INIT("村"),
        AN_STR_INIT("栋"), AN_STR_INIT("幢"), AN_STR_INIT("室"), AN_STR_INIT("镇"), AN_STR_INIT("乡"), AN_STR_INIT("小区"),
        AN_STR_INIT("单元"),
    };
    static const struct an_str bodies[] = {AN_STR_INIT("公司"), AN_STR_INIT("集团"), AN_STR_INIT("委员会"),
                                           AN_STR_INIT("研究院")};
    struct an_str rest = cell->text;
    size_t divisions = 0, len;
    while ((len = an_look_division_len(rest)) != 0) {
        divisions++;
        rest = an_str_slice(rest, len, rest.len);
        while (rest.len && rest.ptr[0] == ' ')
            rest = an_str_slice(rest, 1, rest.len);
    }
    for (size_t i = 0; i < AN_COUNT(bodies) && !has_number(rest); i++)
        if (rest.len >= bodies[i].len && memcmp(rest.ptr + rest.len - bodies[i].len, bodies[i].ptr, bodies[i].len) == 0)
            return 0;                   // a company is named after its place
    if (has_any(rest, details, AN_COUNT(details)))
        return divisions ? 3 : has_number(rest) ? 2 : 0;
    return divisions >= 2 ? 1 : 0;
}

static const struct an_look_example examples[] = {
    {AN_STR_INIT("北京市朝阳区建国路88号"), true},
    {AN_STR_INIT("广东省深圳市南山区"), true},
    {AN_STR_INIT("人民路17号3栋"), true},
    {AN_STR_INIT("上海某某有限公司"), false},
    {AN_STR_INIT("深圳市"), false},
};

const struct an_look an_look_chinese_address = {
    .code = 53,
    .name = "chinese-address",
    .title = {"an address in Chinese", "中文地址"},
    .category = "address",
    .source = "GB/T 2260-2007; GB/T 35273-2020 A",
    .made_of = AN_LOOK_HAN,
    .min = 12,
    .max = 300,
    .alone = 60,
    .see = see,
    .examples = examples,
    .example_count = AN_COUNT(examples),
};
