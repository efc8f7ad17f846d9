// Mail: the grammar of headers, transfer encodings, messages, parts and attachments.
#include "sink.h"

#include "text/mime.h"

static void is_text(struct an_buf *out, const char *expected) {
    struct an_err err;
    assert_int_equal(an_buf_add(out, (struct an_str) {"\0", 1}, &err), AN_OK);
    assert_string_equal(out->ptr, expected);
    an_buf_release(out);
}

static void words_are_decoded(void **state) {
    static const struct { struct an_str value; const char *text; } cases[] = {
        {AN_STR_INIT(" plain"), "plain"},
        {AN_STR_INIT("=?GB2312?B?1cXI/Q==?= <z@x>"), "张三 <z@x>"},
        {AN_STR_INIT("=?utf-8?B?5byg?=\r\n =?utf-8?B?5LiJ?="), "张三"},
        {AN_STR_INIT("=?gbk?B?1cU=?= =?gbk?B?yP0=?="), "张三"},
        {AN_STR_INIT("=?gbk?Q?=D5?= =?gbk?Q?=C5=C8=FD?="), "张三"},           // cut inside a character
        {AN_STR_INIT("=?ISO-2022-JP?B?GyRCOzNFRBsoQg==?= x"), "山田 x"},
        {AN_STR_INIT("=?iso-8859-1*de?Q?M=FCller_J=F6rg?="), "Müller Jörg"},
        {AN_STR_INIT("\xD5\xC5\xC8\xFD"), "张三"}, {AN_STR_INIT("张三"), "张三"},
        {AN_STR_INIT("=?utf-8?x?abc?="), "=?utf-8?x?abc?="}, {AN_STR_INIT("=?utf-8?B?"), "=?utf-8?B?"},
        {AN_STR_INIT("=??B?eA==?="), "x"}, {AN_STR_INIT("=?no/such,thing?Q?a=C3=BCb?="), "aüb"},
        {AN_STR_INIT("a\r\n\tb\1c"), "a b c"},
    };
    (void) state;
    for (size_t i = 0; i < AN_COUNT(cases); i++) {
        struct an_buf out = {0};
        struct an_err err;
        assert_int_equal(an_mime_words(cases[i].value, &out, &err), AN_OK);
        is_text(&out, cases[i].text);
    }
}

static void parameters_are_found(void **state) {
    static const struct { const char *value, *name, *text; } cases[] = {
        {"text/plain; charset=utf-8", "charset", "utf-8"}, {"text/plain;CHARSET=\"gb2312\" ; x=y", "charset", "gb2312"},
        {"multipart/mixed; boundary=\"a;b=\\\"c\\\"\"", "boundary", "a;b=\"c\""}, {"a/b; name=x; filename=y", "filename", "y"},
        {"attachment; filename*=utf-8''%E5%91%98%E5%B7%A5.xlsx", "filename", "员工.xlsx"},
        {"attachment; filename*0*=gbk''%D4%B1; filename*1*=%B9%A4; filename*2=.xlsx", "filename", "员工.xlsx"},
        {"attachment; filename=\"=?gbk?B?1LG5pA==?=.xlsx\"", "filename", "员工.xlsx"},
        {"attachment", "filename", ""}, {"attachment; filename", "filename", ""}, {"a; filename*99999999999=x", "filename", ""},
        {"a; filename*=x", "filename", "x"},
    };
    (void) state;
    for (size_t i = 0; i < AN_COUNT(cases); i++) {
        struct an_buf out = {0};
        struct an_err err;
        assert_int_equal(an_mime_parameter(an_str_from_c(cases[i].value), cases[i].name, &out, &err), AN_OK);
        is_text(&out, cases[i].text);
    }
    assert_true(an_mime_is(an_mime_main(AN_STR(" Text/HTML ;x=y")), "text/html"));
}

