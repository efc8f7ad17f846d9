// Division and area codes as bit sets, made at build time from assets/cn_division.tsv and
// assets/cn_landline_area.tsv.
#include "ident/cn_place.h"

enum { AREAS = 1000 };

const uint64_t an_cn_divisions[AN_CN_DIVISIONS / 64] = {
#include "ident/cn_division.inc"
};

static const uint64_t area_set[AREAS / 64 + 1] = {
#include "ident/cn_landline_area.inc"
};

static bool is_in(const uint64_t *set, unsigned n) {
    return set[n / 64] >> n % 64 & 1;
}

static unsigned number(const char *digits, size_t count) {
    unsigned n = 0;
    for (size_t i = 0; i < count; i++)
        n = n * 10 + (unsigned) (digits[i] - '0');
    return n;
}

bool an_cn_division_is_known(const char digits[static 6]) {
    return an_cn_division_has(number(digits, 6));
}

bool an_cn_province_is_known(const char digits[static 2]) {
    return digits[0] <= '6' && an_cn_division_has(number(digits, 2) * 10000);
}

// No code of two digits is the beginning of one of three: those begin with 1 or 2, these with 3 to 9.
size_t an_cn_area_len(const char digits[static 3]) {
    if (is_in(area_set, number(digits, 2)))
        return 2;
    return digits[0] >= '3' && is_in(area_set, number(digits, 3)) ? 3 : 0;
}
