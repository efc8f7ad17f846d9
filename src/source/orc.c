// ORC files: a table in columns, each row a record. Tables with lists, maps and unions are read as the JSON that their rows are.
#include <stdio.h>

#include "base/alloc.h"
#include "base/cell.h"
#include "source/columnar.h"
#include "source/grid.h"
#include "source/objects.h"
#include "source/orc_column.h"
#include "source/orc_meta.h"
#include "source/source.h"

enum {
    TAIL_MAX = 256,                         // bytes of a postscript, and its length
    OUT = 1 << 16,                          // of objects that are made at a time
    LZO = 3,                                // as the file numbers codecs
};
static const struct an_str magic = AN_STR_INIT("ORC");

struct work {
    struct an_columnar c;
    struct an_orc_file file;
    struct an_buf tail, footer, stripe_footer;
    struct an_orc_meta meta;
    struct an_orc_column *columns;          // one a type
    bool *told;                             // of each
    uint32_t *leaves;                       // of each that has values: its column of the grid
    size_t leaf_count;
    bool masked;                            // values of some are encrypted
    bool any_dead;                          // columns of the stripe at hand
    uint64_t left;                          // rows of the stripe that are still to come
    uint64_t stripes, stripe_rows;          // of stripes that cannot be read; AN_UNKNOWN_COUNT
    struct an_err stripe_why;               // the first of them
    uint64_t said_all;
    struct an_grid grid;
    size_t rows_next;                       // rows that are tried at once
    size_t row_from, row_bytes;             // of the object at hand: where it begins; how long it may be
    uint64_t entries;                       // of all columns, gone through so far
    enum an_code what; struct an_err fault; // why it is not read to its end
};

static void release(struct work *w) {
    for (size_t i = 0; w->columns && i < w->meta.type_count; i++)
        an_orc_column_release(&w->columns[i]);
    an_free(w->columns);
    an_free(w->told);
    an_free(w->leaves);
    an_grid_release(&w->grid);
    an_orc_meta_release(&w->meta);
    an_buf_release(&w->tail);
    an_buf_release(&w->footer);
    an_buf_release(&w->stripe_footer);
    an_at_release(&w->c.at);
}

static enum an_code no_memory(struct an_err *err) { return an_fail(err, AN_NOMEM, "no memory for a table"); }

static bool is_group(const struct an_orc_type *t) { return t->kind >= AN_ORC_LIST && t->kind <= AN_ORC_UNION; }

// Columns.

static enum an_code tell_column(struct work *w, uint32_t i, const struct an_err *why, struct an_err *err) {
    return an_columnar_column(&w->c, &w->told[i], w->meta.types[i].name, why, err);
}

// A column is dead: nothing can be had of those in it either.
static enum an_code bury(struct work *w, uint32_t i, struct an_err *err) {
    const struct an_orc_type *t = &w->meta.types[i];
    w->any_dead = true;
    for (uint32_t k = 0; k < t->child_count; k++) {
        w->columns[t->children[k]].dead = true;
        w->columns[t->children[k]].why = w->columns[i].why;
        AN_TRY(bury(w, t->children[k], err));
    }
    return tell_column(w, i, &w->columns[i].why, err);
}

// Whether any column with values lives.
static bool is_alive(const struct work *w) {
    for (size_t i = 0; i < w->meta.type_count; i++)
        if (!is_group(&w->meta.types[i]) && !w->columns[i].dead)
            return true;
    return false;
}

static enum an_code make_columns(struct work *w, struct an_err *err) {
    size_t count = w->meta.type_count;
    w->columns = an_alloc(count * sizeof *w->columns);
    w->told = an_alloc(count);
    w->leaves = an_alloc(count * sizeof *w->leaves);
    if (!w->columns || !w->told || !w->leaves)
        return no_memory(err);
    for (size_t i = 0; i < count; i++) {
        w->columns[i] = (struct an_orc_column) {.type = &w->meta.types[i], .file = &w->file};
        w->told[i] = false;
        w->leaves[i] = (uint32_t) w->leaf_count;
        w->leaf_count += !is_group(&w->meta.types[i]);
    }
    return AN_OK;
}

