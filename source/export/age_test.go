package export

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/staffsync/staffsync/source"
)

func TestOldExportsAreRefusedWhereTheConfigSaysSo(t *testing.T) {
	for _, c := range []struct {
		name   string
		age    time.Duration // of schoolstaff.csv
		maxAge time.Duration
		err    string
		says   string
	}{
		{"no limit", 75 * time.Hour, 0, "", "The exports are 3 days old (the oldest is schoolstaff.csv); set source.export.maxAge to refuse old ones."},
		{"below the limit", 35 * time.Hour, 36 * time.Hour, "", "The exports are 35 hours old (the oldest is schoolstaff.csv); set source.export.maxAge to refuse old ones."},
		{"above it", 37 * time.Hour, 36 * time.Hour, "schoolstaff.csv is 37 hours old, and source.export.maxAge allows 36h; see why no newer export arrived", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := goodFolder().write(t)
			now := time.Now()
			written := now.Add(-c.age)
			if err := os.Chtimes(filepath.Join(dir, "schoolstaff.csv"), written, written); err != nil {
				t.Fatal(err)
			}
			config := config()
			config.Export = &source.Export{Dir: dir, MaxAge: source.Duration(c.maxAge)}
			reader := New(dir, config)
			_, err := reader.ReadTables(t.Context())
			if (err != nil || c.err != "") && (err == nil || err.Error() != c.err) {
				t.Fatalf("error %v, want %q", err, c.err)
			}
			if got := reader.AgeInWords(now); c.says != "" && got != c.says {
				t.Errorf("says %q, want %q", got, c.says)
			}
		})
	}
}
