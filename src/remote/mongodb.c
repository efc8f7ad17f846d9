// MongoDB: each collection is a store, each document a record; files of GridFS are stores of their own.
//
// Documents come in the order in which they lie, in a snapshot where the server gives one and it is likely to last. What came is
// held against the number the server counts. Nothing is written but cursors, which end with the reading.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/alloc.h"
#include "base/arena.h"
#include "remote/bson.h"
#include "remote/feed.h"
#include "remote/gridfs.h"
#include "remote/mongo.h"
#include "source/uri.h"

static const char format[] = "mongodb";

enum {
    AT_ONCE = 64 * 1024,                // bytes of documents that are given together
    SNAPSHOT_SECONDS = 200,             // servers keep one for 300, unless told otherwise
    READ_RATE = 20 << 20,               // bytes a second, likely
    BATCH_SECONDS = 30,                 // that a batch may take under --max-rate: cursors are let go after 10 minutes
    BATCH_MAX = 1000,
    DOCUMENT = 1024,                    // bytes, where the server does not say
    NAMES_MAX = 100000,                 // collections of a database
};

enum kind { PLAIN, SERIES, VIEW };
struct collection { const char *name; enum kind kind; };

struct work {
    struct an_reading *reading;
    const struct an_remote_ask *ask;
    struct an_mongo m;
    struct an_blob blob;
    struct an_arena arena;
    bool others_named, no_snapshot;     // as the URL says
};

static void work_release(struct work *w) {
    an_mongo_release(&w->m);
    an_blob_release(&w->blob);
    an_arena_release(&w->arena);
}

static bool is_ours(enum an_code code) { return code == AN_NOMEM || code == AN_BUG; }

static enum an_code no_memory(struct an_err *err) { return an_fail(err, AN_NOMEM, "no memory for a database"); }

// A store that is not read, for `why`.
static enum an_code unread(struct work *w, const struct an_remote_ask *ask, struct an_str name, enum an_code fault,
                           const struct an_err *why, struct an_err *err) {
    if (is_ours(fault)) {
        *err = *why;
        return fault;
    }
    return an_remote_unread(w->reading, ask, format, name, fault, an_str_from_c(why->text), err);
}

// A collection.

struct collecting {
    struct work *w;
    const struct an_remote_ask *ask;    // as its database is named
    const char *database, *name;
    struct an_mongo_cursor cursor;
    bson_t *filter;                     // of --where; NULL: none
    uint64_t expected, count;           // documents: as the server says, in all; that came
    struct an_bson_lost lost;
    struct an_trouble rest;
    const char *why;                    // there is no snapshot; NULL: there is
};

static void collecting_release(struct collecting *c) {
    an_mongo_cursor_release(&c->cursor);
    if (c->filter)
        bson_destroy(c->filter);
    c->filter = NULL;
}

static enum an_code tell_lost(const struct collecting *c, struct an_err *err) {
    const struct { uint64_t count; const char *what; } parts[] = {
        {c->lost.encrypted, "hold values that their writer encrypted"},
        {c->lost.packed, "are a time series as the server packs it"},
        {c->lost.damaged, "are damaged"},
        {c->lost.deep, "are nested too deeply"},
    };
    AN_AUTO(an_buf) text = {0};
    for (size_t i = 0; i < AN_COUNT(parts); i++)
        if (parts[i].count)
            AN_TRY(an_buf_addf(&text, err, "%s%llu documents %s", text.len ? ", " : "", (unsigned long long) parts[i].count,
                               parts[i].what));
    return text.len ? an_fail(err, AN_INPUT, "%.*s: this is not read", AN_STR_ARG(an_buf_str(&text))) : AN_OK;
}

