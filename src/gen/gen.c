#define _GNU_SOURCE       // strerrordesc_np
#include "gen/gen.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "gen/plan.h"
#include "base/alloc.h"
#include "base/pool.h"

struct job {
    const struct an_gen_options *options;
    struct an_gen_keys keys;
    uint64_t people;
    const struct an_gen_store *stores;
    size_t count;
    struct an_gen_truth *truths;            // one a store
    uint64_t rows;                          // of a single store
};

static uint64_t part_of(uint64_t people, uint32_t thousandths) { return people * thousandths / 1000; }

static uint64_t with_repeats(uint64_t people, uint32_t repeats) {
    uint64_t once = AN_GEN_WHOLE - repeats;
    return (people * AN_GEN_WHOLE + once - 1) / once;
}

// Rows of a store whose range holds `range` people.
static uint64_t rows_of(const struct job *j, const struct an_gen_store *s, uint64_t range) {
    if (j->rows)
        return j->rows;
    if (s->manner == AN_GEN_CHANCE || s->manner == AN_GEN_CHANCE_LINES)
        return range ? part_of(j->people, s->per_thousand) : 0;
    uint64_t rows = with_repeats(range, j->options->shares.repeats);
    return s->manner == AN_GEN_LINES ? rows * AN_GEN_LINES_EACH : rows;
}

// Draws `wanted` of `left` things one at a time, each as likely as any other: whether the next is one.
static bool draw(struct an_gen_random *chance, uint64_t wanted, uint64_t left) {
    return an_gen_below(chance, left) < wanted;
}

struct range { uint64_t lo, hi, next; };

// Who the next of `left` rows is about: everybody once, in order, and in between those who were.
static uint64_t next_person(struct an_gen_row *row, struct range *who, uint64_t left, bool *ret_again) {
    *ret_again = who->next != who->lo && !draw(&row->chance, who->hi - who->next, left);
    return *ret_again ? who->lo + an_gen_below(&row->chance, who->next - who->lo) : who->next++;
}

static uint64_t anybody(struct an_gen_row *row, const struct range *who) {
    return who->lo + an_gen_below(&row->chance, who->hi - who->lo);
}

static void write_rows(const struct an_gen_store *s, struct an_gen_row *row, struct range *who,
                       struct an_gen_table *table) {
    while (row->row < row->rows) {
        bool again = false;
        uint64_t person, other = UINT64_MAX;
        if (s->manner == AN_GEN_EACH) {
            person = next_person(row, who, row->rows - row->row, &again);
        } else {
            person = anybody(row, who);
            again = an_gen_below(&row->chance, 4) == 0;
        }
        if (s->two)                         // seven in ten buy for themselves
            other = an_gen_below(&row->chance, 10) < 7 ? person : anybody(row, who);
        an_gen_row_fill(row, person, again, other);
        an_gen_table_row(table, row->cells);
    }
}

static void write_lines(const struct an_gen_store *s, const struct job *j, struct an_gen_row *row,
                        struct range *who,
                        struct an_gen_table *table) {
    bool each = s->manner == AN_GEN_LINES;
    uint64_t spoken = 0, speaking = row->rows / 20;
    if (each)
        speaking = with_repeats(who->hi - who->lo, j->options->shares.repeats);
    if (speaking > row->rows)
        speaking = row->rows;
    while (row->row < row->rows) {
        bool again = false;
        uint64_t person = 0;
        enum an_gen_line line = AN_GEN_LINE_NOBODY;
        if (draw(&row->chance, speaking - spoken, row->rows - row->row)) {
            line = AN_GEN_LINE_PERSON;
            person = each ? next_person(row, who, speaking - spoken, &again) : anybody(row, who);
            spoken++;
        } else if (an_gen_chance(&row->chance, s->lines_masked) &&
                   (!each || who->next != who->lo)) {
            // Of somebody who is named elsewhere: nobody is known by a mask alone.
            line = AN_GEN_LINE_MASKED;
            person = who->lo + an_gen_below(&row->chance, (each ? who->next : who->hi) - who->lo);
        }
        an_gen_row_line(row, line, person, again, &table->sink);
    }
}

