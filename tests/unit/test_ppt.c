// Presentations: text of each kind, edits of before, tables, comments, what is embedded, damage.
#include "ole.h"

enum { TEXT = 0x0FA0, BYTES = 0x0FA8, STRING = 0x0FBA, SLIDE = 0x03EE, EDIT = 0x0FF5, DIRECTORY = 0x1772, OBJECT = 0x1011 };

// Records one behind another; a container is closed by its number.
struct stream { struct an_buf b; };

static size_t begin(struct stream *s, unsigned kind, unsigned type) {
    char head[8] = {0};
    size_t at = s->b.len;
    ole_put(head, kind, 2);
    ole_put(head + 2, type, 2);
    ole_add(&s->b, (struct an_str) {head, sizeof head}, 1);
    return at;
}

static void end(struct stream *s, size_t at) { ole_put(s->b.ptr + at + 4, (uint32_t) (s->b.len - at - 8), 4); }

static size_t atom(struct stream *s, unsigned kind, unsigned type, const char *data, size_t len) {
    size_t at = begin(s, kind, type);
    ole_add(&s->b, (struct an_str) {data, len}, 1);
    end(s, at);
    return at;
}
#define ATOM(s, kind, type, bytes) atom(s, kind, type, "" bytes, sizeof bytes - 1)

static size_t slide(struct stream *s, const char *text) {
    size_t at = begin(s, 0xF, SLIDE);
    atom(s, 0, BYTES, text, strlen(text));
    end(s, at);
    return at;
}

// An edit that wrote record 1 at `first` and record 2 at `second`, behind the edit at `before`.
static size_t edit(struct stream *s, size_t first, size_t second, size_t before) {
    char list[12] = {1, 0, 0x20, 0}, body[28] = {0};
    ole_put(list + 4, (uint32_t) first, 4);
    ole_put(list + 8, (uint32_t) second, 4);
    size_t places = atom(s, 0, DIRECTORY, list, sizeof list);
    ole_put(body + 8, (uint32_t) before, 4);
    ole_put(body + 12, (uint32_t) places, 4);
    return atom(s, 0, EDIT, body, sizeof body);
}

static struct an_buf file_of(const struct stream *s, size_t last_edit) {
    char user[20] = {0, 0, '\xF6', 0x0F, 0x14, 0, 0, 0, 0x14, 0, 0, 0, '\x5F', '\xC0', '\x91', '\xE3'};
    ole_put(user + 16, (uint32_t) last_edit, 4);
    const struct ole_part parts[] = {{"PowerPoint Document", an_buf_str(&s->b), 0, false},
                                     {"Current User", {user, sizeof user}, 0, false}};
    return ole_file(parts, 2);
}

static void check(const struct stream *s, size_t last_edit, const char *expected) {
    struct an_buf file = file_of(s, last_edit);
    sink_check("a.ppt", an_buf_str(&file), expected);
    an_buf_release(&file);
}

static void texts_of_each_kind_are_lines(void **state) {
    (void) state;
    struct stream s = {{0}};
    size_t at = begin(&s, 0xF, SLIDE);
    ATOM(&s, 0, TEXT, "\x20\x5F\x1F\x4F\r\0b\0\x0B\0" "c\0");
    ATOM(&s, 0, BYTES, "caf\xE9 138\r2");
    ATOM(&s, 0, STRING, "h\0e\0a\0d\0");
    ATOM(&s, 0x23, 0xF00B, "\xC0\xC0\6\0\0\0\x81\x83\4\0\0\0a\0r\0t\0o\0f\0");      // a drawn text, a description
    size_t tag = begin(&s, 0xF, 0x138A);
    ATOM(&s, 0, STRING, "_\0P\0P\0T\0");
    size_t data = begin(&s, 0, 0x138B), comment = begin(&s, 0xF, 0x2EE0);
    ATOM(&s, 0x00, STRING, "A\0n\0n\0");
    ATOM(&s, 0x10, STRING, "w\0e\0l\0l\0");
    end(&s, comment);
    end(&s, data);
    end(&s, tag);
    end(&s, at);
    check(&s, 0, "open a.ppt ppt -\nline 1 \xE5\xBC\xA0\xE4\xBC\x9F\nline 2 b\nline 3 c\nline 4 caf\xC3\xA9 138\nline 5 2\n"
          "line 6 head\nline 7 art\nline 8 of\nline 9 well\ncolumns author\nrecord 10@0 Ann\nclose read 162\n");
    an_buf_release(&s.b);
}

static void slides_of_before_are_read_where_they_say_more(void **state) {
    (void) state;
    struct stream s = {{0}};
    size_t one = slide(&s, "one"), two = slide(&s, "two"), gone = slide(&s, "gone");
    size_t first = edit(&s, one, two, 0);
    size_t again = slide(&s, "one"), last = edit(&s, again, two, first);
    (void) gone;
    check(&s, last, "open a.ppt ppt -\nline 1 two\nline 2 one\nline 3 gone\nclose read 189\n");
    an_buf_release(&s.b);
}

