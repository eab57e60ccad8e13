package apply

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/staffsync/staffsync/plan"
)

// Refusal is the error of a plan that must not run. Nothing was written.
type Refusal struct {
	// Reasons say what is wrong and what to do about it.
	Reasons []string
}

// Error joins the reasons.
func (r *Refusal) Error() string {
	return "the plan is refused, and nothing was written: " + strings.Join(r.Reasons, "; ")
}

// refuse returns the reasons against a plan that can be known without asking
// the directory.
func refuse(p *plan.Plan, options Options, exceeded excesses) []string {
	if p.Version != plan.FileVersion {
		return []string{fmt.Sprintf("the plan is of version %d, and this staffsync applies version %d; make a new plan", p.Version, plan.FileVersion)}
	}
	reasons := refuseDigest(p, options.Digest)
	if !strings.EqualFold(p.Domain, options.Domain) {
		reasons = append(reasons, fmt.Sprintf("the plan is for the domain %s, and the config is for %s; use the config that the plan was made with", p.Domain, options.Domain))
	}
	if p.Policy != options.Policy {
		reasons = append(reasons, "the policy in the config is not the one that the plan was made with; make a new plan")
	}
	if p.Customer == "" {
		reasons = append(reasons, "the plan does not say whose accounts it was made from (its customer is empty); make a new plan")
	}
	reasons = append(reasons, exceeded.refusals...)
	return append(reasons, refuseActions(p, options)...)
}

func refuseDigest(p *plan.Plan, reviewed string) []string {
	err := p.VerifyDigest()
	switch {
	case errors.Is(err, plan.ErrEdited):
		return []string{"the plan was edited after it was made; change the config or the data instead, and make a new plan"}
	case err != nil:
		return []string{fmt.Sprintf("the plan's digest cannot be verified: %v; make a new plan", err)}
	}
	reviewed = strings.TrimSpace(reviewed)
	if reviewed != "" && strings.TrimPrefix(reviewed, "sha256:") != strings.TrimPrefix(p.Digest, "sha256:") {
		return []string{fmt.Sprintf("this is not the plan that was reviewed: its digest is %s, and --digest says %s", p.Digest, reviewed)}
	}
	return nil
}

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
// things were.
func judgeLimits(p *plan.Plan, options Options) (found excesses) {
	counts := plan.Count(p.Actions)
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
	checks := options.Limits.Check(counts, func(name plan.LimitName) int { return p.Limits[name].Base })
	for _, name := range checks.Names() {
		check := checks[name]
		check.Detail = p.Limits[name].Detail
		allowed, named := options.Allow[name]
		excess := fmt.Sprintf("over the limit %s: %s; if that is right, say --allow %s=%d", name, check.Excess(name), name, check.Count)
		switch {
		case named && allowed != check.Count:
			found.refusals = append(found.refusals, fmt.Sprintf("--allow %s=%d: the plan holds %d; look at the plan again, and if that is right say --allow %s=%d", name, allowed, check.Count, name, check.Count))
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
