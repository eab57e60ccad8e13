package main

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"math/big"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net"
	"net/mail"
	"net/textproto"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
	"github.com/rogpeppe/go-internal/testscript"
)

// mailServer is an SMTP server on this machine, as one story wants it.
type mailServer struct {
	dir string
	// user and password are who may send, empty for anybody.
	user, password string
	// refuse is a recipient whom the server does not know, and sender one who may
	// not send.
	refuse, sender string
	// full refuses the message itself.
	full     bool
	received atomic.Int64
}

// serveMail serves SMTP until the story ends, sets a variable to its address, and
// writes the certificate of its CA to a file and each message that it takes to
// received-1.eml and so on: mailserver NAME ca.pem [option...]. The options are tls
// (from the first byte), plain (no TLS at all), name=HOST (of the certificate),
// user=NAME:PASSWORD, refuse=RECIPIENT, sender=NOBODY and full.
func serveMail(ts *testscript.TestScript, negated bool, arguments []string) {
	if negated || len(arguments) < 2 {
		ts.Fatalf("usage: mailserver variable ca.pem [option...]")
	}
	served := &mailServer{dir: ts.MkAbs(".")}
	name, implicit, plain := "127.0.0.1", false, false
	for _, option := range arguments[2:] {
		key, value, _ := strings.Cut(option, "=")
		switch key {
		case "tls":
			implicit = true
		case "plain":
			plain = true
		case "name":
			name = value
		case "user":
			served.user, served.password, _ = strings.Cut(value, ":")
		case "refuse":
			served.refuse = value
		case "sender":
			served.sender = value
		case "full":
			served.full = true
		default:
			ts.Fatalf("unknown option %q", option)
		}
	}
	certificate, authority := certificateFor(ts, name)
	ts.Check(os.WriteFile(ts.MkAbs(arguments[1]), authority, 0o600))
	server := smtp.NewServer(smtp.BackendFunc(func(*smtp.Conn) (smtp.Session, error) { return &mailSession{served: served}, nil }))
	server.Domain, server.ReadTimeout, server.WriteTimeout = "relay.example", time.Minute, time.Minute
	server.ErrorLog = silent{}
	if !plain {
		server.TLSConfig = &tls.Config{Certificates: []tls.Certificate{certificate}}
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	ts.Check(err)
	ts.Setenv(arguments[0], listener.Addr().String())
	if implicit {
		listener = tls.NewListener(listener, server.TLSConfig)
	}
	go func() { _ = server.Serve(listener) }()
	ts.Defer(func() { _ = server.Close() })
}

// silent says nothing of what clients do wrong.
type silent struct{}

func (silent) Printf(string, ...any) {}
func (silent) Println(...any)        {}

// certificateFor makes a CA and a certificate of the host that it signs.
func certificateFor(ts *testscript.TestScript, host string) (tls.Certificate, []byte) {
	caKey, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	ts.Check(err)
	ca := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "Maple Grove CA"}, IsCA: true, BasicConstraintsValid: true,
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), KeyUsage: x509.KeyUsageCertSign,
	}
	caBytes, err := x509.CreateCertificate(rand.Reader, ca, ca, &caKey.PublicKey, caKey)
	ts.Check(err)
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	ts.Check(err)
	leaf := &x509.Certificate{
		SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: host}, NotBefore: ca.NotBefore, NotAfter: ca.NotAfter,
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	if ip := net.ParseIP(host); ip != nil {
		leaf.IPAddresses = []net.IP{ip}
	} else {
		leaf.DNSNames = []string{host}
	}
	leafBytes, err := x509.CreateCertificate(rand.Reader, leaf, ca, &key.PublicKey, caKey)
	ts.Check(err)
	return tls.Certificate{Certificate: [][]byte{leafBytes}, PrivateKey: key}, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: caBytes})
}

// mailSession is one connection to the server.
type mailSession struct {
	served   *mailServer
	signedIn bool
	to       []string
}

func (s *mailSession) AuthMechanisms() []string {
	if s.served.user == "" {
		return nil
	}
	return []string{sasl.Plain}
}

func (s *mailSession) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, user, password string) error {
		if user != s.served.user || password != s.served.password {
			return &smtp.SMTPError{Code: 535, EnhancedCode: smtp.EnhancedCode{5, 7, 8}, Message: "Authentication credentials invalid"}
		}
		s.signedIn = true
		return nil
	}), nil
}

func (s *mailSession) Mail(from string, _ *smtp.MailOptions) error {
	switch {
	case s.served.user != "" && !s.signedIn:
		return &smtp.SMTPError{Code: 530, EnhancedCode: smtp.EnhancedCode{5, 7, 0}, Message: "Authentication required"}
	case from == s.served.sender:
		return &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 7, 1}, Message: "Sender not allowed"}
	}
	return nil
}

