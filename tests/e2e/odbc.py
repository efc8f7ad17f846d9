"""ODBC: Debian's drivers for SQLite, PostgreSQL and MariaDB, against the databases themselves."""
import sqlite3
import time
import urllib.parse

from kit import case, mobile, resident_id, store, table
from servers import MARIADB, POSTGRESQL, Beside, PostgreSQL, until

PASSWORD = "odbc-password-of-the-test"


def hide(folder, count=300):
    folder.secret(PASSWORD, *[resident_id(n) for n in range(0, count, 7)], *[mobile(n) for n in range(0, count, 7)])


def trouble(entry):
    return " ".join([e["text"] for e in entry["errors"]] + [entry["why"] or ""])


def rows(count, first=0):
    return ", ".join(f"('张伟𠮷{n}', '{resident_id(n)}', '{mobile(n)}')" for n in range(first, first + count))


PEOPLE = 'CREATE TABLE people ("姓名" VARCHAR(40), id_card VARCHAR(20), phone TEXT)'


def sqlite(folder, name, *statements):
    with sqlite3.connect(folder / name) as db:
        for s in statements:
            db.execute(s)
    db.close()
    return f"odbc://{urllib.parse.quote(str(folder / name))}?driver=SQLite3"


def postgresql_url(server, database, user="root"):
    return f"odbc://{user}@{urllib.parse.quote(str(server.path), safe='')}/{database}?driver=PostgreSQL%20Unicode"


def mariadb_url(server, database, user="root"):
    socket = urllib.parse.quote(str(server.socket), safe="")
    return f"odbc://{user}@localhost/{database}?driver=MariaDB%20Unicode&socket={socket}"


def check(folder, url, *words, expect=0, **more):
    return folder.result("check", url, *words, expect=expect, env={"HOME": str(folder.path)}, **more)[0]


@case("a table through ODBC counts as the same rows of a file do, with each driver")
def odbc_same(folder):
    hide(folder)
    folder.write("same.csv", table(700))
    same, _ = folder.result("check", "same.csv", expect=0)
    values = ", ".join(f"('张伟', '{resident_id(n)}', '{mobile(n)}', 'u{n}@mail.qq.com')" for n in range(700))
    make = 'CREATE TABLE people ("姓名" VARCHAR(40), "身份证号" VARCHAR(20), "手机号" VARCHAR(20), "邮箱" VARCHAR(60))'
    fill = f"INSERT INTO people VALUES {values}"
    p, m = POSTGRESQL.get(), MARIADB.get()
    p.database("odbc_same", f"{make}; {fill}; CREATE TABLE empty (a int); CREATE VIEW v AS SELECT * FROM people")
    m.database("odbc_same", f"{make.replace(chr(34), chr(96))}; {fill}; CREATE TABLE empty (a int);"
                            "CREATE VIEW v AS SELECT * FROM people")
    urls = {sqlite(folder, "a.db", make, fill, "CREATE TABLE empty (a int)", "CREATE VIEW v AS SELECT * FROM people"): "people",
            postgresql_url(p, "odbc_same"): "public.people", mariadb_url(m, "odbc_same"): "people"}
    for url, name in urls.items():
        result = check(folder, url)
        entry = store(result, "!" + name)
        folder.hold(entry["people"] == same["people"] and entry["records"] == 700, f"{url}: {entry['people']} {same['people']}")
        folder.hold([c["name"] for c in entry["columns"]] == ["姓名", "身份证号", "手机号", "邮箱"], f"{url}: {entry['columns']}")
        folder.hold(sorted(e["status"] for e in result["stores"]) == ["read"] * 2 and not trouble(entry),
                    f"{url}: {[(e['uri'], e['status'], trouble(e)) for e in result['stores']]}")
        folder.hold("root" not in entry["uri"] and "driver" not in entry["uri"], entry["uri"])


