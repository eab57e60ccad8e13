package google

import (
	"context"
	"errors"
	"fmt"
	"slices"

	admin "google.golang.org/api/admin/directory/v1"

	"github.com/staffsync/staffsync/plan"
	"github.com/staffsync/staffsync/target/google/signin"
)

// OrgUnits reads the paths of all org units but the root, sorted
// (https://developers.google.com/admin-sdk/directory/reference/rest/v1/orgunits/list).
func (d *Directory) OrgUnits(ctx context.Context) ([]string, error) {
	return d.orgUnits(ctx, d.service)
}

func (d *Directory) orgUnits(ctx context.Context, service *admin.Service) ([]string, error) {
	const doing = "read the org units"
	var answer *admin.OrgUnits
	err := d.do(ctx, call{doing: doing, send: func(ctx context.Context) (err error) {
		answer, err = service.Orgunits.List(ownCustomer).Type("all").Fields("organizationUnits(orgUnitPath)").
			Context(ctx).Do()
		return err
	}})
	if err != nil {
		return nil, err
	}
	var paths []string
	for _, unit := range answer.OrganizationUnits {
		if unit == nil || unit.OrgUnitPath == "" {
			return nil, fmt.Errorf("%s: %w", doing, errors.New("the directory lists one without a path"))
		}
		if unit.OrgUnitPath != "/" {
			paths = append(paths, unit.OrgUnitPath)
		}
	}
	slices.Sort(paths)
	return slices.Compact(paths), nil
}

// CreateOrgUnit makes an org unit of that name in the one at the path parent, and
// does nothing where there is one; it tells whether this request made it, as far as
// that is known. It takes the further scope signin.CreateOrgUnits, without which the
// error is a *signin.Error that says what is missing. It is plan.ErrRefused when
// there is no such parent, or Google does not take the name.
//
// Of an org unit that is there Google says that its id is not valid (400) or that it
// cannot tell (503), so the org units are read before either is believed. A parent
// that was created just now may not be known yet: that is waited out.
func (d *Directory) CreateOrgUnit(ctx context.Context, parent, name string) (created bool, err error) {
	path := plan.JoinOrgUnit(parent, name)
	doing := "create org unit " + path
	if parent == "" || name == "" {
		return false, fmt.Errorf("%s: no parent or no name is given", doing)
	}
	service, err := d.with(ctx, signin.CreateOrgUnits())
	if err != nil {
		return false, err
	}
	if err := d.await(ctx, d.newUnits); err != nil {
		return false, fmt.Errorf("%s: %w", doing, err)
	}
	created = true
	var stored *admin.OrgUnit
	err = d.do(ctx, call{
		doing: doing, write: true, orgUnit: parent, taken: plan.ErrRefused,
		send: func(ctx context.Context) (err error) {
			stored, err = service.Orgunits.Insert(ownCustomer, &admin.OrgUnit{Name: name, ParentOrgUnitPath: parent}).Fields("orgUnitPath").Context(ctx).Do()
			return err
		},
		readBack: func(ctx context.Context, last *failure) (bool, error) {
			paths, err := d.orgUnits(ctx, service)
			if err != nil {
				return false, cannotTell(last, err)
			}
			there := slices.ContainsFunc(paths, func(one string) bool { return plan.SameOrgUnit(one, path) })
			created = last.unclear
			if !there && (errors.Is(last, plan.ErrDuplicate) || errors.Is(last, plan.ErrRefused) && !last.retry) {
				return false, last
			}
			return there, nil
		},
	})
	switch {
	case err != nil:
		return false, err
	case stored != nil && !plan.SameOrgUnit(stored.OrgUnitPath, path):
		return false, fmt.Errorf("%s: %w: Google made %q of it", doing, plan.ErrRefused, stored.OrgUnitPath)
	}
	d.created.add(d.now(), orgUnitKey(path))
	return created, nil
}

// orgUnitKey is what newcomers know an org unit by.
func orgUnitKey(path string) string { return "org unit " + path }

// orgUnitOf is the org unit that the changes put an account in, empty for none.
func orgUnitOf(changes plan.Changes) string {
	change, _ := changes.Get(plan.FieldOrgUnitPath)
	return change.To.String()
}
