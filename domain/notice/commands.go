package notice

// Command is what may be asked of a notice's stream.
//
//sumtype:decl
type Command interface{ isNoticeCommand() }

// Publish asks to show a notice.
type Publish struct{ Texts []Text }

// Replace asks to show other texts.
type Replace struct{ Texts []Text }

// Withdraw asks to end it.
type Withdraw struct{}

func (Publish) isNoticeCommand()  {}
func (Replace) isNoticeCommand()  {}
func (Withdraw) isNoticeCommand() {}
