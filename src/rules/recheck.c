#include "rules/recheck.h"

#include <sodium.h>
#include <string.h>
#include "base/alloc.h"

enum {
    HASH = 32, HEX = 2 * HASH + 1,
    WORDS_MAX = 255, OTHER = WORDS_MAX,     // of one fact; the bit of every word that no formula names
    FACTS_MAX = 1024, TIES_MAX = 4096, USES_MAX = 1024, DEPTH_MAX = 256, STEPS_MAX = 4000000,
    RULES_MAX = 20000, NAMES_MAX = 20000, NAME_MAX_HERE = 100,
};
#define INFINITE INT64_MAX
static const char first_day[] = "0001-01-01", last_day[] = "9999-12-31";

struct an_recheck_rule {
    json_t *json;
    const char *id, *version, *status, *from, *to, *published;      // "" where not said
    bool is_define;
    char hash[HEX];
    const json_t *when;
};

struct an_recheck_name { json_t *json; const char *fact, *metric, *type; };

void an_recheck_law_release(struct an_recheck_law *law) {
    for (size_t i = 0; i < law->rule_count; i++)
        json_decref(law->rules[i].json);
    for (size_t i = 0; i < law->name_count; i++)
        json_decref(law->names[i].json);
    an_free(law->rules);
    an_free(law->names);
    *law = (struct an_recheck_law) {0};
}

static const char *text_of(const json_t *j, const char *key) {
    const char *s = json_string_value(json_object_get(j, key));
    return s ? s : "";
}

static bool is(const char *a, const char *b) { return strcmp(a, b) == 0; }

static void drop(json_t **j) { json_decref(*j); }

static bool is_day_or_none(const char *day) { return !*day || an_day_parse(an_str_from_c(day), &(an_day) {0}); }

