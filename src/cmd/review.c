// The verb `review`: the case of a cybersecurity review (or another procedure), for both of its sides.
#include "cmd/review.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include "cmd/signer.h"
#include "cmd/verb.h"

enum { MANY = 1000 };

static const struct an_review_word words[] = {
    {"open", 0, MANY, AN_REVIEW_NAMED | AN_REVIEW_ADDS | AN_REVIEW_LAW, an_review_open},
    {"add", 1, MANY, AN_REVIEW_FILE | AN_REVIEW_WRITES | AN_REVIEW_LAW, an_review_add},
    {"event", 1, MANY, AN_REVIEW_FILE | AN_REVIEW_WRITES | AN_REVIEW_LAW, an_review_event},
    {"decide", 1, MANY, AN_REVIEW_FILE | AN_REVIEW_WRITES | AN_REVIEW_LAW, an_review_decide},
    {"document", 1, MANY, AN_REVIEW_FILE | AN_REVIEW_WRITES | AN_REVIEW_LAW, an_review_document},
    {"withdraw", 2, 2, AN_REVIEW_FILE | AN_REVIEW_WRITES, an_review_withdraw},
    {"measure", 1, MANY, AN_REVIEW_FILE | AN_REVIEW_WRITES | AN_REVIEW_KEY, an_review_measure},
    {"judge", 0, 0, AN_REVIEW_FILE | AN_REVIEW_WRITES | AN_REVIEW_LAW, an_review_judge},
    {"import", 1, MANY, AN_REVIEW_FILE | AN_REVIEW_WRITES, an_review_import},
    {"receive", 1, 1, AN_REVIEW_LAW, an_review_receive},
    {"status", 0, 0, AN_REVIEW_FILE | AN_REVIEW_LAW, an_review_status},
    {"calendar", 0, 0, AN_REVIEW_FILE | AN_REVIEW_LAW, an_review_calendar},
    {"gate", 0, 1, AN_REVIEW_FILE | AN_REVIEW_LAW, an_review_gate},
    {"log", 0, 1, AN_REVIEW_FILE, an_review_log},
    {"extract", 1, 1, AN_REVIEW_FILE, an_review_extract},
    {"verify", 0, 0, AN_REVIEW_NAMED, an_review_verify},
    {"stamp", 1, 1, AN_REVIEW_FILE | AN_REVIEW_WRITES, an_review_stamp},
    {"register", 0, MANY, AN_REVIEW_LAW, an_review_register},
    {"kinds", 0, 0, 0, an_review_kinds},
    {"key", 0, 0, 0, an_review_make_key},
};

static const struct an_review_word *word_of(const char *name) {
    for (size_t i = 0; i < AN_COUNT(words); i++)
        if (strcmp(name, words[i].name) == 0)
            return &words[i];
    return NULL;
}

enum an_code an_review_append(struct an_review_job *job, const char *kind, json_t *body, uint64_t *ret_seq) {
    uint64_t seq;
    const struct an_entry_draft draft = {.kind = kind, .at = job->at, .actor = job->actor, .body = body, .key = job->key};
    if (an_case_append(job->file, &draft, &seq, job->err)) {
        if (job->err->code == AN_INPUT)         // what was typed does not fit; the file itself was whole when it was opened
            job->err->code = AN_USAGE;
        return job->err->code;
    }
    if (ret_seq)
        *ret_seq = seq;
    const struct an_entry *e = an_case_entry(job->file, seq);
    struct an_str what = an_entry_text(body, "name");
    what = what.len ? what : an_entry_text(body, "id");
    const char *title = an_say(e->kind->title, job->session.lang);
    AN_TRY(an_buf_addf(&job->text, job->err, job->session.lang == AN_ZH ? "第%llu条  %s  %.*s\n" : "entry %llu  %s  %.*s\n",
                       (unsigned long long) seq, title, AN_STR_ARG(what)));
    return an_buf_addf(&job->json, job->err, "%s{\"entry\": %llu, \"kind\": \"%s\", \"hash\": \"%s\"}",
                       job->json.len ? ",\n" : "", (unsigned long long) seq, kind, e->hash.text);
}

static enum an_code now(struct an_review_job *job) {
    time_t t = time(NULL);
    struct tm utc;
    if (!gmtime_r(&t, &utc) || !strftime(job->at, sizeof job->at, "%Y-%m-%dT%H:%M:%SZ", &utc))
        return an_fail(job->err, AN_IO, "the clock tells no time");
    return AN_OK;
}

