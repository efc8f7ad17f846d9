// Entries as they stand in the log: what makes one valid, alone and behind those before it.
#define _GNU_SOURCE
#include <sodium.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/date.h"
#include "case/log.h"

#define PREFIX "anshen case entry 1\n"

static struct an_hash hash_text(const unsigned char raw[32]) {
    struct an_hash h;
    sodium_bin2hex(h.text, sizeof h.text, raw, 32);
    return h;
}

struct an_hash an_hash_of(struct an_str bytes) {
    unsigned char raw[32];
    crypto_generichash(raw, sizeof raw, (const unsigned char *) bytes.ptr, bytes.len, NULL, 0);
    return hash_text(raw);
}

static void feed(crypto_generichash_state *state, struct an_str s) {
    crypto_generichash_update(state, (const unsigned char *) s.ptr, s.len);
}

struct an_hash an_log_hash(struct an_str previous, struct an_str text) {
    crypto_generichash_state state;
    unsigned char raw[32];
    crypto_generichash_init(&state, NULL, 0, sizeof raw);
    feed(&state, AN_STR(PREFIX));
    feed(&state, previous);
    feed(&state, AN_STR("\n"));
    feed(&state, text);
    crypto_generichash_final(&state, raw, sizeof raw);
    return hash_text(raw);
}

const char *an_log_comment(uint64_t seq, char out[AN_LOG_COMMENT_MAX]) {
    (void) snprintf(out, AN_LOG_COMMENT_MAX, "anshen case entry %llu", (unsigned long long) seq);
    return out;
}

void an_entry_stamp_digest(const struct an_entry *entry, unsigned char ret_digest[AN_CASE_DIGEST]) {
    crypto_hash_sha256(ret_digest, (const unsigned char *) entry->hash.text, AN_HASH_TEXT);
}

// DER, X.690 section 8.1: SEQUENCE and a length that is the rest. Inside, the digest is an OCTET STRING of 32 bytes.
bool an_stamp_fits(struct an_str token, const struct an_entry *entry) {
    enum { SEQUENCE = 0x30, LONG = 0x80, OCTETS = 4 };
    const unsigned char *p = (const unsigned char *) token.ptr;
    if (token.len < 2 || p[0] != SEQUENCE)
        return false;
    size_t head = 2, len = p[1];
    if (len & LONG) {
        size_t digits = len & 127;
        if (!digits || digits > 4 || token.len < head + digits)
            return false;
        for (len = 0; head < 2 + digits; head++)
            len = len << 8 | p[head];
    }
    unsigned char imprint[2 + AN_CASE_DIGEST] = {OCTETS, AN_CASE_DIGEST};
    an_entry_stamp_digest(entry, imprint + 2);
    return len == token.len - head && memmem(token.ptr, token.len, imprint, sizeof imprint);
}

struct an_logged *an_log_find(const struct an_case *c, uint64_t seq) {
    if (seq && seq <= c->count && c->entries[seq - 1]->entry.seq == seq)
        return c->entries[seq - 1];
    for (size_t i = 0; i < c->count; i++)           // a damaged log has gaps
        if (c->entries[i]->entry.seq == seq)
            return c->entries[i];
    return NULL;
}

struct taking {
    struct an_case *c;
    uint64_t seq;
    an_on_fault *fault;
    void *arg;
    struct an_err *err;
};

AN_PRINTF(2, 3)
static enum an_code say(const struct taking *t, const char *fmt, ...) {
    struct an_err why;
    char text[sizeof why.text];
    va_list ap;
    va_start(ap, fmt);
    (void) vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    AN_IGNORE(an_fail(&why, AN_INPUT, "entry %llu: %s", (unsigned long long) t->seq, text));
    if (t->fault)
        return t->fault(t->arg, t->seq, &why, t->err);
    *t->err = why;
    return AN_INPUT;
}

static enum an_code no_memory(const struct taking *t) { return an_fail(t->err, AN_NOMEM, "no memory for the entries"); }

static bool is_moment(struct an_str s) {
    an_day day;
    static const char form[] = "dddd-dd-ddTdd:dd:ddZ";
    if (s.len != sizeof form - 1 || !an_day_parse(an_str_slice(s, 0, 10), &day))
        return false;
    for (size_t i = 10; i < s.len; i++)
        if (form[i] == 'd' ? s.ptr[i] < '0' || s.ptr[i] > '9' : s.ptr[i] != form[i])
            return false;
    return memcmp(s.ptr + 11, "24", 2) < 0 && s.ptr[14] < '6' && s.ptr[17] < '6';
}

