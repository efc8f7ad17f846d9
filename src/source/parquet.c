// Parquet files: a table in columns, each row a record.
#include <endian.h>
#include <stdio.h>

#include "base/alloc.h"
#include "base/cell.h"
#include "source/columnar.h"
#include "source/grid.h"
#include "source/objects.h"
#include "source/parquet_column.h"
#include "source/parquet_meta.h"
#include "source/parquet_tree.h"
#include "source/source.h"

enum {
    TAIL = 8,                           // length of the metadata, magic
    OUT = 1 << 16,                      // of objects that are made at a time
};

static const struct an_str magic = AN_STR_INIT("PAR1"), magic_encrypted = AN_STR_INIT("PARE");

struct work {
    struct an_columnar c;
    struct an_buf footer;
    struct an_parquet_meta meta;
    struct an_parquet_file file;
    struct an_parquet_chunk *chunks;        // of the row group at hand
    struct an_parquet_column *columns;
    bool *told;                             // of each column, that something is wrong with it
    struct an_grid grid;
    size_t rows_next;                       // rows that are tried at once
    struct an_parquet_tree tree;            // where rows hold lists
    bool in_group, any_dead;                // it has columns that are left out
    uint64_t said, said_all, before;        // rows of the row group and of all, as they say; that came before it
    enum an_code what; struct an_err fault; // why it is not read to its end
};

static void release(struct work *w) {
    for (size_t i = 0; w->columns && i < w->meta.leaf_count; i++)
        an_parquet_column_release(&w->columns[i]);
    an_free(w->columns);
    an_free(w->chunks);
    an_free(w->told);
    an_grid_release(&w->grid);
    an_parquet_tree_release(&w->tree);
    an_parquet_meta_release(&w->meta);
    an_buf_release(&w->footer);
    an_at_release(&w->c.at);
}

static enum an_code no_memory(struct an_err *err) { return an_fail(err, AN_NOMEM, "no memory for a table"); }

// Columns.

// The names of the groups around a leaf and its own, with dots.
static enum an_code add_name(const struct an_parquet_meta *m, uint32_t leaf, struct an_buf *out, struct an_err *err) {
    for (uint32_t i = 1; i < leaf; i++) {
        const struct an_parquet_node *n = &m->nodes[i];
        if (i + n->below < leaf) {
            i += n->below;
            continue;
        }
        AN_TRY(an_buf_add(out, n->name, err));
        AN_TRY(an_buf_add(out, AN_STR("."), err));
    }
    return an_buf_add(out, m->nodes[leaf].name, err);
}

static enum an_code begin_columns(struct work *w, struct an_err *err) {
    struct an_parquet_meta *m = &w->meta;
    struct an_str *names = AN_NEW_N(&m->arena, m->leaf_count, struct an_str);
    if (!names)
        return no_memory(err);
    for (size_t i = 0; i < m->leaf_count; i++) {
        static const char padding[AN_SOURCE_PADDING];
        AN_AUTO(an_buf) name = {0};
        AN_TRY(add_name(m, m->leaves[i], &name, err));
        size_t len = name.len;
        AN_TRY(an_buf_add(&name, (struct an_str) {padding, sizeof padding}, err));
        names[i] = (struct an_str) {an_arena_copy(&m->arena, an_buf_str(&name)).ptr, len};
        if (!names[i].ptr)
            return no_memory(err);
    }
    return an_grid_begin(&w->grid, w->c.reading->sink, names, m->leaf_count, err);
}

static enum an_code make_columns(struct work *w, struct an_err *err) {
    size_t count = w->meta.leaf_count;
    w->chunks = an_alloc((count + 1) * sizeof *w->chunks);
    w->told = an_alloc(count + 1);
    w->columns = an_alloc((count + 1) * sizeof *w->columns);
    if (!w->chunks || !w->told || !w->columns)
        return no_memory(err);
    for (size_t i = 0; i < count; i++) {
        w->columns[i] = (struct an_parquet_column) {.node = &w->meta.nodes[w->meta.leaves[i]], .file = &w->file};
        w->told[i] = false;
    }
    return AN_OK;
}

