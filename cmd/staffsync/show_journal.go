package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"

	"github.com/staffsync/staffsync/apply"
	"github.com/staffsync/staffsync/plan"
	"github.com/staffsync/staffsync/plan/render"
)

// isJournal tells whether a file is the journal of a plan. Of one that was killed
// with its first line, only the name tells.
func isJournal(path string, data []byte) bool {
	kind := plan.KindOfFile(data)
	return kind == plan.JournalFile || kind == "" && strings.HasSuffix(path, journalSuffix)
}

func (p *program) showJournal(path string, data []byte, flags showFlags) error {
	record, err := p.readRecord(path, data)
	if err != nil {
		return err
	}
	return p.writeShown(path, flags, func(w io.Writer, look render.Options) error {
		return renderRecordAs(flags.format, w, record, look)
	})
}

func renderRecordAs(format string, w io.Writer, record plan.Record, look render.Options) error {
	switch format {
	case "text":
		return render.RecordText(w, record, look)
	case "markdown":
		return render.RecordMarkdown(w, record, look)
	case "html":
		return render.RecordHTML(w, record, look)
	case "mail":
		mail, err := render.RecordForMail(record, look)
		if err != nil {
			return err
		}
		return writeMailHTML(w, mail)
	case "json":
		return render.RecordJSON(w, record)
	}
	return unknownFormat(format)
}

// readRecord reads a journal, with the plan beside it where that is there.
func (p *program) readRecord(path string, data []byte) (plan.Record, error) {
	beside := p.planBeside(path)
	record, err := apply.ReadRecord(path, data, beside.Digest)
	if err != nil {
		return plan.Record{}, err
	}
	if beside.Digest != "" && beside.Digest == record.Plan {
		record.Complete(&beside)
	}
	return record, nil
}

// planBeside reads the plan that a journal is beside, an empty one where there is
// none. One that cannot be read is said, and the journal is shown without it.
func (p *program) planBeside(journalPath string) plan.Plan {
	path, named := strings.CutSuffix(journalPath, journalSuffix)
	if !named || path == "" {
		return plan.Plan{}
	}
	data, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return plan.Plan{}
	}
	var beside plan.Plan
	if err == nil {
		beside, err = decodePlan(path, data)
	}
	if err != nil {
		fmt.Fprintf(p.err, "staffsync: the plan beside the journal: %s\n", plan.Visible(err.Error()))
		return plan.Plan{}
	}
	p.warnEdited(path, &beside)
	return beside
}
