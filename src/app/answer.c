#include "app/answer.h"

#include <string.h>
#include "app/say.h"
#include "rules/fact.h"

enum { LINES_MAX = 24, UNREAD_NAMED = 3 };

struct teller {
    const struct an_findings *f;
    const struct an_total *total;           // NULL: nothing was measured
    struct an_arena *arena;
    struct an_model *m;
    const struct an_model_rule *rule;       // the main one; NULL when no such rule is in the packs
    const struct an_fact *users, *venue, *role;
    bool failed;
};

static const char *num(struct teller *t, uint64_t n) {
    char text[AN_GROUPED_MAX];
    return an_sayf(t->arena, &t->failed, "%s", an_grouped(n, text));
}

static void line(struct an_words *list, size_t *count, const char *en, const char *zh) {
    if (*count < LINES_MAX)
        list[(*count)++] = (struct an_words) {en, zh};
}

static void advise(struct teller *t, const char *en, const char *zh) {
    line(t->m->advice, &t->m->advice_count, en, zh);
}

static void explain(struct teller *t, const char *en, const char *zh) {
    line(t->m->method, &t->m->method_count, en, zh);
}

#define SAY(...) an_sayf(t->arena, &t->failed, __VA_ARGS__)

static bool is_word(const struct an_fact *f, const char *word) {
    return f && f->known == AN_KNOWN_WORD && an_str_eq(f->word, an_str_from_c(word));
}

static bool is_assumed(const struct an_fact *f) { return f && f->from && strcmp(f->from, "assumed") == 0; }

static void article_7(struct teller *t) {
    advise(t, "Review Measures art. 7: a network platform operator that holds the personal information of more than "
              "1,000,000 users and goes to list in a foreign country must file for cybersecurity review.",
           "审查办法第七条：掌握超过100万用户个人信息的网络平台运营者赴国外上市，必须申报网络安全审查。");
}

static void applies(struct teller *t) {
    uint64_t floor = t->users->lo;
    bool assumed = is_assumed(t->role);
    t->m->headline = (struct an_words) {
        SAY("A cybersecurity review must be filed before this listing: the data hold at least %s people, and the "
            "line is more than %s%s.",
            num(t, floor), num(t, AN_MAIN_LINE), assumed ? ", if the company is a network platform operator" : ""),
        SAY("%s本次上市前必须申报网络安全审查：数据中至少有 %s 人，超过 %s（100万）的界线。", assumed
            ? "若公司属于网络平台运营者，" : "",
            num(t, floor), num(t, AN_MAIN_LINE)),
    };
    article_7(t);
    advise(t, "File with the Cybersecurity Review Office before the listing application goes to the foreign "
              "regulator: the filing form, an analysis "
              "of the effect on national security, the listing documents to be submitted (Review Measures art. 8).",
           "在向境外监管机构提交上市申请之前，向网络安全审查办公室申报：申报书、影响国家安全的分析报告、"
           "拟提交的上市申请文件（审查办法第八条）。");
    advise(t, "The office answers within 10 working days of conforming papers whether a review is needed; a review "
              "takes nominally 55 working days from then, 70 "
              "with the extension, and 145 or more where the special procedure is opened; time for supplements does "
              "not count.",
           "自收到符合要求的材料起 10 个工作日内确定是否需要审查；全程名义上 55 个工作日，延长后 70 个，"
           "进入特别审查程序的 145 个以上；补充材料时间不计入。");
    advise(t, SAY("The number stands unless more than %.1f %% of the %s counted are not distinct real people.",
                  100.0 * (1.0 - (double) AN_MAIN_LINE / (double) floor), num(t, floor)),
           SAY("除非所计 %s 人中有 %.1f%% 以上并非不同的真实个人，结论成立。", num(t, floor),
               100.0 * (1.0 - (double) AN_MAIN_LINE / (double) floor)));
    if (floor - floor / 20 <= AN_MAIN_LINE)
        advise(t, "The margin is below 5 %: have the identifier columns checked by hand before relying on it.",
               "余量不足 5%：依据前请人工核查标识列。");
}

