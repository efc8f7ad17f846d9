#define _GNU_SOURCE
#include "census/intake.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include "base/alloc.h"
#include "base/copy.h"
#include "census/batch.h"
#include "census/crew.h"
#include "census/hide.h"
#include "ident/kinds.h"
#include "ident/person_name.h"
#include "text/bytes.h"

enum {
    // identifiers of one record that are looked at together; a longer record goes in pieces
    FOUND_MAX = 4096,
    KEYS_FIRST = 64 * 1024,     // bytes for their canonical forms, to begin with
    ROLES_MAX = 256,            // people of one record that are told apart; the others are taken for one
};

struct item {
    struct an_sighting found;      // its key points into `keys` only after the record is complete
    size_t key_at;
    uint16_t role;
};

struct role { uint16_t role; struct an_evidence evidence; };

// A record about one person who is known for certain, as far as it was looked at: what the records of most tables are. Its
// identifiers are drafts of `pending`, each of another kind.
struct quick {
    bool over;                  // it is not: what was found is in `items` and `roles`
    bool any, name, described;  // something was found, in columns of `role`
    uint16_t role;
    size_t count;
    uint64_t kinds;             // by index
    const struct an_pending_kind *of[AN_PENDING_MENTION];
    enum an_grade grades[AN_PENDING_MENTION];
};

struct an_intake {
    const struct an_intake_options *options;
    struct an_scanner *scanner;
    struct an_sink sink;
    struct an_store **stores; size_t store_count, store_cap;
    struct an_store *store;     // the open one
    bool personal;              // the open store has columns about persons beside a plain "name"
    bool labelled;              // some column of it has a header that is a word
    bool is_csv;                // its first row may be no header at all
    size_t account;             // index of the account key column, SIZE_MAX when there is none
    struct an_way *ways; size_t way_count, way_cap;        // a way a column
    struct an_pending *pending; // of the open store
    struct an_batch *batch;     // likewise
    struct an_value *values;    // as many as there are ways

    // other threads for the open store
    struct an_intake_options hand_options;
    struct an_intake **hands; size_t hand_count;
    struct an_crew *crew;       // they wait for blocks
    bool shared;                // the store is read by them too: each has a part of it
    bool alone;                 // it is not, and will not be
    uint64_t block_bytes;       // read of it

    // the record at hand
    uint64_t number;            // in its store
    struct item *items; size_t item_count;
    struct an_sighting *group;     // items of one role, while it is written
    char *keys; size_t key_len, key_cap;
    struct role roles[ROLES_MAX]; size_t role_count;
    uint64_t record_mentions;
    struct quick quick;
    char narrow[AN_SCAN_WIDE];  // a cell in full-width forms, as ASCII

    // the value at hand
    const struct an_column *column;
    size_t column_index;
    uint16_t role;
    bool loose;
    bool hit;
    uint8_t index[AN_CODES];    // of a kind among those counted

    // the block of lines at hand
    const char *block;
    size_t line_from, line_to, block_len;
};

static struct an_evidence *evidence_of(struct an_intake *in, uint16_t role) {
    for (size_t i = 0; i < in->role_count; i++)
        if (in->roles[i].role == role)
            return &in->roles[i].evidence;
    if (in->role_count == ROLES_MAX) {
        in->role = in->roles[ROLES_MAX - 1].role;
        return &in->roles[ROLES_MAX - 1].evidence;
    }
    in->roles[in->role_count] = (struct role) {.role = role};
    return &in->roles[in->role_count++].evidence;
}

static enum an_code role_done(struct an_intake *in, uint16_t role, struct an_evidence evidence, struct an_err *err) {
    size_t n = 0;
    for (size_t i = 0; i < in->item_count; i++)
        if (in->items[i].role == role) {
            in->group[n] = in->items[i].found;
            in->group[n].key.ptr = in->keys + in->items[i].key_at;
            n++;
        }
    uint64_t mentions = 0;
    const struct an_intake_options *o = in->options;
    enum an_code code = an_mention_add(o->key, &o->caps, in->group, n, evidence, &in->store->rows, &in->store->counts,
                                       &mentions, err);
    in->record_mentions += mentions;
    return code;
}

static void forget(struct an_intake *in) {
    sodium_memzero(in->keys, in->key_len);
    in->key_len = in->item_count = in->role_count = 0;
}

static enum an_code record_done(struct an_intake *in, struct an_err *err) {
    enum an_code code = AN_OK;
    for (size_t i = 0; i < in->role_count && !code; i++)
        code = role_done(in, in->roles[i].role, in->roles[i].evidence, err);
    forget(in);
    if (in->record_mentions > in->store->most_mentions)
        in->store->most_mentions = in->record_mentions;
    in->record_mentions = 0;
    return code;
}

