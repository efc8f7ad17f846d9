// Checks certificates with rules/recheck.h, as tools/check-certificate does it: one {"certificate": ..., "rules": [...]} a line.
// Exit status: 0 all accepted, 1 some were not.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "rules/recheck.h"

static enum an_code add_rules(struct an_recheck_law *law, const json_t *rules, struct an_err *err) {
    enum an_code code = AN_OK;
    for (size_t i = 0; i < json_array_size(rules) && !code; i++) {
        char *text = json_dumps(json_array_get(rules, i), JSON_COMPACT);       // members stay in their order: the canonical form
        code = an_recheck_add(law, an_str_from_c(text ? text : ""), err);
        free(text);
    }
    return code;
}

static bool accepts(const char *line, size_t len, struct an_err *err) {
    json_t *job = json_loadb(line, len, JSON_REJECT_DUPLICATES, NULL);
    AN_AUTO(an_recheck_law) law = {0};
    struct an_recheck got;
    enum an_code code = job ? add_rules(&law, json_object_get(job, "rules"), err) : an_fail(err, AN_INPUT, "no JSON");
    if (!code)
        code = an_recheck(&law, json_object_get(job, "certificate"), NULL, &got, err);
    json_decref(job);
    return code == AN_OK;
}

int main(int argc, char *argv[]) {
    FILE *f = argc == 2 ? fopen(argv[1], "re") : NULL;
    char *line = NULL;
    size_t cap = 0, count = 0, bad = 0;
    ssize_t len;
    if (!f) {
        fprintf(stderr, "usage: recheck-lines FILE\n");
        return 2;
    }
    while ((len = getline(&line, &cap, f)) > 0) {
        struct an_err err = {0};
        count++;
        if (accepts(line, (size_t) len, &err))
            continue;
        bad++;
        printf("line %zu: %s\n", count, err.text);
    }
    free(line);
    (void) fclose(f);
    printf("%zu certificates, %zu not accepted\n", count, bad);
    return bad || !count;
}
