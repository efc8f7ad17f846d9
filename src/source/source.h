// Where records come from: formats and containers, found by content.
//
// A source reads one input and tells a sink what it finds, in this order for every store:
//     open, { columns | record | rows | lines | trouble }, close
// Stores may not nest: a container (an archive, a database) opens and closes its members one after another.
// All text given to a sink is UTF-8 with escapes undone, borrowed for the call only, and readable (not meaningful)
// for
// AN_SOURCE_PADDING bytes past its end.
#ifndef AN_SOURCE_SOURCE_H
#define AN_SOURCE_SOURCE_H

#include "base/cell.h"
#include "base/err.h"
#include "base/lang.h"
#include "base/str.h"

enum { AN_SOURCE_PADDING = 64 };

struct an_value {
    struct an_str text;
    uint32_t column;            // index into the store's columns; AN_NO_COLUMN where the value has none
    uint32_t flags;
};
#define AN_NO_COLUMN UINT32_MAX
enum { AN_VALUE_NUMBER = 1 };   // written as a number in the store (its decimal text is given)

struct an_record {
    const struct an_value *values;
    size_t count;
    uint64_t number;            // of the record in its store, from 1
    uint64_t offset;            // of its first byte in the (decompressed, undecoded where possible) store
    bool loose;                 // its values cannot be told apart by column (a ragged row): roles are unknown
};

// Rows of a table that lie in one text, each with a cell for every column and none over; where a record has no value for one, the
// cell is empty. Nothing else about them: they are as many records, none loose.
struct an_rows {
    const char *text;
    const struct an_span *cells;        // of row r: cells[r * columns..(r + 1) * columns)
    size_t count, columns;              // count is at most AN_CELLS_MAX
    uint64_t number;                    // of the first record
};

enum an_store_status { AN_STORE_READ, AN_STORE_PARTLY, AN_STORE_UNREAD, AN_STORE_SKIPPED };
const char *an_store_status_name(enum an_store_status status);      // "read", "partly", "unread", "skipped"

struct an_store_info {
    struct an_str uri;          // stable name: path as given, "archive.zip!inner/a.csv", "app.db!users", "-"
    const char *format;         // a source's name
    const char *encoding;       // "utf-8", "gb18030", ...; NULL where it has no meaning
    bool guessed;               // names of columns are the first row of a table, which may be no header at all
    bool recognised;            // its text was recognised in a picture (ocr.h): what it says is a guess, and proves nobody
};

// Something that could not be read as it should. Never holds a byte of the data.
struct an_trouble {
    enum an_code code;
    uint64_t offset;            // byte position in the store
    uint64_t record;            // number of the record, 0 when not known
    uint64_t records_lost;      // records that may be missing from the count: 0 when everything was still looked at,
                                // AN_UNKNOWN_COUNT when nobody can say
    uint64_t bytes_lost;        // likewise
    struct an_str text;         // what is wrong and what to do, lower case, no full stop
};
#define AN_UNKNOWN_COUNT UINT64_MAX

struct an_sink {
    void *arg;
    enum an_code (*open)(void *arg, const struct an_store_info *info, struct an_err *err);
    // The store's columns so far: called before the first record that uses them; a longer list later begins with the
    // same.
    enum an_code (*columns)(void *arg, const struct an_str *names, size_t count, struct an_err *err);
    enum an_code (*record)(void *arg, const struct an_record *record, struct an_err *err);
    // A block of whole lines of running text, each a record; the last may lack its line feed.
    enum an_code (*lines)(void *arg, struct an_str block, uint64_t first_number, uint64_t offset, struct an_err *err);
    enum an_code (*trouble)(void *arg, const struct an_trouble *trouble, struct an_err *err);
    // bytes: read from the store (decompressed). SKIPPED: `why` says in words why it holds no records by its nature.
    enum an_code (*close)(void *arg, enum an_store_status status, uint64_t bytes, struct an_str why,
                          struct an_err *err);
    // Records in rows, for a sink that is quicker with many at once. NULL: they come one by one.
    enum an_code (*rows)(void *arg, const struct an_rows *rows, struct an_err *err);
};

