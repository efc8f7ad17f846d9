// What check and judge print at the end: the answer on one screen of plain text, and what applies.
#include <math.h>
#include <string.h>
#include "base/utf8.h"
#include "report/choice.h"
#include "report/figure.h"
#include "report/out.h"
#include "report/report.h"
#include "report/scale.h"
#include "report/terms.h"

enum { WIDTH = 80, WIDTH_MIN = 72, WIDTH_MAX = 120, INDENT = 2 };
enum { KINDS = 4, STORES = 8, LOSSES = 3, ADVICE_LINES = 14, OPEN = 5, UNREAD = 3 };

struct screen {
    struct an_out out;
    const struct an_model *model;
    size_t width;
    bool color, all;
};

#define FIGURE(s, n) AN_FIGURE(an_figure, n, (s)->out.lang)
#define SAY(s, en, zh) an_str_from_c(an_say(AN_WORDS(en, zh), (s)->out.lang))

static void paint(struct screen *s, const char *code) {
    if (s->color)
        an_out_rawf(&s->out, "\033[%sm", code);
}

static void blanks(struct screen *s, size_t count) {
    for (size_t i = 0; i < count; i++)
        an_out_raw(&s->out, " ");
}

static void newline(struct screen *s) { an_out_raw(&s->out, "\n"); }

static void line(struct screen *s, struct an_words words, const struct an_str *args) {
    an_out_fill(&s->out, words, args);
    newline(s);
}

// "  and 3 more", where there are more.
static void more(struct screen *s, size_t count, struct an_words words) {
    if (!count)
        return;
    blanks(s, 2);
    line(s, words, (struct an_str[]) {FIGURE(s, count)});
}

static void left(struct screen *s, struct an_str text, size_t columns) {
    size_t took = an_out_clip(&s->out, text, columns);
    blanks(s, columns > took ? columns - took : 0);
}

static void right(struct screen *s, struct an_str text, size_t columns) {
    size_t need = an_columns(text);
    blanks(s, columns > need ? columns - need : 0);
    an_out_text(&s->out, text);
}

// A heading in a table: the heads of other columns follow.
static void heading(struct screen *s, struct an_str text, size_t columns) {
    paint(s, "1");
    left(s, text, columns);
    paint(s, "0");
}

static void title(struct screen *s, struct an_str text) {
    paint(s, "1");
    an_out_text(&s->out, text);
    paint(s, "0");
    newline(s);
}

static bool is_closing(uint32_t c) {
    static const uint32_t marks[] = {0x3001, 0x3002, 0xFF0C, 0xFF1A, 0xFF1B,
                                     0xFF09, 0x300B, 0x201D, 0xFF01, 0xFF1F};
    for (size_t i = 0; i < AN_COUNT(marks); i++)
        if (marks[i] == c)
            return true;
    return false;
}

// The longest piece at the front of text that no line may be broken in: blanks, then a word, or one wide
// character, and the marks that may not begin a line.
static size_t unbroken(struct an_str text) {
    size_t i = 0, n;
    while (i < text.len && text.ptr[i] == ' ')
        i++;
    bool has_one = false;
    while (i < text.len && text.ptr[i] != ' ') {
        struct an_str rest = an_str_slice(text, i, text.len);
        uint32_t c = an_utf8_get(rest, &n);
        bool is_wide = an_columns(an_str_slice(rest, 0, n)) == 2;
        if (has_one && !is_closing(c) && (is_wide || an_columns(an_str_slice(text, 0, i)) > 60))
            break;
        i += n;
        has_one = true;
        struct an_str next = an_str_slice(text, i, text.len);
        if (is_wide && !(next.len && is_closing(an_utf8_get(next, &n))))
            break;
    }
    return i;
}

// Writes text over at most `lines` lines, the first begun at column `at`, the others at `indent`. Returns the
// lines used.
static size_t wrap(struct screen *s, struct an_str text, size_t at, size_t indent, size_t lines) {
    size_t used = 1;
    while (text.len) {
        size_t n = unbroken(text);
        struct an_str word = an_str_slice(text, 0, n);
        bool is_last = n == text.len;
        if (at + an_columns(word) > s->width - (used == lines && !is_last ? 4 : 0) && at > indent) {
            if (used == lines) {
                an_out_raw(&s->out, " ...");
                break;
            }
            newline(s);
            blanks(s, indent);
            at = indent;
            used++;
            while (word.len && word.ptr[0] == ' ')
                word = an_str_slice(word, 1, word.len);
        }
        an_out_text(&s->out, word);
        at += an_columns(word);
        text = an_str_slice(text, n, text.len);
    }
    newline(s);
    return used;
}