static uint32_t scaled(uint32_t habit, uint32_t without) {
    return (uint32_t) ((uint64_t) habit * (AN_GEN_WHOLE - without) / AN_GEN_WHOLE);
}

static enum an_code write_store(const struct job *j, size_t index, const char *path, struct an_err *err) {
    const struct an_gen_store *s = &j->stores[index];
    struct range who = {part_of(j->people, s->from), part_of(j->people, s->to), 0};
    who.next = who.lo;
    enum an_code code = an_gen_truth_init(&j->truths[index], who.lo, who.hi, err);
    if (code)
        return code;
    struct an_gen_row row = {.shares = j->options->shares, .habits = s->habits, .people = j->people,
                             .talks = s->talks, .truth = &j->truths[index],
                             .plain = s->format->form == AN_GEN_LOG};
    row.rows = rows_of(j, s, who.hi - who.lo);
    row.habits.id = scaled(s->habits.id, j->options->shares.no_id);
    if (s->legacy15 > row.shares.legacy15)
        row.shares.legacy15 = s->legacy15;
    an_gen_row_init(&row, j->options->seed, index);
    struct an_gen_table table = {.layout = s->layout, .chinese = s->chinese, .escapes = s->escapes};
    code = an_gen_table_open(&table, s->format, path, s->member, err);
    if (code)
        return code;
    if (s->format->form == AN_GEN_LOG)
        write_lines(s, j, &row, &who, &table);
    else
        write_rows(s, &row, &who, &table);
    return an_gen_table_close(&table, &j->truths[index].bytes, err);
}

static enum an_code work(void *arg, size_t item, size_t worker, struct an_err *err) {
    const struct job *j = arg;
    const struct an_gen_options *o = j->options;
    (void) worker;
    if (o->shape != AN_GEN_COMPANY) {
        enum an_code code = write_store(j, item, o->out, err);
        return code ? an_err_context(err, "%s", o->out) : AN_OK;
    }
    AN_AUTO(an_buf) path = {0};
    enum an_code code = an_buf_addf(&path, err, "%s/%s", o->out, j->stores[item].file);
    if (!code)
        code = write_store(j, item, path.ptr, err);
    return code ? an_err_context(err, "%s", j->stores[item].file) : AN_OK;
}

static bool is_recycled(const void *arg, uint64_t person) {
    const struct job *j = arg;
    return an_gen_loan(&j->keys, &j->options->shares, person) == AN_GEN_GOT;
}

static const char *encoding_name(enum an_gen_encoding e) {
    return e == AN_GEN_UTF8 ? "utf-8" : e == AN_GEN_GB18030 ? "gb18030" : "utf-16le";
}

static void write_share(struct an_json *json, const char *key, uint32_t ppm) {
    an_json_key(json, key);
    an_json_real(json, (double) ppm / AN_GEN_WHOLE, 6);
}

static void write_parameters(const struct an_gen_options *o, struct an_json *json) {
    static const char *const shapes[] = {"company", "dense", "users", "sparse"};
    const struct an_gen_shares *s = &o->shares;
    an_json_key(json, "parameters");
    an_json_open(json, '{');
    an_json_key(json, "shape");
    an_json_cstr(json, shapes[o->shape]);
    an_json_key(json, "format");
    an_json_cstr(json, o->format);
    an_json_key(json, "seed");
    an_json_u64(json, o->seed);
    an_json_key(json, "people");
    an_json_u64(json, o->people);
    an_json_key(json, "rows");
    an_json_u64(json, o->rows);
    write_share(json, "repeats", s->repeats);
    write_share(json, "no_id", s->no_id);
    write_share(json, "names_only", s->names_only);
    write_share(json, "placeholders", s->placeholders);
    write_share(json, "typos", s->typos);
    write_share(json, "damaged", s->damaged);
    write_share(json, "masked", s->masked);
    write_share(json, "legacy15", s->legacy15);
    write_share(json, "shared", s->shared);
    write_share(json, "recycled", s->recycled);
    an_json_close(json, '}');
}

