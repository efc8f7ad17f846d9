// Names of people in Chinese characters.
#include "ident/person_name.h"
#include "look/division.h"
#include "look/looks.h"

static unsigned see(const struct an_look_cell *cell) {
    if (!an_person_name_looks_han(cell->text) || an_look_division_len(cell->text) == cell->text.len)
        return 0;
    unsigned mixed = 0;                 // names fall into every class; the few words of a list of goods or states do not
    for (size_t i = 0; i < cell->text.len; i++)
        mixed = mixed * 31 + (unsigned char) cell->text.ptr[i];
    return (mixed ^ mixed >> 15) % AN_LOOK_CLASSES + 1;
}

// Names of things begin like those of people.
static const char *const not_below[] = {
    "productname", "goodsname", "itemname", "brand", "brandname", "deptname", "category", "status", "type", "city", "province",
    "商品", "商品名称", "产品", "产品名称", "品牌", "品名", "部门", "部门名称", "分类", "类别", "类型", "状态", "城市", "省份",
    "职务", "岗位", "职业", "颜色", "规格", "科目", "科室", "专业", "课程", "药品名称", NULL,
};

static const struct an_look_example examples[] = {
    {AN_STR_INIT("欧阳娜娜"), true},
    {AN_STR_INIT("王小明"), true},
    {AN_STR_INIT("南京"), false},
    {AN_STR_INIT("苹果"), false},
    {AN_STR_INIT("物流公司"), false},
};

const struct an_look an_look_chinese_name = {
    .code = 36,
    .name = "chinese-name",
    .title = {"a person's name in Chinese characters", "中文姓名"},
    .category = "name",
    .source = "GB/T 35273-2020 A",
    .made_of = AN_LOOK_HAN,
    .min = 6,
    .max = 12,
    .alone = 75,
    .classes = 13,
    .most = 30,
    .not_below = not_below,
    .see = see,
    .examples = examples,
    .example_count = AN_COUNT(examples),
};
