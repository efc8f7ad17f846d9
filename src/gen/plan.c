#include "gen/plan.h"

#include <string.h>

static const struct an_gen_column user_columns[] = {
    {AN_GEN_C_NUMBER, "user_id", "用户编号", "userId", AN_GEN_NUMBER},
    {AN_GEN_C_NAME, "name", "姓名", "profile.realName", AN_GEN_WORD},
    {AN_GEN_C_ID, "id_card", "身份证号", "profile.idCard", AN_GEN_WORD},
    {AN_GEN_C_MOBILE, "mobile", "手机号", "contact.mobile", AN_GEN_WORD},
    {AN_GEN_C_EMAIL, "email", "电子邮箱", "contact.email", AN_GEN_WORD},
    {AN_GEN_C_CARD, "bank_card", "银行卡号", "bankCard", AN_GEN_WORD},
    {AN_GEN_C_ADDRESS, "address", "地址", "address", AN_GEN_WORD},
    {AN_GEN_C_TIME, "created_at", "注册时间", "createdAt", AN_GEN_WORD},
};
static const struct an_gen_column object_columns[] = {
    {AN_GEN_C_NUMBER, "uid", "用户编号", "uid", AN_GEN_NUMBER},
    {AN_GEN_C_NAME, "name", "姓名", "name", AN_GEN_WORD},
    {AN_GEN_C_ID, "id_card", "身份证号", "idCard", AN_GEN_WORD},
    {AN_GEN_C_MOBILE, "mobile", "手机号", "mobile", AN_GEN_WORD},
    {AN_GEN_C_EMAIL, "email", "电子邮箱", "email", AN_GEN_WORD},
    {AN_GEN_C_CARD, "bank_card", "银行卡号", "bankCard", AN_GEN_WORD},
    {AN_GEN_C_CITY, "city", "城市", "city", AN_GEN_WORD},
    {AN_GEN_C_TIME, "created_at", "注册时间", "createdAt", AN_GEN_WORD},
};
static const struct an_gen_column customer_columns[] = {
    {AN_GEN_C_NUMBER, "customer_no", "客户编号", "customerNo", AN_GEN_NUMBER},
    {AN_GEN_C_NAME, "name", "姓名", "name", AN_GEN_WORD},
    {AN_GEN_C_SEX, "gender", "性别", "gender", AN_GEN_WORD},
    {AN_GEN_C_ID, "id_number", "证件号码", "idNumber", AN_GEN_WORD},
    {AN_GEN_C_MOBILE, "mobile", "手机号码", "mobile", AN_GEN_WORD},
    {AN_GEN_C_EMAIL, "email", "电子邮箱", "email", AN_GEN_WORD},
    {AN_GEN_C_ADDRESS, "address", "家庭住址", "address", AN_GEN_WORD},
    {AN_GEN_C_REMARK, "remark", "备注", "remark", AN_GEN_TEXT},
};
static const struct an_gen_column order_columns[] = {
    {AN_GEN_C_NUMBER, "id", "主键", "id", AN_GEN_NUMBER},
    {AN_GEN_C_ORDER, "order_no", "订单号", "orderNo", AN_GEN_WORD},
    {AN_GEN_C_NAME, "buyer_name", "买家姓名", "buyer.name", AN_GEN_WORD},
    {AN_GEN_C_ID, "buyer_id_card", "买家身份证号", "buyer.idCard", AN_GEN_WORD},
    {AN_GEN_C_MOBILE, "buyer_mobile", "买家手机", "buyer.mobile", AN_GEN_WORD},
    {AN_GEN_C_OTHER_NAME, "receiver_name", "收件人姓名", "receiver.name", AN_GEN_WORD},
    {AN_GEN_C_OTHER_MOBILE, "receiver_mobile", "收件人手机", "receiver.mobile", AN_GEN_WORD},
    {AN_GEN_C_ADDRESS, "receiver_address", "收件地址", "receiver.address", AN_GEN_WORD},
    {AN_GEN_C_AMOUNT, "amount", "金额", "amount", AN_GEN_NUMBER},
    {AN_GEN_C_TIME, "created_at", "下单时间", "createdAt", AN_GEN_WORD},
};
static const struct an_gen_column ticket_columns[] = {
    {AN_GEN_C_NUMBER, "ticket_id", "工单编号", "ticketId", AN_GEN_NUMBER},
    {AN_GEN_C_NAME, "customer_name", "客户姓名", "customerName", AN_GEN_WORD},
    {AN_GEN_C_MOBILE, "customer_mobile", "客户手机", "customerMobile", AN_GEN_WORD},
    {AN_GEN_C_EMAIL, "customer_email", "客户邮箱", "customerEmail", AN_GEN_WORD},
    {AN_GEN_C_REMARK, "content", "内容", "content", AN_GEN_TEXT},
    {AN_GEN_C_TIME, "created_at", "创建时间", "createdAt", AN_GEN_WORD},
};
static const struct an_gen_column staff_columns[] = {
    {AN_GEN_C_NUMBER, "staff_no", "工号", "staffNo", AN_GEN_NUMBER},
    {AN_GEN_C_NAME, "name", "姓名", "name", AN_GEN_WORD},
    {AN_GEN_C_SEX, "gender", "性别", "gender", AN_GEN_WORD},
    {AN_GEN_C_ID, "id_card", "身份证号", "idCard", AN_GEN_WORD},
    {AN_GEN_C_MOBILE, "mobile", "手机", "mobile", AN_GEN_WORD},
    {AN_GEN_C_CARD, "bank_card", "银行卡号", "bankCard", AN_GEN_WORD},
    {AN_GEN_C_TIME, "hired_at", "入职日期", "hiredAt", AN_GEN_WORD},
};
static const struct an_gen_column mailing_columns[] = {
    {AN_GEN_C_NAME, "name", "姓名", "name", AN_GEN_WORD},
    {AN_GEN_C_EMAIL, "email", "电子邮箱", "email", AN_GEN_WORD},
    {AN_GEN_C_CITY, "city", "城市", "city", AN_GEN_WORD},
    {AN_GEN_C_TIME, "subscribed_at", "订阅时间", "subscribedAt", AN_GEN_WORD},
};

