// The words of `anshen review`: what each does with a case file.
#ifndef AN_CMD_REVIEW_H
#define AN_CMD_REVIEW_H

#include <jansson.h>
#include "app/review.h"
#include "case/case.h"
#include "cmd/session.h"

enum { AN_MOMENT_MAX = 24 };

struct an_review_job {
    struct an_session session;              // options, the law, the day, memory
    const char *path;                       // of the case file
    struct an_case *file;                   // NULL for words that open none
    char *const *args;                      // behind the case file
    size_t arg_count;
    const char *actor, *key_path, *password_path;   // --by, --sign, --password-file, or NULL
    struct an_secret *key;
    char at[AN_MOMENT_MAX];                 // now
    const char *out, *request, *reply, *company, *role, *trusted;   // -o, --request, --reply, ..., or NULL
    int status;                             // what the program exits with
    struct an_buf text, json;               // for people; for programs (nothing: the word has none)
    struct an_err *err;
};

// A word of the verb, and what must be ready before it runs.
enum an_review_needs {
    AN_REVIEW_FILE = 1,                     // the case file, open
    AN_REVIEW_WRITES = 2,                   // for writing
    AN_REVIEW_NAMED = 4,                    // its name only
    AN_REVIEW_ADDS = 8,                     // its JSON is a list of entries added
    AN_REVIEW_LAW = 16, AN_REVIEW_KEY = 32,
};
struct an_review_word {
    const char *name;
    unsigned least, most;                   // arguments behind the case file (or in all, without FILE)
    int needs;
    enum an_code (*run)(struct an_review_job *job);
};

enum an_code an_review_open(struct an_review_job *job) AN_MUST_USE;
enum an_code an_review_add(struct an_review_job *job) AN_MUST_USE;          // KIND MEMBER=VALUE...
enum an_code an_review_event(struct an_review_job *job) AN_MUST_USE;        // NAME MEMBER=VALUE...
enum an_code an_review_decide(struct an_review_job *job) AN_MUST_USE;       // EVENT MEMBER=VALUE...
enum an_code an_review_document(struct an_review_job *job) AN_MUST_USE;     // FILE MEMBER=VALUE...
enum an_code an_review_withdraw(struct an_review_job *job) AN_MUST_USE;     // ENTRY WHY
enum an_code an_review_kinds(struct an_review_job *job) AN_MUST_USE;
enum an_code an_review_measure(struct an_review_job *job) AN_MUST_USE;
enum an_code an_review_judge(struct an_review_job *job) AN_MUST_USE;
enum an_code an_review_import(struct an_review_job *job) AN_MUST_USE;
enum an_code an_review_status(struct an_review_job *job) AN_MUST_USE;
enum an_code an_review_calendar(struct an_review_job *job) AN_MUST_USE;
enum an_code an_review_gate(struct an_review_job *job) AN_MUST_USE;
enum an_code an_review_log(struct an_review_job *job) AN_MUST_USE;
enum an_code an_review_verify(struct an_review_job *job) AN_MUST_USE;
enum an_code an_review_stamp(struct an_review_job *job) AN_MUST_USE;
enum an_code an_review_extract(struct an_review_job *job) AN_MUST_USE;
enum an_code an_review_register(struct an_review_job *job) AN_MUST_USE;
enum an_code an_review_receive(struct an_review_job *job) AN_MUST_USE;
enum an_code an_review_make_key(struct an_review_job *job) AN_MUST_USE;

// Appends an entry as the job's person, and says so: "entry 12  event  filing.received".
enum an_code an_review_append(struct an_review_job *job, const char *kind, json_t *body,
                              uint64_t *ret_seq) AN_MUST_USE;

// The body of an entry of that kind from MEMBER=VALUE arguments, checked. What was not said and has an obvious value (the
// day, a free id, the person) is filled in. A value `@FILE` is the file's content: an object of the case for members that
// name one, else its text. The caller drops *ret_body.
enum an_code an_review_body(struct an_review_job *job, const char *kind, char *const args[], size_t count, json_t *base,
                            json_t **ret_body) AN_MUST_USE;

static inline void an_json_drop(json_t **j) { json_decref(*j); }
#define AN_JSON_AUTO AN_CLEANUP(an_json_drop) json_t

#endif
