package draw

import (
	"math"

	"lotteryledger/domain/fault"
)

// Points ranks by points, and equal points by the earliest registration.
const Points Method = "points"

var points = method{
	name: Points,
	weight: &number{
		kind: WeightPoints, name: "points",
		code: fault.RosterPoints, text: "points are", most: math.MaxUint32,
	},
	since: SinceRegistration,
	order: []key{mostWeight, leastSince},
}
