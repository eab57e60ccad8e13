package google

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"slices"

	admin "google.golang.org/api/admin/directory/v1"

	"github.com/staffsync/staffsync/plan"
)

// Expected is a person who may have an account.
type Expected struct {
	DCID int64
	// Active tells that the person would be given an account if none was
	// found.
	Active bool
	// Assigned tells of anybody else that the person once worked at a school
	// that exists, and so is likely to have an account.
	Assigned bool
	// Address is the person's in PowerSchool, Name and ExternalIDs are as they
	// are to be in Google; each may be empty.
	Address     string
	Name        plan.Name
	ExternalIDs map[string]string
}

const (
	// peoplePerRange is how many expected DCIDs a range holds at most: a
	// page's worth, less some room for linked accounts nobody expects.
	peoplePerRange = 480
	// sampledRanges is how many ranges are read side by side when it is not
	// known how many linked accounts there are.
	sampledRanges = 8
	// maxActiveLookups is how many active people without an account that the
	// ranges found are looked up one by one; with more of them the whole
	// directory is read. leaverLookups is how many of the others are.
	maxActiveLookups = 200
	leaverLookups    = 20
)

// readAccounts reads the accounts that carry a match value: by ranges of
// DCIDs where the directory can search for them, so that the requests grow
// with the linked accounts, else by paging through the domain. Both give the
// same listing.
func (d *Directory) readAccounts(ctx context.Context, attributes []plan.Attribute, expected []Expected) (*listing, error) {
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
	return d.readDomain(ctx, expected)
}

// noRanges tells why the match attribute cannot be searched for by ranges,
// empty when it can
// (https://developers.google.com/admin-sdk/directory/v1/guides/search-users).
func (d *Directory) noRanges(attributes []plan.Attribute) string {
	i := slices.IndexFunc(attributes, func(a plan.Attribute) bool { return a.Name == d.match })
	switch {
	case i < 0 || attributes[i].Type != plan.TypeInt64:
		return d.match + " is not a whole number"
	case !attributes[i].Indexed:
		return d.match + " is not indexed"
	case !attributes[i].NumericIndex:
		return d.match + " has no numeric index (numericIndexingSpec)"
	}
	return ""
}

// readRanges reads the whole number line, and checks that it can be relied on.
// Unusable says why it cannot, and the domain has to be paged through.
func (d *Directory) readRanges(ctx context.Context, expected []Expected) (users *listing, unusable string, err error) {
	if users, unusable, err = d.rangeListing(ctx, expected); err != nil || unusable != "" {
		return nil, unusable, err
	}
	if unusable, err = d.checkRanges(ctx, users, expected); err != nil {
		return refusedSearch(err)
	}
	if unusable != "" {
		return nil, unusable, nil
	}
	users.sort()
	return users, "", nil
}

// rangeListing reads the whole number line side by side. Unusable says why the
// directory cannot search by ranges; any other failure of any range is an
// error.
func (d *Directory) rangeListing(ctx context.Context, expected []Expected) (users *listing, unusable string, err error) {
	cuts, err := d.cuts(ctx, expected)
	if err != nil {
		return refusedSearch(err)
	}
	ranges := d.rangesBetween(cuts)
	d.log.LogAttrs(ctx, slog.LevelInfo, "reading accounts", slog.String("way", "ranges"), slog.Int("ranges", len(ranges)))
	users = &listing{seen: map[string]bool{}}
	_, err = sideBySide(ctx, d.reading, ranges, func(ctx context.Context, query string) (struct{}, error) {
		return struct{}{}, d.eachUser(ctx, d.searching(query), query, func(user *admin.User) error { return d.addUser(users, user) })
	})
	if err != nil {
		return refusedSearch(err)
	}
	if len(users.accounts) == 0 || users.customer == "" {
		return nil, "no linked account was found by ranges", nil
	}
	return users, "", nil
}

