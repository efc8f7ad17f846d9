// Lines as keys of Redis, their fields and values: what is made of them is JSON, one line a record, and is read as such.
#include "listen.h"
#include "remote/feed.h"
#include "remote/redis_key.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct lines { struct an_buf all; bool given; };

static enum an_code more(void *arg, struct an_buf *out, struct an_err *err) {
    struct lines *l = arg;
    if (l->given)
        return an_fail(err, AN_IO, "as it ends");
    l->given = true;
    return an_buf_add(out, an_buf_str(&l->all), err);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct an_str text = {(const char *) data, size}, line, rest = text;
    struct an_redis_keys *keys = calloc(1, sizeof *keys);
    struct lines lines = {0};
    struct an_err err;
    MUST(keys);
    while (an_str_next(&rest, '\n', &line))
        MUST(!an_redis_keys_learn(keys, line, &err));
    for (rest = text; an_str_next(&rest, '\n', &line);) {
        AN_AUTO(an_buf) value = {0};
        size_t before = lines.all.len;
        MUST(!an_feed_value(&value, line, &err));
        bool odd = line.len % 2;
        MUST(!an_redis_line(keys, line, odd ? line : (struct an_str) {0}, an_buf_str(&value),
                            odd ? (struct an_str) {0} : AN_STR("1.5"), &lines.all, &err));
        struct an_str made = an_str_slice(an_buf_str(&lines.all), before, lines.all.len);
        MUST(made.len && made.ptr[made.len - 1] == '\n' && !memchr(made.ptr, '\n', made.len - 1));
        if (an_utf8_valid(line) == line.len)
            MUST(an_feed_is_json(an_str_slice(made, 0, made.len - 1)));
    }
    struct listener l = {.hash = 1};
    const struct an_sink sink = {&l, on_open, on_columns, on_record, on_lines, on_trouble, on_close, NULL};
    struct an_reading reading = {.sink = &sink, .limits = {.record_bytes = 4096}};
    struct an_feed feed = {.uri = AN_STR("redis://h/0"), .format = "redis", .more = more, .arg = &lines};
    MUST(!an_feed_read(&reading, &feed, &err));
    MUST(!l.open && l.calls == 1);
    an_buf_release(&lines.all);
    an_redis_keys_release(keys);
    free(keys);
    return 0;
}
