#include "case/kind.h"

#include <string.h>
#include "base/date.h"
#include "base/sign.h"
#include "base/utf8.h"
#include "case/secrecy.h"

// Members, in the order of docs/CASE_FILE.md. The last of each list has no name.
#define END {.name = NULL}
#define ID(n)           {.name = (n), .type = AN_MEMBER_ID}
#define LINE(n)         {.name = (n), .type = AN_MEMBER_LINE}
#define TEXT(n)         {.name = (n), .type = AN_MEMBER_TEXT}
#define DAY(n)          {.name = (n), .type = AN_MEMBER_DAY}
#define HASH(n)         {.name = (n), .type = AN_MEMBER_HASH}
#define OBJECT(n)       {.name = (n), .type = AN_MEMBER_OBJECT}
#define COUNT(n)        {.name = (n), .type = AN_MEMBER_COUNT}
#define COUNT_OR_NULL(n) {.name = (n), .type = AN_MEMBER_COUNT_OR_NULL}
#define WORD(n, list)   {.name = (n), .type = AN_MEMBER_WORD, .words = (list)}
#define GROUP(n, list)  {.name = (n), .type = AN_MEMBER_GROUP, .members = (list)}
#define MAY_ID(n)       {.name = (n), .type = AN_MEMBER_ID, .is_optional = true}
#define MAY_LINE(n)     {.name = (n), .type = AN_MEMBER_LINE, .is_optional = true}
#define MAY_TEXT(n)     {.name = (n), .type = AN_MEMBER_TEXT, .is_optional = true}
#define MAY_DAY(n)      {.name = (n), .type = AN_MEMBER_DAY, .is_optional = true}
#define MAY_HASH(n)     {.name = (n), .type = AN_MEMBER_HASH, .is_optional = true}
#define MAY_OBJECT(n)   {.name = (n), .type = AN_MEMBER_OBJECT, .is_optional = true}

static const char *const objects[] = {"listing", "product", "platform", "data_processing", NULL};
static const char *const sides[] = {"filer", "authority", NULL};
static const char *const verdicts[] = {"applies", "does-not-apply", "undetermined", NULL};
static const char *const answers[] = {"yes", "no", "unknown", NULL};
static const char *const levels[] = {"none", "low", "medium", "high", "unknown", NULL};
static const char *const promises[] = {"open", "kept", "broken", NULL};
static const char *const orders[] = {"open", "lifted", "met", NULL};
static const char *const stances[] = {"file", "not-required", "consult", NULL};
static const char *const results[] = {"pass", "fail", "unknown", "not-applicable", NULL};
static const char *const directions[] = {"sent", "received", NULL};

static const struct an_member company_named[] = {ID("id"), LINE("name"), MAY_LINE("name_en"), MAY_ID("uscc"), END};
static const struct an_member product[] = {ID("id"), LINE("name"), LINE("supplier"), END};
static const struct an_member open_case[] = {
    ID("id"), LINE("title"), WORD("object", objects), ID("procedure"), WORD("side", sides), GROUP("company", company_named),
    {.name = "products", .type = AN_MEMBER_GROUP, .members = product, .is_list = true, .is_optional = true}, END,
};
static const struct an_member person[] = {
    ID("id"), LINE("name"), WORD("role", an_secrecy_roles), WORD("side", sides), MAY_LINE("title"), MAY_LINE("body"),
    {.name = "key", .type = AN_MEMBER_KEY, .is_optional = true}, END,
};
static const struct an_member company[] = {ID("id"), LINE("name"), MAY_LINE("name_en"), MAY_ID("parent"), MAY_ID("uscc"), END};
static const struct an_member fact[] = {LINE("name"), LINE("value"), LINE("source"), DAY("day"), END};

