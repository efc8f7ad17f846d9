"""Words on the command line, exit statuses, the company file, languages, days, and judging on given facts."""
import gzip
import json
import os
import pathlib
import re
import signal
import sqlite3
import stat
import subprocess

from kit import ANSHEN, AS_OF, Skip, case, mobile, resident_id, store, table

ROOT = pathlib.Path(os.environ.get("ANSHEN_SOURCE_ROOT", pathlib.Path(__file__).resolve().parents[2]))
WORDS = {"yes": "applies", "no": "does-not-apply", "undetermined": "undetermined"}

SMALL_LAW = """metric users_pi_held person window stock census users en "u" zh "u"
body CAC en "CAC" zh "CAC"
verb file "with" zh "f"
rule test.line version 1 {
  title      en "More than ten users" zh "超过10名用户"
  instrument "测试办法" en "Test Measures" article "1"
  status     in_force from 2022-01-01
  quote      zh "掌握超过10名用户个人信息的"
  scope      company
  when       count(users_pi_held) > 10
  duty       file "a test" zh "测试" to CAC
  test "eleven" given count(users_pi_held)=11 expect yes
}
"""


# A line that is wrong, and what the message must hold.
WRONG = """
check                                                       folder
check nowhere.csv                                           nowhere.csv
check a.csv nowhere                                         nowhere
check nowhere.yaml                                          nowhere.yaml
check a.csv --lang fr                                       --lang
check a.csv --as-of 2021-13-01                              --as-of
check a.csv --as-of yesterday                               --as-of
check a.csv --threads many                                  --threads
check a.csv --threads 5000                                  --threads
check a.csv --memory 1M                                     --memory
check a.csv --memory lots                                   --memory
check a.csv --memory -1                                     --memory
check a.csv --listing us                                    --listing
check a.csv --listing America                               --listing
check a.csv --role king                                     --role
check a.csv --fail-on anything                              --fail-on
check a.csv --fail-on applies:no.such.rule                  no.such.rule
check a.csv --colour                                        --colour
check a.csv --law nowhere                                   nowhere
scan a.csv                                                  -o
scan -o x                                                   least
scan a.csv -o                                               -o
merge a                                                     -o
count                                                       census
judge                                                       --what-if
judge --what-if count(users)=5                              count(users
judge --what-if count(users_pi_held)                        count(users_pi_held)
judge --what-if count(users_pi_held)=9..3                   users_pi_held
judge --what-if count(users_pi_held)=x                      users_pi_held
judge --what-if company.role=king                           role
judge --what-if listing.country=US --explain cn.none        cn.none
law show cn.none                                            cn.none
law fly                                                     list
kinds x                                                     x
sources x                                                   x
gen                                                         -o
gen -o x --shape round                                      round
gen -o x --no-id 200%                                       --no-id
gen -o x --format docx --shape dense                        docx
"""


@case("a wrong word ends with 2, and says which and what would be right")
def usage(folder):
    folder.write("a.csv", table(5))
    for row in WRONG.strip().splitlines():
        line, say = row.rsplit(None, 1)
        words = line.split()
        more = ["--report", "none"] if words[0] == "check" else []
        run = folder.anshen(*words, *more, expect=(1, 2) if "nowhere.yaml" in words else 2)
        said = run.err.decode()
        folder.hold(say in said and said.startswith(f"anshen {words[0]}: "),
                    f"{words}: says '{say}': {said.strip()}")
        folder.hold(not run.out, f"{words}: standard output is empty")
    folder.hold(not (folder / "x").exists(), "nothing is written")


@case("exit status: 0 done, 3 something unread, 4 and 5 when asked, 1 when nothing can be written")
def statuses(folder):
    folder.write("people.csv", table(20))
    folder.write("mobiles.csv", "手机号\n" + "".join(f"{mobile(n)}\n" for n in range(20)))
    folder.write("bad.csv.gz", gzip.compress(table(5000).encode())[:-50])
    folder.write("law/test.rule", SMALL_LAW)
    rule = ["--law", "law", "--report", "none", "--as-of", "2026-11-23"]
    folder.anshen("law", "test", "--law", "law", expect=0)
    for words, status in (
        ("people.csv", 0),
        ("people.csv --fail-on applies", 4),
        ("people.csv --fail-on undetermined", 0),
        ("people.csv --fail-on applies:test.line", 4),
        ("people.csv --fail-on undetermined:test.line", 0),
        ("mobiles.csv --fail-on applies", 0),
        ("mobiles.csv --fail-on undetermined", 5),
        ("bad.csv.gz", 3),
        ("people.csv bad.csv.gz --fail-on applies", 4),
        ("bad.csv.gz --fail-on undetermined", (3, 4, 5)),
        ("people.csv --fail-on applies --as-of 2021-12-31", 0),
    ):
        folder.anshen("check", *rule, *words.split(), expect=status)
    folder.anshen("check", "people.csv", "--report", "no/such/folder.html", expect=1)
    folder.anshen("check", "people.csv", "--report", "none", "--json", "no/such/folder.json", expect=1)
    folder.hold(not list(folder.path.glob("*.tmp")), "no half-written file stays")


