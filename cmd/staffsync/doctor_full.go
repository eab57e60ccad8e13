package main

import (
	"context"
	"fmt"

	"github.com/staffsync/staffsync/plan"
	"github.com/staffsync/staffsync/plan/diff"
	"github.com/staffsync/staffsync/target/google"
)

// checkEverybody asks what a plan leaves unasked for the sake of requests, after
// it has said how many questions that are: who has the address of each person
// who has left without a linked account, whose account a search by ranges of
// DCIDs overlooks, and which groups the accounts are in that are suspended and
// where they belong.
func checkEverybody(ctx context.Context, c *checkup, directory *google.Directory, desired plan.Desired, actual plan.Actual) {
	questions, err := diff.LeftUnasked(desired, actual)
	if err != nil {
		c.fail(linksCheck, err.Error(), "")
		return
	}
	looked := 0
	overlooked, err := directory.LookUpEverybody(ctx, expected(desired), func(requests int) {
		looked = requests
		c.ok(linksCheck, "looking up %d people by their DCID, %d addresses of people who have left, and the groups of %d suspended accounts, one by one",
			requests, len(questions.Addresses), len(questions.Memberships))
	})
	if err != nil {
		c.fail(linksCheck, err.Error(), "")
		return
	}
	answers, err := directory.Answer(ctx, questions)
	if err != nil {
		c.fail(linksCheck, err.Error(), "")
		return
	}
	warnings, err := diff.Overlooked(desired, actual, answers)
	if err != nil {
		c.fail(linksCheck, err.Error(), "")
		return
	}
	if len(overlooked) > 0 {
		c.warn(linksCheck, fmt.Sprintf("%d people have an account that a search by ranges does not find: DCID %s", len(overlooked), listed(overlooked)),
			"write the DCID of these accounts again in the Admin console, so that Google indexes it")
	} else {
		c.ok(linksCheck, "none of the %d has an account that a plan would overlook", looked)
	}
	for _, warning := range warnings {
		c.warn(linksCheck, fmt.Sprintf("%s (DCID %d), %s: %s", warning.Staff.Name, warning.Staff.DCID, warning.Account, warning.Message), "")
	}
	if len(warnings) == 0 {
		c.ok(linksCheck, "no account without a DCID has the address of somebody who has left, and no suspended one is in a group")
	}
}
