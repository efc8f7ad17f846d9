// The census file: docs/CENSUS_FILE.md.
#define _GNU_SOURCE
#include "census/census.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/alloc.h"
#include "base/buf.h"
#include "base/file.h"

enum {
    FORMAT_PLAIN = 1, FORMAT_RECOGNISED = 2,         // read; the second has what was recognised in pictures
    FORMAT = 3,                                     // written: with what cells read like, too
    HASH = 32, CHUNK_ROWS = 4096,
    TEXT_MAX = 1 << 20, STORES_MAX = 1 << 26, COLUMNS_MAX = 1 << 16,
};
static const char magic[8] = {'A', 'N', 'C', 'E', 'N', 'S', 'U', 'S'};

struct file {
    crypto_generichash_state hash;
    int fd;                             // reading
    enum an_code code;
    struct an_file_out *out;            // writing
    const char *path;
    uint64_t offset, format;
    size_t len, at;                     // writing: len bytes wait; reading: buf[at..len) is not yet used
    struct an_err *err;
    char buf[64 * 1024];
};

static void fail(struct file *f, enum an_code code, const char *what) {
    if (!f->code)
        f->code = code == AN_INPUT ? an_fail_at(f->err, f->offset, "census file %s: %s (at byte %llu)", f->path, what,
                                                (unsigned long long) f->offset)
                                   : an_fail(f->err, code, "census file %s: %s", f->path, what);
}

static void flush(struct file *f) {
    if (!f->code && an_file_add(f->out, (struct an_str) {f->buf, f->len}, f->err))
        f->code = an_err_context(f->err, "census file");
    f->len = 0;
}

static void put(struct file *f, const void *data, size_t n) {
    crypto_generichash_update(&f->hash, data, n);
    for (const char *p = data; n && !f->code;) {
        size_t room = sizeof f->buf - f->len, some = n < room ? n : room;
        memcpy(f->buf + f->len, p, some);
        f->len += some;
        p += some;
        n -= some;
        if (f->len == sizeof f->buf)
            flush(f);
    }
}

static void put_u64(struct file *f, uint64_t v) {
    unsigned char b[8];
    for (int i = 0; i < 8; i++)
        b[i] = (unsigned char) (v >> 8 * i);
    put(f, b, sizeof b);
}

static void put_text(struct file *f, struct an_str s) {
    put_u64(f, s.len);
    if (s.len)
        put(f, s.ptr, s.len);
}

static void get(struct file *f, void *data, size_t n) {
    char *p = data;
    memset(data, 0, n);
    for (size_t left = n; left && !f->code;) {
        if (f->at == f->len) {
            ssize_t got = read(f->fd, f->buf, sizeof f->buf);
            if (got < 0 && errno == EINTR)
                continue;
            if (got < 0)
                fail(f, AN_IO, strerror(errno));
            if (got == 0)
                fail(f, AN_INPUT, "ends too early; measure again, or copy it again from where it came");
            if (got <= 0)
                return;
            f->at = 0;
            f->len = (size_t) got;
        }
        size_t some = left < f->len - f->at ? left : f->len - f->at;
        memcpy(p, f->buf + f->at, some);
        p += some;
        f->at += some;
        f->offset += some;
        left -= some;
    }
    crypto_generichash_update(&f->hash, data, n);
}

static uint64_t get_u64(struct file *f) {
    unsigned char b[8];
    get(f, b, sizeof b);
    uint64_t v = 0;
    for (int i = 7; i >= 0; i--)
        v = v << 8 | b[i];
    return v;
}

static uint64_t get_count(struct file *f, uint64_t max) {
    uint64_t n = get_u64(f);
    if (n <= max)
        return n;
    fail(f, AN_INPUT, "holds an impossible number; it was altered");
    return 0;
}

static struct an_str get_text(struct file *f, struct an_arena *arena) {
    size_t n = (size_t) get_count(f, TEXT_MAX);
    char *p = an_arena_alloc(arena, n + 1, 1);
    if (!p) {
        fail(f, AN_NOMEM, "no memory to read it");
        return AN_STR("");
    }
    get(f, p, n);
    return (struct an_str) {p, n};
}

static void put_looks(struct file *f, const struct an_column *c) {
    put_u64(f, c->looked);
    put_u64(f, c->look_count);
    for (size_t i = 0; i < c->look_count; i++) {
        const struct an_look_count *n = &c->looks[i];
        const uint64_t numbers[] = {n->look->code, n->cells, n->classes, n->most};
        for (size_t k = 0; k < AN_COUNT(numbers); k++)
            put_u64(f, numbers[k]);
    }
}

