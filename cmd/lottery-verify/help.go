package main

import (
	"strings"

	"lotteryledger/domain/draw"
)

// rankings are the names of the methods that draw a roster.
var rankings = func() string {
	var names []string
	for _, m := range draw.Methods() {
		names = append(names, string(m))
	}
	return strings.Join(names, "|")
}()

var drawUsage = `usage: lottery-verify draw ` + rankings + ` --announcement FILE --round N --signature HEX [--chain quicknet|HASH]
                           [--ceremony FILE] --roster FILE --seats POOL=N [--reserve POOL=M] [--json]
                           [--mode separate|serial|preference] [--order POOL=NAME] [--spill POOL=LATER]
       lottery-verify draw beijing2011 --pool FILE --seed DIGITS --seats N [--json]
       lottery-verify draw rfc3797 --names FILE --seeds FILE --seats N [--json]
`

var lines = `  lottery-verify ledger DIR [--key VKEY] [--beacon ROUND:SIGNATURE]
  lottery-verify beacon --round N --signature HEX [--chain quicknet|HASH]
  lottery-verify draw ` + rankings + ` --announcement FILE --round N --signature HEX [--chain …]
                 [--ceremony FILE] --roster FILE --seats POOL=N [--reserve POOL=M]
  lottery-verify draw beijing2011 --pool FILE --seed DIGITS --seats N
  lottery-verify draw rfc3797 --names FILE --seeds FILE --seats N
  lottery-verify commitment --record FILE --salt HEX --commitment HEX
  lottery-verify completion bash|zsh|fish
  lottery-verify --version
`

var english = `lottery-verify proves draws and ledgers from public files alone.

usage:
` + lines + `each with --json for one object, and with --lang zh|en for the language

用中文显示：--lang zh
exit status: 0 proven, 1 disproven, 2 wrong usage, 3 input or output failed
`

var chinese = `lottery-verify 仅凭公开文件核验摇号和账本。

用法：
` + lines + `各命令可加 --json 输出一个对象，可加 --lang zh|en 选择语言

In English: --lang en
退出状态：0 核验通过，1 核验不通过，2 用法错误，3 输入或输出失败
`
