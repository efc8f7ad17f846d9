"""WebHDFS: a name node and a data node that answer as Hadoop's documentation says, and ones that lie."""
import json
import urllib.parse

from kit import case, resident_id, store, table
from web_server import Server

TOKEN = "token-of-the-test"


def trouble(entry):
    return " ".join([e["text"] for e in entry["errors"]] + [entry["why"] or ""])


def statuses(result):
    return {s["uri"]: s["status"] for s in result["stores"]}


class Node(Server):
    """`files`: by path. `page`: entries at once; 0: it knows of no pages. `data`: where it leads; None: here are the data."""

    def __init__(self, files, data=None, page=2, token=None, **more):
        super().__init__(files, **more)
        self.data, self.page, self.token, self.links, self.grown = data, page, token, set(), {}

    def status(self, path, suffix):
        inside = path in self.files
        kind = "SYMLINK" if path in self.links else "FILE" if inside else "DIRECTORY"
        return {"pathSuffix": suffix, "type": kind, "length": len(self.files[path]) if inside else 0}

    def say(self, request, value, status=200):
        request.answer(status, json.dumps(value).encode(), Content_Type="application/json")

    def refuse(self, request, status, exception):
        self.say(request, {"RemoteException": {"exception": exception, "message": "of the test"}}, status)

    def children(self, path):
        top = path.rstrip("/") + "/"
        names = {p[len(top):].split("/")[0] for p in [*self.files, *self.links] if p.startswith(top)}
        return [self.status(top + n, n) for n in sorted(names, key=str.encode)]

    def handle(self, request):
        path, _, query = request.path.partition("?")
        args = dict(urllib.parse.parse_qsl(query))
        path = urllib.parse.unquote(path).removeprefix("/webhdfs/v1")
        if self.behave and self.behave(self, request, f"{args.get('op')} {path}"):
            return None
        if self.token and args.get("delegation") != self.token:
            return self.refuse(request, 401, "SecurityException")
        if args["op"] == "OPEN":
            return self.open(request, path, args, query)
        found = [self.status(path, "")] if path in self.files else self.children(path)
        if not found and path != "/":
            return self.refuse(request, 404, "FileNotFoundException")
        if args["op"] == "LISTSTATUS":
            return self.say(request, {"FileStatuses": {"FileStatus": found}})
        if not self.page:
            return self.refuse(request, 400, "IllegalArgumentException")
        later = [s for s in found if s["pathSuffix"].encode() > args.get("startAfter", "").encode() or path in self.files]
        return self.say(request, {"DirectoryListing": {"partialListing": {"FileStatuses": {"FileStatus": later[:self.page]}},
                                                       "remainingEntries": len(later[self.page:])}})

    def open(self, request, path, args, query):
        if path not in self.files:
            return self.refuse(request, 404, "FileNotFoundException")
        if self.data:
            place = f"http://127.0.0.1:{self.data.port}/webhdfs/v1{urllib.parse.quote(path)}?{query}&offset=0"
            return request.answer(307, Location=place)
        whole = self.grown.get(path, self.files[path])
        return request.answer(200, whole[:int(args["length"])] if "length" in args else whole)


def url(node, path="", user=""):
    return f"webhdfs://{user}127.0.0.1:{node.port}{path}"


@case("files in HDFS are read from all folders by way of data nodes, in pages or not, from HttpFS too")
def webhdfs_files(folder):
    folder.secret(TOKEN, *[resident_id(n) for n in range(0, 100, 7)])
    names = ["/a.csv", "/b/c d%+&?.csv", "/b/数据.csv", "/b/e.csv", "/b/f/g.csv"]
    files = {name: table(10, first=10 * n).encode() for n, name in enumerate(names)} | {"/b/empty.csv": b""}
    with Node(files, token=TOKEN) as data, Node(files, data, token=TOKEN) as pages, Node(files, data, page=0, token=TOKEN) as old:
        for node in (pages, old, data):
            result, _ = folder.result("check", url(node), expect=0, env={"WEBHDFS_TOKEN": TOKEN})
            folder.hold(statuses(result) == {url(node, n): "read" for n in files}, statuses(result))
            folder.hold(result["people"]["floor"] == 50, result["people"])
        for path in ("/a.csv", "/b/f"):
            result, _ = folder.result("check", url(pages, path), expect=0, env={"WEBHDFS_TOKEN": TOKEN})
            folder.hold(result["people"]["floor"] == 10, result["people"])
        result, _ = folder.result("check", url(pages), expect=3)
        folder.hold("Kerberos" in trouble(result["stores"][0]), trouble(result["stores"][0]))
        result, _ = folder.result("check", url(pages, "/gone"), expect=3, env={"WEBHDFS_TOKEN": TOKEN})
        folder.hold("is not there" in trouble(result["stores"][0]), trouble(result["stores"][0]))
        folder.anshen("check", "webhdfs://u:p@127.0.0.1/", "--report", "none", expect=2)
    with Node(files) as data, Node(files, data) as named:
        data.grown["/a.csv"] = files["/a.csv"] + table(90, first=10).encode()
        result, _ = folder.result("check", url(named, "/a.csv", "reader@"), expect=0)
        folder.hold(result["people"]["floor"] == 10, "what is appended after the list is not read")
        folder.hold("user.name=reader" in named.seen[0][1], named.seen[0])
        folder.hold(not any("Authorization" in headers for _, _, headers in data.seen), "a data node gets no credentials")
        data.grown["/a.csv"] = files["/a.csv"][:100]
        result, _ = folder.result("check", url(named, "/a.csv"), expect=3)
        folder.hold(result["stores"][0]["status"] == "partly", statuses(result))


