package policy

import (
	"slices"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/staffsync/staffsync/plan"
	"github.com/staffsync/staffsync/source"
)

const (
	shortAddress    = "${ascii(staff.firstName).first(1)}${ascii(staff.lastName)}"
	longAddress     = "${ascii(staff.firstName)}.${ascii(staff.lastName)}@Staff.D118.org"
	numberedAddress = shortAddress + "${number}"
)

// addressing gives addresses by the templates.
func addressing(templates ...string) Config {
	config := d118()
	config.Domains = []string{"staff.d118.org"}
	config.NewAccounts.Address = templates
	return config
}

// addressless decides on somebody who lacks nothing but the address.
func addressless(t *testing.T, config Config, change func(*source.Staff)) plan.Desired {
	t.Helper()
	left := unknownTo(change)
	left.Homeless, left.Staff.Building = "", "Cotton Creek"
	return compiled(t, config).Desired(source.District{Schools: cottonCreek, LeftOut: []source.LeftOut{left}})
}

func TestCandidatesOfSomebodyWithoutAnAddress(t *testing.T) {
	named := func(first, last string) func(*source.Staff) {
		return func(s *source.Staff) { s.FirstName, s.LastName = first, last }
	}
	for _, c := range []struct {
		name      string
		templates []string
		staff     func(*source.Staff)
		want      []plan.Candidate
	}{
		{"in the order of the templates, in lower case, in the main domain unless they name one",
			[]string{shortAddress, longAddress, numberedAddress}, named("José", "Núñez-Weiß"), []plan.Candidate{
				{Rule: "newAccounts.address[0]", Address: "jnunezweiss@d118.org"},
				{Rule: "newAccounts.address[1]", Address: "jose.nunezweiss@staff.d118.org"},
				{Rule: "newAccounts.address[2]", Address: "jnunezweiss${number}@d118.org"},
			}},
		{"nothing left of the name", []string{"${ascii(staff.lastName)}"}, named("Jane", "'"), []plan.Candidate{
			{Rule: "newAccounts.address[0]", Problem: "it gives no address, but an empty text"}}},
		{"nothing before the @", []string{"${ascii(staff.lastName)}@d118.org"}, named("Jane", "'"), []plan.Candidate{
			{Rule: "newAccounts.address[0]", Problem: `the address "@d118.org" has nothing before the @`}}},
		{"a name that is not ASCII", []string{"${staff.lastName}", shortAddress}, named("Jane", "Núñez"), []plan.Candidate{
			{Rule: "newAccounts.address[0]", Problem: `the address "núñez@d118.org" holds the character 'ú' (U+00FA), which no account's address can`},
			{Rule: "newAccounts.address[1]", Address: "jnunez@d118.org"}}},
		{"a letter that only looks like one", []string{"${staff.lastName}"}, named("Jane", "\u212Aim"), []plan.Candidate{
			{Rule: "newAccounts.address[0]", Problem: "the address \"\u212Aim@d118.org\" holds the character '\u212A' (U+212A), which no account's address can"}}},
		{"a period too many", []string{longAddress}, named("'", "Doe"), []plan.Candidate{
			{Rule: "newAccounts.address[0]", Problem: `the address ".doe@staff.d118.org" has a period too many before the @`}}},
		{"too long with its number", []string{"${ascii(staff.lastName)}${number}"}, named("Jane", strings.Repeat("d", 63)), []plan.Candidate{
			{Rule: "newAccounts.address[0]", Problem: `the address "` + strings.Repeat("d", 63) + `99@d118.org" has 65 characters before the @, and an account has 64 at most`}}},
		{"a domain of somebody else's", []string{"${ascii(staff.lastName)}@${lower(staff.firstName)}.org"}, named("Jane", "Doe"), []plan.Candidate{
			{Rule: "newAccounts.address[0]", Problem: `the address "doe@jane.org" is outside the district's domains`}}},
		{"a damaged name", []string{shortAddress}, func(s *source.Staff) {
			s.Damaged = map[string]string{"lastName": "users.csv, line 2, column last_name: damaged"}
		}, []plan.Candidate{{Rule: "newAccounts.address[0]", Problem: "users.csv, line 2, column last_name: damaged"}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			state := addressless(t, addressing(c.templates...), c.staff)
			got := account(t, state)
			if diff := gocmp.Diff(c.want, got.Candidates); diff != "" || got.Address != "" || !got.Active {
				t.Errorf("%+v: %s", got, diff)
			}
			var failing []string
			for _, failure := range state.Failures {
				failing = append(failing, failure.Rule)
			}
			for _, candidate := range c.want {
				if (candidate.Problem != "") != slices.Contains(failing, candidate.Rule) {
					t.Errorf("failures %v", failing)
				}
			}
		})
	}
}

