#define _GNU_SOURCE
// E-mail addresses.
#include "ident/canon.h"

#include "base/utf8.h"
#include "ident/keys.h"
#include "ident/list.h"
#include "match/mail_lanes.h"

enum { LOCAL_MAX = 64, LABEL_MAX = 63, MAX = 254 };

// `key` is the first eight bytes of the name as one number, first byte on top, zeros behind a shorter one.
// Sorted.
static const struct tld { uint64_t key; char name[25]; uint8_t len; } tlds[] = {
#include "ident/tld_table.h"
};

// Mailboxes that send without a reader, and what people type who will not give an address.
#define NOBODY(X) \
    X("noreply") X("no-reply") X("no_reply") X("no.reply") X("donotreply") X("do-not-reply") X("do_not_reply") \
    X("do.not.reply") X("postmaster") X("mailer-daemon") X("mailerdaemon") X("null") X("none") X("nobody") \
    X("noemail") X("no-email") X("nomail") X("undefined")
AN_LIST(nobody, NOBODY)

// Whole addresses that fill a field: local part and domain of each.
#define PAIRS(P, X) \
    P(X, "test", "test.com") P(X, "test", "test.cn") P(X, "test", "qq.com") P(X, "test", "163.com") \
    P(X, "test", "gmail.com") P(X, "a", "a.com") P(X, "a", "b.com") P(X, "a", "b.c.com") P(X, "aa", "aa.com") \
    P(X, "aaa", "aaa.com") P(X, "abc", "abc.com") P(X, "abc", "123.com") P(X, "123", "123.com") P(X, "123", "qq.com") \
    P(X, "123", "163.com") P(X, "111", "111.com") P(X, "111", "qq.com") P(X, "1", "1.com") P(X, "1", "qq.com") \
    P(X, "123456", "qq.com") P(X, "1234567", "qq.com") P(X, "12345678", "qq.com") P(X, "123456789", "qq.com") \
    P(X, "1234567890", "qq.com") P(X, "123456", "163.com") P(X, "xxx", "xxx.com") P(X, "xx", "xx.com") \
    P(X, "xxx", "qq.com") P(X, "asdf", "asdf.com") P(X, "foo", "bar.com") P(X, "admin", "admin.com") \
    P(X, "user", "domain.com") P(X, "example", "example.com") P(X, "email", "email.com") P(X, "your", "email.com") \
    P(X, "me", "me.com")
#define AS_ADDRESS(X, local, domain) X(local "@" domain)
#define FILLERS(X) PAIRS(AS_ADDRESS, X)
AN_LIST(fillers, FILLERS)

// Local parts that stand for nobody at a domain kept for examples (RFC 2606) or tests. The domains alone say
// nothing: synthetic people are given addresses there.
#define SAMPLE_LOCALS(X) \
    X("test") X("example") X("admin") X("user") X("username") X("demo") X("sample") X("foo") X("bar") \
    X("foobar") X("you") X("your") X("me") X("name") X("email") X("mail") X("someone") X("somebody") X("root") \
    X("info") X("abc") X("a") X("xxx") X("aaa")
AN_LIST(sample_locals, SAMPLE_LOCALS)
#define SAMPLE_DOMAINS(X) \
    X("example.com") X("example.org") X("example.net") X("example.cn") X("example.com.cn") X("test.com") \
    X("test.cn") X("test.org") X("test.net") X("domain.com")
AN_LIST(sample_domains, SAMPLE_DOMAINS)

// Every local part that is_nobody may say yes to, but for those of digits alone. (Those that end in digits are looked at without
// them.)
#define AS_LOCAL(X, local, domain) X(local)
#define SUSPECTS(X) NOBODY(X) SAMPLE_LOCALS(X) PAIRS(AS_LOCAL, X)
static const uint64_t suspects[AN_LIST_MARKS] = AN_LIST_MARKS_OF(SUSPECTS);

