#include "app/dossier_form.h"

#include <sodium.h>
#include <string.h>
#include "app/canonical.h"

static json_t *text(struct an_str s) { return json_stringn(s.ptr ? s.ptr : "", s.len); }

static json_t *member(const struct an_zip_member *m) {
    unsigned char sha[crypto_hash_sha256_BYTES];
    char hex[2 * sizeof sha + 1];
    struct an_hash blake = an_hash_of(m->bytes);
    (void) crypto_hash_sha256(sha, (const unsigned char *) m->bytes.ptr, m->bytes.len);
    return json_pack("{s:o, s:I, s:s, s:s}", "name", text(m->name), "size", (json_int_t) m->bytes.len, "sha256",
                     sodium_bin2hex(hex, sizeof hex, sha, sizeof sha), "blake2b", blake.text);
}

static enum an_code finish(json_t *json, struct an_buf *out, struct an_err *err) {
    if (!json)
        return an_fail(err, AN_NOMEM, "no memory for a dossier");
    enum an_code code = an_canonical(json, out, err);
    json_decref(json);
    return code;
}

enum an_code an_dossier_manifest(const struct an_dossier_facts *f, const struct an_zip_member *members, size_t count,
                                 struct an_buf *out, struct an_err *err) {
    json_t *list = json_array(), *withheld = json_array();
    int failed = !list || !withheld;
    for (size_t i = 0; i < count && !failed; i++)
        failed = json_array_append_new(list, member(&members[i]));
    for (size_t i = 0; i < f->withheld_count && !failed; i++)
        failed = json_array_append_new(withheld, json_string(f->withheld[i].text));
    json_t *json = failed ? NULL : json_pack("{s:s, s:o, s:o, s:o, s:s, s:I, s:I, s:o, s:O, s:O}", "form", AN_DOSSIER_FORM,
                                             "tool",
                                             text(f->tool), "case", text(f->case_id), "for", text(f->role), "head", f->head.text,
                                             "entries", (json_int_t) f->entries, "hidden", (json_int_t) f->hidden, "last",
                                             text(f->last), "members", list, "withheld", withheld);
    json_decref(list);
    json_decref(withheld);
    return finish(json, out, err);
}

enum an_code an_dossier_steps(const struct an_dossier_facts *f, bool is_signed, struct an_buf *out, struct an_err *err) {
    AN_TRY(an_buf_addf(out, err,
        "How to check this dossier without the program that made it (case %.*s, for %.*s)\n"
        " 1. Unpack it into an empty folder: unzip -d D THIS.zip; cd D\n"
        " 2. Signature: %s\n"
        " 3. Files: for each of `members` in manifest.json compare size and SHA-256 (sha256sum FILE), or BLAKE2b\n"
        "    (b2sum -l 256 FILE); there must be no file that it does not list, but itself and its signature.\n"
        " 4. Log: log.json lists the hash of every entry, hidden ones too; the last must be %s\n"
        " 5. Entry N, where shown: { printf 'anshen case entry 1\\n%%s\\n' HASH_OF_N-1; cat log/N.json; } | b2sum -l 256\n"
        "    must give its hash; before the first stand 64 zeros.\n"
        " 6. Entry signatures: printf %%s HASH_OF_N > n; minisign -V -P KEY -x log/N.minisig -m n\n"
        "    where KEY is the `key` of the entry's person. Compare the keys with what the people themselves tell you.\n"
        " 7. Objects: b2sum -l 256 objects/HASH must give HASH. Rules: b2sum -l 256 rules/HASH.json likewise.\n"
        " 8. Verdicts: check-certificate OBJECT RULES (tools/ of the source; rules and names in one JSON list).\n"
        " 9. Counts: the root of a commitment is worked out as docs/DOSSIER.md, section 5, says.\n"
        "10. What no file can show, that people are in the count and none is invented, is asked for on the spot, with draws: "
        "section 6.\n\n",
        AN_STR_ARG(f->case_id), AN_STR_ARG(f->role),
        is_signed ? "minisign -V -P KEY -m manifest.json, with a key that you have from elsewhere."
                  : "none; whoever passed this on may have made it.",
        f->head.text));
    return an_buf_addf(out, err,
        "如何不用生成程序核验本卷宗（案件 %.*s，接收方 %.*s）\n"
        " 1. 解压到空文件夹：unzip -d D THIS.zip; cd D\n"
        " 2. 签名：%s\n"
        " 3. 文件：逐项比对 manifest.json 中 members 的大小和 SHA-256（sha256sum FILE）或 BLAKE2b（b2sum -l 256 FILE）；\n"
        "    除清单及其签名外，不得有清单未列的文件。\n"
        " 4. 日志：log.json 列出全部记录（含隐去的记录）的哈希；最后一个应为 %s\n"
        " 5. 已出示的第 N 条：{ printf 'anshen case entry 1\\n%%s\\n' 第N-1条的哈希; cat log/N.json; } | b2sum -l 256\n"
        "    结果应等于其哈希；第一条之前为 64 个 0。\n"
        " 6. 记录签名：printf %%s 第N条的哈希 > n; minisign -V -P KEY -x log/N.minisig -m n\n"
        "    KEY 为该条记录人员的 key。公钥请与本人另行核对。\n"
        " 7. 对象：b2sum -l 256 objects/HASH 应等于 HASH；规则：b2sum -l 256 rules/HASH.json 亦同。\n"
        " 8. 判断：用源代码 tools/ 中的 check-certificate 核验证明（规则和名称合为一个 JSON 列表）。\n"
        " 9. 计数：按 docs/DOSSIER.md 第 5 节重新计算承诺的根。\n"
        "10. 是否有人漏计、是否有虚构，任何文件都无法证明，须当场抽查：见第 6 节。\n",
        AN_STR_ARG(f->case_id), AN_STR_ARG(f->role),
        is_signed ? "minisign -V -P KEY -m manifest.json，KEY 须另行取得。" : "无；转交者可能自行制作了本卷宗。", f->head.text);
}

