package cluster

import (
	"errors"
	"flag"
	"fmt"
	"net/url"
	"os"
	"slices"
	"strings"

	"github.com/nats-io/nats.go"
)

// An Access is what NATS servers that run already, and those who connect to them, have to show
// each other. A user and a password, or a token, stand in the URLs of the servers. All fields are
// names of files, which are read again for each connection but for those of Cert and Key.
type Access struct {
	// Credentials has a user's JWT and the seed of their key, as nsc writes them.
	// Default: none.
	Credentials string

	// CA has the certificates, in PEM, of the authorities that vouch for the servers, who
	// then must encrypt. Default: the system's.
	CA string

	// Cert and Key are what we show to servers that ask for a certificate, in PEM.
	// Default: none.
	Cert, Key string
}

// Flags registers flags for all fields.
func (a *Access) Flags(fs *flag.FlagSet) {
	fs.StringVar(&a.Credentials, "ledger-creds", "", "show the NATS servers of -ledger the user credentials in this `file`, as nsc writes them")
	fs.StringVar(&a.CA, "ledger-ca", "", "trust the NATS servers of -ledger by the authorities in this `file` (PEM), and only over TLS")
	fs.StringVar(&a.Cert, "ledger-cert", "", "show the NATS servers of -ledger the certificate in this `file` (PEM)")
	fs.StringVar(&a.Key, "ledger-key", "", "the key of -ledger-cert, in this `file` (PEM)")
}

func (a *Access) options() ([]nats.Option, error) {
	if (a.Cert == "") != (a.Key == "") {
		return nil, errors.New("cluster: -ledger-cert and -ledger-key go together")
	}
	for _, f := range []struct{ flag, name string }{
		{"-ledger-creds", a.Credentials}, {"-ledger-ca", a.CA}, {"-ledger-cert", a.Cert}, {"-ledger-key", a.Key},
	} {
		if f.name == "" {
			continue
		}
		if _, err := os.ReadFile(f.name); err != nil { // NATS would not say which
			return nil, fmt.Errorf("cluster: %s: %w", f.flag, err)
		}
	}
	var options []nats.Option
	if a.Credentials != "" {
		options = append(options, nats.UserCredentials(a.Credentials))
	}
	if a.CA != "" {
		options = append(options, nats.RootCAs(a.CA))
	}
	if a.Cert != "" {
		options = append(options, nats.ClientCert(a.Cert, a.Key))
	}
	return options, nil
}

// checkURLs says what is wrong with URLs of NATS servers without repeating them, since a password
// may stand there.
func checkURLs(urls string) error {
	for i, address := range strings.Split(urls, ",") {
		address = strings.TrimSpace(address)
		if !strings.Contains(address, "://") {
			address = "nats://" + address // as NATS reads it
		}
		u, err := url.Parse(address)
		if err != nil || u.Host == "" {
			return fmt.Errorf("cluster: number %d of the NATS servers has no URL such as nats://user:password@host:4222, in which %% and what separates its parts are escaped: @ as %%40", i+1)
		}
		if !slices.Contains([]string{"nats", "tls", "ws", "wss"}, u.Scheme) { // NATS would take it for nats
			return fmt.Errorf("cluster: the URL of number %d of the NATS servers begins with neither nats://, tls://, ws:// nor wss://", i+1)
		}
	}
	return nil
}
