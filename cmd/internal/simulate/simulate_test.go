package simulate_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"lotteryledger/cmd/internal/csvfile"
	"lotteryledger/cmd/internal/simulate"
	"lotteryledger/domain"
	"lotteryledger/domain/rules"
)

var (
	from   = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	to     = time.Date(2026, 3, 8, 16, 0, 0, 0, time.UTC)
	ladder = rules.Ladder{DrawsPerStepUntil2020: 6, DrawsPerStepSince2021: 2}
)

func write(t testing.TB, o simulate.Options) ([]byte, simulate.Summary) {
	t.Helper()
	var out bytes.Buffer
	s, err := simulate.Write(&out, o)
	require.NoError(t, err)
	return out.Bytes(), s
}

func read(t testing.TB, file []byte) (apps []csvfile.Application, codes map[string]int) {
	t.Helper()
	r := csvfile.NewReader(bytes.NewReader(file))
	codes = map[string]int{}
	for {
		app, problems, err := r.Next()
		if errors.Is(err, io.EOF) {
			return apps, codes
		}
		require.NoError(t, err)
		for _, p := range problems {
			codes[p.Code]++
		}
		if len(problems) == 0 {
			apps = append(apps, app)
		}
	}
}

// The same options give these bytes on every machine and with every version of Go.
func TestSameOptionsSameBytes(t *testing.T) {
	o := simulate.Options{Applications: 2000, Seed: 1, From: from, To: to, BadShare: 30}
	file, _ := write(t, o)
	sum := sha256.Sum256(file)
	require.Equal(t, "bc28524245ee1f6880fedca66342da2315d9c90ca9efa16a22ca900f7b9549a5",
		hex.EncodeToString(sum[:]))

	again, _ := write(t, o)
	require.True(t, bytes.Equal(file, again))
	o.From, o.To = from.In(time.FixedZone("Beijing", 8*3600)), to.Add(time.Millisecond)
	again, _ = write(t, o)
	require.True(t, bytes.Equal(file, again), "zone and fraction do not matter")
	o.Seed = 2
	other, _ := write(t, o)
	require.False(t, bytes.Equal(file, other))
}

// TestEarlyWindow: nothing lies after the submission when the rules' own dates do.
func TestEarlyWindow(t *testing.T) {
	early := time.Date(2016, 1, 1, 0, 0, 0, 0, time.UTC)
	file, _ := write(t, simulate.Options{
		Applications: 2000, Seed: 7, From: early,
		To: early.AddDate(0, 0, 9),
	})
	apps, codes := read(t, file)
	require.Empty(t, codes)
	require.Len(t, apps, 2000)
}

