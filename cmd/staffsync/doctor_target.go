package main

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/staffsync/staffsync/cmd/staffsync/config"
	"github.com/staffsync/staffsync/plan"
	"github.com/staffsync/staffsync/plan/adopt"
	"github.com/staffsync/staffsync/plan/diff"
	"github.com/staffsync/staffsync/plan/render"
	"github.com/staffsync/staffsync/target/google"
	"github.com/staffsync/staffsync/target/google/signin"
)

// checkTarget asks the directory for everything that the config names, and
// returns its custom attributes as far as they can be had.
func (p *program) checkTarget(ctx context.Context, c *checkup, cfg *config.Config, desired *plan.Desired, full bool) []plan.Attribute {
	if !p.checkSignIn(ctx, c, cfg) {
		c.notChecked("target", "signing in comes first", "")
		return nil
	}
	directory, closeDirectory, err := p.openDirectory(ctx, cfg, signin.ReadScopes())
	if err != nil {
		c.fail("target", err.Error(), "")
		return nil
	}
	defer func() {
		if err := closeDirectory(); err != nil {
			c.fail("target", err.Error(), "")
		}
	}()
	customer, err := directory.Customer(ctx)
	if err != nil {
		c.fail("target", err.Error(), "check domain in the config, and the sign-in")
		return nil
	}
	c.ok("target", "%s belongs to Google customer %s", cfg.Domain, customer)
	checkAdministrators(ctx, c, cfg, directory)
	checkRole(ctx, c, cfg, directory)
	checkOrgUnits(ctx, c, cfg, directory, desired)
	attributes := checkAttributes(ctx, c, cfg, directory, desired)
	switch {
	case desired == nil:
		c.notChecked("target", "whether the org units that the rules give exist, and whether the staff's values fit: PowerSchool could not be read", "")
	case c.failures > 0:
		c.notChecked("accounts", "who has a linked account; what failed above comes first", "")
	default:
		checkLinks(ctx, c, directory, *desired, cfg.Limits, full)
	}
	return attributes
}

// checkLinks compares as a plan does, and says how many of the active staff have
// a linked account.
func checkLinks(ctx context.Context, c *checkup, directory *google.Directory, desired plan.Desired, limits plan.Limits, full bool) {
	actual, err := directory.ReadStateFor(ctx, expected(desired))
	if err != nil {
		c.fail(linksCheck, err.Error(), "")
		return
	}
	made, err := diff.Complete(ctx, desired, &actual, limits, directory)
	if err != nil {
		c.fail(linksCheck, err.Error(), "")
		return
	}
	made.Links.Certain = adopt.Certain(desired, actual, made.Links)
	if words := render.Links(made.Links); made.Links.Few() || made.Links.Unlisted > 0 {
		c.warn(linksCheck, words, "")
	} else {
		c.ok(linksCheck, "%s", words)
	}
	checkNewOrgUnits(c, desired, made)
	checkGroups(c, desired, made)
	checkHolds(c, made)
	if full {
		checkEverybody(ctx, c, directory, desired, actual)
	}
}

// checkHolds says which holds are in force, and which block every plan.
func checkHolds(c *checkup, made plan.Plan) {
	overLimits := made.Limits.Blocked()
	for _, words := range made.Blocked {
		if !slices.Contains(overLimits, words) {
			c.warn("holds", words, "until then every plan is blocked")
		}
	}
	if len(made.Holds) > 0 {
		c.ok("holds", "%d in force; accounts of which something is held: %d", len(made.Holds), len(made.Held))
	}
}

// listed names the first of the DCIDs, and how many more there are.
func listed(dcids []int64) string {
	const most = 10
	var words []string
	for _, dcid := range dcids[:min(most, len(dcids))] {
		words = append(words, fmt.Sprint(dcid))
	}
	if more := len(dcids) - most; more > 0 {
		words = append(words, fmt.Sprintf("%d more", more))
	}
	return strings.Join(words, ", ")
}

// checkSignIn signs in to Google, and tells whether a plan can be made with
// that. What apply needs beyond it is a warning.
func (p *program) checkSignIn(ctx context.Context, c *checkup, cfg *config.Config) bool {
	if cfg.Target.Google == nil {
		return true
	}
	options := signin.Options{Logger: p.log, Scopes: signin.ReadScopes()}
	if err := signin.CheckScopes(ctx, cfg.Target.Google.Config, options); err != nil {
		c.fail("sign-in", err.Error(), "")
		return false
	}
	c.ok("sign-in", "%s", cfg.Target.Google.Summary())
	options.Scopes = signin.WriteScopes()
	if err := signin.CheckScopes(ctx, cfg.Target.Google.Config, options); err != nil {
		c.warn("sign-in", "good for plan, but not for apply: "+err.Error(), "")
	}
	checkFurther(ctx, c, cfg.Target.Google.Config, options, cfg.FurtherScopes())
	return true
}

// checkFurther warns of the further scopes that were not granted.
func checkFurther(ctx context.Context, c *checkup, target signin.Config, options signin.Options, wanted []signin.Further) {
	for _, further := range wanted {
		options.Scopes = []string{further.Scope}
		if err := signin.CheckScopes(ctx, target, options); err != nil {
			c.warn("sign-in", fmt.Sprintf("may not %s: %v", further.Use, err), "")
		}
	}
}

