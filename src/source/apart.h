// Risky parsers, each document in a process of its own that may do nothing but parse.
//
// A source asks for it with one member of its row, `.apart = &needs`; its `read` is written like any other: it takes bytes from
// its input and tells its sink. What runs where:
//
//     anshen ──starts──► keeper: this program again, by /proc/self/exe, with an argument nobody types: no environment, no key,
//                        nothing but its own end of a socket; loads the libraries that parsers need, parses nothing
//     keeper ──forks───► parser, one a document: resource limits, no new privileges, Landlock where the kernel has it, seccomp;
//                        reads one descriptor, writes one pipe, has memory; opens no file, starts nothing, reaches nobody
//     parser ──pipe────► anshen: the calls of a sink, as messages (apart_talk.h), each checked as hostile before it is passed on
//
// A parser that crashes, hangs, is killed or breaks the contract of a sink costs what was not read of its document: the store is
// partly read or unread, with that reason. Where the kernel has no seccomp, or somebody's policy forbids it, documents are not
// parsed at all and are unread: no parser runs unconfined because of where it runs. Landlock is a second lock: seccomp alone
// lets no file be opened.
#ifndef AN_SOURCE_APART_H
#define AN_SOURCE_APART_H

#include "source/source.h"

struct an_apart;                        // one keeper; one thread. It starts when the first document needs it
struct an_apart_needs {                 // what a format's parser needs; {0}: bytes, and the memory every parser gets
    void (*load)(void);                 // called in the keeper, once: libraries, so that no parser has to open them
    // Folders (NULL-ended) of files that the libraries read when they need them. They are opened in the keeper; a parser gets
    // the one it asks for by name, and no other.
    const char *const *folders;
    bool recognises;                    // it may recognise text (ocr.h)
};

enum an_code an_apart_new(struct an_apart **ret, struct an_err *err) AN_MUST_USE;
void an_apart_free(struct an_apart *a);             // NULL is fine; ends the keeper
static inline void an_apart_release(struct an_apart **a) { an_apart_free(*a); }     // for AN_CLEANUP

// For tests: takes `keeper`, already there, at the other end of `socket`, and waits so long for a document. Both are its own now.
void an_apart_adopt(struct an_apart *a, int keeper, int socket, double seconds);

// Reads `input`, found to be `source`'s, in a parser of its own. reading->apart NULL: the store is unread.
// Failure is for the machine's own trouble and a sink that failed.
enum an_code an_apart_read(const struct an_source *source, struct an_reading *reading, struct an_input *input,
                           const struct an_sniff *sniff, struct an_err *err) AN_MUST_USE;

// For parsers, which want their input whole: its bytes from the first on. In a parser they are mapped, elsewhere held in memory.
struct an_whole {
    struct an_str bytes;
    enum an_code broken;                // how the input broke off, or that it is longer than `most` (LIMIT); `why` says it
    struct an_err why;
    char *held;                         // private, as is the next
    size_t mapped;
};
// Failure: no memory.
enum an_code an_whole_take(struct an_whole *whole, struct an_input *input, const struct an_sniff *sniff, uint64_t most,
                           struct an_err *err) AN_MUST_USE;
void an_whole_release(struct an_whole *whole);

#endif
