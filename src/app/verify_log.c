// Checking a dossier: the log, each entry bound to the one before; who signed; and the objects that entries name.
#include "app/verify.h"

#include <stdio.h>
#include <string.h>
#include "app/canonical.h"

static enum an_code log_fault(void *arg, uint64_t seq, const char *what, struct an_err *err) {
    struct an_verify *v = arg;
    (void) err;
    return an_verify_note(v, AN_DOSSIER_WRONG, "log", "entry %llu: %s", "第 %llu 条：%s", (unsigned long long) seq, what);
}

static enum an_code read_log(struct an_verify *v, const struct an_verify_manifest *m, bool *ret_go_on) {
    const struct an_zip_member *file = an_verify_take(v, "log.json");
    AN_CLEANUP(an_json_cleanup) json_t *list = NULL;
    struct an_err why = {0};
    struct an_extract *x = &v->d->log;
    *ret_go_on = false;
    enum an_code code = file ? an_canonical_read(file->bytes, &list, &why) : an_fail(&why, AN_INPUT, "is missing");
    if (code)
        return an_verify_fault(v, "log", "log.json", code, &why);
    const json_t *hashes = json_object_get(list, "hashes"), *hidden = json_object_get(list, "hidden");
    size_t n = json_array_size(hashes);
    if (json_object_size(list) != 2 || !n || n > AN_CASE_ENTRIES_MAX || n != m->facts.entries ||
        json_array_size(hidden) != m->facts.hidden)
        return an_verify_note(v, AN_DOSSIER_WRONG, "log", "%s: not as many entries as the manifest says", "%s：记录数与清单不符",
                              "log.json");
    x->entries = AN_NEW_N(&v->d->arena, n, struct an_extract_entry);
    if (!x->entries)
        return an_verify_no_memory(v);
    for (size_t i = 0; i < n; i++) {
        unsigned char raw[AN_CASE_DIGEST];
        const char *hash = json_string_value(json_array_get(hashes, i));
        char name[AN_DOSSIER_NAME_MAX];
        struct an_extract_entry *e = &x->entries[x->count];
        if (!hash || !an_hex_read(an_str_from_c(hash), raw, sizeof raw))
            return an_verify_note(v, AN_DOSSIER_WRONG, "log", "%s: an entry's hash is none", "%s：记录的哈希无效", "log.json");
        memcpy(e->hash.text, hash, AN_HASH_TEXT);
        x->count++;
        (void) snprintf(name, sizeof name, "log/%07zu.json", i + 1);
        const struct an_zip_member *text = an_verify_take(v, name);
        e->text = text ? text->bytes : (struct an_str) {0};
        (void) snprintf(name, sizeof name, "log/%07zu.minisig", i + 1);
        const struct an_zip_member *signature = text ? an_verify_take(v, name) : NULL;
        e->signature = signature ? signature->bytes : (struct an_str) {0};
        (void) snprintf(name, sizeof name, "log/%07zu.tsr", i + 1);
        if (text)
            AN_IGNORE(!an_verify_take(v, name));        // `openssl ts` says whether a stamp is good
    }
    *ret_go_on = true;
    return AN_OK;
}

