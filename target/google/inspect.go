package google

import (
	"context"
	"fmt"
	"slices"

	admin "google.golang.org/api/admin/directory/v1"

	"github.com/staffsync/staffsync/plan"
)

// Attributes reads the custom attributes of all the directory's schemas, by
// name.
func (d *Directory) Attributes(ctx context.Context) ([]plan.Attribute, error) {
	return d.readAttributes(ctx)
}

// OrgUnits reads the paths of all org units but the root, sorted.
func (d *Directory) OrgUnits(ctx context.Context) ([]string, error) {
	return d.readOrgUnits(ctx)
}

// SuperAdministrators reads the addresses of the customer's super
// administrators, sorted. There is at least one in every Google Workspace.
func (d *Directory) SuperAdministrators(ctx context.Context) ([]string, error) {
	const doing = "read the super administrators"
	request := d.service.Users.List().Customer(ownCustomer).MaxResults(usersPerPage).
		Query("isAdmin=true").Fields("nextPageToken,users(primaryEmail,isAdmin)")
	var addresses []string
	for pages := 1; ; pages++ {
		var answer *admin.Users
		err := d.do(ctx, call{doing: doing, send: func(ctx context.Context) (err error) {
			answer, err = request.Context(ctx).Do()
			return err
		}})
		if err != nil {
			return nil, err
		}
		for _, user := range answer.Users {
			if user != nil && user.IsAdmin {
				addresses = append(addresses, user.PrimaryEmail)
			}
		}
		if answer.NextPageToken == "" {
			slices.Sort(addresses)
			return addresses, nil
		}
		if pages == maxAdministratorPages {
			return nil, fmt.Errorf("%s: there are more than %d pages of them", doing, maxAdministratorPages)
		}
		request.PageToken(answer.NextPageToken)
	}
}

// maxAdministratorPages ends a list that never would: nobody has thousands of
// super administrators.
const maxAdministratorPages = 10