#define LAYOUT(name, columns) {name, columns, (unsigned) AN_COUNT(columns)}
static const struct an_gen_layout
    users = LAYOUT("t_user", user_columns), objects = LAYOUT("t_user", object_columns),
    customers = LAYOUT("t_customer", customer_columns), orders = LAYOUT("t_order", order_columns),
    tickets = LAYOUT("ticket", ticket_columns), staff = LAYOUT("t_staff", staff_columns),
    mailing = LAYOUT("t_mailing", mailing_columns);

enum { CSV, TSV, JSONL, SQL, COPY, GB18030, UTF16, SQLITE, CSV_GZ, CSV_ZIP, LOG };
static const struct an_gen_format formats[] = {
    [CSV] = {"csv", AN_GEN_CSV, AN_GEN_UTF8, AN_GEN_PLAIN, "csv"},
    [TSV] = {"tsv", AN_GEN_TSV, AN_GEN_UTF8, AN_GEN_PLAIN, "tsv"},
    [JSONL] = {"jsonl", AN_GEN_JSONL, AN_GEN_UTF8, AN_GEN_PLAIN, "jsonl"},
    [SQL] = {"sql", AN_GEN_SQL, AN_GEN_UTF8, AN_GEN_PLAIN, "sql"},
    [COPY] = {"copy", AN_GEN_COPY, AN_GEN_UTF8, AN_GEN_PLAIN, "sql"},
    [GB18030] = {"gb18030", AN_GEN_CSV, AN_GEN_GB18030, AN_GEN_PLAIN, "csv"},
    [UTF16] = {"utf16", AN_GEN_TSV, AN_GEN_UTF16LE, AN_GEN_PLAIN, "tsv"},
    [SQLITE] = {"sqlite", AN_GEN_SQLITE, AN_GEN_UTF8, AN_GEN_PLAIN, "sqlite"},
    [CSV_GZ] = {"csv.gz", AN_GEN_CSV, AN_GEN_UTF8, AN_GEN_GZIP, "csv"},
    [CSV_ZIP] = {"csv.zip", AN_GEN_CSV, AN_GEN_UTF8, AN_GEN_ZIP, "csv"},
    [LOG] = {"log", AN_GEN_LOG, AN_GEN_UTF8, AN_GEN_PLAIN, "log"},
};
const char *const an_gen_formats[] = {"csv", "tsv", "jsonl", "sql", "copy", "gb18030", "utf16", "sqlite",
                                      "csv.gz", "csv.zip", "log", NULL};

