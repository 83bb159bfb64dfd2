package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/caucus-live/caucus/cmd/caucus/doctor"
	"github.com/caucus-live/caucus/cmd/caucus/load"
	"github.com/caucus-live/caucus/socketio"
	"github.com/caucus-live/caucus/socketio/engineio"
	"github.com/caucus-live/caucus/socketio/sioclient"
)

// A configuration is one of docs/deploy.md.
type configuration struct {
	name    string   // as "nginx tls path"
	program string   // its first word
	flags   []string // of caucus
	text    string
}

// configurations returns those of the page, by their names.
func configurations(t *testing.T) map[string]configuration {
	t.Helper()
	page, err := os.ReadFile("../../docs/deploy.md")
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]configuration{}
	for _, m := range regexp.MustCompile("(?s)<!-- run: (.+?), with: (.+?) -->\n```(\\w+)\n(.+?)```").FindAllStringSubmatch(string(page), -1) {
		found[m[1]] = configuration{m[1], m[3], strings.Fields(m[2]), m[4]}
	}
	if blocks := strings.Count(string(page), "\n```"); blocks != 2*len(found)+4 { // and two of commands
		t.Fatalf("%d fences on the page, %d configurations", blocks, len(found))
	}
	return found
}

// path is the one that a configuration is for.
func (c configuration) path() string {
	if i := slices.Index(c.flags, "-base-path"); i >= 0 {
		return c.flags[i+1] + "/"
	}
	return "/"
}

// Each configuration of the page works, whole.
func TestDeploy(t *testing.T) {
	for name, c := range configurations(t) {
		if strings.Contains(name, "three") || strings.Contains(name, "nats") {
			continue // see TestDeployCluster, TestDeployNATS
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := start(t, env(), append([]string{"-data", t.TempDir()}, c.flags...)...)
			defer server.end()
			p := runProxy(t, c.program, c.text, c.path(), strings.TrimSuffix(server.url, strings.TrimSuffix(c.path(), "/")))
			report, amiss := examine(t, p, "-idle", "1s")
			for _, f := range amiss {
				if !strings.Contains(f.Saw, "not built into") {
					t.Errorf("%+v", f)
				}
			}
			if strings.Contains(name, "tls") && !strings.Contains(report.Findings[0].Saw, "HTTP/2") {
				t.Errorf("%+v", report.Findings[0])
			}
			if c.path() != "/" {
				leavesNeighbours(t, p)
			}
		})
	}
}

// leavesNeighbours checks that a path that begins alike, and is another site's, does not lead to Caucus.
func leavesNeighbours(t *testing.T, p *proxy) {
	t.Helper()
	root, err := os.ReadFile(p.root)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(root)
	client := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12}}}
	defer client.CloseIdleConnections()
	res, err := client.Get(strings.TrimSuffix(p.url, "/") + "rs") //nolint:noctx // a test's
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if res.Header.Get("X-Request-Id") != "" {
		t.Errorf("%s leads to Caucus", res.Request.URL)
	}
}

// The guide's configuration, for programs that use the library, passes all transports on.
func TestDeployLibrary(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("../../docs/socketio/proxies.md")
	if err != nil {
		t.Fatal(err)
	}
	block := regexp.MustCompile("(?s)<!-- run: nginx -->\n```nginx\n(.+?)```").FindSubmatch(page)
	if block == nil {
		t.Fatal("the guide has no configuration to run")
	}
	sio, err := socketio.NewServer(nil)
	if err != nil {
		t.Fatal(err)
	}
	const hello socketio.Call[string, string] = "hello"
	hello.On(sio.Of("/"), func(_ context.Context, _ *socketio.Socket, name string) (string, error) { return "Hello, " + name, nil })
	mux := http.NewServeMux()
	mux.Handle("/app/socket.io/", sio)
	server := httptest.NewServer(mux)
	defer server.Close()
	defer func() { _ = sio.Shutdown(context.WithoutCancel(t.Context())) }() // its clients have gone
	config := strings.ReplaceAll(string(block[1]), "127.0.0.1:8080", server.Listener.Addr().String())
	proxy := runProxy(t, "nginx", config, "")
	for _, transports := range [][]string{{engineio.TransportPolling}, {engineio.TransportWebSocket}, {engineio.TransportPolling, engineio.TransportWebSocket}} {
		client, err := sioclient.New(proxy.url+"/app/socket.io/", &sioclient.Options{Transports: transports})
		if err != nil {
			t.Fatal(err)
		}
		if err := client.Of("/").Connect(t.Context()); err != nil {
			t.Fatalf("%v: %v", transports, err)
		}
		if got, err := hello.Do(t.Context(), client.Of("/"), "Ann"); err != nil || got != "Hello, Ann" {
			t.Errorf("%v: %q, %v", transports, got, err)
		}
		if err := client.Close(t.Context()); err != nil {
			t.Error(err)
		}
	}
}

