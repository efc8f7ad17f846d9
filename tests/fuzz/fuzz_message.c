// Messages of Kafka (key, header's name, its value and value between '\x1f'): what is made of each is one line of JSON. And the
// whole as settings of a client.
#include "listen.h"
#include "remote/feed.h"
#include "remote/kafka_conf.h"
#include "remote/message.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct an_str text = {(const char *) data, size}, rest = text, line;
    AN_AUTO(an_message_maker) maker = {0};
    AN_AUTO(an_buf) out = {0};
    struct an_err err;
    for (int i = 0; i < 200 && an_str_next(&rest, '\x1e', &line); i++) {
        struct an_str parts[4] = {0};
        size_t count = 0;
        while (count < 4 && an_str_next(&line, '\x1f', &parts[count]))
            count++;
        struct an_message_header header = {parts[1].ptr ? parts[1] : AN_STR(""), parts[2]};
        struct an_message m = {.key = parts[0], .value = parts[3], .headers = &header, .header_count = count > 1};
        bool bytes;
        out.len = 0;
        MUST(!an_message_line(&maker, &m, &out, &bytes, &err));
        MUST(out.len && out.ptr[out.len - 1] == '\n' && !memchr(out.ptr, '\n', out.len - 1));
        MUST(an_feed_is_json((struct an_str) {out.ptr, out.len - 1}));
    }
    struct an_kafka_conf c = {0};
    if (!an_kafka_conf_read(text, &c, &err))
        MUST(c.brokers[0] || an_kafka_conf_is_for(&c, AN_STR("h")));
    return 0;
}
