package powerschool

import (
	"crypto/x509"
	"fmt"
	"os"
	"path/filepath"

	"github.com/sijms/go-ora/v2/configurations"

	"github.com/staffsync/staffsync/source"
)

// ownRoots reads the certificates of the config's authority, and checks that
// the wallet can be read.
func ownRoots(config source.TLS) (*x509.CertPool, error) {
	switch {
	case config.Wallet != "":
		name := filepath.Join(config.Wallet, "cwallet.sso")
		if _, err := os.Stat(name); err != nil {
			return nil, fmt.Errorf("source.powerschool.tls.wallet: %w; name the folder of a wallet that opens by itself", err)
		}
		if !attempt(func() error { _, err := configurations.NewWallet(name); return err }) {
			return nil, fmt.Errorf("source.powerschool.tls.wallet: %s: this is not a wallet that opens by itself, or a damaged one; have it made again with orapki -auto_login", name)
		}
	case config.CA != "":
		data, err := os.ReadFile(config.CA)
		if err != nil {
			return nil, fmt.Errorf("source.powerschool.tls.ca: %w", err)
		}
		roots := x509.NewCertPool()
		if !roots.AppendCertsFromPEM(data) {
			return nil, fmt.Errorf("source.powerschool.tls.ca: %s holds no certificate in PEM form (-----BEGIN CERTIFICATE-----)", config.CA)
		}
		return roots, nil
	}
	return nil, nil
}
