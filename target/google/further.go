package google

import (
	"context"
	"fmt"
	"log/slog"
	"sync"

	admin "google.golang.org/api/admin/directory/v1"
	"google.golang.org/api/option"

	"github.com/staffsync/staffsync/target/google/signin"
)

// services are clients of the API, each with a token of its own. They share
// everything else, the quota above all.
type services struct {
	lock    sync.Mutex
	byScope map[string]*admin.Service
	// open returns a client that signs in with the scopes. It sends no request.
	open func(ctx context.Context, scopes []string) (*admin.Service, error)
}

// opener returns how clients are opened that sign in as the config says.
func (d *Directory) opener(config signin.Config, options Options) func(context.Context, []string) (*admin.Service, error) {
	return func(ctx context.Context, scopes []string) (*admin.Service, error) {
		client, err := d.httpClient(config, options, scopes)
		if err != nil {
			return nil, err
		}
		service, err := admin.NewService(ctx,
			option.WithHTTPClient(client),
			option.WithEndpoint(config.Base()),
			// The library logs whole bodies, passwords among them, where an
			// environment variable asks for it. Ours never does.
			option.WithLogger(slog.New(slog.DiscardHandler)),
		)
		if err != nil {
			return nil, fmt.Errorf("set up the Directory API client: %w", err)
		}
		return service, nil
	}
}

// with returns a client whose token has the further scope alone: who has not
// granted it loses only what it is for. The error, and that of its requests, is
// a *signin.Error that names the scope as missing where it was not granted.
func (d *Directory) with(ctx context.Context, further signin.Further) (*admin.Service, error) {
	d.further.lock.Lock()
	defer d.further.lock.Unlock()
	if service := d.further.byScope[further.Scope]; service != nil {
		return service, nil
	}
	service, err := d.further.open(ctx, []string{further.Scope})
	if err != nil {
		return nil, fmt.Errorf("%s: %w", further.Use, err)
	}
	d.further.byScope[further.Scope] = service
	return service, nil
}
