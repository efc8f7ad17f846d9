// Models for the tests of report/: each shows one case a report must be right about. All of it is invented.
#ifndef AN_TESTS_MODEL_SAMPLE_H
#define AN_TESTS_MODEL_SAMPLE_H

#include <inttypes.h>
#include <stdio.h>
#include "base/arena.h"
#include "base/cleanup.h"
#include "report/model.h"

enum sample {
    SAMPLE_APPLIES, SAMPLE_UNDETERMINED, SAMPLE_BELOW, SAMPLE_EMPTY, SAMPLE_HOSTILE, SAMPLE_MANY, SAMPLE_COUNT
};

static const char *const sample_names[SAMPLE_COUNT] = {"applies", "undetermined", "below",
                                                       "empty",   "hostile",      "many"};

static inline struct an_str sample_text(struct an_arena *arena, const char *c) {
    return an_arena_copy(arena, an_str_from_c(c));
}

static inline void *sample_copy(struct an_arena *arena, const void *from, size_t n, size_t size) {
    void *to = an_arena_alloc(arena, n + 1, size);
    memcpy(to, from, n * size);
    return to;
}

#define KIND(kind, en, zh, seen, found, floor, ...) \
    {.name = (kind), .title = {(en), (zh)}, .occurrences = (seen), .distinct = (found), \
     .floor_grade = (floor), __VA_ARGS__}
static const struct an_model_kind sample_kinds[] = {
    KIND("cn-resident-id", "Resident ID (China)", "居民身份证号码", 2611840, 1300412, 1300412, .blocked = 52,
         .masked = 1204, .damaged = 3, .invalid = 611, .sensitive = true),
    KIND("cn-mobile", "Mobile phone number (China)", "中国大陆手机号码", 3920117, 1377201, 0,
         .blocked = 41877, .masked = 20331),
    KIND("email", "E-mail address", "电子邮箱地址", 911204, 702118, 0, .blocked = 5012),
    KIND("bank-card", "Bank card number", "银行卡号", 120411, 98002, 0, .masked = 4001, .damaged = 9,
         .sensitive = true),
    KIND("passport", "Passport number", "护照号码", 902, 811, 0, .sensitive = true),
    KIND("ipv4", "IP address, version 4", "IPv4 地址", 8800102, 410220, 0, .blocked = 2210),
    KIND("cn-plate", "Vehicle licence plate (China)", "机动车号牌", 48, 7, 0, .sensitive = false),
    KIND("cn-uscc", "Unified social credit code", "统一社会信用代码", 1200, 300, 0, .sensitive = false),
};

static const struct an_model_column sample_columns[] = {
    {.name = AN_STR_INIT("id_no"), .kind = "cn-resident-id", .share = 0.99987},
    {.name = AN_STR_INIT("phone"), .kind = "cn-mobile", .share = 0.98},
    {.name = AN_STR_INIT("收件人电话"), .kind = "cn-mobile", .share = 1, .role = "receiver"},
    {.name = AN_STR_INIT("护照"), .kind = "passport", .declared_only = true},
    {.name = AN_STR_INIT("remark")},
    {.name = AN_STR_INIT("created_at"), .category = "birth-date", .evidence = "content",
     .category_title = {"Date of birth", "出生日期"}, .looked = 209, .like = 200,
     .like_as = {"a day somebody of today may be born on", "可能的出生日期"}},
};

static const struct an_model_error sample_errors[] = {
    {AN_STR_INIT("exports/crm_2025.csv"),
     AN_STR_INIT("no closing quote: the record was read up to the end of the line"), 48211934, 210442},
    {AN_STR_INIT("exports/crm_2025.csv"), AN_STR_INIT("a byte that is not gb18030 was replaced"), 50000001,
     0},
};

static const struct an_model_step sample_steps_yes[] = {
    {0, "yes", AN_STR_INIT("and"), {"", 0}},
    {1, "yes", AN_STR_INIT("company.role = network_platform_operator"),
     AN_STR_INIT("network_platform_operator (declared)")},
    {1, "yes", AN_STR_INIT("listing.venue = FOREIGN"),
     AN_STR_INIT("FOREIGN (derived from listing.country = US)")},
    {1, "yes", AN_STR_INIT("count(users_pi_held) > 1,000,000"),
     AN_STR_INIT("1,300,412..1,451,977 (measured)")},
};

