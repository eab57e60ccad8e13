package holds

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v4"

	"github.com/staffsync/staffsync/plan"
)

func TestAnEntryIsAHoldOrSaysWhatIsWrong(t *testing.T) {
	everything := []plan.HoldFrom{plan.HoldEverything}
	for name, test := range map[string]struct {
		entry Entry
		want  plan.Hold
		wrong string
	}{
		"a DCID":           {Entry{Person: " 1201 ", Until: "2026-12-31"}, plan.Hold{DCID: 1201, From: everything, Until: "2026-12-31"}, ""},
		"an address":       {Entry{Person: "JDoe@D118.org", Until: "12/31/2026"}, plan.Hold{Address: "jdoe@d118.org", From: everything, Until: "2026-12-31"}, ""},
		"both":             {Entry{Person: "1201 jdoe@d118.org", Until: "2026-12-31"}, plan.Hold{DCID: 1201, Address: "jdoe@d118.org", From: everything, Until: "2026-12-31"}, ""},
		"a rule":           {Entry{When: "true", What: []string{"Move", "groups", "move"}, Until: "2026-12-31"}, plan.Hold{When: "true", From: []plan.HoldFrom{plan.HoldMove, plan.HoldGroups}, Until: "2026-12-31"}, ""},
		"no end":           {Entry{Person: "1"}, plan.Hold{}, "has no end"},
		"no date":          {Entry{Person: "1", Until: "June"}, plan.Hold{}, `not "June"`},
		"no day":           {Entry{Person: "1", Until: "2026-06-31"}, plan.Hold{}, `not "2026-06-31"`},
		"Oracle's no date": {Entry{Person: "1", Until: "0/0/0"}, plan.Hold{}, "has no end"},
		"nobody":           {Entry{Until: "2026-12-31"}, plan.Hold{}, "does not say of whom"},
		"two of them":      {Entry{Person: "1", When: "true", Until: "2026-12-31"}, plan.Hold{}, "write two holds"},
		"a name":           {Entry{Person: "Jane Doe", Until: "2026-12-31"}, plan.Hold{}, `"Jane Doe" is neither`},
		"two DCIDs":        {Entry{Person: "1 2", Until: "2026-12-31"}, plan.Hold{}, `"1 2" is neither`},
		"a negative DCID":  {Entry{Person: "-1", Until: "2026-12-31"}, plan.Hold{}, `"-1" is neither`},
		"no domain":        {Entry{Person: "jdoe@", Until: "2026-12-31"}, plan.Hold{}, `"jdoe@" is neither`},
		"an unknown word":  {Entry{Person: "1", What: []string{"mvoe"}, Until: "2026-12-31"}, plan.Hold{}, "did you mean move?"},
	} {
		t.Run(name, func(t *testing.T) {
			got, _, err := test.entry.hold()
			if test.wrong != "" {
				if err == nil || !strings.Contains(err.Error(), test.wrong) {
					t.Errorf("the error is %v, want %q", err, test.wrong)
				}
				return
			}
			if diff := cmp.Diff(test.want, got); diff != "" || err != nil {
				t.Errorf("%v (-want +got):\n%s", err, diff)
			}
		})
	}
}

