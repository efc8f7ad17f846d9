// Separated values: CSV, TSV and their relatives. A record is a row.
#include "source/source.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>
#include "base/alloc.h"
#include "source/gather.h"
#include "source/textin.h"
#include "text/csv.h"
#include "text/dialect.h"

enum { TOLD_MAX = 8 };      // unbalanced quotes that are each told; more are told together

struct table {
    struct an_reading *reading;
    const struct an_sink *sink;
    struct an_textin in;
    struct an_csv csv;
    struct an_dialect dialect;
    struct an_value *values;
    size_t value_cap;
    struct an_span *cells;          // of rows that are given together; NULL: they are not
    size_t most;                    // of them at once
    uint64_t number;                // of the record last given
    uint64_t ragged, ragged_first, ragged_offset;
    uint64_t unbalanced, untold_first, untold_offset;
};

static void free_table(struct table *t) {
    if (!t)
        return;
    an_csv_release(&t->csv);
    an_textin_release(&t->in);
    an_free(t->values);
    an_free(t->cells);
    an_free(t);
}

static struct table *new_table(struct an_reading *reading) {
    struct table *t = an_alloc(sizeof *t);
    if (!t)
        return NULL;
    *t = (struct table) {0};
    t->reading = reading;
    t->sink = reading->sink;
    return t;
}

static bool ends_with(struct an_str name, const char *ending) {
    size_t n = strlen(ending);
    return name.len >= n && strncasecmp(name.ptr + name.len - n, ending, n) == 0;
}

static bool is_named(struct an_str name) {
    return ends_with(name, ".csv") || ends_with(name, ".tsv") || ends_with(name, ".tab") ||
        ends_with(name, ".psv");
}

static int sniff(const struct an_sniff *s) {
    struct an_err ignored;
    struct an_dialect d = {0};
    if (!s->encoding || !s->text.len)
        return 0;
    AN_IGNORE(an_dialect_detect(s->text, is_named(s->name), &d, &ignored));
    return d.sure;
}

static enum an_code grow_values(struct table *t, size_t count, struct an_err *err) {
    size_t cap = count < 64 ? 64 : 2 * count;
    struct an_value *values = an_realloc(t->values, cap * sizeof *values);
    if (!values)
        return an_fail(err, AN_NOMEM, "no memory for %zu cells", cap);
    for (size_t i = t->value_cap; i < cap; i++)
        values[i] = (struct an_value) {.column = (uint32_t) i};
    t->values = values;
    t->value_cap = cap;
    return AN_OK;
}

// A row has the wrong number of cells when there are too few, or more that hold something.
static bool is_ragged(const struct table *t) {
    const struct an_csv *csv = &t->csv;
    if (csv->count < t->dialect.columns)
        return true;
    for (size_t i = t->dialect.columns; i < csv->count; i++)
        if (csv->cells[i].len)
            return true;
    return csv->cut;
}

static enum an_code tell_unbalanced(struct table *t, uint64_t offset, struct an_err *err) {
    if (t->unbalanced++ >= TOLD_MAX) {
        if (t->unbalanced == TOLD_MAX + 1) {
            t->untold_first = t->number;
            t->untold_offset = offset;
        }
        return AN_OK;
    }
    struct an_trouble trouble = {
        .code = AN_INPUT, .offset = offset, .record = t->number, .records_lost = 1,
        .text = AN_STR("a quote opens and does not close; its line was read as if it were not there"),
    };
    return t->sink->trouble(t->sink->arg, &trouble, err);
}

static enum an_code give_record(struct table *t, struct an_err *err) {
    const struct an_csv *csv = &t->csv;
    uint64_t offset = an_textin_offset(&t->in, csv->start);
    struct an_record record = {.count = csv->count, .number = ++t->number, .offset = offset,
                               .loose = csv->unbalanced};
    if (csv->count > t->value_cap) {
        enum an_code code = grow_values(t, csv->count, err);
        if (code)
            return code;
    }
    for (size_t i = 0; i < csv->count; i++)
        t->values[i].text = csv->cells[i];
    record.values = t->values;
    if ((csv->count != t->dialect.columns || csv->cut) && is_ragged(t)) {
        record.loose = true;
        if (!t->ragged++) {
            t->ragged_first = t->number;
            t->ragged_offset = offset;
        }
    } else if (csv->count > t->dialect.columns) {
        record.count = t->dialect.columns;          // empty cells behind a separator at the end of the line
    }
    if (csv->unbalanced) {
        enum an_code code = tell_unbalanced(t, offset, err);
        if (code)
            return code;
    }
    return t->sink->record(t->sink->arg, &record, err);
}

static enum an_code name_columns(struct table *t, struct an_err *err) {
    const struct an_csv *csv = &t->csv;
    if (t->dialect.header) {
        t->dialect.columns = csv->count;
        return t->sink->columns(t->sink->arg, csv->cells, csv->count, err);
    }
    enum { DIGITS = 12 };
    size_t n = t->dialect.columns;
    struct an_str *names = an_alloc(n * (sizeof *names + DIGITS) + AN_SOURCE_PADDING);
    if (!names)
        return an_fail(err, AN_NOMEM, "no memory for %zu columns", n);
    char *digits = (char *) (names + n);
    for (size_t i = 0; i < n; i++) {
        int len = snprintf(digits + i * DIGITS, DIGITS, "%zu", i + 1);
        names[i] = (struct an_str) {digits + i * DIGITS, (size_t) len};
    }
    enum an_code code = t->sink->columns(t->sink->arg, names, n, err);
    an_free(names);
    return code;
}

