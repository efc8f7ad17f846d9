// Which way a record goes, and the quick one: its cells are what their headings promise, and it is about one person.
#include "census/intake_parts.h"

enum an_code an_intake_give_up_quick(struct an_intake *in, struct an_err *err) {
    struct an_intake_quick *q = &in->quick;
    uint16_t role = in->role;
    q->over = true;
    in->role = q->role;
    if (q->name)
        an_intake_evidence_of(in, q->role)->name = true;
    if (q->described)
        an_intake_evidence_of(in, q->role)->described = true;
    enum an_code code = AN_OK;
    for (size_t i = 0; i < q->count && !code; i++) {
        const struct an_ident_key *key = &in->pending->drafts[i];
        code = an_intake_keep(in, q->of[i]->kind, q->grades[i], true, (struct an_str) {key->text, key->len}, err);
    }
    in->role = role;
    return code;
}

// Whether what is found in a column of `role` can be added to the quick record.
static inline bool is_quick(const struct an_intake *in, uint16_t role) {
    return !in->quick.over && (!in->quick.any || in->quick.role == role);
}

enum an_code an_intake_add_evidence(struct an_intake *in, uint16_t role, bool name, struct an_err *err) {
    struct an_intake_quick *q = &in->quick;
    if (is_quick(in, role)) {
        q->any = true;
        q->role = role;
        q->name |= name;
        q->described |= !name;
        return AN_OK;
    }
    enum an_code code = an_intake_end_quick(in, err);
    in->role = role;
    struct an_evidence *e = an_intake_evidence_of(in, role);
    *(name ? &e->name : &e->described) = true;
    return code;
}

// Whether trimming would change it.
static inline bool is_tight(struct an_str cell) {
    unsigned char first = (unsigned char) cell.ptr[0], last = (unsigned char) cell.ptr[cell.len - 1];
    return first > ' ' && first != '\'' && last > ' ';
}

static enum an_code add_slowly(struct an_intake *in, const struct an_way *way, uint16_t role, enum an_grade grade,
                               const struct an_ident_key *key, struct an_err *err) {
    enum an_code code = an_intake_end_quick(in, err);
    in->role = role;
    return code ? code : an_intake_keep(in, way->of.kind, grade, true, (struct an_str) {key->text, key->len}, err);
}

// A cell of a column that names a kind, which is one. False: it takes the long way.
static inline bool take_named(struct an_intake *in, const struct an_way *way, const struct an_value *v, enum an_code *code,
                              struct an_err *err) {
    struct an_intake_quick *q = &in->quick;
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
        *code = an_intake_add_evidence(in, c->group, true, err);
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
    if (c->header.personal && !an_intake_is_void(v->text))
        *code = an_intake_add_evidence(in, c->group, false, err);
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
    return an_intake_take_value(in, v, err);
}

// The headings once more: a table without a clear header is given its first row as a record too, and joined files repeat it.
static bool repeats_headings(const struct an_intake *in, const struct an_record *r) {
    const struct an_store *s = in->store;
    if (!in->guessed || !in->labelled || r->count != s->column_count)
        return false;
    for (size_t i = 0; i < r->count; i++)
        if (!an_str_eq(an_intake_shorten(r->values[i].text), s->columns[i].name))
            return false;
    return true;
}

enum an_code an_intake_take_record(struct an_intake *in, const struct an_record *record, struct an_err *err) {
    if (repeats_headings(in, record))
        return AN_OK;
    struct an_intake_quick *q = &in->quick;
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
    enum an_code code = q->any ? an_intake_end_quick(in, err) : AN_OK;
    if (!in->role_count && !in->labelled && record->count)
        an_intake_evidence_of(in, 0)->unlabelled = true;
    return code || !in->role_count ? code : an_intake_record_done(in, err);
}

enum an_code an_intake_take_rows(struct an_intake *in, const struct an_rows *rows, struct an_err *err) {
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
            code = an_intake_take_record(in, &record, err);
        }
    return code;
}