#define TLD(a, b, c) ((unsigned) (a) | (unsigned) (b) << 8 | (unsigned) (c) << 16)      // as two or three bytes are loaded
static bool is_listed_tld(const char *text, size_t len) {
    uint64_t key = 0;
    for (size_t i = 0; i < sizeof key; i++)
        key = key << 8 | (i < len ? (unsigned char) text[i] : 0);
    size_t low = 0, high = AN_COUNT(tlds);
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (tlds[middle].key < key)
            low = middle + 1;
        else
            high = middle;
    }
    for (; low < AN_COUNT(tlds) && tlds[low].key == key; low++)
        if (tlds[low].len == len && memcmp(tlds[low].name, text, len) == 0)
            return true;
    return false;
}

// `text` in lower case.
static inline bool is_tld(const char *text, size_t len) {
    if (len == 3 || len == 2) {         // most addresses end here
        uint16_t head;
        memcpy(&head, text, sizeof head);
        unsigned code = head | (len == 3 ? (unsigned) (unsigned char) text[2] << 16 : 0);
        if (code == TLD('c', 'o', 'm') || code == TLD('c', 'n', 0) || code == TLD('n', 'e', 't') || code == TLD('o', 'r', 'g'))
            return true;
    }
    return is_listed_tld(text, len);
}

// What a byte may be in an address; one bit each.
enum { SOLID = 1, HYPHEN = 2, SIGN = 4, STOP = 8, HIGH = 16, OTHER = 32 };
static const uint8_t sorts[256] = {
    [0 ... '$'] = OTHER, ['%'] = SIGN, ['&'] = OTHER, ['\''] = SIGN, ['(' ... '*'] = OTHER, ['+'] = SIGN,
    [','] = OTHER,
    ['-'] = HYPHEN, ['.'] = STOP, ['/'] = OTHER, ['0' ... '9'] = SOLID, [':' ... '@'] = OTHER,
    ['A' ... 'Z'] = SOLID,
    ['[' ... '^'] = OTHER, ['_'] = SIGN, ['`'] = OTHER, ['a' ... 'z'] = SOLID, ['{' ... 0x7F] = OTHER,
    [0x80 ... 0xFF] = HIGH,
};

static bool has_high(struct an_str s) {
    unsigned char all = 0;
    for (size_t i = 0; i < s.len; i++)
        all |= (unsigned char) s.ptr[i];
    return all & 0x80;
}

// Where the last "----" ends; 0 when there is none. It is what Chinese lists put between their fields.
static size_t after_bar(struct an_str s) {
    for (size_t i = s.len && memchr(s.ptr, '-', s.len) ? s.len : 0; i >= 4; i--)
        if (memcmp(s.ptr + i - 4, "----", 4) == 0)
            return i;
    return 0;
}

// Where the first "----" begins; the end when there is none.
static size_t before_bar(struct an_str s) {
    const char *bar = s.len ? memmem(s.ptr, s.len, "----", 4) : NULL;
    return bar ? (size_t) (bar - s.ptr) : s.len;
}

// Length of the letter outside ASCII that s begins with; 0 for signs, punctuation, full-width forms, symbols,
// emoji.
static size_t letter_len(struct an_str s) {
    size_t n;
    uint32_t c = an_utf8_get(s, &n);
    bool latin1_sign = c < 0xC0 && c != 0xAA && c != 0xB5 && c != 0xB7 && c != 0xBA;
    if (n < 2 || latin1_sign || c == 0xD7 || c == 0xF7)
        return 0;
    // general and Chinese punctuation with the symbols between, private use, full-width forms, emoji
    bool sign = (c >= 0x2000 && c < 0x2C00) || (c >= 0x3000 && c < 0x3021) || (c >= 0xE000 && c < 0xF900) ||
                (c >= 0xFE00 && c <= 0xFFFF) || (c >= 0x1F000 && c < 0x20000);
    return sign ? 0 : n;
}

// Whether what lies outside ASCII is letters.
static bool are_letters(struct an_str s) {
    for (size_t i = 0, n; i < s.len; i += n) {
        n = s.ptr[i] & 0x80 ? letter_len(an_str_slice(s, i, s.len)) : 1;
        if (n == 0)
            return false;
    }
    return true;
}

