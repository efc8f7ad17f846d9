"""WebDAV: a real server (lighttpd), and one that lies about what it holds."""
import contextlib
import shutil
import socket
import subprocess
import time
import urllib.parse
from xml.sax.saxutils import escape

from kit import Skip, case, resident_id, store, table
from web_server import Server

PASSWORD = "webdav-password-of-the-test"


def trouble(entry):
    return " ".join([e["text"] for e in entry["errors"]] + [entry["why"] or ""])


def statuses(result):
    return {s["uri"]: s["status"] for s in result["stores"]}


class Lighttpd:
    """lighttpd with mod_webdav over a folder, on a port of its own, for as long as a `with` lasts."""

    def __init__(self, folder, root):
        program = shutil.which("lighttpd") or shutil.which("lighttpd", path="/usr/sbin")
        if not program:
            raise Skip("no lighttpd")
        with contextlib.closing(socket.socket()) as s:
            s.bind(("127.0.0.1", 0))
            self.port = s.getsockname()[1]
        passwords = folder.write("passwords", f"reader:{PASSWORD}\n")
        conf = folder.write("lighttpd.conf", f"""server.modules = ("mod_auth", "mod_authn_file", "mod_webdav")
server.document-root = "{root}"
server.port = {self.port}
server.bind = "127.0.0.1"
server.follow-symlink = "disable"
webdav.activate = "enable"
webdav.is-readonly = "enable"
auth.backend = "plain"
auth.backend.plain.userfile = "{passwords}"
auth.require = ("/private" => ("method" => "basic", "realm" => "test", "require" => "valid-user"))
""")
        self.process = subprocess.Popen([program, "-D", "-f", str(conf)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def __enter__(self):
        for _ in range(200):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 1):
                return self
            time.sleep(0.05)
        raise OSError("lighttpd does not come up")

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()

    def url(self, path="", scheme="webdav", user=""):
        return f"{scheme}://{user}127.0.0.1:{self.port}{path}"


@case("files behind WebDAV are read from all folders, with odd names, and a folder or file can be named")
def webdav_real(folder):
    folder.secret(PASSWORD, *[resident_id(n) for n in range(0, 200, 7)])
    names = ("a.csv", "sub/b c%20#?&<'.csv", "sub/深/数据.csv", "sub/empty.csv", "private/p.csv")
    for n, name in enumerate(names):
        folder.write("root/" + name, "" if "empty" in name else table(10, first=10 * n))
    (folder / "root" / "none").mkdir()
    (folder / "root" / "sub" / "up").symlink_to("..")
    with Lighttpd(folder, folder / "root") as s:
        result, _ = folder.result("check", s.url(), expect=3)
        expected = {s.url("/" + n): "read" for n in names if "private" not in n}
        found = statuses(result)
        folder.hold({k: found.get(k) for k in expected} == expected, found)
        folder.hold(found.get(s.url("/private")) == "unread" and found.get(s.url("/sub/up"), "unread") == "unread", found)
        folder.hold(result["people"]["floor"] == 30 and result["people"]["ceiling"] is None, result["people"])
        result, _ = folder.result("check", s.url("/private", user="reader@"), expect=0, env={"WEBDAV_PASSWORD": PASSWORD})
        folder.hold(statuses(result) == {s.url("/private/p.csv"): "read"}, statuses(result))
        result, _ = folder.result("check", s.url("/a.csv", scheme="dav"), expect=0)
        folder.hold(statuses(result) == {s.url("/a.csv"): "read"}, statuses(result))
        result, _ = folder.result("check", s.url("/sub/"), "--include", "*.csv", "--exclude", "b c*", "--exclude", "up",
                                  expect=(0, 3))
        folder.hold(store(result, "数据.csv")["status"] == "read", statuses(result))
        folder.hold("left out" in trouble(store(result, "/sub/")), statuses(result))
        result, _ = folder.result("check", s.url("/none"), expect=0)
        folder.hold("holds no file" in trouble(result["stores"][0]), result["stores"])
        for path, words in (("/gone", "is not there"), ("/private", "wants credentials")):
            result, _ = folder.result("check", s.url(path), expect=3)
            folder.hold(words in trouble(result["stores"][0]), trouble(result["stores"][0]))
        s.process.kill()
        result, _ = folder.result("check", s.url(), expect=3)
        folder.hold("cannot be reached" in trouble(result["stores"][0]), trouble(result["stores"][0]))


def answer(*entries):
    """A 207: entries are (href, bytes or None for a folder)."""
    parts = ['<?xml version="1.0"?><D:multistatus xmlns:D="DAV:">']
    for href, size in entries:
        kind = "<D:resourcetype><D:collection/></D:resourcetype>" if size is None else \
            f"<D:resourcetype/><D:getcontentlength>{size}</D:getcontentlength>"
        parts.append(f"<D:response><D:href>{escape(href)}</D:href><D:propstat><D:prop>{kind}</D:prop>"
                     "<D:status>HTTP/1.1 200 OK</D:status></D:propstat></D:response>")
    return "".join([*parts, "</D:multistatus>"]).encode()


@case("a WebDAV server that lies about its folders never leads away from them, and does not keep us for ever")
def webdav_lies(folder):
    data = table(10).encode()
    files = {"/good/a.csv": data, "/away/a.csv": data, "/short/a.csv": data, "/twice/a.csv": data, "/secret/x.csv": data}

    def behave(server, request, name):
        if request.command != "PROPFIND":
            return False
        self = (name.rstrip("/") + "/", None)
        own = (name.rstrip("/") + "/a.csv", len(data))
        other = f"http://127.0.0.1:{server.port + 1}/away/b.csv"
        bodies = {
            "/good": answer(self, own), "/twice": answer(self, own, own),
            "/away": answer(self, own, (other, 5), ("/secret/x.csv", len(data)), ("/away/../secret/x.csv", 5),
                            ("/away/%2e%2e", None), ("/away/b%2Fc.csv", 5), ("//elsewhere/away/x", 5), ("x.csv", 5),
                            ("/away/b.csv?x", 5), ("/away/x%00y", 5)),
            "/short": answer(self, (own[0], len(data) + 5)), "/cut": answer(self, own)[:-30], "/other": answer(("/good/", None)),
            "/bomb": b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "bbbb">]><D:multistatus xmlns:D="DAV:">&b;</D:multistatus>',
            "/none": b"no XML",
        }
        if name.rstrip("/") in bodies:
            request.answer(207, bodies[name.rstrip("/")])
        elif name.startswith("/loop"):
            request.answer(207, answer(self, (name.rstrip("/") + "/loop", None)))
        elif name.startswith("/moved"):
            request.answer(301, Location=f"http://127.0.0.1:{server.port + 1}/good/")
        else:
            request.answer(404)
        return True

    with Server(files, behave) as s:
        base = f"webdav://127.0.0.1:{s.port}"
        names = ("good", "away", "short", "twice", "cut", "other", "bomb", "none", "loop", "moved")
        result, run = folder.result("check", *[f"{base}/{n}" for n in names], expect=3, limit=60)
        found = statuses(result)
        folder.hold(found[f"{base}/good/a.csv"] == found[f"{base}/away/a.csv"] == found[f"{base}/twice/a.csv"] == "read", found)
        folder.hold(found[f"{base}/short/a.csv"] == "partly", found)
        for name in ("away", "twice", "cut", "other", "bomb", "none", "moved"):
            folder.hold(found.get(f"{base}/{name}") == "unread", f"{name}: {found.get(f'{base}/{name}')}")
        folder.hold("9 of its entries lead elsewhere" in trouble(store(result, "/away")), trouble(store(result, "/away")))
        deep = [e for e in result["stores"] if "too deep" in trouble(e)]
        folder.hold(len(deep) == 1, f"a folder in itself for ever is left: {[trouble(e) for e in deep]}")
        folder.hold(not any(path.startswith("/secret") for _, path, _ in s.seen), "nothing outside is asked for")
        folder.hold(result["people"]["floor"] == 10 and result["people"]["ceiling"] is None, result["people"])


@case("a WebDAV folder of many files is listed in bounded memory", alone=True)
def webdav_many(folder):
    entries = [("/", None)] + [(f"/{urllib.parse.quote('文件')}{n:06}.csv", 12) for n in range(20000)]
    listing = answer(*entries)

    def behave(server, request, name):
        if request.command == "PROPFIND":
            request.answer(207, listing)
            return True
        return False

    with Server({"/文件000007.csv": b"name\nwidget\n"}, behave) as s:
        run = folder.anshen("check", f"webdav://127.0.0.1:{s.port}/", "--include", "文件000007.csv", "--report", "none", expect=0)
        folder.hold_memory(run, 128 << 20, "a large folder")
