// anshen diff: what changed between two census files.
#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "census/change.h"
#include "cmd/session.h"
#include "cmd/verb.h"
#include "report/figure.h"
#include "report/out.h"

static const char usage[] =
    "usage: anshen diff BEFORE.census AFTER.census [options]\n"
    "\n"
    "Shows what changed between two measurements made under one key: people, identifiers of each kind that\n"
    "stayed, went and came, and stores that are new, gone or changed. A store is known by its name.\n"
    "\n"
    "  --json FILE     write the differences as JSON; - is standard output\n"
    "  --memory SIZE   memory for counting\n"
    "  --lang en|zh    language\n"
    "\n"
    "Example:\n"
    "  anshen diff january.census february.census\n"
    "\n"
    "Exit status: 0 done; 1 a file is damaged or cannot be read; 2 the files do not belong together; 3\n"
    "done, but some store had not been read in full, so that what seems gone may be there.\n";

struct job {
    struct an_session *s;
    struct an_census before;
    struct an_total totals[2];          // before, after
    struct an_change changes[AN_KINDS_MAX];
    struct an_out out;
};

static void job_release(struct job *j) { an_census_release(&j->before); }

enum { LABEL = 34, FIGURE = 16 };

static void pad(struct job *j, size_t took, size_t columns) {
    for (; took < columns; took++)
        an_out_raw(&j->out, " ");
}

static void label(struct job *j, struct an_str text) {
    an_out_text(&j->out, text);
    pad(j, an_columns(text), LABEL);
}

static void figure(struct job *j, struct an_str text) {
    pad(j, an_columns(text), FIGURE);
    an_out_text(&j->out, text);
}

static void line(struct job *j, struct an_str name, const struct an_str *figures, size_t count) {
    label(j, name);
    for (size_t i = 0; i < count; i++)
        figure(j, figures[i]);
    an_out_raw(&j->out, "\n");
}

static struct an_str say(const struct job *j, const char *en, const char *zh) {
    return an_str_from_c(j->s->lang == AN_ZH ? zh : en);
}

#define FIGURE_OF(j, n) AN_FIGURE(an_figure, n, (j)->s->lang)

static uint64_t ceiling_of(const struct an_people *p) { return p->ceiling == AN_UNKNOWN_COUNT ? AN_INFINITE : p->ceiling; }

static void show_totals(struct job *j) {
    const struct an_total *a = &j->totals[0], *b = &j->totals[1];
    line(j, AN_STR(""), (struct an_str[]) {say(j, "before", "之前"), say(j, "after", "之后")}, 2);
    const struct { struct an_str name; uint64_t before, after; } rows[] = {
        {say(j, "People, floor", "人数下限"), a->people.floor, b->people.floor},
        {say(j, "People, linked", "人数（关联估计）"), a->people.linked, b->people.linked},
        {say(j, "People, ceiling", "人数上限"), ceiling_of(&a->people), ceiling_of(&b->people)},
        {say(j, "Records", "记录数"), a->records, b->records},
        {say(j, "Stores", "数据存储"), a->stores, b->stores},
    };
    for (size_t i = 0; i < AN_COUNT(rows); i++)
        line(j, rows[i].name, (struct an_str[]) {FIGURE_OF(j, rows[i].before), FIGURE_OF(j, rows[i].after)}, 2);
}

static bool is_empty(const struct an_change *c) { return !c->kept && !c->gone && !c->come; }

static void show_kinds(struct job *j) {
    an_out_raw(&j->out, "\n");
    line(j, say(j, "Distinct identifiers", "去重标识"),
         (struct an_str[]) {say(j, "stayed", "保留"), say(j, "went", "消失"), say(j, "came", "新增")}, 3);
    for (size_t i = 0; i < an_kind_count(); i++) {
        const struct an_change *c = &j->changes[i];
        if (!is_empty(c))
            line(j, an_str_from_c(an_say(an_kind_at(i)->title, j->s->lang)),
                 (struct an_str[]) {FIGURE_OF(j, c->kept), FIGURE_OF(j, c->gone), FIGURE_OF(j, c->come)}, 3);
    }
}

// Stores.

struct pair { const struct an_store *before, *after; };

static struct an_people people_of(const struct an_store *s) {
    return an_people_of(&s->count, &s->counts, s->records_lost, s->most_mentions);
}

