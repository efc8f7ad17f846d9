"""PostgreSQL, against a real server: counts whose truth is known, everything a table can hold, what can go wrong."""
import json
import pathlib
import subprocess
import time

from kit import ANSHEN, case, mobile, resident_id, store, table
from servers import POSTGRESQL, Beside, PostgreSQL, until

PEOPLE = 400


def hide(folder, count=PEOPLE):
    folder.secret("geheim", *[resident_id(i) for i in range(count)], *[mobile(i) for i in range(count)])


def rows(count, first=0):
    """SELECT of so many people."""
    lines = ", ".join(f"('张伟', '{resident_id(i)}', '{mobile(i)}')" for i in range(first, first + count))
    return f"SELECT * FROM (VALUES {lines}) AS v(name, idcard, phone)"


def people(result):
    return {k: result["people"][k] for k in ("floor", "linked", "ceiling")}


@case("a table in PostgreSQL holds as many people as the same table in a file")
def pg_same(folder):
    server = POSTGRESQL.get()
    for shape, columns in (("dense", 8), ("users", None)):
        folder.anshen("gen", "--shape", shape, "--rows", "5000", "--seed", "11", "--format", "copy", "-o", f"{shape}.sql",
                      "--quiet", expect=0)
        truth = json.loads((folder / f"{shape}.sql.truth.json").read_text())
        url = server.database(f"same_{shape}", (folder / f"{shape}.sql").read_bytes())
        ours, _ = folder.result("check", url)
        dump, _ = folder.result("check", f"{shape}.sql")
        folder.hold(people(ours) == people(dump), f"{shape}: the dump has {people(dump)}, the server {people(ours)}")
        folder.hold(ours["identifiers"] == dump["identifiers"], f"{shape}: identifiers")
        folder.hold(ours["people"]["floor"] == truth["floor"], f"{shape}: the floor is the truth {truth['floor']}")
        folder.hold(ours["scope"]["records"] == truth["records"], f"{shape}: the records are the truth {truth['records']}")
        mine = [s for s in ours["stores"] if s["records"]][0]
        folder.hold(mine["status"] == "read" and "!public." in mine["uri"], f"{shape}: {mine['uri']} {mine['status']}")
        folder.hold("root@" not in mine["uri"], "no user in the name of a store")
        one, _ = folder.result("check", url, "--threads", "1")
        folder.hold(one["people"] == ours["people"] and one["identifiers"] == ours["identifiers"], "whatever the threads")


@case("every type of a PostgreSQL column is looked into, and a cell's text is what was put there")
def pg_types(folder):
    server = POSTGRESQL.get()
    hide(folder)
    ids = [resident_id(i) for i in range(30)]
    gbk = f"姓名：王芳，身份证号码：{ids[9]}，联系地址在北京市朝阳区建国路甲九十二号".encode("gb18030").hex()
    text = [
        "CREATE EXTENSION hstore", "CREATE DOMAIN raw AS bytea", "CREATE DOMAIN rawer AS raw",
        "CREATE TYPE pair AS (n int, b bytea)",
        "CREATE TABLE t(k int, a text, b varchar(99), c char(60), d json, e jsonb, f text[], g hstore, h bytea, i rawer, "
        "j bytea[], l pair, m xml, n numeric, o name, p varchar[], q text)",
        f"INSERT INTO t(k, a) VALUES (0, E'a\\tb\\n{ids[0]}\\r\\\\.\\n\\\\N')",
        f"INSERT INTO t(k, b) VALUES (1, '{ids[1]}')", f"INSERT INTO t(k, c) VALUES (2, '{ids[2]}')",
        f"""INSERT INTO t(k, d) VALUES (3, '{{"a": {{"idcard": "{ids[3]}"}}}}')""",
        f"""INSERT INTO t(k, e) VALUES (4, '{{"a": ["{ids[4]}", "{ids[5]}"]}}')""",
        f"INSERT INTO t(k, f) VALUES (5, ARRAY['x', '{ids[6]}'])", f"""INSERT INTO t(k, g) VALUES (6, 'id=>"{ids[7]}"')""",
        f"INSERT INTO t(k, h) VALUES (7, '{ids[8]}'::bytea)", f"INSERT INTO t(k, i) VALUES (8, '\\x{gbk}'::bytea)",
        f"INSERT INTO t(k, j) VALUES (9, ARRAY['\\x00'::bytea, '{ids[10]}'::bytea])",
        f"INSERT INTO t(k, l) VALUES (10, (1, '{ids[11]}'::bytea))", f"INSERT INTO t(k, m) VALUES (11, '<a>{ids[12]}</a>')",
        f"INSERT INTO t(k, o) VALUES (13, '{ids[14]}')",
        f"INSERT INTO t(k, q) VALUES (14, repeat('文', 3000000) || ' {ids[15]}')",
        "INSERT INTO t(k) VALUES (15)",
        f"INSERT INTO t(k, n) VALUES (12, {ids[13].replace('X', '0')})",
    ]
    result, _ = folder.result("check", server.database("types", ";\n".join(text) + ";"))
    mine = store(result, "!public.t")
    valid = 15 + (not ids[13].endswith("X"))
    folder.hold(mine["status"] == "read" and mine["records"] == 16, f"{mine['status']}, {mine['records']} records")
    folder.hold(result["people"]["floor"] in (valid, valid - 1) and
                result["identifiers"]["cn-resident-id"]["distinct"] == result["people"]["floor"], f"{valid}: {result['people']}")
    names = [c["name"] for c in mine["columns"]]
    folder.hold(names == list("kabcdefghijlmnopq"), f"columns: {names}")


