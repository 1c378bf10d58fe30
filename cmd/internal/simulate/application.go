package simulate

import (
	"errors"
	"fmt"
	"strconv"
	"time"

	"lotteryledger/cmd/internal/csvfile"
	"lotteryledger/domain"
	"lotteryledger/domain/identity"
	"lotteryledger/domain/rules"
)

// application is one application before it becomes text.
type application struct {
	number      string
	ordinal     int // in the file, from 1
	kind        domain.ApplicantKind
	indicator   domain.IndicatorKind
	members     []person // the main applicant first
	generations int
	scale       int       // of an organisation
	familySince time.Time // zero: not given
	submittedAt time.Time
	extended    bool // the file has all columns

	defect    Defect              // "": none
	spoiled   int                 // the member whose row has the defect
	spoil     func(v []string)    // changes the values of that row
	spoilLine func(string) string // changes the text of that row
}

type person struct {
	role           rules.Role
	name           string
	digits         string // identity number
	mobile         string
	drawsUntil2020 int
	drawsSince2021 int
	waitingSince   time.Time // zero: not given
	registeredOn   time.Time
	born           time.Time
}

// values are the columns of one member's row.
func (a application) values(i int) []string {
	m := a.members[i]
	v := []string{
		a.number, string(a.kind), string(a.indicator), string(m.role), m.name, m.digits, m.mobile,
		strconv.Itoa(m.drawsUntil2020), strconv.Itoa(m.drawsSince2021),
		day(m.waitingSince), day(m.registeredOn), "", "", a.submittedAt.Format(time.RFC3339),
	}
	if a.kind == domain.Family && i == 0 {
		v[csvfile.ColFamilySince], v[csvfile.ColGenerations] = day(a.familySince),
			strconv.Itoa(a.generations)
	}
	if a.extended {
		v = append(v, "", "", "")
	}
	if a.kind == domain.Organisation {
		v[csvfile.ColScale] = strconv.Itoa(a.scale)
	}
	if a.spoil != nil && i == a.spoiled {
		a.spoil(v)
	}
	return v
}

func day(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Format(time.DateOnly)
}

// Shares of the pool, of 1000.
const (
	familyShare    = 180
	newEnergyShare = 350
)

// application makes the i-th application.
func (g *generator) application(i int) application {
	var a application
	if g.chance(g.o.BadShare) {
		a.defect = g.nextDefect()
	}
	a.number = fmt.Sprintf("%d-%07d", g.o.From.Year(), i+1)
	a.ordinal = i + 1
	a.kind, a.indicator = domain.Individual, domain.Ordinary
	if g.chance(familyShare) {
		a.kind = domain.Family
	}
	if g.chance(newEnergyShare) {
		a.indicator = domain.NewEnergy
	}
	switch a.defect {
	case NoMain:
		a.kind = domain.Family
	case SamePerson:
		a.kind = domain.Individual
	}
	a.submittedAt = g.moment(i)
	a.extended = g.o.OrganisationShare > 0
	switch {
	case a.extended && a.defect == "" && g.chance(g.o.OrganisationShare):
		g.organisation(&a)
	case a.kind == domain.Family:
		g.family(&a)
	default:
		g.individual(&a)
	}
	g.applyDefect(&a)
	return a
}

// moment is the time of the i-th submission: file numbers follow the time.
func (g *generator) moment(i int) time.Time {
	window := int64(g.o.To.Sub(g.o.From) / time.Second)
	part := func(i int) int64 { // window·i/n, without overflow: 84 years · 10^7 stay below 2^63
		return window * int64(i) / int64(g.o.Applications)
	}
	from, to := part(i), part(i+1)
	return g.o.From.Add(time.Duration(from+int64(g.below(max(int(to-from), 1)))) * time.Second)
}

func (g *generator) individual(a *application) {
	main := g.adult(*a, g.mainAge(18, 80), g.chance(540))
	main.role, main.mobile = rules.Main, g.mobile()
	a.members = []person{main}
}

