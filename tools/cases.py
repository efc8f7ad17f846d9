"""Builds a variant with Meson, runs its tests, and counts the single cases they are made of."""
import json
import os
import pathlib
import re
import subprocess

ROOT = pathlib.Path(__file__).resolve().parent.parent
TAP = re.compile(r"^(not )?ok (\d+)\s*(?:- )?(.*?)\s*(?:#\s*(skip)\b\s*(.*))?$", re.IGNORECASE)

# UBSan only prints unless told to stop; a leak or a race must fail the test it happens in.
SANITIZERS = {
    "ASAN_OPTIONS": "detect_leaks=1:strict_string_checks=1:detect_stack_use_after_return=1",
    "UBSAN_OPTIONS": "halt_on_error=1:print_stacktrace=1",
    "TSAN_OPTIONS": "halt_on_error=1:second_deadlock_stack=1",
}


def configure(folder, options=(), compiler=None, say=None):
    """Configures build folder `folder` (under ROOT) and builds it. True when both went well."""
    env = dict(os.environ)
    if compiler:
        env["CC"] = compiler
    # A folder that is there may have been configured by somebody else, for less.
    there = (ROOT / folder / "build.ninja").exists()
    if not there or options:
        words = ["meson", "setup", *(["--reconfigure"] if there else []), folder, *options]
        if subprocess.run(words, cwd=ROOT, env=env, stdout=say, stderr=say).returncode:
            return False
    return subprocess.run(["ninja", "-C", folder], cwd=ROOT, stdout=say, stderr=say).returncode == 0


def run_tests(folder, arguments=(), say=None, prefix=()):
    """Runs the tests of a built folder, as a child of `prefix`; {case: "passed" | "failed" | "skipped"}."""
    log = ROOT / folder / "meson-logs" / "testlog.json"
    log.unlink(missing_ok=True)
    env = dict(os.environ)
    for name, value in SANITIZERS.items():
        env.setdefault(name, value)
    words = [*prefix, "meson", "test", "-C", folder, "--print-errorlogs", *arguments]
    status = subprocess.run(words, cwd=ROOT, env=env, stdout=say, stderr=say).returncode
    cases, bad = read_log(log) if log.exists() else ({}, 0)
    if not cases or status and not bad:
        cases["meson test"] = "failed"          # it could not start, found nothing to run, or broke off
    return cases


def read_log(path):
    """The cases of every test in Meson's log, and how many tests Meson itself holds to be bad."""
    cases, bad = {}, 0
    for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
        test = json.loads(line)
        bad += is_bad(test)
        name = test["name"].rsplit(" / ", 1)[-1]
        for case, result in cases_of(test):
            cases[f"{name}: {case}" if case else name] = result
    return cases, bad


def is_bad(test):
    return test["result"] not in ("OK", "SKIP", "EXPECTEDFAIL")


def cases_of(test):
    """The cases of one test: the lines of its TAP, or the test itself where it has none."""
    found = []
    for line in (test.get("stdout") or "").splitlines():
        match = TAP.match(line)
        if match:
            # cmocka 1.1.5 writes "not ok 3 # SKIP name", and Meson takes that for a failure.
            skipped = bool(match[4])
            case = match[3] or (match[5] if skipped else "") or match[2]
            if any(case == other for other, _ in found):
                case = f"{case} ({len(found) + 1})"
            found.append((case, "skipped" if skipped else "failed" if match[1] else "passed"))
    bad = is_bad(test)
    if not found:
        return [("", "failed" if bad else "skipped" if test["result"] == "SKIP" else "passed")]
    # It died before its last case, or after it (a leak): that is one failure more, of no case that is named.
    only_skips = test["result"] == "FAIL" and test.get("returncode") == 0
    if bad and not only_skips and not any(result == "failed" for _, result in found):
        found.append(("ended badly (" + test["result"].lower() + ")", "failed"))
    return found


def count(cases, result):
    return sum(1 for value in cases.values() if value == result)
