package source

import (
	"maps"
	"testing"
)

func TestTextThatNobodyTypedIsDamage(t *testing.T) {
	const at = "users.csv, line 2, column "
	for _, c := range []struct{ column, value, field, want string }{
		{"last_name", "(null)", "lastName", "the text (null) stands for no value"},
		{"last_name", "<NULL>", "lastName", "the text <NULL> stands for no value"},
		{"email_addr", "NULL", "email", "the text NULL stands for no value"},
		{"groupvalue", "NULL", "securityGroup", "the text NULL stands for no value"},
		{"groupvalue", `\N`, "securityGroup", `the text \N stands for no value`},
		{"last_name", "null", "lastName", "the text null stands for no value"},
		{"last_name", "NULL", "", ""}, // among capitals, somebody's name
		{"last_name", "Null", "", ""},
		{"last_name", "NULLEY", "", ""},
		{"last_name", "NONE", "", ""},
		{"first_name", "JA\u200bNE", "firstName", `the value JA\u200bNE holds a sign that cannot be seen`},
		{"first_name", "\ufeffJANE", "firstName", `the value \ufeffJANE holds a sign that cannot be seen`},
		{"last_name", "QUIST\u00ad", "lastName", `the value QUIST\u00ad holds a sign that cannot be seen`},
		{"last_name", "NORR\u202eSI", "lastName", `the value NORR\u202eSI holds a sign that cannot be seen`},
		{"first_name", "\x1b[2JJANE", "firstName", `the value \x1b[2JJANE holds a sign that cannot be seen`},
		{"teachernumber", "0040\u200b37", "teacherNumber", `the value 0040\u200b37 holds a sign that cannot be seen`},
		{"email_addr", "\u200bj@d118.org", "email", `the value \u200bj@d118.org holds a sign that cannot be seen`},
		{"first_name", "MARY\u00a0ANN", "", ""}, // a space
		{"last_name", "NU\ufffdEZ", "lastName", "the value NU\ufffdEZ holds a sign that got lost"},
		{"last_name", "NUÃ‘EZ", "lastName", "the name NUÃ‘EZ was read in the wrong character set"},
		{"last_name", "nuÃ±ez", "lastName", "the name nuÃ±ez was read in the wrong character set"},
		{"first_name", "NICCOLÃ\u00a0", "firstName", "the name NICCOLÃ was read in the wrong character set"},
		{"last_name", "MÃœLLER", "lastName", "the name MÃœLLER was read in the wrong character set"},
		{"last_name", "O’BRIEN", "", ""},
		{"last_name", "Oâ€™BRIEN", "lastName", "the name Oâ€™BRIEN was read in the wrong character set"},
		{"last_name", "Å\u00a0ULC", "lastName", "the name Å\u00a0ULC was read in the wrong character set"},
		{"last_name", "NU√ëEZ", "lastName", "the name NU√ëEZ was read in the wrong character set"},
		{"last_name", "NU├æEZ", "lastName", "the name NU├æEZ was read in the wrong character set"},
		{"last_name", "NU?EZ", "lastName", "the name NU?EZ was read in the wrong character set"},
		{"last_name", "SÃO TOMÉ", "", ""},
		{"last_name", "NUÑEZ", "", ""},
		{"last_name", "MATÚŠ", "", ""},
		{"last_name", "ÅKESSON-ÄÖ", "", ""},
	} {
		t.Run(c.column+" "+c.value, func(t *testing.T) {
			tables := someTables()
			users := tables["users"]
			users.Rows[0].Cells[users.column(c.column)] = c.value
			want := map[string]string(nil)
			if c.field != "" {
				want = map[string]string{c.field: at + c.column + ": " + c.want}
			}
			if got := assemble(t, tables, someConfig()).Staff[1].Damaged; !maps.Equal(got, want) {
				t.Errorf("%q, want %q", got, want)
			}
		})
	}
}

func TestNullIsDamageInAColumnThatIsNotAllCapitals(t *testing.T) {
	d := assemble(t, someTables().with("users",
		"1042|j@d118.org|Jane|NULL_|1|9|131", "12|a@d118.org|AL|Smith|1|9|131"), someConfig())
	if len(d.Staff[1].Damaged) > 0 {
		t.Error(d.Staff[1].Damaged)
	}
	tables := someTables()
	tables["users"].Rows[0].Cells[3] = "NULL"
	tables["users"].Rows[1].Cells[3] = "Smith"
	if got := assemble(t, tables, someConfig()).Staff[1].Damaged["lastName"]; got != "users.csv, line 2, column last_name: the text NULL stands for no value" {
		t.Errorf("%q", got)
	}
}

func TestADamagedExtraIsUndecidedAndADamagedSchoolIsNoBuilding(t *testing.T) {
	tables := someTables()
	tables["u_humanresources"].Rows[0].Cells[1] = "(NULL)"
	tables["schools"].Rows[0].Cells[1] = "WAUCONDA\u200b HIGH"
	staff := assemble(t, tables, someConfig()).Staff[1]
	if want := map[string]string{"cellPhone": "u_humanresources.csv, line 2, column cellphone: the text (NULL) stands for no value"}; !maps.Equal(staff.Undecided, want) || len(staff.Extra) > 0 {
		t.Errorf("undecided %q, extra %q", staff.Undecided, staff.Extra)
	}
	if want := map[string]string{"building": `schools.csv, line 2, column name: the value WAUCONDA\u200b HIGH holds a sign that cannot be seen`}; !maps.Equal(staff.Damaged, want) {
		t.Errorf("damaged %q", staff.Damaged)
	}
}
