package policy

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/staffsync/staffsync/plan"
	"github.com/staffsync/staffsync/source"
)

const ruleRemedy = "correct the rule or the value in PowerSchool"

// Desired returns the accounts that the district's staff should have, who is
// left out, and on whom the policy cannot decide. Everybody in the district
// is in exactly one of the three.
func (p *Policy) Desired(district source.District) plan.Desired {
	rules := p.Rules()
	state := plan.Desired{
		Domain:   p.domain,
		Rules:    &rules,
		Accounts: make([]plan.DesiredAccount, 0, len(district.Staff)),
		Warnings: slices.Clone(district.Warnings),

		StrayRows: district.StrayRows,
	}
	switch {
	case len(rules.Sensitive) == 0:
	case p.withoutSensitive:
		state.NotKnown = rules.Sensitive
		state.Warnings = append(state.Warnings, plan.Warning{
			Kind:    plan.WarningSource,
			Message: "nothing is known of " + strings.Join(rules.Sensitive, ", ") + ", which is sensitive: the folder that PowerSchool's tables were read from does not have it, so this plan changes nothing of it",
		})
	default:
		state.FingerprintKey = p.key.ID()
	}
	for i := range p.holds {
		state.Holds = append(state.Holds, p.holds[i].Hold)
	}
	if p.asksToday || p.rules.KeepHolds {
		state.AsOf = p.today.Format(time.DateOnly)
	}
	d := decision{Policy: p, standings: p.standings(district.Schools), origins: p.origins(), state: &state, working: new([]source.Staff)}
	considered := slices.Clone(district.Staff)
	for _, left := range district.LeftOut {
		if d.awaitsAddress(left) {
			considered = append(considered, left.Staff)
			continue
		}
		if d.addresses.given() { // then no address is no reason
			left.Reason = left.Homeless
		}
		left.Staff.Building = ""
		d.holdListed(&left.Staff)
		d.leaveOut(left.Staff, left.Reason)
	}
	byDCID := func(a, b source.Staff) int { return cmp.Compare(a.DCID, b.DCID) }
	for _, staff := range slices.SortedFunc(slices.Values(considered), byDCID) {
		d.decide(staff)
	}
	d.decideGroups(district.Schools, *d.working)
	slices.SortFunc(state.Skipped, func(a, b plan.Skipped) int { return cmp.Compare(a.Staff.DCID, b.Staff.DCID) })
	for i := range state.Holds {
		slices.SortFunc(state.Holds[i].People, func(a, b plan.Person) int { return cmp.Compare(a.DCID, b.DCID) })
	}
	return state
}

// decision is a Desired at work.
type decision struct {
	*Policy
	standings standings
	origins   origins
	state     *plan.Desired
	// working are the active people with an account, by DCID.
	working *[]source.Staff
}

// awaitsAddress tells whether somebody is considered although PowerSchool lacks the
// address. Where the policy gives addresses, everybody is: an account keeps its own.
// Where addresses are exported only, an active person is: PowerSchool is about to get
// that of the account.
func (d decision) awaitsAddress(left source.LeftOut) bool {
	switch {
	case left.Homeless != "":
		return false
	case d.addresses.given():
		return true
	case len(d.exported) == 0:
		return false
	}
	staff := left.Staff
	staff.Damaged = nil
	who := activation{today: d.today}
	who.person(&staff)
	err := d.standings.decide(&staff, &who)
	return err == nil && staff.Active
}

// with returns the notes with one more.
func with(notes map[string]string, key, note string) map[string]string {
	more := maps.Clone(notes)
	if more == nil {
		more = make(map[string]string, 1)
	}
	more[key] = note
	return more
}

// leaveOut adds somebody whom a lack of data leaves out. Where the rule of who
// is active fails, it is the lack that is told.
func (d decision) leaveOut(staff source.Staff, reason string) {
	staff.Damaged = nil
	who := activation{today: d.today}
	who.person(&staff)
	_ = d.standings.decide(&staff, &who)
	d.skip(&staff, "", reason)
}

