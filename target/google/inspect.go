package google

import (
	"context"
	"slices"

	admin "google.golang.org/api/admin/directory/v1"

	"github.com/staffsync/staffsync/plan"
)

// SuperAdministrators reads the addresses of the customer's super
// administrators, sorted. There is at least one in every Google Workspace.
func (d *Directory) SuperAdministrators(ctx context.Context) ([]string, error) {
	const doing = "read the super administrators"
	request := d.service.Users.List().Customer(ownCustomer).MaxResults(usersPerPage).
		Query("isAdmin=true").Fields("nextPageToken,users(primaryEmail,isAdmin)")
	var addresses []string
	err := d.eachUserOf(ctx, doing, request, func(user *admin.User) error {
		if user != nil && user.IsAdmin {
			addresses = append(addresses, user.PrimaryEmail)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	slices.Sort(addresses)
	return addresses, nil
}

// AdministratorAt reads what the account at the address is an administrator of,
// whatever custom attributes the directory has. Without an account the error is
// plan.ErrNotFound.
func (d *Directory) AdministratorAt(ctx context.Context, address string) (role plan.Admin, err error) {
	err = d.do(ctx, call{doing: "read the account at " + address, account: address, send: func(ctx context.Context) error {
		user, err := d.service.Users.Get(address).Fields("isAdmin,isDelegatedAdmin").Context(ctx).Do()
		if err == nil {
			role = adminOf(user)
		}
		return err
	}})
	return role, err
}