static const char *verdict_color(const char *verdict) {
    return strcmp(verdict, "applies") == 0          ? "1;31"
           : strcmp(verdict, "does-not-apply") == 0 ? "1;34"
                                                    : "1;33";
}

static size_t verdict(struct screen *s, const char *code) {
    struct an_str words = an_str_from_c(an_say(an_term(code), s->out.lang));
    paint(s, verdict_color(code));
    an_out_raw(&s->out, "[");
    an_out_text(&s->out, words);
    an_out_raw(&s->out, "]");
    paint(s, "0");
    return an_columns(words) + 2;
}

static void answer(struct screen *s) {
    const struct an_model *model = s->model;
    char day[AN_DAY_TEXT_MAX];
    left(s, model->company.len ? model->company : SAY(s, "anshen", "安审"), 40);
    blanks(s, 2);
    line(s, AN_WORDS("law as of {0}", "法律截至 {0}"),
         (struct an_str[]) {model->as_of == AN_DAY_NONE ? SAY(s, "a day not given", "未指定日期")
                                                       : an_str_from_c(an_day_text(model->as_of, day))});
    const struct an_model_rule *rule = an_choice_main_rule(model);
    size_t at = 0;
    if (rule && rule->verdict) {
        at = verdict(s, rule->verdict) + 1;
        an_out_raw(&s->out, " ");
    }
    wrap(s, an_str_from_c(an_say(model->headline, s->out.lang)), at, INDENT, 3);
    newline(s);
}

static bool has_verdict(const struct an_model_rule *r, const char *code) {
    return r->verdict && strcmp(r->verdict, code) == 0;
}

static bool is_law(const struct an_model_rule *r) { return strcmp(r->status, "in_force") == 0; }

// In force with that verdict, and something there to judge.
static bool stands_as(const struct an_model_rule *r, const char *verdict) {
    return is_law(r) && has_verdict(r, verdict) && !r->stands_by;
}

static void rule_line(struct screen *s, const struct an_model_rule *r, bool status) {
    struct an_str says = status ? an_str_from_c(an_say(an_term(r->status), s->out.lang)) : AN_STR("");
    size_t at = INDENT + strlen(r->id) + 2;
    blanks(s, INDENT);
    paint(s, "1");
    an_out_cstr(&s->out, r->id);
    paint(s, "0");
    blanks(s, 2);
    if (says.len) {
        an_out_raw(&s->out, "[");
        an_out_text(&s->out, says);
        an_out_raw(&s->out, "] ");
        at += an_columns(says) + 3;
    }
    wrap(s, an_str_from_c(an_say(r->title, s->out.lang)), at, 4, 2);
}

// The first thing to do, and the earliest day by which something has to be done.
static void owed(struct screen *s, const struct an_model_rule *r) {
    const struct an_model_clock *first = NULL;
    for (size_t i = 0; i < r->clock_count; i++)
        if (r->clocks[i].due != AN_DAY_NONE && (!first || r->clocks[i].due < first->due))
            first = &r->clocks[i];
    if (r->duty_count) {
        blanks(s, 4);
        wrap(s, r->duties[0], 4, 4, 2);
    }
    if (!first && !r->clock_count)
        return;
    blanks(s, 4);
    if (first) {
        char day[AN_DAY_TEXT_MAX];
        paint(s, "1");
        an_out_fill(&s->out, first->stopped ? AN_WORDS("stopped; was due {0}: ", "期限中止；原届满日 {0}：")
                    : first->provisional    ? AN_WORDS("by {0} (provisional): ", "{0} 前（暂定）：")
                                            : AN_WORDS("by {0}: ", "{0} 前："),
                    (struct an_str[]) {an_str_from_c(an_day_text(first->due, day))});
        paint(s, "0");
    }
    wrap(s, first ? first->text : r->clocks[0].text, first ? 24 : 4, 4, 2);
}

