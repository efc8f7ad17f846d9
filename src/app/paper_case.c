// The half of a paper's fields that comes from the entries of a case and its procedure.
#include "app/paper_maker.h"

// One column of a set that shows entries of one kind.
enum how { HOW_TEXT, HOW_ASKED, HOW_WORD, HOW_DAY, HOW_FIGURE };
struct shown { const char *member; enum how how; };

static struct an_paper_value shown(struct an_maker *m, const struct an_paper_entry *e, const struct shown *s) {
    struct an_str text = an_entry_text(e->body, s->member);
    const json_t *v = json_object_get(e->body, s->member);
    an_day day;
    switch (s->how) {
    case HOW_TEXT:   break;
    case HOW_ASKED:  return an_maker_asked(text);
    case HOW_WORD:   return an_maker_text(an_maker_word(m, text));
    case HOW_DAY:    return an_maker_text(an_day_parse(text, &day) ? an_maker_day(m, day) : text);
    case HOW_FIGURE:
        if (json_is_integer(v) && json_integer_value(v) >= 0)
            return an_maker_figure(m, (uint64_t) json_integer_value(v), an_maker_entry_evidence(m, e));
        return an_maker_text(AN_IN(m, "no bound known", "无已知上限"));
    }
    return an_maker_text(text);
}

enum { COLUMNS_MAX = 8 };
static const struct list {
    const char *set, *kind;
    const char *columns[COLUMNS_MAX];
    struct shown shown[COLUMNS_MAX];
} lists[] = {
    {"persons", "person", {"name", "title", "role", "side", "body"},
     {{"name", HOW_TEXT}, {"title", HOW_TEXT}, {"role", HOW_TEXT}, {"side", HOW_WORD}, {"body", HOW_TEXT}}},
    {"companies", "company", {"name", "name_en", "uscc"}, {{"name", HOW_TEXT}, {"name_en", HOW_TEXT}, {"uscc", HOW_TEXT}}},
    {"timeline", "event", {"day", "name", "by", "to", "note"}, {{"day", HOW_DAY}, {"name", HOW_TEXT}, {"by", HOW_TEXT},
                                                                {"to", HOW_TEXT}, {"note", HOW_TEXT}}},
    {"documents", "document", {"title", "kind", "day", "expires", "hash"},
     {{"title", HOW_TEXT}, {"kind", HOW_TEXT}, {"spoken_of", HOW_DAY}, {"expires", HOW_DAY}, {"object", HOW_TEXT}}},
    {"opinions", "opinion", {"body", "about", "agrees", "text", "day"},
     {{"body", HOW_TEXT}, {"about", HOW_TEXT}, {"agrees", HOW_WORD}, {"text", HOW_TEXT}, {"day", HOW_DAY}}},
    {"decisions", "decision", {"day", "by", "outcome", "text"},
     {{"day", HOW_DAY}, {"by", HOW_TEXT}, {"outcome", HOW_TEXT}, {"text", HOW_TEXT}}},
    {"commitments", "commitment", {"text", "due", "status"}, {{"text", HOW_TEXT}, {"due", HOW_DAY}, {"status", HOW_WORD}}},
    {"orders", "order", {"text", "day", "status"}, {{"text", HOW_TEXT}, {"day", HOW_DAY}, {"status", HOW_WORD}}},
    {"findings", "finding", {"title", "source", "result", "severity", "control", "day"},
     {{"title", HOW_TEXT}, {"source", HOW_TEXT}, {"result", HOW_WORD}, {"severity", HOW_TEXT}, {"control", HOW_TEXT},
      {"day", HOW_DAY}}},
    {"plan", "plan", {"text", "due", "status", "owner"},
     {{"text", HOW_TEXT}, {"due", HOW_DAY}, {"status", HOW_WORD}, {"owner", HOW_TEXT}}},
    {"snapshots", "snapshot", {"metric", "day", "floor", "ceiling"},
     {{"metric", HOW_TEXT}, {"day", HOW_DAY}, {"lo", HOW_FIGURE}, {"hi", HOW_FIGURE}}},
};

