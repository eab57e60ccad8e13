package signin

import (
	"cmp"
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"strings"

	"github.com/staffsync/staffsync/plan"
)

// googleEndpoint is where Google serves the Directory API
// (https://developers.google.com/admin-sdk/directory/reference/rest).
const googleEndpoint = "https://admin.googleapis.com"

// Config is the section target.google of staffsync.yaml: as whom staffsync
// calls the Directory API, and where that is. Exactly one of OAuth,
// ServiceAccount, ApplicationDefault and Anonymous is set.
type Config struct {
	// OAuth signs in as a person who gave consent in a browser once.
	OAuth *OAuth `yaml:"oauth,omitempty"`
	// ServiceAccount signs in with a service account's key file, by
	// domain-wide delegation to Subject.
	ServiceAccount *ServiceAccount `yaml:"serviceAccount,omitempty"`
	// ApplicationDefault signs in without a key file, by impersonating a
	// service account with domain-wide delegation to Subject.
	ApplicationDefault *ApplicationDefault `yaml:"applicationDefault,omitempty"`
	// Endpoint is the URL of another server on this machine that speaks the
	// Directory API, by default Google's.
	Endpoint string `yaml:"endpoint,omitempty"`
	// Anonymous sends requests without signing in, and needs Endpoint.
	Anonymous bool `yaml:"anonymous,omitempty"`
	// Subject is the address of the account that staffsync acts as. That
	// account is never suspended, moved or renamed. With OAuth it is the
	// account that login proposes.
	Subject string `yaml:"subject,omitempty"`
}

// OAuth is the section target.google.oauth.
type OAuth struct {
	// Credentials is the path of the OAuth client of the type Desktop app,
	// as the Google Cloud console offers it for download.
	Credentials string `yaml:"credentials"`
	// Token is the path of the token that login writes. It has the format
	// of Google's Python library.
	Token string `yaml:"token"`
}

// ServiceAccount is the section target.google.serviceAccount.
type ServiceAccount struct {
	// Key is the path of the key in JSON, as the Google Cloud console offers
	// it for download.
	Key string `yaml:"key"`
}

// ApplicationDefault is the section target.google.applicationDefault.
type ApplicationDefault struct {
	// ServiceAccount is the address of the service account to impersonate.
	ServiceAccount string `yaml:"serviceAccount"`
}

// Validate tells everything that is wrong with the config, each mistake as a
// [plan.KeyError]. It reads no file.
func (c Config) Validate() error {
	switch ways := c.ways(); len(ways) {
	case 0:
		return plan.KeyErrorf("target.google", "name a way to sign in: oauth, serviceAccount or applicationDefault; for a server on this machine set endpoint and anonymous: true")
	case 1:
	default:
		return plan.KeyErrorf("target.google", "%s are set; name one way to sign in", strings.Join(ways, " and "))
	}
	oauth, key, defaults := cmp.Or(c.OAuth, &OAuth{}), cmp.Or(c.ServiceAccount, &ServiceAccount{}), cmp.Or(c.ApplicationDefault, &ApplicationDefault{})
	return errors.Join(
		wrongIf(c.OAuth != nil && oauth.Credentials == "", clientKey, "name the OAuth client's file, such as credentials.json"),
		wrongIf(c.OAuth != nil && oauth.Token == "", tokenKey, "name the file that staffsync login writes, such as token.json"),
		wrongIf(oauth.Token != "" && oauth.Token == oauth.Credentials, tokenKey, "it is the same file as credentials, which login would overwrite"),
		wrongIf(c.ServiceAccount != nil && key.Key == "", accountKey, "name the service account's key file, such as key.json"),
		wrongIf(c.ApplicationDefault != nil && !looksLikeAddress(defaults.ServiceAccount), "target.google.applicationDefault.serviceAccount",
			"%q is not the address of a service account, such as sync@project.iam.gserviceaccount.com", defaults.ServiceAccount),
		c.checkSubject(), c.checkEndpoint())
}

// wrongIf is a mistake at the key where it is one.
func wrongIf(wrong bool, key, format string, arguments ...any) error {
	if !wrong {
		return nil
	}
	return plan.KeyErrorf(key, format, arguments...)
}

