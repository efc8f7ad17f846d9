#include "ident/header.h"

#include <string.h>
#include "base/utf8.h"
#include "ident/kinds.h"
#include "ident/role.h"
#include "ident/words.h"

enum {
    RAW_MAX = 512,          // bytes of a header before folding
    PARTS_MAX = 12,         // keys of a JSON path that are looked at: the last ones
    WORD_MIN = 3,           // shorter Latin words count only as a whole header or part of one
};

// A folded header, and where a word of the original begins or ends.
struct folded {
    char text[AN_HEADER_MAX];
    size_t len;
    bool edge[AN_HEADER_MAX + 1];
};

static bool is_digit(uint32_t c) { return c >= '0' && c <= '9'; }
static bool is_upper(uint32_t c) { return c >= 'A' && c <= 'Z'; }
static bool is_lower(uint32_t c) { return c >= 'a' && c <= 'z'; }

static uint32_t narrow(uint32_t c) { return c >= 0xFF01 && c <= 0xFF5E ? c - 0xFEE0 : c; }

// Letters, digits, and what lies outside ASCII and is neither a blank nor a sign.
static bool is_kept(uint32_t c) {
    if (c < 0x80)
        return is_digit(c) || is_upper(c) || is_lower(c);
    if (c < 0xC0 || c == 0xD7 || c == 0xF7 || c >= 0xFE00)
        return c >= 0x20000;
    return !(c >= 0x2000 && c < 0x2C00) && !(c >= 0x3000 && c < 0x3021);
}

static int bracket(uint32_t c) {
    switch (c) {
    case '(': case '[': case '{': case '<': case 0x3010: case 0x3014: case 0x300A: return 1;
    case ')': case ']': case '}': case '>': case 0x3011: case 0x3015: case 0x300B: return -1;
    default: return 0;
    }
}

static uint32_t peek(struct an_str s) {
    size_t n;
    return s.len ? narrow(an_utf8_get(s, &n)) : 0;
}

static bool fold(struct an_str header, bool drop_brackets, struct folded *ret) {
    memset(ret, 0, sizeof *ret);
    if (header.len > RAW_MAX)
        return false;
    int depth = 0;
    uint32_t last = 0;                  // the kept character before, 0 after anything else
    while (header.len) {
        size_t n;
        uint32_t c = narrow(an_utf8_get(header, &n));
        header = an_str_slice(header, n, header.len);
        depth += drop_brackets ? bracket(c) : 0;
        depth = depth < 0 ? 0 : depth;
        if (depth || !is_kept(c)) {
            last = 0;
            continue;
        }
        bool camel = is_upper(c) && (!is_upper(last) || is_lower(peek(header)));
        bool edge = last == 0 || camel || c >= 0x80 || last >= 0x80 || is_digit(c) != is_digit(last);
        char utf8[4];
        size_t len = an_utf8_put(is_upper(c) ? c + 32 : c, utf8);
        if (ret->len + len > AN_HEADER_MAX) {
            ret->len = 0;
            return false;
        }
        ret->edge[ret->len] |= edge;
        memcpy(ret->text + ret->len, utf8, len);
        ret->len += len;
        last = c;
    }
    ret->edge[ret->len] = true;
    return ret->len > 0;
}

// What the brackets hold is a unit or a remark; a header all in brackets is quoted that way.
static void fold_header(struct an_str header, struct folded *ret) {
    if (!fold(header, true, ret))
        (void) fold(header, false, ret);
}

struct an_str an_header_fold(struct an_str header, char out[AN_HEADER_MAX]) {
    struct folded folded;
    fold_header(header, &folded);
    memcpy(out, folded.text, folded.len);
    return (struct an_str) {out, folded.len};
}

static bool is_ascii(const char *word) { return ((unsigned char) *word & 0x80) == 0; }

static bool is_in(struct an_str text, const char *const *words) {
    for (; *words; words++)             // its first byte and its end tell nearly every other word
        if (text.len && **words == *text.ptr && strncmp(*words, text.ptr, text.len) == 0 && !(*words)[text.len])
            return true;
    return false;
}

static struct an_str all_of(const struct folded *f) { return (struct an_str) {f->text, f->len}; }

static bool ends_in(const struct folded *f, const char *word) {
    size_t n = strlen(word);
    return n <= f->len && f->edge[f->len - n] && memcmp(f->text + f->len - n, word, n) == 0;
}

