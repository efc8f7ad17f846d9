#include "evidence/evidence.h"

#include <stdio.h>
#include "base/utf8.h"
#include "evidence/take.h"

#define AN_ROW(format) extern const struct an_evidence_format an_evidence_format_##format;
#include "evidence_table.h"
#undef AN_ROW

const struct an_evidence_format *const an_evidence_formats[] = {
#define AN_ROW(format) &an_evidence_format_##format,
#include "evidence_table.h"
#undef AN_ROW
    NULL,
};
const size_t an_evidence_format_count = AN_COUNT(an_evidence_formats) - 1;

void an_evidence_report_release(struct an_evidence_report *evidence) { an_tree_release(&evidence->tree); }

const char *an_evidence_result_name(enum an_evidence_result result) {
    static const char *const names[] = {"pass", "fail", "unknown", "not-applicable"};
    return names[result];
}

struct an_evidence_finding *an_evidence_add(const struct an_evidence_in *in, struct an_evidence_report *e, struct an_err *err) {
    // Doubled when full, that is at powers of two: the arena keeps the old ones, which add up to as much again.
    if (e->count == AN_EVIDENCE_FINDINGS_MAX) {
        AN_IGNORE(an_fail(err, AN_LIMIT, "more than %d findings", AN_EVIDENCE_FINDINGS_MAX));
        return NULL;
    }
    if ((e->count & (e->count - 1)) == 0) {
        struct an_evidence_finding *more = AN_NEW_N(in->arena, e->count ? 2 * e->count : 1, struct an_evidence_finding);
        if (!more) {
            AN_IGNORE(an_fail(err, AN_NOMEM, "no memory for findings"));
            return NULL;
        }
        if (e->count)
            memcpy(more, e->items, e->count * sizeof *more);
        e->items = more;
    }
    struct an_evidence_finding *f = &e->items[e->count++];
    *f = (struct an_evidence_finding) {.id = AN_STR(""), .title = AN_STR(""), .subject = AN_STR(""), .control = AN_STR(""),
                                       .remarks = AN_STR(""), .severity = "", .day = AN_DAY_NONE, .result = AN_EVIDENCE_UNKNOWN};
    return f;
}

struct an_str an_evidence_take(const struct an_evidence_in *in, struct an_str text) {
    size_t room = text.len < AN_EVIDENCE_TEXT_MAX ? text.len : AN_EVIDENCE_TEXT_MAX, n = 0;
    char *out = text.len ? an_arena_alloc(in->arena, room * 3 + 8, 1) : NULL;
    bool blank = false;
    if (!out)
        return AN_STR("");
    for (size_t i = 0; i < text.len;) {
        size_t len;
        uint32_t c = an_utf8_get(an_str_slice(text, i, text.len), &len);
        if (n + len + 1 > AN_EVIDENCE_TEXT_MAX) {
            memcpy(out + n, "...", 3);
            n += 3;
            break;
        }
        i += len;
        if (c <= ' ' || (c >= 0x7F && c <= 0xA0) || c == 0x2028 || c == 0x2029) {
            blank = true;
            continue;
        }
        // What would make people see another text than there is: it turns the direction of writing, or is not seen at all.
        if (c == 0x200E || c == 0x200F || (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069) || c == 0xFEFF)
            continue;
        if (blank && n)
            out[n++] = ' ';
        blank = false;
        n += an_utf8_put(c, out + n);
    }
    return (struct an_str) {out, n};
}

struct an_str an_evidence_join(const struct an_evidence_in *in, struct an_str a, const char *between, struct an_str b) {
    size_t n = strlen(between);
    if (!a.len || !b.len)
        return a.len ? a : b;
    char *out = an_arena_alloc(in->arena, a.len + n + b.len, 1);
    if (!out)
        return AN_STR("");
    memcpy(out, a.ptr, a.len);
    memcpy(out + a.len, between, n);
    memcpy(out + a.len + n, b.ptr, b.len);
    struct an_str both = {out, a.len + n + b.len};
    return both.len > AN_EVIDENCE_TEXT_MAX ? an_evidence_take(in, both) : both;
}

an_day an_evidence_day(struct an_str moment) {
    an_day day = AN_DAY_NONE;
    return an_day_parse(an_str_slice(moment, 0, 10), &day) ? day : AN_DAY_NONE;
}

static bool is_word(struct an_str word, const char *want) {
    size_t n = strlen(want);
    if (word.len != n)
        return false;
    for (size_t i = 0; i < n; i++)
        if ((word.ptr[i] >= 'A' && word.ptr[i] <= 'Z' ? word.ptr[i] | 32 : word.ptr[i]) != want[i])
            return false;
    return true;
}

