// kafka-mock BROKERS [COMPRESSION]: librdkafka's mock cluster, for as long as standard input is open. Prints where it is, then
// does what each line says and answers "ok", or why not:
//
//     topic NAME PARTITIONS
//     send TOPIC PARTITION KEY VALUE [HEADER=VALUE ...]     all values in hexadecimal, "-" for none
//     flush                                                 waits until all that was sent is there
//     leader TOPIC PARTITION BROKER                         -1: it has none
//     refuse TOPIC CODE                                     the topic's metadata are this error of the protocol
//     error REQUEST CODE COUNT                              the next requests of this number fail
//     slow BROKER MILLISECONDS
//     down BROKER
#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LINE_MAX_BYTES = 64 << 20, WORDS_MAX = 80 };

struct mock { rd_kafka_t *client; rd_kafka_mock_cluster_t *cluster; };

static int number(const char *word) { return (int) strtol(word, NULL, 10); }

static int hex(char c) { return c >= 'a' ? c - 'a' + 10 : c - '0'; }

// In place.
static char *undo(char *text, size_t *ret_len) {
    size_t n = 0;
    *ret_len = 0;
    if (strcmp(text, "-") == 0)
        return NULL;
    for (size_t i = 0; text[i] && text[i + 1]; i += 2)
        text[n++] = (char) (hex(text[i]) << 4 | hex(text[i + 1]));
    *ret_len = n;
    return text;
}

static int send_one(const struct mock *m, char **words, int count) {
    size_t key_len, value_len;
    char *key = undo(words[3], &key_len), *value = undo(words[4], &value_len);
    for (;;) {
        rd_kafka_headers_t *headers = rd_kafka_headers_new(8);
        for (int i = 5; i < count; i++) {
            char copy[4096], *equals = strchr(words[i], '=');
            size_t len;
            (void) snprintf(copy, sizeof copy, "%s", equals + 1);
            const char *bytes = undo(copy, &len);
            (void) rd_kafka_header_add(headers, words[i], equals - words[i], bytes, (ssize_t) len);
        }
        rd_kafka_resp_err_t fault =
            rd_kafka_producev(m->client, RD_KAFKA_V_TOPIC(words[1]), RD_KAFKA_V_PARTITION(number(words[2])),
                              RD_KAFKA_V_KEY(key, key_len), RD_KAFKA_V_VALUE(value, value_len), RD_KAFKA_V_HEADERS(headers),
                              RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY), RD_KAFKA_V_END);
        if (!fault)
            return 0;
        rd_kafka_headers_destroy(headers);
        if (fault != RD_KAFKA_RESP_ERR__QUEUE_FULL)
            return fault;
        (void) rd_kafka_poll(m->client, 100);
    }
}

static int fail_next(const struct mock *m, char **words) {
    for (int i = 0; i < number(words[3]); i++)
        rd_kafka_mock_push_request_errors(m->cluster, (int16_t) number(words[1]), 1, number(words[2]));
    return 0;
}

static int run(const struct mock *m, char **w, int count) {
    if (strcmp(w[0], "topic") == 0 && count == 3)
        return rd_kafka_mock_topic_create(m->cluster, w[1], number(w[2]), 1);
    if (strcmp(w[0], "send") == 0 && count >= 5)
        return send_one(m, w, count);
    if (strcmp(w[0], "flush") == 0)
        return rd_kafka_flush(m->client, 30000);
    if (strcmp(w[0], "leader") == 0 && count == 4)
        return rd_kafka_mock_partition_set_leader(m->cluster, w[1], number(w[2]), number(w[3]));
    if (strcmp(w[0], "refuse") == 0 && count == 3) {
        rd_kafka_mock_topic_set_error(m->cluster, w[1], (rd_kafka_resp_err_t) number(w[2]));
        return 0;
    }
    if (strcmp(w[0], "error") == 0 && count == 4)
        return fail_next(m, w);
    if (strcmp(w[0], "slow") == 0 && count == 3)
        return rd_kafka_mock_broker_set_rtt(m->cluster, number(w[1]), number(w[2]));
    if (strcmp(w[0], "down") == 0 && count == 2)
        return rd_kafka_mock_broker_set_down(m->cluster, number(w[1]));
    return -1;
}

int main(int argc, char *argv[]) {
    char why[256];
    rd_kafka_conf_t *c = rd_kafka_conf_new();
    (void) rd_kafka_conf_set(c, "test.mock.num.brokers", argc > 1 ? argv[1] : "1", why, sizeof why);
    (void) rd_kafka_conf_set(c, "compression.codec", argc > 2 ? argv[2] : "none", why, sizeof why);
    (void) rd_kafka_conf_set(c, "message.max.bytes", "60000000", why, sizeof why);
    (void) rd_kafka_conf_set(c, "linger.ms", "5", why, sizeof why);
    (void) rd_kafka_conf_set(c, "batch.num.messages", "500", why, sizeof why);
    (void) rd_kafka_conf_set(c, "log_level", "0", why, sizeof why);
    struct mock m = {.client = rd_kafka_new(RD_KAFKA_PRODUCER, c, why, sizeof why)};
    char *line = malloc(LINE_MAX_BYTES);
    if (!m.client || !line)
        return 1;
    m.cluster = rd_kafka_handle_mock_cluster(m.client);
    (void) printf("%s\n", rd_kafka_mock_cluster_bootstraps(m.cluster));
    (void) fflush(stdout);
    while (fgets(line, LINE_MAX_BYTES, stdin)) {
        char *words[WORDS_MAX], *rest = line;
        int count = 0;
        line[strcspn(line, "\n")] = 0;
        while (rest && *rest && count < WORDS_MAX)
            words[count++] = strsep(&rest, " ");
        int fault = count ? run(&m, words, count) : -1;
        (void) (fault ? printf("%s %d\n", count ? words[0] : "nothing", fault) : printf("ok\n"));
        (void) fflush(stdout);
    }
    free(line);
    rd_kafka_destroy(m.client);
    return 0;
}
