// Addresses in the order of English: a number, a name, a word for a street.
#include <string.h>
#include <strings.h>
#include "look/looks.h"

static unsigned see(const struct an_look_cell *cell) {
    static const struct an_str streets[] = {
        AN_STR_INIT("street"), AN_STR_INIT("st"), AN_STR_INIT("avenue"), AN_STR_INIT("ave"), AN_STR_INIT("road"),
        AN_STR_INIT("rd"),
        AN_STR_INIT("boulevard"), AN_STR_INIT("blvd"), AN_STR_INIT("lane"), AN_STR_INIT("ln"), AN_STR_INIT("drive"),
        AN_STR_INIT("dr"),
        AN_STR_INIT("court"), AN_STR_INIT("ct"), AN_STR_INIT("way"), AN_STR_INIT("place"), AN_STR_INIT("pl"),
        AN_STR_INIT("square"),
        AN_STR_INIT("terrace"), AN_STR_INIT("circle"), AN_STR_INIT("parkway"), AN_STR_INIT("highway"), AN_STR_INIT("close"),
        AN_STR_INIT("crescent"), AN_STR_INIT("trail"), AN_STR_INIT("alley"), AN_STR_INIT("plaza"), AN_STR_INIT("junction"),
        AN_STR_INIT("hill"), AN_STR_INIT("crossing"), AN_STR_INIT("center"), AN_STR_INIT("point"), AN_STR_INIT("pass"),
        AN_STR_INIT("park"), AN_STR_INIT("run"), AN_STR_INIT("mount"), AN_STR_INIT("grove"), AN_STR_INIT("gardens"),
    };
    struct an_str rest = cell->text, word;
    bool number = false;
    size_t words = 0;
    while (an_str_next(&rest, ' ', &word) && words < 8) {
        while (word.len && strchr(",.", word.ptr[word.len - 1]))
            word.len--;
        number |= words < 3 && word.len && an_look_is_digit(word.ptr[0]);
        for (size_t i = 0; i < AN_COUNT(streets) && number && words >= 1; i++)
            if (word.len == streets[i].len && strncasecmp(word.ptr, streets[i].ptr, word.len) == 0)
                return 1;
        words++;
    }
    return 0;
}

static const struct an_look_example examples[] = {
    {AN_STR_INIT("12 Long Road"), true},
    {AN_STR_INIT("Flat 3, 9 Mill Lane"), true},
    {AN_STR_INIT("Long Road"), false},
    {AN_STR_INIT("12 monkeys"), false},
};

const struct an_look an_look_street_address = {
    .code = 49,
    .name = "street-address",
    .title = {"an address (number and street)", "街道地址（英文）"},
    .category = "address",
    .source = "GB/T 35273-2020 A",
    .made_of = AN_LOOK_DIGIT | AN_LOOK_BLANK,
    .min = 7,
    .max = 200,
    .alone = 60,
    .see = see,
    .examples = examples,
    .example_count = AN_COUNT(examples),
};
