// The records of a ZIP file: what reader and writer both know of them. Sizes are of their fixed parts.
#ifndef AN_ZIP_FORM_H
#define AN_ZIP_FORM_H

#include <stdint.h>
#include <zlib.h>

enum {
    AN_ZIP_LOCAL = 0x04034B50, AN_ZIP_LOCAL_SIZE = 30,
    AN_ZIP_ENTRY = 0x02014B50, AN_ZIP_ENTRY_SIZE = 46,
    AN_ZIP_END = 0x06054B50, AN_ZIP_END_SIZE = 22,
    AN_ZIP_DESCRIPTOR = 0x08074B50,
    AN_ZIP_STORED = 0, AN_ZIP_DEFLATED = 8,
    AN_ZIP_VERSION = 20,
    AN_ZIP_DATE = 1 << 5 | 1,               // 1980-01-01, at midnight
    AN_ZIP_HAS_DESCRIPTOR = 1 << 3, AN_ZIP_UTF8 = 1 << 11,
    AN_ZIP_UNIX = 3,                        // host system that gives a mode in the external attributes
};

// What zlib asks memory from; .zalloc and .zfree of a z_stream.
voidpf an_zip_allocate(voidpf arg, uInt count, uInt size);
void an_zip_deallocate(voidpf arg, voidpf p);

#endif
