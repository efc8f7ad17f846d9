// Names of Chinese divisions at the beginning of a text.
#ifndef AN_LOOK_DIVISION_H
#define AN_LOOK_DIVISION_H

#include "base/str.h"

// Bytes of the longest name of a province, prefecture or county (of any era, GB/T 2260) that the text begins with; those of
// provinces and cities are known without their last word, too. 0: it begins with none. Pure.
size_t an_look_division_len(struct an_str text);

#endif
