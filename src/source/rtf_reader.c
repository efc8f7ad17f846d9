// The text in RTF.
#include "source/rtf_reader.h"

#include "base/alloc.h"
#include "base/buf.h"
#include "base/utf8.h"
#include "source/codepage.h"
#include "source/content.h"
#include "source/writing.h"

enum {
    DEPTH_MAX = 1000,               // groups in groups; deeper ones are read with the properties of the last
    FONTS_MAX = 65536, WORD_MAX = 32, RAW_MAX = 4096, ASIDE_MAX = 1 << 20,
    NO_FONT = -1,
};

// Where text goes: NOTE, PERSON, LINE and BESIDE gather it (the last keeps only what may be a value); QUIET drops it, but not
// what other destinations inside it hold, as SKIP does.
enum destination { TEXT, SKIP, QUIET, NOTE, PERSON, LINE, BESIDE, FONTS, PICTURE, OBJECT, UPR, TAG };

enum action {
    NOTHING, TO_TEXT, TO_SKIP, TO_QUIET, TO_NOTE, TO_PERSON, TO_LINE, TO_BESIDE, TO_FONTS, TO_PICTURE, TO_OBJECT,
    TO_UPR, TO_UNICODE, TO_TAG,
    PAR, CELL, ROW, NESTED, CHARACTER, BIN, UNICODE, SKIP_COUNT, ANSI_PAGE, MAC, PC, PCA, DEFAULT_FONT, FONT, CHARSET, FONT_PAGE,
    PLAIN, PARD, IN_TABLE, DELETED, INSERTED, HIDDEN_RTF, FROM_HTML, FROM_TEXT,
};

