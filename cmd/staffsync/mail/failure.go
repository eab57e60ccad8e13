package mail

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/textproto"
	"os"
	"strings"

	gomail "github.com/wneessen/go-mail"
)

// Replies of a server (RFC 4954, section 6).
const (
	replyNeedsSignIn = 530
	replyTooWeak     = 534
	replyWrong       = 535
)

// explain says what could not be done at the server.
func (c Config) explain(what string, err error) error {
	return fmt.Errorf("%s the mail server %s: %w", what, c, err)
}

// explainConnect says why there is no connection, and what to do.
func (c Config) explainConnect(err error) error {
	var host x509.HostnameError
	var certificate *tls.CertificateVerificationError
	var plain tls.RecordHeaderError
	var reply *textproto.Error
	var lookup *net.DNSError
	var network *net.OpError
	switch {
	case errors.As(err, &host):
		return fmt.Errorf("the certificate of the mail server %s is for another name: %w; name the server as its certificate does", c, host)
	case errors.As(err, &certificate):
		return fmt.Errorf("the certificate of the mail server %s is not trusted: %w; of a server of your own, name its CA's certificate: --smtp-ca FILE, or mail.caFile in the config", c, certificate.Err)
	case errors.As(err, &plain):
		return fmt.Errorf("the mail server %s does not speak TLS from the first byte; for STARTTLS say --smtp-tls starttls, or mail.tls: starttls in the config", c)
	case strings.Contains(err.Error(), "does not support STARTTLS"):
		return fmt.Errorf("the mail server %s offers no STARTTLS, and nothing is sent without TLS; for a port that speaks TLS from the first byte (often 465) say --smtp-tls tls, or mail.tls: tls in the config", c)
	case strings.Contains(err.Error(), "does not support SMTP AUTH"), errors.Is(err, gomail.ErrNoSupportedAuthDiscovered):
		return fmt.Errorf("the mail server %s takes no user name and password; leave out --smtp-user, or mail.user in the config", c)
	case errors.As(err, &reply) && (reply.Code == replyWrong || reply.Code == replyTooWeak):
		return fmt.Errorf("the mail server %s refuses the user name or the password of %s (%s); correct --smtp-user, or mail.user in the config, and %s. Google and Microsoft ask for an app password or for leave to sign in by SMTP", c, c.User, said(err), PasswordVariable)
	case errors.As(err, &lookup):
		return fmt.Errorf("there is no mail server %s: %w; correct --smtp, or mail.host in the config", c, lookup)
	case errors.Is(err, os.ErrDeadlineExceeded), errors.Is(err, context.DeadlineExceeded):
		return fmt.Errorf("the mail server %s does not answer; a firewall may be in the way, or the port speaks TLS from the first byte: --smtp-tls tls", c)
	case errors.As(err, &network):
		return fmt.Errorf("the mail server %s cannot be reached: %w; is the port right (587 for STARTTLS, 465 for TLS), and does a firewall let this machine out?", c, network.Err)
	}
	return c.explain("connect to", err)
}

// explainSender says why the server does not take mail from the sender.
func (c Config) explainSender(from string, err error) error {
	var reply *textproto.Error
	if errors.As(err, &reply) && reply.Code == replyNeedsSignIn && c.User == "" {
		return fmt.Errorf("the mail server %s wants somebody to sign in (%s): name the user with --smtp-user, or mail.user in the config, and put the password into %s", c, said(err), PasswordVariable)
	}
	return fmt.Errorf("the mail server %s takes no mail from %s: %s; correct --from, or mail.from in the config, or let it send there. Nothing was sent", c, from, said(err))
}

// explainRecipient says why the server does not take mail to the recipient.
func (c Config) explainRecipient(to string, err error) error {
	remedy := "correct --to, or mail.to in the config"
	if temporary(err) {
		remedy = "send again later"
	}
	return fmt.Errorf("the mail server %s takes no mail to %s: %s; %s. Nothing was sent to anybody", c, to, said(err), remedy)
}

// explainMessage says why the server does not take the message. Where the connection
// broke, the server may have it all the same.
func (c Config) explainMessage(err error) error {
	var reply *textproto.Error
	if !errors.As(err, &reply) {
		return fmt.Errorf("the connection to the mail server %s broke while it was given the message: %w; it may have been sent all the same", c, err)
	}
	remedy := "ask who runs it why"
	if temporary(err) {
		remedy = "send again later"
	}
	return fmt.Errorf("the mail server %s does not take the message: %s; %s. Nothing was sent", c, said(err), remedy)
}

// said is what the server said, in one line, or what else went wrong.
func said(err error) string {
	var reply *textproto.Error
	if errors.As(err, &reply) {
		return fmt.Sprintf("%d %s", reply.Code, strings.Join(strings.Fields(reply.Msg), " "))
	}
	return err.Error()
}

// temporary tells whether the same may succeed later.
func temporary(err error) bool {
	var reply *textproto.Error
	return !errors.As(err, &reply) || reply.Code < 500
}
