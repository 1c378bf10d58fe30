package rules

// Command is what may be asked of a rules stream.
//
//sumtype:decl
type Command interface{ isRulesCommand() }

// Adopt asks to put a version into force.
type Adopt struct{ Version Version }

func (Adopt) isRulesCommand() {}
