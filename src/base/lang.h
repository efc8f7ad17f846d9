// The two languages everything that people read is written in.
#ifndef AN_BASE_LANG_H
#define AN_BASE_LANG_H

enum an_lang { AN_EN, AN_ZH };

struct an_words { const char *en, *zh; };       // the same thing said twice; both always present

static inline const char *an_say(struct an_words w, enum an_lang lang) { return lang == AN_ZH ? w.zh : w.en; }

#endif
