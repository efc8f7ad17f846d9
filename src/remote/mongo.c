#define _GNU_SOURCE     // explicit_bzero
#include "remote/mongo.h"

#include <dlfcn.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "remote/http.h"
#include "remote/secret.h"

static const char library[] = "libmongoc-1.0.so.0";

enum {
    SILENCE = 120 * 1000,                   // milliseconds without a byte
    HAS_SNAPSHOTS = 13,                     // wire version of 5.0
};

// It brings a dozen libraries with it, which would cost every start of the program.
static bool load_library(struct an_mongo *m) {
    void *handle = dlopen(library, RTLD_NOW | RTLD_LOCAL);      // stays: it does not forget its threads' data
    bool ok = handle;
#define LOAD(name) do { \
        void *f_ = ok ? dlsym(handle, #name) : NULL; \
        ok = f_; \
        memcpy(&m->name, &f_, sizeof f_); \
    } while (0);
    AN_MONGO_FUNCTIONS(LOAD)
#undef LOAD
    return ok;
}

// What is wrong.

static const struct { int number; const char *text; } words[] = {
    {13, "permission denied: grant the role read on the database to the user who reads"},
    {8000, "permission denied: grant the role read on the database to the user who reads"},
    {18, "the server does not take this user and password"},
    {26, "the collection is gone: it was dropped while the database was read"},
    {175, "the collection is gone: it was dropped or changed while it was read"},
    {43, "the server let its cursor go before all was read"},
    {237, "the server ended the reading"},
    {11601, "the server ended the reading"},
    {50, "the server cancelled the reading: it took longer than it allows"},
    {91, "the server was shut down while it was read"},
    {11600, "the server was shut down while it was read"},
    {189, "the server is not the primary any more: read it again"},
    {10107, "the server is not the primary any more: read it again"},
    {11602, "the server is not the primary any more: read it again"},
    {13435, "the server is not the primary any more: read it again"},
    {13436, "the server is not ready to be read"},
    {136, "documents were written over before they were read: the collection is capped"},
    {239, "the server kept its snapshot for less time than the reading took: raise minSnapshotHistoryWindowInSeconds, or read "
          "without one (?snapshot=no)"},
    {246, "the server has no snapshot to read any more"},
    {292, "the server has not enough memory to sort"},
    {10334, "a document is larger than the server sends"},
    {2, "the server refuses the query"},
    {9, "the server refuses the query"},
    {14, "the server refuses the query"},
    {72, "the server refuses the query"},
    {168, "the server refuses the query"},
    {59, "the server does not know the command: no MongoDB is there, or one older than 3.6"},
};

enum an_code an_mongo_fault(struct an_mongo *m, const bson_error_t *error, struct an_err *err) {
    m->fault = error->domain == MONGOC_ERROR_SERVER ? (int) error->code : 0;
    if (m->bad) {
        m->bad = false;
        return an_fail(err, AN_INPUT, "the server sent something that is no answer");
    }
    for (size_t i = 0; m->fault && i < AN_COUNT(words); i++)
        if (words[i].number == m->fault)
            return an_fail(err, AN_IO, "%s (error %d)", words[i].text, m->fault);
    switch (error->domain) {
    case MONGOC_ERROR_SERVER:
        return an_fail(err, AN_IO, "the server reports error %d", m->fault);
    case MONGOC_ERROR_CLIENT:
        if (error->code == MONGOC_ERROR_CLIENT_AUTHENTICATE)
            return an_fail(err, AN_IO, "the server does not take this user and password");
        break;
    case MONGOC_ERROR_SASL:
    case MONGOC_ERROR_SCRAM:
        return an_fail(err, AN_IO, "the server and this user's credentials do not fit");
    case MONGOC_ERROR_STREAM:
        return an_fail(err, AN_IO, "the connection broke off, or nothing came for %d seconds", SILENCE / 1000);
    case MONGOC_ERROR_SERVER_SELECTION:
        m->lost = true;
        return an_fail(err, AN_IO, "the server cannot be reached any more");
    case MONGOC_ERROR_BSON:
    case MONGOC_ERROR_PROTOCOL:
    case MONGOC_ERROR_CURSOR:
        return an_fail(err, AN_INPUT, "the server sent something that is no answer");
    default:
        break;
    }
    return an_fail(err, AN_IO, "reading failed (libmongoc's error %u.%u)", (unsigned) error->domain, (unsigned) error->code);
}

// Connecting.

