// Internet addresses, version 6.
#include "ident/canon.h"
#include "ident/dotted.h"
#include "ident/kinds.h"

enum { GROUPS = 8, NO_GAP = -1 };

static int hex_of(char c) {
    if (an_canon_is_digit(c))
        return c - '0';
    c = an_canon_lower(c);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

// RFC 4291 section 2.2: eight groups, "::" once for one or more groups of zeros, the last two perhaps in
// dotted form.
static bool read_address(struct an_str text, uint16_t ret[static GROUPS]) {
    uint16_t group[GROUPS] = {0};
    size_t count = 0, i = 0;
    int gap = NO_GAP;
    if (text.len >= 2 && text.ptr[0] == ':' && text.ptr[1] == ':') {
        gap = 0;
        i = 2;
    }
    while (i < text.len) {
        size_t end = i;
        unsigned value = 0;
        while (end < text.len && hex_of(text.ptr[end]) >= 0) {
            if (end - i == 4)
                return false;
            value = value << 4 | (unsigned) hex_of(text.ptr[end++]);
        }
        if (end < text.len && text.ptr[end] == '.') {
            uint32_t address;
            if (count > GROUPS - 2 || !an_dotted_read(an_str_slice(text, i, text.len), &address))
                return false;
            group[count++] = (uint16_t) (address >> 16);
            group[count++] = (uint16_t) (address & 0xFFFF);
            break;
        }
        if (end == i || count == GROUPS)
            return false;
        group[count++] = (uint16_t) value;
        i = end;
        if (i == text.len)
            break;
        if (text.ptr[i++] != ':' || i == text.len)
            return false;
        if (text.ptr[i] == ':') {
            if (gap != NO_GAP)
                return false;
            gap = (int) count;
            i++;
        }
    }
    if (gap == NO_GAP ? count != GROUPS : count >= GROUPS)
        return false;
    size_t head = gap == NO_GAP ? count : (size_t) gap, tail = count - head;
    memset(ret, 0, GROUPS * sizeof *ret);
    memcpy(ret, group, head * sizeof *ret);
    memcpy(ret + GROUPS - tail, group + head, tail * sizeof *ret);
    return true;
}

static void put_hex(struct an_ident_key *key, unsigned group) {
    bool begun = false;
    for (int shift = 12; shift >= 0; shift -= 4) {
        unsigned digit = group >> shift & 0xF;
        begun |= digit != 0 || shift == 0;
        if (begun)
            key->text[key->len++] = "0123456789abcdef"[digit];
    }
}

// RFC 5952: lower case, no leading zeros, the first longest run of two or more zero groups as "::".
static void write_address(const uint16_t group[static GROUPS], struct an_ident_key *key) {
    size_t best = 0, best_len = 1;
    for (size_t i = 0; i < GROUPS; i++) {
        size_t n = 0;
        while (i + n < GROUPS && group[i + n] == 0)
            n++;
        if (n > best_len) {
            best = i;
            best_len = n;
        }
    }
    key->len = 0;
    for (size_t i = 0; i < GROUPS; i++) {
        if (best_len > 1 && i == best) {
            key->text[key->len++] = ':';
            key->text[key->len++] = ':';
            i += best_len - 1;
            continue;
        }
        if (key->len && key->text[key->len - 1] != ':')
            key->text[key->len++] = ':';
        put_hex(key, group[i]);
    }
}

static enum an_grade check(struct an_str text, const struct an_context *context,
                           struct an_ident_key *ret_key) {
    uint16_t group[GROUPS];
    if (!read_address(text, group))
        return AN_GRADE_NONE;
    unsigned first = group[0];
    // link-local, private, multicast (RFC 4291, RFC 4193)
    if ((first & 0xFFC0) == 0xFE80 || (first & 0xFE00) == 0xFC00 || first >> 8 == 0xFF)
        return AN_GRADE_NONE;
    size_t zeros = 0;
    while (zeros < GROUPS && group[zeros] == 0)
        zeros++;
    if (zeros >= GROUPS - 1)        // "::" and "::1", and what is as good as they
        return AN_GRADE_NONE;
    // an address of version 4 in a program that speaks only version 6
    if (zeros == 5 && group[5] == 0xFFFF) {
        static const char prefix[] = "::ffff:";
        char text4[AN_DOTTED_TEXT_MAX];
        size_t len = an_dotted_text((uint32_t) group[6] << 16 | group[7], text4);
        enum an_grade grade = an_ident_ipv4.check((struct an_str) {text4, len}, context, ret_key);
        if (grade == AN_GRADE_NONE)
            return grade;
        an_canon_put(ret_key, prefix, sizeof prefix - 1);
        memcpy(ret_key->text + ret_key->len, text4, len);
        ret_key->len += len;
        return grade;
    }
    // in running text only what is assigned to the public network (2000::/3): "a::b" is more often a
    // program's name for something
    if (first >> 13 != 1 && !an_context_names(context, &an_ident_ipv6))
        return AN_GRADE_NONE;
    write_address(group, ret_key);
    return first == 0x2001 && group[1] == 0x0DB8 ? AN_GRADE_BLOCKED : AN_GRADE_CEILING;
}

static const char *const headers[] = {"ipv6", "ipv6地址", "ipv6addr", "ipv6address", "clientipv6", NULL};

static const struct an_ident_example examples[] = {
    {AN_STR_INIT("240e:3b7:0:0:0:0:0:12"), AN_GRADE_CEILING, false, "240e:3b7::12", "zeros written out"},
    {AN_STR_INIT("2408:8456:1:0:0:2:0:3"), AN_GRADE_CEILING, false, "2408:8456:1::2:0:3",
     "the longest run of zeros is cut"},
    {AN_STR_INIT("2400:DA00::6666"), AN_GRADE_CEILING, false, "2400:da00::6666", "capitals"},
    {AN_STR_INIT("::ffff:114.114.114.114"), AN_GRADE_CEILING, false, "::ffff:114.114.114.114",
     "carries version 4"},
    {AN_STR_INIT("2001:db8::1"), AN_GRADE_BLOCKED, false, "2001:db8::1", "kept for documentation"},
    {AN_STR_INIT("240e::3b7::12"), AN_GRADE_NONE, false, NULL, "two gaps"},
    {AN_STR_INIT("240e:3b7:0:0:0:0:12"), AN_GRADE_NONE, false, NULL, "seven groups"},
    {AN_STR_INIT("fe80::1c2f:33ff:fe44:5566"), AN_GRADE_NONE, false, NULL, "link-local"},
    {AN_STR_INIT("::1"), AN_GRADE_NONE, false, NULL, "loopback"},
    {AN_STR_INIT("a::b"), AN_GRADE_NONE, false, NULL, "not assigned, in running text"},
};

const struct an_ident an_ident_ipv6 = {
    .code = 19,
    .name = "ipv6",
    .title = {"Internet address (IPv6)", "IP 地址（IPv6）"},
    .source = "RFC 4291; RFC 5952",
    .shape = AN_SHAPE_COLON,
    .rank = 64,
    .use = AN_USE_TRACE,
    .m = AN_MANY,
    .c = AN_MANY,
    .headers = headers,
    .check = check,
    .examples = examples,
    .example_count = AN_COUNT(examples),
};