static void does_not_apply(struct teller *t) {
    bool small = t->users && t->users->hi <= AN_MAIN_LINE;
    bool at_home = t->venue && t->venue->known == AN_KNOWN_WORD && !is_word(t->venue, "FOREIGN");
    if (small) {
        t->m->headline = (struct an_words) {
            SAY("No duty to file follows from the one-million rule: the data hold at most %s people, and the line "
                "is more than %s.", num(t, t->users->hi), num(t, AN_MAIN_LINE)),
            SAY("不因100万用户规则产生申报义务：数据中至多有 %s 人，未超过 %s（100万）。", num(t, t->users->hi),
                num(t, AN_MAIN_LINE)),
        };
        advise(t, "Every mention of a person was charged to an identifier; what they stand for at most, added up, "
                  "does not pass the line.",
               "每次提及均计入一个标识；各标识至多代表的人数相加，未超过界线。");
        advise(t, SAY("This stands unless people were missed: it would take more than %s that no detector saw "
                      "(names in unlabelled columns, hashed or encrypted "
                      "columns, stores that were not given).", num(t, AN_MAIN_LINE - t->users->hi)),
               SAY("除非有所遗漏，结论成立：需有超过 %s 人未被任何检测器发现（无标题列中的姓名、哈希或加密列、"
                   "未提供的存储）。", num(t, AN_MAIN_LINE - t->users->hi)));
    } else if (at_home) {
        t->m->headline = (struct an_words) {
            SAY("No duty to file follows from article 7: a listing there is not a listing in a foreign country, "
                "whatever the number of people."),
            SAY("不产生第七条的申报义务：在该地上市不属于“国外上市”，与人数无关。"),
        };
        advise(t, "Article 7 speaks of listing in a foreign country (国外), which Hong Kong, Macau, Taiwan and the "
                  "mainland are not.",
               "第七条所称“国外”不包括香港、澳门、台湾和内地。");
        advise(t, "A review may still be opened ex officio where the data processing affects or may affect national "
                  "security (art. 16).",
               "数据处理活动影响或者可能影响国家安全的，仍可依职权启动审查（第十六条）。");
    } else {
        t->m->headline = (struct an_words) {
            SAY("No duty to file follows from article 7: the company is declared to be no network platform operator."),
            SAY("不产生第七条的申报义务：公司声明不属于网络平台运营者。"),
        };
    }
    advise(t, "Keep this report: the securities regulator wants a written explanation where no review is needed, "
              "and asks for the number.",
           "请保存本报告：无需审查时证券监管机构要求书面说明，并会询问人数。");
    advise(t, "Measure again before filing: the number counts on the day of the decision to file.",
           "提交前请重新测量：以作出申报决定时的人数为准。");
}

// The kind of persons' identifiers of which most were seen, resident IDs aside: what a break-even can be said about.
static size_t main_kind(const struct an_total *total) {
    size_t best = SIZE_MAX;
    for (size_t i = 0; i < an_kind_count(); i++)
        if (an_kind_at(i)->use == AN_USE_PERSON && an_kind_at(i)->code != AN_RESIDENT_CODE &&
            (best == SIZE_MAX || total->count.kinds[i].distinct > total->count.kinds[best].distinct))
            best = i;
    return best;
}

static void break_even(struct teller *t) {
    size_t k = main_kind(t->total);
    uint64_t n = k == SIZE_MAX ? 0 : t->total->count.kinds[k].distinct;
    if (n <= AN_MAIN_LINE)
        return;
    double each = (double) n / (AN_MAIN_LINE + 1);
    advise(t, SAY("%s distinct values of \"%s\" were found. The line is passed if one person holds on average at "
                  "most %.2f of them.",
                  num(t, n), an_kind_at(k)->title.en, each),
           SAY("发现 %s 个不同的“%s”。若平均每人至多持有 %.2f 个，即超过界线。", num(t, n), an_kind_at(k)->title.zh,
               each));
    if (an_kind_at(k)->code == AN_ACCOUNT_CODE)
        advise(t, "If registration is by real name and one account a person, declare it (assumptions: account: {m: "
                  "1}): the accounts are then a floor.",
               "若实名注册且一人一号，请声明（assumptions: account: {m: 1}），账号数即为下限。");
    else if (t->total->count.kinds[k].floor_grade)
        advise(t, SAY("If a policy limits how many of them one person may register, declare it (assumptions: %s: "
                      "{m: 1}); or name the account column of the user table "
                      "in a company file (account: user_id); or add a store that holds resident IDs.",
                              an_kind_at(k)->name),
               SAY("若制度限制一人可登记的数量，请声明（assumptions: %s: {m: 1}）；"
                   "或在公司文件中指明用户表的账号列（account: user_id）；或加入含身份证号的存储。",
                           an_kind_at(k)->name));
    else
        advise(t, "Name the account column of the user table in a company file (account: user_id), with account: {m: 1} where "
                  "registration is one account a person; or add a store that holds resident IDs or mobiles.",
               "请在公司文件中指明用户表的账号列（account: user_id），一人一号的并声明 account: {m: 1}；"
               "或加入含身份证号或手机号的存储。");
}