static mongoc_stream_t *open_stream(const mongoc_uri_t *uri, const mongoc_host_list_t *host, void *arg, bson_error_t *error) {
    struct an_mongo *m = arg;
    mongoc_stream_t *base = m->mongoc_client_default_stream_initiator(uri, host, m->client, error);
    return base ? an_mongo_stream_new(&m->streams, base) : NULL;
}

static bool is_option(const struct an_url *url, const char *name, const char *value) {
    for (size_t i = 0; i < url->pair_count; i++)
        if (strcasecmp(url->pairs[i].name.ptr, name) == 0 && (!value || strcasecmp(url->pairs[i].value.ptr, value) == 0))
            return true;
    return false;
}

static bool wants_password(const struct an_url *url) {
    static const char *const others[] = {"MONGODB-X509", "MONGODB-AWS", "GSSAPI"};
    for (size_t i = 0; i < AN_COUNT(others); i++)
        if (is_option(url, "authMechanism", others[i]))
            return false;
    return true;
}

// The URL as the library reads it, NUL-ended: without the password, and without what is ours alone.
static enum an_code write_uri(const struct an_url *url, const char *user, struct an_buf *out, struct an_err *err) {
    bool many = memchr(url->host.ptr, ',', url->host.len), brackets = !many && memchr(url->host.ptr, ':', url->host.len);
    AN_TRY(an_buf_addf(out, err, "%s://", url->scheme.ptr));
    if (user) {
        AN_TRY(an_http_encode(out, an_str_from_c(user), false, err));
        AN_TRY(an_buf_add(out, AN_STR("@"), err));
    }
    if (many || brackets)
        AN_TRY(an_buf_addf(out, err, brackets ? "[%s]" : "%s", url->host.ptr));
    else
        AN_TRY(an_http_encode(out, url->host, false, err));         // it may be a socket
    if (url->port)
        AN_TRY(an_buf_addf(out, err, ":%u", (unsigned) url->port));
    AN_TRY(an_buf_add(out, url->raw_path.len ? url->raw_path : AN_STR("/"), err));
    struct an_str rest = url->raw_query, pair;
    for (char before = '?'; an_str_next(&rest, '&', &pair);) {
        struct an_str value = pair, name;
        if (!an_str_next(&value, '=', &name) || an_str_eq(name, AN_STR("others")) || an_str_eq(name, AN_STR("snapshot")))
            continue;
        AN_TRY(an_buf_add(out, (struct an_str) {&before, 1}, err));
        AN_TRY(an_buf_add(out, pair, err));
        before = '&';
    }
    return an_buf_add(out, (struct an_str) {"", 1}, err);       // its NUL
}

static void wipe(struct an_buf *b) {
    if (b->cap)
        explicit_bzero(b->ptr, b->cap);
    an_buf_release(b);
}

static enum an_code refuse(const bson_error_t *error, const char *what, struct an_str secret, struct an_err *err) {
    AN_AUTO(an_buf) text = {0};
    enum an_code code = an_remote_plain(error->message, secret, &text, err);
    return code ? code : an_fail(err, AN_IO, "%s: %.*s", what, AN_STR_ARG(an_buf_str(&text)));
}

static enum an_code make_client(struct an_mongo *m, const struct an_url *url, const struct an_secret *secret,
                                struct an_err *err) {
    AN_CLEANUP(wipe) struct an_buf text = {0};
    bson_error_t error;
    AN_TRY(write_uri(url, secret->user, &text, err));
    struct an_str password = an_str_from_c(secret->password ? secret->password : "");
    mongoc_uri_t *uri = m->mongoc_uri_new_with_error(text.ptr, &error);
    if (!uri)
        return refuse(&error, "the URL is none that MongoDB's client takes", password, err);
    bool set = !secret->password || m->mongoc_uri_set_password(uri, secret->password);
    if (set && !is_option(url, "socketTimeoutMS", NULL))
        set = m->mongoc_uri_set_option_as_int32(uri, MONGOC_URI_SOCKETTIMEOUTMS, SILENCE);
    if (!is_option(url, "readPreference", NULL)) {
        m->prefs = m->mongoc_read_prefs_new(MONGOC_READ_SECONDARY_PREFERRED);
        m->mongoc_uri_set_read_prefs_t(uri, m->prefs);
    }
    m->client = set ? m->mongoc_client_new_from_uri_with_error(uri, &error) : NULL;
    m->mongoc_uri_destroy(uri);
    if (!set)
        return an_fail(err, AN_USAGE, "the user or the password is no text");
    return m->client ? AN_OK : refuse(&error, "cannot connect", password, err);
}