static enum an_code run_word(const struct an_review_word *word, struct an_review_job *job) {
    int needs = (word->needs & AN_REVIEW_LAW ? AN_SESSION_LAW : 0) | (word->needs & AN_REVIEW_KEY ? AN_SESSION_KEY : 0);
    AN_TRY(an_session_open(&job->session, needs, job->err));
    if (job->key_path)
        AN_TRY(an_signer_open(job->key_path, job->password_path, &job->key, job->err));
    if (word->needs & AN_REVIEW_FILE)
        AN_TRY(an_case_open(job->path, word->needs & AN_REVIEW_WRITES, &job->file, job->err));
    return word->run(job);
}

// Entries written come as a list; what shows something is one value already.
static enum an_code print(struct an_review_job *job, bool writes) {
    if (job->session.json && job->json.len) {
        AN_AUTO(an_buf) out = {0};
        AN_TRY(an_buf_addf(&out, job->err, writes ? "[%.*s]\n" : "%.*s\n", AN_STR_ARG(an_buf_str(&job->json))));
        AN_TRY(an_session_write(an_buf_str(&out), job->session.json, job->err));
    }
    if (!an_session_prints_json(&job->session) && !job->session.quiet)
        (void) fwrite(an_buf_str(&job->text).ptr, 1, job->text.len, stdout);
    return AN_OK;
}

static void release(struct an_review_job *job) {
    an_case_free(job->file);
    an_secret_free(job->key);
    an_buf_release(&job->text);
    an_buf_release(&job->json);
    an_session_release(&job->session);
}

static enum an_code run(int argc, char *argv[], int *ret_status, struct an_err *err) {
    AN_CLEANUP(release) struct an_review_job job = {.session = an_session_init(), .status = AN_EXIT_OK, .err = err};
    const struct an_option table[] = {
        {"--by", AN_OPTION_TEXT, &job.actor}, {"--sign", AN_OPTION_TEXT, &job.key_path},
        {"--password-file", AN_OPTION_TEXT, &job.password_path}, {"-o", AN_OPTION_TEXT, &job.out},
        {"--company", AN_OPTION_TEXT, &job.company}, {"--request", AN_OPTION_TEXT, &job.request},
        {"--reply", AN_OPTION_TEXT, &job.reply}, {"--for", AN_OPTION_TEXT, &job.role},
        {"--trust", AN_OPTION_TEXT, &job.trusted},
        {"--what-if", AN_OPTION_LIST, &job.session.what_if}, {"--all", AN_OPTION_FLAG, &job.session.all},
        AN_SESSION_OPTIONS(job.session), {0},
    };
    int n = 0;
    AN_TRY(an_options_read(argc, argv, table, &n, err));
    const struct an_review_word *word = n ? word_of(argv[1]) : NULL;
    if (!word)
        return an_fail(err, AN_USAGE, "say what to do: open, event, status, calendar, gate, decide, ... (see --help)");
    bool takes_file = word->needs & (AN_REVIEW_FILE | AN_REVIEW_NAMED);
    if (takes_file && n < 2)
        return an_fail(err, AN_USAGE, "%s: name the case file, such as review.anshen", word->name);
    job.path = takes_file ? argv[2] : NULL;
    job.args = argv + 2 + takes_file;
    job.arg_count = (size_t) (n - 1 - takes_file);
    if (job.arg_count < word->least || job.arg_count > word->most)
        return an_fail(err, AN_USAGE, "%s: %s (see --help)", word->name, job.arg_count < word->least ? "something is missing"
                                                                                                  : "that is too much");
    AN_TRY(now(&job));
    AN_TRY(run_word(word, &job));
    *ret_status = job.status;
    return print(&job, word->needs & (AN_REVIEW_WRITES | AN_REVIEW_ADDS));
}

