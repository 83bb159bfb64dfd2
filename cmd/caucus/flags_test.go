package main

import (
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/netip"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/caucus-live/caucus/internal/cluster"
	"github.com/caucus-live/caucus/internal/httpd"
)

func TestParseFlags(t *testing.T) {
	defaults := func(change func(*config)) config {
		c := config{addr: ":3000", data: "data", pollTTL: 24 * time.Hour, logFormat: "text"}
		c.maxPeople, c.maxOptions, c.maxBase, c.maxTabs, c.maxMessage, c.maxArriving = 10_000, 200, 500, 20, 65_536, 1000
		c.minDisk = 256 << 20
		change(&c)
		return c
	}
	for _, c := range []struct {
		name   string
		args   []string
		getenv func(string) string
		want   config
	}{
		{"nothing", nil, env(), defaults(func(*config) {})},
		{
			"flags",
			[]string{
				"-addr", "localhost:80", "-data", "d", "-poll-ttl", "1h", "-max-lifetime", "48h", "-allow-origin", "http://a", "-allow-origin", "http://b,http://c",
				"-token-key-file", "k", "-trust-proxy", "-public-url", "https://a/b", "-base-path", "/b", "-tls-cert", "c", "-tls-key", "t", "-acme-directory", "https://d", "-http-addr", ":8080", "-limit-creations", "1/1s", "-limit-failed-joins", "off", "-limit-commands", "2/1m",
				"-max-people", "1", "-max-nominations", "2", "-max-base-people", "3", "-max-tabs", "4", "-max-message", "5", "-max-arriving", "6", "-max-poll-entries", "7", "-max-poll-bytes", "8", "-min-disk", "9", "-metrics-addr", ":10", "-pprof-addr", ":11",
				"-ledger", "nats://a", "-ledger-creds", "e", "-ledger-ca", "f", "-ledger-cert", "g", "-ledger-key", "h", "-cluster", "a:1", "-peers", "a:1, b:1", "-cluster-key-file", "c",
				"-log-format", "json", "-log-level", "debug", "-version",
			},
			env("CAUCUS_ADDR", "ignored", "CAUCUS_ALLOW_ORIGIN", "ignored"),
			config{
				addr: "localhost:80", data: "d", pollTTL: time.Hour, maxLifetime: 48 * time.Hour, allowOrigins: []string{"http://a", "http://b", "http://c"},
				tokenKeyFile: "k", trustProxy: proxies{count: 1}, publicURL: "https://a/b", basePath: "/b",
				encryption: encryption{cert: "c", key: "t", directory: "https://d", httpAddr: ":8080"}, creations: httpd.Rate{N: 1, Per: time.Second}, failedJoins: httpd.Unlimited,
				commands:  httpd.Rate{N: 2, Per: time.Minute},
				maxPeople: 1, maxOptions: 2, maxBase: 3, maxTabs: 4, maxMessage: 5, maxArriving: 6, maxEntries: 7, maxBytes: 8, minDisk: 9, metricsAddr: ":10", pprofAddr: ":11",
				ledger: "nats://a", access: cluster.Access{Credentials: "e", CA: "f", Cert: "g", Key: "h"}, cluster: "a:1", peers: []string{"a:1", "b:1"}, clusterKeyFile: "c", logFormat: "json", logLevel: slog.LevelDebug, version: true,
			},
		},
		{
			"environment", nil, env(
				"CAUCUS_ADDR", ":1", "CAUCUS_DATA", "d", "CAUCUS_POLL_TTL", "90m", "CAUCUS_MAX_LIFETIME", "96h", "CAUCUS_ALLOW_ORIGIN", "http://a, *",
				"CAUCUS_TOKEN_KEY", "secret", "CAUCUS_TOKEN_KEY_FILE", "k", "CAUCUS_TRUST_PROXY", "true", "CAUCUS_PUBLIC_URL", "https://a", "CAUCUS_BASE_PATH", "/c", "CAUCUS_LIMIT_CREATIONS", "3/1h",
				"CAUCUS_LIMIT_FAILED_JOINS", "4/1h", "CAUCUS_LIMIT_COMMANDS", "off", "CAUCUS_LOG_FORMAT", "json", "CAUCUS_LOG_LEVEL", "warn",
				"CAUCUS_MAX_PEOPLE", "6", "CAUCUS_MAX_NOMINATIONS", "5", "CAUCUS_MAX_BASE_PEOPLE", "4", "CAUCUS_MAX_TABS", "3",
				"CAUCUS_MAX_MESSAGE", "2", "CAUCUS_MAX_ARRIVING", "1", "CAUCUS_MAX_POLL_ENTRIES", "2", "CAUCUS_MAX_POLL_BYTES", "3", "CAUCUS_MIN_DISK", "4", "CAUCUS_METRICS_ADDR", ":5", "CAUCUS_PPROF_ADDR", ":6",
				"CAUCUS_LEDGER", "nats://b", "CAUCUS_LEDGER_CREDS", "i", "CAUCUS_CLUSTER", "b:2", "CAUCUS_PEERS", "b:2,c:2", "CAUCUS_CLUSTER_KEY_FILE", "d", "CAUCUS_VERSION", "true",
			),
			config{
				addr: ":1", data: "d", pollTTL: 90 * time.Minute, maxLifetime: 96 * time.Hour, allowOrigins: []string{"http://a", "*"}, tokenKey: "secret", tokenKeyFile: "k",
				trustProxy: proxies{count: 1}, publicURL: "https://a", basePath: "/c", creations: httpd.Rate{N: 3, Per: time.Hour}, failedJoins: httpd.Rate{N: 4, Per: time.Hour}, commands: httpd.Unlimited,
				maxPeople: 6, maxOptions: 5, maxBase: 4, maxTabs: 3, maxMessage: 2, maxArriving: 1,
				maxEntries: 2, maxBytes: 3, minDisk: 4, metricsAddr: ":5", pprofAddr: ":6",
				ledger: "nats://b", access: cluster.Access{Credentials: "i"}, cluster: "b:2", peers: []string{"b:2", "c:2"}, clusterKeyFile: "d",
				logFormat: "json", logLevel: slog.LevelWarn, version: true,
			},
		},
	} {
		got, err := parseFlags(c.args, c.getenv, io.Discard)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if diff := cmp.Diff(c.want, *got, cmp.AllowUnexported(config{}, encryption{}, supervisor{}, proxies{}), cmpopts.EquateComparable(netip.Prefix{})); diff != "" {
			t.Errorf("%s: %s", c.name, diff)
		}
	}
}