static void of_kind(struct an_maker *m, const struct list *l) {
    size_t columns = 0, rows = 0;
    while (columns < COLUMNS_MAX && l->columns[columns])
        columns++;
    for (size_t i = 0; i < m->source->entry_count; i++)
        rows += an_str_eq(m->source->entries[i].kind, an_str_from_c(l->kind));
    struct an_paper_set *set = an_maker_set(m, l->set, l->columns, columns, rows);
    for (size_t i = 0; i < m->source->entry_count && set->row_count < AN_PAPER_ROWS; i++) {
        const struct an_paper_entry *e = &m->source->entries[i];
        if (e->withdrawn || !an_str_eq(e->kind, an_str_from_c(l->kind)) || m->replaced[i])
            continue;
        struct an_paper_value *row = an_maker_row(m, set);
        for (size_t c = 0; c < columns; c++)
            row[c] = shown(m, e, &l->shown[c]);
    }
}

static void products(struct an_maker *m) {
    static const char *const columns[] = {"name", "supplier"};
    const struct an_paper_entry *open = an_maker_last(m, "open", NULL, NULL);
    const json_t *list = open ? json_object_get(open->body, "products") : NULL;
    struct an_paper_set *set = an_maker_set(m, "products", columns, AN_COUNT(columns), json_array_size(list));
    for (size_t i = 0; i < json_array_size(list) && i < AN_PAPER_ROWS; i++) {
        struct an_paper_value *row = an_maker_row(m, set);
        row[0] = an_maker_text(an_entry_text(json_array_get(list, i), "name"));
        row[1] = an_maker_asked(an_entry_text(json_array_get(list, i), "supplier"));
    }
}

static struct an_str day_of_event(struct an_maker *m, const char *name) {
    const struct an_paper_entry *e = an_maker_last(m, "event", "name", name);
    an_day day;
    return e && an_day_parse(an_entry_text(e->body, "day"), &day) ? an_maker_day(m, day) : AN_STR("");
}

static void events(struct an_maker *m) {
    static const struct { const char *field, *event; } all[] = {
        {"incident.known", "incident.known"}, {"incident.handled", "incident.handled"},
        {"threshold.day", "reached_threshold"}, {"filing.day", "filing.received"},
    };
    for (size_t i = 0; i < AN_COUNT(all); i++) {
        const struct an_paper_entry *e = an_maker_last(m, "event", "name", all[i].event);
        an_maker_put(m, all[i].field, day_of_event(m, all[i].event), e ? an_maker_entry_evidence(m, e) : 0);
    }
}

// Article 10, in our words: what a report on each factor has to speak about.
static const struct { struct an_words title, question; } factors[] = {
    {{"Safety of critical information infrastructure", "关键信息基础设施的安全"},
     {"Whether the products and services could let outsiders control, disturb or damage critical information infrastructure.",
      "产品和服务是否可能使外部控制、干扰或者损坏关键信息基础设施。"}},
    {{"Continuity of its business", "业务连续性"},
     {"What happens to the business of the infrastructure when supply stops.", "供应中断时，对关键信息基础设施业务的影响。"}},
    {{"Sources and channels of supply", "供应来源与渠道"},
     {"How open, transparent and diverse the sources are, how reliable the channels, and whether politics, diplomacy or trade "
      "could cut them.", "来源是否开放、透明、多样，渠道是否可靠，是否可能因政治、外交、贸易原因中断。"}},
    {{"The supplier's observance of Chinese law", "提供者遵守中国法律的情况"},
     {"How the supplier keeps laws, administrative regulations and departmental rules.",
      "提供者遵守法律、行政法规和部门规章的情况。"}},
    {{"Core data, important data and large amounts of personal information", "核心数据、重要数据和大量个人信息"},
     {"Whether they could be stolen, leaked, destroyed, used unlawfully or sent abroad unlawfully.",
      "是否存在被窃取、泄露、毁损、非法利用或者非法出境的风险。"}},
    {{"Risks that come with the listing", "上市带来的风险"},
     {"Whether, through the listing, foreign governments could influence, control or misuse infrastructure or data; and the "
      "security of network information.",
      "上市后是否可能使基础设施或者数据受外国政府影响、控制或者恶意利用，以及网络信息安全风险。"}},
    {{"Other factors", "其他因素"},
     {"What else could endanger critical information infrastructure, networks or data.",
      "其他可能危害关键信息基础设施安全、网络安全和数据安全的因素。"}},
};

