// Presentations of PowerPoint 97 to 2003: paragraphs are lines, rows of tables are records.
//
// The stream is a tree of records. Saving adds what changed behind what was there, so that slides of before stay in the file:
// what the last edit no longer uses is read as well, where it says anything else. Source: [MS-PPT], [MS-ODRAW].
#include <stdio.h>
#include <stdlib.h>
#include <zlib.h>
#include "base/alloc.h"
#include "source/apart.h"
#include "source/codepage.h"
#include "source/little.h"
#include "source/office.h"

enum {
    HEADER = 8, DEPTH = 32, CELLS_MAX = 4096, EDITS_MAX = 10000, SAID_MAX = 1 << 20, CONTAINER = 0xF,
};

enum type {
    TEXT_CHARACTERS = 0x0FA0, TEXT_BYTES = 0x0FA8, STRING = 0x0FBA, COMMENT = 0x2EE0, USER_EDIT = 0x0FF5, DIRECTORY = 0x1772,
    OBJECT = 0x1011, GROUP = 0xF003, SHAPE = 0xF004, ANCHOR = 0xF00F, OPTIONS = 0xF00B, MORE_OPTIONS = 0xF122,
    TAG = 0x138A, TAG_DATA = 0x138B,
};

struct record { unsigned kind, type; struct an_str data; };

struct cell { int32_t left, top; size_t at, len; };

struct presentation {
    struct an_office *o;
    struct an_str stream;
    struct an_buf text;
    struct an_names said;               // texts of what is used
    uint32_t *used; size_t used_count, used_cap;        // places of records that the last edit uses
    struct an_names ids;                // of those records, newest first
    bool damaged, deep, stale;
    // the table that is open
    bool in_table;
    struct cell *cells; size_t cell_count, cell_cap;
    struct an_buf cell_text;
    int32_t left, top;
    struct an_str *objects; bool *packed; size_t object_count, object_cap, packed_cap;
};

static void release(struct presentation *p) {
    an_buf_release(&p->text);
    an_buf_release(&p->cell_text);
    an_names_release(&p->said);
    an_names_release(&p->ids);
    an_free(p->used);
    an_free(p->cells);
    an_free(p->objects);
    an_free(p->packed);
}

static enum an_code no_memory(struct an_err *err) { return an_fail(err, AN_NOMEM, "no memory for a presentation"); }

// The record at the front of `rest`, which loses it. False where there is none.
static bool next(struct presentation *p, struct an_str *rest, struct record *ret) {
    if (rest->len < HEADER) {
        p->damaged |= rest->len > 0;
        return false;
    }
    size_t len = an_little32(*rest, 4);
    *ret = (struct record) {an_little16(*rest, 0), an_little16(*rest, 2), an_str_slice(*rest, HEADER, HEADER + len)};
    p->damaged |= ret->data.len < len;
    *rest = an_str_slice(*rest, HEADER + ret->data.len, rest->len);
    return true;
}

static bool is_container(const struct record *r) { return (r->kind & 0xF) == CONTAINER; }

// Text.

static enum an_code give(struct presentation *p, struct an_str text, struct an_err *err) {
    for (size_t i = 0; i < text.len && !p->o->people.letters; i++)
        p->o->people.letters += (unsigned char) text.ptr[i] > ' ';
    if (p->in_table) {
        if (p->cell_count >= CELLS_MAX || !an_alloc_room(&p->cells, p->cell_count, &p->cell_cap, sizeof *p->cells))
            return p->cell_count >= CELLS_MAX ? an_content_line(&p->o->content, text, err) : no_memory(err);
        p->cells[p->cell_count++] = (struct cell) {p->left, p->top, p->cell_text.len, text.len};
        return an_buf_add(&p->cell_text, text, err);
    }
    uint32_t number;
    if (p->stale && an_names_find(&p->said, AN_NO_NAME, text) != AN_NO_NAME)
        return AN_OK;
    if (text.len && p->said.count < SAID_MAX)
        AN_TRY(an_names_add(&p->said, AN_NO_NAME, text, &number, err));
    return an_content_line(&p->o->content, text, err);
}

