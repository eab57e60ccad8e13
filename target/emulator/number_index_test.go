package emulator

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
)

// numbered is a directory in which every third account has a number: 0, 3, 6 …
func numbered(t *testing.T, accounts int) *Emulator {
	t.Helper()
	users := make([]string, accounts)
	for i := range users {
		users[i] = fmt.Sprintf(`{"primaryEmail": "u%d@x.org"}`, i)
		if i%3 == 0 {
			users[i] = fmt.Sprintf(`{"primaryEmail": "u%d@x.org", "customSchemas": {"S": {"n": %d}}}`, i, i)
		}
	}
	e, err := Open(t.Context(), Options{Data: []byte(`{"schemas": [{"schemaName": "S", "fields": [
		{"fieldName": "n", "fieldType": "INT64", "numericIndexingSpec": {}},
		{"fieldName": "many", "fieldType": "INT64", "multiValued": true, "numericIndexingSpec": {}}]}],
		"users": [` + strings.Join(users, ",") + `]}`)})
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// examined lists the accounts that a query looks at.
func examined(t *testing.T, e *Emulator, query string) []*user {
	t.Helper()
	clauses, refused := parseQuery(query)
	if refused != nil {
		t.Fatal(refused)
	}
	f, refused := e.dir.compile(clauses)
	if refused != nil {
		t.Fatal(refused)
	}
	if f.narrow == nil {
		return e.dir.byEmail
	}
	return f.narrow()
}

func TestARangeExaminesOnlyTheAccountsItReturns(t *testing.T) {
	for _, accounts := range []int{300, 3000} {
		e := numbered(t, accounts)
		for query, want := range map[string]int{
			"S.n:[30,60]":   10,
			"S.n<30":        10,
			"S.n<=30":       11,
			"S.n>-1":        accounts / 3,
			"S.n>=30":       accounts/3 - 10,
			"S.n>30":        accounts/3 - 11,
			"S.n:[60,30]":   0,
			"S.n=30 S.n>=0": 1, // = comes before a range,
			"S.n>=0 S.n=30": 1, // wherever it is
		} {
			if got := len(examined(t, e, query)); got != want {
				t.Errorf("%s of %d accounts: %d were examined, want %d", query, accounts, got, want)
			}
		}
	}
}

func TestThePagesOfARangeShareOneSortedList(t *testing.T) {
	e := numbered(t, 300)
	first, second := examined(t, e, "S.n>=0"), examined(t, e, "S.n>=0")
	if &first[0] != &second[0] {
		t.Error("the second page sorted the range again")
	}
	for i := range 2 * maxKeptRanges { // a client with ever new ranges
		examined(t, e, fmt.Sprintf("S.n>=%d", i))
	}
	if kept := len(e.dir.numbers.ranges); kept > maxKeptRanges {
		t.Errorf("%d ranges are kept", kept)
	}
}

func TestAnAccountWithSeveralNumbersIsListedOnce(t *testing.T) {
	e := numbered(t, 1)
	for _, body := range []string{
		`{"customSchemas": {"S": {"many": [{"value": 5}, {"value": 6}, {"value": 5}, {"value": 9}]}}}`,
		`{"customSchemas": {"S": {"many": [{"value": 6}, {"value": 5}, {"value": 5}]}}}`, // with the index made
	} {
		if status := do(e, http.MethodPut, "users/u0@x.org", body); status != http.StatusOK {
			t.Fatal(status)
		}
		for _, query := range []string{"S.many>=5", "S.many=5"} {
			if got := len(examined(t, e, query)); got != 1 {
				t.Errorf("%s lists the account %d times", query, got)
			}
		}
	}
	if got := len(examined(t, e, "S.many>6")); got != 0 {
		t.Errorf("a number that was taken away is still found %d times", got)
	}
}

// A field that is dropped and made anew may have another type.
func TestARangeReadsAFieldThatWasMadeAnewByItsNewType(t *testing.T) {
	e := numbered(t, 10)
	examined(t, e, "S.n>0") // makes the index
	for _, field := range []string{
		`{"fieldName": "m", "fieldType": "INT64"}`,
		`{"fieldName": "n", "fieldType": "DOUBLE", "numericIndexingSpec": {}}`,
	} {
		if status := do(e, http.MethodPut, "customer/my_customer/schemas/S", `{"fields": [`+field+`]}`); status != http.StatusOK {
			t.Fatal(status)
		}
	}
	if status := do(e, http.MethodPut, "users/u0@x.org", `{"customSchemas": {"S": {"n": 4.5}}}`); status != http.StatusOK {
		t.Fatal(status)
	}
	if got := len(examined(t, e, "S.n>4")); got != 1 {
		t.Errorf("%d accounts are found, want 1", got)
	}
}