enum an_code an_verify_log(struct an_verify *v, const struct an_verify_manifest *m, bool *ret_go_on) {
    size_t from = v->d->note_count, is_signed = 0, unknown = 0;
    AN_AUTO(an_buf) again = {0};
    AN_TRY(read_log(v, m, ret_go_on));
    if (!*ret_go_on)
        return AN_OK;
    const struct an_extract *x = &v->d->log;
    AN_TRY(an_dossier_log(x, &again, v->err));
    if (!an_str_eq(an_buf_str(&again), an_verify_take(v, "log.json")->bytes))
        AN_TRY(an_verify_note(v, AN_DOSSIER_WRONG, "log", "%s: does not tell which entries are hidden", "%s：与隐去的记录不符",
                              "log.json"));
    if (!an_str_eq(an_hash_str(&x->entries[x->count - 1].hash), an_hash_str(&m->facts.head)))
        AN_TRY(an_verify_note(v, AN_DOSSIER_WRONG, "log", "%s: its last entry is not the head of the manifest",
                              "%s：末条与清单所述不符",
                              "log.json"));
    AN_TRY(an_extract_check(&v->d->log, log_fault, v, v->err));
    struct an_str last = AN_STR("");
    for (size_t i = 0; i < x->count; i++) {
        is_signed += x->entries[i].signer == AN_EXTRACT_SIGNED;
        unknown += x->entries[i].signer == AN_EXTRACT_UNKNOWN_KEY;
        last = x->entries[i].text.len ? x->entries[i].at : last;
    }
    if (!x->entries[0].body || !an_str_eq(an_entry_text(x->entries[0].body, "id"), m->facts.case_id) ||
        !an_str_eq(last, m->facts.last)) {
        *ret_go_on = x->entries[0].body != NULL;
        AN_TRY(an_verify_note(v, AN_DOSSIER_WRONG, "log", "%s: the log is of another case or state", "%s：日志属于另一案件或状态",
                              AN_DOSSIER_MANIFEST));
    }
    if (!an_verify_is_fine_since(v, from))
        return AN_OK;
    AN_TRY(an_verify_note(v, AN_DOSSIER_FINE, "log", "log: %zu entries, each bound to the one before; %zu signed and checked",
                          "日志：%zu 条记录，环环相扣；%zu 条有签名且已核验", x->count, is_signed));
    if (m->facts.hidden)
        AN_TRY(an_verify_note(v, AN_DOSSIER_PARTLY, "log",
                              "log: %llu entries are hidden from a reader of role %.*s; only their hashes were looked at",
                              "日志：%llu 条记录对角色 %.*s 隐去，仅核验其哈希", (unsigned long long) m->facts.hidden,
                              AN_STR_ARG(m->facts.role)));
    if (unknown)
        AN_TRY(an_verify_note(v, AN_DOSSIER_PARTLY, "log", "log: %zu entries are signed with keys of persons who are hidden",
                              "日志：%zu 条记录的签名公钥属于被隐去的人员", unknown));
    return AN_OK;
}

// The person whose key signed, as far as the log shows him; empty: nobody.
static struct an_str person_of(const struct an_verify *v, const struct an_public *key) {
    char line[AN_PUBLIC_TEXT_MAX];
    struct an_str text = an_str_from_c(an_public_text(key, line));
    const struct an_extract *log = &v->d->log;
    for (uint64_t seq = an_extract_next(log, "person", 0); seq; seq = an_extract_next(log, "person", seq))
        if (an_str_eq(an_entry_text(log->entries[seq - 1].body, "key"), text))
            return an_entry_text(log->entries[seq - 1].body, "id");
    return AN_STR("");
}

