#include "case/case.h"

#include <sodium.h>
#include <string.h>
#include "base/alloc.h"
#include "case/log.h"

static const struct an_db_step steps[] = {
    {.sql = "CREATE TABLE entry(seq INTEGER PRIMARY KEY, text TEXT NOT NULL, previous TEXT NOT NULL, hash TEXT NOT NULL, "
            "signature TEXT) STRICT;"
            "CREATE TABLE object(hash TEXT PRIMARY KEY, bytes BLOB NOT NULL) STRICT;"
            "CREATE TABLE stamp(seq INTEGER PRIMARY KEY REFERENCES entry, hash TEXT NOT NULL, token BLOB NOT NULL) STRICT"},
};

const struct an_db_format an_case_format = {
    .what = "case file", .application_id = 0x616E7368,          // "ansh"
    .steps = steps, .step_count = AN_COUNT(steps),
};

struct an_case *an_case_new(const char *path, struct an_err *err) {
    struct an_case *c = sodium_init() < 0 ? NULL : an_alloc(sizeof *c);
    if (c)
        *c = (struct an_case) {0};
    struct an_str copy = c ? an_arena_copy(&c->arena, an_str_from_c(path)) : (struct an_str) {0};
    if (!copy.ptr) {
        an_free(c);
        AN_IGNORE(an_fail(err, AN_NOMEM, "no memory for the case file"));
        return NULL;
    }
    c->path = copy.ptr;
    memset(c->head.text, '0', AN_HASH_TEXT);
    return c;
}

// Puts the file's name in front.
static enum an_code named(const struct an_case *c, struct an_err *err) {
    return an_err_context(err, "case file %.120s", c->path);
}

void an_case_free(struct an_case *c) {
    if (!c)
        return;
    an_case_rollback(c);
    an_log_forget(c, 0, c->head, 0);
    an_db_free(c->db);
    an_free(c->entries);
    an_arena_release(&c->arena);
    an_free(c);
}

// Room for what the row points to, as long as it is being added.
struct writing { struct an_buf text, signature; struct an_hash previous, hash; };

static void writing_release(struct writing *w) {
    an_buf_release(&w->text);
    an_buf_release(&w->signature);
}

static void free_json(json_t **json) { json_decref(*json); }

static enum an_code make_text(const struct an_entry_draft *draft, uint64_t seq, struct an_buf *out, struct an_err *err) {
    AN_CLEANUP(free_json) json_t *root = json_object();
    bool ok = root && json_object_set(root, "body", draft->body) == 0 &&
              json_object_set_new(root, "seq", json_integer((json_int_t) seq)) == 0 &&
              json_object_set_new(root, "at", json_string(draft->at)) == 0 &&
              json_object_set_new(root, "actor", json_string(draft->actor ? draft->actor : "")) == 0 &&
              json_object_set_new(root, "kind", json_string(draft->kind)) == 0;
    if (ok && draft->key) {
        struct an_public public;
        char line[AN_PUBLIC_TEXT_MAX];
        an_secret_public(draft->key, &public);
        ok = json_object_set_new(root, "key", json_string(an_public_text(&public, line))) == 0;
    }
    if (!ok)
        return an_fail(err, AN_INPUT, "an entry's texts are not UTF-8, its body is missing, or there is no memory for it");
    return an_canonical(root, out, err);
}

// `row` is then what is to be written, with its text and signature in `w`.
static enum an_code make_row(const struct an_case *c, const struct an_entry_draft *draft, struct writing *w,
                             struct an_log_row *row, struct an_err *err) {
    uint64_t seq = c->last_seq + 1;
    char comment[AN_LOG_COMMENT_MAX];
    AN_TRY(make_text(draft, seq, &w->text, err));
    if (w->text.len > AN_CASE_ENTRY_MAX)
        return an_fail(err, AN_LIMIT, "longer than %d bytes", AN_CASE_ENTRY_MAX);
    w->previous = c->head;
    *row = (struct an_log_row) {.seq = (int64_t) seq, .text = an_buf_str(&w->text), .previous = an_hash_str(&w->previous)};
    w->hash = an_log_hash(row->previous, row->text);
    row->hash = an_hash_str(&w->hash);
    if (draft->key)
        AN_TRY(an_sign(draft->key, row->hash, AN_STR(AN_LOG_UNTRUSTED), an_str_from_c(an_log_comment(seq, comment)),
                       &w->signature, err));
    row->signature = an_buf_str(&w->signature);
    return AN_OK;
}

