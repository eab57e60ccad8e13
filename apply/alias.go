package apply

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/staffsync/staffsync/plan"
)

// releaseAliases takes from the account the aliases that the plan gives to
// somebody else, after the rename that made them aliases. before is the
// account as it was read. It sets freed.
func (x *execution) releaseAliases(ctx context.Context, p portion, before plan.Account) bool {
	if !x.leftFor(p) {
		return false
	}
	all := true
	for _, alias := range x.releaseIn(p) {
		left := strings.EqualFold(alias, before.Address) && !strings.EqualFold(alias, x.account.Address)
		if left || before.HasAlias(alias) || x.account.HasAlias(alias) {
			all = x.release(ctx, alias) && all
		}
	}
	if p != early || x.action.Via != "" || x.atFinalAddress() {
		x.freed = x.freed || all
	}
	return all
}

// leftFor tells whether the account has reached the address to which the
// portion was to bring it.
func (x *execution) leftFor(p portion) bool {
	goal := x.goal(p)
	return goal == "" || strings.EqualFold(x.account.Address, goal) || x.atFinalAddress()
}

// releaseIn lists the aliases that the portion releases: of a rename through
// a temporary address the early one all but that address, which comes last.
func (x *execution) releaseIn(p portion) []string {
	if p == early && !x.atFinalAddress() {
		if x.action.Via == "" {
			return nil
		}
		return slices.DeleteFunc(slices.Clone(x.action.Release), func(alias string) bool {
			return strings.EqualFold(alias, x.action.Via)
		})
	}
	isVia := func(alias string) int {
		if strings.EqualFold(alias, plan.ViaAddress(x.dcid, x.runner.plan.Domain)) {
			return 1
		}
		return 0
	}
	aliases := slices.Clone(x.action.Release)
	slices.SortStableFunc(aliases, func(a, b string) int { return isVia(a) - isVia(b) })
	return aliases
}

// release takes one alias from the account and tells whether it is gone.
func (x *execution) release(ctx context.Context, alias string) bool {
	err := x.runner.directory.ReleaseAlias(ctx, x.id, alias)
	if errors.Is(err, plan.ErrUnclear) || errors.Is(err, plan.ErrNotFound) && x.stillHas(ctx, alias) {
		err = x.runner.directory.ReleaseAlias(ctx, x.id, alias)
	}
	switch {
	case err == nil:
		x.wrote = true
		x.note(Note{Part: PartAlias, Name: alias, Status: Done})
		return true
	case errors.Is(err, plan.ErrNotFound):
		x.note(Note{Part: PartAlias, Name: alias, Status: Already})
		return true
	}
	x.note(Note{Part: PartAlias, Name: alias, Status: Failed, Message: err.Error()})
	return false
}

// stillHas looks whether an alias that could not be found has come up: one
// that a rename leaves behind may take a moment.
func (x *execution) stillHas(ctx context.Context, alias string) bool {
	account, err := x.runner.directory.Account(ctx, x.id)
	return err == nil && account.HasAlias(alias)
}
