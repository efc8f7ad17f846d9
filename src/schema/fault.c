// What is wrong with a document, in words, and where; of what was tried in vain, the fault deepest in the document.
#include "schema/fault.h"

#include <stdarg.h>
#include <stdio.h>
#include "base/buf.h"
#include "schema/compiled.h"

void an_schema_stop(struct an_schema_telling *t, enum an_code code, const char *why) {
    if (!t->code)
        t->code = an_fail(t->err, code, "%s", why);
}

static enum an_code add_pointer(struct an_buf *out, const struct an_schema_at *at, struct an_err *err) {
    if (!at)
        return AN_OK;
    enum an_code code = add_pointer(out, at->up, err);
    if (!code && !at->key.ptr)
        code = an_buf_addf(out, err, "/%zu", at->index);
    else if (!code && !at->named && !an_tree_may_show(at->key))
        code = an_buf_add(out, AN_STR("/?"), err);
    else if (!code) {
        code = an_buf_add(out, AN_STR("/"), err);
        for (size_t i = 0; i < at->key.len && !code; i++) {
            char key = at->key.ptr[i];
            code = key == '~' || key == '/' ? an_buf_add(out, key == '~' ? AN_STR("~0") : AN_STR("~1"), err)
                                            : an_buf_add(out, an_str_slice(at->key, i, i + 1), err);
        }
    }
    return code;
}

bool an_schema_tell(struct an_schema_telling *t, const struct an_schema_at *at, const char *fmt, ...) {
    unsigned depth = at ? at->depth : 0;
    if (t->code || (t->trying && t->has_best && depth <= t->best_depth))
        return false;
    if (!t->trying && t->faults->total++ >= AN_SCHEMA_FAULTS_MAX)
        return false;
    AN_AUTO(an_buf) pointer = {0};
    char text[400];
    va_list ap;
    va_start(ap, fmt);
    int n = vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    size_t len = n < 0 ? 0 : (size_t) n < sizeof text ? (size_t) n : sizeof text - 1;
    enum an_code code = add_pointer(&pointer, at, t->err);
    struct an_schema_fault fault = {an_arena_copy(t->arena, an_buf_str(&pointer)),
                                    an_arena_copy(t->arena, (struct an_str) {text, len})};
    if (code)
        t->code = code;
    else if (!fault.pointer.ptr || !fault.text.ptr)
        an_schema_stop(t, AN_NOMEM, "no memory for what is wrong");
    else if (t->trying) {
        t->best = fault;
        t->best_depth = depth;
        t->has_best = true;
    } else
        t->faults->items[t->faults->count++] = fault;
    return false;
}

void an_schema_tell_best(struct an_schema_telling *t) {
    if (!t->trying && t->has_best && !t->code && t->faults->total++ < AN_SCHEMA_FAULTS_MAX)
        t->faults->items[t->faults->count++] = t->best;
}

const char *an_schema_type_names(unsigned bits, char *out, size_t room) {
    size_t at = 0;
    *out = '\0';
    for (size_t i = 0; i < AN_COUNT(an_schema_types); i++)
        if (bits & an_schema_types[i].bit) {
            int n = snprintf(out + at, room - at, "%s%s", at ? " or " : "", an_schema_types[i].name);
            at += n > 0 && (size_t) n < room - at ? (size_t) n : 0;
        }
    return out;
}

const char *an_schema_value_names(const json_t *values, char *out, size_t room) {
    size_t i, at = 0;
    json_t *each;
    *out = '\0';
    json_array_foreach(values, i, each) {
        const char *s = json_is_string(each) ? json_string_value(each) : "...";
        if (at + strlen(s) + 8 > room) {
            (void) snprintf(out + at, room - at, ", ...");
            break;
        }
        at += (size_t) snprintf(out + at, room - at, "%s%s", at ? ", " : "", s);
    }
    return out;
}

enum an_code an_schema_fail(const struct an_schema_faults *faults, struct an_err *err) {
    if (!faults->total)
        return AN_OK;
    const struct an_schema_fault *first = &faults->items[0];
    if (faults->total == 1)
        return an_fail(err, AN_INPUT, "%.*s: %.*s", AN_STR_ARG(first->pointer), AN_STR_ARG(first->text));
    return an_fail(err, AN_INPUT, "%.*s: %.*s (and %llu more)", AN_STR_ARG(first->pointer), AN_STR_ARG(first->text),
                   (unsigned long long) (faults->total - 1));
}
