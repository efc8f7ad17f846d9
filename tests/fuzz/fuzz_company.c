// Company files from anybody: parsing ends in order; an error names the file; what is accepted keeps to the contract.
#include <assert.h>

#include "app/judge.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

// What the seeds speak of: facts of each type, metrics of each window.
static const char names[] =
    "fact company.role word {data_processor, other} en \"r\" zh \"r\" fact company.cii flag en \"c\" zh \"c\"\n"
    "fact listing.country word en \"l\" zh \"l\" fact listing.venue word en \"v\" zh \"v\"\n"
    "fact listing.planned day en \"d\" zh \"d\" fact company.revenue_cny number en \"n\" zh \"n\"\n"
    "metric people person window stock en \"p\" zh \"p\" metric m person window since 01-01 en \"m\" zh \"m\"\n"
    "metric y person window preceding_year en \"y\" zh \"y\" metric k person window peak 12 months en \"k\" zh \"k\"\n"
    "metric d person window mean_daily 3 months en \"d\" zh \"d\"\n"
    "metric o person window mean_monthly 6 months en \"o\" zh \"o\" event incident.known en \"i\" zh \"i\"\n";

// Facts come out whole: an interval is never the wrong way round.
static void facts(const struct an_company *c, struct an_arena *arena) {
    struct an_packs packs = {0};
    struct an_facts known = {0};
    struct an_err err = {0};
    AN_IGNORE(an_pack_parse(&packs, "names", an_str_from_c(names), arena, &err));
    an_packs_sort(&packs);
    if (an_company_facts(&packs, c, 20600, arena, &known, &err)) {
        assert(err.code == AN_USAGE && memcmp(err.text, "fuzz.yaml:", 10) == 0);
        return;
    }
    for (size_t i = 0; i < known.count; i++)
        assert(known.items[i].from && known.items[i].lo <= known.items[i].hi);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    AN_AUTO(an_arena) arena = {0};
    struct an_err err = {0};
    struct an_company c;
    if (size > 1 << 16)
        return 0;
    struct an_str yaml = {(const char *) data, size};
    enum an_code code = an_company_parse(yaml, "fuzz.yaml", AN_STR("folder"), &arena, &c, &err);
    if (code) {
        assert(code == AN_INPUT && err.code == code && memcmp(err.text, "fuzz.yaml:", 10) == 0);
        return 0;
    }
    assert(!c.country.len || *an_listing_venue(c.country));
    assert(!c.cii.len || an_str_eq(c.cii, AN_STR("yes")) || an_str_eq(c.cii, AN_STR("no")));
    for (size_t i = 0; i < c.store_count; i++)
        assert(c.stores[i].uri.len && c.stores[i].location.ptr && c.stores[i].account.ptr);
    for (size_t i = 0; i < c.cap_word_count; i++)
        assert(c.cap_words[i].len);
    facts(&c, &arena);
    for (size_t i = 0; i < AN_CODES; i++)
        assert(!an_kind_by_code((uint8_t) i) || (c.caps.m[i] && c.caps.c[i]));
    return 0;
}
