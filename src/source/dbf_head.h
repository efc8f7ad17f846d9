// What a table of dBASE or FoxPro says of itself before its rows: fields, and the encoding of its text.
#ifndef AN_SOURCE_DBF_HEAD_H
#define AN_SOURCE_DBF_HEAD_H

#include <stdint.h>
#include "source/source.h"

enum { AN_DBF_FIELDS_MAX = 65536 / 32 };

struct an_dbf_field {
    struct an_str name;             // of the header's bytes
    char type;
    bool binary;                    // its text is in no encoding
    uint32_t at, len;               // of its bytes in a record
    uint32_t column;                // AN_NO_COLUMN: it is the program's own
    int short_bit;                  // of the record's flags: its last byte says how long it is; -1 never
};

struct an_dbf_head {
    unsigned char version, language;
    bool is_7, is_visual, encrypted, adds_up;
    uint32_t count;                 // of records
    uint32_t len, record_len;       // of itself, of a record
    uint32_t flags_at, flags_len;   // of the flags in a record
    size_t field_count;
    struct an_dbf_field fields[AN_DBF_FIELDS_MAX];
};

// A number of so many bytes, the lowest first.
static inline uint32_t an_dbf_little(const char *p, int bytes) {
    uint32_t n = 0;
    while (bytes-- > 0)
        n = n << 8 | (unsigned char) p[bytes];
    return n;
}

// Reads the header that `bytes` begin with; names are borrowed from them. False: it is none.
// Source: dBASE III+, IV and 7 table file formats; Microsoft, "Table File Structure (.dbc, .dbf)".
bool an_dbf_head_read(struct an_str bytes, struct an_dbf_head *h);

// Whether it ends as a header does, where it says, and its fields have names.
bool an_dbf_head_is_sound(const struct an_dbf_head *h, struct an_str bytes);

// The encoding that the header's language driver stands for; NULL: none, or "as on this machine".
// Source: Microsoft, "Code Pages Supported by Visual FoxPro"; the language drivers of dBASE.
const char *an_dbf_encoding_of_driver(unsigned char driver);

// What a file x.cpg beside `path`, x.dbf, says, as programs for maps write it: "UTF-8", "936", "OEM 936". NULL: nothing.
const char *an_dbf_encoding_beside(const char *path);

#endif
