package applicant

import (
	"context"
	"encoding/hex"
	"fmt"

	"github.com/spf13/cobra"

	"lotteryledger/audit/durable"
	"lotteryledger/cmd/lottery/internal/app"
	"lotteryledger/cmd/lottery/internal/cli"
	"lotteryledger/domain"
	"lotteryledger/domain/access"
)

// receipt is what an applicant keeps: the record, and what proves it.
type receipt struct {
	Applicant  string         `json:"applicant"`
	Commitment *domain.Digest `json:"commitment,omitempty"` // not in a dry run, nor what follows
	Salt       string         `json:"salt,omitempty"`
	Record     string         `json:"record,omitempty"`
	File       string         `json:"record_file,omitempty"`
	*cli.Done  `json:",omitempty"`
}

// Text writes the parts of the receipt, or where the record is.
func (r receipt) Text(p *cli.Page) {
	if r.Done != nil {
		p.Line("applicant.would_show")
		return
	}
	p.Line("applicant.receipt", r.Applicant, r.Commitment, r.Salt)
	if r.File != "" {
		p.Line("applicant.record_file", r.File)
		return
	}
	p.Line("applicant.record", r.Record)
}

func receiptCommand(a *app.App) *cobra.Command {
	var why, out string
	c := cli.New(a, &cobra.Command{
		Use:     "receipt CODE|ID --reason REASON",
		Short:   "Print record, salt and commitment for the applicant to keep; the look is noted",
		Example: `  lottery --officer carl applicant receipt 1127603891625 --reason applicant_request --out record.json`,
	}, func(ctx context.Context, args []string) (receipt, error) {
		s, e, err := look(ctx, a, args[0], why, access.Receipt)
		if err != nil || a.Trial != nil {
			return receipt{Applicant: s.id, Done: &cli.Done{}}, err
		}
		digest := e.Commitment()
		r := receipt{
			Applicant: e.Applicant, Commitment: &digest, Salt: hex.EncodeToString(e.Salt[:]),
			File: out,
		}
		if out == "" {
			r.Record = string(e.Record.Bytes())
			return r, nil
		}
		return r, writeRecord(out, e.Record.Bytes())
	})
	c.Flags().StringVar(
		&out, "out", "",
		"write the record into this file, which must not be there, instead of printing it",
	)
	addReason(c, &why)
	return c
}

func writeRecord(name string, record []byte) error {
	if err := durable.Create(name, 0o600, durable.Bytes(record)); err != nil {
		return fmt.Errorf("writing the record: %w", err)
	}
	return nil
}
