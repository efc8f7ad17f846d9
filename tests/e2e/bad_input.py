"""Bad input. Always: a message that names the file, the run goes on, what was not read widens the ceiling and never
raises the floor, exit status 3, no personal value in any output; never a crash, a hang, or memory without bound.
"""
import bz2
import gzip
import io
import json
import lzma
import os
import re
import socket
import sqlite3
import stat
import struct
import subprocess
import tarfile
import threading
import time
import zipfile
import zlib

from kit import ANSHEN, Skip, case, mobile, resident_id, store, table

PEOPLE = 2000
NOBODY = 65534
GZIP = b"\x1f\x8b\x08\0\0\0\0\0\0\3"      # the head of a file
NAMES = [a + b + c for a in "张李王刘陈杨赵黄周吴" for b in "伟芳娜敏静磊军洋勇艳" for c in "杰涛明超兰霞平刚英华"]


def hide(folder, people=PEOPLE):
    """Nothing that stands in the stores may stand in an output."""
    for n in range(0, people, 97):
        folder.secret(resident_id(n), mobile(n), f"u{n}@mail.qq.com", resident_id(n)[:14])


def check(folder, name, truth, status=3, states=("partly", "unread"), place=None, message=None, limit=60, **more):
    """Checks one bad store beside a good one of 10 other people; returns its entry in the result."""
    folder.write("good.csv", table(10, first=100000))
    result, run = folder.result("check", name, "good.csv", expect=status, limit=limit, **more)
    if not result:
        return None
    people = result["people"]
    folder.hold(people["floor"] <= truth + 10,
                f"{name}: the floor {people['floor']} is no more than the truth {truth + 10}")
    folder.hold(people["ceiling"] is None or people["ceiling"] >= truth + 10,
                f"{name}: the ceiling {people['ceiling']} is not below the truth {truth + 10}")
    folder.hold(people["floor"] >= 10 and store(result, "good.csv")["status"] == "read",
                f"{name}: the run goes on: {people}")
    mine = [s for s in result["stores"] if s["uri"].startswith(name) and s["status"] in states]
    if not folder.hold(mine,
                       f"{name}: a store that is {states}: {[(s['uri'], s['status']) for s in result['stores']]}"):
        return None
    texts = [e for s in mine for e in s["errors"]]
    texts += [{"text": s["why"], "offset": None} for s in mine if s["why"]]
    folder.hold(texts, f"{name}: says what is wrong")
    if message:
        folder.hold(any(re.search(message, e["text"] or "") for e in texts),
                    f"{name}: a message like '{message}': {texts}")
    if place:
        folder.hold(any(e["offset"] is not None and place[0] <= e["offset"] <= place[1] for e in texts),
                    f"{name}: its place {place}: {texts}")
    if status == 3:
        screen = folder.anshen("check", name, "good.csv", "--report", "r.html", "--as-of", "2026-11-23", expect=3)
        folder.hold(name.split("/")[-1].encode() in screen.out, f"{name}: the screen names it")
        folder.look_for_secrets((folder / "r.html").read_bytes(), "the report")
    return mine[0]


# ---- archives ---------------------------------------------------------------------------------------------


