// What the telephone numbers of China share: how their country is written in front of them.
#ifndef AN_IDENT_CN_PHONE_H
#define AN_IDENT_CN_PHONE_H

#include "base/str.h"

// Takes +86, 0086 or 86, in brackets or not, and one space or hyphen after it, off the front of *text. False,
// with *text untouched, when none is there.
bool an_cn_phone_strip_country(struct an_str *text);

#endif
