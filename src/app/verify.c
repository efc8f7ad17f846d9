// Checking a dossier: everything in it that can be checked without its sender.
#include "app/dossier_form.h"

#include <sodium.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "app/canonical.h"
#include "app/measurement.h"
#include "base/alloc.h"
#include "case/secrecy.h"
#include "rules/canon.h"
#include "rules/recheck.h"

enum { MEMBERS_MAX = 65000, TEXT_MAX = 1024 };

void an_dossier_release(struct an_dossier *d) {
    an_extract_release(&d->log);
    json_decref(d->manifest);
    an_free(d->notes);
    an_arena_release(&d->arena);
    *d = (struct an_dossier) {0};
}

struct verifying {
    struct an_dossier *d;
    const struct an_dossier_trust *trust;
    struct an_recheck_law law;              // the rules in the dossier
    size_t rules, unshipped;
    size_t proven, unproven;                // certificates; those whose rules are not in the dossier
    struct an_recheck_law shipped;          // all rules at hand, where all of the dossier's are among them
    bool *used;                             // members, by index, that something accounts for
    bool *looked;                           // results, by index of their member
    struct an_err *err;
};

static void verifying_release(struct verifying *v) {
    an_recheck_law_release(&v->law);
    an_recheck_law_release(&v->shipped);
}

static enum an_code no_memory(struct verifying *v) { return an_fail(v->err, AN_NOMEM, "no memory to check a dossier"); }

// Both texts take the same values in the same order.
AN_PRINTF(4, 6) AN_PRINTF(5, 6)
static enum an_code note(struct verifying *v, enum an_dossier_level level, const char *about, const char *en, const char *zh,
                         ...) {
    struct an_dossier *d = v->d;
    char text[2][TEXT_MAX];
    struct an_str copy[2];
    if (level > d->level)
        d->level = level;
    if (level == AN_DOSSIER_WRONG && d->note_count >= AN_DOSSIER_FAULTS_MAX) {
        d->untold++;
        return AN_OK;
    }
    for (int i = 0; i < 2; i++) {
        va_list ap;
        va_start(ap, zh);
        (void) vsnprintf(text[i], sizeof text[i], i ? zh : en, ap);
        va_end(ap);
        copy[i] = an_arena_copy(&d->arena, an_str_from_c(text[i]));
        if (!copy[i].ptr)
            return no_memory(v);
    }
    if (!an_alloc_room(&d->notes, d->note_count, &d->note_cap, sizeof *d->notes))
        return no_memory(v);
    d->notes[d->note_count++] = (struct an_dossier_note) {level, about, {copy[0].ptr, copy[1].ptr}};
    return AN_OK;
}

// What to note of a failure: all but those of the machine.
static enum an_code fault(struct verifying *v, const char *about, const char *place, enum an_code code,
                          const struct an_err *why) {
    if (code == AN_NOMEM || code == AN_BUG)
        return an_fail(v->err, code, "%s", why->text);
    return note(v, AN_DOSSIER_WRONG, about, "%s: %s", "%s：%s", place, why->text);
}

static bool is_fine_since(const struct verifying *v, size_t from) {
    for (size_t i = from; i < v->d->note_count; i++)
        if (v->d->notes[i].level == AN_DOSSIER_WRONG)
            return false;
    return true;
}

static const struct an_zip_member *take_named(struct verifying *v, const char *name) {
    const struct an_zip_member *m = an_zip_find(&v->d->zip, an_str_from_c(name));
    if (m)
        v->used[m - v->d->zip.members] = true;
    return m;
}

static enum an_code open_zip(struct verifying *v, struct an_str file, bool *ret_go_on) {
    static const struct an_zip_limits limits = {.members = MEMBERS_MAX, .total_bytes = AN_DOSSIER_BYTES_MAX, .plain = true};
    struct an_err why = {0};
    AN_AUTO(an_buf) again = {0};
    *ret_go_on = false;
    enum an_code code = an_zip_read(file, &limits, &v->d->arena, &v->d->zip, &why);
    if (code)
        return fault(v, "zip", "archive", code, &why);
    v->used = AN_NEW_N(&v->d->arena, v->d->zip.count + 1, bool);
    v->looked = AN_NEW_N(&v->d->arena, v->d->zip.count + 1, bool);
    if (!v->used || !v->looked)
        return no_memory(v);
    for (size_t i = 0; i < v->d->zip.count; i++)
        v->d->zip.members[i].stored = true;
    AN_TRY(an_zip_write(v->d->zip.members, v->d->zip.count, &again, v->err));
    *ret_go_on = true;
    if (!an_str_eq(an_buf_str(&again), file))       // also where nothing that could be read is another
        return note(v, AN_DOSSIER_WRONG, "zip", "archive: not written as a dossier is (packed again, or altered): %s",
                    "压缩包：与卷宗的写法不同（被重新打包或改动）：%s", "bytes that no file shows");
    return note(v, AN_DOSSIER_FINE, "zip", "archive: %zu files, each byte accounted for", "压缩包：%zu 个文件，每个字节均有出处",
                v->d->zip.count);
}

