// Sources give a sink that takes rows what they give one that does not: the same values in the same columns of the same records.
#include "unit.h"
#include "draw.h"

#include "base/buf.h"
#include "source/source.h"

enum { ROUNDS = 3000, COLUMNS_MAX = 64 };

static unsigned below(unsigned n) { return (unsigned) (draw() % n); }

struct notes {
    struct an_buf text;
    size_t records, rows;
};

static void note(struct notes *n, struct an_str s) {
    struct an_err err;
    assert_int_equal(an_buf_add(&n->text, s, &err), AN_OK);
}

#define NOTE(n, ...) do { struct an_err err_; assert_int_equal(an_buf_addf(&(n)->text, &err_, __VA_ARGS__), AN_OK); } while (0)

static enum an_code on_open(void *arg, const struct an_store_info *info, struct an_err *err) {
    (void) err;
    NOTE((struct notes *) arg, "open %s\n", info->format);
    return AN_OK;
}

static enum an_code on_columns(void *arg, const struct an_str *names, size_t count, struct an_err *err) {
    (void) err;
    for (size_t i = 0; i < count; i++)
        NOTE((struct notes *) arg, "column %.*s\n", AN_STR_ARG(names[i]));
    return AN_OK;
}

// A record whose columns are each met once is written in the order of its columns, and without what is empty.
static enum an_code on_record(void *arg, const struct an_record *r, struct an_err *err) {
    struct notes *n = arg;
    (void) err;
    NOTE(n, "record %llu%s", (unsigned long long) r->number, r->loose ? " loose" : "");
    struct an_str cells[COLUMNS_MAX] = {{0}};
    bool plain = !r->loose;
    for (size_t i = 0; i < r->count; i++) {
        const struct an_value *v = &r->values[i];
        bool fits = !v->text.len || (v->column < COLUMNS_MAX && !cells[v->column].len);
        plain &= fits;
        if (fits && v->text.len)
            cells[v->column] = v->text;
    }
    for (size_t i = 0; i < (plain ? COLUMNS_MAX : r->count); i++) {
        struct an_str text = plain ? cells[i] : r->values[i].text;
        if (!text.len)
            continue;
        NOTE(n, " %u=", plain ? (unsigned) i : r->values[i].column);
        note(n, text);
    }
    NOTE(n, "%s", "\n");
    n->records++;
    return AN_OK;
}

static enum an_code on_rows(void *arg, const struct an_rows *rows, struct an_err *err) {
    struct notes *n = arg;
    assert_true(rows->count > 0 && rows->count <= AN_CELLS_MAX && rows->columns <= COLUMNS_MAX);
    for (size_t r = 0; r < rows->count; r++) {
        struct an_value values[COLUMNS_MAX];
        for (size_t i = 0; i < rows->columns; i++) {
            struct an_span c = rows->cells[r * rows->columns + i];
            values[i] = (struct an_value) {.text = {rows->text + c.at, c.len}, .column = (uint32_t) i};
        }
        struct an_record record = {.values = values, .count = rows->columns, .number = rows->number + r};
        assert_int_equal(on_record(n, &record, err), AN_OK);
    }
    n->rows += rows->count;
    return AN_OK;
}

static enum an_code on_lines(void *arg, struct an_str block, uint64_t first, uint64_t offset, struct an_err *err) {
    (void) offset;
    (void) err;
    NOTE((struct notes *) arg, "lines from %llu: ", (unsigned long long) first);
    note(arg, block);
    return AN_OK;
}

static enum an_code on_trouble(void *arg, const struct an_trouble *t, struct an_err *err) {
    (void) err;
    NOTE((struct notes *) arg, "trouble %d@%llu %llu %.*s\n", (int) t->code, (unsigned long long) t->offset,
         (unsigned long long) t->record, AN_STR_ARG(t->text));
    return AN_OK;
}

static enum an_code on_close(void *arg, enum an_store_status status, uint64_t bytes, struct an_str why, struct an_err *err) {
    (void) err;
    NOTE((struct notes *) arg, "close %d %llu %.*s\n", (int) status, (unsigned long long) bytes, AN_STR_ARG(why));
    return AN_OK;
}

struct given { struct an_str left; size_t step; };

static enum an_code give(void *arg, char *buf, size_t cap, size_t *ret_len, struct an_err *err) {
    struct given *g = arg;
    size_t n = g->left.len < cap ? g->left.len : cap;
    (void) err;
    n = n < g->step ? n : g->step;
    if (n)
        memcpy(buf, g->left.ptr, n);
    g->left = an_str_slice(g->left, n, g->left.len);
    *ret_len = n;
    return AN_OK;
}

static void read_text(struct an_str text, const char *name, size_t step, bool rows, struct notes *ret) {
    struct an_sink sink = {.arg = ret, .open = on_open, .columns = on_columns, .record = on_record, .lines = on_lines,
                           .trouble = on_trouble, .close = on_close, .rows = rows ? on_rows : NULL};
    struct given g = {text, step};
    struct an_input input = {.uri = an_str_from_c(name), .arg = &g, .read = give};
    struct an_reading reading = {.sink = &sink, .limits.record_bytes = 2000};
    struct an_err err;
    *ret = (struct notes) {0};
    assert_int_equal(an_source_read(&reading, &input, &err), AN_OK);
}

