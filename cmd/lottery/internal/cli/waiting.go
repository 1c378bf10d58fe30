package cli

import (
	"lotteryledger/domain"
	"lotteryledger/domain/proposal"
	"lotteryledger/eventstore/office"
)

// Proposal is what takes two officers.
type Proposal struct {
	ID         string        `json:"proposal"`
	Stream     string        `json:"stream"`
	Revision   uint64        `json:"revision"`
	Type       string        `json:"type"`
	Digest     domain.Digest `json:"digest"`
	By         string        `json:"proposed_by"`
	Expires    domain.Time   `json:"expires"`
	Approved   string        `json:"approved_by,omitempty"`
	LedgerSize uint64        `json:"ledger_size,omitempty"`

	Ended   string          `json:"ended,omitempty"` // rejected or withdrawn
	EndedBy string          `json:"ended_by,omitempty"`
	Reason  proposal.Reason `json:"reason,omitempty"`
}

// ProposalOf is a proposal as a result.
func ProposalOf(id string, p proposal.State) Proposal {
	r := Proposal{
		ID: id, Stream: p.Made.Stream, Revision: p.Made.Revision, Type: p.Made.Type,
		Digest: p.Made.Digest,
		By:     p.Made.Officer, Expires: p.Made.Expires, Approved: p.Approved,
		LedgerSize: p.Made.LedgerSize,
	}
	switch {
	case p.Withdrawn:
		r.Ended, r.EndedBy = "withdrawn", p.Made.Officer
	case p.Rejected.Officer != "":
		r.Ended, r.EndedBy, r.Reason = "rejected", p.Rejected.Officer, p.Rejected.Reason
	}
	return r
}

// Standing says who has approved the proposal, or ended it.
func (p Proposal) Standing(page *Page) {
	switch {
	case p.Approved != "":
		page.Line("proposal.approved_by", p.Approved)
	case p.Ended == "withdrawn":
		page.Line("proposal.withdrawn_by", p.EndedBy)
	case p.Ended != "":
		page.Line("proposal.rejected_by", p.EndedBy,
			page.Text("proposal_reason."+string(p.Reason)))
	}
}

// Text writes the proposal.
func (p Proposal) Text(page *Page) {
	text := page.Say("proposal", p.ID, p.Type, p.Stream, p.By, p.Expires)
	if p.Approved != "" {
		text += page.Say("proposal.approved", p.Approved)
	}
	page.Print(text)
}

// waiting is the result of a command that takes two officers and was given by the first.
type waiting struct {
	Proposal
	Done
}

func waits(w *office.Waiting) *waiting {
	return &waiting{
		Proposal: ProposalOf(w.ID, proposal.State{Made: w.Made}), Done: Done{Idle: true},
	}
}

// Text says what the second officer has to do.
func (w *waiting) Text(p *Page) { p.Line("waits", w.ID, w.Expires, w.By) }
