package mail

import (
	"bytes"
	"mime"
	"net/mail"
	"strings"
	"testing"
	"time"
)

// Whatever is in a subject, a name of a person or of a file, the header has the lines
// that it is to have and no other.
func TestNothingFromOutsideGetsALineOfTheHeader(t *testing.T) {
	for _, text := range []string{"plain", "x\r\nBcc: evil@evil.example", "x\nSubject: y", "\x00\x1b[31m", `"; name="evil.html`, strings.Repeat("ä", 400), strings.Repeat("𝄞", 250), "=?utf-8?q?x=0D=0ABcc:_evil@evil.example?="} {
		c := Config{From: "staffsync@d118.org", To: []string{(&mail.Address{Name: text, Address: "it@d118.org"}).String()}}
		e, err := c.envelope()
		if err != nil {
			t.Fatalf("%q: %v", text, err)
		}
		date := time.Date(2026, 8, 17, 6, 0, 0, 0, time.UTC)
		message := Message{Subject: text, Text: []byte("text"), HTML: []byte("<p>"), Attached: File{Name: text, Type: "application/yaml", Data: []byte("version: 1\n")}}
		var written bytes.Buffer
		if _, err := message.compose(e, date).WriteTo(&written); err != nil {
			t.Fatalf("%q: %v", text, err)
		}
		read, err := mail.ReadMessage(bytes.NewReader(written.Bytes()))
		if err != nil {
			t.Fatalf("%q: %v\n%s", text, err, written.String())
		}
		want := []string{"Auto-Submitted", "Content-Type", "Date", "From", "Message-Id", "Mime-Version", "Subject", "To"}
		for _, name := range want {
			if len(read.Header[name]) != 1 {
				t.Errorf("%q: %d lines %s", text, len(read.Header[name]), name)
			}
		}
		if len(read.Header) != len(want) {
			t.Errorf("%q: the header is %v", text, read.Header)
		}
		subject, err := new(mime.WordDecoder).DecodeHeader(read.Header.Get("Subject"))
		if err != nil || text == "plain" && subject != text {
			t.Errorf("%q: the subject is %q, %v", text, subject, err)
		}
		if at, err := read.Header.Date(); err != nil || !at.Equal(date) {
			t.Errorf("%q: the date is %v, %v", text, at, err)
		}
		for line := range strings.SplitSeq(written.String(), "\r\n") {
			if strings.HasPrefix(line, "Bcc") || len(line) > 998 || strings.ContainsAny(line, "\r\n\x00\x1b") {
				t.Errorf("%.40q: the message has a line of %d bytes, %.80q", text, len(line), line)
			}
		}
	}
}

func TestThePortSaysHowTLSBegins(t *testing.T) {
	for _, test := range []struct {
		server string
		tls    Security
		want   string
	}{
		{"smtp.example.org", "", "smtp.example.org:587 (starttls)"},
		{"smtp.example.org:25", "", "smtp.example.org:25 (starttls)"},
		{"smtp.example.org:465", "", "smtp.example.org:465 (tls)"},
		{"smtp.example.org:465", STARTTLS, "smtp.example.org:465 (starttls)"},
		{"smtp.example.org", TLS, "smtp.example.org:465 (tls)"},
		{"[::1]:25", "", "[::1]:25 (starttls)"},
	} {
		c := Config{TLS: test.tls}
		if err := c.SetServer(test.server); err != nil || c.String() != test.want || c.Validate() != nil {
			t.Errorf("%s %s: got %s, %v, %v, want %s", test.server, test.tls, c, err, c.Validate(), test.want)
		}
	}
}
