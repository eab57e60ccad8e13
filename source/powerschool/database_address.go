package powerschool

import (
	"errors"
	"net"
	"net/url"
	"regexp"
	"strconv"
	"strings"

	"github.com/sijms/go-ora/v2/configurations"
)

// What a plain host stands for: Oracle's port, and the service of a
// PowerSchool database that PowerSchool's installer sets up.
const (
	defaultPort    = 1521
	defaultService = "PSPRODDB"
)

// address is where a database is.
type address struct {
	host string
	port int
	// service or sid names the database at the host.
	service, sid string
	// descriptor is a whole TNS descriptor, instead of all of the above.
	descriptor string
	// options are further ones of the driver.
	options url.Values
	// tls is set where the address itself asks for TLS, and plain where it
	// rules TLS out.
	tls, plain bool
}

// String names the address for messages.
func (a address) String() string {
	switch {
	case a.descriptor != "":
		servers, err := configurations.ExtractServers(a.descriptor)
		if err != nil || len(servers) == 0 {
			return "the address in " + DatabaseVariable
		}
		var names []string
		for _, server := range servers {
			names = append(names, net.JoinHostPort(server.Addr, strconv.Itoa(server.Port)))
		}
		return strings.Join(names, " and ")
	case a.sid != "":
		return net.JoinHostPort(a.host, strconv.Itoa(a.port)) + ":" + a.sid
	}
	return net.JoinHostPort(a.host, strconv.Itoa(a.port)) + "/" + a.service
}

// acceptedForms ends the error of every address that is in none of them.
const acceptedForms = "; it may be written as host, host/service, host:port/service, host:port:SID, //host:port/service, " +
	"(DESCRIPTION=...) as in tnsnames.ora, or oracle://host:port/service"

// malformed is an address that cannot be read. It does not repeat the text,
// in which somebody may have put a password.
func malformed(problem string) error {
	return errors.New(DatabaseVariable + ": " + problem + acceptedForms)
}

var (
	hostName    = regexp.MustCompile(`^[A-Za-z0-9_]([A-Za-z0-9_.-]*[A-Za-z0-9_.])?$`)
	serviceName = regexp.MustCompile(`^[A-Za-z0-9_][A-Za-z0-9_.$#-]*$`)
)

// parseAddress reads the forms in which districts write down their database.
func parseAddress(text string) (address, error) {
	text = strings.TrimSpace(text)
	switch {
	case text == "":
		return address{}, malformed("it is empty")
	case strings.HasPrefix(text, "("):
		return parseDescriptor(text)
	case hasPrefixFold(text, "oracle://"):
		return parseURL(text)
	case strings.Contains(text, "@"):
		return address{}, holdsCredentials()
	case strings.Contains(strings.TrimPrefix(text, "//"), "//"):
		return address{}, malformed("it is the URL of something else than an Oracle database")
	}
	return parseEasyConnect(strings.TrimPrefix(text, "//"))
}

func hasPrefixFold(text, prefix string) bool {
	return len(text) >= len(prefix) && strings.EqualFold(text[:len(prefix)], prefix)
}

func holdsCredentials() error {
	return malformed("it must hold neither user nor password; those belong in " + UserVariable + " and " + PasswordVariable)
}

// parseEasyConnect reads host[:port][/service] and host:port:SID.
func parseEasyConnect(text string) (address, error) {
	a := address{port: defaultPort}
	endpoint, service, named := strings.Cut(text, "/")
	host, rest := endpoint, ""
	if strings.HasPrefix(endpoint, "[") { // an IPv6 address
		end := strings.Index(endpoint, "]")
		if end < 0 {
			return address{}, malformed("the bracket around the host is not closed")
		}
		host, rest = endpoint[1:end], endpoint[end+1:]
		if net.ParseIP(host) == nil {
			return address{}, malformed("there is no IP address between the brackets")
		}
	} else {
		if i := strings.Index(endpoint, ":"); i >= 0 {
			host, rest = endpoint[:i], endpoint[i:]
		}
		if !hostName.MatchString(host) || len(host) > longestHost {
			return address{}, malformed("the host is malformed")
		}
	}
	a.host = host
	if rest != "" {
		port, sid, hasSID := strings.Cut(strings.TrimPrefix(rest, ":"), ":")
		var err error
		if a.port, err = parsePort(port); err != nil || !strings.HasPrefix(rest, ":") {
			return address{}, malformed("the port must be a number from 1 to 65535")
		}
		switch {
		case hasSID && named:
			return address{}, malformed("it names both a SID and a service")
		case hasSID && !serviceName.MatchString(sid):
			return address{}, malformed("the SID is malformed")
		case hasSID:
			a.sid = sid
			return a, nil
		}
	}
	switch {
	case !named:
		a.service = defaultService
	case !serviceName.MatchString(service):
		return address{}, malformed("the service is malformed")
	default:
		a.service = service
	}
	return a, nil
}

// longestHost is how many characters a host name may have (RFC 1123).
const longestHost = 253

func parsePort(text string) (int, error) {
	port, err := strconv.ParseUint(text, 10, 16)
	if err == nil && port == 0 {
		err = strconv.ErrRange
	}
	return int(port), err
}
