// Package clock issues what falls due by itself: it finds it in the ledger, with the code that
// will check it, and carries it out.
//
// A clock remembers nothing, so what a stop made it miss is still due when it comes back. Whether
// and when something is due is for the rules to say.
package clock

import (
	"context"
	"errors"
	"fmt"

	"lotteryledger/domain/fault"
	"lotteryledger/eventstore/catalog"

	"lotteryledger/audit"
	"lotteryledger/domain"
	"lotteryledger/domain/application"
	"lotteryledger/domain/indicator"
	"lotteryledger/domain/round"
	"lotteryledger/eventstore/office"
)

// A duty is a kind of command that falls due by itself. What is due is read from the
// ledger by the code that will check it; a new kind is a line here, and one in
// [catalog.Type.Clock].
type duty struct {
	kind  string
	find  func(l *audit.Ledger, at domain.Time) []string // ids
	issue func(ctx context.Context, c *Clock, by office.Author, id string) error

	// inOrder says that each id rests on those before it: what comes after a refusal was
	// found in a ledger that is not true any more.
	inOrder bool
}

var duties = []duty{
	{
		kind: "close", find: (*audit.Ledger).ToClose,
		issue: func(ctx context.Context, c *Clock, by office.Author, id string) error {
			_, err := c.Office.Execute(ctx, by, office.Round(id, round.Close{}))
			return err
		},
	},
	{
		kind: "revoke", find: (*audit.Ledger).ToRevoke,
		issue: func(ctx context.Context, c *Clock, by office.Author, id string) error {
			return c.Office.EndIndicator(ctx, by, id,
				indicator.Revoke{Reason: indicator.NotConfirmed})
		},
	},
	{
		kind: "lapse", find: (*audit.Ledger).ToLapse,
		issue: func(ctx context.Context, c *Clock, by office.Author, id string) error {
			return c.Office.EndIndicator(ctx, by, id, indicator.Forfeit{Reason: indicator.Lapsed})
		},
	},
	promotion, promotedAward,
	{
		kind: "expire", find: (*audit.Ledger).ToExpire,
		issue: func(ctx context.Context, c *Clock, by office.Author, id string) error {
			return c.Office.EndApplication(ctx, by, id, application.Expire{}, c.ledger)
		},
	},
	{
		kind: "settle", find: (*audit.Ledger).ToSettle,
		issue: func(ctx context.Context, c *Clock, by office.Author, id string) error {
			_, err := c.Office.Execute(ctx, by, office.Round(id, round.Settle{}).On(c.ledger))
			return err
		},
	},
}

var promotion = duty{
	kind: "promote", find: (*audit.Ledger).ToPromote, inOrder: true,
	issue: func(ctx context.Context, c *Clock, by office.Author, id string) error {
		l := audit.Moving{State: &c.ledger.State}
		up := indicator.Promote{Vacated: l.Vacated(id)}
		// A clock that sees another seat asks for another command: otherwise it would take the
		// promotion to that seat for its own, and go on.
		by = by.Part("to %s", up.Vacated)
		_, err := c.Office.Execute(ctx, by, office.Indicator(id, up).On(l))
		return err
	},
}

var promotedAward = duty{
	kind: "award", find: (*audit.Ledger).ToAward,
	issue: func(ctx context.Context, c *Clock, by office.Author, id string) error {
		return c.Office.Award(ctx, by, id, c.ledger)
	},
}

// Kinds lists the kinds of duties, in the order in which they are looked for.
func Kinds() (kinds []string) {
	for _, d := range duties {
		kinds = append(kinds, d.kind)
	}
	return kinds
}

// Clock finds what is due and issues it.
type Clock struct {
	Office  *office.Office
	CatchUp func(context.Context) (*audit.Ledger, error) // the ledger with all that is stored
	// keeps others from deciding on the ledger until free is called; nil: there are none
	Alone func(context.Context) (free func() error, err error)
	// events stored by the office, or to be stored
	Stored  func() int64
	Refused func(kind, id, code string) // told of each refusal

	Issued map[string]int // commands that led to events, by kind

	ledger *audit.Ledger
}

// New returns a clock that has issued nothing yet.
func New(
	o *office.Office, catchUp func(context.Context) (*audit.Ledger, error),
	stored func() int64, refused func(kind, id, code string),
) *Clock {
	return &Clock{
		Office: o, CatchUp: catchUp, Stored: stored, Refused: refused, Issued: map[string]int{},
	}
}

// work issues what is due of these kinds until nothing is left that can be. author gives
// each command its author. A refusal is somebody else's success or a later pass's work.
func (c *Clock) work(ctx context.Context, list []duty,
	author func(kind, id string) office.Author,
) (err error) {
	if c.Alone != nil {
		var free func() error
		if free, err = c.Alone(ctx); err != nil {
			return err
		}
		defer func() { err = errors.Join(err, free()) }()
	}
	for {
		stored := c.Stored()
		for _, d := range list {
			// What was promoted is awarded before anything expires: each kind sees what the
			// kinds before it have done.
			var err error
			if c.ledger, err = c.CatchUp(ctx); err != nil {
				return fmt.Errorf("looking for what is due: %w", err)
			}
			for _, id := range d.find(c.ledger, c.Office.Now()) {
				before := c.Stored()
				err := d.issue(ctx, c, author(d.kind, id), id)
				if err != nil && fault.CodeOf(err) == "" {
					return fmt.Errorf("%s %s: %w", d.kind, id, err)
				}
				if err != nil {
					c.Refused(d.kind, id, fault.CodeOf(err))
					if d.inOrder {
						break
					}
				}
				if c.Stored() > before {
					c.Issued[d.kind]++
				}
			}
		}
		if c.Stored() == stored {
			return nil
		}
	}
}

// Pass does everything that is due now, in the name of the clock. The id of a command follows
// from what it is about, so that two clocks ask for the same command.
func (c *Clock) Pass(ctx context.Context) error {
	return c.work(ctx, duties, func(kind, id string) office.Author {
		command := c.Office.CommandID("clock", []byte(kind+" "+id))
		return office.Author{Command: command, Actor: catalog.ActorClock}
	})
}

// Promote moves the reserve of a published round up and awards those who moved, in the name of an
// officer. In a settled round nothing moves any more.
func (c *Clock) Promote(ctx context.Context, by office.Author, id string) error {
	if err := c.Office.RequireAuthor(ctx, by, indicator.TypePromoted); err != nil {
		return err
	}
	r, err := c.Office.LoadRound(ctx, id)
	switch {
	case err != nil:
		return err
	case r.Phase == round.PhaseSettled:
		return nil
	case r.Phase != round.PhasePublished:
		return fault.New(fault.RoundPhase, "round %q is not published", id)
	}
	author := func(kind, id string) office.Author { return by.Part("%s %s", kind, id) }
	return c.work(ctx, []duty{ofRound(promotion, id), ofRound(promotedAward, id)}, author)
}

// ofRound is a duty about indicators, for one round.
func ofRound(d duty, id string) duty {
	all := d.find
	d.find = func(l *audit.Ledger, at domain.Time) []string {
		var own []string
		for _, one := range all(l, at) {
			if name, _, _, err := indicator.ParseID(one); err == nil && name == id {
				own = append(own, one)
			}
		}
		return own
	}
	return d
}
