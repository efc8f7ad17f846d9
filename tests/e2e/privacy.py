"""No personal value leaves the program: not in its output, its files, its messages or what it spills."""
import bz2
import gzip
import io
import json
import lzma
import os
import sqlite3
import tarfile
import threading
import time
import zipfile

from kit import case

# One value of each kind, found nowhere else. Each is looked for as it is, and as its parts might be kept.
PLANTED = {
    "id": "440308199901101512", "idx": "33010219200403064X", "id15": "150102880730303", "mobile": "13523333233",
    "card": "6217005079099408034", "mail": "zhenhua.ouyang@mail.qq.com", "passport": "E20394857",
    "name": "欧阳震华", "plate": "粤B8K30Q", "ip": "114.114.7.93", "mac": "d0:50:99:84:a2:a0",
    "foreign": "+442079460958", "ssn": "536904399", "iban": "DE02120300000000202051",
    "address": "望京街道九号院", "qq": "903013545", "wechat": "kd_qzx_666",
}
HEADERS = {
    "id": "身份证号", "idx": "证件号码", "id15": "旧身份证", "mobile": "手机号", "card": "银行卡号", "mail": "邮箱",
    "passport": "护照号", "name": "姓名", "plate": "车牌", "ip": "ip", "mac": "mac", "foreign": "国际电话",
    "ssn": "ssn", "iban": "iban", "address": "地址", "qq": "qq号", "wechat": "微信号",
}
LATIN = {
    "id": "id_card", "idx": "id_card2", "id15": "id_old", "mobile": "mobile", "card": "bank_card", "mail": "email",
    "passport": "passport", "name": "real_name", "plate": "plate", "ip": "ip", "mac": "mac",
    "foreign": "intl_phone", "ssn": "ssn", "iban": "iban", "address": "address", "qq": "qq", "wechat": "wechat",
}


def spellings():
    """What to look for: each value in the encodings it may be kept in, and without its last character."""
    for value in PLANTED.values():
        forms = {value, value.lower(), value.upper(), value[:-1]} if len(value) > 8 else {value}
        for form in forms:
            yield form.encode()
            yield form.encode("utf-16-le")
            yield form.encode("utf-16-be")
        if not value.isascii():
            yield value.encode("gb18030")
            yield json.dumps(value)[1:-1].encode()
            yield "".join(f"&#{ord(c)};" for c in value).encode()
    yield b"135-2333-3233"
    yield b"135****3233"
    yield b"2333-3233"
    yield "欧阳".encode()