static const struct an_member users[] = {COUNT("floor"), COUNT_OR_NULL("ceiling"), END};
static const struct an_member people[] = {COUNT("floor"), COUNT("linked"), COUNT_OR_NULL("ceiling"), END};
static const struct an_member committed_kind[] = {
    ID("kind"), COUNT("count"), {.name = "m", .type = AN_MEMBER_COUNT, .is_optional = true}, HASH("root"), END,
};
static const struct an_member committed[] = {
    HASH("root"), COUNT("tokens"), MAY_ID("kind"), MAY_ID("key_id"),
    {.name = "floor", .type = AN_MEMBER_COUNT, .is_optional = true},
    {.name = "kinds", .type = AN_MEMBER_GROUP, .members = committed_kind, .is_list = true, .is_optional = true}, END,
};
static const struct an_member measurement[] = {
    LINE("label"), DAY("day"), COUNT("stores"), COUNT("records"), GROUP("people", people), OBJECT("census"), COUNT("unread"),
    {.name = "users", .type = AN_MEMBER_GROUP, .members = users, .is_optional = true},
    {.name = "commitment", .type = AN_MEMBER_GROUP, .members = committed, .is_optional = true}, END,
};
static const struct an_member snapshot[] = {LINE("metric"), DAY("day"), COUNT("lo"), COUNT_OR_NULL("hi"), END};
static const struct an_member verdict[] = {
    ID("rule"), LINE("version"), WORD("verdict", verdicts), DAY("as_of"), MAY_OBJECT("certificate"), MAY_OBJECT("facts"),
    MAY_HASH("pack"), END,
};
static const struct an_member event[] = {
    ID("name"), MAY_ID("procedure"), DAY("day"), MAY_DAY("received"), MAY_LINE("by"), MAY_LINE("to"), MAY_LINE("body"),
    {.name = "secrecy", .type = AN_MEMBER_WORD, .words = an_secrecy_classes, .is_optional = true},
    {.name = "documents", .type = AN_MEMBER_OBJECT, .is_list = true, .is_optional = true}, MAY_TEXT("note"), END,
};
static const struct an_member document[] = {
    ID("id"), ID("kind"), LINE("title"), OBJECT("object"), ID("media"), COUNT("size"), DAY("spoken_of"), DAY("received"),
    MAY_DAY("expires"), WORD("secrecy", an_secrecy_classes), END,
};
static const struct an_member opinion[] = {
    LINE("body"), LINE("about"), WORD("agrees", answers), TEXT("text"), DAY("day"), MAY_OBJECT("document"), END,
};
static const struct an_member factor[] = {
    {.name = "factor", .type = AN_MEMBER_COUNT, .least = 1, .most = 7}, WORD("finding", levels), TEXT("text"),
    {.name = "evidence", .type = AN_MEMBER_LINE, .is_list = true}, DAY("day"), END,
};
static const struct an_member condition[] = {ID("id"), TEXT("text"), MAY_DAY("due"), END};
static const struct an_member decision[] = {
    ID("id"), ID("outcome"), DAY("day"), LINE("by"), TEXT("text"),
    {.name = "conditions", .type = AN_MEMBER_GROUP, .members = condition, .is_list = true, .is_optional = true},
    MAY_OBJECT("document"), END,
};
static const struct an_member commitment[] = {
    ID("id"), TEXT("text"), MAY_DAY("due"), WORD("status", promises), DAY("day"),
    {.name = "evidence", .type = AN_MEMBER_LINE, .is_list = true, .is_optional = true}, END,
};
static const struct an_member order[] = {ID("id"), TEXT("text"), DAY("day"), WORD("status", orders), END};
static const struct an_member stance[] = {WORD("state", stances), TEXT("reasons"), DAY("day"), LINE("by"), END};
static const struct an_member finding[] = {
    ID("id"), LINE("source"), LINE("title"), WORD("result", results), DAY("day"), MAY_OBJECT("object"), MAY_LINE("control"),
    MAY_ID("severity"), MAY_TEXT("remarks"), END,
};
static const struct an_member plan[] = {
    ID("id"), TEXT("text"), MAY_DAY("due"), ID("status"), MAY_LINE("owner"), MAY_ID("finding"), END,
};
static const struct an_member dossier[] = {
    WORD("direction", directions), HASH("manifest"), DAY("day"), MAY_LINE("from"), MAY_LINE("to"), MAY_OBJECT("file"), END,
};
static const struct an_member withdraw[] = {{.name = "entry", .type = AN_MEMBER_COUNT, .least = 1}, TEXT("why"), END};