func TestWhoIsGivenAnAddress(t *testing.T) {
	candidates := []plan.Candidate{{Rule: "newAccounts.address[0]", Address: "jdoe@d118.org"}}
	for _, c := range []struct {
		name, when string
		change     func(*source.Staff)
		want       []plan.Candidate
	}{
		{"everybody active", "", nil, candidates},
		{"for whom the rule holds", "staff.type == TEACHER && staff.email == ''", nil, candidates},
		{"not for whom it does not", "staff.type == SUBSTITUTE", nil, nil},
		{"not for whom it fails", "staff.schools[9] == 7", nil, []plan.Candidate{
			{Rule: "newAccounts.addressWhen", Problem: "staff.schools[9] == 7: index out of bounds: 9"}}},
		{"no leaver, who is considered all the same", "", func(s *source.Staff) { s.Active = false }, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			config := addressing(shortAddress)
			config.NewAccounts.AddressWhen = c.when
			got := account(t, addressless(t, config, c.change))
			if diff := gocmp.Diff(c.want, got.Candidates); diff != "" {
				t.Error(diff)
			}
			if got.Active == got.Suspended {
				t.Errorf("%+v", got)
			}
		})
	}
	if got := account(t, desired(t, addressing(shortAddress), someone(nil))); got.Candidates != nil || got.Address != "jdoe@d118.org" {
		t.Errorf("whoever has an address in PowerSchool has that: %+v", got)
	}
}

func TestWhoLacksMoreThanTheAddressIsLeftOutStill(t *testing.T) {
	left := unknownTo(nil)
	state := compiled(t, addressing(shortAddress)).Desired(source.District{LeftOut: []source.LeftOut{left}})
	if len(state.Skipped) != 1 || len(state.Accounts) != 0 || state.Skipped[0].Reason != "no home school in PowerSchool" {
		t.Errorf("%+v", state.Skipped)
	}
}

func TestAddressesOfPeopleInConflictAreTaken(t *testing.T) {
	undecided := someone(func(s *source.Staff) { s.Building = "" })
	if got := desired(t, addressing(shortAddress), undecided).Taken; len(got) != 1 || got[0].Address != "jdoe@d118.org" || got[0].Staff.DCID != 1042 {
		t.Errorf("%+v", got)
	}
	if got := desired(t, d118(), undecided).Taken; got != nil {
		t.Errorf("where no addresses are given nobody asks: %+v", got)
	}
}

func TestReservedNamesAreThoseOfTheConfigAndOthersThatStandForNobody(t *testing.T) {
	config := addressing(shortAddress)
	config.NewAccounts.Reserved = []string{"Front.Office", "abuse"}
	got := compiled(t, config).Rules()
	for _, name := range []string{"abuse", "admin", "administrator", "front.office", "hostmaster", "noreply", "postmaster", "root", "webmaster"} {
		if !slices.Contains(got.ReservedNames, name) {
			t.Errorf("%s may be given", name)
		}
	}
	if !slices.IsSorted(got.ReservedNames) || len(slices.Compact(slices.Clone(got.ReservedNames))) != len(got.ReservedNames) {
		t.Errorf("%v", got.ReservedNames)
	}
	if !got.GivesAddresses || got.FollowName || compiled(t, d118()).Rules().ReservedNames != nil {
		t.Errorf("%+v", got)
	}
}

