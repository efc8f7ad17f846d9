// Numbers as people read them. Each writes into `out` and returns it as a string.
#ifndef AN_REPORT_FIGURE_H
#define AN_REPORT_FIGURE_H

#include "base/lang.h"
#include "base/str.h"

enum { AN_FIGURE_MAX = 80 };

// "1,300,000"; AN_INFINITE is "no bound" or "无上限".
struct an_str an_figure(uint64_t n, enum an_lang lang, char out[AN_FIGURE_MAX]);

// As an_figure, and in Chinese, from ten thousand up, what it is in 万 or 亿 behind it: "1,300,000（130万）".
// Where that is cut short it says so ("130万余"): it never rounds up over a line.
struct an_str an_figure_long(uint64_t n, enum an_lang lang, char out[AN_FIGURE_MAX]);

// A mark on an axis: as short as it can be said exactly.
struct an_str an_figure_tick(uint64_t n, enum an_lang lang, char out[AN_FIGURE_MAX]);

// As an_figure, but 1..9 is "<10": a count this small in one store points at somebody.
struct an_str an_figure_small(uint64_t n, enum an_lang lang, char out[AN_FIGURE_MAX]);

// Two bounds: "1,200–1,450", "1,200" where they are equal, each as an_figure_small.
struct an_str an_figure_span(uint64_t lo, uint64_t hi, enum an_lang lang, char out[AN_FIGURE_MAX]);

// Decimal units, three digits, cut: "1.23 GB". AN_INFINITE is "not known".
struct an_str an_figure_bytes(uint64_t n, enum an_lang lang, char out[AN_FIGURE_MAX]);

// A share 0..1 in percent, one decimal, cut: never 100% unless it is all, never 0% unless it is none.
struct an_str an_figure_share(double share, char out[AN_FIGURE_MAX]);

// The same with the buffer in the caller's block.
#define AN_FIGURE(form, n, lang) form((n), (lang), (char[AN_FIGURE_MAX]) {0})

#endif
