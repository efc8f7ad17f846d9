What a person types wrong is told on standard error, with what would be right; the exit status is 2.

  $ $ANSHEN chekc
  anshen: no verb 'chekc' (try: anshen help)
  [2]

  $ $ANSHEN 2>&1 >/dev/null | head -n 1
  usage: anshen <verb> [...]    anshen <verb> --help

  $ $ANSHEN >/dev/null 2>&1
  [2]

  $ $ANSHEN help nonsense
  anshen: no verb 'nonsense' (try: anshen help)
  [2]

An option no verb has:

  $ for verb in $($ANSHEN help | sed -n 's/^  \([a-z][a-z-]*\) .*/\1/p'); do
  >     $ANSHEN $verb --no-such-option >out 2>err; status=$?
  >     test $status = 2 || echo "$verb: status $status"
  >     head -n 1 err | grep -q "^anshen $verb: " || echo "$verb: does not say which verb: $(head -n 1 err)"
  >     test ! -s out || echo "$verb: wrote to standard output"
  > done

A result nobody could read is no success:

  $ $ANSHEN version > /dev/full
  anshen version: standard output cannot be written
  [1]
