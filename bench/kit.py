"""What the commands of bench/ share: building, generated data, timing, the machine. Not a command itself."""
import datetime
import json
import os
import pathlib
import platform
import re
import shutil
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
FOLDER = ROOT / "build-bench"
BUILD = FOLDER / "release"
ANSHEN = BUILD / "src/cmd/anshen"
PORTABLE = FOLDER / "portable/src/cmd/anshen"       # without vector instructions of its own
READER = BUILD / "bench/bench-reader"
SHAPES = {"dense": "dense.csv", "users": "users.jsonl", "sparse": "sparse.log"}
# What is held against the truth. Not ipv4: the generator counts those of people, anshen all of them.
KINDS = ("cn-resident-id", "cn-mobile", "email", "bank-card")
BUSY = 0.5              # load average from which figures of a run are of little worth
SLOW = 30               # seconds: what takes longer is not run again


def fail(text):
    sys.exit(f"{pathlib.Path(sys.argv[0]).parent.name}/{pathlib.Path(sys.argv[0]).name}: {text}")


def ninja(target, folder=BUILD):
    return not subprocess.run(["ninja", "-C", str(folder), target], stdout=subprocess.DEVNULL,
                              stderr=subprocess.DEVNULL).returncode


def configure(folder=BUILD, *more):
    words = ["meson", "setup", str(folder), str(ROOT), "--buildtype=release", "-Db_ndebug=false", "-Dtests=disabled", *more]
    if (folder / "build.ninja").exists():
        words.append("--reconfigure")
    if subprocess.run(words, stdout=subprocess.DEVNULL).returncode:
        fail("the release build cannot be configured")


def build(*targets):
    """Builds the program and what is named. True, or False when one of those is not to be had here."""
    if not (BUILD / "build.ninja").exists():
        configure()
    if not ninja("src/cmd/anshen") or not ninja("bench/bench-reader"):
        fail("the release build fails (see: ninja -C build-bench/release)")
    for target in targets:
        if not ninja(target):
            configure()         # what it needs may have been installed since
            if not ninja(target):
                return False
    return True


def build_portable():
    """The program as it runs on a processor of which it knows no vector instructions: it is told so when built."""
    folder = FOLDER / "portable"
    if not (folder / "build.ninja").exists():
        configure(folder, "-Dc_args=-D__builtin_cpu_supports(x)=0")
    if not ninja("src/cmd/anshen", folder):
        fail("the portable build fails (see: ninja -C build-bench/portable)")


def quietly(words, why):
    done = subprocess.run([str(word) for word in words], stdout=subprocess.DEVNULL)
    if done.returncode:
        fail(why)


def truth_path(path):
    return path.with_suffix(path.suffix + ".truth.json")


def generate(shape, path, rows, seed=1):
    quietly([ANSHEN, "gen", "--shape", shape, "--rows", rows, "--seed", seed, "-o", path, "--truth", truth_path(path),
             "--quiet"], f"cannot generate {path.name}")
    return json.loads(truth_path(path).read_text(encoding="utf-8"))


