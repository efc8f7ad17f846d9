"""A server that speaks what MongoDB does, as far as documents are read: databases, collections, cursors, snapshots, users by
SCRAM-SHA-256. It refuses what the real ones refuse, and remembers every command and every cursor that is still open.

Source: MongoDB wire protocol (OP_MSG, OP_QUERY for the first hello), BSON 1.1, RFC 5802 and 7677.
"""
import base64
import hashlib
import hmac
import itertools
import os
import socketserver
import struct
import sys
import threading


class Typed:
    """A value of a BSON type that Python has none for: the type's number, and its bytes."""

    def __init__(self, number, data=b""):
        self.number, self.data = number, data


class Document(bytes):
    """A document that is encoded already, well or ill."""


class Pairs(list):
    """A document whose keys may be there twice, or be bytes."""


def text(s):
    s = s.encode() if isinstance(s, str) else s
    return struct.pack("<i", len(s) + 1) + s + b"\0"


def object_id(n):
    return Typed(0x07, n.to_bytes(12, "big") if isinstance(n, int) else bytes.fromhex(n))


def binary(data, subtype=0):
    inner = struct.pack("<i", len(data)) + data if subtype == 2 else data
    return Typed(0x05, struct.pack("<iB", len(inner), subtype) + inner)


def date(milliseconds):
    return Typed(0x09, struct.pack("<q", milliseconds))


def decimal(digits, exponent=0):
    return Typed(0x13, digits.to_bytes(14, "little") + struct.pack("<H", (exponent + 6176) << 1))


def timestamp(seconds, increment=1):
    return Typed(0x11, struct.pack("<II", increment, seconds))


def long(n):
    return Typed(0x12, struct.pack("<q", n))


def value_of(v):
    """Type and bytes of a value."""
    if isinstance(v, Typed):
        return v.number, v.data
    if isinstance(v, bool):
        return 0x08, bytes([v])
    if isinstance(v, int):
        return (0x10, struct.pack("<i", v)) if -2**31 <= v < 2**31 else (0x12, struct.pack("<q", v))
    if isinstance(v, float):
        return 0x01, struct.pack("<d", v)
    if isinstance(v, str):
        return 0x02, text(v)
    if v is None:
        return 0x0A, b""
    if isinstance(v, Document):
        return 0x03, bytes(v)
    if isinstance(v, bytes):
        return value_of(binary(v))
    if isinstance(v, (dict, Pairs)):
        return 0x03, encode(v)
    return 0x04, encode(Pairs((str(i), x) for i, x in enumerate(v)))


def encode(pairs):
    if isinstance(pairs, Document):
        return pairs
    parts = []
    for key, v in pairs.items() if isinstance(pairs, dict) else pairs:
        number, data = value_of(v)
        parts.append(bytes([number]) + (key.encode() if isinstance(key, str) else key) + b"\0" + data)
    body = b"".join(parts)
    return struct.pack("<i", len(body) + 5) + body + b"\0"


def decode(data, at=0, array=False):
    """A document as the client sends it."""
    end, at, found = at + struct.unpack_from("<i", data, at)[0], at + 4, {}
    while data[at]:
        number, key_end = data[at], data.index(b"\0", at + 1)
        key, at = data[at + 1:key_end].decode(), key_end + 1
        size = {0x01: 8, 0x07: 12, 0x08: 1, 0x09: 8, 0x0A: 0, 0x10: 4, 0x11: 8, 0x12: 8, 0x13: 16}.get(number)
        if number in (0x03, 0x04):
            size = struct.unpack_from("<i", data, at)[0]
            v = decode(data, at, number == 0x04)
        elif number in (0x02, 0x05):
            n = struct.unpack_from("<i", data, at)[0]
            size = 4 + n + (number == 0x05)
            v = data[at + 4:at + 3 + n].decode() if number == 0x02 else data[at + 5:at + 5 + n]
        else:
            raw = data[at:at + size]
            form = {0x01: "<d", 0x08: "<?", 0x10: "<i", 0x12: "<q"}.get(number)
            v = struct.unpack(form, raw)[0] if form else None if number == 0x0A else Typed(number, raw)
        found[key], at = v, at + size
    assert at + 1 == end
    return list(found.values()) if array else found


