#define _GNU_SOURCE
#include "cmd/session.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include "app/resume.h"
#include "base/alloc.h"
#include "base/file.h"
#include "base/pool.h"
#include "cmd/terminal.h"
#include "cmd/verb.h"
#include "report/report.h"
#include "rules/vocabulary.h"

static const char default_key[] = ".anshen-key";

// Buffers, stacks and code beside the counted sets; taken off what --memory allows.
enum { OVERHEAD = 48 << 20 };

struct an_session an_session_init(void) {
    const char *lang = getenv("LC_ALL");
    if (!lang || !*lang)
        lang = getenv("LC_MESSAGES");
    if (!lang || !*lang)
        lang = getenv("LANG");
    return (struct an_session) {
        .lang = lang && strncmp(lang, "zh", 2) == 0 ? AN_ZH : AN_EN, .as_of = AN_DAY_NONE,
        .rate.lock = PTHREAD_MUTEX_INITIALIZER, .ask_lock = PTHREAD_MUTEX_INITIALIZER,
        .company = {.name = AN_STR(""), .role = AN_STR(""), .cii = AN_STR(""), .country = AN_STR(""),
                    .exchange = AN_STR(""),
                    .planned = AN_DAY_NONE, .caps = an_caps_default()},
    };
}

void an_session_release(struct an_session *s) {
    an_census_release(&s->census);
    an_law_release(&s->packs);
    an_key_free(s->key);
    an_arena_release(&s->arena);
}

enum an_code an_session_company(struct an_session *s, const char *file, const char *country, const char *role,
                                struct an_err *err) {
    if (file && an_company_read(file, &s->arena, &s->company, err)) {
        if (err->code == AN_INPUT)
            err->code = AN_USAGE;
        return err->code;
    }
    if (country) {
        if (!*an_listing_venue(an_str_from_c(country)))
            return an_fail(err, AN_USAGE, "--listing: '%s' is no two-letter country code in capitals, such as US or HK",
                           country);
        s->company.country = an_str_from_c(country);
    }
    if (role)
        s->company.role = an_str_from_c(role);
    s->role = role;
    return AN_OK;
}

static enum an_code check_role(const struct an_session *s, struct an_err *err) {
    struct an_fact fact = an_fact_word("company.role", s->company.role, NULL);
    bool asked = s->role && an_term_find(&s->packs.packs, fact.name);
    return asked && an_vocabulary_check(&fact, &s->packs.packs, err) ? an_err_context(err, "--role") : AN_OK;
}

// The day it is in Beijing, whose law counts.
static an_day today(void) {
    enum { HOURS_EAST = 8, HOUR = 3600 };
    return (an_day) ((time(NULL) + HOURS_EAST * HOUR) / (24 * HOUR));
}

static uint64_t half_of_memory(void) {
    long pages = sysconf(_SC_PHYS_PAGES), size = sysconf(_SC_PAGESIZE);
    return pages > 0 && size > 0 ? (uint64_t) pages / 2 * (uint64_t) size : 1ull << 30;
}

enum an_code an_session_open(struct an_session *s, int needs, struct an_err *err) {
    if (!s->threads)
        s->threads = an_pool_cores();
    if (s->threads > 1024)
        return an_fail(err, AN_USAGE, "--threads: more than 1024");
    if (!s->memory)
        s->memory = half_of_memory();
    if (s->memory < 64 << 20)
        return an_fail(err, AN_USAGE, "--memory: at least 64M is needed");
    s->budget.limit = s->memory > 2 * (uint64_t) OVERHEAD ? s->memory - OVERHEAD : s->memory / 2;
    if (s->as_of == AN_DAY_NONE)
        s->as_of = today();
    enum an_code code = AN_OK;
    if (needs & AN_SESSION_KEY)
        code = an_key_open(s->key_file ? s->key_file : default_key, true, &s->key, err);
    if (!code && needs & AN_SESSION_LAW)
        code = an_law_open(s->law, getenv("ANSHEN_DATA"), &s->packs, err);
    if (!code && needs & AN_SESSION_LAW)
        code = an_law_choose(&s->packs, s->only.items, s->only.count, err);
    if (!code)
        code = check_role(s, err);
    return code;
}

