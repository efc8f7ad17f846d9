// Writing the canonical form.
#include "procedure/canon.h"

#include <sodium.h>
#include <string.h>
#include "rules/lex.h"

#define TRY(call) do { enum an_code code_ = (call); if (code_) return code_; } while (0)

static enum an_code quoted(struct an_buf *out, struct an_str s, struct an_err *err) {
    for (size_t i = 0; i < s.len; i++) {
        if (s.ptr[i] == '"' || s.ptr[i] == '\\')
            TRY(an_buf_add(out, AN_STR("\\"), err));
        TRY(an_buf_add(out, an_str_slice(s, i, i + 1), err));
    }
    return AN_OK;
}

static enum an_code words(struct an_str own, struct an_buf *out, struct an_arena *arena, struct an_err *err) {
    struct an_lex lex;
    bool first = true, in_string = false;
    TRY(an_lex_start(&lex, NULL, own, arena, err));
    for (; lex.now.kind != AN_LEX_END; first = false) {
        bool string = lex.now.kind == AN_LEX_STRING;
        if (in_string && !string)
            TRY(an_buf_add(out, AN_STR("\""), err));
        if (!first && !(in_string && string))
            TRY(an_buf_add(out, AN_STR(" "), err));
        if (string && !in_string)
            TRY(an_buf_add(out, AN_STR("\""), err));
        if (lex.now.kind == AN_LEX_NUMBER)              // 100万 and 1_000_000 are one number
            TRY(an_buf_addf(out, err, "%llu", (unsigned long long) lex.now.number));
        else
            TRY(string ? quoted(out, lex.now.raw, err) : an_buf_add(out, lex.now.raw, err));
        in_string = string;
        TRY(an_lex_next(&lex, err));
    }
    return AN_OK;
}

enum an_code an_norm_canonise(struct an_rule *norm, const struct an_rule *like, struct an_str own, struct an_arena *arena,
                              struct an_err *err) {
    AN_AUTO(an_buf) out = {0};
    if (like)
        TRY(an_buf_addf(&out, err, "%.*s\n", AN_STR_ARG(like->canonical)));
    TRY(words(own, &out, arena, err));
    norm->canonical = an_arena_copy(arena, an_buf_str(&out));
    if (!norm->canonical.ptr)
        return an_fail(err, AN_NOMEM, "no memory for a procedure");
    const unsigned char *bytes = (const unsigned char *) norm->canonical.ptr;
    if (crypto_generichash(norm->hash, sizeof norm->hash, bytes, norm->canonical.len, NULL, 0))
        return an_fail(err, AN_BUG, "hashing refused its sizes");
    return AN_OK;
}
