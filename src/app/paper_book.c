// The workbook: what auditors and engineers ask for, one sheet a matter.
#include <stdlib.h>
#include "app/paper_maker.h"
#include "report/terms.h"

// Widths are in characters; a meaning is what the data dictionary says.
#define COLUMN(en, zh, width, mean_en, mean_zh) {{en, zh}, {mean_en, mean_zh}, width}

static struct an_cell text(struct an_str s) {
    return s.len ? (struct an_cell) {.is = AN_CELL_TEXT, .text = s} : (struct an_cell) {0};
}
static struct an_cell words(const char *s) { return s ? text(an_str_from_c(s)) : (struct an_cell) {0}; }
static struct an_cell number(uint64_t n) {
    return n == AN_INFINITE ? (struct an_cell) {0} : (struct an_cell) {.is = AN_CELL_NUMBER, .number = n};
}
static struct an_cell day(an_day d) { return (struct an_cell) {.is = AN_CELL_DAY, .day = d}; }

struct sheet { struct an_maker *m; struct an_sheet *s; size_t most; };

static struct sheet begin(struct an_maker *m, struct an_book *book, struct an_words name, struct an_words about,
                          const struct an_column_head *columns, size_t column_count, size_t most) {
    struct an_sheet *s = &book->sheets[book->sheet_count++];
    *s = (struct an_sheet) {name, about, columns, column_count, AN_NEW_N(m->arena, most * column_count + 1, struct an_cell), 0};
    m->failed |= !s->cells;
    return (struct sheet) {m, s, s->cells ? most : 0};
}

static void add(struct sheet *s, const struct an_cell *cells) {
    if (s->s->row_count == s->most)
        return;
    memcpy(s->s->cells + s->s->row_count * s->s->column_count, cells, s->s->column_count * sizeof *cells);
    s->s->row_count++;
}

static void data_map(struct an_maker *m, struct an_book *book) {
    static const struct an_column_head columns[] = {
        COLUMN("Store", "数据存储", 44, "File, member of an archive, or table, as anshen names it",
               "文件、压缩包成员或数据表，按本程序的命名"),
        COLUMN("Format", "格式", 10, "What the store was found to be", "识别出的格式"),
        COLUMN("Location", "存储地", 12, "Where it is, as declared", "申报的所在地"),
        COLUMN("Status", "读取状态", 14, "Read, read in part, not read, or left out", "已读、部分读取、未读取或跳过"),
        COLUMN("Kind", "标识类型", 28, "Kind of identifier found in it; empty for a store without any",
               "其中发现的标识类型；无则为空"),
        COLUMN("Sensitive", "敏感", 10, "Whether the kind is sensitive personal information", "是否属于敏感个人信息"),
        COLUMN("Occurrences", "出现次数", 14, "How often values of the kind were found", "该类型的值出现的次数"),
        COLUMN("Distinct", "去重数", 14, "How many different values", "不同值的数量"),
        COLUMN("Records", "记录数", 14, "Records of the store", "该存储的记录数"),
        COLUMN("People: floor", "人数下限", 14, "People the store describes, at least", "该存储至少涉及的自然人数"),
        COLUMN("People: ceiling", "人数上限", 14, "At most; empty where nobody can say", "至多涉及的自然人数；无法确定则为空"),
    };
    const struct an_model *model = m->source->model;
    size_t most = 0;
    for (size_t i = 0; i < model->store_count; i++)
        most += model->stores[i].kind_count + 1;
    struct sheet s = begin(m, book, (struct an_words) {"Data map", "数据地图"},
                           (struct an_words) {"One row for each store and kind of identifier in it",
                                              "每个存储的每种标识类型一行"},
                           columns, AN_COUNT(columns), most);
    for (size_t i = 0; i < model->store_count; i++) {
        const struct an_model_store *o = &model->stores[i];
        for (size_t k = 0; k < (o->kind_count ? o->kind_count : 1); k++) {
            const struct an_model_kind *kind = o->kind_count ? &o->kinds[k] : NULL;
            add(&s, (struct an_cell[]) {
                text(o->uri), words(o->format), text(o->location), text(an_maker_word(m, an_str_from_c(o->status))),
                kind ? words(an_say(kind->title, m->lang)) : text(AN_STR("")),
                kind ? text(kind->sensitive ? AN_IN(m, "yes", "是") : AN_IN(m, "no", "否")) : text(AN_STR("")),
                kind ? number(kind->occurrences) : text(AN_STR("")), kind ? number(kind->distinct) : text(AN_STR("")),
                number(o->records), number(o->people.floor), number(o->people.ceiling),
            });
        }
    }
}

