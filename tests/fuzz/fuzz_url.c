// Any text as a URL: refused, or split into parts that are well-formed, and shown without its secrets so that it reads the same.
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "remote/remote.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define MUST(condition) do { if (!(condition)) abort(); } while (0)

// Also reads every byte, and the NUL behind.
static void look(struct an_str s) {
    MUST(an_utf8_valid(s) == s.len);
    MUST(!s.ptr || s.ptr[s.len] == '\0');
    MUST(!s.len || (!memchr(s.ptr, '\0', s.len) && !memchr(s.ptr, '\n', s.len)));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct an_str text = {(const char *) data, size};
    struct an_url url, again;
    struct an_err err = {0};
    if (an_url_parse(text, &url, &err)) {
        MUST(!url.text && err.code == AN_USAGE && *err.text);
        return 0;
    }
    MUST(an_url_scheme(text).len == url.scheme.len);
    look(url.scheme);
    look(url.user);
    look(url.password);
    look(url.host);
    look(url.path);
    MUST(url.pair_count <= AN_URL_PAIRS);
    for (size_t i = 0; i < url.pair_count; i++) {
        look(url.pairs[i].name);
        look(url.pairs[i].value);
    }
    AN_AUTO(an_buf) shown = {0}, twice = {0};
    MUST(an_url_show(&url, url.scheme.ptr, &shown, &err) == AN_OK);
    MUST(an_url_parse(an_buf_str(&shown), &again, &err) == AN_OK);
    MUST(!again.user.ptr && !again.password.ptr && !again.pair_count && again.port == url.port);
    MUST(an_str_eq(again.path, url.path));
    MUST(an_url_show(&again, again.scheme.ptr, &twice, &err) == AN_OK);
    MUST(an_str_eq(an_buf_str(&shown), an_buf_str(&twice)));
    (void) an_remote_glob(url.path, url.host);
    an_url_release(&again);
    an_url_release(&url);
    return 0;
}