static const struct word { const char *name; enum action action; const char *text; } words[] = {
    {"par", PAR, NULL}, {"sect", PAR, NULL}, {"page", PAR, NULL}, {"column", PAR, NULL}, {"cell", CELL, NULL},
    {"row", ROW, NULL}, {"nestcell", NESTED, NULL}, {"nestrow", NESTED, NULL},
    {"line", CHARACTER, "\n"}, {"lbr", CHARACTER, "\n"}, {"softline", CHARACTER, " "}, {"tab", CHARACTER, "\t"},
    {"emdash", CHARACTER, "\u2014"}, {"endash", CHARACTER, "\u2013"}, {"emspace", CHARACTER, " "}, {"enspace", CHARACTER, " "},
    {"qmspace", CHARACTER, " "}, {"bullet", CHARACTER, "\u2022"}, {"lquote", CHARACTER, "\u2018"},
    {"rquote", CHARACTER, "\u2019"},
    {"ldblquote", CHARACTER, "\u201C"}, {"rdblquote", CHARACTER, "\u201D"},
    {"u", UNICODE, NULL}, {"uc", SKIP_COUNT, NULL}, {"bin", BIN, NULL}, {"ansicpg", ANSI_PAGE, NULL}, {"mac", MAC, NULL},
    {"pc", PC, NULL}, {"pca", PCA, NULL}, {"deff", DEFAULT_FONT, NULL}, {"f", FONT, NULL}, {"fcharset", CHARSET, NULL},
    {"cpg", FONT_PAGE, NULL}, {"plain", PLAIN, NULL}, {"pard", PARD, NULL}, {"intbl", IN_TABLE, NULL},
    {"deleted", DELETED, NULL}, {"revised", INSERTED, NULL}, {"htmlrtf", HIDDEN_RTF, NULL}, {"fromhtml", FROM_HTML, NULL},
    {"fromtext", FROM_TEXT, NULL},
    {"fonttbl", TO_FONTS, NULL}, {"pict", TO_PICTURE, NULL}, {"objdata", TO_OBJECT, NULL}, {"upr", TO_UPR, NULL},
    {"ud", TO_UNICODE, NULL}, {"htmltag", TO_TAG, NULL},
    {"author", TO_PERSON, NULL}, {"operator", TO_PERSON, NULL}, {"manager", TO_PERSON, NULL}, {"atnauthor", TO_PERSON, NULL},
    {"revtbl", TO_PERSON, NULL},
    {"title", TO_LINE, NULL}, {"subject", TO_LINE, NULL}, {"doccomm", TO_LINE, NULL}, {"keywords", TO_LINE, NULL},
    {"company", TO_LINE, NULL}, {"category", TO_LINE, NULL}, {"hlinkbase", TO_LINE, NULL}, {"fldinst", TO_LINE, NULL},
    {"docvar", TO_LINE, NULL}, {"userprops", TO_LINE, NULL}, {"propname", TO_LINE, NULL}, {"staticval", TO_LINE, NULL},
    {"ffdeftext", TO_LINE, NULL}, {"ffl", TO_LINE, NULL}, {"sv", TO_BESIDE, NULL},
    {"footnote", TO_NOTE, NULL}, {"annotation", TO_NOTE, NULL}, {"shptxt", TO_NOTE, NULL}, {"dptxbxtext", TO_NOTE, NULL},
    {"header", TO_NOTE, NULL}, {"headerl", TO_NOTE, NULL}, {"headerr", TO_NOTE, NULL}, {"headerf", TO_NOTE, NULL},
    {"footer", TO_NOTE, NULL}, {"footerl", TO_NOTE, NULL}, {"footerr", TO_NOTE, NULL}, {"footerf", TO_NOTE, NULL},
    {"fldrslt", TO_TEXT, NULL}, {"shppict", TO_TEXT, NULL}, {"result", TO_TEXT, NULL}, {"nesttableprops", TO_TEXT, NULL},
    {"info", TO_QUIET, NULL}, {"shpinst", TO_QUIET, NULL}, {"do", TO_QUIET, NULL}, {"sn", TO_SKIP, NULL},
    {"shprslt", TO_SKIP, NULL}, {"pn", TO_SKIP, NULL}, {"pntext", TO_SKIP, NULL}, {"listtext", TO_SKIP, NULL},
    {"stylesheet", TO_SKIP, NULL},
    {"colortbl", TO_SKIP, NULL}, {"listtable", TO_SKIP, NULL}, {"listoverridetable", TO_SKIP, NULL},
    {"rsidtbl", TO_SKIP, NULL}, {"generator", TO_SKIP, NULL}, {"themedata", TO_SKIP, NULL}, {"colorschememapping", TO_SKIP, NULL},
    {"datastore", TO_SKIP, NULL}, {"latentstyles", TO_SKIP, NULL}, {"xmlnstbl", TO_SKIP, NULL}, {"nonshppict", TO_SKIP, NULL},
    {"nonesttables", TO_SKIP, NULL}, {"bkmkstart", TO_SKIP, NULL}, {"bkmkend", TO_SKIP, NULL}, {"creatim", TO_SKIP, NULL},
    {"revtim", TO_SKIP, NULL}, {"printim", TO_SKIP, NULL}, {"buptim", TO_SKIP, NULL}, {"mhtmltag", TO_SKIP, NULL},
    {"objclass", TO_SKIP, NULL}, {"objname", TO_SKIP, NULL}, {"blipuid", TO_SKIP, NULL}, {"fchars", TO_SKIP, NULL},
    {"lchars", TO_SKIP, NULL}, {"datafield", TO_SKIP, NULL}, {"pgptbl", TO_SKIP, NULL}, {"mmathPr", TO_SKIP, NULL},
    {"atrfstart", TO_SKIP, NULL}, {"atrfend", TO_SKIP, NULL}, {"atnref", TO_SKIP, NULL}, {"atnid", TO_SKIP, NULL},
    {"atndate", TO_SKIP, NULL}, {"atntime", TO_SKIP, NULL}, {"passwordhash", TO_SKIP, NULL}, {"panose", TO_SKIP, NULL},
};

struct state {
    enum destination to;
    int font;
    unsigned skip_count;            // of the characters that stand for one of \u
    bool in_table, deleted, inserted, hidden_rtf, star;
    bool owns;                      // its destination begins with it: what was gathered is given at its end
};

