Every kind is one line: what it stands for, its caps, and who says so.

  $ $ANSHEN kinds | grep '^cn-resident-id ' | cut -c 1-75
  cn-resident-id       person  m=1    c=1    Resident identity number (China)
  $ $ANSHEN kinds --lang zh | grep -c '^email .*电子邮箱'
  1
  $ $ANSHEN kinds --json | grep -A 9 '"cn-uscc"' | grep '"use"'
      "use": "nobody",

All names are in order, and each once:

  $ $ANSHEN kinds | cut -d ' ' -f 1 > names; LC_ALL=C sort -uc names
