// SQL dumps of each server: tables as stores, quoting, cuts, unbalanced quotes.
#include "sink.h"

static void a_mysql_dump_gives_a_store_for_each_table(void **state) {
    (void) state;
    sink_check("d.sql",
               AN_STR("-- MySQL dump 10.13\n"
                      "/*!40101 SET NAMES utf8mb4 */;\n"
                      "CREATE TABLE `t_user` (\n  `id` bigint(20) NOT NULL COMMENT '(主键)',\n  `name` varchar(64),\n"
                      "  `phone` varchar(20) DEFAULT '',\n  PRIMARY KEY (`id`), KEY `k` (`name`,`phone`)\n) ENGINE=InnoDB;\n"
                      "INSERT INTO `t_user` VALUES (1,'O\\'Neil',NULL),(-2,'a''b\\\\','13912345678'),\n(3,_binary 'x',0x3133);\n"
                      "INSERT INTO `t_user` (`phone`,`id`) VALUES ('138\\n',4) ON DUPLICATE KEY UPDATE id = 4;\n"
                      "REPLACE INTO other VALUES ('q', now(), 1.5e3);\n"),
               "open d.sql!t_user sql utf-8\n"
               "columns id|name|phone\n"
               "record 1@270 1#|O'Neil\n"
               "record 2@289 -2#|a'b\\|13912345678\n"
               "record 3@318 3#|x|13\n"
               "record 4@385 138\n|4#\n"
               "close read 185\n"
               "open d.sql!other sql utf-8\n"
               "columns 1|2|3\n"
               "record 1@455 q|1.5e3#\n"
               "close read 21\n"
               "open d.sql sql utf-8\n"
               "close read 270\n");
}

static void a_postgresql_dump_is_read_with_its_copy_blocks(void **state) {
    (void) state;
    sink_check("d.sql",
               AN_STR("--\n-- PostgreSQL database dump\n--\nSET standard_conforming_strings = on;\n"
                      "CREATE TABLE public.u (\n    id integer NOT NULL,\n    \"Name\" text,\n    note text\n);\n"
                      "COPY public.u (id, \"Name\", note) FROM stdin;\n"
                      "1\ta\\tb\\\\\t\\N\n2\t\\x41\\101\t\\\\x3133\n\\.\n\n"
                      "INSERT INTO public.u VALUES (3, 'c:\\', E'it\\'s \\u4e2d'), (4, $$d'$$, '\\x3134');\n"
                      "CREATE FUNCTION f() RETURNS void AS $x$ INSERT INTO v VALUES (1); $x$ LANGUAGE sql;\n"),
               "open d.sql!public.u sql utf-8\n"
               "columns id|Name|note\n"
               "record 1@200 1|a\tb\\\n"
               "record 2@212 2|AA|13\n"
               "record 3@263 3#|c:\\|it's 中\n"
               "record 4@292 4#|d'|14\n"
               "close read 199\n"
               "open d.sql sql utf-8\n"
               "close read 200\n");
}

static void scripts_of_sql_server_need_no_semicolons(void **state) {
    (void) state;
    sink_check("d.sql",
               AN_STR("CREATE TABLE [dbo].[U]([Id] [int] NOT NULL, [Na me] [nvarchar](50) NULL)\nGO\n"
                      "SET IDENTITY_INSERT [dbo].[U] ON \n"
                      "INSERT [dbo].[U] ([Id], [Na me]) VALUES (1, N'a''b\\')\n"
                      "INSERT [dbo].[U] ([Id], [Na me]) VALUES (2, CAST(N'2020-01-01' AS Date))\nGO\n"),
               "open d.sql!dbo.U sql utf-8\n"
               "columns Id|Na me\n"
               "record 1@150 1#|a'b\\\n"
               "record 2@204 2#|2020-01-01\n"
               "close read 90\n"
               "open d.sql sql utf-8\n"
               "close read 150\n");
}

static void the_dump_of_sqlite_is_no_mysql(void **state) {
    (void) state;
    sink_check("d.sql",
               AN_STR("PRAGMA foreign_keys=OFF;\nBEGIN TRANSACTION;\nCREATE TABLE u(id integer, path text);\n"
                      "INSERT INTO u VALUES(1,'C:\\');\nINSERT INTO \"u\" VALUES(2,X'6162');\nCOMMIT;\n"),
               "open d.sql!u sql utf-8\n"
               "columns id|path\n"
               "record 1@103 1#|C:\\\n"
               "record 2@136 2#|ab\n"
               "close read 54\n"
               "open d.sql sql utf-8\n"
               "close read 103\n");
}

