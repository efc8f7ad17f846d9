// Members of JSON objects that base/json.h has not: texts that may be empty, and texts in both languages.
#ifndef AN_PROCEDURE_KEY_H
#define AN_PROCEDURE_KEY_H

#include "base/json.h"
#include "rules/pack.h"

static inline void key_str(struct an_json *j, const char *key, struct an_str s) {
    an_json_key(j, key);
    an_json_str(j, s);
}

static inline void key_pair(struct an_json *j, const char *key, struct an_pair pair) {
    an_json_key(j, key);
    an_json_open(j, '{');
    key_str(j, "en", pair.en);
    key_str(j, "zh", pair.zh);
    an_json_close(j, '}');
}

#endif
