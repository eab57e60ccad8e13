package diff

import (
	"fmt"
	"slices"
	"strings"

	"github.com/staffsync/staffsync/plan"
)

// MissingOrgUnits returns the org units that the directory, which has the
// existing ones, lacks: those of the active staff, with the number of people
// for each, and the ones for suspended and for waiting accounts, of nobody.
func MissingOrgUnits(rules plan.Rules, staff []plan.DesiredAccount, existing []string) map[string]int {
	known := plan.NewOrgUnits(existing)
	missing := make(map[string]int)
	if _, ok := known.Find(rules.SuspendedOrgUnit); !ok {
		missing[rules.SuspendedOrgUnit] = 0
	}
	if _, ok := known.Find(rules.WaitingOrgUnit); !ok && rules.WaitingOrgUnit != "" {
		missing[rules.WaitingOrgUnit] = 0
	}
	for i := range staff {
		if !staff[i].Active {
			continue
		}
		if _, ok := known.Find(staff[i].OrgUnitPath); !ok {
			missing[staff[i].OrgUnitPath]++
		}
	}
	return missing
}

// IdleOrgUnits returns the entries of orgUnits.frozen and
// orgUnits.temporaryReactivation that no existing org unit's path contains.
func IdleOrgUnits(rules plan.Rules, existing []string) []string {
	return slices.DeleteFunc(slices.Concat(rules.Frozen, rules.TemporaryReactivation), func(entry string) bool {
		return slices.ContainsFunc(existing, func(path string) bool { return plan.Within(path, entry) })
	})
}

// Misfits returns for each member of the staff whose value does not fit the
// attribute's type why it does not, by name.
func Misfits(attribute plan.Attribute, staff []plan.DesiredAccount) []error {
	var misfits []error
	for i := range staff {
		_, err := attribute.Fit(staff[i].Attributes[attribute.Name])
		if err == nil {
			_, err = attribute.FitForms(staff[i].Sensitive[attribute.Name])
		}
		if err != nil {
			misfits = append(misfits, fmt.Errorf("%s: %w", staff[i].Staff.Name, err))
		}
	}
	return misfits
}

// LikelyMatches returns the names of the attributes that can hold the DCID and are
// named after it, in the order given.
func LikelyMatches(attributes []plan.Attribute) []string {
	var fitting []string
	for _, attribute := range attributes {
		_, field, _ := strings.Cut(attribute.Name, ".")
		if strings.Contains(strings.ToLower(field+" "+attribute.DisplayName), "dcid") && attribute.CheckMatch() == nil {
			fitting = append(fitting, attribute.Name)
		}
	}
	return fitting
}
