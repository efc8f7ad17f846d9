#include "source/mail_lines.h"

#include <string.h>
#include "base/alloc.h"
#include "source/mail.h"

enum { ROOM = 256 * 1024, LINE = 64 * 1024 };

enum an_code an_mail_lines_begin(struct an_mail_lines *l, struct an_str head, bool whole, struct an_err *err) {
    l->head = head;
    l->whole = whole;
    l->blank = true;
    l->kept_all = l->keep;
    l->buf = an_alloc(ROOM + AN_SOURCE_PADDING);
    return l->buf ? AN_OK : an_fail(err, AN_NOMEM, "no memory for lines");
}

void an_mail_lines_release(struct an_mail_lines *l) {
    while (l->depth)
        an_mail_lines_leave(l);
    an_free(l->buf);
    l->buf = NULL;
}

// A copy for the second time, as far as it may grow.
static enum an_code keep(struct an_mail_lines *l, struct an_str bytes, struct an_err *err) {
    enum an_code code = l->kept_all ? an_buf_add(l->keep, bytes, err) : AN_OK;
    if (code != AN_LIMIT)
        return code;
    an_buf_release(l->keep);
    l->kept_all = false;
    return AN_OK;
}

static enum an_code fill(struct an_mail_lines *l, struct an_err *err) {
    memmove(l->buf, l->buf + l->start, l->end - l->start);
    l->end -= l->start;
    l->start = 0;
    size_t got = 0, room = ROOM - l->end;
    if (l->head.len) {
        got = l->head.len < room ? l->head.len : room;
        memcpy(l->buf + l->end, l->head.ptr, got);
        l->head = an_str_slice(l->head, got, l->head.len);
    } else if (!l->whole) {
        l->broken = l->input->read(l->input->arg, l->buf + l->end, room, &got, &l->why);
        got = l->broken ? 0 : got;
        if (l->broken == AN_NOMEM || l->broken == AN_BUG) {
            *err = l->why;
            return l->broken;
        }
    }
    AN_TRY(keep(l, (struct an_str) {l->buf + l->end, got}, err));
    l->end += got;
    l->taken += got;
    l->ended = !got;
    return AN_OK;
}

static struct an_str without_end(struct an_str line) {
    while (line.len && (line.ptr[line.len - 1] == '\n' || line.ptr[line.len - 1] == '\r'))
        line.len--;
    return line;
}

// Whether the line parts a multipart: "--", its boundary, "--" for the last; blanks may follow.
static bool is_boundary(struct an_mail_lines *l, struct an_str line) {
    if (!l->depth || line.len < 3 || line.ptr[0] != '-' || line.ptr[1] != '-')
        return false;
    line = an_str_slice(line, 2, line.len);
    while (line.len && memchr(" \t\r\n", line.ptr[line.len - 1], 4))
        line.len--;
    for (size_t i = l->depth; i-- > 0;) {
        struct an_str boundary = an_buf_str(&l->boundaries[i]);
        struct an_str rest = an_str_slice(line, boundary.len, line.len);
        if (!an_str_eq(an_str_slice(line, 0, boundary.len), boundary) || (rest.len && !an_str_eq(rest, AN_STR("--"))))
            continue;
        l->level = i;
        l->last = rest.len;
        return true;
    }
    return false;
}

enum an_code an_mail_lines_next(struct an_mail_lines *l, struct an_str *ret_line, bool *ret_begins, bool *ret_more,
                                struct an_err *err) {
    *ret_more = false;
    if (l->stop)
        return AN_OK;
    const char *feed = NULL;
    size_t looked = 0;
    for (;;) {
        size_t have = l->end - l->start;
        feed = have > looked ? memchr(l->buf + l->start + looked, '\n', have - looked) : NULL;
        looked = have;
        if (feed || have >= LINE || l->ended)
            break;
        AN_TRY(fill(l, err));
    }
    size_t have = l->end - l->start;
    if (!have) {
        l->stop = AN_MAIL_END;
        return AN_OK;
    }
    struct an_str line = {l->buf + l->start, feed ? (size_t) (feed - l->buf) - l->start + 1 : have < LINE ? have : LINE};
    bool begins = !l->inside;
    l->offset = l->taken - (l->end - l->start);
    if (begins && is_boundary(l, line))
        l->stop = AN_MAIL_BOUNDARY;
    else if (begins && l->many && l->blank && an_mail_is_from_line(line))
        l->stop = AN_MAIL_MESSAGE;
    if (l->stop)
        return AN_OK;
    l->start += line.len;
    l->inside = !feed;
    l->blank = begins && feed && !without_end(line).len;
    *ret_line = line;
    *ret_begins = begins;
    *ret_more = true;
    return AN_OK;
}

void an_mail_lines_pass(struct an_mail_lines *l) {
    if (l->stop == AN_MAIL_END)
        return;
    const char *feed = memchr(l->buf + l->start, '\n', l->end - l->start);
    l->start = feed ? (size_t) (feed - l->buf) + 1 : l->end;
    l->blank = l->inside = false;
    l->stop = AN_MAIL_GOES_ON;
}

bool an_mail_lines_enter(struct an_mail_lines *l, struct an_buf *boundary) {
    if (!boundary->len || l->depth == AN_MAIL_DEPTH)
        return false;
    l->boundaries[l->depth++] = *boundary;
    *boundary = (struct an_buf) {0};
    return true;
}

void an_mail_lines_leave(struct an_mail_lines *l) { an_buf_release(&l->boundaries[--l->depth]); }
