// From plans, orders, commitments and conditions of a case to the model of an OSCAL document: what is to be done, as risks and
// items of a plan.
#include "app/oscal_case.h"

void an_fill_todo(struct an_fill *f, const struct an_fill_todo *t) {
    char day[AN_DAY_TEXT_MAX];
    struct an_oscal_risk *risk = AN_PUSH(f->arena, f->o->risks, f->o->risk_count);
    struct an_oscal_item *item = AN_PUSH(f->arena, f->o->items, f->o->item_count);
    struct an_oscal_task *task = AN_NEW(f->arena, struct an_oscal_task);
    struct an_fill_props props = {0}, about_risk = {0};
    if (!risk || !item || !task) {
        f->failed = true;
        return;
    }
    an_fill_prop(f, &about_risk, "kind", an_str_from_c(t->kind), NULL);
    an_fill_prop(f, &about_risk, "severity", t->severity, NULL);
    an_fill_prop(f, &props, "kind", an_str_from_c(t->kind), NULL);
    an_fill_prop(f, &props, "status", an_str_from_c(t->status), NULL);
    if (t->day != AN_DAY_NONE)
        an_fill_prop(f, &props, "status-date", an_fill_say(f, "%s", an_day_text(t->day, day)), NULL);
    if (t->due != AN_DAY_NONE)
        an_fill_prop(f, &props, "scheduled-completion-date", an_fill_say(f, "%s", an_day_text(t->due, day)), NULL);
    an_fill_prop(f, &props, "owner", t->owner, NULL);
    an_fill_prop(f, &props, "entry", an_fill_say(f, "%llu", (unsigned long long) t->seq), NULL);
    bool done = strcmp(t->risk_status, "closed") == 0;
    *risk = (struct an_oscal_risk) {
        .key = t->key, .title = t->title, .text = t->text, .status = t->risk_status, .deadline = t->due,
        .zone = AN_STR("+08:00"), .observations = an_fill_keys(f, t->observation, AN_STR("")), .props = an_fill_done(about_risk),
        .remedy = t->remedy, .lifecycle = done ? "completed" : "planned",
    };
    if (t->due != AN_DAY_NONE && t->remedy.len) {
        *task = (struct an_oscal_task) {.key = t->key, .title = t->title, .day = t->due};
        risk->tasks = task;
        risk->task_count = 1;
    }
    *item = (struct an_oscal_item) {.key = t->key, .title = t->title, .text = t->text, .props = an_fill_done(props),
                                    .risks = an_fill_keys(f, t->key, AN_STR("")),
                                    .observations = an_fill_keys(f, t->observation, AN_STR(""))};
}

// A title of the first line of a text.
static struct an_str head_of(struct an_str s) {
    struct an_str rest = s, line = s;
    (void) an_str_next(&rest, '\n', &line);
    size_t n = line.len;
    if (n > 200)
        for (n = 200; n > 0 && ((unsigned char) line.ptr[n] & 0xC0) == 0x80; n--) {}
    return an_str_slice(line, 0, n);
}

void an_fill_todos(struct an_fill *f, const struct an_fill_current *plans) {
    struct an_fill_current orders = an_fill_current(f, "order"), promises = an_fill_current(f, "commitment"),
                           decisions = an_fill_current(f, "decision");
    for (size_t i = 0; i < plans->count; i++) {
        const struct an_entry *e = plans->items[i];
        struct an_str status = an_fill_text(e, "status"), of = an_fill_text(e, "finding"), what = an_fill_text(e, "text");
        bool done = an_fill_is(status, "done") || an_fill_is(status, "completed") || an_fill_is(status, "closed");
        const struct an_entry *about_it = of.len ? an_case_last(f->s->kase, "finding", "id", of) : NULL;
        an_fill_todo(f, &(struct an_fill_todo) {
            .kind = "plan", .status = json_string_value(json_object_get(e->body, "status")),
            .risk_status = done ? "closed" : "remediating",
            .key = an_fill_say(f, "plan:%.*s", AN_STR_ARG(an_fill_text(e, "id"))), .title = head_of(what), .text = what,
            .remedy = head_of(what), .owner = an_fill_text(e, "owner"),
            .severity = about_it ? an_fill_text(about_it, "severity") : AN_STR(""), .day = AN_DAY_NONE,
            .due = an_fill_day(e, "due"), .seq = e->seq, .observation = AN_STR(""),
        });
    }
    for (size_t i = 0; i < orders.count; i++) {
        const struct an_entry *e = orders.items[i];
        struct an_str what = an_fill_text(e, "text");
        bool open = an_fill_is(an_fill_text(e, "status"), "open");
        an_fill_todo(f, &(struct an_fill_todo) {
            .kind = "order", .status = json_string_value(json_object_get(e->body, "status")),
            .risk_status = open ? "open" : "closed", .key = an_fill_say(f, "order:%.*s", AN_STR_ARG(an_fill_text(e, "id"))),
            .title = head_of(what), .text = what, .day = an_fill_day(e, "day"), .due = AN_DAY_NONE, .seq = e->seq,
            .observation = AN_STR(""),
        });
    }
    for (size_t i = 0; i < promises.count; i++) {
        const struct an_entry *e = promises.items[i];
        struct an_str status = an_fill_text(e, "status"), what = an_fill_text(e, "text");
        an_fill_todo(f, &(struct an_fill_todo) {
            .kind = "commitment", .status = json_string_value(json_object_get(e->body, "status")),
            .risk_status = an_fill_is(status, "kept") ? "closed" : an_fill_is(status, "broken") ? "open" : "remediating",
            .key = an_fill_say(f, "commitment:%.*s", AN_STR_ARG(an_fill_text(e, "id"))), .title = head_of(what),
            .text = what, .remedy = head_of(what), .day = an_fill_day(e, "day"), .due = an_fill_day(e, "due"),
            .seq = e->seq, .observation = AN_STR(""),
        });
    }
    for (size_t i = 0; i < decisions.count; i++) {
        const struct an_entry *e = decisions.items[i];
        size_t k;
        json_t *c;
        json_array_foreach(json_object_get(e->body, "conditions"), k, c) {
            an_day due = AN_DAY_NONE;
            struct an_str what = an_entry_text(c, "text");
            if (!an_day_parse(an_entry_text(c, "due"), &due))
                due = AN_DAY_NONE;
            an_fill_todo(f, &(struct an_fill_todo) {
                .kind = "condition", .status = "open", .risk_status = "open", .title = head_of(what),
                .key = an_fill_say(f, "condition:%.*s:%zu", AN_STR_ARG(an_fill_text(e, "id")), k), .text = what,
                .remedy = head_of(what), .day = an_fill_day(e, "day"), .due = due, .seq = e->seq, .observation = AN_STR(""),
            });
        }
    }
}
