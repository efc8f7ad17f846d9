#include "app/evidence.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include "app/say.h"
#include "base/utf8.h"

enum { ID_HASH = 12, LINE_MAX_BYTES = AN_ENTRY_LINE_MAX };

struct importer {
    struct an_case *kase;
    const struct an_evidence_file *file;
    const struct an_evidence_report *evidence;
    struct an_evidence_imported *ret;
    struct an_arena *arena;
    bool failed;
};

// As much of a text as a line of an entry holds, whole characters.
static struct an_str line(struct an_str s) {
    size_t n = s.len < LINE_MAX_BYTES ? s.len : LINE_MAX_BYTES;
    while (n < s.len && n > 0 && ((unsigned char) s.ptr[n] & 0xC0) == 0x80)
        n--;
    return an_str_slice(s, 0, n);
}

static void set(struct importer *i, json_t *body, const char *key, struct an_str value) {
    if (value.len && json_object_set_new(body, key, json_stringn(value.ptr, value.len)))
        i->failed = true;
}

// What names a finding across reports of a tool: everything it is called, but not what was found.
static struct an_str name_of(struct importer *i, const struct an_evidence_finding *f) {
    return an_str_from_c(an_sayf(i->arena, &i->failed, "%.*s\n%.*s\n%.*s\n%.*s", AN_STR_ARG(i->evidence->tool), AN_STR_ARG(f->id),
                                 AN_STR_ARG(f->control), AN_STR_ARG(f->subject)));
}

struct named { struct an_str name; size_t place; unsigned again; };

static int by_name(const void *a, const void *b) {
    const struct named *x = a, *y = b;
    size_t n = x->name.len < y->name.len ? x->name.len : y->name.len;
    int c = n ? memcmp(x->name.ptr, y->name.ptr, n) : 0;
    if (!c)
        c = (x->name.len > y->name.len) - (x->name.len < y->name.len);
    return c ? c : (x->place > y->place) - (x->place < y->place);
}

static int by_place(const void *a, const void *b) {
    const struct named *x = a, *y = b;
    return (x->place > y->place) - (x->place < y->place);
}

// Findings that are called the same are numbered in the order of the file.
static struct named *names(struct importer *i) {
    size_t count = i->evidence->count;
    struct named *all = AN_NEW_N(i->arena, count + 1, struct named);
    for (size_t k = 0; all && k < count; k++)
        all[k] = (struct named) {name_of(i, &i->evidence->items[k]), k, 0};
    if (!all || !count)
        return all;
    qsort(all, count, sizeof *all, by_name);
    for (size_t k = 1; k < count; k++)
        if (an_str_eq(all[k].name, all[k - 1].name))
            all[k].again = all[k - 1].again + 1;
    qsort(all, count, sizeof *all, by_place);
    return all;
}

static struct an_str id_of(struct importer *i, const struct named *name) {
    unsigned char hash[crypto_generichash_BYTES];
    char hex[2 * ID_HASH + 1];
    const char *whole = an_sayf(i->arena, &i->failed, "%.*s\n%u", AN_STR_ARG(name->name), name->again);
    (void) crypto_generichash(hash, sizeof hash, (const unsigned char *) whole, strlen(whole), NULL, 0);
    return an_str_from_c(an_sayf(i->arena, &i->failed, "f-%s", sodium_bin2hex(hex, sizeof hex, hash, ID_HASH)));
}

// Of what was looked at, and what is to be said of it: two lines at most.
static struct an_str remarks_of(struct importer *i, const struct an_evidence_finding *f) {
    if (!f->subject.len)
        return f->remarks;
    return an_str_from_c(an_sayf(i->arena, &i->failed, "[%.*s]%s%.*s", AN_STR_ARG(f->subject), f->remarks.len ? "\n" : "",
                                 AN_STR_ARG(f->remarks)));
}

