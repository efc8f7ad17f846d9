#define _GNU_SOURCE
#include "remote/heading.h"

#include <string.h>
#include "base/buf.h"
#include "base/cleanup.h"
#include "ident/category.h"
#include "ident/header.h"
#include "source/uri.h"

enum { COMMENT_MAX = 60, DIGITS_MAX = 4 };      // bytes of what is taken of it; digits in a row, more may be data

static bool says_something(struct an_str heading) {
    struct an_header h = an_header_read(heading);
    return h.kind || h.role || h.personal || h.text || an_category_of(heading);
}

// Up to where the comment begins to explain.
static struct an_str first_words(struct an_str comment) {
    static const char *const marks[] = {",", ";", ":", "(", "\n", "\r", "，", "；", "：", "（", "。", "、"};
    size_t end = comment.len;
    for (size_t i = 0; i < AN_COUNT(marks); i++) {
        const char *at = end ? memmem(comment.ptr, end, marks[i], strlen(marks[i])) : NULL;
        end = at ? (size_t) (at - comment.ptr) : end;
    }
    return an_str_slice(comment, 0, end);
}

static bool may_be_data(struct an_str s) {
    size_t run = 0;
    for (size_t i = 0; i < s.len; i++) {
        run = s.ptr[i] >= '0' && s.ptr[i] <= '9' ? run + 1 : 0;
        if (run > DIGITS_MAX || s.ptr[i] == '@')
            return true;
    }
    return false;
}

enum an_code an_remote_heading(struct an_str name, struct an_str comment, struct an_arena *arena, struct an_str *ret,
                               struct an_err *err) {
    AN_AUTO(an_buf) both = {0};
    struct an_str words = first_words(comment);
    if (words.len && words.len <= COMMENT_MAX && !may_be_data(words) && !says_something(name) && says_something(words)) {
        AN_TRY(an_buf_addf(&both, err, "%.*s: %.*s", AN_STR_ARG(name), AN_STR_ARG(words)));
        name = an_buf_str(&both);
    }
    *ret = an_source_padded(arena, name);
    return ret->ptr ? AN_OK : an_fail(err, AN_NOMEM, "no memory for columns");
}
