"""What the content of columns says beside their headings: categories, secrets, children, combinations; and no value of any."""
import datetime
import hashlib
import json
import random

from kit import AS_OF, case, mobile, resident_id

NAMES = [a + b + c for a in "王李张刘陈杨黄赵周吴徐孙马朱胡" for b in "志建晓雪" for c in ("", "明", "芳", "强")]
STREETS = ("北京市朝阳区建国路", "广东省深圳市南山区科技园路", "上海市浦东新区世纪大道", "浙江省杭州市西湖区文三路")
HASHES = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"


def born(r):
    return f"{r.randint(1940, 2008)}-{r.randint(1, 12):02d}-{r.randint(1, 28):02d}"


def bcrypt(r):
    return "$2b$12$" + "".join(r.choice(HASHES) for _ in range(53))


# heading, maker, category that the content has
UNNAMED = [
    ("phone", lambda r: mobile(r.randint(1, 99999)), None),     # one heading that is known
    ("c1", lambda r: r.choice(NAMES), "name"),
    ("c2", lambda r: f"{r.choice(STREETS)}{r.randint(1, 999)}号", "address"),
    ("c3", born, "birth-date"),
    ("c4", lambda r: r.choice("男女"), "sex"),
    ("c5", lambda r: r.choice(("汉族", "汉族", "回族", "满族")), "ethnic-group"),
    ("c6", lambda r: f"{r.choice('ABCEIJKMNRS')}{r.randint(0, 99):02d}.{r.randint(0, 9)}", "health"),
    ("c7", bcrypt, "credential"),
    ("c8", lambda r: r.choice(("未婚", "已婚", "离异")), "marital-status"),
    ("c9", lambda r: f"{r.uniform(20, 45):.5f},{r.uniform(80, 125):.5f}", "location"),
    ("d1", lambda r: r.choice(("本科", "硕士", "大专")), "education"),
    ("d2", lambda r: str(r.randint(1, 99999)), None),
    ("d3", lambda r: r.choice(("成功", "失败", "高级", "方便")), None),
    ("d4", lambda r: f"2026-{r.randint(1, 10):02d}-{r.randint(1, 28):02d}", None),
    ("出版日期", born, None),
]


def csv(heads, rows):
    return ",".join(heads) + "\n" + "".join(",".join(f'"{v}"' if "," in v else v for v in row) + "\n" for row in rows)


def columns(result, store=0):
    return {c["name"]: c for c in result["stores"][store]["columns"]}


@case("content: categories are known by what the cells read like, in every format and by any number of threads alike")
def by_content(folder):
    r = random.Random(3)
    rows = [[make(r) for _, make, _ in UNNAMED] for _ in range(1500)]
    for row in rows[:40]:
        folder.secret(row[0], row[2], row[7])
    heads = [h for h, _, _ in UNNAMED]
    folder.write("a.csv", csv(heads, rows))
    folder.write("b.jsonl", "".join(json.dumps(dict(zip(heads, row)), ensure_ascii=False) + "\n" for row in rows))
    results = [folder.result("check", name, "--threads", threads)[0]
               for name, threads in (("a.csv", "1"), ("a.csv", "2"), ("b.jsonl", "1"))]
    for result in results:
        found = columns(result)
        for head, _, category in UNNAMED:
            c = found[head]
            folder.hold((c["category"], c["evidence"]) == (category, "content" if category else None), f"{head}: {c}")
            folder.hold(c["looked"] <= 400 and c["like"] <= c["looked"], f"a few are looked at: {c}")
        address = result["categories"]["address"]
        folder.hold((address["evidence"], address["columns"], address["likely"]["values"]) == ("content", 0, 1500), address)
        folder.hold(address["people"]["ceiling"] is None, f"what only the content says is no zero: {address}")
        folder.hold(found["c2"]["looked"] > 100 and found["c2"]["like"] == found["c2"]["looked"], found["c2"])
    folder.hold(columns(results[0]) == columns(results[1]), "the same by two threads")
    for head in heads:
        a, b = columns(results[0])[head], columns(results[2])[head]
        folder.hold((a["looked"], a["like"]) == (b["looked"], b["like"]), f"the same in JSON: {a} {b}")


