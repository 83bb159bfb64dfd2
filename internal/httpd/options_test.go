package httpd_test

import (
	"log/slog"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/caucus-live/caucus/internal/httpd"
	"github.com/caucus-live/caucus/internal/ledger/memory"
)

// A field that is out of its bounds is refused by its name; a new one cannot be
// left out of this list.
func TestOptions(t *testing.T) {
	bad := map[string]func(*httpd.Options){
		"TokenKey":      func(o *httpd.Options) { o.TokenKey = o.TokenKey[:httpd.MinTokenKey-1] },
		"AllowOrigins":  func(o *httpd.Options) { o.AllowOrigins = []string{"https://polls.example/path"} },
		"Creations":     func(o *httpd.Options) { o.Creations = httpd.Rate{N: 1} },
		"FailedJoins":   func(o *httpd.Options) { o.FailedJoins = httpd.Rate{N: 1, Per: -1} },
		"Handshakes":    func(o *httpd.Options) { o.Handshakes = httpd.Rate{N: 1} },
		"Commands":      func(o *httpd.Options) { o.Commands = httpd.Rate{N: 1} },
		"MaxMessage":    func(o *httpd.Options) { o.MaxMessage = -1 },
		"MinDisk":       func(o *httpd.Options) { o.MinDisk = -1 },
		"MaxDocuments":  func(o *httpd.Options) { o.MaxDocuments = -1 },
		"Arriving":      func(o *httpd.Options) { o.Arriving = -1 },
		"Unconfirmed":   func(o *httpd.Options) { o.Unconfirmed = -1 },
		"AnswerTimeout": func(o *httpd.Options) { o.AnswerTimeout = -time.Second },
		"DrainTimeout":  func(o *httpd.Options) { o.DrainTimeout = -time.Second },
		"DrainWindow":   func(o *httpd.Options) { o.DrainWindow = -time.Second },
		"Live":          func(o *httpd.Options) { o.Live.PollTTL = -time.Second },
		"PublicURL":     func(o *httpd.Options) { o.PublicURL = "polls.example" },
		"BasePath":      func(o *httpd.Options) { o.BasePath = "vote" },
		"Addresses":     nil,
		"TrustProxy":    nil,
		"Proxies":       func(o *httpd.Options) { o.Proxies = -1 },
		"ProxyNetworks": nil,
		"Web":           nil,
		"Version":       nil,
		"Logger":        nil,
	}
	for f := range reflect.TypeFor[httpd.Options]().Fields() {
		spoil, ok := bad[f.Name]
		if !ok {
			t.Errorf("%s is not tested", f.Name)
		}
		if spoil == nil {
			continue
		}
		o := &httpd.Options{TokenKey: key, Logger: slog.New(slog.DiscardHandler)}
		spoil(o)
		name := map[string]string{"TokenKey": "token key", "Live": "PollTTL"}[f.Name]
		if name == "" {
			name = f.Name
		}
		if _, err := httpd.New(new(memory.Ledger), o); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: %v", f.Name, err)
		}
	}
	if _, err := httpd.New(new(memory.Ledger), nil); err == nil {
		t.Error("without a key")
	}
}

func TestAllowOrigins(t *testing.T) {
	for _, origin := range []string{"", "polls.example", "https://", "https://polls.example/", "https://user@polls.example", "null", "https://polls.example?x", "//polls.example"} {
		if _, err := httpd.New(new(memory.Ledger), &httpd.Options{TokenKey: key, AllowOrigins: []string{origin}}); err == nil {
			t.Errorf("%q is allowed", origin)
		}
	}
}
