package main

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"encoding/pem"
	"errors"
	"math/big"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/caucus-live/caucus/cmd/caucus/doctor"
	"github.com/caucus-live/caucus/internal/freeport"
)

// A proxy is what people reach a server by: a program of Debian's with a configuration
// of docs/deploy.md, or the server alone.
type proxy struct {
	url  string // of its first page
	root string // the certificate that signed its own, in PEM; "" without TLS
}

// examine runs caucus doctor, and returns what it found amiss.
func examine(t *testing.T, p *proxy, args ...string) (*doctor.Report, []doctor.Finding) {
	t.Helper()
	args = append([]string{"doctor", "-json"}, args...)
	if p.root != "" {
		args = append(args, "-ca", p.root)
	}
	var out, complaint bytes.Buffer
	err := run(t.Context(), append(args, p.url), env(), nil, &out, &complaint)
	report := new(doctor.Report)
	if json.Unmarshal(out.Bytes(), report) != nil {
		t.Fatalf("%v %s %s", err, &complaint, &out)
	}
	if code, failed := errors.AsType[exitCode](err); failed == report.OK || failed && code != 1 {
		t.Errorf("exit code %v, ok: %v", err, report.OK)
	}
	amiss := slices.DeleteFunc(slices.Clone(report.Findings), func(f doctor.Finding) bool { return f.Status == doctor.OK })
	return report, amiss
}

// freeAddress returns an address of this machine on which nothing listens.
func freeAddress(t *testing.T) string {
	t.Helper()
	addresses, err := freeport.Find(1)
	if err != nil {
		t.Fatal(err)
	}
	return addresses[0].String()
}

func port(address string) string { return address[strings.LastIndexByte(address, ':')+1:] }

// writeCertificates makes a certificate for localhost, as proxies want it, and the one
// that signed it: root.pem.
func writeCertificates(t *testing.T, dir string) {
	t.Helper()
	key := func() *ecdsa.PrivateKey {
		k, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		return k
	}
	now := time.Now()
	root := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "Root of a test"}, NotBefore: now.Add(-time.Hour), NotAfter: now.Add(90 * 24 * time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	}
	leaf := &x509.Certificate{
		SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: "localhost"}, NotBefore: root.NotBefore, NotAfter: root.NotAfter,
		DNSNames: []string{"localhost"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	rootKey, leafKey := key(), key()
	encode := func(kind string, der []byte, err error) []byte {
		if err != nil {
			t.Fatal(err)
		}
		return pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der})
	}
	der, err := x509.CreateCertificate(rand.Reader, root, root, rootKey.Public(), rootKey)
	rootPEM := encode("CERTIFICATE", der, err)
	der, err = x509.CreateCertificate(rand.Reader, leaf, root, leafKey.Public(), rootKey)
	chain := append(encode("CERTIFICATE", der, err), rootPEM...)
	der, err = x509.MarshalPKCS8PrivateKey(leafKey)
	private := encode("PRIVATE KEY", der, err)
	for name, data := range map[string][]byte{"root.pem": rootPEM, "fullchain.pem": chain, "key.pem": private, "chain-and-key.pem": append(chain, private...)} {
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// startProxy runs a program until the test ends, and waits until it listens.
func startProxy(t *testing.T, listen, dir string, args []string) {
	t.Helper()
	path, err := findProgram(args[0])
	if err != nil {
		t.Fatalf("%v: run scripts/proxies", err)
	}
	var out bytes.Buffer
	cmd := exec.Command(path, args[1:]...)
	cmd.Stdout, cmd.Stderr, cmd.Env = &out, &out, append(os.Environ(), "HOME="+dir, "XDG_DATA_HOME="+dir, "XDG_CONFIG_HOME="+dir)
	ownGroup(cmd) // its workers end with it
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() { // ends with the program; waited for below
		defer close(ended)
		_ = cmd.Wait()
	}()
	t.Cleanup(func() {
		endGroup(cmd, syscall.SIGTERM)
		select {
		case <-ended:
		case <-time.After(5 * time.Second):
		}
		endGroup(cmd, syscall.SIGKILL)
		<-ended
	})
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	again := time.NewTicker(20 * time.Millisecond)
	defer again.Stop()
	for {
		conn, err := new(net.Dialer).DialContext(ctx, "tcp", listen)
		if err == nil {
			_ = conn.Close()
			return
		}
		select {
		case <-again.C:
		case <-ended:
			t.Fatalf("%v ended: %s", args, &out)
		case <-ctx.Done():
			t.Fatalf("%v does not listen", args)
		}
	}
}

// findProgram looks where an ordinary user's PATH does not lead, too.
func findProgram(name string) (string, error) {
	path, err := exec.LookPath(name)
	for _, dir := range []string{"/usr/sbin", "/sbin"} {
		if err != nil {
			path, err = exec.LookPath(filepath.Join(dir, name))
		}
	}
	return path, err
}
