// JSON documents and JSON Lines: a record is the nearest object that is a line, the top value or an element of an array.
//
// An object that is the value of a key belongs to the record around it, its keys joined with '.'. An array inside an array is a
// row: a loose record. A key that is itself data (it holds a long number or an '@', as in a map from telephone to name) is a
// value, named '*', and its member is a record of its own.
#include <string.h>

#include "base/alloc.h"
#include "base/arena.h"
#include "source/gather.h"
#include "source/json_shape.h"
#include "source/names.h"
#include "source/source.h"
#include "source/textin.h"
#include "text/find.h"
#include "text/json.h"

enum {
    PATHS_MAX = 4096,               // distinct paths of a store; values beyond have no column
    TROUBLES_MAX = 1000,            // malformed lines told one by one; the rest together
    LONG_DIGITS = 7,                // a key with so many digits in a row is data
    VALUE_COST = 32,                // what a value weighs against limits.record_bytes beside its text
    SHAPES = 4,                     // of lines, kept
    LEARNING = 8, TRUST_MAX = 256,  // what learning a shape costs of the trust that lines which fit have earned
    SHAPE_LEVELS = 16,              // objects in each other, in a shape
};
#define ROOT AN_NO_NAME             // the path of what no key leads to
#define LOST (AN_NO_NAME - 1)       // a path beyond PATHS_MAX

struct frame {                      // an array or object that is open
    uint32_t path;                  // of itself
    uint32_t key;                   // object: path of the member being read
    bool array;
    bool record;                    // a record began with it and ends with it
    bool member;                    // object: the member being read is a record
};

struct open_record {
    size_t first;                   // of its values; they end where those of the record inside it begin
    size_t bytes;                   // they weigh
    uint64_t offset;
    bool loose, children;
    struct an_arena kept;           // texts that had to leave the window
};

struct path {
    uint32_t column;                // AN_NO_COLUMN until a value stands there
    uint32_t next;                  // path of the key that came after it last time; LOST when none did
    bool odd;                       // its key cannot be written without escapes
};

struct work {
    struct an_reading *reading;
    const struct an_sink *sink;
    struct an_textin in;
    struct an_json_reader json;
    char *window;                   // that json reads, writable
    size_t base;                    // of the window in in.text
    bool lines;
    uint64_t record_bytes;

    struct an_names names;
    struct path paths[PATHS_MAX];
    struct an_str columns[PATHS_MAX];
    size_t column_count, announced;
    uint32_t last;                  // path of the last key; LOST before the first
    struct an_arena arena;

    struct frame frames[AN_JSON_LEVELS_MAX + 1];
    size_t depth;
    struct open_record *records;
    size_t record_count, record_cap;
    struct an_value *values;
    size_t value_count, value_cap, kept;    // the first `kept` values are out of the window

    struct an_gather gather;
    struct an_shape shapes[SHAPES];
    size_t likely, trust;           // the shape that fitted last
    uint64_t number;                // records given so far
    uint64_t bad_lines, bad_offset; // beyond TROUBLES_MAX
    enum an_store_status status;
};

static void work_release(struct work *w) {
    for (size_t i = 0; i < w->record_count; i++)
        an_arena_release(&w->records[i].kept);
    an_textin_release(&w->in);
    an_gather_release(&w->gather);
    for (size_t i = 0; i < SHAPES; i++)
        an_shape_release(&w->shapes[i]);
    an_names_release(&w->names);
    an_arena_release(&w->arena);
    an_free(w->records);
    an_free(w->values);
}

static enum an_code no_memory(struct an_err *err) { return an_fail(err, AN_NOMEM, "no memory for JSON"); }

static uint64_t offset_of(struct work *w, size_t pos) { return an_textin_offset(&w->in, w->base + pos); }

static enum an_code tell(struct work *w, enum an_code what, uint64_t offset, uint64_t record, uint64_t lost, const char *text,
                         struct an_err *err) {
    w->status = AN_STORE_PARTLY;
    struct an_trouble trouble = {.code = what, .offset = offset, .record = record, .records_lost = lost,
                                 .text = an_str_from_c(text)};
    enum an_code code = an_gather_flush(&w->gather, err);
    return code ? code : w->sink->trouble(w->sink->arg, &trouble, err);
}

