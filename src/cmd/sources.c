// anshen sources: the formats of this build.
#include <stdio.h>

#include "cmd/listing.h"
#include "cmd/verb.h"
#include "source/source.h"

static void line(size_t row, enum an_lang lang) {
    const struct an_source *source = an_sources[row];
    printf("%-10s %s (%s)\n", source->name, an_say(source->title, lang), source->spec);
}

static void json(size_t row, struct an_json *j) {
    an_listing_text(j, "name", an_sources[row]->name);
    an_listing_title(j, an_sources[row]->title);
    an_listing_text(j, "spec", an_sources[row]->spec);
}

static enum an_code run(int argc, char *argv[], int *ret_status, struct an_err *err) {
    const struct an_listing listing = {an_source_count, line, json};
    return an_listing_run(&listing, argc, argv, ret_status, err);
}

const struct an_verb an_verb_sources = {
    .name = "sources",
    .summary = {"List the formats it reads", "列出可读取的格式"},
    .usage = "usage: anshen sources [--json] [--lang en|zh]\n\nLists the formats and containers that are read, "
             "found by content.\n",
    .run = run,
};
