// A sink that writes down what a source tells it, holds it to the contract of source.h, and an input made of
// memory.
#ifndef AN_TESTS_SINK_H
#define AN_TESTS_SINK_H

#include "unit.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "base/utf8.h"
#include "source/source.h"

enum { SINK_STORES = 64 };

struct sink_store {
    char uri[256], format[32], encoding[32], why[256], trouble[256];    // trouble: the first one's text
    enum an_store_status status;
    uint64_t records, loose, values, bytes;     // records: rows and lines
    uint64_t troubles, records_lost, first_trouble_offset, first_trouble_record;
    enum an_code first_trouble_code;
    size_t columns;
    bool unknown_lost;
};

// {0}, then sink_begin. `log` holds every call as a line of text:
//   open URI FORMAT ENCODING / columns a|b / record NUMBER@OFFSET a|b [loose] / line NUMBER text /
//   trouble CODE@OFFSET RECORD text / close STATUS BYTES
struct sink {
    struct an_sink sink;
    struct sink_store stores[SINK_STORES];
    size_t count;                   // stores; those past SINK_STORES share the last place
    bool open, quiet;               // quiet: no log
    uint64_t fail_after;            // calls until one fails; 0 is never
    struct an_buf log;
    uint64_t line_number;
};

static inline struct sink_store *sink_store(struct sink *s) {
    return &s->stores[s->count <= SINK_STORES ? s->count - 1 : SINK_STORES - 1];
}

static inline void sink_copy(char *to, size_t cap, struct an_str s) {
    size_t n = s.len < cap - 1 ? s.len : cap - 1;
    if (n)
        memcpy(to, s.ptr, n);
    to[n] = 0;
}

// Reads all that a source promises to be readable, so that a sanitizer sees it when it is not.
static inline void sink_touch(struct an_str s) {
    volatile unsigned char sum = 0;
    if (an_utf8_valid(s) != s.len)
        fail_msg("%s", "a text that is no UTF-8");
    for (size_t i = 0; s.ptr && i < s.len + AN_SOURCE_PADDING; i++)
        sum = (unsigned char) (sum + (unsigned char) s.ptr[i]);
}

static inline void sink_log(struct sink *s, struct an_str text) {
    struct an_err err;
    if (!s->quiet)
        assert_int_equal(an_buf_add(&s->log, text, &err), AN_OK);
}

#define SINK_LOG(s, ...) do { \
        struct an_err err_; \
        if (!(s)->quiet) \
            assert_int_equal(an_buf_addf(&(s)->log, &err_, __VA_ARGS__), AN_OK); \
    } while (0)

static inline enum an_code sink_may_fail(struct sink *s, struct an_err *err) {
    if (s->fail_after && !--s->fail_after)
        return an_fail(err, AN_NOMEM, "the sink failed as asked");
    return AN_OK;
}

static inline enum an_code sink_on_open(void *arg, const struct an_store_info *info, struct an_err *err) {
    struct sink *s = arg;
    assert_false(s->open);
    assert_non_null(info->format);
    s->open = true;
    s->count++;
    s->line_number = 0;
    struct sink_store *store = sink_store(s);
    *store = (struct sink_store) {0};
    sink_copy(store->uri, sizeof store->uri, info->uri);
    sink_copy(store->format, sizeof store->format, an_str_from_c(info->format));
    sink_copy(store->encoding, sizeof store->encoding, an_str_from_c(info->encoding));
    SINK_LOG(s, "open %s %s %s\n", store->uri, store->format, info->encoding ? store->encoding : "-");
    return sink_may_fail(s, err);
}

static inline enum an_code sink_on_columns(void *arg, const struct an_str *names, size_t count,
                                           struct an_err *err) {
    struct sink *s = arg;
    assert_true(s->open);
    assert_true(count >= sink_store(s)->columns);
    sink_store(s)->columns = count;
    sink_log(s, AN_STR("columns"));
    for (size_t i = 0; i < count; i++) {
        sink_log(s, i ? AN_STR("|") : AN_STR(" "));
        sink_log(s, names[i]);
    }
    sink_log(s, AN_STR("\n"));
    return sink_may_fail(s, err);
}

static inline enum an_code sink_on_record(void *arg, const struct an_record *r, struct an_err *err) {
    struct sink *s = arg;
    struct sink_store *store = sink_store(s);
    assert_true(s->open);
    assert_true(r->number > 0);
    s->line_number = r->number;         // lines may follow records of one store
    store->records++;
    store->loose += r->loose;
    store->values += r->count;
    SINK_LOG(s, "record %llu@%llu ", (unsigned long long) r->number, (unsigned long long) r->offset);
    for (size_t i = 0; i < r->count; i++) {
        const struct an_value *v = &r->values[i];
        sink_touch(v->text);
        if (!r->loose)
            assert_true(v->column == AN_NO_COLUMN || v->column < store->columns);
        sink_log(s, i ? AN_STR("|") : AN_STR(""));
        sink_log(s, v->text);
        sink_log(s, v->flags & AN_VALUE_NUMBER ? AN_STR("#") : AN_STR(""));
    }
    sink_log(s, r->loose ? AN_STR(" loose\n") : AN_STR("\n"));
    return sink_may_fail(s, err);
}

