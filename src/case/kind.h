// The kinds of entries of a case file and what their bodies hold: docs/CASE_FILE.md.
//
// Facts, events, rules and metrics are names and values here; what they mean is for others to know.
#ifndef AN_CASE_KIND_H
#define AN_CASE_KIND_H

#include <jansson.h>
#include "base/buf.h"
#include "base/lang.h"
#include "base/str.h"

enum {
    AN_ENTRY_ID_MAX = 128,          // bytes of each
    AN_ENTRY_LINE_MAX = 1000,
    AN_ENTRY_TEXT_MAX = 64 * 1024,
    AN_ENTRY_LIST_MAX = 10000,
    AN_HASH_TEXT = 64,              // hexadecimal digits of a hash
};

// What the members of bodies are.
enum an_member_type {
    AN_MEMBER_ID,                   // a line without spaces
    AN_MEMBER_LINE,
    AN_MEMBER_TEXT,                 // may have line feeds
    AN_MEMBER_DAY,                  // YYYY-MM-DD
    AN_MEMBER_HASH,                 // BLAKE2b-256 of something elsewhere
    AN_MEMBER_OBJECT,               // the hash of an object that is in the case file
    AN_MEMBER_COUNT,                // a whole number, 0 or more
    AN_MEMBER_COUNT_OR_NULL,        // null: nobody can state it
    AN_MEMBER_WORD,                 // one of `words`
    AN_MEMBER_KEY,                  // a public key, base/sign.h
    AN_MEMBER_GROUP,                // an object with these `members`
};

// One member of a body. A table of them ends with a member without name.
struct an_member {
    const char *name;
    enum an_member_type type;
    bool is_optional, is_list;
    int64_t least, most;            // of a count; most 0: as large as can be
    const char *const *words;       // ends with NULL
    const struct an_member *members;
};

struct an_entry_kind {
    const char *name;
    struct an_words title;          // for people
    const struct an_member *members;
};

const struct an_entry_kind *an_entry_kind_find(struct an_str name);     // NULL when there is none
size_t an_entry_kind_count(void);
const struct an_entry_kind *an_entry_kind_at(size_t i);

// Called for each hash in a body that must be an object of the case file.
typedef enum an_code an_on_object(void *arg, struct an_str hash, struct an_err *err);

// Whether `body` is what a body of this kind must be: every required member, no unknown one, each of its type. Texts are
// UTF-8 without control characters, and without those that turn the direction of writing. Errors: INPUT with the member's
// name, and `each`'s. `each` may be NULL.
enum an_code an_entry_check(const struct an_entry_kind *kind, const json_t *body, an_on_object *each, void *arg,
                            struct an_err *err) AN_MUST_USE;

// The text of a member of a body; empty when it has none, or one that is no text. Borrowed from the body.
struct an_str an_entry_text(const json_t *body, const char *member);

// Adds canonical JSON: no spaces, members sorted by their bytes, UTF-8. Errors: INPUT when it holds a number with a fraction.
enum an_code an_canonical(json_t *json, struct an_buf *out, struct an_err *err) AN_MUST_USE;

// A list of words that may stand for a member, for help texts. NULL where the kind has no such member or it takes anything.
const char *const *an_entry_words(const struct an_entry_kind *kind, const char *member);

#endif
