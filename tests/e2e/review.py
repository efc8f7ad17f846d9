"""The case as a verb: what may be put into it, where it stands, its log, and cases beside each other."""
import json
import sqlite3
import subprocess

from kit import case, resident_id, table

COMPANY = """company: {name: 示例出行有限公司, role: network_platform_operator, cii: no}
listing: {country: US, planned: 2026-06-15}
facts: {company.cn_security_share_percent: 12, company.cn_key_sector: yes}
snapshots: [{date: 2025-11-30, count(users_pi_held): 900}]
"""


def people(folder, count=40):
    folder.write("users.csv", table(count))


def opened(folder, *more):
    folder.write("company.yaml", COMPANY)
    return folder.anshen("review", "open", "a.anshen", "--company", "company.yaml", "--as-of", "2025-12-20", "title=纽约上市",
                         *more, expect=0)


def said(folder, *words, expect=0):
    """A word with --json -; what it says."""
    run = folder.anshen("review", *words, "--json", "-", expect=expect)
    try:
        return json.loads(run.out)
    except ValueError:
        folder.hold(False, f"JSON of {run}")
        return {}


def refused(folder, words, *hints, status=2):
    before = (folder / "a.anshen").read_bytes() if (folder / "a.anshen").exists() else b""
    run = folder.anshen("review", *words, expect=status)
    for hint in hints:
        folder.hold(hint in run.text, f"'{hint}' in the message of {run}")
    log = folder.anshen("review", "log", "a.anshen", "--json", "-")
    if before:
        folder.hold(log.status == 0, "the case still opens")


@case("a case is opened with what a company file declares")
def opening(folder):
    opened(folder)
    log = said(folder, "log", "a.anshen")
    kinds = [e["entry"]["kind"] for e in log]
    folder.hold(kinds == ["open"] + ["fact"] * 6 + ["snapshot"], f"entries: {kinds}")
    folder.hold((folder / "a.anshen").stat().st_mode & 0o777 == 0o600, "only its owner may read it")
    status = said(folder, "status", "a.anshen", "--as-of", "2025-12-21")
    folder.hold(status["company"] == "示例出行有限公司" and status["people"] is None, "nothing was measured yet")
    refused(folder, ["open", "a.anshen", "title=again"], "a.anshen")
    refused(folder, ["open", "b.anshen", "colour=red"], "colour", "title")
    refused(folder, ["open", "b.anshen", "procedure=cn.nothing"], "cn.nothing")
    refused(folder, ["open", "b.anshen", "object=product", "procedure=cn.review"], "cn.review", "product")
    refused(folder, ["open", "b.anshen", "object=product", "product=router"], "supplier")
    folder.hold(not (folder / "b.anshen").exists(), "a slip leaves no file behind")
    product = '{"id": "p1", "name": "router", "supplier": "a company"}'
    folder.anshen("review", "open", "p.anshen", "company=an operator", "object=product", f"product={product}", "side=authority",
                  expect=0)
    folder.anshen("review", "event", "p.anshen", "review.raised", "day=2026-03-02", "by=MSS", expect=0)
    status = said(folder, "status", "p.anshen", "--as-of", "2026-03-03")
    folder.hold(status["courses"][0]["procedure"] == "cn.review.product", "a product has its own procedure")


@case("what does not fit is refused, says why, and leaves the case as it was")
def refusals(folder):
    opened(folder)
    refused(folder, ["add", "a.anshen", "nothing"], "nothing", "kinds")
    refused(folder, ["add", "a.anshen", "fact", "colour=red"], "colour", "value")
    refused(folder, ["add", "a.anshen", "fact", "name=company.roll", "value=x"], "company.role")
    refused(folder, ["add", "a.anshen", "fact", "name=company.cii", "value=perhaps"], "yes or no")
    refused(folder, ["add", "a.anshen", "snapshot", "metric=nothing", "lo=1", "hi=2"], "nothing")
    refused(folder, ["add", "a.anshen", "snapshot", "metric=users_pi_held", "lo=many", "hi=2"], "lo", "number")
    refused(folder, ["add", "a.anshen", "opinion", "body=MIIT", "about=all", "agrees=perhaps", "text=x"], "yes, no, unknown")
    refused(folder, ["add", "a.anshen", "order", "text=a", "text=b"], "twice")
    refused(folder, ["add", "a.anshen", "person", "id=li", "name=Li", "role=king", "side=filer"], "filer, adviser")
    refused(folder, ["add", "a.anshen", "order", "text=a\x07b"], "control")
    refused(folder, ["add", "a.anshen", "order", "text=a", "day=2026-02-30"], "day")
    refused(folder, ["add", "a.anshen", "order", "text=@nowhere.txt"], "nowhere.txt", status=1)
    refused(folder, ["document", "a.anshen", "nowhere.pdf", "kind=form", "title=x"], "nowhere.pdf", status=1)
    refused(folder, ["withdraw", "a.anshen", "1", "why"], "first")
    refused(folder, ["withdraw", "a.anshen", "99", "why"], "withdraws")
    refused(folder, ["status", "nowhere.anshen"], "nowhere.anshen", status=1)
    refused(folder, ["gate", "a.anshen", "cn.nothing"], "cn.nothing")
    refused(folder, ["log", "a.anshen", "--for", "king"], "king", "examiner")
    refused(folder, ["add", "a.anshen", "order", "text=a", "--by", "nobody"], "actor")
    folder.hold(len(said(folder, "log", "a.anshen")) == 8, "nothing was added")


