// The stores of an SQL dump: one for each table, and the dump's own for what stands outside of rows.
#include "source/sql_dump.h"

#include "base/alloc.h"
#include "source/uri.h"

enum {
    TABLES_MAX = 65536,
    OUTSIDE_MAX = 1 << 20,          // bytes of lines outside rows that are kept until a table ends
};

void an_dump_release(struct an_dump *d) {
    an_textin_release(&d->in);
    for (uint32_t i = 0; i < d->names.count; i++) {
        an_free(d->tables[i].columns);
        an_free(d->tables[i].defined);
    }
    an_free(d->tables);
    an_names_release(&d->names);
    an_arena_release(&d->arena);
    an_buf_release(&d->schema);
    an_buf_release(&d->first_schema);
    an_free(d->items);
    an_free(d->values);
    an_blob_release(&d->blob);
    an_arena_release(&d->row_arena);
    an_buf_release(&d->kept);
    an_free(d->outside);
}

enum an_code an_dump_no_memory(struct an_err *err) { return an_fail(err, AN_NOMEM, "no memory for a dump"); }

void an_dump_note_cut(struct an_dump *d, size_t pos, const char *why) {
    if (d->cut)
        return;
    d->cut = why;
    d->cut_at = an_textin_offset(&d->in, pos);
}

static enum an_code close_table(struct an_dump *d, struct an_err *err) {
    if (d->open == AN_DUMP_NO_TABLE)
        return AN_OK;
    uint64_t now = an_textin_offset(&d->in, d->pos), bytes = now > d->open_at ? now - d->open_at : 0;
    d->open = AN_DUMP_NO_TABLE;
    d->tables_bytes += bytes;
    return d->sink->close(d->sink->arg, d->status, bytes, (struct an_str) {0}, err);
}

static enum an_code open_dump(struct an_dump *d, struct an_err *err) {
    struct an_store_info info = {.uri = d->uri, .format = "sql", .encoding = d->encoding};
    return d->sink->open(d->sink->arg, &info, err);
}

static enum an_code give_outside(struct an_dump *d, struct an_err *err) {
    static const char padding[AN_SOURCE_PADDING];
    enum an_code code = an_buf_add(&d->kept, (struct an_str) {padding, sizeof padding}, err);
    for (size_t i = 0; i < d->outside_count && !code; i++) {
        struct an_str line = {d->kept.ptr + d->outside[i].start, d->outside[i].len};
        code = d->sink->lines(d->sink->arg, line, ++d->outside_number, d->outside[i].offset, err);
    }
    d->kept.len = d->outside_count = 0;
    return code;
}

// Between two tables, when too much has gathered.
static enum an_code flush_outside(struct an_dump *d, struct an_err *err) {
    enum an_code code = close_table(d, err);
    if (!code)
        code = open_dump(d, err);
    if (!code)
        code = give_outside(d, err);
    return code ? code : d->sink->close(d->sink->arg, d->dump_status, 0, (struct an_str) {0}, err);
}

static bool may_identify(struct an_str line) {
    if (memchr(line.ptr, '@', line.len))
        return true;
    size_t run = 0;
    for (size_t i = 0; i < line.len && run < AN_DUMP_LONG_DIGITS; i++)
        run = line.ptr[i] >= '0' && line.ptr[i] <= '9' ? run + 1 : 0;
    return run >= AN_DUMP_LONG_DIGITS;
}

enum an_code an_dump_add_outside(struct an_dump *d, size_t from, size_t to, struct an_err *err) {
    struct an_str rest = an_str_slice(d->in.text, from, to), line;
    while (an_str_next(&rest, '\n', &line)) {
        if (line.len == 0 || !may_identify(line))
            continue;
        if (!an_alloc_room(&d->outside, d->outside_count, &d->outside_cap, sizeof *d->outside))
            return an_dump_no_memory(err);
        uint64_t offset = an_textin_offset(&d->in, (size_t) (line.ptr - d->in.text.ptr));
        d->outside[d->outside_count++] = (struct an_dump_outside) {d->kept.len, line.len, offset};
        enum an_code code = an_buf_add(&d->kept, line, err);
        if (!code && d->kept.len > OUTSIDE_MAX)
            code = flush_outside(d, err);
        if (code)
            return code;
    }
    return AN_OK;
}

