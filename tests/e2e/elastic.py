"""Elasticsearch and OpenSearch: a server of the tests' own that answers as they do, and servers that mean harm."""
import json

from elastic_server import Elastic
from kit import case, mobile, resident_id, store, table

QUIET = {"no_proxy": "127.0.0.1,localhost", "http_proxy": "", "HOME": "/nonexistent"}
PASSWORD = "elastic-password-of-the-test"


def hide(folder, count=300):
    folder.secret(PASSWORD, *[resident_id(n) for n in range(0, count, 7)], *[mobile(n) for n in range(0, count, 7)])


def check(folder, server, *words, expect=0, env=None, scheme="elasticsearch", query="", **more):
    url = f"{scheme}://127.0.0.1:{server.port}{query}"
    return folder.result("check", url, *words, expect=expect, env={**QUIET, **(env or {})}, **more)[0]


def trouble(entry):
    return " ".join([e["text"] for e in entry["errors"]] + [entry["why"] or ""])


def people(count, first=0):
    return [{"name": "张伟", "contact": {"id_card": resident_id(n), "phone": mobile(n)}, "note": "a\nb"}
            for n in range(first, first + count)]


VERSIONS = {"point in time": ("8.14.0", None), "scroll": ("7.4.0", None), "old": ("6.8.23", None),
            "opensearch": ("3.3.0", "opensearch"), "opensearch scroll": ("2.11.0", "opensearch")}


@case("documents of an index count as the same lines of JSON do, whichever way the server gives them")
def elastic_versions(folder):
    hide(folder)
    docs = people(1500)
    folder.write("same.jsonl", "".join(json.dumps(d) + "\n" for d in docs))
    same, _ = folder.result("check", "same.jsonl", expect=0)
    for name, (version, kind) in VERSIONS.items():
        with Elastic({"people": docs, ".ds-logs-2026-000001": people(10, 1490), "empty": []}, version, kind) as s:
            result = check(folder, s, scheme=kind or "elasticsearch")
            entry = store(result, f"{kind or 'elasticsearch'}://127.0.0.1:{s.port}!people")
            folder.hold(result["people"]["floor"] == 1500 and entry["people"] == same["people"],
                        f"{name}: {entry['people']} as {same['people']}")
            folder.hold(entry["records"] == 1500 and entry["format"] == "elasticsearch", f"{name}: {entry['records']}")
            folder.hold({"_id", "contact.id_card"} <= {c["name"] for c in entry["columns"]}, f"{name}: {entry['columns']}")
            folder.hold(all(e["status"] == "read" for e in result["stores"]) and len(result["stores"]) == 3,
                        f"{name}: {[(e['uri'], e['status'], trouble(e)) for e in result['stores']]}")
            folder.hold(not s.views and s.opened == 3, f"{name}: every view is closed: {s.opened} {s.views}")
            wrote = [r[:2] for r in s.seen if r[0] not in ("GET", "POST", "DELETE")]
            folder.hold(not wrote, f"{name}: nothing is written: {wrote}")


@case("names of people that are keys of documents in an index are not kept as names of columns")
def elastic_keys(folder):
    names = ["张伟民", "李秀英", "王建国", "刘志强"]
    folder.secret(*names)
    duty = [{"班次": n, "电话": {name: mobile(4 * n + i) for i, name in enumerate(names)}} for n in range(9)]
    with Elastic({"duty": duty}) as s:
        result = check(folder, s)
        entry = store(result, "!duty")
        folder.hold("电话.*" in {c["name"] for c in entry["columns"]}, f"{[c['name'] for c in entry['columns']]}")
        folder.hold(result["identifiers"]["cn-mobile"]["distinct"] == 36, f"{result['identifiers']}")


