#include "look/secret.h"

#include <string.h>
#include <strings.h>
#include "ident/canon.h"

const struct an_secret an_secrets[] = {
#include "look/secret_list.h"
};
const size_t an_secret_count = AN_COUNT(an_secrets);

// Of each byte: a bit for each secret with a pattern that begins with it.
static const uint64_t starts[256] = {
#include "look/secret_start_list.h"
};

// A bit for each two bytes that a pattern begins with.
static const uint64_t pairs[1024] = {
#include "look/secret_pair_list.h"
};

const struct an_secret *an_secret_by_code(uint8_t code) {
    for (size_t i = 0; i < an_secret_count; i++)
        if (an_secrets[i].code == code)
            return &an_secrets[i];
    return NULL;
}

// A set of bytes, [a-z_] or [^ ...]; *p stands behind its '[' and is put behind its ']'.
static bool is_in(const char *p, unsigned char c) {
    bool negated = *p == '^', found = false;
    p += negated;
    for (; *p != ']'; p++) {
        p += *p == '\\';
        unsigned char low = (unsigned char) *p, high = low;
        if (p[1] == '-' && p[2] != ']') {
            p += 2;
            p += *p == '\\';
            high = (unsigned char) *p;
        }
        found |= c >= low && c <= high;
    }
    return negated ? !found && c != '\n' : found;
}

static const char *end_of_set(const char *p) {
    for (; *p != ']'; p++)
        p += *p == '\\';
    return p + 1;
}

static size_t number(const char **p) {
    size_t n = 0;
    for (; an_canon_is_digit(**p); (*p)++)
        n = n * 10 + (size_t) (**p - '0');
    return n;
}

// The bytes of the text that the pattern covers from its beginning on; 0: none. *ret_from, *ret_to: what its last set covers.
static size_t covers(const char *p, struct an_str text, size_t *ret_from, size_t *ret_to) {
    bool either_case = *p == '~';
    size_t at = 0;
    *ret_from = *ret_to = 0;
    for (p += either_case; *p;) {
        if (*p != '[') {
            p += *p == '\\';
            char c = at < text.len ? text.ptr[at] : 0;
            if (at == text.len || (c != *p && !(either_case && an_canon_lower(c) == *p)))
                return 0;
            p++;
            at++;
            continue;
        }
        const char *set = p + 1;
        p = end_of_set(set) + 1;        // behind the '{'
        size_t least = number(&p);
        p++;
        size_t most = number(&p), n = 0;
        p++;
        while (n < most && at + n < text.len && is_in(set, (unsigned char) text.ptr[at + n]))
            n++;
        if (n < least)
            return 0;
        *ret_from = at;
        *ret_to = at += n;
    }
    return at;
}

// What stands for a secret, and is none.
static bool is_left_out(struct an_str value) {
    static const struct an_str words[] = {AN_STR_INIT("***"), AN_STR_INIT("xxxx"), AN_STR_INIT("${"), AN_STR_INIT("{{"),
                                          AN_STR_INIT("%s"),
                                          AN_STR_INIT("example"), AN_STR_INIT("changeme"), AN_STR_INIT("your"),
                                          AN_STR_INIT("[redacted"),
                                          AN_STR_INIT("null"), AN_STR_INIT("none"), AN_STR_INIT("undefined"), AN_STR_INIT("%(")};
    for (size_t i = 0; i < AN_COUNT(words); i++)
        for (size_t at = 0; at + words[i].len <= value.len; at++)
            if (strncasecmp(value.ptr + at, words[i].ptr, words[i].len) == 0)
                return true;
    return false;
}

static size_t secret_at(const struct an_secret *secret, struct an_str text, size_t at) {
    char before = at ? text.ptr[at - 1] : ' ';
    bool joined = (an_canon_is_digit(before) || an_canon_is_letter(before)) &&
                  (an_canon_is_letter(text.ptr[at]) || an_canon_is_digit(text.ptr[at]));
    struct an_str rest = an_str_slice(text, at, text.len);
    for (const char *const *p = secret->patterns; *p; p++) {
        size_t from, to, n = covers(*p, rest, &from, &to);
        if (n && (!joined || **p == '~') && !(to > from && is_left_out(an_str_slice(rest, from, to))))
            return n;
    }
    return 0;
}

bool an_secrets_count(struct an_str text, uint64_t count[static AN_SECRETS_MAX]) {
    bool any = false;
    for (size_t at = 0; at + 1 < text.len; at++) {
        unsigned char first = (unsigned char) text.ptr[at];
        if (!starts[first])                                     // mostly
            continue;
        unsigned pair = first | (unsigned) (unsigned char) text.ptr[at + 1] << 8;
        if (!(pairs[pair / 64] >> pair % 64 & 1))               // nearly always
            continue;
        size_t passed = 0;
        for (uint64_t rest = starts[first]; rest && !passed; rest &= rest - 1) {
            const struct an_secret *secret = &an_secrets[__builtin_ctzll(rest)];
            passed = secret_at(secret, text, at);
            count[secret->code] += passed != 0;
        }
        any |= passed > 0;
        at += passed ? passed - 1 : 0;
    }
    return any;
}
