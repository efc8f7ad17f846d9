// Addresses of network interfaces (MAC, EUI-48).
#include "ident/canon.h"
#include "ident/kinds.h"

enum { HEX = 12 };

// One of xx:xx:xx:xx:xx:xx, xx-xx-xx-xx-xx-xx and xxxx.xxxx.xxxx, the same separator throughout; in a column
// of them also twelve digits in one run.
static enum an_grade check(struct an_str text, const struct an_context *context,
                           struct an_ident_key *ret_key) {
    char hex[HEX];
    size_t step = text.len == 17 ? 3 : text.len == 14 ? 5 : text.len == HEX ? HEX + 1 : 0, n = 0;
    if (step == 0 || (step > HEX && !an_context_names(context, &an_ident_mac)))
        return AN_GRADE_NONE;
    char between = step > HEX ? 0 : text.ptr[step - 1];
    if ((step == 3 && between != ':' && between != '-') || (step == 5 && between != '.'))
        return AN_GRADE_NONE;
    for (size_t i = 0; i < text.len; i++) {
        char c = an_canon_upper(text.ptr[i]);
        if (i % step == step - 1) {
            if (c != between)
                return AN_GRADE_NONE;
            continue;
        }
        if (!an_canon_is_digit(c) && (c < 'A' || c > 'F'))
            return AN_GRADE_NONE;
        hex[n++] = c;
    }
    // an odd first octet addresses a group, FF:FF:FF:FF:FF:FF everybody, all zeros nobody: no device has such
    // an address
    static const char odd[] = "13579BDF";
    if (strchr(odd, hex[1]) || memcmp(hex, "000000000000", HEX) == 0)
        return AN_GRADE_NONE;
    an_canon_put(ret_key, hex, HEX);
    return AN_GRADE_CEILING;
}

static const char *const headers[] = {
    "mac", "mac地址", "macaddr", "macaddress", "macdz", "bssid", "wifimac", "设备mac", "物理地址", "ethaddr",
    "网卡地址", NULL,
};

static const struct an_ident_example examples[] = {
    {AN_STR_INIT("d0:50:99:84:a2:a0"), AN_GRADE_CEILING, false, "D0509984A2A0", "with colons"},
    {AN_STR_INIT("D0-50-99-84-A2-A0"), AN_GRADE_CEILING, false, "D0509984A2A0", "with hyphens"},
    {AN_STR_INIT("d050.9984.a2a0"), AN_GRADE_CEILING, false, "D0509984A2A0",
     "in three groups with full stops"},
    {AN_STR_INIT("d0:50:99-84-a2-a0"), AN_GRADE_NONE, false, NULL, "two separators"},
    {AN_STR_INIT("d0:50:99:84:a2"), AN_GRADE_NONE, false, NULL, "five octets"},
    {AN_STR_INIT("ff:ff:ff:ff:ff:ff"), AN_GRADE_NONE, false, NULL, "broadcast"},
    {AN_STR_INIT("00:00:00:00:00:00"), AN_GRADE_NONE, false, NULL, "no address"},
    {AN_STR_INIT("d0:50:99:84:a2:g0"), AN_GRADE_NONE, false, NULL, "a letter that is no hexadecimal digit"},
};

const struct an_ident an_ident_mac = {
    .code = 17,
    .name = "mac",
    .title = {"Network interface address (MAC)", "网卡地址（MAC）"},
    .source = "IEEE 802-2014 clause 8",
    .shape = AN_SHAPE_COLON,
    .rank = 62,
    .use = AN_USE_TRACE,
    .m = AN_MANY,
    .c = AN_MANY,
    .headers = headers,
    .check = check,
    .examples = examples,
    .example_count = AN_COUNT(examples),
};
