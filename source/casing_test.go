package source

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestLastNamesAreCasedForPeople(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		// Plain.
		{"SMITH", "Smith"},
		{"smith", "Smith"},
		{"X", "X"},
		{"x", "X"},
		{"", ""},
		{"  SMITH\t JONES ", "Smith Jones"},
		{"NG", "Ng"},
		{"DO", "Do"},
		{"LI", "Li"},
		// Apostrophes, typed and typographic.
		{"O'BRIEN", "O'Brien"},
		{"o'brien", "O'Brien"},
		{"O’BRIEN", "O’Brien"},
		{"O`NEILL", "O`Neill"},
		{"D'ANGELO", "D'Angelo"},
		{"D’ANGELO", "D’Angelo"},
		{"L'HEUREUX", "L'Heureux"},
		{"N'DIAYE", "N'Diaye"},
		{"DELL'ACQUA", "Dell'Acqua"},
		{"SANT'ANGELO", "Sant'Angelo"},
		{"TE'O", "Te'o"},
		{"FA'ASAVALU", "Fa'asavalu"},
		{"THIONG'O", "Thiong'o"},
		{"O BRIEN", "O Brien"},
		{"O' BRIEN", "O' Brien"},
		{"O'", "O'"},
		{"'", "'"},
		// Mc and Mac.
		{"MCDONALD", "McDonald"},
		{"mcdonald", "McDonald"},
		{"MCGEE", "McGee"},
		{"MC DONALD", "Mc Donald"},
		{"MC", "Mc"},
		{"MACKENZIE", "MacKenzie"},
		{"MACDONALD", "MacDonald"},
		{"MACLEOD", "MacLeod"},
		{"MACKEY", "Mackey"},
		{"MACK", "Mack"},
		{"MACE", "Mace"},
		{"MACIAS", "Macias"},
		{"MACHADO", "Machado"},
		{"MACON", "Macon"},
		{"MACKLIN", "Macklin"},
		{"MACY", "Macy"},
		{"MAC", "Mac"},
		// Hyphens.
		{"SMITH-JONES", "Smith-Jones"},
		{"smith-jones", "Smith-Jones"},
		{"EL-AMIN", "El-Amin"},
		{"AL-HASSAN", "Al-Hassan"},
		{"MCDONALD-O'BRIEN", "McDonald-O'Brien"},
		{"GARCIA - LOPEZ", "Garcia - Lopez"},
		{"-", "-"},
		// Particles.
		{"DE LA CRUZ", "de la Cruz"},
		{"de la cruz", "de la Cruz"},
		{"DE LOS SANTOS", "de los Santos"},
		{"DEL RIO", "del Rio"},
		{"DELA CRUZ", "Dela Cruz"},
		{"VAN DER BERG", "van der Berg"},
		{"VAN DYKE", "van Dyke"},
		{"VAN 'T HOF", "van 't Hof"},
		{"VON BRAUN", "von Braun"},
		{"DI MARCO", "di Marco"},
		{"DI", "Di"},
		{"DA SILVA", "da Silva"},
		{"SILVA DO NASCIMENTO", "Silva do Nascimento"},
		{"DO NASCIMENTO", "Do Nascimento"},
		{"DAS GUPTA", "Das Gupta"},
		{"DER GARABEDIAN", "Der Garabedian"},
		{"ORTEGA Y GASSET", "Ortega y Gasset"},
		{"NUÑEZ DE LA CRUZ", "Nuñez de la Cruz"},
		{"LA ROSA", "La Rosa"},
		{"LE BLANC", "Le Blanc"},
		{"SAN MARTIN", "San Martin"},
		{"ST. JOHN", "St. John"},
		{"BIN SALMAN", "bin Salman"},
		{"VAN", "Van"},
		{"DE", "De"},
		// Generations and degrees.
		{"MCDONALD III", "McDonald III"},
		{"SMITH JR.", "Smith Jr."},
		{"SMITH, JR", "Smith, Jr"},
		{"SMITH SR", "Smith Sr"},
		{"SMITH IV", "Smith IV"},
		{"SMITH V", "Smith V"},
		{"VI", "Vi"},
		{"JONES PHD", "Jones PhD"},
		// Letters beyond A to Z.
		{"NUÑEZ", "Nuñez"},
		{"NUN\u0303EZ", "Nun\u0303ez"},
		{"ÅSTRÖM", "Åström"},
		{"ÉLUARD", "Éluard"},
		{"E\u0301LUARD", "E\u0301luard"},
		{"GROßMANN", "Großmann"},
		{"ŁUKASIEWICZ", "Łukasiewicz"},
		{"ŠKVORECKÝ", "Škvorecký"},
		{"YİĞİT", "Yiğit"},
		{"ΠΑΠΑΔΟΠΟΥΛΟΥ", "Παπαδοπουλου"},
		{"ИВАНОВА", "Иванова"},
		{"გიორგი", "გიორგი"},
		{"王", "王"},
		{"ǆ", "ǅ"},
		// Digits and signs.
		{"TRAINING1", "Training1"},
		{"TEACHER-1", "Teacher-1"},
		{"3RD", "3rd"},
		{"SMITH (JONES)", "Smith (Jones)"},
		// Mixed case is how somebody typed it.
		{"LeBLANC", "LeBlanc"},
		{"McDONALD", "McDonald"},
		{"deSouza", "deSouza"},
		{"Mcdonald", "Mcdonald"},
		{"Van Der Berg", "Van Der Berg"},
		{" Van  Dyke ", "Van Dyke"},
	} {
		if got := lastName(c.in); got != c.want {
			t.Errorf("lastName(%q) = %q, want %q", c.in, got, c.want)
		}
	}
}

