package powerschool

import (
	"crypto/tls"
	"database/sql"
	"errors"
	"maps"
	"math"
	"net"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"

	goora "github.com/sijms/go-ora/v2"
	"github.com/sijms/go-ora/v2/network"

	"github.com/staffsync/staffsync/source"
)

// engine is what differs between Oracle and another SQL database.
type engine struct {
	// open returns a database whose connections go over the wire.
	open func(*wire) *sql.DB
	// encrypted tells that every connection must use TLS.
	encrypted bool
	// readOnly is the first statement of a transaction that only reads; it
	// is empty when there is no such statement.
	readOnly string
	// refusal returns what the server refuses with an error, as Oracle puts
	// it, and whether the error is that of a server at all.
	refusal func(error) (refusal, bool)
}

// refusal is what a server answers instead of a result.
type refusal struct {
	// code is the number of Oracle's message, such as 942.
	code int
	// column is the column that does not exist, in lower case, if code is
	// 904.
	column string
	// text is the server's own.
	text string
}

// fetchedRows is how many rows a round trip brings: few enough to be held,
// many enough for 100,000 rows over a VPN.
const fetchedRows = 1000

// oracle is the engine of PowerSchool's database.
func oracle(c credentials, at address, config source.PowerSchool) (engine, error) {
	encrypted := config.TLS.Enabled || at.tls
	if config.TLS.Enabled && at.plain {
		return engine{}, errors.New(DatabaseVariable + " rules out TLS, which source.powerschool.tls asks for; write tcps for tcp there, or remove the section tls")
	}
	roots, err := ownRoots(config.TLS)
	if err != nil {
		return engine{}, err
	}
	dsn := dataSource(c, at, config, encrypted)
	if err := checkDataSource(dsn); err != nil {
		return engine{}, err
	}
	open := func(w *wire) *sql.DB {
		connector := goora.NewConnector(dsn)
		if c, ok := connector.(*goora.OracleConnector); ok { // always
			c.Dialer(w)
			if roots != nil {
				c.WithTLSConfig(&tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12})
			}
		}
		return sql.OpenDB(connector)
	}
	return engine{open: open, encrypted: encrypted, readOnly: "SET TRANSACTION READ ONLY", refusal: oracleRefusal}, nil
}

// dataSource writes what the driver is told. It holds the password.
func dataSource(c credentials, at address, config source.PowerSchool, encrypted bool) string {
	options := make(url.Values)
	maps.Copy(options, at.options)
	options.Set("CONNECTION TIMEOUT", seconds(config.ConnectTimeout))
	options.Set("TIMEOUT", seconds(config.ReadTimeout))
	options.Set("PREFETCH_ROWS", strconv.Itoa(fetchedRows))
	options.Set("SERVER LOCATION", "UTC") // or the driver asks for it
	// By default the driver puts the program's path into the descriptor,
	// which one like "C:\Program Files (x86)" breaks.
	options.Set("PROGRAM", "staffsync")
	options.Set("CID", "(CID=(PROGRAM=staffsync))")
	if encrypted {
		options.Set("SSL", "true")
		if config.TLS.Verify != nil && !*config.TLS.Verify {
			options.Set("SSL VERIFY", "false")
		}
		if config.TLS.Wallet != "" {
			options.Set("WALLET", config.TLS.Wallet)
		}
	}
	u := url.URL{Scheme: "oracle", User: url.UserPassword(c.user, c.password), Host: ":0"}
	switch {
	case at.descriptor != "":
		options.Set("connStr", at.descriptor)
	case at.sid != "":
		options.Set("SID", at.sid)
	default:
		options.Set("SERVICE NAME", at.service)
	}
	if at.descriptor == "" {
		u.Host = net.JoinHostPort(at.host, strconv.Itoa(at.port))
	}
	u.RawQuery = options.Encode()
	return u.String()
}

// seconds writes a time limit as the driver takes it, rounded up.
func seconds(d source.Duration) string {
	return strconv.Itoa(int(math.Ceil(time.Duration(d).Seconds())))
}

// checkDataSource has the driver read what it will be told.
func checkDataSource(dsn string) error {
	if !attempt(func() error { _, err := goora.ParseConfig(dsn); return err }) {
		return errors.New("the Oracle driver cannot use these settings; check " + DatabaseVariable + " and source.powerschool in the config")
	}
	return nil
}

// attempt tells whether the driver can do something. Its errors repeat the
// password, and a damaged wallet makes it panic, so neither gets out.
func attempt(try func() error) (ok bool) {
	defer func() { _ = recover() }()
	return try() == nil
}

// oracleRefusal returns what the server's own error says.
func oracleRefusal(err error) (refusal, bool) {
	var answered *network.OracleError
	if !errors.As(err, &answered) {
		return refusal{}, false
	}
	r := refusal{code: answered.ErrCode, text: clean(answered.Error())}
	if found := unknownColumn.FindStringSubmatch(r.text); r.code == noSuchColumn && found != nil {
		r.column = strings.ToLower(found[1])
	}
	return r, true
}

// unknownColumn finds the column in ORA-00904: "EMAIL_ADDR": invalid
// identifier, in which a table and its schema may precede it.
var unknownColumn = regexp.MustCompile(`ORA-00904: (?:"[^"]*"\.)*"([^"]*)"`)