// Paragraphs and lines end in characters of their own here.
static enum an_code decode(struct presentation *p, struct an_str raw, bool wide, struct an_err *err) {
    p->text.len = 0;
    if (wide)
        AN_TRY(an_utf16_add(raw, &p->text, err));
    for (size_t i = 0; !wide && i < raw.len; i++)
        AN_TRY(an_utf16_add((struct an_str) {(const char[]) {raw.ptr[i], 0}, 2}, &p->text, err));
    size_t n = 0;
    for (size_t i = 0; i < p->text.len; i++) {
        char c = p->text.ptr[i];
        if (c)
            p->text.ptr[n++] = c == '\r' || c == '\v' ? '\n' : c;
    }
    p->text.len = n;
    return AN_OK;
}

static enum an_code take_string(struct presentation *p, const struct record *r, bool in_comment, struct an_err *err) {
    AN_TRY(decode(p, r->data, true, err));
    bool person = in_comment && r->kind >> 4 == 0;
    return person ? an_prose_add_person(&p->o->content, &p->o->people, an_buf_str(&p->text), err)
                  : give(p, an_buf_str(&p->text), err);
}

// Properties of a shape: texts that are drawn, and what is said of pictures.
static enum an_code take_options(struct presentation *p, const struct record *r, struct an_err *err) {
    enum { ITEM = 6, LONG = 0x8000, NUMBER = 0x3FFF, DRAWN_TEXT = 0x00C0, DESCRIPTION = 0x0381 };
    size_t count = r->kind >> 4, at = count * ITEM;
    for (size_t i = 0; i < count && (i + 1) * ITEM <= r->data.len; i++) {
        unsigned id = an_little16(r->data, i * ITEM);
        size_t len = an_little32(r->data, i * ITEM + 2);
        if (!(id & LONG))
            continue;
        struct an_str value = an_str_slice(r->data, at, at + len);
        at += value.len;
        if ((id & NUMBER) != DRAWN_TEXT && (id & NUMBER) != DESCRIPTION)
            continue;
        AN_TRY(decode(p, value, true, err));
        AN_TRY(an_content_line(&p->o->content, an_buf_str(&p->text), err));
    }
    return AN_OK;
}

static bool has_option(const struct record *r, unsigned wanted) {
    for (size_t i = 0; i < r->kind >> 4; i++)
        if ((an_little16(r->data, 6 * i) & 0x3FFF) == wanted)
            return true;
    return false;
}

// Whether a group of shapes is a table: the first of them says so.
static bool is_table(struct presentation *p, struct an_str group) {
    enum { TABLE = 0x039F };
    struct record shape, r;
    bool before = p->damaged, is = false;
    if (!next(p, &group, &shape) || shape.type != SHAPE)
        return false;
    while (!is && next(p, &shape.data, &r))
        is = (r.type == OPTIONS || r.type == MORE_OPTIONS) && has_option(&r, TABLE);
    p->damaged = before;
    return is;
}

// Tables.

static int by_place(const void *a, const void *b) {
    const struct cell *x = a, *y = b;
    if (x->top != y->top)
        return x->top < y->top ? -1 : 1;
    return x->left != y->left ? (x->left < y->left ? -1 : 1) : x->at < y->at ? -1 : 1;
}

static int by_value(const void *a, const void *b) {
    const int32_t *x = a, *y = b;
    return *x < *y ? -1 : *x > *y;
}

// The column of a left edge: how many others are left of it.
static uint32_t column_of(const int32_t *edges, size_t count, int32_t left) {
    uint32_t column = 0;
    for (size_t i = 0; i < count && edges[i] < left; i++)
        column += !i || edges[i] != edges[i - 1];
    return column;
}

static enum an_code give_table(struct presentation *p, struct an_err *err) {
    int32_t *edges = an_alloc((p->cell_count + 1) * sizeof *edges);
    enum an_code code = edges ? AN_OK : no_memory(err);
    for (size_t i = 0; edges && i < p->cell_count; i++)
        edges[i] = p->cells[i].left;
    if (!code && p->cell_count) {
        qsort(edges, p->cell_count, sizeof *edges, by_value);
        qsort(p->cells, p->cell_count, sizeof *p->cells, by_place);
    }
    for (size_t i = 0; i < p->cell_count && !code; i++) {
        const struct cell *c = &p->cells[i];
        if (i && c->top != p->cells[i - 1].top)
            code = an_content_row_end(&p->o->content, err);
        if (!code)
            code = an_content_cell(&p->o->content, column_of(edges, p->cell_count, c->left), 1,
                                   an_str_slice(an_buf_str(&p->cell_text), c->at, c->at + c->len), 0, err);
    }
    an_free(edges);
    p->cell_count = p->cell_text.len = 0;
    p->in_table = false;
    return code ? code : an_content_table_end(&p->o->content, err);
}

