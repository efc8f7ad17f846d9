The same options give the same people; another seed gives others.

  $ $ANSHEN gen --shape dense --rows 200 --seed 3 -o a.csv
  a.csv: 144 people, 128 of them with a resident ID, in 200 records, 0.0 MB
  a.csv.truth.json: the truth about it
  $ $ANSHEN gen --shape dense --rows 200 --seed 3 -o b.csv --quiet; cmp a.csv b.csv
  $ $ANSHEN gen --shape dense --rows 200 --seed 4 -o c.csv --quiet; cmp -s a.csv c.csv
  [1]
  $ wc -l < a.csv
  201

The truth stands beside it, and is what a check finds:

  $ grep -m 1 '"floor"' a.csv.truth.json
    "floor": 128,
  $ $ANSHEN check a.csv --report none | grep '# floor' | awk '{print $3}'
  128

It may be written to standard output, and then has no truth beside it:

  $ $ANSHEN gen --shape dense --rows 3 -o - --quiet > table; wc -l < table; head -n 1 table
  4
  user_id,name,id_card,mobile,email,bank_card,address,created_at
