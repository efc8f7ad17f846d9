// SQL dumps: mysqldump, Navicat, phpMyAdmin, pg_dump, SQLite's .dump, SQL Server scripts. Each table is a store of its
// own.
//
// Rows come from INSERT and REPLACE ... VALUES and from COPY ... FROM stdin. What stands outside of rows goes, where it
// may hold an identifier, to the store of the dump itself, as lines. The text is read in units (a statement's head, a
// row) that either lie in the block whole or are begun again when more of the text is there. Here are the units' turns,
// and going on after a fault; the units themselves are in sql_head.c and sql_row.c.
#define _GNU_SOURCE     // memmem
#include "base/alloc.h"
#include "source/sql_dump.h"

static bool begins_statement(struct an_str line) {
    static const char *const words[] = {"INSERT ", "REPLACE ", "CREATE ", "COPY ", "DROP ", "LOCK ", "UNLOCK ",
                                        "ALTER ", "SET ", "/*!", "-- "};
    for (size_t i = 0; i < AN_COUNT(words); i++)
        if (line.len >= strlen(words[i]) && strncasecmp(line.ptr, words[i], strlen(words[i])) == 0)
            return true;
    return false;
}

// Passes over a piece of a line that is longer than the window, cut where no identifier is. False when more is
// needed.
static bool pass_piece(struct an_dump *d) {
    enum { PIECE = 1 << 20, UNBROKEN = 4096 };
    struct an_str piece = an_str_slice(d->in.text, d->pos, d->pos + PIECE);
    const char *lf = memchr(piece.ptr, '\n', piece.len);
    d->long_line = !lf;
    size_t len = lf ? (size_t) (lf - piece.ptr) + 1 : piece.len;
    while (!lf && len && !strchr("', \t", piece.ptr[len - 1]))
        len--;
    if (!len && piece.len < UNBROKEN && !d->in.last)
        return false;
    d->pos += len ? len : piece.len;
    return true;
}

// Passes over lines, the faulty one first, until one begins a statement or a row.
static enum an_code resync(struct an_dump *d, enum an_unit *ret_unit, struct an_err *err) {
    size_t start = d->pos, next;
    struct an_str line;
    *ret_unit = AN_UNIT_DONE;
    while (d->pos < d->in.text.len) {
        if (!d->long_line && !an_dump_line(d, d->pos, &line, &next)) {
            d->long_line = d->in.full && d->pos == 0;
            if (!d->long_line) {
                *ret_unit = AN_UNIT_MORE;
                break;
            }
        }
        if (d->long_line) {
            if (!pass_piece(d))
                *ret_unit = AN_UNIT_MORE;
            d->at_fault = d->long_line;
            break;
        }
        bool row = line.len && line.ptr[0] == '(';
        if (!d->at_fault && (row || begins_statement(line))) {
            d->mode = row ? AN_DUMP_ROW : AN_DUMP_STATEMENT;
            break;
        }
        d->at_fault = false;
        d->pos = next;
    }
    size_t to = d->pos;
    // What the end cut off must not look like a shorter identifier.
    if (d->in.last && to == d->in.text.len)
        while (to > start && !strchr("',\t\n", d->in.text.ptr[to - 1]))
            to--;
    return an_dump_add_outside(d, start, to, err);
}