// The tree.

static enum an_code keep_object(struct presentation *p, const struct record *r, struct an_err *err) {
    if (!an_alloc_room(&p->objects, p->object_count, &p->object_cap, sizeof *p->objects) ||
        !an_alloc_room(&p->packed, p->object_count, &p->packed_cap, sizeof *p->packed))
        return no_memory(err);
    p->objects[p->object_count] = r->data;
    p->packed[p->object_count++] = r->kind >> 4 == 1;
    return AN_OK;
}

static enum an_code walk(struct presentation *p, struct an_str rest, unsigned in, unsigned depth, struct an_err *err);

static enum an_code take_container(struct presentation *p, const struct record *r, unsigned depth, struct an_err *err) {
    bool table = r->type == GROUP && !p->in_table && is_table(p, r->data), before = p->damaged;
    p->in_table |= table;
    AN_TRY(walk(p, r->data, r->type, depth, err));
    if (r->type == TAG_DATA)            // other programs' may be anything
        p->damaged = before;
    return table ? give_table(p, err) : AN_OK;
}

static enum an_code take(struct presentation *p, const struct record *r, unsigned in, unsigned depth, struct an_err *err) {
    if (is_container(r) || r->type == TAG_DATA)
        return take_container(p, r, depth, err);
    switch (r->type) {
    case TEXT_CHARACTERS: AN_TRY(decode(p, r->data, true, err)); return give(p, an_buf_str(&p->text), err);
    case TEXT_BYTES: AN_TRY(decode(p, r->data, false, err)); return give(p, an_buf_str(&p->text), err);
    case STRING: return in == TAG ? AN_OK : take_string(p, r, in == COMMENT, err);
    case OPTIONS: case MORE_OPTIONS: return take_options(p, r, err);
    case OBJECT: return keep_object(p, r, err);
    case ANCHOR:
        p->left = (int32_t) an_little32(r->data, 0);
        p->top = (int32_t) an_little32(r->data, 4);
        return AN_OK;
    default: return AN_OK;
    }
}

static enum an_code walk(struct presentation *p, struct an_str rest, unsigned in, unsigned depth, struct an_err *err) {
    struct record r;
    if (depth >= DEPTH) {
        p->deep = true;
        return AN_OK;
    }
    while (next(p, &rest, &r))
        AN_TRY(take(p, &r, in, depth + 1, err));
    return AN_OK;
}

// Edits: from the last back to the first, each with the places of what it wrote; the newest of a number is used.

static enum an_code take_directory(struct presentation *p, uint32_t at, struct an_err *err) {
    struct an_str rest = an_str_slice(p->stream, at, p->stream.len);
    struct record r;
    if (!next(p, &rest, &r) || r.type != DIRECTORY) {
        p->damaged = true;
        return AN_OK;
    }
    for (size_t i = 0; i + 4 <= r.data.len;) {
        uint32_t first = an_little32(r.data, i) & 0xFFFFF, count = an_little32(r.data, i) >> 20;
        i += 4;
        for (uint32_t k = 0; k < count && i + 4 <= r.data.len; k++, i += 4) {
            uint32_t id = first + k, number, before = p->ids.count;
            AN_TRY(an_names_add(&p->ids, AN_NO_NAME, (struct an_str) {(const char *) &id, sizeof id}, &number, err));
            if (p->ids.count == before)
                continue;
            if (!an_alloc_room(&p->used, p->used_count, &p->used_cap, sizeof *p->used))
                return no_memory(err);
            p->used[p->used_count++] = an_little32(r.data, i);
        }
    }
    return AN_OK;
}

static enum an_code take_edits(struct presentation *p, uint32_t at, struct an_err *err) {
    for (int i = 0; at && i < EDITS_MAX; i++) {
        struct an_str rest = an_str_slice(p->stream, at, p->stream.len);
        struct record r;
        if (!next(p, &rest, &r) || r.type != USER_EDIT) {
            p->damaged = true;
            return AN_OK;
        }
        uint32_t before = an_little32(r.data, 8);
        AN_TRY(take_directory(p, an_little32(r.data, 12), err));
        p->damaged |= before >= at;             // edits go forward in the file
        at = before < at ? before : 0;
    }
    return AN_OK;
}

static int by_number(const void *a, const void *b) {
    const uint32_t *x = a, *y = b;
    return *x < *y ? -1 : *x > *y;
}

