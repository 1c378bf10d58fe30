package main

import (
	"flag"
	"fmt"
	"io"
	"os"

	"lotteryledger/domain/draw"
	"lotteryledger/domain/fault"
)

func bindBeijing2011(fs *flag.FlagSet) action {
	pool := fs.String("pool", "", "`file` with a line for each base number: serial,code")
	seed := fs.String("seed", "", "the published seed, in `digits`")
	seats := fs.Int("seats", 0, "`number` of winners")
	return func(_ output, fs *flag.FlagSet, _ string) (report, error) {
		return replayBeijing2011(fs, *pool, *seed, *seats)
	}
}

func replayBeijing2011(fs *flag.FlagSet, file, seed string, seats int) (report, error) {
	if err := required(fs, "pool", "seed", "seats"); err != nil {
		return nil, err
	}
	if seats < 1 {
		return nil, misuse("at least one seat is drawn")
	}
	pool, err := read(file, draw.ReadBeijing2011Pool)
	if err != nil {
		return nil, err
	}
	winners, err := draw.ReplayBeijing2011(pool, seed, seats)
	if fault.CodeOf(err) == fault.Beijing2011Seed {
		return nil, misuse(err.Error()) // the flag is wrong, not the draw
	}
	if err != nil {
		return nil, fmt.Errorf("replaying the draw: %w", err)
	}
	r := beijingReport{Method: draw.Beijing2011, Seed: seed, Seats: seats, BaseNumbers: len(pool)}
	for _, w := range winners {
		r.Winners = append(r.Winners, winnerReport(w))
	}
	return r, nil
}

type beijingReport struct {
	Method      draw.Method    `json:"method"`
	Seed        string         `json:"seed"`
	Seats       int            `json:"seats"`
	BaseNumbers int            `json:"base_numbers"`
	Winners     []winnerReport `json:"winners"`
}

type winnerReport struct {
	Order      int    `json:"order"`
	Code       string `json:"code"`
	BaseNumber int    `json:"base_number"`
}

func (r beijingReport) writeText(w io.Writer, _ words) error {
	for _, x := range r.Winners {
		if _, err := fmt.Fprintf(w, "%d\t%s\t%d\n", x.Order, x.Code, x.BaseNumber); err != nil {
			return err
		}
	}
	return nil
}

func bindRFC3797(fs *flag.FlagSet) action {
	names := fs.String("names", "", "`file` of the published list, a line for each name")
	seeds := fs.String("seeds", "",
		"`file` with a line for each source of randomness, in the announced order")
	seats := fs.Int("seats", 0, "`number` of selections")
	return func(_ output, fs *flag.FlagSet, _ string) (report, error) {
		return replayRFC3797(fs, *names, *seeds, *seats)
	}
}

func replayRFC3797(fs *flag.FlagSet, namesFile, seedsFile string, seats int) (report, error) {
	if err := required(fs, "names", "seeds", "seats"); err != nil {
		return nil, err
	}
	if seats < 1 {
		return nil, misuse("at least one seat is drawn")
	}
	names, err := read(namesFile, draw.ReadRFC3797Names)
	if err != nil {
		return nil, err
	}
	sources, err := read(seedsFile, draw.ReadRFC3797Sources)
	if err != nil {
		return nil, err
	}
	key, err := draw.RFC3797Key(sources)
	if err != nil {
		return nil, fmt.Errorf("reading %s: %w", seedsFile, err)
	}
	picks, err := draw.ReplayRFC3797(names, sources, seats)
	if err != nil {
		return nil, fmt.Errorf("replaying the selection: %w", err)
	}
	r := rfcReport{Method: draw.RFC3797, Key: key, Seats: seats, Names: len(names)}
	for _, p := range picks {
		r.Picks = append(r.Picks, pickReport(p))
	}
	return r, nil
}

type rfcReport struct {
	Method draw.Method  `json:"method"`
	Key    string       `json:"key"`
	Seats  int          `json:"seats"`
	Names  int          `json:"names"`
	Picks  []pickReport `json:"picks"`
}

type pickReport struct {
	Order  int    `json:"order"`
	Number int    `json:"number"`
	Name   string `json:"name"`
}

func (r rfcReport) writeText(w io.Writer, _ words) error {
	for _, p := range r.Picks {
		if _, err := fmt.Fprintf(w, "%d\t%d\t%s\n", p.Order, p.Number, p.Name); err != nil {
			return err
		}
	}
	return nil
}

// read opens a file and reads it.
func read[T any](file string, parse func(io.Reader) (T, error)) (T, error) {
	f, err := os.Open(file)
	if err != nil {
		var none T
		return none, fmt.Errorf("reading: %w", err)
	}
	defer f.Close()
	v, err := parse(f)
	if err != nil {
		return v, fmt.Errorf("reading %s: %w", file, err)
	}
	return v, nil
}