@case("events happen in the order that the procedure allows, by day and not by when they were written")
def events(folder):
    opened(folder)
    refused(folder, ["event", "a.anshen", "supplement.received", "day=2026-01-19"], "supplement.received", "begins with")
    folder.anshen("review", "event", "a.anshen", "filing.received", "day=2026-01-04", expect=0)
    refused(folder, ["event", "a.anshen", "notice.no_review", "day=2026-01-19"], "phase")
    refused(folder, ["event", "a.anshen", "filing.colour", "day=2026-01-05"], "filing.colour", "law show")
    refused(folder, ["event", "a.anshen", "filing.conformin", "day=2026-01-05"], "did you mean filing.conforming")
    refused(folder, ["event", "a.anshen", "filing.conforming", "day=2999-01-05"], "2999-01-05")
    folder.anshen("review", "event", "a.anshen", "filing.conforming", "day=2026-01-05", expect=0)
    folder.anshen("review", "event", "a.anshen", "notice.review", "day=2026-01-19", expect=0)
    refused(folder, ["event", "a.anshen", "filing.withdrawn", "day=2026-01-06"], "could not have happened")
    at = {day: said(folder, "status", "a.anshen", "--as-of", day) for day in ("2026-01-05", "2026-02-02")}
    phases = {day: s["courses"][0]["phase"] for day, s in at.items()}
    folder.hold(phases == {"2026-01-05": "decision", "2026-02-02": "preliminary"}, f"phases: {phases}")
    text = folder.anshen("review", "status", "a.anshen", "--as-of", "2026-02-02", expect=0).text
    folder.hold("2026-03-06" in text and "2026-03-27" in text, "the last day, and the last with the extension")
    zh = folder.anshen("review", "status", "a.anshen", "--as-of", "2026-02-02", "--lang", "zh", expect=0).text
    folder.hold("初步审查" in zh and "2026-03-06" in zh, "the same in Chinese")
    late = said(folder, "status", "a.anshen", "--as-of", "2026-03-09")
    folder.hold(late["late_periods"] == 0, "over, but it may have ended without the filer being told")
    folder.hold("unless" in folder.anshen("review", "status", "a.anshen", "--as-of", "2026-03-09").text, "which is said")
    folder.anshen("review", "withdraw", "a.anshen", "11", "the notice was of another company", expect=0)
    again = said(folder, "status", "a.anshen", "--as-of", "2026-02-02")
    folder.hold(again["courses"][0]["phase"] == "decision", "a notice that was withdrawn never came")
    folder.hold(again["late_periods"] == 1, "so the decision is late for certain")
    folder.anshen("review", "event", "a.anshen", "csrc.application", "day=2026-02-02", expect=0)
    both = said(folder, "status", "a.anshen", "--as-of", "2026-02-02")
    folder.hold([c["phase"] for c in both["courses"]] == ["decision", "to_file"], "an event of another procedure begins that one")
    ics = folder.anshen("review", "calendar", "a.anshen", "--as-of", "2026-01-05", expect=0).out
    folder.hold(b"BEGIN:VEVENT\r\n" in ics and b"20260119" in ics, "the deadline in the calendar")


