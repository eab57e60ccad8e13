package diff

import (
	"fmt"
	"slices"
	"strings"

	"github.com/staffsync/staffsync/plan"
)

// checkSchema returns an error when the policy names an attribute that the
// directory does not have, or one that cannot be written as a single value.
func (c *comparison) checkSchema() error {
	if _, err := plan.FindMatch(c.actual.Attributes, c.rules.Match); err != nil {
		return err
	}
	for i, name := range c.rules.Attributes {
		_, err := plan.FindManaged(c.actual.Attributes, name)
		switch {
		case err != nil:
			return err
		case strings.EqualFold(name, c.rules.Match):
			return fmt.Errorf("the custom attribute %s holds the DCID (match) and cannot be one of the attributes as well", name)
		case slices.Contains(c.rules.Attributes[:i], name):
			return fmt.Errorf("the rules name the custom attribute %s twice", name)
		}
	}
	for i, kind := range c.rules.ExternalIDs {
		if slices.Contains(c.rules.ExternalIDs[:i], kind) {
			return fmt.Errorf("the rules name the external id %s twice", kind)
		}
	}
	return nil
}
