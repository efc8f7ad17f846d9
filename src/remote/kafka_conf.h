// Who we are to Kafka's brokers, as the settings of kcat or of Kafka's own command-line tools say it.
#ifndef AN_REMOTE_KAFKA_CONF_H
#define AN_REMOTE_KAFKA_CONF_H

#include <stdbool.h>
#include "base/err.h"
#include "base/str.h"

struct an_kafka_conf {              // NUL-ended; empty: not known
    char user[256], password[1024];
    char mechanism[32];             // as written: "PLAIN", "SCRAM-SHA-512" ...
    char brokers[2048];             // host:port,host:port the settings are for
    char ca[512];                   // files of TLS: authorities, our own certificate, its key and the key's password
    char certificate[512], key[512], key_password[256];
    bool tls, sasl, has_protocol;   // security.protocol
};

void an_kafka_conf_release(struct an_kafka_conf *c);        // wipes it

// Takes over what the text of a settings file says: lines NAME=VALUE (librdkafka's names, and of Java's `sasl.jaas.config`), '#'
// before a comment. What has no meaning here is passed over. Errors: INPUT: a value is longer than it may be; USAGE: it asks for
// what is not done here (no check of certificates). No value is in an error.
enum an_code an_kafka_conf_read(struct an_str text, struct an_kafka_conf *c, struct an_err *err) AN_MUST_USE;

// Whether the settings are for this host: they name it among their brokers, or name none.
bool an_kafka_conf_is_for(const struct an_kafka_conf *c, struct an_str host);

// Reads the file of KCAT_CONFIG or KAFKACAT_CONFIG, else ~/.config/kcat.conf, else ~/.config/kafkacat.conf. Files that are not
// there say nothing, but for those the environment names. Errors: as above, naming the file's variable; IO.
// `env`: a variable of the environment, or NULL.
enum an_code an_kafka_conf_find(const char *(*env)(const char *name), struct an_kafka_conf *ret, struct an_err *err) AN_MUST_USE;

#endif
