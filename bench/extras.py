"""What bench/run measures beside three large files: compressed input, many small files, a cold file, a judgement.

Each section is a function of (megabytes, rounds, threads) that prints a table and returns what goes into the result.
"""
import json
import os
import shutil
import statistics
import subprocess
import time

import kit

FILES = int(os.environ.get("BENCH_FILES", 100000))
FILE_BYTES = 4096


def medians(jobs, rounds):
    """Runs jobs, {name: function that returns seconds}, in turn, slow ones once; {name: (median, min)}."""
    seconds = {name: [] for name in jobs}
    for _ in range(rounds):
        for name, job in jobs.items():
            if max(seconds[name], default=0) <= kit.SLOW:
                seconds[name].append(job())
    return {name: (statistics.median(all_), min(all_)) for name, all_ in seconds.items()}


def command(line):
    def job():
        seconds, _, done = kit.timed(line)
        if done.returncode:
            kit.fail(f"{line.split()[0]} ended with {done.returncode}")
        return seconds
    return job


def counted(path, count, truth, wrong):
    """A job that runs anshen, and notes what of its answer is not the truth."""
    def job():
        seconds, _, result = kit.run_anshen(path, count)
        wrong.extend(w for w in kit.differences(result, truth) if w not in wrong)
        return seconds
    return job


def say_wrong(wrong):
    print("anshen's answers: " + ("those of the truth" if not wrong else "WRONG"))
    for text in wrong:
        print(f"    {text}")


def packed(megabytes, rounds, threads):
    """A file in gzip and zstd beside what only unpacks it."""
    rows, wrong = [], []
    print(f"\n{'compressed':<44} {'median s':>9} {'GB/s':>8} {'of unpacking':>13}")
    for shape in ("dense", "sparse"):
        path, truth = kit.corpus(shape, megabytes)
        for packer, suffix, unpackers in ((["gzip", "-kf"], ".gz", ("gzip -dc", "libdeflate-gzip -dc")),
                                          (["zstd", "-qkf"], ".zst", ("zstd -dc",))):
            file = path.with_name(path.name + suffix)
            if not file.exists() or file.stat().st_mtime < path.stat().st_mtime:
                kit.quietly([*packer, path], f"{packer[0]} cannot pack")
            kit.warm(file)
            unpackers = [u for u in unpackers if shutil.which(u.split()[0])]
            jobs = {u: command(f"{u} '{file}' > /dev/null") for u in unpackers}
            jobs |= {str(count): counted(file, count, truth, wrong) for count in threads}
            found, best = medians(jobs, rounds), {}
            for name, (median, least) in found.items():
                ours = name.isdigit()
                words = f"anshen check {file.name}, {name} thread{'s' * (name != '1')}" if ours else f"{name} {file.name}"
                row = {"name": words, "median": median, "min": least, "gb_per_s": path.stat().st_size / median / 1e9}
                if not ours and (not best or row["median"] < best["median"]):
                    best = row | {"beside": name}
                ratio = ""
                if ours and best:
                    row |= {"of_unpacking": best["median"] / median, "beside": best["beside"], "threads": int(name)}
                    ratio = f"{row['of_unpacking']:.3f}"
                rows.append(row)
                print(f"{words:<44} {median:9.3f} {row['gb_per_s']:8.3f} {ratio:>13}")
    say_wrong(wrong)
    return {"rows": rows, "wrong": wrong}


def pieces():
    """A folder of FILES files of about 4 KB, cut from one CSV at its lines, each with the heading; and the truth."""
    folder, note = kit.FOLDER / "data/small", kit.FOLDER / "data/small.json"
    if note.exists():
        told = json.loads(note.read_text(encoding="utf-8"))
        if told["wanted"] == FILES and folder.exists():
            return folder, told
    shutil.rmtree(folder, ignore_errors=True)
    whole = kit.FOLDER / "data/small.csv"
    sample = kit.generate("dense", whole, 10000)
    records = FILES * (FILE_BYTES - 70) // (sample["bytes"] // 10000)
    print(f"making {folder.relative_to(kit.ROOT)}: {FILES:,} files", flush=True)
    truth = kit.generate("dense", whole, records)
    made, size = 0, 0
    with open(whole, "rb") as f:
        heading, lines = f.readline(), []
        for line in [*f, b""]:
            if line and size + len(line) <= FILE_BYTES:
                lines.append(line)
                size += len(line)
                continue
            inside = folder / f"{made // 1000:04}"
            inside.mkdir(parents=True, exist_ok=True)
            (inside / f"{made:07}.csv").write_bytes(b"".join([heading, *lines]))
            made, lines, size = made + 1, [line], len(heading) + len(line)
    whole.unlink()
    told = truth | {"wanted": FILES, "files": made}
    note.write_text(json.dumps(told), encoding="utf-8")
    return folder, told