static enum an_code keep(struct an_intake *in, const struct an_ident *kind, enum an_grade grade, bool sure,
                         struct an_str key,
                         struct an_err *err) {
    // so large a record is about many people; nothing is lost by taking it in pieces
    if (in->item_count == FOUND_MAX) {
        for (size_t i = 0; i < in->role_count; i++) {
            enum an_code code = role_done(in, in->roles[i].role, (struct an_evidence) {0}, err);
            if (code)
                return code;
        }
        sodium_memzero(in->keys, in->key_len);
        in->key_len = in->item_count = 0;
    }
    if (in->key_cap - in->key_len < key.len) {
        size_t cap = 2 * in->key_cap + key.len;
        char *keys = an_alloc(cap);
        if (!keys)
            return an_fail(err, AN_NOMEM, "no memory for a record");
        memcpy(keys, in->keys, in->key_len);
        (void) sodium_munlock(in->keys, in->key_cap);       // zeroes it, too
        an_free(in->keys);
        in->keys = keys;
        in->key_cap = cap;
        (void) sodium_mlock(keys, cap);
    }
    (void) evidence_of(in, in->role);
    in->items[in->item_count++] = (struct item) {
        .found = {.kind = kind, .grade = grade, .sure = sure, .key.len = key.len}, .key_at = in->key_len,
        .role = in->role,
    };
    an_copy_short(in->keys + in->key_len, key.ptr, key.len);
    in->key_len += key.len;
    return AN_OK;
}

// Whether it stands alone in a column that names a kind: then it is the role's own.
static bool is_own(const struct an_intake *in, const struct an_hit *hit) {
    if (in->loose || !hit->whole)
        return false;
    return in->store->declared_single || (in->column && in->column->header.kind &&
                                          in->column->header.kind->use != AN_USE_NOBODY);
}

static void note(struct an_evidence *e, const struct an_hit *hit, bool own) {
    bool person = hit->kind->use == AN_USE_PERSON;
    if (hit->form != AN_HIT_CLEAR) {
        e->obscured |= person && own;
        e->loose_obscured += person && !own;
    } else if (hit->kind->use == AN_USE_NAME) {
        *(hit->grade == AN_GRADE_BLOCKED ? &e->test_name : &e->name) = true;
    } else if (hit->grade == AN_GRADE_BLOCKED) {
        e->blocked |= person && own;
        e->loose_blocked += person && !own;
    } else if (hit->kind->use == AN_USE_TRACE) {
        e->trace |= own;
        e->loose_traces += !own;
    }
}

static enum an_code found(struct an_intake *in, const struct an_hit *hit, struct an_err *err) {
    struct an_kind_tally *tally = &in->store->tally[in->index[hit->kind->code]];
    bool own = is_own(in, hit), clear = hit->form == AN_HIT_CLEAR && hit->grade != AN_GRADE_BLOCKED;
    *(hit->form == AN_HIT_MASKED ? &tally->masked : hit->form == AN_HIT_DAMAGED ? &tally->damaged :
      hit->grade == AN_GRADE_BLOCKED ? &tally->blocked : &tally->found) += 1;
    if (clear && hit->kind->use == AN_USE_PERSON)
        return keep(in, hit->kind, hit->grade, own, hit->key, err);
    if (hit->kind->use != AN_USE_NOBODY)
        note(evidence_of(in, in->role), hit, own);
    if (!clear || hit->kind->use == AN_USE_NAME)
        return AN_OK;
    return an_mention_trace(in->options->key, hit->kind, hit->key, hit->grade == AN_GRADE_FLOOR, &in->store->rows,
                            err);
}

// The record at hand is no quick one, or no longer: what was found in it so far goes to `items` and `roles`.
static enum an_code end_quick(struct an_intake *in, struct an_err *err) {
    struct quick *q = &in->quick;
    if (q->over)
        return AN_OK;
    uint16_t role = in->role;
    q->over = true;
    in->role = q->role;
    if (q->name)
        evidence_of(in, q->role)->name = true;
    if (q->described)
        evidence_of(in, q->role)->described = true;
    enum an_code code = AN_OK;
    for (size_t i = 0; i < q->count && !code; i++) {
        const struct an_ident_key *key = &in->pending->drafts[i];
        code = keep(in, q->of[i]->kind, q->grades[i], true, (struct an_str) {key->text, key->len}, err);
    }
    in->role = role;
    return code;
}

// Whether what is found in a column of `role` can be added to the quick record.
static inline bool is_quick(const struct an_intake *in, uint16_t role) {
    return !in->quick.over && (!in->quick.any || in->quick.role == role);
}

static enum an_code add_evidence(struct an_intake *in, uint16_t role, bool name, struct an_err *err) {
    struct quick *q = &in->quick;
    if (is_quick(in, role)) {
        q->any = true;
        q->role = role;
        q->name |= name;
        q->described |= !name;
        return AN_OK;
    }
    enum an_code code = end_quick(in, err);
    in->role = role;
    struct an_evidence *e = evidence_of(in, role);
    *(name ? &e->name : &e->described) = true;
    return code;
}

static enum an_code cell_hit(void *arg, const struct an_hit *hit, struct an_err *err) {
    struct an_intake *in = arg;
    enum an_code code = end_quick(in, err);
    if (code)
        return code;
    in->hit = true;
    if (in->column && hit->form == AN_HIT_CLEAR)
        an_column_saw(&in->store->columns[in->column_index], hit->kind->code, 1, AN_COLUMN_KINDS + in->number);
    return found(in, hit, err);
}