@case("values of every kind come through ODBC as text, Chinese and bytes and long ones too")
def odbc_values(folder):
    hide(folder)
    long = "x" * 300_000
    types = "(name VARCHAR(60), n BIGINT, d DECIMAL(20,2), born DATE, phone TEXT, raw %s, note TEXT)"
    row = f"('张伟𠮷', 13800138000, 12.50, '1990-02-03', '{mobile(1)}', %s, '{long} {resident_id(2)}')"
    nothing = "(NULL, NULL, NULL, NULL, '', NULL, NULL)"
    p, m = POSTGRESQL.get(), MARIADB.get()
    raw = mobile(5).encode().hex()
    urls = []
    p.database("odbc_values", f"CREATE TABLE t {types % 'bytea'}; INSERT INTO t VALUES "
                              + row % f"decode('{raw}', 'hex')" + f", {nothing}")
    urls.append(postgresql_url(p, "odbc_values"))
    m.database("odbc_values", f"CREATE TABLE t {types.replace('note TEXT', 'note LONGTEXT') % 'BLOB'}; INSERT INTO t VALUES "
                              f"{row % f'0x{raw}'}, {nothing}")
    urls.append(mariadb_url(m, "odbc_values"))
    filled = row % f"x'{raw}'"
    urls.append(sqlite(folder, "v.db", f"CREATE TABLE t {types % 'BLOB'}", f"INSERT INTO t VALUES {filled}, {nothing}"))
    for url in urls:
        entry = store(check(folder, url), "t")
        kinds = entry["identifiers"]
        folder.hold(entry["records"] == 2 and entry["status"] == "read", f"{url}: {entry['records']} {trouble(entry)}")
        folder.hold(kinds.get("cn-resident-id", {}).get("distinct") == 1, f"{url}: the end of a long value: {kinds}")
        folder.hold(kinds.get("cn-mobile", {}).get("distinct", 0) >= 2, f"{url}: text and bytes: {kinds}")


@case("what a user may not read through ODBC, names that are odd, and --where")
def odbc_partly(folder):
    hide(folder)
    p = POSTGRESQL.get()
    p.database("odbc_partly", f'{PEOPLE}; INSERT INTO people VALUES {rows(20)}; CREATE TABLE denied (a int); '
                              'CREATE SCHEMA "a""b"; CREATE TABLE "a""b"."x.y 表" (phone text); '
                              f'INSERT INTO "a""b"."x.y 表" VALUES (\'{mobile(9)}\'); CREATE ROLE odbc_reader LOGIN; '
                              'GRANT USAGE ON SCHEMA "a""b" TO odbc_reader; '
                              'GRANT SELECT ON people, "a""b"."x.y 表" TO odbc_reader')
    url = postgresql_url(p, "odbc_partly", "odbc_reader")
    result = check(folder, url, expect=3)
    entry = store(result, "!public.denied")
    folder.hold(entry["status"] == "unread" and "permission" in trouble(entry), trouble(entry))
    folder.hold(store(result, "!public.people")["people"]["floor"] == 20, "the others are read")
    folder.hold(store(result, '!a"b.x.y 表')["records"] == 1, [e["uri"] for e in result["stores"]])
    result = check(folder, url, "--exclude", "denied", "--where", f"people=id_card <> '{resident_id(3)}'", expect=3)
    entry = store(result, "!public.people")
    folder.hold(entry["records"] == 19 and result["scope"]["records_unread"] == 1 and "--where" in trouble(entry), trouble(entry))
    folder.hold(store(result, "!public.denied")["status"] == "skipped", "--exclude")
    entry = store(check(folder, url, "--include", "people", "--where", "people=nonsense(", expect=3), "!public.people")
    folder.hold(entry["status"] == "unread" and "--where" in trouble(entry), trouble(entry))


