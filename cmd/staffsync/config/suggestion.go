package config

import (
	"fmt"
	"strings"

	"github.com/staffsync/staffsync/source"
)

// suggestion words what may have been meant by a wrong word: the nearest of
// the known ones, or all of them where none is near and they are few.
func suggestion(wrong string, known []string) string {
	if near := source.DidYouMean(wrong, known); near != "" {
		return near
	}
	if len(known) == 0 || len(known) > 12 {
		return ""
	}
	return fmt.Sprintf("; the keys are %s", strings.Join(known, ", "))
}
