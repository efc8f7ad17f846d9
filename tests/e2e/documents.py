"""Documents and mail: made by other programs, with people whose number is known, and hostile ones."""
import email.message
import email.policy
import io
import mailbox
import os
import shutil
import subprocess
import zipfile
import zlib

from kit import Skip, case, distinct, mobile, resident_id, store, table


def message(n, attachment=None, charset="utf-8"):
    mail = email.message.EmailMessage(policy=email.policy.SMTP)
    mail["From"] = f"张伟 <u{n}@mail.qq.com>"
    mail["To"] = f"boss@corp.example.cn, 李娜 <u{n + 1}@mail.qq.com>"
    mail["Subject"] = f"合同 {n}"
    mail["Message-ID"] = f"<1391234{n:04d}@mail.qq.com>"
    mail.set_content(f"我的手机号是 {mobile(n)}\n", charset=charset)
    if attachment:
        mail.add_attachment(attachment[1], maintype="application", subtype="octet-stream", filename=attachment[0])
    return mail


@case("people of mail are counted: in headers, bodies and attachments, alone, in a folder of one file, and in an archive")
def people_of_mail(folder):
    folder.secret(*[mobile(n) for n in range(40)], *[resident_id(n) for n in range(60)], "u7@mail.qq.com")
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as z:
        z.writestr("更多.csv", table(40, first=20))
    box = mailbox.mbox(folder / "in.mbox")
    for n in range(40):
        attachment = ("员工.csv", table(20).encode("gbk")) if n == 3 else ("更多.zip", inner.getvalue()) if n == 5 else None
        box.add(message(n, attachment, "gb2312" if n % 2 else "utf-8"))
    box.close()
    for name in ("in.mbox", "in.zip"):
        if name == "in.zip":
            with zipfile.ZipFile(folder / name, "w", zipfile.ZIP_DEFLATED) as z:
                z.write(folder / "in.mbox", "in.mbox")
        result, _ = folder.result("check", name, expect=0)
        if not result:
            continue
        people = result["people"]
        folder.hold(people["floor"] == 60, f"{name}: the attached tables hold 60 people: {people}")
        folder.hold(people["ceiling"] is not None and people["ceiling"] >= 60, f"{name}: {people}")
        # the 41 of the headers and boss; the tables' people are among them and 19 more
        folder.hold(distinct(result, "email") == 61, f"{name}: {distinct(result, 'email')} addresses")
        folder.hold(distinct(result, "cn-mobile") == 60, f"{name}: {distinct(result, 'cn-mobile')} mobiles")
        folder.hold(store(result, "in.mbox")["status"] == "read", f"{name}: {store(result, 'in.mbox')}")
        folder.hold(store(result, "in.mbox!4/员工.csv")["records"] == 20, "an attached table")
        folder.hold(store(result, "更多.zip!更多.csv")["records"] == 40, "an attached archive")


@case("a PDF that LibreOffice made of a table has the people of the table")
def people_of_pdf(folder):
    if not shutil.which("soffice"):
        raise Skip("no LibreOffice")
    folder.secret(*[resident_id(n) for n in range(120)])
    rows = [f"<tr><td>张伟</td><td width=300>{resident_id(n)}</td><td>{mobile(n)}</td></tr>" for n in range(120)]
    head = "<html><head><meta charset=utf-8></head><body><table width=600>"
    folder.write("staff.html", head + "".join(rows) + "</table></body></html>")
    subprocess.run(["soffice", "--headless", f"-env:UserInstallation=file://{folder.path}/profile", "--convert-to",
                    "pdf:writer_web_pdf_Export", "staff.html"], cwd=folder.path, stdout=subprocess.DEVNULL,
                   stderr=subprocess.DEVNULL, timeout=180, check=True)
    (folder / "pdf").mkdir()
    os.rename(folder / "staff.pdf", folder / "pdf" / "staff.pdf")
    result, _ = folder.result("check", "pdf", expect=0)
    if result:
        folder.hold(result["people"]["floor"] == 120, result["people"])
        folder.hold(distinct(result, "cn-mobile") == 120, f"{distinct(result, 'cn-mobile')} mobiles")
        folder.hold(store(result, "staff.pdf")["status"] == "read", store(result, "staff.pdf"))


def pdf(content):
    packed = zlib.compress(content, 9)
    head = (b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
            b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 100]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>endobj\n")
    body = b"4 0 obj<</Filter/FlateDecode/Length %d>>stream\n" % len(packed) + packed + b"\nendstream endobj\n"
    return (head + body + b"5 0 obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>endobj\n"
            b"trailer<</Root 1 0 R/Size 6>>\n%%EOF\n")


