"""MySQL and MariaDB, against a real server: counts whose truth is known, everything a table can hold, what can go wrong."""
import json
import time

from kit import case, mobile, resident_id, store
from servers import MARIADB, Beside, MariaDB, until

PEOPLE = 400


def hide(folder, count=PEOPLE):
    folder.secret("geheim", *[resident_id(i) for i in range(count)], *[mobile(i) for i in range(count)])


def rows(count, first=0):
    """VALUES of so many people."""
    return "VALUES " + ", ".join(f"('张伟', '{resident_id(i)}', '{mobile(i)}')" for i in range(first, first + count))


def made(name, count, first=0, engine="InnoDB"):
    return f"CREATE TABLE {name}(name text, idcard varchar(30), phone varchar(30)) ENGINE={engine}; " \
           f"INSERT INTO {name} {rows(count, first)};"


@case("a table in MariaDB holds as many people as the same table in a file")
def my_same(folder):
    server = MARIADB.get()
    for shape in ("dense", "users"):
        folder.anshen("gen", "--shape", shape, "--rows", "5000", "--seed", "12", "--format", "sql", "-o", f"{shape}.sql",
                      "--quiet", expect=0)
        truth = json.loads((folder / f"{shape}.sql.truth.json").read_text())
        url = server.database(f"same_{shape}", (folder / f"{shape}.sql").read_bytes())
        ours, _ = folder.result("check", url)
        dump, _ = folder.result("check", f"{shape}.sql")
        folder.hold(ours["people"] == dump["people"], f"{shape}: the dump has {dump['people']}, the server {ours['people']}")
        folder.hold(ours["identifiers"] == dump["identifiers"], f"{shape}: identifiers")
        folder.hold(ours["people"]["floor"] == truth["floor"], f"{shape}: the floor is the truth {truth['floor']}")
        folder.hold(ours["scope"]["records"] == truth["records"], f"{shape}: the records are the truth {truth['records']}")


@case("every type of a MariaDB column is looked into, and a cell's text is what was put there")
def my_types(folder):
    server = MARIADB.get()
    hide(folder)
    ids = [resident_id(i) for i in range(30)]
    gbk = f"姓名：王芳，身份证号码：{ids[8]}，联系地址在北京市朝阳区建国路甲九十二号".encode("gb18030").hex()
    cells = [("a", f"'a\\tb\\n{ids[0]}\\0'"), ("b", f"'{ids[1]}'"), ("c", f"'{ids[2]}'"),
             ("d", f"""'{{"a": {{"idcard": "{ids[3]}"}}}}'"""), ("e", f"'{ids[4]}'"), ("f", f"'{ids[5]}'"), ("g", f"'{ids[6]}'"),
             ("h", f"CONCAT(REPEAT('文', 3000000), ' {ids[7]}')"), ("f", f"X'{gbk}'"), ("l", f"'{ids[9]}'"),
             ("m", f"'{ids[10]}'"), ("n", f"'{ids[11]}'"), ("p", "POINT(116.4, 39.9)"), ("q", "b'101'"),
             ("`select`", f"'{ids[12]}'")]
    text = ["CREATE TABLE t(k int, a text, b varchar(99), c char(60), d json, e binary(40), f blob, g varbinary(99), h longtext, "
            "l varchar(99) CHARACTER SET gbk, m text CHARACTER SET latin1, n text INVISIBLE, p point, q bit(8), "
            f"`select` tinytext, r enum('{ids[13]}', 'b'), s set('x', '{ids[14]}'), t decimal(30), u datetime)"]
    text += [f"INSERT INTO t(k, {c}) VALUES ({i}, {v})" for i, (c, v) in enumerate(cells)]
    text += [f"INSERT INTO t(r) VALUES ('{ids[13]}')", f"INSERT INTO t(s) VALUES ('{ids[14]}')", "INSERT INTO t(u) VALUES (NULL)"]
    result, _ = folder.result("check", server.database("types", ";\n".join(text) + ";"))
    mine = store(result, "/types!t")
    folder.hold(mine["status"] == "read" and mine["records"] == len(text) - 1, f"{mine['status']}, {mine['records']} records")
    folder.hold(result["people"]["floor"] == 15 and result["identifiers"]["cn-resident-id"]["distinct"] == 15,
                f"all 15 are found: {result['people']}, {result['identifiers']}")
    folder.hold([c["name"] for c in mine["columns"]] == list("kabcdefghlmnpq") + ["select"] + list("rstu"),
                f"columns: {[c['name'] for c in mine['columns']]}")


@case("a comment on a column of MariaDB says what its name does not")
def my_comments(folder):
    server = MARIADB.get()
    numbers = ", ".join(f"('{10001 + n * 7919}', '{10001 + n * 7919}')" for n in range(50))
    url = server.database("comments", "CREATE TABLE t (f1 text COMMENT 'QQ号，登录用', f2 text COMMENT '编号 13912345678'); "
                          f"INSERT INTO t VALUES {numbers};")
    result, _ = folder.result("check", url)
    mine = store(result, "!t")
    folder.hold([c["name"] for c in mine["columns"]] == ["f1: QQ号", "f2"], f"headings: {mine['columns']}")
    folder.hold(result["identifiers"]["qq-id"]["distinct"] == 50, f"what only a heading tells: {result['identifiers']}")