static struct an_str text_of(const json_t *value) {
    return json_is_string(value) ? (struct an_str) {json_string_value(value), json_string_length(value)} : (struct an_str) {0};
}

// The stored text to an entry; *ret NULL after a fault that left nothing to go on with.
static enum an_code parse(const struct taking *t, const struct an_log_row *row, struct an_logged **ret) {
    struct an_logged *e = AN_NEW(&t->c->arena, struct an_logged);
    struct an_str text = an_arena_copy(&t->c->arena, row->text), signature = an_arena_copy(&t->c->arena, row->signature);
    json_error_t problem;
    *ret = NULL;
    if (!e || !text.ptr || !signature.ptr)
        return no_memory(t);
    if (text.len > AN_CASE_ENTRY_MAX)
        return say(t, "longer than %d bytes", AN_CASE_ENTRY_MAX);
    e->root = json_loadb(text.ptr, text.len, JSON_REJECT_DUPLICATES, &problem);
    if (!e->root)
        return json_error_code(&problem) == json_error_out_of_memory ? no_memory(t) : say(t, "not JSON: it was altered");
    const json_t *seq = json_object_get(e->root, "seq"), *body = json_object_get(e->root, "body");
    e->entry.seq = t->seq;
    e->entry.at = text_of(json_object_get(e->root, "at"));
    e->entry.actor = text_of(json_object_get(e->root, "actor"));
    e->entry.kind = an_entry_kind_find(text_of(json_object_get(e->root, "kind")));
    e->entry.body = body;
    e->entry.text = text;
    e->entry.signature = signature;
    bool keyed = json_object_get(e->root, "key");
    if (!json_is_integer(seq) || !e->entry.at.ptr || !e->entry.actor.ptr || !json_is_object(body) ||
        json_object_size(e->root) != 5 + (size_t) keyed || (keyed && !json_is_string(json_object_get(e->root, "key")))) {
        json_decref(e->root);
        return say(t, "not the members of an entry: it was altered");
    }
    if (!e->entry.kind) {
        json_decref(e->root);
        return say(t, "of a kind that is not known here");
    }
    *ret = e;
    return AN_OK;
}

static enum an_code judge_form(const struct taking *t, const struct an_logged *e) {
    AN_AUTO(an_buf) canonical = {0};
    if ((uint64_t) json_integer_value(json_object_get(e->root, "seq")) != t->seq)
        AN_TRY(say(t, "says that it is another one"));
    if (an_canonical(e->root, &canonical, t->err) == AN_NOMEM)
        return AN_NOMEM;
    if (!an_str_eq(an_buf_str(&canonical), e->entry.text))
        AN_TRY(say(t, "not canonical JSON: it was altered"));
    if (!is_moment(e->entry.at))
        return say(t, "its moment is none (YYYY-MM-DDTHH:MM:SSZ)");
    if (t->c->count) {
        struct an_str before = t->c->entries[t->c->count - 1]->entry.at;
        if (before.len == e->entry.at.len && memcmp(before.ptr, e->entry.at.ptr, before.len) > 0)
            return say(t, "its moment lies before that of the entry before it");
    }
    return AN_OK;
}

struct looking { const struct taking *t; bool missing; };

// Whether an object that the body names is there.
static enum an_code look_at_object(void *arg, struct an_str hash, struct an_err *err) {
    struct looking *l = arg;
    uint64_t size;
    if (!l->t->c->looks_at_objects)
        return AN_OK;
    AN_TRY(an_log_object_size(l->t->c, hash, &size, err));
    return size == UINT64_MAX ? say(l->t, "object %.12s... is not in the file", hash.ptr) : AN_OK;
}

static enum an_code judge_body(const struct taking *t, const struct an_logged *e, bool *ret_fits) {
    struct looking l = {.t = t};
    struct an_err why = {0};
    *ret_fits = false;
    // First its shape alone, so that a fault of the shape is one of the body's and not of an object's.
    enum an_code code = an_entry_check(e->entry.kind, e->entry.body, NULL, NULL, &why);
    if (code == AN_INPUT)
        return say(t, "%s: %s", e->entry.kind->name, why.text);
    if (code)
        return an_fail(t->err, code, "%s", why.text);
    *ret_fits = true;
    return an_entry_check(e->entry.kind, e->entry.body, look_at_object, &l, t->err);
}