@case("what of a server is not read is told, index by index, and the rest is read")
def elastic_partly(folder):
    hide(folder)
    indices = {"good": people(20), "denied": people(5, 100), "closed": {"docs": [], "status": "close"},
               "no-source": {"docs": [None] * 5, "source": {"enabled": False}}, "bare": [None] * 4,
               "cut": {"docs": people(5, 120), "source": {"excludes": ["secret"]}}, "mixed": [*people(5, 140), None],
               "frozen": {"docs": [], "listed": 9}, "shards": people(5, 160), "fewer": people(300, 200),
               "left-out": people(3, 900)}

    def fewer(page, name):
        if name == "fewer":
            page["hits"]["total"] = {"value": 310, "relation": "eq"}
        return page

    with Elastic(indices) as s:
        s.denied, s.failed, s.change = {"denied"}, {"shards": 1}, fewer
        result = check(folder, s, "--exclude", "left-*", expect=3)
        expected = {"good": ("read", ""), "denied": ("unread", "no permission"), "closed": ("unread", "closed"),
                    "no-source": ("unread", "disables `_source`"), "bare": ("unread", "without `_source`"),
                    "cut": ("partly", "leaves fields out"), "mixed": ("partly", "1 documents came without"),
                    "frozen": ("unread", "holds 9 documents, and gives none"), "shards": ("partly", "could not search 1"),
                    "fewer": ("partly", "holds 310 documents, and gave 300"), "left-out": ("skipped", "--exclude")}
        for name, (status, words) in expected.items():
            entry = store(result, "!" + name)
            folder.hold(entry["status"] == status and words in trouble(entry), f"{name}: {entry['status']} {trouble(entry)}")
        folder.hold(store(result, "!fewer")["people"]["floor"] == 300, "what came counts")
        folder.hold(result["people"]["ceiling"] is None and result["people"]["floor"] == 335, result["people"])
        folder.hold(not s.views, "every view is closed")
        folder.hold(not any("left-out/" in path for _, path, _ in s.seen), "what is left out is not asked for")


@case("who asks is told by the environment, and what a user may not see is told as not read")
def elastic_users(folder):
    hide(folder)
    with Elastic({"a": people(9)}, user=f"reader:{PASSWORD}") as s:
        for env in ({}, {"ES_USER": "reader", "ES_PASSWORD": "wrong"}, {"ES_API_KEY": PASSWORD}):
            entry = check(folder, s, expect=3, env=env)["stores"][0]
            folder.hold(entry["status"] == "unread" and "credentials" in trouble(entry), trouble(entry))
        result = check(folder, s, env={"ES_USER": "reader", "ES_PASSWORD": PASSWORD})
        folder.hold(result["people"]["floor"] == 9, result["people"])
    with Elastic({"a": people(9)}, key=PASSWORD) as s:
        folder.hold(check(folder, s, env={"ES_API_KEY": PASSWORD})["people"]["floor"] == 9, "a key of the API")
    for hidden, stats, words in ((2, True, "2 indices are there"), (0, False, "may not ask")):
        with Elastic({"a": people(9)}, hidden=hidden, stats=stats) as s:
            result = check(folder, s, expect=3)
            entry = next(e for e in result["stores"] if "!" not in e["uri"])
            folder.hold(entry["status"] == "unread" and words in trouble(entry), trouble(entry))
            folder.hold(result["people"]["floor"] == 9 and result["people"]["ceiling"] is None, result["people"])
            result = check(folder, s, query="?others=named")
            folder.hold(result["people"]["ceiling"] is not None, "it is said that they are not meant")
    for url, words in ((f"elasticsearch://127.0.0.1:{s.port}/a", b"nothing stands behind the host"),
                       ("opensearch://h?x=1", b"others=named")):
        run = folder.anshen("check", url, "--report", "none", expect=2, env=QUIET)
        folder.hold(words in run.err, run)