// ways are the keys that are set of those that name a way to sign in.
func (c Config) ways() []string {
	var ways []string
	add := func(key string, set bool) {
		if set {
			ways = append(ways, key)
		}
	}
	add("oauth", c.OAuth != nil)
	add("serviceAccount", c.ServiceAccount != nil)
	add("applicationDefault", c.ApplicationDefault != nil)
	add("anonymous", c.Anonymous)
	return ways
}

func (c Config) checkSubject() error {
	const key = "target.google.subject"
	delegated := c.ServiceAccount != nil || c.ApplicationDefault != nil
	switch {
	case delegated && c.Subject == "":
		return plan.KeyErrorf(key, "name the administrator that the service account is to act as, such as sync-admin@example.org")
	case c.Subject != "" && !looksLikeAddress(c.Subject):
		return plan.KeyErrorf(key, "%q is not an address", c.Subject)
	case delegated && strings.HasSuffix(strings.ToLower(c.Subject), ".gserviceaccount.com"):
		return plan.KeyErrorf(key, "%q is a service account; name the administrator that it is to act as", c.Subject)
	}
	return nil
}

func (c Config) checkEndpoint() error {
	const key, anonymousKey = "target.google.endpoint", "target.google.anonymous"
	switch {
	case c.Endpoint == "" && c.Anonymous:
		return plan.KeyErrorf(anonymousKey, "needs an endpoint on this machine, such as http://127.0.0.1:8118")
	case c.Endpoint == "":
		return nil
	}
	endpoint, err := url.Parse(c.Endpoint)
	if err != nil {
		// The parser's own message quotes the URL, which may hold a password.
		return plan.KeyErrorf(key, "not a URL; write it as http://127.0.0.1:8118")
	}
	shown := endpoint.Redacted()
	switch {
	case endpoint.Scheme != "http" && endpoint.Scheme != "https", endpoint.Host == "":
		return plan.KeyErrorf(key, "%q is not an http or https URL; write it as http://127.0.0.1:8118", shown)
	case endpoint.User != nil, endpoint.RawQuery != "", endpoint.Fragment != "":
		return plan.KeyErrorf(key, "%q may only have a host, a port and a path", shown)
	case c.Anonymous && !loopback(endpoint.Hostname()):
		return plan.KeyErrorf(anonymousKey, "%q is not on this machine; requests without signing in go only to 127.0.0.0/8, ::1 or localhost", shown)
	case !loopback(endpoint.Hostname()):
		return plan.KeyErrorf(key, "%q is not on this machine; access tokens go only to Google, 127.0.0.0/8, ::1 or localhost; leave endpoint out for Google", shown)
	}
	return nil
}

// ResolvePaths replaces each path in the config by what resolve makes of it.
func (c *Config) ResolvePaths(resolve func(path string) string) {
	if c.OAuth != nil {
		c.OAuth.Credentials = resolve(c.OAuth.Credentials)
		c.OAuth.Token = resolve(c.OAuth.Token)
	}
	if c.ServiceAccount != nil {
		c.ServiceAccount.Key = resolve(c.ServiceAccount.Key)
	}
}

// Summary says in a few words how staffsync signs in, and as whom.
func (c Config) Summary() string {
	switch {
	case c.OAuth != nil:
		return "OAuth as an installed app, token " + c.OAuth.Token
	case c.ServiceAccount != nil:
		return fmt.Sprintf("service account with key %s, acting as %s", c.ServiceAccount.Key, c.Subject)
	case c.ApplicationDefault != nil:
		return fmt.Sprintf("application default credentials as service account %s, acting as %s", c.ApplicationDefault.ServiceAccount, c.Subject)
	case c.Anonymous:
		return "no sign-in, to the server at " + c.Endpoint
	}
	return "no sign-in configured"
}

// Base is the URL that the API's paths are appended to.
func (c Config) Base() string {
	if c.Endpoint == "" {
		return googleEndpoint + "/"
	}
	return strings.TrimSuffix(c.Endpoint, "/") + "/"
}

// looksLikeAddress tells whether the text is of the form name@domain.
func looksLikeAddress(text string) bool {
	name, domain, ok := strings.Cut(text, "@")
	return ok && name != "" && domain != "" && !strings.ContainsAny(text, " \t\r\n,;<>\"") && !strings.Contains(domain, "@")
}

// loopback tells whether the host is this machine by its very name: nothing
// is looked up.
func loopback(host string) bool {
	if strings.EqualFold(host, "localhost") {
		return true
	}
	address, err := netip.ParseAddr(host)
	return err == nil && address.IsLoopback()
}
