"""What the end-to-end cases share: running the program in a folder of its own, and saying in TAP what holds.

A case is a function with @case("a sentence"). It gets a Folder, makes files in it, runs the program, and calls
`folder.hold(condition, "what should hold")`. Whatever was named with `folder.secret(value)` must not be found in
any output of the program; that is looked at after every run.
"""
import json
import os
import pathlib
import re
import resource
import subprocess
import tempfile
import threading
import time

ANSHEN = os.path.abspath(os.environ.get("ANSHEN", ""))
AS_OF = "2026-11-23"
CASES = []


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
            child = subprocess.Popen(self.words, cwd=cwd, env=env, stdin=stdin or subprocess.DEVNULL, stdout=out, stderr=err,
                                     user=user, group=user, extra_groups=[] if user else None)
            timer = threading.Timer(limit, child.kill)
            timer.start()
            _, status, usage = os.wait4(child.pid, 0)
            timer.cancel()
            child.returncode = os.waitstatus_to_exitcode(status)
            out.seek(0)
            err.seek(0)
            self.out, self.err = out.read(), err.read()
        self.status, self.peak = child.returncode, usage.ru_maxrss * 1024
        self.seconds = time.monotonic() - begin

    @property
    def text(self):
        return (self.out + b"\n" + self.err).decode("utf-8", "replace")

    def __str__(self):
        return f"{' '.join(self.words[1:])}: status {self.status}, {self.seconds:.1f} s, {self.text.strip()[-600:]}"


class Folder:
    def __init__(self, path):
        self.path = pathlib.Path(path)
        self.tmp = self.path / ".tmp"
        self.tmp.mkdir()
        self.faults, self.notes, self.secrets = [], [], []

    def __truediv__(self, name):
        return self.path / name

    def hold(self, condition, what):
        if not condition:
            self.faults.append(str(what))
        return bool(condition)

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
        variables.update(TMPDIR=str(self.tmp), LC_ALL="C.UTF-8", **(env or {}))
        run = Run([ANSHEN, *words], self.path, variables, stdin, user, limit)
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
            self.hold(value not in data, f"no personal value in {where}")

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


def is_whole_message(text, name):
    """Whether a message names the file, and says something about it in lower case."""
    return re.search(re.escape(name) + r".*[a-z]{3}", text) is not None


def peak_of_children():
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024
