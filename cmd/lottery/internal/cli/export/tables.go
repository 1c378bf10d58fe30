package export

import (
	"context"
	"encoding/csv"
	"fmt"
	"strconv"

	"lotteryledger/projections"
	"lotteryledger/projections/pool"
	"lotteryledger/projections/results"
)

var (
	applications = table{"pool", "Write every application, its phase and losses", writeApplications}
	ranks        = table{"results", "Write every rank of every round", writeRanks}
	indicators   = table{
		"indicators", "Write every indicator and what became of it", writeIndicators,
	}
)

func writeApplications(ctx context.Context, db *projections.DB, w *csv.Writer) error {
	header := []string{
		"code", "applicant_kind", "indicator_kind", "phase", "round", "submitted_at", "in_pools",
		"losses", "indicator",
	}
	if err := w.Write(header); err != nil {
		return err
	}
	p := pool.Of(db)
	for code, err := range p.Codes(ctx, pool.Filter{}) {
		if err != nil {
			return err
		}
		a, _, err := p.Find(ctx, code)
		if err != nil {
			return err
		}
		err = w.Write([]string{
			a.Code, string(a.Standing.Applicant), string(a.Indicator), string(a.Phase), a.Round,
			a.SubmittedAt.String(),
			strconv.FormatBool(a.InPools), strconv.Itoa(a.Losses), a.Won,
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func writeRanks(ctx context.Context, db *projections.DB, w *csv.Writer) error {
	if err := w.Write([]string{"round", "pool", "rank", "code", "selected"}); err != nil {
		return err
	}
	r := results.Of(db)
	rounds, err := r.Rounds(ctx)
	if err != nil {
		return err
	}
	for _, o := range rounds {
		for _, p := range o.Pools {
			for k, err := range r.Ranks(ctx, o.ID, p.Pool) {
				if err != nil {
					return err
				}
				row := []string{
					o.ID, p.Pool, fmt.Sprint(k.Rank), k.Code, strconv.FormatBool(k.Selected),
				}
				if err := w.Write(row); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

func writeIndicators(ctx context.Context, db *projections.DB, w *csv.Writer) error {
	if err := w.Write(
		[]string{"indicator", "round", "pool", "rank", "code", "phase", "use_by"},
	); err != nil {
		return err
	}
	for i, err := range results.Of(db).Indicators(ctx, "", "") {
		if err != nil {
			return err
		}
		useBy := ""
		if i.UseBy != 0 {
			useBy = i.UseBy.String()
		}
		row := []string{i.ID, i.Round, i.Pool, fmt.Sprint(i.Rank), i.Code, string(i.Phase), useBy}
		if err := w.Write(row); err != nil {
			return err
		}
	}
	return nil
}