static inline enum an_code sink_on_lines(void *arg, struct an_str block, uint64_t first_number,
                                         uint64_t offset, struct an_err *err) {
    struct sink *s = arg;
    assert_true(s->open);
    assert_true(block.len > 0);
    assert_int_equal(first_number, s->line_number + 1);
    (void) offset;
    sink_touch(block);
    struct an_str line;
    while (an_str_next(&block, '\n', &line)) {
        s->line_number++;
        sink_store(s)->records++;
        SINK_LOG(s, "line %llu ", (unsigned long long) s->line_number);
        sink_log(s, line);
        sink_log(s, AN_STR("\n"));
    }
    return sink_may_fail(s, err);
}

static inline enum an_code sink_on_trouble(void *arg, const struct an_trouble *t, struct an_err *err) {
    struct sink *s = arg;
    struct sink_store *store = sink_store(s);
    assert_true(s->open);
    assert_true(t->code != AN_OK && t->text.len > 0);
    if (!store->troubles++) {
        sink_copy(store->trouble, sizeof store->trouble, t->text);
        store->first_trouble_offset = t->offset;
        store->first_trouble_record = t->record;
        store->first_trouble_code = t->code;
    }
    if (t->records_lost == AN_UNKNOWN_COUNT)
        store->unknown_lost = true;
    else
        store->records_lost += t->records_lost;
    SINK_LOG(s, "trouble %s@%llu %llu ", an_code_name(t->code), (unsigned long long) t->offset,
             (unsigned long long) t->record);
    sink_log(s, t->text);
    sink_log(s, AN_STR("\n"));
    return sink_may_fail(s, err);
}

static inline enum an_code sink_on_close(void *arg, enum an_store_status status, uint64_t bytes,
                                         struct an_str why,
                                         struct an_err *err) {
    struct sink *s = arg;
    struct sink_store *store = sink_store(s);
    assert_true(s->open);
    s->open = false;
    store->status = status;
    store->bytes = bytes;
    sink_copy(store->why, sizeof store->why, why);
    if (status == AN_STORE_SKIPPED)
        assert_true(why.len > 0);
    if (store->troubles)
        assert_true(status == AN_STORE_PARTLY || status == AN_STORE_UNREAD);
    SINK_LOG(s, "close %s %llu\n", an_store_status_name(status), (unsigned long long) bytes);
    return sink_may_fail(s, err);
}

static inline void sink_begin(struct sink *s) {
    *s = (struct sink) {.sink = {.arg = s, .open = sink_on_open, .columns = sink_on_columns, .record = sink_on_record,
                                 .lines = sink_on_lines, .trouble = sink_on_trouble, .close = sink_on_close}};
}

static inline void sink_end(struct sink *s) { an_buf_release(&s->log); }

static inline const char *sink_text(struct sink *s) {
    sink_log(s, (struct an_str) {"\0", 1});
    s->log.len--;
    return s->log.ptr;
}

// An input made of memory. `step`: most bytes one read gives (0: as many as asked for); `break_at`: it fails
// there.
struct memory {
    struct an_str data;
    size_t pos, step, break_at;
    bool breaks;
};

static inline enum an_code memory_read(void *arg, char *buf, size_t cap, size_t *ret_len,
                                       struct an_err *err) {
    struct memory *m = arg;
    size_t end = m->breaks ? m->break_at : m->data.len;
    size_t n = end - m->pos < cap ? end - m->pos : cap;
    if (m->step && n > m->step)
        n = m->step;
    *ret_len = 0;
    if (!n && m->breaks)
        return an_fail(err, AN_IO, "the disk broke as asked");
    if (n)
        memcpy(buf, m->data.ptr + m->pos, n);
    m->pos += n;
    *ret_len = n;
    return AN_OK;
}

// Reads `data` as a store called `uri`, `step` bytes at a time.
static inline enum an_code sink_read(struct sink *s, const char *uri, struct an_str data, size_t step,
                                     struct an_err *err) {
    struct memory memory = {.data = data, .step = step};
    struct an_reading reading = {.sink = &s->sink, .inside = true};
    struct an_input input = {.uri = an_str_from_c(uri), .arg = &memory, .read = memory_read};
    return an_source_read(&reading, &input, err);
}

