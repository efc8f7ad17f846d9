// Documents of Word 97 to 2003: paragraphs are lines, rows of tables and filled-in forms are records.
//
// The text lies in pieces, in the order of a table, each in one byte or two a character: the main text, then footnotes, headers,
// comments, endnotes and text boxes. Source: [MS-DOC].
#include <stdio.h>
#include "source/apart.h"
#include "source/biff.h"
#include "source/codepage.h"
#include "source/little.h"
#include "source/office.h"
#include "source/word_runs.h"
#include "source/writing.h"

enum { FIB_97 = 0x00C1, FIELDS_MAX = 64, PLACES_AT = 0x9A };

// Numbers of what the file information block says the places of. Source: [MS-DOC] 2.5.6.
enum place {
    CHARACTER_RUNS = 12, PARAGRAPH_RUNS = 13, ASSOCIATED = 32, PIECES = 33, COMMENTERS = 36, DRAWINGS = 50, REVISERS = 51,
    VARIABLES = 60, SAVERS = 71,
};

struct document {
    struct an_office *o;
    struct an_str main, table;          // streams
    struct an_writing writing;
    struct an_word_runs characters, paragraphs;
    struct an_codepage codepage;
    struct an_buf text, field;
    uint64_t codes;                     // of the fields around, innermost last: a bit is set while its code goes on
    unsigned fields;
    uint64_t left;                      // bytes of text that may still be read: pieces may lie on one another
    bool damaged, after_cell;
};

static void release(struct document *d) {
    an_writing_release(&d->writing);
    an_word_runs_release(&d->characters);
    an_word_runs_release(&d->paragraphs);
    an_codepage_release(&d->codepage);
    an_buf_release(&d->text);
    an_buf_release(&d->field);
}

static struct an_str part(const struct document *d, enum place place) {
    size_t entry = PLACES_AT + 8 * (size_t) place, at = an_little32(d->main, entry);
    return an_str_slice(d->table, at, at + an_little32(d->main, entry + 4));
}

// Text.

static enum an_code put(struct document *d, struct an_str text, unsigned properties, struct an_err *err) {
    unsigned change = (properties & AN_WORD_DELETED ? AN_CHANGE_DELETED : 0) |
                      (properties & AN_WORD_INSERTED ? AN_CHANGE_INSERTED : 0);
    if (!d->codes)
        return an_writing_add(&d->writing, text, change, err);
    return d->field.len < d->writing.content->record_bytes ? an_buf_add(&d->field, text, err) : AN_OK;
}

static enum an_code give_field(struct document *d, struct an_err *err) {
    enum an_code code = an_content_line(&d->o->content, an_buf_str(&d->field), err);
    d->field.len = 0;
    return code;
}

// Fields in fields: what stands in the code of any of them is code.
static enum an_code take_field_mark(struct document *d, unsigned mark, struct an_err *err) {
    enum { BEGIN = 0x13, CODE_END = 0x14 };
    if (mark == BEGIN) {
        d->codes = d->codes << 1 | 1;
        d->fields += d->fields < FIELDS_MAX;
    } else if (mark == CODE_END) {
        d->codes &= ~UINT64_C(1);
    } else {
        d->codes >>= 1;
        d->fields -= d->fields > 0;
    }
    return d->codes || !d->field.len ? AN_OK : give_field(d, err);
}

static enum an_code end_paragraph(struct document *d, unsigned properties, struct an_err *err) {
    if (d->codes)                           // a code goes on over paragraphs
        return put(d, AN_STR(" "), 0, err);
    return an_writing_paragraph(&d->writing, properties & AN_WORD_IN_TABLE, err);
}

// A cell ends, or a row: its end is a mark of the same kind, with a property of its own.
static enum an_code end_cell(struct document *d, unsigned properties, struct an_err *err) {
    bool row = d->paragraphs.count ? properties & AN_WORD_ROW_END : d->after_cell;
    d->after_cell = !row;
    return row ? an_writing_row(&d->writing, err) : an_writing_cell(&d->writing, err);
}

