// Command-line options of a verb: --name VALUE, --name=VALUE, --flag, and what is left over.
#ifndef AN_CMD_OPTIONS_H
#define AN_CMD_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/date.h"
#include "base/err.h"
#include "base/lang.h"

struct an_option {
    const char *name;               // with its dashes; a row with NULL ends the table
    enum {
        AN_OPTION_FLAG,             // bool: set
        AN_OPTION_TEXT,             // const char *
        AN_OPTION_COUNT,            // uint64_t, decimal
        AN_OPTION_SIZE,             // uint64_t bytes: 512M, 4G, 65536
        AN_OPTION_SHARE,            // double, 0..1 ("0.05" or "5%")
        AN_OPTION_DAY,              // an_day, YYYY-MM-DD
        AN_OPTION_LANG,             // enum an_lang: en, zh
        AN_OPTION_MAYBE,            // const char *: with a value behind '=', or "" where there is none
        AN_OPTION_LIST,             // struct an_texts: may be given more than once
    } type;
    void *ret;                      // what `type` says; untouched when the option is not given
};

enum { AN_TEXTS_MAX = 64 };
struct an_texts { const char *items[AN_TEXTS_MAX]; size_t count; };

// Reads argv[1..argc), filling options; operands are moved to argv[1..], their number in *ret_operands. "--" ends
// the options; "-" is an operand. Errors: USAGE, naming the option and what would be right.
enum an_code an_options_read(int argc, char *argv[], const struct an_option *table, int *ret_operands,
                             struct an_err *err) AN_MUST_USE;

// A size in bytes, with K, M, G or T (powers of 1024). False for anything else.
bool an_size_parse(const char *text, uint64_t *ret_bytes);

#endif
