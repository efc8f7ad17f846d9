// Mail messages, one a file: EML, and the files of a Maildir.
#include "source/mail.h"

static int sniff(const struct an_sniff *s) { return an_mail_looks_like_message(s->head); }

static enum an_code read_eml(struct an_reading *reading, struct an_input *input, const struct an_sniff *s, struct an_err *err) {
    return an_mail_read("eml", false, reading, input, s, err);
}

const struct an_source an_source_eml = {
    .name = "eml",
    .title = {"Mail messages (EML, Maildir)", "电子邮件（EML、Maildir）"},
    .spec = "RFC 5322, RFC 2045 to 2049, RFC 2231, RFC 6532",
    .sniff = sniff,
    .read = read_eml,
};