@case("standard input is a store like any other, packed or not")
def standard_input(folder):
    text = table(300).encode()
    folder.write("a.csv", text)
    folder.write("a.csv.gz", gzip.compress(text))
    rows = ",".join(f"('张伟','{resident_id(i)}')" for i in range(300))
    folder.write("dump.sql", f"INSERT INTO `u` (`name`,`idcard`) VALUES {rows};\n")
    for name, form in (("a.csv", "csv"), ("a.csv.gz", "csv"), ("dump.sql", "sql")):
        with open(folder / name, "rb") as f:
            result, _ = folder.result("check", "-", stdin=f)
        if result:
            folder.hold(result["people"]["floor"] == 300 == result["people"]["ceiling"],
                        f"{name}: {result['people']}")
            folder.hold(result["stores"][-1]["uri"].startswith("-") and result["stores"][-1]["format"] == form,
                        f"{name}: {result['stores'][-1]['uri']}")
    result, _ = folder.result("check", "-")
    folder.hold(result and result["people"]["ceiling"] == 0, "an empty one holds nobody")


COMPANY = """company: {name: 示例出行, role: network_platform_operator, cii: no}
listing: {country: US, planned: 2027-03-01}
stores:
  - {uri: users.csv, location: CN, subjects: users}
  - {uri: sub/staff.csv, location: SG, subjects: staff}
  - {uri: app.db, location: CN, subjects: users, account: uid, single_subject: yes}
  - {uri: oracle://reader@db1/app, location: US, subjects: users}
assumptions:
  cn-mobile: {m: 3}
"""


def company(folder, text, where="conf"):
    folder.write(f"{where}/users.csv", table(100))
    folder.write(f"{where}/sub/staff.csv", table(40, first=1000))
    (folder / where / "app.db").unlink(missing_ok=True)
    db = sqlite3.connect(folder / where / "app.db")
    db.execute("create table members(uid integer, phone text)")
    db.executemany("insert into members values(?,?)", [(i, mobile(5000 + i)) for i in range(60)])
    db.commit()
    db.close()
    folder.write(f"{where}/company.yaml", text)
    return f"{where}/company.yaml"


@case("a company file: its stores, whose they are and where, its accounts and caps")
def company_file(folder):
    path = company(folder, COMPANY)
    result, run = folder.result("check", path, expect=3)
    if not result:
        return
    by_name = {s["uri"]: s for s in result["stores"]}
    folder.hold(set(by_name) >= {"conf/users.csv", "conf/sub/staff.csv", "conf/app.db!members",
                                 "oracle://db1/app"}, f"stores: {list(by_name)}")
    places = [by_name[n]["location"] for n in ("conf/users.csv", "conf/sub/staff.csv", "conf/app.db!members")]
    folder.hold(places == ["CN", "SG", "CN"], f"locations: {places}")
    folder.hold(by_name["oracle://db1/app"]["status"] == "unread",
                "what this version does not read is unread")
    members = by_name["conf/app.db!members"]
    folder.hold(members["accounts"] == 60 and members["single_subject"], f"accounts: {members['accounts']}")
    folder.hold(result["company"] == "示例出行", "the name")
    facts = result["facts"]
    folder.hold(facts["company.role"] == {"value": "network_platform_operator", "from": "declared"},
                f"the role is declared: {facts.get('company.role')}")
    folder.hold(facts["listing.venue"]["value"] == "FOREIGN" and facts["listing.country"]["from"] == "declared",
                "the listing")
    users = facts["count(users_pi_held)"]
    folder.hold(users["lo"] == 100 and users["hi"] is None,
                f"users are those of stores that hold users, without end: {users}")
    places = {p["location"]: p["people"] for p in result["places"]}
    folder.hold(places["SG"]["floor"] == 40 and places["CN"]["floor"] == 100, f"people by place: {places}")
    folder.hold("m=3" in json.dumps(result["assumptions"]), f"the cap is printed: {result['assumptions']}")
    told = re.sub(r"\s+", " ", run.out.decode())
    folder.hold("示例出行" in told, "the screen names the company")


