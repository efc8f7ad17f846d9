// A case begins: its file, and what the company declares about itself.
#include "cmd/review.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>

static const char *argument(const struct an_review_job *job, const char *name, const char *otherwise) {
    size_t len = strlen(name);
    for (size_t i = 0; i < job->arg_count; i++)
        if (strncmp(job->args[i], name, len) == 0 && job->args[i][len] == '=')
            return job->args[i] + len + 1;
    return otherwise;
}

static enum an_code check_arguments(const struct an_review_job *job) {
    static const char *const known[] = {"id", "title", "object", "procedure", "side", "company", "company_en", "uscc", "product"};
    for (size_t i = 0; i < job->arg_count; i++) {
        const char *equals = strchr(job->args[i], '=');
        size_t len = equals ? (size_t) (equals - job->args[i]) : 0, k = 0;
        while (k < AN_COUNT(known) && !(strlen(known[k]) == len && strncmp(known[k], job->args[i], len) == 0))
            k++;
        if (k == AN_COUNT(known))
            return an_fail(job->err, AN_USAGE, "'%.60s' is none of: id, title, object, procedure, side, company, company_en, "
                           "uscc, product (with = and a value)", job->args[i]);
    }
    return AN_OK;
}

static void random_id(char out[2 * 8 + 1]) {
    unsigned char bytes[8];
    randombytes_buf(bytes, sizeof bytes);
    (void) sodium_bin2hex(out, 2 * sizeof bytes + 1, bytes, sizeof bytes);
}

// The procedure that is meant, which must be one for this object: for a product the newest that takes products, else cn.review.
static enum an_code choose_procedure(const struct an_review_job *job, const char *object, const char **ret) {
    const char *usual = strcmp(object, "product") == 0 ? "cn.review.product" : "cn.review";
    *ret = argument(job, "procedure", usual);
    const struct an_procedure *p = an_procedures_find(&job->session.packs.procedures, an_str_from_c(*ret), AN_STR(""),
                                                      job->session.as_of);
    if (!p)
        return an_fail(job->err, AN_USAGE, "the law has no procedure '%.60s' (see: anshen law list)", *ret);
    for (size_t i = 0; i < p->object_count; i++)
        if (an_str_eq(p->objects[i], an_str_from_c(object)))
            return AN_OK;
    return an_fail(job->err, AN_USAGE, "the procedure %.60s is not for the object '%.40s' (see: anshen law show %.60s)", *ret,
                   object, *ret);
}

// product={"id": "p1", "name": "...", "supplier": "..."}, once for each.
static enum an_code put_products(const struct an_review_job *job, json_t *body) {
    static const char name[] = "product=";
    for (size_t i = 0; i < job->arg_count; i++) {
        json_error_t why;
        if (strncmp(job->args[i], name, sizeof name - 1) != 0)
            continue;
        AN_JSON_AUTO *one = json_loads(job->args[i] + sizeof name - 1, JSON_REJECT_DUPLICATES, &why);
        if (!one)
            return an_fail(job->err, AN_USAGE, "product: is given as JSON, such as {\"id\": \"p1\", \"name\": \"router\", "
                           "\"supplier\": \"a company\"}");
        json_t *list = json_object_get(body, "products");
        if (!list && json_object_set_new(body, "products", list = json_array()))
            return an_fail(job->err, AN_NOMEM, "no memory for a product");
        if (json_array_append(list, one))
            return an_fail(job->err, AN_NOMEM, "no memory for a product");
    }
    return AN_OK;
}

static enum an_code begin(struct an_review_job *job) {
    char id[2 * 8 + 1];
    random_id(id);
    const struct an_company *c = &job->session.company;
    AN_AUTO(an_buf) declared = {0};
    AN_TRY(an_buf_addf(&declared, job->err, "%.*s", AN_STR_ARG(c->name)));
    if (!declared.len)
        AN_TRY(an_buf_add(&declared, AN_STR("-"), job->err));
    AN_TRY(an_buf_add(&declared, (struct an_str) {"", 1}, job->err));
    const char *name = argument(job, "company", declared.ptr), *en = argument(job, "company_en", NULL);
    const char *object = argument(job, "object", "listing"), *procedure;
    AN_TRY(choose_procedure(job, object, &procedure));
    AN_JSON_AUTO *body = json_pack(
        "{s:s, s:s, s:s, s:s, s:s, s:{s:s, s:s, s:s*, s:s*}}", "id", argument(job, "id", id),
        "title", argument(job, "title", name), "object", object, "procedure", procedure,
        "side", argument(job, "side", "filer"), "company", "id", "company", "name", name, "name_en", en, "uscc",
        argument(job, "uscc", NULL));
    if (!body)
        return an_fail(job->err, AN_USAGE, "a value is no UTF-8 text");
    AN_TRY(put_products(job, body));
    const struct an_entry_draft draft = {.kind = "open", .at = job->at, .body = body};
    if (an_case_create(job->path, &draft, &job->file, job->err)) {
        if (job->err->code == AN_INPUT)
            job->err->code = AN_USAGE;
        return job->err->code;
    }
    AN_TRY(an_buf_addf(&job->text, job->err, job->session.lang == AN_ZH ? "已建立案件文件 %s\n" : "made the case file %s\n",
                       job->path));
    return an_buf_addf(&job->json, job->err, "{\"entry\": 1, \"kind\": \"open\", \"hash\": \"%s\"}",
                       an_case_entry(job->file, 1)->hash.text);
}

