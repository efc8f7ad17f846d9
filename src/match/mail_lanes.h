// The marks of an e-mail address where the processor has AVX2: in line, for whoever has the bytes in a register.
#ifndef AN_MATCH_MAIL_LANES_H
#define AN_MATCH_MAIL_LANES_H

#include "match/lanes.h"
#include "match/mail.h"

#if AN_LANES

// Adds the marks (all but `other`) of 32 bytes, from bit `shift` on. Returns them with capitals made small.
AN_AVX2 static inline __m256i an_mail_half(__m256i v, unsigned shift, struct an_mail_marks *m) {
    __m256i small = _mm256_add_epi8(v, _mm256_and_si256(an_lane_between(v, 'A', 'Z'), _mm256_set1_epi8('a' - 'A')));
    __m256i sign = _mm256_or_si256(_mm256_or_si256(an_lane_is(v, '%'), an_lane_is(v, '\'')),
                                   _mm256_or_si256(an_lane_is(v, '+'), an_lane_is(v, '_')));
    m->solid |= (uint64_t) an_lane_bits(_mm256_or_si256(an_lane_between(small, 'a', 'z'), an_lane_between(v, '0', '9'))) << shift;
    m->hyphen |= (uint64_t) an_lane_bits(an_lane_is(v, '-')) << shift;
    m->stop |= (uint64_t) an_lane_bits(an_lane_is(v, '.')) << shift;
    m->at |= (uint64_t) an_lane_bits(an_lane_is(v, '@')) << shift;
    m->sign |= (uint64_t) an_lane_bits(sign) << shift;
    return small;
}

#endif

#endif