@case("a name node that lies or refuses leads nowhere else, and does not keep us for ever")
def webhdfs_lies(folder):
    data_files = {f"/{n}/a.csv": table(10).encode() for n in ("good", "away", "links", "killed")}

    def behave(server, request, name):
        op, _, path = name.partition(" ")
        elsewhere = {"/away/a.csv": "/secret", "/file/a.csv": "/webhdfs/v1/other?op=OPEN", "/user/a.csv": "", "/scheme/a.csv": "",
                     "/op/a.csv": "/webhdfs/v1/op/a.csv?op=X"}
        one = {"pathSuffix": "a.csv", "type": "FILE", "length": 5}
        if op == "OPEN" and path in elsewhere:
            host = {"/user/a.csv": f"http://u:p@127.0.0.1:{data.port}/webhdfs/v1/user/a.csv?op=OPEN",
                    "/scheme/a.csv": "file:///webhdfs/v1/scheme/a.csv?op=OPEN"}
            request.answer(307, Location=host.get(path, f"http://127.0.0.1:{data.port}{elsewhere[path]}"))
        elif op == "OPEN" and path.startswith("/killed"):
            request.answer(307, Location=f"http://127.0.0.1:1/webhdfs/v1{path}?op=OPEN")
        elif op.startswith("LIST") and path in ("/file", "/op", "/user", "/scheme", "/away"):
            server.say(request, {"FileStatuses": {"FileStatus": [one]}})
        elif op.startswith("LIST") and path == "/circle":
            server.say(request, {"DirectoryListing": {"partialListing": {"FileStatuses": {"FileStatus": [one]}},
                                                      "remainingEntries": 1}})
        elif op.startswith("LIST") and path == "/names":
            names = ("..", ".", "a/b", "", "x\0y", "/")
            server.say(request, {"FileStatuses": {"FileStatus": [{**one, "pathSuffix": n, "type": "DIRECTORY"} for n in names]}})
        elif path.startswith("/loop"):
            server.say(request, {"FileStatuses": {"FileStatus": [{**one, "type": "DIRECTORY"}]}})
        elif path == "/standby" or path == "/denied":
            server.refuse(request, 403, "StandbyException" if path == "/standby" else "AccessControlException")
        elif path == "/cut":
            request.answer(200, b'{"FileStatuses":{"FileStatus":[')
        else:
            return False
        return True

    with Node(data_files) as data, Node(data_files, data, behave=behave) as names:
        names.links.add("/links/l")
        paths = ("good", "away", "file", "op", "user", "scheme", "killed", "circle", "names", "loop", "standby", "denied", "cut",
                 "links")
        result, _ = folder.result("check", *[url(names, "/" + p) for p in paths], expect=3, limit=60)
        found = statuses(result)
        folder.hold(found.get(url(names, "/good/a.csv")) == found.get(url(names, "/links/a.csv")) == "read", found)
        files = [p + "/a.csv" for p in ("away", "file", "op", "user", "scheme", "killed")]
        for name in (*files, "circle", "names", "standby", "denied", "cut", "links"):
            folder.hold(found.get(url(names, "/" + name)) == "unread", f"{name}: {found.get(url(names, '/' + name))}")
        folder.hold(all(path.startswith(("/webhdfs/v1/good", "/webhdfs/v1/links")) for _, path, _ in data.seen),
                    [path for _, path, _ in data.seen])
        folder.hold("on standby" in trouble(store(result, "/standby")), trouble(store(result, "/standby")))
        folder.hold("1 are links" in trouble(store(result, "/links")), trouble(store(result, "/links")))
        folder.hold(any("too deep" in trouble(e) for e in result["stores"]), "a folder in itself for ever is left")
