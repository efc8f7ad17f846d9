#include "gen/person.h"

#include <string.h>
#include "gen/lists.h"
#include "gen/random.h"

enum {
    SEQUENCES = 995,                // 996..999 were kept for centenarians, 000 is nobody's
    DAYS = 25933,                   // 1940-01-01 .. 2010-12-31
    FIRST_DAY = -10958,             // 1940-01-01
    MIDDLES = 10 * 9 * 8 * 10,      // four digits, the first three different
    ENDINGS = 10 * 7 * 8 * 10,      // and the second not next to the first
    HEADS = 10 * 7 * 8 * 9 * 9,     // five digits of a card, see put_five
    TAILS = 10000,                  // and four more
    MAIL_SIDE = 36 * 36 * 36,
    RARE_NAME = 500,                // one in so many people has one
};

static const uint8_t prefixes[] = {
    // Numbers people hold, left out: data-only ranges, satellites, and what few tables know.
    130, 131, 132, 133, 135, 136, 137, 138, 139, 150, 151, 152, 153, 155, 156, 157, 158, 159, 166, 173,
    175, 176, 177, 178, 180, 181, 182, 183, 184, 185, 186, 187, 188, 189, 191, 193, 195, 196, 198, 199,
};

static const uint8_t networks[] = {     // first octets that hold public addresses only
    36, 39, 42, 49, 58, 59, 60, 61, 101, 106, 110, 111, 112, 113, 114, 115,
    116, 117, 118, 119, 120, 121, 122, 123, 124, 125, 171, 175, 180, 182, 183, 218,
};

// A permutation of 0..a*b-1: i is (left, right), and each half is shifted in turn by a hash of the other. a,
// b < 2^32.
static uint64_t shuffle(uint64_t key, uint64_t a, uint64_t b, uint64_t i) {
    uint64_t left = i / b, right = i % b;
    for (uint64_t round = 0; round < 3; round++) {
        left += an_gen_scale(an_gen_mix(key ^ right ^ (round << 40)), a);
        left -= left >= a ? a : 0;
        right += an_gen_scale(an_gen_mix(~key ^ left ^ (round << 40)), b);
        right -= right >= b ? b : 0;
    }
    return left * b + right;
}

size_t an_gen_put_number(uint64_t n, unsigned width, char *out) {
    char text[20];
    unsigned len = 0;
    do
        text[len++] = (char) ('0' + n % 10);
    while ((n /= 10) != 0);
    while (len < width)
        text[len++] = '0';
    for (unsigned i = 0; i < len; i++)
        out[i] = text[len - 1 - i];
    return len;
}

struct an_gen_keys an_gen_keys_make(uint64_t seed) {
    struct an_gen_random r = an_gen_random_seed(seed, UINT64_MAX);
    struct an_gen_keys k;
    k.id = an_gen_next(&r);
    k.mobile = an_gen_next(&r);
    k.email = an_gen_next(&r);
    k.card = an_gen_next(&r);
    k.ip = an_gen_next(&r);
    k.trait = an_gen_next(&r);
    return k;
}

uint64_t an_gen_trait(const struct an_gen_keys *k, uint64_t person, unsigned purpose) {
    return an_gen_mix(k->trait ^ person ^ ((uint64_t) purpose << 48));
}

char an_gen_id_check(const char digits[static 17]) {
    static const uint8_t weights[17] = {7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2};
    unsigned sum = 0;
    for (unsigned i = 0; i < 17; i++)
        sum += (unsigned) (digits[i] - '0') * weights[i];
    return "10X98765432"[sum % 11];
}

bool an_gen_luhn(const char *digits, size_t count) {
    unsigned sum = 0;
    for (size_t i = 0; i < count; i++) {
        unsigned d = (unsigned) (digits[count - 1 - i] - '0');
        sum += i % 2 == 0 ? d : d < 5 ? 2 * d : 2 * d - 9;
    }
    return sum % 10 == 0;
}

size_t an_gen_put_id(const struct an_gen_keys *k, uint64_t person, char out[static 18], an_day *ret_born) {
    uint64_t x = shuffle(k->id, (uint64_t) AN_GEN_DIVISIONS * SEQUENCES, DAYS, person);
    an_day born = FIRST_DAY + (an_day) (x % DAYS);
    uint64_t place = x / DAYS;
    struct an_date d = an_day_to_date(born);
    an_gen_put_number(an_gen_divisions[place / SEQUENCES], 6, out);
    an_gen_put_number((uint64_t) d.year, 4, out + 6);
    an_gen_put_number((uint64_t) d.month, 2, out + 10);
    an_gen_put_number((uint64_t) d.day, 2, out + 12);
    an_gen_put_number(place % SEQUENCES + 1, 3, out + 14);
    out[17] = an_gen_id_check(out);
    *ret_born = born;
    return 18;
}

// Four digits that no list of samples, repeats or runs can object to: the first three differ.
static void put_four(uint64_t first, uint64_t second, uint64_t third, uint64_t fourth, char *out) {
    uint64_t low = first < second ? first : second, high = first < second ? second : first;
    third += third >= low;
    third += third >= high;
    out[0] = (char) ('0' + first);
    out[1] = (char) ('0' + second);
    out[2] = (char) ('0' + third);
    out[3] = (char) ('0' + fourth);
}