static const struct an_model_step sample_steps_open[] = {
    {0, "undetermined", AN_STR_INIT("and"), {"", 0}},
    {1, "yes", AN_STR_INIT("company.role = network_platform_operator"),
     AN_STR_INIT("network_platform_operator (declared)")},
    {1, "undetermined", AN_STR_INIT("or"), {"", 0}},
    {2, "no", AN_STR_INIT("listing.venue = HK"), AN_STR_INIT("FOREIGN (derived)")},
    {2, "undetermined", AN_STR_INIT("listing.venue = FOREIGN"), AN_STR_INIT("not known")},
    {1, "undetermined", AN_STR_INIT("count(users_pi_held) > 1,000,000"),
     AN_STR_INIT("612,400..no bound (measured)")},
};

static const struct an_model_step sample_steps_no[] = {
    {0, "no", AN_STR_INIT("and"), {"", 0}},
    {1, "yes", AN_STR_INIT("company.role = network_platform_operator"),
     AN_STR_INIT("network_platform_operator (declared)")},
    {1, "no", AN_STR_INIT("count(users_pi_held) > 1,000,000"), AN_STR_INIT("9..10 (measured)")},
};

static struct an_str sample_read_by[] = {AN_STR_INIT("data/a.csv"), AN_STR_INIT("data/b.zip"), AN_STR_INIT("c"),
                                         AN_STR_INIT("d")};
static struct an_str sample_decide[] = {AN_STR_INIT("count(users_pi_held)"), AN_STR_INIT("listing.venue")};
static struct an_words sample_notes[] = {
    {"What counts as a listing in Hong Kong is not settled by the text.", "条文未明确赴香港上市的情形。"},
};
static struct an_str sample_duties[] = {
    AN_STR_INIT(
        "file cybersecurity review with the Cybersecurity Review Office before the foreign listing "
        "application"),
    AN_STR_INIT("decision whether a review is needed: 10 working days from a conforming filing"),
    AN_STR_INIT("preliminary review: 30 working days from the written notice, extendable by 15"),
};

static const struct an_model_assumption sample_assumptions[] = {
    {"resident-id-unique",
     {"A person has one resident ID, and a resident ID belongs to one person.",
      "一人一个居民身份证号码，一个号码属于一人。"},
     0},
    {"mobile-cap",
     {"No cap is declared on how many people share a mobile number.", "未申报一个手机号码最多由多少人共用。"},
     0},
    {"single-subject",
     {"In tables detected as single-subject, a record describes one person per role.",
      "在识别为单主体的表中，每条记录对每个角色只描述一人。"},
     17},
    {"all-users",
     {"All data subjects found are users: no store declares otherwise.",
      "所有数据主体均视为用户：没有数据存储另作申报。"},
     0},
};

static const struct an_model_part sample_parts[] = {
    {"exclusive",
     {"People with an identifier of their own (resident ID, passport)", "持有专属标识（身份证、护照）的人"},
     1301223},
    {"cn-mobile",
     {"Mobile numbers seen only without such an identifier", "仅见手机号码而无专属标识"},
     118004},
    {"email", {"E-mail addresses seen alone", "仅见电子邮箱"}, 30911},
    {"nameless", {"Mentions without a usable identifier", "没有可用标识的提及"}, 1839},
};

static const struct an_words sample_method[] = {
    {"Above stands unless more than 23.1% of the counted resident IDs are not distinct real people.",
     "除非所计身份证号码中超过 23.1% 不是不同的真实个人，“高于门槛线”的结论成立。"},
    {"Two identifiers share a token with probability below 1e-20; a collision can only merge, so the floor "
     "is unaffected.",
     "两个标识令牌相同的概率低于 1e-20；碰撞只会合并，不影响下限。"},
    {"Caps used: resident ID m = 1, c = 1; mobile m = 20, c without limit; e-mail without limits.",
     "所用上限参数：身份证 m = 1、c = 1；手机 m = 20、c 不限；电子邮箱不限。"},
};

static const char *const sample_certificate =
    "{\"and\":[{\"fact\":\"company.role\",\"is\":\"network_platform_operator\"},"
    "{\"fact\":\"listing.venue\",\"is\":\"FOREIGN\"},"
    "{\"fact\":\"count(users_pi_held)\",\"lo\":1300412,\"over\":1000000}],"
    "\"rule\":\"cn.crm.art7@2022\",\"verdict\":\"yes\"}";

