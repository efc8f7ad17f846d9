"""Stores reached over HTTP: files of a web server, objects of an S3 server that checks every signature. Good servers, servers
that fail, and servers that mean harm: what was not read is said and widens the ceiling, nothing hangs, no secret is shown.
"""
import gzip
import io
import ipaddress
import json
import os
import socket
import subprocess
import zipfile

from kit import Skip, case, mobile, resident_id, store, table
from web_server import S3, Server, drip, endless

SECRET = "s3-secret-of-the-test"
KEYS = {"AWS_ACCESS_KEY_ID": "AKTEST", "AWS_SECRET_ACCESS_KEY": SECRET}
QUIET = {"no_proxy": "127.0.0.1,localhost", "http_proxy": "", "https_proxy": "", "AWS_CONFIG_FILE": "", "HOME": "/nonexistent"}


def hide(folder, count=300):
    folder.secret(SECRET, "pass-of-the-test", *[resident_id(n) for n in range(0, count, 7)])


def check(folder, *urls, expect=0, env=None, **more):
    return folder.result("check", *urls, expect=expect, env={**QUIET, **(env or {})}, **more)


def statuses(result):
    return {s["uri"]: s["status"] for s in result["stores"]}


def trouble(entry):
    return " ".join([e["text"] for e in entry["errors"]] + [entry["why"] or ""])


@case("an object on a web server is read as a file would be, whatever format it has")
def web_formats(folder):
    hide(folder)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as z:
        z.writestr("in/a.csv", table(50, first=100))
    files = {"/a.csv": table(100).encode(), "/b.csv.gz": gzip.compress(table(50, first=200).encode()),
             "/c.zip": packed.getvalue(), "/empty.csv": b""}
    with Server(files) as s:
        base = f"http://127.0.0.1:{s.port}"
        result, _ = check(folder, *[base + p for p in files])
        folder.hold(result["people"]["floor"] == 200, f"all are counted: {result['people']}")
        folder.hold(statuses(result) == {f"{base}/a.csv": "read", f"{base}/b.csv.gz": "read", f"{base}/c.zip!in/a.csv": "read",
                                         f"{base}/empty.csv": "read"}, f"stores by their URLs: {statuses(result)}")
        # what a URL says of who asks, and of what, is not shown
        result, run = check(folder, f"http://user:pass-of-the-test@127.0.0.1:{s.port}/a.csv?sig=pass-of-the-test")
        folder.hold([s["uri"] for s in result["stores"]] == [f"{base}/a.csv"], "a store's name has no secret")
        folder.hold("sig=pass-of-the-test" in s.seen[-1][1] and "Basic" in s.seen[-1][2].get("Authorization", ""),
                    "the server is asked with them")


@case("a web server that fails is told as it fails, and the other stores are read")
def web_failures(folder):
    hide(folder)
    data = table(5000).encode()

    def behave(server, request, name):
        if name == "/once":                                     # breaks off once, goes on where it broke
            return server.first_time(name) and not request.break_after(data, 70000)
        if name == "/cut":
            return not request.break_after(data, 70000) if not request.headers.get("Range") else not request.answer(404)
        if name == "/changed":
            if server.first_time(name):
                return not request.break_after(data, 70000)
            return not request.answer(206, data[70000:], ETag='"new"', Content_Range=f"bytes 70000-{len(data) - 1}/{len(data)}")
        if name == "/busy":
            return server.first_time(name) and not request.answer(503, Retry_After=0)
        if name == "/away":
            return not request.answer(302, Location="http://169.254.169.254/latest/meta-data/")
        if name == "/file":
            return not request.answer(302, Location="file:///etc/passwd")
        if name == "/circle":
            return not request.answer(302, Location="/circle")
        if name == "/no":
            return not request.answer(403)
        if name == "/who":
            return not request.answer(401)
        return False

    names = {"once": "read", "cut": "partly", "changed": "partly", "busy": "read", "away": "unread", "file": "unread",
             "circle": "unread", "no": "unread", "who": "unread", "gone": "unread"}
    with Server({"/once": data, "/busy": data, "/good": table(10, first=9000).encode()}, behave) as s:
        urls = [f"http://127.0.0.1:{s.port}/{n}" for n in [*names, "good"]]
        result, run = check(folder, *urls, expect=3)
        for name, status in names.items():
            entry = store(result, "/" + name)
            folder.hold(entry["status"] == status, f"{name} is {status}: {entry['status']} {trouble(entry)}")
        folder.hold("not followed" in trouble(store(result, "/away")), "a redirect to another host is not followed")
        folder.hold("not followed" in trouble(store(result, "/file")), "a redirect to a file is not followed")
        folder.hold("go on with the same content" in trouble(store(result, "/changed")), "what changed is not joined")
        folder.hold("wants credentials" in trouble(store(result, "/who")), "credentials are asked for in words")
        folder.hold(store(result, "/once")["people"]["floor"] == 5000, "what broke off once is read whole")
        folder.hold(0 < store(result, "/cut")["people"]["floor"] < 5000, "what came before a break counts")
        folder.hold(result["people"]["ceiling"] is None, "there is no ceiling")
        folder.hold(store(result, "/good")["status"] == "read", "the others are read")