static enum an_code tell_masked(struct work *w, struct an_err *err) {
    struct an_err why;
    AN_IGNORE(an_fail(&why, AN_INPUT, "encrypted: only what stands in its place is read; decrypt it first"));
    w->masked = w->meta.encrypted;
    for (uint32_t i = 0; i < w->meta.type_count; i++) {
        w->c.lost_unknown |= w->meta.types[i].encrypted && w->meta.nested;
        if (w->meta.types[i].encrypted)
            AN_TRY(tell_column(w, i, &why, err));
    }
    return AN_OK;
}

// Stripes.

static uint64_t add_unknown(uint64_t a, uint64_t b) {
    return a == AN_UNKNOWN_COUNT || b == AN_UNKNOWN_COUNT || a + b < a ? AN_UNKNOWN_COUNT : a + b;
}

static void lose_stripe(struct work *w, uint64_t rows, enum an_code what, const char *why) {
    struct an_err own;
    AN_IGNORE(an_fail(&own, what, "%s", why));
    if (!w->stripes++)
        w->stripe_why = own;
    w->stripe_rows = add_unknown(w->stripe_rows, w->meta.nested ? AN_UNKNOWN_COUNT : an_columnar_missing(&w->c, rows, 0));
}

// Has the columns know their streams. False: the footer of the stripe does not fit to the table.
static bool begin_columns(struct work *w, const struct an_orc_stripe *stripe) {
    struct an_protobuf pieces = {.rest = an_buf_str(&w->stripe_footer)}, codings = pieces;
    struct an_orc_piece piece;
    struct an_orc_coding coding;
    size_t count = 0;
    uint64_t at = stripe->offset, end = stripe->offset + stripe->index_len + stripe->data_len;
    for (struct an_protobuf all = codings; an_orc_coding_next(&all, &coding);)
        count++;
    if (count != w->meta.type_count)
        return false;
    for (size_t i = 0; i < count && an_orc_coding_next(&codings, &coding); i++)
        an_orc_column_begin(&w->columns[i], coding);
    while (an_orc_piece_next(&pieces, &piece)) {
        if (piece.len > end - at)
            return false;
        if (piece.kind < AN_ORC_STREAMS && piece.column < count)
            an_orc_stream_begin(&w->columns[piece.column].streams[piece.kind], &w->file, at, piece.len);
        at += piece.len;
    }
    return !pieces.bad;
}

// Unpacks the bytes [from, from + len) into `out`. *ret_good false: they cannot be had; `why`.
static enum an_code unpack(struct work *w, uint64_t from, uint64_t len, struct an_buf *out, bool *ret_good, struct an_err *why,
                           struct an_err *err) {
    struct an_orc_stream s = {0};
    an_orc_stream_begin(&s, &w->file, from, len);
    out->len = 0;
    enum an_code code = an_orc_all(&s, w->c.reading->limits.memory_bytes / 4, out, ret_good, err);
    *why = s.why;
    an_orc_stream_release(&s);
    return code;
}

// Turns to the next stripe that can be read. *ret_any false: there is none.
static enum an_code next_stripe(struct work *w, bool *ret_any, struct an_err *err) {
    *ret_any = false;
    while (!w->what && !*ret_any) {
        struct an_orc_stripe s;
        bool any;
        struct an_err why = {0};
        w->what = an_orc_meta_stripe(&w->meta, &s, &any, &w->fault);
        if (w->what || !any)
            break;
        w->said_all = add_unknown(w->said_all, s.rows);
        uint64_t body = s.offset + s.index_len + s.data_len;
        AN_TRY(unpack(w, body, s.footer_len, &w->stripe_footer, ret_any, &why, err));
        if (!*ret_any)
            lose_stripe(w, s.rows, why.code, why.text);
        *ret_any = *ret_any && begin_columns(w, &s);
        if (!*ret_any && !why.code)
            lose_stripe(w, s.rows, AN_INPUT, "its footer makes no sense");
        w->left = s.rows;
        w->any_dead = false;
        for (uint32_t i = 0; *ret_any && i < w->meta.type_count; i++)
            if (w->columns[i].dead)
                AN_TRY(bury(w, i, err));
    }
    return AN_OK;
}

// The stripe is over, perhaps because nothing lives in it.
static void end_stripe(struct work *w) {
    if (w->left)
        lose_stripe(w, w->left, AN_INPUT, "its columns have fewer rows than it says");
    w->left = 0;
}

