#include "match/mail.h"

#include "match/bitmap.h"
#include "match/mail_lanes.h"

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
        ret->digit |= c >= '0' && c <= '9' ? bit : 0;
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
    an_mail_keep(ret, len);
}

#if AN_LANES

AN_AVX2 void an_mail_marks_make_avx2(const char text[static AN_MAIL_BYTES], size_t len, char lower[static AN_MAIL_BYTES],
                                  struct an_mail_marks *ret) {
    struct an_mail_marks m = {0};
    an_lane_store_32(lower, an_mail_half(an_lane_load_32(text), 0, &m));
    an_lane_store_32(lower + 32, an_mail_half(an_lane_load_32(text + 32), 32, &m));
    an_mail_keep(&m, len);
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
