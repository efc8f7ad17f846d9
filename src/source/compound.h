// Compound files: a file system in a file, in which office programs of before 2007, Outlook and others keep their documents.
//
// Sectors are chained by a table of which each entry names the next, as on a floppy disk; short streams lie in a stream of their
// own. All of it is hostile: a chain is followed for as many sectors as its stream is said to be long and no more, whatever is
// read of all streams together is bounded by the file's size, and each entry of the directory is met once. Source: [MS-CFB].
#ifndef AN_SOURCE_COMPOUND_H
#define AN_SOURCE_COMPOUND_H

#include "base/arena.h"
#include "base/err.h"

enum an_compound_type { AN_COMPOUND_FREE = 0, AN_COMPOUND_FOLDER = 1, AN_COMPOUND_STREAM = 2, AN_COMPOUND_ROOT = 5 };
enum { AN_COMPOUND_TOP = 0 };           // the entry that is the root folder
#define AN_COMPOUND_NONE UINT32_MAX

struct an_compound_entry {
    struct an_str name;                 // UTF-8; may begin with a control character
    enum an_compound_type type;         // FREE as well where no folder lists it
    uint32_t folder;                    // the entry it stands under
    uint32_t start;
    uint64_t size;
};

struct an_compound {                    // {0}, then an_compound_open
    struct an_compound_entry *entries;
    uint32_t count;
    const char *unread;                 // why it cannot be read at all; NULL: it can
    const char *damage;                 // what is wrong with it, the first thing met; NULL: nothing so far

    // the rest is private
    struct an_str bytes, small_table, small;
    struct an_arena arena;
    uint32_t *table;                    // where its parts lie
    uint32_t table_count;
    unsigned shift;
    uint64_t left;                      // bytes that may still be copied
};

// Whether the bytes begin like one.
bool an_compound_is(struct an_str head);

// Reads the directory of `bytes`, which are borrowed until the release. Failure: no memory.
enum an_code an_compound_open(struct an_compound *c, struct an_str bytes, struct an_err *err) AN_MUST_USE;
void an_compound_release(struct an_compound *c);

// The entry of that name in a folder, in any case of its ASCII letters; AN_COMPOUND_NONE where there is none.
uint32_t an_compound_find(const struct an_compound *c, uint32_t folder, const char *name);

// The bytes of a stream, as far as they are there (*ret_whole: all of them); they live as long as `c`. Failure: no memory.
enum an_code an_compound_read(struct an_compound *c, uint32_t entry, struct an_str *ret, bool *ret_whole,
                              struct an_err *err) AN_MUST_USE;

#endif
