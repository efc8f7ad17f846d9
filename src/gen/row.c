#include "gen/row.h"

#include <string.h>
#include "gen/lists.h"

enum {
    SPELL_FIRST = 16,               // one in so many first mentions is spelt in an unusual way
    HOTLINE_OF_SHARED = 8,          // one in so many people who share a phone shares it with many
    CLOCK_START = 1793491200,       // 2026-11-01 00:00:00, seconds
};

// Trait numbers (an_gen_trait).
enum { TRAIT_LOAN = 8, TRAIT_HOTLINE = 9 };

static char *put(char *at, struct an_str s) {
    if (s.len)
        memcpy(at, s.ptr, s.len);
    return at + s.len;
}

static char *put_c(char *at, const char *s) { return put(at, an_str_from_c(s)); }

void an_gen_row_init(struct an_gen_row *r, uint64_t seed, uint64_t stream) {
    r->keys = an_gen_keys_make(seed);
    r->chance = an_gen_random_seed(seed, stream);
    r->clock = (int64_t) CLOCK_START * 1000;
    r->day = AN_DAY_NONE;
}

enum an_gen_loan an_gen_loan(const struct an_gen_keys *k, const struct an_gen_shares *s, uint64_t person) {
    if (person % 2 == 0)            // every second person at most, so that a lender never borrows
        return AN_GEN_OWN;
    uint64_t x = an_gen_scale(an_gen_trait(k, person, TRAIT_LOAN), AN_GEN_WHOLE) / 2;
    if (x < s->shared)
        return an_gen_trait(k, person, TRAIT_HOTLINE) % HOTLINE_OF_SHARED ? AN_GEN_SHARES : AN_GEN_HOTLINE;
    return x < s->shared + s->recycled ? AN_GEN_GOT : AN_GEN_OWN;
}

// ASCII digits as their full-width forms (U+FF10 ..), other characters as they are.
static struct an_str widen(struct an_str s, char *out) {
    char *at = out;
    for (size_t i = 0; i < s.len; i++) {
        bool digit = s.ptr[i] >= '0' && s.ptr[i] <= '9';
        if (digit)
            at = put(at, AN_STR("\xef\xbc"));
        *at++ = digit ? (char) ((unsigned char) s.ptr[i] - '0' + 0x90) : s.ptr[i];
    }
    return (struct an_str) {out, (size_t) (at - out)};
}

static bool spells(struct an_gen_row *r, bool again) {
    return again || an_gen_below(&r->chance, SPELL_FIRST) == 0;
}

static struct an_str spell_id(struct an_gen_row *r, struct an_str id, char *out) {
    char plain[18];
    memcpy(plain, id.ptr, id.len);
    uint64_t how = an_gen_below(&r->chance, r->plain ? 2 : 5);
    if (how == 0 || (how == 1 && plain[id.len - 1] != 'X'))
        return id;
    r->truth->variants++;
    if (how == 1) {
        out[id.len - 1] = 'x';
        return id;
    }
    if (how <= 3)
        return widen((struct an_str) {plain, id.len}, out);
    out[0] = '\'';                  // how a spreadsheet keeps long numbers from being damaged
    memcpy(out + 1, plain, id.len);
    return (struct an_str) {out, id.len + 1};
}

static struct an_str spell_mobile(struct an_gen_row *r, const char plain[11], char *out) {
    static const char *const fronts[] = {"+86", "0086", "86-", "+86 ", "", ""};
    uint64_t how = an_gen_below(&r->chance, r->plain ? 6 : 8);
    char *at = out;
    r->truth->variants++;
    if (how >= AN_COUNT(fronts))
        return widen((struct an_str) {plain, 11}, out);
    at = put_c(at, fronts[how]);
    char joint = how == 3 || how == 5 ? ' ' : how == 4 ? '-' : 0;
    for (unsigned i = 0; i < 11; i++) {
        if (joint && (i == 3 || i == 7))
            *at++ = joint;
        *at++ = plain[i];
    }
    return (struct an_str) {out, (size_t) (at - out)};
}

// 440308199901014003 to 4.40308E+17: six digits are left, and never rounded up
static void damage_id(char id[18]) {
    char text[11] = {id[0], '.', id[1], id[2], id[3], id[4], id[5], 'E', '+', '1', '7'};
    memcpy(id, text, sizeof text);
}

