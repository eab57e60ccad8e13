package signin

import (
	"errors"

	"golang.org/x/oauth2"
	googleoauth "golang.org/x/oauth2/google"
)

// defaultTokenURL is Google's token endpoint.
const defaultTokenURL = googleoauth.JWTTokenURL

// readOAuthClient reads an OAuth client of the type Desktop app, as the Google
// Cloud console offers it for download as credentials.json.
func readOAuthClient(path string) (*credential, error) {
	data, err := readCredential(path)
	if err != nil {
		return nil, newError("create an OAuth client of the type Desktop app in the Google Cloud console, download it, and name the file in "+clientKey,
			"the OAuth client cannot be read: %v", err)
	}
	client, err := decodeOAuthClient(data)
	if err != nil {
		return nil, newError("in the Google Cloud console under APIs & Services > Credentials create an OAuth client ID of the type Desktop app and download it",
			"%s is not an OAuth client of an installed app: %v", path, err)
	}
	return client, nil
}

func decodeOAuthClient(data []byte) (*credential, error) {
	file, err := decodeCredential(clientKey, data)
	if err != nil {
		return nil, err
	}
	client := file.Installed
	switch {
	case client == nil && file.Web != nil:
		return nil, errors.New("it is a client of the type Web application, which cannot sign in from a program on this machine")
	case client == nil:
		return nil, errors.New(`it has no "installed"`)
	case client.ClientID == "":
		return nil, errors.New("it has no client_id")
	}
	return client, client.completeURLs()
}

// oauth is the client as the OAuth library takes it.
func (c *credential) oauth(scopes []string) *oauth2.Config {
	return &oauth2.Config{
		ClientID:     c.ClientID,
		ClientSecret: string(c.ClientSecret),
		Scopes:       scopes,
		Endpoint:     oauth2.Endpoint{AuthURL: c.AuthURI, TokenURL: c.TokenURI, AuthStyle: oauth2.AuthStyleInParams},
	}
}
