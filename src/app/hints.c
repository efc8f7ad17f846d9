#include "app/hints.h"

#include <string.h>
#include "app/column_category.h"
#include "app/combination.h"
#include "ident/kinds.h"
#include "look/looks.h"
#include "rules/list.h"

struct hinter {
    struct an_arena *arena;
    struct an_model *m;
    const struct an_store *s;
    struct an_column_category *of;      // of each of its columns
    struct an_err *err;
};

static enum an_code add(struct hinter *h, const struct an_model_gap *gap) {
    struct an_model_gap *mine = AN_PUSH(h->arena, h->m->gaps, h->m->gap_count);
    if (!mine)
        return an_fail(h->err, AN_NOMEM, "no memory for the data map");
    *mine = *gap;
    mine->store = h->s->uri;
    return AN_OK;
}

// Secrets, where they were seen.
static enum an_code secrets(struct hinter *h) {
    enum an_code code = AN_OK;
    for (size_t i = 0; i < h->s->secret_count && !code; i++) {
        const struct an_secret_seen *seen = &h->s->secrets[i];
        const struct an_column *c = seen->column < h->s->column_count ? &h->s->columns[seen->column] : NULL;
        bool lines = !c && h->s->text_bytes;
        code = add(h, &(struct an_model_gap) {
            .code = "secret", .kind = seen->secret->name, .title = seen->secret->title, .source = seen->secret->source,
            .count = seen->count, .column = c ? c->name : AN_STR(""), .unit = lines ? "bytes" : "records",
            .looked = lines ? h->s->text_looked : h->s->records_looked, .of = lines ? h->s->text_bytes : h->s->records,
        });
    }
    return code;
}

// Whether the heading is a password's, not a key's or a token's.
static bool is_password(struct an_str name) {
    static const char *const words[] = {"密码", "口令", "登录密码", "支付密码", "mima", "dlmm", "zfmm", "password",
                                        "passwd", "pwd",
                                        "passphrase", NULL};
    return an_header_ends_in(name, words) > 0;
}

// Cells of a column of passwords that are no hash and nothing that may be encrypted.
static enum an_code passwords(struct hinter *h) {
    const struct an_look *const hidden[] = {&an_look_password_hash, &an_look_hex_digest, &an_look_base64};
    enum an_code code = AN_OK;
    for (size_t i = 0; i < h->s->column_count && !code; i++) {
        const struct an_column *c = &h->s->columns[i];
        if (!h->of[i].category || strcmp(h->of[i].category->name, "credential") != 0 || !c->looked || !is_password(c->name))
            continue;
        uint64_t known = 0;
        for (size_t k = 0; k < AN_COUNT(hidden); k++)
            known += an_column_cells(c, hidden[k]);
        if (known < c->looked)
            code = add(h, &(struct an_model_gap) {
                .code = "password-in-clear", .kind = h->of[i].category->name, .title = h->of[i].category->title,
                .count = c->looked - known, .column = c->name, .looked = c->looked, .of = c->values, .unit = "cells",
            });
    }
    return code;
}

// Identity numbers in running text: counted in full, as every identifier is.
static enum an_code ids_in_logs(struct hinter *h) {
    uint64_t found = h->s->tally[an_kind_index(&an_ident_cn_resident_id)].found;
    if (!h->s->text_bytes || !found)
        return AN_OK;
    return add(h, &(struct an_model_gap) {.code = "id-in-log", .kind = an_ident_cn_resident_id.name,
                                          .title = an_ident_cn_resident_id.title, .count = found});
}

// Birth dates of children, where the column holds birth dates or resident IDs.
static enum an_code children(struct hinter *h) {
    enum an_code code = AN_OK;
    for (size_t i = 0; i < h->s->column_count && !code; i++) {
        const struct an_column *c = &h->s->columns[i];
        uint64_t cells = an_column_cells(c, &an_look_under_14);
        bool births = h->of[i].category && strcmp(h->of[i].category->name, "birth-date") == 0;
        if (cells && (births || c->header.kind == &an_ident_cn_resident_id))
            code = add(h, &(struct an_model_gap) {
                .code = "under-14", .kind = "minor", .title = an_look_under_14.title, .source = an_look_under_14.source,
                .count = cells, .column = c->name, .looked = c->looked, .of = c->values, .unit = "cells",
            });
    }
    return code;
}

static enum an_code columns(struct hinter *h, enum an_column_evidence evidence, const char *name) {
    enum an_code code = AN_OK;
    for (size_t i = 0; i < h->s->column_count && !code; i++) {
        const struct an_column *c = &h->s->columns[i];
        const struct an_column_category *of = &h->of[i];
        if (of->category && of->evidence == evidence)
            code = add(h, &(struct an_model_gap) {
                .code = name, .kind = of->category->name, .title = of->category->title, .source = of->category->source,
                .count = of->cells, .column = c->name, .looked = c->looked, .of = c->values, .unit = "cells",
            });
    }
    return code;
}

static enum an_code combinations(struct hinter *h) {
    enum an_code code = AN_OK;
    for (size_t i = 0; i < an_combination_count && !code; i++)
        if (an_combination_is_in(&an_combinations[i], h->s, h->of))
            code = add(h, &(struct an_model_gap) {
                .code = "combination", .kind = an_combinations[i].name, .title = an_combinations[i].title,
                .source = an_combinations[i].source, .count = h->s->count.floor,
            });
    return code;
}

static enum an_code likely(struct hinter *h) { return columns(h, AN_EVIDENCE_CONTENT, "likely-category"); }
static enum an_code denied(struct hinter *h) { return columns(h, AN_EVIDENCE_DENIED, "heading-denied"); }

enum an_code an_hints_fill(const struct an_census *census, struct an_arena *arena, struct an_model *m,
                           struct an_err *err) {
    static enum an_code (*const hints[])(struct hinter *) = {
        secrets, passwords, ids_in_logs, children, likely, denied, combinations,
    };
    AN_AUTO(an_arena) scratch = {0};
    struct an_column_category **of = AN_NEW_N(&scratch, census->count + 1, struct an_column_category *);
    for (size_t i = 0; of && i < census->count; i++) {
        const struct an_store *s = census->stores[i];
        of[i] = AN_NEW_N(&scratch, s->column_count + 1, struct an_column_category);
        for (size_t k = 0; of[i] && k < s->column_count; k++)
            of[i][k] = an_column_category(&s->columns[k]);
        if (!of[i])
            of = NULL;
    }
    if (!of)
        return an_fail(err, AN_NOMEM, "no memory for the data map");
    enum an_code code = AN_OK;
    for (size_t k = 0; k < AN_COUNT(hints); k++)
        for (size_t i = 0; i < census->count && !code; i++)
            code = hints[k](&(struct hinter) {arena, m, census->stores[i], of[i], err});
    return code;
}
