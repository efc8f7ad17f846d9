// The verb `dossier`: a case for somebody outside, and what he can check of it and ask about it.
#include "cmd/dossier.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "base/file.h"
#include "cmd/signer.h"
#include "cmd/verb.h"

enum { RESULT_MAX = 256 << 20, OUT_MODE = 0600 };

static enum an_code read_results(struct an_dossier_job *job, struct an_str texts[AN_TEXTS_MAX]) {
    for (size_t i = 0; i < job->results.count; i++) {
        AN_AUTO(an_buf) bytes = {0};
        AN_TRY(an_file_read(job->results.items[i], RESULT_MAX, 0, &bytes, job->err));
        texts[i] = an_arena_copy(&job->session.arena, an_buf_str(&bytes));
        if (!texts[i].ptr)
            return an_fail(job->err, AN_NOMEM, "no memory for a result");
    }
    return AN_OK;
}

static enum an_code build(struct an_dossier_job *job) {
    AN_CLEANUP(an_case_cleanup) struct an_case *c = NULL;
    AN_CLEANUP(an_secret_cleanup) struct an_secret *key = NULL;
    AN_AUTO(an_buf) out = {0};
    struct an_str results[AN_TEXTS_MAX];
    size_t missing = 0;
    bool zh = job->session.lang == AN_ZH;
    if (!job->case_path || !job->out)
        return an_fail(job->err, AN_USAGE, "build: name the case (--case X.anshen) and the file to make (-o F.zip)");
    AN_TRY(an_session_open(&job->session, AN_SESSION_LAW, job->err));
    AN_TRY(an_case_open(job->case_path, false, &c, job->err));
    if (job->sign_path)
        AN_TRY(an_signer_open(job->sign_path, job->password_path, &key, job->err));
    AN_TRY(read_results(job, results));
    // An auditor is an adviser who looks at what was done.
    const char *role = !job->role ? "authority" : strcmp(job->role, "auditor") == 0 ? "adviser" : job->role;
    struct an_dossier_request r = {
        .from = c, .role = role, .law = &job->session.packs, .key = key, .results = results, .result_count = job->results.count,
        .ret_missing = &missing,
    };
    AN_TRY(an_dossier_build(&r, &out, job->err));
    AN_TRY(an_file_write(job->out, an_buf_str(&out), OUT_MODE, 0, job->err));
    if (missing && !job->session.quiet)
        fprintf(stderr, zh ? "注意：%zu 处证明所依的规则文本不在此处的法规中，收到者无法核验（用 --law 指定当时的法规）\n"
                           : "note: %zu times a certificate names a rule in a wording that the law here does not have; who gets "
                             "the dossier cannot check it (name that law with --law)\n", missing);
    AN_TRY(an_buf_addf(&job->json, job->err, "{\"bytes\":%zu,\"missing\":%zu,\"role\":\"%s\",\"signed\":%s}", out.len, missing,
                       role, key ? "true" : "false"));
    return an_buf_addf(&job->text, job->err, zh ? "%s：%zu 字节，接收方 %s，%s\n" : "%s: %zu bytes, for %s, %s\n", job->out,
                       out.len,
                       role, key ? (zh ? "已签名" : "signed") : (zh ? "未签名" : "not signed"));
}