@case("a company file without what cannot be read: users have a ceiling, staff are no users")
def company_users(folder):
    path = company(folder,
                   COMPANY.replace("  - {uri: oracle://reader@db1/app, location: US, subjects: users}\n", ""))
    result, _ = folder.result("check", path)
    if result:
        users = result["facts"]["count(users_pi_held)"]
        folder.hold(users["lo"] == 100 and users["hi"] == 160, f"users: {users}")
        folder.hold(result["people"]["floor"] == 140 and result["people"]["ceiling"] == 200,
                    f"people: {result['people']}")
    run = folder.anshen("check", company(folder, "company: {name: x}\n", "none"), expect=2)
    folder.hold(b"no stores" in run.err, f"no store is named: no answer: {run}")
    declared, _ = folder.result("check", path, "--listing", "HK")
    folder.hold(declared and declared["facts"]["listing.venue"]["value"] == "HK", "--listing overrides the file")


@case("a store declared by a link, or by two ways, keeps what was declared of it")
def company_links(folder):
    folder.write("real/users.csv", table(30))
    folder.write("conf/company.yaml", "stores:\n  - {uri: ../real, location: CN, subjects: users}\n"
                                      "  - {uri: ../real/users.csv, location: SG, subjects: staff}\n")
    result, _ = folder.result("check", "conf/company.yaml")
    if result:
        folder.hold(len(result["stores"]) == 1 and result["stores"][0]["location"] == "SG",
                    f"once, by the longest name: {[(s['uri'], s['location']) for s in result['stores']]}")
    os.symlink("../real/users.csv", folder / "conf/link.csv")
    folder.write("conf/linked.yaml", "stores:\n  - {uri: link.csv, location: CN, subjects: staff}\n")
    result, _ = folder.result("check", "conf/linked.yaml")
    if result:
        folder.hold(result["stores"][0]["location"] == "CN",
                    f"a link keeps its declaration: {result['stores'][0]['uri']}, {result['stores'][0]['location']}")


@case("a wrong company file ends with 2, with file and line")
def company_wrong(folder):
    for text, say in (
        ("company: {name: x}\nfirm: y\n", r"c\.yaml:2: unknown key"),
        ("listing:\n  country: usa\n", r"c\.yaml:2: country"),
        ("stores:\n - uri: a\n - place: b\n", r"c\.yaml:3: unknown key"),
        ("a: [\n", r"c\.yaml:\d: "),
        ("", r"c\.yaml: is empty"),
        ("stores: [{uri: nowhere.csv}]\n", r"nowhere\.csv"),
    ):
        folder.write("c.yaml", text)
        for words in (["check", "c.yaml"], ["judge", "--company", "c.yaml"]):
            if words[0] == "judge" and "uri: nowhere" in text:
                continue
            run = folder.anshen(*words, expect=2)
            folder.hold(re.search(say, run.err.decode()), f"{words[0]} {text!r}: {run.err.decode().strip()}")
    folder.hold(not (folder / "anshen-report.html").exists(), "no report is left")


@case("people read Chinese where they ask for it, and programs read the same JSON")
def languages(folder):
    folder.write("a.csv", table(20))
    words = ["check", "a.csv", "--listing", "US", "--as-of", AS_OF]
    english = folder.anshen(*words, "--report", "en.html", "--json", "en.json", expect=0)
    chinese = folder.anshen(*words, "--lang", "zh", "--report", "zh.html", "--json", "zh.json", expect=0)
    by_name = folder.anshen(*words, "--report", "none", expect=0, env={"LC_ALL": "zh_CN.UTF-8"})
    han = re.compile(r"[\u4e00-\u9fff]")
    first = [run.out.decode().split("\n")[1] for run in (chinese, by_name)]
    folder.hold(han.search(first[0]) and first[0] == first[1], f"the screen is Chinese: {first}")
    folder.hold(not han.search(english.out.decode()), "the English screen has no Chinese")
    folder.hold('lang="zh' in (folder / "zh.html").read_text() and 'lang="en' in (folder / "en.html").read_text(),
                "the report says its language")
    folder.hold((folder / "en.json").read_bytes() == (folder / "zh.json").read_bytes(), "the JSON is the same")


