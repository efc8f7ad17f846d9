#define _GNU_SOURCE
#include "app/locate.h"

#include <stdlib.h>
#include <string.h>
#include "base/alloc.h"
#include "ident/scan.h"
#include "source/apart.h"
#include "source/walk.h"

// --- an identifier to its record

struct seeker {
    const struct an_key *key;
    struct an_scanner *scanner;
    struct an_wanted **sorted; size_t count, left;      // by kind and token
    bool kinds[AN_CODES];
    struct an_header *headers; size_t header_count, header_cap;
    struct an_str store;
    uint64_t record;
    struct an_str block;                // lines at hand, the first of them `record`
    struct an_arena *arena;
};

static int by_token(const void *a, const void *b) {
    const struct an_wanted *x = *(struct an_wanted *const *) a, *y = *(struct an_wanted *const *) b;
    int order = (x->kind > y->kind) - (x->kind < y->kind);
    return order ? order : memcmp(x->token.byte, y->token.byte, AN_TOKEN_BYTES);
}

static uint64_t line_of(const struct seeker *s, size_t offset) {
    uint64_t n = s->record;
    for (size_t i = 0; i < offset && i < s->block.len; i++)
        n += s->block.ptr[i] == '\n';
    return n;
}

static enum an_code seek_hit(void *arg, const struct an_hit *hit, struct an_err *err) {
    struct seeker *s = arg;
    if (hit->form != AN_HIT_CLEAR || !s->kinds[hit->kind->code])
        return AN_OK;
    struct an_wanted one = {.kind = hit->kind->code, .token = an_key_token(s->key, hit->kind->code, hit->key)}, *p = &one;
    struct an_wanted **found = bsearch(&p, s->sorted, s->count, sizeof *s->sorted, by_token);
    while (found && found > s->sorted && by_token(found - 1, &p) == 0)
        found--;
    for (; found && found < s->sorted + s->count && by_token(found, &p) == 0; found++) {
        if ((*found)->found)
            continue;
        (*found)->found = true;
        (*found)->store = an_arena_copy(s->arena, s->store);
        (*found)->record = s->block.ptr ? line_of(s, hit->offset) : s->record;
        s->left--;
        if (!(*found)->store.ptr)
            return an_fail(err, AN_NOMEM, "no memory for what was found");
    }
    return AN_OK;
}

static enum an_code seek_open(void *arg, const struct an_store_info *info, struct an_err *err) {
    struct seeker *s = arg;
    s->header_count = 0;
    s->store = an_arena_copy(s->arena, info->uri);
    return s->store.ptr ? AN_OK : an_fail(err, AN_NOMEM, "no memory for a store");
}

static enum an_code seek_columns(void *arg, const struct an_str *names, size_t count, struct an_err *err) {
    struct seeker *s = arg;
    for (s->header_count = 0; s->header_count < count; s->header_count++) {
        if (!an_alloc_room(&s->headers, s->header_count, &s->header_cap, sizeof *s->headers))
            return an_fail(err, AN_NOMEM, "no memory for columns");
        s->headers[s->header_count] = an_header_read(names[s->header_count]);
    }
    return AN_OK;
}

static enum an_code seek_record(void *arg, const struct an_record *record, struct an_err *err) {
    struct seeker *s = arg;
    s->record = record->number;
    s->block = (struct an_str) {0};
    for (size_t i = 0; i < record->count && s->left; i++) {
        const struct an_value *v = &record->values[i];
        const struct an_header *h = v->column < s->header_count ? &s->headers[v->column] : NULL;
        if (!v->text.len)
            continue;
        AN_TRY(h && !h->text ? an_scan_cell(s->scanner, v->text, h->kind, seek_hit, s, err)
                             : an_scan_text(s->scanner, v->text, seek_hit, s, err));
    }
    return AN_OK;
}

