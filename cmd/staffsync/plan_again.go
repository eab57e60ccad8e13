package main

import (
	"context"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"github.com/staffsync/staffsync/cmd/staffsync/config"
	"github.com/staffsync/staffsync/plan"
)

// maker makes a plan as the command of its name does.
type maker func(ctx context.Context, cfg *config.Config, files snapshots) (comparison, error)

// makers are the commands whose plans can be made again.
func (p *program) makers() map[plan.Maker]maker {
	return map[plan.Maker]maker{plan.MadeByPlan: p.makePlan, plan.MadeByAdopt: p.makeAdopt, plan.MadeByRevert: p.makeRevert, plan.MadeByAttributes: p.makeAttributes}
}

// again says how a plan is made once more.
type again int

const (
	// asThen is as of the plan's date, from what it was made from.
	asThen again = iota
	// asOfToday is as of today, from PowerSchool and Google as they are now,
	// whatever files stood for them, and whole: an action of a plan that was cut
	// down may be of another kind by now.
	asOfToday
)

// planAgain runs the command that made a plan once more, with what it was told.
// What the journal beside the plan's file says was left half done counts. It
// refuses a plan that another command made than those it knows.
func (p *program) planAgain(ctx context.Context, cfg *config.Config, path string, made *plan.Plan, when again) (comparison, error) {
	makers := p.makers()
	makeAgain, known := makers[made.MadeBy()]
	if !known {
		var words []string
		for _, name := range slices.Sorted(maps.Keys(makers)) {
			words = append(words, string(name))
		}
		return comparison{}, fmt.Errorf("%s was made by %q, which this staffsync cannot run again; it can: %s", path, made.MadeBy(), strings.Join(words, ", "))
	}
	files := snapshots{
		only: made.MadeWith.Only, leavers: made.MadeWith.Leavers, fromPlan: made.MadeWith.FromPlan, again: true,
	}
	if path != "-" {
		files.beside = path + journalSuffix
	}
	for flag, file := range made.MadeWith.Files {
		into, known := files.byFlag()[flag]
		if !known {
			return comparison{}, fmt.Errorf("%s was made with --%s, which this staffsync does not know", path, flag)
		}
		*into = filepath.FromSlash(file)
	}
	p.asOf = made.AsOf
	if when == asOfToday {
		p.asOf, files.only, files.source, files.target = "", nil, sourceFrom{}, ""
	}
	return makeAgain(ctx, cfg, files)
}
