// The lists synthetic people are drawn from: const, shared by every thread. Their order is part of what a
// seed means.
#ifndef AN_GEN_LISTS_H
#define AN_GEN_LISTS_H

#include <stdint.h>

enum {
    AN_GEN_DIVISIONS = 480, AN_GEN_ISSUERS = 32, AN_GEN_SURNAMES = 120, AN_GEN_GIVEN_MALE = 57,
    AN_GEN_GIVEN_FEMALE = 74, AN_GEN_GIVEN_RARE = 12, AN_GEN_PINYIN = 32, AN_GEN_MAIL_HOSTS = 6,
    AN_GEN_CITIES = 24, AN_GEN_STREETS = 12,
};

// six digits a card begins with, and its digits in all
struct an_gen_issuer { uint32_t prefix; uint32_t len; };

extern const uint32_t an_gen_divisions[AN_GEN_DIVISIONS];
extern const struct an_gen_issuer an_gen_issuers[AN_GEN_ISSUERS];
extern const char *const an_gen_surnames[AN_GEN_SURNAMES];
extern const char *const an_gen_given_male[AN_GEN_GIVEN_MALE];
extern const char *const an_gen_given_female[AN_GEN_GIVEN_FEMALE];
extern const char *const an_gen_given_rare[AN_GEN_GIVEN_RARE];
// what the local part of an address begins with
extern const char *const an_gen_pinyin[AN_GEN_PINYIN];
extern const char *const an_gen_mail_hosts[AN_GEN_MAIL_HOSTS];  // reserved by RFC 2606: nobody's
extern const char *const an_gen_cities[AN_GEN_CITIES];
extern const char *const an_gen_streets[AN_GEN_STREETS];

#endif
