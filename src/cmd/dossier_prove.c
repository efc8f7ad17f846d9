// Spot checks of a count: draws, answers, and what they prove.
#include "cmd/dossier.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>
#include "app/challenge.h"
#include "base/file.h"
#include "census/sample.h"
#include "cmd/verb.h"
#include "ident/scan.h"

enum { FILE_MAX = 256 << 20, VALUES_MAX = 1 << 20, OUT_MODE = 0600, SURE_UNITS = 10000 };

static const char default_key[] = ".anshen-key";

static enum an_code write_out(struct an_dossier_job *job, struct an_str bytes) {
    if (!job->out)
        return an_session_write(bytes, "-", job->err);
    return an_file_write(job->out, bytes, OUT_MODE, AN_FILE_STREAM, job->err);
}

enum an_code an_dossier_challenge(struct an_dossier_job *job) {
    AN_AUTO(an_buf) file = {0}, out = {0};
    AN_AUTO(an_dossier) d = {0};
    if (job->arg_count != 1 || !job->seed)
        return an_fail(job->err, AN_USAGE, "challenge: name one dossier, and the examiner's seed (--seed)");
    AN_TRY(an_dossier_job_read(job, &file, &d));
    struct an_challenge_request r = {
        .of = &d, .seed = an_str_from_c(job->seed), .n = job->n, .kind = an_str_from_c(job->kind ? job->kind : ""),
        .entry = job->entry, .store = an_str_from_c(job->store ? job->store : ""), .rows = job->rows,
    };
    AN_TRY(an_challenge_make(&r, &out, job->err));
    job->status = AN_EXIT_OK;
    AN_TRY(write_out(job, an_buf_str(&out)));
    if (!job->out)
        return AN_OK;
    return an_buf_addf(&job->text, job->err, job->session.lang == AN_ZH ? "%s：抽取标识 %llu 个、记录 %llu 条\n"
                                                                        : "%s: %llu identifiers and %llu records drawn\n",
                       job->out, (unsigned long long) job->n, (unsigned long long) job->rows);
}

// What the examiner types is not shown.
static enum an_code read_values(struct an_dossier_job *job, struct an_buf *out) {
    static const char padding[AN_SCAN_PADDING];
    struct termios was, silent;
    bool standard = strcmp(job->value_path, "-") == 0, hidden = standard && isatty(STDIN_FILENO) && tcgetattr(STDIN_FILENO,
            &was) == 0;
    if (hidden) {
        silent = was;
        silent.c_lflag &= ~(tcflag_t) ECHO;
        hidden = tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent) == 0;
    }
    enum an_code code = an_file_read(standard ? "/dev/stdin" : job->value_path, VALUES_MAX, AN_FILE_STREAM, out, job->err);
    if (hidden)
        (void) tcsetattr(STDIN_FILENO, TCSAFLUSH, &was);
    return code ? code : an_buf_add(out, (struct an_str) {padding, sizeof padding}, job->err);
}

static void wipe(struct an_buf *b) {
    if (b->ptr)
        sodium_memzero(b->ptr, b->cap);
    an_buf_release(b);
}

// STORE:N, the last colon counts.
static enum an_code read_records(struct an_dossier_job *job, struct an_record_name *ret) {
    for (size_t i = 0; i < job->records.count; i++) {
        struct an_str text = an_str_from_c(job->records.items[i]);
        size_t colon = text.len;
        while (colon > 0 && text.ptr[colon - 1] != ':')
            colon--;
        struct an_str digits = an_str_slice(text, colon, text.len);
        uint64_t n = 0;
        bool good = colon > 1 && digits.len > 0 && digits.len < 19;
        for (size_t k = 0; k < digits.len && good; k++) {
            good = digits.ptr[k] >= '0' && digits.ptr[k] <= '9';
            n = n * 10 + (uint64_t) (digits.ptr[k] - '0');
        }
        if (!good || !n)
            return an_fail(job->err, AN_USAGE, "--record: give a store and the number of a record, such as data/users.csv:17");
        ret[i] = (struct an_record_name) {an_str_slice(text, 0, colon - 1), n};
    }
    return AN_OK;
}

