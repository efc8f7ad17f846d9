// What is found out for a case: measurements, and verdicts with their certificates.
#include "cmd/review.h"

#include <string.h>
#include "app/measurement.h"
#include "app/verdicts.h"
#include "cmd/verb.h"
#include "report/report.h"

static bool is_census(const char *path) {
    static const char end[] = ".census";
    size_t n = strlen(path);
    return n > sizeof end - 1 && strcmp(path + n - (sizeof end - 1), end) == 0;
}

static enum an_code read_all(struct an_review_job *job) {
    size_t files = 0;
    for (size_t i = 0; i < job->arg_count; i++)
        files += is_census(job->args[i]);
    if (files && files < job->arg_count)
        return an_fail(job->err, AN_USAGE, "measure: either census files or stores, not both at once");
    return files ? an_session_load(&job->session, job->args, job->arg_count, job->err)
                 : an_session_measure(&job->session, job->args, job->arg_count, job->err);
}

static enum an_code add_measurement(struct an_review_job *job) {
    AN_AUTO(an_buf) header = {0};
    AN_AUTO(an_buf) text = {0};
    struct an_hash hash;
    json_error_t why;
    AN_TRY(an_measurement_make(&job->session.census, an_str_from_c(job->args[0]), job->session.as_of, &header, &text, job->err));
    AN_JSON_AUTO *body = json_loadb(text.ptr, text.len, JSON_REJECT_DUPLICATES, &why);
    if (!body)
        return an_fail(job->err, AN_BUG, "a measurement is no JSON: %.80s", why.text);
    AN_TRY(an_case_object_put(job->file, an_buf_str(&header), &hash, job->err));
    return an_review_append(job, "measurement", body, NULL);
}

enum an_code an_review_measure(struct an_review_job *job) {
    AN_TRY(read_all(job));
    AN_TRY(an_case_begin(job->file, job->err));
    enum an_code code = add_measurement(job);
    if (code)
        an_case_rollback(job->file);
    else
        code = an_case_commit(job->file, job->err);
    job->status = an_session_status(&job->session);
    return code;
}

// --- verdicts

static enum an_code put_verdict(struct an_review_job *job, const struct an_verdict *v, const struct an_hash *facts) {
    struct an_hash certificate;
    char day[AN_DAY_TEXT_MAX];
    AN_JSON_AUTO *body = an_verdict_body(v, job->session.as_of);
    if (!body)
        return an_fail(job->err, AN_NOMEM, "no memory for a verdict");
    (void) an_day_text(job->session.as_of, day);
    AN_TRY(an_case_object_put(job->file, v->certificate, &certificate, job->err));
    if (json_object_set_new(body, "certificate", json_string(certificate.text)) ||
        json_object_set_new(body, "facts", json_string(facts->text)))
        return an_fail(job->err, AN_NOMEM, "no memory for a verdict");
    return an_review_append(job, "verdict", body, NULL);
}

// The whole result, all rules in it, as the object that each verdict names.
static enum an_code put_result(struct an_review_job *job, const struct an_review *r, const struct an_judgement *judgement,
                               struct an_hash *ret) {
    AN_AUTO(an_buf) out = {0};
    const struct an_report_options plain = {0};
    struct an_model m;
    struct an_findings f = {.company = &r->declared, .law = r->law, .facts = &r->facts, .judgement = judgement,
                            .as_of = r->as_of, .lang = AN_EN};
    AN_TRY(an_model_make(&f, &job->session.arena, &m, job->err));
    AN_TRY(an_report_find(AN_STR("json"))->write(&m, AN_EN, &plain, &out, job->err));
    return an_case_object_put(job->file, an_buf_str(&out), ret, job->err);
}

static enum an_code judge(struct an_review_job *job) {
    struct an_review r;
    struct an_judgement all = {0};
    struct an_hash result;
    size_t kept = 0;
    AN_TRY(an_review_look(job->file, &job->session.packs, job->session.as_of, &job->session.arena, &r, job->err));
    AN_TRY(an_judge(&job->session.packs, &r.facts, r.as_of, &job->session.arena, &all, job->err));
    AN_TRY(put_result(job, &r, &all, &result));
    for (size_t i = 0; i < all.count; i++) {
        if (!an_verdict_is_kept(&all.verdicts[i], job->file))
            continue;
        AN_TRY(put_verdict(job, &all.verdicts[i], &result));
        kept++;
    }
    if (kept)
        return AN_OK;
    return an_buf_addf(&job->text, job->err, "%s\n", job->session.lang == AN_ZH ? "自上次判断以来没有变化"
                                                                               : "nothing has changed since it was last judged");
}

enum an_code an_review_judge(struct an_review_job *job) {
    AN_TRY(an_case_begin(job->file, job->err));
    enum an_code code = judge(job);
    if (!code)
        return an_case_commit(job->file, job->err);
    an_case_rollback(job->file);
    return code;
}
