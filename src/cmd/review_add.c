// What is put into a case: entries by their members, events that the procedure allows, documents, decisions.
#include "cmd/review.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "app/judge.h"
#include "base/file.h"
#include "base/json.h"
#include "base/utf8.h"
#include "rules/vocabulary.h"

// --- MEMBER=VALUE

static const struct an_member *member_of(const struct an_member *list, struct an_str name) {
    for (; list->name; list++)
        if (an_str_eq(an_str_from_c(list->name), name))
            return list;
    return NULL;
}

static enum an_code no_memory(struct an_err *err) { return an_fail(err, AN_NOMEM, "no memory for an entry"); }

// jansson takes NUL-ended or counted UTF-8; what is none is refused here, with the member's name.
static enum an_code text_of(struct an_str s, const char *member, json_t **ret, struct an_err *err) {
    if (an_utf8_valid(s) != s.len || memchr(s.ptr, 0, s.len))
        return an_fail(err, AN_USAGE, "%s: the value is no UTF-8 text", member);
    *ret = json_stringn(s.ptr, s.len);
    return *ret ? AN_OK : no_memory(err);
}

static enum an_code from_file(struct an_review_job *job, const struct an_member *m, const char *path, json_t **ret) {
    AN_AUTO(an_buf) bytes = {0};
    struct an_hash hash;
    bool object = m->type == AN_MEMBER_OBJECT;
    AN_TRY(an_file_read(path, object ? AN_CASE_OBJECT_MAX : AN_ENTRY_TEXT_MAX, 0, &bytes, job->err));
    if (object) {
        AN_TRY(an_case_object_put(job->file, an_buf_str(&bytes), &hash, job->err));
        return text_of(an_hash_str(&hash), m->name, ret, job->err);
    }
    if (m->type == AN_MEMBER_KEY) {
        struct an_public key;
        char line[AN_PUBLIC_TEXT_MAX];
        AN_TRY(an_public_parse(an_buf_str(&bytes), &key, job->err));
        return text_of(an_str_from_c(an_public_text(&key, line)), m->name, ret, job->err);
    }
    struct an_str text = an_buf_str(&bytes);
    while (text.len && (text.ptr[text.len - 1] == '\n' || text.ptr[text.len - 1] == '\r'))
        text.len--;
    return text_of(text, m->name, ret, job->err);
}

static enum an_code value_of(struct an_review_job *job, const struct an_member *m, const char *value, json_t **ret) {
    char *end;
    json_error_t why;
    switch (m->type) {
    case AN_MEMBER_COUNT_OR_NULL:
        if (strcmp(value, "null") == 0)
            return (*ret = json_null()) ? AN_OK : no_memory(job->err);
        __attribute__((fallthrough));
    case AN_MEMBER_COUNT:
        *ret = json_integer(strtoll(value, &end, 10));
        if (end == value || *end)
            return an_fail(job->err, AN_USAGE, "%s: '%.80s' is no whole number", m->name, value);
        return *ret ? AN_OK : no_memory(job->err);
    case AN_MEMBER_GROUP:
        *ret = json_loads(value, JSON_REJECT_DUPLICATES, &why);
        return *ret ? AN_OK : an_fail(job->err, AN_USAGE, "%s: is a group, given as JSON, such as {\"id\": \"a\"} (%.80s)",
                                      m->name, why.text);
    case AN_MEMBER_ID:
    case AN_MEMBER_LINE:
    case AN_MEMBER_TEXT:
    case AN_MEMBER_DAY:
    case AN_MEMBER_HASH:
    case AN_MEMBER_OBJECT:
    case AN_MEMBER_WORD:
    case AN_MEMBER_KEY:
        break;
    }
    return value[0] == '@' ? from_file(job, m, value + 1, ret) : text_of(an_str_from_c(value), m->name, ret, job->err);
}

static enum an_code unknown_member(const struct an_entry_kind *kind, struct an_str name, struct an_err *err) {
    char list[160];
    size_t at = 0;
    for (const struct an_member *m = kind->members; m->name && at < sizeof list - 40; m++)
        at += (size_t) snprintf(list + at, sizeof list - at, "%s%s", at ? ", " : "", m->name);
    return an_fail(err, AN_USAGE, "'%.*s' is no MEMBER=VALUE of %s, which has: %s", (int) (name.len < 40 ? name.len : 40),
                   name.ptr, kind->name, list);
}