static inline void sample_rules(struct an_model *model, struct an_arena *arena,
                                const struct an_model_step *steps, size_t count, const char *verdict) {
    const struct an_model_rule rules[] = {
        {.id = "cn.crm.art7",
         .version = "2022",
         .status = "in_force",
         .from = 19038,
         .to = AN_DAY_NONE,
         .title = {"File for cybersecurity review before listing in a foreign country",
                   "赴国外上市前申报网络安全审查"},
         .instrument = AN_STR("网络安全审查办法 (Order 8)"),
         .article = AN_STR("7"),
         .citation = AN_STR("网络安全审查办法 (Order 8)第7条"),
         .quote_zh = AN_STR(
             "掌握超过100万用户个人信息的网络平台运营者赴国外上市，"
             "必须向网络安全审查办公室申报网络安全审查。"),
         .quote_en = AN_STR(
             "Network platform operators that hold personal information of more than one million users must "
             "file for cybersecurity review with the Cybersecurity Review Office before listing in a "
             "foreign country."),
         .verdict = verdict,
         .certificate = an_str_from_c(sample_certificate),
         .duties = sample_duties,
         .duty_count = AN_COUNT(sample_duties),
         .notes = sample_notes,
         .note_count = AN_COUNT(sample_notes),
         .scope = "listing",
         .main = true},
        {.id = "cn.crm.art6",
         .version = "draft-2021-07-10",
         .status = "draft",
         .from = 18818,
         .to = AN_DAY_NONE,
         .title = {"Draft of 10 July 2021: any operator with more than one million users listing abroad",
                   "征求意见稿第六条：掌握超过100万用户个人信息的运营者赴国外上市"},
         .instrument = AN_STR("网络安全审查办法（修订草案征求意见稿）"),
         .article = AN_STR("6"),
         .citation = AN_STR("网络安全审查办法（修订草案征求意见稿）第6条"),
         .quote_zh = AN_STR(
             "掌握超过100万用户个人信息的运营者赴国外上市，必须向网络安全审查办公室申报网络安全审查。"),
         .scope = "listing",
         .verdict = verdict[0] == 'u' ? "applies" : verdict},
        {.id = "cn.audit.art12",
         .version = "2025",
         .status = "in_force",
         .from = 20209,
         .to = AN_DAY_NONE,
         .title = {"Name a personal information protection officer", "指定个人信息保护负责人"},
         .instrument = AN_STR("个人信息保护合规审计管理办法"),
         .article = AN_STR("12"),
         .citation = AN_STR("个人信息保护合规审计管理办法第12条"),
         .quote_zh = AN_STR("处理100万人以上个人信息的个人信息处理者应当指定个人信息保护负责人。"),
         .scope = "company",
         .verdict = verdict},
        {.id = "cn.incident.report",
         .version = "2025",
         .status = "in_force",
         .from = 20393,
         .to = AN_DAY_NONE,
         .title = {"Report a network security incident", "报告网络安全事件"},
         .instrument = AN_STR("国家网络安全事件报告管理办法"),
         .article = AN_STR("-"),
         .citation = AN_STR("国家网络安全事件报告管理办法"),
         .digest = {"Incidents of the larger grades are reported.", "较大以上网络安全事件应当报告。"},
         .scope = "incident",
         .stands_by = true,
         .verdict = "undetermined"},
    };
    model->rules = sample_copy(arena, rules, AN_COUNT(rules), sizeof rules[0]);
    model->rule_count = AN_COUNT(rules);
    for (size_t i = 0; i < model->rule_count; i++) {
        model->rules[i].steps = sample_copy(arena, steps, count, sizeof *steps),
        model->rules[i].step_count = count;
        if (verdict[0] == 'u')
            model->rules[i].decide_by = sample_decide,
            model->rules[i].decide_by_count = AN_COUNT(sample_decide),
            model->rules[i].read_by = sample_read_by,
            model->rules[i].read_by_count = AN_COUNT(sample_read_by);
    }
}

