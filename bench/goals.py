"""What was aimed at, and whether it is reached: held against results of bench/run and bench/scale. Not a command itself.

The goals in GB/s were set for one machine, the reference: two cores of a virtual machine on AMD Zen 5 with AVX-512, files in
memory. On another machine what can be compared is the ratio to `wc -l` (or read()) of the same run.
"""
from typing import NamedTuple

# GB/s of that machine for these files, and what was aimed at there. wc -l was not measured on JSON there.
REFERENCE = {
    "dense": {"read": 28.0, "wc": 10.1, "rows": [("first target, 1 thread", 0.5), ("prototype, 1 thread", 1.88),
                                                 ("goal, 1 thread", 3.0), ("goal, 2 threads", 5.5)]},
    "users": {"read": 28.8, "wc": None, "rows": [("prototype, 1 thread", 2.66), ("goal, 1 thread", 3.5)]},
    "sparse": {"read": 29.0, "wc": 10.3, "rows": [("first target, 1 thread", 2.0), ("prototype, 1 thread", 10.1),
                                                  ("goal, 1 thread", 15.0), ("goal, 2 threads", 25.0)]},
}


class Goal(NamedTuple):
    words: str
    wanted: str
    here: str
    met: bool
    note: str = ""

    def verdict(self):
        return "met" if self.met else "not met"


def reference(shape):
    """Lines that show what the reference machine did or was to do, in the columns of the table."""
    of = REFERENCE[shape]
    for words, speed in of["rows"]:
        wc = f"{speed / of['wc']:9.4f}" if of["wc"] else f"{'':9}"
        yield f"{'  reference: ' + words:<55} {speed:8.4f} {speed / of['read']:9.4f} {wc}"


def row_of(whole, shape, name):
    return whole.get("corpora", {}).get(shape, {}).get("rows", {}).get(name)


def ours(whole, shape, threads):
    return row_of(whole, shape, f"anshen check, {threads} thread{'s' * (threads > 1)}")


def speeds(whole):
    """The goals in GB/s: as they are, and by ratio."""
    wanted_speeds = (("dense", 1, 3.0), ("dense", 2, 5.5), ("users", 1, 3.5), ("sparse", 1, 15.0), ("sparse", 2, 25.0))
    for shape, threads, wanted in wanted_speeds:
        row, of = ours(whole, shape, threads), REFERENCE[shape]
        if not row:
            continue
        key, base = ("of_wc", "wc") if of["wc"] else ("of_read", "read")
        word, ratio = {"wc": "wc -l", "read": "read()"}[base], wanted / of[base]
        absolute, relative = row["gb_per_s"] >= wanted, row[key] >= ratio
        note = "" if absolute or not relative else "by its ratio"
        yield Goal(f"{shape}, all-in, {threads} thread{'s' * (threads > 1)}", f"{wanted} GB/s = {ratio:.2f} of {word}",
                   f"{row['gb_per_s']:.2f} GB/s = {row[key]:.2f} of {word}", absolute or relative, note)
    row = ours(whole, "dense", 1)
    if row:
        yield Goal("dense, identifiers a second and thread", "60 M", f"{row['identifiers_per_s'] / 1e6:.1f} M",
                   row["identifiers_per_s"] >= 60e6)
    row = ours(whole, "sparse", 1)
    if row:
        yield Goal("sparse, 1 thread, beside read()", "0.55", f"{row['of_read']:.2f}", row["of_read"] >= 0.55)
        yield Goal("sparse, 1 thread, beside wc -l", "1.4", f"{row['of_wc']:.2f}", row["of_wc"] >= 1.4)


def multiples(whole):
    """How many times as fast as a peer, with as many threads."""
    for shape, name, wanted in (("dense", "vectorscan, ends only", 9), ("sparse", "vectorscan, ends only", 25),
                                ("dense", "duckdb typed, 1 thread", 20), ("dense", "duckdb typed, 2 threads", 20),
                                ("dense", "presidio, patterns only", 1000)):
        row = row_of(whole, shape, name)
        if row:
            yield Goal(f"{shape}, against {name}", f"{wanted:,} times", f"{row['anshen_is']:,.1f} times",
                       row["anshen_is"] >= wanted)


def memory(whole):
    dense, row = whole.get("corpora", {}).get("dense"), ours(whole, "dense", 1)
    if row:
        most = 12 * dense["distinct"] + 4 * dense["records"]
        yield Goal("dense, memory", f"12 B an identifier + 4 a record: {most / 1e6:.0f} MB",
                   f"{row['peak'] / 1e6:.0f} MB", row["peak"] <= most)


def portable(whole):
    row = row_of(whole, "dense", "anshen check, portable")
    if row:
        yield Goal("dense, portable code, 1 thread", "1.2 GB/s, finding and hashing", f"{row['gb_per_s']:.2f} GB/s, all-in",
                   row["gb_per_s"] >= 1.2)


def packed(whole):
    for row in whole.get("packed", {}).get("rows", []):
        if "of_unpacking" in row:
            yield Goal(f"{row['name'].removeprefix('anshen check ')}, beside `{row['beside']}`", "0.95",
                       f"{row['of_unpacking']:.2f}", row["of_unpacking"] >= 0.95)


def scale(whole):
    """Of a result of bench/scale."""
    rows = whole.get("scale", [])
    some = [row for row in rows if row["what"] == "tokens" and row["threads"] == 1 and row["count"] <= 10 ** 8]
    if some:
        worst = max(row["ns_each"] for row in some)
        yield Goal(f"a token made distinct, 1 M to {max(row['count'] for row in some) // 10 ** 6} M, 1 thread", "7 ns, to 100 M",
                   f"{worst:.1f} ns", worst <= 7)
    for row in rows:
        if row["what"] == "tokens" and row["count"] == 10 ** 9 and row["threads"] > 1:
            yield Goal("10^9 tokens, 367 M distinct, 2 threads", "40 s, 250 MB",
                       f"{row['seconds']:.0f} s, {row['peak'] / 1e6:.0f} MB", row["seconds"] <= 40 and row["peak"] <= 250e6)


def every(whole):
    for part in (speeds, multiples, memory, portable, packed, scale):
        yield from part(whole)


def lines(whole):
    """What was aimed at beside what is, as lines of text."""
    found = list(every(whole))
    if not found:
        return
    yield f"{'what was aimed at (reference machine)':<52} {'wanted':<34} {'here':<32}"
    for g in found:
        yield f"{g.words:<52} {g.wanted:<34} {g.here:<32} {g.verdict()}{' ' + g.note if g.note else ''}"
