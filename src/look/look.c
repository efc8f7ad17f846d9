#include "look/look.h"

#include <string.h>
#include "ident/header.h"
#include "look/looks.h"

enum { WORD_MAX = 63, MADE_OF_MAX = 24 };

static const struct an_look lists[] = {
#include "look/look_list.h"
};

#define AN_ROW(x) &an_look_##x,
static const struct an_look *const files[] = {
#include "look/look_table.h"
};
#undef AN_ROW

// Sorted by the word, as bytes; a word of several lists stands there several times.
static const struct { struct an_str word; uint8_t list, class; } words[] = {
#include "look/look_word_list.h"
};

// Of each first byte: a bit for each length of such a word.
static const uint64_t word_lengths[256] = {
#include "look/look_word_start_list.h"
};

// What each byte is.
static const uint8_t class_of[256] = {
    ['0' ... '9'] = AN_LOOK_DIGIT, ['a' ... 'z'] = AN_LOOK_LOWER, ['A' ... 'Z'] = AN_LOOK_UPPER,
    [0x80 ... 0xE3] = AN_LOOK_HIGH, [0xE4 ... 0xE9] = AN_LOOK_HAN, [0xEA ... 0xFF] = AN_LOOK_HIGH,
    [0 ... ' ' - 1] = AN_LOOK_SIGN, [' '] = AN_LOOK_BLANK, ['!' ... '-'] = AN_LOOK_SIGN, ['.'] = AN_LOOK_STOP,
    ['/'] = AN_LOOK_SIGN,
    [':' ... '@'] = AN_LOOK_SIGN, ['[' ... '`'] = AN_LOOK_SIGN, ['{' ... 0x7F] = AN_LOOK_SIGN,
};

size_t an_look_total(void) { return AN_COUNT(lists) + AN_COUNT(files); }

const struct an_look *an_look_of(size_t i) {
    return i < AN_COUNT(lists) ? &lists[i] : files[i - AN_COUNT(lists)];
}

const struct an_look *an_look_by_code(uint8_t code) {
    for (size_t i = 0; i < an_look_total(); i++)
        if (an_look_of(i)->code == code)
            return an_look_of(i);
    return NULL;
}

static bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

static struct an_str trim(struct an_str s) {
    while (s.len && is_blank(s.ptr[0]))
        s = an_str_slice(s, 1, s.len);
    while (s.len && is_blank(s.ptr[s.len - 1]))
        s.len--;
    return s;
}

static int order(struct an_str a, struct an_str b) {
    int first = memcmp(a.ptr, b.ptr, a.len < b.len ? a.len : b.len);
    return first ? first : (a.len > b.len) - (a.len < b.len);
}

static size_t add_words(struct an_str text, struct an_look_seen *ret) {
    char folded[WORD_MAX];
    unsigned char first = (unsigned char) text.ptr[0];
    first = first >= 'A' && first <= 'Z' ? first + 32 : first;
    if (text.len > sizeof folded || !(word_lengths[first] >> text.len & 1))     // nearly always
        return 0;
    for (size_t i = 0; i < text.len; i++)
        folded[i] = (char) (text.ptr[i] >= 'A' && text.ptr[i] <= 'Z' ? text.ptr[i] + 32 : text.ptr[i]);
    struct an_str word = {folded, text.len};
    size_t low = 0, high = AN_COUNT(words), n = 0;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (order(words[middle].word, word) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    for (; low < AN_COUNT(words) && n < AN_LOOK_SEEN_MAX && an_str_eq(words[low].word, word); low++)
        ret[n++] = (struct an_look_seen) {&lists[words[low].list], words[low].class};
    return n;
}

size_t an_look_at(struct an_str text, an_day today, struct an_look_seen ret[static AN_LOOK_SEEN_MAX]) {
    struct an_look_cell cell = {.text = trim(text), .today = today};
    if (!cell.text.len)
        return 0;
    for (size_t i = 0; i < cell.text.len && i < MADE_OF_MAX; i++)
        cell.made_of |= class_of[(unsigned char) cell.text.ptr[i]];
    size_t n = add_words(cell.text, ret);
    for (size_t i = 0; i < AN_COUNT(files) && n < AN_LOOK_SEEN_MAX; i++) {
        const struct an_look *look = files[i];
        if ((cell.made_of & look->made_of) != look->made_of || (look->only && cell.made_of & ~look->only))
            continue;
        if (cell.text.len < look->min || (look->max && cell.text.len > look->max))
            continue;
        unsigned class = look->see(&cell);
        if (class)
            ret[n++] = (struct an_look_seen) {look, class};
    }
    return n;
}

static bool is_of(const struct an_look *look, const char *category) { return strcmp(look->category, category) == 0; }

static bool can_tell(const char *category) {
    for (size_t i = 0; i < an_look_total(); i++)
        if (is_of(an_look_of(i), category))
            return true;
    return false;
}

static bool is_covered(const char *category) {
    for (size_t i = 0; i < an_look_total(); i++)
        if (is_of(an_look_of(i), category) && an_look_of(i)->covers)
            return true;
    return false;
}

enum an_look_word an_look_bears_out(const struct an_look_count *counts, size_t count, uint64_t looked, const char *category,
                                    uint64_t *ret_cells, const struct an_look **ret_as) {
    enum { FEW = 20, MOST = 80 };       // in a hundred: fewer are hardly any; what so many are, the column is
    const struct an_look_count *most = NULL, *other = NULL;
    uint64_t cells = 0;
    for (size_t i = 0; i < count; i++) {
        const struct an_look_count *c = &counts[i];
        bool mine = is_of(c->look, category);
        cells += mine ? c->cells : 0;
        if (mine && (!most || c->cells > most->cells))
            most = c;
        if (is_of(c->look, "-") && (!other || c->cells > other->cells))
            other = c;
    }
    cells = cells < looked ? cells : looked;        // one cell may read like two things of a category
    *ret_cells = cells;
    *ret_as = most ? most->look : NULL;
    if (looked && cells >= looked - cells)
        return AN_LOOK_BORNE_OUT;
    bool something_else = other && other->cells * 100 >= looked * MOST;
    if (looked >= AN_LOOK_ENOUGH && cells * FEW < looked && (is_covered(category) || something_else)) {
        *ret_as = something_else ? other->look : NULL;
        return AN_LOOK_DENIED;
    }
    return looked >= AN_LOOK_ENOUGH && can_tell(category) && cells ? AN_LOOK_MIXED : AN_LOOK_UNKNOWN;
}

const struct an_look *an_look_alone(const struct an_look_count *counts, size_t count, uint64_t looked, struct an_str heading,
                                    uint64_t *ret_cells) {
    const struct an_look_count *best = NULL;
    for (size_t i = 0; i < count && looked >= AN_LOOK_ENOUGH; i++) {
        const struct an_look_count *c = &counts[i];
        const struct an_look *look = c->look;
        bool enough = look->alone && c->cells >= AN_LOOK_ENOUGH && c->cells * 100 >= looked * look->alone;
        bool spread = c->classes >= look->classes && (!look->most || c->most * 100 <= c->cells * look->most);
        bool below = look->not_below && an_header_ends_in(heading, look->not_below);
        if (enough && spread && !below && (!best || c->cells > best->cells))
            best = c;
    }
    if (best)
        *ret_cells = best->cells;
    return best ? best->look : NULL;
}