static enum an_code insert(struct an_db *db, const struct an_log_row *row, struct an_err *err) {
    const struct an_db_value values[] = {
        an_db_of_i64(row->seq), an_db_of_text(row->text), an_db_of_text(row->previous), an_db_of_text(row->hash),
        row->signature.len ? an_db_of_text(row->signature) : (struct an_db_value) {.type = AN_DB_NULL},
    };
    return an_db_run(db, "INSERT INTO entry(seq, text, previous, hash, signature) VALUES(?, ?, ?, ?, ?)", values,
                     AN_COUNT(values), err);
}

// Whether what the database gives back is what it was given.
static enum an_code read_back(struct an_db *db, const struct an_log_row *row, struct an_err *err) {
    AN_CLEANUP(an_db_rows_cleanup) struct an_db_rows *rows = NULL;
    const struct an_db_value seq = an_db_of_i64(row->seq);
    bool any = false;
    AN_TRY(an_db_ask(db, "SELECT text, previous, hash, signature FROM entry WHERE seq = ?", &seq, 1, &rows, err));
    AN_TRY(an_db_next(rows, &any, err));
    struct an_hash again = any ? an_log_hash(an_db_bytes(rows, 1), an_db_bytes(rows, 0)) : (struct an_hash) {0};
    bool same = any && an_str_eq(an_hash_str(&again), row->hash) && an_str_eq(an_db_bytes(rows, 2), row->hash) &&
                an_str_eq(an_db_bytes(rows, 3), row->signature);
    return same ? AN_OK : an_fail(err, AN_IO, "what was written reads back as something else: nothing was kept");
}

static enum an_code add(struct an_case *c, const struct an_entry_draft *draft, uint64_t *ret_seq, struct an_err *err) {
    AN_CLEANUP(writing_release) struct writing w = {0};
    struct an_log_row row;
    AN_TRY(an_log_load(c, NULL, NULL, err));        // what another program added meanwhile
    if (!an_entry_kind_find(an_str_from_c(draft->kind)))
        return an_fail(err, AN_INPUT, "no kind of entry '%.40s'", draft->kind);
    struct an_str last = c->count ? c->entries[c->count - 1]->entry.at : AN_STR("");
    if (strlen(draft->at) == last.len && memcmp(draft->at, last.ptr, last.len) < 0)
        return an_fail(err, AN_USAGE, "the clock was set back: it is %s, and the last entry was made at %.*s", draft->at,
                       AN_STR_ARG(last));
    AN_TRY(make_row(c, draft, &w, &row, err));
    c->looks_at_objects = true;
    enum an_code code = an_log_take(c, &row, NULL, NULL, err);
    c->looks_at_objects = false;
    AN_TRY(code);
    AN_TRY(insert(c->db, &row, err));
    AN_TRY(read_back(c->db, &row, err));
    *ret_seq = (uint64_t) row.seq;
    return AN_OK;
}

enum an_code an_case_begin(struct an_case *c, struct an_err *err) {
    if (!c->writable)
        return an_fail(err, AN_USAGE, "case file %.120s: was opened for reading only", c->path);
    if (c->group != AN_CASE_SINGLE)
        return an_fail(err, AN_BUG, "case file %.120s: a transaction in a transaction", c->path);
    if (an_db_begin(c->db, err))
        return named(c, err);
    c->group = AN_CASE_GROUP;
    c->group_count = c->count;
    c->group_head = c->head;
    c->group_seq = c->last_seq;
    return AN_OK;
}

