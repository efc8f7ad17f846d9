#include "census/looking.h"

#include <string.h>
#include "base/alloc.h"
#include "census/intake_parts.h"
#include "ident/kinds.h"
#include "look/looks.h"
#include "look/secret.h"

enum {
    STRIDES = 18,               // of the records met so far, what lies between two that are looked at, on the average
    TEXT_FIRST = 16 * 1024, TEXT_WINDOW = 1024, TEXT_STRIDE = 128 * 1024,
    CELL_MAX = 64 * 1024,       // bytes of one cell that are looked at
    SECRET_MIN = 12,            // shorter cells hold none
    PLACES_MAX = 4096,          // secrets of so many columns are told apart by column
};

// Cells of one column that read like one thing, by class.
struct like {
    struct like *next;
    const struct an_look *look;
    uint64_t cells, of[AN_LOOK_CLASSES + 1];
};

struct looked_column {
    uint64_t looked;
    struct like *likes;
};

struct secret_seen { uint32_t column; uint8_t code; uint64_t count; };

struct an_looking {
    struct an_arena arena;
    an_day today;
    uint64_t met, next, looked;         // records: met, the number of the next to be looked at, looked at
    uint64_t text_met, text_from, text_to, text_looked;         // bytes of running text: met, the window to come, looked at
    struct looked_column *columns; size_t column_count;
    struct secret_seen *secrets; size_t secret_count, secret_cap;
    uint64_t count[AN_SECRETS_MAX];     // in the text at hand; 0 between texts
};

struct an_looking *an_looking_new(an_day today, struct an_err *err) {
    struct an_looking *l = an_alloc(sizeof *l);
    if (!l) {
        AN_IGNORE(an_fail(err, AN_NOMEM, "no memory to look at cells"));
        return NULL;
    }
    *l = (struct an_looking) {.today = today, .text_to = TEXT_FIRST};
    return l;
}

void an_looking_free(struct an_looking *l) {
    if (!l)
        return;
    an_arena_release(&l->arena);
    an_free(l->columns);
    an_free(l->secrets);
    an_free(l);
}

// Any number makes any other: stores whose records come in turns must not show one of them only.
static uint64_t scatter(uint64_t n) {
    n = (n ^ n >> 30) * 0xBF58476D1CE4E5B9u;
    n = (n ^ n >> 27) * 0x94D049BB133111EBu;
    return n ^ n >> 31;
}

static uint64_t record_after(uint64_t number) {
    if (number + 1 < AN_LOOKING_FIRST)
        return number + 1;
    uint64_t stride = number / STRIDES;
    return number + 1 + scatter(number) % (2 * stride + 1);
}

static enum an_code room(struct an_looking *l, size_t count, struct an_err *err) {
    if (count <= l->column_count)
        return AN_OK;
    struct looked_column *columns = an_realloc(l->columns, count * sizeof *columns);
    if (!columns)
        return an_fail(err, AN_NOMEM, "no memory to look at %zu columns", count);
    memset(columns + l->column_count, 0, (count - l->column_count) * sizeof *columns);
    l->columns = columns;
    l->column_count = count;
    return AN_OK;
}

static enum an_code add_secret(struct an_looking *l, uint32_t column, uint8_t code, uint64_t count, struct an_err *err) {
    for (size_t i = 0; i < l->secret_count; i++)
        if (l->secrets[i].column == column && l->secrets[i].code == code) {
            l->secrets[i].count += count;
            return AN_OK;
        }
    if (l->secret_count >= PLACES_MAX && column != AN_NO_COLUMN)
        return add_secret(l, AN_NO_COLUMN, code, count, err);
    if (l->secret_count == l->secret_cap) {
        size_t cap = l->secret_cap ? 2 * l->secret_cap : 8;
        struct secret_seen *secrets = an_realloc(l->secrets, cap * sizeof *secrets);
        if (!secrets)
            return an_fail(err, AN_NOMEM, "no memory for %zu secrets", cap);
        l->secrets = secrets;
        l->secret_cap = cap;
    }
    l->secrets[l->secret_count++] = (struct secret_seen) {column, code, count};
    return AN_OK;
}

