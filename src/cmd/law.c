// The verb `law`: what the rule packs say, and whether they hold.
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/edit.h"
#include "app/packs.h"
#include "base/json.h"
#include "cmd/options.h"
#include "cmd/verb.h"
#include "rules/canon.h"
#include "rules/vocabulary.h"
#include "rules/words.h"

#define TRY(call) do { enum an_code code_ = (call); if (code_) return code_; } while (0)

enum { EDITS_MAX = 256 << 20 };

struct job {
    const struct an_law *law;
    const char *operand;                // after the word: a rule
    const char *edits;                  // --edits
    enum an_lang lang;
    int status;                         // what the program exits with
    struct an_buf *text, *json;         // for people; for programs
    struct an_err *err;
};

static struct an_str status_word(const struct an_rule *r) {
    return r->is_define ? AN_STR("define") : an_str_from_c(an_status_name(r->status));
}

static void json_day(struct an_json *j, const char *key, an_day day) {
    char text[AN_DAY_TEXT_MAX];
    an_json_key(j, key);
    an_json_cstr(j, day == AN_DAY_NONE ? NULL : an_day_text(day, text));
}

static void json_str(struct an_json *j, const char *key, struct an_str s) {
    an_json_key(j, key);
    an_json_str(j, s);
}

static void json_rule(struct an_json *j, const struct an_rule *r) {
    char hash[AN_HASH_TEXT_MAX];
    an_json_open(j, '{');
    json_str(j, "id", r->id);
    json_str(j, "version", r->version);
    json_str(j, "status", status_word(r));
    json_day(j, "from", r->from);
    json_day(j, "to", r->to);
    json_day(j, "published", r->published);
    an_json_key(j, "title");
    an_json_open(j, '{');
    json_str(j, "en", r->title.en);
    json_str(j, "zh", r->title.zh);
    an_json_close(j, '}');
    json_str(j, "instrument", r->instrument);
    json_str(j, "article", r->article);
    an_json_key(j, "hash");
    an_json_cstr(j, an_hash_text(r->hash, hash));
    an_json_close(j, '}');
}

static enum an_code list(struct job *job) {
    const struct an_packs *packs = &job->law->packs;
    unsigned char hash[AN_RULE_HASH_BYTES];
    char text[AN_HASH_TEXT_MAX], from[AN_DAY_TEXT_MAX], to[AN_DAY_TEXT_MAX];
    struct an_json j = {.out = job->json};
    an_packs_hash(packs, hash);
    an_json_open(&j, '{');
    an_json_key(&j, "schema");
    an_json_cstr(&j, "anshen.law/1");
    an_json_key(&j, "hash");
    an_json_cstr(&j, an_hash_text(hash, text));
    an_json_key(&j, "rules");
    an_json_open(&j, '[');
    for (size_t i = 0; i < packs->rule_count; i++) {
        const struct an_rule *r = packs->rules[i];
        if (!an_law_has(job->law, r))
            continue;
        an_day first = r->from != AN_DAY_NONE ? r->from : r->published;
        struct an_str title = an_pair_say(r->title, job->lang);
        TRY(an_buf_addf(job->text, job->err, "%-16.*s %-17.*s %-10.*s %10s..%-10s  %.*s\n", AN_STR_ARG(r->id),
                        AN_STR_ARG(r->version), AN_STR_ARG(status_word(r)),
                        first == AN_DAY_NONE ? "" : an_day_text(first, from),
                        r->to == AN_DAY_NONE ? "" : an_day_text(r->to, to), AN_STR_ARG(title)));
        json_rule(&j, r);
    }
    an_json_close(&j, ']');
    an_json_close(&j, '}');
    return an_json_end(&j, job->err);
}

// The names that facts may have: what a company file and --what-if may give.
static enum an_code names(struct job *job) {
    const struct an_packs *packs = &job->law->packs;
    TRY(an_buf_add(job->json, AN_STR("["), job->err));
    for (size_t i = 0; i < packs->name_count; i++) {
        const struct an_name *n = &packs->names[i];
        TRY(an_buf_addf(job->json, job->err, "%s%.*s", i ? ",\n" : "", AN_STR_ARG(n->canonical)));
        if (n->kind != AN_NAME_FACT && n->kind != AN_NAME_METRIC)
            continue;
        TRY(an_buf_addf(job->text, job->err, "%-40.*s ", AN_STR_ARG(n->name)));
        for (size_t k = 0; k < n->value_count; k++)
            TRY(an_buf_addf(job->text, job->err, "%s%.*s", k ? "|" : "", AN_STR_ARG(n->values[k])));
        if (n->kind == AN_NAME_METRIC)
            TRY(an_window_say(n, job->lang, job->text, job->err));
        else if (!n->value_count)
            TRY(an_buf_addf(job->text, job->err, "%s", an_term_needs(n)));
        TRY(an_buf_addf(job->text, job->err, "  %.*s\n", AN_STR_ARG(an_pair_say(n->title, job->lang))));
    }
    return an_buf_add(job->json, AN_STR("]"), job->err);
}

