// The long way: cells and running text looked at for anything, and the people of a record told apart by role.
#define _GNU_SOURCE
#include "census/intake_parts.h"

#include <sodium.h>
#include <string.h>
#include "base/alloc.h"
#include "base/copy.h"
#include "ident/kinds.h"
#include "ident/person_name.h"
#include "text/bytes.h"

struct an_evidence *an_intake_evidence_of(struct an_intake *in, uint16_t role) {
    for (size_t i = 0; i < in->role_count; i++)
        if (in->roles[i].role == role)
            return &in->roles[i].evidence;
    if (in->role_count == AN_INTAKE_ROLES) {
        in->role = in->roles[AN_INTAKE_ROLES - 1].role;
        return &in->roles[AN_INTAKE_ROLES - 1].evidence;
    }
    in->roles[in->role_count] = (struct an_intake_role) {.role = role};
    return &in->roles[in->role_count++].evidence;
}

static enum an_code role_done(struct an_intake *in, uint16_t role, struct an_evidence evidence, struct an_err *err) {
    size_t n = 0;
    for (size_t i = 0; i < in->item_count; i++)
        if (in->items[i].role == role) {
            in->group[n] = in->items[i].found;
            in->group[n].key.ptr = in->keys + in->items[i].key_at;
            n++;
        }
    uint64_t mentions = 0;
    const struct an_intake_options *o = in->options;
    enum an_code code = an_mention_add(o->key, &o->caps, in->group, n, evidence, &in->store->rows, &in->store->counts,
                                       &mentions, err);
    in->record_mentions += mentions;
    return code;
}

static void forget(struct an_intake *in) {
    sodium_memzero(in->keys, in->key_len);
    in->key_len = in->item_count = in->role_count = 0;
}

enum an_code an_intake_record_done(struct an_intake *in, struct an_err *err) {
    enum an_code code = AN_OK;
    for (size_t i = 0; i < in->role_count && !code; i++)
        code = role_done(in, in->roles[i].role, in->roles[i].evidence, err);
    forget(in);
    if (in->record_mentions > in->store->most_mentions)
        in->store->most_mentions = in->record_mentions;
    in->record_mentions = 0;
    return code;
}

enum an_code an_intake_keep(struct an_intake *in, const struct an_ident *kind, enum an_grade grade, bool sure,
                            struct an_str key, struct an_err *err) {
    // so large a record is about many people; nothing is lost by taking it in pieces
    if (in->item_count == AN_INTAKE_FOUND) {
        for (size_t i = 0; i < in->role_count; i++) {
            enum an_code code = role_done(in, in->roles[i].role, (struct an_evidence) {0}, err);
            if (code)
                return code;
        }
        sodium_memzero(in->keys, in->key_len);
        in->key_len = in->item_count = 0;
    }
    if (in->key_cap - in->key_len < key.len) {
        size_t cap = 2 * in->key_cap + key.len;
        char *keys = an_alloc(cap);
        if (!keys)
            return an_fail(err, AN_NOMEM, "no memory for a record");
        memcpy(keys, in->keys, in->key_len);
        (void) sodium_munlock(in->keys, in->key_cap);       // zeroes it, too
        an_free(in->keys);
        in->keys = keys;
        in->key_cap = cap;
        (void) sodium_mlock(keys, cap);
    }
    (void) an_intake_evidence_of(in, in->role);
    in->items[in->item_count++] = (struct an_intake_item) {
        .found = {.kind = kind, .grade = grade, .sure = sure, .key.len = key.len}, .key_at = in->key_len,
        .role = in->role,
    };
    an_copy_short(in->keys + in->key_len, key.ptr, key.len);
    in->key_len += key.len;
    return AN_OK;
}

// Whether it stands alone in a column that names a kind: then it is the role's own.
static bool is_own(const struct an_intake *in, const struct an_hit *hit) {
    if (in->loose || !hit->whole)
        return false;
    return in->store->declared_single || (in->column && in->column->header.kind &&
                                          in->column->header.kind->use != AN_USE_NOBODY);
}