static enum an_code tell_column(struct work *w, size_t i, const struct an_err *why, struct an_err *err) {
    return an_columnar_column(&w->c, &w->told[i], w->meta.nodes[w->meta.leaves[i]].name, why, err);
}

// Flat tables.

struct batch { struct an_cell_bits lost; };     // rows in which a value is missing

static void lose_rows(struct batch *b, size_t from, size_t to) {
    for (size_t r = from; r < to; r++)
        an_cell_bits_add(&b->lost, r);
}

// The next n entries of the page.
static enum an_code take_entries(struct work *w, size_t column, struct batch *b, size_t row, size_t n, struct an_err *err) {
    struct an_parquet_column *c = &w->columns[column];
    uint32_t def[AN_PARQUET_BATCH], most = c->node->def;
    bool good = !c->lost && an_parquet_column_levels(c, n, def, NULL);
    c->left -= n;
    for (size_t i = 0; i < n && good; i++) {
        struct an_str text;
        if (def[i] != most)
            continue;
        AN_TRY(an_parquet_column_text(c, &text, &good, err));
        if (good)
            AN_TRY(an_grid_put(&w->grid, row + i, column, text, err));
        else
            lose_rows(b, row + i, row + n);
    }
    if (!good && c->lost)
        AN_TRY(tell_column(w, column, &c->why, err));
    return AN_OK;
}

// Up to n rows of a column; *ret_got: so many.
static enum an_code take_column(struct work *w, size_t column, struct batch *b, size_t n, size_t *ret_got, struct an_err *err) {
    struct an_parquet_column *c = &w->columns[column];
    *ret_got = 0;
    while (*ret_got < n) {
        bool any;
        AN_TRY(an_parquet_column_page(c, &any, err));
        if (!any)
            break;
        size_t k = c->left < n - *ret_got ? (size_t) c->left : n - *ret_got;
        bool lost = c->lost;
        AN_TRY(take_entries(w, column, b, *ret_got, k, err));
        if (lost)
            lose_rows(b, *ret_got, *ret_got + k);
        *ret_got += k;
    }
    if (c->broken)
        return tell_column(w, column, &c->why, err);
    return AN_OK;
}

// The next rows of the row group. *ret_rows 0: there are none.
static enum an_code take_rows(struct work *w, size_t *ret_rows, struct an_err *err) {
    enum { MUCH = 1 << 20 };
    struct batch b = {0};
    size_t n = w->rows_next, got[2] = {0, SIZE_MAX};        // of the longest and the shortest column
    for (size_t i = 0; i < w->meta.leaf_count; i++) {
        size_t k;
        AN_TRY(take_column(w, i, &b, n, &k, err));
        got[0] = k > got[0] ? k : got[0];
        got[1] = k < got[1] ? k : got[1];
    }
    *ret_rows = got[0];
    lose_rows(&b, got[1], got[0]);
    w->c.rows_lost += an_cell_bits_count(&b.lost);
    w->rows_next = w->grid.len > MUCH ? n / 2 + 1 : n * 2 < w->grid.most ? n * 2 : w->grid.most;
    AN_TRY(an_grid_give(&w->grid, got[0], err));
    w->c.rows = w->grid.rows;
    w->c.bytes = w->grid.bytes;
    return AN_OK;
}

static enum an_code read_group(struct work *w, struct an_err *err) {
    size_t rows;
    do {
        AN_TRY(take_rows(w, &rows, err));
        if (an_columnar_is_bomb(&w->c))
            return an_columnar_bomb(err);
    } while (rows);
    return AN_OK;
}

// Row groups.

// Turns to the next row group. False: there is none, or `what` is wrong.
static bool next_group(struct work *w) {
    bool any;
    w->what = an_parquet_meta_group(&w->meta, w->chunks, &w->said, &any, &w->fault);
    if (!w->what && !any && w->said_all != w->meta.rows)
        w->what = an_fail(&w->fault, AN_INPUT, "its row groups do not have as many rows as it says");
    if (w->what || !any)
        return false;
    w->said_all = w->said > UINT64_MAX - w->said_all ? UINT64_MAX : w->said_all + w->said;
    w->before = w->c.rows;
    for (size_t i = 0; i < w->meta.leaf_count; i++)
        an_parquet_column_begin(&w->columns[i], &w->chunks[i]);
    return true;
}

