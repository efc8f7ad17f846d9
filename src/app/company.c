#define _GNU_SOURCE
#include "app/company.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <yaml.h>
#include "base/alloc.h"
#include "base/buf.h"
#include "base/file.h"
#include "remote/remote.h"
#include "rules/list.h"

enum { FILE_MAX = 4 << 20, FACTS_MAX = 500, GIVEN_MAX = 100000 };

struct reader {
    const char *name;
    struct an_str folder;
    struct an_arena *arena;
    yaml_document_t *doc;
    struct an_company *company;
    struct an_err *err;
};

static enum an_code wrong(struct reader *r, const yaml_node_t *at, const char *what) {
    return an_fail(r->err, AN_INPUT, "%s:%zu: %s", r->name, at->start_mark.line + 1, what);
}

static struct an_str text_of(const yaml_node_t *n) {
    return (struct an_str) {(const char *) n->data.scalar.value, n->data.scalar.length};
}

static bool is_text(const yaml_node_t *n) { return n->type == YAML_SCALAR_NODE; }

static enum an_code keep(struct reader *r, const yaml_node_t *n, struct an_str *ret) {
    if (!is_text(n))
        return wrong(r, n, "a single value is needed here");
    *ret = an_arena_copy(r->arena, text_of(n));
    return ret->ptr ? AN_OK : an_fail(r->err, AN_NOMEM, "no memory for the company file");
}

// One key of a mapping: its name and who reads its value into `into`.
struct key {
    const char *name;
    enum an_code (*read)(struct reader *r, const yaml_node_t *value, void *into);
};

static enum an_code read_mapping(struct reader *r, const yaml_node_t *map, const struct key *keys, size_t count,
                                 void *into) {
    if (map->type != YAML_MAPPING_NODE)
        return wrong(r, map, "a mapping (key: value) is needed here");
    for (yaml_node_pair_t *p = map->data.mapping.pairs.start; p < map->data.mapping.pairs.top; p++) {
        const yaml_node_t *k = yaml_document_get_node(r->doc, p->key), *v = yaml_document_get_node(r->doc, p->value);
        size_t i = 0;
        while (is_text(k) && i < count && !an_str_eq(text_of(k), an_str_from_c(keys[i].name)))
            i++;
        if (!is_text(k) || i == count) {
            char known[200] = "";
            for (size_t j = 0, at = 0; j < count && at < sizeof known; j++)
                at += (size_t) snprintf(known + at, sizeof known - at, "%s%s", j ? ", " : "", keys[j].name);
            return an_fail(r->err, AN_INPUT, "%s:%zu: unknown key; known here: %s", r->name, k->start_mark.line + 1,
                           known);
        }
        for (yaml_node_pair_t *q = map->data.mapping.pairs.start; q < p; q++)
            if (an_str_eq(text_of(yaml_document_get_node(r->doc, q->key)), text_of(k)))
                return wrong(r, k, "this key was given before");
        enum an_code code = keys[i].read(r, v, into);
        if (code)
            return code;
    }
    return AN_OK;
}

static enum an_code read_each(struct reader *r, const yaml_node_t *list,
                              enum an_code (*read)(struct reader *r, const yaml_node_t *item, void *into),
                                      void *into) {
    if (list->type != YAML_SEQUENCE_NODE)
        return wrong(r, list, "a list (- item) is needed here");
    for (yaml_node_item_t *i = list->data.sequence.items.start; i < list->data.sequence.items.top; i++) {
        enum an_code code = read(r, yaml_document_get_node(r->doc, *i), into);
        if (code)
            return code;
    }
    return AN_OK;
}

static enum an_code choose(struct reader *r, const yaml_node_t *n, const char *const *words, const char *what,
                           size_t *ret) {
    for (size_t i = 0; is_text(n) && words[i]; i++)
        if (an_str_eq(text_of(n), an_str_from_c(words[i]))) {
            *ret = i;
            return AN_OK;
        }
    return wrong(r, n, what);
}

