package policy

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"cel.dev/cel-go/common/types"

	"github.com/staffsync/staffsync/plan"
	"github.com/staffsync/staffsync/source"
)

// Policy is a district's rules, ready to be applied to its staff. It may be
// used by several goroutines at once.
type Policy struct {
	domain      string
	rules       plan.Rules
	source      source.Config
	activeRule  *expression // nil where source.active is one of its words
	asksToday   bool
	today       types.Timestamp
	skipNames   map[string]bool
	skipRules   []skipRule
	orgUnits    []orgUnitRule
	attributes  []valueRule
	externalIDs []valueRule
	configured  []plan.ConfiguredAttribute
	joining     joiningRules
	addresses   addressRules
	exported    []exportField
	// key makes the fingerprints of the sensitive attributes, and withoutSensitive
	// tells that these are not known at all.
	key              plan.FingerprintKey
	withoutSensitive bool
	groups           []groupRule
	// hidden are the extras that only sensitive attributes may read.
	hidden map[string]string
	// holds are those that the district keeps, each with the rule that says of
	// whom it is, nil where it names a person.
	holds []hold
}

type skipRule struct {
	key    string
	when   *expression
	reason string
}

type orgUnitRule struct {
	key  string
	when *expression // nil where the rule holds for all
	path *text
}

// valueRule gives an attribute or external id its value.
type valueRule struct {
	key   string // of the config
	name  string // of the attribute, or the external id's type
	field string // of the account
	value *text
	// sensitive tells that nobody may see the value.
	sensitive bool
}

// Compile checks and compiles the policy of a domain. The source's config
// names the extras that rules may use. The error is joined of one KeyError
// for each thing that is wrong.
func Compile(config Config, domain string, sourceConfig source.Config) (*Policy, error) {
	config = config.withDefaults()
	if sourceConfig.Active == "" {
		sourceConfig.Active = source.AnySchool
	}
	c := compiler{}
	ofSensitive, err := newSensitiveLanguage(sourceConfig)
	if err != nil {
		return nil, fmt.Errorf("prepare the language of sensitive attributes: %w", err)
	}
	hidden := c.sensitive(config, ofSensitive, sourceConfig)
	if c.language, err = newLanguage(sourceConfig, hidden); err != nil {
		return nil, fmt.Errorf("prepare the rules' language: %w", err)
	}
	if !domainName.MatchString(strings.ToLower(domain)) {
		c.fail("domain", "%q is not a domain such as example.org", domain)
	}
	for i, other := range config.Domains {
		if !domainName.MatchString(strings.ToLower(other)) {
			c.fail(fmt.Sprintf("domains[%d]", i), "%q is not a domain such as example.org", other)
		}
	}
	config.Domains = slices.DeleteFunc(lowerCase(config.Domains), func(other string) bool { return strings.EqualFold(other, domain) })
	p := &Policy{
		hidden:    hidden,
		domain:    strings.ToLower(domain),
		source:    marked(sourceConfig, hidden),
		skipNames: c.checkNames(config.Skip.Names),
		skipRules: c.skipRules(config.Skip.Rules),
		orgUnits:  c.orgUnitRules(config.OrgUnits),
	}
	p.activeRule = c.activeRule(sourceConfig, hidden)
	c.fixedOrgUnits(config.OrgUnits)
	c.match(config)
	p.attributes = c.valueRules("attributes", "", config.Attributes, checkAttributeName, func(name string) *language {
		if slices.Contains(config.Sensitive, name) {
			return ofSensitive
		}
		return c.language
	})
	p.configured = c.configuredAttributes(config, p.attributes)
	p.externalIDs = c.valueRules("externalIds", plan.ExternalIDPrefix, config.ExternalIDs, checkExternalIDType, func(string) *language { return c.language })
	p.groups = c.groupRules(config, p.domain)
	c.checkPassword(config.NewAccounts.Password)
	p.exported = c.exportFields(config.ExportAddresses, sourceConfig, hidden)
	p.joining = c.joiningRules(config.NewAccounts, config.OrgUnits)
	p.addresses = c.addressRules(config.NewAccounts, append([]string{p.domain}, config.Domains...))
	c.choices(config)
	if len(c.problems) > 0 {
		return nil, errors.Join(c.problems...)
	}
	p.asksToday = c.language.asksToday || p.joining.any()
	p.source.StateReporting = p.asks(columnExcluded)
	p.rules = plan.Rules{
		Policy:                    fingerprint(config, p.domain, sourceConfig),
		Domains:                   config.Domains,
		Match:                     config.Match,
		SuspendedOrgUnit:          config.OrgUnits.Suspended,
		Frozen:                    slices.Clone(config.OrgUnits.Frozen),
		TemporaryReactivation:     slices.Clone(config.OrgUnits.TemporaryReactivation),
		Reactivate:                config.Reactivate,
		LeaveGroups:               *config.Suspension.LeaveGroups,
		CannotLeave:               lowerCase(config.Suspension.CannotLeave),
		Distinct:                  config.Distinct,
		ChangePasswordAtNextLogin: *config.NewAccounts.ChangePasswordAtNextLogin,
		CreateOrgUnits:            config.OrgUnits.Create.All || len(config.OrgUnits.Create.Listed) > 0,
		CreateOnly:                set(config.OrgUnits.Create.Listed),
		WaitingOrgUnit:            config.NewAccounts.WaitingOrgUnit,
		Attributes:                slices.Sorted(maps.Keys(config.Attributes)),
		ExternalIDs:               slices.Sorted(maps.Keys(config.ExternalIDs)),
		Sensitive:                 set(config.Sensitive),
		Columns:                   p.columns(),
		ManageGroups:              len(p.groups) > 0,
	}
	if p.addresses.given() {
		p.rules.GivesAddresses, p.rules.FollowName = true, config.NewAccounts.Rename == RenameFollowName
		p.rules.ReservedNames = reservedNames(config.NewAccounts)
	}
	for _, rule := range p.groups {
		p.rules.PruneGroups = p.rules.PruneGroups || rule.prune == PruneMembers
		p.rules.CreateGroups = p.rules.CreateGroups || rule.create
	}
	return p, nil
}