static enum an_code end_collection(struct collecting *c, struct an_err *err) {
    struct an_mongo *m = &c->w->m;
    if (c->filter) {
        c->rest.records_lost = an_mongo_count(m, c->database, c->name, c->filter, c->cursor.snapshot);
        if (c->rest.records_lost)
            c->rest.text = AN_STR("read as far as --where says; the other documents were not read");
    } else if (c->expected != AN_UNKNOWN_COUNT && c->count < c->expected) {
        // the number that was asked for first is kept beside the data, and may be wrong; this one is not
        uint64_t all = an_mongo_count(m, c->database, c->name, NULL, c->cursor.snapshot);
        if (all == AN_UNKNOWN_COUNT || c->count < all)
            return an_fail(err, AN_IO, "the server says that the collection holds %llu documents, and gave %llu",
                           (unsigned long long) (all == AN_UNKNOWN_COUNT ? c->expected : all), (unsigned long long) c->count);
    }
    return tell_lost(c, err);
}

// The feed of a collection.
static enum an_code more(void *arg, struct an_buf *out, struct an_err *err) {
    struct collecting *c = arg;
    size_t before = out->len;
    uint64_t bytes = 0;
    enum an_code code = AN_OK;
    while (!code && out->len - before < AT_ONCE) {
        const bson_t *document;
        code = an_mongo_next(&c->cursor, &document, err);
        if (!code && !document)
            code = out->len > before ? AN_OK : end_collection(c, err);
        if (code || !document)
            break;
        c->count++;
        bytes += document->len;
        struct an_str text = {(const char *) bson_get_data(document), document->len};
        code = an_bson_line(&c->w->blob, text, &c->lost, out, err);
    }
    an_remote_took(c->w->reading, c->ask, bytes);
    return code;
}

// Documents that the server says are there, from what it keeps beside them.
static uint64_t ask_count(struct collecting *c) {
    bson_t command = BSON_INITIALIZER, reply;
    struct an_err err;
    int64_t n = -1;
    if (BSON_APPEND_UTF8(&command, "count", c->name) &&
        !an_mongo_command(&c->w->m, c->database, &command, &reply, &err)) {
        n = an_mongo_number(&reply, "n");
        bson_destroy(&reply);
    }
    bson_destroy(&command);
    return n < 0 ? AN_UNKNOWN_COUNT : (uint64_t) n;
}

struct sizes { int64_t all, one; };     // bytes, in all and of a document; negative: not known

static struct sizes ask_sizes(struct collecting *c) {
    bson_t command = BSON_INITIALIZER, reply;
    struct an_err err;
    struct sizes s = {-1, -1};
    if (BSON_APPEND_UTF8(&command, "collStats", c->name) &&
        !an_mongo_command(&c->w->m, c->database, &command, &reply, &err)) {
        s = (struct sizes) {an_mongo_number(&reply, "size"), an_mongo_number(&reply, "avgObjSize")};
        bson_destroy(&reply);
    }
    bson_destroy(&command);
    return s;
}

static bool is_short(const struct work *w, int64_t bytes) {
    const struct an_rate *rate = w->ask->options->rate;
    uint64_t per_second = rate && rate->per_second && rate->per_second < READ_RATE ? rate->per_second : READ_RATE;
    return bytes < 0 || (uint64_t) bytes / per_second < SNAPSHOT_SECONDS;
}

// How many documents come at once; 0: as many as the server likes.
static int32_t batch_of(const struct work *w, int64_t bytes) {
    const struct an_rate *rate = w->ask->options->rate;
    if (!rate || !rate->per_second || rate->per_second >= READ_RATE)
        return 0;
    uint64_t n = rate->per_second * BATCH_SECONDS / (uint64_t) (bytes > 0 ? bytes : DOCUMENT);
    return n < 1 ? 1 : n > BATCH_MAX ? BATCH_MAX : (int32_t) n;
}

