"""Kafka: topics of librdkafka's mock cluster (tests/e2e/kafka_mock.c), whose truth is known."""
import json
import os
import pathlib
import subprocess
import threading
import time

import kit
from kit import case, mobile, resident_id, store, table

PASSWORD = "kafka-password-of-the-test"


def binary():
    beside = pathlib.Path(kit.ANSHEN).resolve().parents[2] / "tests" / "kafka-mock"
    return os.environ.get("KAFKA_MOCK") or str(beside)


def written(value):
    value = value.encode() if isinstance(value, str) else value
    return "-" if value is None else value.hex() or "00"


class Mock:
    """A cluster for as long as a `with` lasts; what it is told is in kafka_mock.c."""

    def __init__(self, brokers=1, compression="none"):
        self.process = subprocess.Popen([binary(), str(brokers), compression], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.brokers = self.process.stdout.readline().decode().split(",")[0].strip()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()

    def tell(self, *lines):
        self.process.stdin.write("".join(line + "\n" for line in lines).encode())
        self.process.stdin.flush()
        said = [self.process.stdout.readline().decode().strip() for _ in lines]
        if any(s != "ok" for s in said):
            raise ValueError(f"the mock cluster: {[s for s in said if s != 'ok']}")

    def send(self, topic, *messages):
        """Messages: (partition, key, value, {header: value})."""
        for start in range(0, len(messages), 500):
            self.tell(*[" ".join([f"send {topic} {p} {written(k)} {written(v)}",
                                  *[f"{name}={written(h)}" for name, h in headers.items()]])
                        for p, k, v, headers in messages[start:start + 500]])
        self.tell("flush")

    def people(self, topic, count, first=0, partitions=1, **more):
        self.send(topic, *[(n % partitions, f"k{n}", json.dumps({**user(n), **more}), {}) for n in range(first, first + count)])

    def url(self, rest="?others=named"):
        return f"kafka://{self.brokers}{rest}"


def user(n):
    return {"name": "张伟", "id_card": resident_id(n), "phone": mobile(n)}


def hide(folder, count=1000):
    folder.secret(PASSWORD, *[resident_id(n) for n in range(0, count, 7)], *[mobile(n) for n in range(0, count, 7)])


def trouble(entry):
    return " ".join([e["text"] for e in entry["errors"]] + [entry["why"] or ""])


def columns(entry):
    return {c["name"]: c["kind"] for c in entry["columns"]}


@case("messages of Kafka are read by what they are: JSON, text, keys, headers, and bytes")
def kafka_messages(folder):
    hide(folder)
    with Mock() as m:
        topics = [f"topic {t} 1" for t in ("text", "keys", "headers", "avro", "registry", "odd")]
        m.tell("topic users 3", "topic empty 2", *topics)
        m.people("users", 100, partitions=3)
        m.send("text", *[(0, None, f"call {resident_id(n)}\nand {mobile(n)}", {}) for n in range(100, 120)])
        m.send("keys", *[(0, resident_id(n), None, {}) for n in range(120, 140)])
        m.send("headers", *[(0, None, "{}", {"id_card": resident_id(n), "138@odd": "x"}) for n in range(140, 160)])
        m.send("avro", *[(0, None, b"\x00\x00\x00\x00\x07\x24" + resident_id(n).encode() + b"\x01\xff\x00", {})
                         for n in range(160, 180)])
        m.send("registry", *[(0, None, b"\x00\x00\x00\x00\x07" + json.dumps(user(n)).encode(), {}) for n in range(180, 200)])
        m.send("odd", (0, None, f"身份证 {resident_id(200)} 张伟".encode("gb18030"), {}),
               (0, None, f"call {resident_id(201)}".encode("utf-16le"), {}), (0, None, "[1, 2", {}), (0, None, None, {}),
               (0, "k", json.dumps([user(202), user(203)], indent=1), {}), (0, "k", "  {\n}  ", {}))
        result, _ = folder.result("check", m.url(), expect=3)
        status = {s["uri"].rpartition("/")[2]: s["status"] for s in result["stores"]}
        whole = ("users", "text", "keys", "headers", "registry", "empty", "odd")
        folder.hold(status == {"avro": "partly", **{t: "read" for t in whole}}, status)
        folder.hold(result["people"]["floor"] >= 180, f"everybody in columns is counted: {result['people']}")
        for name, floor in (("users", 100), ("registry", 20), ("headers", 20), ("keys", 0), ("empty", 0)):
            folder.hold(store(result, "/" + name)["people"]["floor"] >= floor, f"{name}: {store(result, '/' + name)['people']}")
        for name, count in (("text", 20), ("keys", 20), ("avro", 20), ("odd", 4)):
            found = store(result, "/" + name)["identifiers"].get("cn-resident-id", {})
            folder.hold(found.get("distinct") == count, f"{name}: {found}")
        entry = store(result, "/users")
        folder.hold(entry["format"] == "kafka" and entry["records"] == 100, f"{entry['format']} {entry['records']}")
        folder.hold(columns(entry).get("id_card") == "cn-resident-id" and "key" in columns(entry), columns(entry))
        entry = store(result, "/headers")
        folder.hold(columns(entry).get("headers.id_card") == "cn-resident-id", columns(entry))
        folder.hold("138@odd" not in json.dumps(result), "a header's name that is data is no column")
        entry = store(result, "/avro")
        folder.hold("20 messages hold bytes that are no text" in trouble(entry), trouble(entry))
        folder.hold(store(result, "/empty")["records"] == 0, "no message, no record")


@case("topics of Kafka are chosen by name, and one that is not there is not made")
def kafka_topics(folder):
    with Mock() as m:
        m.tell("topic a 1", "topic b 1", "topic __consumer_offsets 1")
        m.people("a", 10)
        m.people("b", 10, 10)
        result, _ = folder.result("check", f"kafka://{m.brokers},127.0.0.1:1/a", expect=0)
        folder.hold(result["people"]["floor"] == 10, "one of several hosts is enough")
        result, _ = folder.result("check", m.url("/a"), expect=0)
        folder.hold([s["uri"] for s in result["stores"]] == [m.url("/a")] and result["people"]["floor"] == 10,
                    [s["uri"] for s in result["stores"]])
        result, _ = folder.result("check", m.url(), "--exclude", "b", expect=0)
        folder.hold({s["uri"]: s["status"] for s in result["stores"]} ==
                    {m.url("/a"): "read", m.url("/b"): "skipped", m.url("/__consumer_offsets"): "skipped"}, result["stores"])
        for _ in range(2):
            result, _ = folder.result("check", m.url("/other"), expect=3)
            folder.hold("no topic of this name" in trouble(result["stores"][0]), trouble(result["stores"][0]))
        # it cannot be known what the server does not list
        result, _ = folder.result("check", m.url(""), "--include", "a", expect=3)
        entry = store(result, m.brokers)
        folder.hold(entry["status"] == "unread" and "only topics that this user may see" in trouble(entry), trouble(entry))
        folder.hold(result["people"]["floor"] == 10 and result["people"]["ceiling"] is None, result["people"])
        run = folder.anshen("check", m.url("/a"), "--where", "a=x", "--report", "none", expect=2)
        for wrong in ("/a/b", "/a%20b", "?group=x"):
            folder.anshen("check", m.url(wrong), "--report", "none", expect=2)
        folder.hold(b"a" in run.err, run)


@case("compressed messages of Kafka are unpacked, and one of several megabytes is read")
def kafka_packed(folder):
    hide(folder)
    for compression in ("gzip", "snappy", "lz4", "zstd"):
        with Mock(compression=compression) as m:
            m.tell("topic t 1")
            m.people("t", 100)
            if compression == "gzip":
                m.send("t", (0, None, json.dumps({"export": table(10000, 100)}), {}))
            result, run = folder.result("check", m.url(), expect=0)
            count = result["identifiers"]["cn-resident-id"]["distinct"]
            folder.hold(count == (10100 if compression == "gzip" else 100), f"{compression}: {count}")
            folder.hold_memory(run, 256 << 20, "large messages")


@case("partitions of Kafka that cannot be read leave their topic partly read or unread")
def kafka_partitions(folder):
    with Mock() as m:
        m.tell("topic half 2", "topic none 1", "topic refused 1", "topic good 1")
        m.people("half", 20, partitions=2)
        for topic in ("none", "refused", "good"):
            m.people(topic, 5, 20)
        m.tell("leader half 1 -1", "leader none 0 -1", "refuse refused 29")
        result, _ = folder.result("check", m.url(), expect=3)
        status = {s["uri"].rpartition("/")[2]: s["status"] for s in result["stores"]}
        folder.hold(status == {"half": "partly", "none": "unread", "refused": "unread", "good": "read"}, status)
        folder.hold("1 partitions have no leader" in trouble(store(result, "/half")), trouble(store(result, "/half")))
        folder.hold("TOPIC_AUTHORIZATION_FAILED" in trouble(store(result, "/refused")), trouble(store(result, "/refused")))
        folder.hold(store(result, "/half")["people"]["floor"] == 10 and result["people"]["ceiling"] is None, result["people"])


@case("a Kafka server that fails for a while is asked again; one that keeps failing is left")
def kafka_failing(folder):
    with Mock() as m:
        m.tell("topic t 1", "topic u 1")
        m.people("t", 10)
        m.tell("error 1 6 2", "error 2 6 2")        # no leader for this partition, of Fetch and ListOffsets
        result, _ = folder.result("check", m.url("/t"), expect=0)
        folder.hold(result["people"]["floor"] == 10, result["people"])
        m.tell("error 1 29 400")                    # no right to it
        result, _ = folder.result("check", m.url("/t"), expect=3)
        entry = result["stores"][0]
        folder.hold(entry["status"] in ("partly", "unread") and "AUTHORIZATION" in trouble(entry),
                    f"{entry['status']} {trouble(entry)}")


@case("messages that Kafka deletes before they are read are told as lost, and nothing is read anew from another place")
def kafka_expired(folder):
    hide(folder)
    with Mock() as m:
        m.tell("topic t 1")
        m.people("t", 8000, pad="x" * 400)          # the mock keeps 5 MiB of a partition
        run = threading.Thread(target=lambda: results.append(
            folder.result("check", m.url("/t"), "--max-rate", "500K", expect=3, limit=120)))
        results = []
        run.start()
        time.sleep(1)
        m.people("t", 12000, 8000, pad="x" * 400)
        run.join()
        entry = results[0][0]["stores"][0]
        folder.hold(entry["status"] == "partly" and "deleted before they were read" in trouble(entry),
                    f"{entry['status']} {entry['records']} {trouble(entry)}")
        folder.hold(0 < entry["people"]["floor"] <= 8000 and entry["people"]["ceiling"] is None, entry["people"])


@case("what is written to Kafka after a read began is not read, and the read ends")
def kafka_growing(folder):
    with Mock() as m:
        m.tell("topic t 1")
        m.people("t", 3000, pad="x" * 200)
        done, results = threading.Event(), []

        def write():
            for first in range(3000, 9000, 200):
                if done.is_set():
                    return
                m.people("t", 200, first)

        writer = threading.Thread(target=write)
        run = threading.Thread(target=lambda: results.append(
            folder.result("check", m.url("/t"), "--max-rate", "600K", expect=0, limit=60)))
        run.start()
        time.sleep(0.7)
        writer.start()
        run.join()
        done.set()
        writer.join()
        entry = results[0][0]["stores"][0]
        folder.hold(3000 <= entry["records"] < 9000 and entry["status"] == "read", f"{entry['status']} {entry['records']}")


@case("a Kafka cluster that is killed while it is read leaves a topic partly read and the others unread")
def kafka_killed(folder):
    hide(folder)
    with Mock() as m:
        m.tell("topic t 2", "topic u 1")
        m.people("t", 12000, partitions=2, pad="x" * 400)
        m.people("u", 10)
        killer = threading.Timer(2, m.process.kill)
        killer.start()
        result, run = folder.result("check", m.url(), "--max-rate", "1M", expect=3, limit=120)
        killer.cancel()
        entry = store(result, "/t")
        folder.hold(entry["status"] == "partly" and 0 < entry["people"]["floor"] < 12000 and entry["people"]["ceiling"] is None,
                    f"{entry['status']} {entry['people']}")
        folder.hold("partitions broke off" in trouble(entry), trouble(entry))
        folder.hold(store(result, "/u")["status"] == "unread", trouble(store(result, "/u")))
        folder.note(f"{run.seconds:.1f} s until the cluster was given up")


@case("a Kafka server that is not there, speaks something else, or wants a password, is unread; no password is shown")
def kafka_connecting(folder):
    folder.secret(PASSWORD)
    with Mock() as m:
        m.tell("topic t 1")
        conf = folder.write("kcat.conf", f"# ours\nbootstrap.servers=127.0.0.1:1\nsasl.mechanisms=PLAIN\nsasl.username=reader\n"
                                         f"sasl.password={PASSWORD}\n")
        # the mock cluster knows no logging in
        for url, env, words in ((f"kafka://reader:{PASSWORD}@{m.brokers}/t", {}, ""),
                                (f"kafka://reader@{m.brokers}/t", {"KAFKA_PASSWORD": PASSWORD}, ""),
                                ("kafka://127.0.0.1/t", {"KCAT_CONFIG": str(conf)}, ""),
                                (f"kafka://reader@{m.brokers}/t", {}, "wants a user and a password"),
                                (f"kafka+tls://{m.brokers}/t", {}, ""),
                                (f"kafka://reader:{PASSWORD}@{m.brokers}/t?mechanism=GSSAPI", {}, "not done here"),
                                ("kafka://127.0.0.1:1/t", {}, "cannot be reached")):
            result, run = folder.result("check", url, expect=3, env=env, limit=60)
            entry = result["stores"][0]
            folder.hold(entry["status"] == "unread" and words in trouble(entry), f"{url}: {trouble(entry)}")
            folder.note(f"{url.partition('://')[0]} {run.seconds:.1f} s: {trouble(entry)[:90]}")
        conf.write_text("enable.ssl.certificate.verification=false\n")
        result, _ = folder.result("check", m.url("/t"), expect=3, env={"KCAT_CONFIG": str(conf)})
        folder.hold("always checked" in trouble(result["stores"][0]), trouble(result["stores"][0]))


@case("many messages of Kafka are read at speed and in bounded memory", alone=True)
def kafka_many(folder):
    with Mock() as m:
        m.tell("topic t 12")
        m.people("t", 100000, partitions=12)
        run = folder.anshen("check", m.url(), "--report", "none", expect=0, limit=60)
        folder.hold_memory(run, 300 << 20, "many messages")
        folder.note(f"100 000 messages in {run.seconds:.1f} s, {run.peak >> 20} MiB at most")
