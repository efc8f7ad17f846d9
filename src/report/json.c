// The result as JSON, schema anshen.result/1: docs/result.schema.json.
#include "report/report.h"

#include <stdio.h>
#include <string.h>
#include "base/json.h"

// What is not known is null, never 0.
static void put_words(struct an_json *j, struct an_words w) {
    an_json_open(j, '{');
    an_json_put_cstr(j, "en", w.en);
    an_json_put_cstr(j, "zh", w.zh);
    an_json_close(j, '}');
}

static void put_words_list(struct an_json *j, const char *key, const struct an_words *words, size_t count) {
    an_json_put_open(j, key, '[');
    for (size_t i = 0; i < count; i++)
        put_words(j, words[i]);
    an_json_close(j, ']');
}

static void put_str_list(struct an_json *j, const char *key, const struct an_str *strs, size_t count) {
    an_json_put_open(j, key, '[');
    for (size_t i = 0; i < count; i++)
        an_json_str(j, strs[i]);
    an_json_close(j, ']');
}

static void put_nobody(struct an_json *j) {
    an_json_put_open(j, "people", '{');
    for (size_t i = 0; i < 4; i++) {
        static const char *const names[] = {"floor", "linked", "ceiling", "ceiling_read"};
        an_json_key(j, names[i]);
        an_json_null(j);
    }
    an_json_close(j, '}');
}

static void put_people(struct an_json *j, const struct an_model_people *people) {
    an_json_put_open(j, "people", '{');
    an_json_put_u64(j, "floor", people->floor);
    an_json_put_u64(j, "linked", people->linked);
    an_json_put_u64(j, "ceiling", people->ceiling);
    an_json_put_u64(j, "ceiling_read", people->ceiling_read);
    an_json_close(j, '}');
}

static void put_kinds(struct an_json *j, const struct an_model_kind *kinds, size_t count) {
    an_json_put_open(j, "identifiers", '{');
    for (size_t i = 0; i < count; i++) {
        an_json_put_open(j, kinds[i].name, '{');
        an_json_put_u64(j, "occurrences", kinds[i].occurrences);
        an_json_put_u64(j, "distinct", kinds[i].distinct);
        an_json_put_u64(j, "floor_grade", kinds[i].floor_grade);
        an_json_put_u64(j, "blocked", kinds[i].blocked);
        an_json_put_u64(j, "masked", kinds[i].masked);
        an_json_put_u64(j, "damaged", kinds[i].damaged);
        an_json_put_u64(j, "invalid", kinds[i].invalid);
        an_json_put_u64(j, "recognised", kinds[i].recognised);
        an_json_close(j, '}');
    }
    an_json_close(j, '}');
}

static void put_columns(struct an_json *j, const struct an_model_store *store) {
    an_json_put_open(j, "columns", '[');
    for (size_t i = 0; i < store->column_count; i++) {
        const struct an_model_column *column = &store->columns[i];
        an_json_open(j, '{');
        an_json_key(j, "name");
        an_json_str(j, column->name);
        an_json_put_cstr(j, "kind", column->kind);
        an_json_key(j, "share");
        an_json_real(j, column->share >= 0 && column->share <= 1 ? column->share : 0, 4);      // 0/0 is none
        an_json_put_cstr(j, "role", column->role);
        an_json_put_bool(j, "declared_only", column->declared_only);
        an_json_put_cstr(j, "category", column->category);
        an_json_put_cstr(j, "evidence", column->evidence);
        an_json_put_u64(j, "looked", column->looked);
        an_json_put_u64(j, "like", column->like);
        an_json_put_cstr(j, "like_as", column->like_as.en && column->like_as.en[0] ? column->like_as.en : NULL);
        an_json_close(j, '}');
    }
    an_json_close(j, ']');
}

static void put_errors(struct an_json *j, const struct an_model_error *errors, size_t count,
                       bool with_store) {
    an_json_put_open(j, "errors", '[');
    for (size_t i = 0; i < count; i++) {
        an_json_open(j, '{');
        if (with_store)
            an_json_put_text(j, "store", errors[i].store);
        an_json_key(j, "text");
        an_json_str(j, errors[i].text);
        an_json_put_u64(j, "offset", errors[i].offset ? errors[i].offset : AN_INFINITE);
        an_json_put_u64(j, "record", errors[i].record ? errors[i].record : AN_INFINITE);
        an_json_close(j, '}');
    }
    an_json_close(j, ']');
}

