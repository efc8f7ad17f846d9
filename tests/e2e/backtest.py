"""Cases that the world knows, judged by the law of then and of now. Their data with its sources: cases-cn.json."""
import json
import pathlib

from kit import AS_OF, case

DATA = json.loads((pathlib.Path(__file__).parent / "cases-cn.json").read_text(encoding="utf-8"))
CASES = {c["id"]: c for c in DATA["cases"]}
PEOPLE = {"didi": "1000001..", "ymm": "2800000..", "boss": "85800000.."}   # known at the time, and at least


def verdicts(folder, day, *facts, expect=0):
    """{id: (verdict, status)} of every rule judged on that day."""
    words = [w for f in facts for w in ("--what-if", f)]
    result, _ = folder.result("judge", *words, "--pack", "cn", "--as-of", day, expect=expect)
    return {r["id"]: (r["verdict"], r["status"]) for r in result["rules"]}


def platform(case_id, country="US"):
    return ["company.role=network_platform_operator", f"listing.country={country}",
            f"count(users_pi_held)={PEOPLE[case_id]}"]


@case("back-test: Didi, Full Truck Alliance and BOSS Zhipin had no duty to file when they listed, and would have it now")
def listings(folder):
    for name in PEOPLE:
        then = verdicts(folder, CASES[name]["listing"], *platform(name))
        first = verdicts(folder, "2022-02-15", *platform(name))
        now = verdicts(folder, AS_OF, *platform(name))
        folder.hold(then.get("cn.crm.art7") is None, f"{name}: article 7 was not even published: {then.get('cn.crm.art7')}")
        folder.hold(then.get("cn.crm.art5", ("",))[0] != "applies", f"{name}: the Measures of 2020: {then.get('cn.crm.art5')}")
        folder.hold(first["cn.crm.art7"] == ("applies", "in_force"), f"{name}: {first['cn.crm.art7']} on the first day")
        folder.hold(now["cn.crm.art7"] == ("applies", "in_force"), f"{name}: {now['cn.crm.art7']} now")


@case("back-test: a listing in Hong Kong flips the rule of one million, whatever the number")
def hong_kong(folder):
    for name in PEOPLE:
        now = verdicts(folder, AS_OF, *platform(name, "HK"))
        folder.hold(now["cn.crm.art7"][0] == "does-not-apply", f"{name}: {now['cn.crm.art7']}")
        folder.hold(now["cn.crm.art16.company"][0] == "undetermined", "a review ex officio stays possible")


@case("back-test: the draft of July 2021 catches a data processor that the final text releases")
def draft(folder):
    facts = ["company.role=data_processor", "listing.country=US", "count(users_pi_held)=3000000"]
    words = [w for f in facts for w in ("--what-if", f)]
    then = verdicts(folder, "2021-07-15", *facts)
    folder.hold(then["cn.crm.art6"] == ("applies", "draft"), f"on 2021-07-15: {then['cn.crm.art6']}")
    between = verdicts(folder, "2022-02-01", *facts)
    folder.hold(between["cn.crm.art7"] == ("does-not-apply", "adopted"), f"published: {between['cn.crm.art7']}")
    folder.hold("cn.crm.art6" not in verdicts(folder, "2022-02-15", *facts), "a draft that became law is not judged")
    run = folder.anshen("judge", *words, "--compare-draft", "cn.crm.art6", "--as-of", AS_OF, "--json", "-", expect=0)
    one = json.loads(run.out)["drafts"][0]
    folder.hold(one["change"] == "caught" and one["law"]["verdict"] == "does-not-apply", f"side by side: {one}")
    folder.hold([c["draft"]["unit"] for c in one["clocks"] if c["draft"] and c["draft"]["length"] == 3] == ["months"],
                f"three months became 90 working days: {one['clocks']}")
    both = [f.replace("data_processor", "network_platform_operator") for f in words]
    run = folder.anshen("judge", *both, "--compare-draft", "cn.crm.art6", "--json", "-", expect=0)
    folder.hold(json.loads(run.out)["drafts"][0]["change"] == "same", "a platform is caught by both")


@case("back-test: CNKI and Micron were reviewed ex officio, a company and a product")
def ex_officio(folder):
    for name, thing in (("cnki", "company"), ("micron", "product")):
        rule = f"cn.crm.art16.{thing}"
        raised = [f"{thing}.cn_review_raised=yes", f"{thing}.cn_review_approved=yes"]
        then = verdicts(folder, CASES[name]["review_start"], *raised)
        folder.hold(then[rule] == ("applies", "in_force"), f"{name}: {then[rule]}")
        folder.hold(verdicts(folder, AS_OF, *raised)[rule][0] == "applies", f"{name}: now, too")
        folder.hold(then["cn.crm.art7"][0] == "undetermined", "the listing rule is another object")
        half = verdicts(folder, CASES[name]["review_start"], raised[0])
        folder.hold(half[rule][0] == "undetermined", f"{name}: raised, but not known to be approved: {half[rule]}")


@case("back-test: clocks are no caps: the reviews took longer than the preliminary review may")
def clocks(folder):
    for name in ("didi", "cnki", "micron"):
        start = CASES[name]["review_start"]
        end = CASES[name].get("penalty_date") or CASES[name]["result_date"]
        folder.write(f"{name}.yaml", f"events: {{notice.review: {start}}}\n")
        result, _ = folder.result("judge", "--company", f"{name}.yaml", "--pack", "cn", "--as-of", AS_OF)
        clock = [c for r in result["rules"] if r["id"] == "cn.crm.art7" for c in r["clocks"] if "preliminary" in c["text"]]
        folder.hold(len(clock) == 1 and not clock[0]["provisional"] and start < clock[0]["due"] < end,
                    f"{name}: {clock} and it ended on {end}")


@case("back-test: Didi's thirteen items sum to 64,709,137,100, and those that count people meet the rules of now")
def items(folder):
    didi = CASES["didi"]
    items_ = didi["items"]
    folder.hold(len(items_) == 13 and sum(items_.values()) == didi["items_total"] == 64709137100, "the sum")
    now = verdicts(folder, AS_OF, f"count(face_people_stored)={items_['faces']}", "company.cn_face_recognition=yes",
                   f"count(people_processed)={items_['driver_id_plaintext']}..")
    folder.hold(now["cn.face.art15"][0] == "applies", f"faces: {now['cn.face.art15']}")
    folder.hold(now["cn.audit.art12"][0] == "applies", f"people: {now['cn.audit.art12']}")
    then = verdicts(folder, didi["penalty_date"], f"count(face_people_stored)={items_['faces']}")
    folder.hold("cn.face.art15" not in then, "the rule on faces came in 2025")
