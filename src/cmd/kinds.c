// anshen kinds: the identifier kinds of this build.
#include <stdio.h>

#include "cmd/listing.h"
#include "cmd/verb.h"
#include "ident/ident.h"

static const char *const uses[] = {
    [AN_USE_PERSON] = "person", [AN_USE_TRACE] = "trace", [AN_USE_NAME] = "name", [AN_USE_NOBODY] = "nobody",
};

static void cap(uint32_t n, char out[16]) { (void) snprintf(out, 16, n == AN_MANY ? "any" : "%u", n); }

static void line(size_t row, enum an_lang lang) {
    const struct an_ident *k = an_idents[row];
    char m[16], c[16];
    cap(k->m, m);
    cap(k->c, c);
    if (k->use == AN_USE_PERSON)
        printf("%-20s %-7s m=%-4s c=%-4s %s (%s)\n", k->name, uses[k->use], m, c, an_say(k->title, lang), k->source);
    else
        printf("%-20s %-7s %13s %s (%s)\n", k->name, uses[k->use], "", an_say(k->title, lang), k->source);
}

static void cap_json(struct an_json *j, const char *key, uint32_t n) {
    an_json_key(j, key);
    if (n == AN_MANY)
        an_json_null(j);
    else
        an_json_u64(j, n);
}

static void json(size_t row, struct an_json *j) {
    const struct an_ident *k = an_idents[row];
    an_listing_text(j, "name", k->name);
    an_listing_title(j, k->title);
    an_listing_text(j, "source", k->source);
    an_listing_text(j, "use", uses[k->use]);
    an_json_key(j, "sensitive");
    an_json_bool(j, k->sensitive);
    cap_json(j, "m", k->m);
    cap_json(j, "c", k->c);
}

static enum an_code run(int argc, char *argv[], int *ret_status, struct an_err *err) {
    const struct an_listing listing = {an_ident_count, line, json};
    return an_listing_run(&listing, argc, argv, ret_status, err);
}

const struct an_verb an_verb_kinds = {
    .name = "kinds",
    .summary = {"List the identifier kinds it recognises", "列出可识别的标识种类"},
    .usage = "usage: anshen kinds [--json] [--lang en|zh]\n\n"
             "Lists every identifier kind: what it stands for (a person; a trace such as a device; a name;\n"
             "nobody), how many of them one person may hold (m) and how many people one may belong to\n"
             "(c), and the standard that defines it.\n",
    .run = run,
};
