"""--resume: what a run that broke off had finished is taken over, and whatever changed since is read again."""
import gzip
import json

from kit import case, mobile, resident_id, store, table


def parts(folder):
    return sorted((folder / "kept").glob("*.census"))


def same(folder, result, *words):
    """Whether a result is what a run of all has."""
    whole, _ = folder.result("check", "data", *words, expect=(0, 3))
    keys = ("people", "identifiers", "scope")
    return all(result[k] == whole[k] for k in keys)


@case("--resume takes over the files that were read in full, and reads those that were not, or have changed")
def files(folder):
    folder.secret(*[resident_id(n) for n in range(300)], *[mobile(n) for n in range(300)])
    folder.write("data/a.csv", table(100))
    folder.write("data/b.csv", table(100, 50))
    broken = gzip.compress(table(100, 200).encode())
    folder.write("data/c.csv.gz", broken[:-len(broken) // 2])
    result, run = folder.result("check", "data", "--resume", "kept", expect=3)
    folder.hold(b"took over" not in run.err and len(parts(folder)) == 2, f"two parts: {run} {parts(folder)}")
    folder.hold((folder / "kept").stat().st_mode & 0o777 == 0o700, "the folder is the owner's alone")
    for part in parts(folder):
        folder.hold(part.stat().st_mode & 0o777 == 0o600, f"so is {part.name}")
        folder.look_for_secrets(part.read_bytes(), "a part")
    folder.hold(same(folder, result), "the result is that of a run that keeps nothing")

    result, run = folder.result("check", "data", "--resume", "kept", expect=3)
    folder.hold(b"2 of its parts" in run.err, f"both are taken over: {run}")
    folder.hold(same(folder, result), "the result is the same with what was taken over")

    folder.write("data/b.csv", table(120, 50))
    result, run = folder.result("check", "data", "--resume", "kept", expect=3)
    folder.hold(b"1 of its parts" in run.err and store(result, "b.csv")["records"] == 120, f"what changed is read: {run}")

    parts(folder)[0].write_bytes(parts(folder)[0].read_bytes()[:-7])
    result, run = folder.result("check", "data", "--resume", "kept", expect=3)
    folder.hold(same(folder, result), "a damaged part is read again")

    folder.write("data/c.csv.gz", broken)
    result, run = folder.result("check", "data", "--resume", "kept")
    folder.hold(result["people"]["floor"] == 270 and not (folder / "kept").exists(),
                f"when all was read in full, the folder is gone: {result['people']}")


@case("--resume takes over nothing that was measured with another key or under other declarations")
def others(folder):
    folder.write("data/a.csv", table(30))
    folder.write("data/z.gz", gzip.compress(b"x" * 5000)[:30])
    folder.write("company.yaml", "company: {name: Example}\nstores:\n  - uri: data\n    location: CN\n")
    folder.anshen("scan", "data", "-o", "o.census", "--resume", "kept", expect=3)
    for words in (("--key", "other.key"), ("--company", "company.yaml")):
        run = folder.anshen("scan", "data", "-o", "o.census", "--resume", "kept", *words, expect=3)
        folder.hold(b"took over" not in run.err, f"{words}: {run}")
    run = folder.anshen("scan", "data", "-o", "o.census", "--resume", "kept", expect=3)
    folder.hold(b"1 of its parts" in run.err, f"the same again: {run}")


@case("--resume refuses a folder of others, and one that is none")
def refused(folder):
    folder.write("data/a.csv", table(3))
    (folder / "open").mkdir(mode=0o755)
    (folder / "link").symlink_to("open")
    for name in ("open", "link", "data/a.csv"):
        run = folder.anshen("scan", "data", "-o", "o.census", "--resume", name, expect=2)
        folder.hold(b"--resume" in run.err and not (folder / "o.census").exists(), f"{name}: {run}")
    run = folder.anshen("scan", "data", "-o", "o.census", "--resume", "no/such", expect=1)
    folder.hold(b"--resume" in run.err, f"a folder in one that is not there: {run}")