int64_t an_mongo_number(const bson_t *document, const char *name) {
    bson_iter_t at;
    return bson_iter_init_find(&at, document, name) && BSON_ITER_HOLDS_NUMBER(&at) ? bson_iter_as_int64(&at) : -1;
}

static bool has(const bson_t *document, const char *name) {
    bson_iter_t at;
    return bson_iter_init_find(&at, document, name);
}

// Who is there.
static enum an_code greet(struct an_mongo *m, struct an_str secret, struct an_err *err) {
    bson_error_t error;
    mongoc_server_description_t *server = m->mongoc_client_select_server(m->client, false, m->prefs, &error);
    if (!server && m->bad)
        return an_fail(err, AN_INPUT, "no MongoDB is there: what it sends is no answer");
    if (!server)
        return error.domain == MONGOC_ERROR_SERVER_SELECTION ? refuse(&error, "cannot connect", secret, err)
                                                            : an_mongo_fault(m, &error, err);
    const bson_t *hello = m->mongoc_server_description_hello_response(server);
    int64_t most = an_mongo_number(hello, "maxMessageSizeBytes");
    m->has_snapshots = (has(hello, "setName") || has(hello, "msg")) && has(hello, "logicalSessionTimeoutMinutes") &&
                       an_mongo_number(hello, "maxWireVersion") >= HAS_SNAPSHOTS;
    m->mongoc_server_description_destroy(server);
    return most <= AN_MONGO_MESSAGE_MAX ? AN_OK : an_fail(err, AN_LIMIT, "the server's messages are larger than can be held");
}

enum an_code an_mongo_open(struct an_mongo *m, const struct an_remote_ask *ask, struct an_err *err) {
    AN_AUTO(an_secret) secret = {0};
    const struct an_url *url = ask->url;
    if (!load_library(m))
        return an_fail(err, AN_IO, "%s is not there: install libmongoc-1.0-0 to have MongoDB read", library);
    m->mongoc_init();
    m->mongoc_log_set_handler(NULL, NULL);          // it prints, else
    if (wants_password(url))
        AN_TRY(an_secret_find(ask, "MONGODB_PASSWORD", &secret, err));
    else
        secret.user = url->user.ptr, secret.password = url->password.ptr;
    AN_TRY(make_client(m, url, &secret, err));
    AN_IGNORE(m->mongoc_client_set_error_api(m->client, MONGOC_ERROR_API_VERSION_2));
    AN_IGNORE(m->mongoc_client_set_appname(m->client, "anshen"));
    m->streams = (struct an_mongo_streams) {m->mongoc_stream_read, m->mongoc_stream_destroy, &m->bad};
    m->mongoc_client_set_stream_initiator(m->client, open_stream, m);
    return greet(m, an_str_from_c(secret.password ? secret.password : ""), err);
}

static void end_session(struct an_mongo *m) {
    if (m->session)
        m->mongoc_client_session_destroy(m->session);
    m->session = NULL;
}

void an_mongo_release(struct an_mongo *m) {
    end_session(m);
    if (m->client)
        m->mongoc_client_destroy(m->client);
    if (m->prefs)
        m->mongoc_read_prefs_destroy(m->prefs);
    *m = (struct an_mongo) {0};
}

// Asking.

enum an_code an_mongo_command(struct an_mongo *m, const char *database, const bson_t *command, bson_t *ret_reply,
                              struct an_err *err) {
    bson_error_t error;
    if (m->mongoc_client_command_simple(m->client, database, command, m->prefs, ret_reply, &error))
        return AN_OK;
    bson_destroy(ret_reply);
    return an_mongo_fault(m, &error, err);
}

void an_mongo_cursor_release(struct an_mongo_cursor *c) {
    if (c->cursor)
        c->m->mongoc_cursor_destroy(c->cursor);
    if (c->collection)
        c->m->mongoc_collection_destroy(c->collection);
    *c = (struct an_mongo_cursor) {0};
}

static enum an_code fetch(struct an_mongo_cursor *c, const bson_t **ret, struct an_err *err) {
    const bson_t *reply;
    bson_error_t error;
    *ret = NULL;
    if (c->ended || c->m->mongoc_cursor_next(c->cursor, ret))
        return AN_OK;
    *ret = NULL;
    c->ended = true;
    return c->m->mongoc_cursor_error_document(c->cursor, &error, &reply) ? an_mongo_fault(c->m, &error, err) : AN_OK;
}

