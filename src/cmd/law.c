// The verb `law`: what the rule packs say, and whether they hold.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "app/packs.h"
#include "base/json.h"
#include "cmd/law.h"
#include "cmd/options.h"
#include "cmd/session.h"
#include "cmd/verb.h"
#include "procedure/describe.h"
#include "rules/canon.h"
#include "rules/vocabulary.h"
#include "rules/words.h"

static struct an_str status_word(const struct an_rule *r) {
    return r->is_define ? AN_STR("define") : an_str_from_c(an_status_name(r->status));
}

void an_law_put_str(struct an_json *j, const char *key, struct an_str s) {
    an_json_key(j, key);
    an_json_str(j, s);
}

static void json_rule(struct an_json *j, const struct an_rule *r) {
    char hash[AN_HASH_TEXT_MAX];
    an_json_open(j, '{');
    an_law_put_str(j, "id", r->id);
    an_law_put_str(j, "version", r->version);
    an_law_put_str(j, "status", status_word(r));
    an_json_put_day(j, "from", r->from);
    an_json_put_day(j, "to", r->to);
    an_json_put_day(j, "published", r->published);
    an_json_key(j, "title");
    an_json_open(j, '{');
    an_law_put_str(j, "en", r->title.en);
    an_law_put_str(j, "zh", r->title.zh);
    an_json_close(j, '}');
    an_law_put_str(j, "instrument", r->instrument);
    an_law_put_str(j, "article", r->article);
    an_json_key(j, "hash");
    an_json_cstr(j, an_hash_text(r->hash, hash));
    an_json_close(j, '}');
}

static enum an_code list_line(struct an_law_job *job, struct an_json *j, const struct an_rule *r, const char *kind) {
    char from[AN_DAY_TEXT_MAX], to[AN_DAY_TEXT_MAX];
    an_day first = r->from != AN_DAY_NONE ? r->from : r->published;
    struct an_str title = an_pair_say(r->title, job->lang);
    if (!an_law_has(job->law, r))
        return AN_OK;
    json_rule(j, r);
    return an_buf_addf(job->text, job->err, "%-16.*s %-17.*s %-10.*s %10s..%-10s  %s%.*s\n", AN_STR_ARG(r->id),
                       AN_STR_ARG(r->version), AN_STR_ARG(status_word(r)), first == AN_DAY_NONE ? "" : an_day_text(first, from),
                       r->to == AN_DAY_NONE ? "" : an_day_text(r->to, to), kind, AN_STR_ARG(title));
}

static enum an_code list(struct an_law_job *job) {
    const struct an_packs *packs = &job->law->packs;
    const struct an_procedures *set = &job->law->procedures;
    unsigned char hash[AN_RULE_HASH_BYTES];
    char text[AN_HASH_TEXT_MAX];
    bool zh = job->lang == AN_ZH;
    struct an_json j = {.out = job->json};
    an_packs_hash(packs, hash);
    an_json_open(&j, '{');
    an_json_key(&j, "schema");
    an_json_cstr(&j, "anshen.law/1");
    an_json_key(&j, "hash");
    an_json_cstr(&j, an_hash_text(hash, text));
    an_json_key(&j, "rules");
    an_json_open(&j, '[');
    for (size_t i = 0; i < packs->rule_count; i++)
        AN_TRY(list_line(job, &j, packs->rules[i], ""));
    an_json_close(&j, ']');
    an_json_key(&j, "procedures");
    an_json_open(&j, '[');
    for (size_t i = 0; i < set->count; i++)
        AN_TRY(list_line(job, &j, &set->items[i]->head, zh ? "程序：" : "procedure: "));
    an_json_close(&j, ']');
    an_json_key(&j, "gates");
    an_json_open(&j, '[');
    for (size_t i = 0; i < set->gate_count; i++)
        AN_TRY(list_line(job, &j, &set->gates[i]->head, zh ? "关口：" : "gate: "));
    an_json_close(&j, ']');
    an_json_close(&j, '}');
    return an_json_end(&j, job->err);
}