@case("a server that does not answer, or to which nobody listens, is an unread store")
def web_nobody(folder):
    quiet = socket.socket()
    quiet.bind(("127.0.0.1", 0))
    port = quiet.getsockname()[1]
    quiet.close()
    folder.write("good.csv", table(10))
    result, _ = check(folder, f"http://127.0.0.1:{port}/x.csv", "good.csv", expect=3)
    folder.hold(store(result, "/x.csv")["status"] == "unread" and store(result, "good.csv")["status"] == "read", statuses(result))
    folder.hold("nothing answers" in trouble(store(result, "/x.csv")), trouble(store(result, "/x.csv")))


@case("a server's certificate is always checked")
def web_tls(folder):
    hide(folder)
    pem = folder / "server.pem"
    made = subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost",
                           "-addext", "subjectAltName=DNS:localhost", "-keyout", folder / "key.pem", "-out", folder / "ca.pem"],
                          capture_output=True)
    if made.returncode:
        raise Skip("no openssl to make a certificate")
    pem.write_bytes((folder / "key.pem").read_bytes() + (folder / "ca.pem").read_bytes())
    with Server({"/a.csv": table(20).encode()}, certificate=pem) as s:
        url = f"https://localhost:{s.port}/a.csv"
        result, _ = check(folder, url, expect=3)
        folder.hold("certificate" in trouble(result["stores"][0]), f"not by an unknown authority: {trouble(result['stores'][0])}")
        trust = {"SSL_CERT_FILE": str(folder / "ca.pem")}
        result, _ = check(folder, url, env=trust)
        folder.hold(result["people"]["floor"] == 20 and result["stores"][0]["uri"] == url, statuses(result))
        result, _ = check(folder, f"https://127.0.0.1:{s.port}/a.csv", expect=3, env=trust)
        folder.hold("certificate" in trouble(result["stores"][0]), "not under another name")


def s3_environment(server, **more):
    return {**KEYS, "AWS_ENDPOINT_URL": f"http://127.0.0.1:{server.port}", **more}


ODD = ["a b+c.csv", "dir/ü 名单.csv", "x=1/y=2/p&q.csv", "per%25cent.csv", "quote'\"<>.csv", "tilde~(1)*!.csv", "a//b/../c.csv",
       "dot/./d.csv", "plus+plus.csv", "semi;colon,at@x.csv"]


@case("a bucket is listed page by page, and each object is read under its key")
def s3_good(folder):
    hide(folder)
    objects = {f"big/{n:04}.csv": table(3, first=3 * n).encode() for n in range(120)}
    objects.update({key: table(1, first=1000 + n).encode() for n, key in enumerate(ODD)})
    objects["big/"] = b""
    objects["bigger.csv"] = table(5, first=2000).encode()
    with S3({"b1": objects}, page=7) as s:
        result, _ = check(folder, "s3://b1", env=s3_environment(s))
        folder.hold(result["people"]["floor"] == 360 + len(ODD) + 5, f"every object is read: {result['people']}")
        folder.hold(len(result["stores"]) == 120 + len(ODD) + 1, f"a store each, none for a folder: {len(result['stores'])}")
        folder.hold(all(store(result, "s3://b1/" + key)["status"] == "read" for key in ODD), "odd keys are signed rightly")
        folder.hold(sum("list-type=2" in path for _, path, _ in s.seen) == 19, "the list has its pages, no more")
        # a folder; a name; a name of nothing; globs
        result, _ = check(folder, "s3://b1/big", env=s3_environment(s))
        folder.hold(result["people"]["floor"] == 360, f"a folder is what is below it: {result['people']}")
        result, _ = check(folder, f"s3+http://127.0.0.1:{s.port}/b1/bigger.csv", env=KEYS)
        folder.hold(statuses(result) == {f"s3+http://127.0.0.1:{s.port}/b1/bigger.csv": "read"}, statuses(result))
        result, _ = check(folder, "s3://b1/nothing", env=s3_environment(s), expect=3)
        folder.hold("no object of this name" in trouble(result["stores"][0]), statuses(result))
        result, _ = check(folder, "s3://b1/big/", "--include", "*/000?.csv", "--exclude", "0003.csv", env=s3_environment(s))
        folder.hold(result["people"]["floor"] == 27, f"globs choose: {result['people']}")
        left = store(result, "s3://b1/big/")
        folder.hold(left["status"] == "skipped" and left["why"].startswith("111 objects left out"),
                    f"what is left out is told: {left}")