// Columns.

// "a.b.c" of a path, padded; NULL ptr when there is no memory.
static struct an_str path_name(struct work *w, uint32_t path) {
    size_t len = 0;
    for (uint32_t p = path; p != ROOT; p = w->names.items[p].parent)
        len += w->names.items[p].text.len + 1;
    char *text = an_arena_alloc(&w->arena, len + AN_SOURCE_PADDING, 1);
    if (!text)
        return (struct an_str) {0};
    size_t end = len - 1;
    for (uint32_t p = path; p != ROOT; p = w->names.items[p].parent) {
        struct an_str key = w->names.items[p].text;
        end -= key.len;
        memcpy(text + end, key.ptr, key.len);
        if (end)
            text[--end] = '.';
    }
    return (struct an_str) {text, len - 1};
}

static enum an_code make_column(struct work *w, uint32_t path, struct an_err *err) {
    struct an_str name = path_name(w, path);
    if (!name.ptr)
        return no_memory(err);
    w->columns[w->column_count] = name;
    w->paths[path].column = (uint32_t) w->column_count++;
    return AN_OK;
}

static inline enum an_code column_of(struct work *w, uint32_t path, uint32_t *ret_column, struct an_err *err) {
    *ret_column = AN_NO_COLUMN;
    if (path >= PATHS_MAX)          // ROOT and LOST
        return AN_OK;
    enum an_code code = w->paths[path].column == AN_NO_COLUMN ? make_column(w, path, err) : AN_OK;
    *ret_column = w->paths[path].column;
    return code;
}

// Whether a key is data and no name: in it stands what may be an identifier.
static bool is_data(struct an_str key) {
    size_t run = 0;
    for (size_t i = 0; i < key.len; i++) {
        char c = key.ptr[i];
        run = c >= '0' && c <= '9' ? run + 1 : 0;
        if (run >= LONG_DIGITS || c == '@')
            return true;
    }
    return false;
}

static enum an_code path_of(struct work *w, uint32_t parent, struct an_str key, uint32_t *ret_path, struct an_err *err) {
    *ret_path = LOST;
    if (parent == LOST)
        return AN_OK;
    uint32_t path = an_names_find(&w->names, parent, key);
    if (path == AN_NO_NAME) {
        if (w->names.count == PATHS_MAX)
            return AN_OK;
        enum an_code code = an_names_add(&w->names, parent, key, &path, err);
        if (code)
            return code;
        bool odd = an_find_either(key.ptr, 0, key.len, '"', '\\') < key.len;
        w->paths[path] = (struct path) {.column = AN_NO_COLUMN, .next = LOST, .odd = odd};
    }
    *ret_path = path;
    return AN_OK;
}

// Records.

static enum an_code open_record(struct work *w, size_t pos, bool loose, struct an_err *err) {
    if (!an_alloc_room(&w->records, w->record_count, &w->record_cap, sizeof *w->records))
        return no_memory(err);
    if (w->record_count)
        w->records[w->record_count - 1].children = true;
    w->records[w->record_count++] = (struct open_record) {.first = w->value_count, .offset = offset_of(w, pos), .loose = loose};
    return AN_OK;
}

static enum an_code give(struct work *w, struct open_record *r, struct an_err *err) {
    if (w->announced < w->column_count) {
        enum an_code code = an_gather_flush(&w->gather, err);
        if (!code)
            code = w->sink->columns(w->sink->arg, w->columns, w->column_count, err);
        if (!code)
            code = an_gather_begin(&w->gather, w->sink, w->column_count, err);
        if (code)
            return code;
        w->announced = w->column_count;
    }
    struct an_record record = {.values = w->values ? w->values + r->first : NULL, .count = w->value_count - r->first,
                               .number = ++w->number, .offset = r->offset, .loose = r->loose};
    return an_gather_add(&w->gather, w->in.text, &record, err);
}

// What waits goes to the sink before the text does.
static enum an_code more_text(struct work *w, size_t used, struct an_err *err) {
    enum an_code code = an_gather_flush(&w->gather, err);
    return code ? code : an_textin_more(&w->in, used, err);
}