@case("measuring and judging keep counts, certificates and what has changed since")
def measuring(folder):
    people(folder)
    opened(folder)
    folder.secret(resident_id(1))
    folder.anshen("review", "measure", "a.anshen", "users.csv", "--as-of", "2025-12-22", expect=0)
    s = said(folder, "status", "a.anshen", "--as-of", "2025-12-23")
    folder.hold(s["people"]["floor"] == 40 and s["people"]["ceiling"] == 40, f"forty people: {s['people']}")
    first = said(folder, "judge", "a.anshen", "--as-of", "2025-12-22")
    folder.hold(any(e["kind"] == "verdict" for e in first), "verdicts were kept")
    folder.hold(said(folder, "status", "a.anshen", "--as-of", "2025-12-22")["verdict"] == "does-not-apply", "forty are few")
    again = folder.anshen("review", "judge", "a.anshen", "--as-of", "2025-12-22", expect=0)
    folder.hold("nothing has changed" in again.text, "judged again, nothing is added")
    folder.anshen("scan", "users.csv", "-o", "u.census", expect=0)
    folder.anshen("review", "measure", "a.anshen", "u.census", "--as-of", "2025-12-24", expect=0)
    refused(folder, ["measure", "a.anshen", "u.census", "users.csv"], "not both")
    for name, head in (("a.gz", b"\x1f\x8bbad"), ("b.xz", b"\xfd7zXy"), ("c.7z", b"7z\xbc\xaeab"), ("d.zst", b"(\xb5/ab")):
        folder.write(name, head)            # each could be read as text, and would then be nobody
        result, _ = folder.result("check", name, expect=3)
        folder.hold(result and result["people"]["ceiling"] is None, f"{name}: what is damaged is not known to be empty")
    folder.write("broken.csv.gz", b"\x1f\x8b\x08\x00 this is no gzip")
    folder.anshen("review", "measure", "a.anshen", "broken.csv.gz", "users.csv", "--as-of", "2025-12-25", expect=3)
    s = said(folder, "status", "a.anshen", "--as-of", "2025-12-26")
    folder.hold(s["people"]["floor"] == 40 and s["people"]["ceiling"] is None, "what was not read has no ceiling")
    folder.anshen("review", "judge", "a.anshen", "--as-of", "2025-12-26", expect=0)
    folder.hold(said(folder, "status", "a.anshen", "--as-of", "2025-12-26")["verdict"] == "undetermined", "so it is open again")
    log = said(folder, "log", "a.anshen")
    certificate = next(e["entry"]["body"]["certificate"] for e in log if e["entry"]["kind"] == "verdict")
    folder.anshen("review", "extract", "a.anshen", certificate, "-o", "c.json", expect=0)
    folder.hold("of" in json.loads((folder / "c.json").read_text()), "the certificate comes out again")
    folder.look_for_secrets((folder / "a.anshen").read_bytes(), "the case file")


@case("orders, conditions, commitments and documents are followed up")
def following(folder):
    opened(folder)
    folder.write("contract.txt", "made up")
    folder.anshen("review", "add", "a.anshen", "order", "id=o1", "text=stop new registrations", "day=2026-01-20", expect=0)
    folder.anshen("review", "add", "a.anshen", "commitment", "id=c1", "text=report each quarter", "due=2026-03-31",
                  "day=2026-01-20", expect=0)
    folder.anshen("review", "document", "a.anshen", "contract.txt", "kind=contract", "title=Cloud contract",
                  "spoken_of=2025-01-01", "received=2026-01-02", "expires=2026-02-15", expect=0)
    s = said(folder, "status", "a.anshen", "--as-of", "2026-02-01")
    folder.hold([o["status"] for o in s["orders"]] == ["open"], "one order is open")
    folder.hold([c["late"] for c in s["commitments"]] == [False], "the commitment is not late yet")
    folder.hold([p["expires"] for p in s["papers_expiring"]] == ["2026-02-15"], "the contract runs out soon")
    folder.anshen("review", "add", "a.anshen", "order", "id=o1", "text=stop new registrations", "status=lifted",
                  "day=2026-04-01", expect=0)
    s = said(folder, "status", "a.anshen", "--as-of", "2026-04-02")
    folder.hold([o["status"] for o in s["orders"]] == ["lifted"], "the order is lifted")
    folder.hold([c["late"] for c in s["commitments"]] == [True], "the commitment is late")
    folder.hold("late" in folder.anshen("review", "status", "a.anshen", "--as-of", "2026-04-02").text, "and it says so")


