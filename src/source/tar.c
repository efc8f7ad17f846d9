// Tar archive.
#include <string.h>

#include "source/container.h"

static const struct an_container container = {
    .name = "tar", .access = AN_CONTAINER_STREAM, .end_mark = true,
    .support = {archive_read_support_format_tar},
};

enum { HEADER = 512, SUM_AT = 148, SUM_LEN = 8, MAGIC_AT = 257 };

// The sum of a header's bytes, its own field taken as blanks, stands in that field in octal. Old archives have no other mark.
static bool sum_holds(const char *header) {
    unsigned sum = 0, said = 0;
    for (size_t i = 0; i < HEADER; i++)
        sum += i >= SUM_AT && i < SUM_AT + SUM_LEN ? ' ' : (unsigned char) header[i];
    for (size_t i = SUM_AT; i < SUM_AT + SUM_LEN && header[i] != '\0'; i++)
        if (header[i] >= '0' && header[i] <= '7')
            said = said * 8 + (unsigned) (header[i] - '0');
    return sum == said && header[0] != '\0';
}

static int sniff(const struct an_sniff *s) {
    if (s->head.len < HEADER)
        return 0;
    return sum_holds(s->head.ptr) ? 100 : memcmp(s->head.ptr + MAGIC_AT, "ustar", 5) == 0 ? 95 : 0;
}

static enum an_code read_input(struct an_reading *reading, struct an_input *input, const struct an_sniff *s, struct an_err *err) {
    return an_container_read(&container, reading, input, s, err);
}

const struct an_source an_source_tar = {
    .name = "tar",
    .title = {"Tar archive", "tar 归档"},
    .spec = "IEEE Std 1003.1-2017, pax; tar(5)",
    .sniff = sniff,
    .read = read_input,
};
