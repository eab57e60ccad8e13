package source

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	_ "time/tzdata" // Windows has no time zones of its own

	"github.com/staffsync/staffsync/plan"
)

// ExtraType is the type of an extra's values in rules.
type ExtraType string

// The types of extras. TextExtra is meant where the config names none.
const (
	TextExtra ExtraType = "text"
	IntExtra  ExtraType = "int"
	BoolExtra ExtraType = "bool"
	DateExtra ExtraType = "date"
)

var extraTypes = []string{string(TextExtra), string(IntExtra), string(BoolExtra), string(DateExtra)}

func (t ExtraType) check(key string) error {
	if t == "" || slices.Contains(extraTypes, string(t)) {
		return nil
	}
	return plan.KeyErrorf(key, "%q is not a type of an extra; there are %s%s", t, strings.Join(extraTypes, ", "), plan.DidYouMean(string(t), extraTypes))
}

// noDate is how PowerSchool's exports write a date without a value.
const noDate = "0/0/0"

// normal returns a cell in the type's one form, and an error when it is not of
// the type.
func (t ExtraType) normal(cell string) (string, error) {
	if cell == "" {
		return "", nil
	}
	switch t {
	case IntExtra:
		n, err := strconv.ParseInt(cell, 10, 64)
		if err != nil {
			return "", fmt.Errorf("must be a whole number, not %q", cell)
		}
		return strconv.FormatInt(n, 10), nil
	case BoolExtra:
		switch strings.ToLower(cell) {
		case "1", "true":
			return "true", nil
		case "0", "false":
			return "false", nil
		}
		return "", fmt.Errorf("must be 1, 0, true or false, not %q", cell)
	case DateExtra:
		return NormalDate(cell)
	}
	return cell, nil
}

// NormalDate reads the date, which may be empty, as Oracle's DATE columns and some exports write it, and
// as people do. The time of the day does not count.
func NormalDate(cell string) (string, error) {
	if cell == noDate {
		return "", nil
	}
	date := cell
	if end := strings.IndexAny(cell, " T"); end >= 0 {
		date = cell[:end]
	}
	for _, layout := range []string{time.DateOnly, "1/2/2006"} {
		if day, err := time.Parse(layout, date); err == nil {
			return day.Format(time.DateOnly), nil
		}
	}
	return "", fmt.Errorf("must be a date such as 8/31/2026 or 2026-08-31, not %q", cell)
}

// Day returns the date that it is at that moment in the district's time zone,
// the machine's where the config names none, as midnight UTC.
func (c Config) Day(now time.Time) time.Time {
	zone := time.Local
	if named, err := time.LoadLocation(c.TimeZone); err == nil && c.TimeZone != "" {
		zone = named
	}
	year, month, day := now.In(zone).Date()
	return time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
}

func (c Config) checkTimeZone() error {
	if _, err := time.LoadLocation(c.TimeZone); err != nil {
		return plan.KeyErrorf("source.timeZone", "%q is not a time zone such as America/Chicago", c.TimeZone)
	}
	return nil
}