static const char *amount(uint64_t bytes, char out[32]) {
    static const char *const units[] = {"B", "kB", "MB", "GB", "TB"};
    double d = (double) bytes;
    size_t u = 0;
    for (; d >= 1000 && u + 1 < AN_COUNT(units); u++)
        d /= 1000;
    (void) snprintf(out, 32, u ? "%.1f %s" : "%.0f %s", d, units[u]);
    return out;
}

static void tick(void *arg, const struct an_progress *p) {
    const struct an_session *s = arg;
    char done[32], total[32], rate[32];
    if (s->asking)
        return;
    double per_second = p->seconds > 0 ? (double) p->bytes_done / p->seconds : 0;
    (void) amount(p->bytes_done, done);
    (void) amount(p->bytes_total, total);
    (void) amount((uint64_t) per_second, rate);
    bool zh = s->lang == AN_ZH;
    if (p->remote)                      // how much there is to read nobody knows
        fprintf(stderr, zh ? "\r\033[K正在读取 %s，%s/s" : "\r\033[Kreading %s, %s/s", done, rate);
    else
        fprintf(stderr, zh ? "\r\033[K正在读取 %s / %s，%s/s" : "\r\033[Kreading %s of %s, %s/s", done, total, rate);
    fprintf(stderr, zh ? "，存储 %llu / %llu" : ", store %llu of %llu", (unsigned long long) p->stores_done,
            (unsigned long long) p->stores_total);
    if (!p->remote && p->bytes_total > p->bytes_done && per_second > 0) {
        double left = (double) (p->bytes_total - p->bytes_done) / per_second;
        fprintf(stderr, zh ? "，约剩 %.0f 秒" : ", about %.0f s left", left);
    }
}

static double now(void) {
    struct timespec t;
    (void) clock_gettime(CLOCK_MONOTONIC, &t);
    return (double) t.tv_sec + (double) t.tv_nsec / 1e9;
}

// Asks on the terminal, without echo.
static enum an_code ask_secret(void *arg, struct an_str what, char *to, size_t cap, bool *ret_any, struct an_err *err) {
    struct an_session *s = arg;
    (void) err;
    (void) pthread_mutex_lock(&s->ask_lock);
    s->asking = true;
    *ret_any = an_terminal_secret(what, s->lang, to, cap);
    s->asking = false;
    (void) pthread_mutex_unlock(&s->ask_lock);
    return AN_OK;
}

// A password in a URL does not stay where every user of the machine can see it: in the list of processes.
static void hide_passwords(char *const paths[], size_t count) {
    for (size_t i = 0; i < count; i++) {
        char *scheme = strstr(paths[i], "://"), *from = scheme ? scheme + 3 : NULL;
        char *end = from ? from + strcspn(from, "/?#") : NULL, *at = from ? memrchr(from, '@', (size_t) (end - from)) : NULL;
        char *colon = at ? memchr(from, ':', (size_t) (at - from)) : NULL;
        if (colon)
            memset(colon + 1, 'x', (size_t) (at - colon - 1));
    }
}

enum an_code an_session_stores(struct an_session *s, char *const paths[], size_t count, const struct an_str **ret,
                               struct an_err *err) {
    struct an_str *list = AN_NEW_N(&s->arena, count + 1, struct an_str);
    if (!list)
        return an_fail(err, AN_NOMEM, "no memory for the paths");
    for (size_t i = 0; i < count; i++) {
        list[i] = an_arena_copy(&s->arena, an_str_from_c(paths[i]));
        if (!list[i].ptr)
            return an_fail(err, AN_NOMEM, "no memory for the paths");
    }
    hide_passwords(paths, count);
    *ret = list;
    return AN_OK;
}

struct an_remote_options an_session_remote(struct an_session *s) {
    return (struct an_remote_options) {
        .include = s->include.items, .include_count = s->include.count, .exclude = s->exclude.items,
        .exclude_count = s->exclude.count, .where = s->where.items, .where_count = s->where.count, .rate = &s->rate,
        .secret = ask_secret, .secret_arg = s,
    };
}