// AsOf returns the policy as it decides on that day, midnight UTC of it.
func (p *Policy) AsOf(day time.Time) *Policy {
	dated := *p
	dated.today = types.Timestamp{Time: day}
	return &dated
}

// Knowing returns the policy with the key of the fingerprints, which the sensitive
// attributes need.
func (p *Policy) Knowing(key plan.FingerprintKey) *Policy {
	knowing := *p
	knowing.key = key
	return &knowing
}

// WithoutSensitive returns the policy for tables that lack the columns of sensitive
// attributes: nothing of these is known, and no key is needed.
func (p *Policy) WithoutSensitive() *Policy {
	without := *p
	without.withoutSensitive = true
	without.source = p.source.Without(p.source.SensitivePlaces())
	return &without
}

// Source returns the config of the source with the extras marked of which
// sensitive attributes are made, and with what else the rules need of it.
func (p *Policy) Source() source.Config { return p.source }

// Rules returns the parts of the policy that plan.Diff applies, the policy's
// fingerprint among them. Their lists are not to be changed.
func (p *Policy) Rules() plan.Rules { return p.rules }

// compiler is a Compile at work.
type compiler struct {
	language *language
	problems []error
}

func (c *compiler) fail(key, format string, args ...any) {
	c.problems = append(c.problems, plan.KeyErrorf(key, format, args...))
}

func (c *compiler) failAt(key string, wrong []*positioned) {
	for _, problem := range wrong {
		c.problems = append(c.problems, &plan.KeyError{Key: key, Line: problem.line, Offset: problem.column, Err: problem.err})
	}
}

// activeRule compiles source.active where it is a rule.
func (c *compiler) activeRule(config source.Config, hidden map[string]string) *expression {
	if !config.Active.IsExpression() {
		return nil
	}
	language, err := newLanguage(config, hidden, "active")
	if err != nil {
		c.fail("source.active", "prepare the rule's language: %w", err)
		return nil
	}
	rule, wrong := language.condition(string(config.Active))
	c.failAt("source.active", wrong)
	c.language.asksToday = c.language.asksToday || language.asksToday
	return rule
}

func (c *compiler) skipRules(rules []SkipRule) []skipRule {
	var compiled []skipRule
	for i, rule := range rules {
		key := fmt.Sprintf("skip.rules[%d]", i)
		reason := strings.TrimSpace(rule.Reason)
		if reason == "" {
			c.fail(key, "reason is missing; plans give it for each person who is left out")
		}
		if strings.TrimSpace(rule.When) == "" {
			c.fail(key, "when is missing; without it everybody would be left out")
			continue
		}
		when, wrong := c.language.condition(rule.When)
		c.failAt(key+".when", wrong)
		compiled = append(compiled, skipRule{key: key, when: when, reason: reason})
	}
	return compiled
}