// checkAdministrators makes sure that the directory tells who is an
// administrator: what it does not tell cannot be protected.
func checkAdministrators(ctx context.Context, c *checkup, cfg *config.Config, directory *google.Directory) {
	administrators, err := directory.SuperAdministrators(ctx)
	switch {
	case err != nil:
		c.fail("guard", err.Error(), "")
	case len(administrators) == 0:
		c.warn("guard", fmt.Sprintf("the directory names no super administrator in %s", cfg.Domain),
			"if there is one, the account that staffsync signs in as may not see who is; give it the right to read users")
	default:
		c.ok("guard", "never suspended, moved or renamed: %d super administrators, such as %s", len(administrators), administrators[0])
	}
	if subject := cfg.ApplyOptions().Subject; subject != "" {
		c.ok("guard", "nor is %s, the account that staffsync acts as", subject)
	}
}

// checkOrgUnits looks for the org units that the config names and, when the
// staff are known, for those that the rules give them.
func checkOrgUnits(ctx context.Context, c *checkup, cfg *config.Config, directory *google.Directory, desired *plan.Desired) {
	existing, err := directory.OrgUnits(ctx)
	if err != nil {
		c.fail("org units", err.Error(), "")
		return
	}
	rules := cfg.Policy.Rules()
	missing := diff.MissingOrgUnits(rules, staffOf(desired), existing)
	warned := slices.Sorted(maps.Keys(missing))
	if rules.CreateOrgUnits && desired != nil {
		warned = nil // checkNewOrgUnits says which of them are created
	}
	for _, path := range warned {
		users := "suspended accounts"
		switch {
		case missing[path] > 0:
			users = fmt.Sprintf("%d active staff", missing[path])
		case path == rules.WaitingOrgUnit:
			users = "the accounts of people who have not begun yet"
		}
		c.warn("org units", fmt.Sprintf("there is no org unit %s, for %s", path, users), "create it, or correct the rule or the school's name")
	}
	for _, entry := range diff.IdleOrgUnits(rules, existing) {
		c.warn("org units", fmt.Sprintf("no org unit's path contains %s", entry), "correct orgUnits.frozen or orgUnits.temporaryReactivation, or leave the entry out")
	}
	if len(missing) == 0 && desired != nil {
		c.ok("org units", "every org unit that the rules give exists, of %d in the directory", len(existing))
	}
}

// checkAttributes looks for the custom attributes that the config names, and
// whether the staff's values fit their types.
func checkAttributes(ctx context.Context, c *checkup, cfg *config.Config, directory *google.Directory, desired *plan.Desired) []plan.Attribute {
	existing, err := directory.Attributes(ctx)
	if err != nil {
		c.fail("attributes", err.Error(), "")
		return nil
	}
	rules := cfg.Policy.Rules()
	checkMatch(c, existing, rules.Match)
	for _, name := range rules.Attributes {
		checkManaged(c, existing, name, desired)
	}
	return existing
}

// What to do about an attribute that is missing, and about one that does not fit.
const (
	createAttribute = "take the internal name from the list below, or create it: " + planAttributes + ", then staffsync apply attributes.yaml"
	otherAttribute  = "name another one of the list below in the config; what it takes to keep this one says staffsync init --attributes"
)

// attributeRemedy is what to do about the attribute of that name.
func attributeRemedy(existing []plan.Attribute, name string) string {
	if _, err := plan.FindAttribute(existing, name); err != nil {
		return createAttribute
	}
	return otherAttribute
}

func checkMatch(c *checkup, existing []plan.Attribute, name string) {
	attribute, err := plan.FindMatch(existing, name)
	switch {
	case err != nil:
		c.fail("attributes", err.Error(), attributeRemedy(existing, name))
	case !attribute.Indexed:
		c.warn("attributes", fmt.Sprintf("%s (%s) holds the DCID, but the directory cannot search it", attribute.Name, attribute.Type),
			"every account of the directory is read; make the attribute searchable in the Admin console")
	case !attribute.NumericIndex:
		c.ok("attributes", "%s (%s) holds the DCID; without a numeric index every account of the directory is read", attribute.Name, attribute.Type)
	default:
		c.ok("attributes", "%s (%s, with a numeric index) holds the DCID", attribute.Name, attribute.Type)
	}
}

func checkManaged(c *checkup, existing []plan.Attribute, name string, desired *plan.Desired) {
	attribute, err := plan.FindManaged(existing, name)
	if err != nil {
		c.fail("attributes", err.Error(), attributeRemedy(existing, name))
		return
	}
	if misfits := diff.Misfits(attribute, staffOf(desired)); len(misfits) > 0 {
		c.warn("attributes", fmt.Sprintf("%s (%s): %d of the staff's values do not fit, first %v", attribute.Name, attribute.Type, len(misfits), misfits[0]),
			"correct the values in PowerSchool, the rule, or the attribute's type")
		return
	}
	c.ok("attributes", "%s (%s)", attribute.Name, attribute.Type)
}

// staffOf returns the staff as far as they are known.
func staffOf(desired *plan.Desired) []plan.DesiredAccount {
	if desired == nil {
		return nil
	}
	return desired.Accounts
}

// listAttributes lists the directory's custom attributes by their internal
// names, which differ from what the Admin console shows.
func (p *program) listAttributes(attributes []plan.Attribute) {
	if len(attributes) == 0 {
		return
	}
	fmt.Fprintln(p.out, "\nCustom attributes in the directory, by the internal names that the config needs:")
	table := tabwriter.NewWriter(p.out, 0, 0, 2, ' ', 0)
	for _, attribute := range attributes {
		kind := string(attribute.Type)
		if attribute.MultiValued {
			kind += ", several values"
		}
		fmt.Fprintf(table, "  %s\t%s\t%s\n", plan.Visible(attribute.Name), kind, plan.Visible(attribute.DisplayName))
	}
	_ = table.Flush()
}