// Stores that share `share` (in thousandths) of the sample's kinds.
static inline struct an_model_store sample_store(struct an_arena *arena, const char *uri, const char *format,
                                                 const char *encoding, const char *location,
                                                 const char *status, uint64_t share) {
    struct an_model_store store = {.format = format,
                                   .encoding = encoding,
                                   .status = status,
                                   .records = 2600000 * share / 1000,
                                   .bytes = 310004211 * share / 1000,
                                   .single_subject = true};
    store.uri = sample_text(arena, uri);
    store.location = sample_text(arena, location);
    store.people = (struct an_model_people) {1300412 * share / 1000, 1340000 * share / 1000,
                                            1451977 * share / 1000, 1451977 * share / 1000};
    store.kinds = sample_copy(arena, sample_kinds, AN_COUNT(sample_kinds), sizeof sample_kinds[0]);
    store.kind_count = AN_COUNT(sample_kinds);
    for (size_t i = 0; i < store.kind_count; i++) {
        store.kinds[i].occurrences = store.kinds[i].occurrences * share / 1000;
        store.kinds[i].distinct = store.kinds[i].distinct * share / 1000;
        store.kinds[i].floor_grade = store.kinds[i].floor_grade * share / 1000;
    }
    store.columns = sample_copy(arena, sample_columns, AN_COUNT(sample_columns), sizeof sample_columns[0]);
    store.column_count = AN_COUNT(sample_columns);
    return store;
}

static inline struct an_model_store sample_unread(struct an_arena *arena, const char *uri, const char *status,
                                                  const char *why, uint64_t records, uint64_t bytes) {
    struct an_model_store store = {
        .format = "zip", .status = status, .records_unread = records, .bytes_unread = bytes, .bytes = 90211};
    store.uri = sample_text(arena, uri);
    store.why = sample_text(arena, why);
    return store;
}

static inline void sample_stores(struct an_model *model, struct an_arena *arena) {
    struct an_model_store stores[] = {
        sample_store(arena, "data/users.csv", "csv", "utf-8", "CN", "read", 700),
        sample_store(arena, "data/orders_2026.sql!public.orders", "sql", "utf-8", "CN", "read", 910),
        sample_store(arena, "exports/crm_2025.csv", "csv", "gb18030", "SG", "partly", 210),
        sample_store(arena, "data/会员/会员资料.db!members", "sqlite", NULL, "CN", "read", 400),
        sample_store(arena, "logs/app-2026-11.log.gz!app-2026-11.log", "text", "utf-8", "", "read", 3),
        sample_unread(arena, "backup/old.7z!people.csv", "unread",
                      "the archive is damaged and its end is missing", AN_INFINITE, AN_INFINITE),
        sample_unread(arena, "backup/hr.zip!staff.csv", "unread",
                      "the member is encrypted; give a copy that is not", 4120, 88211),
        sample_unread(arena, "data/logo.png", "skipped", "an image holds no records", 0, 0),
        sample_unread(arena, "bin/tool", "skipped", "a program holds no records", 0, 0),
    };
    stores[2].errors = sample_copy(arena, sample_errors, AN_COUNT(sample_errors), sizeof sample_errors[0]);
    stores[2].error_count = AN_COUNT(sample_errors);
    stores[2].error_total = 31;
    stores[2].records_unread = 12;
    stores[2].bytes_unread = 1804;
    model->stores = sample_copy(arena, stores, AN_COUNT(stores), sizeof stores[0]);
    model->store_count = AN_COUNT(stores);
}

static inline void sample_common(struct an_model *model, struct an_arena *arena) {
    *model = (struct an_model) {.version = "0.1.0",
                               .detectors = "1",
                               .token = "siphash-2-4-128",
                               .key_id = AN_STR("0f1e2d3c4b5a6978"),
                               .as_of = 20780,
                               .company = AN_STR("示例出行有限公司"),
                               .measured = true,
                               .threshold = 1000000,
                               .seconds = 3.42,
                               .report_path = AN_STR("anshen-report.html")};
    model->kinds = sample_copy(arena, sample_kinds, AN_COUNT(sample_kinds), sizeof sample_kinds[0]);
    model->kind_count = AN_COUNT(sample_kinds);
    sample_stores(model, arena);
    model->scope.stores = model->store_count;
    model->scope.stores_unread = 2, model->scope.stores_partly = 1, model->scope.stores_skipped = 2;
    model->scope.bytes = 689135002, model->scope.records = 5779800, model->scope.records_unread = 4132,
    model->scope.bytes_unread = 90015;
    model->scope.mentions = 6911204, model->scope.ambiguous = 4410, model->scope.test_records = 18;
    model->assumptions =
        sample_copy(arena, sample_assumptions, AN_COUNT(sample_assumptions), sizeof sample_assumptions[0]);
    model->assumption_count = AN_COUNT(sample_assumptions);
    model->parts = sample_copy(arena, sample_parts, AN_COUNT(sample_parts), sizeof sample_parts[0]);
    model->part_count = AN_COUNT(sample_parts);
    model->method = sample_copy(arena, sample_method, AN_COUNT(sample_method), sizeof sample_method[0]);
    model->method_count = AN_COUNT(sample_method);
}