static void tables_that_take_turns_are_opened_again(void **state) {
    (void) state;
    sink_check("d.sql",
               AN_STR("INSERT INTO `a` (`x`) VALUES (1);\nINSERT INTO `b` (`x`) VALUES (2);\n"
                      "INSERT INTO `a` (`y`) VALUES (3);\n"),
               "open d.sql!a sql utf-8\ncolumns x\nrecord 1@29 1#\nclose read 34\n"
               "open d.sql!b sql utf-8\ncolumns x\nrecord 1@63 2#\nclose read 34\n"
               "open d.sql!a sql utf-8\ncolumns x|y\nrecord 2@97 3#\nclose read 5\n"
               "open d.sql sql utf-8\nclose read 29\n");
}

static void rows_of_another_length_are_loose(void **state) {
    (void) state;
    sink_check("d.sql", AN_STR("CREATE TABLE `a` (`x` int, `y` int);\nINSERT INTO `a` VALUES (1,2),(1,2,3),(1);\n"),
               "open d.sql!a sql utf-8\ncolumns x|y\nrecord 1@60 1#|2#\nrecord 2@66 1#|2#|3# loose\nrecord 3@74 1# loose\n"
               "close read 19\nopen d.sql sql utf-8\nclose read 60\n");
}

static void what_stands_outside_of_rows_is_kept_where_it_may_identify(void **state) {
    (void) state;
    sink_check("d.sql",
               AN_STR("-- by root@localhost\n-- nothing here\nINSERT INTO `a` VALUES (1);\n"
                      "UPDATE `a` SET p='13912345678' WHERE id=1;\nDELETE FROM `a`;\n"),
               "open d.sql!a sql utf-8\ncolumns 1\nrecord 1@60 1#\nclose read 65\n"
               "open d.sql sql utf-8\nline 1 -- by root@localhost\nline 2 UPDATE `a` SET p='13912345678' WHERE id=1;\n"
               "close read 60\n");
}

static void delimiters_keep_the_bodies_of_triggers_out(void **state) {
    (void) state;
    sink_check("d.sql",
               AN_STR("INSERT INTO `a` VALUES (1);\nDELIMITER ;;\nCREATE TRIGGER t AFTER INSERT ON a FOR EACH ROW BEGIN\n"
                      "INSERT INTO b VALUES (new.x);\nEND;;\nDELIMITER ;\nINSERT INTO `a` VALUES (2);\n"),
               "open d.sql!a sql utf-8\ncolumns 1\nrecord 1@23 1#\nrecord 2@166 2#\nclose read 148\n"
               "open d.sql sql utf-8\nclose read 23\n");
}

static void a_dump_cut_in_a_row_says_so_and_keeps_the_rest(void **state) {
    (void) state;
    sink_check("d.sql", AN_STR("INSERT INTO `a` VALUES (1,'x'),\n(2,'13912345678','139123456"),
               "open d.sql!a sql utf-8\ncolumns 1|2\nrecord 1@23 1#|x\n"
               "trouble input@32 2 cut in the middle of a row, or a quote that does not close\nclose partly 36\n"
               "open d.sql sql utf-8\nline 1 (2,'13912345678','\nclose read 23\n");
    sink_check("d.sql", AN_STR("COPY a (x) FROM stdin;\n1\n13912345"),
               "open d.sql!a sql utf-8\ncolumns x\nrecord 1@23 1\n"
               "trouble input@25 2 a COPY block that does not end: the dump is cut\nclose partly 10\n"
               "open d.sql sql utf-8\nclose read 23\n");
}

static void an_unbalanced_quote_costs_its_row(void **state) {
    (void) state;
    sink_check("d.sql",
               AN_STR("INSERT INTO `a` VALUES\n(1,'x'),\n(2,'y,'13912345678'),\n(3,'z');\nINSERT INTO `a` VALUES (4,'w');\n"),
               "open d.sql!a sql utf-8\ncolumns 1|2\nrecord 1@23 1#|x\n"
               "trouble input@32 2 two values without a comma: a quote is missing or too many\n"
               "record 2@54 3#|z\nrecord 3@86 4#|w\nclose partly 72\n"
               "open d.sql sql utf-8\nline 1 (2,'y,'13912345678'),\nclose read 23\n");
}

