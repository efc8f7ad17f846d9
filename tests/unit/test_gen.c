// Generated stores: valid, unique, reproducible, and exactly as their truth file says.
#define _GNU_SOURCE
#include "unit.h"

#include <archive.h>
#include <archive_entry.h>
#include <iconv.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#include "gen/gen.h"
#include "gen/random.h"
#include "base/alloc.h"
#include "base/buf.h"

static bool is_digit(char c) { return c >= '0' && c <= '9'; }
static bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

// ISO 7064 MOD 11-2, written from the standard's other form: the sum of digit * 2^(17-i) over all 18 is 1
// modulo 11.
static bool id_is_valid(const char *id) {
    unsigned sum = 0;
    for (unsigned i = 0; i < 18; i++)
        sum = (sum * 2 + (id[i] == 'X' || id[i] == 'x' ? 10 : (unsigned) (id[i] - '0'))) % 11;
    return sum == 1;
}

static bool luhn(const char *digits, size_t n) {
    unsigned sum = 0;
    for (size_t i = 0; i < n; i++) {
        unsigned d = (unsigned) (digits[i] - '0') << ((n - i) % 2 == 0);
        sum += d / 10 + d % 10;
    }
    return sum % 10 == 0;
}

static void every_person_has_valid_identifiers(void **state) {
    (void) state;
    unsigned males = 0, old = 0;
    for (uint64_t n = 0; n < 20000; n++) {
        struct an_gen_person p;
        an_gen_person(42, n * 24999, &p);
        assert_int_equal(strlen(p.id), 18);
        assert_true(id_is_valid(p.id));
        struct an_date born = an_day_to_date(p.born);
        assert_in_range(born.year, 1940, 2010);
        char date[9];
        (void) snprintf(date, sizeof date, "%04u%02u%02u", (unsigned) born.year % 10000,
                        (unsigned) born.month % 100,
                        (unsigned) born.day % 100);
        assert_memory_equal(p.id + 6, date, 8);
        assert_memory_not_equal(p.id + 14, "000", 3);
        assert_true(strncmp(p.id + 14, "996", 3) < 0);
        assert_int_equal(p.male, (p.id[16] - '0') % 2);
        assert_int_equal(strlen(p.old_id), born.year < 2000 ? 15 : 0);
        if (*p.old_id)
            assert_true(memcmp(p.old_id, p.id, 6) == 0 && memcmp(p.old_id + 6, p.id + 8, 9) == 0);
        assert_int_equal(strlen(p.mobile), 11);
        assert_true(p.mobile[0] == '1' && p.mobile[1] >= '3');
        unsigned same = 1;
        while (same < 11 && p.mobile[10 - same] == p.mobile[10])
            same++;
        assert_true(same < 7);
        size_t card = strlen(p.card);
        assert_true(card == 16 || card == 19);
        assert_true(luhn(p.card, card) && p.card[0] == '6' && p.card[1] == '2');
        const char *own = p.card + 6;               // no run, no period: a made-up person's card is no placeholder
        int step = (own[1] - own[0] + 10) % 10;
        assert_true(step >= 2 && step <= 8);
        assert_true(own[2] != own[0] && own[2] != own[1] && own[3] != own[0] && own[4] != own[0]);
        assert_non_null(strstr(p.email, "example."));
        assert_true(strlen(p.name) >= 6);
        males += p.male;
        old += *p.old_id != 0;
    }
    assert_in_range(males, 9500, 10500);
    assert_in_range(old, 16000, 17800);         // 60 of 71 years
}

static int compare(const void *a, const void *b) {
    uint64_t x, y;
    memcpy(&x, a, sizeof x);
    memcpy(&y, b, sizeof y);
    return x < y ? -1 : x > y;
}

static uint64_t number_of(const char *text, size_t len) {
    uint64_t n = 0;
    for (size_t i = 0; i < len; i++)
        n = n * 10 + (uint64_t) (text[i] - '0');
    return n;
}

enum { MANY_PEOPLE = 1000000 };