// Flat tables: column by column.

struct batch { struct an_cell_bits lost; };
struct chosen { size_t count; unsigned char rows[AN_CELLS_MAX]; };      // rows of the batch

static void lose_rows(struct batch *b, const struct chosen *rows, size_t from) {
    for (size_t i = from; i < rows->count; i++)
        an_cell_bits_add(&b->lost, rows->rows[i]);
}

// Those of `rows` in which the column is there.
static enum an_code choose(struct work *w, uint32_t i, const struct chosen *rows, struct batch *b, struct chosen *ret,
                           struct an_err *err) {
    struct an_orc_column *c = &w->columns[i];
    ret->count = 0;
    for (size_t k = 0; k < rows->count; k++) {
        bool there;
        AN_TRY(an_orc_column_there(c, &there, err));
        if (c->dead) {
            lose_rows(b, rows, k);
            return bury(w, i, err);
        }
        ret->rows[ret->count] = rows->rows[k];
        ret->count += there;
    }
    return AN_OK;
}

static enum an_code take_column(struct work *w, uint32_t i, const struct chosen *rows, struct batch *b, struct an_err *err) {
    struct an_orc_column *c = &w->columns[i];
    const struct an_orc_type *t = c->type;
    struct chosen there;
    if (c->dead) {
        lose_rows(b, rows, 0);
        return AN_OK;
    }
    AN_TRY(choose(w, i, rows, b, &there, err));
    for (uint32_t k = 0; k < t->child_count; k++)
        AN_TRY(take_column(w, t->children[k], &there, b, err));
    for (size_t k = 0; !is_group(t) && k < there.count; k++) {
        struct an_str text;
        AN_TRY(an_orc_column_text(c, &text, err));
        if (c->dead) {
            lose_rows(b, &there, k);
            return bury(w, i, err);
        }
        AN_TRY(an_grid_put(&w->grid, there.rows[k], w->leaves[i], text, err));
    }
    return AN_OK;
}

static enum an_code take_rows(struct work *w, struct an_err *err) {
    enum { MUCH = 1 << 20 };
    struct batch b = {0};
    struct chosen all = {.count = w->left < w->rows_next ? (size_t) w->left : w->rows_next};
    for (size_t i = 0; i < all.count; i++)
        all.rows[i] = (unsigned char) i;
    AN_TRY(take_column(w, 0, &all, &b, err));
    w->c.rows_lost += an_cell_bits_count(&b.lost);
    w->rows_next = w->grid.len > MUCH ? w->rows_next / 2 + 1 : w->rows_next * 2 < w->grid.most ? w->rows_next * 2 : w->grid.most;
    w->left -= all.count;
    AN_TRY(an_grid_give(&w->grid, all.count, err));
    w->c.rows = w->grid.rows;
    w->c.bytes = w->grid.bytes;
    return an_columnar_is_bomb(&w->c) ? an_columnar_bomb(err) : AN_OK;
}

// The names of the groups around a column and its own, with dots.
static enum an_code add_name(const struct an_orc_meta *m, uint32_t i, struct an_buf *out, struct an_err *err) {
    const struct an_orc_type *t = &m->types[i];
    if (i && t->parent) {
        AN_TRY(add_name(m, t->parent, out, err));
        AN_TRY(an_buf_add(out, AN_STR("."), err));
    }
    return an_buf_add(out, t->name, err);
}

static enum an_code begin_grid(struct work *w, struct an_err *err) {
    struct an_arena *arena = &w->meta.arena;
    struct an_str *names = AN_NEW_N(arena, w->leaf_count, struct an_str);
    if (!names)
        return no_memory(err);
    for (uint32_t i = 0; i < w->meta.type_count; i++) {
        static const char padding[AN_SOURCE_PADDING];
        AN_AUTO(an_buf) name = {0};
        if (is_group(&w->meta.types[i]))
            continue;
        AN_TRY(add_name(&w->meta, i, &name, err));
        size_t len = name.len;
        AN_TRY(an_buf_add(&name, (struct an_str) {padding, sizeof padding}, err));
        names[w->leaves[i]] = (struct an_str) {an_arena_copy(arena, an_buf_str(&name)).ptr, len};
        if (!names[w->leaves[i]].ptr)
            return no_memory(err);
    }
    AN_TRY(an_grid_begin(&w->grid, w->c.reading->sink, names, w->leaf_count, err));
    w->rows_next = w->grid.most < 16 ? w->grid.most : 16;
    return AN_OK;
}