static enum an_code put_fact(struct an_review_job *job, struct an_str name, struct an_str value, an_day day) {
    char text[AN_DAY_TEXT_MAX];
    if (!value.len)
        return AN_OK;
    AN_JSON_AUTO *body = json_pack("{s:s%, s:s%, s:s, s:s}", "name", name.ptr, name.len, "value", value.ptr, value.len, "source",
                                   "company file", "day", an_day_text(day, text));
    return body ? an_review_append(job, "fact", body, NULL) : an_fail(job->err, AN_NOMEM, "no memory for a fact");
}

static enum an_code put_count(struct an_review_job *job, const struct an_given *g) {
    char day[AN_DAY_TEXT_MAX];
    struct an_str metric = an_str_slice(g->fact.name, strlen("count("), g->fact.name.len - 1);
    if (g->fact.lo > INT64_MAX || (g->fact.hi > INT64_MAX && g->fact.hi != AN_FACT_INFINITE))
        return an_fail(job->err, AN_USAGE, "%.*s: too large a number", AN_STR_ARG(metric));
    AN_JSON_AUTO *body = json_pack("{s:s%, s:s, s:I, s:o}", "metric", metric.ptr, metric.len, "day", an_day_text(g->day, day),
                                   "lo", (json_int_t) g->fact.lo, "hi",
                                   g->fact.hi == AN_FACT_INFINITE ? json_null() : json_integer((json_int_t) g->fact.hi));
    return body ? an_review_append(job, "snapshot", body, NULL) : an_fail(job->err, AN_NOMEM, "no memory for a snapshot");
}

// A fact as an_fact_parse reads it, not as people read it.
static enum an_code spell(const struct an_fact *f, struct an_buf *out, struct an_err *err) {
    char first[AN_DAY_TEXT_MAX], last[AN_DAY_TEXT_MAX];
    switch (f->known) {
    case AN_KNOWN_NOT:
        return an_buf_add(out, AN_STR("unknown"), err);
    case AN_KNOWN_WORD:
        return an_buf_add(out, f->word, err);
    case AN_KNOWN_RANGE:
        if (f->hi == AN_FACT_INFINITE)
            return an_buf_addf(out, err, "[%llu..]", (unsigned long long) f->lo);
        return f->lo == f->hi ? an_buf_addf(out, err, "%llu", (unsigned long long) f->lo)
                              : an_buf_addf(out, err, "[%llu..%llu]", (unsigned long long) f->lo, (unsigned long long) f->hi);
    case AN_KNOWN_DAYS:
        return f->first == f->last ? an_buf_addf(out, err, "%s", an_day_text(f->first, first))
                                   : an_buf_addf(out, err, "[%s..%s]", an_day_text(f->first, first), an_day_text(f->last, last));
    }
    return an_fail(err, AN_BUG, "a fact of no kind");
}

static enum an_code take_company(struct an_review_job *job) {
    const struct an_company *c = &job->session.company;
    an_day day = job->session.as_of;
    char planned[AN_DAY_TEXT_MAX];
    AN_TRY(put_fact(job, AN_STR("company.role"), c->role, day));
    AN_TRY(put_fact(job, AN_STR("company.cii"), c->cii, day));
    AN_TRY(put_fact(job, AN_STR("listing.country"), c->country, day));
    if (c->planned != AN_DAY_NONE)
        AN_TRY(put_fact(job, AN_STR("listing.planned"), an_str_from_c(an_day_text(c->planned, planned)), day));
    for (size_t i = 0; i < c->given_count; i++) {
        AN_AUTO(an_buf) value = {0};
        if (c->given[i].day != AN_DAY_NONE) {
            AN_TRY(put_count(job, &c->given[i]));
            continue;
        }
        AN_TRY(spell(&c->given[i].fact, &value, job->err));
        AN_TRY(put_fact(job, c->given[i].fact.name, an_buf_str(&value), day));
    }
    for (size_t i = 0; i < c->event_count; i++) {
        char text[AN_DAY_TEXT_MAX];
        AN_JSON_AUTO *body = json_pack("{s:s%, s:s}", "name", c->events[i].name.ptr, c->events[i].name.len, "day",
                                       an_day_text(c->events[i].day, text));
        if (!body)
            return an_fail(job->err, AN_NOMEM, "no memory for an event");
        AN_TRY(an_review_append(job, "event", body, NULL));
    }
    return AN_OK;
}

enum an_code an_review_open(struct an_review_job *job) {
    AN_TRY(check_arguments(job));
    AN_TRY(an_session_company(&job->session, job->company, NULL, NULL, job->err));
    if (job->company)                       // a slip in it is told before there is a file
        AN_TRY(an_company_facts(&job->session.packs.packs, &job->session.company, job->session.as_of, &job->session.arena,
                                &job->session.facts, job->err));
    AN_TRY(begin(job));
    return job->company ? take_company(job) : AN_OK;
}