static const struct an_entry_kind kinds[] = {
    {"open", {"Case opened", "立案"}, open_case},
    {"person", {"Person", "人员"}, person},
    {"company", {"Company", "公司"}, company},
    {"fact", {"Fact", "事实"}, fact},
    {"measurement", {"Measurement", "计数结果"}, measurement},
    {"snapshot", {"Snapshot of a count", "数量快照"}, snapshot},
    {"verdict", {"Verdict", "判断"}, verdict},
    {"event", {"Event", "事项"}, event},
    {"document", {"Document", "文件"}, document},
    {"opinion", {"Opinion", "意见"}, opinion},
    {"factor", {"Risk factor", "风险因素"}, factor},
    {"decision", {"Decision", "决定"}, decision},
    {"commitment", {"Commitment", "承诺"}, commitment},
    {"order", {"Order", "整改或风险防范要求"}, order},
    {"stance", {"Decision whether to file", "是否申报的决定"}, stance},
    {"finding", {"Finding", "检查结果"}, finding},
    {"plan", {"Plan", "整改计划"}, plan},
    {"dossier", {"Dossier", "卷宗"}, dossier},
    {"withdraw", {"Withdrawal of an entry", "撤回记录"}, withdraw},
};

size_t an_entry_kind_count(void) { return AN_COUNT(kinds); }
const struct an_entry_kind *an_entry_kind_at(size_t i) { return &kinds[i]; }

const struct an_entry_kind *an_entry_kind_find(struct an_str name) {
    for (size_t i = 0; i < AN_COUNT(kinds); i++)
        if (an_str_eq(an_str_from_c(kinds[i].name), name))
            return &kinds[i];
    return NULL;
}

// Who calls for a text, and where in the body we are: "people.floor".
struct checking {
    an_on_object *each;
    void *arg;
    struct an_err *err;
    const char *within;         // the group, or NULL
};

static enum an_code wrong(const struct checking *c, const struct an_member *m, const char *what) {
    return an_fail(c->err, AN_INPUT, "member '%s%s%s' %s", c->within ? c->within : "", c->within ? "." : "", m->name, what);
}

// What would not be seen, or would make others see another text than there is.
static bool is_hidden(uint32_t c) {
    return c < 0x20 || (c >= 0x7F && c < 0xA0) || c == 0x2028 || c == 0x2029 || c == 0x200E || c == 0x200F ||
           (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069) || c == 0xFEFF;
}

static enum an_code check_text(const struct checking *c, const struct an_member *m, struct an_str s) {
    size_t most = m->type == AN_MEMBER_ID ? AN_ENTRY_ID_MAX : m->type == AN_MEMBER_LINE ? AN_ENTRY_LINE_MAX : AN_ENTRY_TEXT_MAX;
    if (!s.len)
        return wrong(c, m, "is empty");
    if (s.len > most)
        return wrong(c, m, m->type == AN_MEMBER_ID ? "is longer than 128 bytes" :
                     m->type == AN_MEMBER_LINE ? "is longer than 1000 bytes" : "is longer than 64 KiB");
    if (an_utf8_valid(s) != s.len)
        return wrong(c, m, "is not UTF-8");
    for (size_t n; s.len; s = an_str_slice(s, n, s.len)) {
        uint32_t character = an_utf8_get(s, &n);
        if (m->type == AN_MEMBER_TEXT && character == '\n')
            continue;
        if (is_hidden(character))
            return wrong(c, m, m->type == AN_MEMBER_TEXT ? "holds a control character" :
                         "holds a control character or a line feed");
        if (m->type == AN_MEMBER_ID && (character == ' ' || character == 0xA0 || character == 0x3000))
            return wrong(c, m, "holds a space");
    }
    return AN_OK;
}

