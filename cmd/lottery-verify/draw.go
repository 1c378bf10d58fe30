package main

import (
	"encoding/hex"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"

	"lotteryledger/domain/draw"
	"lotteryledger/domain/fault"
)

// ranking is a draw of pools of a roster file by a beacon round.
type ranking struct {
	method       draw.Method
	beacon       beaconFlags
	announcement string
	ceremony     string
	roster       string
	seats        seatFlag
	reserve      seatFlag
	mode         string
	order, spill pairFlag
}

func bindRanking(m draw.Method) func(fs *flag.FlagSet) action {
	return func(fs *flag.FlagSet) action {
		d := &ranking{method: m, order: pairFlag{}, spill: pairFlag{}}
		d.register(fs)
		return func(o output, fs *flag.FlagSet, _ string) (report, error) { return d.run(fs, o) }
	}
}

func (d *ranking) register(fs *flag.FlagSet) {
	d.beacon.register(fs)
	fs.StringVar(&d.announcement, "announcement", "",
		"`file` of the announcement, taken as raw bytes")
	fs.StringVar(&d.ceremony, "ceremony", "",
		"`file` of the ceremony's bytes, where one was announced")
	fs.StringVar(&d.roster, "roster", "", "roster `file`, of one or several pools")
	fs.Var(&d.seats, "seats", "`POOL=N`: draw N ranks of a pool; may be repeated")
	fs.Var(&d.reserve, "reserve", "`POOL=M`: and M more for the reserve list; may be repeated")
	fs.StringVar(&d.mode, "mode", "",
		"`mode` of the announcement: separate, serial or preference; pools are drawn in the "+
			"order of --seats")
	fs.Var(d.order, "order",
		"`POOL=NAME` of the announcement: the order that ranks a pool; may be repeated")
	fs.Var(d.spill, "spill",
		"`POOL=LATER` of the announcement: where seats go that nobody took; may be repeated")
}

// seatFlag is a repeatable POOL=N, in the order given.
type seatFlag []struct {
	pool string
	n    int
}

func (f *seatFlag) String() string { return "" }

func (f *seatFlag) Set(s string) error {
	pool, number, ok := strings.Cut(s, "=")
	n, err := strconv.ParseUint(number, 10, 30)
	if !ok || pool == "" || err != nil {
		return errors.New("it is POOL=N")
	}
	if _, twice := f.of(pool); twice {
		return errors.New("the pool is given twice")
	}
	*f = append(*f, struct {
		pool string
		n    int
	}{pool, int(n)})
	return nil
}

// of is the number given for a pool.
func (f seatFlag) of(pool string) (int, bool) {
	for _, s := range f {
		if s.pool == pool {
			return s.n, true
		}
	}
	return 0, false
}

func (d *ranking) run(fs *flag.FlagSet, o output) (report, error) {
	if err := required(fs, "announcement", "round", "signature", "roster", "seats"); err != nil {
		return nil, err
	}
	for _, r := range d.reserve {
		if _, ok := d.seats.of(r.pool); !ok {
			return nil, misuse(fmt.Sprintf("--reserve %s needs --seats %s", r.pool, r.pool))
		}
	}
	announcement, err := os.ReadFile(d.announcement)
	if err != nil {
		return nil, fmt.Errorf("reading the announcement: %w", err)
	}
	var ceremony []byte
	if d.ceremony != "" {
		if ceremony, err = os.ReadFile(d.ceremony); err != nil {
			return nil, fmt.Errorf("reading the ceremony: %w", err)
		}
	}
	v, err := d.beacon.verify()
	if err != nil {
		return nil, err
	}
	v.warn(o)
	digest := draw.AnnouncementDigest(announcement)
	seed := draw.NewSeed(digest, v.hash, v.round, v.signature, ceremony)
	var pools []poolReport
	if d.together() {
		pools, err = d.rankTogether(seed)
	} else {
		pools, err = d.rank(seed, o)
	}
	if err != nil {
		return nil, err
	}
	return rankingReport{
		Method:        d.method,
		Chain:         v.chain.ID,
		ChainHash:     hex.EncodeToString(v.hash[:]),
		Demonstration: v.chain.Demonstration,
		Round:         v.round,
		Announcement:  hex.EncodeToString(digest[:]),
		Seed:          hex.EncodeToString(seed[:]),
		Pools:         pools,
	}, nil
}

// progressLines is how many lines of a roster pass between signs of life.
const progressLines = 1_000_000

