"""Tables in columns: the people of a table are the same people in whatever file it is kept; files that lie are told of."""
import pathlib
import shutil
import struct

from kit import case, distinct, mobile, resident_id, store

FIXTURES = pathlib.Path(__file__).resolve().parent.parent / "fixtures" / "columns"
PEOPLE = 40


def copy(folder, pattern):
    for n in range(0, PEOPLE, 7):
        folder.secret(resident_id(n), mobile(n), f"u{n}@mail.qq.com")
    for path in sorted(FIXTURES.glob(pattern)):
        shutil.copy(path, folder / path.name)
        yield path.name


@case("a table is the same people as CSV, Parquet and ORC of several writers")
def same_people(folder):
    shutil.copy(FIXTURES / "people.csv", folder / "people.csv")
    expected, _ = folder.result("check", "people.csv")
    names = [n for n in copy(folder, "*.*") if n.endswith((".parquet", ".orc")) and not n.startswith("families")]
    folder.hold(len(names) >= 4, f"fixtures: {names}")
    for name in names:
        result, _ = folder.result("check", name)
        folder.hold(result and result["people"] == expected["people"], f"{name}: not {expected['people']}")
        folder.hold(result and result["identifiers"] == expected["identifiers"], f"{name}: other identifiers")
        folder.hold(store(result, name)["records"] == PEOPLE, f"{name}: a record a row")


@case("lists in Parquet and ORC are the records that the same data is as JSON Lines")
def same_families(folder):
    shutil.copy(FIXTURES / "families.jsonl", folder / "families.jsonl")
    expected, _ = folder.result("check", "families.jsonl")
    for name in copy(folder, "families.[po]*"):
        result, _ = folder.result("check", name)
        folder.hold(result and result["people"] == expected["people"], f"{name}: not {expected['people']}")
        folder.hold(result and result["identifiers"] == expected["identifiers"], f"{name}: other identifiers")
        folder.hold(store(result, name)["records"] == store(expected, "families.jsonl")["records"], f"{name}: other records")


def varint(n):
    out = b""
    while n >= 0x80:
        out += bytes([n & 0x7F | 0x80])
        n >>= 7
    return out + bytes([n])


def thrift(*fields):
    """A struct of the compact protocol: (id, value) each; a value is a whole number, bytes, a list of structs, or a struct."""
    out, last = b"", 0
    for number, value in fields:
        kind = 6 if isinstance(value, int) else 8 if isinstance(value, bytes) else 9 if isinstance(value, list) else 12
        out += bytes([number - last << 4 | kind])
        last = number
        if isinstance(value, int):
            out += varint(value << 1 ^ value >> 63)
        elif isinstance(value, bytes):
            out += varint(len(value)) + value
        elif isinstance(value, list):
            out += b"\xFC" + varint(len(value)) + b"".join(value)
        else:
            out += value[0]
    return out + b"\0"


def parquet(rows, chunk, values=None, codec=0, size=None):
    """A file of one column `mobile` of whole numbers, its pages in `chunk`."""
    schema = [thrift((4, b"schema"), (5, 1)), thrift((1, 2), (3, 1), (4, b"mobile"))]
    meta = thrift((1, 2), (4, codec), (5, rows if values is None else values), (6, len(chunk)), (7, size or len(chunk)), (9, 4))
    group = thrift((1, [thrift((2, 4), (3, (meta,)))]), (2, len(chunk)), (3, rows))
    footer = thrift((1, 1), (2, schema), (3, rows), (4, [group]))
    return b"PAR1" + chunk + footer + struct.pack("<I", len(footer)) + b"PAR1"


def page(count, there, numbers=(), encoding=0):
    """A data page: `count` entries, all there or none."""
    levels = varint(count << 1) + bytes([there])
    body = struct.pack("<I", len(levels)) + levels + b"".join(struct.pack("<q", n) for n in numbers)
    head = thrift((1, 0), (2, len(body)), (3, len(body)), (5, (thrift((1, count), (2, encoding), (3, 3), (4, 3)),)))
    return head + body


def numbers(first, last):
    return [int(mobile(n)) for n in range(first, last)]


@case("a Parquet file that lies is partly read or unread, and the ceiling knows")
def parquet_lies(folder):
    good = page(10, 1, numbers(0, 10))
    huge = 10 ** 18
    cases = {
        # name: bytes, status of the store, people found (None: any), ceiling (None: without end)
        "good": (parquet(10, good), "read", 10, 10),
        "fewer": (parquet(30, good), "partly", 10, 30),
        "more": (parquet(5, good), "partly", 10, 10),
        "claims": (parquet(huge, good), "partly", 10, None),
        "nulls": (parquet(2000000, page(2000000, 0)), "read", 0, 0),
        "nulls-claimed": (parquet(huge, page(2000000000, 0)), "unread", 0, None),
        "codec": (parquet(10, good, codec=3), "unread", 0, 10),
        "encoding": (parquet(20, good + page(10, 1, numbers(10, 20), encoding=77)), "partly", 10, 20),
        "short page": (parquet(20, good + page(10, 1, numbers(10, 15))), "partly", 15, 20),
        "chunk": (parquet(10, good, size=1 << 40), "unread", 0, 10),
        "cut": (parquet(10, good)[:-30], "unread", 0, None),
        "encrypted": (parquet(10, good)[:-4] + b"PARE", "unread", 0, None),
        "no rows": (parquet(0, b""), "read", 0, 0),
    }
    for name, (data, status, found, ceiling) in cases.items():
        folder.write(name + ".parquet", data)
        result, run = folder.result("check", name + ".parquet", expect=0 if status == "read" else 3, limit=30)
        if not result:
            continue
        folder.hold(store(result, name + ".parquet")["status"] == status, f"{name}: {result['stores']}")
        folder.hold(distinct(result, "cn-mobile") == found, f"{name}: {distinct(result, 'cn-mobile')} numbers, not {found}")
        folder.hold(result["people"]["ceiling"] == ceiling, f"{name}: ceiling {result['people']['ceiling']}, not {ceiling}")
        folder.hold_memory(run, 400 << 20, name)
