package apply

import (
	"context"

	"github.com/staffsync/staffsync/plan"
)

// Directory is what apply needs of the directory. Pacing, and finding out what
// became of a request whose answer does not tell, are the directory's own
// affair: an error that comes out of it is final, and apply does not send the
// request again in the same run. It wraps one of plan's errors where a caller
// decides on it; plan.ErrUnclear is a failure like any other.
type Directory interface {
	// Customer returns the immutable id of the customer.
	Customer(ctx context.Context) (string, error)
	// Account returns the account of that immutable id, and plan.ErrNotFound
	// when there is none.
	Account(ctx context.Context, googleID string) (plan.Account, error)
	// AccountAt returns the account that has the address as its primary
	// address or as an alias, and plan.ErrNotFound when there is none.
	AccountAt(ctx context.Context, address string) (plan.Account, error)
	// Create makes an account and returns what the directory stored, all
	// fields included. It returns plan.ErrDuplicate when somebody else has
	// the address, and plan.ErrRefused or plan.ErrForbidden when there is no
	// account because of what was asked.
	Create(ctx context.Context, changes plan.Changes, password string) (plan.Account, error)
	// Update changes fields of an account and returns what the directory
	// stored, all fields included. It returns plan.ErrDuplicate when somebody
	// else has the new address, and plan.ErrRefused or plan.ErrForbidden when
	// the directory does not take these changes; then none was made.
	Update(ctx context.Context, googleID string, changes plan.Changes) (plan.Account, error)
	// ReleaseAlias takes an alias from an account, one too that a rename just
	// made and that does not show yet. It returns plan.ErrNotFound when the
	// account does not have it.
	ReleaseAlias(ctx context.Context, googleID, alias string) error
	// LeaveGroup takes the account out of a group. It returns
	// plan.ErrNotFound when it is not a direct member, and plan.ErrForbidden
	// or plan.ErrRefused when we may not edit the group, or nobody can.
	LeaveGroup(ctx context.Context, group, googleID string) error
	// JoinGroup adds the account to a group, with the role at least. It returns
	// plan.ErrNotFound when the account or the group is not known even after a
	// while, and plan.ErrForbidden or plan.ErrRefused as LeaveGroup does.
	JoinGroup(ctx context.Context, group, googleID, role string) error
	// SetRole gives a direct member of a group another role in it.
	SetRole(ctx context.Context, group, googleID, role string) error
	// Role returns the account's role in a group. It returns plan.ErrNotFound
	// when the account is not a direct member.
	Role(ctx context.Context, group, googleID string) (string, error)
	// CreateGroup makes a group, unless there is one at the address, and tells
	// whether it did. It returns plan.ErrDuplicate when something else has the
	// address.
	CreateGroup(ctx context.Context, address, name, description string) (created bool, err error)
	// CreateOrgUnit makes an org unit in the one at the path parent, unless there
	// is one of that name, and tells whether it did. It returns plan.ErrNoOrgUnit
	// when there is no such parent, and plan.ErrRefused or plan.ErrForbidden when
	// the directory does not take the name or we may not create any.
	CreateOrgUnit(ctx context.Context, parent, name string) (created bool, err error)
	// Attributes returns the custom attributes that there are.
	Attributes(ctx context.Context) ([]plan.Attribute, error)
	// CreateAttribute makes a custom attribute, unless it is there, and tells whether
	// it did. It returns plan.ErrDuplicate when there is another one of that name.
	CreateAttribute(ctx context.Context, attribute plan.Attribute) (created bool, err error)
	// OtherGroups returns the addresses of the groups, besides the known
	// ones, that the account is a direct member of at this moment.
	OtherGroups(ctx context.Context, googleID string, known []string) ([]string, error)
}