enum an_code an_dump_open_table(struct an_dump *d, size_t pos, struct an_err *err) {
    if (d->open == d->table)
        return AN_OK;
    enum an_code code = close_table(d, err);
    AN_AUTO(an_buf) uri = {0};
    if (!code)
        code = an_source_uri_below(&uri, d->uri, d->names.items[d->table].text, err);
    struct an_store_info info = {.uri = an_buf_str(&uri), .format = "sql", .encoding = d->encoding};
    if (!code)
        code = d->sink->open(d->sink->arg, &info, err);
    if (code)
        return code;
    d->open = d->table;
    d->announced = 0;
    d->open_at = an_textin_offset(&d->in, pos);
    d->status = AN_STORE_READ;
    return AN_OK;
}

enum an_code an_dump_tell(struct an_dump *d, enum an_code what, size_t pos, uint64_t record, uint64_t lost,
                          const char *text, struct an_err *err) {
    struct an_trouble trouble = {.code = what, .offset = an_textin_offset(&d->in, pos), .record = record,
                                 .records_lost = lost,
                                 .text = an_str_from_c(text)};
    d->status = AN_STORE_PARTLY;
    return d->sink->trouble(d->sink->arg, &trouble, err);
}

enum an_code an_dump_table_of(struct an_dump *d, struct an_str name, uint32_t *ret_table,
                              struct an_err *err) {
    AN_AUTO(an_buf) whole = {0};
    enum an_code code = an_buf_add(&whole, an_buf_str(&d->schema), err);
    if (!code && d->schema.len)
        code = an_buf_add(&whole, AN_STR("."), err);
    if (!code)
        code = an_buf_add(&whole, name, err);
    if (code)
        return code;
    *ret_table = an_names_find(&d->names, AN_NO_NAME, an_buf_str(&whole));
    if (*ret_table != AN_NO_NAME || d->names.count == TABLES_MAX)
        return AN_OK;
    if (!an_alloc_room(&d->tables, d->names.count, &d->table_cap, sizeof *d->tables))
        return an_dump_no_memory(err);
    d->tables[d->names.count] = (struct an_dump_table) {0};
    return an_names_add(&d->names, AN_NO_NAME, an_buf_str(&whole), ret_table, err);
}

enum an_code an_dump_column_of(struct an_dump *d, struct an_dump_table *t, struct an_str name, uint32_t likely,
                               uint32_t *ret_column, struct an_err *err) {
    if (likely < t->count && an_str_eq(t->columns[likely], name)) {
        *ret_column = likely;
        return AN_OK;
    }
    for (*ret_column = 0; *ret_column < t->count; ++*ret_column)
        if (an_str_eq(t->columns[*ret_column], name))
            return AN_OK;
    *ret_column = AN_NO_COLUMN;
    if (t->count == AN_DUMP_COLUMNS_MAX)
        return AN_OK;
    if ((t->count & (t->count - 1)) == 0) {     // grows by doubling: count is a power of two whenever it is full
        size_t cap = t->count ? t->count * 2 : 1;
        struct an_str *columns = an_realloc(t->columns, cap * sizeof *columns);
        if (!columns)
            return an_dump_no_memory(err);
        t->columns = columns;
    }
    struct an_str copy = an_source_padded(&d->arena, name);
    if (!copy.ptr)
        return an_dump_no_memory(err);
    *ret_column = t->count;
    t->columns[t->count++] = copy;
    return AN_OK;
}

enum an_code an_dump_define(struct an_dump *d, struct an_dump_table *t, uint32_t count, struct an_err *err) {
    uint32_t *defined = an_alloc((count ? count : 1) * sizeof *defined);
    if (!defined)
        return an_dump_no_memory(err);
    if (count)
        memcpy(defined, d->map, count * sizeof *defined);
    an_free(t->defined);
    t->defined = defined;
    t->defined_count = count;
    return AN_OK;
}

enum an_code an_dump_finish(struct an_dump *d, struct an_err *err) {
    enum an_code code = close_table(d, err);
    if (!code)
        code = open_dump(d, err);
    if (!code)
        code = give_outside(d, err);
    if (!code && d->cut) {
        struct an_trouble trouble = {.code = AN_INPUT, .offset = d->cut_at, .records_lost = AN_UNKNOWN_COUNT,
                                     .text = an_str_from_c(d->cut)};
        d->dump_status = AN_STORE_PARTLY;
        code = d->sink->trouble(d->sink->arg, &trouble, err);
    }
    an_textin_excuse_long_lines(&d->in);
    if (!code)
        code = an_textin_finish(&d->in, &d->dump_status, err);
    uint64_t all = an_textin_bytes(&d->in);
    if (!code)
        code = d->sink->close(d->sink->arg, d->dump_status, all > d->tables_bytes ? all - d->tables_bytes : 0,
                              (struct an_str) {0}, err);
    return code;
}