static enum an_code begin_collection(struct collecting *c, struct an_err *err) {
    struct work *w = c->w;
    struct an_str name = an_str_from_c(c->name), where;
    AN_AUTO(an_buf) full = {0};
    AN_TRY(an_buf_addf(&full, err, "%s.%s", c->database, c->name));
    where = an_remote_where(c->ask, an_buf_str(&full), name);
    if (where.ptr) {
        bson_error_t error;
        c->filter = bson_new_from_json((const uint8_t *) where.ptr, (ssize_t) where.len, &error);
        if (!c->filter)
            return an_fail(err, AN_USAGE, "what --where says of it is no JSON object, as MongoDB's queries are");
    }
    c->expected = ask_count(c);
    struct sizes sizes = ask_sizes(c);
    bson_t none = BSON_INITIALIZER, options = BSON_INITIALIZER;
    int32_t batch = batch_of(w, sizes.one);
    bool ok = !batch || BSON_APPEND_INT32(&options, "batchSize", batch), is_long = !is_short(w, sizes.all);
    struct an_mongo_find find = {.database = c->database, .collection = c->name, .filter = c->filter ? c->filter : &none,
                                 .options = &options, .snapshot = !w->no_snapshot && !is_long};
    enum an_code code = ok ? an_mongo_begin(&w->m, &find, &c->cursor, err) : no_memory(err);
    bson_destroy(&options);
    bson_destroy(&none);
    if (code && c->filter && (w->m.fault == 2 || w->m.fault == 9 || w->m.fault == 14 || w->m.fault == 72 || w->m.fault == 168))
        return an_fail(err, AN_USAGE, "the server refuses what --where says of it (error %d)", w->m.fault);
    c->why = c->cursor.snapshot ? NULL : w->no_snapshot ? "read without a snapshot, as the URL says"
           : !w->m.has_snapshots ? "read without a snapshot: the server is no replica set, or older than MongoDB 5.0"
           : is_long ? "read without a snapshot: servers keep one for five minutes, and reading takes longer"
           : "read without a snapshot: the server gives none of it";
    return code;
}

static enum an_code read_collection(struct work *w, const struct an_remote_ask *ask, const char *database, const char *name,
                                    struct an_err *err) {
    AN_CLEANUP(collecting_release) struct collecting c = {.w = w, .ask = ask, .database = database, .name = name,
                                                          .rest = {.code = AN_USAGE}};
    AN_AUTO(an_buf) uri = {0};
    struct an_err why;
    enum an_code fault = begin_collection(&c, &why);
    if (fault)
        return unread(w, ask, an_str_from_c(name), fault, &why, err);
    AN_TRY(an_source_uri_below(&uri, ask->uri, an_str_from_c(name), err));
    struct an_feed feed = {.uri = an_buf_str(&uri), .format = format, .more = more, .arg = &c, .why = c.why, .rest = &c.rest};
    return an_feed_read(w->reading, &feed, err);
}

// A database.

static struct an_str part_of(const char *name, const char *before, const char *after) {
    struct an_str s = an_str_from_c(name);
    size_t b = strlen(before), a = strlen(after);
    bool fits = s.len > b + a && strncmp(name, before, b) == 0 && strcmp(name + s.len - a, after) == 0;
    return fits ? an_str_slice(s, b, s.len - a) : (struct an_str) {0};
}

static const struct collection *find_collection(const struct collection *all, size_t count, struct an_str name,
                                                const char *after) {
    for (size_t i = 0; i < count; i++)
        if (strncmp(all[i].name, name.ptr, name.len) == 0 && strcmp(all[i].name + name.len, after) == 0)
            return &all[i];
    return NULL;
}

static enum an_code give_collection(struct work *w, const struct an_remote_ask *ask, const char *database,
                                    const struct collection *all, size_t count, const struct collection *c, struct an_err *err) {
    AN_AUTO(an_buf) full = {0};
    struct an_str name = an_str_from_c(c->name), no, bucket = part_of(c->name, "", ".chunks");
    struct an_str series = part_of(c->name, "system.buckets.", "");
    if (bucket.ptr && find_collection(all, count, bucket, ".files"))
        return AN_OK;                           // read with its files
    AN_TRY(an_buf_addf(&full, err, "%s.%s", database, c->name));
    if (!an_remote_wants(ask, an_buf_str(&full), name, &no))
        return an_remote_skip(w->reading, ask, format, name, no, err);
    if (c->kind == VIEW)
        return an_remote_skip(w->reading, ask, format, name, AN_STR("a view: its documents are those of other collections"), err);
    if (strcmp(c->name, "system.views") == 0)
        return an_remote_skip(w->reading, ask, format, name, AN_STR("what views are made of, no documents"), err);
    const struct collection *shown = series.ptr ? find_collection(all, count, series, "") : NULL;
    if (shown && shown->kind == SERIES)
        return an_remote_skip(w->reading, ask, format, name, AN_STR("a time series as the server packs it: read as the "
                                                                    "collection it is"), err);
    return read_collection(w, ask, database, c->name, err);
}