// `listing.venue   MAINLAND|HK|MO|TW|FOREIGN  place of the listing`
static enum an_code name_line(struct an_law_job *job, const struct an_name *n) {
    AN_TRY(an_buf_addf(job->text, job->err, "%-40.*s ", AN_STR_ARG(n->name)));
    for (size_t k = 0; k < n->value_count; k++)
        AN_TRY(an_buf_addf(job->text, job->err, "%s%.*s", k ? "|" : "", AN_STR_ARG(n->values[k])));
    if (n->kind == AN_NAME_METRIC)
        AN_TRY(an_window_say(n, job->lang, job->text, job->err));
    else if (!n->value_count)
        AN_TRY(an_buf_addf(job->text, job->err, "%s", an_term_needs(n)));
    return an_buf_addf(job->text, job->err, "  %.*s\n", AN_STR_ARG(an_pair_say(n->title, job->lang)));
}

// The names that facts may have: what a company file and --what-if may give.
static enum an_code names(struct an_law_job *job) {
    const struct an_packs *packs = &job->law->packs;
    AN_TRY(an_buf_add(job->json, AN_STR("["), job->err));
    for (size_t i = 0; i < packs->name_count; i++) {
        const struct an_name *n = &packs->names[i];
        AN_TRY(an_buf_addf(job->json, job->err, "%s%.*s", i ? ",\n" : "", AN_STR_ARG(n->canonical)));
        if (n->kind == AN_NAME_FACT || n->kind == AN_NAME_METRIC)
            AN_TRY(name_line(job, n));
    }
    return an_buf_add(job->json, AN_STR("]"), job->err);
}

static enum an_code show_rule(struct an_law_job *job, const struct an_rule *r, bool first) {
    char hash[AN_HASH_TEXT_MAX];
    if (!first)
        AN_TRY(an_buf_add(job->text, AN_STR("\n"), job->err));
    AN_TRY(an_law_say(&job->law->packs, r, job->lang, job->text, job->err));
    AN_TRY(an_buf_addf(job->text, job->err, "\n%.80s:%u  blake2b-256 %s\n", r->file, r->line,
                       an_hash_text(r->hash, hash)));
    return an_buf_addf(job->json, job->err, "%s%.*s", first ? "" : ",\n", AN_STR_ARG(r->canonical));
}

static bool is_meant(const struct an_rule *norm, const char *id) {
    struct an_str rest = an_str_from_c(id), name = {0};
    (void) an_str_next(&rest, '@', &name);
    return an_str_eq(norm->id, name) && (!rest.len || an_str_eq(norm->version, rest));
}

// Between two that are shown.
static enum an_code apart(struct an_law_job *job, bool *first) {
    bool was_first = *first;
    *first = false;
    if (was_first)
        return AN_OK;
    AN_TRY(an_buf_add(job->text, AN_STR("\n"), job->err));
    return an_buf_add(job->json, AN_STR(",\n"), job->err);
}

// Procedures have their canonical text, gates the canonical form of a rule: what their certificates are about.
static enum an_code show_procedures(struct an_law_job *job, bool *first) {
    const struct an_procedures *set = &job->law->procedures;
    const char *id = job->operands[0];
    char hash[AN_HASH_TEXT_MAX];
    for (size_t i = 0; i < set->count; i++) {
        const struct an_rule *head = &set->items[i]->head;
        struct an_json j = {.out = job->json, .compact = true};
        if (!is_meant(head, id))
            continue;
        AN_TRY(apart(job, first));
        AN_TRY(an_procedure_say(set->items[i], job->lang, job->text, job->err));
        an_json_open(&j, '{');
        an_law_put_str(&j, "procedure", head->id);
        an_law_put_str(&j, "version", head->version);
        an_json_key(&j, "hash");
        an_json_cstr(&j, an_hash_text(head->hash, hash));
        an_law_put_str(&j, "text", head->canonical);
        an_json_close(&j, '}');
        AN_TRY(an_json_end(&j, job->err));
    }
    for (size_t i = 0; i < set->gate_count; i++) {
        const struct an_rule *head = &set->gates[i]->head;
        if (!is_meant(head, id) && (strcmp(id, "all") != 0 || !an_law_has(job->law, head)))
            continue;
        AN_TRY(apart(job, first));
        AN_TRY(an_gate_describe(set->gates[i], job->lang, job->text, job->err));
        AN_TRY(an_buf_add(job->json, head->canonical, job->err));
    }
    return AN_OK;
}