static void settled_by(struct screen *s, const struct an_model_rule *r) {
    AN_AUTO(an_buf) names = {0};
    enum an_code code = AN_OK;
    for (size_t i = 0; i < r->decide_by_count && !code; i++)
        code = an_buf_addf(&names, &s->out.err, "%s%.*s", i ? ", " : "", AN_STR_ARG(r->decide_by[i]));
    blanks(s, 4);
    an_out_words(&s->out, AN_WORDS("settled by ", "需查明："));
    wrap(s, an_buf_str(&names), 15, 4, 2);
    if (!r->read_by_count)
        return;
    AN_AUTO(an_buf) stores = {0};
    for (size_t i = 0; i < r->read_by_count && i < UNREAD && !code; i++)
        code = an_buf_addf(&stores, &s->out.err, "%s%.*s", i ? ", " : "", AN_STR_ARG(r->read_by[i]));
    if (r->read_by_count > UNREAD && !code)
        AN_IGNORE(an_buf_add(&stores, AN_STR(" ..."), &s->out.err));
    blanks(s, 4);
    an_out_words(&s->out, AN_WORDS("or by reading all of ", "或者读全 "));
    wrap(s, an_buf_str(&stores), 25, 4, 2);
}

// Those in force with that verdict, at most `most` of them; returns how many there are.
static size_t rules_with(struct screen *s, const char *code, struct an_str head, size_t most,
                         void (*more_of)(struct screen *, const struct an_model_rule *)) {
    const struct an_model *model = s->model;
    size_t count = 0;
    for (size_t i = 0; i < model->rule_count; i++)
        count += stands_as(&model->rules[i], code);
    if (!count || !most)
        return count;
    title(s, head);
    size_t shown = 0;
    // the main rule, then those that need the fewest facts: the nearest to an answer
    for (size_t need = 0; shown < most && shown < count; need++)
        for (size_t i = 0; i < model->rule_count && shown < most; i++) {
            const struct an_model_rule *r = &model->rules[i];
            if (!stands_as(r, code) || (r->main ? 0 : r->decide_by_count + 1) != need)
                continue;
            rule_line(s, r, false);
            if (more_of == settled_by || (more_of && !(r->main && model->advice_count)))
                more_of(s, r);          // what the main rule wants done is said above already
            shown++;
        }
    more(s, count - shown, AN_WORDS("and {0} more (--all shows them)", "另有 {0} 条（--all 全部列出）"));
    newline(s);
    return count;
}

static void open_facts(struct screen *s) {
    const struct an_model *model = s->model;
    size_t most = model->open_count < OPEN ? model->open_count : OPEN;
    if (!most)
        return;
    title(s, SAY(s, "Facts that would help to decide most of these", "查明下列事实，可助判断其中多数"));
    for (size_t i = 0; i < most; i++) {
        const struct an_model_open *open = &model->open[i];
        right(s, FIGURE(s, open->rules), 5);
        an_out_raw(&s->out, "  ");
        an_out_cstr(&s->out, open->name);
        an_out_raw(&s->out, s->out.lang == AN_ZH ? "：" : ": ");
        wrap(s, an_str_from_c(an_say(open->title, s->out.lang)), 9 + strlen(open->name), 7, 2);
    }
    newline(s);
}

// Drafts, guidance, and rules to come: they bind nobody yet, and say so.
static void not_law(struct screen *s) {
    const struct an_model *model = s->model;
    size_t count = 0;
    for (size_t i = 0; i < model->rule_count; i++) {
        const struct an_model_rule *r = &model->rules[i];
        if (is_law(r) || (!s->all && !has_verdict(r, "applies")))
            continue;
        if (!count++)
            title(s, s->all ? SAY(s, "Not law on that day", "该日并非有效法律")
                            : SAY(s, "Would apply, but is not law on that day", "若为有效法律则适用（该日并非有效法律）"));
        rule_line(s, r, true);
    }
    if (count)
        newline(s);
}

static bool waits_for(const struct an_model_rule *r, const char *scope) {
    return is_law(r) && r->stands_by && strcmp(r->scope, scope) == 0;
}

