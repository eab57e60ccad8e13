package google

import (
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"github.com/staffsync/staffsync/plan"
)

func TestACertificateThatIsNotTrustedIsNeitherRetriedNorUnclear(t *testing.T) {
	reached := false
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { reached = true }))
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.StartTLS()
	defer server.Close()
	p := newPeer(t, nil)
	p.server.URL = server.URL
	d := p.directory(t)
	_, err := d.Update(t.Context(), janeID, plan.Changes{{Field: plan.FieldSuspended, To: plan.Truth(true)}})
	if err == nil || !strings.HasPrefix(err.Error(), "update account 1042: the server's certificate is not trusted: ") {
		t.Errorf("got %v", err)
	}
	checkKind(t, err, nil)
	if d.Requests() != 1 || reached {
		t.Errorf("%d requests, reached: %v", d.Requests(), reached)
	}
}

func TestAnEndlessErrorPageIsCutOff(t *testing.T) {
	client := &http.Client{Transport: roundTrip(func(r *http.Request) (*http.Response, error) {
		return &http.Response{StatusCode: 403, Header: http.Header{}, Body: io.NopCloser(endless{}), Request: r}, nil
	})}
	p := newPeer(t, nil)
	_, err := p.directory(t, func(o *Options) { o.HTTPClient = client }).Account(t.Context(), janeID)
	want := "read account 1042: forbidden: the directory answered 403: " + strings.Repeat("x", maxShown) + "…"
	if err == nil || err.Error() != want {
		t.Errorf("got %v", err)
	}
}

// endless is a body without an end.
type endless struct{}

func (endless) Read(b []byte) (int, error) {
	for i := range b {
		b[i] = 'x'
	}
	return len(b), nil
}

// roundTrip is an http.RoundTripper.
type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func TestAGivenClientCarriesTheRequestsAndStaysAsItIs(t *testing.T) {
	carried := 0
	client := &http.Client{Transport: roundTrip(func(r *http.Request) (*http.Response, error) {
		carried++
		return &http.Response{StatusCode: 200, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(janeBody)), Request: r}, nil
	})}
	p := newPeer(t, nil)
	d := p.directory(t, func(o *Options) { o.HTTPClient = client })
	if _, err := d.Account(t.Context(), janeID); err != nil {
		t.Fatal(err)
	}
	if _, wrapped := client.Transport.(*transport); carried != 1 || wrapped || client.CheckRedirect != nil {
		t.Errorf("carried %d requests, client %+v", carried, client)
	}
}

func TestTheLibrarysOwnDebugLogStaysOff(t *testing.T) {
	t.Setenv("GOOGLE_SDK_GO_LOGGING_LEVEL", "debug")
	read, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = read.Close() }()
	terminal := os.Stderr
	os.Stderr = write
	p := newPeer(t, func(int, received) played { return ok(janeBody) })
	_, createErr := p.directory(t).Create(t.Context(), newcomer(), password)
	os.Stderr = terminal
	_ = write.Close()
	logged, err := io.ReadAll(read)
	if err != nil || createErr != nil {
		t.Fatal(err, createErr)
	}
	if len(logged) > 0 {
		t.Errorf("the library logged %q", logged)
	}
}
