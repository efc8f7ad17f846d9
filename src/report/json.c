// The result as JSON, schema anshen.result/1: docs/result.schema.json.
#include "report/report.h"

#include <stdio.h>
#include <string.h>
#include "base/json.h"

// What is not known is null, never 0.
static void put_u64(struct an_json *j, const char *key, uint64_t n) {
    an_json_key(j, key);
    if (n == AN_INFINITE)
        an_json_null(j);
    else
        an_json_u64(j, n);
}

static void put_cstr(struct an_json *j, const char *key, const char *s) {
    an_json_key(j, key);
    an_json_cstr(j, s);
}

static void put_str(struct an_json *j, const char *key, struct an_str s) {
    an_json_key(j, key);
    if (s.len)
        an_json_str(j, s);
    else
        an_json_null(j);
}

static void put_day(struct an_json *j, const char *key, an_day day) {
    put_cstr(j, key, day == AN_DAY_NONE ? NULL : an_day_text(day, (char[AN_DAY_TEXT_MAX]) {0}));
}

static void put_bool(struct an_json *j, const char *key, bool b) {
    an_json_key(j, key);
    an_json_bool(j, b);
}

static void put_words(struct an_json *j, struct an_words w) {
    an_json_open(j, '{');
    put_cstr(j, "en", w.en);
    put_cstr(j, "zh", w.zh);
    an_json_close(j, '}');
}

static void open_key(struct an_json *j, const char *key, char bracket) {
    an_json_key(j, key);
    an_json_open(j, bracket);
}

static void put_words_list(struct an_json *j, const char *key, const struct an_words *words, size_t count) {
    open_key(j, key, '[');
    for (size_t i = 0; i < count; i++)
        put_words(j, words[i]);
    an_json_close(j, ']');
}

static void put_str_list(struct an_json *j, const char *key, const struct an_str *strs, size_t count) {
    open_key(j, key, '[');
    for (size_t i = 0; i < count; i++)
        an_json_str(j, strs[i]);
    an_json_close(j, ']');
}

static void put_nobody(struct an_json *j) {
    open_key(j, "people", '{');
    for (size_t i = 0; i < 4; i++) {
        static const char *const names[] = {"floor", "linked", "ceiling", "ceiling_read"};
        an_json_key(j, names[i]);
        an_json_null(j);
    }
    an_json_close(j, '}');
}

static void put_people(struct an_json *j, const struct an_model_people *people) {
    open_key(j, "people", '{');
    put_u64(j, "floor", people->floor);
    put_u64(j, "linked", people->linked);
    put_u64(j, "ceiling", people->ceiling);
    put_u64(j, "ceiling_read", people->ceiling_read);
    an_json_close(j, '}');
}

static void put_kinds(struct an_json *j, const struct an_model_kind *kinds, size_t count) {
    open_key(j, "identifiers", '{');
    for (size_t i = 0; i < count; i++) {
        open_key(j, kinds[i].name, '{');
        put_u64(j, "occurrences", kinds[i].occurrences);
        put_u64(j, "distinct", kinds[i].distinct);
        put_u64(j, "floor_grade", kinds[i].floor_grade);
        put_u64(j, "blocked", kinds[i].blocked);
        put_u64(j, "masked", kinds[i].masked);
        put_u64(j, "damaged", kinds[i].damaged);
        put_u64(j, "invalid", kinds[i].invalid);
        an_json_close(j, '}');
    }
    an_json_close(j, '}');
}

static void put_columns(struct an_json *j, const struct an_model_store *store) {
    open_key(j, "columns", '[');
    for (size_t i = 0; i < store->column_count; i++) {
        const struct an_model_column *column = &store->columns[i];
        an_json_open(j, '{');
        an_json_key(j, "name");
        an_json_str(j, column->name);
        put_cstr(j, "kind", column->kind);
        an_json_key(j, "share");
        an_json_real(j, column->share >= 0 && column->share <= 1 ? column->share : 0, 4);      // 0/0 is none
        put_cstr(j, "role", column->role);
        put_bool(j, "declared_only", column->declared_only);
        an_json_close(j, '}');
    }
    an_json_close(j, ']');
}

