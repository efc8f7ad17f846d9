Every verb is one line of the help:

  $ $ANSHEN help | grep '^  version '
    version   Say which version this is

The main job is shown:

  $ $ANSHEN help | tail -n 1
  The main job: anshen check ./data --listing US

Help is the same however it is asked for:

  $ $ANSHEN help > a; $ANSHEN --help > b; $ANSHEN -h > c; cmp a b; cmp a c

  $ $ANSHEN version --help | head -n 1
  usage: anshen version

  $ $ANSHEN help version | head -n 1
  usage: anshen version

It speaks the language of the environment:

  $ LC_ALL=zh_CN.UTF-8 $ANSHEN help | grep '^  version '
    version   显示版本

Each verb explains itself, begins with its synopsis, and ends with a line feed:

  $ for verb in $($ANSHEN help | sed -n 's/^  \([a-z][a-z-]*\) .*/\1/p'); do
  >     $ANSHEN $verb --help > out || echo "$verb: status $?"
  >     head -n 1 out | grep -q "^usage: anshen $verb" || echo "$verb: no synopsis"
  >     test -z "$(tail -c 1 out)" || echo "$verb: no line feed"
  >     awk 'length($0) > 110 {print "too wide: " $0}' out
  > done