@case("every engine and kind of table of MariaDB is read once, rows that were with those that are")
def my_tables(folder):
    server = MARIADB.get()
    hide(folder)
    url = server.database("tables", made("inno", 20) + made("isam", 20, 50, "MyISAM") + made("aria", 20, 100, "Aria") +
                          made("mem", 5, 150, "MEMORY").replace("name text", "name varchar(9)") +
                          "CREATE TABLE merged(name text, idcard varchar(30), phone varchar(30)) ENGINE=MERGE UNION=(isam);"
                          "CREATE VIEW seen AS SELECT * FROM inno; CREATE SEQUENCE s; CREATE TABLE empty(x int);"
                          "CREATE TABLE parts(name text, idcard varchar(30), n int) PARTITION BY HASH (n) PARTITIONS 3;"
                          f"INSERT INTO parts VALUES ('a', '{resident_id(200)}', 1), ('a', '{resident_id(201)}', 2);"
                          "CREATE TABLE was(idcard varchar(30)) WITH SYSTEM VERSIONING;"
                          f"INSERT INTO was VALUES ('{resident_id(210)}'), ('{resident_id(211)}'); DELETE FROM was LIMIT 1;"
                          f"CREATE TABLE `名 册.x``y`(`证件` text); INSERT INTO `名 册.x``y` VALUES ('{resident_id(300)}');")
    result, _ = folder.result("check", url)
    found = {s["uri"].split("!")[1]: (s["status"], s["records"]) for s in result["stores"]}
    folder.hold(found == {"inno": ("read", 20), "isam": ("read", 20), "aria": ("read", 20), "mem": ("read", 5),
                          "merged": ("skipped", 0), "empty": ("read", 0), "parts": ("read", 2), "was": ("read", 2),
                          "名 册.x`y": ("read", 1)}, f"{found}")
    folder.hold(result["people"]["floor"] == 70, f"everybody once: {result['people']}")
    result, _ = folder.result("check", server.database("nothing"))
    folder.hold(result["people"]["ceiling"] == 0 and len(result["stores"]) == 1, f"nothing in nothing: {result['people']}")


@case("what a MariaDB server hides from a user makes its database partly read")
def my_denied(folder):
    server = MARIADB.get()
    hide(folder)
    server.database("denied", made("mine", 10) + made("none", 10, 50) + made("some_columns", 10, 100))
    server.sql("CREATE USER few@localhost; GRANT SELECT ON denied.mine TO few@localhost; "
               "GRANT SELECT (name) ON denied.some_columns TO few@localhost; "
               "CREATE USER all_of_it@localhost; GRANT SELECT ON `denied`.* TO all_of_it@localhost;"
               "CREATE USER no_select@localhost; GRANT INSERT ON `denied`.* TO no_select@localhost")
    result, _ = folder.result("check", server.url("denied", "few"), expect=3)
    status = {s["uri"].rsplit("/", 1)[1]: (s["status"], s["records"]) for s in result["stores"]}
    folder.hold(status == {"denied!mine": ("read", 10), "denied!some_columns": ("read", 10), "denied": ("partly", 0)},
                f"{status}")
    folder.hold(result["people"]["ceiling"] is None and result["people"]["floor"] == 10, f"{result['people']}")
    result, _ = folder.result("check", server.url("denied", "all_of_it"))
    folder.hold(result["people"]["floor"] == 30 and len(result["stores"]) == 3, f"who may, reads all: {result['people']}")
    result, _ = folder.result("check", server.url("", "all_of_it"), expect=3)
    folder.hold([s for s in result["stores"] if s["status"] == "partly"] and result["people"]["floor"] == 30,
                "of a whole server, databases may be hidden")
    result, _ = folder.result("check", server.url("denied", "no_select"), expect=3)
    status = {s["uri"].rsplit("/", 1)[1]: s["status"] for s in result["stores"]}
    folder.hold(status == {"denied": "partly", "denied!mine": "unread", "denied!none": "unread", "denied!some_columns": "unread"},
                f"{status}")
    folder.hold("permission denied" in json.dumps(result["stores"]), f"says why: {result['stores']}")


def is_reading(server, table_name):
    return server.sql(f"SELECT count(*) FROM information_schema.PROCESSLIST WHERE INFO LIKE 'SELECT%`{table_name}`%' "
                      "AND INFO NOT LIKE '%PROCESSLIST%'") == "1"


def many(name, first=0, times=100):
    """A table of 40,000 rows about 100 people."""
    return made(name, 100, first) + f"INSERT INTO {name} SELECT v.* FROM {name} v, seq_1_to_{times} s;"


