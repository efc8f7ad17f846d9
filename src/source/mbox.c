// Mail folders of one file: messages one after another, each begun by a line "From ". The four kinds of mbox differ in how such a
// line inside a message is written; what is taken for one here also names a day and a time.
#include "source/mail.h"

static int sniff(const struct an_sniff *s) {
    struct an_str head = s->head, line;
    if (!an_str_next(&head, '\n', &line) || !an_mail_is_from_line(line))
        return 0;
    return an_mail_looks_like_message(head) ? 95 : 0;
}

static enum an_code read_mbox(struct an_reading *reading, struct an_input *input, const struct an_sniff *s, struct an_err *err) {
    return an_mail_read("mbox", true, reading, input, s, err);
}

const struct an_source an_source_mbox = {
    .name = "mbox",
    .title = {"Mail folders (mbox)", "邮箱文件（mbox）"},
    .spec = "RFC 4155; mboxo, mboxrd, mboxcl, mboxcl2",
    .sniff = sniff,
    .read = read_mbox,
};