static enum an_code close_record(struct work *w, struct an_err *err) {
    struct open_record *r = &w->records[w->record_count - 1];
    bool empty = w->value_count == r->first;
    enum an_code code = empty && (r->children || r->loose) ? AN_OK : give(w, r, err);
    w->value_count = r->first;
    if (w->kept > r->first)
        w->kept = r->first;
    an_arena_release(&r->kept);
    w->record_count--;
    return code;
}

// Too much to hold: what there is of the innermost record goes on as a piece of it.
static enum an_code give_piece(struct work *w, struct open_record *r, struct an_err *err) {
    r->loose = true;
    enum an_code code = give(w, r, err);
    if (code)
        return code;
    w->value_count = r->first;
    if (w->kept > r->first)
        w->kept = r->first;
    an_arena_release(&r->kept);
    r->bytes = 0;
    r->children = true;
    return tell(w, AN_LIMIT, r->offset, w->number, 0, "record over the size limit: read in pieces", err);
}

static inline enum an_code add_value(struct work *w, struct an_value value, struct an_err *err) {
    if (!an_alloc_room(&w->values, w->value_count, &w->value_cap, sizeof *w->values))
        return no_memory(err);
    w->values[w->value_count++] = value;
    struct open_record *r = &w->records[w->record_count - 1];
    r->bytes += value.text.len + VALUE_COST;
    return r->bytes > w->record_bytes ? give_piece(w, r, err) : AN_OK;
}

// Copies what open records hold out of the window, which is about to change.
static enum an_code keep_values(struct work *w, struct an_err *err) {
    for (size_t i = w->record_count; i-- > 0;) {
        struct open_record *r = &w->records[i];
        size_t end = i + 1 < w->record_count ? w->records[i + 1].first : w->value_count;
        size_t start = r->first > w->kept ? r->first : w->kept, bytes = 0;
        if (start >= end)
            continue;
        for (size_t v = start; v < end; v++)
            bytes += w->values[v].text.len;
        char *text = an_arena_alloc(&r->kept, bytes + AN_SOURCE_PADDING, 1);
        if (!text)
            return no_memory(err);
        for (size_t v = start; v < end; v++) {
            memcpy(text, w->values[v].text.ptr, w->values[v].text.len);
            w->values[v].text.ptr = text;
            text += w->values[v].text.len;
        }
    }
    w->kept = w->value_count;
    return AN_OK;
}

// Tokens.

static const struct frame *top(struct work *w) { return w->depth ? &w->frames[w->depth - 1] : NULL; }

// The path that what comes next in `f` has.
static uint32_t path_below(const struct frame *f) { return !f ? ROOT : f->array ? f->path : f->key; }

static enum an_code end_member(struct work *w, struct frame *f, struct an_err *err) {
    if (!f->member)
        return AN_OK;
    f->member = false;
    return close_record(w, err);
}

// Records look alike: the key that came after the last one before is likely the one that comes after it now. Takes it if so.
static inline bool take_likely_key(struct work *w) {
    if (w->depth == 0 || w->last == LOST)
        return false;
    struct frame *f = &w->frames[w->depth - 1];
    uint32_t guess = w->paths[w->last].next;
    // one whose texts hold a quote or a backslash is not written as it reads
    if (f->array || f->member || guess == LOST || w->names.items[guess].parent != f->path || w->paths[guess].odd)
        return false;
    if (!an_json_read_key(&w->json, w->names.items[guess].text))
        return false;
    w->last = f->key = guess;
    return true;
}

static inline enum an_code on_key(struct work *w, size_t pos, struct an_err *err) {
    struct frame *f = &w->frames[w->depth - 1];
    enum an_code code = end_member(w, f, err);
    if (code)
        return code;
    struct an_str key = w->json.escaped ? an_json_unescape(&w->json, w->window) : w->json.text;
    bool data = is_data(key);
    code = path_of(w, f->path, data ? AN_STR("*") : key, &f->key, err);
    if (code)
        return code;
    if (w->last != LOST)
        w->paths[w->last].next = f->key;
    w->last = f->key;
    if (!data)
        return AN_OK;
    uint32_t column;
    code = column_of(w, f->key, &column, err);
    if (!code)
        code = open_record(w, pos, false, err);
    if (code)
        return code;
    f->member = true;
    return add_value(w, (struct an_value) {.text = key, .column = column}, err);
}