static enum an_code give_files(struct work *w, const struct an_remote_ask *ask, const char *database,
                               const struct collection *all, size_t count, const struct collection *c, struct an_err *err) {
    struct an_str bucket = part_of(c->name, "", ".files");
    if (!bucket.ptr || !find_collection(all, count, bucket, ".chunks"))
        return AN_OK;
    struct an_str name = an_arena_copy(&w->arena, bucket);
    if (!name.ptr)
        return no_memory(err);
    struct an_gridfs g = {.reading = w->reading, .ask = ask, .m = &w->m, .database = database, .bucket = name.ptr,
                          .snapshot = !w->no_snapshot};
    return an_gridfs_read(&g, err);
}

static int by_name(const void *a, const void *b) {
    const struct collection *x = a, *y = b;
    return strcmp(x->name, y->name);
}

struct list { struct collection *items; size_t count, cap; };
static void list_release(struct list *l) { an_free(l->items); }

static enum an_code keep_collection(struct work *w, const bson_t *row, struct list *to, struct an_err *err) {
    bson_iter_t at;
    if (!bson_iter_init_find(&at, row, "name") || !BSON_ITER_HOLDS_UTF8(&at))
        return an_fail(err, AN_INPUT, "the server lists a collection without a name");
    uint32_t len = 0;
    const char *text = bson_iter_utf8(&at, &len);
    if (!len || strlen(text) != len || !bson_utf8_validate(text, len, false))
        return an_fail(err, AN_INPUT, "the server lists a collection whose name cannot be one");
    if (to->count == NAMES_MAX)
        return an_fail(err, AN_LIMIT, "the database holds more than 100,000 collections");
    struct collection c = {.name = an_arena_copy(&w->arena, (struct an_str) {text, len}).ptr};
    if (!c.name || !an_alloc_room(&to->items, to->count, &to->cap, sizeof *to->items))
        return no_memory(err);
    const char *type = bson_iter_init_find(&at, row, "type") && BSON_ITER_HOLDS_UTF8(&at) ? bson_iter_utf8(&at, NULL) : "";
    c.kind = strcmp(type, "view") == 0 ? VIEW : strcmp(type, "timeseries") == 0 ? SERIES : PLAIN;
    to->items[to->count++] = c;
    return AN_OK;
}

// `allowed`: those the user may read, for one who may not list all.
static enum an_code list_collections(struct work *w, const char *database, bool allowed, struct list *to, struct an_err *err) {
    bson_t options = BSON_INITIALIZER;
    bool ok = BSON_APPEND_BOOL(&options, "nameOnly", true) &&
              (!allowed || BSON_APPEND_BOOL(&options, "authorizedCollections", true));
    mongoc_database_t *d = w->m.mongoc_client_get_database(w->m.client, database);
    struct an_mongo_cursor c = {.m = &w->m};
    c.cursor = w->m.mongoc_database_find_collections_with_opts(d, &options);
    enum an_code code = ok ? AN_OK : no_memory(err);
    for (const bson_t *row = NULL; !code;) {
        code = an_mongo_next(&c, &row, err);
        if (code || !row)
            break;
        code = keep_collection(w, row, to, err);
    }
    an_mongo_cursor_release(&c);
    w->m.mongoc_database_destroy(d);
    bson_destroy(&options);
    if (!code && to->count)
        qsort(to->items, to->count, sizeof *to->items, by_name);
    return code;
}

