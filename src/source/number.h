// Numbers of spreadsheets as the text a person would have typed.
#ifndef AN_SOURCE_NUMBER_H
#define AN_SOURCE_NUMBER_H

#include "base/str.h"

enum an_number_form { AN_NUMBER_PLAIN, AN_NUMBER_DATE, AN_NUMBER_TIME, AN_NUMBER_DATE_TIME, AN_NUMBER_ZEROS };

struct an_number_format { unsigned char form, zeros; };     // zeros: digits that are shown at least, as in a post code

// What a number format's code shows ("yyyy-mm-dd", "000000"). Source: ECMA-376 part 1, 18.8.31.
struct an_number_format an_number_format_of(struct an_str code);

// The same for the numbers of formats that files use without saying what they are (18.8.30, with those of East Asian editions).
struct an_number_format an_number_format_builtin(unsigned id);

enum { AN_NUMBER_TEXT = 48 };

// Writes the number to `out` and returns it. `text` is how the file writes it; what is no number comes back as it is.
//  * Whole numbers without exponent, others in the fewest digits that mean them.
//  * A whole number of more than 15 digits whose last are zeros, or that is written with an exponent, has lost digits in the
//    program that saved it (they keep 15): it is written d.dddE+nn, so that it is seen to be damaged.
//  * Dates YYYY-MM-DD, times HH:MM:SS. `is_1904`: days are counted from 1904-01-01.
struct an_str an_number_text(struct an_str text, struct an_number_format format, bool is_1904, char out[AN_NUMBER_TEXT]);

#endif
