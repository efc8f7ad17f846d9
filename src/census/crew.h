// Threads that take blocks of one large store beside the thread that reads it.
//
// Blocks are copied, so that the reader can go on; each hand has a few places for them. When no place is free the reader takes
// the block itself, so nobody waits but at the end. What a block holds does not depend on who takes it.
#ifndef AN_CENSUS_CREW_H
#define AN_CENSUS_CREW_H

#include "source/source.h"

// Rows of a table, or lines of running text where rows.count is 0.
struct an_crew_block {
    struct an_rows rows;
    struct an_str lines;
};

// Takes a block: called by one thread at a time for one `hand`, by several for several.
typedef enum an_code an_crew_take(void *hand, const struct an_crew_block *block, struct an_err *err);

struct an_crew;

// A thread for each of the `count` hands. Fewer where the system has no more; NULL: no memory, or no thread at all.
struct an_crew *an_crew_new(void *const *hands, size_t count, an_crew_take *take);

// Hands a block over. False: nobody is free to take it.
bool an_crew_give(struct an_crew *c, const struct an_crew_block *block);

// Waits until every block was taken. The first failure of any, if there was one.
enum an_code an_crew_wait(struct an_crew *c, struct an_err *err) AN_MUST_USE;

void an_crew_free(struct an_crew *c);       // ends the threads; what waits is dropped. NULL is fine

#endif