enum an_code an_dossier_log(const struct an_extract *log, struct an_buf *out, struct an_err *err) {
    json_t *hashes = json_array(), *hidden = json_array();
    int failed = !hashes || !hidden;
    for (size_t i = 0; i < log->count && !failed; i++) {
        failed = json_array_append_new(hashes, json_string(log->entries[i].hash.text));
        if (!failed && !log->entries[i].text.len)
            failed = json_array_append_new(hidden, json_integer((json_int_t) i + 1));
    }
    json_t *json = failed ? NULL : json_pack("{s:O, s:O}", "hashes", hashes, "hidden", hidden);
    json_decref(hashes);
    json_decref(hidden);
    return finish(json, out, err);
}

enum an_code an_dossier_list(const struct an_extract *log, const char *kind, struct an_buf *out, struct an_err *err) {
    json_t *list = json_array();
    int failed = !list;
    for (uint64_t seq = an_extract_next(log, kind, 0); seq && !failed; seq = an_extract_next(log, kind, seq))
        failed = json_array_append_new(list, json_pack("{s:I, s:o}", "entry", (json_int_t) seq, kind,
                                                       json_deep_copy(log->entries[seq - 1].body)));
    if (failed) {
        json_decref(list);
        list = NULL;
    }
    return finish(list, out, err);
}

enum an_code an_dossier_comment(const struct an_dossier_facts *f, struct an_buf *out, struct an_err *err) {
    return an_buf_addf(out, err, "anshen dossier of case %.*s, %llu entries, head %s", AN_STR_ARG(f->case_id),
                       (unsigned long long) f->entries, f->head.text);
}

json_t *an_dossier_known(const json_t *facts) {
    const char *name;
    json_t *value;
    if (!json_is_object(facts))
        return NULL;
    json_t *known = json_object();
    json_object_foreach((json_t *) (uintptr_t) facts, name, value) {
        json_t *lo = json_object_get(value, "lo"), *said = json_object_get(value, "value");
        json_t *one = lo ? json_pack("[O, O?]", lo, json_object_get(value, "hi")) : json_incref(said ? said : value);
        if (json_object_set_new(known, name, one)) {
            json_decref(known);
            return NULL;
        }
    }
    return known;
}
