Every format is one line: its name, its title, and the document that defines it.

  $ $ANSHEN sources | grep -o '^csv .*RFC 4180'
  csv        Separated values (CSV, TSV) (RFC 4180
  $ $ANSHEN sources --lang zh | grep -c '^zip .*归档'
  1
  $ $ANSHEN sources --json | grep -c '"name": "sqlite"'
  1

All names are in order, and each once:

  $ $ANSHEN sources | cut -d ' ' -f 1 > names; LC_ALL=C sort -uc names
