// Identifiers that somebody has masked (138****5678) or a program has damaged (4.40308E+17).
//
// They show that a store held identifiers, and which; they are counted as such and are never people: two
// masked numbers that look alike need not be one, and a damaged one stands for a thousand.
#ifndef AN_IDENT_OBSCURED_H
#define AN_IDENT_OBSCURED_H

#include "ident/ident.h"

enum an_obscured { AN_OBSCURED_NO, AN_OBSCURED_MASKED, AN_OBSCURED_DAMAGED };

// What `text` was, and in *ret_kind what it would be if it were whole (untouched for NO). `text` is a run of
// digits and mask signs ('*', '•', '●', '＊', an X among others of them), in groups or not; or a mail address
// with '*' in it; or a number with an exponent. Masked: mobile numbers, resident IDs, bank cards, mail
// addresses. Damaged: a spreadsheet's rounding of an 11-digit number (mobile), of 15 or 18 digits (resident
// ID) and of 16, 17 or 19 (bank card). An integer whose last digits a program has lost looks whole, and is
// not found here: its check digit fails. Pure.
enum an_obscured an_obscured_check(struct an_str text, const struct an_ident **ret_kind);

#endif
