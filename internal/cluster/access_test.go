package cluster_test

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/jwt/v2"
	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nkeys"

	"github.com/caucus-live/caucus/internal/cluster"
)

// run starts a NATS server that is not ours, and returns its address.
func run(t *testing.T, options *server.Options) string {
	t.Helper()
	options.Host, options.Port, options.NoSigs, options.NoLog = "127.0.0.1", server.RANDOM_PORT, true, true
	s, err := server.NewServer(options)
	if err != nil {
		t.Fatal(err)
	}
	s.Start()
	t.Cleanup(func() { s.Shutdown(); s.WaitForShutdown() })
	if !s.ReadyForConnections(10 * time.Second) {
		t.Fatal("NATS does not start")
	}
	return s.Addr().String()
}

// pemFile writes a block to a file of its own.
func pemFile(t *testing.T, kind string, der []byte) string {
	t.Helper()
	return write(t, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}))
}

func write(t *testing.T, data []byte) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(name, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

// Servers are shown what they ask for, and let in only those who show it.
func TestAccess(t *testing.T) {
	web := httptest.NewTLSServer(nil) // for its certificate, which vouches for this machine
	defer web.Close()
	pair := web.TLS.Certificates[0]
	pkcs8, err := x509.MarshalPKCS8PrivateKey(pair.PrivateKey)
	if err != nil {
		t.Fatal(err)
	}
	cert, key := pemFile(t, "CERTIFICATE", web.Certificate().Raw), pemFile(t, "PRIVATE KEY", pkcs8)
	encrypted := &tls.Config{MinVersion: tls.VersionTLS13, Certificates: web.TLS.Certificates}
	asking := encrypted.Clone()
	asking.ClientAuth = tls.RequireAnyClientCert

	account, user := newKey(t, nkeys.CreateAccount), newKey(t, nkeys.CreateUser)
	operator := newKey(t, nkeys.CreateOperator)
	token, err := jwt.NewAccountClaims(public(t, account)).Encode(operator)
	if err != nil {
		t.Fatal(err)
	}
	resolver := new(server.MemAccResolver)
	if err := resolver.Store(public(t, account), token); err != nil {
		t.Fatal(err)
	}
	userToken, err := jwt.NewUserClaims(public(t, user)).Encode(account)
	if err != nil {
		t.Fatal(err)
	}
	seed, err := user.Seed()
	if err != nil {
		t.Fatal(err)
	}
	credentials, err := jwt.FormatUserConfig(userToken, seed)
	if err != nil {
		t.Fatal(err)
	}

	password := run(t, &server.Options{Username: "caucus", Password: "@secret/%"})
	over := run(t, &server.Options{TLSConfig: encrypted, TLS: true, TLSTimeout: 10})
	mutual := run(t, &server.Options{TLSConfig: asking, TLS: true, TLSVerify: false, TLSTimeout: 10})
	known := run(t, &server.Options{TrustedKeys: []string{public(t, operator)}, AccountResolver: resolver})
	for _, c := range []struct {
		name, urls string
		access     cluster.Access
		refused    string // or let in
	}{
		{"a password", "nats://caucus:%40secret%2F%25@" + password, cluster.Access{}, ""},
		{"no password", password, cluster.Access{}, "Authorization"},
		{"its own authority", "tls://" + over, cluster.Access{CA: cert}, ""},
		{"another authority", "tls://" + over, cluster.Access{}, "unknown authority"},
		{"an authority, and no encryption", "nats://caucus:%40secret%2F%25@" + password, cluster.Access{CA: cert}, "secure connection not available"},
		{"a certificate", "tls://" + mutual, cluster.Access{CA: cert, Cert: cert, Key: key}, ""},
		{"no certificate", "tls://" + mutual, cluster.Access{CA: cert}, "see -ledger-cert"},
		{"half a certificate", "tls://" + mutual, cluster.Access{CA: cert, Key: key}, "go together"},
		{"credentials", known, cluster.Access{Credentials: write(t, credentials)}, ""},
		{"no credentials", known, cluster.Access{}, "Authorization"},
		{"no file of credentials", known, cluster.Access{Credentials: "missing.creds"}, "-ledger-creds: open missing.creds"},
		{"no file of authorities", "tls://" + over, cluster.Access{CA: "missing.pem"}, "-ledger-ca: open missing.pem"},
		{"no file of a certificate", "tls://" + mutual, cluster.Access{Cert: "missing.pem", Key: key}, "-ledger-cert: open missing.pem"},
		{"no file of a key", "tls://" + mutual, cluster.Access{Cert: cert, Key: "missing.pem"}, "-ledger-key: open missing.pem"},
		{"a password that is not escaped", "nats://caucus:@secret/%@" + password, cluster.Access{}, "number 1"},
		{"no host", "nats://" + password + ", nats://", cluster.Access{}, "number 2"},
	} {
		n, err := cluster.Connect(c.urls, c.access, nil)
		if err == nil {
			err = n.Close()
			if c.refused != "" {
				t.Errorf("%s: let in", c.name)
			}
		}
		if (err == nil) != (c.refused == "") || err != nil && !strings.Contains(err.Error(), c.refused) {
			t.Errorf("%s: %v", c.name, err)
		}
		if err != nil && strings.Contains(err.Error(), "see -ledger-cert") != (c.name == "no certificate") {
			t.Errorf("%s: %v", c.name, err)
		}
		if err != nil && strings.Contains(err.Error(), "secret/") {
			t.Errorf("%s: the password is in %v", c.name, err)
		}
	}
}

func newKey(t *testing.T, create func() (nkeys.KeyPair, error)) nkeys.KeyPair {
	t.Helper()
	pair, err := create()
	if err != nil {
		t.Fatal(err)
	}
	return pair
}

func public(t *testing.T, pair nkeys.KeyPair) string {
	t.Helper()
	key, err := pair.PublicKey()
	if err != nil {
		t.Fatal(err)
	}
	return key
}