static inline enum an_code on_scalar(struct work *w, size_t pos, struct an_str text, uint32_t flags, struct an_err *err) {
    struct an_value value = {.text = text, .flags = flags};
    enum an_code code = column_of(w, path_below(top(w)), &value.column, err);
    if (code)
        return code;
    if (w->record_count)
        return add_value(w, value, err);
    code = open_record(w, pos, false, err);
    if (!code)
        code = add_value(w, value, err);
    return code ? code : close_record(w, err);
}

static enum an_code on_open(struct work *w, size_t pos, bool array, struct an_err *err) {
    const struct frame *around = top(w);
    struct frame f = {.path = path_below(around), .key = LOST, .array = array};
    bool in_row = w->record_count && w->records[w->record_count - 1].loose;
    f.record = !array ? !around || around->array : !in_row && (around ? around->array : w->lines);
    if (f.record) {
        enum an_code code = open_record(w, pos, array, err);
        if (code)
            return code;
    }
    w->frames[w->depth++] = f;
    return AN_OK;
}

static enum an_code on_close(struct work *w, struct an_err *err) {
    struct frame *f = &w->frames[w->depth - 1];
    enum an_code code = end_member(w, f, err);
    if (code)
        return code;
    w->depth--;
    return f->record ? close_record(w, err) : AN_OK;
}

// The word that was just read.
static struct an_str word(const struct an_json_reader *json, size_t len) {
    return (struct an_str) {json->window + json->pos - len, len};
}

// Reads tokens until the window, or the text, ends or turns out malformed; says which.
static enum an_code read_tokens(struct work *w, enum an_json_token *ret_stop, struct an_err *err) {
    struct an_json_reader *json = &w->json;
    for (;;) {
        (void) take_likely_key(w);
        enum an_json_token token = an_json_read(json);
        size_t pos = json->pos;
        enum an_code code = AN_OK;
        switch (token) {
        case AN_JSON_MORE:
        case AN_JSON_END:
        case AN_JSON_BAD:
            *ret_stop = token;
            return AN_OK;
        case AN_JSON_KEY:
            code = on_key(w, (size_t) (json->text.ptr - json->window) - 1, err);
            break;
        case AN_JSON_STRING:
            pos = (size_t) (json->text.ptr - json->window) - 1;
            code = on_scalar(w, pos, json->escaped ? an_json_unescape(json, w->window) : json->text, 0, err);
            break;
        case AN_JSON_NUMBER:
            code = on_scalar(w, (size_t) (json->text.ptr - json->window), json->text, AN_VALUE_NUMBER, err);
            break;
        case AN_JSON_TRUE:
            code = on_scalar(w, pos, word(json, 4), 0, err);
            break;
        case AN_JSON_FALSE:
            code = on_scalar(w, pos, word(json, 5), 0, err);
            break;
        case AN_JSON_NULL:
            break;
        case AN_JSON_OBJECT:
        case AN_JSON_ARRAY:
            code = on_open(w, pos - 1, token == AN_JSON_ARRAY, err);
            break;
        case AN_JSON_OBJECT_END:
        case AN_JSON_ARRAY_END:
            code = on_close(w, err);
            break;
        }
        if (code)
            return code;
    }
}

// JSON Lines.

static void forget(struct work *w) {
    for (; w->record_count; w->record_count--)
        an_arena_release(&w->records[w->record_count - 1].kept);
    w->depth = w->value_count = w->kept = 0;
    w->last = LOST;
}

// A line that is no JSON: one loose value, so that what identifies somebody in it is still seen.
static enum an_code give_raw(struct work *w, struct an_str line, size_t bad_pos, enum an_code what, const char *why,
                             struct an_err *err) {
    forget(w);
    struct an_value value = {.text = line, .column = AN_NO_COLUMN};
    struct an_record record = {.values = &value, .count = 1, .number = ++w->number, .offset = offset_of(w, 0), .loose = true};
    enum an_code code = an_gather_add(&w->gather, w->in.text, &record, err);
    if (code)
        return code;
    uint64_t offset = record.offset + bad_pos;
    if (w->bad_lines++ < TROUBLES_MAX)
        return tell(w, what, offset, w->number, 1, why, err);
    if (w->bad_lines == TROUBLES_MAX + 1)
        w->bad_offset = offset;
    return AN_OK;
}