// A plain "name" column speaks of persons where other columns do, or where the value itself looks like a person's
// name.
static bool is_believed(const struct an_intake *in, const struct an_header *header, struct an_str value) {
    return !header->weak || in->personal || an_person_name_looks_han(value);
}

// A thing may have such a name as well; somebody who has it must not be missed by the ceiling.
static bool looks_like_a_name(const struct an_intake *in, struct an_str value) {
    struct an_context context = {.expected = &an_ident_person_name, .cell = true, .today = in->options->today};
    struct an_ident_key key;
    return an_ident_person_name.check(value, &context, &key) >= AN_GRADE_CEILING;
}

// What people and programs write where there is nothing.
static bool is_void(struct an_str text) {
    static const char *const words[] = {"null", "none", "nil", "nan", "n/a", "na", "-", "--", "/", "0", "\\n",
                                        "undefined", "unknown", "无", "暂无", "空", "未知"};
    char folded[16];
    size_t n = 0;
    if (text.len > sizeof folded)
        return false;
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        if (c == ' ' || c == '\t' || c == '\r')
            continue;
        folded[n++] = (char) (c >= 'A' && c <= 'Z' ? c + 32 : c);
    }
    for (size_t i = 0; i < AN_COUNT(words); i++)
        if (an_str_eq((struct an_str) {folded, n}, an_str_from_c(words[i])))
            return true;
    return n == 0;
}

static enum an_code value_in(struct an_intake *in, const struct an_value *v, struct an_err *err) {
    struct an_column *c = v->column < in->store->column_count ? &in->store->columns[v->column] : NULL;
    in->column = c;
    in->column_index = v->column;
    in->role = c && !in->loose ? c->group : 0;
    if (!v->text.len)
        return AN_OK;
    if (c)
        c->values++;
    if (c && v->column == in->account) {
        char scoped[crypto_generichash_BYTES];          // the key counts inside its store only
        crypto_generichash_state h;
        crypto_generichash_init(&h, NULL, 0, sizeof scoped);
        crypto_generichash_update(&h, (const unsigned char *) in->store->uri.ptr, in->store->uri.len + 1);
        crypto_generichash_update(&h, (const unsigned char *) v->text.ptr, v->text.len);
        crypto_generichash_final(&h, (unsigned char *) scoped, sizeof scoped);
        in->store->tally[0].found++;
        enum an_code code = end_quick(in, err);
        return code ? code : keep(in, &an_ident_account, AN_GRADE_CEILING, !in->loose,
                                  (struct an_str) {scoped, sizeof scoped}, err);
    }
    bool doubtful = c && c->header.weak && !is_believed(in, &c->header, v->text);
    bool described = (doubtful && looks_like_a_name(in, v->text)) ||
                     (c && c->header.personal && !c->header.kind && !in->loose && !is_void(v->text));
    enum an_code code = described ? add_evidence(in, in->role, false, err) : AN_OK;
    if (code)
        return code;
    if (!c || c->header.text)
        return an_scan_text(in->scanner, v->text, cell_hit, in, err);
    const struct an_ident *expected = c->header.kind;
    if (doubtful)
        expected = NULL;
    in->hit = false;
    code = an_scan_cell(in->scanner, v->text, expected, cell_hit, in, err);
    if (code || in->hit || in->loose || !expected || is_void(v->text))
        return code;
    if (expected->use == AN_USE_NAME)
        return add_evidence(in, in->role, false, err);                // no name as names go, but where names stand
    if (expected->use != AN_USE_PERSON)
        return AN_OK;
    in->store->tally[in->index[expected->code]].invalid++;            // a slip of the pen, perhaps, but of somebody
    code = end_quick(in, err);
    evidence_of(in, in->role)->obscured = true;
    return code;
}

// Whether trimming would change it.
static inline bool is_tight(struct an_str cell) {
    unsigned char first = (unsigned char) cell.ptr[0], last = (unsigned char) cell.ptr[cell.len - 1];
    return first > ' ' && first != '\'' && last > ' ';
}

static enum an_code add_slowly(struct an_intake *in, const struct an_way *way, uint16_t role, enum an_grade grade,
                               const struct an_ident_key *key, struct an_err *err) {
    enum an_code code = end_quick(in, err);
    in->role = role;
    return code ? code : keep(in, way->of.kind, grade, true, (struct an_str) {key->text, key->len}, err);
}

