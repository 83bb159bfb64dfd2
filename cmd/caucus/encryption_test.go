package main

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"

	"golang.org/x/net/dns/dnsmessage"
)

// Over TLS everything works that a doctor looks at, and plain requests are sent there.
func TestTLS(t *testing.T) {
	t.Parallel()
	dir, plain := t.TempDir(), freeAddress(t)
	writeCertificates(t, dir)
	server := start(t, env(), "-data", t.TempDir(), "-tls-cert", filepath.Join(dir, "fullchain.pem"), "-tls-key", filepath.Join(dir, "key.pem"), "-http-addr", plain)
	defer server.end()
	p := &proxy{url: server.url + "/", root: filepath.Join(dir, "root.pem")}
	report, amiss := examine(t, p, "-idle", "1s")
	for _, f := range amiss {
		if !strings.Contains(f.Saw, "not built into") {
			t.Errorf("%+v", f)
		}
	}
	if !strings.HasPrefix(p.url, "https://127.0.0.1:") || !strings.Contains(report.Findings[0].Saw, "HTTP/2") {
		t.Errorf("%s: %+v", p.url, report.Findings)
	}
	_, amiss = examine(t, &proxy{url: "http://" + plain + "/"})
	if len(amiss) != 1 || !strings.Contains(amiss[0].Saw, "redirects to "+p.url) {
		t.Errorf("%+v", amiss)
	}
}

func TestTLSFlagsThatDoNotGoTogether(t *testing.T) {
	for want, args := range map[string][]string{
		"go together":      {"-tls-cert", "c"},
		"not from both":    {"-tls-cert", "c", "-tls-key", "k", "-acme", "polls.example"},
		"needs -tls-cert":  {"-http-addr", ":80"},
		"c and k":          {"-addr", "127.0.0.1:0", "-data", t.TempDir(), "-tls-cert", "c", "-tls-key", "k"},
		"no such file":     {"-addr", "127.0.0.1:0", "-data", t.TempDir(), "-tls-cert", "c", "-tls-key", "k"},
		"-http-addr: list": {"-addr", "127.0.0.1:0", "-data", t.TempDir(), "-acme", "polls.example", "-http-addr", "nonsense"},
	} {
		if err := run(t.Context(), args, env(), nil, io.Discard, io.Discard); err == nil || !strings.Contains(err.Error(), want) && want != "c and k" {
			t.Errorf("%v: %v", args, err)
		}
	}
	c, err := parseFlags([]string{"-acme", "A.example,b.example"}, env(), io.Discard)
	if err != nil || c.addr != ":443" || c.encryption.httpAddr != ":80" || strings.Join(c.encryption.domains, " ") != "a.example b.example" {
		t.Errorf("%+v, %v", c, err)
	}
}

// Certificates come from an authority, Pebble, by either challenge.
func TestACME(t *testing.T) {
	t.Parallel()
	found, err := exec.Command("go", "tool", "-modfile=../../tools.mod", "-n", "pebble").Output() // builds it, if need be
	if err != nil {
		t.Fatal(err)
	}
	program := strings.TrimSpace(string(found))
	for _, challenge := range []string{"TLS-ALPN-01", "HTTP-01"} {
		t.Run(challenge, func(t *testing.T) {
			addr, plain, nowhere := freeAddress(t), freeAddress(t), freeAddress(t)
			tlsAddr, httpAddr := addr, plain
			if challenge == "HTTP-01" {
				tlsAddr = nowhere
			} else {
				httpAddr = nowhere
			}
			directory, client := runPebble(t, program, tlsAddr, httpAddr)
			c, err := parseFlags([]string{"-addr", addr, "-http-addr", plain, "-data", t.TempDir(), "-acme", "polls.example", "-acme-directory", directory}, env(), io.Discard)
			if err != nil {
				t.Fatal(err)
			}
			c.encryption.client = client
			ctx, cancel := context.WithCancel(t.Context())
			var log bytes.Buffer
			ready, stdout := io.Pipe()
			ended := make(chan error, 1)
			go func() { // ends with ctx; waited for below
				err := c.serve(ctx, stdout, &log)
				_ = stdout.CloseWithError(err)
				ended <- err
			}()
			_, _ = ready.Read(make([]byte, 1)) // it listens, or has ended
			go func() { _, _ = io.Copy(io.Discard, ready) }()
			// The first to ask waits for the certificate. Other domains have none.
			for domain, want := range map[string]bool{"polls.example": true, "elsewhere.example": false} {
				dialer := &tls.Dialer{Config: &tls.Config{ServerName: domain, InsecureSkipVerify: true}} //nolint:gosec // Pebble makes a new root each time
				conn, err := dialer.DialContext(ctx, "tcp", addr)
				if (err == nil) != want {
					t.Errorf("%s: %v\n%s", domain, err, &log)
				}
				if err != nil {
					continue
				}
				if made, ok := conn.(*tls.Conn); !ok || !strings.Contains(made.ConnectionState().PeerCertificates[0].Issuer.CommonName, "Pebble") {
					t.Errorf("%s: %+v", domain, conn)
				}
				_ = conn.Close()
			}
			cancel()
			if err := <-ended; err != nil {
				t.Errorf("%v\n%s", err, &log)
			}
			client.CloseIdleConnections()
		})
	}
}

