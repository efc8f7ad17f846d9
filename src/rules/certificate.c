// Writing certificates.
#include "rules/certificate.h"

#include <string.h>
#include "rules/canon.h"

static void key_str(struct an_json *j, const char *k, struct an_str s) {
    an_json_key(j, k);
    an_json_str(j, s);
}

static void day(struct an_json *j, an_day d) {
    char text[AN_DAY_TEXT_MAX];
    an_json_cstr(j, an_day_text(d, text));
}

// A piece of a variable: of words a single one, or {"other":true} for any that the formula does not name.
static void piece(struct an_json *j, const struct an_variable *v, struct an_box box) {
    struct an_fact fact = an_variable_fact(v, box);
    if (v->kind == AN_VAR_WORD && fact.known == AN_KNOWN_NOT) {
        an_json_open(j, '{');
        an_json_key(j, "other");
        an_json_bool(j, true);
        an_json_close(j, '}');
        return;
    }
    an_fact_json(j, &fact);
}

static void reference(struct an_json *j, const struct an_rule *rule) {
    char hash[AN_HASH_TEXT_MAX];
    an_json_open(j, '{');
    key_str(j, rule->is_define ? "define" : "rule", rule->id);
    if (rule->version.len)
        key_str(j, "version", rule->version);
    an_json_key(j, "hash");
    an_json_cstr(j, an_hash_text(rule->hash, hash));
    an_json_close(j, '}');
}

// One true child of each `or`, one false child of each `and`; all children where all are needed.
static void prove(struct an_json *j, const struct an_node *n, const struct an_box *box) {
    enum an_tri value = an_node_value(n, box);
    bool is_and = n->kind == AN_NODE_AND;
    an_json_open(j, '{');
    switch (n->kind) {
    case AN_NODE_LEAF:
        key_str(j, "fact", n->expr->fact);
        break;
    case AN_NODE_NEVER:
        key_str(j, "not_in_force", n->expr->id);
        break;
    case AN_NODE_NOT:
        an_json_key(j, "not");
        prove(j, n->kids[0], box);
        break;
    case AN_NODE_APPLIES:
        an_json_key(j, "applies");
        reference(j, n->rule);
        an_json_key(j, "proof");
        prove(j, n->kids[0], box);
        break;
    case AN_NODE_AND:
    case AN_NODE_OR:
        if (is_and == (value == AN_YES)) {
            an_json_key(j, "all");
            an_json_open(j, '[');
            for (size_t i = 0; i < n->kid_count; i++)
                prove(j, n->kids[i], box);
            an_json_close(j, ']');
            break;
        }
        for (size_t i = 0; i < n->kid_count; i++) {
            if (an_node_value(n->kids[i], box) != value)
                continue;
            an_json_key(j, "one");
            an_json_u64(j, i);
            an_json_key(j, "proof");
            prove(j, n->kids[i], box);
            break;
        }
        break;
    }
    an_json_close(j, '}');
}

static void prove_cases(struct an_json *j, struct an_search *s, const struct an_box *box, unsigned depth) {
    const struct an_formula *f = s->f;
    if (an_node_value(f->root, box) != AN_UNKNOWN) {
        prove(j, f->root, box);
        return;
    }
    size_t v = an_search_pick(s, box);      // there is one: an_settle went this way and found an answer
    const struct an_variable *variable = &f->variables[v];
    struct an_box *part = s->rows + (depth + 1) * f->variable_count, cell = an_cell_first(variable, box[v]);
    an_json_open(j, '{');
    key_str(j, "cases", variable->name);
    an_json_key(j, "pieces");
    an_json_open(j, '[');
    do {
        memcpy(part, box, f->variable_count * sizeof *part);
        part[v] = cell;
        an_json_open(j, '{');
        an_json_key(j, "is");
        piece(j, variable, cell);
        an_json_key(j, "proof");
        AN_IGNORE(an_formula_tighten(f, part));
        prove_cases(j, s, part, depth + 1);
        an_json_close(j, '}');
    } while (an_cell_next(variable, box[v], &cell));
    an_json_close(j, ']');
    an_json_close(j, '}');
}

static void witness(struct an_json *j, const struct an_formula *f, const struct an_box *box) {
    an_json_open(j, '{');
    for (size_t i = 0; i < f->variable_count; i++) {
        an_fact_json_key(j, f->variables[i].name);
        piece(j, &f->variables[i], box[i]);
    }
    an_json_close(j, '}');
}

enum an_code an_certificate_write(const struct an_rule *rule, const struct an_question *q,
                                  struct an_search *s, const struct an_box *box, enum an_tri value,
                                  struct an_buf *out, struct an_err *err) {
    const struct an_formula *f = s->f;
    struct an_json j = {.out = out, .compact = true};
    an_json_open(&j, '{');
    an_json_key(&j, "schema");
    an_json_cstr(&j, "anshen.certificate/1");
    an_json_key(&j, "of");
    reference(&j, rule);
    an_json_key(&j, "as_of");
    day(&j, q->as_of);
    an_json_key(&j, "verdict");
    an_json_cstr(&j, an_tri_name(value));
    an_json_key(&j, "facts");
    an_json_open(&j, '{');
    for (size_t i = 0; i < f->variable_count; i++) {
        an_fact_json_key(&j, f->variables[i].name);
        an_fact_json(&j, an_facts_find(q->facts, f->variables[i].name));
    }
    an_json_close(&j, '}');
    an_json_key(&j, "relations");
    an_json_open(&j, '[');
    for (size_t i = 0; i < f->tie_count; i++) {
        an_json_open(&j, '[');
        an_json_str(&j, f->variables[f->ties[i].small].name);
        an_json_str(&j, f->variables[f->ties[i].large].name);
        an_json_close(&j, ']');
    }
    an_json_close(&j, ']');
    an_json_key(&j, "uses");
    an_json_open(&j, '[');
    for (size_t i = 0; i < f->rule_count; i++)
        reference(&j, f->rules[i]);
    an_json_close(&j, ']');
    if (value != AN_UNKNOWN) {
        an_json_key(&j, "proof");
        prove_cases(&j, s, box, 0);
    } else if (s->has_witness[0] && s->has_witness[1]) {
        an_json_key(&j, "yes_if");
        witness(&j, f, s->witness[1]);
        an_json_key(&j, "no_if");
        witness(&j, f, s->witness[0]);
    } else {
        an_json_key(&j, "gave_up");
        an_json_bool(&j, true);
    }
    an_json_close(&j, '}');
    return an_json_end(&j, err);
}
