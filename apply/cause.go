package apply

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/staffsync/staffsync/plan"
)

// because says why something about the account failed, and notes what that
// means for the action: whether to run it again can help, and what a person can
// do about it.
func (x *execution) because(err error) string {
	x.mayPass = x.mayPass || mayPass(err)
	switch {
	case errors.Is(err, plan.ErrDeleted):
		x.advise("the account was deleted lately; make a new plan")
	case x.action.Kind == plan.CreateOrgUnit && errors.Is(err, plan.ErrForbidden):
		x.advise("the account that staffsync acts as needs the privilege to create org units; or create it in the Admin console")
	case x.action.Kind == plan.CreateOrgUnit && errors.Is(err, plan.ErrRefused):
		x.advise("create it in the Admin console, or correct the rule or the building's name, and make a new plan")
	case errors.Is(err, plan.ErrNoOrgUnit):
		path, _ := x.action.Changes.Get(plan.FieldOrgUnitPath)
		if x.runner.byID[plan.OrgUnitID(path.To.String())] != nil {
			x.mayPass = true
			x.advise("the org unit %s is new, and Google may not know it everywhere yet; run apply again", path.To)
			break
		}
		x.advise("Google has no org unit %s; create it, or correct the rule or the building's name and make a new plan", path.To)
	case errors.Is(err, plan.ErrForbidden) && x.account.Admin != plan.NoAdmin:
		x.advise("the account is a %s, and only a super administrator may change an administrator's account", x.account.Admin)
	}
	return x.inWords(err)
}

// inWords is what the error says, with the account by its address.
func (x *execution) inWords(err error) string {
	if x.action.GoogleID == "" {
		return err.Error()
	}
	// A person knows the account by its address.
	return strings.ReplaceAll(err.Error(), "account "+x.action.GoogleID, "account "+x.action.Account)
}

// mayPass tells whether what failed may succeed without anybody doing anything.
func mayPass(err error) bool {
	lasting := []error{plan.ErrNotFound, plan.ErrDeleted, plan.ErrRefused, plan.ErrForbidden, plan.ErrDuplicate}
	return !slices.ContainsFunc(lasting, func(kind error) bool { return errors.Is(err, kind) })
}

// advise notes what a person can do, once.
func (x *execution) advise(format string, arguments ...any) {
	if text := fmt.Sprintf(format, arguments...); !slices.Contains(x.advice, text) {
		x.advice = append(x.advice, text)
	}
}

// refused tells whether the directory refused what it was asked, so that it
// may take a part of it.
func refused(err error) bool {
	return errors.Is(err, plan.ErrRefused) || errors.Is(err, plan.ErrForbidden)
}
