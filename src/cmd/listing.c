#include "cmd/listing.h"

#include <stdio.h>

#include "cmd/options.h"
#include "cmd/verb.h"

void an_listing_text(struct an_json *j, const char *key, const char *text) {
    an_json_key(j, key);
    an_json_cstr(j, text);
}

void an_listing_title(struct an_json *j, struct an_words title) {
    an_listing_text(j, "title_en", title.en);
    an_listing_text(j, "title_zh", title.zh);
}

static enum an_code print_json(const struct an_listing *listing, struct an_err *err) {
    AN_AUTO(an_buf) out = {0};
    struct an_json j = {.out = &out};
    an_json_open(&j, '[');
    for (size_t i = 0; i < listing->count; i++) {
        an_json_open(&j, '{');
        listing->json(i, &j);
        an_json_close(&j, '}');
    }
    an_json_close(&j, ']');
    enum an_code code = an_json_end(&j, err);
    if (!code)
        printf("%.*s\n", AN_STR_ARG(an_buf_str(&out)));
    return code;
}

enum an_code an_listing_run(const struct an_listing *listing, int argc, char *argv[], int *ret_status,
                            struct an_err *err) {
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
        return print_json(listing, err);
    for (size_t i = 0; i < listing->count; i++)
        listing->line(i, lang);
    return AN_OK;
}
