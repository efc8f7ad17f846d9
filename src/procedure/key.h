// Members of JSON objects: a key with its value, in one call each.
#ifndef AN_PROCEDURE_KEY_H
#define AN_PROCEDURE_KEY_H

#include "base/json.h"
#include "rules/pack.h"

static inline void key_str(struct an_json *j, const char *key, struct an_str s) {
    an_json_key(j, key);
    an_json_str(j, s);
}

static inline void key_name(struct an_json *j, const char *key, struct an_str s) {
    an_json_key(j, key);
    if (s.len)
        an_json_str(j, s);
    else
        an_json_null(j);
}

static inline void key_day(struct an_json *j, const char *key, an_day day) {
    char text[AN_DAY_TEXT_MAX];
    an_json_key(j, key);
    an_json_cstr(j, day == AN_DAY_NONE ? NULL : an_day_text(day, text));
}

static inline void key_bool(struct an_json *j, const char *key, bool b) {
    an_json_key(j, key);
    an_json_bool(j, b);
}

static inline void key_u64(struct an_json *j, const char *key, uint64_t n) {
    an_json_key(j, key);
    an_json_u64(j, n);
}

static inline void key_pair(struct an_json *j, const char *key, struct an_pair pair) {
    an_json_key(j, key);
    an_json_open(j, '{');
    key_str(j, "en", pair.en);
    key_str(j, "zh", pair.zh);
    an_json_close(j, '}');
}

static inline void list(struct an_json *j, const char *key) {
    an_json_key(j, key);
    an_json_open(j, '[');
}

#endif
