tools/setup with an apt that only tells what it was asked; everything is there but meson (unknown) and cppcheck
(removed, its settings left).

  $ SETUP=$ANSHEN_SOURCE_ROOT/tools/setup
  $ mkdir bin; export PATH=$PWD/bin:$PATH
  $ cat > bin/dpkg-query <<'END'
  > #!/bin/sh
  > for p; do
  >     case $p in -*|$ABSENT) ;; cppcheck) echo "$p config-files" ;; *) echo "$p installed" ;; esac
  > done
  > END
  $ cat > bin/apt-get <<'END'
  > #!/bin/sh
  > for word; do case $word in update|install) verb=$word ;; esac; done
  > echo "$verb $DEBIAN_FRONTEND ${*##*=}" | sed 's/.* install /install /' >> calls
  > test "$verb" = update || exit ${INSTALL_STATUS:-0}
  > exit 100
  > END
  $ printf '#!/bin/sh\necho ${USER_ID:-0}\n' > bin/id
  $ printf '#!/bin/sh\ntest "$1" != -n || shift\ntest -z "$REFUSE" || exit 1\nexec "$@"\n' > bin/sudo
  $ chmod +x bin/*

Nothing is missing: nothing is said, and apt is not called.

  $ ABSENT=none $SETUP test; ls calls 2>/dev/null
  [2]

Something is missing. A list that cannot be fetched is no failure; the installation decides.

  $ ABSENT=meson $SETUP check
  tools/setup: installing for check: meson cppcheck
  $ grep -c update calls; grep -o 'meson cppcheck' calls; rm calls
  1
  meson cppcheck

  $ ABSENT=meson INSTALL_STATUS=100 $SETUP build
  tools/setup: installing for build: meson
  tools/setup: apt could not install the missing packages. Run this as root, then try again:
      apt-get update && apt-get install -y --no-install-recommends meson
  [1]

Not root: by sudo, and where sudo does not let us, the exact command.

  $ ABSENT=meson USER_ID=1000 $SETUP build
  tools/setup: installing for build: meson

  $ ABSENT=meson USER_ID=1000 REFUSE=yes $SETUP build </dev/null
  tools/setup: packages are missing, and sudo does not let you install them. Run this as root, then try again:
      apt-get update && apt-get install -y --no-install-recommends meson
  [1]

Wrong usage:

  $ $SETUP
  tools/setup: give a group: build, fuzz, test, check or bench (try --help)
  [2]

  $ $SETUP build test
  tools/setup: one group, but 2 were given
  [2]