static enum an_code take_mark(struct document *d, unsigned mark, uint32_t at, uint32_t piece_properties, unsigned properties,
                              struct an_err *err) {
    enum {
        PICTURE = 0x01, CELL = 0x07, LINE_FEED = 0x0A, LINE = 0x0B, PAGE = 0x0C, PARAGRAPH = 0x0D, COLUMN = 0x0E, HYPHEN = 0x1E,
    };
    uint32_t to;
    unsigned of_paragraph = an_word_runs_at(&d->paragraphs, at, &to) | piece_properties;
    switch (mark) {
    case PICTURE: d->o->pictures += (properties & AN_WORD_PICTURE) != 0; return AN_OK;
    case CELL: return end_cell(d, of_paragraph, err);
    case PAGE: case PARAGRAPH: case COLUMN: return end_paragraph(d, of_paragraph, err);
    case LINE: case LINE_FEED: return put(d, AN_STR("\n"), properties, err);
    case '\t': return put(d, AN_STR("\t"), properties, err);
    case HYPHEN: return put(d, AN_STR("-"), properties, err);
    case 0x13: case 0x14: case 0x15: return take_field_mark(d, mark, err);
    default: return AN_OK;
    }
}

// Characters of one piece that have the same properties.
static enum an_code take_characters(struct document *d, struct an_str bytes, bool wide, uint32_t at, uint32_t piece_properties,
                                    unsigned properties, struct an_err *err) {
    size_t unit = wide ? 2 : 1, from = 0;
    for (size_t i = 0; i <= bytes.len; i += unit) {
        unsigned c = i == bytes.len ? 0 : wide ? an_little16(bytes, i) : an_little8(bytes, i);
        if (c >= 0x20)
            continue;
        if (i > from) {
            d->text.len = 0;
            AN_TRY(an_codepage_add(&d->codepage, wide ? 1200 : 1252, an_str_slice(bytes, from, i), &d->text, err));
            AN_TRY(put(d, an_buf_str(&d->text), properties, err));
            d->after_cell = false;
        }
        if (i < bytes.len)
            AN_TRY(take_mark(d, c, at + (uint32_t) i, piece_properties, properties, err));
        from = i + unit;
    }
    return AN_OK;
}

static enum an_code take_piece(struct document *d, struct an_str bytes, bool wide, uint32_t at, unsigned piece_properties,
                               struct an_err *err) {
    while (bytes.len) {
        uint32_t to;
        unsigned properties = an_word_runs_at(&d->characters, at, &to) | piece_properties;
        size_t n = to - at < bytes.len ? to - at : bytes.len;
        n += wide && n % 2 && n < bytes.len;        // not within a character
        AN_TRY(take_characters(d, an_str_slice(bytes, 0, n), wide, at, piece_properties, properties, err));
        bytes = an_str_slice(bytes, n, bytes.len);
        at += (uint32_t) n;
    }
    return AN_OK;
}

// Changes of properties that belong to a piece: of documents that were saved in haste.
static unsigned properties_of_piece(struct an_str pieces, unsigned change) {
    enum { CHANGES = 1 };
    static const struct { unsigned number, property; } shorts[] = {
        {0x18, AN_WORD_IN_TABLE}, {0x19, AN_WORD_ROW_END}, {0x41, AN_WORD_DELETED}, {0x42, AN_WORD_INSERTED},
    };
    if (!(change & 1)) {
        for (size_t i = 0; i < AN_COUNT(shorts); i++)
            if ((change >> 1 & 0x7F) == shorts[i].number)
                return change >> 8 ? shorts[i].property : 0;
        return 0;
    }
    for (unsigned i = 0; an_little8(pieces, 0) == CHANGES; i++) {
        size_t len = an_little16(pieces, 1);
        if (i == change >> 1)
            return an_word_change(an_str_slice(pieces, 3, 3 + len), 0);
        pieces = an_str_slice(pieces, 3 + len, pieces.len);
    }
    return 0;
}