static enum an_code put_argument(struct an_review_job *job, const struct an_entry_kind *kind, const char *argument,
                                 json_t *body) {
    const char *equals = strchr(argument, '=');
    struct an_str name = {argument, equals ? (size_t) (equals - argument) : strlen(argument)};
    const struct an_member *m = equals ? member_of(kind->members, name) : NULL;
    AN_JSON_AUTO *value = NULL;
    if (!m)
        return unknown_member(kind, name, job->err);
    AN_TRY(value_of(job, m, equals + 1, &value));
    if (m->is_list && !json_is_array(value)) {          // given once for each
        json_t *list = json_object_get(body, m->name);
        if (!list && json_object_set_new(body, m->name, list = json_array()))
            return no_memory(job->err);
        return json_array_append(list, value) ? no_memory(job->err) : AN_OK;
    }
    if (!m->is_list && json_object_get(body, m->name))
        return an_fail(job->err, AN_USAGE, "%s: was given twice", m->name);
    return json_object_set(body, m->name, value) ? no_memory(job->err) : AN_OK;
}

// --- what goes without saying

static enum an_code set_text(json_t *body, const char *member, const char *text, struct an_err *err) {
    return json_object_set_new(body, member, json_string(text)) ? no_memory(err) : AN_OK;
}

static bool wants(const struct an_entry_kind *kind, const json_t *body, const char *member) {
    const struct an_member *m = member_of(kind->members, an_str_from_c(member));
    return m && !m->is_optional && !json_object_get(body, member);
}

// The first of KIND-1, KIND-2, ... that no entry has.
static enum an_code free_id(struct an_review_job *job, const char *kind, json_t *body) {
    char id[64];
    for (unsigned n = 1; n < AN_CASE_ENTRIES_MAX; n++) {
        (void) snprintf(id, sizeof id, "%s-%u", kind, n);
        if (!job->file || !an_case_last(job->file, kind, "id", an_str_from_c(id)))
            return set_text(body, "id", id, job->err);
    }
    return an_fail(job->err, AN_LIMIT, "no free id for a %s; give one: id=...", kind);
}

static enum an_code fill(struct an_review_job *job, const struct an_entry_kind *kind, json_t *body) {
    static const char *const days[] = {"day", "received", "spoken_of"};
    static const struct { const char *kind, *member, *value; } usual[] = {
        {"order", "status", "open"}, {"commitment", "status", "open"}, {"plan", "status", "open"},
        {"document", "secrecy", "filer"}, {"fact", "source", "declared"},
    };
    char day[AN_DAY_TEXT_MAX];
    (void) an_day_text(job->session.as_of, day);
    for (size_t i = 0; i < AN_COUNT(days); i++)
        if (wants(kind, body, days[i]))
            AN_TRY(set_text(body, days[i], day, job->err));
    if (wants(kind, body, "id"))
        AN_TRY(free_id(job, kind->name, body));
    if (job->actor && wants(kind, body, "by"))
        AN_TRY(set_text(body, "by", job->actor, job->err));
    for (size_t i = 0; i < AN_COUNT(usual); i++)
        if (strcmp(kind->name, usual[i].kind) == 0 && wants(kind, body, usual[i].member))
            AN_TRY(set_text(body, usual[i].member, usual[i].value, job->err));
    return AN_OK;
}

enum an_code an_review_body(struct an_review_job *job, const char *kind_name, char *const args[], size_t count, json_t *base,
                            json_t **ret_body) {
    const struct an_entry_kind *kind = an_entry_kind_find(an_str_from_c(kind_name));
    AN_JSON_AUTO *body = base ? json_incref(base) : json_object();
    if (!body)
        return no_memory(job->err);
    if (!kind)
        return an_fail(job->err, AN_USAGE, "no kind of entry is called '%.40s' (see: anshen review kinds)", kind_name);
    for (size_t i = 0; i < count; i++)
        AN_TRY(put_argument(job, kind, args[i], body));
    AN_TRY(fill(job, kind, body));
    if (an_entry_check(kind, body, NULL, NULL, job->err)) {
        job->err->code = AN_USAGE;          // it was typed, not read
        return an_err_context(job->err, "%s", kind_name);
    }
    *ret_body = AN_TAKE(body);
    return AN_OK;
}

// --- what must hold before an entry of a kind is added

static enum an_code check_fact(struct an_review_job *job, json_t *body) {
    AN_AUTO(an_buf) text = {0};
    struct an_str name = an_entry_text(body, "name"), value = an_entry_text(body, "value");
    struct an_fact fact;
    AN_TRY(an_buf_addf(&text, job->err, "%.*s=%.*s", AN_STR_ARG(name), AN_STR_ARG(value)));
    if (an_fact_parse(an_buf_str(&text), &job->session.arena, &fact, job->err)) {
        job->err->code = AN_USAGE;
        return an_err_context(job->err, "fact");
    }
    return an_vocabulary_check(&fact, &job->session.packs.packs, job->err);
}