static void put_secrets(struct file *f, const struct an_store *s) {
    const uint64_t looked[] = {s->records_looked, s->text_bytes, s->text_looked, s->secret_count};
    for (size_t i = 0; i < AN_COUNT(looked); i++)
        put_u64(f, looked[i]);
    for (size_t i = 0; i < s->secret_count; i++) {
        put_u64(f, s->secrets[i].secret->code);
        put_u64(f, s->secrets[i].column);
        put_u64(f, s->secrets[i].count);
    }
}

static void get_looks(struct file *f, struct an_store *s, struct an_column *c) {
    c->looked = get_u64(f);
    size_t count = (size_t) get_count(f, an_look_total());
    c->looks = AN_NEW_N(&s->arena, count + 1, struct an_look_count);
    if (!c->looks) {
        fail(f, AN_NOMEM, "no memory to read it");
        return;
    }
    for (uint64_t last = 0; c->look_count < count && !f->code;) {
        uint64_t code = get_count(f, UINT8_MAX);
        struct an_look_count n = {.look = an_look_by_code((uint8_t) code)};
        n.cells = get_count(f, c->looked);
        n.classes = get_count(f, AN_LOOK_CLASSES);
        n.most = get_count(f, n.cells);
        if (!f->code && !n.look)
            fail(f, AN_USAGE, "saw in cells what this version does not know; use the version that wrote it");
        if (!f->code && code <= last)
            fail(f, AN_INPUT, "what it saw in cells is out of order; it was altered");
        last = code;
        c->looks[c->look_count++] = n;
    }
}

static void get_secrets(struct file *f, struct an_store *s) {
    s->records_looked = get_u64(f);
    s->text_bytes = get_u64(f);
    s->text_looked = get_count(f, s->text_bytes);
    size_t count = (size_t) get_count(f, (s->column_count + 1) * AN_SECRETS_MAX);
    s->secrets = AN_NEW_N(&s->arena, count + 1, struct an_secret_seen);
    if (!s->secrets) {
        fail(f, AN_NOMEM, "no memory to read it");
        return;
    }
    while (s->secret_count < count && !f->code) {
        struct an_secret_seen *seen = &s->secrets[s->secret_count++];
        seen->secret = an_secret_by_code((uint8_t) get_count(f, UINT8_MAX));
        seen->column = get_u64(f);
        seen->count = get_u64(f);
        if (!f->code && !seen->secret)
            fail(f, AN_USAGE, "knows a secret that this version does not; use the version that wrote it");
        if (!f->code && seen->column >= s->column_count && seen->column != AN_UNKNOWN_COUNT)
            fail(f, AN_INPUT, "found a secret in a column it has not; it was altered");
    }
}

static void put_store(struct file *f, struct an_store *s) {
    put_text(f, s->uri);
    put_text(f, s->location);
    put_text(f, s->format);
    put_text(f, s->encoding);
    put_text(f, s->why);
    const uint64_t numbers[] = {
        s->status, s->records, s->bytes, s->records_lost, s->bytes_lost, s->most_mentions, s->declared_single,
                s->subjects,
        s->counts.mentions, s->counts.nameless, s->counts.beside, s->counts.tests, s->counts.obscured,
                s->counts.traces, s->counts.described, s->counts.unlabelled, s->counts.mixed, s->trouble_total,
    };
    for (size_t i = 0; i < AN_COUNT(numbers); i++)
        put_u64(f, numbers[i]);
    uint64_t used = 0;
    for (size_t k = 0; k < an_kind_count(); k++)
        used += !an_kind_tally_is_empty(&s->tally[k]);
    put_u64(f, used);
    for (size_t k = 0; k < an_kind_count(); k++) {
        const struct an_kind_tally *t = &s->tally[k];
        if (an_kind_tally_is_empty(t))
            continue;
        put_u64(f, an_kind_at(k)->code);
        put_u64(f, t->found);
        put_u64(f, t->blocked);
        put_u64(f, t->masked);
        put_u64(f, t->damaged);
        put_u64(f, t->invalid);
        put_u64(f, t->recognised);
    }
    put_u64(f, s->column_count);
    for (size_t i = 0; i < s->column_count; i++) {
        const struct an_column *c = &s->columns[i];
        put_text(f, c->name);
        put_u64(f, c->values);
        for (size_t k = 0; k < AN_COLUMN_KINDS; k++) {
            put_u64(f, c->kinds[k].code);
            put_u64(f, c->kinds[k].count);
        }
        put_looks(f, c);
    }
    put_secrets(f, s);
    put_u64(f, s->trouble_count);
    for (size_t i = 0; i < s->trouble_count; i++) {
        put_text(f, s->troubles[i].text);
        put_u64(f, s->troubles[i].offset);
        put_u64(f, s->troubles[i].record);
    }
}

