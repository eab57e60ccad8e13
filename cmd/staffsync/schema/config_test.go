package schema_test

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/google/jsonschema-go/jsonschema"

	"github.com/staffsync/staffsync/cmd/staffsync/config"
	"github.com/staffsync/staffsync/plan"
	"github.com/staffsync/staffsync/source"
	"github.com/staffsync/staffsync/source/holds"
	"github.com/staffsync/staffsync/source/policy"
)

// The forms of texts in a config, where the form does not depend on anything else.
const (
	notBlank      = `\S`
	address       = `^[^\s@]+@[^\s@]+$`
	attribute     = `^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$`
	variable      = `^[A-Za-z_][A-Za-z0-9_]*$`
	identifier    = `^[A-Za-z][A-Za-z0-9_$#]*$`
	orgUnit       = `^/[^/]`
	orgUnitText   = `^(/|\$\{)`
	loopback      = `^[Hh][Tt][Tt][Pp][Ss]?://([Ll][Oo][Cc][Aa][Ll][Hh][Oo][Ss][Tt]|127\.[0-9.]+|\[::1\])(:[0-9]+)?(/[^?#]*)?$`
	length        = `^([0-9]+(\.[0-9]*)?|\.[0-9]+)(ns|us|µs|ms|s|m|h)(([0-9]+(\.[0-9]*)?|\.[0-9]+)(ns|us|µs|ms|s|m|h))*$`
	day           = `^\s*([0-9]{4}-[0-9]{1,2}-[0-9]{1,2}|[0-9]{1,2}/[0-9]{1,2}/[0-9]{4})([ T].*)?\s*$`
	notOneWord    = `[^A-Za-z-]`
	percent       = `^([0-9]*[1-9][0-9]*(\.[0-9]*)?|[0-9]*\.[0-9]*[1-9][0-9]*) *%$`
	percentOfAll  = `^(0*100(\.0*)?|0*[1-9][0-9]?(\.[0-9]*)?|0*\.[0-9]*[1-9][0-9]*) *%$`
	wholeNumber   = `^[0-9]+$`
	fieldOfTables = `^[A-Za-z][A-Za-z0-9_]*$`
	valueKnown    = `^([Tt][Ee][Aa][Cc][Hh][Ee][Rr][Nn][Uu][Mm][Bb][Ee][Rr]|[Ee][Mm][Aa][Ii][Ll]_[Aa][Dd][Dd][Rr])$`
	hostName      = `^[^\s/:]+$|^[0-9A-Fa-f:]+(%\S+)?$|^$`
	externalID    = `^(custom\..*\S.*|[a-z_]+)$`
)

// generateConfig makes the schema of staffsync.yaml.
func generateConfig(t *testing.T) []byte {
	said := readComments(t, "cmd/staffsync/config", "cmd/staffsync/mail", "plan", "source", "source/policy", "source/holds",
		"target/emulator", "target/google", "target/google/signin")
	g := &generator{comments: said, byHand: true}
	g.special = map[reflect.Type]func() *jsonschema.Schema{
		reflect.TypeFor[source.Duration](): func() *jsonschema.Schema {
			return &jsonschema.Schema{Type: "string", Pattern: length}
		},
		reflect.TypeFor[source.ActiveRule](): func() *jsonschema.Schema {
			return &jsonschema.Schema{AnyOf: []*jsonschema.Schema{
				{Enum: []any{string(source.AnySchool), string(source.HomeSchool)}},
				{Type: "string", Pattern: notOneWord},
			}}
		},
		reflect.TypeFor[policy.Prune](): func() *jsonschema.Schema {
			return &jsonschema.Schema{Enum: []any{string(policy.PruneMembers), false, string(policy.PruneNobody)}}
		},
		reflect.TypeFor[policy.CreateOrgUnits](): func() *jsonschema.Schema {
			path := &jsonschema.Schema{Type: "string", Pattern: orgUnit}
			return &jsonschema.Schema{AnyOf: []*jsonschema.Schema{{Type: "boolean"}, {Type: "array", Items: path}}}
		},
		reflect.TypeFor[plan.Limits](): func() *jsonschema.Schema { return limitsOf(said) },
		reflect.TypeFor[holds.Config](): func() *jsonschema.Schema {
			file := &jsonschema.Schema{Type: "object", Required: []string{"file"}, AdditionalProperties: nothing(),
				Properties: map[string]*jsonschema.Schema{"file": {Type: "string", Pattern: notBlank, Description: said.about(reflect.TypeFor[holds.Config](), "File", map[string]string{"File": "file"})}}}
			list := g.of(reflect.TypeFor[[]holds.Entry](), "holds")
			return &jsonschema.Schema{AnyOf: []*jsonschema.Schema{list, file}}
		},
	}
	g.rules = configRules()
	return g.generate(t, reflect.TypeFor[config.Config](), "staffsync.yaml",
		"How staffsync keeps a district's Google Workspace staff accounts in line with PowerSchool.")
}

// limitsOf is the section limits: how much is allowed of what, a number or a
// percentage.
func limitsOf(said *comments) *jsonschema.Schema {
	made := &jsonschema.Schema{Type: "object", Properties: map[string]*jsonschema.Schema{}, AdditionalProperties: nothing()}
	defaults := plan.DefaultLimits()
	for _, constant := range said.constants["plan.LimitName"] {
		name := plan.LimitName(constant.value)
		limit, ok := defaults[name]
		if !ok {
			continue // a part of a limit, which the config does not name
		}
		share := percent
		if plan.Percent(101).CheckFor(name) != nil {
			share = percentOfAll
		}
		made.Properties[constant.value] = &jsonschema.Schema{
			Description: fmt.Sprintf("%s A number, or a percentage such as 5%%; %s when it is left out.", strings.Replace(constant.comment, constant.name, constant.value, 1), limit),
			AnyOf: []*jsonschema.Schema{
				{Type: "integer", Minimum: jsonschema.Ptr(0.0)},
				{Type: "string", Pattern: wholeNumber},
				{Type: "string", Pattern: share},
			},
		}
		made.PropertyOrder = append(made.PropertyOrder, constant.value)
	}
	return made
}

