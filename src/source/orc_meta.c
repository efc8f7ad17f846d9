#include "source/orc_meta.h"

#include "base/buf.h"
#include "source/columnar.h"

void an_orc_meta_release(struct an_orc_meta *m) {
    an_arena_release(&m->arena);
    *m = (struct an_orc_meta) {0};
}

static enum an_code damaged(struct an_err *err) { return an_fail(err, AN_INPUT, "its metadata makes no sense"); }
static enum an_code no_memory(struct an_err *err) { return an_fail(err, AN_NOMEM, "no memory for a schema"); }

enum an_code an_orc_tail_read(struct an_str postscript, struct an_orc_tail *ret, struct an_err *err) {
    struct an_protobuf p = {.rest = postscript};
    enum { BLOCK = 256 << 10, BLOCK_MAX = 1 << 23, MAGIC = 8000 };
    bool named = false;
    *ret = (struct an_orc_tail) {.block = BLOCK};
    while (an_protobuf_next(&p)) {
        switch (p.field) {
        case 1: ret->footer_len = p.number; break;
        case 2: ret->codec = p.number < 100 ? (unsigned) p.number : 100; break;
        case 3: ret->block = p.number; break;
        case 5: ret->metadata_len = p.number; break;
        case MAGIC: named = an_str_eq(p.bytes, AN_STR("ORC")); break;
        default: break;
        }
    }
    if (p.bad || !named)
        return an_fail(err, AN_INPUT, "its end is missing, without which nothing can be read: get a whole copy");
    return ret->block && ret->block <= BLOCK_MAX ? AN_OK : damaged(err);
}

static size_t count_fields(struct an_str message, uint32_t field) {
    struct an_protobuf p = {.rest = message};
    size_t n = 0;
    while (an_protobuf_next(&p))
        n += p.field == field;
    return n;
}

// Types.

static size_t count_children(struct an_str type) {
    struct an_protobuf p = {.rest = type};
    size_t n = 0;
    uint64_t ignored;
    while (an_protobuf_next(&p)) {
        for (struct an_str packed = p.field == 2 ? p.bytes : (struct an_str) {0}; an_protobuf_varint(&packed, &ignored);)
            n++;
        n += p.field == 2 && !p.bytes.ptr;
    }
    return n;
}

static enum an_code add_child(struct an_orc_meta *m, uint32_t parent, uint64_t child, struct an_err *err) {
    struct an_orc_type *t = &m->types[parent];
    if (child <= parent || child >= m->type_count || m->types[child].parent)
        return damaged(err);
    m->types[child].parent = parent + 1;            // minus one when all are read
    t->children[t->child_count++] = (uint32_t) child;
    return AN_OK;
}

static enum an_code read_type(struct an_orc_meta *m, uint32_t i, struct an_str message, struct an_err *err) {
    struct an_orc_type *t = &m->types[i];
    struct an_protobuf p = {.rest = message};
    uint64_t child;
    uint32_t named = 0;
    t->children = AN_NEW_N(&m->arena, count_children(message) + 1, uint32_t);
    if (!t->children)
        return no_memory(err);
    while (an_protobuf_next(&p)) {
        if (p.field == 1)
            t->kind = p.number < AN_ORC_UNKNOWN ? (unsigned) p.number : AN_ORC_UNKNOWN;
        if (p.field == 2 && !p.bytes.ptr)
            AN_TRY(add_child(m, i, p.number, err));
        for (struct an_str packed = p.field == 2 ? p.bytes : (struct an_str) {0}; an_protobuf_varint(&packed, &child);)
            AN_TRY(add_child(m, i, child, err));
    }
    struct an_protobuf names = {.rest = message};
    while (an_protobuf_next(&names))
        if (names.field == 3 && named < t->child_count)
            AN_TRY(an_columnar_name(&m->arena, names.bytes, &m->types[t->children[named++]].name, err));
    uint32_t want = t->kind == AN_ORC_LIST ? 1 : t->kind == AN_ORC_MAP ? 2 : 0;
    bool group = want || t->kind == AN_ORC_STRUCT || t->kind == AN_ORC_UNION;
    return p.bad || names.bad || (want && t->child_count != want) || (!group && t->child_count) ? damaged(err) : AN_OK;
}