// Names are shown to people: nothing in them may do more than be read.
static bool is_plain(const char *name) {
    return *name && strlen(name) <= NAME_MAX_HERE &&
           name[strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.()-/")] == '\0';
}

static enum an_code add_rule(struct an_recheck_law *law, json_t *j, struct an_str text, struct an_err *err) {
    unsigned char sum[HASH];
    struct an_recheck_rule r = {
        .id = text_of(j, "rule"), .version = text_of(j, "version"), .status = text_of(j, "status"), .from = text_of(j, "from"),
        .to = text_of(j, "to"), .published = text_of(j, "published"), .when = json_object_get(j, "when"),
    };
    if (!*r.id) {
        r.is_define = true;
        r.id = text_of(j, "define");
    }
    if (!is_plain(r.id) || (*r.version && !is_plain(r.version)))
        return an_fail(err, AN_INPUT, "a rule with a name that none has");
    if (!json_is_object(r.when) || !is_day_or_none(r.from) || !is_day_or_none(r.to) || !is_day_or_none(r.published))
        return an_fail(err, AN_INPUT, "a rule without a condition, or with a day that is none");
    if (law->rule_count == RULES_MAX)
        return an_fail(err, AN_LIMIT, "more than %d rules", RULES_MAX);
    if (!an_alloc_room(&law->rules, law->rule_count, &law->rule_cap, sizeof r))
        return an_fail(err, AN_NOMEM, "no memory for rules");
    (void) crypto_generichash(sum, sizeof sum, (const unsigned char *) text.ptr, text.len, NULL, 0);
    (void) sodium_bin2hex(r.hash, sizeof r.hash, sum, sizeof sum);
    r.json = json_incref(j);
    law->rules[law->rule_count++] = r;
    return AN_OK;
}

static enum an_code add_name(struct an_recheck_law *law, json_t *j, struct an_err *err) {
    struct an_recheck_name n = {.fact = text_of(j, "fact"), .metric = text_of(j, "metric"), .type = text_of(j, "type")};
    if (law->name_count == NAMES_MAX)
        return an_fail(err, AN_LIMIT, "more than %d names", NAMES_MAX);
    if (!an_alloc_room(&law->names, law->name_count, &law->name_cap, sizeof n))
        return an_fail(err, AN_NOMEM, "no memory for names");
    n.json = json_incref(j);
    law->names[law->name_count++] = n;
    return AN_OK;
}

enum an_code an_recheck_add(struct an_recheck_law *law, struct an_str canonical, struct an_err *err) {
    AN_CLEANUP(drop) json_t *j = json_loadb(canonical.ptr ? canonical.ptr : "", canonical.len, JSON_REJECT_DUPLICATES, NULL);
    if (!json_is_object(j))
        return an_fail(err, AN_INPUT, "not the canonical form of a rule or a name");
    if (json_object_get(j, "rule") || json_object_get(j, "define"))
        return add_rule(law, j, canonical, err);
    return add_name(law, j, err);
}

const char *an_recheck_hash(const struct an_recheck_law *law, size_t i) { return law->rules[i].hash; }

static bool in_force(const struct an_recheck_rule *r, const char *day) {
    if (r->is_define)
        return true;
    if (is(r->status, "draft") || is(r->status, "guidance") || !*r->from)
        return false;
    return strcmp(r->from, day) <= 0 && strcmp(day, *r->to ? r->to : last_day) <= 0;
}

static const char *since(const struct an_recheck_rule *r) { return *r->from ? r->from : r->published; }

// What is known of a fact: some of its words, or whole numbers (days among them) from lo to hi.
struct box { uint64_t bits[4]; int64_t lo, hi; };
enum type { NUMBER, DAY, WORD };

struct known {
    const char *name;
    enum type type;
    const char *words[WORDS_MAX]; size_t word_count;
    bool any;                           // other words than these are possible
    bool compared;                      // some formula does, so that its type is known
};

struct check {
    const struct an_recheck_law *law;
    const json_t *certificate;
    const struct an_recheck_rule *root, *uses[USES_MAX];
    size_t use_count;
    const char *day;
    struct known *facts; size_t fact_count;
    struct { size_t small, large; } *ties; size_t tie_count;
    size_t steps;                       // what hostile nesting can cost has an end
    struct an_arena *arena;
    struct an_err *err;
};

#define NO(c, ...) an_fail((c)->err, AN_INPUT, "certificate: " __VA_ARGS__)

static enum an_code step(struct check *c, unsigned depth) {
    if (depth > DEPTH_MAX || ++c->steps > STEPS_MAX)
        return an_fail(c->err, AN_LIMIT, "certificate: larger than any that is written");
    return AN_OK;
}

static bool is_empty(const struct known *k, const struct box *b) {
    return k->type == WORD ? !(b->bits[0] | b->bits[1] | b->bits[2] | b->bits[3]) : b->lo > b->hi;
}

static void set_bit(struct box *b, size_t i) { b->bits[i / 64] |= 1ull << i % 64; }

static size_t word_index(const struct known *k, const char *word) {
    for (size_t i = 0; i < k->word_count; i++)
        if (is(k->words[i], word))
            return i;
    return k->any ? OTHER : SIZE_MAX;
}

static struct known *find_fact(const struct check *c, const char *name) {
    for (size_t i = 0; i < c->fact_count; i++)
        if (is(c->facts[i].name, name))
            return &c->facts[i];
    return NULL;
}

static enum an_code read_words(struct check *c, const struct known *k, const json_t *value, struct box *ret) {
    if (json_is_null(value)) {
        for (size_t i = 0; i < k->word_count; i++)
            set_bit(ret, i);
        if (k->any)
            set_bit(ret, OTHER);
        return AN_OK;
    }
    size_t i = json_is_string(value) ? word_index(k, json_string_value(value))
               : json_is_true(json_object_get(value, "other")) && json_object_size(value) == 1 && k->any ? OTHER : SIZE_MAX;
    if (i == SIZE_MAX)
        return NO(c, "%s cannot be that word", k->name);
    set_bit(ret, i);
    return AN_OK;
}

static enum an_code read_day(struct check *c, const struct known *k, const char *text, int64_t *ret) {
    an_day day;
    if (!an_day_parse(an_str_from_c(text), &day))
        return NO(c, "%s is no day", k->name);
    *ret = day;
    return AN_OK;
}

static enum an_code read_box(struct check *c, const struct known *k, const json_t *value, struct box *ret) {
    *ret = (struct box) {.hi = INFINITE};
    if (!value)
        return NO(c, "a value is missing");
    if (k->type == WORD)
        return read_words(c, k, value, ret);
    if (k->type == DAY) {
        bool all = json_is_null(value);
        enum an_code code = read_day(c, k, all ? first_day : text_of(value, "from"), &ret->lo);
        if (!code)
            code = read_day(c, k, all ? last_day : text_of(value, "to"), &ret->hi);
        if (code)
            return code;
    } else if (!json_is_null(value)) {
        const json_t *lo = json_array_get(value, 0), *hi = json_array_get(value, 1);
        if (json_array_size(value) != 2 || !json_is_integer(lo) || (!json_is_integer(hi) && !json_is_null(hi)))
            return NO(c, "%s is no interval", k->name);
        ret->lo = json_integer_value(lo);
        if (!json_is_null(hi))
            ret->hi = json_integer_value(hi);
    }
    return is_empty(k, ret) ? NO(c, "%s has an empty interval", k->name) : AN_OK;
}

// False where no values fit the ties.
static bool tighten(const struct check *c, struct box *boxes) {
    for (size_t round = 0; round <= c->tie_count; round++)
        for (size_t i = 0; i < c->tie_count; i++) {
            struct box *small = &boxes[c->ties[i].small], *large = &boxes[c->ties[i].large];
            if (large->lo < small->lo)
                large->lo = small->lo;
            if (small->hi > large->hi)
                small->hi = large->hi;
            if (small->lo > small->hi || large->lo > large->hi)
                return false;
        }
    return true;
}

enum truth { FALSE_, TRUE_, OPEN };

static const json_t *constant(const json_t *leaf, size_t i) {
    const json_t *many = json_object_get(leaf, "values");
    return many ? json_array_get(many, i) : i ? NULL : json_object_get(leaf, "value");
}

static bool constant_number(const json_t *value, int64_t *ret) {
    an_day day;
    if (json_is_object(value)) {
        if (!an_day_parse(an_str_from_c(text_of(value, "day")), &day))
            return false;
        *ret = day;
        return true;
    }
    *ret = json_integer_value(value);
    return json_is_integer(value);
}

static enum truth word_value(const struct known *k, const json_t *leaf, const struct box *b) {
    struct box named = {0};
    for (size_t i = 0; constant(leaf, i); i++)
        set_bit(&named, word_index(k, json_string_value(constant(leaf, i))));       // every word of a formula is known
    uint64_t in = 0, out = 0;
    for (size_t i = 0; i < AN_COUNT(named.bits); i++) {
        in |= b->bits[i] & named.bits[i];
        out |= b->bits[i] & ~named.bits[i];
    }
    return in && out ? OPEN : in ? TRUE_ : FALSE_;
}

static enum truth set_value(const json_t *leaf, const struct box *b) {
    uint64_t inside = 0;
    int64_t k, other;
    for (size_t i = 0; constant(leaf, i); i++) {
        bool before = false;
        if (!constant_number(constant(leaf, i), &k))
            continue;
        for (size_t n = 0; n < i && !before; n++)
            before = constant_number(constant(leaf, n), &other) && other == k;
        inside += !before && k >= b->lo && k <= b->hi;
    }
    bool all = b->hi != INFINITE && inside && (uint64_t) b->hi - (uint64_t) b->lo == inside - 1;
    return !inside ? FALSE_ : all ? TRUE_ : OPEN;
}

static enum truth leaf_value(const struct known *k, const json_t *leaf, const struct box *b) {
    const char *op = text_of(leaf, "op");
    bool negative = is(op, "!=");
    enum truth value = OPEN;
    int64_t n = 0;
    if (k->type == WORD)
        value = word_value(k, leaf, b);
    else if (is(op, "=") || negative || is(op, "in"))
        value = set_value(leaf, b);
    else if (!constant_number(constant(leaf, 0), &n))
        return OPEN;
    else if (is(op, "<"))
        value = b->hi < n ? TRUE_ : b->lo >= n ? FALSE_ : OPEN;
    else if (is(op, "<="))
        value = b->hi <= n ? TRUE_ : b->lo > n ? FALSE_ : OPEN;
    else if (is(op, ">"))
        value = b->lo > n ? TRUE_ : b->hi <= n ? FALSE_ : OPEN;
    else if (is(op, ">="))
        value = b->lo >= n ? TRUE_ : b->hi < n ? FALSE_ : OPEN;
    return negative && value != OPEN ? (value == TRUE_ ? FALSE_ : TRUE_) : value;
}

// An upper end that nobody can state is above every number a formula names.
static bool is_number_of_formula(const json_t *value) {
    int64_t n;
    return constant_number(value, &n) && n < INFINITE;
}

// Whether the leaf is one that a formula may have; and what its constants say of its fact.
static enum an_code take_leaf(struct check *c, const json_t *leaf) {
    static const char *const ops[] = {"=", "!=", "<", "<=", ">", ">=", "in"};
    bool known = false;
    for (size_t i = 0; i < AN_COUNT(ops); i++)
        known |= is(text_of(leaf, "op"), ops[i]);
    struct known *k = find_fact(c, text_of(leaf, "fact"));
    if (!k)
        return NO(c, "a fact of the formula is left out");
    if (!known || !constant(leaf, 0))
        return NO(c, "a rule with a comparison that is none");
    enum type type = json_is_string(constant(leaf, 0)) ? WORD : json_is_object(constant(leaf, 0)) ? DAY : NUMBER;
    if (k->compared && k->type != type)
        return NO(c, "%s is compared with words and with numbers", k->name);
    k->type = type;
    k->compared = true;
    for (size_t i = 0; constant(leaf, i); i++) {
        const json_t *value = constant(leaf, i);
        if (type != WORD && (json_is_string(value) || json_is_object(value) != (type == DAY) || !is_number_of_formula(value)))
            return NO(c, "a rule with a value that is none");
        if (type != WORD)
            continue;
        if (!json_is_string(value))
            return NO(c, "a rule with a value that is none");
        if (word_index(k, json_string_value(value)) != SIZE_MAX)
            continue;
        if (k->word_count == WORDS_MAX)
            return an_fail(c->err, AN_LIMIT, "certificate: more than %d words of one fact", WORDS_MAX);
        k->words[k->word_count++] = json_string_value(value);
    }
    return AN_OK;
}

static const json_t *kids_of(const json_t *node) {
    const json_t *kids = json_object_get(node, "and");
    return kids ? kids : json_object_get(node, "or");
}

static bool is_used(const struct an_recheck_rule *r, const json_t *applies) { return is(r->id, text_of(applies, "applies")); }

// All comparisons of a formula, the rules it means written out.
static enum an_code take_leaves(struct check *c, const json_t *node, unsigned depth) {
    enum an_code code = step(c, depth);
    if (code)
        return code;
    if (json_object_get(node, "fact"))
        return take_leaf(c, node);
    if (json_object_get(node, "not"))
        return take_leaves(c, json_object_get(node, "not"), depth + 1);
    if (json_object_get(node, "applies")) {
        for (size_t i = 0; i < c->use_count && !code; i++)
            if (is_used(c->uses[i], node))
                code = take_leaves(c, c->uses[i]->when, depth + 1);
        return code;
    }
    if (!json_array_size(kids_of(node)))
        return NO(c, "a rule with a condition that is none");
    for (size_t i = 0; i < json_array_size(kids_of(node)) && !code; i++)
        code = take_leaves(c, json_array_get(kids_of(node), i), depth + 1);
    return code;
}

static enum an_code find_rule(struct check *c, const json_t *ref, const struct an_recheck_rule **ret) {
    const char *hash = text_of(ref, "hash"), *id = text_of(ref, "rule");
    if (!*id)
        id = text_of(ref, "define");
    for (size_t i = 0; i < c->law->rule_count; i++) {
        const struct an_recheck_rule *r = &c->law->rules[i];
        if (!is(r->hash, hash))
            continue;
        if (!is(r->id, id) || !is(r->version, text_of(ref, "version")))
            return NO(c, "hash of another rule");
        *ret = r;
        return AN_OK;
    }
    return NO(c, "no rule with the hash it names");
}

// Whether applies() in the root may mean `rule` on that day.
static enum an_code check_meant(struct check *c, const json_t *node, const struct an_recheck_rule *rule) {
    const struct an_recheck_law *law = c->law;
    if (!is_used(rule, node))
        return NO(c, "applies() of another rule");
    if (*text_of(node, "version"))
        return is(rule->version, text_of(node, "version")) ? AN_OK : NO(c, "applies() of another version");
    if (in_force(rule, c->day))
        return AN_OK;
    if (!c->root->is_define && in_force(c->root, c->day))
        return NO(c, "applies() of a rule not in force");
    for (size_t i = 0; i < law->rule_count; i++) {
        if (!is(law->rules[i].id, rule->id))
            continue;
        if (in_force(&law->rules[i], c->day))
            return NO(c, "another version is in force");
        if (strcmp(since(&law->rules[i]), since(rule)) > 0)
            return NO(c, "a newer version exists");
    }
    return AN_OK;
}

// Whether applies() can mean nothing on that day.
static enum an_code check_never(struct check *c, const json_t *node) {
    if (!in_force(c->root, c->day))
        return NO(c, "not in force says nothing about a rule that is not in force itself");
    for (size_t i = 0; i < c->law->rule_count; i++)
        if (is_used(&c->law->rules[i], node) && in_force(&c->law->rules[i], c->day))
            return NO(c, "a version is in force");
    return AN_OK;
}

// Only what is listed was looked through for facts and words.
static bool is_listed(const struct check *c, const struct an_recheck_rule *rule) {
    for (size_t i = 0; i < c->use_count; i++)
        if (c->uses[i] == rule)
            return true;
    return false;
}

static enum an_code prove_node(struct check *c, const json_t *node, const json_t *proof, const struct box *boxes, bool want,
                               unsigned depth) {
    enum an_code code = step(c, depth);
    if (code)
        return code;
    if (json_object_get(node, "fact")) {
        const struct known *k = find_fact(c, text_of(node, "fact"));
        if (!k || !is(text_of(proof, "fact"), k->name))
            return NO(c, "proof of another fact");
        enum truth value = leaf_value(k, node, &boxes[k - c->facts]);
        return value == (want ? TRUE_ : FALSE_) ? AN_OK : NO(c, "%s does not decide that", k->name);
    }
    if (json_object_get(node, "not")) {
        const json_t *inner = json_object_get(proof, "not");
        return inner ? prove_node(c, json_object_get(node, "not"), inner, boxes, !want, depth + 1)
                     : NO(c, "proof of another shape");
    }
    if (json_object_get(node, "applies")) {
        const struct an_recheck_rule *rule = NULL;
        if (json_object_get(proof, "not_in_force"))
            return want || *text_of(node, "version") ? NO(c, "not in force proves only no") : check_never(c, node);
        code = find_rule(c, json_object_get(proof, "applies"), &rule);
        if (!code && !is_listed(c, rule))
            return NO(c, "uses a rule that it does not list");
        if (!code)
            code = check_meant(c, node, rule);
        return code ? code : prove_node(c, rule->when, json_object_get(proof, "proof"), boxes, want, depth + 1);
    }
    const json_t *kids = kids_of(node);
    if ((json_object_get(node, "and") != NULL) != want) {
        const json_t *one = json_object_get(proof, "one");
        if (!json_is_integer(one) || json_integer_value(one) < 0 || (uint64_t) json_integer_value(one) >= json_array_size(kids))
            return NO(c, "no part is named");
        return prove_node(c, json_array_get(kids, (size_t) json_integer_value(one)), json_object_get(proof, "proof"), boxes, want,
                          depth + 1);
    }
    const json_t *all = json_object_get(proof, "all");
    if (!json_array_size(kids) || json_array_size(all) != json_array_size(kids))
        return NO(c, "a part is left out");
    for (size_t i = 0; i < json_array_size(kids) && !code; i++)
        code = prove_node(c, json_array_get(kids, i), json_array_get(all, i), boxes, want, depth + 1);
    return code;
}

// Whether the pieces, of which there is at least one, leave nothing of `whole` out.
static bool cover(const struct known *k, const struct box *whole, const struct box *pieces, size_t count) {
    if (k->type == WORD) {
        uint64_t left = 0;
        for (size_t w = 0; w < AN_COUNT(whole->bits); w++) {
            uint64_t seen = 0;
            for (size_t i = 0; i < count; i++)
                seen |= pieces[i].bits[w];
            left |= whole->bits[w] & ~seen;
        }
        return !left;
    }
    for (int64_t at = whole->lo;;) {    // the first number that no piece so far has
        int64_t to = at;
        bool any = false;
        for (size_t i = 0; i < count; i++)
            if (pieces[i].lo <= at && pieces[i].hi >= to) {
                to = pieces[i].hi;
                any = true;
            }
        if (!any || to >= whole->hi)
            return any;
        at = to + 1;
    }
}

static enum an_code prove(struct check *c, const json_t *proof, const struct box *boxes, bool want, unsigned depth) {
    enum an_code code = step(c, depth);
    if (code || !json_object_get(proof, "cases"))
        return code ? code : prove_node(c, c->root->when, proof, boxes, want, depth + 1);
    const struct known *k = find_fact(c, text_of(proof, "cases"));
    const json_t *pieces = json_object_get(proof, "pieces");
    size_t count = json_array_size(pieces);
    if (!k || !count)
        return NO(c, "cases of nothing");
    AN_AUTO(an_arena) arena = {0};
    struct box *seen = AN_NEW_N(&arena, count, struct box), *part = AN_NEW_N(&arena, c->fact_count, struct box);
    if (!seen || !part)
        return an_fail(c->err, AN_NOMEM, "no memory to check a certificate");
    for (size_t i = 0; i < count && !code; i++) {
        const json_t *piece = json_array_get(pieces, i);
        c->steps += c->fact_count;
        code = read_box(c, k, json_object_get(piece, "is"), &seen[i]);
        if (code)
            return code;
        memcpy(part, boxes, c->fact_count * sizeof *part);
        part[k - c->facts] = seen[i];
        if (!tighten(c, part))
            return NO(c, "an impossible piece");
        code = prove(c, json_object_get(piece, "proof"), part, want, depth + 1);
    }
    if (!code && !cover(k, &boxes[k - c->facts], seen, count))
        return NO(c, "pieces of %s leave something out", k->name);
    return code;
}

static enum an_code world_value(struct check *c, const json_t *node, const struct box *at, unsigned depth, bool *ret) {
    enum an_code code = step(c, depth);
    if (code)
        return code;
    if (json_object_get(node, "fact")) {
        const struct known *k = find_fact(c, text_of(node, "fact"));
        enum truth value = k ? leaf_value(k, node, &at[k - c->facts]) : OPEN;
        *ret = value == TRUE_;
        return value == OPEN ? NO(c, "a world that leaves something open") : AN_OK;
    }
    if (json_object_get(node, "not")) {
        code = world_value(c, json_object_get(node, "not"), at, depth + 1, ret);
        *ret = !*ret;
        return code;
    }
    if (json_object_get(node, "applies")) {
        const char *version = text_of(node, "version");
        const struct an_recheck_rule *rule = NULL;
        size_t found = 0, meant = 0;
        for (size_t i = 0; i < c->use_count; i++) {
            const struct an_recheck_rule *r = c->uses[i];
            if (!is_used(r, node) || (*version && !is(r->version, version)))
                continue;
            found++;
            bool better = !rule || (!in_force(rule, c->day) && in_force(r, c->day));
            meant += in_force(r, c->day);
            rule = better ? r : rule;
        }
        if (!rule) {
            *ret = false;
            return *version ? NO(c, "applies() of a rule it does not name") : check_never(c, node);
        }
        if (found > 1 && meant != 1)
            return NO(c, "applies() that may mean two rules");
        code = check_meant(c, node, rule);
        return code ? code : world_value(c, rule->when, at, depth + 1, ret);
    }
    bool is_and = json_object_get(node, "and") != NULL;
    *ret = is_and;
    for (size_t i = 0; i < json_array_size(kids_of(node)) && *ret == is_and && !code; i++)
        code = world_value(c, json_array_get(kids_of(node), i), at, depth + 1, ret);
    return code;
}

// Where every fact is one value, allowed by what is known.
static enum an_code world(struct check *c, const char *key, const struct box *boxes, bool want) {
    const json_t *given = json_object_get(c->certificate, key);
    struct box *at = AN_NEW_N(c->arena, c->fact_count + 1, struct box);
    bool value = !want;
    if (!at)
        return an_fail(c->err, AN_NOMEM, "no memory to check a certificate");
    if (!json_is_object(given) || json_object_size(given) != c->fact_count)
        return NO(c, "%s does not name every fact", key);
    for (size_t i = 0; i < c->fact_count; i++) {
        const struct known *k = &c->facts[i];
        struct box *b = &at[i];
        enum an_code code = read_box(c, k, json_object_get(given, k->name), b);
        if (code)
            return code;
        bool fits = k->type != WORD && b->lo == b->hi && b->lo >= boxes[i].lo && b->hi <= boxes[i].hi;
        if (k->type == WORD) {
            int bits = 0;
            uint64_t outside = 0;
            for (size_t w = 0; w < AN_COUNT(b->bits); w++) {
                bits += __builtin_popcountll(b->bits[w]);
                outside |= b->bits[w] & ~boxes[i].bits[w];
            }
            fits = bits == 1 && !outside;
        }
        if (!fits)
            return NO(c, "%s: %s cannot be that", key, k->name);
    }
    if (!tighten(c, at))
        return NO(c, "%s: counts contradict each other", key);
    enum an_code code = world_value(c, c->root->when, at, 0, &value);
    return code || value == want ? code : NO(c, "%s does not make it %s", key, want ? "apply" : "not apply");
}

static bool is_tie(const struct an_recheck_law *law, const char *small, const char *large) {
    for (size_t i = 0; i < law->name_count; i++) {
        const json_t *within = json_object_get(law->names[i].json, "within");
        for (size_t k = 0; k < json_array_size(within); k++) {
            const char *name = json_string_value(json_array_get(within, k));
            if (is(law->names[i].metric, small) && name && is(name, large))
                return true;
        }
    }
    return false;
}

static enum an_code take_ties(struct check *c) {
    const json_t *list = json_object_get(c->certificate, "relations");
    if (!json_is_array(list) || json_array_size(list) > TIES_MAX)
        return NO(c, "no list of relations");
    c->ties = an_arena_alloc(c->arena, json_array_size(list) + 1, sizeof *c->ties);
    if (!c->ties)
        return an_fail(c->err, AN_NOMEM, "no memory to check a certificate");
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *pair = json_array_get(list, i);
        const char *small = json_string_value(json_array_get(pair, 0)), *large = json_string_value(json_array_get(pair, 1));
        if (json_array_size(pair) != 2 || !small || !large || !is_tie(c->law, small, large))
            return NO(c, "an unknown relation between counts");
        const struct known *a = find_fact(c, small), *b = find_fact(c, large);
        if (!a || !b || a->type != NUMBER || b->type != NUMBER)
            return NO(c, "a relation between facts that it does not list");
        c->ties[c->tie_count].small = (size_t) (a - c->facts);
        c->ties[c->tie_count++].large = (size_t) (b - c->facts);
    }
    return AN_OK;
}

