package source

import "testing"

func TestASmallPartOfANameIsNoEvidenceThatTheRestWasTypedOnPurpose(t *testing.T) {
	for typed, want := range map[string]string{
		"McDONALD": "McDonald", "DeSANTIS": "DeSantis", "SMITH Jr.": "Smith Jr.", "de la CRUZ": "de la Cruz",
		"Juan garcia III": "Juan Garcia III", "ΠΑΠΑΔΟΠΟΥΛΟΣ": "Παπαδοπουλος", "van der BERG": "van der Berg",
		"LaRue": "LaRue", "DiMarco": "DiMarco", "Ahmed al Farsi": "Ahmed al Farsi", "Mary JO": "Mary JO", "McDonald": "McDonald",
		// The pieces of a word are taken one by one.
		"SMITH-McDONALD": "Smith-McDonald", "McDONALD-SMITH III": "McDonald-Smith III", "O'BRIEN-DeSANTIS": "O'Brien-DeSantis",
		"LeBLANC-O’NEIL": "LeBlanc-O’Neil", "JEAN-PAUL": "Jean-Paul", "DE LA CRUZ-McDONALD": "de la Cruz-McDonald",
		"LaROSA-de LEON": "LaRosa-de Leon", "al-HASSAN": "al-Hassan", "SMITH-jones": "Smith-Jones", "d'ANGELO": "d'Angelo",
		"ΠΑΠΑΔΟΠΟΥΛΟΣ-McGREGOR": "Παπαδοπουλος-McGregor", "FitzGERALD": "FitzGerald",
		// Neither a particle nor a suffix shows how the name is written.
		"St. JOHN": "St. John", "Mc DONALD": "Mc Donald", "De LA CRUZ": "De la Cruz", "Van NGUYEN": "Van Nguyen", "El-AMIN": "El-Amin",
		"DAVIS Jr.": "Davis Jr.", "OLSEN-DAVIS Jr.": "Olsen-Davis Jr.", "van OBERG": "van Oberg", "DAVIS, PhD": "Davis, PhD",
		// What shows it is there, so the rest is on purpose.
		"Smith-JONES": "Smith-JONES", "Min-jung": "Min-jung", "JEAN-Luc": "JEAN-Luc", "Smith-McDONALD": "Smith-McDonald",
	} {
		if got := lastName(typed); got != want {
			t.Errorf("%s: %s, want %s", typed, got, want)
		}
	}
}