static enum an_code seek_lines(void *arg, struct an_str block, uint64_t first_number, uint64_t offset, struct an_err *err) {
    struct seeker *s = arg;
    (void) offset;
    s->record = first_number;
    s->block = block;
    return s->left ? an_scan_text(s->scanner, block, seek_hit, s, err) : AN_OK;
}

static enum an_code no_trouble(void *arg, const struct an_trouble *trouble, struct an_err *err) {
    (void) arg;
    (void) trouble;
    (void) err;
    return AN_OK;
}

static enum an_code seek_close(void *arg, enum an_store_status status, uint64_t bytes, struct an_str why, struct an_err *err) {
    (void) arg;
    (void) status;
    (void) bytes;
    (void) why;
    (void) err;
    return AN_OK;
}

static void seeker_release(struct seeker *s) {
    an_scanner_free(s->scanner);
    an_free(s->headers);
}

static enum an_code seek_at_url(struct seeker *s, struct an_str text, struct an_reading *reading, const struct an_live *live,
                                struct an_err *err) {
    AN_AUTO(an_url) url = {0};
    AN_AUTO(an_buf) uri = {0};
    AN_TRY(an_remote_parse(text, &url, err));
    const struct an_remote *remote = an_remote_find(url.scheme);
    if (!remote)
        return an_fail(err, AN_USAGE, "nothing here reads %.40s:// (see: anshen sources)", url.scheme.ptr);
    AN_TRY(an_remote_show(&url, &uri, err));
    const struct an_remote_ask ask = {.url = &url, .uri = an_buf_str(&uri), .options = live->remote};
    return s->left ? remote->read(reading, &ask, err) : AN_OK;
}

enum an_code an_locate(const struct an_live *live, const struct an_key *key, struct an_wanted *wanted, size_t count,
                       struct an_arena *arena, struct an_err *err) {
    AN_CLEANUP(seeker_release) struct seeker s = {.key = key, .count = count, .left = count, .arena = arena};
    struct an_found_list found = {0};
    s.sorted = AN_NEW_N(arena, count + 1, struct an_wanted *);
    if (!s.sorted)
        return an_fail(err, AN_NOMEM, "no memory to look for %zu identifiers", count);
    for (size_t i = 0; i < count; i++) {
        s.sorted[i] = &wanted[i];
        s.kinds[wanted[i].kind] = true;
    }
    qsort(s.sorted, count, sizeof *s.sorted, by_token);
    AN_TRY(an_scanner_new(live->today, &s.scanner, err));
    struct an_str *paths = AN_NEW_N(arena, live->count + 1, struct an_str);
    size_t path_count = 0;
    if (!paths)
        return an_fail(err, AN_NOMEM, "no memory for the stores");
    for (size_t i = 0; i < live->count; i++)
        if (!an_url_scheme(live->stores[i]).len)
            paths[path_count++] = live->stores[i];
    if (path_count)
        AN_TRY(an_walk(paths, path_count, arena, &found, err));
    const struct an_sink sink = {.arg = &s, .open = seek_open, .columns = seek_columns, .record = seek_record,
                                 .lines = seek_lines, .trouble = no_trouble, .close = seek_close};
    AN_CLEANUP(an_apart_release) struct an_apart *apart = NULL;
    AN_TRY(an_apart_new(&apart, err));
    for (size_t i = 0; i < found.count && s.left; i++) {
        struct an_reading reading = {.sink = &sink, .apart = apart};
        if (!found.items[i].trouble.len)
            AN_TRY(an_source_read_path(&reading, found.items[i].path, err));
    }
    for (size_t i = 0; i < live->count; i++) {
        struct an_reading reading = {.sink = &sink, .apart = apart};
        if (an_url_scheme(live->stores[i]).len)
            AN_TRY(seek_at_url(&s, live->stores[i], &reading, live, err));
    }
    return AN_OK;
}

// --- a record to its identifiers