static enum an_code read_database(struct work *w, const struct an_remote_ask *ask, const char *database, struct an_err *err) {
    AN_AUTO(list) list = {0};
    struct an_err why;
    bool hidden = false;
    enum an_code fault = list_collections(w, database, false, &list, &why);
    if (fault && w->m.fault == AN_MONGO_DENIED) {
        hidden = true;
        list.count = 0;
        fault = list_collections(w, database, true, &list, &why);
    }
    if (fault)
        return unread(w, ask, (struct an_str) {0}, fault, &why, err);
    if (hidden && !w->others_named)
        AN_TRY(an_remote_unread(w->reading, ask, format, (struct an_str) {0}, AN_IO,
                                AN_STR("the user may not list all collections: those it has no right to are not named, and not "
                                       "read; ?others=named says that they are not meant"), err));
    else if (!list.count)
        return an_remote_unread(w->reading, ask, format, (struct an_str) {0}, AN_USAGE,
                                AN_STR("the server has no collection in a database of this name"), err);
    for (size_t i = 0; i < list.count; i++) {
        AN_TRY(give_collection(w, ask, database, list.items, list.count, &list.items[i], err));
        AN_TRY(give_files(w, ask, database, list.items, list.count, &list.items[i], err));
    }
    return AN_OK;
}

// The server.

// Names into the arena, of a reply to listDatabases.
static enum an_code keep_databases(struct work *w, const bson_t *reply, struct list *to, struct an_err *err) {
    bson_iter_t at, row;
    if (!bson_iter_init_find(&at, reply, "databases") || !BSON_ITER_HOLDS_ARRAY(&at) || !bson_iter_recurse(&at, &row))
        return an_fail(err, AN_INPUT, "the server's list of databases is none");
    while (bson_iter_next(&row)) {
        bson_t database;
        const uint8_t *data = NULL;
        uint32_t len = 0;
        if (!BSON_ITER_HOLDS_DOCUMENT(&row))
            return an_fail(err, AN_INPUT, "the server's list of databases is none");
        bson_iter_document(&row, &len, &data);
        if (!bson_init_static(&database, data, len))
            return an_fail(err, AN_INPUT, "the server's list of databases is none");
        AN_TRY(keep_collection(w, &database, to, err));
    }
    if (to->count)
        qsort(to->items, to->count, sizeof *to->items, by_name);
    return AN_OK;
}

// `all`: also those that the user may not read; who may not list them is refused.
static enum an_code list_databases(struct work *w, bool all, struct list *to, struct an_err *err) {
    bson_t command = BSON_INITIALIZER, reply;
    bool ok = BSON_APPEND_INT32(&command, "listDatabases", 1) && BSON_APPEND_BOOL(&command, "nameOnly", true) &&
              BSON_APPEND_BOOL(&command, "authorizedDatabases", !all);
    enum an_code code = ok ? an_mongo_command(&w->m, "admin", &command, &reply, err) : no_memory(err);
    bson_destroy(&command);
    if (code)
        return code;
    code = keep_databases(w, &reply, to, err);
    bson_destroy(&reply);
    return code;
}

static bool is_own(const char *database) {
    return strcmp(database, "admin") == 0 || strcmp(database, "config") == 0 || strcmp(database, "local") == 0;
}

static enum an_code read_one(struct work *w, const char *database, struct an_err *err) {
    AN_AUTO(an_buf) uri = {0};
    struct an_remote_ask ask = *w->ask;
    AN_TRY(an_remote_below(w->ask->uri, an_str_from_c(database), &uri, err));
    ask.uri = an_buf_str(&uri);
    if (is_own(database))
        return an_remote_skip(w->reading, &ask, format, (struct an_str) {0},
                              AN_STR("the server's own: name it in the URL to have it read"), err);
    return read_database(w, &ask, database, err);
}

