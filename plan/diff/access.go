package diff

import (
	"cmp"
	"fmt"

	"github.com/staffsync/staffsync/plan"
)

// lockedOut says why staffsync does not give an active person access to the
// account again, nil where it does or where nothing keeps the person out. What
// cannot be lifted, or was decided by somebody else, is a person's to settle.
func (c *comparison) lockedOut(have *plan.Account) *obstacle {
	switch {
	case have.Guest:
		return &obstacle{
			plan.ConflictGuest,
			"active in PowerSchool, but the account that carries the DCID is a guest's",
			"write the DCID into the person's own account, and clear it here",
		}
	case have.Archived:
		return &obstacle{
			plan.ConflictArchived,
			"active in PowerSchool, but the account is archived",
			"unarchive it in the Admin console, which takes a licence",
		}
	case !have.Suspended:
		return nil
	case c.unlifted(have):
		return &obstacle{
			plan.ConflictSuspendedGoogle,
			fmt.Sprintf("active in PowerSchool, but the account is suspended (Google's reason: %s), and when an earlier apply tried, Google let nobody lift that", reasonGiven(have)),
			"ask Google's support; staffsync tries again when Google's reason is another one, or where it has no journal of that apply",
		}
	case !liftable(have.SuspensionReason):
		return &obstacle{
			plan.ConflictSuspendedGoogle,
			fmt.Sprintf("active in PowerSchool, but Google suspended the account (reason: %s), which no administrator can lift", have.SuspensionReason),
			"ask Google's support",
		}
	case c.rules.Reactivate == plan.ReactivateAny:
		return nil
	case !plan.Under(have.OrgUnitPath, c.rules.SuspendedOrgUnit):
		return &obstacle{
			plan.ConflictSuspendedElse,
			fmt.Sprintf("active in PowerSchool, but the account is suspended in %s (Google's reason: %s), not in %s",
				have.OrgUnitPath, reasonGiven(have), c.rules.SuspendedOrgUnit),
			"re-enable it in the Admin console, or set reactivate: any",
		}
	case have.SuspensionReason != suspendedByAdmin:
		return &obstacle{
			plan.ConflictSuspendedGoogle,
			fmt.Sprintf("active in PowerSchool, but the account was not suspended by an administrator (Google's reason: %s)", reasonGiven(have)),
			"see in the Admin console why, and re-enable it there if it is right; reactivate: any tries it",
		}
	}
	return nil
}

// unlifted tells whether Google let nobody lift this very suspension before.
func (c *comparison) unlifted(have *plan.Account) bool {
	reason, refused := c.actual.Unlifted[have.GoogleID]
	return refused && reason == have.SuspensionReason
}

// suspendedByAdmin is Google's reason for a suspension by an administrator or
// a program. For an account that Google itself suspended, none was seen.
const suspendedByAdmin = "ADMIN"

// liftable tells whether an administrator can lift a suspension for that
// reason (https://support.google.com/a/answer/1110339). Google documents no
// list of reasons, so an unknown one may be liftable.
func liftable(reason string) bool { return reason != "ABUSE" && reason != "UNDER13" }

func reasonGiven(have *plan.Account) string { return cmp.Or(have.SuspensionReason, "none") }