static void no_two_of_a_million_people_share_anything(void **state) {
    (void) state;
    uint64_t *all[4];
    for (unsigned k = 0; k < 4; k++)
        assert_non_null(all[k] = an_alloc(MANY_PEOPLE * sizeof **all));
    for (uint64_t n = 0; n < MANY_PEOPLE; n++) {
        struct an_gen_person p;
        an_gen_person(1, n, &p);
        all[0][n] = number_of(p.id, 17);
        all[1][n] = number_of(p.mobile, 11);
        all[2][n] = number_of(p.card, strlen(p.card));
        memcpy(&all[3][n], strchr(p.email, '@') - 8, 8);        // the last letters before the '@' are enough
        assert_true(strchr(p.email, '@') - p.email >= 8);
    }
    for (unsigned k = 0; k < 4; k++) {
        qsort(all[k], MANY_PEOPLE, sizeof **all, compare);
        for (unsigned n = 1; n < MANY_PEOPLE; n++)
            assert_int_not_equal(all[k][n - 1], all[k][n]);
        an_free(all[k]);
    }
}

// A second opinion on what is in a store: nothing below uses what wrote it.

struct set { char (*items)[64]; size_t count, cap; };

static void add(struct set *s, const char *text, size_t len) {
    if (s->count == s->cap) {
        s->cap = s->cap ? 2 * s->cap : 1024;
        s->items = an_realloc(s->items, s->cap * sizeof *s->items);
        assert_non_null(s->items);
    }
    assert_true(len < sizeof *s->items);
    memset(s->items[s->count], 0, sizeof *s->items);
    memcpy(s->items[s->count++], text, len);
}

static int compare_items(const void *a, const void *b) { return memcmp(a, b, 64); }

static uint64_t distinct(struct set *s) {
    if (!s->count)
        return 0;
    qsort(s->items, s->count, sizeof *s->items, compare_items);
    uint64_t n = 1;
    for (size_t i = 1; i < s->count; i++)
        n += compare_items(s->items[i - 1], s->items[i]) != 0;
    return n;
}

static void join(struct set *into, const struct set *from) {
    for (size_t i = 0; i < from->count; i++)
        add(into, from->items[i], strlen(from->items[i]));
}

// Every occurrence of everything that was found.
struct count { struct set ids, new_ids, mobiles, mails, cards; uint64_t masked, damaged, typos, blocked_ids,
              blocked_mobiles,
               blocked_mails; };

static void forget(struct count *c) {
    an_free(c->ids.items);
    an_free(c->new_ids.items);
    an_free(c->mobiles.items);
    an_free(c->mails.items);
    an_free(c->cards.items);
    *c = (struct count) {0};
}

// Full-width digits to ASCII, JSON's \u escapes of them too.
static void narrow(const char *in, size_t len, struct an_buf *out) {
    struct an_err err;
    for (size_t i = 0; i < len; i++) {
        char c = in[i];
        if (i + 2 < len && memcmp(in + i, "\xef\xbc", 2) == 0 && (unsigned char) in[i + 2] >= 0x90 &&
            (unsigned char) in[i + 2] <= 0x99) {
            c = (char) ('0' + (unsigned char) in[i + 2] - 0x90);
            i += 2;
        } else if (i + 5 < len && memcmp(in + i, "\\uff1", 5) == 0 && is_digit(in[i + 5])) {
            c = in[i + 5];
            i += 5;
        } else if (i + 5 < len && memcmp(in + i, "\\u", 2) == 0) {
            c = '~';
            i += 5;
        }
        assert_int_equal(an_buf_add(out, (struct an_str) {&c, 1}, &err), AN_OK);
    }
}

static void found_number(struct count *c, char *n, size_t len, bool plain) {
    static const char *const blocked[] = {"13800138000", "13000000000", "18888888888"};
    if (len == 18 && plain && strncmp(n, "110101199001011234", 18) == 0) {
        c->blocked_ids++;
    } else if (len == 18 && plain) {
        n[17] = n[17] == 'x' ? 'X' : n[17];
        if (!id_is_valid(n)) {
            c->typos++;
            return;
        }
        add(&c->ids, n, 18);
        add(&c->new_ids, n, 18);
    } else if (len == 15 && plain) {
        char full[18] = {0};
        memcpy(full, n, 6);
        full[6] = '1';
        full[7] = '9';
        memcpy(full + 8, n + 6, 9);
        for (full[17] = '0'; full[17] <= '9' && !id_is_valid(full);)
            full[17]++;
        full[17] = full[17] > '9' ? 'X' : full[17];
        assert_true(id_is_valid(full));
        add(&c->ids, full, 18);
    } else if ((len == 16 || len == 19) && n[0] == '6' && n[1] == '2') {
        assert_true(luhn(n, len));
        add(&c->cards, n, len);
    } else if (len == 11) {
        for (unsigned i = 0; i < AN_COUNT(blocked); i++) {
            if (memcmp(n, blocked[i], 11) != 0)
                continue;
            c->blocked_mobiles++;
            return;
        }
        add(&c->mobiles, n, 11);
    }
}

