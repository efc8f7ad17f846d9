#include "look/division.h"

#include <stdbool.h>

// Sorted; beside each name its first eight bytes as one number, so that most of them are told apart without looking at them.
static const struct { uint64_t head; struct an_str name; } names[] = {
#include "look/division_name_list.h"
};

static size_t in_common(struct an_str a, struct an_str b) {
    size_t n = 0;
    while (n < a.len && n < b.len && a.ptr[n] == b.ptr[n])
        n++;
    return n;
}

static uint64_t head_of(struct an_str s) {
    uint64_t head = 0;
    for (size_t i = 0; i < 8; i++)
        head = head << 8 | (i < s.len ? (unsigned char) s.ptr[i] : 0);
    return head;
}

static bool is_after(struct an_str a, struct an_str b) {
    size_t n = in_common(a, b);
    return n < a.len && (n == b.len || (unsigned char) a.ptr[n] > (unsigned char) b.ptr[n]);
}

// The names that the text begins with sort before it, and whatever lies between the longest of them and the text begins like
// both.
size_t an_look_division_len(struct an_str text) {
    while (text.len) {
        size_t low = 0, high = AN_COUNT(names);
        uint64_t head = head_of(text);
        while (low < high) {
            size_t middle = (low + high) / 2;
            if (names[middle].head != head ? names[middle].head > head : is_after(names[middle].name, text))
                high = middle;
            else
                low = middle + 1;
        }
        size_t same = low ? in_common(names[low - 1].name, text) : 0;
        if (low && same == names[low - 1].name.len)
            return same;
        text.len = same;
    }
    return 0;
}
