package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/spf13/cobra"

	"lotteryledger/cmd/internal/drand"
	"lotteryledger/cmd/internal/simulate"
	"lotteryledger/domain/application"
	"lotteryledger/domain/draw"
	"lotteryledger/domain/officer"
	"lotteryledger/domain/round"
	"lotteryledger/domain/rules"
	"lotteryledger/eventstore/office"
)

func (o *options) demoCommand() *cobra.Command {
	d := &demo{options: o, public: map[string]officer.PublicKey{}}
	c := leaf("demo", "run a whole round with invented people, then prove it", cobra.NoArgs, func(ctx context.Context, _ []string) error {
		if o.dryRun {
			return usage("the demonstration cannot be tried out; it works in a folder of its own")
		}
		o.data, o.logLevel = filepath.Join(d.dir, "data"), "debug"
		return d.run(ctx)
	})
	c.Flags().StringVar(&d.dir, "dir", "run", "folder for everything")
	c.Flags().IntVar(&d.applications, "applications", 2000, "how many in each round")
	c.Flags().BoolVar(&d.offline, "offline", false, "use the demonstration beacon without looking for the real one")
	c.Flags().StringVar(&d.verifier, "verifier", "", "the citizen's program (default: lottery-verify beside this one)")
	return c
}

// demo is a whole round, in steps that may each be repeated: every command has an id
// that follows from round and step, so a demonstration that was killed goes on where it was.
type demo struct {
	*options
	dir, verifier string
	applications  int
	offline       bool

	s     *session
	id    string // of the round
	codes []string
	chain draw.Chain

	public map[string]officer.PublicKey // of the officers
}

const (
	demoOrigin = "lottery.example/demo"
	demoRules  = "beijing-2021-demo"
	demoNotice = 3 // seconds between announcement and draw; Beijing's rules say a day
)

var demoNamespace = uuid.NewSHA1(uuid.NameSpaceURL, []byte("https://"+demoOrigin))

