#include "source/apart_talk.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>
#include "base/utf8.h"

enum what { OPEN = 1, COLUMNS, RECORD, LINES, TROUBLE, CLOSE, DONE };
struct head { uint32_t what, len; };

enum { ROOM = 1 << 20, TEXT_MAX = 200, NAME_MOST = 8192, STORES_MAX = 100 * 1000, DIGITS_SHOWN = 6,
       COLUMNS_MOST = 64 << 20 };         // bytes told of a store's columns, all in all

// --- the parser's side

static enum an_code flush(struct an_talker *t, struct an_err *err) {
    struct an_str left = an_buf_str(&t->out);
    while (left.len) {
        ssize_t n = write(t->fd, left.ptr, left.len);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return an_fail(err, AN_IO, "nobody listens");
        left = an_str_slice(left, (size_t) n, left.len);
    }
    t->out.len = 0;
    return AN_OK;
}

static enum an_code put_bytes(struct an_talker *t, const void *p, size_t n, struct an_err *err) {
    return n ? an_buf_add(&t->out, (struct an_str) {p, n}, err) : AN_OK;
}

static enum an_code put(struct an_talker *t, uint64_t number, struct an_err *err) {
    return put_bytes(t, &number, sizeof number, err);
}

static enum an_code put_text(struct an_talker *t, struct an_str text, struct an_err *err) {
    enum an_code code = put(t, text.len, err);
    return code ? code : put_bytes(t, text.ptr, text.len, err);
}

static enum an_code begin(struct an_talker *t, enum what what, size_t *ret_at, struct an_err *err) {
    *ret_at = t->out.len;
    struct head head = {.what = what};
    return put_bytes(t, &head, sizeof head, err);
}

// Writes the length that was left open.
static enum an_code end(struct an_talker *t, size_t at, struct an_err *err) {
    struct head head;
    size_t len = t->out.len - at - sizeof head;
    if (len > UINT32_MAX)
        return an_fail(err, AN_LIMIT, "a message is too long");
    memcpy(&head, t->out.ptr + at, sizeof head);
    head.len = (uint32_t) len;
    memcpy(t->out.ptr + at, &head, sizeof head);
    return t->out.len < AN_TALK_OUT ? AN_OK : flush(t, err);
}

static enum an_code say_open(void *arg, const struct an_store_info *info, struct an_err *err) {
    struct an_talker *t = arg;
    size_t at;
    AN_TRY(begin(t, OPEN, &at, err));
    AN_TRY(put_text(t, info->uri, err));
    AN_TRY(put_text(t, an_str_from_c(info->format), err));
    AN_TRY(put_text(t, an_str_from_c(info->encoding), err));
    AN_TRY(put(t, info->guessed, err));
    AN_TRY(put(t, info->recognised, err));
    return end(t, at, err);
}

static enum an_code say_columns(void *arg, const struct an_str *names, size_t count, struct an_err *err) {
    struct an_talker *t = arg;
    size_t at;
    AN_TRY(begin(t, COLUMNS, &at, err));
    AN_TRY(put(t, count, err));
    for (size_t i = 0; i < count; i++)
        AN_TRY(put_text(t, names[i], err));
    return end(t, at, err);
}

static enum an_code say_record(void *arg, const struct an_record *r, struct an_err *err) {
    struct an_talker *t = arg;
    size_t at;
    AN_TRY(begin(t, RECORD, &at, err));
    AN_TRY(put(t, r->number, err));
    AN_TRY(put(t, r->offset, err));
    AN_TRY(put(t, r->loose, err));
    AN_TRY(put(t, r->count, err));
    for (size_t i = 0; i < r->count; i++) {
        AN_TRY(put(t, r->values[i].column, err));
        AN_TRY(put(t, r->values[i].flags, err));
        AN_TRY(put_text(t, r->values[i].text, err));
    }
    return end(t, at, err);
}

static enum an_code say_lines(void *arg, struct an_str block, uint64_t first, uint64_t offset, struct an_err *err) {
    struct an_talker *t = arg;
    size_t at;
    AN_TRY(begin(t, LINES, &at, err));
    AN_TRY(put(t, first, err));
    AN_TRY(put(t, offset, err));
    AN_TRY(put_text(t, block, err));
    return end(t, at, err);
}

