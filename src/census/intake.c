// Stores opened and closed, and the threads that help with a large one.
#include "census/intake_parts.h"

#include <sodium.h>
#include <string.h>
#include "base/alloc.h"
#include "census/crew.h"
#include "census/hide.h"
#include "census/looking.h"

enum { KEYS_FIRST = 64 * 1024 };        // bytes for the canonical forms of a record, to begin with

const struct an_declared *an_declared_for(const struct an_declared *all, size_t count, struct an_str uri) {
    const struct an_declared *best = NULL;
    for (size_t i = 0; i < count; i++) {
        const struct an_declared *d = &all[i];
        bool mine = uri.len >= d->uri.len && memcmp(uri.ptr, d->uri.ptr, d->uri.len) == 0 &&
                    (uri.len == d->uri.len || d->uri.len == 0 || uri.ptr[d->uri.len] == '/' ||
                     uri.ptr[d->uri.len] == '!' ||
                     d->uri.ptr[d->uri.len - 1] == '/');
        if (mine && (!best || d->uri.len > best->uri.len))
            best = d;
    }
    return best;
}

static enum an_code store_add(struct an_intake *in, struct an_store *s, struct an_err *err) {
    if (in->store_count == in->store_cap) {
        size_t cap = in->store_cap ? 2 * in->store_cap : 16;
        struct an_store **stores = an_realloc(in->stores, cap * sizeof(struct an_store *));
        if (!stores) {
            an_store_free(s);
            return an_fail(err, AN_NOMEM, "no memory for %zu stores", cap);
        }
        in->stores = stores;
        in->store_cap = cap;
    }
    in->stores[in->store_count++] = s;
    return AN_OK;
}

static enum an_code sink_open(void *arg, const struct an_store_info *info, struct an_err *err) {
    struct an_intake *in = arg;
    in->personal = in->labelled = false;
    in->way_count = 0;
    in->block_bytes = 0;
    in->alone = !in->options->hands;
    in->guessed = info->guessed;
    in->recognised = info->recognised;
    in->account = SIZE_MAX;
    in->declared = an_declared_for(in->options->declared, in->options->declared_count, info->uri);
    for (size_t i = in->store_count; i-- > 0;)      // a table whose rows come in several statements is opened again
        if (an_str_eq(in->stores[i]->uri, info->uri)) {
            in->store = in->stores[i];
            return AN_OK;                           // its columns are told again, and with them the ways
        }
    struct an_store *s = an_store_new(info->uri, in->options->budget, err);
    if (!s)
        return AN_NOMEM;
    enum an_code code = store_add(in, s, err);
    if (code)
        return code;
    in->store = s;
    s->looking = an_looking_new(in->options->today, err);
    if (!s->looking)
        return AN_NOMEM;
    const struct an_declared *d = in->declared;
    s->declared_single = d && d->single_subject;
    s->subjects = d ? d->subjects : AN_SUBJECTS_UNDECLARED;
    code = an_intake_copy(s, d ? d->location : AN_STR(""), &s->location, err);
    if (!code)
        code = an_intake_copy(s, an_str_from_c(info->format ? info->format : ""), &s->format, err);
    return code ? code : an_intake_copy(s, an_str_from_c(info->encoding ? info->encoding : ""), &s->encoding, err);
}

static enum an_code flush_pending(struct an_intake *in, struct an_err *err) {
    in->pending->drafted = AN_COUNT(in->pending->drafts);       // whatever is left in them goes now
    return an_pending_flush(in->pending, &in->store->rows, err);
}

// Waits for the hands, and puts their parts of the store together.
static enum an_code unshare(struct an_intake *in, struct an_err *err) {
    if (!in->shared)
        return AN_OK;
    in->shared = false;
    in->alone = true;                   // sharing again, for columns that come late, would cost more than it gives
    enum an_code code = an_crew_wait(in->crew, err);
    for (size_t i = 0; i < in->hand_count; i++) {
        struct an_intake *h = in->hands[i];
        if (h->store && !code)
            code = flush_pending(h, err);
        if (h->store && !code)
            code = an_store_join(in->store, h->store, err);
        an_store_free(h->store);
        h->store = NULL;
    }
    an_store_unshare(in->store);
    return code;
}

static enum an_code sink_columns(void *arg, const struct an_str *names, size_t count, struct an_err *err) {
    enum an_code code = unshare(arg, err);
    return code ? code : an_intake_add_columns(arg, names, count, err);
}

static enum an_code sink_record(void *arg, const struct an_record *record, struct an_err *err) {
    struct an_intake *in = arg;
    enum an_code code = an_looking_record(in->store->looking, in->store, record, err);
    return code ? code : an_intake_take_record(in, record, err);
}

