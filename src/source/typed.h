// Values that a table in columns holds in binary, as the text a person would have typed.
#ifndef AN_SOURCE_TYPED_H
#define AN_SOURCE_TYPED_H

#include "base/str.h"

enum {
    AN_TYPED_TEXT = 256,            // bytes that any of them takes at most
    AN_DECIMAL_BYTES = 32, AN_DECIMAL_SCALE = 96,
};

// Each writes to `out` (AN_TYPED_TEXT bytes) and returns how many.
size_t an_typed_int(int64_t value, char *out);
size_t an_typed_uint(uint64_t value, char *out);
size_t an_typed_real(double value, char *out);          // the fewest digits that mean it, as a double or as a float
size_t an_typed_float(float value, char *out);
size_t an_typed_half(uint16_t bits, char *out);         // IEEE 754 binary16
size_t an_typed_date(int64_t days, char *out);          // since 1970-01-01: YYYY-MM-DD; the number where it is in no year 1..9999
// Seconds since 1970-01-01 00:00 and nanoseconds, 0..999999999: "YYYY-MM-DD HH:MM:SS.fff", without zeros at the end; `utc`: with
// 'Z' behind.
size_t an_typed_moment(int64_t seconds, uint32_t nanos, bool utc, char *out);
size_t an_typed_time(uint64_t seconds, uint32_t nanos, char *out);     // of the day: HH:MM:SS.fff
// A whole number in two's complement, highest byte first (AN_DECIMAL_BYTES at most), `scale` digits behind the point
// (AN_DECIMAL_SCALE at most).
size_t an_typed_decimal(struct an_str bytes, unsigned scale, char *out);
size_t an_typed_decimal_int(int64_t value, unsigned scale, char *out);
size_t an_typed_uuid(const char bytes[static 16], char *out);

// The quotient and, in *ret_rest, what is left, which is never negative.
static inline int64_t an_floor_div(int64_t n, int64_t by, int64_t *ret_rest) {
    int64_t q = n / by, rest = n % by;
    *ret_rest = rest < 0 ? rest + by : rest;
    return q - (rest < 0);
}

#endif