static enum an_code read_flag(struct reader *r, const yaml_node_t *n, bool *ret) {
    static const char *const words[] = {"no", "yes", "false", "true", NULL};
    size_t i = 0;
    enum an_code code = choose(r, n, words, "yes or no is needed here", &i);
    *ret = i & 1;
    return code;
}

static enum an_code ignore(struct reader *r, const yaml_node_t *n, void *into) {
    (void) r;
    (void) n;
    (void) into;
    return AN_OK;
}

static enum an_code company_name(struct reader *r, const yaml_node_t *n, void *into) {
    return keep(r, n, &((struct an_company *) into)->name);
}

static enum an_code add_given(struct reader *r, const yaml_node_t *at, struct an_fact fact, an_day day) {
    struct an_company *c = r->company;
    if (c->given_count == GIVEN_MAX)    // aliases make many of few
        return wrong(r, at, "more than 100000 facts and counts");
    struct an_given *place = AN_PUSH(r->arena, c->given, c->given_count);
    if (!place)
        return an_fail(r->err, AN_NOMEM, "no memory for the company file");
    fact.from = "declared";
    *place = (struct an_given) {fact, day, at->start_mark.line + 1};
    return AN_OK;
}

// A word that the rules declare: looked up when they are there.
static enum an_code company_role(struct reader *r, const yaml_node_t *n, void *into) {
    struct an_company *c = into;
    c->role_line = n->start_mark.line + 1;
    return keep(r, n, &c->role);
}

static enum an_code company_cii(struct reader *r, const yaml_node_t *n, void *into) {
    bool yes;
    enum an_code code = read_flag(r, n, &yes);
    ((struct an_company *) into)->cii = yes ? AN_STR("yes") : AN_STR("no");
    return code;
}

static enum an_code company(struct reader *r, const yaml_node_t *n, void *into) {
    static const struct key keys[] = {{"name", company_name}, {"role", company_role}, {"cii", company_cii},
                                      {"group", ignore}};
    return read_mapping(r, n, keys, AN_COUNT(keys), into);
}

static enum an_code listing_country(struct reader *r, const yaml_node_t *n, void *into) {
    struct an_company *c = into;
    enum an_code code = keep(r, n, &c->country);
    if (!code && !*an_listing_venue(c->country))
        code = wrong(r, n, "country is a two-letter code in capitals, such as US or HK");
    return code;
}

static enum an_code listing_exchange(struct reader *r, const yaml_node_t *n, void *into) {
    return keep(r, n, &((struct an_company *) into)->exchange);
}

static enum an_code listing_planned(struct reader *r, const yaml_node_t *n, void *into) {
    if (!is_text(n) || !an_day_parse(text_of(n), &((struct an_company *) into)->planned))
        return wrong(r, n, "planned is a date such as 2027-03-01");
    return AN_OK;
}

static enum an_code listing(struct reader *r, const yaml_node_t *n, void *into) {
    static const struct key keys[] = {{"country", listing_country}, {"exchange", listing_exchange},
                                      {"planned", listing_planned}};
    return read_mapping(r, n, keys, AN_COUNT(keys), into);
}

const char *an_listing_venue(struct an_str country) {
    static const struct { const char *country, *venue; } own[] = {{"CN", "MAINLAND"}, {"HK", "HK"}, {"MO", "MO"},
            {"TW", "TW"}};
    if (country.len != 2 || country.ptr[0] < 'A' || country.ptr[0] > 'Z' || country.ptr[1] < 'A' ||
        country.ptr[1] > 'Z')
        return "";
    for (size_t i = 0; i < AN_COUNT(own); i++)
        if (an_str_eq(country, an_str_from_c(own[i].country)))
            return own[i].venue;
    return "FOREIGN";
}