static void cut_end(struct folded *f, size_t n) {
    f->len -= n;
    f->edge[f->len] = true;
}

// Of two kinds that share a word, a column headed by it is expected to hold that which is looked for first.
static const struct an_ident *kind_of(struct an_str word) {
    const struct an_ident *best = NULL;
    if (is_in(word, an_words_generic))
        return NULL;
    for (size_t i = 0; i < an_ident_count; i++)
        if (is_in(word, an_idents[i]->headers) && (!best || an_idents[i]->rank < best->rank))
            best = an_idents[i];
    return best;
}

// What a header, or the end of one, was found to say.
struct meaning { const struct an_ident *kind; bool personal, text, found; };

static struct meaning meaning_of(struct an_str word) {
    struct meaning m = {0};
    if (word.len == 0)
        return m;
    if (is_in(word, an_words_decoy)) {
        m.found = true;
        return m;
    }
    m.kind = kind_of(word);
    m.text = !m.kind && is_in(word, an_words_text);
    m.personal = !m.kind && !m.text && is_in(word, an_words_personal);
    m.found = m.kind || m.text || m.personal;
    return m;
}

// 证件, 微信, 车牌: the number is meant.
static struct meaning meaning_with_number(struct an_str word) {
    static const char number[] = "号";
    char text[AN_HEADER_MAX + sizeof number];
    struct meaning m = meaning_of(word);
    if (m.found || word.len == 0 || is_ascii(word.ptr))
        return m;
    memcpy(text, word.ptr, word.len);
    memcpy(text + word.len, number, sizeof number - 1);
    m.kind = kind_of((struct an_str) {text, word.len + sizeof number - 1});
    m.found = m.kind != NULL;
    return m;
}

static void longest_end(const struct folded *f, const char *const *words, size_t *best) {
    for (; *words; words++) {
        struct an_str word = an_str_from_c(*words);
        if (word.len <= *best || !ends_in(f, *words) || is_in(word, an_words_generic))
            continue;
        if (!is_ascii(*words) || word.len >= WORD_MIN || is_in(word, an_words_short))
            *best = word.len;
    }
}

// The meaning of the longest known word the header ends in.
static struct meaning meaning_of_end(const struct folded *f) {
    size_t best = 0;
    for (size_t i = 0; i < an_ident_count; i++)
        longest_end(f, an_idents[i]->headers, &best);
    longest_end(f, an_words_personal, &best);
    longest_end(f, an_words_text, &best);
    longest_end(f, an_words_decoy, &best);
    return meaning_of((struct an_str) {f->text + f->len - best, best});
}

// Whether the role's word stands at f->text + at as a word: Han characters anywhere, Latin ones between
// edges.
static bool is_role_at(const struct folded *f, size_t at, const char *word) {
    if (f->text[at] != *word)           // as at most places it does not
        return false;
    size_t n = strlen(word);
    if (at + n > f->len || memcmp(f->text + at, word, n) != 0)
        return false;
    return !is_ascii(word) || (n >= WORD_MIN && f->edge[at] && f->edge[at + n]);
}

// Whether the header begins with the role's word, and all the rest is known: receiverphone, frxm.
static bool is_role_run_together(const struct folded *f, const char *word) {
    size_t n = strlen(word);
    if (!is_ascii(word) || n >= f->len || memcmp(f->text, word, n) != 0)
        return false;
    struct an_str rest = {f->text + n, f->len - n};
    return n >= WORD_MIN ? rest.len > 1 && meaning_of(rest).found : is_in(rest, an_words_pinyin);
}

// The role said by the longest word of any in the header; 0 where there is none. English "contact" is the
// subject.
static uint16_t role_in(const struct folded *f) {
    uint16_t role = 0;
    size_t best = 0;
    for (size_t r = 1; r < an_role_count; r++)
        for (const char *const *w = an_roles[r].words; *w; w++) {
            size_t n = strlen(*w);
            bool there = n > best && is_role_run_together(f, *w);
            for (size_t at = 0; n > best && !there && at + n <= f->len; at++)
                there = is_role_at(f, at, *w);
            if (!there)
                continue;
            role = (uint16_t) r;
            best = n;
        }
    return role;
}