static enum an_code end_group(struct work *w, struct an_err *err) {
    uint64_t came = w->c.rows - w->before, lost = an_columnar_missing(&w->c, w->said, came);
    if (w->said == came)
        return AN_OK;
    return an_columnar_tell(&w->c, AN_INPUT, lost && w->meta.nested ? AN_UNKNOWN_COUNT : lost, w->said > came
                            ? "a row group has fewer rows than it says: get a whole copy"
                            : "a row group has more rows than it says", err);
}

static enum an_code read_flat(struct work *w, struct an_err *err) {
    AN_TRY(begin_columns(w, err));
    w->rows_next = w->grid.most < 16 ? w->grid.most : 16;
    while (next_group(w)) {
        struct an_err why = {0};
        enum an_code code = read_group(w, &why);
        if (code == AN_LIMIT) {
            w->fault = why;
            w->what = code;
            return AN_OK;
        }
        if (code)
            *err = why;
        AN_TRY(code);
        AN_TRY(end_group(w, err));
    }
    return AN_OK;
}

// Tables with lists: a row is an object.

static enum an_code tell_dead(struct work *w, struct an_err *err) {
    const struct an_parquet_tree *t = &w->tree;
    for (size_t i = 0; i < w->meta.leaf_count; i++) {
        const struct an_err *why = i == t->failed || !w->columns[i].why.code ? &t->why : &w->columns[i].why;
        if (an_parquet_tree_is_dead(t, i))
            AN_TRY(tell_column(w, i, why, err));
    }
    return AN_OK;
}

// Counts a row that is lost, or comes without the columns that are.
static void count_lost(struct work *w, bool all) {
    bool any = all;
    for (size_t i = 0; i < w->meta.leaf_count; i++) {
        bool lost = all || an_parquet_tree_is_dead(&w->tree, i);
        any |= lost;
        w->c.lost_unknown |= lost && w->columns[i].node->rep;
    }
    w->c.rows_lost += any;
}

static enum an_code add_row(struct work *w, struct an_buf *out, struct an_err *err) {
    enum an_parquet_step step;
    size_t from = out->len;
    AN_TRY(an_parquet_tree_row(&w->tree, out, &step, err));
    w->c.rows += step == AN_PARQUET_ROW || step == AN_PARQUET_LOST;
    w->c.bytes += out->len - from;
    if (step == AN_PARQUET_LOST || step == AN_PARQUET_LESS) {
        w->any_dead = true;
        AN_TRY(tell_dead(w, err));
    }
    if (step == AN_PARQUET_LOST || (step == AN_PARQUET_ROW && w->any_dead))
        count_lost(w, step == AN_PARQUET_LOST);
    if (an_columnar_is_bomb(&w->c) || w->tree.entries / w->meta.leaf_count > an_columnar_unpacked(&w->c)) {
        w->what = an_columnar_bomb(&w->fault);
        return AN_OK;
    }
    if (step != AN_PARQUET_END)
        return AN_OK;
    w->in_group = false;
    return end_group(w, err);
}

static enum an_code more_rows(void *arg, struct an_buf *out, struct an_err *err) {
    struct work *w = arg;
    while (out->len < OUT && !w->what) {
        if (!w->in_group) {
            w->in_group = next_group(w);
            w->any_dead = false;
            if (!w->in_group)
                return AN_OK;
            an_parquet_tree_group(&w->tree);
        }
        AN_TRY(add_row(w, out, err));
    }
    return AN_OK;
}