static enum an_code look_for_secrets(struct an_looking *l, uint32_t column, struct an_str text, struct an_err *err) {
    enum an_code code = AN_OK;
    bool any = an_secrets_count(text, l->count);
    for (size_t i = 0; any && i < AN_SECRETS_MAX && !code; i++)
        if (l->count[i])
            code = add_secret(l, column, (uint8_t) i, l->count[i], err);
    if (any)
        memset(l->count, 0, sizeof l->count);
    return code;
}

static enum an_code add_like(struct an_looking *l, struct looked_column *c, const struct an_look_seen *seen, struct an_err *err) {
    struct like *like = c->likes;
    while (like && like->look != seen->look)
        like = like->next;
    if (!like) {
        like = AN_NEW(&l->arena, struct like);
        if (!like)
            return an_fail(err, AN_NOMEM, "no memory to look at a column");
        *like = (struct like) {.next = c->likes, .look = seen->look};
        c->likes = like;
    }
    like->cells++;
    like->of[seen->class <= AN_LOOK_CLASSES ? seen->class : AN_LOOK_CLASSES]++;
    return AN_OK;
}

// The birth date in a resident ID.
static enum an_code look_at_id(struct an_looking *l, struct looked_column *c, struct an_str text, struct an_err *err) {
    struct an_look_cell cell = {.text = text, .today = l->today};
    const struct an_look *look = &an_look_under_14;
    c->looked++;
    unsigned class = text.len >= look->min && text.len <= look->max ? look->see(&cell) : 0;
    return class ? add_like(l, c, &(struct an_look_seen) {look, class}, err) : AN_OK;
}

static enum an_code look_at_cell(struct an_looking *l, const struct an_store *s, uint32_t column, struct an_str text,
                                 struct an_err *err) {
    if (!text.len)
        return AN_OK;
    text = an_str_slice(text, 0, CELL_MAX);
    const struct an_column *of = column < s->column_count ? &s->columns[column] : NULL;
    if (!of || of->header.text) {
        return text.len < SECRET_MIN ? AN_OK : look_for_secrets(l, of ? column : AN_NO_COLUMN, text, err);
    }
    struct looked_column *c = &l->columns[column];
    const struct an_ident *kind = of->header.kind;
    if (an_str_eq(text, of->name))                      // the heading, given as a record, too
        return AN_OK;
    if (kind == &an_ident_cn_resident_id)
        return look_at_id(l, c, text, err);
    if ((kind && kind->use != AN_USE_NAME) || an_intake_is_void(text))
        return AN_OK;
    struct an_look_seen seen[AN_LOOK_SEEN_MAX];
    size_t n = an_look_at(text, l->today, seen);
    enum an_code code = AN_OK;
    c->looked++;
    for (size_t i = 0; i < n && !code; i++)
        code = add_like(l, c, &seen[i], err);
    return code || text.len < SECRET_MIN ? code : look_for_secrets(l, column, text, err);
}

enum an_code an_looking_record(struct an_looking *l, const struct an_store *s, const struct an_record *record,
                               struct an_err *err) {
    if (l->met++ < l->next)
        return AN_OK;
    l->next = record_after(l->next);
    l->looked++;
    enum an_code code = room(l, s->column_count, err);
    for (size_t i = 0; i < record->count && !code; i++)
        code = look_at_cell(l, s, record->loose ? AN_NO_COLUMN : record->values[i].column, record->values[i].text, err);
    return code;
}

enum an_code an_looking_rows(struct an_looking *l, const struct an_store *s, const struct an_rows *rows, struct an_err *err) {
    enum an_code code = l->next < l->met + rows->count ? room(l, s->column_count, err) : AN_OK;
    for (; l->next < l->met + rows->count && !code; l->next = record_after(l->next)) {
        l->looked++;
        const struct an_span *cells = rows->cells + (l->next - l->met) * rows->columns;
        for (size_t i = 0; i < rows->columns && !code; i++)
            code = look_at_cell(l, s, (uint32_t) i, (struct an_str) {rows->text + cells[i].at, cells[i].len}, err);
    }
    l->met += rows->count;
    return code;
}