// The scalar that was just read, with its quotes.
static struct an_str as_written(const struct an_json_reader *json, enum an_json_token token) {
    if (token == AN_JSON_STRING)
        return (struct an_str) {json->text.ptr - 1, json->text.len + 2};
    return token == AN_JSON_NUMBER ? json->text : word(json, token == AN_JSON_FALSE ? 5 : 4);
}

// Whether it is one that a shape knows: NaN and its like count as null and are none.
static bool is_plain(const struct an_json_reader *json, enum an_json_token token) {
    if (token == AN_JSON_STRING)
        return !json->escaped;
    return token != AN_JSON_NULL || (json->pos > 4 && memcmp(json->window + json->pos - 4, "null", 4) == 0);
}

// Learns what the line, which was just read, looks like: one object, with objects in it but no arrays, no key twice, no key that
// is data. *ret_fits false: it is no such line.
static enum an_code learn(struct work *w, struct an_str line, struct an_shape *s, bool *ret_fits, struct an_err *err) {
    struct an_json_reader json = {.window = line.ptr, .len = line.len, .last = true};
    uint32_t around[SHAPE_LEVELS], path = ROOT, seen[AN_SHAPE_STEPS_MAX] = {0};
    size_t depth = 0, end = 0;
    an_shape_begin(s);
    *ret_fits = an_json_read(&json) == AN_JSON_OBJECT;
    for (around[depth++] = ROOT; *ret_fits && depth;) {
        enum an_json_token token = an_json_read(&json);
        if (token == AN_JSON_KEY) {
            path = is_data(json.text) || json.escaped ? AN_NO_NAME : an_names_find(&w->names, around[depth - 1], json.text);
            *ret_fits = path < PATHS_MAX;
        } else if (token == AN_JSON_OBJECT && depth < SHAPE_LEVELS) {
            around[depth++] = path;
        } else if (token == AN_JSON_OBJECT_END) {
            depth--;
        } else if (token < AN_JSON_STRING || !is_plain(&json, token)) {
            *ret_fits = false;
        } else {
            struct an_str value = as_written(&json, token);
            size_t at = (size_t) (value.ptr - line.ptr);
            for (size_t i = 0; i < s->count; i++)
                *ret_fits &= seen[i] != path;
            if (*ret_fits)
                AN_TRY(an_shape_step(s, an_str_slice(line, end, at), w->paths[path].column, ret_fits, err));
            if (*ret_fits)
                seen[s->count - 1] = path;
            end = at + value.len;
        }
    }
    *ret_fits = *ret_fits && s->count && an_json_read(&json) == AN_JSON_END;
    if (*ret_fits)
        return an_shape_end(s, an_str_slice(line, end, line.len), err);
    an_shape_begin(s);
    return AN_OK;
}

// A line that looks like one before it: its values are the row. *ret_taken false: it does not.
static enum an_code take_alike(struct work *w, struct an_str line, bool *ret_taken, struct an_err *err) {
    struct an_span *row = w->announced == w->column_count ? an_gather_place(&w->gather, w->in.text) : NULL;
    uint32_t at = (uint32_t) (line.ptr - w->in.text.ptr);
    *ret_taken = false;
    for (size_t i = 0; i < SHAPES && row && !*ret_taken; i++) {
        size_t k = (w->likely + i) % SHAPES;
        const struct an_shape *s = &w->shapes[k];
        if (!s->count || line.len + VALUE_COST * s->count > w->record_bytes)
            continue;
        *ret_taken = an_shape_fits(s, line, at, row);
        if (*ret_taken)
            w->likely = k;
        else
            row = an_gather_place(&w->gather, w->in.text);
    }
    w->trust += *ret_taken && w->trust < TRUST_MAX;
    return *ret_taken ? an_gather_take(&w->gather, w->in.text, ++w->number, err) : AN_OK;
}

