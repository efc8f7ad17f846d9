" Rules and procedures of law for anshen (docs/LAW.md, docs/PROCEDURES.md). Into ~/.vim/syntax/; then: autocmd BufRead,BufNewFile *.rule,*.procedure set filetype=rule
if exists("b:current_syntax")
  finish
endif
syntax case match
syntax iskeyword @,48-57,_,-
syntax match   ruleComment "#.*$"
syntax region  ruleString start=+"+ skip=+\\["\\]+ end=+"+ oneline
syntax match   ruleDate "\<\d\{4}-\d\d-\d\d\>"
syntax match   ruleNumber "\<\d[0-9_]*\(万\|亿\)\?"
syntax match   ruleOperator "!=\|<=\|>=\|\.\.\|[=<>]"
syntax keyword ruleTop rule define fact metric event body verb word procedure gate
syntax keyword ruleItem title instrument article cite status quote digest drafted_by enforced_by scope when except duty clock pause penalty note source test object party start anywhere phase outcome period beside path question condition then
syntax keyword ruleWord version given expect to before every for years from until extend open if final published within window census count applies in and or not en zh like filer authority by on inner once after unless all have acts lapses per must may stands waits stops side as-of due longest used left late paused done provisional next refused ends settle unmet verdict begun of
syntax keyword ruleStatus in_force draft adopted superseded guidance
syntax keyword ruleType flag number day stock since preceding_year peak mean_daily mean_monthly incident hours days workdays months person device account household transaction record any company group listing counterparty product transfer
syntax keyword ruleValue yes no undetermined unknown
highlight default link ruleComment Comment
highlight default link ruleString String
highlight default link ruleDate Number
highlight default link ruleNumber Number
highlight default link ruleOperator Operator
highlight default link ruleTop Structure
highlight default link ruleItem Statement
highlight default link ruleWord Keyword
highlight default link ruleStatus PreProc
highlight default link ruleType Type
highlight default link ruleValue Constant
let b:current_syntax = "rule"
