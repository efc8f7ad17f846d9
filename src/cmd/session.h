// What the verbs that measure and judge share: their options, the key, the memory, progress on a terminal, and their
// output.
#ifndef AN_CMD_SESSION_H
#define AN_CMD_SESSION_H

#include <pthread.h>
#include "app/judge.h"
#include "app/measure.h"
#include "app/model.h"
#include "app/packs.h"
#include "cmd/options.h"
#include "source/ocr.h"

struct an_session {
    uint64_t threads, memory;       // 0: the defaults, all cores and half of the memory
    const char *key_file, *json, *law, *role;
    struct an_texts only, what_if;  // --pack, --what-if
    struct an_texts include, exclude, where;    // of what URLs lead to
    uint64_t max_rate;              // bytes a second; 0: none
    const char *resume;             // folder of what is finished of a run; NULL: none
    const char *ocr;                // languages to recognise in pictures, "" the usual ones; NULL: none
    char languages[AN_OCR_LANGUAGES];
    enum an_lang lang;
    an_day as_of;                   // AN_DAY_NONE: today
    bool quiet, all;                // --quiet; --all: the screen shows every rule

    struct an_arena arena;
    struct an_budget budget;
    struct an_key *key;
    struct an_company company;
    struct an_census census;
    struct an_law packs;
    struct an_facts told;           // by a case; what was measured, or declared to this run, goes before it
    struct an_facts facts;
    struct an_judgement judgement;
    double seconds;
    struct an_rate rate;
    _Atomic bool asking;            // a person is being asked for a secret: progress keeps still
    pthread_mutex_t ask_lock;       // one is, at a time
};

// The options that fill it, for a verb's table; `#define`d because they are rows of an initialiser.
#define AN_SESSION_OPTIONS(s) \
    {"--threads", AN_OPTION_COUNT, &(s).threads}, {"--memory", AN_OPTION_SIZE, &(s).memory}, \
    {"--key", AN_OPTION_TEXT, &(s).key_file}, {"--lang", AN_OPTION_LANG, &(s).lang}, \
    {"--as-of", AN_OPTION_DAY, &(s).as_of}, {"--json", AN_OPTION_TEXT, &(s).json}, \
    {"--law", AN_OPTION_TEXT, &(s).law}, {"--pack", AN_OPTION_LIST, &(s).only}, {"--quiet", AN_OPTION_FLAG, &(s).quiet}
#define AN_SESSION_HELP \
    "  --threads N     threads (default: all cores)\n" \
    "  --memory SIZE   memory for counting, such as 512M or 4G (default: half of the machine's); beyond it,\n" \
    "                  tokens go to nameless temporary files in $TMPDIR\n" \
    "  --key FILE      key file (default: .anshen-key here; made on first use, mode 0600)\n" \
    "  --as-of DATE    the day whose law counts (default: today)\n" \
    "  --law DIR       rule packs (default: those installed with the program)\n" \
    "  --pack NAME     judge only by the rules of that folder of the law: cn, us/states. May be repeated\n" \
    "  --lang en|zh    language of what people read (default: from the environment)\n" \
    "  --json FILE     write the result as JSON; - is standard output\n" \
    "  --quiet         no progress, no screen\n"
// The same for the verbs that measure stores reached by a URL.
#define AN_REMOTE_OPTIONS(s) \
    {"--include", AN_OPTION_LIST, &(s).include}, {"--exclude", AN_OPTION_LIST, &(s).exclude}, \
    {"--where", AN_OPTION_LIST, &(s).where}, {"--max-rate", AN_OPTION_SIZE, &(s).max_rate}, \
    {"--resume", AN_OPTION_TEXT, &(s).resume}
// The same for what is done with pictures.
#define AN_PICTURE_OPTIONS(s) {"--ocr", AN_OPTION_MAYBE, &(s).ocr}
#define AN_PICTURE_HELP \
    "  --ocr[=LANGS]   recognise text in pictures with Tesseract (default: chi_sim+eng, as far as installed).\n" \
    "                  Identifiers found so are counted by themselves and never as people\n"
