"""MongoDB: a server of the tests' own that answers as one does, and servers that mean harm."""
import json

from kit import case, mobile, resident_id, store, table
from mongo_server import Document, Mongo, Pairs, Typed, binary, date, decimal, encode, long, object_id, text

PASSWORD = "mongo-password-of-the-test"


def hide(folder, count=300):
    folder.secret(PASSWORD, *[resident_id(n) for n in range(0, count, 7)], *[mobile(n) for n in range(0, count, 7)])


def check(folder, server, *words, expect=0, path="/app", user="", env=None, **more):
    url = f"mongodb://{user}127.0.0.1:{server.port}{path}"
    result = folder.result("check", url, *words, expect=expect, env={"HOME": "/nonexistent", **(env or {})}, **more)[0]
    folder.hold(not server.faults, f"nothing that the server does not know was asked: {server.faults}")
    writes = {n for n, _ in server.seen} - {"isMaster", "hello", "saslStart", "saslContinue", "listDatabases", "listCollections",
                                            "count", "collStats", "find", "getMore", "killCursors", "aggregate", "endSessions"}
    folder.hold(not writes, f"nothing is written: {writes}")
    return result


def trouble(entry):
    return " ".join([e["text"] for e in entry["errors"]] + [entry["why"] or ""])


def people(count, first=0):
    return [{"_id": object_id(n), "name": "张伟", "contact": {"id_card": resident_id(n), "phone": mobile(n)}, "note": "a\nb"}
            for n in range(first, first + count)]


@case("documents of a collection count as the same lines of JSON do, and nothing is left open")
def mongo_same(folder):
    hide(folder)
    folder.write("same.jsonl", "".join(json.dumps({**d, "_id": f"{d['_id'].data.hex()}"}) + "\n" for d in people(1500)))
    same, _ = folder.result("check", "same.jsonl", expect=0)
    data = {"app": {"people": people(1500), "empty": []}, "admin": {"system.users": people(1, 5000)}, "other": {"x": people(2)}}
    for replicas, said in (("rs0", None), (None, "no replica set")):
        with Mongo(data, replicas=replicas) as s:
            result = check(folder, s)
            entry = store(result, f"mongodb://127.0.0.1:{s.port}/app!people")
            folder.hold(entry["people"] == same["people"] and entry["records"] == 1500, f"{entry['people']} as {same['people']}")
            folder.hold({"_id", "contact.id_card"} <= {c["name"] for c in entry["columns"]}, entry["columns"])
            folder.hold([e["status"] for e in result["stores"]] == ["read"] * 2, [e["uri"] for e in result["stores"]])
            folder.hold((said or "None") in str(entry["why"]), f"whether there is a snapshot: {entry['why']}")
            folder.hold(not s.cursors, "no cursor is left")
            result = check(folder, s, path="")
            folder.hold(store(result, "/admin")["status"] == "skipped" and store(result, "!x")["records"] == 2, "all databases")
            folder.hold(check(folder, s, path="/admin")["people"]["floor"] == 1, "the server's own database is read when named")
            result = check(folder, s, path="/App", expect=3)
            folder.hold("no collection in a database of this name" in trouble(result["stores"][0]), "a name that is misspelt")