// One wrong digit, which MOD 11-2 always notices. Digits are tried until the number is no card by chance
// either.
static void mistype_id(struct an_gen_row *r, char id[18]) {
    for (;;) {
        char wrong[18];
        memcpy(wrong, id, 18);
        uint64_t at = an_gen_below(&r->chance, 17);
        wrong[at] = (char) ('0' + (uint64_t) (wrong[at] - '0' + 1 + (int) an_gen_below(&r->chance, 9)) % 10);
        if (wrong[17] != 'X' && an_gen_luhn(wrong, 18))
            continue;
        memcpy(id, wrong, 18);
        return;
    }
}

// Of the number that stands in id_text already.
static struct an_str write_id(struct an_gen_row *r, struct an_gen_mention *m, bool again) {
    struct an_str id = {m->id_text, 18};
    if (!an_gen_chance(&r->chance, r->habits.id))
        return (struct an_str) {0};
    if (an_gen_chance(&r->chance, r->shares.typos)) {
        mistype_id(r, m->id_text);
        r->truth->typos++;
        return id;
    }
    if (an_gen_chance(&r->chance, r->shares.damaged)) {
        damage_id(m->id_text);
        r->truth->damaged++;
        return an_str_slice(id, 0, 11);
    }
    if (an_gen_chance(&r->chance, r->shares.masked)) {
        memset(m->id_text + 4, '*', 10);
        r->truth->masked[AN_GEN_ID]++;
        return id;
    }
    r->truth->written[AN_GEN_ID]++;
    if (m->id_text[6] == '1' && an_gen_chance(&r->chance, r->shares.legacy15)) {
        memmove(m->id_text + 6, m->id_text + 8, 9);
        r->truth->old_ids++;
        an_gen_truth_mark(r->truth, AN_GEN_HAS_OLD_ID, m->person);
        return an_str_slice(id, 0, 15);
    }
    an_gen_truth_mark(r->truth, AN_GEN_HAS_ID, m->person);
    return spells(r, again) ? spell_id(r, id, m->id_text) : id;
}

// Which number a person uses in this row: its index, marked as seen with that person. False: none.
static bool choose_mobile(struct an_gen_row *r, uint64_t person, bool counts, uint64_t *ret_index) {
    bool late = r->row >= r->rows / 2;
    enum an_gen_loan loan = an_gen_loan(&r->keys, &r->shares, person);
    if (person % 2 == 0 && late && person + 1 < r->people &&
        an_gen_loan(&r->keys, &r->shares, person + 1) == AN_GEN_GOT)
        return false;               // given up, and somebody else's by now
    *ret_index = person;
    if (loan == AN_GEN_HOTLINE) {
        *ret_index = AN_GEN_PEOPLE_MAX + person / AN_GEN_HUB;
        if (counts)
            an_gen_truth_mark_hub(r->truth, person / AN_GEN_HUB, person);
        return true;
    }
    bool lent = loan == AN_GEN_SHARES || (loan == AN_GEN_GOT && late);
    *ret_index -= lent;
    if (counts)
        an_gen_truth_mark(r->truth, lent ? AN_GEN_HAS_LENT : AN_GEN_HAS_MOBILE, person);
    return true;
}

static struct an_str write_mobile(struct an_gen_row *r, struct an_gen_mention *m, bool again) {
    if (!an_gen_chance(&r->chance, r->habits.mobile))
        return (struct an_str) {0};
    bool masked = an_gen_chance(&r->chance, r->shares.masked);
    uint64_t index;
    if (!choose_mobile(r, m->person, !masked, &index))
        return (struct an_str) {0};
    char plain[11];
    an_gen_put_mobile(&r->keys, index, plain);
    memcpy(m->mobile_text, plain, 11);
    struct an_str text = {m->mobile_text, 11};
    if (masked) {
        memset(m->mobile_text + 3, '*', 4);
        r->truth->masked[AN_GEN_MOBILE]++;
        return text;
    }
    r->truth->written[AN_GEN_MOBILE]++;
    return spells(r, again) ? spell_mobile(r, plain, m->mobile_text) : text;
}

static struct an_str spell_email(struct an_gen_row *r, struct an_gen_mention *m, bool again) {
    struct an_str text = {m->email_text, an_gen_put_email(&r->keys, m->person, m->email_text)};
    an_gen_truth_mark(r->truth, AN_GEN_HAS_EMAIL, m->person);
    r->truth->written[AN_GEN_EMAIL]++;
    if (!spells(r, again))
        return text;
    r->truth->variants++;
    size_t capitals = an_gen_below(&r->chance, 2) ? 1 : text.len;
    for (size_t i = 0; i < capitals; i++)
        if (m->email_text[i] >= 'a' && m->email_text[i] <= 'z')
            m->email_text[i] = (char) (m->email_text[i] - 'a' + 'A');
    return text;
}

