package apply

import (
	"context"

	"github.com/staffsync/staffsync/plan"
)

// Directory is what apply needs of the directory. Pacing and retries are the
// directory's own affair: an error that comes out of it is final. It wraps
// one of plan's errors where a caller decides on it.
type Directory interface {
	// Customer returns the immutable id of the customer.
	Customer(ctx context.Context) (string, error)
	// Account returns the account of that immutable id, and plan.ErrNotFound
	// when there is none.
	Account(ctx context.Context, googleID string) (plan.Account, error)
	// AccountAt returns the account that has the address as its primary
	// address or as an alias, and plan.ErrNotFound when there is none.
	AccountAt(ctx context.Context, address string) (plan.Account, error)
	// Create makes an account and returns what the directory stored.
	Create(ctx context.Context, changes plan.Changes, password string) (plan.Account, error)
	// Update changes fields of an account and returns what the directory
	// stored.
	Update(ctx context.Context, googleID string, changes plan.Changes) (plan.Account, error)
	// ReleaseAlias takes an alias from an account. It returns
	// plan.ErrNotFound when the account does not have it.
	ReleaseAlias(ctx context.Context, googleID, alias string) error
	// LeaveGroup takes the account out of a group. It returns
	// plan.ErrNotFound when it is no member, and plan.ErrForbidden or
	// plan.ErrRefused when we may not edit the group, or nobody can.
	LeaveGroup(ctx context.Context, group, googleID string) error
}