static const char *change_of(const struct pair *p) {
    if (!p->before || !p->after)
        return p->before ? "gone" : "new";
    struct an_people a = people_of(p->before), b = people_of(p->after);
    bool same = a.floor == b.floor && a.linked == b.linked && a.ceiling == b.ceiling && p->before->records == p->after->records &&
                p->before->status == p->after->status;
    return same ? "same" : "changed";
}

static int compare_uri(struct an_str a, struct an_str b) {
    int c = memcmp(a.ptr, b.ptr, a.len < b.len ? a.len : b.len);
    return c ? c : (a.len > b.len) - (a.len < b.len);
}

// The next of both lists, which are sorted by uri; false at the end.
static bool next_pair(const struct job *j, size_t *at_before, size_t *at_after, struct pair *ret) {
    const struct an_census *a = &j->before, *b = &j->s->census;
    *ret = (struct pair) {*at_before < a->count ? a->stores[*at_before] : NULL,
                          *at_after < b->count ? b->stores[*at_after] : NULL};
    if (!ret->before && !ret->after)
        return false;
    int c = !ret->before ? 1 : !ret->after ? -1 : compare_uri(ret->before->uri, ret->after->uri);
    if (c < 0)
        ret->after = NULL;
    if (c > 0)
        ret->before = NULL;
    *at_before += c <= 0;
    *at_after += c >= 0;
    return true;
}

static struct an_str span(const struct job *j, const struct an_store *s, char out[AN_FIGURE_MAX]) {
    if (!s)
        return AN_STR("–");
    struct an_people p = people_of(s);
    return an_figure_span(p.floor, ceiling_of(&p), j->s->lang, out);
}

static void show_stores(struct job *j) {
    static const struct { const char *change; struct an_words words; } all[] = {
        {"new", {"new", "新增"}}, {"gone", {"gone", "消失"}}, {"changed", {"changed", "变化"}},
    };
    size_t same = 0;
    struct pair p;
    an_out_raw(&j->out, "\n");
    an_out_text(&j->out, say(j, "Stores (people, floor–ceiling)", "数据存储（人数下限–上限）"));
    an_out_raw(&j->out, "\n");
    for (size_t a = 0, b = 0; next_pair(j, &a, &b, &p);) {
        const char *change = change_of(&p);
        char x[AN_FIGURE_MAX], y[AN_FIGURE_MAX];
        same += strcmp(change, "same") == 0;
        for (size_t i = 0; i < AN_COUNT(all); i++) {
            if (strcmp(all[i].change, change) != 0)
                continue;
            an_out_raw(&j->out, "  ");
            an_out_words(&j->out, all[i].words);
            pad(j, an_columns(an_str_from_c(an_say(all[i].words, j->s->lang))), 9);
            an_out_text(&j->out, p.after ? p.after->uri : p.before->uri);
            an_out_raw(&j->out, "  ");
            an_out_text(&j->out, span(j, p.before, x));
            an_out_raw(&j->out, " → ");
            an_out_text(&j->out, span(j, p.after, y));
            an_out_raw(&j->out, "\n");
        }
    }
    an_out_fill(&j->out, (struct an_words) {"  as before: {0}", "  未变化：{0}"},
                (struct an_str[]) {FIGURE_OF(j, same)});
    an_out_raw(&j->out, "\n");
}

// The same as JSON.

static void put_people(struct an_json *o, const char *key, const struct an_people *p) {
    an_json_put_open(o, key, '{');
    an_json_put_u64(o, "floor", p->floor);
    an_json_put_u64(o, "linked", p->linked);
    an_json_put_u64(o, "ceiling", ceiling_of(p));
    an_json_close(o, '}');
}

static void put_side(struct an_json *o, const char *key, const struct an_total *t) {
    an_json_put_open(o, key, '{');
    an_json_put_u64(o, "stores", t->stores);
    an_json_put_u64(o, "records", t->records);
    put_people(o, "people", &t->people);
    an_json_close(o, '}');
}

static void put_store(struct an_json *o, const char *key, const struct an_store *s) {
    if (!s) {
        an_json_put_cstr(o, key, NULL);
        return;
    }
    struct an_people p = people_of(s);
    an_json_put_open(o, key, '{');
    an_json_put_cstr(o, "status", an_store_status_name(s->status));
    an_json_put_u64(o, "records", s->records);
    put_people(o, "people", &p);
    an_json_close(o, '}');
}