static enum an_code say_trouble(void *arg, const struct an_trouble *trouble, struct an_err *err) {
    struct an_talker *t = arg;
    size_t at;
    AN_TRY(begin(t, TROUBLE, &at, err));
    AN_TRY(put(t, trouble->code, err));
    AN_TRY(put(t, trouble->offset, err));
    AN_TRY(put(t, trouble->record, err));
    AN_TRY(put(t, trouble->records_lost, err));
    AN_TRY(put(t, trouble->bytes_lost, err));
    AN_TRY(put_text(t, trouble->text, err));
    return end(t, at, err);
}

static enum an_code say_close(void *arg, enum an_store_status status, uint64_t bytes, struct an_str why, struct an_err *err) {
    struct an_talker *t = arg;
    size_t at;
    AN_TRY(begin(t, CLOSE, &at, err));
    AN_TRY(put(t, status, err));
    AN_TRY(put(t, bytes, err));
    AN_TRY(put_text(t, why, err));
    AN_TRY(end(t, at, err));
    return flush(t, err);               // whatever happens to what comes after, this was read
}

struct an_sink an_talker_sink(struct an_talker *t) {
    return (struct an_sink) {.arg = t, .open = say_open, .columns = say_columns, .record = say_record, .lines = say_lines,
                             .trouble = say_trouble, .close = say_close};
}

enum an_code an_talker_done(struct an_talker *t, enum an_code code, struct an_err *err) {
    size_t at;
    AN_TRY(begin(t, DONE, &at, err));
    AN_TRY(put(t, code, err));
    AN_TRY(end(t, at, err));
    return flush(t, err);
}

void an_talker_release(struct an_talker *t) { an_buf_release(&t->out); }

// --- the program's side

static bool get(struct an_str *rest, uint64_t *ret) {
    if (rest->len < sizeof *ret)
        return false;
    memcpy(ret, rest->ptr, sizeof *ret);
    *rest = an_str_slice(*rest, sizeof *ret, rest->len);
    return true;
}

static bool get_text(struct an_str *rest, struct an_str *ret) {
    uint64_t len;
    if (!get(rest, &len) || len > rest->len)
        return false;
    *ret = an_str_slice(*rest, 0, (size_t) len);
    *rest = an_str_slice(*rest, (size_t) len, rest->len);
    return an_utf8_valid(*ret) == ret->len;
}

static bool is_plain(struct an_str text) {
    for (size_t i = 0; i < text.len; i++)
        if ((unsigned char) text.ptr[i] < 0x20 || text.ptr[i] == 0x7F)
            return false;
    return true;
}

static enum an_code lie(struct an_listener *l, const char *what) {
    l->lie = what;
    return AN_OK;
}

// What a parser says of a fault goes to people: whoever has taken it over may have written it.
static struct an_str for_people(struct an_str said, char out[static TEXT_MAX + 1]) {
    size_t n = 0, digits = 0;
    while (said.len && n + 4 < TEXT_MAX) {
        size_t len = an_utf8_len(said);
        char c = said.ptr[0];
        bool digit = c >= '0' && c <= '9';
        digits = digit ? digits + 1 : 0;
        bool hide = (unsigned char) c < 0x20 || c == 0x7F || c == '@' || digits > DIGITS_SHOWN;
        if (hide)
            out[n++] = digit ? '#' : ' ';
        else
            for (size_t i = 0; i < len; i++)
                out[n++] = said.ptr[i];
        said = an_str_slice(said, len, said.len);
    }
    return (struct an_str) {out, n};
}

static const char *format_of(struct an_str name) {
    for (size_t i = 0; i < an_source_count; i++)
        if (an_str_eq(name, an_str_from_c(an_sources[i]->name)))
            return an_sources[i]->name;
    return an_str_eq(name, AN_STR("unknown")) ? "unknown" : NULL;
}