// runPebble starts an authority that looks for challenges at two addresses. It returns
// the URL of its directory, and a client that believes it.
func runPebble(t *testing.T, program, tlsAddr, httpAddr string) (directory string, client *http.Client) {
	t.Helper()
	dir, listen := t.TempDir(), freeAddress(t)
	writeCertificates(t, dir)
	number := func(address string) int {
		n, err := strconv.Atoi(port(address))
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	config, err := json.Marshal(map[string]any{"pebble": map[string]any{
		"listenAddress": listen, "certificate": filepath.Join(dir, "fullchain.pem"), "privateKey": filepath.Join(dir, "key.pem"),
		"tlsPort": number(tlsAddr), "httpPort": number(httpAddr),
	}})
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, "config.json")
	if err := os.WriteFile(file, config, 0o600); err != nil {
		t.Fatal(err)
	}
	startProxy(t, listen, dir, []string{"env", "PEBBLE_VA_NOSLEEP=1", program, "-config", file, "-dnsserver", answerNames(t)})
	root, err := os.ReadFile(filepath.Join(dir, "root.pem"))
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(root)
	return fmt.Sprintf("https://%s/dir", listen), &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool}}}
}

// answerNames is a name server, over TCP, for which every name is this machine's.
func answerNames(t *testing.T) string {
	t.Helper()
	ln, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var running sync.WaitGroup
	running.Go(func() { // ends with ln; waited for below
		for {
			conn, err := ln.Accept()
			if err != nil {
				return
			}
			running.Go(func() { // ends with its client
				defer conn.Close()
				for answerName(conn) == nil {
				}
			})
		}
	})
	t.Cleanup(func() {
		_ = ln.Close()
		running.Wait()
	})
	return ln.Addr().String()
}

// answerName answers one question. Each message has its length before it: RFC 1035, 4.2.2.
func answerName(conn net.Conn) error {
	var length uint16
	if err := binary.Read(conn, binary.BigEndian, &length); err != nil {
		return err
	}
	question := make([]byte, length)
	if _, err := io.ReadFull(conn, question); err != nil {
		return err
	}
	var m dnsmessage.Message
	if err := m.Unpack(question); err != nil {
		return err
	}
	m.Response, m.Additionals = true, nil
	for _, q := range m.Questions {
		if q.Type == dnsmessage.TypeA {
			m.Answers = append(m.Answers, dnsmessage.Resource{
				Header: dnsmessage.ResourceHeader{Name: q.Name, Type: q.Type, Class: q.Class, TTL: 1}, Body: &dnsmessage.AResource{A: [4]byte{127, 0, 0, 1}},
			})
		}
	}
	answer, err := m.Pack()
	if err != nil {
		return err
	}
	_, err = conn.Write(append(binary.BigEndian.AppendUint16(nil, uint16(len(answer))), answer...))
	return err
}