func TestFirstNamesAreCasedForPeople(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"JANE", "Jane"},
		{"MARY ANN", "Mary Ann"},
		{"MARY-ANN", "Mary-Ann"},
		{"J", "J"},
		{"j", "J"},
		{"J.R.", "J.R."},
		{"j.r.", "J.R."},
		{"J R", "J R"},
		{"JR", "JR"},
		{"TJ", "TJ"},
		{"aj", "AJ"},
		{"T.J", "T.J"},
		{"NG", "Ng"},
		{"AL", "Al"},
		{"TY", "Ty"},
		{"ROBERT JR.", "Robert Jr."},
		{"HENRY III", "Henry III"},
		{"VI", "Vi"},
		{"VAN", "Van"},
		{"DE", "De"},
		{"VAN ANH", "Van Anh"},
		{"MARIA DEL CARMEN", "Maria del Carmen"},
		{"MARIA DE LOS ANGELES", "Maria de los Angeles"},
		{"MACKENZIE", "Mackenzie"},
		{"MCKENNA", "McKenna"},
		{"DE'ANDRE", "De'Andre"},
		{"JA’MARR", "Ja’Marr"},
		{"SHAUN'TEL", "Shaun'tel"},
		{"JO'S", "Jo's"},
		{`ROBERT "BOB"`, `Robert "Bob"`},
		{"ROBERT (BOB)", "Robert (Bob)"},
		{"SOFÍA", "Sofía"},
		{"İPEK", "İpek"},
		{"DeShawn", "DeShawn"},
		{"iPhone", "iPhone"},
	} {
		if got := firstName(c.in); got != c.want {
			t.Errorf("firstName(%q) = %q, want %q", c.in, got, c.want)
		}
	}
}

func TestBuildingsAreCasedForPeople(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"MAPLE GROVE HIGH SCHOOL", "Maple Grove High School"},
		{"3RD AVENUE MIDDLE SCHOOL", "3rd Avenue Middle School"},
		{"21ST CENTURY SCHOOL", "21st Century School"},
		{"ST. JOHN'S SCHOOL", "St. John's School"},
		{"ST JOHN’S", "St John’s"},
		{"MCKINLEY ELEMENTARY", "McKinley Elementary"},
		{"O'HARE ACADEMY", "O'Hare Academy"},
		{"SCHOOL OF THE ARTS", "School of the Arts"},
		{"THE ACADEMY", "The Academy"},
		{"P.S. 118", "P.S. 118"},
		{"PS118", "PS118"},
		{"D118 TRANSITION CENTER", "D118 Transition Center"},
		{"K-8 CENTER", "K-8 Center"},
		{"PK-5 SCHOOL", "PK-5 School"},
		{"WASHINGTON II", "Washington II"},
		{"DNU OLD SCHOOL", "DNU Old School"},
		{"WINSTON/SALEM", "Winston/Salem"},
		{"SUBSTITUTE", "Substitute"},
		{"wauconda grade school", "Wauconda Grade School"},
		{"  COTTON   CREEK ", "Cotton Creek"},
		{"Willow Bend Elementary", "Willow Bend Elementary"},
		{"WAUCONDA High School", "WAUCONDA High School"},
		{"", ""},
	} {
		if got := buildingName(c.in); got != c.want {
			t.Errorf("buildingName(%q) = %q, want %q", c.in, got, c.want)
		}
	}
}

// hardText draws names out of the pieces that casing treats in some special
// way, and out of anything at all.
func hardText() *rapid.Generator[string] {
	pieces := rapid.SampledFrom([]string{
		"MC", "MAC", "MACKENZIE", "O", "D", "'", "’", "-", " ", "  ", ".", ",", "DE", "LA", "VAN", "DER", "III", "JR",
		"a", "B", "ñ", "İ", "ı", "ß", "ǆ", "ſ", "ς", "\u0301", "\u200d", "1", "ST", "(", "王", "\xff", "K",
	})
	return rapid.OneOf(
		rapid.Map(rapid.SliceOfN(pieces, 0, 8), func(p []string) string { return strings.Join(p, "") }),
		rapid.Map(rapid.SliceOfN(pieces, 0, 8), func(p []string) string { return strings.ToUpper(strings.Join(p, "")) }),
		rapid.Map(rapid.SliceOfN(pieces, 0, 8), func(p []string) string { return strings.ToLower(strings.Join(p, "")) }),
		rapid.String(),
	)
}

func casings() map[string]func(string) string {
	return map[string]func(string) string{"first name": firstName, "last name": lastName, "building": buildingName}
}

func TestCasingTwiceIsCasingOnce(t *testing.T) {
	for name, cased := range casings() {
		t.Run(name, rapid.MakeCheck(func(t *rapid.T) {
			once := cased(hardText().Draw(t, "name"))
			if twice := cased(once); twice != once {
				t.Fatalf("%q became %q", once, twice)
			}
		}))
	}
}

func TestCasingChangesNothingButCaseAndSpace(t *testing.T) {
	for name, cased := range casings() {
		t.Run(name, rapid.MakeCheck(func(t *rapid.T) {
			in := strings.ToValidUTF8(hardText().Draw(t, "name"), "�")
			want := lowerNonFinal(strings.Join(strings.Fields(in), " "))
			if got := lowerNonFinal(cased(in)); got != want {
				t.Fatalf("%q became %q: %q is not %q", in, cased(in), got, want)
			}
		}))
	}
}

// lowerNonFinal lowers text, without regard to the form of sigma that ends a
// word.
func lowerNonFinal(s string) string { return strings.ReplaceAll(strings.ToLower(s), "ς", "σ") }