static enum an_code take_facts(struct check *c, const json_t *list, const json_t *truth) {
    const char *name;
    json_t *value;
    if (!json_is_object(list) || json_object_size(list) > FACTS_MAX)
        return NO(c, "no list of facts");
    c->facts = AN_NEW_N(c->arena, json_object_size(list) + 1, struct known);
    if (!c->facts)
        return an_fail(c->err, AN_NOMEM, "no memory to check a certificate");
    json_object_foreach((json_t *) (uintptr_t) list, name, value) {
        if (!is_plain(name))
            return NO(c, "a fact with a name that none has");
        c->facts[c->fact_count++].name = name;
        json_t *known = json_object_get(truth, name);
        bool same = known ? json_equal(known, value) : json_is_null(value);
        if (!same && json_is_string(known))         // a result gives a day as one text
            same = is(json_string_value(known), text_of(value, "from"));
        if (truth && !same)
            return NO(c, "%s is not what the facts say", name);
    }
    return AN_OK;
}

// What else a word fact can be: a flag is yes or no; a declared list is closed; without one, any word can come.
static enum an_code close_words(struct check *c) {
    for (size_t i = 0; i < c->fact_count; i++) {
        struct known *k = &c->facts[i];
        const json_t *values = NULL;
        bool flag = true, listed = false;
        if (k->type != WORD)
            continue;
        for (size_t w = 0; w < k->word_count; w++)
            flag &= is(k->words[w], "yes") || is(k->words[w], "no");
        for (size_t n = 0; n < c->law->name_count && !flag; n++)
            if (is(c->law->names[n].fact, k->name)) {
                values = json_object_get(c->law->names[n].json, "values");
                flag = is(c->law->names[n].type, "flag");
            }
        listed = flag || json_array_size(values) > 0;
        for (size_t v = 0; v < (flag ? 2 : json_array_size(values)); v++) {
            const char *word = flag ? (v ? "no" : "yes") : json_string_value(json_array_get(values, v));
            if (!word || word_index(k, word) != SIZE_MAX)
                continue;
            if (k->word_count == WORDS_MAX)
                return an_fail(c->err, AN_LIMIT, "certificate: more than %d words of one fact", WORDS_MAX);
            k->words[k->word_count++] = word;
        }
        k->any = !listed;
    }
    return AN_OK;
}

