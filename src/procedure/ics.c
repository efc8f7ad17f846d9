// Deadlines as a calendar file: iCalendar, RFC 5545.
#include <stdio.h>
#include <string.h>

#include "base/utf8.h"
#include "procedure/course.h"
#include "rules/words.h"

#define TRY(call) do { enum an_code code_ = (call); if (code_) return code_; } while (0)

enum { LINE_MAX_OCTETS = 75 };          // RFC 5545 section 3.1

struct writer {
    const struct an_course *c;
    const struct an_procedure *p;
    const struct an_ics *how;
    struct an_buf *out;
    struct an_err *err;
};

// TEXT (RFC 5545 section 3.3.11): backslash, semicolon and comma are escaped, a line break becomes \n, no control is left.
static enum an_code add_text(struct an_buf *line, struct an_str s, struct an_err *err) {
    for (size_t i = 0; i < s.len; i++) {
        unsigned char c = (unsigned char) s.ptr[i];
        if (c == '\\' || c == ';' || c == ',')
            TRY(an_buf_addf(line, err, "\\%c", c));
        else if (c == '\n')
            TRY(an_buf_add(line, AN_STR("\\n"), err));
        else if (c >= 0x20 && c != 0x7F)
            TRY(an_buf_add(line, an_str_slice(s, i, i + 1), err));
    }
    return AN_OK;
}

// One content line, folded: the blank that begins a continuation counts.
static enum an_code put_line(struct writer *w, struct an_str line) {
    for (size_t at = 0, room = LINE_MAX_OCTETS;; room = LINE_MAX_OCTETS - 1) {
        size_t n = line.len - at < room ? line.len - at : room;
        while (at + n < line.len && n && ((unsigned char) line.ptr[at + n] & 0xC0) == 0x80)
            n--;
        TRY(an_buf_add(w->out, an_str_slice(line, at, at + n), w->err));
        at += n;
        if (at >= line.len || !n)
            return an_buf_add(w->out, AN_STR("\r\n"), w->err);
        TRY(an_buf_add(w->out, AN_STR("\r\n "), w->err));
    }
}

static enum an_code put(struct writer *w, const char *line) { return put_line(w, an_str_from_c(line)); }

static enum an_code put_text(struct writer *w, const char *name, struct an_str text) {
    AN_AUTO(an_buf) line = {0};
    size_t valid = an_utf8_valid(text);
    TRY(an_buf_addf(&line, w->err, "%s:", name));
    TRY(add_text(&line, an_str_slice(text, 0, valid), w->err));
    return put_line(w, an_buf_str(&line));
}

static enum an_code put_day(struct writer *w, an_day day) {
    char line[48];
    struct an_date d = an_day_to_date(day);
    (void) snprintf(line, sizeof line, "DTSTART;VALUE=DATE:%04d%02d%02d", d.year, d.month, d.day);
    return put(w, line);
}

static enum an_code put_stamp(struct writer *w) {
    static const char shape[] = "dddd-dd-ddTdd:dd:ddZ";
    struct an_str s = w->how->stamp;
    char line[] = "DTSTAMP:YYYYMMDDTHHMMSSZ";
    size_t at = sizeof "DTSTAMP:" - 1;
    an_day day;
    bool good = s.len == sizeof shape - 1 && an_day_parse(an_str_slice(s, 0, 10), &day);
    for (size_t i = 0; i < s.len && good; i++) {
        good = shape[i] == 'd' ? s.ptr[i] >= '0' && s.ptr[i] <= '9' : s.ptr[i] == shape[i];
        if (good && shape[i] != '-' && shape[i] != ':')
            line[at++] = s.ptr[i];
    }
    if (!good)
        return an_fail(w->err, AN_USAGE, "a calendar's stamp is YYYY-MM-DDTHH:MM:SSZ");
    return put(w, line);
}

static enum an_code put_uid(struct writer *w, const char *kind, struct an_str name, struct an_str second, an_day from) {
    AN_AUTO(an_buf) uid = {0};
    char day[AN_DAY_TEXT_MAX] = "";
    if (from != AN_DAY_NONE)
        (void) an_day_text(from, day);
    TRY(an_buf_addf(&uid, w->err, "%.*s.%.*s.%s.%.*s.%.*s.%s@anshen", AN_STR_ARG(w->how->uid), AN_STR_ARG(w->p->head.id), kind,
                    AN_STR_ARG(name), AN_STR_ARG(second), day));
    return put_text(w, "UID", an_buf_str(&uid));
}

static enum an_code put_alarm(struct writer *w, struct an_str summary) {
    char trigger[32];
    if (!w->how->alarm_days)
        return AN_OK;
    (void) snprintf(trigger, sizeof trigger, "TRIGGER:-P%uD", w->how->alarm_days);
    TRY(put(w, "BEGIN:VALARM"));
    TRY(put(w, "ACTION:DISPLAY"));
    TRY(put_text(w, "DESCRIPTION", summary));
    TRY(put(w, trigger));
    return put(w, "END:VALARM");
}