static enum an_code heading(struct job *job, const char *en, const char *zh) {
    return an_buf_addf(job->text, job->err, "\n%s\n", job->lang == AN_ZH ? zh : en);
}

static enum an_code show_test(struct job *job, const struct an_rule_test *t) {
    TRY(an_buf_addf(job->text, job->err, "  %.*s\n      ", AN_STR_ARG(t->name)));
    for (size_t i = 0; i < t->given.count; i++) {
        TRY(an_buf_addf(job->text, job->err, "%.*s = ", AN_STR_ARG(t->given.items[i].name)));
        TRY(an_fact_say(&t->given.items[i], job->lang, job->text, job->err));
        TRY(an_buf_add(job->text, AN_STR("; "), job->err));
    }
    return an_buf_addf(job->text, job->err, "-> %s\n", an_tri_name(t->expect));
}

static enum an_code show_duties(struct job *job, const struct an_rule *r) {
    if (r->duty_count)
        TRY(heading(job, "Duty", "义务"));
    for (size_t i = 0; i < r->duty_count; i++) {
        TRY(an_buf_add(job->text, AN_STR("  "), job->err));
        TRY(an_duty_say(&job->law->packs, &r->duties[i], job->lang, job->text, job->err));
        TRY(an_buf_add(job->text, AN_STR("\n"), job->err));
    }
    if (r->clock_count)
        TRY(heading(job, "Clocks", "期限"));
    for (size_t i = 0; i < r->clock_count; i++) {
        TRY(an_buf_add(job->text, AN_STR("  "), job->err));
        TRY(an_clock_say(&job->law->packs, &r->clocks[i], job->lang, job->text, job->err));
        TRY(an_buf_add(job->text, AN_STR("\n"), job->err));
    }
    for (size_t i = 0; i < r->pause_count; i++) {
        TRY(an_buf_add(job->text, AN_STR("  "), job->err));
        TRY(an_pause_say(&job->law->packs, &r->pauses[i], job->lang, job->text, job->err));
        TRY(an_buf_add(job->text, AN_STR("\n"), job->err));
    }
    if (r->penalty_count)
        TRY(heading(job, "Penalty", "法律责任"));
    for (size_t i = 0; i < r->penalty_count; i++) {
        TRY(an_buf_add(job->text, AN_STR("  "), job->err));
        TRY(an_penalty_say(&r->penalties[i], job->lang, job->text, job->err));
        TRY(an_buf_add(job->text, AN_STR("\n"), job->err));
    }
    return AN_OK;
}

static enum an_code show_bodies(struct job *job, const char *what, const struct an_str *bodies, size_t count) {
    for (size_t i = 0; i < count; i++)
        TRY(an_buf_addf(job->text, job->err, "%s%.*s%s", i ? job->lang == AN_ZH ? "、" : ", " : what,
                        AN_STR_ARG(an_name_say(&job->law->packs, AN_NAME_BODY, bodies[i], job->lang)),
                        i + 1 == count ? "\n" : ""));
    return AN_OK;
}

static enum an_code show_doubts(struct job *job, const struct an_rule *r) {
    if (r->note_count)
        TRY(heading(job, "Notes", "说明"));
    for (size_t i = 0; i < r->note_count; i++) {
        struct an_str note = an_pair_say(r->notes[i], job->lang);
        TRY(an_buf_addf(job->text, job->err, "  %.*s\n", AN_STR_ARG(note)));
    }
    if (r->source_count)
        TRY(heading(job, "Sources", "来源"));
    for (size_t i = 0; i < r->source_count; i++)
        TRY(an_buf_addf(job->text, job->err, "  %.*s\n", AN_STR_ARG(r->sources[i])));
    if (r->test_count)
        TRY(heading(job, "Tests", "测试"));
    for (size_t i = 0; i < r->test_count; i++)
        TRY(show_test(job, &r->tests[i]));
    return AN_OK;
}

