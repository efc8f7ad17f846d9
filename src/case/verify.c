// Everything that can be wrong with a case file, all of it.
#include <stdio.h>
#include <string.h>

#include "case/log.h"

enum { FAULTS_MAX = 10000 };

struct verifying {
    struct an_case *c;
    struct an_arena *arena;
    struct an_case_report *report;
    struct an_err *err;
};

static enum an_code add_fault(struct verifying *v, uint64_t seq, struct an_str object, const char *text) {
    struct an_case_report *r = v->report;
    if (r->fault_count == FAULTS_MAX)
        return AN_OK;                   // one who has read so many knows
    if (r->fault_count == r->fault_cap) {
        size_t cap = r->fault_cap ? 2 * r->fault_cap : 16;
        struct an_case_fault *more = AN_NEW_N(v->arena, cap, struct an_case_fault);
        if (!more)
            return an_fail(v->err, AN_NOMEM, "no memory for the faults of a case file");
        if (r->fault_count)
            memcpy(more, r->faults, r->fault_count * sizeof *more);
        r->faults = more;
        r->fault_cap = cap;
    }
    struct an_case_fault *fault = &r->faults[r->fault_count];
    fault->seq = seq;
    if (object.len == AN_HASH_TEXT)
        memcpy(fault->object.text, object.ptr, AN_HASH_TEXT);
    fault->text = an_arena_copy(v->arena, an_str_from_c(text));
    if (!fault->text.ptr)
        return an_fail(v->err, AN_NOMEM, "no memory for the faults of a case file");
    r->fault_count++;
    return AN_OK;
}

static enum an_code on_fault(void *arg, uint64_t seq, const struct an_err *why, struct an_err *err) {
    (void) err;
    return add_fault(arg, seq, (struct an_str) {0}, why->text);
}

// Damage that SQLite meets on the way is a fault; what the machine lacks is an error.
static enum an_code survive(struct verifying *v, enum an_code code, const char *what) {
    if (code != AN_INPUT)
        return code;
    char text[sizeof v->err->text + 64];
    (void) snprintf(text, sizeof text, "database: %s: %s", what, v->err->text);
    return add_fault(v, 0, (struct an_str) {0}, text);
}

// A stored hash, when it is one: what else stands there is nothing to show.
static struct an_str shown(struct an_str hash) {
    for (size_t i = 0; i < hash.len; i++)
        if (!strchr("0123456789abcdef", hash.ptr[i]) || !hash.ptr[i])
            return AN_STR("");
    return hash.len == AN_HASH_TEXT ? hash : AN_STR("");
}

static enum an_code check_object(struct verifying *v, const struct an_db_rows *row) {
    struct an_str hash = an_db_bytes(row, 0), bytes = an_db_bytes(row, 1), name = shown(hash);
    struct an_hash is = an_hash_of(bytes);
    char text[160];
    v->report->objects++;
    if (an_str_eq(an_hash_str(&is), hash))
        return AN_OK;
    if (name.len)
        (void) snprintf(text, sizeof text, "object %.*s: its bytes do not fit its hash: it was altered", AN_STR_ARG(name));
    else
        (void) snprintf(text, sizeof text, "object number %lld: its hash is none: it was altered",
                        (long long) an_db_i64(row, 2));
    return add_fault(v, 0, name, text);
}

static enum an_code check_stamp(struct verifying *v, const struct an_db_rows *row) {
    int64_t seq = an_db_i64(row, 0);
    struct an_str hash = an_db_bytes(row, 1), token = an_db_bytes(row, 2);
    const struct an_entry *e = seq > 0 ? an_case_entry(v->c, (uint64_t) seq) : NULL;
    struct an_hash is = an_hash_of(token);
    char text[160];
    const char *what = NULL;
    v->report->stamps++;
    if (!e)
        what = "stands with no entry";
    else if (!an_str_eq(an_hash_str(&is), hash))
        what = "does not fit its hash: it was altered";
    else if (!an_stamp_fits(token, e))
        what = "is not one of this entry";
    if (!what)
        return AN_OK;
    (void) snprintf(text, sizeof text, "entry %lld: its time stamp %s", (long long) seq, what);
    return add_fault(v, e ? e->seq : 0, (struct an_str) {0}, text);
}

static enum an_code each_row(struct verifying *v, const char *sql,
                             enum an_code (*check)(struct verifying *v, const struct an_db_rows *row)) {
    AN_CLEANUP(an_db_rows_cleanup) struct an_db_rows *rows = NULL;
    bool any = false;
    AN_TRY(an_db_ask(v->c->db, sql, NULL, 0, &rows, v->err));
    AN_TRY(an_db_next(rows, &any, v->err));
    while (any) {
        AN_TRY(check(v, rows));
        AN_TRY(an_db_next(rows, &any, v->err));
    }
    return AN_OK;
}

static enum an_code check_pages(struct verifying *v) {
    uint64_t damages = 0;
    char text[96];
    AN_TRY(an_db_check(v->c->db, &damages, v->err));
    if (!damages)
        return AN_OK;
    (void) snprintf(text, sizeof text, "database: SQLite's own check finds %llu damages", (unsigned long long) damages);
    return add_fault(v, 0, (struct an_str) {0}, text);
}

static enum an_code check_all(struct verifying *v) {
    struct an_case *c = v->c;
    enum an_code schema = an_db_check_schema(c->db, &an_case_format, v->err);
    AN_TRY(survive(v, schema, "its tables"));
    if (!schema)                        // else SQLite's check would compute what strange tables ask for
        AN_TRY(survive(v, check_pages(v), "its pages cannot be checked"));
    c->looks_at_objects = true;
    AN_TRY(survive(v, an_log_load(c, on_fault, v, v->err), "its entries cannot all be read"));
    if (!c->last_seq)
        AN_TRY(add_fault(v, 0, (struct an_str) {0}, "database: there is no entry"));
    AN_TRY(survive(v, each_row(v, "SELECT hash, bytes, rowid FROM object", check_object), "its objects cannot all be read"));
    AN_TRY(survive(v, each_row(v, "SELECT seq, hash, token FROM stamp", check_stamp), "its time stamps cannot all be read"));
    for (size_t i = 0; i < c->count; i++)
        v->report->signatures += c->entries[i]->entry.signature.len > 0;
    v->report->entries = c->count;
    if (c->last_seq)
        v->report->head = c->head;
    return AN_OK;
}

enum an_code an_case_verify(const char *path, struct an_arena *arena, struct an_case_report *ret_report, struct an_err *err) {
    struct an_case_report report = {0};
    struct an_case *c = an_case_new(path, err);
    if (!c)
        return AN_NOMEM;
    struct verifying v = {.c = c, .arena = arena, .report = &report, .err = err};
    enum an_code code = an_db_open_read(path, &an_case_format, &c->db, err);
    if (!code)
        code = check_all(&v);
    else if (code == AN_INPUT)
        code = survive(&v, code, "cannot be opened");
    if (!code && c->db && an_db_changed(c->db))
        code = an_fail(err, AN_IO, "case file %.120s: was written to while it was read: try again", path);
    an_case_free(c);
    if (code)
        return code;
    *ret_report = report;
    return AN_OK;
}