@case("pages of Elasticsearch that are too large are halved, and large documents are read in bounded memory")
def elastic_pages(folder):
    hide(folder)
    large = [{"id_card": resident_id(n), "text": "x" * 500000} for n in range(200)]
    with Elastic({"large": large}) as s:
        url = f"elasticsearch://127.0.0.1:{s.port}"
        result, run = folder.result("check", url, expect=0, env=QUIET, limit=120)
        folder.hold(result["people"]["floor"] == 200 and result["stores"][0]["records"] == 200, result["people"])
        folder.hold(s.sizes[0] > s.sizes[1] and min(s.sizes) >= 1, f"pages get smaller: {s.sizes}")
        folder.hold_memory(run, 400 << 20, "pages of large documents")
    with Elastic({"large": large}, "7.4.0") as s:
        result = check(folder, s, limit=120)
        folder.hold(result["people"]["floor"] == 200 and result["stores"][0]["status"] == "read", "a scroll is begun anew")


@case("a server that is no Elasticsearch, or one that means harm, is left")
def elastic_hostile(folder):
    hide(folder)
    docs = people(900)

    def raw(body, where="/_search", status=200, **headers):
        def behave(server, request, name):
            return name.endswith(where) and not request.answer(status, body, **headers)
        return behave


    def same(page, name):
        return same.pages.setdefault(name, page)        # has the name of the view, which is one

    def endless(page, name):
        page["hits"]["total"] = {"value": 250, "relation": "eq"}
        return page

    def vague(page, name):
        page["hits"]["total"] = {"value": 10000, "relation": "gte"}
        return page

    def unsorted(page, name):
        for hit in page["hits"]["hits"]:
            hit["sort"] = ["x"]
        return page

    def broken(server, request, name):
        return name == "POST /_search" and not request.break_after(b'{"hits":{"hits":[' * 999, 5000)

    page = b'{"hits":{"total":{"value":1,"relation":"eq"},"hits":['
    cases = {
        "html": ({"behave": raw(b"<html>login</html>", "GET /")}, "no JSON"),
        "other": ({"behave": raw(b'{"a":1}', "GET /")}, "does not say its version"),
        "away": ({"behave": raw(b"", "_cat/indices", 302, Location="http://169.254.169.254/")}, "not followed"),
        "list": ({"behave": raw(b'{"a":1}', "_cat/indices")}, "list of indices is none"),
        "name": ({"behave": raw(b'[{"index":"../_all","status":"open"}]', "_cat/indices")}, "cannot be one"),
        "star": ({"behave": raw(b'[{"index":"*","status":"open"}]', "_cat/indices")}, "cannot be one"),
        "deep": ({"behave": raw(b"[" * 100000)}, "no page"),
        "cut": ({"behave": raw(page + b'{"_id":"a","sort":[1],"_source":{"a":1')}, "no page"),
        "nonsense": ({"behave": raw(b"\x00\xff\x00")}, "no page"),
        "no id": ({"behave": raw(page + b'{"sort":[1],"_source":{}}]}}')}, "no page"),
        "break": ({"behave": broken}, "connection broke off"),
        "pit": ({"behave": raw(b'{"id":"a\\"b"}', "_pit")}, "view of the index is none"),
        "same": ({"change": same}, "over and over"),
        "same scroll": ({"change": same, "version": "7.4.0"}, "over and over"),
        "endless": ({"change": endless}, "more documents than it says"),
        "endless scroll": ({"change": endless, "version": "7.4.0"}, "more documents than it says"),
        "vague": ({"change": vague}, "how many documents"),
        "unsorted": ({"change": unsorted}, "no page"),
    }
    folder.write("good.csv", table(10))
    for name, (settings, words) in cases.items():
        same.pages = {}
        change = settings.pop("change", None)
        with Elastic({"a": docs}, **settings) as s:
            s.change = change or s.change
            result = check(folder, s, "good.csv", expect=3, limit=60)
            entry = store(result, f":{s.port}") if any(e["uri"].endswith(f":{s.port}") for e in result["stores"]) \
                else store(result, "!a")
            folder.hold(entry["status"] in ("unread", "partly") and words in trouble(entry),
                        f"{name}: {entry['status']} {trouble(entry)}")
            folder.hold(store(result, "good.csv")["status"] == "read" and result["people"]["ceiling"] is None, name)
