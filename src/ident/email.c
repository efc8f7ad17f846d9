#define _GNU_SOURCE
// E-mail addresses.
#include "ident/canon.h"

#include "base/utf8.h"

enum { LOCAL_MAX = 64, LABEL_MAX = 63, MAX = 254 };

// `key` is the first eight bytes of the name as one number, first byte on top, zeros behind a shorter one.
// Sorted.
static const struct tld { uint64_t key; char name[25]; uint8_t len; } tlds[] = {
#include "ident/tld_table.h"
};

#define WORD(text) {sizeof text - 1, text}

// Mailboxes that send without a reader, and what people type who will not give an address.
static const struct word { uint8_t len; char text[23]; } nobody[] = {
    WORD("noreply"), WORD("no-reply"), WORD("no_reply"), WORD("no.reply"), WORD("donotreply"),
    WORD("do-not-reply"),
    WORD("do_not_reply"), WORD("do.not.reply"), WORD("postmaster"), WORD("mailer-daemon"),
    WORD("mailerdaemon"), WORD("null"),
    WORD("none"), WORD("nobody"), WORD("noemail"), WORD("no-email"), WORD("nomail"), WORD("undefined"),
};

// Whole addresses that fill a field.
static const struct word fillers[] = {
    WORD("test@test.com"), WORD("test@test.cn"), WORD("test@qq.com"), WORD("test@163.com"),
    WORD("test@gmail.com"),
    WORD("a@a.com"), WORD("a@b.com"), WORD("a@b.c.com"), WORD("aa@aa.com"), WORD("aaa@aaa.com"),
    WORD("abc@abc.com"),
    WORD("abc@123.com"), WORD("123@123.com"), WORD("123@qq.com"), WORD("123@163.com"), WORD("111@111.com"),
    WORD("111@qq.com"),
    WORD("1@1.com"), WORD("1@qq.com"), WORD("123456@qq.com"), WORD("1234567@qq.com"), WORD("12345678@qq.com"),
    WORD("123456789@qq.com"), WORD("1234567890@qq.com"), WORD("123456@163.com"), WORD("xxx@xxx.com"),
    WORD("xx@xx.com"),
    WORD("xxx@qq.com"), WORD("asdf@asdf.com"), WORD("foo@bar.com"), WORD("admin@admin.com"),
    WORD("user@domain.com"),
    WORD("example@example.com"), WORD("email@email.com"), WORD("your@email.com"), WORD("me@me.com"),
};

// Local parts that stand for nobody at a domain kept for examples (RFC 2606) or tests. The domains alone say
// nothing: synthetic people are given addresses there.
static const struct word sample_locals[] = {
    WORD("test"), WORD("example"), WORD("admin"), WORD("user"), WORD("username"), WORD("demo"),
    WORD("sample"), WORD("foo"),
    WORD("bar"), WORD("foobar"), WORD("you"), WORD("your"), WORD("me"), WORD("name"), WORD("email"),
    WORD("mail"),
    WORD("someone"), WORD("somebody"), WORD("root"), WORD("info"), WORD("abc"), WORD("a"), WORD("xxx"),
    WORD("aaa"),
};
static const struct word sample_domains[] = {
    WORD("example.com"), WORD("example.org"), WORD("example.net"), WORD("example.cn"), WORD("example.com.cn"),
    WORD("test.com"), WORD("test.cn"), WORD("test.org"), WORD("test.net"), WORD("domain.com"),
};

static bool is_listed(const struct word *words, size_t count, const char *text, size_t len) {
    for (size_t i = 0; i < count; i++)
        if (words[i].len == len && words[i].text[0] == text[0] && memcmp(words[i].text, text, len) == 0)
            return true;
    return false;
}