static enum an_code take_uses(struct check *c) {
    const json_t *uses = json_object_get(c->certificate, "uses");
    if (!json_is_array(uses) || json_array_size(uses) > USES_MAX)
        return NO(c, "no list of rules used");
    enum an_code code = find_rule(c, json_object_get(c->certificate, "of"), &c->root);
    for (size_t i = 0; i < json_array_size(uses) && !code; i++)
        code = find_rule(c, json_array_get(uses, i), &c->uses[c->use_count++]);
    return code;
}

static enum an_code prepare(struct check *c, const json_t *truth, struct box **ret_boxes) {
    const json_t *facts = json_object_get(c->certificate, "facts");
    enum an_code code = take_uses(c);
    if (!code)
        code = take_facts(c, facts, truth);
    if (!code)
        code = take_leaves(c, c->root->when, 0);
    if (!code)
        code = close_words(c);
    if (!code)
        code = take_ties(c);
    if (code)
        return code;
    struct box *boxes = AN_NEW_N(c->arena, c->fact_count + 1, struct box);
    if (!boxes)
        return an_fail(c->err, AN_NOMEM, "no memory to check a certificate");
    for (size_t i = 0; i < c->fact_count && !code; i++)
        code = read_box(c, &c->facts[i], json_object_get(facts, c->facts[i].name), &boxes[i]);
    if (!code && !tighten(c, boxes))
        return NO(c, "facts contradict each other");
    *ret_boxes = boxes;
    return code;
}

