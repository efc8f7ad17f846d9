// A workbook through libxlsxwriter: everything set that would else depend on the day, the machine or the reader.
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <xlsxwriter.h>
#include "base/arena.h"
#include "base/file.h"
#include "report/book.h"
#include "report/out.h"

enum { FILE_MAX = 512 << 20, TEXT_MAX = 32767, EXACT_BITS = 53, FIRST_ROW = 3 };

struct looks { lxw_format *title, *about, *head, *text, *number, *share, *day; };

struct work {
    const struct an_book *book;
    enum an_lang lang;
    lxw_workbook *workbook;
    struct looks looks;
    struct an_err *err;
};

// NUL-ended, no longer than a cell takes (in UTF-8 bytes, which are at least as many as its characters), nothing unseen.
static const char *clean(struct an_arena *arena, enum an_lang lang, struct an_str text) {
    AN_AUTO(an_buf) buf = {0};
    struct an_out out = {.buf = &buf, .lang = lang};
    an_out_text(&out, text);
    struct an_str whole = an_buf_str(&buf);
    size_t len = whole.len < TEXT_MAX ? whole.len : TEXT_MAX;
    while (len < whole.len && len && ((unsigned char) whole.ptr[len] & 0xC0) == 0x80)
        len--;                          // not within a character
    return out.err.code ? NULL : an_arena_copy(arena, an_str_slice(whole, 0, len)).ptr;
}

static lxw_error put_text(struct work *w, lxw_worksheet *sheet, size_t row, size_t col, struct an_str text,
                          lxw_format *look) {
    AN_AUTO(an_arena) arena = {0};
    const char *s = clean(&arena, w->lang, text);
    return s ? worksheet_write_string(sheet, (lxw_row_t) row, (lxw_col_t) col, s, look) : LXW_ERROR_MEMORY_MALLOC_FAILED;
}

static lxw_error put_cell(struct work *w, lxw_worksheet *sheet, size_t row, size_t col, const struct an_cell *c) {
    char digits[24];
    switch (c->is) {
    case AN_CELL_EMPTY:
        return LXW_NO_ERROR;
    case AN_CELL_TEXT:
        return put_text(w, sheet, row, col, c->text, w->looks.text);
    case AN_CELL_NUMBER:
        if (c->number >> EXACT_BITS) {
            int len = snprintf(digits, sizeof digits, "%llu", (unsigned long long) c->number);
            return put_text(w, sheet, row, col, (struct an_str) {digits, (size_t) len}, w->looks.text);
        }
        return worksheet_write_number(sheet, (lxw_row_t) row, (lxw_col_t) col, (double) c->number, w->looks.number);
    case AN_CELL_SHARE:
        return worksheet_write_number(sheet, (lxw_row_t) row, (lxw_col_t) col, c->share, w->looks.share);
    case AN_CELL_DAY: {
        struct an_date d = c->day == AN_DAY_NONE ? (struct an_date) {0} : an_day_to_date(c->day);
        if (d.year < 1900)              // what a spreadsheet's days begin with
            return LXW_NO_ERROR;
        lxw_datetime when = {.year = d.year, .month = d.month, .day = d.day};
        return worksheet_write_datetime(sheet, (lxw_row_t) row, (lxw_col_t) col, &when, w->looks.day);
    }
    }
    return LXW_NO_ERROR;
}

static enum an_code fail(struct work *w, lxw_error error) {
    enum an_code code = error == LXW_ERROR_MEMORY_MALLOC_FAILED ? AN_NOMEM
                        : error == LXW_ERROR_WORKSHEET_INDEX_OUT_OF_RANGE ? AN_LIMIT : AN_IO;
    return an_fail(w->err, code, "the workbook cannot be made: %s", lxw_strerror(error));
}

static enum an_code put_sheet(struct work *w, const struct an_sheet *s) {
    if (s->row_count > LXW_ROW_MAX - FIRST_ROW - 1)
        return an_fail(w->err, AN_LIMIT, "sheet '%s' has %zu rows, more than a spreadsheet shows", s->name.en, s->row_count);
    lxw_worksheet *sheet = workbook_add_worksheet(w->workbook, an_say(s->name, w->lang));
    if (!sheet)
        return an_fail(w->err, AN_BUG, "'%s' is no name of a sheet", s->name.en);
    lxw_error error = worksheet_write_string(sheet, 0, 0, an_say(s->name, w->lang), w->looks.title);
    if (!error)
        error = worksheet_write_string(sheet, 1, 0, an_say(s->about, w->lang), w->looks.about);
    for (size_t c = 0; c < s->column_count && !error; c++) {
        error = worksheet_set_column(sheet, (lxw_col_t) c, (lxw_col_t) c, s->columns[c].width, NULL);
        if (!error)
            error = worksheet_write_string(sheet, FIRST_ROW - 1, (lxw_col_t) c, an_say(s->columns[c].title, w->lang),
                                           w->looks.head);
    }
    for (size_t r = 0; r < s->row_count && !error; r++)
        for (size_t c = 0; c < s->column_count && !error; c++)
            error = put_cell(w, sheet, FIRST_ROW + r, c, &s->cells[r * s->column_count + c]);
    if (error)
        return fail(w, error);
    worksheet_freeze_panes(sheet, FIRST_ROW, 1);
    if (s->row_count)
        (void) worksheet_autofilter(sheet, FIRST_ROW - 1, 0, (lxw_row_t) (FIRST_ROW + s->row_count - 1),
                                    (lxw_col_t) (s->column_count - 1));
    worksheet_set_landscape(sheet);
    worksheet_set_paper(sheet, 9);      // A4
    worksheet_fit_to_pages(sheet, 1, 0);
    return AN_OK;
}