static void addresses_are_taken_apart(void **state) {
    static const struct { const char *list, *found; } cases[] = {
        {"a@x.cn", "|a@x.cn\n"}, {"a@x.cn, b@x.cn;c@x.cn", "|a@x.cn\n|b@x.cn\n|c@x.cn\n"},
        {"Li Ming <li@x.cn>", "Li Ming|li@x.cn\n"}, {"\"Li, Ming\" <li@x.cn>, b@x.cn", "Li, Ming|li@x.cn\n|b@x.cn\n"},
        {"li@x.cn (Li Ming)", "Li Ming|li@x.cn\n"}, {"\"a \\\"b\\\"\" <c@x>", "a \"b\"|c@x\n"},
        {"undisclosed-recipients:;", ""}, {"Team: a@x.cn, b@x.cn; c@x.cn", "|a@x.cn\n|b@x.cn\n|c@x.cn\n"},
        {"=?utf-8?B?5byg5LiJLCDmnY7lm5s=?= <a@x>, b@x", "张三, 李四|a@x\n|b@x\n"},
        {"\"open <a@x>, b@x", "open|a@x\n|b@x\n"}, {"<>", ""}, {" , ;", ""}, {"张三", "张三|\n"}, {"<a@x", "|a@x\n"},
        {"(((", ""}, {"a@x (one (two) three)", "one two three|a@x\n"},
    };
    (void) state;
    for (size_t i = 0; i < AN_COUNT(cases); i++) {
        AN_AUTO(an_buf) name = {0};
        AN_AUTO(an_buf) address = {0};
        struct an_buf found = {0};
        struct an_err err;
        enum an_code code = AN_OK;
        struct an_str rest = an_str_from_c(cases[i].list);
        while (an_mime_address(&rest, &name, &address, &code, &err))
            assert_int_equal(an_buf_addf(&found, &err, "%.*s|%.*s\n", AN_STR_ARG(an_buf_str(&name)),
                                         AN_STR_ARG(an_buf_str(&address))), AN_OK);
        assert_int_equal(code, AN_OK);
        is_text(&found, cases[i].found);
    }
}

static void a_message_is_people_and_lines(void **state) {
    (void) state;
    sink_check("a.eml", AN_STR(
        "Return-Path: <li@example.cn>\nReceived: from a by b for <wang@example.cn>; Mon, 1 Jan 2026 10:00:00 +0800\n"
        "Message-ID: <13912345678@example.cn>\nFrom: =?gb2312?B?wO7D9w==?= <Li@example.cn>\n"
        "To: wang@example.cn,\n  \"Zhao, Lei\" <zhao@example.cn>\nSubject: =?utf-8?B?5ZCI5ZCM?=\n"
        "Content-Type: text/plain; charset=gb2312\nContent-Transfer-Encoding: quoted-printable\n\n"
        "=D6=D0=B9=FA 1391234=\n5678\nend=3D\n"),
        "open a.eml eml -\n"
        "columns from.sender_name|from.sender_email|to.recipient_name|to.recipient_email|cc.recipient_name|cc.recipient_email|"
        "bcc.recipient_name|bcc.recipient_email|reply.recipient_name|reply.recipient_email\n"
        "record 1@354 李明|li@example.cn\nrecord 2@354 wang@example.cn\nrecord 3@354 Zhao, Lei|zhao@example.cn\n"
        "line 4 Subject: 合同\nline 5 中国 13912345678\nline 6 end=\nclose read 389\n");
}

#define HEAD "From: a@x.cn\nReceived: x\nMIME-Version: 1.0\n"

static struct sink_store read_mail(const char *uri, struct an_str data, size_t stores, struct sink *s) {
    struct an_err err = {0};
    sink_begin(s);
    assert_int_equal(sink_read(s, uri, data, 0, &err), AN_OK);
    if (s->count != stores)
        fail_msg("%s", sink_text(s));
    return s->stores[0];
}

