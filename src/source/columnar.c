#include "source/columnar.h"

#include <stdio.h>
#include "base/buf.h"
#include "base/utf8.h"
#include "source/uri.h"

enum {
    TOLD_MAX = 8,
    ROWS_FREE = 1 << 24, ROWS_PER_BYTE = 256,           // more rows than that are a file made to keep us busy
    TEXT_PER_BYTE = 1 << 16,
    UNPACKED_FREE = 64 << 20,
};
#define TEXT_FREE ((uint64_t) 1 << 30)

enum an_code an_columnar_tell(struct an_columnar *c, enum an_code what, uint64_t lost, const char *text, struct an_err *err) {
    const struct an_sink *sink = c->reading->sink;
    struct an_trouble trouble = {.code = what, .record = c->rows + 1, .records_lost = lost, .text = an_str_from_c(text)};
    c->status = AN_STORE_PARTLY;
    return sink->trouble(sink->arg, &trouble, err);
}

enum an_code an_columnar_unread(struct an_columnar *c, enum an_code what, const char *text, struct an_err *err) {
    enum an_code code = an_columnar_tell(c, what, AN_UNKNOWN_COUNT, text, err);
    c->status = AN_STORE_UNREAD;
    return code;
}

enum an_code an_columnar_column(struct an_columnar *c, bool *told, struct an_str name, const struct an_err *why,
                                struct an_err *err) {
    char text[sizeof why->text + 96];
    if (*told)
        return AN_OK;
    *told = true;
    if (++c->told > TOLD_MAX)
        return AN_OK;
    (void) snprintf(text, sizeof text, "column %.*s: %s", name.len < 80 ? (int) name.len : 80, name.ptr, why->text);
    return an_columnar_tell(c, why->code, 0, text, err);
}

static uint64_t allowed(uint64_t size, uint64_t per_byte, uint64_t free) {
    return size > (UINT64_MAX / 2 - free) / per_byte ? UINT64_MAX / 2 : size * per_byte + free;
}

bool an_columnar_is_bomb(const struct an_columnar *c) {
    return c->rows > allowed(c->at.size, ROWS_PER_BYTE, ROWS_FREE) || c->bytes > allowed(c->at.size, TEXT_PER_BYTE, TEXT_FREE);
}

enum an_code an_columnar_bomb(struct an_err *err) {
    return an_fail(err, AN_LIMIT, "holds more than a file of its size can mean to");
}

uint64_t an_columnar_unpacked(const struct an_columnar *c) {
    return allowed(c->at.size, c->reading->limits.expansion, UNPACKED_FREE);
}

uint64_t an_columnar_missing(const struct an_columnar *c, uint64_t said, uint64_t came) {
    uint64_t most = allowed(c->at.size, ROWS_PER_BYTE, ROWS_FREE);
    return said <= came ? 0 : said - came > most ? AN_UNKNOWN_COUNT : said - came;
}

enum an_code an_columnar_end(struct an_columnar *c, struct an_err *err) {
    char text[160];
    if (c->told > TOLD_MAX) {
        (void) snprintf(text, sizeof text, "%zu more columns could not be read in full", c->told - TOLD_MAX);
        AN_TRY(an_columnar_tell(c, AN_INPUT, 0, text, err));
    }
    if (c->rows_lost) {
        (void) snprintf(text, sizeof text, "%llu rows were read without the values of such columns",
                        (unsigned long long) c->rows_lost);
        AN_TRY(an_columnar_tell(c, AN_INPUT, c->lost_unknown ? AN_UNKNOWN_COUNT : c->rows_lost, text, err));
    }
    if (c->status == AN_STORE_PARTLY && !c->bytes)
        c->status = AN_STORE_UNREAD;
    if (!an_at_changed(&c->at))
        return AN_OK;
    return an_columnar_tell(c, AN_IO, AN_UNKNOWN_COUNT, "changed while it was read; read a copy that nothing writes to", err);
}

enum an_code an_columnar_read(struct an_columnar *c, struct an_input *input, const struct an_sniff *sniff, const char *format,
                              enum an_code (*read)(void *arg, struct an_str uri, struct an_err *err), void *arg,
                              struct an_err *err) {
    const struct an_sink *sink = c->reading->sink;
    struct an_store_info info = {.uri = input->uri, .format = format};
    struct an_err fault = {0};
    enum an_code what;
    AN_TRY(sink->open(sink->arg, &info, err));
    AN_TRY(an_at_open(&c->at, c->reading, input, sniff->head, &what, &fault, err));
    AN_TRY(what ? an_columnar_unread(c, what, fault.text, err) : read(arg, input->uri, err));
    if (input->path && c->reading->progress && c->at.size > sniff->head.len)
        (void) __atomic_fetch_add(c->reading->progress, c->at.size - sniff->head.len, __ATOMIC_RELAXED);
    return sink->close(sink->arg, c->status, c->at.size, (struct an_str) {0}, err);
}

enum an_code an_columnar_name(struct an_arena *arena, struct an_str name, struct an_str *ret, struct an_err *err) {
    enum { NAME_MAX = 4096 };
    AN_AUTO(an_buf) clean = {0};
    for (name = an_str_slice(name, 0, NAME_MAX); name.len;) {
        size_t len = an_utf8_len(name);
        AN_TRY(an_buf_add(&clean, len ? an_str_slice(name, 0, len) : AN_STR("?"), err));
        name = an_str_slice(name, len ? len : 1, name.len);
    }
    *ret = an_source_padded(arena, an_buf_str(&clean));
    return ret->ptr ? AN_OK : an_fail(err, AN_NOMEM, "no memory for a table");
}
