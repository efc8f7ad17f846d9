"""Redis: a real server with data whose truth is known, and servers that mean harm."""
import contextlib
import json
import shutil
import socket
import subprocess
import threading
import time

from kit import Skip, case, mobile, resident_id, store, table

PASSWORD = "redis-password-of-the-test"


class Client:
    """Speaks RESP: lists of words in, replies out."""

    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port), 10)
        self.file = self.socket.makefile("rb")

    def send(self, *commands):
        parts = []
        for words in commands:
            parts.append(b"*%d\r\n" % len(words))
            for w in words:
                w = w if isinstance(w, bytes) else str(w).encode()
                parts.append(b"$%d\r\n%s\r\n" % (len(w), w))
        self.socket.sendall(b"".join(parts))
        return [self.reply() for _ in commands]

    def reply(self):
        line = self.file.readline()
        kind, rest = line[:1], line[1:-2]
        if kind == b"-":
            raise ValueError(rest)
        if kind == b"$":
            return None if rest == b"-1" else self.file.read(int(rest) + 2)[:-2]
        return [self.reply() for _ in range(int(rest))] if kind == b"*" else rest


class Real:
    """redis-server on a port of its own, for as long as a `with` lasts."""

    def __init__(self, folder, *settings):
        self.program = shutil.which("redis-server")
        if not self.program:
            raise Skip("no redis-server")
        with contextlib.closing(socket.socket()) as s:
            s.bind(("127.0.0.1", 0))
            self.port = s.getsockname()[1]
        words = [self.program, "--port", self.port, "--bind", "127.0.0.1", "--save", "", "--appendonly", "no",
                 "--dir", folder.path, "--enable-debug-command", "yes", *settings]
        self.process = subprocess.Popen([str(w) for w in words], stdout=subprocess.DEVNULL)

    def __enter__(self):
        for _ in range(200):
            with contextlib.suppress(OSError):
                self.client = Client(self.port)
                return self
            time.sleep(0.05)
        raise OSError("redis-server does not come up")

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()

    def url(self, rest=""):
        return f"redis://127.0.0.1:{self.port}{rest}"


def hide(folder, count=2000):
    folder.secret(PASSWORD, *[resident_id(n) for n in range(0, count, 7)], *[mobile(n) for n in range(0, count, 7)])


def trouble(entry):
    return " ".join([e["text"] for e in entry["errors"]] + [entry["why"] or ""])


def columns(entry):
    return {c["name"]: c["kind"] for c in entry["columns"]}


def user(n):
    return {"name": "张伟", "id_card": resident_id(n), "phone": mobile(n)}


@case("every type of value in Redis is read, and what is at one key of many is a record")
def redis_types(folder):
    hide(folder)
    with Real(folder) as r:
        r.client.send(
            *[["HSET", f"user:{n}", *[w for pair in user(n).items() for w in pair]] for n in range(100)],
            *[["SET", f"session:{n:032x}", json.dumps({"uid": n, "profile": user(n)}, indent=2)] for n in range(100, 150)],
            *[["SET", f"phone:{resident_id(n)}", mobile(n)] for n in range(150, 180)],
            ["HSET", "accounts", *[w for n in range(180, 260) for w in (f"u{n}", json.dumps(user(n)))]],
            ["RPUSH", "queue:mails", *[json.dumps({"to": resident_id(n)}) for n in range(260, 280)]],
            ["SADD", "seen", *[resident_id(n) for n in range(280, 300)]],
            ["ZADD", "ranks", *[w for n in range(300, 320) for w in (n, resident_id(n))]],
            *[["XADD", "events", "*", "id_card", resident_id(n), "kind", "login"] for n in range(320, 340)],
            ["SET", "note", f"call {resident_id(340)}".encode("utf-16le")],
            ["SET", "gbk", f"身份证 {resident_id(341)} 张伟".encode("gb18030")],
            ["SET", "raw", b"\x80\x03\x00\xff\x01" + resident_id(342).encode() + b"\x00\xfe\xff"],
            ["SET", b"odd\xff\n\"key", resident_id(343)],
            ["SET", "empty", ""], ["SET", "number", 42], ["SET", "json:list", json.dumps([user(344), user(345)])],
            ["SETBIT", "bits", 100000, 1], ["PFADD", "unique", "a"])
        result, run = folder.result("check", r.url(), expect=0)
        folder.hold(result["people"]["floor"] == 346, f"everybody is counted: {result['people']}")
        folder.hold([s["uri"] for s in result["stores"]] == [r.url("/0")], [s["uri"] for s in result["stores"]])
        entry = result["stores"][0]
        folder.hold(entry["format"] == "redis" and entry["status"] == "read", f"{entry['format']} {entry['status']}")
        names = columns(entry)
        for name, kind in (("user.id_card", "cn-resident-id"), ("user.phone", "cn-mobile"), ("phone", "cn-mobile"),
                           ("session.profile.id_card", "cn-resident-id"), ("accounts.id_card", "cn-resident-id"),
                           ("events.id_card", "cn-resident-id"), ("queue.mails.to", "cn-resident-id")):
            folder.hold(names.get(name) == kind, f"column {name} is {kind}: {names.get(name)}; {sorted(names)}")
        # a hash is one record: the ID and the mobile in it are one person's
        folder.hold(result["people"]["linked"] == 346, f"records are kept together: {result['people']}")


