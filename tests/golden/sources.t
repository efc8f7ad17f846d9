Every format is one line: its name, its title, and the document that defines it.

  $ $ANSHEN sources | grep -o '^csv .*RFC 4180'
  csv           Separated values (CSV, TSV) (RFC 4180
  $ $ANSHEN sources --lang zh | grep -c '^zip .*归档'
  1
  $ $ANSHEN sources --json | grep -c '"name": "sqlite"'
  1

What is reached by a URL comes after, with the beginnings of its URLs:

  $ $ANSHEN sources | grep '://' | grep -o '^postgresql .*15 manual'
  postgresql    PostgreSQL database (PostgreSQL 15 manual
  $ $ANSHEN sources | grep -c 'postgresql://, postgres://$'
  1

All names are in order, and each once:

  $ $ANSHEN sources | grep -v '://' | cut -d ' ' -f 1 > names; LC_ALL=C sort -uc names
  $ $ANSHEN sources | grep '://' | cut -d ' ' -f 1 > names; LC_ALL=C sort -uc names