// A cell of a column that names a kind, which is one. False: it takes the long way.
static inline bool take_named(struct an_intake *in, const struct an_way *way, const struct an_value *v, enum an_code *code,
                              struct an_err *err) {
    struct quick *q = &in->quick;
    struct an_ident_key *key = &in->pending->drafts[q->count];
    if (!is_tight(v->text))
        return false;
    enum an_grade grade = way->of.kind->check(an_scan_narrow(v->text, in->narrow), &way->context, key);
    if (grade < AN_GRADE_CEILING)
        return false;
    struct an_column *c = &in->store->columns[v->column];
    c->values++;
    an_column_saw(c, way->of.kind->code, 1, AN_COLUMN_KINDS + in->number);
    in->store->tally[way->index].found++;
    uint64_t bit = (uint64_t) 1 << way->index;
    if (way->how == AN_WAY_NAME) {
        *code = add_evidence(in, c->group, true, err);
    } else if (is_quick(in, c->group) && !(q->kinds & bit) && q->count < AN_PENDING_MENTION && key->len <= AN_SIPHASH_SHORT) {
        q->any = true;
        q->role = c->group;
        q->kinds |= bit;
        q->of[q->count] = &way->of;
        q->grades[q->count++] = grade;
    } else {
        *code = add_slowly(in, way, c->group, grade, key, err);
    }
    return true;
}

// A cell of a column that names none, with nothing in it to look at.
static inline bool take_other(struct an_intake *in, const struct an_value *v, enum an_code *code, struct an_err *err) {
    struct an_column *c = &in->store->columns[v->column];
    if (!an_scan_is_idle(v->text))
        return false;
    c->values++;
    if (c->header.personal && !is_void(v->text))
        *code = add_evidence(in, c->group, false, err);
    return true;
}

static inline enum an_code cell_in(struct an_intake *in, const struct an_value *v, struct an_err *err) {
    if (!v->text.len)
        return AN_OK;
    const struct an_way *way = v->column < in->way_count && !in->loose ? &in->ways[v->column] : NULL;
    enum an_code code = AN_OK;
    if (way && (way->how == AN_WAY_KIND || way->how == AN_WAY_NAME) && take_named(in, way, v, &code, err))
        return code;
    if (way && way->how == AN_WAY_OTHER && take_other(in, v, &code, err))
        return code;
    return value_in(in, v, err);
}

static struct an_way way_of(const struct an_intake *in, size_t column) {
    const struct an_header *h = &in->store->columns[column].header;
    const struct an_intake_options *o = in->options;
    struct an_way way = {.context = {.expected = h->kind, .cell = true, .today = o->today}};
    bool doubtful = h->weak && !in->personal;         // cell by cell, then
    if (column == in->account || doubtful || o->plain)
        return way;
    if (h->text) {
        way.how = h->personal ? AN_WAY_LONG : AN_WAY_TEXT;
        return way;
    }
    if (h->kind) {
        way.index = in->index[h->kind->code];
        way.of = an_pending_kind_of(o->key, &o->caps, h->kind);
        way.how = h->kind->use == AN_USE_PERSON ? AN_WAY_KIND : h->kind->use == AN_USE_NAME ? AN_WAY_NAME :
                  h->kind->use == AN_USE_TRACE ? AN_WAY_TRACE : AN_WAY_LONG;
    } else {
        way.how = AN_WAY_OTHER;
    }
    return way;
}

static enum an_code find_ways(struct an_intake *in, struct an_err *err) {
    size_t count = in->store->column_count;
    if (count > in->way_cap) {
        struct an_way *ways = an_realloc(in->ways, 2 * count * sizeof *ways);
        if (!ways)
            return an_fail(err, AN_NOMEM, "no memory for %zu columns", count);
        in->ways = ways;
        struct an_value *values = an_realloc(in->values, 2 * count * sizeof *values);
        if (!values)
            return an_fail(err, AN_NOMEM, "no memory for %zu columns", count);
        in->values = values;
        in->way_cap = 2 * count;
    }
    for (size_t i = 0; i < count; i++)
        in->ways[i] = way_of(in, i);
    in->way_count = count;
    return an_batch_plan(in->batch, in->ways, in->store, in->labelled, in->is_csv, err);
}

static const struct an_declared *declared_for(const struct an_intake *in, struct an_str uri) {
    const struct an_declared *best = NULL;
    for (size_t i = 0; i < in->options->declared_count; i++) {
        const struct an_declared *d = &in->options->declared[i];
        bool mine = uri.len >= d->uri.len && memcmp(uri.ptr, d->uri.ptr, d->uri.len) == 0 &&
                    (uri.len == d->uri.len || d->uri.len == 0 || uri.ptr[d->uri.len] == '/' ||
                     uri.ptr[d->uri.len] == '!' ||
                     d->uri.ptr[d->uri.len - 1] == '/');
        if (mine && (!best || d->uri.len > best->uri.len))
            best = d;
    }
    return best;
}

static enum an_code store_add(struct an_intake *in, struct an_store *s, struct an_err *err) {
    if (in->store_count == in->store_cap) {
        size_t cap = in->store_cap ? 2 * in->store_cap : 16;
        struct an_store **stores = an_realloc(in->stores, cap * sizeof(struct an_store *));
        if (!stores) {
            an_store_free(s);
            return an_fail(err, AN_NOMEM, "no memory for %zu stores", cap);
        }
        in->stores = stores;
        in->store_cap = cap;
    }
    in->stores[in->store_count++] = s;
    return AN_OK;
}