@case("the law of another day is judged: on 2021-12-01 article 7 was not in force")
def days(folder):
    folder.write("a.csv", table(20))
    facts = ["--what-if", "count(users_pi_held)=5000000", "--what-if", "listing.country=US", "--what-if",
             "company.role=network_platform_operator"]
    now, _ = folder.result("judge", *facts, "--as-of", "2026-11-23")
    then, run = folder.result("judge", *facts, "--as-of", "2021-12-01")
    first, _ = folder.result("judge", *facts, "--as-of", "2022-02-15")
    eve, _ = folder.result("judge", *facts, "--as-of", "2022-02-14")

    def verdict(result, rule="cn.crm.art7"):
        return [(r["verdict"], r["status"]) for r in result["rules"] if r["id"] == rule]

    folder.hold(verdict(now) == [("applies", "in_force")], f"now: {verdict(now)}")
    folder.hold(verdict(first) == [("applies", "in_force")], f"on its first day: {verdict(first)}")
    folder.hold(not [v for v in verdict(eve) + verdict(then) if v == ("applies", "in_force")],
                f"before: {verdict(eve)}, {verdict(then)}")
    folder.hold("in force" in run.out.decode() or "no rule" in run.out.decode(),
                f"the answer says so: {run.out.decode()[:300]}")
    result, run = folder.result("check", "a.csv", "--as-of", "2021-12-01", "--listing", "US")
    folder.hold(result["as_of"] == "2021-12-01" and "2021-12-01" in run.out.decode(), "the day is told")


def cases_of(path):
    """(rule, version, day, test, facts, expected) of the first inline test on one line of each rule of a file."""
    rule = version = day = None
    for line in path.read_text(encoding="utf-8").splitlines():
        head = re.match(r"rule (\S+) version (\S+) \{", line)
        if head:
            rule, version, day = head[1], head[2], None
        first = re.match(r"\s+status.*?(?:from|published) (\d{4}-\d\d-\d\d)(?:.* from (\S+))?", line)
        if first:
            day = first[2] or first[1]
        test = re.match(r'\s+test "([^"]*)"\s+given (.*) expect (\w+)\s*$', line)
        if test and rule and day:
            yield rule, version, day, test[1], test[2].split(), test[3]
            rule = None


@case("an inline test of every fifth rule gives the same verdict on facts from the command line, on the rule's first day")
def what_if(folder):
    count = 0
    tests = [(path, *one) for path in sorted((ROOT / "law").rglob("*.rule")) for one in cases_of(path)]
    for path, rule, version, day, name, facts, expect in tests[::5]:
        words = [w for f in facts for w in ("--what-if", f)]
        run = folder.anshen("judge", *words, "--pack", path.relative_to(ROOT / "law").parts[0], "--json", "-",
                            "--as-of", day, expect=0)
        try:
            rules = json.loads(run.out)["rules"]
        except ValueError:
            folder.hold(False, f"{rule} {name}: no JSON: {run}")
            continue
        found = [r["verdict"] for r in rules if (r["id"], r["version"]) == (rule, version)]
        folder.hold(found == [WORDS[expect]], f"{rule}@{version} {name}: {found}, not {WORDS[expect]}")
        count += 1
    folder.hold(count >= 20, f"{count} tests were found")
    folder.note(f"{count} tests")


@case("JSON on standard output is JSON and nothing else; quiet is quiet")
def json_out(folder):
    folder.write("a.csv", table(20))
    folder.anshen("scan", "a.csv", "-o", "a.census", expect=0)
    for words in (["check", "a.csv", "--report", "none"], ["count", "a.census"], ["judge", "a.census"],
                  ["scan", "a.csv", "-o", "b.census"],
                  ["law", "list"], ["law", "test"], ["law", "show", "all"]):
        run = folder.anshen(*words, "--json", "-", expect=0)
        try:
            json.loads(run.out)
        except ValueError as e:
            folder.hold(False, f"{words}: {e}: {run.out[:100]} ... {run.out[-100:]}")
        folder.hold(not run.err, f"{words}: nothing on standard error: {run.err[:200]}")
    for words in (["kinds", "--json"], ["sources", "--json"]):
        folder.hold(len(json.loads(folder.anshen(*words, expect=0).out)) > 10, f"{words}: a list")
    run = folder.anshen("check", "a.csv", "--quiet", expect=0)
    folder.hold(not run.out and not run.err, f"nothing is said: {run}")
    folder.hold((folder / "anshen-report.html").stat().st_size > 10000, "the report is written all the same")