func (d *demo) run(ctx context.Context) error {
	if d.applications < 30 {
		return usage("--applications: the demonstration needs at least 30, not %d", d.applications)
	}
	if err := d.findVerifier(); err != nil { // now rather than after the round
		return err
	}
	if _, err := os.Stat(d.path("private", "identity.key")); errors.Is(err, fs.ErrNotExist) {
		if _, err := d.initialise(demoOrigin); err != nil {
			return err
		}
	}
	err := d.with(ctx, func(ctx context.Context, s *session) error {
		d.s = s
		if err := d.keys(); err != nil {
			return err
		}
		if err := d.findRound(ctx); err != nil {
			return err
		}
		for _, step := range []func(context.Context) error{
			d.found, d.open, d.importApplications, d.change, d.review, d.seal, d.announce, d.draw, d.award,
		} {
			if err := step(ctx); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	if err := d.prove(ctx); err != nil {
		return err
	}
	return d.summary()
}

// as issues the next command as this officer, under an id that follows from its name.
func (d *demo) as(who, command string) {
	d.officer = who
	d.commandID = uuid.NewSHA1(demoNamespace, []byte(d.id+"/"+command)).String()
}

// both lets two conductors give the same command: the first one's proposes, the other one's
// approves and does it.
func (d *demo) both(command string, give func() (string, error)) (string, error) {
	d.as("conductor", command)
	said, err := give()
	var waits *office.Waiting
	if !errors.As(err, &waits) {
		return said, err
	}
	d.as("second-conductor", command)
	return give()
}

func (d *demo) say(format string, args ...any) { fmt.Fprintf(d.stderr, "• "+format+"\n", args...) }

// findRound takes the first round that is not over.
func (d *demo) findRound(ctx context.Context) error {
	for n := 1; ; n++ {
		d.id = fmt.Sprintf("demo-%d", n)
		r, err := d.s.office.LoadRound(ctx, d.id)
		if err != nil {
			return err
		}
		if r.Phase != round.PhasePublished && r.Phase != round.PhaseSettled && r.Phase != round.PhaseVoided {
			d.say("round %s in %s", d.id, d.dir)
			return nil
		}
		if r.Phase == round.PhasePublished {
			d.as("conductor", "award") // in case it was killed between results and awards
			if _, _, err := d.s.awardRound(ctx, d.id); err != nil {
				return err
			}
		}
	}
}

// found adopts the rules and appoints the officers.
func (d *demo) found(ctx context.Context) error {
	for _, o := range demoOfficers {
		d.officer, d.commandID = "chief", uuid.NewSHA1(demoNamespace, []byte("appoint "+o.id)).String()
		by, err := d.s.author()
		if err != nil {
			return err
		}
		appoint := officer.Appoint{Roles: []officer.Role{o.role}, Key: d.public[o.id]}
		if err := d.s.execute(ctx, by, office.Officer(o.id, appoint)); err != nil {
			return err
		}
	}
	v := rules.Beijing2021()
	v.Name, v.NoticeSeconds = demoRules, demoNotice
	by, err := d.s.author()
	if err != nil {
		return err
	}
	if err := d.s.execute(ctx, by, office.Rules(v)); err != nil {
		return err
	}
	d.say("officers appointed, each signs with a key of his own; rules %s adopted, which ask for two conductors", demoRules)
	return nil
}

// open opens the round with a window that has just ended.
func (d *demo) open(ctx context.Context) error {
	d.as("conductor", "open")
	by, err := d.s.author()
	if err != nil {
		return err
	}
	open := round.Open{Rules: demoRules, Opens: now() - 60*86400, Closes: now()}
	return d.s.execute(ctx, by, office.Round(d.id, open))
}

// importApplications writes the office's file and imports it.
func (d *demo) importApplications(ctx context.Context) error {
	r, err := d.s.office.LoadRound(ctx, d.id)
	if err != nil {
		return err
	}
	name := filepath.Join(d.dir, "applications-"+d.id+".csv")
	if _, err := os.Stat(name); errors.Is(err, fs.ErrNotExist) {
		var seed uint64
		if _, err := fmt.Sscanf(d.id, "demo-%d", &seed); err != nil {
			return err
		}
		_, err := simulateFile(name, simulate.Options{
			Applications: d.applications, Seed: seed, BadShare: 30,
			From: time.Unix(int64(r.Opened.Opens), 0).UTC(), To: time.Unix(int64(r.Opened.Closes), 0).UTC(),
		})
		if err != nil {
			return err
		}
	}
	d.as("registrar", "import")
	by, err := d.s.author()
	if err != nil {
		return err
	}
	done, err := d.s.importFile(ctx, by, name, d.id, filepath.Join(d.dir, "bad-rows-"+d.id+".tsv"))
	if err != nil {
		return err
	}
	d.say("%s", strings.ReplaceAll(done.text(), "\n", "\n  "))
	rows := make([]int, 0, len(done.codes))
	for row := range done.codes {
		rows = append(rows, row)
	}
	slices.Sort(rows)
	for _, row := range rows {
		d.codes = append(d.codes, done.codes[row])
	}
	if len(d.codes) < 20 {
		return usage("the demonstration needs at least 20 good applications, not %d", len(d.codes))
	}
	return nil
}

// change edits three applications, withdraws three and rejects five.
func (d *demo) change(ctx context.Context) error {
	for _, code := range d.codes[:3] {
		d.as("registrar", "edit "+code)
		by, err := d.s.author()
		if err != nil {
			return err
		}
		a, err := d.s.office.LoadApplication(ctx, code)
		if err != nil {
			return err
		}
		st := a.Standing.AfterLosses(1) // the office found one draw that the file had missed
		if err := d.s.execute(ctx, by, office.Application(code, application.Edit{Standing: st})); err != nil {
			return err
		}
	}
	for _, code := range d.codes[3:6] {
		d.as("registrar", "withdraw "+code)
		by, err := d.s.author()
		if err != nil {
			return err
		}
		if err := d.s.office.EndApplication(ctx, by, code, application.Withdraw{}); err != nil {
			return err
		}
	}
	for i, code := range d.codes[6:11] {
		d.as("reviewer", "reject "+code)
		by, err := d.s.author()
		if err != nil {
			return err
		}
		why := application.Reject{Reasons: []application.Reason{application.Reasons[i]}}
		if err := d.s.execute(ctx, by, office.Application(code, why)); err != nil {
			return err
		}
	}
	d.say("3 applications edited, 3 withdrawn, 5 rejected with a reason")
	return nil
}

func (d *demo) review(ctx context.Context) error {
	codes, err := d.s.pending(ctx, d.id)
	if err != nil {
		return err
	}
	d.as("reviewer", "approve")
	by, err := d.s.author()
	if err != nil {
		return err
	}
	if err := d.s.approve(ctx, by, codes); err != nil {
		return err
	}
	d.say("%d applications approved", len(codes))
	return nil
}

func (d *demo) seal(ctx context.Context) error {
	d.as("conductor", "close")
	if _, err := d.s.closeRound(ctx, d.id); err != nil {
		return err
	}
	said, err := d.both("seal", func() (string, error) { return d.s.sealRound(ctx, d.id) })
	if err != nil {
		return err
	}
	d.say("the round is closed and %s", said)
	return nil
}

// announce takes the real beacon where the network reaches it.
func (d *demo) announce(ctx context.Context) error {
	r, err := d.s.office.LoadRound(ctx, d.id)
	if err != nil {
		return err
	}
	if r.Phase != round.PhaseSealed {
		d.chain, _ = draw.ChainByHash(r.Announced.Chain)
		return nil
	}
	d.chain = draw.Demonstration
	if !d.offline && reachable(ctx) {
		d.chain = draw.Quicknet
	}
	seats, reserve := map[string]uint64{}, map[string]uint64{}
	for _, p := range r.Sealed.Rosters {
		seats[p.Pool] = max(p.Count/15, min(p.Count, 1))
		reserve[p.Pool] = seats[p.Pool] / 4
	}
	at := now() + demoNotice + 3
	said, err := d.both("announce", func() (string, error) {
		return d.s.announceRound(ctx, d.id, announcement{drawTime: at, chain: d.chain, seats: maps.Clone(seats), reserve: maps.Clone(reserve)})
	})
	if err != nil {
		return err
	}
	d.say("the round %s", said)
	if d.chain.Demonstration {
		d.say("no network: this is a DEMONSTRATION beacon, whose key everybody knows; it proves nothing")
	}
	return nil
}

// reachable reports whether a past round of quicknet can be fetched.
func reachable(ctx context.Context) bool {
	past, err := draw.Quicknet.RoundAt(int64(now()) - 60)
	if err != nil {
		return false
	}
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	_, err = drand.Client{Timeout: 2 * time.Second}.Fetch(ctx, draw.Quicknet, past)
	return err == nil
}

func (d *demo) draw(ctx context.Context) error {
	r, err := d.s.office.LoadRound(ctx, d.id)
	if err != nil {
		return err
	}
	if r.Phase == round.PhaseAnnounced {
		raw, err := d.s.fetchBeacon(ctx, d.id, true)
		if err != nil {
			return err
		}
		d.as("conductor", "beacon")
		if _, err := d.s.recordBeacon(ctx, d.id, fmt.Sprintf("%x", raw)); err != nil {
			return err
		}
	}
	said, err := d.both("draw", func() (string, error) { return d.s.drawRound(ctx, d.id) })
	if err != nil {
		return err
	}
	d.say("the round %s", said)
	if _, err := d.both("publish", func() (string, error) { return d.s.publishRound(ctx, d.id) }); err != nil {
		return err
	}
	d.say("the results are published")
	return nil
}

func (d *demo) award(ctx context.Context) error {
	d.as("conductor", "award")
	n, _, err := d.s.awardRound(ctx, d.id)
	if err != nil {
		return err
	}
	d.say("%d indicators awarded", n)
	return nil
}

// stops reports an error that trying again cannot mend.
func stops(err error) bool {
	_, status := classify(err)
	return status == exitRefused
}
