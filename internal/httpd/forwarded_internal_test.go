package httpd

import (
	"net/http"
	"testing"
)

// A list may come in several fields, some proxies' own.
func TestForwardedInSeveralFields(t *testing.T) {
	want := place{scheme: "https", host: "polls.example"}
	for name, h := range map[string]http.Header{
		"the standard": {"Forwarded": {"for=203.0.113.9;host=claimed.example", "for=198.51.100.4;proto=https;host=polls.example", "for=10.0.0.1;proto=http;host=inner.local"}},
		"the family":   {"X-Forwarded-Proto": {"http", "https", "http"}, "X-Forwarded-Host": {"claimed.example, polls.example", "inner.local"}},
	} {
		if got := forwarded(h, 2); got != want {
			t.Errorf("%s: %+v", name, got)
		}
	}
}