static void backslashes_inside_gbk_characters_escape_nothing(void **state) {
    (void) state;
    struct sink s;
    struct an_err err = {0};
    sink_begin(&s);
    // 镕 is E9 46, 乗 is 81 5C: its second byte is a backslash
    AN_AUTO(an_buf) all = {0};
    assert_int_equal(an_buf_add(&all, AN_STR("-- MySQL dump\nINSERT INTO `\xB1\xED` VALUES\n"), &err), AN_OK);
    for (int i = 0; i < 20; i++)
        assert_int_equal(an_buf_add(&all, AN_STR("(1,'\xD5\xC5\xC8\xFD\x81\x5C','\xD5\xE3\xBD\xAD\xCA\xA1"
                                                 "\xBA\xBC\xD6\xDD'),\n"), &err), AN_OK);
    assert_int_equal(an_buf_add(&all, AN_STR("(2,'\xC0\xEE\xCB\xC4','\xB1\xB1\xBE\xA9');\n"), &err), AN_OK);
    assert_int_equal(sink_read(&s, "d.sql", an_buf_str(&all), 0, &err), AN_OK);
    assert_string_equal(s.stores[0].uri, "d.sql!表");
    assert_int_equal(s.stores[0].records, 21);
    assert_int_equal(s.stores[0].values, 63);
    assert_int_equal(s.stores[0].status, AN_STORE_READ);
    assert_non_null(strstr(sink_text(&s), "1#|张三乗|浙江省杭州\n"));
    sink_end(&s);
}

static void a_statement_on_one_long_line_is_read_whole(void **state) {
    (void) state;
    AN_AUTO(an_buf) all = {0};
    struct an_err err = {0};
    assert_int_equal(an_buf_add(&all, AN_STR("INSERT INTO `a` VALUES "), &err), AN_OK);
    for (int i = 0; i < 3000; i++)
        assert_int_equal(an_buf_addf(&all, &err, "%s(%d,'%011d')", i ? "," : "", i, i), AN_OK);
    assert_int_equal(an_buf_add(&all, AN_STR(";"), &err), AN_OK);
    struct sink s;
    sink_begin(&s);
    s.quiet = true;
    struct memory memory = {.data = an_buf_str(&all)};
    struct an_reading reading = {.sink = &s.sink, .limits = {.record_bytes = 2048}};
    struct an_input input = {.uri = AN_STR("a.sql"), .arg = &memory, .read = memory_read};
    assert_int_equal(an_source_read(&reading, &input, &err), AN_OK);
    assert_int_equal(s.stores[0].records, 3000);
    assert_int_equal(s.stores[0].loose, 0);
    assert_int_equal(s.stores[0].status, AN_STORE_READ);
    assert_int_equal(s.stores[1].status, AN_STORE_READ);
    sink_end(&s);
}

static const struct an_str mixed = AN_STR_INIT(
    "-- MySQL dump\nCREATE TABLE `a` (`x` int, `y` text) ENGINE=x;\nINSERT INTO `a` VALUES (1,'x\\'y'),(2,0x41),\n(3,\"z\");\n"
    "DELIMITER $$\nCREATE PROCEDURE p() BEGIN END$$\nDELIMITER ;\n/*!50001 INSERT INTO `b` VALUES ('a@b.cn')*/;\n# end\n");

static void every_truncation_of_a_dump_is_read(void **state) {
    (void) state;
    sink_check_truncations("d.sql", mixed);
    sink_check_truncations("d.sql", AN_STR("-- PostgreSQL database dump\nCREATE TABLE a (x int);\n"
                                           "COPY a (x) FROM stdin;\n1\\t2\n\\.\nINSERT INTO a VALUES (E'\\x41', $q$z$q$);\n"));
}