static bool is_han_at(struct an_str s) {
    size_t n;
    uint32_t c = an_utf8_get(s, &n);
    return n >= 3 && c >= 0x3400 && c <= 0x9FFF;
}

// What a file, log or password list leaves in front of an address: quotes, full stops, hyphens, and the words
// of a sentence written without blanks.
static struct an_str trim_local(struct an_str local, bool cell) {
    size_t from = cell ? 0 : after_bar(local);
    // 邮箱foo@bar.com: addresses of Han characters exist on paper, sentences without blanks everywhere
    for (size_t i = cell || !has_high(local) ? 0 : local.len; i >= from + 3; i--) {
        if (!(local.ptr[i - 1] & 0x80) || !is_han_at(an_str_slice(local, i - 3, i)))
            continue;
        from = i < local.len ? i : from;
        break;
    }
    while (from < local.len && (local.ptr[from] == '.' || local.ptr[from] == '-' || local.ptr[from] == '\''))
        from++;
    return an_str_slice(local, from, local.len);
}

static struct an_str trim_domain(struct an_str domain, bool cell) {
    if (!cell)
        domain.len = before_bar(domain);
    // foo@bar.com请回复: the last label begins in ASCII and goes on in Han characters
    const char *stop = domain.len && has_high(domain) ? memrchr(domain.ptr, '.', domain.len) : NULL;
    size_t label = stop ? (size_t) (stop - domain.ptr) + 1 : domain.len;
    if (label < domain.len && !(domain.ptr[label] & 0x80))
        for (size_t i = label; i < domain.len; i++)
            if ((domain.ptr[i] & 0x80) && is_han_at(an_str_slice(domain, i, domain.len)))
                domain.len = i;
    while (domain.len && (domain.ptr[domain.len - 1] == '.' || domain.ptr[domain.len - 1] == '-'))
        domain.len--;
    return domain;
}

// Writes the local part in lower case. Faults are gathered and looked at once: this loop sees every byte of every address.
static bool put_local(struct an_str local, char *out) {
    unsigned seen = 0, bad = 0, last = STOP;
    for (size_t i = 0; i < local.len; i++) {
        unsigned sort = sorts[(unsigned char) local.ptr[i]];
        bad |= sort & last & STOP;
        seen |= sort;
        last = sort;
        out[i] = an_canon_lower(local.ptr[i]);
    }
    // a letter or digit there must be: "'@x.com", "--@x.com" are no addresses
    if (bad || (seen & OTHER) || last == STOP || !(seen & (SOLID | HIGH)))
        return false;
    return !(seen & HIGH) || are_letters(local);
}

// Writes the domain: labels of letters, digits and inner hyphens, at least two, the last one a top-level domain.
static bool put_domain(struct an_str domain, char *out) {
    unsigned seen = 0, bad = 0, last = STOP;
    size_t label = 0, longest = 0;
    for (size_t i = 0; i < domain.len; i++) {
        unsigned sort = sorts[(unsigned char) domain.ptr[i]];
        if (sort == STOP) {
            bad |= last & (STOP | HYPHEN);
            longest = i - label > longest ? i - label : longest;
            label = i + 1;
        }
        bad |= sort & HYPHEN && last == STOP;
        seen |= sort;
        last = sort;
        out[i] = an_canon_lower(domain.ptr[i]);
    }
    size_t end = domain.len - label;
    if (bad || label == 0 || last == STOP || seen & (OTHER | SIGN) || longest > LABEL_MAX || end > LABEL_MAX)
        return false;
    if (seen & HIGH && !are_letters(domain))
        return false;
    // a top-level domain outside ASCII (公司, 中国) is on the list in its xn-- form only
    return (out[label] & 0x80) || is_tld(out + label, end);
}

