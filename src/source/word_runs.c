// Properties of the text in a Word document.
#include "source/word_runs.h"

#include "base/alloc.h"
#include "source/little.h"

enum { PAGE = 512, COUNT_AT = 511, PARAGRAPH_PLACE = 13 };

void an_word_runs_release(struct an_word_runs *r) {
    an_free(r->runs);
    *r = (struct an_word_runs) {0};
}

// Bytes of what stands behind the number of a change.
static size_t operand_len(struct an_str rest, unsigned change) {
    enum { TABLE = 0xD608, TABS = 0xC615, VARIABLE = 6 };
    static const unsigned char sizes[] = {1, 1, 2, 4, 2, 2, 0, 3};
    if (change >> 13 != VARIABLE)
        return sizes[change >> 13];
    if (change == TABLE)
        return (size_t) an_little16(rest, 2) + 1;
    size_t len = an_little8(rest, 2);
    if (change == TABS && len == 255) {
        size_t deleted = an_little8(rest, 3), added = an_little8(rest, 4 + 4 * deleted);
        return 3 + 4 * deleted + 3 * added;
    }
    return len + 1;
}

unsigned an_word_change(struct an_str changes, unsigned properties) {
    static const struct { unsigned change, property; } known[] = {
        {0x0800, AN_WORD_DELETED}, {0x0801, AN_WORD_INSERTED}, {0x2416, AN_WORD_IN_TABLE}, {0x2417, AN_WORD_ROW_END},
        {0x244B, AN_WORD_IN_TABLE}, {0x244C, AN_WORD_IN_TABLE},
    };
    enum { PICTURE = 0x6A03 };
    while (changes.len > 2) {
        unsigned change = an_little16(changes, 0), on = an_little8(changes, 2);
        for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
            if (change == known[i].change)
                properties = on ? properties | known[i].property : properties & ~known[i].property;
        properties |= change == PICTURE ? AN_WORD_PICTURE : 0;
        changes = an_str_slice(changes, 2 + operand_len(changes, change), changes.len);
    }
    return properties;
}

static enum an_code add_run(struct an_word_runs *r, uint32_t from, uint32_t to, unsigned properties, struct an_err *err) {
    uint32_t before = r->count ? r->runs[r->count - 1].to : 0;
    if (from >= to || from < before) {
        r->damaged = true;
        return AN_OK;
    }
    if (!an_alloc_room(&r->runs, r->count, &r->cap, sizeof *r->runs))
        return an_fail(err, AN_NOMEM, "no memory for a document");
    r->runs[r->count++] = (struct an_word_run) {from, to, properties};
    return AN_OK;
}

// The changes of the i-th run of a page.
static struct an_str changes_of(struct an_str page, size_t count, size_t i, bool of_paragraphs) {
    size_t at = 2 * (size_t) an_little8(page, 4 * (count + 1) + i * (of_paragraphs ? PARAGRAPH_PLACE : 1));
    if (!at)
        return (struct an_str) {0};
    size_t len = an_little8(page, at);
    if (!of_paragraphs)
        return an_str_slice(page, at + 1, at + 1 + len);
    size_t from = len ? at + 1 : at + 2, to = len ? at + 2 * len : at + 2 + 2 * (size_t) an_little8(page, at + 1);
    return an_str_slice(page, from + 2, to);        // the number of the style comes first
}

static enum an_code read_page(struct an_word_runs *r, struct an_str page, bool of_paragraphs, struct an_err *err) {
    size_t count = an_little8(page, COUNT_AT);
    if (page.len < PAGE || 4 * (count + 1) + count * (of_paragraphs ? PARAGRAPH_PLACE : 1) > COUNT_AT) {
        r->damaged = true;
        return AN_OK;
    }
    for (size_t i = 0; i < count; i++) {
        unsigned properties = an_word_change(changes_of(page, count, i, of_paragraphs), 0);
        if (properties)
            AN_TRY(add_run(r, an_little32(page, 4 * i), an_little32(page, 4 * i + 4), properties, err));
    }
    return AN_OK;
}

enum an_code an_word_runs_read(struct an_word_runs *r, struct an_str stream, struct an_str places, bool of_paragraphs,
                               struct an_err *err) {
    enum { NUMBER = 0x3FFFFF };
    size_t count = places.len >= 4 ? (places.len - 4) / 8 : 0;
    for (size_t i = 0; i < count; i++) {
        size_t at = (size_t) (an_little32(places, 4 * (count + 1) + 4 * i) & NUMBER) * PAGE;
        AN_TRY(read_page(r, an_str_slice(stream, at, at + PAGE), of_paragraphs, err));
    }
    return AN_OK;
}

unsigned an_word_runs_at(const struct an_word_runs *r, uint32_t at, uint32_t *ret_to) {
    size_t from = 0, to = r->count;
    while (from < to) {                     // the first that ends behind it
        size_t mid = from + (to - from) / 2;
        if (r->runs[mid].to <= at)
            from = mid + 1;
        else
            to = mid;
    }
    bool none = from == r->count;
    bool inside = !none && r->runs[from].from <= at;
    *ret_to = none ? UINT32_MAX : inside ? r->runs[from].to : r->runs[from].from;
    return inside ? r->runs[from].properties : 0;
}
