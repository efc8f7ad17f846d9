The law on given facts; nothing is measured.

  $ facts="--what-if company.role=network_platform_operator --what-if listing.country=US --as-of 2026-11-23"
  $ $ANSHEN judge $facts --what-if 'count(users_pi_held)=1000001' | sed -n 2p | cut -c 1-40
  [applies] A cybersecurity review must be
  $ $ANSHEN judge $facts --what-if 'count(users_pi_held)=1000000' | sed -n 2p | cut -c 1-39
  [does not apply] No duty to file follow
  $ $ANSHEN judge $facts --what-if 'count(users_pi_held)=980000..1040000' | sed -n 2p | cut -c 1-39
  [undetermined] Whether a review must be

Why:

  $ $ANSHEN judge $facts --what-if 'count(users_pi_held)=980000..1040000' --explain cn.crm.art7 | grep -E '^ *\[( \? |yes|no )\]'
  [ ? ] and
    [yes] company.role = network_platform_operator    fact: network_platform_operator
    [yes] listing.venue = FOREIGN    fact: FOREIGN
    [ ? ] count(users_pi_held) > 1,000,000    fact: 980,000..1,040,000

A fact that nobody knows of:

  $ $ANSHEN judge --what-if 'count(users)=5' 2>&1 | grep -o 'no fact is called count(users)'
  no fact is called count(users)

What cannot be told yet is listed with what would settle it; the rest is one line.

  $ $ANSHEN judge $facts --pack cn > screen; grep -A 1 '^  cn.crm.art7  ' screen | tail -n 1
      settled by count(users_pi_held)
  $ tail -n 3 screen | grep -oE '^Rules in force: [0-9]+ apply, [0-9]+ cannot be told, [0-9]+ wait, [0-9]+ do not' | wc -l
  1
  $ $ANSHEN judge $facts --pack china
  anshen judge: --pack: no folder of rules is called 'china'
  try: anshen judge --help
  [2]

A draft beside the text that it became:

  $ facts="--what-if company.role=data_processor --what-if listing.country=US --what-if count(users_pi_held)=3000000"
  $ $ANSHEN judge $facts --compare-draft cn.crm.art6 --as-of 2026-11-23 | head -n 3
  Newly caught: the draft applies, the law does not
    cn.crm.art6@draft-2021-07-10  Draft of 10 July 2021: any operator with more than 1 million users lists in a foreign country
        draft: applies; cn.crm.art7@2022: does not apply
  $ $ANSHEN judge $facts --compare-draft cn.crm.art6 --as-of 2026-11-23 | grep -A 1 'special procedure: 90'
        law:   special procedure: 90 working days, counted from: the party is told that the special procedure applies; may be extended without a fixed limit
        draft: special procedure: 3 months, counted from: the party is told that the special procedure applies; may be extended without a fixed limit
  $ $ANSHEN judge $facts --compare-draft cn.crm.art6 --json - --as-of 2026-11-23 | grep change
        "change": "caught",

Facts, dated counts and events of a company:

  $ cat > company.yaml <<'END'
  > facts: {company.cii: no}
  > snapshots: [{date: 2026-03-31, count(export_people_nonsensitive): 1200000}]
  > events: {notice.review: 2025-07-18, supplement.requested: 2025-08-01, supplement.received: 2025-08-11}
  > END
  $ $ANSHEN judge --company company.yaml --as-of 2026-06-01 --explain cn.crm.art7 | grep -o 'preliminary review.*'
  preliminary review: 30 working days, counted from: the written notice that a review is needed; may be extended by 15 working days; due 2025-09-08, at the latest 2025-09-28
  $ $ANSHEN judge --company company.yaml --as-of 2026-06-01 --pack cn --json - | grep -A 3 '"count(export_people_nonsensitive)": {'
      "count(export_people_nonsensitive)": {
        "lo": 1200000,
        "hi": null,
        "from": "snapshots"
  $ sed -i 's/company.cii/company.ci/' company.yaml; $ANSHEN judge --company company.yaml
  anshen judge: company.yaml:1: no fact has this name (did you mean company.cii?)
  try: anshen judge --help
  [2]