static enum an_code take_pieces(struct document *d, struct an_str all, struct an_str places, struct an_err *err) {
    enum { PIECE = 8 };
    size_t count = places.len >= 4 ? (places.len - 4) / (4 + PIECE) : 0;
    for (size_t i = 0; i < count; i++) {
        uint32_t from = an_little32(places, 4 * i), to = an_little32(places, 4 * i + 4);
        size_t entry = 4 * (count + 1) + PIECE * i;
        uint32_t where = an_little32(places, entry + 2);
        bool wide = !(where >> 30 & 1);
        uint32_t at = wide ? where & 0x3FFFFFFF : (where & 0x3FFFFFFF) / 2;
        uint64_t len = to >= from ? (uint64_t) (to - from) * (wide ? 2 : 1) : 0;
        struct an_str bytes = an_str_slice(d->main, at, len > SIZE_MAX - at ? SIZE_MAX : at + (size_t) len);
        if (to < from || bytes.len < len || len > d->left)
            d->damaged = true;
        if (len > d->left)
            return AN_OK;
        d->left -= bytes.len;
        bytes.len -= wide ? bytes.len % 2 : 0;
        AN_TRY(take_piece(d, bytes, wide, at, properties_of_piece(all, an_little16(places, entry + 6)), err));
    }
    d->damaged |= !count;
    return AN_OK;
}

static enum an_code take_text(struct document *d, struct an_err *err) {
    enum { CHANGES = 1, TABLE = 2 };
    struct an_str all = part(d, PIECES), rest = all;
    while (an_little8(rest, 0) == CHANGES)
        rest = an_str_slice(rest, 3 + (size_t) an_little16(rest, 1), rest.len);
    size_t len = an_little32(rest, 1);
    if (an_little8(rest, 0) != TABLE || rest.len < 5 || len > rest.len - 5)
        d->damaged = true;
    if (an_little8(rest, 0) == TABLE)
        AN_TRY(take_pieces(d, all, an_str_slice(rest, 5, 5 + len), err));
    if (d->field.len)                       // one that never ends
        AN_TRY(give_field(d, err));
    return an_writing_end(&d->writing, err);
}

// Names beside the text.

enum kind { NOBODY, PEOPLE, PEOPLE_FIRST, PROPERTIES };

static bool is_person(enum kind kind, size_t i) {
    return kind == PEOPLE || (kind == PEOPLE_FIRST && i % 2 == 0) || (kind == PROPERTIES && (i == 6 || i == 7));
}

static enum an_code give_name(struct document *d, struct an_str raw, bool person, struct an_err *err) {
    d->text.len = 0;
    AN_TRY(an_utf16_add(raw, &d->text, err));
    struct an_str name = an_buf_str(&d->text);
    if (person && an_str_eq(name, AN_STR("Unknown")))       // Word's first author of changes
        return AN_OK;
    return person ? an_prose_add_person(&d->o->content, &d->o->people, name, err) : an_content_line(&d->o->content, name, err);
}

// A list of texts: their number, bytes that go with each, the texts with their lengths. Source: [MS-DOC] 2.2.4.
static enum an_code give_list(struct document *d, enum place place, enum kind kind, struct an_err *err) {
    enum { WIDE = 0xFFFF };
    struct an_str list = part(d, place);
    size_t count = an_little16(list, 2), extra = an_little16(list, 4);
    if (an_little16(list, 0) != WIDE)
        return AN_OK;
    list = an_str_slice(list, 6, list.len);
    for (size_t i = 0; i < count && list.len >= 2; i++) {
        size_t len = 2 * (size_t) an_little16(list, 0);
        AN_TRY(give_name(d, an_str_slice(list, 2, 2 + len), is_person(kind, i), err));
        list = an_str_slice(list, 2 + len + extra, list.len);
    }
    return AN_OK;
}

static enum an_code give_names(struct document *d, struct an_err *err) {
    AN_TRY(give_list(d, ASSOCIATED, PROPERTIES, err));
    AN_TRY(give_list(d, REVISERS, PEOPLE, err));
    AN_TRY(give_list(d, SAVERS, PEOPLE_FIRST, err));
    for (struct an_str list = part(d, COMMENTERS); list.len >= 2;) {
        size_t len = 2 * (size_t) an_little16(list, 0);
        AN_TRY(give_name(d, an_str_slice(list, 2, 2 + len), true, err));
        list = an_str_slice(list, 2 + len, list.len);
    }
    d->text.len = 0;
    AN_TRY(an_biff_runs(part(d, VARIABLES), &d->text, err));
    return an_content_line(&d->o->content, an_buf_str(&d->text), err);
}

