package importer_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"lotteryledger/domain/fault"

	"github.com/stretchr/testify/require"

	"lotteryledger/cmd/internal/csvfile"
	"lotteryledger/cmd/internal/importer"
	"lotteryledger/domain"
	"lotteryledger/domain/identity"
	"lotteryledger/domain/officer"
	"lotteryledger/domain/round"
	"lotteryledger/eventstore/office"
)

// TestEveryRowIsStoredOrReported: once, and with a code.
func TestEveryRowIsStoredOrReported(t *testing.T) {
	o := newOffice(t)
	file, made := simulated(t, 500, 11, 300)
	m := newImport(o, nil)
	sum := m.run(t, file)
	require.Equal(t, made.Rows, bytes.Count(file, []byte("\n"))-1)
	require.Equal(t, made.Rows, sum.Rows)

	rows := map[int]bool{}
	byCode := map[string]int{}
	for i, p := range m.problems {
		require.False(t, rows[p.Row], "row %d is reported twice", p.Row)
		require.NotEmpty(t, p.Code)
		require.True(t, i == 0 || m.problems[i-1].Row < p.Row, "in the order of rows")
		rows[p.Row] = true
		byCode[p.Code]++
	}
	require.Equal(t, sum.Problems, byCode)
	for _, code := range []string{
		"duplicate_person", "round_closed", "identity_checksum",
		"identity_date", "unknown_kind", "empty_field", "number_range", "main_missing",
	} {
		require.NotZero(t, byCode[code], code)
	}

	var good []csvfile.Application
	for _, a := range read(t, file) {
		if rows[a.Row] {
			continue
		}
		good = append(good, a)
		for _, p := range a.Members {
			require.False(t, rows[p.Row],
				"row %d is reported, row %d of the same application is not", p.Row, a.Row)
			rows[p.Row] = true
		}
	}
	require.Len(t, rows, made.Rows, "every row")
	require.Equal(t, len(good), sum.Stored)
	require.Zero(t, sum.Before)
	require.LessOrEqual(t, sum.Stored, 500-made.Bad)

	all := submitted(t, o)
	require.Len(t, all, sum.Stored)
	var persons []string
	for _, s := range all {
		for _, p := range s.Persons {
			persons = append(persons, string(s.Indicator)+" "+p.String())
		}
	}
	slices.Sort(persons)
	require.Equal(t, tags(o, good), persons, "the good ones, and nobody else")
	require.Len(t, slices.Compact(persons), len(persons), "nobody twice")
}

// TestTheSamePersonTwice: whatever the timing, the later row is refused.
func TestTheSamePersonTwice(t *testing.T) {
	file, _ := simulated(t, 120, 5, 0)
	var b bytes.Buffer
	lines := strings.SplitAfter(string(file), "\n")
	fmt.Fprint(&b, lines[0])
	row, want := 1, map[int]string{}
	for _, a := range read(t, file) {
		text := lines[a.Row-1 : a.Row-1+len(a.Members)]
		fmt.Fprint(&b, strings.Join(text, ""))
		row += len(text)
		// The same people again, under another number and with another answer somewhere.
		for i, l := range text {
			row++
			want[row] = "application_incomplete"
			if i == 0 {
				want[row] = "duplicate_person"
			}
			fmt.Fprint(&b, "again-", l)
		}
	}
	for range 4 {
		o := newOffice(t)
		o.Store = &interrupted{Store: o.Store, delay: jitter}
		m := newImport(o, nil)
		sum := m.run(t, b.Bytes())
		require.Equal(t, want, m.codes())
		require.Equal(t, 120, sum.Stored)
		require.Equal(t, 120, sum.Refused)
	}
}

