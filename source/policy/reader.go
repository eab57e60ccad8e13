package policy

import (
	"context"
	"errors"

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
// in part is an error, and so is a policy with sensitive attributes and without
// the key of their fingerprints.
func (r Reader) ReadState(ctx context.Context) (plan.Desired, error) {
	if len(r.Policy.rules.Sensitive) > 0 && !r.Policy.withoutSensitive && !r.Policy.key.Known() {
		return plan.Desired{}, errors.New("the key of the fingerprints of sensitive attributes is not known")
	}
	district, err := r.ReadDistrict(ctx)
	if err != nil {
		return plan.Desired{}, err
	}
	if err := r.Policy.CheckColumns(district); err != nil {
		return plan.Desired{}, err
	}
	return r.Policy.Desired(district), nil
}

// ReadDistrict reads the tables and returns what they say, whatever the policy makes
// of it.
func (r Reader) ReadDistrict(ctx context.Context) (source.District, error) {
	tables, err := r.Tables.ReadTables(ctx)
	if err != nil {
		return source.District{}, err
	}
	return source.Assemble(tables, r.Policy.source)
}
