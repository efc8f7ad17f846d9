"""A server that speaks what Elasticsearch and OpenSearch do, as far as documents are read: indices, views of them (points in
time, scrolls), pages. It refuses what the real ones refuse, and remembers every request and every view that is still open.
"""
import base64
import json
import urllib.parse

from web_server import Server


class Elastic(Server):
    """`indices`: {name: documents, or a dict of `docs`, `status`, `source` (its mapping), `listed`}. A document without
    `_source` is None. `behave` gets the name "METHOD /path"."""

    def __init__(self, indices, version="8.14.0", kind=None, user=None, key=None, hidden=0, stats=True, **more):
        super().__init__(**more)
        self.indices = {n: i if isinstance(i, dict) else {"docs": i} for n, i in indices.items()}
        self.version, self.kind, self.user, self.key, self.hidden, self.stats = version, kind, user, key, hidden, stats
        self.views, self.opened, self.denied, self.failed, self.sizes = {}, 0, set(), {}, []
        self.change = lambda page, name: page           # of an answer to a search

    def is_allowed(self, request):
        said = request.headers.get("Authorization", "")
        if self.user:
            return said == "Basic " + base64.b64encode(self.user.encode()).decode()
        return not self.key or said == "ApiKey " + self.key

    def say(self, request, value, status=200):
        request.answer(status, json.dumps(value).encode(), Content_Type="application/json")

    def refuse(self, request, status, kind):
        self.say(request, {"error": {"type": kind, "reason": kind}, "status": status}, status)

    def handle(self, request):
        path, _, query = request.path.partition("?")
        args = dict(urllib.parse.parse_qsl(query))
        body = request.sent
        if self.behave and self.behave(self, request, f"{request.command} {urllib.parse.unquote(path)}"):
            return None
        if not self.is_allowed(request):
            return self.refuse(request, 401, "security_exception")
        body = json.loads(body) if body else None
        parts = [urllib.parse.unquote(p) for p in path.split("/")[1:]]
        name = parts[0] if parts[0] and not parts[0].startswith("_") else None
        if name and name not in self.indices:
            return self.refuse(request, 404, "index_not_found_exception")
        if name in self.denied:
            return self.refuse(request, 403, "security_exception")
        for method, want, function in (
                ("GET", [""], self.root), ("GET", ["_cat", "indices"], self.cat), ("GET", ["_cluster", "stats"], self.count),
                ("GET", [name, "_mapping"], self.mapping), ("POST", [name, "_pit"], self.open_pit),
                ("POST", [name, "_search", "point_in_time"], self.open_pit), ("POST", ["_search"], self.search_pit),
                ("POST", [name, "_search"], self.open_scroll), ("POST", ["_search", "scroll"], self.search_scroll),
                ("DELETE", ["_pit"], self.close), ("DELETE", ["_search", "point_in_time"], self.close),
                ("DELETE", ["_search", "scroll"], self.close)):
            if (request.command, parts) == (method, want):
                return function(request, name, args, body)
        return self.refuse(request, 400, "illegal_argument_exception")

    def root(self, request, *_):
        version = {"number": self.version}
        if self.kind:
            version["distribution"] = self.kind
        self.say(request, {"name": "n", "version": version})

    def cat(self, request, name, args, body):
        assert args["format"] == "json"
        if "expand_wildcards" in args and not self.kind and int(self.version.split(".")[0]) < 7:
            return self.refuse(request, 400, "illegal_argument_exception")
        return self.say(request, [{"index": n, "status": i.get("status", "open"),
                                   "docs.count": str(i.get("listed", len(i["docs"])))} for n, i in self.indices.items()])

    def count(self, request, *_):
        if not self.stats:
            return self.refuse(request, 403, "security_exception")
        return self.say(request, {"indices": {"count": len(self.indices) + self.hidden}})

    def mapping(self, request, name, *_):
        source = self.indices[name].get("source")
        self.say(request, {name: {"mappings": {"_source": source}}} if source else {})

    def open_view(self, name, size=None):
        self.opened += 1
        view = base64.b64encode(f"view {self.opened} of an index".encode()).decode()
        self.views[view] = {"name": name, "at": 0, "size": size}
        return view

    def open_pit(self, request, name, args, body):
        is_open_search = request.path.split("?")[0].endswith("point_in_time")
        if body is not None or "keep_alive" not in args or is_open_search != (self.kind == "opensearch"):
            return self.refuse(request, 400, "illegal_argument_exception")
        return self.say(request, {"pit_id" if is_open_search else "id": self.open_view(name)})

    def page(self, name, begin, size, extra):
        docs = self.indices[name]["docs"]
        hits = []
        for n, doc in list(enumerate(docs))[begin:begin + size]:
            hit = {"_index": name, "_id": f"d-{n}", "_score": None}
            if doc is not None:
                hit["_source"] = doc
            hit["sort"] = [7 * n]
            hits.append(hit)
        total = len(docs) if int(self.version.split(".")[0]) < 7 and not self.kind else {"value": len(docs), "relation": "eq"}
        failed = self.failed.get(name, 0)
        page = {**extra, "took": 1, "timed_out": False, "_shards": {"total": 3, "successful": 3 - failed, "failed": failed},
                "hits": {"total": total, "max_score": None, "hits": hits}}
        return self.change(page, name)

    def search_pit(self, request, name, args, body):
        view = self.views.get(body["pit"]["id"])
        if not view:
            return self.refuse(request, 404, "search_context_missing_exception")
        if body["sort"] != ["_shard_doc"] or body["size"] > 10000 or body["track_total_hits"] is not True:
            return self.refuse(request, 400, "illegal_argument_exception")
        self.sizes.append(body["size"])
        after = body.get("search_after", [-7])[0]
        return self.say(request, self.page(view["name"], after // 7 + 1, body["size"], {"pit_id": body["pit"]["id"]}))

    def open_scroll(self, request, name, args, body):
        if "scroll" not in args or body["sort"] != ["_doc"] or body["size"] > 10000:
            return self.refuse(request, 400, "illegal_argument_exception")
        return self.scroll(request, self.open_view(name, body["size"]))

    def search_scroll(self, request, name, args, body):
        if body["scroll_id"] not in self.views:
            return self.refuse(request, 404, "search_context_missing_exception")
        return self.scroll(request, body["scroll_id"])

    def scroll(self, request, view):
        v = self.views[view]
        self.sizes.append(v["size"])
        page = self.page(v["name"], v["at"], v["size"], {"_scroll_id": view})
        v["at"] += v["size"]
        return self.say(request, page)

    def close(self, request, name, args, body):
        value = next(iter(body.values()))
        for view in value if isinstance(value, list) else [value]:
            self.views.pop(view, None)
        self.say(request, {"succeeded": True})
