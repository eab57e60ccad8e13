package main

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/staffsync/staffsync/cmd/staffsync/config"
	"github.com/staffsync/staffsync/plan"
	"github.com/staffsync/staffsync/plan/adopt"
	"github.com/staffsync/staffsync/plan/propose"
	"github.com/staffsync/staffsync/source/policy"
	"github.com/staffsync/staffsync/target/google"
)

// lookForStaff finds out where the accounts of the active staff are. What cannot be
// read is a note, and then nothing is known.
func (p *program) lookForStaff(ctx context.Context, f *findings) error {
	if !f.asked {
		return nil
	}
	people, types, err := p.readStaff(ctx, f)
	if err != nil {
		f.notes = append(f.notes, "nobody knows yet whose the accounts are, since PowerSchool could not be read: "+err.Error())
	}
	options := google.Options{}
	if _, err := plan.FindMatch(f.attributes, string(f.Match)); err == nil {
		options.Match = string(f.Match)
	}
	census, owners := propose.NewCensus(f.paths), adopt.NewOwners(people)
	err = p.inDirectory(ctx, f, options, func(directory *google.Directory) error {
		return directory.EachAccount(ctx, func(account plan.Account) {
			census.Count(&account)
			owners.Consider(account)
		})
	})
	if err != nil {
		f.notes = append(f.notes, "the accounts could not be read: "+err.Error())
		return ctx.Err()
	}
	f.placeStaff(people, types, owners.Likely())
	census.CountStaff(f.staff)
	f.units = census.OrgUnits()
	if found := propose.Suspended(f.units); f.Suspended == "" && found != "" {
		f.Suspended = text(found)
		f.notes = append(f.notes, "the directory has an org unit for suspended accounts: "+found)
	}
	return ctx.Err()
}

// readStaff reads the active staff, and their types by DCID, by the config as far as
// it is known.
func (p *program) readStaff(ctx context.Context, f *findings) (people []plan.DesiredAccount, types map[int64]string, err error) {
	sofar := *f
	sofar.Suspended = cmp.Or(f.Suspended, "/Suspended Accounts")
	sofar.OrgUnits = []orgUnitRule{{Path: "/Staff"}}
	data, err := sofar.config()
	if err != nil {
		return nil, nil, err
	}
	cfg, err := config.Read(p.configPath, data)
	if err != nil {
		return nil, nil, err
	}
	reader, _, err := p.sourceReader(cfg, sourceFrom{})
	if err != nil {
		return nil, nil, err
	}
	district, err := reader.ReadDistrict(ctx)
	if err != nil {
		return nil, nil, err
	}
	types = make(map[int64]string)
	for i := range district.Staff {
		types[district.Staff[i].DCID] = policy.StaffType(district.Staff[i].Type)
	}
	people = slices.DeleteFunc(reader.Policy.Desired(district).Accounts, func(a plan.DesiredAccount) bool { return !a.Active })
	return people, types, nil
}

// placeStaff notes where the people's accounts are.
func (f *findings) placeStaff(people []plan.DesiredAccount, types map[int64]string, likely map[int64]*plan.Account) {
	for i := range people {
		member := propose.Member{Person: people[i].Staff, Type: types[people[i].DCID]}
		if account := likely[people[i].DCID]; account != nil && account.Enabled() {
			member.Account, member.OrgUnit = account.Address, account.OrgUnitPath
		}
		f.staff = append(f.staff, member)
	}
	if len(people) > 0 {
		f.notes = append(f.notes, fmt.Sprintf("%d of %d active staff have an account, by the DCID in it or by address and last name", len(likely), len(people)))
	}
}

// askForOrgUnits proposes the rules for org units, and has the person correct them.
func (f *findings) askForOrgUnits(person *dialogue) error {
	staffOrgUnit := value{"orgUnits.active", "the org unit that the staff's are in", "/Staff", new(text), rootOrPath, false}
	if f.given.staff != "" {
		*staffOrgUnit.value, staffOrgUnit.given = text(f.given.staff), true
	}
	proposal := propose.OrgUnits(f.staff, f.units, f.given.staff)
	person.say(f.orgUnitLines()...)
	if !staffOrgUnit.given {
		*staffOrgUnit.value = text(proposal.StaffOrgUnit())
	}
	if err := f.ask(person, staffOrgUnit); err != nil {
		return err
	}
	if within := string(*staffOrgUnit.value); !plan.SameOrgUnit(within, proposal.StaffOrgUnit()) {
		proposal = propose.OrgUnits(f.staff, f.units, within)
	}
	proposal, err := f.askForBuildings(person, proposal)
	if err != nil {
		return err
	}
	f.notes = append(f.notes, ruleLines(proposal)...)
	f.buildings = proposal.Buildings
	for _, rule := range proposal.Rules {
		f.OrgUnits = append(f.OrgUnits, orgUnitRule{When: text(rule.When()), Path: text(rule.Path.Template())})
	}
	if err := f.askForFrozen(person, proposal); err != nil {
		return err
	}
	proposal.Elsewhere = slices.DeleteFunc(proposal.Elsewhere, func(m propose.Member) bool {
		return slices.ContainsFunc(f.Frozen, func(path text) bool { return plan.Within(m.OrgUnit, string(path)) })
	})
	f.noteElsewhere(proposal)
	return nil
}

