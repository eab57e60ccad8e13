package plan

import (
	"errors"
	"fmt"
)

// What a directory may answer to a request about an account or a group, as
// far as a caller decides on it. The target wraps one of these around
// Google's own message; match with errors.Is.
var (
	// ErrNotFound means that the account, alias, group or membership does
	// not exist (404).
	ErrNotFound = errors.New("not found")
	// ErrDeleted means that the account was deleted, and can be restored for
	// 20 days (412 "User is deleted").
	ErrDeleted = errors.New("deleted lately")
	// ErrRefused means that the request's content was refused for good
	// (400): asking again does not help, leaving out a field may.
	ErrRefused = errors.New("refused")
	// ErrNoOrgUnit is ErrRefused of an org unit that does not exist (400
	// INVALID_OU_ID).
	ErrNoOrgUnit = fmt.Errorf("%w: no such org unit", ErrRefused)
	// ErrDuplicate means that an address is taken (409).
	ErrDuplicate = errors.New("already exists")
	// ErrForbidden means that the privilege is lacking or that Google does
	// not let anybody do this (403, 412).
	ErrForbidden = errors.New("forbidden")
	// ErrCannotUnsuspend is ErrForbidden of a suspension that no administrator
	// can lift (412 adminCannotUnsuspend).
	ErrCannotUnsuspend = fmt.Errorf("%w: nobody but Google can lift the suspension", ErrForbidden)
	// ErrUnclear means that the request may or may not have been carried
	// out: it timed out, or the connection was lost. Read before judging.
	ErrUnclear = errors.New("outcome unknown")
)