static void attachments_are_stores(void **state) {
    static const char *const mail =
        HEAD "Content-Type: multipart/mixed; boundary=b\n\npreamble\n--b\nContent-Type: text/plain\n\nhello\n"
        "--b\nContent-Type: text/csv; name=u.csv\nContent-Transfer-Encoding: base64\n\nbmFtZSxtb2JpbGUKTGksMTM5MTIz\nNDU2NzgK\n"
        "--b\nContent-Type: application/octet-stream\nContent-Disposition: attachment; filename=u.csv\n\n"
        "name,mobile\nWu,13912345670\n"
        "--b\nContent-Type: image/png\n\n\x89PNG\r\n\x1A\n\n--b--\nepilogue\n";
    struct sink s;
    (void) state;
    (void) read_mail("a.eml", an_str_from_c(mail), 4, &s);
    assert_string_equal(s.stores[1].uri, "a.eml!u.csv");
    assert_string_equal(s.stores[2].uri, "a.eml!2 u.csv");
    assert_string_equal(s.stores[3].uri, "a.eml!attachment 3");
    assert_int_equal(s.stores[1].records, 1);
    assert_int_equal(s.stores[2].records, 1);
    const char *text = sink_text(&s);
    const char *const has[] = {"line 2 preamble\n", "line 3 hello\n", "line 4 epilogue\n", "Li|13912345678", "Wu|13912345670"};
    for (size_t i = 0; i < AN_COUNT(has); i++)
        assert_non_null(strstr(text, has[i]));
    assert_int_equal(s.stores[0].status, AN_STORE_READ);
    sink_end(&s);
}

static void messages_in_messages_belong_to_the_message(void **state) {
    static const char *const mail =
        HEAD "Content-Type: multipart/digest; boundary=b\n\n--b\n\nFrom: b@x.cn\nTo: c@x.cn\n\ninner one\n"
        "--b\nContent-Type: message/rfc822\n\nFrom: d@x.cn\nContent-Type: multipart/alternative; boundary=bb\n\n"
        "--bb\n\nplain\n--bb\nContent-Type: text/html; charset=utf-8\n\n<p>1391234<b>5678</b></p>\n--bb--\n--b--\n";
    struct sink s;
    (void) state;
    (void) read_mail("a.eml", an_str_from_c(mail), 1, &s);
    const char *text = sink_text(&s);
    const char *const has[] = {" a@x.cn\n", " b@x.cn\n", " c@x.cn\n", " d@x.cn\n", " inner one\n", " plain\n"};
    for (size_t i = 0; i < AN_COUNT(has); i++)
        if (!strstr(text, has[i]))
            fail_msg("no %s in %s", has[i], text);
    assert_int_equal(s.stores[0].status, AN_STORE_READ);
    sink_end(&s);
}

static void a_folder_of_mail_is_one_store(void **state) {
    static const char *const mbox =
        "From a@x.cn Thu Jan  1 08:00:00 2026\nFrom: a@x.cn\nTo: b@x.cn\nDate: x\nSubject: 1\n\nFrom here it is text\n"
        ">From a@x.cn Thu Jan  1 08:00:00 2026\n\n"
        "From c@x.cn Thu Jan  1 08:00:00 2026\nFrom: c@x.cn\nContent-Type: multipart/mixed; boundary=q\n\n"
        "--q\nContent-Type: application/x; name=t.txt\n\nattached\n--q--\n\n"
        "From - Thu Jan  1 08:00:00 2026\nFrom: d@x.cn\nContent-Type: application/x; name=t.txt\n\nalso attached\n";
    struct sink s;
    (void) state;
    struct sink_store all = read_mail("in", an_str_from_c(mbox), 3, &s);
    assert_string_equal(all.format, "mbox");
    assert_string_equal(s.stores[1].uri, "in!2/t.txt");
    assert_string_equal(s.stores[2].uri, "in!3/t.txt");
    assert_non_null(strstr(sink_text(&s), "From here it is text"));
    assert_int_equal(all.status, AN_STORE_READ);
    sink_end(&s);
    sink_check_truncations("in", an_str_from_c(mbox));
    sink_check_failing("in", an_str_from_c(mbox));
    sink_check_allocations("in", an_str_from_c(mbox));
}