#define AN_REMOTE_HELP \
    "  --resume DIR    keep in this folder (made, mode 0700) what is finished: each file, table or object. A run\n" \
    "                  that breaks off is given again with the same folder and reads only what is left. Removed\n" \
    "                  once all was read in full. It holds tokens, as a census file does\n" \
    "\n" \
    "Of a store reached by a URL (anshen sources lists which):\n" \
    "  --include GLOB  only tables or objects of that name: users, public.*, app.user_?. May be repeated\n" \
    "  --exclude GLOB  not those; goes before --include. They are listed as skipped\n" \
    "  --where TABLE=CONDITION   only rows for which the SQL condition holds. The others are counted as not read\n" \
    "  --max-rate SIZE at most so many bytes a second: 20M\n" \
    "A password is best left out of the URL: it is taken from the environment or the file the server's own\n" \
    "programs use (PGPASSWORD, ~/.pgpass), else asked for.\n"
#define AN_EXIT_HELP \
    "Exit status: 0 done; 1 failed, nothing usable; 2 wrong usage or company file; 3 done, but some\n" \
    "store could not\n" \
    "be read in full (the result says which, and the ceiling accounts for it).\n"

enum { AN_SESSION_KEY = 1, AN_SESSION_LAW = 2 };    // what an_session_open prepares beside memory and company

struct an_session an_session_init(void);
void an_session_release(struct an_session *s);

// Takes over what a company declares: from its file (or NULL), and from --listing and --role (or NULL), which go before it.
// USAGE for whatever is wrong with them.
enum an_code an_session_company(struct an_session *s, const char *file, const char *country, const char *role,
                                struct an_err *err) AN_MUST_USE;

// Settles what the options left open, opens the key, reads the rule packs.
enum an_code an_session_open(struct an_session *s, int needs, struct an_err *err) AN_MUST_USE;

// The stores named on the command line, copied; a password in a URL is then no more in the list of processes. And how those at a
// URL are to be read, by the options.
enum an_code an_session_stores(struct an_session *s, char *const paths[], size_t count, const struct an_str **ret,
                               struct an_err *err) AN_MUST_USE;
struct an_remote_options an_session_remote(struct an_session *s);

// Measures the paths (or the company's own stores when there are none) into s->census, showing progress on a
// terminal.
enum an_code an_session_measure(struct an_session *s, char *const paths[], size_t count,
                                struct an_err *err) AN_MUST_USE;

// The result is where it belongs: what --resume kept is removed, if all was read in full.
void an_session_finish(struct an_session *s);

// Reads census files into s->census.
enum an_code an_session_load(struct an_session *s, char *const files[], size_t count, struct an_err *err) AN_MUST_USE;

// Puts the facts given by --what-if into s->facts, in the place of those of the same names.
enum an_code an_session_suppose(struct an_session *s, struct an_err *err) AN_MUST_USE;

// Makes facts from the census (with assume_role: see an_facts_make) or, without one, of what is declared, and judges
// them. Facts given (--what-if) replace.
enum an_code an_session_judge(struct an_session *s, bool assume_role, struct an_err *err) AN_MUST_USE;

// The model of what the session holds, in a language.
enum an_code an_session_model(struct an_session *s, enum an_lang lang, struct an_model *ret,
                              struct an_err *err) AN_MUST_USE;

// Writes the result JSON where --json says, if it was given.
enum an_code an_session_json(struct an_session *s, struct an_err *err) AN_MUST_USE;

// Writes the model in one format to standard output, or to a file (atomically).
enum an_code an_session_show(struct an_session *s, const struct an_model *m, const char *format, const char *path,
                             struct an_err *err) AN_MUST_USE;

// Writes bytes to a file (atomically), or to standard output for NULL and "-".
enum an_code an_session_write(struct an_str bytes, const char *path, struct an_err *err) AN_MUST_USE;

// AN_EXIT_PARTLY when some store was not read in full, else AN_EXIT_OK.
int an_session_status(const struct an_session *s);

bool an_session_prints_json(const struct an_session *s);    // --json -: standard output belongs to the JSON

#endif