static void put_errors(struct an_json *j, const struct an_model_error *errors, size_t count,
                       bool with_store) {
    open_key(j, "errors", '[');
    for (size_t i = 0; i < count; i++) {
        an_json_open(j, '{');
        if (with_store)
            put_str(j, "store", errors[i].store);
        an_json_key(j, "text");
        an_json_str(j, errors[i].text);
        put_u64(j, "offset", errors[i].offset ? errors[i].offset : AN_INFINITE);
        put_u64(j, "record", errors[i].record ? errors[i].record : AN_INFINITE);
        an_json_close(j, '}');
    }
    an_json_close(j, ']');
}

static void put_store(struct an_json *j, const struct an_model_store *store) {
    an_json_open(j, '{');
    an_json_key(j, "uri");
    an_json_str(j, store->uri);
    put_cstr(j, "format", store->format);
    put_cstr(j, "encoding", store->encoding);
    put_str(j, "location", store->location);
    put_cstr(j, "status", store->status);
    put_str(j, "why", store->why);
    put_u64(j, "records", store->records);
    put_u64(j, "bytes", store->bytes);
    put_u64(j, "records_unread", store->records_unread);
    put_u64(j, "bytes_unread", store->bytes_unread);
    put_u64(j, "accounts", store->accounts ? store->accounts : AN_INFINITE);
    put_bool(j, "single_subject", store->single_subject);
    put_people(j, &store->people);
    put_kinds(j, store->kinds, store->kind_count);
    put_columns(j, store);
    put_errors(j, store->errors, store->error_count, false);
    put_u64(j, "error_total", store->error_total);
    an_json_close(j, '}');
}

static void put_scope(struct an_json *j, const struct an_model *model) {
    open_key(j, "scope", '{');
    put_u64(j, "stores", model->scope.stores);
    put_u64(j, "bytes", model->scope.bytes);
    put_u64(j, "records", model->scope.records);
    put_u64(j, "stores_unread", model->scope.stores_unread);
    put_u64(j, "records_unread", model->scope.records_unread);
    put_u64(j, "bytes_unread", model->scope.bytes_unread);
    put_u64(j, "stores_partly", model->scope.stores_partly);
    put_u64(j, "stores_skipped", model->scope.stores_skipped);
    put_u64(j, "mentions", model->scope.mentions);
    put_u64(j, "ambiguous", model->scope.ambiguous);
    put_u64(j, "test_records", model->scope.test_records);
    an_json_close(j, '}');
}

static void put_facts(struct an_json *j, const struct an_model *model) {
    open_key(j, "facts", '{');
    for (size_t i = 0; i < model->fact_count; i++) {
        const struct an_model_fact *fact = &model->facts[i];
        open_key(j, fact->name, '{');
        if (fact->is == AN_FACT_RANGE) {
            put_u64(j, "lo", fact->lo);
            put_u64(j, "hi", fact->hi);
        } else if (fact->is == AN_FACT_VALUE) {
            an_json_key(j, "value");
            an_json_str(j, fact->value);
        } else
            put_cstr(j, "value", NULL);
        put_cstr(j, "from", fact->from);
        an_json_close(j, '}');
    }
    an_json_close(j, '}');
}

