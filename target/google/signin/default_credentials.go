package signin

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"strings"

	"golang.org/x/oauth2"
	googleoauth "golang.org/x/oauth2/google"
	"google.golang.org/api/impersonate"
	"google.golang.org/api/option"
)

// cloudPlatform is the scope that impersonating a service account takes.
const cloudPlatform = "https://www.googleapis.com/auth/cloud-platform"

// defaultCredentials signs in with the machine's or the person's application
// default credentials (https://cloud.google.com/docs/authentication/application-default-credentials),
// which sign for a service account with domain-wide delegation.
type defaultCredentials struct{ delegated }

// newDefaultCredentials says where the client ID is to be found: nothing here
// tells it.
func newDefaultCredentials(config Config, scopes []string) *defaultCredentials {
	account := config.ApplicationDefault.ServiceAccount
	clientID := fmt.Sprintf("(the unique ID of %s, in the Google Cloud console under IAM & Admin > Service accounts)", account)
	return &defaultCredentials{delegated{account: account, clientID: clientID, subject: config.Subject, scopes: scopes}}
}

// fetch implements way. Looking for the credentials asks the metadata server
// of a cloud machine, which heeds no context: it is not waited for longer.
func (d *defaultCredentials) fetch(ctx context.Context, client *http.Client, _ string) (*oauth2.Token, error) {
	type fetched struct {
		token *oauth2.Token
		err   error
	}
	result := make(chan fetched, 1)
	go func() {
		token, err := d.impersonate(ctx, client)
		result <- fetched{token, err}
	}()
	select {
	case got := <-result:
		return got.token, got.err
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (d *defaultCredentials) impersonate(ctx context.Context, client *http.Client) (*oauth2.Token, error) {
	ctx = context.WithValue(ctx, oauth2.HTTPClient, client)
	own, err := googleoauth.FindDefaultCredentials(ctx, cloudPlatform)
	if err != nil {
		return nil, newError("run: gcloud auth application-default login, or name a credentials file in GOOGLE_APPLICATION_CREDENTIALS",
			"there are no application default credentials to use: %s", Shown(err.Error()))
	}
	signing := *client
	signing.Transport = &oauth2.Transport{
		Source: own.TokenSource,
		Base:   quotaProject{base: client.Transport, project: projectOf(own.JSON)},
	}
	source, err := impersonate.CredentialsTokenSource(ctx, impersonate.CredentialsConfig{
		TargetPrincipal: d.account, Subject: d.subject, Scopes: d.scopes,
	}, option.WithHTTPClient(&signing))
	if err != nil {
		return nil, err
	}
	return source.Token()
}

// quotaProject names the project whose quota signing counts against, which
// Google requires of a person's credentials.
type quotaProject struct {
	base    http.RoundTripper
	project string
}

// RoundTrip implements http.RoundTripper.
func (q quotaProject) RoundTrip(request *http.Request) (*http.Response, error) {
	if q.project != "" && strings.HasSuffix(request.URL.Path, signPath) {
		request = request.Clone(request.Context())
		request.Header.Set("X-Goog-User-Project", q.project)
	}
	return q.base.RoundTrip(request)
}

// signPath is how the path of the request that signs ends
// (https://cloud.google.com/iam/docs/reference/credentials/rest/v1/projects.serviceAccounts/signJwt).
const signPath = ":signJwt"

// projectOf is the quota project in a credentials file, empty if there is
// none.
func projectOf(credentials []byte) string {
	if project := os.Getenv("GOOGLE_CLOUD_QUOTA_PROJECT"); project != "" {
		return project
	}
	var file struct {
		Project string `json:"quota_project_id"`
	}
	if json.Unmarshal(credentials, &file) != nil {
		return ""
	}
	return file.Project
}

// explain implements way.
func (d *defaultCredentials) explain(f *tokenFailure) *Error {
	switch {
	case strings.HasSuffix(f.path, signPath) && f.status == http.StatusNotFound:
		return newError("correct target.google.applicationDefault.serviceAccount", "Google knows no service account %s (%s)", d.account, f.tokenError())
	case strings.HasSuffix(f.path, signPath):
		return newError("enable the IAM Service Account Credentials API in its project and grant their account the role Service Account Token Creator on "+d.account,
			"the application default credentials may not sign for %s (%s)", d.account, f.tokenError())
	}
	if known := d.delegated.explain(f); known != nil {
		return known
	}
	return newError("run: gcloud auth application-default login, or name another credentials file in GOOGLE_APPLICATION_CREDENTIALS",
		"the application default credentials are not accepted (%v)", f)
}
