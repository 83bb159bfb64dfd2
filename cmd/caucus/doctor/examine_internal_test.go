package doctor

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"fmt"
	"io"
	"log/slog"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"
)

// A fakeServer answers like Caucus, as far as the checks before it need; what is put in
// front of that goes first.
func fakeServer(front func(w http.ResponseWriter, r *http.Request) (answered bool)) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, `{"status":"ok","version":"v1"}`)
	})
	mux.HandleFunc("GET /p/ABCDEF", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		_, _ = io.WriteString(w, `<script type="module" src="/main.js"></script>`)
	})
	mux.HandleFunc("GET /embed/ABCDEF", func(http.ResponseWriter, *http.Request) {})
	mux.HandleFunc("GET /main.js", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/javascript")
		_, _ = io.WriteString(w, "1")
	})
	mux.HandleFunc("/socket.io/", func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.Method == http.MethodPost:
			_, _ = io.WriteString(w, "ok")
		case r.FormValue("sid") == "":
			_, _ = io.WriteString(w, `0{"sid":"x","pingInterval":25000,"maxPayload":65536}`)
		default:
			_, _ = io.WriteString(w, refusal+`{"message":"FORBIDDEN"}`)
		}
	})
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if front == nil || !front(w, r) {
			mux.ServeHTTP(w, r)
		}
	})
}

// answering answers what is below a path with a status and a body.
func answering(path string, status int, body string) func(http.ResponseWriter, *http.Request) bool {
	return func(w http.ResponseWriter, r *http.Request) bool {
		if !strings.HasPrefix(r.URL.Path, path) {
			return false
		}
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
		return true
	}
}

// policies are those of every answer.
func policies(fields ...string) func(http.ResponseWriter, *http.Request) bool {
	return func(w http.ResponseWriter, _ *http.Request) bool {
		w.Header()["Content-Security-Policy"] = fields
		return false
	}
}

// examined returns the finding of a check.
func examined(t *testing.T, opts Options, check string) Finding {
	t.Helper()
	opts.Idle = time.Millisecond
	report, err := Examine(t.Context(), opts)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range report.Findings {
		if f.Check == check {
			return f
		}
	}
	t.Fatalf("nothing about %s: %+v", check, report.Findings)
	return Finding{}
}