static enum an_code append(struct importer *i, const struct an_evidence_finding *f, const struct named *name,
                           struct an_err *err) {
    char day[AN_DAY_TEXT_MAX];
    uint64_t seq = 0;
    json_t *body = json_object();
    const struct an_evidence_report *e = i->evidence;
    struct an_str source = an_str_from_c(an_sayf(i->arena, &i->failed, e->tool_version.len ? "%.*s %.*s" : "%.*s%.*s",
                                                 AN_STR_ARG(e->tool), AN_STR_ARG(e->tool_version)));
    set(i, body, "id", id_of(i, name));
    set(i, body, "source", line(source));
    set(i, body, "title", line(f->title));
    set(i, body, "result", an_str_from_c(an_evidence_result_name(f->result)));
    set(i, body, "day", an_str_from_c(an_day_text(f->day == AN_DAY_NONE ? i->file->day : f->day, day)));
    set(i, body, "object", an_hash_str(&i->ret->object));
    set(i, body, "control", line(f->control));
    set(i, body, "severity", an_str_from_c(f->severity));
    set(i, body, "remarks", remarks_of(i, f));
    struct an_entry_draft draft = {.kind = "finding", .at = i->file->moment, .actor = i->file->actor, .body = body,
                                   .key = i->file->key};
    enum an_code code = i->failed ? an_fail(err, AN_NOMEM, "no memory for a finding")
                                  : an_case_append(i->kase, &draft, &seq, err);
    json_decref(body);
    if (code)
        return code;
    if (!i->ret->first)
        i->ret->first = seq;
    i->ret->last = seq;
    i->ret->pass += f->result == AN_EVIDENCE_PASS;
    i->ret->fail += f->result == AN_EVIDENCE_FAIL;
    i->ret->unknown += f->result == AN_EVIDENCE_UNKNOWN;
    i->ret->not_applicable += f->result == AN_EVIDENCE_NOT_APPLICABLE;
    return AN_OK;
}

static enum an_code add_all(struct importer *i, struct an_err *err) {
    struct named *all = names(i);
    enum an_code code = an_case_begin(i->kase, err);
    if (code)
        return code;
    if (!all)
        code = an_fail(err, AN_NOMEM, "no memory for findings");
    if (!code)
        code = an_case_object_put(i->kase, i->file->bytes, &i->ret->object, err);
    for (size_t k = 0; k < i->evidence->count && !code; k++)
        code = append(i, &i->evidence->items[k], &all[k], err);
    if (!code)
        return an_case_commit(i->kase, err);
    an_case_rollback(i->kase);
    return code;
}

enum an_code an_evidence_import(struct an_case *c, const struct an_evidence_file *file, struct an_evidence_imported *ret,
                                struct an_err *err) {
    AN_AUTO(an_arena) arena = {0};
    AN_AUTO(an_evidence_report) evidence = {0};
    struct an_evidence_imported done = {0};
    struct importer i = {.kase = c, .file = file, .evidence = &evidence, .ret = &done, .arena = &arena};
    struct an_hash hash = an_hash_of(file->bytes);
    const struct an_entry *before = an_case_last(c, "finding", "object", an_hash_str(&hash));
    if (before)
        return an_fail(err, AN_USAGE, "%s: entry %llu came from this very file; withdraw what came from it to import it again",
                       file->name, (unsigned long long) before->seq);
    enum an_code code = an_evidence_read(file->bytes, file->name, &arena, &evidence, err);
    if (code)
        return code;
    if (evidence.count > AN_EVIDENCE_ENTRIES_MAX)
        return an_fail(err, AN_LIMIT, "%s: %zu findings; a case takes %d of one file", file->name, evidence.count,
                       AN_EVIDENCE_ENTRIES_MAX);
    done.format = evidence.format;
    done.passed_over = evidence.passed_over;
    code = add_all(&i, err);
    if (code)
        return an_err_context(err, "%s", file->name);
    *ret = done;
    return AN_OK;
}