static enum an_code show(struct an_law_job *job) {
    const struct an_packs *packs = &job->law->packs;
    const char *id = job->operands[0];
    bool first = true, every = strcmp(id, "all") == 0;
    AN_TRY(an_buf_add(job->json, AN_STR("["), job->err));
    for (size_t at = 0; at < packs->rule_count;) {
        const struct an_rule *r = every ? packs->rules[at++] : an_law_meant(packs, id, &at);
        if (!r || !r->when || (every && !an_law_has(job->law, r)))
            continue;
        AN_TRY(show_rule(job, r, first));
        first = false;
    }
    AN_TRY(show_procedures(job, &first));
    if (first)
        return an_fail(job->err, AN_USAGE, "no rule, procedure or gate '%.80s' (try: anshen law list)", id);
    for (size_t i = 0; i < packs->name_count; i++)
        AN_TRY(an_buf_addf(job->json, job->err, ",\n%.*s", AN_STR_ARG(packs->names[i].canonical)));
    return an_buf_add(job->json, AN_STR("]"), job->err);
}

// What can be said after `law`.
static const struct word {
    const char *name;
    int operands;
    bool bad_too;                       // says something sensible of a folder that is refused
    enum an_code (*run)(struct an_law_job *job);
} words[] = {
    {"list", 0, false, list},       {"names", 0, false, names},      {"show", 1, false, show},
    {"test", 0, true, an_law_test}, {"lint", 0, true, an_law_lint}, {"diff", 2, true, an_law_diff},
};

static const struct word *word_of(int operands, char *const argv[]) {
    for (size_t i = 0; operands && i < AN_COUNT(words); i++)
        if (strcmp(argv[1], words[i].name) == 0 && operands == words[i].operands + 1)
            return &words[i];
    return NULL;
}

// Reads the law, does what was asked once, and prints it.
static enum an_code once(const struct word *word, const struct an_law_job *asked, const struct an_texts *only,
                         const char *json_path, struct an_law *law, int *ret_status) {
    AN_AUTO(an_buf) text = {0};
    AN_AUTO(an_buf) json = {0};
    struct an_law_job job = *asked;
    job.law = law;
    job.text = &text;
    job.json = &json;
    AN_TRY(an_law_load(job.folder, getenv("ANSHEN_DATA"), law, job.err));
    AN_TRY(an_law_choose(law, only->items, only->count, job.err));
    AN_TRY(word->run(&job));
    AN_TRY(an_buf_add(&json, AN_STR("\n"), job.err));
    if (json_path)
        AN_TRY(an_session_write(an_buf_str(&json), json_path, job.err));
    if (!json_path || strcmp(json_path, "-") != 0)
        fwrite(an_buf_str(&text).ptr, 1, text.len, stdout);
    if (!word->bad_too && law->check.complaint_count)
        fprintf(stderr, "anshen law: %zu complaints about these rules; nothing can be judged by them "
                        "(see: anshen law test)\n", law->check.complaint_count);
    *ret_status = job.status;
    return AN_OK;
}

