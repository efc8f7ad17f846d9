// Checking a dossier: everything in it that can be checked without its sender. Here the order of the checks, what they note,
// and that nothing is left over that no check accounts for.
#include "app/verify.h"

#include <sodium.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include "app/canonical.h"
#include "base/alloc.h"

enum { TEXT_MAX = 1024 };

void an_dossier_release(struct an_dossier *d) {
    an_extract_release(&d->log);
    json_decref(d->manifest);
    an_free(d->notes);
    an_arena_release(&d->arena);
    *d = (struct an_dossier) {0};
}

static void verifying_release(struct an_verify *v) {
    an_recheck_law_release(&v->law);
    an_recheck_law_release(&v->shipped);
}

enum an_code an_verify_no_memory(struct an_verify *v) { return an_fail(v->err, AN_NOMEM, "no memory to check a dossier"); }

enum an_code an_verify_note(struct an_verify *v, enum an_dossier_level level, const char *about, const char *en, const char *zh,
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
            return an_verify_no_memory(v);
    }
    if (!an_alloc_room(&d->notes, d->note_count, &d->note_cap, sizeof *d->notes))
        return an_verify_no_memory(v);
    d->notes[d->note_count++] = (struct an_dossier_note) {level, about, {copy[0].ptr, copy[1].ptr}};
    return AN_OK;
}

enum an_code an_verify_fault(struct an_verify *v, const char *about, const char *place, enum an_code code,
                             const struct an_err *why) {
    if (code == AN_NOMEM || code == AN_BUG)
        return an_fail(v->err, code, "%s", why->text);
    return an_verify_note(v, AN_DOSSIER_WRONG, about, "%s: %s", "%s：%s", place, why->text);
}

bool an_verify_is_fine_since(const struct an_verify *v, size_t from) {
    for (size_t i = from; i < v->d->note_count; i++)
        if (v->d->notes[i].level == AN_DOSSIER_WRONG)
            return false;
    return true;
}

const struct an_zip_member *an_verify_take(struct an_verify *v, const char *name) {
    const struct an_zip_member *m = an_zip_find(&v->d->zip, an_str_from_c(name));
    if (m)
        v->used[m - v->d->zip.members] = true;
    return m;
}

enum an_code an_verify_object(struct an_verify *v, const char *about, const char *place, struct an_str hash, json_t **ret) {
    char name[AN_DOSSIER_NAME_MAX];
    struct an_err why = {0};
    (void) snprintf(name, sizeof name, "objects/%.*s", AN_STR_ARG(hash));
    const struct an_zip_member *o = an_verify_take(v, name);
    *ret = NULL;
    if (!o)
        return AN_OK;                       // an_verify_objects has said so
    enum an_code code = an_canonical_load(o->bytes, ret, &why);
    return code ? an_verify_fault(v, about, place, code, &why) : AN_OK;
}

bool an_verify_begins(struct an_str s, const char *with) {
    size_t n = strlen(with);
    return s.len > n && memcmp(s.ptr, with, n) == 0;
}

// What follows from the log must be written as it follows.
static enum an_code check_derived(struct an_verify *v, const char *name, struct an_str is) {
    const struct an_zip_member *m = an_verify_take(v, name);
    return m && an_str_eq(m->bytes, is) ? AN_OK
        : an_verify_note(v, AN_DOSSIER_WRONG, "files", "%s: is not what follows from the log and the manifest",
                         "%s：与日志和清单不符",
                         name);
}

static enum an_code check_rest(struct an_verify *v, const struct an_verify_manifest *m) {
    AN_AUTO(an_buf) facts = {0}, verdicts = {0}, steps = {0};
    AN_TRY(an_dossier_list(&v->d->log, "fact", &facts, v->err));
    AN_TRY(check_derived(v, "facts.json", an_buf_str(&facts)));
    AN_TRY(an_dossier_list(&v->d->log, "verdict", &verdicts, v->err));
    AN_TRY(check_derived(v, "verdicts.json", an_buf_str(&verdicts)));
    AN_TRY(an_dossier_steps(&m->facts, an_verify_take(v, AN_DOSSIER_SIGNATURE) != NULL, &steps, v->err));
    AN_TRY(check_derived(v, AN_DOSSIER_STEPS, an_buf_str(&steps)));
    for (size_t i = 0; i < v->d->zip.count; i++) {
        struct an_str name = v->d->zip.members[i].name;
        if (!v->used[i] && !an_verify_begins(name, "calendar/") && !an_verify_begins(name, "procedure/"))
            AN_TRY(an_verify_note(v, AN_DOSSIER_WRONG, "files", "%.*s: nothing in the dossier accounts for it",
                                  "%.*s：卷宗中没有任何内容与之对应", AN_STR_ARG(name)));
    }
    return AN_OK;
}

static enum an_code verify(struct an_verify *v, struct an_str file) {
    struct an_verify_manifest m = {0};
    bool go_on;
    AN_TRY(an_verify_zip(v, file, &go_on));
    if (go_on)
        AN_TRY(an_verify_read_manifest(v, &m, &go_on));
    if (!go_on)
        return AN_OK;
    AN_TRY(an_verify_log(v, &m, &go_on));
    AN_TRY(an_verify_signature(v, &m));
    if (!go_on)
        return AN_OK;
    AN_TRY(an_verify_objects(v, &m));
    AN_TRY(an_verify_rules(v));
    AN_TRY(an_verify_certificates(v));
    AN_TRY(an_verify_counts(v));
    return check_rest(v, &m);
}

enum an_code an_dossier_verify(struct an_str file, const struct an_dossier_trust *trust, struct an_dossier *ret,
                               struct an_err *err) {
    AN_CLEANUP(verifying_release) struct an_verify v = {.d = ret, .trust = trust, .err = err};
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
