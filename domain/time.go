package domain

import (
	"fmt"
	"time"
)

// Time is a moment in whole seconds since 1970-01-01T00:00:00Z. Its one text form
// is RFC 3339 in UTC without a fraction: 2026-06-26T02:00:00Z. The zero Time means
// "not given" and is left out of events.
type Time int64

const timeForm = "2006-01-02T15:04:05Z"

// MaxTime is the last second of the year 9999, the end of the text form.
const MaxTime Time = 253402300799

// ParseTime reads the one text form.
func ParseTime(s string) (Time, error) {
	if len(s) == len(timeForm) {
		year, month := digits(s[0:4], '-', s[4]), digits(s[5:7], '-', s[7])
		day, hour := digits(s[8:10], 'T', s[10]), digits(s[11:13], ':', s[13])
		minute, second := digits(s[14:16], ':', s[16]), digits(s[17:19], 'Z', s[19])
		t := time.Date(year, time.Month(month), day, hour, minute, second, 0, time.UTC)
		y, m, d := t.Date()
		date := year >= 0 && y == year && m == time.Month(month) && d == day
		if date && hour >= 0 && hour < 24 && minute >= 0 && minute < 60 && second >= 0 &&
			second < 60 {
			return Time(t.Unix()), nil
		}
	}
	return 0, fmt.Errorf("time %q is not of the form %s", s, timeForm)
}

// digits is the number that s says, or -1 when s holds anything but digits or is
// not followed by want.
func digits(s string, want, next byte) int {
	n := 0
	for i := range len(s) {
		c := s[i]
		if c < '0' || c > '9' {
			return -1
		}
		n = n*10 + int(c-'0')
	}
	if next != want {
		return -1
	}
	return n
}

func (t Time) String() string { return string(t.Append(nil)) }

// Append appends the one text form to b.
func (t Time) Append(b []byte) []byte {
	return time.Unix(int64(t), 0).UTC().AppendFormat(b, timeForm)
}

// Year is the calendar year in UTC.
func (t Time) Year() int { return time.Unix(int64(t), 0).UTC().Year() }

// FullYears counts the whole years from t up to the end of the given year: the
// 31st of December that the rules of waiting count up to. A Time that is not given
// has waited for none.
func (t Time) FullYears(endOfYear int) int {
	if t == 0 {
		return 0
	}
	end := time.Date(endOfYear+1, time.January, 1, 0, 0, 0, 0, time.UTC)
	from := time.Unix(int64(t), 0).UTC()
	years := end.Year() - from.Year()
	if from.AddDate(years, 0, 0).After(end) {
		years--
	}
	return max(years, 0)
}

// MarshalText writes the one text form.
func (t Time) MarshalText() ([]byte, error) {
	if t < 0 || t > MaxTime {
		return nil, fmt.Errorf("time %d is out of range", int64(t))
	}
	return []byte(t.String()), nil
}

// UnmarshalText reads the one text form.
func (t *Time) UnmarshalText(b []byte) error {
	p, err := ParseTime(string(b))
	if err != nil {
		return err
	}
	*t = p
	return nil
}