static struct an_cell share(double s) { return (struct an_cell) {.is = AN_CELL_SHARE, .share = s}; }

static void copies(struct an_maker *m, struct an_book *book) {
    static const struct an_column_head columns[] = {
        COLUMN("Store A", "存储甲", 44, "One of two stores that hold the same people", "含有相同个人的两处存储之一"),
        COLUMN("Store B", "存储乙", 44, "The other", "另一处存储"),
        COLUMN("Identifiers in both", "两处均有的标识", 18, "Distinct identifiers of persons that stand in both",
               "两处均有的个人标识（去重）"),
        COLUMN("Share of A", "占甲的比例", 12, "Of the distinct identifiers of A", "占甲的去重标识的比例"),
        COLUMN("Share of B", "占乙的比例", 12, "Of the distinct identifiers of B", "占乙的去重标识的比例"),
        COLUMN("People in both, at least", "两处均有的人数（至少）", 22, "Proven by identifiers that one person alone can have",
               "由仅能属于一人的标识证明"),
    };
    const struct an_model *model = m->source->model;
    struct sheet s = begin(m, book, (struct an_words) {"Copies", "副本"},
                           (struct an_words) {"Pairs of stores that hold the same people", "含有相同个人的存储对"}, columns,
                           AN_COUNT(columns), model->copy_count);
    for (size_t i = 0; i < model->copy_count; i++) {
        const struct an_model_copy *c = &model->copies[i];
        add(&s, (struct an_cell[]) {text(model->stores[c->a].uri), text(model->stores[c->b].uri), number(c->shared),
                                    share(c->of_a), share(c->of_b), number(c->people)});
    }
}

static void inventory(struct an_maker *m, struct an_book *book) {
    static const struct an_column_head columns[] = {
        COLUMN("Declared store", "申报的存储", 44, "As the company file names it", "按公司申报文件的名称"),
        COLUMN("Location", "存储地", 12, "Where it is, as declared", "申报的所在地"),
        COLUMN("Controller", "个人信息处理者", 24, "Who decides on purpose and means", "决定处理目的和方式者"),
        COLUMN("Processor", "受托人", 24, "Who works on the controller's behalf", "受委托处理者"),
        COLUMN("Purpose", "处理目的", 32, "What the data are held for", "处理目的"),
        COLUMN("Legal basis", "合法性基础", 20, "What allows it", "处理的合法性基础"),
        COLUMN("Retention", "保存期限", 16, "How long they are kept", "保存期限"),
        COLUMN("Grade", "分级", 14, "General, important or core data: the company's own claim",
               "一般、重要或核心数据：公司自行申报"),
        COLUMN("Stores found", "发现的存储", 12, "Measured at and below that place", "在该处及其下测量到的存储数"),
        COLUMN("People: floor", "人数下限", 14, "People these describe, at least", "至少涉及的自然人数"),
        COLUMN("People: ceiling", "人数上限", 14, "At most; empty where nobody can say", "至多涉及的自然人数；无法确定则为空"),
    };
    const struct an_model *model = m->source->model;
    struct sheet s = begin(m, book, (struct an_words) {"Inventory", "数据清单"},
                           (struct an_words) {"What the company declares of its stores, beside what was found",
                                              "公司对其数据存储的申报与实际发现"}, columns,
                           AN_COUNT(columns), model->entry_count);
    for (size_t i = 0; i < model->entry_count; i++) {
        const struct an_model_entry *e = &model->inventory[i];
        add(&s, (struct an_cell[]) {text(e->uri), text(e->location), text(e->controller), text(e->processor), text(e->purpose),
                                    text(e->basis), text(e->retention), text(an_maker_word(m, e->grade)), number(e->stores),
                                    number(e->people.floor), number(e->people.ceiling)});
    }
}