func TestTemplatesOfAddressesAreCheckedWithTheConfig(t *testing.T) {
	for _, c := range []struct {
		change func(*NewAccounts)
		want   string
	}{
		{func(n *NewAccounts) { n.Address = []string{shortAddress, "${ascii(staff.lastnam)}"} }, "newAccounts.address[1]: character 15: staff has no field lastnam; did you mean lastName"},
		{func(n *NewAccounts) { n.Address = []string{"${staff.lastName}${string(number)}"} }, "newAccounts.address[0]: character 20: the number stands by itself: ${number}"},
		{func(n *NewAccounts) { n.Address = []string{"${staff.lastName}${nummer}"} }, "newAccounts.address[0]: character 20: there is no nummer; did you mean number"},
		{func(n *NewAccounts) { n.Address = []string{"${staff.lastName"} }, "newAccounts.address[0]: character 1: this ${ has no closing }"},
		{func(n *NewAccounts) { n.Address = []string{" "} }, "newAccounts.address[0]: the template is empty"},
		{func(n *NewAccounts) { n.Address = []string{"teacher"} }, "newAccounts.address[0]: teacher is the same for everybody"},
		{func(n *NewAccounts) { n.Address = []string{"teacher${number}"} }, "newAccounts.address[0]: only the number tells people apart"},
		{func(n *NewAccounts) { n.Address = []string{"${staff.lastName}, ${staff.firstName}"} }, "newAccounts.address[0]: the text around the expressions is more than one address"},
		{func(n *NewAccounts) { n.Address = []string{"${staff.lastName}+${staff.firstName}"} }, "newAccounts.address[0]: the text around the expressions holds the character '+'"},
		{func(n *NewAccounts) { n.Address = []string{"${staff.lastName}@d119.org"} }, `newAccounts.address[0]: "d119.org" is not one of the district's domains (d118.org, staff.d118.org)`},
		{func(n *NewAccounts) { n.AddressWhen = "staff.email" }, "newAccounts.addressWhen: character 1: this must give true or false"},
		{func(n *NewAccounts) { n.AddressWhen = "number == '2'" }, "newAccounts.addressWhen: character 1: there is no number"},
		{func(n *NewAccounts) { n.Address, n.AddressWhen = nil, "true" }, "newAccounts.addressWhen: newAccounts.address is missing"},
		{func(n *NewAccounts) { n.Address, n.Reserved = nil, []string{"office"} }, "newAccounts.reserved[0]: newAccounts.address is missing"},
		{func(n *NewAccounts) { n.Address, n.Rename = nil, RenameFollowName }, "newAccounts.rename: newAccounts.address is missing"},
		{func(n *NewAccounts) { n.Rename = "follow-names" }, `newAccounts.rename: "follow-names" is neither never nor follow-name; did you mean follow-name`},
		{func(n *NewAccounts) { n.Reserved = []string{"office", "office@d118.org"} }, `newAccounts.reserved[1]: "office@d118.org" is not the part of an address before the @: it is more than one address`},
		{func(n *NewAccounts) { n.Reserved = []string{""} }, `newAccounts.reserved[0]: "" is not the part of an address before the @: it has nothing before the @`},
	} {
		config := addressing(shortAddress)
		c.change(&config.NewAccounts)
		_, err := Compile(config, "d118.org", someSource())
		if err == nil || !strings.HasPrefix(err.Error(), c.want) {
			t.Errorf("%v\nwant %s", err, c.want)
		}
	}
	for _, template := range []string{"${staff.lastName}@D118.org", "${staff.lastName}@${staff.firstName}", "${staff.lastName}.${number}", "T.${ staff.lastName }${ number }"} {
		if _, err := Compile(addressing(template), "d118.org", someSource()); err != nil {
			t.Errorf("%s: %v", template, err)
		}
	}
}

func TestWhatAddressesArePartOfThePolicy(t *testing.T) {
	fingerprints := map[string]bool{compiled(t, d118()).Rules().Policy: true}
	for _, change := range []func(*NewAccounts){
		func(*NewAccounts) {},
		func(n *NewAccounts) { n.Rename = RenameNever }, // the same as the one before
		func(n *NewAccounts) { n.Address = []string{shortAddress, longAddress} },
		func(n *NewAccounts) { n.Address = []string{longAddress, shortAddress} },
		func(n *NewAccounts) { n.AddressWhen = "staff.active" },
		func(n *NewAccounts) { n.Reserved = []string{"office"} },
		func(n *NewAccounts) { n.Rename = RenameFollowName },
	} {
		config := addressing(shortAddress)
		change(&config.NewAccounts)
		fingerprints[compiled(t, config).Rules().Policy] = true
	}
	if len(fingerprints) != 7 {
		t.Errorf("%d different fingerprints, want 7", len(fingerprints))
	}
}

// Whatever the names, a candidate is an address that an account can have, with each of
// its numbers, or says why there is none.
func TestACandidateIsAnAddressOrSaysWhyNot(t *testing.T) {
	p := compiled(t, addressing(shortAddress, longAddress, "${staff.firstName}-${initials(staff.lastName)}", numberedAddress))
	addresses := 0
	rapid.Check(t, func(t *rapid.T) {
		name := rapid.OneOf(rapid.String(), rapid.SampledFrom([]string{"", "José", "O'Brien", "van der Weiß", "Anne-Marie", "王芳", ".", "Ng"}))
		left := unknownTo(func(s *source.Staff) {
			s.FirstName, s.LastName = name.Draw(t, "first name"), name.Draw(t, "last name")
		})
		left.Homeless, left.Staff.Building = "", "Cotton Creek"
		state := p.Desired(source.District{Schools: cottonCreek, LeftOut: []source.LeftOut{left}})
		if len(state.Accounts) != 1 {
			return // left out by name
		}
		for _, candidate := range state.Accounts[0].Candidates {
			if (candidate.Problem == "") != (candidate.Address != "") || candidate.Rule == "" {
				t.Fatalf("%+v", candidate)
			}
			for _, address := range candidate.Addresses() {
				addresses++
				if err := checkAddressOf("an account", address); err != nil {
					t.Fatalf("%s %v", address, err)
				}
			}
		}
	})
	if addresses < 100 {
		t.Errorf("only %d addresses, which show nothing", addresses)
	}
}