static struct an_str write_email(struct an_gen_row *r, struct an_gen_mention *m, bool again) {
    return an_gen_chance(&r->chance, r->habits.email) ? spell_email(r, m, again) : (struct an_str) {0};
}

static struct an_str write_card(struct an_gen_row *r, struct an_gen_mention *m, bool again) {
    if (!an_gen_chance(&r->chance, r->habits.card))
        return (struct an_str) {0};
    char plain[19];
    size_t len = an_gen_put_card(&r->keys, m->person, plain);
    an_gen_truth_mark(r->truth, AN_GEN_HAS_CARD, m->person);
    r->truth->written[AN_GEN_CARD]++;
    bool grouped = !r->plain && again && an_gen_below(&r->chance, 2);
    r->truth->variants += grouped;
    char *at = m->card_text;
    for (size_t i = 0; i < len; i++) {
        if (grouped && i && i % 4 == 0)
            *at++ = ' ';
        *at++ = plain[i];
    }
    return (struct an_str) {m->card_text, (size_t) (at - m->card_text)};
}

// What people type who must type something: in place of one of the identifiers.
static uint32_t write_placeholder(struct an_gen_row *r, struct an_gen_mention *m) {
    static const char *const mobiles[] = {"13800138000", "13800138000", "13000000000", "18888888888"};
    uint64_t which = an_gen_below(&r->chance, 8);
    if (which == 0 && r->habits.id) {
        m->id = AN_STR("110101199001011234");
        r->truth->placeholders[AN_GEN_ID]++;
        return AN_GEN_ID;
    }
    if (!r->habits.mobile || (which >= 6 && r->habits.email)) {
        m->email = AN_STR("test@test.com");
        r->truth->placeholders[AN_GEN_EMAIL]++;
        return AN_GEN_EMAIL;
    }
    m->mobile = an_str_from_c(mobiles[an_gen_below(&r->chance, AN_COUNT(mobiles))]);
    r->truth->placeholders[AN_GEN_MOBILE]++;
    return AN_GEN_MOBILE;
}

static uint64_t written(const struct an_gen_truth *t) {
    const uint64_t *n = t->written;
    return n[AN_GEN_ID] + n[AN_GEN_MOBILE] + n[AN_GEN_EMAIL] + n[AN_GEN_CARD];
}

static void describe(struct an_gen_row *r, struct an_gen_mention *m, uint64_t person, bool again) {
    struct an_gen_truth *t = r->truth;
    uint64_t before = written(t);
    an_day born;
    an_gen_put_id(&r->keys, person, m->id_text, &born);
    m->male = (m->id_text[16] - '0') % 2 == 1;
    m->person = person;
    m->name = (struct an_str) {m->name_text, an_gen_put_name(&r->keys, person, m->male, m->name_text)};
    m->id = m->mobile = m->email = m->card = (struct an_str) {0};
    an_gen_truth_mark(t, AN_GEN_SEEN, person);
    t->mentions++;
    if (!an_gen_chance(&r->chance, r->shares.names_only)) {
        uint32_t taken = AN_GEN_KINDS;
        if (an_gen_chance(&r->chance, r->shares.placeholders))
            taken = write_placeholder(r, m);
        if (taken != AN_GEN_ID)
            m->id = write_id(r, m, again);
        if (taken != AN_GEN_MOBILE)
            m->mobile = write_mobile(r, m, again);
        if (taken != AN_GEN_EMAIL)
            m->email = write_email(r, m, again);
        m->card = write_card(r, m, again);
    }
    // A log has no names: without any identifier nobody could tell that there is a person.
    if (r->plain && written(t) == before)
        m->email = spell_email(r, m, false);
    t->bare += written(t) == before;
}