@case("every type of BSON is read as a person would have typed it, and what hides people is told")
def mongo_types(folder):
    hide(folder)
    phone, card = mobile(3), resident_id(4)
    odd = Pairs([("_id", object_id(f"{resident_id(1)[:17]}a1b2c3d")), ("mobile", float(phone)), (b"\xff\xfe", "x"),
                 ("id_card", Typed(0x0E, text(card))), ("born", date(631152000000)), ("a.b", 1), ("$set", {"$x": [[]]}),
                 ("a.b", 2)])
    types = {
        "double": [{"mobile": float(mobile(n))} for n in range(9)],
        "long": [{"mobile": long(int(mobile(n)))} for n in range(9)],
        "decimal": [{"mobile": decimal(int(mobile(n)))} for n in range(9)],
        "binary": [{"mobile": binary(mobile(n).encode())} for n in range(9)],
        "old binary": [{"mobile": binary(mobile(n).encode(), 2)} for n in range(9)],
        "gbk": [{"mobile": Typed(0x02, text(f"电话{mobile(n)}".encode("gbk")))} for n in range(9)],
        "code": [{"mobile": Typed(0x0D, text(mobile(n)))} for n in range(9)],
    }
    for name, docs in types.items():
        with Mongo({"app": {"t": docs}}) as s:
            entry = check(folder, s)["stores"][0]
            folder.hold(entry["identifiers"].get("cn-mobile", {}).get("distinct") == 9, f"{name}: {entry['identifiers']}")
    encrypted = [{"name": "x", "id_card": binary(b"\x01cipher text of somebody", 6)}] * 3
    with Mongo({"app": {"odd": [odd], "uuid": [{"u": binary(bytes(range(16)), 4)}], "encrypted": encrypted,
                        "ids": [{"_id": object_id("13800138000" + "a" * 13)}]}}) as s:
        result = check(folder, s, expect=3)
        entry = store(result, "!odd")
        folder.hold(entry["status"] == "read" and entry["identifiers"]["cn-mobile"]["distinct"] == 1 and
                    entry["identifiers"]["cn-resident-id"]["distinct"] == 1, entry["identifiers"])
        folder.hold({"a.b", "$set.$x"} & {c["name"] for c in entry["columns"]} == {"a.b"}, entry["columns"])
        folder.hold(not store(result, "!uuid")["identifiers"] and not store(result, "!ids")["identifiers"], "ids are no people")
        entry = store(result, "!encrypted")
        folder.hold(entry["status"] == "partly" and "3 documents hold values that their writer encrypted" in trouble(entry),
                    trouble(entry))
        folder.hold(result["people"]["ceiling"] is None, "ciphertext hides people")


@case("what of a database is not read is told, collection by collection, and the rest is read")
def mongo_partly(folder):
    hide(folder)
    broken = Document(encode(people(1, 400)[0])[:-9] + b"\x77" * 8 + b"\0")
    data = {"good": people(20), "denied": people(5, 100), "view": {"docs": people(5), "type": "view"}, "damaged": [broken],
            "fewer": {"docs": people(30, 200), "counted": 40}, "wrong": {"docs": people(10, 300), "counted": 12},
            "series": {"docs": people(4, 500), "type": "timeseries"}, "system.buckets.series": people(2, 900),
            "system.buckets.gone": [{"data": binary(b"x", 7)}], "system.views": [{"_id": "app.view"}], "left-out": people(3, 900)}

    def fewer(server, name, command, reply):
        if name == "aggregate" and command["aggregate"] == "fewer":
            reply["cursor"]["firstBatch"] = [{"_id": 1, "n": 40}]
        return reply

    with Mongo({"app": data}, behave=fewer) as s:
        s.denied = {"app.denied"}
        result = check(folder, s, "--exclude", "left-*", expect=3)
        expected = {"good": ("read", ""), "denied": ("unread", "permission denied"), "view": ("skipped", "a view"),
                    "damaged": ("partly", "1 documents are damaged"), "fewer": ("partly", "holds 40 documents, and gave 30"),
                    "wrong": ("read", ""), "series": ("read", ""), "system.buckets.series": ("skipped", "packs it"),
                    "system.buckets.gone": ("partly", "packs it"), "system.views": ("skipped", "views"),
                    "left-out": ("skipped", "--exclude")}
        for name, (status, words) in expected.items():
            entry = store(result, "!" + name)
            folder.hold(entry["status"] == status and words in trouble(entry), f"{name}: {entry['status']} {trouble(entry)}")
        folder.hold(result["people"]["floor"] == 65 and result["people"]["ceiling"] is None, result["people"])
        folder.hold(not any(c.get("find") == "left-out" for _, c in s.seen), "what is left out is not asked for")
    with Mongo({"app": data}, lists=False) as s:
        s.denied = {"app.denied"}
        for path, what in (("/app", "collections"), ("", "databases")):
            result = check(folder, s, "--include", "good", path=path, expect=3)
            folder.hold(any(f"may not list all {what}" in trouble(e) for e in result["stores"]), f"{what} may be hidden")
            folder.hold(result["people"]["ceiling"] is None and result["people"]["floor"] == 20, result["people"])
            result = check(folder, s, "--include", "good", path=path + "?others=named")
            folder.hold(result["people"]["ceiling"] is not None, "it is said that they are not meant")