static size_t abroad(const struct an_model *model) {
    size_t n = 0;
    for (size_t i = 0; i < model->place_count; i++)
        n += model->places[i].location.len && !an_str_eq(model->places[i].location, AN_STR("CN"));
    return n;
}

static size_t count_of(const struct an_maker *m, const char *kind, const char *member, const char *value) {
    size_t n = 0;
    for (size_t i = 0; i < m->source->entry_count; i++) {
        const struct an_paper_entry *e = &m->source->entries[i];
        n += !e->withdrawn && an_str_eq(e->kind, an_str_from_c(kind)) && !m->replaced[i] &&
             (!member || an_str_eq(an_entry_text(e->body, member), an_str_from_c(value)));
    }
    return n;
}

// Factor 5: the people, and what is known of the stores. What is not known is not said to be none.
static struct an_str of_data(struct an_maker *m) {
    const struct an_model *model = m->source->model;
    struct an_str span = an_maker_span(m, model->people.floor, model->people.ceiling), where = AN_STR("");
    size_t sensitive = 0;
    for (size_t i = 0; i < model->kind_count; i++)
        sensitive += model->kinds[i].sensitive && model->kinds[i].distinct;
    bool zh = m->lang == AN_ZH;
    if (!model->store_count)
        return zh ? AN_SAY(m, "经测量，数据涉及的自然人（去重）%.*s。", AN_STR_ARG(span))
                  : AN_SAY(m, "Measured: the data describe %.*s natural persons (de-duplicated).", AN_STR_ARG(span));
    if (model->place_count)
        where = zh ? AN_SAY(m, "申报的境外存储地 %zu 处；", abroad(model))
                   : AN_SAY(m, " declared places of storage abroad: %zu;", abroad(model));
    unsigned long long unread = (unsigned long long) (model->scope.stores_unread + model->scope.stores_partly);
    return zh ? AN_SAY(m, "经测量，数据涉及的自然人（去重）%.*s；其中敏感的标识类型 %zu 类；%.*s未完整读取的存储 %llu 个。",
                       AN_STR_ARG(span), sensitive, AN_STR_ARG(where), unread)
              : AN_SAY(m, "Measured: the data describe %.*s natural persons (de-duplicated); sensitive kinds of identifiers: "
                       "%zu;%.*s stores not read in full: %llu.", AN_STR_ARG(span), sensitive, AN_STR_ARG(where), unread);
}

// What was measured that bears on a factor; "" when nothing was.
static struct an_str measured(struct an_maker *m, size_t factor, unsigned *evidence) {
    const struct an_model_fact *cii = an_maker_fact(m, "company.cii"), *venue = an_maker_fact(m, "listing.venue");
    size_t failed = count_of(m, "finding", "result", "fail");
    switch (factor) {
    case 0:
        if (!cii)
            return AN_STR("");
        *evidence = an_maker_fact_evidence(m, cii);
        return an_str_eq(cii->value, AN_STR("yes"))
            ? AN_IN(m, "The company is designated an operator of critical information infrastructure.",
                    "企业已被认定为关键信息基础设施运营者。")
            : AN_IN(m, "The company is not designated an operator of critical information infrastructure.",
                    "企业未被认定为关键信息基础设施运营者。");
    case 3:
        if (!count_of(m, "finding", NULL, NULL))
            return AN_STR("");
        return m->lang == AN_ZH ? AN_SAY(m, "导入的检查结果共 %zu 项，其中未通过 %zu 项。",
                                         count_of(m, "finding", NULL, NULL), failed)
                                : AN_SAY(m, "Of %zu results of tests taken over from other tools, %zu failed.",
                                         count_of(m, "finding", NULL, NULL), failed);
    case 4:
        if (!m->measured)
            return AN_STR("");
        *evidence = m->measured;
        return of_data(m);
    case 5:
        if (!venue)
            return AN_STR("");
        *evidence = an_maker_fact_evidence(m, venue);
        struct an_str place = an_maker_word(m, venue->value);
        return m->lang == AN_ZH ? AN_SAY(m, "上市地：%.*s。", AN_STR_ARG(place))
                                : AN_SAY(m, "Place of the listing: %.*s.", AN_STR_ARG(place));
    default:
        return AN_STR("");
    }
}

