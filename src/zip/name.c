#define _GNU_SOURCE
#include "zip/name.h"

#include <locale.h>
#include <stdlib.h>
#include <wctype.h>
#include "base/utf8.h"
#include "zip/zip.h"

enum { NAME_MAX_BYTES = 255 };

static bool is_forbidden(unsigned char c) { return c < 0x20 || c == 0x7F || memchr("\\:<>\"|?*", c, 8); }

const char *an_zip_name_check(struct an_str name) {
    if (!name.len)
        return "is empty";
    if (name.len > NAME_MAX_BYTES)
        return "is longer than 255 bytes";
    if (an_utf8_valid(name) != name.len)
        return "is not UTF-8";
    if (name.ptr[0] == '/')
        return "is an absolute path";
    for (size_t i = 0; i < name.len; i++)
        if (is_forbidden((unsigned char) name.ptr[i]))
            return name.ptr[i] == '\\' ? "has a backslash" : "has a character that file systems do not take";
    if (name.ptr[name.len - 1] == '/')
        return "ends in a slash";
    struct an_str part;
    while (an_str_next(&name, '/', &part)) {
        if (!part.len)
            return "has an empty part";
        if (an_str_eq(part, AN_STR(".")) || an_str_eq(part, AN_STR("..")))
            return "leaves its folder";
        char last = part.ptr[part.len - 1];
        if (last == '.' || last == ' ')
            return "has a part that ends in a dot or a space";
    }
    return NULL;
}

// Lower case by the C.UTF-8 tables; a folder's last slash goes.
static struct an_str fold(struct an_str name, locale_t table, struct an_arena *arena) {
    bool is_folder = name.len && name.ptr[name.len - 1] == '/';
    name = an_str_slice(name, 0, name.len - is_folder);
    char *out = an_arena_alloc(arena, name.len + 1, 4);
    size_t len = 0, taken = 0;
    for (size_t i = 0; out && i < name.len; i += taken) {
        uint32_t c = an_utf8_get(an_str_slice(name, i, name.len), &taken);
        uint32_t low = (uint32_t) towlower_l((wint_t) c, table);
        low = (uint32_t) towlower_l(towupper_l((wint_t) low, table), table);     // U+017F and its like
        len += an_utf8_put(low, out + len);
    }
    return (struct an_str) {out, len};
}

static int compare(const void *a, const void *b) {
    const struct an_str *x = a, *y = b;
    size_t n = x->len < y->len ? x->len : y->len;
    int order = n ? memcmp(x->ptr, y->ptr, n) : 0;
    return order ? order : (x->len > y->len) - (x->len < y->len);
}

// A file whose name is a folder of another's: looked up among the files.
static bool has_file_above(struct an_str name, const struct an_str *files, size_t count) {
    for (size_t i = 0; i < name.len; i++) {
        struct an_str above = an_str_slice(name, 0, i);
        if (name.ptr[i] == '/' && bsearch(&above, files, count, sizeof *files, compare))
            return true;
    }
    return false;
}

enum an_code an_zip_names_apart(const struct an_str *names, size_t count, struct an_err *err) {
    AN_AUTO(an_arena) arena = {0};
    locale_t table = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t) 0);
    if (!table)
        return an_fail(err, AN_IO, "the system has no locale C.UTF-8, whose tables of letters are needed");
    struct an_str *all = AN_NEW_N(&arena, count + 1, struct an_str), *files = AN_NEW_N(&arena, count + 1, struct an_str);
    size_t file_count = 0;
    bool ok = all && files;
    for (size_t i = 0; ok && i < count; i++) {
        all[i] = fold(names[i], table, &arena);
        ok = all[i].ptr;
        if (ok && names[i].ptr[names[i].len - 1] != '/')
            files[file_count++] = all[i];
    }
    freelocale(table);
    if (!ok)
        return an_fail(err, AN_NOMEM, "no memory for names");
    qsort(all, count, sizeof *all, compare);
    qsort(files, file_count, sizeof *files, compare);
    for (size_t i = 0; i < count; i++) {
        if (i && an_str_eq(all[i - 1], all[i]))
            return an_fail(err, AN_INPUT, "two members have one name, or names that differ in case only: '%.*s'",
                           AN_STR_ARG(an_str_slice(all[i], 0, 100)));
        if (has_file_above(all[i], files, file_count))
            return an_fail(err, AN_INPUT, "a member lies in another member as if that were a folder: '%.*s'",
                           AN_STR_ARG(an_str_slice(all[i], 0, 100)));
    }
    return AN_OK;
}
