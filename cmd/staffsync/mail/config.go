// Package mail sends what a person is to read by SMTP, never without TLS.
package mail

import (
	"errors"
	"net"
	"net/mail"
	"strconv"
	"strings"

	"github.com/staffsync/staffsync/plan"
)

// PasswordVariable is the environment variable that holds the password of the user.
// No flag and no file does.
const PasswordVariable = "STAFFSYNC_SMTP_PASSWORD"

// Security is how the connection becomes one with TLS.
type Security string

// The ways to TLS.
const (
	// STARTTLS begins without TLS and asks for it before anything else is said (RFC
	// 3207). A server that does not offer it gets nothing.
	STARTTLS Security = "starttls"
	// TLS speaks TLS from the first byte (RFC 8314).
	TLS Security = "tls"
)

// The ports of the two, where none is named.
const (
	submissionPort  = 587
	submissionsPort = 465
)

// Config is the section mail of the config: by which server, from whom and to whom
// send sends. Flags of send say the same and count before it.
type Config struct {
	// Host is the name of the SMTP server.
	Host string `yaml:"host,omitempty"`
	// Port is the server's port: 587, or 465 for tls, when it is 0.
	Port int `yaml:"port,omitempty"`
	// TLS is starttls or tls; when it is empty, tls for the port 465 and starttls for
	// any other.
	TLS Security `yaml:"tls,omitempty"`
	// CAFile is a file of certificates in PEM form that the server's may be signed by
	// besides those that the system trusts.
	CAFile string `yaml:"caFile,omitempty"`
	// User signs in to the server, with the password in STAFFSYNC_SMTP_PASSWORD.
	// When it is empty, nobody does.
	User string `yaml:"user,omitempty"`
	// From is the sender's address.
	From string `yaml:"from,omitempty"`
	// To are the addresses of the recipients.
	To []string `yaml:"to,omitempty"`
}

// Validate checks the keys that there are. Its error is of plan.KeyErrors.
func (c Config) Validate() error {
	var problems []error
	if c.Host != "" && (strings.TrimSpace(c.Host) != c.Host || strings.ContainsAny(c.Host, "/ ") || strings.Contains(c.Host, ":") && net.ParseIP(c.Host) == nil) {
		problems = append(problems, plan.KeyErrorf("mail.host", "%q is not the name of a server; write the name alone, and its port under mail.port", c.Host))
	}
	if c.Port < 0 || c.Port > 65535 {
		problems = append(problems, plan.KeyErrorf("mail.port", "%d is not a port; leave it out for 587, or 465 with tls: tls", c.Port))
	}
	if err := c.TLS.check(); err != nil {
		problems = append(problems, &plan.KeyError{Key: "mail.tls", Err: err})
	}
	if c.From != "" {
		if _, err := address(c.From); err != nil {
			problems = append(problems, &plan.KeyError{Key: "mail.from", Err: err})
		}
	}
	for i, to := range c.To {
		if _, err := address(to); err != nil {
			problems = append(problems, &plan.KeyError{Key: "mail.to[" + strconv.Itoa(i) + "]", Err: err})
		}
	}
	return errors.Join(problems...)
}

func (s Security) check() error {
	switch s {
	case "", STARTTLS, TLS:
		return nil
	}
	return errors.New("\"" + string(s) + "\" is neither starttls nor tls; without TLS nothing is sent")
}

// address reads one address, with or without a name.
func address(text string) (*mail.Address, error) {
	read, err := mail.ParseAddress(text)
	if err != nil {
		return nil, errors.New("\"" + text + "\" is not an e-mail address such as it@example.org")
	}
	return read, nil
}

// SetServer sets the host and the port from host:port, of which the port may be left
// out.
func (c *Config) SetServer(text string) error {
	c.Host, c.Port = text, 0
	if host, port, err := net.SplitHostPort(text); err == nil {
		n, err := strconv.ParseUint(port, 10, 16)
		if err != nil || n == 0 {
			return errors.New("--smtp \"" + text + "\": write the server and its port, such as smtp.example.org:587")
		}
		c.Host, c.Port = host, int(n)
	}
	return nil
}

// security is how the connection becomes one with TLS.
func (c Config) security() Security {
	switch {
	case c.TLS != "":
		return c.TLS
	case c.Port == submissionsPort:
		return TLS
	}
	return STARTTLS
}

// server is the host and the port.
func (c Config) server() string {
	port := c.Port
	switch {
	case port != 0:
	case c.security() == TLS:
		port = submissionsPort
	default:
		port = submissionPort
	}
	return net.JoinHostPort(c.Host, strconv.Itoa(port))
}

// String says which server it is and how it is spoken to.
func (c Config) String() string { return c.server() + " (" + string(c.security()) + ")" }

// missing names what must be said before anything can be sent.
func (c Config) missing() error {
	switch {
	case c.Host == "":
		return errors.New("no mail server is named: --smtp HOST:PORT, or mail.host in the config")
	case c.From == "":
		return errors.New("no sender is named: --from ADDRESS, or mail.from in the config")
	case len(c.To) == 0:
		return errors.New("no recipient is named: --to ADDRESS, or mail.to in the config")
	}
	return nil
}
