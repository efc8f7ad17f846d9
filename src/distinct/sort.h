// Sorting of rows whose keys are pseudo-random in the main.
#ifndef AN_DISTINCT_SORT_H
#define AN_DISTINCT_SORT_H

#include <stddef.h>
#include "distinct/row.h"

enum { AN_SORT_FEW = 24 };      // rows below which insertion sort wins

// Sorts rows[0..n), which agree on their first `depth` bytes; `other` is as much scratch (AN_SORT_FEW rows need none).
void an_rows_sort(struct an_row *rows, struct an_row *other, size_t n, size_t depth);

// Sorts words by their upper 40 bits; the order of words that agree there is any, but always the same. `other` is as much
// scratch.
void an_words_sort(uint64_t *words, uint64_t *other, size_t n);
enum { AN_WORD_LOW = 24 };      // bits of a word that are carried along

#endif
