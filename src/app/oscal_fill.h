// Filling the plain model of an OSCAL document: what its sources share.
#ifndef AN_APP_OSCAL_FILL_H
#define AN_APP_OSCAL_FILL_H

#include "app/oscal.h"
#include "report/oscal.h"
#include "rules/list.h"

struct an_fill {
    const struct an_oscal_source *s;
    enum an_oscal_document which;
    struct an_oscal *o;
    struct an_arena *arena;
    struct an_str role;                 // of the reader
    struct an_tree *trees; size_t tree_count;   // of foreign documents, released by an_oscal_make
    bool failed;                        // memory ran out; said once, at the end
};

// Formatted text in the arena.
struct an_str an_fill_say(struct an_fill *f, const char *fmt, ...) AN_PRINTF(2, 3);

// "en" or "zh" of the document's language.
struct an_str an_fill_word(const struct an_fill *f, const char *en, const char *zh);

struct an_fill_props { struct an_oscal_prop *items; size_t count; };
void an_fill_prop(struct an_fill *f, struct an_fill_props *props, const char *name, struct an_str value, const char *class);
void an_fill_count(struct an_fill *f, struct an_fill_props *props, const char *name, uint64_t n, const char *class);
// Floor, linked, ceiling and ceiling of what was read (left out where it is not known); and in words.
void an_fill_people(struct an_fill *f, struct an_fill_props *props, const struct an_model_people *people);
struct an_str an_fill_say_people(struct an_fill *f, const struct an_model_people *people);
static inline struct an_oscal_props an_fill_done(struct an_fill_props p) { return (struct an_oscal_props) {p.items, p.count}; }

struct an_oscal_keys an_fill_keys(struct an_fill *f, struct an_str a, struct an_str b);     // "" is left out

// A resource of the back matter, with its SHA-256; `is_held`: the bytes stand in the document.
struct an_oscal_evidence *an_fill_evidence(struct an_fill *f, struct an_str key, struct an_str title, struct an_str name,
                                           const char *media, struct an_str bytes, bool is_held);

// "cn.crm.art7", "2022": the id of the control, which is the same in a catalog.
struct an_str an_fill_control(struct an_fill *f, struct an_str rule, struct an_str version);

// A finding on a rule: from a judgement made now, or from a verdict that a case has.
struct an_fill_verdict {
    struct an_str rule, version, title, citation;
    const char *verdict;                // "applies", "does-not-apply", "undetermined"
    const char *status;                 // "in_force", ...; "" when not known
    bool stands_by, has_duty;
    an_day as_of, deadline;             // deadline AN_DAY_NONE when not known
    const struct an_str *decide_by; size_t decide_by_count;
    struct an_str duties;               // in words
    struct an_str certificate;          // canonical JSON, or ""
    struct an_str observation, other;   // keys; "" for none
};
void an_fill_verdict(struct an_fill *f, const struct an_fill_verdict *v);

enum an_fill_duty { AN_DUTY_OPEN, AN_DUTY_MET, AN_DUTY_UNMET };
// What the findings of the case say of a rule's duty: one that failed outweighs those that passed.
enum an_fill_duty an_fill_duty(const struct an_fill *f, struct an_str rule);

// Each adds what its source has.
enum an_code an_fill_model(struct an_fill *f, struct an_err *err) AN_MUST_USE;
enum an_code an_fill_case(struct an_fill *f, struct an_err *err) AN_MUST_USE;
enum an_code an_fill_catalog(struct an_fill *f, struct an_oscal_catalog *c, struct an_err *err) AN_MUST_USE;

#endif