// TestAChainOfSharedPersons: B shares with A and is refused; so C, which shares with B
// alone, is good.
func TestAChainOfSharedPersons(t *testing.T) {
	file, _ := simulated(t, 200, 5, 0)
	var family *csvfile.Application
	var single []csvfile.Application
	apps := read(t, file)
	for i, a := range apps {
		switch {
		case a.ApplicantKind == domain.Family && a.IndicatorKind == domain.Ordinary &&
			family == nil:
			family = &apps[i]
		case a.ApplicantKind == domain.Individual && a.IndicatorKind == domain.Ordinary:
			single = append(single, a)
		}
	}
	lines := strings.SplitAfter(string(file), "\n")
	line := func(row int) string { return lines[row-1] }
	with := func(row, person int) string { // the row with another one's identity number
		f, g := strings.Split(line(row), ","), strings.Split(line(person), ",")
		f[csvfile.ColIdentityNumber], f[csvfile.ColApplicationNo] = g[csvfile.ColIdentityNumber],
			"c-1"
		return strings.Join(f, ",")
	}
	first, second := family.Members[0].Row, family.Members[1].Row
	var b strings.Builder
	b.WriteString(lines[0])
	b.WriteString(with(single[0].Row, first)) // A: the family's first member, alone
	for _, p := range family.Members {        // B: the family
		b.WriteString(line(p.Row))
	}
	// C: its second member, alone
	c := strings.Replace(with(single[1].Row, second), "c-1", "c-2", 1)
	b.WriteString(c)

	for range 3 {
		o := newOffice(t)
		o.Store = &interrupted{Store: o.Store, delay: jitter}
		m := newImport(o, nil)
		sum := m.run(t, []byte(b.String()))
		require.Equal(t, 2, sum.Stored)
		require.Equal(t, map[string]int{
			"duplicate_person":       1,
			"application_incomplete": len(family.Members) - 1,
		}, sum.Problems)
		require.Equal(t, 3, m.problems[0].Row)
	}
}

// TestOddArea: an identity number of no province is stored and reported; a choice that no pool
// answers to is refused.
func TestOddArea(t *testing.T) {
	o := newOffice(t)
	odd := ""
	for _, check := range "0123456789X" {
		if n, err := identity.Parse("99010119900307001" + string(check)); err == nil {
			odd = n.Reveal()
		}
	}
	file := strings.Join([]string{
		"application_no,applicant_kind,indicator_kind,role,name,identity_number,mobile,draws_until_2020,draws_since_2021,waiting_since,registered_on,family_since,generations,submitted_at,scale,choices,grounds",
		"n-1,individual,ordinary,main,王小明," + odd + ",13800000001,0,0,,2018-05-02,,," +
			opens.Format(time.RFC3339) + ",,,",
		"n-2,individual,ordinary,main,李静,11010519491231002X,13800000002,0,0,,2018-05-02,,," +
			opens.Format(time.RFC3339) + ",,town,",
		"",
	}, "\n")
	m := newImport(o, nil)
	sum := m.run(t, []byte(file))
	require.Equal(t, importer.Summary{
		Rows: 2, Stored: 1, Refused: 1, Odd: 1,
		Problems: map[string]int{"unknown_choice": 1},
	}, sum)
	require.Equal(t, []csvfile.Problem{
		{Row: 2, Column: "identity_number", Code: "identity_area"},
		{Row: 3, Code: "unknown_choice"},
	}, m.problems)
}

// TestDismissedMeanwhile: a long import ends with the batch in which its officer is dismissed. What
// it would store later no audit would accept.
func TestDismissedMeanwhile(t *testing.T) {
	o := newOffice(t)
	file, _ := simulated(t, 5000, 21, 0)
	execute(t, o, office.Officer("rita", officer.Appoint{Roles: []officer.Role{officer.Registrar}}))
	m := newImport(o, nil)
	m.Actor = "officer:rita"
	batches := 0
	m.Progress = func(int) {
		if batches++; batches == 1 {
			execute(t, o, office.Officer("rita", officer.Dismiss{}))
		}
	}
	sum, err := m.Run(t.Context(), bytes.NewReader(file))
	require.Equal(t, "not_allowed", fault.CodeOf(err))
	require.Equal(t, 1, batches)
	require.Len(t, submitted(t, o), sum.Stored)
	require.Less(t, sum.Stored, 5000)
}

func TestClosedRound(t *testing.T) {
	o := newOffice(t)
	file, _ := simulated(t, 40, 3, 0)
	receipts := openReceipts(t, filepath.Join(t.TempDir(), "receipts"))
	defer receipts.Close()
	require.Equal(t, 40, newImport(o, receipts).run(t, file).Stored)
	execute(t, o, office.Round("r1", round.Close{}))
	before := stored(t, o)

	require.Equal(t, 40, newImport(o, receipts).run(t, file).Stored,
		"what is stored is known, open or closed")
	late, made := simulated(t, 30, 4, 0)
	m := newImport(o, nil)
	sum := m.run(t, late)
	require.Zero(t, sum.Stored)
	require.Equal(t, 30, sum.Problems["round_closed"])
	require.Len(t, m.problems, made.Rows)
	require.Equal(t, before, stored(t, o))
}

