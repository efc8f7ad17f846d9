"""The invented case of examples/case, played on both sides, and what a stranger can check of it."""
import json
import os
import pathlib
import random
import subprocess
import zipfile

import kit
from kit import case

ROOT = pathlib.Path(os.environ.get("ANSHEN_SOURCE_ROOT", pathlib.Path(__file__).resolve().parents[2]))


def said(folder, *words, expect=0):
    run = folder.anshen(*words, "--json", "-", expect=expect)
    return json.loads(run.out) if run.out else {}


def look_at_dossier(folder, play):
    """What somebody has who has the dossier and the sender's public key, and nothing else of ours."""
    alone = folder / "stranger"
    alone.mkdir()
    with zipfile.ZipFile(play / "filing.zip") as z:
        names = z.namelist()
        for name in ("manifest.json", "manifest.json.minisig"):
            (alone / name).write_bytes(z.read(name))
    verified = subprocess.run(["minisign", "-V", "-p", play / "wen.pub", "-m", alone / "manifest.json"], capture_output=True)
    folder.hold(verified.returncode == 0, f"minisign alone verifies the manifest: {verified.stderr[:200]}")
    folder.hold(not any("key" in n for n in names), "no key travels with it")
    good = folder.anshen("dossier", "verify", play / "filing.zip", "--trust", play / "wen.pub", expect=0)
    folder.hold("certificates" in good.text, "certificates were checked again")
    folder.anshen("dossier", "verify", play / "filing.zip", expect=3)                            # by nobody's key
    folder.anshen("dossier", "verify", play / "filing.zip", "--trust", play / "zhao.pub", expect=1)   # by another's
    data, chance = (play / "filing.zip").read_bytes(), random.Random(4)
    for _ in range(12):
        at = chance.randrange(len(data))
        folder.write("changed.zip", data[:at] + bytes([data[at] ^ 1 << chance.randrange(8)]) + data[at + 1:])
        folder.anshen("dossier", "verify", "changed.zip", "--trust", play / "wen.pub", expect=1)
    folder.anshen("review", "receive", "changed.zip", "-o", "changed.anshen", "--trust", play / "wen.pub", expect=2)
    folder.hold(not (folder / "changed.anshen").exists(), "nothing is taken from a dossier that was changed")
    folder.anshen("review", "receive", play / "filing.zip", "-o", "unknown.anshen", expect=2)    # a key nobody vouches for


def look_at_sides(folder, play):
    office = said(folder, "review", "status", play / "office.anshen", "--as-of", "2026-03-30")
    filer = said(folder, "review", "status", play / "filer.anshen", "--as-of", "2026-03-30")
    for side in (office, filer):
        folder.hold(side["courses"][0]["phase"] == "clear_conditions", f"{side['side']}: concluded with conditions")
        folder.hold(side["verdict"] == "applies" and side["people"]["floor"] > 1000000, f"{side['side']}: the count and the law")
        folder.hold([c["id"] for c in side["commitments"]] == ["c1", "c2"], f"{side['side']}: both conditions are followed up")
    late = said(folder, "review", "status", play / "filer.anshen", "--as-of", "2026-07-15")
    folder.hold([c["late"] for c in late["commitments"]] == [True, False], "the first condition is late by July")
    shown = json.dumps(said(folder, "review", "log", play / "filer.anshen"))
    folder.hold("opinion" not in shown and "recommendation" not in shown, "the filer learns nothing of the consultation")
    folder.anshen("review", "gate", play / "filer.anshen", "--as-of", "2026-03-26", expect=4)
    folder.anshen("review", "gate", play / "filer.anshen", "--as-of", "2026-03-30", expect=0)
    folder.anshen("review", "gate", play / "retail.anshen", "--as-of", "2026-02-02", expect=5)   # much was not said
    again = said(folder, "review", "receive", play / "conclusion.zip", "-o", play / "filer.anshen", "--trust", play / "zhao.pub",
                 "--as-of", "2026-03-31")
    folder.hold(again["taken"] == 0, f"a dossier that comes twice brings nothing new: {again}")
    folder.anshen("review", "receive", play / "filing.zip", "-o", play / "retail.anshen", "--trust", play / "wen.pub", expect=2)
    folder.anshen("review", "receive", play / "conclusion.zip", "-o", play / "office.anshen", "--trust", play / "zhao.pub",
                  expect=2)
    register = said(folder, "review", "register", play / "register", "--as-of", "2026-03-30")
    folder.hold(register["sum"]["applies"] == 1 and register["sum"]["does_not_apply"] == 1, f"the register: {register['sum']}")


def look_at_papers(folder, play):
    papers = ("review-filing", "review-analysis", "csrc-answers", "export-counts", "officer-report", "face-filing",
              "incident-report")
    for name in papers:
        for lang in ("zh", "en"):
            folder.anshen("report", "--case", play / "filer.anshen", "--as", name, "--lang", lang, "--as-of", "2026-03-30",
                          "-o", "paper.docx", expect=0)
            with zipfile.ZipFile(folder / "paper.docx") as z:
                text = z.read("word/document.xml").decode()
            folder.hold("{{" not in text, f"{name}.{lang}: no field is left open")
            if name in ("review-filing", "review-analysis", "csrc-answers"):
                folder.hold("1,0" in text, f"{name}.{lang}: the count stands in it")
    folder.anshen("report", "--case", play / "filer.anshen", "--as", "no-review-statement", "--as-of", "2026-03-30",
                  "-o", "wrong.docx", expect=2)
    folder.hold(not (folder / "wrong.docx").exists(), "no statement that none is required, where one is")
    with zipfile.ZipFile(play / "no-review-statement.zh.docx") as z:
        folder.hold("无需" in z.read("word/document.xml").decode(), "the company that need not file has its statement")
    for name in ("oscal-ar", "oscal-poam"):
        folder.anshen("report", "--case", play / "filer.anshen", "--as", name, "--as-of", "2026-03-30", "-o", "o.json", expect=0)
        folder.hold(json.loads((folder / "o.json").read_text()), f"{name} is JSON")


@case("a case from scan to decision, on both sides")
def play(folder):
    out = folder / "play"
    env = {k: v for k, v in os.environ.items() if not k.startswith("LC_") and k != "LANG"}
    env.update({"LC_ALL": "C.UTF-8", "PEOPLE": "1001000"})
    run = subprocess.run([ROOT / "examples/case/replay", kit.ANSHEN, out], env=env, capture_output=True, text=True)
    if not folder.hold(run.returncode == 0, f"the script ends well: {(run.stderr or run.stdout)[-300:]}"):
        return
    folder.look_for_secrets(run.stdout.encode(), "what the script prints")
    look_at_dossier(folder, out)
    look_at_sides(folder, out)
    look_at_papers(folder, out)