static void put_store(struct an_json *j, const struct an_model_store *store) {
    an_json_open(j, '{');
    an_json_key(j, "uri");
    an_json_str(j, store->uri);
    an_json_put_cstr(j, "format", store->format);
    an_json_put_cstr(j, "encoding", store->encoding);
    an_json_put_text(j, "location", store->location);
    an_json_put_cstr(j, "status", store->status);
    an_json_put_text(j, "why", store->why);
    an_json_put_u64(j, "records", store->records);
    an_json_put_u64(j, "bytes", store->bytes);
    an_json_put_u64(j, "records_unread", store->records_unread);
    an_json_put_u64(j, "bytes_unread", store->bytes_unread);
    an_json_put_u64(j, "accounts", store->accounts ? store->accounts : AN_INFINITE);
    an_json_put_bool(j, "single_subject", store->single_subject);
    put_people(j, &store->people);
    put_kinds(j, store->kinds, store->kind_count);
    put_columns(j, store);
    put_errors(j, store->errors, store->error_count, false);
    an_json_put_u64(j, "error_total", store->error_total);
    an_json_close(j, '}');
}

static void put_scope(struct an_json *j, const struct an_model *model) {
    an_json_put_open(j, "scope", '{');
    an_json_put_u64(j, "stores", model->scope.stores);
    an_json_put_u64(j, "bytes", model->scope.bytes);
    an_json_put_u64(j, "records", model->scope.records);
    an_json_put_u64(j, "stores_unread", model->scope.stores_unread);
    an_json_put_u64(j, "pictures_with_identifiers", model->scope.pictures);
    an_json_put_u64(j, "records_unread", model->scope.records_unread);
    an_json_put_u64(j, "bytes_unread", model->scope.bytes_unread);
    an_json_put_u64(j, "stores_partly", model->scope.stores_partly);
    an_json_put_u64(j, "stores_skipped", model->scope.stores_skipped);
    an_json_put_u64(j, "mentions", model->scope.mentions);
    an_json_put_u64(j, "ambiguous", model->scope.ambiguous);
    an_json_put_u64(j, "test_records", model->scope.test_records);
    an_json_close(j, '}');
}

static void put_facts(struct an_json *j, const struct an_model *model) {
    an_json_put_open(j, "facts", '{');
    for (size_t i = 0; i < model->fact_count; i++) {
        const struct an_model_fact *fact = &model->facts[i];
        an_json_put_open(j, fact->name, '{');
        if (fact->is == AN_FACT_RANGE) {
            an_json_put_u64(j, "lo", fact->lo);
            an_json_put_u64(j, "hi", fact->hi);
        } else if (fact->is == AN_FACT_VALUE) {
            an_json_key(j, "value");
            an_json_str(j, fact->value);
        } else
            an_json_put_cstr(j, "value", NULL);
        an_json_put_cstr(j, "from", fact->from);
        an_json_close(j, '}');
    }
    an_json_close(j, '}');
}

static void put_rule(struct an_json *j, const struct an_model_rule *rule) {
    an_json_open(j, '{');
    an_json_put_cstr(j, "id", rule->id);
    an_json_put_cstr(j, "version", rule->version);
    an_json_put_cstr(j, "verdict", rule->verdict);
    an_json_put_bool(j, "main", rule->main);
    an_json_put_cstr(j, "scope", rule->scope);
    an_json_put_bool(j, "stands_by", rule->stands_by);
    an_json_put_cstr(j, "status", rule->status);
    an_json_put_day(j, "from", rule->from);
    an_json_put_day(j, "to", rule->to);
    an_json_key(j, "title");
    put_words(j, rule->title);
    an_json_put_text(j, "instrument", rule->instrument);
    an_json_put_text(j, "article", rule->article);
    an_json_put_open(j, "quote", '{');
    an_json_put_text(j, "zh", rule->quote_zh);
    an_json_put_text(j, "en", rule->quote_en);
    an_json_close(j, '}');
    an_json_key(j, "digest");
    if (rule->digest.en && *rule->digest.en)
        put_words(j, rule->digest);
    else
        an_json_null(j);
    an_json_put_open(j, "trace", '[');
    for (size_t i = 0; i < rule->step_count; i++) {
        an_json_open(j, '{');
        an_json_key(j, "depth");
        an_json_i64(j, rule->steps[i].depth);
        an_json_put_cstr(j, "verdict", rule->steps[i].verdict);
        an_json_key(j, "text");
        an_json_str(j, rule->steps[i].text);
        an_json_put_text(j, "fact", rule->steps[i].fact);
        an_json_close(j, '}');
    }
    an_json_close(j, ']');
    an_json_key(j, "certificate");
    if (rule->certificate.len)
        an_json_raw(j, rule->certificate);
    else
        an_json_null(j);
    put_str_list(j, "decide_by", rule->decide_by, rule->decide_by_count);
    put_str_list(j, "read_by", rule->read_by, rule->read_by_count);
    an_json_put_open(j, "duties", '[');         // all that follows; clocks and penalties stand by themselves, too
    for (size_t i = 0; i < rule->duty_count; i++)
        an_json_str(j, rule->duties[i]);
    for (size_t i = 0; i < rule->clock_count; i++)
        an_json_str(j, rule->clocks[i].text);
    for (size_t i = 0; i < rule->penalty_count; i++)
        an_json_str(j, rule->penalties[i]);
    an_json_close(j, ']');
    an_json_put_open(j, "clocks", '[');
    for (size_t i = 0; i < rule->clock_count; i++) {
        an_json_open(j, '{');
        an_json_put_text(j, "text", rule->clocks[i].text);
        an_json_put_day(j, "due", rule->clocks[i].due);
        an_json_put_day(j, "latest", rule->clocks[i].latest);
        an_json_put_bool(j, "provisional", rule->clocks[i].provisional);
        an_json_put_bool(j, "stopped", rule->clocks[i].stopped);
        an_json_close(j, '}');
    }
    an_json_close(j, ']');
    put_str_list(j, "penalties", rule->penalties, rule->penalty_count);
    an_json_put_text(j, "enforced_by", rule->enforced_by);
    put_words_list(j, "notes", rule->notes, rule->note_count);
    an_json_close(j, '}');
}