def corpus(shape, megabytes, tag=""):
    """The file of that shape and its truth; made unless a file of about that size is there."""
    path = FOLDER / "data" / (tag + SHAPES[shape])
    wanted = megabytes * 1000000
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists() and truth_path(path).exists() and abs(path.stat().st_size - wanted) < wanted / 10:
        return path, json.loads(truth_path(path).read_text(encoding="utf-8"))
    sample = path.with_name("sample-" + path.name)
    generate(shape, sample, 50000)
    rows = max(1000, wanted * 50000 // sample.stat().st_size)
    sample.unlink()
    truth_path(sample).unlink()
    print(f"making {path.relative_to(ROOT)}: {rows:,} records", flush=True)
    return path, generate(shape, path, rows)


def timed(words, folder=None, env=None):
    """Seconds, peak memory in bytes (of the largest process), and the ended command. A text is a line of bash."""
    note = FOLDER / f"peak-{os.getpid()}"
    command = ["/bin/bash", "-o", "pipefail", "-c", words] if isinstance(words, str) else [str(word) for word in words]
    command = ["/usr/bin/time", "-f", "%M", "-o", str(note), *command]
    began = time.perf_counter()
    done = subprocess.run(command, cwd=folder or ROOT, env={**os.environ, "LC_ALL": "C", **(env or {})},
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    seconds = time.perf_counter() - began
    peak = int(note.read_text(encoding="ascii").split()[-1]) * 1024
    note.unlink()
    return seconds, peak, done


def told(words, env=None):
    """What a command prints as one line of JSON, with the peak memory of it as "peak"."""
    _, peak, done = timed(words, env=env)
    if done.returncode:
        last = done.stderr.decode(errors="replace").strip().split("\n")[-1]
        raise RuntimeError(f"ended with {done.returncode}: {last}")
    return {**json.loads(done.stdout), "peak": peak}


def run_anshen(path, threads, *more, program=ANSHEN):
    """Seconds, peak memory, and the result. Run in a folder of its own, for it leaves files."""
    folder = FOLDER / f"run-{os.getpid()}"
    folder.mkdir(parents=True)
    words = [program, "check", path, "--threads", threads, "--quiet", "--json", "result.json", *more]
    seconds, peak, done = timed(words, folder=folder)
    if done.returncode not in (0, 3):
        shutil.rmtree(folder)
        fail(f"anshen check ended with {done.returncode}: {done.stderr.decode(errors='replace').strip()}")
    result = json.loads((folder / "result.json").read_text(encoding="utf-8"))
    shutil.rmtree(folder)
    return seconds, peak, result


def differences(result, truth):
    """What of the result is not the truth, in words."""
    wrong = []
    floor, ceiling = result["people"]["floor"], result["people"]["ceiling"]
    if not (floor <= truth["people"] and (ceiling is None or truth["people"] <= ceiling)):
        wrong.append(f"people: {truth['people']} is not in {floor}..{ceiling}")
    for kind in KINDS:
        numbers, found = truth["identifiers"][kind], result["identifiers"].get(kind, {})
        for what in ("occurrences", "distinct"):
            if found.get(what, 0) != numbers[what]:
                wrong.append(f"{kind} {what}: {found.get(what, 0)}, not {numbers[what]}")
    return wrong


def total(truth, what):
    return sum(truth["identifiers"][kind][what] for kind in KINDS)


def warm(path):
    """Reads a file once, so that it is in memory."""
    with open(path, "rb", buffering=0) as f:
        while f.read(1 << 20):
            pass


def machine():
    """What a figure cannot be read without. No name of the machine or of a place on it."""
    words = dict(line.split(":", 1) for line in pathlib.Path("/proc/cpuinfo").read_text(errors="replace").splitlines()
                 if ":" in line)
    words = {key.strip(): value.strip() for key, value in words.items()}
    flags = words.get("flags", words.get("Features", "")).split()
    memory = int(re.search(r"MemTotal:\s+(\d+)", pathlib.Path("/proc/meminfo").read_text())[1]) * 1024
    git = ["git", "-C", str(ROOT), "describe", "--always", "--dirty", "--exclude", "*"]
    commit = subprocess.run(git, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True).stdout.strip()
    return {"date": datetime.date.today().isoformat(), "cpu": words.get("model name", platform.machine()),
            "family": words.get("cpu family"), "model": words.get("model"), "cores": os.cpu_count(),
            "flags": [f for f in flags if re.match(r"(avx|vaes|gfni|sha|bmi|asimd|sve|hypervisor)", f)],
            "memory": memory, "kernel": platform.release(), "load": round(os.getloadavg()[0], 2),
            "commit": commit or None}


def compiler():
    """What the program was compiled with, as it says itself."""
    words = ["readelf", "-p", ".comment", str(ANSHEN)]
    told = subprocess.run(words, stdout=subprocess.PIPE, text=True).stdout
    names = sorted(set(re.findall(r"(?:GCC: .*|.*clang version .*)", told)))
    return "; ".join(re.sub(r"^\s*\[[^\]]*\]\s*", "", name).strip() for name in names) or "unknown"


def introduce(about):
    """Once the program is built."""
    about["compiler"] = compiler()
    print(f"{about['cpu']} (family {about['family']}, model {about['model']}), {about['cores']} cores, "
          f"{about['memory'] / 1e9:.0f} GB, Linux {about['kernel']}, {about['compiler']}, commit {about['commit']}")
    print("    " + " ".join(about["flags"]))
    if about["load"] > BUSY:
        print(f"LOADED: the load average was {about['load']:.2f} at the start; only ratios within the run mean anything")


def result_name(about, what=""):
    """Of the file in bench/results that a whole run leaves."""
    cpu = re.sub(r"[^a-z0-9]+", "-", f"{about['cpu']} {about['family']}-{about['model']}".lower()).strip("-")
    return f"{about['date']}-{cpu}{what}.json"


def write(path, value):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    print(f"written: {path.relative_to(ROOT)}")
