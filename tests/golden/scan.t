A scan leaves a census: for its owner alone, and the same bytes however it was made.

  $ printf '手机号,邮箱\n13523333233,li.lei@mail.qq.com\n13933334567,\n' > a.csv
  $ $ANSHEN scan a.csv -o a.census --key my.key --threads 1
  $ $ANSHEN scan a.csv -o b.census --key my.key --threads 4
  $ cmp a.census b.census
  $ stat -c '%a %n' a.census my.key
  600 a.census
  600 my.key

No value is in it:

  $ grep -c 13523333233 a.census
  0
  [1]

A key that others can read is no key:

  $ chmod 644 my.key
  $ $ANSHEN scan a.csv -o c.census --key my.key
  anshen scan: key file: my.key: others may read or change it; run: chmod 600 my.key
  try: anshen scan --help
  [2]