func TestAFileIsReadInAnyForm(t *testing.T) {
	want := []plan.Hold{
		{Where: "h.csv, line 2", DCID: 1201, Address: "r@x.org", From: []plan.HoldFrom{plan.HoldSuspend, plan.HoldMove}, Reason: "on leave, paid", Owner: "HR", Until: "2026-12-31"},
		{Where: "h.csv, line 4", DCID: 7, From: []plan.HoldFrom{plan.HoldEverything}, Problem: "the hold has no end: write until when it holds, such as until: 2026-12-31"},
	}
	for name, text := range map[string]string{
		"commas":                 "DCID,Email,What,Reason,Owner,Until\n1201,r@x.org,\"suspend, move\",\"on leave, paid\",HR,2026-12-31\n,,,,,\n7,,,,,\n",
		"short rows":             "dcid,email,what,reason,owner,until\r\n1201,R@x.org,suspend move,\"on leave, paid\",HR,2026-12-31\r\n\r\n7\r\n",
		"semicolons, a mark":     "\uFEFFdcid;email;what;reason;by;end date\n1201;r@x.org;suspend/move;on leave, paid;HR;12/31/2026\n;;;;;\n7;;;;;\n",
		"tabs and another order": "until\tnote\tdcid\temail\theld from\treason\towner\n2026-12-31\tx\t1201\tr@x.org\tsuspend+move\ton leave, paid\tHR\n\t\t\t\t\t\t\n\ty\t7\t\t\t\t\n",
	} {
		t.Run(name, func(t *testing.T) {
			got, err := readFile("h.csv", strings.NewReader(text))
			if diff := cmp.Diff(want, got); diff != "" || err != nil {
				t.Errorf("%v (-want +got):\n%s", err, diff)
			}
		})
	}
}

func TestAFileThatIsNoListOfHoldsIsRefused(t *testing.T) {
	for text, want := range map[string]string{
		"":                                   "is empty",
		"name,until\n":                       "there is no column person",
		"person,reason\n":                    "there is no column until",
		"x\n":                                "no column person and no column until",
		"person,untli\n":                     `there is no column "untli"; did you mean until?`,
		"person,until,end\n":                 "the column until is there twice",
		"person,until\n\"1201,2026-12-31\n":  "line 2",
		"person,until,reason\n1,x,caf\xe9\n": "column reason: the text is not UTF-8",
		"person,until\n1,2,3\n1,2026-12-31,": "",
	} {
		got, err := readFile("h.csv", strings.NewReader(text))
		if want == "" {
			if err != nil || len(got) != 2 || !strings.Contains(got[0].Problem, "the row has 3 cells where the header has 2") || !got[0].InForce("2099-01-01") {
				t.Errorf("%q: %+v, %v", text, got, err)
			}
		} else if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %+v, %v, want %q", text, got, err, want)
		}
	}
}

func TestTheConfigHasAListOrNamesAFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "h.csv")
	if err := os.WriteFile(path, []byte("person,until\n3,2026-12-31\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]string{
		"- {person: 3, until: 2026-12-31}": "holds[0]",
		"{file: '" + path + "'}":           "h.csv, line 2",
		"[]":                               "",
	} {
		var c Config
		if err := yaml.Unmarshal([]byte(text), &c); err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		got, err := c.Read()
		switch {
		case err != nil || c.Validate() != nil || len(got) > 1 || c.Kept() != (len(got) > 0):
			t.Errorf("%s: %+v, %v", text, got, err)
		case len(got) == 1 && (got[0].Where != want || got[0].DCID != 3 || got[0].Until != "2026-12-31"):
			t.Errorf("%s: %+v", text, got[0])
		case len(got) == 0 && want != "":
			t.Errorf("%s: there is no hold", text)
		}
	}
	for _, text := range []string{"holds.csv", "{}", "{file: ''}", "{files: x}", "[1]"} {
		if err := yaml.Unmarshal([]byte(text), new(Config)); err == nil {
			t.Errorf("%s is taken", text)
		}
	}
	if _, err := (Config{File: path + "x"}).Read(); err == nil {
		t.Error("a file that is not there is taken")
	}
}

func FuzzReadFile(f *testing.F) {
	f.Add("person,what,reason,owner,until\n1201,suspend,on leave,HR,2026-12-31\n")
	f.Add("dcid;email;until\n1;a@b.c;1/2/2026\n")
	f.Add("when\tuntil\n\"a\"\t2026-12-31")
	f.Fuzz(func(t *testing.T, text string) {
		got, err := readFile("h.csv", strings.NewReader(text))
		if err != nil {
			return
		}
		for _, hold := range got {
			if hold.Where == "" || hold.Problem == "" && (len(hold.From) == 0 || hold.Until == "" || hold.DCID == 0 && hold.Address == "" && hold.When == "") {
				t.Errorf("%q gives the hold %+v", text, hold)
			}
		}
	})
}
