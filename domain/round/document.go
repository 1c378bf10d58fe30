package round

import (
	"encoding/json"
	"fmt"

	"lotteryledger/domain"
	"lotteryledger/domain/draw"
	"lotteryledger/domain/fault"
	"lotteryledger/domain/rules"
)

// PoolTerms is what the announcement repeats of the rules.
type PoolTerms struct {
	Pool, Method   string
	Group          string // "" or "all_or_none"
	Order, SpillTo string
}

// Terms returns the terms of all pools of a version, and their mode, which is left out if the
// version is plain.
func Terms(v rules.Version) (mode draw.Mode, terms []PoolTerms) {
	if !v.Plain() {
		mode = v.DrawMode()
	}
	for _, p := range v.Pools {
		terms = append(terms, PoolTerms{
			Pool: p.Name, Method: string(p.Method), Group: string(p.Group),
			Order: p.Order, SpillTo: p.SpillTo,
		})
	}
	return mode, terms
}

// document is the announcement as published; docs/ledger.md gives its bytes.
type document struct {
	Format      string         `json:"format"`
	Round       string         `json:"round"`
	Rules       string         `json:"rules"`
	RulesSHA256 domain.Digest  `json:"rules_sha256"`
	LedgerSize  uint64         `json:"ledger_size"`
	DrawTime    domain.Time    `json:"draw_time"`
	Beacon      documentBeacon `json:"beacon"`
	Ceremony    bool           `json:"ceremony"`
	Mode        draw.Mode      `json:"mode"`
	Pools       []documentPool `json:"pools"`
	Supersedes  domain.Digest  `json:"supersedes,omitzero"`
}

type documentBeacon struct {
	Chain         domain.Digest `json:"chain"`
	Name          string        `json:"name"`
	Round         uint64        `json:"round"`
	Demonstration bool          `json:"demonstration"`
}

type documentPool struct {
	Pool         string        `json:"pool"`
	Method       string        `json:"method"`
	Group        string        `json:"group,omitzero"`
	Order        string        `json:"order,omitzero"`
	SpillTo      string        `json:"spill_to,omitzero"`
	Seats        uint64        `json:"seats"`
	Reserve      uint64        `json:"reserve"`
	Count        uint64        `json:"count"`
	Weight       uint64        `json:"weight"`
	Root         domain.Digest `json:"root"`
	RosterSHA256 domain.Digest `json:"roster_sha256"`
}

// Document is the announcement of a round, byte by byte: what announcements/<round>.json
// holds and what the seed is bound to. It follows from the round's own events and
// the methods of its rules.
func Document(id string, s State, a Announced, terms []PoolTerms) ([]byte, error) {
	return writeDocument(id, s, a, terms, domain.Digest{})
}

// SupersedingDocument is the announcement that takes the place of an earlier one: it
// names it by its digest.
func SupersedingDocument(
	id string, s State, e AnnouncementSuperseded, terms []PoolTerms,
) ([]byte, error) {
	return writeDocument(id, s, e.announced(), terms, e.Supersedes)
}

func writeDocument(
	id string, s State, a Announced, terms []PoolTerms, supersedes domain.Digest,
) ([]byte, error) {
	chain, ok := draw.ChainByHash(a.Chain)
	if !ok {
		return nil, fault.New(fault.UnknownChain, "beacon chain %s", a.Chain)
	}
	d := document{
		Format: "lotteryledger announcement v1", Round: id,
		Rules: s.Opened.Rules, RulesSHA256: s.Opened.RulesSHA256,
		LedgerSize: s.Sealed.LedgerSize, DrawTime: a.DrawTime,
		Beacon: documentBeacon{
			Chain: a.Chain, Name: chain.ID, Round: a.BeaconRound,
			Demonstration: chain.Demonstration,
		},
		Ceremony: a.Ceremony, Mode: a.Mode.OrSeparate(), Supersedes: supersedes,
	}
	if len(terms) != len(a.Pools) || len(a.Pools) != len(s.Sealed.Rosters) {
		return nil, fault.New(fault.InvalidSeats, "seats, rosters and rules name different pools")
	}
	for i, p := range a.Pools {
		r := s.Sealed.Rosters[i]
		if p.Pool != terms[i].Pool || p.Pool != r.Pool {
			return nil, fault.New(fault.InvalidSeats,
				"pool %d: seats, rosters and rules name different pools", i+1)
		}
		t := terms[i]
		d.Pools = append(d.Pools, documentPool{
			Pool: p.Pool, Method: t.Method, Group: t.Group, Order: t.Order, SpillTo: t.SpillTo,
			Seats: p.Seats, Reserve: p.Reserve,
			Count: r.Count, Weight: r.Weight, Root: r.Root, RosterSHA256: r.SHA256,
		})
	}
	out, err := json.MarshalIndent(d, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("writing the announcement of round %s: %w", id, err)
	}
	return append(out, '\n'), nil
}
