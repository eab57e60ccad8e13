package export

import (
	"fmt"
	"time"
)

// note remembers the oldest file that is read.
func (r *Reader) note(read *file) {
	if r.oldest == nil || read.modified.Before(r.oldest.modified) {
		r.oldest = read
	}
}

// Age returns the name of the oldest file that ReadTables read and how old it
// is, empty before there is one.
func (r *Reader) Age(now time.Time) (name string, age time.Duration) {
	if r.oldest == nil {
		return "", 0
	}
	return r.oldest.name, now.Sub(r.oldest.modified)
}

// tooOld refuses files that are older than the config allows: exports that
// have stopped arriving would say for weeks that nothing changed.
func (r *Reader) tooOld(now time.Time) error {
	name, age := r.Age(now)
	if r.config.Export == nil || r.config.Export.MaxAge == 0 || age <= time.Duration(r.config.Export.MaxAge) {
		return nil
	}
	return fmt.Errorf("%s is %s old, and source.export.maxAge allows %s; see why no newer export arrived", name, AgeInWords(age), r.config.Export.MaxAge)
}

// AgeInWords says an age as people do, in its largest unit.
func AgeInWords(age time.Duration) string {
	const day = 24 * time.Hour
	switch {
	case age < time.Minute:
		return "less than a minute"
	case age < time.Hour:
		return plural(int(age/time.Minute), "minute")
	case age < 2*day:
		return plural(int(age/time.Hour), "hour")
	}
	return plural(int(age/day), "day")
}
