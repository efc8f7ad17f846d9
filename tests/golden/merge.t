Two scans and a merge are one scan.

  $ printf '手机号\n13523333233\n13933334567\n' > a.csv
  $ printf '手机号\n13933334567\n15033345678\n' > b.csv
  $ $ANSHEN scan a.csv b.csv -o whole.census
  $ $ANSHEN scan a.csv -o a.census; $ANSHEN scan b.csv -o b.census
  $ $ANSHEN merge b.census a.census -o merged.census
  $ cmp whole.census merged.census

A store is counted once:

  $ $ANSHEN merge merged.census a.census -o again.census
  anshen merge: store a.csv was measured twice; leave one of the two out
  try: anshen merge --help
  [2]

Only what was made under one key goes together:

  $ $ANSHEN scan b.csv -o other.census --key other.key
  $ $ANSHEN merge a.census other.census -o again.census
  anshen merge: census file other.census: was made under another key, so its tokens do not compare; measure again under one key
  try: anshen merge --help
  [2]

A file that was cut is refused, with the place:

  $ head -c 500 a.census > cut.census; $ANSHEN merge cut.census b.census -o again.census
  anshen merge: census file cut.census: ends too early; measure again, or copy it again from where it came (at byte 500)
  [1]
  $ ls again.census
  ls: cannot access 'again.census': No such file or directory
  [2]
