// The cage a parser sits in: what the kernel lets it do.
#ifndef AN_SOURCE_APART_CAGE_H
#define AN_SOURCE_APART_CAGE_H

#include <stdint.h>
#include "base/err.h"

enum {
    AN_CAGE_IN = 3, AN_CAGE_OUT = 4,        // the parser's descriptors: its document, and the pipe to the program
    AN_CAGE_CPU_SECONDS = 120,
};

struct an_cage;                             // made once, in the keeper

// Errors: IO where the kernel has no seccomp, or somebody's policy forbids it.
enum an_code an_cage_new(struct an_cage **ret, struct an_err *err) AN_MUST_USE;

// Opens every file below the folders (NULL-ended; NULL: none), for parsers to have by name. What cannot be opened is left out.
void an_cage_open_below(struct an_cage *cage, const char *const *folders);

// Locks the calling process in, for good. From here on it may read and map AN_CAGE_IN and the files opened before, write to
// AN_CAGE_OUT, and use memory (`memory` bytes of addresses; no limit under a sanitizer, which needs terabytes of them) and the
// processor. An attempt to start a program, to reach the network or another process kills it (SIGSYS); anything else fails.
// Call in a process of one thread.
enum an_code an_cage_enter(const struct an_cage *cage, uint64_t memory, struct an_err *err) AN_MUST_USE;

#endif
