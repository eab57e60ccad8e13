package google

import (
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"strings"
)

// Config is the section target.google of staffsync.yaml: where the Directory
// API is and as whom staffsync calls it.
type Config struct {
	// Endpoint is the URL of another server that speaks the Directory API.
	Endpoint string `yaml:"endpoint,omitempty"`
	// Anonymous sends requests without signing in. It is for a server on
	// this machine only.
	Anonymous bool `yaml:"anonymous,omitempty"`
	// Subject is the address of the account that staffsync acts as. That
	// account is never suspended, moved or renamed.
	Subject string `yaml:"subject,omitempty"`
}

// Validate tells what is wrong with the config, by its keys.
func (c Config) Validate() error {
	if !c.Anonymous {
		return errors.New("target.google: signing in to Google is not configured; for a server on this machine set endpoint and anonymous: true")
	}
	if c.Endpoint == "" {
		return errors.New("target.google.anonymous: needs an endpoint on this machine, such as http://127.0.0.1:8118")
	}
	endpoint, err := url.Parse(c.Endpoint)
	if err != nil {
		// The parser's own message quotes the URL, which may hold a password.
		return errors.New("target.google.endpoint: not a URL; write it as http://127.0.0.1:8118")
	}
	shown := endpoint.Redacted()
	switch {
	case endpoint.Scheme != "http" && endpoint.Scheme != "https", endpoint.Host == "":
		return fmt.Errorf("target.google.endpoint: %q is no http or https URL; write it as http://127.0.0.1:8118", shown)
	case endpoint.User != nil, endpoint.RawQuery != "", endpoint.Fragment != "":
		return fmt.Errorf("target.google.endpoint: %q may only have a host, a port and a path", shown)
	case !loopback(endpoint.Hostname()):
		return fmt.Errorf("target.google.anonymous: %q is not on this machine; requests without signing in go only to 127.0.0.0/8, ::1 or localhost", shown)
	}
	return nil
}

// base is the URL that the API's paths are appended to.
func (c Config) base() string { return strings.TrimSuffix(c.Endpoint, "/") + "/" }

// loopback tells whether the host is this machine by its very name: nothing
// is looked up.
func loopback(host string) bool {
	if strings.EqualFold(host, "localhost") {
		return true
	}
	address, err := netip.ParseAddr(host)
	return err == nil && address.IsLoopback()
}