// Rules about what has not happened, or was not described: how many of each sort.
static size_t standing_by(struct screen *s) {
    static const struct { const char *scope; struct an_words title; } sorts[] = {
        {"incident", {"an incident", "安全事件"}}, {"transfer", {"a transfer of data", "数据提供"}},
        {"product", {"a product or service", "产品和服务"}}, {"counterparty", {"another party", "相对方"}},
    };
    const struct an_model *model = s->model;
    size_t all = 0;
    for (size_t k = 0; k < AN_COUNT(sorts); k++) {
        size_t count = 0;
        for (size_t i = 0; i < model->rule_count; i++)
            count += waits_for(&model->rules[i], sorts[k].scope);
        if (!count)
            continue;
        if (!all)
            title(s, SAY(s, "Wait for something to happen, or to be described", "有待具体事项发生或者写明"));
        right(s, FIGURE(s, count), 5);
        an_out_raw(&s->out, "  ");
        line(s, sorts[k].title, NULL);
        for (size_t i = 0; s->all && i < model->rule_count; i++)
            if (waits_for(&model->rules[i], sorts[k].scope))
                rule_line(s, &model->rules[i], false);
        all += count;
    }
    if (all)
        newline(s);
    return all;
}

// Facts that nobody gave and that were taken to be so: what follows rests on them.
static void assumed(struct screen *s) {
    const struct an_model *model = s->model;
    for (size_t i = 0; i < model->fact_count; i++) {
        const struct an_model_fact *f = &model->facts[i];
        if (!an_model_is_assumed(f))
            continue;
        AN_AUTO(an_buf) text = {0};
        enum an_code code = an_buf_addf(&text, &s->out.err, "%s = %.*s", f->name, AN_STR_ARG(f->value));
        an_out_words(&s->out, AN_WORDS("Assumed, as nothing says otherwise: ", "未有说明，推定："));
        if (!code)
            wrap(s, an_buf_str(&text), 36, 0, 2);
        newline(s);
    }
}

// What follows: what applies and by when, what cannot be told and what would settle it, the rest in one line.
static void duties(struct screen *s) {
    const struct an_model *model = s->model;
    if (!model->rule_count)
        return;
    assumed(s);
    size_t yes = rules_with(s, "applies", SAY(s, "Applies", "适用"), SIZE_MAX, owed);
    size_t open = rules_with(s, "undetermined", SAY(s, "Cannot be told yet", "尚不能判断"), s->all ? SIZE_MAX : OPEN,
                             settled_by);
    open_facts(s);
    size_t by = standing_by(s);
    size_t no = rules_with(s, "does-not-apply", SAY(s, "Does not apply", "不适用"), s->all ? SIZE_MAX : 0, NULL);
    not_law(s);
    line(s, AN_WORDS("Rules in force: {0} apply, {1} cannot be told, {2} wait, {3} do not",
                     "有效规则：适用 {0} 条，未能确定 {1} 条，有待事项 {2} 条，不适用 {3} 条"),
         (struct an_str[]) {FIGURE(s, yes), FIGURE(s, open), FIGURE(s, by), FIGURE(s, no)});
    line(s, AN_WORDS("Not law: {0} drafts, guidelines and rules to come", "非法律：征求意见稿、指引和待施行规定 {0} 条"),
         (struct an_str[]) {FIGURE(s, model->rule_count - yes - open - by - no)});
    newline(s);
}

static void person_row(struct screen *s, char mark, struct an_str name, uint64_t n, struct an_str meaning) {
    an_out_rawf(&s->out, "  %c ", mark);
    left(s, name, 10);
    paint(s, "1");
    right(s, FIGURE(s, n), 15);
    paint(s, "0");
    an_out_raw(&s->out, "  ");
    an_out_text(&s->out, meaning);
    newline(s);
}

// The cell up to which the bar of n reaches; it never touches the line's own cell from the wrong side.
static size_t cell_of(const struct an_scale *scale, uint64_t n, size_t cells, size_t line) {
    size_t at = (size_t) lround(an_scale_at(scale, n, (double) cells, 0));
    if (!scale->line || n == scale->line)
        return scale->line ? line : at;
    if (n < scale->line)
        return at < line ? at : line;
    return at > line + 2 ? at : line + 2;
}