@case("partitions are read once, each table that inherits its own rows; views, foreign and unfilled tables are no double")
def pg_tables(folder):
    server = POSTGRESQL.get()
    hide(folder)
    url = server.database("tables", f"""
        CREATE TABLE whole(name text, idcard text, phone text) PARTITION BY HASH (idcard);
        CREATE TABLE whole_0 PARTITION OF whole FOR VALUES WITH (MODULUS 2, REMAINDER 0) PARTITION BY HASH (phone);
        CREATE TABLE whole_00 PARTITION OF whole_0 FOR VALUES WITH (MODULUS 1, REMAINDER 0);
        CREATE TABLE whole_1 PARTITION OF whole FOR VALUES WITH (MODULUS 2, REMAINDER 1);
        INSERT INTO whole {rows(50)};
        CREATE TABLE parent(name text, idcard text, phone text);
        CREATE TABLE child(more text) INHERITS (parent);
        INSERT INTO parent {rows(20, 100)}; INSERT INTO child(name, idcard, phone) {rows(30, 200)};
        CREATE MATERIALIZED VIEW filled AS SELECT * FROM parent;
        CREATE MATERIALIZED VIEW unfilled AS SELECT * FROM parent WITH NO DATA;
        CREATE VIEW seen AS SELECT * FROM parent;
        CREATE TABLE none(); INSERT INTO none DEFAULT VALUES; INSERT INTO none DEFAULT VALUES;
        CREATE TABLE empty(name text, idcard text);
        CREATE UNLOGGED TABLE "名 册"(name text, "证件.号" text, gone text); ALTER TABLE "名 册" DROP COLUMN gone;
        INSERT INTO "名 册" VALUES ('张伟', '{resident_id(300)}');
        CREATE SCHEMA "a.b"; CREATE TABLE "a.b"."c""d"(x text); INSERT INTO "a.b"."c""d" VALUES ('{resident_id(301)}');
        CREATE EXTENSION postgres_fdw; CREATE SERVER far FOREIGN DATA WRAPPER postgres_fdw;
        CREATE FOREIGN TABLE elsewhere(x text) SERVER far;
        CREATE TABLE wide({', '.join(f'c{i} text' for i in range(1100))}); INSERT INTO wide(c1099) VALUES ('{resident_id(302)}');
    """)
    result, _ = folder.result("check", url)
    found = {s["uri"].split("!")[1]: (s["status"], s["records"]) for s in result["stores"]}
    expected = {"public.whole": ("read", 50), "public.parent": ("read", 20), "public.child": ("read", 30),
                "public.filled": ("read", 50), "public.unfilled": ("skipped", 0), "public.none": ("read", 2),
                "public.empty": ("read", 0), "public.名 册": ("read", 1), '"a.b".c"d': ("read", 1),
                "public.elsewhere": ("skipped", 0), "public.wide": ("read", 1)}
    expected['"a.b"."c"d"'] = expected.pop('"a.b".c"d')
    folder.hold(found == expected, f"the stores: {sorted(set(found.items()) ^ set(expected.items()))}")
    folder.hold(result["people"]["floor"] == 103, f"everybody once: {result['people']}")
    empty = server.database("nothing")
    result, _ = folder.result("check", empty)
    folder.hold(result["people"]["ceiling"] == 0 and len(result["stores"]) == 1, f"nothing in nothing: {result['people']}")


