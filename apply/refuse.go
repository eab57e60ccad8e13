package apply

import (
	"errors"
	"fmt"
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

// Check returns a *Refusal where the plan must not run whatever the directory and
// the limits say.
func Check(p plan.Plan, options Options) error {
	if reasons := refuse(&p, options, excesses{}, history{}); len(reasons) > 0 {
		return &Refusal{Reasons: reasons}
	}
	return nil
}

// refuse returns the reasons against a plan that can be known without asking
// the directory.
func refuse(p *plan.Plan, options Options, exceeded excesses, h history) []string {
	if p.Version != plan.FileVersion {
		return []string{fmt.Sprintf("the plan is of version %d, and this staffsync applies version %d; make a new plan", p.Version, plan.FileVersion)}
	}
	reasons := refuseDigest(p, options.Digest)
	if options.Edited != nil {
		reasons = options.Edited.refuse(p, options, h)
	}
	if !strings.EqualFold(p.Domain, options.Domain) {
		reasons = append(reasons, fmt.Sprintf("the plan is for the domain %s, and the config is for %s; use the config that the plan was made with", p.Domain, options.Domain))
	}
	if p.Policy != options.Policy {
		reasons = append(reasons, "the policy in the config is not the one that the plan was made with; make a new plan")
	}
	if p.Customer == "" {
		reasons = append(reasons, "the plan does not say whose accounts it was made from (its customer is empty); make a new plan")
	}
	if reason := refuseKey(p, options); reason != "" {
		reasons = append(reasons, reason)
	}
	reasons = append(reasons, exceeded.refusals...)
	return append(reasons, refuseActions(p, options)...)
}

func refuseDigest(p *plan.Plan, reviewed string) []string {
	err := p.VerifyDigest()
	switch {
	case errors.Is(err, plan.ErrEdited):
		return []string{"the plan was edited after it was made; change the config or the data instead, and make a new plan; where whole actions were deleted from it, say --allow-edited"}
	case err != nil:
		return []string{fmt.Sprintf("the plan's digest cannot be verified: %v; make a new plan", err)}
	}
	reviewed = strings.TrimSpace(reviewed)
	if reviewed != "" && strings.TrimPrefix(reviewed, "sha256:") != strings.TrimPrefix(p.Digest, "sha256:") {
		return []string{fmt.Sprintf("this is not the plan that was reviewed: its digest is %s, and --digest says %s", p.Digest, reviewed)}
	}
	return nil
}
