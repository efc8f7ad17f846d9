"""Files of tables in other programs' own formats, made here: the people of a table are the same people in whatever it is kept."""
import bz2
import json
import lzma
import struct
import zipfile
import zlib

from kit import case, distinct, mobile, resident_id, store, table


def rows_of(count):
    lines = [line.split(",") for line in table(count).splitlines()]
    return lines[0], lines[1:]


def dbf(names, rows, version=3, language=0x4D, encoding="gbk", deleted=(), memos=None):
    """A table of texts. `memos`: names of fields whose values lie in a file beside it; (table, memos) then."""
    widths = [10 if memos and name in memos else max(len(row[i].encode(encoding)) for row in rows)
              for i, name in enumerate(names)]
    head = struct.pack("<4BIHH17sBxx", version, 124, 11, 23, len(rows), 33 + 32 * len(names), 1 + sum(widths), b"", language)
    for name, width in zip(names, widths):
        kind = b"M" if memos and name in memos else b"C"
        head += name.encode(encoding).ljust(11, b"\0") + kind + bytes(4) + bytes([width]) + bytes(15)
    body, beside = [], struct.pack("<I12xB", 1, 3).ljust(512, b"\0")
    for n, row in enumerate(rows):
        body.append(b"*" if n in deleted else b" ")
        for name, value, width in zip(names, row, widths):
            if memos and name in memos:
                body.append(str(len(beside) // 512).rjust(10).encode())
                beside += (value.encode(encoding) + b"\x1a\x1a").ljust(512, b"\0")
            else:
                body.append(value.encode(encoding).ljust(width))
    whole = head + b"\r" + b"".join(body) + b"\x1a"
    return (whole, beside) if memos else whole


@case("a dBASE table in GBK has the people of the CSV it was made of, those marked as deleted with them")
def people_of_dbf(folder):
    folder.secret(*[resident_id(n) for n in range(0, 300, 17)], *[mobile(n) for n in range(0, 300, 17)])
    names, rows = rows_of(300)
    folder.write("people.csv", table(300))
    folder.write("people.dbf", dbf(names, rows, deleted=range(0, 300, 3)))
    expected, _ = folder.result("check", "people.csv")
    result, _ = folder.result("check", "people.dbf")
    if result and expected:
        found = store(result, "people.dbf")
        folder.hold(result["people"] == expected["people"], f"{result['people']}, not {expected['people']}")
        folder.hold(found["encoding"] == "gb18030" and found["status"] == "read" and found["records"] == 300, found)
        folder.hold(found["why"].startswith("100 of its 300 records are marked as deleted"), found["why"])
        folder.hold([c["name"] for c in found["columns"]] == names, found["columns"])


@case("memos are read with their table; without their file, or in an archive, the ceiling has no end")
def memos_of_dbf(folder):
    folder.secret(*[resident_id(n) for n in range(20)])
    names, rows = rows_of(20)
    whole, beside = dbf(names, rows, version=0x83, memos={"手机号"})
    (folder / "both").mkdir()
    folder.write("both/t.dbf", whole)
    folder.write("both/t.dbt", beside)
    result, _ = folder.result("check", "both", expect=0)
    if result:
        folder.hold(distinct(result, "cn-mobile") == 20 and result["people"]["ceiling"] == 20, result["people"])
        folder.hold(store(result, "t.dbt")["status"] == "skipped", store(result, "t.dbt"))
    folder.write("t.dbf", whole)
    with zipfile.ZipFile(folder / "t.zip", "w") as z:
        z.writestr("t.dbf", whole)
        z.writestr("t.dbt", beside)
    for name, people in (("t.dbf", 20), ("t.zip", 20)):
        result, run = folder.result("check", name, expect=3)
        if result:
            folder.hold(result["people"]["floor"] == people and result["people"]["ceiling"] is None, result["people"])
            folder.hold(store(result, "t.dbf")["status"] == "partly", store(result, "t.dbf"))
            folder.hold(b"20 memos" in run.out + run.err, "the reason is told")


@case("a dBASE table that was cut, or says it is larger than it is, is partly read and widens the ceiling")
def cut_dbf(folder):
    names, rows = rows_of(50)
    whole = dbf(names, rows)
    folder.write("cut.dbf", whole[:-10])
    folder.write("more.dbf", whole[:4] + struct.pack("<I", 60) + whole[8:])
    for name, ceiling in (("cut.dbf", 50), ("more.dbf", 60)):
        result, run = folder.result("check", name, expect=3)
        if result:
            folder.hold(result["people"]["ceiling"] is None or result["people"]["ceiling"] >= ceiling, result["people"])
            folder.hold(store(result, name)["status"] == "partly", store(result, name))
            folder.hold(name.encode() in run.out + run.err, "the store is named")


def number(n):
    out, n = b"", n << 1 ^ n >> 63
    while n > 127:
        out, n = out + bytes([n & 127 | 128]), n >> 7
    return out + bytes([n])


def avro(names, rows, codec="null", per_block=50):
    """An Avro file of texts, and the places where its blocks end."""
    pack = {"null": bytes, "bzip2": bz2.compress, "xz": lzma.compress}.get(codec)
    text = lambda b: number(len(b)) + b         # noqa: E731
    fields = [{"name": name, "type": ["null", "string"]} for name in names]
    schema = json.dumps({"type": "record", "name": "person", "fields": fields}).encode()
    sync = zlib.compress(codec.encode()).ljust(16, b"-")[:16]
    out = b"Obj\1" + number(2) + text(b"avro.schema") + text(schema) + text(b"avro.codec") + text(codec.encode()) + number(0)
    out += sync
    ends = []
    for i in range(0, len(rows), per_block):
        block = b"".join(number(1) + text(value.encode()) for row in rows[i:i + per_block] for value in row)
        if codec == "deflate":
            packer = zlib.compressobj(6, zlib.DEFLATED, -15)
            block = packer.compress(block) + packer.flush()
        else:
            block = pack(block)
        out += number(len(rows[i:i + per_block])) + text(block) + sync
        ends.append(len(out))
    return out, ends


@case("an Avro file has the people of the CSV it was made of, packed or not, alone and in an archive")
def people_of_avro(folder):
    folder.secret(*[resident_id(n) for n in range(0, 300, 17)], *[mobile(n) for n in range(0, 300, 17)])
    names, rows = rows_of(300)
    folder.write("people.csv", table(300))
    expected, _ = folder.result("check", "people.csv")
    for codec in ("null", "deflate", "bzip2", "xz"):
        whole, _ = avro(names, rows, codec)
        folder.write(f"{codec}.avro", whole)
        with zipfile.ZipFile(folder / f"{codec}.zip", "w") as z:
            z.writestr(f"{codec}.avro", whole)
        for name in (f"{codec}.avro", f"{codec}.zip"):
            result, _ = folder.result("check", name)
            if result and expected:
                found = store(result, f"{codec}.avro")
                folder.hold(result["people"] == expected["people"], f"{name}: {result['people']}, not {expected['people']}")
                folder.hold(found["status"] == "read" and found["records"] == 300 and found["format"] == "avro", found)


@case("a damaged block of an Avro file costs its records, a cut file what is missing, and a bomb itself")
def damaged_avro(folder):
    names, rows = rows_of(300)
    whole, ends = avro(names, rows)
    damaged = bytearray(whole)
    damaged[ends[1] - 5] ^= 0xFF                # the mark of the second of six blocks
    folder.write("mark.avro", bytes(damaged))
    folder.write("cut.avro", whole[:ends[4] + 100])
    folder.write("head.avro", whole[:60])
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    bomb = packer.compress(bytes(200 << 20)) + packer.flush()
    head = whole[:whole.index(b"avro.codec")] + b"avro.codec" + number(7) + b"deflate" + number(0) + whole[-16:]
    folder.write("bomb.avro", head + number(1000) + number(len(bomb)) + bomb + whole[-16:])
    for name, floor, ceiling in (("mark.avro", 200, None), ("cut.avro", 250, 300), ("head.avro", 0, None),
                                 ("bomb.avro", 0, None)):
        result, run = folder.result("check", name, expect=3)
        if result:
            folder.hold(result["people"]["floor"] == floor, f"{name}: {result['people']}")
            folder.hold(ceiling is None or (result["people"]["ceiling"] or 300) >= ceiling, f"{name}: {result['people']}")
            folder.hold(store(result, name)["status"] in ("partly", "unread"), store(result, name))
            folder.hold(name.encode() in run.out + run.err, f"{name} is named")
            folder.hold_memory(run, 300 << 20, name)