static enum an_code check_snapshot(struct an_review_job *job, json_t *body) {
    AN_AUTO(an_buf) name = {0};
    AN_TRY(an_buf_addf(&name, job->err, "count(%.*s)", AN_STR_ARG(an_entry_text(body, "metric"))));
    if (an_name_find(&job->session.packs.packs, AN_NAME_METRIC, an_buf_str(&name)))
        return AN_OK;
    return an_fail(job->err, AN_USAGE, "no count is called '%.*s' (see: anshen law names)",
                   AN_STR_ARG(an_entry_text(body, "metric")));
}

static enum an_code check_event(struct an_review_job *job, json_t *body) {
    an_day day;
    struct an_str other = AN_STR("");
    if (!json_object_get(body, "procedure") && an_day_parse(an_entry_text(body, "day"), &day))
        other = an_review_procedure_of(job->file, &job->session.packs, an_entry_text(body, "name"), day);
    if (other.len && json_object_set_new(body, "procedure", json_stringn(other.ptr, other.len)))
        return no_memory(job->err);
    if (an_review_is_inner(job->file, &job->session.packs, body) && !json_object_get(body, "secrecy"))
        AN_TRY(set_text(body, "secrecy", "authority", job->err));
    return an_review_allows(job->file, &job->session.packs, body, job->session.as_of, &job->session.arena, job->err);
}

static enum an_code check_kind(struct an_review_job *job, const char *kind, json_t *body) {
    static const struct {
        const char *kind;
        enum an_code (*check)(struct an_review_job *job, json_t *body);
    } checks[] = {{"fact", check_fact}, {"snapshot", check_snapshot}, {"event", check_event}};
    for (size_t i = 0; i < AN_COUNT(checks); i++)
        if (strcmp(kind, checks[i].kind) == 0)
            return checks[i].check(job, body);
    return AN_OK;
}

// One entry, with the objects it names, or nothing.
static enum an_code add(struct an_review_job *job, const char *kind, char *const args[], size_t count, json_t *base) {
    AN_JSON_AUTO *body = NULL;
    if (strcmp(kind, "withdraw") == 0)
        return an_fail(job->err, AN_USAGE, "say: anshen review withdraw CASE ENTRY WHY");
    AN_TRY(an_review_body(job, kind, args, count, base, &body));
    AN_TRY(check_kind(job, kind, body));
    return an_review_append(job, kind, body, NULL);
}

static enum an_code in_one(struct an_review_job *job, enum an_code code) {
    if (!code)
        return an_case_commit(job->file, job->err);
    an_case_rollback(job->file);
    return code;
}

enum an_code an_review_add(struct an_review_job *job) {
    AN_TRY(an_case_begin(job->file, job->err));
    return in_one(job, add(job, job->args[0], job->args + 1, job->arg_count - 1, NULL));
}

static enum an_code named(const char *member, const char *value, json_t **ret, struct an_err *err) {
    *ret = json_pack("{s:s}", member, value);
    return *ret ? AN_OK : an_fail(err, AN_USAGE, "'%.80s' is no name", value);
}

enum an_code an_review_event(struct an_review_job *job) {
    AN_JSON_AUTO *base = NULL;
    AN_TRY(named("name", job->args[0], &base, job->err));
    AN_TRY(an_case_begin(job->file, job->err));
    return in_one(job, add(job, "event", job->args + 1, job->arg_count - 1, base));
}

// --- decisions

static enum an_code decide(struct an_review_job *job, json_t *event) {
    AN_JSON_AUTO *decision = json_object();
    AN_JSON_AUTO *said = NULL;
    struct an_review after;
    if (!decision)
        return no_memory(job->err);
    AN_TRY(an_review_body(job, "decision", job->args + 1, job->arg_count - 1, decision, &said));
    AN_TRY(json_object_set(event, "day", json_object_get(said, "day")) ? no_memory(job->err) : AN_OK);
    AN_TRY(add(job, "event", NULL, 0, event));
    AN_TRY(an_review_look(job->file, &job->session.packs, job->session.as_of, &job->session.arena, &after, job->err));
    const struct an_course *course = after.courses[0].course;
    if (course->outcome == AN_PROCEDURE_NONE)
        return an_fail(job->err, AN_USAGE, "the event '%s' ends nothing: it is said with `anshen review event`", job->args[0]);
    struct an_str outcome = course->procedure->phases[course->outcome].name;
    if (!an_str_eq(outcome, an_entry_text(said, "outcome")))
        return an_fail(job->err, AN_USAGE, "the event '%s' ends in outcome '%.*s', not '%.*s'", job->args[0], AN_STR_ARG(outcome),
                       AN_STR_ARG(an_entry_text(said, "outcome")));
    return an_review_append(job, "decision", said, NULL);
}