// After a line that was read token by token: the next may look like it.
static enum an_code try_to_learn(struct work *w, struct an_str line, struct an_err *err) {
    size_t k = (w->likely + SHAPES - 1) % SHAPES;       // the one that was of use least, or nearly
    bool fits;
    if (w->trust < LEARNING || !w->gather.cells || line.len > AN_SHAPE_LINE_MAX)
        return AN_OK;
    w->trust -= LEARNING;
    AN_TRY(learn(w, line, &w->shapes[k], &fits, err));
    w->likely = fits ? k : w->likely;
    return AN_OK;
}

static enum an_code read_line(struct work *w, struct an_str line, struct an_err *err) {
    bool taken;
    enum an_code alike = take_alike(w, line, &taken, err);
    if (alike || taken)
        return alike;
    w->base = (size_t) (line.ptr - w->in.text.ptr);
    w->window = an_textin_writable(&w->in) + w->base;
    w->json = (struct an_json_reader) {.window = w->window, .len = line.len, .last = true};
    enum an_json_token stop;
    enum an_code code = read_tokens(w, &stop, err);
    if (!code && stop == AN_JSON_END)
        code = try_to_learn(w, line, err);
    if (code || stop == AN_JSON_END)
        return code;
    return give_raw(w, line, w->json.pos, AN_INPUT, w->json.why, err);
}

static enum an_code read_lines(struct work *w, struct an_err *err) {
    while (w->in.text.len) {
        size_t used = 0;
        for (;;) {
            struct an_str rest = an_str_slice(w->in.text, used, w->in.text.len);
            const char *lf = rest.len ? memchr(rest.ptr, '\n', rest.len) : NULL;
            if (!lf && !w->in.last && !w->in.full)
                break;
            struct an_str line = {rest.ptr, lf ? (size_t) (lf - rest.ptr) : rest.len};
            enum an_code code;
            if (!lf && !w->in.last) {
                w->base = used;
                code = give_raw(w, line, 0, AN_LIMIT, "line over the size limit: read in pieces", err);
            } else {
                code = read_line(w, line, err);
            }
            if (code)
                return code;
            used += line.len + (lf != NULL);
            if (!lf || used == w->in.text.len)
                break;
        }
        enum an_code code = more_text(w, used, err);
        if (code)
            return code;
    }
    if (w->bad_lines <= TROUBLES_MAX)
        return AN_OK;
    return tell(w, AN_INPUT, w->bad_offset, 0, w->bad_lines - TROUBLES_MAX, "further lines are malformed too", err);
}

// Documents.

// What is left, as running text.
static enum an_code give_rest(struct work *w, size_t used, struct an_err *err) {
    uint64_t number = w->number + 1;
    for (;;) {
        struct an_str block = an_str_slice(w->in.text, used, w->in.text.len);
        if (block.len) {
            enum an_code code = w->sink->lines(w->sink->arg, block, number, an_textin_offset(&w->in, used), err);
            if (code)
                return code;
        }
        for (struct an_str rest = block, line; an_str_next(&rest, '\n', &line);)
            number++;
        enum an_code code = more_text(w, w->in.text.len, err);
        if (code || w->in.text.len == 0)
            return code;
        used = 0;
    }
}

static enum an_code give_up(struct work *w, enum an_code what, const char *why, struct an_err *err) {
    size_t used = w->json.pos;
    while (w->record_count) {           // what was complete in records that are not
        w->records[w->record_count - 1].loose = true;
        enum an_code code = close_record(w, err);
        if (code)
            return code;
    }
    w->base = 0;
    enum an_code code = tell(w, what, offset_of(w, used), w->number + 1, AN_UNKNOWN_COUNT, why, err);
    return code ? code : give_rest(w, used, err);
}

static enum an_code read_document(struct work *w, struct an_err *err) {
    struct an_json_reader *json = &w->json;
    for (;;) {
        json->window = w->window = an_textin_writable(&w->in);
        json->len = w->in.text.len;
        json->last = w->in.last;
        json->pos = 0;
        enum an_json_token stop;
        enum an_code code = read_tokens(w, &stop, err);
        if (code || stop == AN_JSON_END)
            return code;
        if (stop == AN_JSON_BAD)
            return give_up(w, AN_INPUT, json->why, err);
        if (json->pos == 0 && w->in.full)
            return give_up(w, AN_LIMIT, "one value over the size limit: the rest is read as text", err);
        code = keep_values(w, err);
        if (!code)
            code = more_text(w, json->pos, err);
        if (code)
            return code;
    }
}

