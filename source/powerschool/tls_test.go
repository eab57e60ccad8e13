package powerschool

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/staffsync/staffsync/source"
	"github.com/staffsync/staffsync/source/powerschool/oracletest"
)

// certified returns a server's TLS and the file with its certificate.
func certified(t *testing.T, change func(*x509.Certificate)) (*tls.Config, string) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "psdb"}, NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true,
	}
	change(template)
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o600); err != nil {
		t.Fatal(err)
	}
	return &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}}, file
}

func withTLS(settings source.TLS) source.Config {
	config := liveConfig()
	settings.Enabled = true
	config.PowerSchool.TLS = settings
	return config
}

func TestATLSConnectionReadsTheSameDistrict(t *testing.T) {
	serverTLS, ca := certified(t, func(*x509.Certificate) {})
	server := listen(t, oracletest.Database{TLS: serverTLS})
	for name, settings := range map[string]source.TLS{"the authority in the config": {CA: ca}, "not verified": {Verify: new(bool)}} {
		tables, err := readTables(t.Context(), t, server, withTLS(settings))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if diff := cmp.Diff(exported(t), assembled(t, tables, liveConfig())); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

func TestAFailedTLSHandshakeSaysWhatToDo(t *testing.T) {
	good, ca := certified(t, func(*x509.Certificate) {})
	other, otherCA := certified(t, func(c *x509.Certificate) { c.IPAddresses = nil; c.DNSNames = []string{"psdb.d118.org"} })
	old, oldCA := certified(t, func(c *x509.Certificate) { c.NotAfter = time.Now().Add(-time.Hour) })
	impatient := withTLS(source.TLS{CA: ca})
	impatient.PowerSchool.ConnectTimeout = source.Duration(300 * time.Millisecond)
	for _, c := range []struct {
		name   string
		server *tls.Config
		config source.Config
		want   string
	}{
		{"an authority that nobody trusts", good, withTLS(source.TLS{}),
			"the certificate of PowerSchool's database at WHERE/PSPRODDB is signed by nobody this machine trusts; name the certificate of who signed it in source.powerschool.tls.ca"},
		{"another authority", good, withTLS(source.TLS{CA: otherCA}),
			"the certificate of PowerSchool's database at WHERE/PSPRODDB is signed by nobody this machine trusts; name the certificate of who signed it in source.powerschool.tls.ca"},
		{"another host", other, withTLS(source.TLS{CA: otherCA}),
			"the certificate of PowerSchool's database at WHERE/PSPRODDB is for another host (x509: cannot validate certificate for 127.0.0.1 because it doesn't contain any IP SANs); write the host in POWERSCHOOL_PROD_DB as in the certificate"},
		{"no TLS at the listener", nil, impatient,
			"PowerSchool's database at WHERE/PSPRODDB accepted the connection but did not finish signing in within 300ms; check that an Oracle listener that speaks TLS is behind this port and nothing between holds it up, or raise source.powerschool.connectTimeout"},
		{"no TLS at our side", good, liveConfig(),
			"PowerSchool's database at WHERE/PSPRODDB closed the connection before the sign-in was done; check the host and port in POWERSCHOOL_PROD_DB, whether the listener wants TLS (source.powerschool.tls), and that it lets this machine in"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			server, err := oracletest.Listen("127.0.0.1:0", oracletest.Database{User: testUser, Password: testPassword, Service: testService, TLS: c.server})
			if err != nil {
				t.Fatal(err)
			}
			defer server.Close() // the clients break its protocol on purpose
			same(t, c.want, refused(t, server, c.config))
		})
	}
	got := refused(t, listen(t, oracletest.Database{TLS: old}), withTLS(source.TLS{CA: oldCA}))
	if want := "the certificate of PowerSchool's database at WHERE/PSPRODDB is not valid: x509: certificate has expired"; len(got) < len(want) || got[:len(want)] != want {
		t.Errorf("error %q", got)
	}
}

func TestNothingLeavesUnencryptedWhenTLSIsAskedFor(t *testing.T) {
	near, far := net.Pipe()
	defer near.Close()
	defer far.Close()
	conn := &checkedConn{Conn: near, encrypted: true}
	if n, err := conn.Write([]byte{0, 58, 0, 0, 1, 0, 0, 0}); n != 0 || err != errUnencrypted {
		t.Errorf("%d bytes of a plain CONNECT were written, error %v", n, err)
	}
	go far.Read(make([]byte, 8))
	if _, err := conn.Write([]byte{0x16, 3, 1}); err != nil {
		t.Errorf("a TLS handshake: %v", err)
	}
}
