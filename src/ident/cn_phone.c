// The country code in front of a Chinese telephone number.
#include "ident/cn_phone.h"

#include <string.h>

static bool strip(struct an_str *text, struct an_str head) {
    if (text->len < head.len || memcmp(text->ptr, head.ptr, head.len) != 0)
        return false;
    *text = an_str_slice(*text, head.len, text->len);
    return true;
}

bool an_cn_phone_strip_country(struct an_str *text) {
    struct an_str rest = *text;
    bool is_bracketed = strip(&rest, AN_STR("("));
    if (!strip(&rest, AN_STR("+86")) && !strip(&rest, AN_STR("0086")) && !strip(&rest, AN_STR("86")))
        return false;
    if (is_bracketed && !strip(&rest, AN_STR(")")))
        return false;
    if (!strip(&rest, AN_STR(" ")))
        AN_IGNORE(strip(&rest, AN_STR("-")));
    *text = rest;
    return true;
}
