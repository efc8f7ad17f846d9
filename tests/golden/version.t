  $ $ANSHEN version | grep -cE '^anshen [0-9]+\.[0-9]+\.[0-9]+$'
  1

  $ test "$($ANSHEN version)" = "$($ANSHEN --version)"

It takes nothing else:

  $ $ANSHEN version please
  anshen version: takes no argument, but was given 'please'
  try: anshen version --help
  [2]
