package powerschool

import (
	"net/url"
	"regexp"
	"strings"
	"unicode"

	"github.com/sijms/go-ora/v2/configurations"
)

var (
	descriptorStart   = regexp.MustCompile(`(?i)^\(\s*DESCRIPTION(_LIST)?\s*=`)
	descriptorService = regexp.MustCompile(`(?i)\(\s*(SERVICE_NAME|SID)\s*=\s*[\w.-]+\s*\)`)
	descriptorSecret  = regexp.MustCompile(`(?i)\(\s*(USER|PASSWORD)\s*=`)
)

// parseDescriptor reads a TNS descriptor, such as (DESCRIPTION=(ADDRESS=
// (PROTOCOL=tcp)(HOST=h)(PORT=1521))(CONNECT_DATA=(SERVICE_NAME=s))).
func parseDescriptor(text string) (address, error) {
	text = strings.Map(func(r rune) rune {
		if r == '\r' || r == '\n' || r == '\t' {
			return ' '
		}
		return r
	}, text)
	switch {
	case strings.ContainsFunc(text, unicode.IsControl):
		return address{}, malformed("the descriptor holds a control character")
	case !descriptorStart.MatchString(text):
		return address{}, malformed("the descriptor does not begin with (DESCRIPTION=")
	case !balanced(text):
		return address{}, malformed("the parentheses of the descriptor do not match")
	case descriptorSecret.MatchString(text):
		return address{}, holdsCredentials()
	case !descriptorService.MatchString(text):
		return address{}, malformed("the descriptor names no database, such as (CONNECT_DATA=(SERVICE_NAME=" + defaultService + "))")
	}
	servers, err := configurations.ExtractServers(text)
	if err != nil || len(servers) == 0 {
		return address{}, malformed("the descriptor names no host, such as (ADDRESS=(PROTOCOL=tcp)(HOST=db.example.org)(PORT=1521))")
	}
	a := address{descriptor: text}
	for _, server := range servers {
		if server.Port < 1 || server.Port > 65535 {
			return address{}, malformed("the port must be a number from 1 to 65535")
		}
		switch strings.ToLower(server.Protocol) {
		case "tcps":
			a.tls = true
		case "tcp":
			a.plain = true
		case "":
		default:
			return address{}, malformed("the descriptor's protocol is neither tcp nor tcps")
		}
	}
	if a.tls && a.plain {
		return address{}, malformed("the descriptor mixes addresses with TLS (tcps) and without (tcp)")
	}
	return a, nil
}

// balanced tells whether every parenthesis is closed, the outermost one by
// the last character.
func balanced(text string) bool {
	depth := 0
	for i, r := range text {
		switch r {
		case '(':
			depth++
		case ')':
			depth--
		}
		if depth < 0 || depth == 0 && strings.TrimSpace(text[i+1:]) != "" {
			return false
		}
	}
	return depth == 0
}

// urlOptions are the driver's options that a URL may have: those that say
// which database. Where the rest of them are set is in urlSettings.
var urlOptions = []string{"SID", "SERVICE NAME", "INSTANCE NAME", "SERVER", "SSL", "ENCRYPTION", "DATA INTEGRITY"}

const urlSettings = "; TLS and time limits are set under source.powerschool in the config"

// parseURL reads the driver's own form, oracle://host:port/service?options.
// The errors of net/url repeat the text, so they are not passed on.
func parseURL(text string) (address, error) {
	u, err := url.Parse(text)
	if err != nil {
		if strings.Contains(text, "@") {
			return address{}, holdsCredentials()
		}
		return address{}, malformed("the URL is malformed")
	}
	if u.User != nil || strings.Contains(text, "@") {
		return address{}, holdsCredentials()
	}
	if u.Fragment != "" {
		return address{}, malformed("the URL holds a #")
	}
	query, err := url.ParseQuery(u.RawQuery)
	if err != nil {
		return address{}, malformed("the options of the URL are malformed")
	}
	endpoint := u.Host
	if service := strings.Trim(u.Path, "/"); service != "" {
		endpoint += "/" + service
	}
	a, err := parseEasyConnect(endpoint)
	if err != nil {
		return address{}, err
	}
	if strings.Trim(u.Path, "/") == "" {
		a.service = "" // an option may name it
	}
	if err := a.addOptions(query); err != nil {
		return address{}, err
	}
	if a.service == "" && a.sid == "" {
		a.service = defaultService
	}
	return a, nil
}

func (a *address) addOptions(query url.Values) error {
	a.options = make(url.Values)
	for name, values := range query {
		option, known := "", false
		for _, allowed := range urlOptions {
			if strings.EqualFold(name, allowed) {
				option, known = allowed, true
			}
		}
		if !known || len(values) == 0 {
			return malformed("the URL has an option that cannot be used here, only " + strings.Join(urlOptions, ", ") + " can" + urlSettings)
		}
		value := values[0]
		switch option {
		case "SID", "SERVICE NAME", "INSTANCE NAME":
			if !serviceName.MatchString(value) {
				return malformed("the URL's option " + option + " is malformed")
			}
		}
		switch option {
		case "SID":
			a.sid = value
		case "SERVICE NAME":
			a.service = value
		case "SSL":
			a.tls = strings.EqualFold(value, "true") || strings.EqualFold(value, "enable") || strings.EqualFold(value, "enabled")
			a.plain = !a.tls
		case "SERVER":
			for _, server := range values {
				other, err := parseEasyConnect(server)
				if err != nil || strings.ContainsRune(server, '/') || other.sid != "" {
					return malformed("the URL's option SERVER is not host:port")
				}
			}
			a.options[option] = values
		default:
			a.options.Set(option, value)
		}
	}
	if a.sid != "" && a.service != "" {
		return malformed("it names both a SID and a service")
	}
	return nil
}