enum an_code an_recheck(const struct an_recheck_law *law, const json_t *certificate, const json_t *facts, struct an_recheck *ret,
                        struct an_err *err) {
    AN_AUTO(an_arena) arena = {0};
    struct check *c = AN_NEW(&arena, struct check);
    struct box *boxes = NULL;
    if (!c)
        return an_fail(err, AN_NOMEM, "no memory to check a certificate");
    *c = (struct check) {.law = law, .certificate = certificate, .day = text_of(certificate, "as_of"), .arena = &arena,
                         .err = err};
    if (!is(text_of(certificate, "schema"), "anshen.certificate/1"))
        return NO(c, "of another form");
    an_day as_of;
    if (!an_day_parse(an_str_from_c(c->day), &as_of))
        return NO(c, "as_of is no day");
    enum an_code code = prepare(c, facts, &boxes);
    if (code)
        return code;
    const char *verdict = text_of(certificate, "verdict");
    *ret = (struct an_recheck) {.rule = c->root->id, .version = c->root->version, .hash = c->root->hash, .as_of = as_of};
    if (is(verdict, "undetermined")) {
        ret->verdict = AN_RECHECK_UNDETERMINED;
        code = world(c, "yes_if", boxes, true);
        return code ? code : world(c, "no_if", boxes, false);
    }
    if (!is(verdict, "yes") && !is(verdict, "no"))
        return NO(c, "no such verdict");
    ret->verdict = is(verdict, "yes") ? AN_RECHECK_YES : AN_RECHECK_NO;
    return prove(c, json_object_get(certificate, "proof"), boxes, ret->verdict == AN_RECHECK_YES, 0);
}
