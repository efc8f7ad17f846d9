// Outlook messages: persons, bodies of each kind, attachments, messages in messages, damage.
#include "ole.h"

#include "source/lzfu.h"

#define ROOT_PROPERTIES "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
#define INNER_PROPERTIES "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
#define PAGE_936 "\3\0\xFD\x3F\0\0\0\0\xA8\3\0\0\0\0\0\0"
#define KIND_CC "\0\0\0\0\0\0\0\0\3\0\x15\x0C\0\0\0\0\2\0\0\0\0\0\0\0"
#define METHOD(n) "\0\0\0\0\0\0\0\0\3\0\5\x37\0\0\0\0" n "\0\0\0\0\0\0\0"
#define COLUMNS "columns from.sender_name|from.sender_email|to.recipient_name|to.recipient_email|cc.recipient_name|" \
                "cc.recipient_email|bcc.recipient_name|bcc.recipient_email|reply.recipient_name|reply.recipient_email\n"
#define PART(name, bytes, folder) {name, AN_STR_INIT(bytes), folder, false}
#define FOLDER(name, folder) {name, {0}, folder, true}

// What was told of the file, without where each record begins.
static void check(const struct ole_part *parts, size_t count, const char *expected) {
    struct an_buf file = ole_file(parts, count);
    struct sink s;
    struct an_err err = {0};
    char text[8192], *to = text;
    sink_begin(&s);
    assert_int_equal(sink_read(&s, "a.msg", an_buf_str(&file), 0, &err), AN_OK);
    for (const char *from = sink_text(&s); *from && to < text + sizeof text - 1; from++) {
        bool place = *from == '@' && from[1] >= '0' && from[1] <= '9';
        while (place && from[1] >= '0' && from[1] <= '9')
            from++;
        if (!place)
            *to++ = *from;
    }
    *to = 0;
    for (char *p = text; (p = strstr(p, "close read ")) != NULL;) {
        char *end = strchr(p, '\n');
        memmove(p + strlen("close read"), end, strlen(end) + 1);
        p++;
    }
    assert_string_equal(text, expected);
    sink_end(&s);
    an_buf_release(&file);
}

static void persons_and_texts_are_those_of_mail(void **state) {
    (void) state;
    static const struct ole_part parts[] = {
        PART("__properties_version1.0", ROOT_PROPERTIES PAGE_936, 0),
        PART("__substg1.0_0C1A001E", "\xD5\xC5\xCE\xB0", 0),                    // in the code page
        PART("__substg1.0_0C1F001E", "/O=CORP/CN=ZHANG", 0),
        PART("__substg1.0_5D01001F", "z\0@\0a\0.\0c\0n\0", 0),
        PART("__substg1.0_0037001F", "H\0i\0\n\0F\0r\0o\0m\0:\0 \0x\0", 0),      // no header of its own
        PART("__substg1.0_1000001F", "b\0o\0d\0y\0\r\0\n\0n\0e\0x\0t\0", 0),
        PART("__substg1.0_3A1C001E", "13912345678", 0),
        PART("__substg1.0_0E04001E", "Li \"Na\"", 0),
        PART("__substg1.0_007D001E", "Received: x\r\nReply-To: r@a.cn\r\nContent-Type: text/html\r\n\tcharset=x\r\n", 0),
        FOLDER("__recip_version1.0_#00000000", 0),
        PART("__properties_version1.0", KIND_CC, 10),
        PART("__substg1.0_3001001E", "Li \"Na\"", 10),
        PART("__substg1.0_3003001E", "li@a.cn\nBcc: y@a.cn", 10),
    };
    check(parts, AN_COUNT(parts),
          "open a.msg msg -\n" COLUMNS "record 1 r@a.cn\n"
          "record 2 \xE5\xBC\xA0\xE4\xBC\x9F|z@a.cn\nrecord 3 Li \"Na\"|li@a.cnbcc:y@a.cn\nline 4 Subject: Hi From: x\n"
          "line 5 X-Property-3A1C: 13912345678\nline 6 body\r\nline 7 next\nclose read\n");
}

