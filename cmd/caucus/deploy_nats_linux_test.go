package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/nats-io/nats-server/v2/server"

	"github.com/caucus-live/caucus/internal/freeport"
	"github.com/caucus-live/caucus/internal/natstest"
)

// natsPassword is the one that the page calls PASSWORD.
const natsPassword = "of-a-test"

// startNATS runs three servers as the page has them. It returns their addresses, those of their websocket
// ports, and the certificate that signed theirs.
func startNATS(t *testing.T, config string) (addresses, webSockets []string, root string) {
	t.Helper()
	routes, err := freeport.Find(3)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	writeCertificates(t, dir)
	replace := []string{"PASSWORD", natsPassword, "/etc/ssl/", dir + "/", "port: 4222", "port: -1", "port: 8080", "host: 127.0.0.1, port: -1"}
	for i, route := range routes {
		replace = append(replace, fmt.Sprintf("10.0.0.1%d:6222", 1+i), route.String())
	}
	for i, route := range routes {
		own := []string{"nats-1", fmt.Sprint("nats-", 1+i), "/var/lib/nats", t.TempDir(), "listen: 10.0.0.11:6222", "listen: " + route.String()}
		file := filepath.Join(dir, own[1])
		if err := os.WriteFile(file, []byte(strings.NewReplacer(append(own, replace...)...).Replace(config)), 0o600); err != nil {
			t.Fatal(err)
		}
		options, err := server.ProcessConfigFile(file)
		if err != nil {
			t.Fatal(err)
		}
		s := natstest.Run(t, options)
		addresses, webSockets = append(addresses, s.Addr().String()), append(webSockets, strings.TrimPrefix(s.WebsocketURL(), "ws://"))
	}
	return addresses, webSockets, filepath.Join(dir, "root.pem")
}

// ledgerURL is where a configuration of the page finds NATS, when a proxy listens at p.
func (c configuration) ledgerURL(p *proxy) string {
	url := c.flags[slices.Index(c.flags, "-ledger")+1]
	listens := strings.TrimSuffix(p.url[strings.Index(p.url, "://")+3:], "/")
	return strings.NewReplacer("PASSWORD", natsPassword, "nats.example:4222", listens, "nats.example", listens).Replace(url)
}

// Each configuration of the page for NATS works, whole, and servers behind different ones have the same polls.
func TestDeployNATS(t *testing.T) {
	all := configurations(t)
	addresses, webSockets, root := startNATS(t, all["nats"].text)
	var token string
	for _, name := range []string{"haproxy nats", "nginx nats", "haproxy nats websocket", "nginx nats websocket"} {
		c, servers, ca := all[name], addresses, root
		if c.text == "" {
			t.Fatal("no such configuration")
		}
		p := runProxy(t, c.program, c.text, "", map[bool][]string{false: servers, true: webSockets}[strings.Contains(name, "websocket")]...)
		if p.root != "" {
			ca = p.root
		}
		s := start(t, env("CAUCUS_LEDGER", c.ledgerURL(p)), "-data", t.TempDir(), "-ledger-ca", ca)
		if token == "" {
			token = s.create()
		} else if status, answer := s.do(http.MethodPost, "/polls/rejoin", `{"accessToken":"`+token+`"}`); status != http.StatusCreated {
			t.Errorf("%s: %d %s", name, status, answer)
		}
		s.end()
		if log := s.log.String(); strings.Contains(log, "NATS") || strings.Contains(log, natsPassword) {
			t.Errorf("%s: %s", name, log)
		}
	}
}

// What people get wrong about a proxy in front of NATS ends the start with the remedy, or is in the log with it.
func TestDeployNATSWrong(t *testing.T) {
	all := configurations(t)
	s := natstest.Run(t, &server.Options{
		Username: "caucus", Password: natsPassword, JetStream: true, StoreDir: t.TempDir(),
		Websocket: server.WebsocketOpts{Host: "127.0.0.1", Port: server.RANDOM_PORT, NoTLS: true},
	})
	url := func(old, by string) func(*configuration) {
		return func(c *configuration) { c.flags[1] = strings.Replace(c.flags[1], old, by, 1) }
	}
	plain := url("tls://", "nats://")
	nowhere := func(c *configuration) {
		c.text = regexp.MustCompile(`10\.0\.0\.\d+:\d+`).ReplaceAllString(c.text, "127.0.0.1:1")
	}
	for _, c := range []struct {
		name, base string
		change     func(*configuration)
		starts     bool // the server, nevertheless
		want       string
	}{
		{"a short timeout in HAProxy", "haproxy nats", func(c *configuration) { plain(c); replacing(" 1m", " 3s")(c) }, true, "HAProxy: timeout client"},
		{"a short timeout in nginx", "nginx nats", func(c *configuration) { plain(c); replacing("proxy_timeout 1m", "proxy_timeout 3s")(c) }, true, "nginx: proxy_timeout"},
		{"a short timeout of websocket", "nginx nats websocket", replacing("proxy_pass", "proxy_read_timeout 3s; proxy_pass"), true, "of HTTP proxy_read_timeout"},
		{"TLS that the servers do not have", "haproxy nats", func(*configuration) {}, false, "give the NATS servers a certificate"},
		{"TLS at the proxy", "haproxy nats", replacing("bind :4222", "bind :4222 ssl crt /etc/ssl/chain-and-key.pem"), false, "wss:// to their websocket port"},
		{"TLS at the proxy alone", "haproxy nats", func(c *configuration) {
			plain(c)
			replacing("bind :4222", "bind :4222 ssl crt /etc/ssl/chain-and-key.pem")(c)
		}, false, "wss:// to their websocket port"},
		{"no server", "haproxy nats", nowhere, false, "start one there"},
		{"no server behind nginx", "nginx nats", nowhere, false, "start one there"},
		{"no server of websocket", "haproxy nats websocket", nowhere, false, "have a server behind it"},
		{"no Upgrade", "nginx nats websocket", without("Upgrade", "Connection"), false, "pass upgrades on"},
		{"another password", "nginx nats", func(c *configuration) { plain(c); url("PASSWORD", "of-another")(c) }, false, "give the user and the password"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			wrong := all[c.base]
			wrong.flags = slices.Clone(wrong.flags)
			c.change(&wrong)
			server := s.Addr().String()
			if strings.Contains(c.base, "websocket") {
				server = strings.TrimPrefix(s.WebsocketURL(), "ws://")
			}
			p := runProxy(t, wrong.program, wrong.text, "", server, server, server)
			flags := []string{"-data", t.TempDir()}
			if p.root != "" && strings.Contains(wrong.flags[1], "s://") {
				flags = append(flags, "-ledger-ca", p.root)
			}
			getenv := env("CAUCUS_LEDGER", wrong.ledgerURL(p))
			ctx, cancel := context.WithTimeout(t.Context(), patience)
			defer cancel()
			var said string
			if c.starts {
				process := start(t, getenv, flags...)
				if err := process.log.Await(ctx, 1, "level=WARN", c.want); err != nil {
					t.Error(err)
				}
				process.end()
				said = process.log.String()
			} else {
				err := run(ctx, append(flags, "-addr", "127.0.0.1:0"), getenv, nil, io.Discard, io.Discard)
				if said = fmt.Sprint(err); err == nil || !strings.Contains(said, c.want) {
					t.Error(said)
				}
			}
			if strings.Contains(said, natsPassword) || strings.Contains(said, "of-another") {
				t.Errorf("the password is in %s", said)
			}
		})
	}
}