static enum an_code build_truth(const struct job *j, const struct an_gen_truth *all, struct an_buf *out,
                                struct an_err *err) {
    struct an_json json = {.out = out};
    an_json_open(&json, '{');
    an_json_key(&json, "schema");
    an_json_cstr(&json, "anshen.truth/1");
    write_parameters(j->options, &json);
    an_gen_truth_write(all, is_recycled, j, &json);
    an_json_key(&json, "stores");
    an_json_open(&json, '[');
    for (size_t i = 0; i < j->count; i++) {
        const struct an_gen_store *s = &j->stores[i];
        an_json_open(&json, '{');
        an_json_key(&json, "file");
        an_json_cstr(&json, s->file);
        an_json_key(&json, "member");
        an_json_cstr(&json, s->format->form == AN_GEN_SQLITE ? s->layout->table : s->member);
        an_json_key(&json, "format");
        an_json_cstr(&json, s->format->says);
        an_json_key(&json, "encoding");
        an_json_cstr(&json, encoding_name(s->format->encoding));
        an_gen_truth_write(&j->truths[i], is_recycled, j, &json);
        an_json_close(&json, '}');
    }
    an_json_close(&json, ']');
    an_json_close(&json, '}');
    enum an_code code = an_json_end(&json, err);
    return code ? code : an_buf_addf(out, err, "\n");
}

static enum an_code write_truth(const struct job *j, const struct an_gen_truth *all, struct an_err *err) {
    AN_AUTO(an_buf) text = {0};
    enum an_code code = build_truth(j, all, &text, err);
    struct an_gen_sink file;
    if (!code)
        code = an_gen_sink_open(&file, j->options->truth, NULL, AN_GEN_UTF8, AN_GEN_PLAIN, err);
    if (code)
        return an_err_context(err, "%s", j->options->truth);
    struct an_str rest = an_buf_str(&text);
    for (; rest.len; rest = an_str_slice(rest, AN_GEN_ROOM_MAX, rest.len))
        an_gen_sink_put(&file, an_str_slice(rest, 0, AN_GEN_ROOM_MAX));
    uint64_t bytes;
    code = an_gen_sink_close(&file, &bytes, err);
    return code ? an_err_context(err, "%s", j->options->truth) : AN_OK;
}

static enum an_code finish(const struct job *j, struct an_gen_result *ret_result, struct an_err *err) {
    struct an_gen_truth all = {0};
    enum an_code code = an_gen_truth_init(&all, 0, j->people, err);
    for (size_t i = 0; i < j->count && !code; i++)
        an_gen_truth_join(&all, &j->truths[i]);
    if (!code && j->options->truth)
        code = write_truth(j, &all, err);
    if (!code)
        *ret_result = (struct an_gen_result) {
            .stores = j->count, .records = all.records, .bytes = all.bytes,
            .people = an_gen_truth_size(&all, AN_GEN_SEEN), .floor = an_gen_truth_size(&all, AN_GEN_HAS_ID),
        };
    an_gen_truth_release(&all);
    return code;
}

// The one store of the shapes that have one.
static enum an_code choose_store(const struct an_gen_options *o, struct an_gen_store *ret_store,
                                 struct an_err *err) {
    *ret_store = o->shape == AN_GEN_SPARSE ? an_gen_one_sparse
               : o->shape == AN_GEN_USERS ? an_gen_one_users : an_gen_one_dense;
    const char *slash = strrchr(o->out, '/');
    ret_store->file = slash ? slash + 1 : o->out;
    if (!o->format)
        return AN_OK;
    const struct an_gen_format *f = an_gen_format_find(o->format);
    if (!f)
        return an_fail(err, AN_USAGE, "there is no format '%s'", o->format);
    if ((f->form == AN_GEN_LOG) != (o->shape == AN_GEN_SPARSE))
        return an_fail(err, AN_USAGE, "the format log and the shape sparse go together, and with no other");
    if (strcmp(o->out, "-") == 0 && (f->form == AN_GEN_SQLITE || f->packing != AN_GEN_PLAIN))
        return an_fail(err, AN_USAGE, "the format '%s' needs a file to write to", o->format);
    ret_store->format = f;
    ret_store->member = f->packing == AN_GEN_PLAIN ? NULL : "data.csv";
    return AN_OK;
}

