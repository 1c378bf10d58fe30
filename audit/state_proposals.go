package audit

import "lotteryledger/domain/proposal"

// proposals are all that one officer proposed to another, by id.
type proposals map[string]*proposalRecord

// proposalRecord is a proposal, and whether the officer who made it has signed it.
type proposalRecord struct {
	stream[proposal.State]
	signed bool
}