struct number { char digits[64]; size_t count, first; bool joined; };

// Whether a blank or hyphen may stand here: after 86, in 138-1234-5678, between fours of a card.
static bool may_join(const struct number *n) {
    size_t since = n->count - n->first;
    if (n->count == 2)
        return memcmp(n->digits, "86", 2) == 0;
    if (n->digits[n->first] == '6')
        return since >= 4 && since % 4 == 0;
    return (since == 3 && n->digits[n->first] == '1') || (since == 7 && n->joined);
}

static void read_digits(struct number *n, const char *text, size_t *at, size_t len) {
    for (; *at < len && n->count < sizeof n->digits; (*at)++) {
        char c = text[*at];
        if (is_digit(c)) {
            n->digits[n->count++] = c;
            continue;
        }
        bool join = n->count && (c == ' ' || c == '-') && *at + 1 < len && is_digit(text[*at + 1]);
        if (!join || !may_join(n))
            return;
        if (n->count == 2)
            n->first = 2;
        n->joined = true;
    }
}

// One number that begins at text[i]; returns where it ends.
static size_t take_number(struct count *c, const char *text, size_t i, size_t len) {
    struct number n = {0};
    size_t at = i;
    read_digits(&n, text, &at, len);
    bool letter = at < len && is_letter(text[at]);
    bool last = at + 1 >= len || (!is_letter(text[at + 1]) && !is_digit(text[at + 1]));
    if (letter && last && n.count == 17 && (text[at] == 'X' || text[at] == 'x'))
        n.digits[n.count++] = text[at++];
    else if (letter || (i && is_letter(text[i - 1])))
        return at;
    size_t skip = 0;
    if (n.count == 15 && memcmp(n.digits, "0086", 4) == 0)
        skip = 4;
    if (n.count == 13 && memcmp(n.digits, "86", 2) == 0)
        skip = 2;
    found_number(c, n.digits + skip, n.count - skip, !n.joined);
    return at;
}

static bool is_mail(char c) { return is_digit(c) || is_letter(c) || c == '.' || c == '_'; }

static void take_mail(struct count *c, const char *text, size_t at, size_t len) {
    size_t from = at, to = at + 1;
    while (from && is_mail(text[from - 1]))
        from--;
    while (to < len && is_mail(text[to]))
        to++;
    char mail[64] = {0};
    assert_true(to - from < sizeof mail);
    for (size_t i = from; i < to; i++)
        mail[i - from] = (char) (text[i] >= 'A' && text[i] <= 'Z' ? text[i] + 32 : text[i]);
    if (strcmp(mail, "test@test.com") == 0)
        c->blocked_mails++;
    else
        add(&c->mails, mail, to - from);
}

static void recount(struct count *c, const char *bytes, size_t len) {
    AN_AUTO(an_buf) flat = {0};
    narrow(bytes, len, &flat);
    const char *t = flat.ptr;
    for (size_t i = 0; i < flat.len;) {
        if (t[i] == '@')
            take_mail(c, t, i, flat.len);
        if (flat.len - i >= 4 && memcmp(t + i, "****", 4) == 0) {
            c->masked++;
            while (i < flat.len && (t[i] == '*' || is_digit(t[i]) || t[i] == 'X'))
                i++;
            continue;
        }
        if (flat.len - i >= 4 && memcmp(t + i, "E+17", 4) == 0)
            c->damaged++;
        i = is_digit(t[i]) && !(i && is_digit(t[i - 1])) ? take_number(c, t, i, flat.len) : i + 1;
    }
}

// NUL-ended past its length: some look through it as a string.
static void read_raw(const char *path, struct an_buf *out) {
    FILE *f = fopen(path, "rb");
    assert_non_null(f);
    char block[65536];
    struct an_err err;
    for (size_t n; (n = fread(block, 1, sizeof block, f)) != 0;)
        assert_int_equal(an_buf_add(out, (struct an_str) {block, n}, &err), AN_OK);
    assert_int_equal(an_buf_add(out, (struct an_str) {"", 1}, &err), AN_OK);
    out->len--;
    assert_int_equal(fclose(f), 0);
}

