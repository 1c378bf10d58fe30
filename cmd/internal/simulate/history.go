package simulate

import (
	"time"

	"lotteryledger/domain"
)

// history gives a person a first registration and the draws taken part in since:
// monthly ones in 2011 to 2013, every second month in 2014 to 2020, two a year from
// 2021. Seven of ten have missed none.
func (g *generator) history(p *person, a application, age int) {
	ago := min(g.weighted(registeredYearsAgo), age-18, a.submittedAt.Year()-2011)
	year := a.submittedAt.Year() - ago
	p.registeredOn = g.dayBetween(date(year, 1), earlier(date(year+1, 1), a.submittedAt))

	since := p.registeredOn
	p.drawsUntil2020 = draws(since, date(2014, 1), 1) +
		draws(later(since, date(2014, 1)), date(2021, 1), 2)
	p.drawsSince2021 = draws(later(since, date(2021, 1)), a.submittedAt, 6)
	if !g.chance(700) {
		share := g.between(30, 100)
		p.drawsUntil2020 = p.drawsUntil2020 * share / 100
		p.drawsSince2021 = p.drawsSince2021 * share / 100
	}
	if a.indicator == domain.NewEnergy && (a.kind == domain.Individual || g.chance(500)) {
		p.waitingSince = g.dayBetween(later(since, date(2015, 1)), a.submittedAt)
	}
}

// draws is the number of draws from one time to another if one is held at the end of
// every so many months.
func draws(from, to time.Time, months int) int {
	if !from.Before(to) {
		return 0
	}
	count := func(t time.Time) int { return ((t.Year()-2011)*12 + int(t.Month()) - 1) / months }
	return count(to) - count(from)
}

func date(year, month int) time.Time {
	return time.Date(year, time.Month(month), 1, 0, 0, 0, 0, time.UTC)
}

func midnight(t time.Time) time.Time { return t.Truncate(24 * time.Hour) }

// dayBetween is a day from the day of one time to the day of another, or the second
// if it is before the first.
func (g *generator) dayBetween(from, to time.Time) time.Time {
	from = midnight(earlier(from, to))
	return from.AddDate(0, 0, g.between(0, int(midnight(to).Sub(from)/(24*time.Hour))))
}

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}
