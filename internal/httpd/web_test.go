package httpd_test

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/fstest"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"

	"github.com/caucus-live/caucus/internal/httpd"
)

var (
	content = strings.Repeat("<p>page", 100)
	page    = "<!doctype html><base href=\"/\" /><title>Caucus</title>" + content
	script  = strings.Repeat("console.log('caucus');\n", 100)
)

func withWeb(o *httpd.Options) {
	o.Web = fstest.MapFS{
		"index.html":                {Data: []byte(page)},
		"docs.html":                 {Data: []byte("<p>events")},
		".vite/manifest.json":       {Data: []byte("{}")},
		"assets/main-C0FFEE.js":     {Data: []byte(script)},
		"assets/style-C0FFEE.css":   {Data: []byte("a{}")},
		"assets/font-C0FFEE.woff2":  {Data: []byte("\x00\x01")},
		"assets/icon-C0FFEE.svg":    {Data: []byte("<svg/>")},
		"assets/licenses.md":        {Data: []byte("MIT")},
		"favicon.unknown-extension": {Data: []byte("?")},
	}
}

func TestWeb(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t, withWeb)
		const forever, never = "public, max-age=31536000, immutable", "no-cache"
		for _, c := range []struct {
			path   string
			accept string
			status int
			kind   string
			cache  string
			body   string
		}{
			{"/", "", 200, "text/html; charset=utf-8", never, page},
			{"/create", "", 200, "text/html; charset=utf-8", never, page},
			{"/p/ABCDEF", "", 200, "text/html; charset=utf-8", never, page},
			{"/p/not a code?x=1", "", 200, "text/html; charset=utf-8", never, page},
			{"/present/ABCDEF", "", 200, "text/html; charset=utf-8", never, page},
			{"/embed/ABCDEF", "", 200, "text/html; charset=utf-8", never, page},
			{"/docs", "", 200, "text/html; charset=utf-8", never, "<p>events"},
			{"/.vite/manifest.json", "", 404, "application/json; charset=utf-8", "no-store", ""},
			{"/index.html", "", 200, "text/html; charset=utf-8", never, page},
			{"/assets/main-C0FFEE.js", "", 200, "text/javascript; charset=utf-8", forever, script},
			{"/assets/style-C0FFEE.css", "", 200, "text/css; charset=utf-8", forever, "a{}"},
			{"/assets/font-C0FFEE.woff2", "", 200, "font/woff2", forever, "\x00\x01"},
			{"/assets/icon-C0FFEE.svg", "", 200, "image/svg+xml", forever, "<svg/>"},
			{"/favicon.unknown-extension", "", 200, "application/octet-stream", never, "?"},
			{"/p/", "text/html,*/*", 404, "text/html; charset=utf-8", "no-store", page},
			{"/p/A/B", "text/html,*/*", 404, "text/html; charset=utf-8", "no-store", page},
			{"/nothing", "text/html", 404, "text/html; charset=utf-8", "no-store", page},
			{"/nothing", "*/*", 404, "application/json; charset=utf-8", "no-store", ""},
			{"/assets/", "", 404, "application/json; charset=utf-8", "no-store", ""},
			{"/assets/../index.html", "", 200, "text/html; charset=utf-8", never, page},
		} {
			res := h.get(strings.ReplaceAll(c.path, " ", "%20"), "Accept", c.accept)
			kind, cache := res.Header.Get("Content-Type"), res.Header.Get("Cache-Control")
			if res.StatusCode != c.status || kind != c.kind || cache != c.cache {
				t.Errorf("%s: %d, %s, %s", c.path, res.StatusCode, kind, cache)
			}
			// The page has a head that differs with its address; see package webpage.
			if c.body != "" && string(res.body) != c.body && (c.body != page || !strings.HasSuffix(string(res.body), content)) {
				t.Errorf("%s: %.80s", c.path, res.body)
			}
		}
		if res := h.do(http.MethodHead, "/p/ABCDEF", ""); res.StatusCode != 200 || len(res.body) > 0 {
			t.Errorf("HEAD: %d, %s", res.StatusCode, res.body)
		}
	})
}

