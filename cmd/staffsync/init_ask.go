package main

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"regexp"
	"strings"

	"github.com/staffsync/staffsync/plan"
)

// dialogue is a person who can be asked. The nil one is nobody.
type dialogue struct {
	answers *bufio.Scanner
	out     io.Writer
}

// somebody returns whoever sits at the terminal, nil where there is none.
func (p *program) somebody() *dialogue {
	if in, ok := p.in.(*os.File); !ok || !isTerminal(in) {
		return nil
	}
	return newDialogue(p.in, p.err)
}

// newDialogue returns a person who reads on out and answers line by line.
func newDialogue(in io.Reader, out io.Writer) *dialogue {
	return &dialogue{answers: bufio.NewScanner(in), out: out}
}

// say shows the person lines.
func (d *dialogue) say(lines ...string) {
	if d == nil {
		return
	}
	for _, line := range lines {
		fmt.Fprintln(d.out, plan.Visible(line))
	}
}

// ask asks until there is an answer of that form; an empty line takes the proposal,
// which may be empty. Nobody takes the proposal.
func (d *dialogue) ask(question, proposal, example string, form *regexp.Regexp) (string, error) {
	if d == nil {
		return proposal, nil
	}
	empty := "an empty line leaves it open"
	prompt := fmt.Sprintf("%s, such as %s: ", question, example)
	if proposal != "" {
		empty = "an empty line takes " + proposal
		prompt = fmt.Sprintf("%s [%s]: ", question, proposal)
	}
	for {
		fmt.Fprint(d.out, plan.Visible(prompt))
		if !d.answers.Scan() {
			fmt.Fprintln(d.out)
			return proposal, d.answers.Err()
		}
		answer := strings.TrimSpace(d.answers.Text())
		if answer == "" {
			return proposal, nil
		}
		if form.MatchString(answer) {
			return answer, nil
		}
		d.say(fmt.Sprintf("%q cannot be %s; it looks like %s, and %s.", answer, question, example, empty))
	}
}

// agrees asks a question to which no is the usual answer, and nobody's.
func (d *dialogue) agrees(question string) bool {
	if d == nil {
		return false
	}
	fmt.Fprintf(d.out, "%s (y/N): ", plan.Visible(question))
	return d.answers.Scan() && strings.EqualFold(strings.TrimSpace(d.answers.Text()), "y")
}

// value is one that the config needs, where it is kept, and what it looks like.
type value struct {
	key, question, example string
	value                  *text
	form                   *regexp.Regexp
	// given tells that the user said it beforehand.
	given bool
}

var (
	domainForm    = regexp.MustCompile(`^[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+$`)
	attributeForm = regexp.MustCompile(`^[^\s.]+\.[^\s.]+$`)
	pathForm      = regexp.MustCompile(`^/.`)
	rootOrPath    = regexp.MustCompile(`^/`)
	addressForm   = regexp.MustCompile(`^[^\s@]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+$`)
)

func (f *findings) domain() value {
	return value{"domain", "the Google Workspace domain of the staff", "example.org", &f.Domain, domainForm, f.given.domain != ""}
}

func (f *findings) subject() value {
	return value{"target.google.subject", "the administrator that the service account acts as", "admin@example.org", &f.Subject, addressForm, f.given.subject != "" || f.Key == ""}
}

func (f *findings) match() value {
	return value{"match", "the custom attribute that holds the DCID", "Synchronization_Data.DCID", &f.Match, attributeForm, f.given.match != ""}
}

func (f *findings) suspended() value {
	return value{"orgUnits.suspended", "the org unit of suspended accounts", "/Suspended Accounts", &f.Suspended, pathForm, f.given.suspended != ""}
}

// ask has the person confirm or correct the values. One that stays unknown gets its
// example, and is noted as open; a known one that cannot be is an error.
func (f *findings) ask(person *dialogue, values ...value) error {
	for _, v := range values {
		if *v.value != "" && !v.form.MatchString(string(*v.value)) {
			return fmt.Errorf("%q cannot be %s; it looks like %s", string(*v.value), v.question, v.example)
		}
		if v.given {
			continue
		}
		answer, err := person.ask(v.question, string(*v.value), v.example, v.form)
		if err != nil {
			return fmt.Errorf("ask for %s: %w", v.question, err)
		}
		if answer == "" {
			answer = v.example
			f.open = append(f.open, v)
		}
		*v.value = text(answer)
	}
	return nil
}
