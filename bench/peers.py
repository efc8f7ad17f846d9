"""Whom anshen is measured against, one row each, with what each of them does not do. Not a command itself.

A peer is told as fast as it can be made to go: the fewest patterns that answer the question, no start-up counted where it is
a library, the faster of two ways of asking. What it answers is held against the truth of the generated data, for a fast
wrong count is not a competitor.
"""
import pathlib
import re
import shutil
import subprocess
import venv
from typing import Callable, NamedTuple

import kit

ALL = r"[0-9]{17}[0-9Xx]|1[3-9][0-9]{9}|[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+\.[A-Za-z]{2,}|[0-9]{16,19}"
VENV = kit.FOLDER / "venv"
PACKAGES = {"duckdb": "duckdb==2.0.1", "presidio": "presidio-analyzer==2.2.366"}
PART = 16               # megabytes of the other file that a slow peer is given
HERE = pathlib.Path(__file__).resolve().parent


class Peer(NamedTuple):
    name: str
    group: str                      # what PEERS names
    lacks: str                      # what it does not do that anshen does
    run: Callable                   # of (shape, path): {"seconds", "peak", perhaps "occurrences" or "distinct" or "hits"}
    shapes: tuple = tuple(kit.SHAPES)
    threads: int = 1
    slow: bool = False              # given a smaller file of the same shape, and once
    once: bool = False


def shell(line, hits=False):
    """A peer that is a line of bash with the path in {}. What it prints is how many hits it had, if it says so."""
    def run(_shape, path):
        seconds, peak, done = kit.timed(line.replace("{}", f"'{path}'"))
        if done.returncode:
            raise RuntimeError(f"ended with {done.returncode}")
        found = {"hits": int(done.stdout)} if hits else {}
        return {"seconds": seconds, "peak": peak, **found}
    return run


def reader(what):
    return lambda _shape, path: kit.told([kit.READER, what, path])


def patterns(what):
    return lambda _shape, path: kit.told([kit.BUILD / "bench/bench-patterns", what, path])


def duckdb(what, threads):
    words = [VENV / "bin/python", HERE / "peer_duckdb.py", what]
    return lambda shape, path: kit.told([*words, shape, path, threads])


def presidio(_shape, path):
    return kit.told([VENV / "bin/python", HERE / "peer_presidio.py", path])


PYTHON = ("import re, sys; one = re.compile(rb'" + ALL + "'); "
          "print(len({m for line in open(sys.argv[1], 'rb') for m in one.findall(line)}))")
PERL = r"while (/" + ALL.replace("@", r"\@") + r"/g) { $seen{$&} = 1 } END { print scalar keys %seen }"
NO_PEOPLE = "check digits, spellings made equal, people"
TABLES = ("dense", "users")
ALWAYS = "always"
PEERS = [
    Peer("read() only", ALWAYS, "looks at nothing", reader("read")),
    Peer("read() and sum", ALWAYS, "adds up the bytes (AVX2 where it is there)", reader("sum")),
    Peer("wc -l", ALWAYS, "counts line feeds", shell("wc -l {} > /dev/null")),
    Peer("rg -c '[0-9]{11}'", "rg", "counts lines with 11 digits: one kind, no value",
         shell("rg -j1 -c '[0-9]{11}' {} > /dev/null")),
    Peer("rg -o ALL", "rg", f"prints hits: distinct, {NO_PEOPLE}", shell(f"rg -j1 -o -e '{ALL}' {{}} > /dev/null"), once=True),
    Peer("rg -o ALL | sort -u | wc -l", "rg", NO_PEOPLE,
         shell(f"rg -j1 -o -e '{ALL}' {{}} | sort -u | wc -l", hits=True), slow=True),
    Peer("grep -oE ALL | sort -u | wc -l", "grep", NO_PEOPLE, shell(f"grep -oE '{ALL}' {{}} | sort -u | wc -l", hits=True),
         slow=True),
    Peer("perl, a pattern and a hash", "perl", NO_PEOPLE, shell(f"perl -ne '{PERL}' {{}}", hits=True), slow=True),
    Peer("python, re and a set", "python", NO_PEOPLE, shell(f'python3 -c "{PYTHON}" {{}}', hits=True), slow=True),
    Peer("vectorscan, ends only", "vectorscan", f"calls back at the end of a match, no value: distinct, {NO_PEOPLE}",
         patterns("ends")),
    Peer("vectorscan, with starts", "vectorscan", f"calls back with start and end: distinct, {NO_PEOPLE}", patterns("som")),
    Peer("duckdb typed, 1 thread", "duckdb", f"told which column is what: finding, {NO_PEOPLE}", duckdb("typed", 1), TABLES),
    Peer("duckdb typed, 2 threads", "duckdb", f"told which column is what: finding, {NO_PEOPLE}", duckdb("typed", 2), TABLES, 2),
    Peer("duckdb regexp, 1 thread", "duckdb", f"told which column: {NO_PEOPLE}", duckdb("regexp", 1), TABLES, once=True),
    Peer("duckdb regexp, 2 threads", "duckdb", f"told which column: {NO_PEOPLE}", duckdb("regexp", 2), TABLES, 2, once=True),
    Peer("duckdb lines, 1 thread", "duckdb", f"the first of a kind in a line: {NO_PEOPLE}", duckdb("lines", 1), once=True),
    Peer("duckdb lines, 2 threads", "duckdb", f"the first of a kind in a line: {NO_PEOPLE}", duckdb("lines", 2), threads=2,
         once=True),
    Peer("presidio, patterns only", "presidio", "of IDs and mobiles only a pattern: distinct, spellings made equal, people",
         presidio, slow=True),
]
GROUPS = tuple(dict.fromkeys(peer.group for peer in PEERS if peer.group != ALWAYS))


