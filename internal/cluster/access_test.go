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

	"github.com/nats-io/jwt/v2"
	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nkeys"

	"github.com/caucus-live/caucus/internal/cluster"
	"github.com/caucus-live/caucus/internal/natstest"
)

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

	account, userKey := newKey(t, nkeys.CreateAccount), newKey(t, nkeys.CreateUser)
	operator := newKey(t, nkeys.CreateOperator)
	token, err := jwt.NewAccountClaims(public(t, account)).Encode(operator)
	if err != nil {
		t.Fatal(err)
	}
	resolver := new(server.MemAccResolver)
	if err := resolver.Store(public(t, account), token); err != nil {
		t.Fatal(err)
	}
	userToken, err := jwt.NewUserClaims(public(t, userKey)).Encode(account)
	if err != nil {
		t.Fatal(err)
	}
	seed, err := userKey.Seed()
	if err != nil {
		t.Fatal(err)
	}
	credentials, err := jwt.FormatUserConfig(userToken, seed)
	if err != nil {
		t.Fatal(err)
	}

	noTLS := server.WebsocketOpts{Host: "127.0.0.1", Port: server.RANDOM_PORT, NoTLS: true}
	withTLS := server.WebsocketOpts{Host: "127.0.0.1", Port: server.RANDOM_PORT, TLSConfig: encrypted}
	guarded := natstest.Run(t, &server.Options{Username: "caucus", Password: "@secret/%", Websocket: noTLS})
	password, webSocket := guarded.Addr().String(), strings.TrimPrefix(guarded.WebsocketURL(), "ws://")
	encrypting := natstest.Run(t, &server.Options{TLSConfig: encrypted, TLS: true, TLSTimeout: 10, Websocket: withTLS})
	over, overWebSocket := encrypting.Addr().String(), strings.TrimPrefix(encrypting.WebsocketURL(), "wss://")
	mutual := natstest.Run(t, &server.Options{TLSConfig: asking, TLS: true, TLSVerify: false, TLSTimeout: 10}).Addr().String()
	known := natstest.Run(t, &server.Options{TrustedKeys: []string{public(t, operator)}, AccountResolver: resolver}).Addr().String()
	const user = "caucus:%40secret%2F%25@"
	for _, c := range []struct {
		name, urls string
		access     cluster.Access
		refused    string // or let in
		remedy     string
	}{
		{"a password", "nats://" + user + password, cluster.Access{}, "", ""},
		{"no password", password, cluster.Access{}, "Authorization", "give the user"},
		{"another password", "nats://caucus:other@" + password, cluster.Access{}, "Authorization", "give the user"},
		{"its own authority", "tls://" + over, cluster.Access{CA: cert}, "", ""},
		{"another authority", "tls://" + over, cluster.Access{}, "unknown authority", "-ledger-ca"},
		{"a name that the certificate has not", "tls://localhost:" + over[strings.LastIndexByte(over, ':')+1:], cluster.Access{CA: cert}, "not localhost", ""},
		{"an authority, and no encryption", "nats://" + user + password, cluster.Access{CA: cert}, "secure connection not available", "use nats:// and no -ledger-ca"},
		{"encryption that is not there", "tls://" + user + password, cluster.Access{}, "secure connection not available", "use nats://"},
		{"a certificate", "tls://" + mutual, cluster.Access{CA: cert, Cert: cert, Key: key}, "", ""},
		{"no certificate", "tls://" + mutual, cluster.Access{CA: cert}, "", "see -ledger-cert"},
		{"half a certificate", "tls://" + mutual, cluster.Access{CA: cert, Key: key}, "go together", ""},
		{"credentials", known, cluster.Access{Credentials: write(t, credentials)}, "", ""},
		{"no credentials", known, cluster.Access{}, "Authorization", "-ledger-creds"},
		{"no file of credentials", known, cluster.Access{Credentials: "missing.creds"}, "-ledger-creds: open missing.creds", ""},
		{"no file of authorities", "tls://" + over, cluster.Access{CA: "missing.pem"}, "-ledger-ca: open missing.pem", ""},
		{"no file of a certificate", "tls://" + mutual, cluster.Access{Cert: "missing.pem", Key: key}, "-ledger-cert: open missing.pem", ""},
		{"no file of a key", "tls://" + mutual, cluster.Access{Cert: cert, Key: "missing.pem"}, "-ledger-key: open missing.pem", ""},
		{"a password that is not escaped", "nats://caucus:@secret/%@" + password, cluster.Access{}, "number 1", "escaped"},
		{"no host", "nats://" + password + ", nats://", cluster.Access{}, "number 2", ""},
		{"another protocol", "https://" + user + password, cluster.Access{}, "number 1", "wss://"},
		{"websocket", "ws://" + user + webSocket, cluster.Access{}, "", ""},
		{"websocket with TLS", "wss://" + overWebSocket, cluster.Access{CA: cert}, "", ""},
		{"websocket with TLS that is not there", "wss://" + user + webSocket, cluster.Access{CA: cert}, "does not look like a TLS handshake", "use ws://"},
		{"websocket without TLS that is there", "ws://" + overWebSocket, cluster.Access{}, "invalid websocket", "port of websocket"},
		{"websocket at the port of NATS", "ws://" + user + password, cluster.Access{}, "malformed HTTP", "port of websocket"},
		{"NATS at the port of websocket", "nats://" + user + webSocket, cluster.Access{}, "timeout", "wss:// to their websocket port"},
		{"no server", "nats://" + user + "127.0.0.1:1", cluster.Access{}, "no servers available", "start the NATS servers"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel() // some wait for an answer
			n, err := cluster.Connect(c.urls, c.access, nil)
			if err == nil {
				err = n.Close()
			}
			switch {
			case c.refused == "" && c.remedy == "":
				if err != nil {
					t.Error(err)
				}
			case err == nil:
				t.Error("let in")
			case !strings.Contains(err.Error(), c.refused) || !strings.Contains(err.Error(), c.remedy):
				t.Error(err)
			case strings.Contains(err.Error(), "see -ledger-cert") != (c.name == "no certificate"):
				t.Error(err)
			case strings.Contains(err.Error(), "secret/") || strings.Contains(err.Error(), "secret%2F"):
				t.Errorf("the password is in %v", err)
			}
		})
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
