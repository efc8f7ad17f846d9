// From the findings of a case to the model of an OSCAL document: what tools and others found, and the documents it came in.
#include "app/oscal_case.h"

#include "evidence/evidence.h"

enum { CARRIED_MAX = 8 * 1024 * 1024 };     // bytes of one document of another tool that is carried over

enum an_fill_duty an_fill_duty(const struct an_fill *f, struct an_str rule) {
    enum an_fill_duty duty = AN_DUTY_OPEN;
    if (!f->s->kase)
        return duty;
    for (const struct an_entry *e = NULL; (e = an_case_next(f->s->kase, "finding", e));) {
        if (!an_str_eq(an_fill_text(e, "control"), rule) ||
            an_case_last(f->s->kase, "finding", "id", an_fill_text(e, "id")) != e)
            continue;
        if (an_fill_is(an_fill_text(e, "result"), "fail"))
            return AN_DUTY_UNMET;
        if (an_fill_is(an_fill_text(e, "result"), "pass"))
            duty = AN_DUTY_MET;
    }
    return duty;
}

static bool is_planned(const struct an_fill_current *plans, struct an_str finding) {
    for (size_t i = 0; i < plans->count; i++)
        if (an_str_eq(an_fill_text(plans->items[i], "finding"), finding))
            return true;
    return false;
}

// A finding whose document is carried over stands there already.
static bool is_carried(const struct an_fill *f, struct an_str hash) {
    for (size_t i = 0; hash.len && i < f->o->foreign_count; i++)
        if (f->o->foreign[i].root && an_str_eq(f->o->foreign[i].name, hash))
            return true;
    return false;
}

static void finding(struct an_fill *f, const struct an_entry *e, const struct an_fill_current *plans, struct an_str evidence) {
    struct an_str result = an_fill_text(e, "result"), id = an_fill_text(e, "id"), control = an_fill_text(e, "control");
    struct an_str key = an_fill_say(f, "finding:%.*s", AN_STR_ARG(id));
    bool gap = an_fill_is(result, "fail") || an_fill_is(result, "unknown");
    struct an_fill_props props = {0}, said = {0};
    an_fill_prop(f, &props, "result", result, NULL);
    an_fill_prop(f, &props, "source", an_fill_text(e, "source"), NULL);
    an_fill_prop(f, &props, "severity", an_fill_text(e, "severity"), NULL);
    an_fill_prop(f, &props, "control", control, NULL);
    an_fill_prop(f, &props, "finding-id", id, NULL);
    struct an_oscal_observation *o = an_fill_observe(f, key, "TEST", an_fill_day(e, "day"));
    struct an_oscal_finding *to = AN_PUSH(f->arena, f->o->findings, f->o->finding_count);
    if (!o || !to) {
        f->failed = true;
        return;
    }
    o->type = "finding";
    o->title = an_fill_text(e, "title");
    o->text = an_fill_text(e, "remarks").len ? an_fill_text(e, "remarks") : an_fill_text(e, "title");
    o->props = an_fill_done(props);
    o->evidence = an_fill_keys(f, evidence, AN_STR(""));
    bool undetermined = an_fill_is(result, "unknown");
    if (undetermined)
        an_fill_prop(f, &said, "verdict", AN_STR("undetermined"), NULL);
    an_fill_prop(f, &said, "result", result, NULL);
    an_fill_prop(f, &said, "source", an_fill_text(e, "source"), NULL);
    *to = (struct an_oscal_finding) {
        .key = key, .title = an_fill_text(e, "title"), .text = o->text, .target_type = "objective-id",
        .target = control.len ? control : id, .is_satisfied = !gap, .props = an_fill_done(said),
        .observations = an_fill_keys(f, key, AN_STR("")),
        .reason = an_fill_is(result, "pass") ? "pass" : an_fill_is(result, "fail") ? "fail" : "other",
        .risks = an_fill_keys(f, gap ? key : AN_STR(""), AN_STR("")),
        .status_remarks = undetermined ? an_fill_word(f, "The tool could not tell. This is not a failure, and not a pass.",
                                                      "检查工具不能判断。这既不是不符合，也不是符合。") : AN_STR(""),
    };
    struct an_fill_todo t = {
        .kind = "finding", .status = "open", .risk_status = "open", .key = key, .title = an_fill_text(e, "title"),
        .text = o->text, .severity = an_fill_text(e, "severity"), .day = an_fill_day(e, "day"), .due = AN_DAY_NONE,
        .seq = e->seq, .observation = key,
    };
    if (!gap)
        return;
    an_fill_todo(f, &t);
    // With a plan of its own, what is to be done stands there, and the risk remains.
    f->o->item_count -= f->o->item_count > 0 && is_planned(plans, id);
}

