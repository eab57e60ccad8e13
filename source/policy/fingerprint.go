package policy

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"strings"

	"github.com/staffsync/staffsync/plan"
	"github.com/staffsync/staffsync/source"
)

// canonical is what a fingerprint is made of: everything in the config that
// decides what a plan says, in one form whatever the config's spelling. The
// names and order of the fields must not change, or no plan that was made
// before would be accepted any more.
type canonical struct {
	Version     int                     `json:"version"`
	Domain      string                  `json:"domain"`
	Active      source.ActiveRule       `json:"active"`
	Extras      map[string]source.Extra `json:"extras,omitempty"`
	Match       string                  `json:"match"`
	SkipNames   []string                `json:"skipNames,omitempty"`
	SkipRules   []SkipRule              `json:"skipRules,omitempty"`
	OrgUnits    []OrgUnitRule           `json:"orgUnits"`
	Suspended   string                  `json:"suspended"`
	Frozen      []string                `json:"frozen,omitempty"`
	Temporary   []string                `json:"temporaryReactivation,omitempty"`
	Attributes  map[string]string       `json:"attributes,omitempty"`
	ExternalIDs map[string]string       `json:"externalIds,omitempty"`
	// The password's origin counts, the place of the hand-off file does not:
	// it may differ from machine to machine.
	PasswordEnv    string                `json:"passwordEnv,omitempty"`
	PasswordRandom bool                  `json:"passwordRandom,omitempty"`
	ChangePassword bool                  `json:"changePassword"`
	LeaveGroups    bool                  `json:"leaveGroups"`
	CannotLeave    []string              `json:"cannotLeave,omitempty"`
	Distinct       []plan.Distinct       `json:"distinct,omitempty"`
	Reactivate     plan.ReactivatePolicy `json:"reactivate"`
	DistrictOffice string                `json:"districtOffice,omitempty"`
	// What follows was added later, and is left out where it is not used, so
	// that other plans keep their fingerprint.
	PseudoSchools []int64  `json:"pseudoSchools,omitempty"`
	TimeZone      string   `json:"timeZone,omitempty"`
	Domains       []string `json:"domains,omitempty"`
	// Which attributes are sensitive counts; the key and the variable that
	// holds it do not, since a plan says by itself which key it was made with.
	Sensitive []string    `json:"sensitive,omitempty"`
	Groups    []GroupRule `json:"groups,omitempty"`
	// When accounts are made, and where they wait.
	NewFrom      string `json:"newFrom,omitempty"`
	WaitingUnit  string `json:"waitingOrgUnit,omitempty"`
	WaitingUntil string `json:"waitingUntil,omitempty"`
	// Which org units are created.
	CreateUnits bool     `json:"createOrgUnits,omitempty"`
	CreateOnly  []string `json:"createOrgUnitsOnly,omitempty"`
	// That addresses go back to PowerSchool counts; how they do does not.
	ExportAddresses bool `json:"exportAddresses,omitempty"`
	// What addresses people get whose address PowerSchool lacks.
	NewAddress  []string `json:"newAddress,omitempty"`
	AddressWhen string   `json:"addressWhen,omitempty"`
	Reserved    []string `json:"reserved,omitempty"`
	FollowName  bool     `json:"followName,omitempty"`
	// As what missing attributes are created.
	AttributeTypes map[string]plan.AttributeType `json:"attributeTypes,omitempty"`
}

// fingerprint returns "sha256:" and the hash of the policy, whose defaults
// are filled in, of the domain and of what the source makes of PowerSchool.
func fingerprint(config Config, domain string, sourceConfig source.Config) string {
	c := canonical{
		Version:         1,
		Domain:          domain,
		Active:          sourceConfig.Active,
		Extras:          make(map[string]source.Extra),
		Match:           config.Match,
		OrgUnits:        slices.Clone(config.OrgUnits.Active),
		Suspended:       config.OrgUnits.Suspended,
		Frozen:          set(config.OrgUnits.Frozen),
		Temporary:       set(config.OrgUnits.TemporaryReactivation),
		Attributes:      config.Attributes,
		ExternalIDs:     config.ExternalIDs,
		PasswordEnv:     config.NewAccounts.Password.Env,
		PasswordRandom:  config.NewAccounts.Password.Random,
		ChangePassword:  *config.NewAccounts.ChangePasswordAtNextLogin,
		LeaveGroups:     *config.Suspension.LeaveGroups,
		CannotLeave:     lowerCase(config.Suspension.CannotLeave),
		Distinct:        config.Distinct,
		Reactivate:      config.Reactivate,
		DistrictOffice:  sourceConfig.DistrictOffice,
		TimeZone:        sourceConfig.TimeZone,
		Domains:         config.Domains,
		Sensitive:       set(config.Sensitive),
		ExportAddresses: strings.TrimSpace(config.ExportAddresses.Dir) != "",
		AttributeTypes:  config.AttributeTypes,
		NewFrom:         strings.TrimSpace(config.NewAccounts.From),
		NewAddress:      config.NewAccounts.Address,
		AddressWhen:     strings.TrimSpace(config.NewAccounts.AddressWhen),
		Reserved:        lowerCase(config.NewAccounts.Reserved),
		FollowName:      config.NewAccounts.Rename == RenameFollowName,
		CreateUnits:     config.OrgUnits.Create.All,
		CreateOnly:      set(config.OrgUnits.Create.Listed),
		WaitingUnit:     config.NewAccounts.WaitingOrgUnit,
		WaitingUntil:    strings.TrimSpace(config.NewAccounts.WaitingUntil),
		PseudoSchools:   slices.Compact(slices.Sorted(slices.Values(sourceConfig.PseudoSchools))),
	}
	for name, extra := range sourceConfig.Extras {
		if extra.Type == source.TextExtra {
			extra.Type = ""
		}
		c.Extras[name] = source.Extra{
			Table: strings.ToLower(extra.Table), Key: strings.ToLower(extra.Key), Column: strings.ToLower(extra.Column), Type: extra.Type,
		}
	}
	for _, name := range config.Skip.Names {
		c.SkipNames = append(c.SkipNames, foldName(name))
	}
	c.SkipNames = set(c.SkipNames)
	for _, rule := range config.Skip.Rules {
		c.SkipRules = append(c.SkipRules, SkipRule{When: strings.TrimSpace(rule.When), Reason: strings.TrimSpace(rule.Reason)})
	}
	for _, rule := range config.Groups {
		rule.When, rule.Role = strings.TrimSpace(rule.When), cmp.Or(rule.Role, "member")
		c.Groups = append(c.Groups, rule)
	}
	for i := range c.OrgUnits {
		c.OrgUnits[i].When = strings.TrimSpace(c.OrgUnits[i].When)
	}
	encoded, err := json.Marshal(c)
	if err != nil { // never: it is all text, truth values and maps of text
		return ""
	}
	sum := sha256.Sum256(encoded)
	return "sha256:" + hex.EncodeToString(sum[:])
}

// lowerCase returns the addresses as a set in lower case.
func lowerCase(addresses []string) []string {
	lower := make([]string, 0, len(addresses))
	for _, address := range addresses {
		lower = append(lower, strings.ToLower(address))
	}
	return set(lower)
}

// set returns the texts sorted and each once: lists whose order means nothing.
func set(texts []string) []string {
	return slices.Compact(slices.Sorted(slices.Values(texts)))
}
