#include "match/mail.h"

#include "match/bitmap.h"

static uint64_t first(size_t len) { return len == AN_MAIL_BYTES ? ~(uint64_t) 0 : ((uint64_t) 1 << len) - 1; }

void an_mail_marks_make_portable(const char text[static AN_MAIL_BYTES], size_t len, char lower[static AN_MAIL_BYTES],
                                 struct an_mail_marks *ret) {
    *ret = (struct an_mail_marks) {0};
    for (size_t i = 0; i < AN_MAIL_BYTES; i++) {
        char c = text[i];
        lower[i] = (char) (c >= 'A' && c <= 'Z' ? c + 'a' - 'A' : c);
        if (i >= len)
            continue;
        uint64_t bit = (uint64_t) 1 << i;
        char l = lower[i];
        if ((l >= 'a' && l <= 'z') || (c >= '0' && c <= '9'))
            ret->solid |= bit;
        else if (c == '-')
            ret->hyphen |= bit;
        else if (c == '.')
            ret->stop |= bit;
        else if (c == '@')
            ret->at |= bit;
        else if (c == '%' || c == '\'' || c == '+' || c == '_')
            ret->sign |= bit;
    }
    ret->other = first(len) & ~(ret->solid | ret->hyphen | ret->stop | ret->at | ret->sign);
}

#if defined(__x86_64__)
#include <immintrin.h>

#define AVX2 __attribute__((target("avx2")))

AVX2 static inline uint32_t bits(__m256i v) { return (uint32_t) _mm256_movemask_epi8(v); }

AVX2 static inline __m256i is(__m256i v, char c) { return _mm256_cmpeq_epi8(v, _mm256_set1_epi8(c)); }

AVX2 static inline __m256i between(__m256i v, char low, char high) {
    return _mm256_and_si256(_mm256_cmpgt_epi8(v, _mm256_set1_epi8((char) (low - 1))),
                            _mm256_cmpgt_epi8(_mm256_set1_epi8((char) (high + 1)), v));
}

AVX2 static inline void half(const char *text, char *lower, unsigned shift, struct an_mail_marks *ret) {
    __m256i v = _mm256_loadu_si256((const __m256i_u *) (const void *) text);
    __m256i small = _mm256_add_epi8(v, _mm256_and_si256(between(v, 'A', 'Z'), _mm256_set1_epi8('a' - 'A')));
    _mm256_storeu_si256((__m256i_u *) (void *) lower, small);
    __m256i sign = _mm256_or_si256(_mm256_or_si256(is(v, '%'), is(v, '\'')), _mm256_or_si256(is(v, '+'), is(v, '_')));
    ret->solid |= (uint64_t) bits(_mm256_or_si256(between(small, 'a', 'z'), between(v, '0', '9'))) << shift;
    ret->hyphen |= (uint64_t) bits(is(v, '-')) << shift;
    ret->stop |= (uint64_t) bits(is(v, '.')) << shift;
    ret->at |= (uint64_t) bits(is(v, '@')) << shift;
    ret->sign |= (uint64_t) bits(sign) << shift;
}

AVX2 void an_mail_marks_make_avx2(const char text[static AN_MAIL_BYTES], size_t len, char lower[static AN_MAIL_BYTES],
                                  struct an_mail_marks *ret) {
    struct an_mail_marks m = {0};
    half(text, lower, 0, &m);
    half(text + 32, lower + 32, 32, &m);
    uint64_t keep = first(len);
    m.solid &= keep;
    m.hyphen &= keep;
    m.stop &= keep;
    m.at &= keep;
    m.sign &= keep;
    m.other = keep & ~(m.solid | m.hyphen | m.stop | m.at | m.sign);
    *ret = m;
}

#else

void an_mail_marks_make_avx2(const char text[static AN_MAIL_BYTES], size_t len, char lower[static AN_MAIL_BYTES],
                             struct an_mail_marks *ret) {
    an_mail_marks_make_portable(text, len, lower, ret);
}

#endif

void an_mail_marks_make(const char text[static AN_MAIL_BYTES], size_t len, char lower[static AN_MAIL_BYTES],
                        struct an_mail_marks *ret) {
    if (an_bitmap_has_avx2())
        an_mail_marks_make_avx2(text, len, lower, ret);
    else
        an_mail_marks_make_portable(text, len, lower, ret);
}
