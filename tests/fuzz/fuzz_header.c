// Any bytes as a column header, and as an obscured identifier.
#include <assert.h>

#include "ident/header.h"
#include "ident/obscured.h"
#include "ident/role.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct an_str text = {(const char *) data, size};
    char out[AN_HEADER_MAX], again[AN_HEADER_MAX];
    struct an_str folded = an_header_fold(text, out);
    struct an_str twice = an_header_fold(folded, again);
    assert(folded.len <= AN_HEADER_MAX && an_str_eq(folded, twice));
    struct an_header header = an_header_read(text);
    assert(header.role < an_role_count && !(header.weak && !header.kind));
    const struct an_ident *kind = NULL;
    assert((an_obscured_check(text, &kind) == AN_OBSCURED_NO) == !kind);
    return 0;
}
