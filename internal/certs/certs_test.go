package certs_test

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"log/slog"
	"math/big"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/caucus-live/caucus/internal/certs"
)

// write makes a certificate of a name, in two files that were changed at a time.
func write(t *testing.T, dir, name string, changed time.Time) (cert, key string) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: name}, NotAfter: changed.Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, private.Public(), private)
	if err != nil {
		t.Fatal(err)
	}
	pkcs8, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	cert, key = filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	put(t, cert, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), changed)
	put(t, key, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: pkcs8}), changed)
	return cert, key
}

func put(t *testing.T, name string, data []byte, changed time.Time) {
	t.Helper()
	if err := os.WriteFile(name, data, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chtimes(name, changed, changed); err != nil {
		t.Fatal(err)
	}
}

// Files that change are served a few seconds later; those that make no sense never.
func TestFilesAreReadAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dir := t.TempDir()
		cert, key := write(t, dir, "first", time.Now())
		var log bytes.Buffer
		files, err := certs.Open(cert, key, slog.New(slog.NewTextHandler(&log, nil)))
		if err != nil {
			t.Fatal(err)
		}
		want := func(name string) {
			t.Helper()
			got, err := files.Config().GetCertificate(&tls.ClientHelloInfo{})
			if err != nil || got.Leaf.Subject.CommonName != name {
				t.Errorf("%v, %v, want %s", got.Leaf.Subject, err, name)
			}
		}
		want("first")
		write(t, dir, "second", time.Now().Add(time.Second))
		want("first") // not looked at yet
		<-time.After(time.Minute)
		want("second")
		put(t, key, []byte("half a k"), time.Now())
		<-time.After(time.Minute)
		want("second")
		if !strings.Contains(log.String(), "level=WARN") {
			t.Errorf("the log: %s", &log)
		}
		if err := os.Remove(cert); err != nil {
			t.Fatal(err)
		}
		<-time.After(time.Minute)
		want("second")
		write(t, dir, "third", time.Now())
		<-time.After(time.Minute)
		want("third")
	})
}

func TestFilesThatMakeNoSense(t *testing.T) {
	dir := t.TempDir()
	cert, key := write(t, dir, "a", time.Now())
	for name, pair := range map[string][2]string{
		"swapped":       {key, cert},
		"not there":     {cert, filepath.Join(dir, "none")},
		"a certificate": {cert, cert},
	} {
		if _, err := certs.Open(pair[0], pair[1], slog.New(slog.DiscardHandler)); err == nil || !strings.Contains(err.Error(), dir) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestRedirect(t *testing.T) {
	for _, c := range []struct {
		port, method, host, path string
		status                   int
		location                 string
	}{
		{"443", http.MethodGet, "polls.example", "/p/ABCDEF?x=1", 301, "https://polls.example/p/ABCDEF?x=1"},
		{"443", http.MethodHead, "polls.example:80", "/", 301, "https://polls.example/"},
		{"3443", http.MethodGet, "polls.example:8080", "/", 301, "https://polls.example:3443/"},
		{"3443", http.MethodGet, "[2001:db8::1]:8080", "/", 301, "https://[2001:db8::1]:3443/"},
		{"3443", http.MethodGet, "[2001:db8::1]", "/x", 301, "https://[2001:db8::1]:3443/x"},
		{"443", http.MethodGet, "[2001:db8::1]:80", "/x", 301, "https://[2001:db8::1]/x"},
		{"443", http.MethodGet, "[2001:db8::1]", "/x", 301, "https://[2001:db8::1]/x"},
		{"443", http.MethodGet, "192.0.2.1:443", "/", 301, "https://192.0.2.1/"},
		{"443", http.MethodPost, "polls.example", "/polls", 400, ""},
		{"443", http.MethodGet, "", "/", 400, ""},
		{"443", http.MethodGet, ":80", "/", 400, ""},
		{"443", http.MethodGet, "[]", "/", 400, ""},
	} {
		r := httptest.NewRequestWithContext(t.Context(), c.method, c.path, http.NoBody)
		r.Host = c.host
		w := httptest.NewRecorder()
		certs.Redirect(c.port).ServeHTTP(w, r)
		if w.Code != c.status || w.Header().Get("Location") != c.location {
			t.Errorf("%+v: %d %s", c, w.Code, w.Header().Get("Location"))
		}
	}
}