static void give_up(struct an_case *c) {
    an_db_rollback(c->db);
    an_log_forget(c, c->group_count, c->group_head, c->group_seq);
}

enum an_code an_case_commit(struct an_case *c, struct an_err *err) {
    enum an_case_group was = c->group;
    c->group = AN_CASE_SINGLE;
    if (was != AN_CASE_GROUP)
        return was == AN_CASE_BROKEN
            ? an_fail(err, AN_IO, "case file %.120s: nothing was kept, since a part of it failed", c->path)
            : an_fail(err, AN_BUG, "case file %.120s: no transaction to end", c->path);
    enum an_code code = an_db_commit(c->db, err);
    if (!code)
        return AN_OK;
    give_up(c);
    return named(c, err);
}

void an_case_rollback(struct an_case *c) {
    if (c->group == AN_CASE_GROUP)
        give_up(c);
    c->group = AN_CASE_SINGLE;
}

// One piece of work, in the group that is open or in a transaction of its own.
struct work {
    bool alone;
};

static enum an_code begin_work(struct an_case *c, struct work *w, struct an_err *err) {
    if (c->group == AN_CASE_BROKEN)
        return an_fail(err, AN_IO, "case file %.120s: nothing is kept any more, since a part before failed", c->path);
    w->alone = c->group == AN_CASE_SINGLE;
    return w->alone ? an_case_begin(c, err) : AN_OK;
}

static enum an_code end_work(struct an_case *c, const struct work *w, enum an_code code, struct an_err *err) {
    if (code) {
        give_up(c);
        c->group = w->alone ? AN_CASE_SINGLE : AN_CASE_BROKEN;
        return code;
    }
    return w->alone ? an_case_commit(c, err) : AN_OK;
}

enum an_code an_case_append(struct an_case *c, const struct an_entry_draft *draft, uint64_t *ret_seq, struct an_err *err) {
    struct work w;
    uint64_t seq = 0;
    AN_TRY(begin_work(c, &w, err));
    enum an_code code = add(c, draft, &seq, err);
    if (code)
        AN_IGNORE(named(c, err));
    AN_TRY(end_work(c, &w, code, err));
    *ret_seq = seq;
    return AN_OK;
}

// The first entry, into a file that nobody can see yet.
static enum an_code fill(void *arg, struct an_db *db, struct an_err *err) {
    AN_CLEANUP(an_case_cleanup) struct an_case *c = an_case_new("", err);
    uint64_t seq;
    if (!c)
        return AN_NOMEM;
    c->db = db;
    enum an_code code = add(c, arg, &seq, err);
    c->db = NULL;
    return code;
}

static enum an_code use(struct an_case *c, struct an_err *err) {
    AN_TRY(an_db_check_schema(c->db, &an_case_format, err));
    AN_TRY(an_log_load(c, NULL, NULL, err));
    if (!c->count)
        return an_fail(err, AN_INPUT, "has no entry: it was altered");
    return an_db_changed(c->db) ? an_fail(err, AN_IO, "was written to while it was read: try again") : AN_OK;
}

enum an_code an_case_create(const char *path, const struct an_entry_draft *open, struct an_case **ret_case,
                            struct an_err *err) {
    AN_CLEANUP(an_case_cleanup) struct an_case *c = an_case_new(path, err);
    struct an_entry_draft draft = *open;
    if (!c)
        return AN_NOMEM;
    if (strcmp(open->kind, "open") != 0)
        return an_fail(err, AN_INPUT, "case file %.120s: its first entry must open it", path);
    AN_TRY(an_db_create(path, &an_case_format, fill, &draft, &c->db, err));
    c->writable = true;
    if (use(c, err))
        return named(c, err);
    *ret_case = AN_TAKE(c);
    return AN_OK;
}

