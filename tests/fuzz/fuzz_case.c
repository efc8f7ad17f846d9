// Case files from anybody: opening and verifying end in order, and what has no fault opens.
#include <assert.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "case/case.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void use(struct an_case *c) {
    struct an_err err = {0};
    AN_AUTO(an_buf) out = {0};
    for (uint64_t seq = 1; seq <= an_case_count(c); seq++) {
        const struct an_entry *e = an_case_entry(c, seq);
        bool any;
        assert(e && e->seq == seq && e->kind && json_is_object(e->body));
        AN_IGNORE(an_case_stamp_get(c, seq, &out, &any, &err));
        AN_IGNORE(an_case_object_get(c, an_entry_text(e->body, "object"), &out, &err));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    char path[] = "/tmp/fuzz-case-XXXXXX";
    AN_AUTO(an_arena) arena = {0};
    struct an_case_report report = {0};
    struct an_case *c = NULL;
    struct an_err err = {0};
    int fd = mkstemp(path);
    if (fd < 0 || write(fd, data, size) != (ssize_t) size)
        abort();
    (void) close(fd);
    enum an_code verified = an_case_verify(path, &arena, &report, &err);
    assert(!verified || err.text[0]);
    enum an_code opened = an_case_open(path, false, &c, &err);
    assert(!opened || err.text[0]);
    if (!verified && !report.fault_count && opened)
        abort();
    if (c)
        use(c);
    an_case_free(c);
    (void) unlink(path);
    return 0;
}