struct reader {
    struct an_str in;
    size_t at;
    bool unwrap;
    const struct an_rtf_events *events;
    struct an_rtf *met;
    struct state *states;           // of the groups around; the last is the present one
    size_t depth, cap, too_deep;
    struct an_codepage codepage;
    unsigned page;
    int default_font;
    unsigned short *fonts;          // code pages by number; 0 is not known
    size_t font_count;
    int defining;                   // the font of which the table speaks
    struct an_buf raw, aside, text; // bytes that wait to be decoded; what a destination beside the text holds
    unsigned skip;                  // characters to be skipped, behind a \u
    unsigned high;                  // the first half of a pair of \u
};

static struct state *now(struct reader *r) { return &r->states[r->depth - 1]; }

static enum an_code no_memory(struct an_err *err) { return an_fail(err, AN_NOMEM, "no memory for a document"); }

bool an_rtf_is(struct an_str head) { return an_str_eq(an_str_slice(head, 0, 5), AN_STR("{\\rtf")); }

static unsigned page_of(struct reader *r) {
    int font = now(r)->font == NO_FONT ? r->default_font : now(r)->font;
    unsigned page = font >= 0 && (size_t) font < r->font_count ? r->fonts[font] : 0;
    return page ? page : r->page;
}

static bool is_beside(enum destination to) { return to == NOTE || to == PERSON || to == LINE || to == BESIDE; }

// What a destination beside the text held; of people, there may be several.
static enum an_code give_aside(struct reader *r, enum destination to, struct an_err *err) {
    struct an_str all = an_buf_str(&r->aside), text;
    r->aside.len = 0;
    while (an_str_next(&all, to == PERSON ? ';' : '\0', &text)) {
        while (text.len && text.ptr[0] == ' ')
            text = an_str_slice(text, 1, text.len);
        while (text.len && text.ptr[text.len - 1] == ' ')
            text.len--;
        bool nobody = to == PERSON && an_str_eq(text, AN_STR("Unknown"));       // Word's first author of changes
        if (text.len && !nobody && (to != BESIDE || an_content_is_worth(text)))
            AN_TRY(r->events->aside(r->events->arg, to == PERSON ? AN_RTF_PERSON : AN_RTF_LINE, text, err));
    }
    return AN_OK;
}

// Where text goes now.

static enum an_code put(struct reader *r, struct an_str text, struct an_err *err) {
    const struct state *s = now(r);
    if (r->unwrap && r->met->is_html && s->to == TEXT && s->hidden_rtf)
        return AN_OK;
    switch (s->to) {
    case TEXT: case TAG:
        return s->to == TAG && !(r->unwrap && r->met->is_html) ? AN_OK
            : r->events->text(r->events->arg, text, (s->deleted ? AN_CHANGE_DELETED : 0) | (s->inserted ? AN_CHANGE_INSERTED : 0),
                              err);
    case NOTE: case PERSON: case LINE: case BESIDE:
        if (r->aside.len + text.len > ASIDE_MAX)
            AN_TRY(give_aside(r, s->to, err));
        return an_buf_add(&r->aside, text, err);
    case SKIP: case QUIET: case FONTS: case PICTURE: case OBJECT: case UPR: break;
    }
    return AN_OK;
}

static bool takes_text(const struct reader *r) {
    enum destination to = r->states[r->depth - 1].to;
    return to == TEXT || to == TAG || is_beside(to);
}

static enum an_code flush(struct reader *r, struct an_err *err) {
    if (r->high) {
        r->high = 0;
        r->met->lost++;
    }
    if (!r->raw.len)
        return AN_OK;
    r->text.len = 0;
    AN_TRY(an_codepage_add(&r->codepage, page_of(r), an_buf_str(&r->raw), &r->text, err));
    r->raw.len = 0;
    return put(r, an_buf_str(&r->text), err);
}

static enum an_code add_byte(struct reader *r, char c, struct an_err *err) {
    if (r->skip) {
        r->skip--;
        return AN_OK;
    }
    if (!takes_text(r))
        return AN_OK;
    if (r->high)
        AN_TRY(flush(r, err));
    AN_TRY(an_buf_add(&r->raw, (struct an_str) {&c, 1}, err));
    return r->raw.len >= RAW_MAX && (unsigned char) c < 0x40 ? flush(r, err) : AN_OK;
}

