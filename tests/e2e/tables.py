"""Files of tables in other programs' own formats, made here: the people of a table are the same people in whatever it is kept."""
import struct
import zipfile

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