struct manifest { struct an_dossier_facts facts; const json_t *members, *withheld; };

static struct an_str text_at(const json_t *j, const char *key) {
    const json_t *value = json_object_get(j, key);
    return json_is_string(value) ? (struct an_str) {json_string_value(value), json_string_length(value)} : AN_STR("");
}

// Texts of the manifest that are shown or written again: no more than words.
static bool is_plain(struct an_str s) {
    for (size_t i = 0; i < s.len; i++)
        if ((unsigned char) s.ptr[i] < ' ' || s.ptr[i] == 0x7F)
            return false;
    return s.len > 0 && s.len <= AN_ENTRY_ID_MAX;
}

static bool read_facts(const json_t *j, struct an_arena *arena, struct manifest *m) {
    json_int_t entries = json_integer_value(json_object_get(j, "entries")), hidden = json_integer_value(json_object_get(j,
            "hidden"));
    struct an_str head = text_at(j, "head");
    struct an_hash *withheld;
    unsigned char raw[AN_CASE_DIGEST];
    m->members = json_object_get(j, "members");
    m->withheld = json_object_get(j, "withheld");
    m->facts = (struct an_dossier_facts) {
        .case_id = text_at(j, "case"), .role = text_at(j, "for"), .tool = text_at(j, "tool"), .last = text_at(j, "last"),
        .entries = (uint64_t) entries, .hidden = (uint64_t) hidden,
    };
    if (json_object_size(j) != 10 || !an_str_eq(text_at(j, "form"), AN_STR(AN_DOSSIER_FORM)) || !json_is_array(m->members) ||
        !json_is_array(m->withheld) || entries < 1 || hidden < 0 || hidden >= entries || !an_hex_read(head, raw, sizeof raw) ||
        !is_plain(m->facts.case_id) || !is_plain(m->facts.role) || !is_plain(m->facts.tool) || !is_plain(m->facts.last))
        return false;
    memcpy(m->facts.head.text, head.ptr, head.len);
    withheld = AN_NEW_N(arena, json_array_size(m->withheld) + 1, struct an_hash);
    m->facts.withheld = withheld;
    for (; withheld && m->facts.withheld_count < json_array_size(m->withheld); m->facts.withheld_count++) {
        const char *hash = json_string_value(json_array_get(m->withheld, m->facts.withheld_count));
        if (!hash || !an_hex_read(an_str_from_c(hash), raw, sizeof raw))
            return false;
        memcpy(withheld[m->facts.withheld_count].text, hash, AN_HASH_TEXT);
    }
    return withheld != NULL;
}

static enum an_code check_manifest(struct verifying *v, struct manifest *ret, bool *ret_go_on) {
    const struct an_zip_member *m = take_named(v, AN_DOSSIER_MANIFEST);
    struct an_err why = {0};
    AN_AUTO(an_buf) again = {0};
    *ret_go_on = false;
    if (!m)
        return note(v, AN_DOSSIER_WRONG, "manifest", "%s: is missing: no dossier", "%s：缺失，不是卷宗", AN_DOSSIER_MANIFEST);
    v->d->manifest_hash = an_hash_of(m->bytes);
    enum an_code code = an_canonical_read(m->bytes, &v->d->manifest, &why);
    if (code)
        return fault(v, "manifest", AN_DOSSIER_MANIFEST, code, &why);
    if (!read_facts(v->d->manifest, &v->d->arena, ret))
        return note(v, AN_DOSSIER_WRONG, "manifest", "%s: not the members of form %s", "%s：不具有格式 %s 的成员",
                    AN_DOSSIER_MANIFEST, AN_DOSSIER_FORM);
    *ret_go_on = true;
    // Its text follows from the files: made again, it must be the same.
    size_t sealed = 1 + (take_named(v, AN_DOSSIER_SIGNATURE) != NULL);
    if (m != v->d->zip.members || (sealed == 2 && !an_str_eq(v->d->zip.members[1].name, AN_STR(AN_DOSSIER_SIGNATURE))))
        return note(v, AN_DOSSIER_WRONG, "manifest", "%s: not the first file", "%s：不是第一个文件", AN_DOSSIER_MANIFEST);
    AN_TRY(an_dossier_manifest(&ret->facts, v->d->zip.members + sealed, v->d->zip.count - sealed, &again, v->err));
    if (an_str_eq(an_buf_str(&again), m->bytes))
        return note(v, AN_DOSSIER_FINE, "manifest", "manifest: %zu files with their sizes and hashes, and no other",
                    "清单：%zu 个文件，大小和哈希相符，别无其他", v->d->zip.count - sealed);
    for (size_t i = 0; i < json_array_size(ret->members) || i + sealed < v->d->zip.count; i++) {
        const json_t *said = json_array_get(ret->members, i);
        struct an_str name = text_at(said, "name");
        const struct an_zip_member *is = i + sealed < v->d->zip.count ? &v->d->zip.members[i + sealed] : NULL;
        if (!said || !is || !an_str_eq(name, is->name)) {
            AN_TRY(note(v, AN_DOSSIER_WRONG, "manifest", "%.*s: listed and there do not agree", "%.*s：清单与实际不符",
                        AN_STR_ARG(is ? is->name : an_zip_name_check(name) ? AN_STR("?") : name)));
            break;
        }
        struct an_hash blake = an_hash_of(is->bytes);
        if (!an_str_eq(text_at(said, "blake2b"), an_hash_str(&blake)))
            AN_TRY(note(v, AN_DOSSIER_WRONG, "manifest", "%.*s: its hash is not the one listed", "%.*s：哈希与清单不符",
                        AN_STR_ARG(is->name)));
    }
    return note(v, AN_DOSSIER_WRONG, "manifest", "%s: does not describe the files that are there", "%s：与所附文件不符",
                AN_DOSSIER_MANIFEST);
}