static enum an_code hear_open(struct an_listener *l, struct an_str rest, struct an_err *err) {
    struct an_str uri, format, encoding;
    uint64_t guessed, recognised;
    if (l->open || !get_text(&rest, &uri) || !get_text(&rest, &format) || !get_text(&rest, &encoding) ||
        !get(&rest, &guessed) || !get(&rest, &recognised) || rest.len)
        return lie(l, "a store was opened out of turn");
    if ((uri.len && uri.ptr[0] != '!') || uri.len > NAME_MOST || !is_plain(uri) || encoding.len > 32 || !is_plain(encoding))
        return lie(l, "a store has a name it cannot have");
    if (!format_of(format))
        return lie(l, "a store is in a format that does not exist");
    if (l->seen.count >= STORES_MAX || an_names_find(&l->seen, AN_NO_NAME, uri) != AN_NO_NAME)
        return lie(l, "a store was opened twice");
    uint32_t number;
    struct an_str kept = an_arena_copy(&l->columns, encoding);
    AN_TRY(kept.ptr ? AN_OK : an_fail(err, AN_NOMEM, "no memory for the name of an encoding"));
    AN_TRY(an_names_add(&l->seen, AN_NO_NAME, uri, &number, err));
    l->name.len = 0;
    AN_TRY(an_buf_add(&l->name, l->uri, err));
    AN_TRY(an_buf_add(&l->name, uri, err));
    struct an_store_info info = {.uri = an_buf_str(&l->name), .format = format_of(format),
                                 .encoding = kept.len ? kept.ptr : NULL, .guessed = guessed, .recognised = recognised};
    l->open = true;
    l->in_input = !uri.len;
    l->opened_input |= !uri.len;
    l->troubled = false;
    l->number = 0;
    l->column_count = l->column_bytes = 0;
    return l->sink->open(l->sink->arg, &info, err);
}

static enum an_code hear_columns(struct an_listener *l, struct an_str rest, struct an_err *err) {
    uint64_t count;
    if (!l->open || !get(&rest, &count) || count > rest.len / sizeof count || count < l->column_count ||
        rest.len * 4 > COLUMNS_MOST - l->column_bytes)
        return lie(l, "columns were told out of turn");
    l->column_bytes += rest.len * 4;
    struct an_str *names = AN_NEW_N(&l->columns, (size_t) count + 1, struct an_str);
    AN_TRY(names ? AN_OK : an_fail(err, AN_NOMEM, "no memory for columns"));
    for (size_t i = 0; i < count; i++) {
        struct an_str name;
        if (!get_text(&rest, &name) || (i < l->column_count && !an_str_eq(name, l->column_names[i])))
            return lie(l, "columns have changed");
        char *copy = an_arena_alloc(&l->columns, name.len + AN_SOURCE_PADDING, 1);
        AN_TRY(copy ? AN_OK : an_fail(err, AN_NOMEM, "no memory for columns"));
        if (name.len)
            memcpy(copy, name.ptr, name.len);
        names[i] = (struct an_str) {copy, name.len};
    }
    if (rest.len)
        return lie(l, "columns were told out of turn");
    l->column_names = names;
    l->column_count = (size_t) count;
    return l->sink->columns(l->sink->arg, names, l->column_count, err);
}

static enum an_code hear_record(struct an_listener *l, struct an_str rest, struct an_err *err) {
    enum { LEAST = 3 * sizeof(uint64_t) };          // of a value
    struct an_record record = {0};
    uint64_t loose, count;
    if (!l->open || !get(&rest, &record.number) || !get(&rest, &record.offset) || !get(&rest, &loose) || !get(&rest, &count) ||
        loose > 1 || record.number <= l->number || record.number == UINT64_MAX || count > rest.len / LEAST)
        return lie(l, "a record was told out of turn");
    struct an_value *values = AN_NEW_N(&l->scratch, (size_t) count + 1, struct an_value);
    AN_TRY(values ? AN_OK : an_fail(err, AN_NOMEM, "no memory for a record"));
    for (size_t i = 0; i < count; i++) {
        uint64_t column, flags;
        if (!get(&rest, &column) || !get(&rest, &flags) || !get_text(&rest, &values[i].text) || flags > AN_VALUE_NUMBER ||
            (column >= l->column_count && column != AN_NO_COLUMN && !(loose && column <= UINT32_MAX)))
            return lie(l, "a value is where none can be");
        values[i].column = (uint32_t) column;
        values[i].flags = (uint32_t) flags;
    }
    if (rest.len)
        return lie(l, "a record was told out of turn");
    record.values = values;
    record.count = (size_t) count;
    record.loose = loose;
    l->number = record.number;
    l->records++;
    return l->sink->record(l->sink->arg, &record, err);
}