func (d decision) skip(staff *source.Staff, rule, reason string) {
	skipped := plan.Skipped{Staff: person(staff), Address: staff.Email, Reason: reason, Rule: rule, Active: staff.Active, Assigned: staff.Assigned}
	if !staff.Active {
		skipped.Standing = d.standings.words(staff)
	}
	d.state.Skipped = append(d.state.Skipped, skipped)
}

// fails notes that the rule of that key fails for the person.
func (d decision) fails(rule string, who plan.Person, problem error) {
	failures := &d.state.Failures
	i := slices.IndexFunc(*failures, func(f plan.RuleFailure) bool { return f.Rule == rule })
	if i < 0 {
		i = len(*failures)
		*failures = append(*failures, plan.RuleFailure{Rule: rule, Problem: problem.Error()})
	}
	(*failures)[i].People = append((*failures)[i].People, who)
}

// decide adds the person to the state.
func (d decision) decide(staff source.Staff) {
	damaged := staff.Damaged
	staff.Damaged = nil // no damage keeps a leaver's account from being suspended
	who := activation{today: d.today}
	who.person(&staff)
	conflict := func(problem error, remedy string) {
		if d.addresses.given() && staff.Email != "" {
			d.state.Taken = append(d.state.Taken, plan.TakenAddress{Address: staff.Email, Staff: person(&staff)})
		}
		d.state.Conflicts = append(d.state.Conflicts, plan.Conflict{
			Kind: plan.ConflictUndecided, ID: plan.AccountID(staff.DCID), Staff: person(&staff), Problem: problem.Error(), Remedy: remedy,
		})
	}
	fails := func(rule string, err error) {
		d.fails(rule, person(&staff), err)
		conflict(fmt.Errorf("%s: %w", rule, err), ruleRemedy)
	}
	d.holdListed(&staff)
	undecided := d.standings.decide(&staff, &who)
	rule, reason, err := d.skipped(&staff, &who)
	switch {
	case err != nil:
		fails(rule, err)
		return
	case rule != "":
		d.skip(&staff, rule, reason)
		return
	case undecided != nil:
		fails("source.active", undecided)
		return
	}
	staff.Damaged = damaged
	if rule, err := d.holdByRule(&staff, &who); err != nil {
		fails(rule, err)
		return
	}
	if !staff.Active {
		account := d.inactive(&staff, d.origins)
		account.Standing = d.standings.words(&staff)
		d.state.Accounts = append(d.state.Accounts, account)
		return
	}
	var candidates []plan.Candidate
	if staff.Email == "" {
		candidates = d.candidatesOf(&who)
		staff.Damaged = with(damaged, "email", "PowerSchool does not have the address yet")
	} else if damage := staff.Damaged["email"]; damage != "" {
		conflict(errors.New(damage), "type the address again in PowerSchool, or correct the export")
		return
	} else if err := checkAddress(staff.Email); err != nil {
		conflict(err, "correct the address in PowerSchool")
		return
	}
	unit, path, err := d.orgUnit(&who)
	switch {
	case err != nil:
		fails(d.orgUnits[unit].key, err)
	case unit < 0:
		conflict(fmt.Errorf("no rule of orgUnits.active holds"), "add a rule that does; one without when, at the end, holds for everybody")
	default:
		account := d.active(&staff, &who, path, d.origins.active[unit])
		for _, value := range slices.Concat(d.attributes, d.externalIDs) {
			if problem, failed := account.Undecided[value.field]; failed {
				d.fails(value.key, account.Staff, errors.New(problem))
			}
		}
		account.Candidates = candidates
		for _, candidate := range candidates {
			if candidate.Problem != "" {
				d.fails(candidate.Rule, account.Staff, errors.New(candidate.Problem))
			}
		}
		account.Standing = d.standings.words(&staff)
		var failures []joiningFailure
		account.Joining, failures = d.joiningOf(&who)
		for _, failure := range failures {
			d.fails(failure.rule, account.Staff, failure.err)
		}
		d.state.Accounts = append(d.state.Accounts, account)
		*d.working = append(*d.working, staff)
		if warning, needed := d.standings.warning(&staff); needed {
			d.state.Warnings = append(d.state.Warnings, warning)
		}
	}
}

