package source

import "github.com/staffsync/staffsync/plan"

// School is one school (PowerSchool's table schools).
type School struct {
	// Number is schools.school_number, which other tables call schoolid. The
	// district office is 0.
	Number int64
	// Name is cased for people.
	Name string
	// Abbreviation is as in PowerSchool, empty where there is none.
	Abbreviation string
	// Excluded tells that the school is left out of state reporting
	// (schools.state_excludefromreporting); see Config.StateReporting.
	Excluded bool
}

// Staff is one member of staff whom the policy considers: one with an e-mail
// address and a home school.
type Staff struct {
	// DCID is users.dcid.
	DCID int64
	// Email is users.email_addr with A to Z in lower case. It may be
	// malformed.
	Email string
	// FirstName and LastName are cased for people.
	FirstName, LastName string
	// HomeSchool is the home school's number and Building its name.
	HomeSchool int64
	Building   string
	// Schools are the numbers of the schools with an active assignment,
	// ascending and each once.
	Schools []int64
	// Active tells whether the person has the active assignment that
	// Config.Active asks for; where that is a rule, the policy decides, and
	// this tells whether there is an active assignment at any school.
	Active bool
	// Assigned tells of an inactive person that there is an assignment of
	// theirs, ended or not, at a school that exists.
	Assigned bool
	// Type is schoolstaff.staffstatus of the active assignment at the home
	// school, and 2 (staff) without one.
	Type int64
	// SecurityGroup is users.groupvalue and TeacherNumber
	// users.teachernumber, both as text.
	SecurityGroup, TeacherNumber string
	// Extra holds the extras that have a value, by name, and Undecided says
	// of an extra why it has none: rows that disagree.
	Extra     map[string]string
	Undecided map[string]string
	// Damaged says of the fields that rules know by these names why what
	// PowerSchool has is not a value: "lastName".
	Damaged map[string]string
}

// LeftOut is a member of staff who is not considered: one without an e-mail
// address or whose home school PowerSchool does not know.
type LeftOut struct {
	// Staff is what is known of the person.
	Staff Staff
	// Reason says why in words.
	Reason string
	// Homeless says why there is no building for the person, empty where nothing but
	// the e-mail address is missing.
	Homeless string
}

// District is what PowerSchool knows of a district's staff.
type District struct {
	// Schools are sorted by number, Staff and LeftOut by DCID.
	Schools  []School
	Staff    []Staff
	LeftOut  []LeftOut
	Warnings []plan.Warning
	// Lacking are the columns, such as schools.abbreviation, that need not be
	// there and are not.
	Lacking []string
	// StrayRows counts the rows without a counterpart.
	StrayRows plan.StrayRows
}
