package policy

import (
	"context"

	"github.com/staffsync/staffsync/plan"
	"github.com/staffsync/staffsync/source"
)

// TableReader reads PowerSchool's tables whole.
type TableReader interface {
	ReadTables(ctx context.Context) (source.Tables, error)
}

// Reader reads the desired state: PowerSchool's tables, assembled to a
// district whose staff the policy then decides on.
type Reader struct {
	Tables TableReader
	Policy *Policy
}

// ReadState reads the tables and returns the desired state. A read that fails
// in part is an error.
func (r Reader) ReadState(ctx context.Context) (plan.Desired, error) {
	tables, err := r.Tables.ReadTables(ctx)
	if err != nil {
		return plan.Desired{}, err
	}
	district, err := source.Assemble(tables, r.Policy.source)
	if err != nil {
		return plan.Desired{}, err
	}
	return r.Policy.Desired(district), nil
}