static enum an_code check_shares(const struct an_gen_shares *s, struct an_err *err) {
    const uint32_t all[] = {s->repeats, s->no_id, s->names_only, s->placeholders, s->typos, s->damaged,
                            s->masked, s->legacy15, s->shared, s->recycled};
    for (size_t i = 0; i < AN_COUNT(all); i++)
        if (all[i] > AN_GEN_WHOLE)
            return an_fail(err, AN_USAGE, "a share is more than all");
    if (s->repeats > AN_GEN_WHOLE * 99 / 100)
        return an_fail(err, AN_USAGE, "at most 99%% of the rows can be repeats");
    if (s->shared + s->recycled > AN_GEN_WHOLE / 2)
        return an_fail(err, AN_USAGE, "shared and recycled together can be half of the people at most");
    return AN_OK;
}

// How many people, where only the rows are given or both are.
static enum an_code count_people(struct job *j, struct an_err *err) {
    const struct an_gen_options *o = j->options;
    j->people = o->people;
    j->rows = o->rows;
    if (!o->people && !o->rows)
        return an_fail(err, AN_USAGE, "say how many people or how many rows");
    if (o->shape == AN_GEN_COMPANY && o->rows)
        return an_fail(err, AN_USAGE, "a company's size is given in people, not rows");
    if (o->people > AN_GEN_PEOPLE_MAX || o->rows > (uint64_t) AN_GEN_PEOPLE_MAX * 1000)
        return an_fail(err, AN_LIMIT, "at most %d people in a thousand rows each", AN_GEN_PEOPLE_MAX);
    if (!o->people) {
        uint64_t each = o->shape == AN_GEN_SPARSE ? AN_GEN_LINES_EACH : 1;
        uint64_t speaking = (o->rows + each - 1) / each;
        uint64_t again = speaking / AN_GEN_WHOLE * o->shares.repeats +
                         speaking % AN_GEN_WHOLE * o->shares.repeats / AN_GEN_WHOLE;
        j->people = speaking - again;
    }
    if (j->people > AN_GEN_PEOPLE_MAX)
        return an_fail(err, AN_LIMIT, "at most %d people: give their number, or more repeats",
                       AN_GEN_PEOPLE_MAX);
    if (o->rows && o->rows < j->people)
        return an_fail(err, AN_USAGE, "so many people do not fit into so few rows");
    return AN_OK;
}

static enum an_code make_folder(const char *path, struct an_err *err) {
    struct stat s;
    if (mkdir(path, 0755) == 0 || (errno == EEXIST && stat(path, &s) == 0 && S_ISDIR(s.st_mode)))
        return AN_OK;
    return errno == EEXIST ? an_fail(err, AN_IO, "%s: is there, and no folder", path)
                           : an_fail(err, AN_IO, "%s: cannot be made: %s", path, strerrordesc_np(errno));
}

enum an_code an_gen_run(const struct an_gen_options *options, struct an_gen_result *ret_result,
                        struct an_err *err) {
    struct job j = {.options = options, .keys = an_gen_keys_make(options->seed), .stores = an_gen_company,
                    .count = AN_GEN_COMPANY_STORES};
    struct an_gen_truth truths[AN_GEN_COMPANY_STORES] = {0};
    struct an_gen_store one;
    j.truths = truths;
    enum an_code code = check_shares(&options->shares, err);
    if (!code)
        code = count_people(&j, err);
    if (!code && options->shape == AN_GEN_COMPANY) {
        code = options->format ? an_fail(err, AN_USAGE, "a company's stores have formats of their own")
                               : make_folder(options->out, err);
    } else if (!code) {
        j.stores = &one;
        j.count = 1;
        code = choose_store(options, &one, err);
    }
    if (!code)
        code = an_pool_run(options->threads, j.count, work, &j, err);
    if (!code)
        code = finish(&j, ret_result, err);
    for (size_t i = 0; i < AN_GEN_COMPANY_STORES; i++)
        an_gen_truth_release(&truths[i]);
    return code;
}
