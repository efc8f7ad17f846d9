// Numbers of documents: reading, form, context.
#include "ident/cn_document.h"

#include <string.h>

#include "ident/blocked.h"
#include "ident/digits.h"
#include "ident/kinds.h"

size_t an_document_read(struct an_str text, char out[static AN_DOCUMENT_MAX]) {
    size_t len = 0;
    bool is_gap = true;     // no gap at the beginning
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        if ((c == ' ' || c == '-') && !is_gap) {
            is_gap = true;
            continue;
        }
        if (c >= 'a' && c <= 'z')
            c = (char) (c - 'a' + 'A');
        if (len == AN_DOCUMENT_MAX || !((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z')))
            return 0;
        out[len++] = c;
        is_gap = false;
    }
    return is_gap ? 0 : len;
}

static bool is_one_of(char c, const char *letters) {
    return c && strchr(letters, c);
}

bool an_document_is(const char *number, size_t len, const struct an_document_form *form) {
    size_t letters = form->second ? 2 : 1;
    if (len != letters + form->digits || !is_one_of(number[0], form->first))
        return false;
    return (letters == 1 || is_one_of(number[1], form->second)) &&
        an_digits_are(number + letters, form->digits);
}

bool an_document_context(const struct an_context *context, const struct an_ident *kind) {
    return (context->cell && context->expected == &an_ident_cn_resident_id) ||
        an_context_names(context, kind);
}

enum an_grade an_document_answer(const char *number, size_t len, size_t digits,
                                 struct an_ident_key *ret_key) {
    memcpy(ret_key->text, number, len);
    ret_key->len = len;
    bool is_filler = an_blocked_digits((struct an_str) {number + len - digits, digits});
    return is_filler ? AN_GRADE_BLOCKED : AN_GRADE_CEILING;
}
