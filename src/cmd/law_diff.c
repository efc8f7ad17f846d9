// What differs between two versions of a rule, or two folders of law.
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/arena.h"
#include "cmd/law.h"
#include "cmd/verb.h"

enum { LINES_MAX = 2000 };

struct lines { struct an_str *items; size_t count; };

static enum an_code lines_of(struct an_str text, struct an_arena *arena, struct lines *ret, struct an_err *err) {
    struct an_str line;
    ret->items = AN_NEW_N(arena, LINES_MAX, struct an_str);
    if (!ret->items)
        return an_fail(err, AN_NOMEM, "no memory to compare");
    for (ret->count = 0; ret->count < LINES_MAX && an_str_next(&text, '\n', &line);)
        ret->items[ret->count++] = line;
    return AN_OK;
}

static enum an_code put(struct an_law_job *job, struct an_json *j, char mark, struct an_str line) {
    const char text[] = {mark, '\0'};
    an_json_open(j, '{');
    an_law_put_str(j, text, line);
    an_json_close(j, '}');
    return an_buf_addf(job->text, job->err, "%c %.*s\n", mark, AN_STR_ARG(line));
}

// Lines of one that are not in the longest sequence common to both.
static enum an_code differ(struct an_law_job *job, struct an_json *j, const struct lines *a, const struct lines *b,
                           struct an_arena *arena) {
    size_t wide = b->count + 1;
    unsigned *common = AN_NEW_N(arena, (a->count + 1) * wide, unsigned);
    if (!common)
        return an_fail(job->err, AN_NOMEM, "no memory to compare");
    for (size_t i = a->count; i-- > 0;)
        for (size_t k = b->count; k-- > 0;) {
            unsigned down = common[(i + 1) * wide + k], right = common[i * wide + k + 1];
            common[i * wide + k] = an_str_eq(a->items[i], b->items[k]) ? common[(i + 1) * wide + k + 1] + 1
                                   : down > right                       ? down : right;
        }
    for (size_t i = 0, k = 0; i < a->count || k < b->count;) {
        if (i < a->count && k < b->count && an_str_eq(a->items[i], b->items[k])) {
            i++;
            k++;
        } else if (k == b->count || (i < a->count && common[(i + 1) * wide + k] >= common[i * wide + k + 1])) {
            AN_TRY(put(job, j, '-', a->items[i++]));
        } else {
            AN_TRY(put(job, j, '+', b->items[k++]));
        }
    }
    return AN_OK;
}

static enum an_code one(struct an_law_job *job, struct an_json *j, const struct an_packs *pa, const struct an_rule *a,
                        const struct an_packs *pb, const struct an_rule *b) {
    AN_AUTO(an_arena) arena = {0};
    AN_AUTO(an_buf) left = {0};
    AN_AUTO(an_buf) right = {0};
    struct lines x = {0}, y = {0};
    AN_TRY(an_law_say(pa, a, job->lang, &left, job->err));
    AN_TRY(an_law_say(pb, b, job->lang, &right, job->err));
    AN_TRY(lines_of(an_buf_str(&left), &arena, &x, job->err));
    AN_TRY(lines_of(an_buf_str(&right), &arena, &y, job->err));
    AN_TRY(an_buf_addf(job->text, job->err, "%.*s@%.*s -> %.*s@%.*s\n", AN_STR_ARG(a->id), AN_STR_ARG(a->version),
                       AN_STR_ARG(b->id), AN_STR_ARG(b->version)));
    an_json_open(j, '{');
    an_law_put_str(j, "id", b->id);
    an_law_put_str(j, "from", a->version);
    an_law_put_str(j, "to", b->version);
    an_json_key(j, "lines");
    an_json_open(j, '[');
    AN_TRY(differ(job, j, &x, &y, &arena));
    an_json_close(j, ']');
    an_json_close(j, '}');
    return AN_OK;
}

// Rules of one set that the other has not.
static enum an_code missing(struct an_law_job *job, struct an_json *j, const char *key, struct an_words said,
                            const struct an_packs *in, const struct an_packs *of) {
    an_json_key(j, key);
    an_json_open(j, '[');
    for (size_t i = 0; i < in->rule_count; i++) {
        const struct an_rule *r = in->rules[i];
        bool there = false;
        for (size_t k = 0; k < of->rule_count && !there; k++)
            there = an_str_eq(of->rules[k]->id, r->id) && an_str_eq(of->rules[k]->version, r->version);
        if (there)
            continue;
        AN_TRY(an_buf_addf(job->text, job->err, "%s %.*s@%.*s\n", an_say(said, job->lang), AN_STR_ARG(r->id),
                           AN_STR_ARG(r->version)));
        an_json_open(j, '{');
        an_law_put_str(j, "id", r->id);
        an_law_put_str(j, "version", r->version);
        an_json_close(j, '}');
    }
    an_json_close(j, ']');
    return AN_OK;
}

static enum an_code folders(struct an_law_job *job, struct an_json *j) {
    AN_AUTO(an_law) a = {0};
    AN_AUTO(an_law) b = {0};
    AN_TRY(an_law_load(job->operands[0], NULL, &a, job->err));
    AN_TRY(an_law_load(job->operands[1], NULL, &b, job->err));
    const struct an_words gone = {"only in the first:", "仅见于前者："}, came = {"only in the second:", "仅见于后者："};
    AN_TRY(missing(job, j, "removed", gone, &a.packs, &b.packs));
    AN_TRY(missing(job, j, "added", came, &b.packs, &a.packs));
    an_json_key(j, "changed");
    an_json_open(j, '[');
    for (size_t i = 0; i < a.packs.rule_count; i++)
        for (size_t k = 0; k < b.packs.rule_count; k++) {
            const struct an_rule *x = a.packs.rules[i], *y = b.packs.rules[k];
            if (an_str_eq(x->id, y->id) && an_str_eq(x->version, y->version) &&
                memcmp(x->hash, y->hash, sizeof x->hash) != 0)
                AN_TRY(one(job, j, &a.packs, x, &b.packs, y));
        }
    an_json_close(j, ']');
    return AN_OK;
}

static enum an_code versions(struct an_law_job *job, struct an_json *j) {
    const struct an_packs *packs = &job->law->packs;
    const struct an_rule *both[2];
    for (size_t i = 0; i < 2; i++) {
        size_t at = 0;
        both[i] = an_law_meant(packs, job->operands[i], &at);
        if (!both[i])
            return an_fail(job->err, AN_USAGE, "no rule and no folder '%.80s' (try: anshen law list)", job->operands[i]);
    }
    an_json_key(j, "changed");
    an_json_open(j, '[');
    AN_TRY(one(job, j, packs, both[0], packs, both[1]));
    an_json_close(j, ']');
    return AN_OK;
}

static bool is_folder(const char *path) {
    struct stat st;
    return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

enum an_code an_law_diff(struct an_law_job *job) {
    struct an_json j = {.out = job->json};
    an_json_open(&j, '{');
    an_json_key(&j, "schema");
    an_json_cstr(&j, "anshen.law-diff/1");
    if (is_folder(job->operands[0]) && is_folder(job->operands[1]))
        AN_TRY(folders(job, &j));
    else
        AN_TRY(versions(job, &j));
    an_json_close(&j, '}');
    return an_json_end(&j, job->err);
}