func TestRefusedAsAWhole(t *testing.T) {
	o := newOffice(t)
	file, _ := simulated(t, 10, 3, 0)
	refused := func(want string, change func(*report)) {
		t.Helper()
		m := newImport(o, nil)
		change(m)
		_, err := m.Run(t.Context(), bytes.NewReader(file))
		require.Equal(t, want, fault.CodeOf(err), "%v", err)
	}
	refused("unknown_round", func(m *report) { m.Round = "r2" })
	refused("unknown_round", func(m *report) { m.Round = "" })
	refused("not_allowed", func(m *report) { m.Actor = "officer:nobody" })
	refused("unknown_actor", func(m *report) { m.Actor = "chief" })
	execute(t, o, office.Officer("rev", officer.Appoint{Roles: []officer.Role{officer.Reviewer}}))
	refused("not_allowed", func(m *report) { m.Actor = "officer:rev" })
	require.Empty(t, stored(t, o))
}

func TestFilesThatCannotBeRead(t *testing.T) {
	o := newOffice(t)
	file, _ := simulated(t, 10, 3, 0)
	broken := errors.New("the disk is gone")
	_, err := newImport(o, nil).Run(t.Context(), iotest.ErrReader(broken))
	require.ErrorIs(t, err, broken)
	_, err = newImport(o, nil).Run(t.Context(), strings.NewReader("row,column\n"))
	require.Error(t, err)
	require.Empty(t, fault.CodeOf(err))
	full := errors.New("no space left")
	m := newImport(o, nil)
	m.Report = func(csvfile.Problem) error { return full }
	bad, _ := simulated(t, 50, 3, 500)
	_, err = m.Run(t.Context(), bytes.NewReader(bad))
	require.ErrorIs(t, err, full)
	require.NotEmpty(t, file)
}

// TestCorrectedFile: the rows that were bad come again, mended, among the others.
func TestCorrectedFile(t *testing.T) {
	o := newOffice(t)
	good, _ := simulated(t, 60, 9, 0)
	lines := strings.SplitAfter(string(good), "\n")
	spoiled := slices.Clone(lines)
	apps := read(t, good)
	bad := map[int]bool{}
	for _, a := range apps[10:20] {
		f := strings.Split(spoiled[a.Row-1], ",")
		f[csvfile.ColRegisteredOn] = "yesterday"
		spoiled[a.Row-1] = strings.Join(f, ",")
		bad[a.Row] = true
	}
	first := newImport(o, nil)
	require.Equal(t, 50, first.run(t, []byte(strings.Join(spoiled, ""))).Stored)
	require.Equal(t, 10, len(bad))
	require.Subset(t, slices.Collect(maps.Keys(first.codes())), slices.Collect(maps.Keys(bad)))
	before := stored(t, o)

	again := newImport(o, nil).run(t, good)
	require.Equal(t, 60, again.Stored)
	require.Empty(t, again.Problems)
	require.Len(t, submitted(t, o), 60)
	after := stored(t, o)
	for stream, events := range before {
		require.Equal(t, events, after[stream], "what was stored is as it was")
	}

	// And so does a file with the mended rows alone, or in another order.
	slices.Reverse(apps)
	var turned strings.Builder
	turned.WriteString(lines[0])
	for _, a := range apps {
		turned.WriteString(strings.Join(lines[a.Row-1:a.Row-1+len(a.Members)], ""))
	}
	require.Equal(t, 60, newImport(o, nil).run(t, []byte(turned.String())).Stored)
	require.Equal(t, after, stored(t, o))
}

// TestNoPersonalDataInErrors: a store that fails names rows, never people.
func TestNoPersonalDataInErrors(t *testing.T) {
	o := newOffice(t)
	file, _ := simulated(t, 30, 2, 0)
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	s := &interrupted{Store: o.Store, stop: stop}
	s.left.Store(20)
	o.Store = s
	_, err := newImport(o, nil).Run(ctx, bytes.NewReader(file))
	require.ErrorIs(t, err, context.Canceled)
	for _, a := range read(t, file) {
		for _, p := range a.Members {
			for _, secret := range []string{p.Identity.Reveal(), p.Name, p.Mobile} {
				require.False(t, secret != "" && strings.Contains(err.Error(), secret),
					"the error holds personal data")
			}
		}
	}
	require.NotErrorIs(t, err, os.ErrClosed)
}