// configRules are what keys of the config must be besides their types.
func configRules() map[string]func(*jsonschema.Schema) {
	pattern := func(form string) func(*jsonschema.Schema) {
		return func(s *jsonschema.Schema) { s.Pattern = form }
	}
	atLeast := func(n float64) func(*jsonschema.Schema) {
		return func(s *jsonschema.Schema) { s.Minimum = &n }
	}
	words := func(all ...any) func(*jsonschema.Schema) {
		return func(s *jsonschema.Schema) { s.Types, s.Type, s.Enum = nil, "", all }
	}
	keys := func(form string) func(*jsonschema.Schema) {
		return func(s *jsonschema.Schema) { s.PropertyNames = &jsonschema.Schema{Pattern: form} }
	}
	// said are schemas of which one fits where the key is there and says something.
	said := func(names []string) []*jsonschema.Schema {
		var all []*jsonschema.Schema
		for _, name := range names {
			something := &jsonschema.Schema{Not: &jsonschema.Schema{Enum: []any{nil, false, ""}}}
			all = append(all, &jsonschema.Schema{Required: []string{name}, Properties: map[string]*jsonschema.Schema{name: something}})
		}
		return all
	}
	oneOf := func(names ...string) func(*jsonschema.Schema) {
		return func(s *jsonschema.Schema) { s.OneOf = said(names) }
	}
	return map[string]func(*jsonschema.Schema){
		"version": func(s *jsonschema.Schema) {
			version := any(config.Version)
			s.Const, s.Default = &version, json.RawMessage(fmt.Sprint(config.Version))
		},
		"": func(s *jsonschema.Schema) {
			s.AnyOf = said([]string{"domain", "domains"})
		},
		"source":                                          oneOf("export", "powerschool"),
		"source.export.dir":                               pattern(notBlank),
		"source.powerschool.schema":                       pattern(identifier),
		"source.extras":                                   keys(variable),
		"source.extras.*.table":                           pattern(`^([A-Za-z][A-Za-z0-9_$#]*\.)?[A-Za-z][A-Za-z0-9_$#]*$`),
		"source.extras.*.key":                             pattern(identifier),
		"source.extras.*.column":                          pattern(identifier),
		"target":                                          oneOf("emulator", "google"),
		"target.emulator.state":                           pattern(notBlank),
		"target.google":                                   oneOf("oauth", "serviceAccount", "applicationDefault", "anonymous"),
		"target.google.oauth.credentials":                 pattern(notBlank),
		"target.google.oauth.token":                       pattern(notBlank),
		"target.google.serviceAccount.key":                pattern(notBlank),
		"target.google.endpoint":                          pattern(loopback),
		"target.google.subject":                           pattern(address),
		"target.google.requestsPerMinute":                 atLeast(1),
		"target.google.createsPerSecond":                  atLeast(1),
		"target.google.applicationDefault.serviceAccount": pattern(address),

		"match":                            pattern(attribute),
		"skip.names[]":                     pattern(notBlank),
		"skip.rules[].when":                pattern(notBlank),
		"skip.rules[].reason":              pattern(notBlank),
		"orgUnits.active":                  func(s *jsonschema.Schema) { s.MinItems = jsonschema.Ptr(1) },
		"orgUnits.active[].path":           pattern(orgUnitText),
		"orgUnits.suspended":               pattern(orgUnit),
		"orgUnits.frozen[]":                pattern(orgUnit),
		"orgUnits.temporaryReactivation[]": pattern(orgUnit),
		"attributes":                       keys(attribute),
		"attributes.*":                     pattern(notBlank),
		"sensitive[]":                      pattern(attribute),
		"fingerprintKey.env":               pattern(variable),
		"externalIds":                      keys(externalID),
		"externalIds.*":                    pattern(notBlank),
		"newAccounts.password":             oneOf("env", "random"),
		"newAccounts.password.env":         pattern(variable),
		"newAccounts.waitingOrgUnit":       pattern(orgUnit),
		"suspension.cannotLeave[]":         pattern(address),
		"distinct[].dcid":                  atLeast(1),
		"distinct[].account":               pattern(address),
		"exportAddresses.fields[]": func(s *jsonschema.Schema) {
			s.AnyOf = []*jsonschema.Schema{
				{Required: []string{"value"}},
				{Properties: map[string]*jsonschema.Schema{"field": {Pattern: valueKnown}}},
			}
		},
		"exportAddresses.fields[].field": pattern(fieldOfTables),
		"groups[].address":               pattern(`@`),
		"groups[].role":                  words("member", "manager", "owner"),
		"holds[]": func(s *jsonschema.Schema) {
			oneOf("person", "when")(s)
			s.Required = []string{"until"}
		},
		"holds[].what[]": words(heldFrom()...),
		"holds[].until":  pattern(day),
		"mail.host":      pattern(hostName),
		"mail.port":      func(s *jsonschema.Schema) { s.Minimum, s.Maximum = jsonschema.Ptr(0.0), jsonschema.Ptr(65535.0) },
		"mail.from":      pattern(`@`),
		"mail.to[]":      pattern(`@`),
	}
}

func heldFrom() []any {
	var all []any
	for _, from := range plan.HoldFroms() {
		all = append(all, string(from))
	}
	return all
}