func TestWebIsCompressedAndCached(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t, withWeb)
		plain := h.get("/assets/main-C0FFEE.js", "Accept-Encoding", "identity")
		zipped := h.get("/assets/main-C0FFEE.js", "Accept-Encoding", "br, gzip")
		if plain.Header.Get("Content-Encoding") != "" || zipped.Header.Get("Content-Encoding") != "gzip" {
			t.Fatalf("%v\n%v", plain.Header, zipped.Header)
		}
		r, err := gzip.NewReader(bytes.NewReader(zipped.body))
		if err != nil {
			t.Fatal(err)
		}
		data, err := io.ReadAll(r)
		if err != nil || string(data) != script || len(zipped.body) >= len(script)/2 {
			t.Errorf("%v: %d bytes of %d", err, len(zipped.body), len(script))
		}
		tags := []string{plain.Header.Get("ETag"), zipped.Header.Get("ETag")}
		if tags[0] == tags[1] || tags[0] == "" {
			t.Errorf("ETags %q", tags)
		}
		for _, res := range []*response{plain, zipped} {
			if got := res.Header.Values("Vary"); !cmp.Equal(got, []string{"Origin", "Accept-Encoding"}) {
				t.Errorf("Vary %q", got)
			}
		}
		again := h.get("/assets/main-C0FFEE.js", "Accept-Encoding", "gzip", "If-None-Match", tags[1])
		if again.StatusCode != http.StatusNotModified || len(again.body) > 0 {
			t.Errorf("status %d", again.StatusCode)
		}
		if small := h.get("/assets/style-C0FFEE.css", "Accept-Encoding", "gzip"); small.Header.Get("Content-Encoding") != "" {
			t.Error("compressed although it does not help")
		}
	})
}

func TestWebThatWasNotBuilt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t)
		if res := h.get("/"); res.StatusCode != 200 || !strings.Contains(string(res.body), "The web client is not built") || !strings.Contains(string(res.body), "/releases\"") || !strings.Contains(string(res.body), "make build") {
			t.Errorf("%d: %s", res.StatusCode, res.body)
		}
		if !strings.Contains(h.logs.String(), "the web client is not built") || !strings.Contains(h.logs.String(), "/releases, or run make build") {
			t.Error("the log does not say so")
		}
	})
}

func TestSecurityHeaders(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t, withWeb, func(o *httpd.Options) { o.TrustProxy = true })
		common := map[string]string{
			"X-Content-Type-Options":     "nosniff",
			"Referrer-Policy":            "no-referrer",
			"Cross-Origin-Opener-Policy": "",
			"Permissions-Policy":         "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=(), clipboard-write=(self)",
			"Strict-Transport-Security":  "",
		}
		pages := "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; " +
			"connect-src 'self'; manifest-src 'self'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'"
		data := "default-src 'none'; frame-ancestors 'none'"
		for path, policy := range map[string]string{
			"/": pages, "/p/ABCDEF": pages, "/assets/main-C0FFEE.js": pages, "/nothing": pages,
			"/present/ABCDEF": pages, "/embed/": pages, "/embed/ABCDEF/x": pages, "/p/embed": pages,
			"/embed/ABCDEF": strings.TrimSuffix(pages, "'none'") + "*",
			"/polls/ABCDEF": data, "/healthz": data, "/openapi.json": data,
		} {
			res := h.get(path)
			for name, want := range common {
				if got := res.Header.Get(name); got != want {
					t.Errorf("%s: %s is %q, want %q", path, name, got, want)
				}
			}
			if got := res.Header.Get("Content-Security-Policy"); got != policy {
				t.Errorf("%s: policy %q", path, got)
			}
			if len(res.Cookies()) > 0 {
				t.Errorf("%s sets cookies", path)
			}
		}
		tls := h.get("/", "X-Forwarded-Proto", "https").Header
		if got := tls.Get("Strict-Transport-Security"); got != "max-age=31536000" {
			t.Errorf("behind TLS: %q", got)
		}
		if got := tls.Get("Cross-Origin-Opener-Policy"); got != "same-origin" {
			t.Errorf("behind TLS: %q", got)
		}
	})
}