@case("content: a heading is borne out, or not, and its people are counted all the same")
def denied(folder):
    r = random.Random(4)
    rows = [[resident_id(n), f"https://x.example/{n}", born(r), r.choice("MF"), "n/a" if n % 2 else "A"] for n in range(300)]
    folder.write("a.csv", csv(["身份证号", "诊断结果", "birthday", "gender", "religion"], rows))
    result, _ = folder.result("check", "a.csv", "--report", "r.html")
    c = columns(result)
    folder.hold(c["诊断结果"]["evidence"] == "heading-denied" and "web" in c["诊断结果"]["like_as"], c["诊断结果"])
    folder.hold(c["birthday"]["evidence"] == c["gender"]["evidence"] == "both", c)
    folder.hold(c["religion"]["evidence"] == "heading", f"nobody can tell: {c['religion']}")
    health = result["categories"]["health"]
    folder.hold((health["evidence"], health["columns_denied"]) == ("headings-denied", 1), health)
    folder.hold(health["people"]["floor"] == 300, "they are counted as before")
    gap = [g for g in result["gaps"] if g["code"] == "heading-denied"]
    folder.hold([(g["column"], g["kind"], g["of"]) for g in gap] == [("诊断结果", "health", 300)], gap)
    page = (folder / "r.html").read_text()
    folder.hold("the heading says so, and the content does not bear it out" in page, "the page says it")


@case("content: secrets, passwords in the clear and identity numbers in logs are pointed out, and none is shown")
def in_the_clear(folder):
    r = random.Random(5)
    keys = ["AK" + "IA" + "".join(r.choice("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567") for _ in range(16)) for _ in range(40)]
    words = ["".join(r.choice("abcdefgh123!") for _ in range(9)) for _ in range(200)]
    folder.secret(*keys, *words)
    folder.write("app.log", "".join(f"2026-11-01 INFO call key={k} user={resident_id(n)}\n" for n, k in enumerate(keys)))
    folder.write("big.log", "2026-11-01 INFO nothing happened here\n" * 40000 + f"key={keys[0]}\n")
    rows = [[f"u{n}@mail.qq.com", w, f"Bearer {20 * 'k'}x1" if n == 7 else "-"] for n, w in enumerate(words)]
    folder.write("users.csv", csv(["email", "password", "remark"], rows))
    folder.write("safe.csv", csv(["email", "password"], [[f"u{n}@mail.qq.com", bcrypt(r)] for n in range(200)]))
    result, run = folder.result("check", "app.log", "big.log", "users.csv", "safe.csv", "--report", "r.html")
    folder.look_for_secrets((folder / "r.html").read_bytes(), "the report")
    gaps = {(g["code"], g["store"], g["kind"], g["column"]): g for g in result["gaps"]}
    key = gaps.get(("secret", "app.log", "aws-key", None))
    folder.hold(key and key["count"] == 40 and key["looked"] == key["of"] and key["unit"] == "bytes", f"all keys: {key}")
    folder.hold(not any(g[1] == "big.log" for g in gaps), "the last line of a large log was not looked at")
    folder.hold(gaps.get(("id-in-log", "app.log", "cn-resident-id", None), {}).get("count") == 40, list(gaps))
    clear = gaps.get(("password-in-clear", "users.csv", "credential", "password"))
    folder.hold(clear and clear["count"] == clear["looked"] > 50 and clear["of"] == 200, clear)
    folder.hold(("secret", "users.csv", "bearer-token", "remark") in gaps, list(gaps))
    folder.hold(("combination", "users.csv", "account-takeover", None) in gaps, list(gaps))
    folder.hold(not any(g[:2] == ("password-in-clear", "safe.csv") for g in gaps), "hashes are not in the clear")
    folder.anshen("scan", "users.csv", "app.log", "-o", "s.census", expect=0)
    folder.look_for_secrets((folder / "s.census").read_bytes(), "the census file")