// A URL of a kind that is read must be right; a password has no place in a file that is passed on.
static enum an_code check_url(struct reader *r, const yaml_node_t *n, struct an_str text) {
    struct an_url url;
    struct an_err why = {0};
    enum an_code code = an_remote_parse(text, &url, &why);
    if (code)
        return code == AN_NOMEM ? an_fail(r->err, code, "%s", why.text) : wrong(r, n, why.text);
    bool secret = url.password.ptr;
    an_url_release(&url);
    return secret ? wrong(r, n, "the uri holds a password; leave it out, so that it is taken from the environment or asked for")
                  : AN_OK;
}

static enum an_code store_uri(struct reader *r, const yaml_node_t *n, void *into) {
    struct an_declared *d = into;
    enum an_code code = keep(r, n, &d->uri);
    if (code)
        return code;
    if (d->uri.len == 0)
        return wrong(r, n, "uri is empty");
    if (an_url_scheme(d->uri).len)
        return check_url(r, n, d->uri);
    bool absolute = d->uri.ptr[0] == '/' || memmem(d->uri.ptr, d->uri.len, "://", 3) ||
            an_str_eq(d->uri, AN_STR("-"));
    if (absolute || !r->folder.len)
        return AN_OK;
    struct an_str rest = d->uri;
    while (rest.len >= 2 && rest.ptr[0] == '.' && rest.ptr[1] == '/')
        rest = an_str_slice(rest, 2, rest.len);
    AN_AUTO(an_buf) path = {0};
    code = an_buf_addf(&path, r->err, "%.*s/%.*s", AN_STR_ARG(r->folder), AN_STR_ARG(rest));
    if (!code)
        d->uri = an_arena_copy(r->arena, an_buf_str(&path));
    return code || d->uri.ptr ? code : an_fail(r->err, AN_NOMEM, "no memory for the company file");
}

static enum an_code store_location(struct reader *r, const yaml_node_t *n, void *into) {
    return keep(r, n, &((struct an_declared *) into)->location);
}

static enum an_code store_account(struct reader *r, const yaml_node_t *n, void *into) {
    return keep(r, n, &((struct an_declared *) into)->account);
}

static enum an_code store_single(struct reader *r, const yaml_node_t *n, void *into) {
    return read_flag(r, n, &((struct an_declared *) into)->single_subject);
}

static enum an_code store_subjects(struct reader *r, const yaml_node_t *n, void *into) {
    static const char *const words[] = {"users", "staff", "contacts", "other", NULL};
    size_t i = 0;
    enum an_code code = choose(r, n, words, "subjects is users, staff, contacts or other", &i);
    ((struct an_declared *) into)->subjects = (enum an_subjects) (AN_SUBJECTS_USERS + i);
    return code;
}

// The inventory of the store at hand.
static struct an_inventory *listed(struct reader *r) { return &r->company->inventory[r->company->store_count]; }

#define AN_INVENTORY_TEXT(name)                                                                     \
    static enum an_code store_##name(struct reader *r, const yaml_node_t *n, void *into) {          \
        (void) into;                                                                                \
        return keep(r, n, &listed(r)->name);                                                        \
    }
AN_INVENTORY_TEXT(controller)
AN_INVENTORY_TEXT(processor)
AN_INVENTORY_TEXT(purpose)
AN_INVENTORY_TEXT(retention)
AN_INVENTORY_TEXT(basis)

static enum an_code store_grade(struct reader *r, const yaml_node_t *n, void *into) {
    static const char *const words[] = {"general", "important", "core", NULL};
    size_t i = 0;
    (void) into;
    enum an_code code = choose(r, n, words, "grade is general, important or core", &i);
    listed(r)->grade = an_str_from_c(words[i]);
    return code;
}

static enum an_code store_kind(struct reader *r, const yaml_node_t *n, void *into) {
    (void) into;
    struct an_inventory *v = listed(r);
    const struct an_ident *kind = is_text(n) ? an_ident_find(text_of(n)) : NULL;
    if (!kind)
        return wrong(r, n, "no identifier kind has this name; see: anshen kinds");
    const struct an_ident **place = AN_PUSH(r->arena, v->kinds, v->kind_count);
    if (!place)
        return an_fail(r->err, AN_NOMEM, "no memory for the company file");
    *place = kind;
    return AN_OK;
}

