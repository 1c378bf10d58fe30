package quota

// Evidence is what a decision about a year's quota rests on beside the stream of the year.
type Evidence interface {
	// Used returns how many seats of a pool the rounds of a year have announced.
	Used(year int, pool string) (uint64, error)
	// Unused returns how many seats of a pool are still to come back to a year.
	Unused(year int, pool string) (uint64, error)
	// Years returns the quotas of all years.
	Years() (map[int]State, error)
}

// Complete adds to a command on the stream of a year what it rests on.
func Complete(year int, cmd Command, e Evidence) (Command, error) {
	var err error
	switch c := cmd.(type) {
	case Adjust:
		if c.Used, err = e.Used(year, c.Pool); err == nil {
			c.Unused, err = e.Unused(year, c.Pool)
		}
		return c, err
	case CarryOver:
		years, err := e.Years()
		c.Year, c.Given = year, notTaken(years, c.FromYear, c.FromPool)
		return c, err
	case SetSeats: // rests on nothing else
	}
	return cmd, nil
}

// notTaken returns how many of the seats that a pool gave to later years none of them has taken.
func notTaken(years map[int]State, year int, pool string) uint64 {
	given := years[year].Given(pool)
	for _, s := range years {
		given -= min(given, s.Taken(year, pool))
	}
	return given
}