static void get_store(struct file *f, struct an_store *s) {
    s->location = get_text(f, &s->arena);
    s->format = get_text(f, &s->arena);
    s->encoding = get_text(f, &s->arena);
    s->why = get_text(f, &s->arena);
    s->status = (enum an_store_status) get_count(f, AN_STORE_SKIPPED);
    s->records = get_u64(f);
    s->bytes = get_u64(f);
    s->records_lost = get_u64(f);
    s->bytes_lost = get_u64(f);
    s->most_mentions = get_u64(f);
    s->declared_single = get_count(f, 1);
    s->subjects = (enum an_subjects) get_count(f, AN_SUBJECTS_OTHER);
    uint64_t *counts[] = {&s->counts.mentions, &s->counts.nameless, &s->counts.beside, &s->counts.tests,
                          &s->counts.obscured, &s->counts.traces,
                          &s->counts.described, &s->counts.unlabelled, &s->counts.mixed, &s->trouble_total};
    for (size_t i = 0; i < AN_COUNT(counts); i++)
        *counts[i] = get_u64(f);
    uint64_t used = get_count(f, AN_KINDS_MAX);
    size_t next = 0;                    // kinds come in their order, each once
    for (uint64_t i = 0; i < used && !f->code; i++) {
        const struct an_ident *kind = an_kind_by_code((uint8_t) get_count(f, 255));
        struct an_kind_tally t;
        t.found = get_u64(f);
        t.blocked = get_u64(f);
        t.masked = get_u64(f);
        t.damaged = get_u64(f);
        t.invalid = get_u64(f);
        t.recognised = f->format >= FORMAT_RECOGNISED ? get_u64(f) : 0;
        if (!f->code && !kind)
            fail(f, AN_USAGE, "counts an identifier kind that this version does not know; use the version that "
                              "wrote it");
        if (!f->code && (an_kind_index(kind) < next || an_kind_tally_is_empty(&t)))
            fail(f, AN_INPUT, "its counts are out of order; it was altered");
        if (f->code)
            return;
        next = an_kind_index(kind) + 1;
        s->tally[next - 1] = t;
    }
    s->column_count = s->column_cap = (size_t) get_count(f, COLUMNS_MAX);
    s->columns = AN_NEW_N(&s->arena, s->column_count + 1, struct an_column);
    if (!s->columns)
        fail(f, AN_NOMEM, "no memory to read it");
    for (size_t i = 0; i < s->column_count && !f->code; i++) {
        struct an_column *c = &s->columns[i];
        c->name = get_text(f, &s->arena);
        c->header = an_header_read(c->name);
        c->values = get_u64(f);
        for (size_t k = 0; k < AN_COLUMN_KINDS; k++) {
            c->kinds[k].code = (uint8_t) get_count(f, 255);
            c->kinds[k].count = get_u64(f);
        }
        if (f->format > FORMAT_RECOGNISED)
            get_looks(f, s, c);
    }
    if (f->format > FORMAT_RECOGNISED)
        get_secrets(f, s);
    s->trouble_count = (size_t) get_count(f, AN_STORE_TROUBLES);
    for (size_t i = 0; i < s->trouble_count && !f->code; i++) {
        s->troubles[i].text = get_text(f, &s->arena);
        s->troubles[i].offset = get_u64(f);
        s->troubles[i].record = get_u64(f);
    }
}

static enum an_code put_rows(struct file *f, struct an_set *set, bool only_count, uint64_t *ret_count) {
    AN_CLEANUP(an_cursor_cleanup) struct an_cursor *c = NULL;
    enum an_code code = an_cursor_open(&set, 1, &c, f->err);
    *ret_count = 0;
    for (const struct an_row *row = NULL; !code;) {
        code = an_cursor_next(c, &row, f->err);
        if (code || !row)
            break;
        ++*ret_count;
        if (only_count)
            continue;
        put(f, row->key, sizeof row->key);
        put(f, (unsigned char[]) {row->tag, row->flags, (unsigned char) row->count,
                                  (unsigned char) (row->count >> 8)}, 4);
    }
    return code ? code : f->code;
}

// Rows of one identity stand together only where all but the last are full.
static bool is_next(const struct an_row *last, const struct an_row *row) {
    int order = memcmp(last, row, AN_ROW_KEY + 1);
    return order ? order < 0 : last->count == AN_ROW_COUNT_MAX && row->count && last->flags == row->flags;
}