@case("what a PostgreSQL user may not read is unread or partly read, and the run goes on")
def pg_denied(folder):
    server = POSTGRESQL.get()
    hide(folder)
    server.sql("CREATE ROLE reader LOGIN")
    server.database("denied", f"""
        CREATE TABLE mine AS {rows(10)}; CREATE TABLE none AS {rows(20, 20)}; CREATE TABLE part AS {rows(30, 40)};
        CREATE TABLE policy AS {rows(40, 80)}; CREATE SCHEMA closed; CREATE TABLE closed.t AS {rows(5, 200)};
        ALTER TABLE policy ENABLE ROW LEVEL SECURITY; CREATE POLICY few ON policy USING (phone = '{mobile(80)}');
        GRANT SELECT ON mine, policy TO reader; GRANT SELECT (name, idcard) ON part TO reader;
        GRANT SELECT ON closed.t TO reader; SELECT lo_from_bytea(77, '{resident_id(390)}');
    """)
    result, run = folder.result("check", server.url("denied", "reader"), expect=3)
    found = {s["uri"].split("!")[1]: s for s in result["stores"]}
    status = {n: (s["status"], s["records"]) for n, s in found.items()}
    folder.hold(status == {"public.mine": ("read", 10), "public.none": ("unread", 0), "public.part": ("partly", 30),
                           "public.policy": ("unread", 0), "closed.t": ("unread", 0), "large object 77": ("unread", 0)},
                f"{status}")
    folder.hold(result["people"]["ceiling"] is None and result["people"]["floor"] == 40, f"{result['people']}")
    told = {n: json.dumps(s["errors"]) for n, s in found.items()}
    folder.hold("permission denied" in told["public.none"] and "42501" in told["public.policy"], f"{told}")
    folder.hold("1 of its columns" in told["public.part"], f"the hidden column: {told['public.part']}")
    result, _ = folder.result("check", server.url("denied"))
    folder.hold(result["people"]["floor"] == 106, f"who may, reads all: {result['people']}")


@case("PostgreSQL databases in any encoding are read as the text they hold")
def pg_encodings(folder):
    server = POSTGRESQL.get()
    hide(folder)
    options = "TEMPLATE template0 ENCODING '{}' LC_COLLATE 'C' LC_CTYPE 'C'"
    line = "INSERT INTO t VALUES ('{}', '{}');\n"
    server.database("ascii", "CREATE TABLE t(name text, idcard text)", options.format("SQL_ASCII"))
    server.sql("SET client_encoding = SQL_ASCII;".encode() + b"".join(
        line.format("欧阳娜娜住在北京", resident_id(i)).encode("gb18030" if i % 2 else "utf-8") for i in range(40)), "ascii")
    server.database("euc", "CREATE TABLE t(name text, idcard text)", options.format("EUC_CN"))
    server.sql("".join(line.format("张伟", resident_id(i)) for i in range(40)), "euc")
    server.database("latin", "CREATE TABLE t(name text, idcard text)", options.format("LATIN1"))
    server.sql("".join(line.format("Élodie", resident_id(i)) for i in range(40)), "latin")
    for name in ("ascii", "euc", "latin"):
        result, _ = folder.result("check", server.url(name))
        mine = store(result, "!public.t")
        folder.hold(mine["status"] == "read" and result["people"]["floor"] == 40, f"{name}: {mine['status']} {result['people']}")


def scan_slowly(folder, url, *words, rate="64K"):
    """A check that takes its time, beside what the case does; at its first table when this returns."""
    run = Beside(lambda: folder.result("check", url, "--max-rate", rate, *words, expect=(0, 3)))
    return run


def is_copying(server, database, table_name):
    return server.sql(f"SELECT count(*) FROM pg_stat_activity WHERE datname = '{database}' AND state = 'active' "
                      f"AND query LIKE 'COPY%\"{table_name}\"%'") == "1"


