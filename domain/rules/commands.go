package rules

// Command is what may be asked of a rules stream.
//
//sumtype:decl
type Command interface {
	Leads() string // the type of the events that it leads to
	isRulesCommand()
}

// Adopt asks to put a version into force.
type Adopt struct{ Version Version }

func (Adopt) Leads() string { return TypeAdopted }

func (Adopt) isRulesCommand() {}
