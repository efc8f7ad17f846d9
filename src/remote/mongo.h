// MongoDB's client library, loaded when a URL wants it: connecting, cursors, and what is wrong in our own words.
#ifndef AN_REMOTE_MONGO_H
#define AN_REMOTE_MONGO_H

#include <mongoc/mongoc.h>
#include "remote/mongo_stream.h"
#include "remote/remote.h"

// Exported for those who wrap it, without a header.
mongoc_stream_t *mongoc_client_default_stream_initiator(const mongoc_uri_t *uri, const mongoc_host_list_t *host, void *client,
                                                        bson_error_t *error);

#define AN_MONGO_FUNCTIONS(F) \
    F(mongoc_init) F(mongoc_log_set_handler) F(mongoc_uri_new_with_error) F(mongoc_uri_destroy) F(mongoc_uri_set_password) \
    F(mongoc_uri_set_option_as_int32) F(mongoc_uri_set_read_prefs_t) F(mongoc_client_new_from_uri_with_error) \
    F(mongoc_client_destroy) F(mongoc_client_set_error_api) F(mongoc_client_set_appname) F(mongoc_client_select_server) \
    F(mongoc_server_description_hello_response) F(mongoc_server_description_destroy) F(mongoc_client_command_simple) \
    F(mongoc_client_get_database) F(mongoc_database_destroy) F(mongoc_database_find_collections_with_opts) \
    F(mongoc_client_get_collection) F(mongoc_collection_destroy) F(mongoc_collection_find_with_opts) \
    F(mongoc_collection_aggregate) F(mongoc_cursor_next) F(mongoc_cursor_error_document) F(mongoc_cursor_destroy) \
    F(mongoc_read_prefs_new) F(mongoc_read_prefs_destroy) F(mongoc_client_start_session) F(mongoc_client_session_append) \
    F(mongoc_client_session_destroy) F(mongoc_session_opts_new) F(mongoc_session_opts_set_snapshot) \
    F(mongoc_session_opts_destroy) F(mongoc_stream_read) F(mongoc_stream_destroy) F(mongoc_client_set_stream_initiator) \
    F(mongoc_client_default_stream_initiator)

enum an_mongo_code {            // of servers, as their documentation numbers them
    AN_MONGO_DENIED = 13,
};

struct an_mongo {               // {0}, then an_mongo_open; stays where it is. One object, one thread
#define AN_MEMBER(name) __typeof__(&name) name;
    AN_MONGO_FUNCTIONS(AN_MEMBER)
#undef AN_MEMBER
    mongoc_client_t *client;
    mongoc_read_prefs_t *prefs;
    mongoc_client_session_t *session;   // of a snapshot; NULL: none was begun
    bool has_snapshots;
    bool lost;                          // the server cannot be reached any more
    struct an_mongo_streams streams;
    bool bad;                           // the server sent something that is no answer
    int fault;                          // the server's number of what was wrong last; 0: it did not say
};

// Errors: IO, USAGE, INPUT, LIMIT: the server is not to be read, and why; NOMEM.
enum an_code an_mongo_open(struct an_mongo *m, const struct an_remote_ask *ask, struct an_err *err) AN_MUST_USE;
void an_mongo_release(struct an_mongo *m);

// Fills *err with what is wrong, without a byte of what the server says of it, and returns its code.
enum an_code an_mongo_fault(struct an_mongo *m, const bson_error_t *error, struct an_err *err);

// A number in a document; negative: there is none of that name.
int64_t an_mongo_number(const bson_t *document, const char *name);

// One answer. `ret_reply`, initialised and owned by the caller on success only.
enum an_code an_mongo_command(struct an_mongo *m, const char *database, const bson_t *command, bson_t *ret_reply,
                              struct an_err *err) AN_MUST_USE;

struct an_mongo_find {
    const char *database, *collection;
    const bson_t *filter;
    const bson_t *options;      // batchSize, projection, sort ...; NULL: none
    bool snapshot;              // of the server's data at one moment, where it gives that
};

struct an_mongo_cursor {        // {0} is none
    struct an_mongo *m;
    mongoc_collection_t *collection;
    mongoc_cursor_t *cursor;
    const bson_t *first;        // was fetched to see whether it may be
    bool ended, snapshot;       // snapshot: it is read in one
};
void an_mongo_cursor_release(struct an_mongo_cursor *c);

// A snapshot that the server does not give, or not any more, is begun anew, or done without.
enum an_code an_mongo_begin(struct an_mongo *m, const struct an_mongo_find *find, struct an_mongo_cursor *ret,
                            struct an_err *err) AN_MUST_USE;

// *ret_document: borrowed until the next call; NULL at the end.
enum an_code an_mongo_next(struct an_mongo_cursor *c, const bson_t **ret_document, struct an_err *err) AN_MUST_USE;

// How many documents there are that are not like `filter`; all for NULL. In the snapshot where `snapshot`. AN_UNKNOWN_COUNT: the
// server does not say.
uint64_t an_mongo_count(struct an_mongo *m, const char *database, const char *collection, const bson_t *filter, bool snapshot);

#endif