static void put_rule(struct an_json *j, const struct an_model_rule *rule) {
    an_json_open(j, '{');
    put_cstr(j, "id", rule->id);
    put_cstr(j, "version", rule->version);
    put_cstr(j, "verdict", rule->verdict);
    put_bool(j, "main", rule->main);
    put_cstr(j, "scope", rule->scope);
    put_bool(j, "stands_by", rule->stands_by);
    put_cstr(j, "status", rule->status);
    put_day(j, "from", rule->from);
    put_day(j, "to", rule->to);
    an_json_key(j, "title");
    put_words(j, rule->title);
    put_str(j, "instrument", rule->instrument);
    put_str(j, "article", rule->article);
    open_key(j, "quote", '{');
    put_str(j, "zh", rule->quote_zh);
    put_str(j, "en", rule->quote_en);
    an_json_close(j, '}');
    an_json_key(j, "digest");
    if (rule->digest.en && *rule->digest.en)
        put_words(j, rule->digest);
    else
        an_json_null(j);
    open_key(j, "trace", '[');
    for (size_t i = 0; i < rule->step_count; i++) {
        an_json_open(j, '{');
        an_json_key(j, "depth");
        an_json_i64(j, rule->steps[i].depth);
        put_cstr(j, "verdict", rule->steps[i].verdict);
        an_json_key(j, "text");
        an_json_str(j, rule->steps[i].text);
        put_str(j, "fact", rule->steps[i].fact);
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
    open_key(j, "duties", '[');         // all that follows; clocks and penalties stand by themselves, too
    for (size_t i = 0; i < rule->duty_count; i++)
        an_json_str(j, rule->duties[i]);
    for (size_t i = 0; i < rule->clock_count; i++)
        an_json_str(j, rule->clocks[i].text);
    for (size_t i = 0; i < rule->penalty_count; i++)
        an_json_str(j, rule->penalties[i]);
    an_json_close(j, ']');
    open_key(j, "clocks", '[');
    for (size_t i = 0; i < rule->clock_count; i++) {
        an_json_open(j, '{');
        put_str(j, "text", rule->clocks[i].text);
        put_day(j, "due", rule->clocks[i].due);
        put_day(j, "latest", rule->clocks[i].latest);
        put_bool(j, "provisional", rule->clocks[i].provisional);
        put_bool(j, "stopped", rule->clocks[i].stopped);
        an_json_close(j, '}');
    }
    an_json_close(j, ']');
    put_str_list(j, "penalties", rule->penalties, rule->penalty_count);
    put_str(j, "enforced_by", rule->enforced_by);
    put_words_list(j, "notes", rule->notes, rule->note_count);
    an_json_close(j, '}');
}

static void put_answer(struct an_json *j, const struct an_model *model) {
    open_key(j, "answer", '{');
    an_json_key(j, "headline");
    put_words(j, model->headline);
    put_words_list(j, "advice", model->advice, model->advice_count);
    put_words_list(j, "method", model->method, model->method_count);
    an_json_close(j, '}');
}

// Everything the numbers rest on: parts of the ceiling, assumptions.
static void put_grounds(struct an_json *j, const struct an_model *model) {
    open_key(j, "ceiling_parts", '[');
    for (size_t i = 0; i < model->part_count; i++) {
        an_json_open(j, '{');
        put_cstr(j, "id", model->parts[i].id);
        an_json_key(j, "text");
        put_words(j, model->parts[i].text);
        put_u64(j, "people", model->parts[i].people);
        an_json_close(j, '}');
    }
    an_json_close(j, ']');
    open_key(j, "assumptions", '[');
    for (size_t i = 0; i < model->assumption_count; i++) {
        an_json_open(j, '{');
        put_cstr(j, "id", model->assumptions[i].id);
        put_cstr(j, "text", model->assumptions[i].text.en);
        put_cstr(j, "text_zh", model->assumptions[i].text.zh);
        put_u64(j, "contradictions", model->assumptions[i].contradictions);
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
    put_cstr(j, "schema", "anshen.result/1");
    open_key(j, "tool", '{');
    put_cstr(j, "version", model->version);
    put_cstr(j, "detectors", model->detectors);
    put_cstr(j, "token", model->token);
    put_str(j, "key_id", model->key_id);
    an_json_close(j, '}');
    put_day(j, "as_of", model->as_of);
    put_str(j, "company", model->company);
    put_scope(j, model);
    put_u64(j, "threshold", model->threshold ? model->threshold : AN_INFINITE);
    if (model->measured)
        put_people(j, &model->people);
    else
        put_nobody(j);
    put_answer(j, model);
    put_kinds(j, model->kinds, model->kind_count);
    open_key(j, "categories", '{');
    an_json_close(j, '}');
    open_key(j, "stores", '[');
    for (size_t i = 0; i < model->store_count; i++)
        put_store(j, &model->stores[i]);
    an_json_close(j, ']');
    open_key(j, "places", '[');
    for (size_t i = 0; i < model->place_count; i++) {
        an_json_open(j, '{');
        put_str(j, "location", model->places[i].location);
        put_u64(j, "stores", model->places[i].stores);
        put_people(j, &model->places[i].people);
        an_json_close(j, '}');
    }
    an_json_close(j, ']');
    put_facts(j, model);
    open_key(j, "rules", '[');
    for (size_t i = 0; i < model->rule_count; i++)
        put_rule(j, &model->rules[i]);
    an_json_close(j, ']');
    open_key(j, "open", '[');
    for (size_t i = 0; i < model->open_count; i++) {
        an_json_open(j, '{');
        put_cstr(j, "fact", model->open[i].name);
        an_json_key(j, "title");
        put_words(j, model->open[i].title);
        put_u64(j, "rules", model->open[i].rules);
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
