package engineio_test

import (
	"net/http"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/caucus-live/caucus/socketio/engineio"
)

// Every option has a default, or is listed here as off by default, so that a
// new one cannot be forgotten.
func TestOptionsHaveDefaults(t *testing.T) {
	off := map[string]bool{
		"DisableUpgrades": true, "AllowEIO3": true, "PerMessageDeflate": true, "DisableHTTPCompression": true,
		"OriginPatterns": true, "CheckOrigin": true, "CORS": true, "Cookie": true, "AllowRequest": true, "Header": true,
		"OnRefuse": true, "MaxSessions": true, "MaxSessionsPerAddress": true, "DrainWindow": true,
		"HandshakeRate": true, "TotalHandshakeRate": true, "Trace": true, "MessageRate": true,
		"MaxUnconfirmed": true, "MaxUnconfirmedPerAddress": true, "HandshakeHeaders": true,
	}
	opts, err := (*engineio.Options)(nil).WithDefaults()
	if err != nil {
		t.Fatal(err)
	}
	for field, value := range reflect.ValueOf(opts).Fields() {
		if value.IsZero() != off[field.Name] {
			t.Errorf("%s: default %v, off %v", field.Name, value, off[field.Name])
		}
	}
}

func TestGenerateID(t *testing.T) {
	opts, err := (&engineio.Options{GenerateID: func(r *http.Request) string { return "of " + r.Host }}).WithDefaults()
	if err != nil {
		t.Fatal(err)
	}
	if id := opts.GenerateID(&http.Request{Host: "a.test"}); id != "of a.test" {
		t.Error(id)
	}
	opts, err = (*engineio.Options)(nil).WithDefaults()
	if err != nil {
		t.Fatal(err)
	}
	if a, b := opts.GenerateID(nil), opts.GenerateID(nil); a == b || len(a) != 20 {
		t.Error(a, b)
	}
}

func TestOptionsAreCopied(t *testing.T) {
	given := &engineio.Options{
		Transports: []string{"polling"}, OriginPatterns: []string{"a.test"}, Cookie: &http.Cookie{Name: "x"},
		CORS:             engineio.CORS{AllowedHeaders: []string{"x"}, ExposedHeaders: []string{"x"}},
		HandshakeHeaders: []string{"x"},
	}
	opts, err := given.WithDefaults()
	if err != nil {
		t.Fatal(err)
	}
	given.Transports[0], given.OriginPatterns[0], given.Cookie.Name = "changed", "changed", "changed"
	given.HandshakeHeaders[0] = "changed"
	given.CORS.AllowedHeaders[0], given.CORS.ExposedHeaders[0] = "changed", "changed"
	got := []string{opts.Transports[0], opts.OriginPatterns[0], opts.Cookie.Name, opts.CORS.AllowedHeaders[0], opts.CORS.ExposedHeaders[0], opts.HandshakeHeaders[0]}
	if strings.Contains(strings.Join(got, " "), "changed") {
		t.Errorf("the server's options changed: %q", got)
	}
}

func TestInvalidOptions(t *testing.T) {
	for want, opts := range map[string]engineio.Options{
		`unknown transport "carrier pigeon"`:                                          {Transports: []string{"carrier pigeon"}},
		`origin pattern "[": syntax error in pattern`:                                 {OriginPatterns: []string{"["}},
		`credentials cannot be allowed to the origin "*", which any page can have`:    {OriginPatterns: []string{"*"}, CORS: engineio.CORS{Credentials: true}},
		`credentials cannot be allowed to the origin "null", which any page can have`: {OriginPatterns: []string{"null"}, CORS: engineio.CORS{Credentials: true}},
		"PingInterval is negative":                                                    {PingInterval: -1},
		"PingTimeout is negative":                                                     {PingTimeout: -1},
		"UpgradeTimeout is negative":                                                  {UpgradeTimeout: -1},
		"CloseTimeout is negative":                                                    {CloseTimeout: -1},
		"DrainWindow is negative":                                                     {DrainWindow: -time.Second},
		"CORS.MaxAge is negative":                                                     {CORS: engineio.CORS{MaxAge: -1}},
		"MaxPayload is negative":                                                      {MaxPayload: -1},
		"MaxQueue is negative":                                                        {MaxQueue: -1},
		"CompressThreshold is negative":                                               {CompressThreshold: -1},
		"MaxSessions is negative":                                                     {MaxSessions: -1},
		"MaxSessionsPerAddress is negative":                                           {MaxSessionsPerAddress: -1},
		"MaxUnconfirmed is negative":                                                  {MaxUnconfirmed: -1},
		"MaxUnconfirmedPerAddress is negative":                                        {MaxUnconfirmedPerAddress: -1},
		"HandshakeRate is not positive":                                               {HandshakeRate: engineio.Rate{N: 1}},
		"TotalHandshakeRate is not positive":                                          {TotalHandshakeRate: engineio.Rate{N: 1}},
		"MessageRate is not positive":                                                 {MessageRate: engineio.Rate{Per: time.Second}},
		"MessageRate allows less than one message in PingTimeout":                     {MessageRate: engineio.Rate{N: 1, Per: time.Minute}},
	} {
		_, err := engineio.NewServer(nil, &opts)
		if err == nil || err.Error() != "engineio: "+want {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}

// The largest number stands for no limit, wherever it is computed with.
func TestLargestOptions(t *testing.T) {
	opts := engineio.Options{HandshakeRate: engineio.Rate{N: 1}, TotalHandshakeRate: engineio.Rate{N: 1}, MessageRate: engineio.Rate{N: 1}}
	var raise func(v reflect.Value)
	raise = func(v reflect.Value) {
		for field, value := range v.Fields() {
			switch {
			case strings.HasPrefix(field.Name, "Ping") || field.Name == "MessageRate":
			case value.Kind() == reflect.Int || value.Kind() == reflect.Int64:
				value.SetInt(1<<(value.Type().Bits()-1) - 1)
			case value.Kind() == reflect.Struct:
				raise(value)
			}
		}
	}
	raise(reflect.ValueOf(&opts).Elem())
	opts.DrainWindow, opts.MessageRate = 0, engineio.Rate{}
	bubble(t, &opts, func(w *world) {
		w.onAccept = echo
		sid := w.openPolling()
		s := w.last()
		w.want(ok("ok"), "POST", of(sid), "4hello")
		w.want(ok("4hello"), "GET", of(sid), "")
		p := w.probe(sid)
		p.send("2probe")
		p.want("3probe")
		p.send("5", "4over")
		p.want("4over")
		pass(25 * time.Second)
		p.want("2")
		p.send("3")
		s.Close("because")
		p.wantClose(1000)
		p.close()
		s.wantClosed("because")
	})
}

// Clients wait for pings with timers that take neither less nor more.
func TestPingTimes(t *testing.T) {
	for d, ok := range map[time.Duration]bool{
		time.Microsecond: false, time.Millisecond: true, 24 * time.Hour: true, 24*time.Hour + 1: false, 1<<63 - 1: false,
	} {
		for name, opts := range map[string]*engineio.Options{"PingInterval": {PingInterval: d}, "PingTimeout": {PingTimeout: d}} {
			if _, err := opts.WithDefaults(); (err == nil) != ok || err != nil && !strings.Contains(err.Error(), name) {
				t.Errorf("%s %v: %v", name, d, err)
			}
		}
	}
}
