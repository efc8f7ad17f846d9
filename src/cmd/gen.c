// `anshen gen`: its options, and where the truth goes.
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "gen/gen.h"
#include "gen/random.h"
#include "base/buf.h"
#include "base/pool.h"
#include "cmd/options.h"
#include "cmd/verb.h"

enum { PEOPLE_OF_COMPANY = 1300000, ROWS_OF_ONE = 1000000, THREADS_MAX = 64 };

static enum an_code read_shape(const char *name, enum an_gen_shape *ret_shape, struct an_err *err) {
    static const char *const names[] = {
        [AN_GEN_COMPANY] = "company", [AN_GEN_DENSE] = "dense", [AN_GEN_USERS] = "users",
        [AN_GEN_SPARSE] = "sparse",
    };
    for (size_t i = 0; i < AN_COUNT(names); i++) {
        if (strcmp(names[i], name) != 0)
            continue;
        *ret_shape = (enum an_gen_shape) i;
        return AN_OK;
    }
    return an_fail(err, AN_USAGE, "--shape: '%s' is none of company, dense, users, sparse", name);
}

// Beside what is written, never in it: a folder is scanned whole.
static enum an_code name_truth(const char *out, struct an_buf *name, struct an_err *err) {
    size_t len = strlen(out);
    while (len > 1 && out[len - 1] == '/')
        len--;
    return an_buf_addf(name, err, "%.*s.truth.json", (int) len, out);
}

static enum an_code read_options(int argc, char *argv[], struct an_gen_options *o, bool *ret_quiet,
                                 struct an_err *err) {
    const char *shape = "company";
    uint64_t threads = an_pool_cores();
    struct an_gen_shares *s = &o->shares;
    enum { SHARES = 10, OTHERS = 9 };
    const struct { const char *name; uint32_t *ret; } shares[SHARES] = {
        {"--repeats", &s->repeats}, {"--no-id", &s->no_id}, {"--names-only", &s->names_only},
        {"--placeholders", &s->placeholders}, {"--typos", &s->typos}, {"--damaged", &s->damaged},
        {"--masked", &s->masked}, {"--legacy15", &s->legacy15}, {"--shared", &s->shared},
        {"--recycled", &s->recycled},
    };
    struct an_option table[OTHERS + SHARES + 1] = {
        {"--people", AN_OPTION_COUNT, &o->people},
        {"--rows", AN_OPTION_COUNT, &o->rows},
        {"--seed", AN_OPTION_COUNT, &o->seed},
        {"--shape", AN_OPTION_TEXT, &shape},
        {"--format", AN_OPTION_TEXT, &o->format},
        {"-o", AN_OPTION_TEXT, &o->out},
        {"--truth", AN_OPTION_TEXT, &o->truth},
        {"--threads", AN_OPTION_COUNT, &threads},
        {"--quiet", AN_OPTION_FLAG, ret_quiet},
    };
    double asked[SHARES];
    for (size_t i = 0; i < SHARES; i++) {
        asked[i] = -1;
        table[OTHERS + i] = (struct an_option) {shares[i].name, AN_OPTION_SHARE, &asked[i]};
    }
    int operands;
    enum an_code code = an_options_read(argc, argv, table, &operands, err);
    if (!code)
        code = read_shape(shape, &o->shape, err);
    if (code)
        return code;
    if (operands)
        return an_fail(err, AN_USAGE, "'%s' is no option; say where to write with -o", argv[1]);
    if (!o->out)
        return an_fail(err, AN_USAGE, "say where to write, with -o");
    *s = an_gen_default_shares(o->shape);
    for (size_t i = 0; i < SHARES; i++)
        if (asked[i] >= 0)
            *shares[i].ret = (uint32_t) (asked[i] * AN_GEN_WHOLE + 0.5);
    o->threads = threads > THREADS_MAX ? THREADS_MAX : (uint32_t) threads;
    if (!o->people && !o->rows && o->shape == AN_GEN_COMPANY)
        o->people = PEOPLE_OF_COMPANY;
    if (!o->people && !o->rows)
        o->rows = ROWS_OF_ONE;
    return AN_OK;
}

static void say(const struct an_gen_options *o, const struct an_gen_result *r) {
    fprintf(stderr, "%s: %" PRIu64 " people, %" PRIu64 " of them with a resident ID, in %" PRIu64
                    " records, %.1f MB\n", o->out, r->people, r->floor, r->records,
            (double) r->bytes / 1e6);
    if (o->truth)
        fprintf(stderr, "%s: the truth about it\n", o->truth);
}

