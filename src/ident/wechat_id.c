// WeChat accounts: the name people search for, the one given at registration, and the ones programs see.
#include "ident/canon.h"
#include "ident/kinds.h"

enum { MIN = 6, MAX = 20, INNER_MAX = 32, OPEN = 28 };

// Kept as written: whether two cases of a letter are one account depends on which of the three it is, and
// taking one for two never lowers the ceiling.
static enum an_grade check(struct an_str text, const struct an_context *context,
                           struct an_ident_key *ret_key) {
    if (!context->cell || !an_context_names(context, &an_ident_wechat_id))
        return AN_GRADE_NONE;
    if (text.len < MIN || text.len > INNER_MAX)
        return AN_GRADE_NONE;
    bool given = memcmp(text.ptr, "wxid_", 5) == 0;
    bool open = text.len == OPEN && text.ptr[0] == 'o';       // openid, unionid: 28 characters, o first
    if (!an_canon_is_letter(text.ptr[0]) || (text.len > MAX && !given && !open))
        return AN_GRADE_NONE;
    bool alike = true;
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        if (!an_canon_is_letter(c) && !an_canon_is_digit(c) && c != '_' && c != '-')
            return AN_GRADE_NONE;
        alike &= c == text.ptr[0];
    }
    an_canon_put(ret_key, text.ptr, text.len);
    static const char *const nobody[] = {"weixin", "wechat", "unknown", "test123", "testtest", "undefined"};
    for (size_t i = 0; i < AN_COUNT(nobody); i++)
        alike |= strlen(nobody[i]) == text.len && memcmp(nobody[i], text.ptr, text.len) == 0;
    return alike ? AN_GRADE_BLOCKED : AN_GRADE_CEILING;
}

static const char *const headers[] = {
    "微信", "微信号", "微信号码", "微信账号", "微信帐号", "微信id", "微信openid", "绑定微信", "wxh", "weixin",
    "weixinhao", "wechat", "wechatid", "wechatno", "wechataccount", "wxid", "openid", "wxopenid",
    "wechatopenid", "unionid", "wxunionid", "wx", NULL,
};

static const struct an_ident_example examples[] = {
    {AN_STR_INIT("kd_-666"), AN_GRADE_CEILING, true, "kd_-666", "a name somebody chose"},
    {AN_STR_INIT("wxid_a1b2c3d4e5f621"), AN_GRADE_CEILING, true, NULL, "given at registration"},
    {AN_STR_INIT("oX2dj4kLm9-Qw7_Zt3RbVc8NfHgY"), AN_GRADE_CEILING, true, NULL, "as a program sees it"},
    {AN_STR_INIT("aaaaaa"), AN_GRADE_BLOCKED, true, NULL, "fills the field"},
    {AN_STR_INIT("kd_-666"), AN_GRADE_NONE, false, NULL, "nothing names it"},
    {AN_STR_INIT("6kd_-66"), AN_GRADE_NONE, true, NULL, "begins with a digit"},
    {AN_STR_INIT("kd_66"), AN_GRADE_NONE, true, NULL, "five characters"},
    {AN_STR_INIT("kd_ 666"), AN_GRADE_NONE, true, NULL, "a blank inside"},
};

const struct an_ident an_ident_wechat_id = {
    .code = 20,
    .name = "wechat-id",
    .title = {"WeChat account", "微信号"},
    .source = "Tencent, Weixin account rules",
    .shape = AN_SHAPE_CELL,
    .rank = 70,
    .use = AN_USE_PERSON,
    .charge = 13,
    .linker = true,
    .m = AN_MANY,
    .c = AN_MANY,
    .headers = headers,
    .check = check,
    .examples = examples,
    .example_count = AN_COUNT(examples),
};
