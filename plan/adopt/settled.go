package adopt

import (
	"errors"
	"fmt"
	"strings"

	"github.com/staffsync/staffsync/plan"
)

// Settled is what a person has decided about one account.
type Settled struct {
	// Row is where it is written, such as "reviewed.csv, line 3".
	Row     string
	Address string
	DCID    int64
	// OldDCID is the DCID that the account carries and is to lose, 0 for an
	// account that carries none.
	OldDCID int64
	// SomebodyElse tells that the account is not the person's.
	SomebodyElse bool
}

// settlement is what persons have decided, laid beside both ends.
type settlement struct {
	links []settledLink
	// people and accounts are those that are settled, by DCID and Google id, and
	// distinct the pairs that do not belong together.
	people   map[int64]bool
	accounts map[string]bool
	distinct []plan.Distinct
}

type settledLink struct {
	Settled
	want    *plan.DesiredAccount
	account *plan.Account
}

// rulesOut tells whether the account is settled, or not that person's.
func (s *settlement) rulesOut(dcid int64, account *plan.Account) bool {
	if s.accounts[account.GoogleID] {
		return true
	}
	for _, pair := range s.distinct {
		if pair.DCID == dcid && account.HasAddress(pair.Account) {
			return true
		}
	}
	return false
}

// settle checks what persons have decided. The error names each row that cannot
// be done, and what to do about it.
func settle(desired *plan.Desired, actual *plan.Actual, rows []Settled, leavers bool) (*settlement, error) {
	c := settling{
		settlement: &settlement{people: make(map[int64]bool), accounts: make(map[string]bool)},
		rules:      desired.Rules, verdicts: make(map[string]Settled),
		leavers: leavers, people: make(map[int64]*plan.DesiredAccount), unsure: make(map[int64]string),
		accounts: make(map[string]*plan.Account), linked: make(map[int64]*plan.Account), rowOf: make(map[string]string),
	}
	for i := range desired.Accounts {
		c.people[desired.Accounts[i].DCID] = &desired.Accounts[i]
	}
	for _, skipped := range desired.Skipped {
		c.unsure[skipped.Staff.DCID] = "is left out (" + skipped.Reason + ")"
	}
	for _, conflict := range desired.Conflicts {
		c.unsure[conflict.Staff.DCID] = "is in conflict (" + conflict.Problem + ")"
	}
	for _, accounts := range [][]plan.Account{actual.Unlinked, actual.Accounts} {
		for i := range accounts {
			c.note(&accounts[i])
		}
	}
	var problems []error
	for _, row := range rows {
		if err := c.add(row); err != nil {
			problems = append(problems, fmt.Errorf("%s: %w", row.Row, err))
		}
	}
	return c.settlement, errors.Join(problems...)
}

// settling is settle at work.
type settling struct {
	*settlement
	rules   *plan.Rules
	leavers bool
	people  map[int64]*plan.DesiredAccount
	// unsure says of others whom PowerSchool knows why they cannot be linked.
	unsure   map[int64]string
	accounts map[string]*plan.Account // by address and alias
	linked   map[int64]*plan.Account
	// rowOf has the row that has an address or a DCID.
	rowOf map[string]string
	// verdicts has the row that says of a person and an account whether they belong
	// together.
	verdicts map[string]Settled
}

func (s *settling) note(account *plan.Account) {
	for _, alias := range account.Aliases {
		s.accounts[strings.ToLower(alias)] = account
	}
	s.accounts[strings.ToLower(account.Address)] = account
	if account.DCID != 0 {
		s.linked[account.DCID] = account
	}
}

// add takes one row in.
func (s *settling) add(row Settled) error {
	account := s.accounts[strings.ToLower(row.Address)]
	if account == nil {
		return fmt.Errorf("no account has the address %s", row.Address)
	}
	want := s.people[row.DCID]
	switch problem, known := s.unsure[row.DCID]; {
	case known:
		return fmt.Errorf("the person with DCID %d %s, so that nothing is known about the account that they are to have; settle that first", row.DCID, problem)
	case want == nil:
		return fmt.Errorf("PowerSchool has nobody with DCID %d", row.DCID)
	}
	if err := s.judge(row, want, account); err != nil || row.SomebodyElse {
		return err
	}
	// The address may be written in two ways; the account is one.
	for _, key := range []string{"the account " + account.Address, fmt.Sprintf("DCID %d", row.DCID)} {
		if other := s.rowOf[key]; other != "" {
			return fmt.Errorf("%s is there twice, in %s as well; keep one of the two rows", key, other)
		}
		s.rowOf[key] = row.Row
	}
	if done, err := s.check(row, want, account); err != nil || done {
		return err
	}
	s.settlement.people[want.DCID] = true
	s.settlement.accounts[account.GoogleID] = true
	s.links = append(s.links, settledLink{row, want, account})
	return nil
}

// judge takes in whether the account is the person's or somebody else's, and returns
// why it cannot be what the row says.
func (s *settling) judge(row Settled, want *plan.DesiredAccount, account *plan.Account) error {
	pair := fmt.Sprintf("%d %s", want.DCID, account.GoogleID)
	before, twice := s.verdicts[pair]
	switch {
	case twice && before.SomebodyElse != row.SomebodyElse:
		return fmt.Errorf("%s is marked as %s's (DCID %d) and as somebody else's, in %s as well; keep one of the two rows", account.Address, want.Staff.Name, want.DCID, before.Row)
	case !row.SomebodyElse && s.rules.TellApart(want.DCID, account):
		return fmt.Errorf("the config says under distinct that %s is not %s's (DCID %d); take that out first", account.Address, want.Staff.Name, want.DCID)
	case row.SomebodyElse && !twice:
		s.distinct = append(s.distinct, plan.Distinct{DCID: want.DCID, Account: account.Address})
	}
	s.verdicts[pair] = row
	return nil
}

// check tells whether the account is the person's already, and returns why it
// cannot become theirs.
func (s *settling) check(row Settled, want *plan.DesiredAccount, account *plan.Account) (done bool, err error) {
	switch {
	case account.DCID == row.DCID:
		return true, nil
	case s.linked[row.DCID] != nil:
		return false, fmt.Errorf("%s has the account %s already, which carries DCID %d; clear it there first", want.Staff.Name, s.linked[row.DCID].Address, row.DCID)
	case account.Guest:
		return false, fmt.Errorf("%s is a guest's account", account.Address)
	case !want.Active && !s.leavers:
		return false, fmt.Errorf("%s has left (%s): the next plan would suspend %s; if that is right, say --leavers", want.Staff.Name, want.StandingWords(), account.Address)
	case account.DCID == 0 && row.OldDCID != 0:
		return false, fmt.Errorf("%s does not carry DCID %d, nor any other", account.Address, row.OldDCID)
	case account.DCID != row.OldDCID:
		return false, fmt.Errorf("%s carries DCID %d; to link it to another person, name that one in the column old_dcid", account.Address, account.DCID)
	case account.DCID != 0:
		return false, s.checkOld(account)
	}
	return false, nil
}

// checkOld returns why the account's DCID may not be replaced.
func (s *settling) checkOld(account *plan.Account) error {
	_, unsure := s.unsure[account.DCID]
	if then := s.people[account.DCID]; unsure || then != nil && then.Active {
		return fmt.Errorf("%s carries DCID %d, and PowerSchool has that person as active or is not sure; only the account of somebody who is unknown or inactive is linked anew", account.Address, account.DCID)
	}
	return nil
}
