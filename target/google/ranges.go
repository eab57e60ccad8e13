package google

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"slices"

	admin "google.golang.org/api/admin/directory/v1"

	"github.com/staffsync/staffsync/plan"
)

const (
	// peoplePerRange is how many expected DCIDs a range holds at most: a
	// page's worth, less some room for linked accounts nobody expects.
	peoplePerRange = 480
	// sampledRanges is how many ranges are read side by side when it is not
	// known how many linked accounts there are.
	sampledRanges = 8
	// verifiedPeople is how many of the expected people without an account
	// are looked up one by one, to tell whether the numeric index is whole,
	// when they are more than one in everydayShare.
	verifiedPeople = 8
	everydayShare  = 100
)

// readAccounts reads the accounts that carry a match value: by ranges of
// DCIDs where the directory can search for them, so that the requests grow
// with the linked accounts, else by paging through the domain. Both give the
// same listing.
func (d *Directory) readAccounts(ctx context.Context, attributes []plan.Attribute, expected []int64) (*listing, error) {
	reason := d.noRanges(attributes)
	if reason == "" {
		users, unusable, err := d.readRanges(ctx, expected)
		switch {
		case err != nil:
			return nil, err
		case unusable == "":
			return users, nil
		}
		reason = unusable
	}
	d.log.LogAttrs(ctx, slog.LevelInfo, "reading accounts", slog.String("way", "domain"), slog.String("reason", reason))
	return d.readDomain(ctx)
}

// noRanges tells why the match attribute cannot be searched for by ranges,
// empty when it can
// (https://developers.google.com/admin-sdk/directory/v1/guides/search-users).
func (d *Directory) noRanges(attributes []plan.Attribute) string {
	i := slices.IndexFunc(attributes, func(a plan.Attribute) bool { return a.Name == d.match })
	switch {
	case i < 0 || attributes[i].Type != plan.TypeInt64:
		return d.match + " is no whole number"
	case !attributes[i].Indexed:
		return d.match + " is not indexed"
	case !attributes[i].NumericIndex:
		return d.match + " has no numeric index (numericIndexingSpec)"
	}
	return ""
}

// readRanges reads the whole number line side by side. Unusable says why the
// search cannot be relied on, and the domain has to be paged through; any
// other failure of any range is an error.
func (d *Directory) readRanges(ctx context.Context, expected []int64) (users *listing, unusable string, err error) {
	cuts, err := d.cuts(ctx, expected)
	if err != nil {
		return refusedSearch(err)
	}
	ranges := d.rangesBetween(cuts)
	d.log.LogAttrs(ctx, slog.LevelInfo, "reading accounts", slog.String("way", "ranges"), slog.Int("ranges", len(ranges)))
	users = &listing{seen: map[string]bool{}}
	_, err = sideBySide(ctx, ranges, func(ctx context.Context, query string) (struct{}, error) {
		return struct{}{}, d.eachUser(ctx, d.searching(query), query, func(user *admin.User) error { return d.addUser(users, user) })
	})
	if err != nil {
		return refusedSearch(err)
	}
	if len(users.accounts) == 0 || users.customer == "" {
		return nil, "no linked account was found by ranges", nil
	}
	missed, err := d.missedByRanges(ctx, users, expected)
	if err != nil {
		return refusedSearch(err)
	}
	if missed != 0 {
		d.log.LogAttrs(ctx, slog.LevelWarn, "the directory's numeric index is not complete", slog.String("attribute", d.match), slog.Int64("missed", missed))
		return nil, fmt.Sprintf("DCID %d is linked but was not found by ranges", missed), nil
	}
	users.sort()
	return users, "", nil
}

// refusedSearch tells a search that the directory does not understand, whose
// index may not have been built yet, from one that failed.
func refusedSearch(err error) (*listing, string, error) {
	var f *failure
	if errors.As(err, &f) && f.status == http.StatusBadRequest {
		return nil, f.Error(), nil
	}
	return nil, "", err
}

func (d *Directory) searching(query string) string {
	return fmt.Sprintf("read the accounts of %s with %s", d.domain, query)
}