@case("--where takes a query of MongoDB, and the documents left out are counted")
def mongo_where(folder):
    hide(folder)
    docs = [{"age": n, "id_card": resident_id(n)} for n in range(50)]
    with Mongo({"app": {"people": docs}}, replicas="rs0") as s:
        result = check(folder, s, "--where", 'people={"age": {"$lt": 20}}', expect=3)
        entry = store(result, "!people")
        folder.hold(entry["records"] == 20 and entry["status"] == "partly" and "--where" in trouble(entry), trouble(entry))
        folder.hold(result["people"]["floor"] == 20 and result["scope"]["records_unread"] == 30, result["scope"])
        result = check(folder, s, "--where", 'app.people={"age": {"$lt": 99}}')
        folder.hold(result["people"]["floor"] == 50, "nothing is left out")
        for text_, words in (("people=age < 20", "no JSON object"), ('people={"$bad": 1}', "refuses what --where says")):
            entry = check(folder, s, "--where", text_, expect=3)["stores"][0]
            folder.hold(entry["status"] == "unread" and words in trouble(entry), trouble(entry))
        folder.anshen("check", f"mongodb://127.0.0.1:{s.port}/app", "--where", "peeple={}", "--report", "none", expect=2)


@case("a snapshot shows one state of all collections, and is begun anew or given up where the server does not keep it")
def mongo_snapshot(folder):
    hide(folder)

    def grow(server, name, command, reply):
        if name == "find" and command["find"] == "a":
            server.data["app.b"]["docs"].append(Document(encode({"id_card": resident_id(999)})))
        return reply

    for replicas, count in (("rs0", 3), (None, 4)):
        with Mongo({"app": {"a": people(300), "b": people(3, 600)}}, replicas=replicas, behave=grow) as s:
            folder.hold(store(check(folder, s), "!b")["records"] == count, f"{replicas}: {count} records of b")
    data = {"a": people(300), "b": people(300, 300), "capped": {"docs": people(5, 700), "capped": True},
            "large": {"docs": people(5, 710), "size": 1 << 40}}
    with Mongo({"app": data}, replicas="rs0") as s:
        s.window = 2
        result = check(folder, s)
        folder.hold(all(e["status"] == "read" for e in result["stores"]), [trouble(e) for e in result["stores"]])
        folder.hold(len(s.snapshots) >= 2, "a snapshot that is too old is followed by another")
        folder.hold("gives none of it" in trouble(store(result, "!capped")), trouble(store(result, "!capped")))
        folder.hold("reading takes longer" in trouble(store(result, "!large")), trouble(store(result, "!large")))
        s.window = 1
        entry = store(check(folder, s, expect=3), "!a")
        folder.hold(entry["status"] == "partly" and "minSnapshotHistoryWindowInSeconds" in trouble(entry), trouble(entry))
        result = check(folder, s, path="/app?snapshot=no")
        folder.hold("as the URL says" in trouble(store(result, "!a")), "it can be done without")


@case("users of MongoDB are told by URL and environment, and no password appears anywhere")
def mongo_users(folder):
    hide(folder)
    with Mongo({"app": {"a": people(9)}}, replicas="rs0", users={"读者@x": PASSWORD}) as s:
        for user, env in (("", {}), ("%E8%AF%BB%E8%80%85%40x:wrong@", {}), ("other@", {"MONGODB_PASSWORD": PASSWORD})):
            entry = check(folder, s, user=user, env=env, expect=3)["stores"][0]
            folder.hold(entry["status"] == "unread" and ("does not take" in trouble(entry) or "denied" in trouble(entry)),
                        trouble(entry))
        name = "%E8%AF%BB%E8%80%85%40x"
        for user, env in ((name + "@", {"MONGODB_PASSWORD": PASSWORD}), (f"{name}:{PASSWORD}@", {})):
            for query in ("", "?authSource=admin&authMechanism=SCRAM-SHA-256&retryWrites=true&w=majority&replicaSet=rs0"):
                folder.hold(check(folder, s, user=user, env=env, path="/app" + query)["people"]["floor"] == 9, query)
        url = f"mongodb://127.0.0.1:{s.port},127.0.0.1:{s.port}/app?replicaSet=rs0"
        entry = folder.result("check", url, expect=3)[0]["stores"][0]
        folder.hold(entry["uri"] == f"mongodb://127.0.0.1:{s.port},127.0.0.1:{s.port}/app", entry["uri"])
    for url, words in (("mongodb://h/a/b", b"behind the host stands a database"), ("mongodb:///a", b"names no host"),
                       ("mongodb://h/a?passwort=1", b"connection strings"), ("postgresql://a:1,b:2/x", b"several hosts")):
        run = folder.anshen("check", url, "--report", "none", expect=2)
        folder.hold(words in run.err, run)
    entry = folder.result("check", "mongodb://127.0.0.1:1/app?serverSelectionTimeoutMS=500", expect=3)[0]["stores"][0]
    folder.hold("cannot connect" in trouble(entry), trouble(entry))