@case("a data source or a driver that is not there is told with what to do, and no database is made")
def odbc_missing(folder):
    hide(folder)
    folder.write(".odbc.ini", f"[shop]\nDriver=SQLite3\nDatabase={folder / 'a.db'}\n[gone]\nDriver=/nowhere/libgone.so\n")
    sqlite(folder, "a.db", PEOPLE, f"INSERT INTO people VALUES {rows(5)}")
    result = folder.result("check", "odbc://shop", env={"ODBCINI": str(folder / ".odbc.ini")})[0]
    folder.hold(result["people"]["floor"] == 5 and result["stores"][0]["uri"] == "odbc://shop!people", result["stores"][0]["uri"])
    for url, words in (("odbc://nobody", "no data source"), ("odbc://gone", "install its package"),
                       ("odbc:///x?driver=None%20Such", "package"), (f"odbc://{folder.path}/new.db?driver=SQLite3", "")):
        entry = folder.result("check", url, expect=3, env={"ODBCINI": str(folder / ".odbc.ini")})[0]["stores"][0]
        folder.hold(entry["status"] == "unread" and words in trouble(entry), f"{url}: {trouble(entry)}")
    folder.hold(not (folder / "new.db").exists(), "a database that is not there is not made")
    for url, words in (("odbc://h/d?pwd=" + PASSWORD, b"stand before '@'"), ("odbc:///?driver=x", b"could not be told"),
                       ("odbc:///", b"name of a data source"), ("odbc://h?a%3Bb=1", b"no connection string has")):
        run = folder.anshen("check", url, "--report", "none", expect=2)
        folder.hold(words in run.err, run)
    p = POSTGRESQL.get()
    p.database("odbc_secret", f"CREATE ROLE odbc_secret LOGIN PASSWORD '{PASSWORD}'")
    url = postgresql_url(p, "odbc_secret", "odbc_secret")
    for env, status in (({}, 3), ({"ODBC_PASSWORD": "wrong;}"}, 3), ({"ODBC_PASSWORD": PASSWORD}, 3)):
        folder.result("check", url, expect=status, env={"HOME": str(folder.path), **env})


@case("a database that is killed, or a table that is dropped, while ODBC reads it costs what was not read", alone=True)
def odbc_killed(folder):
    hide(folder)
    fill = f"{PEOPLE}; INSERT INTO people VALUES {rows(3000)}; " + "INSERT INTO people SELECT * FROM people; " * 4
    with PostgreSQL() as s:
        s.database("d", f"{fill} CREATE TABLE zgone (a int)")

        def reads():
            return s.sql("SELECT count(*) FROM pg_locks l JOIN pg_class c ON c.oid = l.relation WHERE c.relname = 'people'", "d")

        def begin(rate):
            run = Beside(lambda: check(folder, postgresql_url(s, "d"), "--max-rate", rate, expect=3))
            until(lambda: reads() != "0", "a reader")
            return run

        run = begin("2M")
        s.sql("DROP TABLE zgone", "d")
        result = run.end()
        entry = store(result, "zgone")
        folder.hold(entry["status"] == "unread" and "gone" in trouble(entry), f"{entry['status']} {trouble(entry)}")
        folder.hold(store(result, "people")["status"] == "read", "the other is read")
        run = begin("500K")
        time.sleep(1)
        s.kill()
        result = run.end()
        entry = store(result, "people")
        folder.hold(entry["status"] == "partly" and 0 < entry["records"] < 48000 and trouble(entry),
                    f"{entry['status']} {entry['records']} {trouble(entry)}")
        folder.hold(result["people"]["ceiling"] is None, "the ceiling has what did not come")


@case("a large table comes through PostgreSQL's driver in bounded memory", alone=True)
def odbc_large(folder):
    p = POSTGRESQL.get()
    p.database("odbc_large", "CREATE TABLE t AS SELECT n, repeat('x', 1000) AS note FROM generate_series(1, 60000) n")
    result, run = folder.result("check", postgresql_url(p, "odbc_large"), expect=0, limit=90)
    folder.hold(result["stores"][0]["records"] == 60000, result["stores"][0]["records"])
    folder.hold_memory(run, 48 << 20, "60 MB of rows")