static void note(struct an_evidence *e, const struct an_hit *hit, bool own) {
    bool person = hit->kind->use == AN_USE_PERSON;
    if (hit->form != AN_HIT_CLEAR) {
        e->obscured |= person && own;
        e->loose_obscured += person && !own;
    } else if (hit->kind->use == AN_USE_NAME) {
        *(hit->grade == AN_GRADE_BLOCKED ? &e->test_name : &e->name) = true;
    } else if (hit->grade == AN_GRADE_BLOCKED) {
        e->blocked |= person && own;
        e->loose_blocked += person && !own;
    } else if (hit->kind->use == AN_USE_TRACE) {
        e->trace |= own;
        e->loose_traces += !own;
    }
}

static enum an_code found(struct an_intake *in, const struct an_hit *hit, struct an_err *err) {
    struct an_kind_tally *tally = &in->store->tally[in->index[hit->kind->code]];
    bool own = is_own(in, hit), clear = hit->form == AN_HIT_CLEAR && hit->grade != AN_GRADE_BLOCKED;
    if (in->recognised) {
        tally->recognised += hit->kind->use == AN_USE_PERSON && clear;
        return AN_OK;
    }
    *(hit->form == AN_HIT_MASKED ? &tally->masked : hit->form == AN_HIT_DAMAGED ? &tally->damaged :
      hit->grade == AN_GRADE_BLOCKED ? &tally->blocked : &tally->found) += 1;
    if (clear && hit->kind->use == AN_USE_PERSON)
        return an_intake_keep(in, hit->kind, hit->grade, own, hit->key, err);
    if (hit->kind->use != AN_USE_NOBODY)
        note(an_intake_evidence_of(in, in->role), hit, own);
    if (!clear || hit->kind->use == AN_USE_NAME)
        return AN_OK;
    return an_mention_trace(in->options->key, hit->kind, hit->key, hit->grade == AN_GRADE_FLOOR, &in->store->rows,
                            err);
}

static enum an_code cell_hit(void *arg, const struct an_hit *hit, struct an_err *err) {
    struct an_intake *in = arg;
    enum an_code code = an_intake_end_quick(in, err);
    if (code)
        return code;
    in->hit = true;
    if (in->column && hit->form == AN_HIT_CLEAR)
        an_column_saw(&in->store->columns[in->column_index], hit->kind->code, 1, AN_COLUMN_KINDS + in->number);
    return found(in, hit, err);
}

// A plain "name" column speaks of persons where other columns do, or where the value itself looks like a person's
// name.
static bool is_believed(const struct an_intake *in, const struct an_header *header, struct an_str value) {
    return !header->weak || in->personal || an_person_name_looks_han(value);
}

// A thing may have such a name as well; somebody who has it must not be missed by the ceiling.
static bool looks_like_a_name(const struct an_intake *in, struct an_str value) {
    struct an_context context = {.expected = &an_ident_person_name, .cell = true, .today = in->options->today};
    struct an_ident_key key;
    return an_ident_person_name.check(value, &context, &key) >= AN_GRADE_CEILING;
}

bool an_intake_is_void(struct an_str text) {
    static const char *const words[] = {"null", "none", "nil", "nan", "n/a", "na", "-", "--", "/", "0", "\\n",
                                        "undefined", "unknown", "无", "暂无", "空", "未知"};
    char folded[16];
    size_t n = 0;
    if (text.len > sizeof folded)
        return false;
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        if (c == ' ' || c == '\t' || c == '\r')
            continue;
        folded[n++] = (char) (c >= 'A' && c <= 'Z' ? c + 32 : c);
    }
    for (size_t i = 0; i < AN_COUNT(words); i++)
        if (an_str_eq((struct an_str) {folded, n}, an_str_from_c(words[i])))
            return true;
    return n == 0;
}

