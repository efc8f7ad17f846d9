// Stores reached by a URL: databases, object stores, services. What is read there goes to a sink as from any source.
//
// A run of a remote opens and closes a store for each table (object, key ...) it finds, named URL!name: the URL as it may be
// shown, without user, password and query. What cannot be read is a store that says so; nothing is written anywhere.
#ifndef AN_REMOTE_REMOTE_H
#define AN_REMOTE_REMOTE_H

#include "remote/rate.h"
#include "remote/url.h"
#include "source/source.h"

struct an_remote_options {              // of a run, shared by all its remotes; {0}: everything, as fast as it comes
    const char *const *include; size_t include_count;       // globs of names; none: all
    const char *const *exclude; size_t exclude_count;       // before `include`
    const char *const *where; size_t where_count;           // NAME=CONDITION: only such rows of that table
    bool *where_used;                   // as many as `where`; set when a table was found for it, by any thread. May be NULL
    struct an_rate *rate;               // NULL: none
    // The table, object ... uri!name begins: whether an earlier run read it in full, so there is nothing to do. NULL: none did.
    bool (*have)(void *arg, struct an_str uri, struct an_str name);
    void *have_arg;
    // Asks a person for a secret, of "reader at postgresql://db1/app"; NUL-ended in `to`. *ret_any false when
    // nobody is there to ask, or nothing was said. NULL: nobody is. Any thread.
    enum an_code (*secret)(void *arg, struct an_str what, char *to, size_t cap, bool *ret_any, struct an_err *err);
    void *secret_arg;
};

enum { AN_SECRET_MAX = 1024 };          // bytes of a secret, with its NUL

struct an_remote_ask {
    const struct an_url *url;
    struct an_str uri;                  // as it may be shown, with the scheme the remote goes by
    const struct an_remote_options *options;
};

struct an_remote {
    const char *name;                   // stable, as written to JSON
    const char *const *schemes;         // in lower case, NULL-ended; the first is the one it goes by
    bool many_hosts;                    // a URL may name several, with ports
    bool own_scheme;                    // its schemes are ways of their own: a URL is shown with the one it has
    struct an_words title;
    const char *spec;                   // document that defines what is spoken
    // USAGE when the URL makes no sense here, before anything is read: the text has no byte of the URL. NULL: any URL does.
    enum an_code (*check)(const struct an_url *url, struct an_err *err);
    // Failure is for the machine's own trouble (no memory, a sink that failed); what is wrong with the store goes to the sink.
    enum an_code (*read)(struct an_reading *reading, const struct an_remote_ask *ask, struct an_err *err);
};

extern const struct an_remote *const an_remotes[];      // sorted by name, NULL-ended
extern const size_t an_remote_count;

const struct an_remote *an_remote_find(struct an_str scheme);       // NULL: there is none

// Splits a URL and holds it against whoever reads it, if anybody does. Errors: USAGE, naming no more than its scheme; NOMEM.
enum an_code an_remote_parse(struct an_str text, struct an_url *ret, struct an_err *err) AN_MUST_USE;

// Appends the name its stores begin with: the URL as it may be shown, with the scheme the remote goes by where there is one.
enum an_code an_remote_show(const struct an_url *url, struct an_buf *out, struct an_err *err) AN_MUST_USE;

// For remotes.

// Whether a store of this name is wanted. `part`: its last part (the table without its schema), which a glob may name as well.
// Where it is not, *ret_why says so in words; it is empty when an earlier run read the store. Asked once, before it is opened.
bool an_remote_wants(const struct an_remote_ask *ask, struct an_str name, struct an_str part, struct an_str *ret_why);

// The condition --where has for a table; ptr NULL: none.
struct an_str an_remote_where(const struct an_remote_ask *ask, struct an_str name, struct an_str part);

// Bytes came over the network: progress shows them, and the rate is kept.
void an_remote_took(struct an_reading *reading, const struct an_remote_ask *ask, uint64_t bytes);

// A store of which nothing could be read; one that is out of scope, with the reason (empty: nothing is said of it, as
// an_remote_wants has it). `name` empty: the whole remote is the store.
enum an_code an_remote_unread(struct an_reading *reading, const struct an_remote_ask *ask, const char *format,
                              struct an_str name, enum an_code what, struct an_str text, struct an_err *err) AN_MUST_USE;
enum an_code an_remote_skip(struct an_reading *reading, const struct an_remote_ask *ask, const char *format, struct an_str name,
                            struct an_str why, struct an_err *err) AN_MUST_USE;

// The open store was not read as it should: no bytes of the data in `text`.
enum an_code an_remote_tell(struct an_reading *reading, enum an_code what, uint64_t record, uint64_t lost, const char *text,
                            struct an_err *err) AN_MUST_USE;

// Appends what a library says of a failed connection, in one line of well-formed text; nothing where `secret` is in it.
enum an_code an_remote_plain(const char *text, struct an_str secret, struct an_buf *out, struct an_err *err) AN_MUST_USE;

// Appends the name of a database of a server whose URL names none: URL/name.
enum an_code an_remote_below(struct an_str uri, struct an_str name, struct an_buf *out, struct an_err *err) AN_MUST_USE;

// A person's answer for the secret of `user` at the URL. *ret_any false: nobody is there to ask.
enum an_code an_remote_secret(const struct an_remote_ask *ask, const char *user, char to[static AN_SECRET_MAX], bool *ret_any,
                              struct an_err *err) AN_MUST_USE;

// Whether `text` is like `glob`: '*' stands for any characters, '?' for one.
bool an_remote_glob(struct an_str glob, struct an_str text);

#endif