static enum an_code open_key(struct an_dossier_job *job, bool needed) {
    const char *path = job->session.key_file ? job->session.key_file : default_key;
    if (!needed && !job->session.key_file && access(path, F_OK) != 0)
        return AN_OK;
    return an_key_open(path, false, &job->session.key, job->err);       // a new one would be of no use
}

enum an_code an_dossier_prove(struct an_dossier_job *job) {
    AN_AUTO(an_buf) challenge = {0}, out = {0};
    AN_CLEANUP(wipe) struct an_buf values = {0};
    struct an_record_name records[AN_TEXTS_MAX];
    if (!job->census_path)
        return an_fail(job->err, AN_USAGE, "prove: name the census that was committed to (--census)");
    if (!job->challenge_path && !job->records.count && !job->value_path)
        return an_fail(job->err, AN_USAGE, "prove: say what: --challenge, --record or --value-from");
    AN_TRY(an_session_open(&job->session, 0, job->err));
    AN_TRY(open_key(job, job->arg_count || job->records.count || job->value_path));
    char *files[] = {(char *) (uintptr_t) job->census_path};
    AN_TRY(an_session_load(&job->session, files, 1, job->err));
    if (job->challenge_path)
        AN_TRY(an_file_read(job->challenge_path, FILE_MAX, AN_FILE_STREAM, &challenge, job->err));
    AN_TRY(read_records(job, records));
    if (job->value_path)
        AN_TRY(read_values(job, &values));
    const struct an_str *stores;
    AN_TRY(an_session_stores(&job->session, job->args, job->arg_count, &stores, job->err));
    struct an_proving p = {
        .census = &job->session.census, .key = job->session.key, .challenge = an_buf_str(&challenge), .stores = stores,
        .store_count = job->arg_count, .records = records, .record_count = job->records.count,
        .values = an_str_slice(an_buf_str(&values), 0, values.len > AN_SCAN_PADDING ? values.len - AN_SCAN_PADDING : 0),
        .today = job->session.as_of, .remote = an_session_remote(&job->session),
    };
    AN_TRY(an_prove(&p, &out, job->err));
    AN_TRY(write_out(job, an_buf_str(&out)));
    return job->out ? an_buf_addf(&job->text, job->err, job->session.lang == AN_ZH ? "%s：已作答\n" : "%s: answered\n", job->out)
                    : AN_OK;
}

enum an_code an_dossier_check_proof(struct an_dossier_job *job) {
    AN_AUTO(an_buf) file = {0}, proof = {0}, challenge = {0};
    AN_AUTO(an_dossier) d = {0};
    struct an_proven got;
    unsigned sure = job->confidence > 0 ? (unsigned) (job->confidence * SURE_UNITS + 0.5) : AN_SAMPLE_SURE;
    if (job->arg_count < 2 || job->arg_count > 3)
        return an_fail(job->err, AN_USAGE, "check-proof: name the dossier, the proof, and the challenge where there was one");
    if (!sure || sure >= SURE_UNITS)
        return an_fail(job->err, AN_USAGE, "--confidence: more than 0 and less than 100%%");
    AN_TRY(an_dossier_job_read(job, &file, &d));
    AN_TRY(an_file_read(job->args[1], FILE_MAX, AN_FILE_STREAM, &proof, job->err));
    if (job->arg_count == 3)
        AN_TRY(an_file_read(job->args[2], FILE_MAX, AN_FILE_STREAM, &challenge, job->err));
    AN_TRY(an_proof_check(&d, an_buf_str(&proof), an_buf_str(&challenge), &got, job->err));
    uint64_t bad = got.leaves.bad + got.rows.bad + got.picked.bad + got.values.bad;
    job->status = bad ? AN_EXIT_PARTLY : AN_EXIT_OK;
    AN_TRY(an_proven_say(&got, sure, job->session.lang, &job->text, job->err));
    return an_proven_json(&got, sure, &job->json, job->err);
}
