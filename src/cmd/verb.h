// A verb of the command line: `anshen <name> ...`.
#ifndef AN_CMD_VERB_H
#define AN_CMD_VERB_H

#include "base/err.h"
#include "base/lang.h"

// Exit statuses (stable). Errors of kind USAGE end as AN_EXIT_USAGE, all others as AN_EXIT_FAILED.
enum { AN_EXIT_OK = 0, AN_EXIT_FAILED = 1, AN_EXIT_USAGE = 2, AN_EXIT_PARTLY = 3, AN_EXIT_APPLIES = 4,
      AN_EXIT_UNDETERMINED = 5 };

struct an_verb {
    const char *name;
    struct an_words summary;    // one line, no full stop: shown by `anshen help`
    const char *usage;          // the help: synopsis first, then what it does, options, examples, exit statuses

    // argv[0] is the verb's own name. Prints results to standard output (whether that could be written, main looks);
    // returns an exit status in *ret_status, or an error, which main prints.
    enum an_code (*run)(int argc, char *argv[], int *ret_status, struct an_err *err);
};

#endif