// LookUpEverybody looks up by number each of the people whom a reading by
// ranges does not find, and returns the DCIDs of those who have an account all
// the same: the numeric index lacks it. Announce is told beforehand how many
// requests that takes; it takes none where accounts are not read by ranges.
func (d *Directory) LookUpEverybody(ctx context.Context, expected []Expected, announce func(requests int)) ([]int64, error) {
	defer d.reading.begin()()
	attributes, err := d.Attributes(ctx)
	if err != nil {
		return nil, err
	}
	if d.noRanges(attributes) != "" {
		announce(0)
		return nil, nil
	}
	users, unusable, err := d.rangeListing(ctx, expected)
	if err != nil || unusable != "" {
		announce(0)
		return nil, err
	}
	active, others := users.notFound(expected)
	announce(len(active) + len(others))
	return d.overlooked(ctx, users, slices.Concat(active, others))
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
func (d *Directory) cuts(ctx context.Context, expected []Expected) ([]int64, error) {
	dcids := make([]int64, 0, len(expected))
	for _, person := range expected {
		dcids = append(dcids, person.DCID)
	}
	if dcids = positive(dcids); len(dcids) > 0 {
		return quantiles(dcids, (len(dcids)+peoplePerRange-1)/peoplePerRange), nil
	}
	// A page is sorted by address, so its DCIDs are a sample of them all.
	query := d.match + ">=1"
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

// checkRanges tells why the ranges cannot be relied on, empty when they can.
// It guards against a numeric index that lacks accounts, such as those from
// before the index was asked for: an active person whose account is overlooked
// would be given a second one, and a leaver would keep working. So it looks up
// by number, which needs no numeric index, those whom the ranges did not find:
// all active people, and a few of the others, those most likely to have an
// account first. How many were not looked up is a warning.
func (d *Directory) checkRanges(ctx context.Context, users *listing, expected []Expected) (unusable string, err error) {
	active, others := users.notFound(expected)
	if len(active) > maxActiveLookups {
		return fmt.Sprintf("%d active people have no account that was found by ranges", len(active)), nil
	}
	looked := min(len(others), leaverLookups)
	missed, err := d.overlooked(ctx, users, slices.Concat(active, others[:looked]))
	switch {
	case err != nil:
		return "", err
	case len(missed) > 0:
		d.log.LogAttrs(ctx, slog.LevelWarn, "the directory's numeric index is not complete", slog.String("attribute", d.match), slog.Int64("missed", missed[0]))
		return fmt.Sprintf("DCID %d is linked but was not found by ranges", missed[0]), nil
	}
	if left := len(others) - looked; left > 0 {
		users.warnings = append(users.warnings, plan.Warning{
			Kind: plan.WarningTarget,
			Message: fmt.Sprintf("%d inactive or left-out people have no account that a search by ranges of %s found, and were not looked up one by one; the %d who were have none (doctor --full looks all of them up)",
				left, d.match, looked),
		})
	}
	if addresses := addressesOf(expected, others); addresses > 0 {
		users.warnings = append(users.warnings, plan.Warning{
			Kind: plan.WarningTarget,
			Message: fmt.Sprintf("%d people without a linked account are inactive or left out and have an address in PowerSchool; whether an account without a DCID has it, and keeps working, was not looked up (doctor --full does)",
				addresses),
		})
	}
	return "", nil
}

// addressesOf counts the addresses of those of the expected people who have one
// of the DCIDs.
func addressesOf(expected []Expected, dcids []int64) int {
	wanted := make(map[int64]bool, len(dcids))
	for _, dcid := range dcids {
		wanted[dcid] = true
	}
	n := 0
	for _, person := range expected {
		if wanted[person.DCID] && person.Address != "" {
			n++
		}
	}
	return n
}

// notFound lists the DCIDs of the expected people whose account is not among
// those that were read: the active ones, and the others, who once worked at a
// school first, each by the highest DCID first.
func (l *listing) notFound(expected []Expected) (active, others []int64) {
	found := make(map[int64]bool, len(l.accounts))
	for i := range l.accounts {
		found[l.accounts[i].DCID] = true
	}
	missing := slices.DeleteFunc(slices.Clone(expected), func(person Expected) bool {
		return person.DCID <= 0 || found[person.DCID]
	})
	slices.SortFunc(missing, func(a, b Expected) int { return cmp.Compare(b.DCID, a.DCID) })
	var assigned []int64
	for _, person := range missing {
		switch {
		case person.Active:
			active = append(active, person.DCID)
		case person.Assigned:
			assigned = append(assigned, person.DCID)
		default:
			others = append(others, person.DCID)
		}
	}
	return active, slices.Concat(assigned, others)
}

// overlooked looks these people up by number and returns the DCIDs of those who
// have an account that the ranges did not find.
func (d *Directory) overlooked(ctx context.Context, users *listing, dcids []int64) ([]int64, error) {
	linked, err := sideBySide(ctx, d.reading, dcids, func(ctx context.Context, dcid int64) (bool, error) {
		linked := false
		_, err := d.firstPage(ctx, fmt.Sprintf("%s=%d", d.match, dcid), 1, func(user *admin.User) {
			stored, _ := parseDCID(d.matchText(user))
			linked = linked || stored == dcid && !users.seen[user.Id]
		})
		return linked, err
	})
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(slices.Clone(dcids), func(dcid int64) bool { return !linked[dcid] }), nil
}