static enum an_code add_unicode(struct reader *r, unsigned u, struct an_err *err) {
    char out[4];
    uint32_t c = u & 0xFFFF;
    if (!takes_text(r))
        return AN_OK;
    if (c >= 0xDC00 && c < 0xE000 && r->high) {
        c = 0x10000 + ((r->high - 0xD800) << 10) + (c - 0xDC00);
        r->high = 0;
    } else {
        AN_TRY(flush(r, err));
        if (c >= 0xD800 && c < 0xDC00) {
            r->high = c;
            return AN_OK;
        }
        c = c >= 0xDC00 && c < 0xE000 ? 0xFFFD : c;
    }
    // symbols of fonts that have no characters
    return c < 0x20 ? AN_OK : put(r, (struct an_str) {out, an_utf8_put(c, out)}, err);
}

// Groups.

static enum an_code open_group(struct reader *r, struct an_err *err) {
    AN_TRY(flush(r, err));
    r->skip = 0;
    if (r->depth >= DEPTH_MAX) {
        r->too_deep++;
        return AN_OK;
    }
    if (!an_alloc_room(&r->states, r->depth, &r->cap, sizeof *r->states))
        return no_memory(err);
    r->states[r->depth] = r->states[r->depth - 1];
    r->states[r->depth].star = r->states[r->depth].owns = false;
    r->depth++;
    return AN_OK;
}

static enum an_code close_group(struct reader *r, struct an_err *err) {
    AN_TRY(flush(r, err));
    r->skip = 0;
    if (r->too_deep) {
        r->too_deep--;
        return AN_OK;
    }
    if (now(r)->owns && is_beside(now(r)->to))
        AN_TRY(give_aside(r, now(r)->to, err));
    if (r->depth > 1)
        r->depth--;
    return AN_OK;
}

static enum an_code go_to(struct reader *r, enum destination to, struct an_err *err) {
    struct state *s = now(r);
    AN_TRY(flush(r, err));
    s->star = false;
    if (s->to == SKIP || s->to == UPR)      // nothing in what is skipped is read
        return AN_OK;
    r->met->pictures += to == PICTURE;
    r->met->objects += to == OBJECT;
    if (is_beside(s->to))                   // one inside another
        AN_TRY(give_aside(r, s->to, err));
    s->to = to;
    s->owns = true;
    return AN_OK;
}

// Control words.

static enum an_code mark(struct reader *r, enum an_rtf_mark what, struct an_err *err) {
    AN_TRY(flush(r, err));
    const struct state *s = now(r);
    if (is_beside(s->to))
        return put(r, s->to != NOTE ? AN_STR(" ") : what == AN_RTF_CELL ? AN_STR("\t") : AN_STR("\n"), err);
    if (s->to != TEXT && s->to != TAG)
        return AN_OK;
    if (r->unwrap && r->met->is_html)
        return put(r, AN_STR("\n"), err);
    return s->to == TEXT ? r->events->mark(r->events->arg, what, err) : AN_OK;
}

static enum an_code define_font(struct reader *r, unsigned page, struct an_err *err) {
    if (r->defining < 0 || r->defining >= FONTS_MAX || now(r)->to != FONTS)
        return AN_OK;
    if ((size_t) r->defining >= r->font_count) {
        size_t count = (size_t) r->defining + 64;
        unsigned short *fonts = an_realloc(r->fonts, count * sizeof *fonts);
        if (!fonts)
            return no_memory(err);
        memset(fonts + r->font_count, 0, (count - r->font_count) * sizeof *fonts);
        r->fonts = fonts;
        r->font_count = count;
    }
    r->fonts[r->defining] = (unsigned short) page;
    return AN_OK;
}

static enum an_code skip_bytes(struct reader *r, long n) {
    size_t left = r->in.len - r->at;
    r->at += n > 0 && (size_t) n < left ? (size_t) n : n > 0 ? left : 0;
    return AN_OK;
}

static enum an_code set(struct reader *r, bool *flag, bool value, struct an_err *err) {
    AN_TRY(flush(r, err));
    *flag = value;
    return AN_OK;
}

