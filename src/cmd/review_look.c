// What is seen of a case: where it stands, its deadlines, its gates, its log; and whether the file is whole.
#include "cmd/review.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/file.h"
#include "base/json.h"
#include "case/secrecy.h"
#include "cmd/verb.h"

static enum an_code look(struct an_review_job *job, struct an_review *ret) {
    return an_review_look(job->file, &job->session.packs, job->session.as_of, &job->session.arena, ret, job->err);
}

enum an_code an_review_status(struct an_review_job *job) {
    struct an_review r;
    struct an_json j = {.out = &job->json};
    AN_TRY(look(job, &r));
    AN_TRY(an_review_say(&r, job->session.lang, &job->text, job->err));
    an_review_json(&r, &j);
    return an_json_end(&j, job->err);
}

enum an_code an_review_calendar(struct an_review_job *job) {
    struct an_review r;
    AN_AUTO(an_buf) out = {0};
    AN_TRY(look(job, &r));
    for (size_t i = 0; i < r.course_count; i++) {
        AN_AUTO(an_buf) uid = {0};
        AN_TRY(an_buf_addf(&uid, job->err, "%.*s-%.*s", AN_STR_ARG(r.id), AN_STR_ARG(r.courses[i].id)));
        struct an_ics how = {.uid = an_buf_str(&uid), .stamp = an_str_from_c(job->at), .title = r.title,
                             .lang = job->session.lang, .alarm_days = 1};
        AN_TRY(an_course_ics(r.courses[i].course, &how, &out, job->err));
    }
    if (!job->out || strcmp(job->out, "-") == 0)
        return an_buf_add(&job->text, an_buf_str(&out), job->err);
    return an_session_write(an_buf_str(&out), job->out, job->err);
}

enum an_code an_review_gate(struct an_review_job *job) {
    static const int statuses[] = {[AN_YES] = AN_EXIT_OK, [AN_NO] = AN_EXIT_APPLIES, [AN_UNKNOWN] = AN_EXIT_UNDETERMINED};
    const char *name = job->arg_count ? job->args[0] : "cn.listing.submit";
    const struct an_gate *gate = an_gate_find(&job->session.packs.procedures, an_str_from_c(name), job->session.as_of);
    struct an_json j = {.out = &job->json};
    struct an_gate_answer answer;
    struct an_review r;
    if (!gate)
        return an_fail(job->err, AN_USAGE, "the law has no gate '%.60s' (see: anshen law list)", name);
    AN_TRY(look(job, &r));
    AN_TRY(an_review_ask(&r, gate, &job->session.arena, &answer, job->err));
    AN_TRY(an_gate_say(&answer, job->session.lang, &job->text, job->err));
    an_gate_json(&answer, &j);
    job->status = statuses[answer.value];
    return an_json_end(&j, job->err);
}

// --- the log

static bool is_role(const char *role) {
    for (size_t i = 0; an_secrecy_roles[i]; i++)
        if (strcmp(role, an_secrecy_roles[i]) == 0)
            return true;
    return false;
}

static enum an_code log_line(struct an_review_job *job, const struct an_entry *e) {
    struct an_str what = an_entry_text(e->body, "name"), day = an_entry_text(e->body, "day");
    what = what.len ? what : an_entry_text(e->body, "title");
    what = what.len ? what : an_entry_text(e->body, "rule");
    what = what.len ? what : an_entry_text(e->body, "id");
    return an_buf_addf(&job->text, job->err, "%5llu  %.*s  %-10.*s %-12s %c%c %-10.*s %.*s\n", (unsigned long long) e->seq,
                       AN_STR_ARG(e->at), AN_STR_ARG(e->actor.len ? e->actor : AN_STR("-")), e->kind->name,
                       e->signature.len ? 'S' : ' ', e->withdrawn_by ? 'x' : ' ', AN_STR_ARG(day), AN_STR_ARG(what));
}