static bool is_nobody(struct an_str address, size_t local_len) {
    struct an_str local = an_str_slice(address, 0, local_len), domain = an_str_slice(address, local_len + 1, address.len);
    if (an_list_has(&nobody, local) || an_list_has(&fillers, address))
        return true;
    if (!an_list_has(&sample_domains, domain))
        return false;
    while (local.len && an_canon_is_digit(local.ptr[local.len - 1]))
        local.len--;                    // test1, user123
    if (local.len == 0)                 // 12@test.com
        return domain.len == sizeof "test.com" - 1;
    return an_list_has(&sample_locals, local);
}

// A short address with nothing around it and nothing outside ASCII in it, which most are: the rules of put_local and put_domain
// for all its bytes at once. `lower` is the text in lower case. False: it needs a closer look.
static inline bool is_clean(const struct an_mail_marks *m, const char *lower, size_t len, size_t *ret_local) {
    uint64_t upto_at = m->at ^ (m->at - 1), domain = ~upto_at, ends = m->stop | m->at;     // no '@': upto_at is all
    uint64_t solid = (uint64_t) 1 | m->at << 1 | (uint64_t) 1 << (len - 1);                 // these are to be letters or digits
    uint64_t faults = m->other | (m->at & (m->at - 1)) | (ends & ends << 1) | (m->sign & domain) | (solid & ~m->solid);
    if (m->hyphen) {                    // none at a label's end, and no bar of four
        uint64_t bars = m->hyphen & m->hyphen >> 1;
        faults |= (domain & ((m->stop & m->hyphen << 1) | (m->hyphen & ends << 1))) | (bars & bars >> 2);
    }
    if (faults || !(m->stop & domain))
        return false;
    size_t tld = 64 - (size_t) __builtin_clzll(m->stop & domain);
    *ret_local = (size_t) __builtin_ctzll(m->at);
    return is_tld(lower + tld, len - tld);
}

enum { SHORTEST = 6 };

static bool read_clean(struct an_str text, struct an_ident_key *ret_key, size_t *ret_local) {
    char own[AN_MAIL_BYTES] = {0};
    if (text.len > AN_MAIL_BYTES || text.len < SHORTEST)
        return false;
    memcpy(own, text.ptr, text.len);
    struct an_mail_marks m;
    an_mail_marks_make(own, text.len, ret_key->text, &m);
    ret_key->len = text.len;
    return is_clean(&m, ret_key->text, text.len, ret_local);
}

// Canonical form: ASCII letters in lower case; letters outside ASCII as they stand. An internationalised
// domain written once in UTF-8 and once as xn-- counts as two addresses: that can only raise the ceiling, and
// e-mail never raises the floor.
static enum an_grade check(struct an_str text, const struct an_context *context,
                           struct an_ident_key *ret_key) {
    size_t clean;
    if (read_clean(text, ret_key, &clean))
        return is_nobody((struct an_str) {ret_key->text, ret_key->len}, clean) ? AN_GRADE_BLOCKED : AN_GRADE_CEILING;
    const char *at = text.len ? memchr(text.ptr, '@', text.len) : NULL;
    if (!at)
        return AN_GRADE_NONE;
    size_t split = (size_t) (at - text.ptr);
    struct an_str local = trim_local(an_str_slice(text, 0, split), context->cell);
    struct an_str domain = trim_domain(an_str_slice(text, split + 1, text.len), context->cell);
    if (local.len == 0 || local.len > LOCAL_MAX || local.len + 1 + domain.len > MAX)
        return AN_GRADE_NONE;
    if (!put_local(local, ret_key->text) || !put_domain(domain, ret_key->text + local.len + 1))
        return AN_GRADE_NONE;
    ret_key->text[local.len] = '@';
    ret_key->len = local.len + 1 + domain.len;
    return is_nobody((struct an_str) {ret_key->text, ret_key->len}, local.len) ? AN_GRADE_BLOCKED : AN_GRADE_CEILING;
}

#if AN_LANES

