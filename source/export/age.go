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

// AgeInWords says how old the oldest of the files is that ReadTables read, or of
// which day a folder is that staffsync wrote, empty before there is one.
func (r *Reader) AgeInWords(now time.Time) string {
	if r.written != nil {
		return fmt.Sprintf("PowerSchool's tables are those of %s, in %s.", r.written.AsOf, r.dir)
	}
	if r.oldest == nil {
		return ""
	}
	return fmt.Sprintf("The exports are %s old (the oldest is %s); set source.export.maxAge to refuse old ones.", ageWords(now.Sub(r.oldest.modified)), r.oldest.name)
}

// tooOld refuses files that are older than the config allows: exports that
// have stopped arriving would say for weeks that nothing changed.
func (r *Reader) tooOld(now time.Time) error {
	if r.oldest == nil || r.config.Export == nil || r.config.Export.MaxAge == 0 {
		return nil
	}
	age := now.Sub(r.oldest.modified)
	if age <= time.Duration(r.config.Export.MaxAge) {
		return nil
	}
	return fmt.Errorf("%s is %s old, and source.export.maxAge allows %s; see why no newer export arrived", r.oldest.name, ageWords(age), r.config.Export.MaxAge)
}

// ageWords says an age as people do, in its largest unit.
func ageWords(age time.Duration) string {
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