// The page on configuration has every flag, with its default.
func TestConfigurationHasEveryFlag(t *testing.T) {
	page, err := os.ReadFile("../../docs/configuration.md")
	if err != nil {
		t.Fatal(err)
	}
	fs := flag.NewFlagSet("", flag.ContinueOnError)
	new(config).register(fs)
	fs.VisitAll(func(f *flag.Flag) {
		if f.Name == "version" {
			return
		}
		cells := fmt.Sprintf("\n| `-%s` | `%s` | ", f.Name, variable(f.Name))
		_, row, found := strings.Cut(string(page), cells)
		if !found {
			t.Errorf("it has no row%s", cells)
			return
		}
		value, ok := strings.CutPrefix(row, "`")
		if !ok {
			return // words, such as none
		}
		value, _, _ = strings.Cut(value, "`")
		written, _ := time.ParseDuration(value)
		is, err := time.ParseDuration(f.DefValue)
		same := strings.EqualFold(value, f.DefValue) || err == nil && written == is
		if !same && !strings.Contains(f.Usage, "(default "+value) {
			t.Errorf("-%s is %q by default, and the page says %s", f.Name, f.DefValue, value)
		}
	})
}

func TestAddresses(t *testing.T) {
	network := func(cidr string) net.Addr {
		ip, n, err := net.ParseCIDR(cidr)
		if err != nil {
			t.Fatal(err)
		}
		return &net.IPNet{IP: ip, Mask: n.Mask}
	}
	house := []net.Addr{
		network("127.0.0.1/8"), network("::1/128"), network("fe80::1/64"), network("192.168.1.7/24"), network("2001:db8::7/64"),
		network("10.0.0.2/8"), network("169.254.1.1/16"),
	}
	for _, c := range []struct {
		listen     string
		interfaces []net.Addr
		outward    string
		want       []string
	}{
		{"[::]:3000", house, "192.168.1.7", []string{"http://localhost:3000", "http://192.168.1.7:3000", "http://10.0.0.2:3000"}},
		{"[::]:3000", house, "10.0.0.2", []string{"http://localhost:3000", "http://10.0.0.2:3000", "http://192.168.1.7:3000"}},
		{"0.0.0.0:80", house, "192.0.2.7", []string{"http://localhost", "http://10.0.0.2", "http://192.168.1.7"}},
		{"[::]:3000", []net.Addr{network("2001:db8::7/64"), network("::1/128")}, "", []string{"http://localhost:3000", "http://[2001:db8::7]:3000"}},
		{"[::]:3000", nil, "", []string{"http://localhost:3000"}},
		{"127.0.0.1:3000", house, "192.0.2.7", []string{"http://127.0.0.1:3000"}},
		{"192.168.1.7:3000", house, "192.0.2.7", []string{"http://192.168.1.7:3000"}},
		{"[::1]:3000", house, "192.0.2.7", []string{"http://[::1]:3000"}},
		{"[::1]:80", house, "192.0.2.7", []string{"http://[::1]"}},
		{"127.0.0.1:443", house, "192.0.2.7", []string{"http://127.0.0.1:443"}},
	} {
		addr, err := net.ResolveTCPAddr("tcp", c.listen)
		if err != nil {
			t.Fatal(err)
		}
		outward, _ := netip.ParseAddr(c.outward) // the zero Addr is that of a machine without a network
		if diff := cmp.Diff(c.want, addresses("http", addr, c.interfaces, outward)); diff != "" {
			t.Errorf("%s: %s", c.listen, diff)
		}
	}
}

// With certificates of an authority the server is announced at the names that they are for, and nowhere else.
func TestAddressesOfDomains(t *testing.T) {
	for port, want := range map[int][]string{
		443:  {"https://polls.example/vote", "https://b.example/vote"},
		8443: {"https://polls.example:8443/vote", "https://b.example:8443/vote"},
	} {
		c := &config{basePath: "/vote", encryption: encryption{domains: []string{"polls.example", "b.example"}}}
		listen := &net.TCPAddr{IP: net.IPv6unspecified, Port: port}
		if diff := cmp.Diff(want, c.announced(listen)); diff != "" {
			t.Error(diff)
		}
		if around := c.around(listen); around != nil {
			t.Errorf("other devices are sent to %s", around)
		}
	}
}

// Every subcommand is in the help, and in the package's documentation.
func TestHelpNamesEverySubcommand(t *testing.T) {
	source := func(name string) string {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	subcommands := regexp.MustCompile(`case "(\w+)":\n\t\t\treturn exit`).FindAllStringSubmatch(source("run.go"), -1)
	if len(subcommands) < 9 {
		t.Fatalf("found only %v", subcommands)
	}
	documented := source("main.go")
	for _, s := range subcommands {
		if want := "\tcaucus " + s[1] + " "; !strings.Contains(usage, want) || !strings.Contains(documented, want) {
			t.Errorf("caucus %s is missing", s[1])
		}
	}
}