static enum an_code show_one(struct job *job, const struct an_rule *r) {
    char hash[AN_HASH_TEXT_MAX];
    struct an_str title = an_pair_say(r->title, job->lang);
    struct an_pair instrument = {r->instrument_en, r->instrument};
    struct an_str by = r->is_define ? r->cite : an_pair_say(instrument, job->lang);
    TRY(an_buf_addf(job->text, job->err, "%.*s %.*s\n%.*s\n", AN_STR_ARG(r->id), AN_STR_ARG(r->version),
                    AN_STR_ARG(title)));
    bool number = r->article.len && r->article.ptr[0] >= '0' && r->article.ptr[0] <= '9';
    bool zh = job->lang == AN_ZH;
    const char *before = !number ? " " : zh ? "第" : " art. ";
    TRY(an_buf_addf(job->text, job->err, "%.*s%s%.*s%s\n", AN_STR_ARG(by), before, AN_STR_ARG(r->article),
                    number && zh ? "条" : ""));
    if (!r->is_define) {
        TRY(an_status_say(r, job->lang, job->text, job->err));
        TRY(an_buf_add(job->text, AN_STR("\n"), job->err));
    }
    TRY(show_bodies(job, zh ? "起草：" : "drafted by ", r->drafted_by, r->drafted_by_count));
    TRY(show_bodies(job, zh ? "执法：" : "enforced by ", r->enforced_by, r->enforced_by_count));
    for (size_t i = 0; i < r->quote_count; i++)
        TRY(an_buf_addf(job->text, job->err, "\n  \"%.*s\"\n", AN_STR_ARG(r->quotes[i].text)));
    if (!r->quote_count)
        TRY(an_buf_addf(job->text, job->err, "\n  %s: %.*s\n", zh ? "转述，非引文" : "restated, not quoted",
                        AN_STR_ARG(an_pair_say(r->digest, job->lang))));
    TRY(heading(job, "Applies when", "适用条件"));
    TRY(an_formula_say(r->when, 2, job->text, job->err));
    for (size_t i = 0; i < r->except_count; i++)
        TRY(an_buf_addf(job->text, job->err, "  - %.*s\n", AN_STR_ARG(r->excepts[i].text)));
    TRY(show_duties(job, r));
    TRY(show_doubts(job, r));
    return an_buf_addf(job->text, job->err, "\n%.80s:%u  blake2b-256 %s\n", r->file, r->line,
                       an_hash_text(r->hash, hash));
}

static enum an_code show(struct job *job) {
    const char *id = job->operand;
    struct an_str name = an_str_from_c(id), version = {0};
    const char *at = strchr(id, '@');
    bool found = false, every = strcmp(id, "all") == 0;
    if (at) {
        name.len = (size_t) (at - id);
        version = an_str_from_c(at + 1);
    }
    TRY(an_buf_add(job->json, AN_STR("["), job->err));
    for (size_t i = 0; i < job->law->packs.rule_count; i++) {
        const struct an_rule *r = job->law->packs.rules[i];
        bool meant = every ? an_law_has(job->law, r)
                           : an_str_eq(r->id, name) && (!version.len || an_str_eq(r->version, version));
        if (!meant || !r->when)
            continue;
        if (found)
            TRY(an_buf_add(job->text, AN_STR("\n"), job->err));
        TRY(show_one(job, r));
        TRY(an_buf_addf(job->json, job->err, "%s%.*s", found ? ",\n" : "", AN_STR_ARG(r->canonical)));
        found = true;
    }
    if (!found)
        return an_fail(job->err, AN_USAGE, "no rule '%.80s' (try: anshen law list)", id);
    for (size_t i = 0; i < job->law->packs.name_count; i++)
        TRY(an_buf_addf(job->json, job->err, ",\n%.*s", AN_STR_ARG(job->law->packs.names[i].canonical)));
    return an_buf_add(job->json, AN_STR("]"), job->err);
}

static void close_stream(FILE **f) {
    if (*f)
        (void) fclose(*f);
}

