package powerschool

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strings"

	"github.com/staffsync/staffsync/plan"
	"github.com/staffsync/staffsync/source"
)

// messages is what errors name: whose read it is, and where.
type messages struct {
	user    string
	grantee string // the user, as a GRANT statement names it
	address address
	config  source.PowerSchool
	extras  map[string]source.Extra
}

// Numbers of Oracle's messages
// (https://docs.oracle.com/en/error-help/db/ora-00904/ and the like).
const (
	noSuchColumn = 904
	noSuchTable  = 942
)

// serverGone tells whether a refusal is about the session or the server, and
// not about the statement.
func serverGone(code int) bool {
	switch code {
	case 28, 600, 1012, 1013, 1033, 1034, 1089, 1090, 1092, 2396, 3113, 3114, 3135, 12537:
		return true
	}
	return false
}

// explainConnect words why there is no session. ctx is the one that limits
// connecting; reached tells whether anything answered at the address.
func (r *Reader) explainConnect(ctx context.Context, err error, reached bool) error {
	m := r.messages
	if ended := m.explainEnd(ctx, "connect to PowerSchool"); ended != nil {
		switch {
		case !errors.Is(ended, errConnectTimeout):
			return ended
		case reached:
			listener := "an Oracle listener"
			if r.engine.encrypted {
				listener += " that speaks TLS"
			}
			return fmt.Errorf("PowerSchool's database at %s accepted the connection but did not finish signing in within %s; check that %s is behind this port and nothing between holds it up, or raise source.powerschool.connectTimeout", m.address, m.config.ConnectTimeout, listener)
		}
		return fmt.Errorf("PowerSchool's database at %s did not answer within %s; check the host and port in %s, the firewall, and the VPN or SSH tunnel if there is one", m.address, m.config.ConnectTimeout, DatabaseVariable)
	}
	if answered, ok := r.engine.refusal(err); ok {
		return m.explainSignIn(answered)
	}
	if problem := m.explainTLS(err); problem != nil {
		return problem
	}
	var name *net.DNSError
	var dial *net.OpError
	switch {
	case errors.As(err, &name):
		return fmt.Errorf("the host of PowerSchool's database at %s is not known; correct %s (a name from tnsnames.ora does not work, host:port/service does), or start the VPN if there is one", m.address, DatabaseVariable)
	case errors.As(err, &dial) && dial.Op == "dial":
		return fmt.Errorf("PowerSchool's database at %s cannot be reached: %s; check the host and port in %s, that the listener runs, and the VPN or SSH tunnel if there is one", m.address, clean(dialProblem(dial)), DatabaseVariable)
	case errors.Is(err, errUnencrypted):
		return fmt.Errorf("the listener of PowerSchool's database at %s sent staffsync on to an address without TLS; have its administrator correct that, or write the address that speaks TLS in %s", m.address, DatabaseVariable)
	case errors.Is(err, errNotUnderstood):
		return fmt.Errorf("what answers at %s is not an Oracle listener; correct %s", m.address, DatabaseVariable)
	case isCut(err):
		return fmt.Errorf("PowerSchool's database at %s closed the connection before the sign-in was done; check the host and port in %s, whether the listener wants TLS (source.powerschool.tls), and that it lets this machine in", m.address, DatabaseVariable)
	}
	return fmt.Errorf("sign in to PowerSchool's database at %s: %s", m.address, clean(err.Error()))
}

// dialProblem is the system's own word for it, without the address.
func dialProblem(err *net.OpError) string {
	var system *os.SyscallError
	if errors.As(err, &system) {
		return system.Err.Error()
	}
	return err.Err.Error()
}

// explainTLS words a failed handshake, nil if err is none.
func (m messages) explainTLS(err error) error {
	var authority x509.UnknownAuthorityError
	var host x509.HostnameError
	var certificate x509.CertificateInvalidError
	var record tls.RecordHeaderError
	var alert tls.AlertError
	const begin = "the certificate of PowerSchool's database at "
	switch {
	case errors.As(err, &authority):
		return fmt.Errorf(begin+"%s is signed by nobody this machine trusts; name the certificate of who signed it in source.powerschool.tls.ca", m.address)
	case errors.As(err, &host):
		return fmt.Errorf(begin+"%s is for another host (%s); write the host in %s as in the certificate", m.address, clean(host.Error()), DatabaseVariable)
	case errors.As(err, &certificate):
		return fmt.Errorf(begin+"%s is not valid: %s", m.address, clean(certificate.Error()))
	case errors.As(err, &record):
		return fmt.Errorf("PowerSchool's database at %s does not speak TLS on this port; write the port for TLS (often 2484) in %s, or remove source.powerschool.tls", m.address, DatabaseVariable)
	case errors.As(err, &alert):
		return fmt.Errorf("PowerSchool's database at %s refused TLS: %s; if it asks for a certificate of this machine, name its wallet in source.powerschool.tls.wallet", m.address, clean(alert.Error()))
	}
	return nil
}

// explainEnd words why the context ended, nil if it has not.
func (m messages) explainEnd(ctx context.Context, doing string) error {
	cause := context.Cause(ctx)
	switch {
	case cause == nil:
		return nil
	case errors.Is(cause, errReadTimeout):
		return fmt.Errorf("%s: the read was not done within %s; try again when PowerSchool is less busy, or raise source.powerschool.readTimeout", doing, m.config.ReadTimeout)
	}
	return fmt.Errorf("%s: %w", doing, cause)
}

// isCut tells whether the connection ended without a word.
func isCut(err error) bool {
	var operation *net.OpError
	return errors.Is(err, driver.ErrBadConn) || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) ||
		errors.Is(err, net.ErrClosed) || errors.As(err, &operation)
}

// clean makes one line of a server's text that is safe to print.
func clean(text string) string {
	text, _, _ = strings.Cut(strings.TrimSpace(text), "\n")
	text = plan.Visible(strings.TrimSpace(text))
	const longest = 300
	if runes := []rune(text); len(runes) > longest {
		text = string(runes[:longest]) + "…"
	}
	return text
}
