// Any bytes as mail, alone or in a folder: the calls keep to the contract, however many bytes a read gives.
#include "listen.h"

#include "base/buf.h"
#include "text/mime.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void take_apart(struct an_str text) {
    struct an_buf name = {0}, address = {0}, out = {0};
    struct an_err err;
    enum an_code code = AN_OK;
    struct an_str rest = text;
    while (an_mime_address(&rest, &name, &address, &code, &err))
        MUST(an_utf8_valid(an_buf_str(&name)) == name.len && an_utf8_valid(an_buf_str(&address)) == address.len);
    MUST(code == AN_OK);
    MUST(an_mime_words(text, &out, &err) == AN_OK && an_utf8_valid(an_buf_str(&out)) == out.len);
    out.len = 0;
    MUST(an_mime_parameter(text, "filename", &out, &err) == AN_OK && an_utf8_valid(an_buf_str(&out)) == out.len);
    an_buf_release(&name);
    an_buf_release(&address);
    an_buf_release(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static const struct an_str heads[] = {
        AN_STR_INIT(""), AN_STR_INIT("From: a@x.cn\nReceived: x\n"),
        AN_STR_INIT("From a@x.cn Thu Jan  1 08:00:00 2026\nReceived: x\nFrom: b\n"),
    };
    if (size < 1 || size > 1 << 16)
        return 0;
    struct an_str head = heads[data[0] % AN_COUNT(heads)], rest = {(const char *) data + 1, size - 1};
    char *mail = malloc(head.len + rest.len + 1);
    MUST(mail);
    if (head.len)
        memcpy(mail, head.ptr, head.len);
    if (rest.len)
        memcpy(mail + head.len, rest.ptr, rest.len);
    struct an_str all = {mail, head.len + rest.len};
    MUST(listen(all, AN_STR("a"), 0) == listen(all, AN_STR("a"), 7));
    take_apart(rest);
    free(mail);
    return 0;
}
