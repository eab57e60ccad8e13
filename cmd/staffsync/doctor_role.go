package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/staffsync/staffsync/cmd/staffsync/config"
	"github.com/staffsync/staffsync/plan"
	"github.com/staffsync/staffsync/target/google"
	"github.com/staffsync/staffsync/target/google/signin"
)

// checkRole says what the account that staffsync acts as is an administrator
// of, as far as it may read that. It reads only: what a write would be answered
// is seen when there is one to make.
func checkRole(ctx context.Context, c *checkup, cfg *config.Config, directory *google.Directory) {
	subject := cfg.ApplyOptions().Subject
	if subject == "" {
		if cfg.Target.Google != nil {
			c.notChecked("role", "the config does not name the account that staffsync acts as", "name it in target.google.subject")
		}
		return
	}
	administrator, err := directory.AdministratorAt(ctx, subject)
	switch {
	case errors.Is(err, plan.ErrNotFound):
		c.fail("role", fmt.Sprintf("there is no account %s to act as", subject), "correct target.google.subject")
		return
	case err != nil:
		c.fail("role", err.Error(), "")
		return
	case administrator == plan.SuperAdmin:
		c.ok("role", "%s is a super administrator", subject)
		return
	}
	roles, err := directory.Roles(ctx, subject)
	var signIn *signin.Error
	switch {
	case errors.As(err, &signIn) && len(signIn.Missing) > 0:
		c.notChecked("role", signIn.Problem, signIn.Remedy)
	case errors.Is(err, plan.ErrForbidden):
		c.notChecked("role", err.Error(), "look at the roles of "+subject+" in the Admin console under Account > Admin roles")
	case err != nil:
		c.fail("role", err.Error(), "")
	default:
		var further []string
		rules := cfg.Policy.Rules()
		if rules.CreateGroups {
			further = append(further, google.CreateGroupsPrivilege)
		}
		if rules.CreateOrgUnits {
			further = append(further, google.CreateOrgUnitsPrivilege)
		}
		checkRoles(c, subject, roles, further...)
	}
}

// checkRoles warns of an account that may not see everybody: who is not seen
// looks like somebody without an account.
func checkRoles(c *checkup, subject string, roles []google.Role, further ...string) {
	if len(roles) == 0 {
		c.warn("role", subject+" has no administrator role", "give it one that may read and update users, read org units and user schemas, and edit groups")
		return
	}
	whole, privileges := false, 0
	for _, role := range roles {
		privileges += len(role.Privileges)
		if role.OrgUnit == "" {
			whole = true
			c.ok("role", "%s has the role %s", subject, role.Name)
		} else {
			c.ok("role", "%s has the role %s in %s only", subject, role.Name, role.OrgUnit)
		}
	}
	if !whole {
		c.warn("role", "every role of "+subject+" is limited to org units; whose account is elsewhere looks like somebody without one", "give it a role for all org units")
	}
	lacking := google.Lacking(roles, further...)
	switch {
	case privileges == 0:
		c.notChecked("role", "Google does not say what these roles allow", "")
	case len(lacking) > 0:
		c.warn("role", fmt.Sprintf("the roles of %s do not name the privileges %s", subject, strings.Join(lacking, ", ")),
			"add them in the Admin console under Account > Admin roles; without the ones to create or update, apply fails")
	}
}