enum an_code an_intake_take_value(struct an_intake *in, const struct an_value *v, struct an_err *err) {
    struct an_column *c = v->column < in->store->column_count ? &in->store->columns[v->column] : NULL;
    in->column = c;
    in->column_index = v->column;
    in->role = c && !in->loose ? c->group : 0;
    if (!v->text.len)
        return AN_OK;
    if (c)
        c->values++;
    if (c && v->column == in->account) {
        char scoped[crypto_generichash_BYTES];          // the key counts inside its store only
        crypto_generichash_state h;
        crypto_generichash_init(&h, NULL, 0, sizeof scoped);
        crypto_generichash_update(&h, (const unsigned char *) in->store->uri.ptr, in->store->uri.len + 1);
        crypto_generichash_update(&h, (const unsigned char *) v->text.ptr, v->text.len);
        crypto_generichash_final(&h, (unsigned char *) scoped, sizeof scoped);
        in->store->tally[0].found++;
        enum an_code code = an_intake_end_quick(in, err);
        return code ? code : an_intake_keep(in, &an_ident_account, AN_GRADE_CEILING, !in->loose,
                                            (struct an_str) {scoped, sizeof scoped}, err);
    }
    bool doubtful = c && c->header.weak && !is_believed(in, &c->header, v->text);
    bool described = (doubtful && looks_like_a_name(in, v->text)) ||
                     (c && c->header.personal && !c->header.kind && !in->loose && !an_intake_is_void(v->text));
    enum an_code code = described ? an_intake_add_evidence(in, in->role, false, err) : AN_OK;
    if (code)
        return code;
    if (!c || c->header.text)
        return an_scan_text(in->scanner, v->text, cell_hit, in, err);
    const struct an_ident *expected = c->header.kind;
    if (doubtful)
        expected = NULL;
    in->hit = false;
    code = an_scan_cell(in->scanner, v->text, expected, cell_hit, in, err);
    if (code || in->hit || in->loose || !expected || an_intake_is_void(v->text))
        return code;
    if (expected->use == AN_USE_NAME)
        return an_intake_add_evidence(in, in->role, false, err);                // no name as names go, but where names stand
    if (expected->use != AN_USE_PERSON)
        return AN_OK;
    in->store->tally[in->index[expected->code]].invalid++;            // a slip of the pen, perhaps, but of somebody
    code = an_intake_end_quick(in, err);
    an_intake_evidence_of(in, in->role)->obscured = true;
    return code;
}

static enum an_code line_hit(void *arg, const struct an_hit *hit, struct an_err *err) {
    struct an_intake *in = arg;
    if (hit->offset < in->line_from || hit->offset >= in->line_to) {
        enum an_code code = in->role_count ? an_intake_record_done(in, err) : AN_OK;
        if (code)
            return code;
        const char *nl = hit->offset ? memrchr(in->block, '\n', hit->offset) : NULL;
        in->line_from = nl ? (size_t) (nl - in->block) + 1 : 0;
        nl = memchr(in->block + hit->offset, '\n', in->block_len - hit->offset);
        in->line_to = nl ? (size_t) (nl - in->block) + 1 : in->block_len;
    }
    return found(in, hit, err);
}

static uint64_t lines_in(struct an_str block) {
    return an_bytes_best()->count(block, '\n') + (block.len && block.ptr[block.len - 1] != '\n');
}

enum an_code an_intake_take_lines(struct an_intake *in, struct an_str block, struct an_err *err) {
    in->column = NULL;
    in->role = 0;
    in->loose = true;
    in->block = block.ptr;
    in->block_len = block.len;
    in->line_from = in->line_to = 0;
    in->store->records += lines_in(block);
    enum an_code code = an_scan_text(in->scanner, block, line_hit, in, err);
    return code || !in->role_count ? code : an_intake_record_done(in, err);
}
