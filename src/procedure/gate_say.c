// A gate's answer, in words and as JSON.
#include "procedure/gate.h"
#include "procedure/key.h"
#include "rules/canon.h"
#include "rules/words.h"

#define TRY(call) do { enum an_code code_ = (call); if (code_) return code_; } while (0)

static struct an_words answer_words(enum an_tri value) {
    static const struct an_words words[] = {
        [AN_NO] = {"NO", "否"}, [AN_UNKNOWN] = {"UNDETERMINED", "不能确定"}, [AN_YES] = {"YES", "是"}};
    return words[value];
}

static enum an_code why(const struct an_verdict *v, enum an_lang lang, struct an_buf *out, struct an_err *err) {
    bool zh = lang == AN_ZH;
    for (size_t i = 0; i < v->step_count; i++) {
        const struct an_step *s = &v->steps[i];
        TRY(an_buf_addf(out, err, "      %*s%.*s", (int) (2 * s->depth), "", AN_STR_ARG(zh ? s->text_zh : s->text)));
        if (s->fact.len)
            TRY(an_buf_addf(out, err, zh ? "（%.*s）" : " (%.*s)", AN_STR_ARG(zh ? s->fact_zh : s->fact)));
        TRY(an_buf_addf(out, err, ": %s\n", an_say(answer_words(s->value), lang)));
    }
    for (size_t i = 0; i < v->decide_by_count; i++)
        TRY(an_buf_addf(out, err, "%s%.*s%s", i ? zh ? "、" : ", " : zh ? "      待查明：" : "      to find out: ",
                        AN_STR_ARG(v->decide_by[i]), i + 1 == v->decide_by_count ? "\n" : ""));
    return AN_OK;
}

static enum an_code condition(const struct an_gate_condition *c, const struct an_verdict *v, enum an_lang lang,
                              struct an_buf *out, struct an_err *err) {
    bool zh = lang == AN_ZH;
    TRY(an_buf_addf(out, err, "  [%s] %.*s", an_say(answer_words(v->value), lang), AN_STR_ARG(an_pair_say(c->title, lang))));
    if (c->article.len)
        TRY(an_buf_addf(out, err, zh ? "（第%.*s条）" : " (art. %.*s)", AN_STR_ARG(c->article)));
    TRY(an_buf_add(out, AN_STR("\n"), err));
    if (v->value == AN_YES)
        return AN_OK;
    TRY(why(v, lang, out, err));
    struct an_str settle = an_pair_say(c->settle, lang);
    return settle.len ? an_buf_addf(out, err, zh ? "      → %.*s\n" : "      -> %.*s\n", AN_STR_ARG(settle)) : AN_OK;
}

enum an_code an_gate_say(const struct an_gate_answer *a, enum an_lang lang, struct an_buf *out, struct an_err *err) {
    const struct an_gate *g = a->gate;
    bool zh = lang == AN_ZH;
    TRY(an_buf_addf(out, err, "%.*s %s\n", AN_STR_ARG(an_pair_say(g->question, lang)), an_say(answer_words(a->value), lang)));
    TRY(an_citation_say(&g->head, lang, out, err));
    TRY(an_buf_add(out, AN_STR("\n"), err));
    if (a->standing != AN_STANDING_IN_FORCE)
        TRY(an_buf_addf(out, err, "%s\n", an_say(an_standing_words(a->standing), lang)));
    for (size_t i = 0; i < g->condition_count; i++)
        TRY(condition(&g->conditions[i], &a->verdicts[i], lang, out, err));
    if (g->then_count)
        TRY(an_buf_addf(out, err, "%s\n", zh ? "一旦办理：" : "What begins by doing it:"));
    for (size_t i = 0; i < g->then_count; i++)
        TRY(an_buf_addf(out, err, zh ? "  %.*s（第%.*s条）\n" : "  %.*s (art. %.*s)\n",
                        AN_STR_ARG(an_pair_say(g->thens[i].title, lang)), AN_STR_ARG(g->thens[i].article)));
    if (g->head.note_count)
        TRY(an_buf_addf(out, err, "%s\n", zh ? "说明：" : "Notes:"));
    for (size_t i = 0; i < g->head.note_count; i++)
        TRY(an_buf_addf(out, err, "  %.*s\n", AN_STR_ARG(an_pair_say(g->head.notes[i], lang))));
    return AN_OK;
}

static void condition_json(const struct an_gate_condition *c, const struct an_verdict *v, struct an_json *j) {
    an_json_open(j, '{');
    key_str(j, "name", c->name);
    key_pair(j, "title", c->title);
    key_str(j, "article", c->article);
    an_json_key(j, "value");
    an_json_cstr(j, an_tri_name(v->value));
    an_json_key(j, "why");
    an_json_open(j, '[');
    for (size_t i = 0; i < v->step_count; i++) {
        an_json_open(j, '{');
        an_json_key(j, "depth");
        an_json_u64(j, v->steps[i].depth);
        key_str(j, "text", v->steps[i].text);
        key_str(j, "known", v->steps[i].fact);
        an_json_key(j, "value");
        an_json_cstr(j, an_tri_name(v->steps[i].value));
        an_json_close(j, '}');
    }
    an_json_close(j, ']');
    an_json_key(j, "decide_by");
    an_json_open(j, '[');
    for (size_t i = 0; i < v->decide_by_count; i++)
        an_json_str(j, v->decide_by[i]);
    an_json_close(j, ']');
    key_pair(j, "settle", c->settle);
    an_json_close(j, '}');
}

void an_gate_json(const struct an_gate_answer *a, struct an_json *j) {
    const struct an_gate *g = a->gate;
    char hash[AN_HASH_TEXT_MAX];
    an_json_open(j, '{');
    an_json_key(j, "schema");
    an_json_cstr(j, "anshen.gate/1");
    key_str(j, "gate", g->head.id);
    key_str(j, "version", g->head.version);
    an_json_key(j, "hash");
    an_json_cstr(j, an_hash_text(g->head.hash, hash));
    key_pair(j, "question", g->question);
    an_json_key(j, "value");
    an_json_cstr(j, an_tri_name(a->value));
    an_json_key(j, "conditions");
    an_json_open(j, '[');
    for (size_t i = 0; i < g->condition_count; i++)
        condition_json(&g->conditions[i], &a->verdicts[i], j);
    an_json_close(j, ']');
    an_json_key(j, "then");
    an_json_open(j, '[');
    for (size_t i = 0; i < g->then_count; i++) {
        an_json_open(j, '{');
        key_pair(j, "title", g->thens[i].title);
        key_str(j, "article", g->thens[i].article);
        an_json_close(j, '}');
    }
    an_json_close(j, ']');
    an_json_key(j, "certificate");
    an_json_raw(j, a->whole.certificate);
    an_json_close(j, '}');
}
