// Where a Chinese number says it comes from: administrative divisions and telephone areas.
#ifndef AN_IDENT_CN_PLACE_H
#define AN_IDENT_CN_PLACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { AN_CN_DIVISIONS = 1000000 };
extern const uint64_t an_cn_divisions[AN_CN_DIVISIONS / 64];    // a bit for each code

// The same for the number, below AN_CN_DIVISIONS.
static inline bool an_cn_division_has(unsigned n) { return an_cn_divisions[n / 64] >> n % 64 & 1; }

// Whether the six digits are the code of a division of any era (GB/T 2260, retired codes included). One load.
bool an_cn_division_is_known(const char digits[static 6]);

// Whether the two digits are the code of a province-level division of the mainland.
bool an_cn_province_is_known(const char digits[static 2]);

// Length, 2 or 3, of the telephone area code (without its leading 0) that `digits` begin with; 0 when they
// begin with none. The third need be a digit only where the first is 3 or more.
size_t an_cn_area_len(const char digits[static 3]);

#endif