static inline void sample_advise(struct an_model *model, struct an_arena *arena,
                                 const struct an_words *advice, size_t count) {
    model->advice = sample_copy(arena, advice, count, sizeof *advice);
    model->advice_count = count;
}

static inline void sample_facts(struct an_model *model, struct an_arena *arena, uint64_t lo, uint64_t hi) {
    const struct an_model_fact facts[] = {
        {.name = "company.role",
         .is = AN_FACT_VALUE,
         .value = AN_STR("network_platform_operator"),
         .from = "declared"},
        {.name = "count(users_pi_held)", .is = AN_FACT_RANGE, .lo = lo, .hi = hi, .from = "measured"},
        {.name = "listing.country", .is = AN_FACT_VALUE, .value = AN_STR("US"), .from = "declared"},
        {.name = "listing.venue", .is = AN_FACT_VALUE, .value = AN_STR("FOREIGN"), .from = "derived"},
        {.name = "company.cii", .is = AN_FACT_UNKNOWN},
    };
    const struct an_model_place places[] = {
        {AN_STR("CN"), 3, {lo, lo, hi, hi == AN_INFINITE ? lo + 10 : hi}},
        {AN_STR("SG"), 1, {7, 8, 12, 12}},
        {{"", 0}, 5, {0, 0, hi, 0}},
    };
    model->facts = sample_copy(arena, facts, AN_COUNT(facts), sizeof facts[0]);
    model->fact_count = AN_COUNT(facts);
    model->places = sample_copy(arena, places, AN_COUNT(places), sizeof places[0]);
    model->place_count = AN_COUNT(places);
}

// The data map of a model that has two stores at least. `name` stands wherever a company writes something.
static inline void sample_map(struct an_model *model, struct an_arena *arena, struct an_str name) {
    const struct an_model_category categories[] = {
        {"birth-date", {"Date of birth", "出生日期"}, false, "GB/T 35273-2020 A", 3, 2, 81234,
         {70001, 70002, AN_INFINITE, 81234}, 2, 1, {1, 1, 500, {0, 400, 500, 500}}},
        {"health", {"Health", "医疗健康信息"}, true, "PIPL 28", 1, 1, 4, {0, 4, 4, 4}, 0, 0, {0, 0, 0, {0, 0, 0, 0}}},
    };
    model->categories = sample_copy(arena, categories, AN_COUNT(categories), sizeof categories[0]);
    model->category_count = AN_COUNT(categories);
    const struct an_model_copy copies[] = {
        {.a = 0, .b = 1, .shared = 81234, .of_a = 0.05, .of_b = 0.999, .people = 70123},
    };
    const struct an_model_entry inventory[] = {
        {name, AN_STR("CN"), name, name, name, name, name, AN_STR("important"), 2, 1, {5, 6, AN_INFINITE, 9}},
        {.uri = name},
    };
    const struct an_model_gap gaps[] = {
        {.code = "undeclared-store", .store = name, .title = {"", ""}, .count = 3},
        {.code = "in-the-clear", .store = name, .kind = "bank-card", .title = {"Bank card number", "银行卡号"}, .count = 98002},
        {.code = "secret", .store = name, .kind = "aws-key", .title = {"Access key", "访问密钥"}, .count = 14, .column = name,
         .source = "documentation", .looked = 300, .of = 98002, .unit = "records"},
    };
    model->copies = sample_copy(arena, copies, AN_COUNT(copies), sizeof copies[0]);
    model->copy_count = AN_COUNT(copies);
    model->stores_compared = 2, model->stores_to_compare = 3;
    model->inventory = sample_copy(arena, inventory, AN_COUNT(inventory), sizeof inventory[0]);
    model->entry_count = AN_COUNT(inventory);
    model->gaps = sample_copy(arena, gaps, AN_COUNT(gaps), sizeof gaps[0]);
    model->gap_count = AN_COUNT(gaps);
}

