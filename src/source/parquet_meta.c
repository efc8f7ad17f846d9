#include "source/parquet_meta.h"

#include "base/buf.h"
#include "source/columnar.h"
#include "source/typed.h"

void an_parquet_meta_release(struct an_parquet_meta *m) {
    an_arena_release(&m->arena);
    *m = (struct an_parquet_meta) {0};
}

static enum an_code damaged(struct an_err *err) { return an_fail(err, AN_INPUT, "its metadata makes no sense"); }
static enum an_code no_memory(struct an_err *err) { return an_fail(err, AN_NOMEM, "no memory for a schema"); }

// Logical types.

// The digits of the part of a second that a unit is: a union of MILLIS, MICROS, NANOS.
static unsigned unit_digits(struct an_thrift *t, const struct an_thrift_field *of) {
    unsigned digits = 0;
    if (!an_thrift_enter(t, of))
        return 0;
    for (struct an_thrift_field f = {0}; an_thrift_next(t, &f); an_thrift_skip(t, &f))
        digits = f.id >= 1 && f.id <= 3 ? 3 * (unsigned) f.id : digits;
    return digits;
}

static void read_time(struct an_thrift *t, struct an_parquet_node *n, unsigned form) {
    for (struct an_thrift_field f = {0}; an_thrift_next(t, &f);) {
        if (f.id == 1)
            n->utc = an_thrift_bool(&f);
        if (f.id == 2)
            n->scale = unit_digits(t, &f);
        else
            an_thrift_skip(t, &f);
    }
    n->form = n->scale ? form : AN_FORM_PLAIN;
}

static void read_decimal(struct an_thrift *t, struct an_parquet_node *n) {
    n->form = AN_FORM_DECIMAL;
    for (struct an_thrift_field f = {0}; an_thrift_next(t, &f);) {
        if (f.id == 1)
            n->scale = (unsigned) an_thrift_int(t, &f);
        else
            an_thrift_skip(t, &f);
    }
}

static void read_integer(struct an_thrift *t, struct an_parquet_node *n) {
    for (struct an_thrift_field f = {0}; an_thrift_next(t, &f); an_thrift_skip(t, &f))
        if (f.id == 2)
            n->form = an_thrift_bool(&f) ? AN_FORM_PLAIN : AN_FORM_UNSIGNED;
}

static void read_logical(struct an_thrift *t, const struct an_thrift_field *of, struct an_parquet_node *n) {
    enum { STRING = 1, MAP, LIST, ENUM, DECIMAL, DATE, TIME, TIMESTAMP, INTEGER = 10, JSON = 12, UUID = 14, FLOAT16 };
    if (!an_thrift_enter(t, of))
        return;
    n->list = n->map = false;
    for (struct an_thrift_field f = {0}; an_thrift_next(t, &f);) {
        bool entered = an_thrift_enter(t, &f);
        switch (entered ? f.id : 0) {
        case STRING: case ENUM: case JSON:
            n->form = AN_FORM_TEXT;
            break;
        case MAP:
            n->map = true;
            break;
        case LIST:
            n->list = true;
            break;
        case DECIMAL:
            read_decimal(t, n);
            continue;
        case DATE:
            n->form = AN_FORM_DATE;
            break;
        case TIME: case TIMESTAMP:
            read_time(t, n, f.id == TIME ? AN_FORM_TIME : AN_FORM_MOMENT);
            continue;
        case INTEGER:
            read_integer(t, n);
            continue;
        case UUID:
            n->form = AN_FORM_UUID;
            break;
        case FLOAT16:
            n->form = AN_FORM_HALF;
            break;
        default:
            break;
        }
        if (entered)
            an_thrift_skip(t, &f);
    }
}

// What the same was called before there were logical types.
static void set_converted(struct an_parquet_node *n, int64_t converted) {
    enum { UTF8, MAP, MAP_KEY_VALUE, LIST, ENUM, DECIMAL, DATE, TIME_MILLIS, TIME_MICROS, TIMESTAMP_MILLIS, TIMESTAMP_MICROS,
           UINT_8, UINT_64 = 14, JSON = 19 };
    if (converted == UTF8 || converted == ENUM || converted == JSON)
        n->form = AN_FORM_TEXT;
    else if (converted == DECIMAL || converted == DATE)
        n->form = converted == DATE ? AN_FORM_DATE : AN_FORM_DECIMAL;
    else if (converted >= UINT_8 && converted <= UINT_64)
        n->form = AN_FORM_UNSIGNED;
    else if (converted >= TIME_MILLIS && converted <= TIMESTAMP_MICROS) {
        n->form = converted < TIMESTAMP_MILLIS ? AN_FORM_TIME : AN_FORM_MOMENT;
        n->scale = converted == TIME_MILLIS || converted == TIMESTAMP_MILLIS ? 3 : 6;
        n->utc = true;
    }
    n->map = converted == MAP || converted == MAP_KEY_VALUE;
    n->list = converted == LIST;
}

