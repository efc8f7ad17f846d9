"""The result depends on the data alone: not on threads, memory, order, or how the stores are split and merged."""
import itertools
import pathlib

from kit import case


def company(folder, *more):
    folder.anshen("gen", "--people", "3000", "--quiet", "-o", "company", *more, expect=0)
    return sorted(p.relative_to(folder.path) for p in (folder / "company").iterdir())


def scan(folder, name, paths, *more):
    folder.anshen("scan", *paths, "-o", name, "--key", "run.key", "--as-of", "2026-11-23", "--quiet", *more,
                  expect=0)
    path = folder / name
    return path.read_bytes() if path.exists() else None


@case("any number of threads gives the same census, byte for byte")
def threads(folder):
    company(folder)
    files = {n: scan(folder, f"{n}.census", ["company"], "--threads", str(n)) for n in (1, 2, 3, 4, 16)}
    folder.hold(all(f and f == files[1] for f in files.values()), "the same bytes with 1, 2, 3, 4 and 16 threads")


@case("little memory gives the same census as much")
def memory(folder):
    folder.anshen("gen", "--shape", "dense", "--rows", "120000", "--quiet", "-o", "dense.csv", expect=0)
    much = scan(folder, "much.census", ["dense.csv"])
    little = scan(folder, "little.census", ["dense.csv"], "--memory", "64M")
    folder.hold(much and much == little, "the same bytes with 64M as with the default")
    one, _ = folder.result("count", "much.census", "--memory", "64M")
    other, _ = folder.result("count", "much.census")
    folder.hold(one == other, "the same counts with 64M as with the default")


@case("a scan of the whole is the merge of scans of its parts, in any order")
def parts(folder):
    stores = company(folder)
    whole = scan(folder, "whole.census", ["company"])
    names = []
    for i, path in enumerate(stores):
        names.append(f"part{i}.census")
        scan(folder, names[-1], [path])
    orders = [names, names[::-1], names[3:] + names[:3], sorted(names, key=lambda n: hash(n) % 97)]
    for i, order in enumerate(orders):
        folder.anshen("merge", *order, "-o", f"merged{i}.census", expect=0)
        folder.hold((folder / f"merged{i}.census").read_bytes() == whole,
                    f"merge in order {order} gives the whole")
    folder.anshen("merge", *names[:4], "-o", "left.census", expect=0)
    folder.anshen("merge", *names[4:], "-o", "right.census", expect=0)
    for a, b in itertools.permutations(["left.census", "right.census"]):
        folder.anshen("merge", a, b, "-o", "both.census", expect=0)
        folder.hold((folder / "both.census").read_bytes() == whole, f"merge of merges {a} {b} gives the whole")
    folder.anshen("merge", "whole.census", "-o", "again.census", expect=0)
    folder.hold((folder / "again.census").read_bytes() == whole, "a merge of one is itself")


@case("stores given in any order, one by one or as a folder, give the same census")
def given(folder):
    stores = company(folder)
    whole = scan(folder, "whole.census", ["company"])
    for i, order in enumerate([stores, stores[::-1], ["company", *stores[:3]], ["company", "company"]]):
        folder.hold(scan(folder, f"order{i}.census", order) == whole,
                    f"the same bytes for {[str(p) for p in order]}")


@case("check, scan and count tell the same numbers")
def verbs(folder):
    company(folder)
    scan(folder, "whole.census", ["company"])
    checked, _ = folder.result("check", "company", "--key", "run.key")
    scanned, _ = folder.result("scan", "company", "-o", "again.census", "--key", "run.key")
    counted, _ = folder.result("count", "whole.census")
    for key in ("people", "identifiers", "categories", "stores", "places", "ceiling_parts", "scope"):
        folder.hold(checked[key] == counted[key], f"check and count agree on {key}")
        folder.hold(checked[key] == scanned[key], f"check and scan agree on {key}")
    judged, _ = folder.result("judge", "whole.census", "--what-if", "company.role=network_platform_operator",
                              "--what-if", "listing.country=US")
    folder.hold(judged["people"] == checked["people"], "check and judge agree on people")


@case("a run gives the same bytes a second time, result and report")
def again(folder):
    company(folder)
    outputs = []
    for i in range(2):
        folder.result("check", "company", "--key", "run.key", "--listing", "US", "--report", f"r{i}.html",
                      "--threads", str(1 + i))
        outputs.append((folder / f"result-{i}.json").read_bytes())
    folder.hold(outputs[0] == outputs[1], "the same JSON")
    reports = [(folder / f"r{i}.html").read_bytes() for i in range(2)]
    folder.hold(len(reports[0]) > 10000 and pathlib.Path(folder / "r0.html").exists(), "a report")


@case("the same stores under another key: other tokens, the same numbers")
def keys(folder):
    company(folder)
    results = []
    for name in ("a", "b"):
        folder.anshen("scan", "company", "-o", f"{name}.census", "--key", f"{name}.key", "--as-of", "2026-11-23",
                      expect=0)
        results.append(folder.result("count", f"{name}.census")[0])
    folder.hold((folder / "a.census").read_bytes() != (folder / "b.census").read_bytes(), "other tokens")
    for key in ("people", "identifiers", "categories", "places", "scope", "stores"):
        folder.hold(results[0][key] == results[1][key], f"the same {key}")
