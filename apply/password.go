package apply

import (
	"errors"
	"fmt"
	"io"
	"strings"
)

// Google takes passwords of 8 to 100 ASCII characters
// (https://developers.google.com/admin-sdk/directory/reference/rest/v1/users).
const (
	minPassword = 8
	maxPassword = 100
)

// randomLength characters of passwordAlphabet hold more than 115 bits. The
// alphabet leaves out what people misread: l, I, 1, O, o and 0.
const (
	randomLength     = 20
	passwordAlphabet = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"
)

// Check returns an error when there is no password for new accounts that Google
// would take. It never shows the password.
func (password Password) Check() error {
	if password.Random {
		if password.HandoffPath == "" {
			return errors.New("there is no hand-off file to write random passwords to; set newAccounts.password.handoff")
		}
		return nil
	}
	source := "the password for new accounts"
	if password.Env != "" {
		source += ", from the environment variable " + password.Env + ","
	}
	switch {
	case password.Fixed == "":
		return fmt.Errorf("%s is not set", strings.TrimSuffix(source, ","))
	case strings.ContainsFunc(password.Fixed, func(r rune) bool { return r < ' ' || r > '~' }):
		return fmt.Errorf("%s has a character that is not plain ASCII; Google takes only that", source)
	case len(password.Fixed) < minPassword || len(password.Fixed) > maxPassword:
		return fmt.Errorf("%s has %d characters; Google takes %d to %d", source, len(password.Fixed), minPassword, maxPassword)
	}
	return nil
}

// randomPassword draws a password from the source of randomness.
func randomPassword(random io.Reader) (string, error) {
	// Bytes from the uneven end of their range are left out, so that every
	// character is as likely as any other.
	const even = 256 - 256%len(passwordAlphabet)
	var password strings.Builder
	drawn := make([]byte, 2*randomLength)
	for range 16 {
		if _, err := io.ReadFull(random, drawn); err != nil {
			return "", fmt.Errorf("draw a random password: %w", err)
		}
		for _, b := range drawn {
			if int(b) >= even {
				continue
			}
			password.WriteByte(passwordAlphabet[int(b)%len(passwordAlphabet)])
			if password.Len() == randomLength {
				return password.String(), nil
			}
		}
	}
	return "", errors.New("draw a random password: the source of randomness is broken")
}