static enum an_code read_units(struct an_dump *d, struct an_err *err) {
    for (;;) {
        enum an_unit unit = AN_UNIT_DONE;
        enum an_code code = AN_OK;
        if (d->pos >= d->in.text.len && !d->in.last)
            unit = AN_UNIT_MORE;
        else if (d->pos >= d->in.text.len && (d->mode == AN_DUMP_STATEMENT || d->mode == AN_DUMP_RESYNC))
            return AN_OK;
        else switch (d->mode) {
        case AN_DUMP_STATEMENT: code = an_dump_read_statement(d, &unit, err); break;
        case AN_DUMP_ROW:       code = an_dump_read_row(d, &unit, err); break;
        case AN_DUMP_ROW_END:   code = an_dump_read_row_end(d, &unit, err); break;
        case AN_DUMP_COPY:      code = an_dump_read_copy_line(d, &unit, err); break;
        case AN_DUMP_SKIP:      code = an_dump_skip_statement(d, &unit, err); break;
        case AN_DUMP_RESYNC:    code = resync(d, &unit, err); break;
        }
        if (code)
            return code;
        if (unit == AN_UNIT_DONE)
            continue;
        if (unit == AN_UNIT_MORE && d->in.last)
            return an_fail(err, AN_BUG, "a unit of a dump wants more than there is");
        if (unit == AN_UNIT_MORE && d->in.full && d->pos == 0) {
            d->why = "one row or statement over the size limit";
            unit = AN_UNIT_WRONG;
        }
        if (unit == AN_UNIT_WRONG) {
            if (d->mode == AN_DUMP_ROW || d->mode == AN_DUMP_COPY) {
                code = an_dump_open_table(d, d->pos, err);
                if (!code)
                    code = an_dump_tell(d, AN_INPUT, d->pos, d->tables[d->table].rows + 1, AN_UNKNOWN_COUNT,
                                        d->why, err);
            } else {
                an_dump_note_cut(d, d->pos, d->why);
            }
            d->mode = AN_DUMP_RESYNC;
            d->at_fault = true;
            if (code)
                return code;
            continue;
        }
        code = an_textin_more(&d->in, d->pos, err);
        d->pos = 0;
        if (code)
            return code;
    }
}

static bool begins_with(struct an_str s, const char *word) {
    return s.len >= strlen(word) && strncasecmp(s.ptr, word, strlen(word)) == 0;
}

static bool is_sql_file(struct an_str name) {
    return name.len >= 4 && begins_with(an_str_slice(name, name.len - 4, name.len), ".sql");
}

static int sniff_sql(const struct an_sniff *sniff) {
    static const char *const data[] = {"INSERT INTO ", "INSERT IGNORE INTO ", "REPLACE INTO ", "INSERT [",
                                       "CREATE TABLE "};
    static const char *const first[] = {
        "INSERT ", "REPLACE ", "CREATE ", "DROP ", "SET ", "USE ", "BEGIN", "START TRANSACTION", "LOCK ", "PRAGMA ",
        "ALTER ", "COPY ", "DELETE ", "TRUNCATE ", "DELIMITER ", "GO", "--", "/*", "#", "\\", "IF ", "REM ", "PROMPT ",
        "COMMENT ", "UPDATE ",
    };
    struct an_str rest = sniff->text, line;
    bool begun = false, named = is_sql_file(sniff->name);
    int hits = 0;
    while (an_str_next(&rest, '\n', &line) && hits < 3) {
        size_t i = 0;
        while (i < line.len && (line.ptr[i] == ' ' || line.ptr[i] == '\t' || line.ptr[i] == '\r' || line.ptr[i] == ';'))
            i++;
        line = an_str_slice(line, i, line.len);
        if (line.len == 0)
            continue;
        bool fits = false;
        for (size_t k = 0; !begun && k < AN_COUNT(first); k++)
            fits |= begins_with(line, first[k]);
        if (!begun && !fits)
            return 0;
        begun = true;
        for (size_t k = 0; k < AN_COUNT(data); k++)
            hits += begins_with(line, data[k]);
        hits += begins_with(line, "COPY ") && memmem(line.ptr, line.len, " FROM stdin", 11);
    }
    return hits ? 85 + 10 * named : begun && named ? 70 : 0;
}

static enum an_code read_sql(struct an_reading *reading, struct an_input *input, const struct an_sniff *sniff,
                             struct an_err *err) {
    struct an_dump *d = an_alloc(sizeof *d);
    if (!d)
        return an_dump_no_memory(err);
    memset(d, 0, sizeof *d);
    d->reading = reading;
    d->sink = reading->sink;
    d->uri = input->uri;
    d->encoding = sniff->encoding;
    d->dialect = an_sql_detect(sniff->text);
    d->open = d->table = AN_DUMP_NO_TABLE;
    enum an_code code = an_textin_open(&d->in, reading, input, sniff, err);
    if (!code)
        code = read_units(d, err);
    if (!code)
        code = an_dump_finish(d, err);
    an_dump_release(d);
    an_free(d);
    return code;
}

const struct an_source an_source_sql = {
    .name = "sql",
    .title = {"SQL dump", "SQL 转储"},
    .spec = "MySQL 8.0 reference manual, 9.1 and 15.2.7; PostgreSQL 15 manual, COPY and 4.1",
    .sniff = sniff_sql,
    .read = read_sql,
};