static bool is_hash(struct an_str s) {
    for (size_t i = 0; i < s.len; i++)
        if (!((s.ptr[i] >= '0' && s.ptr[i] <= '9') || (s.ptr[i] >= 'a' && s.ptr[i] <= 'f')))
            return false;
    return s.len == AN_HASH_TEXT;
}

static bool is_word(const char *const *words, struct an_str s) {
    for (; *words; words++)
        if (an_str_eq(an_str_from_c(*words), s))
            return true;
    return false;
}

static enum an_code wrong_word(const struct checking *c, const struct an_member *m) {
    char list[160];
    size_t at = 0;
    list[0] = '\0';
    for (size_t i = 0; m->words[i] && at + strlen(m->words[i]) + 3 < sizeof list; i++) {
        const char *parts[] = {i ? ", " : "", m->words[i]};
        for (size_t k = 0; k < AN_COUNT(parts); k++) {
            size_t len = strlen(parts[k]);
            memcpy(list + at, parts[k], len + 1);
            at += len;
        }
    }
    return an_fail(c->err, AN_INPUT, "member '%s%s%s' is none of: %s", c->within ? c->within : "", c->within ? "." : "", m->name,
                   list);
}

static enum an_code check_string(const struct checking *c, const struct an_member *m, struct an_str s) {
    an_day day;
    struct an_public key;
    struct an_err why;
    switch (m->type) {
    case AN_MEMBER_ID:
    case AN_MEMBER_LINE:
    case AN_MEMBER_TEXT:
        return check_text(c, m, s);
    case AN_MEMBER_DAY:
        return an_day_parse(s, &day) ? AN_OK : wrong(c, m, "is no day (YYYY-MM-DD)");
    case AN_MEMBER_HASH:
    case AN_MEMBER_OBJECT:
        if (!is_hash(s))
            return wrong(c, m, "is no hash of 64 hexadecimal digits in lower case");
        return m->type == AN_MEMBER_OBJECT && c->each ? c->each(c->arg, s, c->err) : AN_OK;
    case AN_MEMBER_WORD:
        return is_word(m->words, s) ? AN_OK : wrong_word(c, m);
    case AN_MEMBER_KEY:
        return s.len == AN_PUBLIC_TEXT_MAX - 1 && !an_public_parse(s, &key, &why) ? AN_OK
            : wrong(c, m, "is no public key (one line of 56 characters, RW...)");
    case AN_MEMBER_COUNT:
    case AN_MEMBER_COUNT_OR_NULL:
    case AN_MEMBER_GROUP:
        break;
    }
    return an_fail(c->err, AN_BUG, "a member of no type");
}

static enum an_code check_count(const struct checking *c, const struct an_member *m, const json_t *value) {
    if (m->type == AN_MEMBER_COUNT_OR_NULL && json_is_null(value))
        return AN_OK;
    if (!json_is_integer(value))
        return wrong(c, m, "is no whole number");
    json_int_t n = json_integer_value(value);
    if (n < m->least || (m->most && n > m->most))
        return wrong(c, m, m->most ? "is outside its range" : m->least ? "is less than 1" : "is less than 0");
    return AN_OK;
}

static enum an_code check_group(const struct checking *c, const struct an_member *members, const json_t *group);

static enum an_code check_value(const struct checking *c, const struct an_member *m, const json_t *value) {
    if (m->type == AN_MEMBER_GROUP) {
        const struct checking inside = {.each = c->each, .arg = c->arg, .err = c->err, .within = m->name};
        return json_is_object(value) ? check_group(&inside, m->members, value) : wrong(c, m, "is no object");
    }
    if (m->type == AN_MEMBER_COUNT || m->type == AN_MEMBER_COUNT_OR_NULL)
        return check_count(c, m, value);
    if (!json_is_string(value))
        return wrong(c, m, "is no text");
    return check_string(c, m, (struct an_str) {json_string_value(value), json_string_length(value)});
}

