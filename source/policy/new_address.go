package policy

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/staffsync/staffsync/plan"
	"github.com/staffsync/staffsync/source"
)

// numberVariable is the variable of templates for addresses that is 2, 3 and so on.
const numberVariable = "number"

// neverGiven are names that nobody is given: those at which mail servers, registrars
// and certificate authorities write to whoever runs the domain (RFC 2142, RFC 5321
// and the CA/Browser Forum's baseline requirements), and others that stand for no
// person.
var neverGiven = []string{
	"abuse", "admin", "administrator", "daemon", "ftp", "help", "helpdesk", "hostmaster", "info", "mailer-daemon", "marketing",
	"news", "no-reply", "nobody", "noc", "noreply", "postmaster", "root", "sales", "security", "ssladmin", "support", "sysadmin",
	"test", "usenet", "uucp", "webmaster", "www",
}

// addressRules give addresses to people whose address PowerSchool lacks.
type addressRules struct {
	templates []addressTemplate
	when      *expression // nil where everybody active is given one
}

// addressTemplate gives one candidate.
type addressTemplate struct {
	key  string
	text *text
}

// given tells whether the policy gives addresses at all.
func (r addressRules) given() bool { return len(r.templates) > 0 }

// addressRules compiles the templates of addresses, and checks what goes with them.
func (c *compiler) addressRules(config NewAccounts, domains []string) addressRules {
	c.addressOptions(config)
	if len(config.Address) == 0 {
		return addressRules{}
	}
	language, err := c.language.numbered()
	if err != nil {
		c.fail(plan.RuleAddress, "prepare the language of addresses: %w", err)
		return addressRules{}
	}
	var rules addressRules
	for i, template := range config.Address {
		key := fmt.Sprintf("%s[%d]", plan.RuleAddress, i)
		if strings.TrimSpace(template) == "" {
			c.fail(key, "the template is empty; write one such as ${ascii(staff.firstName).first(1)}${ascii(staff.lastName)}")
			continue
		}
		compiled, wrong := language.compileText(template)
		c.failAt(key, wrong)
		if compiled != nil {
			c.addressText(key, template, compiled, domains)
			rules.templates = append(rules.templates, addressTemplate{key, compiled})
		}
	}
	c.language.asksToday = c.language.asksToday || language.asksToday
	if strings.TrimSpace(config.AddressWhen) != "" {
		when, wrong := c.language.condition(config.AddressWhen)
		c.failAt(plan.RuleAddressWhen, wrong)
		rules.when = when
	}
	return rules
}

// addressOptions checks the keys beside the templates.
func (c *compiler) addressOptions(config NewAccounts) {
	without := func(key string) {
		if len(config.Address) == 0 {
			c.fail(key, "newAccounts.address is missing, the templates of the addresses that this is about")
		}
	}
	if strings.TrimSpace(config.AddressWhen) != "" {
		without(plan.RuleAddressWhen)
	}
	if config.Rename != "" {
		const key = "newAccounts.rename"
		without(key)
		choices := []string{string(RenameNever), string(RenameFollowName)}
		if !slices.Contains(choices, string(config.Rename)) {
			c.fail(key, "%q is neither %s%s", config.Rename, strings.Join(choices, " nor "), plan.DidYouMean(string(config.Rename), choices))
		}
	}
	for i, name := range config.Reserved {
		key := fmt.Sprintf("newAccounts.reserved[%d]", i)
		if i == 0 {
			without(key)
		}
		if err := checkAddressOf("an account", source.LowerASCII(name)+"@example.org"); err != nil {
			c.fail(key, "%q is not the part of an address before the @: it %w", name, err)
		}
	}
}

// addressText checks as much of a template's address as is known before it is filled
// in.
func (c *compiler) addressText(key, template string, compiled *text, domains []string) {
	if all, fixed := compiled.literal(); fixed {
		c.fail(key, "%s is the same for everybody; ask for the name, as in ${ascii(staff.firstName)}.${ascii(staff.lastName)}", all)
		return
	}
	var literals strings.Builder
	personal := false
	for _, part := range compiled.parts {
		if part.compiled == nil {
			literals.WriteString(part.literal)
			continue
		}
		literals.WriteByte('x')
		alone := strings.TrimSpace(part.expression) == numberVariable
		personal = personal || !alone
		if !alone && slices.Contains(part.compiled.names, numberVariable) {
			line, column := place(template, part.start)
			c.failAt(key, []*positioned{{line: line, column: column, err: errors.New("the number stands by itself: ${number}, which is 2, then 3 and so on up to 99")}})
		}
	}
	if !personal {
		c.fail(key, "only the number tells people apart; ask for the name, as in ${ascii(staff.lastName)}${number}")
	}
	// A domain that is filled in is not known yet, nor is whether periods end up
	// side by side.
	address := source.LowerASCII(strings.TrimSpace(literals.String()))
	local, domain, found := strings.Cut(address, "@")
	if err := checkAddressOf("an account", "x"+strings.ReplaceAll(local, ".", "")+"@example.org"); err != nil {
		c.fail(key, "the text around the expressions %w", err)
	}
	if last := compiled.parts[len(compiled.parts)-1]; found && last.compiled == nil && strings.Contains(last.literal, "@") && !slices.Contains(domains, domain) {
		c.fail(key, "%q is not one of the district's domains (%s); add it under domains, or leave it out for %s", domain, strings.Join(domains, ", "), domains[0])
	}
}

// candidatesOf returns the addresses that the active person may be given, the best
// first; nil where none is asked for.
func (p *Policy) candidatesOf(who *activation) []plan.Candidate {
	if when := p.addresses.when; when != nil {
		holds, err := when.holds(who)
		if err != nil {
			return []plan.Candidate{{Rule: plan.RuleAddressWhen, Problem: err.Error()}}
		}
		if !holds {
			return nil
		}
	}
	var candidates []plan.Candidate
	for _, template := range p.addresses.templates {
		candidate := plan.Candidate{Rule: template.key}
		address, err := p.candidate(template.text, who)
		if err != nil {
			candidate.Problem = err.Error()
		} else {
			candidate.Address = address
		}
		candidates = append(candidates, candidate)
	}
	return candidates
}

// candidate returns the address that a template gives the person.
func (p *Policy) candidate(template *text, who *activation) (string, error) {
	address, err := template.value(who, false)
	if err != nil {
		return "", err
	}
	if address == "" {
		return "", errors.New("it gives no address, but an empty text")
	}
	if !strings.Contains(address, "@") {
		address += "@" + p.domain
	}
	address = source.LowerASCII(address)
	longest := strings.ReplaceAll(address, plan.NumberMark, "99")
	if err := checkAddressOf("an account", longest); err != nil {
		return "", fmt.Errorf("the address %q %w", longest, err)
	}
	if _, domain, _ := strings.Cut(longest, "@"); domain != p.domain && !slices.Contains(p.rules.Domains, domain) {
		return "", fmt.Errorf("the address %q is outside the district's domains", longest)
	}
	return address, nil
}

// reservedNames are all names that nobody is given, sorted.
func reservedNames(config NewAccounts) []string {
	return set(append(lowerCase(config.Reserved), neverGiven...))
}