static struct an_str write_time(struct an_gen_row *r, bool millis) {
    r->clock += (int64_t) an_gen_below(&r->chance, 2000);
    an_day day = (an_day) (r->clock / 86400000);
    if (day != r->day) {
        an_day_text(day, r->day_text);
        r->day = day;
    }
    uint64_t ms = (uint64_t) (r->clock % 86400000), s = ms / 1000;
    char *t = r->time_text;
    memcpy(t, r->day_text, 10);
    t[10] = ' ';
    an_gen_put_number(s / 3600, 2, t + 11);
    t[13] = ':';
    an_gen_put_number(s / 60 % 60, 2, t + 14);
    t[16] = ':';
    an_gen_put_number(s % 60, 2, t + 17);
    if (!millis)
        return (struct an_str) {t, 19};
    t[19] = '.';
    an_gen_put_number(ms % 1000, 3, t + 20);
    return (struct an_str) {t, 23};
}

// Twenty digits: the time, and a number. Longer than any identifier.
static struct an_str write_order(struct an_gen_row *r) {
    const char *t = r->time_text;
    char *at = r->order_text;
    static const uint8_t from[14] = {0, 1, 2, 3, 5, 6, 8, 9, 11, 12, 14, 15, 17, 18};
    for (unsigned i = 0; i < 14; i++)
        *at++ = t[from[i]];
    an_gen_put_number(an_gen_below(&r->chance, 1000000), 6, at);
    return (struct an_str) {r->order_text, 20};
}

static struct an_str write_remark(struct an_gen_row *r) {
    static const char *const remarks[] = {"老客户，喜欢\"蓝色\"", "约好\n下周回访",
                                          "it's fine, call after 6pm", "VIP\t续费, 已付款"};
    if (r->talks && r->self.id.len) {
        char *at = put_c(r->remark_text, "用户来电称无法登录，已核对身份证号");
        at = put(at, r->self.id);
        at = put_c(at, "，请尽快处理");
        return (struct an_str) {r->remark_text, (size_t) (at - r->remark_text)};
    }
    uint64_t which = an_gen_below(&r->chance, 16);
    return which < AN_COUNT(remarks) ? an_str_from_c(remarks[which]) : (struct an_str) {0};
}

static struct an_str write_address(struct an_gen_row *r, const char *city) {
    char *at = put_c(r->address_text, city);
    at = put_c(at, an_gen_streets[an_gen_below(&r->chance, AN_GEN_STREETS)]);
    at += an_gen_put_number(1 + an_gen_below(&r->chance, 999), 1, at);
    at = put_c(at, "号");
    at += an_gen_put_number(1 + an_gen_below(&r->chance, 40), 1, at);
    at = put_c(at, "栋");
    at += an_gen_put_number(101 + an_gen_below(&r->chance, 900), 1, at);
    at = put_c(at, "室");
    return (struct an_str) {r->address_text, (size_t) (at - r->address_text)};
}

static struct an_str write_amount(struct an_gen_row *r) {
    uint64_t cents = an_gen_below(&r->chance, 100000);
    size_t len = an_gen_put_number(cents / 100, 1, r->amount_text);
    r->amount_text[len++] = '.';
    len += an_gen_put_number(cents % 100, 2, r->amount_text + len);
    return (struct an_str) {r->amount_text, len};
}

void an_gen_row_fill(struct an_gen_row *r, uint64_t person, bool again, uint64_t other) {
    describe(r, &r->self, person, again);
    struct an_str *c = r->cells;
    const char *city = an_gen_cities[an_gen_below(&r->chance, AN_GEN_CITIES)];
    c[AN_GEN_C_NUMBER] = (struct an_str) {r->number_text, an_gen_put_number(r->row + 1, 1, r->number_text)};
    c[AN_GEN_C_NAME] = r->self.name;
    c[AN_GEN_C_SEX] = r->self.male ? AN_STR("男") : AN_STR("女");
    c[AN_GEN_C_ID] = r->self.id;
    c[AN_GEN_C_MOBILE] = r->self.mobile;
    c[AN_GEN_C_EMAIL] = r->self.email;
    c[AN_GEN_C_CARD] = r->self.card;
    c[AN_GEN_C_CITY] = an_str_from_c(city);
    c[AN_GEN_C_ADDRESS] = write_address(r, city);
    c[AN_GEN_C_REMARK] = write_remark(r);
    c[AN_GEN_C_TIME] = write_time(r, false);
    c[AN_GEN_C_ORDER] = write_order(r);
    c[AN_GEN_C_AMOUNT] = write_amount(r);
    if (other != UINT64_MAX) {
        struct an_gen_habits habits = r->habits;
        r->habits = (struct an_gen_habits) {.mobile = habits.mobile};
        describe(r, &r->other, other, again);
        r->habits = habits;
        c[AN_GEN_C_OTHER_NAME] = r->other.name;
        c[AN_GEN_C_OTHER_MOBILE] = r->other.mobile;
    }
    r->truth->records++;
    r->row++;
}

