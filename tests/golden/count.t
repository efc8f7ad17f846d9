What a census holds, without the stores:

  $ printf '身份证号,手机号\n440308199901101512,13523333233\n,13933334567\n' > a.csv
  $ $ANSHEN scan a.csv -o a.census; rm a.csv
  $ $ANSHEN count a.census > screen; echo $?
  0
  $ grep -E '# floor|- ceiling' screen | awk '{print $2, $3}'
  floor 1
  ceiling 2
  $ grep 'Mobile phone' screen
    Mobile phone number (China)                      2             2             2
  $ $ANSHEN count a.census --lang zh | grep -c '手机号码'
  1

A damaged one is not counted:

  $ printf 'x' | dd of=a.census bs=1 seek=1000 conv=notrunc status=none
  $ $ANSHEN count a.census 2>&1 | grep -c '^anshen count: census file a.census: '
  1
