// Package pool projects all applications: phase, standing, losses, and the range of leaves during
// which each is in the pools.
//
// # Being in the pools
//
// An application is in the pools from the leaf that approves it (approved_leaf) up to
// the leaf that withdraws it, publishes the result in which it holds a seat, or awards it
// an indicator, which for those promoted from the reserve comes later (gone_leaf). After the first
// n leaves it is therefore a candidate when
//
//	approved_leaf < n and (gone_leaf is null or n <= gone_leaf)
//
// What is no longer valid when the window of a round closes is in none of its rosters;
// [round.Rosters] sees to that with the end of validity as the first n leaves say it.
// For this a renewal keeps what it replaced.
//
// A published round removes everybody on a seat from the pools. Every other candidate of
// its seal who was valid at the close has one loss more, if they are in a pool whose method
// counts losses ([draw.Method.CountsLoss]). A voided round changes nothing. Package audit
// does the same in memory; the tests hold both against each other.
//
// # Tables
//
//	pool_applications  one row for each application ever submitted
//	pool_renewals      what was valid before, by application and leaf of the renewal
//	pool_terms         of each version of the rules: which kinds compete where, and how
//	pool_rounds        what settling a round needs: rules, n of the seal, leaf of publication
//	pool_seats         seats of a round by pool, from the announcement
//	pool_seated        codes on the seats of rounds that are drawn and not yet over
//
// # Events
//
// Those of rules, applications and rounds. An application carries what is needed of applicants,
// persons and indicators.
package pool
