package main

import (
	"fmt"
	"os"
	"runtime"

	"github.com/staffsync/staffsync/apply"
	"github.com/staffsync/staffsync/plan"
	"github.com/staffsync/staffsync/plan/render"
)

// writePlan writes a plan that was just made to the file or to standard output,
// says what it holds, and returns it as the file has it. On a terminal there is
// no YAML, and how to save the plan is said, by the command that made it. Unlifted is
// what the plan's journal is to remember; see apply.NoteMade.
func (p *program) writePlan(made plan.Plan, output, command string, unlifted map[string]string) (plan.Plan, error) {
	encode := plan.Encode
	if runtime.GOOS == "windows" && output == "" {
		// PowerShell's > takes what a program writes for the console's old
		// encoding.
		encode = plan.EncodeASCII
	}
	data, err := encode(made)
	if err != nil {
		return plan.Plan{}, err
	}
	if !p.unsaved(output) {
		if err := p.writeOutput(output, data); err != nil {
			return plan.Plan{}, fmt.Errorf("write plan: %w", err)
		}
	}
	// What people read is what the file says, its digest included.
	written, err := plan.Decode(data)
	if err != nil {
		return plan.Plan{}, err
	}
	if err := noteMade(output, written, unlifted); err != nil {
		return plan.Plan{}, fmt.Errorf("note in the plan's journal that it was made: %w", err)
	}
	p.log.Info("plan", "summary", render.Headline(written), "digest", written.Digest, "blocked", written.Blocked)
	if p.quiet && !p.unsaved(output) && !needsLook(written) {
		return written, nil
	}
	screen, look := p.screen(p.err)
	look.Names, look.Detail, look.Unsaved = p.names(output), render.ScreenOnly, p.unsaved(output)
	if p.exportAge != "" {
		look.Notes = append(look.Notes, p.exportAge)
	}
	if look.Unsaved {
		look.Notes = append(look.Notes, fmt.Sprintf("The plan is not saved; to save and apply it: %s -o plan.yaml, then staffsync apply plan.yaml", command))
	}
	if err := render.Text(screen, written, look); err != nil {
		return plan.Plan{}, err
	}
	return written, nil
}

// unsaved tells whether the plan goes to a screen only.
func (p *program) unsaved(output string) bool { return output == "" && isTerminal(p.out) }

// noteMade writes into the journal beside the plan that it was made, which the
// time of its file may not tell: a copy or a checkout has another.
func noteMade(path string, made plan.Plan, unlifted map[string]string) error {
	if info, err := os.Stat(path); err != nil || !info.Mode().IsRegular() || len(made.Actions)+len(unlifted) == 0 {
		return nil // standard output or a device, or nothing to remember
	}
	return apply.NoteMade(path+journalSuffix, made.Digest, unlifted)
}

// blocked ends a command that wrote a plan with a code of its own where apply will
// refuse that plan.
func blocked(written plan.Plan) error {
	if len(written.Blocked) == 0 {
		return nil
	}
	return &exit{code: exitRefused}
}
