// Text as word processors of before 2007 keep it.
#include "source/writing.h"

enum { SPANS_MAX = 16384 };         // columns of a table

void an_writing_release(struct an_writing *w) {
    an_buf_release(&w->text);
    an_buf_release(&w->before);
    an_buf_release(&w->cell);
    an_buf_release(&w->cell_before);
}

enum an_code an_writing_add(struct an_writing *w, struct an_str text, unsigned change, struct an_err *err) {
    if (change && !w->changed) {
        w->before.len = 0;
        AN_TRY(an_buf_add(&w->before, an_buf_str(&w->text), err));
        w->changed = true;
    }
    for (size_t i = 0; i < text.len && !w->people->letters; i++)
        w->people->letters += (unsigned char) text.ptr[i] > ' ';
    // what is longer than a record may be goes in pieces, as a line of text would
    if (w->text.len + text.len > w->content->record_bytes || w->before.len + text.len > w->content->record_bytes)
        AN_TRY(an_writing_paragraph(w, false, err));
    if (!(change & AN_CHANGE_DELETED))
        AN_TRY(an_buf_add(&w->text, text, err));
    return w->changed && !(change & AN_CHANGE_INSERTED) ? an_buf_add(&w->before, text, err) : AN_OK;
}

static void drop_paragraph(struct an_writing *w) {
    w->text.len = w->before.len = 0;
    w->changed = false;
}

static enum an_code end_table(struct an_writing *w, struct an_err *err) {
    w->in_table = w->has_row = false;
    w->column = 0;
    return an_content_table_end(w->content, err);
}

static enum an_code give_lines(struct an_writing *w, struct an_err *err) {
    if (w->text.len || w->before.len)
        AN_TRY(w->has_row || w->in_table ? end_table(w, err) : AN_OK);
    AN_TRY(an_content_line(w->content, an_buf_str(&w->text), err));
    if (w->changed)
        AN_TRY(an_content_line(w->content, an_buf_str(&w->before), err));
    drop_paragraph(w);
    return AN_OK;
}

static enum an_code add_to_cell(struct an_writing *w, struct an_err *err) {
    if (w->text.len && w->cell.len)
        AN_TRY(an_buf_add(&w->cell, AN_STR("\n"), err));
    AN_TRY(an_buf_add(&w->cell, an_buf_str(&w->text), err));
    if (w->changed && w->before.len) {
        AN_TRY(an_buf_add(&w->cell_before, an_buf_str(&w->before), err));
        AN_TRY(an_buf_add(&w->cell_before, AN_STR("\n"), err));
    }
    drop_paragraph(w);
    return AN_OK;
}

enum an_code an_writing_paragraph(struct an_writing *w, bool in_cell, struct an_err *err) {
    if (!in_cell || w->cell.len + w->text.len > w->content->record_bytes)
        return give_lines(w, err);
    return add_to_cell(w, err);
}

enum an_code an_writing_cell(struct an_writing *w, struct an_err *err) {
    AN_TRY(add_to_cell(w, err));
    w->in_table = true;
    AN_TRY(an_content_cell(w->content, w->column, 1, an_buf_str(&w->cell), 0, err));
    w->column += w->column < SPANS_MAX;
    if (w->cell_before.len)
        AN_TRY(an_content_line(w->content, an_buf_str(&w->cell_before), err));
    w->cell.len = w->cell_before.len = 0;
    return AN_OK;
}

enum an_code an_writing_row(struct an_writing *w, struct an_err *err) {
    bool empty = !w->column;
    w->column = 0;
    w->in_table = false;
    w->has_row = true;
    return empty ? AN_OK : an_content_row_end(w->content, err);
}

enum an_code an_writing_end(struct an_writing *w, struct an_err *err) {
    if (w->cell.len)
        AN_TRY(an_writing_cell(w, err));
    AN_TRY(give_lines(w, err));
    return end_table(w, err);
}