enum an_code an_dossier_job_read(struct an_dossier_job *job, struct an_buf *file, struct an_dossier *ret) {
    struct an_public key;
    struct an_err why = {0};
    AN_TRY(an_session_open(&job->session, 0, job->err));
    if (job->public_key)
        AN_TRY(an_trust_read(job->public_key, &key, job->err));
    AN_TRY(an_file_read(job->args[0], AN_DOSSIER_BYTES_MAX, AN_FILE_STREAM, file, job->err));
    // Without the law first: what is altered needs no law to be refused.
    struct an_dossier_trust trust = {.key = job->public_key ? &key : NULL};
    AN_TRY(an_dossier_verify(an_buf_str(file), &trust, ret, job->err));
    job->status = AN_EXIT_FAILED;
    if (ret->level == AN_DOSSIER_WRONG)
        return AN_OK;
    an_dossier_release(ret);
    // A law folder that is asked for must be there; the one that comes with the program may be missing.
    enum an_code code = an_law_open(job->session.law, getenv("ANSHEN_DATA"), &job->session.packs, &why);
    if (code == AN_NOMEM || (code && job->session.law))
        return an_fail(job->err, code, "%s", why.text);
    trust.law = code ? NULL : &job->session.packs;
    AN_TRY(an_dossier_verify(an_buf_str(file), &trust, ret, job->err));
    job->status = ret->level == AN_DOSSIER_FINE ? AN_EXIT_OK : ret->level == AN_DOSSIER_PARTLY ? AN_EXIT_PARTLY : AN_EXIT_FAILED;
    return AN_OK;
}

static enum an_code say(struct an_dossier_job *job, const struct an_dossier *d) {
    static const char *const marks[] = {"  ", "? ", "! "};
    static const struct an_words outcomes[] = {
        {"verified", "核验通过"}, {"verified as far as it goes: what is marked ? could not be looked at",
                                   "部分核验：标 ? 的无法核验"},
        {"FAILED: do not rely on it", "核验未通过：不可依据"},
    };
    for (size_t i = 0; i < d->note_count; i++)
        AN_TRY(an_buf_addf(&job->text, job->err, "%s%s\n", marks[d->notes[i].level], an_say(d->notes[i].text,
                job->session.lang)));
    if (d->untold)
        AN_TRY(an_buf_addf(&job->text, job->err, job->session.lang == AN_ZH ? "! 另有 %zu 处错误\n" : "! and %zu more faults\n",
                           d->untold));
    return an_buf_addf(&job->text, job->err, "%s\n", an_say(outcomes[d->level], job->session.lang));
}

static enum an_code verify(struct an_dossier_job *job) {
    AN_AUTO(an_buf) file = {0};
    AN_AUTO(an_dossier) d = {0};
    if (job->arg_count != 1)
        return an_fail(job->err, AN_USAGE, "verify: name one dossier");
    AN_TRY(an_dossier_job_read(job, &file, &d));
    AN_TRY(say(job, &d));
    return an_dossier_report(&d, &job->json, job->err);
}

static const struct { const char *name; enum an_code (*run)(struct an_dossier_job *job); } words[] = {
    {"build", build}, {"verify", verify}, {"challenge", an_dossier_challenge}, {"prove", an_dossier_prove},
    {"check-proof", an_dossier_check_proof},
};

static enum an_code print(struct an_dossier_job *job) {
    if (job->session.json && job->json.len) {
        AN_TRY(an_buf_add(&job->json, AN_STR("\n"), job->err));
        AN_TRY(an_session_write(an_buf_str(&job->json), job->session.json, job->err));
    }
    if (!an_session_prints_json(&job->session) && !job->session.quiet)
        (void) fwrite(an_buf_str(&job->text).ptr, 1, job->text.len, stdout);
    return AN_OK;
}

static void release(struct an_dossier_job *job) {
    an_buf_release(&job->text);
    an_buf_release(&job->json);
    an_session_release(&job->session);
}