static void read_archive(const char *path, struct an_buf *out) {
    struct archive *a = archive_read_new();
    struct archive_entry *entry;
    struct an_err err;
    char block[65536];
    assert_non_null(a);
    archive_read_support_filter_all(a);
    archive_read_support_format_zip(a);
    archive_read_support_format_raw(a);
    assert_int_equal(archive_read_open_filename(a, path, 65536), ARCHIVE_OK);
    assert_int_equal(archive_read_next_header(a, &entry), ARCHIVE_OK);
    for (la_ssize_t n; (n = archive_read_data(a, block, sizeof block)) != 0;) {
        assert_true(n > 0);
        assert_int_equal(an_buf_add(out, (struct an_str) {block, (size_t) n}, &err), AN_OK);
    }
    archive_read_free(a);
}

static void read_database(const char *path, struct an_buf *out) {
    sqlite3 *db;
    sqlite3_stmt *q;
    struct an_err err;
    char table[64] = {0}, sql[128];
    assert_int_equal(sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(db, "select name from sqlite_master", -1, &q, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(q), SQLITE_ROW);
    (void) snprintf(table, sizeof table, "%s", (const char *) sqlite3_column_text(q, 0));
    sqlite3_finalize(q);
    (void) snprintf(sql, sizeof sql, "select * from \"%s\"", table);
    assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &q, NULL), SQLITE_OK);
    while (sqlite3_step(q) == SQLITE_ROW) {
        for (int i = 0; i < sqlite3_column_count(q); i++) {
            const char *text = (const char *) sqlite3_column_text(q, i);
            assert_int_equal(an_buf_addf(out, &err, "%s|", text ? text : ""), AN_OK);
        }
        assert_int_equal(an_buf_addf(out, &err, "\n"), AN_OK);
    }
    sqlite3_finalize(q);
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

static void convert(struct an_buf *b, const char *from) {
    iconv_t cd = iconv_open("UTF-8", from);
    assert_true((intptr_t) cd != -1);
    size_t left = b->len, cap = b->len * 3 + 16, room = cap;
    char *text = an_alloc(cap), *in = b->ptr, *out = text;
    assert_non_null(text);
    assert_int_equal(iconv(cd, &in, &left, &out, &room), 0);
    iconv_close(cd);
    an_buf_release(b);
    b->ptr = text;
    b->len = cap - room;
    b->cap = cap;
}

static bool ends(const char *name, const char *end) {
    size_t n = strlen(name), e = strlen(end);
    return n >= e && strcmp(name + n - e, end) == 0;
}

static void read_store(const char *path, struct an_buf *out) {
    if (ends(path, ".gz") || ends(path, ".zip"))
        read_archive(path, out);
    else if (ends(path, ".db") || ends(path, "sqlite"))
        read_database(path, out);
    else
        read_raw(path, out);
    if (ends(path, "gb18030.csv") || ends(path, "gb18030"))
        convert(out, "GB18030");
    if (ends(path, "utf16.txt") || ends(path, "utf16"))
        convert(out, "UTF-16");
}

// The first number after each of the keys in turn, from `at` on.
static uint64_t truth_at(const char *at, const char *key, const char *inner) {
    char quoted[64];
    (void) snprintf(quoted, sizeof quoted, "\"%s\": ", key);
    at = strstr(at, quoted);
    assert_non_null(at);
    at += strlen(quoted);
    if (inner)
        return truth_at(at, inner, NULL);
    char *end;
    uint64_t n = strtoull(at, &end, 10);
    assert_true(end != at);
    return n;
}

static uint64_t truth_in(const char *at, const char *object, const char *key, const char *inner) {
    char quoted[64];
    (void) snprintf(quoted, sizeof quoted, "\"%s\": {", object);
    at = strstr(at, quoted);
    assert_non_null(at);
    return truth_at(at, key, inner);
}

