// One generated table, in the form its format gives it: columns once, then rows of cells.
#ifndef AN_GEN_TABLE_H
#define AN_GEN_TABLE_H

#include <sqlite3.h>
#include "gen/sink.h"

enum an_gen_form { AN_GEN_CSV, AN_GEN_TSV, AN_GEN_JSONL, AN_GEN_SQL, AN_GEN_COPY, AN_GEN_SQLITE, AN_GEN_LOG };

struct an_gen_format {
    const char *name;               // as asked for, and the end of a file name
    enum an_gen_form form;
    enum an_gen_encoding encoding;
    enum an_gen_packing packing;
    const char *says;               // for people: the format of the store inside
};

enum { AN_GEN_COLUMNS_MAX = 12 };

struct an_gen_column {
    unsigned cell;                  // which of the row's cells
    const char *name, *title;       // English, Chinese
    const char *path;               // in JSON: keys joined by '.'; what begins alike shares an object
    enum { AN_GEN_WORD, AN_GEN_NUMBER, AN_GEN_TEXT } type;      // only TEXT may hold quotes, commas, lines
};

struct an_gen_layout { const char *table; const struct an_gen_column *columns; unsigned count; };

struct an_gen_table {
    const struct an_gen_layout *layout;
    enum an_gen_form form;
    bool chinese;                   // column names
    bool escapes;                   // JSON: \uXXXX in every other row, mobiles as numbers in every fourth
    uint64_t rows;                  // so far
    struct an_gen_sink sink;
    sqlite3 *db;
    sqlite3_stmt *insert;
    const char *path;               // borrowed
};

// Creates the file and writes what comes before the first row. LOG has no columns and no rows: write to
// t->sink.
enum an_code an_gen_table_open(struct an_gen_table *t, const struct an_gen_format *format, const char *path,
                               const char *member,
                               struct an_err *err) AN_MUST_USE;

// `cells` is indexed by the columns' `cell`; an empty one is missing. At most AN_GEN_ROOM_MAX / 8 bytes
// together.
void an_gen_table_row(struct an_gen_table *t, const struct an_str *cells);

// What comes after the last row; the bytes written in *ret_bytes (before packing; of a database, the file).
enum an_code an_gen_table_close(struct an_gen_table *t, uint64_t *ret_bytes, struct an_err *err) AN_MUST_USE;
void an_gen_table_release(struct an_gen_table *t);

#endif