static void a_statement_over_the_limit_ends_with_its_line(void **state) {
    (void) state;
    AN_AUTO(an_buf) all = {0};
    struct an_err err = {0};
    assert_int_equal(an_buf_add(&all, AN_STR("INSERT INTO `t` VALUES ('13912345678 "), &err), AN_OK);
    for (int i = 0; i < 200000; i++)
        assert_int_equal(an_buf_add(&all, AN_STR("lorem ipsum; "), &err), AN_OK);
    assert_int_equal(an_buf_add(&all, AN_STR("13912345679');\nINSERT INTO `u` VALUES ('x'),('y');\n"), &err), AN_OK);
    struct sink s;
    sink_begin(&s);
    s.quiet = true;
    struct memory memory = {.data = an_buf_str(&all)};
    struct an_reading reading = {.sink = &s.sink, .limits = {.record_bytes = 4096}};
    struct an_input input = {.uri = AN_STR("d.sql"), .arg = &memory, .read = memory_read};
    assert_int_equal(an_source_read(&reading, &input, &err), AN_OK);
    uint64_t rows = 0;
    bool told = false;
    for (size_t i = 0; i < s.count; i++) {
        rows += strcmp(s.stores[i].uri, "d.sql!u") == 0 ? s.stores[i].records : 0;
        told |= s.stores[i].unknown_lost;
    }
    assert_int_equal(rows, 2);
    assert_true(told);
    sink_end(&s);
}

static void every_allocation_for_a_dump_may_fail(void **state) {
    (void) state;
    sink_check_allocations("d.sql", mixed);
}

static void what_mentions_sql_is_no_dump(void **state) {
    (void) state;
    static const struct an_str texts[] = {
        AN_STR_INIT("2026-01-01 10:00:00 INSERT INTO t VALUES (1)\n"),
        AN_STR_INIT("FROM debian\nCOPY . /app\n"),
        AN_STR_INIT("# COPY\nCOPY . /app\n"),
        AN_STR_INIT("create,update\nINSERT,1\n"),
    };
    for (size_t i = 0; i < AN_COUNT(texts); i++) {
        struct sink s;
        struct an_err err = {0};
        sink_begin(&s);
        assert_int_equal(sink_read(&s, "a.txt", texts[i], 0, &err), AN_OK);
        assert_string_not_equal(s.stores[0].format, "sql");
        sink_end(&s);
    }
}

static void the_sample_dumps_hold_what_is_known_of_them(void **state) {
    (void) state;
    static const struct sink_known known[] = {
        {"cn/orders_gbk.sql", "t_order", 3000},         {"db/sakila_mysql/sakila-data.sql", "customer", 599},
        {"db/sakila_mysql/sakila-data.sql", "staff", 2}, {"db/northwind_pg.sql", "customers", 91},
        {"db/northwind_pg.sql", "employees", 9},        {"db/northwind_pg.sql", "suppliers", 29},
        {"db/ruoyi_mysql.sql", "sys_user", 2},          {"db/mall_mysql.sql", "ums_member", 10},
        {"db/mall_mysql.sql", "oms_order", 65},         {"db/mall_mysql.sql", "ums_admin", 8},
        {"db/employees_mysql/load_employee.sql", "employee", 10000}, {"leak/forum_dump.sql", "pre_ucenter_members", 1000},
    };
    sink_check_samples(known, AN_COUNT(known));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_mysql_dump_gives_a_store_for_each_table),
        cmocka_unit_test(a_postgresql_dump_is_read_with_its_copy_blocks),
        cmocka_unit_test(scripts_of_sql_server_need_no_semicolons),
        cmocka_unit_test(the_dump_of_sqlite_is_no_mysql),
        cmocka_unit_test(tables_that_take_turns_are_opened_again),
        cmocka_unit_test(rows_of_another_length_are_loose),
        cmocka_unit_test(what_stands_outside_of_rows_is_kept_where_it_may_identify),
        cmocka_unit_test(delimiters_keep_the_bodies_of_triggers_out),
        cmocka_unit_test(a_dump_cut_in_a_row_says_so_and_keeps_the_rest),
        cmocka_unit_test(an_unbalanced_quote_costs_its_row),
        cmocka_unit_test(backslashes_inside_gbk_characters_escape_nothing),
        cmocka_unit_test(a_statement_on_one_long_line_is_read_whole),
        cmocka_unit_test(every_truncation_of_a_dump_is_read),
        cmocka_unit_test(a_statement_over_the_limit_ends_with_its_line),
        cmocka_unit_test(every_allocation_for_a_dump_may_fail),
        cmocka_unit_test(what_mentions_sql_is_no_dump),
        cmocka_unit_test(the_sample_dumps_hold_what_is_known_of_them),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
