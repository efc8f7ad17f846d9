// A census of one invented table: so many people, each with a resident ID and a mobile.
#ifndef AN_TESTS_SMALL_CENSUS_H
#define AN_TESTS_SMALL_CENSUS_H

#include <stdio.h>
#include "census/census.h"
#include "census/intake.h"

// A resident ID of 18 digits (GB 11643-1999), another for each n.
static inline void resident_id(unsigned n, char out[19]) {
    static const int weights[] = {7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2};
    int sum = 0;
    (void) snprintf(out, 19, "110105%04u%02u%02u%03u", 1950 + n % 50, 1 + n % 12, 1 + n % 25, (n * 7 + 1) % 1000);
    for (size_t i = 0; i < AN_COUNT(weights); i++)
        sum += (out[i] - '0') * weights[i];
    out[17] = "10X98765432"[sum % 11];
    out[18] = '\0';
}

static inline void give_record(const struct an_sink *sink, unsigned n) {
    struct an_err err;
    char id[19 + AN_SOURCE_PADDING] = {0}, mobile[12 + AN_SOURCE_PADDING] = {0};
    resident_id(n, id);
    (void) snprintf(mobile, sizeof mobile, "139%08u", 24681357 + n * 7919);
    struct an_value values[] = {{.text = {id, 18}, .column = 0}, {.text = {mobile, 11}, .column = 1}};
    struct an_record record = {.values = values, .count = 2, .number = n + 1};
    assert_int_equal(sink->record(sink->arg, &record, &err), AN_OK);
}

static inline void make_census(struct an_census *c, struct an_budget *budget, const struct an_key *key, unsigned people) {
    struct an_err err;
    struct an_intake_options options = {.key = key, .caps = an_caps_default(), .budget = budget, .today = 20000};
    struct an_intake *in;
    assert_int_equal(an_intake_new(&options, &in, &err), AN_OK);
    const struct an_sink *sink = an_intake_sink(in);
    static const char headings[2][8 + AN_SOURCE_PADDING] = {"id_card", "mobile"};     // read past their end
    struct an_str names[] = {{headings[0], 7}, {headings[1], 6}};
    struct an_store_info info = {.uri = AN_STR("users.csv"), .format = "csv", .encoding = "utf-8"};
    assert_int_equal(sink->open(sink->arg, &info, &err), AN_OK);
    assert_int_equal(sink->columns(sink->arg, names, 2, &err), AN_OK);
    for (unsigned n = 0; n < people; n++)
        give_record(sink, n);
    assert_int_equal(sink->close(sink->arg, AN_STORE_READ, 1, (struct an_str) {0}, &err), AN_OK);
    struct an_store **stores;
    size_t count;
    assert_int_equal(an_intake_take(in, &stores, &count, &err), AN_OK);
    an_intake_free(in);
    *c = (struct an_census) {.caps = an_caps_default(), .budget = budget};
    an_key_id(key, c->key_id);
    assert_int_equal(an_census_add(c, stores, count, &err), AN_OK);
    assert_int_equal(an_census_sort(c, &err), AN_OK);
}

#endif