// family composes a household: who lives there, and how many generations they are.
func (g *generator) family(a *application) {
	type household struct {
		weight            int
		spouse            bool
		children, parents int // at most
		generations       int
	}
	households := [...]household{
		{30, true, 0, 0, 1},
		{34, true, 2, 0, 2},
		{12, true, 2, 4, 3},
		{8, true, 0, 4, 2},
		{9, false, 2, 0, 2},
		{7, false, 0, 2, 2},
	}
	weights := make([]int, len(households))
	for i, h := range households {
		weights[i] = h.weight
	}
	h := households[g.weighted(weights)]
	a.generations = h.generations

	age := g.mainAge(23, 60)
	male := g.chance(600)
	main := g.adult(*a, age, male)
	main.role, main.mobile = rules.Main, g.mobile()
	a.members = append(a.members, main)
	if g.chance(700) {
		a.familySince = g.dayBetween(later(date(2021, 1), main.registeredOn), a.submittedAt)
	}
	if h.spouse {
		spouse := g.adult(*a, g.between(max(22, age-6), age+6), !male)
		spouse.role, spouse.mobile = rules.Spouse, g.mobile()
		a.members = append(a.members, spouse)
	}
	if h.children > 0 {
		oldest := min(age-22, 30)
		for range g.between(1, h.children) {
			a.members = append(a.members, g.child(*a, g.between(0, oldest), main.name))
		}
	}
	if h.parents > 0 {
		for i := range g.between(1, h.parents) {
			parent := g.adult(*a, g.between(age+21, age+33), i%2 == 0)
			parent.role = rules.Other
			a.members = append(a.members, parent)
		}
	}
}

// mainAge is the age of a main applicant: mostly between 25 and 50.
func (g *generator) mainAge(least, most int) int {
	switch g.weighted([]int{12, 58, 24, 6}) {
	case 0:
		return g.between(least, min(25, most))
	case 1:
		return g.between(max(25, least), min(40, most))
	case 2:
		return g.between(max(41, least), min(55, most))
	}
	return g.between(max(56, least), most)
}

// adult makes a person of an age, with a history in the lottery.
func (g *generator) adult(a application, age int, male bool) person {
	p := g.person(a, age, male, g.character(surnames))
	g.history(&p, a, age)
	return p
}

// child makes a child of the parent with this name. A minor is registered with the family;
// grown-up children may have a history.
func (g *generator) child(a application, age int, parent string) person {
	male := g.chance(520)
	p := g.person(a, age, male, string([]rune(parent)[0]))
	p.role = rules.Other
	if age >= 18 {
		g.history(&p, a, age)
	} else if p.registeredOn = later(a.familySince, p.born); a.familySince.IsZero() {
		p.registeredOn = midnight(a.submittedAt)
	}
	return p
}

func (g *generator) person(a application, age int, male bool, surname string) person {
	given := femaleGiven
	if male {
		given = maleGiven
	}
	p := person{name: surname + g.character(given)}
	if g.chance(720) {
		p.name += g.character(given)
	}
	p.born = midnight(a.submittedAt).AddDate(-age, 0, -g.below(365))
	p.digits = g.identityNumber(p.born, male)
	return p
}

// identityNumber makes a valid number that nobody else of the file has. Its
// seventeenth digit is odd for men and even for women.
func (g *generator) identityNumber(born time.Time, male bool) string {
	for {
		sequence := 2 * g.between(1, 499)
		if male {
			sequence--
		}
		key := uint64(areas[g.below(len(areas))])
		key = key*100_000_000 + uint64(born.Year()*10_000+int(born.Month())*100+born.Day())
		key = key*1000 + uint64(sequence)
		if _, taken := g.used[key]; !taken {
			g.used[key] = struct{}{}
			return complete(strconv.FormatUint(key, 10))
		}
	}
}

// complete adds the check character that 17 digits need.
func complete(digits string) string {
	var s string
	for _, c := range "0123456789X" {
		s = digits + string(c)
		if _, err := identity.Parse(s); !errors.Is(err, identity.ErrChecksum) {
			break
		}
	}
	return s
}

func (g *generator) mobile() string {
	return fmt.Sprintf("%d%08d", mobilePrefixes[g.below(len(mobilePrefixes))], g.below(100_000_000))
}