// A hand takes a block.
static enum an_code take_block(void *hand, const struct an_crew_block *block, struct an_err *err) {
    return block->rows.count ? an_intake_take_rows(hand, &block->rows, err) : an_intake_take_lines(hand, block->lines, err);
}

static enum an_code make_hands(struct an_intake *in, struct an_err *err) {
    in->hand_options = *in->options;
    in->hand_options.hands = 0;
    in->hands = an_alloc(in->options->hands * sizeof(struct an_intake *));
    if (!in->hands)
        return an_fail(err, AN_NOMEM, "no memory for %zu threads", in->options->hands);
    enum an_code code = AN_OK;
    while (in->hand_count < in->options->hands && !code) {
        code = an_intake_new(&in->hand_options, &in->hands[in->hand_count], err);
        in->hand_count += !code;
    }
    if (!code)
        in->crew = an_crew_new((void *const *) in->hands, in->hand_count, take_block);
    return code;
}

// Every hand gets a part of the open store.
static enum an_code share(struct an_intake *in, struct an_err *err) {
    enum an_code code = in->hands ? AN_OK : make_hands(in, err);
    if (!code && in->crew)
        code = an_store_share(in->store, err);
    in->alone = code || !in->crew;
    in->shared = !in->alone;
    for (size_t i = 0; i < in->hand_count && in->shared && !code; i++) {
        struct an_intake *h = in->hands[i];
        h->store = an_store_part(in->store, err);
        if (!h->store)
            return AN_NOMEM;
        h->personal = in->personal;
        h->labelled = in->labelled;
        h->guessed = in->guessed;
        h->recognised = in->recognised;
        h->account = in->account;
        code = an_intake_find_ways(h, err);
    }
    return code;
}

// Whether a hand takes the block; when none is free, or the store is no large one, the caller does.
static enum an_code offer(struct an_intake *in, const struct an_crew_block *block, size_t bytes, bool *ret_taken,
                          struct an_err *err) {
    enum { LARGE = 8 * 1024 * 1024 };
    enum an_code code = AN_OK;
    *ret_taken = false;
    in->block_bytes += bytes;
    if (!in->shared && !in->alone &&
        in->block_bytes >= (in->options->hands_after ? in->options->hands_after : (uint64_t) LARGE))
        code = share(in, err);
    if (in->shared && !code)
        *ret_taken = an_crew_give(in->crew, block);
    return code;
}

static enum an_code sink_rows(void *arg, const struct an_rows *rows, struct an_err *err) {
    enum { CELL = 16 };                                 // bytes, about
    struct an_intake *in = arg;
    bool taken = false;
    enum an_code code = an_looking_rows(in->store->looking, in->store, rows, err);
    if (!code)
        code = offer(in, &(struct an_crew_block) {.rows = *rows}, rows->count * rows->columns * CELL, &taken, err);
    return code || taken ? code : an_intake_take_rows(arg, rows, err);
}

static enum an_code sink_lines(void *arg, struct an_str block, uint64_t first_number, uint64_t offset,
                               struct an_err *err) {
    struct an_intake *in = arg;
    bool taken = false;
    enum an_code code = an_looking_lines(in->store->looking, block, err);
    if (!code)
        code = offer(in, &(struct an_crew_block) {.lines = block}, block.len, &taken, err);
    (void) first_number;
    (void) offset;
    return code || taken ? code : an_intake_take_lines(arg, block, err);
}

static enum an_code sink_trouble(void *arg, const struct an_trouble *t, struct an_err *err) {
    struct an_intake *in = arg;
    struct an_store *s = in->store;
    s->records_lost = an_add_unknown(s->records_lost, t->records_lost);
    s->bytes_lost = an_add_unknown(s->bytes_lost, t->bytes_lost);
    s->trouble_total++;
    if (s->trouble_count == AN_STORE_TROUBLES)
        return AN_OK;
    struct an_store_trouble *mine = &s->troubles[s->trouble_count];
    enum an_code code = an_intake_copy(s, t->text, &mine->text, err);
    if (code)
        return code;
    mine->offset = t->offset;
    mine->record = t->record;
    s->trouble_count++;
    return AN_OK;
}

// The worse of two: a store opened twice keeps what either reading said.
static enum an_store_status worse(enum an_store_status a, enum an_store_status b) {
    static const int rank[] = {[AN_STORE_READ] = 1, [AN_STORE_SKIPPED] = 0, [AN_STORE_PARTLY] = 2,
                               [AN_STORE_UNREAD] = 3};
    return rank[a] >= rank[b] ? a : b;
}

