// A verb that lists the rows of a table of this build: takes --json and --lang, no operand.
#ifndef AN_CMD_LISTING_H
#define AN_CMD_LISTING_H

#include "base/json.h"
#include "base/lang.h"

struct an_listing {
    size_t count;
    void (*line)(size_t row, enum an_lang lang);            // prints one line
    void (*json)(size_t row, struct an_json *j);            // adds keys to the row's object
};

// Reads the options and prints the rows. Errors: USAGE.
enum an_code an_listing_run(const struct an_listing *listing, int argc, char *argv[], int *ret_status,
                            struct an_err *err) AN_MUST_USE;

// A key and its text; a title, as title_en and title_zh.
void an_listing_text(struct an_json *j, const char *key, const char *text);
void an_listing_title(struct an_json *j, struct an_words title);

#endif
