package mail

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"os"
	"time"

	gomail "github.com/wneessen/go-mail"
	"github.com/wneessen/go-mail/smtp"
)

const (
	// connectTimeout is how long connecting and signing in may take, and
	// sendTimeout everything after it.
	connectTimeout = 30 * time.Second
	sendTimeout    = 10 * time.Minute
)

// Send sends the message, to all recipients or to none, and signs in with the
// password where the config names a user. Its error says what to do.
func (c Config) Send(ctx context.Context, m Message, password string, date time.Time) error {
	if err := c.missing(); err != nil {
		return err
	}
	if c.User != "" && password == "" {
		return fmt.Errorf("the mail server's user is %s, and the environment variable %s, which holds the password, is not set", c.User, PasswordVariable)
	}
	envelope, err := c.envelope()
	if err != nil {
		return err
	}
	err = c.send(ctx, envelope, m.compose(envelope, date), password)
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return err
}

func (c Config) send(ctx context.Context, e envelope, message *gomail.Msg, password string) error {
	trusted, err := c.tlsConfig()
	if err != nil {
		return err
	}
	client, err := c.connect(ctx, trusted, password)
	if err != nil {
		return c.explainConnect(err)
	}
	defer client.Close()
	if err := client.UpdateDeadline(sendTimeout); err != nil {
		return c.explain("speak to", err)
	}
	if err := c.hand(client, e, message); err != nil {
		return err
	}
	_ = client.Quit() // the server has the message
	return nil
}

// hand gives the message to the server.
func (c Config) hand(client *smtp.Client, e envelope, message *gomail.Msg) error {
	if err := client.Mail(e.from.Address); err != nil {
		return c.explainSender(e.from.Address, err)
	}
	var refused []error
	for _, to := range e.to {
		if err := client.Rcpt(to.Address); err != nil {
			refused = append(refused, c.explainRecipient(to.Address, err))
		}
	}
	if len(refused) > 0 {
		return errors.Join(refused...)
	}
	body, err := client.Data()
	if err == nil {
		if _, err = message.WriteTo(body); err == nil {
			err = body.Close()
		}
	}
	if err != nil {
		return c.explainMessage(err)
	}
	return nil
}

// connect connects to the server, over TLS, and signs in.
func (c Config) connect(ctx context.Context, trusted *tls.Config, password string) (*smtp.Client, error) {
	options := []gomail.Option{
		gomail.WithTLSPolicy(gomail.TLSMandatory), gomail.WithTimeout(connectTimeout), gomail.WithTLSConfig(trusted),
		gomail.WithDialContextFunc(c.dial(ctx, trusted)),
	}
	if c.security() == TLS {
		options = append(options, gomail.WithSSL())
	}
	if c.User != "" {
		options = append(options, gomail.WithOpportunisticSMTPAuth(gomail.SMTPAuthPlain, gomail.SMTPAuthLogin), gomail.WithUsername(c.User), gomail.WithPassword(password))
	}
	client, err := gomail.NewClient(c.Host, options...)
	if err != nil {
		return nil, err
	}
	return client.DialToSMTPClientWithContext(ctx)
}

// dial connects to the server. When ctx ends, so does the connection, whatever waits
// for it.
func (c Config) dial(ctx context.Context, trusted *tls.Config) gomail.DialContextFunc {
	return func(dialing context.Context, network, _ string) (net.Conn, error) {
		connection, err := (&net.Dialer{}).DialContext(dialing, network, c.server())
		if err != nil {
			return nil, err
		}
		context.AfterFunc(ctx, func() { _ = connection.Close() })
		if c.security() != TLS {
			return connection, nil
		}
		encrypted := tls.Client(connection, trusted)
		if err := encrypted.HandshakeContext(dialing); err != nil {
			return nil, errors.Join(err, connection.Close())
		}
		return encrypted, nil
	}
}

// tlsConfig says whose certificates are trusted: those that the system trusts, and
// those of the CA file.
func (c Config) tlsConfig() (*tls.Config, error) {
	trusted := &tls.Config{ServerName: c.Host, MinVersion: tls.VersionTLS12}
	if c.CAFile == "" {
		return trusted, nil
	}
	certificates, err := os.ReadFile(c.CAFile)
	if err != nil {
		return nil, fmt.Errorf("read the certificates of the mail server: %w", err)
	}
	if trusted.RootCAs, err = x509.SystemCertPool(); err != nil {
		trusted.RootCAs = x509.NewCertPool()
	}
	if !trusted.RootCAs.AppendCertsFromPEM(certificates) {
		return nil, fmt.Errorf("%s holds no certificate in PEM form (-----BEGIN CERTIFICATE-----)", c.CAFile)
	}
	return trusted, nil
}