@case("a PDF that is a bomb, and one that is not whole, cost themselves and nothing beside them", alone=True)
def hostile_pdf(folder):
    good = pdf(b"BT /F 12 Tf 20 50 Td (" + resident_id(7).encode() + b") Tj ET")
    folder.write("good.pdf", good)
    folder.write("cut.pdf", good[:-8])
    # as released it dies of the whole; under a sanitizer it would compute until it is stopped, for two minutes
    folder.write("bomb.pdf", pdf(b"q " * ((2 if folder.sanitized else 100) << 20)))
    folder.write("good.csv", table(5))
    result, run = folder.result("check", ".", expect=3, limit=150)
    if result:
        folder.hold(store(result, "good.pdf")["status"] == "read", store(result, "good.pdf"))
        folder.hold(store(result, "cut.pdf")["status"] in ("partly", "unread"), store(result, "cut.pdf"))
        folder.hold(result["people"]["floor"] == 6 and result["people"]["ceiling"] is None, result["people"])
        folder.note(f"the bomb is {store(result, 'bomb.pdf')['status']} after {run.seconds:.1f} s")
        folder.hold_memory(run, 400 << 20, "the program itself")


def picture(folder, name, *lines, kind="png"):
    """A picture of some lines of text, as a scanner would make it."""
    text = b" 0 -30 Td ".join(b"(" + line.encode() + b") Tj" for line in lines)
    folder.write("page.pdf", pdf(b"BT /F 14 Tf 20 70 Td " + text + b" ET"))
    subprocess.run(["pdftoppm", "-r", "150", "-singlefile", f"-{kind}", "page.pdf", name], cwd=folder.path, check=True)
    os.remove(folder / "page.pdf")
    return folder / next(p.name for p in folder.path.iterdir() if p.name.startswith(name + "."))


@case("numbers recognised in pictures are shown by kind, and move no number of people but the ceiling, which they open")
def recognised(folder):
    if not shutil.which("pdftoppm") or not shutil.which("tesseract"):
        raise Skip("no Poppler or no Tesseract")
    folder.secret(*[resident_id(n) for n in range(5)], mobile(1), mobile(2))
    (folder / "in").mkdir()
    folder.write("in/people.csv", table(3))
    os.rename(picture(folder, "new", resident_id(3), f"call {mobile(1)}"), folder / "in" / "new.png")      # in no other store
    os.rename(picture(folder, "same", resident_id(0), kind="jpeg"), folder / "in" / "same.jpg")
    os.rename(picture(folder, "words", "Annual report", kind="tiff"), folder / "in" / "words.tif")
    os.rename(picture(folder, "none", ""), folder / "in" / "none.png")
    with zipfile.ZipFile(folder / "in" / "more.zip", "w") as z:
        z.write(picture(folder, "inside", resident_id(4), mobile(2)), "inside.png")
    without, _ = folder.result("check", "in", expect=0)
    result, run = folder.result("check", "in", "--ocr", "--report", "report.html", expect=3, limit=120)
    if not result or not without:
        return
    folder.look_for_secrets((folder / "report.html").read_bytes(), "the report")
    folder.hold(without["people"]["floor"] == 3 and without["people"]["ceiling"] == 3, without["people"])
    folder.hold(result["people"] == {**without["people"], "ceiling": None}, result["people"])
    found = result["identifiers"]
    folder.hold(found["cn-resident-id"]["recognised"] == 3 and found["cn-resident-id"]["distinct"] == 3, found)
    folder.hold(found["cn-mobile"]["recognised"] == 2 and found["cn-mobile"]["occurrences"] == 3, found)
    folder.hold(result["scope"]["pictures_with_identifiers"] == 3, result["scope"])
    folder.hold(b"3 pictures hold what looks like ID numbers" in run.out, "the screen says it")
    folder.hold(b"3 pictures hold what looks like ID numbers" in (folder / "report.html").read_bytes(), "the report says it")
    for name, status in (("new.png", "partly"), ("words.tif", "partly"), ("none.png", "skipped"), ("inside.png", "partly")):
        folder.hold(store(result, name)["status"] == status, store(result, name))
    folder.anshen("scan", "in/new.png", "in/people.csv", "--ocr=eng", "-o", "a.census", expect=3)
    folder.anshen("scan", "in/same.jpg", "--ocr=eng", "-o", "b.census", expect=3)
    folder.anshen("merge", "a.census", "b.census", "-o", "all.census", expect=3)
    counted, _ = folder.result("count", "all.census", expect=3)
    if counted:
        folder.hold(counted["identifiers"]["cn-resident-id"]["recognised"] == 2, counted["identifiers"])
        folder.hold(counted["people"]["floor"] == 3, counted["people"])


@case("--ocr names what it lacks, and a picture that is none costs itself")
def recognised_not(folder):
    folder.write("people.csv", table(3))
    run = folder.anshen("check", "people.csv", "--ocr=xx_none", "--report", "none", expect=2)
    folder.hold(b"tesseract-ocr" in run.err, run)
    run = folder.anshen("check", "people.csv", "--ocr=../x", "--report", "none", expect=2)
    folder.hold(b"chi_sim+eng" in run.err or b"tesseract-ocr" in run.err, run)
    if not shutil.which("tesseract"):
        raise Skip("no Tesseract")
    folder.write("broken.png", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(100))
    result, _ = folder.result("check", "people.csv", "broken.png", "--ocr=eng", expect=3)
    if result:
        folder.hold(result["people"]["floor"] == 3 and result["people"]["ceiling"] is None, result["people"])
        folder.hold(store(result, "broken.png")["status"] == "partly", store(result, "broken.png"))
