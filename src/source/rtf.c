// Documents in Rich Text Format: paragraphs are lines, rows of tables and filled-in forms are records.
#include <stdio.h>
#include "base/alloc.h"
#include "source/apart.h"
#include "source/codepage.h"
#include "source/rtf_reader.h"
#include "source/writing.h"

struct document { struct an_content content; struct an_prose_people people; struct an_writing writing; };

static enum an_code on_text(void *arg, struct an_str text, unsigned change, struct an_err *err) {
    struct document *d = arg;
    return an_writing_add(&d->writing, text, change, err);
}

static enum an_code on_mark(void *arg, enum an_rtf_mark mark, struct an_err *err) {
    struct document *d = arg;
    switch (mark) {
    case AN_RTF_CELL: return an_writing_cell(&d->writing, err);
    case AN_RTF_ROW: return an_writing_row(&d->writing, err);
    case AN_RTF_PARAGRAPH: case AN_RTF_CELL_PARAGRAPH: break;
    }
    return an_writing_paragraph(&d->writing, mark == AN_RTF_CELL_PARAGRAPH, err);
}

static enum an_code on_aside(void *arg, enum an_rtf_aside kind, struct an_str text, struct an_err *err) {
    struct document *d = arg;
    return kind == AN_RTF_PERSON ? an_prose_add_person(&d->content, &d->people, text, err)
                                 : an_content_line(&d->content, text, err);
}

static enum an_code tell_count(struct document *d, uint64_t count, enum an_code what, const char *text, struct an_err *err) {
    char all[160];
    if (!count)
        return AN_OK;
    (void) snprintf(all, sizeof all, "%llu %s", (unsigned long long) count, text);
    return an_content_tell(&d->content, what, AN_UNKNOWN_COUNT, an_str_from_c(all), err);
}

static enum an_code finish(struct document *d, const struct an_rtf *met, const struct an_whole *whole, struct an_err *err) {
    char why[160] = "";
    AN_TRY(an_writing_end(&d->writing, err));
    AN_TRY(an_prose_give_people(&d->content, &d->people, err));
    AN_TRY(tell_count(d, met->objects, AN_LIMIT, "embedded objects were not read: open it and save them as files", err));
    AN_TRY(tell_count(d, met->lost, AN_INPUT, "characters mean nothing in the code page they are said to be in", err));
    AN_TRY(tell_count(d, met->behind, AN_INPUT, "bytes stand behind its end and were not read", err));
    if (met->pictures) {
        bool only = !d->people.letters;
        (void) snprintf(why, sizeof why, "unread images: %llu%s", (unsigned long long) met->pictures,
                        only ? ", and no text beside them; have a person look, or make them text"
                             : "; what they show is not counted");
        if (only)
            AN_TRY(an_content_tell(&d->content, AN_LIMIT, AN_UNKNOWN_COUNT, an_str_from_c(why), err));
    }
    if (whole->broken)
        AN_TRY(an_content_tell(&d->content, whole->broken, AN_UNKNOWN_COUNT, an_str_from_c(whole->why.text), err));
    else if (met->cut)
        AN_TRY(an_content_tell(&d->content, AN_INPUT, AN_UNKNOWN_COUNT,
                               AN_STR("ends inside a group: the rest is missing; get a whole copy"), err));
    AN_TRY(an_content_open(&d->content, err));
    return an_content_close(&d->content, whole->bytes.len, an_str_from_c(why), err);
}

static enum an_code read_document(struct an_reading *reading, struct an_input *input, const struct an_sniff *s,
                                  struct an_err *err) {
    struct an_whole whole;
    AN_TRY(an_whole_take(&whole, input, s, reading->limits.memory_bytes, err));
    struct document *d = an_alloc(sizeof *d);
    enum an_code code = d ? AN_OK : an_fail(err, AN_NOMEM, "no memory for a document");
    if (d) {
        const struct an_rtf_events events = {d, on_text, on_mark, on_aside};
        struct an_rtf met;
        *d = (struct document) {.writing = {.content = &d->content, .people = &d->people}};
        an_content_begin(&d->content, reading, input->uri, "rtf");
        code = an_rtf_read(whole.bytes, false, &events, &met, err);
        if (!code)
            code = finish(d, &met, &whole, err);
        an_content_release(&d->content);
        an_prose_people_release(&d->people);
        an_writing_release(&d->writing);
    }
    an_free(d);
    an_whole_release(&whole);
    return code;
}

static int sniff(const struct an_sniff *s) { return an_rtf_is(s->head) ? 100 : 0; }

static const struct an_apart_needs needs = {.load = an_codepage_load};

const struct an_source an_source_rtf = {
    .name = "rtf",
    .title = {"Rich Text Format (RTF)", "富文本格式（RTF）"},
    .spec = "Rich Text Format specification 1.9.1",
    .sniff = sniff,
    .read = read_document,
    .apart = &needs,
};
