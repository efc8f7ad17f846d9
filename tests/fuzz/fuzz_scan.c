// Any bytes, scanned as running text and as a cell: every hit lies in the text, and a canonical form is accepted
// again, as it stands, in a column of its kind. Byte 0 chooses the kind the column names.
#include <assert.h>
#include <stdlib.h>

#include "ident/scan.h"

enum { TODAY = 20780 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static enum an_code check(void *arg, const struct an_hit *hit, struct an_err *err) {
    const size_t *len = arg;
    (void) err;
    assert(hit->kind && hit->offset < *len);
    if (hit->form != AN_HIT_CLEAR) {
        assert(!hit->key.len && hit->grade == AN_GRADE_NONE);
        return AN_OK;
    }
    assert(hit->grade != AN_GRADE_NONE && hit->key.len && hit->key.len <= AN_IDENT_KEY_MAX);
    struct an_context column = {.expected = hit->kind, .cell = true, .today = TODAY};
    struct an_ident_key again;
    assert(hit->kind->check(hit->key, &column, &again) != AN_GRADE_NONE);
    assert(an_str_eq(hit->key, (struct an_str) {again.text, again.len}));
    return AN_OK;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size < 1)
        return 0;
    size_t len = size - 1;
    static struct an_scanner *scanner;               // as in a run: one for all texts
    struct an_err err = {0};
    char *text = malloc(len + AN_SCAN_PADDING);      // ends where the padding does, so that ASan sees a byte too far
    if (!text || (!scanner && an_scanner_new(TODAY, &scanner, &err)))
        abort();
    memcpy(text, data + 1, len);
    memset(text + len, '7', AN_SCAN_PADDING);
    struct an_str given = {text, len};
    const struct an_ident *expected = an_idents[data[0] % (an_ident_count + 1)];     // the last is NULL
    enum an_code as_text = an_scan_text(scanner, given, check, &len, &err);
    enum an_code as_cell = an_scan_cell(scanner, given, expected, check, &len, &err);
    assert(!as_text && !as_cell);
    free(text);
    return 0;
}