// The entry of a person with this id, of those that stand and are not withdrawn; or of all.
static bool is_person(const struct an_logged *e, struct an_str id) {
    return strcmp(e->entry.kind->name, "person") == 0 && an_str_eq(an_entry_text(e->entry.body, "id"), id);
}

static bool knows_person(const struct an_case *c, struct an_str id) {
    for (size_t i = 0; i < c->count; i++)
        if (is_person(c->entries[i], id) && !c->entries[i]->entry.withdrawn_by)
            return true;
    return false;
}

// Whether the person has (or, `ever`, had) this key; a key of no length: any.
static bool has_key(const struct an_case *c, struct an_str id, struct an_str key, bool ever) {
    for (size_t i = 0; i < c->count; i++) {
        const struct an_logged *e = c->entries[i];
        struct an_str theirs = an_entry_text(e->entry.body, "key");
        if (is_person(e, id) && (ever || !e->entry.withdrawn_by) && theirs.len && (!key.len || an_str_eq(theirs, key)))
            return true;
    }
    return false;
}

static enum an_code judge_actor(const struct taking *t, const struct an_logged *e) {
    struct an_str actor = e->entry.actor, key = an_entry_text(e->root, "key");
    bool self = is_person(e, actor);
    if (actor.len && !self && !knows_person(t->c, actor))
        AN_TRY(say(t, "its actor is no person of the entries before it"));
    if (key.len && !actor.len)
        AN_TRY(say(t, "is signed, but says by nobody"));
    else if (key.len && !has_key(t->c, actor, key, false) && !(self && an_str_eq(an_entry_text(e->entry.body, "key"), key)))
        AN_TRY(say(t, "its key is none that a person entry before it gives its actor"));
    // Who has a key keeps it: else whoever can write the file could become anybody.
    struct an_str id = an_entry_text(e->entry.body, "id"), given = an_entry_text(e->entry.body, "key");
    if (strcmp(e->entry.kind->name, "person") == 0 && given.len && has_key(t->c, id, (struct an_str) {0}, true) &&
        !has_key(t->c, id, given, true) && !(key.len && an_str_eq(actor, id) && has_key(t->c, id, key, true)))
        AN_TRY(say(t, "gives another key to a person who has one, and is not signed with that one"));
    return AN_OK;
}

static enum an_code judge_signature(const struct taking *t, const struct an_logged *e) {
    struct an_str key = an_entry_text(e->root, "key"), text = e->entry.signature;
    struct an_public public;
    struct an_signature s;
    struct an_err why = {0};
    char comment[AN_LOG_COMMENT_MAX];
    if (!key.len)
        return text.len ? say(t, "has a signature, but no key") : AN_OK;
    if (!text.len)
        return say(t, "its signature is missing");
    enum an_code code = an_public_parse(key, &public, &why);
    if (!code)
        code = an_signature_parse(text, &s, &why);
    if (!code)
        code = an_signature_check(&s, &public, an_hash_str(&e->entry.hash), &why);
    if (code == AN_NOMEM)
        return no_memory(t);
    if (code)
        return say(t, "%s", why.text);
    bool exact = !s.is_legacy && an_str_eq(s.trusted, an_str_from_c(an_log_comment(t->seq, comment))) &&
                 an_str_eq(s.untrusted, AN_STR(AN_LOG_UNTRUSTED)) && !memchr(text.ptr, '\r', text.len) &&
                 text.ptr[text.len - 1] == '\n';
    return exact ? AN_OK : say(t, "its signature is not written as it should be: it was altered");
}

// What only the log itself can judge of a body.
static enum an_code judge_meaning(const struct taking *t, const struct an_logged *e) {
    const char *kind = e->entry.kind->name;
    if ((strcmp(kind, "open") == 0) != (t->seq == 1))
        return say(t, t->seq == 1 ? "the first entry opens no case" : "opens a case that is open");
    if (strcmp(kind, "withdraw") == 0) {
        json_int_t number = json_integer_value(json_object_get(e->entry.body, "entry"));
        struct an_logged *target = an_log_find(t->c, (uint64_t) number);
        if (!target || number < 2)
            return say(t, "withdraws an entry that does not stand before it, or the first");
        if (strcmp(target->entry.kind->name, "withdraw") == 0)
            return say(t, "withdraws a withdrawal");
        if (target->entry.withdrawn_by)
            return say(t, "withdraws what entry %llu has", (unsigned long long) target->entry.withdrawn_by);
        target->entry.withdrawn_by = t->seq;
    }
    if (strcmp(kind, "document") == 0 && t->c->looks_at_objects) {
        uint64_t size, said = (uint64_t) json_integer_value(json_object_get(e->entry.body, "size"));
        AN_TRY(an_log_object_size(t->c, an_entry_text(e->entry.body, "object"), &size, t->err));
        if (size != UINT64_MAX && size != said)
            return say(t, "says that its object has another size than it has");
    }
    return AN_OK;
}