static enum an_code copy(struct an_store *s, struct an_str text, struct an_str *ret, struct an_err *err) {
    *ret = an_arena_copy(&s->arena, text);
    return ret->ptr ? AN_OK : an_fail(err, AN_NOMEM, "no memory for a store");
}

static enum an_code sink_open(void *arg, const struct an_store_info *info, struct an_err *err) {
    struct an_intake *in = arg;
    in->personal = in->labelled = false;
    in->way_count = 0;
    in->block_bytes = 0;
    in->alone = !in->options->hands;
    in->is_csv = info->format && strcmp(info->format, "csv") == 0;
    in->account = SIZE_MAX;
    for (size_t i = in->store_count; i-- > 0;)      // a table whose rows come in several statements is opened again
        if (an_str_eq(in->stores[i]->uri, info->uri)) {
            in->store = in->stores[i];
            return AN_OK;                           // its columns are told again, and with them the ways
        }
    struct an_store *s = an_store_new(info->uri, in->options->budget, err);
    if (!s)
        return AN_NOMEM;
    enum an_code code = store_add(in, s, err);
    if (code)
        return code;
    in->store = s;
    const struct an_declared *d = declared_for(in, info->uri);
    s->declared_single = d && d->single_subject;
    s->subjects = d ? d->subjects : AN_SUBJECTS_UNDECLARED;
    code = copy(s, d ? d->location : AN_STR(""), &s->location, err);
    if (!code)
        code = copy(s, an_str_from_c(info->format ? info->format : ""), &s->format, err);
    return code ? code : copy(s, an_str_from_c(info->encoding ? info->encoding : ""), &s->encoding, err);
}

// Columns without a header are named by their number.
static bool is_word(struct an_str name) {
    for (size_t i = 0; i < name.len; i++)
        if (name.ptr[i] < '0' || name.ptr[i] > '9')
            return true;
    return false;
}

static enum an_code see_hit(void *arg, const struct an_hit *hit, struct an_err *err) {
    (void) hit;
    (void) err;
    *(bool *) arg = true;
    return AN_OK;
}

// Whether the names may be somebody's data: the first row of a table without a header. They are when no word among them is
// known, or when one holds an identifier; then they are not kept.
static enum an_code are_data(struct an_intake *in, const struct an_str *names, size_t count, bool *ret, struct an_err *err) {
    bool known = false, identifier = false;
    for (size_t i = 0; in->is_csv && i < count; i++) {
        struct an_header h = an_header_read(names[i]);
        known |= (h.kind && !h.weak) || h.personal || h.text;
        enum an_code code = an_scan_text(in->scanner, names[i], see_hit, &identifier, err);
        if (code)
            return code;
    }
    *ret = in->is_csv && (!known || identifier);
    return AN_OK;
}

// The number that a heading ends in: name2, 手机3. 0 when none. *ret_word: the heading without it.
static unsigned number_of(struct an_str name, struct an_str *ret_word) {
    size_t from = name.len;
    while (from > 0 && name.ptr[from - 1] >= '0' && name.ptr[from - 1] <= '9')
        from--;
    unsigned n = 0;
    for (size_t i = from; i < name.len && n < 1000; i++)
        n = n * 10 + (unsigned) (name.ptr[i] - '0');
    *ret_word = an_str_slice(name, 0, from);
    return from > 0 && name.len - from <= 2 ? n : 0;
}

// name1, phone1, name2, phone2: where names (or identifiers of which a person has one) are numbered, each number is
// another person. mobile, mobile2 beside one name are one person's.
static void group_columns(struct an_store *s) {
    enum { NUMBERED = 512, NUMBERS = 100 };     // above every role
    bool people[NUMBERS] = {false};
    struct an_str word;
    for (size_t i = 0; i < s->column_count; i++) {
        const struct an_ident *kind = s->columns[i].header.kind;
        people[number_of(s->columns[i].name, &word)] |= kind && (kind->use == AN_USE_NAME || kind->c == 1);
    }
    for (size_t i = 0; i < s->column_count; i++) {
        struct an_column *c = &s->columns[i];
        unsigned n = number_of(c->name, &word);
        c->group = (uint16_t) (n && people[n] ? NUMBERED * n + c->header.role : c->header.role);
    }
}

// At most so many bytes of a name are kept, whole characters.
static struct an_str shorten(struct an_str name) {
    if (name.len <= AN_COLUMN_NAME)
        return name;
    size_t n = AN_COLUMN_NAME;
    while (n > 0 && ((unsigned char) name.ptr[n] & 0xC0) == 0x80)
        n--;
    return an_str_slice(name, 0, n);
}

