// anshen sources: the formats of this build, and the stores reached by a URL.
#include <stdio.h>

#include "cmd/listing.h"
#include "cmd/verb.h"
#include "remote/remote.h"
#include "source/source.h"

// Rows: the formats, then what is reached by a URL.
static const struct an_remote *remote_of(size_t row) { return row < an_source_count ? NULL : an_remotes[row - an_source_count]; }

static void line(size_t row, enum an_lang lang) {
    const struct an_remote *remote = remote_of(row);
    const struct an_source *source = remote ? NULL : an_sources[row];
    printf("%-13s %s (%s)", remote ? remote->name : source->name, an_say(remote ? remote->title : source->title, lang),
           remote ? remote->spec : source->spec);
    for (const char *const *s = remote ? remote->schemes : NULL; s && *s; s++)
        printf("%s%s://", s == remote->schemes ? "; " : ", ", *s);
    printf("\n");
}

static void json(size_t row, struct an_json *j) {
    const struct an_remote *remote = remote_of(row);
    an_listing_text(j, "name", remote ? remote->name : an_sources[row]->name);
    an_listing_title(j, remote ? remote->title : an_sources[row]->title);
    an_listing_text(j, "spec", remote ? remote->spec : an_sources[row]->spec);
    if (!remote)
        return;
    an_json_key(j, "schemes");
    an_json_open(j, '[');
    for (const char *const *s = remote->schemes; *s; s++)
        an_json_cstr(j, *s);
    an_json_close(j, ']');
}

static enum an_code run(int argc, char *argv[], int *ret_status, struct an_err *err) {
    const struct an_listing listing = {an_source_count + an_remote_count, line, json};
    return an_listing_run(&listing, argc, argv, ret_status, err);
}

const struct an_verb an_verb_sources = {
    .name = "sources",
    .summary = {"List the formats and stores it reads", "列出可读取的格式与存储"},
    .usage = "usage: anshen sources [--json] [--lang en|zh]\n\nLists the formats and containers that are read, "
             "found by content, and then what is reached by a URL.\n",
    .run = run,
};