static enum an_code run(int argc, char *argv[], int *ret_status, struct an_err *err) {
    AN_CLEANUP(release) struct an_dossier_job job = {.session = an_session_init(), .status = AN_EXIT_OK, .err = err};
    const struct an_option table[] = {
        {"--case", AN_OPTION_TEXT, &job.case_path}, {"--sign", AN_OPTION_TEXT, &job.sign_path},
        {"--password-file", AN_OPTION_TEXT, &job.password_path}, {"--for", AN_OPTION_TEXT, &job.role},
        {"--result", AN_OPTION_LIST, &job.results}, {"-o", AN_OPTION_TEXT, &job.out}, {"--n", AN_OPTION_COUNT, &job.n},
        {"--rows", AN_OPTION_COUNT, &job.rows}, {"--seed", AN_OPTION_TEXT, &job.seed}, {"--entry", AN_OPTION_COUNT, &job.entry},
        {"--kind", AN_OPTION_TEXT, &job.kind}, {"--store", AN_OPTION_TEXT, &job.store},
        {"--confidence", AN_OPTION_SHARE, &job.confidence}, {"--census", AN_OPTION_TEXT, &job.census_path},
        {"--challenge", AN_OPTION_TEXT, &job.challenge_path}, {"--record", AN_OPTION_LIST, &job.records},
        {"--value-from", AN_OPTION_TEXT, &job.value_path}, {"--trust", AN_OPTION_TEXT, &job.public_key},
        AN_SESSION_OPTIONS(job.session), {0},
    };
    int n = 0;
    AN_TRY(an_options_read(argc, argv, table, &n, err));
    job.args = argv + 2;
    job.arg_count = n ? (size_t) n - 1 : 0;
    for (size_t i = 0; i < AN_COUNT(words) && n; i++) {
        if (strcmp(argv[1], words[i].name) != 0)
            continue;
        AN_TRY(words[i].run(&job));
        *ret_status = job.status;
        return print(&job);
    }
    return an_fail(err, AN_USAGE, "say what to do: build, verify, challenge, prove or check-proof (see --help)");
}

const struct an_verb an_verb_dossier = {
    .name = "dossier",
    .summary = {"Hand a case to somebody outside; check one; spot-check its count", "移交案件卷宗；核验卷宗；抽查计数"},
    .usage =
        "usage: anshen dossier build --case X.anshen [--for ROLE] [--sign KEY] [--result F.json]... -o F.zip\n"
        "       anshen dossier verify F.zip [--trust PUBLIC]\n"
        "       anshen dossier challenge F.zip --n N --seed S [--store URI --rows N] -o C.json\n"
        "       anshen dossier prove --census F.census --challenge C.json [STORE...] -o P.json\n"
        "       anshen dossier prove --census F.census --record STORE:N... -o P.json\n"
        "       anshen dossier prove --census F.census --value-from FILE|- -o P.json\n"
        "       anshen dossier check-proof F.zip P.json [C.json]\n"
        "\n"
        "build makes one ZIP of a case: the log as far as ROLE may see it (of the rest, hashes), objects, rules and\n"
        "names that certificates use, procedure, calendars, a manifest of hashes, and how to check it by hand. The\n"
        "same case gives the same bytes. ROLE is public, filer, adviser (auditor), body, authority (the default) or\n"
        "examiner.\n"
        "verify checks all of it: no network, no trust in who sent it.\n"
        "challenge draws identifiers (and rows of a store) from the examiner's seed; prove answers from the census and,\n"
        "where stores are named, from the live stores; check-proof says what the answers prove. No value is shown.\n"
        "\n"
        "  --sign KEY        secret key (minisign's form); minisign -V -p KEY.pub -m manifest.json checks it\n"
        "  --trust PUBLIC    verify, check-proof: the sender's public key, a file or its line\n"
        "  --key FILE        prove: the census key (as elsewhere)\n"
        "  --n N             how many identifiers to draw\n"
        "  --rows N          how many rows to draw of the store --store\n"
        "  --seed S          the examiner's words; they must be new, and no choice of the filer\n"
        "  --entry N         the measurement to ask about (default: the last)\n"
        "  --kind K          the kind of identifier to draw from (default: the one that the floor rests on)\n"
        "  --confidence P    of what check-proof says (default: 95%)\n"
        "  --record STORE:N  whether the people in record N of the live store are counted\n"
        "  --value-from F    whether the identifiers in F (one a line; - is standard input) are counted\n"
        "  --law DIR, --json FILE, --lang en|zh, --memory SIZE, --quiet   as elsewhere\n"
        "\n"
        "Exit status: 0 verified, or done; 1 failed, or not readable; 2 wrong usage; 3 verified as far as it goes:\n"
        "unsigned, an unknown key, hidden entries; or an answer that shows something missing.\n",
    .run = run,
};