static void what_cannot_be_read_is_told(void **state) {
    static const struct { const char *mail, *told; size_t stores, at; } cases[] = {
        {HEAD "Content-Type: multipart/mixed; boundary=b\n\n--b\n\ncut short\n",
         "the message ends inside it: the rest is missing", 1, 0},
        {HEAD "Content-Type: multipart/encrypted; boundary=b\n\n--b\nContent-Type: application/pgp-encrypted\n\nVersion: 1\n"
         "--b--\n",
         "1 messages or parts are encrypted (PGP): decrypt them first", 2, 0},
        {HEAD "\n-----BEGIN PGP MESSAGE-----\n\nhQEMA\n-----END PGP MESSAGE-----\n",
         "1 messages or parts are encrypted (PGP): decrypt them first", 1, 0},
        {HEAD "\nlook:\nbegin 644 a.xls\nM22222222\nend\n",
         "1 attachments are uuencoded, which this version cannot read: save them as files", 1, 0},
        {HEAD "Content-Type: multipart/mixed\n\nno boundary at all\n",
         "1 multiparts have no boundary or are nested too deep: they were read as text", 1, 0},
        {HEAD "Content-Type: application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m\n\nMIAG\n",
         "is an encrypted message (S/MIME): decrypt it first", 2, 1},
        {HEAD "Content-Type: text/plain\nContent-Transfer-Encoding: base64\n\nAAAA$$$$\n",
         "its base64 holds 4 characters that are none: it is damaged", 1, 0},
        {HEAD "Content-Type: application/ms-tnef; name=winmail.dat\nContent-Transfer-Encoding: base64\n\neJ8+IgAAAAAA/w==\n",
         "it is attachments in Outlook's own format (winmail.dat, TNEF), which this version cannot read; "
         "save them as files with Outlook, or unpack it with ytnef", 2, 1},
    };
    (void) state;
    for (size_t i = 0; i < AN_COUNT(cases); i++) {
        struct sink s;
        (void) read_mail("a.eml", an_str_from_c(cases[i].mail), cases[i].stores, &s);
        assert_string_equal(s.stores[cases[i].at].trouble, cases[i].told);
        assert_true(s.stores[cases[i].at].unknown_lost);
        sink_end(&s);
    }
}

static void depth_is_bounded(void **state) {
    AN_AUTO(an_buf) mail = {0};
    struct an_err err;
    struct sink s;
    (void) state;
    assert_int_equal(an_buf_addf(&mail, &err, HEAD), AN_OK);
    for (int i = 0; i < 1000; i++)
        assert_int_equal(an_buf_addf(&mail, &err, "Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n", i, i), AN_OK);
    assert_int_equal(an_buf_addf(&mail, &err, "\nask li@x.cn\n"), AN_OK);
    struct sink_store store = read_mail("a.eml", an_buf_str(&mail), 1, &s);
    assert_int_equal(store.status, AN_STORE_PARTLY);
    assert_non_null(strstr(sink_text(&s), "ask li@x.cn"));
    sink_end(&s);
    mail.len = 0;
    assert_int_equal(an_buf_addf(&mail, &err, HEAD), AN_OK);
    for (int i = 0; i < 1000; i++)
        assert_int_equal(an_buf_addf(&mail, &err, "Content-Type: message/rfc822\n\n"), AN_OK);
    store = read_mail("a.eml", an_buf_str(&mail), 2, &s);
    sink_end(&s);
}

static void only_mail_is_taken_for_mail(void **state) {
    static const struct { const char *text; bool is; } cases[] = {
        {"From: a@x.cn\nTo: b@x.cn\nSubject: x\nDate: y\n\nbody\n", true}, {"Received: from x\nFrom: a@x.cn\n\n", true},
        {"from: a\nto: b\n", false}, {"name: x\nfrom: y\nsubject: z\n", false}, {"Content-Type: text/html\nDate: x\n\n", false},
        {"From: a@x.cn\nno header\nTo: b@x.cn\nSubject: x\nDate: y\n\n", false}, {"id,From: x\n1,2\n", false},
    };
    (void) state;
    for (size_t i = 0; i < AN_COUNT(cases); i++) {
        struct sink s;
        struct an_err err = {0};
        sink_begin(&s);
        assert_int_equal(sink_read(&s, "a", an_str_from_c(cases[i].text), 0, &err), AN_OK);
        if ((strcmp(s.stores[0].format, "eml") == 0) != cases[i].is)
            fail_msg("%s", cases[i].text);
        sink_end(&s);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_are_decoded),
        cmocka_unit_test(parameters_are_found),
        cmocka_unit_test(addresses_are_taken_apart),
        cmocka_unit_test(a_message_is_people_and_lines),
        cmocka_unit_test(attachments_are_stores),
        cmocka_unit_test(messages_in_messages_belong_to_the_message),
        cmocka_unit_test(a_folder_of_mail_is_one_store),
        cmocka_unit_test(what_cannot_be_read_is_told),
        cmocka_unit_test(depth_is_bounded),
        cmocka_unit_test(only_mail_is_taken_for_mail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
