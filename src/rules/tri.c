// The names of the three truth values.
#include "rules/tri.h"

const char *an_tri_name(enum an_tri t) {
    switch (t) {
    case AN_NO:      return "no";
    case AN_UNKNOWN: return "undetermined";
    case AN_YES:     return "yes";
    }
    return "?";
}

const char *an_tri_verdict(enum an_tri t) {
    switch (t) {
    case AN_NO:      return "does-not-apply";
    case AN_UNKNOWN: return "undetermined";
    case AN_YES:     return "applies";
    }
    return "?";
}

struct an_words an_tri_words(enum an_tri t) {
    switch (t) {
    case AN_NO:      return (struct an_words) {"does not apply", "不适用"};
    case AN_UNKNOWN: return (struct an_words) {"undetermined", "无法确定"};
    case AN_YES:     return (struct an_words) {"applies", "适用"};
    }
    return (struct an_words) {"?", "?"};
}