struct an_source_limits {               // {0}: the defaults of source.c
    uint64_t record_bytes;              // one record or line; the longer one is read in pieces or lost, and reported
    uint64_t expansion;                 // decompressed bytes per compressed byte, over the first MiB
    uint64_t total_bytes;               // decompressed bytes of one top-level container
    uint64_t memory_bytes;              // a database inside an archive, held in memory
    uint32_t depth;                     // containers inside containers
    uint32_t members;                   // of one container
};

// Bytes to read, front to back. One object, one thread.
struct an_input {
    struct an_str uri;
    void *arg;
    // Fills up to cap bytes; *ret_len 0 only at the end.
    enum an_code (*read)(void *arg, char *buf, size_t cap, size_t *ret_len, struct an_err *err);
    const char *path;                   // a file that holds exactly these bytes, or NULL
    const int *descriptor;              // in a parser apart: where these bytes, from the first on, can be mapped; else NULL
    uint32_t depth;                     // containers around it
};

struct an_apart;
struct an_apart_needs;
struct an_ocr;

struct an_reading {                     // what a run of sources shares; one object, one thread
    const struct an_sink *sink;
    struct an_source_limits limits;
    // Where documents in risky formats are parsed, each in a process of its own (apart.h); NULL: they are unread.
    struct an_apart *apart;
    bool inside;                        // they are parsed right here: this is such a process, or a test of a parser
    const char *ocr;                    // languages of the text that is to be recognised in pictures (ocr.h); NULL: it is not
    struct an_ocr *recogniser;          // inside: what does it; NULL: nothing
    // bytes taken from top-level inputs so far; may be NULL; written atomically (relaxed)
    uint64_t *progress;
    // of the top-level container being read: bytes taken from it, bytes made of it on any level
    uint64_t packed, unpacked;
};

// What a source may look at to say whether an input is its own.
struct an_sniff {
    struct an_str name;                 // last part of the uri
    struct an_str head;                 // first bytes (up to 64 KiB), as they are
    // the same, decoded to UTF-8, cut at the last whole line, lines ending in '\n'; empty when it is no text
    struct an_str text;
    const char *encoding;               // what `text` was decoded from; NULL when it is no text
    char line_end;                      // of head: an_encoding_line_end
    bool whole;                         // head is all there is
};

struct an_source {
    const char *name;                   // stable, as written to JSON: "csv", "sqlite", "zip" ...
    struct an_words title;
    const char *spec;                   // document that defines the format
    int (*sniff)(const struct an_sniff *sniff);         // 0: not mine; 1..100: how sure
    // `head` was already taken from `input` and comes before its next byte. Failure is for the machine's own trouble
    // (no
    // memory, a sink that failed); what is wrong with the input goes to sink->trouble.
    enum an_code (*read)(struct an_reading *reading, struct an_input *input, const struct an_sniff *sniff,
                         struct an_err *err);
    const struct an_apart_needs *apart; // `read` is to run in a process of its own (apart.h); NULL: here
};

extern const struct an_source *const an_sources[];      // sorted by name, NULL-ended
extern const size_t an_source_count;

// Lines that end in '\r' end in '\n' after.
void an_source_feed_lines(char *text, size_t len);

// Reads one input, whatever it is: sniffs, picks the surest source, reads it.
enum an_code an_source_read(struct an_reading *reading, struct an_input *input, struct an_err *err) AN_MUST_USE;

// The same, as what it was found to be before.
enum an_code an_source_read_as(const struct an_source *source, struct an_reading *reading, struct an_input *input,
                               struct an_err *err) AN_MUST_USE;

// As an_source_read, for a file (opened read-only, not following a symbolic link) and for standard input ("-").
enum an_code an_source_read_path(struct an_reading *reading, struct an_str path, struct an_err *err) AN_MUST_USE;

#endif
