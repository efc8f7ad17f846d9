// Reading a table of tests/tables: lines of fields between tabs, `#` before a comment.
#ifndef AN_TESTS_TABLE_FILE_H
#define AN_TESTS_TABLE_FILE_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TABLE_LINE = 4096, TABLE_FIELDS = 8 };

struct table_file { FILE *f; char line[TABLE_LINE]; char *field[TABLE_FIELDS]; };

static inline struct table_file table_open(const char *name) {
    char path[TABLE_LINE];
    const char *root = getenv("ANSHEN_SOURCE_ROOT");
    (void) snprintf(path, sizeof path, "%s/tests/tables/%s", root ? root : ".", name);
    struct table_file t = {.f = fopen(path, "re")};
    assert_non_null(t.f);
    return t;
}

// The next line's fields; false, with the file closed, behind the last.
static inline bool table_next(struct table_file *t, size_t fields) {
    do
        if (!fgets(t->line, sizeof t->line, t->f)) {
            (void) fclose(t->f);
            return false;
        }
    while (t->line[0] == '#');
    t->line[strcspn(t->line, "\n")] = '\0';
    char *at = t->line;
    for (size_t i = 0; i < fields; i++) {
        assert_non_null(at);
        t->field[i] = at;
        at = strchr(at, '\t');
        if (at)
            *at++ = '\0';
    }
    return true;
}

static inline uint64_t table_u64(const struct table_file *t, size_t i) { return strtoull(t->field[i], NULL, 10); }

#endif