// A form that does not go with the physical type is none.
static void check_form(struct an_parquet_node *n) {
    bool whole = n->type == AN_PARQUET_INT32 || n->type == AN_PARQUET_INT64, good = true;
    switch ((enum an_parquet_form) n->form) {
    case AN_FORM_PLAIN:
        break;
    case AN_FORM_TEXT:
        good = n->type == AN_PARQUET_BYTES || n->type == AN_PARQUET_FIXED;
        break;
    case AN_FORM_UNSIGNED: case AN_FORM_TIME: case AN_FORM_MOMENT: case AN_FORM_DATE:
        good = whole;
        break;
    case AN_FORM_DECIMAL:
        good = (whole || n->type == AN_PARQUET_BYTES || (n->type == AN_PARQUET_FIXED && n->length <= AN_DECIMAL_BYTES)) &&
               n->scale <= AN_DECIMAL_SCALE;
        break;
    case AN_FORM_UUID:
        good = n->type == AN_PARQUET_FIXED && n->length == 16;
        break;
    case AN_FORM_HALF:
        good = n->type == AN_PARQUET_FIXED && n->length == 2;
        break;
    }
    if (!good)
        n->form = AN_FORM_PLAIN;
}

// Schema.

static enum an_code read_element(struct an_parquet_meta *m, struct an_thrift *t, struct an_parquet_node *n, struct an_err *err) {
    struct an_str name = AN_STR("");
    int64_t converted = -1, type = -1, length = 0, repetition = 0, children = 0, scale = 0;
    bool logical = false;
    struct an_parquet_node said = {0};
    for (struct an_thrift_field f = {0}; an_thrift_next(t, &f);) {
        switch (f.id) {
        case 1: type = an_thrift_int(t, &f); break;
        case 2: length = an_thrift_int(t, &f); break;
        case 3: repetition = an_thrift_int(t, &f); break;
        case 4: name = an_thrift_binary(t, &f); break;
        case 5: children = an_thrift_int(t, &f); break;
        case 6: converted = an_thrift_int(t, &f); break;
        case 7: scale = an_thrift_int(t, &f); break;
        case 10:
            logical = true;
            read_logical(t, &f, &said);
            break;
        default: an_thrift_skip(t, &f);
        }
    }
    if (t->bad || children < 0 || children > AN_PARQUET_NODES || length < 0 || length > INT32_MAX || repetition < 0 ||
        repetition > AN_PARQUET_REPEATED || (!children && (type < 0 || type > AN_PARQUET_FIXED)))
        return damaged(err);
    if (!logical || (said.form == AN_FORM_PLAIN && !said.list && !said.map && converted >= 0)) {
        said.scale = (unsigned) scale;
        set_converted(&said, converted);
    }
    *n = (struct an_parquet_node) {.repetition = (unsigned) repetition, .child_count = (uint32_t) children, .form = said.form,
                                   .scale = said.scale, .utc = said.utc, .list = said.list, .map = said.map,
                                   .type = children ? 0 : (unsigned) type, .length = (uint32_t) length};
    if (!children)
        check_form(n);
    return an_columnar_name(&m->arena, name, &n->name, err);
}

static enum an_code read_schema(struct an_parquet_meta *m, struct an_thrift *t, const struct an_thrift_field *f,
                                struct an_err *err) {
    size_t count = an_thrift_list(t, f, AN_THRIFT_STRUCT);
    if (!count || m->nodes)
        return damaged(err);
    if (count > AN_PARQUET_NODES)
        return an_fail(err, AN_LIMIT, "has more than %d columns", AN_PARQUET_NODES);
    m->nodes = AN_NEW_N(&m->arena, count, struct an_parquet_node);
    m->leaves = AN_NEW_N(&m->arena, count, uint32_t);
    if (!m->nodes || !m->leaves)
        return no_memory(err);
    for (; m->node_count < count; m->node_count++)
        AN_TRY(read_element(m, t, &m->nodes[m->node_count], err));
    return AN_OK;
}

// Puts the nodes into a tree: levels, and how many are below each.
static enum an_code build_tree(struct an_parquet_meta *m, struct an_err *err) {
    struct { uint32_t node, left; } open[AN_PARQUET_DEPTH];
    size_t depth = 0;
    m->nodes[0].repetition = AN_PARQUET_REQUIRED;
    for (uint32_t i = 0; i < m->node_count; i++) {
        struct an_parquet_node *n = &m->nodes[i];
        if (i && !depth)
            return damaged(err);
        if (i) {
            const struct an_parquet_node *around = &m->nodes[open[depth - 1].node];
            open[depth - 1].left--;
            n->def = around->def + (n->repetition != AN_PARQUET_REQUIRED);
            n->rep = around->rep + (n->repetition == AN_PARQUET_REPEATED);
        }
        if (n->child_count) {
            if (depth == AN_PARQUET_DEPTH)
                return an_fail(err, AN_LIMIT, "has groups more than %d deep", AN_PARQUET_DEPTH);
            open[depth].node = i;
            open[depth++].left = n->child_count;
        } else if (i) {
            n->leaf = (uint32_t) m->leaf_count;
            m->leaves[m->leaf_count++] = i;
            m->nested |= n->rep > 0;
        }
        for (; depth && !open[depth - 1].left; depth--)
            m->nodes[open[depth - 1].node].below = i - open[depth - 1].node;
    }
    return depth ? damaged(err) : AN_OK;
}

