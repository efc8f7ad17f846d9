// Compound files.
#include "source/compound.h"

#include <strings.h>
#include "base/buf.h"
#include "source/codepage.h"
#include "source/little.h"

enum {
    HEADER = 512, ENTRY = 128, NAME_BYTES = 64, SMALL_SHIFT = 6, SMALL_MOST = 4096, PLACES = 109, PLACES_AT = 76,
    COPIES = 3,                         // as often as the file is long may streams be copied: honest ones are copied once
};
#define LAST UINT32_C(0xFFFFFFFA)       // of the numbers of sectors; those above mean something else
#define NOBODY UINT32_MAX

bool an_compound_is(struct an_str head) {
    static const struct an_str magic = AN_STR_INIT("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1");
    return an_str_eq(an_str_slice(head, 0, magic.len), magic);
}

static enum an_code no_memory(struct an_err *err) { return an_fail(err, AN_NOMEM, "no memory for a compound file"); }

static void damage(struct an_compound *c, const char *what) { c->damage = c->damage ? c->damage : what; }

static uint64_t place_of(const struct an_compound *c, uint32_t sector) { return ((uint64_t) sector + 1) << c->shift; }

// What there is of a sector: less than all of it at the end of the file, nothing beyond.
static struct an_str sector_at(const struct an_compound *c, uint32_t sector) {
    uint64_t at = place_of(c, sector);
    if (sector > LAST || at >= c->bytes.len)
        return (struct an_str) {0};
    return an_str_slice(c->bytes, (size_t) at, (size_t) at + ((size_t) 1 << c->shift));
}

static uint32_t sectors_of(const struct an_compound *c) { return (uint32_t) ((c->bytes.len >> c->shift) + 1); }

static uint32_t next_of(const struct an_compound *c, uint32_t sector) {
    uint32_t per = UINT32_C(1) << (c->shift - 2);
    struct an_str part = sector / per < c->table_count ? sector_at(c, c->table[sector / per]) : (struct an_str) {0};
    size_t at = (size_t) (sector % per) * 4;
    return at + 4 <= part.len ? an_little32(part, at) : NOBODY;
}

// Where the table's parts lie: the first in the header, the others in sectors of their own.
static enum an_code find_table(struct an_compound *c, struct an_err *err) {
    uint32_t most = sectors_of(c), per = UINT32_C(1) << (c->shift - 2);
    uint32_t said = an_little32(c->bytes, 44), sector = an_little32(c->bytes, 68);
    uint32_t count = said < most ? said : most;
    c->table = AN_NEW_N(&c->arena, (size_t) count + 1, uint32_t);
    if (!c->table)
        return no_memory(err);
    for (uint32_t i = 0; i < PLACES && c->table_count < count; i++)
        c->table[c->table_count++] = an_little32(c->bytes, PLACES_AT + 4 * i);
    for (uint32_t steps = 0; c->table_count < count && steps < most; steps++) {
        struct an_str part = sector_at(c, sector);
        if (part.len < (size_t) per * 4)
            break;
        for (uint32_t i = 0; i + 1 < per && c->table_count < count; i++)
            c->table[c->table_count++] = an_little32(part, (size_t) i * 4);
        sector = an_little32(part, (size_t) (per - 1) * 4);
    }
    if (c->table_count < said)
        damage(c, "its table of sectors is not whole");
    return AN_OK;
}