static enum an_code add_column(struct an_intake *in, struct an_str name, bool data, struct an_err *err) {
    struct an_store *s = in->store;
    struct an_column *c = &s->columns[s->column_count];
    char number[24];
    enum an_code code = data ? AN_OK : an_scan_text(in->scanner, name, see_hit, &data, err);
    if (code)
        return code;
    if (data)                                       // somebody's identifier is no name
        name = (struct an_str) {number, (size_t) snprintf(number, sizeof number, "%zu", s->column_count + 1)};
    code = copy(s, shorten(name), &c->name, err);
    if (code)
        return code;
    c->header = data ? (struct an_header) {0} : an_header_read(name);
    struct an_str word;
    if (!data && !c->header.kind && !c->header.personal && number_of(name, &word))
        c->header = an_header_read(word);
    s->column_count++;
    return AN_OK;
}

static enum an_code room_for_columns(struct an_store *s, size_t count, struct an_err *err) {
    if (count <= s->column_cap)
        return AN_OK;
    struct an_column *columns = AN_NEW_N(&s->arena, 2 * count, struct an_column);
    if (!columns)
        return an_fail(err, AN_NOMEM, "no memory for %zu columns", count);
    if (s->column_count)
        memcpy(columns, s->columns, s->column_count * sizeof *columns);
    s->columns = columns;
    s->column_cap = 2 * count;
    return AN_OK;
}

static enum an_code flush_pending(struct an_intake *in, struct an_err *err) {
    in->pending->drafted = AN_COUNT(in->pending->drafts);       // whatever is left in them goes now
    return an_pending_flush(in->pending, &in->store->rows, err);
}

// Waits for the hands, and puts their parts of the store together.
static enum an_code unshare(struct an_intake *in, struct an_err *err) {
    if (!in->shared)
        return AN_OK;
    in->shared = false;
    in->alone = true;                   // sharing again, for columns that come late, would cost more than it gives
    enum an_code code = an_crew_wait(in->crew, err);
    for (size_t i = 0; i < in->hand_count; i++) {
        struct an_intake *h = in->hands[i];
        if (h->store && !code)
            code = flush_pending(h, err);
        if (h->store && !code)
            code = an_store_join(in->store, h->store, err);
        an_store_free(h->store);
        h->store = NULL;
    }
    an_store_unshare(in->store);
    return code;
}

static enum an_code sink_columns(void *arg, const struct an_str *names, size_t count, struct an_err *err) {
    struct an_intake *in = arg;
    struct an_store *s = in->store;
    const struct an_declared *d = declared_for(in, s->uri);
    bool data = false;
    enum an_code code = unshare(in, err);
    if (!code)
        code = room_for_columns(s, count, err);
    if (!code)
        code = are_data(in, names, count, &data, err);
    while (!code && s->column_count < count)
        code = add_column(in, names[s->column_count], data, err);
    if (code)
        return code;
    group_columns(s);
    for (size_t i = 0; i < s->column_count; i++) {
        const struct an_header *h = &s->columns[i].header;
        in->personal |= h->personal && !h->weak;
        in->labelled |= is_word(s->columns[i].name);
        if (d && d->account.len && an_str_eq(d->account, s->columns[i].name))
            in->account = i;
    }
    return find_ways(in, err);
}

// The headings once more: a table without a clear header is given its first row as a record too, and joined files repeat it.
static bool repeats_headings(const struct an_intake *in, const struct an_record *r) {
    const struct an_store *s = in->store;
    if (!in->is_csv || !in->labelled || r->count != s->column_count)
        return false;
    for (size_t i = 0; i < r->count; i++)
        if (!an_str_eq(shorten(r->values[i].text), s->columns[i].name))
            return false;
    return true;
}

static enum an_code sink_record(void *arg, const struct an_record *record, struct an_err *err) {
    struct an_intake *in = arg;
    if (repeats_headings(in, record))
        return AN_OK;
    struct quick *q = &in->quick;
    in->loose = record->loose;
    in->number = record->number;
    in->store->records++;
    q->any = q->name = q->described = false;
    q->over = in->options->plain;
    q->count = q->kinds = 0;
    for (size_t i = 0; i < record->count; i++) {
        enum an_code code = cell_in(in, &record->values[i], err);
        if (code)
            return code;
    }
    if (!q->over && q->count) {                 // one person
        in->store->counts.mentions++;
        if (!in->store->most_mentions)
            in->store->most_mentions = 1;
        return an_pending_add(in->pending, q->of, q->grades, q->count, &in->store->rows, err);
    }
    enum an_code code = q->any ? end_quick(in, err) : AN_OK;
    if (!in->role_count && !in->labelled && record->count)
        evidence_of(in, 0)->unlabelled = true;
    return code || !in->role_count ? code : record_done(in, err);
}

// Rows: together those that can be, and the others each by itself.
static enum an_code take_rows(struct an_intake *in, const struct an_rows *rows, struct an_err *err) {
    struct an_cell_bits odd;
    in->loose = false;
    enum an_code code = an_batch_take(in->batch, in->scanner, rows, in->store, &odd, err);
    for (size_t w = 0; w < AN_CELLS_WORDS; w++)
        for (uint64_t rest = odd.word[w]; rest && !code; rest &= rest - 1) {
            size_t r = w * 64 + (size_t) __builtin_ctzll(rest);
            const struct an_span *cells = rows->cells + r * rows->columns;
            for (size_t i = 0; i < rows->columns; i++)
                in->values[i] = (struct an_value) {.text = {rows->text + cells[i].at, cells[i].len}, .column = (uint32_t) i};
            struct an_record record = {.values = in->values, .count = rows->columns, .number = rows->number + r};
            code = sink_record(in, &record, err);
        }
    return code;
}

