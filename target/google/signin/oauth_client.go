package signin

import (
	"errors"
	"fmt"
	"io"

	"golang.org/x/oauth2"
	googleoauth "golang.org/x/oauth2/google"
)

// defaultTokenURL is Google's token endpoint.
const defaultTokenURL = googleoauth.JWTTokenURL

// oauthClient is an OAuth client of the type Desktop app, as in the
// credentials.json that the Google Cloud console offers for download.
type oauthClient struct {
	id       string
	secret   secret
	authURI  string
	tokenURI string
}

// Format shows the client without its secret.
func (c oauthClient) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "client "+c.id) }

// readOAuthClient reads a credentials.json.
func readOAuthClient(path string) (oauthClient, error) {
	data, err := readCredential(path)
	if err != nil {
		return oauthClient{}, &Error{
			Problem: fmt.Sprintf("the OAuth client cannot be read: %v", err),
			Remedy:  "create an OAuth client of the type Desktop app in the Google Cloud console, download it, and name the file in target.google.oauth.credentials",
		}
	}
	client, err := decodeOAuthClient(data)
	if err != nil {
		return oauthClient{}, &Error{
			Problem: fmt.Sprintf("%s is not an OAuth client of an installed app: %v", path, err),
			Remedy:  "in the Google Cloud console under APIs & Services > Credentials create an OAuth client ID of the type Desktop app and download it",
		}
	}
	return client, nil
}

func decodeOAuthClient(data []byte) (oauthClient, error) {
	file, err := decodeCredential(clientKey, data)
	if err != nil {
		return oauthClient{}, err
	}
	client := file.Installed
	switch {
	case client == nil && file.Web != nil:
		return oauthClient{}, errors.New("it is a client of the type Web application, which cannot sign in from a program on this machine")
	case client == nil:
		return oauthClient{}, errors.New(`it has no "installed"`)
	case client.ClientID == "":
		return oauthClient{}, errors.New("it has no client_id")
	}
	if err := client.completeURLs(); err != nil {
		return oauthClient{}, err
	}
	return oauthClient{id: client.ClientID, secret: client.ClientSecret, authURI: client.AuthURI, tokenURI: client.TokenURI}, nil
}

// config is the client as the OAuth library takes it.
func (c oauthClient) config(scopes []string) *oauth2.Config {
	return &oauth2.Config{
		ClientID:     c.id,
		ClientSecret: string(c.secret),
		Scopes:       scopes,
		Endpoint:     oauth2.Endpoint{AuthURL: c.authURI, TokenURL: c.tokenURI, AuthStyle: oauth2.AuthStyleInParams},
	}
}