enum an_code an_verify_signature(struct an_verify *v, const struct an_verify_manifest *m) {
    const struct an_zip_member *s = an_verify_take(v, AN_DOSSIER_SIGNATURE), *of = an_verify_take(v, AN_DOSSIER_MANIFEST);
    struct an_signature signature;
    struct an_public key = {0};
    struct an_err why = {0};
    char id[AN_PUBLIC_ID_TEXT_MAX];
    AN_AUTO(an_buf) comment = {0};
    if (!s)
        return an_verify_note(v, v->trust->key ? AN_DOSSIER_WRONG : AN_DOSSIER_PARTLY, "signature",
                              "signature: none%s: whoever passed it on may have made it", "签名：无%s：转交者可能自行制作",
                              v->trust->key ? ", though a key was given" : "");
    enum an_code code = an_signature_parse(s->bytes, &signature, &why);
    if (code)
        return an_verify_fault(v, "signature", AN_DOSSIER_SIGNATURE, code, &why);
    AN_TRY(an_dossier_comment(&m->facts, &comment, v->err));
    if (!an_str_eq(signature.trusted, an_buf_str(&comment)) || !an_str_eq(signature.untrusted, AN_STR(AN_DOSSIER_UNTRUSTED)))
        return an_verify_note(v, AN_DOSSIER_WRONG, "signature", "signature: not of this case and state%s",
                              "签名：不是对本案此状态的签名%s", "");
    memcpy(key.id, signature.id, sizeof key.id);
    if (v->trust->key) {
        code = an_signature_check(&signature, v->trust->key, of->bytes, &why);
        if (code)
            return an_verify_fault(v, "signature", "signature", code, &why);
        struct an_str person = person_of(v, v->trust->key);
        return an_verify_note(v, AN_DOSSIER_FINE, "signature", "signature: by the key that was given, %s%s%.*s",
                              "签名：由所给公钥签署，%s%s%.*s", an_public_id_text(v->trust->key, id), person.len ? ", of " : "",
                              AN_STR_ARG(person));
    }
    const struct an_extract *log = &v->d->log;      // no key was given: does the log say whose it could be?
    for (uint64_t seq = an_extract_next(log, "person", 0); seq; seq = an_extract_next(log, "person", seq)) {
        struct an_str line = an_entry_text(log->entries[seq - 1].body, "key");
        if (!line.len || an_public_parse(line, &key, &why) || memcmp(key.id, signature.id, sizeof key.id) != 0)
            continue;
        code = an_signature_check(&signature, &key, of->bytes, &why);
        if (code)
            return an_verify_fault(v, "signature", "signature", code, &why);
        return an_verify_note(v, AN_DOSSIER_PARTLY, "signature",
                              "signature: fits key %s, which the log itself says is of %.*s; to be sure, give a key that you "
                              "have from elsewhere",
                              "签名：与公钥 %s 相符，日志自称属于 %.*s；须用另行取得的公钥核对", an_public_id_text(&key, id),
                              AN_STR_ARG(an_entry_text(log->entries[seq - 1].body, "id")));
    }
    memcpy(key.id, signature.id, sizeof key.id);
    return an_verify_note(v, AN_DOSSIER_PARTLY, "signature", "signature: by key %s, which is not known here: it was not checked",
                          "签名：公钥 %s 在此未知，未核验", an_public_id_text(&key, id));
}

struct naming { struct an_verify *v; const struct an_verify_manifest *m; uint64_t seq; size_t there, withheld; };

static enum an_code named_object(void *arg, struct an_str hash, struct an_err *err) {
    struct naming *n = arg;
    char name[AN_DOSSIER_NAME_MAX];
    (void) err;
    (void) snprintf(name, sizeof name, "objects/%.*s", AN_STR_ARG(hash));
    const struct an_zip_member *o = an_verify_take(n->v, name);
    for (size_t i = 0; i < n->m->facts.withheld_count && !o; i++)
        if (an_str_eq(an_hash_str(&n->m->facts.withheld[i]), hash)) {
            n->withheld++;
            return AN_OK;
        }
    if (!o)
        return an_verify_note(n->v, AN_DOSSIER_WRONG, "objects", "entry %llu: names object %.12s..., which is not there",
                              "第 %llu 条：所述对象 %.12s... 不在卷宗中", (unsigned long long) n->seq, hash.ptr);
    struct an_hash is = an_hash_of(o->bytes);
    if (!an_str_eq(an_hash_str(&is), hash))
        return an_verify_note(n->v, AN_DOSSIER_WRONG, "objects", "object %.12s...: its bytes do not fit its hash",
                              "对象 %.12s...：内容与哈希不符", hash.ptr);
    n->there++;
    return AN_OK;
}

enum an_code an_verify_objects(struct an_verify *v, const struct an_verify_manifest *m) {
    size_t from = v->d->note_count;
    struct naming n = {.v = v, .m = m};
    for (size_t i = 0; i < v->d->log.count; i++) {
        const struct an_extract_entry *e = &v->d->log.entries[i];
        struct an_err why = {0};
        n.seq = i + 1;
        if (e->body && e->kind) {
            enum an_code code = an_entry_check(e->kind, e->body, named_object, &n, &why);
            if (code == AN_NOMEM)
                return an_verify_no_memory(v);
        }
    }
    if (!an_verify_is_fine_since(v, from))
        return AN_OK;
    AN_TRY(an_verify_note(v, AN_DOSSIER_FINE, "objects", "objects: %zu times named, there, and of their hashes",
                          "对象：引用 %zu 次，均在且哈希相符", n.there));
    return n.withheld ? an_verify_note(v, AN_DOSSIER_PARTLY, "objects",
                                       "objects: %zu times one is named that a reader of this role may not see",
                                       "对象：%zu 次引用该角色无权查看的对象", n.withheld) : AN_OK;
}