// Recognition.

// Reads tokens of `text` to see whether it is JSON. *ret_tokens: how many there were before the end, or before a wrong one.
static enum an_json_token try_json(struct an_str text, bool last, size_t *ret_tokens) {
    struct an_json_reader json = {.window = text.ptr, .len = text.len, .last = last};
    enum an_json_token token = an_json_read(&json);
    for (*ret_tokens = 0; token > AN_JSON_BAD; token = an_json_read(&json))
        ++*ret_tokens;
    return token;
}

static bool is_json(struct an_str text) {
    size_t tokens;
    return try_json(text, true, &tokens) == AN_JSON_END;
}

// Also what is cut off, or wrong only after so many tokens that it was meant to be JSON: then what is lost is told.
static bool is_meant_as_json(struct an_str text) {
    enum { MEANT = 16 };
    size_t tokens;
    return try_json(text, false, &tokens) != AN_JSON_BAD || tokens >= MEANT;
}

static bool is_open(char c) { return c == '{' || c == '['; }

static struct an_str trim_start(struct an_str s) {
    size_t i = 0;
    while (i < s.len && (s.ptr[i] == ' ' || (s.ptr[i] >= '\t' && s.ptr[i] <= '\r')))
        i++;
    return an_str_slice(s, i, s.len);
}

// Lines that are a JSON array or object each, and lines that are not.
static void count_lines(struct an_str text, size_t *ret_good, size_t *ret_bad) {
    *ret_good = *ret_bad = 0;
    for (struct an_str line; an_str_next(&text, '\n', &line);) {
        line = trim_start(line);
        if (line.len == 0)
            continue;
        if (is_open(line.ptr[0]) && is_json(line))
            ++*ret_good;
        else
            ++*ret_bad;
    }
}

// Whether the text is lines of JSON rather than one document over several lines (or one line).
static bool is_lines(const struct an_sniff *sniff) {
    size_t good, bad;
    count_lines(sniff->text, &good, &bad);
    return good + bad > 1 && good > bad;
}

static int sniff_json(const struct an_sniff *sniff) {
    struct an_str text = trim_start(sniff->text);
    if (text.len == 0 || !is_open(text.ptr[0]))
        return 0;
    if (is_meant_as_json(text))
        return 90;
    return is_lines(sniff) ? 80 : 0;
}

static enum an_code read_json(struct an_reading *reading, struct an_input *input, const struct an_sniff *sniff,
                              struct an_err *err) {
    struct work *w = an_alloc(sizeof *w);
    if (!w)
        return no_memory(err);
    memset(w, 0, sizeof *w);
    w->reading = reading;
    w->sink = reading->sink;
    w->last = LOST;
    w->trust = TRUST_MAX;
    w->record_bytes = reading->limits.record_bytes;
    w->lines = is_lines(sniff);
    struct an_store_info info = {.uri = input->uri, .format = "json", .encoding = sniff->encoding};
    enum an_code code = w->sink->open(w->sink->arg, &info, err);
    if (!code)
        code = an_textin_open(&w->in, reading, input, sniff, err);
    w->gather.sink = w->sink;
    if (!code)
        code = w->lines ? read_lines(w, err) : read_document(w, err);
    if (!code)
        code = an_gather_flush(&w->gather, err);
    if (!w->lines)
        an_textin_excuse_long_lines(&w->in);
    if (!code)
        code = an_textin_finish(&w->in, &w->status, err);
    if (!code)
        code = w->sink->close(w->sink->arg, w->status, an_textin_bytes(&w->in), (struct an_str) {0}, err);
    work_release(w);
    an_free(w);
    return code;
}

const struct an_source an_source_json = {
    .name = "json",
    .title = {"JSON and JSON Lines", "JSON 与 JSON Lines"},
    .spec = "RFC 8259; jsonlines.org",
    .sniff = sniff_json,
    .read = read_json,
};
