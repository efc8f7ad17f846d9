#include "report/figure.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include "report/model.h"

enum { TEN_THOUSAND = 10000, HUNDRED_MILLION = 100000000 };

static struct an_str say(struct an_words w, enum an_lang lang, char out[AN_FIGURE_MAX]) {
    int n = snprintf(out, AN_FIGURE_MAX, "%s", an_say(w, lang));
    return (struct an_str) {out, (size_t) n};
}

struct an_str an_figure(uint64_t n, enum an_lang lang, char out[AN_FIGURE_MAX]) {
    if (n == AN_INFINITE)
        return say((struct an_words) {"no bound", "无上限"}, lang, out);
    char digits[24];
    int count = snprintf(digits, sizeof digits, "%" PRIu64, n);
    size_t len = 0;
    for (int i = 0; i < count; i++) {
        if (i && (count - i) % 3 == 0)
            out[len++] = ',';
        out[len++] = digits[i];
    }
    out[len] = '\0';
    return (struct an_str) {out, len};
}

// In 万 or 亿, with as many decimals as are exact, at most `decimals`; `more` when something was cut.
static size_t in_units(uint64_t n, int decimals, bool *ret_more, char *out, size_t cap) {
    bool is_large = n >= HUNDRED_MILLION;
    uint64_t unit = is_large ? HUNDRED_MILLION : TEN_THOUSAND, whole = n / unit, rest = n % unit;
    int len = snprintf(out, cap, "%" PRIu64, whole);
    uint64_t fraction = 0, place = unit;
    int digits = 0;
    for (; digits < decimals && rest; digits++) {
        place /= 10;
        fraction = fraction * 10 + rest / place;
        rest %= place;
    }
    *ret_more = rest > 0;
    while (digits && fraction % 10 == 0) {
        fraction /= 10;
        digits--;
    }
    if (digits)
        len += snprintf(out + len, cap - (size_t) len, ".%0*" PRIu64, digits, fraction);
    len += snprintf(out + len, cap - (size_t) len, "%s", is_large ? "亿" : "万");
    return (size_t) len;
}

struct an_str an_figure_long(uint64_t n, enum an_lang lang, char out[AN_FIGURE_MAX]) {
    struct an_str plain = an_figure(n, lang, out);
    if (lang != AN_ZH || n < TEN_THOUSAND || n == AN_INFINITE)
        return plain;
    char units[40];
    bool more;
    in_units(n, n >= HUNDRED_MILLION ? 2 : 1, &more, units, sizeof units);
    int len = snprintf(out + plain.len, AN_FIGURE_MAX - plain.len, "（%s%s）", units, more ? "余" : "");
    return (struct an_str) {out, plain.len + (size_t) len};
}

struct an_str an_figure_tick(uint64_t n, enum an_lang lang, char out[AN_FIGURE_MAX]) {
    bool more = true;
    size_t len = 0;
    if (lang == AN_ZH && n >= TEN_THOUSAND && n != AN_INFINITE)
        len = in_units(n, 2, &more, out, AN_FIGURE_MAX);
    return more ? an_figure(n, lang, out) : (struct an_str) {out, len};
}

struct an_str an_figure_small(uint64_t n, enum an_lang lang, char out[AN_FIGURE_MAX]) {
    return n > 0 && n < 10 ? say((struct an_words) {"<10", "<10"}, lang, out) : an_figure(n, lang, out);
}

struct an_str an_figure_span(uint64_t lo, uint64_t hi, enum an_lang lang, char out[AN_FIGURE_MAX]) {
    struct an_str a = AN_FIGURE(an_figure_small, lo, lang), b = AN_FIGURE(an_figure_small, hi, lang);
    if (an_str_eq(a, b))
        return an_figure_small(lo, lang, out);
    int len = snprintf(out, AN_FIGURE_MAX, "%.*s–%.*s", AN_STR_ARG(a), AN_STR_ARG(b));
    return (struct an_str) {out, (size_t) len};
}

struct an_str an_figure_bytes(uint64_t n, enum an_lang lang, char out[AN_FIGURE_MAX]) {
    if (n == AN_INFINITE)
        return say((struct an_words) {"not known", "不明"}, lang, out);
    static const char *const units[] = {"B", "kB", "MB", "GB", "TB", "PB", "EB"};
    uint64_t scale = 1;
    size_t unit = 0;
    for (; n / scale >= 1000; unit++)
        scale *= 1000;
    uint64_t whole = n / scale;
    int decimals = unit == 0 || whole >= 100 ? 0 : whole >= 10 ? 1 : 2;
    uint64_t part = n % scale / (scale >= 100 ? scale / 100 : 1);
    int len = decimals == 0 ? snprintf(out, AN_FIGURE_MAX, "%" PRIu64 " %s", whole, units[unit])
                            : snprintf(out, AN_FIGURE_MAX, "%" PRIu64 ".%0*" PRIu64 " %s", whole, decimals,
                                       decimals == 2 ? part : part / 10, units[unit]);
    return (struct an_str) {out, (size_t) len};
}

struct an_str an_figure_share(double share, char out[AN_FIGURE_MAX]) {
    int len;
    if (!(share > 0))
        len = snprintf(out, AN_FIGURE_MAX, "0%%");
    else if (share >= 1)
        len = snprintf(out, AN_FIGURE_MAX, "100%%");
    else if (share < 0.001)
        len = snprintf(out, AN_FIGURE_MAX, "<0.1%%");
    else {
        int tenths = (int) (share * 1000 + 1e-9);       // 0.98 is a little less than 98 hundredths
        if (tenths > 999)
            tenths = 999;
        len = snprintf(out, AN_FIGURE_MAX, tenths % 10 ? "%d.%d%%" : "%d%%", tenths / 10, tenths % 10);
    }
    return (struct an_str) {out, (size_t) len};
}