struct looker {
    struct an_intake_options options;
    struct an_intake *intake;
    struct an_record_look **sorted; size_t count;       // of one file; by store and record
    struct an_str uri, *columns; size_t column_count;
    const char *format;
    struct an_arena *arena, names;      // names: of the store at hand
    bool mine;                          // some of its records are wanted
};

static int compare(struct an_str a, struct an_str b) {
    int order = memcmp(a.ptr, b.ptr, a.len < b.len ? a.len : b.len);
    return order ? order : (a.len > b.len) - (a.len < b.len);
}

static int by_record(const void *a, const void *b) {
    const struct an_record_look *x = *(struct an_record_look *const *) a, *y = *(struct an_record_look *const *) b;
    int order = compare(x->store, y->store);
    return order ? order : (x->record > y->record) - (x->record < y->record);
}

static struct an_record_look *look_for(const struct looker *l, uint64_t number) {
    struct an_record_look one = {.store = l->uri, .record = number}, *p = &one;
    struct an_record_look **found = bsearch(&p, l->sorted, l->count, sizeof *l->sorted, by_record);
    return found ? *found : NULL;
}

static enum an_code look_open(void *arg, const struct an_store_info *info, struct an_err *err) {
    struct looker *l = arg;
    an_arena_release(&l->names);
    l->column_count = 0;
    l->uri = an_arena_copy(&l->names, info->uri);
    l->format = info->format;           // a source's name, which stays
    l->mine = false;
    for (size_t i = 0; i < l->count; i++)
        l->mine |= an_str_eq(l->sorted[i]->store, info->uri);
    return l->uri.ptr ? AN_OK : an_fail(err, AN_NOMEM, "no memory for a store");
}

static enum an_code look_columns(void *arg, const struct an_str *names, size_t count, struct an_err *err) {
    struct looker *l = arg;
    l->columns = AN_NEW_N(&l->names, count + 1, struct an_str);
    if (!l->columns)
        return an_fail(err, AN_NOMEM, "no memory for columns");
    for (size_t i = 0; i < count; i++) {
        char *text = an_arena_alloc(&l->names, names[i].len + AN_SOURCE_PADDING, 1);
        if (!text)
            return an_fail(err, AN_NOMEM, "no memory for columns");
        if (names[i].len)
            memcpy(text, names[i].ptr, names[i].len);
        l->columns[i] = (struct an_str) {text, names[i].len};
    }
    l->column_count = count;
    return AN_OK;
}

static enum an_code keep_rows(struct looker *l, struct an_set *rows, struct an_record_look *look, struct an_err *err) {
    struct an_set digests = {.budget = l->options.budget};
    AN_CLEANUP(an_cursor_cleanup) struct an_cursor *c = NULL;
    struct an_set *one = &digests;
    size_t cap = 0;
    enum an_code code = an_commit_gather(&rows, 1, &l->options.caps, &digests, err);
    if (!code)
        code = an_cursor_open(&one, 1, &c, err);
    for (const struct an_row *row = NULL; !code;) {
        code = an_cursor_next(c, &row, err);
        if (code || !row)
            break;
        if (look->held_count == cap) {
            size_t more = cap ? 2 * cap : 4;
            struct an_located *held = AN_NEW_N(l->arena, more, struct an_located);
            if (!held) {
                code = an_fail(err, AN_NOMEM, "no memory for a record");
                break;
            }
            if (cap)
                memcpy(held, look->held, cap * sizeof *held);
            look->held = held;
            cap = more;
        }
        look->held[look->held_count].kind = row->tag;
        memcpy(look->held[look->held_count++].digest.byte, row->key, AN_COMMIT_DIGEST);
    }
    an_cursor_free(AN_TAKE(c));
    an_set_release(&digests);
    return code;
}

