package powerschool

import (
	"crypto/x509"
	"errors"
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
		if err := checkWallet(name); err != nil {
			return nil, fmt.Errorf("source.powerschool.tls.wallet: %s: %w", name, err)
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

// checkWallet has the driver read the wallet. It panics on a damaged one.
func checkWallet(name string) (err error) {
	failed := errors.New("this is not a wallet that opens by itself, or a damaged one; have it made again with orapki -auto_login")
	defer func() {
		if recover() != nil {
			err = failed
		}
	}()
	if _, driverErr := configurations.NewWallet(name); driverErr != nil {
		return failed
	}
	return nil
}