func (c *compiler) orgUnitRules(units OrgUnits) []orgUnitRule {
	if len(units.Active) == 0 {
		c.fail("orgUnits.active", "there must be at least one rule, such as - {path: /Staff}")
	}
	var compiled []orgUnitRule
	unreachable := false
	for i, rule := range units.Active {
		key := fmt.Sprintf("orgUnits.active[%d]", i)
		if unreachable {
			c.fail(key, "this rule is never reached: the one before it has no when and holds for everybody")
		}
		one := orgUnitRule{key: key}
		if strings.TrimSpace(rule.When) != "" {
			when, wrong := c.language.condition(rule.When)
			c.failAt(key+".when", wrong)
			one.when = when
		}
		unreachable = unreachable || strings.TrimSpace(rule.When) == ""
		if rule.Path == "" {
			c.fail(key, "path is missing")
			continue
		}
		path, wrong := c.language.compileText(rule.Path)
		c.failAt(key+".path", wrong)
		if one.path = path; path != nil {
			c.orgUnitText(key+".path", path, units.Suspended)
		}
		compiled = append(compiled, one)
	}
	return compiled
}

// orgUnitText checks as much of a path's template as is known before it is
// filled in.
func (c *compiler) orgUnitText(key string, path *text, suspended string) {
	literal, fixed := path.literal()
	switch {
	case !fixed:
		if first := path.parts[0]; first.expression == "" && !strings.HasPrefix(first.literal, "/") {
			c.fail(key, "the org unit must begin with /")
		}
	case strings.EqualFold(literal, suspended):
		c.fail(key, "this is orgUnits.suspended, where no active account may be")
	default:
		if err := checkOrgUnit(literal); err != nil {
			c.fail(key, "%w", err)
		}
	}
}

func (c *compiler) fixedOrgUnits(units OrgUnits) {
	if units.Suspended == "" {
		c.fail("orgUnits.suspended", "name the org unit for suspended accounts, such as /Suspended Accounts")
	} else if err := checkFixedOrgUnit(units.Suspended); err != nil {
		c.fail("orgUnits.suspended", "%w", err)
	}
	for _, list := range []struct {
		key   string
		paths []string
	}{{"orgUnits.frozen", units.Frozen}, {"orgUnits.temporaryReactivation", units.TemporaryReactivation}, {"orgUnits.create", units.Create.Listed}} {
		for i, path := range list.paths {
			if err := checkFixedOrgUnit(path); err != nil {
				c.fail(fmt.Sprintf("%s[%d]", list.key, i), "%w", err)
			}
		}
	}
}

func (c *compiler) match(config Config) {
	if config.Match == "" {
		c.fail("match", "name the custom attribute that holds the PowerSchool DCID, such as Synchronization_Data.DCID")
		return
	}
	if err := checkAttributeName(config.Match); err != nil {
		c.fail("match", "%w", err)
	}
	for _, name := range slices.Sorted(maps.Keys(config.Attributes)) {
		if strings.EqualFold(name, config.Match) {
			c.fail("attributes."+name, "this is the attribute that accounts are matched by; staffsync fills it in when it creates an account, and never changes it")
		}
	}
}

func (c *compiler) valueRules(section, fieldPrefix string, templates map[string]string, check func(string) error, languageOf func(name string) *language) []valueRule {
	c.checkTwins(section, templates)
	var compiled []valueRule
	for _, name := range slices.Sorted(maps.Keys(templates)) {
		key := section + "." + name
		if err := check(name); err != nil {
			c.fail(key, "%w", err)
		}
		if strings.TrimSpace(templates[name]) == "" {
			c.fail(key, `there is no value; leave the key out to keep what Google has, or write '${""}' to clear it for everybody`)
			continue
		}
		value, wrong := languageOf(name).compileText(templates[name])
		c.failAt(key, wrong)
		compiled = append(compiled, valueRule{key: key, name: name, field: fieldPrefix + name, value: value, sensitive: languageOf(name).extrasOnly})
	}
	return compiled
}

func isAddress(text string) bool {
	local, domain, _ := strings.Cut(strings.ToLower(text), "@")
	return local != "" && domainName.MatchString(domain)
}

func (c *compiler) choices(config Config) {
	choices := []string{string(plan.ReactivateSuspendedOrgUnit), string(plan.ReactivateAny)}
	if !slices.Contains(choices, string(config.Reactivate)) {
		c.fail("reactivate", "%q is neither %s%s", config.Reactivate, strings.Join(choices, " nor "), plan.DidYouMean(string(config.Reactivate), choices))
	}
	for i, group := range config.Suspension.CannotLeave {
		if !isAddress(group) {
			c.fail(fmt.Sprintf("suspension.cannotLeave[%d]", i), "%q is not the address of a group", group)
		}
	}
	for i, pair := range config.Distinct {
		if key := fmt.Sprintf("distinct[%d]", i); pair.DCID <= 0 {
			c.fail(key+".dcid", "%d is not a DCID: write {dcid: 2003, account: jsmith@example.org}", pair.DCID)
		} else if !isAddress(pair.Account) {
			c.fail(key+".account", "%q is not the address of an account", pair.Account)
		}
	}
}
