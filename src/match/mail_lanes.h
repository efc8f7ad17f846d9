// The marks of an e-mail address where the processor has AVX2: in line, for whoever has the bytes in a register.
#ifndef AN_MATCH_MAIL_LANES_H
#define AN_MATCH_MAIL_LANES_H

#include "match/lanes.h"
#include "match/mail.h"

#if AN_LANES

// What a byte is, one bit each: those that both tables have, the one at its lower four bits and the other at its upper four. Of
// bytes outside ASCII the first table has none.
enum {
    AN_MAIL_EARLY = 1, AN_MAIL_LATE = 2,    // letters up to O, and from P on
    AN_MAIL_DIGIT = 4, AN_MAIL_HYPHEN = 8, AN_MAIL_STOP = 16, AN_MAIL_AT = 32, AN_MAIL_SIGN = 64,
    AN_MAIL_BAR = 128,                      // the low line
};

AN_AVX2 static inline __m256i an_mail_sort(__m256i v) {
    enum { MID = AN_MAIL_EARLY | AN_MAIL_LATE | AN_MAIL_DIGIT };
    const __m256i low = _mm256_broadcastsi128_si256(_mm_setr_epi8(
        AN_MAIL_LATE | AN_MAIL_DIGIT | AN_MAIL_AT, MID, MID, MID, MID, MID | AN_MAIL_SIGN, MID, MID | AN_MAIL_SIGN, MID, MID,
        AN_MAIL_EARLY | AN_MAIL_LATE, AN_MAIL_EARLY | AN_MAIL_SIGN, AN_MAIL_EARLY, AN_MAIL_EARLY | AN_MAIL_HYPHEN,
        AN_MAIL_EARLY | AN_MAIL_STOP, (char) (AN_MAIL_EARLY | AN_MAIL_BAR)));
    const __m256i high = _mm256_broadcastsi128_si256(_mm_setr_epi8(
        0, 0, AN_MAIL_HYPHEN | AN_MAIL_STOP | AN_MAIL_SIGN, AN_MAIL_DIGIT, AN_MAIL_EARLY | AN_MAIL_AT,
        (char) (AN_MAIL_LATE | AN_MAIL_BAR), AN_MAIL_EARLY, AN_MAIL_LATE, 0, 0, 0, 0, 0, 0, 0, 0));
    __m256i upper_half = _mm256_and_si256(_mm256_srli_epi16(v, 4), _mm256_set1_epi8(0x0F));
    return _mm256_and_si256(_mm256_shuffle_epi8(low, v), _mm256_shuffle_epi8(high, upper_half));
}

// The marks (all but `other`) of 32 bytes of the sorts. *v: their capitals are made small.
AN_AVX2 static inline struct an_mail_marks an_mail_part(__m256i sort, __m256i *v) {
    __m256i letter = _mm256_cmpgt_epi8(_mm256_and_si256(sort, _mm256_set1_epi8(AN_MAIL_EARLY | AN_MAIL_LATE)),
                                       _mm256_setzero_si256());
    *v = _mm256_or_si256(*v, _mm256_and_si256(letter, _mm256_set1_epi8('a' - 'A')));
    // each bit on its way to the top of its byte; what crosses into the next byte is below it
    uint32_t digit = an_lane_bits(_mm256_slli_epi16(sort, 5));
    return (struct an_mail_marks) {
        .solid = an_lane_bits(letter) | digit,
        .digit = digit,
        .hyphen = an_lane_bits(_mm256_slli_epi16(sort, 4)),
        .stop = an_lane_bits(_mm256_slli_epi16(sort, 3)),
        .at = an_lane_bits(_mm256_slli_epi16(sort, 2)),
        .sign = an_lane_bits(_mm256_or_si256(_mm256_slli_epi16(sort, 1), sort)),
    };
}

// Adds the marks (all but `other`) of 32 bytes, from bit `shift` on. Returns them with capitals made small.
AN_AVX2 static inline __m256i an_mail_half(__m256i v, unsigned shift, struct an_mail_marks *m) {
    struct an_mail_marks part = an_mail_part(an_mail_sort(v), &v);
    m->solid |= part.solid << shift;
    m->digit |= part.digit << shift;
    m->hyphen |= part.hyphen << shift;
    m->stop |= part.stop << shift;
    m->at |= part.at << shift;
    m->sign |= part.sign << shift;
    return v;
}

// The marks of the first len < 32 of 32 bytes. Returns them with capitals made small, zeros behind them.
AN_AVX2 static inline __m256i an_mail_short(__m256i v, size_t len, struct an_mail_marks *ret) {
    v = an_lane_first(v, len);
    __m256i sort = an_mail_sort(v);                     // a zero has none
    *ret = an_mail_part(sort, &v);
    ret->other = an_lane_bits(_mm256_cmpeq_epi8(sort, _mm256_setzero_si256())) & ((1u << len) - 1);
    return v;
}

#endif

#endif