func (s *mailSession) Rcpt(to string, _ *smtp.RcptOptions) error {
	if to == s.served.refuse {
		return &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: "No such user here"}
	}
	s.to = append(s.to, to)
	return nil
}

func (s *mailSession) Data(r io.Reader) error {
	if s.served.full {
		return &smtp.SMTPError{Code: 452, EnhancedCode: smtp.EnhancedCode{4, 3, 1}, Message: "Insufficient system storage"}
	}
	message, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	envelope := "X-Envelope-To: " + strings.Join(s.to, ", ") + "\r\n"
	name := fmt.Sprintf("received-%d.eml", s.served.received.Add(1))
	return os.WriteFile(filepath.Join(s.served.dir, name), append([]byte(envelope), message...), 0o600)
}

func (s *mailSession) Reset()        { s.to = nil }
func (s *mailSession) Logout() error { return nil }

// unpack reads a message as a mail program does, and writes its header, its text, its
// page and the file that is attached into a new folder: unpack message.eml folder. It
// fails where the message is made of anything else.
func unpack(ts *testscript.TestScript, negated bool, arguments []string) {
	if negated || len(arguments) != 2 {
		ts.Fatalf("usage: unpack message.eml folder")
	}
	text := ts.ReadFile(arguments[0])
	for _, line := range strings.Split(text, "\r\n") {
		if len(line) > 998 || strings.ContainsAny(line, "\r\n") {
			ts.Fatalf("a line that no mail server takes (RFC 5322, section 2.1.1): %q", line)
		}
	}
	message, err := mail.ReadMessage(strings.NewReader(text))
	ts.Check(err)
	dir := ts.MkAbs(arguments[1])
	ts.Check(os.Mkdir(dir, 0o700))
	write := func(name string, data []byte) { ts.Check(os.WriteFile(filepath.Join(dir, name), data, 0o600)) }

	date, err := message.Header.Date()
	ts.Check(err)
	if age := time.Since(date); age < -time.Minute || age > time.Hour {
		ts.Fatalf("the date is %s", date)
	}
	var header bytes.Buffer
	for _, name := range []string{"X-Envelope-To", "From", "To", "Subject", "Message-ID", "Auto-Submitted", "X-Mailer", "User-Agent", "Bcc"} {
		for _, value := range message.Header[textproto.CanonicalMIMEHeaderKey(name)] {
			decoded, err := new(mime.WordDecoder).DecodeHeader(value)
			ts.Check(err)
			fmt.Fprintf(&header, "%s: %s\n", name, decoded)
		}
	}
	write("header.txt", header.Bytes())

	outer := partsOf(ts, message.Header.Get("Content-Type"), "multipart/mixed", message.Body)
	if len(outer) != 2 {
		ts.Fatalf("%d parts, want the bodies and an attachment", len(outer))
	}
	bodies := partsOf(ts, outer[0].kind, "multipart/alternative", bytes.NewReader(outer[0].data))
	if len(bodies) != 2 || !strings.HasPrefix(bodies[0].kind, "text/plain;") || !strings.HasPrefix(bodies[1].kind, "text/html;") {
		ts.Fatalf("the bodies are %v, want text and HTML", bodies)
	}
	write("text.txt", bytes.ReplaceAll(bodies[0].data, []byte("\r\n"), []byte("\n")))
	write("page.html", bytes.ReplaceAll(bodies[1].data, []byte("\r\n"), []byte("\n")))
	if outer[1].name == "" || filepath.Base(outer[1].name) != outer[1].name {
		ts.Fatalf("the attachment is called %q", outer[1].name)
	}
	write(outer[1].name, outer[1].data)
	kind, _, _ := strings.Cut(outer[1].kind, ";")
	write("attached.txt", []byte(outer[1].name+" "+kind+"\n"))
}

// mailPart is one part of a message, decoded.
type mailPart struct {
	kind, name string
	data       []byte
}

func partsOf(ts *testscript.TestScript, contentType, want string, body io.Reader) []mailPart {
	kind, parameters, err := mime.ParseMediaType(contentType)
	ts.Check(err)
	if kind != want {
		ts.Fatalf("a part is %s, want %s", kind, want)
	}
	var parts []mailPart
	for reader := multipart.NewReader(body, parameters["boundary"]); ; {
		part, err := reader.NextRawPart()
		if errors.Is(err, io.EOF) {
			return parts
		}
		ts.Check(err)
		var decoded io.Reader = part
		switch part.Header.Get("Content-Transfer-Encoding") {
		case "base64":
			decoded = base64.NewDecoder(base64.StdEncoding, part)
		case "quoted-printable":
			decoded = quotedprintable.NewReader(part)
		}
		data, err := io.ReadAll(decoded)
		ts.Check(err)
		parts = append(parts, mailPart{part.Header.Get("Content-Type"), part.FileName(), data})
	}
}
