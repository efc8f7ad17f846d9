// An OSCAL catalog (NIST, 1.0.4 to 1.2) as a list of what is asked for: nothing of it has been looked at yet.
#include "evidence/take.h"

static bool is(const struct an_evidence_in *in) { return json_is_object(an_tree_at(in->root, "catalog")); }

// Controls of a group or of a control, and those of what is in it. `groups` is what they stand under, for people.
static enum an_code read_controls(const struct an_evidence_in *in, const json_t *from, struct an_str groups, an_day day,
                                  struct an_evidence_report *ret, struct an_err *err) {
    size_t i;
    json_t *each;
    enum an_code code = AN_OK;
    json_array_foreach(json_object_get(from, "controls"), i, each) {
        struct an_evidence_finding *f = an_evidence_add(in, ret, err);
        if (!f)
            return err->code;
        f->id = f->control = an_evidence_take(in, an_tree_text(each, "id"));
        f->title = an_evidence_take(in, an_tree_text(each, "title"));
        f->subject = groups;
        f->day = day;
        if (!f->title.len)
            f->title = f->id.len ? f->id : AN_STR("control without a title");
        if ((code = read_controls(in, each, groups, day, ret, err)))
            return code;
    }
    json_array_foreach(json_object_get(from, "groups"), i, each) {
        struct an_str title = an_evidence_take(in, an_tree_text(each, "title"));
        if ((code = read_controls(in, each, an_evidence_take(in, an_evidence_join(in, groups, " / ", title)), day, ret, err)))
            return code;
    }
    return code;
}

static enum an_code read(const struct an_evidence_in *in, struct an_evidence_report *ret, struct an_err *err) {
    const json_t *catalog = an_tree_at(in->root, "catalog");
    if (!json_is_object(json_object_get(catalog, "metadata")))
        return an_fail(err, AN_INPUT, "/catalog/metadata: should be an object");
    ret->tool = an_evidence_take(in, an_tree_text(catalog, "metadata/title"));
    ret->tool_version = an_evidence_take(in, an_tree_text(catalog, "metadata/version"));
    an_day day = an_evidence_day(an_tree_text(catalog, "metadata/last-modified"));
    enum an_code code = read_controls(in, catalog, AN_STR(""), day, ret, err);
    return code ? an_err_context(err, "/catalog") : AN_OK;
}

const struct an_evidence_format an_evidence_format_oscal_catalog = {
    .name = "oscal_catalog", .title = {"OSCAL catalog", "OSCAL 控制目录"}, .media = "application/oscal+json", .is = is,
    .read = read,
};