static enum an_code set_font(struct reader *r, int font, struct an_err *err) {
    AN_TRY(flush(r, err));
    now(r)->font = font;
    if (now(r)->to == FONTS)
        r->defining = font;
    return AN_OK;
}

static enum an_code act(struct reader *r, const struct word *w, bool has_number, long number, struct an_err *err) {
    struct state *s = now(r);
    bool on = !has_number || number;
    switch (w->action) {
    case TO_TEXT: return go_to(r, TEXT, err);
    case TO_SKIP: return go_to(r, SKIP, err);
    case TO_QUIET: return go_to(r, QUIET, err);
    case TO_NOTE: return go_to(r, NOTE, err);
    case TO_BESIDE: return go_to(r, BESIDE, err);
    case TO_PERSON: return go_to(r, PERSON, err);
    case TO_LINE: return go_to(r, LINE, err);
    case TO_FONTS: return go_to(r, FONTS, err);
    case TO_PICTURE: return go_to(r, PICTURE, err);
    case TO_OBJECT: return go_to(r, OBJECT, err);
    case TO_UPR: return go_to(r, UPR, err);
    case TO_TAG: return go_to(r, TAG, err);
    case TO_UNICODE: s->to = s->to == UPR ? TEXT : s->to; s->star = false; return AN_OK;
    case PAR: return mark(r, s->in_table ? AN_RTF_CELL_PARAGRAPH : AN_RTF_PARAGRAPH, err);
    case CELL: return mark(r, AN_RTF_CELL, err);
    case ROW: return mark(r, AN_RTF_ROW, err);
    case NESTED: return mark(r, AN_RTF_CELL_PARAGRAPH, err);
    case CHARACTER: AN_TRY(flush(r, err)); return put(r, an_str_from_c(w->text), err);
    case BIN: return skip_bytes(r, number);
    case UNICODE:
        AN_TRY(add_unicode(r, (unsigned) number, err));
        r->skip = s->skip_count;
        return AN_OK;
    case SKIP_COUNT: s->skip_count = number >= 0 && number < 16 ? (unsigned) number : 1; return AN_OK;
    case ANSI_PAGE: AN_TRY(flush(r, err)); r->page = number > 0 && number < 65536 ? (unsigned) number : 1252; return AN_OK;
    case MAC: r->page = 10000; return AN_OK;
    case PC: r->page = 437; return AN_OK;
    case PCA: r->page = 850; return AN_OK;
    case DEFAULT_FONT: r->default_font = (int) (number & 0xFFFF); return AN_OK;
    case FONT: return set_font(r, (int) (number & 0xFFFF), err);
    case CHARSET: return define_font(r, an_codepage_of_charset((unsigned) number), err);
    case FONT_PAGE: return define_font(r, (unsigned) number & 0xFFFF, err);
    case PLAIN: AN_TRY(flush(r, err)); s->font = NO_FONT; s->deleted = s->inserted = s->hidden_rtf = false; return AN_OK;
    case PARD: return set(r, &s->in_table, false, err);
    case IN_TABLE: return set(r, &s->in_table, on, err);
    case DELETED: return set(r, &s->deleted, on, err);
    case INSERTED: return set(r, &s->inserted, on, err);
    case HIDDEN_RTF: return set(r, &s->hidden_rtf, on, err);
    case FROM_HTML: r->met->is_html |= on; return AN_OK;
    case FROM_TEXT: r->met->is_text = true; return AN_OK;
    case NOTHING: break;
    }
    return AN_OK;
}

static const struct word *find_word(struct an_str name) {
    for (size_t i = 0; i < AN_COUNT(words); i++)
        if (words[i].name[0] == name.ptr[0] && an_str_eq(name, an_str_from_c(words[i].name)))
            return &words[i];
    return NULL;
}

static bool is_letter(char c) { return (c | 0x20) >= 'a' && (c | 0x20) <= 'z'; }
static bool is_digit(char c) { return c >= '0' && c <= '9'; }

static char peek(const struct reader *r, size_t i) { return r->at + i < r->in.len ? r->in.ptr[r->at + i] : '\0'; }

