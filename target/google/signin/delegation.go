package signin

import (
	"fmt"
	"strings"
)

// delegated is a service account that acts for the subject by domain-wide
// delegation.
type delegated struct {
	// account is the service account's address, and clientID its client ID, or
	// where that is to be found.
	account, clientID string
	subject           string
	scopes            []string
}

// explain says what a failed token request has to do with the delegation, nil
// if nothing.
func (d *delegated) explain(f *tokenFailure) *Error {
	switch {
	case f.code == "unauthorized_client", f.code == "access_denied", f.code == "invalid_scope":
		return newScopeError(d.scopes, delegate(d.clientID, d.scopes), "%s may not act as %s with the scopes that this command needs (%s)", d.account, d.subject, f.tokenError())
	case strings.Contains(strings.ToLower(f.description), "invalid email or user id"):
		return newError("correct target.google.subject", "Google knows no account %s to act as (%s)", d.subject, f.tokenError())
	}
	return nil
}

// refused implements way.
func (d *delegated) refused() *Error {
	return newError("check that target.google.subject is an administrator who can sign in",
		"the directory does not accept the tokens of %s acting as %s", d.account, d.subject)
}

// insufficient implements way.
func (d *delegated) insufficient([]string) *Error {
	return newScopeError(d.scopes, delegate(d.clientID, d.scopes), "the tokens of %s do not cover what this command needs: %s", d.account, shortScopes(d.scopes))
}

// delegate says what to enter for domain-wide delegation, all of today's scopes
// or a further one (https://support.google.com/a/answer/162106).
func delegate(clientID string, wanted []string) string {
	const where = "in the Admin console under Security > Access and data control > API controls > Domain-wide delegation "
	if further := missingScopes(delegationScopes(), wanted); len(further) > 0 {
		return fmt.Sprintf(where+"add the scopes %s to those of the client ID %s; it can take some minutes to hold", strings.Join(further, ","), clientID)
	}
	return fmt.Sprintf(where+"enter the client ID %s with the scopes %s (apply needs the last %d, everything else the others); it can take some minutes to hold",
		clientID, strings.Join(delegationScopes(), ","), len(WriteScopes()))
}
