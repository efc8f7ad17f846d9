The law on given facts; nothing is measured.

  $ facts="--what-if company.role=network_platform_operator --what-if listing.country=US --as-of 2026-11-23"
  $ $ANSHEN judge $facts --what-if 'count(users_pi_held)=1000001' | grep '^.*cn.crm.art7@2022' | cut -c 1-40
  applies         in_force  cn.crm.art7@20
  $ $ANSHEN judge $facts --what-if 'count(users_pi_held)=1000000' | grep 'cn.crm.art7@2022' | cut -c 1-40
  does-not-apply  in_force  cn.crm.art7@20
  $ $ANSHEN judge $facts --what-if 'count(users_pi_held)=980000..1040000' | grep 'cn.crm.art7@2022' | cut -c 1-40
  undetermined    in_force  cn.crm.art7@20

Why:

  $ $ANSHEN judge $facts --what-if 'count(users_pi_held)=980000..1040000' --explain cn.crm.art7 | grep -E '^ *\[( \? |yes|no )\]'
  [ ? ] and
    [yes] company.role = network_platform_operator    fact: network_platform_operator
    [yes] listing.venue = FOREIGN    fact: FOREIGN
    [ ? ] count(users_pi_held) > 1,000,000    fact: 980,000..1,040,000

A fact that nobody knows of:

  $ $ANSHEN judge --what-if 'count(users)=5' 2>&1 | grep -o 'no fact is called count(users)'
  no fact is called count(users)
