// A few threads that work through numbered items.
#ifndef AN_BASE_POOL_H
#define AN_BASE_POOL_H

#include <stddef.h>
#include "base/err.h"

// Calls work(arg, item, worker) once for each item 0..count-1, on `threads` threads (0 or 1: on this one).
// Items start in ascending order; `worker` is 0..threads-1 and names the scratch memory to use. Returns when all are
// done; a failure stops the starting of further items, and the failure of the lowest item is returned.
enum an_code an_pool_run(size_t threads, size_t count,
                         enum an_code (*work)(void *arg, size_t item, size_t worker, struct an_err *err), void *arg,
                         struct an_err *err) AN_MUST_USE;

size_t an_pool_cores(void);     // processors this process may use, at least 1

#endif