static enum an_code read_flat(struct work *w, struct an_err *err) {
    bool any;
    AN_TRY(begin_grid(w, err));
    for (;;) {
        AN_TRY(next_stripe(w, &any, err));
        if (!any)
            return AN_OK;
        while (w->left && is_alive(w)) {
            struct an_err why = {0};
            enum an_code code = take_rows(w, &why);
            if (code == AN_LIMIT) {
                w->fault = why;
                w->what = code;
                return AN_OK;
            }
            if (code)
                *err = why;
            AN_TRY(code);
        }
        end_stripe(w);
    }
}

// Tables with lists: row by row.

static enum an_code add(struct an_buf *out, const char *text, struct an_err *err) {
    return an_buf_add(out, an_str_from_c(text), err);
}

static enum an_code add_value(struct work *w, uint32_t i, struct an_buf *out, struct an_err *err);

static enum an_code add_leaf(struct work *w, uint32_t i, struct an_buf *out, struct an_err *err) {
    struct an_orc_column *c = &w->columns[i];
    unsigned kind = c->type->kind;
    struct an_str text;
    AN_TRY(an_orc_column_text(c, &text, err));
    if (!c->dead && out->len - w->row_from + text.len > w->row_bytes)
        an_orc_column_lose(c, AN_LIMIT, "a row over the memory limit");
    if (c->dead)
        return AN_OK;
    if (kind > AN_ORC_DOUBLE && kind != AN_ORC_DECIMAL)
        return an_objects_quote(out, text, err);
    return text.len ? an_buf_add(out, text, err) : add(out, "null", err);
}

static enum an_code add_object(struct work *w, uint32_t i, struct an_buf *out, struct an_err *err) {
    const struct an_orc_type *t = &w->meta.types[i];
    bool first = true;
    AN_TRY(add(out, "{", err));
    for (uint32_t k = 0; k < t->child_count; k++) {
        size_t before = out->len;
        AN_TRY(first ? AN_OK : add(out, ",", err));
        AN_TRY(an_objects_quote(out, w->meta.types[t->children[k]].name, err));
        AN_TRY(add(out, ":", err));
        size_t from = out->len;
        AN_TRY(add_value(w, t->children[k], out, err));
        bool null = an_str_eq(an_str_slice(an_buf_str(out), from, out->len), AN_STR("null"));
        out->len = null ? before : out->len;
        first &= null;
    }
    return add(out, "}", err);
}

static enum an_code add_key(struct work *w, uint32_t i, struct an_buf *out, struct an_err *err) {
    struct an_orc_column *c = &w->columns[i];
    struct an_str text = {0};
    bool there;
    AN_TRY(an_orc_column_there(c, &there, err));
    if (there)
        AN_TRY(an_orc_column_text(c, &text, err));
    if (c->dead)
        AN_TRY(bury(w, i, err));
    AN_TRY(an_objects_quote(out, text, err));
    return add(out, ":", err);
}

static enum an_code add_elements(struct work *w, uint32_t i, struct an_buf *out, struct an_err *err) {
    struct an_orc_column *c = &w->columns[i];
    const struct an_orc_type *t = c->type;
    bool map = t->kind == AN_ORC_MAP && !is_group(&w->meta.types[t->children[0]]);
    uint32_t last = t->children[t->child_count - 1];
    uint64_t count;
    AN_TRY(an_orc_column_count(c, &count, err));
    AN_TRY(add(out, map ? "{" : "[", err));
    bool none = w->columns[last].dead && (t->child_count == 1 || w->columns[t->children[0]].dead);
    for (uint64_t n = 0; n < count && !c->dead && !none; n++) {
        AN_TRY(n ? add(out, ",", err) : AN_OK);
        if (map)
            AN_TRY(add_key(w, t->children[0], out, err));
        else if (t->kind == AN_ORC_MAP)
            AN_TRY(add(out, "{\"key\":", err));
        if (!map && t->kind == AN_ORC_MAP) {
            AN_TRY(add_value(w, t->children[0], out, err));
            AN_TRY(add(out, ",\"value\":", err));
        }
        AN_TRY(add_value(w, last, out, err));
        if (!map && t->kind == AN_ORC_MAP)
            AN_TRY(add(out, "}", err));
        if (out->len - w->row_from > w->row_bytes)
            an_orc_column_lose(c, AN_LIMIT, "a row over the memory limit");
    }
    return add(out, map ? "}" : "]", err);
}

