"""What the end-to-end cases share: running the program in a folder of its own, and saying in TAP what holds.

A case is a function with @case("a sentence"). It gets a Folder, makes files in it, runs the program, and calls
`folder.hold(condition, "what should hold")`. Whatever was named with `folder.secret(value)` must not be found in
any output of the program; that is looked at after every run.
"""
import json
import os
import pathlib
import re
import subprocess
import tempfile
import threading
import time

ANSHEN = os.path.abspath(os.environ.get("ANSHEN", ""))
AS_OF = "2026-11-23"
SLOW = 6            # how much longer a build under sanitizers may take; its memory says nothing
CASES = []


def is_sanitized():
    return b"__asan_init" in pathlib.Path(ANSHEN).read_bytes()


def case(name, alone=False):
    """`alone`: measures memory or time, so that nothing else may run beside it."""
    def add(function):
        CASES.append((name, function, alone))
        return function
    return add


class Skip(Exception):
    pass


class Run:
    """One run of the program: status, stdout and stderr as bytes, seconds, peak memory in bytes."""

    def __init__(self, words, cwd, env, stdin, user, limit):
        self.words = [str(w) for w in words]
        begin = time.monotonic()
        with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
            child = subprocess.Popen(self.words, cwd=cwd, env=env, stdin=stdin or subprocess.DEVNULL, stdout=out,
                                     stderr=err,
                                     user=user, group=user, extra_groups=[] if user else None)
            timer = threading.Timer(limit, child.kill)
            timer.start()
            self.peak = self.watch(child)
            timer.cancel()
            out.seek(0)
            err.seek(0)
            self.out, self.err = out.read(), err.read()
        self.status, self.seconds = child.returncode, time.monotonic() - begin

    @staticmethod
    def watch(child):
        """Waits for the end; the most memory there was. Not getrusage's, which counts what we had when we forked."""
        peak, wait = 0, 0.001
        while True:
            try:
                child.wait(wait)
                return peak
            except subprocess.TimeoutExpired:
                wait = min(2 * wait, 0.02)
            try:
                found = re.search(rb"VmHWM:\s*(\d+) kB", pathlib.Path(f"/proc/{child.pid}/status").read_bytes())
                peak = int(found[1]) * 1024 if found else peak
            except OSError:
                pass

    @property
    def text(self):
        return (self.out + b"\n" + self.err).decode("utf-8", "replace")

    def __str__(self):
        said = (self.err.strip() or self.out).decode("utf-8", "replace").split()
        return f"{' '.join(self.words[1:])}: status {self.status}, {self.seconds:.1f} s, {' '.join(said)[:160]}"


class Folder:
    def __init__(self, path):
        self.path = pathlib.Path(path)
        self.tmp = self.path / "spill"
        self.tmp.mkdir()
        self.faults, self.notes, self.secrets = [], [], []
        self.sanitized = is_sanitized()

    def __truediv__(self, name):
        return self.path / name

    def hold(self, condition, what):
        if not condition:
            self.faults.append(str(what))
        return bool(condition)

    def hold_memory(self, run, limit, what):
        """That a run never had more than `limit` bytes."""
        if not self.sanitized:
            self.hold(run.peak <= limit, f"{what}: {run.peak >> 20} MiB at most, of {limit >> 20}")

    def note(self, text):
        self.notes.append(text)

    def secret(self, *values):
        self.secrets += [v.encode() if isinstance(v, str) else v for v in values]

    def write(self, name, data):
        path = self.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data if isinstance(data, bytes) else data.encode())
        return path

    def anshen(self, *words, expect=None, stdin=None, user=None, limit=60, env=None):
        """Runs the program. `expect`: the exit status there must be, or a tuple of those allowed."""
        variables = {k: v for k, v in os.environ.items() if not k.startswith("LC_") and k != "LANG"}
        variables.update({"TMPDIR": str(self.tmp), "LC_ALL": "C.UTF-8", **(env or {})})
        run = Run([ANSHEN, *words], self.path, variables, stdin, user, limit * (SLOW if self.sanitized else 1))
        if expect is not None:
            allowed = expect if isinstance(expect, tuple) else (expect,)
            self.hold(run.status in allowed, f"status {expect}: {run}")
        else:
            self.hold(run.status >= 0, f"no signal ends it: {run}")
        self.look_for_secrets(run.out, f"standard output of {run.words[1:]}")
        self.look_for_secrets(run.err, f"standard error of {run.words[1:]}")
        self.hold(not list(self.tmp.iterdir()), f"nothing stays in TMPDIR after {run.words[1:]}")
        return run

    def look_for_secrets(self, data, where):
        for value in self.secrets:
            if value in data:
                at = data.index(value)
                self.hold(False, f"no personal value in {where}: {data[max(0, at - 40):at + len(value) + 10]!r}")
                break

    def result(self, *words, expect=0, **more):
        """`check` or another verb with --json; the result, or None when there is none."""
        name = f"result-{len(list(self.path.glob('result-*')))}.json"
        with_day = [] if "--as-of" in words or words[0] in ("count", "merge") else ["--as-of", AS_OF]
        report = ["--report", "none"] if words[0] == "check" and "--report" not in words else []
        run = self.anshen(*words, *with_day, *report, "--json", name, expect=expect, **more)
        try:
            data = (self.path / name).read_bytes()
            self.look_for_secrets(data, f"the JSON of {run.words[1:]}")
            return json.loads(data), run
        except (OSError, ValueError) as e:
            self.hold(False, f"a result of {run}: {e}")
            return None, run


def store(result, name):
    """The store whose uri ends in `name`; a KeyError is a fault of the case."""
    found = [s for s in result["stores"] if s["uri"].endswith(name)]
    if len(found) != 1:
        raise KeyError(f"{len(found)} stores whose uri ends in {name}: {[s['uri'] for s in result['stores']]}")
    return found[0]


def distinct(result, kind):
    return result["identifiers"].get(kind, {}).get("distinct", 0)


def resident_id(n):
    """A valid resident ID, another for each n."""
    body = f"110105{1950 + n // 300 % 50}{1 + n // 25 % 12:02d}{1 + n % 25:02d}{(n * 7 + 1) % 1000:03d}"
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    return body + "10X98765432"[sum(int(c) * w for c, w in zip(body, weights)) % 11]


def mobile(n):
    """A mobile number that is no placeholder, another for each n."""
    return f"139{10000000 + (n * 7919 + 24681357) % 89999999}"


def table(count, first=0):
    """A CSV of `count` people with ID, mobile and mail address."""
    rows = [f"张伟,{resident_id(n)},{mobile(n)},u{n}@mail.qq.com" for n in range(first, first + count)]
    return "姓名,身份证号,手机号,邮箱\n" + "\n".join(rows) + "\n"


def run_one(item):
    name, function, _ = item
    with tempfile.TemporaryDirectory(prefix="anshen-e2e-") as path:
        folder = Folder(path)
        begin = time.monotonic()
        try:
            function(folder)
        except Skip as e:
            return name, None, [str(e)], 0
        except Exception as e:      # a case that cannot go on is a case that fails, and the others go on
            folder.faults.append(f"{type(e).__name__}: {e}")
        return name, folder.faults, folder.notes, time.monotonic() - begin