def stores(folder):
    """A store of every type, each with all of it in clean and in broken places."""
    values = list(PLANTED.values())
    heads = list(HEADERS.values())
    table = ",".join(heads) + "\n" + (",".join(values) + "\n") * 3
    latin = list(LATIN.values())
    texts = [f"{LATIN[k]}={v}" for k, v in PLANTED.items()]
    rows = json.dumps(dict(zip(latin, values)), ensure_ascii=False)
    write = folder.write
    write("d/table.csv", table)
    write("d/table.tsv", table.replace(",", "\t"))
    write("d/semicolon.csv", table.replace(",", ";"))
    write("d/nohead.csv", ",".join(values) + "\n" + ",".join(values) + "\n")
    write("d/onerow.csv", ",".join(values) + "\n")
    write("d/ragged.csv", table + ",".join(values) + ",x,y\n" + values[0] + "\n")
    write("d/quote.csv", table + f'"{values[3]},{values[0]}\n' + table)
    write("d/nul.csv", table.encode() + b"\0\0" + values[3].encode() + b"\n")
    write("d/broken8.csv", table.encode() + b"\xff\xfe" + values[0].encode() + "欧阳".encode()[:4] + b"\n")
    write("d/gb.csv", table.encode("gb18030"))
    write("d/gbbroken.csv", table.encode("gb18030") + b"\xff" + values[3].encode() + b"\xff\n")
    write("d/utf16.csv", b"\xff\xfe" + table.encode("utf-16-le"))
    write("d/escaped.csv", '手机号,身份证号\n="13523333233","\'440308199901101512"\n')
    write("d/table.json", f"[{rows},{rows}]")
    write("d/table.jsonl", (rows + "\n") * 3)
    write("d/deep.json", '{"a":{"b":[' + rows + "]}}")
    write("d/keys.json", json.dumps({PLANTED["mobile"]: {"a": 1}, PLANTED["id"]: {PLANTED["mail"]: 2}},
                                    ensure_ascii=False))
    write("d/cut.json", f"[{rows},{rows[:-40]}")
    write("d/wrong.jsonl", rows + "\n" + rows.replace(":", "", 3) + "\n" + rows[:100] + "\n")
    inserted = ",".join(f"'{v}'" for v in values)
    write("d/dump.sql", f"INSERT INTO `u` ({','.join(f'`{h}`' for h in latin)}) VALUES ({inserted}),({inserted});\n")
    write("d/cut.sql", f"INSERT INTO `u` VALUES ({inserted}),({inserted[:90]}")
    write("d/outside.sql",
          f"-- {values[3]} {values[0]}\nUPDATE u SET phone='{values[3]}' WHERE id='{values[0]}';\n"
                           f"DELETE FROM `{values[3]}x`;\n")
    copied = "\t".join(values)
    write("d/copy.sql", f"COPY public.u ({', '.join(latin)}) FROM stdin;\n{copied}\n{values[3]}\n\\.\n")
    write("d/app.log", "\n".join(texts) + "\n" + " ".join(texts) + "\n")
    write("d/escaped.log", "GET /?m=%31%33%35%32%33%33%33%33%32%33%33&e=zhenhua.ouyang%40mail.qq.com"
                           "&n=%E6%AC%A7%E9%98%B3%E9%9C%87%E5%8D%8E\n")
    write("d/notes.txt", f"Dear {values[7]}, your ID {values[0]}, call +86 135-2333-3233\n" * 3)
    write("d/binary.bin",
          bytes(range(256)) * 8 + values[0].encode() + bytes(64) + values[3].encode() + bytes(range(255, -1, -1)))
    write("d/page.html", f"<p>{values[5]}</p><a href='mailto:{values[5]}'>{values[7]}</a>\n")
    for ending, pack in (("gz", gzip.compress), ("bz2", bz2.compress), ("xz", lzma.compress)):
        write(f"d/packed.csv.{ending}", pack(table.encode()))
        write(f"d/cut.csv.{ending}", pack(table.encode() * 500)[:-9])
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as z:
        z.writestr("inner/a.csv", table)
        z.writestr("inner/b.json", f"[{rows}]")
    write("d/packed.zip", packed.getvalue())
    write("d/cut.zip", packed.getvalue()[: len(packed.getvalue()) // 2])
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as t:
        entry = tarfile.TarInfo("a.jsonl")
        entry.size = len(rows.encode())
        t.addfile(entry, io.BytesIO(rows.encode()))
    write("d/packed.tar.gz", packed.getvalue())
    db = sqlite3.connect(folder / "d/app.db")
    db.execute(f"create table u({', '.join(f'`{h}` text' for h in latin)})")
    db.executemany(f"insert into u values({','.join('?' * len(values))})", [values] * 3)
    db.execute("create table blobs(b blob)")
    db.execute("insert into blobs values(?)", (table.encode(),))
    db.commit()
    db.close()
    data = (folder / "d/app.db").read_bytes()
    write("d/broken.db", data[:4096] + bytes(100) + data[4196:])


@case("no value of any store of any type stands in any output")
def outputs(folder):
    stores(folder)
    folder.secret(*spellings())
    for lang in ("en", "zh"):
        folder.anshen("check", "d", "--lang", lang, "--report", f"{lang}.html", "--json", f"{lang}.json",
                      "--listing", "US", expect=3)
    folder.anshen("check", "d", "--memory", "64M", "--threads", "1", "--report", "none", "--json", "-", expect=3)
    folder.anshen("scan", "d", "-o", "d.census", "--json", "scan.json", expect=3)
    folder.anshen("scan", "d/table.csv", "-o", "t.census", expect=0)
    folder.anshen("count", "d.census", "--json", "count.json", expect=3)
    folder.anshen("merge", "d.census", "-o", "m.census", expect=3)
    folder.anshen("judge", "d.census", "--explain", "cn.crm.art7", "--report", "judge.html", expect=3)
    for name in sorted(os.listdir(folder.path / "d")):
        folder.anshen("check", f"d/{name}", "--report", "one.html", "--json", "one.json")
        for made in ("one.html", "one.json"):
            folder.look_for_secrets((folder / made).read_bytes(), f"{made} of d/{name}")
    made = [p for p in folder.path.iterdir() if p.is_file()]
    folder.hold(len(made) >= 10, f"files were written: {len(made)}")
    for path in made:
        folder.look_for_secrets(path.read_bytes(), path.name)
    result = json.loads((folder / "en.json").read_bytes())
    folder.hold(result["identifiers"]["cn-resident-id"]["distinct"] >= 2, "they were found all the same")


@case("a wrong word on the command line or in a company file is told without personal values of the stores")
def messages(folder):
    stores(folder)
    folder.secret(*spellings())
    folder.write("company.yaml", "stores:\n  - {uri: d, account: mobile, subjects: users}\n")
    folder.anshen("check", "company.yaml", "--report", "none", "--json", "c.json", expect=3)
    folder.look_for_secrets((folder / "c.json").read_bytes(), "c.json")
    folder.anshen("check", "d/table.csv", "d/nowhere.csv", expect=2)
    folder.anshen("count", "d/table.csv", expect=1)
    folder.anshen("judge", "--company", "d/table.csv", expect=2)
    folder.anshen("law", "test", "--law", "d", expect=(0, 1, 2))
    folder.anshen("check", "d/table.csv", "--key", "d/app.log", expect=2)


@case("what is spilled has no name, and holds tokens only")
def spilled(folder):
    folder.anshen("gen", "--shape", "dense", "--rows", "300000", "--quiet", "-o", "dense.csv", expect=0)
    names, done = set(), threading.Event()

    def watch():
        while not done.is_set():
            names.update(os.listdir(folder.tmp))
            time.sleep(0.0005)

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        run = folder.anshen("scan", "dense.csv", "-o", "dense.census", "--memory", "64M", "--quiet", expect=0)
    finally:
        done.set()
        watcher.join()
    folder.hold(not names, f"no name was ever seen in TMPDIR: {sorted(names)[:3]}")
    folder.hold_memory(run, 128 << 20, "--memory 64M")
    census = (folder / "dense.census").read_bytes()
    with open(folder / "dense.csv", encoding="utf-8") as f:
        next(f)
        for i, line in enumerate(f):
            if i % 5000 == 0:
                for value in line.strip().split(","):
                    folder.hold(len(value) < 8 or value.encode() not in census, "no value in the census")


@case("the process leaves no core and cannot be looked into")
def guarded(folder):
    folder.anshen("gen", "--shape", "dense", "--rows", "200000", "--quiet", "-o", "dense.csv", expect=0)
    pids, found = set(os.listdir("/proc")), {}
    done = threading.Event()

    def watch():
        while not done.is_set():
            for pid in set(os.listdir("/proc")) - pids:
                try:
                    with open(f"/proc/{pid}/cmdline", "rb") as f:
                        if b"guarded.census" not in f.read():
                            continue
                    with open(f"/proc/{pid}/limits", encoding="ascii") as f:
                        found["core"] = next(line for line in f if "core file" in line).split()[4:6]
                    found["owner"] = os.stat(f"/proc/{pid}/mem").st_uid
                except (OSError, StopIteration):
                    pass
            time.sleep(0.005)

    watcher = threading.Thread(target=watch)
    watcher.start()
    folder.anshen("scan", "dense.csv", "-o", "guarded.census", "--quiet", expect=0)
    done.set()
    watcher.join()
    folder.hold(found.get("core") == ["0", "0"], f"no core file: {found}")
    folder.hold(found.get("owner") == 0, f"not to be looked into: {found}")


@case("identifiers that are names of columns are not kept")
def identifiers_as_columns(folder):
    folder.secret(PLANTED["id"], PLANTED["mobile"])
    db = sqlite3.connect(folder / "a.db")
    db.execute(f'create table u("{PLANTED["id"]}" text, note text)')
    db.execute("insert into u values ('1', 'x')")
    db.commit()
    db.close()
    folder.write("a.sql", f"INSERT INTO `u` (`{PLANTED['mobile']}`, `note`) VALUES ('1', 'x');\n")
    folder.anshen("check", "a.db", "a.sql", "--report", "r.html", "--json", "r.json", expect=(0, 3))
    folder.anshen("scan", "a.db", "a.sql", "-o", "a.census", expect=(0, 3))
    for made in ("r.html", "r.json", "a.census"):
        folder.look_for_secrets((folder / made).read_bytes(), made)


@case("people's names that are keys of a JSON object are no column names")
def names_as_keys(folder):
    people = {name: {"phone": f"1393333{i}567", "note": "x"} for i, name in enumerate(("欧阳震华", "李雷",
                                                                                       "韩梅梅", "王小明", "张伟"))}
    folder.secret(*people)
    folder.write("contacts.json", json.dumps(people, ensure_ascii=False))
    folder.anshen("check", "contacts.json", "--report", "r.html", "--json", "r.json", expect=(0, 3))
    for made in ("r.html", "r.json"):
        folder.look_for_secrets((folder / made).read_bytes(), made)
