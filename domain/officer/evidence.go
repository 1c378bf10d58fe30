package officer

// Evidence is what a decision about an officer rests on beside their own stream.
type Evidence interface {
	Signs() (bool, error) // whether the author of the decision signs
}

// Complete adds to a command what it rests on.
func Complete(cmd Command, e Evidence) (Command, error) {
	if c, ok := cmd.(Appoint); ok {
		var err error
		c.Signed, err = e.Signs()
		return c, err
	}
	return cmd, nil
}