@case("databases of Redis are stores, found or named, and what is large is read in pieces")
def redis_large(folder):
    hide(folder)
    count = 3000
    with Real(folder) as r:
        half = count // 2
        people = [json.dumps(user(n)) for n in range(count)]
        r.client.send(["SET", "export", table(half)], ["SELECT", 3],
                      ["HSET", "accounts", *[w for n, p in enumerate(people) for w in (f"u{n}", p)]],
                      ["RPUSH", "list", *people], ["SADD", "set", *people],
                      ["ZADD", "zset", *[w for n, p in enumerate(people) for w in (n, p)]],
                      *[["XADD", "stream", "*", "person", p] for p in people])
        r.client.send(["SET", "big", table(6000)])
        result, _ = folder.result("check", r.url(), expect=0)
        folder.hold({s["uri"]: s["status"] for s in result["stores"]} == {r.url("/0"): "read", r.url("/3"): "read"},
                    [(s["uri"], s["status"]) for s in result["stores"]])
        folder.hold(store(result, "/0")["people"]["floor"] == half, store(result, "/0")["people"])
        folder.hold(result["people"]["floor"] == 6000, f"large values are read whole: {result['people']}")
        folder.hold(store(result, "/3")["records"] >= 5 * count, f"each element is a record: {store(result, '/3')['records']}")
        for kind in ("accounts", "list", "set", "zset", "stream.person"):
            folder.hold(columns(store(result, "/3")).get(f"{kind}.id_card") == "cn-resident-id", f"{kind} has its columns")
        result, _ = folder.result("check", r.url("/0"), expect=0)
        folder.hold([s["uri"] for s in result["stores"]] == [r.url("/0")], "a database that is named is the only one")
        result, _ = folder.result("check", r.url(), "--exclude", "3", expect=0)
        folder.hold(store(result, "/3")["status"] == "skipped", "globs choose databases")


@case("names in keys of Redis are not taken for columns")
def redis_names(folder):
    with Real(folder) as r:
        names = [f"{a}{b}" for a in ("alice", "bob", "carol", "dora", "emil") for b in ("smith", "stone", "young", "brook")]
        folder.secret(*names)
        r.client.send(*[["HSET", f"member:{name}", "id_card", resident_id(n), "city", "x"] for n, name in enumerate(names)],
                      *[["SET", f"member:{name}:mail", f"{name}@mail.qq.com"] for name in names],
                      ["HSET", "bonus", *[w for n in range(200) for w in (f"someone{n % 10}{chr(97 + n // 10)}", n)]])
        result, _ = folder.result("check", r.url(), expect=0)
        folder.hold(result["people"]["floor"] == len(names), result["people"])
        found = columns(result["stores"][0])
        folder.hold({"member.id_card", "member.city", "member.mail"} <= set(found), sorted(found))


@case("who may not read a Redis server, or not all of it, is told what was not read")
def redis_permissions(folder):
    hide(folder)
    with Real(folder, "--requirepass", PASSWORD) as r:
        r.client.send(["AUTH", PASSWORD], *[["SET", f"a:{n}", resident_id(n)] for n in range(40)],
                      *[["SET", f"b:{n}", resident_id(n)] for n in range(40, 60)],
                      ["ACL", "SETUSER", "reader", "on", f">{PASSWORD}", "~a:*", "+@read", "+info", "+select", "+scan", "+type"],
                      ["ACL", "SETUSER", "blind", "on", f">{PASSWORD}", "~*", "-@all", "+info", "+select"])
        for url, env in ((r.url(), {}), (f"redis://:wrong@127.0.0.1:{r.port}", {})):
            result, _ = folder.result("check", url, expect=3, env=env)
            entry = result["stores"][0]
            folder.hold(entry["status"] == "unread" and "wants a password" in trouble(entry), trouble(entry))
        result, _ = folder.result("check", r.url(), expect=0, env={"REDISCLI_AUTH": PASSWORD})
        folder.hold(result["people"]["floor"] == 60, result["people"])
        result, _ = folder.result("check", f"redis://reader:{PASSWORD}@127.0.0.1:{r.port}", expect=3)
        entry = result["stores"][0]
        folder.hold(entry["status"] == "partly" and entry["people"]["floor"] == 40 and entry["people"]["ceiling"] is None,
                    f"what may be read is: {entry['status']} {entry['people']}")
        folder.hold("20 keys could not be read" in trouble(entry), trouble(entry))
        result, _ = folder.result("check", f"redis://blind:{PASSWORD}@127.0.0.1:{r.port}", expect=3)
        folder.hold("no permission for SCAN" in trouble(result["stores"][0]), trouble(result["stores"][0]))


