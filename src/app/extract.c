#include "app/extract.h"

#include <string.h>
#include "app/canonical.h"
#include "base/date.h"
#include "case/secrecy.h"

static bool is(const struct an_entry_kind *kind, const char *name) { return strcmp(kind->name, name) == 0; }

bool an_extract_shows(const struct an_case *c, const struct an_entry *entry, struct an_str role) {
    return entry->seq == 1 || an_secrecy_lets(role, an_entry_secrecy(c, entry));
}

bool an_extract_shows_object(const struct an_case *c, struct an_str hash, struct an_str role) {
    for (uint64_t seq = 1; seq <= an_case_count(c); seq++) {
        const struct an_entry *e = an_case_entry(c, seq);
        if (is(e->kind, "document") && an_str_eq(an_entry_text(e->body, "object"), hash) && !an_extract_shows(c, e, role))
            return false;
        if (is(e->kind, "dossier") && an_str_eq(an_entry_text(e->body, "file"), hash))
            return false;               // or each would hold all before it
    }
    return true;
}

void an_extract_release(struct an_extract *x) {
    for (size_t i = 0; i < x->count; i++)
        json_decref(x->entries[i].root);
    *x = (struct an_extract) {0};
}

struct checking { struct an_extract *x; uint64_t seq; an_on_extract_fault *fault; void *arg; struct an_err *err; };

static enum an_code wrong(const struct checking *c, const char *what) { return c->fault(c->arg, c->seq, what, c->err); }

static struct an_str text_at(const json_t *j, const char *key) {
    const json_t *value = json_object_get(j, key);
    return json_is_string(value) ? (struct an_str) {json_string_value(value), json_string_length(value)} : (struct an_str) {0};
}

static bool is_moment(struct an_str s) {
    an_day day;
    static const char form[] = "dddd-dd-ddTdd:dd:ddZ";
    if (s.len != sizeof form - 1 || !an_day_parse(an_str_slice(s, 0, 10), &day))
        return false;
    for (size_t i = 10; i < s.len; i++)
        if (form[i] == 'd' ? s.ptr[i] < '0' || s.ptr[i] > '9' : s.ptr[i] != form[i])
            return false;
    return true;
}

// Fills the entry from its text; *ret false after a fault that leaves nothing to look at.
static enum an_code parse(const struct checking *c, struct an_extract_entry *e, bool *ret) {
    struct an_err why = {0};
    *ret = false;
    enum an_code code = an_canonical_read(e->text, &e->root, &why);
    if (code == AN_NOMEM)
        return an_fail(c->err, code, "%s", why.text);
    if (code)
        return wrong(c, "is no canonical JSON");
    const json_t *key = json_object_get(e->root, "key");
    e->at = text_at(e->root, "at");
    e->actor = text_at(e->root, "actor");
    e->body = json_object_get(e->root, "body");
    e->kind = an_entry_kind_find(text_at(e->root, "kind"));
    if (json_object_size(e->root) != 5 + (size_t) (key != NULL) || !e->at.ptr || !e->actor.ptr || !e->kind ||
        (key && !json_is_string(key)) || (uint64_t) json_integer_value(json_object_get(e->root, "seq")) != c->seq) {
        e->body = NULL;                 // so that nobody takes it for one
        return wrong(c, "does not have the members of an entry of this number");
    }
    code = an_entry_check(e->kind, e->body, NULL, NULL, &why);
    if (code == AN_NOMEM)
        return an_fail(c->err, code, "%s", why.text);
    if (code) {
        e->body = NULL;
        return wrong(c, why.text);
    }
    *ret = true;
    return is_moment(e->at) ? AN_OK : wrong(c, "its moment is none");
}

static bool gives_key(const struct an_extract_entry *e, struct an_str person, struct an_str key) {
    return e->body && is(e->kind, "person") && an_str_eq(an_entry_text(e->body, "id"), person) &&
           (!key.len || an_str_eq(an_entry_text(e->body, "key"), key));
}

