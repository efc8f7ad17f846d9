#include "cmd/options.h"

#include <stdlib.h>
#include <string.h>
#include "base/str.h"

static bool count_parse(const char *text, uint64_t *ret) {
    uint64_t n = 0;
    if (!*text)
        return false;
    for (; *text; text++) {
        if (*text == '_')                       // 1_300_000 is easier to check than 1300000
            continue;
        if (*text < '0' || *text > '9' || n > (UINT64_MAX - 9) / 10)
            return false;
        n = n * 10 + (uint64_t) (*text - '0');
    }
    *ret = n;
    return true;
}

bool an_size_parse(const char *text, uint64_t *ret_bytes) {
    static const char units[] = "KMGT";
    char digits[24];
    size_t n = strlen(text);
    if (n == 0 || n >= sizeof digits)
        return false;
    memcpy(digits, text, n + 1);
    const char *unit = strchr(units, digits[n - 1] & ~0x20);
    unsigned shift = 0;
    if (unit && *unit) {
        shift = 10 * (unsigned) (unit - units + 1);
        digits[n - 1] = '\0';
    }
    uint64_t count;
    if (!count_parse(digits, &count) || count > UINT64_MAX >> shift)
        return false;
    *ret_bytes = count << shift;
    return true;
}

static bool share_parse(const char *text, double *ret) {
    char *end;
    double d = strtod(text, &end);
    if (end == text || d < 0)
        return false;
    if (*end == '%') {
        d /= 100;
        end++;
    }
    if (*end || d > 1)
        return false;
    *ret = d;
    return true;
}

static enum an_code set(const struct an_option *o, const char *value, struct an_err *err) {
    switch (o->type) {
    case AN_OPTION_FLAG:
        *(bool *) o->ret = true;
        return AN_OK;
    case AN_OPTION_MAYBE:
        *(const char **) o->ret = value ? value : "";
        return AN_OK;
    case AN_OPTION_TEXT:
        *(const char **) o->ret = value;
        return AN_OK;
    case AN_OPTION_COUNT:
        return count_parse(value, o->ret) ? AN_OK : an_fail(err, AN_USAGE, "%s: '%s' is not a whole number", o->name,
                                                            value);
    case AN_OPTION_SIZE:
        return an_size_parse(value, o->ret) ? AN_OK
                : an_fail(err, AN_USAGE, "%s: '%s' is not a size such as 512M or 4G", o->name, value);
    case AN_OPTION_SHARE:
        return share_parse(value, o->ret) ? AN_OK
                : an_fail(err, AN_USAGE, "%s: '%s' is not a share such as 0.05 or 5%%", o->name, value);
    case AN_OPTION_DAY:
        return an_day_parse(an_str_from_c(value), o->ret) ? AN_OK
                : an_fail(err, AN_USAGE, "%s: '%s' is not a date such as 2026-11-23", o->name, value);
    case AN_OPTION_LANG:
        if (strcmp(value, "en") != 0 && strcmp(value, "zh") != 0)
            return an_fail(err, AN_USAGE, "%s: '%s' is neither en nor zh", o->name, value);
        *(enum an_lang *) o->ret = *value == 'z' ? AN_ZH : AN_EN;
        return AN_OK;
    case AN_OPTION_LIST: {
        struct an_texts *list = o->ret;
        if (list->count == AN_TEXTS_MAX)
            return an_fail(err, AN_USAGE, "%s: given more than %d times", o->name, AN_TEXTS_MAX);
        list->items[list->count++] = value;
        return AN_OK;
    }
    }
    return an_fail(err, AN_BUG, "option %s has no type", o->name);
}

enum an_code an_options_read(int argc, char *argv[], const struct an_option *table, int *ret_operands,
                             struct an_err *err) {
    int operands = 0;
    bool ended = false;
    for (int i = 1; i < argc; i++) {
        char *arg = argv[i];
        if (ended || arg[0] != '-' || !arg[1]) {
            argv[++operands] = arg;
            continue;
        }
        if (strcmp(arg, "--") == 0) {
            ended = true;
            continue;
        }
        const char *equals = strchr(arg, '=');
        size_t len = equals ? (size_t) (equals - arg) : strlen(arg);
        const struct an_option *o = table;
        while (o->name && !(strlen(o->name) == len && strncmp(o->name, arg, len) == 0))
            o++;
        if (!o->name)
            return an_fail(err, AN_USAGE, "no option '%.*s' (see --help)", (int) len, arg);
        const char *value = equals ? equals + 1 : NULL;
        if (o->type == AN_OPTION_FLAG && value)
            return an_fail(err, AN_USAGE, "%s takes no value", o->name);
        if (o->type != AN_OPTION_FLAG && o->type != AN_OPTION_MAYBE && !value) {
            if (i + 1 == argc)
                return an_fail(err, AN_USAGE, "%s needs a value", o->name);
            value = argv[++i];
        }
        enum an_code code = set(o, value, err);
        if (code)
            return code;
    }
    *ret_operands = operands;
    return AN_OK;
}
