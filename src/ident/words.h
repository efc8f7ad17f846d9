// Words of column headers that name no kind of identifier, and what they say instead.
//
// All folded as an_header_fold does it; Chinese, pinyin and English; every list NULL-ended.
#ifndef AN_IDENT_WORDS_H
#define AN_IDENT_WORDS_H

// Attributes of a person that are no identifier.
extern const char *const an_words_personal[];

// Free text.
extern const char *const an_words_text[];

// What ends like the word for an identifier, and is none.
extern const char *const an_words_decoy[];

// Words that name nothing by themselves.
extern const char *const an_words_generic[];

// What may follow a kind's word and change nothing.
extern const char *const an_words_tail[];

// Words of two letters that a longer header may end in: client_ip.
extern const char *const an_words_short[];

// Keys that only hold others.
extern const char *const an_words_box[];

// Verbs that make a header a yes or no about an identifier.
extern const char *const an_words_question[];

// Pinyin of attributes, before which two letters are enough for a person: frxm, jzdh.
extern const char *const an_words_pinyin[];

#endif