static size_t in_rows, in_all;

static void both_give_the_same(struct an_str text, const char *name) {
    struct notes one, many;
    size_t step = 1 + below(3000);
    read_text(text, name, step, false, &one);
    read_text(text, name, step, true, &many);
    size_t at = 0;
    while (at < one.text.len && at < many.text.len && one.text.ptr[at] == many.text.ptr[at])
        at++;
    if (at < one.text.len || at < many.text.len)
        fail_msg("one by one: %.*s\nin rows: %.*s", AN_STR_ARG(an_str_slice(an_buf_str(&one.text), at - at % 200, at + 100)),
                 AN_STR_ARG(an_str_slice(an_buf_str(&many.text), at - at % 200, at + 100)));
    in_rows += many.rows;
    in_all += many.records;
    an_buf_release(&one.text);
    an_buf_release(&many.text);
}

static const char *const texts[] = {
    "13523333233", "李雷", "", "a b", "x,y", "two\\nlines", "\\u674e\\u96f7", "it's", "'0044", "昆明市新华路265号", "-",
    "say \\\"no\\\"",
    "a rather long text that stands here so that some rows are long, too, and do not fit where others do",
};

static void add(struct an_buf *out, const char *s) {
    struct an_err err;
    assert_int_equal(an_buf_add(out, an_str_from_c(s), &err), AN_OK);
}

static void add_member(struct an_buf *out, const char *key, bool odd) {
    static const char *const others[] = {"null", "true", "false", "17", "-1.5e3", "{\"in\": \"side\", \"no\": 5}",
                                         "[1, \"two\"]", "[{\"name\": \"韩梅\"}, {\"name\": \"x\"}]", "{}",
                                         "[[1, \"x\"], [\"y\"]]"};
    add(out, "\"");
    add(out, key);
    add(out, "\": ");
    if (below(odd ? 3 : 12) == 0) {
        add(out, others[below(odd ? 10 : 5)]);
        return;
    }
    add(out, "\"");
    add(out, texts[below(AN_COUNT(texts))]);
    add(out, "\"");
}

static void json_lines_in_rows(void **state) {
    (void) state;
    static const char *const keys[] = {"id", "name", "phone", "姓名", "a\\tb", "13800000001", "city"};
    in_rows = in_all = 0;
    for (uint64_t round = 0; round < ROUNDS; round++) {
        AN_AUTO(an_buf) text = {0};
        draw_state = round;
        bool odd = below(2);
        unsigned kinds = 1 + below(odd ? 7 : 4);
        for (unsigned lines = 2 + below(40); lines; lines--) {
            unsigned members = below(12) ? kinds : below(7);
            add(&text, below(odd ? 20 : 200) ? "{" : "{\"bad\" ");
            for (unsigned i = 0; i < members; i++) {
                add(&text, i ? ", " : "");
                add_member(&text, keys[below(30) ? i : below(7)], odd);
            }
            add(&text, below(40) ? "}\n" : "} \r\n\n");
        }
        both_give_the_same(an_buf_str(&text), "a.jsonl");
    }
    if (!(in_rows > in_all / 5 && in_rows < in_all)) fail_msg("%zu of %zu records in rows", in_rows, in_all);
}

static void tables_in_rows(void **state) {
    (void) state;
    static const char *const cells[] = {"13523333233", "李雷", "", "a b", "\"x,y\"", "\"two\nlines\"", "'0044", "5\" pipe",
                                        "=\"44\"",
                                        "\"say \"\"no\"\"\"", "\"\"", " \"a\" ", "\"open", "x"};
    in_rows = in_all = 0;
    for (uint64_t round = 0; round < ROUNDS; round++) {
        AN_AUTO(an_buf) text = {0};
        draw_state = round;
        unsigned columns = 2 + below(5), odd = below(3) ? 40 : 4;
        add(&text, "name,phone,city,email,id,sex");
        text.len = columns == 2 ? 10 : columns == 3 ? 15 : columns == 4 ? 21 : columns == 5 ? 24 : text.len;
        add(&text, "\n");
        for (unsigned rows = 2 + below(60); rows; rows--) {
            unsigned count = below(odd) ? columns : below(9);
            for (unsigned i = 0; i < count; i++) {
                add(&text, i ? "," : "");
                add(&text, cells[below(odd) ? below(7) : below(AN_COUNT(cells))]);
            }
            add(&text, below(odd) ? "\n" : "\r\n");
        }
        both_give_the_same(an_buf_str(&text), "a.csv");
    }
    if (!(in_rows > in_all / 5 && in_rows < in_all)) fail_msg("%zu of %zu records in rows", in_rows, in_all);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(json_lines_in_rows), cmocka_unit_test(tables_in_rows)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
