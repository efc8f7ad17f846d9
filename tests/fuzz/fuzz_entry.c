// Entries of a case file from anybody, as the second of a log, with the hash that fits: what is accepted is canonical, and
// its body passes its kind's table when it is written and read again.
#include <assert.h>
#include <stdlib.h>

#include "case/log.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define FIRST "{\"actor\":\"\",\"at\":\"2026-11-23T08:00:00Z\",\"body\":{\"company\":{\"id\":\"c1\",\"name\":\"Example\"}," \
              "\"id\":\"5f0c\",\"object\":\"listing\",\"procedure\":\"cn.review\",\"side\":\"filer\",\"title\":\"t\"}," \
              "\"kind\":\"open\",\"seq\":1}"

static enum an_code take(struct an_case *c, int64_t seq, struct an_str text, struct an_err *err) {
    struct an_hash previous = c->head, hash = an_log_hash(an_hash_str(&previous), text);
    const struct an_log_row row = {.seq = seq, .text = text, .previous = an_hash_str(&previous), .hash = an_hash_str(&hash)};
    return an_log_take(c, &row, NULL, NULL, err);
}

static void check(const struct an_entry *e) {
    AN_AUTO(an_buf) written = {0};
    struct an_err err = {0};
    json_t *body = json_deep_copy(e->body);
    if (!body || an_canonical(body, &written, &err))
        abort();
    json_t *again = json_loadb(written.ptr, written.len, JSON_REJECT_DUPLICATES, NULL);
    assert(again && json_equal(again, body));
    if (an_entry_check(e->kind, again, NULL, NULL, &err))
        abort();
    json_decref(again);
    json_decref(body);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct an_err err = {0};
    AN_CLEANUP(an_case_cleanup) struct an_case *c = an_case_new("fuzz", &err);
    if (!c || take(c, 1, AN_STR(FIRST), &err))
        abort();
    if (take(c, 2, (struct an_str) {(const char *) data, size}, &err)) {
        assert((err.code == AN_INPUT || err.code == AN_LIMIT) && err.text[0] && c->count == 1);
        return 0;
    }
    assert(c->count == 2);
    check(an_case_entry(c, 2));
    return 0;
}
