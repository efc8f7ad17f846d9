// Running text: logs, prose, combo lists. A record is a line.
#include "source/source.h"

#include "source/textin.h"
#include "text/bytes.h"

static int sniff(const struct an_sniff *s) { return s->encoding ? 2 : 0; }

static enum an_code read_blocks(struct an_reading *reading, struct an_textin *in, struct an_err *err) {
    const struct an_sink *sink = reading->sink;
    const struct an_bytes *bytes = an_bytes_best();
    enum an_code code = AN_OK;
    uint64_t number = 1;
    while (!code && in->text.len) {
        code = sink->lines(sink->arg, in->text, number, an_textin_offset(in, 0), err);
        // a line that goes on in the next block (one over the limit) is a record for each piece
        number += bytes->count(in->text, '\n') + (in->text.ptr[in->text.len - 1] != '\n');
        if (!code)
            code = an_textin_more(in, in->text.len, err);
    }
    return code;
}

static enum an_code read_text(struct an_reading *reading, struct an_input *input, const struct an_sniff *s,
                              struct an_err *err) {
    const struct an_sink *sink = reading->sink;
    enum an_store_status status = AN_STORE_READ;
    AN_AUTO(an_textin) in = {0};
    struct an_store_info info = {.uri = input->uri, .format = "text", .encoding = s->encoding};
    enum an_code code = sink->open(sink->arg, &info, err);
    if (!code)
        code = an_textin_open(&in, reading, input, s, err);
    if (!code)
        code = read_blocks(reading, &in, err);
    if (!code)
        code = an_textin_finish(&in, &status, err);
    return code ? code : sink->close(sink->arg, status, an_textin_bytes(&in), (struct an_str) {0}, err);
}

const struct an_source an_source_text = {
    .name = "text",
    .title = {"Plain text and logs, line by line", "纯文本与日志（逐行）"},
    .spec = "Unicode 15, UTF-8 (RFC 3629); GB 18030; each line a record",
    .sniff = sniff,
    .read = read_text,
};
