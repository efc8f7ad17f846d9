// The case file: one append-only log of entries, each bound to the one before by a hash, and a store of objects by their
// hash. Everything that happens to a case is an entry; its state is what the entries say: docs/CASE_FILE.md.
#ifndef AN_CASE_CASE_H
#define AN_CASE_CASE_H

#include <jansson.h>
#include "base/arena.h"
#include "base/buf.h"
#include "base/sign.h"
#include "case/kind.h"

enum {
    AN_CASE_ENTRY_MAX = 1 << 20,            // bytes of one entry
    AN_CASE_ENTRIES_MAX = 1000000,
    AN_CASE_OBJECT_MAX = 256000000,         // bytes of one object
    AN_CASE_STAMP_MAX = 1 << 16,
    AN_CASE_DIGEST = 32,
};

// A hash as text, NUL-ended: BLAKE2b-256, 64 hexadecimal digits.
struct an_hash { char text[AN_HASH_TEXT + 1]; };
static inline struct an_str an_hash_str(const struct an_hash *h) { return (struct an_str) {h->text, AN_HASH_TEXT}; }

// The hash that an object is stored under.
struct an_hash an_hash_of(struct an_str bytes);

// The hash of an entry's text behind that of the one before (64 zeros before the first). With the two below, what a log outside
// of a case file is checked with.
struct an_hash an_log_hash(struct an_str previous, struct an_str text);
// The trusted comment of an entry's signature, and the other one.
enum { AN_LOG_COMMENT_MAX = 48 };
const char *an_log_comment(uint64_t seq, char out[AN_LOG_COMMENT_MAX]);
#define AN_LOG_UNTRUSTED "signature of one entry of a case file of anshen"

struct an_case;                             // one open case file; one object, one thread

// An entry as the log has it. Borrowed from the case: valid until it is freed, or until a rollback takes it back.
struct an_entry {
    uint64_t seq;                           // 1 is the first
    struct an_str at;                       // moment, "YYYY-MM-DDTHH:MM:SSZ"
    struct an_str actor;                    // id of a person, or empty
    const struct an_entry_kind *kind;
    const json_t *body;                     // an object that an_entry_check has passed
    struct an_str text;                     // canonical JSON of the whole entry: what is hashed, with the hash before
    struct an_hash hash;
    struct an_str signature;                // a signature file's text over the 64 digits of `hash`; empty when not signed
    uint64_t withdrawn_by;                  // the entry that takes it back; 0 when none does
};

// An entry to be.
struct an_entry_draft {
    const char *kind;
    const char *at;
    const char *actor;                      // NULL: nobody in particular
    json_t *body;                           // borrowed; members in any order
    const struct an_secret *key;            // NULL: not signed
};

// Makes a case file (mode 0600) with its first entry, of kind `open`. Errors: USAGE when there is a file of that name.
enum an_code an_case_create(const char *path, const struct an_entry_draft *open, struct an_case **ret_case,
                            struct an_err *err) AN_MUST_USE;

// Opens one and checks all entries: the chain, bodies, order and signatures (objects are checked when they are read). Errors:
// USAGE when it is no case file or of a newer version, INPUT with the place of the first fault (an_case_verify finds all),
// IO, LIMIT. Reading leaves no file beside it, and works from a folder that may not be written to.
enum an_code an_case_open(const char *path, bool writable, struct an_case **ret_case, struct an_err *err) AN_MUST_USE;

void an_case_free(struct an_case *c);       // gives up a transaction that is open; NULL is fine
static inline void an_case_cleanup(struct an_case **c) { an_case_free(*c); }

// Adds an entry: checked, written, read back and hashed again before it is committed. Entries that another program added
// meanwhile are taken in first. Errors: INPUT when the body, the actor, a reference or the key does not fit; USAGE when the
// moment lies before the last entry's (a clock was set back); IO when another program writes, or the disk is full. The file
// is then as it was.
enum an_code an_case_append(struct an_case *c, const struct an_entry_draft *draft, uint64_t *ret_seq,
                            struct an_err *err) AN_MUST_USE;