static enum an_code store_kinds(struct reader *r, const yaml_node_t *n, void *into) {
    listed(r)->lists_kinds = true;
    return read_each(r, n, store_kind, into);
}

static enum an_code store(struct reader *r, const yaml_node_t *n, void *into) {
    static const struct key keys[] = {
        {"uri", store_uri}, {"location", store_location}, {"subjects", store_subjects}, {"account", store_account},
        {"single_subject", store_single}, {"controller", store_controller}, {"processor", store_processor},
        {"purpose", store_purpose}, {"retention", store_retention}, {"basis", store_basis}, {"grade", store_grade},
        {"kinds", store_kinds},
    };
    struct an_company *c = into;
    struct an_declared *d = &c->stores[c->store_count];
    *d = (struct an_declared) {.location = AN_STR(""), .account = AN_STR("")};
    enum an_code code = read_mapping(r, n, keys, AN_COUNT(keys), d);
    if (!code && !d->uri.len)
        code = wrong(r, n, "a store needs its uri");
    c->store_count++;
    return code;
}

static enum an_code stores(struct reader *r, const yaml_node_t *n, void *into) {
    struct an_company *c = into;
    size_t count = n->type == YAML_SEQUENCE_NODE
            ? (size_t) (n->data.sequence.items.top - n->data.sequence.items.start) : 0;
    c->stores = AN_NEW_N(r->arena, count + 1, struct an_declared);
    c->inventory = AN_NEW_N(r->arena, count + 1, struct an_inventory);
    return c->stores && c->inventory ? read_each(r, n, store, into) : an_fail(r->err, AN_NOMEM, "no memory for the company file");
}

struct cap { uint32_t m, c; bool has_m, has_c; };

static enum an_code cap_number(struct reader *r, const yaml_node_t *n, uint32_t *ret) {
    uint64_t v = 0;
    struct an_str t = is_text(n) ? text_of(n) : AN_STR("");
    for (size_t i = 0; i < t.len && t.ptr[i] >= '0' && t.ptr[i] <= '9' && v < AN_MANY; i++)
        v = v * 10 + (uint64_t) (t.ptr[i] - '0');
    char digits[24];
    if (v < 1 || v >= AN_MANY || snprintf(digits, sizeof digits, "%llu", (unsigned long long) v) != (int) t.len)
        return wrong(r, n, "a cap is a whole number from 1");
    *ret = (uint32_t) v;
    return AN_OK;
}

static enum an_code cap_m(struct reader *r, const yaml_node_t *n, void *into) {
    ((struct cap *) into)->has_m = true;
    return cap_number(r, n, &((struct cap *) into)->m);
}

static enum an_code cap_c(struct reader *r, const yaml_node_t *n, void *into) {
    ((struct cap *) into)->has_c = true;
    return cap_number(r, n, &((struct cap *) into)->c);
}

static enum an_code add_cap(struct reader *r, const struct an_ident *kind, const struct cap *cap) {
    struct an_company *c = r->company;
    AN_AUTO(an_buf) said = {0};
    enum an_code code = an_buf_addf(&said, r->err, "%s", kind->name);
    if (!code && cap->has_m)
        code = an_buf_addf(&said, r->err, " m=%u", cap->m);
    if (!code && cap->has_c)
        code = an_buf_addf(&said, r->err, " c=%u", cap->c);
    if (code)
        return code;
    if (cap->has_m)
        c->caps.m[kind->code] = cap->m;
    if (cap->has_c)
        c->caps.c[kind->code] = cap->c;
    c->cap_words[c->cap_word_count] = an_arena_copy(r->arena, an_buf_str(&said));
    return c->cap_words[c->cap_word_count++].ptr ? AN_OK
            : an_fail(r->err, AN_NOMEM, "no memory for the company file");
}