static enum an_code tell(struct document *d, struct an_err *err) {
    struct an_content *content = &d->o->content;
    static const char cut[] = "its text is not whole, or its pieces lie on one another: get a whole copy",
        runs[] = "what says which of its text is deleted, or a table, is damaged: rows and changes may not be told apart",
        glossary[] = "its blocks of text for later use (AutoText) are not read: save them as a document";
    if (d->damaged)
        AN_TRY(an_content_tell(content, AN_INPUT, AN_UNKNOWN_COUNT, an_str_from_c(cut), err));
    if (d->characters.damaged || d->paragraphs.damaged)
        AN_TRY(an_content_tell(content, AN_INPUT, AN_UNKNOWN_COUNT, an_str_from_c(runs), err));
    return an_little16(d->main, 8) ? an_content_tell(content, AN_LIMIT, AN_UNKNOWN_COUNT, an_str_from_c(glossary), err) : AN_OK;
}

static enum an_code give_document(struct document *d, struct an_err *err) {
    d->left = 2 * (uint64_t) d->main.len;
    AN_TRY(an_word_runs_read(&d->characters, d->main, part(d, CHARACTER_RUNS), false, err));
    AN_TRY(an_word_runs_read(&d->paragraphs, d->main, part(d, PARAGRAPH_RUNS), true, err));
    AN_TRY(take_text(d, err));
    AN_TRY(give_names(d, err));
    struct an_str drawings = part(d, DRAWINGS);
    d->o->pictures += an_office_pictures(an_str_slice(drawings, 0, 8 + (size_t) an_little32(drawings, 4)));
    AN_TRY(tell(d, err));
    return an_office_finish(d->o, d->main.len, err);
}

enum an_code an_doc_give(struct an_office *o, struct an_err *err) {
    enum { NEW = 0xA5EC, OLD = 0xA5DC, ENCRYPTED = 0x0100, SECOND_TABLE = 0x0200, FLAGS_AT = 10 };
    AN_CLEANUP(release) struct document d = {.o = o, .writing = {.content = &o->content, .people = &o->people}};
    AN_TRY(an_office_stream(o, "WordDocument", &d.main, err));
    unsigned magic = an_little16(d.main, 0), flags = an_little16(d.main, FLAGS_AT);
    if (magic == OLD || (magic == NEW && an_little16(d.main, 2) < FIB_97))
        return an_office_unread(o, AN_LIMIT, "is of Word 6 or 95, which this version cannot read: save it as DOCX", err);
    if (magic != NEW || d.main.len < PLACES_AT + 8 * ((size_t) PIECES + 1))
        return an_office_unread(o, AN_INPUT, "is no document of Word 97 to 2003, or damaged at its beginning", err);
    if (flags & ENCRYPTED)
        return an_office_unread(o, AN_INPUT, "is encrypted: save it without its password and read that", err);
    AN_TRY(an_office_stream(o, flags & SECOND_TABLE ? "1Table" : "0Table", &d.table, err));
    return give_document(&d, err);
}

static int sniff(const struct an_sniff *s) { return an_office_sniff(s, "doc"); }

static enum an_code read_document(struct an_reading *reading, struct an_input *input, const struct an_sniff *s,
                                  struct an_err *err) {
    return an_office_read("doc", reading, input, s, err);
}

static const struct an_apart_needs needs = {.load = an_codepage_load};

const struct an_source an_source_doc = {
    .name = "doc",
    .title = {"Word document of before 2007 (DOC)", "Word 97-2003 文档（DOC）"},
    .spec = "[MS-DOC] (Word 97 to 2003), [MS-CFB]",
    .sniff = sniff,
    .read = read_document,
    .apart = &needs,
};
