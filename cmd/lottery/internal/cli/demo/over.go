package demo

import (
	"os"
	"path/filepath"

	"lotteryledger/cmd/lottery/internal/cli"
)

// over is a demonstration that went to its end.
type over struct {
	Round         string `json:"round"`
	Folder        string `json:"folder"`
	Demonstration bool   `json:"demonstration"` // of the beacon
	Applications  int    `json:"applications"`  // stored for the round
	Awarded       int    `json:"awarded"`
	Public        string `json:"public"`
	Results       string `json:"results"`
	Verifier      string `json:"verifier"` // the program that has proven it

	file, dir, program string
}

func (d *demo) over() (over, error) {
	folder, err := filepath.Abs(d.dir)
	public := d.Path("public")
	return over{
		Round: d.id, Folder: folder, Demonstration: d.chain.Demonstration,
		Applications: len(d.codes), Awarded: d.awarded,
		Public: public, Results: filepath.Join(public, "results", d.id), Verifier: d.verifier,
		file: d.file(), dir: d.dir, program: os.Args[0],
	}, err
}

// Text says where everything is, and how to prove it.
func (r over) Text(p *cli.Page) {
	p.Print("")
	p.Line("demo.over", r.Round)
	if r.Demonstration {
		p.Line("demo.demonstration")
	} else {
		p.Line("demo.quicknet")
	}
	p.Line("demo.office", r.file, r.Round)
	p.Line("demo.public", r.Public)
	p.Line("demo.results", r.Results)
	p.Line("demo.prove", r.Verifier, r.Public)
	p.Line("demo.again", r.program, r.dir)
}
