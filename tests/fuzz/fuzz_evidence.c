// Result files of other tools, from anybody: reading ends in order, every finding is whole, and an error names the file.
#include <assert.h>
#include <string.h>

#include "base/utf8.h"
#include "evidence/evidence.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void whole(struct an_str text) {
    assert(text.ptr && text.len <= AN_EVIDENCE_TEXT_MAX + 3 && an_utf8_valid(text) == text.len);
    for (size_t i = 0; i < text.len; i++)
        assert((unsigned char) text.ptr[i] >= ' ' && text.ptr[i] != 0x7F);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    AN_AUTO(an_arena) arena = {0};
    AN_AUTO(an_evidence_report) e = {0};
    struct an_err err = {0};
    if (size > 1 << 16)
        return 0;
    enum an_code code = an_evidence_read((struct an_str) {(const char *) data, size}, "fuzz", &arena, &e, &err);
    if (code) {
        assert(memcmp(err.text, "fuzz: ", 6) == 0 && !e.count && !e.tree.root);
        return 0;
    }
    assert(e.format && e.tool.len);
    whole(e.tool);
    for (size_t i = 0; i < e.count; i++) {
        const struct an_evidence_finding *f = &e.items[i];
        assert(f->title.len && f->severity && *an_evidence_result_name(f->result));
        whole(f->id);
        whole(f->title);
        whole(f->subject);
        whole(f->control);
        whole(f->remarks);
    }
    return 0;
}
