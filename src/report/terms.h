// The words that stand for codes: verdicts, states of a store, states of a rule, sources of a fact, grades of data,
// what the data map points out.
#ifndef AN_REPORT_TERMS_H
#define AN_REPORT_TERMS_H

#include "base/lang.h"

// The words for a code of the model; the code itself where it is none of ours, "" for NULL.
struct an_words an_term(const char *code);

#endif