@case("a MariaDB server that is killed leaves a table partly read, the others unread, and no ceiling")
def my_killed(folder):
    with MariaDB() as server:
        url = server.database("k", made("a", 300) + many("aa", times=1000) + made("b", 100))
        run = Beside(lambda: folder.result("check", url, "--max-rate", "1M", expect=3))
        until(lambda: is_reading(server, "aa"), "the large table being read")
        time.sleep(0.4)
        server.kill()
        result, _ = run.end()
        status = {s["uri"].rsplit("/", 1)[1]: s["status"] for s in result["stores"]}
        folder.hold(status == {"k!a": "read", "k!aa": "partly", "k!b": "unread"}, f"{status}")
        folder.hold(result["people"]["floor"] == 300 and result["people"]["ceiling"] is None, f"{result['people']}")
        folder.hold("lost" in json.dumps(store(result, "!aa")["errors"]), f"{store(result, '!aa')['errors']}")
        result, _ = folder.result("check", url, expect=3)
        folder.hold(result["stores"][0]["status"] == "unread" and "cannot connect" in json.dumps(result["stores"][0]["errors"]),
                    f"a server that is not there: {result['stores']}")


@case("what happens in MariaDB while it is read is not counted, and what is lost by it is told")
def my_changed(folder):
    server = MARIADB.get()
    url = server.database("changed", many("a", times=400) + made("added", 50, 100) + made("cut", 50, 200) +
                          made("dropped", 20, 300) + made("emptied", 20, 320))
    run = Beside(lambda: folder.result("check", url, "--max-rate", "768K", expect=(0, 3)))
    until(lambda: is_reading(server, "a"), "the first table being read")
    server.sql(f"INSERT INTO added {rows(50, 1000)}; TRUNCATE cut; DROP TABLE dropped; DELETE FROM emptied", "changed")
    result, _ = run.end()
    found = {s["uri"].split("!")[-1]: (s["status"], s["records"]) for s in result["stores"]}
    folder.hold(found == {"a": ("read", 40100), "added": ("read", 50), "cut": ("unread", 0), "dropped": ("unread", 0),
                          "emptied": ("read", 20)}, f"{found}")
    folder.hold(result["people"]["ceiling"] is None, f"{result['people']}")


@case("--include, --exclude and --where choose what is read of MariaDB; all databases are read without a name")
def my_chosen(folder):
    with MariaDB() as server:
        hide(folder)
        url = server.database("chosen", made("users", 40) + made("log_1", 40, 100))
        server.database("other/x", made("users", 10, 200))
        result, _ = folder.result("check", server.url())
        status = {s["uri"].split("/", 3)[3]: (s["status"], s["records"]) for s in result["stores"]}
        folder.hold(status == {"chosen!users": ("read", 40), "chosen!log_1": ("read", 40), "other%2Fx!users": ("read", 10)},
                    f"{status}")
        result, _ = folder.result("check", server.url(), "--include", "users", "--exclude", "other/x.*",
                                  "--where", f"chosen.users=phone < '{mobile(0)}'", expect=3)
        few = sum(mobile(i) < mobile(0) for i in range(40))
        mine = store(result, "/chosen!users")
        folder.hold(mine["status"] == "partly" and mine["records"] == few and mine["records_unread"] == 40 - few, f"{mine}")
        folder.hold([s["status"] for s in result["stores"]].count("skipped") == 2, "two are left out")
        result, _ = folder.result("check", url, "--where", "users=nothing here", expect=3)
        folder.hold(store(result, "!users")["status"] == "unread", "a condition that the server refuses")


@case("a password reaches MariaDB from where its programs take it, and is never shown")
def my_password(folder):
    server = MARIADB.get()
    hide(folder)
    server.database("password", made("t", 10))
    server.sql("CREATE USER secret@localhost IDENTIFIED BY 'geheim'; GRANT SELECT ON password.* TO secret@localhost")
    url = server.url("password", "secret")
    folder.write(".my.cnf", "[client]\npassword=geheim\ndefault-character-set=gbk\nlocal-infile=1\n")
    for words, env, status in ((url, {}, 3), (url, {"MYSQL_PWD": "geheim"}, 0), (url, {"MYSQL_PWD": "wrong"}, 3),
                               (url.replace("secret@", "secret:geheim@"), {}, 0), (url, {"HOME": str(folder.path)}, 0),
                               (url.replace("secret@", "secret:geheim2@"), {}, 3)):
        result, _ = folder.result("check", words, env={"HOME": "/nonexistent", **env}, expect=status)
        folder.hold(status or result["people"]["floor"] == 10, f"read: {result['people']}")
    for bad in ("mysql://secret:geheim@host:port/a", "mysql://h/a?password=geheim", "mysql://h/a?ssl=geheim", "mysql://h/a/b"):
        folder.anshen("check", bad, "--report", "none", expect=2)


@case("a MariaDB value of 60 MB is read in memory that has a bound")
def my_huge(folder):
    server = MARIADB.get()
    url = server.database("huge", "CREATE TABLE t(x longtext); INSERT INTO t SELECT CONCAT(REPEAT('abcdefghi ', 6000000), "
                                  f"'身份证号 {resident_id(1)}') FROM seq_1_to_3")
    result, run = folder.result("check", url, "--memory", "64M")
    folder.hold(result["people"]["floor"] == 1 and store(result, "!t")["records"] == 3, f"{result['people']}")
    folder.hold_memory(run, 600 << 20, "three rows of 60 MB")