@case("content: children are pointed out by birth date and by resident ID")
def children(folder):
    today = datetime.date.today()       # of the measurement, whatever day's law is asked for
    day = [today - datetime.timedelta(days=14 * 365.25 + d) for d in (40, 20, 5, -5, -20)]
    folder.write("a.csv", csv(["user_id", "出生日期"], [[str(n), str(d)] for n, d in enumerate(day)]))
    body = "110105" + "20150601" + "123"
    child = body + "10X98765432"[sum(int(c) * (2 ** (17 - i) % 11) for i, c in enumerate(body)) % 11]
    folder.write("b.csv", csv(["姓名", "身份证号"], [["王志明", child], ["李晓芳", resident_id(3)]]))
    result, _ = folder.result("check", "a.csv", "b.csv")
    gaps = {(g["store"], g["column"]): g["count"] for g in result["gaps"] if g["code"] == "under-14"}
    folder.hold(gaps == {("a.csv", "出生日期"): 2, ("b.csv", "身份证号"): 1}, gaps)


class Reader:
    """A census of format 3 as docs/CENSUS_FILE.md describes it, and the same in format 1."""

    def __init__(self, data):
        self.data, self.at, self.out = data, 0, b""

    def take(self, size, keep=True):
        part = self.data[self.at:self.at + size]
        self.at += size
        self.out += part if keep else b""
        return part

    def number(self, keep=True):
        return int.from_bytes(self.take(8, keep), "little")

    def text(self, keep=True):
        return self.take(self.number(keep), keep)

    def numbers(self, count, keep=True):
        return [self.number(keep) for _ in range(count)]

    def store(self):
        for _ in range(5):
            self.text()
        self.numbers(8 + 10)
        for _ in range(self.number()):
            self.numbers(6)
            self.number(keep=False)
        for _ in range(self.number()):
            self.text()
            self.numbers(1 + 2 * 4)
            self.number(keep=False)
            self.numbers(4 * self.number(keep=False), keep=False)
        self.numbers(3, keep=False)
        self.numbers(3 * self.number(keep=False), keep=False)
        for _ in range(self.number()):
            self.text()
            self.numbers(2)
        self.take(32 * self.number())

    def older(self):
        self.take(8)
        assert self.number(keep=False) == 3
        self.out += (1).to_bytes(8, "little")
        self.text(), self.text(), self.take(8), self.number()
        self.numbers(3 * self.number())
        for _ in range(self.number()):
            self.store()
        assert self.at == len(self.data) - 32
        return self.out + hashlib.blake2b(self.out, digest_size=32).digest()


@case("a census file of the format before is read, and says the same but of contents")
def older_format(folder):
    r = random.Random(6)
    folder.write("a.csv", csv(["身份证号", "手机号", "c3", "password"],
                              [[resident_id(n), mobile(n), born(r), bcrypt(r)] for n in range(200)]))
    folder.write("b.log", "x password=hunter22hunter\n")
    folder.anshen("scan", "a.csv", "b.log", "-o", "new.census", "--as-of", AS_OF, expect=0)
    folder.write("old.census", Reader((folder / "new.census").read_bytes()).older())
    new, _ = folder.result("count", "new.census")
    old, _ = folder.result("count", "old.census")
    for key in ("people", "identifiers", "scope"):
        folder.hold(new[key] == old[key], f"{key}: {new[key]} {old[key]}")
    kinds = [[(c["name"], c["kind"], c["share"]) for c in columns(x).values()] for x in (new, old)]
    folder.hold(kinds[0] == kinds[1], kinds)
    folder.hold(columns(new)["c3"]["category"] == "birth-date" and columns(old)["c3"]["category"] is None, columns(old))
    folder.anshen("merge", "old.census", "-o", "again.census", expect=0)
    again, _ = folder.result("count", "again.census")
    folder.hold(again["people"] == new["people"], again["people"])
