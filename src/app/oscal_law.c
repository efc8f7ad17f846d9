// The rules of law as an OSCAL catalog: a group for each instrument, a control for each version of a rule.
#include <sodium.h>
#include <stdio.h>

#include "app/oscal_fill.h"
#include "rules/canon.h"
#include "rules/words.h"

static struct an_str said(struct an_fill *f, const struct an_buf *b) {
    struct an_str s = an_arena_copy(f->arena, an_buf_str(b));
    f->failed |= !s.ptr;
    return s.ptr ? s : AN_STR("");
}

// A formula whose levels are seen without its indentation, which does not outlive Markdown.
static struct an_str levels(struct an_fill *f, const struct an_buf *b) {
    struct an_str rest = an_buf_str(b), line, all = AN_STR("");
    while (an_str_next(&rest, '\n', &line)) {
        size_t blanks = 0;
        while (blanks < line.len && line.ptr[blanks] == ' ')
            blanks++;
        static const char dots[] = "·························";
        int most = (int) (blanks / 2 * 2 < sizeof dots - 1 ? blanks / 2 * 2 : sizeof dots - 1);     // two bytes each
        line = an_str_slice(line, blanks, line.len);
        all = an_fill_say(f, "%.*s%s%.*s%s%.*s", AN_STR_ARG(all), all.len ? "\n" : "", most, dots, most ? " " : "",
                          AN_STR_ARG(line));
    }
    return all;
}

static void add_part(struct an_fill *f, const struct an_oscal_part **parts, size_t *count, const char *name, struct an_str title,
                     struct an_str prose) {
    struct an_oscal_part *all = (struct an_oscal_part *) (uintptr_t) *parts, *p = NULL;
    if (prose.len)
        p = AN_PUSH(f->arena, all, *count);
    if (p)
        *p = (struct an_oscal_part) {name, title, prose};
    f->failed |= prose.len && !p;
    *parts = all;
}

static enum an_code duties(struct an_fill *f, const struct an_rule *r, struct an_buf *out, struct an_err *err) {
    const struct an_packs *packs = &f->s->law->packs;
    enum an_code code = AN_OK;
    for (size_t i = 0; i < r->duty_count && !code; i++) {
        code = an_duty_say(packs, &r->duties[i], f->s->lang, out, err);
        if (!code)
            code = an_buf_add(out, AN_STR("\n"), err);
    }
    for (size_t i = 0; i < r->clock_count && !code; i++) {
        code = an_clock_say(packs, &r->clocks[i], f->s->lang, out, err);
        if (!code)
            code = an_buf_add(out, AN_STR("\n"), err);
    }
    return code;
}

static struct an_str quote(const struct an_rule *r, const char *lang) {
    for (size_t i = 0; i < r->quote_count; i++)
        if (an_str_eq(r->quotes[i].lang, an_str_from_c(lang)))
            return r->quotes[i].text;
    return AN_STR("");
}

// The words of the statute where they are known; else what they come to, which says that it is no quotation.
static void statement(struct an_fill *f, const struct an_rule *r, struct an_oscal_control *c) {
    struct an_str words = quote(r, f->s->lang == AN_ZH ? "zh" : "en");
    if (!words.len)
        words = quote(r, f->s->lang == AN_ZH ? "en" : "zh");
    if (words.len)
        add_part(f, &c->parts, &c->part_count, "statement", an_fill_word(f, "Words of the instrument", "条文"), words);
    else
        add_part(f, &c->parts, &c->part_count, "statement", an_fill_word(f, "Restated, not quoted", "转述，非引文"),
                 an_pair_say(r->digest, f->s->lang).len ? an_pair_say(r->digest, f->s->lang) : an_pair_say(r->title, f->s->lang));
}

static void props(struct an_fill *f, const struct an_rule *r, struct an_oscal_control *c) {
    char text[AN_DAY_TEXT_MAX], hash[AN_HASH_TEXT_MAX];
    struct an_fill_props p = {0};
    an_fill_prop(f, &p, "rule", r->id, NULL);
    an_fill_prop(f, &p, "rule-version", r->version, NULL);
    an_fill_prop(f, &p, "rule-status", an_str_from_c(an_status_name(r->status)), NULL);
    an_fill_prop(f, &p, "rule-scope", r->scope, NULL);
    if (r->from != AN_DAY_NONE)
        an_fill_prop(f, &p, "in-force-from", an_fill_say(f, "%s", an_day_text(r->from, text)), NULL);
    if (r->to != AN_DAY_NONE)
        an_fill_prop(f, &p, "in-force-to", an_fill_say(f, "%s", an_day_text(r->to, text)), NULL);
    if (r->published != AN_DAY_NONE)
        an_fill_prop(f, &p, "published", an_fill_say(f, "%s", an_day_text(r->published, text)), NULL);
    if (!an_str_eq(r->article, AN_STR("-")))
        an_fill_prop(f, &p, "article", r->article, NULL);
    an_fill_prop(f, &p, "rule-hash", an_fill_say(f, "%s", an_hash_text(r->hash, hash)), NULL);
    c->props = an_fill_done(p);
}

