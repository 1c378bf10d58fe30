package draw

// Priority ranks by priority, and equal priorities by lot.
const Priority Method = "priority"

var priority = method{
	name: Priority,
	weight: &number{
		kind: WeightPriority, name: "priority",
		code: "roster_weight", text: "a priority is", most: MaxWeight,
	},
	order: []key{mostWeight},
}