const struct an_verb an_verb_review = {
    .name = "review",
    .summary = {"Run the review as a case: file, clocks, papers, decisions", "以案件管理审查：申报、期限、材料、决定"},
    .usage =
        "usage: anshen review open CASE --company company.yaml [MEMBER=VALUE]...\n"
        "       anshen review measure CASE F.census...|STORE...\n"
        "       anshen review judge|status|verify CASE\n"
        "       anshen review event CASE NAME [MEMBER=VALUE]...\n"
        "       anshen review document CASE FILE kind=K title=T spoken_of=DAY [MEMBER=VALUE]...\n"
        "       anshen review decide CASE EVENT text=T [MEMBER=VALUE]...\n"
        "       anshen review add CASE KIND MEMBER=VALUE...\n"
        "       anshen review import CASE FILE...\n"
        "       anshen review withdraw CASE ENTRY WHY\n"
        "       anshen review calendar CASE [-o F.ics]\n"
        "       anshen review gate CASE [GATE]\n"
        "       anshen review log CASE [ENTRY] [--for ROLE]\n"
        "       anshen review extract CASE HASH -o FILE\n"
        "       anshen review stamp CASE ENTRY --request F.tsq | --reply F.tsr\n"
        "       anshen review receive DOSSIER.zip -o CASE\n"
        "       anshen review register CASE|FOLDER...\n"
        "       anshen review kinds\n"
        "       anshen review key -o NAME\n"
        "\n"
        "A case file (CASE, such as review.anshen) is one log: everything that happens is an entry, chained to\n"
        "the one before by a hash and signed when there is a key. Nothing in it is ever changed; what was\n"
        "wrong is withdrawn by a later entry. Filer and authority each have their own; dossiers pass between.\n"
        "\n"
        "open      makes the file. MEMBER=VALUE: title, object (listing, product, platform, data_processing),\n"
        "          procedure (cn.review), side (filer, authority), id, company, company_en, uscc, product (a group,\n"
        "          as JSON). --company takes over name and facts\n"
        "measure   adds a measurement: of census files, or of stores that are read now\n"
        "judge     judges the rules on the case's facts and keeps verdicts with their certificates\n"
        "event     says that something happened in the procedure; refused where the procedure does not allow it\n"
        "document  takes a file into the case, with the day it speaks of, the day it came, and who may see it\n"
        "decide    the authority's decision, together with the event that ends the procedure\n"
        "add       any entry: person, fact, snapshot, opinion, factor, order, commitment, stance, plan, ...\n"
        "          `anshen review kinds` lists them with their members. A value @FILE is that file's content\n"
        "import    results of other tools: OSCAL, XCCDF and ARF, SARIF, Trivy\n"
        "status    where it stands: phase, deadlines counted out, who must act, what is late, what may come\n"
        "calendar  the deadlines as iCalendar\n"
        "gate      whether the listing application may be handed in today (cn.listing.submit), or another gate\n"
        "log       the entries; --for ROLE shows what that role may see\n"
        "verify    the whole chain, every signature and object; lists every fault\n"
        "stamp     an RFC 3161 time stamp of an entry: writes the request, or takes the reply\n"
        "receive   a dossier of the other side: verified, then taken into CASE (made when it is not there)\n"
        "register  the cases of many companies: by phase, verdict and deadline, with sums\n"
        "key       makes a key to sign with: NAME.key (mode 0600) and NAME.pub, as minisign has them\n"
        "\n"
        "  --by PERSON     who does it: the id of a person entry\n"
        "  --sign KEY      sign the entry with this secret key file (minisign's format)\n"
        "  --password-file F  the key's password; without, it is asked for on the terminal\n"
        "  --company FILE  open: a company file (docs/COMPANY_FILE.md)\n"
        "  --trust F.pub   receive: the key that the dossier must be signed by; --all takes one that is not\n"
        "  --what-if NAME=VALUE  register: a fact of the sector, such as industry.cn_size_cny, for its benchmarks\n"
        "  --for ROLE      log: public, filer, adviser, body, authority or examiner\n"
        AN_SESSION_HELP
        "\n"
        "Examples:\n"
        "  anshen review open ride.anshen --company company.yaml title='Listing in New York'\n"
        "  anshen review measure ride.anshen ./data && anshen review judge ride.anshen\n"
        "  anshen review event ride.anshen filing.received day=2026-01-05\n"
        "  anshen review status ride.anshen --as-of 2026-02-02\n"
        "  anshen review gate ride.anshen || echo 'not today'\n"
        "\n"
        "Exit status: 0 done (gate: yes; verify: no fault); 1 failed, or verify found faults; 2 wrong usage, or\n"
        "an event that the procedure refuses; 3 a measurement that could not read everything; gate: 4 no,\n"
        "5 undetermined.\n",
    .run = run,
};