func TestAnswersThatAreWrong(t *testing.T) {
	const held = "an answer that is held back"
	for name, c := range map[string]struct {
		front  func(w http.ResponseWriter, r *http.Request) bool
		check  string
		status Status
		remedy string
	}{
		"nothing": {nil, "clock", OK, ""},
		"a clock that is wrong": {func(w http.ResponseWriter, _ *http.Request) bool {
			w.Header().Set("Date", time.Now().Add(-time.Hour).UTC().Format(http.TimeFormat))
			return false
		}, "clock", Warning, "NTP"},
		"gzip that is none": {func(w http.ResponseWriter, r *http.Request) bool {
			if r.URL.Path == "/main.js" {
				w.Header().Set("Content-Encoding", "gzip")
			}
			return false
		}, "compression", Failure, "compressed answers"},
		"no compression": {nil, "compression", Warning, "Accept-Encoding"},
		held: {func(_ http.ResponseWriter, r *http.Request) bool {
			if r.FormValue("sid") == "" || r.Method == http.MethodPost {
				return false
			}
			<-r.Context().Done() // whoever asks gives up
			return true
		}, "buffering", Failure, "at once"},
		"answers that come": {nil, "polling", OK, ""},
		"measurements": {func(w http.ResponseWriter, r *http.Request) bool {
			if r.URL.Path != "/metrics" {
				return false
			}
			_, _ = io.WriteString(w, "# HELP caucus_polls Polls.\n")
			return true
		}, "metrics", Warning, "refuse /metrics"},
		"a redirect": {func(w http.ResponseWriter, r *http.Request) bool {
			http.Redirect(w, r, "https://polls.example"+r.URL.Path, http.StatusMovedPermanently)
			return true
		}, "reach", Failure, "give the final address: https://polls.example/$"},
		"a limit of requests":    {answering("/polls", http.StatusServiceUnavailable, "busy"), "rest", Failure, "let more requests through"},
		"a limit of connections": {answering("/socket.io/", http.StatusServiceUnavailable, "busy"), "polling", Failure, "let more requests through"},
		"a limit of Caucus":      {answering("/socket.io/", http.StatusServiceUnavailable, `{"code":6,"message":"Too many sessions"}`), "polling", Warning, "fewer are coming in"},
		"a password":             {answering("/", http.StatusUnauthorized, ""), "reach", Failure, "name:password@"},
		"a password for a part":  {answering("/site", http.StatusUnauthorized, ""), "address", Failure, "name:password@"},
		"no address": {
			answering("/", http.StatusBadRequest, `{"statusCode":400,"reasons":[{"reason":"hidden_address"}]}`),
			"reach", Failure, "-trust-proxy: it is how many",
		},
		"pages for errors":            {answering("/polls", http.StatusOK, "<html>"), "rest", Failure, "proxy_intercept_errors off"},
		"a disk that is full":         {answering("/polls/rejoin", http.StatusInternalServerError, ""), "body size", Failure, "see the log of the proxy"},
		"a limit of bodies":           {answering("/polls/rejoin", http.StatusRequestEntityTooLarge, ""), "body size", Failure, "client_max_body_size"},
		"a part redirected":           {answering("/polls/rejoin", http.StatusMovedPermanently, ""), "body size", Failure, "not redirect it"},
		"a query that is dropped":     {answering("/socket.io/", http.StatusBadRequest, `{"code":0,"message":"Transport unknown"}`), "polling", Failure, "what follows the ?"},
		"a type that is lost":         {answering("/p/ABCDEF", http.StatusOK, ""), "page", Failure, "Content-Type"},
		"a policy that is lost":       {nil, "policy", Warning, "pass Content-Security-Policy on"},
		"a policy more":               {policies("default-src 'self'", "default-src 'self'; connect-src 'none'"), "policy", Failure, "no Content-Security-Policy of its own"},
		"a policy more, in one field": {policies("default-src 'self', script-src https://cdn.example"), "policy", Failure, "no Content-Security-Policy of its own"},
		"a policy of nothing":         {policies("default-src"), "policy", Failure, "no Content-Security-Policy of its own"},
		"a policy against frames":     {policies("script-src 'self'; frame-ancestors 'none'"), "policy", Warning, "below /embed/"},
		"a policy that allows it":     {policies("default-src 'none'; script-src 'self'; STYLE-SRC 'self' 'sha256-x'; connect-src *; frame-ancestors *"), "policy", OK, ""},
		"a session of another's":      {nil, "cache", Failure, "keep no answers"},
		"an answer to another request": {func(w http.ResponseWriter, r *http.Request) bool {
			again := r.Method == http.MethodGet && r.FormValue("sid") != ""
			if again {
				_, _ = io.WriteString(w, `0{"sid":"x","pingInterval":25000,"maxPayload":65536}`)
			}
			return again
		}, "cache", Failure, "keep no answers"},
		"another's measurements": {func(w http.ResponseWriter, r *http.Request) bool {
			if r.URL.Path != "/metrics" {
				return false
			}
			_, _ = io.WriteString(w, "# HELP node_load1 Load.\n")
			return true
		}, "metrics", OK, ""},
	} {
		t.Run(name, func(t *testing.T) {
			if name == held {
				kept := patience
				t.Cleanup(func() { patience = kept })
				patience = 3 * time.Second // enough for answers that come, on a busy machine too
			}
			server := httptest.NewServer(fakeServer(c.front))
			defer server.Close()
			if f := examined(t, Options{URL: server.URL}, c.check); f.Status != c.status || !strings.Contains(f.Remedy+"$", c.remedy) {
				t.Errorf("%+v", f)
			}
		})
	}
}

