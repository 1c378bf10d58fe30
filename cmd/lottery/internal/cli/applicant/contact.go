package applicant

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"lotteryledger/cmd/lottery/internal/app"
	"lotteryledger/cmd/lottery/internal/cli"
	"lotteryledger/domain/personal"
)

// changed is an applicant whose record was changed.
type changed struct {
	Applicant string `json:"applicant"`
	cli.Done
	key string
}

// Text says what became of the record.
func (r *changed) Text(p *cli.Page) { p.Line("applicant."+r.key, r.Applicant) }

func contactCommand(a *app.App) *cobra.Command {
	return cli.New(a, &cobra.Command{
		Use:   "contact CODE|ID RECORD.json",
		Short: "Replace the personal record by another one of the same people",
		Long: "contact replaces the personal record by another one of the same people. With - in " +
			"place of the\n" +
			"file it is read from the input.",
		Example: `  lottery --officer carl applicant contact 1127603891625 record.json`,
	}, func(ctx context.Context, args []string) (*changed, error) {
		r, err := readRecord(ctx, a, args[1])
		if err != nil {
			return nil, err
		}
		s, err := find(ctx, a, args[0])
		if err != nil {
			return nil, err
		}
		return &changed{Applicant: s.id, key: "contact"}, s.office.ChangeContact(ctx, s.by, s.id, r)
	})
}

// maxRecord is more bytes than any record has.
const maxRecord = 1 << 20

func readRecord(ctx context.Context, a *app.App, name string) (personal.Record, error) {
	raw, err := a.ReadFile(ctx, name, maxRecord)
	if err != nil {
		return personal.Record{}, fmt.Errorf("reading the record: %w", err)
	}
	return personal.Read(raw)
}

func eraseCommand(a *app.App) *cobra.Command {
	return cli.New(a, &cobra.Command{
		Use:     "erase CODE|ID",
		Short:   "Destroy the personal records of an applicant; there is no way back",
		Example: `  lottery --officer carl applicant erase 6d8f0c31a7b94e52c0d1f3a4b5968772`,
	}, func(ctx context.Context, args []string) (*changed, error) {
		s, err := find(ctx, a, args[0])
		if err != nil {
			return nil, err
		}
		return &changed{Applicant: s.id, key: "erased"}, s.office.Erase(ctx, s.by, s.id)
	})
}