def same(a, b):
    return value_of(a) == value_of(b)


def is_like(document, query):
    """Whether a document is like a query: fields that are equal, $lt, $nor."""
    for key, want in query.items():
        if key == "$nor":
            if any(is_like(document, q) for q in want):
                return False
        elif key.startswith("$"):
            raise Refused(2)
        elif isinstance(want, dict) and "$ne" in want:
            if key in document and same(document[key], want["$ne"]):
                return False
        elif isinstance(want, dict) and "$lt" in want:
            if not (isinstance(document.get(key), (int, float)) and document[key] < want["$lt"]):
                return False
        elif key not in document or not same(document[key], want):
            return False
    return True


class Refused(Exception):
    pass


class Handler(socketserver.BaseRequestHandler):
    def setup(self):
        self.request.settimeout(60)
        self.user, self.talk = None, None

    def read(self, n):
        data = b""
        while len(data) < n:
            part = self.request.recv(n - len(data))
            if not part:
                raise ConnectionResetError
            data += part
        return data

    def handle(self):
        try:
            while self.answer():
                pass
        except (OSError, ConnectionResetError):
            pass

    def answer(self):
        length, number, _, kind = struct.unpack("<iiii", self.read(16))
        data = self.read(length - 16)
        if kind == 2004:
            at = data.index(b"\0", 4) + 1 + 8
            command = decode(data, at)
            command = command.get("$query", command)
        else:
            assert kind == 2013 and data[4] == 0
            command = decode(data, 5)
        reply = self.server.owner.obey(self, command)
        if reply is None:
            return False
        body = reply if isinstance(reply, bytes) and not isinstance(reply, Document) else encode(reply)
        head = struct.pack("<iqii", 8, 0, 0, 1) if kind == 2004 else b"\0\0\0\0\0"
        whole = struct.pack("<iiii", 16 + len(head) + len(body), 1, number, 1 if kind == 2004 else 2013) + head + body
        self.server.owner.sent += len(whole)
        self.request.sendall(whole)
        return True


class Listener(socketserver.ThreadingTCPServer):
    daemon_threads, allow_reuse_address = True, True

    def handle_error(self, *_):
        self.owner.faults.append(repr(sys.exception() if hasattr(sys, "exception") else sys.exc_info()[1]))


def scram(password, salt, rounds):
    salted = hashlib.pbkdf2_hmac("sha256", password.encode(), salt, rounds)
    client = hmac.digest(salted, b"Client Key", "sha256")
    return hashlib.sha256(client).digest(), hmac.digest(salted, b"Server Key", "sha256")


