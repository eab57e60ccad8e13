package mail

import (
	"bytes"
	"crypto/rand"
	"fmt"
	"net/mail"
	"strings"
	"time"

	gomail "github.com/wneessen/go-mail"
)

// Message is what is sent: the same in text and in HTML, and the file that it is
// about.
type Message struct {
	Subject    string
	Text, HTML []byte
	Attached   File
}

// File is a file that is attached.
type File struct {
	// Name is shown to the recipient, and Type is a media type such as
	// application/yaml.
	Name, Type string
	Data       []byte
}

// shownName is as much of the end of the name as a line of a message has room for
// once it is encoded.
func (f File) shownName() string {
	const most = 60
	name := []rune(f.Name)
	return string(name[max(0, len(name)-most):])
}

// envelope is from whom and to whom a message goes.
type envelope struct {
	from *mail.Address
	to   []*mail.Address
}

func (c Config) envelope() (envelope, error) {
	from, err := address(c.From)
	if err != nil {
		return envelope{}, fmt.Errorf("the sender: %w", err)
	}
	e := envelope{from: from}
	for _, text := range c.To {
		to, err := address(text)
		if err != nil {
			return envelope{}, fmt.Errorf("a recipient: %w", err)
		}
		e.to = append(e.to, to)
	}
	return e, nil
}

// compose puts the message together. Answering machines leave one alone that was sent
// by a program (RFC 3834).
func (m Message) compose(e envelope, date time.Time) *gomail.Msg {
	message := gomail.NewMsg(gomail.WithNoDefaultUserAgent())
	message.FromMailAddress(e.from)
	message.ToMailAddress(e.to...)
	message.Subject(m.Subject)
	message.SetDateWithValue(date)
	_, domain, _ := strings.Cut(e.from.Address, "@")
	message.SetMessageIDWithValue("staffsync." + strings.ToLower(rand.Text()) + "@" + domain)
	message.SetGenHeader("Auto-Submitted", "auto-generated")
	message.SetBodyString(gomail.TypeTextPlain, string(m.Text))
	message.AddAlternativeString(gomail.TypeTextHTML, string(m.HTML))
	message.AttachReadSeeker(m.Attached.shownName(), bytes.NewReader(m.Attached.Data), gomail.WithFileContentType(gomail.ContentType(m.Attached.Type)))
	return message
}