static void expect(const char *at, struct count *c) {
    assert_int_equal(truth_in(at, "identifiers", "cn-resident-id", "occurrences"), c->ids.count);
    assert_int_equal(truth_in(at, "identifiers", "cn-resident-id", "distinct"), distinct(&c->ids));
    assert_int_equal(truth_at(at, "floor", NULL), distinct(&c->new_ids));
    assert_int_equal(truth_at(at, "legacy15", NULL), c->ids.count - c->new_ids.count);
    assert_int_equal(truth_in(at, "identifiers", "cn-mobile", "occurrences"), c->mobiles.count);
    assert_int_equal(truth_in(at, "identifiers", "cn-mobile", "distinct"), distinct(&c->mobiles));
    assert_int_equal(truth_in(at, "identifiers", "email", "occurrences"), c->mails.count);
    assert_int_equal(truth_in(at, "identifiers", "email", "distinct"), distinct(&c->mails));
    assert_int_equal(truth_in(at, "identifiers", "bank-card", "occurrences"), c->cards.count);
    assert_int_equal(truth_in(at, "identifiers", "bank-card", "distinct"), distinct(&c->cards));
    assert_int_equal(truth_at(at, "typos", NULL), c->typos);
    assert_int_equal(truth_at(at, "damaged", NULL), c->damaged);
    assert_int_equal(truth_in(at, "masked", "cn-resident-id", NULL) + truth_in(at, "masked", "cn-mobile",
                                                                               NULL), c->masked);
    assert_int_equal(truth_in(at, "placeholders", "cn-resident-id", NULL), c->blocked_ids);
    assert_int_equal(truth_in(at, "placeholders", "cn-mobile", NULL), c->blocked_mobiles);
    assert_int_equal(truth_in(at, "placeholders", "email", NULL), c->blocked_mails);
}

struct place { char dir[64], out[96], truth[96]; };

static int set_up(void **state) {
    struct place *p = an_alloc(sizeof *p);
    if (!p)
        return -1;
    (void) snprintf(p->dir, sizeof p->dir, "/tmp/anshen-gen-XXXXXX");
    if (!mkdtemp(p->dir))
        return -1;
    (void) snprintf(p->out, sizeof p->out, "%s/out", p->dir);
    (void) snprintf(p->truth, sizeof p->truth, "%s/truth.json", p->dir);
    *state = p;
    return 0;
}

static const char *const company_files[] = {"users.csv", "orders.sql", "members.jsonl", "app.log",
                                            "crm_gb18030.csv", "mailing.csv.gz", "support.db", "legacy.zip",
                                            "hr_utf16.txt"};

// Removes a file, or a company's folder, that a test may have made.
static void remove_made(const char *out, const char *end) {
    char path[160], inner[200];
    (void) snprintf(path, sizeof path, "%s%s", out, end);
    for (size_t i = 0; i < AN_COUNT(company_files); i++) {
        (void) snprintf(inner, sizeof inner, "%s/%s", path, company_files[i]);
        (void) unlink(inner);
    }
    (void) remove(path);
}

static int tear_down(void **state) {
    struct place *p = *state;
    remove_made(p->out, "");
    remove_made(p->out, ".d");
    for (size_t i = 0; an_gen_formats[i]; i++) {
        char end[32];
        (void) snprintf(end, sizeof end, ".%s", an_gen_formats[i]);
        remove_made(p->out, end);
    }
    (void) unlink(p->truth);
    int code = rmdir(p->dir);           // fails when something is left: a test wrote what it should not
    an_free(p);
    return code;
}

static struct an_gen_options options(const struct place *p, enum an_gen_shape shape, uint64_t people,
                                     uint64_t rows) {
    return (struct an_gen_options) {.shape = shape, .seed = 5, .people = people, .rows = rows, .out = p->out,
                                    .truth = p->truth,
                                    .shares = an_gen_default_shares(shape), .threads = 2};
}

static struct an_gen_result run(const struct an_gen_options *o) {
    struct an_gen_result r = {0};
    struct an_err err = {0};
    if (an_gen_run(o, &r, &err))
        fail_msg("%s", err.text);
    return r;
}

static uint64_t hash_file(const char *path) {
    AN_AUTO(an_buf) b = {0};
    read_raw(path, &b);
    uint64_t h = 14695981039346656037u;         // FNV-1a
    for (size_t i = 0; i < b.len; i++)
        h = (h ^ (unsigned char) b.ptr[i]) * 1099511628211u;
    return h;
}