static void unread(struct teller *t) {
    size_t named = 0;
    for (size_t i = 0; i < t->m->store_count && named < UNREAD_NAMED; i++) {
        const struct an_model_store *s = &t->m->stores[i];
        if (!s->records_unread)
            continue;
        named++;
        advise(t, SAY("Not read in full: %.*s (%.*s). Reading it could settle the matter.", AN_STR_ARG(s->uri),
                      AN_STR_ARG(s->why.len ? s->why : s->error_count ? s->errors[0].text : AN_STR("see the list"))),
               SAY("未完整读取：%.*s（%.*s）。读取后可能得出结论。", AN_STR_ARG(s->uri),
                   AN_STR_ARG(s->why.len ? s->why : s->error_count ? s->errors[0].text : AN_STR("见列表"))));
    }
}

static void count_open(struct teller *t) {
    if (!t->total)
        return;
    const struct an_people *p = &t->total->people;
    advise(t, SAY("The estimate is %s people, %s the line; an estimate proves nothing.", num(t, p->linked),
                  p->linked > AN_MAIN_LINE ? "above" : "not above"),
           SAY("估计值为 %s 人，%s界线；估计不构成证明。", num(t, p->linked), p->linked > AN_MAIN_LINE ? "超过"
               : "未超过"));
    if (p->ceiling_read <= AN_MAIN_LINE && p->ceiling > AN_MAIN_LINE)
        advise(t, SAY("What was read holds at most %s people: only what was not read can pass the line.",
                      num(t, p->ceiling_read)),
               SAY("已读部分至多 %s 人：只有未读部分可能使人数超过界线。", num(t, p->ceiling_read)));
    else
        break_even(t);
    unread(t);
    advise(t, "Until it is settled, the prudent course is to file, or to consult the review centre's filing desk, "
              "and to record the reasoning.",
           "未定之前，稳妥的做法是申报，或咨询审查中心的申报窗口，并记录理由。");
}

static void undetermined(struct teller *t) {
    bool count = !t->users || (t->users->lo <= AN_MAIN_LINE && t->users->hi > AN_MAIN_LINE);
    bool venue = !t->venue || t->venue->known == AN_KNOWN_NOT;
    bool above = t->users && t->users->lo > AN_MAIN_LINE;
    const char *most_en = "an unknown number of", *most_zh = "未知数量";
    if (t->users && t->users->hi != AN_FACT_INFINITE) {
        most_en = SAY("at most %s", num(t, t->users->hi));
        most_zh = SAY("至多 %s", num(t, t->users->hi));
    }
    if (above)
        t->m->headline = (struct an_words) {
            SAY("The data hold at least %s people, more than %s. Whether a review must be filed turns on %s.",
                num(t, t->users->lo), num(t, AN_MAIN_LINE),
                venue ? "where the company will list" : "the company's role"),
            SAY("数据中至少有 %s 人，超过 %s（100万）。是否必须申报取决于%s。", num(t, t->users->lo),
                num(t, AN_MAIN_LINE), venue ? "上市地" : "公司的角色"),
        };
    else
        t->m->headline = (struct an_words) {
            SAY("Whether a review must be filed cannot be proven yet: the data hold at least %s and %s people, and "
                "the line is more than %s.",
                num(t, t->users ? t->users->lo : 0), most_en, num(t, AN_MAIN_LINE)),
            SAY("尚不能证明是否必须申报：数据中至少 %s 人、%s 人，界线为超过 %s（100万）。",
                num(t, t->users ? t->users->lo : 0), most_zh, num(t, AN_MAIN_LINE)),
        };
    article_7(t);
    if (venue)
        advise(t, "Say where the company will list: --listing US (or HK, SG ...), or listing: in a company file.",
               "请说明上市地：--listing US（或 HK、SG 等），或在公司文件中写明 listing。");
    if (!t->role || t->role->known == AN_KNOWN_NOT)
        advise(t, "Say what the company is: company: {role: network_platform_operator}.",
               "请说明公司的角色：company: {role: network_platform_operator}。");
    if (count)
        count_open(t);
}

// Nothing was judged: only the numbers.
static void counted(struct teller *t) {
    const struct an_model_people *p = &t->m->people;
    bool endless = p->ceiling == AN_INFINITE;
    t->m->headline = (struct an_words) {
        SAY("At least %s people, about %s, at most %s%s.", num(t, p->floor), num(t, p->linked),
            num(t, endless ? p->ceiling_read : p->ceiling),
            endless ? " in what was read" : ""),
        SAY("至少 %s 人，约 %s 人，%s至多 %s 人。", num(t, p->floor), num(t, p->linked), endless ? "已读部分" : "",
            num(t, endless ? p->ceiling_read : p->ceiling)),
    };
}

