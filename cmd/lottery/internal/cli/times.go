package cli

import (
	"strings"
	"time"

	"lotteryledger/cmd/lottery/internal/app"
	"lotteryledger/domain"
)

// ParseTime reads the time that a flag gives: with an offset, or with Z for UTC. Without one it
// is a time in the zone that --timezone names.
func ParseTime(a *app.App, flag, text string) (domain.Time, error) {
	if t, err := domain.ParseTime(text); err == nil {
		return t, nil
	}
	if t, err := time.Parse(time.RFC3339, text); err == nil {
		return inRange(flag, text, t)
	}
	zone, err := a.Zone()
	if err != nil {
		return 0, err
	}
	for _, form := range []string{time.DateOnly, "2006-01-02T15:04", "2006-01-02T15:04:05"} {
		t, err := time.ParseInLocation(form, strings.Replace(text, " ", "T", 1), zone)
		if err != nil {
			continue
		}
		if a.TimeZone == "" {
			return 0, app.Usage(
				"--%s: %q does not say in which time zone; add +08:00 or the like to it, or name "+
					"the zone with --timezone", flag, text)
		}
		return inRange(flag, text, t)
	}
	return 0, app.Usage(
		"--%s: %q is no time; write 2026-12-26T10:00:00+08:00, or 2026-12-26T02:00:00Z in UTC",
		flag, text,
	)
}

func inRange(flag, text string, t time.Time) (domain.Time, error) {
	if t.Nanosecond() != 0 {
		return 0, app.Usage("--%s: the time %q has a fraction of a second", flag, text)
	}
	at := domain.Time(t.Unix())
	if at < 0 || at > domain.MaxTime {
		return 0, app.Usage("--%s: the time %q is out of range", flag, text)
	}
	return at, nil
}

// ParseDate reads the day that a flag gives, as midnight in UTC.
func ParseDate(flag, text string) (domain.Time, error) {
	t, err := domain.ParseTime(text + "T00:00:00Z")
	if err != nil {
		return 0, app.Usage("--%s: a date like 2019-05-31 is needed", flag)
	}
	return t, nil
}

// ParseMoment reads a time, or a duration from now that begins with +.
func ParseMoment(a *app.App, flag, text string) (domain.Time, error) {
	after, relative := strings.CutPrefix(text, "+")
	if !relative {
		return ParseTime(a, flag, text)
	}
	d, err := time.ParseDuration(after)
	if err != nil || d < 0 {
		return 0, app.Usage("--%s: %q is no duration", flag, text)
	}
	return app.Now() + domain.Time((d+time.Second-1)/time.Second), nil
}