static void gaps(struct an_maker *m, struct an_book *book) {
    static const struct an_column_head columns[] = {
        COLUMN("Store", "数据存储", 44, "Measured, or declared", "已测量或申报的存储"),
        COLUMN("What", "事项", 44, "Where data and inventory differ, or what should be protected better",
               "数据与清单的差异，或应加强保护之处"),
        COLUMN("Kind", "标识类型", 28, "Kind of identifier; empty where it is the store as a whole",
               "标识类型；涉及整个存储时为空"),
        COLUMN("Number", "数量", 14, "Distinct identifiers of the kind; of a store, people at least; what was seen, where only "
               "some was looked at", "该类型去重标识数；存储则为至少人数；仅查看部分时为所见数量"),
        COLUMN("Column", "字段", 24, "Empty: the store as a whole, or its running text", "为空表示整个存储或其文本"),
        COLUMN("Looked at", "查看数量", 14, "Cells, records or bytes; empty: all that was read",
               "单元格、记录或字节；为空表示已读取的全部"),
        COLUMN("Of", "总数", 14, "So many cells, records or bytes there are", "单元格、记录或字节的总数"),
        COLUMN("Source", "依据", 32, "The standard that says so", "所依据的标准"),
    };
    const struct an_model *model = m->source->model;
    struct sheet s = begin(m, book, (struct an_words) {"To be looked at", "关注事项"},
                           (struct an_words) {"What the data map points out", "数据地图提示的事项"}, columns, AN_COUNT(columns),
                           model->gap_count);
    for (size_t i = 0; i < model->gap_count; i++) {
        const struct an_model_gap *g = &model->gaps[i];
        add(&s, (struct an_cell[]) {text(g->store), words(an_say(an_term(g->code), m->lang)), words(an_say(g->title, m->lang)),
                                    number(g->count), text(g->column), g->unit ? number(g->looked) : (struct an_cell) {0},
                                    g->unit ? number(g->of) : (struct an_cell) {0}, words(g->source)});
    }
}

static void people(struct an_maker *m, struct an_book *book) {
    static const struct an_column_head columns[] = {
        COLUMN("Scope", "范围", 28, "All stores, a place of storage, or a count that rules ask for",
               "全部存储、某一存储地，或规则所问的数量"),
        COLUMN("Floor", "下限", 16, "At least so many people: proven", "至少人数：已证明"),
        COLUMN("Linked", "估计", 16, "An estimate between the two; proves nothing", "介于两者之间的估计；不构成证明"),
        COLUMN("Ceiling", "上限", 16, "At most so many people: proven; empty where nobody can say",
               "至多人数：已证明；无法确定则为空"),
        COLUMN("From", "来源", 14, "Measured, declared, derived or assumed", "测得、申报、推导或假定"),
    };
    const struct an_model *model = m->source->model;
    struct sheet s = begin(m, book, (struct an_words) {"People", "人数"},
                           (struct an_words) {"Natural persons, de-duplicated", "自然人数（去重）"}, columns, AN_COUNT(columns),
                           1 + model->place_count + model->fact_count);
    if (m->measured)
        add(&s, (struct an_cell[]) {text(AN_IN(m, "All stores", "全部存储")), number(model->people.floor),
                                    number(model->people.linked), number(model->people.ceiling),
                                    text(AN_IN(m, "measured", "测得"))});
    for (size_t i = 0; i < model->place_count; i++)
        add(&s, (struct an_cell[]) {text(model->places[i].location), number(model->places[i].people.floor),
                                    number(model->places[i].people.linked), number(model->places[i].people.ceiling),
                                    text(AN_IN(m, "measured", "测得"))});
    for (size_t i = 0; i < model->fact_count; i++)
        if (model->facts[i].is == AN_FACT_RANGE)
            add(&s, (struct an_cell[]) {words(model->facts[i].name), number(model->facts[i].lo), {0},
                                        number(model->facts[i].hi), words(model->facts[i].from)});
}