static void art10(struct an_maker *m) {
    static const char *const columns[] = {"number", "title", "question", "measured", "finding", "text", "gap"};
    struct an_paper_set *set = an_maker_set(m, "factors", columns, AN_COUNT(columns), AN_COUNT(factors));
    for (size_t i = 0; i < AN_COUNT(factors); i++) {
        const struct an_paper_entry *said = NULL;
        for (size_t k = m->source->entry_count; k-- && !said;) {
            const struct an_paper_entry *e = &m->source->entries[k];
            if (!e->withdrawn && an_str_eq(e->kind, AN_STR("factor")) &&
                json_integer_value(json_object_get(e->body, "factor")) == (json_int_t) i + 1)
                said = e;
        }
        unsigned evidence = 0;
        struct an_paper_value *row = an_maker_row(m, set);
        row[0] = an_maker_text(AN_SAY(m, "%zu", i + 1));
        row[1] = an_maker_text(an_str_from_c(an_say(factors[i].title, m->lang)));
        row[2] = an_maker_text(an_str_from_c(an_say(factors[i].question, m->lang)));
        row[3] = an_maker_text(measured(m, i, &evidence));
        row[3].evidence = evidence;
        struct an_str finding = said ? an_entry_text(said->body, "finding") : AN_STR("");
        row[4] = an_maker_asked(finding.len ? an_maker_word(m, finding) : finding);
        row[4].evidence = said ? an_maker_entry_evidence(m, said) : 0;
        row[5] = an_maker_asked(said ? an_entry_text(said->body, "text") : AN_STR(""));
        bool open = !said || an_str_eq(finding, AN_STR("unknown"));
        row[6] = an_maker_text(!open ? AN_STR("") : said
                               ? AN_IN(m, "The finding is recorded as not known: evidence is missing.",
                                       "结论记为“不明”：证据不足。")
                               : AN_IN(m, "No finding is recorded for this factor.", "本因素尚无评估结论。"));
    }
}

static void status(struct an_maker *m) {
    static const char *const columns[] = {"text", "article", "by", "due", "latest", "state"};
    an_maker_note(m, "status.state", m->source->state);
    an_maker_note(m, "status.actor", m->source->actor);
    struct an_paper_set *set = an_maker_set(m, "periods", columns, AN_COUNT(columns), m->source->step_count);
    for (size_t i = 0; i < m->source->step_count && i < AN_PAPER_ROWS; i++) {
        const struct an_paper_step *s = &m->source->steps[i];
        struct an_paper_value *row = an_maker_row(m, set);
        struct an_str due = an_maker_day(m, s->due);
        row[0] = an_maker_text(s->text);
        row[1] = an_maker_text(s->article);
        row[2] = an_maker_text(s->by);
        row[3] = an_maker_text(!s->provisional || !due.len ? due : m->lang == AN_ZH
                               ? AN_SAY(m, "%.*s（暂定）", AN_STR_ARG(due)) : AN_SAY(m, "%.*s (provisional)", AN_STR_ARG(due)));
        row[4] = an_maker_text(an_maker_day(m, s->latest));
        row[5] = an_maker_text(s->state);
    }
}

static void header(struct an_maker *m) {
    const struct an_paper_entry *open = an_maker_last(m, "open", NULL, NULL), *stance = an_maker_last(m, "stance", NULL, NULL);
    an_maker_note(m, "case.id", open ? an_entry_text(open->body, "id") : AN_STR(""));
    an_maker_note(m, "case.title", open ? an_entry_text(open->body, "title") : AN_STR(""));
    an_maker_note(m, "case.object", open ? an_maker_word(m, an_entry_text(open->body, "object")) : AN_STR(""));
    an_maker_note(m, "case.head", m->source->entry_count ? m->source->entries[m->source->entry_count - 1].hash : AN_STR(""));
    an_maker_note(m, "stance.reasons", stance ? an_entry_text(stance->body, "reasons") : AN_STR(""));
}

void an_paper_of_case(struct an_maker *m) {
    an_maker_replaced(m);
    if (m->failed)
        return;
    header(m);
    products(m);
    for (size_t i = 0; i < AN_COUNT(lists); i++)
        of_kind(m, &lists[i]);
    events(m);
    art10(m);
    status(m);
}
