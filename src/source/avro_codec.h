// Blocks of Avro files, unpacked.
#ifndef AN_SOURCE_AVRO_CODEC_H
#define AN_SOURCE_AVRO_CODEC_H

#include "base/buf.h"

struct an_avro_codec {              // const, static
    const char *name;               // as files say it
    // Puts what `packed` holds into `out`, which is empty. INPUT: it is damaged. LIMIT: more than out->limit.
    enum an_code (*unpack)(struct an_str packed, struct an_buf *out, struct an_err *err);
};

// NULL: none that is known. The empty name is "null".
const struct an_avro_codec *an_avro_codec_named(struct an_str name);

#endif