static enum an_code read_server(struct work *w, struct an_err *err) {
    AN_AUTO(list) list = {0};
    struct an_err why;
    bool hidden = false;
    enum an_code fault = list_databases(w, true, &list, &why);
    if (fault && w->m.fault == AN_MONGO_DENIED) {
        hidden = true;
        fault = list_databases(w, false, &list, &why);
    }
    if (fault)
        return unread(w, w->ask, (struct an_str) {0}, fault, &why, err);
    if (hidden && !w->others_named)
        AN_TRY(an_remote_unread(w->reading, w->ask, format, (struct an_str) {0}, AN_IO,
                                AN_STR("the user may not list all databases: those it has no right to are not named, and not "
                                       "read; ?others=named says that they are not meant"), err));
    else if (!list.count)
        return an_remote_skip(w->reading, w->ask, format, (struct an_str) {0}, AN_STR("the server holds no database"), err);
    for (size_t i = 0; i < list.count; i++)
        AN_TRY(read_one(w, list.items[i].name, err));
    return AN_OK;
}

static enum an_code read_mongodb(struct an_reading *reading, const struct an_remote_ask *ask, struct an_err *err) {
    AN_AUTO(work) w = {.reading = reading, .ask = ask};
    struct an_str database = an_str_slice(ask->url->path, 1, ask->url->path.len);
    struct an_err why;
    w.others_named = an_url_value(ask->url, "others").len;
    w.no_snapshot = an_url_value(ask->url, "snapshot").len;
    enum an_code fault = an_mongo_open(&w.m, ask, &why);
    if (fault)
        return unread(&w, ask, (struct an_str) {0}, fault, &why, err);
    return database.len ? read_database(&w, ask, database.ptr, err) : read_server(&w, err);
}

// What a URL may set: the options of connection strings, in any case; those of writing have no effect.
static const char *const options[] = {
    "appName", "authMechanism", "authMechanismProperties", "authSource", "canonicalizeHostname",
    "connectTimeoutMS", "directConnection", "gssapiServiceName", "heartbeatFrequencyMS", "journal", "loadBalanced",
    "localThresholdMS", "maxIdleTimeMS", "maxPoolSize", "maxStalenessSeconds", "minPoolSize", "readConcernLevel",
    "readPreference", "readPreferenceTags", "replicaSet", "retryReads", "retryWrites", "serverSelectionTimeoutMS",
    "socketTimeoutMS", "srvMaxHosts", "srvServiceName", "ssl", "tls", "tlsAllowInvalidCertificates", "tlsAllowInvalidHostnames",
    "tlsCAFile", "tlsCertificateKeyFile", "tlsCertificateKeyFilePassword", "tlsDisableCertificateRevocationCheck",
    "tlsDisableOCSPEndpointCheck", "tlsInsecure", "w", "wTimeoutMS",
};

static bool is_taken(const struct an_url_pair *p) {
    for (size_t i = 0; i < AN_COUNT(options); i++)
        if (strcasecmp(p->name.ptr, options[i]) == 0)
            return true;
    return (an_str_eq(p->name, AN_STR("others")) && an_str_eq(p->value, AN_STR("named"))) ||
           (an_str_eq(p->name, AN_STR("snapshot")) && an_str_eq(p->value, AN_STR("no")));
}

static enum an_code check(const struct an_url *url, struct an_err *err) {
    if (!url->host.len)
        return an_fail(err, AN_USAGE, "the URL names no host");
    struct an_str database = an_str_slice(url->path, 1, url->path.len);
    for (size_t i = 0; i < database.len; i++)
        if (strchr("/\\. \"$", database.ptr[i]))
            return an_fail(err, AN_USAGE, "behind the host stands a database, or nothing; choose collections with --include");
    for (size_t i = 0; i < url->pair_count; i++)
        if (!is_taken(&url->pairs[i]))
            return an_fail(err, AN_USAGE, "a parameter that is not taken; taken are those of MongoDB's connection strings, "
                           "others=named, and snapshot=no");
    return AN_OK;
}

static const char *const schemes[] = {"mongodb", "mongodb+srv", NULL};

const struct an_remote an_remote_mongodb = {
    .name = format,
    .schemes = schemes,
    .many_hosts = true,
    .own_scheme = true,
    .title = {"Collections of MongoDB", "MongoDB 集合"},
    .spec = "MongoDB Manual, 3.6 to 8; BSON 1.1; GridFS specification",
    .check = check,
    .read = read_mongodb,
};