static void an_edit_that_is_none_is_told(void **state) {
    (void) state;
    struct stream s = {{0}};
    slide(&s, "one");
    check(&s, 3, "open a.ppt ppt -\nline 1 one\ntrouble input@0 2 its records are damaged or cut: parts of it may be missing; "
          "get a whole copy\nclose partly 19\n");
    an_buf_release(&s.b);
}

static void add_cell(struct stream *s, char left, char top, const char *text) {
    char anchor[16] = {left, 0, 0, 0, top};
    size_t shape = begin(s, 0xF, 0xF004);
    atom(s, 0, 0xF00F, anchor, sizeof anchor);
    size_t box = begin(s, 0xF, 0xF00D);
    atom(s, 0, BYTES, text, strlen(text));
    end(s, box);
    end(s, shape);
}

static void a_table_is_its_cells_by_their_places(void **state) {
    (void) state;
    struct stream s = {{0}};
    size_t group = begin(&s, 0xF, 0xF003), frame = begin(&s, 0xF, 0xF004);
    ATOM(&s, 0x13, 0xF122, "\x9F\x03\1\0\0\0");
    end(&s, frame);
    add_cell(&s, 5, 9, "518000");
    add_cell(&s, 1, 2, "who");
    add_cell(&s, 5, 2, "post");
    add_cell(&s, 1, 9, "ann");
    add_cell(&s, 5, 12, "518001");
    end(&s, group);
    check(&s, 0, "open a.ppt ppt -\ncolumns who|post\nrecord 1@0 ann|518000\nrecord 2@0 518001\nclose read 292\n");
    an_buf_release(&s.b);
}

static void what_is_embedded_is_a_store(void **state) {
    (void) state;
    struct stream s = {{0}};
    ATOM(&s, 0, OBJECT, "a text in it");
    ATOM(&s, 0x10, OBJECT, "\5\0\0\0\x78\x9C\xCB\x48\xCD\xC9\xC9\7\0\6\x2C\2\x15");
    ATOM(&s, 0x10, OBJECT, "\x6\0\0\0\x78\x9C\xCB\x48\xCD\xC9\xC9\7\0\6\x2C\2\x15");
    check(&s, 0, "open a.ppt ppt -\nclose read 70\nopen a.ppt!object 1 text utf-8\nline 1 a text in it\nclose read 12\n"
          "open a.ppt!object 2 text utf-8\nline 1 hello\nclose read 5\n"
          "open a.ppt!object 3 ppt -\ntrouble input@0 0 is embedded, and cannot be unpacked\nclose unread 0\n");
    an_buf_release(&s.b);
}

static void an_encrypted_presentation_is_unread(void **state) {
    (void) state;
    static const struct ole_part parts[] = {
        {"PowerPoint Document", AN_STR_INIT("\0\0\0\0\0\0\0\0"), 0, false},
        {"Current User", AN_STR_INIT("\0\0\xF6\x0F\x14\0\0\0\x14\0\0\0\xDF\xC4\xD1\xF3\0\0\0\0"), 0, false},
    };
    ole_check("a.ppt", parts, 2, "open a.ppt ppt -\ntrouble input@0 1 is encrypted: save it without its password and read that\n"
              "close unread 0\n");
}

static void damage_of_any_kind_ends_well(void **state) {
    (void) state;
    struct stream s = {{0}};
    size_t deep[40];
    for (size_t i = 0; i < AN_COUNT(deep); i++)
        deep[i] = begin(&s, 0xF, 0xF003);
    add_cell(&s, 1, 1, "x");
    for (size_t i = AN_COUNT(deep); i--;)
        end(&s, deep[i]);
    size_t group = begin(&s, 0xF, 0xF003), frame = begin(&s, 0xF, 0xF004);
    ATOM(&s, 0x13, 0xF122, "\x9F\x03\1\0\0\0");
    end(&s, frame);
    add_cell(&s, 5, 9, "518000");
    end(&s, group);
    size_t one = slide(&s, "one"), first = edit(&s, one, 0, 0);
    ATOM(&s, 0, OBJECT, "a text in it");
    struct an_buf file = file_of(&s, first);
    sink_check_truncations("a.ppt", an_buf_str(&file));
    sink_check_allocations("a.ppt", an_buf_str(&file));
    sink_check_failing("a.ppt", an_buf_str(&file));
    an_buf_release(&file);
    an_buf_release(&s.b);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(texts_of_each_kind_are_lines), cmocka_unit_test(slides_of_before_are_read_where_they_say_more),
        cmocka_unit_test(an_edit_that_is_none_is_told), cmocka_unit_test(a_table_is_its_cells_by_their_places),
        cmocka_unit_test(what_is_embedded_is_a_store), cmocka_unit_test(an_encrypted_presentation_is_unread),
        cmocka_unit_test(damage_of_any_kind_ends_well),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