static enum an_code log_json(struct an_review_job *job, const struct an_entry *e, bool first) {
    return an_buf_addf(&job->json, job->err, "%s{\"entry\": %.*s, \"hash\": \"%s\", \"signed\": %s, \"withdrawn_by\": %llu}",
                       first ? "[" : ",\n", AN_STR_ARG(e->text), e->hash.text, e->signature.len ? "true" : "false",
                       (unsigned long long) e->withdrawn_by);
}

// One entry in full: the canonical text that is hashed.
static enum an_code one_entry(struct an_review_job *job) {
    char *end;
    long long seq = strtoll(job->args[0], &end, 10);
    const struct an_entry *e = end == job->args[0] || *end || seq < 1 ? NULL : an_case_entry(job->file, (uint64_t) seq);
    if (!e)
        return an_fail(job->err, AN_USAGE, "there is no entry '%.40s'", job->args[0]);
    if (job->role && !an_secrecy_lets(an_str_from_c(job->role), an_entry_secrecy(job->file, e)))
        return an_fail(job->err, AN_USAGE, "entry %lld is not for the role %s", seq, job->role);
    AN_TRY(log_line(job, e));
    AN_TRY(an_buf_addf(&job->text, job->err, "%.*s\nblake2b-256 %s\n", AN_STR_ARG(e->text), e->hash.text));
    return an_buf_addf(&job->json, job->err, "{\"entry\": %.*s, \"hash\": \"%s\", \"signed\": %s}", AN_STR_ARG(e->text),
                       e->hash.text, e->signature.len ? "true" : "false");
}

enum an_code an_review_log(struct an_review_job *job) {
    bool first = true;
    size_t hidden = 0;
    if (job->role && !is_role(job->role))
        return an_fail(job->err, AN_USAGE, "--for: '%.40s' is none of public, filer, adviser, body, authority, examiner",
                       job->role);
    if (job->arg_count)
        return one_entry(job);
    for (uint64_t seq = 1; seq <= an_case_count(job->file); seq++) {
        const struct an_entry *e = an_case_entry(job->file, seq);
        if (job->role && !an_secrecy_lets(an_str_from_c(job->role), an_entry_secrecy(job->file, e))) {
            hidden++;
            continue;
        }
        AN_TRY(log_line(job, e));
        AN_TRY(log_json(job, e, first));
        first = false;
    }
    if (hidden)
        AN_TRY(an_buf_addf(&job->text, job->err, job->session.lang == AN_ZH ? "另有 %zu 条不对该角色公开\n"
                                                                          : "%zu more are not for this role\n", hidden));
    return an_buf_addf(&job->json, job->err, first ? "[]" : "]");
}

enum an_code an_review_extract(struct an_review_job *job) {
    AN_AUTO(an_buf) bytes = {0};
    if (!job->out)
        return an_fail(job->err, AN_USAGE, "say where to: -o FILE");
    if (an_case_object_get(job->file, an_str_from_c(job->args[0]), &bytes, job->err))
        return job->err->code;
    return an_session_write(an_buf_str(&bytes), job->out, job->err);
}

// --- whether the file is whole

enum an_code an_review_verify(struct an_review_job *job) {
    struct an_case_report report;
    struct an_json j = {.out = &job->json};
    bool zh = job->session.lang == AN_ZH;
    AN_TRY(an_case_verify(job->path, &job->session.arena, &report, job->err));
    an_json_open(&j, '{');
    an_json_key(&j, "faults");
    an_json_open(&j, '[');
    for (size_t i = 0; i < report.fault_count; i++) {
        AN_TRY(an_buf_addf(&job->text, job->err, "%.*s\n", AN_STR_ARG(report.faults[i].text)));
        an_json_str(&j, report.faults[i].text);
    }
    an_json_close(&j, ']');
    const struct { const char *key; uint64_t n; } counts[] = {
        {"entries", report.entries}, {"objects", report.objects}, {"signatures", report.signatures}, {"stamps", report.stamps},
    };
    for (size_t i = 0; i < AN_COUNT(counts); i++) {
        an_json_key(&j, counts[i].key);
        an_json_u64(&j, counts[i].n);
    }
    an_json_key(&j, "head");
    an_json_cstr(&j, report.head.text);
    an_json_close(&j, '}');
    AN_TRY(an_buf_addf(&job->text, job->err, zh ? "%llu 条记录，%llu 个文件，%llu 个签名，%llu 个时间戳；发现 %zu 处错误\n"
                                                  "链尾 %s\n"
                       : "%llu entries, %llu objects, %llu signatures, %llu time stamps; %zu faults\nhead of the chain %s\n",
                       (unsigned long long) report.entries, (unsigned long long) report.objects,
                       (unsigned long long) report.signatures, (unsigned long long) report.stamps, report.fault_count,
                       report.head.text));
    job->status = report.fault_count ? AN_EXIT_FAILED : AN_EXIT_OK;
    return an_json_end(&j, job->err);
}