@case("a PostgreSQL server that is killed leaves a table partly read, the others unread, and no ceiling")
def pg_killed(folder):
    with PostgreSQL() as server:
        url = server.database("k", f"""CREATE TABLE a AS {rows(300)}; CREATE TABLE b AS {rows(100)};
            CREATE TABLE aa AS SELECT v.* FROM ({rows(300)}) v, generate_series(1, 4000);""")
        run = scan_slowly(folder, url, rate="1M")
        until(lambda: is_copying(server, "k", "aa"), "the large table being read")
        time.sleep(0.4)
        server.kill()
        result, _ = run.end()
        status = {s["uri"].split("!")[1]: s["status"] for s in result["stores"]}
        folder.hold(status == {"public.a": "read", "public.aa": "partly", "public.b": "unread", "large objects": "unread"},
                    f"{status}")
        folder.hold(result["people"]["floor"] == 300 and result["people"]["ceiling"] is None, f"{result['people']}")
        folder.hold("connection" in json.dumps(store(result, ".aa")["errors"]), f"{store(result, '.aa')['errors']}")
        result, _ = folder.result("check", url, expect=3)
        mine = result["stores"][0]
        folder.hold(mine["status"] == "unread" and "cannot connect" in json.dumps(mine["errors"]),
                    f"a server that is not there: {result['stores']}")


