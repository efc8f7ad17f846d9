// Names of people in Latin letters: two to four words that begin with a capital.
#include <string.h>
#include "look/looks.h"

static unsigned see(const struct an_look_cell *cell) {
    enum { FEWEST = 2, MOST = 4 };
    struct an_str rest = cell->text, word;
    size_t words = 0;
    while (an_str_next(&rest, ' ', &word) && words <= MOST) {
        if (!word.len || word.ptr[0] < 'A' || word.ptr[0] > 'Z')
            return 0;
        for (size_t i = 1; i < word.len; i++)
            if (!an_look_is_letter(word.ptr[i]) && !strchr(".,'-", word.ptr[i]) && !(word.ptr[i] & 0x80))
                return 0;
        words++;
    }
    return words >= FEWEST && words <= MOST;
}

static const struct an_look_example examples[] = {
    {AN_STR_INIT("Mary-Ann O'Hara"), true},
    {AN_STR_INIT("J. R. Smith"), true},
    {AN_STR_INIT("mary smith"), false},
    {AN_STR_INIT("Room 12"), false},
};

const struct an_look an_look_latin_name = {
    .code = 37,
    .name = "latin-name",
    .title = {"a person's name in Latin letters", "拉丁字母姓名"},
    .category = "name",
    .source = "GB/T 35273-2020 A",
    .made_of = AN_LOOK_UPPER | AN_LOOK_BLANK,
    .min = 4,
    .max = 64,
    .see = see,
    .examples = examples,
    .example_count = AN_COUNT(examples),
};