static enum an_code read_types(struct an_orc_meta *m, struct an_str footer, struct an_err *err) {
    struct an_protobuf p = {.rest = footer};
    uint32_t i = 0;
    m->type_count = count_fields(footer, 4);
    if (!m->type_count)
        return damaged(err);
    if (m->type_count > AN_ORC_TYPES)
        return an_fail(err, AN_LIMIT, "has more than %d columns", AN_ORC_TYPES);
    m->types = AN_NEW_N(&m->arena, m->type_count, struct an_orc_type);
    unsigned char *depth = AN_NEW_N(&m->arena, m->type_count, unsigned char);
    if (!m->types || !depth)
        return no_memory(err);
    while (an_protobuf_next(&p))
        if (p.field == 4)
            AN_TRY(read_type(m, i++, p.bytes, err));
    for (i = 0; i < m->type_count; i++) {
        struct an_orc_type *t = &m->types[i];
        if (!t->parent != !i)
            return damaged(err);
        t->parent -= i > 0;
        const struct an_orc_type *around = &m->types[t->parent];
        t->repeats = i && (around->repeats || around->kind == AN_ORC_LIST || around->kind == AN_ORC_MAP);
        m->nested |= t->kind == AN_ORC_LIST || t->kind == AN_ORC_MAP || t->kind == AN_ORC_UNION;
        if (i && (depth[i] = (unsigned char) (depth[t->parent] + 1)) > AN_ORC_DEPTH)
            return an_fail(err, AN_LIMIT, "has groups more than %d deep", AN_ORC_DEPTH);
        if (!t->name.ptr)
            AN_TRY(an_columnar_name(&m->arena, AN_STR("value"), &t->name, err));
    }
    return AN_OK;
}

// Columns of which the values are encrypted, and what stands in their place is not.
static void read_encryption(struct an_orc_meta *m, struct an_str message) {
    m->encrypted = true;
    for (struct an_protobuf p = {.rest = message}; an_protobuf_next(&p);)
        for (struct an_protobuf v = {.rest = p.field == 3 ? p.bytes : (struct an_str) {0}}; an_protobuf_next(&v);)
            if (v.field == 1 && v.number < m->type_count)
                m->types[v.number].encrypted = true;
}

enum an_code an_orc_meta_read(struct an_orc_meta *m, struct an_str footer, struct an_err *err) {
    AN_TRY(read_types(m, footer, err));
    m->at = (struct an_protobuf) {.rest = footer};
    struct an_protobuf p = m->at;
    while (an_protobuf_next(&p)) {
        if (p.field == 6)
            m->rows = p.number;
        if (p.field == 10)
            read_encryption(m, p.bytes);
    }
    return p.bad || m->rows > INT64_MAX ? damaged(err) : AN_OK;
}

// Stripes.

enum an_code an_orc_meta_stripe(struct an_orc_meta *m, struct an_orc_stripe *ret, bool *ret_any, struct an_err *err) {
    *ret_any = false;
    *ret = (struct an_orc_stripe) {0};
    while (!*ret_any && an_protobuf_next(&m->at))
        *ret_any = m->at.field == 3;
    struct an_protobuf p = {.rest = *ret_any ? m->at.bytes : (struct an_str) {0}};
    while (an_protobuf_next(&p)) {
        uint64_t *to[] = {&ret->offset, &ret->index_len, &ret->data_len, &ret->footer_len, &ret->rows};
        if (p.number > INT64_MAX / 4)
            return damaged(err);
        if (p.field >= 1 && p.field <= AN_COUNT(to))
            *to[p.field - 1] = p.number;
    }
    return p.bad || m->at.bad ? damaged(err) : AN_OK;
}

bool an_orc_piece_next(struct an_protobuf *p, struct an_orc_piece *ret) {
    while (an_protobuf_next(p)) {
        if (p->field != 1)
            continue;
        *ret = (struct an_orc_piece) {0};
        for (struct an_protobuf s = {.rest = p->bytes}; an_protobuf_next(&s);) {
            if (s.field == 1)
                ret->kind = s.number < UINT32_MAX ? (unsigned) s.number : UINT32_MAX;
            if (s.field == 2)
                ret->column = s.number < UINT32_MAX ? (uint32_t) s.number : UINT32_MAX;
            if (s.field == 3)
                ret->len = s.number;
        }
        return true;
    }
    return false;
}

bool an_orc_coding_next(struct an_protobuf *p, struct an_orc_coding *ret) {
    while (an_protobuf_next(p)) {
        if (p->field != 2)
            continue;
        *ret = (struct an_orc_coding) {0};
        for (struct an_protobuf s = {.rest = p->bytes}; an_protobuf_next(&s);) {
            if (s.field == 1)
                ret->kind = s.number < 4 ? (unsigned) s.number : 4;
            if (s.field == 2)
                ret->words = s.number;
        }
        return true;
    }
    return false;
}