// Below a path other sites share the host, and are not made to use TLS.
func TestHostIsShared(t *testing.T) {
	for name, change := range map[string]func(*httpd.Options){
		"base path":  func(o *httpd.Options) { o.BasePath = "/vote" },
		"public URL": func(o *httpd.Options) { o.PublicURL = "https://example.org/vote" },
		"prefix":     func(*httpd.Options) {},
	} {
		synctest.Test(t, func(t *testing.T) {
			h := open(t, func(o *httpd.Options) { o.TrustProxy = true }, change)
			header := []string{"X-Forwarded-Proto", "https"}
			if name == "prefix" {
				header = append(header, "X-Forwarded-Prefix", "/vote")
			}
			got := h.get("/healthz", header...).Header
			if hsts := got.Get("Strict-Transport-Security"); hsts != "" || got.Get("Cross-Origin-Opener-Policy") == "" {
				t.Errorf("%s: %q, %v", name, hsts, got)
			}
		})
	}
}

// Without a proxy that is trusted, nobody is made to believe in TLS.
func TestForwardedProtoOfAStranger(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t)
		if got := h.get("/", "X-Forwarded-Proto", "https").Header.Get("Strict-Transport-Security"); got != "" {
			t.Errorf("%q", got)
		}
	})
}

func TestCORS(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const friend, stranger = "http://localhost:8080", "http://evil.example"
		h := open(t, func(o *httpd.Options) { o.AllowOrigins = []string{"https://polls.example", friend} })
		for _, path := range []string{"/polls/ABCDEF", "/polls", "/healthz"} {
			for origin, want := range map[string]string{friend: friend, stranger: "", "": "", "null": "", "HTTP://LOCALHOST:8080": "HTTP://LOCALHOST:8080"} {
				res := h.get(path, "Origin", origin)
				if got := res.Header.Get("Access-Control-Allow-Origin"); got != want || res.Header.Get("Vary") != "Origin" {
					t.Errorf("%s from %q: %q, Vary %q", path, origin, got, res.Header.Get("Vary"))
				}
				if res.Header.Get("Access-Control-Allow-Credentials") != "" {
					t.Error("credentials are allowed")
				}
			}
		}
		preflight := h.do(http.MethodOptions, "/polls/join", "", "Origin", friend,
			"Access-Control-Request-Method", "POST", "Access-Control-Request-Headers", "content-type")
		if h := preflight.Header; preflight.StatusCode != http.StatusNoContent || h.Get("Access-Control-Allow-Origin") != friend ||
			h.Get("Access-Control-Allow-Methods") != "GET, POST" || h.Get("Access-Control-Allow-Headers") != "Content-Type" {
			t.Errorf("%d %v", preflight.StatusCode, h)
		}
		problem(t, h.do(http.MethodOptions, "/polls/join", ""), http.StatusMethodNotAllowed)

		handshake := "/socket.io/?EIO=4&transport=polling"
		if res := h.get(handshake, "Origin", friend); res.StatusCode != 200 || res.Header.Get("Access-Control-Allow-Origin") != friend {
			t.Errorf("a socket from an allowed origin: %d %v", res.StatusCode, res.Header)
		}
		if res := h.get(handshake, "Origin", stranger); res.StatusCode != http.StatusForbidden {
			t.Errorf("a socket from another origin: %d", res.StatusCode)
		}
		if res := h.get(handshake, "Origin", "http://caucus.test"); res.StatusCode != 200 {
			t.Errorf("a socket from our own pages: %d", res.StatusCode)
		}
	})
}

func TestCORSForAll(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t, func(o *httpd.Options) { o.AllowOrigins = []string{"*"} })
		for _, path := range []string{"/healthz", "/socket.io/?EIO=4&transport=polling"} {
			if got := h.get(path, "Origin", "http://any.example").Header.Get("Access-Control-Allow-Origin"); got != "http://any.example" {
				t.Errorf("%s: %q", path, got)
			}
		}
	})
}
