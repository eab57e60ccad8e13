package diff

import "github.com/staffsync/staffsync/plan"

// order writes down who waits for whom, and which addresses are released for
// it.
func (a *addresses) order() {
	for _, d := range a.claimants {
		holder, ok := a.waits[d]
		if !ok {
			continue
		}
		address, _ := d.claims()
		d.after = []*draft{holder}
		holder.release = append(holder.release, address)
	}
}

// releaseLeftovers has every account give its own temporary address back,
// last of all.
func (a *addresses) releaseLeftovers() {
	for _, d := range a.drafts {
		if d.dropped || d.have == nil || !d.want.Active || a.heldFrom(d.want.DCID, plan.HoldRename) != nil {
			continue
		}
		via := plan.ViaAddress(d.want.DCID, a.actual.Domain)
		_, renamed := d.claims()
		if d.via != "" || d.have.HasAlias(via) || renamed && d.atVia(a.actual.Domain) {
			d.release = append(d.release, via)
		}
	}
}
