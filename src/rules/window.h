// Windows: what dated counts say of a metric on a day. Pure.
#ifndef AN_RULES_WINDOW_H
#define AN_RULES_WINDOW_H

#include "rules/pack.h"

// What was counted on `day`: of a stock, a peak or a daily mean, what was held on it; of `since` and
// `preceding_year`, what had been added up from the first day of the period that holds `day` to `day`; of a
// monthly mean, what the calendar month had come to by `day`.
struct an_snapshot { an_day day; uint64_t lo, hi; };        // lo..hi, both in; hi may be AN_FACT_INFINITE

struct an_bounds { uint64_t lo, hi; };                      // 0..AN_FACT_INFINITE: nothing is known

// The narrowest whole numbers that are sure to hold the metric on `day`, whatever was not counted. Snapshots are
// ascending by day; of a day counted twice both hold. lo > hi: they contradict each other. How each window is
// answered, and why that is sure: docs/RULES.md, section 3. An incident's count is never answered.
struct an_bounds an_window_answer(const struct an_window *window, an_day day, const struct an_snapshot *snapshots,
                                  size_t count);

// The first and the last day that count for the metric on `day`: the period's; of a stock, the day itself.
void an_window_days(const struct an_window *window, an_day day, an_day *ret_first, an_day *ret_last);

#endif
