// Package results keeps every round with its timetable, seats and ranking, and every
// indicator that came of it.
//
// # Tables
//
//	results_rules       pools of each version of the rules, in their order
//	results_rounds      one row for each round; a value is null until the round has it
//	results_pools       its pools in the order of the rules: roster, seats, and what came back
//	results_ranks       its ranking: seats first (selected), then the reserve list
//	results_indicators  one row for each indicator, and what quota it went back to
//
// Ranks are recorded before they are published. They are counted as results only from
// then on: no query shows the ranks of a round that is not published, and those of a
// round that is voided are dropped.
//
// # Events
//
// Those of rules, rounds and indicators.
package results
