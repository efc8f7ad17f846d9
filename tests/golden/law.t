The rules, and what each says:

  $ $ANSHEN law list | grep '^cn.crm.art7 ' | cut -c 1-60
  cn.crm.art7      2022              in_force   2022-02-15..  
  $ $ANSHEN law show cn.crm.art7 > rule; head -n 2 rule
  cn.crm.art7 2022
  File for cybersecurity review before listing in a foreign country
  $ grep -o '超过100万用户' rule
  超过100万用户

The facts they ask for, and what each may be:

  $ $ANSHEN law names | grep -E '^(listing.venue|listing.planned|count.users_pi_held)' | tr -s ' '
  listing.planned a date planned day of the listing
  listing.venue MAINLAND|HK|MO|TW|FOREIGN place of the listing
  count(users_pi_held) people, on the day users whose personal information is held

They hold together, and their tests pass:

  $ $ANSHEN law test | tail -n 1 | grep -cE '^[0-9]+ passed, 0 failed$'
  1

A rule that disagrees with its quote is refused, with its place:

  $ mkdir law; sed 's/> 100万/>= 100万/' $ANSHEN_SOURCE_ROOT/law/base.rule $ANSHEN_SOURCE_ROOT/law/cn/review.rule > law/wrong.rule
  $ $ANSHEN law test --law law | grep -oE '^wrong.rule:[0-9]+:[0-9]+: cn.crm.art7: the quote says > 1,000,000' | wc -l
  1
  $ $ANSHEN law test --law law > /dev/null
  [1]

Changes tried without writing them:

  $ mkdir good; cat > good/a.rule <<'EOF'
  > fact n number en "n" zh "n"
  > rule a version 1 {
  >   title en "t" zh "t"
  >   instrument "i" article "1"
  >   status in_force from 2020-01-01
  >   quote en "more than 5"
  >   scope company
  >   when n > 5
  >   test "few" given n=5 expect no
  >   test "many" given n=6 expect yes
  > }
  > EOF
  $ at=$(grep -bo 'n > 5' good/a.rule | cut -d : -f 1)
  $ for new in 'n < 5' 'not n <= 5' 'n > 5 and n != 9' 'n > 5 or' ; do printf 'a.rule\t%d\t5\t%s\n' $at "$new"; done > edits
  $ $ANSHEN law test --law good --edits edits
  refused
  same
  survives
  malformed
  $ ANSHEN=$ANSHEN $ANSHEN_SOURCE_ROOT/tools/mutate-rules --law good
  1 rules, 8 mutants: 8 refused, 0 proven to mean the same, 0 survive

What could be better, and what differs:

  $ $ANSHEN law lint --law good
  a.rule:2: a: no source: where its words were read
  a.rule:8: a: no test without n
  a.rule:8: a: no test with n = 4
  a.rule:8: a: no test with an interval of n across 5
  1 rules, 4 remarks
  $ cp -r good better; sed -i 's/n = 5 expect no/&/; s/more than 5/more than 6/; s/n > 5/n > 6/; s/n=6/n=7/' better/a.rule
  $ $ANSHEN law diff good better
  a@1 -> a@1
  -   "more than 5"
  +   "more than 6"
  -   n > 5
  +   n > 6
  -       n = 6; -> yes
  +       n = 7; -> yes
  $ $ANSHEN law diff cn.crm.art6 cn.crm.art7 | grep -cE '^[-+] {5}company.role'
  2
  $ $ANSHEN law diff good nowhere
  anshen law: no rule and no folder 'good' (try: anshen law list)
  try: anshen law --help
  [2]

While a rule is written, its tests run at every change:

  $ (timeout 5 $ANSHEN law test --law good --watch > watched) & sleep 1; sed -i 's/n=6/n=5/' good/a.rule; sleep 1.5; kill %1; wait
  $ grep -E 'passed|expected' watched
  2 passed, 0 failed
  a.rule:10:8: a: test "many" failed: expected yes, got no
  1 passed, 1 failed