def small(_megabytes, rounds, threads):
    folder, truth = pieces()
    files, wrong = truth["files"], []
    jobs = {"find | xargs cat": command(f"find '{folder}' -type f -print0 | xargs -0 cat > /dev/null")}
    if shutil.which("rg"):
        jobs |= {"rg -c '[0-9]{11}', 1 thread": command(f"rg -j1 -c '[0-9]{{11}}' '{folder}' > /dev/null"),
                 "rg -c '[0-9]{11}', all threads": command(f"rg -c '[0-9]{{11}}' '{folder}' > /dev/null")}
    jobs |= {f"anshen check, {count} thread{'s' * (count > 1)}": counted(folder, count, truth, wrong) for count in threads}
    jobs["find | xargs cat"]()      # into memory
    found, rows = medians(jobs, min(rounds, 3)), []
    print(f"\n{f'{files:,} files of {FILE_BYTES:,} bytes':<44} {'median s':>9} {'files/s':>10} {'of cat':>8}")
    for name, (median, least) in found.items():
        row = {"name": name, "median": median, "min": least, "files_per_s": files / median,
               "of_cat": found["find | xargs cat"][0] / median}
        rows.append(row)
        print(f"{name:<44} {median:9.3f} {row['files_per_s']:10,.0f} {row['of_cat']:8.3f}")
    say_wrong(wrong)
    return {"files": files, "rows": rows, "wrong": wrong}


def evict(path):
    """Drops a file from the page cache (this file only, and without being root). How many bytes of it remain."""
    fd = os.open(path, os.O_RDONLY)
    os.fsync(fd)
    os.posix_fadvise(fd, 0, 0, os.POSIX_FADV_DONTNEED)
    os.close(fd)
    if not shutil.which("fincore"):
        return 0
    words = ["fincore", "--bytes", "--noheadings", "--output", "RES", str(path)]
    return int(subprocess.run(words, stdout=subprocess.PIPE, text=True, check=True).stdout)


def cold(megabytes, rounds, threads):
    """A file that is not in memory: the disk is the limit, or should be."""
    path, truth = kit.corpus("sparse", megabytes)
    wrong, kept = [], []

    def after_evict(job):
        def run():
            kept.append(evict(path))
            return job()
        return run
    jobs = {"cat": after_evict(command(f"cat '{path}' > /dev/null"))}
    jobs |= {f"anshen check, {n} thread{'s' * (n > 1)}": after_evict(counted(path, n, truth, wrong)) for n in threads}
    found, rows = medians(jobs, min(rounds, 3)), []
    print(f"\n{f'{path.name}, not in memory':<44} {'median s':>9} {'GB/s':>8} {'of cat':>8}")
    for name, (median, least) in found.items():
        row = {"name": name, "median": median, "min": least, "gb_per_s": path.stat().st_size / median / 1e9,
               "of_cat": found["cat"][0] / median}
        rows.append(row)
        print(f"{name:<44} {median:9.3f} {row['gb_per_s']:8.3f} {row['of_cat']:8.3f}")
    if max(kept) > path.stat().st_size // 100:
        print(f"not cold: up to {max(kept) / 1e6:.0f} MB stayed in memory")
    say_wrong(wrong)
    kit.warm(path)
    return {"rows": rows, "stayed": max(kept), "wrong": wrong}


def law(_megabytes, rounds, _threads):
    """Milliseconds of a whole run of judge, with reading and testing the law: the best of several; and the rules."""
    words = [str(kit.ANSHEN), "judge", "--law", str(kit.ROOT / "law"), "--what-if", "company.cii=yes", "--quiet"]
    listed = subprocess.check_output([str(kit.ANSHEN), "law", "list", "--law", str(kit.ROOT / "law"), "--json", "-"])
    rules = len(json.loads(listed)["rules"])
    best = float("inf")
    for _ in range(4 * rounds):
        began = time.perf_counter()
        subprocess.run(words, check=True, stdout=subprocess.DEVNULL)
        best = min(best, 1000 * (time.perf_counter() - began))
    print(f"\njudging by {rules} rules: {best:.0f} ms, with reading the law and running its tests")
    return {"rules": rules, "milliseconds": best}


SECTIONS = {"packed": packed, "small": small, "cold": cold, "law": law}