static inline void sample_applies(struct an_model *model, struct an_arena *arena) {
    static const struct an_words advice[] = {
        {"The proven floor of 1,300,412 users is over the line of 1,000,000, and a US exchange is foreign: "
         "the answer does not depend on anything that is not known.",
         "已证下限为 1,300,412 名用户，超过 100 万的门槛线；美国交易所属于国外上市："
         "结论不取决于任何未知事项。"},
        {"File for cybersecurity review with the Cybersecurity Review Office before the listing application "
         "is submitted abroad.",
         "在向境外提交上市申请之前，向网络安全审查办公室申报网络安全审查。"},
        {"The office decides within 10 working days of a conforming filing whether it opens a review; plan "
         "for 55 to 70 working days without, and 145 or more with, the special procedure.",
         "办公室在收到符合要求的材料后 10 个工作日内决定是否审查；不含特别程序应预留 55 至 70 个工作日，"
         "含特别程序应预留 145 个工作日以上。"},
        {"Keep this report, the census file and the key: the number can then be proven again.",
         "保存本报告、普查文件与密钥，以便日后重新证明该数字。"},
    };
    sample_common(model, arena);
    model->people = (struct an_model_people) {1300412, 1340118, 1456109, 1451977};
    model->headline = (struct an_words) {
        "At least 1,300,412 people: above the line of 1,000,000. File for cybersecurity review before "
        "listing.",
        "至少 1,300,412 人，超过 100 万的门槛线：上市前须申报网络安全审查。"};
    sample_advise(model, arena, advice, AN_COUNT(advice));
    sample_facts(model, arena, 1300412, 1456109);
    sample_map(model, arena, AN_STR("exports"));
    sample_rules(model, arena, sample_steps_yes, AN_COUNT(sample_steps_yes), "applies");
    for (size_t i = 0; i < model->store_count; i++)
        if (model->stores[i].records_unread == AN_INFINITE)
            model->stores[i].records_unread = 0;
}

static inline void sample_undetermined(struct an_model *model, struct an_arena *arena) {
    static const struct an_words advice[] = {
        {"The floor of 612,400 is below the line and the ceiling has no bound, because backup/old.7z could "
         "not be read and nobody can say how many records it holds.",
         "下限 612,400 低于门槛线，而上限无界：backup/old.7z 无法读取，其记录数不明。"},
        {"Read backup/old.7z, or declare its number of records: with at most 78,000 records in it the "
         "answer would be below the line.",
         "读取 backup/old.7z，或申报其记录数：若其记录数不超过 78,000，则结论为低于门槛线。"},
        {"Until then the prudent course is to consult the Cybersecurity Review Office and record the "
         "reasoning.",
         "在此之前，稳妥的做法是咨询网络安全审查办公室并记录理由。"},
    };
    sample_common(model, arena);
    model->people = (struct an_model_people) {612400, 655120, AN_INFINITE, 921877};
    model->headline = (struct an_words) {
        "Between 612,400 people and an unknown number: the one-million rule cannot be decided yet.",
        "人数至少 612,400，上限未知：百万用户规则目前无法判断。"};
    model->scope.records_unread = model->scope.bytes_unread = AN_INFINITE;
    sample_advise(model, arena, advice, AN_COUNT(advice));
    sample_facts(model, arena, 612400, AN_INFINITE);
    sample_rules(model, arena, sample_steps_open, AN_COUNT(sample_steps_open), "undetermined");
}

