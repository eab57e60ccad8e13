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
	err := eachPage(doing, func(token string) (next string, err error) {
		if token != "" {
			request.PageToken(token)
		}
		var answer *admin.Users
		err = d.do(ctx, call{doing: doing, send: func(ctx context.Context) (err error) {
			answer, err = request.Context(ctx).Do()
			return err
		}})
		if err != nil {
			return "", err
		}
		for _, user := range answer.Users {
			if user != nil && user.IsAdmin {
				addresses = append(addresses, user.PrimaryEmail)
			}
		}
		return answer.NextPageToken, nil
	})
	if err != nil {
		return nil, err
	}
	slices.Sort(addresses)
	return addresses, nil
}
