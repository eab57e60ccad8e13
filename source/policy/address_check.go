package policy

import (
	"fmt"
	"strings"
	"unicode"
)

// maxLocalPart is how long the part before the @ may be.
const maxLocalPart = 64

// checkAddress refuses what cannot be a Google account's address.
func checkAddress(address string) error {
	if err := checkAddressOf("an account", address); err != nil {
		return fmt.Errorf("the e-mail address %q in PowerSchool %w", address, err)
	}
	return nil
}

// checkAddressOf refuses what cannot be an address of an account or a group: the
// error goes on after the address. Before the @ Google takes letters, digits,
// dashes, underscores, apostrophes and periods, no period at the beginning or end
// or after another (https://support.google.com/a/answer/9193374).
func checkAddressOf(whose, address string) error {
	wrong := fmt.Errorf
	_, noun, _ := strings.Cut(whose, " ")
	switch {
	case strings.ContainsAny(address, ",;") || strings.Count(address, "@") > 1:
		return wrong("is more than one address")
	case strings.ContainsFunc(address, unicode.IsControl):
		return wrong("holds a line break or another control character")
	case strings.ContainsFunc(address, unicode.IsSpace):
		return wrong("holds a space")
	}
	for _, r := range address {
		if r > unicode.MaxASCII {
			return wrong("holds the character %q (U+%04X), which no %s's address can", r, r, noun)
		}
	}
	local, domain, ok := strings.Cut(address, "@")
	switch {
	case !ok:
		return wrong("has no @")
	case local == "":
		return wrong("has nothing before the @")
	case !domainName.MatchString(domain):
		return wrong("has no domain such as example.org after the @")
	case len(local) > maxLocalPart:
		return wrong("has %d characters before the @, and %s has %d at most", len(local), whose, maxLocalPart)
	case strings.HasPrefix(local, ".") || strings.HasSuffix(local, ".") || strings.Contains(local, ".."):
		return wrong("has a period too many before the @")
	}
	for _, r := range local {
		if !strings.ContainsRune("abcdefghijklmnopqrstuvwxyz0123456789-_'.", r) {
			return wrong("holds the character %q, which no %s's address can", r, noun)
		}
	}
	return nil
}
