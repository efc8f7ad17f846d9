"""Dossiers from end to end: built, verified by a stranger, tampered with; a count spot-checked, with faults that were planted."""
import hashlib
import json
import shutil
import subprocess
import zipfile

import kit
from kit import case

PEOPLE = 300
COMPANY = "company: {name: 示例出行有限公司, role: network_platform_operator}\nlisting: {country: US}\n"


def text_of(people):
    return kit.table(len(people)) if people == range(len(people)) else \
        "姓名,身份证号,手机号,邮箱\n" + "".join(f"张伟,{kit.resident_id(n)},{kit.mobile(n)},u{n}@mail.qq.com\n" for n in people)


def make_case(folder, people, store="users.csv"):
    """A case of a company with these people in its store, measured and judged."""
    folder.secret(*(kit.resident_id(n) for n in range(PEOPLE + 50)))
    folder.write(store, text_of(people))
    folder.write("company.yaml", COMPANY)
    folder.anshen("scan", store, "-o", "u.census", "--quiet", expect=0)
    folder.anshen("review", "open", "x.anshen", "--company", "company.yaml", expect=0)
    folder.anshen("review", "measure", "x.anshen", "u.census", expect=0)
    folder.anshen("review", "judge", "x.anshen", expect=0)


def make_key(folder):
    if not shutil.which("minisign"):
        raise kit.Skip("no minisign here")
    subprocess.run(["minisign", "-G", "-W", "-p", "a.pub", "-s", "a.key"], cwd=folder.path, check=True, capture_output=True)
    (folder / "a.key").chmod(0o600)


@case("a dossier verifies on a machine without any key of ours, by anshen and by minisign alone")
def signed(folder):
    make_key(folder)
    make_case(folder, range(PEOPLE))
    folder.anshen("dossier", "build", "--case", "x.anshen", "--sign", "a.key", "--for", "examiner", "-o", "d.zip", expect=0)
    folder.anshen("dossier", "build", "--case", "x.anshen", "--sign", "a.key", "--for", "examiner", "-o", "e.zip", expect=0)
    folder.hold((folder / "d.zip").read_bytes() == (folder / "e.zip").read_bytes(), "the same case gives the same bytes")
    (folder / "elsewhere").mkdir()
    for name in ("d.zip", "a.pub"):
        shutil.copy(folder / name, folder / "elsewhere" / name)
    folder.anshen("dossier", "verify", "elsewhere/d.zip", "--trust", "elsewhere/a.pub", expect=0)
    run = folder.anshen("dossier", "verify", "elsewhere/d.zip", "--trust", "elsewhere/a.pub", "--lang", "zh", expect=0)
    folder.hold("核验通过" in run.text, "the report speaks Chinese")
    folder.anshen("dossier", "verify", "elsewhere/d.zip", expect=3)
    with zipfile.ZipFile(folder / "d.zip") as z:
        z.extractall(folder / "by-hand")
    by_hand = folder / "by-hand"
    done = subprocess.run(["minisign", "-V", "-p", "../a.pub", "-m", "manifest.json"], cwd=by_hand, capture_output=True)
    folder.hold(done.returncode == 0, "minisign -V accepts manifest.json")
    manifest = json.loads((by_hand / "manifest.json").read_bytes())
    for m in manifest["members"]:
        data = (by_hand / m["name"]).read_bytes()
        folder.hold(len(data) == m["size"] and hashlib.sha256(data).hexdigest() == m["sha256"] and
                    hashlib.blake2b(data, digest_size=32).hexdigest() == m["blake2b"], f"the hashes of {m['name']}")
    hashes, before = json.loads((by_hand / "log.json").read_bytes())["hashes"], "0" * 64
    for i, now in enumerate(hashes, 1):
        entry = (by_hand / f"log/{i:07d}.json").read_bytes()
        link = hashlib.blake2b(b"anshen case entry 1\n" + before.encode() + b"\n" + entry, digest_size=32).hexdigest()
        folder.hold(link == now, f"the chain at entry {i}")
        before = now
    folder.hold(before == manifest["head"], "the head of the log")
    folder.hold("1." in (by_hand / "VERIFY.txt").read_text() and "核验" in (by_hand / "VERIFY.txt").read_text(), "VERIFY.txt")


