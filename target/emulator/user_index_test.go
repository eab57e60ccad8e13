package emulator

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"testing"
)

func TestASearchExaminesOnlyTheAccountsItReturns(t *testing.T) {
	for _, accounts := range []int{300, 3000} {
		e := numbered(t, accounts)
		searches := map[string]int{
			"email=u7@x.org": 1, "email:u29*": 11, "givenName=jo": 1, "jo": 1, "familyName:'van'": 1, "isSuspended=true": 1,
			"isSuspended=false email:u7@*": 1, "orgUnitPath=/": accounts, "familyName=none": 0, "S.n=30 isSuspended=false": 1,
		}
		if accounts > 300 {
			searches["email:u29*"] = 111
		}
		body := `{"suspended": true, "name": {"givenName": "Jo", "familyName": "van Dam"}}`
		for round := range 2 { // the second has the indexes of the first, kept up to date by a write
			if status := do(e, http.MethodPatch, fmt.Sprintf("users/u%d@x.org", 8+round), body); status != http.StatusOK {
				t.Fatal(status)
			}
			for query, want := range searches {
				if got := len(examined(t, e, query)); got != want {
					t.Errorf("%s of %d accounts: %d were examined, want %d", query, accounts, got, want)
				}
			}
			built := len(e.dir.texts.attributes)
			if built == 0 {
				t.Fatal("no index was made")
			}
			if status := do(e, http.MethodPatch, fmt.Sprintf("users/u%d@x.org", 8+round), `{"suspended": false, "name": {"givenName": "No", "familyName": "One"}}`); status != http.StatusOK {
				t.Fatal(status)
			}
			if got := len(e.dir.texts.attributes); got != built {
				t.Errorf("a write left %d of %d indexes", got, built)
			}
		}
	}
}

func TestAnExitWithoutAWriteLeavesTheStateFileAlone(t *testing.T) {
	state := filepath.Join(t.TempDir(), "state.json")
	rewritten := func(body string) bool {
		before, err := os.Stat(state)
		if err != nil {
			t.Fatal(err)
		}
		e, err := Open(t.Context(), Options{State: state})
		if err != nil {
			t.Fatal(err)
		}
		if err := e.BeginWriting(); err != nil {
			t.Fatal(err)
		}
		if status := do(e, http.MethodPut, "users/a@x.org", body); status != http.StatusOK {
			t.Fatal(status)
		}
		if err := e.Close(); err != nil {
			t.Fatal(err)
		}
		after, err := os.Stat(state)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := os.Stat(state + ".log"); err == nil {
			t.Error("the log is still there")
		}
		return !os.SameFile(before, after)
	}
	if err := os.WriteFile(state, []byte(`{"users": [{"primaryEmail": "a@x.org"}]}`), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, run := range []struct {
		body string
		want bool
	}{{`{"suspended": false}`, false}, {`{"suspended": true}`, true}, {`{"suspended": true}`, false}} {
		if got := rewritten(run.body); got != run.want {
			t.Errorf("after %s: rewritten %v, want %v", run.body, got, run.want)
		}
	}
}