// `text` in lower case.
static bool is_tld(const char *text, size_t len) {
    if (len == 3 && memcmp(text, "com", 3) == 0)        // most addresses end here
        return true;
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

// Appends the local part, in lower case. Faults are gathered and looked at once: this loop sees every byte of
// every address.
static bool put_local(struct an_str local, struct an_ident_key *key) {
    unsigned seen = 0, bad = 0, last = STOP;
    for (size_t i = 0; i < local.len; i++) {
        unsigned sort = sorts[(unsigned char) local.ptr[i]];
        bad |= sort & last & STOP;
        seen |= sort;
        last = sort;
        key->text[key->len++] = an_canon_lower(local.ptr[i]);
    }
    // a letter or digit there must be: "'@x.com", "--@x.com" are no addresses
    if (bad || (seen & OTHER) || last == STOP || !(seen & (SOLID | HIGH)))
        return false;
    return !(seen & HIGH) || are_letters(local);
}

// Appends the domain: labels of letters, digits and inner hyphens, at least two, the last one a top-level
// domain.
static bool put_domain(struct an_str domain, struct an_ident_key *key) {
    unsigned seen = 0, last = STOP;
    size_t label = key->len, first = label;
    for (size_t i = 0; i < domain.len; i++) {
        unsigned sort = sorts[(unsigned char) domain.ptr[i]];
        if (sort == STOP) {
            if (last & (STOP | HYPHEN) || key->len - label > LABEL_MAX)
                return false;
            label = key->len + 1;
        } else if (sort == HYPHEN && last == STOP) {
            return false;
        }
        seen |= sort;
        last = sort;
        key->text[key->len++] = an_canon_lower(domain.ptr[i]);
    }
    if (label == first || last == STOP || seen & (OTHER | SIGN) || key->len - label > LABEL_MAX)
        return false;
    if (seen & HIGH && !are_letters(domain))
        return false;
    // a top-level domain outside ASCII (公司, 中国) is on the list in its xn-- form only
    return (key->text[label] & 0x80) || is_tld(key->text + label, key->len - label);
}

static bool is_nobody(const struct an_ident_key *key, size_t local_len) {
    const char *text = key->text, *domain = text + local_len + 1;
    size_t domain_len = key->len - local_len - 1;
    if (is_listed(nobody, AN_COUNT(nobody), text, local_len))
        return true;
    if (key->len < sizeof fillers->text && is_listed(fillers, AN_COUNT(fillers), text, key->len))
        return true;
    if (!is_listed(sample_domains, AN_COUNT(sample_domains), domain, domain_len))
        return false;
    while (local_len && an_canon_is_digit(text[local_len - 1]))
        local_len--;                    // test1, user123
    if (local_len == 0)                 // 12@test.com
        return domain_len == sizeof "test.com" - 1;
    return is_listed(sample_locals, AN_COUNT(sample_locals), text, local_len);
}

// Canonical form: ASCII letters in lower case; letters outside ASCII as they stand. An internationalised
// domain written once in UTF-8 and once as xn-- counts as two addresses: that can only raise the ceiling, and
// e-mail never raises the floor.
static enum an_grade check(struct an_str text, const struct an_context *context,
                           struct an_ident_key *ret_key) {
    const char *at = text.len ? memchr(text.ptr, '@', text.len) : NULL;
    if (!at)
        return AN_GRADE_NONE;
    size_t split = (size_t) (at - text.ptr);
    struct an_str local = trim_local(an_str_slice(text, 0, split), context->cell);
    struct an_str domain = trim_domain(an_str_slice(text, split + 1, text.len), context->cell);
    if (local.len == 0 || local.len > LOCAL_MAX || local.len + 1 + domain.len > MAX)
        return AN_GRADE_NONE;
    ret_key->len = 0;
    if (!put_local(local, ret_key))
        return AN_GRADE_NONE;
    ret_key->text[ret_key->len++] = '@';
    if (!put_domain(domain, ret_key))
        return AN_GRADE_NONE;
    return is_nobody(ret_key, local.len) ? AN_GRADE_BLOCKED : AN_GRADE_CEILING;
}

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
    .examples = examples,
    .example_count = AN_COUNT(examples),
};
