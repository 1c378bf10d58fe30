package rules

// BuiltIn lists the versions that come with the program.
func BuiltIn() []Version { return []Version{Beijing2021(), Housing2026(), Schools2026()} }
