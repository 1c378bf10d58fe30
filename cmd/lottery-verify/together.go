package main

import (
	"errors"
	"fmt"
	"os"
	"strings"

	"lotteryledger/domain/draw"
)

// pairFlag is a repeatable POOL=NAME.
type pairFlag map[string]string

func (f pairFlag) String() string { return "" }

func (f pairFlag) Set(s string) error {
	pool, name, ok := strings.Cut(s, "=")
	if _, twice := f[pool]; !ok || twice || pool == "" || name == "" {
		return errors.New("it is POOL=NAME, once for a pool")
	}
	f[pool] = name
	return nil
}

// together reports whether the pools are drawn in another way than each for itself, one
// seat for each rank.
func (d *ranking) together() bool { return d.mode != "" || len(d.order) > 0 || len(d.spill) > 0 }

// rankTogether reads the rosters whole and draws them as the mode and the options say, in
// the order of the pools given.
func (d *ranking) rankTogether(seed draw.Seed) ([]poolReport, error) {
	mode := draw.Mode(d.mode)
	if mode == "" {
		mode = draw.Separate
	}
	file, err := os.Open(d.roster)
	if err != nil {
		return nil, fmt.Errorf("reading the roster: %w", err)
	}
	defer file.Close()
	rosters, err := draw.ReadRosters(file, d.method)
	if err != nil {
		return nil, fmt.Errorf("reading the roster %s: %w", d.roster, err)
	}
	var lots []draw.Lot
	var pools []poolReport
	for _, s := range d.seats {
		reserve, _ := d.reserve.of(s.pool)
		l := draw.Lot{
			Roster: draw.Roster{Pool: s.pool, Method: d.method},
			Order:  d.order[s.pool], SpillTo: d.spill[s.pool], Seats: uint64(s.n),
			Reserve: uint64(reserve),
		}
		for _, r := range rosters {
			if r.Pool == s.pool {
				l.Roster = r
			}
		}
		lots = append(lots, l)
		pools = append(pools, poolReport{Pool: s.pool, Seats: s.n, Reserve: reserve})
	}
	out, err := draw.Draw(mode, lots, seed)
	if err != nil {
		return nil, err
	}
	for i := range pools {
		sealed, err := lots[i].Roster.Seal()
		if err != nil {
			return nil, err
		}
		pools[i].Selected = &out[i].Selected
		if err := pools[i].fill(d.method, out[i].Ranks, sealed, len(rosters) == 0); err != nil {
			return nil, fmt.Errorf("reading the roster %s: %w", d.roster, err)
		}
	}
	return pools, nil
}

// needsMode refuses a line that only a draw of pools together understands.
func needsMode(e draw.Entry) error {
	if e.Size == 0 && e.Choice == 0 {
		return nil
	}
	return misuse("the roster holds parties or wishes: say --mode as the announcement does")
}
