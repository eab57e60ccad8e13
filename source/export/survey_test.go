package export

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/staffsync/staffsync/source"
)

func TestLookSurveysAFolder(t *testing.T) {
	for _, c := range []struct {
		name  string
		files folder
		want  *Survey
		err   string
	}{
		{"no exports", folder{"notes.txt": "x"}, nil, ""},
		{"the domain of most, in any letter case", folder{"Users.CSV": "dcid,Email_Addr\n1,a@b.org\n2,A@D118.org\n3,\n4,b@d118.org \n5,x\n"},
			&Survey{Domain: "d118.org", InDomain: 2}, ""},
		{"extension tables of users only, in UTF-16 too", folder{
			"users.csv":            "dcid\n1\n",
			"U_HumanResources.csv": utf16Text("ID,UsersDCID,CellPhone,Title\r\n", false),
			"u_students.csv":       "studentsdcid,bus\n",
			"u_empty.csv":          "",
		}, &Survey{Extras: []source.Extra{
			{Table: "u_humanresources", Key: "usersdcid", Column: "cellphone"},
			{Table: "u_humanresources", Key: "usersdcid", Column: "title"},
		}}, ""},
		{"a file that cannot be read", folder{"users.csv": "email_addr\na@b.org\n", "u_a.csv": "usersdcid,\xff\n"},
			&Survey{Domain: "b.org", InDomain: 1},
			"u_a.csv, header, column 2: the text is not UTF-8; export as UTF-8 (in Excel: CSV UTF-8), or name its code page, such as source.export.encoding: windows-1252"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := Look(t.Context(), c.files.write(t))
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Error(diff)
			}
			if (err != nil || c.err != "") && (err == nil || err.Error() != c.err) {
				t.Errorf("error %v, want %q", err, c.err)
			}
		})
	}
}
