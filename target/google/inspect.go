package google

import (
	"context"
	"slices"

	admin "google.golang.org/api/admin/directory/v1"
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