static void bar(struct screen *s) {
    const struct an_model_people *people = &s->model->people;
    const struct an_scale scale = an_scale_for(people, s->model->threshold);
    size_t cells = s->width - 6;
    size_t line = (size_t) an_scale_at(&scale, s->model->threshold, (double) cells, 0);
    line = line < 1 ? 1 : line > cells - 3 ? cells - 3 : line;
    size_t floor = cell_of(&scale, people->floor, cells, line),
           linked = cell_of(&scale, people->linked, cells, line);
    bool is_open = people->ceiling == AN_INFINITE;
    size_t known = cell_of(&scale, is_open ? people->ceiling_read : people->ceiling, cells, line);
    an_out_raw(&s->out, "  [");
    for (size_t i = 0; i < cells; i++) {
        bool is_line = s->model->threshold && i == line;
        if (is_line)
            paint(s, "1;31");
        an_out_raw(&s->out, is_line      ? "|"
                            : i < floor  ? "#"
                            : i < linked ? "="
                            : i < known  ? "-"
                            : is_open    ? "."
                                         : " ");
        if (is_line)
            paint(s, "0");
    }
    an_out_raw(&s->out, is_open ? ">" : "]");
    newline(s);
    if (scale.is_log) {
        an_out_raw(&s->out, "   ");
        an_out_words(&s->out, AN_WORDS("(logarithmic: lengths do not compare as numbers do)",
                                       "（对数坐标：长度之比不等于人数之比）"));
        newline(s);
    }
}

static void people(struct screen *s) {
    const struct an_model_people *people = &s->model->people;
    person_row(s, '#', SAY(s, "floor", "下限"), people->floor,
               SAY(s, "people at least: proven", "人，至少：已证明"));
    person_row(s, '=', SAY(s, "linked", "关联估计"), people->linked,
               SAY(s, "people: estimate", "人：估计值"));
    if (people->ceiling == AN_INFINITE) {
        person_row(s, '-', SAY(s, "read", "已读部分"), people->ceiling_read,
                   SAY(s, "people at most in what was read: proven", "人，已读部分至多：已证明"));
        person_row(s, '.', SAY(s, "ceiling", "上限"), people->ceiling,
                   SAY(s, "something unread has no known size", "有未读取部分，规模不明"));
    } else
        person_row(s, '-', SAY(s, "ceiling", "上限"), people->ceiling,
                   SAY(s, "people at most: proven", "人，至多：已证明"));
    if (s->model->threshold)
        person_row(s, '|', SAY(s, "the line", "门槛线"), s->model->threshold,
                   SAY(s, "set by the rule", "由规则设定"));
    bar(s);
    newline(s);
}

static void kinds(struct screen *s) {
    const struct an_model *model = s->model;
    size_t chosen[KINDS], shown = an_choice_kinds(model, KINDS, chosen), count = 0,
                          name = s->width - 2 - 3 * 14;
    for (size_t i = 0; i < model->kind_count; i++)
        count += model->kinds[i].distinct > 0;
    if (!count)
        return;
    heading(s, SAY(s, "Identifiers", "标识"), name + 2);
    right(s, SAY(s, "distinct", "去重"), 14);
    right(s, SAY(s, "floor grade", "下限级"), 14);
    right(s, SAY(s, "occurrences", "出现次数"), 14);
    newline(s);
    for (size_t i = 0; i < shown; i++) {
        const struct an_model_kind *kind = &model->kinds[chosen[i]];
        blanks(s, 2);
        left(s, an_str_from_c(an_say(kind->title, s->out.lang)), name);
        right(s, FIGURE(s, kind->distinct), 14);
        right(s, FIGURE(s, kind->floor_grade), 14);
        right(s, FIGURE(s, kind->occurrences), 14);
        newline(s);
    }
    more(s, count - shown, AN_WORDS("and {0} more kinds", "另有 {0} 类"));
    newline(s);
}

// What was read. The stores that were not are named further down, with the reason.
static void stores(struct screen *s, const struct an_model_store *const *sorted) {
    const struct an_model *model = s->model;
    size_t name = s->width - 2 - 14 - 12 - 20, shown = 0, is_read = 0, skipped = 0;
    for (size_t i = 0; i < model->store_count; i++) {
        is_read += an_store_is_read(sorted[i]);
        skipped += an_store_is_skipped(sorted[i]);
    }
    if (!model->store_count)
        line(s, AN_WORDS("No store was found.", "未发现任何数据存储。"), NULL);
    if (is_read) {
        heading(s, SAY(s, "Stores", "数据存储"), name + 2);
        left(s, SAY(s, "  status", "  状态"), 14);
        right(s, SAY(s, "records", "记录"), 12);
        right(s, SAY(s, "people", "人数"), 20);
        newline(s);
    }
    for (; shown < is_read && shown < STORES; shown++) {
        const struct an_model_store *store = sorted[shown];
        char span[AN_FIGURE_MAX];
        blanks(s, 2);
        left(s, store->uri, name);
        blanks(s, 2);
        left(s, an_str_from_c(an_say(an_term(store->status), s->out.lang)), 12);
        right(s, FIGURE(s, store->records), 12);
        right(s, an_figure_span(store->people.floor, store->people.ceiling, s->out.lang, span), 20);
        newline(s);
    }
    more(s, is_read - shown, AN_WORDS("and {0} more", "另有 {0} 个"));
    more(s, skipped,
         AN_WORDS("{0} files skipped: they hold no records by their nature",
                  "另跳过 {0} 个文件：本身不含记录"));
    more(s, model->scope.pictures,
         AN_WORDS("{0} pictures hold what looks like ID numbers: recognised, and nobody is counted for it",
                  "{0} 张图片中有疑似证件等号码：仅为识别结果，未计入人数"));
    newline(s);
}