// The main rule is not among those judged.
static void judged(struct teller *t) {
    size_t yes = 0, open = 0;
    for (size_t i = 0; i < t->f->judgement->count; i++) {
        const struct an_verdict *v = &t->f->judgement->verdicts[i];
        yes += v->standing == AN_STANDING_IN_FORCE && v->value == AN_YES;
        open += v->standing == AN_STANDING_IN_FORCE && v->value == AN_UNKNOWN;
    }
    t->m->headline = (struct an_words) {
        SAY("Of the rules in force on that day, %s apply; of %s it cannot be told.", num(t, yes), num(t, open)),
        SAY("该日有效的规则中，%s 条适用；%s 条未能确定。", num(t, yes), num(t, open)),
    };
}

static void method(struct teller *t) {
    const struct an_total *total = t->total;
    explain(t, SAY("Floor: the largest of the distinct valid identifiers of a kind, divided by how many one person "
                   "may hold; here %s of \"%s\".",
                   num(t, total->count.kinds[total->count.floor_kind].floor_grade),
                           an_kind_at(total->count.floor_kind)->title.en),
            SAY("下限：各类有效标识去重数除以一人可持有数，取最大者；此处为 %s 个“%s”。",
                num(t, total->count.kinds[total->count.floor_kind].floor_grade),
                an_kind_at(total->count.floor_kind)->title.zh));
    explain(t, "Ceiling: every mention of a person is charged to exactly one identifier; what each can stand for at "
               "most is added up. Linked: an estimate between the two, "
               "never to be published alone.",
            "上限：每次提及某人都计入唯一一个标识，将各标识至多代表的人数相加。估计值介于两者之间，不得单独公布。");
    uint64_t tokens = 0;
    for (size_t i = 0; i < an_kind_count(); i++)
        tokens += total->count.kinds[i].distinct;
    // 2^97: 96 bits name a mention's centre
    double expected = (double) tokens * (double) tokens / 158456325028528675187087900672.0;
    explain(t, SAY("Counts are exact except for collisions of tokens: of %s distinct values, %.1e colliding pairs "
                   "are expected; a collision cannot raise the floor.", num(t, tokens), expected),
            SAY("除标记碰撞外计数精确：%s 个不同值预计碰撞 %.1e 对；碰撞不会提高下限。", num(t, tokens), expected));
    explain(t, "A random 18-digit number passes every test of a resident ID with a probability below one in a "
               "million.", "随机的18位数字通过身份证号全部检验的概率低于百万分之一。");
    explain(t, "Fake, borrowed or invented identifiers cannot be seen from inside the data.",
            "虚假、借用或编造的标识无法从数据内部看出。");
    explain(t, SAY("Tokens: %s under key %.*s; detectors version %s. Tokens are still personal information in law "
                   "(de-identified, not anonymous).", AN_TOKEN_NAME,
                   AN_STR_ARG(t->m->key_id), AN_DETECTORS),
            SAY("标记：%s，密钥 %.*s；检测器版本 %s。标记在法律上仍属个人信息（去标识化，并非匿名化）。",
                AN_TOKEN_NAME, AN_STR_ARG(t->m->key_id), AN_DETECTORS));
}

enum an_code an_answer(const struct an_findings *f, const struct an_total *total, struct an_arena *arena,
                       struct an_model *model,
                       struct an_err *err) {
    struct teller t = {
        .f = f, .total = total, .arena = arena, .m = model,
        .users = an_facts_find(f->facts, AN_STR("count(users_pi_held)")),
        .venue = an_facts_find(f->facts, AN_STR("listing.venue")),
        .role = an_facts_find(f->facts, AN_STR("company.role")),
    };
    model->advice = AN_NEW_N(arena, LINES_MAX, struct an_words);
    model->method = AN_NEW_N(arena, LINES_MAX, struct an_words);
    if (!model->advice || !model->method)
        return an_fail(err, AN_NOMEM, "no memory for the report");
    for (size_t i = 0; i < model->rule_count; i++)
        if (model->rules[i].main)
            t.rule = &model->rules[i];
    if (!f->judgement->count)
        counted(&t);
    else if (!t.rule)
        judged(&t);
    else if (strcmp(t.rule->verdict, "applies") == 0)
        applies(&t);
    else if (strcmp(t.rule->verdict, "does-not-apply") == 0)
        does_not_apply(&t);
    else
        undetermined(&t);
    if (total)
        method(&t);
    return t.failed ? an_fail(err, AN_NOMEM, "no memory for the report") : AN_OK;
}
