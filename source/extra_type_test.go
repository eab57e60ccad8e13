package source

import (
	"testing"
	"time"
)

func TestExtrasComeInTheOneFormOfTheirType(t *testing.T) {
	for _, test := range []struct {
		of         ExtraType
		cell, want string
		wrong      bool
	}{
		{"", "08/31/2026", "08/31/2026", false},
		{TextExtra, "007", "007", false},
		{IntExtra, "007", "7", false}, {IntExtra, "-3", "-3", false}, {IntExtra, "7.5", "", true}, {IntExtra, "", "", false},
		{BoolExtra, "1", "true", false}, {BoolExtra, "False", "false", false}, {BoolExtra, "yes", "", true},
		{DateExtra, "8/31/2026", "2026-08-31", false}, {DateExtra, "08/31/2026", "2026-08-31", false},
		{DateExtra, "2026-08-31", "2026-08-31", false}, {DateExtra, "2026-08-31T00:00:00Z", "2026-08-31", false},
		{DateExtra, "2026-08-31 23:59:59.0", "2026-08-31", false}, {DateExtra, "0/0/0", "", false}, {DateExtra, "", "", false},
		{DateExtra, "31/8/2026", "", true}, {DateExtra, "2/30/2026", "", true}, {DateExtra, "8/31/26", "", true}, {DateExtra, "soon", "", true},
	} {
		got, err := test.of.normal(test.cell)
		if got != test.want || (err != nil) != test.wrong {
			t.Errorf("%s %q: %q, %v", test.of, test.cell, got, err)
		}
	}
}

func TestTheDayBeginsInTheDistrictsTimeZone(t *testing.T) {
	late := time.Date(2026, 9, 1, 3, 0, 0, 0, time.UTC)
	for zone, want := range map[string]string{"America/Chicago": "2026-08-31", "UTC": "2026-09-01"} {
		if got := (Config{TimeZone: zone}).Day(late).Format(time.DateOnly); got != want {
			t.Errorf("%s: %s, want %s", zone, got, want)
		}
	}
}
