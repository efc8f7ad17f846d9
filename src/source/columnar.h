// What files of tables in columns have in common: what is told of them, and how much one of its size can mean to hold.
#ifndef AN_SOURCE_COLUMNAR_H
#define AN_SOURCE_COLUMNAR_H

#include "base/arena.h"
#include "source/at.h"
#include "source/source.h"

struct an_columnar {                    // {.reading, .at.fd = -1}
    const struct an_reading *reading;
    struct an_at at;
    enum an_store_status status;
    uint64_t rows, bytes;               // that came; of their text
    uint64_t rows_lost;                 // rows in which some value could not be had
    bool lost_unknown;                  // ... and lists of them, with nobody knows how many records
    size_t told;                        // columns of which it was told what is wrong with them
};

// The file is partly read from here on; records that are lost as in an_trouble.
enum an_code an_columnar_tell(struct an_columnar *c, enum an_code what, uint64_t lost, const char *text,
                              struct an_err *err) AN_MUST_USE;

// Nothing can be had of it.
enum an_code an_columnar_unread(struct an_columnar *c, enum an_code what, const char *text, struct an_err *err) AN_MUST_USE;

// Says of a column, once (*told), what is wrong with it. Of many, of the first few only. Rows are counted by the caller.
enum an_code an_columnar_column(struct an_columnar *c, bool *told, struct an_str name, const struct an_err *why,
                                struct an_err *err) AN_MUST_USE;

// A column's name as a file has it, made well-formed and cut where it is very long. Padded; the arena's.
enum an_code an_columnar_name(struct an_arena *arena, struct an_str name, struct an_str *ret, struct an_err *err) AN_MUST_USE;

// Whether it holds more rows, or text, than a file of its size can mean to.
bool an_columnar_is_bomb(const struct an_columnar *c);
enum an_code an_columnar_bomb(struct an_err *err);              // LIMIT: says so

// Bytes that its pages or blocks may unpack to.
uint64_t an_columnar_unpacked(const struct an_columnar *c);

// Rows that are said to be there and did not come. A number that no file of this size can hold says nothing: AN_UNKNOWN_COUNT.
uint64_t an_columnar_missing(const struct an_columnar *c, uint64_t said, uint64_t came);

// Says what was lost in all, and settles the status.
enum an_code an_columnar_end(struct an_columnar *c, struct an_err *err) AN_MUST_USE;

// What a source of such files does: opens the store, has the file opened and read, closes it.
enum an_code an_columnar_read(struct an_columnar *c, struct an_input *input, const struct an_sniff *sniff, const char *format,
                              enum an_code (*read)(void *arg, struct an_str uri, struct an_err *err), void *arg,
                              struct an_err *err) AN_MUST_USE;

#endif