static enum an_code read_whole(const char *path, struct an_buf *out, struct an_err *err) {
    AN_CLEANUP(close_stream) FILE *f = fopen(path, "rbe");
    char piece[16 * 1024];
    if (!f)
        return an_fail(err, AN_IO, "%.160s: cannot be opened: %s", path, strerror(errno));
    for (size_t n; (n = fread(piece, 1, sizeof piece, f)) > 0;)
        TRY(an_buf_add(out, (struct an_str) {piece, n}, err));
    return ferror(f) ? an_fail(err, AN_IO, "%.160s: cannot be read", path) : AN_OK;
}

static bool number(struct an_str *rest, size_t *ret) {
    struct an_str field;
    uint64_t n = 0;
    if (!an_str_next(rest, '\t', &field) || !field.len)
        return false;
    for (size_t i = 0; i < field.len; i++) {
        if (field.ptr[i] < '0' || field.ptr[i] > '9' || n > AN_PACK_BYTES_MAX)
            return false;
        n = n * 10 + (uint64_t) (field.ptr[i] - '0');
    }
    *ret = (size_t) n;
    return true;
}

// One change a line, FILE tab OFFSET tab LENGTH tab TEXT; one word a line of what came of it.
static enum an_code try_edits(struct job *job) {
    static const char *const words[] = {[AN_EDIT_MALFORMED] = "malformed", [AN_EDIT_REFUSED] = "refused", [AN_EDIT_SAME] = "same",
                                        [AN_EDIT_SURVIVES] = "survives"};
    if (job->law->check.complaint_count)
        return an_fail(job->err, AN_INPUT, "these rules are refused as they stand (see: anshen law test)");
    AN_AUTO(an_buf) edits = {.limit = EDITS_MAX};
    struct an_str lines, rest;
    size_t at = 0;
    TRY(read_whole(job->edits, &edits, job->err));
    for (lines = an_buf_str(&edits); an_str_next(&lines, '\n', &rest);) {
        at++;
        struct an_edit edit = {0};
        enum an_edit_result result;
        if (!an_str_next(&rest, '\t', &edit.file) || !number(&rest, &edit.from) || !number(&rest, &edit.len))
            return an_fail(job->err, AN_INPUT, "%.160s:%zu: not FILE, OFFSET, LENGTH, TEXT with tabs between",
                           job->edits, at);
        edit.text = rest;
        TRY(an_edit_try(job->law, &edit, &result, job->err));
        TRY(an_buf_addf(job->text, job->err, "%s\n", words[result]));
    }
    return AN_OK;
}

static enum an_code test(struct job *job) {
    if (job->edits)
        return try_edits(job);
    const struct an_check *check = &job->law->check;
    struct an_json j = {.out = job->json};
    an_json_open(&j, '{');
    an_json_key(&j, "passed");
    an_json_u64(&j, check->tests_passed);
    an_json_key(&j, "made");
    an_json_u64(&j, check->edges_passed);
    an_json_key(&j, "failed");
    an_json_u64(&j, check->complaint_count);
    an_json_key(&j, "complaints");
    an_json_open(&j, '[');
    for (size_t i = 0; i < check->complaint_count; i++) {
        const struct an_complaint *c = &check->complaints[i];
        if (c->line)
            TRY(an_buf_addf(job->text, job->err, "%s:%u:%u: ", c->file, c->line, c->column));
        TRY(an_buf_addf(job->text, job->err, "%.*s%s%.*s\n", AN_STR_ARG(c->rule), c->rule.len ? ": " : "",
                        AN_STR_ARG(c->text)));
        an_json_open(&j, '{');
        an_json_key(&j, "file");
        an_json_cstr(&j, c->file);
        an_json_key(&j, "line");
        an_json_u64(&j, c->line);
        an_json_key(&j, "column");
        an_json_u64(&j, c->column);
        json_str(&j, "rule", c->rule);
        json_str(&j, "text", c->text);
        an_json_close(&j, '}');
    }
    an_json_close(&j, ']');
    an_json_close(&j, '}');
    TRY(an_buf_addf(job->text, job->err, "%zu rules in %zu files, %zu edge tests made of their quotes\n"
                    "%zu passed, %zu failed\n", job->law->packs.rule_count, job->law->file_count,
                    check->edges_passed, check->tests_passed, check->complaint_count));
    job->status = check->complaint_count ? AN_EXIT_FAILED : AN_EXIT_OK;
    return an_json_end(&j, job->err);
}

