The main job: how many people are in these stores, and must we file?

  $ cat > users.csv <<'END'
  > 姓名,身份证号,手机号
  > 李雷,440308199901101512,13523333233
  > 韩梅,33010219200403064X,13933334567
  > 李雷,440308199901101512,+86 135-2333-3233
  > END
  $ $ANSHEN check users.csv --listing US --as-of 2026-11-23 > screen; echo $?
  0
  $ grep -E '# floor|= linked|- ceiling' screen | awk '{print $2, $3}'
  floor 2
  linked 2
  ceiling 2
  $ grep 'Resident identity' screen
    Resident identity number (China)                 2             2             3
  $ grep 'users.csv' screen
    users.csv                         read                   3                 <10
  $ tail -n 1 screen
  Report: anshen-report.html

The report is one file, the result is JSON, and neither holds a value of the stores.

  $ test -s anshen-report.html
  $ $ANSHEN check users.csv --report none --json - --as-of 2026-11-23 | grep -A 3 '"people": {' | head -n 4
    "people": {
      "floor": 2,
      "linked": 2,
      "ceiling": 2,
  $ $ANSHEN check users.csv --report none --json - | cat - anshen-report.html screen | grep -cE '13523333233|440308199901101512'
  0
  [1]

What cannot be read is told, with its place, and takes the ceiling away.

  $ cat users.csv users.csv users.csv users.csv | gzip | head -c 100 > cut.csv.gz
  $ $ANSHEN check users.csv cut.csv.gz --report none > screen
  [3]
  $ grep -A 1 'Not read in full' screen | tail -n 1 | cut -c 1-30
    cut.csv.gz: damaged or cut: 
  $ grep "ceiling .*no bound" screen | awk '{print $2, $3, $4}'
  ceiling no bound

A store that is not there is a slip of the pen:

  $ $ANSHEN check usres.csv
  anshen check: usres.csv: there is no such file or folder
  try: anshen check --help
  [2]