static enum an_code line_hit(void *arg, const struct an_hit *hit, struct an_err *err) {
    struct an_intake *in = arg;
    if (hit->offset < in->line_from || hit->offset >= in->line_to) {
        enum an_code code = in->role_count ? record_done(in, err) : AN_OK;
        if (code)
            return code;
        const char *nl = hit->offset ? memrchr(in->block, '\n', hit->offset) : NULL;
        in->line_from = nl ? (size_t) (nl - in->block) + 1 : 0;
        nl = memchr(in->block + hit->offset, '\n', in->block_len - hit->offset);
        in->line_to = nl ? (size_t) (nl - in->block) + 1 : in->block_len;
    }
    return found(in, hit, err);
}

static uint64_t lines_in(struct an_str block) {
    return an_bytes_best()->count(block, '\n') + (block.len && block.ptr[block.len - 1] != '\n');
}

static enum an_code take_lines(struct an_intake *in, struct an_str block, struct an_err *err) {
    in->column = NULL;
    in->role = 0;
    in->loose = true;
    in->block = block.ptr;
    in->block_len = block.len;
    in->line_from = in->line_to = 0;
    in->store->records += lines_in(block);
    enum an_code code = an_scan_text(in->scanner, block, line_hit, in, err);
    return code || !in->role_count ? code : record_done(in, err);
}

// A hand takes a block.
static enum an_code take_block(void *hand, const struct an_crew_block *block, struct an_err *err) {
    return block->rows.count ? take_rows(hand, &block->rows, err) : take_lines(hand, block->lines, err);
}

static enum an_code make_hands(struct an_intake *in, struct an_err *err) {
    in->hand_options = *in->options;
    in->hand_options.hands = 0;
    in->hands = an_alloc(in->options->hands * sizeof(struct an_intake *));
    if (!in->hands)
        return an_fail(err, AN_NOMEM, "no memory for %zu threads", in->options->hands);
    enum an_code code = AN_OK;
    while (in->hand_count < in->options->hands && !code) {
        code = an_intake_new(&in->hand_options, &in->hands[in->hand_count], err);
        in->hand_count += !code;
    }
    if (!code)
        in->crew = an_crew_new((void *const *) in->hands, in->hand_count, take_block);
    return code;
}

// Every hand gets a part of the open store.
static enum an_code share(struct an_intake *in, struct an_err *err) {
    enum an_code code = in->hands ? AN_OK : make_hands(in, err);
    if (!code && in->crew)
        code = an_store_share(in->store, err);
    in->alone = code || !in->crew;
    in->shared = !in->alone;
    for (size_t i = 0; i < in->hand_count && in->shared && !code; i++) {
        struct an_intake *h = in->hands[i];
        h->store = an_store_part(in->store, err);
        if (!h->store)
            return AN_NOMEM;
        h->personal = in->personal;
        h->labelled = in->labelled;
        h->is_csv = in->is_csv;
        h->account = in->account;
        code = find_ways(h, err);
    }
    return code;
}

// Whether a hand takes the block; when none is free, or the store is no large one, the caller does.
static enum an_code offer(struct an_intake *in, const struct an_crew_block *block, size_t bytes, bool *ret_taken,
                          struct an_err *err) {
    enum { LARGE = 8 * 1024 * 1024 };
    enum an_code code = AN_OK;
    *ret_taken = false;
    in->block_bytes += bytes;
    if (!in->shared && !in->alone &&
        in->block_bytes >= (in->options->hands_after ? in->options->hands_after : (uint64_t) LARGE))
        code = share(in, err);
    if (in->shared && !code)
        *ret_taken = an_crew_give(in->crew, block);
    return code;
}

static enum an_code sink_rows(void *arg, const struct an_rows *rows, struct an_err *err) {
    enum { CELL = 16 };                                 // bytes, about
    bool taken;
    enum an_code code = offer(arg, &(struct an_crew_block) {.rows = *rows}, rows->count * rows->columns * CELL, &taken, err);
    return code || taken ? code : take_rows(arg, rows, err);
}

static enum an_code sink_lines(void *arg, struct an_str block, uint64_t first_number, uint64_t offset,
                               struct an_err *err) {
    bool taken;
    enum an_code code = offer(arg, &(struct an_crew_block) {.lines = block}, block.len, &taken, err);
    (void) first_number;
    (void) offset;
    return code || taken ? code : take_lines(arg, block, err);
}