// skipped returns the key of the rule that leaves the person out or fails, empty
// when none does, and its reason.
func (p *Policy) skipped(staff *source.Staff, who *activation) (rule, reason string, err error) {
	for _, name := range []struct{ which, name string }{{"first", staff.FirstName}, {"last", staff.LastName}} {
		if name.name != "" && p.skipNames[foldName(name.name)] {
			return "skip.names", fmt.Sprintf("%s name %s", name.which, name.name), nil
		}
	}
	for _, rule := range p.skipRules {
		holds, err := rule.when.holds(who)
		if err != nil {
			return rule.key, "", err
		}
		if holds {
			return rule.key, rule.reason, nil
		}
	}
	return "", "", nil
}

// orgUnit returns the path that the first rule that holds gives, and the
// rule's place, -1 when none holds; of an error it is the place of the rule that
// fails.
func (p *Policy) orgUnit(who *activation) (int, string, error) {
	for i, rule := range p.orgUnits {
		if rule.when != nil {
			holds, err := rule.when.holds(who)
			if err != nil {
				return i, "", err
			}
			if !holds {
				continue
			}
		}
		path, err := rule.path.value(who, true)
		if err == nil {
			err = checkOrgUnit(path)
		}
		if err != nil {
			return i, "", err
		}
		return i, path, nil
	}
	return -1, "", nil
}

// active returns an active person's account.
func (p *Policy) active(staff *source.Staff, who *activation, path string, origins map[string]string) plan.DesiredAccount {
	account := plan.DesiredAccount{
		Fields: plan.Fields{
			DCID: staff.DCID, Address: staff.Email, GivenName: staff.FirstName, FamilyName: staff.LastName,
			OrgUnitPath: path,
		},
		Staff: person(staff), HomeSchool: staff.HomeSchool, Active: true, Origins: origins,
	}
	undecided := func(field, problem string) {
		if account.Undecided == nil {
			account.Undecided = make(map[string]string)
		}
		account.Undecided[field] = problem
	}
	for field, name := range map[string]string{plan.FieldGivenName: "firstName", plan.FieldFamilyName: "lastName"} {
		if damage := staff.Damaged[name]; damage != "" {
			undecided(field, damage)
		}
	}
	give := func(rules []valueRule, values *map[string]string) {
		for _, rule := range rules {
			if rule.sensitive && p.withoutSensitive {
				continue
			}
			value, err := rule.of(who)
			switch {
			case err != nil:
				undecided(rule.field, err.Error())
			case value == "":
			case rule.sensitive:
				if account.Sensitive == nil {
					account.Sensitive = make(map[string]plan.Forms)
				}
				account.Sensitive[rule.name] = p.key.Forms(staff.DCID, rule.name, value)
			default:
				if *values == nil {
					*values = make(map[string]string, len(rules))
				}
				(*values)[rule.name] = value
			}
		}
	}
	give(p.attributes, &account.Attributes)
	give(p.externalIDs, &account.ExternalIDs)
	return account
}

// inactive returns an inactive person's account. Of its values only the
// suspension and the org unit are desired; address and names serve to see
// that the account is the person's.
func (p *Policy) inactive(staff *source.Staff, origins origins) plan.DesiredAccount {
	return plan.DesiredAccount{
		Fields: plan.Fields{
			DCID: staff.DCID, Address: staff.Email, GivenName: staff.FirstName, FamilyName: staff.LastName,
			OrgUnitPath: p.rules.SuspendedOrgUnit, Suspended: true,
		},
		Staff: person(staff), Assigned: staff.Assigned, Origins: origins.inactive,
	}
}

func person(staff *source.Staff) plan.Person {
	return plan.Person{
		DCID: staff.DCID, Name: strings.TrimSpace(staff.FirstName + " " + staff.LastName), Building: staff.Building,
	}
}
