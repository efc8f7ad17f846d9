// What the name in a mark stands for: a column of the row that is written, a field, a repeated part, the evidence used so
// far; and for a name that nobody knows, the nearest.
#include <stdio.h>
#include "base/near.h"
#include "report/docx.h"

enum { NAMED = 3 };                     // nearest names that an error lists

static const char *const evidence_columns[] = {"number", "text"};

enum an_code an_docx_uses_begin(struct an_docx_uses *u, const struct an_paper *paper, struct an_arena *arena,
                                struct an_err *err) {
    *u = (struct an_docx_uses) {
        .number = AN_NEW_N(arena, paper->evidence_count + 1, unsigned), .arena = arena,
        .set = {.name = "evidence", .columns = evidence_columns, .column_count = AN_COUNT(evidence_columns),
                .values = AN_NEW_N(arena, paper->evidence_count * AN_COUNT(evidence_columns) + 1, struct an_paper_value)},
    };
    return u->number && u->set.values ? AN_OK : an_fail(err, AN_NOMEM, "no memory for a list of evidence");
}

unsigned an_docx_number(const struct an_docx_fill *f, unsigned evidence) {
    struct an_docx_uses *u = f->uses;
    if (evidence > f->paper->evidence_count)
        return evidence;
    if (u->number[evidence - 1])
        return u->number[evidence - 1];
    char text[16];
    int len = snprintf(text, sizeof text, "%zu", u->set.row_count + 1);
    struct an_str kept = an_arena_copy(u->arena, (struct an_str) {text, (size_t) len});
    if (!kept.ptr)
        return 0;
    struct an_paper_value *row = u->set.values + u->set.row_count * AN_COUNT(evidence_columns);
    row[0] = (struct an_paper_value) {.text = kept};
    row[1] = (struct an_paper_value) {.text = f->paper->evidence[evidence - 1]};
    return u->number[evidence - 1] = (unsigned) ++u->set.row_count;
}

static const struct an_paper_set *set_of(const struct an_docx_fill *f, struct an_str name) {
    return an_str_eq(name, AN_STR("evidence")) ? &f->uses->set : an_paper_set(f->paper, name);
}

const struct an_paper_value *an_docx_value(const struct an_docx_fill *f, const struct an_docx_scope *s,
                                           struct an_str name) {
    static const struct an_paper_value blank = {.is_blank = true};
    for (; s; s = s->above)
        for (size_t i = 0; i < s->set->column_count; i++)
            if (an_str_eq(an_str_from_c(s->set->columns[i]), name))
                return &s->row[i];
    const struct an_paper_value *v = an_paper_value(f->paper, name);
    size_t n = f->paper->open ? strlen(f->paper->open) : 0;
    return v || !n || name.len <= n || memcmp(name.ptr, f->paper->open, n) != 0 ? v : &blank;
}

struct near { struct an_str names[NAMED]; size_t distances[NAMED], count; };

static void consider(struct near *near, struct an_str word, const char *known) {
    struct an_str name = an_str_from_c(known);
    size_t d = an_near_distance(word, name), at = near->count;
    while (at && near->distances[at - 1] > d)
        at--;
    if (at == NAMED)
        return;
    size_t last = near->count < NAMED ? near->count++ : NAMED - 1;
    for (size_t i = last; i > at; i--) {
        near->names[i] = near->names[i - 1];
        near->distances[i] = near->distances[i - 1];
    }
    near->names[at] = name;
    near->distances[at] = d;
}

enum an_code an_docx_unknown(const struct an_docx_fill *f, const struct an_docx_scope *s,
                             const struct an_docx_token *k) {
    struct near near = {0};
    for (; s && k->sign != '#'; s = s->above)
        for (size_t i = 0; i < s->set->column_count; i++)
            consider(&near, k->name, s->set->columns[i]);
    for (size_t i = 0; i < f->paper->field_count && k->sign != '#'; i++)
        consider(&near, k->name, f->paper->fields[i].name);
    for (size_t i = 0; i < f->paper->set_count && k->sign; i++)
        consider(&near, k->name, f->paper->sets[i].name);
    if (k->sign)
        consider(&near, k->name, f->uses->set.name);
    char list[3 * AN_DOCX_SHOWN + 8] = "";
    size_t len = 0;
    for (size_t i = 0; i < near.count && len < sizeof list; i++)
        len += (size_t) snprintf(list + len, sizeof list - len, "%s%.*s", i ? ", " : "",
                                 AN_STR_ARG(an_str_slice(near.names[i], 0, AN_DOCX_SHOWN)));
    return an_fail(f->err, AN_INPUT, "%s: %.*s: no %s of that name; the nearest: %s", f->part,
                   AN_STR_ARG(an_str_slice(k->mark, 0, AN_DOCX_SHOWN)), k->sign == '#' ? "repeated part" : "field", list);
}

enum an_code an_docx_times(const struct an_docx_fill *f, const struct an_docx_scope *s, const struct an_docx_token *k,
                           const struct an_paper_set **ret_set, size_t *ret) {
    const struct an_paper_set *set = set_of(f, k->name);
    *ret_set = k->sign == '#' ? set : NULL;
    if (k->sign == '#') {
        *ret = set ? set->row_count : 0;
        return set ? AN_OK : an_docx_unknown(f, s, k);
    }
    const struct an_paper_value *v = an_docx_value(f, s, k->name);
    if (!v && !set)
        return an_docx_unknown(f, s, k);
    bool is_there = v ? v->text.len && !v->is_blank : set->row_count > 0;
    *ret = is_there == (k->sign == '?');
    return AN_OK;
}
