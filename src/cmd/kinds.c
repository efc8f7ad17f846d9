// anshen kinds: the identifier kinds of this build.
#include <stdio.h>

#include "base/json.h"
#include "cmd/options.h"
#include "cmd/verb.h"
#include "ident/ident.h"

static const char *const uses[] = {
    [AN_USE_PERSON] = "person", [AN_USE_TRACE] = "trace", [AN_USE_NAME] = "name", [AN_USE_NOBODY] = "nobody",
};

static void cap(uint32_t n, char out[16]) { (void) snprintf(out, 16, n == AN_MANY ? "any" : "%u", n); }

static void print(const struct an_ident *k, enum an_lang lang) {
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

static enum an_code print_json(struct an_err *err) {
    AN_AUTO(an_buf) out = {0};
    struct an_json j = {.out = &out};
    an_json_open(&j, '[');
    for (size_t i = 0; i < an_ident_count; i++) {
        const struct an_ident *k = an_idents[i];
        an_json_open(&j, '{');
        an_json_key(&j, "name");
        an_json_cstr(&j, k->name);
        an_json_key(&j, "title_en");
        an_json_cstr(&j, k->title.en);
        an_json_key(&j, "title_zh");
        an_json_cstr(&j, k->title.zh);
        an_json_key(&j, "source");
        an_json_cstr(&j, k->source);
        an_json_key(&j, "use");
        an_json_cstr(&j, uses[k->use]);
        an_json_key(&j, "sensitive");
        an_json_bool(&j, k->sensitive);
        cap_json(&j, "m", k->m);
        cap_json(&j, "c", k->c);
        an_json_close(&j, '}');
    }
    an_json_close(&j, ']');
    enum an_code code = an_json_end(&j, err);
    if (!code)
        printf("%.*s\n", AN_STR_ARG(an_buf_str(&out)));
    return code;
}

static enum an_code run(int argc, char *argv[], int *ret_status, struct an_err *err) {
    bool json = false;
    enum an_lang lang = AN_EN;
    const struct an_option table[] = {{"--json", AN_OPTION_FLAG, &json}, {"--lang", AN_OPTION_LANG, &lang}, {0}};
    int n = 0;
    enum an_code code = an_options_read(argc, argv, table, &n, err);
    if (code)
        return code;
    if (n)
        return an_fail(err, AN_USAGE, "takes no argument, but was given '%s'", argv[1]);
    *ret_status = AN_EXIT_OK;
    if (json)
        return print_json(err);
    for (size_t i = 0; i < an_ident_count; i++)
        print(an_idents[i], lang);
    return AN_OK;
}

const struct an_verb an_verb_kinds = {
    .name = "kinds",
    .summary = {"List the identifier kinds it recognises", "列出可识别的标识种类"},
    .usage = "usage: anshen kinds [--json] [--lang en|zh]\n\n"
             "Lists every identifier kind: what it stands for (a person; a trace such as a device; a name;\n"
             "nobody), how many of\n"
             "them one person may hold (m) and how many people one may belong to (c), and the standard that\n"
             "defines it.\n",
    .run = run,
};
