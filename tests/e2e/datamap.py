"""The data map: copies of the same people, and the company's inventory beside what is there."""
import json
import random
import zipfile

from kit import AS_OF, case, resident_id, table


def pairs(result):
    return {(p["a"].split("/")[-1], p["b"].split("/")[-1]): (p["shared"], p["people"]) for p in result["copies"]["pairs"]}


def gaps(result):
    return {(g["code"], g["store"].split("/")[-1], g["kind"], g["count"]) for g in result["gaps"]}


@case("data map: copies of the same people are found store by store, and proven by what one person alone can have")
def copies(folder):
    folder.write("data/all.csv", table(60))
    folder.write("data/some.csv", table(25, first=50))              # ten of them are the same
    folder.write("data/mails.csv", "".join(f"u{n}@mail.qq.com\n" for n in range(5)))
    folder.write("data/others.csv", table(30, first=500))
    for threads in ("1", "3"):
        result, _ = folder.result("check", "data", "--threads", threads)
        folder.hold(pairs(result) == {("all.csv", "some.csv"): (30, 10), ("all.csv", "mails.csv"): (5, 0)},
                    f"pairs with {threads} threads: {result['copies']}")
        folder.hold((result["copies"]["stores"], result["copies"]["compared"]) == (4, 4), result["copies"])
    folder.anshen("scan", "data", "-o", "x.census", expect=0)
    counted, _ = folder.result("count", "x.census")
    folder.hold(counted["copies"] == result["copies"], "a census file says the same")


