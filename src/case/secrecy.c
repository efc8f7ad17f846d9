#include "case/secrecy.h"

#include <string.h>
#include "base/cleanup.h"

enum { ROLES = 6, CLASSES = 4 };

const char *const an_secrecy_classes[] = {"open", "filer", "authority", "examiner", NULL};
const char *const an_secrecy_roles[] = {"public", "filer", "adviser", "body", "authority", "examiner", NULL};
_Static_assert(AN_COUNT(an_secrecy_roles) == ROLES + 1 && AN_COUNT(an_secrecy_classes) == CLASSES + 1, "the table's edges");

// The one place where it is written. `filer` is what the filer handed in or keeps; `authority` is the review's own work,
// which members of the mechanism share; `examiner` is what was shown to examiners alone.
static const bool lets[ROLES][CLASSES] = {
    //               open   filer  authority examiner
    /* public    */ {true,  false, false,    false},
    /* filer     */ {true,  true,  false,    false},
    /* adviser   */ {true,  true,  false,    false},
    /* body      */ {true,  true,  true,     false},
    /* authority */ {true,  true,  true,     false},
    /* examiner  */ {true,  true,  true,     true},
};

static size_t find(const char *const *words, struct an_str word) {
    size_t i = 0;
    while (words[i] && !an_str_eq(an_str_from_c(words[i]), word))
        i++;
    return i;
}

bool an_secrecy_lets(struct an_str role, struct an_str secrecy) {
    size_t r = find(an_secrecy_roles, role), c = find(an_secrecy_classes, secrecy);
    return r < ROLES && c < CLASSES && lets[r][c];
}

struct an_str an_entry_secrecy(const struct an_case *c, const struct an_entry *entry) {
    struct an_str own = an_entry_text(entry->body, "secrecy"), kind = an_str_from_c(entry->kind->name);
    struct an_str side = an_entry_text(an_case_entry(c, 1)->body, "side");
    if (own.len)
        return own;
    if (an_str_eq(kind, AN_STR("withdraw"))) {      // it names an entry before it, and never a withdrawal
        json_int_t of = json_integer_value(json_object_get(entry->body, "entry"));
        const struct an_entry *other = of > 0 && (uint64_t) of < entry->seq ? an_case_entry(c, (uint64_t) of) : NULL;
        return other && strcmp(other->kind->name, "withdraw") != 0 ? an_entry_secrecy(c, other) : AN_STR("examiner");
    }
    bool reviewing = an_str_eq(side, AN_STR("authority"));
    if (an_str_eq(kind, AN_STR("opinion")) || (reviewing && an_str_eq(kind, AN_STR("factor"))))
        return AN_STR("authority");
    return AN_STR("filer");
}