func TestGoodFile(t *testing.T) {
	const n = 20_000
	file, s := write(t, simulate.Options{Applications: n, Seed: 7, From: from, To: to})
	apps, codes := read(t, file)
	require.Empty(t, codes)
	require.Len(t, apps, n)
	require.Equal(t, n, s.Applications)
	require.Zero(t, s.Bad)
	require.Empty(t, s.Defects)
	require.Equal(t, bytes.Count(file, []byte{'\n'})-1, s.Rows)

	persons := map[string]bool{}
	weight, individuals, families, newEnergy, rows, waiting := 0, 0, 0, 0, 0, 0
	roles, generations, areas := map[rules.Role]int{}, map[int]int{}, map[string]bool{}
	lastTime := domain.Time(from.Unix())
	for _, a := range apps {
		submitted := time.Unix(int64(a.SubmittedAt), 0).UTC()
		require.False(t, submitted.Before(from) || !submitted.Before(to), "inside the window")
		require.GreaterOrEqual(t, a.SubmittedAt, lastTime, "numbers follow the time")
		lastTime = a.SubmittedAt
		main := a.Members[0]
		require.GreaterOrEqual(t, main.Identity.AgeOn(submitted), 18)
		require.LessOrEqual(t, main.Identity.AgeOn(submitted), 80)
		checkStanding(t, a)
		for _, m := range a.Members {
			digits := m.Identity.Reveal()
			require.False(t, persons[digits], "nobody comes twice")
			persons[digits] = true
			areas[digits[:2]] = true
			require.LessOrEqual(t, m.RegisteredOn, a.SubmittedAt)
			require.LessOrEqual(t, m.WaitingSince, a.SubmittedAt)
			age := m.Identity.AgeOn(time.Unix(int64(m.RegisteredOn), 0).UTC())
			require.True(t, age >= 17 || m.DrawsUntil2020+m.DrawsSince2021 == 0,
				"a child has joined no draw")
			roles[m.Role]++
			rows++
		}
		if a.ApplicantKind == domain.Individual {
			individuals++
			weight += max(1, ladder.Steps(main.DrawsUntil2020, main.DrawsSince2021))
			if a.IndicatorKind == domain.NewEnergy {
				require.GreaterOrEqual(t, main.WaitingSince.Year(), 2015)
				waiting++
			}
		} else {
			families++
			generations[a.Generations]++
		}
		if a.IndicatorKind == domain.NewEnergy {
			newEnergy++
		}
	}
	require.Equal(t, simulate.Summary{
		Applications: n, Rows: rows, Individuals: individuals, Families: families,
		Ordinary: n - newEnergy, NewEnergy: newEnergy, Defects: map[simulate.Defect]int{},
	}, s)
	require.InDelta(t, 0.18, float64(families)/n, 0.01)
	require.InDelta(t, 0.35, float64(newEnergy)/n, 0.01)
	require.InDelta(t, 3.7, float64(weight)/float64(individuals), 0.15)
	require.Positive(t, waiting)
	require.Greater(t, roles[rules.Spouse], families/2)
	require.Greater(t, roles[rules.Other], families/2)
	for g := 1; g <= 3; g++ {
		require.Greater(t, generations[g], families/20, "families of %d generations", g)
	}
	require.Greater(t, len(areas), 20, "people of many provinces")
}

// checkStanding asks the rules themselves.
func checkStanding(t *testing.T, a csvfile.Application) {
	t.Helper()
	s := rules.Standing{
		Applicant: a.ApplicantKind, Generations: a.Generations,
		FamilySince: a.FamilySince,
	}
	for _, m := range a.Members {
		s.Members = append(s.Members, rules.Member{
			Role: m.Role, DrawsUntil2020: m.DrawsUntil2020, DrawsSince2021: m.DrawsSince2021,
			WaitingSince: m.WaitingSince, RegisteredOn: m.RegisteredOn,
		})
	}
	require.NoError(t, s.Check())
}

func TestDefects(t *testing.T) {
	const n, share = 20_000, 100
	file, s := write(t, simulate.Options{
		Applications: n, Seed: 3, From: from, To: to,
		BadShare: share,
	})
	require.InDelta(t, n*share/1000, s.Bad, n/100)
	sum := 0
	for _, count := range s.Defects {
		require.InDelta(t, float64(s.Bad)/10, count, 5, "defects come in turns")
		sum += count
	}
	require.Equal(t, s.Bad, sum)
	require.Len(t, s.Defects, 10)

	apps, codes := read(t, file)
	d := s.Defects
	// Two defects are none of the file: the round and the reservation find them.
	require.Len(t, apps, n-s.Bad+d[simulate.AfterWindow]+d[simulate.SamePerson])
	delete(codes, "application_incomplete")
	require.Equal(t, map[string]int{
		"identity_checksum": d[simulate.ChecksumTypo] + d[simulate.SwappedDigits],
		"identity_date":     d[simulate.ImpossibleDate],
		"unknown_kind":      d[simulate.UnknownKind],
		"empty_field":       d[simulate.EmptyField],
		"number_range":      d[simulate.DrawsTooMany],
		"main_missing":      d[simulate.NoMain],
		"row_damaged":       codes["row_damaged"],
		"row_columns":       d[simulate.DamagedRow] - codes["row_damaged"],
	}, codes)
	require.Positive(t, codes["row_damaged"])
	require.Positive(t, codes["row_columns"])

	late, again := 0, 0
	seen := map[string]domain.IndicatorKind{}
	for _, a := range apps {
		if !time.Unix(int64(a.SubmittedAt), 0).Before(to) {
			late++
		}
		for _, m := range a.Members {
			if kind, ok := seen[m.Identity.Reveal()]; ok {
				require.Equal(t, kind, a.IndicatorKind)
				again++
			}
			seen[m.Identity.Reveal()] = a.IndicatorKind
		}
	}
	require.Equal(t, d[simulate.AfterWindow], late)
	require.Equal(t, d[simulate.SamePerson], again)
}