static inline void sample_below(struct an_model *model, struct an_arena *arena) {
    static const struct an_words advice[] = {
        {"The proven ceiling of 10 people is below the line of 1,000,000.",
         "已证上限 10 人，低于 100 万的门槛线。"},
        {"No filing is required on these data; keep this report as the written reason.",
         "就这些数据无需申报；请保存本报告作为书面理由。"},
    };
    sample_common(model, arena);
    model->people = (struct an_model_people) {9, 9, 10, 10};
    model->headline = (struct an_words) {
        "At most 10 people: below the line of 1,000,000. No filing is required on these data.",
        "至多 10 人，低于 100 万的门槛线：就这些数据无需申报。"};
    sample_advise(model, arena, advice, AN_COUNT(advice));
    sample_facts(model, arena, 9, 10);
    sample_rules(model, arena, sample_steps_no, AN_COUNT(sample_steps_no), "does-not-apply");
    model->stores[0].people = model->people;
    model->stores[0].records = 10;
    model->stores[0].kinds[0].distinct = 9;
    model->store_count = 1;
    model->part_count = 0;
    model->scope.stores = 1,
    model->scope.stores_unread = model->scope.stores_partly = model->scope.stores_skipped = 0;
    model->scope.records = 10, model->scope.records_unread = 0, model->scope.bytes = 1234,
    model->scope.bytes_unread = 0;
}

// Names that try to be markup, to drive a terminal, to turn the line round, or to be endless.
static inline void sample_hostile(struct an_model *model, struct an_arena *arena) {
    static const char *const names[] = {
        "<script>alert(document.domain)</script>.csv",
        "\" onmouseover=\"alert(1)\" x='y'.csv",
        "</style><img src=http://example.invalid/x onerror=alert(1)>&amp;.csv",
        "\033[2J\033[31mred\007\r\nsecond line\t.csv",
        "invoice\xE2\x80\xAExslx.exe \xD7\xA9\xD7\x9C\xD7\x95\xD7\x9D.csv",
        "bad \xFF\xC0\xAF bytes \xED\xA0\x80.csv",
        "",
        "]]>--><!-- <a href=\"javascript:alert(1)\">",
    };
    sample_applies(model, arena);
    char endless[4001];
    for (size_t i = 0; i + 1 < sizeof endless; i++)
        endless[i] = (char) ('a' + i % 26);
    endless[sizeof endless - 1] = '\0';
    for (size_t i = 0; i < AN_COUNT(names); i++)
        model->stores[i].uri = sample_text(arena, names[i]);
    model->stores[8].uri = sample_text(arena, endless);
    model->stores[0].columns[0].name = sample_text(arena, names[0]);
    model->stores[0].columns[1].name = sample_text(arena, endless);
    model->stores[0].location = sample_text(arena, names[1]);
    model->stores[5].why = sample_text(arena, names[2]);
    model->company = sample_text(arena, names[2]);
    sample_map(model, arena, sample_text(arena, names[0]));
    model->rules[0].steps[1].fact = sample_text(arena, names[7]);
    model->rules[0].steps[2].depth = 90;
    model->rules[0].steps[3].depth = -4;
}

static inline void sample_many(struct an_model *model, struct an_arena *arena) {
    enum { MANY = 500 };
    sample_applies(model, arena);
    model->stores = AN_NEW_N(arena, MANY, struct an_model_store);
    model->store_count = MANY;
    model->copy_count = 0;
    for (uint64_t i = 0; i < MANY; i++) {
        char uri[64];
        snprintf(uri, sizeof uri, "data/%03" PRIu64 "/table.csv", i);
        model->stores[i] =
            sample_store(arena, uri, "csv", "utf-8", i % 3 ? "CN" : "SG", "read", i * 7919 % MANY);
    }
    model->scope.stores = MANY;
    model->scope.stores_unread = model->scope.stores_partly = model->scope.stores_skipped = 0;
}

// Fills *model with the sample; everything in it is owned by `arena` or static.
static inline void sample_fill(enum sample which, struct an_model *model, struct an_arena *arena) {
    static void (*const fill[SAMPLE_COUNT])(struct an_model *, struct an_arena *) = {
        [SAMPLE_APPLIES] = sample_applies, [SAMPLE_UNDETERMINED] = sample_undetermined,
        [SAMPLE_BELOW] = sample_below,     [SAMPLE_HOSTILE] = sample_hostile,
        [SAMPLE_MANY] = sample_many,
    };
    if (which == SAMPLE_EMPTY)
        *model =
            (struct an_model) {.as_of = AN_DAY_NONE, .headline = {"Nothing was read.", "未读取任何内容。"}};
    else
        fill[which](model, arena);
}

#endif