// A value, or "null" where there is none, or it cannot be had.
static enum an_code add_value(struct work *w, uint32_t i, struct an_buf *out, struct an_err *err) {
    struct an_orc_column *c = &w->columns[i];
    size_t from = out->len;
    bool there, was_dead = c->dead;
    uint64_t tag;
    w->entries++;
    AN_TRY(an_orc_column_there(c, &there, err));
    switch (there ? c->type->kind : AN_ORC_UNKNOWN) {
    case AN_ORC_STRUCT:
        AN_TRY(add_object(w, i, out, err));
        break;
    case AN_ORC_LIST: case AN_ORC_MAP:
        AN_TRY(add_elements(w, i, out, err));
        break;
    case AN_ORC_UNION:
        AN_TRY(an_orc_column_count(c, &tag, err));
        if (!c->dead)
            AN_TRY(add_value(w, c->type->children[tag], out, err));
        break;
    default:
        AN_TRY(there ? add_leaf(w, i, out, err) : add(out, "null", err));
    }
    if (!c->dead)
        return AN_OK;
    out->len = from;
    AN_TRY(was_dead ? AN_OK : bury(w, i, err));
    return add(out, "null", err);
}

static void count_lost(struct work *w) {
    w->c.rows_lost++;
    for (size_t i = 0; i < w->meta.type_count; i++)
        w->c.lost_unknown |= w->columns[i].dead && w->meta.types[i].repeats;
}

static enum an_code add_row(struct work *w, struct an_buf *out, struct an_err *err) {
    w->row_from = out->len;
    AN_TRY(add_value(w, 0, out, err));
    AN_TRY(add(out, "\n", err));
    w->left--;
    w->c.rows++;
    w->c.bytes += out->len - w->row_from;
    if (w->any_dead)
        count_lost(w);
    if (an_columnar_is_bomb(&w->c) || w->entries / w->meta.type_count > an_columnar_unpacked(&w->c))
        w->what = an_columnar_bomb(&w->fault);
    return AN_OK;
}

static enum an_code more_rows(void *arg, struct an_buf *out, struct an_err *err) {
    struct work *w = arg;
    while (out->len < OUT && !w->what) {
        bool any = w->left && (!w->any_dead || is_alive(w));
        if (!any) {
            end_stripe(w);
            AN_TRY(next_stripe(w, &any, err));
            if (!any)
                return AN_OK;
            continue;
        }
        AN_TRY(add_row(w, out, err));
    }
    return AN_OK;
}

static enum an_code read_nested(struct work *w, struct an_str uri, struct an_err *err) {
    const struct an_objects objects = {more_rows, w};
    enum an_store_status status;
    w->row_bytes = (size_t) (w->c.reading->limits.memory_bytes / 4);
    AN_TRY(an_objects_read(&objects, w->c.reading, uri, &status, err));
    w->c.status = w->c.status == AN_STORE_READ ? status : w->c.status;
    return AN_OK;
}

// The file.

static enum an_code tell_stripes(struct work *w, struct an_err *err) {
    char text[sizeof w->stripe_why.text + 96];
    if (!w->stripes)
        return AN_OK;
    (void) snprintf(text, sizeof text, "%llu stripes could not be read to their end: %s", (unsigned long long) w->stripes,
                    w->stripe_why.text);
    return an_columnar_tell(&w->c, w->stripe_why.code, w->stripe_rows, text, err);
}