static enum an_code check_member(const struct checking *c, const struct an_member *m, const json_t *value) {
    if (!m->is_list)
        return check_value(c, m, value);
    if (!json_is_array(value))
        return wrong(c, m, "is no list");
    if (json_array_size(value) > AN_ENTRY_LIST_MAX)
        return wrong(c, m, "has more than 10000 items");
    for (size_t i = 0; i < json_array_size(value); i++)
        AN_TRY(check_value(c, m, json_array_get(value, i)));
    return AN_OK;
}

static enum an_code check_members(const struct checking *c, const struct an_member *members, const json_t *group,
                                  size_t *known) {
    for (const struct an_member *m = members; m->name; m++) {
        const json_t *value = json_object_get(group, m->name);
        if (!value && !m->is_optional)
            return wrong(c, m, "is missing");
        if (!value)
            continue;
        ++*known;
        AN_TRY(check_member(c, m, value));
    }
    return AN_OK;
}

// What a body may have whose kind has no `from` of its own: the hash of the entry in the other side's case file that says the
// same, where it came from.
static const struct an_member origin[] = {MAY_HASH("from"), END};

static bool has_member(const struct an_member *members, const char *name) {
    while (members->name && strcmp(members->name, name) != 0)
        members++;
    return members->name;
}

static enum an_code check_group(const struct checking *c, const struct an_member *members, const json_t *group) {
    size_t known = 0;
    AN_TRY(check_members(c, members, group, &known));
    if (!c->within && !has_member(members, origin->name))
        AN_TRY(check_members(c, origin, group, &known));
    if (known != json_object_size(group))           // their names are not ours to show
        return an_fail(c->err, AN_INPUT, "%s%shas a member that is not known here", c->within ? c->within : "",
                       c->within ? " " : "");
    return AN_OK;
}

enum an_code an_entry_check(const struct an_entry_kind *kind, const json_t *body, an_on_object *each, void *arg,
                            struct an_err *err) {
    const struct checking c = {.each = each, .arg = arg, .err = err};
    return json_is_object(body) ? check_group(&c, kind->members, body) : an_fail(err, AN_INPUT, "the body is no object");
}

struct an_str an_entry_text(const json_t *body, const char *member) {
    const json_t *value = json_object_get(body, member);
    return json_is_string(value) ? (struct an_str) {json_string_value(value), json_string_length(value)} : AN_STR("");
}

const char *const *an_entry_words(const struct an_entry_kind *kind, const char *member) {
    for (const struct an_member *m = kind->members; m->name; m++)
        if (strcmp(m->name, member) == 0)
            return m->words;
    return NULL;
}

struct dumping {
    struct an_buf *out;
    struct an_err *err;
    enum an_code code;
};

static int on_piece(const char *bytes, size_t len, void *arg) {
    struct dumping *d = arg;
    if (!d->code)                   // jansson goes on after some pieces that could not be kept
        d->code = an_buf_add(d->out, (struct an_str) {bytes, len}, d->err);
    return d->code ? -1 : 0;
}

// Reading only, though jansson's iterators take what could be changed.
static bool has_fraction(json_t *json) {
    const char *key;
    json_t *value;
    size_t i;
    if (json_is_object(json)) {
        json_object_foreach(json, key, value)
            if (has_fraction(value))
                return true;
    }
    json_array_foreach(json, i, value)
        if (has_fraction(value))
            return true;
    return json_is_real(json);
}

enum an_code an_canonical(json_t *json, struct an_buf *out, struct an_err *err) {
    struct dumping d = {.out = out, .err = err};
    if (has_fraction(json))
        return an_fail(err, AN_INPUT, "canonical JSON holds whole numbers only");
    if (json_dump_callback(json, on_piece, &d, JSON_COMPACT | JSON_SORT_KEYS | JSON_ENCODE_ANY) && !d.code)
        return an_fail(err, AN_NOMEM, "no memory to write JSON");
    return d.code;
}