// Length of the longest word for a person, subject or other, that the header begins with.
static size_t role_prefix(const struct folded *f) {
    size_t best = 0;
    for (size_t r = 0; r < an_role_count; r++)
        for (const char *const *w = an_roles[r].words; *w; w++)
            if (strlen(*w) > best && (is_role_at(f, 0, *w) || is_role_run_together(f, *w)))
                best = strlen(*w);
    return best;
}

static bool is_subject(struct an_str word) { return is_in(word, an_roles[0].words); }

// "is_mobile", "是否有手机": a yes or no.
static bool is_question(const struct folded *f) {
    static const char whether[] = "是否";
    if (f->len >= sizeof whether - 1 && memcmp(f->text, whether, sizeof whether - 1) == 0)
        return true;
    for (const char *const *q = an_words_question; *q; q++) {
        size_t n = strlen(*q);
        if (n < f->len && f->edge[n] && memcmp(f->text, *q, n) == 0)
            return true;
    }
    return false;
}

static bool is_name_word(struct an_str s) {
    return an_str_eq(s, AN_STR("name")) || an_str_eq(s, AN_STR("名字"));
}

// One part by itself: as it is, without the person in front, by its end, and each again without what may
// follow a kind's word.
static struct meaning meaning_of_part(struct folded f) {
    while (f.len > 1 && is_digit((unsigned char) f.text[f.len - 1]) && !meaning_of(all_of(&f)).found)
        cut_end(&f, 1);
    struct meaning m = {0};
    while (f.len) {
        m = meaning_with_number(all_of(&f));
        if (m.found)
            return m;
        size_t person = role_prefix(&f);
        struct an_str rest = an_str_slice(all_of(&f), person, f.len);
        if (person && is_name_word(rest)) {
            m.kind = &an_ident_person_name;
            m.found = true;
            return m;
        }
        m = person ? meaning_with_number(rest) : m;
        if (!m.found)
            m = meaning_of_end(&f);
        if (m.found)
            return m;
        size_t tail = 0;
        for (const char *const *t = an_words_tail; *t; t++)
            if (strlen(*t) > tail && strlen(*t) < f.len && ends_in(&f, *t))
                tail = strlen(*t);
        if (!tail && f.len > WORD_MIN && f.text[f.len - 1] == 's')
            tail = 1;                   // phones, emails
        if (!tail)
            return m;
        cut_end(&f, tail);
    }
    return m;
}

// A header that is nothing but a word for a person holds names: 收货人, consignee. Latin ones as often hold a
// key.
static bool is_bare_person(const struct folded *f, bool *ret_weak) {
    struct an_str all = all_of(f);
    bool is = an_str_eq(all, AN_STR("contact"));
    for (size_t r = 1; r < an_role_count; r++)
        for (const char *const *w = an_roles[r].words; *w; w++) {
            bool same = is_ascii(*w) ? an_str_eq(all, an_str_from_c(*w)) : ends_in(f, *w);
            is |= same && strlen(*w) >= WORD_MIN;
        }
    *ret_weak = is && is_ascii(f->text);
    return is;
}

static bool is_index(const struct folded *f) {
    for (size_t i = 0; i < f->len; i++)
        if (!is_digit((unsigned char) f->text[i]))
            return false;
    return true;
}

struct path { struct folded part[PARTS_MAX]; size_t count; };

static void read_path(struct an_str header, struct path *ret) {
    ret->count = 0;
    struct an_str rest = header, part;
    while (an_str_next(&rest, '.', &part)) {
        if (ret->count == PARTS_MAX) {
            memmove(ret->part, ret->part + 1, (PARTS_MAX - 1) * sizeof *ret->part);
            ret->count--;
        }
        struct folded *f = &ret->part[ret->count];
        fold_header(part, f);
        ret->count += f->len > 0 && !(ret->count && is_index(f));       // phones.0.value
    }
}

// "name" below something: a person's where that is a person, nobody's where it is a thing, perhaps where it
// is a box or nothing.
static void read_name(const struct path *p, size_t last, struct an_header *ret) {
    ret->kind = &an_ident_person_name;
    for (size_t i = last; i > 0; i--) {
        const struct folded *f = &p->part[i - 1];
        struct an_str all = all_of(f);
        if (f->len < WORD_MIN || is_in(all, an_words_box))
            continue;
        if (!role_in(f) && !is_subject(all))
            ret->kind = NULL;
        ret->weak = ret->kind && an_str_eq(all, AN_STR("account"));
        return;
    }
    ret->weak = true;
}