@case("data map: of very many stores those with most identifiers are compared, and it says so")
def many(folder):
    for n in range(45):
        folder.write(f"data/{n:02}.csv", table(3 + n))
    result, _ = folder.result("check", "data", "--report", "r.html")
    folder.hold((result["copies"]["stores"], result["copies"]["compared"]) == (45, 40), result["copies"]["compared"])
    folder.hold(len(result["copies"]["pairs"]) == 40 * 39 // 2, len(result["copies"]["pairs"]))
    names = {p["a"].split("/")[-1] for p in result["copies"]["pairs"]}
    folder.hold("04.csv" not in names and "05.csv" in names, f"the small ones are left out: {sorted(names)[:3]}")
    folder.hold("Compared were the 40 stores" in (folder / "r.html").read_text(), "the report says so")


@case("data map: what the inventory and the data do not agree on is pointed out")
def inventory(folder):
    folder.write("data/users.csv", table(40))
    folder.write("data/extra.csv", table(12, first=100))
    folder.write("abroad/copy.csv", table(20))
    folder.write("company.yaml", "company: {name: 示例公司}\nstores:\n"
                 "  - {uri: data/users.csv, location: CN, controller: 示例公司, purpose: 履行合同, basis: 合同, retention: 3年,\n"
                 "     grade: important, kinds: [cn-resident-id, cn-mobile, imei]}\n"
                 "  - {uri: abroad, location: SG, processor: 某云}\n")
    result, _ = folder.result("check", "company.yaml", "data", "abroad", "--report", "r.html")
    found = gaps(result)
    wanted = {("undeclared-store", "extra.csv", None, 12), ("undeclared-kind", "users.csv", "email", 40),
              ("kind-not-found", "users.csv", "imei", 0), ("abroad", "copy.csv", None, 20),
              ("in-the-clear", "users.csv", "cn-resident-id", 40), ("in-the-clear", "extra.csv", "cn-resident-id", 12),
              ("in-the-clear", "copy.csv", "cn-resident-id", 20),
              ("undeclared-kind", "users.csv", "person-name", 0)}
    folder.hold(found == wanted, f"gaps: {found ^ wanted}")
    one, two = result["inventory"]
    folder.hold((one["grade"], one["retention"], one["stores"], one["people"]["floor"]) == ("important", "3年", 1, 40), one)
    folder.hold((two["processor"], two["controller"], two["stores"], two["people"]["linked"]) == ("某云", None, 1, 20), two)
    page = (folder / "r.html").read_text()
    folder.hold("履行合同" in page and "important data" in page and "Copies of the same people" in page, "the report shows it")
    folder.anshen("report", "data", "abroad", "--company", "company.yaml", "--as", "xlsx", "-o", "map.xlsx", "--as-of", AS_OF,
                  expect=0)
    with zipfile.ZipFile(folder / "map.xlsx") as book:
        texts = book.read("xl/sharedStrings.xml").decode()
    folder.hold(all(w in texts for w in ("履行合同", "Copies", "measured, and not in the inventory")), "and the workbook")


@case("data map: what is declared and was not given to measure is said to be missing, not to be empty")
def missing(folder):
    folder.write("data/users.csv", table(5))
    folder.write("data/broken.csv.gz", b"\x1f\x8b\x08\x00" + b"\x00" * 6 + b"\xff\xff\xff")
    folder.write("company.yaml", "stores:\n  - {uri: data, kinds: [imei]}\n  - {uri: elsewhere.csv}\n")
    result, _ = folder.result("check", "company.yaml", "data", expect=3)
    found = {g[0] for g in gaps(result)}
    folder.hold("nothing-there" in found, f"elsewhere.csv: {found}")
    folder.hold("kind-not-found" not in found, "not said while something could not be read")


@case("data map: an inventory that is wrong is refused with its line")
def wrong(folder):
    folder.write("a.csv", table(2))
    for text in ("grade: secret", "kinds: [no-such-kind]", "kinds: cn-mobile", "purpose: [a]"):
        folder.write("company.yaml", "stores:\n  - uri: a.csv\n    " + text + "\n")
        run = folder.anshen("check", "company.yaml", expect=2)
        folder.hold(b"company.yaml:3:" in run.err, f"{text}: {run}")


@case("diff: what stayed, went and came between two measurements, and which stores changed")
def diff(folder):
    folder.write("data/same.csv", table(7, first=900))
    folder.write("data/users.csv", table(50))
    folder.write("data/old.csv", table(9, first=300))
    folder.anshen("scan", "data", "-o", "before.census", expect=0)
    folder.write("data/users.csv", table(60, first=20))             # twenty went, thirty came
    (folder / "data/old.csv").unlink()
    folder.write("data/fresh.csv", table(11, first=600))
    folder.anshen("scan", "data", "-o", "after.census", expect=0)
    run = folder.anshen("diff", "before.census", "after.census", "--json", "d.json", expect=0)
    result = json.loads((folder / "d.json").read_text())
    folder.hold(result["identifiers"]["cn-resident-id"] == {"stayed": 37, "went": 29, "came": 41}, result["identifiers"])
    folder.hold((result["before"]["people"]["floor"], result["after"]["people"]["floor"]) == (66, 78), result["before"])
    changes = {s["uri"].split("/")[-1]: s["change"] for s in result["stores"]}
    folder.hold(changes == {"same.csv": "same", "users.csv": "changed", "old.csv": "gone", "fresh.csv": "new"}, changes)
    folder.hold(b"as before: 1" in run.out and b"data/fresh.csv" in run.out, run.out.decode())
    swapped = json.loads(folder.anshen("diff", "after.census", "before.census", "--json", "-", expect=0).out)
    folder.hold(swapped["identifiers"]["email"] == {"stayed": 37, "went": 41, "came": 29}, swapped["identifiers"])


@case("diff: files of different keys, and what is no census, are refused")
def diff_refused(folder):
    folder.write("a.csv", table(3))
    folder.anshen("scan", "a.csv", "-o", "a.census", "--key", "one.key", expect=0)
    folder.anshen("scan", "a.csv", "-o", "b.census", "--key", "two.key", expect=0)
    run = folder.anshen("diff", "a.census", "b.census", expect=2)
    folder.hold(b"different keys" in run.err, run)
    folder.anshen("diff", "a.census", expect=2)
    folder.anshen("diff", "a.census", "a.csv", expect=1)
    folder.write("data/broken.csv.gz", b"\x1f\x8b\x08\x00" + b"\x00" * 6 + b"\xff\xff\xff")
    folder.anshen("scan", "data", "-o", "c.census", "--key", "one.key", expect=3)
    folder.anshen("diff", "a.census", "c.census", expect=3)


@case("categories: people a category is held of lie between the bounds, whoever has how many rows and values")
def categories(folder):
    chance = random.Random(7)
    for turn in range(12):
        people = chance.randint(1, 40)
        rows, have = [], set()
        for n in range(people):
            for _ in range(chance.randint(1, 3)):
                known = chance.random() < chance.choice((0.1, 0.5, 1))
                have |= {n} if known else set()
                rows.append(f"张伟,{resident_id(n)},{'A型' if known else ''},x")
        folder.write("a.csv", "姓名,身份证号,诊断结果,页面\n" + "\n".join(rows) + "\n")
        result, _ = folder.result("check", "a.csv")
        health = result["categories"].get("health")
        if not have:
            folder.hold(health is None, f"turn {turn}: no value, no category: {health}")
            continue
        p = health["people"]
        folder.hold(p["floor"] <= len(have) <= p["ceiling"] and p["floor"] <= p["linked"] <= p["ceiling"],
                    f"turn {turn}: {len(have)} of {people} people: {health}")
        folder.hold(health["sensitive"] and health["evidence"] == "headings" and list(result["categories"]) == ["health"],
                    result["categories"])
    folder.write("b.csv", "姓名,身份证号,宗教信仰\n" + "".join(f"张伟,{resident_id(n)},无\n" for n in range(30)))
    result, _ = folder.result("check", "b.csv")
    folder.hold(result["categories"]["religion"]["people"]["floor"] == 30, "all rows have one: the floor is all of them")
    folder.write("bad.gz", b"\x1f\x8b\x08\x00" + b"\x00" * 6 + b"\xff\xff\xff")
    result, _ = folder.result("check", "b.csv", "bad.gz", expect=3)
    folder.hold(result["categories"]["religion"]["people"]["ceiling"] is None, "what was not read may hold more")


@case("documents: the first row of a table that no word of is known is kept as nobody's heading, and its rows may be people")
def guessed_headings(folder):
    folder.secret("张三丰", "王小明")
    folder.write("a.html", "<table><tr><td>经办甲</td><td>张三丰</td></tr><tr><td>经办乙</td><td>王小明</td></tr></table>")
    result, _ = folder.result("check", "a.html", "--report", "r.html")
    folder.look_for_secrets((folder / "r.html").read_bytes(), "the report")
    folder.hold(result["people"]["ceiling"] >= 1, f"unknown is not no: {result['people']}")