static enum an_code check_remote(struct an_session *s, bool **ret_used, struct an_err *err) {
    for (size_t i = 0; i < s->where.count; i++) {
        const char *equals = strchr(s->where.items[i], '=');
        if (!equals || equals == s->where.items[i] || !equals[1])
            return an_fail(err, AN_USAGE, "--where: give a table and a condition: users=created < '2024-01-01'");
    }
    *ret_used = AN_NEW_N(&s->arena, s->where.count + 1, bool);
    return *ret_used ? AN_OK : an_fail(err, AN_NOMEM, "no memory for options");
}

static void tell_resumed(const struct an_session *s, const struct an_resumed *r) {
    bool zh = s->lang == AN_ZH;
    if (r->parts && !s->quiet)
        fprintf(stderr, zh ? "anshen: 沿用了 %s 中 %zu 项已完成的结果\n"
                           : "anshen: took over from %s what was finished: %zu of its parts\n", s->resume, r->parts);
    if (r->stopped)
        fprintf(stderr, zh ? "anshen: --resume 未能保留全部结果，中断后须重读：%s\n"
                           : "anshen: --resume could not keep all that was finished; it would be read again: %s\n", r->why.text);
}

void an_session_finish(struct an_session *s) {
    if (s->resume && an_session_status(s) == AN_EXIT_OK)
        an_resume_remove(s->resume);
}

enum an_code an_session_measure(struct an_session *s, char *const paths[], size_t count, struct an_err *err) {
    const struct an_str *list;
    AN_TRY(an_session_stores(s, paths, count, &list, err));
    bool *used;
    if (s->ocr)
        AN_TRY(an_ocr_choose(s->ocr, s->languages, err));
    AN_TRY(check_remote(s, &used, err));
    s->rate.per_second = s->max_rate;
    bool shows = !s->quiet && isatty(STDERR_FILENO);
    struct an_measuring m = {
        .paths = list, .path_count = count, .company = &s->company, .key = s->key, .budget = &s->budget,
        .ocr = s->ocr ? s->languages : NULL,
        .threads = (size_t) s->threads, .today = today(), .resume = s->resume, .tick = shows ? tick : NULL, .tick_arg = s,
        .remote = an_session_remote(s),
    };
    m.remote.where_used = used;
    double start = now();
    struct an_resumed resumed;
    enum an_code code = an_measure(&m, &s->census, &resumed, err);
    s->seconds = now() - start;
    if (shows)
        fputs("\r\033[K", stderr);
    if (!code)
        tell_resumed(s, &resumed);
    for (size_t i = 0; i < s->where.count && !code; i++)
        if (!used[i])
            code = an_fail(err, AN_USAGE, "--where: no table '%.*s' in what was read", (int) strcspn(s->where.items[i], "="),
                           s->where.items[i]);
    return code;
}

enum an_code an_session_load(struct an_session *s, char *const files[], size_t count, struct an_err *err) {
    s->census.budget = &s->budget;
    s->census.caps = s->company.caps;
    for (size_t i = 0; i < count; i++) {
        enum an_code code = an_census_read(&s->census, files[i], err);
        if (code)
            return code;
    }
    if (s->company.cap_word_count && memcmp(&s->company.caps, &s->census.caps, sizeof s->census.caps) != 0)
        return an_fail(err, AN_USAGE, "the census files were measured under other caps than the company file declares; "
                       "measure with anshen scan --company");
    s->company.caps = s->census.caps;
    return an_census_sort(&s->census, err);
}

// A listing's country says its venue, too.
static enum an_code set_fact(struct an_session *s, struct an_fact fact, struct an_err *err) {
    enum an_code code = an_vocabulary_check(&fact, &s->packs.packs, err);
    if (!code)
        code = an_facts_set(&s->facts, fact, &s->arena, err);
    if (!code && an_str_eq(fact.name, AN_STR("listing.country")) && fact.known == AN_KNOWN_WORD)
        code = an_facts_set(&s->facts, an_fact_word("listing.venue", an_str_from_c(an_listing_venue(fact.word)),
                                                    "derived"), &s->arena, err);
    return code;
}

static enum an_code hear(struct an_session *s, const struct an_fact *fact, struct an_err *err) {
    const struct an_fact *known = an_facts_find(&s->facts, fact->name);
    if (known && known->known != AN_KNOWN_NOT && !(known->from && strcmp(known->from, "assumed") == 0))
        return AN_OK;
    return set_fact(s, *fact, err) ? an_err_context(err, "a fact of the case") : AN_OK;
}