static char *put_hex(struct an_gen_row *r, char *at, unsigned words) {
    for (unsigned w = 0; w < words; w++) {
        uint64_t x = an_gen_next(&r->chance);
        for (unsigned i = 0; i < 16; i++, x >>= 4)
            *at++ = "0123456789abcdef"[x & 15];
    }
    return at;
}

static char *put_field(char *at, const char *name, struct an_str value) {
    if (!value.len)
        return at;
    at = put_c(at, name);
    return put(at, value);
}

static char *put_person(struct an_gen_row *r, char *at, uint64_t person, bool again) {
    describe(r, &r->self, person, again);
    char ip[15];
    struct an_str address = {ip, an_gen_put_ip(&r->keys, person, ip)};
    an_gen_truth_mark(r->truth, AN_GEN_HAS_IP, person);
    r->truth->written[AN_GEN_IP]++;
    at = put_c(at, "user profile loaded 用户信息");
    at = put_field(at, " mobile=", r->self.mobile);
    at = put_field(at, " idcard=", r->self.id);
    at = put_field(at, " email=", r->self.email);
    at = put_field(at, " bankcard=", r->self.card);
    return put_field(at, " client=", address);
}

static char *put_masked(struct an_gen_row *r, char *at, uint64_t person) {
    char mobile[11];
    uint64_t index;
    if (!choose_mobile(r, person, false, &index))
        index = person;
    an_gen_put_mobile(&r->keys, index, mobile);
    memset(mobile + 3, '*', 4);
    r->truth->masked[AN_GEN_MOBILE]++;
    r->truth->mentions++;
    r->truth->bare++;
    an_gen_truth_mark(r->truth, AN_GEN_SEEN, person);
    return put_field(at, "sms sent 短信已发送 to=", (struct an_str) {mobile, 11});
}

void an_gen_row_line(struct an_gen_row *r, enum an_gen_line line, uint64_t person, bool again,
                     struct an_gen_sink *sink) {
    static const char *const loggers[] = {" INFO  [http-nio-exec-", " WARN  [async-pool-",
                                          " DEBUG [order-worker-", " INFO  [sched-"};
    static const char *const classes[] = {"] com.example.order.OrderService - ",
                                          "] com.example.pay.PayGateway - ",
                                          "] com.example.user.LoginController - ",
                                          "] com.example.stock.StockClient - "};
    static const char *const deeds[] = {"GET /api/v2/items status=200",
                                        "cache miss, loading from the replica",
                                        "message consumed topic=order-created",
                                        "stock reserved, warehouse=SZ"};
    char *from = an_gen_sink_room(sink, AN_GEN_ROOM_MAX);
    uint64_t x = an_gen_next(&r->chance);
    char *at = put(from, write_time(r, true));
    at = put_c(at, loggers[x & 3]);
    at += an_gen_put_number(x >> 8 & 63, 1, at);
    at = put_c(at, classes[x >> 2 & 3]);
    if (line == AN_GEN_LINE_PERSON)
        at = put_person(r, at, person, again);
    else if (line == AN_GEN_LINE_MASKED)
        at = put_masked(r, at, person);
    else
        at = put_c(at, deeds[x >> 4 & 3]);
    if (x >> 6 & 1) {               // every other line holds long numbers that are nobody's
        at = put_field(at, " orderNo=", write_order(r));
        at = put_c(at, " ts=");
        at += an_gen_put_number((uint64_t) r->clock, 13, at);
        at = put_c(at, " traceId=");
        at = put_hex(r, at, 2);
    } else {
        at = put_c(at, " thread=worker span=root sampled=true retry=none queue=default shard=");
        at += an_gen_put_number(x >> 14 & 1023, 1, at);
    }
    at = put_c(at, " cost=");
    at += an_gen_put_number(x >> 24 & 511, 1, at);
    at = put_c(at, "ms upstream=10.");
    at += an_gen_put_number(x >> 33 & 255, 1, at);
    *at++ = '.';
    at += an_gen_put_number(x >> 41 & 255, 1, at);
    *at++ = '.';
    at += an_gen_put_number(1 + (x >> 49 & 127), 1, at);
    *at++ = '\n';
    sink->len += (size_t) (at - from);
    r->truth->records++;
    r->row++;
}