// The bytes of a chain: in place where its sectors follow each other, else copied. `size` UINT64_MAX: to the chain's end.
static enum an_code read_chain(struct an_compound *c, uint32_t start, uint64_t size, struct an_str *ret, bool *ret_whole,
                               struct an_err *err) {
    bool known = size != UINT64_MAX, straight = true;
    uint64_t wanted = known ? (size >> c->shift) + ((size & ((UINT64_C(1) << c->shift) - 1)) != 0) : UINT64_MAX, count = 0;
    uint32_t most = sectors_of(c), sector = start;
    *ret = (struct an_str) {0};
    while (count < wanted && count < most && sector <= LAST && place_of(c, sector) < c->bytes.len) {
        uint32_t next = next_of(c, sector);
        count++;
        straight &= count == wanted || next > LAST || next == sector + 1;
        sector = next;
    }
    *ret_whole = known ? count == wanted : count < most && sector == NOBODY - 1;        // the mark of its end
    uint64_t len = count << c->shift;
    len = known && len > size ? size : len;
    if (straight && count) {
        *ret = an_str_slice(c->bytes, (size_t) place_of(c, start), (size_t) (place_of(c, start) + len));
        *ret_whole &= ret->len == len;
        return AN_OK;
    }
    if (len > c->left) {                // streams that share their sectors
        damage(c, "its streams are longer than the file");
        *ret_whole = false;
        return AN_OK;
    }
    char *out = count ? an_arena_alloc(&c->arena, (size_t) count, (size_t) 1 << c->shift) : NULL;
    if (count && !out)
        return no_memory(err);
    c->left -= len;
    size_t n = 0;
    sector = start;
    for (uint64_t i = 0; i < count; i++, sector = next_of(c, sector)) {
        struct an_str part = sector_at(c, sector);
        if (part.len)
            memcpy(out + n, part.ptr, part.len);
        n += part.len;
        if (part.len < (size_t) 1 << c->shift && i + 1 < count) {       // one that is cut, in the middle
            *ret_whole = false;
            break;
        }
    }
    *ret_whole &= n >= len;
    *ret = (struct an_str) {out, n < len ? n : (size_t) len};
    return AN_OK;
}

static enum an_code read_small(struct an_compound *c, uint32_t start, uint64_t size, struct an_str *ret, bool *ret_whole,
                               struct an_err *err) {
    enum { SIZE = 1 << SMALL_SHIFT };
    char *out = an_arena_alloc(&c->arena, (size_t) size + SIZE, 1);
    size_t n = 0;
    if (!out)
        return no_memory(err);
    for (uint32_t sector = start; n < size && sector <= LAST; sector = an_little32(c->small_table, (size_t) sector * 4)) {
        size_t at = (size_t) sector << SMALL_SHIFT;
        struct an_str part = an_str_slice(c->small, at, at + SIZE);
        if (part.len)
            memcpy(out + n, part.ptr, part.len);
        n += part.len;
        if (part.len < SIZE || (size_t) sector * 4 + 4 > c->small_table.len)
            break;
    }
    *ret_whole = n >= size;
    *ret = (struct an_str) {out, n < size ? n : (size_t) size};
    return AN_OK;
}

enum an_code an_compound_read(struct an_compound *c, uint32_t entry, struct an_str *ret, bool *ret_whole, struct an_err *err) {
    const struct an_compound_entry *e = &c->entries[entry];
    if (e->size >= SMALL_MOST)
        return read_chain(c, e->start, e->size, ret, ret_whole, err);
    *ret = (struct an_str) {0};
    *ret_whole = true;
    if (!e->size)
        return AN_OK;
    if (c->left < SMALL_MOST) {
        damage(c, "its streams are longer than the file");
        *ret_whole = false;
        return AN_OK;
    }
    c->left -= e->size;
    return read_small(c, e->start, e->size, ret, ret_whole, err);
}

uint32_t an_compound_find(const struct an_compound *c, uint32_t folder, const char *name) {
    size_t len = strlen(name);
    for (uint32_t i = 1; i < c->count; i++) {
        const struct an_compound_entry *e = &c->entries[i];
        if (e->type != AN_COMPOUND_FREE && e->folder == folder && e->name.len == len &&
            strncasecmp(e->name.ptr, name, len) == 0)
            return i;
    }
    return AN_COMPOUND_NONE;
}

// The directory.

static enum an_code take_entry(struct an_compound *c, struct an_str raw, uint32_t id, struct an_err *err) {
    struct an_compound_entry *e = &c->entries[id];
    unsigned bytes = an_little16(raw, NAME_BYTES), type = an_little8(raw, 66);
    AN_AUTO(an_buf) name = {0};
    bytes = bytes < 2 ? 0 : bytes > NAME_BYTES ? NAME_BYTES : bytes - 2;        // without the NUL behind it
    AN_TRY(an_utf16_add(an_str_slice(raw, 0, bytes), &name, err));
    e->name = an_arena_copy(&c->arena, an_buf_str(&name));
    if (!e->name.ptr)
        return no_memory(err);
    e->type = type == AN_COMPOUND_FOLDER || type == AN_COMPOUND_STREAM || type == AN_COMPOUND_ROOT ? (enum an_compound_type) type
                                                                                                  : AN_COMPOUND_FREE;
    e->start = an_little32(raw, 116);
    e->size = c->shift == 9 ? an_little32(raw, 120) : an_little64(raw, 120);    // of old files the upper half means nothing
    e->folder = AN_COMPOUND_NONE;
    return AN_OK;
}

