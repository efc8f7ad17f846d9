// Dossiers from anybody: checking ends in order, whatever the bytes. Each input is looked at as a file, and as a list of members
// (`name length`, a line feed, the bytes) that is packed here with the manifest that fits, since no fuzzer will guess
// checksums and
// hashes. Members `challenge.json` and `proof.json` are answers to check instead.
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/canonical.h"
#include "app/challenge.h"
#include "app/dossier_form.h"

enum { MEMBERS = 256 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void look(struct an_str file, struct an_str challenge, struct an_str proof) {
    const struct an_dossier_trust trust = {0};
    struct an_dossier d;
    struct an_err err = {0};
    AN_AUTO(an_buf) report = {0};
    enum an_code code = an_dossier_verify(file, &trust, &d, &err);
    assert(code == AN_OK);
    for (size_t i = 0; i < d.note_count; i++)
        assert(d.notes[i].text.en[0] && d.notes[i].text.zh[0]);
    code = an_dossier_report(&d, &report, &err);
    assert(code == AN_OK);
    struct an_proven proven;
    code = proof.len ? an_proof_check(&d, proof, challenge, &proven, &err) : AN_OK;
    assert(code == AN_OK || code == AN_INPUT || code == AN_USAGE);
    an_dossier_release(&d);
}

// The members of the input, but the manifest; false behind the last.
static bool next(struct an_str *rest, struct an_zip_member *ret) {
    struct an_str line, name;
    uint64_t len = 0;
    if (!an_str_next(rest, '\n', &line) || !an_str_next(&line, ' ', &name))
        return false;
    for (size_t i = 0; i < line.len && i < 7; i++)
        if (line.ptr[i] >= '0' && line.ptr[i] <= '9')
            len = len * 10 + (uint64_t) (line.ptr[i] - '0');
    *ret = (struct an_zip_member) {.name = name, .bytes = an_str_slice(*rest, 0, (size_t) len), .stored = true};
    *rest = an_str_slice(*rest, ret->bytes.len, rest->len);
    return true;
}

// What a manifest of these members says of the log, as far as that can be read.
static void describe(struct an_str log, struct an_dossier_facts *f) {
    struct an_err err;
    AN_CLEANUP(an_json_cleanup) json_t *list = NULL;
    *f = (struct an_dossier_facts) {.case_id = AN_STR("c0ffee"), .role = AN_STR("examiner"), .tool = AN_STR("anshen"),
                                    .last = AN_STR("2026-11-20T08:08:00Z"), .entries = 1};
    memset(f->head.text, '0', AN_HASH_TEXT);
    if (an_canonical_load(log, &list, &err))
        return;
    const json_t *hashes = json_object_get(list, "hashes");
    size_t n = json_array_size(hashes);
    const char *head = n ? json_string_value(json_array_get(hashes, n - 1)) : NULL;
    if (head && strlen(head) == AN_HASH_TEXT)
        memcpy(f->head.text, head, AN_HASH_TEXT);
    f->entries = n ? n : 1;
    f->hidden = json_array_size(json_object_get(list, "hidden"));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct an_str rest = {(const char *) data, size}, log = AN_STR(""), challenge = AN_STR(""), proof = AN_STR("");
    struct an_zip_member members[MEMBERS + 1], m;
    struct an_dossier_facts facts;
    struct an_err err;
    AN_AUTO(an_buf) manifest = {0}, zip = {0};
    size_t count = 1;
    look(rest, AN_STR(""), AN_STR(""));
    while (count < MEMBERS && next(&rest, &m)) {
        if (an_str_eq(m.name, AN_STR("log.json")))
            log = m.bytes;
        if (an_str_eq(m.name, AN_STR("challenge.json")))
            challenge = m.bytes;
        else if (an_str_eq(m.name, AN_STR("proof.json")))
            proof = m.bytes;
        else if (!an_zip_name_check(m.name))
            members[count++] = m;
    }
    describe(log, &facts);
    if (an_dossier_manifest(&facts, members + 1, count - 1, &manifest, &err))
        return 0;                           // a name that is not UTF-8
    members[0] = (struct an_zip_member) {.name = AN_STR(AN_DOSSIER_MANIFEST), .bytes = an_buf_str(&manifest), .stored = true};
    if (!an_zip_write(members, count, &zip, &err))
        look(an_buf_str(&zip), challenge, proof);
    return 0;
}
