// A dossier of the other side comes in; results of other tools come in.
#include "cmd/review.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "app/evidence.h"
#include "app/exchange.h"
#include "base/file.h"
#include "cmd/signer.h"
#include "cmd/verb.h"

// What a verification must have found before anything is taken over: nothing wrong, and a signature by the key that is trusted.
static enum an_code check(struct an_review_job *job, const struct an_dossier *d) {
    for (size_t i = 0; i < d->note_count; i++) {
        const struct an_dossier_note *n = &d->notes[i];
        bool unsigned_too = strcmp(n->about, "signature") == 0 && n->level == AN_DOSSIER_PARTLY && !job->session.all;
        if (n->level != AN_DOSSIER_WRONG && !unsigned_too)
            continue;
        return an_fail(job->err, AN_USAGE, "%s: not taken: %.120s (see: anshen dossier verify%s)", job->args[0], n->text.en,
                       unsigned_too ? "; --trust KEY.pub names the sender's key, --all takes it as it is" : "");
    }
    return AN_OK;
}

static enum an_code open_or_make(struct an_review_job *job, const struct an_dossier *d) {
    if (access(job->out, F_OK) == 0)
        return an_case_open(job->out, true, &job->file, job->err);
    AN_JSON_AUTO *body = an_exchange_open(d);
    if (!body)
        return an_fail(job->err, AN_USAGE, "%s: does not say what case it is", job->args[0]);
    const struct an_entry_draft draft = {.kind = "open", .at = job->at, .body = body};
    return an_case_create(job->out, &draft, &job->file, job->err);
}

static enum an_code report(struct an_review_job *job, const struct an_exchanged *done) {
    bool zh = job->session.lang == AN_ZH;
    AN_TRY(an_buf_addf(&job->text, job->err, zh ? "接收 %llu 条，已有 %llu 条，对方撤回 %llu 条，未接收 %zu 条\n"
                       : "%llu entries taken, %llu known already, %llu withdrawn by the other side, %zu not taken\n",
                       (unsigned long long) done->taken, (unsigned long long) done->known,
                       (unsigned long long) done->withdrawn, done->skip_count));
    AN_TRY(an_buf_addf(&job->json, job->err, "{\"taken\": %llu, \"known\": %llu, \"withdrawn\": %llu, \"not_taken\": [",
                       (unsigned long long) done->taken, (unsigned long long) done->known, (unsigned long long) done->withdrawn));
    for (size_t i = 0; i < done->skip_count; i++) {
        AN_TRY(an_buf_addf(&job->text, job->err, "  %llu: %.*s\n", (unsigned long long) done->skipped[i].seq,
                           AN_STR_ARG(done->skipped[i].why)));
        AN_TRY(an_buf_addf(&job->json, job->err, "%s%llu", i ? ", " : "", (unsigned long long) done->skipped[i].seq));
    }
    job->status = done->skip_count ? AN_EXIT_PARTLY : AN_EXIT_OK;
    return an_buf_add(&job->json, AN_STR("]}"), job->err);
}

enum an_code an_review_receive(struct an_review_job *job) {
    AN_AUTO(an_buf) file = {0};
    AN_AUTO(an_dossier) dossier = {0};
    struct an_public trusted;
    struct an_dossier_trust trust = {.law = &job->session.packs};
    struct an_exchanged done;
    if (!job->out)
        return an_fail(job->err, AN_USAGE, "say the case file that takes it: -o CASE");
    if (job->trusted) {
        AN_TRY(an_trust_read(job->trusted, &trusted, job->err));
        trust.key = &trusted;
    }
    AN_TRY(an_file_read(job->args[0], AN_DOSSIER_BYTES_MAX, 0, &file, job->err));
    AN_TRY(an_dossier_verify(an_buf_str(&file), &trust, &dossier, job->err));
    AN_TRY(check(job, &dossier));
    AN_TRY(open_or_make(job, &dossier));
    const struct an_exchange x = {.dossier = &dossier, .file = an_buf_str(&file), .law = &job->session.packs,
                                  .today = job->session.as_of, .at = job->at, .actor = job->actor, .key = job->key};
    AN_TRY(an_exchange_take(&x, job->file, &job->session.arena, &done, job->err));
    return report(job, &done);
}

// --- results of other tools

static enum an_code import(struct an_review_job *job, const char *path) {
    AN_AUTO(an_buf) bytes = {0};
    struct an_evidence_imported done;
    AN_TRY(an_file_read(path, AN_CASE_OBJECT_MAX, 0, &bytes, job->err));
    const struct an_evidence_file file = {.bytes = an_buf_str(&bytes), .name = path, .moment = job->at, .actor = job->actor,
                                          .day = job->session.as_of, .key = job->key};
    AN_TRY(an_evidence_import(job->file, &file, &done, job->err));
    AN_TRY(an_buf_addf(&job->text, job->err, job->session.lang == AN_ZH
                           ? "%s（%s）：通过 %llu，不通过 %llu，未知 %llu，不适用 %llu\n"
                           : "%s (%s): %llu pass, %llu fail, %llu unknown, %llu not applicable\n", path, done.format->name,
                       (unsigned long long) done.pass, (unsigned long long) done.fail, (unsigned long long) done.unknown,
                       (unsigned long long) done.not_applicable));
    return an_buf_addf(&job->json, job->err, "%s{\"object\": \"%s\", \"format\": \"%s\", \"first\": %llu, \"last\": %llu}",
                       job->json.len ? ",\n" : "", done.object.text, done.format->name, (unsigned long long) done.first,
                       (unsigned long long) done.last);
}

enum an_code an_review_import(struct an_review_job *job) {
    for (size_t i = 0; i < job->arg_count; i++)
        AN_TRY(import(job, job->args[i]));
    return AN_OK;
}