static bool is_used(const struct presentation *p, uint32_t at) {
    return !p->used_count || bsearch(&at, p->used, p->used_count, sizeof *p->used, by_number);
}

// What is used, or what is not any more.
static enum an_code take_all(struct presentation *p, bool stale, struct an_err *err) {
    struct an_str rest = p->stream;
    struct record r;
    p->stale = stale;
    for (uint32_t at = 0; next(p, &rest, &r); at = (uint32_t) (p->stream.len - rest.len))
        if (is_used(p, at) != stale)
            AN_TRY(take(p, &r, 0, 0, err));
    return AN_OK;
}

// What is embedded: compound files, mostly packed.

static enum an_code give_object(struct presentation *p, size_t i, struct an_err *err) {
    struct an_str bytes = p->objects[i];
    char name[32];
    struct an_str called = {name, (size_t) snprintf(name, sizeof name, "object %zu", i + 1)};
    if (!p->packed[i])
        return an_office_give_bytes(p->o, called, bytes, err);
    uint32_t said = an_little32(bytes, 0);
    uLongf len = said;
    bool fits = said && said <= p->o->reading->limits.memory_bytes / 2 && said / p->o->reading->limits.expansion <= bytes.len;
    char *out = fits ? an_alloc(said) : NULL;
    if (fits && !out)
        return no_memory(err);
    struct an_str packed = an_str_slice(bytes, 4, bytes.len);
    bool whole = fits && uncompress((Bytef *) out, &len, (const Bytef *) packed.ptr, (uLong) packed.len) == Z_OK && len == said;
    enum an_code code = whole ? an_office_give_bytes(p->o, called, (struct an_str) {out, len}, err)
                              : an_office_give_unread(p->o, called, AN_INPUT, "is embedded, and cannot be unpacked", err);
    an_free(out);
    return code;
}

static enum an_code tell(struct presentation *p, struct an_err *err) {
    static const char cut[] = "its records are damaged or cut: parts of it may be missing; get a whole copy",
        deep[] = "records inside records, too deep: some were not read";
    if (p->damaged)
        AN_TRY(an_content_tell(&p->o->content, AN_INPUT, AN_UNKNOWN_COUNT, an_str_from_c(cut), err));
    return p->deep ? an_content_tell(&p->o->content, AN_LIMIT, AN_UNKNOWN_COUNT, an_str_from_c(deep), err) : AN_OK;
}

enum an_code an_ppt_give(struct an_office *o, struct an_err *err) {
    enum { TOKEN_AT = 12, EDIT_AT = 16 };
    static const uint32_t locked = 0xF3D1C4DF;
    AN_CLEANUP(release) struct presentation p = {.o = o};
    struct an_str user, pictures;
    AN_TRY(an_office_stream(o, "Current User", &user, err));
    if (an_little32(user, TOKEN_AT) == locked)
        return an_office_unread(o, AN_INPUT, "is encrypted: save it without its password and read that", err);
    AN_TRY(an_office_stream(o, "PowerPoint Document", &p.stream, err));
    AN_TRY(take_edits(&p, an_little32(user, EDIT_AT), err));
    if (p.used_count)
        qsort(p.used, p.used_count, sizeof *p.used, by_number);
    AN_TRY(take_all(&p, false, err));
    AN_TRY(take_all(&p, true, err));
    AN_TRY(an_office_stream(o, "Pictures", &pictures, err));
    o->pictures += an_office_pictures(pictures);
    AN_TRY(tell(&p, err));
    AN_TRY(an_office_finish(o, p.stream.len, err));
    for (size_t i = 0; i < p.object_count; i++)
        AN_TRY(give_object(&p, i, err));
    return AN_OK;
}

static int sniff(const struct an_sniff *s) { return an_office_sniff(s, "ppt"); }

static enum an_code read_ppt(struct an_reading *reading, struct an_input *input, const struct an_sniff *s, struct an_err *err) {
    return an_office_read("ppt", reading, input, s, err);
}

static const struct an_apart_needs needs = {.load = an_codepage_load};

const struct an_source an_source_ppt = {
    .name = "ppt",
    .title = {"PowerPoint presentation of before 2007 (PPT)", "PowerPoint 97-2003 演示文稿（PPT）"},
    .spec = "[MS-PPT], [MS-ODRAW], [MS-CFB]",
    .sniff = sniff,
    .read = read_ppt,
    .apart = &needs,
};