static void advice(struct screen *s) {
    const struct an_model *model = s->model;
    size_t lines = ADVICE_LINES, i = 0;
    if (!model->advice_count)
        return;
    title(s, SAY(s, "Why, and what next", "理由与下一步"));
    for (; i < model->advice_count && lines; i++) {
        an_out_raw(&s->out, "  - ");
        size_t for_others = model->advice_count - i - 1, most = for_others < lines ? lines - for_others : 1;
        lines -= wrap(s, an_str_from_c(an_say(model->advice[i], s->out.lang)), 4, 4, most);
    }
    more(s, model->advice_count - i, AN_WORDS("and {0} more in the report", "另有 {0} 项，见报告"));
    newline(s);
}

static struct an_str why(const struct an_model_store *store) {
    return store->why.len ? store->why : store->error_count ? store->errors[0].text : (struct an_str) {0};
}

static void losses(struct screen *s, const struct an_model_store *const *sorted) {
    const struct an_model *model = s->model;
    size_t count = 0;
    for (size_t i = 0; i < model->store_count; i++) {
        const struct an_model_store *store = sorted[i];
        if (an_store_is_skipped(store) || strcmp(store->status, "read") == 0)
            continue;
        if (!count++)
            title(s, SAY(s, "Not read in full (the ceiling accounts for it)", "未能完整读取（已计入上限）"));
        if (count > LOSSES)
            continue;
        blanks(s, 2);
        size_t took = an_out_clip(&s->out, store->uri, s->width / 2);
        an_out_raw(&s->out, ": ");
        wrap(s, why(store), INDENT + took + 2, INDENT + 2, 1);
    }
    if (!count)
        return;
    more(s, count > LOSSES ? count - LOSSES : 0, AN_WORDS("and {0} more", "另有 {0} 个"));
    newline(s);
}

static void where(struct screen *s) {
    const struct an_model *model = s->model;
    an_out_fill(&s->out, AN_WORDS("{0} records, {1} read", "{0} 条记录，读取 {1}"),
                (struct an_str[]) {FIGURE(s, model->scope.records),
                                  AN_FIGURE(an_figure_bytes, model->scope.bytes, s->out.lang)});
    if (model->seconds > 0)
        an_out_rawf(&s->out, s->out.lang == AN_ZH ? "，用时 %.1f 秒" : " in %.1f s", model->seconds);
    newline(s);
    if (!model->report_path.len)
        return;
    an_out_words(&s->out, AN_WORDS("Report: ", "报告："));
    an_out_text(&s->out, model->report_path);
    newline(s);
}

static enum an_code write(const struct an_model *model, enum an_lang lang,
                          const struct an_report_options *options, struct an_buf *out, struct an_err *err) {
    AN_AUTO(an_arena) arena = {0};
    const struct an_model_store **sorted = an_choice_stores(model, &arena);
    if (!sorted)
        return an_fail(err, AN_NOMEM, "no memory for the list of stores");
    size_t width = options->width ? options->width : WIDTH;
    width = width < WIDTH_MIN ? WIDTH_MIN : width > WIDTH_MAX ? WIDTH_MAX : width;
    struct screen s = {
        .out = {.buf = out, .lang = lang}, .model = model, .width = width, .color = options->color,
        .all = options->all};
    answer(&s);
    if (model->measured) {
        people(&s);
        kinds(&s);
        stores(&s, sorted);
    }
    advice(&s);
    duties(&s);
    losses(&s, sorted);
    if (model->measured)
        where(&s);
    if (s.out.err.code)
        *err = s.out.err;
    return s.out.err.code;
}

const struct an_report an_report_screen = {
    .name = "screen", .title = {"One screen of plain text", "单屏文本"}, .write = write,
};