// Those for several servers keep a client on one of them, and people on all of them
// are in one poll.
func TestDeployCluster(t *testing.T) {
	all := configurations(t)
	c := startCluster(t, all["nginx three"].flags...)
	var servers []string
	for _, s := range c.Servers {
		servers = append(servers, s.URL())
	}
	for _, name := range []string{"nginx three", "haproxy three"} {
		t.Run(name, func(t *testing.T) {
			p := runProxy(t, all[name].program, all[name].text, "/", servers...)
			_, amiss := examine(t, p, "-idle", "1s")
			for _, f := range amiss {
				if !strings.Contains(f.Saw, "not built into") {
					t.Errorf("%+v", f)
				}
			}
			report, err := load.Run(t.Context(), load.Options{URLs: []string{p.url}, People: 12, Patience: patience})
			if err != nil || !report.OK() {
				t.Errorf("%v %v\n%s", err, report.Failures, c.log)
			}
		})
	}
}

// What people get wrong the doctor names, and so, where it can see it, does the log.
func TestDeployWrong(t *testing.T) {
	all, metrics, metricsBelow := configurations(t), freeAddress(t), freeAddress(t)
	for _, c := range []struct {
		name, base string
		change     func(*configuration)
		check      string // of the doctor
		remedy     string // words of it
		log        string // words of the server's log, or ""
	}{
		{"no Upgrade", "nginx plain", without("Upgrade", "Connection"), "websocket", "proxy_set_header Upgrade", "proxy_set_header Upgrade"},
		{"no Upgrade in Apache", "apache plain", replacing(" upgrade=websocket", ""), "websocket", "upgrade=websocket", "Upgrade"},
		{"no Host", "nginx plain", without("Host"), "origin", "proxy_set_header Host", "-public-url http://127.0.0.1"},
		{"Host without the port", "nginx plain", replacing("$http_host", "$host"), "origin", "proxy_set_header Host", "-public-url http://127.0.0.1"},
		{"no Host in Apache", "apache plain", func(c *configuration) {
			replacing("    ProxyPreserveHost On\n", "")(c)
			c.flags = nil
		}, "origin", "ProxyPreserveHost", "-trust-proxy"},
		{"a short timeout", "nginx plain", replacing("proxy_pass", "proxy_read_timeout 3s; proxy_pass"), "read timeout", "pings are 25s apart (nginx: proxy_read_timeout", "proxy_read_timeout"},
		{"a short timeout in HAProxy", "haproxy plain", func(c *configuration) {
			replacing("timeout server 1m", "timeout server 3s")(c)
			replacing("timeout tunnel 1h", "timeout tunnel 3s")(c)
		}, "read timeout", "timeout server", "timeout server"},
		{"two servers without stickiness", "nginx plain", func(c *configuration) {
			replacing("http://127.0.0.1:3000", "http://caucus")(c)
			c.text = "upstream caucus { server 127.0.0.1:3000; server 127.0.0.1:3001; }\n" + c.text
		}, "stickiness", "ip_hash", "ip_hash"},
		{"a proxy that is not trusted", "nginx plain", func(c *configuration) { c.flags = nil }, "client address", "-trust-proxy", "start with -trust-proxy"},
		{"no address", "nginx plain", without("X-Forwarded-For"), "client address", "X-Forwarded-For", "have the proxy set X-Forwarded-For"},
		{"no address in HAProxy", "haproxy plain", func(c *configuration) {
			replacing("    option forwardfor\n", "")(c)
			replacing("    http-request set-header X-Forwarded-Proto http\n", "")(c)
			c.flags = nil
		}, "client address", "option forwardfor", ""},
		{"the scheme and no address", "haproxy plain", replacing("    option forwardfor\n", ""), "client address", "option forwardfor", "option forwardfor"},
		{"an address that is the client's word", "nginx plain", replacing("$proxy_add_x_forwarded_for", "$http_x_forwarded_for"), "forged address", "replace X-Forwarded-For", ""},
		{"no scheme", "nginx tls path", without("X-Forwarded-Proto"), "links", "X-Forwarded-Proto", ""},
		{"no base path", "nginx tls path", func(c *configuration) {
			replacing("http://127.0.0.1:3000;", "http://127.0.0.1:3000/;")(c)
			replacing("location ~ ^/vote(/|$)", "location /vote/")(c)
			c.flags = []string{"-trust-proxy"}
		}, "links", "-base-path /vote", ""},
		{"a base path that is not there", "nginx tls path", func(c *configuration) { c.flags = []string{"-trust-proxy", "-base-path", "/other"} }, "reach", "-base-path", ""},
		{"no server", "nginx plain", replacing("127.0.0.1:3000", "127.0.0.1:1"), "reach", "start caucus", ""},
		{"little room for bodies", "nginx plain", replacing("proxy_pass", "client_max_body_size 1k; proxy_pass"), "body size", "client_max_body_size", ""},
		{"little room for header fields", "nginx plain", replacing("server {", "server { large_client_header_buffers 2 2k;"), "header size", "large_client_header_buffers", ""},
		{"measurements for everybody", "nginx plain", func(c *configuration) {
			replacing("server {", "server { location = /metrics { proxy_pass http://"+metrics+"; }")(c)
			c.flags = append(slices.Clone(c.flags), "-metrics-addr", metrics)
		}, "metrics", "have the proxy refuse /metrics", ""},
		{"measurements for everybody, beside a path", "nginx tls path", func(c *configuration) {
			replacing("server {", "server { location = /metrics { proxy_pass http://"+metricsBelow+"; }")(c)
			c.flags = append(slices.Clone(c.flags), "-metrics-addr", metricsBelow)
		}, "metrics", "have the proxy refuse /metrics", ""},
		{"a limit of requests", "nginx plain", func(c *configuration) {
			replacing("proxy_pass", "limit_req zone=all; proxy_pass")(c)
			c.text = "limit_req_zone $server_name zone=all:1m rate=1r/m;\n" + c.text
		}, "address", "limit_req", ""},
		{"pages in place of errors", "nginx plain", replacing("proxy_pass", "proxy_intercept_errors on; error_page 400 403 =200 /; proxy_pass"), "rest", "proxy_intercept_errors", ""},
		{"a policy of its own", "nginx plain", replacing("proxy_pass", `add_header Content-Security-Policy "script-src 'none'"; proxy_pass`), "policy", "Content-Security-Policy", ""},
		{"POST refused", "nginx plain", replacing("proxy_pass", "limit_except GET { deny all; } proxy_pass"), "rest", "POST", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			wrong := all[c.base]
			if wrong.text == "" {
				t.Fatal("no such configuration")
			}
			path := wrong.path()
			c.change(&wrong)
			var servers []*process
			var urls []string
			for range 1 + strings.Count(wrong.text, "127.0.0.1:3001") {
				s := start(t, env(), append([]string{"-data", t.TempDir()}, wrong.flags...)...)
				servers, urls = append(servers, s), append(urls, strings.Join(strings.SplitAfterN(s.url, "/", 4)[:3], ""))
			}
			for i := range urls {
				urls[i] = strings.TrimSuffix(urls[i], "/")
			}
			p := runProxy(t, wrong.program, wrong.text, path, urls...)
			log := func() (all string) {
				for _, s := range servers {
					all += s.log.String()
				}
				return all
			}
			idle, looks := "100ms", 1
			if c.check == "read timeout" {
				// Three in a row are a pattern, of those that end alike; the connections of one look begin
				// together. A busy machine makes some late.
				idle, looks = "5s", 10
			}
			_, amiss := examine(t, p, "-idle", idle)
			for i := 1; i < looks && !strings.Contains(log(), c.log); i++ {
				_, amiss = examine(t, p, "-idle", idle)
			}
			i := slices.IndexFunc(amiss, func(f doctor.Finding) bool { return f.Check == c.check && f.Status != doctor.OK })
			if i < 0 || !strings.Contains(amiss[i].Remedy, c.remedy) {
				t.Errorf("%+v", amiss)
			}
			for _, s := range servers {
				s.end()
			}
			if !strings.Contains(log(), c.log) {
				t.Errorf("%q is not in the log: %s", c.log, log())
			}
		})
	}
}

// without removes the lines that set header fields.
func without(fields ...string) func(*configuration) {
	return func(c *configuration) {
		for _, field := range fields {
			c.text = regexp.MustCompile(`(?m)^.*proxy_set_header `+field+` .*\n`).ReplaceAllString(c.text, "")
		}
	}
}

func replacing(old, by string) func(*configuration) {
	return func(c *configuration) { c.text = strings.ReplaceAll(c.text, old, by) }
}