static enum an_code try_find(struct an_mongo *m, const struct an_mongo_find *find, bool snapshot, struct an_mongo_cursor *c,
                             struct an_err *err) {
    bson_t options = BSON_INITIALIZER;
    bson_error_t error;
    bool ok = !find->options || bson_concat(&options, find->options);
    ok = ok && (!snapshot || m->mongoc_client_session_append(m->session, &options, &error));
    *c = (struct an_mongo_cursor) {.m = m, .snapshot = snapshot};
    if (ok) {
        c->collection = m->mongoc_client_get_collection(m->client, find->database, find->collection);
        c->cursor = m->mongoc_collection_find_with_opts(c->collection, find->filter, &options, m->prefs);
    }
    bson_destroy(&options);
    enum an_code code = ok ? fetch(c, &c->first, err) : an_fail(err, AN_BUG, "a cursor without its options");
    if (code)
        an_mongo_cursor_release(c);
    return code;
}

static bool begin_session(struct an_mongo *m) {
    bson_error_t error;
    end_session(m);
    mongoc_session_opt_t *options = m->mongoc_session_opts_new();
    m->mongoc_session_opts_set_snapshot(options, true);
    m->session = m->mongoc_client_start_session(m->client, options, &error);
    m->mongoc_session_opts_destroy(options);
    return m->session;
}

// Whether what the server said last may be for want of a snapshot.
static bool is_without_snapshot(const struct an_mongo *m) {
    return m->fault && m->fault != AN_MONGO_DENIED && m->fault != 18 && m->fault != 8000;
}

enum an_code an_mongo_begin(struct an_mongo *m, const struct an_mongo_find *find, struct an_mongo_cursor *ret,
                            struct an_err *err) {
    bool old = m->session;
    if (find->snapshot && m->has_snapshots && (old || begin_session(m))) {
        enum an_code code = try_find(m, find, true, ret, err);
        if (code && old && is_without_snapshot(m) && begin_session(m))
            code = try_find(m, find, true, ret, err);
        if (!code || !is_without_snapshot(m))
            return code;
        end_session(m);
    }
    return try_find(m, find, false, ret, err);
}

enum an_code an_mongo_next(struct an_mongo_cursor *c, const bson_t **ret_document, struct an_err *err) {
    *ret_document = AN_TAKE(c->first);
    return *ret_document ? AN_OK : fetch(c, ret_document, err);
}

uint64_t an_mongo_count(struct an_mongo *m, const char *database, const char *collection, const bson_t *filter, bool snapshot) {
    bson_t options = BSON_INITIALIZER, pipeline = BSON_INITIALIZER, stages, stage, match, list, group, sum;
    bson_error_t error;
    uint64_t count = AN_UNKNOWN_COUNT;
    struct an_err err;
    bool ok = BSON_APPEND_ARRAY_BEGIN(&pipeline, "pipeline", &stages);
    if (filter)
        ok = ok && BSON_APPEND_DOCUMENT_BEGIN(&stages, "0", &stage) && BSON_APPEND_DOCUMENT_BEGIN(&stage, "$match", &match) &&
             BSON_APPEND_ARRAY_BEGIN(&match, "$nor", &list) && BSON_APPEND_DOCUMENT(&list, "0", filter) &&
             bson_append_array_end(&match, &list) && bson_append_document_end(&stage, &match) &&
             bson_append_document_end(&stages, &stage);
    ok = ok && BSON_APPEND_DOCUMENT_BEGIN(&stages, filter ? "1" : "0", &stage) &&
         BSON_APPEND_DOCUMENT_BEGIN(&stage, "$group", &group) && BSON_APPEND_INT32(&group, "_id", 1) &&
         BSON_APPEND_DOCUMENT_BEGIN(&group, "n", &sum) && BSON_APPEND_INT32(&sum, "$sum", 1) &&
         bson_append_document_end(&group, &sum) && bson_append_document_end(&stage, &group) &&
         bson_append_document_end(&stages, &stage) && bson_append_array_end(&pipeline, &stages);
    ok = ok && (!snapshot || !m->session || m->mongoc_client_session_append(m->session, &options, &error));
    struct an_mongo_cursor c = {.m = m};
    if (ok) {
        const bson_t *answer;
        c.collection = m->mongoc_client_get_collection(m->client, database, collection);
        c.cursor = m->mongoc_collection_aggregate(c.collection, MONGOC_QUERY_NONE, &pipeline, &options, m->prefs);
        if (!fetch(&c, &answer, &err))
            count = !answer ? 0 : an_mongo_number(answer, "n") < 0 ? AN_UNKNOWN_COUNT : (uint64_t) an_mongo_number(answer, "n");
    }
    an_mongo_cursor_release(&c);
    bson_destroy(&pipeline);
    bson_destroy(&options);
    return count;
}