// A word and its number; the blank behind them is theirs.
static enum an_code read_word(struct reader *r, struct an_err *err) {
    size_t n = 0;
    long number = 0;
    while (n < WORD_MAX && is_letter(peek(r, n)))
        n++;
    struct an_str name = an_str_slice(r->in, r->at, r->at + n);
    r->at += n;
    bool negative = peek(r, 0) == '-' && is_digit(peek(r, 1)), has_number = false;
    r->at += negative;
    for (; is_digit(peek(r, 0)); r->at++) {
        has_number = true;
        number = number < 100000000L ? number * 10 + (peek(r, 0) - '0') : number;
    }
    r->at += peek(r, 0) == ' ' && r->at < r->in.len;
    const struct word *w = find_word(name);
    bool binary = w && w->action == BIN;
    if (r->skip && !binary) {                   // it stands for the character of a \u before it
        r->skip--;
        return AN_OK;
    }
    if (w)
        return act(r, w, has_number, negative ? -number : number, err);
    // a destination that may be ignored: what it holds is looked at
    return now(r)->star ? go_to(r, BESIDE, err) : AN_OK;
}

static int hex_value(char c) {
    return is_digit(c) ? c - '0' : (c | 0x20) >= 'a' && (c | 0x20) <= 'f' ? (c | 0x20) - 'a' + 10 : -1;
}

static enum an_code read_symbol(struct reader *r, struct an_err *err) {
    char c = peek(r, 0);
    r->at++;
    if (c == '\'') {
        int high = hex_value(peek(r, 0)), low = hex_value(peek(r, 1));
        if (high < 0 || low < 0)
            return AN_OK;
        r->at += 2;
        return add_byte(r, (char) (high << 4 | low), err);
    }
    if (c == '*') {
        now(r)->star = true;
        return AN_OK;
    }
    if (c == '\n' || c == '\r')
        return mark(r, now(r)->in_table ? AN_RTF_CELL_PARAGRAPH : AN_RTF_PARAGRAPH, err);
    if (c == '~' || c == '_')
        c = c == '~' ? ' ' : '-';
    else if (c != '\\' && c != '{' && c != '}')
        return AN_OK;
    return add_byte(r, c, err);
}

static enum an_code read_all(struct reader *r, struct an_err *err) {
    while (r->at < r->in.len) {
        char c = r->in.ptr[r->at++];
        if (c == '{')
            AN_TRY(open_group(r, err));
        else if (c == '}')
            AN_TRY(close_group(r, err));
        else if (c == '\\' && is_letter(peek(r, 0)))
            AN_TRY(read_word(r, err));
        else if (c == '\\')
            AN_TRY(read_symbol(r, err));
        else if (c != '\r' && c != '\n' && c)
            AN_TRY(add_byte(r, c, err));
        if (c == '}' && r->depth == 1 && !r->too_deep)
            break;
    }
    r->met->cut = r->depth > 1 || r->too_deep;
    while (r->depth > 1 || r->too_deep)
        AN_TRY(close_group(r, err));
    for (; r->at < r->in.len; r->at++)
        r->met->behind += (unsigned char) r->in.ptr[r->at] > ' ';
    return AN_OK;
}

enum an_code an_rtf_read(struct an_str bytes, bool unwrap, const struct an_rtf_events *events, struct an_rtf *ret,
                         struct an_err *err) {
    struct reader r = {.in = bytes, .unwrap = unwrap, .events = events, .met = ret, .page = 1252, .defining = NO_FONT};
    *ret = (struct an_rtf) {0};
    enum an_code code = AN_OK;
    if (!an_alloc_room(&r.states, 0, &r.cap, sizeof *r.states))
        code = no_memory(err);
    if (!code) {
        r.states[r.depth++] = (struct state) {.font = NO_FONT, .skip_count = 1};
        code = read_all(&r, err);
    }
    ret->lost += r.codepage.lost;
    an_codepage_release(&r.codepage);
    an_buf_release(&r.raw);
    an_buf_release(&r.aside);
    an_buf_release(&r.text);
    an_free(r.states);
    an_free(r.fonts);
    return code;
}
