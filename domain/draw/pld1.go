package draw

import (
	"lotteryledger/domain/fault"
)

// PLD1 draws by lot: the more tickets, the better the chance.
const PLD1 Method = "pld1"

var pld1 = method{
	name: PLD1,
	weight: &number{
		kind: WeightTickets, name: "weight",
		code: fault.RosterWeight, text: "a weight is", least: 1, most: MaxWeight, total: MaxTotal,
	},
	countsLoss: true,
}