static bool is_uri(struct an_str s) { return s.len > 8 && memcmp(s.ptr, "http", 4) == 0 && !memchr(s.ptr, ' ', s.len); }

static enum an_code control(struct an_fill *f, const struct an_rule *r, struct an_oscal_control *c, struct an_err *err) {
    AN_AUTO(an_buf) when = {0};
    AN_AUTO(an_buf) duty = {0};
    c->id = an_fill_control(f, r->id, r->version);
    c->title = an_pair_say(r->title, f->s->lang);
    c->class = "rule";
    props(f, r, c);
    statement(f, r, c);
    enum an_code code = r->when ? an_formula_say(r->when, 0, &when, err) : AN_OK;
    if (!code)
        code = duties(f, r, &duty, err);
    if (code)
        return code;
    add_part(f, &c->parts, &c->part_count, "assessment-objective", an_fill_word(f, "When it applies", "适用条件"),
             levels(f, &when));
    add_part(f, &c->parts, &c->part_count, "guidance", an_fill_word(f, "What follows", "法律后果"), said(f, &duty));
    for (size_t i = 0; i < r->note_count; i++)
        add_part(f, &c->parts, &c->part_count, "guidance", an_fill_word(f, "Mark of doubt or limit", "存疑或限制"),
                 an_pair_say(r->notes[i], f->s->lang));
    struct an_str *links = AN_NEW_N(f->arena, r->source_count + 1, struct an_str);
    f->failed |= !links;
    for (size_t i = 0; links && i < r->source_count; i++)
        if (is_uri(r->sources[i]))
            links[c->link_count++] = r->sources[i];
    c->links = links;
    return AN_OK;
}

static struct an_str instrument(const struct an_fill *f, const struct an_rule *r) {
    return f->s->lang == AN_EN && r->instrument_en.len ? r->instrument_en : r->instrument;
}

enum an_code an_fill_catalog(struct an_fill *f, struct an_oscal_catalog *c, struct an_err *err) {
    const struct an_law *law = f->s->law;
    unsigned char hash[AN_RULE_HASH_BYTES];
    char text[AN_HASH_TEXT_MAX], day[AN_DAY_TEXT_MAX];
    size_t *group = AN_NEW_N(f->arena, law->packs.rule_count + 1, size_t);
    enum an_code code = AN_OK;
    an_packs_hash(&law->packs, hash);
    struct an_fill_props p = {0};
    an_fill_prop(f, &p, "rules-hash", an_fill_say(f, "%s", an_hash_text(hash, text)), NULL);
    *c = (struct an_oscal_catalog) {.space = AN_STR("law"), .moment = an_str_from_c(f->s->moment), .props = an_fill_done(p),
                                    .tool_version = an_str_from_c(AN_VERSION),
                                    .version = an_fill_say(f, "%s", an_day_text(f->s->as_of, day)),
                                    .title = an_fill_word(f, "Rules of law, as anshen judges them",
                                                          "法律规则目录（anshen 判断依据）")};
    // Instruments in the order in which the rules, sorted by id, first name them.
    for (size_t i = 0; group && i < law->packs.rule_count; i++) {
        const struct an_rule *r = law->packs.rules[i];
        group[i] = SIZE_MAX;
        if (r->is_define || !an_law_has(law, r))
            continue;
        for (size_t g = 0; g < c->group_count && group[i] == SIZE_MAX; g++)
            if (an_str_eq(c->groups[g], instrument(f, r)))
                group[i] = g;
        if (group[i] == SIZE_MAX) {
            struct an_str *name = AN_PUSH(f->arena, c->groups, c->group_count);
            f->failed |= !name;
            if (name)
                *name = instrument(f, r);
            group[i] = c->group_count - 1;
        }
    }
    for (size_t g = 0; group && g < c->group_count; g++)
        for (size_t i = 0; i < law->packs.rule_count && !code; i++) {
            struct an_oscal_control *to = group[i] == g ? AN_PUSH(f->arena, c->controls, c->control_count) : NULL;
            if (!to)
                continue;
            *to = (struct an_oscal_control) {.group = g};
            code = control(f, law->packs.rules[i], to, err);
        }
    f->failed |= !group;
    return code;
}