@case("files that MongoDB keeps in pieces are read as the files they are")
def mongo_files(folder):
    hide(folder)
    whole = table(900).encode()

    def pieces(n, data, size=9000):
        return [{"_id": object_id(n * 1000 + i), "files_id": object_id(n), "n": i, "data": data[i * size:(i + 1) * size]}
                for i in range((len(data) + size - 1) // size)]

    def file(n, name, length):
        return {"_id": object_id(n), "filename": name, "length": long(length), "chunkSize": 9000, "uploadDate": date(0)}

    good = pieces(1, whole)
    with Mongo({"app": {"fs.files": [file(1, "people.csv", len(whole)), file(2, "none", 0)], "fs.chunks": good[::-1]}},
               replicas="rs0") as s:
        result = check(folder, s)
        entry = store(result, f"!fs/{1:024x}/people.csv")
        folder.hold(entry["format"] == "csv" and entry["people"]["floor"] == 900, entry["people"])
        folder.hold(store(result, "!fs.files")["records"] == 2 and store(result, "!fs.chunks")["status"] == "skipped", "the rest")
        folder.hold(not s.cursors, "no cursor is left")
        result = check(folder, s, "--exclude", "*.csv")
        folder.hold("1 files are left out" in trouble(store(result, "!fs.chunks")), trouble(store(result, "!fs.chunks")))
    data = {"fs.files": [file(1, "people.csv", len(whole))], "fs.chunks": good, "z": people(5, 2000)}
    with Mongo({"app": data}) as s:
        s.denied = {"app.z"}
        check(folder, s, "--resume", "kept", expect=3)
        s.denied, s.seen = set(), []
        result = check(folder, s, "--resume", "kept")
        folder.hold(store(result, "/people.csv")["records"] == 900 and store(result, "!z")["records"] == 5, "what was taken over")
        folder.hold("read with these" in store(result, "!fs.chunks")["why"], "its pieces are known to be of a file")
        folder.hold(not any(c.get("find") == "fs.chunks" for _, c in s.seen), "and are not read again")
    bad = {"missing": (good[:3] + good[4:], len(whole), "missing, or there twice"),
           "twice": (good + [good[2]], len(whole), "missing, or there twice"),
           "short": (good[:-1], len(whole), "bytes, and"),
           "no data": ([*good[:2], {"files_id": object_id(1), "n": 2}], len(whole), "holds no data")}
    for name, (chunks, length, words) in bad.items():
        with Mongo({"app": {"fs.files": [file(1, "p.csv", length)], "fs.chunks": chunks}}) as s:
            entry = store(check(folder, s, expect=3), "/p.csv")
            folder.hold(entry["status"] == "partly" and words in trouble(entry) and entry["people"]["floor"] > 0,
                        f"{name}: {entry['status']} {trouble(entry)}")
    with Mongo({"app": {"fs.files": [file(1, "p.csv", len(whole))], "fs.chunks": good + pieces(7, whole)}}) as s:
        entry = store(check(folder, s, expect=3), "!fs.chunks")
        folder.hold(entry["status"] == "unread" and "are of no file" in trouble(entry), trouble(entry))


@case("a MongoDB server that breaks off, drops what is read, or means harm costs what it hides and no more")
def mongo_hostile(folder):
    hide(folder)
    docs = people(900)

    def when(name, answer, once=False):
        state = {"n": 0}

        def behave(server, command, said, reply):
            if command != name or (once and state["n"]):
                return reply
            state["n"] += 1
            return answer(server, reply) if callable(answer) else answer
        return behave

    def refuse(number):
        return {"ok": 0.0, "code": number, "errmsg": f"duplicate {resident_id(7)} {mobile(7)}"}

    def over_and_over(server, reply):
        reply["cursor"]["id"] = long(99)
        return reply

    def change(**more):
        return lambda server, reply: {**reply, **more}

    def drop(server, reply):
        server.data.pop("app.b", None)
        server.cursors.clear()
        return reply

    cases = {
        "hang up": (when("getMore", None), "partly", "connection broke off"),
        "cursor gone": (when("find", drop), "partly", "let its cursor go"),
        "dropped": (when("getMore", refuse(175)), "partly", "dropped or changed"),
        "killed": (when("getMore", refuse(237)), "partly", "ended the reading"),
        "shut down": (when("getMore", refuse(91)), "partly", "shut down"),
        "unknown": (when("getMore", refuse(4711)), "partly", "reports error 4711"),
        "nonsense": (when("getMore", b"\x07\0\0\0\x01\0\0"), "partly", "no answer"),
        "cut": (when("getMore", lambda s, r: encode(r)[:-40]), "partly", ""),
        "no cursor": (when("getMore", change(cursor=7)), "partly", "no answer"),
        "endless": (when("find", over_and_over), "partly", "let its cursor go"),
        "find refused": (when("find", refuse(13)), "unread", "permission denied"),
        "list refused": (when("listCollections", refuse(1)), "unread", "reports error 1"),
        "no names": (when("listCollections", lambda s, r: {"cursor": {"id": long(0), "ns": "app.x", "firstBatch": [{"x": 1}]},
                                                         "ok": 1.0}), "unread", "without a name"),
        "bad name": (when("listCollections", lambda s, r: {"cursor": {"id": long(0), "ns": "app.x", "firstBatch": [
            {"name": Typed(0x02, text(b"\xff\xfe"))}]}, "ok": 1.0}), "unread", "name cannot be one"),
        "large": (when("isMaster", change(maxMessageSizeBytes=2**31 - 1)), "unread", "larger than can be held"),
    }
    folder.write("good.csv", table(10))
    for name, (behave, status, words) in cases.items():
        with Mongo({"app": {"a": docs}}, replicas="rs0", behave=behave) as s:
            result = check(folder, s, "good.csv", expect=3, limit=60)
            entry = next(e for e in result["stores"] if e["uri"].startswith("mongodb"))
            folder.hold(entry["status"] == status and words in trouble(entry), f"{name}: {entry['status']} {trouble(entry)}")
            folder.hold(status == "unread" or entry["people"]["floor"] >= 101, f"{name}: what came counts: {entry['people']}")
            folder.hold(store(result, "good.csv")["status"] == "read" and result["people"]["ceiling"] is None, name)
    with Mongo({"app": {n: people(300) for n in "abc"}}, replicas="rs0", behave=when("getMore", None)) as s:
        result = check(folder, s, expect=3, limit=30)
        folder.hold(all(e["status"] == "partly" for e in result["stores"]), "each collection has its say")


@case("large documents of MongoDB are read in bounded memory, and slowly where that is asked for", alone=True)
def mongo_large(folder):
    hide(folder)
    large = [{"id_card": resident_id(n), "text": "x" * 15_000_000, "deep": {"a": [{"phone": mobile(n)}]}} for n in range(7)]
    with Mongo({"app": {"large": large}}) as s:
        result, run = folder.result("check", f"mongodb://127.0.0.1:{s.port}/app", expect=0, limit=120)
        folder.hold(result["people"]["floor"] == 7 and result["stores"][0]["records"] == 14, result["stores"][0])
        folder.hold_memory(run, 400 << 20, "documents of 15 MB")
    with Mongo({"app": {"a": people(3000)}}) as s:
        run = folder.result("check", f"mongodb://127.0.0.1:{s.port}/app", "--max-rate", "300K", expect=0)[1]
        folder.hold(run.seconds > 1, f"{run.seconds:.1f} s for {s.sent} bytes")
        folder.hold({c.get("batchSize") for n, c in s.seen if n == "find"} <= set(range(1, 1001)), "batches are bounded")
