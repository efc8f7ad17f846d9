// An SQL dump on its way through: what the files of the SQL source share. The text is read in units: a
// statement's head, a row, a line of a COPY block.
#ifndef AN_SOURCE_SQL_DUMP_H
#define AN_SOURCE_SQL_DUMP_H

#include "source/blob.h"
#include "source/names.h"
#include "source/source.h"
#include "source/textin.h"
#include "text/sql.h"

enum {
    AN_DUMP_COLUMNS_MAX = 4096,     // of a table; values beyond have no column
    AN_DUMP_LONG_DIGITS = 7,        // so many digits in a row may be an identifier
    AN_DUMP_DELIMITER_MAX = 16,
};
#define AN_DUMP_NO_TABLE AN_NO_NAME

enum an_dump_mode {
    AN_DUMP_STATEMENT,              // at the start of one
    AN_DUMP_ROW,                    // where a row of VALUES must begin
    AN_DUMP_ROW_END,                // behind a row
    AN_DUMP_COPY,                   // at the start of a line of a COPY block
    AN_DUMP_SKIP,                   // inside a statement that holds no rows
    AN_DUMP_RESYNC,                 // inside something that could not be read
};

// How a unit ended.
enum an_unit {
    AN_UNIT_DONE,                   // d->pos is behind it
    AN_UNIT_MORE,                   // it needs more text: d->pos is where to begin again
    AN_UNIT_WRONG,                  // it is malformed: d->why at d->pos
};

struct an_dump_table {
    struct an_str *columns;         // as the sink knows them
    uint32_t *defined;              // by position in CREATE TABLE: index into columns
    uint32_t count, defined_count;
    uint64_t rows;
};

struct an_dump_item {               // a literal of a row
    struct an_sql_piece piece;
    uint32_t position;
    bool negative;
};

struct an_dump_outside { size_t start, len; uint64_t offset; };     // a line kept in `kept`

struct an_dump {
    struct an_reading *reading;
    const struct an_sink *sink;
    struct an_str uri;
    const char *encoding;
    struct an_textin in;
    size_t pos;
    enum an_dump_mode mode;
    struct an_sql_dialect dialect;
    char delimiter[AN_DUMP_DELIMITER_MAX];  // of statements; empty is ';'
    const char *why;

    struct an_names names;          // of tables
    struct an_dump_table *tables;
    size_t table_cap;
    struct an_arena arena;
    struct an_buf schema, first_schema;  // USE: names of a second database are told apart

    uint32_t table;                 // whose rows are being read
    uint32_t map[AN_DUMP_COLUMNS_MAX];  // by position in the row
    uint32_t map_count;
    bool raw_copy;                  // a COPY block in another format: its lines are loose
    int skip_depth;                 // AN_DUMP_SKIP: brackets open
    bool skip_data;                 // AN_DUMP_SKIP: the statement may have had rows
    bool at_fault;                  // AN_DUMP_RESYNC: on the line of the fault itself
    bool long_line;                 // inside a line that is longer than the window

    uint32_t open;                  // table whose store is open, or AN_DUMP_NO_TABLE
    uint32_t announced;
    uint64_t open_at, tables_bytes; // where its bytes begin; bytes of all tables so far
    enum an_store_status status, dump_status;  // of the open table; of the dump

    struct an_dump_item *items;
    size_t item_count, item_cap;
    struct an_value *values;
    size_t value_cap;
    struct an_blob blob;
    struct an_arena row_arena;      // texts made for the row

    struct an_buf kept;
    struct an_dump_outside *outside;
    size_t outside_count, outside_cap;
    uint64_t outside_number;
    const char *cut;                // what is wrong with a statement that holds no rows; NULL: nothing
    uint64_t cut_at;
};

// The pieces of the text.

static inline struct an_sql_piece an_dump_piece(struct an_dump *d, size_t pos) {
    struct an_sql_piece p;
    an_sql_read(d->in.text, pos, d->in.last, d->dialect, &p);
    return p;
}

static inline bool an_dump_is_mark(const struct an_dump *d, const struct an_sql_piece *p, char c) {
    return p->token == AN_SQL_MARK && d->in.text.ptr[p->start] == c;
}

// The whole line at `pos`, without its end. False when the block ends before it does.
bool an_dump_line(const struct an_dump *d, size_t pos, struct an_str *ret_line, size_t *ret_next);

// sql_head.c, sql_row.c: each reads the unit at d->pos, in the mode of its name. Failure: no memory, or the
// sink's.

enum an_code an_dump_read_statement(struct an_dump *d, enum an_unit *ret_unit, struct an_err *err) AN_MUST_USE;
// A statement without rows: to its end. Each token is a unit.
enum an_code an_dump_skip_statement(struct an_dump *d, enum an_unit *ret_unit, struct an_err *err) AN_MUST_USE;
enum an_code an_dump_read_row(struct an_dump *d, enum an_unit *ret_unit, struct an_err *err) AN_MUST_USE;
enum an_code an_dump_read_row_end(struct an_dump *d, enum an_unit *ret_unit, struct an_err *err) AN_MUST_USE;
enum an_code an_dump_read_copy_line(struct an_dump *d, enum an_unit *ret_unit, struct an_err *err) AN_MUST_USE;

// sql_store.c. Failure as above.

// The number of a table, in *ret_table; AN_DUMP_NO_TABLE when there are too many.
enum an_code an_dump_table_of(struct an_dump *d, struct an_str name, uint32_t *ret_table,
                              struct an_err *err) AN_MUST_USE;
// The index of a column of `t`, which is made where it is new; AN_NO_COLUMN when there are too many. `likely`
// is tried first.
enum an_code an_dump_column_of(struct an_dump *d, struct an_dump_table *t, struct an_str name, uint32_t likely,
                               uint32_t *ret_column, struct an_err *err) AN_MUST_USE;
// Remembers the first `count` of d->map as the columns of a row of `t` that does not list them.
enum an_code an_dump_define(struct an_dump *d, struct an_dump_table *t, uint32_t count,
                            struct an_err *err) AN_MUST_USE;

// Opens the store of d->table, where it is not open; the one that was is closed. `pos`: where its first row
// begins.
enum an_code an_dump_open_table(struct an_dump *d, size_t pos, struct an_err *err) AN_MUST_USE;
// Tells what is wrong in the open table, which becomes partly read.
enum an_code an_dump_tell(struct an_dump *d, enum an_code what, size_t pos, uint64_t record, uint64_t lost,
                          const char *text, struct an_err *err) AN_MUST_USE;

// Keeps those lines of the block's [from, to) that may identify somebody, for the dump's own store.
enum an_code an_dump_add_outside(struct an_dump *d, size_t from, size_t to, struct an_err *err) AN_MUST_USE;
// What is wrong outside of rows: the first is told when the dump ends. `why` is static.
void an_dump_note_cut(struct an_dump *d, size_t pos, const char *why);

// Closes the open table and gives the dump's own store.
enum an_code an_dump_finish(struct an_dump *d, struct an_err *err) AN_MUST_USE;
void an_dump_release(struct an_dump *d);
enum an_code an_dump_no_memory(struct an_err *err);

#endif
