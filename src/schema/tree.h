// JSON documents of others, as trees: read under limits, and looked at without trust.
//
// A tree is jansson's. What reads them here asks by path and gets "nothing" for whatever is missing or of another type, so
// that a hostile document is a document that says little, never a crash.
#ifndef AN_SCHEMA_TREE_H
#define AN_SCHEMA_TREE_H

#include <jansson.h>
#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

enum {
    AN_TREE_BYTES_MAX = 64 * 1024 * 1024,
    AN_TREE_DEPTH_MAX = 100,            // arrays and objects inside each other
    AN_TREE_VALUES_MAX = 4 * 1000 * 1000,   // keys and values together
};

struct an_tree { json_t *root; };       // {0} is none

void an_tree_release(struct an_tree *tree);

// Reads one JSON text (RFC 8259, with or without a byte order mark). Refused: anything after it, an object that has a key
// twice, bytes that are not UTF-8, strings that hold U+0000, whole numbers beyond 64 bits. INPUT names line, column and
// byte and shows nothing of the text; LIMIT: too long, too deep or of too many values, found before the tree is made.
enum an_code an_tree_read(struct an_str bytes, struct an_tree *ret, struct an_err *err) AN_MUST_USE;

// What stands at a path of object keys below `from`: "run/tool". NULL when something on the way is missing or no object.
const json_t *an_tree_at(const json_t *from, const char *path);

// The same where it is a string; "" when it is none. Borrowed from the tree.
struct an_str an_tree_text(const json_t *from, const char *path);

// Items of the array there; 0 when it is none.
size_t an_tree_count(const json_t *from, const char *path);

// A document as canonical bytes: keys sorted, no blanks; in `arena`. NULL ptr when out of memory.
struct an_str an_tree_canonical(const json_t *value, struct an_arena *arena);

// Whether a key of a document may be shown: it looks like a name, not like somebody's data.
bool an_tree_may_show(struct an_str key);

#endif