static void get_rows(struct file *f, struct an_set *set) {
    uint64_t left = get_count(f, UINT64_MAX / sizeof(struct an_row));
    struct an_row *rows = an_alloc(CHUNK_ROWS * sizeof *rows);
    if (!rows) {
        fail(f, AN_NOMEM, "no memory to read it");
        return;
    }
    struct an_row last = {0};
    bool any = false;
    while (left && !f->code) {
        size_t n = left < CHUNK_ROWS ? (size_t) left : CHUNK_ROWS;
        for (size_t i = 0; i < n && !f->code; i++) {
            unsigned char raw[sizeof(struct an_row)];
            get(f, raw, sizeof raw);
            memcpy(rows[i].key, raw, AN_ROW_KEY);
            rows[i].tag = raw[AN_ROW_KEY];
            rows[i].flags = raw[AN_ROW_KEY + 1];
            rows[i].count = (uint16_t) (raw[AN_ROW_KEY + 2] | raw[AN_ROW_KEY + 3] << 8);
            if (!f->code && !an_kind_by_code(rows[i].tag))
                fail(f, AN_USAGE, "holds an identifier kind that this version does not know; use the version that "
                                  "wrote it");
            if (!f->code && any && !is_next(&last, &rows[i]))
                fail(f, AN_INPUT, "its rows are out of order; it was altered");
            last = rows[i];
            any = true;
        }
        if (!f->code)
            f->code = an_set_append(set, rows, n, f->err);
        left -= n;
    }
    an_free(rows);
}

static void close_file(struct file *f) {
    if (f->fd >= 0)
        (void) close(f->fd);
}

static void put_header(struct file *f, const struct an_census *c) {
    put(f, magic, sizeof magic);
    put_u64(f, FORMAT);
    put_text(f, AN_STR(AN_DETECTORS));
    put_text(f, AN_STR(AN_TOKEN_NAME));
    put(f, c->key_id, sizeof c->key_id);
    put_u64(f, c->caps.degree);
    put_u64(f, an_kind_count());
    for (size_t k = 0; k < an_kind_count(); k++) {
        put_u64(f, an_kind_at(k)->code);
        put_u64(f, c->caps.m[an_kind_at(k)->code]);
        put_u64(f, c->caps.c[an_kind_at(k)->code]);
    }
    put_u64(f, c->count);
}

static enum an_code write_all(struct file *f, const struct an_census *c) {
    put_header(f, c);
    for (size_t i = 0; i < c->count && !f->code; i++) {
        struct an_store *s = c->stores[i];
        put_store(f, s);
        uint64_t rows, again;
        enum an_code code = put_rows(f, &s->rows, true, &rows);
        if (code)
            return code;
        put_u64(f, rows);
        code = put_rows(f, &s->rows, false, &again);
        if (code)
            return code;
    }
    unsigned char hash[HASH];
    crypto_generichash_final(&f->hash, hash, sizeof hash);
    put(f, hash, sizeof hash);
    flush(f);
    return f->code;
}

enum an_code an_census_write(const struct an_census *c, const char *path, struct an_err *err) {
    AN_AUTO(an_file_out) out = {0};
    struct file f = {.fd = -1, .out = &out, .path = path, .err = err};
    crypto_generichash_init(&f.hash, NULL, 0, HASH);
    if (an_file_begin(path, 0600, &out, err))
        return an_err_context(err, "census file");
    AN_TRY(write_all(&f, c));
    return an_file_commit(&out, err) ? an_err_context(err, "census file") : AN_OK;
}

// The caps decide which identifiers are exclusive when rows are made, so files under different caps do not add up.
// The first file's caps are taken over.
static void get_caps(struct file *f, struct an_census *c, bool first) {
    struct an_caps caps = c->caps;
    caps.degree = (uint32_t) get_count(f, UINT32_MAX);
    uint64_t kinds = get_count(f, AN_KINDS_MAX);
    for (uint64_t i = 0; i < kinds; i++) {
        const struct an_ident *kind = an_kind_by_code((uint8_t) get_count(f, 255));
        uint32_t m_cap = (uint32_t) get_count(f, AN_MANY), c_cap = (uint32_t) get_count(f, AN_MANY);
        if (!f->code && !kind)
            fail(f, AN_USAGE, "knows an identifier kind that this version does not; use the version that wrote it");
        if (!f->code && (i >= an_kind_count() || kind != an_kind_at(i) || !m_cap || !c_cap))
            fail(f, AN_INPUT, "lists kinds and caps as no program does; it was altered");
        if (f->code)
            return;
        caps.m[kind->code] = m_cap;
        caps.c[kind->code] = c_cap;
    }
    if (kinds != an_kind_count())
        fail(f, AN_USAGE, "knows fewer identifier kinds than this version; measure again with this version");
    if (first)
        c->caps = caps;
    else if (!f->code && memcmp(&caps, &c->caps, sizeof caps) != 0)
        fail(f, AN_USAGE, "was measured under other caps; measure again under the same ones");
}

