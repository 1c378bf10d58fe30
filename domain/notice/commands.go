package notice

// Command is what may be asked of a notice's stream.
//
//sumtype:decl
type Command interface {
	Leads() string // the type of the events that it leads to
	isNoticeCommand()
}

// Publish asks to show a notice.
type Publish struct{ Texts []Text }

// Replace asks to show other texts.
type Replace struct{ Texts []Text }

// Withdraw asks to end it.
type Withdraw struct{}

func (Publish) Leads() string  { return TypePublished }
func (Replace) Leads() string  { return TypeReplaced }
func (Withdraw) Leads() string { return TypeWithdrawn }

func (Publish) isNoticeCommand()  {}
func (Replace) isNoticeCommand()  {}
func (Withdraw) isNoticeCommand() {}
