package signin

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"net/url"
)

// Unanswered is why a request got no whole answer.
type Unanswered struct {
	// Text is what happened, without secrets.
	Text string
	// TimedOut tells that its time was up; Untrusted that the server's
	// certificate is not trusted; Unknown that no server has that name; Unsent
	// that there was no connection, so that no server got it.
	TimedOut, Untrusted, Unknown, Unsent bool
}

// WhyUnanswered judges the error of a request that got no whole answer.
func WhyUnanswered(err error, secrets ...string) Unanswered {
	var (
		quoting     *url.Error
		certificate *tls.CertificateVerificationError
		name        *net.DNSError
		dial        *net.OpError
	)
	// Only the innermost error is shown: url.Error quotes the whole URL.
	if errors.As(err, &quoting) {
		err = quoting.Err
	}
	return Unanswered{
		Text:      Shown(err.Error(), secrets...),
		TimedOut:  errors.Is(err, context.DeadlineExceeded),
		Untrusted: errors.As(err, &certificate),
		Unknown:   errors.As(err, &name) && name.IsNotFound,
		Unsent:    errors.As(err, &certificate) || errors.As(err, &dial) && dial.Op == "dial",
	}
}
