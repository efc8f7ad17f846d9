// The tests of the law, and changes tried on it.
#include <stdio.h>
#include <string.h>

#include "app/edit.h"
#include "base/file.h"
#include "cmd/law.h"
#include "cmd/verb.h"
#include "rules/eval.h"

enum { EDITS_MAX = 256 << 20 };

static bool number(struct an_str *rest, size_t *ret) {
    struct an_str field;
    uint64_t n = 0;
    if (!an_str_next(rest, '\t', &field) || !field.len)
        return false;
    for (size_t i = 0; i < field.len; i++) {
        if (field.ptr[i] < '0' || field.ptr[i] > '9' || n > AN_PACK_BYTES_MAX)
            return false;
        n = n * 10 + (uint64_t) (field.ptr[i] - '0');
    }
    *ret = (size_t) n;
    return true;
}

// One change a line, FILE tab OFFSET tab LENGTH tab TEXT; one word a line of what came of it.
static enum an_code try_edits(struct an_law_job *job) {
    static const char *const words[] = {[AN_EDIT_MALFORMED] = "malformed", [AN_EDIT_REFUSED] = "refused", [AN_EDIT_SAME] = "same",
                                        [AN_EDIT_SURVIVES] = "survives"};
    if (job->law->check.complaint_count)
        return an_fail(job->err, AN_INPUT, "these rules are refused as they stand (see: anshen law test)");
    AN_AUTO(an_buf) edits = {0};
    struct an_str lines, rest;
    size_t at = 0;
    AN_TRY(an_file_read(job->edits, EDITS_MAX, AN_FILE_STREAM, &edits, job->err));
    for (lines = an_buf_str(&edits); an_str_next(&lines, '\n', &rest);) {
        at++;
        struct an_edit edit = {0};
        enum an_edit_result result;
        if (!an_str_next(&rest, '\t', &edit.file) || !number(&rest, &edit.from) || !number(&rest, &edit.len))
            return an_fail(job->err, AN_INPUT, "%.160s:%zu: not FILE, OFFSET, LENGTH, TEXT with tabs between",
                           job->edits, at);
        edit.text = rest;
        AN_TRY(an_edit_try(job->law, &edit, &result, job->err));
        AN_TRY(an_buf_addf(job->text, job->err, "%s\n", words[result]));
    }
    return AN_OK;
}

static enum an_code write_proofs(const struct an_law_job *job) {
    AN_AUTO(an_buf) proofs = {0};
    for (size_t i = 0; i < job->law->packs.rule_count; i++) {
        const struct an_rule *r = job->law->packs.rules[i];
        for (size_t k = 0; an_law_has(job->law, r) && r->when && k < r->test_count; k++) {
            AN_AUTO(an_arena) arena = {0};
            struct an_question q = {.facts = &r->tests[k].given, .as_of = an_rule_test_day(r)};
            struct an_verdict v;
            AN_TRY(an_rule_eval(r, &job->law->packs, &q, &arena, &v, job->err));
            AN_TRY(an_buf_add(&proofs, v.certificate, job->err));
            AN_TRY(an_buf_add(&proofs, AN_STR("\n"), job->err));
        }
    }
    return an_file_write(job->proofs, an_buf_str(&proofs), 0666, AN_FILE_STREAM, job->err);
}

enum an_code an_law_test(struct an_law_job *job) {
    if (job->edits)
        return try_edits(job);
    if (job->proofs && !job->law->check.complaint_count)
        AN_TRY(write_proofs(job));
    const struct an_check *check = &job->law->check;
    struct an_json j = {.out = job->json};
    an_json_open(&j, '{');
    an_json_key(&j, "passed");
    an_json_u64(&j, check->tests_passed);
    an_json_key(&j, "made");
    an_json_u64(&j, check->edges_passed);
    an_json_key(&j, "failed");
    an_json_u64(&j, check->complaint_count);
    an_json_key(&j, "complaints");
    an_json_open(&j, '[');
    for (size_t i = 0; i < check->complaint_count; i++) {
        const struct an_complaint *c = &check->complaints[i];
        if (c->line)
            AN_TRY(an_buf_addf(job->text, job->err, "%s:%u:%u: ", c->file, c->line, c->column));
        AN_TRY(an_buf_addf(job->text, job->err, "%.*s%s%.*s\n", AN_STR_ARG(c->rule), c->rule.len ? ": " : "",
                        AN_STR_ARG(c->text)));
        an_json_open(&j, '{');
        an_json_key(&j, "file");
        an_json_cstr(&j, c->file);
        an_json_key(&j, "line");
        an_json_u64(&j, c->line);
        an_json_key(&j, "column");
        an_json_u64(&j, c->column);
        an_law_put_str(&j, "rule", c->rule);
        an_law_put_str(&j, "text", c->text);
        an_json_close(&j, '}');
    }
    an_json_close(&j, ']');
    an_json_close(&j, '}');
    const struct an_law *law = job->law;
    AN_TRY(an_buf_addf(job->text, job->err, "%zu rules in %zu files, %zu edge tests made of their quotes\n",
                       law->packs.rule_count, law->rule_file_count, check->edges_passed));
    if (law->file_count > law->rule_file_count)
        AN_TRY(an_buf_addf(job->text, job->err, "%zu procedures and %zu gates in %zu files\n", law->procedures.count,
                           law->procedures.gate_count, law->file_count - law->rule_file_count));
    AN_TRY(an_buf_addf(job->text, job->err, "%zu passed, %zu failed\n", check->tests_passed, check->complaint_count));
    job->status = check->complaint_count ? AN_EXIT_FAILED : AN_EXIT_OK;
    return an_json_end(&j, job->err);
}
