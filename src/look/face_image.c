// Pictures, written out or by the name of their file.
#include <string.h>
#include "look/looks.h"

static bool begins(struct an_str s, struct an_str with) { return s.len > with.len && memcmp(s.ptr, with.ptr, with.len) == 0; }

static unsigned see(const struct an_look_cell *cell) {
    // how base64 begins of a JPEG, a PNG, a GIF and a WebP file
    static const struct an_str heads[] = {AN_STR_INIT("/9j/"), AN_STR_INIT("iVBORw0KGgo"), AN_STR_INIT("R0lGOD"),
                                          AN_STR_INIT("UklGR"),
                                          AN_STR_INIT("data:image/")};
    static const struct an_str tails[] = {AN_STR_INIT(".jpg"), AN_STR_INIT(".jpeg"), AN_STR_INIT(".png"), AN_STR_INIT(".webp"),
                                          AN_STR_INIT(".bmp")};
    struct an_str s = cell->text;
    for (size_t i = 0; s.len > 64 && i < AN_COUNT(heads); i++)
        if (begins(s, heads[i]))
            return 1;
    for (size_t i = 0; memchr("gp", s.ptr[s.len - 1], 2) && i < AN_COUNT(tails); i++)
        if (s.len > tails[i].len && memcmp(s.ptr + s.len - tails[i].len, tails[i].ptr, tails[i].len) == 0)
            return 2;
    return 0;
}

static const struct an_look_example examples[] = {
    {AN_STR_INIT("faces/2026/000017.jpg"), true},
    {AN_STR_INIT("/a/b.png"), true},
    {AN_STR_INIT("photo.pdf"), false},
    {AN_STR_INIT("jpg"), false},
};

const struct an_look an_look_face_image = {
    .code = 42,
    .name = "picture",
    .title = {"a picture, or the name of its file", "图片或其文件名"},
    .category = "biometric",
    .source = "RFC 4648; ITU-T T.81; ISO/IEC 15948",
    .made_of = AN_LOOK_LOWER,
    .min = 5,
    .see = see,
    .examples = examples,
    .example_count = AN_COUNT(examples),
};
