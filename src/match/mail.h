// What the bytes of a short text are to an e-mail address, one bit a byte.
#ifndef AN_MATCH_MAIL_H
#define AN_MATCH_MAIL_H

#include <stddef.h>
#include <stdint.h>

enum { AN_MAIL_BYTES = 64 };

struct an_mail_marks {
    uint64_t solid;         // letters and digits
    uint64_t digit;         // the digits among them
    uint64_t hyphen, stop, at;
    uint64_t sign;          // % ' + _
    uint64_t other;         // everything else, whatever is outside ASCII among it
};

// Leaves the marks of the first `len` bytes, and marks what is nothing else as `other`.
static inline void an_mail_keep(struct an_mail_marks *m, size_t len) {
    uint64_t keep = len == AN_MAIL_BYTES ? ~(uint64_t) 0 : ((uint64_t) 1 << len) - 1;
    m->solid &= keep;
    m->digit &= keep;
    m->hyphen &= keep;
    m->stop &= keep;
    m->at &= keep;
    m->sign &= keep;
    m->other = keep & ~(m->solid | m->hyphen | m->stop | m->at | m->sign);
}

// Of text[0..len), of which all AN_MAIL_BYTES bytes are readable; `lower` receives the text with its capitals made small (and
// as much noise behind it as there is in `text`).
void an_mail_marks_make(const char text[static AN_MAIL_BYTES], size_t len, char lower[static AN_MAIL_BYTES],
                        struct an_mail_marks *ret);

// The engines, for tests. The AVX2 one may only be called where an_bitmap_has_avx2.
void an_mail_marks_make_portable(const char text[static AN_MAIL_BYTES], size_t len, char lower[static AN_MAIL_BYTES],
                                 struct an_mail_marks *ret);
void an_mail_marks_make_avx2(const char text[static AN_MAIL_BYTES], size_t len, char lower[static AN_MAIL_BYTES],
                             struct an_mail_marks *ret);

#endif
