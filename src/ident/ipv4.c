// Internet addresses, version 4.
#include "ident/canon.h"
#include "ident/dotted.h"

// Blocks that are no host's address on the public network (IANA special-purpose registry, RFC 6890), and the
// three blocks kept for documentation (RFC 5737), which stand for nobody.
static const struct { uint32_t base; int bits; enum an_grade grade; } special[] = {
    {0x00000000, 8, AN_GRADE_NONE},         // this network
    {0x0a000000, 8, AN_GRADE_NONE},         // private
    {0x64400000, 10, AN_GRADE_NONE},        // shared behind a carrier's translation
    {0x7f000000, 8, AN_GRADE_NONE},         // loopback
    {0xa9fe0000, 16, AN_GRADE_NONE},        // link-local
    {0xac100000, 12, AN_GRADE_NONE},        // private
    {0xc0000000, 24, AN_GRADE_NONE},        // protocol assignments
    {0xc0000200, 24, AN_GRADE_BLOCKED},     // 192.0.2.0, documentation
    {0xc0586300, 24, AN_GRADE_NONE},        // retired 6to4 relay
    {0xc0a80000, 16, AN_GRADE_NONE},        // private
    {0xc6120000, 15, AN_GRADE_NONE},        // benchmarks
    {0xc6336400, 24, AN_GRADE_BLOCKED},     // 198.51.100.0, documentation
    {0xcb007100, 24, AN_GRADE_BLOCKED},     // 203.0.113.0, documentation
    {0xe0000000, 3, AN_GRADE_NONE},         // multicast, reserved, broadcast
};

// "v1.2.3.4", "version: 1.2.3.4", "Chrome/74.0.3729.131"; but "http://1.2.3.4" and "10/1.2.3.4" are
// addresses.
static bool is_version_before(struct an_str before) {
    static const char *const words[] = {"v", "ver", "version", "版本", "版本号"};
    size_t n = before.len;
    while (n && (before.ptr[n - 1] == ' ' || before.ptr[n - 1] == ':' || before.ptr[n - 1] == '='))
        n--;
    if (n > 1 && before.ptr[n - 1] == '/')
        return an_canon_is_letter(before.ptr[n - 2]);
    for (size_t i = 0; i < AN_COUNT(words); i++) {
        size_t len = strlen(words[i]), k = 0;
        while (k < len && k < n && an_canon_lower(before.ptr[n - 1 - k]) == words[i][len - 1 - k])
            k++;
        if (k == len && (n == len || !an_canon_is_letter(before.ptr[n - len - 1])))
            return true;
    }
    return false;
}

// Of a private network: most addresses in logs.
static const char idle_head[] = "10.";

static bool hopeless(struct an_str text) { return text.len > 3 && memcmp(text.ptr, idle_head, 3) == 0; }

static enum an_grade check(struct an_str text, const struct an_context *context,
                           struct an_ident_key *ret_key) {
    uint32_t address;
    if (hopeless(text) || !an_dotted_read(text, &address) || (!context->cell && is_version_before(context->before)))
        return AN_GRADE_NONE;
    an_canon_put(ret_key, text.ptr, text.len);      // without leading zeros there is one way to write it
    for (size_t i = 0; i < AN_COUNT(special); i++)
        if ((address ^ special[i].base) >> (32 - special[i].bits) == 0)
            return special[i].grade;
    return AN_GRADE_CEILING;
}

static const char *const headers[] = {
    "ip", "ip地址", "ipv4", "ipaddr", "ipaddress", "ipdz", "客户端ip", "登录ip", "注册ip", "来源ip", "源ip",
    "clientip", "remoteip", "remoteaddr", "loginip", "regip", "registerip", "lastloginip", "srcip",
    "sourceip", "dstip", "destip", "hostip", "userip", "xforwardedfor", "dlip", NULL,
};

static const struct an_ident_example examples[] = {
    {AN_STR_INIT("114.114.114.114"), AN_GRADE_CEILING, false, "114.114.114.114", "a public address"},
    {AN_STR_INIT("1.197.201.2"), AN_GRADE_CEILING, false, "1.197.201.2", "a public address"},
    {AN_STR_INIT("223.255.255.255"), AN_GRADE_CEILING, false, NULL, "the last before multicast"},
    {AN_STR_INIT("203.0.113.7"), AN_GRADE_BLOCKED, false, NULL, "kept for documentation"},
    {AN_STR_INIT("192.168.1.1"), AN_GRADE_NONE, false, NULL, "private"},
    {AN_STR_INIT("127.0.0.1"), AN_GRADE_NONE, false, NULL, "loopback"},
    {AN_STR_INIT("114.114.114.256"), AN_GRADE_NONE, false, NULL, "an octet over 255"},
    {AN_STR_INIT("114.114.114.01"), AN_GRADE_NONE, false, NULL, "a leading zero"},
    {AN_STR_INIT("114.114.114"), AN_GRADE_NONE, false, NULL, "three octets"},
};

const struct an_ident an_ident_ipv4 = {
    .code = 18,
    .name = "ipv4",
    .title = {"Internet address (IPv4)", "IP 地址（IPv4）"},
    .source = "RFC 791; RFC 6890",
    .shape = AN_SHAPE_DOTTED,
    .rank = 63,
    .use = AN_USE_TRACE,
    .m = AN_MANY,
    .c = AN_MANY,
    .headers = headers,
    .check = check,
    .hopeless = hopeless,
    .idle_head = idle_head,
    .examples = examples,
    .example_count = AN_COUNT(examples),
};