enum an_code an_case_open(const char *path, bool writable, struct an_case **ret_case, struct an_err *err) {
    AN_CLEANUP(an_case_cleanup) struct an_case *c = an_case_new(path, err);
    if (!c)
        return AN_NOMEM;
    AN_TRY((writable ? an_db_open_write : an_db_open_read)(path, &an_case_format, &c->db, err));
    c->writable = writable;
    if (use(c, err))
        return named(c, err);
    *ret_case = AN_TAKE(c);
    return AN_OK;
}

enum an_code an_log_object_size(struct an_case *c, struct an_str hash, uint64_t *ret_size, struct an_err *err) {
    AN_CLEANUP(an_db_rows_cleanup) struct an_db_rows *rows = NULL;
    const struct an_db_value value = an_db_of_text(hash);
    bool any = false;
    AN_TRY(an_db_ask(c->db, "SELECT length(bytes) FROM object WHERE hash = ?", &value, 1, &rows, err));
    AN_TRY(an_db_next(rows, &any, err));
    *ret_size = any ? (uint64_t) an_db_i64(rows, 0) : UINT64_MAX;
    return AN_OK;
}

// Adds the bytes of an object when they have its hash.
static enum an_code get_object(struct an_case *c, struct an_str hash, struct an_buf *out, struct an_err *err) {
    AN_CLEANUP(an_db_rows_cleanup) struct an_db_rows *rows = NULL;
    const struct an_db_value value = an_db_of_text(hash);
    bool any = false;
    AN_TRY(an_db_ask(c->db, "SELECT bytes FROM object WHERE hash = ?", &value, 1, &rows, err));
    AN_TRY(an_db_next(rows, &any, err));
    if (!any)
        return an_fail(err, AN_USAGE, "there is none of this hash");
    struct an_str bytes = an_db_bytes(rows, 0);
    struct an_hash is = an_hash_of(bytes);
    if (!an_str_eq(an_hash_str(&is), hash))
        return an_fail(err, AN_INPUT, "its bytes do not fit its hash: it was altered");
    return out ? an_buf_add(out, bytes, err) : AN_OK;
}

enum an_code an_case_object_get(struct an_case *c, struct an_str hash, struct an_buf *out, struct an_err *err) {
    return get_object(c, hash, out, err) ? an_err_context(err, "case file %.120s: object %.*s", c->path,
                                                         AN_STR_ARG(an_str_slice(hash, 0, AN_HASH_TEXT)))
                                         : AN_OK;
}

enum an_code an_case_object_size(struct an_case *c, struct an_str hash, uint64_t *ret_size, struct an_err *err) {
    uint64_t size;
    AN_TRY(an_log_object_size(c, hash, &size, err));
    if (size == UINT64_MAX)
        return an_fail(err, AN_USAGE, "case file %.90s: object %.*s: there is none of this hash", c->path,
                       AN_STR_ARG(an_str_slice(hash, 0, AN_HASH_TEXT)));
    *ret_size = size;
    return AN_OK;
}

static enum an_code put_object(struct an_case *c, struct an_str bytes, struct an_hash hash, struct an_err *err) {
    uint64_t size;
    AN_TRY(an_log_object_size(c, an_hash_str(&hash), &size, err));
    if (size == UINT64_MAX) {
        const struct an_db_value values[] = {an_db_of_text(an_hash_str(&hash)), an_db_of_blob(bytes)};
        AN_TRY(an_db_run(c->db, "INSERT INTO object(hash, bytes) VALUES(?, ?)", values, AN_COUNT(values), err));
    }
    return get_object(c, an_hash_str(&hash), NULL, err);
}

enum an_code an_case_object_put(struct an_case *c, struct an_str bytes, struct an_hash *ret_hash, struct an_err *err) {
    struct work w;
    if (bytes.len > AN_CASE_OBJECT_MAX)
        return an_fail(err, AN_LIMIT, "case file: an object has at most %d bytes", AN_CASE_OBJECT_MAX);
    AN_TRY(begin_work(c, &w, err));
    struct an_hash hash = an_hash_of(bytes);
    enum an_code code = put_object(c, bytes, hash, err);
    if (code)
        AN_IGNORE(an_err_context(err, "case file %.120s: object %.12s", c->path, hash.text));
    AN_TRY(end_work(c, &w, code, err));
    *ret_hash = hash;
    return AN_OK;
}