static void rules(struct an_maker *m, struct an_book *book) {
    static const struct an_column_head columns[] = {
        COLUMN("Rule", "规则", 26, "Id and version in the rule packs", "规则编号与版本"),
        COLUMN("Title", "名称", 44, "What the rule is about", "规则内容"),
        COLUMN("Law", "法律依据", 44, "Instrument and article", "法律文件与条款"),
        COLUMN("Status", "效力", 12, "In force, draft, ...", "现行、草案等"),
        COLUMN("From", "施行", 12, "First day it is in force", "施行日期"),
        COLUMN("Verdict", "结论", 16, "Applies, does not apply, or undetermined", "适用、不适用或未能确定"),
        COLUMN("Duty", "义务", 60, "What is to be done where it applies", "适用时应当做的事"),
        COLUMN("Period", "期限", 44, "In words", "文字表述"),
        COLUMN("Due", "截止日", 12, "Last day, where the day it starts from is known", "最后一日（起算日已知时）"),
    };
    const struct an_model *model = m->source->model;
    size_t most = 0;
    for (size_t i = 0; i < model->rule_count; i++)
        most += 1 + model->rules[i].duty_count + model->rules[i].clock_count;
    struct sheet s = begin(m, book, (struct an_words) {"Rules and duties", "规则与义务"},
                           (struct an_words) {"Every rule judged; a row for each duty and period",
                                              "所有已判断的规则；每项义务、期限一行"},
                           columns, AN_COUNT(columns), most);
    for (size_t i = 0; i < model->rule_count; i++) {
        const struct an_model_rule *r = &model->rules[i];
        size_t rows = r->duty_count > r->clock_count ? r->duty_count : r->clock_count;
        for (size_t k = 0; k < (rows ? rows : 1); k++)
            add(&s, (struct an_cell[]) {
                text(AN_SAY(m, "%s@%s", r->id, r->version)), words(an_say(r->title, m->lang)), text(r->citation),
                words(r->status), day(r->from), text(an_maker_verdict(m, r->verdict)),
                k < r->duty_count ? text(r->duties[k]) : text(AN_STR("")),
                k < r->clock_count ? text(r->clocks[k].text) : text(AN_STR("")),
                day(k < r->clock_count ? r->clocks[k].due : AN_DAY_NONE),
            });
    }
}

// Sheets that show the entries of one kind.
enum how { HOW_TEXT, HOW_WORD, HOW_DAY };
enum { ENTRY_COLUMNS = 8 };
static const struct entry_sheet {
    const char *kind;
    struct an_words name, about;
    struct an_column_head columns[ENTRY_COLUMNS];
    struct { const char *member; enum how how; } shown[ENTRY_COLUMNS];
} entry_sheets[] = {
    {"finding", {"Findings", "检查结果"}, {"Results of tests taken over from other tools", "导入的检查结果"},
     {COLUMN("Title", "名称", 50, "What was tested or found", "检查项或发现"), COLUMN("Source", "来源", 20, "The tool", "工具"),
      COLUMN("Result", "结果", 14, "Pass, fail, not known, not applicable", "通过、未通过、不明、不适用"),
      COLUMN("Severity", "严重程度", 12, "As the tool says", "工具给出的级别"),
      COLUMN("Control", "控制项", 24, "The requirement it is about", "所针对的要求"),
      COLUMN("Day", "日期", 12, "Day of the result", "结果日期"), COLUMN("Remarks", "备注", 50, "Remarks", "备注")},
     {{"title", HOW_TEXT}, {"source", HOW_TEXT}, {"result", HOW_WORD}, {"severity", HOW_TEXT}, {"control", HOW_TEXT},
      {"day", HOW_DAY}, {"remarks", HOW_TEXT}}},
    {"plan", {"Plan", "整改计划"}, {"What is to be done, by whom, by when", "待办事项、责任人与期限"},
     {COLUMN("Id", "编号", 14, "Id of the item", "事项编号"), COLUMN("What", "事项", 60, "What is to be done", "应当完成的事"),
      COLUMN("Due", "期限", 12, "Last day", "最后一日"), COLUMN("Status", "状态", 12, "Where it stands", "进展"),
      COLUMN("Owner", "责任人", 20, "Who does it", "由谁完成"),
      COLUMN("Finding", "检查结果", 20, "The finding it answers", "对应的检查结果")},
     {{"id", HOW_TEXT}, {"text", HOW_TEXT}, {"due", HOW_DAY}, {"status", HOW_WORD}, {"owner", HOW_TEXT}, {"finding", HOW_TEXT}}},
    {"event", {"Timeline", "时间线"}, {"What happened when", "何时发生何事"},
     {COLUMN("Day", "日期", 12, "Day of the event", "事件日期"),
      COLUMN("Event", "事件", 32, "Its name in the procedure", "程序中的名称"),
      COLUMN("By", "由", 20, "Who acted", "由谁作出"), COLUMN("To", "对", 20, "Towards whom", "对谁"),
      COLUMN("Received", "收到日", 12, "Day it was received", "收到日期"), COLUMN("Note", "备注", 60, "Note", "备注")},
     {{"day", HOW_DAY}, {"name", HOW_TEXT}, {"by", HOW_TEXT}, {"to", HOW_TEXT}, {"received", HOW_DAY}, {"note", HOW_TEXT}}},
};