def install(package):
    """Puts a package into build-bench/venv unless it is there in that version. The reason why not, or ''."""
    python = VENV / "bin/python"
    try:
        if not python.exists():
            venv.create(VENV, with_pip=True)
    except (OSError, subprocess.CalledProcessError) as e:
        return f"no virtual environment can be made: {e}"
    name, version = package.split("==")
    asks = f"import importlib.metadata as m, sys; sys.exit(m.version('{name}') != '{version}')"
    if not subprocess.run([python, "-c", asks], stderr=subprocess.DEVNULL).returncode:
        return ""
    print(f"installing {package} into {VENV.relative_to(kit.ROOT)}", flush=True)
    words = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", package]
    done = subprocess.run(words, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    if not done.returncode:
        return ""
    lines = [line.removeprefix("ERROR: ") for line in done.stderr.split("\n") if line.startswith("ERROR")]
    lines = lines or [f"pip ended with {done.returncode}"]
    # Of the reason, not the address that was asked.
    return f"{package} cannot be installed: " + re.sub(r"\S*://\S+", "(an address)", lines[-1])


def missing(group):
    """Why a group cannot be run, or ''."""
    if group in PACKAGES:
        return install(PACKAGES[group])
    if group == "vectorscan":
        return "" if kit.build("bench/bench-patterns") else "libvectorscan-dev is not installed, or does not build"
    program = {"python": "python3"}.get(group, group)
    return "" if shutil.which(program) else f"no program '{program}'"


def choose(words):
    """The groups that PEERS asks for ('all', 'none', or names), those that can be run; and {group: why not}."""
    asked = GROUPS if words in ("", "all") else () if words == "none" else tuple(words.replace(",", " ").split())
    wrong = [group for group in asked if group not in GROUPS]
    if wrong:
        kit.fail(f"no peer '{wrong[0]}'; there are: {' '.join(GROUPS)}")
    reasons = {group: missing(group) for group in asked}
    return [g for g in asked if not reasons[g]], {g: why for g, why in reasons.items() if why}


def share(found, truth, what):
    """What a peer counted, in per cent of the truth, in words."""
    parts = [f"{kind} {100 * found[kind] / max(1, truth['identifiers'][kind][what]):.0f} %" for kind in kit.KINDS]
    return f"{what} found, of the true: " + ", ".join(parts)


def answer(got, truth):
    """What a peer found beside what is there, in words; '' when it does not say."""
    for what in ("occurrences", "distinct"):
        if what in got:
            return share(got[what], truth, what)
    if "hits" in got:
        return f"{got['hits']:,} distinct texts, where {kit.total(truth, 'distinct'):,} identifiers are"
    return ""