static enum an_code write_json(struct job *j, struct an_err *err) {
    AN_AUTO(an_buf) text = {0};
    struct an_json o = {.out = &text};
    an_json_open(&o, '{');
    an_json_put_cstr(&o, "schema", "anshen.diff/1");
    put_side(&o, "before", &j->totals[0]);
    put_side(&o, "after", &j->totals[1]);
    an_json_put_open(&o, "identifiers", '{');
    for (size_t i = 0; i < an_kind_count(); i++) {
        if (is_empty(&j->changes[i]))
            continue;
        an_json_put_open(&o, an_kind_at(i)->name, '{');
        an_json_put_u64(&o, "stayed", j->changes[i].kept);
        an_json_put_u64(&o, "went", j->changes[i].gone);
        an_json_put_u64(&o, "came", j->changes[i].come);
        an_json_close(&o, '}');
    }
    an_json_close(&o, '}');
    an_json_put_open(&o, "stores", '[');
    struct pair p;
    for (size_t a = 0, b = 0; next_pair(j, &a, &b, &p);) {
        an_json_open(&o, '{');
        an_json_put_text(&o, "uri", p.after ? p.after->uri : p.before->uri);
        an_json_put_cstr(&o, "change", change_of(&p));
        put_store(&o, "before", p.before);
        put_store(&o, "after", p.after);
        an_json_close(&o, '}');
    }
    an_json_close(&o, ']');
    an_json_close(&o, '}');
    enum an_code code = an_json_end(&o, err);
    if (!code)
        code = an_buf_add(&text, AN_STR("\n"), err);
    return code ? code : an_session_write(an_buf_str(&text), j->s->json, err);
}

static enum an_code show(struct job *j, struct an_err *err) {
    AN_AUTO(an_buf) text = {0};
    j->out = (struct an_out) {.buf = &text, .lang = j->s->lang};
    show_totals(j);
    show_kinds(j);
    show_stores(j);
    if (j->out.err.code) {
        *err = j->out.err;
        return j->out.err.code;
    }
    return an_session_write(an_buf_str(&text), NULL, err);
}

static enum an_code measure(struct job *j, char *const files[], struct an_err *err) {
    j->before = (struct an_census) {.budget = &j->s->budget, .caps = j->s->company.caps};
    enum an_code code = an_census_read(&j->before, files[0], err);
    if (!code)
        code = an_census_sort(&j->before, err);
    if (!code)
        code = an_session_load(j->s, files + 1, 1, err);
    if (!code)
        code = an_change_make(&j->before, &j->s->census, j->changes, err);
    if (!code)
        code = an_census_total(&j->before, NULL, NULL, &j->totals[0], err);
    return code ? code : an_census_total(&j->s->census, NULL, NULL, &j->totals[1], err);
}

static bool is_partly(const struct an_total *t) { return t->by_status[AN_STORE_PARTLY] || t->by_status[AN_STORE_UNREAD]; }

static enum an_code run(int argc, char *argv[], int *ret_status, struct an_err *err) {
    AN_AUTO(an_session) s = an_session_init();
    const struct an_option table[] = {
        {"--json", AN_OPTION_TEXT, &s.json}, {"--memory", AN_OPTION_SIZE, &s.memory}, {"--lang", AN_OPTION_LANG, &s.lang}, {0},
    };
    int n = 0;
    enum an_code code = an_options_read(argc, argv, table, &n, err);
    if (code)
        return code;
    if (n != 2)
        return an_fail(err, AN_USAGE, "give two census files, the earlier first");
    AN_CLEANUP(job_release) struct job j = {.s = &s};
    code = an_session_open(&s, 0, err);
    if (!code)
        code = measure(&j, argv + 1, err);
    if (!code && !an_session_prints_json(&s))
        code = show(&j, err);
    if (!code && s.json)
        code = write_json(&j, err);
    *ret_status = is_partly(&j.totals[0]) || is_partly(&j.totals[1]) ? AN_EXIT_PARTLY : AN_EXIT_OK;
    return code;
}

const struct an_verb an_verb_diff = {
    .name = "diff",
    .summary = {"Show what changed between two census files", "比较两个普查文件的变化"},
    .usage = usage,
    .run = run,
};