static enum an_code assumptions(struct reader *r, const yaml_node_t *n, void *into) {
    (void) into;
    static const struct key keys[] = {{"m", cap_m}, {"c", cap_c}};
    if (n->type != YAML_MAPPING_NODE)
        return wrong(r, n, "assumptions are kinds with caps, such as cn-mobile: {m: 3, c: 1}");
    for (yaml_node_pair_t *p = n->data.mapping.pairs.start; p < n->data.mapping.pairs.top; p++) {
        const yaml_node_t *k = yaml_document_get_node(r->doc, p->key);
        const struct an_ident *kind = is_text(k) ? an_ident_find(text_of(k)) : NULL;
        if (is_text(k) && an_str_eq(text_of(k), AN_STR("account")))
            kind = &an_ident_account;
        if (!kind || kind->use != AN_USE_PERSON)
            return wrong(r, k, "no identifier kind of persons has this name; see: anshen kinds");
        for (yaml_node_pair_t *q = n->data.mapping.pairs.start; q < p; q++)
            if (an_str_eq(text_of(yaml_document_get_node(r->doc, q->key)), text_of(k)))
                return wrong(r, k, "this key was given before");
        struct cap cap = {0};
        enum an_code code = read_mapping(r, yaml_document_get_node(r->doc, p->value), keys, AN_COUNT(keys), &cap);
        if (!code)
            code = add_cap(r, kind, &cap);
        if (code)
            return code;
    }
    return AN_OK;
}

// A fact's value in the words of an_fact_parse: NAME=5, NAME=[5..9], NAME=[5..] (from `[5, null]`).
static enum an_code fact_text(struct reader *r, const yaml_node_t *key, const yaml_node_t *value, struct an_buf *out) {
    bool list = value->type == YAML_SEQUENCE_NODE;
    struct an_str part[2] = {is_text(value) ? text_of(value) : AN_STR(""), AN_STR("")};
    if (list && value->data.sequence.items.top - value->data.sequence.items.start == 2)
        for (size_t i = 0; i < 2; i++) {
            const yaml_node_t *end = yaml_document_get_node(r->doc, value->data.sequence.items.start[i]);
            if (is_text(end))
                part[i] = text_of(end);
        }
    if (an_str_eq(part[1], AN_STR("null")) || an_str_eq(part[1], AN_STR("~")))
        part[1] = AN_STR("");
    if (!list && (an_str_eq(part[0], AN_STR("true")) || an_str_eq(part[0], AN_STR("false"))))
        part[0] = part[0].len == 4 ? AN_STR("yes") : AN_STR("no");
    return an_buf_addf(out, r->err, list ? "%.*s=[%.*s..%.*s]" : "%.*s=%.*s%.*s", AN_STR_ARG(text_of(key)),
                       AN_STR_ARG(part[0]), AN_STR_ARG(part[1]));
}

static enum an_code give(struct reader *r, const yaml_node_t *key, const yaml_node_t *value, an_day day) {
    struct an_fact fact = {0};
    struct an_err why = {0};
    AN_AUTO(an_buf) text = {0};
    enum an_code code = is_text(key) ? fact_text(r, key, value, &text) : AN_OK;
    if (code)
        return code;
    if ((code = an_fact_parse(an_buf_str(&text), r->arena, &fact, &why)))
        return code == AN_NOMEM ? an_fail(r->err, code, "no memory for the company file")
                                : wrong(r, key, "not NAME: VALUE, where a value is a number, a date, a word or "
                                                "[lowest, highest]");
    return add_given(r, key, fact, day);
}

