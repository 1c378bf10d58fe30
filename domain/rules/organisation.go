package rules

import (
	"lotteryledger/domain/draw"
	"lotteryledger/domain/fault"
)

// Threshold is a line of the table of organisation weights: from this scale on, an
// organisation has so many tickets or points.
type Threshold struct {
	From   int `json:"from"`
	Weight int `json:"weight"`
}

// MaxScale bounds the scale of an organisation. What it counts (tax paid, people
// employed, vehicles in use) is for the text of the rules to say.
const MaxScale = 1_000_000_000

// OrganisationWeight is the weight of an organisation of this scale: that of the
// last threshold not above it, and 1 where the rules have no table.
func (v Version) OrganisationWeight(scale int) int {
	weight := 1
	for _, t := range v.OrganisationWeights {
		if scale >= t.From {
			weight = t.Weight
		}
	}
	return weight
}

// checkOrganisationWeights: the table begins at 0 and ascends, and more never weighs less.
func (v Version) checkOrganisationWeights() error {
	if v.OrganisationWeights == nil {
		return nil
	}
	if n := len(v.OrganisationWeights); n < 1 || n > 100 || v.OrganisationWeights[0].From != 0 {
		return fault.New(fault.InvalidRules,
			"organisation_weights have 1 to 100 lines, the first from 0")
	}
	last := Threshold{From: -1, Weight: 1}
	for i, t := range v.OrganisationWeights {
		scale := t.From > last.From && t.From <= MaxScale
		if !scale || t.Weight < last.Weight || t.Weight > draw.MaxWeight {
			return fault.New(fault.InvalidRules,
				"organisation_weights, line %d: scales ascend up to %d, weights from 1 to %d do "+
					"not fall",
				i+1, MaxScale, draw.MaxWeight)
		}
		last = t
	}
	return nil
}