static enum an_code sink_trouble(void *arg, const struct an_trouble *t, struct an_err *err) {
    struct an_intake *in = arg;
    struct an_store *s = in->store;
    s->records_lost = an_add_unknown(s->records_lost, t->records_lost);
    s->bytes_lost = an_add_unknown(s->bytes_lost, t->bytes_lost);
    s->trouble_total++;
    if (s->trouble_count == AN_STORE_TROUBLES)
        return AN_OK;
    struct an_store_trouble *mine = &s->troubles[s->trouble_count];
    enum an_code code = copy(s, t->text, &mine->text, err);
    if (code)
        return code;
    mine->offset = t->offset;
    mine->record = t->record;
    s->trouble_count++;
    return AN_OK;
}

// The worse of two: a store opened twice keeps what either reading said.
static enum an_store_status worse(enum an_store_status a, enum an_store_status b) {
    static const int rank[] = {[AN_STORE_READ] = 1, [AN_STORE_SKIPPED] = 0, [AN_STORE_PARTLY] = 2,
                               [AN_STORE_UNREAD] = 3};
    return rank[a] >= rank[b] ? a : b;
}

static enum an_code sink_close(void *arg, enum an_store_status status, uint64_t bytes, struct an_str why,
                               struct an_err *err) {
    struct an_intake *in = arg;
    struct an_store *s = in->store;
    enum an_code ended = unshare(in, err);
    if (!ended)
        ended = flush_pending(in, err);
    if (ended)
        return ended;
    const struct an_declared *d = declared_for(in, s->uri);
    if (d && d->account.len && an_str_eq(d->uri, s->uri) && in->account == SIZE_MAX && status != AN_STORE_UNREAD) {
        struct an_trouble none = {.code = AN_USAGE, .text = AN_STR("the account column declared for it is not there")};
        enum an_code code = sink_trouble(arg, &none, err);
        if (code)
            return code;
    }
    if (an_str_eq(s->format, AN_STR("json"))) {
        enum an_code code = an_store_hide_keys(s, err);
        if (code)
            return code;
    }
    bool first = !s->bytes && !s->why.ptr;
    s->status = first ? status : worse(s->status, status);
    s->bytes += bytes;
    in->store = NULL;
    return s->why.len && !why.len ? AN_OK : copy(s, why, &s->why, err);
}

enum an_code an_intake_new(const struct an_intake_options *options, struct an_intake **ret, struct an_err *err) {
    struct an_intake *in = an_alloc(sizeof *in);
    if (!in)
        return an_fail(err, AN_NOMEM, "no memory to take records in");
    memset(in, 0, sizeof *in);
    in->options = options;
    an_kind_indices(in->index);
    in->sink = (struct an_sink) {in, sink_open, sink_columns, sink_record, sink_lines, sink_trouble, sink_close, sink_rows};
    in->items = an_alloc(FOUND_MAX * sizeof *in->items);
    in->group = an_alloc(FOUND_MAX * sizeof *in->group);
    in->keys = an_alloc(KEYS_FIRST);
    in->key_cap = KEYS_FIRST;
    enum an_code code = in->items && in->group && in->keys ? an_scanner_new(options->today, &in->scanner, err)
                                                           : an_fail(err, AN_NOMEM, "no memory to take records in");
    if (!code && (!(in->pending = an_pending_new(err)) || !(in->batch = an_batch_new(options->plain, err))))
        code = AN_NOMEM;
    if (code) {
        an_intake_free(in);
        return code;
    }
    // canonical forms are not to be swapped out; where that is allowed
    (void) sodium_mlock(in->keys, KEYS_FIRST);
    *ret = in;
    return AN_OK;
}

void an_intake_free(struct an_intake *in) {
    if (!in)
        return;
    an_crew_free(in->crew);
    for (size_t i = 0; i < in->hand_count; i++) {
        an_store_free(in->hands[i]->store);     // after a failure
        an_intake_free(in->hands[i]);
    }
    an_free(in->hands);
    for (size_t i = 0; i < in->store_count; i++)
        an_store_free(in->stores[i]);
    an_free(in->stores);
    if (in->keys)
        (void) sodium_munlock(in->keys, in->key_cap);
    an_free(in->keys);
    an_free(in->items);
    an_free(in->group);
    an_free(in->ways);
    an_free(in->values);
    an_pending_free(in->pending);
    an_batch_free(in->batch);
    sodium_memzero(in->narrow, sizeof in->narrow);
    an_scanner_free(in->scanner);
    an_free(in);
}

const struct an_sink *an_intake_sink(struct an_intake *in) { return &in->sink; }

enum an_code an_intake_take(struct an_intake *in, struct an_store ***ret_stores, size_t *ret_count,
                            struct an_err *err) {
    for (size_t i = 0; i < in->store_count; i++) {
        struct an_store *s = in->stores[i];
        struct an_set *rows = &s->rows;
        enum an_code code = an_set_seal_by(rows, 1 + in->hand_count, err);
        if (!code)
            code = an_count_make(&rows, 1, &in->options->caps, in->options->budget, &s->count, err);
        if (code)
            return code;
        an_count_accounts(&s->count);
    }
    *ret_stores = AN_TAKE(in->stores);
    *ret_count = in->store_count;
    in->store_count = in->store_cap = 0;
    return AN_OK;
}