static void wait_for_change(const struct an_law *law) {
    const struct timespec nap = {.tv_nsec = 200000000};
    uint64_t before = an_law_stamp(law);
    while (an_law_stamp(law) == before)
        (void) nanosleep(&nap, NULL);
}

static enum an_code run(int argc, char *argv[], int *ret_status, struct an_err *err) {
    const char *json_path = NULL;
    struct an_law_job job = {.status = AN_EXIT_OK, .err = err};
    struct an_texts only = {0};
    bool watch = false;
    const struct an_option table[] = {
        {"--law", AN_OPTION_TEXT, &job.folder}, {"--json", AN_OPTION_TEXT, &json_path},
        {"--lang", AN_OPTION_LANG, &job.lang}, {"--pack", AN_OPTION_LIST, &only},
        {"--edits", AN_OPTION_TEXT, &job.edits}, {"--proofs", AN_OPTION_TEXT, &job.proofs},
        {"--watch", AN_OPTION_FLAG, &watch}, {0},
    };
    int operands;
    AN_TRY(an_options_read(argc, argv, table, &operands, err));
    const struct word *word = word_of(operands, argv);
    if (!word)
        return an_fail(err, AN_USAGE, "say one of: list, names, show RULE, test, lint, diff A B");
    if ((watch || job.edits || job.proofs) && word->run != an_law_test)
        return an_fail(err, AN_USAGE, "--watch, --edits and --proofs are for: anshen law test");
    job.operands = argv + 2;
    for (bool more = true; more;) {
        AN_AUTO(an_law) law = {0};
        AN_TRY(once(word, &job, &only, json_path, &law, ret_status));
        more = watch && fflush(stdout) == 0;        // who reads it may have had enough
        if (more)
            wait_for_change(&law);
    }
    return AN_OK;
}

const struct an_verb an_verb_law = {
    .name = "law",
    .summary = {"Show the rules of law this build knows, and test them", "查看并检验本程序所用的法律规则"},
    .usage =
        "usage: anshen law list [--law DIR] [--pack NAME]... [--json F] [--lang en|zh]\n"
        "       anshen law names [...]\n"
        "       anshen law show RULE[@VERSION]|all [...]\n"
        "       anshen law test [--watch] [...]\n"
        "       anshen law lint [...]\n"
        "       anshen law diff RULE@VERSION RULE@VERSION | DIR DIR [...]\n\n"
        "list   every rule, procedure and gate with its version, status and dates (of a draft, when it was published)\n"
        "names  the facts and counts that rules ask for, as --what-if and a company file may give them\n"
        "show   a rule in full: citation, the statute's words, formula, duty, clocks, penalty, tests; a procedure: its\n"
        "       phases and periods; a gate: its conditions\n"
        "test   the inline tests and every check of the loader; ends with `N passed, N failed`\n"
        "lint   what is allowed but could be better: lines that no test touches, facts that no test leaves out,\n"
        "       rules without quote, source or enforcing body, names that nothing uses\n"
        "diff   what differs, line by line: - only in the first, + only in the second\n\n"
        "  --law DIR   a folder of *.rule files in place of the one that came with the program\n"
        "  --pack NAME only the rules of that folder of the law: cn, us/states. May be repeated\n"
        "  --json F    the same for programs (`-`: standard output); of `show`, the canonical form that is\n"
        "              hashed, and the names declared: what tools/check-certificate reads\n\n"
        "  --watch     test: again whenever a file of the law changes, until it is interrupted\n"
        "  --proofs F  test: writes the certificate of every inline test, one a line, for tools/check-certificate\n"
        "  --edits F   test: tries each change in F (FILE, OFFSET, LENGTH, TEXT, tabs between) and prints for each\n"
        "              refused, same (proven to mean the same), survives (a test is missing) or malformed;\n"
        "              tools/mutate-rules makes such files\n\n"
        "Exit status: 0; 1 when a test or a check fails; 2 wrong usage.\n",
    .run = run,
};
