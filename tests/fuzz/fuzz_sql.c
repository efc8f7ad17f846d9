// Any bytes as an SQL dump: tokens lie inside the text and move forward, a token of a part of the text is that of the whole, and
// as a store the contract holds.
#include "listen.h"
#include "text/sql.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_tokens(struct an_str text, struct an_sql_dialect dialect) {
    char *copy = malloc(text.len + 1);
    MUST(copy);
    for (size_t pos = 0;;) {
        struct an_sql_piece whole, part;
        an_sql_read(text, pos, true, dialect, &whole);
        MUST(whole.token != AN_SQL_MORE && whole.start <= whole.end && whole.end <= text.len && whole.start >= pos);
        an_sql_read(an_str_slice(text, 0, pos + (text.len - pos) / 2), pos, false, dialect, &part);
        MUST(part.token == AN_SQL_MORE || (part.token == whole.token && part.start == whole.start && part.end == whole.end));
        if (whole.token == AN_SQL_END || whole.token == AN_SQL_BAD)
            break;
        MUST(whole.end > pos);
        memcpy(copy, text.ptr, text.len);
        struct an_sql_piece piece = whole;
        if (whole.text.len)
            piece.text.ptr = copy + (whole.text.ptr - text.ptr);
        if (whole.token == AN_SQL_HEX)
            MUST(an_sql_unhex(copy, piece.text).len <= whole.text.len);
        else if (whole.text.len)
            MUST(an_sql_unescape(copy, &piece, dialect).len <= whole.text.len);
        pos = whole.end;
    }
    bool null;
    if (text.len) {
        memcpy(copy, text.ptr, text.len);
        MUST(an_sql_unescape_copy(copy, text.len, &null).len <= text.len);
    }
    free(copy);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size < 1)
        return 0;
    struct an_str text = {(const char *) data + 1, size - 1};
    check_tokens(text, (struct an_sql_dialect) {.mysql = data[0] & 1, .backslash = data[0] & 2, .brackets = data[0] & 4});
    MUST(listen(text, AN_STR("a.sql"), 0) == listen(text, AN_STR("a.sql"), 1u + data[0]));
    return 0;
}
