"""Office documents: the people of a table are the same people in whatever document it is kept, and no value comes out."""
import os
import pathlib
import shutil
import subprocess
import zipfile
from xml.sax.saxutils import escape

from kit import Skip, case, distinct, mobile, resident_id, store, table

PEOPLE = 200
PICTURE = pathlib.Path(__file__).resolve().parent.parent / "fixtures" / "images" / "plain.png"


def hide(folder, people=PEOPLE):
    for n in range(0, people, 17):
        folder.secret(resident_id(n), mobile(n), f"u{n}@mail.qq.com", resident_id(n)[:14])


def convert(folder, name, to, columns):
    """Has LibreOffice make a document of a CSV file, all cells as text."""
    office = shutil.which("soffice") or shutil.which("libreoffice")
    if not office:
        raise Skip("LibreOffice is not installed")
    formats = "/".join(f"{n}/2" for n in range(1, columns + 1))
    home = folder / "home"
    home.mkdir(exist_ok=True)
    done = subprocess.run([office, f"-env:UserInstallation=file://{home}", "--headless", "--infilter=CSV:44,34,76,1," + formats,
                           "--convert-to", to, str(folder / name)], cwd=folder.path, env={**os.environ, "HOME": str(home)},
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=600)
    made = (folder / name).with_suffix("." + to)
    folder.hold(made.exists(), f"LibreOffice makes {made.name}: {done.stdout[-300:]}")
    shutil.rmtree(home, ignore_errors=True)
    return made


@case("a table is the same people as CSV, XLSX, XLS, ODS and HTML that LibreOffice makes of it", alone=True)
def same_people(folder):
    hide(folder)
    folder.write("people.csv", table(PEOPLE))
    expected, _ = folder.result("check", "people.csv")
    for to in ("xlsx", "xls", "ods", "html"):
        made = convert(folder, "people.csv", to, 4)
        result, run = folder.result("check", made.name)
        if not result:
            continue
        folder.hold(result["people"] == expected["people"], f"{to}: {result['people']}, not {expected['people']}")
        for kind in ("cn-resident-id", "cn-mobile", "email"):
            folder.hold(distinct(result, kind) == PEOPLE, f"{to}: {distinct(result, kind)} of {kind}")
        if to != "html":
            folder.hold(store(result, "!people")["records"] == PEOPLE, f"{to}: a record a row")


def word(rows, before=""):
    def cell(text):
        return f"<w:tc><w:p><w:r><w:t>{escape(text)}</w:t></w:r></w:p></w:tc>"
    cells = "".join("<w:tr>" + "".join(map(cell, row)) + "</w:tr>" for row in rows)
    return f'<w:document xmlns:w="w"><w:body>{before}<w:tbl>{cells}</w:tbl></w:body></w:document>'


def write_word(folder, name, document, **members):
    with zipfile.ZipFile(folder / name, "w", zipfile.ZIP_DEFLATED) as z:
        z.writestr("[Content_Types].xml", "<Types/>")
        z.writestr("word/document.xml", document)
        for member, data in members.items():
            z.writestr(member.replace("__", "/").replace("_dot_", "."), data)


@case("a filled-in form is one person, and a table of a document is as many as it has rows")
def forms(folder):
    hide(folder)
    rows = [line.split(",") for line in table(20).splitlines()]
    write_word(folder, "table.docx", word(rows))
    result, _ = folder.result("check", "table.docx")
    folder.hold(result["people"]["floor"] == result["people"]["linked"] == result["people"]["ceiling"] == 20, result["people"])
    form = [["姓名", "王芳", "身份证号", resident_id(0)], ["手机号", mobile(0), "邮箱", "u0@mail.qq.com"]]
    write_word(folder, "form.docx", word(form))
    result, _ = folder.result("check", "form.docx")
    folder.hold(result["people"]["floor"] == result["people"]["linked"] == 1, result["people"])
    folder.hold(not any("王芳" in c["name"] for c in store(result, "form.docx")["columns"]), "no value names a column")


@case("a document's embedded workbook is read, its pictures are listed, and damage widens the ceiling")
def parts(folder):
    hide(folder)
    rows = [line.split(",") for line in table(3, first=50).splitlines()]
    write_word(folder, "a.docx", word(rows), word__embeddings__x_dot_csv=table(5),
               word__media__i_dot_png=PICTURE.read_bytes())
    result, _ = folder.result("check", "a.docx")
    folder.hold(result["people"]["floor"] == 8, result["people"])
    folder.hold("unread images: 1" in (store(result, "a.docx")["why"] or ""), store(result, "a.docx")["why"])
    folder.hold(store(result, "i.png")["status"] == "skipped", "the picture is listed")
    write_word(folder, "cut.docx", word(rows)[:-40])
    result, run = folder.result("check", "cut.docx", expect=3)
    folder.hold(result["people"]["ceiling"] is None and result["people"]["floor"] == 3, result["people"])
    folder.hold(b"cut.docx" in run.err + run.out, "the store is named")


@case("an Excel file of zeros that unpacks to gigabytes stops at its limits", alone=True)
def bomb(folder):
    with zipfile.ZipFile(folder / "bomb.xlsx", "w", zipfile.ZIP_DEFLATED) as z:
        z.writestr("[Content_Types].xml", "<Types/>")
        with z.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as f:
            f.write(b"<worksheet><sheetData>")
            for _ in range(300):
                f.write(b"<row><c><v>0</v></c></row>" * 40000)
    result, run = folder.result("check", "bomb.xlsx", expect=3)
    folder.hold(result["people"]["ceiling"] is None, result["people"])
    folder.hold_memory(run, 512 << 20, "a bomb")