// The document that findings came in: carried over when it is an OSCAL document of the sort that is written and passes its
// schema; named by its hash otherwise.
static enum an_code source_of(struct an_fill *f, struct an_str hash, struct an_str *ret_key, struct an_err *err) {
    struct an_evidence_report evidence = {0};
    AN_AUTO(an_arena) scratch = {0};
    struct an_schema_faults faults;
    struct an_err quiet;
    struct an_str bytes;
    struct an_str name = an_fill_say(f, "evidence-%.*s", (int) (hash.len < 12 ? hash.len : 12), hash.ptr);
    enum an_code code = an_fill_object(f, hash, an_fill_word(f, "Result file of another tool", "其他工具的检查结果文件"), name,
                                       "application/octet-stream", false, ret_key, &bytes, err);
    if (code || bytes.len > CARRIED_MAX)
        return code;
    // A file that cannot be read (any more) is evidence all the same.
    if ((code = an_evidence_read(bytes, "", &scratch, &evidence, &quiet)))
        return code == AN_NOMEM ? an_fail(err, AN_NOMEM, "no memory for a document of another tool") : AN_OK;
    bool same = (f->which == AN_OSCAL_AR && strcmp(evidence.format->name, "oscal_ar") == 0) ||
                (f->which == AN_OSCAL_POAM && strcmp(evidence.format->name, "oscal_poam") == 0);
    struct an_oscal_evidence *e = NULL;
    for (size_t i = 0; i < f->o->evidence_count && !e; i++)
        if (an_str_eq(f->o->evidence[i].key, *ret_key))
            e = &f->o->evidence[i];
    if (e)
        e->media = an_str_from_c(evidence.format->media);
    if (!same || !e) {
        an_evidence_report_release(&evidence);
        return AN_OK;
    }
    code = an_oscal_hold(evidence.tree.root, f->which, f->s->data, &scratch, &faults, err);
    struct an_oscal_foreign *foreign = code ? NULL : AN_PUSH(f->arena, f->o->foreign, f->o->foreign_count);
    struct an_tree *tree = code ? NULL : AN_PUSH(f->arena, f->trees, f->tree_count);
    if (!foreign || !tree) {
        an_evidence_report_release(&evidence);
        f->failed |= !code;
        return code;
    }
    *tree = evidence.tree;
    bool carried = !faults.total && !an_oscal_is_of(f->o->space, tree->root);
    for (size_t i = 0; i + 1 < f->o->foreign_count && carried; i++)
        carried = !f->o->foreign[i].root || !an_oscal_overlaps(f->o->foreign[i].root, tree->root);
    *foreign = (struct an_oscal_foreign) {.name = hash, .bytes = bytes, .sha256 = e->sha256, .media = e->media,
                                          .root = carried ? tree->root : NULL};
    return AN_OK;
}

enum an_code an_fill_findings(struct an_fill *f, const struct an_fill_current *plans, struct an_err *err) {
    struct an_fill_current all = an_fill_current(f, "finding");
    struct an_str *keys = AN_NEW_N(f->arena, all.count + 1, struct an_str);
    enum an_code code = AN_OK;
    f->failed |= !keys;
    // Documents first: a finding whose document is carried over is not said again. The newest first: of two editions of a
    // document, one is carried over.
    for (size_t i = all.count; keys && i-- > 0 && !code;) {
        struct an_str hash = an_fill_text(all.items[i], "object");
        if (i + 1 < all.count && hash.len && an_str_eq(an_fill_text(all.items[i + 1], "object"), hash))
            keys[i] = keys[i + 1];
        for (size_t k = i + 1; hash.len && k < all.count && !keys[i].len; k++)
            if (an_str_eq(an_fill_text(all.items[k], "object"), hash))
                keys[i] = keys[k];
        if (hash.len && !keys[i].len)
            code = source_of(f, hash, &keys[i], err);
    }
    for (size_t i = 0; keys && i < all.count && !code; i++)
        if (!is_carried(f, an_fill_text(all.items[i], "object")))
            finding(f, all.items[i], plans, keys[i].ptr ? keys[i] : AN_STR(""));
    return code;
}
