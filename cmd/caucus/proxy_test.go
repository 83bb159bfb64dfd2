package main

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// A proxy is a program of Debian's with a configuration of docs/deploy.md.
type proxy struct {
	url  string // of its first page
	root string // the certificate that signed its own, in PEM; "" without TLS
}

// wrappers are what a configuration needs around it to run as a test: in a folder of
// its own, in the foreground. {dir} stands for the folder.
var wrappers = map[string]string{
	"nginx": "daemon off; user root; pid {dir}/pid; error_log stderr; events {} http { access_log off; server_names_hash_bucket_size 128;\n" +
		"client_body_temp_path {dir}/1; proxy_temp_path {dir}/2; fastcgi_temp_path {dir}/3; uwsgi_temp_path {dir}/4; scgi_temp_path {dir}/5;\n{config}\n}\n",
	"haproxy": "{config}\n",
	"caddy":   "{\n\tadmin off\n\tauto_https off\n\tstorage file_system {dir}\n}\n{config}\n",
	"apache": "ServerRoot {dir}\nPidFile {dir}/pid\nServerName localhost\nDefaultRuntimeDir {dir}\nErrorLog /dev/stderr\nMutex file:{dir}\n{modules}\n" +
		"Listen {listen}\n{config}\n",
}

// commands run a configuration.
var commands = map[string][]string{
	"nginx":   {"nginx", "-p", "{dir}", "-c", "{file}"},
	"haproxy": {"haproxy", "-db", "-q", "-f", "{file}"},
	"caddy":   {"caddy", "run", "--adapter", "caddyfile", "--config", "{file}"},
	"apache":  {"apache2", "-d", "{dir}", "-f", "{file}", "-D", "FOREGROUND"},
}

// apacheModules are those that Debian's packages enable, and those that the page asks for.
func apacheModules() string {
	var lines strings.Builder
	for _, name := range []string{"mpm_event", "authz_core", "proxy", "proxy_http", "headers", "socache_shmcb", "ssl", "http2"} {
		fmt.Fprintf(&lines, "LoadModule %s_module /usr/lib/apache2/modules/mod_%[1]s.so\n", name)
	}
	return lines.String()
}

// runProxy starts a program with a configuration whose ports, names and certificates it
// replaces by those of the test, in front of servers.
func runProxy(t *testing.T, program, config, path string, servers ...string) *proxy {
	t.Helper()
	dir, listen := t.TempDir(), freeAddress(t)
	tls := strings.Contains(config, "/etc/ssl/") || strings.Contains(config, "https://")
	p := &proxy{url: "http://" + listen + path}
	replace := []string{
		"{dir}", dir, "{modules}", apacheModules(), "{listen}", listen,
		"listen 80", "listen " + listen, "listen 443", "listen " + listen,
		"bind :80", "bind " + listen, "bind :443", "bind " + listen,
		"*:80", listen, "*:443", listen,
		"http://polls.example {", "http://" + listen + " {\n\tbind 127.0.0.1",
		"https://example.org {", "https://localhost:" + port(listen) + " {\n\tbind 127.0.0.1\n\ttls " + dir + "/fullchain.pem " + dir + "/key.pem",
		"/etc/ssl/", dir + "/",
		"polls.example", "localhost", "example.org", "localhost",
	}
	for i, server := range servers {
		replace = append(replace, fmt.Sprintf("127.0.0.1:%d", 3000+i), strings.TrimPrefix(server, "http://"))
	}
	if tls {
		p.url, p.root = "https://localhost:"+port(listen)+path, filepath.Join(dir, "root.pem")
		writeCertificates(t, dir)
	}
	file := filepath.Join(dir, "config")
	text := strings.NewReplacer(replace...).Replace(strings.ReplaceAll(wrappers[program], "{config}", config))
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	var args []string
	for _, arg := range commands[program] {
		args = append(args, strings.NewReplacer("{dir}", dir, "{file}", file).Replace(arg))
	}
	startProxy(t, listen, dir, args)
	return p
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
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // its workers end with it
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() { // ends with the program; waited for below
		defer close(ended)
		_ = cmd.Wait()
	}()
	t.Cleanup(func() {
		_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGTERM)
		select {
		case <-ended:
		case <-time.After(5 * time.Second):
		}
		_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
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

// freeAddress returns an address of this machine on which nothing listens.
func freeAddress(t *testing.T) string {
	t.Helper()
	ln, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	return ln.Addr().String()
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
