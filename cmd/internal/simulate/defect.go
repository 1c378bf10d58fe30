package simulate

import (
	"strconv"
	"strings"
	"time"

	"lotteryledger/cmd/internal/csvfile"
	"lotteryledger/domain"
)

// nextDefect is the defect whose turn it is.
func (g *generator) nextDefect() Defect {
	d := defects[g.turn%len(defects)]
	g.turn++
	if d == SamePerson && len(g.before) < 2 { // nobody yet who could come back
		return ChecksumTypo
	}
	return d
}

// applyDefect spoils the application in the way it is to be spoiled, and remembers a
// good individual to bring back later.
func (g *generator) applyDefect(a *application) {
	a.spoiled = g.below(len(a.members))
	set := func(column csvfile.Column, to string) { a.spoil = func(v []string) { v[column] = to } }
	id := a.members[a.spoiled].digits
	switch a.defect {
	case ChecksumTypo:
		set(csvfile.ColIdentityNumber, g.typo(id))
	case SwappedDigits:
		set(csvfile.ColIdentityNumber, g.swap(id))
	case ImpossibleDate:
		days := []string{"0230", "0231", "0431", "0631", "1131", "1301", "0012"}
		set(csvfile.ColIdentityNumber, complete(id[:10]+days[g.below(len(days))]+id[14:17]))
	case SamePerson:
		before := g.before[a.indicator]
		a.members[0].name, a.members[0].digits = before.name, before.digits
	case UnknownKind:
		if g.chance(500) {
			set(csvfile.ColApplicantKind, "company")
		} else {
			set(csvfile.ColIndicatorKind, "hybrid")
		}
	case EmptyField:
		columns := []csvfile.Column{
			csvfile.ColName, csvfile.ColIdentityNumber,
			csvfile.ColDrawsUntil2020, csvfile.ColRegisteredOn,
		}
		set(columns[g.below(len(columns))], "")
	case AfterWindow:
		a.submittedAt = g.o.To.Add(time.Duration(g.below(3*86400)) * time.Second)
	case DamagedRow:
		a.spoilLine = [...]func(string) string{strayQuote, missingColumn, cutOff}[g.below(3)]
	case DrawsTooMany:
		if g.chance(500) {
			set(csvfile.ColDrawsUntil2020, strconv.Itoa(g.between(79, 200)))
		} else {
			set(csvfile.ColDrawsSince2021, strconv.Itoa(g.between(1001, 9999)))
		}
	case NoMain:
		a.spoiled = 0
		set(csvfile.ColRole, "other")
	case "":
		if a.kind == domain.Individual {
			g.before[a.indicator] = a.members[0]
		}
	}
}

// typo replaces one of the first 17 digits.
func (g *generator) typo(id string) string {
	b := []byte(id)
	i := g.below(17)
	b[i] = '0' + (b[i]-'0'+byte(g.between(1, 9)))%10
	return string(b)
}

// swap swaps two different neighbours among the first 17 digits.
func (g *generator) swap(id string) string {
	b := []byte(id)
	from := g.below(16)
	for n := range 16 {
		i := (from + n) % 16
		if b[i] != b[i+1] {
			b[i], b[i+1] = b[i+1], b[i]
			break
		}
	}
	return string(b)
}

// strayQuote puts a quote into the name.
func strayQuote(line string) string {
	values := strings.Split(line, ",")
	values[csvfile.ColName] += `"`
	return strings.Join(values, ",")
}

// missingColumn leaves the mobile number and its comma out.
func missingColumn(line string) string {
	values := strings.Split(line, ",")
	return strings.Join(append(values[:csvfile.ColMobile:csvfile.ColMobile],
		values[csvfile.ColMobile+1:]...), ",")
}

// cutOff leaves out what follows the identity number.
func cutOff(line string) string {
	values := strings.Split(line, ",")
	return strings.Join(values[:csvfile.ColIdentityNumber+1], ",")
}