@case("keys come from the environment or the files of the AWS command line, with a session's token")
def s3_keys(folder):
    hide(folder)
    folder.secret("token-of-the-test")
    home = folder / "home"
    (home / ".aws").mkdir(parents=True)
    (home / ".aws/credentials").write_text(f"[default]\naws_access_key_id=AKWRONG\naws_secret_access_key=x\n[work]\n"
                                           f"aws_access_key_id = AKTEST\naws_secret_access_key = {SECRET}\n"
                                           "aws_session_token = token-of-the-test\n")
    with S3({"b1": {"a.csv": table(9).encode()}}, region="cn-north-1", token="token-of-the-test") as s:
        (home / ".aws/config").write_text(f"[profile work]\nregion = cn-north-1\nendpoint_url = http://127.0.0.1:{s.port}\n")
        files = {"HOME": str(home), "AWS_PROFILE": "work", "AWS_CONFIG_FILE": str(home / ".aws/config")}
        result, _ = check(folder, "s3://b1/a.csv", env=files)
        folder.hold(result["people"]["floor"] == 9, f"a profile's key, token, region and endpoint: {statuses(result)}")
        wrong = s3_environment(s, AWS_REGION="cn-north-1")
        result, _ = check(folder, "s3://b1/a.csv", env=wrong, expect=3)
        folder.hold("no permission" in trouble(result["stores"][0]), "no token, no permission")
        result, _ = check(folder, "s3://b1/a.csv", env={"AWS_ENDPOINT_URL": f"http://127.0.0.1:{s.port}"}, expect=3)
        folder.hold("no keys to ask with" in trouble(result["stores"][0]), "without keys it says what to set")
        result, _ = check(folder, "s3://b1/a.csv", env={**files, "AWS_PROFILE": "none"}, expect=3)
        folder.hold("AWS_PROFILE" in trouble(result["stores"][0]), "a profile that is not there is named by its variable")
        run = folder.anshen("check", f"s3://AKTEST:{SECRET}@b1/a.csv", "--report", "none", expect=2, env=QUIET)
        folder.hold(b"keys do not belong in the URL" in run.err, run)
    with S3({"open": {"a.csv": table(4).encode()}}, anonymous=True) as s:
        result, _ = check(folder, "s3://open", env={"AWS_ENDPOINT_URL": f"http://127.0.0.1:{s.port}"})
        folder.hold(result["people"]["floor"] == 4, "a public bucket needs none")


@case("objects that cannot be read whole are told one by one, and the others are read")
def s3_partly(folder):
    hide(folder)
    whole = table(5000).encode()

    def behave(server, request, name):
        if name == "b1/broken.csv":
            if request.headers.get("Range"):
                return not server.refuse(request, 500, "InternalError")
            return not request.break_after(whole, 90000)
        if name == "b1/shrunk.csv":
            return not request.answer(200, whole[:1000])
        if name == "b1/grown.csv":
            return not request.answer(200, whole + b"x" * 500)
        return False

    objects = {"a.csv": table(10, first=9000).encode(), "broken.csv": whole, "denied.csv": b"x", "gone.csv": b"x",
               "grown.csv": whole, "shrunk.csv": whole, "z.csv": table(10, first=9100).encode()}
    with S3({"b1": objects}, behave=behave) as s:
        s.denied = {"denied.csv"}
        listed = dict(objects)
        s.buckets["b1"] = listed

        def vanish(server, request, name):
            if name == "b1/a.csv":
                listed.pop("gone.csv", None)
            return behave(server, request, name)

        s.behave = vanish
        result, _ = check(folder, "s3://b1", env=s3_environment(s), expect=3, limit=120)
        expected = {"a.csv": "read", "broken.csv": "partly", "denied.csv": "unread", "gone.csv": "unread", "grown.csv": "partly",
                    "shrunk.csv": "partly", "z.csv": "read"}
        for name, status in expected.items():
            entry = store(result, "/" + name)
            folder.hold(entry["status"] == status, f"{name} is {status}: {entry['status']} {trouble(entry)}")
        folder.hold("no permission" in trouble(store(result, "/denied.csv")), "no permission")
        folder.hold("not as long as" in trouble(store(result, "/shrunk.csv")), trouble(store(result, "/shrunk.csv")))
        folder.hold("not as long as" in trouble(store(result, "/grown.csv")), trouble(store(result, "/grown.csv")))
        folder.hold(result["people"]["ceiling"] is None and result["people"]["floor"] >= 20, result["people"])