// rank reads the roster once and draws every pool that has seats.
func (d *ranking) rank(seed draw.Seed, o output) ([]poolReport, error) {
	file, err := os.Open(d.roster)
	if err != nil {
		return nil, fmt.Errorf("reading the roster: %w", err)
	}
	defer file.Close()
	pools := make([]poolReport, len(d.seats))
	contests := make(map[string]*contest, len(d.seats))
	for i, s := range d.seats {
		if err := (draw.Roster{Pool: s.pool, Method: d.method}).Check(); err != nil {
			return nil, err
		}
		reserve, _ := d.reserve.of(s.pool)
		top, err := draw.NewTop(d.method, seed.Key(s.pool), s.n+reserve)
		if err != nil {
			return nil, err
		}
		pools[i] = poolReport{Pool: s.pool, Seats: s.n, Reserve: reserve}
		contests[s.pool] = &contest{top, draw.NewSealer(s.pool, d.method)}
	}
	lines := draw.NewRosterScanner(file, d.method)
	empty := true
	for lines.Scan() {
		empty = false
		if err := needsMode(lines.Entry()); err != nil {
			return nil, err
		}
		if c := contests[lines.Pool()]; c != nil {
			c.top.Add(lines.Entry())
			c.sealer.Add(lines.Entry())
		}
		if lines.Line()%progressLines == 0 {
			fmt.Fprintf(o.stderr, "lottery-verify: "+o.words.linesRead+"\n", lines.Line())
		}
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("reading the roster %s: %w", d.roster, err)
	}
	for i := range pools {
		c := contests[pools[i].Pool]
		if err := pools[i].fill(d.method, c.top.Ranks(), c.sealer.Sealed(), empty); err != nil {
			return nil, fmt.Errorf("reading the roster %s: %w", d.roster, err)
		}
	}
	return pools, nil
}

// contest is a pool while its lines go by.
type contest struct {
	top    *draw.Top
	sealer *draw.Sealer
}

type rankingReport struct {
	Method        draw.Method  `json:"method"`
	Chain         string       `json:"chain"`
	ChainHash     string       `json:"chain_hash"`
	Demonstration bool         `json:"demonstration"`
	Round         uint64       `json:"round"`
	Announcement  string       `json:"announcement"`
	Seed          string       `json:"seed"`
	Pools         []poolReport `json:"pools"`
}

// poolReport is a drawn pool: the seal of its lines in the roster, to compare
// with the announced one, and its ranks.
type poolReport struct {
	Pool       string       `json:"pool"`
	Seats      int          `json:"seats"`
	Reserve    int          `json:"reserve"`
	Selected   *int         `json:"selected,omitempty"` // where it does not follow from the seats
	Count      uint64       `json:"count"`
	Weight     uint64       `json:"weight"`
	Root       string       `json:"root"`
	FileSHA256 string       `json:"file_sha256"`
	ResultRoot string       `json:"result_root"`
	Ranks      []rankReport `json:"ranks"`

	ranked []draw.Ranked
}

type rankReport struct {
	Rank   int    `json:"rank"`
	Code   string `json:"code"`
	Weight uint32 `json:"weight"`
	Since  string `json:"since,omitzero"`
	Score  string `json:"score"`
}

// fill takes in what was drawn of a pool. A pool that is missing from a roster with other pools is
// an error, probably a typo. In an empty roster every pool is empty.
func (p *poolReport) fill(m draw.Method, ranked []draw.Ranked, s draw.Sealed, empty bool) error {
	p.ranked = ranked
	if s.Count == 0 && !empty {
		return fault.New(fault.RosterPoolMissing, "no line is of the pool %q", p.Pool)
	}
	result := draw.ResultRoot(p.Pool, m, p.ranked)
	p.Count, p.Weight = s.Count, s.Weight
	p.Root, p.FileSHA256 = hex.EncodeToString(s.Root[:]), hex.EncodeToString(s.FileSHA256[:])
	p.ResultRoot = hex.EncodeToString(result[:])
	p.Ranks = make([]rankReport, len(p.ranked))
	for i, r := range p.ranked {
		p.Ranks[i] = rankReport{
			Rank: r.Rank, Code: r.Code, Weight: r.Weight,
			Score: hex.EncodeToString(r.Score[:]),
		}
		if m.Since() != draw.SinceNever {
			p.Ranks[i].Since = r.Since.String()
		}
	}
	return nil
}

func (r rankingReport) writeText(w io.Writer, _ words) error {
	for _, p := range r.Pools {
		if err := draw.WriteResult(w, p.Pool, r.Method, p.ranked); err != nil {
			return err
		}
	}
	return nil
}