@case("a Redis server that is killed while it is read leaves a store that is partly read")
def redis_killed(folder):
    hide(folder)
    with Real(folder) as r:
        for begin in range(0, 60000, 5000):
            r.client.send(*[["SET", f"u:{n}", json.dumps(user(n))] for n in range(begin, begin + 5000)])
        # so slowly that there is time
        killer = threading.Timer(2, r.process.kill)
        killer.start()
        result, _ = folder.result("check", r.url(), "--max-rate", "1M", expect=3, limit=60)
        killer.cancel()
        entry = result["stores"][0]
        folder.hold(entry["status"] == "partly" and 0 < entry["people"]["floor"] < 60000 and entry["people"]["ceiling"] is None,
                    f"{entry['status']} {entry['people']}")
        folder.hold("connection" in trouble(entry), trouble(entry))


def hostile(replies, repeat=b""):
    """A server that says to each command what `replies` has for it (bytes, or a function), then closes; `repeat` for ever."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve():
        with contextlib.suppress(OSError):
            while True:
                connection, _ = listener.accept()
                with contextlib.suppress(OSError), connection:
                    connection.settimeout(3)
                    talk(connection)

    def talk(connection):
        reader = connection.makefile("rb")
        while True:
            head = reader.readline()
            if not head:
                return
            words = []
            for _ in range(int(head[1:])):
                words.append(reader.read(int(reader.readline()[1:]) + 2)[:-2])
            reply = replies.get(words[0].decode(), b"+OK\r\n")
            connection.sendall(reply)
            while repeat and words[0] == b"SCAN":
                connection.sendall(repeat)

    threading.Thread(target=serve, daemon=True).start()
    return listener


@case("a server that is no Redis, or one that means harm, is left")
def redis_hostile(folder):
    info = b"$8\r\ncluster:\r\n"
    scan = b"*2\r\n$1\r\n7\r\n*1\r\n$3\r\na:1\r\n"
    once = b"*2\r\n$1\r\n0\r\n*1\r\n$3\r\na:1\r\n"
    base = {"INFO": info}
    servers = {
        "http": ({"INFO": b"HTTP/1.1 400 Bad Request\r\n\r\n"}, b""),
        "circle": ({**base, "SCAN": scan, "TYPE": b"+string\r\n", "STRLEN": b":1\r\n", "GET": b"$1\r\nx\r\n"}, b""),
        "many": ({**base, "SCAN": b"*2\r\n$1\r\n0\r\n*2000000000\r\n"}, b""),
        "long": ({**base, "SCAN": b"*2\r\n$1\r\n0\r\n*1\r\n$999999999999999\r\n"}, b""),
        "nested": ({**base, "SCAN": b"*1\r\n" * 200}, b""),
        "negative": ({**base, "SCAN": b"*2\r\n$-5\r\n*-7\r\n"}, b""),
        "types": ({**base, "SCAN": once, "TYPE": b":5\r\n"}, b""),
        "lies": ({**base, "SCAN": once, "TYPE": b"+string\r\n", "STRLEN": b":1\r\n", "GET": b"*1\r\n:1\r\n"}, b""),
        "endless": ({**base, "SCAN": b"+"}, b"a" * 65536),
    }
    listeners = {name: hostile(*what) for name, what in servers.items()}
    folder.write("good.csv", table(10))
    urls = {name: f"redis://127.0.0.1:{s.getsockname()[1]}/0" for name, s in listeners.items()}
    result, run = folder.result("check", *urls.values(), "good.csv", expect=3, limit=120)
    for name, url in urls.items():
        entry = store(result, url)
        folder.hold(entry["status"] in ("unread", "partly"), f"{name}: {entry['status']}")
        folder.hold(trouble(entry), f"{name}: says why")
    folder.hold(store(result, "good.csv")["status"] == "read" and result["people"]["ceiling"] is None, result["people"])
    folder.hold_memory(run, 2 << 30, "a hostile server")
    for listener in listeners.values():
        listener.close()


@case("many keys of Redis are read at speed and in bounded memory", alone=True)
def redis_many(folder):
    with Real(folder) as r:
        r.client.send(["DEBUG", "POPULATE", 1000000, "session", 64])
        run = folder.anshen("check", r.url(), "--report", "none", expect=0, limit=240)
        folder.hold_memory(run, 256 << 20, "a million keys")
        folder.note(f"1 000 000 strings in {run.seconds:.1f} s, {run.peak >> 20} MiB at most")