@case("entries are signed, seen by role, stamped, and every fault of the file is found")
def log(folder):
    opened(folder)
    folder.anshen("review", "key", "-o", "wen", expect=0)
    folder.hold((folder / "wen.key").stat().st_mode & 0o777 == 0o600, "only its owner may read the key")
    folder.anshen("review", "add", "a.anshen", "person", "id=wen", "name=Wen", "role=filer", "side=filer", "key=@wen.pub",
                  expect=0)
    signed = said(folder, "add", "a.anshen", "stance", "state=file", "reasons=more than a million", "--by", "wen",
                  "--sign", "wen.key")
    folder.hold(len(signed) == 1, "one entry")
    entries = said(folder, "log", "a.anshen")
    folder.hold(entries[-1]["signed"] and entries[-1]["entry"]["actor"] == "wen", "it is signed")
    (folder / "wen.key").chmod(0o644)
    refused(folder, ["add", "a.anshen", "order", "text=x", "--by", "wen", "--sign", "wen.key"], "wen.key")
    (folder / "wen.key").chmod(0o600)
    folder.anshen("review", "key", "-o", "other", expect=0)
    refused(folder, ["add", "a.anshen", "order", "text=x", "--by", "wen", "--sign", "other.key"], "key")
    folder.anshen("review", "add", "a.anshen", "opinion", "body=MIIT", "about=all", "agrees=no", "text=not yet", expect=0)
    everything = len(said(folder, "log", "a.anshen"))
    folder.hold(len(said(folder, "log", "a.anshen", "--for", "filer")) == everything - 1, "a filer sees no opinion")
    folder.hold(len(said(folder, "log", "a.anshen", "--for", "examiner")) == everything, "an examiner sees it")
    folder.hold(len(said(folder, "log", "a.anshen", "--for", "public")) == 0, "the public sees nothing of it")
    folder.anshen("review", "stamp", "a.anshen", "3", "--request", "q.tsq", expect=0)
    shown = subprocess.run(["openssl", "ts", "-query", "-in", folder / "q.tsq", "-text"], capture_output=True, text=True)
    folder.hold("sha256" in shown.stdout.lower(), f"openssl reads the request: {shown.stderr}")
    folder.write("bad.tsr", b"no reply")
    refused(folder, ["stamp", "a.anshen", "3", "--reply", "bad.tsr"], "bad.tsr", status=1)
    good = said(folder, "verify", "a.anshen")
    folder.hold(good["faults"] == [] and good["signatures"] == 1, f"whole: {good}")
    base = sqlite3.connect(folder / "a.anshen")
    (name,) = base.execute("select name from sqlite_master where sql like '%entry%' and type = 'table' limit 1").fetchone()
    columns = [row[1] for row in base.execute(f"pragma table_info({name})")]
    text = next(c for c in columns if c in ("text", "bytes", "body"))
    for (trigger,) in base.execute("select name from sqlite_master where type = 'trigger'").fetchall():
        base.execute(f"drop trigger {trigger}")
    base.execute(f"update {name} set {text} = replace({text}, 'more than a million', 'more than a billion')")
    base.commit()
    base.close()
    faults = said(folder, "verify", "a.anshen", expect=1)["faults"]
    folder.hold(any("entry 10" in f for f in faults), f"the changed entry is named: {faults}")
    folder.anshen("review", "status", "a.anshen", expect=1)


@case("the register shows many cases, one that is broken among them")
def register(folder):
    people(folder)
    opened(folder)
    folder.anshen("review", "measure", "a.anshen", "users.csv", "--as-of", "2025-12-22", expect=0)
    folder.anshen("review", "judge", "a.anshen", "--as-of", "2025-12-22", expect=0)
    folder.anshen("review", "open", "b.anshen", "company=另一公司", "side=authority", expect=0)
    folder.anshen("review", "event", "b.anshen", "filing.received", "day=2026-01-05", expect=0)
    folder.anshen("review", "event", "b.anshen", "filing.conforming", "day=2026-01-05", expect=0)
    folder.write("c.anshen", b"this is no case")
    both = said(folder, "register", ".", "--as-of", "2026-01-10", expect=3)
    folder.hold(both["sum"]["count"] == 3 and both["sum"]["faults"] == 1, f"three files, one broken: {both['sum']}")
    folder.hold(both["sum"]["people_floor"] == 40 and both["sum"]["does_not_apply"] == 1, "one was measured and judged")
    folder.hold(both["cases"][0]["deadline"] == "2026-01-19", "what is due first stands first")
    marks = {m["rule"]: m for m in both["benchmarks"]}
    folder.hold(marks["cn.plan.share"]["reached"] == 1 and marks["cn.plan.size"]["sector"] is None, f"benchmarks: {marks}")
    folder.hold([c.get("share_percent") for c in both["cases"]].count([100, 100]) == 1, "one company has all that were counted")
    more = said(folder, "register", ".", "--as-of", "2026-01-10", "--what-if", "industry.cn_size_cny=200000000000", expect=3)
    sector = {m["rule"]: m["sector"] for m in more["benchmarks"]}
    folder.hold(sector["cn.plan.size"] == "missed", "the sector is below its target")
    zh = folder.anshen("review", "register", ".", "--as-of", "2026-01-10", "--lang", "zh", expect=3).text
    folder.hold("另一公司" in zh and "确定是否需要审查" in zh, "the same in Chinese")