@case("a run on PostgreSQL that is killed goes on where it was: tables that were finished are not read again, and say so")
def pg_resumed(folder):
    server = POSTGRESQL.get()
    hide(folder, 300)
    url = server.database("r", f"""CREATE TABLE a AS {rows(200)}; CREATE TABLE c AS {rows(100, 200)};
        CREATE TABLE b AS SELECT v.* FROM ({rows(200)}) v, generate_series(1, 4000);""")
    whole, _ = folder.result("check", url)
    words = [ANSHEN, "check", url, "--resume", "kept", "--report", "none", "--max-rate", "1M", "--as-of", "2026-11-23"]
    run = subprocess.Popen(words, cwd=folder.path, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    until(lambda: is_copying(server, "r", "b") and list((folder / "kept").glob("*.census")), "the large table being read")
    run.kill()
    run.wait()
    folder.hold(len(list((folder / "kept").glob("*.census"))) == 1, "the first table is kept, and nothing else")
    server.sql("TRUNCATE a", "r")
    result, run = folder.result("check", url, "--resume", "kept")
    folder.hold(people(result) == people(whole), f"{people(result)} are {people(whole)}")
    told = {s["uri"].split("!")[1]: json.dumps(s["errors"]) for s in result["stores"]}
    folder.hold("broke off" in told["public.a"] and "broke off" not in told["public.b"], f"what was taken over says so: {told}")
    folder.hold(not (folder / "kept").exists(), "nothing is kept when all is done")


@case("a comment on a column of PostgreSQL says what its name does not")
def pg_comments(folder):
    server = POSTGRESQL.get()
    numbers = ", ".join(f"('{10001 + n * 7919}', '{10001 + n * 7919}')" for n in range(50))
    url = server.database("comments", f"""CREATE TABLE t (f1 text, f2 text); INSERT INTO t VALUES {numbers};
        COMMENT ON COLUMN t.f1 IS 'QQ号，登录用'; COMMENT ON COLUMN t.f2 IS '编号 13912345678';""")
    result, _ = folder.result("check", url)
    mine = store(result, "!public.t")
    folder.hold([c["name"] for c in mine["columns"]] == ["f1: QQ号", "f2"], f"headings: {mine['columns']}")
    folder.hold(result["identifiers"]["qq-id"]["distinct"] == 50, f"what only a heading tells: {result['identifiers']}")


@case("identifiers drawn from a count are found again in the live PostgreSQL; rows by number are refused, for they have none")
def pg_proved(folder):
    server = POSTGRESQL.get()
    hide(folder, 300)
    url = server.database("prove", f"CREATE TABLE t AS {rows(300)}")
    folder.write("company.yaml", "company: {name: 示例, role: network_platform_operator}\nlisting: {country: US}\n")
    folder.anshen("scan", url, "-o", "u.census", "--quiet", expect=0)
    for words in (("open", "x.anshen", "--company", "company.yaml"), ("measure", "x.anshen", "u.census"), ("judge", "x.anshen")):
        folder.anshen("review", *words, expect=0)
    folder.anshen("dossier", "build", "--case", "x.anshen", "-o", "d.zip", expect=0)
    folder.anshen("dossier", "challenge", "d.zip", "--n", "40", "--seed", "3 17 22", "-o", "c.json", expect=0)
    prove = ("dossier", "prove", "--census", "u.census", "-o", "p.json")
    folder.anshen(*prove, "--challenge", "c.json", url, expect=0)
    answers = json.loads((folder / "p.json").read_bytes())["leaves"]
    folder.hold(len(answers) == 40 and all(a["found"] for a in answers), f"all are found: {answers[:1]}")
    server.sql("DELETE FROM t", "prove")
    folder.anshen(*prove, "--challenge", "c.json", url, expect=0)
    answers = json.loads((folder / "p.json").read_bytes())["leaves"]
    folder.hold(not any(a["found"] for a in answers), "none once they are gone")
    run = folder.anshen(*prove, "--record", f"{url.replace('root@', '')}!public.t:7", expect=2)
    folder.hold("numbers" in run.text, f"why rows by number are not looked at: {run}")


@case("what happens in PostgreSQL while it is read is not counted, and what is lost by it is told")
def pg_changed(folder):
    server = POSTGRESQL.get()
    url = server.database("changed", f"""CREATE TABLE a AS SELECT v.* FROM ({rows(100)}) v, generate_series(1, 400);
        CREATE TABLE added AS {rows(50, 100)}; CREATE TABLE cut AS {rows(50, 200)};
        CREATE TABLE dropped AS {rows(20, 300)}; CREATE TABLE killed AS {rows(20, 300)};
        CREATE TABLE wider AS {rows(20, 320)}; CREATE TABLE altered AS {rows(20, 340)};""")
    run = scan_slowly(folder, url, rate="768K")
    until(lambda: is_copying(server, "changed", "a"), "the first table being read")
    server.sql(f"INSERT INTO added {rows(50, 1000)}; TRUNCATE cut; DROP TABLE dropped; DELETE FROM killed; "
               "ALTER TABLE wider ADD COLUMN more text; ALTER TABLE altered DROP COLUMN idcard;", "changed")
    result, _ = run.end()
    found = {s["uri"].split(".")[-1]: (s["status"], s["records"]) for s in result["stores"]}
    folder.hold(found == {"a": ("read", 40000), "added": ("read", 50), "cut": ("partly", 0), "dropped": ("unread", 0),
                          "killed": ("read", 20), "wider": ("read", 20), "altered": found["altered"]}, f"{found}")
    told = json.dumps(store(result, ".altered")["errors"])
    folder.hold(found["altered"] == ("partly", 20) and "may not be read, or gone" in told,
                f"a column that goes: {found['altered']}")
    folder.hold("emptied or rewritten" in json.dumps(store(result, ".cut")["errors"]), "what was emptied says so")
    folder.hold(result["people"]["ceiling"] is None, f"{result['people']}")


@case("--include, --exclude and --where choose what is read of PostgreSQL, and what they leave out is told")
def pg_chosen(folder):
    server = POSTGRESQL.get()
    hide(folder)
    url = server.database("chosen", f"CREATE TABLE users AS {rows(40)}; CREATE TABLE log_1 AS {rows(40, 100)}; "
                                    f"CREATE SCHEMA s; CREATE TABLE s.users AS {rows(40, 200)};"
                                    "INSERT INTO users VALUES (NULL, NULL, NULL)")
    result, _ = folder.result("check", url, "--exclude", "log_*", "--include", "public.*")
    found = {s["uri"].split("!")[1]: (s["status"], s["why"]) for s in result["stores"]}
    folder.hold(found["public.users"][0] == "read" and "--exclude" in found["public.log_1"][1] and
                "--include" in found["s.users"][1], f"{found}")
    folder.hold(result["people"]["floor"] == 40, f"{result['people']}")
    result, _ = folder.result("check", url, "--exclude", "log_1", "--where", f"public.users=phone < '{mobile(0)}' -- or more",
                              expect=3)
    few = sum(mobile(i) < mobile(0) for i in range(40))
    mine = store(result, "!public.users")
    folder.hold(mine["status"] == "partly" and mine["records"] == few and mine["records_unread"] == 41 - few, f"{mine}")
    folder.hold(result["people"]["ceiling"] is not None and result["people"]["ceiling"] >= 80, f"{result['people']}")
    run = folder.anshen("check", url, "--where", "user=true", "--report", "none", expect=2)
    folder.hold("no table 'user'" in run.text, f"a table that is not there: {run}")
    folder.anshen("check", url, "--where", "users", "--report", "none", expect=2)
    result, _ = folder.result("check", url, "--where", "users=nobody.knows = 'geheim'", expect=3)
    folder.hold(store(result, "!public.users")["status"] == "unread", "a condition that the server refuses")
    begun = time.monotonic()
    folder.result("check", url, "--max-rate", "8K")
    folder.hold(time.monotonic() - begun > 0.5, "the rate is held")


@case("a password reaches PostgreSQL from where its programs take it, and is never shown")
def pg_password(folder):
    server = POSTGRESQL.get()
    hide(folder)
    server.sql("CREATE ROLE secret LOGIN PASSWORD 'geheim'")
    server.database("password", f"CREATE TABLE t AS {rows(10)}; GRANT SELECT ON t TO secret")
    url = server.url("password", "secret")
    for words, env, status in ((url, {}, 3), (url, {"PGPASSWORD": "geheim"}, 0), (url, {"PGPASSWORD": "wrong"}, 3),
                               (url.replace("secret@", "secret:geheim@"), {}, 0),
                               (url.replace("secret@", "secret:%67eheim@"), {}, 0),
                               (url.replace("secret@", "secret:geheim2@"), {}, 3)):
        result, _ = folder.result("check", words, env={"PGPASSFILE": "/nonexistent", **env}, expect=status)
        folder.hold(status or result["people"]["floor"] == 10, f"read: {result['people']}")
        folder.hold(result["stores"][0]["uri"].startswith("postgresql://%2F"), f"{result['stores'][0]['uri']}")
    folder.write("pass", "*:*:*:secret:geheim\n").chmod(0o600)
    folder.result("check", url, env={"PGPASSFILE": str(folder / "pass")})
    for bad in ("postgresql://secret:geheim@host:port/a", "postgresql://secret:gehe@im@h/a", "postgresql://h/a?password=geheim",
                "nosuch://u:geheim@h/a", "postgresql://u:geheim@h/a/b"):
        folder.anshen("check", bad, "--report", "none", expect=2)
    folder.anshen("check", url, url.replace("postgresql", "postgres"), "--report", "none", expect=2)

    slow = subprocess.Popen([ANSHEN, "check", url.replace("secret@", "secret:geheim@"), "--max-rate", "100", "--report", "none"],
                            cwd=folder.path, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        until(lambda: server.sql("SELECT count(*) FROM pg_stat_activity WHERE usename = 'secret'") == "1", "the connection")
        line = pathlib.Path(f"/proc/{slow.pid}/cmdline").read_bytes()
        folder.hold(b"geheim" not in line and b"secret:xxxxxx@" in line, "the list of processes does not show it")
    finally:
        slow.kill()
        slow.wait()


@case("a company file's PostgreSQL store has what is declared of it; all databases of a server are read without a name")
def pg_company(folder):
    with PostgreSQL() as server:
        server.database("one", f"CREATE TABLE t AS {rows(10)}")
        server.database("two/2", f"CREATE TABLE t AS {rows(10, 20)}; SELECT lo_from_bytea(5, '{table(7, 50)}'::bytea)")
        folder.write("c.yaml", f"stores:\n  - {{uri: '{server.url('one')}', location: SG, subjects: users}}\n")
        result, _ = folder.result("check", "c.yaml")
        mine = store(result, "/one!public.t")
        folder.hold(mine["location"] == "SG" and mine["people"]["floor"] == 10, f"{mine}")
        result, _ = folder.result("check", server.url())
        status = {s["uri"].split("/", 3)[3]: (s["status"], s["records"]) for s in result["stores"]}
        folder.hold(status == {"one!public.t": ("read", 10), "two%2F2!public.t": ("read", 10),
                               "two%2F2!large object 5": ("read", 7), "postgres": ("read", 0)}, f"{status}")
        folder.hold(result["people"]["floor"] == 27, f"a large object that is a table: {result['people']}")
        server.sql("ALTER DATABASE one ALLOW_CONNECTIONS false")
        result, _ = folder.result("check", server.url(), expect=3)
        folder.hold(store(result, "/one")["status"] == "unread", "a closed database is told")


@case("a PostgreSQL value of 60 MB is read in memory that has a bound")
def pg_huge(folder):
    server = POSTGRESQL.get()
    url = server.database("huge", "CREATE TABLE t(x text); INSERT INTO t SELECT repeat('abcdefghi ', 6000000) || "
                                  f"'身份证号 {resident_id(1)}' FROM generate_series(1, 3)")
    result, run = folder.result("check", url, "--memory", "64M")
    folder.hold(result["people"]["floor"] == 1 and store(result, "!public.t")["records"] == 3, f"{result['people']}")
    folder.hold_memory(run, 600 << 20, "three rows of 60 MB")