static enum an_code read_table(struct work *w, struct an_str uri, struct an_err *err) {
    AN_TRY(make_columns(w, err));
    if (!w->leaf_count)
        return AN_OK;
    AN_TRY(tell_masked(w, err));
    AN_TRY(w->meta.nested ? read_nested(w, uri, err) : read_flat(w, err));
    if (!w->what && w->said_all != w->meta.rows)
        w->what = an_fail(&w->fault, AN_INPUT, "its stripes do not have as many rows as it says");
    uint64_t lost = w->meta.nested ? AN_UNKNOWN_COUNT : an_columnar_missing(&w->c, w->meta.rows, w->c.rows);
    if (w->what)
        AN_TRY(an_columnar_tell(&w->c, w->what, lost, w->fault.text, err));
    AN_TRY(tell_stripes(w, err));
    if (w->masked)
        w->c.rows_lost = w->c.rows;
    return an_columnar_end(&w->c, err);
}

static bool set_codec(struct work *w, unsigned number) {
    static const enum an_codec codecs[] = {AN_CODEC_NONE, AN_CODEC_DEFLATE, AN_CODEC_SNAPPY, AN_CODEC_NONE, AN_CODEC_LZ4,
                                           AN_CODEC_ZSTD, AN_CODEC_BROTLI};
    w->file.packed = number > 0;
    w->file.codec = number < AN_COUNT(codecs) ? codecs[number] : AN_CODEC_NONE;
    return number < AN_COUNT(codecs) && number != LZO;
}

// The postscript, which says where the footer is, and the footer. `why`: what is wrong with them.
static enum an_code read_tail(struct work *w, struct an_err *why, struct an_err *err) {
    struct an_at *at = &w->c.at;
    size_t len = at->size < TAIL_MAX ? (size_t) at->size : TAIL_MAX, script;
    struct an_str tail;
    struct an_orc_tail said;
    bool good;
    AN_TRY(an_at_get(at, at->size - len, len, &w->tail, &tail, why));
    script = len ? (unsigned char) tail.ptr[len - 1] : 0;
    if (script + 1 > len)
        return an_fail(why, AN_INPUT, "its end is missing, without which nothing can be read: get a whole copy");
    AN_TRY(an_orc_tail_read(an_str_slice(tail, len - 1 - script, len - 1), &said, why));
    if (!set_codec(w, said.codec))
        return an_fail(why, AN_INPUT, "compressed with %s", said.codec == LZO
                       ? "LZO, which is not read: write it again with another codec" : "a codec that is not known");
    w->file.block = (size_t) said.block;
    if (said.footer_len > at->size - script - 1)
        return an_fail(why, AN_INPUT, "its metadata makes no sense");
    enum an_code code = unpack(w, at->size - script - 1 - said.footer_len, said.footer_len, &w->footer, &good, why, err);
    if (code) {
        *why = *err;
        return code;
    }
    if (!good)
        return why->code ? why->code : an_fail(why, AN_INPUT, "its metadata makes no sense");
    return an_orc_meta_read(&w->meta, an_buf_str(&w->footer), why);
}

static enum an_code read_file(void *arg, struct an_str uri, struct an_err *err) {
    struct work *w = arg;
    struct an_err why = {0}, own = {0};
    w->file = (struct an_orc_file) {.at = &w->c.at, .memory = w->c.reading->limits.memory_bytes,
                                    .most_made = an_columnar_unpacked(&w->c)};
    enum an_code what = read_tail(w, &why, &own);
    if (what == AN_NOMEM) {
        *err = why;
        return what;
    }
    return what ? an_columnar_unread(&w->c, what, why.text, err) : read_table(w, uri, err);
}

static enum an_code read_orc(struct an_reading *reading, struct an_input *input, const struct an_sniff *sniff,
                             struct an_err *err) {
    struct work w = {.c = {.reading = reading, .at = {.fd = -1}}};
    enum an_code code = an_columnar_read(&w.c, input, sniff, "orc", read_file, &w, err);
    release(&w);
    return code;
}

// A text may begin with these letters, but has no such bytes.
static int sniff_orc(const struct an_sniff *s) {
    bool binary = !s->encoding;
    for (size_t i = 0; i < s->head.len && !binary; i++)
        binary = (unsigned char) s->head.ptr[i] < '\t';
    return binary && an_str_eq(an_str_slice(s->head, 0, magic.len), magic) ? 95 : 0;
}

const struct an_source an_source_orc = {
    .name = "orc",
    .title = {"ORC table", "ORC 表"},
    .spec = "Apache ORC Specification v1",
    .sniff = sniff_orc,
    .read = read_orc,
};