@case("a dossier that was changed, cut, packed again or carries a path out of its folder is refused")
def tampered(folder):
    make_case(folder, range(40))
    folder.anshen("dossier", "build", "--case", "x.anshen", "-o", "d.zip", expect=0)
    good = (folder / "d.zip").read_bytes()
    folder.anshen("dossier", "verify", "d.zip", expect=3)
    steps = max(1, len(good) // 40)
    for at in [*range(0, len(good), steps), len(good) - 1]:
        folder.write("bad.zip", good[:at] + bytes([good[at] ^ 1]) + good[at + 1:])
        folder.anshen("dossier", "verify", "bad.zip", expect=1)
    for size in (0, 3, 100, len(good) // 2, len(good) - 1):
        folder.write("bad.zip", good[:size])
        folder.anshen("dossier", "verify", "bad.zip", expect=1)
    folder.write("bad.zip", good + b"x")
    folder.anshen("dossier", "verify", "bad.zip", expect=1)
    with zipfile.ZipFile(folder / "d.zip") as z:
        members = [(i.filename, z.read(i)) for i in z.infolist()]

    def pack(name, items, how=zipfile.ZIP_STORED):
        with zipfile.ZipFile(folder / name, "w", how) as z:
            for n, data in items:
                z.writestr(n, data)

    pack("again.zip", members, zipfile.ZIP_DEFLATED)
    pack("out.zip", [*members, ("../evil", b"x")])
    pack("twice.zip", [*members, ("objects/x", b"1"), ("objects/X", b"2")])
    pack("bomb.zip", [("manifest.json", b"{}"), ("big", bytes(300 << 20))], zipfile.ZIP_DEFLATED)
    for name in ("again.zip", "out.zip", "twice.zip", "bomb.zip"):
        run = folder.anshen("dossier", "verify", name, expect=1)
        folder.hold("archive" in run.text, f"{name}: what is wrong is said: {run.text[:100]}")
    folder.write("none.zip", b"hello")
    folder.anshen("dossier", "verify", "none.zip", expect=1)
    folder.anshen("dossier", "verify", "missing.zip", expect=1)
    folder.anshen("dossier", "verify", expect=2)


def draw(folder, n, rows, seed="lottery of 20 November: 3 17 22"):
    folder.anshen("dossier", "build", "--case", "x.anshen", "-o", "d.zip", expect=0)
    folder.anshen("dossier", "challenge", "d.zip", "--n", n, "--seed", seed, "--store", "users.csv", "--rows", rows,
                  "-o", "c.json", expect=0)


def check(folder, *words, expect):
    folder.anshen("dossier", "prove", "--census", "u.census", *words, "-o", "p.json", expect=0)
    folder.look_for_secrets((folder / "p.json").read_bytes(), "the proof")
    draws = ["c.json"] if "--challenge" in words else []
    run = folder.anshen("dossier", "check-proof", "d.zip", "p.json", *draws, "--json", "r.json", expect=expect)
    return json.loads((folder / "r.json").read_bytes()), run


@case("an honest count passes its spot check, and what the draws prove is said")
def honest(folder):
    make_case(folder, range(PEOPLE))
    draw(folder, 59, 80)
    got, run = check(folder, "--challenge", "c.json", "users.csv", expect=0)
    folder.hold(got["identifiers"]["bad"] == 0 and got["identifiers"]["of"] == PEOPLE, "no drawn identifier is bad")
    folder.hold(got["records"]["bad"] == 0 and got["records"]["of"] == PEOPLE, "no drawn record is bad")
    folder.hold(got["identifiers"]["most_bad"] == 13, f"the bound for 59 of 300: {got['identifiers']['most_bad']}")
    folder.hold("95 % confidence" in run.text, "it is said in words")
    for n in (0, 7, PEOPLE - 1):
        got, _ = check(folder, "--record", f"users.csv:{n + 1}", expect=0)
        folder.hold(got["picked"] == {**got["picked"], "drawn": 1, "bad": 0}, f"record {n + 1} is counted")
    folder.write("given", kit.resident_id(4) + "\n" + kit.mobile(9) + "\n")
    with open(folder / "given", "rb") as f:
        folder.anshen("dossier", "prove", "--census", "u.census", "--value-from", "-", "-o", "p.json", stdin=f, expect=0)
    folder.look_for_secrets((folder / "p.json").read_bytes(), "the proof")
    folder.anshen("dossier", "check-proof", "d.zip", "p.json", expect=0)
    folder.write("given", kit.resident_id(PEOPLE + 7) + "\n")
    got, _ = check(folder, "--value-from", "given", expect=3)
    folder.hold(got["values"]["bad"] == 1, "somebody who is in no store is not counted")


@case("people left out of the count are found by the rows that are drawn")
def omission(folder):
    make_case(folder, range(PEOPLE - 60))                   # a fifth of the store is not counted
    folder.anshen("dossier", "build", "--case", "x.anshen", "-o", "d.zip", expect=0)
    folder.write("users.csv", text_of(range(60, PEOPLE)))   # live: 60 have gone, 60 have come; as many records as were counted
    draw(folder, 10, 80)
    got, _ = check(folder, "--challenge", "c.json", "users.csv", expect=3)
    rows = json.loads((folder / "c.json").read_bytes())["rows"]
    missing = sum(60 + row - 1 >= PEOPLE - 60 for row in rows)
    folder.hold(missing > 0 and got["records"]["bad"] == missing, f"{got['records']['bad']} of {missing} are found")
    folder.hold(got["records"]["most_bad"] >= 60, f"the bound holds: {got['records']['most_bad']}")
    got, _ = check(folder, "--record", f"users.csv:{PEOPLE - 60}", expect=3)
    folder.hold(got["picked"]["bad"] == 1, "a record that was picked is missing")


@case("people invented for the count are found by the identifiers that are drawn")
def invention(folder):
    make_case(folder, range(PEOPLE))
    folder.write("users.csv", text_of(range(PEOPLE - 60)))  # live: a fifth of those counted are nowhere
    draw(folder, 60, 0)
    got, _ = check(folder, "--challenge", "c.json", "users.csv", expect=3)
    answers = json.loads((folder / "p.json").read_bytes())["leaves"]
    nowhere = sum(a["found"] is None for a in answers)
    folder.hold(nowhere > 0 and got["identifiers"]["bad"] == nowhere, f"{got['identifiers']['bad']} of {nowhere} are found")
    folder.hold(got["identifiers"]["most_bad"] >= 60, f"the bound holds: {got['identifiers']['most_bad']}")
    got, run = check(folder, "--challenge", "c.json", expect=0)
    folder.hold("not looked for" in run.text, "without the stores it is said that nothing was looked for")


@case("answers that were altered, or answer something else, are not taken")
def altered(folder):
    make_case(folder, range(PEOPLE))
    draw(folder, 20, 20)
    check(folder, "--challenge", "c.json", "users.csv", expect=0)
    proof, challenge = (folder / "p.json").read_text(), (folder / "c.json").read_text()
    a = json.loads(proof)

    def canonical(value):
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)

    folder.hold(canonical(a) == proof, "an answer is canonical JSON")
    other = json.loads(proof)
    other["leaves"][3] = other["leaves"][4]
    folder.write("q.json", canonical(other))
    folder.anshen("dossier", "check-proof", "d.zip", "q.json", "c.json", expect=3)
    other = json.loads(proof)
    other["leaves"][3]["steps"][0]["hash"] = "0" * 64
    folder.write("q.json", canonical(other))
    folder.anshen("dossier", "check-proof", "d.zip", "q.json", "c.json", expect=3)
    other = json.loads(challenge)
    other["leaves"] = list(range(20))                       # leaves of the filer's choice
    folder.write("chosen.json", canonical(other))
    folder.anshen("dossier", "prove", "--census", "u.census", "--challenge", "chosen.json", "-o", "q.json", expect=0)
    folder.anshen("dossier", "check-proof", "d.zip", "q.json", "chosen.json", expect=1)
    folder.anshen("dossier", "check-proof", "d.zip", "p.json", expect=1)
    folder.write("q.json", proof[:-1])
    folder.anshen("dossier", "check-proof", "d.zip", "q.json", "c.json", expect=1)
    folder.write("other.csv", text_of(range(5)))
    folder.anshen("scan", "other.csv", "-o", "other.census", "--quiet", expect=0)
    folder.anshen("dossier", "prove", "--census", "other.census", "--challenge", "c.json", expect=2)
    folder.anshen("dossier", "prove", "--census", "u.census", "--record", "users.csv", expect=2)
    folder.anshen("dossier", "challenge", "d.zip", "--n", 5, expect=2)
    folder.anshen("dossier", "challenge", "d.zip", "--n", PEOPLE + 1, "--seed", "s", expect=2)