static enum an_code judge_chain(const struct taking *t, const struct an_log_row *row) {
    if (!an_str_eq(row->previous, an_hash_str(&t->c->head)))
        AN_TRY(say(t, "does not follow the one before it: one of them was altered, or some are missing"));
    struct an_hash hash = an_log_hash(row->previous, row->text);
    return an_str_eq(row->hash, an_hash_str(&hash)) ? AN_OK : say(t, "its hash does not fit: it was altered");
}

static bool has_room(struct an_case *c) { return an_alloc_room(&c->entries, c->count, &c->cap, sizeof *c->entries); }

static enum an_code judge(const struct taking *t, const struct an_log_row *row, struct an_logged *e) {
    bool fits = false;
    AN_TRY(judge_form(t, e));
    AN_TRY(judge_body(t, e, &fits));
    AN_TRY(judge_actor(t, e));
    if (row->hash.len == AN_HASH_TEXT)
        memcpy(e->entry.hash.text, row->hash.ptr, AN_HASH_TEXT);
    AN_TRY(judge_signature(t, e));
    return fits ? judge_meaning(t, e) : AN_OK;
}

enum an_code an_log_take(struct an_case *c, const struct an_log_row *row, an_on_fault *fault, void *arg, struct an_err *err) {
    struct taking t = {.c = c, .seq = c->last_seq + 1, .fault = fault, .arg = arg, .err = err};
    if (row->seq < 1 || row->seq > AN_CASE_ENTRIES_MAX)
        return fault ? say(&t, "a number that no entry has")
                     : an_fail(err, AN_LIMIT, "a case file has at most %d entries", AN_CASE_ENTRIES_MAX);
    if ((uint64_t) row->seq != t.seq)
        AN_TRY(say(&t, "is missing"));
    t.seq = (uint64_t) row->seq;
    AN_TRY(judge_chain(&t, row));
    struct an_logged *e = NULL;
    AN_TRY(parse(&t, row, &e));
    if (e) {
        enum an_code code = has_room(c) ? judge(&t, row, e) : no_memory(&t);
        if (code) {
            json_decref(e->root);
            return code;
        }
        c->entries[c->count++] = e;
    }
    c->head = (struct an_hash) {0};
    memcpy(c->head.text, row->hash.ptr, row->hash.len < AN_HASH_TEXT ? row->hash.len : AN_HASH_TEXT);
    c->last_seq = t.seq;
    return AN_OK;
}

void an_log_forget(struct an_case *c, size_t count, struct an_hash head, uint64_t seq) {
    while (c->count > count)
        json_decref(c->entries[--c->count]->root);
    for (size_t i = 0; i < count; i++)
        if (c->entries[i]->entry.withdrawn_by > seq)
            c->entries[i]->entry.withdrawn_by = 0;
    c->head = head;
    c->last_seq = seq;
}

enum an_code an_log_load(struct an_case *c, an_on_fault *fault, void *arg, struct an_err *err) {
    AN_CLEANUP(an_db_rows_cleanup) struct an_db_rows *rows = NULL;
    const struct an_db_value after = an_db_of_i64((int64_t) c->last_seq);
    bool any = false;
    AN_TRY(an_db_ask(c->db, "SELECT seq, text, previous, hash, signature FROM entry WHERE seq > ? ORDER BY seq", &after, 1, &rows,
                     err));
    AN_TRY(an_db_next(rows, &any, err));
    while (any) {
        const struct an_log_row row = {
            .seq = an_db_i64(rows, 0), .text = an_db_bytes(rows, 1), .previous = an_db_bytes(rows, 2),
            .hash = an_db_bytes(rows, 3), .signature = an_db_bytes(rows, 4),
        };
        AN_TRY(an_log_take(c, &row, fault, arg, err));
        AN_TRY(an_db_next(rows, &any, err));
    }
    return AN_OK;
}