const struct an_gen_store an_gen_company[AN_GEN_COMPANY_STORES] = {
    {.file = "users.csv", .format = &formats[CSV], .layout = &users, .from = 0, .to = 800,
     .habits = {.id = 1000000, .mobile = 970000, .email = 600000, .card = 150000}},
    {.file = "orders.sql", .format = &formats[SQL], .layout = &orders, .from = 0, .to = 850,
     .manner = AN_GEN_CHANCE, .per_thousand = 350, .two = true, .habits = {.id = 60000, .mobile = 980000}},
    {.file = "members.jsonl", .format = &formats[JSONL], .layout = &users, .from = 850, .to = 970,
     .escapes = true, .habits = {.id = 650000, .mobile = 950000, .email = 700000, .card = 50000}},
    {.file = "app.log", .format = &formats[LOG], .from = 0, .to = 800,
     .manner = AN_GEN_CHANCE_LINES, .per_thousand = 200, .lines_masked = 20000,
     .habits = {.id = 100000, .mobile = 950000, .email = 200000, .card = 30000}},
    {.file = "crm_gb18030.csv", .format = &formats[GB18030], .layout = &customers, .from = 600, .to = 900,
     .chinese = true, .habits = {.id = 950000, .mobile = 900000, .email = 300000}},
    {.file = "mailing.csv.gz", .member = "mailing.csv", .format = &formats[CSV_GZ], .layout = &mailing,
     .from = 300, .to = 380, .habits = {.email = 1000000}},
    {.file = "support.db", .format = &formats[SQLITE], .layout = &tickets, .from = 950, .to = 990,
     .talks = true, .habits = {.id = 200000, .mobile = 950000, .email = 300000}},
    {.file = "legacy.zip", .member = "customers_2012.csv", .format = &formats[CSV_ZIP], .layout = &customers,
     .from = 880, .to = 930, .chinese = true, .legacy15 = 700000,
     .habits = {.id = 1000000, .mobile = 700000, .email = 100000}},
    {.file = "hr_utf16.txt", .format = &formats[UTF16], .layout = &staff, .from = 985, .to = 1000,
     .chinese = true, .habits = {.id = 1000000, .mobile = 950000, .card = 900000}},
};

const struct an_gen_store an_gen_one_dense = {
    .format = &formats[CSV], .layout = &users, .to = 1000,
    .habits = {.id = 1000000, .mobile = 970000, .email = 800000, .card = 300000},
};
const struct an_gen_store an_gen_one_users = {
    .format = &formats[JSONL], .layout = &objects, .to = 1000,
    .habits = {.id = 1000000, .mobile = 970000, .email = 800000, .card = 300000},
};
const struct an_gen_store an_gen_one_sparse = {
    .format = &formats[LOG], .manner = AN_GEN_LINES, .to = 1000,
    .habits = {.id = 1000000, .mobile = 970000, .email = 800000, .card = 300000}, .lines_masked = 2000,
};

struct an_gen_shares an_gen_default_shares(enum an_gen_shape shape) {
    static const struct an_gen_shares
        of_company = {.repeats = 50000, .no_id = 100000, .names_only = 2000, .placeholders = 10000,
                      .typos = 2000, .damaged = 2000, .masked = 5000, .legacy15 = 10000, .shared = 20000,
                      .recycled = 10000},
        of_sparse = {.repeats = 10000, .no_id = 200000, .shared = 10000},
        of_tables = {.repeats = 280000, .no_id = 200000, .placeholders = 1000, .typos = 1000, .shared = 10000,
                     .recycled = 5000};
    return shape == AN_GEN_COMPANY ? of_company : shape == AN_GEN_SPARSE ? of_sparse : of_tables;
}

const struct an_gen_format *an_gen_format_find(const char *name) {
    for (size_t i = 0; i < AN_COUNT(formats); i++)
        if (strcmp(formats[i].name, name) == 0)
            return &formats[i];
    return NULL;
}
