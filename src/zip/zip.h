// ZIP archives in memory: a strict reader, and a writer whose bytes depend on its input only.
//
// The reader takes what documents (docx, xlsx) and dossiers need and refuses the rest: every byte of the file must
// belong to exactly one thing that the central directory names, in its place. So two programs cannot see two different
// archives in one file, and nothing can be carried along unseen.
// Source: PKWARE APPNOTE 6.3.10; stored (0) and deflated (8) members only.
#ifndef AN_ZIP_ZIP_H
#define AN_ZIP_ZIP_H

#include "base/arena.h"
#include "base/buf.h"

struct an_zip_limits {          // 0: the default of each
    size_t members;             // 4096
    uint64_t member_bytes;      // unpacked, of one member: 256 MiB
    uint64_t total_bytes;       // unpacked, of all: 1 GiB
    uint64_t ratio;             // unpacked over packed, of a member of more than 1 MiB: 250
    // Only what an_zip_write makes: no extra fields, no data descriptors, no folders. For archives that are evidence:
    // an extra field can carry bytes that no member shows.
    bool plain;
};

struct an_zip_member {
    struct an_str name;         // UTF-8 (or ASCII), a relative path with '/'; see an_zip_name_check
    struct an_str bytes;        // unpacked
    bool stored;                // writer: do not compress. The reader ignores it
};

struct an_zip {                 // in the order of the central directory; folders are left out
    struct an_zip_member *members;
    size_t count;
};

// Unpacks the whole of `file` into `arena`. Refused with INPUT and the byte where: anything but ZIP; encryption; zip64; more
// than one disk; other methods; names that an_zip_name_check refuses; two names that are equal but for case, or one that is
// a folder of another; links and devices; a local header that says other than the directory; bytes between, before or after
// the members; wrong sizes and checksums. LIMIT: larger than `limits`, found out before it is unpacked.
enum an_code an_zip_read(struct an_str file, const struct an_zip_limits *limits, struct an_arena *arena,
                         struct an_zip *ret, struct an_err *err) AN_MUST_USE;

// The member of that name, byte for byte; NULL when there is none.
const struct an_zip_member *an_zip_find(const struct an_zip *zip, struct an_str name);

// Adds an archive of the members, in the order given, to `out`. All times are 1980-01-01, no attributes: the same members
// give the same bytes (deflated ones: under the same version of zlib; stored ones: always). USAGE for a name that the reader
// would refuse, LIMIT for 4 GiB or 65534 members and more.
enum an_code an_zip_write(const struct an_zip_member *members, size_t count, struct an_buf *out,
                          struct an_err *err) AN_MUST_USE;

// Whether a name is safe to unpack anywhere: well-formed UTF-8 of 1 to 255 bytes; no control character, backslash, colon
// or any of <>"|?*; relative; no empty part, no part that is or ends in '.' or ends in a space. NULL when it is, else what
// is wrong with it, in words.
const char *an_zip_name_check(struct an_str name);

#endif
