// Who the synthetic people are: one attribute at a time, for writers that need few of them often.
#ifndef AN_GEN_PERSON_H
#define AN_GEN_PERSON_H

#include <stddef.h>
#include "gen/gen.h"

struct an_gen_keys { uint64_t id, mobile, email, card, ip, trait; };        // made from a seed

// Mobile numbers have indices: that of a person's own is the person's; numbers of hotlines, shops and agents
// come after all of these, one for each AN_GEN_HUB people.
enum { AN_GEN_HUB = 1024 };

struct an_gen_keys an_gen_keys_make(uint64_t seed);

// Each writes without a NUL and returns the length. Injective in the number.
size_t an_gen_put_id(const struct an_gen_keys *k, uint64_t person, char out[static 18], an_day *ret_born);
size_t an_gen_put_mobile(const struct an_gen_keys *k, uint64_t index, char out[static 11]);
size_t an_gen_put_email(const struct an_gen_keys *k, uint64_t person, char out[static 48]);
size_t an_gen_put_card(const struct an_gen_keys *k, uint64_t person, char out[static 19]);
size_t an_gen_put_ip(const struct an_gen_keys *k, uint64_t person, char out[static 15]);       // public, IPv4

// Not injective: names.
size_t an_gen_put_name(const struct an_gen_keys *k, uint64_t person, bool male, char out[static 32]);

// A person's own random number for one purpose: what is decided for a person once, whatever the store.
uint64_t an_gen_trait(const struct an_gen_keys *k, uint64_t person, unsigned purpose);

// The check digit of the first 17 digits (GB 11643-1999, ISO 7064 MOD 11-2).
char an_gen_id_check(const char digits[static 17]);

// Whether `digits` pass the Luhn check (ISO/IEC 7812-1).
bool an_gen_luhn(const char *digits, size_t count);

// Decimal text of n, at least `width` digits; returns how many.
size_t an_gen_put_number(uint64_t n, unsigned width, char *out);

#endif
