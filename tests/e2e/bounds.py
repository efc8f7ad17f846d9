"""Floor and ceiling against the truth of generated data, for what real data do to a count."""
import json

from kit import case, distinct

WILD = ["--shared", "15%", "--recycled", "10%", "--placeholders", "10%", "--typos", "5%", "--names-only", "5%",
        "--no-id", "30%",
        "--legacy15", "10%", "--masked", "8%", "--damaged", "5%", "--repeats", "30%"]
MIXES = {
    "as it is": [],
    "shared phones": ["--shared", "30%"],
    "recycled numbers": ["--recycled", "30%"],
    "placeholders": ["--placeholders", "25%"],
    "typing errors": ["--typos", "20%"],
    "names only": ["--names-only", "20%"],
    "few resident IDs": ["--no-id", "70%"],
    "15-digit IDs": ["--legacy15", "40%"],
    "masked": ["--masked", "40%"],
    "damaged": ["--damaged", "40%"],
    "all of it": WILD,
}


def compare(folder, path, truth, label):
    result, _ = folder.result("check", path, "--key", "run.key")
    people, told = truth["people"], result["people"]
    folder.hold(told["ceiling"] is not None and told["floor"] <= people <= told["ceiling"],
                f"{label}: floor <= truth <= ceiling: {told['floor']} <= {people} <= {told['ceiling']}")
    folder.hold(told["floor"] <= told["linked"] <= told["ceiling_read"],
                f"{label}: floor <= linked <= ceiling: {told}")
    ids = result["identifiers"].get("cn-resident-id", {})
    folder.hold(ids.get("floor_grade", 0) == truth["floor"],
                f"{label}: floor-grade IDs {ids.get('floor_grade')}, truth {truth['floor']}")
    few = truth["floor"] < people / 2       # then another kind may prove more
    folder.hold(told["floor"] == truth["floor"] or (few and told["floor"] > truth["floor"]),
                f"{label}: floor {told['floor']}, truth {truth['floor']}")
    for kind, numbers in truth["identifiers"].items():
        folder.hold(distinct(result, kind) == numbers["distinct"],
                    f"{label}: {kind}: {distinct(result, kind)} distinct, truth {numbers['distinct']}")
        folder.hold(result["identifiers"].get(kind, {}).get("occurrences", 0) == numbers["occurrences"],
                    f"{label}: {kind}: {result['identifiers'].get(kind, {}).get('occurrences', 0)} occurrences, "
                    f"truth {numbers['occurrences']}")
    folder.hold(result["scope"]["records"] == truth["records"],
                f"{label}: {result['scope']['records']} records, truth {truth['records']}")
    for kind, n in truth["masked"].items():
        found = result["identifiers"].get(kind, {}).get("masked", 0)
        folder.hold(found == n, f"{label}: {kind}: {found} masked, truth {n}")
    for kind, n in truth["placeholders"].items():
        found = result["identifiers"].get(kind, {}).get("blocked", 0)
        folder.hold(found == n, f"{label}: {kind}: {found} placeholders, truth {n}")
    folder.note(f"{label}: floor {told['floor']}, linked {told['linked']}, people {people}, ceiling {told['ceiling']}")
    return result


def company(words):
    def body(folder):
        for seed in (1, 2, 3):
            folder.anshen("gen", "--people", "1500", "--seed", str(seed), "--quiet", "-o", f"c{seed}", *words,
                          expect=0)
            truth = json.loads((folder / f"c{seed}.truth.json").read_bytes())
            result = compare(folder, f"c{seed}", truth, f"seed {seed}")
            for part in truth["stores"]:
                uri = f"c{seed}/{part['file']}"
                found = [s for s in result["stores"] if s["uri"].split("!")[0] == uri and s["records"]]
                if not folder.hold(len(found) == 1, f"seed {seed}: one store {part['file']}, not {len(found)}"):
                    continue
                told = found[0]["people"]
                folder.hold(told["floor"] <= part["people"] <= told["ceiling"],
                            f"seed {seed}: {part['file']}: {told['floor']} <= {part['people']} <= {told['ceiling']}")
                same = found[0]["encoding"] in (part["encoding"], None)
                folder.hold(found[0]["records"] == part["records"] and same,
                            f"seed {seed}: {part['file']}: {found[0]['records']} records in {found[0]['encoding']}")
    return body


for title, options in MIXES.items():
    name = f"a company, {title}: the truth lies between floor and ceiling, and every count is exact"
    case(name)(company(options))


@case("every format of a table gives the same count")
def formats(folder):
    counts = {}
    for form in ("csv", "tsv", "jsonl", "sql", "copy", "gb18030", "utf16", "sqlite", "csv.gz", "csv.zip"):
        folder.anshen("gen", "--shape", "dense", "--people", "1200", "--seed", "5", *WILD, "--format", form,
                      "--quiet", "-o", f"d.{form}", expect=0)
        truth = json.loads((folder / f"d.{form}.truth.json").read_bytes())
        result = compare(folder, f"d.{form}", truth, form)
        counts[form] = (result["people"], result["identifiers"])
    for form, count in counts.items():
        folder.hold(count == counts["csv"], f"{form} gives what csv gives: {count[0]} and {counts['csv'][0]}")


@case("a sparse log: those few people are found, and the numbers of nobody are not")
def sparse(folder):
    for seed in (1, 2):
        folder.anshen("gen", "--shape", "sparse", "--rows", "40000", "--seed", str(seed), "--quiet", "-o",
                      f"s{seed}.log", expect=0)
        compare(folder, f"s{seed}.log", json.loads((folder / f"s{seed}.log.truth.json").read_bytes()),
                f"seed {seed}")
