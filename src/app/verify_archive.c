// Checking a dossier: its archive, byte for byte, and the manifest of what is in it.
#include "app/verify.h"

#include <string.h>
#include "app/canonical.h"

enum { MEMBERS_MAX = 65000 };

enum an_code an_verify_zip(struct an_verify *v, struct an_str file, bool *ret_go_on) {
    static const struct an_zip_limits limits = {.members = MEMBERS_MAX, .total_bytes = AN_DOSSIER_BYTES_MAX, .plain = true};
    struct an_err why = {0};
    AN_AUTO(an_buf) again = {0};
    *ret_go_on = false;
    enum an_code code = an_zip_read(file, &limits, &v->d->arena, &v->d->zip, &why);
    if (code)
        return an_verify_fault(v, "zip", "archive", code, &why);
    v->used = AN_NEW_N(&v->d->arena, v->d->zip.count + 1, bool);
    v->looked = AN_NEW_N(&v->d->arena, v->d->zip.count + 1, bool);
    if (!v->used || !v->looked)
        return an_verify_no_memory(v);
    for (size_t i = 0; i < v->d->zip.count; i++)
        v->d->zip.members[i].stored = true;
    AN_TRY(an_zip_write(v->d->zip.members, v->d->zip.count, &again, v->err));
    *ret_go_on = true;
    if (!an_str_eq(an_buf_str(&again), file))       // also where nothing that could be read is another
        return an_verify_note(v, AN_DOSSIER_WRONG, "zip", "archive: not written as a dossier is (packed again, or altered): %s",
                              "压缩包：与卷宗的写法不同（被重新打包或改动）：%s", "bytes that no file shows");
    return an_verify_note(v, AN_DOSSIER_FINE, "zip", "archive: %zu files, each byte accounted for",
                          "压缩包：%zu 个文件，每个字节均有出处", v->d->zip.count);
}

// Texts of the manifest that are shown or written again: no more than words.
static bool is_plain(struct an_str s) {
    for (size_t i = 0; i < s.len; i++)
        if ((unsigned char) s.ptr[i] < ' ' || s.ptr[i] == 0x7F)
            return false;
    return s.len > 0 && s.len <= AN_ENTRY_ID_MAX;
}

static bool read_facts(const json_t *j, struct an_arena *arena, struct an_verify_manifest *m) {
    json_int_t entries = json_integer_value(json_object_get(j, "entries")),
                 hidden = json_integer_value(json_object_get(j, "hidden"));
    struct an_str head = an_entry_text(j, "head");
    struct an_hash *withheld;
    unsigned char raw[AN_CASE_DIGEST];
    m->members = json_object_get(j, "members");
    m->withheld = json_object_get(j, "withheld");
    m->facts = (struct an_dossier_facts) {
        .case_id = an_entry_text(j, "case"), .role = an_entry_text(j, "for"), .tool = an_entry_text(j, "tool"),
        .last = an_entry_text(j, "last"), .entries = (uint64_t) entries, .hidden = (uint64_t) hidden,
    };
    if (json_object_size(j) != 10 || !an_str_eq(an_entry_text(j, "form"), AN_STR(AN_DOSSIER_FORM)) ||
        !json_is_array(m->members) || !json_is_array(m->withheld) || entries < 1 || hidden < 0 || hidden >= entries ||
        !an_hex_read(head, raw, sizeof raw) ||
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

enum an_code an_verify_read_manifest(struct an_verify *v, struct an_verify_manifest *ret, bool *ret_go_on) {
    const struct an_zip_member *m = an_verify_take(v, AN_DOSSIER_MANIFEST);
    struct an_err why = {0};
    AN_AUTO(an_buf) again = {0};
    *ret_go_on = false;
    if (!m)
        return an_verify_note(v, AN_DOSSIER_WRONG, "manifest", "%s: is missing: no dossier", "%s：缺失，不是卷宗",
                              AN_DOSSIER_MANIFEST);
    v->d->manifest_hash = an_hash_of(m->bytes);
    enum an_code code = an_canonical_read(m->bytes, &v->d->manifest, &why);
    if (code)
        return an_verify_fault(v, "manifest", AN_DOSSIER_MANIFEST, code, &why);
    if (!read_facts(v->d->manifest, &v->d->arena, ret))
        return an_verify_note(v, AN_DOSSIER_WRONG, "manifest", "%s: not the members of form %s", "%s：不具有格式 %s 的成员",
                              AN_DOSSIER_MANIFEST, AN_DOSSIER_FORM);
    *ret_go_on = true;
    // Its text follows from the files: made again, it must be the same.
    size_t sealed = 1 + (an_verify_take(v, AN_DOSSIER_SIGNATURE) != NULL);
    if (m != v->d->zip.members || (sealed == 2 && !an_str_eq(v->d->zip.members[1].name, AN_STR(AN_DOSSIER_SIGNATURE))))
        return an_verify_note(v, AN_DOSSIER_WRONG, "manifest", "%s: not the first file", "%s：不是第一个文件",
                              AN_DOSSIER_MANIFEST);
    AN_TRY(an_dossier_manifest(&ret->facts, v->d->zip.members + sealed, v->d->zip.count - sealed, &again, v->err));
    if (an_str_eq(an_buf_str(&again), m->bytes))
        return an_verify_note(v, AN_DOSSIER_FINE, "manifest", "manifest: %zu files with their sizes and hashes, and no other",
                              "清单：%zu 个文件，大小和哈希相符，别无其他", v->d->zip.count - sealed);
    for (size_t i = 0; i < json_array_size(ret->members) || i + sealed < v->d->zip.count; i++) {
        const json_t *said = json_array_get(ret->members, i);
        struct an_str name = an_entry_text(said, "name");
        const struct an_zip_member *is = i + sealed < v->d->zip.count ? &v->d->zip.members[i + sealed] : NULL;
        if (!said || !is || !an_str_eq(name, is->name)) {
            AN_TRY(an_verify_note(v, AN_DOSSIER_WRONG, "manifest", "%.*s: listed and there do not agree", "%.*s：清单与实际不符",
                                  AN_STR_ARG(is ? is->name : an_zip_name_check(name) ? AN_STR("?") : name)));
            break;
        }
        struct an_hash blake = an_hash_of(is->bytes);
        if (!an_str_eq(an_entry_text(said, "blake2b"), an_hash_str(&blake)))
            AN_TRY(an_verify_note(v, AN_DOSSIER_WRONG, "manifest", "%.*s: its hash is not the one listed", "%.*s：哈希与清单不符",
                                  AN_STR_ARG(is->name)));
    }
    return an_verify_note(v, AN_DOSSIER_WRONG, "manifest", "%s: does not describe the files that are there", "%s：与所附文件不符",
                          AN_DOSSIER_MANIFEST);
}