// cuts are the DCIDs, ascending, at which the number line is cut so that its
// ranges hold about as many linked accounts each, and no more than a page.
func (d *Directory) cuts(ctx context.Context, expected []int64) ([]int64, error) {
	if dcids := positive(expected); len(dcids) > 0 {
		return quantiles(dcids, (len(dcids)+peoplePerRange-1)/peoplePerRange), nil
	}
	// A page is sorted by address, so its DCIDs are a sample of them all.
	query := d.match + ">=1"
	var dcids []int64
	more, err := d.firstPage(ctx, query, usersPerPage, func(user *admin.User) {
		if dcid, ok := parseDCID(d.matchText(user)); ok {
			dcids = append(dcids, dcid)
		}
	})
	if err != nil {
		return nil, err
	}
	parts := 1
	if more {
		parts = sampledRanges
	}
	return quantiles(positive(dcids), parts), nil
}

// firstPage visits the first accounts that the query finds, and tells whether
// there are more.
func (d *Directory) firstPage(ctx context.Context, query string, size int64, visit func(*admin.User)) (more bool, err error) {
	request := d.service.Users.List().Customer(ownCustomer).MaxResults(size).Query(query).
		Projection("custom").CustomFieldMask(d.schemaMask).Fields("nextPageToken,users(id,customSchemas)")
	var answer *admin.Users
	err = d.do(ctx, call{doing: d.searching(query), send: func(ctx context.Context) (err error) {
		answer, err = request.Context(ctx).Do()
		return err
	}})
	if err != nil {
		return false, err
	}
	for _, user := range answer.Users {
		if user != nil {
			visit(user)
		}
	}
	return answer.NextPageToken != "", nil
}

// positive returns the DCIDs that may be, sorted and each once.
func positive(dcids []int64) []int64 {
	dcids = slices.DeleteFunc(slices.Clone(dcids), func(dcid int64) bool { return dcid <= 0 })
	slices.Sort(dcids)
	return slices.Compact(dcids)
}

// quantiles cuts the sorted DCIDs into that many parts of about one size and
// returns the first DCID of each part but the first. There are at least two
// parts, because no single search finds all numbers.
func quantiles(dcids []int64, parts int) []int64 {
	if len(dcids) == 0 {
		return []int64{1}
	}
	parts = max(2, parts)
	cuts := make([]int64, 0, parts-1)
	for i := 1; i < parts; i++ {
		cuts = append(cuts, dcids[i*len(dcids)/parts])
	}
	return slices.Compact(cuts)
}

// rangesBetween are the queries that together find every number, those below
// 1 and above any cut included. Google documents a range's end as excluded;
// were it included, an account would be found twice, which does no harm.
func (d *Directory) rangesBetween(cuts []int64) []string {
	queries := []string{fmt.Sprintf("%s<%d", d.match, cuts[0])}
	for i := 1; i < len(cuts); i++ {
		queries = append(queries, fmt.Sprintf("%s:[%d,%d]", d.match, cuts[i-1], cuts[i]))
	}
	return append(queries, fmt.Sprintf("%s>=%d", d.match, cuts[len(cuts)-1]))
}

// missedByRanges looks some of the expected people whom the ranges did not
// find up by number, which needs no numeric index, and returns the DCID of one
// who has an account after all, or 0. It guards against an index that does not
// take in accounts from before it was asked for: a person whose account is
// overlooked might be given a second one. Such an index lacks most accounts,
// so that a few newly hired people are no reason to look.
func (d *Directory) missedByRanges(ctx context.Context, users *listing, expected []int64) (int64, error) {
	found := make(map[int64]bool, len(users.accounts))
	for _, account := range users.accounts {
		found[account.DCID] = true
	}
	missing := slices.DeleteFunc(positive(expected), func(dcid int64) bool { return found[dcid] })
	if len(missing)*everydayShare <= len(expected) {
		return 0, nil
	}
	some := make([]int64, min(len(missing), verifiedPeople))
	for i := range some {
		some[i] = missing[i*len(missing)/len(some)]
	}
	linked, err := sideBySide(ctx, some, func(ctx context.Context, dcid int64) (bool, error) {
		linked := false
		_, err := d.firstPage(ctx, fmt.Sprintf("%s=%d", d.match, dcid), 1, func(user *admin.User) {
			stored, _ := parseDCID(d.matchText(user))
			linked = linked || stored == dcid && !users.seen[user.Id]
		})
		return linked, err
	})
	if err != nil {
		return 0, err
	}
	for _, dcid := range some {
		if linked[dcid] {
			return dcid, nil
		}
	}
	return 0, nil
}
