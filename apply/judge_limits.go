package apply

import (
	"fmt"
	"slices"

	"github.com/staffsync/staffsync/plan"
)

// excesses are what the limits say against a plan.
type excesses struct {
	// refusals are the reasons against the whole plan.
	refusals []string
	// held are the limits that only hold back what they count, and reasons
	// says of each by how much it is exceeded.
	held    []plan.LimitName
	reasons []string
}

// judgeLimits counts the changes again and does not believe what the plan
// says about its own limits, except what they were measured against and how
// things were. Options.Allow names what is counted before anything is left out;
// whether a limit is exceeded is judged on what remains.
func judgeLimits(p *plan.Plan, part part, options Options) (found excesses) {
	counts, remaining := part.count()
	for name, check := range p.Limits {
		if name.Standing() {
			counts[name] = check.Count
		}
	}
	var unknown []string
	for name := range options.Allow {
		if _, counted := counts[name]; !counted && name.Measured() {
			counts[name] = 0
		} else if !counted {
			unknown = append(unknown, string(name))
		}
	}
	for name, count := range counts {
		if _, remains := remaining[name]; !remains && name.Standing() {
			remaining[name] = count
		} else if !remains {
			remaining[name] = 0
		}
	}
	done := plan.Count(part.done)
	checks := options.Limits.Check(remaining, func(name plan.LimitName) int { return p.Limits[name].Base })
	for _, name := range checks.Names() {
		check := checks[name]
		check.Detail = p.Limits[name].Detail
		holder := "the plan holds"
		if options.Edited != nil {
			holder = "what is left of the plan holds"
		}
		if options.Only != nil && !name.Standing() {
			check.Detail, holder = "", "what is selected holds"
			if done[name] > 0 {
				check.Detail = fmt.Sprintf("with the %d that earlier runs of this plan did", done[name])
				holder = "what is selected and what earlier runs of this plan did hold"
			}
		}
		allowed, named := options.Allow[name]
		count := counts[name]
		excess := fmt.Sprintf("over the limit %s: %s; if that is right, say --allow %s=%d", name, check.Excess(name), name, count)
		switch {
		case named && allowed != count:
			found.refusals = append(found.refusals, fmt.Sprintf("--allow %s=%d: %s %d; look at the plan again, and if that is right say --allow %s=%d", name, allowed, holder, count, name, count))
		case named, !check.Over():
		case options.WithinLimits && !name.Standing():
			found.held, found.reasons = append(found.held, name), append(found.reasons, excess)
		default:
			found.refusals = append(found.refusals, excess)
		}
	}
	slices.Sort(unknown)
	for _, name := range unknown {
		found.refusals = append(found.refusals, fmt.Sprintf("--allow %s: there is no such limit; the limits are %s", name, plan.LimitWords()))
	}
	return found
}