static struct an_cell member(struct an_maker *m, const json_t *body, const char *name, enum how how) {
    struct an_str s = an_entry_text(body, name);
    an_day d;
    if (how == HOW_DAY)
        return day(an_day_parse(s, &d) ? d : AN_DAY_NONE);
    return text(how == HOW_WORD ? an_maker_word(m, s) : s);
}

static void entries(struct an_maker *m, struct an_book *book, const struct entry_sheet *e) {
    size_t columns = 0;
    while (columns < ENTRY_COLUMNS && e->columns[columns].title.en)
        columns++;
    struct sheet s = begin(m, book, e->name, e->about, e->columns, columns, m->source->entry_count);
    for (size_t i = 0; i < m->source->entry_count; i++) {
        const struct an_paper_entry *o = &m->source->entries[i];
        if (o->withdrawn || !an_str_eq(o->kind, an_str_from_c(e->kind)) || m->replaced[i])
            continue;
        struct an_cell row[ENTRY_COLUMNS];
        for (size_t c = 0; c < columns; c++)
            row[c] = member(m, o->body, e->shown[c].member, e->shown[c].how);
        add(&s, row);
    }
}

static void the_log(struct an_maker *m, struct an_book *book) {
    static const struct an_column_head columns[] = {
        COLUMN("Number", "序号", 10, "Number of the entry in the case", "案卷条目序号"),
        COLUMN("Moment", "时间", 22, "When it was added, UTC", "加入时间（协调世界时）"),
        COLUMN("Who", "操作人", 16, "Id of the person", "人员编号"),
        COLUMN("Kind", "类型", 16, "Kind of entry", "条目类型"),
        COLUMN("Withdrawn", "已撤回", 10, "Whether a later entry takes it back", "是否被后来的条目撤回"),
        COLUMN("Hash", "哈希", 70, "BLAKE2b-256 of the entry and the hash before it", "条目与前一哈希的 BLAKE2b-256"),
    };
    struct sheet s = begin(m, book, (struct an_words) {"Log", "日志"},
                           (struct an_words) {"Every entry of the case, in order", "案卷全部条目，按顺序"}, columns,
                           AN_COUNT(columns), m->source->entry_count);
    for (size_t i = 0; i < m->source->entry_count; i++) {
        const struct an_paper_entry *e = &m->source->entries[i];
        add(&s, (struct an_cell[]) {number(e->seq), text(e->at), text(e->actor), text(e->kind),
                                    text(e->withdrawn ? AN_IN(m, "yes", "是") : AN_IN(m, "no", "否")), text(e->hash)});
    }
}

enum an_code an_paper_book(const struct an_paper_source *source, enum an_lang lang, struct an_arena *arena,
                           struct an_book *ret, struct an_err *err) {
    enum { SHEETS = 7 + AN_COUNT(entry_sheets) };
    struct an_paper none = {0};
    struct an_maker *m = AN_NEW(arena, struct an_maker);
    *ret = (struct an_book) {
        .title = {"anshen: data, people, law", "安审：数据、人数与规则"}, .company = source->model->company,
        .day = source->model->as_of, .sheets = AN_NEW_N(arena, SHEETS, struct an_sheet),
    };
    if (!m || !ret->sheets)
        return an_fail(err, AN_NOMEM, "no memory for a workbook");
    *m = (struct an_maker) {.source = source, .lang = lang, .arena = arena, .paper = &none,
                            .measured = source->model->measured};
    an_maker_replaced(m);
    if (!m->failed) {
        data_map(m, ret);
        copies(m, ret);
        inventory(m, ret);
        gaps(m, ret);
        people(m, ret);
        rules(m, ret);
        for (size_t i = 0; i < AN_COUNT(entry_sheets); i++)
            entries(m, ret, &entry_sheets[i]);
        the_log(m, ret);
    }
    return m->failed ? an_fail(err, AN_NOMEM, "no memory for a workbook") : AN_OK;
}