static void put_answer(struct an_json *j, const struct an_model *model) {
    an_json_put_open(j, "answer", '{');
    an_json_key(j, "headline");
    put_words(j, model->headline);
    put_words_list(j, "advice", model->advice, model->advice_count);
    put_words_list(j, "method", model->method, model->method_count);
    an_json_close(j, '}');
}

// Everything the numbers rest on: parts of the ceiling, assumptions.
static void put_grounds(struct an_json *j, const struct an_model *model) {
    an_json_put_open(j, "ceiling_parts", '[');
    for (size_t i = 0; i < model->part_count; i++) {
        an_json_open(j, '{');
        an_json_put_cstr(j, "id", model->parts[i].id);
        an_json_key(j, "text");
        put_words(j, model->parts[i].text);
        an_json_put_u64(j, "people", model->parts[i].people);
        an_json_close(j, '}');
    }
    an_json_close(j, ']');
    an_json_put_open(j, "assumptions", '[');
    for (size_t i = 0; i < model->assumption_count; i++) {
        an_json_open(j, '{');
        an_json_put_cstr(j, "id", model->assumptions[i].id);
        an_json_put_cstr(j, "text", model->assumptions[i].text.en);
        an_json_put_cstr(j, "text_zh", model->assumptions[i].text.zh);
        an_json_put_u64(j, "contradictions", model->assumptions[i].contradictions);
        an_json_close(j, '}');
    }
    an_json_close(j, ']');
}

static const char *category_evidence(const struct an_model_category *c) {
    if (!c->columns)
        return "content";
    return c->borne_out ? "both" : c->denied == c->columns ? "headings-denied" : "headings";
}

static void put_categories(struct an_json *j, const struct an_model *model) {
    an_json_put_open(j, "categories", '{');
    for (size_t i = 0; i < model->category_count; i++) {
        const struct an_model_category *c = &model->categories[i];
        an_json_put_open(j, c->name, '{');
        an_json_put_bool(j, "sensitive", c->sensitive);
        an_json_put_cstr(j, "evidence", category_evidence(c));
        an_json_put_u64(j, "columns", c->columns);
        an_json_put_u64(j, "stores", c->stores);
        an_json_put_u64(j, "values", c->values);
        put_people(j, &c->people);
        an_json_put_u64(j, "columns_borne_out", c->borne_out);
        an_json_put_u64(j, "columns_denied", c->denied);
        an_json_put_open(j, "likely", '{');
        an_json_put_u64(j, "columns", c->likely.columns);
        an_json_put_u64(j, "stores", c->likely.stores);
        an_json_put_u64(j, "values", c->likely.values);
        put_people(j, &c->likely.people);
        an_json_close(j, '}');
        an_json_close(j, '}');
    }
    an_json_close(j, '}');
}

static void put_copies(struct an_json *j, const struct an_model *model) {
    an_json_put_open(j, "copies", '{');
    an_json_put_u64(j, "stores", model->stores_to_compare);
    an_json_put_u64(j, "compared", model->stores_compared);
    an_json_put_open(j, "pairs", '[');
    for (size_t i = 0; i < model->copy_count; i++) {
        const struct an_model_copy *c = &model->copies[i];
        an_json_open(j, '{');
        an_json_put_text(j, "a", model->stores[c->a].uri);
        an_json_put_text(j, "b", model->stores[c->b].uri);
        an_json_put_u64(j, "shared", c->shared);
        an_json_put_u64(j, "people", c->people);
        an_json_close(j, '}');
    }
    an_json_close(j, ']');
    an_json_close(j, '}');
}

