// Forms: tables in which a label stands before its value.
#include "source/form.h"

#include <string.h>

enum { LABEL_MAX = 48 };            // bytes of a label without its blanks

// Words with which labels about persons end, or which they are, in lower case and without blanks.
static const struct an_str words[] = {
    AN_STR_INIT("姓名"), AN_STR_INIT("名字"), AN_STR_INIT("性别"), AN_STR_INIT("民族"), AN_STR_INIT("年龄"), AN_STR_INIT("籍贯"),
    AN_STR_INIT("国籍"), AN_STR_INIT("出生日期"), AN_STR_INIT("出生年月"), AN_STR_INIT("出生年月日"), AN_STR_INIT("生日"),
    AN_STR_INIT("身份证"), AN_STR_INIT("身份证号"), AN_STR_INIT("身份证号码"), AN_STR_INIT("证件号"), AN_STR_INIT("证件号码"),
    AN_STR_INIT("证件类型"), AN_STR_INIT("护照号"), AN_STR_INIT("护照号码"), AN_STR_INIT("电话"), AN_STR_INIT("手机"),
    AN_STR_INIT("手机号"), AN_STR_INIT("手机号码"), AN_STR_INIT("电话号码"), AN_STR_INIT("联系方式"), AN_STR_INIT("联系人"),
    AN_STR_INIT("邮箱"), AN_STR_INIT("电子邮件"), AN_STR_INIT("地址"), AN_STR_INIT("住址"), AN_STR_INIT("住所"),
    AN_STR_INIT("邮编"), AN_STR_INIT("邮政编码"), AN_STR_INIT("户口"), AN_STR_INIT("户籍"), AN_STR_INIT("户口所在地"),
    AN_STR_INIT("婚姻状况"), AN_STR_INIT("婚否"), AN_STR_INIT("政治面貌"), AN_STR_INIT("学历"), AN_STR_INIT("学位"),
    AN_STR_INIT("专业"), AN_STR_INIT("毕业院校"), AN_STR_INIT("毕业学校"), AN_STR_INIT("职业"), AN_STR_INIT("职务"),
    AN_STR_INIT("职称"), AN_STR_INIT("岗位"), AN_STR_INIT("部门"), AN_STR_INIT("工号"), AN_STR_INIT("学号"), AN_STR_INIT("单位"),
    AN_STR_INIT("工作单位"), AN_STR_INIT("银行卡号"), AN_STR_INIT("银行账号"), AN_STR_INIT("银行帐号"), AN_STR_INIT("开户行"),
    AN_STR_INIT("账号"), AN_STR_INIT("卡号"), AN_STR_INIT("关系"), AN_STR_INIT("称谓"), AN_STR_INIT("微信"),
        AN_STR_INIT("微信号"),
    AN_STR_INIT("qq"), AN_STR_INIT("qq号"), AN_STR_INIT("身高"), AN_STR_INIT("体重"), AN_STR_INIT("血型"),
        AN_STR_INIT("健康状况"),
    AN_STR_INIT("参加工作时间"), AN_STR_INIT("入职日期"), AN_STR_INIT("签名"), AN_STR_INIT("车牌号"),
    AN_STR_INIT("name"), AN_STR_INIT("fullname"), AN_STR_INIT("firstname"), AN_STR_INIT("lastname"), AN_STR_INIT("surname"),
    AN_STR_INIT("sex"), AN_STR_INIT("gender"), AN_STR_INIT("nationality"), AN_STR_INIT("dateofbirth"), AN_STR_INIT("birthdate"),
    AN_STR_INIT("birthday"), AN_STR_INIT("dob"), AN_STR_INIT("age"), AN_STR_INIT("idnumber"), AN_STR_INIT("idno"),
    AN_STR_INIT("idcard"), AN_STR_INIT("passport"), AN_STR_INIT("passportno"), AN_STR_INIT("passportnumber"), AN_STR_INIT("ssn"),
    AN_STR_INIT("phone"), AN_STR_INIT("phonenumber"), AN_STR_INIT("telephone"), AN_STR_INIT("tel"), AN_STR_INIT("mobile"),
    AN_STR_INIT("cell"), AN_STR_INIT("email"), AN_STR_INIT("e-mail"), AN_STR_INIT("emailaddress"), AN_STR_INIT("address"),
    AN_STR_INIT("city"), AN_STR_INIT("postcode"), AN_STR_INIT("zip"), AN_STR_INIT("zipcode"), AN_STR_INIT("country"),
    AN_STR_INIT("occupation"), AN_STR_INIT("employer"), AN_STR_INIT("department"), AN_STR_INIT("position"),
    AN_STR_INIT("maritalstatus"), AN_STR_INIT("iban"), AN_STR_INIT("accountnumber"), AN_STR_INIT("cardnumber"),
    AN_STR_INIT("signature"), AN_STR_INIT("relationship"),
};

static bool begins(struct an_str s, const char *with) { return s.len >= strlen(with) && memcmp(s.ptr, with, strlen(with)) == 0; }