enum an_code an_review_decide(struct an_review_job *job) {
    AN_JSON_AUTO *event = NULL;
    AN_TRY(named("name", job->args[0], &event, job->err));
    AN_TRY(an_case_begin(job->file, job->err));
    return in_one(job, decide(job, event));
}

// --- documents

static const char *media_of(const char *path) {
    static const struct { const char *end, *media; } known[] = {
        {".pdf", "application/pdf"}, {".json", "application/json"}, {".xml", "application/xml"}, {".txt", "text/plain"},
        {".html", "text/html"}, {".csv", "text/csv"}, {".zip", "application/zip"}, {".png", "image/png"},
        {".jpg", "image/jpeg"}, {".docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"},
        {".xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"},
    };
    const char *dot = strrchr(path, '.');
    for (size_t i = 0; dot && i < AN_COUNT(known); i++)
        if (strcmp(dot, known[i].end) == 0)
            return known[i].media;
    return "application/octet-stream";
}

static enum an_code document(struct an_review_job *job) {
    AN_AUTO(an_buf) bytes = {0};
    struct an_hash hash;
    AN_TRY(an_file_read(job->args[0], AN_CASE_OBJECT_MAX, 0, &bytes, job->err));
    AN_TRY(an_case_object_put(job->file, an_buf_str(&bytes), &hash, job->err));
    AN_JSON_AUTO *base = json_pack("{s:s, s:I}", "object", hash.text, "size", (json_int_t) bytes.len);
    if (!base)
        return no_memory(job->err);
    bool said = false;
    for (size_t i = 1; i < job->arg_count; i++)
        said |= strncmp(job->args[i], "media=", 6) == 0;
    if (!said)
        AN_TRY(set_text(base, "media", media_of(job->args[0]), job->err));
    return add(job, "document", job->args + 1, job->arg_count - 1, base);
}

enum an_code an_review_document(struct an_review_job *job) {
    AN_TRY(an_case_begin(job->file, job->err));
    return in_one(job, document(job));
}

// --- withdrawing, and the list of kinds

enum an_code an_review_withdraw(struct an_review_job *job) {
    char *end;
    long long seq = strtoll(job->args[0], &end, 10);
    if (end == job->args[0] || *end || seq < 1)
        return an_fail(job->err, AN_USAGE, "'%.40s' is no number of an entry (see: anshen review log)", job->args[0]);
    AN_JSON_AUTO *body = json_pack("{s:I, s:s}", "entry", (json_int_t) seq, "why", job->args[1]);
    if (!body)
        return an_fail(job->err, AN_USAGE, "the reason is no UTF-8 text");
    return an_review_append(job, "withdraw", body, NULL);
}

enum an_code an_review_kinds(struct an_review_job *job) {
    struct an_json j = {.out = &job->json};
    an_json_open(&j, '[');
    for (size_t i = 0; i < an_entry_kind_count(); i++) {
        const struct an_entry_kind *kind = an_entry_kind_at(i);
        AN_TRY(an_buf_addf(&job->text, job->err, "%-12s %s\n            ", kind->name, an_say(kind->title, job->session.lang)));
        an_json_open(&j, '{');
        an_json_key(&j, "kind");
        an_json_cstr(&j, kind->name);
        an_json_key(&j, "members");
        an_json_open(&j, '[');
        for (const struct an_member *m = kind->members; m->name; m++) {
            AN_TRY(an_buf_addf(&job->text, job->err, m->is_optional ? " [%s]" : " %s", m->name));
            for (size_t k = 0; m->words && m->words[k]; k++)
                AN_TRY(an_buf_addf(&job->text, job->err, "%s%s", k ? "|" : "=", m->words[k]));
            an_json_cstr(&j, m->name);
        }
        an_json_close(&j, ']');
        an_json_close(&j, '}');
        AN_TRY(an_buf_add(&job->text, AN_STR("\n"), job->err));
    }
    an_json_close(&j, ']');
    return an_json_end(&j, job->err);
}