static void a_company_is_what_its_truth_says(void **state) {
    struct place *p = *state;
    struct an_gen_options o = options(p, AN_GEN_COMPANY, 2000, 0);
    o.shares = (struct an_gen_shares) {.repeats = 150000, .no_id = 100000, .names_only = 10000,
                                       .placeholders = 40000,
                                       .typos = 30000, .damaged = 30000, .masked = 30000, .legacy15 = 50000,
                                               .shared = 60000,
                                       .recycled = 40000};
    struct an_gen_result r = run(&o);
    assert_int_equal(r.stores, AN_COUNT(company_files));
    assert_int_equal(r.people, 2000);
    AN_AUTO(an_buf) truth = {0};
    read_raw(p->truth, &truth);
    assert_int_equal(truth_at(truth.ptr + 400, "people", NULL), 2000);      // past the parameters
    struct count all = {0};
    uint64_t records = 0;
    for (size_t i = 0; i < AN_COUNT(company_files); i++) {
        char path[160], key[64];
        (void) snprintf(path, sizeof path, "%s/%s", p->out, company_files[i]);
        (void) snprintf(key, sizeof key, "\"file\": \"%s\"", company_files[i]);
        const char *at = strstr(truth.ptr, key);
        assert_non_null(at);
        AN_AUTO(an_buf) store = {0};
        read_store(path, &store);
        struct count c = {0};
        recount(&c, store.ptr, store.len);
        expect(at, &c);
        assert_true(truth_at(at, "people", NULL) <= 2000);
        assert_true(truth_at(at, "floor", NULL) <= truth_at(at, "people", NULL));
        assert_true(truth_at(at, "mentions_without_identifier", NULL) < truth_at(at, "mentions", NULL));
        records += truth_at(at, "records", NULL);
        join(&all.ids, &c.ids);
        join(&all.new_ids, &c.new_ids);
        join(&all.mobiles, &c.mobiles);
        join(&all.mails, &c.mails);
        join(&all.cards, &c.cards);
        all.masked += c.masked;
        all.damaged += c.damaged;
        all.typos += c.typos;
        all.blocked_ids += c.blocked_ids;
        all.blocked_mobiles += c.blocked_mobiles;
        all.blocked_mails += c.blocked_mails;
        forget(&c);
    }
    expect(truth.ptr + 400, &all);
    assert_int_equal(records, r.records);
    assert_int_equal(distinct(&all.new_ids), r.floor);
    assert_true(all.typos && all.damaged && all.masked && all.blocked_ids && all.blocked_mobiles &&
                all.blocked_mails);
    forget(&all);
}

static void every_format_holds_what_its_truth_says(void **state) {
    struct place *p = *state;
    for (size_t i = 0; an_gen_formats[i]; i++) {
        bool log = strcmp(an_gen_formats[i], "log") == 0;
        char out[160];
        (void) snprintf(out, sizeof out, "%s.%s", p->out, an_gen_formats[i]);
        struct an_gen_options o = options(p, log ? AN_GEN_SPARSE : AN_GEN_DENSE, 600, log ? 30000 : 1000);
        o.format = an_gen_formats[i];
        o.out = out;
        struct an_gen_result r = run(&o);
        assert_int_equal(r.records, o.rows);
        assert_int_equal(r.people, 600);
        AN_AUTO(an_buf) truth = {0};
        AN_AUTO(an_buf) store = {0};
        read_raw(p->truth, &truth);
        read_store(out, &store);
        struct count c = {0};
        recount(&c, store.ptr, store.len);
        expect(truth.ptr + 400, &c);
        forget(&c);
    }
}

static struct an_str field(struct an_str line, unsigned n) {
    struct an_str s = {0};
    for (unsigned i = 0; i <= n; i++)
        if (!an_str_next(&line, ',', &s))
            return (struct an_str) {0};
    return s;
}