static void put_inventory(struct an_json *j, const struct an_model *model) {
    an_json_put_open(j, "inventory", '[');
    for (size_t i = 0; i < model->entry_count; i++) {
        const struct an_model_entry *e = &model->inventory[i];
        an_json_open(j, '{');
        an_json_put_text(j, "uri", e->uri);
        an_json_put_text(j, "location", e->location);
        an_json_put_text(j, "controller", e->controller);
        an_json_put_text(j, "processor", e->processor);
        an_json_put_text(j, "purpose", e->purpose);
        an_json_put_text(j, "retention", e->retention);
        an_json_put_text(j, "basis", e->basis);
        an_json_put_text(j, "grade", e->grade);
        an_json_put_u64(j, "stores", e->stores);
        put_people(j, &e->people);
        an_json_close(j, '}');
    }
    an_json_close(j, ']');
    an_json_put_open(j, "gaps", '[');
    for (size_t i = 0; i < model->gap_count; i++) {
        an_json_open(j, '{');
        an_json_put_cstr(j, "code", model->gaps[i].code);
        an_json_put_text(j, "store", model->gaps[i].store);
        an_json_put_cstr(j, "kind", model->gaps[i].kind);
        an_json_put_u64(j, "count", model->gaps[i].count);
        an_json_put_text(j, "column", model->gaps[i].column);
        an_json_key(j, "title");
        put_words(j, model->gaps[i].title);
        an_json_put_cstr(j, "source", model->gaps[i].source);
        an_json_put_u64(j, "looked", model->gaps[i].unit ? model->gaps[i].looked : AN_INFINITE);
        an_json_put_u64(j, "of", model->gaps[i].unit ? model->gaps[i].of : AN_INFINITE);
        an_json_put_cstr(j, "unit", model->gaps[i].unit);
        an_json_close(j, '}');
    }
    an_json_close(j, ']');
}

static enum an_code write(const struct an_model *model, enum an_lang lang,
                          const struct an_report_options *options, struct an_buf *out, struct an_err *err) {
    (void) lang;
    (void) options;
    struct an_json writer = {.out = out}, *j = &writer;
    an_json_open(j, '{');
    an_json_put_cstr(j, "schema", "anshen.result/1");
    an_json_put_open(j, "tool", '{');
    an_json_put_cstr(j, "version", model->version);
    an_json_put_cstr(j, "detectors", model->detectors);
    an_json_put_cstr(j, "token", model->token);
    an_json_put_text(j, "key_id", model->key_id);
    an_json_close(j, '}');
    an_json_put_day(j, "as_of", model->as_of);
    an_json_put_text(j, "company", model->company);
    put_scope(j, model);
    an_json_put_u64(j, "threshold", model->threshold ? model->threshold : AN_INFINITE);
    if (model->measured)
        put_people(j, &model->people);
    else
        put_nobody(j);
    put_answer(j, model);
    put_kinds(j, model->kinds, model->kind_count);
    put_categories(j, model);
    an_json_put_open(j, "stores", '[');
    for (size_t i = 0; i < model->store_count; i++)
        put_store(j, &model->stores[i]);
    an_json_close(j, ']');
    an_json_put_open(j, "places", '[');
    for (size_t i = 0; i < model->place_count; i++) {
        an_json_open(j, '{');
        an_json_put_text(j, "location", model->places[i].location);
        an_json_put_u64(j, "stores", model->places[i].stores);
        put_people(j, &model->places[i].people);
        an_json_close(j, '}');
    }
    an_json_close(j, ']');
    put_copies(j, model);
    put_inventory(j, model);
    put_facts(j, model);
    an_json_put_open(j, "rules", '[');
    for (size_t i = 0; i < model->rule_count; i++)
        put_rule(j, &model->rules[i]);
    an_json_close(j, ']');
    an_json_put_open(j, "open", '[');
    for (size_t i = 0; i < model->open_count; i++) {
        an_json_open(j, '{');
        an_json_put_cstr(j, "fact", model->open[i].name);
        an_json_key(j, "title");
        put_words(j, model->open[i].title);
        an_json_put_u64(j, "rules", model->open[i].rules);
        an_json_close(j, '}');
    }
    an_json_close(j, ']');
    put_grounds(j, model);
    put_errors(j, model->errors, model->error_count, true);
    an_json_close(j, '}');
    enum an_code code = an_json_end(j, err);
    return code ? code : an_buf_add(out, AN_STR("\n"), err);
}

const struct an_report an_report_json = {
    .name = "json", .title = {"Result as JSON", "JSON 结果"}, .write = write,
};