size_t an_case_count(const struct an_case *c) { return c->count; }

const struct an_entry *an_case_entry(const struct an_case *c, uint64_t seq) {
    const struct an_logged *e = an_log_find(c, seq);
    return e ? &e->entry : NULL;
}

static bool is_kind(const struct an_entry *e, const char *kind) {
    return !e->withdrawn_by && (!kind || strcmp(e->kind->name, kind) == 0);
}

const struct an_entry *an_case_next(const struct an_case *c, const char *kind, const struct an_entry *last) {
    for (size_t i = last ? (size_t) last->seq : 0; i < c->count; i++)
        if (is_kind(&c->entries[i]->entry, kind))
            return &c->entries[i]->entry;
    return NULL;
}

const struct an_entry *an_case_last(const struct an_case *c, const char *kind, const char *member, struct an_str value) {
    for (size_t i = c->count; i-- > 0;) {
        const struct an_entry *e = &c->entries[i]->entry;
        if (is_kind(e, kind) && (!member || an_str_eq(an_entry_text(e->body, member), value)))
            return e;
    }
    return NULL;
}

struct an_hash an_case_head(const struct an_case *c) { return c->head; }

static enum an_code put_stamp(struct an_case *c, const struct an_entry *e, struct an_str token, struct an_err *err) {
    AN_AUTO(an_buf) there = {0};
    struct an_hash hash = an_hash_of(token);
    bool any = false;
    AN_TRY(an_case_stamp_get(c, e->seq, &there, &any, err));
    if (any)
        return an_fail(err, AN_USAGE, "has a stamp already");
    const struct an_db_value values[] = {
        an_db_of_i64((int64_t) e->seq), an_db_of_text(an_hash_str(&hash)), an_db_of_blob(token),
    };
    return an_db_run(c->db, "INSERT INTO stamp(seq, hash, token) VALUES(?, ?, ?)", values, AN_COUNT(values), err);
}

enum an_code an_case_stamp_add(struct an_case *c, uint64_t seq, struct an_str token, struct an_err *err) {
    struct work w;
    const struct an_entry *e = an_case_entry(c, seq);
    if (!e)
        return an_fail(err, AN_USAGE, "case file %.120s: there is no entry %llu", c->path, (unsigned long long) seq);
    if (token.len > AN_CASE_STAMP_MAX)
        return an_fail(err, AN_LIMIT, "time stamp: longer than %d bytes", AN_CASE_STAMP_MAX);
    if (!an_stamp_fits(token, e))
        return an_fail(err, AN_INPUT, "time stamp: not one of entry %llu, or damaged", (unsigned long long) seq);
    AN_TRY(begin_work(c, &w, err));
    enum an_code code = put_stamp(c, e, token, err);
    if (code)
        AN_IGNORE(an_err_context(err, "case file %.120s: entry %llu", c->path, (unsigned long long) seq));
    return end_work(c, &w, code, err);
}

enum an_code an_case_stamp_get(struct an_case *c, uint64_t seq, struct an_buf *out, bool *ret_any, struct an_err *err) {
    AN_CLEANUP(an_db_rows_cleanup) struct an_db_rows *rows = NULL;
    const struct an_db_value value = an_db_of_i64((int64_t) seq);
    bool any = false;
    AN_TRY(an_db_ask(c->db, "SELECT token FROM stamp WHERE seq = ?", &value, 1, &rows, err));
    AN_TRY(an_db_next(rows, &any, err));
    if (any)
        AN_TRY(an_buf_add(out, an_db_bytes(rows, 0), err));
    *ret_any = any;
    return AN_OK;
}
