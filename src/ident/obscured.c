// Tells masked and damaged identifiers by their form.
#include "ident/obscured.h"

#include "base/utf8.h"
#include "ident/canon.h"
#include "ident/kinds.h"

enum {
    MAIL_MAX = 128, RUN_MAX = 19, GROUPS_MAX = 6,
    MOBILE = 11, ID = 18, OLD_ID = 15, CARD_MIN = 13, CARD_MAX = 19,
    MOBILE_STARS = 3, STARS = 4, MAIL_STARS = 2,
};

// A run of digits with one stretch of mask signs somewhere in it.
struct run { size_t count, before, masked, after, groups; char first, second; bool x; };

static bool is_mask(uint32_t c) { return c == '*' || c == 0x2022 || c == 0x25CF || c == 0xFF0A; }

static bool read_run(struct an_str text, struct run *ret) {
    *ret = (struct run) {.groups = 1};
    bool apart = true;
    while (text.len) {
        size_t n;
        uint32_t c = an_utf8_get(text, &n);
        text = an_str_slice(text, n, text.len);
        bool last = text.len == 0, x = c == 'x' || c == 'X';
        if (c == ' ' || c == '-') {
            if (apart || last || ++ret->groups > GROUPS_MAX)
                return false;
            apart = true;
            continue;
        }
        apart = false;
        if (++ret->count > RUN_MAX)
            return false;
        bool checks = x && last && ret->count == ID;       // else an X masks
        if (is_mask(c) || (x && !checks)) {
            if (ret->after)
                return false;       // two stretches
            ret->masked++;
            continue;
        }
        if (!x && (c < '0' || c > '9'))
            return false;
        ret->x = x;
        if (ret->masked) {
            ret->after++;
            continue;
        }
        if (ret->before == 0)
            ret->first = (char) c;
        else if (ret->before == 1)
            ret->second = (char) c;
        ret->before++;
    }
    return ret->masked > 0;
}

static const struct an_ident *masked_number(struct an_str text) {
    struct run r;
    if (!read_run(text, &r))
        return NULL;
    bool mobile = r.before >= 2 && r.first == '1' && r.second >= '3' && !r.x;
    if (mobile && r.count == MOBILE && r.masked >= MOBILE_STARS)
        return &an_ident_cn_mobile;
    if (r.masked < STARS)
        return NULL;
    // five groups, or four, are a card's
    bool id = r.before && r.after && r.first != '0' && r.groups < 4;
    if (id && (r.count == ID || (r.count == OLD_ID && !r.x)))
        return &an_ident_cn_resident_id;
    bool card = r.after >= 3 && !r.x && (r.before >= 4 || r.groups >= 4);
    return card && r.count >= CARD_MIN && r.count <= CARD_MAX ? &an_ident_bank_card : NULL;
}

static bool is_masked_mail(struct an_str text) {
    char whole[MAIL_MAX];
    size_t stars = 0;
    if (text.len > MAIL_MAX)
        return false;
    for (size_t i = 0; i < text.len; i++) {
        stars += text.ptr[i] == '*';
        whole[i] = text.ptr[i] == '*' ? 'x' : text.ptr[i];
    }
    if (stars < MAIL_STARS)
        return false;
    struct an_context context = {.cell = true, .today = AN_DAY_NONE};
    struct an_ident_key key;
    return an_ident_email.check((struct an_str) {whole, text.len}, &context, &key) != AN_GRADE_NONE;
}

// d.ddddE+nn, as spreadsheets show and save whole numbers of more than eleven digits, and eleven in a narrow
// column.
static const struct an_ident *damaged_number(struct an_str text) {
    size_t i = 2;
    if (text.len < 5 || text.ptr[0] < '1' || text.ptr[0] > '9' || text.ptr[1] != '.')
        return NULL;
    while (i < text.len && an_canon_is_digit(text.ptr[i]))
        i++;
    if (i == 2 || i == text.len || an_canon_lower(text.ptr[i]) != 'e')
        return NULL;
    i++;
    i += i < text.len && text.ptr[i] == '+';
    if (text.len - i != 2 || !an_canon_is_digit(text.ptr[i]) || !an_canon_is_digit(text.ptr[i + 1]))
        return NULL;
    switch ((text.ptr[i] - '0') * 10 + (text.ptr[i + 1] - '0') + 1) {
    case MOBILE: return text.ptr[0] == '1' && text.ptr[2] >= '3' ? &an_ident_cn_mobile : NULL;
    case OLD_ID: case ID: return &an_ident_cn_resident_id;
    case 16: case 17: case 19: return &an_ident_bank_card;
    default: return NULL;
    }
}

enum an_obscured an_obscured_check(struct an_str text, const struct an_ident **ret_kind) {
    if (text.len == 0)
        return AN_OBSCURED_NO;
    if (memchr(text.ptr, '@', text.len)) {
        if (!is_masked_mail(text))
            return AN_OBSCURED_NO;
        *ret_kind = &an_ident_email;
        return AN_OBSCURED_MASKED;
    }
    const struct an_ident *kind = damaged_number(text);
    enum an_obscured what = AN_OBSCURED_DAMAGED;
    if (!kind) {
        kind = masked_number(text);
        what = AN_OBSCURED_MASKED;
    }
    if (!kind)
        return AN_OBSCURED_NO;
    *ret_kind = kind;
    return what;
}