// The record alone, as a store of its own: what it holds is what the census took from it.
static enum an_code take_alone(struct looker *l, const struct an_record *record, struct an_str line, struct an_record_look *look,
                               struct an_err *err) {
    const struct an_sink *sink = an_intake_sink(l->intake);
    struct an_store_info info = {.uri = l->uri, .format = l->format};
    struct an_store **stores = NULL;
    size_t count = 0;
    look->seen = true;
    AN_TRY(sink->open(sink->arg, &info, err));
    if (l->column_count)
        AN_TRY(sink->columns(sink->arg, l->columns, l->column_count, err));
    AN_TRY(record ? sink->record(sink->arg, record, err) : sink->lines(sink->arg, line, look->record, 0, err));
    AN_TRY(sink->close(sink->arg, AN_STORE_READ, 0, (struct an_str) {0}, err));
    AN_TRY(an_intake_take(l->intake, &stores, &count, err));
    enum an_code code = AN_OK;
    for (size_t i = 0; i < count; i++) {
        if (!code)
            code = keep_rows(l, &stores[i]->rows, look, err);
        an_store_free(stores[i]);
    }
    an_free(stores);
    return code;
}

static enum an_code look_record(void *arg, const struct an_record *record, struct an_err *err) {
    struct looker *l = arg;
    struct an_record_look *look = l->mine ? look_for(l, record->number) : NULL;
    return look ? take_alone(l, record, (struct an_str) {0}, look, err) : AN_OK;
}

static enum an_code look_lines(void *arg, struct an_str block, uint64_t first_number, uint64_t offset, struct an_err *err) {
    struct looker *l = arg;
    (void) offset;
    for (uint64_t n = first_number; l->mine && block.len; n++) {
        const char *nl = memchr(block.ptr, '\n', block.len);
        size_t len = nl ? (size_t) (nl - block.ptr) + 1 : block.len;
        struct an_record_look *look = look_for(l, n);
        if (look)
            AN_TRY(take_alone(l, NULL, an_str_slice(block, 0, len), look, err));
        block = an_str_slice(block, len, block.len);
    }
    return AN_OK;
}

static void looker_release(struct looker *l) {
    an_intake_free(l->intake);
    an_arena_release(&l->names);
}

static struct an_str file_of(struct an_str store) {
    const char *mark = memchr(store.ptr, '!', store.len);
    return mark ? an_str_slice(store, 0, (size_t) (mark - store.ptr)) : store;
}

// `l` has the sorted records of one file.
static enum an_code look_in_file(struct looker *l, struct an_err *err) {
    struct an_found_list found = {0};
    struct an_str path = file_of(l->sorted[0]->store);
    const struct an_sink sink = {.arg = l, .open = look_open, .columns = look_columns, .record = look_record,
                                 .lines = look_lines, .trouble = no_trouble, .close = seek_close};
    AN_TRY(an_walk(&path, 1, l->arena, &found, err));
    AN_CLEANUP(an_apart_release) struct an_apart *apart = NULL;
    AN_TRY(an_apart_new(&apart, err));
    for (size_t i = 0; i < found.count; i++) {
        struct an_reading reading = {.sink = &sink, .apart = apart};
        if (!found.items[i].trouble.len)
            AN_TRY(an_source_read_path(&reading, found.items[i].path, err));
    }
    return AN_OK;
}