static enum an_code write_json(const char *path, const struct an_buf *json, struct an_err *err) {
    bool screen = strcmp(path, "-") == 0;
    FILE *f = screen ? stdout : fopen(path, "w");
    if (!f)
        return an_fail(err, AN_IO, "%.160s: cannot be written: %s", path, strerror(errno));
    bool bad = fwrite(json->ptr, 1, json->len, f) != json->len || fputc('\n', f) == EOF;
    if (!screen)
        bad = fclose(f) != 0 || bad;
    return bad ? an_fail(err, AN_IO, "%.160s: cannot be written", path) : AN_OK;
}

// What can be said after `law`.
static const struct word {
    const char *name;
    int operands;
    bool bad_too;                       // says something sensible of a folder that is refused
    enum an_code (*run)(struct job *job);
} words[] = {
    {"list", 0, false, list}, {"names", 0, false, names}, {"show", 1, false, show}, {"test", 0, true, test},
};

static const struct word *word_of(int operands, char *const argv[]) {
    for (size_t i = 0; operands && i < AN_COUNT(words); i++)
        if (strcmp(argv[1], words[i].name) == 0 && operands == words[i].operands + 1)
            return &words[i];
    return NULL;
}

static enum an_code run(int argc, char *argv[], int *ret_status, struct an_err *err) {
    const char *folder = NULL, *json_path = NULL, *edits = NULL;
    enum an_lang lang = AN_EN;
    struct an_texts only = {0};
    const struct an_option table[] = {
        {"--law", AN_OPTION_TEXT, &folder}, {"--json", AN_OPTION_TEXT, &json_path},
        {"--lang", AN_OPTION_LANG, &lang}, {"--pack", AN_OPTION_LIST, &only},
        {"--edits", AN_OPTION_TEXT, &edits}, {0},
    };
    int operands;
    TRY(an_options_read(argc, argv, table, &operands, err));
    const struct word *word = word_of(operands, argv);
    if (!word)
        return an_fail(err, AN_USAGE, "say one of: list, names, show RULE, test");

    AN_AUTO(an_law) law = {0};
    AN_AUTO(an_buf) text = {0};
    AN_AUTO(an_buf) json = {0};
    TRY(an_law_load(folder, getenv("ANSHEN_DATA"), &law, err));
    TRY(an_law_choose(&law, only.items, only.count, err));
    struct job job = {.law = &law, .operand = argv[2], .edits = edits, .lang = lang, .status = AN_EXIT_OK, .text = &text,
                      .json = &json, .err = err};
    TRY(word->run(&job));
    if (json_path)
        TRY(write_json(json_path, &json, err));
    if (!json_path || strcmp(json_path, "-") != 0)
        fwrite(an_buf_str(&text).ptr, 1, text.len, stdout);
    if (!word->bad_too && law.check.complaint_count)
        fprintf(stderr, "anshen law: %zu complaints about these rules; nothing can be judged by them "
                        "(see: anshen law test)\n", law.check.complaint_count);
    *ret_status = job.status;
    return AN_OK;
}

const struct an_verb an_verb_law = {
    .name = "law",
    .summary = {"Show the rules of law this build knows, and test them", "查看并检验本程序所用的法律规则"},
    .usage =
        "usage: anshen law list [--law DIR] [--pack NAME]... [--json F] [--lang en|zh]\n"
        "       anshen law names [...]\n"
        "       anshen law show RULE[@VERSION]|all [...]\n"
        "       anshen law test [...]\n\n"
        "list   every rule with its version, status and dates (of a draft, the day it was published)\n"
        "names  the facts and counts that rules ask for, as --what-if and a company file may give them\n"
        "show   a rule in full: citation, the statute's words, formula, duty, clocks, penalty, tests\n"
        "test   the inline tests and every check of the loader; ends with `N passed, N failed`\n\n"
        "  --law DIR   a folder of *.rule files in place of the one that came with the program\n"
        "  --pack NAME only the rules of that folder of the law: cn, us/states. May be repeated\n"
        "  --json F    the same for programs (`-`: standard output); of `show`, the canonical form that is\n"
        "              hashed, and the names declared: what tools/check-certificate reads\n\n"
        "  --edits F   test: tries each change in F (FILE, OFFSET, LENGTH, TEXT, tabs between) and prints for each\n"
        "              refused, same (proven to mean the same), survives (a test is missing) or malformed;\n"
        "              tools/mutate-rules makes such files\n\n"
        "Exit status: 0; 1 when a test or a check fails; 2 wrong usage.\n",
    .run = run,
};