@case("a truncated archive is read as far as it goes, and has no ceiling")
def truncated(folder):
    hide(folder)
    data = table(PEOPLE * 10).encode()
    for ending, packed in (("gz", gzip.compress(data)), ("bz2", bz2.compress(data)), ("xz", lzma.compress(data))):
        for part, size in (("half", len(packed) // 2), ("last", len(packed) - 1), ("head", 20)):
            name = f"{part}.csv.{ending}"
            folder.write(name, packed[:size])
            mine = check(folder, name, PEOPLE * 10, message="damaged or cut")
            folder.hold(not mine or mine["people"]["ceiling"] is None, f"{name}: no ceiling")
    cut = folder.result("check", "half.csv.gz", expect=3)[0]
    folder.hold(cut["people"]["floor"] > PEOPLE, f"what comes before the cut is counted: {cut['people']}")


@case("a member of an archive that is damaged is told, and the others are read")
def damaged_member(folder):
    hide(folder)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as z:
        z.writestr("a.csv", table(PEOPLE))
        z.writestr("b.csv", table(500, first=50000))
    data = packed.getvalue()
    broken = bytearray(data)
    for i in range(2000, 2200):
        broken[i] ^= 0x5A
    folder.write("broken.zip", bytes(broken))
    mine = check(folder, "broken.zip", PEOPLE + 500, message="damaged or cut")
    folder.hold(mine and mine["uri"] == "broken.zip!a.csv", "the member that is broken is named")
    result, _ = folder.result("check", "broken.zip", expect=3)
    folder.hold(store(result, "!b.csv")["status"] == "read", "the other member is read")
    folder.write("cut.zip", data[: len(data) // 2])
    check(folder, "cut.zip", PEOPLE + 500, message="damaged or cut")

    parts = io.BytesIO()
    with tarfile.open(fileobj=parts, mode="w") as t:
        for i in range(3):
            text = table(300, first=300 * i).encode()
            entry = tarfile.TarInfo(f"m{i}.csv")
            entry.size = len(text)
            t.addfile(entry, io.BytesIO(text))
    data = parts.getvalue()
    first = 512 + (len(table(300).encode()) + 511) // 512 * 512
    folder.write("head.tar", data[: first + 300])
    check(folder, "head.tar", 900, message="damaged or cut")
    folder.write("member.tar", data[: first + 5000])
    check(folder, "member.tar", 900, message="damaged or cut")
    folder.write("between.tar", data[:first])
    check(folder, "between.tar", 900, message="without the mark of its end")


@case("an archive with a wrong bit never raises the floor, and is never taken for whole")
def wrong_bit(folder):
    data = table(PEOPLE * 3).encode()
    stored = io.BytesIO()
    with zipfile.ZipFile(stored, "w", zipfile.ZIP_STORED) as z:
        z.writestr("a.csv", data)
    deflated = io.BytesIO()
    with zipfile.ZipFile(deflated, "w", zipfile.ZIP_DEFLATED) as z:
        z.writestr("a.csv", data)
    kinds = {"gz": gzip.compress(data), "bz2": bz2.compress(data), "xz": lzma.compress(data),
             "stored.zip": stored.getvalue(), "zip": deflated.getvalue()}
    for ending, whole in kinds.items():
        wrong = []
        for i in range(12):
            broken = bytearray(whole)
            broken[100 + (len(whole) - 400) * i // 12] ^= 1 << i % 8
            name = f"{i}.csv.{ending}"
            folder.write(name, bytes(broken))
            result, run = folder.result("check", name, expect=(0, 3))
            if not result:
                continue
            people = result["people"]
            if run.status != 3 or people["floor"] > PEOPLE * 3 or (people["ceiling"] or PEOPLE * 3) < PEOPLE * 3:
                wrong.append(f"bit {i}: status {run.status}, {people}")
        folder.hold(not wrong, f"{ending}: {PEOPLE * 3} people; {len(wrong)} of 12 wrong: {'; '.join(wrong[:3])}")


def deflated(piece, count):
    """`count` times the piece, deflated in the time that one takes."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return (packer.compress(piece) + packer.flush(zlib.Z_FULL_FLUSH)) * count + b"\3\0"


def zeros(count):
    return deflated(bytes(1 << 24), count)


@case("an archive that unpacks to 10 GB of nothing is given up at once, in little memory")
def bombs(folder):
    folder.write("bomb.csv.gz", GZIP + zeros(640) + struct.pack("<II", 0, 0))
    data, size = zeros(240), 240 << 24
    local = struct.pack("<IHHHHHIIIHH", 0x04034B50, 20, 0, 8, 0, 0, 0, len(data), size, 5, 0) + b"z.csv"
    central = struct.pack("<IHHHHHHIIIHHHHHII", 0x02014B50, 20, 20, 0, 8, 0, 0, 0, len(data), size, 5, 0, 0, 0, 0,
                          0, 0) + b"z.csv"
    end = struct.pack("<IHHHHIIH", 0x06054B50, 0, 0, 1, 1, len(central), len(local) + len(data), 0)
    folder.write("bomb.zip", local + data + central + end)
    rows = b"name,phone\n1,x\n" + b"2,x\n" * (1 << 22)      # that look real
    folder.write("rows.csv.gz", GZIP + deflated(rows, 100) + struct.pack("<II", 0, 0))
    for name in ("bomb.csv.gz", "bomb.zip", "rows.csv.gz"):
        mine = check(folder, name, 0, message="unpacks to more than", limit=20)
        folder.hold(not mine or mine["people"]["ceiling"] is None, f"{name}: no ceiling")
    run = folder.anshen("check", "bomb.csv.gz", "bomb.zip", "--report", "none", "--memory", "64M", expect=3)
    folder.hold_memory(run, 200 << 20, "little memory")


@case("archives inside archives are opened to a limit, and what lies deeper is told")
def nested(folder):
    hide(folder)
    data, name = table(PEOPLE).encode(), "a.csv"
    for i in range(20):
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as z:
            z.writestr(name, data)
        data, name = packed.getvalue(), f"n{i}.zip"
    folder.write("deep.zip", data)
    check(folder, "deep.zip", PEOPLE, message="too deep")


# ---- encodings and tables ---------------------------------------------------------------------------------


@case("zero bytes and bytes of no encoding are told with their place, and cost one record each")
def encodings(folder):
    hide(folder)
    lines = table(PEOPLE).encode().split(b"\n")
    place = len(b"\n".join(lines[:1000])) + 1

    def put(name, piece, encoding="utf-8"):
        text = b"\n".join(lines[:1000]).decode().encode(encoding) + b"\n"
        row = lines[1000].decode().encode(encoding)
        rest = b"\n".join(lines[1001:]).decode().encode(encoding)
        folder.write(name, text + row[:1] + piece + row[1:] + b"\n" + rest)

    put("nul.csv", b"\0\0")
    check(folder, "nul.csv", PEOPLE, place=(place, place + 10), message="zero bytes")
    put("utf8.csv", b"\xff\xfe\xe6\x80")
    mine = check(folder, "utf8.csv", PEOPLE, place=(place - 80, place + 10), message="no utf-8")
    folder.hold(mine and mine["records_unread"] == 1, "one record may be lost")
    put("gb.csv", b"\xff\xff\x81", "gb18030")
    mine = check(folder, "gb.csv", PEOPLE, message="no gb18030")
    folder.hold(mine and mine["encoding"] == "gb18030" and mine["records_unread"] == 1,
                f"one record of GB18030 may be lost: {mine}")
    folder.write("mixed.csv", table(PEOPLE).encode() + "王芳,,,\n李娜,,,\n".encode("gb18030") * 3)
    check(folder, "mixed.csv", PEOPLE + 2, states=("partly", "read"), status=(0, 3))


@case("text of an encoding that is not read, or was guessed wrong, is told and has no ceiling")
def guesses(folder):
    hide(folder)
    plain = table(PEOPLE).replace("张伟", "ZHANG WEI").replace("姓名,身份证号,手机号,邮箱", "NAME,IDCARD,MOBILE,MAIL")
    french = "nom,prénom,téléphone,adresse\n" + ("Dupré,Éléonore,0612345678,12 rue de l'Église à Besançon\n"
                                                 "Lefèvre,François,0712345678,3 allée des Chênes\n") * 20
    for name, data, message in (("cp037.csv", plain.encode("cp037"), "EBCDIC.*convert it to UTF-8"),
                                ("cp500.csv", plain.lower().encode("cp500"), "EBCDIC"),
                                ("records", "".join(l.ljust(120) for l in plain.split("\n")).encode("cp037"), "EBCDIC"),
                                ("dos.csv", french.encode("cp850"), "was guessed.*convert it to UTF-8")):
        folder.write(name, data)
        mine = check(folder, name, 0, message=message)
        folder.hold(not mine or mine["people"]["ceiling"] is None, f"{name}: no ceiling: {mine}")
    for encoding in ("latin-1", "cp1252", "iso8859-15"):
        folder.write("good.csv", french.encode(encoding))
        result, _ = folder.result("check", "good.csv")
        folder.hold(result and store(result, "good.csv")["status"] == "read", f"{encoding} is read")


@case("a quote that does not close costs its own line, not the rest of the file")
def quotes(folder):
    hide(folder)
    lines = table(PEOPLE).split("\n")
    lines[1000] = '"' + lines[1000]
    folder.write("open.csv", "\n".join(lines))
    mine = check(folder, "open.csv", PEOPLE, message="quote")
    folder.hold(mine and mine["people"]["floor"] >= PEOPLE - 1,
                f"the others are counted: {mine and mine['people']}")
    lines = table(PEOPLE).split("\n")
    lines[-2] = '"' + lines[-2]
    folder.write("last.csv", "\n".join(lines))
    check(folder, "last.csv", PEOPLE, message="quote")


@case("rows of other lengths are read, and told")
def ragged(folder):
    hide(folder)
    lines = table(PEOPLE).split("\n")
    lines[500] += ",x,y,z"
    lines[600] = f"{NAMES[0]}"
    lines[700] = f",,,,,,,{mobile(800001)}"
    folder.write("ragged.csv", "\n".join(lines))
    mine = check(folder, "ragged.csv", PEOPLE, message="3 rows do not have the 4 cells")
    folder.hold(mine and mine["people"]["floor"] == PEOPLE - 2, f"the floor: {mine and mine['people']}")


# ---- JSON -------------------------------------------------------------------------------------------------


def people_json(count):
    return [{"name": NAMES[i], "sex": "男"} for i in range(count)]


@case("JSON nested 100,000 deep ends in a message, and the people in it are not lost from the ceiling")
def deep_json(folder):
    inner = json.dumps(people_json(500), ensure_ascii=False)
    folder.write("array.json", "[" * 100000 + inner[1:-1] + "]" * 100000)
    check(folder, "array.json", 500)
    folder.write("object.json", '{"a":' * 100000 + inner + "}" * 100000)
    check(folder, "object.json", 500)
    lines = [json.dumps(p, ensure_ascii=False) for p in people_json(500)]
    folder.write("lines.jsonl", "\n".join(lines[:250] + ['{"a":' * 100000 + "1" + "}" * 100000] + lines[250:]))
    check(folder, "lines.jsonl", 500, message="nested too deeply")


@case("JSON that is cut or wrong is read as far as it goes, and the rest is told")
def broken_json(folder):
    whole = json.dumps(people_json(900), ensure_ascii=False)
    data = whole.encode()
    for name, size in (("half.json", len(data) // 2), ("most.json", len(data) - 2), ("few.json", 330)):
        folder.write(name, data[:size])
        check(folder, name, data[:size].count(b"{"))
    lines = [json.dumps({"name": NAMES[i], "idcard": resident_id(i)}, ensure_ascii=False) for i in range(900)]
    hide(folder, 900)
    wrong = lines[400].replace('"idcard": ', '"idcard": ,')
    folder.write("wrong.jsonl", "\n".join(lines[:400] + [wrong] + lines[401:]))
    check(folder, "wrong.jsonl", 900)
    text = "\n".join(lines)
    folder.write("cut.jsonl", text[:20031])
    check(folder, "cut.jsonl", text[:20031].count("{"))
    folder.write("wrong.json", whole[:30000] + "}}]]" + whole[30000:])
    check(folder, "wrong.json", 900)


# ---- databases and dumps ----------------------------------------------------------------------------------


@case("a database that is cut or damaged is told, and has no ceiling")
def databases(folder):
    hide(folder)
    path = folder / "whole.db"
    db = sqlite3.connect(path)
    db.execute("create table u(name text, idcard text, phone text)")
    db.executemany("insert into u values(?,?,?)", [("张伟", resident_id(i), mobile(i)) for i in range(PEOPLE)])
    db.commit()
    db.close()
    data = path.read_bytes()
    pages = len(data) // 4096
    damaged = bytearray(data)
    damaged[4096 * 5:4096 * 6] = b"\xff" * 4096
    cuts = {"half.db": data[: len(data) // 2 + 100], "head.db": data[:100], "page.db": data[: 4096 * (pages - 1)],
            "damaged.db": bytes(damaged), "none.db": b"SQLite format 3\0" + bytes(50)}
    for name, content in cuts.items():
        folder.write(name, content)
        mine = check(folder, name, PEOPLE)
        folder.hold(not mine or mine["people"]["ceiling"] is None, f"{name}: no ceiling")


@case("an SQL dump that is cut or misses a quote is read as far as it goes, and has no ceiling")
def dumps(folder):
    hide(folder)
    rows = ",\n".join(f"('张伟','{resident_id(i)}','{mobile(i)}')" for i in range(PEOPLE))
    whole = f"INSERT INTO `u` (`name`,`idcard`,`phone`) VALUES {rows};\n"
    folder.write("cut.sql", whole[: len(whole) // 2])
    mine = check(folder, "cut.sql", whole[: len(whole) // 2].count("("))
    folder.hold(mine and mine["people"]["ceiling"] is None and mine["people"]["floor"] > 900,
                "what comes before the cut is counted")
    folder.write("quote.sql", whole.replace(f"'{mobile(1000)}'", f"'{mobile(1000)}", 1))
    check(folder, "quote.sql", PEOPLE)
    copy = "COPY public.u (name, idcard, phone) FROM stdin;\n" + "".join(
        f"张伟\t{resident_id(i)}\t{mobile(i)}\n" for i in range(PEOPLE))
    folder.write("cut.copy.sql", copy[: len(copy) // 2])
    check(folder, "cut.copy.sql", copy[: len(copy) // 2].count("张"))


# ---- files and folders ------------------------------------------------------------------------------------


@case("a file or folder that may not be read is told, and has no ceiling")
def unreadable(folder):
    hide(folder)
    user = NOBODY if os.geteuid() == 0 else None
    os.chmod(folder.path, 0o777)
    os.chmod(folder.tmp, 0o777)
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": "/", "check": False}
    if user and subprocess.run([ANSHEN, "version"], user=user, group=user, extra_groups=[], **quiet).returncode:
        raise Skip("runs as root, and nobody may not run the program here")
    secret = folder.write("data/secret.csv", table(PEOPLE))
    folder.write("data/good.csv", table(10, first=100000))
    folder.write("data/sub/b.csv", table(20, first=200000))
    os.chmod(folder / "data", 0o755)
    os.chmod(secret, 0)
    os.chmod(folder / "data/sub", 0)
    try:
        result, run = folder.result("check", "data", expect=3, user=user)
    finally:
        os.chmod(folder / "data/sub", 0o755)
    if result:
        mine = store(result, "secret.csv")
        folder.hold(mine["status"] == "unread" and re.search("ermission", mine["why"]),
                    f"the file is unread, with the reason: {mine['why']}")
        folder.hold(store(result, "data/sub")["status"] == "unread", "the folder is unread")
        folder.hold(result["people"]["ceiling"] is None and result["people"]["floor"] == 10,
                    f"no ceiling: {result['people']}")


@case("a file that grows or shrinks while it is read is told")
def changing(folder):
    row = (table(1, first=7).split("\n")[1] + "\n").encode()
    path = folder / "growing.csv"
    path.write_bytes(table(10).encode() + row * 400000)
    done = threading.Event()

    def grow():
        with open(path, "ab", buffering=0) as f:
            while not done.is_set():
                f.write(row * 100)
                time.sleep(0.0005)

    writer = threading.Thread(target=grow)
    writer.start()
    try:
        result, run = folder.result("check", "growing.csv", expect=3, limit=60)
    finally:
        done.set()
        writer.join()
    if result:
        mine = store(result, "growing.csv")
        told = any("changed" in e["text"] for e in mine["errors"])
        folder.hold(mine["status"] == "partly" and told, f"grew: {mine['status']} {mine['errors']}")

    path = folder / "shrinking.csv"
    path.write_bytes(table(10).encode() + row * 1200000)
    size = path.stat().st_size

    def shrink():
        time.sleep(0.03)
        os.truncate(path, size // 20)

    writer = threading.Thread(target=shrink)
    writer.start()
    result, run = folder.result("check", "shrinking.csv", expect=(0, 3))
    writer.join()
    mine = store(result, "shrinking.csv")
    if mine["bytes"] in (size, size // 20):
        folder.note("shrinking.csv was read before or after it shrank")
    else:
        folder.hold(mine["status"] == "partly" and run.status == 3,
                    f"shrank: {mine['status']} {mine['errors']} {mine['bytes']}")


@case("links that lead nowhere, out of the folder or in a circle are told; the run ends")
def links(folder):
    folder.write("data/a.csv", table(100))
    folder.write("outside.csv", table(50, first=5000))
    os.symlink("two", folder / "data/one")
    os.symlink("one", folder / "data/two")
    os.symlink("nowhere", folder / "data/nowhere.csv")
    os.symlink("..", folder / "data/up")
    os.symlink(".", folder / "data/self")
    os.symlink("a.csv", folder / "data/same.csv")
    os.symlink("../outside.csv", folder / "data/out.csv")
    result, _ = folder.result("check", "data", expect=3)
    if result:
        states = {s["uri"]: s["status"] for s in result["stores"]}
        lost = {f"data/{n}": "unread" for n in ("one", "two", "nowhere.csv", "out.csv", "up")}
        folder.hold(states == {"data/a.csv": "read", **lost}, f"what becomes of each link: {states}")
        folder.hold(result["people"]["floor"] == 100 and result["people"]["ceiling"] is None,
                    f"{result['people']}")
        folder.hold("circ" in store(result, "one")["why"] or "loop" in store(result, "one")["why"],
                    "the circle is called one")


@case("sockets, pipes and devices in a folder are passed over, without a wait")
def special(folder):
    folder.write("data/a.csv", table(100))
    os.mkfifo(folder / "data/pipe")
    s = socket.socket(socket.AF_UNIX)
    here = os.open(folder / "data", os.O_RDONLY)
    s.bind(f"/proc/self/fd/{here}/socket")
    names = ["pipe", "socket"]
    try:
        os.mknod(folder / "data/device", 0o600 | stat.S_IFCHR, os.makedev(1, 5))
        names.append("device")
    except PermissionError:
        pass
    result, run = folder.result("check", "data", limit=20)
    s.close()
    os.close(here)
    folder.hold(run.status == 0, f"no loss: status {run.status}")
    for name in names:
        mine = store(result, f"/{name}")
        folder.hold(mine["status"] == "skipped" and name in mine["why"],
                    f"{name}: {mine['status']}, {mine['why']}")
    folder.hold(result["people"]["floor"] == result["people"]["ceiling"] == 100, f"{result['people']}")


@case("a pipe or device named on the command line is never taken for a store without people")
def special_given(folder):
    os.mkfifo(folder / "pipe")
    folder.write("a.csv", table(10))
    for path, what in (("pipe", b"is a pipe"), ("/dev/zero", b"is a device"), ("/dev/null", b"is a device")):
        run = folder.anshen("check", "a.csv", path, "--listing", "US", expect=2, limit=20)
        folder.hold(path.encode() in run.err and what in run.err, f"{path}: a message: {run}")
        folder.hold(not run.out, f"{path}: no verdict")


@case("an empty file holds nobody, and is no error")
def empty(folder):
    for name, data in (("empty.csv", b""), ("empty.csv.gz", gzip.compress(b"")), ("bom.csv", b"\xef\xbb\xbf"),
                       ("line.csv", b"\n"), ("none.zip", b"PK\5\6" + bytes(18))):
        folder.write(name, data)
        result, run = folder.result("check", name, expect=0)
        if result:
            folder.hold(result["people"]["floor"] == result["people"]["ceiling"] == 0,
                        f"{name}: {result['people']}")
    (folder / "folder").mkdir()
    result, run = folder.result("check", "folder", expect=(0, 3))
    folder.hold(result and result["people"]["ceiling"] == 0 and run.status in (0, 3), f"an empty folder: {run}")


@case("a single line of 300 MB is read in bounded memory", alone=True)
def one_line(folder):
    folder.secret(resident_id(1), resident_id(2), mobile(3))
    block = b"lorem ipsum dolor; sit amet, " * 40000
    for name, head, tail in (
        ("line.log", b"", b""),
        ("line.csv", b"a,b,c\n", b""),
        ("line.json", b'[{"text":"', b'"}]'),
        ("quoted.csv", b'a,b\n1,"', b'"\n'),
        ("line.sql", b"INSERT INTO `t` (`a`) VALUES ('", b"');\n"),
    ):
        with open(folder / name, "wb") as f:
            f.write(head + resident_id(1).encode() + b" ")
            while f.tell() < (300 if name == "line.log" else 150) << 20:
                f.write(block)
            f.write(b" " + resident_id(2).encode() + tail)
        result, run = folder.result("check", name, "--memory", "64M", "--threads", "1", expect=(0, 3), limit=60)
        folder.hold_memory(run, 256 << 20, name)
        if result:
            people = result["people"]
            folder.hold(people["floor"] <= 2 and (people["ceiling"] is None or people["ceiling"] >= 2),
                        f"{name}: {people}")
            folder.hold(people["floor"] == 2 or run.status == 3,
                        f"{name}: what is not read is told: {people}, status {run.status}")
            folder.note(f"{name}: {run.seconds:.1f} s, {run.peak >> 20} MiB, status {run.status}, {people}")
        (folder / name).unlink()


@case("files that are named like one format and hold another are read as what they are")
def misnamed(folder):
    for name in ("a.json", "a.sql", "a.db", "a.zip", "a.gz", "a.pdf", "a.png", "a.exe", "a"):
        folder.write(name, table(100))
        result, _ = folder.result("check", name, expect=0)
        if result:
            folder.hold(store(result, name)["format"] == "csv" and result["people"]["floor"] == 100,
                        f"{name}: {result['people']}")


@case("archives of no meaning are told, never taken for whole")
def nonsense(folder):
    for name, head in (
        ("a.xz", b"\xfd7zXZ\0"), ("a.zst", b"\x28\xb5\x2f\xfd"), ("a.bz2", b"BZh91AY&SY"), ("a.gz",
                                                                                            b"\x1f\x8b\x08\0"),
        ("a.7z", b"7z\xbc\xaf\x27\x1c\0\4"), ("a.zip", b"PK\3\4"), ("a.rar", b"Rar!\x1a\7\0"), ("a.lz4",
                                                                                                b"\x04\x22\x4d\x18"),
    ):
        folder.write(name, head + b"\xff" * 60)
        check(folder, name, 0)