const char *an_evidence_severity(struct an_str word) {
    static const struct { const char *word, *ours; } words[] = {
        {"critical", "critical"}, {"very-high", "critical"}, {"high", "high"}, {"error", "high"}, {"medium", "medium"},
        {"moderate", "medium"}, {"warning", "medium"}, {"low", "low"}, {"note", "low"}, {"very-low", "low"}, {"info", "none"},
        {"informational", "none"}, {"none", "none"},
    };
    for (size_t i = 0; i < AN_COUNT(words); i++)
        if (is_word(word, words[i].word))
            return words[i].ours;
    return "";
}

const char *an_evidence_score(double score) {
    return score >= 9 ? "critical" : score >= 7 ? "high" : score >= 4 ? "medium" : score > 0 ? "low" : "none";
}

bool an_evidence_xccdf(struct an_str word, enum an_evidence_result *ret) {
    static const struct { const char *word; enum an_evidence_result result; } words[] = {
        {"pass", AN_EVIDENCE_PASS}, {"fixed", AN_EVIDENCE_PASS}, {"fail", AN_EVIDENCE_FAIL},
        {"notapplicable", AN_EVIDENCE_NOT_APPLICABLE},
    };
    *ret = AN_EVIDENCE_UNKNOWN;         // error, unknown, notchecked, and what nobody knows
    for (size_t i = 0; i < AN_COUNT(words); i++)
        if (an_str_eq(word, an_str_from_c(words[i].word)))
            *ret = words[i].result;
    return !an_str_eq(word, AN_STR("notselected")) && !an_str_eq(word, AN_STR("informational"));
}

struct an_str an_evidence_prop(const json_t *object, const char *name) {
    size_t i;
    json_t *prop;
    json_array_foreach(json_object_get(object, "props"), i, prop)
        if (an_str_eq(an_tree_text(prop, "name"), an_str_from_c(name)))
            return an_tree_text(prop, "value");
    return AN_STR("");
}

static const char *known(char *out, size_t room) {
    size_t at = 0;
    for (size_t i = 0; i < an_evidence_format_count; i++) {
        int n = snprintf(out + at, room - at, "%s%s", i ? ", " : "", an_evidence_formats[i]->title.en);
        at += n > 0 && (size_t) n < room - at ? (size_t) n : 0;
    }
    return out;
}

static enum an_code read_all(struct an_str bytes, struct an_arena *arena, struct an_evidence_report *ret, struct an_err *err) {
    struct an_evidence_in in = {.bytes = bytes, .arena = arena};
    char names[200];
    size_t at = bytes.len >= 3 && memcmp(bytes.ptr, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;
    while (at < bytes.len && (bytes.ptr[at] == ' ' || (bytes.ptr[at] >= '\t' && bytes.ptr[at] <= '\r')))
        at++;
    if (bytes.len > AN_EVIDENCE_BYTES_MAX)
        return an_fail(err, AN_LIMIT, "%zu bytes; at most %d", bytes.len, AN_EVIDENCE_BYTES_MAX);
    if (at == bytes.len)
        return an_fail(err, AN_INPUT, "it is empty");
    in.is_xml = bytes.ptr[at] == '<';
    if (!in.is_xml) {
        if (bytes.ptr[at] != '{' && bytes.ptr[at] != '[')
            return an_fail(err, AN_INPUT, "neither JSON nor XML; what can be read: %s", known(names, sizeof names));
        enum an_code code = an_tree_read(bytes, &ret->tree, err);
        if (code)
            return code;
        in.root = ret->tree.root;
    }
    for (size_t i = 0; i < an_evidence_format_count; i++)
        if (an_evidence_formats[i]->is(&in)) {
            ret->format = an_evidence_formats[i];
            enum an_code code = ret->format->read(&in, ret, err);
            if (code)
                return an_err_context(err, "%s", ret->format->title.en);
            if (!ret->tool.len)
                ret->tool = an_str_from_c(ret->format->title.en);
            return AN_OK;
        }
    return an_fail(err, AN_INPUT, "of no format that is known; what can be read: %s", known(names, sizeof names));
}

enum an_code an_evidence_read(struct an_str bytes, const char *name, struct an_arena *arena, struct an_evidence_report *ret,
                              struct an_err *err) {
    *ret = (struct an_evidence_report) {0};
    enum an_code code = read_all(bytes, arena, ret, err);
    if (code) {
        an_evidence_report_release(ret);
        *ret = (struct an_evidence_report) {0};
        return an_err_context(err, "%s", name);
    }
    return AN_OK;
}