static enum an_code suppose(struct an_session *s, const char *text, struct an_err *err) {
    struct an_fact fact;
    if (an_fact_parse(an_str_from_c(text), &s->arena, &fact, err)) {
        err->code = AN_USAGE;
        return an_err_context(err, "--what-if %s", text);
    }
    fact.from = "what-if";
    return set_fact(s, fact, err);
}

enum an_code an_session_suppose(struct an_session *s, struct an_err *err) {
    for (size_t i = 0; i < s->what_if.count; i++)
        AN_TRY(suppose(s, s->what_if.items[i], err));
    return AN_OK;
}

enum an_code an_session_judge(struct an_session *s, bool assume_role, struct an_err *err) {
    const struct an_packs *packs = &s->packs.packs;
    enum an_code code = AN_OK;
    if (s->census.budget) {
        struct an_total total;
        struct an_people users;
        code = an_census_total(&s->census, NULL, NULL, &total, err);
        if (!code)
            code = an_users_of(&s->census, &total, &users, err);
        if (!code)
            code = an_facts_make(packs, &total, &users, &s->company, s->as_of, assume_role, &s->arena, &s->facts, err);
    } else {
        code = an_company_facts(packs, &s->company, s->as_of, &s->arena, &s->facts, err);
    }
    for (size_t i = 0; i < s->told.count && !code; i++)
        code = hear(s, &s->told.items[i], err);
    if (!code)
        code = an_session_suppose(s, err);
    return code ? code : an_judge(&s->packs, &s->facts, s->as_of, &s->arena, &s->judgement, err);
}

enum an_code an_session_model(struct an_session *s, enum an_lang lang, struct an_model *ret, struct an_err *err) {
    struct an_findings f = {
        .census = s->census.budget ? &s->census : NULL, .company = &s->company, .law = &s->packs,
        .facts = &s->facts,
        .judgement = &s->judgement, .as_of = s->as_of, .seconds = s->seconds, .lang = lang,
    };
    f.users_declared = s->census.count > 0;
    for (size_t i = 0; i < s->census.count; i++)
        f.users_declared &= s->census.stores[i]->subjects != AN_SUBJECTS_UNDECLARED;
    return an_model_make(&f, &s->arena, ret, err);
}

enum an_code an_session_write(struct an_str bytes, const char *path, struct an_err *err) {
    if (path && strcmp(path, "-") != 0)
        return an_file_write(path, bytes, 0666, AN_FILE_STREAM, err);
    (void) fwrite(bytes.ptr, 1, bytes.len, stdout);
    return AN_OK;                   // main looks whether it could be written
}

enum an_code an_session_show(struct an_session *s, const struct an_model *m, const char *format, const char *path,
                             struct an_err *err) {
    const struct an_report *report = an_report_find(an_str_from_c(format));
    if (!report)
        return an_fail(err, AN_BUG, "no report format '%s'", format);
    AN_AUTO(an_buf) out = {0};
    struct an_report_options options = {.color = !path && isatty(STDOUT_FILENO) && !getenv("NO_COLOR"), .all = s->all};
    enum an_code code = report->write(m, s->lang, &options, &out, err);
    return code ? code : an_session_write(an_buf_str(&out), path, err);
}

enum an_code an_session_json(struct an_session *s, struct an_err *err) {
    if (!s->json)
        return AN_OK;
    struct an_model m;                  // in English whatever --lang says, so that it depends on the data alone
    enum an_code code = an_session_model(s, AN_EN, &m, err);
    return code ? code : an_session_show(s, &m, "json", s->json, err);
}

int an_session_status(const struct an_session *s) {
    for (size_t i = 0; i < s->census.count; i++)
        if (s->census.stores[i]->status == AN_STORE_PARTLY || s->census.stores[i]->status == AN_STORE_UNREAD)
            return AN_EXIT_PARTLY;
    return AN_EXIT_OK;
}

bool an_session_prints_json(const struct an_session *s) { return s->json && strcmp(s->json, "-") == 0; }
