package source

import "testing"

func TestASmallPartOfANameIsNoEvidenceThatTheRestWasTypedOnPurpose(t *testing.T) {
	for typed, want := range map[string]string{
		"McDONALD": "McDonald", "DeSANTIS": "DeSantis", "SMITH Jr.": "Smith Jr.", "de la CRUZ": "de la Cruz",
		"Juan garcia III": "Juan Garcia III", "ΠΑΠΑΔΟΠΟΥΛΟΣ": "Παπαδοπουλος", "van der BERG": "van der Berg",
		"LaRue": "LaRue", "DiMarco": "DiMarco", "Ahmed al Farsi": "Ahmed al Farsi", "Mary JO": "Mary JO", "McDonald": "McDonald",
	} {
		if got := lastName(typed); got != want {
			t.Errorf("%s: %s, want %s", typed, got, want)
		}
	}
}