// Whether is_nobody could say yes. Of the local part in the lower `local` bits, `digit` are digits.
static inline bool may_be_nobody(const char *text, size_t local, uint64_t digit) {
    size_t trail = (size_t) __builtin_clzll(~(digit << (64 - local)));
    return trail == local || an_list_may_have(suspects, an_list_mark((struct an_str) {text, local - trail}));
}

AN_AVX2 static inline size_t plain(struct an_str cell, const void *with, unsigned char *text, bool *ret_floor) {
    struct an_mail_marks m;
    const char *own = (const char *) text;
    size_t local, len = cell.len;
    (void) with;
    *ret_floor = false;
    if (len < SHORTEST || len > AN_SIPHASH_SHORT)
        return 0;
    an_lane_store_32(text, an_mail_short(an_lane_load_32(cell.ptr), len, &m));
    if (!is_clean(&m, own, len, &local) || (may_be_nobody(own, local, m.digit) && is_nobody((struct an_str) {own, len}, local)))
        return 0;
    return len;
}

AN_AVX2 static void many(const struct an_ident *kind, const struct an_cells *cells, const struct an_context *context,
                         struct an_keys *ret) {
    an_keys_walk(kind, cells, context, ret, plain, NULL);
}

#else
#define many NULL
#endif

static const char *const headers[] = {
    "邮箱", "邮箱地址", "邮箱账号", "电子邮箱", "电子邮箱地址", "电子邮件", "电子邮件地址", "邮件地址",
    "联系邮箱", "邮箱号", "邮件", "電子郵件", "電郵", "youxiang", "dzyx", "dzyj", "email", "emailaddr",
    "emailaddress", "emailid", "emailno", "mail", "mailaddr", "mailaddress", "mailbox", "useremail", "emails",
    NULL,
};

static const struct an_ident_example examples[] = {
    {AN_STR_INIT("Li.Lei+shop@Mail.Example.com"), AN_GRADE_CEILING, false, "li.lei+shop@mail.example.com",
     "capitals"},
    {AN_STR_INIT("k1zu0c.hlg4650@example.com"), AN_GRADE_CEILING, false, NULL,
     "a name at a domain kept for examples"},
    {AN_STR_INIT("a@xn--d1acufc.xn--p1ai"), AN_GRADE_CEILING, false, NULL, "an internationalised domain"},
    {AN_STR_INIT("o'hara_9@qq.com."), AN_GRADE_CEILING, false, "o'hara_9@qq.com",
     "the full stop of its sentence behind it"},
    {AN_STR_INIT("13800000001----lilei@qq.com----pw"), AN_GRADE_CEILING, false, "lilei@qq.com",
     "in a list of passwords"},
    {AN_STR_INIT("noreply@example.com"), AN_GRADE_BLOCKED, false, NULL, "nobody reads it"},
    {AN_STR_INIT("test@test.com"), AN_GRADE_BLOCKED, false, NULL, "fills a field"},
    {AN_STR_INIT("icon@2x.png"), AN_GRADE_NONE, false, NULL, "a file: no such top-level domain"},
    {AN_STR_INIT("lilei@bar.local"), AN_GRADE_NONE, false, NULL, "a domain of one network only"},
    {AN_STR_INIT("lilei@com"), AN_GRADE_NONE, false, NULL, "one label"},
    {AN_STR_INIT("li..lei@qq.com"), AN_GRADE_NONE, false, NULL, "two full stops together"},
    {AN_STR_INIT("lilei@-qq.com"), AN_GRADE_NONE, false, NULL, "a label that begins with a hyphen"},
};

const struct an_ident an_ident_email = {
    .code = 13,
    .name = "email",
    .title = {"E-mail address", "电子邮箱"},
    .source = "RFC 5321; RFC 5322; IANA root zone",
    .shape = AN_SHAPE_MAIL,
    .rank = 5,
    .use = AN_USE_PERSON,
    .charge = 12,
    .linker = true,
    .m = AN_MANY,
    .c = AN_MANY,
    .headers = headers,
    .check = check,
    .many = many,
    .examples = examples,
    .example_count = AN_COUNT(examples),
};