// Whether names of its columns may be keys of its data, as in a map from a person to something.
static bool has_keys(const struct an_store *s) {
    static const char *const formats[] = {"avro", "elasticsearch", "json", "kafka", "mongodb", "orc", "parquet"};
    for (size_t i = 0; i < AN_COUNT(formats); i++)
        if (an_str_eq(s->format, an_str_from_c(formats[i])))
            return true;
    return false;
}

static enum an_code sink_close(void *arg, enum an_store_status status, uint64_t bytes, struct an_str why,
                               struct an_err *err) {
    struct an_intake *in = arg;
    struct an_store *s = in->store;
    enum an_code ended = unshare(in, err);
    if (!ended)
        ended = flush_pending(in, err);
    if (ended)
        return ended;
    const struct an_declared *d = in->declared;
    if (d && d->account.len && an_str_eq(d->uri, s->uri) && in->account == SIZE_MAX && status != AN_STORE_UNREAD) {
        struct an_trouble none = {.code = AN_USAGE, .text = AN_STR("the account column declared for it is not there")};
        enum an_code code = sink_trouble(arg, &none, err);
        if (code)
            return code;
    }
    enum an_code told = an_looking_tell(s->looking, s, err);
    if (told)
        return told;
    if (has_keys(s)) {
        enum an_code code = an_store_hide_keys(s, err);
        if (code)
            return code;
    }
    bool first = !s->bytes && !s->why.ptr;
    s->status = first ? status : worse(s->status, status);
    s->bytes += bytes;
    in->store = NULL;
    return s->why.len && !why.len ? AN_OK : an_intake_copy(s, why, &s->why, err);
}

enum an_code an_intake_new(const struct an_intake_options *options, struct an_intake **ret, struct an_err *err) {
    struct an_intake *in = an_alloc(sizeof *in);
    if (!in)
        return an_fail(err, AN_NOMEM, "no memory to take records in");
    memset(in, 0, sizeof *in);
    in->options = options;
    an_kind_indices(in->index);
    in->sink = (struct an_sink) {in, sink_open, sink_columns, sink_record, sink_lines, sink_trouble, sink_close, sink_rows};
    in->items = an_alloc(AN_INTAKE_FOUND * sizeof *in->items);
    in->group = an_alloc(AN_INTAKE_FOUND * sizeof *in->group);
    in->keys = an_alloc(KEYS_FIRST);
    in->key_cap = KEYS_FIRST;
    enum an_code code = in->items && in->group && in->keys ? an_scanner_new(options->today, &in->scanner, err)
                                                           : an_fail(err, AN_NOMEM, "no memory to take records in");
    if (!code && (!(in->pending = an_pending_new(err)) || !(in->batch = an_batch_new(options->plain, err))))
        code = AN_NOMEM;
    if (code) {
        an_intake_free(in);
        return code;
    }
    // canonical forms are not to be swapped out; where that is allowed
    (void) sodium_mlock(in->keys, KEYS_FIRST);
    *ret = in;
    return AN_OK;
}

void an_intake_free(struct an_intake *in) {
    if (!in)
        return;
    an_crew_free(in->crew);
    for (size_t i = 0; i < in->hand_count; i++) {
        an_store_free(in->hands[i]->store);     // after a failure
        an_intake_free(in->hands[i]);
    }
    an_free(in->hands);
    for (size_t i = 0; i < in->store_count; i++)
        an_store_free(in->stores[i]);
    an_free(in->stores);
    if (in->keys)
        (void) sodium_munlock(in->keys, in->key_cap);
    an_free(in->keys);
    an_free(in->items);
    an_free(in->group);
    an_free(in->ways);
    an_free(in->values);
    an_pending_free(in->pending);
    an_batch_free(in->batch);
    sodium_memzero(in->narrow, sizeof in->narrow);
    an_scanner_free(in->scanner);
    an_free(in);
}

const struct an_sink *an_intake_sink(struct an_intake *in) { return &in->sink; }

enum an_code an_intake_take(struct an_intake *in, struct an_store ***ret_stores, size_t *ret_count,
                            struct an_err *err) {
    for (size_t i = 0; i < in->store_count; i++) {
        struct an_store *s = in->stores[i];
        an_looking_free(s->looking);
        s->looking = NULL;
        struct an_set *rows = &s->rows;
        enum an_code code = an_count_make(&rows, 1, &in->options->caps, in->options->budget, &s->count, err);
        if (code)
            return code;
        an_count_accounts(&s->count);
    }
    *ret_stores = AN_TAKE(in->stores);
    *ret_count = in->store_count;
    in->store_count = in->store_cap = 0;
    return AN_OK;
}