static enum an_code check_signature(const struct checking *c, struct an_extract_entry *e) {
    struct an_str key = text_at(e->root, "key");
    struct an_public public;
    struct an_signature s;
    struct an_err why = {0};
    char comment[AN_LOG_COMMENT_MAX];
    bool known = false, hidden = false;
    if (!key.len || !e->signature.len)
        return key.len ? wrong(c, "its signature is missing") : e->signature.len ? wrong(c, "has a signature, but no key")
            : AN_OK;
    enum an_code code = an_public_parse(key, &public, &why);
    if (!code)
        code = an_signature_parse(e->signature, &s, &why);
    if (!code)
        code = an_signature_check(&s, &public, an_hash_str(&e->hash), &why);
    if (code == AN_NOMEM)
        return an_fail(c->err, code, "%s", why.text);
    if (code)
        return wrong(c, why.text);
    if (!an_str_eq(s.trusted, an_str_from_c(an_log_comment(c->seq, comment))))
        return wrong(c, "its signature is one of another entry");
    for (uint64_t seq = 1; seq <= c->seq; seq++) {
        const struct an_extract_entry *p = &c->x->entries[seq - 1];
        hidden |= !p->text.len;
        known |= gives_key(p, e->actor, key) && (!p->withdrawn_by || p->withdrawn_by > c->seq);
    }
    e->signer = known ? AN_EXTRACT_SIGNED : AN_EXTRACT_UNKNOWN_KEY;
    return known || hidden ? AN_OK : wrong(c, "is signed with a key that no person entry gives its actor");
}

static enum an_code check_withdrawal(const struct checking *c, const struct an_extract_entry *e) {
    json_int_t number = json_integer_value(json_object_get(e->body, "entry"));
    if (number < 2 || (uint64_t) number >= c->seq)
        return wrong(c, "withdraws an entry that does not stand before it, or the first");
    struct an_extract_entry *target = &c->x->entries[number - 1];
    if (target->body && is(target->kind, "withdraw"))
        return wrong(c, "withdraws a withdrawal");
    if (target->withdrawn_by)
        return wrong(c, "withdraws what was withdrawn");
    target->withdrawn_by = c->seq;
    return AN_OK;
}

static enum an_code check_one(const struct checking *c, struct an_str previous, struct an_str *last_at) {
    struct an_extract_entry *e = &c->x->entries[c->seq - 1];
    struct an_hash hash = an_log_hash(previous, e->text);
    bool whole = false;
    if (!an_str_eq(an_hash_str(&hash), an_hash_str(&e->hash)))
        AN_TRY(wrong(c, "its hash does not fit: it was altered, or does not follow the one before it"));
    AN_TRY(parse(c, e, &whole));
    if (!whole)
        return AN_OK;
    if (last_at->len == e->at.len && memcmp(last_at->ptr, e->at.ptr, e->at.len) > 0)
        AN_TRY(wrong(c, "its moment lies before that of an entry before it"));
    *last_at = e->at;
    if (is(e->kind, "open") != (c->seq == 1))
        AN_TRY(wrong(c, c->seq == 1 ? "the first entry opens no case" : "opens a case that is open"));
    AN_TRY(check_signature(c, e));
    return is(e->kind, "withdraw") ? check_withdrawal(c, e) : AN_OK;
}

enum an_code an_extract_check(struct an_extract *x, an_on_extract_fault *fault, void *arg, struct an_err *err) {
    struct checking c = {.x = x, .fault = fault, .arg = arg, .err = err};
    struct an_str last_at = AN_STR("");
    struct an_hash none;
    memset(none.text, '0', AN_HASH_TEXT);
    none.text[AN_HASH_TEXT] = '\0';
    for (size_t i = 0; i < x->count; i++) {
        c.seq = i + 1;
        if (x->entries[i].text.len)
            AN_TRY(check_one(&c, an_hash_str(i ? &x->entries[i - 1].hash : &none), &last_at));
    }
    return AN_OK;
}

uint64_t an_extract_next(const struct an_extract *x, const char *kind, uint64_t last) {
    for (uint64_t seq = last + 1; seq <= x->count; seq++) {
        const struct an_extract_entry *e = &x->entries[seq - 1];
        if (e->body && e->kind && is(e->kind, kind) && !e->withdrawn_by)
            return seq;
    }
    return 0;
}