PAGE = ('<ListBucketResult><EncodingType>url</EncodingType><IsTruncated>{more}</IsTruncated>{items}'
        '<NextContinuationToken>{token}</NextContinuationToken></ListBucketResult>')
ITEM = "<Contents><Key>{}</Key><Size>{}</Size></Contents>"


@case("a bucket's list that lies, loops, breaks off or bombs ends, and says so")
def s3_hostile_lists(folder):
    hide(folder)
    person = table(1).encode()
    item = ITEM.format("a.csv", len(person))
    pages = {
        "same-token": lambda n: PAGE.format(more="true", items=item if n == 1 else "", token="t"),
        "same-keys": lambda n: PAGE.format(more="true", items=item, token=f"t{n}"),
        "empty-for-ever": lambda n: PAGE.format(more="true", items=item if n == 1 else "", token=f"t{n}"),
        "bomb": lambda n: '<!DOCTYPE l [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
                          + PAGE.format(more="false", items=ITEM.format("&b;", 1), token=""),
        "outside": lambda n: '<!DOCTYPE l [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
                             + PAGE.format(more="false", items=ITEM.format("&a;", 1), token=""),
        "cut": lambda n: PAGE.format(more="false", items=item, token="")[:-30],
        "html": lambda n: "<html><body>please log in</body></html>",
        "deep": lambda n: "<a>" * 5000,
    }
    words = {"same-token": "does not go on", "same-keys": "over and over", "empty-for-ever": "does not go on",
             "bomb": "document type", "outside": "document type", "cut": "breaks off", "html": "no listing", "deep": "no listing"}

    def behave(server, request, name):
        bucket = name.removeprefix("list ")
        if not name.startswith("list "):
            return not request.answer(200, person)
        if bucket == "endless":
            endless(request)
        if bucket == "moved":
            return not request.answer(301, x_amz_bucket_region="eu-west-3")
        server.first_time(bucket)
        return not request.answer(200, pages[bucket](server.times[bucket]).encode())

    buckets = [*pages, "endless", "moved"]
    with S3({b: {} for b in buckets}, behave=behave) as s:
        result, _ = check(folder, *[f"s3://{b}" for b in buckets], env=s3_environment(s), expect=3, limit=120)
        by_uri = {x["uri"]: x for x in result["stores"]}
        for bucket in buckets:
            entry = by_uri.get(f"s3://{bucket}", {"status": None, "errors": [], "why": ""})
            folder.hold(entry["status"] == "unread", f"{bucket}: {entry['status']}")
            folder.hold(words.get(bucket, "") in trouble(entry), f"{bucket}: {trouble(entry)}")
        folder.hold("eu-west-3" in trouble(by_uri["s3://moved"]), "another region is named")
        folder.hold(by_uri["s3://same-keys/a.csv"]["status"] == "read", "what was listed before is read")
        folder.hold(result["people"]["ceiling"] is None, "there is no ceiling")
        folder.hold(sum("list same-keys" in p or "/same-keys/?" in p for _, p, _ in s.seen) == 2, "a loop is left at once")


@case("a bucket of many objects is read in bounded memory", alone=True)
def s3_many(folder):
    count = 20000
    one = table(1).encode()

    class Many(dict):                   # the keys of a bucket, without their objects
        def __getitem__(self, key):
            return one

        def __contains__(self, key):
            return True

    with S3({"b1": Many.fromkeys((f"k/{n:07}" for n in range(count)))}) as s:
        run = folder.anshen("check", "s3://b1", "--exclude", "*", "--report", "none", limit=120,
                            env={**QUIET, **s3_environment(s)})
        folder.hold(run.status == 0, run)
        folder.hold_memory(run, 128 << 20, f"{count} objects listed")
        folder.note(f"{count} objects listed in {run.seconds:.1f} s, {run.peak >> 20} MiB at most")
