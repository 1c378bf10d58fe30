package draw

import (
	"lotteryledger/domain/fault"
)

// Priority ranks by priority, and equal priorities by lot.
const Priority Method = "priority"

var priority = method{
	name: Priority,
	weight: &number{
		kind: WeightPriority, name: "priority",
		code: fault.RosterWeight, text: "a priority is", most: MaxWeight,
	},
	order: []key{mostWeight},
}
