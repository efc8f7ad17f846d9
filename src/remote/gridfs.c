#include "remote/gridfs.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "remote/bson.h"
#include "source/uri.h"

// Source: MongoDB GridFS specification, github.com/mongodb/specifications, source/gridfs: pieces have files_id, n from 0, data.

enum { FILES_MAX = 100000, COLLECTION_MAX = 512 };       // COLLECTION_MAX: bytes of a collection's; servers take 255

struct file {                           // being read
    const struct an_gridfs *g;
    struct an_mongo_cursor cursor;
    int64_t length;                     // as its document says; negative: it does not
    int64_t next;                       // number of the next piece
    uint64_t given;
    const uint8_t *data; uint32_t len;  // of the piece at hand, not given yet
};

struct work {
    const struct an_gridfs *g;
    uint64_t pieces, files, left_out;
    bool failed;                        // some file has pieces that were not seen
};

static bool is_ours(enum an_code code) { return code == AN_NOMEM || code == AN_BUG; }

static enum an_code take_piece(struct file *f, const bson_t *piece, struct an_err *err) {
    bson_iter_t at;
    bson_subtype_t subtype = BSON_SUBTYPE_BINARY;
    if (!bson_iter_init_find(&at, piece, "n") || !BSON_ITER_HOLDS_NUMBER(&at) || bson_iter_as_int64(&at) != f->next)
        return an_fail(err, AN_INPUT, "a piece of the file is missing, or there twice: the rest of it is not read");
    if (!bson_iter_init_find(&at, piece, "data") || !BSON_ITER_HOLDS_BINARY(&at))
        return an_fail(err, AN_INPUT, "a piece of the file holds no data: the rest of it is not read");
    bson_iter_binary(&at, &subtype, &f->len, &f->data);
    if (subtype == BSON_SUBTYPE_ENCRYPTED)
        return an_fail(err, AN_IO, "the file is encrypted by who stored it");
    f->next++;
    return AN_OK;
}

static enum an_code read_file(void *arg, char *buf, size_t cap, size_t *ret_len, struct an_err *err) {
    struct file *f = arg;
    *ret_len = 0;
    while (!f->len) {
        const bson_t *piece;
        AN_TRY(an_mongo_next(&f->cursor, &piece, err));
        if (!piece && f->length >= 0 && f->given != (uint64_t) f->length)
            return an_fail(err, AN_IO, "its document says that the file has %lld bytes, and %llu came", (long long) f->length,
                           (unsigned long long) f->given);
        if (!piece)
            return AN_OK;
        AN_TRY(take_piece(f, piece, err));
    }
    size_t n = f->len < cap ? f->len : cap;
    memcpy(buf, f->data, n);
    f->data += n;
    f->len -= (uint32_t) n;
    f->given += n;
    *ret_len = n;
    an_remote_took(f->g->reading, f->g->ask, n);
    return AN_OK;
}

static enum an_code begin_file(struct file *f, const bson_iter_t *id, struct an_err *err) {
    const struct an_gridfs *g = f->g;
    bson_t filter = BSON_INITIALIZER, options = BSON_INITIALIZER, sort;
    AN_AUTO(an_buf) chunks = {0};
    enum an_code code = an_buf_addf(&chunks, err, "%s.chunks", g->bucket);
    bool ok = bson_append_iter(&filter, "files_id", -1, id) && (!g->options || bson_concat(&options, g->options)) &&
              BSON_APPEND_DOCUMENT_BEGIN(&options, "sort", &sort) && BSON_APPEND_INT32(&sort, "n", 1) &&
              bson_append_document_end(&options, &sort);
    struct an_mongo_find find = {.database = g->database, .collection = chunks.ptr, .filter = &filter, .options = &options,
                                 .snapshot = g->snapshot};
    if (!code)
        code = ok ? an_mongo_begin(g->m, &find, &f->cursor, err) : an_fail(err, AN_NOMEM, "no memory for a file");
    bson_destroy(&filter);
    bson_destroy(&options);
    return code;
}

// BUCKET/ID/NAME.
static enum an_code name_file(const struct an_gridfs *g, const bson_t *document, const bson_iter_t *id, struct an_buf *out,
                              struct an_str *ret_part, struct an_err *err) {
    bson_iter_t at;
    AN_TRY(an_buf_addf(out, err, "%s/", g->bucket));
    if (BSON_ITER_HOLDS_OID(id)) {
        char hex[25];
        bson_oid_to_string(bson_iter_oid(id), hex);
        AN_TRY(an_buf_add(out, an_str_from_c(hex), err));
    } else if (BSON_ITER_HOLDS_INT(id)) {
        AN_TRY(an_buf_addf(out, err, "%" PRId64, bson_iter_as_int64(id)));
    } else {
        AN_TRY(an_buf_add(out, AN_STR("?"), err));          // what else it may be is data
    }
    size_t from = out->len;
    if (bson_iter_init_find(&at, document, "filename") && BSON_ITER_HOLDS_UTF8(&at)) {
        uint32_t len = 0;
        const char *name = bson_iter_utf8(&at, &len);
        bool text = bson_utf8_validate(name, len, false);
        AN_TRY(an_buf_add(out, AN_STR("/"), err));
        AN_TRY(an_buf_add(out, text ? (struct an_str) {name, len} : AN_STR("?"), err));
        from++;
    }
    *ret_part = an_str_slice(an_buf_str(out), from, out->len);
    return AN_OK;
}