// askForFrozen asks where accounts that the rules would move are to stay.
func (f *findings) askForFrozen(person *dialogue, proposal propose.Proposal) error {
	if person == nil || len(proposal.Elsewhere) == 0 {
		return nil
	}
	person.say(elsewhereLines(proposal)...)
	answer, err := person.ask("org units that no account is moved out of, with ; between them", "", "/Administrators; /Utility Accounts", pathForm)
	if err != nil {
		return err
	}
	for path := range strings.SplitSeq(answer, ";") {
		if path = strings.TrimSpace(path); path != "" {
			f.Frozen = append(f.Frozen, text(path))
		}
	}
	return nil
}

// askForBuildings asks for the org unit of each building that has none, or another
// than the rule for everybody gives.
func (f *findings) askForBuildings(person *dialogue, proposal propose.Proposal) (propose.Proposal, error) {
	if person == nil || len(f.staff) == 0 {
		return proposal, nil
	}
	person.say(ruleLines(proposal)...)
	for _, building := range proposal.Buildings {
		if building.Exists && !building.Own {
			continue
		}
		question := fmt.Sprintf("the org unit of %s (%s)", building.Name, plural(building.People, "person", "people"))
		answer, err := person.ask(question, building.Path, "/Staff/High School", pathForm)
		if err != nil {
			return proposal, err
		}
		if !plan.SameOrgUnit(answer, building.Path) {
			proposal = propose.Lay(propose.WithBuilding(proposal.Rules, building.Name, answer), f.staff, f.units)
		}
	}
	return proposal, nil
}

// askForMissing notes the org units that accounts are to be in and the directory
// lacks, and asks whether plans are to create them.
func (f *findings) askForMissing(person *dialogue) {
	if !f.asked {
		return
	}
	for _, building := range f.buildings {
		if !building.Exists {
			f.notes = append(f.notes, fmt.Sprintf("there is no org unit %s, for %s of %s", building.Path, plural(building.People, "person", "people"), building.Name))
			f.Missing = append(f.Missing, text(building.Path))
		}
	}
	if _, exists := plan.NewOrgUnits(f.paths).Find(string(f.Suspended)); !exists && !slices.ContainsFunc(f.open, func(v value) bool { return v.value == &f.Suspended }) {
		f.notes = append(f.notes, fmt.Sprintf("there is no org unit %s, for suspended accounts", f.Suspended))
		f.Missing = append(f.Missing, f.Suspended)
	}
	slices.Sort(f.Missing)
	f.Missing = slices.Compact(f.Missing)
	f.Create = len(f.Missing) > 0 && person.agrees(fmt.Sprintf("Have plans create the org units that are missing (%d)?", len(f.Missing)))
}

// mostOrgUnits is how many org units are shown to choose from.
const mostOrgUnits = 30

// orgUnitLines show the directory's org units, those with most of the staff first.
func (f *findings) orgUnitLines() []string {
	units := slices.Clone(f.units)
	slices.SortStableFunc(units, func(a, b propose.OrgUnit) int {
		return cmp.Or(cmp.Compare(b.Staff, a.Staff), cmp.Compare(b.Accounts, a.Accounts))
	})
	var lines []string
	for i, unit := range units {
		if i == mostOrgUnits {
			lines = append(lines, fmt.Sprintf("  and %d more", len(units)-i))
			break
		}
		line := fmt.Sprintf("  %s: %s", unit.Path, plural(unit.Accounts, "account", "accounts"))
		if unit.Staff > 0 {
			line += fmt.Sprintf(", %d of active staff", unit.Staff)
		}
		if unit.Suspended > 0 {
			line += fmt.Sprintf(", %d suspended", unit.Suspended)
		}
		lines = append(lines, line)
	}
	if len(lines) > 0 {
		lines = append([]string{"The directory's org units:"}, lines...)
	}
	return lines
}

// ruleLines say what the rules are and how many accounts they leave where they are.
func ruleLines(proposal propose.Proposal) []string {
	if proposal.Known() == 0 {
		return nil
	}
	lines := []string{fmt.Sprintf("the rules for org units leave %d of these %d where they are:", proposal.Placed, proposal.Known())}
	for _, rule := range proposal.Rules {
		line := "  " + rule.Path.Template()
		if when := rule.When(); when != "" {
			line += " when " + when
		}
		lines = append(lines, line)
	}
	return lines
}

// mostElsewhere is how many of the accounts that are elsewhere are named.
const mostElsewhere = 20

// elsewhereLines name the accounts that the rules would move.
func elsewhereLines(proposal propose.Proposal) []string {
	n := len(proposal.Elsewhere)
	if n == 0 {
		return nil
	}
	lines := []string{plural(n, "account is elsewhere, and plans move it", "accounts are elsewhere, and plans move them") + " unless orgUnits.frozen names where they are:"}
	for i, member := range proposal.Elsewhere {
		if i == mostElsewhere {
			return append(lines, fmt.Sprintf("  and %d more", n-i))
		}
		lines = append(lines, fmt.Sprintf("  %s: %s (%s)", member.OrgUnit, member.Account, member.Building))
	}
	return lines
}

// noteElsewhere notes which accounts the rules do not leave where they are.
func (f *findings) noteElsewhere(proposal propose.Proposal) {
	elsewhere := elsewhereLines(proposal)
	f.notes = append(f.notes, elsewhere...)
	for _, line := range elsewhere {
		f.Elsewhere = append(f.Elsewhere, text(line))
	}
}