// The same, of which the log is compared with `expected`; whole, and then a few bytes at a time.
static inline void sink_check(const char *uri, struct an_str data, const char *expected) {
    static const size_t steps[] = {0, 1, 7};
    for (size_t i = 0; i < AN_COUNT(steps); i++) {
        struct sink s;
        struct an_err err = {0};
        sink_begin(&s);
        assert_int_equal(sink_read(&s, uri, data, steps[i], &err), AN_OK);
        assert_false(s.open);
        assert_string_equal(sink_text(&s), expected);
        sink_end(&s);
    }
}

// Every beginning of `data` is read without a crash, and ends with its store closed.
static inline void sink_check_truncations(const char *uri, struct an_str data) {
    for (size_t n = 0; n <= data.len; n++) {
        struct sink s;
        struct an_err err = {0};
        char *copy = an_alloc(n);
        assert_non_null(copy);
        if (n)
            memcpy(copy, data.ptr, n);
        sink_begin(&s);
        if (sink_read(&s, uri, (struct an_str) {copy, n}, 0, &err))
            fail_msg("cut to %zu bytes: %s", n, err.text);
        assert_true(s.count > 0);
        assert_false(s.open);
        sink_end(&s);
        an_free(copy);
    }
}

// Each allocation in turn fails: the reading ends well or says NOMEM, and leaks nothing.
static inline void sink_check_allocations(const char *uri, struct an_str data) {
    for (uint64_t n = 1;; n++) {
        struct sink s;
        struct an_err err = {0};
        sink_begin(&s);
        s.quiet = true;
        uint64_t before = an_alloc_count();
        an_alloc_fail_nth(n);
        enum an_code code = sink_read(&s, uri, data, 0, &err);
        an_alloc_fail_nth(0);
        sink_end(&s);
        assert_true(code == AN_OK || code == AN_NOMEM);
        if (an_alloc_count() - before < n)
            break;
    }
}

// Each call of the sink in turn fails: the reading stops there and gives that error.
static inline void sink_check_failing(const char *uri, struct an_str data) {
    for (uint64_t n = 1;; n++) {
        struct sink s;
        struct an_err err = {0};
        sink_begin(&s);
        s.fail_after = n;
        enum an_code code = sink_read(&s, uri, data, 0, &err);
        bool reached = s.fail_after == 0;
        sink_end(&s);
        if (!reached)
            break;
        assert_int_equal(code, AN_NOMEM);
        assert_string_equal(err.text, "the sink failed as asked");
    }
}

// A whole file; the caller frees with an_free. ptr NULL when it is not there.
static inline struct an_str sink_file(const char *path) {
    FILE *f = fopen(path, "rb");
    if (!f)
        return (struct an_str) {0};
    assert_int_equal(fseek(f, 0, SEEK_END), 0);
    long n = ftell(f);
    assert_true(n >= 0);
    rewind(f);
    char *p = an_alloc((size_t) n + 1);
    assert_non_null(p);
    assert_int_equal(fread(p, 1, (size_t) n, f), (size_t) n);
    (void) fclose(f);
    return (struct an_str) {p, (size_t) n};
}

// The path of a sample that may not be there: NULL then. Not for two at a time.
static inline const char *sink_sample(char buf[static 1024], const char *name) {
    const char *root = getenv("ANSHEN_SOURCE_ROOT");
    if (!root)
        return NULL;
    (void) snprintf(buf, 1024, "%s/../shared/data/samples/%s", root, name);
    FILE *f = fopen(buf, "rb");
    if (!f)
        return NULL;
    (void) fclose(f);
    return buf;
}

// Reads a sample; sink_end after. False when it is not at hand (cmocka's skip() counts as a failure in TAP).
static inline bool sink_read_sample(struct sink *s, const char *name) {
    char path[1024];
    if (!sink_sample(path, name))
        return false;
    struct an_err err = {0};
    struct an_reading reading = {.sink = &s->sink, .inside = true};
    sink_begin(s);
    s->quiet = true;
    assert_int_equal(an_source_read_path(&reading, an_str_from_c(path), &err), AN_OK);
    return true;
}

// A sample's table and its rows.
struct sink_known { const char *file, *table; uint64_t rows; };

// The samples, where they are at hand, are read whole and hold what is known of them.
static inline void sink_check_samples(const struct sink_known *known, size_t count) {
    for (size_t i = 0; i < count; i++) {
        struct sink s;
        if (!sink_read_sample(&s, known[i].file))
            return;
        uint64_t rows = 0;
        for (size_t k = 0; k < s.count; k++) {
            const char *name = strrchr(s.stores[k].uri, '!');
            rows += name && strcmp(name + 1, known[i].table) == 0 ? s.stores[k].records : 0;
            assert_int_equal(s.stores[k].status, AN_STORE_READ);
            assert_int_equal(s.stores[k].loose, 0);
        }
        if (rows != known[i].rows)
            fail_msg("%s!%s: %llu rows", known[i].file, known[i].table, (unsigned long long) rows);
        sink_end(&s);
    }
}

#endif