// Several appends and objects as one: all of them or none. After any failure between begin and commit nothing of it is
// kept, and commit says so.
enum an_code an_case_begin(struct an_case *c, struct an_err *err) AN_MUST_USE;
enum an_code an_case_commit(struct an_case *c, struct an_err *err) AN_MUST_USE;
void an_case_rollback(struct an_case *c);

// Stores an object; one that is there already is not stored twice. LIMIT above AN_CASE_OBJECT_MAX.
enum an_code an_case_object_put(struct an_case *c, struct an_str bytes, struct an_hash *ret_hash, struct an_err *err) AN_MUST_USE;
// Adds its bytes to `out`, when they still have that hash. Errors: USAGE when there is none of that hash, INPUT when it was
// altered.
enum an_code an_case_object_get(struct an_case *c, struct an_str hash, struct an_buf *out, struct an_err *err) AN_MUST_USE;
enum an_code an_case_object_size(struct an_case *c, struct an_str hash, uint64_t *ret_size, struct an_err *err) AN_MUST_USE;

// The entries, 1 to count. NULL for a number beyond.
size_t an_case_count(const struct an_case *c);
const struct an_entry *an_case_entry(const struct an_case *c, uint64_t seq);

// The next entry of that kind (NULL: of any) after `last` (NULL: the first) that was not withdrawn; NULL behind the last.
const struct an_entry *an_case_next(const struct an_case *c, const char *kind, const struct an_entry *last);
// The last entry of that kind that was not withdrawn and whose `member` is that text; member NULL: whatever it says.
const struct an_entry *an_case_last(const struct an_case *c, const char *kind, const char *member, struct an_str value);

// The hash of the last entry: with the number of entries it stands for all of them. Kept elsewhere, it shows what was cut off.
struct an_hash an_case_head(const struct an_case *c);

// RFC 3161. What a time-stamp authority is asked to stamp is SHA-256 of the 64 digits of an entry's hash.
void an_entry_stamp_digest(const struct an_entry *entry, unsigned char ret_digest[AN_CASE_DIGEST]);
// Keeps the answer (a TimeStampResp, or the token alone, in DER) with the entry, one for each. Errors: INPUT when it is not a
// whole DER value or does not hold the entry's digest; USAGE when the entry has a stamp. Whether the authority is one to
// trust is for `openssl ts -verify` to say, with the certificate of one's choice.
enum an_code an_case_stamp_add(struct an_case *c, uint64_t seq, struct an_str token, struct an_err *err) AN_MUST_USE;
// Adds the stamp's bytes to `out`; *ret_any tells whether there is one.
enum an_code an_case_stamp_get(struct an_case *c, uint64_t seq, struct an_buf *out, bool *ret_any,
                               struct an_err *err) AN_MUST_USE;

// A fault found in a case file.
struct an_case_fault {
    uint64_t seq;                           // of the entry, or 0
    struct an_hash object;                  // of the object, or ""
    struct an_str text;                     // begins with the place: "entry 3: ...", "object 6f2e...: ...", "database: ..."
};
struct an_case_report {
    struct an_case_fault *faults;           // in the arena
    size_t fault_count, fault_cap;
    uint64_t entries, objects, signatures, stamps;      // looked at
    struct an_hash head;                    // as stored; "" when there is no entry
};

// Checks everything there is in the file at `path` and lists every fault: chain, bodies, order, references, signatures,
// stamps, objects against their hashes, sizes and the entries that name them, tables, SQLite's own check. AN_OK with faults
// in the report when there are any. Errors: when it cannot be opened, is no case file, or memory runs out.
enum an_code an_case_verify(const char *path, struct an_arena *arena, struct an_case_report *ret_report,
                            struct an_err *err) AN_MUST_USE;

#endif