// With a resident ID in every row, who uses which number can be read off the file.
static uint64_t numbers_of_several(const struct place *p, uint32_t shared_share, uint32_t recycled_share) {
    struct an_gen_options o = options(p, AN_GEN_DENSE, 4000, 12000);
    o.shares = (struct an_gen_shares) {.shared = shared_share, .recycled = recycled_share};
    struct an_gen_result r = run(&o);
    assert_int_equal(r.people, 4000);
    assert_int_equal(r.floor, 4000);
    AN_AUTO(an_buf) truth = {0};
    AN_AUTO(an_buf) store = {0};
    read_raw(p->truth, &truth);
    read_raw(p->out, &store);
    struct set pairs = {0};         // "mobile id", both canonical
    struct an_str rest = an_buf_str(&store), line;
    assert_true(an_str_next(&rest, '\n', &line));
    while (an_str_next(&rest, '\n', &line)) {
        struct count id = {0}, mobile = {0};
        struct an_str a = field(line, 2), b = field(line, 3);
        recount(&id, a.ptr, a.len);
        recount(&mobile, b.ptr, b.len);
        assert_int_equal(id.ids.count, 1);
        if (mobile.mobiles.count) {
            char pair[64];
            int n = snprintf(pair, sizeof pair, "%.11s %.18s", mobile.mobiles.items[0], id.ids.items[0]);
            add(&pairs, pair, (size_t) n);
        }
        forget(&id);
        forget(&mobile);
    }
    (void) distinct(&pairs);        // sorts
    uint64_t held_by_several = 0;
    for (size_t i = 0, next; i < pairs.count; i = next) {
        bool several = false;
        for (next = i; next < pairs.count && memcmp(pairs.items[i], pairs.items[next], 11) == 0; next++)
            several |= memcmp(pairs.items[i], pairs.items[next], 64) != 0;
        held_by_several += several;
    }
    an_free(pairs.items);
    uint64_t shared = truth_at(truth.ptr, "shared_mobiles", NULL);
    assert_int_equal(shared + truth_at(truth.ptr, "recycled_mobiles", NULL), held_by_several);
    return held_by_several;
}

static void shared_and_recycled_numbers_are_as_many_as_the_truth_says(void **state) {
    struct place *p = *state;
    assert_in_range(numbers_of_several(p, 150000, 100000), 400, 1000);
    assert_in_range(numbers_of_several(p, 150000, 0), 300, 600);
    // 200 were lent by people of the first half; 4,000 repeats in the second half reach 73 % of the rest.
    assert_in_range(numbers_of_several(p, 0, 100000), 110, 180);
    assert_in_range(numbers_of_several(p, 5000, 0), 7, 33);  // 20; hotlines with one caller or none
    assert_int_equal(numbers_of_several(p, 0, 0), 0);
}

static void the_same_options_give_the_same_bytes(void **state) {
    struct place *p = *state;
    uint64_t first[AN_COUNT(company_files)] = {0};
    for (unsigned round = 0; round < 3; round++) {
        struct an_gen_options o = options(p, AN_GEN_COMPANY, 3000, 0);
        o.threads = round == 1 ? 4 : 1;
        o.seed = round == 2 ? 6 : 5;
        (void) run(&o);
        for (size_t i = 0; i < AN_COUNT(company_files); i++) {
            char path[160];
            (void) snprintf(path, sizeof path, "%s/%s", p->out, company_files[i]);
            uint64_t h = hash_file(path);
            if (round == 0)
                first[i] = h;
            if (round == 1)
                assert_int_equal(h, first[i]);
            if (round == 2)
                assert_int_not_equal(h, first[i]);
        }
    }
}

// What a seed means is a promise: benches compare with figures of other machines and other days.
static void a_seed_means_the_same_for_ever(void **state) {
    struct place *p = *state;
    const struct { enum an_gen_shape shape; uint64_t hash; } golden[] = {
        {AN_GEN_DENSE, 0x3fa869fd75e5ebfc}, {AN_GEN_USERS, 0x81c217653a9e6e37},
        {AN_GEN_SPARSE, 0x48e91fd4fb49ade},
    };
    for (size_t i = 0; i < AN_COUNT(golden); i++) {
        struct an_gen_options o = options(p, golden[i].shape, 0, 20000);
        (void) run(&o);
        assert_int_equal(hash_file(p->out), golden[i].hash);
    }
}

static void people_and_rows_follow_from_each_other(void **state) {
    struct place *p = *state;
    struct an_gen_options o = options(p, AN_GEN_DENSE, 0, 1000);
    o.shares.repeats = 250000;
    struct an_gen_result r = run(&o);
    assert_true(r.people == 750 && r.records == 1000);
    o = options(p, AN_GEN_DENSE, 900, 0);
    o.shares.repeats = 100000;
    r = run(&o);
    assert_true(r.people == 900 && r.records == 1000);
    o = options(p, AN_GEN_SPARSE, 50, 50);
    r = run(&o);
    assert_true(r.people == 50 && r.records == 50);
    o = options(p, AN_GEN_COMPANY, 1, 0);
    char folder[160];
    (void) snprintf(folder, sizeof folder, "%s.d", p->out);
    o.out = folder;
    r = run(&o);
    assert_int_equal(r.people, 1);
}