static void get_header(struct file *f, struct an_census *c, uint64_t *ret_stores) {
    char m[sizeof magic];
    get(f, m, sizeof m);
    if (!f->code && memcmp(m, magic, sizeof m) != 0)
        fail(f, AN_INPUT, "is no census file");
    f->format = get_u64(f);
    if (!f->code && (f->format < FORMAT_PLAIN || f->format > FORMAT))
        fail(f, AN_USAGE, f->format > FORMAT ? "was written by a newer version; use that one"
                                          : "has a format that this version no longer reads; measure again");
    AN_AUTO(an_arena) scratch = {0};
    struct an_str detectors = get_text(f, &scratch), token = get_text(f, &scratch);
    if (!f->code && (!an_str_eq(detectors, AN_STR(AN_DETECTORS)) || !an_str_eq(token, AN_STR(AN_TOKEN_NAME))))
        fail(f, AN_USAGE, "was made by other detectors or tokens; measure again with this version");
    unsigned char id[AN_KEY_ID_BYTES];
    get(f, id, sizeof id);
    static const unsigned char none[AN_KEY_ID_BYTES];
    bool first = memcmp(c->key_id, none, sizeof none) == 0;
    if (!f->code && first)
        memcpy(c->key_id, id, sizeof id);           // the first file says which key
    if (!f->code && memcmp(c->key_id, id, sizeof id) != 0)
        fail(f, AN_USAGE, "was made under another key, so its tokens do not compare; measure again under one key");
    get_caps(f, c, first);
    *ret_stores = get_count(f, STORES_MAX);
}

static bool is_after(struct an_str a, struct an_str b) {
    int order = memcmp(a.ptr, b.ptr, a.len < b.len ? a.len : b.len);
    return order ? order > 0 : a.len > b.len;
}

// `first`: of its file, whose stores are sorted by uri.
static void get_one(struct file *f, struct an_census *c, bool first) {
    AN_AUTO(an_arena) scratch = {0};
    struct an_str uri = get_text(f, &scratch);
    if (!f->code && !first && !is_after(uri, c->stores[c->count - 1]->uri))
        fail(f, AN_INPUT, "its stores are out of order; it was altered");
    if (f->code)
        return;
    struct an_store *s = an_store_new(uri, c->budget, f->err);
    struct an_store **one = s ? an_alloc(sizeof(struct an_store *)) : NULL;
    if (!one) {
        an_store_free(s);
        fail(f, AN_NOMEM, "no memory to read it");
        return;
    }
    *one = s;
    f->code = an_census_add(c, one, 1, f->err);
    if (f->code)
        return;
    get_store(f, s);
    get_rows(f, &s->rows);
    struct an_set *rows = &s->rows;
    if (!f->code)
        f->code = an_count_make(&rows, 1, &c->caps, c->budget, &s->count, f->err);
    if (!f->code)
        an_count_accounts(&s->count);
}

enum an_code an_census_read(struct an_census *c, const char *path, struct an_err *err) {
    AN_CLEANUP(close_file) struct file f = {.fd = -1, .path = path, .err = err};
    crypto_generichash_init(&f.hash, NULL, 0, HASH);
    f.fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    struct stat st;
    if (f.fd < 0 || fstat(f.fd, &st))
        return an_fail(err, AN_IO, "census file %s: cannot be opened: %s", path, strerror(errno));
    if (!S_ISREG(st.st_mode))
        return an_fail(err, AN_USAGE, "census file %s: not a regular file", path);
    uint64_t stores = 0;
    get_header(&f, c, &stores);
    for (uint64_t i = 0; i < stores && !f.code; i++)
        get_one(&f, c, i == 0);
    unsigned char want[HASH], hash[HASH];
    crypto_generichash_state so_far = f.hash;
    crypto_generichash_final(&so_far, want, sizeof want);
    get(&f, hash, sizeof hash);
    if (!f.code && (memcmp(want, hash, sizeof hash) != 0 || f.at != f.len || read(f.fd, f.buf, 1) != 0))
        fail(&f, AN_INPUT, "was altered: its hash does not fit");
    return f.code;
}
