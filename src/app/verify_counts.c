// Checking a dossier: its measurements, each against the census header and the commitment that its entry names.
#include "app/verify.h"

#include <sodium.h>
#include <stdio.h>
#include "app/canonical.h"
#include "app/measurement.h"

static uint64_t count_at(const json_t *j, const char *key) { return (uint64_t) json_integer_value(json_object_get(j, key)); }

// NULL where the header agrees with the entry's body, else what does not.
static const char *header_differs(const json_t *header, const json_t *body, const struct an_commitment *c) {
    char id[2 * AN_KEY_ID_BYTES + 1];
    const json_t *people = json_object_get(body, "people"), *theirs = json_object_get(header, "people"),
                 *stores = json_object_get(header, "stores");
    uint64_t records = 0;
    if (!an_str_eq(an_entry_text(header, "schema"), AN_STR(AN_CENSUS_HEADER_FORM)))
        return "no census header";
    if (!an_str_eq(an_entry_text(header, "day"), an_entry_text(body, "day")))
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
    if (!an_str_eq(an_entry_text(header, "key_id"), an_str_from_c(sodium_bin2hex(id, sizeof id, c->key_id, sizeof c->key_id))))
        return "its commitment is under another key than its census";
    for (size_t i = 0; i < c->kind_count; i++) {
        const char *kind = an_kind_by_code(c->kinds[i].code)->name;
        if (count_at(json_object_get(json_object_get(header, "identifiers"), kind), "floor_grade") != c->kinds[i].count)
            return "its commitment is to another number of identifiers than its census header counts";
    }
    return NULL;
}

static enum an_code check_measurement(struct an_verify *v, uint64_t seq, size_t *checked) {
    const json_t *body = v->d->log.entries[seq - 1].body, *said = json_object_get(body, "commitment");
    AN_CLEANUP(an_json_cleanup) json_t *header = NULL;
    struct an_commitment c;
    struct an_err why = {0};
    char place[64];
    (void) snprintf(place, sizeof place, "entry %llu", (unsigned long long) seq);
    AN_TRY(an_verify_object(v, "counts", place, an_entry_text(body, "census"), &header));
    enum an_code code = said ? an_commitment_read(said, &c, &why) : AN_OK;
    if (code)
        return an_verify_fault(v, "counts", place, code, &why);
    const char *differs = header ? header_differs(header, body, said ? &c : NULL) : NULL;
    if (differs)
        return an_verify_note(v, AN_DOSSIER_WRONG, "counts", "%s: %s", "%s：%s", place, differs);
    uint64_t floor = count_at(json_object_get(body, "people"), "floor");
    if (said && an_commit_floor(&c) > floor)
        return an_verify_note(v, AN_DOSSIER_WRONG, "counts", "%s: committed to more people than it counts",
                              "%s：承诺的人数多于所计人数", place);
    ++*checked;
    if (!said)
        return an_verify_note(v, AN_DOSSIER_PARTLY, "counts", "%s: a count without a commitment: nothing of it can be asked for",
                              "%s：计数没有承诺，无从抽查", place);
    return an_commit_floor(&c) == floor ? AN_OK
        : an_verify_note(v, AN_DOSSIER_PARTLY, "counts",
                         "%s: committed to %llu of at least %llu people; the rest is counted by account keys",
                         "%1$s：至少 %3$llu 人中承诺了 %2$llu 人，其余按账号键计", place,
                         (unsigned long long) an_commit_floor(&c), (unsigned long long) floor);
}

enum an_code an_verify_counts(struct an_verify *v) {
    size_t from = v->d->note_count, checked = 0;
    const struct an_extract *log = &v->d->log;
    for (uint64_t seq = an_extract_next(log, "measurement", 0); seq; seq = an_extract_next(log, "measurement", seq))
        AN_TRY(check_measurement(v, seq, &checked));
    return an_verify_is_fine_since(v, from) && checked
        ? an_verify_note(v, AN_DOSSIER_FINE, "counts", "counts: %zu measurements agree with their census headers and commitments",
                         "计数：%zu 次计数与其普查表头和承诺一致", checked) : AN_OK;
}