enum an_code an_look_at_records(struct an_record_look *looks, size_t count, const struct an_key *key, const struct an_caps *caps,
                                an_day today, struct an_arena *arena, struct an_err *err) {
    struct an_budget budget = {.limit = 64 << 20};
    AN_CLEANUP(looker_release) struct looker l = {.arena = arena,
        .options = {.key = key, .caps = *caps, .budget = &budget, .today = today}};
    struct an_record_look **sorted = AN_NEW_N(arena, count + 1, struct an_record_look *);
    if (!sorted)
        return an_fail(err, AN_NOMEM, "no memory to look at %zu records", count);
    for (size_t i = 0; i < count; i++)
        sorted[i] = &looks[i];
    qsort(sorted, count, sizeof *sorted, by_record);
    for (size_t i = 0; i < count; i++)
        if (an_url_scheme(looks[i].store).len)
            return an_fail(err, AN_USAGE, "%.*s: rows of a server have no numbers that stay; export the table to a file, measure "
                           "that and draw from it", AN_STR_ARG(looks[i].store));
    AN_TRY(an_intake_new(&l.options, &l.intake, err));
    for (size_t from = 0, to; from < count; from = to) {
        for (to = from + 1; to < count && an_str_eq(file_of(sorted[to]->store), file_of(sorted[from]->store)); to++) {}
        l.sorted = sorted + from;
        l.count = to - from;
        AN_TRY(look_in_file(&l, err));
    }
    for (size_t i = 1; i < count; i++)              // one that was asked for twice
        if (by_record(&sorted[i - 1], &sorted[i]) == 0 && sorted[i - 1]->seen != sorted[i]->seen) {
            const struct an_record_look *seen = sorted[i - 1]->seen ? sorted[i - 1] : sorted[i];
            struct an_record_look copy = *seen;
            *sorted[i - 1] = *sorted[i] = copy;
        }
    return AN_OK;
}

// --- a value to its identifiers

struct reader {
    const struct an_key *key;
    const struct an_caps *caps;
    struct an_located *held; size_t count, cap;
    bool any;                           // in the line at hand
};

static enum an_code read_hit(void *arg, const struct an_hit *hit, struct an_err *err) {
    struct reader *r = arg;
    uint8_t kind = hit->kind->code;
    if (hit->form != AN_HIT_CLEAR || hit->grade < AN_GRADE_CEILING || r->caps->m[kind] == AN_MANY || kind == AN_ACCOUNT_CODE)
        return AN_OK;
    r->any = true;
    struct an_token token = an_key_token(r->key, kind, hit->key);
    struct an_located one = {.kind = kind, .digest = an_commit_digest(kind, token.byte)};
    for (size_t i = 0; i < r->count; i++)
        if (memcmp(&r->held[i], &one, sizeof one) == 0)
            return AN_OK;
    if (!an_alloc_room(&r->held, r->count, &r->cap, sizeof one))
        return an_fail(err, AN_NOMEM, "no memory for what was given");
    r->held[r->count++] = one;
    return AN_OK;
}

static void reader_release(struct reader *r) { an_free(r->held); }

enum an_code an_look_at_text(struct an_str text, const struct an_key *key, const struct an_caps *caps, an_day today,
                             struct an_arena *arena, struct an_located **ret, size_t *ret_count, struct an_err *err) {
    AN_CLEANUP(an_scanner_cleanup) struct an_scanner *scanner = NULL;
    AN_CLEANUP(reader_release) struct reader r = {.key = key, .caps = caps};
    struct an_str line;
    AN_TRY(an_scanner_new(today, &scanner, err));
    for (size_t number = 1; an_str_next(&text, '\n', &line); number++) {
        while (line.len && (line.ptr[line.len - 1] == '\r' || line.ptr[line.len - 1] == ' '))
            line.len--;
        if (!line.len)
            continue;
        r.any = false;
        AN_TRY(an_scan_cell(scanner, line, NULL, read_hit, &r, err));
        for (size_t k = 0; k < an_kind_count() && !r.any; k++)      // as in a column that names it
            if (caps->m[an_kind_at(k)->code] != AN_MANY && an_kind_at(k)->code != AN_ACCOUNT_CODE)
                AN_TRY(an_scan_cell(scanner, line, an_kind_at(k), read_hit, &r, err));
        if (!r.any)
            return an_fail(err, AN_INPUT, "line %zu holds no identifier of a kind that the floor counts", number);
    }
    *ret_count = r.count;
    *ret = AN_NEW_N(arena, r.count + 1, struct an_located);
    if (!*ret)
        return an_fail(err, AN_NOMEM, "no memory for what was given");
    if (r.count)
        memcpy(*ret, r.held, r.count * sizeof **ret);
    return AN_OK;
}