// A password in the address is given to the proxy that asks for it, and to nobody else.
func TestPassword(t *testing.T) {
	proxy := httptest.NewServer(fakeServer(func(w http.ResponseWriter, r *http.Request) bool {
		name, password, _ := r.BasicAuth()
		allowed := name == "host" && password == "secret"
		if !allowed {
			w.WriteHeader(http.StatusUnauthorized)
		}
		return !allowed
	}))
	defer proxy.Close()
	report, err := Examine(t.Context(), Options{URL: strings.Replace(proxy.URL, "://", "://host:secret@", 1), Idle: time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	if i := slices.IndexFunc(report.Findings, func(f Finding) bool { return f.Check == "polling" && f.Status == OK }); i < 0 {
		t.Errorf("%+v", report)
	}
	if text := fmt.Sprintf("%+v", report); strings.Contains(text, "secret") {
		t.Error(text)
	}
}

// An address that is not the one to give is told from a proxy that is wrong.
func TestAddressesThatAreWrong(t *testing.T) {
	plain, encrypted := httptest.NewServer(fakeServer(func(w http.ResponseWriter, r *http.Request) bool {
		found := r.URL.Path != "/p/ABCDEF/healthz"
		if !found {
			w.WriteHeader(http.StatusNotFound)
			_, _ = io.WriteString(w, `{"statusCode":404,"code":"not_found"}`)
		}
		return !found
	})), httptest.NewUnstartedServer(fakeServer(nil))
	encrypted.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)
	encrypted.StartTLS()
	defer plain.Close()
	defer encrypted.Close()
	for address, remedy := range map[string]string{
		"https" + strings.TrimPrefix(plain.URL, "http"):     "give the address with http://",
		"http" + strings.TrimPrefix(encrypted.URL, "https"): "give the address with https://",
		plain.URL + "/p/ABCDEF":                             "give the address of the first page",
	} {
		if f := examined(t, Options{URL: address}, "reach"); f.Status != Failure || !strings.HasPrefix(f.Remedy, remedy) {
			t.Errorf("%s: %+v", address, f)
		}
	}
	unknown := &url.Error{Op: "Get", URL: "http://polls.example", Err: &net.OpError{Op: "dial", Err: &net.DNSError{Name: "polls.example", IsNotFound: true}}}
	if remedy := remedyOfConnection(unknown); !strings.Contains(remedy, "DNS") {
		t.Error(remedy)
	}
}

// An address is what a browser makes of it, so that links that lead to it are right.
func TestParseBase(t *testing.T) {
	for address, want := range map[string]string{
		"https://polls.example":              "https://polls.example/",
		"HTTPS://Polls.Example:443/Vote?x#y": "https://polls.example/Vote/",
		"http://polls.example:80/":           "http://polls.example/",
		"http://polls.example:443":           "http://polls.example:443/",
		"http://[2001:DB8::1]:80":            "http://[2001:db8::1]/",
		"http://[2001:db8::80]":              "http://[2001:db8::80]/",
		"polls.example":                      "",
		"polls.example:3000":                 "",
		"ws://polls.example":                 "",
	} {
		if base, err := parseBase(address); (err == nil) != (want != "") || err == nil && base.String() != want {
			t.Errorf("%s: %v, %v", address, base, err)
		}
	}
}

// A certificate is what a client can check, or the remedy says why it cannot.
func TestCertificatesThatAreWrong(t *testing.T) {
	root, between := issue(t, nil, "", time.Hour), (*tls.Certificate)(nil)
	between = issue(t, root, "", time.Hour)
	pool := x509.NewCertPool()
	pool.AddCert(root.Leaf)
	whole := func(c *tls.Certificate) *tls.Certificate {
		c.Certificate = append(c.Certificate, between.Certificate[0])
		return c
	}
	for name, c := range map[string]struct {
		certificate   *tls.Certificate
		check, remedy string
		status        Status
	}{
		"right":        {whole(issue(t, between, "127.0.0.1", 90*24*time.Hour)), "tls", "", OK},
		"short-lived":  {whole(issueFor(t, between, "127.0.0.1", 8*time.Hour, 4*time.Hour)), "tls", "", OK},
		"overdue":      {whole(issueFor(t, between, "127.0.0.1", 11*time.Hour, time.Hour)), "tls", "renew", Warning},
		"ending soon":  {whole(issueFor(t, between, "127.0.0.1", 76*24*time.Hour, 13*24*time.Hour)), "tls", "renew", Warning},
		"half a chain": {issue(t, between, "127.0.0.1", time.Hour), "reach", "whole chain", Failure},
		"expired":      {whole(issue(t, between, "127.0.0.1", -time.Hour)), "reach", "renew the certificate", Failure},
		"another's":    {whole(issue(t, between, "192.0.2.1", time.Hour)), "reach", "certificate for this name", Failure},
		"of nobody's":  {issue(t, nil, "127.0.0.1", time.Hour), "reach", "authority is one of your own", Failure},
	} {
		t.Run(name, func(t *testing.T) {
			server := httptest.NewUnstartedServer(fakeServer(nil))
			server.TLS = &tls.Config{Certificates: []tls.Certificate{*c.certificate}, MinVersion: tls.VersionTLS12}
			server.Config.ErrorLog = nil
			server.StartTLS()
			defer server.Close()
			f := examined(t, Options{URL: server.URL, TLS: &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12}}, c.check)
			if f.Status != c.status || !strings.Contains(f.Remedy, c.remedy) {
				t.Errorf("%+v", f)
			}
		})
	}
}

// issue makes a certificate, one day old, as issueFor does.
func issue(t *testing.T, by *tls.Certificate, address string, ends time.Duration) *tls.Certificate {
	t.Helper()
	return issueFor(t, by, address, 24*time.Hour, ends)
}

// issueFor makes a certificate for an address, or, without one, of an authority. It has an age, ends after
// a time, and is signed with the key of another or with its own.
func issueFor(t *testing.T, by *tls.Certificate, address string, age, ends time.Duration) *tls.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(time.Now().UnixNano()), Subject: pkix.Name{CommonName: "test " + rand.Text()[:6]},
		NotBefore: time.Now().Add(-age), NotAfter: time.Now().Add(ends), BasicConstraintsValid: true, IsCA: address == "",
		KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	if address != "" {
		template.IPAddresses = append(template.IPAddresses, net.ParseIP(address))
	}
	parent, signer := template, any(key)
	if by != nil {
		parent, signer = by.Leaf, by.PrivateKey
	}
	der, err := x509.CreateCertificate(rand.Reader, template, parent, key.Public(), signer)
	if err != nil {
		t.Fatal(err)
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return &tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key, Leaf: leaf}
}
