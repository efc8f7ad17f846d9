// Holds documents against a schema, and OSCAL documents against the rules of reference: what is wrong, one fault a line.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "schema/reference.h"

enum { ROOM = 16 * 1024 * 1024 };

static struct an_str slurp(const char *path) {
    FILE *f = fopen(path, "rb");
    char *data = f ? malloc(ROOM) : NULL;
    size_t n = data ? fread(data, 1, ROOM, f) : 0;
    if (f)
        (void) fclose(f);
    if (!data || n == ROOM)
        fprintf(stderr, "hold: %s cannot be read whole\n", path);
    return (struct an_str) {data, n};
}

static int show(const char *path, const struct an_schema_faults *faults) {
    for (size_t i = 0; i < faults->count; i++)
        printf("%s\t%.*s\t%.*s\n", path, AN_STR_ARG(faults->items[i].pointer), AN_STR_ARG(faults->items[i].text));
    if (!faults->total)
        printf("%s\tvalid\n", path);
    return faults->total > 0;
}

static int hold(const struct an_schema *schema, const char *path) {
    AN_AUTO(an_arena) arena = {0};
    AN_AUTO(an_tree) tree = {0};
    struct an_schema_faults faults = {0};
    struct an_err err = {0};
    struct an_str bytes = slurp(path);
    enum an_code code = an_tree_read(bytes, &tree, &err);
    if (!code && schema)
        code = an_schema_check(schema, tree.root, &arena, &faults, &err);
    else if (!code)
        code = an_reference_check((const json_t *const[]) {tree.root}, 1, &arena, &faults, &err);
    free((char *) (uintptr_t) bytes.ptr);
    if (code)
        printf("%s\terror\t%s\n", path, err.text);
    return code ? 1 : show(path, &faults);
}

// hold SCHEMA FILE...; with "-" for the schema, references are checked.
int main(int argc, char *argv[]) {
    struct an_schema *schema AN_CLEANUP(an_schema_cleanup) = NULL;
    struct an_err err = {0};
    if (argc < 3)
        return 2;
    if (strcmp(argv[1], "-") != 0) {
        struct an_str text = slurp(argv[1]);
        enum an_code code = an_schema_compile(text, argv[1], &schema, &err);
        free((char *) (uintptr_t) text.ptr);
        if (code) {
            fprintf(stderr, "hold: %s\n", err.text);
            return 2;
        }
    }
    int bad = 0;
    for (int i = 2; i < argc; i++)
        bad |= hold(schema, argv[i]);
    return bad;
}