size_t an_gen_put_mobile(const struct an_gen_keys *k, uint64_t index, char out[static 11]) {
    uint64_t x = shuffle(k->mobile, sizeof prefixes * MIDDLES, ENDINGS, index);
    uint64_t end = x % ENDINGS, middle = x / ENDINGS % MIDDLES;
    an_gen_put_number(prefixes[x / ENDINGS / MIDDLES], 3, out);
    put_four(middle / 720, (middle / 720 + 1 + middle / 80 % 9) % 10, middle / 10 % 8, middle % 10, out + 3);
    put_four(end / 560, (end / 560 + 2 + end / 80 % 7) % 10, end / 10 % 8, end % 10, out + 7);
    return 11;
}

static size_t put_text(const char *text, char *out) {
    struct an_str s = an_str_from_c(text);
    memcpy(out, s.ptr, s.len);
    return s.len;
}

size_t an_gen_put_email(const struct an_gen_keys *k, uint64_t person, char out[static 48]) {
    static const char joints[4] = {0, 0, '.', '_'};
    uint64_t x = shuffle(k->email, MAIL_SIDE, MAIL_SIDE, person), h = an_gen_trait(k, person, 1);
    size_t len = put_text(an_gen_pinyin[h % AN_GEN_PINYIN], out);
    char joint = joints[h >> 8 & 3];
    if (joint)
        out[len++] = joint;
    for (unsigned i = 0; i < 6; i++, x /= 36)       // always six: with them alone the address is unique
        out[len++] = "abcdefghijklmnopqrstuvwxyz0123456789"[x % 36];
    out[len++] = '@';
    return len + put_text(an_gen_mail_hosts[(h >> 16) % AN_GEN_MAIL_HOSTS], out + len);
}

// The five digits behind an issuer's prefix, so that what follows it never counts up or down and has no period of one to four:
// the second is two to eight above the first, and no other is the first again.
static void put_five(uint64_t head, char *out) {
    uint64_t first = head / 4536, fourth = head / 9 % 9, fifth = head % 9;
    put_four(first, (first + 2 + head / 648 % 7) % 10, head / 81 % 8, fourth + (fourth >= first), out);
    out[4] = (char) ('0' + fifth + (fifth >= first));
}

size_t an_gen_put_card(const struct an_gen_keys *k, uint64_t person, char out[static 19]) {
    uint64_t x = shuffle(k->card, (uint64_t) AN_GEN_ISSUERS * HEADS, TAILS, person), head = x / TAILS;
    const struct an_gen_issuer *issuer = &an_gen_issuers[head / HEADS];
    size_t len = an_gen_put_number(issuer->prefix, 6, out);
    put_five(head % HEADS, out + len);
    len += 5 + an_gen_put_number(x % TAILS, 4, out + len + 5);
    if (issuer->len == 19)
        len += an_gen_put_number(an_gen_trait(k, person, 2) % 1000, 3, out + len);
    for (out[len] = '0'; !an_gen_luhn(out, len + 1);)
        out[len]++;
    return len + 1;
}

size_t an_gen_put_ip(const struct an_gen_keys *k, uint64_t person, char out[static 15]) {
    uint64_t x = shuffle(k->ip, sizeof networks * 256, (uint64_t) 256 * 254, person);
    size_t len = an_gen_put_number(networks[x / 254 / 65536], 1, out);
    out[len++] = '.';
    len += an_gen_put_number(x / 254 / 256 % 256, 1, out + len);
    out[len++] = '.';
    len += an_gen_put_number(x / 254 % 256, 1, out + len);
    out[len++] = '.';
    return len + an_gen_put_number(x % 254 + 1, 1, out + len);
}

size_t an_gen_put_name(const struct an_gen_keys *k, uint64_t person, bool male, char out[static 32]) {
    uint64_t h = an_gen_trait(k, person, 3);
    size_t len = put_text(an_gen_surnames[(h & 0xffff) % AN_GEN_SURNAMES], out);
    uint64_t given = h >> 32;
    if ((h >> 16 & 0xffff) % RARE_NAME == 0)
        return len + put_text(an_gen_given_rare[given % AN_GEN_GIVEN_RARE], out + len);
    const char *second = male ? an_gen_given_male[given % AN_GEN_GIVEN_MALE]
                              : an_gen_given_female[given % AN_GEN_GIVEN_FEMALE];
    return len + put_text(second, out + len);
}

void an_gen_person(uint64_t seed, uint64_t number, struct an_gen_person *ret_person) {
    struct an_gen_keys k = an_gen_keys_make(seed);
    *ret_person = (struct an_gen_person) {.number = number};
    an_gen_put_id(&k, number, ret_person->id, &ret_person->born);
    ret_person->male = (ret_person->id[16] - '0') % 2 == 1;
    if (an_day_to_date(ret_person->born).year < 2000) {
        memcpy(ret_person->old_id, ret_person->id, 6);
        memcpy(ret_person->old_id + 6, ret_person->id + 8, 9);
    }
    an_gen_put_mobile(&k, number, ret_person->mobile);
    an_gen_put_email(&k, number, ret_person->email);
    an_gen_put_card(&k, number, ret_person->card);
    an_gen_put_name(&k, number, ret_person->male, ret_person->name);
}