size_t an_form_label(struct an_str label, char *out) {
    static const char *const spaces[] = {" ", "\t", "\n", "\r", "\u00A0", "\u3000", "*"};
    static const char *const brackets[] = {"(", "（", "["};
    size_t n = 0;
    while (label.len) {
        size_t blank = 0;
        for (size_t i = 0; i < AN_COUNT(spaces) && !blank; i++)
            blank = begins(label, spaces[i]) ? strlen(spaces[i]) : 0;
        bool bracket = false;
        for (size_t i = 0; i < AN_COUNT(brackets) && n; i++)
            bracket |= begins(label, brackets[i]);
        if (bracket)
            break;
        if (!blank)
            out[n++] = label.ptr[0];
        label = an_str_slice(label, blank ? blank : 1, label.len);
    }
    if (n && out[n - 1] == ':')
        n--;
    return n >= 3 && memcmp(out + n - 3, "：", 3) == 0 ? n - 3 : n;
}

static bool is_label(struct an_str cell) {
    enum { RAW_MAX = 160 };
    char text[RAW_MAX];
    if (!cell.len || cell.len > RAW_MAX)
        return false;
    size_t n = an_form_label(cell, text);
    for (size_t i = 0; i < n; i++)
        text[i] = text[i] >= 'A' && text[i] <= 'Z' ? (char) (text[i] | 0x20) : text[i];
    if (n > LABEL_MAX)
        return false;
    for (size_t i = 0; i < AN_COUNT(words); i++) {
        struct an_str word = words[i];
        bool latin = (unsigned char) word.ptr[0] < 0x80;
        // a longer Chinese label ends in what it is about: 紧急联系人电话
        if (word.len == n ? memcmp(text, word.ptr, n) == 0
                          : !latin && n > word.len && memcmp(text + n - word.len, word.ptr, word.len) == 0)
            return true;
    }
    return false;
}

// Whether cell i of a row has another right behind it: between two that hold something an empty one may stand.
static bool has_neighbour(const struct an_form_row *row, size_t i) {
    return i + 1 < row->count && row->cells[i + 1].column <= row->cells[i].after;
}

// Labels of a row with a value behind them, and those with another label right behind them.
static void count_pairs(const struct an_form_row *row, size_t *ret_pairs, size_t *ret_runs) {
    for (size_t i = 0; i < row->count; i++) {
        if (!is_label(row->cells[i].text))
            continue;
        bool last = i + 1 == row->count, label_next = !last && is_label(row->cells[i + 1].text);
        *ret_runs += label_next && has_neighbour(row, i);
        *ret_pairs += !last && !label_next;
    }
}

bool an_form_is(const struct an_form_row *rows, size_t count) {
    size_t pairs = 0, first_pairs = 0, first_runs = 0;
    for (size_t i = 0; i < count; i++) {
        size_t row_pairs = 0, row_runs = 0;
        count_pairs(&rows[i], &row_pairs, &row_runs);
        if (!first_pairs && !first_runs) {
            first_pairs = row_pairs;
            first_runs = row_runs;
        }
        pairs += row_pairs;
    }
    // Where labels follow each other first it is a table with its headings on top; values of its rows may look like labels.
    return pairs >= 2 && first_pairs > first_runs;
}

static bool is_heading_row(const struct an_form_row *row) {
    size_t pairs = 0, runs = 0, labels = 0;
    count_pairs(row, &pairs, &runs);
    for (size_t i = 0; i < row->count; i++)
        labels += is_label(row->cells[i].text);
    return labels >= 2 && runs >= pairs && runs * 2 >= labels;
}

// The heading above a cell: the one in its column, or AN_FORM_TEXT.
static struct an_form_role below(const struct an_form_row *rows, size_t heading, uint32_t column) {
    for (size_t i = 0; i < rows[heading].count; i++)
        if (rows[heading].cells[i].column == column)
            return (struct an_form_role) {AN_FORM_CELL, (uint32_t) heading, (uint32_t) i, 0};
    return (struct an_form_role) {0};
}

void an_form_read(const struct an_form_row *rows, size_t count, struct an_form_role *roles) {
    size_t heading = SIZE_MAX;
    for (size_t r = 0; r < count; r++) {
        size_t pairs = 0, runs = 0;
        count_pairs(&rows[r], &pairs, &runs);
        bool heads = is_heading_row(&rows[r]);
        heading = heads ? r : pairs ? SIZE_MAX : heading;
        uint32_t label = UINT32_MAX, nth = 0;
        for (size_t i = 0; i < rows[r].count; i++, roles++) {
            *roles = (struct an_form_role) {.row = (uint32_t) r};
            if (heads) {
                roles->part = AN_FORM_HEADING;
            } else if (heading != SIZE_MAX) {
                *roles = below(rows, heading, rows[r].cells[i].column);
            } else if (is_label(rows[r].cells[i].text)) {
                roles->part = AN_FORM_LABEL;
                label = (uint32_t) i;
                nth = 0;
            } else if (label != UINT32_MAX) {
                *roles = (struct an_form_role) {AN_FORM_VALUE, (uint32_t) r, label, nth++};
            }
        }
    }
}