static enum an_code read_nested(struct work *w, struct an_str uri, struct an_err *err) {
    const struct an_objects objects = {more_rows, w};
    enum an_store_status status;
    w->tree.row_bytes = w->c.reading->limits.memory_bytes / 4;
    AN_TRY(an_parquet_tree_begin(&w->tree, &w->meta, w->columns, err));
    AN_TRY(an_objects_read(&objects, w->c.reading, uri, &status, err));
    w->c.status = w->c.status == AN_STORE_READ ? status : w->c.status;
    return AN_OK;
}

static enum an_code read_table(struct work *w, struct an_str uri, struct an_err *err) {
    if (!w->meta.leaf_count)
        return AN_OK;
    AN_TRY(make_columns(w, err));
    AN_TRY(w->meta.nested ? read_nested(w, uri, err) : read_flat(w, err));
    uint64_t lost = w->meta.nested ? AN_UNKNOWN_COUNT : an_columnar_missing(&w->c, w->meta.rows, w->c.rows);
    if (w->what)
        AN_TRY(an_columnar_tell(&w->c, w->what, lost, w->fault.text, err));
    return an_columnar_end(&w->c, err);
}

// The file.

static enum an_code read_footer(struct work *w, struct an_str *ret, struct an_err *fault) {
    struct an_str tail;
    uint32_t len;
    if (w->c.at.size < TAIL + magic.len)
        return an_fail(fault, AN_INPUT, "its end is missing: get a whole copy");
    AN_TRY(an_at_get(&w->c.at, w->c.at.size - TAIL, TAIL, &w->footer, &tail, fault));
    memcpy(&len, tail.ptr, sizeof len);
    len = le32toh(len);
    struct an_str end = an_str_slice(tail, 4, TAIL);
    if (an_str_eq(end, magic_encrypted))
        return an_fail(fault, AN_INPUT, "its metadata is encrypted: decrypt it first");
    if (!an_str_eq(end, magic))
        return an_fail(fault, AN_INPUT, "its end is missing, without which nothing can be read: get a whole copy");
    if (len > w->c.at.size - TAIL - magic.len)
        return an_fail(fault, AN_INPUT, "its metadata makes no sense");
    if (len > w->c.reading->limits.memory_bytes)
        return an_fail(fault, AN_LIMIT, "its metadata is over the memory limit");
    return an_at_get(&w->c.at, w->c.at.size - TAIL - len, len, &w->footer, ret, fault);
}

static enum an_code read_file(void *arg, struct an_str uri, struct an_err *err) {
    struct work *w = arg;
    struct an_err fault = {0};
    struct an_str footer;
    enum an_code what = read_footer(w, &footer, &fault);
    if (!what)
        what = an_parquet_meta_read(&w->meta, footer, &fault);
    if (what == AN_NOMEM) {
        *err = fault;
        return what;
    }
    if (what)
        return an_columnar_unread(&w->c, what, fault.text, err);
    w->file = (struct an_parquet_file) {.at = &w->c.at, .memory = w->c.reading->limits.memory_bytes,
                                        .most_made = an_columnar_unpacked(&w->c)};
    return read_table(w, uri, err);
}

static enum an_code read_parquet(struct an_reading *reading, struct an_input *input, const struct an_sniff *sniff,
                                 struct an_err *err) {
    struct work w = {.c = {.reading = reading, .at = {.fd = -1}}};
    enum an_code code = an_columnar_read(&w.c, input, sniff, "parquet", read_file, &w, err);
    release(&w);
    return code;
}

static int sniff_parquet(const struct an_sniff *s) {
    struct an_str first = an_str_slice(s->head, 0, magic.len);
    if (!an_str_eq(first, magic) && !an_str_eq(first, magic_encrypted))
        return 0;
    // a text may begin with these letters, but goes on with some that can be read
    return s->head.len > magic.len && (unsigned char) s->head.ptr[magic.len] < 0x20 ? 100 : s->encoding ? 0 : 95;
}

const struct an_source an_source_parquet = {
    .name = "parquet",
    .title = {"Parquet table", "Parquet 表"},
    .spec = "Apache Parquet, format 2.11 (parquet.thrift, Encodings.md, LogicalTypes.md)",
    .sniff = sniff_parquet,
    .read = read_parquet,
};