func TestSmallAndOddFiles(t *testing.T) {
	for _, o := range []simulate.Options{
		{Applications: 1, From: from, To: from.Add(time.Second)},
		{Applications: 1, From: from, To: from.Add(time.Second), BadShare: 1000},
		{Applications: 500, Seed: 1<<64 - 1, From: from, To: from.Add(time.Second), BadShare: 1000},
		{
			Applications: 500, From: time.Date(2016, 1, 1, 0, 0, 0, 0, time.UTC),
			To: time.Date(2016, 1, 2, 0, 0, 0, 0, time.UTC),
		},
		{
			Applications: 500, From: time.Date(2016, 1, 1, 0, 0, 0, 0, time.UTC),
			To: time.Date(2099, 12, 31, 0, 0, 0, 0, time.UTC),
		},
	} {
		file, s := write(t, o)
		apps, codes := read(t, file)
		require.Equal(t, o.Applications, s.Applications)
		if o.BadShare == 0 {
			require.Empty(t, codes)
			require.Len(t, apps, o.Applications)
		} else {
			require.Equal(t, o.Applications, s.Bad)
		}
	}
}

func TestImpossibleOptions(t *testing.T) {
	good := simulate.Options{Applications: 1, From: from, To: to}
	for name, change := range map[string]func(*simulate.Options){
		"0 applications":     func(o *simulate.Options) { o.Applications = 0 },
		"-5 applications":    func(o *simulate.Options) { o.Applications = -5 },
		"1001 bad":           func(o *simulate.Options) { o.BadShare = 1001 },
		"-1 bad":             func(o *simulate.Options) { o.BadShare = -1 },
		"it is empty":        func(o *simulate.Options) { o.To = o.From },
		"must lie in 2016":   func(o *simulate.Options) { o.From = o.From.AddDate(-11, 0, 0) },
		"to 2099":            func(o *simulate.Options) { o.To = o.To.AddDate(80, 0, 0) },
		"10000000 applicati": func(o *simulate.Options) { o.Applications = 10_000_000 },
	} {
		o := good
		change(&o)
		var out strings.Builder
		_, err := simulate.Write(&out, o)
		require.ErrorContains(t, err, name)
		require.Empty(t, out.String())
	}
}

type fullDisk struct{}

var errFull = errors.New("no space left")

func (fullDisk) Write([]byte) (int, error) { return 0, errFull }

func TestWritingFails(t *testing.T) {
	s, err := simulate.Write(fullDisk{}, simulate.Options{Applications: 2000, From: from, To: to})
	require.ErrorIs(t, err, errFull)
	require.Equal(t, simulate.Summary{}, s)
}

// BenchmarkWrite writes 100,000 rows and BenchmarkRead reads them.
func BenchmarkWrite(b *testing.B) {
	for b.Loop() {
		s, err := simulate.Write(io.Discard,
			simulate.Options{Applications: 71_000, Seed: 1, From: from, To: to, BadShare: 30})
		require.NoError(b, err)
		require.InDelta(b, 100_000, s.Rows, 2000)
	}
}

func BenchmarkRead(b *testing.B) {
	file, _ := write(b, simulate.Options{
		Applications: 71_000, Seed: 1, From: from, To: to,
		BadShare: 30,
	})
	b.SetBytes(int64(len(file)))
	for b.Loop() {
		read(b, file)
	}
}