// The part of the block in which the lines lie that begin in the window.
static struct an_str lines_of(struct an_str block, uint64_t from, uint64_t to) {
    size_t first = 0;
    if (from > 0) {
        const char *nl = memchr(block.ptr + from - 1, '\n', block.len - (size_t) from + 1);
        first = nl ? (size_t) (nl - block.ptr) + 1 : block.len;
    }
    if (first >= to)
        return AN_STR("");
    const char *nl = to < block.len ? memchr(block.ptr + to - 1, '\n', block.len - (size_t) to + 1) : NULL;
    return an_str_slice(block, first, nl ? (size_t) (nl - block.ptr) + 1 : block.len);
}

enum an_code an_looking_lines(struct an_looking *l, struct an_str block, struct an_err *err) {
    enum an_code code = AN_OK;
    uint64_t end = l->text_met + block.len;
    while (l->text_from < end && !code) {
        uint64_t from = l->text_from > l->text_met ? l->text_from - l->text_met : 0, to = l->text_to - l->text_met;
        struct an_str lines = lines_of(block, from, to < block.len ? to : block.len);
        l->text_looked += lines.len;
        code = look_for_secrets(l, AN_NO_COLUMN, lines, err);
        if (l->text_to > end)
            break;                      // the window goes on in the next block
        l->text_from = l->text_to + TEXT_STRIDE / 2 + scatter(l->text_to) % TEXT_STRIDE;
        l->text_to = l->text_from + TEXT_WINDOW;
    }
    l->text_met = end;
    return code;
}

// Classes of fewer than one in fifty are slips of the pen.
static struct an_look_count sum_up(const struct like *like) {
    enum { SLIPS = 50 };
    struct an_look_count c = {.look = like->look, .cells = like->cells};
    for (size_t i = 1; i <= AN_LOOK_CLASSES; i++) {
        c.classes += like->of[i] > 0 && like->of[i] >= like->cells / SLIPS;
        c.most = like->of[i] > c.most ? like->of[i] : c.most;
    }
    return c;
}

static enum an_code tell_column(const struct looked_column *from, struct an_store *s, struct an_column *to, struct an_err *err) {
    size_t count = 0;
    for (const struct like *like = from->likes; like; like = like->next)
        count++;
    to->looked = from->looked;
    to->look_count = 0;
    to->looks = AN_NEW_N(&s->arena, count + 1, struct an_look_count);
    if (!to->looks)
        return an_fail(err, AN_NOMEM, "no memory for a store");
    for (const struct like *like = from->likes; like; like = like->next) {
        size_t at = to->look_count++;   // by code
        for (; at > 0 && to->looks[at - 1].look->code > like->look->code; at--)
            to->looks[at] = to->looks[at - 1];
        to->looks[at] = sum_up(like);
    }
    return AN_OK;
}

enum an_code an_looking_tell(const struct an_looking *l, struct an_store *s, struct an_err *err) {
    enum an_code code = AN_OK;
    for (size_t i = 0; i < l->column_count && i < s->column_count && !code; i++)
        if (l->columns[i].looked)
            code = tell_column(&l->columns[i], s, &s->columns[i], err);
    s->records_looked = l->looked;
    s->text_bytes = l->text_met;
    s->text_looked = l->text_looked;
    if (code || !l->secret_count)
        return code;
    s->secrets = AN_NEW_N(&s->arena, l->secret_count, struct an_secret_seen);
    if (!s->secrets)
        return an_fail(err, AN_NOMEM, "no memory for a store");
    s->secret_count = 0;
    for (size_t i = 0; i < l->secret_count; i++)
        s->secrets[s->secret_count++] = (struct an_secret_seen) {an_secret_by_code(l->secrets[i].code),
                l->secrets[i].column == AN_NO_COLUMN ? AN_UNKNOWN_COUNT : l->secrets[i].column, l->secrets[i].count};
    return AN_OK;
}