static enum an_code read_given(struct reader *r, const yaml_node_t *map, an_day day) {
    if (map->type != YAML_MAPPING_NODE)
        return wrong(r, map, "a mapping (name: value) is needed here");
    size_t first = r->company->given_count;
    for (yaml_node_pair_t *p = map->data.mapping.pairs.start; p < map->data.mapping.pairs.top; p++) {
        const yaml_node_t *k = yaml_document_get_node(r->doc, p->key);
        if (day != AN_DAY_NONE && is_text(k) && an_str_eq(text_of(k), AN_STR("date")))
            continue;
        if (r->company->given_count - first == FACTS_MAX)
            return wrong(r, k, "more than 500 facts at once");
        enum an_code code = give(r, k, yaml_document_get_node(r->doc, p->value), day);
        if (code)
            return code;
        for (size_t i = first; i + 1 < r->company->given_count; i++)
            if (an_str_eq(r->company->given[i].fact.name, r->company->given[r->company->given_count - 1].fact.name))
                return wrong(r, k, "this key was given before");
    }
    return AN_OK;
}

static enum an_code facts(struct reader *r, const yaml_node_t *n, void *into) {
    (void) into;
    return read_given(r, n, AN_DAY_NONE);
}

static enum an_code snapshot(struct reader *r, const yaml_node_t *n, void *into) {
    (void) into;
    an_day day = AN_DAY_NONE;
    if (n->type != YAML_MAPPING_NODE)
        return wrong(r, n, "a snapshot is {date: 2026-01-31, count(...): 900000}");
    for (yaml_node_pair_t *p = n->data.mapping.pairs.start; p < n->data.mapping.pairs.top; p++) {
        const yaml_node_t *k = yaml_document_get_node(r->doc, p->key), *v = yaml_document_get_node(r->doc, p->value);
        if (!is_text(k) || !an_str_eq(text_of(k), AN_STR("date")))
            continue;
        if (day != AN_DAY_NONE || !is_text(v) || !an_day_parse(text_of(v), &day))
            return wrong(r, k, "a snapshot needs one date, such as 2026-01-31");
    }
    return day != AN_DAY_NONE ? read_given(r, n, day) : wrong(r, n, "a snapshot needs one date, such as 2026-01-31");
}

static enum an_code snapshots(struct reader *r, const yaml_node_t *n, void *into) {
    return read_each(r, n, snapshot, into);
}

static enum an_code events(struct reader *r, const yaml_node_t *n, void *into) {
    struct an_company *c = into;
    if (n->type != YAML_MAPPING_NODE)
        return wrong(r, n, "events are NAME: DATE, such as incident.known: 2026-11-20");
    for (yaml_node_pair_t *p = n->data.mapping.pairs.start; p < n->data.mapping.pairs.top; p++) {
        const yaml_node_t *k = yaml_document_get_node(r->doc, p->key), *v = yaml_document_get_node(r->doc, p->value);
        struct an_event event = {.line = k->start_mark.line + 1};
        if (c->event_count == FACTS_MAX || !is_text(v) || !an_day_parse(text_of(v), &event.day))
            return wrong(r, k, "an event has one date, such as 2026-11-20; at most 500 events");
        enum an_code code = keep(r, k, &event.name);
        if (code)
            return code;
        for (size_t i = 0; i < c->event_count; i++)
            if (an_str_eq(c->events[i].name, event.name))
                return wrong(r, k, "this key was given before");
        struct an_event *place = AN_PUSH(r->arena, c->events, c->event_count);
        if (!place)
            return an_fail(r->err, AN_NOMEM, "no memory for the company file");
        *place = event;
    }
    return AN_OK;
}

static int by_day(const void *a, const void *b) {
    const struct an_given *x = a, *y = b;
    return x->day != y->day ? (x->day > y->day) - (x->day < y->day) : (x->line > y->line) - (x->line < y->line);
}

