"""Documents of office programs of before 2007: the people of a table are the same in whatever document it is kept."""
import os
import shutil
import subprocess

from kit import Skip, case, distinct, mobile, resident_id, store

PEOPLE = 120


def page(people):
    rows = "".join(f"<tr><td>张伟</td><td>{resident_id(n)}</td><td>{mobile(n)}</td><td>u{n}@mail.qq.com</td></tr>"
                   for n in range(people))
    head = "<html><head><meta charset=utf-8></head><body><p>员工名单</p><table>"
    return head + "<tr><td>姓名</td><td>身份证号</td><td>手机号</td><td>邮箱</td></tr>" + rows + "</table><p>完</p></body></html>"


def write(folder, name, to, reader="HTML (StarWriter)"):
    """Has LibreOffice make a document of another."""
    office = shutil.which("soffice")
    if not office:
        raise Skip("LibreOffice is not installed")
    done = subprocess.run([office, f"-env:UserInstallation=file://{folder.path}/profile", "--headless",
                           *([f"--infilter={reader}"] if reader else []), "--convert-to", to, name], cwd=folder.path,
                          env={**os.environ, "HOME": str(folder.path)}, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, timeout=600)
    made = (folder / name).with_suffix("." + to)
    folder.hold(made.exists(), f"LibreOffice makes {made.name}: {done.stdout[-300:]}")
    return made


def slides(people):
    cell = "<table:table-cell><text:p>%s</text:p></table:table-cell>"
    rows = [("姓名", "身份证号", "手机号")] + [("张伟", resident_id(n), mobile(n)) for n in range(people)]
    table = "".join("<table:table-row>" + "".join(cell % c for c in row) + "</table:table-row>" for row in rows)
    names = "".join(f' xmlns:{n}="urn:oasis:names:tc:opendocument:xmlns:{u}:1.0"' for n, u in (
        ("office", "office"), ("style", "style"), ("text", "text"), ("table", "table"), ("draw", "drawing"),
        ("svg", "svg-compatible"), ("presentation", "presentation")))
    frame = '<draw:frame svg:width="20cm" svg:height="6cm" svg:x="2cm" svg:y="%dcm">%s</draw:frame>'
    notes = frame.replace("frame ", 'frame presentation:class="notes" ', 1) % (
        9, "<draw:text-box><text:p>备注 u8@mail.qq.com</text:p></draw:text-box>")
    return ('<?xml version="1.0" encoding="UTF-8"?><office:document' + names + ' office:version="1.2" '
            'office:mimetype="application/vnd.oasis.opendocument.presentation"><office:automatic-styles>'
            '<style:page-layout style:name="P"/></office:automatic-styles><office:master-styles>'
            '<style:master-page style:name="D" style:page-layout-name="P"/></office:master-styles><office:body>'
            '<office:presentation><draw:page draw:master-page-name="D">'
            + frame % (1, "<draw:text-box><text:p>值班 u7@mail.qq.com</text:p></draw:text-box>")
            + frame % (5, "<table:table>" + "<table:table-column/>" * 3 + table + "</table:table>")
            + "<presentation:notes>" + notes + "</presentation:notes></draw:page></office:presentation></office:body>"
            "</office:document>")


def same_slides(folder):
    folder.write("staff.fodp", slides(12))
    made = write(folder, "staff.fodp", "ppt", None)
    result, _ = folder.result("check", made.name, expect=0)
    folder.hold(result["people"]["floor"] == 12 and result["people"]["ceiling"] is not None, result["people"])
    for kind, count in (("cn-resident-id", 12), ("cn-mobile", 12), ("email", 2)):
        folder.hold(distinct(result, kind) == count, f"{distinct(result, kind)} of {kind}")
    folder.hold(store(result, made.name)["status"] == "read", store(result, made.name))


@case("a table is the same people in what LibreOffice makes of it as DOC, RTF and PPT, and a part of it never more", alone=True)
def same_people(folder):
    folder.secret(*[resident_id(n) for n in range(0, PEOPLE, 17)], *[mobile(n) for n in range(0, PEOPLE, 17)])
    folder.write("staff.html", page(PEOPLE))
    for to in ("doc", "rtf"):
        made = write(folder, "staff.html", to)
        result, _ = folder.result("check", made.name, expect=0)
        if not result:
            continue
        people = result["people"]
        folder.hold(people["floor"] == people["linked"] == people["ceiling"] == PEOPLE, f"{to}: {people}")
        for kind in ("cn-resident-id", "cn-mobile", "email"):
            folder.hold(distinct(result, kind) == PEOPLE, f"{to}: {distinct(result, kind)} of {kind}")
        folder.hold(store(result, made.name)["status"] == "read", store(result, made.name))
        data = made.read_bytes()
        folder.write(f"cut.{to}", data[:len(data) * 2 // 3])
        result, run = folder.result("check", f"cut.{to}", expect=3)
        folder.hold(result["people"]["floor"] < PEOPLE and result["people"]["ceiling"] is None, f"{to}, cut: {result['people']}")
        folder.hold(f"cut.{to}".encode() in run.err + run.out, "the store is named")
    same_slides(folder)
