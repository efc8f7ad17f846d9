#include "source/typed.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include "base/date.h"

enum { DAY = 86400 };

size_t an_typed_uint(uint64_t value, char *out) {
    char digits[20];
    size_t n = 0;
    do
        digits[n++] = (char) ('0' + value % 10);
    while (value /= 10);
    for (size_t i = 0; i < n; i++)
        out[i] = digits[n - 1 - i];
    return n;
}

size_t an_typed_int(int64_t value, char *out) {
    out[0] = '-';
    return value < 0 ? 1 + an_typed_uint(0 - (uint64_t) value, out + 1) : an_typed_uint((uint64_t) value, out);
}

static size_t shortest(double value, bool is_float, char *out) {
    int len = 0;
    if (fabs(value) < 1e15 && value == floor(value))
        return an_typed_int((int64_t) value, out);
    for (int digits = is_float ? 6 : 15; digits <= 17; digits++) {
        len = snprintf(out, AN_TYPED_TEXT, "%.*g", digits, value);
        double read = strtod(out, NULL);
        if (is_float ? (float) read == (float) value : read == value)
            break;
    }
    return (size_t) len;
}

size_t an_typed_real(double value, char *out) { return isfinite(value) ? shortest(value, false, out) : 0; }
size_t an_typed_float(float value, char *out) { return isfinite(value) ? shortest((double) value, true, out) : 0; }

size_t an_typed_half(uint16_t bits, char *out) {
    int exponent = bits >> 10 & 31, fraction = bits & 1023;
    double value = exponent ? ldexp(1024 + fraction, exponent - 25) : ldexp(fraction, -24);
    return exponent == 31 ? 0 : an_typed_float((float) (bits >> 15 ? -value : value), out);
}

static void two_digits(unsigned n, char *out) {
    out[0] = (char) ('0' + n / 10 % 10);
    out[1] = (char) ('0' + n % 10);
}

size_t an_typed_date(int64_t days, char *out) {
    enum { FIRST = -719162, LAST = 2932896 };           // 0001-01-01, 9999-12-31
    if (days < FIRST || days > LAST)
        return an_typed_int(days, out);
    struct an_date d = an_day_to_date((an_day) days);
    two_digits((unsigned) d.year / 100, out);
    two_digits((unsigned) d.year % 100, out + 2);
    two_digits((unsigned) d.month, out + 5);
    two_digits((unsigned) d.day, out + 8);
    out[4] = out[7] = '-';
    return 10;
}

size_t an_typed_time(uint64_t seconds, uint32_t nanos, char *out) {
    size_t n = seconds / 3600 < 100 ? 2 : an_typed_uint(seconds / 3600, out);
    if (seconds / 3600 < 100)
        two_digits((unsigned) (seconds / 3600), out);
    out[n] = out[n + 3] = ':';
    two_digits((unsigned) (seconds / 60 % 60), out + n + 1);
    two_digits((unsigned) (seconds % 60), out + n + 4);
    n += 6;
    if (!nanos || nanos > 999999999)
        return n;
    out[n] = '.';
    for (size_t i = 9; i > 0; i--, nanos /= 10)
        out[n + i] = (char) ('0' + nanos % 10);
    for (n += 10; out[n - 1] == '0';)
        n--;
    return n;
}

size_t an_typed_moment(int64_t seconds, uint32_t nanos, bool utc, char *out) {
    int64_t second;
    size_t n = an_typed_date(an_floor_div(seconds, DAY, &second), out);
    out[n++] = ' ';
    n += an_typed_time((uint64_t) second, nanos, out + n);
    out[n] = 'Z';
    return n + utc;
}

// Digits of a number, lowest first, as text with a point.
static size_t set_point(const char *digits, size_t count, bool negative, unsigned scale, char *out) {
    size_t n = 0;
    out[n] = '-';
    n += negative;
    for (size_t i = count > scale ? count : scale + 1; i > 0; i--) {
        if (i == scale)
            out[n++] = '.';
        out[n++] = i <= count ? digits[i - 1] : '0';
    }
    return n;
}

size_t an_typed_decimal(struct an_str bytes, unsigned scale, char *out) {
    enum { WORDS = AN_DECIMAL_BYTES / 4, BASE = 1000 * 1000 * 1000 };
    uint32_t words[WORDS] = {0};                // highest first
    char digits[10 * WORDS + 10];
    size_t count = 0, first = 0;
    if (bytes.len > AN_DECIMAL_BYTES || scale > AN_DECIMAL_SCALE)
        return 0;
    bool negative = bytes.len && (bytes.ptr[0] & 0x80);
    uint64_t carry = negative;
    for (size_t i = 0; i < AN_DECIMAL_BYTES; i++) {     // from the lowest on
        unsigned b = i < bytes.len ? (unsigned char) bytes.ptr[bytes.len - 1 - i] : negative ? 0xFF : 0;
        carry += negative ? b ^ 0xFF : b;
        words[WORDS - 1 - i / 4] |= (uint32_t) (carry & 0xFF) << 8 * (i % 4);
        carry >>= 8;
    }
    while (first < WORDS) {
        uint64_t rest = 0;
        for (size_t i = first; i < WORDS; i++) {
            rest = rest << 32 | words[i];
            words[i] = (uint32_t) (rest / BASE);
            rest %= BASE;
        }
        for (int k = 0; k < 9; k++, rest /= 10)
            digits[count++] = (char) ('0' + rest % 10);
        while (first < WORDS && !words[first])
            first++;
    }
    while (count > 1 && digits[count - 1] == '0')
        count--;
    return set_point(digits, count, negative, scale, out);
}

size_t an_typed_decimal_int(int64_t value, unsigned scale, char *out) {
    char digits[20];
    size_t count = 0;
    uint64_t n = value < 0 ? 0 - (uint64_t) value : (uint64_t) value;
    if (scale > AN_DECIMAL_SCALE)
        return 0;
    do
        digits[count++] = (char) ('0' + n % 10);
    while (n /= 10);
    return set_point(digits, count, value < 0, scale, out);
}

size_t an_typed_uuid(const char bytes[static 16], char *out) {
    static const char hex[] = "0123456789abcdef";
    size_t n = 0;
    for (size_t i = 0; i < 16; i++) {
        if (i == 4 || i == 6 || i == 8 || i == 10)
            out[n++] = '-';
        out[n++] = hex[(unsigned char) bytes[i] >> 4];
        out[n++] = hex[bytes[i] & 15];
    }
    return n;
}
