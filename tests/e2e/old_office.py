"""Documents of office programs of before 2007: the people of a table are the same in whatever document Writer kept it."""
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


def write(folder, name, to):
    """Has LibreOffice's Writer make a document of a page."""
    office = shutil.which("soffice")
    if not office:
        raise Skip("LibreOffice is not installed")
    done = subprocess.run([office, f"-env:UserInstallation=file://{folder.path}/profile", "--headless",
                           "--infilter=HTML (StarWriter)", "--convert-to", to, name], cwd=folder.path,
                          env={**os.environ, "HOME": str(folder.path)}, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, timeout=600)
    made = (folder / name).with_suffix("." + to)
    folder.hold(made.exists(), f"LibreOffice makes {made.name}: {done.stdout[-300:]}")
    return made


@case("a table is the same people in what Writer makes of it as DOC and RTF, and a part of it never more", alone=True)
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
