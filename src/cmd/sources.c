// anshen sources: the formats of this build.
#include <stdio.h>

#include "base/json.h"
#include "cmd/options.h"
#include "cmd/verb.h"
#include "source/source.h"

static enum an_code print_json(struct an_err *err) {
    AN_AUTO(an_buf) out = {0};
    struct an_json j = {.out = &out};
    an_json_open(&j, '[');
    for (size_t i = 0; i < an_source_count; i++) {
        an_json_open(&j, '{');
        an_json_key(&j, "name");
        an_json_cstr(&j, an_sources[i]->name);
        an_json_key(&j, "title_en");
        an_json_cstr(&j, an_sources[i]->title.en);
        an_json_key(&j, "title_zh");
        an_json_cstr(&j, an_sources[i]->title.zh);
        an_json_key(&j, "spec");
        an_json_cstr(&j, an_sources[i]->spec);
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
    for (size_t i = 0; i < an_source_count; i++)
        printf("%-10s %s (%s)\n", an_sources[i]->name, an_say(an_sources[i]->title, lang), an_sources[i]->spec);
    return AN_OK;
}

const struct an_verb an_verb_sources = {
    .name = "sources",
    .summary = {"List the formats it reads", "列出可读取的格式"},
    .usage = "usage: anshen sources [--json] [--lang en|zh]\n\nLists the formats and containers that are read, "
             "found by content.\n",
    .run = run,
};