static enum an_code make_cells(struct table *t, struct an_err *err) {
    size_t columns = t->dialect.columns;
    t->most = an_rows_most(columns);
    if (!t->sink->rows || !t->most)
        return AN_OK;
    t->cells = an_alloc(t->most * columns * sizeof *t->cells);
    return t->cells ? AN_OK : an_fail(err, AN_NOMEM, "no memory for %zu rows", t->most);
}

// The plain rows that come next, many at once.
static enum an_code give_rows(struct table *t, struct an_err *err) {
    enum an_code code = AN_OK;
    size_t n = t->cells ? t->most : 0;
    while (n && n == t->most && !code) {
        n = an_csv_rows(&t->csv, t->in.text, t->dialect.columns, t->cells, t->most);
        struct an_rows rows = {.text = t->in.text.ptr, .cells = t->cells, .count = n, .columns = t->dialect.columns,
                               .number = t->number + 1};
        t->number += n;
        if (n)
            code = t->sink->rows(t->sink->arg, &rows, err);
    }
    return code;
}

static enum an_code read_rows(struct table *t, struct an_err *err) {
    bool named = false;
    for (;;) {
        enum an_csv_step step;
        enum an_code code = give_rows(t, err);
        if (!code)
            code = an_csv_next(&t->csv, t->in.text, t->in.last || t->in.full, &step, err);
        if (code)
            return code;
        if (step == AN_CSV_RECORD && !named) {
            named = true;
            code = name_columns(t, err);
            if (!code)
                code = make_cells(t, err);
            if (code)
                return code;
            if (t->dialect.header && !t->dialect.header_unsure)
                continue;
        }
        if (step == AN_CSV_RECORD) {
            code = give_record(t, err);
        } else {
            if (step == AN_CSV_END && t->in.last)
                return AN_OK;
            code = an_textin_more(&t->in, t->csv.used, err);
        }
        if (code)
            return code;
    }
}

static enum an_code tell_rest(struct table *t, enum an_store_status *status, struct an_err *err) {
    char text[160];
    enum an_code code = AN_OK;
    if (t->unbalanced)
        *status = AN_STORE_PARTLY;
    if (t->unbalanced > TOLD_MAX) {
        uint64_t more = t->unbalanced - TOLD_MAX;
        (void) snprintf(text, sizeof text,
                        "%llu more quotes open and do not close; their lines were read without them",
                        (unsigned long long) more);
        struct an_trouble trouble = {.code = AN_INPUT, .offset = t->untold_offset, .record = t->untold_first,
                                     .records_lost = more, .text = an_str_from_c(text)};
        code = t->sink->trouble(t->sink->arg, &trouble, err);
    }
    if (!code && t->ragged) {
        *status = AN_STORE_PARTLY;
        (void) snprintf(text, sizeof text,
                        "%llu rows do not have the %zu cells of the others; what is in them was read, "
                        "but not told apart by column", (unsigned long long) t->ragged, t->dialect.columns);
        struct an_trouble trouble = {.code = AN_INPUT, .offset = t->ragged_offset, .record = t->ragged_first,
                                     .text = an_str_from_c(text)};
        code = t->sink->trouble(t->sink->arg, &trouble, err);
    }
    return code;
}

static enum an_code read_table(struct table *t, struct an_input *input, const struct an_sniff *s,
                               struct an_err *err) {
    enum an_store_status status = AN_STORE_READ;
    struct an_store_info info = {.uri = input->uri, .format = "csv", .encoding = s->encoding, .guessed = true};
    enum an_code code = an_dialect_detect(s->text, is_named(s->name), &t->dialect, err);
    if (!code)
        code = t->sink->open(t->sink->arg, &info, err);
    if (!code)
        code = an_textin_open(&t->in, t->reading, input, s, err);
    if (code)
        return code;
    t->csv.delimiter = t->dialect.delimiter;
    if (t->reading->limits.record_bytes < AN_CSV_QUOTED_MAX)
        t->csv.quoted_max = (size_t) t->reading->limits.record_bytes;
    code = read_rows(t, err);
    if (!code)                      // first what befell the input: it may be why a row is short
        code = an_textin_finish(&t->in, &status, err);
    if (!code)
        code = tell_rest(t, &status, err);
    return code ? code : t->sink->close(t->sink->arg, status, an_textin_bytes(&t->in), (struct an_str) {0},
                                        err);
}

static enum an_code read_csv(struct an_reading *reading, struct an_input *input, const struct an_sniff *s,
                             struct an_err *err) {
    struct table *t = new_table(reading);
    enum an_code code = t ? read_table(t, input, s, err) : an_fail(err, AN_NOMEM, "no memory for a table");
    free_table(t);
    return code;
}

const struct an_source an_source_csv = {
    .name = "csv",
    .title = {"Separated values (CSV, TSV)", "分隔值表格（CSV、TSV）"},
    .spec = "RFC 4180; text/tab-separated-values (IANA); delimiter, header and quoting told from the content",
    .sniff = sniff,
    .read = read_csv,
};