static enum an_code read_document(struct reader *r) {
    static const struct key keys[] = {{"company", company}, {"listing", listing}, {"stores", stores},
                                      {"assumptions", assumptions}, {"facts", facts},
                                      {"snapshots", snapshots}, {"events", events}};
    const yaml_node_t *root = yaml_document_get_root_node(r->doc);
    if (!root)
        return an_fail(r->err, AN_INPUT, "%s: is empty", r->name);
    enum an_code code = read_mapping(r, root, keys, AN_COUNT(keys), r->company);
    if (!code && r->company->given_count)
        qsort(r->company->given, r->company->given_count, sizeof *r->company->given, by_day);
    return code;
}

static enum an_code no_yaml(const yaml_parser_t *parser, const char *name, struct an_err *err) {
    return an_fail(err, AN_INPUT, "%s:%zu: %s", name, parser->problem_mark.line + 1,
                   parser->problem ? parser->problem : "is no YAML");
}

// A second document would be lost without a word.
static enum an_code read_end(yaml_parser_t *parser, const char *name, struct an_err *err) {
    yaml_document_t doc;
    if (!yaml_parser_load(parser, &doc))
        return no_yaml(parser, name, err);
    bool more = yaml_document_get_root_node(&doc) != NULL;
    size_t line = doc.start_mark.line + 1;
    yaml_document_delete(&doc);
    return more ? an_fail(err, AN_INPUT, "%s:%zu: a second document; one file is one company", name, line) : AN_OK;
}

enum an_code an_company_parse(struct an_str yaml, const char *name, struct an_str folder, struct an_arena *arena,
                              struct an_company *ret, struct an_err *err) {
    struct an_company c = {
        .file = name, .name = AN_STR(""), .role = AN_STR(""), .cii = AN_STR(""), .country = AN_STR(""), .exchange = AN_STR(""),
        .planned = AN_DAY_NONE, .caps = an_caps_default(),
        .cap_words = AN_NEW_N(arena, 2 * AN_KINDS_MAX, struct an_str),
    };
    if (!c.cap_words)
        return an_fail(err, AN_NOMEM, "no memory for the company file");
    yaml_parser_t parser;
    yaml_document_t doc;
    if (!yaml_parser_initialize(&parser))
        return an_fail(err, AN_NOMEM, "no memory for the company file");
    yaml_parser_set_input_string(&parser, (const unsigned char *) yaml.ptr, yaml.len);
    enum an_code code = yaml_parser_load(&parser, &doc) ? AN_OK : no_yaml(&parser, name, err);
    if (!code) {
        struct reader r = {name, folder, arena, &doc, &c, err};
        code = read_document(&r);
        yaml_document_delete(&doc);
    }
    if (!code)
        code = read_end(&parser, name, err);
    yaml_parser_delete(&parser);
    if (!code)
        *ret = c;
    return code;
}

// A link given as a store is read, and named, where it leads (walk.h); so are the declarations.
static enum an_code follow_links(struct an_company *c, struct an_arena *arena, struct an_err *err) {
    for (size_t i = 0; i < c->store_count; i++) {
        struct stat st;
        char real[PATH_MAX];
        struct an_str *uri = &c->stores[i].uri;         // NUL-ended, as it came from an arena
        if (lstat(uri->ptr, &st) || !S_ISLNK(st.st_mode) || !realpath(uri->ptr, real))
            continue;
        *uri = an_arena_copy(arena, an_str_from_c(real));
        if (!uri->ptr)
            return an_fail(err, AN_NOMEM, "no memory for the company file");
    }
    return AN_OK;
}

enum an_code an_company_read(const char *path, struct an_arena *arena, struct an_company *ret, struct an_err *err) {
    AN_AUTO(an_buf) text = {0};
    if (an_file_read(path, FILE_MAX, AN_FILE_STREAM, &text, err))
        return an_err_context(err, "company file");
    const char *slash = strrchr(path, '/');
    struct an_str folder = slash ? (struct an_str) {path, (size_t) (slash - path)} : AN_STR("");
    enum an_code code = an_company_parse(an_buf_str(&text), path, folder, arena, ret, err);
    return code ? code : follow_links(ret, arena, err);
}