static enum an_code put_dictionary(struct work *w) {
    static const struct an_column_head columns[] = {
        {{"Sheet", "工作表"}, {"", ""}, 24}, {{"Column", "列"}, {"", ""}, 28}, {{"Meaning", "含义"}, {"", ""}, 90},
    };
    const struct an_book *book = w->book;
    AN_AUTO(an_arena) arena = {0};
    size_t count = 0;
    for (size_t i = 0; i < book->sheet_count; i++)
        count += book->sheets[i].column_count;
    struct an_cell *cells = AN_NEW_N(&arena, count * AN_COUNT(columns) + 1, struct an_cell), *at = cells;
    if (!cells)
        return an_fail(w->err, AN_NOMEM, "no memory for the data dictionary");
    for (size_t i = 0; i < book->sheet_count; i++)
        for (size_t c = 0; c < book->sheets[i].column_count; c++) {
            const struct an_column_head *head = &book->sheets[i].columns[c];
            *at++ = (struct an_cell) {.is = AN_CELL_TEXT, .text = an_str_from_c(an_say(book->sheets[i].name, w->lang))};
            *at++ = (struct an_cell) {.is = AN_CELL_TEXT, .text = an_str_from_c(an_say(head->title, w->lang))};
            *at++ = (struct an_cell) {.is = AN_CELL_TEXT, .text = an_str_from_c(an_say(head->meaning, w->lang))};
        }
    const struct an_sheet dictionary = {
        {"Data dictionary", "数据字典"}, {"What every column of the other sheets means", "其他各工作表每一列的含义"},
        columns, AN_COUNT(columns), cells, count,
    };
    return put_sheet(w, &dictionary);
}

static lxw_format *look(struct work *w, const char *number, bool bold, bool wraps) {
    lxw_format *f = workbook_add_format(w->workbook);
    if (!f)
        return NULL;
    format_set_font_name(f, w->lang == AN_ZH ? "SimSun" : "Calibri");
    format_set_align(f, LXW_ALIGN_VERTICAL_TOP);
    if (bold)
        format_set_bold(f);
    if (wraps)
        format_set_text_wrap(f);
    if (number)
        format_set_num_format(f, number);
    return f;
}

static enum an_code fill(struct work *w) {
    struct looks *l = &w->looks;
    *l = (struct looks) {look(w, NULL, true, false), look(w, NULL, false, false), look(w, NULL, true, true),
                         look(w, "@", false, true), look(w, "#,##0", false, false), look(w, "0.0%", false, false),
                         look(w, "yyyy-mm-dd", false, false)};
    if (!l->title || !l->about || !l->head || !l->text || !l->number || !l->share || !l->day)
        return an_fail(w->err, AN_NOMEM, "no memory for a workbook");
    format_set_font_size(l->title, 14);
    format_set_font_color(l->about, 0x555555);
    format_set_bg_color(l->head, 0xDDE5EE);
    format_set_bottom(l->head, LXW_BORDER_THIN);
    enum an_code code = AN_OK;
    for (size_t i = 0; i < w->book->sheet_count && !code; i++)
        code = put_sheet(w, &w->book->sheets[i]);
    return code ? code : put_dictionary(w);
}

static enum an_code describe(struct work *w, struct an_arena *arena) {
    enum { SECONDS = 24 * 60 * 60, NOON = 12 * 60 * 60 };
    const struct an_book *book = w->book;
    // at noon, so that it is that day in every zone the reader's program may show it in
    lxw_doc_properties p = {
        .title = (char *) (uintptr_t) an_say(book->title, w->lang),
        .company = (char *) (uintptr_t) clean(arena, w->lang, book->company), .author = (char *) (uintptr_t) "anshen",
        .created = book->day == AN_DAY_NONE ? 1 : (time_t) book->day * SECONDS + NOON,
    };
    lxw_error error = p.company ? workbook_set_properties(w->workbook, &p) : LXW_ERROR_MEMORY_MALLOC_FAILED;
    return error ? fail(w, error) : AN_OK;
}

enum an_code an_book_xlsx(const struct an_book *book, enum an_lang lang, const char *folder, struct an_buf *out,
                          struct an_err *err) {
    AN_AUTO(an_arena) arena = {0};
    AN_AUTO(an_buf) path = {0};
    enum an_code code = an_buf_addf(&path, err, "%s/anshen-book-XXXXXX%c", folder ? folder : "/tmp", 0);
    if (code)
        return code;
    int fd = mkstemp(path.ptr);
    if (fd < 0)
        return an_fail(err, AN_IO, "no file can be made in %.100s: %s", folder ? folder : "/tmp", strerror(errno));
    (void) close(fd);
    lxw_workbook_options options = {.tmpdir = (char *) (uintptr_t) (folder ? folder : "/tmp")};
    struct work w = {.book = book, .lang = lang, .err = err, .workbook = workbook_new_opt(path.ptr, &options)};
    code = w.workbook ? describe(&w, &arena) : an_fail(err, AN_NOMEM, "no memory for a workbook");
    if (!code)
        code = fill(&w);
    lxw_error error = w.workbook ? workbook_close(w.workbook) : LXW_NO_ERROR;      // frees it, whatever happened
    if (!code && error)
        code = fail(&w, error);
    if (!code)
        code = an_file_read(path.ptr, FILE_MAX, 0, out, err);
    (void) unlink(path.ptr);
    return code;
}
