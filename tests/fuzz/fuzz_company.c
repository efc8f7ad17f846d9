// Company files from anybody: parsing ends in order; an error names the file; what is accepted keeps to the contract.
#include <assert.h>

#include "app/company.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

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
    for (size_t i = 0; i < AN_CODES; i++)
        assert(!an_kind_by_code((uint8_t) i) || (c.caps.m[i] && c.caps.c[i]));
    return 0;
}
