"""Census and key files that are damaged, foreign or open to others: a message that names the file, and no result."""
import hashlib
import os
import random
import re
import stat

from kit import case, resident_id, table

HASH = 32


def measure(folder, name="good.census", people=50, first=0, key="run.key"):
    store = folder.write(f"{name}.csv", table(people, first=first))
    folder.anshen("scan", store.name, "-o", name, "--key", key, "--as-of", "2026-11-23", expect=0)
    return (folder / name).read_bytes()


def with_hash(data):
    """The same file with the hash that fits it."""
    return data[:-HASH] + hashlib.blake2b(data[:-HASH], digest_size=HASH).digest()


def refuse(folder, name, status, message, *more):
    for words in (["count", name, *more], ["merge", name, *more, "-o", "out.census"], ["judge", name, *more]):
        run = folder.anshen(*words, expect=status)
        folder.hold(re.search(message, run.err.decode()),
                    f"{words}: a message like '{message}': {run.err.decode().strip()}")
        folder.hold(name in run.err.decode(), f"{words}: it names the file: {run.err.decode().strip()}")
        folder.hold(not run.out, f"{words}: no result")
    folder.hold(not (folder / "out.census").exists() and not (folder / "out.census.tmp").exists(),
                f"{name}: nothing is written")


@case("a census that is cut anywhere is refused, with the place")
def cut(folder):
    data = measure(folder)
    for size in (0, 1, 8, 30, 60, 200, len(data) // 2, len(data) - HASH, len(data) - 1):
        folder.write("cut.census", data[:size])
        refuse(folder, "cut.census", 1, r"ends too early.*at byte \d+")
    folder.write("longer.census", data + b"\0")
    refuse(folder, "longer.census", 1, r"altered.*at byte \d+")


@case("a census with one byte changed, at any of 50 places, is refused")
def flipped(folder):
    data = measure(folder)
    chance = random.Random(7)
    places = sorted(chance.sample(range(len(data)), 50))
    accepted = []
    for place in places:
        broken = bytearray(data)
        broken[place] ^= 1 << chance.randrange(8)
        folder.write("flipped.census", bytes(broken))
        run = folder.anshen("count", "flipped.census", expect=(1, 2))
        folder.hold(b"flipped.census" in run.err and not run.out, f"byte {place}: a message and no result: {run}")
        if run.status not in (1, 2):
            accepted.append(place)
    folder.hold(not accepted, f"accepted with a change at {accepted}")


@case("a file that is no census is called none")
def no_census(folder):
    folder.secret(resident_id(3))
    folder.write("a.csv", table(10))
    refuse(folder, "a.csv", 1, "is no census file|ends too early")
    folder.write("long.csv", table(1000))
    refuse(folder, "long.csv", 1, "is no census file")
    (folder / "folder").mkdir()
    refuse(folder, "folder", 2, "not a regular file")
    refuse(folder, "nowhere.census", (1, 2), "cannot be opened")


@case("a census of a newer version, or of other detectors, is refused with what to do")
def versions(folder):
    data = measure(folder)
    folder.write("newer.census", with_hash(data[:8] + b"\4" + data[9:]))
    refuse(folder, "newer.census", 2, "newer version")
    at = 16 + 8                         # the length of the detectors' name comes before it
    folder.write("other.census", with_hash(data[:at] + b"9" + data[at + 1:]))
    refuse(folder, "other.census", 2, "other detectors")


@case("census files of two keys, of one store twice, or under other caps do not go together")
def together(folder):
    data = measure(folder, "a.census")
    measure(folder, "b.census", key="other.key")
    for a, b in (("a.census", "b.census"), ("b.census", "a.census")):
        run = folder.anshen("merge", a, b, "-o", "out.census", expect=2)
        folder.hold(b"another key" in run.err and b.encode() in run.err, f"two keys: {run}")
    folder.write("copy.census", data)
    for words in (["a.census", "copy.census"], ["a.census", "a.census"]):
        run = folder.anshen("merge", *words, "-o", "out.census", expect=2)
        folder.hold(b"a.census.csv was measured twice" in run.err, f"one store twice: {run}")
        folder.anshen("count", *words, expect=2)
    caps = bytearray(data)
    # behind the token's name: key id, degree, number of kinds, code of the first kind; then its caps
    at = data.index(b"siphash-2-4-128") + 15 + 8 + 8 + 8 + 8
    caps[at] ^= 1
    folder.write("caps.census", with_hash(bytes(caps)))
    measure(folder, "c.census", first=1000)
    run = folder.anshen("merge", "c.census", "caps.census", "-o", "out.census", expect=2)
    folder.hold(b"other caps" in run.err, f"other caps: {run}")
    folder.hold(not (folder / "out.census").exists(), "nothing is written")


@case("a census is for its owner alone, and is written whole or not at all")
def writing(folder):
    os.umask(0o022)
    measure(folder)
    for name in ("good.census", "run.key"):
        folder.hold(stat.S_IMODE((folder / name).stat().st_mode) == 0o600, f"{name} has mode 0600")
    before = (folder / "good.census").read_bytes()
    folder.anshen("scan", "nowhere.csv", "-o", "good.census", "--key", "run.key", expect=2)
    folder.hold((folder / "good.census").read_bytes() == before, "a scan that fails leaves the old one")
    folder.anshen("scan", "good.census.csv", "-o", "no/such/folder.census", "--key", "run.key", expect=1)
    (folder / "stale.census.tmp").write_bytes(b"")
    folder.anshen("scan", "good.census.csv", "-o", "stale.census", "--key", "run.key", expect=0)
    folder.hold(stat.S_IMODE((folder / "stale.census").stat().st_mode) == 0o600, "0600, whatever a stopped run left")
    os.mkfifo(folder / "pipe")
    folder.anshen("scan", "good.census.csv", "-o", "pipe", "--key", "run.key", expect=2)
    os.symlink("/proc/self/fd/1", folder / "screen")
    folder.anshen("scan", "good.census.csv", "-o", "screen", "--key", "run.key", expect=2)
    folder.hold(stat.S_ISFIFO((folder / "pipe").lstat().st_mode) and (folder / "screen").is_symlink(), "they stay so")
    folder.hold(not list(folder.path.glob("*.tmp")), "no half-written file stays")


@case("a census that counts something unread says so again")
def unread(folder):
    folder.write("bad.csv.gz", b"\x1f\x8b\x08\0" + bytes(40))
    folder.anshen("scan", "bad.csv.gz", "-o", "bad.census", "--key", "run.key", expect=3)
    measure(folder)
    folder.anshen("merge", "good.census", "bad.census", "-o", "both.census", expect=3)
    result, _ = folder.result("count", "both.census", expect=3)
    if result:
        folder.hold(result["people"] == {"floor": 50, "linked": 50, "ceiling": None, "ceiling_read": 50},
                    f"{result['people']}")
        folder.hold([s["status"] for s in result["stores"]] == ["unread", "read"], "which store is told")


@case("a key file that others can read, that is damaged, or that is no file is refused, untouched")
def key_files(folder):
    folder.write("a.csv", table(10))
    good = "0123456789abcdef" * 4 + "\n"
    for mode, status in ((0o600, 0), (0o400, 0), (0o644, 2), (0o640, 2), (0o604, 2), (0o620, 2), (0o602, 2),
                         (0o666, 2)):
        folder.write("mode.key", good)
        os.chmod(folder / "mode.key", mode)
        run = folder.anshen("scan", "a.csv", "-o", "a.census", "--key", "mode.key", expect=status)
        if status:
            folder.hold(b"mode.key" in run.err, f"mode {mode:o}: it names the file: {run}")
            folder.hold(b"chmod" in run.err or b"0600" in run.err or b"600" in run.err,
                        f"mode {mode:o}: says what to do: {run}")
        folder.hold((folder / "mode.key").read_text() == good, f"mode {mode:o}: the file is as it was")
        os.chmod(folder / "mode.key", 0o600)
    for name, text in (("empty", ""), ("short", good[:40] + "\n"), ("long", good.strip() * 2 + "\n"),
                       ("words", "this is no key\n"),
                       ("letters", good.replace("a", "g")), ("binary", "\0" * 65), ("two", good + good)):
        folder.write("bad.key", text)
        os.chmod(folder / "bad.key", 0o600)
        run = folder.anshen("scan", "a.csv", "-o", "a.census", "--key", "bad.key", expect=(1, 2))
        folder.hold(b"bad.key" in run.err, f"{name}: it names the file: {run}")
        folder.hold(text.strip().encode() not in run.err or len(text) < 2, f"{name}: the key is not shown")
        folder.hold((folder / "bad.key").read_text() == text, f"{name}: it is not replaced")
    os.mkfifo(folder / "pipe.key", 0o600)
    folder.anshen("scan", "a.csv", "-o", "a.census", "--key", "pipe.key", expect=2, limit=10)
    (folder / "folder.key").mkdir(mode=0o700)
    folder.anshen("scan", "a.csv", "-o", "a.census", "--key", "folder.key", expect=(1, 2))
    folder.anshen("scan", "a.csv", "-o", "a.census", "--key", "no/such/folder/key", expect=(1, 2))
    os.symlink("mode.key", folder / "link.key")
    folder.anshen("scan", "a.csv", "-o", "a.census", "--key", "link.key")


@case("a key that is made is another each time, and is kept")
def key_made(folder):
    folder.write("a.csv", table(10))
    folder.anshen("scan", "a.csv", "-o", "a.census", expect=0)
    key = folder / ".anshen-key"
    folder.hold(re.fullmatch(r"[0-9a-f]{64}\n", key.read_text()), "64 hexadecimal digits and a line feed")
    first = (folder / "a.census").read_bytes()
    folder.anshen("scan", "a.csv", "-o", "b.census", expect=0)
    folder.hold((folder / "b.census").read_bytes() == first, "the same key the second time")
    key.unlink()
    folder.anshen("scan", "a.csv", "-o", "c.census", expect=0)
    folder.hold((folder / "c.census").read_bytes() != first, "another key when it is made again")