static enum an_code hear_lines(struct an_listener *l, struct an_str rest, struct an_err *err) {
    uint64_t first, offset, count = 0;
    struct an_str block;
    if (!l->open || !get(&rest, &first) || !get(&rest, &offset) || !get_text(&rest, &block) || rest.len || !block.len ||
        first != l->number + 1 || first > UINT64_MAX / 2)
        return lie(l, "lines were told out of turn");
    for (size_t i = 0; i < block.len; i++)
        count += block.ptr[i] == '\n';
    count += block.ptr[block.len - 1] != '\n';
    l->number += count;
    l->records += count;
    return l->sink->lines(l->sink->arg, block, first, offset, err);
}

static enum an_code hear_trouble(struct an_listener *l, struct an_str rest, struct an_err *err) {
    char text[TEXT_MAX + 1];
    uint64_t code;
    struct an_trouble trouble = {0};
    if (!l->open || !get(&rest, &code) || !get(&rest, &trouble.offset) || !get(&rest, &trouble.record) ||
        !get(&rest, &trouble.records_lost) || !get(&rest, &trouble.bytes_lost) || !get_text(&rest, &trouble.text) || rest.len ||
        code < AN_NOMEM || code > AN_BUG || !trouble.text.len)
        return lie(l, "trouble was told out of turn");
    trouble.code = (enum an_code) code;
    trouble.text = for_people(trouble.text, text);
    l->troubled = true;
    return l->sink->trouble(l->sink->arg, &trouble, err);
}

static enum an_code hear_close(struct an_listener *l, struct an_str rest, struct an_err *err) {
    char text[TEXT_MAX + 1];
    uint64_t status, bytes;
    struct an_str why;
    if (!l->open || !get(&rest, &status) || !get(&rest, &bytes) || !get_text(&rest, &why) || rest.len ||
        status > AN_STORE_SKIPPED || (status == AN_STORE_SKIPPED && !why.len) ||
        (l->troubled && (status == AN_STORE_READ || status == AN_STORE_SKIPPED)) ||
        (!l->troubled && (status == AN_STORE_PARTLY || status == AN_STORE_UNREAD)))
        return lie(l, "a store was closed out of turn");
    if (l->in_input && l->own.code) {
        AN_TRY(l->sink->trouble(l->sink->arg, &l->own, err));
        if (status != AN_STORE_UNREAD)
            status = AN_STORE_PARTLY;
    }
    l->open = l->in_input = false;
    l->column_count = 0;
    an_arena_release(&l->columns);
    return l->sink->close(l->sink->arg, (enum an_store_status) status, bytes, for_people(why, text), err);
}

static enum an_code hear_done(struct an_listener *l, struct an_str rest, struct an_err *err) {
    uint64_t code;
    (void) err;
    if (!get(&rest, &code) || rest.len || code > AN_BUG || (l->open && !code))
        return lie(l, "an end was told out of turn");
    l->done = true;
    l->ended = (enum an_code) code;
    return AN_OK;
}

size_t an_listener_most(const struct an_listener *l) {
    uint64_t most = l->record_bytes > UINT32_MAX / 4 ? UINT32_MAX / 4 : l->record_bytes;
    return (size_t) most * 2 + ROOM;
}

enum an_code an_listener_hear(struct an_listener *l, struct an_str *bytes, struct an_err *err) {
    static enum an_code (*const hear[])(struct an_listener *, struct an_str, struct an_err *) = {
        [OPEN] = hear_open, [COLUMNS] = hear_columns, [RECORD] = hear_record, [LINES] = hear_lines, [TROUBLE] = hear_trouble,
        [CLOSE] = hear_close, [DONE] = hear_done,
    };
    struct head head;
    while (!l->lie && bytes->len >= sizeof head) {
        memcpy(&head, bytes->ptr, sizeof head);
        if (l->done)
            return lie(l, "something was told after the end");
        if (!head.what || head.what >= AN_COUNT(hear) || head.len > an_listener_most(l) - sizeof head)
            return lie(l, "a message is none");
        if (bytes->len - sizeof head < head.len)
            return AN_OK;
        enum an_code code = hear[head.what](l, an_str_slice(*bytes, sizeof head, sizeof head + head.len), err);
        an_arena_release(&l->scratch);
        if (code)
            return code;
        *bytes = an_str_slice(*bytes, sizeof head + head.len, bytes->len);
    }
    return AN_OK;
}

void an_listener_release(struct an_listener *l) {
    an_buf_release(&l->name);
    an_names_release(&l->seen);
    an_arena_release(&l->scratch);
    an_arena_release(&l->columns);
}