// Goes through the tree in which each folder holds its entries; each entry is met once.
static enum an_code walk(struct an_compound *c, struct an_str raw, struct an_err *err) {
    struct place { uint32_t entry, folder; } *stack = AN_NEW_N(&c->arena, (size_t) c->count * 3 + 4, struct place);
    size_t n = 0;
    if (!stack)
        return no_memory(err);
    c->entries[AN_COMPOUND_TOP].folder = AN_COMPOUND_TOP;
    stack[n++] = (struct place) {an_little32(raw, 76), AN_COMPOUND_TOP};
    while (n) {
        struct place p = stack[--n];
        if (p.entry == NOBODY)
            continue;
        if (p.entry >= c->count || c->entries[p.entry].folder != AN_COMPOUND_NONE) {
            damage(c, "its folders do not list what is in them as they should");
            continue;
        }
        struct an_str at = an_str_slice(raw, (size_t) p.entry * ENTRY, (size_t) (p.entry + 1) * ENTRY);
        struct an_compound_entry *e = &c->entries[p.entry];
        e->folder = p.folder;
        stack[n++] = (struct place) {an_little32(at, 68), p.folder};
        stack[n++] = (struct place) {an_little32(at, 72), p.folder};
        if (e->type == AN_COMPOUND_FOLDER)
            stack[n++] = (struct place) {an_little32(at, 76), p.entry};
    }
    for (uint32_t i = 1; i < c->count; i++) {
        struct an_compound_entry *e = &c->entries[i];
        if (e->folder != AN_COMPOUND_NONE)
            continue;
        if (e->type == AN_COMPOUND_STREAM && e->size)
            damage(c, "streams stand in it that no folder lists");
        e->type = AN_COMPOUND_FREE;
    }
    return AN_OK;
}

static enum an_code read_directory(struct an_compound *c, struct an_err *err) {
    struct an_str raw;
    bool whole;
    AN_TRY(read_chain(c, an_little32(c->bytes, 48), UINT64_MAX, &raw, &whole, err));
    if (!whole)
        damage(c, "its directory is not whole");
    if (raw.len < ENTRY || an_little8(raw, 66) != AN_COMPOUND_ROOT) {
        c->unread = "its directory cannot be found: it is damaged or cut; get a whole copy";
        return AN_OK;
    }
    c->count = (uint32_t) (raw.len / ENTRY);
    c->entries = AN_NEW_N(&c->arena, c->count, struct an_compound_entry);
    if (!c->entries)
        return no_memory(err);
    for (uint32_t i = 0; i < c->count; i++)
        AN_TRY(take_entry(c, an_str_slice(raw, (size_t) i * ENTRY, (size_t) (i + 1) * ENTRY), i, err));
    return walk(c, raw, err);
}

enum an_code an_compound_open(struct an_compound *c, struct an_str bytes, struct an_err *err) {
    unsigned shift = an_little16(bytes, 30);
    bool whole;
    *c = (struct an_compound) {.bytes = bytes, .shift = shift, .left = (uint64_t) bytes.len * COPIES + ((uint64_t) 1 << 20)};
    if (bytes.len < HEADER || !an_compound_is(bytes) || (shift != 9 && shift != 12) || an_little16(bytes, 32) != SMALL_SHIFT) {
        c->unread = "is cut in its header, or damaged there; get a whole copy";
        return AN_OK;
    }
    AN_TRY(find_table(c, err));
    AN_TRY(read_directory(c, err));
    if (c->unread)
        return AN_OK;
    AN_TRY(read_chain(c, an_little32(bytes, 60), UINT64_MAX, &c->small_table, &whole, err));
    if (c->entries[AN_COMPOUND_TOP].size)
        AN_TRY(read_chain(c, c->entries[AN_COMPOUND_TOP].start, c->entries[AN_COMPOUND_TOP].size, &c->small, &whole, err));
    if (c->entries[AN_COMPOUND_TOP].size && !whole)
        damage(c, "the place of its short streams is not whole");
    return AN_OK;
}

void an_compound_release(struct an_compound *c) {
    an_arena_release(&c->arena);
    *c = (struct an_compound) {0};
}