class Mongo:
    """`databases`: {name: {collection: documents, or a dict of `docs`, `type`, `counted`, `stats`}}.

    `replicas`: name of a replica set; None: a server that stands alone. `users`: {name: password}. `denied`: "db.collection".
    `lists` False: nobody may list what there is, only what one may read. `window`: reads that a snapshot lasts.
    `behave(server, name, command, reply)` gives the reply that is sent: a document, bytes as they are, None to hang up.
    """

    def __init__(self, databases, replicas=None, wire=21, users=None, behave=None, lists=True, batch=1 << 24):
        self.data = {f"{d}.{c}": v if isinstance(v, dict) else {"docs": v} for d, cs in databases.items() for c, v in cs.items()}
        for c in self.data.values():
            c["docs"] = [Document(encode(d)) for d in c["docs"]]
        self.replicas, self.wire, self.users, self.behave, self.lists, self.batch = replicas, wire, users, behave, lists, batch
        self.faults, self.denied, self.seen, self.cursors, self.snapshots, self.window = [], set(), [], {}, {}, None
        self.numbers, self.lock, self.sent = itertools.count(71), threading.RLock(), 0
        self.listener = Listener(("127.0.0.1", 0), Handler)
        self.listener.owner = self
        self.port = self.listener.server_address[1]
        self.ours = 64 << 10

    def __enter__(self):
        self.thread = threading.Thread(target=self.listener.serve_forever, args=(0.05,))
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.listener.shutdown()
        self.thread.join()
        self.listener.server_close()

    def obey(self, peer, command):
        name = next(iter(command))
        with self.lock:
            self.seen.append((name, command))
            try:
                open_to_all = name in ("hello", "isMaster", "ismaster", "saslStart", "saslContinue")
                if self.users and not peer.user and not open_to_all:
                    raise Refused(13)
                function = getattr(self, "on_" + name, None)
                if not function:
                    raise Refused(59)
                reply = {**function(peer, command), "ok": 1.0}
            except Refused as e:
                reply = {"ok": 0.0, "errmsg": f"a value {self.ours} in the server's words", "code": e.args[0], "codeName": "x"}
            return self.behave(self, name, command, reply) if self.behave else reply

    # who asks

    def on_hello(self, peer, command):
        reply = {"helloOk": True, "ismaster": True, "isWritablePrimary": True, "maxBsonObjectSize": 1 << 24,
                 "maxMessageSizeBytes": 48000000, "maxWriteBatchSize": 100000, "localTime": date(0),
                 "logicalSessionTimeoutMinutes": 30, "connectionId": 1, "minWireVersion": 0, "maxWireVersion": self.wire,
                 "readOnly": False}
        if self.replicas:
            me = f"127.0.0.1:{self.port}"
            reply.update({"setName": self.replicas, "hosts": [me], "me": me, "primary": me, "setVersion": 1, "secondary": False})
        if "saslSupportedMechs" in command:
            reply["saslSupportedMechs"] = ["SCRAM-SHA-256"]
        return reply

    on_isMaster = on_ismaster = on_hello

    def on_saslStart(self, peer, command):
        if command["mechanism"] != "SCRAM-SHA-256" or not self.users:
            raise Refused(18)
        bare = command["payload"].decode().removeprefix("n,,")
        parts = dict(p.split("=", 1) for p in bare.split(","))
        salt, rounds = os.urandom(28), 4096
        nonce = parts["r"] + base64.b64encode(os.urandom(18)).decode()
        first = f"r={nonce},s={base64.b64encode(salt).decode()},i={rounds}"
        keys = scram(self.users.get(parts["n"], os.urandom(9).hex()), salt, rounds)
        peer.talk = (parts["n"], keys, f"{bare},{first}", nonce)
        return {"conversationId": 1, "done": False, "payload": first.encode()}

    def on_saslContinue(self, peer, command):
        said = command["payload"].decode()
        if not said and peer.user:
            return {"conversationId": 1, "done": True, "payload": b""}
        user, (stored, server), begun, nonce = peer.talk
        bare, _, proof = said.partition(",p=")
        whole = f"{begun},{bare}".encode()
        mask = hmac.digest(stored, whole, "sha256")
        client = bytes(a ^ b for a, b in zip(base64.b64decode(proof), mask))
        if bare != f"c=biws,r={nonce}" or hashlib.sha256(client).digest() != stored:
            raise Refused(18)
        peer.user = user
        return {"conversationId": 1, "done": False,
                "payload": b"v=" + base64.b64encode(hmac.digest(server, whole, "sha256"))}

    # what there is

    def may(self, full):
        if full in self.denied:
            raise Refused(13)

    def on_ping(self, *_):
        return {}

    def on_endSessions(self, *_):
        return {}

    def on_listDatabases(self, peer, command):
        allowed = command.get("authorizedDatabases")
        if not allowed and not self.lists:
            raise Refused(13)
        names = sorted({n.split(".")[0] for n in self.data if self.lists or n not in self.denied})
        return {"databases": [{"name": n} for n in names]}

    def on_listCollections(self, peer, command):
        assert command["nameOnly"]
        if not self.lists and not command.get("authorizedCollections"):
            raise Refused(13)
        names = [n for n in self.data if n.startswith(command["$db"] + ".") and (self.lists or n not in self.denied)]
        rows = [encode({"name": n.split(".", 1)[1], "type": self.data[n].get("type", "collection")}) for n in names]
        full = command["$db"] + ".$cmd.listCollections"
        return self.open(command, [Document(r) for r in rows], full, command.get("cursor", {}))

    def collection(self, command, name):
        full = f"{command['$db']}.{command[name]}"
        self.may(full)
        return full, self.data.get(full, {"docs": []})

    def on_count(self, peer, command):
        found = self.collection(command, "count")[1]
        return {"n": found.get("counted", len(found["docs"]))}

    def on_collStats(self, peer, command):
        docs = self.collection(command, "collStats")[1]
        if not docs.get("stats", True):
            raise Refused(13)
        size = docs.get("size", sum(len(d) for d in docs["docs"]))
        return {"count": len(docs["docs"]), "size": size, "avgObjSize": size // max(1, len(docs["docs"]))}

    # reading

    def state(self, command, full):
        """Documents as they are now, or were when a snapshot was taken, and what a reply says of that."""
        concern = command.get("readConcern", {})
        if concern.get("level") != "snapshot":
            return self.data.get(full, {"docs": []})["docs"], {}
        if not self.replicas:
            raise Refused(123)
        if self.data.get(full, {}).get("capped"):
            raise Refused(246)
        at = concern.get("atClusterTime")
        key = at.data if at else struct.pack("<II", len(self.snapshots), 1)
        if not at:
            self.snapshots[key] = {"data": {n: list(c["docs"]) for n, c in self.data.items()}, "reads": 0}
        self.touch(key)
        return self.snapshots[key]["data"].get(full, []), {"atClusterTime": Typed(0x11, key)}

    def touch(self, key):
        self.snapshots[key]["reads"] += 1
        if self.window is not None and self.snapshots[key]["reads"] > self.window:
            raise Refused(239)

    def take(self, cursor, size):
        batch, total = [], 0
        while cursor["docs"] and len(batch) < size and (not batch or total + len(cursor["docs"][-1]) <= self.batch):
            batch.append(cursor["docs"].pop())
            total += len(batch[-1])
        return batch

    def open(self, command, docs, full, options, extra=None):
        cursor = {"docs": list(docs)[::-1], "at": (extra or {}).get("atClusterTime"), "full": full}
        batch = self.take(cursor, options.get("batchSize", 101))
        number = next(self.numbers) if cursor["docs"] else 0
        if number:
            self.cursors[number] = cursor
        return {"cursor": {"firstBatch": batch, "id": long(number), "ns": full, **(extra or {})}}

    def on_find(self, peer, command):
        full, _ = self.collection(command, "find")
        docs, extra = self.state(command, full)
        if command["filter"]:
            is_like({}, command["filter"])
            docs = [d for d in docs if is_like(decode(d), command["filter"])]
        for key in reversed(list(command.get("sort", {}))):
            docs = sorted(docs, key=lambda d: decode(d).get(key))
        return self.open(command, docs, full, command, extra)

    def on_getMore(self, peer, command):
        cursor = self.cursors.get(command["getMore"])
        if not cursor:
            raise Refused(43)
        if cursor["at"]:
            self.touch(cursor["at"].data)
        batch = self.take(cursor, command.get("batchSize", 1 << 30))
        if not cursor["docs"]:
            del self.cursors[command["getMore"]]
        return {"cursor": {"nextBatch": batch, "id": long(command["getMore"] if cursor["docs"] else 0), "ns": cursor["full"]}}

    def on_killCursors(self, peer, command):
        for number in command["cursors"]:
            self.cursors.pop(number, None)
        return {"cursorsKilled": [long(n) for n in command["cursors"]]}

    def on_aggregate(self, peer, command):
        full, _ = self.collection(command, "aggregate")
        docs, extra = self.state(command, full)
        stages = command["pipeline"]
        if "$match" in stages[0]:
            docs = [d for d in docs if is_like(decode(d), stages[0]["$match"])]
        assert stages[-1] == {"$group": {"_id": 1, "n": {"$sum": 1}}}
        rows = [Document(encode({"_id": 1, "n": len(docs)}))] if docs else []
        return self.open(command, rows, full, {}, extra)