static enum an_code run(int argc, char *argv[], int *ret_status, struct an_err *err) {
    struct an_gen_options o = {.seed = 1};
    bool quiet = false;
    enum an_code code = read_options(argc, argv, &o, &quiet, err);
    if (code)
        return code;
    AN_AUTO(an_buf) truth = {0};
    if (!o.truth && strcmp(o.out, "-") != 0) {
        code = name_truth(o.out, &truth, err);
        if (code)
            return code;
        o.truth = truth.ptr;
    }
    if (strcmp(o.out, "-") == 0)
        (void) signal(SIGPIPE, SIG_DFL);    // the truth about data that nobody took is not missed
    struct an_gen_result result;
    code = an_gen_run(&o, &result, err);
    if (code)
        return code;
    if (!quiet)
        say(&o, &result);
    *ret_status = AN_EXIT_OK;
    return AN_OK;
}

const struct an_verb an_verb_gen = {
    .name = "gen",
    .summary = {"Make synthetic data stores whose truth is known", "生成已知真值的合成数据"},
    .usage =
        "usage: anshen gen [--shape SHAPE] [--people N] [--rows N] [--seed S] [--format F] -o FILE|FOLDER\n"
        "                  [--truth FILE] [share options] [--threads N] [--quiet]\n"
        "\n"
        "Writes data about people who do not exist, and beside it a file with the exact truth: how many\n"
        "people, identifiers, placeholders, typing errors and so on are in it. The same options give the\n"
        "same bytes on every machine (of compressed files and databases: the same content). No two people\n"
        "have an identifier in common unless you ask for it; mail addresses are of the domains that\n"
        "RFC 2606 reserves.\n"
        "\n"
        "Shapes:\n"
        "  company    a folder of nine stores of one company that overlap: users.csv, orders.sql (a buyer\n"
        "             and a receiver in each row), members.jsonl, app.log, crm_gb18030.csv, mailing.csv.gz,\n"
        "             support.db (SQLite), legacy.zip (15-digit IDs), hr_utf16.txt. Everybody occurs.\n"
        "             The default, with 1,300,000 people (some 370 MB)\n"
        "  dense      one table, eight columns, some 130 bytes a row, nearly every cell an identifier\n"
        "  users      the same people as JSON objects, some 210 bytes each\n"
        "  sparse     log lines of some 220 bytes; one in 200 names somebody, half of them hold long\n"
        "             numbers that are nobody's\n"
        "\n"
        "Options:\n"
        "  --people N     how many people there are in all\n"
        "  --rows N       how many rows or lines (not for company). From one of the two and the repeats\n"
        "                 follows the other; with both, everybody occurs and the other rows are repeats.\n"
        "                 Default: 1,000,000 rows\n"
        "  --seed S       a number; another one gives other people. Default: 1\n"
        "  --format F     csv, tsv, jsonl, sql (mysqldump), copy (pg_dump), gb18030 (CSV), utf16 (TSV),\n"
        "                 sqlite, csv.gz or csv.zip; for sparse only log. Default: csv; for users jsonl\n"
        "  -o PATH        where to write: a file, or - for standard output; for company a folder. A file\n"
        "                 that is there is replaced\n"
        "  --truth FILE   where the truth goes. Default: PATH.truth.json; none when PATH is -\n"
        "  --threads N    stores written at a time. Default: all cores. Changes nothing in them\n"
        "  --quiet        no line at the end\n"
        "\n"
        "Shares, from 0 to 1 or in per cent. Each shape has its own; the truth file lists those used.\n"
        "  --repeats P       of rows: about a person who had one before, often spelt otherwise (+86,\n"
        "                    138-1234-5678, full-width digits, a lower-case x, capitals)\n"
        "  --no-id P         of mentions: without a resident ID\n"
        "  --names-only P    of mentions: nothing but a name\n"
        "  --placeholders P  of mentions: with 13800138000, test@test.com or the like\n"
        "  --typos P         of resident IDs: one digit wrong, so that the check digit fails\n"
        "  --damaged P       of resident IDs: turned into 4.40308E+17 by a spreadsheet\n"
        "  --masked P        of resident IDs and mobiles: 138****5678\n"
        "  --legacy15 P      of resident IDs of people born before 2000: in the 15-digit form\n"
        "  --shared P        of people: use the phone of a relative, or one that many use\n"
        "  --recycled P      of people: got, in the second half of a store, the number of somebody else\n"
        "                    (shared and recycled together: half at most)\n"
        "\n"
        "Examples:\n"
        "  anshen gen -o company             the demo's company; then: anshen check company --listing US\n"
        "  anshen gen --people 2000 --seed 7 -o small\n"
        "  anshen gen --shape dense --rows 8000000 -o dense.csv\n"
        "  anshen gen --shape users --people 50000 --format sqlite -o users.db\n"
        "  anshen gen --shape sparse --rows 4600000 -o - | wc -c\n"
        "  anshen gen --shape dense --rows 10000 --shared 20% --typos 5% --no-id 60% -o hard.csv\n"
        "\n"
        "Exit status: 0 done; 1 something could not be written; 2 wrong usage.\n",
    .run = run,
};
