// The words of `anshen law`: what each does with the law that was read.
#ifndef AN_CMD_LAW_H
#define AN_CMD_LAW_H

#include "app/packs.h"
#include "base/json.h"
#include "base/lang.h"

struct an_law_job {
    const struct an_law *law;
    const char *folder;                 // --law, or NULL
    char *const *operands;              // after the word; as many as it takes
    const char *edits, *proofs;         // --edits, --proofs, or NULL
    enum an_lang lang;
    int status;                         // what the program exits with
    struct an_buf *text, *json;         // for people; for programs
    struct an_err *err;
};

enum an_code an_law_test(struct an_law_job *job) AN_MUST_USE;       // tests and checks; or tries edits
enum an_code an_law_lint(struct an_law_job *job) AN_MUST_USE;       // what could be better
enum an_code an_law_diff(struct an_law_job *job) AN_MUST_USE;       // two versions of a rule, or two folders

// A rule in full, for people, appended to `out`.
enum an_code an_law_say(const struct an_packs *packs, const struct an_rule *rule, enum an_lang lang,
                        struct an_buf *out, struct an_err *err) AN_MUST_USE;

// The rules that ID or ID@VERSION means: the first from *at on, which is moved past it; NULL when there is none left.
const struct an_rule *an_law_meant(const struct an_packs *packs, const char *name, size_t *at);

void an_law_put_str(struct an_json *j, const char *key, struct an_str s);

#endif
