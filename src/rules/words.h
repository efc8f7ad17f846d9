// Rules in words: duties, clocks, penalties and dates as sentences in English and Chinese.
#ifndef AN_RULES_WORDS_H
#define AN_RULES_WORDS_H

#include "base/buf.h"
#include "base/lang.h"
#include "rules/pack.h"

// Each appends one sentence without a full stop to `out`; names are said as `packs` declare them.
// "file cybersecurity review with the Cybersecurity Review Office (CRO), before the listing application
// goes to ..."
enum an_code an_duty_say(const struct an_packs *packs, const struct an_duty *duty, enum an_lang lang,
                         struct an_buf *out, struct an_err *err) AN_MUST_USE;
// "decide: 10 working days (calendar cn) from the day that ...; extendable by 15"
enum an_code an_clock_say(const struct an_packs *packs, const struct an_clock *clock, enum an_lang lang,
                          struct an_buf *out, struct an_err *err) AN_MUST_USE;
enum an_code an_pause_say(const struct an_packs *packs, const struct an_pause *pause, enum an_lang lang,
                          struct an_buf *out, struct an_err *err) AN_MUST_USE;
enum an_code an_penalty_say(const struct an_penalty *penalty, enum an_lang lang, struct an_buf *out,
                            struct an_err *err) AN_MUST_USE;
// "Cybersecurity Review Measures, art. 7"; a define's own citation; the instrument alone where no article is named ("-").
enum an_code an_citation_say(const struct an_rule *rule, enum an_lang lang, struct an_buf *out, struct an_err *err) AN_MUST_USE;
// "in force from 2022-02-15", "draft of 2021-07-10, became cn.crm.art7@2022"
enum an_code an_status_say(const struct an_rule *rule, enum an_lang lang, struct an_buf *out,
                           struct an_err *err) AN_MUST_USE;
// A metric's unit and window: "person, mean of the daily numbers of 3 months".
enum an_code an_window_say(const struct an_name *metric, enum an_lang lang, struct an_buf *out,
                           struct an_err *err) AN_MUST_USE;
// What people call a declared name; the name itself when nobody declared it.
struct an_str an_name_say(const struct an_packs *packs, enum an_name_kind kind, struct an_str name,
                          enum an_lang lang);
// The side of a pair in that language, the other where it has none.
struct an_str an_pair_say(struct an_pair pair, enum an_lang lang);

#endif