@case("declared facts and given facts: what is given replaces what was measured, and says so")
def given(folder):
    folder.write("a.csv", table(20))
    folder.anshen("scan", "a.csv", "-o", "a.census", expect=0)
    users, place = ["--what-if", "count(users_pi_held)=1_000_001"], ["--what-if", "listing.country=US"]
    run = folder.anshen("judge", "a.census", *users, expect=(1, 2))
    folder.hold(b"contradict" in run.err, f"more users than people: {run}")
    result, _ = folder.result("judge", "a.census", *users, *place, "--what-if",
                              "count(people_processed)=1_000_001..",
                              "--what-if", "company.role=network_platform_operator")
    if result:
        fact = result["facts"]["count(users_pi_held)"]
        folder.hold(fact["from"] == "what-if" and fact["lo"] == fact["hi"] == 1000001, f"{fact}")
        folder.hold([r["verdict"] for r in result["rules"] if r["id"] == "cn.crm.art7"] == ["applies"],
                    "the rule applies")
        folder.hold(store(result, "a.csv")["people"]["floor"] == 20, "the measured numbers stay")
    for text, lo, hi in (("980000..1040000", 980000, 1040000), ("[980000..1040000]", 980000, 1040000),
                         ("100万", 1000000, 1000000), ("[5..]", 5, None)):
        result, _ = folder.result("judge", "--what-if", f"count(users_pi_held)={text}")
        fact = result["facts"]["count(users_pi_held)"] if result else {}
        folder.hold((fact.get("lo"), fact.get("hi")) == (lo, hi), f"{text}: {fact}")


@case("a device that is written to stays what it is")
def devices(folder):
    folder.write("a.csv", table(20))
    try:
        for name, number in (("null", 3), ("full", 7)):
            os.mknod(folder / name, 0o666 | stat.S_IFCHR, os.makedev(1, number))
    except PermissionError as e:
        raise Skip("devices are made by root only") from e
    folder.anshen("check", "a.csv", "--json", "null", "--report", "null", expect=0)
    folder.anshen("check", "a.csv", "--json", "full", "--report", "none", expect=1)
    folder.anshen("check", "a.csv", "--report", "full", expect=1)
    os.symlink("/proc/self/fd/1", folder / "screen")
    run = folder.anshen("check", "a.csv", "--json", "screen", "--report", "none", "--quiet", expect=0)
    folder.hold(json.loads(run.out)["people"]["floor"] == 20, "standard output by another name")
    for name in ("null", "full"):
        folder.hold(stat.S_ISCHR((folder / name).lstat().st_mode), f"{name} is still a device")
    folder.hold((folder / "screen").is_symlink(), "the link is still a link")


@case("a reader who has had enough ends it silently, as other tools end; a full disk is told")
def closed_pipe(folder):
    folder.write("a.csv", table(20))
    verbs = (["check", "a.csv", "--json", "r.json", "--report", "r.html"], ["check", "a.csv", "--json", "-"],
             ["law", "show", "all"], ["law", "list", "--json", "-"], ["kinds"], ["help"], ["check", "--help"], ["version"],
             ["gen", "--shape", "dense", "--rows", "20000", "-o", "-"])
    for words in verbs:
        reader, writer = os.pipe()
        os.close(reader)
        run = subprocess.run([ANSHEN, *words], cwd=folder.path, stdout=writer, stderr=subprocess.PIPE, check=False)
        os.close(writer)
        folder.hold(run.returncode == -signal.SIGPIPE and not run.stderr,
                    f"{words} to nobody: status {run.returncode}, {run.stderr[:200]}")
        with open("/dev/full", "wb") as full:
            run = subprocess.run([ANSHEN, *words], cwd=folder.path, stdout=full, stderr=subprocess.PIPE, check=False)
        folder.hold(run.returncode == 1 and b"cannot be written" in run.stderr,
                    f"{words} to a full disk: status {run.returncode}, {run.stderr[:200]}")
    folder.hold(json.loads((folder / "r.json").read_bytes())["people"]["floor"] == 20, "the result was written")
    folder.hold((folder / "r.html").stat().st_size > 10000, "the report was written")