static void attachments_are_stores_and_messages_are_read(void **state) {
    (void) state;
    static const struct ole_part parts[] = {
        PART("__properties_version1.0", ROOT_PROPERTIES, 0),
        PART("__substg1.0_1013" "0102", "<p>web</p>", 0),
        FOLDER("__attach_version1.0_#00000000", 0),
        PART("__properties_version1.0", METHOD("\1"), 3),
        PART("__substg1.0_3707001F", "\x20\x5F.\0t\0x\0t\0", 3),
        PART("__substg1.0_37010102", "13800001111\n", 3),
        FOLDER("__attach_version1.0_#00000001", 0),
        PART("__properties_version1.0", METHOD("\5"), 7),
        FOLDER("__substg1.0_3701000D", 7),
        PART("__properties_version1.0", INNER_PROPERTIES, 9),
        PART("__substg1.0_1000001E", "inside \xC4\xE3\xBA\xC3", 9),             // of a code page nobody says
        FOLDER("__attach_version1.0_#00000000", 9),
        PART("__substg1.0_3704001E", "b.bin", 12),
        PART("__substg1.0_37010102", "text in it", 12),
        FOLDER("__attach_version1.0_#00000002", 0),
        PART("__substg1.0_3704001E", "link", 15),
        FOLDER("__attach_version1.0_#00000003", 0),
        PART("__properties_version1.0", METHOD("\6"), 17),
        FOLDER("__substg1.0_3701000D", 17),
        PART("CONTENTS", "some text", 19),
    };
    check(parts, AN_COUNT(parts),
          "open a.msg msg -\n" COLUMNS "line 1 web\nline 2 inside \xE4\xBD\xA0\xE5\xA5\xBD\nclose read\n"
          "open a.msg!\xE5\xBC\xA0.txt text utf-8\nline 1 13800001111\nclose read\n"
          "open a.msg!b.bin text utf-8\nline 1 text in it\nclose read\n"
          "open a.msg!link msg -\ntrouble input 0 is attached by a link to where it lies, and not in the message\n"
          "close unread 0\n"
          "open a.msg!attachment 5!CONTENTS text utf-8\nline 1 some text\nclose read\n");
}

// A compressed text of literals alone, with a reference to what RTF begins with, and its end.
static void rtf_is_unpacked(void **state) {
    (void) state;
    AN_AUTO(an_buf) out = {0};
    struct an_err err;
    bool whole;
    static const struct an_str example = AN_STR_INIT(           // [MS-OXRTFCP] 3.1
        "\x2d\0\0\0\x2b\0\0\0LZFu\xf1\xc5\xc7\xa7\x03\0\x0a\0rcpg125\x42\x32\x0a\xf3 hel"
        "\x09\0\x20" "bw\x05\xb0ld}\x0a\x80\x0f\xa0");
    assert_int_equal(an_lzfu_add(example, &out, &whole, &err), AN_OK);
    assert_true(whole);
    assert_true(an_str_eq(an_buf_str(&out), AN_STR("{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n")));
    for (size_t n = 0; n < example.len - 2; n++) {
        out.len = 0;
        assert_int_equal(an_lzfu_add(an_str_slice(example, 0, n), &out, &whole, &err), AN_OK);
        assert_false(whole);
    }
}

static void a_body_in_rtf_is_read_where_there_is_no_other(void **state) {
    (void) state;
    static const struct ole_part html[] = {
        PART("__properties_version1.0", ROOT_PROPERTIES, 0), PART("__substg1.0_1000001E", "plain", 0),
        PART("__substg1.0_10090102", "\0\0\0\0\x90\0\0\0MELA\0\0\0\0"
             "{\\rtf1\\ansi\\fromhtml1{\\*\\htmltag64 <p>}\\htmlrtf x\\htmlrtf0 "
             "hi{\\*\\htmltag84 <!--z-->}\\'41{\\*\\mhtmltag q}"
             "{\\*\\htmltag72 </p>}}                                  ", 0),
    };
    check(html, AN_COUNT(html), "open a.msg msg -\n" COLUMNS "line 1 plain\nline 2 z\nline 3 hiA\nclose read\n");
    static const struct ole_part cut[] = {
        PART("__properties_version1.0", ROOT_PROPERTIES, 0),
        PART("__substg1.0_10090102", "\0\0\0\0\x90\0\0\0MELA\0\0\0\0{\\rtf1 text\\par", 0),
    };
    check(cut, AN_COUNT(cut), "open a.msg msg -\n" COLUMNS "line 1 text\nclose read\n"
          "open a.msg!body in RTF msg -\ntrouble input 0 is damaged: what comes behind the damage is not read\nclose unread 0\n");
}

static void damage_of_any_kind_ends_well(void **state) {
    (void) state;
    static const struct ole_part parts[] = {
        PART("__properties_version1.0", ROOT_PROPERTIES PAGE_936, 0), PART("__substg1.0_0C1A001E", "\xD5\xC5\xCE\xB0", 0),
        PART("__substg1.0_10090102", "\0\0\0\0\3\0\0\0MELA\0\0\0\0{\\rtf1 a}", 0), FOLDER("__attach_version1.0_#00000000", 0),
        PART("__substg1.0_37010102", "1\n", 4), FOLDER("__recip_version1.0_#00000000", 0), PART("__substg1.0_3001001E", "Li", 6),
    };
    struct an_buf file = ole_file(parts, AN_COUNT(parts));
    sink_check_truncations("a.msg", an_buf_str(&file));
    sink_check_allocations("a.msg", an_buf_str(&file));
    sink_check_failing("a.msg", an_buf_str(&file));
    an_buf_release(&file);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(persons_and_texts_are_those_of_mail), cmocka_unit_test(attachments_are_stores_and_messages_are_read),
        cmocka_unit_test(rtf_is_unpacked), cmocka_unit_test(a_body_in_rtf_is_read_where_there_is_no_other),
        cmocka_unit_test(damage_of_any_kind_ends_well),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