static enum an_code code_of(const struct an_gen_options *o) {
    struct an_gen_result r;
    struct an_err err = {0};
    enum an_code code = an_gen_run(o, &r, &err);
    assert_int_equal(code, err.code);
    return code;
}

static void options_that_contradict_each_other_are_refused(void **state) {
    struct place *p = *state;
    struct an_gen_options o = options(p, AN_GEN_DENSE, 0, 0);
    assert_int_equal(code_of(&o), AN_USAGE);
    o = options(p, AN_GEN_DENSE, 20, 10);
    assert_int_equal(code_of(&o), AN_USAGE);
    o = options(p, AN_GEN_COMPANY, 20, 10);
    assert_int_equal(code_of(&o), AN_USAGE);
    o = options(p, AN_GEN_DENSE, 20, 0);
    o.format = "log";
    assert_int_equal(code_of(&o), AN_USAGE);
    o.format = "xml";
    assert_int_equal(code_of(&o), AN_USAGE);
    o.format = "sqlite";
    o.out = "-";
    assert_int_equal(code_of(&o), AN_USAGE);
    o = options(p, AN_GEN_DENSE, 20, 0);
    o.shares.shared = 400000;
    o.shares.recycled = 200000;
    assert_int_equal(code_of(&o), AN_USAGE);
    o = options(p, AN_GEN_DENSE, (uint64_t) AN_GEN_PEOPLE_MAX + 1, 0);
    assert_int_equal(code_of(&o), AN_LIMIT);
    o = options(p, AN_GEN_DENSE, 20, 0);
    o.out = "/nowhere/at/all";
    assert_int_equal(code_of(&o), AN_IO);
    o.out = "/dev/full";
    assert_int_equal(code_of(&o), AN_IO);
    o = options(p, AN_GEN_COMPANY, 20, 0);
    o.out = "/dev/null";
    assert_int_equal(code_of(&o), AN_IO);
}

static void running_out_of_memory_is_said_and_leaks_nothing(void **state) {
    struct place *p = *state;
    struct an_gen_options o = options(p, AN_GEN_COMPANY, 100, 0);
    o.threads = 1;
    bool ended = false;
    for (uint64_t n = 1; n < 1000 && !ended; n++) {
        an_alloc_fail_nth(n);
        enum an_code code = code_of(&o);
        an_alloc_fail_nth(0);
        assert_true(code == AN_OK || code == AN_NOMEM);
        ended = code == AN_OK;
    }
    assert_true(ended);
}

static void size_costs_bits_of_memory_not_bytes(void **state) {
    struct place *p = *state;
    struct an_gen_options o = options(p, AN_GEN_DENSE, 0, 10000);
    o.out = "/dev/null";
    struct rusage before, after;
    (void) run(&o);
    assert_int_equal(getrusage(RUSAGE_SELF, &before), 0);
    o.rows = 1000000;               // 130 MB
    (void) run(&o);
    assert_int_equal(getrusage(RUSAGE_SELF, &after), 0);
    assert_in_range(after.ru_maxrss - before.ru_maxrss, 0, 6 * 1024);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        // first: peaks never fall
        cmocka_unit_test_setup_teardown(size_costs_bits_of_memory_not_bytes, set_up, tear_down),
        cmocka_unit_test(every_person_has_valid_identifiers),
        cmocka_unit_test(no_two_of_a_million_people_share_anything),
        cmocka_unit_test_setup_teardown(a_company_is_what_its_truth_says, set_up, tear_down),
        cmocka_unit_test_setup_teardown(every_format_holds_what_its_truth_says, set_up, tear_down),
        cmocka_unit_test_setup_teardown(shared_and_recycled_numbers_are_as_many_as_the_truth_says, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(the_same_options_give_the_same_bytes, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_seed_means_the_same_for_ever, set_up, tear_down),
        cmocka_unit_test_setup_teardown(people_and_rows_follow_from_each_other, set_up, tear_down),
        cmocka_unit_test_setup_teardown(options_that_contradict_each_other_are_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(running_out_of_memory_is_said_and_leaks_nothing, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