// The pieces of a file that an earlier run read.
static void count_pieces(struct work *w, const bson_iter_t *id) {
    const struct an_gridfs *g = w->g;
    bson_t others = BSON_INITIALIZER, not;
    char chunks[COLLECTION_MAX];
    (void) snprintf(chunks, sizeof chunks, "%s.chunks", g->bucket);
    bool ok = BSON_APPEND_DOCUMENT_BEGIN(&others, "files_id", &not) && bson_append_iter(&not, "$ne", -1, id) &&
              bson_append_document_end(&others, &not);
    uint64_t n = ok ? an_mongo_count(g->m, g->database, chunks, &others, g->snapshot) : AN_UNKNOWN_COUNT;
    bson_destroy(&others);
    w->failed |= n == AN_UNKNOWN_COUNT;
    w->pieces += n == AN_UNKNOWN_COUNT ? 0 : n;
}

static enum an_code give_file(struct work *w, const bson_t *document, struct an_err *err) {
    const struct an_gridfs *g = w->g;
    AN_AUTO(an_buf) name = {0}, uri = {0};
    struct an_str part, no;
    struct an_err why;
    struct file f = {.g = g, .length = -1};
    bson_iter_t id, at;
    if (!bson_iter_init_find(&id, document, "_id"))
        return AN_OK;
    AN_TRY(name_file(g, document, &id, &name, &part, err));
    if (!an_remote_wants(g->ask, an_buf_str(&name), part, &no)) {
        w->left_out += no.len > 0;
        if (!no.len)
            count_pieces(w, &id);
        return AN_OK;
    }
    if (bson_iter_init_find(&at, document, "length") && BSON_ITER_HOLDS_NUMBER(&at))
        f.length = bson_iter_as_int64(&at);
    AN_TRY(an_source_uri_below(&uri, g->ask->uri, an_buf_str(&name), err));
    enum an_code fault = begin_file(&f, &id, &why), code;
    struct an_input input = {.uri = an_buf_str(&uri), .arg = &f, .read = read_file};
    if (is_ours(fault)) {
        *err = why;
        code = fault;
    } else if (fault) {
        code = an_remote_unread(g->reading, g->ask, "gridfs", an_buf_str(&name), fault, an_str_from_c(why.text), err);
    } else {
        code = an_source_read(g->reading, &input, err);
    }
    w->files++;
    w->pieces += (uint64_t) f.next;
    w->failed |= fault || !f.cursor.ended;
    an_mongo_cursor_release(&f.cursor);
    return code;
}

// What the collection of pieces is: read with the files; or there are pieces of no file.
static enum an_code give_pieces(struct work *w, struct an_str chunks, struct an_err *err) {
    const struct an_gridfs *g = w->g;
    AN_AUTO(an_buf) text = {0}, full = {0};
    struct an_str no;
    AN_TRY(an_buf_addf(&full, err, "%s.%.*s", g->database, AN_STR_ARG(chunks)));
    if (!an_remote_wants(g->ask, an_buf_str(&full), chunks, &no))
        return an_remote_skip(g->reading, g->ask, "mongodb", chunks, no, err);
    if (w->left_out) {
        AN_TRY(an_buf_addf(&text, err, "pieces of files, read with these; %llu files are left out by --include and --exclude",
                           (unsigned long long) w->left_out));
        return an_remote_skip(g->reading, g->ask, "mongodb", chunks, an_buf_str(&text), err);
    }
    uint64_t all = w->failed ? w->pieces : an_mongo_count(g->m, g->database, chunks.ptr, NULL, g->snapshot);
    if (all <= w->pieces)
        return an_remote_skip(g->reading, g->ask, "mongodb", chunks, AN_STR("pieces of files, read with these"), err);
    if (all == AN_UNKNOWN_COUNT)
        AN_TRY(an_buf_addf(&text, err, "the server does not say whether there are pieces of no file"));
    else
        AN_TRY(an_buf_addf(&text, err, "%llu pieces are of no file that is listed, and not read",
                           (unsigned long long) (all - w->pieces)));
    return an_remote_unread(g->reading, g->ask, "mongodb", chunks, AN_INPUT, an_buf_str(&text), err);
}

static enum an_code give_files(struct work *w, struct an_mongo_cursor *c, struct an_str chunks, struct an_err *err) {
    const struct an_gridfs *g = w->g;
    const bson_t *document = NULL;
    struct an_err why;
    enum an_code fault;
    while (!(fault = an_mongo_next(c, &document, &why)) && document && w->files < FILES_MAX)
        AN_TRY(give_file(w, document, err));
    if (is_ours(fault)) {
        *err = why;
        return fault;
    }
    if (fault)
        return an_remote_unread(g->reading, g->ask, "mongodb", chunks, fault, an_str_from_c(why.text), err);
    if (document)
        return an_remote_unread(g->reading, g->ask, "mongodb", chunks, AN_LIMIT,
                                AN_STR("more than 100,000 files: the others were not read"), err);
    return give_pieces(w, chunks, err);
}

enum an_code an_gridfs_read(const struct an_gridfs *g, struct an_err *err) {
    struct work w = {.g = g};
    AN_AUTO(an_buf) chunks = {0}, files = {0};
    struct an_err why;
    AN_TRY(an_buf_addf(&chunks, err, "%s.chunks", g->bucket));
    AN_TRY(an_buf_addf(&files, err, "%s.files", g->bucket));
    bson_t filter = BSON_INITIALIZER;
    struct an_mongo_find find = {.database = g->database, .collection = files.ptr, .filter = &filter, .snapshot = g->snapshot};
    struct an_mongo_cursor c;
    enum an_code fault = an_mongo_begin(g->m, &find, &c, &why);
    bson_destroy(&filter);
    if (is_ours(fault)) {
        *err = why;
        return fault;
    }
    if (fault)
        return an_remote_unread(g->reading, g->ask, "mongodb", an_buf_str(&chunks), fault, an_str_from_c(why.text), err);
    enum an_code code = give_files(&w, &c, an_buf_str(&chunks), err);
    an_mongo_cursor_release(&c);
    return code;
}