static enum an_code put_rest(struct writer *w, an_day day, const struct an_buf *summary, const struct an_buf *words) {
    TRY(put_stamp(w));
    TRY(put_day(w, day));
    TRY(put_text(w, "SUMMARY", an_buf_str(summary)));
    if (words->len)
        TRY(put_text(w, "DESCRIPTION", an_buf_str(words)));
    TRY(put(w, "TRANSP:TRANSPARENT"));
    TRY(put_alarm(w, an_buf_str(summary)));
    return put(w, "END:VEVENT");
}

static enum an_code begin_summary(struct writer *w, struct an_buf *summary, bool provisional) {
    bool zh = w->how->lang == AN_ZH;
    if (provisional)
        TRY(an_buf_add(summary, zh ? AN_STR("[暂定] ") : AN_STR("[provisional] "), w->err));
    return w->how->title.len ? an_buf_addf(summary, w->err, zh ? "%.*s：" : "%.*s: ", AN_STR_ARG(w->how->title)) : AN_OK;
}

static enum an_code cite(struct writer *w, struct an_str article, struct an_buf *words) {
    bool zh = w->how->lang == AN_ZH;
    struct an_str title = an_pair_say(w->p->head.title, w->how->lang);
    TRY(an_buf_addf(words, w->err, "%.*s", AN_STR_ARG(title)));
    return article.len ? an_buf_addf(words, w->err, zh ? "，第%.*s条" : ", art. %.*s", AN_STR_ARG(article)) : AN_OK;
}

static enum an_code range(struct writer *w, an_day last, an_day longest, bool open, struct an_buf *words) {
    char text[AN_DAY_TEXT_MAX];
    bool zh = w->how->lang == AN_ZH;
    if (longest > last)
        TRY(an_buf_addf(words, w->err, zh ? "；延长后%s" : "; if extended %s", an_day_text(longest, text)));
    return open ? an_buf_add(words, zh ? AN_STR("；可能更晚") : AN_STR("; it may be later"), w->err) : AN_OK;
}

static enum an_code put_counted(struct writer *w, const struct an_counted *c) {
    const struct an_period *d = &w->p->periods[c->period];
    AN_AUTO(an_buf) summary = {0};
    AN_AUTO(an_buf) words = {0};
    if (c->state == AN_COUNTED_DONE || c->state == AN_COUNTED_OVER)
        return AN_OK;
    TRY(begin_summary(w, &summary, c->provisional || c->state == AN_COUNTED_PAUSED));
    TRY(an_buf_add(&summary, an_pair_say(d->title, w->how->lang), w->err));
    if (c->body.len)
        TRY(an_buf_addf(&summary, w->err, " (%.*s)", AN_STR_ARG(c->body)));
    TRY(cite(w, d->article, &words));
    TRY(range(w, c->last, c->longest, c->open, &words));
    TRY(put(w, "BEGIN:VEVENT"));
    TRY(put_uid(w, "period", d->name, c->body, d->kind == AN_PERIOD_BEFORE ? AN_DAY_NONE : c->from));
    return put_rest(w, c->last, &summary, &words);
}

// A phase that another path has already, with the same days, is said once; the phase that is has its period.
static bool is_news(const struct an_course *c, size_t i) {
    const struct an_projection *x = &c->projections[i];
    if (x->unlimited || x->phase == c->phase)
        return false;
    for (size_t k = 0; k < i; k++)
        if (c->projections[k].phase == x->phase && c->projections[k].nominal == x->nominal)
            return false;
    return true;
}

static enum an_code put_projection(struct writer *w, size_t i) {
    const struct an_projection *x = &w->c->projections[i];
    const struct an_phase *ph = &w->p->phases[x->phase];
    AN_AUTO(an_buf) summary = {0};
    AN_AUTO(an_buf) words = {0};
    if (!is_news(w->c, i))
        return AN_OK;
    TRY(begin_summary(w, &summary, true));
    TRY(an_buf_addf(&summary, w->err, w->how->lang == AN_ZH ? "%.*s（预计结束）" : "%.*s (expected end)",
                    AN_STR_ARG(an_pair_say(ph->title, w->how->lang))));
    TRY(cite(w, ph->article, &words));
    TRY(range(w, x->nominal, x->longest, x->open, &words));
    TRY(put(w, "BEGIN:VEVENT"));
    TRY(put_uid(w, "phase", w->p->paths[x->path].name, ph->name, AN_DAY_NONE));
    return put_rest(w, x->nominal, &summary, &words);
}

enum an_code an_course_ics(const struct an_course *course, const struct an_ics *how, struct an_buf *out, struct an_err *err) {
    struct writer w = {course, course->procedure, how, out, err};
    TRY(put(&w, "BEGIN:VCALENDAR"));
    TRY(put(&w, "VERSION:2.0"));
    TRY(put(&w, how->lang == AN_ZH ? "PRODID:-//anshen//anshen//ZH" : "PRODID:-//anshen//anshen//EN"));
    TRY(put(&w, "CALSCALE:GREGORIAN"));
    for (size_t i = 0; i < course->counted_count; i++)
        TRY(put_counted(&w, &course->counted[i]));
    for (size_t i = 0; i < course->projection_count; i++)
        TRY(put_projection(&w, i));
    return put(&w, "END:VCALENDAR");
}