// --- time stamps and keys

// A TimeStampReq (RFC 3161 section 2.4.1): version 1, SHA-256 imprint, the authority's certificate asked for.
static enum an_code write_request(struct an_review_job *job, const struct an_entry *e) {
    static const unsigned char head[] = {
        0x30, 0x39, 0x02, 0x01, 0x01, 0x30, 0x31, 0x30, 0x0D, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01,
        0x05, 0x00, 0x04, 0x20,
    };
    static const unsigned char tail[] = {0x01, 0x01, 0xFF};
    unsigned char request[sizeof head + AN_CASE_DIGEST + sizeof tail];
    memcpy(request, head, sizeof head);
    an_entry_stamp_digest(e, request + sizeof head);
    memcpy(request + sizeof head + AN_CASE_DIGEST, tail, sizeof tail);
    AN_TRY(an_session_write((struct an_str) {(const char *) request, sizeof request}, job->request, job->err));
    return an_buf_addf(&job->text, job->err, job->session.lang == AN_ZH ? "请求已写入 %s\n" : "wrote the request: %s\n",
                       job->request);
}

enum an_code an_review_stamp(struct an_review_job *job) {
    char *end;
    long long seq = strtoll(job->args[0], &end, 10);
    const struct an_entry *e = end == job->args[0] || *end || seq < 1 ? NULL : an_case_entry(job->file, (uint64_t) seq);
    if (!e)
        return an_fail(job->err, AN_USAGE, "there is no entry '%.40s'", job->args[0]);
    if (!job->request == !job->reply)
        return an_fail(job->err, AN_USAGE, "stamp: give either --request F or --reply F");
    if (job->request)
        return write_request(job, e);
    AN_AUTO(an_buf) reply = {0};
    AN_TRY(an_file_read(job->reply, AN_CASE_STAMP_MAX, 0, &reply, job->err));
    if (an_case_stamp_add(job->file, e->seq, an_buf_str(&reply), job->err))
        return an_err_context(job->err, "%.160s", job->reply);
    return an_buf_addf(&job->text, job->err, job->session.lang == AN_ZH ? "第%lld条已加时间戳\n" : "entry %lld is stamped\n",
                       seq);
}

enum an_code an_review_make_key(struct an_review_job *job) {
    AN_CLEANUP(an_secret_cleanup) struct an_secret *secret = NULL;
    AN_AUTO(an_buf) path = {0};
    struct an_public public;
    char line[AN_PUBLIC_TEXT_MAX];
    if (!job->out)
        return an_fail(job->err, AN_USAGE, "say the name: -o NAME makes NAME.key and NAME.pub");
    AN_TRY(an_secret_make(&secret, job->err));
    AN_TRY(an_buf_addf(&path, job->err, "%s.key", job->out));
    AN_TRY(an_buf_add(&path, (struct an_str) {"", 1}, job->err));
    AN_TRY(an_secret_write(secret, path.ptr, AN_STR(""), AN_SECRET_INTERACTIVE, job->err));
    an_buf_release(&path);
    AN_TRY(an_buf_addf(&path, job->err, "%s.pub", job->out));
    AN_TRY(an_buf_add(&path, (struct an_str) {"", 1}, job->err));
    an_secret_public(secret, &public);
    AN_TRY(an_public_write(&public, path.ptr, job->err));
    return an_buf_addf(&job->text, job->err, "%s\n", an_public_text(&public, line));
}
