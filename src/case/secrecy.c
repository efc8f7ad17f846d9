#include "case/secrecy.h"

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
