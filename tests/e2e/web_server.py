"""Servers for the cases of stores reached over HTTP: one of files, one that speaks S3 and checks each signature itself.

They listen on this machine only, for as long as a `with` lasts. What a server does ill is said by `behave`: a function of
(server, request handler, name) that answers True when it has dealt with the request, in whichever way.
"""
import datetime
import hashlib
import hmac
import http.server
import ssl
import threading
import time
import urllib.parse
from xml.sax.saxutils import escape


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    timeout = 30

    def log_message(self, *_):
        pass

    def answer(self, status, body=b"", **headers):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), str(value))
        if "Content_Length" not in headers:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def give(self, data, etag=None):
        """A body, or the part of it that Range asks for (only "bytes=N-")."""
        etag = etag or '"' + hashlib.md5(data).hexdigest() + '"'
        wanted = self.headers.get("Range")
        if self.headers.get("If-Match") not in (None, etag):
            return self.answer(412)
        if not wanted:
            return self.answer(200, data, ETag=etag)
        start = int(wanted.removeprefix("bytes=").removesuffix("-"))
        return self.answer(206, data[start:], ETag=etag, Content_Range=f"bytes {start}-{len(data) - 1}/{len(data)}")

    def break_after(self, data, count):
        """Promises all, sends `count` bytes, and is gone."""
        self.send_response(200)
        self.send_header("Content-Length", str(len(data)))
        self.send_header("ETag", '"' + hashlib.md5(data).hexdigest() + '"')
        self.end_headers()
        self.wfile.write(data[:count])
        self.wfile.flush()
        self.close_connection = True

    def do_GET(self):
        self.server.owner.seen.append((self.command, self.path, dict(self.headers)))
        self.sent = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        try:
            self.server.owner.handle(self)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True

    do_POST = do_PUT = do_DELETE = do_PROPFIND = do_GET


class Listener(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_):
        pass


class Server:
    """`files`: what there is, by path. `certificate`: speak TLS (a file with key and certificate)."""

    def __init__(self, files=None, behave=None, certificate=None):
        self.files, self.behave, self.seen, self.times = files or {}, behave, [], {}
        self.listener = Listener(("127.0.0.1", 0), Handler)
        self.listener.owner = self
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            self.listener.socket = context.wrap_socket(self.listener.socket, server_side=True)
        self.port = self.listener.server_address[1]

    def __enter__(self):
        self.thread = threading.Thread(target=self.listener.serve_forever, args=(0.05,))
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.listener.shutdown()
        self.thread.join()
        self.listener.server_close()

    def first_time(self, name):
        self.times[name] = self.times.get(name, 0) + 1
        return self.times[name] == 1

    def handle(self, request):
        name = urllib.parse.unquote(request.path.split("?")[0])
        if self.behave and self.behave(self, request, name):
            return
        if name in self.files:
            request.give(self.files[name])
        else:
            request.answer(404)


def quote(text, safe=""):
    return urllib.parse.quote(text, safe=safe + "-._~")


