Papers to be handed in, and workbooks.

  $ facts="--what-if company.role=network_platform_operator --what-if listing.country=US --as-of 2026-11-23 --lang en"
  $ $ANSHEN report --list --lang en | grep -cE '^  (review-filing|review-analysis|no-review-statement|csrc-answers) '
  4

The statement that no review is required is made only where that is proven:

  $ $ANSHEN report $facts --what-if 'count(users_pi_held)=1000000' --as no-review-statement -o no.docx
  $ head -c 2 no.docx; echo
  PK
  $ $ANSHEN report $facts --what-if 'count(users_pi_held)=980000..1040000' --as no-review-statement -o open.docx 2>&1 | cut -c 1-115
  anshen report: no statement that a review is not required can be made: the verdict of cn.crm.art7 is not does-not-a
  try: anshen report --help
  $ ls open.docx 2>&1 | grep -c .
  1

A blank is filled by name, and a name nobody knows is told:

  $ $ANSHEN report $facts --as csrc-answers --set answer.services=shop --set answer.servces=x -o a.docx
  anshen report: no input of the name 'answer.servces'; did you mean answer.services (see: anshen report --list)
  try: anshen report --help
  [2]

A template of one's own has a mistake:

  $ python3 -c "
  > import zipfile
  > w = 'http://schemas.openxmlformats.org/wordprocessingml/2006/main'
  > with zipfile.ZipFile('own.docx', 'w') as z:
  >     z.writestr('[Content_Types].xml', '<Types/>')
  >     z.writestr('word/document.xml', '<w:document xmlns:w=\"%s\"><w:body><w:p><w:r><w:t>{{people.flor}}</w:t></w:r></w:p></w:body></w:document>' % w)
  > "
  $ $ANSHEN report $facts --as review-filing --template own.docx -o b.docx 2>&1 | grep -o 'word/document.xml: .*nearest: people.floor'
  word/document.xml: {{people.flor}}: no field of that name; the nearest: people.floor

What goes where:

  $ $ANSHEN report $facts --as screen --quiet | sed -n 2p | cut -c 1-20
  [undetermined] Wheth
  $ $ANSHEN report --as review-filing
  anshen report: give stores, --census FILE, --case FILE, --company FILE, or --what-if NAME=VALUE
  try: anshen report --help
  [2]
  $ $ANSHEN report $facts --as json --pdf -o c.pdf
  anshen report: --pdf is for papers and for html
  try: anshen report --help
  [2]