// The person whose key signed, as far as the log shows him; empty: nobody.
static struct an_str person_of(const struct verifying *v, const struct an_public *key) {
    char line[AN_PUBLIC_TEXT_MAX];
    struct an_str text = an_str_from_c(an_public_text(key, line));
    const struct an_extract *log = &v->d->log;
    for (uint64_t seq = an_extract_next(log, "person", 0); seq; seq = an_extract_next(log, "person", seq))
        if (an_str_eq(an_entry_text(log->entries[seq - 1].body, "key"), text))
            return an_entry_text(log->entries[seq - 1].body, "id");
    return AN_STR("");
}

static enum an_code check_signature(struct verifying *v, const struct manifest *m) {
    const struct an_zip_member *s = take_named(v, AN_DOSSIER_SIGNATURE), *of = take_named(v, AN_DOSSIER_MANIFEST);
    struct an_signature signature;
    struct an_public key = {0};
    struct an_err why = {0};
    char id[AN_PUBLIC_ID_TEXT_MAX];
    AN_AUTO(an_buf) comment = {0};
    if (!s)
        return note(v, v->trust->key ? AN_DOSSIER_WRONG : AN_DOSSIER_PARTLY, "signature",
                    "signature: none%s: whoever passed it on may have made it", "签名：无%s：转交者可能自行制作",
                    v->trust->key ? ", though a key was given" : "");
    enum an_code code = an_signature_parse(s->bytes, &signature, &why);
    if (code)
        return fault(v, "signature", AN_DOSSIER_SIGNATURE, code, &why);
    AN_TRY(an_dossier_comment(&m->facts, &comment, v->err));
    if (!an_str_eq(signature.trusted, an_buf_str(&comment)) || !an_str_eq(signature.untrusted, AN_STR(AN_DOSSIER_UNTRUSTED)))
        return note(v, AN_DOSSIER_WRONG, "signature", "signature: not of this case and state%s",
                    "签名：不是对本案此状态的签名%s", "");
    memcpy(key.id, signature.id, sizeof key.id);
    if (v->trust->key) {
        code = an_signature_check(&signature, v->trust->key, of->bytes, &why);
        if (code)
            return fault(v, "signature", "signature", code, &why);
        struct an_str person = person_of(v, v->trust->key);
        return note(v, AN_DOSSIER_FINE, "signature", "signature: by the key that was given, %s%s%.*s",
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
            return fault(v, "signature", "signature", code, &why);
        return note(v, AN_DOSSIER_PARTLY, "signature",
                    "signature: fits key %s, which the log itself says is of %.*s; to be sure, give a key that you have from "
                    "elsewhere",
                    "签名：与公钥 %s 相符，日志自称属于 %.*s；须用另行取得的公钥核对", an_public_id_text(&key, id),
                    AN_STR_ARG(an_entry_text(log->entries[seq - 1].body, "id")));
    }
    memcpy(key.id, signature.id, sizeof key.id);
    return note(v, AN_DOSSIER_PARTLY, "signature", "signature: by key %s, which is not known here: it was not checked",
                "签名：公钥 %s 在此未知，未核验", an_public_id_text(&key, id));
}

static enum an_code log_fault(void *arg, uint64_t seq, const char *what, struct an_err *err) {
    struct verifying *v = arg;
    (void) err;
    return note(v, AN_DOSSIER_WRONG, "log", "entry %llu: %s", "第 %llu 条：%s", (unsigned long long) seq, what);
}

static enum an_code read_log(struct verifying *v, const struct manifest *m, bool *ret_go_on) {
    const struct an_zip_member *file = take_named(v, "log.json");
    AN_CLEANUP(an_json_cleanup) json_t *list = NULL;
    struct an_err why = {0};
    struct an_extract *x = &v->d->log;
    *ret_go_on = false;
    enum an_code code = file ? an_canonical_read(file->bytes, &list, &why) : an_fail(&why, AN_INPUT, "is missing");
    if (code)
        return fault(v, "log", "log.json", code, &why);
    const json_t *hashes = json_object_get(list, "hashes"), *hidden = json_object_get(list, "hidden");
    size_t n = json_array_size(hashes);
    if (json_object_size(list) != 2 || !n || n > AN_CASE_ENTRIES_MAX || n != m->facts.entries ||
        json_array_size(hidden) != m->facts.hidden)
        return note(v, AN_DOSSIER_WRONG, "log", "%s: not as many entries as the manifest says", "%s：记录数与清单不符",
                    "log.json");
    x->entries = AN_NEW_N(&v->d->arena, n, struct an_extract_entry);
    if (!x->entries)
        return no_memory(v);
    for (size_t i = 0; i < n; i++) {
        unsigned char raw[AN_CASE_DIGEST];
        const char *hash = json_string_value(json_array_get(hashes, i));
        char name[AN_DOSSIER_NAME_MAX];
        struct an_extract_entry *e = &x->entries[x->count];
        if (!hash || !an_hex_read(an_str_from_c(hash), raw, sizeof raw))
            return note(v, AN_DOSSIER_WRONG, "log", "%s: an entry's hash is none", "%s：记录的哈希无效", "log.json");
        memcpy(e->hash.text, hash, AN_HASH_TEXT);
        x->count++;
        (void) snprintf(name, sizeof name, "log/%07zu.json", i + 1);
        const struct an_zip_member *text = take_named(v, name);
        e->text = text ? text->bytes : (struct an_str) {0};
        (void) snprintf(name, sizeof name, "log/%07zu.minisig", i + 1);
        const struct an_zip_member *signature = text ? take_named(v, name) : NULL;
        e->signature = signature ? signature->bytes : (struct an_str) {0};
        (void) snprintf(name, sizeof name, "log/%07zu.tsr", i + 1);
        if (text)
            AN_IGNORE(!take_named(v, name));        // `openssl ts` says whether a stamp is good
    }
    *ret_go_on = true;
    return AN_OK;
}

static enum an_code check_log(struct verifying *v, const struct manifest *m, bool *ret_go_on) {
    size_t from = v->d->note_count, is_signed = 0, unknown = 0;
    AN_AUTO(an_buf) again = {0};
    AN_TRY(read_log(v, m, ret_go_on));
    if (!*ret_go_on)
        return AN_OK;
    const struct an_extract *x = &v->d->log;
    AN_TRY(an_dossier_log(x, &again, v->err));
    if (!an_str_eq(an_buf_str(&again), take_named(v, "log.json")->bytes))
        AN_TRY(note(v, AN_DOSSIER_WRONG, "log", "%s: does not tell which entries are hidden", "%s：与隐去的记录不符",
                    "log.json"));
    if (!an_str_eq(an_hash_str(&x->entries[x->count - 1].hash), an_hash_str(&m->facts.head)))
        AN_TRY(note(v, AN_DOSSIER_WRONG, "log", "%s: its last entry is not the head of the manifest", "%s：末条与清单所述不符",
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
        AN_TRY(note(v, AN_DOSSIER_WRONG, "log", "%s: the log is of another case or state", "%s：日志属于另一案件或状态",
                    AN_DOSSIER_MANIFEST));
    }
    if (!is_fine_since(v, from))
        return AN_OK;
    AN_TRY(note(v, AN_DOSSIER_FINE, "log", "log: %zu entries, each bound to the one before; %zu signed and checked",
                "日志：%zu 条记录，环环相扣；%zu 条有签名且已核验", x->count, is_signed));
    if (m->facts.hidden)
        AN_TRY(note(v, AN_DOSSIER_PARTLY, "log",
                    "log: %llu entries are hidden from a reader of role %.*s; only their hashes were looked at",
                    "日志：%llu 条记录对角色 %.*s 隐去，仅核验其哈希", (unsigned long long) m->facts.hidden,
                        AN_STR_ARG(m->facts.role)));
    if (unknown)
        AN_TRY(note(v, AN_DOSSIER_PARTLY, "log", "log: %zu entries are signed with keys of persons who are hidden",
                    "日志：%zu 条记录的签名公钥属于被隐去的人员", unknown));
    return AN_OK;
}

struct naming { struct verifying *v; const struct manifest *m; uint64_t seq; size_t there, withheld; };

static enum an_code named_object(void *arg, struct an_str hash, struct an_err *err) {
    struct naming *n = arg;
    char name[AN_DOSSIER_NAME_MAX];
    (void) err;
    (void) snprintf(name, sizeof name, "objects/%.*s", AN_STR_ARG(hash));
    const struct an_zip_member *o = take_named(n->v, name);
    for (size_t i = 0; i < n->m->facts.withheld_count && !o; i++)
        if (an_str_eq(an_hash_str(&n->m->facts.withheld[i]), hash)) {
            n->withheld++;
            return AN_OK;
        }
    if (!o)
        return note(n->v, AN_DOSSIER_WRONG, "objects", "entry %llu: names object %.12s..., which is not there",
                    "第 %llu 条：所述对象 %.12s... 不在卷宗中", (unsigned long long) n->seq, hash.ptr);
    struct an_hash is = an_hash_of(o->bytes);
    if (!an_str_eq(an_hash_str(&is), hash))
        return note(n->v, AN_DOSSIER_WRONG, "objects", "object %.12s...: its bytes do not fit its hash",
                    "对象 %.12s...：内容与哈希不符",
                    hash.ptr);
    n->there++;
    return AN_OK;
}

static enum an_code check_objects(struct verifying *v, const struct manifest *m) {
    size_t from = v->d->note_count;
    struct naming n = {.v = v, .m = m};
    for (size_t i = 0; i < v->d->log.count; i++) {
        const struct an_extract_entry *e = &v->d->log.entries[i];
        struct an_err why = {0};
        n.seq = i + 1;
        if (e->body && e->kind) {
            enum an_code code = an_entry_check(e->kind, e->body, named_object, &n, &why);
            if (code == AN_NOMEM)
                return no_memory(v);
        }
    }
    if (!is_fine_since(v, from))
        return AN_OK;
    AN_TRY(note(v, AN_DOSSIER_FINE, "objects", "objects: %zu times named, there, and of their hashes",
                "对象：引用 %zu 次，均在且哈希相符",
                n.there));
    return n.withheld ? note(v, AN_DOSSIER_PARTLY, "objects",
                             "objects: %zu times one is named that a reader of this role may not see",
                             "对象：%zu 次引用该角色无权查看的对象", n.withheld) : AN_OK;
}

static bool is_shipped(const struct an_law *law, struct an_str text) {
    for (size_t i = 0; i < law->packs.rule_count; i++)
        if (an_str_eq(law->packs.rules[i]->canonical, text))
            return true;
    return false;
}

static bool is_shipped_name(const struct an_law *law, struct an_str text) {
    for (size_t i = 0; i < law->packs.name_count; i++)
        if (an_str_eq(law->packs.names[i].canonical, text))
            return true;
    return false;
}

static bool begins(struct an_str s, const char *with) {
    size_t n = strlen(with);
    return s.len > n && memcmp(s.ptr, with, n) == 0;
}

static enum an_code take_rule(struct verifying *v, const struct an_zip_member *m) {
    struct an_err why = {0};
    struct an_hash hash = an_hash_of(m->bytes);
    char name[AN_DOSSIER_NAME_MAX];
    (void) snprintf(name, sizeof name, "rules/%s.json", hash.text);
    v->used[m - v->d->zip.members] = true;
    if (!an_str_eq(m->name, an_str_from_c(name)))
        return note(v, AN_DOSSIER_WRONG, "rules", "%.*s: its bytes do not fit its hash", "%.*s：内容与哈希不符",
                    AN_STR_ARG(m->name));
    enum an_code code = an_recheck_add(&v->law, m->bytes, &why);
    if (code)
        return fault(v, "rules", name, code, &why);
    v->rules++;
    v->unshipped += v->trust->law && !is_shipped(v->trust->law, m->bytes);
    return AN_OK;
}

static enum an_code take_rules(struct verifying *v) {
    size_t from = v->d->note_count, other_names = 0;
    for (size_t i = 0; i < v->d->zip.count; i++) {
        const struct an_zip_member *m = &v->d->zip.members[i];
        if (begins(m->name, "rules/") && !an_str_eq(m->name, AN_STR(AN_DOSSIER_NAMES)))
            AN_TRY(take_rule(v, m));
    }
    const struct an_zip_member *names = take_named(v, AN_DOSSIER_NAMES);
    struct an_str rest = names ? names->bytes : AN_STR(""), line;
    while (an_str_next(&rest, '\n', &line)) {
        struct an_err why = {0};
        enum an_code code = an_recheck_add(&v->law, line, &why);
        if (code)
            return fault(v, "rules", AN_DOSSIER_NAMES, code, &why);
        other_names += v->trust->law && !is_shipped_name(v->trust->law, line);
    }
    if (!is_fine_since(v, from) || !v->rules)
        return AN_OK;
    if (!v->trust->law)
        return note(v, AN_DOSSIER_PARTLY, "rules", "rules: %zu, of their hashes; there is no law at hand to compare them with",
                    "规则：%zu 条，哈希相符；此处没有可供比较的法规", v->rules);
    if (v->unshipped || other_names)
        return note(v, AN_DOSSIER_PARTLY, "rules",
                    "rules: %zu, of which %zu (and %zu names) are not those of the law at hand: read them",
                    "规则：%zu 条，其中 %zu 条（及 %zu 个名称）与此处的法规不同，请阅读", v->rules, v->unshipped, other_names);
    return note(v, AN_DOSSIER_FINE, "rules", "rules: %zu, all of them those of the law at hand",
                "规则：%zu 条，均与此处的法规一致", v->rules);
}

// All of the law at hand: a certificate may rest on there being no other version.
static enum an_code take_shipped(struct verifying *v) {
    const struct an_law *law = v->trust->law;
    struct an_err why = {0};
    if (!law || v->unshipped)
        return AN_OK;
    for (size_t i = 0; i < law->packs.rule_count; i++)
        if (an_recheck_add(&v->shipped, law->packs.rules[i]->canonical, &why))
            return an_fail(v->err, why.code, "%s", why.text);
    for (size_t i = 0; i < law->packs.name_count; i++)
        if (an_recheck_add(&v->shipped, law->packs.names[i].canonical, &why))
            return an_fail(v->err, why.code, "%s", why.text);
    return AN_OK;
}

static bool has_rule(const struct verifying *v, const json_t *ref) {
    const char *hash = json_string_value(json_object_get(ref, "hash"));
    for (size_t i = 0; i < v->law.rule_count && hash; i++)
        if (strcmp(an_recheck_hash(&v->law, i), hash) == 0)
            return true;
    return false;
}

static bool has_rules(const struct verifying *v, const json_t *certificate) {
    const json_t *uses = json_object_get(certificate, "uses");
    for (size_t i = 0; i < json_array_size(uses); i++)
        if (!has_rule(v, json_array_get(uses, i)))
            return false;
    return has_rule(v, json_object_get(certificate, "of"));
}

// Whether the certificate proves what is said. `place` names it.
static enum an_code check_certificate(struct verifying *v, const char *place, const json_t *certificate, const json_t *facts,
                                      struct an_str rule, struct an_str version, struct an_str verdict) {
    static const char *const words[] = {[AN_RECHECK_NO] = "does-not-apply", [AN_RECHECK_UNDETERMINED] = "undetermined",
                                        [AN_RECHECK_YES] = "applies"};
    struct an_recheck got;
    struct an_err why = {0};
    if (!has_rules(v, certificate)) {
        v->unproven++;
        return AN_OK;
    }
    v->proven++;
    AN_CLEANUP(an_json_cleanup) json_t *known = facts ? an_dossier_known(facts) : NULL;
    if (facts && !known)
        return note(v, AN_DOSSIER_WRONG, "certificates", "%s: its facts are none", "%s：所附事实无效", place);
    enum an_code code = an_recheck(&v->law, certificate, known, &got, &why);
    if (!code && v->shipped.rule_count)
        code = an_recheck(&v->shipped, certificate, known, &got, &why);
    if (code)
        return fault(v, "certificates", place, code, &why);
    bool same = an_str_eq(an_str_from_c(got.rule), rule) && an_str_eq(an_str_from_c(got.version), version) &&
                an_str_eq(an_str_from_c(words[got.verdict]), verdict);
    return same ? AN_OK : note(v, AN_DOSSIER_WRONG, "certificates",
                               "%s: its certificate proves another verdict, or of another rule",
                               "%s：证明的是另一判断或另一规则", place);
}

// The object of that hash as JSON; *ret NULL, with a note, where there is none.
static enum an_code object_json(struct verifying *v, const char *about, const char *place, struct an_str hash, json_t **ret) {
    char name[AN_DOSSIER_NAME_MAX];
    struct an_err why = {0};
    (void) snprintf(name, sizeof name, "objects/%.*s", AN_STR_ARG(hash));
    const struct an_zip_member *o = take_named(v, name);
    *ret = NULL;
    if (!o)
        return AN_OK;                       // check_objects has said so
    enum an_code code = an_canonical_load(o->bytes, ret, &why);
    return code ? fault(v, about, place, code, &why) : AN_OK;
}

// All certificates of a result; one that several verdicts name is looked at once.
static enum an_code check_result(struct verifying *v, const char *place, const json_t *result) {
    const json_t *rules = json_object_get(result, "rules"), *facts = json_object_get(result, "facts");
    const struct an_zip_member *m = an_zip_find(&v->d->zip, an_str_from_c(place));
    if (!m || v->looked[m - v->d->zip.members])
        return AN_OK;
    v->looked[m - v->d->zip.members] = true;
    for (size_t i = 0; i < json_array_size(rules); i++) {
        const json_t *r = json_array_get(rules, i), *c = json_object_get(r, "certificate");
        char one[AN_DOSSIER_NAME_MAX + 32];
        (void) snprintf(one, sizeof one, "%s, rule %zu", place, i + 1);
        if (json_is_object(c) && json_object_size(c))
            AN_TRY(check_certificate(v, one, c, facts, text_at(r, "id"), text_at(r, "version"), text_at(r, "verdict")));
    }
    return AN_OK;
}

static enum an_code check_result_file(struct verifying *v, const struct an_zip_member *m) {
    AN_CLEANUP(an_json_cleanup) json_t *result = NULL;
    struct an_err why = {0};
    char place[AN_DOSSIER_NAME_MAX];
    (void) snprintf(place, sizeof place, "%.*s", AN_STR_ARG(m->name));
    v->used[m - v->d->zip.members] = true;
    enum an_code code = an_canonical_load(m->bytes, &result, &why);
    return code ? fault(v, "certificates", place, code, &why) : check_result(v, place, result);
}

static enum an_code check_verdict(struct verifying *v, uint64_t seq, size_t *bare) {
    const json_t *body = v->d->log.entries[seq - 1].body;
    struct an_str certificate = an_entry_text(body, "certificate"), facts = an_entry_text(body, "facts");
    AN_CLEANUP(an_json_cleanup) json_t *c = NULL, *f = NULL;
    char place[64];
    (void) snprintf(place, sizeof place, "entry %llu", (unsigned long long) seq);
    if (!certificate.len) {
        ++*bare;
        return AN_OK;
    }
    AN_TRY(object_json(v, "certificates", place, certificate, &c));
    enum an_code code = facts.len ? object_json(v, "certificates", place, facts, &f) : AN_OK;
    if (code || !c)
        return code;
    if (!an_str_eq(text_at(c, "as_of"), an_entry_text(body, "as_of")))
        return note(v, AN_DOSSIER_WRONG, "certificates", "%s: its certificate is of another day", "%s：证明所依日期不同", place);
    const json_t *told = json_object_get(f, "facts");
    AN_TRY(check_certificate(v, place, c, json_is_object(told) ? told : f, an_entry_text(body, "rule"),
                             an_entry_text(body, "version"), an_entry_text(body, "verdict")));
    char name[AN_DOSSIER_NAME_MAX];
    (void) snprintf(name, sizeof name, "objects/%.*s", AN_STR_ARG(facts));
    return json_is_object(told) ? check_result(v, name, f) : AN_OK;
}

static enum an_code check_certificates(struct verifying *v) {
    size_t from = v->d->note_count, bare = 0;
    const struct an_extract *log = &v->d->log;
    for (uint64_t seq = an_extract_next(log, "verdict", 0); seq; seq = an_extract_next(log, "verdict", seq))
        AN_TRY(check_verdict(v, seq, &bare));
    for (size_t i = 0; i < v->d->zip.count; i++)
        if (begins(v->d->zip.members[i].name, "result/"))
            AN_TRY(check_result_file(v, &v->d->zip.members[i]));
    if (is_fine_since(v, from) && v->proven)
        AN_TRY(note(v, AN_DOSSIER_FINE, "certificates", "certificates: %zu, each proves its verdict from its facts and the rules",
                    "证明：%zu 份，均可由事实和规则得出判断", v->proven));
    if (v->unproven)
        AN_TRY(note(v, AN_DOSSIER_PARTLY, "certificates", "certificates: %zu rest on rules that are not in the dossier",
                    "证明：%zu 份所依的规则不在卷宗中", v->unproven));
    return bare ? note(v, AN_DOSSIER_PARTLY, "certificates", "certificates: %zu verdicts come without one",
                       "证明：%zu 项判断没有证明", bare) : AN_OK;
}

static uint64_t count_at(const json_t *j, const char *key) { return (uint64_t) json_integer_value(json_object_get(j, key)); }

// NULL where the header agrees with the entry's body, else what does not.
static const char *header_differs(const json_t *header, const json_t *body, const struct an_commitment *c) {
    char id[2 * AN_KEY_ID_BYTES + 1];
    const json_t *people = json_object_get(body, "people"), *theirs = json_object_get(header, "people"),
                 *stores = json_object_get(header, "stores");
    uint64_t records = 0;
    if (!an_str_eq(text_at(header, "schema"), AN_STR(AN_CENSUS_HEADER_FORM)))
        return "no census header";
    if (!an_str_eq(text_at(header, "day"), an_entry_text(body, "day")))
        return "its census header is of another day";
    for (size_t i = 0; i < json_array_size(stores); i++)
        records += count_at(json_array_get(stores, i), "records");
    if (json_array_size(stores) != count_at(body, "stores") || count_at(header, "records") != count_at(body, "records") ||
        records != count_at(body, "records"))
        return "its census header counts other stores or records";
    static const char *const three[] = {"floor", "linked", "ceiling"};
    for (size_t i = 0; i < AN_COUNT(three); i++)
        if (!json_equal(json_object_get(people, three[i]), json_object_get(theirs, three[i])))
            return "its census header counts other people";
    if (!c)
        return NULL;
    if (!an_str_eq(text_at(header, "key_id"), an_str_from_c(sodium_bin2hex(id, sizeof id, c->key_id, sizeof c->key_id))))
        return "its commitment is under another key than its census";
    for (size_t i = 0; i < c->kind_count; i++) {
        const char *kind = an_kind_by_code(c->kinds[i].code)->name;
        if (count_at(json_object_get(json_object_get(header, "identifiers"), kind), "floor_grade") != c->kinds[i].count)
            return "its commitment is to another number of identifiers than its census header counts";
    }
    return NULL;
}

static enum an_code check_measurement(struct verifying *v, uint64_t seq, size_t *checked) {
    const json_t *body = v->d->log.entries[seq - 1].body, *said = json_object_get(body, "commitment");
    AN_CLEANUP(an_json_cleanup) json_t *header = NULL;
    struct an_commitment c;
    struct an_err why = {0};
    char place[64];
    (void) snprintf(place, sizeof place, "entry %llu", (unsigned long long) seq);
    AN_TRY(object_json(v, "counts", place, an_entry_text(body, "census"), &header));
    enum an_code code = said ? an_commitment_read(said, &c, &why) : AN_OK;
    if (code)
        return fault(v, "counts", place, code, &why);
    const char *differs = header ? header_differs(header, body, said ? &c : NULL) : NULL;
    if (differs)
        return note(v, AN_DOSSIER_WRONG, "counts", "%s: %s", "%s：%s", place, differs);
    uint64_t floor = count_at(json_object_get(body, "people"), "floor");
    if (said && an_commit_floor(&c) > floor)
        return note(v, AN_DOSSIER_WRONG, "counts", "%s: committed to more people than it counts",
                    "%s：承诺的人数多于所计人数", place);
    ++*checked;
    if (!said)
        return note(v, AN_DOSSIER_PARTLY, "counts", "%s: a count without a commitment: nothing of it can be asked for",
                    "%s：计数没有承诺，无从抽查",
                    place);
    return an_commit_floor(&c) == floor ? AN_OK
        : note(v, AN_DOSSIER_PARTLY, "counts",
               "%s: committed to %llu of at least %llu people; the rest is counted by account keys",
               "%1$s：至少 %3$llu 人中承诺了 %2$llu 人，其余按账号键计", place, (unsigned long long) an_commit_floor(&c),
               (unsigned long long) floor);
}

static enum an_code check_counts(struct verifying *v) {
    size_t from = v->d->note_count, checked = 0;
    const struct an_extract *log = &v->d->log;
    for (uint64_t seq = an_extract_next(log, "measurement", 0); seq; seq = an_extract_next(log, "measurement", seq))
        AN_TRY(check_measurement(v, seq, &checked));
    return is_fine_since(v, from) && checked
        ? note(v, AN_DOSSIER_FINE, "counts", "counts: %zu measurements agree with their census headers and commitments",
               "计数：%zu 次计数与其普查表头和承诺一致", checked) : AN_OK;
}

// What follows from the log must be written as it follows.
static enum an_code check_derived(struct verifying *v, const char *name, struct an_str is) {
    const struct an_zip_member *m = take_named(v, name);
    return m && an_str_eq(m->bytes, is) ? AN_OK
        : note(v, AN_DOSSIER_WRONG, "files", "%s: is not what follows from the log and the manifest", "%s：与日志和清单不符",
               name);
}

static enum an_code check_rest(struct verifying *v, const struct manifest *m) {
    AN_AUTO(an_buf) facts = {0}, verdicts = {0}, steps = {0};
    AN_TRY(an_dossier_list(&v->d->log, "fact", &facts, v->err));
    AN_TRY(check_derived(v, "facts.json", an_buf_str(&facts)));
    AN_TRY(an_dossier_list(&v->d->log, "verdict", &verdicts, v->err));
    AN_TRY(check_derived(v, "verdicts.json", an_buf_str(&verdicts)));
    AN_TRY(an_dossier_steps(&m->facts, take_named(v, AN_DOSSIER_SIGNATURE) != NULL, &steps, v->err));
    AN_TRY(check_derived(v, AN_DOSSIER_STEPS, an_buf_str(&steps)));
    for (size_t i = 0; i < v->d->zip.count; i++) {
        struct an_str name = v->d->zip.members[i].name;
        if (!v->used[i] && !begins(name, "calendar/") && !begins(name, "procedure/"))
            AN_TRY(note(v, AN_DOSSIER_WRONG, "files", "%.*s: nothing in the dossier accounts for it",
                        "%.*s：卷宗中没有任何内容与之对应",
                        AN_STR_ARG(name)));
    }
    return AN_OK;
}

static enum an_code verify(struct verifying *v, struct an_str file) {
    struct manifest m = {0};
    bool go_on;
    AN_TRY(open_zip(v, file, &go_on));
    if (go_on)
        AN_TRY(check_manifest(v, &m, &go_on));
    if (!go_on)
        return AN_OK;
    AN_TRY(check_log(v, &m, &go_on));
    AN_TRY(check_signature(v, &m));
    if (!go_on)
        return AN_OK;
    AN_TRY(check_objects(v, &m));
    AN_TRY(take_rules(v));
    AN_TRY(take_shipped(v));
    AN_TRY(check_certificates(v));
    AN_TRY(check_counts(v));
    return check_rest(v, &m);
}

enum an_code an_dossier_verify(struct an_str file, const struct an_dossier_trust *trust, struct an_dossier *ret,
                               struct an_err *err) {
    AN_CLEANUP(verifying_release) struct verifying v = {.d = ret, .trust = trust, .err = err};
    *ret = (struct an_dossier) {0};
    if (sodium_init() < 0)
        return an_fail(err, AN_BUG, "libsodium cannot be started");
    return verify(&v, file);
}

enum an_code an_dossier_report(const struct an_dossier *d, struct an_buf *out, struct an_err *err) {
    static const char *const levels[] = {"verified", "partly", "failed"}, *const each[] = {"fine", "partly", "wrong"};
    json_t *notes = json_array();
    int failed = !notes;
    for (size_t i = 0; i < d->note_count && !failed; i++)
        failed = json_array_append_new(notes, json_pack("{s:s, s:s, s:s, s:s}", "level", each[d->notes[i].level], "about",
                                                        d->notes[i].about, "en", d->notes[i].text.en, "zh", d->notes[i].text.zh));
    json_t *json = failed ? NULL : json_pack("{s:s, s:s, s:O, s:I, s:s}", "schema", "anshen.verification/1", "outcome",
                                             levels[d->level], "notes", notes, "untold", (json_int_t) d->untold, "manifest",
                                             d->manifest_hash.text);
    json_decref(notes);
    if (!json)
        return an_fail(err, AN_NOMEM, "no memory for a report");
    enum an_code code = an_canonical(json, out, err);
    json_decref(json);
    return code;
}