enum an_code an_parquet_meta_read(struct an_parquet_meta *m, struct an_str footer, struct an_err *err) {
    struct an_thrift t = {.bytes = footer};
    int64_t rows = -1;
    for (struct an_thrift_field f = {0}; an_thrift_next(&t, &f);) {
        struct an_thrift here = t;
        switch (f.id) {
        case 2:
            AN_TRY(read_schema(m, &t, &f, err));
            break;
        case 3:
            rows = an_thrift_int(&t, &f);
            break;
        case 4:
            m->groups = m->groups_left = an_thrift_list(&t, &f, AN_THRIFT_STRUCT);
            m->at = t;
            t = here;
            an_thrift_skip(&t, &f);
            break;
        case 8:
            m->encrypted = true;
            an_thrift_skip(&t, &f);
            break;
        default:
            an_thrift_skip(&t, &f);
        }
    }
    if (t.bad || !m->nodes || rows < 0)
        return damaged(err);
    m->rows = (uint64_t) rows;
    return build_tree(m, err);
}

// Row groups.

static bool read_chunk_meta(struct an_thrift *t, struct an_parquet_chunk *c) {
    int64_t values = -1, bytes = -1, data = -1, dictionary = 0;
    for (struct an_thrift_field f = {0}; an_thrift_next(t, &f);) {
        switch (f.id) {
        case 4: c->codec = (int) an_thrift_int(t, &f); break;
        case 5: values = an_thrift_int(t, &f); break;
        case 7: bytes = an_thrift_int(t, &f); break;
        case 9: data = an_thrift_int(t, &f); break;
        case 11: dictionary = an_thrift_int(t, &f); break;
        default: an_thrift_skip(t, &f);
        }
    }
    if (t->bad || values < 0 || bytes < 0 || data < 0 || dictionary < 0)
        return false;
    c->values = (uint64_t) values;
    c->bytes = (uint64_t) bytes;
    c->offset = (uint64_t) (dictionary && dictionary < data ? dictionary : data);
    return true;
}

static bool read_chunk(struct an_thrift *t, struct an_parquet_chunk *c) {
    bool has_meta = false;
    *c = (struct an_parquet_chunk) {0};
    for (struct an_thrift_field f = {0}; an_thrift_next(t, &f);) {
        switch (f.id) {
        case 1:
            c->elsewhere = an_thrift_binary(t, &f).len > 0;
            break;
        case 3:
            has_meta = an_thrift_enter(t, &f) && read_chunk_meta(t, c);
            if (!has_meta)
                return false;
            break;
        case 8: case 9:
            c->encrypted = true;
            an_thrift_skip(t, &f);
            break;
        default:
            an_thrift_skip(t, &f);
        }
    }
    return !t->bad && (has_meta || c->encrypted);
}

static bool read_chunks(struct an_parquet_meta *m, const struct an_thrift_field *f, struct an_parquet_chunk *chunks) {
    size_t count = an_thrift_list(&m->at, f, AN_THRIFT_STRUCT);
    if (count != m->leaf_count)
        return false;
    for (size_t i = 0; i < count; i++)
        if (!read_chunk(&m->at, &chunks[i]))
            return false;
    return !m->at.bad;
}

enum an_code an_parquet_meta_group(struct an_parquet_meta *m, struct an_parquet_chunk *chunks, uint64_t *ret_rows, bool *ret_any,
                                   struct an_err *err) {
    int64_t rows = -1;
    bool has_chunks = !m->leaf_count;
    *ret_any = m->groups_left > 0;
    if (!*ret_any)
        return AN_OK;
    m->groups_left--;
    for (struct an_thrift_field f = {0}; an_thrift_next(&m->at, &f);) {
        has_chunks |= f.id == 1;
        if (f.id == 1 && !read_chunks(m, &f, chunks))
            return damaged(err);
        if (f.id == 3)
            rows = an_thrift_int(&m->at, &f);
        else if (f.id != 1)
            an_thrift_skip(&m->at, &f);
    }
    if (m->at.bad || rows < 0 || !has_chunks)
        return damaged(err);
    *ret_rows = (uint64_t) rows;
    return AN_OK;
}