static struct meaning meaning_joined(const struct folded *a, const struct folded *b) {
    char text[2 * AN_HEADER_MAX];
    memcpy(text, a->text, a->len);
    memcpy(text + a->len, b->text, b->len);
    return meaning_of((struct an_str) {text, a->len + b->len});
}

static struct an_header read_header(struct an_str header) {
    struct an_header h = {0};
    struct path p;
    read_path(header, &p);
    if (p.count == 0 || is_question(&p.part[p.count - 1]))
        return h;
    size_t last = p.count - 1;
    struct meaning m = {0};
    if (is_name_word(all_of(&p.part[last]))) {
        if (last)
            m = meaning_joined(&p.part[last - 1], &p.part[last]);
        if (!m.kind)
            read_name(&p, last, &h);
    } else {
        // idCard.no, email.address, name.given: two keys make the word
        if (last)
            m = meaning_joined(&p.part[last - 1], &p.part[last]);
        if (!m.kind)
            m = meaning_of_part(p.part[last]);
        if (!m.found && last && is_in(all_of(&p.part[last]), an_words_tail))
            m = meaning_of_part(p.part[--last]);
        if (!m.found && is_bare_person(&p.part[last], &h.weak))
            m.kind = &an_ident_person_name;
    }
    h.kind = m.kind ? m.kind : h.kind;
    h.text = m.text;
    h.personal = m.personal || (h.kind && (h.kind->use == AN_USE_PERSON || h.kind->use == AN_USE_NAME));
    for (size_t i = p.count; i > 0 && h.role == 0 && (h.kind || h.personal); i--)
        h.role = role_in(&p.part[i - 1]);
    // 联系人 alone is how tables of contacts call the name of whom they are about
    if (h.role && p.count == 1 && an_str_eq(all_of(&p.part[0]), AN_STR("联系人")))
        h.role = 0;
    return h;
}

size_t an_header_ends_in(struct an_str header, const char *const *words) {
    struct path p;
    read_path(header, &p);
    if (p.count == 0 || is_question(&p.part[p.count - 1]))
        return 0;
    const struct folded *f = &p.part[p.count - 1];
    size_t best = 0;
    for (; *words; words++) {
        size_t n = strlen(*words);
        bool is_whole = n == f->len && memcmp(f->text, *words, n) == 0;
        // a short word is one at the end of anything: package, image
        if (n > best && (is_whole || (n > WORD_MIN && ends_in(f, *words))))
            best = n;
    }
    return best;
}

static char lower(char c) { return c >= 'A' && c <= 'Z' ? (char) (c + 32) : c; }

// Takes off the word that says the values below are hashed or encrypted. False when there is none.
static bool take_off_cipher(struct an_str *header) {
    static const struct an_str words[] = {
        AN_STR_INIT("hash"), AN_STR_INIT("hashed"), AN_STR_INIT("md5"), AN_STR_INIT("sha1"), AN_STR_INIT("sha256"),
        AN_STR_INIT("sm3"), AN_STR_INIT("sm4"), AN_STR_INIT("aes"), AN_STR_INIT("enc"), AN_STR_INIT("encrypt"),
        AN_STR_INIT("encrypted"), AN_STR_INIT("cipher"), AN_STR_INIT("ciphertext"), AN_STR_INIT("密文"), AN_STR_INIT("加密"),
        AN_STR_INIT("哈希"), AN_STR_INIT("摘要"),
    };
    for (size_t i = 0; i < AN_COUNT(words); i++) {
        size_t n = words[i].len;
        if (header->len <= n)
            continue;
        size_t from = header->len - n, k = 0;
        while (k < n && lower(header->ptr[from + k]) == words[i].ptr[k])
            k++;
        if (k < n)
            continue;
        while (from > 0 && header->ptr[from - 1] && strchr("_-. ", header->ptr[from - 1]))
            from--;
        header->len = from;
        return from > 0;
    }
    return false;
}

// phone_hash: what stands below is no telephone number any more, and still of somebody who has one.
struct an_header an_header_read(struct an_str header) {
    struct an_header h = read_header(header);
    if (h.kind || h.personal || !take_off_cipher(&header))
        return h;
    return read_header(header);
}