class S3(Server):
    """Buckets of objects: {bucket: {key: bytes}}. Every request must be signed by `key` with `secret`, for `region`.

    `page`: keys on a page of the list. A request to list is given to `behave` with the name "list BUCKET", one for an object
    with "BUCKET/KEY".
    """

    def __init__(self, buckets, key="AKTEST", secret="s3-secret-of-the-test", region="us-east-1", token=None, page=1000,
                 anonymous=False, **more):
        super().__init__(**more)
        self.buckets, self.key, self.secret, self.region, self.token = buckets, key, secret, region, token
        self.page, self.anonymous, self.denied = page, anonymous, set()

    def sign(self, text, day):
        k = ("AWS4" + self.secret).encode()
        for part in (day, self.region, "s3", "aws4_request", text):
            k = hmac.new(k, part.encode(), hashlib.sha256).digest()
        return k.hex()

    def fault_of_signature(self, request):
        """Why a request is not signed as AWS's Signature Version 4 says; None when it is."""
        path, _, query = request.path.partition("?")
        pairs = [p.partition("=")[::2] for p in query.split("&")] if query else []
        decoded = [(urllib.parse.unquote(a), urllib.parse.unquote(b)) for a, b in pairs]
        canonical_query = "&".join(sorted(f"{quote(a)}={quote(b)}" for a, b in decoded))
        canonical_path = quote(urllib.parse.unquote(path, errors="surrogateescape").encode(errors="surrogateescape"), "/")
        word, _, rest = request.headers.get("Authorization", "").partition(" ")
        if word != "AWS4-HMAC-SHA256":
            return "no signature"
        fields = dict(p.strip().split("=", 1) for p in rest.split(","))
        signed = fields["SignedHeaders"].split(";")
        stamp = request.headers.get("X-Amz-Date", "")
        payload = request.headers.get("x-amz-content-sha256", "")
        if signed != sorted(signed) or not {"host", "x-amz-date", "x-amz-content-sha256"} <= set(signed):
            return "headers that must be signed are not"
        if self.token and (request.headers.get("x-amz-security-token") != self.token or "x-amz-security-token" not in signed):
            return "no token of the session, or not signed"
        if payload != hashlib.sha256(b"").hexdigest():
            return "another payload"
        when = datetime.datetime.strptime(stamp, "%Y%m%dT%H%M%SZ").replace(tzinfo=datetime.timezone.utc)
        if abs((datetime.datetime.now(datetime.timezone.utc) - when).total_seconds()) > 900:
            return "another time"
        scope = f"{stamp[:8]}/{self.region}/s3/aws4_request"
        if fields["Credential"] != f"{self.key}/{scope}":
            return "another key, day, region or service"
        headers = "".join(f"{h}:{' '.join(request.headers[h].split())}\n" for h in signed)
        canonical = "\n".join(["GET", canonical_path, canonical_query, headers, ";".join(signed), payload])
        text = "\n".join(["AWS4-HMAC-SHA256", stamp, scope, hashlib.sha256(canonical.encode()).hexdigest()])
        return None if hmac.compare_digest(self.sign(text, stamp[:8]), fields["Signature"]) else "a wrong signature"

    def refuse(self, request, status, code, **headers):
        body = f"<Error><Code>{code}</Code><Message>of the test</Message></Error>".encode()
        request.answer(status, body, Content_Type="application/xml", **headers)

    def list(self, request, bucket, query):
        if query.get("list-type") != "2" or query.get("encoding-type") != "url":
            return self.refuse(request, 400, "InvalidArgument")
        prefix, token = query.get("prefix", ""), query.get("continuation-token")
        keys = sorted((k for k in self.buckets[bucket] if k.startswith(prefix)), key=str.encode)
        start = 0
        if token:
            if not token.startswith("tok/en+=&"):
                return self.refuse(request, 400, "InvalidArgument")
            start = int(token[9:])
        page = keys[start:start + self.page]
        more = start + self.page < len(keys)
        parts = ['<?xml version="1.0" encoding="UTF-8"?>\n<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">',
                 f"<Name>{bucket}</Name><KeyCount>{len(page)}</KeyCount><MaxKeys>{self.page}</MaxKeys>",
                 f"<EncodingType>url</EncodingType><IsTruncated>{str(more).lower()}</IsTruncated>"]
        for key in page:
            encoded = urllib.parse.quote_plus(key, safe="/-._~*")
            parts.append(f"<Contents><Key>{escape(encoded)}</Key><LastModified>2026-01-01T00:00:00.000Z</LastModified>"
                         f"<ETag>&quot;e&quot;</ETag><Size>{len(self.buckets[bucket][key])}</Size>"
                         "<StorageClass>STANDARD</StorageClass></Contents>")
        if more:
            parts.append(f"<NextContinuationToken>{escape(f'tok/en+=&{start + self.page}')}</NextContinuationToken>")
        return request.answer(200, "".join([*parts, "</ListBucketResult>"]).encode(), Content_Type="application/xml")

    def handle(self, request):
        path, _, query = request.path.partition("?")
        bucket, _, key = urllib.parse.unquote(path)[1:].partition("/")
        if not self.anonymous:
            fault = self.fault_of_signature(request)
            if fault:
                return self.refuse(request, 403, "SignatureDoesNotMatch")
        if bucket not in self.buckets:
            return self.refuse(request, 404, "NoSuchBucket")
        name = f"{bucket}/{key}" if key else f"list {bucket}"
        if self.behave and self.behave(self, request, name):
            return None
        if not key:
            return self.list(request, bucket, dict(urllib.parse.parse_qsl(query, keep_blank_values=True)))
        if key in self.denied:
            return self.refuse(request, 403, "AccessDenied")
        if key not in self.buckets[bucket]:
            return self.refuse(request, 404, "NoSuchKey")
        return request.give(self.buckets[bucket][key])


def drip(request, seconds):
    """Sends a byte now and then."""
    request.send_response(200)
    request.send_header("Content-Length", "1000000")
    request.end_headers()
    for _ in range(int(seconds * 10)):
        request.wfile.write(b"x")
        request.wfile.flush()
        time.sleep(0.1)
    request.close_connection = True


def endless(request, piece=b"a" * 65536):
    """A body in chunks that never ends."""
    request.send_response(200)
    request.send_header("Transfer-Encoding", "chunked")
    request.end_headers()
    while True:
        request.wfile.write(f"{len(piece):x}\r\n".encode() + piece + b"\r\n")
